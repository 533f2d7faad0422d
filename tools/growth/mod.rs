//! `tools growth`.

mod data;
mod steps;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, anyhow, ensure};
use clap::Args;
use crossroads::cli::print_line;
use crossroads::files::{Shown, check_output, write_alone};
use crossroads::report::{Curve, Panel, Power, Scale, picture};

/// Time how training steps of `gan` grow with resolution, width, batch and threads, and the recorder and the reader with
/// the size of a data set. Prints tables, each with the powers that fit best.
///
/// Give it the machine for itself.
#[derive(Debug, Args)]
pub(super) struct Growth {
    /// Largest data set, in gigabytes; it is written, read and deleted
    #[arg(long, default_value_t = 1.0)]
    largest: f64,
    /// Steps at each place, whose median counts
    #[arg(long, default_value_t = 9, value_parser = clap::value_parser!(u64).range(1..=1000))]
    steps: u64,
    /// Folder in which a folder for recordings is made and deleted again; the system's for temporary files, if not given
    #[arg(long)]
    folder: Option<PathBuf>,
    /// Folder for the same as pictures: growth-steps.svg and growth-data.svg
    #[arg(long)]
    plots: Option<PathBuf>,
    /// Time only steps of this width, batch and number of threads, on the recording in --folder; without numbers, its
    /// opening and reading: how this program asks itself, since memory that was used before would count
    #[arg(long, hide = true, num_args = 0..=3)]
    only: Option<Vec<usize>>,
}

/// File names of the pictures.
const PLOTS: [&str; 2] = ["growth-steps.svg", "growth-data.svg"];

impl Growth {
    pub(super) fn run(self) -> anyhow::Result<()> {
        if let (Some(only), Some(folder)) = (&self.only, &self.folder) {
            return if only.is_empty() { data::time(folder) } else { steps::time(only, self.steps, folder) };
        }
        ensure!(self.largest > 0.0 && self.largest <= 1e4, "--largest is above 0, up to 10000");
        if let Some(plots) = &self.plots {
            std::fs::create_dir_all(plots).with_context(|| plots.shown())?;
            PLOTS.iter().try_for_each(|name| check_output(&plots.join(name)))?;
        }
        let mut place = tempfile::Builder::new();
        place.prefix("crossroads-growth-");
        let place = match &self.folder {
            Some(folder) => place.tempdir_in(folder).with_context(|| folder.shown())?,
            None => place.tempdir()?,
        };
        let panels = steps::measure(self.steps, place.path())?;
        self.draw(PLOTS[0], "a training step of gan", &panels)?;
        let panels = data::measure(self.largest, place.path())?;
        self.draw(PLOTS[1], "data sets", &panels)
    }

    fn draw(&self, name: &str, title: &str, panels: &[Panel]) -> anyhow::Result<()> {
        let Some(plots) = &self.plots else { return Ok(()) };
        let file: &Path = &plots.join(name);
        write_alone(file, picture(title, panels, 4).as_bytes()).with_context(|| file.shown())
    }
}

/// A quantity at each size. Where the system does not tell one, there is no point.
struct Grown {
    what: &'static str,
    points: Vec<(f64, f64)>,
}

impl Grown {
    /// Which power it grows with, over all sizes and at both ends: where those differ, it bends.
    fn words(&self) -> String {
        let power = |points: &[(f64, f64)]| Power::fit(points).map(|power| format!("{:.2}", power.exponent));
        let ends =
            (power(&self.points[..2.min(self.points.len())]), power(&self.points[self.points.len().max(2) - 2..]));
        match (power(&self.points), ends) {
            (Some(all), (Some(first), Some(last))) if self.points.len() > 2 => {
                format!("{}: {all} (from {first} to {last})", self.what)
            }
            (Some(all), _) => format!("{}: {all}", self.what),
            (None, _) => format!("{}: not told", self.what),
        }
    }

    fn panel(&self, across: &str) -> Panel {
        let curve = Curve { name: self.what.into(), points: self.points.clone(), parts: Vec::new() };
        let power = Power::fit(&self.points).map_or_else(String::new, |power| format!(", power {:.2}", power.exponent));
        let title = format!("{}{power}", self.what);
        Panel { title, across: across.into(), scale: Scale::Ratio, curves: vec![curve], bound: None }
    }
}

/// Tells the powers of several quantities in one line.
fn tell(grown: &[&Grown]) -> anyhow::Result<()> {
    let words: Vec<String> = grown.iter().map(|grown| grown.words()).collect();
    print_line(&format!("\nPowers: {}.\n", words.join("; ")))
}

/// Numbers that a process of this program prints, in order; None for each that it does not know.
fn answers<const N: usize>(command: &mut Command) -> anyhow::Result<[Option<f64>; N]> {
    let output = command.stderr(Stdio::inherit()).output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<Option<f64>> = said.split_whitespace().map(|number| number.parse().ok()).collect();
    numbers.try_into().map_err(|_| anyhow!("timing failed: {said}"))
}

/// Megabytes of this process that are no mapped files, where the system tells them. Since the allocator gives nothing
/// back, it is the most that there was.
fn own_memory() -> String {
    let megabytes = || {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let value = status.lines().find_map(|at| at.strip_prefix("RssAnon:"))?;
        Some(value.trim().strip_suffix("kB")?.trim().parse::<f64>().ok()? / 1e3)
    };
    megabytes().map_or_else(|| "untold".into(), |megabytes| megabytes.to_string())
}

/// As in a table.
fn told(number: Option<f64>) -> String {
    number.map_or_else(|| "not told".into(), |number| format!("{number:.0}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bend_is_told() {
        let grown = |points: &[(f64, f64)]| Grown { what: "time", points: points.to_vec() }.words();
        assert_eq!(grown(&[(1.0, 1.0), (2.0, 2.0), (4.0, 8.0)]), "time: 1.50 (from 1.00 to 2.00)");
        assert_eq!(grown(&[(1.0, 4.0), (2.0, 2.0)]), "time: -1.00");
        assert_eq!(grown(&[]), "time: not told");
    }
}
