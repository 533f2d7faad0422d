//! How frames that were painted from nothing are judged: against real frames, against what was learned from, and against
//! every view that there is.

mod neighbour;
mod table;
mod views;

pub use neighbour::{FrameIndex, Neighbour};
pub use table::painted_table;
pub use views::{NearestView, Views};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::coverage::{Feature, density_and_coverage, feature};
use crate::camera::Frames;
use crate::episode::DataError;

/// Share of real frames, seen in mazes that are not searched, that have to count as possible views.
const REAL_POSSIBLE: f64 = 0.9;

/// What painted frames are held against.
#[derive(Debug)]
pub struct World<'a> {
    /// Real frames that density and coverage refer to; from mazes that no model learned.
    pub reference: Frames,
    /// Real frames of further such mazes: how well the truth itself would do.
    pub held_out: Frames,
    /// All frames that were learned from.
    pub training: FrameIndex<'a>,
    /// Views of mazes, none of which is among those of `held_out`.
    pub views: Views,
}

/// Figures of some frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaintedRow {
    /// Who painted them.
    pub name: String,
    /// How many balls around reference frames a frame lies in, over five (Naeem et al. 2020): about 1 for real frames.
    pub density: f64,
    /// Share of those balls with a frame in them, 0 to 1.
    pub coverage: f64,
    /// RMS distance to the nearest training frame in grey levels: the median, and the tenth part that is nearest.
    pub training_median: f64,
    /// See [`PaintedRow::training_median`].
    pub training_tenth: f64,
    /// RMS distance to the nearest view of any pose of the mazes that are searched, in grey levels, median.
    pub view_median: f64,
    /// Share of frames that are a possible view: no further from the nearest view than
    /// [`PaintedReport::possible_within`].
    pub possible: f64,
}

/// Figures of real frames, of blends of two, and of painters.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaintedReport {
    /// Frames of each row.
    pub frames: usize,
    /// Reference frames.
    pub reference: usize,
    /// Frames that were learned from, all of which are searched.
    pub training_frames: usize,
    /// Mazes whose views are searched.
    pub mazes: usize,
    /// Poses of the grid in them.
    pub poses: usize,
    /// Distance in grey levels up to which a frame is a possible view: nine of ten real frames, of mazes that are not
    /// searched, are.
    pub possible_within: f64,
    /// Held-out frames, blends of two of them, then a row a painter.
    pub rows: Vec<PaintedRow>,
}

/// Frames with what was found for each.
#[derive(Debug)]
pub struct Judged {
    /// Who painted them.
    pub name: String,
    /// The frames.
    pub frames: Frames,
    /// The nearest view of each.
    pub views: Vec<NearestView>,
    /// The nearest training frame of each.
    pub neighbours: Vec<Neighbour>,
}

impl Judged {
    /// Searches views and training frames for each of some frames.
    ///
    /// # Errors
    /// If a file of the training frames can no longer be read as it was.
    pub fn of(name: &str, frames: Frames, world: &World) -> Result<Self, DataError> {
        let find = |index: usize| {
            let view = world.views.nearest(&frames.picture(index));
            Ok((view, world.training.nearest(&frames[index])?))
        };
        let found: Vec<_> = (0..frames.len()).into_par_iter().map(find).collect::<Result<_, DataError>>()?;
        let (views, neighbours): (Vec<_>, Vec<_>) = found.into_iter().unzip();
        let (views, neighbours) = (views.into_iter().flatten().collect(), neighbours.into_iter().flatten().collect());
        Ok(Self { name: name.to_owned(), frames, views, neighbours })
    }

    fn row(&self, reference: &[Feature], possible_within: f64) -> PaintedRow {
        let (density, coverage) = density_and_coverage(reference, &features(&self.frames));
        let views: Vec<f64> = self.views.iter().map(|view| view.distance).collect();
        let training: Vec<f64> = self.neighbours.iter().map(|neighbour| neighbour.distance).collect();
        let possible = views.iter().filter(|&&distance| distance <= possible_within).count();
        PaintedRow {
            name: self.name.clone(),
            density,
            coverage,
            training_median: quantile(&training, 0.5),
            training_tenth: quantile(&training, 0.1),
            view_median: quantile(&views, 0.5),
            possible: possible as f64 / views.len().max(1) as f64,
        }
    }
}

/// Names of the two rows that others are held against.
const HELD_OUT: &str = "held-out frames";
const BLENDS: &str = "blends of two";

/// Judges named frames beside real ones and blends: the report, and what was found for each, in the order of its rows.
///
/// # Errors
/// If a file of the training frames can no longer be read as it was.
pub fn judge_painted(
    painted: Vec<(String, Frames)>,
    world: &World,
    mut working_on: impl FnMut(&str),
) -> Result<(PaintedReport, Vec<Judged>), DataError> {
    let baselines = [(HELD_OUT.to_owned(), world.held_out.clone()), (BLENDS.to_owned(), blends(&world.held_out))];
    let mut all = Vec::new();
    for (name, frames) in baselines.into_iter().chain(painted) {
        working_on(&name);
        all.push(Judged::of(&name, frames, world)?);
    }
    let real: Vec<f64> = all[0].views.iter().map(|view| view.distance).collect();
    let possible_within = quantile(&real, REAL_POSSIBLE);
    let reference = features(&world.reference);
    let report = PaintedReport {
        frames: world.held_out.len(),
        reference: world.reference.len(),
        training_frames: world.training.len(),
        mazes: world.views.mazes().len(),
        poses: world.views.len(),
        possible_within,
        rows: all.iter().map(|judged| judged.row(&reference, possible_within)).collect(),
    };
    Ok((report, all))
}

/// As many frames, each the mean of two that lie half of all apart.
fn blends(frames: &Frames) -> Frames {
    let count = frames.len();
    let blend = |index: usize| -> Vec<u8> {
        let (one, other) = (&frames[index], &frames[(index + count / 2) % count]);
        one.iter().zip(other).map(|(&a, &b)| a.midpoint(b)).collect()
    };
    Frames::collect(frames.size(), (0..count).map(blend))
}

fn features(frames: &Frames) -> Vec<Feature> {
    frames.iter().map(|frame| feature(frame, frames.size().0 as usize)).collect()
}

/// The smallest value that at least `share` of all are not above; 0 of none.
fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(at.max(1) - 1).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::testing::flat;

    #[test]
    fn a_quantile_is_one_of_the_values() {
        let values = [5.0, 1.0, 4.0, 2.0, 3.0, 6.0, 7.0, 8.0, 9.0, 10.0];
        assert_eq!([0.1, 0.5, 0.9, 1.0].map(|share| quantile(&values, share)), [1.0, 5.0, 9.0, 10.0]);
        assert_eq!(quantile(&values, 0.25), 3.0, "between two of them it is the upper one");
        assert_eq!(quantile(&[], 0.5), 0.0);
    }

    #[test]
    fn a_blend_lies_between_two_frames_far_apart() {
        let blended = blends(&flat(&[0, 10, 100, 200]));
        assert_eq!(blended.iter().map(|frame| frame[0]).collect::<Vec<_>>(), [50, 105, 50, 105]);
    }
}
