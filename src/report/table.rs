//! The table that is sorted by clicking its heads.

use super::columns::{Best, Column, columns};
use super::markup::escape;
use super::{Figures, ReportData};

/// The table of all rows: means, below them standard deviations over seeds.
pub fn table(data: &ReportData) -> String {
    let columns = columns(data);
    let mut html = "<table class='sortable'><thead><tr>".to_owned();
    html += &head("model", "ascending", "The recipe, and the way in which it is sampled");
    html += &head("seeds", "descending", "Trained runs that the row is a mean of");
    for column in &columns {
        let first = if column.best == Best::Least { "ascending" } else { "descending" };
        html += &head(column.head, first, column.meaning);
    }
    html += "</tr></thead><tbody>";
    for group in &data.groups {
        let remarks = group.remarks();
        let class = if group.runs.iter().any(|run| run.diverged.is_some()) { "diverged" } else { "model" };
        let deviation = (group.runs.len() > 1).then_some(&group.deviation);
        html += &row(class, &group.name, Some(group.runs.len()), &remarks, (&group.mean, deviation), &columns);
    }
    for baseline in &data.baselines {
        html += &row("baseline", &baseline.name, None, &[], (&baseline.figures, None), &columns);
    }
    html + "</tbody></table>"
}

/// Nothing is sorted by before a head is clicked; the first click sorts from `first` on.
fn head(words: &str, first: &str, meaning: &str) -> String {
    let (words, meaning) = (escape(words), escape(meaning));
    format!(
        "<th scope='col' aria-sort='none' data-first='{first}'><button type='button' title='{meaning}'>{words}</button></th>"
    )
}

fn row(
    class: &str,
    name: &str,
    seeds: Option<usize>,
    remarks: &[String],
    (mean, deviation): (&Figures, Option<&Figures>),
    columns: &[Column],
) -> String {
    let remarks: String =
        remarks.iter().map(|remark| format!("<span class='remark'>{}</span>", escape(remark))).collect();
    let name = escape(name);
    let seeds_text = seeds.map_or("–".to_owned(), |seeds| seeds.to_string());
    let seeds_key = seeds.map_or(String::new(), |seeds| seeds.to_string());
    let mut html = format!(
        "<tr class='{class}'><th scope='row' data-key='{name}'>{name}{remarks}</th><td data-key='{seeds_key}'>{seeds_text}</td>"
    );
    for column in columns {
        html += &match column.of(mean) {
            None => "<td data-key=''>–</td>".to_owned(),
            Some(value) => {
                let deviation = deviation.and_then(|deviation| column.of(deviation));
                let deviation = deviation.map(|value| format!("<small>± {}</small>", column.text(value)));
                format!("<td data-key='{value}'>{}{}</td>", column.text(value), deviation.unwrap_or_default())
            }
        };
    }
    html + "</tr>"
}

/// What each column means, as a list.
pub fn definitions(data: &ReportData) -> String {
    let item = |column: &Column| {
        let best = match column.best {
            Best::Least => " Less is better.",
            Best::Most => " More is better.",
            Best::Neither => "",
        };
        format!("<div><dt>{}</dt><dd>{}{best}</dd></div>", escape(column.head), escape(column.meaning))
    };
    format!("<dl>{}</dl>", columns(data).iter().map(item).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{data, figures, run};
    use crate::report::{Baseline, Group};

    #[test]
    fn heads_sort_from_what_is_best_and_nothing_is_sorted_at_first() {
        let html = table(&data(vec![run("gan", 1, 0.5)]));
        let head = |words: &str| {
            let before = &html[..html.find(&format!(">{words}</button>")).unwrap()];
            before[before.rfind("<th").unwrap()..].to_owned()
        };
        assert!(head("nearness").contains("aria-sort='none' data-first='ascending'"), "{}", head("nearness"));
        assert!(head("committed").contains("aria-sort='none' data-first='descending'"), "{}", head("committed"));
        assert!(!html.contains(">SSIM best</button>"), "no row has it");
    }

    #[test]
    fn names_are_escaped_and_spread_is_shown_for_several_seeds_only() {
        let mut data = data(vec![run("<i>gan</i>", 1, 0.5), run("<i>gan</i>", 2, 0.7), run("vae", 1, 0.125)]);
        data.baselines = vec![Baseline { name: "copy & paste".into(), figures: figures(&[("committed", 0.0)]) }];
        let html = table(&data);
        assert!(html.contains("&lt;i&gt;gan&lt;/i&gt;") && html.contains("copy &amp; paste") && !html.contains("<i>"));
        assert!(html.contains("<td data-key='0.6'>0.600<small>± 0.141</small></td>"), "{html}");
        assert!(html.contains("<td data-key='0.125'>0.125</td>"), "{html}");
        assert!(html.contains("<td data-key=''>–</td>"), "the baseline has no nearness here");
    }

    #[test]
    fn a_run_that_diverged_is_marked() {
        let mut diverged = run("gan", 1, 0.5);
        diverged.diverged = Some(31);
        let mut data = data(Vec::new());
        data.groups = Group::all(vec![diverged]);
        let html = table(&data);
        assert!(html.contains("<tr class='diverged'>") && html.contains("diverged at step 31"), "{html}");
    }
}
