"""A sweep as its pages show it: its tables, and the words for its points, dimensions and making."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.scenario.errors import ScenarioError
from sim.scenario.parameters import Parameter
from sim.show import making, phrases
from sim.sweeps.analysis import OF_PART, all_tables, cautions
from sim.sweeps.analysis.ends import base_of, dimensions, is_number, outcomes_of
from sim.sweeps.names import is_missing, named

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.schema import Scenario

MOST = 15
"""So many numbers a picture shows at most, so many pictures of one sort there are; tables have all."""
NOTHING = Parameter(unit="", meaning="", source="", role="", range=None, low=None, high=None)
DESIGNS = {
    "grid": "a grid",
    "list": "a list",
    "latin hypercube": "a Latin hypercube",
    "sobol": "Sobol’s sequence",
    "saltelli": "Saltelli’s design",
    "morris": "Morris’s trajectories",
    "screen": "a screen, one number at a time",
    "accepted": "the accepted set",
    "product": "a product of designs",
    "zip": "designs side by side",
}
MAIN = ("forced_exit", "negotiated_exit", "lapsed", "us_stays")
"""What the sentences are about: the first of these that came about."""


@dataclass(frozen=True)
class Picture:
    """A picture of a sweep: its name as a file, what it shows, its numbers in words, the table it is of, how drawn."""

    name: str
    caption: str
    description: str
    table: str
    draw: Callable[[], Any]


class Shown:
    """What the pages of a sweep are made from; tables are made once."""

    def __init__(self, sweep: Any) -> None:
        self.sweep = sweep
        self.scenarios: list[Scenario] = list(sweep.bases)
        self.manifest: Mapping[str, Any] = sweep.manifest
        self.about: Mapping[str, Any] = sweep.about
        self.points: pd.DataFrame = sweep.points
        self.shares: pd.DataFrame = sweep.shares

    @cached_property
    def tables(self) -> dict[str, pd.DataFrame]:
        """Every table that fits the design, by name."""
        return all_tables(self.sweep)

    @cached_property
    def cautions(self) -> list[str]:
        """What has to be said beside the numbers."""
        return cautions(self.points, self.shares, [int(row) for row in self.sweep.rows])

    @cached_property
    def labels(self) -> dict[str, str]:
        """What a reader sees instead of a base's name; two of one title get their names added."""
        found = {base.name: phrases.label(base) for base in self.scenarios}
        every = list(found.values())
        return {
            name: words if every.count(words) == 1 else f"{words} [{phrases.clean(name)}]"
            for name, words in found.items()
        }

    @cached_property
    def outcomes(self) -> list[str]:
        """The outcomes that came about."""
        return outcomes_of(self.shares)

    @property
    def main(self) -> str:
        """The outcome that the sentences are about."""
        return next((outcome for outcome in MAIN if outcome in self.outcomes), MAIN[0])

    @cached_property
    def names(self) -> list[str]:
        """What varies."""
        return dimensions(self.points, self.about)

    # --- dimensions
    def parameter(self, name: str) -> Parameter:
        """What the schema says of a dimension; nothing where it says nothing."""
        for base in self.scenarios:
            try:
                return named(base, name).slot.about
            except ScenarioError:
                continue
        return NOTHING

    def axis(self, name: str) -> str:
        """A dimension as the words at an axis: its name and unit, and what it is below."""
        about = self.parameter(name)
        unit = f" ({about.unit})" if about.unit else ""
        meaning = f"\n{phrases.short(about.meaning, 74, 1)}" if about.meaning else ""
        return f"{phrases.short(phrases.clean(name), 60, 1)}{unit}{meaning}"

    def own(self, scenario: str, name: str) -> Any:
        """The value that a base itself has; None where that is not one."""
        for base in self.scenarios:
            if base.name == scenario:
                try:
                    value = named(base, name).value
                except ScenarioError:
                    return None
                return value if is_number(value) or isinstance(value, str) else str(value)
        return None

    def point(self, number: int) -> str:
        """A point in words: ``united_states.restraint = 0.5 and days = 730``; ``the base itself``; else its number."""
        row = self.points[self.points["point"] == number].iloc[0]
        said = [f"{name} = {value_in_words(row[name])}" for name in self.names if not is_missing(row[name])]
        if len(said) > 3:
            return f"point {number}"
        return phrases.listed(said) if said else "the base itself"

    def base_point(self, scenario: str) -> int | None:
        """The number of the point that is a base itself."""
        return base_of(self.points, scenario)

    def under(self, scenario: str, before: str = ", ") -> str:
        """Under which conditions, where there are several bases."""
        return f"{before}{phrases.within(self.labels.get(scenario, scenario))}" if len(self.scenarios) > 1 else ""

    # --- making
    def fact(self, name: str) -> str:
        """One fact of the making as text."""
        found = self.manifest.get(name)
        return "not recorded" if found is None else str(found)

    @cached_property
    def worlds_each(self) -> str:
        """``200 worlds a point``, or from how many to how many."""
        each = self.shares.drop_duplicates("point")["worlds"]
        low, high = (int(each.min()), int(each.max())) if len(each) else (0, 0)
        some = f"{low:,}" if low == high else f"{low:,} to {high:,}"
        return f"{some} {'world' if high == 1 else 'worlds'} a point"

    @cached_property
    def size(self) -> str:
        """``1,024 points, 200 worlds a point``."""
        many = len(self.points)
        return f"{many:,} {'point' if many == 1 else 'points'}, {self.worlds_each}"

    @property
    def design(self) -> str:
        """What kind of design it is, in words."""
        kind = str(self.about.get("kind"))
        parts = [str(part.get("kind")) for part in self.about.get("parts") or ()]
        of = f" of {phrases.listed([DESIGNS.get(part, part) for part in parts])}" if parts and kind == "list" else ""
        return f"{DESIGNS.get(kind, kind)}{of}"

    @property
    def luck(self) -> str:
        """Whose luck the worlds have, in words."""
        return "its own at each point" if self.manifest.get("luck") == "fresh" else "shared by all points"

    @property
    def foot(self) -> str:
        """The small line below every picture."""
        made = (f"{name} {self.fact(name)}" for name in ("version", "model", "seed"))
        luck = "luck of its own" if self.manifest.get("luck") == "fresh" else "common luck"
        return " · ".join(("Not a forecast", "iraq-withdrawal-sim", *made, self.size, luck))

    @property
    def citation(self) -> str:
        """One line to cite the sweep by."""
        return (
            f"{making.AUTHORS} ({making.YEAR}): {making.TITLE}. iraq-withdrawal-sim, version {self.fact('version')}, "
            f"model {self.fact('model')}, sweep of {self.size}, seed {self.fact('seed')}. Computer program."
        )

    @property
    def command(self) -> str:
        """The command that makes the same again; what lies in the results folder is read there."""
        given = shlex.split(self.fact("command"))
        here = ("scenarios/", "points.parquet", "points.csv")
        return shlex.join([f"{making.RESULTS}/{word}" if word.startswith(here) else word for word in given])

    @property
    def chance(self) -> str:
        """What an interval holds."""
        return phrases.chance(self.scenarios)


def value_in_words(value: Any) -> str:
    """A value of a dimension as text."""
    return phrases.number(float(value)) if is_number(value) else phrases.clean(str(value)) or "none"


def sort_of(table: str) -> str:
    """Which table it is, without the part of the design that it is of."""
    return table.partition(OF_PART)[0]


def part_of(table: str) -> str:
    """The part of the design that a table is of, in words for the end of a title; nothing of a whole design."""
    part = table.partition(OF_PART)[2]
    return f" (part {part.replace('_', ' ')})" if part else ""


def some(many: int, what: str = "numbers") -> str:
    """A sentence that not all are shown; nothing where they are."""
    return f" Of {many:,} {what} the first {MOST} are shown; the table has all." if many > MOST else ""
