#!/usr/bin/env python3
"""Trains every recipe for many steps of narrow networks, and looks at the memory and the time that a step takes.

A line for each recipe: memory, and computing time of a step, in the second tenth of the steps and in the ninth. Ends with
exit code 1 if memory grew by more than 16 MiB, or a step came to take twice as long.

    tools/torture/long.py [STEPS] [--only gan,vae] [--programs target/release]
"""

import argparse
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

RECIPES = Path(__file__).resolve().parents[2] / "assets" / "recipes"
SCENES = Path(__file__).resolve().parents[2] / "scenes"
GROWN = 16 << 20

# What makes networks narrow, in a recipe's text.
NARROW = [
    ("width: 24", "width: 4"), ("width: 32", "width: 4"), ("width: 16", "width: 4"), ("moves: 8", "moves: 1"),
    ("hidden: 128", "hidden: 8"), ("colours: 16", "colours: 4"), ("context: 4", "context: 2"), ("unroll: 4", "unroll: 2"),
    ("batch: 16", "batch: 4"), ("batch: 8", "batch: 4"), ("halvings: 4", "halvings: 3"),
    ("hidden: 48", "hidden: 8"), ("filters: 32", "filters: 4"), ("batch: 24", "batch: 4"),
    ("discriminator_from: 0.4", "discriminator_from: 0.04"), ("policy_from: 0.5", "policy_from: 0.05"),
]


def line_with(text, name):
    return next(line for line in text.splitlines() if line.strip().startswith(name + ":"))


def narrow(text, steps):
    for wide, small in NARROW:
        text = text.replace(wide, small)
    # Whoever joins in later does so before memory is looked at.
    text = re.sub(r"warm_share: 0\.\d+", "warm_share: 0.05", text)
    for name, value in [("steps", steps), ("checkpoint_every", steps // 10), ("sheet_every", steps)]:
        line = line_with(text, name)
        text = text.replace(line, f"    {name}: {value},")
    return text


def resident(process):
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    return None


def computed(process):
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def train(programs, place, name, steps):
    """Most memory in bytes, and seconds of computing, in each tenth of a training."""
    recipe, run = place / f"{name}.ron", place / name
    recipe.write_text(narrow((RECIPES / f"{name}.ron").read_text(), steps))
    data = {"cycle": ["data", "night"], "words": ["garden", "garden-night"]}.get(name.split("-")[0], ["data"])
    given = [argument for folder in data for argument in ("--data", place / folder)]
    command = [programs / "crossroads", "train", recipe, *given, "--out", run]
    with open(place / f"{name}.log", "w") as log:
        # What is freed is returned at once, so that the size of the process is what it holds.
        environment = os.environ | {"MIMALLOC_PURGE_DELAY": "0"}
        process = subprocess.Popen(command, stderr=log, stdout=log, stdin=subprocess.DEVNULL, env=environment)
    memory, spent, part, began = [0] * 10, [0.0] * 10, 0, 0.0
    while process.poll() is None:
        try:
            now, seconds = resident(process.pid), computed(process.pid)
        except (FileNotFoundError, ProcessLookupError):
            break
        saved = [int(path.name.split("-")[1]) for path in run.glob("checkpoint-*") if "." not in path.name]
        tenth = max(saved, default=0) * 10 // steps
        if tenth != part:
            part, began = tenth, seconds
        if now and part < 10:
            memory[part], spent[part] = max(memory[part], now), seconds - began
        time.sleep(0.01)
    if process.wait() != 0:
        sys.exit(f"{name}: exit code {process.returncode}: {(place / f'{name}.log').read_text().splitlines()[-1]}")
    return memory, spent


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("steps", nargs="?", type=int, default=10_000)
    options.add_argument("--only", default="")
    options.add_argument("--programs", type=Path, default=Path("target/release"))
    given = options.parse_args()
    programs = given.programs.resolve()
    names = [path.stem for path in sorted(RECIPES.glob("*.ron"))]
    names = [name for name in names if not given.only or name in given.only.split(",")]
    bad = []
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        scenes = [("data", "brick", 40), ("night", "hedge-night", 40)]
        # Everything that can be said has to be seen often enough.
        scenes += [("garden", "garden", 300), ("garden-night", "garden-night", 300)]
        for seed, (data, scene, episodes) in enumerate(scenes, 1):
            text = (SCENES / f"{scene}.ron").read_text()
            (place / f"{data}.ron").write_text(text.replace("width: 64", "width: 16").replace("height: 64", "height: 16"))
            record = ["record", f"{data}.ron", "--episodes", str(episodes), "--seed", str(seed), "--out", data]
            subprocess.run([programs / "crossroads", *record], cwd=place, check=True, capture_output=True)
        for name in names:
            memory, spent = train(programs, place, name, given.steps)
            early, late = memory[1], memory[8]
            first, last = spent[1], spent[8]
            grew = late - early > GROWN or last > 2 * first + 0.2
            bad += [name] if grew else []
            each = 1000 / (given.steps / 10)
            print(
                f"{name:20} {early / 2**20:7.1f} MiB, then {late / 2**20:7.1f} MiB;"
                f" {first * each:6.2f} ms a step, then {last * each:6.2f} ms{'   GREW' if grew else ''}",
                flush=True,
            )
    print(f"{len(names)} recipes, {given.steps} steps each: " + (f"grew: {', '.join(bad)}" if bad else "none grew"))
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
