//! A pool of past fakes.
//!
//! Shrivastava et al., "Learning from Simulated and Unsupervised Images through Adversarial Training" (2017),
//! <https://arxiv.org/abs/1612.07828>, as CycleGAN has it: a discriminator that sees only the newest fakes forgets what it
//! knew of older ones, and both networks go round in circles.

use std::path::{Path, PathBuf};

use rand::RngExt;

use crate::camera::{Frame, Frames};
use crate::objective::learner::{Network, SaveError};
use crate::random::Rng;

/// Fakes in 8 bit, as real frames are. Saved as a picture of all of them, one below the other.
#[derive(Debug, Clone)]
pub(super) struct Pool {
    name: &'static str,
    /// Fakes that it holds at most; with none, the newest are shown.
    capacity: usize,
    held: Vec<Vec<u8>>,
    size: (u32, u32),
}

impl Pool {
    /// Nothing yet.
    pub fn new(name: &'static str, capacity: usize, size: (u32, u32)) -> Self {
        Self { name, capacity, held: Vec::new(), size }
    }

    /// What the discriminator is shown in place of new fakes, as many: until the pool is full, the new ones, which are kept;
    /// from then on, for every second one by chance, one of the past, whose place it takes.
    pub fn exchange(&mut self, fakes: &Frames, rng: &mut Rng) -> Frames {
        let mut one = |fake: &[u8]| {
            if self.held.len() < self.capacity {
                self.held.push(fake.to_vec());
            } else if self.capacity > 0 && rng.random() {
                let place = rng.random_range(0..self.held.len());
                return std::mem::replace(&mut self.held[place], fake.to_vec());
            }
            fake.to_vec()
        };
        Frames::collect(fakes.size(), fakes.iter().map(&mut one))
    }

    fn file(&self, folder: &Path) -> PathBuf {
        folder.join(format!("{}.png", self.name))
    }
}

impl Network for Pool {
    fn name(&self) -> &'static str {
        self.name
    }

    fn parameters(&self) -> usize {
        0
    }

    fn save(&self, folder: &Path) -> Result<(), SaveError> {
        // A picture has a row at least.
        if self.held.is_empty() {
            return Ok(());
        }
        let file = self.file(folder);
        let height = self.size.1 * self.held.len() as u32;
        let picture = Frame::from_raw(self.size.0, height, self.held.concat()).expect("all fakes have one size");
        picture.save_with_format(&file, image::ImageFormat::Png).map_err(SaveError::of(&file))
    }

    fn load(&mut self, folder: &Path) -> Result<(), SaveError> {
        let file = self.file(folder);
        self.held.clear();
        if !file.exists() {
            return Ok(());
        }
        let bytes = std::fs::read(&file).map_err(SaveError::of(&file))?;
        let picture = image::load_from_memory_with_format(&bytes, image::ImageFormat::Png);
        let picture = picture.map_err(SaveError::of(&file))?.into_rgb8();
        let (width, height) = picture.dimensions();
        let (most, frame) = (self.capacity as u32 * self.size.1, (3 * self.size.0 * self.size.1) as usize);
        if width != self.size.0 || !height.is_multiple_of(self.size.1) || height > most {
            let expected =
                format!("{} pixels wide, and up to {} times {} high", self.size.0, self.capacity, self.size.1);
            return Err(SaveError::of(&file)(format!(
                "is {width} x {height} pixels; a pool of this run is {expected}"
            )));
        }
        self.held = picture.as_raw().chunks_exact(frame).map(<[u8]>::to_vec).collect();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn fakes(levels: impl IntoIterator<Item = u8>) -> Frames {
        Frames::collect((2, 1), levels.into_iter().map(|level| [level; 6]))
    }

    fn levels(frames: &Frames) -> Vec<u8> {
        frames.iter().map(|frame| frame[0]).collect()
    }

    #[test]
    fn the_newest_are_shown_until_it_is_full_and_then_half_of_what_is_shown_is_past() {
        let mut rng = Rng::seed_from_u64(1);
        let mut pool = Pool::new("pool", 3, (2, 1));
        assert_eq!(levels(&pool.exchange(&fakes(1..=3), &mut rng)), [1, 2, 3]);
        let (mut past, mut shown) = (0, Vec::new());
        for level in 4..=203 {
            let one = levels(&pool.exchange(&fakes([level]), &mut rng))[0];
            past += u32::from(one != level);
            shown.push(one);
            assert_eq!(pool.held.len(), 3);
        }
        assert!((70..=130).contains(&past), "{past} of 200");
        // What was shown is shown once more at the most: as itself when it was new, and when it leaves the pool.
        shown.sort_unstable();
        shown.dedup();
        assert_eq!(shown.len(), 200, "a fake of the past leaves the pool when it is shown");
    }

    #[test]
    fn a_pool_of_none_shows_the_newest() {
        let mut pool = Pool::new("pool", 0, (2, 1));
        let mut rng = Rng::seed_from_u64(1);
        assert!((0..50).all(|level| levels(&pool.exchange(&fakes([level]), &mut rng)) == [level]));
    }

    #[test]
    fn it_is_read_as_it_was_written_and_refused_where_it_is_another_runs() {
        let folder = tempfile::tempdir().unwrap();
        let mut pool = Pool::new("pool", 3, (2, 1));
        pool.save(folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "there is nothing to write yet");
        pool.exchange(&fakes([7, 250]), &mut Rng::seed_from_u64(1));
        pool.save(folder.path()).unwrap();
        let mut read = Pool::new("pool", 3, (2, 1));
        read.load(folder.path()).unwrap();
        assert_eq!(read.held, pool.held);
        for (capacity, size) in [(1, (2, 1)), (3, (1, 1)), (3, (2, 4))] {
            let error = Pool::new("pool", capacity, size).load(folder.path()).unwrap_err().to_string();
            assert!(error.contains("pool.png: is 2 x 2 pixels"), "{error}");
        }
        std::fs::write(folder.path().join("pool.png"), b"no picture").unwrap();
        assert!(read.load(folder.path()).unwrap_err().to_string().contains("pool.png"));
    }
}
