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
import subprocess
import sys
import tempfile
import time
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


def kill_at_random(process, out, seconds, dice):
    """Waits for a random moment and kills: whether it was still running."""
    changes = dice.randint(1, 8) if dice.random() < 0.5 else None
    until = time.monotonic() + (dice.uniform(0, seconds) if changes is None else 2 * seconds)
    known = entries(out)
    while process.poll() is None and time.monotonic() < until and changes != 0:
        if changes is None:
            time.sleep(0.001)
        elif (now := entries(out)) != known:
            known, changes = now, changes - 1
    process.kill()
    return process.wait() < 0


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
    began = time.monotonic()
    whole = run(work.command(programs, reference), place)
    seconds = time.monotonic() - began
    if whole.returncode != 0:
        sys.exit(f"{work.name}: does not even run to its end: {whole.stderr.strip()}")
    done, rounds = 0, 0
    while done < kills:
        work.prepare(out)
        rounds += 1
        for _ in range(min(dice.randint(1, KILLS_A_ROUND), kills - done)):
            process = subprocess.Popen(
                work.command(programs, out), cwd=place, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
            if not kill_at_random(process, out, seconds, dice):
                break
            done += 1
            if out.is_dir():
                findings.add(work, rounds, out, left_by_kill(work, out, reference, programs))
        ended = run(work.command(programs, out), place)
        if ended.returncode != 0:
            findings.add(work, rounds, out, [f"does not go on: {ended.stderr.strip()}"])
        else:
            findings.add(work, rounds, out, differences(out, reference))
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
        done += (work.torture if work.name == "play" else torture_of(work))(kills, place, programs, dice, findings)
    print(f"{done} kills, {len(findings.all)} findings, seed {arguments.seed}")
    if findings.all:
        sys.exit(f"what was found is kept in {place}")
    shutil.rmtree(place)


def torture_of(work):
    return lambda *rest: torture(work, *rest)


if __name__ == "__main__":
    main()
