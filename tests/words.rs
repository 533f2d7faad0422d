//! Words to frames: data by day and by night, trainings that go on, verdicts, sheets, and what is refused.

use std::path::Path;
use std::sync::OnceLock;

use crossroads::device::find;
use crossroads::episode::{DataSet, TRAIN};
use crossroads::measure::CaptionReport;
use crossroads::predict::Skill;
use crossroads::settings::{Source, to_text};
use crossroads::train::{Recipe, Trained, recipes_for};
use crossroads::words::{Said, State, state_at};

use crate::helper::{Place, SCENE, changed, copy_folder, errors, goes_on_bit_for_bit, refused, source};

/// `garden` or `garden-night`, small.
pub fn garden(name: &str, ceiling: &str) -> String {
    let walls = r#"walls: ["brick-red.png", "brick-blue.png", "hedge-a.png", "hedge-stone.png"]"#;
    let text = SCENE.replace(r#"walls: ["brick-red.png", "brick-blue.png"]"#, walls);
    let text = text.replace("openings: 0.3", "openings: 0.12").replace("ceiling-plaster.png", ceiling);
    text.replace("name: \"small\"", &format!("name: \"{name}\""))
}

/// A place with a recording of the day and one of the night, made once.
pub fn place() -> Place {
    static RECORDED: OnceLock<Place> = OnceLock::new();
    let recorded = RECORDED.get_or_init(|| {
        let place = Place::new();
        for (name, ceiling) in [("day", "sky-day.png"), ("night", "sky-night.png")] {
            let file = format!("{name}.ron");
            place.file(&file, &garden(name, ceiling));
            place.succeed(&["record", &file, "--episodes", "80", "--ticks", "240", "--seed", "5", "--out", name]);
        }
        place
    });
    let place = Place::new();
    for name in ["day", "night"] {
        copy_folder(&recorded.path(name), &place.path(name));
    }
    place
}

/// A recipe that comes with Crossroads, with networks as narrow as can be, in a file of the place.
pub fn narrow(place: &Place, name: &str, steps: u64) -> String {
    let all = recipes_for(Skill::Illustrate);
    let (_, text) = all.iter().find(|(known, _)| *known == name).unwrap();
    let changes = [
        ("embedding: 24, hidden: 64", "embedding: 4, hidden: 6"),
        ("Text(64)", "Text(6)"),
        ("painter: (width: 24)", "painter: (width: 4)"),
        ("latent: 64", "latent: 5"),
        ("discriminator_width: 24", "discriminator_width: 4"),
    ];
    let text = changed(text, &changes);
    let mut recipe = Recipe::from_source(&Source { file: name.into(), text }).unwrap();
    (recipe.batch, recipe.steps, recipe.checkpoint_every, recipe.sheet_every) = (4, steps, 4, 6);
    let file = format!("{name}.ron");
    place.file(&file, &to_text(&recipe).unwrap());
    file
}

pub fn train(place: &Place, recipe: &str, out: &str, more: &[&str]) {
    place.succeed(&[&["train", recipe, "--data", "day", "--data", "night", "--out", out], more].concat());
}

fn text(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap()
}

#[test]
fn a_training_on_words_that_is_killed_goes_on_bit_for_bit() {
    let place = place();
    for (name, _) in recipes_for(Skill::Illustrate) {
        let recipe = narrow(&place, name, 12);
        let (whole, _) = goes_on_bit_for_bit(&place, name, |out, more| train(&place, &recipe, out, more));
        let weights = Trained::weights(&whole, &find("flex").unwrap()).unwrap();
        let scenes: Vec<&str> = weights.info.learned.iter().map(|learned| learned.scene.as_str()).collect();
        assert_eq!(scenes, ["day", "night"]);
        let [first, last] = ["00000006", "00000012"].map(|step| whole.join(format!("samples/step-{step}.png")));
        assert!(std::fs::read(first).unwrap() != std::fs::read(last).unwrap(), "{name}: what is shown changes");
    }
}

#[test]
fn what_was_learned_is_said_judged_and_drawn_and_what_is_no_caption_refused() {
    let place = place();
    for (name, _) in recipes_for(Skill::Illustrate) {
        train(&place, &narrow(&place, name, 4), name, &[]);
    }
    let words =
        ["words", "words", "words-matched", "--data", "day", "--data", "night", "--frames", "2", "--views", "4"];
    let shown = ["--classifier-steps", "150", "--json", "found.json", "--sheet", "sheet.png"];
    let output = place.tools(&[&words[..], &shown].concat()).output().unwrap();
    assert!(output.status.success(), "{}", errors(&output));
    let report: CaptionReport = serde_json::from_str(&text(&place.path("found.json"))).unwrap();
    let names: Vec<(&str, bool)> = report.rows.iter().map(|row| (row.name.as_str(), row.held_out)).collect();
    let both = |name| [(name, false), (name, true)];
    assert_eq!(names, ["real, unseen mazes", "words", "words-matched"].map(both).concat());
    // 40 states of two frames, of which eight were held out.
    assert_eq!(report.rows[2..].iter().map(|row| row.frames).collect::<Vec<_>>(), [64, 16, 64, 16]);
    let [real, words] = [&report.rows[0], &report.rows[2]];
    assert!(real.read.all > 5.0 * report.chance.all && real.distance < words.distance, "{report:?}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(table.contains("words-matched, held out") && table.contains("chance"), "{table}");
    assert!(image::image_dimensions(place.path("sheet.png")).unwrap().1 > 2 * 8 * 96);

    place.succeed(&["say", "words", "a left turn at a hedge wall"]);
    place.succeed(&["say", "words", "A left turn, at a hedge wall.", "--out", "again.png"]);
    let [one, other] = ["said.png", "again.png"].map(|file| std::fs::read(place.path(file)).unwrap());
    assert!(one == other, "the same caption, the same noise");
    // Four rows and columns of 32 × 32, five times as large, under a line.
    assert_eq!(image::image_dimensions(place.path("said.png")).unwrap(), (4 * 164 + 28, 4 * 164 + 62));
    std::fs::remove_file(place.path("said.png")).unwrap();
    for (caption, parts) in [
        ("", &["the caption is empty", "a left turn at a hedge wall"][..]),
        (" . ", &["the caption is empty"]),
        ("a left turn at a hegde wall", &["no word `hegde`", "nearest is `hedge`", "moonlight, night"]),
        ("a left turn hedge", &["after `a left turn` may follow", "`at`"]),
        ("hedge", &["may follow `a`, `two`, `the`"]),
    ] {
        place.refuse(&["say", "words", caption], parts);
        assert!(!place.path("said.png").exists(), "{caption}");
    }
    place.refuse(&["say", "words", "a fork", "--out", "said.jpg"], &["said.jpg", ".png"]);
    place.refuse(&["say", "nowhere", "a fork"], &["nowhere"]);
    place.refuse(&["measure", "words", "--data", "day"], &["words: paints what captions say, and predicts no frames"]);
    let regression = place.file("regression.ron", crate::helper::REGRESSION);
    place.succeed(&["train", regression.to_str().unwrap(), "--data", "day", "--out", "regression", "--steps", "1"]);
    place.refuse(
        &["say", "regression", "a fork"],
        &["regression: predicts frames, and paints nothing that captions say", "words, words-matched"],
    );
    refused(place.tools(&["words", "words", "--data", "day"]), &["--data was given 1 times", "for the night"]);
    refused(place.tools(&["words", "words", "--data", "day", "--data", "day"]), &["no training frame", "at night"]);
    refused(
        place.tools(&["words", "regression", "--data", "day", "--data", "night"]),
        &["paints nothing that captions say"],
    );
}

#[test]
fn data_of_which_too_little_can_be_said_is_refused_before_any_training() {
    let place = place();
    let recipe = narrow(&place, "words", 4);
    let refuse = |data: &[&str], parts: &[&str]| {
        place.refuse(&[&["train", recipe.as_str(), "--out", "run"], data].concat(), parts);
        assert!(!place.path("run").exists(), "{data:?}");
    };
    refuse(&["--data", "day"], &["(day, night), but 1 are given"]);
    refuse(&["--data", "day", "--data", "day"], &["too little to say", "at night` is seen 0 times", "`garden-night`"]);
    place.file("small.ron", SCENE);
    place.succeed(&["record", "small.ron", "--episodes", "16", "--ticks", "40", "--out", "small"]);
    refuse(&["--data", "small", "--data", "night"], &["small: too little to say", "times, at least 8 are needed"]);
    place.file(
        "ochre.ron",
        &SCENE.replace("brick-red.png", "brick-ochre.png").replace("brick-blue.png", "brick-green.png"),
    );
    place.succeed(&["record", "ochre.ron", "--episodes", "16", "--ticks", "40", "--out", "ochre"]);
    refuse(
        &["--data", "ochre", "--data", "night"],
        &["ochre: too little to say", "no wall that the grammar has a word for"],
    );
    place.succeed(&["record", "arcade", "--episodes", "16", "--ticks", "40", "--out", "arcade"]);
    refuse(&["--data", "arcade", "--data", "arcade"], &["arcade: too little to say", "is seen from above"]);
    refuse(&["--data", "arcade", "--data", "night"], &["night: the size of a frame is 32x32"]);
}

#[test]
fn recipes_of_words_are_read_back_and_checked() {
    let refused = |old: &str, new: &str, field: &str| {
        for (name, text) in recipes_for(Skill::Illustrate) {
            let changed = text.replacen(old, new, 1);
            assert_ne!(changed, text, "{name}: {old}");
            let error = Recipe::from_source(&source(&changed)).unwrap_err().to_string();
            assert!(error.contains(&format!("`{field}`")), "{name}, {new}: {error}");
        }
    };
    for (name, text) in recipes_for(Skill::Illustrate) {
        let recipe = Recipe::from_source(&source(text)).unwrap();
        assert_eq!(recipe.name, name);
        assert_eq!(Recipe::from_source(&source(&to_text(&recipe).unwrap())).unwrap(), recipe);
    }
    refused("context: 1", "context: 2", "windows.context");
    refused("condition: Text(64)", "condition: Text(32)", "condition");
    refused("condition: Text(64)", "condition: Action", "condition");
    refused("embedding: 24", "embedding: 0", "objective.text.embedding");
    refused("painter: (width: 24)", "painter: (width: 3)", "objective.painter.width");
    refused("latent: 64", "latent: 0", "objective.latent");
    refused("discriminator_width: 24", "discriminator_width: 200", "objective.discriminator_width");
    refused("mismatched: 0", "mismatched: 1", "objective.mismatched");
    refused(" rate: 3e-4", " rate: 0.0", "objective.rate");
    refused("discriminator_rate: 4e-4", "discriminator_rate: 1.0", "objective.discriminator_rate");
    refused("ema: 0.995", "ema: 1.0", "objective.ema");
    // All forks: there would be nothing to combine.
    let forks = "[(Fork, RedBrick), (Fork, BlueBrick), (Fork, Hedge), (Fork, Stone), ";
    refused("held_out: [", &format!("held_out: {forks}"), "objective.held_out");
}

#[test]
fn what_can_be_said_is_drawn_with_the_bytes_that_were_recorded() {
    let place = place();
    let day = DataSet::open(&place.path("day"), TRAIN, false).unwrap();
    let said = Said::of(&[&day]);
    let mut found = 0;
    for episode in &day.episodes {
        let maze = day.manifest.scene.maze(episode.entry.maze);
        for (frame, &pose) in episode.poses().iter().enumerate().take(40) {
            let Some(state) = state_at(&day.manifest.scene, &maze, pose) else { continue };
            let pixels = episode.frame(frame).unwrap();
            let views = said.views(state);
            let frames = said.frames(views);
            assert!(frames.iter().any(|drawn| drawn == pixels), "{state:?}");
            found += 1;
        }
        if found > 60 {
            break;
        }
    }
    assert!(found > 60, "{found}");
    let counts: Vec<usize> = State::all().map(|state| said.views(state).len()).collect();
    assert!(
        counts.iter().step_by(2).all(|&count| count > 0) && counts.iter().skip(1).step_by(2).all(|&count| count == 0)
    );
}
