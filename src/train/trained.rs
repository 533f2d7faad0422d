//! Trained models by name: runs, and weights that come with Crossroads.

use std::path::{Path, PathBuf};

use burn::tensor::Device;

use super::boxed::{BOXED, boxed};
use super::checkpoint::Checkpoint;
use super::{Run, RunInfo, TrainError, Weights, recipes_for};
use crate::files::Shown;
use crate::objective::{Compute, Objective};
use crate::predict::{Illustrator, Models, Painter, Predictor, Skill, Translation, WalkModel};

/// What holds of [`Found::models`]; a test asks every recipe.
const AS_ASKED: &str = "an objective's models have the skill that its settings say";

/// Recipes that are named to whoever gave a model of another skill.
const EXAMPLES: usize = 3;

/// A trained model, ready to answer.
pub struct Trained {
    /// What it was made of.
    pub info: RunInfo,
    /// Answers.
    pub predictor: Box<dyn Predictor>,
    /// Other ways to draw answers from the same weights, under names of their own.
    pub variants: Vec<Box<dyn Predictor>>,
    /// Steps that it was trained for.
    pub step: u64,
    /// Shown in films and tables.
    pub name: String,
}

impl std::fmt::Debug for Trained {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Trained").field("name", &self.name).field("step", &self.step).finish_non_exhaustive()
    }
}

impl Trained {
    /// Opens a run's folder, as its newest checkpoint has it, a file of weights, or weights that come with Crossroads, by
    /// their name (see [`BOXED`]).
    pub fn open(name_or_folder: impl AsRef<Path>, device: &Device) -> Result<Self, TrainError> {
        Found::at(name_or_folder.as_ref())?.open(device, None)
    }

    /// As [`Trained::open`], to be asked in a scene: if it learned another one, its name says which.
    pub fn open_for(name_or_folder: impl AsRef<Path>, device: &Device, scene: &str) -> Result<Self, TrainError> {
        let found = Found::at(name_or_folder.as_ref())?;
        let shown = labelled(&found.info().recipe.name, found.info(), scene);
        found.open(device, Some(shown))
    }

    /// Opens several, to be asked in a scene. Models of the same name are told apart by where they came from.
    pub fn open_all_for(
        names_or_folders: &[impl AsRef<Path>],
        device: &Device,
        scene: &str,
    ) -> Result<Vec<Self>, TrainError> {
        let mut all = Self::open_all(names_or_folders, device)?;
        for (model, place) in all.iter_mut().zip(names_or_folders).filter(|(model, _)| model.info.scene != scene) {
            let shown = labelled(&model.name, &model.info, scene);
            *model = Found::at(place.as_ref())?.open(device, Some(shown))?;
        }
        Ok(all)
    }

    /// What runs, or weights that come with Crossroads, were made of.
    pub fn infos(names_or_folders: &[impl AsRef<Path>]) -> Result<Vec<RunInfo>, TrainError> {
        names_or_folders.iter().map(|place| Ok(Found::at(place.as_ref())?.info().clone())).collect()
    }

    /// Opens several. Models of the same name are told apart by where they came from.
    pub fn open_all(names_or_folders: &[impl AsRef<Path>], device: &Device) -> Result<Vec<Self>, TrainError> {
        Found::all(names_or_folders)?.into_iter().map(|(found, shown)| found.open(device, shown)).collect()
    }

    /// Opens models that paint frames from noise alone. Models of the same name are told apart by where they came from.
    pub fn open_painters(
        names_or_folders: &[impl AsRef<Path>],
        device: &Device,
    ) -> Result<Vec<Box<dyn Painter>>, TrainError> {
        let all = Found::all(names_or_folders)?.into_iter();
        all.map(|(found, shown)| {
            let name = shown.unwrap_or_else(|| found.info().recipe.name.clone());
            match found.models(Skill::Paint, device, &name)? {
                (_, Models::Painter(painter), _) => Ok(painter),
                _ => unreachable!("{AS_ASKED}"),
            }
        })
        .collect()
    }

    /// Opens models that paint what captions say. Models of the same name are told apart by where they came from.
    pub fn open_illustrators(
        names_or_folders: &[impl AsRef<Path>],
        device: &Device,
    ) -> Result<Vec<Illustrator>, TrainError> {
        let all = Found::all(names_or_folders)?.into_iter();
        all.map(|(found, shown)| {
            let name = shown.unwrap_or_else(|| found.info().recipe.name.clone());
            match found.models(Skill::Illustrate, device, &name)? {
                (_, Models::Illustrator(illustrator), _) => Ok(*illustrator),
                _ => unreachable!("{AS_ASKED}"),
            }
        })
        .collect()
    }

    /// Refuses frames of another size than it was trained on; `what` is the scene or data set that has them.
    pub fn check_size(&self, size: (u32, u32), what: &Path) -> Result<(), TrainError> {
        self.info.check_size(size, what)
    }

    /// All ways to draw answers from it: first as it is meant.
    pub fn predictors(&self) -> impl Iterator<Item = &dyn Predictor> {
        std::iter::once(&self.predictor).chain(&self.variants).map(|predictor| &**predictor)
    }

    /// Those who walk by what a run, or weights, learned: first as it is meant, then what they are to be compared with.
    ///
    /// # Errors
    /// If it did not learn to walk.
    pub fn walkers(name_or_folder: impl AsRef<Path>, device: &Device) -> Result<(RunInfo, Vec<WalkModel>), TrainError> {
        let found = Found::at(name_or_folder.as_ref())?;
        let name = found.info().recipe.name.clone();
        match found.models(Skill::Walk, device, &name)? {
            (info, Models::Walkers(walkers), _) => Ok((info, walkers)),
            _ => unreachable!("{AS_ASKED}"),
        }
    }

    /// What is shown of a run, or of weights that come with Crossroads.
    pub fn weights(name_or_folder: impl AsRef<Path>, device: &Device) -> Result<Weights, TrainError> {
        match Found::at(name_or_folder.as_ref())? {
            Found::Weights(weights, _) => Ok(weights),
            Found::Run(run) => {
                let (objective, step) = load_newest(&run, device)?;
                Ok(Weights { info: run.info, step, numbers: objective.shown() })
            }
        }
    }
}

/// A trained model that translates between scenes.
#[derive(Debug)]
pub struct Translated {
    /// What it was made of.
    pub info: RunInfo,
    /// From the scene of the first data set into that of the second, then, where it learned that, back.
    pub translations: Vec<Translation>,
    /// Steps that it was trained for.
    pub step: u64,
}

impl Translated {
    /// Opens a run's folder, as its newest checkpoint has it, or a file of weights, under a name for tables and films.
    pub fn open(folder: impl AsRef<Path>, device: &Device, name: &str) -> Result<Self, TrainError> {
        match Found::at(folder.as_ref())?.models(Skill::Translate, device, name)? {
            (info, Models::Translations(translations), step) => Ok(Self { info, translations, step }),
            _ => unreachable!("{AS_ASKED}"),
        }
    }
}

/// A model's name, with the scene that it learned, where that is another.
fn labelled(name: &str, info: &RunInfo, scene: &str) -> String {
    if info.scene == scene { name.to_owned() } else { format!("{name} (trained on {})", info.scene) }
}

/// Where a model is.
enum Found {
    Run(Run),
    /// Weights, and their file.
    Weights(Weights, PathBuf),
}

impl Found {
    fn at(folder: &Path) -> Result<Self, TrainError> {
        if Run::is_in(folder) {
            return Ok(Self::Run(Run::open(folder)?));
        }
        if folder.is_file() {
            let bytes = std::fs::read(folder).map_err(TrainError::io(folder))?;
            return Ok(Self::Weights(Weights::from_bytes(&bytes, folder)?, folder.to_owned()));
        }
        if let Some((file, bytes)) = folder.to_str().and_then(boxed) {
            return Ok(Self::Weights(Weights::from_bytes(bytes, &file)?, file));
        }
        let known = BOXED.iter().map(|(known, _)| *known).collect::<Vec<_>>().join(", ");
        Err(TrainError::UnknownModel { name: folder.shown(), known })
    }

    /// Several, and the names of those that share theirs: with where they came from.
    fn all(names_or_folders: &[impl AsRef<Path>]) -> Result<Vec<(Self, Option<String>)>, TrainError> {
        let found = names_or_folders.iter().map(|place| Self::at(place.as_ref())).collect::<Result<Vec<_>, _>>()?;
        let names: Vec<String> = found.iter().map(|found| found.info().recipe.name.clone()).collect();
        let shown = names.iter().zip(names_or_folders).map(|(name, place)| {
            let is_shared = names.iter().filter(|other| *other == name).count() > 1;
            is_shared.then(|| format!("{name} ({})", place.as_ref().shown()))
        });
        Ok(found.into_iter().zip(shown).collect())
    }

    fn info(&self) -> &RunInfo {
        match self {
            Self::Run(run) => &run.info,
            Self::Weights(weights, _) => &weights.info,
        }
    }

    /// What it was made of, its networks, and the steps that they were trained for.
    fn objective(self, device: &Device) -> Result<(RunInfo, Box<dyn Objective>, u64), TrainError> {
        match self {
            Self::Run(run) => {
                let (objective, step) = load_newest(&run, device)?;
                Ok((run.info, objective, step))
            }
            Self::Weights(weights, file) => {
                let mut objective = weights.info.start(Compute::whole(device));
                objective
                    .show(&weights.numbers)
                    .map_err(|error| TrainError::WeightsFile { file, why: error.to_string() })?;
                Ok((weights.info, objective, weights.step))
            }
        }
    }

    /// What it was made of, its models under a name, and the steps that they were trained for.
    ///
    /// # Errors
    /// If they are good for something else than they are asked for; before anything is loaded.
    fn models(self, asked: Skill, device: &Device, name: &str) -> Result<(RunInfo, Models, u64), TrainError> {
        let has = self.info().recipe.skill();
        if has != asked {
            let known: Vec<&str> = recipes_for(asked).iter().map(|(known, _)| *known).take(EXAMPLES).collect();
            return Err(TrainError::Skill { name: name.to_owned(), has, asked, known: known.join(", ") });
        }
        let (info, objective, step) = self.objective(device)?;
        Ok((info, objective.models(name), step))
    }

    fn open(self, device: &Device, shown: Option<String>) -> Result<Trained, TrainError> {
        let name = shown.unwrap_or_else(|| self.info().recipe.name.clone());
        let (info, Models::Predictors(mut variants), step) = self.models(Skill::Predict, device, &name)? else {
            unreachable!("{AS_ASKED}")
        };
        let predictor = variants.remove(0);
        Ok(Trained { info, predictor, variants, step, name })
    }
}

/// The networks as the newest checkpoint has them, and its step.
fn load_newest(run: &Run, device: &Device) -> Result<(Box<dyn Objective>, u64), TrainError> {
    let newest = || {
        Checkpoint::newest(&run.folder)?.ok_or_else(|| TrainError::Folder {
            folder: run.folder.clone(),
            why: "holds no checkpoint yet; train it first, or go on with --resume".into(),
        })
    };
    let mut objective = run.info.start(Compute::whole(device));
    let mut checkpoint = newest()?;
    loop {
        let error = match checkpoint.load(&mut *objective) {
            Ok(()) => return Ok((objective, checkpoint.step)),
            Err(error) => error,
        };
        // A training that runs at the same time may have deleted it; then there is a newer one.
        let next = newest()?;
        if next.folder == checkpoint.folder {
            return Err(error);
        }
        checkpoint = next;
    }
}
