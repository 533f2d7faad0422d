//! A palette: the few colours that a coarse picture is made of.

use rand::RngExt;

use crate::random::Rng;

/// Rounds of k-means; colours hardly move after these.
const ROUNDS: usize = 20;

/// `count` colours that lie near all of `colours`, by k-means from a random start of distinct ones (Lloyd 1982), sorted
/// from dark to bright. Fewer distinct colours are repeated.
pub fn palette(colours: &[[f32; 3]], count: usize, rng: &mut Rng) -> Vec<[f32; 3]> {
    let mut centres: Vec<[f32; 3]> = Vec::new();
    // Each next one is drawn by its squared distance from those before: Arthur and Vassilvitskii, "k-means++" (2007).
    let mut distances = vec![f32::INFINITY; colours.len()];
    while centres.len() < count {
        let next = match centres.last() {
            None => rng.random_range(0..colours.len()),
            Some(last) => {
                for (distance, colour) in distances.iter_mut().zip(colours) {
                    *distance = distance.min(squared_distance(colour, last));
                }
                let mut left = rng.random::<f32>() * distances.iter().sum::<f32>();
                let reached = distances.iter().position(|distance| {
                    left -= distance;
                    left < 0.0
                });
                reached.unwrap_or(colours.len() - 1)
            }
        };
        centres.push(colours[next]);
    }
    for _ in 0..ROUNDS {
        let mut sums = vec![([0.0_f64; 3], 0_u32); count];
        for colour in colours {
            let (sum, members) = &mut sums[nearest_colour(&centres, colour)];
            sum.iter_mut().zip(colour).for_each(|(sum, &value)| *sum += f64::from(value));
            *members += 1;
        }
        for (centre, (sum, members)) in centres.iter_mut().zip(sums) {
            if members > 0 {
                *centre = sum.map(|sum| (sum / f64::from(members)) as f32);
            }
        }
    }
    centres.sort_by(|a, b| a.iter().sum::<f32>().total_cmp(&b.iter().sum::<f32>()));
    centres
}

/// Index of the colour that is nearest.
pub fn nearest_colour(palette: &[[f32; 3]], colour: &[f32; 3]) -> usize {
    let at = |index: usize| squared_distance(&palette[index], colour);
    (0..palette.len()).reduce(|best, index| if at(index) < at(best) { index } else { best }).unwrap_or(0)
}

fn squared_distance(a: &[f32; 3], b: &[f32; 3]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn clusters_are_found() {
        let mut rng = Rng::seed_from_u64(1);
        let mut colours = Vec::new();
        for centre in [[-0.8, 0.0, 0.5], [0.0, 0.0, 0.0], [0.9, 0.9, -0.2]] {
            for _ in 0..40 {
                colours.push(centre.map(|value: f32| value + rng.random_range(-0.05..0.05)));
            }
        }
        let found = palette(&colours, 3, &mut rng);
        for (found, expected) in found.iter().zip([[-0.8, 0.0, 0.5], [0.0, 0.0, 0.0], [0.9, 0.9, -0.2]]) {
            assert!(squared_distance(found, &expected) < 0.001, "{found:?} {expected:?}");
        }
        assert_eq!(nearest_colour(&found, &[0.7, 0.7, 0.0]), 2);
    }

    #[test]
    fn fewer_colours_than_asked_for_are_repeated() {
        let found = palette(&[[0.5; 3], [0.1; 3]], 4, &mut Rng::seed_from_u64(1));
        assert_eq!(found.len(), 4);
        assert!(found.contains(&[0.5; 3]) && found.contains(&[0.1; 3]));
    }
}
