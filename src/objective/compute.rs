//! Where an objective computes, and how much of a batch at once.
//!
//! Small tensors do not fill two cores: one half batch on each of two single-threaded pools is faster than one batch
//! over both. The number of parts comes from the recipe, not from the machine, so that sums are made in the same order
//! everywhere.

use std::sync::Arc;

use burn::tensor::Device;
use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

use crate::device;

/// A device, and the threads that give it work.
#[derive(Debug, Clone)]
pub struct Compute {
    /// Without gradients.
    pub device: Device,
    /// Pools of one thread each; none where the calling thread does it all.
    pools: Arc<Vec<ThreadPool>>,
}

impl Compute {
    /// A whole batch at once, from the thread that asks.
    pub fn whole(device: &Device) -> Self {
        Self { device: device.clone(), pools: Arc::default() }
    }

    /// A batch in `parts`, a core each, where the processor computes. Whole on a GPU, which small parts would starve.
    pub fn in_parts(device: &Device, parts: usize) -> Result<Self, ThreadPoolBuildError> {
        if !device::is_processor(device) {
            return Ok(Self::whole(device));
        }
        let pool = |_| ThreadPoolBuilder::new().num_threads(1).build();
        Ok(Self { device: device.clone(), pools: Arc::new((0..parts).map(pool).collect::<Result<_, _>>()?) })
    }

    /// The device, with gradients.
    pub fn tracking(&self) -> Device {
        self.device.clone().autodiff()
    }

    /// Parts of a batch.
    pub fn parts(&self) -> usize {
        self.pools.len().max(1)
    }

    /// Does all parts at once, and returns what they give, in order.
    pub fn map<P: Send, T: Send>(&self, parts: Vec<P>, work: impl Fn(usize, P) -> T + Sync) -> Vec<T> {
        let work = &work;
        if self.pools.is_empty() {
            return parts.into_iter().enumerate().map(|(index, part)| work(index, part)).collect();
        }
        std::thread::scope(|scope| {
            let running: Vec<_> = parts
                .into_iter()
                .zip(self.pools.iter().cycle())
                .enumerate()
                .map(|(index, (part, pool))| scope.spawn(move || pool.install(|| work(index, part))))
                .collect();
            running
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_give_in_order_what_the_whole_gives_and_each_has_a_thread_of_its_own() {
        let device = Device::flex();
        let (whole, parts) = (Compute::whole(&device), Compute::in_parts(&device, 3).unwrap());
        assert_eq!((whole.parts(), parts.parts()), (1, 3));
        let work = |index: usize, number: i32| (index, number * number);
        assert_eq!(parts.map(vec![3, 1, 2], work), whole.map(vec![3, 1, 2], work));
        let threads = parts.map(vec![(); 3], |_, ()| (std::thread::current().id(), rayon::current_num_threads()));
        assert!(threads.iter().all(|(_, count)| *count == 1));
        assert!(threads[0].0 != threads[1].0 && threads[1].0 != threads[2].0);
    }
}
