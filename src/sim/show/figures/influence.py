"""Who pushed whom: what moved each actor's acts in the typical histories of a run, by the actor it came from (Q5).

The acts of the log carry accounts: the states behind them, each by its sources. Here the sources of each account are
added up by whose act a source was, or which front; each account counts the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sim.ask.histories import COURSE
from sim.show import accounts, making, phrases, style, tables
from sim.show.figures.histories import TypicalWorld, typical
from sim.show.figures.plot import Plot
from sim.show.printed import Table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.result import Result

FRONTS, IRAN, GROUPS, STATES, GOVERNMENT, PARLIAMENT, POLITICIANS = (
    "the fronts",
    "Iran",
    "the groups",
    "United States",
    COURSE[0],
    "parliament",
    "the groups' politicians",
)


@dataclass(frozen=True)
class Node:
    """An actor of the scheme: whose colour it has, where it stands, and what of its own is looked at."""

    whose: str
    x: float
    """Its middle, from the left, in shares of the panel."""
    y: float
    """From the lowest place that it can have to the highest."""
    what: str
    """What the accounts that are read for it make up, in words; nothing for one that is only a source."""
    acts: tuple[str, ...] = ()
    states: tuple[str, ...] = ()


NODES = {
    FRONTS: Node("the fronts", 0.15, 0.5, ""),
    IRAN: Node("Tehran", 0.27, 1.0, "its orders", ("sends a new order", "fears US action")),
    GROUPS: Node("the groups", 0.73, 1.0, "their postures", ("posture",)),
    STATES: Node("Washington", 0.85, 0.5, "stress from attacks", ("response", "decides to strike")),
    GOVERNMENT: Node("Baghdad", 0.5, 0.5, "pressure, week by week", (COURSE[1],), ("pressure",)),
    PARLIAMENT: Node("Baghdad", 0.73, 0.0, "its sessions", ("session",)),
    POLITICIANS: Node("the groups", 0.27, 0.0, "their calls", ("call",)),
}
"""At fixed places, the same in every run: the government in the middle."""
OWN, ALWAYS, OTHER = "own earlier acts", "always there, or old", "other"
"""Sources that are no other actor."""
ALLIES = "allies in government"
COLUMNS = ["target", "source", "pushes", "holds", "accounts"]
NAMED_FROM = 0.05
"""The smallest share that is named and drawn."""
MOST_NAMED = 5
"""Sources that are named in the box of an actor, at most."""
LINE, GAP = 0.13, 0.3
"""Inches of a line in a box, and between boxes below one another."""
THICKEST = 9.0
"""Points of an arrow that all comes from."""

_known: WeakKeyDictionary[Result, pd.DataFrame] = WeakKeyDictionary()


def histories(result: Result) -> list[TypicalWorld]:
    """The typical history of each outcome that came about and whose acts were kept."""
    return [found for found in (typical(result, outcome) for outcome in phrases.OUTCOMES) if found is not None]


def influence(result: Result) -> pd.DataFrame:
    """By target and source the mean share of what moved the target: what pushes and what holds back.

    Columns: target, source, pushes, holds, accounts (how many were read for the target). For each target that has
    accounts ``pushes`` and ``holds`` add up to 1.
    """
    import pandas as pd

    if result not in _known:
        sums: dict[tuple[str, str], list[float]] = {}
        counts: dict[str, int] = {}
        for history in histories(result):
            add(history, sums, counts)
        rows = [
            (target, source, pushes / counts[target], holds / counts[target], counts[target])
            for (target, source), (pushes, holds) in sums.items()
        ]
        rows.sort(key=lambda row: (list(NODES).index(row[0]), -round(row[2] + row[3], 9), row[1]))
        _known[result] = pd.DataFrame(rows, columns=COLUMNS)
    return _known[result]


def add(history: TypicalWorld, sums: dict[tuple[str, str], list[float]], counts: dict[str, int]) -> None:
    """Adds the accounts of one history, each with a weight of one."""
    import pandas as pd

    whole = pd.concat([history.before, history.events])
    if "accounts" not in whole.columns:
        return
    whose = {int(row.event): of(history, row.actor) for row in tables.each(whole[["event", "actor"]])}
    for row in tables.each(history.events[["actor", "act", "accounts"]]):
        target = of(history, row.actor)
        node = NODES.get(target)
        if node is None or row.act not in node.acts or row.accounts is None:
            continue
        by_state: dict[str, list[Any]] = {}
        for part in row.accounts:
            by_state.setdefault(str(part["state"]), []).append(part)
        for state, parts in by_state.items():
            size = sum(abs(float(part["share"])) for part in parts)
            if size < accounts.SEEN or (node.states and state not in node.states):
                continue
            counts[target] = counts.get(target, 0) + 1
            owner = of(history, accounts.STATES.get(state, (row.actor,))[0])
            for part in parts:
                source = owner if owner != target else source_of(part, target, whose)
                found = sums.setdefault((target, source), [0.0, 0.0])
                found[float(part["share"]) < 0] += abs(float(part["share"])) / size


def of(history: TypicalWorld, actor: str) -> str:
    """An actor of the log as an actor of the scheme: a militia group as the groups, a front as the fronts."""
    if actor in history.scenario.groups:
        return GROUPS
    return FRONTS if actor.startswith(accounts.FRONT) else actor


def source_of(part: Any, target: str, whose: dict[int, str]) -> str:
    """Whose act a source was, or which other source it is."""
    if part["act"] is not None and part["act"] == part["act"]:
        actor = whose.get(int(part["act"]), OTHER)
        return OWN if actor == target else actor if actor in NODES else OTHER
    if accounts.front_of(part):
        return FRONTS
    if part["source"] == ALLIES:
        return GOVERNMENT
    return ALWAYS if part["source"] in ("base", "older") else OTHER


def draw(result: Result) -> Figure:
    """The actors at their places, arrows between them, in each actor's box what moved it."""
    numbers = influence(result)
    page = style.sheet(
        "Who pushed whom in this run",
        f"What moved the acts of each actor, by whose earlier act or which front it came from: {about(result)} An "
        "arrow has the colour of the actor it comes from and is as thick as its share; dashed where it holds back. "
        "Iran's allies in government count as the government.",
        making.foot(result),
        width=style.LARGE,
        row_height=room(numbers),
        left=0.02,
        right=0.02,
        head=-0.14,
        tail=-0.3,
    )
    axis = page.axes[0][0]
    axis.set_axis_off()
    axis.set_xlim(0, 1)
    axis.set_ylim(0, 1)
    boxes = {name: draw_box(axis, name, numbers[numbers["target"] == name]) for name in NODES}
    rows = [row for row in tables.each(numbers) if row.source in NODES and row.pushes + row.holds >= NAMED_FROM]
    pairs = {(row.source, row.target) for row in rows}
    for row in rows:
        draw_arrow(axis, boxes, row, (row.target, row.source) in pairs)
    return page.figure


def room(numbers: pd.DataFrame) -> float:
    """Inches that the boxes need below one another."""
    high = {name: height_of(name, numbers[numbers["target"] == name]) for name in NODES}
    rows = [max(high[name] for name, node in NODES.items() if node.y == y) for y in (1.0, 0.5, 0.0)]
    return 2 * max(rows[0], rows[2]) + rows[1] + 2 * GAP  # the middle stands in the middle


def height_of(name: str, rows: pd.DataFrame) -> float:
    """Inches of an actor's box."""
    return LINE * (1 + bool(NODES[name].what) + min(len(said(rows)), MOST_NAMED)) + 0.07


def draw_box(axis: Axes, name: str, rows: pd.DataFrame) -> Any:
    """An actor with what moved it, in lines; returns the box, at which arrows begin and end."""
    from matplotlib.patches import Rectangle

    node, (width, height) = NODES[name], style.inches(axis)
    lines = [f"{words} {100 * share:.0f} %" for words, share in said(rows)[:MOST_NAMED]]
    heads = [phrases.actor(name)[:1].upper() + phrases.actor(name)[1:], *([node.what] if node.what else [])]
    wide, high = 1.66 / width, height_of(name, rows) / height
    left, bottom = node.x - wide / 2, node.y * (1 - high)
    top = bottom + high
    look: dict[str, Any] = {"facecolor": style.PAPER, "edgecolor": style.MUTED, "linewidth": 0.6, "zorder": 3}
    box = Rectangle((left, bottom), wide, high, clip_on=False, **look)
    hue = style.ACTORS[node.whose]
    band = Rectangle((left, bottom), 0.07 / width, high, facecolor=hue.colour, linewidth=0, zorder=4)
    axis.add_patch(box)
    axis.add_patch(band)
    for place, line in enumerate([*heads, *lines]):
        axis.text(
            left + 0.12 / width,
            top - (0.1 + LINE * place) / height,
            line,
            size=7.5 if place == 0 else 6.5,
            weight="bold" if place == 0 else "normal",
            color=style.INK if place == 0 or place >= len(heads) else style.MUTED,
            va="center",
            zorder=5,
        )
    return box


def draw_arrow(axis: Axes, boxes: dict[str, Any], row: Any, is_answered: bool) -> None:
    """An arrow from a source to a target, beneath the boxes."""
    from matplotlib.patches import FancyArrowPatch

    first, last, share = middle(boxes[row.source]), middle(boxes[row.target]), row.pushes + row.holds
    thick = 0.5 + THICKEST * share
    axis.add_patch(
        FancyArrowPatch(
            first,
            last,
            patchA=boxes[row.source],
            patchB=boxes[row.target],
            shrinkA=0,
            shrinkB=2,
            arrowstyle=f"-|>,head_length={0.5 + 0.06 * thick},head_width={0.2 + 0.05 * thick}",
            mutation_scale=8,
            connectionstyle=f"arc3,rad={bend(axis, first, last, is_answered)}",
            linewidth=thick,
            linestyle=(0, (2, 1)) if row.holds > row.pushes else "-",
            color=style.ACTORS[NODES[row.source].whose].colour,
            joinstyle="miter",
            capstyle="butt",
            zorder=1,
        )
    )


def bend(axis: Axes, first: tuple[float, float], last: tuple[float, float], is_answered: bool) -> float:
    """How an arrow is bent: two that answer one another to either side, any other away from the middle."""
    width, height = style.inches(axis)
    (x0, y0), (x1, y1) = ((x * width, y * height) for x, y in (first, last))
    away = ((x0 + x1 - width) * (y1 - y0) - (y0 + y1 - height) * (x1 - x0)) / 2
    return 0.13 if is_answered or away >= 0 else -0.13


def middle(box: Any) -> tuple[float, float]:
    """The middle of a box."""
    return box.get_x() + box.get_width() / 2, box.get_y() + box.get_height() / 2


def said(rows: pd.DataFrame) -> list[tuple[str, float]]:
    """What moved an actor, in words with its share, the largest first; what is small is left out."""
    found = []
    for row in tables.each(rows):
        if row.pushes + row.holds >= NAMED_FROM:
            held = "held by " if row.holds > row.pushes else ""
            name = row.source if row.source in (OWN, ALWAYS, OTHER) else phrases.actor(row.source)
            found.append((held + name, row.pushes + row.holds))
    return found


def about(result: Result) -> str:
    """Of which histories it is, as the end of a sentence."""
    labels = phrases.labels(result)
    found: dict[str, list[str]] = {}
    for history in histories(result):
        found.setdefault(history.scenario.name, []).append(str(history.world))
    parts = [
        f"{'worlds' if len(worlds) > 1 else 'world'} {phrases.listed(worlds)} under {phrases.within(labels[name])}"
        for name, worlds in found.items()
    ]
    count = sum(map(len, found.values()))
    if len(labels) == 1:
        parts = [part.partition(" under ")[0] for part in parts]
    every = "the typical history of the ending" if count == 1 else f"the typical histories of the {count} endings"
    return f"{every} ({'; '.join(parts)}), since only their acts were kept in full."


def describe(result: Result) -> str:
    """Of each actor what moved it, with all shares."""
    reason = missing(result)
    if reason:
        return reason
    parts = []
    for target, rows in influence(result).groupby("target", sort=False):
        each = ", ".join(f"{words} {phrases.percent(share)}" for words, share in said(rows))
        count = int(rows["accounts"].iloc[0])
        parts.append(f"{phrases.actor(str(target))} ({NODES[str(target)].what}, {count:,} accounts): {each}.")
    return (
        f"What moved each actor, by whose act or which front, in {about(result)} Below {phrases.percent(NAMED_FROM)} "
        f"is left out. {' '.join(parts)}"
    )


def say(result: Result) -> str:
    """What moved the government most, and what moved each other actor most, among the actors."""
    parts = []
    numbers = influence(result)
    for target in sorted(numbers["target"].unique(), key=lambda name: (name != GOVERNMENT, list(NODES).index(name))):
        rows = numbers[(numbers["target"] == target) & numbers["source"].isin(list(NODES))]
        if len(rows):
            first = tables.each(rows)[0]
            share = phrases.percent(first.pushes + first.holds)
            parts.append(f"{phrases.actor(target)} by {phrases.actor(first.source)} ({share})")
    count = len(histories(result))
    where = "the typical history" if count == 1 else f"the {count} typical histories"
    return f"Who was moved most by whom in {where} of this run: {'; '.join(parts) or 'nobody by another'}."


def table(result: Result) -> Table:
    """Every source of every actor."""
    rows: list[tuple[str, ...]] = [
        (
            phrases.actor(row.target),
            NODES[row.target].what,
            row.source if row.source in (OWN, ALWAYS, OTHER) else phrases.actor(row.source),
            phrases.percent(row.pushes),
            phrases.percent(row.holds),
            f"{row.accounts:,}",
        )
        for row in tables.each(influence(result))
    ]
    heads = ("who", "what of it", "moved by", "pushes", "holds back", "accounts read")
    return Table("What moved each actor, by whose act or which front", heads, rows, frozenset({3, 4, 5}))


NO_ACCOUNTS = "The acts of this run carry no accounts: who moved whom cannot be told."


def missing(result: Result) -> str:
    """Why there is no such picture."""
    if not len(result.events):
        return "No acts were recorded in this run (--events none)."
    return "" if len(influence(result)) else NO_ACCOUNTS


PLOTS = (
    Plot(
        "influence",
        "Q5",
        "Who pushed whom in this run: what moved each actor, by the actor or front it came from",
        draw,
        describe,
        influence,
        table,
        say,
        missing,
        expected=False,
        main=True,
    ),
)
