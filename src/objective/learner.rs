//! A network with its optimiser.

use std::path::{Path, PathBuf};

use burn::module::{Module, Param};
use burn::optim::{GradientsAccumulator, GradientsParams, ModuleOptimizer, OptimizerRecord};
use burn::store::ModuleRecord;
use burn::tensor::{Bytes, Tensor};

use super::adam::Adam;
use super::ema::moved;
use super::numbers::{Numbers, NumbersError, numbers, with_numbers};
use super::pack::{check_state, check_weights, in_order, numbered};
use crate::files::Shown;

/// Why weights were not written or read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", file.shown())]
pub struct SaveError {
    /// The file.
    pub file: PathBuf,
    /// Why.
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl SaveError {
    /// For `map_err`.
    pub(super) fn of<E: Into<Box<dyn std::error::Error + Send + Sync>>>(file: &Path) -> impl FnOnce(E) -> Self {
        let file = file.to_owned();
        move |source| Self { file, source: source.into() }
    }
}

/// All bytes of a file at once. Burn reads a file's tensors when it needs them: a training that runs at the same time may
/// have deleted it by then.
fn read(file: &Path) -> Result<Bytes, SaveError> {
    std::fs::read(file).map(Bytes::from_bytes_vec).map_err(SaveError::of(file))
}

/// Something that is trained, saved and perhaps shown.
pub trait Network {
    /// For files and figures.
    fn name(&self) -> &'static str;

    /// Numbers that training moves.
    fn parameters(&self) -> usize;

    /// Writes weights and optimiser into a folder.
    fn save(&self, folder: &Path) -> Result<(), SaveError>;

    /// Reads what [`Network::save`] wrote.
    fn load(&mut self, folder: &Path) -> Result<(), SaveError>;

    /// Its numbers, if it is what is shown.
    fn shown(&self) -> Option<Vec<Numbers>> {
        None
    }

    /// Takes other numbers, if it is what is shown.
    fn show(&mut self, _numbers: &[Numbers]) -> Result<(), NumbersError> {
        Ok(())
    }
}

/// A network that tracks gradients, and the Adam that moves it.
#[derive(Debug, Clone)]
pub(super) struct Learner<M> {
    name: &'static str,
    pub model: M,
    optimiser: Optimiser,
}

#[derive(Clone)]
struct Optimiser(ModuleOptimizer);

impl std::fmt::Debug for Optimiser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Adam")
    }
}

impl<M: Module> Learner<M> {
    /// Adam with the given betas.
    pub fn new(name: &'static str, model: M, betas: (f32, f32)) -> Self {
        Self { name, model: numbered(name, model.train()), optimiser: Optimiser(ModuleOptimizer::from(Adam { betas })) }
    }

    /// Moves the network by the sum of the gradients of all parts.
    pub fn step(&mut self, rate: f64, gradients: impl IntoIterator<Item = GradientsParams>) {
        let mut sum = GradientsAccumulator::new();
        for part in gradients {
            sum.accumulate(&self.model, part);
        }
        self.model = self.optimiser.0.step(rate, self.model.clone(), sum.grads());
    }
}

impl<M: Module> Network for Learner<M> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn parameters(&self) -> usize {
        trained_numbers(&self.model)
    }

    fn save(&self, folder: &Path) -> Result<(), SaveError> {
        save_model(&self.model, folder, self.name)?;
        let file = folder.join(format!("{}-optimiser.bpk", self.name));
        let bytes = self.optimiser.0.to_record().into_bytes().map_err(SaveError::of(&file))?;
        let bytes = in_order(bytes).map_err(SaveError::of(&file))?;
        std::fs::write(&file, &bytes[..]).map_err(SaveError::of(&file))
    }

    fn load(&mut self, folder: &Path) -> Result<(), SaveError> {
        self.model = load_model(self.model.clone(), folder, self.name)?;
        let file = folder.join(format!("{}-optimiser.bpk", self.name));
        let bytes = read(&file)?;
        check_state(bytes.clone(), &self.model).map_err(SaveError::of(&file))?;
        let record = OptimizerRecord::from_bytes(bytes.clone()).map_err(SaveError::of(&file))?;
        let loaded = self.optimiser.0.clone().load_record(record);
        // What burn cannot make out it leaves out, and the training would go on as if it were new.
        let found = loaded.to_record().into_bytes().map_err(SaveError::of(&file))?;
        if in_order(found).map_err(SaveError::of(&file))?[..] != in_order(bytes).map_err(SaveError::of(&file))?[..] {
            return Err(SaveError::of(&file)("is not the whole state of this network's optimiser"));
        }
        self.optimiser.0 = loaded;
        Ok(())
    }
}

/// A learner, and the moving average of its weights, which is what is shown.
#[derive(Debug, Clone)]
pub(super) struct EmaLearner<M> {
    pub learner: Learner<M>,
    /// Tracks no gradients.
    pub average: M,
    /// Share of the average that stays at each step.
    decay: f32,
}

/// Name of the file of a network's average.
fn shown_name(name: &str) -> String {
    format!("{name}-ema")
}

/// Name of that file in checkpoints of earlier versions, which had one such network at most.
const SHOWN: &str = "shown";

impl<M: Module> EmaLearner<M> {
    pub fn new(name: &'static str, model: M, betas: (f32, f32), decay: f32) -> Self {
        let learner = Learner::new(name, model, betas);
        Self { average: learner.model.valid(), learner, decay }
    }

    /// Moves the network, and the average after it.
    pub fn step(&mut self, rate: f64, gradients: impl IntoIterator<Item = GradientsParams>) {
        self.step_keeping(self.decay, rate, gradients);
    }

    /// The same with another share of the average that stays.
    pub fn step_keeping(&mut self, decay: f32, rate: f64, gradients: impl IntoIterator<Item = GradientsParams>) {
        self.learner.step(rate, gradients);
        let live = self.learner.model.valid();
        // Nobody else holds the average then, so that it need not be copied.
        let average = std::mem::replace(&mut self.average, live.clone());
        self.average = moved(average, &live, decay);
    }
}

impl<M: Module> Network for EmaLearner<M> {
    fn name(&self) -> &'static str {
        self.learner.name
    }

    fn parameters(&self) -> usize {
        self.learner.parameters()
    }

    fn save(&self, folder: &Path) -> Result<(), SaveError> {
        self.learner.save(folder)?;
        save_model(&self.average, folder, &shown_name(self.learner.name))
    }

    fn load(&mut self, folder: &Path) -> Result<(), SaveError> {
        self.learner.load(folder)?;
        let name = shown_name(self.learner.name);
        let is_there = model_file(folder, &name).is_file();
        self.average = load_model(self.average.clone(), folder, if is_there { &name } else { SHOWN })?;
        Ok(())
    }

    fn shown(&self) -> Option<Vec<Numbers>> {
        let named = |mut found: Numbers| {
            found.path = format!("{}/{}", self.learner.name, found.path);
            found
        };
        Some(numbers(&self.average).into_iter().map(named).collect())
    }

    fn show(&mut self, numbers: &[Numbers]) -> Result<(), NumbersError> {
        let prefix = format!("{}/", self.learner.name);
        let own = |numbers: &Numbers| {
            // Weights of earlier versions had no names of networks in their paths, and one network.
            let path = match numbers.path.strip_prefix(&prefix) {
                Some(path) => path.to_owned(),
                None if !numbers.path.contains('/') => numbers.path.clone(),
                None => return None,
            };
            Some(Numbers { path, ..numbers.clone() })
        };
        let own: Vec<Numbers> = numbers.iter().filter_map(own).collect();
        self.average = with_numbers(self.average.clone(), &own)?;
        Ok(())
    }
}

/// File of a network's weights.
fn model_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.bpk"))
}

fn save_model<M: Module>(model: &M, folder: &Path, name: &str) -> Result<(), SaveError> {
    let file = model_file(folder, name);
    let bytes = model.clone().into_record().into_bytes().map_err(SaveError::of(&file))?;
    std::fs::write(&file, &bytes[..]).map_err(SaveError::of(&file))
}

fn load_model<M: Module>(model: M, folder: &Path, name: &str) -> Result<M, SaveError> {
    let file = model_file(folder, name);
    let bytes = read(&file)?;
    check_weights(bytes.clone()).map_err(SaveError::of(&file))?;
    let loaded = ModuleRecord::from_bytes(bytes).and_then(|record| model.try_load_record(record));
    loaded.map_err(SaveError::of(&file))
}

/// Numbers that training moves.
fn trained_numbers<M: Module>(model: &M) -> usize {
    struct Count(usize);
    impl burn::module::ModuleVisitor for Count {
        fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
            if param.is_require_grad() {
                self.0 += param.lazy_shape().num_elements();
            }
        }
    }
    let mut count = Count(0);
    model.visit(&mut count);
    count.0
}
