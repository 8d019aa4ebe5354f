"""The answer of a sweep in two sentences, what has to be said beside it, methods, and how to cite: ``summary.md``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sim.disk.writing import put
from sim.show import making, phrases, printed, summary
from sim.show.sweeps.printed import bases, gap
from sim.show.sweeps.shown import Shown, sort_of, value_in_words
from sim.show.tables import each
from sim.sweeps.analysis.boxes import EVEN_AND_ODD
from sim.sweeps.analysis.indices import CONVERGED

if TYPE_CHECKING:
    import pandas as pd

MOST_BASES = 3
ENDED = {
    "forced_exit": "Iraq decides to push the US troops out",
    "negotiated_exit": "a negotiated exit comes",
    "lapsed": "a dated agreement runs out",
    "us_stays": "US troops stay",
}
SHORT = {
    "logit": "the logit of the share",
    "share": "the share",
    "day": "the mean day of the decision",
    "pressure": "the highest pressure",
}
"""The measures of indices in a sentence."""
TITLE = "Will Iraq push the US troops out? A sweep"


def answer(shown: Shown) -> list[str]:
    """The answer in two sentences, with intervals: how far the share goes over the points, and what moves it."""
    return [first_sentence(shown), second_sentence(shown)]


def first_sentence(shown: Shown) -> str:
    """The share at the base itself, and at the points where it is lowest and highest."""
    mine = shown.shares[(shown.shares["outcome"] == shown.main) & (shown.shares["worlds"] > 0)]
    if not len(mine):
        return "No world was lived, so there is no answer."
    own = {shown.base_point(base.name) for base in shown.scenarios}
    at_base = each(mine[mine["point"].isin(own)])
    order = each(mine.sort_values("share", kind="stable"))
    ends = f"from {share(order[0])} at {place(shown, order[0])} to {share(order[-1])} at {place(shown, order[-1])}"
    luck = "the ends of so many points are in part luck"
    begins = f"In this model {ENDED[shown.main]} in "
    if at_base and len(at_base) <= MOST_BASES:
        said = [f"{share(row)}{shown.under(row.scenario, ' under ')}" for row in at_base]
        return f"{begins}{phrases.listed(said)} of the worlds at the base itself; over {shown.size}, {ends} ({luck})."
    return f"{begins}so many of the worlds: over {shown.size}, {ends} ({luck})."


def share(row: Any) -> str:
    """A share with its interval in a sentence."""
    return f"{phrases.percent(row.share)} (95 % interval {phrases.interval(row.low, row.high)})"


def place(shown: Shown, row: Any) -> str:
    """Where a point is."""
    return f"{shown.point(int(row.point))}{shown.under(str(row.scenario), ' under ')}"


def second_sentence(shown: Shown) -> str:
    """What moves the share, as the kind of design can say it; and what the intervals leave out."""
    held = f"intervals hold {shown.chance}, and what is not known about rules is in none of them"
    for sort, said in SAID.items():
        for key, table in shown.tables.items():
            mine = table[table["outcome"] == shown.main]
            if sort_of(key) == sort and len(mine):
                return f"{said(shown, mine)}; {held}."
    return f"All {held}: read the points against each other, not as odds of the real event."


def of_curves(shown: Shown, table: pd.DataFrame) -> str:
    """The dimension over which the share goes furthest."""
    groups = [rows for _, rows in table.groupby(["scenario", "dimension"], sort=False)]
    rows = max(groups, key=lambda one: float(one["share"].max() - one["share"].min()))
    scenario, name = str(rows["scenario"].iloc[0]), str(rows["dimension"].iloc[0])
    first, last = each(rows.sort_values("share", kind="stable"))[0], each(rows.sort_values("share", kind="stable"))[-1]
    others = "all else at its default" if int(rows["points"].max()) == 1 and len(shown.names) > 1 else "on average"
    if len(shown.names) == 1:
        others = "all else as it is"
    said = [
        f"{gap(row.difference, row.diff_low, row.diff_high)} points at {value_in_words(row.value)}"
        for row in (first, last)
    ]
    how = "the same worlds" if bool(rows["paired"].all()) else "unrelated worlds"
    return (
        f"Of what was varied {name} moves that share furthest{shown.under(scenario, ' under ')}, {others}: against the "
        "base by "
        f"{said[0]} and by {said[1]} ({how}, 95 % intervals)"
    )


def of_screen(shown: Shown, table: pd.DataFrame) -> str:
    """The number that moves most alone, and how many are dead or stand on an edge."""
    known = table[table["effect"].notna()]
    if not len(known):
        return "What each number moves alone is not known"
    row = known.iloc[int(known["effect"].abs().to_numpy().argmax())]
    numbers = table.drop_duplicates(["scenario", "name"])
    edges = [str(name) for name in dict.fromkeys(numbers.loc[numbers["knife_edge"], "name"])]
    dead = int(numbers["dead"].sum())
    named = f" ({phrases.listed(edges[:3])}{' and others' if len(edges) > 3 else ''})" if edges else ""
    return (
        f"Of {numbers['name'].nunique():,} numbers {row['name']} moves that share most, alone and from low to high, by "
        f"{gap(row['effect'], row['effect_low'], row['effect_high'])} points (paired 95 % interval)"
        f"{shown.under(str(row['scenario']), ' under ')}; {dead:,} move nothing in any world, and {len(edges):,} stand "
        "on "
        f"a knife-edge{named}"
    )


def of_morris(shown: Shown, table: pd.DataFrame) -> str:
    """The number with the largest effects."""
    row = each(table.sort_values("mu_star", ascending=False, kind="stable"))[0]
    return (
        f"Of {table['name'].nunique():,} numbers {row.name} has the largest "
        f"effects{shown.under(row.scenario, ' under ')}, "
        f"μ* {phrases.number(row.mu_star, 2)} (95 % interval {phrases.number(row.mu_star_low, 2)} to "
        f"{phrases.number(row.mu_star_high, 2)}) on {SHORT[row.measure]}"
    )


def of_indices(shown: Shown, table: pd.DataFrame) -> str:
    """The number with the largest total order, and what has not converged."""
    total = table[table["order"] == "total"]
    row = each(total.sort_values("value", ascending=False, kind="stable"))[0]
    unsure = int((table["verdict"] != CONVERGED).sum())
    verdict = f", which {row.verdict}" if row.verdict != CONVERGED else ""
    return (
        f"Of the variance of {SHORT[row.measure]} {row.name} carries most{shown.under(row.scenario, ' under ')}, with "
        f"all its interactions {phrases.number(row.value, 2)} (95 % interval {phrases.number(row.low, 2)} to "
        f"{phrases.number(row.high, 2)}){verdict}; {unsure:,} of {len(table):,} indices have not converged"
    )


def of_boxes(shown: Shown, table: pd.DataFrame) -> str:
    """The first box."""
    row = each(table)[0]
    return (
        f"That comes about most with {row.words}{shown.under(row.scenario, ' under ')}: there "
        f"{phrases.percent(row.density)} "
        f"of the worlds end so, against {phrases.percent(row.share)} of the whole design, and "
        f"{phrases.percent(row.mass)} "
        f"of the design hold {phrases.percent(row.coverage)} of all that do"
        f"{' (told of worlds in which it was not sought)' if row.counted_in == EVEN_AND_ODD else ''}"
    )


def of_ranks(shown: Shown, table: pd.DataFrame) -> str:
    """The number that goes most with the outcome."""
    row = each(table)[0]
    out = int(table["stands_out"].sum())
    return (
        f"Of {len(table):,} numbers {row.name} goes most with that{shown.under(row.scenario, ' under ')}, by a rank "
        f"correlation of {phrases.signed(row.rho, 2)} (95 % interval {phrases.signed(row.low, 2)} to "
        f"{phrases.signed(row.high, 2)}); {out:,} stand out when so many are looked at"
    )


SAID = {
    "screen": of_screen,
    "morris": of_morris,
    "sobol": of_indices,
    "boxes": of_boxes,
    "response": of_curves,
    "surrogate_sobol": of_indices,
    "rank_correlations": of_ranks,
}
"""What is said of each table."""


def methods(shown: Shown) -> str:
    """A paragraph to paste into the methods section of a paper."""
    scenarios = phrases.listed([f"“{phrases.label(base)}” ({phrases.clean(base.name)})" for base in shown.scenarios])
    many = len(shown.names)
    names = phrases.listed([phrases.clean(name) for name in shown.names]) if many <= 6 else f"{many:,} of its numbers"
    lengths = sorted({base.days for base in shown.scenarios})
    days = f"{lengths[0]}" if len(lengths) == 1 else f"{lengths[0]} to {lengths[-1]}"
    luck = (
        "Each point had random numbers of its own; differences are of unrelated worlds (Newcombe 1998)."
        if shown.manifest.get("luck") == "fresh"
        else "Worlds of one number share their random numbers over all points, so that differences are paired (Bonett "
        "and "
        "Price 2012), while the levels of all points move together with other seeds."
    )
    used = " ".join(HOW[sort] for sort in dict.fromkeys(map(sort_of, shown.tables)) if sort in HOW)
    return (
        f"We used iraq-withdrawal-sim {shown.fact('version')} (model {shown.fact('model')}), an exploratory "
        "agent-based "
        "model of the Iraqi government and parliament, the United States, Iran and the Iraqi militia groups, in steps "
        "of "
        f"one day over {days} days. Starting from {scenarios} we varied {names} by {shown.design}: {shown.size} (seed "
        f"{shown.fact('seed')}). {luck} Shares carry 95 % Wilson intervals; where several points are averaged, of as "
        "many "
        "worlds as would vary as much with luck of their own (Korn and Graubard 1998). Intervals hold "
        f"{shown.chance}, not the uncertainty of rules.{summary.drawn(cast(Any, shown))} {used}".rstrip()
    )


HOW = {
    "screen": "The screen moves one number at a time (Saltelli et al. 2008), and to the floating-point numbers next to "
    "its "
    "default.",
    "morris": "Elementary effects are Morris’s (1991; Campolongo, Cariboni and Saltelli 2007), by SALib.",
    "sobol": "Sobol’ indices are those of Saltelli et al. (2010), by SALib, of all worlds and of two halves.",
    "surrogate_sobol": "Sobol’ indices are those of gradient-boosted trees fitted to the points (scikit-learn, SALib).",
    "rank_correlations": "Rank correlations have errors clustered by point (Obuchowski 1997).",
    "boxes": "Boxes are by PRIM (Friedman and Fisher 1999).",
    "tree": "The tree is CART (Breiman et al. 1984; scikit-learn).",
}
"""What each analysis is, for the methods section."""


def facts(shown: Shown) -> list[tuple[str, str]]:
    """How the sweep was made."""
    failed, rows = shown.manifest.get("failed") or [], [int(row) for row in shown.sweep.rows]
    refused = sum(1 for row in rows if row < 0)
    lost = int(shown.shares.drop_duplicates("point")["failed"].sum())
    found = [
        ("Design", shown.design),
        ("Points and worlds", shown.size),
        ("Luck", shown.luck),
        ("Seed", shown.fact("seed")),
        ("Version", shown.fact("version")),
        ("Model (hash of its source)", shown.fact("model")),
        ("Failed", f"{lost:,} worlds, {len(failed):,} records in manifest.json" if failed or lost else "nothing"),
        ("Refused", f"{refused:,} of {len(rows):,} rows of the design" if refused else "none"),
    ]
    until = shown.manifest.get("until")
    return [*found, ("Until", str(until))] if until else found


def limits(shown: Shown) -> str:
    """What the model is not for."""
    return summary.limits(cast(Any, shown))


def as_markdown(shown: Shown) -> str:
    """The text of ``summary.md``."""
    plain = summary.plain_markdown
    lines = [f"# {TITLE}", "", f"**{phrases.NOT_A_FORECAST}**", "", plain(" ".join(answer(shown))), ""]
    lines += [f"**Mind:** {plain(sentence)}\n" for sentence in summary.experiments(cast(Any, shown))]
    lines += [f"**Mind:** {plain(sentence)}\n" for sentence in shown.cautions]
    own: printed.Table = bases(shown)
    lines += [*summary.as_rows(own), ""] if own.rows else []
    lines += ["Figures, tables and what they rest on: report.html, figures/, tables/ (CSV and LaTeX).", ""]
    lines += ["## Methods, to paste", "", plain(methods(shown)), ""]
    lines += ["## How it was made", ""]
    lines += [f"- {plain(name)}: {plain(value)}" for name, value in facts(shown)]
    lines += ["", "```", shown.command, "```", "", making.ABOUT_RESULTS, ""]
    lines += ["## How to cite", "", plain(shown.citation), "", f"The question is that of {making.ARTICLE}.", ""]
    lines += ["## Limits", "", limits(shown), ""]
    return "\n".join(lines)


def write_summary(shown: Shown, folder: str | Path) -> Path:
    """Writes ``summary.md`` into ``folder``."""
    return put(Path(folder) / "summary.md", as_markdown(shown))
