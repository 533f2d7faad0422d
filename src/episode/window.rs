//! Windows: the context frames and the future frames that a model learns from, cut out of episodes.

use rand::{RngExt, seq::IndexedRandom};
use serde::{Deserialize, Serialize};

use super::{DataError, DataSet};
use crate::agent::Action;
use crate::camera::Camera;
use crate::random::Rng;

/// Which windows are drawn.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowSettings {
    /// Context frames, 1 to 16.
    pub context: usize,
    /// Share of windows whose last context frame is seen at a corner, 0 to 1.
    pub corner_share: f32,
    /// Share of windows in the turn that follows a corner or in the cell that is walked after it, 0 to
    /// 1 − `corner_share`. The rest is anywhere.
    pub turn_share: f32,
    /// Largest change of a byte of the context, drawn evenly, 0 to 64: a model that feeds on its own predictions must
    /// take them with their faults (Valevski et al., "GameNGen", 2024, <https://arxiv.org/abs/2408.14837>).
    pub context_noise: u8,
    /// Whether half of the windows are mirrored, left for right. Only done where left and right are equally likely, or where the
    /// objective learns how likely they are from what windows count ([`Batch::counts`]).
    pub mirror: bool,
    /// Future frames in a window, 1 to 16. A model that is told the actions is given up to one fewer of its own
    /// predictions in place of recorded frames before the one that it is trained on.
    #[serde(default = "one")]
    pub unroll: usize,
}

fn one() -> usize {
    1
}

impl WindowSettings {
    /// Windows that end at corners, as they were recorded: what models are asked at.
    pub fn at_corners(context: usize) -> Self {
        Self { context, corner_share: 1.0, turn_share: 0.0, context_noise: 0, mirror: false, unroll: 1 }
    }
}

/// Where a window is: its last context frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Index into [`DataSet::episodes`].
    pub episode: usize,
    /// Index of the last context frame.
    pub frame: usize,
}

/// All windows of a data set that can be drawn.
#[derive(Debug)]
pub struct Windows {
    settings: WindowSettings,
    /// Windows that end at a corner.
    pub corners: Vec<Place>,
    turns: Vec<Place>,
    mirror: bool,
    /// The corners by what was done there, where each of these is to be drawn equally often.
    choices: Option<Vec<Vec<Place>>>,
    both_futures: bool,
    other_camera: Option<Camera>,
}

/// Windows side by side, as they come from disk.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Windows.
    pub size: usize,
    /// Frames of context in each.
    pub context: usize,
    /// Width and height of a frame.
    pub frame_size: (u32, u32),
    /// Future frames in each.
    pub ahead: usize,
    /// `[size, context, height, width, 3]`.
    pub contexts: Vec<u8>,
    /// The frames that followed: `[size, ahead, height, width, 3]`.
    pub futures: Vec<u8>,
    /// What was done before each of them: `[size, ahead]`.
    pub actions: Vec<Action>,
    /// Where it was asked for, the frames that would have followed the other turn at a corner, and elsewhere the first
    /// of those that followed: `[size, height, width, 3]`.
    pub twins: Option<Vec<u8>>,
    /// Where it was asked for, the first of the frames that followed, as it would have been seen from the same pose in
    /// another scene: `[size, height, width, 3]`.
    pub pairs: Option<Vec<u8>>,
    /// How often each window counts where odds are learned, 0 or more: once, if windows are drawn as often as they happen; less
    /// if it is drawn more often, more if less often, and never if it is mirrored against the odds. Once on average.
    pub counts: Vec<f32>,
}

impl Windows {
    /// Finds the windows of a data set.
    pub fn new(data: &DataSet, settings: WindowSettings) -> Self {
        let (mut corners, mut turns) = (Vec::new(), Vec::new());
        let gait = data.manifest.scene.gait();
        let followed = (gait.longest_turn() + gait.ticks_per_cell) as usize;
        for (index, episode) in data.episodes.iter().enumerate() {
            let ticks = episode.actions().len();
            let fits = |frame: usize| frame + 1 >= settings.context && frame + settings.unroll <= ticks;
            for corner in (0..ticks).filter(|&frame| episode.corners()[frame]) {
                let place = |frame| Place { episode: index, frame };
                corners.extend(Some(corner).filter(|&frame| fits(frame)).map(place));
                turns.extend((corner + 1..corner + followed).filter(|&frame| fits(frame)).map(place));
            }
        }
        // Mirroring would make any odds even.
        let mirror = settings.mirror && data.manifest.scene.is_even();
        Self { settings, corners, turns, mirror, choices: None, both_futures: false, other_camera: None }
    }

    /// For an objective that learns odds from what windows count ([`Batch::counts`]): where left and right are not equally likely,
    /// windows are mirrored all the same, and at corners whatever was done there is drawn equally often.
    pub fn with_learned_odds(self, data: &DataSet) -> Self {
        if data.manifest.scene.is_even() {
            return self;
        }
        let done = |place: &Place| data.episodes[place.episode].actions()[place.frame];
        let of = |action| self.corners.iter().filter(|place| done(place) == action).copied().collect::<Vec<_>>();
        let choices = Action::ALL.into_iter().map(of).filter(|places| !places.is_empty()).collect();
        Self { mirror: self.settings.mirror, choices: Some(choices), ..self }
    }

    /// With [`Batch::twins`], or without.
    pub fn with_both_futures(self, both_futures: bool) -> Self {
        Self { both_futures, ..self }
    }

    /// With [`Batch::pairs`], drawn by another scene's camera, which has frames of the same size; or without.
    pub fn with_other_scene(self, other_camera: Option<Camera>) -> Self {
        Self { other_camera, ..self }
    }

    /// Whether windows are mirrored: asked for, and left and right equally likely, or odds learned from what windows count.
    pub fn mirrors(&self) -> bool {
        self.mirror
    }

    /// A window, and how often it counts.
    fn place(&self, data: &DataSet, rng: &mut Rng) -> (Place, f32) {
        let share = rng.random::<f32>();
        let corner_or_turn = self.settings.corner_share + self.settings.turn_share;
        let mut counts = 1.0;
        let listed = if share < self.settings.corner_share {
            match &self.choices {
                None => self.corners.choose(rng),
                Some(choices) => choices.choose(rng).and_then(|places| {
                    counts = (places.len() * choices.len()) as f32 / self.corners.len() as f32;
                    places.choose(rng)
                }),
            }
        } else if share < corner_or_turn {
            self.turns.choose(rng)
        } else {
            None
        };
        (listed.copied().unwrap_or_else(|| self.place_anywhere(data, rng)), counts)
    }

    /// Whether there is any window to draw: an episode that is long enough.
    pub fn is_empty(&self, data: &DataSet) -> bool {
        let (first, unroll) = (self.settings.context - 1, self.settings.unroll);
        data.episodes.iter().all(|episode| first >= (episode.actions().len() + 1).saturating_sub(unroll))
    }

    /// A window out of an episode that is long enough, of which there is one.
    fn place_anywhere(&self, data: &DataSet, rng: &mut Rng) -> Place {
        loop {
            let episode = rng.random_range(0..data.episodes.len());
            let first = self.settings.context - 1;
            let end = (data.episodes[episode].actions().len() + 1).saturating_sub(self.settings.unroll);
            if first < end {
                let frame = rng.random_range(first..end);
                return Place { episode, frame };
            }
        }
    }

    /// Draws `size` windows.
    ///
    /// # Errors
    /// If a file can no longer be read as it was.
    pub fn draw(&self, data: &DataSet, size: usize, rng: &mut Rng) -> Result<Batch, DataError> {
        let context = self.settings.context;
        let frame_size = data.camera.size();
        let mirrors_against_odds = self.mirror && self.choices.is_some();
        let mut batch = Batch::empty(context, self.settings.unroll, frame_size);
        for _ in 0..size {
            let (place, counts) = self.place(data, rng);
            let mirrored = self.mirror && rng.random();
            self.add(&mut batch, data, place, mirrored)?;
            batch.counts.push(match mirrored {
                _ if !mirrors_against_odds => counts,
                true => 0.0,
                // For its mirror image as well, which does not count.
                false => 2.0 * counts,
            });
        }
        batch.shake(self.settings.context_noise, rng);
        Ok(batch)
    }

    /// The windows at given places, as they were recorded.
    ///
    /// # Errors
    /// If a file can no longer be read as it was.
    pub fn take(&self, data: &DataSet, places: &[Place]) -> Result<Batch, DataError> {
        let mut batch = Batch::empty(self.settings.context, self.settings.unroll, data.camera.size());
        for &place in places {
            self.add(&mut batch, data, place, false)?;
        }
        batch.counts = vec![1.0; places.len()];
        Ok(batch)
    }

    fn add(&self, batch: &mut Batch, data: &DataSet, place: Place, mirrored: bool) -> Result<(), DataError> {
        batch.push(data, place, mirrored)?;
        if self.both_futures {
            batch.push_twin(data, place, mirrored);
        }
        if let Some(camera) = &self.other_camera {
            batch.push_pair(data, camera, place, mirrored);
        }
        Ok(())
    }
}

impl Batch {
    /// Windows of which nothing is read.
    pub fn unread(size: usize, frame_size: (u32, u32)) -> Self {
        Self { size, counts: vec![1.0; size], ..Self::empty(0, 0, frame_size) }
    }

    fn empty(context: usize, ahead: usize, frame_size: (u32, u32)) -> Self {
        let (contexts, futures, actions) = (Vec::new(), Vec::new(), Vec::new());
        let (twins, pairs, counts) = (None, None, Vec::new());
        Self { size: 0, context, ahead, frame_size, contexts, futures, actions, twins, pairs, counts }
    }

    /// Bytes of a frame.
    fn frame_bytes(&self) -> usize {
        (self.frame_size.0 * self.frame_size.1 * 3) as usize
    }

    fn push(&mut self, data: &DataSet, place: Place, mirrored: bool) -> Result<(), DataError> {
        let episode = &data.episodes[place.episode];
        let width = self.frame_size.0 as usize;
        // Context and future lie side by side in the file.
        let seen = episode.frames(place.frame + 1 - self.context..place.frame + 1 + self.ahead)?;
        for (number, frame) in seen.chunks_exact(self.frame_bytes()).enumerate() {
            let pixels = if number < self.context { &mut self.contexts } else { &mut self.futures };
            add_frame(pixels, frame, width, mirrored);
        }
        for &action in &episode.actions()[place.frame..place.frame + self.ahead] {
            self.actions.push(if mirrored { action.mirrored() } else { action });
        }
        self.size += 1;
        Ok(())
    }

    /// Adds the twin of the window that was pushed last.
    fn push_twin(&mut self, data: &DataSet, place: Place, mirrored: bool) {
        let chosen = data.chosen(place.episode, place.frame);
        let futures = chosen.and_then(|_| data.futures(place.episode, place.frame, 1)).unwrap_or_default();
        let others: Vec<_> = futures.iter().filter(|future| Some(future.action) != chosen).collect();
        // Of several others each in its turn.
        let other = others.get((place.episode + place.frame) % others.len().max(1));
        let (width, frame) = (self.frame_size.0 as usize, self.frame_bytes());
        let twins = self.twins.get_or_insert_default();
        match other {
            Some(other) => add_frame(twins, &other.frames[0], width, mirrored),
            // It was turned already, if it is to be.
            None => {
                let recorded = (self.size - 1) * self.ahead * frame;
                twins.extend_from_slice(&self.futures[recorded..recorded + frame]);
            }
        }
    }

    /// Adds the pair of the window that was pushed last: what another scene's camera sees.
    fn push_pair(&mut self, data: &DataSet, camera: &Camera, place: Place, mirrored: bool) {
        let width = self.frame_size.0 as usize;
        let seen = data.seen_by(camera, place.episode, place.frame + 1, 0);
        add_frame(self.pairs.get_or_insert_default(), &seen, width, mirrored);
    }

    /// Changes every byte of the contexts by up to `largest`, up or down.
    fn shake(&mut self, largest: u8, rng: &mut Rng) {
        if largest == 0 {
            return;
        }
        let mut drawn = vec![0_u8; self.contexts.len()];
        rng.fill(drawn.as_mut_slice());
        let range = 2 * i32::from(largest) + 1;
        for (byte, drawn) in self.contexts.iter_mut().zip(drawn) {
            let change = ((i32::from(drawn) * range) >> 8) - i32::from(largest);
            *byte = (i32::from(*byte) + change).clamp(0, 255) as u8;
        }
    }

    /// The windows a frame later: `frames`, `[size, height, width, 3]`, are the newest of the contexts, and what
    /// followed first is no more there.
    ///
    /// # Panics
    /// If nothing would be left to predict.
    pub fn advance(&mut self, frames: &[u8]) {
        assert!(self.ahead > 1, "a window keeps a frame to predict");
        let frame = self.frame_bytes();
        for (context, newest) in self.contexts.chunks_exact_mut(self.context * frame).zip(frames.chunks_exact(frame)) {
            context.copy_within(frame.., 0);
            context[(self.context - 1) * frame..].copy_from_slice(newest);
        }
        let later = |window: &[u8]| window[frame..].to_vec();
        self.futures = self.futures.chunks_exact(self.ahead * frame).flat_map(later).collect();
        self.actions = self.actions.chunks_exact(self.ahead).flat_map(|window| window[1..].to_vec()).collect();
        self.ahead -= 1;
    }

    /// The windows with their first future frame only.
    pub fn nearest(mut self) -> Self {
        if self.ahead == 1 {
            return self;
        }
        let frame = self.frame_bytes();
        let first = |window: &[u8]| window[..frame].to_vec();
        self.futures = self.futures.chunks_exact(self.ahead * frame).flat_map(first).collect();
        self.actions = self.actions.chunks_exact(self.ahead).map(|window| window[0]).collect();
        self.ahead = 1;
        self
    }

    /// Cut into `parts` of (almost) equal size, in order.
    pub fn split(&self, parts: usize) -> Vec<Self> {
        let frame = self.frame_bytes();
        (0..parts)
            .map(|part| {
                let range = part * self.size / parts..(part + 1) * self.size / parts;
                let (context, ahead) = (self.context * frame, self.ahead);
                Self {
                    size: range.len(),
                    context: self.context,
                    ahead,
                    frame_size: self.frame_size,
                    contexts: self.contexts[range.start * context..range.end * context].to_vec(),
                    futures: self.futures[range.start * ahead * frame..range.end * ahead * frame].to_vec(),
                    actions: self.actions[range.start * ahead..range.end * ahead].to_vec(),
                    twins: self.twins.as_ref().map(|twins| twins[range.start * frame..range.end * frame].to_vec()),
                    pairs: self.pairs.as_ref().map(|pairs| pairs[range.start * frame..range.end * frame].to_vec()),
                    counts: self.counts[range].to_vec(),
                }
            })
            .collect()
    }
}

/// Adds a frame's pixels, or those of its mirror image.
fn add_frame(pixels: &mut Vec<u8>, frame: &[u8], width: usize, mirrored: bool) {
    if mirrored {
        pixels.reserve(frame.len());
        for row in frame.chunks_exact(3 * width) {
            row.as_chunks::<3>().0.iter().rev().for_each(|pixel| pixels.extend_from_slice(pixel));
        }
    } else {
        pixels.extend_from_slice(frame);
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn shaken(byte: u8, largest: u8) -> Vec<u8> {
        let mut batch = Batch::empty(1, 1, (64, 64));
        batch.contexts = vec![byte; 20_000];
        batch.futures = vec![byte; 100];
        batch.shake(largest, &mut Rng::seed_from_u64(1));
        assert!(batch.futures.iter().all(|&future| future == byte), "the truth stays as it is");
        batch.contexts
    }

    #[test]
    fn noise_on_the_context_is_even_and_within_its_bounds() {
        let bytes = shaken(100, 3);
        for value in 97..=103 {
            let share = bytes.iter().filter(|&&byte| byte == value).count() as f64 / bytes.len() as f64;
            assert!((share - 1.0 / 7.0).abs() < 0.02, "{value}: {share}");
        }
        assert!(bytes.iter().all(|byte| (97..=103).contains(byte)));
        assert!(shaken(100, 0).iter().all(|&byte| byte == 100));
        assert!(shaken(255, 64).iter().all(|&byte| byte >= 191) && shaken(0, 64).iter().all(|&byte| byte <= 64));
    }

    /// Two windows of two context frames and three futures, a pixel each: the numbers 0 to 4, and 10 to 14.
    fn numbered() -> Batch {
        let mut batch = Batch::empty(2, 3, (1, 1));
        batch.size = 2;
        batch.counts = vec![1.0, 0.0];
        let pixels = |numbers: &[u8]| numbers.iter().flat_map(|&number| [number; 3]).collect::<Vec<u8>>();
        batch.contexts = pixels(&[0, 1, 10, 11]);
        batch.futures = pixels(&[2, 3, 4, 12, 13, 14]);
        batch.actions =
            [Action::Forward, Action::Left, Action::Right, Action::Right, Action::Left, Action::Left].into();
        batch
    }

    fn reds(pixels: &[u8]) -> Vec<u8> {
        pixels.iter().step_by(3).copied().collect()
    }

    #[test]
    fn windows_advance_by_frames_of_ones_own() {
        let mut batch = numbered();
        batch.advance(&[90, 90, 90, 91, 91, 91]);
        assert_eq!((reds(&batch.contexts), reds(&batch.futures)), (vec![1, 90, 11, 91], vec![3, 4, 13, 14]));
        assert_eq!(batch.actions, [Action::Left, Action::Right, Action::Left, Action::Left]);
        let nearest = batch.nearest();
        assert_eq!((reds(&nearest.futures), nearest.ahead), (vec![3, 13], 1));
        assert_eq!(nearest.actions, [Action::Left, Action::Left]);
    }

    #[test]
    fn a_mirror_swaps_the_columns_of_each_row_and_no_bytes_of_a_pixel() {
        // Two rows of three pixels each.
        let frame = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14, 15, 16, 17, 18, 19];
        let mut pixels = vec![0];
        add_frame(&mut pixels, &frame, 3, false);
        assert_eq!(pixels[1..], frame);
        pixels.truncate(1);
        add_frame(&mut pixels, &frame, 3, true);
        assert_eq!(pixels, [0, 7, 8, 9, 4, 5, 6, 1, 2, 3, 17, 18, 19, 14, 15, 16, 11, 12, 13]);
    }

    #[test]
    fn parts_keep_all_that_is_ahead() {
        let parts = numbered().split(2);
        assert_eq!((reds(&parts[1].contexts), reds(&parts[1].futures)), (vec![10, 11], vec![12, 13, 14]));
        assert_eq!(parts[1].actions, [Action::Right, Action::Left, Action::Left]);
        assert_eq!(parts[1].counts, [0.0]);
    }
}
