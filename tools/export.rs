//! `tools export`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use crossroads::cli::print_line;
use crossroads::files::write_whole;
use crossroads::train::Trained;

/// Write what is shown of a run as one small file: safetensors in half precision, with the recipe in its metadata.
///
/// That is how the weights that come with Crossroads were made. Python reads the file with `safetensors`; convolutions
/// have PyTorch's layout, linear layers are `[in, out]`.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Folder of a run
    run: String,
    /// File to write, such as assets/weights/gan.safetensors
    #[arg(long)]
    out: PathBuf,
}

impl Export {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let device = crossroads::device::find("flex")?;
        let weights = Trained::weights(&self.run, &device)?;
        let bytes = weights.to_bytes(&self.out)?;
        write_whole(&self.out, &bytes).with_context(|| format!("{}", self.out.display()))?;
        let count: usize = weights.numbers.iter().map(|numbers| numbers.values.len()).sum();
        let (out, name, size) = (self.out.display(), &weights.info.recipe.name, bytes.len());
        print_line(&format!("{out}: {name} after {} steps, {count} numbers, {size} bytes", weights.step))
    }
}
