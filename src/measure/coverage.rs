//! Density and coverage: do samples lie where real frames lie, and do they lie everywhere there?
//!
//! Naeem et al., "Reliable Fidelity and Diversity Metrics for Generative Models" (2020),
//! <https://arxiv.org/abs/2002.09797>, with k = 5, over a fixed feature: no network judges.

/// Neighbours that make a real frame's ball.
const NEIGHBOURS: usize = 5;

/// Side of the thumbnail that is the feature.
const SIDE: usize = 8;

/// A frame's feature: its mean colours on an 8 × 8 grid.
pub type Feature = Vec<f32>;

/// The feature of a frame.
pub fn feature(frame: &[u8], width: usize) -> Feature {
    let height = frame.len() / 3 / width;
    let mut sums = vec![0.0_f32; SIDE * SIDE * 3];
    for (index, pixel) in frame.as_chunks::<3>().0.iter().enumerate() {
        let (x, y) = (index % width * SIDE / width, index / width * SIDE / height);
        for channel in 0..3 {
            sums[(y * SIDE + x) * 3 + channel] += f32::from(pixel[channel]);
        }
    }
    let pixels = (width * height) as f32 / (SIDE * SIDE) as f32;
    sums.into_iter().map(|sum| sum / pixels).collect()
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f32>().sqrt()
}

/// (density, coverage) of samples among real frames.
///
/// Each real frame has a ball that reaches to its fifth neighbour. Density is how many balls a sample lies in, over
/// five: about 1 for samples as good as real. Coverage is the share of balls with a sample in them, 0 to 1.
pub fn density_and_coverage(real: &[Feature], samples: &[Feature]) -> (f64, f64) {
    if samples.is_empty() || real.len() <= NEIGHBOURS {
        return (0.0, 0.0);
    }
    let radius = |at: usize| {
        let mut others: Vec<f32> =
            (0..real.len()).filter(|&other| other != at).map(|other| distance(&real[at], &real[other])).collect();
        others.sort_by(f32::total_cmp);
        others[NEIGHBOURS - 1]
    };
    let (mut inside, mut covered) = (0_u64, 0_u64);
    for (at, centre) in real.iter().enumerate() {
        let radius = radius(at);
        let here = samples.iter().filter(|sample| distance(centre, sample) <= radius).count();
        inside += here as u64;
        covered += u64::from(here > 0);
    }
    let density = inside as f64 / (NEIGHBOURS * samples.len()) as f64;
    (density, covered as f64 / real.len() as f64)
}
