"""One typical history per outcome, as a timeline with one lane per actor (Q5)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.ask.histories import COURSE
from sim.show import making, phrases, style, tables
from sim.show.figures.plot import Plot
from sim.show.figures.sentences import under
from sim.show.printed import Table

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from sim.results.result import Result
    from sim.scenario.schema import Scenario


@dataclass(frozen=True)
class Lane:
    """One row of the timeline: whose acts, which of them, and the steps they are drawn on."""

    title: str
    actor: str
    acts: tuple[str, ...]
    """The acts shown; none named: every act of the actor that stands on one of the steps."""
    ladder: str
    """The weekly ladder whose rungs are the steps; empty where ``steps`` names them."""
    lasts: bool
    """Whether a step lasts until the next; else an act is over on its day."""
    steps: tuple[str, ...] = ()
    by_act: bool = False
    """Whether the steps are acts rather than rungs."""
    until_decided: bool = False
    """Whether there is nothing left to decide once the exit is."""
    whose: str = ""
    """The actor whose colour the acts have; none where several act together."""


LANES = (
    Lane("War in Gaza", "front gaza", ("turns",), "", True, ("none", "truce", "war"), whose="the fronts"),
    Lane("Iraqi government", "Iraqi government", (), "iraq", True, until_decided=True, whose="Baghdad"),
    Lane("Parliament", "parliament", ("session",), "parliament", False, whose="Baghdad"),
    Lane("The groups' politicians", "the groups' politicians", ("call",), "calls", False, whose="the groups"),
    Lane("Talks", "talks", (), "", False, ("lapse", "suspended", "round", "open", "agreement"), by_act=True),
    Lane(
        "United States: response",
        "United States",
        ("response", "strike", "self-defence"),
        "united_states",
        False,
        whose="Washington",
    ),
    Lane("United States: leverage on Baghdad", "United States", ("leverage",), "leverage", True, whose="Washington"),
    Lane("Iran: order to the groups", "Iran", ("order takes effect",), "iran", True, whose="Tehran"),
)
"""The same in every history, so that two can be held side by side; a lane may be empty."""
DECISION = ("Iraq and the US", "decision")
LEAVES = "the last soldier leaves"


@dataclass(frozen=True)
class TypicalWorld:
    """One world whose acts were kept, with its acts from the first day on and those before it."""

    scenario: Scenario
    world: int
    kind: str
    outcome_day: float
    left_day: float
    """The day on which the last soldier leaves; not a number where that is not within the simulated time."""
    events: pd.DataFrame
    before: pd.DataFrame


def typical(result: Result, outcome: str) -> TypicalWorld | None:
    """The world that stands for an outcome, or None where the acts of no such world were kept.

    It is from the first scenario of the run in which the outcome is no rarity, at least half as frequent as where it
    is most frequent, scenarios of somebody's own before shipped ones; and of the worlds whose acts were kept the one
    nearest the medians of that outcome in attacks, highest pressure and day of the decision.
    """
    import pyarrow as pa

    from sim.runs.tables import typical_worlds

    events = result.events
    if not len(events):
        return None
    kept = events[["scenario", "world"]].drop_duplicates()
    shares = tables.outcome_shares(result)
    ours_by_share = tables.each(shares[(shares["outcome"] == outcome) & (shares["count"] > 0)])
    made = {scenario.name for scenario in result.scenarios if is_own(scenario)}
    most = max((row.share for row in ours_by_share if row.scenario in made or not made), default=0.0)

    def later(row: Any) -> tuple[bool, bool]:
        return row.scenario not in made, row.share < most / 2

    for row in sorted(ours_by_share, key=later):  # a stable sort: the order of the run
        worlds = tables.of(result, row.scenario)
        ours = worlds[
            (worlds["outcome"].astype(str) == outcome)
            & worlds["world"].isin(kept.loc[kept["scenario"] == row.scenario, "world"])
        ]
        if len(ours):
            chosen = typical_worlds(pa.Table.from_pandas(ours, preserve_index=False))[0]
            first = tables.each(ours[ours["world"] == chosen])[0]
            mine = events[(events["scenario"] == row.scenario) & (events["world"] == chosen)]
            day = math.nan if ours.loc[ours["world"] == chosen, "outcome_day"].isna().any() else first.outcome_day
            return TypicalWorld(
                tables.scenario_named(result, row.scenario),
                int(chosen),
                str(first.kind),
                float(day),
                left_on(mine),
                mine[mine["day"] >= 0],
                mine[mine["day"] < 0],
            )
    return None


def is_own(scenario: Scenario) -> bool:
    """Whether a scenario is somebody's own: no shipped one of its name has these conditions and this title."""
    from sim.scenario.load import fingerprint

    known = shipped(scenario.name)
    if known is None:
        return True
    return (scenario.title, fingerprint(scenario)) != (known.title, fingerprint(known))


@cache
def shipped(name: str) -> Scenario | None:
    """The shipped scenario of a name, if there is one."""
    from sim.scenario import files
    from sim.scenario.load import load

    path = files.shipped().get(name)
    return None if path is None else load(path)


def left_on(events: pd.DataFrame) -> float:
    """The day on which the last soldier leaves, among the acts of a world; else not a number."""
    days = events.loc[(events["actor"] == DECISION[0]) & (events["rung"] == LEAVES), "day"]
    return float(days.iloc[0]) if len(days) else math.nan


def steps_of(result: Result, lane: Lane) -> tuple[str, ...]:
    """The names of a lane's steps, low to high; none where the run has no such ladder."""
    return lane.steps or tuple(tables.actors(result).get(lane.ladder, ()))


def of_lane(events: pd.DataFrame, lane: Lane, steps: tuple[str, ...]) -> pd.DataFrame:
    """The acts that belong to a lane, with the step of each as ``step`` (0 is the lowest)."""
    place = {name: number for number, name in enumerate(steps)}
    mine = events[(events["actor"] == lane.actor) & (events["act"] != COURSE[1])]
    if lane.acts:
        mine = mine[mine["act"].isin(lane.acts)]
    return mine.assign(step=mine["act" if lane.by_act else "rung"].map(place)).dropna(subset=["step"])


def acts(result: Result, outcome: str) -> pd.DataFrame:
    """The dated acts of the typical world that the timeline shows, in their order, with the decision."""
    import pandas as pd

    columns = ["date", "day", "actor", "act", "rung", "scripted"]
    history = typical(result, outcome)
    if history is None:
        return pd.DataFrame(columns=columns)
    parts = [of_lane(history.events, lane, steps_of(result, lane)) for lane in LANES]
    ours = history.events["actor"] == DECISION[0]
    ends = history.events[ours & ((history.events["act"] == DECISION[1]) | (history.events["rung"] == LEAVES))]
    found = pd.concat([*parts, ends])
    return found[found["act"] != "round"].sort_values(["day", "event"])[columns].reset_index(drop=True)


def draw_lane(axis: Axes, history: TypicalWorld, lane: Lane, steps: tuple[str, ...]) -> None:
    """One actor's steps over time: a line where a step lasts, stems where an act is over on its day."""
    rows = of_lane(history.events, lane, steps)
    day, height = rows["day"].to_numpy(dtype=float), rows["step"].to_numpy(dtype=float)
    if lane.lasts:
        past = of_lane(history.before, lane, steps)["step"]
        first = float(past.iloc[-1]) if len(past) else 0.0
        end = history.scenario.days - 1.0
        if lane.until_decided and not math.isnan(history.outcome_day):
            end = max(history.outcome_day, float(day[-1]) if len(day) else 0.0)
        x = np.array([0, *day, end])
        y = np.array([first, *height, height[-1] if len(height) else first])
        axis.step(x, y, where="post", color=style.MUTED, linewidth=0.8)
    else:
        gaps = np.full(len(day), np.nan)
        stems = (np.column_stack([day, day, gaps]).ravel(), np.column_stack([0 * day - 0.5, height, gaps]).ravel())
        axis.plot(*stems, color=style.MUTED, linewidth=0.6)
    own = (rows["act"] == "self-defence").to_numpy()
    colour = style.ACTORS[lane.whose].colour if lane.whose else style.MUTED
    for inside, fill in (~own, colour), (own, style.PAPER):
        axis.plot(
            day[inside],
            height[inside],
            marker="o",
            markersize=3.6,
            linestyle="none",
            color=fill,
            markeredgecolor=style.INK,
            markeredgewidth=0.5,
            clip_on=False,
            zorder=3,
        )
    axis.set_ylim(-0.5, len(steps) - 0.5)
    axis.set_yticks(range(len(steps)), [phrases.plain(name) for name in steps], size=6)
    axis.grid(True, axis="y", linewidth=0.35)
    axis.tick_params(axis="y", length=0)


def busiest(result: Result) -> float:
    """The most attacks of a day in Iraq or in Syria in any typical history: one scale for all."""
    days = [
        history.events[history.events["act"] == "attack"].groupby(["day", "rung"]).size().max()
        for history in (typical(result, outcome) for outcome in phrases.OUTCOMES)
        if history is not None and (history.events["act"] == "attack").any()
    ]
    return float(max(days, default=1))


def draw_attacks(axis: Axes, history: TypicalWorld, top: float) -> None:
    """Attacks a day as needles, up in Iraq and down in Syria, and a cross for each that killed US troops."""
    attacks = history.events[history.events["act"] == "attack"]
    in_iraq = (attacks["rung"] == "in Iraq").to_numpy()
    fatal = np.array([json.loads(terms).get("dead", 0) > 0 for terms in attacks["terms"]], dtype=bool)
    day = attacks["day"].to_numpy(dtype=float)
    for inside, sign in ((in_iraq, 1), (~in_iraq, -1)):
        days, count = np.unique(day[inside], return_counts=True)
        gaps = np.full(len(days), np.nan)
        x, y = np.column_stack([days, days, gaps]), np.column_stack([0 * days, sign * count, gaps])
        axis.plot(x.ravel(), y.ravel(), color=style.ACTORS["the groups"].line, linewidth=0.7, solid_capstyle="butt")
        axis.plot(
            day[inside & fatal],
            np.full(int((inside & fatal).sum()), sign * 1.15),
            marker="X",
            markersize=5,
            linestyle="none",
            color=style.ACTORS["Washington"].line,
            markeredgecolor=style.PAPER,
            markeredgewidth=0.5,
            zorder=3,
        )
    axis.axhline(0, color=style.MUTED, linewidth=0.5)
    axis.set_ylim(-top - 0.3, top + 0.3)
    axis.set_yticks([-top, 0, top], [f"{top:g} in Syria", "0", f"{top:g} in Iraq"], size=6)
    axis.tick_params(axis="y", length=0)


def draw(result: Result, outcome: str) -> Figure:
    """Attacks on top, then one lane per actor; the decision is a line through all."""
    history = typical(result, outcome)
    assert history is not None  # ``no_history`` says why where there is none
    lanes = [(lane, steps_of(result, lane)) for lane in LANES]
    shown = [(lane, steps) for lane, steps in lanes if steps]
    page = style.sheet(
        f"A typical history that ends so: {phrases.outcome(outcome)}",
        f"{which(result, history)}: {phrases.kind(history.kind)}. Of the worlds that end so, the one nearest their "
        "medians: how such an ending comes about, not how likely it is. A dot is an act; hollow: in self-defence; "
        "cross: US troops killed. Every history has these panels and scales.",
        making.foot(result),
        heights=[0.5, *(0.1 * len(steps) + 0.04 for _, steps in shown)],
        left=1.6,
        right=0.15,
        gap_y=0.23,
        head=-0.02,
        sharex=True,
        sharey=False,
    )
    draw_attacks(page.axes[0][0], history, busiest(result))
    page.axes[0][0].set_title("Attacks a day", pad=2)
    for row, (lane, steps) in enumerate(shown, start=1):
        draw_lane(page.axes[row][0], history, lane, steps)
        page.axes[row][0].set_title(lane.title, pad=2)
    for row, axes in enumerate(page.axes):
        draw_ends(axes[0], history, outcome)
        if row < len(page.axes) - 1:
            axes[0].tick_params(axis="x", labelbottom=False)
    style.dates(page.axes[-1][0], history.scenario, ticks=9)
    page.axes[0][0].set_title("; ".join(map(" ".join, ends(history).items())), loc="right", pad=2, weight="normal")
    return page.figure


def draw_ends(axis: Axes, history: TypicalWorld, outcome: str) -> None:
    """Lines on the day of the decision and on the day on which the last soldier leaves."""
    if not math.isnan(history.outcome_day):
        axis.axvline(history.outcome_day, color=style.outcome(outcome).colour, linewidth=1.1, linestyle=(0, (4, 2)))
    if not math.isnan(history.left_day):
        axis.axvline(history.left_day, color=style.INK, linewidth=1.0, linestyle=(0, (1, 1.5)))


def ends(history: TypicalWorld) -> dict[str, str]:
    """What the lines through all lanes stand for, with the dates."""
    days = {"dashed: decided": history.outcome_day, "dotted: last soldier leaves": history.left_day}
    return {
        said: phrases.briefly(phrases.day(history.scenario, number))
        for said, number in days.items()
        if not math.isnan(number)
    }


MOST_TOLD = 40


def describe(result: Result, outcome: str) -> str:
    """The acts in order, as far as a listener can follow."""
    history = typical(result, outcome)
    if history is None:
        return no_history(result, outcome)
    found = acts(result, outcome)
    told = "; ".join(told_act(row) for row in tables.each(found.head(MOST_TOLD)))
    decided = "Nothing was decided."
    if not math.isnan(history.outcome_day):
        decided = f"Decided on {phrases.spelled(phrases.day(history.scenario, history.outcome_day))}."
    if not math.isnan(history.left_day):
        decided += f" The last soldier leaves on {phrases.spelled(phrases.day(history.scenario, history.left_day))}."
    attacks = int((history.events["act"] == "attack").sum())
    more = f"; and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
    return (
        f"{which(result, history)}, ending: {phrases.outcome(outcome)}, {phrases.kind(history.kind)}. {decided} "
        f"{attacks:,} attacks. Acts: {told}{more}."
    )


def which(result: Result, history: TypicalWorld) -> str:
    """Which world this is: ``World 3 under conditions for a forced exit``."""
    return f"World {history.world} under {phrases.within(phrases.labels(result)[history.scenario.name])}"


def told_act(row: Any) -> str:
    """One act as a few words."""
    return f"{row.date} {phrases.plain(row.actor)}: {phrases.plain(row.act)}, {phrases.plain(row.rung)}"


def no_history(result: Result, outcome: str) -> str:
    """Why there is no such history."""
    if not (result.worlds["outcome"].astype(str) == outcome).any():
        return f"No world of this run ended so: {phrases.outcome(outcome)}."
    if not len(result.events):
        return "No acts were recorded in this run (--events none)."
    if typical(result, outcome) is None:
        return f"The acts of no world that ended so were kept: {phrases.outcome(outcome)}."
    return ""


MOST_ACTS = 60


def table(result: Result, outcome: str) -> Table:
    """The dated acts of the typical world, for people."""
    found = acts(result, outcome)
    rows: list[tuple[str, ...]] = [
        (str(row.date), phrases.plain(row.actor), phrases.plain(row.act), phrases.plain(row.rung))
        for row in tables.each(found.head(MOST_ACTS))
    ]
    caption = "Dated acts of this world"
    if len(found) > MOST_ACTS:
        caption += f" (the first {MOST_ACTS} of {len(found):,})"
    return Table(caption, ("date", "actor", "act", "rung"), rows)


def world_of(result: Result, history: TypicalWorld) -> str:
    """Which world this is, in a sentence beside its figure: its conditions only where there are several."""
    return f"World {history.world}{under(result, history.scenario.name)}"


def say(result: Result, outcome: str) -> str:
    """How many attacks came before the decision, and what was decided when."""
    history = typical(result, outcome)
    assert history is not None  # ``no_history`` says why where there is none
    attacks = history.events.loc[history.events["act"] == "attack", "day"]
    if math.isnan(history.outcome_day):
        last = phrases.spelled(phrases.last_day(history.scenario))
        return f"{world_of(result, history)}: nothing is decided by {last}, after {len(attacks):,} attacks."
    when = phrases.spelled(phrases.day(history.scenario, history.outcome_day))
    before = int((attacks <= history.outcome_day).sum())
    return f"{world_of(result, history)}: after {before:,} attacks, {phrases.kind(history.kind)} on {when}."


def plot(outcome: str) -> Plot:
    """The timeline figure of one outcome."""
    return Plot(
        f"history_{outcome}",
        "Q5",
        f"A typical history that ends so: {phrases.outcome(outcome)}",
        lambda result: draw(result, outcome),
        lambda result: describe(result, outcome),
        lambda result: acts(result, outcome),
        lambda result: table(result, outcome),
        lambda result: say(result, outcome),
        lambda result: no_history(result, outcome),
        expected=outcome != "lapsed",
    )


PLOTS = tuple(plot(outcome) for outcome in phrases.OUTCOMES)
