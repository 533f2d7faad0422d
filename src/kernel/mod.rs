//! Our own operations for the processor, with their own gradients.
//!
//! On burn's `flex` device, with or without autodiff, these functions run kernels written for small
//! convolutional nets; on every other device, for sizes that have no kernel here, and in a build with the feature
//! `plain`, they are burn's own operations. Results do not depend on the number of threads, to the bit: a thread
//! never adds to a sum that another began. Kernels use rayon's current pool.

mod activation;
mod chosen;
mod conv;
mod direct;
mod forward;
mod group_norm;
mod lanes;
mod moved;
mod outer;
mod pack;
mod patches;
mod peak;
mod phases;
mod planes;
mod primitive;
mod product;
mod scratch;
mod shape;
#[cfg(test)]
mod testing;
mod tile;
mod tiny;
mod transpose;
mod update;
mod weight_grad;
mod work;

pub use activation::{leaky_relu, tanh};
pub use chosen::chosen;
pub use conv::conv2d;
pub use group_norm::group_norm;
pub use moved::moved_maps;
pub use patches::{PatchOrder, gather_patches, spread_patches};
pub use peak::peak;
pub use update::{AdamStep, adam, average};
pub use work::Work;
