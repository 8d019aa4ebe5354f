"""``report.html`` of a sweep: one page, self-contained, without script; every value is escaped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from sim.disk.writing import put
from sim.show import making, phrases, report, summary
from sim.show.printed import Table
from sim.show.sweeps.pictures import pictures
from sim.show.sweeps.printed import COLUMNS, bases, table
from sim.show.sweeps.shown import Shown, part_of, sort_of
from sim.show.sweeps.summary import TITLE, answer, facts, limits, methods

ABOUT = {
    "response": "The share of each outcome at each value, with the interval of the level, and its difference to the "
    "base, "
    "with the interval of the difference. These are two things: with common luck all levels move together.",
    "heat": "The share of each outcome at each pair of values.",
    "thresholds": "Where a curve passes a level, on straight lines between the values tried; “earliest” and “latest” "
    "are "
    "where the ends of its intervals do.",
    "screen": "One number at a time, all others at their defaults. Dead: nothing that is counted differs in any world. "
    "Knife-edge: the floating-point number next to the default changes a fifth of the worlds or more, so that two "
    "numbers "
    "are compared that are equal by default.",
    "morris": "Effects from many places in the design: how large they are (μ*), and how much they differ (σ).",
    "sobol": "What part of the variance of the measure each number carries, alone (first) and with its interactions "
    "(total). Chance in few worlds a point counts as interaction. An index of which two blocks of seeds disagree, or "
    "whose "
    "interval is wide, has not converged and should not be cited.",
    "surrogate_sobol": "The same of trees fitted to the points; R² says how well they foretell points they have not "
    "seen.",
    "rank_correlations": "Which numbers are larger where an outcome comes about. It is no cause, and sees no "
    "interaction.",
    "boxes": "Parts of the design in which an outcome is frequent. They were sought in the worlds of even number and "
    "are "
    "told of those of odd number, where both are there.",
    "tree": "The design cut in two where the shares differ most, at most three times one below the other.",
}
"""What each table is, in a sentence or two."""


@dataclass
class Section:
    """A part of the page: an analysis with its pictures and its table."""

    name: str
    title: str
    about: str
    figures: list[report.Shown] = field(default_factory=list)
    table: Table | None = None


def sections(shown: Shown, svgs: Mapping[str, str]) -> list[Section]:
    """One a table, in their order."""
    from markupsafe import Markup

    found = {
        key: Section(key, COLUMNS[sort_of(key)][0] + part_of(key), ABOUT[sort_of(key)], table=table(shown, key))
        for key in shown.tables
    }
    if svgs:
        for picture in pictures(shown):
            drawing = Markup(svgs[picture.name])  # our own drawing; its writer escapes names
            drawn = report.Shown(picture.name, picture.caption, picture.caption, drawing, picture.description)
            found[picture.table].figures.append(drawn)
    return list(found.values())


def page(shown: Shown, svgs: Mapping[str, str]) -> str:
    """The report as text; ``svgs`` are the drawings by name (none: tables only)."""
    return report.rendered(
        "sweeps/sweep.html.j2",
        title=TITLE,
        subtitle=f"Results of an exploratory agent-based model: {shown.design}, {shown.size}.",
        not_a_forecast=phrases.NOT_A_FORECAST,
        experiments=summary.experiments(cast(Any, shown)),
        answer=answer(shown),
        cautions=shown.cautions,
        bases=bases(shown),
        sections=sections(shown, svgs),
        limits=limits(shown),
        making=facts(shown),
        command=shown.command,
        about_results=making.ABOUT_RESULTS,
        methods=methods(shown),
        citation=shown.citation,
        article=making.ARTICLE,
    )


def write_report(shown: Shown, folder: str | Path, svgs: Mapping[str, str]) -> Path:
    """Writes ``report.html`` into ``folder``."""
    return put(Path(folder) / "report.html", page(shown, svgs))
