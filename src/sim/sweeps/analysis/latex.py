"""A table as LaTeX, to be put into a paper: booktabs, and nothing else needed."""

from __future__ import annotations

import datetime
import re
from typing import TYPE_CHECKING, Any

from sim.disk.words import one_line
from sim.sweeps.analysis.ends import is_number
from sim.sweeps.names import is_missing

if TYPE_CHECKING:
    import pandas as pd

SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    '"': r"\textquotedbl{}",
    "|": r"\textbar{}",
    "±": r"$\pm$",
    "−": "$-$",
    "×": r"$\times$",
    "–": "--",
    "“": "``",
    "”": "''",
    "’": "'",
    "…": r"\dots{}",
}
_SIGN = re.compile("|".join(map(re.escape, SIGNS)))


def escaped(text: object) -> str:
    """Text as LaTeX shows it as it is, in one line."""
    return _SIGN.sub(lambda found: SIGNS[found.group()], one_line(text))


def to_latex(table: pd.DataFrame, caption: str = "", label: str = "") -> str:
    r"""The table as a ``tabular`` with the rules of booktabs, which with ``\usepackage[T1]{fontenc}`` is all it needs.

    With a caption it is a ``table`` that floats. Numbers stand right with three digits behind the point at most, a
    true minus sign and no empty zeros; a cell that says nothing is a dash; text is escaped.
    """
    kinds = ["r" if _all_numbers(table[name]) else "l" for name in table.columns]
    body = [
        rf"\begin{{tabular}}{{{''.join(kinds)}}}",
        r"\toprule",
        _row([escaped(str(name).replace("_", " ")) for name in table.columns]),
        r"\midrule",
        *(_row([_cell(value) for value in row]) for row in table.itertuples(index=False)),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    if caption or label:
        said = [rf"\caption{{{escaped(caption)}}}"] * bool(caption) + [rf"\label{{{label}}}"] * bool(label)
        body = [r"\begin{table}", r"\centering", *said, *body, r"\end{table}"]
    return "\n".join(body) + "\n"


def _all_numbers(values: pd.Series[Any]) -> bool:
    return all(is_missing(value) or is_number(value) for value in values)


def _row(cells: list[str]) -> str:
    return f"{' & '.join(cells)} \\\\"


def _cell(value: object) -> str:
    """A cell: dashes for nothing, yes and no for truths, numbers short."""
    if is_missing(value):
        return "--"
    if type(value).__name__ in ("bool", "bool_"):
        return "yes" if value else "no"
    if isinstance(value, datetime.date):
        return escaped(value.isoformat()[:10])
    if is_number(value):
        number = float(value)  # type: ignore[arg-type]
        text = f"{number:.0f}" if number == int(number) and abs(number) < 1e15 else _short(number)
        return f"$-${text[1:]}" if text.startswith("-") else text
    return escaped(value)


def _short(number: float) -> str:
    """Three digits behind the point; where that leaves too little, three that count."""
    if abs(number) < 0.001:
        mantissa, _, power = f"{number:.2e}".partition("e")
        return rf"{mantissa}\,$\cdot$\,10$^{{{int(power)}}}$"
    return f"{number:.3f}" if abs(number) < 1000 else f"{number:.1f}"
