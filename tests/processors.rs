//! Another processor: one without AVX2, under QEMU's emulator, records the same bytes and gives the same verdicts.

use std::process::Command;

use crate::helper::{Place, REGRESSION, SCENE, assert_same_files, skipped};

/// A processor of 2008, with SSE 4.2 at most.
const OLD: [&str; 3] = ["qemu-x86_64", "-cpu", "Nehalem"];

/// The figures of a file that `measure` wrote, by their names, in order.
fn figures(json: &str) -> Vec<(String, f64)> {
    fn walk(at: &str, value: &serde_json::Value, found: &mut Vec<(String, f64)>) {
        match value {
            serde_json::Value::Object(fields) => {
                fields.iter().for_each(|(name, value)| walk(&format!("{at}/{name}"), value, found));
            }
            serde_json::Value::Array(values) => {
                values.iter().enumerate().for_each(|(index, value)| walk(&format!("{at}/{index}"), value, found));
            }
            serde_json::Value::Number(number) => found.push((at.to_owned(), number.as_f64().unwrap())),
            _ => {}
        }
    }
    let mut found = Vec::new();
    walk("", &serde_json::from_str(json).unwrap(), &mut found);
    found
}

#[cfg(target_arch = "x86_64")]
#[test]
fn a_processor_without_avx2_records_the_same_bytes_and_gives_the_same_verdicts() {
    if Command::new(OLD[0]).arg("--version").output().is_err() {
        return skipped("there is no qemu-x86_64 (Debian: qemu-user)");
    }
    let place = Place::new();
    let scene = SCENE.replace("width: 32", "width: 16").replace("height: 32", "height: 16");
    place.file("small.ron", &scene);
    place.file("regression.ron", &REGRESSION.replace("steps: 12", "steps: 2"));
    let record = |out| {
        ["record", "small.ron", "--episodes", "4", "--split", "train=0.5,test=0.5", "--ticks", "40", "--out", out]
    };
    let measure = |out| ["measure", "run", "--data", "here", "--samples", "2", "--json", out];
    let emulated = |arguments: &[&str]| {
        let native = place.crossroads(arguments);
        let output = Command::new(OLD[0])
            .args(&OLD[1..])
            .arg(native.get_program())
            .args(arguments)
            .current_dir(native.get_current_dir().unwrap())
            .output()
            .unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    };
    place.succeed(&record("here"));
    emulated(&record("there"));
    assert_same_files(&place.path("here"), &place.path("there"));

    place.succeed(&["train", "regression.ron", "--data", "here", "--out", "run"]);
    place.succeed(&measure("here.json"));
    emulated(&measure("there.json"));
    let [here, there] = ["here.json", "there.json"].map(|name| std::fs::read_to_string(place.path(name)).unwrap());
    let (here, there) = (figures(&here), figures(&there));
    assert!(here.len() > 20 && here.len() == there.len());
    for ((name, here), (other, there)) in here.into_iter().zip(there) {
        assert_eq!(name, other);
        assert!((here - there).abs() <= 1e-3 * here.abs().max(0.01), "{name}: {here}, without AVX2 {there}");
    }
}
