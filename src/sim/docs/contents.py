"""What the site holds, and in which order: the sections of its sidebar, and the list on its first page.

The pages themselves say nothing of it, so that they stay plain Markdown: docs/conf.py hands the sections to Sphinx.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatch
from pathlib import Path

FRONT = "index.md"
SECTIONS: Mapping[str, Mapping[str, str]] = {
    "Tutorials": {
        "tutorial/*.md": "",
        "notebooks/index*.md": "The same in Python, cell by cell; a path for students, lecturers and researchers",
    },
    "How to": {
        "how-to/verify.md": "The same run again, and whether a folder is what its run wrote",
        "how-to/read.md": "Worlds, weeks and shares in pandas, polars, DuckDB and R",
        "histories.md": "Telling, questioning and comparing single histories: turning points, causes, but-for",
        "whatif.md": "The same worlds with something otherwise from a day on, and what that changes",
        "choices.md": "Replacing an actor's choice by a function of one's own",
        "mesa.md": "Stepping, reading, collecting and forking worlds from Python",
        "sweeps.md": "Many points, one answer: designs, luck, resuming, analysis",
        "how-to/cluster.md": "Slurm, Kubernetes, Dask; jobs that are killed and go on",
        "how-to/cite.md": "A run, the program, the article",
        "editors.md": "Faults and names while you type",
    },
    "The model": {
        "background.md": "What happened until 10 January 2024, who is who, what the words mean",
        "model.md": "Who acts, up which ladder, by which rules, in which order",
        "parameters.md": "Every number: its meaning, unit, range and source",
        "article.md": "Which rule, parameter and test stands for which claim of the article",
        "architecture.md": "What lives where, and how to find a rule from a figure",
    },
    "Results": {
        "results.md": "What comes out, how far it moves with what nobody knows, and by chance",
        "but-for.md": "Which kinds of event endings hang on: histories lived again without them",
        "sweep-results.md": "How severe an event has to be, what carries the answer, maps of the endings",
        "gallery.md": "Every figure, the question it answers, and the name that draws it",
    },
    "Validation": {
        "validation.md": "The patterns of the record against free hindcasts; what each mechanism carries",
        "accepted.md": "The vectors of numbers that show the record, over which the answer is given",
        "reliability.md": "What was tried to break the program, and what came of it",
        "limits.md": "What it is not for, and what it does not know",
    },
    "Reference": {
        "commands.md": "Every command with its options",
        "data.md": "What a results folder holds, column by column",
        "api.md": "What `import sim` gives, and what that can do",
    },
}
"""By the heading of a section its pages, each with what it answers. A pattern stands for the files it finds, if any."""
BELOW: Mapping[str, str] = {"notebooks/index.md": "notebooks/**/*.ipynb"}
"""By a page those that only it lists: the sidebar unfolds them."""


def sections(folder: Path) -> dict[str, list[str]]:
    """The pages of each section, in the order of the sidebar; no section without a page."""
    found = {name: [page for pattern in pages for page in _found(folder, pattern)] for name, pages in SECTIONS.items()}
    return {name: pages for name, pages in found.items() if pages}


def _found(folder: Path, pattern: str) -> list[str]:
    """The pages that a pattern stands for, by the numbers in their names; of a plain name that page, there or not."""
    if "*" not in pattern:
        return [pattern]
    found = [path.relative_to(folder).as_posix() for path in folder.glob(pattern)]
    wanted = [name for name in found if not re.search(r"(^|/)[._]", name)]  # copies that notebook programs keep
    return sorted(wanted, key=lambda name: [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", name)])


def title(path: Path, text: str) -> str:
    """The first heading of a page or a notebook; its name where it has none."""
    if path.suffix == ".ipynb":
        texts = ["".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown"]
        text = "\n".join(texts)
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].strip() if found else path.stem


def listed(folder: Path, made: Mapping[Path, str]) -> str:
    """The list of all pages on the first one; ``made`` are texts of pages as they are to be."""
    lines = []
    for name, pages in sections(folder).items():
        lines += [f"**{name}**", ""]
        for page in pages:
            says = next(says for pattern, says in SECTIONS[name].items() if fnmatch(page, pattern))
            text = made.get(folder / page) or (folder / page).read_text(encoding="utf-8")
            lines.append(f"- [{title(folder / page, text)}]({page})" + (f": {says}" if says else ""))
        lines.append("")
    return "\n".join(lines)


def below(folder: Path, page: str) -> list[str]:
    """The pages that only another one lists, in the order in which it names them, then the others."""
    found = _found(folder, BELOW[page]) if page in BELOW else []
    if not found or not (folder / page).exists():
        return found
    named = re.findall(r"\]\(([^)#\s]+)", (folder / page).read_text(encoding="utf-8"))
    places = {name: place for place, name in reversed(list(enumerate(named)))}
    head = f"{page.rpartition('/')[0]}/"
    return sorted(found, key=lambda name: places.get(name.removeprefix(head), len(places) + len(named)))


def trees(folder: Path, page: str) -> str:
    """For Sphinx, at the end of a page: a hidden tree of pages a section on the first, of those below it on others."""
    if page == FRONT:
        return "".join(tree(pages, name) for name, pages in sections(folder).items())
    return tree([name.removeprefix(f"{page.rpartition('/')[0]}/") for name in below(folder, page)])


def tree(pages: Sequence[str], caption: str = "") -> str:
    """A hidden tree of pages; nothing of none."""
    options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
    return "\n".join(["", "```{toctree}", *options, "", *pages, "```", ""]) if pages else ""
