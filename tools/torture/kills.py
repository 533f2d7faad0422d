#!/usr/bin/env python3
"""Kills every command that writes (SIGKILL) at random moments, and looks at what is left.

After each kill every file that is there must be whole and as it is without any kill, and must be accepted by
`tools check-data` and `tools export`. The same command then goes on, until it is let run to its end: then the folder
must be that of a command that was never killed. Half of the kills come after a time, half right after the folder has
changed. Ends with exit code 1 if anything was found; what was found is kept.

    tools/torture/kills.py [KILLS] [--seed N] [--only record,train] [--programs target/release]
"""

import argparse
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from files import PART, comparable, files_in, flaw
from play import play
from works import works, write_fixtures, write_settings

# Kills of one folder before a command is let run to its end, at most.
KILLS_A_ROUND = 12


def run(command, place):
    return subprocess.run(command, cwd=place, stdin=subprocess.DEVNULL, capture_output=True, text=True)


def entries(out):
    """Names of all that is in a folder, to see it change."""
    return {path for path in files_in(out)} if out.is_dir() else set()


def start(command, place):
    nowhere = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=place, stderr=subprocess.PIPE, text=True, **nowhere)


def measure(process, out):
    """Lets a command run to its end: seconds, how often its folder changed, and what it said."""
    began, known, changes = time.monotonic(), entries(out), 0
    while process.poll() is None:
        time.sleep(0.001)
        if (now := entries(out)) != known:
            known, changes = now, changes + 1
    return time.monotonic() - began, changes, process.stderr.read().strip()


def kill_at_random(process, out, seconds, changes, dice):
    """Waits for a random moment of a run of so many seconds and changes, and kills, unless it has ended by then."""
    until, known, wanted = time.monotonic() + 2 * seconds, entries(out), dice.randint(1, max(1, changes))
    if dice.random() < 0.5:
        until, wanted = time.monotonic() + dice.uniform(0, seconds), None
    while process.poll() is None and time.monotonic() < until and wanted != 0:
        if wanted is None:
            time.sleep(0.001)
        elif (now := entries(out)) != known:
            known, wanted = now, wanted - 1
    if process.poll() is None:
        process.kill()
        process.wait()


def left_by_kill(work, out, reference, programs):
    """What is wrong with what a kill has left."""
    wrong = []
    expected = files_in(reference)
    for name, path in files_in(out).items():
        if PART in name:
            continue
        if path.name in work.growing:
            is_cut = path.suffix == ".csv" and not expected[name].read_bytes().startswith(path.read_bytes())
            wrong += [f"{name} is not the beginning of what it becomes"] if is_cut else []
        elif problem := flaw(path):
            wrong.append(f"{name} {problem}")
        elif name in expected and comparable(path) != comparable(expected[name]):
            wrong.append(f"{name} differs from that of a command that was not killed")
    for checkpoint in out.rglob("checkpoint-*"):
        alike = next((reference / checkpoint.parent.relative_to(out)).glob("checkpoint-*"))
        if missing := {path.name for path in alike.iterdir()} - {path.name for path in checkpoint.iterdir()}:
            wrong.append(f"{checkpoint.relative_to(out)} is without {', '.join(sorted(missing))}")
    for command in work.checks(programs, out):
        checked = run(command, out.parent)
        if checked.returncode != 0:
            wrong.append(f"{command[1]} {Path(command[2]).relative_to(out)}: {checked.stderr.strip()}")
    return wrong


def differences(out, reference):
    """What is wrong with a folder in the end."""
    found, expected = files_in(out), files_in(reference)
    wrong = [f"{name} is missing" for name in expected.keys() - found.keys()]
    wrong += [f"{name} is left over" for name in found.keys() - expected.keys()]
    both = found.keys() & expected.keys()
    return wrong + [f"{name} differs" for name in sorted(both) if comparable(found[name]) != comparable(expected[name])]


class Findings:
    """What was found, told at once, with the folder kept beside the others."""

    def __init__(self, place):
        self.place, self.all = place, []

    def add(self, work, round_number, out, wrong):
        for what in wrong:
            print(f"FOUND {work.name}, round {round_number}: {what}", flush=True)
        if wrong:
            self.all += wrong
            kept = self.place / f"found-{work.name}-{round_number}-{len(self.all)}"
            shutil.copytree(out, kept, dirs_exist_ok=True)


def torture(work, kills, place, programs, dice, findings):
    reference, out = place / f"{work.name}-whole", place / f"{work.name}-killed"
    work.prepare(reference)
    whole = start(work.command(programs, reference), place)
    seconds, changes, said = measure(whole, reference)
    if whole.returncode != 0:
        sys.exit(f"{work.name}: does not even run to its end: {said}")
    done, rounds = 0, 0
    while done < kills:
        work.prepare(out)
        rounds += 1
        left = min(dice.randint(1, KILLS_A_ROUND), kills - done)
        while True:
            process = start(work.command(programs, out), place)
            if left > 0:
                kill_at_random(process, out, seconds, changes, dice)
            said = process.communicate()[1].strip()
            if process.returncode != -signal.SIGKILL:
                break
            done, left = done + 1, left - 1
            if out.is_dir():
                findings.add(work, rounds, out, left_by_kill(work, out, reference, programs))
        wrong = [f"does not go on: {said}"] if process.returncode != 0 else differences(out, reference)
        findings.add(work, rounds, out, wrong)
    print(f"{work.name:<10} {done:>5} kills, {rounds:>4} times to the end ({seconds:.1f} s without a kill)", flush=True)
    return done


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("kills", nargs="?", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="commands, with commas between them")
    parser.add_argument("--programs", type=Path, default=Path("target/release"), help="folder of the two binaries")
    arguments = parser.parse_args()
    programs = arguments.programs.resolve()
    place = Path(tempfile.mkdtemp(prefix="kills-"))
    write_settings(place)
    write_fixtures(place, programs)
    wanted = arguments.only.split(",") if arguments.only else []
    chosen = [work for work in [*works(), play()] if not wanted or work.name in wanted]
    total, done, findings = sum(work.share for work in chosen), 0, Findings(place)
    for work in chosen:
        kills = max(1, round(arguments.kills * work.share / total))
        dice = random.Random(f"{arguments.seed} {work.name}")
        run_it = work.torture if work.name == "play" else partial(torture, work)
        done += run_it(kills, place, programs, dice, findings)
    print(f"{done} kills, {len(findings.all)} findings, seed {arguments.seed}")
    if findings.all:
        sys.exit(f"what was found is kept in {place}")
    shutil.rmtree(place)


if __name__ == "__main__":
    main()
