"""Trains a twin on a Crossroads data set, and saves its averaged weights every so often, in Crossroads' own format.

They lie in OUT/snapshots, and OUT/seconds.csv tells the seconds of training, those of drawing windows among them, but
not of saving: as in a run of Crossroads, so that `tools quality` draws both side by side. `crossroads measure` judges
any of the files like another model.
"""

import argparse
import time
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file

import ron
from data import Windows
from networks import Generator, turned
from objectives import Clock, Gan, Regression, start

WEIGHTS = Path(__file__).resolve().parents[2] / "assets" / "weights"
# Places in a recipe's course where steps are timed, and how many at each, after one that warms up.
PLACES = 4
TIMED_STEPS = 3


def save(generator: Generator, about: dict[str, str], step: int, file: Path) -> None:
    """Writes weights in half precision, with the metadata of other weights of the same recipe."""
    weights = {name: turned(name, tensor).half() for name, tensor in generator.state_dict().items()}
    save_file(weights, file, about | {"step": str(step)})


class Training:
    """Steps of a recipe on windows of a data set."""

    def __init__(self, recipe: dict, windows: Windows) -> None:
        self.recipe, self.windows = recipe, windows
        self.rng = np.random.default_rng(recipe["seed"])
        torch.manual_seed(recipe["seed"])
        self.objective: Regression | Gan = start(recipe, windows.frame_size)

    def step(self, clock: Clock) -> dict[str, float]:
        return self.objective.step(*self.windows.draw(self.recipe["batch"], self.rng), clock)


def step_seconds(recipe: dict, windows: Windows) -> float:
    """Seconds of a step, as a mean over the recipe's whole course; later steps may do more than early ones."""
    training, seconds = Training(recipe, windows), 0.0
    for place in range(PLACES):
        clock = Clock(recipe["steps"] * (2 * place + 1) // (2 * PLACES), recipe["steps"])
        training.step(clock)
        began = time.perf_counter()
        for _ in range(TIMED_STEPS):
            training.step(clock)
        seconds += time.perf_counter() - began
    return seconds / (PLACES * TIMED_STEPS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="folder of the data set")
    parser.add_argument("--recipe", choices=["regression", "gan"], required=True)
    length = parser.add_mutually_exclusive_group(required=True)
    length.add_argument("--seconds", type=float, help="train for as many steps as take about so long")
    length.add_argument("--steps", type=int, help="train for so many steps")
    parser.add_argument("--out", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--snapshots", type=int, default=12, help="how many of them, evenly (default: 12)")
    parser.add_argument("--seed", type=int, help="seed, in place of the recipe's")
    parser.add_argument("--like", type=Path, help="weights that tell the recipe (default: those in assets/weights)")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="threads (default: all cores)")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)

    with safe_open(arguments.like or WEIGHTS / f"{arguments.recipe}.safetensors", "pt") as file:
        about = file.metadata()
    run = ron.parse(about["run"])
    recipe = run["recipe"]
    recipe["seed"] = recipe["seed"] if arguments.seed is None else arguments.seed
    windows = Windows(arguments.data, recipe["windows"])
    # What is saved says that it learned from the same data as the weights that it is like: that must be so.
    learned = [(one["seed"], one["episodes"], one["scene"]) for one in run.get("learned", [])]
    manifest = windows.manifest
    here = (manifest["seed"], len(manifest["episodes"]), manifest["scene"]["name"])
    if learned != [here]:
        raise ValueError(f"{arguments.data}: seed, episodes and scene are {here}, those of the weights {learned}; give --like")
    steps = arguments.steps if arguments.steps is not None else max(1, int(arguments.seconds / step_seconds(recipe, windows)))
    print(f"{recipe['name']}: {steps} steps, {len(windows.frames)} episodes, {len(windows.corners)} corner windows")
    snapshots = arguments.out / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    seconds = arguments.out / "seconds.csv"
    seconds.write_text("step,seconds\n")

    training = Training(recipe, windows)
    trained = 0.0
    due = {steps * (part + 1) // arguments.snapshots for part in range(arguments.snapshots)}
    for step in range(steps):
        began = time.perf_counter()
        metrics = training.step(Clock(step, steps))
        trained += time.perf_counter() - began
        if step + 1 in due:
            save(training.objective.shown, about, step + 1, snapshots / f"step-{step + 1:08d}.safetensors")
            with seconds.open("a") as file:
                file.write(f"{step + 1},{trained:.3f}\n")
            values = ", ".join(f"{name} {value:.4f}" for name, value in metrics.items())
            print(f"step {step + 1}, {trained:.1f} s: {values}", flush=True)


if __name__ == "__main__":
    main()
