"""Times whole training steps of the recipes `regression` and `gan`, and the answers of the gan's generator.

A step goes from 8-bit frames, which are random here, to moved networks and averaged weights: everything that
Crossroads does in a step once the windows are drawn. A gan's step is timed with its discriminator, and, for comparison,
in the warm phase without. An answer goes from an 8-bit context to 8-bit frames: the encoder runs once, the decoder for
each noise.
"""

import argparse
import json
import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

import ron
from objectives import Clock, Gan, Regression, start
from pixels import from_pixels, to_pixels

RECIPES = Path(__file__).resolve().parents[2] / "assets" / "recipes"
SIDE = 64
WARM_UP = 5
# Answers are short, so that more of them are timed for each step.
ANSWERS_PER_STEP = 5


def milliseconds(work: Callable[[], Any], times: int) -> list[float]:
    """Times `work`, after a warm-up."""
    for _ in range(WARM_UP):
        work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(1e3 * (time.perf_counter() - began))
    return taken


def random_frames(windows: int, frames: int) -> torch.Tensor:
    """[windows, frames, height, width, 3] in 8 bit."""
    return torch.randint(0, 256, (windows, frames, SIDE, SIDE, 3), dtype=torch.uint8)


def time_steps(objective: Regression | Gan, recipe: dict, share: float, steps: int) -> list[float]:
    """Milliseconds of each step, `share` of the way through the training."""
    context, batch = recipe["windows"]["context"], recipe["batch"]
    contexts, futures = random_frames(batch, context), random_frames(batch, 1)
    clock = Clock(step=int(share * recipe["steps"]), steps=recipe["steps"])
    return milliseconds(lambda: objective.step(contexts, futures, clock), steps)


def time_answers(gan: Gan, recipe: dict, noises: int, times: int) -> list[float]:
    """Milliseconds of each answer to one context."""
    pixels = random_frames(1, recipe["windows"]["context"])
    codes = torch.eye(gan.codes)[torch.arange(noises) % gan.codes]
    noise = torch.cat([codes, torch.randn(noises, gan.gaussian)], dim=1)

    @torch.inference_mode()
    def answer() -> torch.Tensor:
        return to_pixels(gan.shown(from_pixels(pixels), noise))

    return milliseconds(answer, times)


def compile_networks(objective: Regression | Gan) -> None:
    """Has Inductor compile each network's forward and backward pass when it is first used."""
    learners = [objective.generator, objective.discriminator] if isinstance(objective, Gan) else [objective.learner]
    for network in [learner.model for learner in learners] + [objective.shown]:
        network.compile()


def percentile_95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1]


def machine() -> str:
    """The processor's name where Linux tells it, else its kind."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="threads (default: all cores)")
    parser.add_argument("--steps", type=int, default=20, help="steps that are timed, at least 2 (default: 20)")
    parser.add_argument("--json", type=Path, help="write the figures into this file, too")
    parser.add_argument("--recipe", choices=["regression", "gan", "all"], default="all")
    parser.add_argument("--compile", action="store_true", help="networks compiled by Inductor, which needs a C++ compiler")
    arguments = parser.parse_args()
    if arguments.steps < 2:
        parser.error("--steps must be at least 2")
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(1)

    steps: dict[str, list[float]] = {}
    answers: dict[str, list[float]] = {}
    for name in ["regression", "gan"] if arguments.recipe == "all" else [arguments.recipe]:
        recipe = ron.parse((RECIPES / f"{name}.ron").read_text())
        objective = start(recipe, (SIDE, SIDE))
        if arguments.compile:
            compile_networks(objective)
        if isinstance(objective, Gan):
            steps["gan_warm"] = time_steps(objective, recipe, 0.0, arguments.steps)
        # Late in the training, when the discriminator has joined.
        steps[name] = time_steps(objective, recipe, 0.9, arguments.steps)
        if isinstance(objective, Gan):
            for noises in (1, 16):
                times = ANSWERS_PER_STEP * arguments.steps
                answers[f"batch{noises}"] = time_answers(objective, recipe, noises, times)

    how = "Inductor" if arguments.compile else "eager"
    print(f"{'':<16} {'median':>8} {'95 %':>8}  ms, {arguments.threads} threads, torch {torch.__version__}, {how}")
    rows = {f"step {name}": values for name, values in steps.items()}
    rows |= {f"infer {name}": values for name, values in answers.items()}
    for name, values in rows.items():
        print(f"{name:<16} {statistics.median(values):8.2f} {percentile_95(values):8.2f}")
    if arguments.json:
        median = {name: round(statistics.median(values), 3) for name, values in (steps | answers).items()}
        figures = {
            "step_ms": {name: median[name] for name in steps if name != "gan_warm"},
            "gan_warm_step_ms": median.get("gan_warm"),
            "infer_ms": {name: median[name] for name in answers},
            "infer_ms_p95": {name: round(percentile_95(values), 3) for name, values in answers.items()},
            "threads": arguments.threads,
            "torch": torch.__version__,
            "compiled": arguments.compile,
            "machine": machine(),
        }
        arguments.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
