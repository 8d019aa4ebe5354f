"""``report.html``: one page, self-contained, without script: the answer and how sure it is, then the main figures.

After them come the questions in their order, how it was made, and all other figures. The page is a fixed template
(``report.html.j2``, in the frame that all reports share) with escaping on; this file gathers what goes into it. Every
value that comes from a scenario file or a name is text to the template, never markup; only the SVG of our own
figures is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.ask.questions import FROM_OCTOBER
from sim.disk.words import one_line
from sim.disk.writing import put
from sim.show import making, phrases, printed, summary, tables
from sim.show.printed import Table

if TYPE_CHECKING:
    import pandas as pd

    from sim.results.result import Result
    from sim.show.figures.histories import TypicalWorld

ABOUT_TWINS = (
    "Each scenario and its twin without the war meet the same random numbers, world by world, so the difference is the "
    "work of the one condition, by this model's rules.",
    "That the war is over and all else stays as it was is an assumption. The difference is not a forecast of what a "
    "ceasefire would bring, nor of what the war has brought.",
)
ABOUT_PATHS = (
    "The war matters by two paths: it moves the groups and Iran, and it moves politics in Baghdad, where the United "
    "States is seen as Israel's support. A path is measured by taking the war from that one alone. The two need not "
    "add up to the whole: what the groups do, and what is done to them, moves Baghdad too."
)
ABOUT_OCTOBER = (
    "From 7 October 2023 nothing of the record is given but the war's course to 9 January 2024: histories that could "
    "have been, with the war and without, not the one that was."
)


ABOUT_CHANGES = (
    "Changes are measured from the day of the decision to the last day of the simulated time. Of the influence of both "
    "patrons, what the exit itself does is told apart from its drift: what all else, such as the balance between them, "
    "does to it until then."
)


TOLD = (
    "Of each ending one history is told below; its tree of causes, and which of its events were necessary, that is "
    "without which of them the same world ends otherwise:"
)


@dataclass(frozen=True)
class Shown:
    """A figure as the page shows it, with the table of its numbers."""

    name: str
    heading: str
    caption: str
    svg: Any
    description: str
    """Its numbers in words."""
    table: Table | None = None
    sentence: str = ""
    """What its numbers come to."""
    appended: bool = False
    """Whether it stands at the end, with all that are not shown first."""


@dataclass
class Question:
    """One question: what this run can say to it, and by name what it does not hold."""

    title: str
    lines: list[str] = field(default_factory=list)
    figures: list[Shown] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    tellings: list[Table] = field(default_factory=list)
    """Histories in sentences, each under its caption."""
    commands: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def questions(result: Result, svgs: Mapping[str, str]) -> dict[str, Question]:
    """The six questions in their order, with the figures of this run that belong to each."""
    from markupsafe import Markup

    from sim.show.figures import FIGURES

    found = asked(result)
    for name, plot in FIGURES.items():
        question = found[plot.question]
        reason = plot.missing(result)
        if reason:
            if plot.expected and reason not in question.missing:  # two figures may lack the same
                question.missing.append(reason)
            continue
        figure = Shown(
            name,
            heading=plot.caption.partition(":")[0] if plot.question != "Q5" else plot.caption,
            caption=making.caption(result, plot.caption),
            svg=Markup(svgs[name]) if name in svgs else "",  # our own drawing; its writer escapes names
            description=plot.describe(result),
            table=plot.table(result),
            sentence=plot.sentence(result),
            appended=not plot.main,
        )
        question.figures.append(figure)
    return found


def asked(result: Result) -> dict[str, Question]:
    """The questions with the sentences, tables and commands that go with them."""
    from sim.show.figures import carriers
    from sim.show.figures.histories import typical

    held = phrases.chance(result.scenarios)
    paths = {pair.path for pair in tables.of_gaza(result)}
    from_october = any(pair.first == FROM_OCTOBER for pair in tables.of_gaza(result))
    found = {
        "Q1": Question("Will Iraq push US troops out?", tables=[printed.outcomes(result), printed.kinds(result)]),
        "Q2": Question("Do the tensions around Gaza make it more likely this time?"),
        "Q3": Question(
            "Does it just depend on the severity of events on the ground?",
            [
                "What this run shows is which worlds ended so, not what severity does: worlds with many dead "
                "differ in much else."
            ],
            missing=[
                "The share forced out as a curve over the dead of one scripted strike or attack "
                "(python -m sim.ask.severity)."
            ],
        ),
        "Q4": Question(
            "What would each exit change?",
            [
                "What changes after an exit is a labelled assumption with a range that includes no change; "
                "neither sanctions nor a return of IS is built in as its price.",
                ABOUT_CHANGES,
            ],
        ),
        "Q5": Question(
            "Why did it come out so in one world?",
            ["A history shows how an ending can come about, not how likely it is."],
        ),
        "Q6": Question(
            "Which assumptions carry the answer?",
            [
                "Every parameter has a range and a source, or the word judgement; scenarios/ holds every "
                "value "
                f"of this run. The intervals above hold {held}.",
                *carriers.said(result),
                "For more: the sweep below varies all uncertain numbers at once and gives rank correlations, boxes and "
                "a tree for every ending; docs/sweeps.md has Sobol' indices and screens, docs/validation.md what each "
                "mechanism carries.",
            ],
            commands=["python3 run.py sweep what_carries_it"],
        ),
    }
    found["Q1"].lines.append(f"The intervals hold {held}: how far a share moves with other random numbers.")
    if paths:
        found["Q2"].lines = [*ABOUT_TWINS]
        if paths - {"both"}:
            found["Q2"].lines.append(ABOUT_PATHS)
        else:
            found["Q2"].missing.append("The war switched off for the groups only, and for politics in Baghdad only.")
        if from_october:
            found["Q2"].lines.append(ABOUT_OCTOBER)
        else:
            found["Q2"].missing.append("The comparison from 7 October 2023 on, with and without the war.")
    carried = carriers.counts(result)
    if carried.rows:
        found["Q6"].tables.append(carried)
    others = printed.twins(result)
    if others.rows:
        found["Q6"].tables.append(others)
    for outcome in phrases.OUTCOMES:
        history = typical(result, outcome)
        if history is not None:
            found["Q5"].tellings += telling(result, history)
            found["Q5"].commands.append(making.explanation(result, history.scenario.name, history.world))
    if found["Q5"].commands:
        found["Q5"].lines.append(TOLD if not result.choices else "Each again, with its log of events:")
        if any(making.RESULTS in command for command in found["Q5"].commands):
            found["Q5"].lines.append(making.ABOUT_RESULTS)
    return found


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table, each by the names of its columns."""
    names = [str(name) for name in frame.columns]
    return [dict(zip(names, row, strict=True)) for row in frame.astype(object).itertuples(index=False, name=None)]


def telling(result: Result, history: TypicalWorld) -> list[Table]:
    """A typical history in sentences, from the acts that the run has kept; none of acts without their accounts."""
    if "accounts" not in history.events:  # of an older version
        return []
    from sim.ask.histories import kept
    from sim.show.telling import story

    mine = result.worlds[result.worlds["scenario"] == history.scenario.name]
    row = records(mine[mine["world"] == history.world].drop(columns="scenario"))[0]
    events = [*records(history.before), *records(history.events)]
    lived = kept(history.scenario, int(making.fact(result, "seed")), row, events)
    rows: list[tuple[str, ...]] = [
        ("" if one.date is None else phrases.briefly(one.date), one.origin, one.text) for one in story.told(lived)
    ]
    ended = phrases.outcome(str(row["outcome"]))
    under = phrases.within(phrases.labels(result.whole)[history.scenario.name])
    caption = f"{ended[:1].upper()}{ended[1:]}: world {history.world} under {under}, in sentences"
    return [Table(caption, ("date", "from", "what happened"), rows)]


def conditions(result: Result) -> list[dict[str, str]]:
    """Each scenario's label, name, span of dates, what its file says of it, and what it has happen on a date."""
    from sim.scenario.said import all_said

    labels = phrases.labels(result)
    return [
        {
            "label": labels[scenario.name],
            "name": scenario.name,
            "span": f"{phrases.spelled(scenario.start)} to {phrases.spelled(phrases.last_day(scenario))}",
            "summary": phrases.clean(scenario.summary),
            "source": phrases.clean(scenario.source),
            "events": all_said(scenario.events, scenario),
        }
        for scenario in result.scenarios
    ]


def shown(value: object) -> object:
    """Text in one line, whatever stands in it, and a number and its percent sign together; our drawings as they are."""
    return one_line(value).replace(" %", "\u00a0%") if type(value) is str else value


def rendered(name: str, **values: Any) -> str:
    """A template of this folder with these values, escaping on; what is written into it is as :func:`shown` has it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("sim.show", ""),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        finalize=shown,
    )
    text: str = environment.get_template(name).render(**values)
    return text


def page(result: Result, svgs: Mapping[str, str]) -> str:
    """The report as text; ``svgs`` are the figures to show, by name (none: tables only)."""
    result = tables.main_part(result)
    asked_of = questions(result, svgs)
    figures = [figure for question in asked_of.values() for figure in question.figures]
    ends = {phrases.last_day(scenario) for scenario in result.scenarios}
    until = f", to {phrases.spelled(ends.pop())}" if len(ends) == 1 else ""
    return rendered(
        "report.html.j2",
        title="Will Iraq push the US troops out?",
        subtitle=f"Results of an exploratory agent-based model: {making.worlds_each(result)}{until}.",
        not_a_forecast=phrases.NOT_A_FORECAST,
        experiments=[*([making.replaced(result)] if result.choices else []), *summary.experiments(result)],
        beside=summary.beside(result),
        answer=summary.answer(result),
        sure=printed.doubt(result),
        doubt=summary.doubt(result),
        main=[figure for figure in figures if not figure.appended],
        others=[figure for figure in figures if figure.appended],
        conditions=conditions(result),
        differing=printed.conditions(result),
        start=printed.start(result),
        questions=asked_of,
        limits=summary.limits(result),
        making=[
            ("Version", making.fact(result, "version")),
            ("Model (hash of its source)", making.fact(result, "model")),
            ("Seed", making.fact(result, "seed")),
            ("Worlds", making.worlds_each(result)),
        ],
        command=making.command(result),
        repetition=making.repetition(result),
        about_results=making.ABOUT_RESULTS if making.repetition(result) else "",
        methods=summary.methods(result),
        citation=making.citation(result),
        article=making.ARTICLE,
    )


def write_report(result: Result, folder: str | Path, svgs: Mapping[str, str] | None = None) -> Path:
    """Writes ``report.html`` into ``folder``.

    ``svgs`` are figures already drawn, as ``write_figures`` returns them; None draws them now, an empty
    mapping makes a report of tables only.
    """
    from sim.show.pictures import svgs as draw

    return put(Path(folder) / "report.html", page(result, draw(result) if svgs is None else svgs))
