"""How a result was made and how to cite it, in words that are the same for every run of the same inputs.

Only what cannot differ between two runs of the same inputs is told (``result.provenance``: version, model
hash, seed, command without ``--out`` and ``--workers``); times, host and folder stay in manifest.json under
"made".
"""

from __future__ import annotations

import shlex
import textwrap
from itertools import takewhile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sim.results.result import Result

AUTHORS = "The iraq-withdrawal-sim contributors"
YEAR = 2026
TITLE = "Will Iraq push the US troops out? An exploratory agent-based model"
ARTICLE = "Cathrin Schaer: Will Iraq finally push US troops out because of Gaza? Deutsche Welle, 10 January 2024"


RESULTS = "RESULTS"
"""What stands in a printed command for the results folder, whose path is no part of what was run."""
ABOUT_RESULTS = (
    f"{RESULTS} stands for the results folder, the one that holds this file: write its path there, and type the "
    "command where run.py is."
)


def fact(result: Result, name: str) -> str:
    """One fact of the making as text; "not recorded" where the manifest has none."""
    found = result.provenance.get(name)
    return "not recorded" if found is None else str(found)


def worlds_each(result: Result) -> str:
    """``2,000 worlds a scenario``, or the range where scenarios have different numbers."""
    counts = result.worlds.groupby("scenario", sort=False, observed=True).size()
    if not len(counts):
        return "no worlds"
    low, high = int(counts.min()), int(counts.max())
    some = f"{low:,}" if low == high else f"{low:,} to {high:,}"
    return f"{some} {'world' if high == 1 else 'worlds'} a scenario"


def command(result: Result) -> str:
    """The command that makes the same again; a scenario that is not shipped is read from the results folder."""
    if result.choices:
        return fact(result, "command")
    made = shlex.split(fact(result, "command"))
    return shlex.join([f"{RESULTS}/{word}" if word.startswith("scenarios/") else word for word in made])


def repetition(result: Result) -> str:
    """The command that repeats what a results folder holds and compares the bytes; none has replaced choices."""
    if result.choices:
        return ""
    return shlex.join(["python3", "run.py", "run", RESULTS])


def explanation(result: Result, scenario: str, world: int) -> str:
    """The command that tells the history of one world."""
    names = [each.name for each in result.whole.scenarios]
    if result.choices:
        choices = ", ".join(f"{one['actor']!r}: {one['name']}" for one in result.choices)
        seed = fact(result, "seed")
        return f"sim.WithdrawalModel({scenario!r}, seed={seed}, world={world}, events=True, choices={{{choices}}})"
    made = shlex.split(command(result))
    given = list(
        takewhile(lambda word: not word.startswith("--"), made[made.index("run") + 1 :] if "run" in made else [])
    )
    known = given[names.index(scenario)] if len(given) == len(names) else scenario
    seed = fact(result, "seed")
    words = ["python3", "run.py", "explain", known, "--world", str(world), "--but-for"]
    return shlex.join([*words, "--seed", seed] if seed != "1" else words)


def foot(result: Result) -> str:
    """The small line below every figure, since figures travel without their report."""
    made = (f"{name} {fact(result, name)}" for name in ("version", "model", "seed"))
    line = " · ".join(("Not a forecast", "iraq-withdrawal-sim", *made, worlds_each(result)))
    return f"{textwrap.fill(replaced(result), 150)}\n{line}" if result.choices else line


def replaced(result: Result) -> str:
    """That choices were replaced, as a sentence; empty where none was."""
    said = result.replaced
    return f"{said[:1].upper()}{said[1:]}. These are not the model's own results." if said else ""


def caption(result: Result, text: str) -> str:
    """The caption of a figure, with the choices that were replaced."""
    return f"{text}; {result.replaced}" if result.choices else text


def citation(result: Result) -> str:
    """One line to cite the run by."""
    return (
        f"{AUTHORS} ({YEAR}): {TITLE}. iraq-withdrawal-sim, version {fact(result, 'version')}, model "
        f"{fact(result, 'model')}, seed {fact(result, 'seed')}, {worlds_each(result)}"
        f"{f', {result.replaced}' if result.choices else ''}. Computer program."
    )
