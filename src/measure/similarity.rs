//! PSNR and SSIM.

/// PSNR of equal frames would be infinite; it is reported as this.
const EXACT: f64 = 100.0;

/// Mean squared difference in squared grey levels.
///
/// # Panics
/// If the frames have different sizes.
pub fn squared_error(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len(), "frames of different sizes cannot be compared");
    let sum: u64 = a.iter().zip(b).map(|(&a, &b)| u64::from(a.abs_diff(b)).pow(2)).sum();
    sum as f64 / a.len() as f64
}

/// Peak signal-to-noise ratio in dB of a mean squared error: 10 log₁₀(255² / error), at most 100.
///
/// Average errors first, then take this: an average of decibels would reward one exact frame beyond measure.
pub fn psnr(squared_error: f64) -> f64 {
    (10.0 * (255.0 * 255.0 / squared_error.max(1e-12)).log10()).min(EXACT)
}

/// Side and standard deviation of SSIM's window.
const WINDOW: usize = 11;
const SIGMA: f64 = 1.5;

/// Structural similarity of the brightness (Rec. 601), −1 to 1, averaged over all whole windows.
///
/// Wang et al., "Image Quality Assessment" (2004): 11 × 11 Gaussian window of standard deviation 1.5, K₁ = 0.01,
/// K₂ = 0.03. Frames are at least 11 pixels wide and high; smaller ones give 0.
pub fn ssim(a: &[u8], b: &[u8], width: usize) -> f64 {
    let (a, b) = (brightness(a), brightness(b));
    let height = a.len() / width;
    if width < WINDOW || height < WINDOW {
        return 0.0;
    }
    let product = |a: &[f64], b: &[f64]| -> Vec<f64> { a.iter().zip(b).map(|(a, b)| a * b).collect() };
    let smooth = |x: &[f64]| smoothed(x, width);
    let (mean_a, mean_b) = (smooth(&a), smooth(&b));
    let (aa, bb, ab) = (smooth(&product(&a, &a)), smooth(&product(&b, &b)), smooth(&product(&a, &b)));
    let (c1, c2) = ((0.01_f64 * 255.0).powi(2), (0.03_f64 * 255.0).powi(2));
    let local = |i: usize| {
        let (ma, mb) = (mean_a[i], mean_b[i]);
        let (va, vb, cov) = (aa[i] - ma * ma, bb[i] - mb * mb, ab[i] - ma * mb);
        (2.0 * ma * mb + c1) * (2.0 * cov + c2) / ((ma * ma + mb * mb + c1) * (va + vb + c2))
    };
    (0..mean_a.len()).map(local).sum::<f64>() / mean_a.len() as f64
}

fn brightness(frame: &[u8]) -> Vec<f64> {
    let pixels = frame.as_chunks::<3>().0.iter();
    pixels.map(|&[r, g, b]| 0.299 * f64::from(r) + 0.587 * f64::from(g) + 0.114 * f64::from(b)).collect()
}

/// Gaussian means of all windows that lie within the picture.
fn smoothed(x: &[f64], width: usize) -> Vec<f64> {
    let middle = (WINDOW / 2) as f64;
    let raw: Vec<f64> = (0..WINDOW).map(|i| (-(i as f64 - middle).powi(2) / (2.0 * SIGMA * SIGMA)).exp()).collect();
    let total: f64 = raw.iter().sum();
    let kernel: Vec<f64> = raw.into_iter().map(|weight| weight / total).collect();
    let inner = width - WINDOW + 1;
    let rows: Vec<f64> = x
        .chunks_exact(width)
        .flat_map(|row| row.windows(WINDOW).map(|window| window.iter().zip(&kernel).map(|(x, k)| x * k).sum()))
        .collect();
    let height = rows.len() / inner;
    (0..(height - WINDOW + 1) * inner)
        .map(|i| kernel.iter().enumerate().map(|(k, weight)| rows[i + k * inner] * weight).sum())
        .collect()
}
