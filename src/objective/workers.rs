//! A part of the batch on each core.
//!
//! Small tensors do not fill two cores: one half batch on each of two single-threaded pools is faster than one batch
//! over both. The number of parts comes from the recipe, not from the machine, so that sums are made in the same order
//! everywhere.

use rayon::{ThreadPool, ThreadPoolBuildError, ThreadPoolBuilder};

/// Pools of one thread each.
#[derive(Debug)]
pub struct Workers {
    pools: Vec<ThreadPool>,
}

impl Workers {
    /// So many pools.
    pub fn new(count: usize) -> Result<Self, ThreadPoolBuildError> {
        let pool = || ThreadPoolBuilder::new().num_threads(1).build();
        let pools = (0..count).map(|_| pool()).collect::<Result<_, _>>()?;
        Ok(Self { pools })
    }

    /// Parts of work at a time.
    pub fn count(&self) -> usize {
        self.pools.len()
    }

    /// Does all parts at once, and returns what they give, in order.
    pub fn map<P: Send, T: Send>(&self, parts: Vec<P>, work: impl Fn(usize, P) -> T + Sync) -> Vec<T> {
        let work = &work;
        std::thread::scope(|scope| {
            let running: Vec<_> = parts
                .into_iter()
                .enumerate()
                .map(|(index, part)| {
                    let pool = &self.pools[index % self.pools.len()];
                    scope.spawn(move || pool.install(|| work(index, part)))
                })
                .collect();
            running
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }
}
