//! `tools dream`.

use std::path::PathBuf;

use clap::Args;
use crossroads::cli::print_line;
use crossroads::files::Shown;
use crossroads::film::{save_still, strip};
use crossroads::predict::dream;
use crossroads::progress::tell;
use crossroads::task::{check_sheet, dreamable_walks, open_models, unseen};

/// Draw what models dream of recorded walks below what was seen: a strip of pictures (PNG).
///
/// Each model is told the recorded actions and fed with its own predictions. The walks are the beginnings of episodes
/// spread evenly over the test split.
#[derive(Debug, Args)]
pub(super) struct Dream {
    /// Folders of runs that are told the action, or names of such weights that come with Crossroads
    #[arg(required = true)]
    runs: Vec<PathBuf>,
    /// Folder of the data set, of whose split `test` walks are shown
    #[arg(long)]
    data: PathBuf,
    /// File to write: .png
    #[arg(long)]
    out: PathBuf,
    /// Steps to dream
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    steps: u16,
    /// Steps from one picture to the next
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1000))]
    every: u16,
    /// Walks to show
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    walks: u16,
    /// What the noise follows from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Device that computes: flex, or tch, wgpu, cuda if built with that feature
    #[arg(long, default_value = "flex")]
    device: String,
}

impl Dream {
    pub(super) fn run(self) -> anyhow::Result<()> {
        check_sheet(&self.out)?;
        let data = unseen(&self.runs, &self.data, false)?;
        data.note().iter().for_each(|note| tell(note));
        let models = open_models(&self.runs, &self.device, &data)?;
        let (steps, every) = (usize::from(self.steps), usize::from(self.every));
        let walks = dreamable_walks(&models, &data, steps, usize::from(self.walks))?;
        let dreams: Vec<_> = models.iter().map(|model| dream(&*model.predictor, &walks, self.seed, |_| {})).collect();
        let named: Vec<_> =
            models.iter().map(|model| model.name.as_str()).zip(dreams.iter().map(Vec::as_slice)).collect();
        let shown: Vec<usize> = (1..=steps).filter(|step| *step == 1 || step % every == 0).collect();
        save_still(&self.out, &strip(&walks, &named, &shown))?;
        print_line(&self.out.shown())
    }
}
