"""What `kills.py` kills: commands small enough that a round takes seconds, and what has to hold of what they leave."""

import shutil
import subprocess

SCENE = """(
    name: "small",
    maze: Grown(width: 11, height: 11, openings: 0.3, seeds: (0, 1000000)),
    theme: (
        walls: ["brick-red.png", "brick-blue.png"],
        district: 3,
        floor: "floor-paving.png",
        ceiling: "ceiling-plaster.png",
        face_shade: 0.7,
        fog: (colour: (24, 26, 34), distance: 9.0),
    ),
    camera: (view: FirstPerson(field_of_view: 80.0, setback: 0.4), width: 32, height: 32, supersampling: 1),
    agent: (ticks_per_cell: 2, ticks_per_quarter: 3, left_odds: 0.5),
)
"""

RECIPE = """(
    name: "NAME",
    windows: (context: 2, corner_share: 0.6, turn_share: 0.3, context_noise: 4, mirror: true),
    batch: 4,
    shards: 2,
    steps: 80,
    seed: 1,
    checkpoint_every: 4,
    sheet_every: 16,
    objective: OBJECTIVE,
)
"""

REGRESSION = "Regression(generator: (width: 4, moves: 2), rate: 5e-4, cooling_share: 0.2, betas: (0.5, 0.99), ema: 0.9)"

GAN = """Gan(
        generator: (width: 4, moves: 2),
        noise: Mix(codes: 2, gaussian: 2),
        discriminator: (width: 4, context: 2),
        reconstruction: 10.0, relaxation: 0.02, adversarial: 0.5, wrong_context: 0.5,
        warm_share: 0.35, warm_rate: 5e-4, rate: 2e-4, discriminator_rate: 4e-4,
        cooling_share: 0.2, betas: (0.5, 0.99), ema: 0.9,
    )"""

# Steps that a plan holds: without one they follow from how fast the machine is, and no two rounds were the same.
PLAN = "(format: 1, MINUTESsteps: [MODELS])\n"


def write_settings(folder):
    """Scenes and recipes that all works share."""
    (folder / "small.ron").write_text(SCENE)
    (folder / "slow.ron").write_text(SCENE.replace("supersampling: 1", "supersampling: 4"))
    for name, objective in (("regression", REGRESSION), ("gan", GAN)):
        (folder / f"{name}.ron").write_text(RECIPE.replace("NAME", name).replace("OBJECTIVE", objective))


def write_fixtures(folder, programs):
    """A data set and two short trainings for the works that need them."""
    short = {"regression": "regression-short.ron", "gan": "gan-short.ron"}
    for name, file in short.items():
        (folder / file).write_text((folder / f"{name}.ron").read_text().replace("steps: 80", "steps: 12"))
    record = ["record", "small.ron", "--episodes", "60", "--ticks", "40", "--seed", "5", "--out", "data"]
    trainings = [["train", file, "--data", "data", "--out", f"run-{name}"] for name, file in short.items()]
    for arguments in [record, *trainings]:
        subprocess.run([programs / "crossroads", *arguments], cwd=folder, check=True, stderr=subprocess.DEVNULL)


class Work:
    """A command that writes into a folder; `growing` are files that a kill may leave shorter than they become."""

    def __init__(self, name, share, program, arguments, growing=(), plan=None):
        self.name, self.share, self.program, self.arguments = name, share, program, arguments
        self.growing, self.plan = growing, plan

    def prepare(self, out):
        """What is there before the first start."""
        shutil.rmtree(out, ignore_errors=True)
        if self.plan is not None:
            out.mkdir()
            (out / "plan.ron").write_text(self.plan)

    def command(self, programs, out):
        """The command, as it is given every time; `train` is asked to go on, where there is something to go on with."""
        command = [programs / self.program, *(argument.replace("OUT", out.name) for argument in self.arguments)]
        if self.name == "train" and (out / "run.ron").is_file():
            command.append("--resume")
        return command

    def checks(self, programs, out):
        """Commands that must accept what a kill has left."""
        data = [folder.parent for folder in out.rglob("manifest.ron")]
        runs = [info.parent for info in out.rglob("run.ron") if any(info.parent.glob("checkpoint-*"))]
        yield from ([programs / "tools", "check-data", folder] for folder in data)
        yield from ([programs / "tools", "export", run, "--out", out.parent / "exported"] for run in runs)


def works(models="run-regression run-gan"):
    """All of them but `play`, each with its share of the kills."""
    models = models.split()
    film = ["compare", *models, "--data", "data", "--corners", "1", "--out"]

    def plan(steps, minutes, names=("regression", "gan")):
        settled = ", ".join(f'("{name}", {steps})' for name in names)
        return PLAN.replace("MODELS", settled).replace("MINUTES", minutes)

    run = ("metrics.csv",)
    record = ["record", "slow.ron", "--episodes", "400", "--ticks", "60", "--seed", "5", "--threads", "1"]
    train_all = ["train-all", "--data", "data", "--recipes", "regression.ron,gan.ron", "--seeds", "1,2"]
    demo = ["demo", "--minutes", "0.02", "--episodes", "60", "--corners", "1"]
    three = plan(12, "", ("regression", "gan", "gan-mean"))
    report = ["report", *models, "--data", "data", "--samples", "64", "--out", "OUT/report.html"]
    return [
        Work("record", 28, "crossroads", [*record, "--out", "OUT"], growing=("manifest.ron",)),
        Work("train", 24, "crossroads", ["train", "gan.ron", "--data", "data", "--out", "OUT"], growing=run),
        Work("train-all", 12, "tools", [*train_all, "--out", "OUT"], growing=run, plan=plan(16, "minutes: 8.0, ")),
        Work("demo", 3, "crossroads", [*demo, "--out", "OUT"], growing=("manifest.ron", *run), plan=three),
        Work("film", 1, "tools", [*film, "OUT/film.mp4"]),
        Work("film-gif", 6, "tools", [*film, "OUT/film.gif"]),
        Work("sheet", 6, "tools", [*film, "OUT/sheet.png"]),
        Work("report", 14, "tools", report),
    ]
