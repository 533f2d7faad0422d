//! What the tests of several kernels share.

use burn::tensor::{Device, Tensor, TensorData};

/// Values between -1 and 1, the same for the same seed.
pub(super) fn noise<const D: usize>(shape: [usize; D], seed: u32, device: &Device) -> Tensor<D> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let values: Vec<f32> = (0..shape.iter().product())
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            f32::from((state >> 16) as u16) / 32768.0 - 1.0
        })
        .collect();
    Tensor::from_data(TensorData::new(values, shape), device)
}
