"""One training step of each recipe: twins of `src/objective/regression.rs` and `src/objective/gan/`.

Only what the recipes `regression` and `gan` use: models that are not told the action. The batch is computed as a whole,
on PyTorch's own threads, where Crossroads gives each core a part of it.
"""

import copy
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from networks import Discriminator, Generator
from pixels import from_pixels

Settings = dict[str, Any]


@dataclass
class Clock:
    """How far a training is: steps done, and steps in all."""

    step: int
    steps: int

    def share(self) -> float:
        return self.step / max(self.steps, 1)

    def heat(self, cooling_share: float) -> float:
        """What learning rates are multiplied by: 1, and over the last `cooling_share` from 1 down to 0."""
        left = 1.0 - self.share()
        return left / cooling_share if left < cooling_share else 1.0


class Learner:
    """A network and the Adam that moves it."""

    def __init__(self, model: nn.Module, betas: list[float]) -> None:
        self.model = model
        self.optimiser = torch.optim.Adam(model.parameters(), betas=tuple(betas), eps=1e-8, fused=True)

    def step(self, rate: float, loss: Tensor) -> None:
        """Moves the network by the gradients of a loss."""
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.param_groups[0]["lr"] = rate
        self.optimiser.step()


@torch.no_grad()
def move_average(average: nn.Module, live: nn.Module, decay: float) -> None:
    """Moves every number of `average`: average · decay + live · (1 − decay)."""
    for mean, value in zip(average.parameters(), live.parameters()):
        mean.lerp_(value, 1.0 - decay)


def average_of(model: nn.Module) -> nn.Module:
    """A copy that tracks no gradients, to be moved after the model."""
    return copy.deepcopy(model).requires_grad_(False)


class Regression:
    """A generator without noise, trained on the squared error."""

    def __init__(self, settings: Settings, context: int, frame_size: tuple[int, int]) -> None:
        self.settings = settings
        generator = Generator(**settings["generator"], context=context, frame_size=frame_size, conditions=0)
        self.learner = Learner(generator, settings["betas"])
        self.shown = average_of(generator)

    def step(self, contexts: Tensor, futures: Tensor, clock: Clock) -> dict[str, float]:
        """contexts: [batch, frames, height, width, 3], futures: [batch, 1, height, width, 3], both in 8 bit."""
        settings, model = self.settings, self.learner.model
        loss = F.mse_loss(model(from_pixels(contexts)), from_pixels(futures))
        self.learner.step(settings["rate"] * clock.heat(settings["cooling_share"]), loss)
        move_average(self.shown, model, settings["ema"])
        return {"squared_error": loss.item()}


class Gan:
    """Best-of-codes reconstruction as a warm start, then a discriminator that sees the context too."""

    def __init__(self, settings: Settings, context: int, frame_size: tuple[int, int]) -> None:
        self.settings = settings
        # Weights of version 1 say `(codes: …, gaussian: …)`, since then it is `Mix(…)`.
        noise = settings["noise"].get("Mix", settings["noise"])
        self.codes, self.gaussian = noise["codes"], noise["gaussian"]
        conditions = self.codes + self.gaussian
        generator = Generator(**settings["generator"], context=context, frame_size=frame_size, conditions=conditions)
        self.generator = Learner(generator, settings["betas"])
        self.discriminator = Learner(Discriminator(**settings["discriminator"]), settings["betas"])
        self.shown = average_of(generator)

    def step(self, contexts: Tensor, futures: Tensor, clock: Clock) -> dict[str, float]:
        """contexts: [batch, frames, height, width, 3], futures: [batch, 1, height, width, 3], both in 8 bit."""
        settings, generator = self.settings, self.generator.model
        is_warm = clock.share() < settings["warm_share"]
        heat = clock.heat(settings["cooling_share"])
        context, truth = from_pixels(contexts), from_pixels(futures)
        answers = generator(context, self.every_code(len(context)))
        loss, metrics = self.reconstruction(answers, truth)
        loss = loss * settings["reconstruction"]
        if is_warm:
            self.generator.step(settings["warm_rate"] * heat, loss)
        else:
            self.discriminator.model.iterate()
            judgement, scores = self.judgement(context, truth, answers.detach(), clock.step)
            adversarial = self.adversarial(context, answers)
            # Both networks move when both losses are known: each learns from the other as it was.
            self.generator.step(settings["rate"] * heat, loss + settings["adversarial"] * adversarial)
            self.discriminator.step(settings["discriminator_rate"] * heat, judgement)
            metrics |= scores | {"adversarial": adversarial, "discriminator": judgement}
        move_average(self.shown, generator, settings["ema"])
        return {name: value.item() for name, value in metrics.items()}

    def every_code(self, batch: int) -> Tensor:
        """Every code for each sample, with the same Gaussian numbers: [codes · batch, codes + gaussian].

        Sample i of code k is at k · batch + i.
        """
        codes = torch.eye(self.codes).repeat_interleave(batch, dim=0)
        return torch.cat([codes, torch.randn(batch, self.gaussian).repeat(self.codes, 1)], dim=1)

    def reconstruction(self, answers: Tensor, truth: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Mean absolute differences from the truth: those of the nearest codes in full, of others a little.

        answers: [codes · batch, 3, height, width]; truth: [batch, 3, height, width].
        """
        distances = (answers.unflatten(0, (self.codes, -1)) - truth).abs().mean(dim=(2, 3, 4))  # [codes, batch]
        nearest = distances.argmin(dim=0)  # [batch]
        is_nearest = F.one_hot(nearest, self.codes).T.bool()
        weights = torch.where(is_nearest, 1.0, self.settings.get("relaxation", self.settings.get("other_codes")))
        loss = (distances * weights).sum(dim=0).mean()
        metrics = {"reconstruction": distances[is_nearest].mean(), "code_0_nearest": (nearest == 0).float().mean()}
        return loss, metrics

    def adversarial(self, context: Tensor, answers: Tensor) -> Tensor:
        """The generator's loss −mean D(context, answer). The discriminator's weights take no gradients from it."""
        judge = self.discriminator.model.requires_grad_(False)
        loss = -judge(context.repeat(self.codes, 1, 1, 1), answers).mean()
        judge.requires_grad_(True)
        return loss

    def judgement(
        self, context: Tensor, truth: Tensor, answers: Tensor, step: int
    ) -> tuple[Tensor, dict[str, Tensor]]:
        """The discriminator's hinge loss: real frames, one answer for each sample, other samples' real frames."""
        samples = torch.arange(len(truth))
        fake = answers[(samples + step) % self.codes * len(truth) + samples]
        candidates = torch.cat([truth, fake, truth.roll(-1, dims=0)])
        real, fake, wrong = self.discriminator.model(context.repeat(3, 1, 1, 1), candidates).chunk(3)
        loss = F.relu(1.0 - real).mean() + F.relu(1.0 + fake).mean()
        loss = loss + self.settings["wrong_context"] * F.relu(1.0 + wrong).mean()
        return loss, {"score_real": real.mean(), "score_fake": fake.mean(), "score_wrong": wrong.mean()}


OBJECTIVES = {"Regression": Regression, "Gan": Gan}


def start(recipe: Settings, frame_size: tuple[int, int]) -> Regression | Gan:
    """The objective of a recipe, with networks of random weights."""
    if recipe.get("told") or recipe.get("condition", "Nothing") != "Nothing":
        raise ValueError(f"recipe {recipe['name']}: models that are told the action have no twin here")
    ((name, settings),) = recipe["objective"].items()
    return OBJECTIVES[name](settings, recipe["windows"]["context"], frame_size)
