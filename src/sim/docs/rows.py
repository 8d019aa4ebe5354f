"""Pictures that are a column of rows: a mark, a name in its colour, and what is to be said of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

LEFT, NAME, TEXT, MARGIN = 36, 86, 200, 24
WIDE, NARROW = 7.2, 6.4
"""Points that a letter takes at most on average, in the larger and the smaller type."""


class Row(NamedTuple):
    """A row from the top: ``mark`` stands in a ring; a row without a mark is small and belongs to the one above."""

    mark: str
    name: str
    what: str
    colour: str
    below: str = ""  # a second line, in smaller type

    @property
    def height(self) -> int:
        """How much room it takes."""
        return 46 if self.below else 40 if self.mark else 24

    @property
    def width(self) -> float:
        """Where its longest line ends."""
        return TEXT + max((WIDE if self.mark else NARROW) * len(self.what), NARROW * len(self.below)) + MARGIN


def picture(title: str, rows: Sequence[Row], foot: str) -> str:
    """An SVG whose title and description say the same in words. ``foot`` stands at the arrow that ends the column."""
    width = max(800, *(10 * round(row.width / 10 + 0.5) for row in rows))
    end = 44 + sum(row.height for row in rows)
    height = end + 52
    said = "; ".join(f"{row.mark}{'. ' * bool(row.mark)}{row.name}: {row.what.rstrip('.')}" for row in rows)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}"'
        f' height="{height}" role="img" aria-labelledby="title desc" font-family="Helvetica, Arial, sans-serif">',
        f'<title id="title">{escape(title)}</title><desc id="desc">{escape(said)}.</desc>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        text(20, 30, title, 17, bold=True),
        f'<line x1="{LEFT}" y1="50" x2="{LEFT}" y2="{height - 44}" stroke="#777777" stroke-width="2"/>',
    ]
    top = 44
    for row in rows:
        lines += ringed(row, top + row.height // 2) if row.mark else small(row, top + row.height // 2)
        top += row.height
    arrow = f"M {LEFT - 7} {height - 44} L {LEFT + 7} {height - 44} L {LEFT} {height - 30} Z"
    lines += [f'<path d="{arrow}" fill="#777777"/>', text(62, height - 32, foot, 13), "</svg>"]
    return "\n".join(lines) + "\n"


def ringed(row: Row, middle: int) -> list[str]:
    """A row with its mark in a ring."""
    found = [
        f'<circle cx="{LEFT}" cy="{middle}" r="13" fill="#ffffff" stroke="#333333" stroke-width="1.5"/>',
        text(LEFT, middle + 5, row.mark, 13, centred=True),
        f'<rect x="62" y="{middle - 14}" width="12" height="28" fill="{row.colour}" stroke="#333333"/>',
        text(NAME, middle + 5, row.name, 14, bold=True),
    ]
    if not row.below:
        return [*found, text(TEXT, middle + 5, row.what, 14)]
    return [*found, text(TEXT, middle - 2, row.what, 14), text(TEXT, middle + 14, row.below, 12)]


def small(row: Row, middle: int) -> list[str]:
    """A row that belongs to the one above."""
    return [
        f'<line x1="{LEFT}" y1="{middle}" x2="62" y2="{middle}" stroke="#777777" stroke-width="1.5"/>',
        f'<rect x="62" y="{middle - 7}" width="12" height="14" fill="{row.colour}" stroke="#333333"/>',
        text(NAME, middle + 4, row.name, 12),
        text(TEXT, middle + 4, row.what, 12),
    ]


def text(x: int, y: int, said: str, size: int, *, bold: bool = False, centred: bool = False) -> str:
    """A line of text; what is code in Markdown is plain here."""
    looks = f' font-size="{size}" fill="#111111"'
    looks += ' font-weight="bold"' if bold else ""
    looks += ' text-anchor="middle"' if centred else ""
    return f'<text x="{x}" y="{y}"{looks}>{escape(said.replace("`", ""))}</text>'
