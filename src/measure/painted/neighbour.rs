//! The nearest of many frames on disk, exactly: what was copied is found.

use rayon::prelude::*;

use super::super::rms;
use crate::episode::{DataError, DataSet};

/// Blocks along a side of a sketch.
const SIDE: usize = 16;

/// A frame's mean colours on a 16 × 16 grid, cut to whole levels.
type Sketch = Vec<u8>;

/// A frame among those of a data set.
#[derive(Debug, Clone, PartialEq)]
pub struct Neighbour {
    /// Root of the mean squared difference, in grey levels.
    pub distance: f64,
    /// Index into [`DataSet::episodes`].
    pub episode: usize,
    /// Index of the frame.
    pub frame: usize,
}

/// All frames of a data set, to be searched: 768 bytes each in memory, the frames stay on disk.
#[derive(Debug)]
pub struct FrameIndex<'a> {
    data: &'a DataSet,
    sketches: Vec<u8>,
    places: Vec<(usize, usize)>,
    /// Pixels of the smallest block over those of a frame.
    weight: f64,
}

impl<'a> FrameIndex<'a> {
    /// Reads all frames once.
    ///
    /// # Errors
    /// If a file can no longer be read as it was.
    pub fn of(data: &'a DataSet) -> Result<Self, DataError> {
        let width = data.camera.size().0 as usize;
        let read = |(number, episode): (usize, &crate::episode::StoredEpisode)| {
            let pixels = episode.frames(0..episode.poses().len())?;
            let frames = pixels.chunks_exact(data.camera.frame_bytes());
            let sketches: Vec<u8> = frames.flat_map(|frame| sketch(frame, width)).collect();
            Ok((sketches, (0..episode.poses().len()).map(|frame| (number, frame)).collect::<Vec<_>>()))
        };
        let all: Vec<_> = data.episodes.par_iter().enumerate().map(read).collect::<Result<_, DataError>>()?;
        let (sketches, places): (Vec<_>, Vec<_>) = all.into_iter().unzip();
        let (width, height) = data.camera.size();
        let smallest = (width as usize / SIDE).max(1) * (height as usize / SIDE).max(1);
        let weight = smallest as f64 / f64::from(width * height);
        Ok(Self { data, sketches: sketches.concat(), places: places.concat(), weight })
    }

    /// Frames that are searched.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The nearest frame; none, if there are none.
    ///
    /// Means over blocks are never further apart than what they are means of, (mean a − mean b)² ≤ mean (a − b)², so frames
    /// are looked at in the order of that bound, until it is above the best distance that was found.
    ///
    /// # Errors
    /// If a file can no longer be read as it was.
    pub fn nearest(&self, frame: &[u8]) -> Result<Option<Neighbour>, DataError> {
        let (width, height) = self.data.camera.size();
        let own = sketch(frame, width as usize);
        let bound = |other: &[u8]| -> f64 {
            // Each mean was cut by less than a level.
            let squared = |(&a, &b): (&u8, &u8)| u32::from(a.abs_diff(b).saturating_sub(1)).pow(2);
            let sum: u32 = own.iter().zip(other).map(squared).sum();
            (f64::from(sum) * self.weight / 3.0).sqrt()
        };
        // Blocks of pictures smaller than the grid hold no pixel, and say nothing.
        let usable = (width as usize).min(height as usize) >= SIDE;
        let mut bounds: Vec<(f64, usize)> = self
            .sketches
            .chunks_exact(own.len())
            .enumerate()
            .map(|(index, other)| (if usable { bound(other) } else { 0.0 }, index))
            .collect();
        bounds.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut best: Option<Neighbour> = None;
        for (bound, index) in bounds {
            if best.as_ref().is_some_and(|best| bound >= best.distance) {
                break;
            }
            let (episode, number) = self.places[index];
            let distance = rms(frame, &self.data.episodes[episode].frame(number)?);
            if best.as_ref().is_none_or(|best| distance < best.distance) {
                best = Some(Neighbour { distance, episode, frame: number });
            }
        }
        Ok(best)
    }
}

fn sketch(frame: &[u8], width: usize) -> Sketch {
    let height = frame.len() / 3 / width;
    let mut sums = vec![([0_u32; 3], 0_u32); SIDE * SIDE];
    for (index, pixel) in frame.as_chunks::<3>().0.iter().enumerate() {
        let (x, y) = (index % width * SIDE / width, index / width * SIDE / height);
        let (sum, count) = &mut sums[y * SIDE + x];
        sum.iter_mut().zip(pixel).for_each(|(sum, &value)| *sum += u32::from(value));
        *count += 1;
    }
    sums.iter().flat_map(|(sum, count)| sum.map(|sum| (sum / (*count).max(1)) as u8)).collect()
}
