//! The gallery: corners with both true futures, and what every model says, with its nearness.

use super::markup::{escape, picture};
use super::{Answers, Corner, ReportData};
use crate::measure::Verdict;

/// Models that have larger pictures.
const FEW: usize = 8;

/// All corners below each other.
pub fn gallery(data: &ReportData) -> String {
    data.corners.iter().map(|corner| section(corner, data.about.frame_size)).collect()
}

fn section(corner: &Corner, size: (u32, u32)) -> String {
    let truths = [
        ("seen last", "seen", &corner.seen),
        ("true: left", "left", &corner.left),
        ("true: right", "right", &corner.right),
    ];
    let truths: String = truths
        .iter()
        .map(|(words, class, pixels)| figure(class, pixels, size, &format!("{words}, {}", corner.place), words))
        .collect();
    // A few models have room for larger pictures.
    let few = if corner.answers.len() <= FEW { " few" } else { "" };
    let cards: String = corner.answers.iter().map(|answers| card(answers, size)).collect();
    format!(
        "<section class='corner{few}'><h3>{}</h3><div class='beside'><div class='truths'>{truths}</div><div class='cards'>{cards}</div></div></section>",
        escape(&corner.place)
    )
}

fn card(answers: &Answers, size: (u32, u32)) -> String {
    let sample = |(number, (pixels, verdict)): (usize, &(Vec<u8>, Verdict))| {
        let (class, word) = pick(*verdict);
        let alt = format!("{}, sample {number}: {word}", answers.name);
        figure(class, pixels, size, &alt, &format!("{:.3}", verdict.nearness))
    };
    let samples: String = (1..).zip(&answers.samples).map(sample).collect();
    format!("<div class='card'><h4>{}</h4><div class='samples'>{samples}</div></div>", escape(&answers.name))
}

fn figure(class: &str, pixels: &[u8], size: (u32, u32), alt: &str, caption: &str) -> String {
    let (width, height) = size;
    format!(
        "<figure class='{class}'><img alt='{}' width='{width}' height='{height}' src='{}'><figcaption>{}</figcaption></figure>",
        escape(alt),
        picture(pixels, size),
        escape(caption)
    )
}

/// What was picked: the class of its colour, and a word.
fn pick(verdict: Verdict) -> (&'static str, &'static str) {
    match (verdict.is_committed(), verdict.is_left) {
        (false, _) => ("neither", "picks neither"),
        (true, true) => ("left", "picks left"),
        (true, false) => ("right", "picks right"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::data;

    #[test]
    fn samples_are_coloured_by_what_they_pick() {
        let verdict = |nearness, is_left| Verdict { nearness, margin: 0.5, is_left };
        let pixels = vec![7; 6];
        let mut data = data(Vec::new());
        data.corners = vec![Corner {
            place: "maze 3 <b>".into(),
            seen: pixels.clone(),
            left: pixels.clone(),
            right: pixels.clone(),
            answers: vec![Answers {
                name: "g'n".into(),
                samples: vec![
                    (pixels.clone(), verdict(0.1, true)),
                    (pixels.clone(), verdict(0.2, false)),
                    (pixels, verdict(0.25, true)),
                ],
            }],
        }];
        let html = gallery(&data);
        for part in [
            "<figure class='left'><img alt='g&#39;n, sample 1: picks left'",
            "<figure class='right'><img alt='g&#39;n, sample 2: picks right'",
            "<figure class='neither'><img alt='g&#39;n, sample 3: picks neither'",
            "<figcaption>0.250</figcaption>",
            "maze 3 &lt;b&gt;",
        ] {
            assert!(html.contains(part), "{part} is missing in {html}");
        }
        assert_eq!(html.matches("<img ").count(), 6);
    }
}
