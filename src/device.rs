//! Which burn device computes.

use burn::tensor::Device;

/// Why there is no such device.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum DeviceError {
    /// Known, but not in this build.
    #[error("device `{name}` is not in this build: build again with `--features {name}`; this build has {here}")]
    NotBuilt {
        /// As given.
        name: String,
        /// Devices of this build.
        here: String,
    },
    /// Never heard of.
    #[error("there is no device `{name}`; this build has {here}")]
    Unknown {
        /// As given.
        name: String,
        /// Devices of this build.
        here: String,
    },
}

/// All devices that some build has.
const KNOWN: [&str; 4] = ["flex", "tch", "wgpu", "cuda"];

/// Names of the devices in this build, the default first.
pub fn names() -> Vec<&'static str> {
    KNOWN.into_iter().filter(|name| by_name(name).is_some()).collect()
}

/// Finds a device by name: `flex` (pure Rust, always there), `tch`, `wgpu` or `cuda` (cargo features of that name).
pub fn find(name: &str) -> Result<Device, DeviceError> {
    by_name(name).ok_or_else(|| {
        let (name, here) = (name.to_owned(), names().join(", "));
        if KNOWN.contains(&name.as_str()) {
            DeviceError::NotBuilt { name, here }
        } else {
            DeviceError::Unknown { name, here }
        }
    })
}

/// Whether the processor itself computes there, and not a GPU beside it.
pub fn is_processor(device: &Device) -> bool {
    ["flex", "tch"].into_iter().filter_map(by_name).any(|known| known == *device)
}

/// Questions that a network is given at once. On the processor more would only need more memory; a GPU wants work.
pub fn questions_at_once(device: &Device) -> usize {
    if is_processor(device) { 4 } else { 64 }
}

/// Does work that has many small passes of our kernels: where the processor computes, on a thread of rayon's pool. From any
/// other thread each pass would wake one of the pool, and wait for it.
pub fn within<T: Send>(device: &Device, work: impl FnOnce() -> T + Send) -> T {
    if is_processor(device) { rayon::scope(|_| work()) } else { work() }
}

fn by_name(name: &str) -> Option<Device> {
    match name {
        "flex" => Some(Device::flex()),
        #[cfg(feature = "tch")]
        "tch" => Some(Device::libtorch()),
        #[cfg(feature = "wgpu")]
        "wgpu" => Some(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
        #[cfg(feature = "cuda")]
        "cuda" => Some(Device::cuda(0)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_that_is_not_built_names_its_feature() {
        assert_eq!(names()[0], "flex");
        let error = find("cuda");
        if cfg!(not(feature = "cuda")) {
            assert!(error.unwrap_err().to_string().contains("--features cuda"));
        }
        assert!(matches!(find("abacus"), Err(DeviceError::Unknown { .. })));
        assert!(is_processor(&Device::flex()) && is_processor(&Device::flex().autodiff()));
    }

    #[test]
    fn the_processor_works_on_a_thread_of_the_pool() {
        assert!(rayon::current_thread_index().is_none());
        assert!(within(&Device::flex(), rayon::current_thread_index).is_some());
    }
}
