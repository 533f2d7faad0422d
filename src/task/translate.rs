//! Trained translations opened, judged and shown on walks through mazes that they never saw.

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

use crate::camera::{Camera, Frames};
use crate::device;
use crate::episode::{DataError, DataSet, Manifest, read_manifest};
use crate::files::Shown;
use crate::measure::{TranslationReport, TranslationRow, average_frames, judge_translation, mean_frames, mean_ssim};
use crate::progress::Progress;
use crate::train::{Learned, Trained, Translated, UnseenData};

/// Two scenes and what translates between them.
#[derive(Debug)]
pub struct Translations {
    /// What is translated: the split `test`, without what one of the models may have learned.
    pub data: UnseenData,
    /// Name of the scene that it is translated into.
    pub scene: String,
    camera: Camera,
    models: Vec<Translated>,
}

/// Frames of one scene, and what another shows from the same poses.
#[derive(Debug)]
pub struct Moments {
    /// As recorded.
    pub seen: Frames,
    /// As many.
    pub truth: Frames,
    /// As many of each: what the other scene would show there, had its walls been drawn anew. None where nothing is judged.
    pub redrawn: Vec<Frames>,
}

/// How often the walls of the scene that is translated into are drawn anew.
const REDRAWN: usize = 8;

impl Translations {
    /// Opens runs, data of the scene that they translate, and `other`, a data set of the scene that they translate into, of
    /// which only the scene is used.
    pub fn open(runs: &[PathBuf], device: &str, data: &Path, other: &Path) -> anyhow::Result<Self> {
        let device = device::find(device)?;
        let infos = Trained::infos(runs)?;
        let named = |(index, run): (usize, &PathBuf)| {
            let name = &infos[index].recipe.name;
            match infos.iter().filter(|info| info.recipe.name == *name).count() {
                1 => Translated::open(run, &device, name),
                _ => Translated::open(run, &device, &format!("{name} ({})", run.shown())),
            }
        };
        let models = runs.iter().enumerate().map(named).collect::<Result<Vec<_>, _>>()?;
        let (manifest, camera) = read_manifest(other)?;
        let data = UnseenData::open(data, false, models.iter().map(|model| &model.info))?;
        for model in &models {
            model.info.check_size(data.camera.size(), &data.folder)?;
            model.info.check_size(camera.size(), other)?;
            let name = &model.info.recipe.name;
            let [from, to] = &model.info.learned[..] else {
                anyhow::bail!("{name}: does not say which two scenes it learned; train it anew")
            };
            check_scene(name, from, &data.manifest, &data.folder)?;
            check_scene(name, to, &manifest, other)?;
        }
        Ok(Self { data, scene: manifest.scene.name, camera, models })
    }

    /// `count` frames spread evenly over all walks, or all where there are fewer.
    pub fn spread(&self, count: usize) -> anyhow::Result<Moments> {
        let all: Vec<(usize, usize)> = (self.data.episodes.iter().enumerate())
            .flat_map(|(episode, stored)| (0..stored.poses().len()).map(move |frame| (episode, frame)))
            .collect();
        let count = count.min(all.len());
        let places: Vec<_> = (0..count).map(|number| all[number * all.len() / count]).collect();
        Ok(moments(&self.data, &self.camera, &places, REDRAWN)?)
    }

    /// The first `count` frames of the first walk that has as many.
    pub fn walk(&self, count: usize) -> anyhow::Result<Moments> {
        let long = self.data.episodes.iter().position(|episode| episode.poses().len() >= count);
        let episode = long.with_context(|| {
            format!("{}: no walk of split `test` has {count} frames; record more ticks", self.data.folder.shown())
        })?;
        let places: Vec<_> = (0..count).map(|frame| (episode, frame)).collect();
        Ok(moments(&self.data, &self.camera, &places, 0)?)
    }

    /// Names of the models, and what each makes of frames.
    pub fn translate(&self, frames: &Frames) -> Vec<(String, Frames)> {
        let one = |model: &Translated| {
            let there = &model.translations[0];
            (there.name().to_owned(), there.translate(frames))
        };
        self.models.iter().map(one).collect()
    }

    /// Judges all models, and what needs no training: the frame itself; the average of all truths, which is the best that one
    /// can do without looking; and two that know the place to a hair but not its walls: walls drawn anew, and the mean of several
    /// such. Where a frame of the first scene says nothing of the walls of the second (their numbers of textures have no
    /// common divisor), nobody can be expected to do better than between these.
    pub fn measure(&self, moments: &Moments, progress: &mut dyn Progress) -> TranslationReport {
        let Moments { seen, truth, redrawn } = moments;
        let mut rows = Vec::new();
        progress.begin("measure", "translations", self.models.len() as u64, 0);
        for (done, model) in (1..).zip(&self.models) {
            let there = &model.translations[0];
            let translated = there.translate(seen);
            let back = model.translations.get(1).map(|back| mean_ssim(&back.translate(&translated), seen));
            rows.push(TranslationRow { back, ..judge_translation(there.name(), &translated, truth) });
            progress.advance(done, there.name());
        }
        progress.end();
        rows.push(judge_translation("the frame itself", seen, truth));
        rows.push(judge_translation("average of all truths", &average_frames(truth), truth));
        if let Some(once) = redrawn.first() {
            let mean = format!("its place, mean of {} redrawn", redrawn.len());
            rows.push(judge_translation("its place, walls redrawn", once, truth));
            rows.push(judge_translation(&mean, &mean_frames(redrawn), truth));
        }
        TranslationReport {
            scenes: [self.data.manifest.scene.name.clone(), self.scene.clone()],
            frames: seen.len(),
            left_out: self.data.left_out,
            rows,
        }
    }
}

/// Refuses a data set of another scene than was learned.
fn check_scene(name: &str, learned: &Learned, manifest: &Manifest, folder: &Path) -> anyhow::Result<()> {
    let found = Learned::of(manifest).with_context(|| folder.shown())?;
    ensure!(
        found.scene_digest == learned.scene_digest,
        "{}: its scene is `{}`, but {name} learned `{}` there, or that scene as it was before; give a data set of that scene",
        folder.shown(),
        found.scene,
        learned.scene
    );
    Ok(())
}

/// Frames at places (episode and frame), what another camera sees from there, and that so often with walls drawn anew.
fn moments(data: &DataSet, camera: &Camera, places: &[(usize, usize)], redrawn: usize) -> Result<Moments, DataError> {
    let size = data.camera.size();
    let (mut seen, mut truth) = (Frames::new(size), Frames::new(size));
    let mut redrawn = vec![Frames::new(size); redrawn];
    for &(episode, frame) in places {
        seen.push(&data.episodes[episode].frames(frame..frame + 1)?);
        truth.push(&data.seen_by(camera, episode, frame, 0));
        for (seeds_on, frames) in (1..).zip(&mut redrawn) {
            frames.push(&data.seen_by(camera, episode, frame, seeds_on));
        }
    }
    Ok(Moments { seen, truth, redrawn })
}
