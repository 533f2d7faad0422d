//! `tools window`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use crossroads::cli::print_line;
use crossroads::device;
use crossroads::files::Shown;
use crossroads::game::{time_dreaming, time_watching};
use crossroads::train::Trained;

/// Time the window's app without a renderer: what an update costs while models are watched, how fresh their
/// predictions are, and how fast each told model dreams.
#[derive(Debug, Args)]
pub(super) struct Window {
    /// Folders of runs, or names of weights that come with Crossroads
    #[arg(required = true)]
    models: Vec<PathBuf>,
    /// A scene's file or name
    #[arg(long, default_value = "brick")]
    scene: String,
    /// Seconds for each figure
    #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u16).range(1..=3600))]
    seconds: u16,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
}

impl Window {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let device = device::find(&self.device)?;
        let lasts = Duration::from_secs(self.seconds.into());
        let models = Trained::open_all(&self.models, &device)?;
        let watch = time_watching(models, &self.scene, lasts)?;
        print_line(&format!(
            "watch: {} panels; an update takes {:.2} ms, {:.2} at the 95th percentile; {:.1} predictions a second a panel, {:.0} ms old when shown, {:.0} at the 95th percentile",
            watch.panels,
            watch.update_ms[0],
            watch.update_ms[1],
            watch.predictions_a_second,
            watch.age_ms[0],
            watch.age_ms[1],
        ))?;
        for name in &self.models {
            let model = Trained::open(name, &device)?;
            let steps = time_dreaming(model, &self.scene, lasts)?;
            print_line(&format!("dream: {}: {steps:.0} steps a second", name.shown()))?;
        }
        Ok(())
    }
}
