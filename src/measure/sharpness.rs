//! Sharpness: how steep a frame is, against how steep it should be.

/// Mean absolute difference of neighbouring pixels, in grey levels, over both directions and all channels.
pub fn sharpness(frame: &[u8], width: usize) -> f64 {
    let mut sum = 0_u64;
    let mut count = 0_u64;
    for_each_step(frame, width, |here, next| {
        sum += u64::from(here.abs_diff(next));
        count += 1;
    });
    sum as f64 / count.max(1) as f64
}

/// Mathieu et al.'s sharpness difference in dB: 10 log₁₀(255² / mean |∇a − ∇b|), where ∇ at a pixel is the sum of its
/// absolute differences to the pixels above and to the left. Higher is more alike.
///
/// "Deep multi-scale video prediction beyond mean square error" (2016), <https://arxiv.org/abs/1511.05440>, equation 9;
/// implementations differ from it and from one another, so compare only what was computed with this one.
pub fn sharpness_difference(a: &[u8], b: &[u8], width: usize) -> f64 {
    let row = width * 3;
    let steepness = |frame: &[u8], at: usize| {
        let here = f64::from(frame[at]);
        (here - f64::from(frame[at - row])).abs() + (here - f64::from(frame[at - 3])).abs()
    };
    let inner = (row..a.len()).filter(|at| at % row >= 3);
    let (sum, count) =
        inner.fold((0.0, 0_u32), |(sum, count), at| (sum + (steepness(a, at) - steepness(b, at)).abs(), count + 1));
    let mean = sum / f64::from(count.max(1));
    (10.0 * (255.0 * 255.0 / mean.max(1e-6)).log10()).min(100.0)
}

fn for_each_step(frame: &[u8], width: usize, mut step: impl FnMut(u8, u8)) {
    let row = width * 3;
    for (index, &here) in frame.iter().enumerate() {
        if index % row + 3 < row {
            step(here, frame[index + 3]);
        }
        if index + row < frame.len() {
            step(here, frame[index + row]);
        }
    }
}
