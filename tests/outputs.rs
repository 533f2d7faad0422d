//! What programs write: files where they were asked for, tables and progress wherever these go.

use std::process::Output;

use crossroads::episode::check;
use crossroads::measure::Report;

#[cfg(unix)]
use crate::command_line::with_small_files;
use crate::helper::{Place, REGRESSION, SCENE, data, errors, refused};

const RECORD: [&str; 8] = ["record", "small.ron", "--episodes", "12", "--ticks", "5", "--out", "data"];

fn with_scene() -> Place {
    let place = Place::new();
    place.file("small.ron", SCENE);
    place
}

/// A regression that was trained a little, in the folder `run`.
fn with_run() -> Place {
    let place = Place::new();
    place.file("recipe.ron", REGRESSION);
    place.succeed(&["train", "recipe.ron", "--data", data().to_str().unwrap(), "--out", "run", "--steps", "2"]);
    place
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[cfg(target_os = "linux")]
fn full() -> std::fs::File {
    std::fs::File::options().write(true).open("/dev/full").unwrap()
}

#[cfg(target_os = "linux")]
#[test]
fn a_standard_error_that_cannot_be_written_is_ignored() {
    let place = with_scene();
    let output = place.crossroads(&RECORD).stderr(full()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let (manifest, damages) = check(&place.path("data")).unwrap();
    assert_eq!((manifest.episodes.len(), damages.len()), (12, 0));
    let output = place.crossroads(&["record", "nowhere.ron", "--episodes", "1", "--out", "a"]).stderr(full()).output();
    assert_eq!(output.unwrap().status.code(), Some(2));
}

#[cfg(target_os = "linux")]
#[test]
fn a_standard_output_that_cannot_be_written_is_an_error_of_one_line() {
    let place = with_scene();
    for arguments in [&RECORD[..], &["--help"], &["train", "--help"], &["--version"]] {
        let mut command = place.crossroads(arguments);
        command.stdout(full());
        refused_with(command, "standard output cannot be written");
    }
    let mut check = place.tools(&["check-data", "data"]);
    check.stdout(full());
    refused_with(check, "standard output cannot be written");
}

/// As [`refused`], of a command whose standard output is given.
#[cfg(target_os = "linux")]
fn refused_with(mut command: std::process::Command, part: &str) {
    let child = command.stderr(std::process::Stdio::piped()).spawn().unwrap();
    let output = child.wait_with_output().unwrap();
    let said = errors(&output);
    assert_eq!(output.status.code(), Some(2), "{command:?}: {said}");
    assert!(said.lines().last().is_some_and(|line| line.starts_with("error: ") && line.contains(part)), "{said}");
}

/// Runs a command on a terminal of the kind `term`: what the terminal got, both outputs together.
#[cfg(target_os = "linux")]
fn on_terminal(place: &Place, term: &str, colours: bool, arguments: &str) -> String {
    let program = env!("CARGO_BIN_EXE_crossroads");
    let mut command = std::process::Command::new("script");
    command.args(["--quiet", "--return", "--command", &format!("{program} {arguments}"), "/dev/null"]);
    command.env("TERM", term).env_remove("NO_COLOR").env_remove("CLICOLOR").env_remove("CLICOLOR_FORCE");
    if !colours {
        command.env("NO_COLOR", "1");
    }
    command.current_dir(place.path("")).stdin(std::process::Stdio::null());
    let output = command.output().unwrap_or_else(|error| panic!("util-linux's `script` does not start ({error})"));
    assert!(output.status.success(), "{}", printed(&output));
    printed(&output)
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_is_told_what_is_trained_and_one_that_only_prints_gets_lines() {
    let place = with_scene();
    place.file("recipe.ron", REGRESSION);
    let data = data().to_str().unwrap();
    let train = |term, colours, out| {
        let arguments = format!("train recipe.ron --data {data} --out {out} --steps 2");
        on_terminal(&place, term, colours, &arguments)
    };
    let coloured = train("xterm", true, "a");
    assert!(coloured.contains("device flex") && coloured.contains("parameters"), "{coloured:?}");
    assert!(coloured.contains("━") && coloured.contains("\u{1b}[36m"), "a bar in cyan: {coloured:?}");
    let plain = train("xterm", false, "b");
    assert!(plain.contains("━") && !plain.contains("\u{1b}[3"), "a bar without a colour: {plain:?}");
    let dumb = train("dumb", true, "c");
    for line in ["device flex", "regression: 2 steps, 0 done before", "regression: done in"] {
        assert!(dumb.contains(line), "`{line}` is missing in {dumb:?}");
    }
    assert!(!dumb.contains('\u{1b}') && !dumb.contains("━"), "{dumb:?}");
}

#[test]
fn files_that_cannot_be_written_are_refused_before_any_work() {
    let place = Place::new();
    for folder in ["folder.html", "folder.svg", "folder.png", "folder.mp4", "folder"] {
        std::fs::create_dir(place.path(folder)).unwrap();
    }
    // There is no such data set or run either: the file is looked at first.
    let (missing, none) = ("missing/x.json", &["there is no folder missing"][..]);
    let folder = &["is a folder; give the name of a file"][..];
    place.refuse(&["measure", "gan", "--data", "nowhere", "--json", missing], none);
    place.refuse(&["measure", "gan", "--data", "nowhere", "--json", "folder"], folder);
    for (arguments, said) in [
        (&["bench", "--quick", "--json", missing][..], none),
        (&["export", "nowhere", "--out", missing], none),
        (&["export", "nowhere", "--out", "x", "--example", missing], none),
        (&["compare", "nowhere", "--data", "nowhere", "--out", "folder.mp4"], folder),
        (&["dream", "nowhere", "--data", "nowhere", "--out", "folder.png"], folder),
        (&["dream", "nowhere", "--data", "nowhere", "--out", "film.mp4"], &["film.mp4: the name must end in .png"]),
        (&["latents", "nowhere", "--data", "nowhere", "--out", "folder.png"], folder),
        (&["report", "gan", "--data", "nowhere", "--out", "folder.html"], folder),
        (&["report", "gan", "--data", "nowhere", "--out", "a.pdf"], &["a.pdf: give the name of a file", ".html"]),
        (&["quality", "a=nowhere", "--data", "nowhere", "--out", "folder.svg"], folder),
        (&["calibration", "nowhere=nowhere", "--out", "folder.svg"], folder),
    ] {
        refused(place.tools(arguments), said);
    }
    assert!(!place.path("missing").exists());
    std::fs::create_dir_all(place.path("made/metrics.json")).unwrap();
    place.refuse(&["demo", "--out", "made"], &["made/metrics.json: is a folder"]);
    assert!(!place.path("made/data").exists());
}

#[cfg(unix)]
#[test]
fn the_table_is_printed_whatever_becomes_of_the_file() {
    let place = with_run();
    let data = data().to_str().unwrap();
    place.file("figures.json", "of before");
    let measure = ["measure", "run", "--data", data, "--samples", "2", "--json", "figures.json"];
    let output = with_small_files(&place, 1, &measure);
    assert_eq!(output.status.code(), Some(2));
    assert!(errors(&output).lines().last().unwrap().starts_with("error: figures.json: "), "{}", errors(&output));
    assert_eq!(std::fs::read_to_string(place.path("figures.json")).unwrap(), "of before");
    assert!(printed(&output).contains("| simulator "), "{}", printed(&output));
}

#[cfg(unix)]
#[test]
fn a_single_sample_has_no_diversity_and_figures_go_through_a_link() {
    let place = with_run();
    let data = data().to_str().unwrap();
    std::os::unix::fs::symlink("real.json", place.path("link.json")).unwrap();
    let measure =
        |samples| place.succeed(&["measure", "run", "--data", data, "--samples", samples, "--json", "link.json"]);
    let read = || std::fs::read_to_string(place.path("real.json")).unwrap();

    let said = printed(&measure("1"));
    let head: Vec<&str> = said.lines().next().unwrap().split('|').map(str::trim).collect();
    let column = head.iter().position(|head| *head == "diversity").unwrap();
    // Below the heads and the rule.
    for row in said.lines().skip(2).filter(|line| line.starts_with("| ")) {
        assert_eq!(row.split('|').nth(column).unwrap().trim(), "-", "{said}");
    }
    let json = read();
    assert!(
        !json.contains("diversity") && json.contains("\"psnr_best1\"") && json.contains("\"ssim_best1\""),
        "{json}"
    );

    measure("3");
    assert!(place.path("link.json").is_symlink(), "the link stays one");
    let json = read();
    assert!(json.contains("\"diversity\"") && json.contains("\"psnr_best3\"") && !json.contains("best16"), "{json}");
    let report: Report = serde_json::from_str(&json).unwrap();
    assert!(report.rows.iter().all(|row| row.best.samples == 3 && row.diversity.is_some()));
    // What earlier versions wrote.
    let old: Report = serde_json::from_str(&json.replace("_best3", "_best16")).unwrap();
    assert_eq!((old.rows[0].best.samples, old.rows[0].best.psnr), (16, report.rows[0].best.psnr));
}
