"""Scenario files: which are shipped, which is meant, and what stands in one and in those that it extends."""

import contextlib
import re
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from sim.disk.errors import InputError
from sim.disk.paths import place
from sim.scenario.errors import Fault, ScenarioError, closest, did_you_mean, misfit, shown
from sim.scenario.names import no_name
from sim.scenario.parameters import UNCERTAIN
from sim.scenario.toml import NamePath, Reading, dotted, read

LARGEST_FILE = 256 * 1024
"""Bytes; a scenario with every value written out takes about a tenth."""
LARGEST_WRITTEN = 64 * LARGEST_FILE
"""Bytes of a scenario in a results folder, which says in many words what a file and those it extends say in few."""

LARGEST_CHAIN = 1024 * 1024
"""Bytes of a file and all that it extends."""

_UTF_16 = "is saved as UTF-16; save it as UTF-8"

_NOT_SCENARIOS = ("sweeps",)
"""Folders beside the shipped scenarios whose files are something else."""

IN_PLACE = "a distribution stands in its number's own place, such as united_states.restraint = {uniform = [0.3, 0.7]}"

ANY = ""
"""In the place of a name that could not be read: it may be any."""


def shipped_folder() -> Path:
    """Where the shipped scenarios lie: `scenarios/` of a checkout, or the copy in an installed package."""
    package = Path(__file__).resolve().parents[1]
    checkout = package.parents[1] / "scenarios"
    return checkout if package.parent.name == "src" and checkout.is_dir() else package / "_scenarios"


def shipped() -> dict[str, Path]:
    """The shipped scenarios: name ("status_quo", "history/gaza_2023") to file, in the order of the names."""
    folder = shipped_folder()
    below = {file.relative_to(folder): file for file in folder.rglob("*.toml") if file.is_file()}
    scenarios = ((path, file) for path, file in below.items() if path.parts[0] not in _NOT_SCENARIOS)
    return dict(sorted((path.with_suffix("").as_posix(), file) for path, file in scenarios))


# --- Finding and reading files ------------------------------------------------------------------------------


class Layer(NamedTuple):
    """One file: its values and their lines, without what it extends."""

    path: Path
    shown: str
    values: dict[str, Any]
    lines: dict[NamePath, int]
    broken: list[NamePath]
    """Names whose value could not be read."""
    extends: object
    size: int

    def refused(self, why: str) -> ScenarioError:
        """That the file cannot extend what it says."""
        return ScenarioError([Fault(self.shown, self.lines[("extends",)], "extends", why)])


def found_file(name_or_path: str | Path) -> Path:
    """The file that is meant; whether it can be read is seen later."""
    name = name_or_path.as_posix() if isinstance(name_or_path, Path) else name_or_path
    known = shipped()
    if name in known:
        return known[name]
    try:
        path = place(name_or_path or ".")
    except InputError as fault:
        raise ScenarioError([Fault("", None, "", str(fault))]) from None
    if path.suffix.lower() == ".toml":
        return path
    if name != "" and _is_so(path.exists):
        why = _folder(path) if path.is_dir() else "is no .toml file"
        raise ScenarioError([Fault(_shown(path), None, "", why)])
    raise ScenarioError([Fault("", None, "", _no_scenario(name, Path(), known))])


def _no_scenario(name: str, folder: Path, known: Mapping[str, Path]) -> str:
    """That there is no scenario of this name, and which was probably meant."""
    file = f"{name}.toml"
    if name != "" and _is_so((folder / file).is_file):
        return f"no scenario '{name}'{did_you_mean(file)}"
    return f"no scenario '{name}'{_hidden_end(folder / file) or _meant(name, known)}"


def _is_so(question: Callable[[], bool]) -> bool:
    """What the file system says; no of a name that no file can have, and of links in a circle."""
    with contextlib.suppress(OSError, RuntimeError, ValueError):
        return question()
    return False


def _hidden_end(path: Path) -> str:
    """That a file has one more end to its name, as some editors add and some systems hide; else nothing."""
    file = f"{path.name}.txt"
    there = _is_so(path.with_name(file).is_file)
    return f"; {file} is there: its name has to end in .toml, without .txt" if there else ""


def _folder(path: Path) -> str:
    """That a folder is no scenario file, and where the scenarios of a results folder are."""
    why = "is a folder, not a scenario file"
    with contextlib.suppress(OSError):
        inside = [_shown(file) for file in sorted(path.glob("scenarios/*.toml"))]
        more = f" and {len(inside) - 3} more" if len(inside) > 3 else ""
        why += f"; the scenarios in it are {', '.join(inside[:3])}{more}" if inside else ""
    return why


def _meant(name: str, known: Mapping[str, Path]) -> str:
    """A suggestion of a shipped scenario, for a name or a path that leads nowhere."""
    short = {scenario.rsplit("/", 1)[-1]: scenario for scenario in known}
    stem = re.sub(r"\.toml$", "", name)
    best = closest(stem, known) or short.get(closest(stem.rsplit("/", 1)[-1], short) or "")
    return did_you_mean(best or next((scenario for scenario in known if len(stem) > 2 and stem in scenario), None))


def _shown(path: Path) -> str:
    """The path as people know it: relative to the working directory if it lies below."""
    try:
        here = Path.cwd()
        full = here / path
        if ".." not in full.parts and full.is_relative_to(here):
            return full.relative_to(here).as_posix()
        full, here = full.resolve(), here.resolve()
        return (full.relative_to(here) if full.is_relative_to(here) else full).as_posix()
    except (OSError, RuntimeError, ValueError):  # no working directory, links in a circle, a NUL in the name
        return path.as_posix()


def chain_of(path: Path, faults: list[Fault]) -> tuple[list[Layer], bool]:
    """The file and all that it extends, child first; False where an ancestor could not be read."""
    layers: list[Layer] = []
    seen: list[Path] = []
    try:
        while True:
            layer = read_layer(path, faults)
            layers.append(layer)
            seen.append(path.resolve())
            if layer.extends is None:
                return layers, ("extends",) not in layer.broken
            if sum(one.size for one in layers) > LARGEST_CHAIN:
                most = f"{LARGEST_CHAIN // 1024} KB, the most that is read"
                raise layer.refused(f"with all that they extend, these files are larger than {most}")
            path = parent_of(layer)
            if path.resolve() in seen:
                circle = [*(one.shown for one in layers[seen.index(path.resolve()) :]), _shown(path)]
                raise layer.refused(f"goes round in a circle: {' extends '.join(circle)}")
    except ScenarioError as error:
        faults += error.faults
        return layers, False


def read_layer(path: Path, faults: list[Fault]) -> Layer:
    """Read one file. Raises ScenarioError where nothing of it can be used; smaller faults are added."""
    shown_path = _shown(path)

    def refused(why: str, line: int | None = None) -> ScenarioError:
        return ScenarioError([Fault(shown_path, line, "", why)])

    try:
        mode = path.stat().st_mode
        content = _beginning(path) if stat.S_ISREG(mode) else b""
    except (FileNotFoundError, NotADirectoryError):
        meant = _hidden_end(path) or _meant(path.as_posix(), shipped())
        raise refused(f"there is no such file{meant}") from None
    except PermissionError:
        raise refused("may not be read by this user") from None
    except OSError as error:
        raise refused(f"cannot be read: {error.strerror}") from None
    except ValueError:  # a NUL in the name
        raise refused("there is no such file") from None
    if stat.S_ISDIR(mode):
        raise refused(_folder(path))
    if not stat.S_ISREG(mode):
        raise refused("is no ordinary file")
    if len(content) > _largest(path):
        raise refused(f"is larger than {_largest(path) // 1024} KB, the most that a scenario may take")
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise refused(_UTF_16, 1)
    if b"\0" in content:
        is_utf_16 = content.count(b"\0") * 4 >= len(content)
        no_text = "holds a NUL character, which no text has; save the file anew as plain text (UTF-8)"
        raise refused(_UTF_16 if is_utf_16 else no_text, content.count(b"\n", 0, content.find(b"\0")) + 1)
    try:
        text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8")
    except UnicodeDecodeError as error:
        content = error.object
        why = f"holds a byte (0x{content[error.start]:02x}) that is not UTF-8; save the file as UTF-8"
        raise refused(why, content.count(b"\n", 0, error.start) + 1) from None
    found = read(text)
    said = [Fault(shown_path, wrong.line, "", wrong.reason, wrong.column or None) for wrong in found.faults]
    if found.values is None:
        raise ScenarioError(said)
    faults += said
    if isinstance(found.values.get("fronts"), tuple):
        found = _by_name("fronts", found, shown_path, faults)
    values = dict(found.values or {})
    if why := no_name(name_of(path)):
        faults.append(Fault(shown_path, None, "", f"is no name for a scenario: {why}; give the file another name"))
        found.broken.append(("name",))  # said once
    own_name = f"a file cannot set its name: it is the file's own ('{name_of(path)}')"
    for name, why in (("name", own_name), (UNCERTAIN, IN_PLACE)):
        if name in values:
            faults.append(Fault(shown_path, found.lines[(name,)], name, why))
    values.pop(UNCERTAIN, None)
    extends = values.pop("extends", None)
    return Layer(path, shown_path, values, found.lines, found.broken, extends, len(content))


def _by_name(section: str, found: Reading, file: str, faults: list[Fault]) -> Reading:
    """The same with a section that is written as a list of tables, each with its name, as tables by name."""
    assert found.values is not None
    tables: dict[str, Any] = {}
    names: dict[object, str] = {}
    numbers: dict[str, int] = {}
    unnamed: list[NamePath] = []
    for number, entry in enumerate(found.values[section]):
        place: NamePath = (section, number, "name")
        name = entry.get("name") if isinstance(entry, dict) else None
        if place in found.broken:
            unnamed = [(section, ANY)]
            continue
        if not isinstance(entry, dict):
            why = misfit(entry, "a table")
        elif name is None:
            why = 'has no name, such as name = "gaza"'
        elif not isinstance(name, str) or not name.strip():
            why = f'{shown(name)} is no name, such as name = "gaza"'
        elif name in numbers:
            why = f"{name} stands here a second time (first in line {found.lines[section, numbers[name]]})"
        else:
            tables[name] = {key: part for key, part in entry.items() if key != "name"}
            names[number], numbers[name] = name, number
            continue
        place = place if place in found.lines else place[:2]
        faults.append(Fault(file, found.lines[place], dotted(place), why))

    def by_name(path: NamePath) -> NamePath:
        is_named = path[0] == section and len(path) > 1 and path[1] in names
        return (section, names[path[1]], *path[2:]) if is_named else path

    lines = {by_name(path): line for path, line in found.lines.items()}
    broken = [*map(by_name, found.broken), *unnamed]
    return Reading({**found.values, section: tables}, lines, found.faults, broken)


def _beginning(path: Path) -> bytes:
    """As much of a file as a scenario may take, and a byte more."""
    with path.open("rb") as file:
        return file.read(_largest(path) + 1)


def _largest(path: Path) -> int:
    """How many bytes a file may have: more where the program wrote it, with every value, into a results folder."""
    folder = path.absolute().parent
    made = ("manifest.json", "blocks/_inputs.json")
    is_of_a_run = folder.name == "scenarios" and any((folder.parent / name).is_file() for name in made)
    return LARGEST_WRITTEN if is_of_a_run else LARGEST_FILE


def parent_of(layer: Layer) -> Path:
    """The file that a file extends: a shipped scenario, or one inside the file's own folder."""
    name = layer.extends
    if not isinstance(name, str):
        raise layer.refused(f'{shown(name)} is no name of a scenario, such as "status_quo"')
    known = shipped()
    if name in known:
        return known[name]
    folder = layer.path.parent
    if not name.lower().endswith(".toml"):
        raise layer.refused(_no_scenario(name, folder, known))
    path = folder / name
    if _is_so(lambda: not path.resolve().is_relative_to(folder.resolve())):
        why = "lies outside this file's folder; a scenario extends a shipped one, or a file in its own folder"
        raise layer.refused(f"'{name}' {why}")
    if not _is_so(path.exists):
        raise layer.refused(f"there is no file '{name}'{_meant(name, known)}")
    return path


def name_of(path: Path) -> str:
    """The name of the scenario in a file: the file's stem, for shipped ones the path below their folder."""
    folder = shipped_folder().resolve()
    full = path.resolve()
    below = full.relative_to(folder) if full.is_relative_to(folder) else None
    if below is None or below.parts[0] in _NOT_SCENARIOS:
        return path.stem
    return below.with_suffix("").as_posix()
