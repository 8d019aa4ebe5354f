"""docs/gallery.md: every figure with its name, its question and what it shows; and, for the site, its picture.

The pictures are made when the site is: of a small run and small sweeps of the model as it is, so that none goes stale
and none is kept in the repository. They lie in docs/made/ with their words until the sources change.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from sim.disk.writing import put
from sim.docs.markdown import MADE
from sim.scenario.load import load, replace
from sim.show.figures import FIGURES

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.sweeps.design import Design

WORLDS = 40
"""Of each scenario of the main job."""
FOLDER = "made"
"""In docs/: what is made for the site alone."""
WORDS, MADE_OF = "gallery.json", "of.txt"
QUESTIONS = {
    "Q1": "Will Iraq push US troops out?",
    "Q2": "Do the tensions around Gaza make it more likely this time?",
    "Q3": "Does it just depend on the severity of events on the ground?",
    "Q4": "What would each exit change?",
    "Q5": "Why did it come out so in one world?",
    "Q6": "Which assumptions carry the answer?",
}
"""The report's questions, as the article has them."""
INTRODUCTION = f"""
Every figure has a name. `result.plot("outcomes")` draws one of a `Result`, `sweep.plot("heat")` one of a `Sweep`, and
both are Matplotlib figures. A run with `--out` writes all that have something to show into `figures/`, as PNG and SVG,
and `report.html` has each with its numbers in a table. The columns behind them are in [the files](data.md#tables).

The pictures are made together with this site, of the model as it is: {WORLDS} worlds of each scenario, seed 1. So few
worlds make wide intervals, and no number here is a result; those are in [the results](results.md).
"""


class Sort(NamedTuple):
    """A figure of sweeps: the designs it comes with, and what it shows."""

    of: str
    shows: str


SWEEPS = {
    "response": Sort(
        "a grid or a list",
        "The share of each ending along one dimension, with the interval of its level, and the paired difference to "
        "the base with its own",
    ),
    "heat": Sort("a grid", "The share of each ending over two dimensions"),
    "screen": Sort("a screen", "What each number moves alone, from its default to both ends of its range"),
    "morris": Sort("Morris's trajectories", "Elementary effects of each number: how strong, and how even"),
    "sobol": Sort("Saltelli's design", "Sobol' indices: what part of the variance each number carries"),
    "rank_correlations": Sort(
        "a Latin hypercube, Sobol's sequence, the accepted set", "Which numbers go with which endings"
    ),
    "boxes": Sort(
        "a Latin hypercube, Sobol's sequence, the accepted set",
        "The conditions under which an ending is frequent: density against coverage (PRIM)",
    ),
}
_MARK = re.compile(r"<!-- picture: (\w+) -->")


def page() -> str:
    """The text of docs/gallery.md."""
    parts = [f"# Gallery\n\n{MADE}", INTRODUCTION.strip()]
    for question, asks in QUESTIONS.items():
        parts.append(f"## {asks}")
        for plot in FIGURES.values():
            if plot.question == question:
                parts += entry(plot.name, f'result.plot("{plot.name}")', f"{plot.caption}.")
    parts.append("## What a sweep says")
    for name, sort in SWEEPS.items():
        parts += entry(name, f'sweep.plot("{name}")', f"{sort.shows}. Comes with {sort.of}.", "sweep_")
    return "\n\n".join(parts) + "\n"


def entry(name: str, call: str, shows: str, head: str = "") -> Iterator[str]:
    """A figure on the page."""
    yield f"### {name}"
    yield f"`{call}`: {shows}"
    yield f"<!-- picture: {head}{name} -->"


# --- the pictures ---


class Told(NamedTuple):
    """The words of a picture: what it shows, what its numbers come to, and all of them in words."""

    caption: str
    sentence: str
    description: str


def sources() -> str:
    """A hash of all that a picture can depend on: the package but for what lies above figures, and the scenarios."""
    from importlib.metadata import version

    package = Path(__file__).parents[1]
    files = {*package.rglob("*.*"), *package.parents[1].glob("scenarios/**/*.toml")}
    files -= {*package.glob("cli/*"), *package.glob("docs/*")} - {Path(__file__)}
    found = sha256(version("matplotlib").encode("ascii"))
    for path in sorted(path for path in files if path.suffix in (".py", ".toml", ".json")):
        found.update(path.name.encode("utf-8") + path.read_bytes())
    return found.hexdigest()


def make(folder: Path, say: Callable[[str], None] = lambda _: None, worlds: int = WORLDS) -> dict[str, Told]:
    """The pictures of all figures in ``folder``, as SVG, made anew where the sources have changed; their words."""
    of = f"{sources()} {worlds}\n"
    if (folder / MADE_OF).exists() and (folder / MADE_OF).read_text(encoding="utf-8") == of:
        kept = json.loads((folder / WORDS).read_text(encoding="utf-8"))
        return {name: Told(*words) for name, words in kept.items()}
    (folder / MADE_OF).unlink(missing_ok=True)
    say(f"the gallery's pictures: {worlds} worlds of each scenario, and {len(designs())} small sweeps")
    found = {**of_a_run(folder, worlds), **of_sweeps(folder)}
    put(folder / WORDS, json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    put(folder / MADE_OF, of)
    return found


def of_a_run(folder: Path, worlds: int) -> dict[str, Told]:
    """The figures of a run of the main job."""
    from sim.jobs.run import run
    from sim.show import pictures
    from sim.show.tables import main_part

    result = main_part(run(worlds=worlds, seed=1))
    found = {}
    for name, plot in FIGURES.items():
        missing = bool(plot.missing(result))
        if not missing:
            element = pictures.svg(plot(result), result, name, plot.describe(result))
            put(folder / f"{name}.svg", pictures.alone(element, result))
        found[name] = Told(plot.caption, plot.sentence(result), "" if missing else plot.describe(result))
    return found


def of_sweeps(folder: Path) -> dict[str, Told]:
    """The first figure of each sort, of small sweeps."""
    from sim.jobs.sweep import sweep
    from sim.show.pictures import element
    from sim.show.sweeps.pictures import alone, figure_of, pictures
    from sim.show.sweeps.shown import Shown, sort_of

    found: dict[str, Told] = {}
    for number, (design, worlds) in enumerate(designs()):
        with tempfile.TemporaryDirectory() as parent:
            shown = Shown(sweep(design=design, worlds=worlds, seed=1, out=Path(parent) / "sweep", figures=False))
            for picture in pictures(shown):
                name = f"sweep_{sort_of(picture.table)}"
                if name in found:
                    continue
                svg = element(figure_of(picture), f"s{number}", picture.caption, picture.description)
                put(folder / f"{name}.svg", alone(svg, shown))
                found[name] = Told(picture.caption, "", picture.description)
    return found


def designs() -> Sequence[tuple[Design, int]]:
    """Designs of every kind that has a figure of its own, each with its worlds a point."""
    from sim.sweeps import design

    def bases(*names: str, **changes: object) -> list[Scenario]:
        return [replace(load(name), {"days": 365, **changes}) for name in names]

    numbers = (
        "united_states.restraint",
        "iran.permissiveness",
        "united_states.leverage",
        "iraq.capability",
        "fronts.gaza.war_days",
    )
    alone = bases("forced_exit", uncertainty="none")  # the points give the numbers, no world draws any
    grid: Mapping[str, Any] = {numbers[0]: "0..1:5", numbers[1]: "0.1..0.6:5"}
    return [
        (design.grid(bases("status_quo", "forced_exit"), grid), 20),
        (design.screen(alone, numbers), 40),
        (design.morris(alone, numbers, trajectories=10), 20),
        (design.saltelli(alone, numbers, samples=64, second_order=False), 10),
        (design.latin_hypercube(alone, numbers, samples=120), 10),
    ]


def with_pictures(text: str, told: Mapping[str, Told]) -> str:
    """The page with its pictures and their words, for Sphinx. KeyError where there is a mark without words."""

    def picture(match: re.Match[str]) -> str:
        name = match[1]
        caption, sentence, description = told[name]
        if not description:
            return plain(sentence)
        parts = [f"![{plain(caption)}]({FOLDER}/{name}.svg)", plain(sentence)]
        parts.append(f"<details><summary>In words</summary>\n<p>{escape(description)}</p>\n</details>")
        return "\n\n".join(part for part in parts if part)

    return _MARK.sub(picture, text)


def plain(text: str) -> str:
    """Words in Markdown that mean nothing but themselves."""
    return re.sub(r"([\\`*_\[\]<>])", r"\\\1", " ".join(text.split()))
