"""The place where an attack is tried: a home, a working directory, and elsewhere what nobody may touch."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from .catalogue import Broken, Code, Do, Q, Sweep
from .warm import ROOT, Ended, Warm

MEMORY = 700 << 20
"""Bytes that a process may hold: a small run takes less than a third."""
LINES = 130
"""Lines of stderr: about a hundred faults, and how many more there are."""
CHARACTERS = 60_000
CONTROLS = {chr(code) for code in (*range(9), *range(11, 32), *range(127, 160))} - {"\r"}
CODES = (0, 1, 2, 3)
TOP = 1 << 16


@dataclass(frozen=True)
class Workshop:
    """What the attacks of a session share: the warm process, and what undisturbed runs give, each made once."""

    folder: Path
    warm: Warm

    @classmethod
    def at(cls, folder: Path) -> Workshop:
        """A workshop in an empty folder."""
        for name in ("scratch", "undisturbed", "grounds", "matplotlib"):
            (folder / name).mkdir(parents=True)
        return cls(folder, Warm(folder / "scratch"))

    def undisturbed(self, job: str) -> Path:
        """The results folder of a command that nothing disturbed. Not to be written to."""
        made = self.folder / "undisturbed" / hashlib.sha256(job.encode()).hexdigest()[:16]
        if not made.exists():
            ground = Ground(self, self.folder / "undisturbed" / f"{made.name}.ground")
            words = [*ground.words(job), "--out", str(made)]
            ended = ground.ask(argv=words)
            if ended.code:
                raise Broken(f"an undisturbed `{job}` ends with {ended.code}:\n{ended.err}")
        return made

    def ground(self, number: int | str, briefly: bool = False) -> Ground:
        """A fresh ground."""
        return Ground(self, self.folder / "grounds" / str(number), briefly)

    def end(self) -> None:
        """Nothing more is tried."""
        self.warm.end()


class Ground:
    """One attack's place. ``work`` is the working directory, ``home`` the home, ``elsewhere`` holds others' files."""

    def __init__(self, workshop: Workshop, root: Path, briefly: bool = False) -> None:
        self.workshop, self.root, self.briefly = workshop, root, briefly
        for name in ("work", "home", "elsewhere/tables", "elsewhere/blocks"):
            (root / name).mkdir(parents=True)
        for name in ("precious.txt", "worlds.csv", "tables/start.csv", "tables/precious.csv", "manifest.json"):
            (root / "elsewhere" / name).write_text(f"precious: {name}\n", encoding="utf-8")
        self.tried = 0

    @property
    def out(self) -> Path:
        """The results folder, as a rule."""
        return self.root / "work" / "out"

    def at(self, name: str) -> Path:
        """A path on this ground: ``out/…`` and ``r/…`` lie in the working directory."""
        return self.root / (f"work/{name}" if name.split("/")[0] in ("out", "r") else name)

    def words(self, text: str) -> list[str]:
        """What is typed, in words: {root}, {work}, {home}, {elsewhere}, {out}, {r} are folders, Q is a small run."""
        places = {name: str(self.root / name) for name in ("work", "home", "elsewhere")}
        places |= {"root": str(self.root), "out": str(self.out), "r": str(self.at("r"))}
        found: list[str] = []
        for word in shlex.split(text):
            found += Q if word == "Q" else [word.format(**places) if "{" in word else word]
        return found

    def finished(self, name: str = "out", job: str = "") -> Path:
        """A results folder as an undisturbed run leaves it."""
        from .catalogue import JOB

        path = self.at(name)
        shutil.copytree(self.workshop.undisturbed(job or JOB), path, symlinks=True)
        return path

    def ask(self, **request: Any) -> Ended:
        """Has the warm process do something here."""
        environment = {
            "HOME": str(self.root / "home"),
            "MPLCONFIGDIR": str(self.workshop.folder / "matplotlib"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SIM_NO_SETUP": "1",
            **request.pop("env", {}),
        }
        return self.workshop.warm.ask(**{"cwd": str(self.root / "work"), "env": environment, **request})

    # --- what is done ---

    def do(self, step: Do, mine: Iterable[str]) -> Ended:
        """Types a command and looks whether all holds that has to."""
        before = contents(self.root)
        if step.how.get("removed"):
            before.pop(str(step.how["cwd"]))
        ended = self.ask(argv=self.words(step.words), env=dict(step.env), **self.placed(step.how))
        what = f"`{step.words}`"
        self.holds_always(what, ended, before, mine)
        said = f"{what} ends with {ended.code}:\n{shown(ended)}"
        if ended.code not in step.exits:
            wanted = " or ".join(map(str, step.exits))
            raise Broken(f"{said}\nIt had to end with {wanted}.")
        lines = ended.err.count("\n")
        most = step.lines if step.lines is not None else 1 if ended.code == 2 else LINES
        if lines > most:
            raise Broken(f"{said}\nThat are {lines} lines on stderr, not {most}.")
        if (
            ended.code
            and "err" not in step.how
            and not ended.err.strip()
            and (ended.code == 2 or not ended.out.strip())
        ):
            raise Broken(f"{said}\nNothing is said on stderr.")
        for words in step.says:
            if words.format(root=self.root) not in ended.out + ended.err:
                raise Broken(f"{said}\nIt had to say {words!r}.")
        if step.nothing or ended.code == 2:
            unlike = differences(before, contents(self.root))
            if unlike:
                raise Broken(f"{said}\nIt had to change nothing, and changed {', '.join(unlike[:8])}.")
        if step.same and ended.code == 0:
            self.same(self.at(step.same), step.like, said)
        if step.after is not None:
            step.after(self, ended)
        return ended

    def typed(
        self, words: list[str], after: Any = None, codes: tuple[int, ...] = (0, 2), mine: Iterable[str] = ("work/out",)
    ) -> Ended:
        """Types words as they are, which no shell has read."""
        before = contents(self.root)
        ended = self.ask(argv=words)
        self.holds_always(f"{words[:2]!r}", ended, before, mine, codes=codes)
        if after is not None:
            after(self, ended)
        return ended

    def run_code(self, step: Code, mine: Iterable[str]) -> Ended:
        """Runs Python; an exception that it does not expect is a fault."""
        before = contents(self.root)
        names = {name: str(self.root / name) for name in ("work", "home", "elsewhere")}
        names |= {"root": str(self.root), "out": str(self.out), "r": str(self.at("r"))}
        ended = self.ask(code=step.text, names=names, **self.placed(step.how))
        if ended.code and not ended.hung:
            raise Broken(f"Python ends with {ended.code}:\n{shown(ended)}")
        self.holds_always("Python", ended, before, mine)
        return ended

    def within(self, name: str) -> Ground:
        """A fresh ground in this one, for one of many tries."""
        return Ground(self.workshop, self.root / "tries" / name, self.briefly)

    def placed(self, how: dict[str, Any]) -> dict[str, Any]:
        """A request with its paths on this ground."""
        found = dict(how)
        for name in ("input", "out", "err", "cwd"):
            if isinstance(found.get(name), str) and not found[name].startswith("/"):
                found[name] = str(self.root / found[name])
        if "exec" in found:
            found["exec"] = [word.replace("{root}", str(self.root)) for word in found["exec"]]
        if "fault" in found:
            fault = dict(found["fault"])
            found["fault"] = {**fault, "under": str(self.at(fault.get("under", "out")))}
        return found

    def swept(self, sweep: Sweep, number: int) -> bool:
        """A fault at one operation, and then the same without; False where there is no such operation."""
        ground = self.within(str(number))
        for make in sweep.make:
            make(ground)
        mark = ground.root / "met"
        fault = {"ops": list(sweep.ops), "at": number, "act": sweep.act, "mark": str(mark), **sweep.more}
        before = contents(ground.root)
        how = ground.placed({**sweep.how, "fault": fault})
        ended = ground.ask(argv=ground.words(sweep.job), **how)
        met = mark.read_text(encoding="utf-8").replace(str(ground.root), "") if mark.exists() else ""
        mark.unlink(missing_ok=True)
        what = f"`{sweep.job}` with {sweep.act} at operation {number} ({met or 'never met'})"
        ground.holds_always(what, ended, before, ("work/out",), codes=(*sweep.first, *((0,) if not met else ())))
        if met and ended.code > 0 and not ended.err.strip():
            raise Broken(f"{what} ends with {ended.code} and says nothing")
        if ended.err.count("\n") > 4:
            raise Broken(f"{what} says more than a few lines:\n{shown(ended)}")
        if ended.code == 0:
            ground.same(ground.out, sweep.like, what)
        elif met:
            before = contents(ground.root)
            again = ground.ask(argv=ground.words(sweep.job))
            ground.holds_always(f"{what}, and once more", again, before, ("work/out",), codes=(0,))
            ground.same(ground.out, sweep.like, f"{what}, and once more")
        self.tried += ground.tried
        shutil.rmtree(ground.root)
        return bool(met)

    # --- what has to hold ---

    def holds_always(
        self, what: str, ended: Ended, before: dict[str, Any], mine: Iterable[str], codes: tuple[int, ...] = CODES
    ) -> None:
        """What has to hold of everything that is typed."""
        self.tried += 1
        said = ended.out + ended.err
        about = f"{what} ends with {ended.code}:\n{shown(ended)}"
        if ended.hung:
            raise Broken(f"{what} does not end by itself.\n{shown(ended)}")
        if ended.left:
            raise Broken(f"{what} leaves processes behind.")
        if "Traceback" in said or "Exception ignored" in said or "Fatal Python error" in said:
            raise Broken(f"{about}\nThat is a traceback.")
        if ended.code not in codes:
            raise Broken(f"{about}\nThat is none of its exit codes here ({', '.join(map(str, codes))}).")
        found = CONTROLS & set(said)
        if found:
            raise Broken(f"{about}\nControl characters reach the terminal: {sorted(found)}.")
        if ended.memory > MEMORY:
            raise Broken(f"{about}\nIt held {ended.memory >> 20} MB of memory.")
        if ended.err.count("\n") > LINES or len(ended.err) > CHARACTERS:
            raise Broken(f"{what} ends with {ended.code} and says {len(ended.err)} characters on stderr.")
        allowed = tuple(f"{name}/" for name in mine)
        unlike = [
            name
            for name in differences(before, contents(self.root))
            if not f"{name}/".startswith(allowed) and name not in ("work", "home")
        ]
        if unlike:
            raise Broken(f"{about}\nIt changed what is not its own: {', '.join(unlike[:8])}.")

    def same(self, folder: Path, job: str, what: str) -> None:
        """A folder holds the bytes that an undisturbed run of a job gives."""
        unlike = unequal(folder, self.workshop.undisturbed(job))
        if unlike:
            raise Broken(f"{what}\nWhat is in {folder.name} is not what an undisturbed run gives: {', '.join(unlike)}.")


def shown(ended: Ended) -> str:
    """What a process said, its end at most."""
    text = (ended.err or ended.out).rstrip()
    lines = text[-3000:].splitlines()
    return "\n".join(f"    {line[:400].encode('ascii', 'backslashreplace').decode()}" for line in lines[-12:])


def contents(root: Path) -> dict[str, Any]:
    """All that is below a folder: what it is, and for files their bytes as a sum. No link is followed."""
    found: dict[str, Any] = {}
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            path = Path(folder, name)
            try:
                info = path.lstat()
                found[path.relative_to(root).as_posix()] = (stat.S_IFMT(info.st_mode), content_of(path, info))
            except OSError:
                found[path.relative_to(root).as_posix()] = "not to be seen"
    return found


def content_of(path: Path, info: os.stat_result) -> str:
    """The sum of a file's bytes (of a very large one, its size and its beginning), a link's target; else nothing."""
    if stat.S_ISLNK(info.st_mode):
        return str(path.readlink())
    if not stat.S_ISREG(info.st_mode):
        return ""
    with path.open("rb") as file:
        content = file.read(TOP * 64)
    return f"{info.st_size} {hashlib.sha256(content).hexdigest()}"


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The names of what was changed, made or removed."""
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def bytes_of(folder: Path) -> dict[str, Any]:
    """Every file of a results folder with its bytes; of the manifest, all but how it was made."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() or path.is_symlink():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    if "manifest.json" in found:
        manifest = json.loads(found["manifest.json"])
        for said in ("made", "commit"):  # of the run, and of the files of this project, which somebody may be editing
            manifest.pop(said, None)
        found["manifest.json"] = manifest
    return found


def unequal(one: Path, other: Path) -> list[str]:
    """The files of two results folders that are not the same."""
    first, second = bytes_of(one), bytes_of(other)
    return sorted(name for name in {*first, *second} if first.get(name) != second.get(name))


def command_line(step: Do) -> Do:
    """The same, typed as a whole process."""
    return replace(step, how={**step.how, "whole": True})


__all__ = ["ROOT", "Ground", "Workshop", "command_line", "contents", "unequal"]
