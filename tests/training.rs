//! Training: the discriminator's turn, numbers that blow up, and folders and data that do not fit.

use std::path::{Path, PathBuf};

use crossroads::episode::{DataSet, WindowSettings, Windows};
use crossroads::predict::{Sampling, questions};
use crossroads::progress::Progress;
use crossroads::seal::sealed;
use crossroads::train::{Recipe, Run, TrainError, TrainJob, Trained, train};

use crate::helper::{GAN, Place, REGRESSION, SCENE, data, source};

/// Keeps what is said.
#[derive(Default)]
struct Said(Vec<String>);

impl Progress for Said {
    fn begin(&mut self, _: &str, _: &str, _: u64, _: u64) {}
    fn advance(&mut self, _: u64, _: &str) {}
    fn say(&mut self, line: &str) {
        self.0.push(line.to_owned());
    }
    fn end(&mut self) {}
}

fn job(recipe: &str, out: PathBuf) -> TrainJob {
    TrainJob {
        recipe: Recipe::from_source(&source(recipe)).unwrap(),
        data: data().to_owned(),
        more_data: Vec::new(),
        out,
        device: "flex".into(),
        resume: false,
        skip_damaged: false,
        snapshots: 0,
    }
}

fn trained(job: &TrainJob) -> (Result<Run, TrainError>, String) {
    let mut said = Said::default();
    let run = train(job, &mut said);
    (run, said.0.join("\n"))
}

/// Asks to stop after so many steps, and counts what it is told.
#[derive(Default)]
struct Stops {
    after: u64,
    measured: Vec<u64>,
    sheets: Vec<u64>,
}

impl Progress for Stops {
    fn begin(&mut self, _: &str, _: &str, _: u64, _: u64) {}
    fn advance(&mut self, _: u64, _: &str) {}
    fn say(&mut self, _: &str) {}
    fn end(&mut self) {}
    fn measured(&mut self, step: u64, names: &[&str], values: &[f32]) {
        assert_eq!((names, values.len()), (["squared_error"].as_slice(), 1));
        self.measured.push(step);
    }
    fn sheet(&mut self, step: u64, picture: &image::RgbImage) {
        assert!(picture.width() > 100);
        self.sheets.push(step);
    }
    fn wants_sheet(&self) -> bool {
        self.measured.last() == Some(&3)
    }
    fn is_stopped(&self) -> bool {
        self.measured.len() as u64 >= self.after
    }
}

#[test]
fn a_stopped_training_goes_on_as_if_nothing_had_been() {
    let place = Place::new();
    let whole = job(REGRESSION, place.path("whole"));
    trained(&whole).0.unwrap();
    let mut halves = job(REGRESSION, place.path("halves"));
    let mut stops = Stops { after: 5, ..Stops::default() };
    let run = train(&halves, &mut stops).unwrap();
    assert_eq!((stops.measured, stops.sheets), ((1..=5).collect(), vec![3]));
    assert_eq!(run.newest_step().unwrap(), Some(5));
    assert_eq!(metric(&halves.out, "squared_error").len(), 5);
    halves.resume = true;
    trained(&halves).0.unwrap();
    assert_eq!(metric(&halves.out, "squared_error"), metric(&whole.out, "squared_error"));
}

/// A column of a run's metrics, one number a step.
fn metric(run: &Path, name: &str) -> Vec<f32> {
    let text = std::fs::read_to_string(run.join("metrics.csv")).unwrap();
    let mut rows = text.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let column = rows.next().unwrap().iter().position(|head| *head == name).unwrap();
    rows.map(|row| row[column].parse().unwrap()).collect()
}

#[test]
fn the_discriminator_joins_in_after_the_warm_start() {
    let place = Place::new();
    let job = job(GAN, place.path("run"));
    let (run, said) = trained(&job);
    run.unwrap();
    assert!(
        said.contains("device flex (2 shards)") && said.contains("generator") && said.contains("mirrored"),
        "{said}"
    );
    let gradient = metric(&job.out, "adversarial_gradient");
    assert_eq!(gradient.len(), 12);
    // 35 % of 12 steps are 4.2: steps 1 to 5 are warm.
    assert!(gradient[..5].iter().all(|&norm| norm == 0.0), "{gradient:?}");
    assert!(gradient[5..].iter().all(|&norm| norm > 0.0), "{gradient:?}");
    assert!(metric(&job.out, "discriminator")[5..].iter().all(|&loss| loss > 0.0));
}

#[test]
fn an_adversarial_weight_of_zero_switches_the_discriminator_off() {
    let place = Place::new();
    let job = job(&GAN.replace("adversarial: 0.5", "adversarial: 0.0"), place.path("run"));
    trained(&job).0.unwrap();
    assert!(metric(&job.out, "adversarial_gradient").iter().all(|&norm| norm == 0.0));
    assert!(metric(&job.out, "discriminator").iter().all(|&loss| loss == 0.0));
}

#[test]
fn a_run_learns() {
    let place = Place::new();
    let recipe = REGRESSION.replace("steps: 12", "steps: 120").replace("5e-4", "2e-3");
    let job = job(&recipe, place.path("run"));
    trained(&job).0.unwrap();
    let loss = metric(&job.out, "squared_error");
    let mean = |part: &[f32]| part.iter().sum::<f32>() / part.len() as f32;
    let (first, last) = (mean(&loss[..20]), mean(&loss[100..]));
    assert!(last < 0.5 * first, "from {first} to {last}");
}

/// Fills the generator's weights in a checkpoint with NaN.
pub fn poison(checkpoint: &Path) {
    let file = checkpoint.join("generator.bpk");
    let tensors = burn_pack::Reader::from_file(&file).unwrap().into_tensors().unwrap();
    let poisoned = tensors.into_iter().map(|tensor| {
        let bytes = f32::NAN.to_le_bytes().repeat(tensor.byte_len() / 4);
        let bytes = burn_pack::Bytes::from_bytes_vec(bytes);
        burn_pack::Tensor::new(tensor.name, tensor.dtype, tensor.shape, tensor.param_id, bytes)
    });
    let bytes = burn_pack::Writer::new(poisoned.collect()).into_bytes().unwrap();
    std::fs::write(&file, &bytes[..]).unwrap();
    // As in checkpoints of earlier versions: nothing says how the file should be.
    std::fs::remove_file(checkpoint.join("files.ron")).unwrap();
}

/// A run of 12 steps, with checkpoints at 8 and 12, that is to go on to step 20.
fn begun(place: &Place) -> TrainJob {
    let mut job = job(REGRESSION, place.path("run"));
    trained(&job).0.unwrap();
    let info = place.path("run/run.ron");
    let text = std::fs::read_to_string(&info).unwrap().replace("steps: 12", "steps: 20");
    let text = text.lines().filter(|line| !line.starts_with("//")).map(|line| format!("{line}\n"));
    std::fs::write(&info, sealed(&text.collect::<String>())).unwrap();
    job.resume = true;
    job
}

#[test]
fn losses_that_are_no_numbers_lead_back_to_a_good_checkpoint() {
    let place = Place::new();
    let job = begun(&place);
    poison(&job.out.join("checkpoint-00000012-0"));
    let (run, said) = trained(&job);
    run.unwrap();
    assert!(said.contains("step 13: the losses are no longer numbers; back to step 12"), "{said}");
    assert!(said.contains("back to step 8"), "{said}");
    let loss = metric(&job.out, "squared_error");
    assert_eq!(loss.len(), 20);
    assert!(loss.iter().all(|loss| loss.is_finite()));
}

#[test]
fn a_training_that_diverges_again_and_again_is_given_up() {
    let place = Place::new();
    let job = begun(&place);
    poison(&job.out.join("checkpoint-00000008-0"));
    poison(&job.out.join("checkpoint-00000012-0"));
    let (run, said) = trained(&job);
    let error = run.unwrap_err();
    assert!(matches!(error, TrainError::Diverged { .. }), "{error}");
    assert!(error.to_string().contains("for the third time; lower the learning rates"), "{error}");
    assert_eq!(said.matches("no longer numbers").count(), 2, "{said}");
}

#[test]
fn a_damaged_checkpoint_is_named() {
    let place = Place::new();
    let job = begun(&place);
    std::fs::write(job.out.join("checkpoint-00000012-0/generator.bpk"), "damaged").unwrap();
    let error = trained(&job).0.unwrap_err().to_string();
    assert!(error.contains("checkpoint-00000012-0/generator.bpk"), "{error}");
}

/// Records a data set like the shared one, of other frames.
fn record_another(place: &Place, side: u32) -> String {
    let text = SCENE.replace("width: 32", &format!("width: {side}")).replace("height: 32", &format!("height: {side}"));
    place.file("other.ron", &text);
    let out = format!("data-{side}");
    place.succeed(&["record", "other.ron", "--episodes", "24", "--ticks", "40", "--out", &out]);
    out
}

#[test]
fn frames_of_another_size_than_trained_on_are_refused() {
    let place = Place::new();
    trained(&job(REGRESSION, place.path("run"))).0.unwrap();
    place.file("recipe.ron", REGRESSION);
    let other = record_another(&place, 16);
    let parts = [other.as_str(), "the size of a frame is 16x16 pixels, but the run was made with 32x32 pixels"];
    place.refuse(&["measure", "run", "--data", &other], &parts);
    place.refuse(&["train", "recipe.ron", "--data", &other, "--out", "run", "--resume"], &parts);
}

#[test]
fn folders_of_runs_are_not_mixed_up() {
    let place = Place::new();
    place.file("recipe.ron", REGRESSION);
    place.file("other.ron", &REGRESSION.replace("batch: 4", "batch: 5"));
    let data = data().to_str().unwrap();
    let train = |recipe, out, extra: &[&'static str]| {
        [&["train", recipe, "--data", data, "--out", out, "--steps", "2"], extra].concat()
    };
    place.refuse(&train("recipe.ron", "run", &["--resume"]), &["run: there is nothing to resume; leave out --resume"]);
    assert!(!place.path("run").exists());
    place.succeed(&train("recipe.ron", "run", &[]));
    place.refuse(&train("recipe.ron", "run", &[]), &["run: holds a run already; pass --resume"]);
    place.refuse(&train("other.ron", "run", &["--resume"]), &["run: holds a run of another recipe"]);
    std::fs::create_dir(place.path("used")).unwrap();
    place.file("used/notes.txt", "mine");
    place.refuse(&train("recipe.ron", "used", &[]), &["used: is not empty and holds no run; choose another --out"]);
    assert_eq!(std::fs::read_to_string(place.path("used/notes.txt")).unwrap(), "mine");
    // A run that is done can be resumed, and nothing happens.
    place.succeed(&train("recipe.ron", "run", &["--resume"]));
}

#[test]
fn models_with_different_contexts_are_judged_side_by_side() {
    let place = Place::new();
    trained(&job(REGRESSION, place.path("two"))).0.unwrap();
    trained(&job(&REGRESSION.replace("context: 2", "context: 3"), place.path("three"))).0.unwrap();
    trained(&job(GAN, place.path("gan"))).0.unwrap();
    let data = data().to_str().unwrap();
    let arguments = ["measure", "two", "three", "gan", "--data", data, "--samples", "4", "--json", "figures.json"];
    let output = place.succeed(&arguments);
    let said = String::from_utf8(output.stdout).unwrap();
    for name in ["regression (two)", "regression (three)", "gan", "copy last frame", "exact average", "simulator"] {
        assert!(said.contains(name), "{name} is missing in\n{said}");
    }
    let json = std::fs::read_to_string(place.path("figures.json")).unwrap();
    let report: crossroads::measure::Report = serde_json::from_str(&json).unwrap();
    assert_eq!(report.rows.len(), 6);
    assert!(report.corners > 0);
}

#[test]
fn a_model_answers_the_same_to_the_same_noise_and_otherwise_not() {
    let place = Place::new();
    trained(&job(GAN, place.path("run"))).0.unwrap();
    let device = crossroads::device::find("flex").unwrap();
    let model = Trained::open(place.path("run").to_str().unwrap(), &device).unwrap();
    assert_eq!((model.step, model.name.as_str()), (12, "gan"));
    let data = DataSet::open(data(), "test", false).unwrap();
    let settings = WindowSettings::at_corners(2);
    let questions = questions(&data, &Windows::new(&data, settings).corners, 2, 1).unwrap();
    let answer = |seed| model.predictor.predict(&questions, Sampling::new(3, seed));
    assert!(answer(1) == answer(1));
    assert!(answer(1) != answer(2));
}
