//! The table.

/// A system of the lecture, and where it stands here.
#[derive(Debug, Clone, Copy)]
pub struct System {
    /// What the lecture calls it.
    pub name: &'static str,
    /// What its network is given.
    pub goes_in: &'static str,
    /// What it makes of that.
    pub comes_out: &'static str,
    /// What is drawn anew for each answer.
    pub random: &'static str,
    /// What its answers are held against while it learns.
    pub judge: &'static str,
    /// Its recipes.
    pub recipes: &'static [&'static str],
    /// Figures, if it was measured.
    pub measured: Option<Measured>,
}

/// A figure, and where it stands.
#[derive(Debug, Clone, Copy)]
pub struct Measured {
    /// What is measured, with each value as it stands in the page's table, in the row of one of the recipes.
    pub figures: &'static str,
    /// The page, below `docs/`.
    pub page: &'static str,
}

/// From the page of all models.
const fn bench(figures: &'static str) -> Option<Measured> {
    Some(Measured { figures, page: "models/README.md" })
}

/// From the page of one system.
const fn of(page: &'static str, figures: &'static str) -> Option<Measured> {
    Some(Measured { figures, page })
}

/// All of them, in the order of the lecture.
///
/// A system whose recipes are not there yet has no figures; once they are there, a test asks for them.
pub const SYSTEMS: &[System] = &[
    System {
        name: "Network as generator: regression",
        goes_in: "4 frames seen",
        comes_out: "the next frame",
        random: "nothing",
        judge: "squared or absolute error",
        recipes: &["regression", "regression-l1"],
        measured: bench("nearness 0.481, sharpness 0.876"),
    },
    System {
        name: "… that is told the action",
        goes_in: "4 frames and the action",
        comes_out: "the next frame",
        random: "nothing; a code",
        judge: "squared error; a discriminator",
        recipes: &["regression-told", "gan-told"],
        measured: of("weights.md", "nearness 0.119; 0.201"),
    },
    System {
        name: "Noise as one more input",
        goes_in: "4 frames and noise",
        comes_out: "the next frame",
        random: "Gaussian noise",
        judge: "squared error",
        recipes: &["noise-only"],
        measured: bench("diversity 0.017: ignored"),
    },
    System {
        name: "Best of several codes",
        goes_in: "4 frames and a code",
        comes_out: "the next frame",
        random: "a code of two",
        judge: "the error of the nearest",
        recipes: &["best-of-codes"],
        measured: bench("nearness 0.114, both 1.000"),
    },
    System {
        name: "IMLE: nearest of several draws",
        goes_in: "4 frames and noise",
        comes_out: "the next frame",
        random: "Gaussian noise",
        judge: "the error of the nearest",
        recipes: &["imle"],
        measured: of("models/draws.md", "nearness 0.172, both 0.989"),
    },
    System {
        name: "Energy score",
        goes_in: "4 frames and noise",
        comes_out: "the next frame",
        random: "Gaussian noise",
        judge: "a proper score of two draws",
        recipes: &["energy"],
        measured: of("models/draws.md", "nearness 0.597, both 0.000"),
    },
    System {
        name: "GAN (here: hinge loss)",
        goes_in: "4 frames, code and noise",
        comes_out: "the next frame",
        random: "a code, Gaussian noise",
        judge: "discriminator, and the nearest",
        recipes: &["gan", "gan-three", "gan-crowd"],
        measured: bench("nearness 0.124, both 1.000"),
    },
    System {
        name: "GAN that leans on nothing else",
        goes_in: "4 frames and noise",
        comes_out: "the next frame",
        random: "a Gaussian number",
        judge: "discriminator; means of four",
        recipes: &["gan-mean", "gan-mean-patches", "gan-pure"],
        measured: of("models/gan-mean.md", "nearness 0.095, both 1.000"),
    },
    System {
        name: "GAN: Jensen–Shannon divergence",
        goes_in: "4 frames, code and noise",
        comes_out: "the next frame",
        random: "a code, Gaussian noise",
        judge: "a classifier, real or made",
        recipes: &["gan-js", "gan-minimax"],
        measured: bench("nearness 0.127; 0.134"),
    },
    System {
        name: "LSGAN: Pearson divergence",
        goes_in: "4 frames, code and noise",
        comes_out: "the next frame",
        random: "a code, Gaussian noise",
        judge: "scores, by least squares",
        recipes: &["lsgan"],
        measured: bench("nearness 0.129, both 0.998"),
    },
    System {
        name: "Wasserstein GAN",
        goes_in: "4 frames, code and noise",
        comes_out: "the next frame",
        random: "a code, Gaussian noise",
        judge: "a critic of bounded slope",
        recipes: &["wgan", "wgan-sn", "wgan-fd"],
        measured: bench("nearness 0.341; 0.193; 0.125"),
    },
    System {
        name: "Conditional GAN, without its parts",
        goes_in: "4 frames, code and noise",
        comes_out: "the next frame",
        random: "a code, Gaussian noise",
        judge: "blind to context; no wrong pairs",
        recipes: &["gan-unconditional-d", "gan-no-mismatch"],
        measured: of("models/conditional.md", "belongs 0.226; 0.460"),
    },
    System {
        name: "pix2pix",
        goes_in: "4 frames and noise",
        comes_out: "the next frame",
        random: "Gaussian noise",
        judge: "patch discriminator and L1",
        recipes: &["pix2pix"],
        measured: bench("diversity 0.042, both 0.000"),
    },
    System {
        name: "Mode collapse: packing",
        goes_in: "4 frames, code and noise",
        comes_out: "the next frame",
        random: "a code, Gaussian noise",
        judge: "discriminator of two at once",
        recipes: &["packed"],
        measured: bench("nearness 0.121, both 1.000"),
    },
    System {
        name: "Auto-encoder",
        goes_in: "4 frames and a latent",
        comes_out: "the next frame",
        random: "latents that none learned",
        judge: "absolute error",
        recipes: &["auto-encoder"],
        measured: bench("nearness 0.348, both 0.123"),
    },
    System {
        name: "VAE",
        goes_in: "4 frames and a latent",
        comes_out: "the next frame",
        random: "a Gaussian latent",
        judge: "absolute error and divergence",
        recipes: &["vae"],
        measured: bench("nearness 0.142, both 0.998"),
    },
    System {
        name: "VAE-GAN",
        goes_in: "4 frames and a latent",
        comes_out: "the next frame",
        random: "a Gaussian latent",
        judge: "the VAE's, and a discriminator",
        recipes: &["vae-gan"],
        measured: bench("nearness 0.217, both 0.907"),
    },
    System {
        name: "PixelRNN",
        goes_in: "4 frames, pixels so far",
        comes_out: "the next pixel, coarsely",
        random: "each pixel, by its odds",
        judge: "likelihood",
        recipes: &["pixel-rnn"],
        measured: bench("nearness 0.090, both 0.991"),
    },
    System {
        name: "Flow, in a few steps",
        goes_in: "4 frames, noisy frame, time",
        comes_out: "the frame it leads to",
        random: "a frame of noise",
        judge: "squared error",
        recipes: &["flow"],
        measured: bench("nearness 0.174, both 0.989"),
    },
    System {
        name: "From noise alone: GAN",
        goes_in: "noise",
        comes_out: "a frame",
        random: "a Gaussian latent",
        judge: "discriminator of single frames",
        recipes: &["dream-up"],
        measured: of("models/dream-up.md", "density 0.707, coverage 0.589"),
    },
    System {
        name: "From noise alone: VAE",
        goes_in: "a latent",
        comes_out: "a frame",
        random: "a Gaussian latent",
        judge: "absolute error and divergence",
        recipes: &["dream-up-vae", "dream-up-plain"],
        measured: of("models/dream-up.md", "density 1.169, coverage 0.774"),
    },
    System {
        name: "CycleGAN: without pairs",
        goes_in: "a frame by day",
        comes_out: "the same by night",
        random: "nothing",
        judge: "two discriminators; the way back",
        recipes: &["cycle", "cycle-none"],
        measured: of("models/cycle.md", "SSIM 0.285"),
    },
    System {
        name: "Translation with pairs",
        goes_in: "a frame by day",
        comes_out: "the same by night",
        random: "nothing",
        judge: "discriminator and L1",
        recipes: &["cycle-paired"],
        measured: of("models/cycle.md", "SSIM 0.500"),
    },
    System {
        name: "SeqGAN: sequences, rewards",
        goes_in: "a map now and then",
        comes_out: "decisions, one by one",
        random: "each decision, by its odds",
        judge: "discriminator of whole walks",
        recipes: &["walker"],
        measured: of("models/walker.md", "legal walks 0.965"),
    },
    System {
        name: "Words to frames",
        goes_in: "a caption and noise",
        comes_out: "a frame",
        random: "a Gaussian latent",
        judge: "discriminator of frame and caption",
        recipes: &["words", "words-matched"],
        measured: of("models/words.md", "read 0.988, of new pairs 1.000"),
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use super::*;
    use crate::train::RECIPES;

    #[test]
    fn every_recipe_is_on_the_map_once_and_what_is_not_there_yet_has_no_figure() {
        let known: BTreeSet<&str> = RECIPES.iter().map(|(name, _)| *name).collect();
        let all: Vec<&str> = SYSTEMS.iter().flat_map(|system| system.recipes).copied().collect();
        let placed: BTreeSet<&str> = all.iter().copied().collect();
        assert_eq!(placed.len(), all.len(), "a recipe stands twice");
        let missing: Vec<_> = known.difference(&placed).collect();
        assert!(missing.is_empty(), "not on the map: {missing:?}");
        for system in SYSTEMS {
            let there = system.recipes.iter().filter(|recipe| known.contains(*recipe)).count();
            let expected = if system.measured.is_some() { system.recipes.len() } else { 0 };
            assert_eq!(there, expected, "{}: what has a recipe has a figure, and the other way round", system.name);
        }
    }

    /// What looks like a figure, with three digits after the point.
    fn figures(text: &str) -> impl Iterator<Item = &str> {
        let ends = |character: char| !character.is_ascii_digit() && character != '.';
        text.split(ends).map(|word| word.trim_matches('.')).filter(|word| word.len() == 5 && word.contains('.'))
    }

    #[test]
    fn every_figure_stands_in_its_page_in_a_row_of_the_recipe() {
        for system in SYSTEMS {
            let Some(Measured { figures: shown, page }) = system.measured else { continue };
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs").join(page);
            let text = std::fs::read_to_string(&file).unwrap().replace("**", "");
            // A row of a table, or a sentence that begins with the recipe's name.
            let is_of = |line: &&str| {
                let names = |recipe: &&str| {
                    line.starts_with(&format!("| {recipe} |")) || line.starts_with(&format!("`{recipe}`, "))
                };
                system.recipes.iter().any(names)
            };
            let rows: Vec<&str> = text.lines().filter(is_of).collect();
            let mut count = 0;
            for figure in figures(shown) {
                count += 1;
                assert!(
                    rows.iter().any(|row| figures_in(row, figure)),
                    "{}: {figure} is not in {page}: {rows:?}",
                    system.name
                );
            }
            assert!(count > 0, "{}: `{shown}` has no figure", system.name);
        }
    }

    fn figures_in(row: &str, figure: &str) -> bool {
        figures(row).any(|found| found == figure)
    }
}
