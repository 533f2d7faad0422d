//! How large a run's networks are.

use burn::tensor::Device;

use super::RunInfo;
use crate::objective::Compute;

impl RunInfo {
    /// Trained numbers of each network that the training has, by its name, also of those that are not shown.
    pub fn parameters(&self, device: &Device) -> Vec<(&'static str, usize)> {
        self.start(Compute::whole(device)).parameters()
    }
}
