//! Long trainings: a step takes no more memory and no more time than the steps before it.

use std::path::Path;
use std::time::Duration;

use crossroads::settings::to_text;
use crossroads::train::RECIPES;

use crate::families::narrow;
use crate::helper::{Place, data};

/// Steps between two looks.
const EVERY: u64 = 48;

/// Steps in all.
const STEPS: u64 = 9 * EVERY;

/// A recipe of each objective, and of each way in which a discriminator is bounded.
const LONG: [&str; 10] = [
    "regression",
    "best-of-codes",
    "energy",
    "gan",
    "wgan-fd",
    "packed",
    "vae-gan",
    "pixel-rnn",
    "gan-told",
    "dream-up",
];

/// Bytes in memory of a process, from Linux.
#[cfg(target_os = "linux")]
fn resident(process: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = text.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1024)
}

/// Time that a process has computed for, in hundredths of a second, from Linux.
#[cfg(target_os = "linux")]
fn computed(process: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name, which may hold anything, ends with the last bracket; in user and in kernel mode, the 14th and the 15th field.
    let mut fields = text.rsplit_once(')')?.1.split_whitespace().skip(11);
    Some(fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?)
}

/// The newest step that was saved.
fn saved(run: &Path) -> u64 {
    let names = std::fs::read_dir(run).into_iter().flatten().flatten().map(|entry| entry.file_name());
    let steps = names.filter_map(|name| name.to_str()?.strip_prefix("checkpoint-")?.split('-').next()?.parse().ok());
    steps.max().unwrap_or(0)
}

/// A recipe whose discriminator joins in within the first stretch, since one that joins in later takes memory and time.
fn cold(text: &str) -> String {
    let line = |line: &str| match line.split_once("warm_share: ") {
        Some((indent, _)) => format!("{indent}warm_share: 0.1,"),
        None => line.to_owned(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Most memory, and computing time in hundredths of a second, of each stretch of [`EVERY`] steps.
#[cfg(target_os = "linux")]
fn stretches(place: &Place, name: &str) -> Vec<(u64, u64)> {
    let (_, text) = RECIPES.iter().find(|(known, _)| *known == name).unwrap();
    let mut recipe = narrow(name, &cold(text));
    (recipe.steps, recipe.checkpoint_every, recipe.sheet_every) = (STEPS, EVERY, STEPS);
    let file = place.file(&format!("{name}.ron"), &to_text(&recipe).unwrap());
    let run = place.path(name);
    let [file, data, out] = [&file, data(), &*run].map(|path| path.to_str().unwrap());
    let mut command = place.crossroads(&["train", file, "--data", data, "--out", out]);
    // What is freed is returned at once, so that the size of the process is what it holds.
    command.env("MIMALLOC_PURGE_DELAY", "0");
    let mut child = command.stderr(std::process::Stdio::null()).spawn().unwrap();
    let mut found = vec![(0, 0); (STEPS / EVERY) as usize];
    let (mut stretch, mut began) = (0, 0);
    let ended = loop {
        let now = (saved(&run) / EVERY) as usize;
        if let (Some(memory), Some(time)) = (resident(child.id()), computed(child.id())) {
            if now != stretch {
                (stretch, began) = (now, time);
            }
            if let Some(found) = found.get_mut(stretch) {
                *found = (found.0.max(memory), time - began);
            }
        }
        match child.try_wait().unwrap() {
            Some(ended) => break ended,
            None => std::thread::sleep(Duration::from_millis(3)),
        }
    };
    assert!(ended.success(), "{name}: {ended}");
    found
}

#[cfg(target_os = "linux")]
#[test]
fn memory_and_time_of_a_step_do_not_grow() {
    let place = Place::new();
    for name in LONG {
        let stretches = stretches(&place, name);
        // In the first stretch everything is set up, in the last a contact sheet is drawn.
        let steady = &stretches[1..stretches.len() - 1];
        assert!(steady.iter().all(|(memory, _)| *memory > 0), "{name}: {stretches:?}");
        let (begin, end) = (&steady[..3], &steady[steady.len() - 3..]);
        // What a stretch needs at most varies by some MiB; what is kept of every step adds up.
        let memory = |part: &[(u64, u64)]| part.iter().map(|(memory, _)| memory).sum::<u64>() / 3;
        let grown = memory(end).saturating_sub(memory(begin));
        assert!(grown < 16 << 20, "{name}: {} KiB more than before: {stretches:?}", grown >> 10);
        let time = |part: &[(u64, u64)]| part.iter().map(|(_, time)| time).sum::<u64>();
        let (first, last) = (time(begin), time(end));
        assert!(last < 2 * first + 20, "{name}: {first} became {last} hundredths of a second: {stretches:?}");
    }
}
