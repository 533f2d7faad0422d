//! A number over the steps of a training, however many there are.

/// Points that are kept at most: twice what a plot can show.
const MOST: usize = 1024;

/// Of the points, how many a smoothed value looks back over: one in so many.
const SMOOTHING: usize = 24;

/// A curve: each point is the mean of so many steps, of twice as many whenever there would be too many points.
#[derive(Debug, Clone, Default, PartialEq)]
pub(in crate::game::window) struct Curve {
    /// The last step of each point, and its mean.
    points: Vec<(u64, f32)>,
    /// Two to this are the steps of a point.
    doublings: u32,
    /// Steps that do not make a point yet, and their sum.
    begun: (u64, f64),
}

impl Curve {
    /// Adds the value of a step. A step that was there before ends the curve before it: the training fell back.
    pub fn add(&mut self, step: u64, value: f32) {
        if self.points.last().is_some_and(|&(last, _)| last >= step) {
            self.points.retain(|&(known, _)| known < step);
            self.begun = (0, 0.0);
        }
        self.begun = (self.begun.0 + 1, self.begun.1 + f64::from(value));
        if self.begun.0 < 1 << self.doublings {
            return;
        }
        self.points.push((step, (self.begun.1 / self.begun.0 as f64) as f32));
        self.begun = (0, 0.0);
        if self.points.len() == MOST {
            let (pairs, _) = self.points.as_chunks::<2>();
            self.points = pairs.iter().map(|&[(_, one), (step, other)]| (step, (one + other) / 2.0)).collect();
            self.doublings += 1;
        }
    }

    /// Steps and values.
    pub fn points(&self) -> &[(u64, f32)] {
        &self.points
    }

    /// The same, each value an exponential mean over those before it.
    pub fn smoothed(&self) -> Vec<(u64, f32)> {
        let keep = 1.0 - 2.0 / ((self.points.len() / SMOOTHING) as f32 + 2.0);
        let (mut sum, mut weight) = (0.0, 0.0);
        let smooth = self.points.iter().map(|&(step, value)| {
            (sum, weight) = (sum * keep + value, weight * keep + 1.0);
            (step, sum / weight)
        });
        smooth.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_steps_become_few_points_with_the_same_mean() {
        let mut curve = Curve::default();
        (1..=10_000).for_each(|step| curve.add(step, step as f32));
        assert!((MOST / 2..MOST).contains(&curve.points().len()));
        assert_eq!(curve.points()[0], (16, 8.5));
        assert!(curve.points().windows(2).all(|pair| pair[1].0 - pair[0].0 == 16));
    }

    #[test]
    fn a_step_back_takes_the_later_ones_away() {
        let mut curve = Curve::default();
        (1..=10).for_each(|step| curve.add(step, 1.0));
        curve.add(5, 2.0);
        assert_eq!(curve.points()[3..], [(4, 1.0), (5, 2.0)]);
    }

    #[test]
    fn smoothing_keeps_what_is_constant_and_calms_what_is_not() {
        let mut calm = Curve::default();
        let mut wild = Curve::default();
        for step in 1..=1000 {
            calm.add(step, 3.0);
            wild.add(step, if step % 2 == 0 { 1.0 } else { -1.0 });
        }
        assert!(calm.smoothed().iter().all(|&(_, value)| (value - 3.0).abs() < 1e-4));
        assert!(wild.smoothed()[100..].iter().all(|&(_, value)| value.abs() < 0.1));
        assert!(Curve::default().smoothed().is_empty());
    }
}
