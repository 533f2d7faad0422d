//! Data sets whose files change while they are used, or are more than the system opens at once.

use std::path::{Path, PathBuf};
use std::process::Command;

use crossroads::episode::DataSet;
use crossroads::progress::{Progress, Silent};
use crossroads::train::{Recipe, Run, TrainJob, train};

use crate::helper::{Place, REGRESSION, copy_data, data, errors, source};

fn job(data: PathBuf, out: PathBuf, resume: bool) -> TrainJob {
    TrainJob {
        recipe: Recipe::from_source(&source(REGRESSION)).unwrap(),
        data,
        more_data: Vec::new(),
        out,
        device: "flex".into(),
        resume,
        skip_damaged: false,
        snapshots: 0,
    }
}

/// Does something to the data set after a step.
struct After<F>(u64, F);

impl<F: FnMut()> Progress for After<F> {
    fn begin(&mut self, _: &str, _: &str, _: u64, _: u64) {}
    fn advance(&mut self, done: u64, _: &str) {
        if done == self.0 {
            (self.1)();
        }
    }
    fn say(&mut self, _: &str) {}
    fn end(&mut self) {}
}

fn episodes(folder: &Path) -> Vec<PathBuf> {
    let files = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    files.filter(|path| path.extension().is_some_and(|extension| extension == "safetensors")).collect()
}

/// What a training says whose files are changed after its sixth step; then they are put back and it goes on.
fn trained_on_changing(change: impl Fn(&Path)) -> String {
    let place = Place::new();
    let folder = copy_data(&place);
    let mut changer = After(6, || episodes(&folder).iter().for_each(|file| change(file)));
    let said = train(&job(folder.clone(), place.path("run"), false), &mut changer).unwrap_err().to_string();
    assert!(said.contains("data/episode-") && said.contains("the last checkpoint is whole"), "{said}");
    assert_eq!(Run::open(&place.path("run")).unwrap().newest_step().unwrap(), Some(4));
    copy_data(&place);
    train(&job(folder, place.path("run"), true), &mut Silent).unwrap();
    train(&job(data().to_owned(), place.path("whole"), false), &mut Silent).unwrap();
    let metrics = |run: &str| std::fs::read(place.path(run).join("metrics.csv")).unwrap();
    assert!(metrics("run") == metrics("whole"), "as if nothing had happened");
    said
}

#[test]
fn a_file_cut_short_while_it_is_learned_from_is_an_error_that_names_it() {
    let cut = |file: &Path| std::fs::OpenOptions::new().write(true).open(file).unwrap().set_len(4096).unwrap();
    let said = trained_on_changing(cut);
    assert!(said.contains("has 4096 bytes, the manifest says") && said.contains("it was changed since"), "{said}");
}

#[test]
fn a_file_altered_while_it_is_learned_from_is_an_error_that_names_it() {
    let alter = |file: &Path| {
        let mut bytes = std::fs::read(file).unwrap();
        // The frames are what comes last.
        let frames = bytes.len() - 41 * 32 * 32 * 3;
        bytes[frames..].iter_mut().for_each(|byte| *byte ^= 1);
        std::fs::write(file, bytes).unwrap();
    };
    let said = trained_on_changing(alter);
    assert!(said.contains("was altered between frames"), "{said}");
}

#[test]
fn a_file_removed_while_it_is_learned_from_is_an_error_that_names_it() {
    let said = trained_on_changing(|file| std::fs::remove_file(file).unwrap());
    assert!(said.contains("cannot be read"), "{said}");
}

#[test]
#[cfg(unix)]
fn there_may_be_more_files_than_the_system_opens_at_once() {
    let place = Place::new();
    place.file("recipe.ron", REGRESSION);
    // The data set has 24 episodes.
    let limited = "ulimit -n 20 && exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", limited, env!("CARGO_BIN_EXE_crossroads"), "train", "recipe.ron", "--out", "run", "--data"]);
    let output = command.arg(data()).current_dir(place.path(".")).output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
    train(&job(data().to_owned(), place.path("free"), false), &mut Silent).unwrap();
    let metrics = |run: &str| std::fs::read(place.path(run).join("metrics.csv")).unwrap();
    assert!(metrics("run") == metrics("free"));
}

#[test]
#[cfg(target_os = "linux")]
fn no_file_stays_open_or_mapped() {
    let data = DataSet::open_all(data()).unwrap();
    data.episodes[0].frame(0).unwrap();
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    assert!(!maps.contains("episode-0"), "{maps}");
    // Tests run side by side, and each has its own files open: those of this data set are looked for.
    let open =
        std::fs::read_dir("/proc/self/fd").unwrap().filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    let ours: Vec<PathBuf> = open.filter(|file| file.starts_with(&data.folder)).collect();
    assert!(ours.len() < data.episodes.len() / 2, "{ours:?}");
}

#[test]
#[cfg(unix)]
fn a_file_that_the_system_does_not_give_out_is_not_called_damaged() {
    let place = Place::new();
    let folder = copy_data(&place);
    let file = folder.join("episode-0000003.safetensors");
    std::fs::remove_file(&file).unwrap();
    // A link to itself: the system refuses to follow it.
    std::os::unix::fs::symlink(&file, &file).unwrap();
    let error = DataSet::open_all(&folder).unwrap_err().to_string();
    assert!(error.contains("episode-0000003") && error.contains("whether or not it is whole"), "{error}");
    assert!(!error.contains("damaged"), "{error}");
}

#[test]
#[cfg(unix)]
fn a_link_that_leads_out_of_the_data_set_is_not_followed() {
    let place = Place::new();
    let folder = copy_data(&place);
    let (file, moved) = (folder.join("episode-0000003.safetensors"), place.path("moved.safetensors"));
    std::fs::rename(&file, &moved).unwrap();
    std::os::unix::fs::symlink(&moved, &file).unwrap();
    let skipped = DataSet::open_all(&folder).unwrap().skipped;
    assert!(skipped[0].to_string().contains("a link that leads out of the data set"), "{skipped:?}");
    // Within the folder links are followed.
    std::fs::remove_file(&file).unwrap();
    std::fs::rename(&moved, folder.join("moved.safetensors")).unwrap();
    std::os::unix::fs::symlink("moved.safetensors", &file).unwrap();
    assert!(DataSet::open_all(&folder).unwrap().skipped.is_empty());
}
