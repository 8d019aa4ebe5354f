"""The answer in two sentences, the paragraph of methods, how to cite; ``summary.md``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.disk.words import one_line
from sim.disk.writing import put
from sim.show import making, phrases, printed, tables

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result import Result
    from sim.scenario.schema import Scenario

NAME = re.compile(r"([\w/.-]*\w_\w[\w/.-]*)")
"""A name of a file or a parameter, as it stands in a text."""

MOST_NAMED = 3
"""Of scenarios, or of pairs of them, each told in a sentence; of more the extremes are, and a table holds all."""

SAID = {
    "us_stays": "US troops stay",
    "negotiated_exit": "a negotiated exit comes",
    "lapsed": "a dated agreement runs out",
}


def limits(result: Result) -> str:
    """What the model is not for, and what its numbers are."""
    return (
        "This is a model for research and teaching. It explores under which conditions, and through which mechanisms, "
        "each ending comes about; it does not predict, and it is not for planning operations of any kind. It rests on "
        "public, aggregate data to 10 January 2024 and on judgements that are named as such; many of its numbers are "
        f"judgements. Intervals hold {phrases.chance(result.scenarios)}: {phrases.wider(result.scenarios)}. Deaths are "
        "numbers here; the dead were people."
    )


def answer(result: Result) -> list[str]:
    """The answer to the article's question, as two sentences with their uncertainty.

    The first says how often each path comes under each scenario's conditions; the second what the war in Gaza
    changes, or, where the run holds no pair for that, what other conditions change and what the intervals leave out.
    """
    return [first_sentence(result), second_sentence(result)]


def first_sentence(result: Result) -> str:
    """How often Iraq decides to push the troops out, and what happens else, per scenario; of many, the extremes."""
    if not result.scenarios or not len(result.worlds):
        return "No world was simulated, so there is no answer."
    until = {phrases.last_day(scenario) for scenario in result.scenarios}
    when = f"by {phrases.spelled(until.pop())}" if len(until) == 1 else "by the end of the simulated time"
    tell = each_share if len(result.scenarios) <= MOST_NAMED else extreme_shares
    return f"In this model Iraq decides {when} to push the US troops out {tell(result)}."


def each_share(result: Result) -> str:
    """The share of forced exits under each scenario, then the shares of all else."""
    shares = {(row.scenario, row.outcome): row for row in tables.each(tables.outcome_shares(result))}
    labels = phrases.labels(result)
    forced: list[str] = []
    for name, label in labels.items():
        row = shares[name, "forced_exit"]
        of_them = "" if forced else " of the worlds"
        forced.append(f"in {often(row)}{of_them} under {phrases.within(label)} ({unsure(row, first=not forced)})")
    rest = []
    for outcome in tables.outcomes_shown(result):
        if outcome != "forced_exit":
            each = [phrases.percent(shares[name, outcome].share) for name in labels]
            rest.append(f"{SAID.get(outcome, phrases.outcome(outcome))} in {phrases.listed(each)}")
    ends = [phrases.percent(row.share) for row in tables.each(tables.any_end(result))]
    rest.append(f"an end of any kind is decided in {phrases.listed(ends)}")
    return f"{phrases.listed(forced)}; {phrases.listed(rest)}"


def unsure(row: Any, first: bool = True) -> str:
    """How unsure a share is, in brackets: its range over the accepted set where that is known, and chance.

    The ``first`` says which is which.
    """
    chance = phrases.interval(row.low, row.high)
    if row.set_low != row.set_low:
        return f"95 % interval {chance}" if first else chance
    over = phrases.over_the_set(row)
    said = " over the accepted set, 10th to 90th percentile" if first else " over the set"
    return f"{over}{said}; {chance} by chance{', 95 %' if first else ''}"


def often(row: Any) -> str:
    """A share in a sentence."""
    return phrases.percent(row.share) if row.count else "none"


def extreme_shares(result: Result) -> str:
    """Where the share of forced exits is highest and where it is lowest."""
    shares = tables.outcome_shares(result)
    rows = tables.each(shares[shares["outcome"] == "forced_exit"].sort_values("share", kind="stable"))
    low, high = rows[0], rows[-1]
    table = f"the table of outcomes has all {len(rows)} sets of conditions"
    first = f"of the worlds ({unsure(high)})"
    if low.share == high.share:
        return f"in {often(high)} {first} under each of {len(rows)} sets of conditions; {table}"
    most = alike(result, [row.scenario for row in rows if row.share == high.share])
    least = alike(result, [row.scenario for row in rows if row.share == low.share])
    return (
        f"most often under {most}, in {often(high)} {first}, and least often under {least}, in {often(low)} "
        f"({unsure(low, first=False)}); {table}"
    )


def alike(result: Result, names: Sequence[str]) -> str:
    """Scenarios of one share: by their labels, or how many there are."""
    labels = phrases.labels(result)
    several = len(names) > MOST_NAMED
    return f"{len(names)} sets of conditions" if several else phrases.listed([phrases.within(labels[n]) for n in names])


def second_sentence(result: Result) -> str:
    """What the war in Gaza changes, with its interval; or what other conditions do; and what intervals leave out."""
    gaza = tables.gaza(result)
    gaza = gaza[(gaza["path"] == "both") & (gaza["measure"] == "forced_exit")]
    if len(gaza):
        return f"{of_gaza(result, gaza)}; {held(printed.parties(result, gaza))}."
    changes = tables.changes(result)
    changes = changes[changes["measure"] == "forced_exit"]
    if len(changes):
        return f"{of_changes(result, changes)}; {held(printed.parties(result, changes))}."
    return f"All {held(result.scenarios)}: read the shares against each other, not as odds of the real event."


def held(scenarios: Sequence[Scenario]) -> str:
    """What the intervals hold, and what they leave out."""
    return f"intervals hold {phrases.chance(scenarios)}, and {phrases.wider(scenarios)}"


def of_gaza(result: Result, numbers: pd.DataFrame) -> str:
    """What the war in Gaza does to the share of forced exits."""
    clauses = {(pair.first, pair.second): pair.condition for pair in tables.of_gaza(result)}
    labels = phrases.labels(result.whole)
    rows = tables.each(numbers)
    row = rows[0]
    condition = clauses[row.scenario, row.other]
    same = [one for one in rows if clauses[one.scenario, one.other] == condition]
    if len(same) > 1:
        gaps = gaps_under(same, [phrases.within(labels[one.scenario]) for one in same])
        return (
            f"That {condition} changes the share of forced exits, in percentage points, by {phrases.listed(gaps)}, "
            f"{row.worlds:,} paired worlds each; where an interval holds zero, chance alone could explain it"
        )
    where = phrases.within(labels[row.scenario])
    span = f"95 % interval {phrases.points(row.low)} to {phrases.points(row.high)}, {row.worlds:,} paired worlds"
    if row.low > 0 or row.high < 0:
        turn = "more" if row.difference > 0 else "less"
        points = f"{abs(100 * row.difference):.1f} percentage points"
        return f"That {condition} makes a forced exit, under {where}, {turn} likely by {points} ({span})"
    return (
        f"That {condition} makes, under {where}, no difference to forced exits that chance alone could not explain: "
        f"{phrases.points(row.difference)} percentage points ({span})"
    )


def gaps_under(rows: Sequence[Any], wheres: Sequence[str]) -> list[str]:
    """Differences in points, each with its interval and under what it is: ``−0.4 under … (−0.8 to 0.0)``."""
    return [
        f"{phrases.points(row.difference)} under {where} ({'' if place else '95 % interval '}"
        f"{phrases.points(row.low)} to {phrases.points(row.high)})"
        for place, (row, where) in enumerate(zip(rows, wheres, strict=True))
    ]


def of_changes(result: Result, numbers: pd.DataFrame) -> str:
    """What other conditions do to the share of forced exits: of up to three pairs each, of more the one largest."""
    labels = phrases.labels(result.whole)
    rows = tables.each(numbers)
    shown = rows if len(rows) <= MOST_NAMED else [max(rows, key=lambda row: abs(row.difference))]
    one = printed.one_reference(numbers)
    against = "" if one else " against {}"
    wheres = [phrases.within(labels[row.scenario]) + against.format(phrases.within(labels[row.other])) for row in shown]
    begins = f"Against {phrases.within(labels[one])} the" if one else "The"
    worlds = f"{int(numbers['worlds'].max()):,} paired worlds{' each' if len(shown) > 1 else ''}"
    said = f"percentage points, by {phrases.listed(gaps_under(shown, wheres))}, {worlds}"
    if len(shown) < len(rows):
        return (
            f"{begins} share of forced exits changes most, in {said}; the table of paired differences has all "
            f"{len(rows)} pairs"
        )
    doubt = "where an interval holds zero, chance alone could explain it"
    return f"{begins} share of forced exits changes, in {said}; {doubt}"


def drawing(scenario: Scenario) -> str:
    """Which numbers each world of a scenario draws, as a clause; nothing where it draws none."""
    from sim.scenario.conditions import drawn_spans

    said = []
    named = sorted(scenario.uncertain)
    if scenario.uncertainty == "judgement":
        count = len(drawn_spans(scenario))
        said.append(f"each of the {count:,} numbers that are judgements and stand at their default from its range")
    if scenario.uncertainty == "accepted":
        said.append(vectors(scenario))
    if named:
        names = f" ({phrases.listed(named)})" if len(named) <= MOST_NAMED else ""
        several = f"{len(named):,} named numbers{names} from a distribution each"
        said.append(f"the number {named[0]} from its distribution" if len(named) == 1 else several)
    return phrases.listed(said)


def vectors(scenario: Scenario) -> str:
    """What a world draws from the accepted set, as a clause."""
    from sim.scenario.accepted import accepted
    from sim.scenario.conditions import drawn_spans

    found = accepted()
    made = found.made
    return (
        f"one of the {len(found):,} accepted vectors of the {len(drawn_spans(scenario)):,} numbers that are judgements "
        f"and stand at their default, each of which shows at least {made['least_counted']} of {made['counted']} "
        f"patterns of the record, and {made['least_new']} of {made['new']} more, in hindcasts"
    )


def drawn(result: Result) -> str:
    """A sentence for each set of scenarios whose worlds draw the same numbers; nothing where none draws any."""
    found: dict[str, list[str]] = {}
    for scenario in result.scenarios:
        found.setdefault(drawing(scenario), []).append(f"“{phrases.label(scenario)}”")
    clauses = {clause: labels for clause, labels in found.items() if clause}
    return "".join(
        f" Each world{'' if len(found) == 1 else f' of {phrases.listed(labels)}'} draws once {clause}."
        for clause, labels in clauses.items()
    )


def methods(result: Result) -> str:
    """A paragraph to paste into the methods section of a paper."""
    scenarios = ", ".join(
        f"“{phrases.label(scenario)}” ({phrases.clean(scenario.name)})" for scenario in result.scenarios
    )
    lengths = sorted({scenario.days for scenario in result.scenarios})
    starts = sorted({scenario.start for scenario in result.scenarios})
    days = f"{lengths[0]}" if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]}"
    rest = (
        "rules or other parameters" if any(map(phrases.draws_parameters, result.scenarios)) else "parameters or rules"
    )
    begin = f" from {phrases.spelled(starts[0])}" if len(starts) == 1 else ""
    replaced = f", {result.replaced}" if result.choices else ""
    return (
        f"We used iraq-withdrawal-sim {making.fact(result, 'version')} (model {making.fact(result, 'model')}), an "
        "exploratory agent-based model of the Iraqi government and parliament, the United States, Iran and the Iraqi "
        f"militia groups, each with a declared ladder of escalation, in steps of one day over {days} days{begin}. We "
        f"simulated {making.worlds_each(result)} (seed {making.fact(result, 'seed')}) under "
        f"{scenarios}{replaced}.{beside(result)}{drawn(result)} Scenarios set conditions; no outcome is an input. All "
        "scenarios share their random numbers, so that differences between them are paired. Shares carry 95 % Wilson "
        "intervals, paired differences of shares those of Bonett and Price (2012); both hold "
        f"{phrases.chance(result.scenarios)}, not the uncertainty of {rest}.{over_the_set(result)} Cumulative "
        "incidence treats the exits as competing; since no world is lost from sight before the horizon, the "
        "Aalen-Johansen estimator is the share of worlds decided by each day."
    )


def over_the_set(result: Result) -> str:
    """A sentence on how the ranges over the accepted set are made, where there are any."""
    if not tables.has_ranges(tables.endings(result)):
        return ""
    return (
        " Ranges over the accepted set are the 10th and 90th percentile of the share itself over its vectors, by a "
        "beta-binomial fitted by moments (Kleinman 1973), which takes the chance of few worlds a vector out of them."
    )


def beside(result: Result) -> str:
    """A sentence about the scenarios of the run that only answer the second question, where there are such."""
    count = len(result.whole.scenarios) - len(result.scenarios)
    if not count:
        return ""
    return (
        f" {count} further scenarios, run in the same worlds, answer the question of Gaza alone: twins of these in "
        "which the war is over from the first day, for everybody, for the groups and Iran, or for politics in "
        "Baghdad; and the same from 7 October 2023 on."
    )


def experiments(result: Result) -> list[str]:
    """A sentence for each scenario that caps the government or parliament: it decides part of the ending."""
    return [
        f"{phrases.label(scenario)}: the {' and the '.join(phrases.capped(scenario))} cannot climb to the "
        "highest rungs; "
        "this is an experiment on the ending, not a set of conditions."
        for scenario in result.scenarios
        if phrases.capped(scenario)
    ]


def scripted(result: Result) -> list[str]:
    """A sentence for each scenario in which something happens on a date."""
    from sim.scenario.said import all_said

    return [
        f"By date, {phrases.within(phrases.label(scenario))}: {all_said(scenario.events, scenario)}."
        for scenario in result.scenarios
        if scenario.events
    ]


def plain_markdown(text: str) -> str:
    """Text that Markdown shows as it is, in one line: what would be markup or HTML is escaped.

    Names with ``_`` stand as code.
    """
    parts = enumerate(NAME.split(one_line(text)))
    return "".join(f"`{part}`" if place % 2 else escaped(part) for place, part in parts)


def escaped(text: str) -> str:
    """Text without a name in it, for Markdown."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, "\\" + sign if sign not in "<>" else {"<": "&lt;", ">": "&gt;"}[sign])
    return text


def as_rows(table: printed.Table) -> Iterator[str]:
    """A table as lines of Markdown."""
    yield f"| {' | '.join(map(plain_markdown, table.heads))} |"
    yield f"|{'|'.join('---:' if column in table.numeric else '---' for column in range(len(table.heads)))}|"
    yield from (f"| {' | '.join(map(plain_markdown, row))} |" for row in table.rows)


def as_markdown(result: Result) -> str:
    """The text of ``summary.md``."""
    lines = ["# Will Iraq push the US troops out?", "", f"**{phrases.NOT_A_FORECAST}**", ""]
    lines += [f"**{plain_markdown(making.replaced(result))}**", ""] if result.choices else []
    lines += [plain_markdown(" ".join(answer(result))), ""]
    lines += [f"**Mind:** {plain_markdown(sentence)}\n" for sentence in experiments(result)]
    lines += [f"{plain_markdown(sentence)}\n" for sentence in scripted(result)]
    lines += [*as_rows(printed.outcomes(result)), ""]
    changes = printed.changes(result)
    if changes.rows:
        lines += [f"{plain_markdown(changes.caption)}:", "", *as_rows(changes), ""]
    lines += ["Figures, tables and what they rest on: report.html, figures/, tables/.", ""]
    lines += ["## Methods, to paste", "", plain_markdown(methods(result)), ""]
    lines += ["## How it was made", "", "```", making.command(result), "```", ""]
    if making.repetition(result):
        lines += ["Or, whatever was run, with a word on whether the bytes agree:", ""]
        lines += ["```", making.repetition(result), "```", "", making.ABOUT_RESULTS, ""]
    lines += ["## How to cite", ""]
    lines += [plain_markdown(making.citation(result)), "", f"The question is that of {making.ARTICLE}.", ""]
    lines += ["## Limits", "", limits(result), ""]
    return "\n".join(lines)


def write_summary(result: Result, folder: str | Path) -> Path:
    """Writes ``summary.md`` into ``folder``."""
    return put(Path(folder) / "summary.md", as_markdown(tables.main_part(result)))
