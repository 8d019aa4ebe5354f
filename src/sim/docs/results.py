"""docs/results.md: the answers in their present form, with the figures it shows. ``python -m sim.docs.results``.

Everything on the page is made by this program, but for what stands between ``<!-- by hand -->`` and ``<!-- end -->``,
which is kept. The page names the model and the scenarios that it was made of; :func:`stale` says whether they are those
of today.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ask import conditions, severity
from sim.ask.questions import CONDITIONS, FROM_OCTOBER, drawing, main_job
from sim.disk.writing import put
from sim.docs import DOCS, butfor
from sim.docs.markdown import code, prose, table
from sim.engine.fingerprint import model_hash
from sim.scenario.conditions import judgement_ranges
from sim.scenario.load import fingerprint
from sim.show import curves, making, phrases, pictures, printed, summary, tables
from sim.show.figures import FIGURES
from sim.show.report import ABOUT_CHANGES, ABOUT_OCTOBER, ABOUT_PATHS, ABOUT_TWINS

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result import Result

COMMAND = "python -m sim.docs.results"
NUMBERS = "results.json"
"""The numbers of the page for programs, and for sentences elsewhere that quote them; and what it was made as."""
WORLDS = 2000
PATTERN_WORLDS = 600
RULED_OUT = 0.01  # a share below it, with all ranges on, would contradict the article's experts
DOTS_PER_INCH = 150  # of the PNG that README.md shows
BY_HAND = re.compile(r"<!-- by hand -->\n(.*?)<!-- end -->", re.DOTALL)
UNTIL_THEN = """
These shares rest on the accepted set: what the record does not tell apart is in the ranges, what the rules leave out is
not.
"""


def made_of() -> str:
    """The model and the scenarios that the page is a function of, as it names them."""
    said = [fingerprint(scenario) for scenario in (*main_job(), *drawing("none"), *drawing("judgement"))]
    said += [fingerprint(scenario) for scenario in severity.scenarios().values()]
    said += [fingerprint(scenario) for scenario in conditions.scenarios().values()]
    return f"model {model_hash()}, scenarios {sha256(' '.join(said).encode('utf-8')).hexdigest()[:16]}"


def stale(folder: Path = DOCS) -> str:
    """Why docs/results.md is not that of the model as it is, with the command that makes it; nothing where it is."""
    path = folder / "results.md"
    if not path.exists():
        return f"there is no {path.name}: run `{COMMAND}`"
    text = path.read_text(encoding="utf-8")
    if made_of() not in text:
        return f"{path.name} was made by another model or of other scenarios: run `{COMMAND}`"
    if butfor.section(folder) not in text:
        return f"{path.name} says something else of necessary events than {butfor.FILE}: run `{COMMAND}`"
    return ""


def touched(folder: Path = DOCS) -> str:
    """Which file of the page is not as it was made: gone, or changed by hand where nobody's hand belongs."""
    path = folder / NUMBERS
    if not path.exists():
        return f"there is no {NUMBERS}"
    numbers = json.loads(path.read_text(encoding="utf-8"))
    now = sums(folder)
    for name, made in numbers["sums"].items():
        if now.get(name) != made:
            return f"{name} is gone" if name not in now else f"{name} was changed since it was made"
    page = (folder / "results.md").read_text(encoding="utf-8")
    return "" if numbers["made"] in page else f"{NUMBERS} belongs to another page"


def sums(folder: Path) -> dict[str, str]:
    """A sum for the page, without what is written by hand, and for each of its figures."""
    found = {}
    path = folder / "results.md"
    if path.exists():
        found[path.name] = short_sum(BY_HAND.sub("", path.read_text(encoding="utf-8")).encode("utf-8"))
    for figure in sorted((folder / "figures").glob("*.*")):
        found[f"figures/{figure.name}"] = short_sum(figure.read_bytes())
    return found


def short_sum(content: bytes) -> str:
    """A sum by which it is seen that something was changed."""
    return sha256(content).hexdigest()[:16]


def write(
    folder: Path = DOCS,
    *,
    worlds: int = WORLDS,
    severity_worlds: int = severity.WORLDS,
    pattern_worlds: int = PATTERN_WORLDS,
    workers: int = 1,
    days: int | None = None,
    tried: Mapping[str, Sequence[int]] = severity.DEAD,
) -> Path:
    """Runs what the page needs and writes it, with its figures, into ``folder``; returns the page.

    ``days`` cuts all histories short, and ``tried`` are other numbers of dead, for tests; a page cut short is stale.
    """
    from sim.evidence.validate import validate
    from sim.jobs.run import run

    changes = {} if days is None else {"days": days}
    before = model_hash()
    made = f"model {before}, histories cut short" if changes else made_of()
    result = tables.main_part(run(main_job(changes), worlds=worlds, workers=workers, events="none", figures=False))
    ranges = run(drawing("judgement", changes), worlds=worlds, workers=workers, events="none", figures=False)
    central = run(drawing("none", changes), worlds=worlds, workers=workers, events="none", figures=False)
    apart = conditions.moved(conditions.run(worlds=severity_worlds, workers=workers, changes=changes), changes)
    severe = severity.run(worlds=severity_worlds, workers=workers, changes=changes, tried=tried)
    numbers = severity.curves(severe)
    patterns = validate(worlds=pattern_worlds)
    if model_hash() != before:
        raise RuntimeError("the model's files were changed while it ran: run it again")
    path = folder / "results.md"
    write_figures(folder / "figures", result, severe, numbers)
    put(
        path,
        page(
            result,
            ranges,
            central,
            apart,
            numbers,
            severe,
            patterns,
            pattern_worlds,
            made,
            by_hand(path),
            butfor.section(folder),
        ),
    )
    put(folder / NUMBERS, as_json(result, ranges, central, apart, numbers, patterns, made, sums(folder)))
    return path


def as_json(
    result: Result,
    ranges: Result,
    central: Result,
    apart: pd.DataFrame,
    numbers: pd.DataFrame,
    patterns: Sequence[Mapping[str, Any]],
    made: str,
    summed: Mapping[str, str],
) -> str:
    """The text of docs/results.json."""

    def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(frame.to_json(orient="records", double_precision=6))
        return found

    shown = [
        {
            "id": pattern["id"],
            "counted": pattern["counted"],
            "inside": pattern["inside"],
            "medians": [part["median"] for part in pattern.get("parts", [pattern])],
        }
        for pattern in patterns
    ]
    content = {
        "made": made,
        "sums": dict(summed),
        "worlds": int(making.fact(result, "worlds").replace(",", "")),
        "shares": rows(result.shares()),
        "ranges": rows(ranges.shares()),
        "central": rows(central.shares()),
        "decided": rows(tables.any_end(result)),
        "conditions": rows(apart.astype({"value": str})),
        "gaza": rows(tables.gaza(result)),
        "severity": rows(numbers),
        "patterns": shown,
    }
    return json.dumps(content, indent=1) + "\n"


def by_hand(path: Path) -> str:
    """What somebody wrote into the page; where there is nothing yet, what holds until then."""
    kept = BY_HAND.search(path.read_text(encoding="utf-8")) if path.exists() else None
    return kept[1] if kept else UNTIL_THEN.lstrip()


def write_figures(folder: Path, result: Result, severe: Result, numbers: pd.DataFrame) -> None:
    """The figures that the page and README.md show: small, the same bytes every time, without a commit."""
    outcomes = FIGURES["outcomes"]
    put(folder / "outcomes.png", pictures.png(outcomes(result), result, outcomes.caption, DOTS_PER_INCH))
    for name in ("gaza", "consequences"):
        plot = FIGURES[name]
        element = pictures.svg(plot(result), result, name, plot.describe(result))
        put(folder / f"{name}.svg", pictures.alone(element, result))
    element = pictures.element(curves.draw(numbers, severe), "s", curves.CAPTION, curves.describe(numbers))
    put(folder / "severity.svg", pictures.alone(element, severe))


# --- the page ---


def page(
    result: Result,
    ranges: Result,
    central: Result,
    apart: pd.DataFrame,
    numbers: pd.DataFrame,
    severe: Result,
    patterns: Sequence[dict[str, Any]],
    pattern_worlds: int,
    made: str,
    note: str,
    necessary: str,
) -> str:
    """The text of docs/results.md; ``necessary`` is what docs/but-for.json gives for it."""
    parts = [
        f"# Results\n\n<!-- Made by `{COMMAND}`; changes are lost, but for what stands between the marks “by hand”. "
        "-->",
        f"**{phrases.NOT_A_FORECAST}**",
        prose(
            f"What the model says today to the questions of the article, from {making.worlds_each(result)} (seed "
            f"{making.fact(result, 'seed')}) for questions 1, 2 and 4, and {making.worlds_each(severe)} for question "
            "3. Each world draws one vector of [the accepted set](accepted.md): numbers with which the model shows the "
            "record. A range *over the set* says how far a share itself moves with these numbers, from the 10th to the "
            "90th percentile, chance taken out of it; every *interval* is a 95 % interval and holds chance alone: how "
            "far a number would move with other random numbers. What is not known about the rules is in neither."
        ),
        f"Made of: {made} (version {making.fact(result, 'version')}). {commands(result, severe)}",
        f"## What carries the answer\n\n<!-- by hand -->\n{note}<!-- end -->",
        f"## Where every world begins\n\n{beginning(result)}",
        f"## 1. Will Iraq push US troops out?\n\n{first(result)}",
        which(apart),
        others(central),
        with_ranges(ranges),
        f"## 2. Do the tensions around Gaza make it more likely this time?\n\n{second(result)}",
        f"## 3. Does it just depend on the severity of events on the ground?\n\n{third(numbers, severe)}",
        necessary,
        f"## 4. What would each exit change?\n\n{fourth(result)}",
        f"## Against the record\n\n{against_the_record(patterns, pattern_worlds)}",
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def in_markdown(shown: printed.Table) -> str:
    """A table for people, in Markdown."""
    return f"*{shown.caption}.*\n\n{table(shown.heads, shown.rows).rstrip()}"


def commands(result: Result, severe: Result) -> str:
    """How to make all of it again."""
    run = f"python3 run.py --worlds {making.fact(result, 'worlds')} --seed {making.fact(result, 'seed')}"
    curve = making.fact(severe, "command")
    return (
        "Questions 1, 2 and 4 again, with a report:\n\n"
        f"```sh\n{run}\n```\n\n"
        f"With the Python of `.venv`, question 3 is `{curve}`, and this page `{COMMAND}`."
    )


def beginning(result: Result) -> str:
    """The state before the first day: of the three, and of the fourth beginning."""
    told = prose(
        "All scenarios that start on 10 January 2024 share one past: a year of spin-up, and the record of 7 October "
        "2023 to 9 January 2024 as scripted events, by the same rules as everything after. No scenario file can set "
        "what it leaves. Where the three percentiles are one number, the record decides it; where they differ, luck "
        "in what the record does not say (whom a strike frightened or angered, how long the committee of 5 January "
        "has)."
    )
    parts = [told, in_markdown(printed.start(result))]
    names = [scenario.name for scenario in result.whole.scenarios]
    if FROM_OCTOBER in names:
        free = result.whole.only([FROM_OCTOBER])
        parts += ["On 7 October 2023, where the fourth pair of question 2 starts:", in_markdown(printed.start(free))]
    return "\n\n".join(parts)


def first(result: Result) -> str:
    """Shares of outcomes."""
    return "\n\n".join(
        [
            prose(summary.first_sentence(result)),
            f"![{FIGURES['outcomes'].caption}](figures/outcomes.png)",
            in_markdown(printed.outcomes(result)),
            in_markdown(kinds(result)),
        ]
    )


def which(apart: pd.DataFrame) -> str:
    """Which of the conditions for a forced exit do it."""
    rows = []
    forced = apart[apart["outcome"] == "forced_exit"]
    for name, mine in forced.groupby("number", sort=False):
        gaps = {row.how: row for row in tables.each(mine)}
        cells = [
            f"{phrases.points(gap.difference)} ({phrases.points(gap.low)} to {phrases.points(gap.high)})"
            for gap in (gaps[conditions.WITH], gaps[conditions.WITHOUT])
        ]
        row = gaps[conditions.WITH]
        rows.append((code(name), phrases.clean(row.meaning), printed.setting(row.value), *cells))
    worlds = int(apart["worlds"].max())
    said = (
        "The conditions for a forced exit are several at once. Each of them put into the status quo alone, and each "
        f"taken out of all of them: what it does to the share of forced exits, in percentage points, in {worlds:,} "
        "paired worlds (95 %, chance alone). That they do more together than each alone is the rules' doing."
    )
    heads = ("condition", "what it is", "value", "alone, against the status quo", "beside all others")
    return "\n\n".join(["### Which of the conditions do it", prose(said), table(heads, rows).rstrip()])


def others(central: Result) -> str:
    """The same shares with the central values alone."""
    said = (
        f"What the central values alone give ({making.worlds_each(central)}; `--uncertainty none`): the one set that "
        "fits best, and no range. It is quoted nowhere as the answer: sets that fit nearly as well lie all over the "
        "ranges above."
    )
    return "\n\n".join(["### With the central values alone", prose(said), in_markdown(printed.outcomes(central))])


def with_ranges(ranges: Result) -> str:
    """The same shares with every judgement drawn from its range: what is not known about parameters, beside chance."""
    shares = ranges.shares()
    rarest = shares[shares["outcome"] != "lapsed"].sort_values("share").iloc[0]
    under = phrases.within(phrases.labels(ranges)[rarest["scenario"]])
    count = len(list(judgement_ranges(ranges.scenarios[0])))
    said = (
        f"All {count} numbers that nobody knows well and that the scenarios leave at their default are drawn anew in "
        f"each world, evenly from their plausible ranges ({making.worlds_each(ranges)}; `--uncertainty judgement`), "
        "the fitted ones among them, so that most of these worlds would not show the record of 2023. It is as wide as "
        "judged numbers make the answer: much rests on the fit. The rarest path is "
        f"{phrases.outcome(str(rarest['outcome']))} under {under}, with {phrases.percent(rarest['share'])}"
    )
    said += ": none of the three is ruled out under any of the conditions." if rarest["share"] >= RULED_OUT else "."
    return "\n\n".join(
        ["### With every judgement drawn from its range", prose(said), in_markdown(printed.outcomes(ranges))]
    )


def kinds(result: Result) -> printed.Table:
    """The kinds of ending that came about."""
    shown = printed.kinds(result)
    found = [row for row in shown.rows if not row[3].startswith("0 of ")]
    return printed.Table(f"{shown.caption}, where they came about", shown.heads, found)


def second(result: Result) -> str:
    """What the war in Gaza changes, by its paths."""
    said = [summary.second_sentence(result), *ABOUT_TWINS, ABOUT_PATHS, ABOUT_OCTOBER]
    return "\n\n".join(
        [*map(prose, said), f"![{FIGURES['gaza'].caption}](figures/gaza.svg)", in_markdown(printed.gaza(result))]
    )


def third(numbers: pd.DataFrame, severe: Result) -> str:
    """Forced exits against the dead of one scripted event, and where the curves pass 10 and 50 %."""
    days = severe.scenarios[0].days
    when = phrases.spelled(severe.scenarios[0].start + severity.AFTER)
    held = phrases.chance(severe.scenarios)
    parts = [
        prose(
            f"One event is scripted on {when}, under two sets of conditions; everything else follows from the rules, "
            f"over {days} days. The worlds are the same at every number of dead, so the difference to none dead is "
            "the work of the number alone. A number of dead here is a condition of a thought experiment; each would "
            "be a person."
        ),
        f"![{curves.CAPTION}](figures/severity.svg)",
        f"*Where the share of forced exits passes a level (in brackets by the ends of the intervals, {held}).*\n\n"
        f"{crossings(numbers)}",
    ]
    parts += [in_markdown(of_one_event(str(kind), rows, held)) for kind, rows in numbers.groupby("event", sort=False)]
    return "\n\n".join(parts)


def crossings(numbers: pd.DataFrame) -> str:
    """One row per event and condition: the number of dead at which each level is passed."""
    lines = []
    for (kind, name), rows in numbers.groupby(["event", "scenario"], sort=False):
        passed = [told(severity.passes(rows, level), int(rows["dead"].max())) for level in severity.LEVELS]
        lines.append((curves.EVENTS[str(kind)][0], phrases.CONDITIONS[str(name)], *passed))
    heads = ("event", "conditions", *(f"passes {100 * level:.0f} % at" for level in severity.LEVELS))
    return table(heads, lines).rstrip()


def told(passed: severity.Passed, most: int) -> str:
    """A number of dead in words: ``about 37 (21 to 68)``, ``not reached with 100``."""

    def place(at: float | None) -> str:
        return "not reached" if at is None else f"{at:.0f}"

    if passed.at is None and passed.earliest is None:
        return f"not reached with {most}"
    if passed.at is None:
        return f"not reached with {most} (by the upper ends of the intervals: {place(passed.earliest)})"
    if passed.latest == 0:
        return "passed with none dead"
    head = "passed with none dead" if passed.at == 0 else f"about {passed.at:.0f} dead"
    return f"{head} ({place(passed.earliest)} to {place(passed.latest)})"


def of_one_event(kind: str, numbers: pd.DataFrame, held: str) -> printed.Table:
    """One row per number of dead: for each set of conditions the share, and its difference to none dead.

    ``held`` is what the intervals hold.
    """
    title, dead = curves.EVENTS[kind]
    names = list(dict.fromkeys(numbers["scenario"]))
    heads = ["dead"]
    for name in names:
        label = phrases.CONDITIONS[name]
        heads += [f"{label}: forced exits, 95 % interval ({held})", "difference to none dead, points", phrases.ANY_END]
    lines: list[tuple[str, ...]] = []
    for number, rows in numbers.groupby("dead", sort=True):
        cells = [f"{number}"]
        for row in tables.each(rows.set_index("scenario").loc[names]):
            cells.append(f"{phrases.percent(row.share)} ({phrases.interval(row.low, row.high)})")
            gap = f"{phrases.points(row.difference)} ({phrases.points(row.gap_low)} to {phrases.points(row.gap_high)})"
            cells.append(gap if lines else "")  # the first line is what the others are compared with
            cells.append(f"{phrases.percent(row.any_share)} ({phrases.interval(row.any_low, row.any_high)})")
        lines.append(tuple(cells))
    worlds = int(numbers["worlds"].max())
    return printed.Table(f"{title}, by {dead}; {worlds:,} worlds a number, the same", tuple(heads), lines)


def fourth(result: Result) -> str:
    """What changes after an exit: one row per consequence, one column per kind of exit."""
    numbers = tables.consequences(result)
    kinds = [kind for kind in phrases.KINDS_OF_EXIT if kind in set(numbers["kind"])]
    counts = {str(row.kind): row.worlds for row in tables.each(numbers)}
    cells = {
        (
            row.consequence,
            row.kind,
        ): f"{phrases.signed(row.q50, 2)} ({phrases.signed(row.q05, 2)} to {phrases.signed(row.q95, 2)})"
        for row in tables.each(numbers)
    }
    rows = [
        (phrases.consequence(name), *(cells.get((name, kind), "") for kind in kinds))
        for name in dict.fromkeys(numbers["consequence"])
    ]
    heads = ("consequence", *(f"{phrases.kind(kind)} (worlds: {counts[kind]:,})" for kind in kinds))
    shown = (
        ["In no world of this run was an exit decided."]
        if not kinds
        else [
            f"![{FIGURES['consequences'].caption}](figures/consequences.svg)",
            "*Change from the day of the decision to the last day, the median world; in brackets the 5th to 95th "
            "percentile of worlds.*",
            table(heads, rows),
        ]
    )
    said = (
        "What changes after an exit is a labelled assumption with a range that includes no change: neither sanctions "
        "nor a return of the Islamic State group is built in as its price. The table says what these ranges add up "
        f"to over the worlds of the {len(CONDITIONS)} conditions together in which an exit of a kind was decided; it "
        f"is not a finding. {ABOUT_CHANGES}"
    )
    return "\n\n".join([prose(said), *shown])


def against_the_record(patterns: Sequence[dict[str, Any]], worlds: int) -> str:
    """The patterns, observed and in free hindcasts."""

    def short(value: float | None) -> str:
        return "none" if value is None else f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"

    def yes(holds: bool) -> str:
        return "yes" if holds else "**no**"

    band = ("pattern", "what it is", "part", "observed", "model", "10th to 90th percentile", "band", "inside")
    heads = (*band, "counted as", "of one world, 5th to 95th", "tail", "in 90 %")
    said = [
        prose(
            f"Free hindcasts of {worlds:,} worlds with the same parameters as everything above: the median world, or "
            "the share of worlds or events, and the interval of worlds. Bands were set before looking at the model; "
            "the record ends on 9 January 2024, and nothing later was used. The last four columns put the one value of "
            "the record among those that single worlds give, or as many cases as the record has "
            "([what they mean](validation.md#the-patterns))."
        )
    ]
    for kind, about in (
        ("counted", "counted patterns"),
        ("new", "new patterns (campaigns, calms, killings, votes and talks over years)"),
        ("", "Given as an input, reported and not counted:"),
    ):
        chosen = [one for one in patterns if (one["counted"], one["new"]) == (kind == "counted", kind == "new")]
        if not chosen:
            continue
        rows = []
        for pattern in chosen:
            for number, part in enumerate(pattern.get("parts", [pattern])):
                rows.append(
                    (
                        code(pattern["id"]) if number == 0 else "",
                        pattern["says"] if number == 0 else "",
                        part["part"],
                        short(part["observed"]),
                        short(part["median"]),
                        f"{short(part['low'])} to {short(part['high'])}",
                        f"{short(part['band'][0])} to {short(part['band'][1])}",
                        yes(part["inside"]),
                        f"{short(part['scored'])} {part['scored_as']}".rstrip(),
                        f"{short(part['predicted_low'])} to {short(part['predicted_high'])}",
                        short(part["tail"]),
                        yes(part["in_90"]),
                    )
                )
        inside, likely = (sum(bool(pattern[field]) for pattern in chosen) for field in ("inside", "in_90"))
        both = sum(bool(pattern["inside"] and pattern["in_90"]) for pattern in chosen)
        held = (
            f"Of {len(chosen)} {about} {inside} lie in their bands at once, {likely} in the central 90 % of what one "
            f"world gives, {both} in both."
        )
        said.append(prose(held) if kind else about)
        said.append(table(heads, rows).rstrip())
    return "\n\n".join([*said, "`python3 run.py validate` prints them."])


def main() -> int:
    """Writes the page and its figures."""
    from sim.runs.executors import cpus

    parser = argparse.ArgumentParser(prog=COMMAND, description="docs/results.md and its figures")
    parser.add_argument("--workers", type=int, default=cpus(), help="processes (default: all CPUs)")
    chosen = parser.parse_args()
    if not DOCS.is_dir():
        parser.error("the docs are not in the installed package: use the project's folder")
    print(write(workers=chosen.workers))
    return 0


if __name__ == "__main__":
    sys.exit(main())
