//! A network with its optimiser.

use std::path::{Path, PathBuf};

use burn::module::{Module, Param};
use burn::optim::{AdamConfig, GradientsAccumulator, GradientsParams, ModuleOptimizer, OptimizerRecord};
use burn::store::{ModuleRecord, RecordError};
use burn::tensor::Tensor;

/// Why weights were not written or read.
#[derive(Debug, thiserror::Error)]
#[error("{}: {source}", file.display())]
pub struct SaveError {
    /// The file.
    pub file: PathBuf,
    /// Why.
    pub source: RecordError,
}

/// A network that tracks gradients, and the Adam that moves it.
#[derive(Debug, Clone)]
pub(super) struct Learner<M> {
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
    /// Adam with the given betas (Kingma and Ba 2015, <https://arxiv.org/abs/1412.6980>).
    pub fn new(model: M, betas: (f32, f32)) -> Self {
        let adam = AdamConfig::new().with_beta_1(betas.0).with_beta_2(betas.1).with_epsilon(1e-8);
        Self { model: model.train(), optimiser: Optimiser(adam.init()) }
    }

    /// Moves the network by the sum of the gradients of all parts.
    pub fn step(&mut self, rate: f64, gradients: impl IntoIterator<Item = GradientsParams>) {
        let mut sum = GradientsAccumulator::new();
        for part in gradients {
            sum.accumulate(&self.model, part);
        }
        self.model = self.optimiser.0.step(rate, self.model.clone(), sum.grads());
    }

    pub fn save(&self, folder: &Path, name: &str) -> Result<(), SaveError> {
        save_model(&self.model, folder, name)?;
        let file = folder.join(format!("{name}-optimiser.bpk"));
        self.optimiser.0.to_record().save(&file).map_err(|source| SaveError { file, source })
    }

    pub fn load(&mut self, folder: &Path, name: &str) -> Result<(), SaveError> {
        self.model = load_model(self.model.clone(), folder, name)?;
        let file = folder.join(format!("{name}-optimiser.bpk"));
        let record = OptimizerRecord::load(&file).map_err(|source| SaveError { file, source })?;
        self.optimiser.0 = self.optimiser.0.clone().load_record(record);
        Ok(())
    }
}

/// File of a network's weights.
pub(super) fn model_file(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.bpk"))
}

pub(super) fn save_model<M: Module>(model: &M, folder: &Path, name: &str) -> Result<(), SaveError> {
    let file = model_file(folder, name);
    model.clone().into_record().save(&file).map_err(|source| SaveError { file, source })
}

pub(super) fn load_model<M: Module>(model: M, folder: &Path, name: &str) -> Result<M, SaveError> {
    let file = model_file(folder, name);
    let loaded = ModuleRecord::load(&file).and_then(|record| model.try_load_record(record));
    loaded.map_err(|source| SaveError { file, source })
}

/// Numbers that training moves.
pub(super) fn trained_numbers<M: Module>(model: &M) -> usize {
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
