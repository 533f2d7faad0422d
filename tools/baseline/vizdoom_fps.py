"""Counts the frames a second of ViZDoom: the scenario `my_way_home`, random actions, every frame read, no window."""

import argparse
import contextlib
import json
import random
import statistics
import tempfile
import time
from pathlib import Path

import vizdoom

RESOLUTIONS = {
    "160x120": vizdoom.ScreenResolution.RES_160X120,
    "320x240": vizdoom.ScreenResolution.RES_320X240,
}
WARM_UP = 200
ROUNDS = 3


def open_game(resolution: vizdoom.ScreenResolution) -> vizdoom.DoomGame:
    game = vizdoom.DoomGame()
    game.load_config(str(Path(vizdoom.scenarios_path) / "my_way_home.cfg"))
    game.set_screen_format(vizdoom.ScreenFormat.RGB24)
    game.set_screen_resolution(resolution)
    game.set_window_visible(False)
    game.set_sound_enabled(False)
    # The game waits for each action, and does not run by a clock.
    game.set_mode(vizdoom.Mode.PLAYER)
    game.set_seed(1)
    game.init()
    return game


def play(game: vizdoom.DoomGame, frames: int, actions: random.Random) -> float:
    """Frames a second: one tick and one picture for each random action."""
    buttons = game.get_available_buttons_size()
    began = time.perf_counter()
    for _ in range(frames):
        if game.is_episode_finished():
            game.new_episode()
        picture = game.get_state().screen_buffer
        assert picture.ndim == 3 and picture.shape[2] == 3
        pressed = actions.randrange(buttons)
        game.make_action([float(button == pressed) for button in range(buttons)])
    return frames / (time.perf_counter() - began)


def frames_a_second(resolution: vizdoom.ScreenResolution, frames: int) -> float:
    """The median of some rounds, after a warm-up."""
    game, actions = open_game(resolution), random.Random(1)
    play(game, WARM_UP, actions)
    rounds = [play(game, frames, actions) for _ in range(ROUNDS)]
    game.close()
    return statistics.median(rounds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=2000, help="frames of each of the three rounds (default: 2000)")
    parser.add_argument("--json", type=Path, help="write the figures into this file, too")
    arguments = parser.parse_args()
    figures = {}
    # ViZDoom leaves a folder of settings where it runs.
    with tempfile.TemporaryDirectory() as scratch, contextlib.chdir(scratch):
        for name, resolution in RESOLUTIONS.items():
            figures[name] = round(frames_a_second(resolution, arguments.frames), 1)
            print(f"{name}: {figures[name]:.0f} frames a second (median of {ROUNDS} rounds of {arguments.frames})")
    if arguments.json:
        arguments.json.write_text(json.dumps({"vizdoom_fps": figures, "vizdoom": vizdoom.__version__}, indent=2) + "\n")


if __name__ == "__main__":
    main()
