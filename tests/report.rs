//! Trainings of several recipes for the same time, and the report on them, opened in a browser.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crossroads::train::Weights;

use crate::helper::{GAN, Place, REGRESSION, data, errors, files_in, refused, skipped};
use crate::training::poison;

/// What the page is asked, once it has loaded: what it says is put where `--dump-dom` shows it.
const CHECK: &str = r#"<script>
const found = [];
for (const image of document.images) if (!(image.complete && image.naturalWidth > 0)) found.push("no picture: " + image.alt);
const heads = [...document.querySelectorAll("table.sortable thead th")];
const keys = (column) => [...document.querySelectorAll("table.sortable tbody tr")].map((row) => row.cells[column].dataset.key);
const isSorted = (column, sign) => {
  const numbers = keys(column).filter((key) => key !== "").map(Number);
  const isEmpty = keys(column).map((key) => key === "");
  return numbers.every((number, at) => at === 0 || sign * (number - numbers[at - 1]) >= 0)
    && isEmpty.every((empty, at) => at === 0 || empty || !isEmpty[at - 1]);
};
const column = heads.findIndex((head) => head.textContent === "NAME");
for (const order of ORDERS) {
  heads[column].querySelector("button").click();
  const told = heads.map((head) => head.getAttribute("aria-sort"));
  if (told[column] !== order) found.push("aria-sort is " + told[column] + ", not " + order);
  if (told.filter((value) => value !== "none").length !== 1) found.push("several columns say that they are sorted");
  if (!isSorted(column, order === "ascending" ? 1 : -1)) found.push("not " + order + ": " + keys(column));
}
const widest = Math.max(...[...document.querySelectorAll("body *")].map((node) => node.getBoundingClientRect().right));
if (document.documentElement.scrollWidth > innerWidth) found.push("wider than the window: " + widest);
const lines = [...document.querySelectorAll(".plot")].map((plot) => plot.outerHTML).join("");
if (/NaN|Infinity/.test(lines)) found.push("a plot has what is no number");
const verdict = document.createElement("output");
verdict.id = "verdict";
verdict.textContent = found.length === 0 ? `sound: ${document.images.length} pictures` : found.join("; ");
document.body.append(verdict);
</script>"#;

/// `tools` with these arguments, which must succeed.
fn tools(place: &Place, arguments: &[&str]) -> Output {
    let output = place.tools(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", errors(&output));
    output
}

fn train_all<'a>(data: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&["train-all", "--data", data, "--out", "all"], more].concat()
}

/// Both recipes for a moment each, from two seeds.
fn trained(place: &Place) -> Output {
    place.file("regression.ron", REGRESSION);
    place.file("gan.ron", GAN);
    let more = ["--recipes", "regression.ron,gan.ron", "--minutes", "0.003", "--seeds", "1,2"];
    tools(place, &train_all(data().to_str().unwrap(), &more))
}

fn seconds(run: &Path) -> Vec<(u64, f64)> {
    let text = std::fs::read_to_string(run.join("seconds.csv")).unwrap();
    assert!(text.starts_with("step,seconds\n"), "{text}");
    let rows = text.lines().skip(1).map(|row| row.split_once(',').unwrap());
    rows.map(|(step, seconds)| (step.parse().unwrap(), seconds.parse().unwrap())).collect()
}

/// Folders of a run's checkpoints, oldest first.
fn checkpoints(run: &Path) -> Vec<PathBuf> {
    let paths = std::fs::read_dir(run).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = paths.filter(|path| path.to_string_lossy().contains("/checkpoint-")).collect();
    found.sort();
    found
}

#[test]
fn all_recipes_are_trained_in_order_and_what_was_interrupted_goes_on() {
    let place = Place::new();
    let said = errors(&trained(&place));
    let line = |number: usize, model: &str| {
        let start = format!("{number}/4 {model}: ");
        said.lines()
            .find(|line| line.starts_with(&start))
            .unwrap_or_else(|| panic!("{start} is missing in\n{said}"))
            .to_owned()
    };
    for (number, model) in
        [(1, "regression, seed 1"), (2, "gan, seed 1"), (3, "regression, seed 2"), (4, "gan, seed 2")]
    {
        assert!(line(number, model).contains(" steps, in 0."), "{}", line(number, model));
    }
    assert_eq!(said.lines().count(), 4, "a line a model: {said}");
    let plan = std::fs::read(place.path("all/plan.ron")).unwrap();
    let run = place.path("all/gan-seed2");
    let times = seconds(&run);
    assert!(times.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1), "{times:?}");
    let snapshots = |run: &Path| files_in(&run.join("snapshots"));
    let counted = |step| times.iter().any(|time| time.0 == step);
    assert!((4..=times.last().unwrap().0).step_by(4).all(counted), "at every checkpoint: {times:?}");
    let before = snapshots(&run);
    let last = times.last().unwrap().0;
    assert!(
        before.len() as u64 == last.min(8)
            && before.contains_key(&PathBuf::from(format!("step-{last:08}.safetensors")))
    );

    // As if it had been killed before its last checkpoint: the others are left as they are.
    let newest = checkpoints(&run).pop().unwrap();
    std::fs::remove_dir_all(&newest).unwrap();
    std::fs::remove_dir_all(run.join("snapshots")).unwrap();
    std::fs::create_dir(run.join("snapshots")).unwrap();
    let other = files_in(&place.path("all/regression-seed1"));
    let said = errors(&tools(
        &place,
        &train_all(data().to_str().unwrap(), &["--recipes", "regression.ron,gan.ron", "--seeds", "1,2"]),
    ));
    assert_eq!(said.matches(" steps, before\n").count(), 3, "{said}");
    assert!(said.contains("of them before, in 0."), "{said}");
    assert_eq!(checkpoints(&run).pop().unwrap(), newest);
    assert_eq!(std::fs::read(place.path("all/plan.ron")).unwrap(), plan, "the plan is settled once");
    assert_eq!(files_in(&place.path("all/regression-seed1")), other);
    let after = snapshots(&run);
    assert!(after.keys().next_back() == before.keys().next_back());
    for (name, bytes) in after {
        // The metadata of a file stand in any order.
        let weights = |bytes: &[u8]| {
            let mut weights = Weights::from_bytes(bytes, &name).unwrap();
            weights.numbers.sort_by(|a, b| a.path.cmp(&b.path));
            weights
        };
        assert!(weights(&before[&name]) == weights(&bytes), "{} is another if interrupted", name.display());
    }
    assert_eq!(seconds(&run).last().unwrap().0, last);

    let mut other_minutes =
        place.tools(&train_all(data().to_str().unwrap(), &["--recipes", "gan.ron", "--minutes", "3"]));
    other_minutes.stdin(Stdio::null());
    refused(other_minutes, &["plan.ron: `minutes` is 0.003, not 3", "leave out --minutes"]);
}

#[test]
fn a_recipe_that_diverges_is_marked_and_the_others_go_on() {
    let place = Place::new();
    place.file("wild.ron", &REGRESSION.replace("\"regression\"", "\"wild\""));
    place.file("regression.ron", REGRESSION);
    let data = data().to_str().unwrap();
    let train = |recipes| train_all(data, &["--minutes", "0.003", "--seeds", "1", "--recipes", recipes]);
    tools(&place, &train("wild.ron"));
    // As if it had been killed before its last checkpoint, with weights that are no numbers in those before.
    let run = place.path("all/wild-seed1");
    let mut checkpoints = checkpoints(&run);
    std::fs::remove_dir_all(checkpoints.pop().unwrap()).unwrap();
    checkpoints.iter().for_each(|checkpoint| poison(checkpoint));
    let arguments = train("wild.ron,regression.ron");
    let output = tools(&place, &arguments);
    let said = errors(&output);
    assert!(
        said.contains("1/2 wild, seed 1: diverged at step ") && said.contains("2/2 regression, seed 1: "),
        "{said}"
    );
    assert!(String::from_utf8_lossy(&output.stdout).contains("2 runs of 2 recipes, 1 diverged"));
    let said = errors(&tools(&place, &arguments));
    let line =
        said.lines().find(|line| line.starts_with("1/2 wild, seed 1: diverged at step ")).expect("it is told again");
    assert!(line.ends_with(", before"), "it is not tried again: {line}");

    tools(&place, &["report", "--all", "all", "--data", data, "--out", "report.html", "--samples", "2"]);
    let page = std::fs::read_to_string(place.path("report.html")).unwrap();
    assert!(page.contains("<span class='remark'>diverged at step "), "marked, and not dropped");
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(place.path("report.json")).unwrap()).unwrap();
    let runs = json["runs"].as_array().unwrap();
    assert!(runs.iter().any(|run| run["name"] == "wild" && run["diverged"].is_u64()), "{json}");
    assert!(runs.iter().any(|run| run["name"] == "regression" && run["diverged"].is_null()), "{json}");
}

#[test]
fn the_report_is_a_page_that_a_browser_shows_and_sorts() {
    let place = Place::new();
    trained(&place);
    let arguments =
        ["report", "--all", "all", "--data", data().to_str().unwrap(), "--out", "made/report.html", "--samples", "4"];
    let said = String::from_utf8(tools(&place, &arguments).stdout).unwrap();
    assert_eq!(said, "made/report.html\nmade/report.json\n");

    let json: serde_json::Value =
        serde_json::from_slice(&std::fs::read(place.path("made/report.json")).unwrap()).unwrap();
    let names: Vec<&str> = json["rows"].as_array().unwrap().iter().map(|row| row["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["regression", "gan", "copy last frame", "exact average", "simulator"]);
    for (row, seeds) in [(0, serde_json::json!([1, 2])), (1, serde_json::json!([1, 2])), (4, serde_json::json!([]))] {
        assert_eq!(json["rows"][row]["seeds"], seeds);
        assert_eq!(json["rows"][row]["deviation"].is_object(), row < 2);
    }
    assert_eq!(json["rows"][4]["mean"]["committed"], 1.0, "the simulator");
    let of_seed = |seed: usize| json["runs"][seed]["figures"]["nearness_median"].as_f64().unwrap();
    let mean = json["rows"][0]["mean"]["nearness_median"].as_f64().unwrap();
    assert!((mean - (of_seed(0) + of_seed(1)) / 2.0).abs() < 1e-12);
    let gan = &json["runs"][2];
    assert_eq!((&gan["recipe"], &gan["seed"]), (&"gan".into(), &1.into()));
    assert!(
        gan["parameters"]["generator"].as_u64().unwrap() > 0 && gan["parameters"]["discriminator"].is_u64(),
        "{gan}"
    );
    assert!(gan["seconds"].as_f64().unwrap() > 0.0 && gan["step_ms"].is_f64() && gan["sample_ms"].is_f64(), "{gan}");
    assert!(!gan["timeline"].as_array().unwrap().is_empty() && gan["timeline"][0]["figures"]["committed"].is_f64());

    let page = std::fs::read_to_string(place.path("made/report.html")).unwrap();
    for (column, orders) in [("nearness", ["ascending", "descending"]), ("committed", ["descending", "ascending"])] {
        let orders = format!("{orders:?}");
        let check = CHECK.replace("NAME", column).replace("ORDERS", &orders);
        let file = place.file("checked.html", &page.replace("</body>", &(check + "</body>")));
        match browse(&place, &file) {
            Ok((dom, log)) => {
                assert!(dom.contains("<output id=\"verdict\">sound: "), "{column}: {}", verdict(&dom));
                assert!(!log.contains("CONSOLE"), "{log}");
            }
            Err(why) => return skipped(&format!("{why}; Debian's package chromium brings it")),
        }
    }
}

fn verdict(dom: &str) -> &str {
    dom.rfind("<output").map_or("the check did not run to its end", |at| &dom[at..])
}

/// Opens a page in a browser without a window: the page as it then is, and what the browser logged, its console too.
fn browse(place: &Place, page: &Path) -> Result<(String, String), String> {
    let profile = format!("--user-data-dir={}", place.path("profile").display());
    let quiet = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-sync",
        "--disable-background-networking",
        "--disable-component-update",
        "--virtual-time-budget=5000",
        "--window-size=1600,1000",
        "--enable-logging=stderr",
        "--dump-dom",
    ];
    let mut command = Command::new("chromium");
    command.args(quiet).arg(profile).arg(format!("file://{}", page.display())).stdin(Stdio::null());
    let output = command.output().map_err(|error| format!("`chromium` does not start ({error})"))?;
    assert!(output.status.success(), "{}", errors(&output));
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), errors(&output)))
}

#[test]
fn what_cannot_be_reported_or_trained_is_refused() {
    let place = Place::new();
    let data = data().to_str().unwrap();
    let report = |arguments: &[&str]| place.tools(&[&["report", "--data", data], arguments].concat());
    refused(report(&["gan", "--out", "report.pdf"]), &["report.pdf", ".html"]);
    refused(report(&["nowhere", "--out", "report.html"]), &["nowhere: holds no run"]);
    std::fs::create_dir(place.path("empty")).unwrap();
    refused(report(&["--all", "empty", "--out", "report.html"]), &["empty: holds no runs", "train-all"]);
    place.file("regression.ron", REGRESSION);
    place.file("other.ron", &REGRESSION.replace("ema: 0.9", "ema: 0.8"));
    for (recipe, run) in [("regression.ron", "a"), ("regression.ron", "b"), ("other.ron", "c")] {
        place.succeed(&["train", recipe, "--data", data, "--out", run, "--steps", "1"]);
    }
    refused(report(&["a", "b", "--out", "report.html"]), &["b: has the recipe \"regression\" and `seed` 1 like a"]);
    refused(report(&["a", "c", "--out", "report.html"]), &["c: its recipe has the `name` of a", "different names"]);
    assert!(!place.path("report.html").exists());

    place.file("twice.ron", REGRESSION);
    place.file("path.ron", &REGRESSION.replace("\"regression\"", "\"../regression\""));
    let all = |recipes| place.tools(&train_all(data, &["--minutes", "0.003", "--recipes", recipes]));
    refused(all("regression.ron,twice.ron"), &["--recipes: two have the `name` \"regression\""]);
    refused(all("path.ron"), &["path.ron: `name` is \"../regression\"", "becomes a folder"]);
    refused(all("atlantis"), &["there is no recipe `atlantis`"]);
    refused(place.tools(&train_all("nowhere", &["--recipes", "regression.ron"])), &["nowhere"]);
    let twice = ["--minutes", "0.003", "--recipes", "regression.ron", "--seeds", "1,1"];
    refused(place.tools(&train_all(data, &twice)), &["--seeds", "twice"]);
}
