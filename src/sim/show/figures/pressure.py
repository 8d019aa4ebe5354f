"""What the pressure on the prime minister was made of over time, in the typical history of each outcome (Q5).

The government's acts, and once a week the government, carry an account of the pressure: its sources, whose shares
add up to it. They are drawn as stacked areas, by kind of source.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import mean
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from sim.ask.histories import COURSE
from sim.show import accounts, making, phrases, style, tables
from sim.show.figures.histories import (
    LANES,
    TypicalWorld,
    draw_ends,
    draw_lane,
    ends,
    no_history,
    steps_of,
    typical,
    which,
    world_of,
)
from sim.show.figures.plot import Plot
from sim.show.printed import Table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.result import Result

    Floats: TypeAlias = "np.ndarray[Any, np.dtype[np.float64]]"

GOVERNMENT = COURSE[0]
STATE = "pressure"
COLUMNS = ["date", "day", "pressure", "kind", "source", "act", "began", "share"]


@dataclass(frozen=True)
class Kind:
    """Sources that are one area: their name for people, and how it looks."""

    words: str
    look: style.Look
    edge: str = style.PAPER
    """The colour of its hatch."""


def area(colour: str, hatch: str = "") -> style.Look:
    """How an area looks."""
    return style.Look(colour, hatch, "-", "o")


KINDS = {
    "base": Kind("always there", area(style.GRID)),
    "gaza": Kind("the war in Gaza", area(style.FRONT)),
    "fronts": Kind("other fronts", area(style.FRONT, "||||")),
    "older": Kind("what is small or long past", area(style.REST, "////"), style.MUTED),
    "others": Kind("other acts", area(style.PAPER, "----"), style.MUTED),
    "committees": Kind(
        "committees that ended without a product", area(style.ACTORS["Baghdad"].colour, "xxxx"), style.MUTED
    ),
    "calls": Kind("calls of the groups' politicians", area(style.ACTORS["the groups"].colour, "\\\\\\\\")),
    "strikes": Kind("US strikes, also in self-defence", area(style.ACTORS["Washington"].colour)),
    "killings": Kind("US killings and large campaigns", area(style.ACTORS["Washington"].line, "////")),
}
"""From the bottom to the top: what changes slowly carries what jumps."""
KILLING, CAMPAIGN = "kill a commander", "large campaign"  # with what these rungs begin
NO_PRODUCT = "committee ends without a product"
NAMED_FROM = 0.05
"""The largest share that an act must have had to be named in the picture; of those the ``MOST_NAMED`` largest."""
MOST_NAMED = 4


def kind_of_act(actor: str, act: str, rung: str) -> str:
    """To which area an act belongs."""
    if actor == "United States" and act in ("strike", "self-defence"):
        return "killings" if rung.startswith((KILLING, CAMPAIGN)) else "strikes"
    if act == NO_PRODUCT:
        return "committees"
    return "calls" if act == "call" else "others"


def line(row: Mapping[str, Any]) -> tuple[str, str]:
    """To which area a source belongs that is no act, and its name in words; that of a front is its place."""
    front = accounts.front_of(row)
    if front:
        return "gaza" if front == "gaza" else "fronts", accounts.place(front)
    name = row["source"]
    return name if name in ("base", "older") else "others", phrases.plain(name)


def words(kind: str, found: pd.DataFrame) -> str:
    """An area's name for people; of several fronts in one area, with theirs."""
    said = KINDS[kind].words
    places = sorted(set(found.loc[found["kind"] == kind, "source"])) if kind == "fronts" else []
    return f"{said} ({phrases.listed(places)})" if places else said


def said_of_act(act: str, rung: str) -> str:
    """An act as the name of a source: "killing", "large campaign", "strike in Iraq", "call for expulsion"."""
    if act == "strike":
        return "killing" if rung.startswith(KILLING) else phrases.plain(rung)
    if act == "call":
        return phrases.plain(rung)
    return phrases.plain(act)


def sources(history: TypicalWorld) -> pd.DataFrame:
    """What the pressure was made of, a row a source, from the last account before the first day on.

    Columns: date, day, pressure, kind, source (in words), act (the number of the act that it is, else -1), began (the
    day of that act), share. Of several accounts of one day the last counts. Empty where there are no accounts.
    """
    import pandas as pd

    whole = pd.concat([history.before, history.events])
    if "accounts" not in whole.columns:
        return pd.DataFrame(columns=COLUMNS)
    acts = {row.event: row for row in tables.each(whole[["event", "day", "actor", "act", "rung"]])}
    given = whole[(whole["actor"] == GOVERNMENT) & whole["accounts"].map(tells)].drop_duplicates("day", keep="last")
    earlier = given.loc[given["day"] <= 0, "day"]
    rows: list[tuple[Any, ...]] = []
    for row in tables.each(given[given["day"] >= (earlier.max() if len(earlier) else 0)]):
        for part in row.accounts:
            if part["state"] != STATE:
                continue
            act = acts.get(part["act"])
            if act is None:
                (kind, name), number, began = line(part), -1, math.nan
            else:
                kind, number, began = kind_of_act(act.actor, act.act, act.rung), int(act.event), float(act.day)
                name = said_of_act(act.act, act.rung)
            rows.append((row.date, int(row.day), part["level"], kind, name, number, began, part["share"]))
    return pd.DataFrame(rows, columns=COLUMNS)


def tells(rows: Any) -> bool:
    """Whether the accounts of an act say what the pressure is made of."""
    return rows is not None and any(part["state"] == STATE for part in rows)


def course(days: Floats, shares: Floats, began: float) -> Callable[[Floats, bool], Floats]:
    """A source's share as a function of days, just before or just after what happens on them.

    Between accounts it is a straight line. But an act counts from its day on, and not before.
    """
    first = int(np.argmax(shares > 0))
    sudden = not math.isnan(began) and began <= days[first] and (first == 0 or began >= days[first - 1])

    def at(when: Floats, after: bool) -> Floats:
        found = np.interp(when, days, shares)
        if not sudden:
            return found
        over = when >= began if after else when > began
        return np.where(over, np.where(when <= days[first], shares[first], found), 0.0)

    return at


def stacked(found: pd.DataFrame) -> tuple[Floats, dict[str, Floats]]:
    """The areas to draw: days, each twice (before and after what happens on it), and the share of each kind."""
    days = np.unique(found["day"].to_numpy(dtype=float))
    begins = found["began"].dropna().to_numpy(dtype=float)
    edges = np.unique([*days, *begins[(begins >= days[0]) & (begins <= days[-1])]])
    areas = {kind: np.zeros(2 * len(edges)) for kind in KINDS if (found["kind"] == kind).any()}
    for (kind, _, _), rows in found.groupby(["kind", "source", "act"], sort=False):
        shares = np.zeros(len(days))
        np.add.at(shares, np.searchsorted(days, rows["day"].to_numpy(dtype=float)), rows["share"].to_numpy(dtype=float))
        at = course(days, shares, float(rows["began"].iloc[0]))
        areas[str(kind)] += np.column_stack([at(edges, False), at(edges, True)]).ravel()
    return np.repeat(edges, 2), areas


def largest(found: pd.DataFrame) -> list[Any]:
    """The acts that pressed most, largest first: act, source, began, share (the largest it ever had in an account)."""
    acts = found[found["act"] >= 0]
    most = acts.groupby(["act", "source", "began"], sort=False)["share"].max().reset_index()
    return tables.each(most.sort_values(["share", "act"], ascending=[False, True]))


def draw_areas(axis: Axes, history: TypicalWorld, found: pd.DataFrame) -> None:
    """The areas on each other, with their names at the right in the same order."""
    from matplotlib.patches import Patch

    x, areas = stacked(found)
    under = np.zeros(len(x))
    names = []
    for kind in KINDS:  # all of them: the same key in every history
        shares = areas.get(kind, np.zeros(len(x)))
        look, edge = KINDS[kind].look, KINDS[kind].edge
        filled = {"facecolor": look.colour, "edgecolor": edge, "hatch": look.hatch or None}
        axis.fill_between(x, under, under + shares, linewidth=0, **filled)  # type: ignore[arg-type]
        names.append(Patch(label=phrases.wrapped(words(kind, found), 24), linewidth=0, **filled))  # type: ignore[arg-type]
        under = under + shares
    axis.plot(x, under, color=style.INK, linewidth=0.7)
    axis.set_ylim(0, 1)
    axis.set_ylabel("pressure (0–1)")
    axis.grid(True, axis="y")
    axis.legend(
        handles=names[::-1],
        loc="center left",
        bbox_to_anchor=(1.01, 0.5),
        frameon=False,
        handlelength=1.4,
        handleheight=1.2,
        labelspacing=0.7,
        borderaxespad=0.0,
    )
    name_largest(axis, history, found, x, under)


LABEL = 1.2
"""Inches that the name of an act takes."""
BRIEFLY = {NO_PRODUCT: "committee: no product"}


def name_largest(axis: Axes, history: TypicalWorld, found: pd.DataFrame, x: Floats, top: Floats) -> None:
    """Names the acts that pressed most, in a row above the panel, each tied to its day, or to what was left of it."""
    width, height = style.inches(axis)
    last = max(history.scenario.days - 1.0, 1.0)
    named = [row for row in largest(found)[:MOST_NAMED] if row.share >= NAMED_FROM]
    days = {str(row.act): max(float(row.began), 0.0) for row in named}
    places = beside(days, LABEL / width * last, last)
    for row in named:
        place, day = places[str(row.act)] / last, days[str(row.act)]
        reached = float(top[np.searchsorted(x, day, side="right") - 1])
        axis.plot([day, day], [reached, 1], color=style.MUTED, linewidth=0.6)
        axis.plot(
            [day / last, place],
            [1, 1 + 0.15 / height],
            color=style.MUTED,
            linewidth=0.6,
            transform=axis.transAxes,
            clip_on=False,
        )
        said = BRIEFLY.get(row.source, row.source)
        when = phrases.briefly(phrases.day(history.scenario, row.began))
        size = f"{row.share:.2f} left of" if row.began < 0 else f"{phrases.signed(row.share, 2)} on"
        axis.text(
            place,
            1 + 0.17 / height,
            f"{said}\n{size} {when}",
            size=6.3,
            va="bottom",
            ha="center",
            linespacing=1.1,
            transform=axis.transAxes,
        )


def beside(days: dict[str, float], gap: float, last: float) -> dict[str, float]:
    """Where names stand whose middles are to be a gap apart: in all as near to their days as may be."""
    order = sorted(days, key=lambda name: days[name])
    pooled: list[list[float]] = []  # names that would touch share the way they have to go
    for place, name in enumerate(order):
        pooled.append([days[name] - place * gap])
        while len(pooled) > 1 and mean(pooled[-2]) > mean(pooled[-1]):
            pooled[-2:] = [pooled[-2] + pooled[-1]]
    low, high = 0.5 * gap, last - (len(order) - 0.5) * gap
    found = [min(max(mean(names), low), high) for names in pooled for _ in names]
    return {name: found[place] + place * gap for place, name in enumerate(order)}


def draw(result: Result, outcome: str) -> Figure:
    """The government's steps on top, below them what the pressure is made of; the decision is a line through both."""
    history = typical(result, outcome)
    assert history is not None  # ``missing`` says why where there is none
    found = sources(history)
    lane = next(lane for lane in LANES if lane.actor == GOVERNMENT)
    steps = steps_of(result, lane)
    page = style.sheet(
        f"What raised the pressure, in a history that ends so: {phrases.outcome(outcome)}",
        f"{which(result, history)}: {phrases.kind(history.kind)}; the same world as in its timeline. What the "
        "pressure on the prime minister is made of: every source has its share of it, and an act's share fades. "
        "Named: the acts that pressed most, with the largest share each had.",
        making.foot(result),
        heights=[0.1 * len(steps) + 0.04, 2.1],
        left=1.1,
        right=1.6,
        gap_y=0.56,
        head=-0.02,
        sharex=True,
        sharey=False,
    )
    above, below = page.axes[0][0], page.axes[1][0]
    draw_lane(above, history, lane, steps)
    above.set_title(lane.title, pad=2)
    said = "\n".join(map("\n".join, ends(history).items()))
    above.text(1.02, 0.5, said, size=7, va="center", ha="left", linespacing=1.3, transform=above.transAxes)
    above.tick_params(axis="x", labelbottom=False)
    style.dates(below, history.scenario, ticks=9)
    draw_areas(below, history, found)
    for axis in (above, below):
        draw_ends(axis, history, outcome)
    return page.figure


def made_of(rows: pd.DataFrame) -> dict[str, float]:
    """The share of each kind in one account, in the order of the areas."""
    sums = rows.groupby("kind")["share"].sum()
    return {kind: float(sums[kind]) for kind in KINDS if kind in sums.index}


def account(history: TypicalWorld, rows: pd.DataFrame) -> str:
    """One account as a sentence's end: ``0.71 on 4 March 2024: always there 0.14; …``."""
    parts = "; ".join(f"{words(kind, rows)} {phrases.amount(share)}" for kind, share in made_of(rows).items())
    when = phrases.spelled(phrases.day(history.scenario, float(rows["day"].iloc[0])))
    return f"{phrases.amount(float(rows['pressure'].iloc[0]))} on {when} ({parts})"


def describe(result: Result, outcome: str) -> str:
    """The pressure at the beginning, at its highest, before the decision and at the end, and what it was made of."""
    reason = missing(result, outcome)
    history = typical(result, outcome)
    if reason or history is None:
        return reason
    found = sources(history)
    days = list(dict.fromkeys(found["day"]))
    highest = int(found["day"].iloc[int(found["pressure"].to_numpy(dtype=float).argmax())])
    told = [("First account", days[0]), ("Highest", highest)]
    if not math.isnan(history.outcome_day):
        told.append(("Last before the decision or on its day", max(d for d in days if d <= history.outcome_day)))
    told.append(("Last account", days[-1]))
    said = " ".join(f"{what}: {account(history, found[found['day'] == day])}." for what, day in told)
    acts = "; ".join(
        f"{row.source} of {phrases.spelled(phrases.day(history.scenario, row.began))}, {phrases.amount(row.share)}"
        for row in largest(found)[: 2 * MOST_NAMED]
    )
    return (
        f"{which(result, history)}, ending: {phrases.outcome(outcome)}, {phrases.kind(history.kind)}. The pressure on "
        f"the prime minister, and the shares that add up to it. {said}"
        + (f" The acts with the largest shares: {acts}." if acts else "")
    )


NO_ACCOUNTS = "The acts of this run carry no accounts of the pressure: a version of the model before there were any."


def missing(result: Result, outcome: str) -> str:
    """Why there is no such picture."""
    reason = no_history(result, outcome)
    history = None if reason else typical(result, outcome)
    return reason if history is None else "" if len(sources(history)) else NO_ACCOUNTS


def by_kind(result: Result, outcome: str) -> pd.DataFrame:
    """The sources of the pressure in the typical world, by account."""
    import pandas as pd

    history = typical(result, outcome)
    return pd.DataFrame(columns=COLUMNS) if history is None else sources(history)


def table(result: Result, outcome: str) -> Table:
    """The last account of each month, a column a kind of source."""
    found = by_kind(result, outcome)
    kinds = [kind for kind in KINDS if (found["kind"] == kind).any()]
    rows: list[tuple[str, ...]] = []
    for _, month in found.groupby(found["date"].astype(str).str[:7], sort=True):
        last = month[month["day"] == month["day"].max()]
        shares = made_of(last)
        cells = (phrases.amount(shares.get(kind, 0.0)) for kind in kinds)
        rows.append((str(last["date"].iloc[0]), phrases.amount(float(last["pressure"].iloc[0])), *cells))
    heads = ("date", "pressure", *(words(kind, found) for kind in kinds))
    caption = "What the pressure on the prime minister is made of: the last account of each month"
    return Table(caption, heads, rows, frozenset(range(1, len(heads))))


def say(result: Result, outcome: str) -> str:
    """When the pressure was highest, and what it was made of most."""
    history = typical(result, outcome)
    assert history is not None  # ``missing`` says why where there is none
    found = sources(history)
    rows = found[found["day"] == found["day"].iloc[int(found["pressure"].to_numpy(dtype=float).argmax())]]
    parts = made_of(rows)
    most = max(parts, key=lambda kind: parts[kind])
    when = phrases.spelled(phrases.day(history.scenario, float(rows["day"].iloc[0])))
    return (
        f"{world_of(result, history)}: the pressure is highest on {when}, "
        f"{phrases.amount(float(rows['pressure'].iloc[0]))}; most of it, {phrases.amount(parts[most])}, is from "
        f"{words(most, rows)}."
    )


def plot(outcome: str) -> Plot:
    """The figure of one outcome."""
    return Plot(
        f"pressure_{outcome}",
        "Q5",
        f"What raised the prime minister's pressure, in a history that ends so: {phrases.outcome(outcome)}",
        lambda result: draw(result, outcome),
        lambda result: describe(result, outcome),
        lambda result: by_kind(result, outcome),
        lambda result: table(result, outcome),
        lambda result: say(result, outcome),
        lambda result: missing(result, outcome),
        expected=outcome != "lapsed",
        main=outcome == "forced_exit",
    )


PLOTS = tuple(plot(outcome) for outcome in phrases.OUTCOMES)
