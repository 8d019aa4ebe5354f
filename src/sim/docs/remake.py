"""Everything that quotes results, made anew: ``python -m sim.docs.remake``, in a source checkout.

A change that moves histories makes tables, figures, quoted outputs and records untrue in many places. This is the list
of those places, in the order in which one rests on another, with what tells that a thing is out of date and what makes
it. ``--check`` makes nothing and names what is out of date, each with its command; exit 1 if anything is. It takes
seconds: what is cheap is compared for real, and what is not is known by sums, in docs/made.json: of what it was made of
(the model, scenarios, the commands of a page) and of what it was then. With names, these are made, out of date or not.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import re
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from sim.ask.questions import main_job
from sim.disk.writing import put
from sim.docs import DOCS, ablations, butfor, numbers, programs, results, sweeps, values
from sim.docs import stale as stale_pages
from sim.engine.fingerprint import model_hash
from sim.scenario.files import shipped
from sim.scenario.load import load
from sim.scenario.parameters import parameters
from sim.scenario.schema import Scenario

COMMAND = "python -m sim.docs.remake"
ROOT = DOCS.parent
MADE = "made.json"
"""In docs/: the sums of all things that are known by them."""
Say = Callable[[str], None]


class Thing(NamedTuple):
    """Something that quotes results: its name, its files, why it is out of date (nothing where it is not), its making.

    Without ``make`` it is a condition that somebody has to meet by hand.
    """

    name: str
    files: str
    stale: Callable[[], str]
    make: Callable[[int], None] | None  # it is told how many processes may work


def things(root: Path = ROOT) -> list[Thing]:
    """All of them, each after what it rests on."""
    folder = root / "docs"
    return [
        _record(),
        _regularities(root),
        _accepted(),
        Thing(
            "pages", "what is made from the code", lambda: _named(stale_pages(folder), root), lambda _: _pages(folder)
        ),
        Thing("calibration", "docs/calibration.json", lambda: _calibration(folder), None),
        _baseline(root),
        *(_same(root, size) for size in ("small", "slow", "nightly")),
        Thing(
            "but-for",
            "docs/but-for.md, docs/but-for.json, docs/figures/but_for.svg",
            lambda: butfor.stale(folder),
            lambda workers: butfor.write(folder, workers),
        ),
        Thing(
            "results",
            "docs/results.md, docs/results.json, docs/figures",
            lambda: results.stale(folder).partition(": run")[0] or results.touched(folder),
            lambda workers: void(results.write(folder, workers=workers)),
        ),
        Thing(
            "sweeps",
            "docs/sweep-results.md, docs/sweep-results.json, docs/figures",
            lambda: sweeps.stale(folder),
            lambda workers: sweeps.write(folder, workers=workers),
        ),
        Thing(
            "ablations",
            "docs/ablations.json",
            lambda: ablations.stale(folder),
            lambda workers: _ablations(folder, workers),
        ),
        *(_program(root, folder / page) for page in programs.PAGES),
        *(_tutorial(root, page) for page in sorted((folder / "tutorial").glob("*.md"), key=_number)),
        Thing(
            "values",
            "README.md, docs/*.md",
            lambda: _named(values.stale(folder), root),
            lambda _: _write(values.stale(folder)),
        ),
    ]


def void(_: object) -> None:
    """Nothing, whatever it was."""


# --- what is known by sums ----------------------------------------------------------------------------------


def summed(parts: Iterable[str]) -> str:
    """A sum of texts."""
    return sha256("\0".join(parts).encode("utf-8")).hexdigest()[:16]


def known_by_sums(
    root: Path, name: str, files: Sequence[Path], of: Callable[[], str], shows: Callable[[], str], make: Any
) -> Thing:
    """A thing that takes long to make: out of date where it was made of something else, or is not as it was made."""
    path = root / "docs" / MADE

    def stale() -> str:
        gone = [file.name for file in files if not file.exists()]
        if gone:
            return f"there is no {gone[0]}"
        then = numbers.kept(path).get(name)
        if then is None:
            return "nothing says what it was made of"
        if then["of"] != of():
            return "it was made by another model, or of other scenarios or commands"
        return "" if then["shows"] == shows() else "it was changed since it was made"

    def made(workers: int) -> None:
        before = of()
        make(workers)
        all_ = {**numbers.kept(path), name: {"of": before, "shows": shows()}}
        put(path, json.dumps(dict(sorted(all_.items())), indent=1) + "\n")

    shown = ", ".join(file.relative_to(root).as_posix() for file in files)
    return Thing(name, shown, stale, made)


def whole(files: Iterable[Path]) -> str:
    """A sum of files as they are."""
    return summed(file.read_text(encoding="utf-8") for file in files)


def scenarios(named_in: str | None = None) -> list[str]:
    """Every shipped scenario in full, words for people included; or the main job's and those that a text names."""
    words = None if named_in is None else set(re.findall(r"[\w/]+", named_in))
    found = [] if words is None else [scenario.model_dump_json() for scenario in main_job()]
    return found + [load(name).model_dump_json() for name in shipped() if words is None or name in words]


def quoted(page: Path) -> tuple[str, str]:
    """Of a page with fenced blocks: what is done there, and what is shown of it."""
    done: list[str] = []
    shown: list[str] = []
    inside = before = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("```"):
            inside = "" if inside else line.removeprefix("```").strip() or "text"
            done += [before, inside] if inside else []
        elif inside:
            (shown if inside == "text" else done).append(re.sub(r"--world \d+", "--world …", line))
        elif line.strip():
            before = line if line.startswith("<!--") else ""
    return "\n".join(done), "\n".join(shown)


def tool(root: Path, module: str) -> Any:
    """A module of the tests, which know how to make what they compare with. ImportError outside a checkout."""
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    return importlib.import_module(module)


# --- the things ---------------------------------------------------------------------------------------------


def _record() -> Thing:
    from sim.evidence.write_record import FILE, record_toml

    def stale() -> str:
        return "" if FILE.read_text(encoding="utf-8") == record_toml() else "it is not what evidence/ gives"

    return Thing("record", "src/sim/scenario/record.toml", stale, lambda _: void(put(FILE, record_toml())))


def _regularities(root: Path) -> Thing:
    from sim.evidence.regularities import around_table, table

    path = root / "evidence" / "README.md"

    def text() -> str:
        before, _, after = around_table(path.read_text(encoding="utf-8"))
        return f"{before}\n{table()}\n{after}"

    def stale() -> str:
        return "" if path.read_text(encoding="utf-8") == text() else "its table is not what the rows give"

    return Thing("regularities", "evidence/README.md", stale, lambda _: void(put(path, text())))


def _pages(folder: Path) -> None:
    _write(stale_pages(folder))


def _write(found: dict[Path, str]) -> None:
    for path, text in found.items():
        put(path, text)


def _named(found: dict[Path, str], root: Path) -> str:
    """Which pages are out of date."""
    names = ", ".join(path.relative_to(root).as_posix() for path in found)
    return f"{names} {'say' if len(found) > 1 else 'says'} something else" if found else ""


def _calibration(folder: Path) -> str:
    """Whether the fitted defaults are those of the search on record."""
    searched = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))["values"]
    defaults = {name: value for name, value, number in parameters(Scenario()) if number.fitted}
    if defaults == searched:
        return ""
    differ = sorted(name for name in {*defaults, *searched} if defaults.get(name) != searched.get(name))
    return (
        f"the fitted defaults are not those of the search ({', '.join(differ)}): search anew "
        "(`python3 run.py calibrate --out docs/calibration.json`) and put its values into the schema"
    )


def _accepted() -> Thing:
    from sim.evidence.accept import Budget, accept, again
    from sim.scenario.accepted import FILE, accepted, read

    def stale() -> str:
        made = read(FILE.read_text(encoding="utf-8")).made
        return "" if made["model"] == model_hash() else "its vectors were accepted by another version of the model"

    def make(workers: int) -> None:
        if again(FILE, workers=workers):
            return
        made = accepted().made
        budget = Budget(**{name: made[name] for name in Budget.__dataclass_fields__})
        aside = FILE.with_suffix(".new.json")  # stays where it is stopped, and is gone on with
        accept(aside, budget, batches=made["batches"], workers=workers, say=lambda line: print(line, file=sys.stderr))
        aside.replace(FILE)
        accepted.cache_clear()

    return Thing("accepted", "src/sim/scenario/accepted.json", stale, make)


def _baseline(root: Path) -> Thing:
    files = [root / "tests" / "model" / "baseline.json"]
    return known_by_sums(
        root,
        "baseline",
        files,
        lambda: summed([model_hash(), *scenarios(""), whole([root / "tests" / "model" / "baseline.py"])]),
        lambda: whole(files),
        lambda _: tool(root, "tests.model.baseline").write(),
    )


def _same(root: Path, size: str) -> Thing:
    files = [root / "tests" / "same" / f"{size}.json"]
    if size == "small":
        files += sorted((root / "tests" / "same" / "logs").glob("*.txt"))
    return known_by_sums(
        root,
        f"same/{size}",
        files,
        lambda: summed([model_hash(), *scenarios(), whole([root / "tests" / "same" / "record.py"])]),
        lambda: whole(files),
        lambda workers: tool(root, "tests.same.record").write(size, workers),
    )


def _ablations(folder: Path, workers: int) -> None:
    from sim.evidence.ablate import ablate

    put(folder / ablations.FILE, ablations.as_json(ablate(workers=workers)))


def _of_page(root: Path, page: Path, name: str, play: Callable[[str], str]) -> Thing:
    def made_of() -> str:
        done, _ = quoted(page)
        return summed([model_hash(), *scenarios(done), done])

    return known_by_sums(
        root,
        name,
        [page],
        made_of,
        lambda: summed([quoted(page)[1]]),
        lambda _: void(put(page, play(page.read_text(encoding="utf-8")))),
    )


def _program(root: Path, page: Path) -> Thing:
    return _of_page(root, page, f"programs/{page.stem}", lambda text: programs.played(text, page.name))


def _number(page: Path) -> int:
    return int(page.name.partition("-")[0])


def _tutorial(root: Path, page: Path) -> Thing:
    def play(text: str) -> str:
        tests = tool(root, "tests.test_tutorial")
        with tempfile.TemporaryDirectory() as parent:
            return str(tests.played(text, tests.scratch(Path(parent))))

    return _of_page(root, page, f"tutorial/{page.stem}", play)


# --- all of it ----------------------------------------------------------------------------------------------


def chosen(found: Sequence[Thing], names: Sequence[str]) -> list[Thing]:
    """The things of these names, or of names that begin so: all without any. ValueError for a name that is none."""
    for name in names:
        if not any(is_named(thing, name) for thing in found):
            raise ValueError(f"there is no {name!r}; there are {', '.join(thing.name for thing in found)}")
    return [thing for thing in found if not names or any(is_named(thing, name) for name in names)]


def is_named(thing: Thing, name: str) -> bool:
    """Whether a thing is meant: by its name, its group, or its number in the tutorial."""
    return thing.name == name or thing.name.startswith((f"{name}/", f"{name}-"))


def check(found: Iterable[Thing], say: Say) -> int:
    """Say what is out of date, each with what makes it; the exit code."""
    code = 0
    for thing in found:
        reason = thing.stale()
        if reason:
            code = 1
            say(f"{thing.files}: {reason}" + (f": run `{COMMAND} {thing.name}`" if thing.make else ""))
    return code


def remake(found: Sequence[Thing], say: Say, *, workers: int = 1, anyway: bool = False) -> int:
    """Make what is out of date (``anyway``: whatever it is), in order; the exit code."""
    before, began, code = fresh_hash(), time.monotonic(), 0
    for number, thing in enumerate(found, 1):
        head = f"[{number}/{len(found)}] {thing.name}"
        reason = thing.stale()
        if thing.make is None:
            if reason:
                say(f"{head}: {reason}; nothing after it was made")
                return 1
            continue
        if not reason and not anyway:
            say(f"{head}: as it should be")
            continue
        say(f"{head}: {reason or 'asked for'}; making {thing.files}")
        started = time.monotonic()
        try:
            with contextlib.redirect_stdout(sys.stderr):
                thing.make(workers)
        except Exception as fault:  # the others are made all the same
            say(f"{head}: NOT made: {type(fault).__name__}: {fault}")
            code = 1
            continue
        said = f"{head}: made in {time.monotonic() - started:.0f} s"
        left = thing.stale()
        if left:
            said, code = f"{said}, and still out of date: {left}", 1
        say(said)
    if fresh_hash() != before:
        say("the model's files were changed meanwhile: run it again")
        code = 1
    say(f"{time.monotonic() - began:.0f} s in all; look at what moved (git diff) and say so in CHANGELOG.md")
    return code


def fresh_hash() -> str:
    """The hash of the model's files as they are now."""
    return model_hash.__wrapped__()


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 if something is out of date, or could not be made."""
    from sim.runs.executors import cpus

    parser = argparse.ArgumentParser(prog=COMMAND, description="everything that quotes results, made anew")
    parser.add_argument("names", nargs="*", metavar="NAME", help="make these, out of date or not (tutorial/3, same, …)")
    parser.add_argument("--check", action="store_true", help="make nothing; exit 1 if something is out of date")
    parser.add_argument("--workers", type=int, default=cpus(), metavar="N", help="processes (default: all CPUs)")
    asked = parser.parse_args(arguments)
    if not DOCS.is_dir() or not (ROOT / "tests").is_dir():
        parser.error("this is for the project's folder, which has docs and tests")

    def say(line: str) -> None:
        print(line, flush=True)

    try:
        found = chosen(things(), asked.names)
    except ValueError as fault:
        parser.error(str(fault))
    if asked.check:
        return check(found, say)
    return remake(found, say, workers=asked.workers, anyway=bool(asked.names))


if __name__ == "__main__":
    sys.exit(main())
