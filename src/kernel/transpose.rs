//! Planes into pixel-major order: for every pixel a few vectors of channels.

use super::lanes::{Eight, Isa, LANES};

/// Where the values of one pixel's channels go: panels of `vectors` vectors each, one after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Panels {
    pub(super) channels: usize,
    /// Of a vector: a multiple of [`LANES`].
    pub(super) lanes: usize,
    /// Vectors of the first panels, in pairs of (panels, vectors each).
    parts: [(usize, usize); 2],
}

impl Panels {
    /// Cuts channels into panels of 3, 2 or 1 vectors, the wider the better.
    pub(super) fn new(channels: usize, lanes: usize) -> Self {
        let vectors = channels.div_ceil(lanes);
        let parts = match (vectors % 3, vectors) {
            (_, 1) => [(1, 1), (0, 1)],
            (0, _) => [(vectors / 3, 3), (0, 1)],
            (1, _) => [((vectors - 4) / 3, 3), (2, 2)],
            _ => [(vectors / 3, 3), (1, 2)],
        };
        Self { channels, lanes, parts }
    }

    /// Values of a pixel in all panels: the channels, and zeros up to the last vector's end.
    pub(super) fn width(&self) -> usize {
        self.channels.next_multiple_of(self.lanes)
    }

    /// First vector and number of vectors of each panel.
    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let [(count, wide), (rest, narrow)] = self.parts;
        let first = (0..count).map(move |at| (at * wide, wide));
        first.chain((0..rest).map(move |at| (count * wide + at * narrow, narrow)))
    }
}

/// Writes `pixels` pixels of the planes of `from` (`plane` apart) to `to`: panel after panel, each
/// `[pixel][vector][lane]`; channels past the last are zero.
pub(super) fn transpose(isa: Isa, panels: &Panels, from: &[f32], plane: usize, pixels: usize, to: &mut [f32]) {
    assert!(from.len() >= (panels.channels - 1) * plane + pixels);
    assert!(to.len() >= panels.width() * pixels);
    for (first, vectors) in panels.iter() {
        let (first, width) = (first * panels.lanes, vectors * panels.lanes);
        let to = &mut to[first * pixels..(first + width) * pixels];
        for lane in (0..width).step_by(LANES) {
            let channel = first + lane;
            let channels = LANES.min(panels.channels.saturating_sub(channel));
            let from = &from[(channel * plane).min(from.len())..];
            let to = &mut to[lane..];
            if channels == LANES {
                turn(isa, from, plane, pixels, to, width);
                continue;
            }
            for pixel in 0..pixels {
                let to = &mut to[pixel * width..][..LANES];
                for (lane, to) in to.iter_mut().enumerate() {
                    *to = if lane < channels { from[lane * plane + pixel] } else { 0.0 };
                }
            }
        }
    }
}

/// Writes `pixels` pixels of the first eight planes of `from` (`plane` apart) to `to`: each `[lane]`, `step` after the one
/// before.
///
/// # Panics
/// If they are not there, or have no room.
pub(super) fn turn(isa: Isa, from: &[f32], plane: usize, pixels: usize, to: &mut [f32], step: usize) {
    let Some(last) = pixels.checked_sub(1) else { return };
    assert!((LANES - 1) * plane + pixels <= from.len() && last * step + LANES <= to.len());
    let whole = pixels / LANES * LANES;
    // SAFETY: eight planes of `whole` pixels are there to be read, and room for eight values at each step.
    unsafe {
        match isa {
            #[cfg(target_arch = "x86_64")]
            Isa::Avx512(_) | Isa::Avx2(_) => whole_avx2(from, plane, whole, to, step),
            Isa::Portable => whole_portable(from, plane, whole, to, step),
        }
    }
    for pixel in whole..pixels {
        for (lane, to) in to[pixel * step..][..LANES].iter_mut().enumerate() {
            *to = from[lane * plane + pixel];
        }
    }
}

/// Eight channels of `pixels` pixels, a multiple of eight, each to `step` values after the one before.
///
/// # Safety
/// `from` must hold eight planes of so many pixels, `to` eight values for each of them.
#[inline(always)]
unsafe fn whole<V: Eight>(from: &[f32], plane: usize, pixels: usize, to: &mut [f32], step: usize) {
    let (from, to) = (from.as_ptr(), to.as_mut_ptr());
    for pixel in (0..pixels).step_by(LANES) {
        // SAFETY: the caller vouches for the sizes and for the instructions of `V`.
        unsafe {
            let rows = std::array::from_fn(|lane| V::load(from.add(lane * plane + pixel)));
            for (at, row) in V::transpose(rows).into_iter().enumerate() {
                row.store(to.add((pixel + at) * step));
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
unsafe fn whole_avx2(from: &[f32], plane: usize, pixels: usize, to: &mut [f32], step: usize) {
    // SAFETY: passed on to the caller; the instructions are enabled here.
    unsafe { whole::<std::arch::x86_64::__m256>(from, plane, pixels, to, step) }
}

unsafe fn whole_portable(from: &[f32], plane: usize, pixels: usize, to: &mut [f32], step: usize) {
    // SAFETY: passed on to the caller; arrays need no particular instructions.
    unsafe { whole::<super::lanes::Array>(from, plane, pixels, to, step) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_of_every_pixel_has_its_place() {
        for channels in [1, 3, 8, 12, 24, 32, 33, 40, 56, 96] {
            let (plane, pixels) = (21, 19);
            let from: Vec<f32> = (0..channels * plane).map(|value| value as f32).collect();
            for (isa, lanes) in Isa::all().into_iter().flat_map(|isa| [(isa, LANES), (isa, 2 * LANES)]) {
                let panels = Panels::new(channels, lanes);
                let mut to = vec![f32::NAN; panels.width() * pixels];
                transpose(isa, &panels, &from, plane, pixels, &mut to);
                let mut covered = 0;
                for (first, vectors) in panels.iter() {
                    assert_eq!(first, covered);
                    covered += vectors;
                    for pixel in 0..pixels {
                        for lane in 0..vectors * lanes {
                            let channel = first * lanes + lane;
                            let at = (first * pixels + pixel * vectors) * lanes + lane;
                            let wanted = if channel < channels { from[channel * plane + pixel] } else { 0.0 };
                            assert_eq!(to[at], wanted);
                        }
                    }
                }
                assert_eq!(covered * lanes, panels.width());
            }
        }
    }
}
