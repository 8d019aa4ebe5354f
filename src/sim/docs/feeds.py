"""docs/feeds.svg: which state of the evening before feeds which part of the world, read off the traced day.

A day of the model run on symbols leaves the graph of all that it works out (:mod:`sim.engine.fused.trace`; nothing is
compiled for it). What a part's new state is made of is followed back through the graph, through values of the same day
too, to the states of the evening before.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

from sim.docs.day import COLOURS, GREY, people, steps
from sim.docs.markdown import code, table
from sim.docs.rows import text
from sim.engine.fused.trace import STATE, Trace, Wanted, kind_of, without_today
from sim.engine.mesa import WithdrawalModel, forget
from sim.language.symbol import Graph, Symbol

SCENARIO = "status_quo"
BAR, NAME, STATES, FIRST, APART = 20, 38, 150, 590, 31
"""Where a picture's columns stand, and how far apart those of the parts."""
LETTERS, LINE, ROOM, TOP = 64, 16, 8, 150


# ------------------------------------------------------------------------------------- off the graph
def named(tree: Any, name: str = "") -> list[str]:
    """The dotted names of the numbers of a state, in the order of their places: ``militia.groups.0.intent``."""
    if not isinstance(tree, tuple):
        return [name]
    keys = getattr(tree, "_fields", range(len(tree)))
    return [leaf for key, item in zip(keys, tree, strict=True) for leaf in named(item, f"{name}.{key}".lstrip("."))]


def of_all(name: str) -> str:
    """The name without the number of the group, the front or the benefit: ``militia.groups.intent``."""
    return re.sub(r"\.\d+", "", name)


def reached(graph: Graph) -> list[frozenset[int]]:
    """For each symbol of a graph, by its number, the places of the states that it is made of."""
    found: list[frozenset[int]] = []
    for one in graph.symbols:  # what it is made of stands before it; a loop has as arguments what its body reads
        if one.op == STATE:
            found.append(frozenset({one.data}))
        else:
            found.append(frozenset().union(*(found[arg.number] for arg in one.args if isinstance(arg, Symbol))))
    return found


def fed(graph: Graph, after: Sequence[Any], names: Sequence[str]) -> dict[str, frozenset[str]]:
    """Each state, in its order, with the parts whose new state is made of it; ``after`` is the new state."""
    made_of = reached(graph)
    found: dict[str, set[str]] = {of_all(name): set() for name in names}
    for name, value in zip(names, after, strict=True):
        if isinstance(value, Symbol):
            for place in made_of[value.number]:
                found[of_all(names[place])].add(part_of(name))
    return {name: frozenset(parts) for name, parts in found.items()}


def part_of(name: str) -> str:
    """The part of the world whose state it is."""
    return name.partition(".")[0]


@cache
def feeds() -> dict[str, frozenset[str]]:
    """Each state with the parts that it feeds, on a free day of the status quo on which nothing is scripted."""
    model = WithdrawalModel(SCENARIO, worlds=range(1), drive=lambda *_: None)  # its past is not asked for
    forget(model)
    kind = kind_of(*model.almanac.day(0))
    assert kind is not None, "nothing is scripted on the first day of the status quo"
    trace = Trace(model.world, model.p, [kind], Wanted((), (), ()), model.quantities)
    return fed(trace.graph, trace.kinds[kind].state, named(without_today(model.world)))


@cache
def acting() -> tuple[str, ...]:
    """The parts of the world in the order in which they first act."""
    return tuple(dict.fromkeys(part for step in steps() if not step.belongs for part in step.parts))


# --------------------------------------------------------------------------------------- what is shown
class Row(NamedTuple):
    """States of one part that feed the same parts."""

    part: str
    states: tuple[str, ...]  # without the part's name
    feeds: frozenset[str]

    @property
    def lines(self) -> list[str]:
        """Their names, in lines that fit."""
        return textwrap.wrap(", ".join(self.states), LETTERS, break_long_words=False, break_on_hyphens=False)

    @property
    def height(self) -> int:
        """How much room they take."""
        return LINE * len(self.lines) + ROOM


def rows() -> list[Row]:
    """All states, those together that feed the same parts; the part that acts first on top."""
    found: dict[tuple[str, frozenset[str]], list[str]] = {}
    for name, parts in feeds().items():
        found.setdefault((part_of(name), parts), []).append(name.partition(".")[2])
    made = [Row(part, tuple(states), parts) for (part, parts), states in found.items()]
    return sorted(made, key=lambda row: (acting().index(row.part), -len(row.feeds)))


def drawn() -> str:
    """One line for states that feed the same parts, one column a part; a ring where a part goes on from its own."""
    title, parts, shown = "Which state of an evening feeds which part of the next day", acting(), rows()
    width = FIRST + APART * len(parts) + 50
    end = TOP + sum(row.height for row in shown)
    body = [
        f'<line x1="{x}" y1="{TOP - 6}" x2="{x}" y2="{end}" stroke="#dddddd"/>' + slanted(x, TOP - 12, people(part))
        for part, x in ((part, FIRST + APART * place) for place, part in enumerate(parts))
    ]
    top, before = TOP, ""
    for row in shown:
        if row.part != before:
            body.append(f'<line x1="{BAR}" y1="{top}" x2="{width - 50}" y2="{top}" stroke="#999999"/>')
        body.append(f'<rect x="{BAR}" y="{top + 2}" width="10" height="{row.height - 3}" fill="{colour(row.part)}"/>')
        if row.part != before:
            body.append(text(NAME, top + 17, people(row.part), 13, bold=True))
        body += [text(STATES, top + 17 + LINE * number, line, 12) for number, line in enumerate(row.lines)]
        body += [
            mark(FIRST + APART * parts.index(part), top + row.height // 2, part, row) for part in in_order(row.feeds)
        ]
        top, before = top + row.height, row.part
    foot = "● feeds the part named above, ○ which is its own; no mark: made anew each day, feeds nobody on the next"
    height = end + 44
    said = "; ".join(f"{row.part} {', '.join(row.states)} feeds {words(row.feeds)}" for row in shown)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
            f' height="{height}" role="img" aria-labelledby="title desc" font-family="Helvetica, Arial, sans-serif">',
            f'<title id="title">{escape(title)}</title><desc id="desc">{escape(said)}.</desc>',
            f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
            text(20, 30, title, 17, bold=True),
            text(NAME, TOP - 12, "whose", 12),
            text(STATES, TOP - 12, "state on the evening before", 12),
            *body,
            text(20, end + 28, foot, 12),
            "</svg>\n",
        ]
    )


def in_order(parts: Iterable[str]) -> list[str]:
    """Parts in the order in which they act."""
    return sorted(parts, key=acting().index)


def words(parts: Iterable[str]) -> str:
    """Parts by what people call them."""
    return ", ".join(map(people, in_order(parts))) or "nobody"


def colour(part: str) -> str:
    """A part's colour, the same as in the picture of the day."""
    return COLOURS.get(part, GREY)


def mark(x: int, y: int, part: str, row: Row) -> str:
    """The mark where a part is fed."""
    fill = "#ffffff" if part == row.part else "#333333"
    return f'<circle cx="{x}" cy="{y}" r="6" fill="{fill}" stroke="#333333" stroke-width="1.5"/>'


def slanted(x: int, y: int, said: str) -> str:
    """The head of a column."""
    return f'<text x="{x}" y="{y}" font-size="13" fill="#111111" transform="rotate(-55 {x} {y})">{escape(said)}</text>'


def listed() -> str:
    """Part by part, what of the evening before its day depends on."""
    of = {part: [row for row in rows() if row.part == part and row.feeds] for part in acting()}
    lines = []
    for part in acting():
        said = [f"{people(other)}: {some_of(part, those)}" for other, those in of.items() if any_feeds(part, those)]
        lines.append((people(part), "; ".join(said)))
    return table(("part", "depends on, of the evening before"), lines)


def any_feeds(part: str, those: Iterable[Row]) -> bool:
    """Whether one of these states feeds a part."""
    return any(part in row.feeds for row in those)


def some_of(part: str, those: Sequence[Row]) -> str:
    """Those of another part's states that feed one; the others where these are fewer."""
    yes = [name for row in those if part in row.feeds for name in row.states]
    no = [name for row in those if part not in row.feeds for name in row.states]
    if len(no) >= len(yes):
        return ", ".join(map(code, yes))
    return f"all but {', '.join(map(code, no))}" if no else "all"
