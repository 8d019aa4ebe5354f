"""Tables of a sweep for people: words for names and as many digits as can be used."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sim.show import phrases
from sim.show.printed import Table
from sim.show.sweeps.shown import Shown, part_of, sort_of, value_in_words
from sim.show.tables import each
from sim.sweeps.analysis.boxes import limits_in_words

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 60
Cell = Callable[[Any], str]
Columns = tuple[tuple[str, Cell, bool], ...]
"""Of each column its head, what writes its cells from a row, and whether it stands right."""


def level(row: Any) -> str:
    """A share with its interval."""
    return (
        "no world"
        if row.share != row.share
        else f"{phrases.percent(row.share)} ({phrases.interval(row.low, row.high)})"
    )


def gap(difference: float, low: float, high: float) -> str:
    """A difference in points with its interval."""
    if difference != difference:
        return "not known"
    return f"{phrases.points(difference)} ({phrases.points(low)} to {phrases.points(high)})"


def amount(value: float, low: float, high: float) -> str:
    """A number with its interval."""
    if value != value:
        return "not known"
    return f"{phrases.number(value, 2)} ({phrases.number(low, 2)} to {phrases.number(high, 2)})"


def yes(value: Any) -> str:
    """A truth in a word."""
    return "yes" if value else "no"


OUTCOME: Columns = (("outcome", lambda row: phrases.outcome(row.outcome), False),)
COUNTED: Columns = (
    ("worlds", lambda row: f"{row.worlds:,}", True),
    ("share (95 % interval of the level)", level, True),
    ("less the base, points", lambda row: gap(row.difference, row.diff_low, row.diff_high), True),
)
COLUMNS: Mapping[str, tuple[str, Columns]] = {
    "response": (
        "Outcomes by one number",
        (
            ("number", lambda row: row.dimension, False),
            ("value", lambda row: value_in_words(row.value), True),
            *OUTCOME,
            *COUNTED,
        ),
    ),
    "heat": (
        "Outcomes by two numbers",
        (
            ("first", lambda row: f"{row.x} = {value_in_words(row.x_value)}", False),
            ("second", lambda row: f"{row.y} = {value_in_words(row.y_value)}", False),
            *OUTCOME,
            *COUNTED,
        ),
    ),
    "thresholds": (
        "Where a share passes a level",
        (
            ("number", lambda row: row.dimension, False),
            *OUTCOME,
            ("level", lambda row: phrases.percent(row.level), True),
            ("", lambda row: row.direction, False),
            ("at", lambda row: "not within the range" if row.at != row.at else phrases.number(row.at), True),
            ("earliest", lambda row: "–" if row.earliest != row.earliest else phrases.number(row.earliest), True),
            ("latest", lambda row: "–" if row.latest != row.latest else phrases.number(row.latest), True),
        ),
    ),
    "screen": (
        "What each number moves alone",
        (
            ("number", lambda row: row.name, False),
            ("low, default, high", lambda row: ", ".join(
                value_in_words(v) for v in (row.low_value, row.default, row.high_value)), False),
            *OUTCOME,
            ("share at low", lambda row: phrases.percent(row.share_low), True),
            ("at default", lambda row: phrases.percent(row.share_default), True),
            ("at high", lambda row: phrases.percent(row.share_high), True),
            ("high less low, points", lambda row: gap(row.effect, row.effect_low, row.effect_high), True),
            ("worlds in which anything moves", lambda row: phrases.percent(row.moved), True),
            ("dead", lambda row: yes(row.dead), False),
            ("knife-edge", lambda row: yes(row.knife_edge), False),
        ),
    ),
    "morris": (
        "Morris’s effects",
        (
            *OUTCOME,
            ("number", lambda row: row.name, False),
            ("μ*", lambda row: amount(row.mu_star, row.mu_star_low, row.mu_star_high), True),
            ("μ", lambda row: phrases.number(row.mu, 2), True),
            ("σ", lambda row: phrases.number(row.sigma, 2), True),
        ),
    ),
    "sobol": (
        "Sobol’ indices",
        (
            *OUTCOME,
            ("order", lambda row: row.order, False),
            ("number", lambda row: " and ".join(filter(None, (row.name, getattr(row, "other", "")))), False),
            ("index", lambda row: amount(row.value, row.low, row.high), True),
            ("worlds of even number", lambda row: amount(row.even, row.even_low, row.even_high), True),
            ("of odd number", lambda row: amount(row.odd, row.odd_low, row.odd_high), True),
            ("verdict", lambda row: row.verdict + (f": {row.reason}" if row.reason else ""), False),
        ),
    ),
    "surrogate_sobol": (
        "Sobol’ indices by a surrogate",
        (
            *OUTCOME,
            ("order", lambda row: row.order, False),
            ("number", lambda row: row.name, False),
            ("index", lambda row: amount(row.value, row.low, row.high), True),
            ("R² of points not seen", lambda row: phrases.number(row.r2, 2), True),
            ("verdict", lambda row: row.verdict + (f": {row.reason}" if row.reason else ""), False),
        ),
    ),
    "rank_correlations": (
        "Which numbers go with the endings",
        (
            *OUTCOME,
            ("number", lambda row: row.name, False),
            ("rank correlation", lambda row: amount(row.rho, row.low, row.high), True),
            ("stands out of so many", lambda row: yes(row.stands_out), False),
        ),
    ),
    "boxes": (
        "Boxes",
        (
            *OUTCOME,
            ("box", lambda row: str(row.box), True),
            ("number", lambda row: row.name, False),
            ("let in", lambda row: row.values or limits_in_words(row.low, row.high), False),
            ("density", lambda row: phrases.percent(row.density), True),
            ("of the whole design", lambda row: phrases.percent(row.share), True),
            ("coverage", lambda row: phrases.percent(row.coverage), True),
            ("mass", lambda row: phrases.percent(row.mass), True),
        ),
    ),
    "tree": (
        "A tree",
        (
            *OUTCOME,
            ("where", lambda row: row.words, False),
            ("density", lambda row: phrases.percent(row.density), True),
            ("coverage", lambda row: phrases.percent(row.coverage), True),
            ("mass", lambda row: phrases.percent(row.mass), True),
        ),
    ),
}  # fmt: skip
"""Of each table its caption and its columns."""


def table(shown: Shown, key: str) -> Table:
    """A table as the report prints it: at most ``MOST_ROWS`` rows, those of the main outcome first."""
    found, (caption, columns) = shown.tables[key].rename(columns={"with": "other"}), COLUMNS[sort_of(key)]
    kept = shortened(found, shown.main)
    if len(shown.scenarios) > 1:
        columns = (("conditions", lambda row: shown.labels.get(row.scenario, row.scenario), False), *columns)
    cut = f"; {len(kept):,} of {len(found):,} rows, tables/{key}.csv has all" if len(kept) < len(found) else ""
    rows = [tuple(write(row) for _, write, _ in columns) for row in each(kept)]
    right = frozenset(place for place, (_, _, numeric) in enumerate(columns) if numeric)
    return Table(f"{caption}{part_of(key)}{cut}", tuple(head for head, _, _ in columns), rows, right)


def shortened(found: pd.DataFrame, main: str) -> pd.DataFrame:
    """The rows that a page has room for: of the outcome in question, where they are too many."""
    if len(found) <= MOST_ROWS:
        return found
    mine = found[found["outcome"] == main]
    return (mine if len(mine) else found).head(MOST_ROWS)


def bases(shown: Shown) -> Table:
    """The outcomes at each base itself."""
    own = {shown.base_point(base.name) for base in shown.scenarios}
    rows: list[tuple[str, ...]] = [
        (shown.labels.get(row.scenario, row.scenario), phrases.outcome(row.outcome), f"{row.worlds:,}", level(row))
        for row in each(shown.shares[shown.shares["point"].isin(own)])
    ]
    heads = ("base", "outcome", "worlds", "share (95 % interval)")
    return Table("Outcomes at the base itself", heads, rows, frozenset({2, 3}))
