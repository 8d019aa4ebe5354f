"""What a notebook shows of a scenario, a result, a sweep and a model, and the lists from which one picks a name."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, overload

from sim.disk.words import one_line
from sim.runs.errors import RunFailed
from sim.show import conditions, phrases, tables
from sim.show.notebook import bullets, line, page, table
from sim.show.printed import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from sim.engine.mesa import WithdrawalModel
    from sim.results.result import Result
    from sim.scenario.compare import Differences
    from sim.scenario.schema import Scenario
    from sim.sweeps.sweep import Sweep

P = ParamSpec("P")
WIDTH = 100
"""Characters of a line where there is no HTML."""


@dataclass(frozen=True, repr=False)
class Listing(Sequence[str]):
    """Names to pick from, each with what it is: a table in a notebook, lines elsewhere, a sequence of names to both.

    The first column of ``table`` holds the names, the second what stands beside them in lines.
    """

    title: str
    table: Table
    then: tuple[str, ...] = ()

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        return [row[0] for row in self.table.rows][place]

    def __len__(self) -> int:
        return len(self.table.rows)

    def frame(self) -> pd.DataFrame:
        """The same as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.table.rows, columns=list(self.table.heads))

    def __repr__(self) -> str:
        width = max(map(len, self), default=0)
        rows = ((row[0], row[1]) for row in self.table.rows)
        beside = " " * (width + 2)
        return "\n".join(
            textwrap.fill(said, WIDTH, initial_indent=f"{name:{width}}  ", subsequent_indent=beside) or name
            for name, said in rows
        )

    def _repr_html_(self) -> str:
        return page(self.title, (), table(self.table, most=len(self)), then=self.then)


def told(made: Callable[P, str]) -> Callable[P, str]:
    """A page that is a sentence where it cannot be made: what it is about was read from files, and these are gone."""

    @wraps(made)
    def page_or_sentence(*args: P.args, **kwargs: P.kwargs) -> str:
        try:
            return made(*args, **kwargs)
        except (OSError, ValueError, RunFailed) as fault:
            return page(repr(args[0]), str(fault))

    return page_or_sentence


# --- a scenario ---


@told
def scenario_page(scenario: Scenario) -> str:
    """A scenario: title, summary, source, days, what differs from the shipped scenario next to it, what happens."""
    from sim.scenario.said import said

    title = phrases.label(scenario)
    events = sorted(scenario.events, key=lambda event: event.date)
    source = f"View or source: {scenario.source}" if scenario.source else ""
    return page(
        f"{title} ({scenario.name})" if scenario.name else title,
        (scenario.summary, source, next(iter(conditions.sentences(scenario)))),
        what_differs(scenario),
        bullets("What is scripted", (said(event, scenario) for event in events)),
        then=("sim.run(scenario, worlds=200)", 'scenario.replace(**{"united_states.restraint": 0.7})'),
    )


def what_differs(scenario: Scenario) -> str:
    """The values that another scenario has otherwise: the parent of a shipped one, else the shipped one nearest to it.

    Events are left out, which stand by themselves.
    """
    from sim.scenario.compare import differences

    other = next_to(scenario)
    changed = differences(other, scenario)
    named = other.name or "the defaults"
    rows: list[tuple[str, ...]] = [
        (one.name, value_of(one.first), value_of(one.second), one.about.unit, one.about.meaning)
        for one in changed.values
    ]
    for which, here in ((0, False), (1, True)):
        for name, fields in changed.entries[which].items():
            said = ", ".join(f"{field} {conditions.value(value)}" for field, value in fields.items())
            rows.append((name, *(("", said) if here else (said, "none")), "", ""))
    if not rows:
        return line(f"All values are those of {named}.")
    heads = ("parameter", named, scenario.name or "here", "unit", "what it is")
    return table(Table(f"What differs from {named}", heads, rows))


def next_to(scenario: Scenario) -> Scenario:
    """The scenario that one is told apart from: its parent if it is as shipped, else the shipped one nearest to it."""
    from sim.scenario.compare import differences
    from sim.scenario.load import every_shipped, parent
    from sim.scenario.schema import Scenario

    shipped = every_shipped()
    if scenario in shipped.values():
        return parent(scenario.name) or Scenario()
    return min(shipped.values(), key=lambda one: (apart(differences(one, scenario)), one.name != scenario.name))


def apart(changed: Differences) -> int:
    """In how many things two scenarios differ."""
    return len(changed.values) + sum(map(len, (*changed.entries, *changed.events)))


def value_of(given: object) -> str:
    """A value as text; a list with its entries."""
    return "; ".join(map(conditions.entry, given)) if isinstance(given, tuple) and given else conditions.value(given)


# --- a result ---


@told
def result_page(result: Result) -> str:
    """A result: worlds, seed, the shares with both intervals, what can be done next."""
    from sim.show import making, summary

    shown = tables.main_part(result)
    beside = len(result.scenarios) - len(shown.scenarios)
    names = [scenario.name for scenario in shown.scenarios]
    kept = "in memory" if result.folder is None else f"in {one_line(result.folder)}"
    seed = f"Seed {result.manifest['seed']}, {kept}."
    more = f" Beside them {beside} more to compare with (result.scenarios)." if beside else ""
    then = ['result.plot("outcomes")', "result.plot()"]
    then += [f'result.between("{names[1]}", "{names[0]}")'] if len(names) > 1 else ["result.difference(other)"]
    then += ['result.save("folder")'] if result.folder is None else []
    failed = result.manifest.get("failed", [])
    return page(
        f"{making.worlds_each(shown)}: {phrases.listed(names) if len(names) <= 3 else f'{len(names)} scenarios'}",
        (
            making.replaced(result),
            f"{seed}{more}",
            f'{len(failed)} parts failed: result.manifest["failed"].' if failed else "",
            *summary.experiments(result),
        ),
        table(shares_of(shown)),
        line(phrases.NOT_A_FORECAST),
        then=then,
    )


def shares_of(result: Result) -> Table:
    """A row a scenario, a column an outcome: the share, and below it both intervals."""
    numbers = tables.endings(result)
    over = tables.has_ranges(numbers)
    labels = phrases.labels(result)
    outcomes = list(dict.fromkeys(numbers["outcome"]))
    cells: dict[str, dict[str, str]] = {}
    for row in tables.each(numbers):
        lines = [phrases.percent(row.share), f"chance {phrases.interval(row.low, row.high)}"]
        lines += [f"set {phrases.over_the_set(row)}"] if over else []
        cells.setdefault(str(row.scenario), {})[str(row.outcome)] = "\n".join(lines)
    rows = [
        ("\n".join(dict.fromkeys((name, labels[name]))), *(by.get(outcome, "") for outcome in outcomes))
        for name, by in cells.items()
    ]
    held = f"chance: 95 % interval ({phrases.chance(result.scenarios)})"
    held += "; set: how far the share moves over the accepted set, 10 to 90 %, without chance" if over else ""
    heads = ("conditions", *(phrases.outcome(outcome) for outcome in outcomes))
    return Table(f"Share of worlds by how they end. {held[:1].upper()}{held[1:]}", heads, rows)


# --- a sweep ---


@told
def sweep_page(sweep: Sweep) -> str:
    """A sweep: its design, points and worlds, and what came of the first points."""
    from sim.show.sweeps.shown import Shown

    shown = Shown(sweep)
    bases = phrases.listed([scenario.name for scenario in shown.scenarios])
    failed = len(sweep.manifest["failed"])
    return page(
        f"A sweep of {bases}: {shown.size}",
        (
            f"The design is {shown.design} over {phrases.listed(shown.names) or 'no number'}.",
            f"Seed {shown.fact('seed')}; luck: {shown.luck}. In {one_line(sweep.folder)}.",
            f'{failed} parts failed: sweep.manifest["failed"].' if failed else "",
        ),
        table(points_of(shown)),
        line(phrases.NOT_A_FORECAST),
        then=("sweep.plot()", "sweep.tables()", "sweep.shares", "sweep.scenario(0)"),
    )


def points_of(shown: Any, most: int = 40) -> Table:
    """The first points, a row each: what it changes, and the share of each outcome with its interval."""
    from sim.show.sweeps.shown import value_in_words

    outcomes = shown.outcomes
    found: dict[int, dict[str, str]] = {}
    for row in tables.each(shown.shares[shown.shares["outcome"].isin(outcomes)]):
        found.setdefault(int(row.point), {})[str(row.outcome)] = (
            f"{phrases.percent(row.share)}\n{phrases.interval(row.low, row.high)}"
        )
    many = len(shown.scenarios) > 1
    rows = []
    for _, point in shown.points.head(most).iterrows():
        values = ["" if is_empty(point[name]) else value_in_words(point[name]) for name in shown.names]
        first = [str(point["point"]), *([str(point["scenario"])] if many else [])]
        rows.append((*first, *values, *(found.get(int(point["point"]), {}).get(one, "") for one in outcomes)))
    left = len(shown.points) - len(rows)
    heads = ("point", *(["base"] if many else []), *shown.names, *map(phrases.outcome, outcomes))
    caption = f"Shares by how worlds end, with 95 % intervals ({shown.chance}); empty: the base's own value"
    return Table(f"{caption}; {left:,} more points in sweep.shares" if left else caption, heads, rows)


def is_empty(value: Any) -> bool:
    """Whether a point leaves a value as the base has it."""
    from sim.sweeps.names import is_missing

    return bool(is_missing(value))


# --- a model ---


@told
def model_page(model: WithdrawalModel) -> str:
    """A model: the date, the rung of each actor, the pressure, what has been decided. Of many worlds, how many."""
    scenario, alone = model.scenario, isinstance(model.worlds, int)
    which = f"World {model.worlds}" if alone else f"{len(model.worlds):,} worlds"  # type: ignore[arg-type]
    if model.day_done < 0:
        when = f"Before its first day, {phrases.spelled(phrases.day(scenario, 0))}; the past has been lived."
    else:
        number = f"day {model.day_done} of 0 to {scenario.days - 1}"
        when = f"The evening of {phrases.spelled(phrases.day(scenario, model.day_done))} ({number})."
    rows = [
        (phrases.actor(name.removeprefix("rung/")), *of_many(quantity.rungs, model.value(name)))
        for name, quantity in model.quantities.items()
        if name.startswith("rung/")
    ]
    pressure, troops = (middle(model.value(name)) for name in ("pressure", "troops"))
    over = "" if alone else ", means over the worlds"
    levels = f"Pressure on the prime minister {pressure} (0 to 1), US troops in Iraq {troops}{over}."
    heads = ("actor", "rung" if alone else "rung of most", *([] if alone else ["share of worlds"]))
    return page(
        f"{which} of {scenario.name or 'a scenario without a name'}, seed {model.seed}",
        (when, levels, decided(model), *(f"A replaced choice: {one.said}." for one in model.choices)),
        table(Table("Where the actors stand", heads, rows), most=16),
        then=("model.step()", 'model.value("pressure")', "model.agents"),
    )


def of_many(rungs: Sequence[str], found: Any) -> tuple[str, ...]:
    """The name of a rung; of many worlds that of the rung that most stand on, and how many of them."""
    import numpy as np

    if not np.ndim(found):
        return (phrases.plain(rungs[int(found)]),)
    on_each = np.bincount(found.astype(np.int64), minlength=len(rungs))
    most = int(on_each.argmax())
    return phrases.plain(rungs[most]), phrases.percent(on_each[most] / len(found))


def middle(found: Any) -> str:
    """A number; of many worlds their mean."""
    import numpy as np

    return phrases.amount(float(np.mean(found)))


def decided(model: WithdrawalModel) -> str:
    """What has been decided about the presence, as a sentence."""
    import numpy as np

    from sim.model.outcomes import KINDS, OUTCOMES

    day, outcome, kind = (model.value(name) for name in ("outcome_day", "outcome", "kind"))
    if np.size(model.worlds) > 1 or np.ndim(day):
        worlds = np.size(model.worlds)
        ended = int(np.sum(np.broadcast_to(np.asarray(day) >= 0, (worlds,))))
        return f"In {ended:,} of {worlds:,} worlds an end has been decided."
    if day < 0:
        return "Nothing has been decided: the troops stay so far."
    when = phrases.spelled(phrases.day(model.scenario, float(day)))
    return f"Decided on {when}: {phrases.outcome(OUTCOMES[int(outcome)])} ({phrases.kind(KINDS[int(kind)])})."


# --- what there is to pick from ---


def scenario_list() -> Listing:
    """The shipped scenarios: name, title, what conditions they are, whose view."""
    from sim.scenario.load import every_shipped

    rows: list[tuple[str, ...]] = [
        (name, phrases.clean(scenario.title), phrases.clean(scenario.summary), phrases.clean(scenario.source))
        for name, scenario in every_shipped().items()
    ]
    heads = ("name", "title", "conditions", "view or source")
    return Listing("The shipped scenarios", Table("", heads, rows), ('sim.load("status_quo")',))


def figure_list() -> Listing:
    """The figures of a result, the main ones first: name and caption.

    One that has nothing to draw in a result says why when it is drawn.
    """
    from sim.show.figures import FIGURES

    by_weight = sorted(FIGURES.values(), key=lambda plot: not plot.main)
    return figures([(plot.name, phrases.clean(plot.caption)) for plot in by_weight], "result")


def sweep_figure_list(sweep: Sweep) -> Listing:
    """The figures that fit the design of a sweep: name and caption."""
    from sim.show.sweeps.pictures import pictures
    from sim.show.sweeps.shown import Shown

    return figures([(one.name, phrases.clean(one.caption)) for one in pictures(Shown(sweep))], "sweep")


def figures(rows: list[tuple[str, ...]], of: str) -> Listing:
    """Figures to pick from."""
    then = (f'{of}.plot("{rows[0][0]}")',) if rows else ()
    return Listing(f"The figures of a {of}", Table("", ("name", "what it shows"), rows), then)
