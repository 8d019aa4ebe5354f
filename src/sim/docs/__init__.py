"""The parts of docs/ that are made from the code, so that they cannot differ from it.

Made are the blocks of docs/index.md, docs/model.md and docs/validation.md between ``<!-- generated: … -->`` and
``<!-- end -->``; as a whole docs/accepted.md, docs/parameters.md, docs/data.md, docs/commands.md, docs/api.md,
docs/gallery.md, docs/scenario.schema.json, docs/day.svg, docs/feeds.svg and docs/layers.svg.
``python -m sim.docs`` writes them, ``python -m sim.docs --check`` names those that are out of date.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

from sim.docs import accepted, api, commands, contents, data, day, feeds, gallery, layers, model, parameters, patterns
from sim.scenario.json_schema import json_schema

DOCS = Path(__file__).resolve().parents[3] / "docs"
ORDER = "order of the day"
"""The one block that is made with its page: each step leads to the section that names it."""
CONTENTS = "contents"
"""The one block that is made with the folder: a list of its pages."""
BLOCKS = {**model.BLOCKS, **patterns.BLOCKS}
_BLOCK = re.compile(r"(<!-- generated: ([\w ]+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages(folder: Path = DOCS) -> dict[Path, str]:
    """Every file that is made, in whole or in part, and what it should say."""
    made = {
        folder / "accepted.md": accepted.page(),
        folder / "parameters.md": parameters.page(),
        folder / "data.md": data.page(),
        folder / "commands.md": commands.page(),
        folder / "api.md": api.page(),
        folder / "gallery.md": gallery.page(),
        folder / "scenario.schema.json": json.dumps(json_schema(), indent=2) + "\n",
        folder / "day.svg": day.drawn(),
        folder / "feeds.svg": feeds.drawn(),
        folder / "layers.svg": layers.drawn(),
    }
    by_hand = (folder / contents.FRONT, folder / "model.md", folder / "validation.md")
    blocks = {**BLOCKS, CONTENTS: lambda: contents.listed(folder, made)}
    return {**{path: filled(path.read_text(encoding="utf-8"), blocks) for path in by_hand}, **made}


def filled(text: str, blocks: Mapping[str, Callable[[], str]] = BLOCKS) -> str:
    """A page with its generated blocks made anew. KeyError where there is no block of that name."""

    def block(match: re.Match[str]) -> str:
        made = day.order(text) if match[2] == ORDER else blocks[match[2]]()
        return f"{match[1]}\n{made.strip()}\n\n{match[3]}"

    return _BLOCK.sub(block, text)


def stale(folder: Path = DOCS) -> dict[Path, str]:
    """The files that do not say what they should, and what that is."""
    return {
        path: text
        for path, text in pages(folder).items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    }
