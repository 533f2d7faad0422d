//! Frames that were painted from captions, judged: what `tools words` does; and a caption said to a model.

use std::path::Path;

use anyhow::ensure;

use super::unseen;
use crate::camera::Frames;
use crate::device;
use crate::episode::{DataSet, TRAIN};
use crate::files::Shown;
use crate::measure::{Agreement, CaptionReport, CaptionRow, NearestSaid, SaidViews};
use crate::objective::{StateClassifier, learn_states};
use crate::predict::{Illustrator, drawn_latents};
use crate::progress::Progress;
use crate::random::{Purpose, stream};
use crate::train::{Trained, UnseenData};
use crate::words::{Caption, Light, Material, Said, Sentence, Situation, State, check_scene, phrasings};
use rand::RngExt;

/// By what, and how much, is judged.
#[derive(Debug, Clone, Copy)]
pub struct CaptionJob {
    /// Frames that each model paints for each state, each from words of its own.
    pub frames: usize,
    /// True views of each state that are searched, of training mazes.
    pub views: usize,
    /// Steps that the classifier is trained for.
    pub classifier_steps: u64,
    /// What noise, words and the classifier follow from.
    pub seed: u64,
}

/// Models that paint what captions say, and the data that they are judged by.
#[derive(Debug)]
pub struct Captioned {
    /// The models.
    pub models: Vec<Illustrator>,
    /// Frames of mazes that none of them learned.
    pub unseen: Vec<UnseenData>,
    training: Said,
    frame_size: (u32, u32),
}

/// What one model painted.
#[derive(Debug)]
pub struct Painted {
    /// Whose.
    pub name: String,
    /// Combinations that it never learned.
    pub held_out: Vec<(Situation, Material)>,
    /// What was said for each frame.
    pub said: Vec<State>,
    /// The frames.
    pub frames: Frames,
    /// The nearest true view of each that fits.
    pub nearest: Vec<Option<NearestSaid>>,
}

impl Captioned {
    /// Opens models, and data sets of the scenes that they learned, for the day and for the night.
    ///
    /// # Errors
    /// If a model reads no captions, or if nothing can be said of the data.
    pub fn open(runs: &[impl AsRef<Path>], data: &[impl AsRef<Path>], device: &str) -> anyhow::Result<Self> {
        let models = Trained::open_illustrators(runs, &device::find(device)?)?;
        let held_out = models.first().map(|model| model.held_out().to_vec()).unwrap_or_default();
        let same = models.iter().all(|model| model.held_out() == held_out);
        ensure!(
            same,
            "the runs were made with different `held_out`, so that one table would not tell; measure each by itself"
        );
        let unseen = data.iter().map(|folder| unseen(runs, folder.as_ref(), false)).collect::<Result<Vec<_>, _>>()?;
        let open = |folder| DataSet::open_some(folder, TRAIN, false);
        let training = data.iter().map(|folder| open(folder.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let infos = Trained::infos(runs)?;
        for (data, folder) in training.iter().zip(data) {
            let refused = |error| anyhow::anyhow!("{}: {error}", folder.as_ref().shown());
            check_scene(&data.manifest.scene).map_err(refused)?;
            infos.iter().try_for_each(|info| info.check_size(data.camera.size(), folder.as_ref()))?;
        }
        let frame_size = training.first().map_or((0, 0), |data| data.camera.size());
        let training = Said::of(&training.iter().collect::<Vec<_>>());
        let lacking = State::all().find(|&state| training.views(state).is_empty());
        if let Some(state) = lacking {
            let caption = phrasings(Caption::whole(state)).swap_remove(0);
            anyhow::bail!(
                "no training frame of these data sets shows `{caption}`; give those that the models learned, of the day and of \
                 the night, or record more episodes"
            );
        }
        Ok(Self { models, unseen, training, frame_size })
    }

    /// Judges the models beside real frames of mazes that none of them learned.
    pub fn judge(
        &self,
        job: CaptionJob,
        device: &str,
        progress: &mut dyn Progress,
    ) -> anyhow::Result<(CaptionReport, Vec<Painted>, SaidViews)> {
        let device = device::find(device)?;
        let views = self.searched(job.views);
        let counted = (job.classifier_steps, job.seed);
        let classifier = learn_states(&self.training, self.frame_size, counted, &device, progress);
        let unseen = Said::of(&self.unseen.iter().map(|data| &**data).collect::<Vec<_>>());
        let held_out = self.models.first().map(|model| model.held_out().to_vec()).unwrap_or_default();
        let real: Vec<_> = State::all().flat_map(|state| unseen.some(state, job.frames)).collect();
        let real = Painted::new(
            "real, unseen mazes",
            held_out,
            real.iter().map(|view| view.state).collect(),
            unseen.frames(&real),
            &views,
        );
        let mut all = vec![real];
        progress.begin("words", "models", self.models.len() as u64, 0);
        for (model, done) in self.models.iter().zip(1..) {
            let (said, frames) = painted(model, job);
            all.push(Painted::new(model.name(), model.held_out().to_vec(), said, frames, &views));
            progress.advance(done, model.name());
        }
        progress.end();
        let rows = all.iter().flat_map(|one| one.rows(&classifier, &views)).collect();
        let share = |count: usize| 1.0 / count as f64;
        let chance = Agreement {
            situation: share(Situation::ALL.len()),
            material: share(Material::ALL.len()),
            light: share(Light::ALL.len()),
            all: share(State::COUNT),
        };
        let learned = State::all().map(|state| self.training.views(state).len()).sum();
        let classifier = (job.classifier_steps, learned);
        Ok((CaptionReport { classifier, views: views.states.len(), chance, rows }, all, views))
    }

    /// As many true views of each state.
    fn searched(&self, count: usize) -> SaidViews {
        let views: Vec<_> = State::all().flat_map(|state| self.training.some(state, count)).collect();
        SaidViews { frames: self.training.frames(&views), states: views.iter().map(|view| view.state).collect() }
    }
}

impl Painted {
    fn new(
        name: &str,
        held_out: Vec<(Situation, Material)>,
        said: Vec<State>,
        frames: Frames,
        views: &SaidViews,
    ) -> Self {
        let nearest = views.nearest(&frames, &said);
        Self { name: name.to_owned(), held_out, said, frames, nearest }
    }

    /// Whether a model never learned what was said.
    pub fn is_held_out(&self, state: State) -> bool {
        self.held_out.contains(&(state.situation, state.material))
    }

    /// Figures of what was learned, then of what was held out, where there is any.
    fn rows(&self, classifier: &StateClassifier, views: &SaidViews) -> Vec<CaptionRow> {
        let read = classifier.read(&self.frames);
        let row = |held_out: bool| {
            let own: Vec<usize> =
                (0..self.said.len()).filter(|&index| self.is_held_out(self.said[index]) == held_out).collect();
            let of = |states: &[State]| own.iter().map(|&index| states[index]).collect::<Vec<_>>();
            let nearest: Vec<_> = own.iter().map(|&index| self.nearest[index]).collect();
            let frames = Frames::collect(self.frames.size(), own.iter().map(|&index| self.frames[index].to_vec()));
            let said = of(&self.said);
            let variety = views.variety(&frames, &said);
            (!own.is_empty()).then(|| CaptionRow::of((&self.name, held_out), (&said, &of(&read)), &nearest, variety))
        };
        [false, true].into_iter().filter_map(row).collect()
    }
}

/// What a model paints of every state, and what was said for each frame. All of the state is said, in words of chance.
fn painted(model: &Illustrator, job: CaptionJob) -> (Vec<State>, Frames) {
    let mut rng = stream(job.seed, Purpose::Samples, &[]);
    let mut sentences: Vec<Sentence> = Vec::new();
    let mut said = Vec::new();
    for state in State::all() {
        for _ in 0..job.frames {
            let mut all = phrasings(Caption::whole(state));
            sentences.push(all.swap_remove(rng.random_range(0..all.len())));
            said.push(state);
        }
    }
    let noise = drawn_latents(model.noise(), sentences.len(), job.seed);
    (said, model.paint(&sentences, &noise))
}
