//! An exponential moving average of weights: what is shown, while the weights themselves still swing.

use std::collections::HashMap;

use burn::module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId};
use burn::tensor::Tensor;

use crate::kernel;

/// Moves every number of `average` towards `live`: average · decay + live · (1 − decay). Neither tracks gradients.
pub(super) fn moved<M: Module>(average: M, live: &M, decay: f32) -> M {
    let mut collected = Collected::default();
    live.visit(&mut collected);
    average.map(&mut Move { live: collected.0, decay })
}

#[derive(Default)]
struct Collected(HashMap<ParamId, Tensor<1>>);

impl ModuleVisitor for Collected {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        self.0.insert(param.id, param.val().flatten(0, D - 1));
    }
}

struct Move {
    live: HashMap<ParamId, Tensor<1>>,
    decay: f32,
}

impl ModuleMapper for Move {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some(live) = self.live.remove(&param.id) else {
            return param;
        };
        let decay = self.decay;
        param.map(|average| {
            let live = live.reshape(average.dims());
            kernel::average(average, live, decay)
        })
    }
}
