//! What the two programs weigh.

use crossroads::train::BOXED;

/// Whether programs are as they were measured: optimised, for this kind of machine, without further devices.
const IS_MEASURED: bool = cfg!(all(target_os = "linux", target_arch = "x86_64", not(debug_assertions)))
    && cfg!(not(any(feature = "tch", feature = "wgpu", feature = "cuda")));

/// The promise of `docs/performance.md`, in bytes.
fn largest(program: &[u8]) -> usize {
    // Not packed where the C library is older (`tools/build.rs`).
    let is_packed = program.windows(17).any(|word| word == b"GLIBC_ABI_DT_RELR");
    if is_packed { 100_000_000 } else { 110_000_000 }
}

#[test]
fn a_program_is_small_and_holds_what_comes_with_it_once() {
    for program in [env!("CARGO_BIN_EXE_crossroads"), env!("CARGO_BIN_EXE_tools")] {
        let bytes = std::fs::read(program).unwrap();
        if IS_MEASURED {
            assert!(bytes.len() < largest(&bytes), "{program} has {} bytes", bytes.len());
        }
        for (name, weights) in BOXED {
            // The middle of the file: nothing else has these bytes.
            let (_, part) = weights.split_at(weights.len() / 2);
            let found = bytes.windows(64).filter(|at| *at == &part[..64]).count();
            assert_eq!(found, 1, "{program} has the weights of {name} {found} times");
        }
    }
}
