"""Which events of a history were necessary for its ending, in words: as text, as HTML, as a table."""

from __future__ import annotations

import textwrap
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sim.ask.butfor.events import Event, pivotal
from sim.ask.butfor.kinds import KINDS
from sim.ask.butfor.verdicts import ALL, SCRIPT, Verdict, all_of, judged, scripted
from sim.ask.histories import Lived
from sim.scenario.said import said as said_of
from sim.show import accounts, notebook, phrases
from sim.show.printed import Table
from sim.show.telling.sentences import people

if TYPE_CHECKING:
    import pandas as pd

CAVEAT = (
    "Each event is held back on its own days, with all luck as it was; somebody may do later what was not done then. "
    "An event is necessary where the world ends in another outcome without it: for this world, by this model's rules."
)


def instead(event: Event) -> str:
    """What is so in the place of an event."""
    return "it is left out" if event.kind == SCRIPT else KINDS[event.kind].instead


def counted(kind: str, count: int) -> str:
    """So many events of a kind."""
    if kind == SCRIPT:
        return people(count, "event of the file", "events of the file")
    return KINDS[kind].words if count == 1 else f"{count} {KINDS[kind].several}"


class ButFor:
    """A history without each of its pivotal events in turn, and without all events of each kind that occurs in it."""

    def __init__(self, history: Lived, single: list[Verdict], whole: list[Verdict]) -> None:
        self.history, self.single, self.whole = history, single, whole

    @classmethod
    def of(cls, history: Lived) -> ButFor:
        """All of them, lived in one block with the history itself."""
        events = pivotal(history)
        kinds = list(dict.fromkeys(event.kind for event in events))
        found = judged([history], [[*events, *(all_of(kind, history) for kind in kinds)]])[0]
        return cls(history, [*scripted(history), *found[: len(events)]], found[len(events) :])

    @property
    def necessary(self) -> list[Verdict]:
        """The single events without which it ends otherwise."""
        return [one for one in self.single if one.necessary]

    @cached_property
    def table(self) -> pd.DataFrame:
        """One row an event, then one a kind: date, event, what is so instead, how it ends then, whether necessary."""
        import pandas as pd

        columns = ["date", "event", "instead", "outcome", "kind", "outcome_day", "necessary"]
        return pd.DataFrame([self._row(one) for one in (*self.single, *self.whole)], columns=columns)

    def _row(self, one: Verdict) -> tuple[Any, ...]:
        return (
            self.date(one.event),
            self.words(one.event),
            instead(one.event),
            one.outcome,
            one.kind,
            one.outcome_day,
            one.necessary,
        )

    def date(self, event: Event) -> str:
        """The date of an event; empty for all of a kind."""
        return "" if event.act == ALL else str(phrases.day(self.history.scenario, event.first))

    def words(self, event: Event) -> str:
        """An event in words: what it was, or every event of its kind."""
        if event.kind == SCRIPT:
            return (
                f"what the file gives ({said_of(self.history.scenario.events[-2 - event.act], self.history.scenario)})"
            )
        if event.act == ALL:
            return f"any {KINDS[event.kind].several}"
        return accounts.noun(self.history.by_number[event.act])

    def ends(self, one: Verdict) -> str:
        """How the world ends without an event."""
        then = phrases.outcome(one.outcome)
        if one.outcome_day is None:
            return then
        return f"{then} on {phrases.spelled(phrases.day(self.history.scenario, one.outcome_day))}"

    @property
    def summary(self) -> str:
        """What it comes to, in a sentence or two."""
        ended = phrases.outcome(str(self.history.row["outcome"]))
        if not self.single:
            return "This history has no event that carries a part of its ending and could be held back."
        tried = f"{people(len(self.single), 'event was', 'events were')} held back, one at a time"
        if not self.necessary:
            return f"{tried}, and each time the world still ended in: {ended}. It did not hang on a single event."
        each = phrases.listed([self.words(one.event) for one in self.necessary])
        verb = "it was" if len(self.necessary) == 1 else "each of them was"
        return f"{tried}. Without {each} the world ends otherwise: {verb} necessary for: {ended}."

    def text(self, width: int = 100) -> str:
        """What was necessary, and below it what was not, as plain text."""
        lines = ["But for this event", *textwrap.wrap(self.summary, width), ""]
        for one in self.necessary:
            said = f"{self.date(one.event)}  without {self.words(one.event)} ({instead(one.event)})"
            lines += textwrap.wrap(f"{said}: {self.ends(one)}", width, subsequent_indent=" " * 12)
        others = Counter(one.event.kind for one in self.single if not one.necessary)
        if others:
            each = phrases.listed([counted(kind, count) for kind, count in others.items()])
            lines += textwrap.wrap(f"Not necessary: {each}.", width, subsequent_indent=" " * 12)
        if self.whole:
            lines += ["", "Without all events of a kind, from the first day on, it ends:"]
            for one in self.whole:
                mark = "otherwise" if one.necessary else "so too"
                said = f"{mark:<10}  without any {KINDS[one.event.kind].several}: {self.ends(one)}"
                lines += textwrap.wrap(said, width, subsequent_indent=" " * 12)
        return "\n".join([*lines, "", *textwrap.wrap(CAVEAT, width)])

    def to_dict(self) -> list[dict[str, Any]]:
        """The verdicts for JSON."""
        columns = ("date", "words", "instead", "outcome", "kind", "outcome_day", "necessary")
        return [
            {
                "event": one.event.act if one.event.act >= 0 else None,
                "of": one.event.kind,
                **dict(zip(columns, self._row(one), strict=True)),
            }
            for one in (*self.single, *self.whole)
        ]

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<ButFor: {len(self.necessary)} of {len(self.single)} events necessary>"

    def _repr_html_(self) -> str:
        rows: list[tuple[str, ...]] = [
            (self.date(one.event), "yes" if one.necessary else "no", self.words(one.event), self.ends(one))
            for one in (*self.single, *self.whole)
        ]
        table = Table("", ("date", "necessary", "without", "it ends in"), rows)
        return notebook.page("But for this event", self.summary, notebook.table(table), notebook.line(CAVEAT))
