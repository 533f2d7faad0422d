//! Where labels of points go, so that all of them can be read.

/// A rectangle on a drawing: left, top, width, height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// From left to right.
    pub width: f64,
    /// From top to bottom.
    pub height: f64,
}

impl Area {
    /// How much of it lies in another, in square units.
    pub fn overlap(&self, other: &Self) -> f64 {
        let across = (self.x + self.width).min(other.x + other.width) - self.x.max(other.x);
        let down = (self.y + self.height).min(other.y + other.height) - self.y.max(other.y);
        across.max(0.0) * down.max(0.0)
    }

    /// How much of it sticks out of another.
    fn outside(&self, frame: &Self) -> f64 {
        self.width * self.height - self.overlap(frame)
    }

    /// The nearest of its points to another one.
    pub fn nearest(&self, (x, y): (f64, f64)) -> (f64, f64) {
        (x.clamp(self.x, self.x + self.width), y.clamp(self.y, self.y + self.height))
    }
}

/// Directions in which a place is looked for, and how far from the point.
const DIRECTIONS: u32 = 24;
const DISTANCES: u32 = 16;
const NEAREST: f64 = 10.0;
const FURTHER: f64 = 11.0;

/// Side of what a point covers.
const DOT: f64 = 12.0;

/// Places labels of these sizes beside their points, within a frame: each as near to its point as it goes without lying
/// on another label or on a point. Where there is no such place, it is the one that covers least.
///
/// The crowded ones choose first: who has most neighbours has the fewest places.
pub fn place(points: &[(f64, f64)], sizes: &[(f64, f64)], frame: Area) -> Vec<Area> {
    let dot = |&(x, y): &(f64, f64)| Area { x: x - DOT / 2.0, y: y - DOT / 2.0, width: DOT, height: DOT };
    let dots: Vec<Area> = points.iter().map(dot).collect();
    let crowd = |at: usize| {
        let near = |other: &&(f64, f64)| (other.0 - points[at].0).hypot(other.1 - points[at].1) < 60.0;
        points.iter().filter(near).count()
    };
    let mut order: Vec<usize> = (0..points.len().min(sizes.len())).collect();
    order.sort_by_key(|&at| std::cmp::Reverse(crowd(at)));
    let mut placed: Vec<Option<Area>> = vec![None; order.len()];
    for at in order {
        let cost = |area: &Area| {
            let labels: f64 = placed.iter().flatten().map(|other| area.overlap(other)).sum();
            let dots: f64 = dots.iter().map(|dot| area.overlap(dot)).sum();
            labels + dots + area.outside(&frame)
        };
        let mut best: Option<(f64, Area)> = None;
        for area in candidates(points[at], sizes[at]) {
            let cost = cost(&area);
            if best.is_none_or(|(least, _)| cost < least - 1e-9) {
                best = Some((cost, area));
            }
            if cost < 1e-9 {
                break;
            }
        }
        placed[at] = best.map(|(_, area)| area);
    }
    placed.into_iter().flatten().collect()
}

/// Places about a point, nearest first.
fn candidates((x, y): (f64, f64), (width, height): (f64, f64)) -> impl Iterator<Item = Area> {
    (0..DISTANCES).flat_map(move |ring| {
        let distance = NEAREST + FURTHER * f64::from(ring);
        (0..DIRECTIONS).map(move |direction| {
            // To the right first, then above and below in turn.
            let turn = f64::from(direction.div_ceil(2)) * if direction % 2 == 0 { 1.0 } else { -1.0 };
            let (sine, cosine) = (turn * std::f64::consts::TAU / f64::from(DIRECTIONS)).sin_cos();
            let (middle_x, middle_y) = (x + distance * cosine, y + distance * sine);
            // The label's side that faces the point is at the distance.
            let left = middle_x - width * (1.0 - cosine) / 2.0;
            let top = middle_y - height * (1.0 - sine) / 2.0;
            Area { x: left, y: top, width, height }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: Area = Area { x: 0.0, y: 0.0, width: 1000.0, height: 560.0 };

    fn assert_readable(points: &[(f64, f64)]) {
        let sizes: Vec<(f64, f64)> = (0..points.len()).map(|at| (60.0 + 9.0 * (at % 10) as f64, 17.0)).collect();
        let placed = place(points, &sizes, FRAME);
        assert_eq!(placed.len(), points.len());
        for (at, area) in placed.iter().enumerate() {
            assert!(area.outside(&FRAME) < 1e-6, "label {at} sticks out: {area:?}");
            for (other, earlier) in placed[..at].iter().enumerate() {
                assert!(area.overlap(earlier) < 1e-6, "labels {other} and {at} overlap: {earlier:?}, {area:?}");
            }
            let (x, y) = area.nearest(points[at]);
            let far = (x - points[at].0).hypot(y - points[at].1);
            assert!(far < 190.0, "label {at} is {far} from its point");
        }
    }

    #[test]
    fn a_single_label_is_to_the_right_of_its_point() {
        let placed = place(&[(100.0, 100.0)], &[(80.0, 16.0)], FRAME);
        assert_eq!(placed, [Area { x: 110.0, y: 92.0, width: 80.0, height: 16.0 }]);
    }

    #[test]
    fn twenty_five_spread_points_can_all_be_read() {
        let points: Vec<(f64, f64)> =
            (0..25_u32).map(|at| (f64::from(at * 397 % 960), f64::from(at * 211 % 540))).collect();
        assert_readable(&points);
    }

    #[test]
    fn so_can_two_crowds() {
        // Models that ignore their noise are all at (0.5, 0), those that succeed at (0.1, 0.45).
        let crowd =
            |x: f64, y: f64, count: u32| (0..count).map(move |at| (x + f64::from(at % 3), y + f64::from(at % 2)));
        let points: Vec<(f64, f64)> = crowd(500.0, 530.0, 9).chain(crowd(110.0, 80.0, 13)).collect();
        assert_readable(&points);
    }
}
