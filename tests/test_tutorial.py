"""The tutorial does what it says: every page is played from top to bottom, and what it shows is what comes out.

A page of docs/tutorial is played in an empty folder, block by block:

- a ``sh`` block holds commands, which end with exit code 0, or with the code that a comment names (``# exit 2``);
- a ``python`` block holds a program;
- a ``toml`` block is a file, named by the line before it: ``Save this as `calm.toml`:``;
- a ``text`` block is what the block before it printed (of a command that refuses: its faults).

A comment before a ``text`` block says which lines are shown; what is left out between them stands as ``…``:
``<!-- shows 1-6 "special committee"*3+1 last 2 -->`` are lines 1 to 6, the first three with these words (``*-3``: the
last three) and the line after each of them, and the last two; ``7-`` are all from line 7 on.
``<!-- shows paper/summary.md 1-8 -->`` are lines of a file instead; ``wrap`` at the end breaks long lines. The hash of
the model stands as ``…``: it changes with every line of its code, also where no history does.

A comment ``<!-- world forced_exit in many -->`` before a command sets its ``--world`` to the first world of the results
folder `many` that ends so.

``python -m sim.docs.remake tutorial`` (or ``tutorial/3``) plays the pages and writes what came out into them.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TUTORIAL = ROOT / "docs" / "tutorial"
PAGES = sorted(TUTORIAL.glob("*.md"), key=lambda page: int(page.name.partition("-")[0]))
LONGEST = 300  # seconds that one command may take on a slow machine
LEFT_OUT = "…"
WIDTH = 110  # of lines that are broken


# --- what is on a page -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Block:
    """A fenced block: the numbers of its first and last line of content, its language, and the line before it."""

    first: int
    last: int
    language: str
    before: str


def blocks(lines: Sequence[str]) -> Iterator[Block]:
    """The fenced blocks of a page, in order."""
    opened: tuple[int, str, str] | None = None
    said = ""
    for number, line in enumerate(lines):
        if line.startswith("```"):
            if opened is None:
                opened = (number + 1, line.removeprefix("```").strip(), said)
            else:
                yield Block(opened[0], number, *opened[1:])
                opened, said = None, ""
        elif opened is None and line.strip():
            said = line.strip()
    assert opened is None, f"the block of line {opened[0] if opened else 0} is never closed"


def file_name(block: Block) -> str:
    """The name that the line before a file gives it."""
    named = re.search(r"[Ss]ave this as `([\w.-]+\.toml)`:$", block.before)
    assert named, f"line {block.first}: a toml block comes after 'Save this as `NAME.toml`:', not {block.before!r}"
    return named[1]


def commands(text: str) -> list[tuple[str, int]]:
    """The commands of a block and the exit codes they are to have."""
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        bare = shlex.split(line, comments=True)
        wanted = re.search(r"#.*\bexit (\d)", line)
        if bare:
            found.append((line, int(wanted[1]) if wanted else 0))
    return found


# --- which lines are shown ---------------------------------------------------------------------------------

WANTED = re.compile(r'(\d+)(?:(-)(\d+)?)?|"([^"]+)"(?:\*(-?\d+))?(?:\+(\d+))?|last (\d+)')


def chosen(output: list[str], wish: str) -> list[str]:
    """The lines that a wish such as ``1-6 "letter"*2+1 last 3`` chooses, with a mark for those left out between.

    A wish that opens with ``before "decision"`` looks above the first line with that word only.
    """
    kept: set[int] = set()
    rest = wish.strip()
    above = re.match(r'before "([^"]+)" *', rest)
    end_of_search = len(output)
    if above:
        end_of_search = next((number for number, line in enumerate(output) if above[1] in line), -1)
        assert end_of_search >= 0, f"no line has {above[1]!r}"
        rest = rest[above.end() :]
    while rest:
        part = WANTED.match(rest)
        assert part, f"not understood: {rest!r}"
        low, to, high, words, most, more, last = part.groups()
        if low:
            end = int(high or (len(output) if to else low))
            assert int(low) <= end <= len(output), f"{part[0]}: there are {len(output)} lines only"
            kept |= set(range(int(low) - 1, end))
        elif last:
            kept |= set(range(max(len(output) - int(last), 0), len(output)))
        else:
            found = [number for number, line in enumerate(output[:end_of_search]) if words in line]
            assert found, f"no line has {words!r}"
            few = int(most or len(found))
            for number in found[few:] if few < 0 else found[:few]:
                kept |= set(range(number, min(number + int(more or 0) + 1, len(output))))
        rest = rest[part.end() :].strip()
    shown: list[str] = []
    numbers = sorted(kept)
    for before, number in pairwise([-1, *numbers, len(output)]):
        if number > before + 1:
            shown.append(LEFT_OUT)
        if number < len(output):
            shown.append(output[number])
    return shown


def wrapped(line: str) -> list[str]:
    """A line broken into several, each with the indent of the first."""
    indent = " " * (len(line) - len(line.lstrip()))
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False) or [""]


# --- playing a page ----------------------------------------------------------------------------------------


@dataclass
class Played:
    """A page while it is played: what it is to be, and what the last block printed."""

    folder: Path
    lines: list[str]
    printed: list[str] = field(default_factory=list)

    def run(self, words: Sequence[str], wanted: int, what: str) -> str:
        """What a command prints; AssertionError if it ends with another exit code."""
        tools = self.folder.parent / "tools"
        tools.mkdir(exist_ok=True)
        python = tools / "python3"
        if not python.exists():
            python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
            python.chmod(0o755)
        environment = os.environ | {
            "PATH": os.pathsep.join([str(tools), os.environ["PATH"]]),
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONUTF8": "1",
            "SIM_NO_SETUP": "1",
        }
        answer = subprocess.run(
            words,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=LONGEST,
            check=False,
        )
        assert answer.returncode == wanted, f"{what}: exit {answer.returncode}, not {wanted}\n{answer.stderr}"
        return answer.stdout if wanted == 0 else answer.stdout + answer.stderr

    def play(self, block: Block) -> None:
        """Do what a block says, or correct what it shows."""
        text = "\n".join(self.lines[block.first : block.last])
        if block.language == "toml":
            (self.folder / file_name(block)).write_text(text + "\n", encoding="utf-8")
        elif block.language == "sh":
            world = re.fullmatch(r"<!-- world (\w+) in ([\w/.-]+) -->", block.before)
            if world:
                text = re.sub(r"--world \d+", f"--world {first_world(self.folder / world[2], world[1])}", text)
                self.lines[block.first : block.last] = text.splitlines()
            said = [self.run(["sh", "-c", line], wanted, line) for line, wanted in commands(text)]
            self.printed = "".join(said).splitlines()
        elif block.language == "python":
            self.printed = self.run([sys.executable, "-c", text], 0, text).splitlines()
        elif block.language == "text":
            self.show(block)
        else:
            raise AssertionError(f"line {block.first}: nothing is known of a {block.language!r} block")

    def show(self, block: Block) -> None:
        """Put what was printed in place of what the block shows."""
        wish = re.fullmatch(r"<!-- shows (?:([\w/-]+\.\w+)\b ?)?(.*?) ?(\bwrap )?-->", block.before)
        output = self.printed
        if wish and wish[1]:
            output = (self.folder / wish[1]).read_text(encoding="utf-8").splitlines()
        if wish and wish[2]:
            output = chosen(output, wish[2])
        assert output, f"line {block.first}: nothing was printed"
        output = [re.sub(r"\bmodel [0-9a-f]{16}\b", "model …", line).rstrip() for line in output]
        if wish and wish[3]:
            output = [part for line in output for part in wrapped(line)]
        self.lines[block.first : block.last] = output


def played(text: str, folder: Path) -> str:
    """The page as it would be if it showed what really comes out. ``folder`` is to be empty."""
    page = Played(folder, text.splitlines())
    done = 0
    while True:
        found = list(blocks(page.lines))  # anew each time: a block that was corrected may have another length
        if done == len(found):
            return "\n".join(page.lines) + "\n"
        page.play(found[done])
        done += 1


def first_world(folder: Path, outcome: str) -> int:
    """The first world of a results folder that ends so."""
    import pandas as pd

    worlds = pd.read_csv(folder / "worlds.csv")
    numbers = worlds[worlds["outcome"] == outcome]["world"]
    assert len(numbers), f"no world of {folder.name} ends in {outcome}"
    return int(numbers.iloc[0])


def scratch(parent: Path) -> Path:
    """An empty folder with `run.py` in it, as a reader of the tutorial has."""
    folder = parent / "project"
    folder.mkdir()
    (folder / "run.py").symlink_to(ROOT / "run.py")
    return folder


# --- tests -------------------------------------------------------------------------------------------------


def test_the_pages_are_numbered_without_a_gap() -> None:
    numbers = [int(page.name.partition("-")[0]) for page in PAGES]
    assert numbers == list(range(1, len(PAGES) + 1))
    assert len(PAGES) >= 7


def test_every_page_is_in_the_site_s_contents_in_its_order() -> None:
    from sim.docs import DOCS, contents

    pages = contents.sections(DOCS)["Tutorials"]
    assert pages[: len(PAGES)] == [f"tutorial/{page.name}" for page in PAGES]


def test_every_kind_of_event_is_named_to_students() -> None:
    from typing import get_args

    from sim.scenario.events import Event

    kinds = {get_args(kind.model_fields["kind"].annotation)[0] for kind in get_args(get_args(Event)[0])}
    text = (TUTORIAL / "2-your-first-event.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == kinds


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_what_a_page_shows_comes_from_a_block_before_it(page: Path) -> None:
    found = list(blocks(page.read_text(encoding="utf-8").splitlines()))
    assert any(block.language == "sh" for block in found)
    for place, block in enumerate(found):
        assert block.language in ("sh", "toml", "text", "python"), f"line {block.first}"
        if block.language == "text":
            assert place and found[place - 1].language in ("sh", "python", "text"), f"line {block.first}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_files_of_a_page_have_no_fault_but_those_it_shows(page: Path, tmp_path: Path) -> None:
    from sim.scenario.errors import ScenarioError
    from sim.scenario.load import load

    lines = page.read_text(encoding="utf-8").splitlines()
    refused = set(" ".join(re.findall(r"check (.*?)#.*exit 2", "\n".join(lines))).split())
    for block in blocks(lines):
        if block.language == "toml":
            file = tmp_path / file_name(block)
            file.write_text("\n".join(lines[block.first : block.last]) + "\n", encoding="utf-8")
            try:
                load(file)
            except ScenarioError as error:
                assert file.name in refused, f"line {block.first}: {error}"


LONG = ("3", "4", "5", "6", "7")
"""Pages whose commands take minutes. `remake` plays them whenever the model changes, and its check knows if it has."""


@pytest.mark.skipif(os.name == "nt", reason="sh blocks are for sh")
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(page, marks=pytest.mark.nightly if page.name[0] in LONG else pytest.mark.slow, id=page.stem)
        for page in PAGES
    ],
)
def test_a_page_shows_what_comes_out(page: Path, tmp_path: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert played(text, scratch(tmp_path)).splitlines() == text.splitlines(), "python -m sim.docs.remake tutorial"


MADE_UP = """
Save this as `mine.toml`:

```toml
extends = "status_quo"
united_states.restrant = 0.3
```

```sh
python3 run.py check mine.toml  # a typing mistake: exit 2
```

```text
{fault}
```

```python
print("\\n".join(f"line {{number}}" for number in range(1, 10)))
```

<!-- shows 2-3 "line 6"+1 "line"*-1 -->
```text
{shown}
```
"""
FAULT = "mine.toml:2: united_states.restrant: there is no such setting; did you mean 'united_states.restraint'?"
SHOWN = "…\nline 2\nline 3\n…\nline 6\nline 7\n…\nline 9"


@pytest.mark.skipif(os.name == "nt", reason="sh blocks are for sh")
@pytest.mark.parametrize(("fault", "shown"), [(FAULT, SHOWN), ("mine.toml: fine", "line 1"), (FAULT, SHOWN + "\nmore")])
def test_a_page_that_shows_something_else_is_mended(fault: str, shown: str, tmp_path: Path) -> None:
    right = MADE_UP.format(fault=FAULT, shown=SHOWN)
    assert played(MADE_UP.format(fault=fault, shown=shown), scratch(tmp_path)) == right


def test_a_wish_may_look_above_a_line_only() -> None:
    output = ["a strike", "a threat", "a strike", "the decision", "a strike"]
    assert chosen(output, 'before "decision" "strike"*-1') == [LEFT_OUT, "a strike", LEFT_OUT]
    assert chosen(output, '"strike"*-1') == [LEFT_OUT, "a strike"]
    with pytest.raises(AssertionError):
        chosen(output, 'before "letter" "strike"')


@pytest.mark.skipif(os.name == "nt", reason="sh blocks are for sh")
@pytest.mark.parametrize(
    "page",
    [
        "```sh\npython3 run.py check no_such.toml\n```",
        "```sh\npython3 run.py check status_quo  # exit 2\n```",
        "```python\nraise SystemExit(1)\n```",
        "```python\nprint(1)\n```\n<!-- shows 4-5 -->\n```text\n1\n```",
        '```python\nprint(1)\n```\n<!-- shows "letter" -->\n```text\n1\n```',
        "```python\n```\n```text\n1\n```",
        "An example:\n```toml\ndays = 3\n```",
        "```bash\nls\n```",
    ],
)
def test_a_page_that_does_not_work_fails(page: str, tmp_path: Path) -> None:
    with pytest.raises(AssertionError):
        played(page, scratch(tmp_path))


def test_the_world_of_a_command_is_one_that_ends_so(tmp_path: Path) -> None:
    folder = scratch(tmp_path)
    (folder / "many").mkdir()
    (folder / "many" / "worlds.csv").write_text(
        "world,outcome\n0,us_stays\n1,us_stays\n2,forced_exit\n3,forced_exit\n", encoding="utf-8"
    )
    page = "<!-- world forced_exit in many -->\n```sh\necho explain many --world {}\n```\n"
    assert played(page.format(7), folder) == page.format(2)
    with pytest.raises(AssertionError, match="no world of many ends in lapsed"):
        played(page.format(7).replace("forced_exit", "lapsed"), folder)
