//! Names of folders that are no text, or that steer terminals: they work, and are shown escaped.

#![cfg(target_os = "linux")]

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::process::Output;

use crate::helper::{Place, REGRESSION, SCENE, errors};

/// Runs a command whose folders have names that are no text: what it wrote, which must not hide that.
fn run(place: &Place, tools: bool, arguments: &[&[u8]]) -> (Output, String) {
    let mut command = if tools { place.tools(&[]) } else { place.crossroads(&[]) };
    command.args(arguments.iter().map(|argument| OsStr::from_bytes(argument)));
    let output = command.output().unwrap();
    let said = String::from_utf8([&output.stdout[..], &output.stderr[..]].concat()).expect("what is written is text");
    assert!(!said.contains('\u{fffd}'), "{said}");
    (output, said)
}

#[test]
fn folders_whose_names_are_no_text_work_from_recording_to_figures() {
    let place = Place::new();
    place.file("small.ron", SCENE);
    place.file("recipe.ron", REGRESSION);
    let (data, first, second) = (&b"data\xff"[..], &b"run\xfe"[..], &b"all/run\xfd"[..]);
    let mut commands: Vec<(bool, Vec<&[u8]>)> = Vec::new();
    let record: [&[u8]; 8] = [b"record", b"small.ron", b"--episodes", b"24", b"--ticks", b"40", b"--out", data];
    commands.push((false, record.to_vec()));
    commands.push((true, vec![b"check-data", data]));
    for (seed, out) in [(b"1", first), (b"2", second)] {
        let train: [&[u8]; 10] =
            [b"train", b"recipe.ron", b"--data", data, b"--out", out, b"--steps", b"1", b"--seed", seed];
        commands.push((false, train.to_vec()));
    }
    let json = &b"figures\xfc.json"[..];
    commands.push((false, vec![b"measure", first, second, b"--data", data, b"--samples", b"2", b"--json", json]));
    commands.push((true, vec![b"compare", first, b"--data", data, b"--corners", b"1", b"--out", b"sheet\xfb.png"]));
    commands.push((true, vec![b"export", first, b"--out", b"weights\xfa.safetensors"]));
    commands
        .push((true, vec![b"report", b"--all", b"all", b"--data", data, b"--samples", b"2", b"--out", b"p\xf9.html"]));
    for (tools, arguments) in commands {
        let (output, said) = run(&place, tools, &arguments);
        assert!(output.status.success(), "{said}");
        if arguments[0] == b"record" {
            assert!(said.contains(r#""data\xFF": 24 episodes"#), "{said}");
        }
        if arguments[0] == b"measure" {
            assert!(said.contains(r#"regression ("run\xFE")"#), "{said}");
        }
    }
}

#[test]
fn an_error_stays_one_line_whatever_is_named() {
    let place = Place::new();
    for name in [&b"two\nlines"[..], b"red\x1b[31m", b"none\xff"] {
        for (arguments, part) in [
            (&[&b"measure"[..], name, b"--data", b"data"][..], "holds no run"),
            (&[b"measure", b"gan", b"--data", name], "no data set here"),
            (&[b"record", name, b"--episodes", b"1", b"--out", b"data"], "there is no scene"),
            (&[b"train", name, b"--data", b"data", b"--out", b"run"], "there is no recipe"),
        ] {
            let (output, said) = run(&place, false, arguments);
            assert_eq!(output.status.code(), Some(2), "{said}");
            assert_eq!(said.lines().count(), 1, "{}", errors(&output));
            assert!(said.contains(part) && !said.contains('\u{1b}'), "{said}");
        }
    }
}
