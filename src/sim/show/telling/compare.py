"""Two histories side by side, and where they part."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from datetime import date
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from sim.ask.histories import Act, Lived
from sim.show import notebook, phrases
from sim.show.printed import Table
from sim.show.telling.pages import document
from sim.show.telling.sentences import sentence

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario
    from sim.show.telling.story import Sentence

Rows: TypeAlias = "list[tuple[str, ...]]"
NEAR = 0.05
"""Pressures that differ by no more are told as the same."""
WIDTH = 124
DATES = 12


class Told(Protocol):
    """A history as it is compared with another: a :class:`~sim.show.telling.history.History`."""

    @property
    def lived(self) -> Lived:
        """The acts."""

    @property
    def scenario(self) -> Scenario:
        """The conditions."""

    @property
    def world(self) -> int:
        """The number of the world."""

    @property
    def row(self) -> Mapping[str, Any]:
        """Its row of the ``worlds`` table."""

    @property
    def sentences(self) -> list[Sentence]:
        """What is told."""

    def to_dict(self) -> dict[str, Any]:
        """For JSON."""


class Comparison:
    """Two histories: ``parted`` is the day from which on they stay apart, None where they never do."""

    def __init__(self, first: Told, second: Told) -> None:
        self.first, self.second = first, second
        self.parted, self.why = parting(first.lived, second.lived)

    @property
    def summary(self) -> str:
        """How the two end, and where they part, in a few sentences."""
        one, two = (f"{name} ends in: {end}" for name, end in map(_named, (self.first, self.second)))
        both = f"{one[:1].upper()}{one[1:]}; {two}."
        if self.parted is None:
            return f"{both} They do not part: to the last day they are within {NEAR:g} of each other in pressure."
        return f"{both} They part on {phrases.spelled(self.parted)}: {self.why}"

    def rows(self) -> list[tuple[date | None, str, str]]:
        """The sentences of both by date, each in its own column; what has no date stands last."""
        found: list[tuple[date | None, str, str]] = []
        for when in sorted({one.date for one in self._both() if one.date is not None}):
            pair = [[one for one in history.sentences if one.date == when] for history in (self.first, self.second)]
            for left, right in zip_longest(*pair):
                found.append((when, _said(left), _said(right)))
        last = [[one for one in history.sentences if one.date is None] for history in (self.first, self.second)]
        found += [(None, _said(left), _said(right)) for left, right in zip_longest(*last)]
        return found

    def _both(self) -> list[Sentence]:
        return [*self.first.sentences, *self.second.sentences]

    def text(self, width: int = WIDTH) -> str:
        """The two side by side as plain text."""
        column = (width - DATES - 3) // 2
        mark = f"── they part on {self.parted} ".ljust(width, "─")
        heads = [_named(one)[0] for one in (self.first, self.second)]
        lines = [*textwrap.wrap(self.summary, width), phrases.NOT_A_FORECAST, ""]
        lines += _beside("", heads[0], heads[1], column)
        for when, left, right in self.rows():
            if self.parted and when and when >= self.parted and mark not in lines:
                lines.append(mark)
            lines += _beside("" if when is None else str(when), left, right, column)
        return "\n".join(line.rstrip() for line in lines)

    def to_dict(self) -> dict[str, Any]:
        """Both histories for JSON, and where they part."""
        parted = None if self.parted is None else self.parted.isoformat()
        return {"summary": self.summary, "parted": parted, "worlds": [self.first.to_dict(), self.second.to_dict()]}

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<Comparison: world {self.first.world} and world {self.second.world}, parted {self.parted}>"

    def _repr_html_(self) -> str:
        rows: Rows = [("" if when is None else str(when), left, right) for when, left, right in self.rows()]
        heads = [_named(one)[0] for one in (self.first, self.second)]
        table = Table("", ("date", *heads), rows)
        return notebook.page("Two histories", self.summary, notebook.table(table, most=len(rows)))

    def html(self) -> str:
        """The comparison as a page of its own."""
        return document("Two histories", self._repr_html_())


def parting(first: Lived, second: Lived) -> tuple[date | None, str]:
    """From when on two histories stay apart, and what is different then.

    The same world and seed share their past: they part with the first act that one has and the other has not. Others
    part after the last week in which the prime minister stands on the same rung under nearly the same pressure.
    """
    if (first.world, first.seed) == (second.world, second.seed):
        return _first_difference(first, second)
    together = [
        place
        for place, (one, two) in enumerate(zip(first.weeks, second.weeks, strict=False))
        if one["rung"] == two["rung"] and abs(one["terms"]["pressure"] - two["terms"]["pressure"]) <= NEAR
    ]
    weeks = min(len(first.weeks), len(second.weeks))
    if together and together[-1] == weeks - 1:
        return None, ""
    place = together[-1] + 1 if together else 0
    if place >= weeks:
        return None, ""
    one, two = first.weeks[place], second.weeks[place]
    levels = [act["terms"]["pressure"] for act in (one, two)]
    since = "from the first week on" if place == 0 else "from then on"
    heads = [heaviest(history, history.weeks[max(place - 1, 0)]["day"], one["day"] + 30) for history in (first, second)]
    said = (
        f"{since} pressure on the prime minister stays apart ({levels[0]:.2f} and {levels[1]:.2f}) or he stands on "
        f"another rung ({phrases.plain(one['rung'])} and {phrases.plain(two['rung'])})."
    )
    for history, head in zip((first, second), heads, strict=True):
        if head is not None:
            said += f" World {history.world}, {phrases.spelled(head['date'])}: {sentence(head, history)}"
    return one["date"], said


def heaviest(history: Lived, first: int, last: int) -> Act | None:
    """Of the acts between two days the one most worth telling."""
    from sim.show.telling.story import NOT_POINTS, worth

    some = [act for act in history.counted if first <= act["day"] <= last and act["act"] not in NOT_POINTS]
    return max(some, key=lambda act: (worth(act, history), -act["event"]), default=None)


def _first_difference(first: Lived, second: Lived) -> tuple[date | None, str]:
    """The first act in which two histories of one world differ."""

    def plain(act: Act) -> tuple[Any, ...]:
        return act["day"], act["actor"], act["act"], act["rung"]

    for one, two in zip_longest(first.counted, second.counted):
        if one is None or two is None or plain(one) != plain(two):
            told = [
                f"in the {which}, {sentence(act, history)[:1].lower()}{sentence(act, history)[1:]}"
                for which, act, history in (("first", one, first), ("second", two, second))
                if act is not None
            ]
            days = [act["date"] for act in (one, two) if act is not None]
            return min(days), " ".join(told)
    return None, ""


def _named(one: Told) -> tuple[str, str]:
    """A history by its world and scenario, and how it ends."""
    return f"world {one.world} of {phrases.clean(one.scenario.name)}", phrases.outcome(str(one.row["outcome"]))


def _said(one: Sentence | None) -> str:
    if one is None:
        return ""
    return f"[{one.origin}] {one.text}" if one.origin in ("record", "scenario") else one.text


def _beside(when: str, left: str, right: str, column: int) -> list[str]:
    """Two texts side by side, each wrapped in its column."""
    pair = [textwrap.wrap(text, column, break_on_hyphens=False) or [""] for text in (left, right)]
    rows = zip_longest(*pair, fillvalue="")
    return [f"{when if place == 0 else '':<{DATES}}{one:<{column}}   {two}" for place, (one, two) in enumerate(rows)]
