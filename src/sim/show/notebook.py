"""What a notebook shows of an object: small HTML that stands by itself, and reads well on light and on dark paper.

No script, no style sheet, no colour but the page's own: so it looks alike in Jupyter, in VS Code and on a page of
docs. Every text is escaped here and nowhere else: :func:`page`, :func:`table` and :func:`bullets` take plain text, and
only what they give back is HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from sim.scenario.english import clean
from sim.show.printed import Table

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 8
"""Rows of a table that are seen at once; the others are one click away."""
LINE = "border-bottom:1px solid rgba(128,128,128,.35)"
QUIET = "opacity:.75"
CELL = "padding:.15em .6em;vertical-align:top"


def text(given: object) -> str:
    """A plain text as HTML: one line, escaped, and in its own direction whatever the language."""
    return f"<bdi>{escape(clean(given))}</bdi>"


def page(title: str, lead: str | Sequence[str] = (), *parts: str, then: Sequence[str] = ()) -> str:
    """What is shown of one object: its title, a line or two about it, tables and lists, and what to call next.

    ``title``, ``lead`` and ``then`` are plain text, ``parts`` the HTML of :func:`table`, :func:`bullets` or
    :func:`folded`.
    """
    about = [lead] if isinstance(lead, str) else list(lead)
    lines = [f'<p style="margin:.2em 0"><strong>{text(title)}</strong></p>']
    lines += [f'<p style="margin:.2em 0;max-width:60em">{text(line)}</p>' for line in about if line]
    lines += [part for part in parts if part]
    if then:
        calls = " · ".join(f"<code>{text(call)}</code>" for call in then)
        lines.append(f'<p style="margin:.4em 0;{QUIET}">next: {calls}</p>')
    return f'<div style="line-height:1.4">{"".join(lines)}</div>'


def table(given: Table | pd.DataFrame, caption: str = "", *, most: int = MOST_ROWS) -> str:
    """A table with its caption; of a long one the first rows, and the others behind a line to click on."""
    shown = given if isinstance(given, Table) else of_frame(given, caption)
    said = caption or shown.caption
    first, more = shown.rows[:most], shown.rows[most:]
    found = _table(shown, first, said)
    if more:
        found += folded(f"{len(more):,} more {'row' if len(more) == 1 else 'rows'}", _table(shown, more, ""))
    return found


def bullets(caption: str, lines: Iterable[str], *, most: int = MOST_ROWS) -> str:
    """Sentences under a caption, one below the other; nothing where there is none."""
    every = [f"<li>{text(line)}</li>" for line in lines]
    if not every:
        return ""
    found = f'<p style="margin:.4em 0 .1em">{text(caption)}</p>{_list(every[:most])}'
    return found + (folded(f"{len(every) - most:,} more", _list(every[most:])) if len(every) > most else "")


def folded(summary: str, inner: str) -> str:
    """A part of a page (HTML) that is seen when its line of plain text is clicked on."""
    return f'<details style="margin:.2em 0"><summary>{text(summary)}</summary>{inner}</details>' if inner else ""


def of_frame(frame: pd.DataFrame, caption: str = "") -> Table:
    """A frame as a table for people: three digits of a number, nothing where there is none."""
    import pandas as pd

    def cell(value: Any) -> str:
        if isinstance(value, float):
            return "" if value != value else f"{value:.3g}"
        return "" if value is None or value is pd.NaT or value is pd.NA else clean(value)

    columns = [frame[name].tolist() for name in frame.columns]
    numeric = frozenset(place for place, name in enumerate(frame.columns) if frame[name].dtype.kind in "iuf")
    rows = [tuple(map(cell, row)) for row in zip(*columns, strict=True)]
    return Table(caption, tuple(map(str, frame.columns)), rows, numeric)


def _table(shown: Table, rows: Sequence[Sequence[str]], caption: str) -> str:
    def cells(row: Sequence[str], kind: str, line: str = "") -> str:
        sides = ("right" if place in shown.numeric else "left" for place in range(len(row)))
        return "".join(
            f'<{kind} style="{CELL};text-align:{side}{line}">{"<br>".join(map(text, cell.splitlines()))}</{kind}>'
            for side, cell in zip(sides, row, strict=True)
        )

    said = f'<caption style="text-align:left;padding:.3em 0;{QUIET}">{text(caption)}</caption>' if caption else ""
    head = cells(shown.heads, "th", f";{LINE}")
    body = "".join(f"<tr>{cells(row, 'td')}</tr>" for row in rows)
    look = "border-collapse:collapse;margin:.4em 0"
    return f'<table style="{look}">{said}<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _list(items: Iterable[str]) -> str:
    return f'<ul style="margin:.1em 0 .3em 1.4em;padding:0">{"".join(items)}</ul>'
