//! Models that are told the action, dreams, and weights as files.

use crossroads::agent::{Action, Agent};
use crossroads::camera::{Camera, Frames};
use crossroads::device;
use crossroads::episode::{DataSet, Episode, WindowSettings, Windows};
use crossroads::maze::{Corner, corners};
use crossroads::measure::{DreamReport, Report, judge};
use crossroads::predict::{Question, Sampling, questions};
use crossroads::scene::Scene;
use crossroads::train::{BOXED, Trained};

use crate::helper::{GAN, Place, REGRESSION, data, refused, told};

/// Trains recipes on the shared data: folders `gan-told` and `regression-told`.
fn trained(place: &Place) {
    let data = data().to_str().unwrap();
    for (name, recipe) in [("gan-told", GAN), ("regression-told", REGRESSION)] {
        place.file(&format!("{name}.ron"), &told(&recipe.replace("mirror: true", "mirror: true, unroll: 3")));
        place.succeed(&["train", &format!("{name}.ron"), "--data", data, "--out", name]);
    }
}

/// The corners of the shared data set's test mazes.
fn recorded_corners(context: usize) -> Vec<Question> {
    let data = DataSet::open(data(), "test", false).unwrap();
    questions(&data, &Windows::new(&data, WindowSettings::at_corners(context)).corners, context, 1).unwrap()
}

fn open(name: &str) -> Trained {
    Trained::open(name, &device::find("flex").unwrap()).unwrap()
}

#[test]
fn a_told_model_answers_otherwise_when_told_otherwise() {
    let place = Place::new();
    trained(&place);
    for name in ["gan-told", "regression-told"] {
        let model = open(place.path(name).to_str().unwrap());
        assert!(model.predictor.is_action_conditioned());
        let asked = recorded_corners(2);
        let answer = |turn| {
            let asked: Vec<Question> = asked.iter().map(|question| question.before(turn)).collect();
            model.predictor.predict(&asked, Sampling::new(1, 1))
        };
        let (left, right) = (answer(Action::Left), answer(Action::Right));
        assert!(left.iter().zip(&right).all(|(left, right)| left != right), "{name}");
        assert!(left == answer(Action::Left), "{name}");
    }
}

#[test]
fn dreams_are_measured_and_drawn() {
    let place = Place::new();
    trained(&place);
    let data = data().to_str().unwrap();
    let measure = ["measure", "gan-told", "regression-told", "--data", data, "--dream", "20", "--json", "dream.json"];
    let said = String::from_utf8(place.succeed(&measure).stdout).unwrap();
    for part in ["gan-told sharpness", "regression-told nearness", "copy last frame nearness", " 16 |", " 20 |"] {
        assert!(said.contains(part), "`{part}` is missing in\n{said}");
    }
    let json = std::fs::read_to_string(place.path("dream.json")).unwrap();
    let report: DreamReport = serde_json::from_str(&json).unwrap();
    assert_eq!(report.rows.len(), 3);
    for row in &report.rows {
        assert!(row.steps.iter().map(|step| step.step).eq(1..=20), "{row:?}");
        assert!(row.steps.iter().all(|step| step.sharpness > 0.0 && step.nearness > 0.0), "{row:?}");
    }
    let arguments = ["dream", "gan-told", "--data", data, "--steps", "8", "--every", "4", "--walks", "2", "--out"];
    let output = place.tools(&[&arguments[..], &["strip.png"]].concat()).output().unwrap();
    assert!(output.status.success(), "{}", crate::helper::errors(&output));
    assert!(image::open(place.path("strip.png")).unwrap().width() > 600);

    refused(place.tools(&[&arguments[..], &["strip.gif"]].concat()), &["strip.gif"]);
    place.refuse(&["measure", "gan-told", "--data", data, "--dream", "200"], &["fewer than two episodes", "200 more"]);
    place.file("gan.ron", GAN);
    place.succeed(&["train", "gan.ron", "--data", data, "--out", "untold", "--steps", "2"]);
    place.refuse(
        &["measure", "untold", "--data", data, "--dream", "8"],
        &["gan: is not conditioned", "condition: Action"],
    );
}

#[test]
fn corners_are_judged_by_what_the_model_was_told() {
    let place = Place::new();
    trained(&place);
    let data = data().to_str().unwrap();
    place.succeed(&["measure", "gan-told", "--data", data, "--samples", "4", "--json", "figures.json"]);
    let json = std::fs::read_to_string(place.path("figures.json")).unwrap();
    let report: Report = serde_json::from_str(&json).unwrap();
    let follows_action = report.rows[0].follows_action.unwrap();
    assert!((0.0..=1.0).contains(&follows_action), "{follows_action}");
    assert!(report.rows[1..].iter().all(|row| row.follows_action.is_none()));
    assert_eq!(json.matches("\"follows_action\"").count(), 1, "absent where a model is not told");
    for out in ["film.gif", "sheet.png"] {
        let arguments = [
            "compare",
            "gan-told",
            "regression-told",
            "--data",
            data,
            "--corners",
            "1",
            "--samples",
            "2",
            "--out",
            out,
        ];
        let output = place.tools(&arguments).output().unwrap();
        assert!(output.status.success(), "{}", crate::helper::errors(&output));
    }
}

#[test]
fn exported_weights_answer_like_their_run() {
    let place = Place::new();
    trained(&place);
    let output = place.tools(&["export", "gan-told", "--out", "small.safetensors"]).output().unwrap();
    assert!(output.status.success(), "{}", crate::helper::errors(&output));
    let (run, file) =
        (open(place.path("gan-told").to_str().unwrap()), open(place.path("small.safetensors").to_str().unwrap()));
    assert_eq!((run.step, &run.info), (file.step, &file.info));
    let asked = recorded_corners(2);
    let answer = |model: &Trained| model.predictor.predict(&asked, Sampling::new(2, 1));
    let bytes = |frames: Vec<Frames>| frames.iter().flat_map(|frames| frames.pixels().to_vec()).collect::<Vec<u8>>();
    let pairs = bytes(answer(&run)).into_iter().zip(bytes(answer(&file)));
    let furthest = pairs.map(|(a, b)| a.abs_diff(b)).max().unwrap();
    assert!(furthest <= 2, "half precision changes a level or two, not {furthest}");
    refused(place.tools(&["export", "nothing", "--out", "a"]), &["nothing: holds no run"]);
}

/// Corners of `brick` with the way to them, as the game shows it.
fn corners_of_brick(count: usize) -> Vec<Question> {
    let (scene, _) = Scene::load("brick").unwrap();
    let camera = Camera::new(&scene, None).unwrap();
    let places = (1000..).flat_map(|number| {
        let maze = scene.maze(number);
        corners(&maze).into_iter().take(1).map(move |corner| (number, corner)).collect::<Vec<_>>()
    });
    let ask = |(number, corner): (u64, Corner)| {
        let maze = scene.maze(number);
        let (dx, dy) = corner.heading.step();
        let mut agent = Agent::standing(corner.x - dx, corner.y - dy, corner.heading, scene.gait());
        let ticks = scene.agent.ticks_per_cell as usize;
        let mut episode = Episode::begin(&camera, &maze, &agent, ticks);
        for _ in 0..ticks {
            let action = agent.tick(&maze, Action::Forward);
            episode.record(&camera, &maze, &agent, action);
        }
        assert_eq!(agent.corner(&maze), Some(corner));
        let frames = Frames::from_pixels(camera.size(), episode.frames.clone());
        let futures = camera.futures(&maze, agent, &scene.turns(&maze, &agent), 1);
        Question {
            next: futures.all[0].frames.clone(),
            futures,
            ..Question::new(frames.last_few(ticks), Action::Left, (number, corner))
        }
    };
    places.take(count).map(ask).collect()
}

#[test]
fn weights_in_the_box_do_what_they_are_there_for() {
    let asked = corners_of_brick(12);
    let rows = |name| {
        let model = open(name);
        let report = judge(&[&*model.predictor], &asked, 4, 1, |_| {});
        report.rows[0].clone()
    };
    let (blend, told) = (rows("regression"), rows("gan-told"));
    assert!(blend.committed < 0.1 && (blend.nearness_median - 0.5).abs() < 0.05, "{blend:?}");
    assert!(told.follows_action.unwrap() > 0.95 && told.nearness_median < 0.35, "{told:?}");
    let free = rows("gan");
    assert!(free.committed > 0.9 && free.follows_action.is_none(), "{free:?}");
    let bytes: usize = BOXED.iter().map(|(_, bytes)| bytes.len()).sum();
    assert!(bytes < 10_000_000, "{bytes} bytes");
}

#[test]
fn a_name_that_is_not_known_is_told_with_those_that_are() {
    let error = Trained::open("gna", &device::find("flex").unwrap()).unwrap_err().to_string();
    assert!(error.starts_with("gna: holds no run"), "{error}");
    for (name, _) in BOXED {
        assert!(error.contains(name), "{error}");
    }
}
