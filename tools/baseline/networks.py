"""The networks of Crossroads in PyTorch: the same computations, and parameters of the same names.

Twins of `src/network/*.rs`, as the recipes `regression` and `gan` use them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from safetensors import safe_open
from torch import Tensor, nn

import ron

# Slope of the leaky ReLU below zero.
SLOPE = 0.2
# Largest map, in places, whose places are all mixed with each other; of larger ones, only the columns are.
FULL = 256
# Matrices of moves are trained over this, so that Adam moves them that much faster.
GAIN = 8.0
# Decoder stages whose norm the conditions scale and shift.
FILMS = 2
# Power iterations before the first step.
FIRST_ITERATIONS = 20
# Value of `format` in the metadata of weights.
FORMATS = ("crossroads weights 1", "crossroads weights 2", "crossroads weights 3")


def half(inputs: int, outputs: int) -> nn.Conv2d:
    """4×4, half the size."""
    return nn.Conv2d(inputs, outputs, 4, stride=2, padding=1)


def same(inputs: int, outputs: int) -> nn.Conv2d:
    """3×3, same size."""
    return nn.Conv2d(inputs, outputs, 3, padding=1)


def linear(inputs: int, outputs: int) -> nn.Linear:
    """A linear layer whose bias begins at zero."""
    layer = nn.Linear(inputs, outputs)
    nn.init.zeros_(layer.bias)
    return layer


class GroupNorm(nn.Module):
    """Group normalisation, optional scale and shift from outside (FiLM), leaky ReLU."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels))
        self.beta = nn.Parameter(torch.zeros(channels))
        self.groups = next(groups for groups in range(8, 0, -1) if channels % groups == 0)

    def forward(self, x: Tensor, film: Tensor | None = None) -> Tensor:
        """leaky(norm(x) · (1 + scale) + shift); x is [batch, channels, height, width], film [batch, 2 · channels]."""
        x = F.group_norm(x, self.groups, self.gamma, self.beta, eps=1e-5)
        if film is not None:
            scale, shift = film[:, :, None, None].chunk(2, dim=1)
            x = x * (1.0 + scale) + shift
        return F.leaky_relu(x, SLOPE)


@dataclass
class Moved:
    """A map that stayed, and where each move takes it.

    maps: [batch, channels, moves + 1, height · width]; logits: [batch, (moves + 1) · channels].
    """

    maps: Tensor
    logits: Tensor


class Moving(nn.Module):
    """Learned moves of a whole map, and a soft choice among them and "stay" for each sample and channel."""

    def __init__(self, moves: int, shape: tuple[int, int, int], summary: int, conditions: int) -> None:
        """For maps of `shape`, (channels, height, width), by `summary` numbers of the context and by conditions."""
        super().__init__()
        channels, height, width = shape
        self.moves = moves
        self.mixed = height * width if height * width <= FULL else width
        bound = self.mixed**-0.5 / GAIN
        self.matrices = nn.Parameter(torch.empty(self.mixed, moves * self.mixed).uniform_(-bound, bound))
        choices = (moves + 1) * channels
        self.by_context = linear(summary, choices)
        self.by_noise = linear(conditions, choices) if conditions else None

    def forward(self, x: Tensor, summary: Tensor) -> Moved:
        """x: [batch, channels, height, width]; summary: [batch, summary]."""
        batch, channels, height, width = x.shape
        rows = height * width // self.mixed
        moved = x.reshape(-1, self.mixed) @ (self.matrices * GAIN)  # [batch · channels · rows, moves · mixed]
        moved = moved.view(batch, channels, rows, self.moves, self.mixed).transpose(2, 3)
        moved = moved.reshape(batch, channels, self.moves, height * width)
        stayed = x.reshape(batch, channels, 1, height * width)
        return Moved(torch.cat([stayed, moved], dim=2), self.by_context(summary))

    def choose(self, moved: Moved, conditions: Tensor | None) -> Tensor:
        """[times · batch, channels, height · width], for conditions [times · batch, conditions]."""
        batch, channels, choices, places = moved.maps.shape
        logits = moved.logits
        if self.by_noise is not None:
            by_noise = self.by_noise(conditions)
            logits = logits.repeat(len(by_noise) // batch, 1) + by_noise
        weights = logits.view(-1, batch, channels, choices).softmax(dim=3)
        # One product reads a sample's maps for all of its conditions; repeated maps would be large.
        chosen = weights.permute(1, 2, 0, 3) @ moved.maps  # [batch, channels, times, places]
        return chosen.permute(2, 0, 1, 3).reshape(-1, channels, places)


@dataclass
class Features:
    """What the encoder makes of the context, to be decoded once for each vector of conditions.

    bottom: [batch, 4 · width, height / 16, width / 16]; laterals: skips from small to large.
    """

    bottom: Tensor
    laterals: list[Moved]


def gathered(x: Tensor) -> Tensor:
    """Squares of 2 × 2 pixels as one place: [batch, 4 · channels, height / 2, width / 2]."""
    batch, channels, height, width = x.shape
    squares = x.view(batch, channels, height // 2, 2, width // 2, 2).permute(0, 3, 5, 1, 2, 4)
    return squares.reshape(batch, 4 * channels, height // 2, width // 2)


class Generator(nn.Module):
    """A U-Net that predicts the next frame from context frames and, if it has any, conditions (such as noise)."""

    def __init__(
        self,
        width: int,
        moves: int,
        context: int,
        frame_size: tuple[int, int],
        conditions: int,
        codes: int = 0,
        places: Mapping[str, Any] | None = None,
    ) -> None:
        """`width` channels of the largest map; at least one move; `frame_size` is (width, height).

        `places` are pixels, unless a recipe's are `Patches` of 2 × 2 of them.

        `codes` are those of the noise whose odds it has learned, if any.
        """
        super().__init__()
        sizes = [width, 2 * width, 4 * width, 4 * width]
        self.in_patches = "Patches" in (places or {})
        side = 2 if self.in_patches else 1
        inputs = [3 * context * side * side, *sizes[:3]]
        outputs = [sizes[2], sizes[1], sizes[0]]
        sides = [(frame_size[1] // (side * shrunk), frame_size[0] // (side * shrunk)) for shrunk in (8, 4, 2)]
        self.down = nn.ModuleList(half(*channels) for channels in zip(inputs, sizes))
        # The first stage has no norm: it would wash out how bright the picture is.
        self.down_norms = nn.ModuleList(GroupNorm(size) for size in sizes[1:])
        self.laterals = nn.ModuleList(same(size, size) for size in outputs)
        shapes = [(size, *side) for size, side in zip(outputs, sides)]
        self.moving = nn.ModuleList(Moving(moves, shape, sizes[3], conditions) for shape in shapes)
        self.bottom = linear(conditions, sizes[3]) if conditions else None
        self.up = nn.ModuleList(same(*channels) for channels in zip([sizes[3], *outputs], outputs))
        self.up_norms = nn.ModuleList(GroupNorm(size) for size in outputs)
        filmed = outputs[:FILMS] if conditions else []
        self.films = nn.ModuleList(linear(conditions, 2 * size) for size in filmed)
        self.output = same(sizes[0], 12 * side * side)
        self.odds = linear(sizes[3], codes) if codes else None

    def code_odds(self, features: Features) -> Tensor:
        """How likely each code of the noise is after each context: [batch, codes]. Only where that was learned."""
        return self.odds(features.bottom.mean(dim=(2, 3))).softmax(dim=1)

    def encode(self, context: Tensor) -> Features:
        """context: [batch, 3 · frames, height, width] in [−1, 1], sides multiples of 16, or of 32 for patches."""
        context = gathered(context) if self.in_patches else context
        maps = [F.leaky_relu(self.down[0](context), SLOPE)]
        for conv, norm in zip(self.down[1:], self.down_norms):
            maps.append(norm(conv(maps[-1])))
        bottom = maps.pop()
        summary = bottom.mean(dim=(2, 3))
        stages = zip(self.moving, self.laterals, reversed(maps))
        return Features(bottom, [moving(conv(x), summary) for moving, conv, x in stages])

    def decode(self, features: Features, conditions: Tensor | None) -> Tensor:
        """[times · batch, 3, height, width] in [−1, 1], for conditions [times · batch, conditions].

        The k-th conditions of sample i are at k · batch + i. A network without conditions answers once.
        """
        x = features.bottom
        if self.bottom is not None:
            added = self.bottom(conditions)
            x = x.repeat(len(added) // len(x), 1, 1, 1) + added[:, :, None, None]
        for stage, lateral in enumerate(features.laterals):
            x = self.up[stage](F.interpolate(x, scale_factor=2, mode="nearest"))
            x = x + self.moving[stage].choose(lateral, conditions).view_as(x)
            film = self.films[stage](conditions) if stage < len(self.films) else None
            x = self.up_norms[stage](x, film)
        frame = F.pixel_shuffle(self.output(x), 2)
        return (F.pixel_shuffle(frame, 2) if self.in_patches else frame).tanh()

    def forward(self, context: Tensor, conditions: Tensor | None = None) -> Tensor:
        return self.decode(self.encode(context), conditions)


class SpectralConv(nn.Module):
    """A convolution whose weight, as a matrix [out, in · side · side], is divided by its largest singular value."""

    def __init__(self, inputs: int, outputs: int, side: int, stride: int) -> None:
        super().__init__()
        fan_in = inputs * side * side
        bound = fan_in**-0.5
        self.weight = nn.Parameter(torch.empty(outputs, inputs, side, side).uniform_(-bound, bound))
        self.bias = nn.Parameter(torch.zeros(outputs))
        self.stride = stride
        # The singular vectors are kept, not trained.
        self.register_buffer("left", torch.empty(outputs).uniform_(-1.0, 1.0))
        self.register_buffer("right", torch.empty(fan_in).uniform_(-1.0, 1.0))
        for _ in range(FIRST_ITERATIONS):
            self.iterate()

    @torch.no_grad()
    def iterate(self) -> None:
        """One more power iteration."""
        matrix = self.weight.flatten(1)
        self.right.copy_(F.normalize(matrix.T @ self.left, dim=0))
        self.left.copy_(F.normalize(matrix @ self.right, dim=0))

    def forward(self, x: Tensor) -> Tensor:
        largest = self.left @ (self.weight.flatten(1) @ self.right)
        return F.conv2d(x, self.weight / largest, self.bias, self.stride, padding=1)


class Discriminator(nn.Module):
    """Scores a candidate frame patch by patch: high for one that may follow the context."""

    def __init__(self, width: int, context: int, places: Mapping[str, Any] | None = None) -> None:
        """`width` channels of the largest map; the last `context` frames are looked at; `places` as of a generator."""
        super().__init__()
        self.context = context
        self.in_patches = "Patches" in (places or {})
        sizes = [3 * (context + 1) * (4 if self.in_patches else 1), width, 2 * width, 2 * width]
        self.layers = nn.ModuleList(SpectralConv(*channels, 4, 2) for channels in zip(sizes, sizes[1:]))
        self.score = SpectralConv(sizes[-1], 1, 3, 1)

    def forward(self, context: Tensor, candidate: Tensor) -> Tensor:
        """[batch, 1, height / 8, width / 8]; context: [batch, 3 · frames, …], candidate: [batch, 3, height, width]."""
        x = torch.cat([context[:, -3 * self.context :], candidate], dim=1)
        x = gathered(x) if self.in_patches else x
        for layer in self.layers:
            x = F.leaky_relu(layer(x), SLOPE)
        return self.score(x)

    def iterate(self) -> None:
        """One more power iteration of every layer."""
        for layer in [*self.layers, self.score]:
            layer.iterate()


def load(path: Path | str) -> Generator:
    """The generator of a file of weights, as `tools export` writes it.

    Raises ValueError where the file is of another kind, RuntimeError where its parameters do not fit.
    """
    with safe_open(path, "pt") as file:
        about = file.metadata() or {}
        if about.get("format") not in FORMATS:
            raise ValueError(f"{path}: `format` is {about.get('format')!r}, expected one of {FORMATS}")
        # Since version 2 the name of its network stands before a parameter's path.
        weights = {name.rpartition("/")[2]: file.get_tensor(name).float() for name in file.keys()}
    width, channels = weights["down.0.weight"].shape[:2]
    mixed, moved = weights["moving.0.matrices"].shape
    conditions = len(weights["bottom.weight"]) if "bottom.weight" in weights else 0
    frame_size = tuple(ron.parse(about["run"])["frame_size"])
    codes = len(weights["odds.bias"]) if "odds.bias" in weights else 0
    in_patches = len(weights["output.bias"]) == 48
    context = channels // (12 if in_patches else 3)
    places = {"Patches": []} if in_patches else None
    generator = Generator(width, moved // mixed, context, frame_size, conditions, codes, places)
    generator.load_state_dict({name: turned(name, tensor) for name, tensor in weights.items()})
    return generator


def turned(name: str, tensor: Tensor) -> Tensor:
    """Between the files' linear layers, [in, out], and PyTorch's, [out, in]; all else stays as it is."""
    return tensor.T.contiguous() if name.endswith(".weight") and tensor.ndim == 2 else tensor
