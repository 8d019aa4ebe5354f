"""Scenario files: found, read with the files they extend, merged, checked, and compared.

A file says only what differs: from the file that it `extends`, or from the schema's defaults. Tables merge
name by name; a list takes the place of the other list, except `events`, which are added to the parent's, unless
`events = []` takes those out; an entry of `groups`, `blocs` or `fronts` set to "removed" is taken out, and so is an
optional value. `[[fronts]]` with `name = "gaza"` is another way to write `[fronts.gaza]`.

In the place of a number may stand a distribution. It becomes an entry of `Scenario.uncertain`, and the number
itself the middle of its span, until a file or change further on says a plain number again.
"""

import contextlib
import datetime
import functools
import hashlib
import json
import math
import re
import stat
import types
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from sim.scenario.errors import (
    Fault,
    ScenarioError,
    closest,
    closest_name,
    did_you_mean,
    kind_of,
    limit_text,
    reason,
    shortened,
    shown,
)
from sim.scenario.idle import dead, idle
from sim.scenario.schema import RECORD_ENDS, Contradiction, Distribution, Scenario
from sim.scenario.toml import LARGEST, REMOVED, NamePath, dotted, plain_name, read_on, read_value, undotted, written

LARGEST_FILE = 256 * 1024
"""Bytes; a scenario with every value written out takes about a tenth."""
LARGEST_WRITTEN = 64 * LARGEST_FILE
"""Bytes of a scenario in a results folder, which says in many words what a file and those it extends say in few."""

_UTF_16 = "is saved as UTF-16; save it as UTF-8"

LARGEST_CHAIN = 1024 * 1024
"""Bytes of a file and all that it extends."""

_NOT_SCENARIOS = ("sweeps",)
"""Folders beside the shipped scenarios whose files are something else."""

_OF_ITSELF = ("title", "summary", "source", "twin_of")
"""What a file says of itself to people: not inherited, since an heir sets other conditions."""
_FOR_PEOPLE = ("name", *_OF_ITSELF)
"""Fields that no rule reads, so that they are no part of what a scenario is."""

_UNCERTAIN = "uncertain"
"""The field that keeps the distributions; nobody writes it, since they stand in their numbers' place."""

_IN_PLACE = "a distribution stands in its number's own place, such as united_states.restraint = {uniform = [0.3, 0.7]}"

_KIND = "kind"
"""The field that says which kind of event a table is."""

_ENDINGS = ("outcome", "outcomes", "ending", "result", "us_stays", "negotiated_exit", "forced_exit", "lapsed")
"""What somebody writes who would like to choose how it ends."""

_ANY = ""
"""In the place of a name that could not be read: it may be any."""

_HINTS = 100
"""So many unknown names get a suggestion: comparing words is slow, and nobody reads on."""


# --- Shipped scenarios -------------------------------------------------------------------------------------


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


# --- Loading -----------------------------------------------------------------------------------------------


class Typed(NamedTuple):
    """A change that a person typed as an option of its own, such as `--days 60`, and not after `--set`."""

    option: str
    value: object


def load(name_or_path: str | Path, *, changes: Mapping[str, object] | None = None) -> Scenario:
    """The scenario of a shipped name or of a path to a .toml file, with all that it extends, checked.

    `changes` are dotted names with values as `--set` gives them (see `read_changes`); a change of `events`
    replaces them. Raises ScenarioError with every fault found.
    """
    path = _found(name_or_path)
    return _drafted(path, changes or {}).checked(_name(path))


def load_all(names: Iterable[str], *, changes: Mapping[str, object] | None = None) -> list[Scenario]:
    """Several scenarios, each as :func:`load` gives it; ScenarioError with the faults of all, each once."""
    scenarios: list[Scenario] = []
    faults: dict[Fault, None] = {}
    for name in names:
        try:
            scenarios.append(load(name, changes=changes))
        except ScenarioError as error:
            faults.update(dict.fromkeys(error.faults))
    if faults:
        raise ScenarioError(faults)
    return scenarios


def parent(name_or_path: str | Path) -> Scenario | None:
    """The scenario that a file extends, checked; None where it extends none. Raises ScenarioError."""
    layer = _layer(_found(name_or_path), [])
    return None if layer.extends is None else load(_parent(layer))


def remarks(name_or_path: str | Path) -> list[Fault]:
    """What is allowed in a file, or in one that it extends, and yet worth a word: no faults, but told as faults are.

    Raises ScenarioError where there are faults.
    """
    path = _found(name_or_path)
    draft = _drafted(path, {})
    found = _worth_a_word(draft.checked(_name(path)))
    written_here = ((draft.places.get(undotted(name) or ()), name, why) for name, why in found)
    return sorted((Fault(*place, name, why) for place, name, why in written_here if place is not None), key=draft.order)


def _worth_a_word(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Names of values, and what is to be said of them."""
    for name, value, about in parameters(scenario):
        low, high = value.span if isinstance(value, Distribution) else (value, value)
        if about.range is not None and isinstance(low, int | float) and isinstance(high, int | float):
            least, most = about.range
            if low < least or high > most:
                said = f"{low:g}" if low == high else f"{low:g} to {high:g}"
                yield name, f"{said} is allowed, but outside what is plausible, {least:g} to {most:g} ({about.source})"
        ending = name in ("iraq.highest_rung", "parliament.highest_rung")
        if ending and value:
            yield name, "a cap here is an experiment on the ending: tables, figures and reports say so"
    yield from idle(scenario)


def _drafted(path: Path, changes: Mapping[str, object]) -> "_Draft":
    """All that a file and those that it extends say, and then the changes, not yet checked."""
    faults: list[Fault] = []
    layers, whole = _chain(path, faults)
    if not layers:
        raise ScenarioError(faults)
    draft = _Draft(Scenario().model_dump(), layers[0].shown, faults, whole)
    for layer in reversed(layers):
        draft.lay(layer)
    for name, value in changes.items():
        label = f"--set {name}={value if isinstance(value, str) else shortened(written(value))}"
        if isinstance(value, Typed):
            label, value = f"{value.option} {value.value}", value.value
        if name in ("extends", "name"):
            draft.faults.append(Fault(label, None, name, "cannot be set: it belongs to the file"))
        else:
            draft.change(name, value, label)
    return draft


def replace(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """The scenario with values changed by dotted name, checked as a file would be.

    Tables merge, as in a file; `events` and other lists are replaced. Beside what a file can set, `name` can
    be changed. Raises ScenarioError with every fault found.
    """
    draft = _Draft(scenario.model_dump(), "", [], True)
    name = changes.get("name", scenario.name)
    for dotted_name, value in changes.items():
        if dotted_name == "extends":
            draft.faults.append(Fault("", None, "extends", "cannot be set: it belongs to the file"))
        elif dotted_name != "name":
            draft.change(dotted_name, value, "")
    return draft.checked(name)


def told_apart(scenario: Scenario, changes: Mapping[str, object]) -> Scenario:
    """The scenario with words that are true of it once these changes are in it: it is nobody's view any more.

    How long it runs, and which numbers are drawn, leaves the conditions what they are; words that the changes give
    stay.
    """
    moved = [name for name in changes if name not in ("name", "days", "uncertainty", *_OF_ITSELF)]
    if not moved or "title" in changes:
        return scenario
    values = ", ".join(f"{name} {shortened(written(_plain(changes[name])))}" for name in moved)
    before = scenario.title or scenario.name
    summary = f"As {before}, changed: {values}." if before else f"Changed: {values}."
    words = {"title": f"{before}, changed".removeprefix(", "), "summary": summary, "source": ""}
    return scenario.model_copy(update={name: said for name, said in words.items() if name not in changes})


def read_changes(settings: Iterable[str]) -> dict[str, object]:
    """The changes that `--set name=value` asks for, each setting as it was typed after `--set`.

    The value is a TOML value, or else a text. Where a name comes twice, the last counts. Raises
    ScenarioError.
    """
    changes: dict[str, object] = {}
    faults = []
    for setting in settings:
        parts = re.fullmatch(r"""((?:"(?:[^"\\]|\\.)*+"|'[^']*+'|[^="'])++)=(.*)""", setting, re.DOTALL)
        if parts is None:
            why = "write name=value, such as united_states.restraint=0.8"
            faults.append(Fault(f"--set {setting}", None, "", why))
        else:
            changes[parts[1].strip()] = read_value(parts[2].strip())
    if faults:
        raise ScenarioError(faults)
    return changes


def fingerprint(scenario: Scenario) -> str:
    """16 hex digits that are the same for two scenarios exactly if they are the same conditions.

    Name, title, summary, source and twin_of are for people and do not count; nor does the order of names, nor a
    number in whose place each world draws one.
    """
    content = _plain(scenario.model_dump(exclude=set(_FOR_PEOPLE)))
    for name in scenario.uncertain:
        path = number_path(name)
        if path is not None:
            del _at(content, path[:-1])[path[-1]]
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), allow_nan=False, default=_iso)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def _iso(value: datetime.date) -> str:
    return value.isoformat()


# --- Parameters --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Parameter:
    """What the schema says of a value.

    `range` is what sources or judgement make plausible, `low` and `high` what a file may say at all; each is
    None where there is none. `role` is "lever", "uncertainty", "fixed", or empty for the start and the days.
    """

    unit: str
    meaning: str
    source: str
    role: str
    range: tuple[float, float] | None
    low: float | datetime.date | None
    high: float | datetime.date | None
    fitted: bool = False  # the default is the search's (docs/calibration.json)

    @property
    def status(self) -> str:
        """Where the default comes from."""
        return status(self.fitted, self.source)


def status(fitted: bool, source: str) -> str:
    """Where a default comes from: "fitted", "sourced", "judged", or "sourced and judged"."""
    if fitted:
        return "fitted"
    judged = "judgement" in source or "assumption" in source
    named = source.replace("judgement", "").replace("an assumption", "").strip(" ;,")
    return "sourced and judged" if judged and named else "judged" if judged or not named else "sourced"


def parameters(scenario: Scenario) -> Iterator[tuple[str, object, Parameter]]:
    """Every value that a file can set, but for events and texts for people: dotted name, value, meaning.

    The value of an uncertain number is its Distribution.
    """
    for key, info in type(scenario).model_fields.items():
        if key not in (*_FOR_PEOPLE, "events", _UNCERTAIN):
            for path, value, field in _parameters((key,), getattr(scenario, key), info):
                yield dotted(path), scenario.uncertain.get(plain_name(path), value), _parameter(field)


def levers(scenario: Scenario) -> Iterator[tuple[str, object, Parameter]]:
    """The parameters that a policy or a student moves, but those that move nothing here.

    Of a front that follows another there is none to move; nor, in a scenario of the past, what holds from 10 January
    2024 on.
    """
    followers = {dotted(("fronts", name)) for name, front in scenario.fronts.items() if front.follows}
    unmoving = dict(dead(scenario))
    for name, value, about in parameters(scenario):
        if about.role == "lever" and name.rpartition(".")[0] not in followers and name not in unmoving:
            yield name, value, about


def _parameters(path: NamePath, value: object, info: FieldInfo) -> Iterator[tuple[NamePath, object, FieldInfo]]:
    if isinstance(value, BaseModel):
        for key, inner in type(value).model_fields.items():
            yield from _parameters((*path, key), getattr(value, key), inner)
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield from _parameters((*path, key), entry, info)
    else:
        yield path, value, info


def _parameter(info: FieldInfo) -> Parameter:
    extra = info.json_schema_extra if isinstance(info.json_schema_extra, dict) else {}
    plausible: Any = extra.get("range")
    limits = _limits(info)
    return Parameter(
        unit=str(extra.get("unit", "-")).strip("-"),
        meaning=info.description or "",
        source=str(extra.get("source", "")),
        role=str(extra.get("role", "")),
        range=None if plausible is None else (plausible[0], plausible[1]),
        low=limits.get("ge", limits.get("gt")),
        high=limits.get("le", limits.get("lt")),
        fitted=bool(extra.get("fitted", False)),
    )


def _limits(info: FieldInfo) -> dict[str, Any]:
    """The field's limits: "ge", "gt", "le", "lt", those that it has."""
    found = ((key, getattr(rule, key, None)) for rule in info.metadata for key in ("ge", "gt", "le", "lt"))
    return {key: limit for key, limit in found if limit is not None}


def _allowed(info: FieldInfo | None) -> str:
    """What a field allows, in words: "a share from 0 to 1"; empty where the schema says nothing."""
    if info is None:
        return ""
    unit = _parameter(info).unit
    limits = {key: limit_text(limit) for key, limit in _limits(info).items()}
    if "ge" in limits and "le" in limits:
        words = f"from {limits['ge']} to {limits['le']}"
    else:
        phrases = (("ge", "at least"), ("gt", "above"), ("le", "at most"), ("lt", "below"))
        words = ", ".join(f"{phrase} {limits[key]}" for key, phrase in phrases if key in limits)
    if unit == "0-1":  # says no more than the limits do
        unit = "number"
    if unit in ("factor", "number", "probability", "share"):
        unit = f"a {unit}"
    return f"{unit} {words}".strip()


# --- What the schema says of a place ------------------------------------------------------------------------


def _bare(annotation: Any) -> Any:
    """The annotation without Annotated and "or None"."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, types.UnionType) and type(None) in get_args(annotation):
            annotation = Union[tuple(kind for kind in get_args(annotation) if kind is not type(None))]  # noqa: UP007
        else:
            return annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _holds_tables(annotation: Any) -> bool:
    """Whether these are tables by name, such as the groups."""
    annotation = _bare(annotation)
    return get_origin(annotation) is dict and _is_model(_bare(get_args(annotation)[1]))


def _models(annotation: Any, table: object) -> list[type[BaseModel]]:
    """The models that a table of this annotation may be; of events, the one whose kind the table names."""
    members = get_args(annotation) if _is_union(annotation) else (annotation,)
    models = [member for member in members if _is_model(member)]
    kind = table.get(_KIND) if isinstance(table, Mapping) else None
    named = [model for model in models if _is_kind(model, kind)]
    return named or models


def _is_kind(model: type[BaseModel], kind: object) -> bool:
    info = model.model_fields.get(_KIND)
    return info is not None and kind in get_args(info.annotation)


def _part(annotation: Any, key: str | int, table: object) -> tuple[Any, FieldInfo | None]:
    """The annotation and the field of a part of a value; (None, None) where the schema knows no such part."""
    annotation = _bare(annotation)
    kinds = get_args(annotation)
    if get_origin(annotation) is dict:
        return kinds[1], None
    if get_origin(annotation) is tuple and isinstance(key, int):
        return (kinds[0] if kinds[-1] is Ellipsis or key >= len(kinds) else kinds[key]), None
    for model in _models(annotation, table):
        info = model.model_fields.get(str(key))
        if info is not None:
            return info.annotation, info
    return None, None


def _number(path: NamePath) -> FieldInfo | None:
    """The field of the number in this place, if it is one that may be uncertain."""
    annotation: Any = Scenario
    info: FieldInfo | None = None
    for part in path:
        if isinstance(part, int):  # a list is replaced as a whole
            return None
        annotation, info = _part(annotation, part, None)
    return info if annotation is float else None


def number_path(name: str) -> NamePath | None:
    """The place of a number that may be uncertain, by its name in `Scenario.uncertain`; None where there is none."""
    section, _, rest = name.partition(".")
    info = Scenario.model_fields.get(section)
    if info is not None and _holds_tables(info.annotation):
        entry, _, key = rest.rpartition(".")
        path: NamePath = (section, entry, key)
    else:
        path = (section, rest)
    return path if _number(path) is not None else None


def _at(values: Any, path: NamePath) -> Any:
    """What stands in a place of nested tables; None where nothing does."""
    for part in path:
        values = values.get(part) if isinstance(values, dict) else None
    return values


def _names(annotation: Any, table: object) -> list[str]:
    """The names that a table may have; none where any name will do."""
    return sorted({name for model in _models(_bare(annotation), table) for name in model.model_fields})


@functools.cache
def _all_names() -> dict[str, list[str]]:
    """Every setting of the schema by the last part of its name; NAME stands where any name will do."""
    found: dict[str, list[str]] = {}

    def note(path: NamePath, annotation: Any) -> None:
        annotation = _bare(annotation)
        if _holds_tables(annotation):
            note((*path, "NAME"), get_args(annotation)[1])
        elif _is_model(annotation) and len(path) < 6:
            for name, info in annotation.model_fields.items():
                if path or name not in ("name", _UNCERTAIN):
                    found.setdefault(name, []).append(dotted((*path, name)))
                    note((*path, name), info.annotation)

    note((), Scenario)
    return found


# --- Finding and reading files ------------------------------------------------------------------------------


class _Layer(NamedTuple):
    """One file: its values and their lines, without what it extends."""

    path: Path
    shown: str
    values: dict[str, Any]
    lines: dict[NamePath, int]
    broken: list[NamePath]
    """Names whose value could not be read."""
    extends: object
    size: int


def _found(name_or_path: str | Path) -> Path:
    """The file that is meant; whether it can be read is seen later."""
    name = name_or_path.as_posix() if isinstance(name_or_path, Path) else name_or_path
    known = shipped()
    if name in known:
        return known[name]
    path = Path(name_or_path)
    if path.suffix.lower() == ".toml":
        return path
    try:
        there = name != "" and path.exists()
    except OSError:  # a name too long for a file
        there = False
    if there:
        why = _folder(path) if path.is_dir() else "is no .toml file"
        raise ScenarioError([Fault(_shown(path), None, "", why)])
    raise ScenarioError([Fault("", None, "", _no_scenario(name, Path(), known))])


def _no_scenario(name: str, folder: Path, known: Mapping[str, Path]) -> str:
    """That there is no scenario of this name, and which was probably meant."""
    file = f"{name}.toml"
    if name != "" and _is_file(folder / file):
        return f"no scenario '{name}'{did_you_mean(file)}"
    return f"no scenario '{name}'{_hidden_end(folder / file) or _meant(name, known)}"


def _is_file(path: Path) -> bool:
    with contextlib.suppress(OSError, ValueError):
        return path.is_file()
    return False


def _hidden_end(path: Path) -> str:
    """That a file has one more end to its name, as some editors add and some systems hide; else nothing."""
    file = f"{path.name}.txt"
    return f"; {file} is there: its name has to end in .toml, without .txt" if _is_file(path.with_name(file)) else ""


def _folder(path: Path) -> str:
    """That a folder is no scenario file, and where the scenarios of a results folder are."""
    why = "is a folder, not a scenario file"
    with contextlib.suppress(OSError):
        inside = sorted(path.glob("scenarios/*.toml"))
        return why + (f"; the scenarios in it are {_named(inside)}" if inside else "")
    return why


def _named(files: list[Path]) -> str:
    """Some files, as they can be typed."""
    names = [_shown(file) for file in files[:3]]
    return ", ".join(names) + (f" and {len(files) - 3} more" if len(files) > 3 else "")


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


def _chain(path: Path, faults: list[Fault]) -> tuple[list[_Layer], bool]:
    """The file and all that it extends, child first; False where an ancestor could not be read."""
    layers: list[_Layer] = []
    seen: list[Path] = []
    while True:
        try:
            layer = _layer(path, faults)
            layers.append(layer)
            seen.append(path.resolve())
            if layer.extends is None:
                return layers, ("extends",) not in layer.broken
            if sum(one.size for one in layers) > LARGEST_CHAIN:
                why = f"with all that they extend, these files are larger than {LARGEST_CHAIN // 1024} KB, the most"
                raise ScenarioError([Fault(layer.shown, layer.lines[("extends",)], "extends", f"{why} that is read")])
            path = _parent(layer)
        except ScenarioError as error:
            faults += error.faults
            return layers, False
        if path.resolve() in seen:
            circle = [*(one.shown for one in layers[seen.index(path.resolve()) :]), _shown(path)]
            faults.append(
                Fault(
                    layer.shown,
                    layer.lines[("extends",)],
                    "extends",
                    f"goes round in a circle: {' extends '.join(circle)}",
                )
            )
            return layers, False


def _layer(path: Path, faults: list[Fault]) -> _Layer:
    """Read one file. Raises ScenarioError where nothing of it can be used; smaller faults are added."""
    shown_path = _shown(path)

    def refused(why: str, line: int | None = None, column: int | None = None) -> ScenarioError:
        return ScenarioError([Fault(shown_path, line, "", why, column)])

    try:
        mode = path.stat().st_mode
        content = _beginning(path) if stat.S_ISREG(mode) else b""
    except (FileNotFoundError, NotADirectoryError):
        why = f"there is no such file{_hidden_end(path) or _meant(path.as_posix(), shipped())}"
        raise refused(why) from None
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
    found = read_on(text)
    said = [Fault(shown_path, wrong.line, "", wrong.reason, wrong.column or None) for wrong in found.faults]
    if found.values is None:
        raise ScenarioError(said)
    faults += said
    values, lines = found.values, found.lines

    if "name" in values:
        why = f"a file cannot set its name: it is the file's own ('{_name(path)}')"
        faults.append(Fault(shown_path, lines[("name",)], "name", why))
    if _UNCERTAIN in values:
        del values[_UNCERTAIN]
        faults.append(Fault(shown_path, lines[(_UNCERTAIN,)], _UNCERTAIN, _IN_PLACE))
    broken = list(found.broken)
    if isinstance(values.get("fronts"), tuple):
        values, lines, broken = _by_name("fronts", values, lines, broken, shown_path, faults)
    return _Layer(path, shown_path, values, lines, broken, values.pop("extends", None), len(content))


def _by_name(
    section: str,
    values: dict[str, Any],
    lines: dict[NamePath, int],
    broken: list[NamePath],
    file: str,
    faults: list[Fault],
) -> tuple[dict[str, Any], dict[NamePath, int], list[NamePath]]:
    """The same with a section that is written as a list of tables, each with its name, as tables by name."""
    tables: dict[str, Any] = {}
    places: dict[int, str] = {}
    first: dict[str, int] = {}
    for number, entry in enumerate(values[section]):
        here: NamePath = (section, number)
        name = entry.get("name") if isinstance(entry, dict) else None
        why = ""
        if (*here, "name") in broken:
            broken = [*broken, (section, _ANY)]
        elif not isinstance(entry, dict):
            why = f"{shown(entry)} is {kind_of(entry)}; a table is expected"
        elif name is None:
            why = 'has no name, such as name = "gaza"'
        elif not isinstance(name, str) or not name.strip():
            why = f'{shown(name)} is no name, such as name = "gaza"'
        elif name in tables:
            why = f"{name} stands here a second time (first in line {first[name]})"
        else:
            tables[name] = {key: value for key, value in entry.items() if key != "name"}
            places[number], first[name] = name, lines[here]
        if why:
            place: NamePath = (*here, "name") if (*here, "name") in lines else here
            faults.append(Fault(file, lines[place], dotted(place), why))

    def moved(path: NamePath) -> NamePath | None:
        """Where a place in the list is by name; None where it is nowhere."""
        if path[0] != section or len(path) == 1 or isinstance(path[1], str):
            return path
        name = places.get(path[1])
        return None if name is None or path[2:] == ("name",) else (section, name, *path[2:])

    lines = {there: line for path, line in lines.items() if (there := moved(path)) is not None}
    return {**values, section: tables}, lines, [there for path in broken if (there := moved(path)) is not None]


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


def _parent(layer: _Layer) -> Path:
    """The file that a file extends: a shipped scenario, or one inside the file's own folder."""

    def refused(why: str) -> ScenarioError:
        return ScenarioError([Fault(layer.shown, layer.lines[("extends",)], "extends", why)])

    name = layer.extends
    if not isinstance(name, str):
        raise refused(f'{shown(name)} is no name of a scenario, such as "status_quo"')
    known = shipped()
    if name in known:
        return known[name]
    folder = layer.path.parent
    if not name.lower().endswith(".toml"):
        raise refused(_no_scenario(name, folder, known))
    path = folder / name
    try:
        inside, there = path.resolve().is_relative_to(folder.resolve()), path.exists()
    except (OSError, RuntimeError, ValueError):  # a name too long, links in a circle, a NUL
        inside, there = True, False
    if not inside:
        raise refused(
            f"'{name}' lies outside this file's folder; a scenario extends a shipped one, or a file in its own folder"
        )
    if not there:
        raise refused(f"there is no file '{name}'{_meant(name, known)}")
    return path


def _name(path: Path) -> str:
    """The name of the scenario in a file: the file's stem, for shipped ones the path below their folder."""
    folder = shipped_folder().resolve()
    full = path.resolve()
    below = full.relative_to(folder) if full.is_relative_to(folder) else None
    if below is None or below.parts[0] in _NOT_SCENARIOS:
        return path.stem
    return below.with_suffix("").as_posix()


# --- Merging -----------------------------------------------------------------------------------------------


class _Place(NamedTuple):
    """Where a value was set."""

    file: str
    line: int | None


@dataclass
class _Draft:
    """A scenario on its way: the values so far, where each was set, and what is wrong with them."""

    values: dict[str, Any]
    origin: str
    faults: list[Fault]
    whole: bool
    """False where an ancestor could not be read, so that what is not there may well be."""
    places: dict[NamePath, _Place] = field(default_factory=dict)
    broken: set[NamePath] = field(default_factory=set)
    """Names whose value could not be read, so that nobody knows what stands there."""
    inherited: dict[str, int] = field(default_factory=dict)
    """How many events came before those of a file."""
    hints: int = _HINTS

    def lay(self, layer: _Layer) -> None:
        """Lay a file's values over those so far; its events are added, but `events = []` takes out those so far.

        What a file says of itself to people is its own: an heir that says nothing has no title, and nobody's view.
        """
        self.values = {**self.values, **dict.fromkeys(_OF_ITSELF, "")}
        for name in _OF_ITSELF:
            self.places.pop((name,), None)
        values = dict(layer.values)
        before: Any = self.values["events"]
        added = 0
        if values.get("events") and isinstance(values["events"], tuple) and isinstance(before, tuple):
            added = len(before)
            values["events"] = before + values["events"]
        elif "events" in values:
            self.places = {path: place for path, place in self.places.items() if path[0] != "events"}
        self.inherited[layer.shown] = added

        def counted(path: NamePath) -> NamePath:
            is_event = path[0] == "events" and len(path) > 1 and isinstance(path[1], int)
            return ("events", int(path[1]) + added, *path[2:]) if is_event else path

        for path, line in layer.lines.items():
            self.put(counted(path), _Place(layer.shown, line))
        self.broken |= {counted(path) for path in layer.broken}
        gone: list[NamePath] = []
        old, self.values = self.values, _merged(Scenario, self.values, values, (), gone)
        self.lift(old, layer.lines)
        self.say_gone(gone)

    def change(self, name: str, value: object, label: str) -> None:
        """Set one value by its dotted name."""
        place = _Place(label, None)
        path = undotted(name)
        if path is None or isinstance(path[0], int):
            why = "is no name of a setting, such as united_states.restraint"
            self.faults.append(Fault(*place, name, why))
            return
        if path[0] == _UNCERTAIN:
            self.faults.append(Fault(*place, name, _IN_PLACE))
            return
        value = _plain(value)
        gone: list[NamePath] = []
        old = self.values
        try:
            self.values = _changed(Scenario, old, path, value, (), gone)
        except _NoEntry as error:
            self.faults.append(Fault(*place, dotted(path), f"there is no {error}"))
            return
        for end in range(1, len(path)):
            self.places.setdefault(path[:end], place)
        inside = list(_paths(path, value))
        for inner in inside:
            self.put(inner, place)
        self.lift(old, [*(path[:end] for end in range(1, len(path))), *inside])
        self.say_gone(gone)

    def lift(self, old: dict[str, Any], said: Iterable[NamePath]) -> None:
        """Move distributions out of the places where a file or change `said` them; plain numbers end older ones.

        Every table on the way to such a place was made anew when the values were laid over the `old` ones.
        """
        uncertain = {
            name: table
            for name, table in self.values[_UNCERTAIN].items()
            if isinstance(_at(self.values, (number_path(name) or ())[:-1]), dict)  # not taken out since
        }
        for path in said:
            info = _number(path)
            table = _at(self.values, path[:-1]) if info is not None else None
            if info is None or not isinstance(table, dict) or path[-1] not in table:
                continue
            given = table[path[-1]]
            if isinstance(given, dict):
                uncertain[plain_name(path)] = given
                table[path[-1]] = _middle(given, info, _at(old, path))
            else:
                uncertain.pop(plain_name(path), None)
        self.values = {**self.values, _UNCERTAIN: uncertain}

    def put(self, path: NamePath, place: _Place) -> None:
        self.places.pop(path, None)  # so that the order of places is that of their setting
        self.places[path] = place
        self.broken.discard(path)

    def say_gone(self, gone: Iterable[NamePath]) -> None:
        """A fault for each entry that was to be taken out and is not there."""
        for path in gone if self.whole else ():
            table: Any = self.values
            for part in path[:-1]:
                table = table[part]
            self.faults.append(self.fault(path, f"is not there to be removed{self.meant(path, table)}"))

    def hint(self) -> bool:
        """Whether there is still time for a suggestion."""
        self.hints -= 1
        return self.hints >= 0

    def meant(self, path: NamePath, table: Iterable[str]) -> str:
        """A suggestion of another name in the table, at the end of a reason."""
        name = str(path[-1])
        other = closest_name(name, [other for other in table if other != name]) if self.hint() else None
        return did_you_mean(dotted((*path[:-1], other)) if other else None)

    def place(self, path: NamePath) -> _Place:
        """Where a value, or else the nearest table around it, was set."""
        for end in range(len(path), 0, -1):
            if path[:end] in self.places:
                return self.places[path[:end]]
        return _Place(self.origin, None)

    def fault(self, path: NamePath, why: str) -> Fault:
        """A fault at the place where a value was set."""
        return Fault(*self.place(path), dotted(path), why + self.which(path))

    def which(self, path: NamePath) -> str:
        """Of an event whose number is not that in its file: which one is meant, at the end of a reason."""
        before = self.inherited.get(self.place(path[:2]).file, 0) if path[0] == "events" and len(path) > 1 else 0
        if not before:
            return ""
        inherited = "1 event before it is inherited" if before == 1 else f"{before} events before it are inherited"
        return f" ({', '.join(filter(None, [self.event(path), inherited]))})"

    def event(self, path: NamePath) -> str:
        """The event in a place, by its kind and date: "truce of 2024-03-01"; empty where the path leads to none."""
        events = self.values["events"]
        if path[0] != "events" or len(path) < 2 or not isinstance(events, tuple):
            return ""
        event = events[int(path[1])]
        kind, day = (event.get(_KIND), event.get("date")) if isinstance(event, dict) else (None, None)
        words = [
            shortened(kind) if isinstance(kind, str) else "event",
            f"of {day}" if type(day) is datetime.date else "",
        ]
        return " ".join(filter(None, words))

    def layers(self) -> dict[str, int]:
        """The files and changes that set something, each with its number in the order in which they were laid."""
        return {file: number for number, file in enumerate(dict.fromkeys(place.file for place in self.places.values()))}

    def checked(self, name: object) -> Scenario:
        """The scenario, if nothing is wrong. Raises ScenarioError."""
        self.values = {**self.values, "name": name}
        unusable = {_in_place(path): why for path, why in _unusable((), self.values)}
        unusable |= dict.fromkeys(_nameless(self.values), "has no name")
        beyond = {path: why for path, why in _beyond(self.values[_UNCERTAIN]) if path not in unusable}
        self.faults += [self.fault(path, why) for path, why in (unusable | beyond).items()]
        values = _ordered(self.values)
        out_of_range = {plain_name(path[:-2]) for path in beyond}
        values[_UNCERTAIN] = {name: one for name, one in values[_UNCERTAIN].items() if name not in out_of_range}
        try:
            scenario = Scenario.model_validate(values)
        except ValidationError as error:
            self.faults += _all_faults(error, values, self, _Faulty({*unusable, *beyond, *self.broken}))
        else:
            if not self.faults:
                return scenario
        raise ScenarioError(dict.fromkeys(sorted(self.faults, key=self.order)))

    def order(self, fault: Fault) -> tuple[bool, str, int]:
        """By file, the scenario's own first, then by line."""
        return fault.file != self.origin, fault.file, fault.line or 0


class _NoEntry(LookupError):
    """A list is not as long as a name says."""


def _merged(annotation: Any, old: object, new: object, path: NamePath, gone: list[NamePath]) -> Any:
    """The new value laid over the old: tables by name, as the schema has them; anything else is replaced.

    The path of an entry that is to be removed and is not there is added to `gone`.
    """
    annotation = _bare(annotation)
    if not isinstance(old, dict) or not isinstance(new, dict):
        return new
    if get_origin(annotation) is not dict and not _is_model(annotation):
        return new
    result = dict(old)
    for key, value in new.items():
        inner, info = _part(annotation, key, new)
        here = (*path, key)
        is_removed = isinstance(value, str) and value == REMOVED
        if is_removed and _holds_tables(annotation):
            if key in result:
                del result[key]
            else:
                gone.append(here)
        elif is_removed and _is_optional(info):
            result[key] = None
        else:
            result[key] = _merged(inner, result.get(key, {}), value, here, gone)
    return result


def _middle(distribution: Mapping[str, object], info: FieldInfo, old: object) -> object:
    """The middle of a distribution's span; where it has none that is allowed, a number that raises no further fault."""
    limits = _limits(info)
    for form in ("uniform", "triangular", "bounds", "choices"):
        given = [number for number in _several(distribution.get(form)) if math.isfinite(number)]
        if given:
            middle = (float(min(given)) + float(max(given))) / 2.0
            if limits.get("ge", middle) <= middle <= limits.get("le", middle):
                return middle
    return old if isinstance(old, float) else limits.get("ge", 0.0)


def _several(value: object) -> tuple[int | float, ...]:
    """The numbers in a list, if it is one of nothing but numbers that a file can say."""
    entries = value if isinstance(value, tuple) else ()
    is_usable = all(isinstance(one, float) or (type(one) is int and abs(one) <= LARGEST) for one in entries)
    return entries if is_usable else ()


def _is_optional(info: FieldInfo | None) -> bool:
    return info is not None and type(None) in get_args(info.annotation)


def _changed(annotation: Any, old: Any, path: NamePath, value: object, above: NamePath, gone: list[NamePath]) -> Any:
    """The old value with the part at `path` changed. Raises _NoEntry."""
    if not path:
        return _merged(annotation, old, value, above, gone)
    key, rest = path[0], path[1:]
    inner, _ = _part(annotation, key, old)
    here = (*above, key)
    if isinstance(key, int):
        if not isinstance(old, tuple) or key >= len(old):
            raise _NoEntry(dotted(here))
        return (*old[:key], _changed(inner, old[key], rest, value, here, gone), *old[key + 1 :])
    table = old if isinstance(old, dict) else {}
    if rest or _is_union(_bare(annotation)):
        return {**table, key: _changed(inner, table.get(key, {}), rest, value, here, gone)}
    return _merged(annotation, table, {key: value}, above, gone)


def _paths(path: NamePath, value: object) -> Iterator[NamePath]:
    """The path of a value and of everything in it."""
    yield path
    parts: Iterable[tuple[Any, object]] = ()
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, tuple):
        parts = enumerate(value)
    for key, inner in parts:
        yield from _paths((*path, key), inner)


def _plain(value: Any) -> Any:
    """A value given in Python as a file would give it: no models, no lists, NumPy's numbers as Python's."""
    if isinstance(value, BaseModel):
        return _plain(value.model_dump())
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return tuple(_plain(inner) for inner in value)
    if hasattr(value, "ndim") and hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float):
        return float(value) + 0.0  # no negative zero: it equals the other and would be another fingerprint
    return value


def _ordered(values: dict[str, Any]) -> dict[str, Any]:
    """The values with entries by name in one order, however they came: the defaults, then the others."""
    result = dict(values)
    for key, info in Scenario.model_fields.items():
        table = result.get(key)
        if _holds_tables(info.annotation) and isinstance(table, dict):
            first = [name for name in getattr(Scenario(), key) if name in table]
            result[key] = {name: table[name] for name in [*first, *sorted(set(table) - set(first))]}
    return result


# --- Faults ------------------------------------------------------------------------------------------------


def _unusable(path: NamePath, value: object) -> Iterator[tuple[NamePath, str]]:
    """Numbers and texts that no file should hold, wherever they stand."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _unusable((*path, key), inner)
    elif isinstance(value, tuple):
        for index, inner in enumerate(value):
            yield from _unusable((*path, index), inner)
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, f"{shown(value)} is no number to reckon with"
    elif isinstance(value, int) and abs(value) > LARGEST:
        yield path, f"{shown(value)} is beyond the whole numbers of TOML (64 bits)"
    elif isinstance(value, str) and re.search("[\ud800-\udfff]", value):
        yield path, "holds characters that are no text"


def _nameless(values: Mapping[str, Any]) -> Iterator[NamePath]:
    """Entries by name whose name is blank."""
    for section, info in Scenario.model_fields.items():
        table = values.get(section)
        if _holds_tables(info.annotation) and isinstance(table, dict):
            yield from ((section, name) for name in table if not name.strip())


def _beyond(uncertain: Mapping[str, Any]) -> Iterator[tuple[NamePath, str]]:
    """Ends and choices of distributions that their number may not take."""
    for name, distribution in uncertain.items():
        path = number_path(name)
        info = _number(path) if path is not None else None
        if path is None or info is None:
            continue
        limits = _limits(info)
        for form in ("uniform", "triangular", "bounds", "choices"):
            for index, number in enumerate(_several(distribution.get(form))):
                for kind, key, sign in (("greater_than_equal", "ge", 1), ("less_than_equal", "le", -1)):
                    if key in limits and sign * number < sign * limits[key]:
                        yield (*path, form, index), reason(kind, number, limits, "", _allowed(info))


def _in_place(path: NamePath) -> NamePath:
    """The place where a part of `uncertain` was written; any other place as it is."""
    number = number_path(str(path[1])) if path[:1] == (_UNCERTAIN,) and len(path) > 1 else None
    return path if number is None else (*number, *path[2:])


class _Spot(NamedTuple):
    """The place that an error of pydantic means."""

    path: NamePath
    value: Any
    annotation: Any
    field: FieldInfo | None
    table: Any
    """The annotation of the table around it."""
    around: Any
    """The value of the table around it."""


def _spot(error: ErrorDetails, values: dict[str, Any]) -> _Spot:
    """Walk pydantic's `loc` down the values; it holds names of union members beside keys."""
    path: NamePath = ()
    value: Any = values
    annotation: Any = Scenario
    info: FieldInfo | None = None
    table, around = annotation, value
    for key in error["loc"]:
        annotation = _bare(annotation)
        if key == "[key]":
            break
        if _is_union(annotation):
            annotation = next((kind for kind in get_args(annotation) if _is_named(kind, key)), None)
            continue
        table, around = annotation, value
        annotation, found = _part(annotation, key, value)
        info = info if found is None and get_origin(table) in (dict, tuple) else found
        path = (*path, key)
        if isinstance(value, dict):
            value = value.get(str(key))
        else:
            value = value[key] if isinstance(value, tuple) and isinstance(key, int) else None
    return _Spot(_in_place(path), value, annotation, info, table, around)


def _is_named(kind: Any, name: object) -> bool:
    """Whether pydantic calls this member of a union so: by the kind that it stands for, or by its type."""
    return (_is_model(kind) and _is_kind(kind, name)) or getattr(kind, "__name__", None) == name


class _Faulty:
    """Places with a fault of their own: nobody knows what will stand there."""

    def __init__(self, paths: Iterable[NamePath]) -> None:
        self.paths: set[NamePath] = set()
        self.around: set[NamePath] = set()
        self.add(paths)

    def add(self, paths: Iterable[NamePath]) -> None:
        for path in paths:
            self.paths.add(path)
            self.around.update(path[:end] for end in range(1, len(path) + 1))

    def hold(self, path: NamePath) -> bool:
        """Whether this place, or one around it, is faulty."""
        return any(path[:end] in self.paths for end in range(1, len(path) + 1))

    def touch(self, path: NamePath) -> bool:
        """Whether this place, one around it or one in it is faulty."""
        return path in self.around or self.hold(path)


_ROUNDS = 5
"""So often values are mended: once for values, once or twice for tables, and contradictions come last."""


def _all_faults(error: ValidationError, values: Mapping[str, Any], draft: _Draft, faulty: _Faulty) -> Iterator[Fault]:
    """Every fault, those too that pydantic looks for only where there is no other.

    What is at fault is mended, each value alone, and all is checked again. What then is found but rests on a `faulty`
    place is not said. Where an ancestor could not be read, no more is known than what a value alone tells.
    """
    mended = _thawed(values)
    usual = Scenario().model_dump()
    for _ in range(_ROUNDS):
        found = [(one, _spot(one, draft.values)) for one in error.errors(include_url=False, include_input=False)]
        yield from _faults(found, draft, faulty)
        if not draft.whole or not any(details["loc"] for details, _ in found):
            return
        faulty.add([_mend(details, spot, mended, usual) for details, spot in found if details["loc"]])
        try:
            Scenario.model_validate(mended)
        except ValidationError as again:
            error = again
        else:
            return


def _faults(found: Iterable[tuple[ErrorDetails, _Spot]], draft: _Draft, faulty: _Faulty) -> Iterator[Fault]:
    """What pydantic found, each as a fault; nothing of what is known to be faulty, or rests on it.

    Where an ancestor could not be read, what might come from it is not called missing or contradictory.
    """
    incomplete: dict[NamePath, list[_Spot]] = {}
    for details, spot in found:
        kind = details["type"]
        context = details.get("ctx", {})
        if kind == "contradiction":
            layers = draft.layers()
            for one in context["faults"] if draft.whole else ():
                is_there = one.unknown is not None and faulty.hold((one.unknown[0], _ANY))  # it may be
                if not is_there and not any(map(faulty.touch, _rests_on(one))):
                    yield _blamed(one, draft, layers)
        elif kind in ("value_error", "assertion_error"):
            path, why = _said_of_table(details, spot)
            is_section = len(spot.path) == 1
            if draft.whole and not faulty.touch(path) and (is_section or spot.path not in faulty.around):
                yield draft.fault(path, why)
        elif kind == "extra_forbidden":
            yield draft.fault(spot.path, "there is no such setting" + (_suggestion(spot) if draft.hint() else ""))
        elif faulty.hold(spot.path):
            continue
        elif kind == "missing":
            incomplete.setdefault(spot.path[:-1], []).append(spot)
        elif kind == "union_tag_not_found":
            if not faulty.hold((*spot.path, _KIND)):
                why = f"has no {_KIND}: one of {', '.join(map(shown, _choices(spot.annotation, _KIND)))}"
                yield draft.fault(spot.path, why)
        else:
            path = (*spot.path, _KIND) if kind == "union_tag_invalid" else spot.path
            yield draft.fault(path, _why(details, spot))
    if draft.whole:
        for path, spots in incomplete.items():
            yield from _missing(path, spots, draft)


def _why(details: ErrorDetails, spot: _Spot) -> str:
    """Why a value is refused."""
    kind, context = details["type"], details.get("ctx", {})
    why = reason(kind, spot.value, context, details["msg"], _allowed(spot.field), instead=_instead(spot))
    if spot.path == ("events",) and isinstance(spot.value, dict):
        why += ": write [[events]], with two brackets on each side"
    if isinstance(spot.value, dict) and spot.value.keys() & Distribution.model_fields:
        why += "; only a number of a section can be uncertain, no whole number, date or entry of a list"
    return why


def _rests_on(one: Contradiction) -> list[NamePath]:
    """The places of the values that cannot all hold; those of a sum, whose parts lie in its own place, alone."""
    is_sum = any(other[: len(one.path)] == one.path for other in one.others)
    return [*one.others] if is_sum else [_in_place(one.path), *one.others]


def _blamed(one: Contradiction, draft: _Draft, layers: Mapping[str, int]) -> Fault:
    """A contradiction at the place of the value that a file further on, or a change, set last."""

    def laid(path: NamePath) -> int:
        place = draft.places.get(path) or (draft.places.get(path[:2]) if path[0] == "events" else None)
        return -1 if place is None else layers[place.file]

    first = _in_place(one.path)
    path = max(_rests_on(one), key=laid)  # the first of those that were set last
    why = one.reason
    if one.unknown is not None and path == first and draft.hint():
        section, word = one.unknown
        why += did_you_mean(closest_name(word, draft.values[section]))
    if path != first:
        why = one.others[path] or f"does not go with {_told_of(first, path, draft)}: {why}"
    return draft.fault(path, why)


def _told_of(path: NamePath, other: NamePath, draft: _Draft) -> str:
    """The name of a value, and what a person needs to find it who looks at the place of another."""
    place = draft.place(path)
    where = f"{place.file}:{place.line}" if place.line is not None and place.file != draft.place(other).file else ""
    aside = ", ".join(filter(None, [draft.event(path), where]))
    return dotted(path) + (f" ({aside})" if aside else "")


# --- Mending what is at fault, to find what else is ---------------------------------------------------------


def _thawed(value: Any) -> Any:
    """A copy that can be changed: lists for tuples."""
    if isinstance(value, dict):
        return {key: _thawed(inner) for key, inner in value.items()}
    if isinstance(value, tuple | list):
        return [_thawed(inner) for inner in value]
    return value


def _mend(details: ErrorDetails, spot: _Spot, values: dict[str, Any], usual: dict[str, Any]) -> NamePath:
    """Put something harmless in the place of what is at fault in the values; the place that is faulty."""
    kind, path, annotation, info = details["type"], spot.path, spot.annotation, spot.field
    if details["loc"][0] == _UNCERTAIN:
        name = str(details["loc"][1])
        values[_UNCERTAIN].pop(name, None)
        return number_path(name) or (_UNCERTAIN, name)
    if kind in ("value_error", "assertion_error"):
        path, _ = _said_of_table(details, spot)
        annotation, info = _part(annotation, path[-1], spot.value)
        if _bare(annotation) is datetime.date:  # too early, or missing
            return _put(values, path, datetime.date.max)
    if path[0] == "events" and len(path) == 2:
        given = spot.value if isinstance(spot.value, dict) else {}
        event = {_KIND: "attack", **{key: _thawed(given[key]) for key in ("date", "group", "note") if key in given}}
        _put(values, path, event)
        return (*path, _KIND) if isinstance(spot.value, dict) else path
    default = _at(usual, path)
    if kind == "extra_forbidden":
        return _taken_out(values, path)
    if default is not None:
        return _put(values, path, _thawed(default))
    if info is not None and not info.is_required() and isinstance(path[-1], str):
        return _taken_out(values, path)
    stand_in = _stand_in(annotation, info)
    return _taken_out(values, path) if stand_in is None else _put(values, path, stand_in)


def _stand_in(annotation: Any, info: FieldInfo | None) -> object:
    """A value that may stand in a place; None where there is none at hand."""
    annotation = _bare(annotation)
    limits = {} if info is None else _limits(info)
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    if annotation in (int, float):
        return annotation(limits.get("ge", limits.get("gt", -1) + 1))
    return {datetime.date: RECORD_ENDS, str: ""}.get(annotation)


def _put(values: Any, path: NamePath, value: object) -> NamePath:
    """Set a value in its place, if the tables and lists around it are there; the place."""
    around, last = _inside(values, path[:-1]), path[-1]
    if isinstance(around, dict):
        around[str(last)] = value
    elif isinstance(around, list) and isinstance(last, int) and last < len(around):
        around[last] = value
    return path


def _taken_out(values: Any, path: NamePath) -> NamePath:
    """Take a value out, of a list the whole list, since others would move up; the place that is no longer there."""
    around = _inside(values, path[:-1])
    if isinstance(around, list):
        return _taken_out(values, path[:-1])
    if isinstance(around, dict):
        around.pop(str(path[-1]), None)
    return path


def _inside(values: Any, path: NamePath) -> Any:
    """What stands in a place of tables and lists; None where nothing does."""
    for part in path:
        if isinstance(values, dict):
            values = values.get(str(part))
        else:
            values = values[part] if isinstance(values, list) and isinstance(part, int) and part < len(values) else None
    return values


# --- What is said -------------------------------------------------------------------------------------------


def _instead(spot: _Spot) -> str:
    """What else than a value of its kind may stand in a place."""
    if _number(spot.path) is not None and isinstance(spot.value, tuple):
        return "a distribution such as {uniform = [low, high]}"
    if spot.table is Distribution or any(isinstance(part, int) for part in spot.path[-1:]):
        return ""
    return f'"{REMOVED}"' if _holds_tables(spot.table) or _is_optional(spot.field) else ""


def _said_of_table(details: ErrorDetails, spot: _Spot) -> tuple[NamePath, str]:
    """What a table's own check across its fields found: the field that it names, if it names one, and why."""
    words = str(details.get("ctx", {}).get("error", details["msg"]))
    blamed = re.fullmatch(r"(\w+): (.*)", words, re.DOTALL)
    if blamed is None or _part(spot.annotation, blamed[1], spot.value) == (None, None):
        return spot.path, words
    why = blamed[2]
    if why.startswith("[") and isinstance(spot.value, dict):  # the form that a distribution should have
        why = f"{shortened(written(spot.value.get(blamed[1])))} is not {why}"
    return (*spot.path, blamed[1]), why


def _missing(path: NamePath, spots: list[_Spot], draft: _Draft) -> Iterator[Fault]:
    """The required fields that a table lacks: one fault each, but one for all of a new entry by name."""
    table: Any = draft.values
    annotation: Any = Scenario
    for part in path[:-1]:
        annotation, _ = _part(annotation, part, table)
        table = table[part]
    if path and _holds_tables(annotation):
        needed = ", ".join(f"{spot.path[-1]} ({_allowed(spot.field)})" for spot in spots)
        yield draft.fault(path, f"is new, so it needs {needed}{draft.meant(path, table)}")
        return
    for spot in spots:
        why = reason("missing", None, {}, "", _allowed(spot.field)) + draft.which(spot.path)
        yield Fault(*draft.place(path), dotted(spot.path), why)


def _choices(annotation: Any, tag: str) -> list[str]:
    """What the field that tells the members of a union apart may say."""
    members = [member for member in get_args(_bare(annotation)) if _is_model(member)]
    return [str(word) for member in members for word in get_args(member.model_fields[tag].annotation)]


def _suggestion(spot: _Spot) -> str:
    """What an unknown name was probably meant to be: a name beside it, or one of another section."""
    key, above = str(spot.path[-1]), spot.path[:-1]
    beside = _names(spot.table, spot.around)
    if not above:
        beside = [*(name for name in beside if name not in ("name", _UNCERTAIN)), "extends"]
    if not above and key in _ENDINGS:
        return "; endings cannot be set: a scenario sets conditions"
    if key in Distribution.model_fields and above and spot.table is not Distribution:
        return f"; {_IN_PLACE}"
    within_list = any(isinstance(part, int) for part in above)
    elsewhere = {} if within_list else _all_names()
    near = closest(key, beside, at_least=0.85 if key in elsewhere else 0.6)
    if near is not None:
        return did_you_mean(dotted((*above, near)))
    other = key if key in elsewhere else closest(key, elsewhere, at_least=0.75)
    if other is not None:
        return did_you_mean(*elsewhere[other][:3])
    if isinstance(spot.value, dict):
        inner = Counter(name.rpartition(".")[0] for part in spot.value for name in elsewhere.get(part, []))
        if inner:
            return did_you_mean(inner.most_common(1)[0][0])
    return f"; here can stand {', '.join(beside)}" if len(beside) <= 12 else ""
