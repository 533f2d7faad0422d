//! How frames that were painted from captions are judged: by what a classifier of real frames reads off them, and by the
//! nearest true view.

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::squared_error;
use crate::camera::Frames;
use crate::words::State;

/// Shares of frames, 0 to 1, of which the classifier reads what was said.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Agreement {
    /// How the way goes on.
    pub situation: f64,
    /// What the wall is made of.
    pub material: f64,
    /// Day or night.
    pub light: f64,
    /// All three.
    pub all: f64,
}

impl Agreement {
    /// Of what was said with what was read, frame by frame.
    pub fn of(said: &[State], read: &[State]) -> Self {
        let share = |is: fn(&State, &State) -> bool| {
            let count = said.iter().zip(read).filter(|(said, read)| is(said, read)).count();
            count as f64 / said.len().max(1) as f64
        };
        Self {
            situation: share(|said, read| said.situation == read.situation),
            material: share(|said, read| said.material == read.material),
            light: share(|said, read| said.light == read.light),
            all: share(|said, read| said == read),
        }
    }
}

/// The nearest true views of a frame.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NearestSaid {
    /// RMS distance in grey levels to the nearest view that fits the caption.
    pub fitting: f64,
    /// Its number among the views.
    pub view: usize,
    /// Whether it is the nearest view of all.
    pub fits: bool,
}

/// Views with what can be said of each.
#[derive(Debug, Clone)]
pub struct SaidViews {
    /// The frames.
    pub frames: Frames,
    /// As many.
    pub states: Vec<State>,
}

impl SaidViews {
    /// The nearest views of frames of which something was said; none of a frame that no view fits.
    pub fn nearest(&self, frames: &Frames, said: &[State]) -> Vec<Option<NearestSaid>> {
        let nearest = |index: usize| {
            let distances = self.frames.iter().map(|view| squared_error(&frames[index], view)).enumerate();
            let (mut fitting, mut other): (Option<(usize, f64)>, f64) = (None, f64::INFINITY);
            for (view, distance) in distances {
                match self.states[view] == said[index] {
                    true if fitting.is_none_or(|(_, best)| distance < best) => fitting = Some((view, distance)),
                    false => other = other.min(distance),
                    true => {}
                }
            }
            fitting.map(|(view, distance)| NearestSaid { fitting: distance.sqrt(), view, fits: distance <= other })
        };
        (0..frames.len()).into_par_iter().map(nearest).collect()
    }

    /// See [`CaptionRow::variety`]; of frames, and of what was said for each.
    pub fn variety(&self, frames: &Frames, said: &[State]) -> Option<f64> {
        let both = |state| Some((apart(frames, said, state)?, apart(&self.frames, &self.states, state)?));
        let (painted, real): (Vec<f64>, Vec<f64>) = State::all().filter_map(both).unzip();
        let [painted, real]: [f64; 2] = [painted, real].map(|squares| squares.iter().sum());
        (real > 0.0).then(|| (painted / real).sqrt())
    }
}

/// Mean squared distance of two frames of one state; none where there are not two.
fn apart(frames: &Frames, states: &[State], state: State) -> Option<f64> {
    let own: Vec<&[u8]> =
        (0..states.len()).filter(|&index| states[index] == state).map(|index| &frames[index]).collect();
    let pairs = own.iter().enumerate().flat_map(|(index, one)| own[..index].iter().map(move |other| (*one, *other)));
    let distances: Vec<f64> = pairs.map(|(one, other)| squared_error(one, other)).collect();
    (!distances.is_empty()).then(|| distances.iter().sum::<f64>() / distances.len() as f64)
}

/// Figures of some frames.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaptionRow {
    /// Whose.
    pub name: String,
    /// Whether their combinations were never learned.
    pub held_out: bool,
    /// How many.
    pub frames: usize,
    /// What the classifier reads off them.
    pub read: Agreement,
    /// Share of frames whose nearest true view fits their caption, 0 to 1.
    pub fits: f64,
    /// RMS distance to the nearest true view that fits, in grey levels, median.
    pub distance: f64,
    /// How far two frames of the same thing said are apart, over how far two true views of it are, as root mean squares over all
    /// things of which there are two of both: 0 if all are one picture, 1 if they differ as the truth does. None where there
    /// are none of those, or where the truth is always the same.
    pub variety: Option<f64>,
}

impl CaptionRow {
    /// Of frames by what was said, what was read, and the nearest views.
    pub fn of(
        (name, held_out): (&str, bool),
        (said, read): (&[State], &[State]),
        nearest: &[Option<NearestSaid>],
        variety: Option<f64>,
    ) -> Self {
        let found: Vec<&NearestSaid> = nearest.iter().flatten().collect();
        let mut distances: Vec<f64> = found.iter().map(|found| found.fitting).collect();
        distances.sort_by(f64::total_cmp);
        let fitting = found.iter().filter(|found| found.fits).count();
        Self {
            name: name.to_owned(),
            held_out,
            frames: said.len(),
            read: Agreement::of(said, read),
            fits: fitting as f64 / found.len().max(1) as f64,
            distance: distances.get(distances.len() / 2).copied().unwrap_or(0.0),
            variety,
        }
    }
}

/// Figures of real frames and of models.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CaptionReport {
    /// Steps that the classifier was trained for, and the views that it learned from.
    pub classifier: (u64, usize),
    /// True views that are searched, of training mazes, as many of each state.
    pub views: usize,
    /// What who guesses reads right.
    pub chance: Agreement,
    /// Real frames of mazes never trained on, then each model: what was learned, then what was held out.
    pub rows: Vec<CaptionRow>,
}

/// The report as a Markdown table that also reads well in a terminal, with lines on what was judged.
pub fn caption_table(report: &CaptionReport) -> String {
    let label = |row: &CaptionRow| format!("{}, {}", row.name, if row.held_out { "held out" } else { "learned" });
    let longest = report.rows.iter().map(|row| label(row).chars().count()).max().unwrap_or(0).max("chance".len());
    let mut lines = vec![
        format!(
            "| {:<longest$} | frames | way | wall | light | all | nearest fits | distance | variety |",
            "frames of"
        ),
        format!("| {} | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |", "-".repeat(longest)),
    ];
    let shares = |read: &Agreement| {
        format!("{:.3} | {:.3} | {:.3} | {:.3}", read.situation, read.material, read.light, read.all)
    };
    for row in &report.rows {
        let (name, read) = (label(row), shares(&row.read));
        let variety = row.variety.map_or("-".into(), |variety| format!("{variety:.2}"));
        let (frames, fits, distance) = (row.frames, row.fits, row.distance);
        lines.push(format!("| {name:<longest$} | {frames} | {read} | {fits:.3} | {distance:.1} | {variety} |"));
    }
    lines.push(format!("| {:<longest$} | | {} | | | |", "chance", shares(&report.chance)));
    let (steps, views) = report.classifier;
    lines.push(format!(
        "Way, wall, light, all: share of frames of which a classifier reads what was said; it learned {views} real views of \
         training mazes, held-out combinations among them, in {steps} steps."
    ));
    lines.push(format!(
        "Nearest fits: share of frames whose nearest of {} true views, as many of each kind, is as was said. Distance: RMS in \
         grey levels to the nearest that is. Variety: how far frames of one thing said are apart, over how far its true views \
         are.",
        report.views
    ));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::testing::flat;
    use crate::words::{Light, Material, Situation};

    fn state(material: Material, light: Light) -> State {
        State { situation: Situation::Fork, material, light }
    }

    #[test]
    fn agreement_is_counted_thing_by_thing() {
        let said = [state(Material::Hedge, Light::Day); 4];
        let read = [
            state(Material::Hedge, Light::Day),
            state(Material::Hedge, Light::Night),
            state(Material::Stone, Light::Day),
            State { situation: Situation::DeadEnd, ..state(Material::Stone, Light::Night) },
        ];
        let found = Agreement::of(&said, &read);
        assert_eq!((found.situation, found.material, found.light, found.all), (0.75, 0.5, 0.5, 0.25));
    }

    #[test]
    fn the_nearest_view_that_fits_is_found_and_whether_another_is_nearer() {
        let (day, night) = (state(Material::Hedge, Light::Day), state(Material::Hedge, Light::Night));
        let views = SaidViews { frames: flat(&[10, 100, 104]), states: vec![day, night, day] };
        let found = views.nearest(&flat(&[99, 106, 0]), &[day, day, state(Material::Stone, Light::Day)]);
        assert_eq!(found[0], Some(NearestSaid { fitting: 5.0, view: 2, fits: false }));
        assert_eq!(found[1], Some(NearestSaid { fitting: 2.0, view: 2, fits: true }));
        assert_eq!(found[2], None, "nothing fits");
        let row = CaptionRow::of(("words", true), (&[day; 3], &[day, day, night]), &found, None);
        assert_eq!((row.fits, row.distance, row.frames), (0.5, 5.0, 3));
    }

    #[test]
    fn variety_is_how_far_frames_of_one_thing_are_apart_over_how_far_true_views_are() {
        let (day, night) = (state(Material::Hedge, Light::Day), state(Material::Hedge, Light::Night));
        let views = SaidViews { frames: flat(&[10, 30, 100, 140]), states: vec![day, day, night, night] };
        // Day: 10 apart, where true views are 20; with night, sqrt((10² + 20²) / (20² + 40²)).
        assert_eq!(views.variety(&flat(&[50, 60]), &[day; 2]), Some(0.5));
        assert_eq!(views.variety(&flat(&[50, 60, 0, 20]), &[day, day, night, night]), Some(0.5));
        assert_eq!(views.variety(&flat(&[50, 50]), &[day; 2]), Some(0.0));
        // Frames of two things said are not held against each other, and what there is one of does not count.
        assert_eq!(views.variety(&flat(&[50, 90]), &[day, night]), None);
        assert_eq!(views.variety(&flat(&[50, 60, 90]), &[day, day, night]), Some(0.5));
        let lone = SaidViews { frames: flat(&[10]), states: vec![day] };
        assert_eq!(lone.variety(&flat(&[50, 60]), &[day; 2]), None);
    }

    #[test]
    fn a_table_has_a_line_for_each_row_and_for_chance() {
        let read = Agreement { situation: 0.9, material: 0.8, light: 1.0, all: 0.75 };
        let row = CaptionRow {
            name: "words".into(),
            held_out: true,
            frames: 64,
            read,
            fits: 0.5,
            distance: 12.34,
            variety: Some(0.876),
        };
        let chance = Agreement { situation: 0.2, material: 0.25, light: 0.5, all: 0.025 };
        let rows = vec![CaptionRow { held_out: false, ..row.clone() }, row];
        let table = caption_table(&CaptionReport { classifier: (600, 999), views: 640, chance, rows });
        let line = "| words, held out | 64 | 0.900 | 0.800 | 1.000 | 0.750 | 0.500 | 12.3 | 0.88 |";
        assert!(table.contains(line) && table.contains("words, learned "), "{table}");
        assert!(table.contains("| chance          | | 0.200 | 0.250 | 0.500 | 0.025 | | | |"), "{table}");
        assert!(
            table.contains("999 real views") && table.contains("600 steps") && table.contains("640 true"),
            "{table}"
        );
    }
}
