"""docs/reliability.md: what was tried, how many attacks of every kind there are, and how many the program survived."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from .catalogue import KINDS, Attack
from .warm import ROOT

PAGE = ROOT / "docs" / "reliability.md"
MARK = "<!-- catalogue: {} -->"


@dataclass(frozen=True)
class Tried:
    """What became of an attack: how often something was tried in it, and what was found if it was not survived."""

    attack: Attack
    times: int
    fault: str = ""


def mark(attacks: Sequence[Attack]) -> str:
    """A sum of the catalogue, by which a page is seen to be of another."""
    return sha256("\n".join(map(str, attacks)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def counted(attacks: Sequence[Attack]) -> dict[str, int]:
    """How many attacks there are of every kind."""
    return {kind: sum(attack.kind == kind for attack in attacks) for kind in KINDS}


def page(tried: Sequence[Tried]) -> str:
    """The page, the same for the same outcome."""
    attacks = [one.attack for one in tried]
    total = counted(attacks)
    survived = {kind: sum(one.attack.kind == kind and not one.fault for one in tried) for kind in KINDS}
    rows = [
        f"| {KINDS[kind].partition(':')[0]} | {total[kind]:,} | {survived[kind]:,} |" for kind in KINDS if total[kind]
    ]
    lines = [
        "# Reliability",
        "",
        MARK.format(mark(attacks)),
        "",
        "A program that people cite must not lose what it has computed, and must not believe what nobody computed. So "
        "it is broken on purpose: a catalogue of attacks is tried against it, made from the bug reports of other "
        "programs, from what happens to disks and shells, and from malice. This page is written by",
        "",
        "```sh",
        "python -m tests.breaking --report",
        "```",
        "",
        "which tries every attack (a quarter of an hour on two cores); some are tried with every run of the tests, and "
        "more of them by `python3 run.py test -m slow`.",
        "",
        "| kind | attacks | survived |",
        "| --- | ---: | ---: |",
        *rows,
        f"| **all** | **{len(attacks):,}** | **{sum(survived.values()):,}** |",
        "",
        "## What survived means",
        "",
        "Of everything that is tried it is asked:",
        "",
        "- it ends by itself, and leaves no process behind;",
        "- its exit code is 0, 1, 2 or 3, as the help says; where it is 2 nothing at all was changed, and one line on "
        "stderr says what is wrong;",
        "- no traceback is shown, and no control character reaches the terminal;",
        "- its memory, and what it says, are bounded;",
        "- nothing outside the folder that it was given is changed by a byte.",
        "",
        "An attack asks for more: which exit code, what is said, which numbers are shown. After a kill or a fault of "
        "the disk the same command is given once more, and the folder must then hold the bytes of a run that nothing "
        "disturbed, in every file (of manifest.json, all but how it was made).",
        "",
        "## What is tried",
        "",
        *(f"- **{KINDS[kind].partition(':')[0]}**:{KINDS[kind].partition(':')[2]}." for kind in KINDS),
        "",
        "Kills and faults are injected as databases are tested: for every n, the n-th operation on the folder of a "
        "small run fails or ends the process. Operations are opening for reading and for writing, reading, writing, "
        "flushing, renaming, removing, making and listing folders; starts of processes and threads are counted in a "
        "run with two workers. A whole sweep counts as one attack here. Of a plain run every operation is met by "
        "kills, by half-written writes, by failures of power, by a full disk and by an error of the disk, and every "
        "third by the rest; of other runs (one that adds worlds, one that overwrites, one that mends, one that keeps "
        "all acts) every seventh or eleventh. "
        "Where the power fails, what was written and not flushed is emptied, and names in a folder that was not "
        "flushed are as they were before.",
        "",
        "The attacks are made for POSIX systems and tried on Linux. Where root runs them, root's privileges are given "
        "up first wherever the modes of files or the number of processes are what is tried.",
        "",
    ]
    faults = [one for one in tried if one.fault]
    if faults:
        lines += ["## Not survived", "", *(f"- {plain(str(one.attack))}" for one in faults), ""]
    return "\n".join(lines)


def plain(text: str) -> str:
    """A name on one line of Markdown."""
    return re.sub(r"([\\`*_\[\]<>|#])", r"\\\1", text.encode("unicode_escape").decode("ascii"))


def said(text: str) -> tuple[str, Mapping[str, tuple[int, int]]]:
    """Of a page: its mark, and by kind how many attacks there are and how many were survived."""
    found = re.search(MARK.format("(.*)"), text)
    rows = re.findall(r"^\| ([^|*]+) \| ([\d,]+) \| ([\d,]+) \|$", text, flags=re.MULTILINE)
    heads = {KINDS[kind].partition(":")[0]: kind for kind in KINDS}
    numbers = {heads[head]: (int(one.replace(",", "")), int(two.replace(",", ""))) for head, one, two in rows}
    return found[1] if found else "", numbers


def written(tried: Sequence[Tried], path: Path = PAGE) -> Path:
    """Writes the page."""
    path.write_text(page(tried), encoding="utf-8", newline="\n")
    return path
