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
    let truth = |words: &str, class: &str, pixels: &[u8]| {
        figure(class, pixels, size, &format!("{words}, {}", corner.place), words)
    };
    let futures = corner.futures.iter().enumerate();
    let futures = futures.map(|(number, (name, pixels))| truth(&format!("true: {name}"), class(Some(number)), pixels));
    let truths: String = std::iter::once(truth("seen last", "seen", &corner.seen)).chain(futures).collect();
    // A few models have room for larger pictures.
    let few = if corner.answers.len() <= FEW { " few" } else { "" };
    let cards: String = corner.answers.iter().map(|answers| card(answers, &corner.futures, size)).collect();
    format!(
        "<section class='corner{few}'><h3>{}</h3><div class='beside'><div class='truths'>{truths}</div><div class='cards'>{cards}</div></div></section>",
        escape(&corner.place)
    )
}

fn card(answers: &Answers, futures: &[(String, Vec<u8>)], size: (u32, u32)) -> String {
    let sample = |(number, (pixels, verdict)): (usize, &(Vec<u8>, Verdict))| {
        let picked = verdict.pick();
        let word = picked.and_then(|pick| futures.get(pick)).map_or("neither", |(name, _)| name);
        let alt = format!("{}, sample {number}: picks {word}", answers.name);
        figure(class(picked), pixels, size, &alt, &format!("{:.3}", verdict.nearness))
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

/// The class of the colour of a future, by its number, or of "neither".
fn class(future: Option<usize>) -> &'static str {
    const FUTURES: [&str; 8] = ["left", "right", "third", "fourth", "fifth", "sixth", "seventh", "eighth"];
    future.map_or("neither", |number| FUTURES[number % FUTURES.len()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::data;

    #[test]
    fn samples_are_coloured_by_what_they_pick() {
        let verdict = |nearness, nearest| Verdict { nearness, margin: 0.5, nearest, along: 0.0 };
        let pixels = vec![7; 6];
        let mut data = data(Vec::new());
        data.corners = vec![Corner {
            place: "maze 3 <b>".into(),
            seen: pixels.clone(),
            futures: vec![("left".into(), pixels.clone()), ("right".into(), pixels.clone())],
            answers: vec![Answers {
                name: "g'n".into(),
                samples: vec![
                    (pixels.clone(), verdict(0.1, 0)),
                    (pixels.clone(), verdict(0.2, 1)),
                    (pixels, verdict(0.25, 0)),
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
