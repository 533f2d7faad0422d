//! The report: measured runs in, one page of HTML and the same figures as JSON out; and plots as pictures of their own.
//! Nothing here touches the disk.

mod axis;
mod charts;
mod columns;
mod data;
mod figures;
mod gallery;
mod json;
mod labels;
mod map;
mod markup;
mod panels;
mod plot;
mod power;
mod table;
#[cfg(test)]
mod testing;

pub use data::{About, Answers, Baseline, Corner, Group, MeasuredRun, Moment, Pixels, ReportData, curve, mean_curve};
pub use figures::Figures;
pub use json::Json;
pub use map::{Measured, SYSTEMS, System, slide, table as systems_table};
pub use panels::{COLOURS, Curve, Panel, Scale, picture};
pub use power::Power;

use markup::escape;

/// The whole page: it asks for nothing else, neither on the disk nor in the network.
pub fn html(data: &ReportData) -> String {
    let about = &data.about;
    let title = format!("{} ways to predict a frame", data.groups.len());
    let mut page = format!(
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'><meta name='viewport' \
         content='width=device-width, initial-scale=1'><title>Crossroads: {title}</title><style>{}{}</style></head><body>\
         <header><h1>{title}</h1><p class='lead'>At a corner of a maze an agent turns left or right. Each model predicts \
         the next frame from the last ones it saw, and is held against all true futures.</p><ul class='facts'>",
        include_str!("../../assets/report/plot.css"),
        include_str!("../../assets/report/style.css")
    );
    for (name, value) in facts(data) {
        page += &format!("<li><b>{}</b> {}</li>", escape(&value), escape(name));
    }
    page += "</ul></header><main>";
    page +=
        &section("figures", "All figures", &format!("<div class='scroll'>{}</div>{}", table::table(data), notes(data)));
    let scatter = charts::nearness_against_diversity(data).concat();
    let scatter = format!("<figure><div class='two'>{scatter}</div>{SCATTER_LEGEND}</figure>");
    page += &section("fork", "What does it do with a fork in the road?", &scatter);
    let blur = format!(
        "<div class='two'><figure><h3>Sharpness</h3>{}<figcaption>The line at 1 is the truth: shorter bars are blur, \
         longer ones noise.</figcaption></figure><figure><h3>PSNR three ways</h3>{}{}</figure></div>",
        charts::sharpness(data),
        charts::psnr(data),
        PSNR_NOTE.replace("SAMPLES", &about.samples.to_string())
    );
    page += &section("blur", "Sharp or blurred?", &blur);
    let curves = charts::over_time(data);
    if !curves.is_empty() {
        let (corners, samples) = about.timeline;
        let legend = format!(
            "<p class='legend'><span class='key committed'></span>committed <span class='key both'></span>both futures \
             <span class='dim'>by snapshots of the training, at {corners} corners with {samples} samples each, mean over \
             seeds</span></p>"
        );
        page += &section("time", "Over training time", &format!("{legend}<div class='small'>{curves}</div>"));
    }
    let costs = charts::costs(data).into_iter().map(|(title, svg)| format!("<figure><h3>{title}</h3>{svg}</figure>"));
    page += &section("cost", "What it costs", &format!("<div class='three'>{}</div>", costs.collect::<String>()));
    if !data.corners.is_empty() {
        page += &section("gallery", "What they say at corners", &(GALLERY_LEGEND.to_owned() + &gallery::gallery(data)));
    }
    page += &section("words", "What the columns mean", &table::definitions(data));
    page += "</main><script>";
    page += include_str!("../../assets/report/sort.js");
    page + "</script></body></html>\n"
}

fn section(id: &str, title: &str, content: &str) -> String {
    format!("<section id='{id}' class='part'><h2>{}</h2>{content}</section>", escape(title))
}

/// What was measured: a name and a value each.
fn facts(data: &ReportData) -> Vec<(&'static str, String)> {
    let about = &data.about;
    let (width, height) = about.frame_size;
    let runs = || data.groups.iter().flat_map(|group| &group.runs);
    let mut seeds: Vec<u64> = runs().map(|run| run.seed).collect();
    seeds.sort_unstable();
    seeds.dedup();
    let trained_from = if seeds.len() == 1 { "training seed" } else { "training seeds" };
    let seeds = seeds.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let mut facts = vec![
        ("data", about.data.clone()),
        ("scene", format!("{}, {width}×{height} pixels", about.scene)),
        ("corners of mazes never trained on", about.corners.to_string()),
        ("samples at each", about.samples.to_string()),
        ("of the turns are left", format!("{:.0} %", 100.0 * about.left_odds)),
        (trained_from, seeds),
    ];
    let minutes = runs().filter_map(|run| run.seconds).map(|seconds| seconds / 60.0);
    let (least, most) = minutes.fold((f64::MAX, 0.0_f64), |(least, most), value| (least.min(value), most.max(value)));
    if most > 0.0 {
        let (least, most) = (format!("{least:.1}"), format!("{most:.1}"));
        let range = if least == most { most } else { format!("{least} to {most}") };
        facts.push(("minutes of training steps each", range));
    }
    facts
}

/// What is to be known when the table is read.
fn notes(data: &ReportData) -> String {
    let mut notes =
        "<p class='note'>Click a head to sort. Rows are means over trained seeds, ± their standard deviation \
        (n − 1)."
            .to_owned();
    if data.about.skipped > 0 {
        notes += &format!(" {} corners were skipped, since their futures hardly differ.", data.about.skipped);
    }
    if data.about.left_out > 0 {
        notes += &format!(" {} corners were left out, whose mazes a model may have learned.", data.about.left_out);
    }
    if data.groups.iter().any(|group| group.runs.iter().any(|run| run.diverged.is_some())) {
        notes += " The figures of a run that diverged are those of its last checkpoint before.";
    }
    notes + "</p>"
}

const SCATTER_LEGEND: &str = "<figcaption><span class='key model'></span>model <span class='key baseline'></span>baseline \
    <span class='key diverged'></span>a seed diverged. Whiskers are one standard deviation over seeds. A perfect \
    sampler is where the simulator is: near a true future each time, and not always the same. Low on the right, at 0.5, \
    is the average of both.</figcaption>";

const PSNR_NOTE: &str = "<figcaption><span class='key realised'></span>against what happened <span class='key nearest'>\
    </span>against the nearer future <span class='key best'></span>best of SAMPLES samples against what happened. <b>The \
    first favours blur, and must:</b> for two equally likely futures A and B a perfect sampler is off by |A − B|² half of \
    the time, ½ |A − B|² on average; their mean is off by ¼ |A − B|² always: half as much, 3 dB better than a perfect \
    sampler. What is exact (the simulator's nearest) is not drawn.</figcaption>";

const GALLERY_LEGEND: &str = "<p class='legend'><span class='key left'></span>picks left <span class='key right'></span>\
    picks right <span class='key neither'></span>neither (nearness of 0.25 or more) <span class='dim'>Under each sample \
    its nearness: 0 is a true future, 0.5 the exact average. The corners follow from the data set alone: they were not \
    chosen by score. Models of the first seed.</span></p>";

#[cfg(test)]
mod tests {
    use super::testing::{data, run};
    use super::*;

    #[test]
    fn the_page_asks_for_nothing_and_says_what_was_measured() {
        let html = html(&data(vec![run("gan", 1, 0.5), run("gan", 3, 0.7), run("vae", 1, 0.1)]));
        for part in ["2 ways to predict a frame", "<b>1, 3</b> training seeds", "<b>183</b> corners", "<b>50 %</b>"] {
            assert!(html.contains(part), "{part} is missing");
        }
        assert!(html.contains("<b>0.0</b> minutes of training steps each"), "2 s each");
        for outside in ["http:", "https:", "src='/", "href=", "@import", "url("] {
            assert!(!html.contains(outside), "{outside}");
        }
        assert!(!html.contains("id='time'"), "no run has snapshots");
    }

    #[test]
    fn names_cannot_become_markup_anywhere() {
        let name = "</title><script>alert('1')</script>";
        let mut data = data(vec![run(name, 1, 0.5)]);
        data.about.data = name.into();
        data.about.scene = name.into();
        let html = html(&data);
        assert_eq!(html.matches("<script>").count(), 1, "the page's own");
        assert!(html.contains("&lt;/title&gt;"));
    }
}
