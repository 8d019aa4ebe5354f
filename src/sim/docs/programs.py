"""Pages that are programs from top to bottom: a ``text`` block is what the ``python`` block before it prints.

docs/mesa.md, docs/choices.md and docs/sweeps.md are such pages. Their programs run in one process, one after the other.
"""

from __future__ import annotations

import contextlib
import io
import re
from typing import Any

PAGES = ("mesa.md", "choices.md", "sweeps.md")
_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def blocks(text: str) -> list[tuple[str, str]]:
    """The fenced blocks of a page: language and content."""
    return [(match[1], match[2]) for match in _BLOCK.finditer(text)]


def played(text: str, page: str) -> str:
    """The page as it would be if it showed what its programs print."""
    names: dict[str, Any] = {}
    printed = ""

    def block(match: re.Match[str]) -> str:
        nonlocal printed
        language, body = match[1], match[2]
        if language == "python":
            with contextlib.redirect_stdout(io.StringIO()) as out:
                exec(compile(body, f"docs/{page}", "exec"), names)
            printed = out.getvalue()
            return match[0]
        if language != "text":
            raise ValueError(f"docs/{page}: nothing is known of a {language!r} block")
        return f"```text\n{printed}```"

    return _BLOCK.sub(block, text)
