"""What an attack is, what has to hold of it, and the list of all.

Whatever is tried, this holds always (`Ground.holds_always`): the process ends by itself and leaves none behind; its
exit code is 0, 1, 2 or 3, as the help says; no traceback is shown and no control character reaches the terminal; what
it says on stderr is bounded, and so is its memory; nothing outside the folder it was given is changed by a byte. An
attack adds what else has to hold of it, step by step.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from .ground import Ground

Make: TypeAlias = "Callable[[Ground], object]"
"""Makes something on the ground before, or between, what is typed."""

Q = shlex.split("--worlds 3 --days 5 --workers 1 --figures none --quiet")
"""A small run."""
JOB = "run forced_exit Q"

KINDS = {
    "paths": "Paths and shells: links, devices, homes, names too long or of no language, folders of somebody else",
    "scenarios": "Broken scenario files: shipped ones with a slip of the pen, of the editor, of the disk or of malice",
    "damaged": "Damaged results folders: a file emptied, cut, turned by a bit, exchanged, renamed, lost; a manifest "
    "with a field missing or wrong",
    "hostile": "Hostile results folders: made to hang, to fill the memory, or to reach outside",
    "kills": "Kills: the process, or the power, ends at a counted operation, and the same command goes on",
    "faults": "Faults of the disk and of starting processes: an error at a counted operation, and the same command "
    "goes on",
    "limits": "Limits: memory, processes, open files, sizes of files; closed and full streams; folders that are only "
    "read",
    "texts": "Hostile texts: formulas, escape codes, HTML and line breaks in names and titles",
    "python": "Python: values of every type where a number, a name, a path or a folder is taken",
}
"""The kinds of attacks, in the order of the report, each in a sentence."""


class Broken(AssertionError):
    """The program did not survive: what was found, in a line or some."""


@dataclass(frozen=True)
class Attack:
    """One attack: its kind, what it is called in the report, and what is done.

    Every other `quick` one is among the slow tests.
    """

    kind: str
    name: str
    does: Callable[[Ground], int]
    """Tries it on a ground; raises Broken, or returns how often something was tried."""
    quick: bool = False

    def __str__(self) -> str:
        return f"{self.kind}: {self.name}"


@dataclass(frozen=True)
class Do:
    """A command that is typed, and what has to hold of it beside what holds always."""

    words: str
    """As in a shell, with the placeholders of :meth:`Ground.words`; ``Q`` is a small run."""
    exits: tuple[int, ...] = (2,)
    lines: int | None = None
    """At most so many lines on stderr (where the exit code is 2: one, unless it says otherwise)."""
    says: tuple[str, ...] = ()
    """Each of these is said on stdout or stderr."""
    nothing: bool = False
    """Whether all must be as before, the folder that was given too; so it has to be where the exit code is 2."""
    same: str = ""
    """A folder that must hold what an undisturbed run of ``like`` gives, where the exit code is 0."""
    like: str = JOB
    env: dict[str, str | None] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)
    """More words of a request to the warm process."""
    after: Callable[[Ground, Any], object] | None = None
    """What else has to hold of the ground and of what was said: it raises Broken."""


@dataclass(frozen=True)
class Code:
    """Python that is run, in which an assertion fails where something does not hold."""

    text: str
    how: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """What is made, and then typed, step by step. ``mine`` are the folders it may change."""

    make: Sequence[Make] = ()
    steps: Sequence[Do | Code | Make] = ()
    mine: tuple[str, ...] = ("work/out", "work/r")

    def __call__(self, ground: Ground) -> int:
        """Tries it."""
        for make in self.make:
            make(ground)
        typed = 0
        for step in self.steps:
            if isinstance(step, Do):
                ground.do(step, self.mine)
                typed += 1
            elif isinstance(step, Code):
                ground.run_code(step, self.mine)
                typed += 1
            else:
                step(ground)
        return typed


@dataclass(frozen=True)
class Sweep:
    """The same command with a fault at the 1st, 2nd, … last operation of some kinds, and each time once more without.

    The second must go on to what an undisturbed run gives, byte by byte.
    """

    ops: tuple[str, ...]
    act: str
    job: str = f"{JOB} --out {{out}}"
    like: str = JOB
    make: Sequence[Make] = ()
    first: tuple[int, ...] = (0, 1, 2)
    """The exit codes of the disturbed run."""
    more: dict[str, Any] = field(default_factory=dict)
    how: dict[str, Any] = field(default_factory=dict)
    step: int = 1
    """Every operation is met, or every so-manieth."""
    occurs: bool = True
    """Whether a run has to have such an operation at all; one that starts no thread misses none."""
    most: int = 3000
    """Operations after which something is wrong with counting."""

    def __call__(self, ground: Ground) -> int:
        """Tries it, on a fresh ground each time."""
        number, tried = 1 + (self.step > 1) * (sum(self.job.encode()) % self.step), 0
        while number <= self.most:
            if not ground.swept(self, number):
                if not tried and self.occurs:
                    raise Broken(f"a run has no {' or '.join(self.ops)}: the fault was never met")
                return tried
            tried += 1
            number = number * 2 if ground.briefly else number + self.step
        if ground.briefly:
            return tried
        raise Broken(f"more than {self.most} operations")


def catalogue() -> list[Attack]:
    """All attacks, by kind."""
    found: list[Attack] = []
    for kind in KINDS:
        mine: Iterable[Attack] = import_module(f"{__package__}.{MODULES.get(kind, kind)}").ATTACKS
        found += [attack for attack in mine if attack.kind == kind]
    names = [str(attack) for attack in found]
    assert len(set(names)) == len(names), sorted({name for name in names if names.count(name) > 1})
    return found


MODULES = {"scenarios": "files", "faults": "kills", "python": "types_"}
"""Kinds whose attacks are in a module of another name."""
