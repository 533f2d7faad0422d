"""The window, killed while it records: what was saved stays, and what is recorded afterwards joins it."""

import os
import shutil
import subprocess
import time

# Keys that make the agent walk by itself, fast, and record.
KEYS = ["plus", "plus", "plus", "Tab", "r"]
# Seconds that a window may take to open.
PATIENCE = 120


class Play:
    """`crossroads play` on a virtual display."""

    name, share = "play", 4

    def torture(self, kills, place, programs, dice, findings):
        if missing := [tool for tool in ("Xvfb", "xdotool") if shutil.which(tool) is None]:
            print(f"play skipped: {' and '.join(missing)} not installed (Debian: xvfb, xdotool, mesa-vulkan-drivers)")
            return 0
        display = subprocess.Popen(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "320x180x24", "-nolisten", "tcp", "-noreset"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        try:
            name = f":{display.stdout.readline().strip()}"
            environment = {**os.environ, "DISPLAY": name, "XDG_RUNTIME_DIR": str(place)}
            environment.pop("WAYLAND_DISPLAY", None)
            saved = self.kill_all(kills, place, programs, dice, findings, environment)
            print(f"{self.name:<10} {kills:>5} kills, {saved} episodes saved", flush=True)
            return kills
        finally:
            display.kill()
            display.wait()

    def kill_all(self, kills, place, programs, dice, findings, environment):
        out = place / "play-killed"
        known = {}
        for kill in range(1, kills + 1):
            game = subprocess.Popen(
                [programs / "crossroads", "play", "brick", "--size", "320x180", "--out", out.name],
                cwd=place, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                text=True,
            )
            # Some are killed while the window opens, the others while they record.
            if dice.random() < 0.2:
                time.sleep(dice.uniform(0, 2))
            elif self.is_open(game, environment):
                for key in KEYS:
                    subprocess.run(["xdotool", "key", key], env=environment, check=False)
                    time.sleep(0.1)
                time.sleep(dice.uniform(0.2, 5))
            if game.poll() is not None:
                findings.add(self, kill, place, [f"ended by itself: {game.stderr.read().strip()}"])
                return len(known)
            game.kill()
            game.wait()
            if (out / "manifest.ron").is_file():
                known = self.check(kill, out, programs, known, findings)
        return len(known)

    def is_open(self, game, environment):
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until and game.poll() is None:
            found = subprocess.run(
                ["xdotool", "search", "--name", "^Crossroads$"], env=environment, capture_output=True, text=True,
                check=False,
            )
            if window := found.stdout.split():
                subprocess.run(["xdotool", "windowfocus", "--sync", window[0]], env=environment, check=False)
                time.sleep(1)
                return True
            time.sleep(0.1)
        return False

    def check(self, kill, out, programs, known, findings):
        """The episodes that are listed now; those that were before must be the same."""
        checked = subprocess.run(
            [programs / "tools", "check-data", out], capture_output=True, text=True, check=False,
        )
        wrong = [] if checked.returncode == 0 else [f"check-data: {checked.stderr.strip()}"]
        manifest = (out / "manifest.ron").read_text()
        episodes = {path.name: path.read_bytes() for path in out.glob("*.safetensors") if path.name in manifest}
        wrong += [f"{name} is lost or another" for name, data in known.items() if episodes.get(name) != data]
        findings.add(self, kill, out, wrong)
        return episodes


def play():
    """The one work that needs a display."""
    return Play()
