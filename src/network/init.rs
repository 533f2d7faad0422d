//! First values of parameters, from a seed of our own: the same on every device and in every thread.

use burn::module::Param;
use burn::tensor::{Device, Tensor, TensorData};
use rand::RngExt;

use crate::random::{Purpose, Rng, stream};

/// Makes parameters on a device.
#[derive(Debug)]
pub struct Init {
    rng: Rng,
    /// Where they live.
    pub device: Device,
}

impl Init {
    /// The same seed gives the same parameters.
    pub fn new(seed: u64, device: &Device) -> Self {
        Self::numbered(seed, 0, device)
    }

    /// Other parameters for another network of the same seed, so that none begins as a copy of another.
    pub fn numbered(seed: u64, network: u64, device: &Device) -> Self {
        Self { rng: stream(seed, Purpose::Parameters, &[network]), device: device.clone() }
    }

    /// Uniform in ±√(1 / `fan_in`), PyTorch's default for convolutions and linear layers.
    pub fn fan_in<const D: usize>(&mut self, shape: [usize; D], fan_in: usize) -> Param<Tensor<D>> {
        self.uniform(shape, (fan_in as f32).sqrt().recip())
    }

    /// Uniform in ±`bound`.
    pub fn uniform<const D: usize>(&mut self, shape: [usize; D], bound: f32) -> Param<Tensor<D>> {
        let count = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|_| self.rng.random_range(-bound..=bound)).collect();
        Param::from_data(TensorData::new(values, shape), &self.device)
    }

    /// All the same.
    pub fn constant<const D: usize>(&mut self, shape: [usize; D], value: f32) -> Param<Tensor<D>> {
        Param::from_tensor(Tensor::full(shape, value, &self.device))
    }
}
