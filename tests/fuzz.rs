//! The fuzz targets of `tools/fuzz` over their corpus: what was found once stays mended.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use bodies::TARGETS;

#[path = "../tools/fuzz/bodies.rs"]
mod bodies;
#[path = "../tools/fuzz/heap.rs"]
pub mod heap;

/// Bytes that the whole corpus may have: it is part of every clone.
const MOST: u64 = 300 << 10;

#[test]
#[expect(clippy::print_stderr, reason = "the test runner shows what it was about where this fails")]
fn every_target_takes_its_corpus() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/fuzz/corpus");
    let mut bytes_in_all = 0;
    for target in TARGETS {
        let folder = corpus.join(target.name);
        let inputs = folder.read_dir().unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let inputs: Vec<_> = inputs.map(|entry| entry.unwrap().path()).collect();
        assert!(!inputs.is_empty(), "{} is empty", folder.display());
        for input in inputs {
            let bytes = std::fs::read(&input).unwrap();
            bytes_in_all += bytes.len() as u64;
            eprintln!("{}", input.display());
            bodies::run(target, &bytes);
        }
    }
    assert!(bytes_in_all <= MOST, "the corpus has {bytes_in_all} bytes");
}

#[test]
fn room_that_is_only_claimed_is_noticed() {
    let most = heap::most_during(|| drop(std::hint::black_box(Vec::<u8>::with_capacity(1 << 20))));
    assert!((1 << 20..2 << 20).contains(&most), "{most} bytes");
}

/// The packages of a lock file, each by name and version, with what it needs.
fn locked(file: &str) -> BTreeMap<String, BTreeSet<String>> {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap();
    let package = |text: &str| {
        let quoted: Vec<&str> = text.split('"').skip(1).step_by(2).collect();
        let needs = text.split_once("dependencies = [").map_or("", |(_, needs)| needs);
        let needs = needs.split('"').skip(1).step_by(2).map(str::to_owned);
        (format!("{} {}", quoted[0], quoted[1]), needs.collect())
    };
    text.split("[[package]]").skip(1).map(package).collect()
}

#[test]
fn what_is_fuzzed_is_locked_as_the_program_is() {
    let (program, fuzzed) = (locked("Cargo.lock"), locked("tools/fuzz/Cargo.lock"));
    let others = fuzzed.keys().filter(|package| !package.starts_with("crossroads-fuzz "));
    let unknown: Vec<_> = others.filter(|package| !program.contains_key(*package)).collect();
    assert!(unknown.is_empty(), "`tools/fuzz/Cargo.lock` has other packages than `Cargo.lock`: {unknown:?}");
    // What only tests and benchmarks need is not built for fuzzing.
    let name = format!("crossroads {}", env!("CARGO_PKG_VERSION"));
    let without: BTreeSet<String> = ["criterion", "proptest"].map(str::to_owned).into();
    assert_eq!(&program[&name] - &without, fuzzed[&name], "`cargo metadata --manifest-path tools/fuzz/Cargo.toml`");
}
