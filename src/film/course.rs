//! The course of a training: what one network says at the same corners, with the same noise, after more and more steps.

use super::Shot;
use super::rollout::{Model, Panel, roll_out, truth};
use super::scene::{FILM, MARGIN, SUBTITLE, colour, page};
use crate::draw::palette::{ACCENT, CARD, DIM, LINE, TEXT};
use crate::draw::{Align, Canvas, Rect, Style};
use crate::predict::{Predictor, Question};

/// A network as it was after so many steps.
#[derive(Clone, Copy)]
pub struct Stage<'a> {
    /// Steps done.
    pub step: u64,
    /// Answers.
    pub predictor: &'a dyn Predictor,
}

impl std::fmt::Debug for Stage<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Stage").field("step", &self.step).finish_non_exhaustive()
    }
}

/// What is shown of a training.
#[derive(Debug, Clone)]
pub struct Course<'a> {
    /// The recipe.
    pub name: &'a str,
    /// The scene of the corners.
    pub scene: &'a str,
    /// Its stages, in order.
    pub stages: Vec<Stage<'a>>,
    /// Frames that it sees.
    pub context: usize,
    /// Steps before the adversary joined; 0 where there is none, or none before it.
    pub warm_steps: u64,
    /// Noises, the same at every corner and every stage.
    pub samples: usize,
    /// What they follow from.
    pub seed: u64,
}

/// Shares of the steps with an adversary after which the sheet shows what the network says.
const SHARES: [f64; 4] = [0.0, 0.1, 0.3, 1.0];

/// Corners that a film has room for.
const FILM_CORNERS: usize = 3;

/// Sheet: space around it and between pictures and groups, heights of title, heads and legend, width of pictures.
const EDGE: u32 = 28;
const GAP: u32 = 4;
const BETWEEN: u32 = 22;
const TITLE: u32 = 52;
const HEAD: u32 = 32;
const FOOT: u32 = 40;
const PICTURE: u32 = 128;

/// Film: seconds that the ghost, each stage and the last one stand, and space between pictures.
const GHOST_SECONDS: f64 = 2.0;
const STAGE_SECONDS: f64 = 0.7;
const LAST_SECONDS: f64 = 4.0;
const FILM_GAP: u32 = 12;

impl Course<'_> {
    /// What a stage says at a corner: a panel for each noise.
    fn panels(&self, stage: Stage, question: &Question) -> Vec<Panel> {
        let model = Model { predictor: stage.predictor, context: self.context };
        roll_out(model, question, 1, self.samples, self.seed)
    }

    /// The stages on the sheet: of those that are there, the ones nearest to the shares, each once.
    fn on_sheet(&self) -> Vec<Stage<'_>> {
        let last = self.stages.last().map_or(0, |stage| stage.step);
        let warm = self.warm_steps.min(last);
        let mut shown: Vec<Stage> = Vec::new();
        for share in SHARES {
            let wanted = warm + (share * (last - warm) as f64).round() as u64;
            let nearest = self.stages.iter().min_by_key(|stage| stage.step.abs_diff(wanted));
            shown.extend(nearest.filter(|stage| shown.last().is_none_or(|before| before.step < stage.step)));
        }
        shown
    }

    /// What was going on at a step.
    fn words(&self, step: u64) -> String {
        match step.checked_sub(self.warm_steps) {
            _ if self.warm_steps == 0 => format!("step {step}"),
            None | Some(0) => format!("{step} steps: the ghost"),
            Some(steps) => format!("+{steps} with the adversary"),
        }
    }

    /// One still: a row a corner, with what was seen, the true futures, and the answers of a few stages.
    pub fn sheet(&self, questions: &[Question]) -> Canvas {
        let Some(first) = questions.first() else { return Canvas::new(2 * EDGE, 2 * EDGE) };
        let stages = self.on_sheet();
        let picture = Rect::new(0, 0, PICTURE, PICTURE).fit(first.frame_size());
        let truths = questions.iter().map(|question| truth(question).len()).max().unwrap_or(1) as u32;
        let answers = stages.first().map_or(0, |stage| self.panels(*stage, first).len() as u32);
        let group = |count: u32| count * (picture.width + GAP) - GAP;
        let width = 2 * EDGE + group(truths) + stages.len() as u32 * (BETWEEN + group(answers));
        let height = EDGE + TITLE + HEAD + questions.len() as u32 * (picture.height + GAP) + FOOT;
        let mut canvas = Canvas::new(width, height);
        let line = Rect::new(EDGE, 0, width - 2 * EDGE, 0);
        let title = format!("{}: the same corners of {}, the same noise, through its training", self.name, self.scene);
        canvas.write(&title, Style::words(24.0, TEXT), Align::Left, Rect { y: 18, height: 34, ..line });
        let head = |x: u32, width: u32| Rect::new(x, EDGE + TITLE - 8, width, HEAD);
        for (index, panel) in (0..).zip(truth(first)) {
            let x = EDGE + index * (picture.width + GAP);
            let words = panel.label.trim_start_matches("true: ");
            canvas.write(words, Style::words(19.0, DIM), Align::Centre, head(x, picture.width));
        }
        let of_stage = |index: u32| EDGE + group(truths) + BETWEEN + index * (group(answers) + BETWEEN);
        for (index, stage) in (0..).zip(&stages) {
            let place = head(of_stage(index), group(answers));
            canvas.write(&self.words(stage.step), Style::words(19.0, DIM), Align::Centre, place);
        }
        for (row, question) in (0..).zip(questions) {
            let y = EDGE + TITLE + HEAD + row * (picture.height + GAP);
            draw_row(&mut canvas, truth(question), Rect { x: EDGE, y, ..picture }, GAP);
            for (index, stage) in (0..).zip(&stages) {
                let place = Rect { x: of_stage(index), y, ..picture };
                draw_row(&mut canvas, self.panels(*stage, question), place, GAP);
            }
        }
        let foot = Rect { y: height - FOOT + 6, height: 26, ..line };
        canvas.write(COLOURS, LEGEND, Align::Left, foot);
        canvas
    }

    /// A film: a picture a stage.
    pub fn shots<'q>(&'q self, questions: &'q [Question]) -> impl ExactSizeIterator<Item = Shot> + 'q {
        let last = self.stages.len().saturating_sub(1);
        let ghost = self.stages.iter().rposition(|stage| stage.step <= self.warm_steps);
        self.stages.iter().enumerate().map(move |(index, stage)| Shot {
            picture: self.picture(*stage, &questions[..questions.len().min(FILM_CORNERS)]),
            seconds: match index {
                _ if index == last => LAST_SECONDS,
                _ if Some(index) == ghost => GHOST_SECONDS,
                _ => STAGE_SECONDS,
            },
            fades: index > 0,
        })
    }

    fn picture(&self, stage: Stage, questions: &[Question]) -> Canvas {
        let is_warm = stage.step <= self.warm_steps;
        let title = if is_warm { "A regression: the ghost" } else { "The same network, with an adversary" };
        let subtitle =
            format!("{} on {}: corners never trained on, the same noise at every step", self.name, self.scene);
        let mut canvas = page(title, &subtitle);
        self.draw_clock(&mut canvas, stage.step);
        let rows = questions.len().max(1) as u32;
        let size = questions.first().map_or((1, 1), Question::frame_size);
        let (top, height) = (136, FILM.1 - 136 - 40);
        let noises = questions.first().map_or(0, |question| self.panels(stage, question).len() as u32);
        let columns = questions.first().map_or(1, |question| truth(question).len() as u32 + noises);
        let room = FILM.0 - 2 * MARGIN - BETWEEN;
        let spot = Rect::new(0, 0, (room + FILM_GAP) / columns - FILM_GAP, (height + FILM_GAP) / rows - FILM_GAP);
        let picture = spot.fit(size);
        let left = MARGIN + (room + FILM_GAP).saturating_sub(columns * (picture.width + FILM_GAP)) / 2;
        for (row, question) in (0..).zip(questions) {
            let y = top + row * (picture.height + FILM_GAP);
            let place = Rect { x: left, y, ..picture };
            let truths = truth(question);
            let across = left + truths.len() as u32 * (picture.width + FILM_GAP) + BETWEEN;
            if row == 0 {
                let names = truths.iter().map(|panel| panel.label.trim_start_matches("true: ").to_owned());
                let noises = (1..=noises).map(|number| format!("noise {number}"));
                let starts = (0..truths.len() as u32).map(|index| left + index * (picture.width + FILM_GAP));
                let starts = starts.chain((0..).map(|index| across + index * (picture.width + FILM_GAP)));
                for (name, x) in names.chain(noises).zip(starts) {
                    let head = Rect::new(x, top - 34, picture.width, 26);
                    canvas.write(&name, SUBTITLE, Align::Centre, head);
                }
            }
            draw_row(&mut canvas, truths, place, FILM_GAP);
            draw_row(&mut canvas, self.panels(stage, question), Rect { x: across, ..place }, FILM_GAP);
        }
        let foot = Rect::new(MARGIN, FILM.1 - 34, FILM.0 - 2 * MARGIN, 26);
        canvas.write(COLOURS, LEGEND, Align::Left, foot);
        canvas
    }

    /// How far the training is, and when the adversary joined.
    fn draw_clock(&self, canvas: &mut Canvas, step: u64) {
        let last = self.stages.last().map_or(1, |stage| stage.step).max(1);
        let bar = Rect::new(FILM.0 - MARGIN - 280, 66, 280, 10);
        let part = |steps: u64| (u64::from(bar.width) * steps.min(last) / last) as u32;
        let above = Rect { y: 22, height: 36, ..bar };
        canvas.write(&format!("step {step} of {last}"), Style::figures(22.0, TEXT), Align::Right, above);
        canvas.fill(bar, 3.0, CARD);
        let warm = part(self.warm_steps.min(step));
        canvas.fill(Rect { width: warm.max(1), ..bar }, 3.0, LINE);
        if step > self.warm_steps {
            canvas.fill(Rect { x: bar.x + warm, width: (part(step) - warm).max(1), ..bar }, 3.0, ACCENT);
        }
    }
}

const COLOURS: &str = "Each answer has the colour of the future that it picked (nearness under 0.25); grey: neither.";
const LEGEND: Style = Style::words(17.0, DIM);

/// Panels side by side, the first at a place, each in the colour of its future.
fn draw_row(canvas: &mut Canvas, panels: Vec<Panel>, first: Rect, gap: u32) {
    for (index, panel) in (0..).zip(panels) {
        let Some(frame) = panel.frames.get(0) else { continue };
        let place = Rect { x: first.x + index * (first.width + gap), ..first };
        let drawn = canvas.place(frame, panel.frames.size(), place);
        canvas.border(drawn, 0.0, 3.0, colour(&panel, 0));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::film::testing::question;
    use crate::predict::{ExactAverage, Simulator};

    fn course<'a>(steps: &[u64], warm_steps: u64, predictor: &'a dyn Predictor) -> Course<'a> {
        let stages = steps.iter().map(|&step| Stage { step, predictor }).collect();
        Course { name: "gan-mean", scene: "small", stages, context: 2, warm_steps, samples: 2, seed: 1 }
    }

    #[test]
    fn the_sheet_shows_the_ghost_and_three_shares_of_what_follows() {
        let steps: Vec<u64> = (1..=16).map(|part| 500 * part).collect();
        let shown = |steps: &[u64], warm: u64| -> Vec<u64> {
            course(steps, warm, &Simulator).on_sheet().iter().map(|stage| stage.step).collect()
        };
        assert_eq!(shown(&steps, 1500), [1500, 2000, 3500, 8000]);
        assert_eq!(shown(&[4, 8], 0), [4, 8], "each once");
        assert_eq!(shown(&[], 0), [0; 0]);
        let course = course(&steps, 1500, &Simulator);
        assert_eq!(course.words(1500), "1500 steps: the ghost");
        assert_eq!(course.words(3500), "+2000 with the adversary");
    }

    #[test]
    fn answers_have_the_colour_of_what_they_picked() {
        use crate::draw::palette::{LEFT, NEITHER, RIGHT};
        let question = question((32, 32), 2, 1);
        let colour_of_last = |predictor: &dyn Predictor| {
            let sheet = course(&[1, 2], 1, predictor).sheet(std::slice::from_ref(&question));
            let (width, height) = sheet.size();
            let y = EDGE + TITLE + HEAD + PICTURE / 2;
            assert!(y < height);
            // The left border of the last stage's last answer.
            sheet.picture().get_pixel(width - EDGE - PICTURE + 1, y).0
        };
        assert_eq!(colour_of_last(&ExactAverage), NEITHER);
        let drawn: Vec<_> = (1..8)
            .flat_map(|seed| {
                let course = Course { seed, ..course(&[1], 0, &Simulator) };
                course.panels(course.stages[0], &question).iter().map(|panel| colour(panel, 0)).collect::<Vec<_>>()
            })
            .collect();
        assert!(drawn.contains(&LEFT) && drawn.contains(&RIGHT), "{drawn:?}");
    }

    #[test]
    fn the_film_has_a_picture_a_stage_and_the_last_one_stands() {
        let questions = [question((32, 32), 2, 1), question((32, 32), 2, 1)];
        let course = course(&[1, 2, 3], 2, &ExactAverage);
        let shots: Vec<Shot> = course.shots(&questions).collect();
        assert!(shots.iter().all(|shot| shot.picture.size() == FILM));
        let seconds: Vec<f64> = shots.iter().map(|shot| shot.seconds).collect();
        assert_eq!(seconds, [STAGE_SECONDS, GHOST_SECONDS, LAST_SECONDS]);
        assert_ne!(shots[1].picture.picture(), shots[2].picture.picture(), "title and clock");
    }
}
