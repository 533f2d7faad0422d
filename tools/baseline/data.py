"""Windows drawn from a Crossroads data set (`docs/data.md`): a twin of `src/episode/window.rs`."""

from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor

import ron

# Formats of data sets whose windows are the same.
FORMATS = (2, 3)


class Place(NamedTuple):
    """Where a window is: an episode, and its last context frame."""

    episode: int
    frame: int


class Windows:
    """All windows of the split `train` that can be drawn, of one future frame each.

    Files are mapped into memory, not loaded, and not verified: `tools check-data` does that.
    """

    def __init__(self, folder: Path, settings: dict[str, Any]) -> None:
        """`settings` are the recipe's `windows`. Raises ValueError where no episode of `train` has a usable corner."""
        manifest = ron.parse((folder / "manifest.ron").read_text())
        self.manifest = manifest
        if manifest["format"] not in FORMATS:
            raise ValueError(f"{folder}: `format` is {manifest['format']}, expected one of {FORMATS}")
        self.settings = settings
        scene, agent = manifest["scene"], manifest["scene"]["agent"]
        self.frame_size = (scene["camera"]["width"], scene["camera"]["height"])
        # Mirroring would make any odds even.
        self.mirror = settings["mirror"] and agent["left_odds"] == 0.5
        # What follows a corner: the turn, and the cell that is walked after it.
        followed = agent["ticks_per_quarter"] + agent["ticks_per_cell"]
        self.frames, self.ticks = [], []
        self.corners: list[Place] = []
        self.turns: list[Place] = []
        for entry in manifest["episodes"]:
            if entry["split"] == "train":
                self.add(safe_open(folder / entry["file"], "np"), followed)
        if not self.corners:
            raise ValueError(f"{folder}: no episode of split `train` has a usable corner; record more episodes")

    def add(self, file: safe_open, followed: int) -> None:
        """Lists the places of one more episode."""
        episode, ticks = len(self.frames), len(file.get_tensor("actions"))
        self.frames.append(file.get_slice("frames"))
        self.ticks.append(ticks)
        usable = range(self.settings["context"] - 1, ticks)
        for corner in np.flatnonzero(file.get_tensor("corners")[:ticks]).tolist():
            self.corners += [Place(episode, corner)] if corner in usable else []
            after = range(corner + 1, corner + followed)
            self.turns += [Place(episode, frame) for frame in after if frame in usable]

    def place(self, rng: np.random.Generator) -> Place:
        """At a corner or after it, as often as the settings say; else anywhere."""
        share, corner_share = rng.random(), self.settings["corner_share"]
        if share < corner_share:
            return self.corners[rng.integers(len(self.corners))]
        if share < corner_share + self.settings["turn_share"] and self.turns:
            return self.turns[rng.integers(len(self.turns))]
        first = self.settings["context"] - 1
        while True:
            episode = int(rng.integers(len(self.frames)))
            if first < self.ticks[episode]:
                return Place(episode, int(rng.integers(first, self.ticks[episode])))

    def draw(self, size: int, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Contexts [size, context, height, width, 3] and futures [size, 1, height, width, 3], in 8 bit."""
        context, windows = self.settings["context"], []
        for _ in range(size):
            place = self.place(rng)
            window = self.frames[place.episode][place.frame + 1 - context : place.frame + 2]
            windows.append(window[:, :, ::-1] if self.mirror and rng.random() < 0.5 else window)
        frames = np.stack(windows)
        return torch.from_numpy(self.shaken(frames[:, :context], rng)), torch.from_numpy(frames[:, context:])

    def shaken(self, pixels: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Every byte changed by up to `context_noise`, up or down."""
        largest = self.settings["context_noise"]
        change = rng.integers(-largest, largest, size=pixels.shape, dtype=np.int16, endpoint=True)
        return np.clip(pixels + change, 0, 255).astype(np.uint8)
