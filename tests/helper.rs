//! A temporary folder, commands that run in it, and small worlds that are quick to record and to learn.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use crossroads::files::LOCK;
use crossroads::scene::Scene;
use crossroads::settings::Source;

/// First person, 32 × 32 pixels, two ticks a move.
pub const SCENE: &str = r#"(
    name: "small",
    maze: Grown(width: 11, height: 11, openings: 0.3, seeds: (0, 1000000)),
    theme: (
        walls: ["brick-red.png", "brick-blue.png"],
        district: 3,
        floor: "floor-paving.png",
        ceiling: "ceiling-plaster.png",
        face_shade: 0.7,
        fog: (colour: (24, 26, 34), distance: 9.0),
    ),
    camera: (
        view: FirstPerson(field_of_view: 80.0, setback: 0.4),
        width: 32,
        height: 32,
        supersampling: 1,
    ),
    agent: (ticks_per_cell: 2, ticks_per_quarter: 3, left_odds: 0.5),
)
"#;

/// A regression that is trained in a second.
pub const REGRESSION: &str = r#"(
    name: "regression",
    windows: (context: 2, corner_share: 0.6, turn_share: 0.3, context_noise: 4, mirror: true),
    batch: 4,
    shards: 2,
    steps: 12,
    seed: 1,
    checkpoint_every: 4,
    sheet_every: 1000,
    objective: Regression(
        generator: (width: 4, moves: 2),
        rate: 5e-4,
        cooling_share: 0.2,
        betas: (0.5, 0.99),
        ema: 0.9,
    ),
)
"#;

/// A GAN whose discriminator joins in after a third of the steps.
pub const GAN: &str = r#"(
    name: "gan",
    windows: (context: 2, corner_share: 0.6, turn_share: 0.3, context_noise: 4, mirror: true),
    batch: 4,
    shards: 2,
    steps: 12,
    seed: 1,
    checkpoint_every: 4,
    sheet_every: 1000,
    objective: Gan(
        generator: (width: 4, moves: 2),
        noise: Mix(codes: 2, gaussian: 2),
        discriminator: (width: 4, context: 2),
        reconstruction: 10.0,
        relaxation: 0.02,
        adversarial: 0.5,
        wrong_context: 0.5,
        warm_share: 0.35,
        warm_rate: 5e-4,
        rate: 2e-4,
        discriminator_rate: 4e-4,
        cooling_share: 0.2,
        betas: (0.5, 0.99),
        ema: 0.9,
    ),
)
"#;

/// A text with other words in place of some, all of which must be there.
pub fn changed(text: &str, changes: &[(&str, &str)]) -> String {
    changes.iter().fold(text.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "{old}");
        text.replace(old, new)
    })
}

/// A recipe's text, for a model that is told the action: with a name of its own.
pub fn told(recipe: &str) -> String {
    recipe.replacen("\",\n", "-told\",\n    condition: Action,\n", 1)
}

/// A folder of its own, deleted in the end.
pub struct Place(tempfile::TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("the folder for temporary files can be written"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a text file, and returns its path.
    pub fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// `crossroads` with these arguments, to be run in this folder.
    pub fn crossroads(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_crossroads"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }

    /// Runs `crossroads` to its end, which must be a good one.
    pub fn succeed(&self, arguments: &[&str]) -> Output {
        let output = self.crossroads(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", errors(&output));
        output
    }

    /// Runs `crossroads`, which must refuse: see [`refused`].
    pub fn refuse(&self, arguments: &[&str], parts: &[&str]) {
        refused(self.crossroads(arguments), parts);
    }

    /// `tools` with these arguments, to be run in this folder.
    pub fn tools(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tools"));
        command.args(arguments).current_dir(self.0.path()).stdin(Stdio::null());
        command
    }
}

/// Runs a command, which must refuse: exit code 2, and one line on standard error, its last, that has all of `parts`.
pub fn refused(mut command: Command, parts: &[&str]) {
    let output = command.output().unwrap();
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
    let lines: Vec<&str> = said.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(lines.len(), 1, "{command:?}: {said}");
    assert_eq!(said.lines().last(), lines.first().copied(), "the error is the last line: {said}");
    for part in parts {
        assert!(said.contains(part), "{command:?}: `{part}` is missing in: {said}");
    }
}

/// Says that a test is skipped, and why, also where the test runner keeps what passing tests print.
///
/// # Panics
/// Where `CI` is `true`, unless `CROSSROADS_MAY_SKIP` is set: there what a test needs can be installed, and a test that
/// does not run guards nothing.
pub fn skipped(why: &str) {
    let is_set = |name: &str| std::env::var(name).is_ok_and(|value| !value.is_empty());
    let is_ci = std::env::var("CI").is_ok_and(|value| value == "true");
    assert!(!is_ci || is_set("CROSSROADS_MAY_SKIP"), "skipped where CI is true: {why}");
    std::io::stderr().write_all(format!("skipped: {why}\n").as_bytes()).unwrap();
}

/// What a command wrote on standard error.
pub fn errors(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// [`SCENE`] as a scene.
pub fn small_scene() -> Scene {
    Scene::from_source(&source(SCENE)).unwrap()
}

/// Text as if it were read from `a.ron`.
pub fn source(text: &str) -> Source {
    Source { file: "a.ron".into(), text: text.into() }
}

/// A data set of [`SCENE`] that all tests share; never write into it, [`copy_data`] instead.
pub fn data() -> &'static Path {
    static DATA: OnceLock<Place> = OnceLock::new();
    let place = DATA.get_or_init(|| {
        let place = Place::new();
        place.file("small.ron", SCENE);
        place.succeed(&["record", "small.ron", "--episodes", "24", "--ticks", "40", "--seed", "5", "--out", "data"]);
        place
    });
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    PATH.get_or_init(|| place.path("data"))
}

/// A copy of the shared data set that may be damaged.
pub fn copy_data(place: &Place) -> PathBuf {
    let copy = place.path("data");
    copy_folder(data(), &copy);
    copy
}

/// Copies a folder with all that is in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for (name, bytes) in files_in(from) {
        let path = to.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
}

/// All files in a folder and below, by their paths in it, but for the mark of who writes there.
pub fn files_in(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(&next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != LOCK) {
                files.insert(path.strip_prefix(folder).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// Trains 12 steps twice, once as after a kill in the last of them, when the checkpoint of step 8 is the newest: both must
/// end alike. Tells the folders of the first run and of its last checkpoint.
pub fn goes_on_bit_for_bit(place: &Place, name: &str, train: impl Fn(&str, &[&str])) -> (PathBuf, PathBuf) {
    let (whole, halves) = (format!("{name}-whole"), format!("{name}-halves"));
    let newest = |run: &str| place.path(run).join("checkpoint-00000012-0");
    train(&whole, &[]);
    train(&halves, &[]);
    std::fs::remove_dir_all(newest(&halves)).unwrap();
    train(&halves, &["--resume"]);
    let [one, other] =
        [&whole, &halves].map(|run| std::fs::read_to_string(place.path(run).join("metrics.csv")).unwrap());
    assert_eq!(one, other, "{name}");
    assert_same_files(&newest(&whole), &newest(&halves));
    (place.path(&whole), newest(&whole))
}

/// Fails with the names of the files that differ, rather than with their bytes.
pub fn assert_same_files(a: &Path, b: &Path) {
    let (a_files, b_files) = (files_in(a), files_in(b));
    let names = |files: &BTreeMap<PathBuf, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&a_files), names(&b_files));
    for (name, bytes) in &a_files {
        assert!(bytes == &b_files[name], "{} differs", name.display());
    }
}
