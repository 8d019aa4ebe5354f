"""One history as an object: its sentences, its log, the tree of its causes; as text, as HTML, for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

from sim.ask.histories import Lived, lived, typical_world
from sim.disk.errors import InputError
from sim.model.outcomes import OUTCOMES
from sim.scenario.arguments import scenario_of, seed_of, whole, word
from sim.scenario.schema import Scenario
from sim.show import notebook, phrases
from sim.show.printed import Table
from sim.show.telling import log, story, tree
from sim.show.telling.pages import document

if TYPE_CHECKING:
    import pandas as pd

    from sim.show.telling.butfor import ButFor
    from sim.show.telling.compare import Comparison

WIDTH = 100
ABOUT_SHARES = (
    "Shares say what something was made of, not what would have come without it: that is asked by --but-for "
    "(in Python, history.but_for())."
)


def explain(
    scenario: Scenario | str | PathLike[str] = "status_quo",
    world: int | None = None,
    *,
    seed: int = 1,
    typical: str | None = None,
    worlds: int = 500,
    numbers: Mapping[str, float] | None = None,
) -> History:
    """The history of one world: what happened in it, why, and what carried its ending.

    ``world`` is its number; or ``typical`` names an outcome, and it is the world, of the first so many ``worlds``, that
    is nearest the medians of those that end so. ``numbers`` are given to this world alone, by dotted name. ValueError
    names the argument that cannot be taken; so it does where no world ends so.
    """
    which, start = scenario_of(scenario), seed_of(seed)
    if (world is None) == (typical is None):
        raise InputError("explain takes either world=, the number of a world, or typical=, an outcome")
    if typical is not None:
        asked = word("typical", typical, OUTCOMES)
        found = typical_world(which, asked, seed=start, worlds=whole("worlds", worlds, least=1))
        if found is None:
            raise InputError(f"none of the first {worlds:,} worlds of {which.name} ends in {phrases.outcome(asked)}")
        world = found
    return History(lived(which, seed=start, worlds=[whole("world", world)], numbers=numbers)[0])


class History:
    """One world's history. ``print(history.text())`` tells it; a notebook shows it by itself.

    ``sentences`` are what is told, ``causes`` the tree of the ending (None where there is nothing to begin with),
    ``events`` every act (a DataFrame with the columns of ``events.parquet``, docs/data.md), ``row`` its row of the
    ``worlds`` table.
    """

    def __init__(self, found: Lived) -> None:
        self.lived = found

    @property
    def scenario(self) -> Scenario:
        """The conditions."""
        return self.lived.scenario

    @property
    def seed(self) -> int:
        """The seed."""
        return self.lived.seed

    @property
    def world(self) -> int:
        """The number of the world."""
        return self.lived.world

    @property
    def row(self) -> Mapping[str, Any]:
        """Its row of the ``worlds`` table."""
        return self.lived.row

    @cached_property
    def sentences(self) -> list[story.Sentence]:
        """What is told, in the order of days; what has no date stands last."""
        return story.told(self.lived)

    @cached_property
    def causes(self) -> tree.Node | None:
        """The tree of causes, from the decision (or the government's farthest step) back."""
        return tree.tree(self.lived)

    @cached_property
    def events(self) -> pd.DataFrame:
        """Every act, and the course of pressure week by week, by the number of the event."""
        import pandas as pd

        every = sorted((*self.lived.acts, *self.lived.course), key=lambda act: int(act["event"]))
        return pd.DataFrame(every)

    @cached_property
    def _verdicts(self) -> ButFor:
        from sim.show.telling.butfor import ButFor

        return ButFor.of(self.lived)

    def but_for(self) -> ButFor:
        """The same world without each of its pivotal events in turn: which were necessary for the ending."""
        return self._verdicts

    def compare(self, other: History) -> Comparison:
        """This history and another side by side, and where they part."""
        from sim.show.telling.compare import Comparison

        return Comparison(self, other)

    # --------------------------------------------------------------------------------------- as text
    @property
    def heading(self) -> list[str]:
        """Which world this is, how it ends, and what a history is not."""
        row, scenario = self.row, self.scenario
        decided = row.get("outcome_day")
        when = ""
        if decided is not None:
            when = f", decided on {phrases.spelled(phrases.day(scenario, decided))} (day {int(decided)})"
        return [
            f"World {self.world} of {phrases.clean(scenario.name) or 'a scenario without a name'}, seed {self.seed}: "
            f"{scenario.days} days from {scenario.start}",
            f"It ends in: {phrases.outcome(row['outcome'])} ({phrases.kind(row['kind'])}){when}",
            *(f"With {name} = {value:g}" for name, value in self.lived.numbers.items()),
            phrases.NOT_A_FORECAST,
        ]

    def text(self, width: int = WIDTH) -> str:
        """The history as plain text, at most so many characters wide; the tree of causes below it."""
        lines = [*self.heading, ""]
        lines += [f"{origin:<8}  {meaning}" for origin, meaning in self.legend.items()]
        lines.append("")
        for one in self.sentences:
            when = "" if one.date is None else str(one.date)
            lines += textwrap.wrap(
                f"{when:<10}  {one.origin:<8}  {one.text}", width, subsequent_indent=" " * 22, break_on_hyphens=False
            )
        if self.causes is not None:
            lines += ["", "What it came from (shares of the ending)", *tree.lines(self.causes), "", *_wrapped(width)]
        return "\n".join(lines)

    @property
    def legend(self) -> dict[str, str]:
        """What the origins say that occur in this telling."""
        there = {one.origin for one in self.sentences}
        return {origin: meaning for origin, meaning in story.LEGEND.items() if origin in there}

    def log(self) -> str:
        """Every act with its reasons, as plain text."""
        return "\n".join([*self.heading, *log.log(self.lived)])

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return f"<History: {self.heading[0].partition(':')[0]}, {phrases.outcome(self.row['outcome'])}>"

    # ------------------------------------------------------------------------------ for other programs
    def to_dict(self) -> dict[str, Any]:
        """The history for JSON: world, sentences, causes, and every act."""
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            **self.row,
            "sentences": [
                {"date": _iso(one.date), "origin": one.origin, "text": one.text, "events": list(one.acts)}
                for one in self.sentences
            ],
            "causes": None if self.causes is None else self.causes.as_dict(),
            "events": [
                {**log.told_apart(act, self.lived), "date": _iso(act["date"])}
                for act in sorted((*self.lived.acts, *self.lived.course), key=lambda act: int(act["event"]))
            ],
        }

    def _repr_html_(self) -> str:
        first, second, *others = self.heading
        rows: list[tuple[str, ...]] = [(_iso(one.date) or "", one.origin, one.text) for one in self.sentences]
        told = Table("", ("date", "from", "what happened"), rows)
        legend = notebook.line("; ".join(f"{origin}: {meaning}" for origin, meaning in self.legend.items()))
        causes = ""
        if self.causes is not None:
            causes = notebook.folded("What it came from (shares of the ending)", nested(self.causes))
        return notebook.page(
            first,
            [second, *others],
            notebook.table(told, most=len(rows)),
            legend,
            causes,
            then=("history.but_for()", "history.compare(other)", "print(history.log())", "history.events"),
        )

    def html(self) -> str:
        """The history as a page of its own, which asks nothing of the network."""
        return document(self.heading[0], self._repr_html_())


def nested(node: tree.Node) -> str:
    """The tree of causes as nested lists."""
    said = notebook.text(tree.said(node))
    inner = "".join(map(nested, node.causes))
    return f'<ul style="margin:0;padding-left:1.2em"><li>{said}{inner}</li></ul>'


def _iso(when: date | None) -> str | None:
    return None if when is None else when.isoformat()


def _wrapped(width: int) -> Iterator[str]:
    yield from textwrap.wrap(ABOUT_SHARES, width, break_on_hyphens=False)
