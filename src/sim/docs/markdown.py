"""Tables and words in Markdown."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import BaseModel

MADE = "<!-- Made by `python -m sim.docs`; changes by hand are lost. -->"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a bar within a cell is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    cells = (" | ".join(str(cell).replace("|", "\\|") for cell in line) for line in lines)
    return "".join(f"| {line} |\n" for line in cells)


def prose(text: str) -> str:
    """A paragraph, wrapped, with percent signs beside their numbers."""
    whole = " ".join(text.split()).replace(" %", "\u00a0%")
    return textwrap.fill(whole, 120, break_long_words=False, break_on_hyphens=False)


def code(text: object) -> str:
    """A name as code; nothing for nothing."""
    return f"`{text}`" if text else ""


def plain(value: Any) -> str:
    """A value as people write it; of a list its entries, of a table its values."""
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1000 else f"{value:g}"
    if isinstance(value, BaseModel):
        return " ".join(
            plain(getattr(value, name)) for name in type(value).model_fields if getattr(value, name) is not None
        )
    if isinstance(value, list | tuple):
        return "; ".join(plain(inner) for inner in value) or "none"
    return str(value) if value not in ("", None) else "none"


def sentence(text: str) -> str:
    """The first sentence of a docstring's text, in Markdown."""
    return re.split(r"(?<=[.!?])\s", " ".join(text.replace("``", "`").split()), maxsplit=1)[0]


def first_sentence(thing: object) -> str:
    """The first sentence of a docstring, in Markdown."""
    return sentence(inspect.getdoc(thing) or "")
