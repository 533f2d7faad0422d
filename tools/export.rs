//! `tools export`.

use std::path::PathBuf;

use anyhow::Context;
use clap::Args;
use crossroads::cli::print_line;
use crossroads::files::{Shown, check_output, write_alone};
use crossroads::predict::Example;
use crossroads::train::Trained;
use safetensors::SafeTensorError;
use safetensors::tensor::{Dtype, TensorView, serialize};

/// Write what is shown of a run as one small file: safetensors in half precision, with the recipe in its metadata.
///
/// That is how the weights that come with Crossroads were made. Python reads the file with `safetensors`; convolutions
/// have PyTorch's layout, linear layers are `[in, out]`.
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Folder of a run
    run: PathBuf,
    /// File to write, such as assets/weights/gan.safetensors
    #[arg(long)]
    out: PathBuf,
    /// Also write numbers and what the network makes of them, as the file holds it: safetensors in 32 bit, for
    /// tools/baseline/check.py
    #[arg(long)]
    example: Option<PathBuf>,
}

/// Contexts in an example.
const EXAMPLES: usize = 4;

impl Export {
    pub(super) fn run(self) -> anyhow::Result<()> {
        [Some(&self.out), self.example.as_ref()].into_iter().flatten().try_for_each(|file| check_output(file))?;
        let device = crossroads::device::find("flex")?;
        let weights = Trained::weights(&self.run, &device)?;
        let bytes = weights.to_bytes(&self.out)?;
        write_alone(&self.out, &bytes).with_context(|| self.out.shown())?;
        let count: usize = weights.numbers.iter().map(|numbers| numbers.values.len()).sum();
        if let Some(file) = &self.example {
            // Of the file, whose numbers are rounded.
            let model = Trained::open(&self.out, &device)?;
            let example = model.predictor.example(EXAMPLES, model.info.frame_size);
            let bytes = to_bytes(&example.context("this model is not a single network with a single answer")?)?;
            write_alone(file, &bytes).with_context(|| file.shown())?;
        }
        let (out, name, size) = (self.out.shown(), &weights.info.recipe.name, bytes.len());
        print_line(&format!("{out}: {name} after {} steps, {count} numbers, {size} bytes", weights.step))
    }
}

fn to_bytes(example: &Example) -> anyhow::Result<Vec<u8>> {
    let bytes = |values: &[f32]| values.iter().flat_map(|value| value.to_le_bytes()).collect::<Vec<u8>>();
    let (width, height) = (example.frame_size.0 as usize, example.frame_size.1 as usize);
    let picture = |values: &[f32]| vec![EXAMPLES, values.len() / (EXAMPLES * height * width), height, width];
    let tensors = [
        ("context", picture(&example.context), bytes(&example.context)),
        ("conditions", vec![EXAMPLES, example.conditions.len() / EXAMPLES], bytes(&example.conditions)),
        ("frame", picture(&example.frames), bytes(&example.frames)),
    ];
    let views = tensors.iter().filter(|(_, _, bytes)| !bytes.is_empty());
    let views = views.map(|(name, shape, bytes)| Ok((*name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)));
    Ok(serialize(views.collect::<Result<Vec<_>, SafeTensorError>>()?, None)?)
}
