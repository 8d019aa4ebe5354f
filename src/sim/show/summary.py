"""The answer in two sentences, the paragraph of methods, how to cite; ``summary.md``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sim.show import making, tables, words
from sim.show.files import put

if TYPE_CHECKING:
    from sim.result import Result

LIMITS = (
    "This is a model for research and teaching. It explores under which conditions, and through which "
    "mechanisms, each "
    "ending comes about; it does not predict, and it is not for planning operations of any kind. It rests "
    "on public, "
    "aggregate data to 10 January 2024 and on judgements that are named as such; many of its numbers are "
    "judgements. "
    "Intervals hold chance only: what is not known about rules and parameters is wider. Deaths are numbers "
    "here; "
    "the dead were people."
)


def answer(result: Result) -> list[str]:
    """The answer to the article's question, as two sentences with their uncertainty.

    The first says how often each path comes under each scenario's conditions; the second what the war in Gaza
    changes, or, where the run holds no pair for that, what the intervals leave out.
    """
    return [first_sentence(result), second_sentence(result)]


def first_sentence(result: Result) -> str:
    """How often Iraq pushes the troops out, and what happens else, per scenario."""
    shares = {(row.scenario, row.outcome): row for row in tables.each(tables.outcome_shares(result))}
    labels = words.labels(result)
    shown = result.scenarios
    if not shown or not len(result.worlds):
        return "No world was simulated, so there is no answer."
    forced: list[str] = []
    for scenario in shown:
        row = shares[scenario.name, "forced_exit"]
        often = words.percent(row.share) if row.count else "none"
        of_them = "" if forced else " of the worlds"
        span = f"{'' if forced else '95 % interval '}{words.interval(row.low, row.high)}"
        forced.append(f"in {often}{of_them} under {words.within(labels[scenario.name])} ({span})")
    said = {
        "us_stays": "US troops stay",
        "negotiated_exit": "a negotiated exit comes",
        "lapsed": "a dated agreement runs out",
    }
    rest = []
    for name in tables.outcomes_shown(result):
        if name != "forced_exit":
            each = [words.percent(shares[scenario.name, name].share) for scenario in shown]
            rest.append(f"{said.get(name, words.outcome(name))} in {words.listed(each)}")
    until = {words.last_day(scenario) for scenario in shown}
    when = f"by {words.spelled(until.pop())}" if len(until) == 1 else "by the end of the simulated time"
    return f"In this model Iraq pushes the US troops out {when} {words.listed(forced)}; {words.listed(rest)}."


def second_sentence(result: Result) -> str:
    """What the war in Gaza changes, with its interval; or what the intervals leave out."""
    chance = "intervals hold chance only, and what is not known about rules and parameters is wider"
    numbers = tables.gaza(result)
    rows = tables.each(numbers[(numbers["path"] == "both") & (numbers["measure"] == "forced_exit")])
    if not rows:
        return f"All {chance}: read the shares against each other, not as odds of the real event."
    clauses = {(pair.first, pair.second): pair.condition for pair in tables.of_gaza(result)}
    labels = words.labels(result.whole)
    row = rows[0]
    condition = clauses[row.scenario, row.other]
    alike = [one for one in rows if clauses[one.scenario, one.other] == condition]
    if len(alike) > 1:
        said = [
            f"{words.points(one.difference)} under {words.within(labels[one.scenario])} "
            f"({'95 % interval ' if one is alike[0] else ''}{words.points(one.low)} to {words.points(one.high)})"
            for one in alike
        ]
        return (
            f"That {condition} changes the share of forced exits, in percentage points, by {words.listed(said)}, "
            f"{row.worlds:,} paired worlds each; where an interval holds zero, chance alone could explain it; {chance}."
        )
    worlds, gap, low, high = row.worlds, row.difference, row.low, row.high
    where = words.within(labels[row.scenario])
    span = f"95 % interval {words.points(low)} to {words.points(high)}, {worlds:,} paired worlds"
    if low > 0 or high < 0:
        turn = "more" if gap > 0 else "less"
        return (
            f"That {condition} makes a forced exit, under {where}, {turn} likely by "
            f"{abs(100 * gap):.1f} percentage "
            f"points ({span}); {chance}."
        )
    return (
        f"That {condition} makes, under {where}, no difference to forced exits that chance alone could "
        "not explain: "
        f"{words.points(gap)} percentage points ({span}); {chance}."
    )


def methods(result: Result) -> str:
    """A paragraph to paste into the methods section of a paper."""
    scenarios = ", ".join(f"“{words.label(scenario)}” ({words.clean(scenario.name)})" for scenario in result.scenarios)
    lengths = sorted({scenario.days for scenario in result.scenarios})
    starts = sorted({scenario.start for scenario in result.scenarios})
    days = f"{lengths[0]}" if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]}"
    begin = f" from {words.spelled(starts[0])}" if len(starts) == 1 else ""
    return (
        f"We used iraq-withdrawal-sim {making.fact(result, 'version')} (model {making.fact(result, 'model')}), an "
        "exploratory agent-based model of the Iraqi government and parliament, the United States, Iran and the Iraqi "
        f"militia groups, each with a declared ladder of escalation, in steps of one day over {days} days{begin}. We "
        f"simulated {making.worlds_each(result)} (seed {making.fact(result, 'seed')}) under "
        f"{scenarios}.{beside(result)} Scenarios set conditions; no outcome is an input. All scenarios share their "
        "random numbers, so that differences between them are paired. Shares carry 95 % Wilson intervals, paired "
        "differences of shares those of Bonett and Price (2012); both hold chance only, not the uncertainty of "
        "parameters or rules. Cumulative incidence treats the exits as competing; since no world is lost from sight "
        "before the horizon, the Aalen-Johansen estimator is the share of worlds decided by each day."
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
        f"{words.label(scenario)}: the {' and the '.join(words.capped(scenario))} cannot climb to the "
        "highest rungs; "
        "this is an experiment on the ending, not a set of conditions."
        for scenario in result.scenarios
        if words.capped(scenario)
    ]


def plain_markdown(text: str) -> str:
    """Text that Markdown shows as it is: what would be markup or HTML is escaped."""
    for sign in "\\`*_[]<>|#":
        text = text.replace(sign, "\\" + sign if sign not in "<>" else {"<": "&lt;", ">": "&gt;"}[sign])
    return text


def as_markdown(result: Result) -> str:
    """The text of ``summary.md``."""
    labels = words.labels(result)
    lines = ["# Will Iraq push the US troops out?", "", f"**{words.NOT_A_FORECAST}**", ""]
    lines += [plain_markdown(" ".join(answer(result))), ""]
    lines += [f"**Mind:** {plain_markdown(sentence)}\n" for sentence in experiments(result)]
    lines += ["| conditions | outcome | worlds | share | 95 % interval (chance only) |", "|---|---|---:|---:|---:|"]
    for row in tables.each(tables.outcome_shares(result)):
        cells = (
            plain_markdown(labels[str(row.scenario)]),
            words.outcome(str(row.outcome)),
            f"{row.count:,} of {row.worlds:,}",
            words.percent(row.share),
            words.interval(row.low, row.high),
        )
        lines.append(f"| {' | '.join(cells)} |")
    lines += ["", "Figures, tables and what they rest on: report.html, figures/, tables/.", ""]
    lines += ["## Methods, to paste", "", plain_markdown(methods(result)), ""]
    lines += ["## How it was made", "", "```", making.fact(result, "command"), "```", "", "## How to cite", ""]
    lines += [plain_markdown(making.citation(result)), "", f"The question is that of {making.ARTICLE}.", ""]
    lines += ["## Limits", "", LIMITS, ""]
    return "\n".join(lines)


def write_summary(result: Result, folder: str | Path) -> Path:
    """Writes ``summary.md`` into ``folder``."""
    return put(Path(folder) / "summary.md", as_markdown(tables.main_part(result)))
