"""The answer in two sentences, the paragraph of methods, how to cite; ``summary.md``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
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
WIDE = 0.05
"""How far chance moves a share where it is said that the worlds are few."""
MOST_WORDS = 28
"""In one of the two sentences; where names are too long for that, it does without them."""


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
    """The answer to the article's question, as two short sentences.

    The first says how often Iraq decides to push the troops out under each scenario's conditions; the second what the
    war in Gaza changes in that, or, where the run holds no pair for it, what other conditions do, or how all else ends.
    How unsure it is stands beside them: :func:`doubt`, and the table :func:`sim.show.printed.doubt`.
    """
    return [first_sentence(result), second_sentence(result)]


def first_sentence(result: Result) -> str:
    """How often Iraq decides to push the troops out, by scenario; of many, where least and where most often."""
    rows = forced(result)
    if not rows:
        return "No world was simulated, so there is no answer."
    until = {phrases.last_day(scenario) for scenario in result.scenarios}
    when = f"by {phrases.spelled(until.pop())}" if len(until) == 1 else "by the end of the simulated time"
    begins = "with replaced choices " if result.choices else ""
    does = f"{begins}Iraq decides {when} to push the US troops out in"
    return shortest(*(f"{does} {told}." for told in (by_scenario(result, rows), over_all(rows))))


def forced(result: Result) -> list[Any]:
    """The rows of the forced exits, one a scenario that has worlds."""
    if not result.scenarios or not len(result.worlds):
        return []
    shares = tables.outcome_shares(result)
    return tables.each(shares[(shares["outcome"] == "forced_exit") & (shares["worlds"] > 0)])


def by_scenario(result: Result, rows: Sequence[Any]) -> str:
    """The shares with what they are under: all of a few, of many the least and the most."""
    names = phrases.brief_labels(result)
    first = rows[0].scenario
    if phrases.labels(result)[first].startswith("Conditions "):  # an exit is also an outcome
        names[first] = f"conditions: {names[first]}"
    if len(rows) == 1:
        return f"{phrases.often(rows[0])} ({names[first]})" if len(result.scenarios) == 1 else over_all(rows)
    if len(rows) <= MOST_NAMED:
        alike_many = len({row.worlds for row in rows}) == 1
        return phrases.listed(
            [
                f"{phrases.often(row, is_first=not (place and alike_many))} ({names[row.scenario]})"
                for place, row in enumerate(rows)
            ]
        )
    names = phrases.brief_labels(result)
    least, most = ends(rows)
    if least.share == most.share:
        return over_all(rows)
    low, high = (f"({alike(names, rows, row)})" for row in (least, most))
    return f"{phrases.often(least, is_first=False)} {low} to {phrases.often(most)} {high}, over {sets_of(rows)}"


def over_all(rows: Sequence[Any]) -> str:
    """The shares without a name: from the least to the most."""
    least, most = ends(rows)
    if len(rows) == 1:
        return phrases.often(least)
    if least.share == most.share:
        return f"{phrases.often(least)}, under each of {sets_of(rows)}"
    if most.worlds < phrases.FEW:
        return f"{phrases.often(least, is_first=False)} to {phrases.often(most)}, over {sets_of(rows)}"
    return f"{phrases.rough_interval(least.share, most.share)} of worlds, over {sets_of(rows)}"


def sets_of(rows: Sequence[Any]) -> str:
    """How many sets of conditions there are."""
    return f"{phrases.in_words(len(rows))} sets of conditions"


def ends(rows: Sequence[Any]) -> tuple[Any, Any]:
    """The row of the least share and that of the most; of several alike the first."""
    return min(rows, key=lambda row: row.share), max(rows, key=lambda row: row.share)


def alike(names: Mapping[str, str], rows: Sequence[Any], row: Any) -> str:
    """The scenario of a row, or how many there are of its share."""
    same = [one for one in rows if one.share == row.share]
    return names[row.scenario] if len(same) == 1 else f"{phrases.in_words(len(same))} of them"


def shortest(*said: str) -> str:
    """The first of several ways to say a thing that is short enough; the last where none is. It begins large."""
    for one in said:
        if len(one.replace(" %", "%").split()) <= MOST_WORDS:
            break
    return one[:1].upper() + one[1:]


def second_sentence(result: Result) -> str:
    """What the war in Gaza changes; or what other conditions do; or how all else ends."""
    if not forced(result):
        return "Nothing can be said of what changes it."
    gaza = tables.gaza(result)
    gaza = gaza[(gaza["path"] == "both") & (gaza["measure"] == "forced_exit")]
    if len(gaza):
        return of_gaza(result, gaza)
    changes = tables.changes(result)
    changes = changes[changes["measure"] == "forced_exit"]
    if len(changes):
        return of_changes(result, changes)
    if len(result.scenarios) > 1:
        return "Their days are not the same, so that they are not compared with one another."
    return of_the_rest(result)


def of_gaza(result: Result, numbers: pd.DataFrame) -> str:
    """What the war in Gaza does to the share of forced exits."""
    pairs = {(pair.first, pair.second): pair for pair in tables.of_gaza(result)}
    every = tables.each(numbers)
    condition = pairs[every[0].scenario, every[0].other].condition
    rows = [row for row in every if pairs[row.scenario, row.other].condition == condition]
    other = tables.scenario_named(result.whole, rows[0].other)
    ended = other.fronts["gaza"].ends
    had = (
        "had there been none"
        if ended is None or condition.startswith("there is")
        else f"had it ended on {phrases.spelled(ended)}"
    )
    names = phrases.brief_labels(result.whole)
    worlds = rows[0].worlds
    is_few = worlds < phrases.FEW and all(row.worlds == worlds for row in rows)
    few = f" of {worlds:,} worlds" if is_few else ""
    shares = [f"{round(row.there * worlds)}" if few else phrases.rough(row.there) for row in rows]
    levels = f"it would be {phrases.listed(shares)}{few}"
    if len(rows) > MOST_NAMED:
        least, most = (pick(rows, key=lambda row: row.there) for pick in (min, max))
        levels = f"it would be {shares[rows.index(least)]} to {shares[rows.index(most)]}{few}"
    named = f"{levels} ({phrases.listed([names[row.scenario] for row in rows])})"
    begins = f"the war in Gaza {verdict(rows)}"
    said = [f"{begins}: {had}, {named}.", f"{begins}: {had}, {levels}.", f"{begins}; without it, {levels}."]
    shown = [scenario.name for scenario in result.scenarios]
    is_all = [row.scenario for row in rows] == shown and len(shown) > 1
    return shortest(*said[is_all:])


def verdict(rows: Sequence[Any]) -> str:
    """Whether the war makes forced exits likelier, as far as intervals of differences can tell it from chance."""
    more, less = (sum(sign * row.low > 0 and sign * row.high > 0 for row in rows) for sign in (1, -1))
    in_all = "" if len(rows) == 1 else f" in {phrases.in_words(max(more, less))} of {phrases.in_words(len(rows))}"
    if more and less:
        return f"matters beyond chance in {phrases.in_words(more + less)} of {phrases.in_words(len(rows))}"
    if more or less:
        sure = "" if max(more, less) == len(rows) else f"{in_all}, beyond chance"
        return f"makes it {'likelier' if more else 'less likely'}{sure}"
    return "changes this by no more than chance might"


def of_changes(result: Result, numbers: pd.DataFrame) -> str:
    """What other conditions do to the share of forced exits: of up to three pairs each, of more the one largest."""
    names = phrases.brief_labels(result.whole)
    rows = tables.each(numbers)
    if not any(row.difference for row in rows):
        return "Between them there is no difference at all."
    sure = beyond(sum(row.low > 0 or row.high < 0 for row in rows), len(rows))
    one = printed.one_reference(numbers)
    if one and len(rows) <= MOST_NAMED:
        bare = [phrases.rough_points(row.difference) for row in rows]
        gaps = [
            f"{gap}{'' if place else ' points'} ({names[row.scenario]})"
            for place, (row, gap) in enumerate(zip(rows, bare, strict=True))
        ]
        what = "the difference is" if len(rows) == 1 else "the differences are"
        against = f"against {phrases.within(phrases.labels(result.whole)[one])} {what}"
        return shortest(
            f"{against} {phrases.listed(gaps)}, {sure}.",
            f"against the first {what} {phrases.listed(gaps)}, {sure}.",
            f"against the first {what} {phrases.listed(bare)} points, {sure}.",
        )
    most = max(rows, key=lambda row: abs(row.difference))
    gap = f"the largest of {len(rows)} differences is {phrases.rough_points(most.difference)} points"
    return shortest(f"{gap}, {names[most.scenario]} against {names[most.other]}; {sure}.", f"{gap}; {sure}.")


def beyond(clear: int, count: int) -> str:
    """How many differences are more than chance alone would make."""
    if count == 1:
        return "more than chance alone would make" if clear else "no more than chance might make"
    every, none = ("both", "neither") if count == 2 else ("all", "none")
    if clear in (0, count):
        return f"{every if clear else none} beyond chance"
    return f"{phrases.in_words(clear)} of {phrases.in_words(count)} beyond chance"


def of_the_rest(result: Result) -> str:
    """How the worlds end that are not forced exits, of one scenario."""
    rows = [row for row in tables.each(tables.outcome_shares(result)) if row.outcome != "forced_exit"]
    said = [
        f"{SAID.get(row.outcome, phrases.outcome(row.outcome))} in {phrases.often(row, is_first=not place)}"
        for place, row in enumerate(rows)
    ]
    return shortest(f"{phrases.listed(said)}.", f"{said[0]}.")


def doubt(result: Result) -> list[str]:
    """How unsure the answer is, in plain words: what moves the shares, and how few worlds there are where they are few.

    The numbers to it are in :func:`sim.show.printed.doubt`.
    """
    if not forced(result):
        return []
    chance = "By chance: how far a share moves with other random numbers (95 times in 100)."
    if tables.has_ranges(tables.endings(result)):
        over = "Over the accepted parameters: how far a share moves with numbers that nobody knows well (eight in ten"
        said = [f"{over} of their vectors).", chance, "What is not known about rules is in neither."]
    elif all(map(phrases.draws_vectors, result.scenarios)):
        said = [chance, "How far it moves over the accepted parameters so few worlds do not tell."]
    else:
        draws = any(map(phrases.draws_parameters, result.scenarios))
        said = [chance, f"What is not known about rules and {'other ' if draws else ''}parameters is not in it."]
    shares = tables.outcome_shares(result)
    far = float(max((shares["high"] - shares["share"]).max(), (shares["share"] - shares["low"]).max()))
    if far >= WIDE:
        worlds = making.worlds_each(result)
        said.append(f"With {worlds} chance moves it by up to {100 * far:.0f} points: more worlds tell more.")
    return said


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
    lines += [*as_rows(printed.doubt(result)), "", plain_markdown(" ".join(doubt(result))), ""] if doubt(result) else []
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
