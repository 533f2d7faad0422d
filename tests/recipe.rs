//! Recipes: written and parsed back, and refused where a value is out of range.

use crossroads::objective::ObjectiveSettings;
use crossroads::settings::to_text;
use crossroads::train::{RECIPES, Recipe};

use crate::helper::{GAN, REGRESSION, source, told};

/// Text of [`GAN`], what replaces it, and the field that must be named.
const FAULTS: [(&str, &str, &str); 67] = [
    ("context: 2, corner", "context: 0, corner", "windows.context"),
    ("context: 2, corner", "context: 17, corner", "windows.context"),
    ("corner_share: 0.6", "corner_share: -0.1", "windows.corner_share"),
    ("corner_share: 0.6", "corner_share: 1.1", "windows.corner_share"),
    ("corner_share: 0.6", "corner_share: NaN", "windows.corner_share"),
    ("turn_share: 0.3", "turn_share: -0.1", "windows.turn_share"),
    ("turn_share: 0.3", "turn_share: 0.5", "windows.turn_share"),
    ("context_noise: 4", "context_noise: 65", "windows.context_noise"),
    ("batch: 4", "batch: 0", "batch"),
    ("batch: 4", "batch: 257", "batch"),
    ("shards: 2", "shards: 0", "shards"),
    ("shards: 2", "shards: 4", "shards"),
    ("shards: 2", "shards: 5", "shards"),
    ("steps: 12", "steps: 0", "steps"),
    ("steps: 12", "steps: 10000001", "steps"),
    ("checkpoint_every: 4", "checkpoint_every: 0", "checkpoint_every"),
    ("sheet_every: 1000", "sheet_every: 0", "sheet_every"),
    ("generator: (width: 4, moves: 2)", "generator: (width: 3, moves: 2)", "objective.generator.width"),
    ("generator: (width: 4, moves: 2)", "generator: (width: 129, moves: 2)", "objective.generator.width"),
    ("moves: 2", "moves: 17", "objective.generator.moves"),
    ("noise: Mix(codes: 2, gaussian: 2)", "noise: Mix()", "objective.noise"),
    ("noise: Mix(codes: 2, gaussian: 2)", "noise: Gaussian(0)", "objective.noise"),
    ("codes: 2", "codes: 17", "objective.noise"),
    ("gaussian: 2", "gaussian: 65", "objective.noise"),
    ("codes: 2, gaussian: 2", "codes: 18446744073709551615, gaussian: 1", "objective.noise"),
    ("gaussian: 2", "uniform: 65", "objective.noise"),
    ("gaussian: 2", "signs: 65", "objective.noise"),
    ("noise: Mix(codes: 2, gaussian: 2),", "noise: Gaussian(2), packed: true,", "objective.noise"),
    ("noise: Mix(codes: 2, gaussian: 2),", "noise: Gauss(2),", "Gauss"),
    ("warm_share: 0.35", "loss: Wasserstein, lipschitz: Unbounded, warm_share: 0.35", "objective.lipschitz"),
    ("warm_share: 0.35", "lipschitz: Clip(0.0), warm_share: 0.35", "objective.lipschitz"),
    (
        "warm_share: 0.35",
        "lipschitz: FiniteDifference(weight: 1.0, slope: 0.0), warm_share: 0.35",
        "objective.lipschitz",
    ),
    ("warm_share: 0.35", "kl: 0.1, warm_share: 0.35", "kl"),
    ("width: 4, context", "width: 3, context", "objective.discriminator.width"),
    ("width: 4, context", "width: 129, context", "objective.discriminator.width"),
    ("context: 2)", "context: 3)", "objective.discriminator.context"),
    ("reconstruction: 10.0", "reconstruction: -1.0", "objective.reconstruction"),
    ("reconstruction: 10.0", "reconstruction: 1001.0", "objective.reconstruction"),
    ("relaxation: 0.02", "relaxation: -1.0", "objective.relaxation"),
    ("relaxation: 0.02", "relaxation: 1.5", "objective.relaxation"),
    ("adversarial: 0.5", "adversarial: -1.0", "objective.adversarial"),
    ("adversarial: 0.5", "adversarial: NaN", "objective.adversarial"),
    ("wrong_context: 0.5", "wrong_context: -1.0", "objective.wrong_context"),
    ("wrong_context: 0.5", "wrong_context: 11.0", "objective.wrong_context"),
    ("warm_share: 0.35", "warm_share: -1.0", "objective.warm_share"),
    ("warm_share: 0.35", "warm_share: 1.0", "objective.warm_share"),
    ("warm_rate: 5e-4", "warm_rate: 0.0", "objective.warm_rate"),
    ("warm_rate: 5e-4", "warm_rate: 0.2", "objective.warm_rate"),
    (" rate: 2e-4", " rate: 0.0", "objective.rate"),
    (" rate: 2e-4", " rate: 0.2", "objective.rate"),
    ("discriminator_rate: 4e-4", "discriminator_rate: 0.0", "objective.discriminator_rate"),
    ("discriminator_rate: 4e-4", "discriminator_rate: NaN", "objective.discriminator_rate"),
    ("cooling_share: 0.2", "cooling_share: 1.1", "objective.cooling_share"),
    ("betas: (0.5, 0.99)", "betas: (1.0, 0.99)", "objective.betas"),
    ("betas: (0.5, 0.99)", "betas: (0.5, -0.1)", "objective.betas"),
    ("ema: 0.9", "ema: 1.0", "objective.ema"),
    ("ema: 0.9", "ema: -0.1", "objective.ema"),
    ("ema: 0.9", "ema_share: 1.1, ema: 0.9", "objective.ema_share"),
    ("name: \"gan\"", "nome: \"gan\"", "nome"),
    ("seed: 1", "seed: -1", "seed"),
    ("seed: 1", "seed: \"one\"", "seed"),
    ("batch: 4", "batch: 4.5", "batch"),
    ("mirror: true", "mirror: 1", "mirror"),
    ("mirror: true", "mirror: true, unroll: 0", "windows.unroll"),
    ("mirror: true", "mirror: true, unroll: 17", "windows.unroll"),
    ("mirror: true", "mirror: true, unroll: 2", "windows.unroll"),
    ("warm_share: 0.35", "wrong_action: 0.5, warm_share: 0.35", "objective.wrong_action"),
];

#[test]
fn a_recipe_written_and_parsed_is_the_same() {
    let texts = RECIPES.iter().map(|(_, text)| *text).chain([GAN, REGRESSION]);
    for text in texts {
        let recipe = Recipe::from_source(&source(text)).unwrap();
        assert_eq!(Recipe::from_source(&source(&to_text(&recipe).unwrap())).unwrap(), recipe);
    }
}

#[test]
fn recipes_that_come_with_crossroads_bear_their_names() {
    for (name, text) in RECIPES {
        assert_eq!(Recipe::from_source(&source(text)).unwrap().name, *name);
    }
}

#[test]
fn faults_are_refused_by_line_and_field() {
    for (old, new, field) in FAULTS {
        let text = GAN.replacen(old, new, 1);
        assert_ne!(text, GAN, "{old}");
        let error = Recipe::from_source(&source(&text)).unwrap_err().to_string();
        assert!(error.contains(&format!("`{field}`")), "{new}: {error}");
        let line = 1 + text[..text.find(new).unwrap()].matches('\n').count();
        assert!(error.starts_with(&format!("a.ron:{line}:")), "{new} is in line {line}: {error}");
    }
}

#[test]
fn only_a_model_that_is_told_is_fed_with_its_own_predictions() {
    let text = GAN.replace("mirror: true", "mirror: true, unroll: 4");
    let error = Recipe::from_source(&source(&text)).unwrap_err().to_string();
    assert!(
        error.contains("`windows.unroll` is 4; allowed is 1, since the recipe has no `condition: Action`"),
        "{error}"
    );
    let recipe = Recipe::from_source(&source(&told(&text))).unwrap();
    assert!(recipe.condition.is_action() && recipe.windows.unroll == 4);
    assert!(Recipe::from_source(&source(&told(&GAN.replace("warm_share", "wrong_action: 0.5, warm_share")))).is_ok());
}

#[test]
fn recipes_from_before_models_could_be_told_are_not() {
    let recipe = Recipe::from_source(&source(GAN)).unwrap();
    assert!(!recipe.condition.is_action() && recipe.windows.unroll == 1);
}

#[test]
fn a_regression_is_checked_too() {
    let mut recipe = Recipe::from_source(&source(REGRESSION)).unwrap();
    if let ObjectiveSettings::Regression(settings) = &mut recipe.objective {
        settings.rate = 1.0;
    }
    let error = Recipe::from_source(&source(&to_text(&recipe).unwrap())).unwrap_err().to_string();
    assert!(error.contains("`objective.rate` is 1.0; allowed is above 0, up to 0.1"), "{error}");
}

/// A recipe that comes with Crossroads, in which `old` is replaced by `new`: why it is refused.
fn refused(name: &str, old: &str, new: &str) -> String {
    let text = RECIPES.iter().find(|(known, _)| *known == name).unwrap().1;
    let changed = text.replacen(old, new, 1);
    assert_ne!(changed, text, "{name}: {old}");
    Recipe::from_source(&source(&changed)).unwrap_err().to_string()
}

#[test]
fn what_cannot_go_together_is_refused_with_the_reason() {
    let cases = [
        ("vae", "encoder: (width: 16),", "", "`objective.encoder` is \"not there\"; allowed is an encoder"),
        ("vae", "latent: 4", "latent: 0", "`objective.latent` is 0; allowed is 1 to 64"),
        ("auto-encoder", "kl: 0.0", "kl: 0.1", "`objective.kl` is 0.1; allowed is 0, since without `noisy`"),
        ("vae-gan", "encoder: (width: 16),", "", "`objective.encoder`"),
        ("vae-gan", "recovery: 0.5", "recovery: -1.0", "`objective.recovery` is -1.0; allowed is 0 to 1000"),
        ("pixel-rnn", "colours: 16", "colours: 65", "`objective.network.colours` is 65; allowed is 2 to 64"),
        ("pixel-rnn", "hidden: 128", "hidden: 4", "`objective.network.hidden`"),
        ("pixel-rnn", "windows:", "condition: Action, windows:", "`condition` is Action; allowed is Nothing"),
        ("flow", "walk: 3", "walk: 0", "`objective.walk` is 0; allowed is 1 to 64"),
        ("flow", "generator: (", "generator: (keeps: true, ", "`objective.generator.keeps` is true; allowed is false"),
        ("flow", "also: [1, 8]", "also: [1, 80]", "`objective.also` is 80"),
        ("best-of-codes", "codes: 2", "codes: 1", "at least 2 codes, of which the nearest is picked"),
        ("gan-three", "learned_odds: true", "learned_odds: false", "`objective.balanced_share` is 0.35; allowed is 0"),
        ("gan-crowd", "samples: 4", "samples: 1", "`objective.by_region` is true; allowed is false"),
        ("gan-crowd", "change_share: 0.5", "change_share: 1.5", "`objective.change_share` is 1.5; allowed is 0 to 1"),
        ("gan-crowd", "Signs(64)", "Signs(63)", "allowed is false, since noise has no square number of values"),
        (
            "gan-crowd",
            "windows:",
            "condition: Action, windows:",
            "allowed is false, since a `condition` is of the whole",
        ),
        (
            "gan-mean",
            "decisive: 4.0",
            "decisive: 4.0, local: true",
            "`objective.generator.local` is true; allowed is false",
        ),
        ("imle", "samples: 4", "samples: 1", "or none and at least 2 `samples`"),
        ("best-of-codes", "relaxation:", "samples: 2, relaxation:", "allowed is 1, since the noise has codes"),
        ("energy", "samples: 2", "samples: 1", "`objective.samples` is 1; allowed is 2 to 16"),
        ("gan", "windows:", "condition: Class(3), windows:", "allowed is a condition that the objective takes"),
        (
            "gan-js",
            "Mix(codes: 2, gaussian: 4),",
            "Gaussian(4), mean_matching: 1.0,",
            "at least two answers to a context",
        ),
        (
            "gan-js",
            "Mix(codes: 2, gaussian: 4),",
            "Gaussian(4), slope_matching: 1.0,",
            "`objective.slope_matching` is 1.0; allowed is 0, since it needs at least two answers",
        ),
        (
            "dream-up",
            "context: 1",
            "context: 2",
            "`windows.context` is 2; allowed is 1, since a frame is made from nothing",
        ),
        ("dream-up", "context: 0", "context: 1", "`objective.discriminator.context` is 1; allowed is 0"),
        ("dream-up", "halvings: 4", "halvings: 5", "`objective.discriminator.halvings` is 5; allowed is 3 to 4"),
        ("dream-up", "lipschitz: Spectral", "lipschitz: Unbounded", "`objective.lipschitz` is Unbounded"),
        ("dream-up", "latent: 64", "latent: 0", "`objective.latent` is 0; allowed is 1 to 512"),
        ("dream-up", "windows:", "condition: Action, windows:", "`condition` is Action; allowed is Nothing"),
        ("dream-up-vae", "context: 1", "context: 4", "`windows.context` is 4; allowed is 1"),
        ("dream-up-plain", "kl: 0.0", "kl: 0.1", "`objective.kl` is 0.1; allowed is 0, since without `noisy`"),
        ("noise-only", "Gaussian(8)", "Gaussian(0)", "leave `noise` out"),
        ("regression", "rate:", "kl: 0.1, rate:", "`kl`"),
        ("gan-unconditional-d", "wrong_context: 0.0", "wrong_context: 0.5", "the discriminator sees no context"),
        ("packed", "windows:", "told: true, windows:", "`objective.packed` is true; allowed is false"),
        ("wgan", "lipschitz: Clip(0.02)", "lipschitz: Unbounded", "a Wasserstein critic needs a bounded slope"),
        ("gan", "noise: Mix(codes: 2, gaussian: 4)", "noise: Mix()", "without noise a GAN has one answer"),
    ];
    for (name, old, new, expected) in cases {
        let error = refused(name, old, new);
        assert!(error.contains(expected), "{name}, {new}: {error}");
    }
}
