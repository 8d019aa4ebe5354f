"""Sweep files, ``--vary``, and which sweeps are shipped.

A sweep file is TOML, read as a scenario file is: every fault is told with file, line and name, all at once, and nothing
in it is executed. A whole one::

    title = "Restraint against permissiveness"
    summary = "What Washington holds back, and what Iran lets go."
    base = ["status_quo", "forced_exit"]   # a shipped scenario or several, or .toml files in this file's own folder
    worlds = 500                           # a point; and what else the command's options say, which win
    seed = 1
    luck = "common"                        # or "fresh"
    weekly = ["pressure"]                  # weekly series to keep
    until = 0.01                           # go on until each share is known within so much (half its interval)

    [set]                                  # changes of every base, as in a scenario file or after --set
    uncertainty = "none"
    united_states.willing_to_talk = 0.6
    events = [{date = 2024-02-01, kind = "strike", rung = "strike in Iraq"}]   # in place of the base's own

    [design]
    kind = "grid"

    [design.dimensions]
    united_states.restraint = "0.2..0.8:7"            # from 0.2 to 0.8 in 7 even steps, both ends among them
    iran.permissiveness = {low = 0.1, high = 0.6, steps = 6}
    iraq.highest_rung = ["talks", ""]                 # a list ("" is no cap); so are dates: [2024-01-10, 2024-04-01]
    groups."Kataib Hezbollah".control = {}            # the schema's plausible range
    events.strike.civilians = [0, 10, 100]            # a field of the only strike among the events

``kind``, and what stands beside it in ``[design]``:

=================== ============================================================================================
grid                ``dimensions``; ``steps`` of ranges that say none themselves (5)
zip                 ``dimensions`` of equally many values, side by side; or ``parts``
list                ``points``: a .csv or .parquet file in this file's folder, or ``[[design.points]]`` one by one
latin hypercube     ``dimensions``, ``samples``, ``seed`` (1)
sobol               the same; ``samples`` is a power of 2
saltelli            the same; ``second_order`` (true)
morris              ``dimensions``, ``trajectories``, ``levels`` (4), ``seed`` (1)
screen              ``dimensions``
accepted            ``samples`` (all vectors of the accepted set), ``seed`` (1)
product             ``[[design.parts]]``, each a design: every combination of their points
join                ``[[design.parts]]``, one after another; each may have a ``name`` and, with it, a ``set`` of its
                    own, made in bases of its own (``status_quo_strike`` for the part ``strike``)
=================== ============================================================================================

Beside ``dimensions``, or instead, ``names = ["levers", "iran.opportunity"]`` lists what varies over its plausible
range; ``levers`` and ``uncertainty`` stand for all numbers of that role, and what ``dimensions`` says of one holds.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar, get_origin

from sim.disk.errors import InputError
from sim.disk.paths import Given, place
from sim.engine.observe import quantities
from sim.scenario.draft import Draft
from sim.scenario.errors import Fault, ScenarioError, closest, closest_name, did_you_mean, misfit, none_of, shown
from sim.scenario.faults import checked
from sim.scenario.files import IN_PLACE, LARGEST_FILE, Layer, shipped_folder
from sim.scenario.load import load, told_apart
from sim.scenario.names import no_name
from sim.scenario.parameters import OF_ITSELF, UNCERTAIN, Slot, within
from sim.scenario.schema import Scenario
from sim.scenario.toml import LARGEST, NamePath, dotted, read, undotted
from sim.sweeps import design as make
from sim.sweeps.design import Design, Dimension, dimension, settled
from sim.sweeps.listed import base_file, content_of, from_frame, listed, read_points, shown_path, text_of
from sim.sweeps.names import GROUPS, group
from sim.sweeps.values import MOST_POINTS, SPEC_KEYS

__all__ = ["Asked", "from_frame", "read_points", "read_sweep", "shipped_sweeps", "vary"]

SWEEPS = "sweeps"
"""The folder of shipped sweep files, beside the shipped scenarios."""
MOST_BASES = 100
LUCK = ("common", "fresh")

Made = TypeVar("Made")


@dataclass(frozen=True)
class Asked:
    """What a sweep file asks for: its design, and what it says of the run; None where it says nothing."""

    design: Design
    title: str = ""
    summary: str = ""
    worlds: int | None = None
    seed: int | None = None
    luck: str | None = None
    weekly: tuple[str, ...] = ()
    until: float | None = None
    path: Path | None = None


# --- Finding ------------------------------------------------------------------------------------------------------


def shipped_sweeps() -> dict[str, Path]:
    """The shipped sweeps: name to file, in the order of the names."""
    folder = shipped_folder() / SWEEPS
    return {file.stem: file for file in sorted(folder.glob("*.toml")) if file.is_file()}


def found_sweep(path_or_name: Given) -> Path:
    """The file that is meant, by a shipped sweep's name or by its path. Raises ScenarioError."""
    known = shipped_sweeps()
    if isinstance(path_or_name, str) and path_or_name in known:
        return known[path_or_name]
    path = place(path_or_name)
    if path.suffix.lower() == ".toml":
        return path
    why = f"no sweep '{path.as_posix()}'{did_you_mean(closest_name(path.name, known))}"
    raise ScenarioError([Fault("", None, "", f"{why}; a file's name ends in .toml")])


# --- Reading ------------------------------------------------------------------------------------------------------

_TOP = ("title", "summary", "base", "worlds", "seed", "luck", "weekly", "until", "set", "design")
_BY_KIND: dict[str, tuple[str, ...]] = {
    "grid": ("dimensions", "names", "steps"),
    "zip": ("dimensions", "parts"),
    "list": ("points",),
    "latin hypercube": ("dimensions", "names", "samples", "seed"),
    "sobol": ("dimensions", "names", "samples", "seed"),
    "saltelli": ("dimensions", "names", "samples", "seed", "second_order"),
    "morris": ("dimensions", "names", "trajectories", "levels", "seed"),
    "screen": ("dimensions", "names"),
    "accepted": ("samples", "seed"),
    "product": ("parts",),
    "join": ("parts",),
}
KINDS = tuple(_BY_KIND)
_ALL_KEYS = tuple(dict.fromkeys(("kind", *(key for keys in _BY_KIND.values() for key in keys))))
_OTHER_KINDS = {"lhs": "latin hypercube", "one at a time": "screen", "sobol'": "sobol", "sobol sequence": "sobol"}


def read_sweep(path_or_name: Given, *, changes: Mapping[str, object] | None = None) -> Asked:
    """What a sweep file asks for, checked; ``changes`` are made in every base beforehand, as by ``--set``.

    Raises ScenarioError with every fault found, of this file and of the scenarios that it names.
    """
    path = found_sweep(path_or_name)
    file = _opened(path)
    values = file.values
    of_a_scenario = [key for key in values if key not in _TOP and key in ("extends", *Scenario.model_fields)]
    if "design" not in values and of_a_scenario and not file.is_broken(("design",)):
        why = f"has no [design], and {of_a_scenario[0]} as a scenario has: a scenario is swept with --vary"
        raise ScenarioError([*file.faults, Fault(file.shown, file.line((of_a_scenario[0],)), "", why)])
    file.only(values, _TOP, ())
    bases = _bases(file, changes)
    changed = _all_changed(file, bases, ("set",))
    weekly = file.texts(("weekly",), ())
    for number, name in enumerate(weekly):
        for base in changed or bases or [Scenario()]:
            known = quantities(base)
            if name not in known:
                near = closest(name, known)
                file.say(("weekly", number), f"there is no weekly series {shown(name)}{did_you_mean(near)}")
                break
    asked: dict[str, Any] = {
        "title": file.text(("title",)) or "",
        "summary": file.text(("summary",)) or "",
        "worlds": file.whole(("worlds",), 1, LARGEST),
        "seed": file.whole(("seed",), 0, LARGEST),
        "luck": file.one_of(("luck",), LUCK),
        "until": _until(file),
    }
    design = None
    if "design" not in values:
        if not file.is_broken(("design",)):
            file.say(("design",), 'is missing: [design] says which points there are, such as kind = "grid"')
    elif isinstance(values["design"], dict):
        is_sound = len(changed) == len(bases) and (bool(changed) or "base" not in values)
        design = _design(file, ("design",), changed, is_sound=is_sound)
    else:
        file.say(("design",), misfit(values["design"], "a table"))
    if file.faults or design is None:
        raise ScenarioError(dict.fromkeys(sorted(file.faults, key=file.order)))
    return Asked(design, weekly=weekly, path=path, **asked)


class _File(NamedTuple):
    """A sweep file: its values, where each stands, and what is wrong with it so far."""

    path: Path
    shown: str
    values: dict[str, Any]
    lines: dict[NamePath, int]
    broken: list[NamePath]
    """Names whose value could not be read."""
    faults: list[Fault]

    def say(self, at: NamePath, why: str, name: NamePath | str | None = None) -> None:
        """A fault at a place, or at what stands around it."""
        called = at if name is None else name
        self.faults.append(Fault(self.shown, self.line(at), called if isinstance(called, str) else dotted(called), why))

    def line(self, at: NamePath) -> int | None:
        """The line of a place, or of the nearest table around it."""
        return next((self.lines[at[:end]] for end in range(len(at), 0, -1) if at[:end] in self.lines), None)

    def order(self, fault: Fault) -> tuple[bool, str, int]:
        """The file's own faults first, each file's by line."""
        return fault.file != self.shown, fault.file, fault.line or 0

    def is_broken(self, at: NamePath) -> bool:
        """Whether something stands there that could not be read."""
        return any(broken[: len(at)] == at or at[: len(broken)] == broken for broken in self.broken)

    def at(self, path: NamePath) -> Any:
        """What stands in a place; None where nothing does."""
        found: Any = self.values
        for part in path:
            if isinstance(found, dict):
                found = found.get(str(part))
            else:
                found = found[part] if isinstance(found, tuple) and isinstance(part, int) else None
        return found

    def only(self, table: Mapping[str, Any], keys: Sequence[str], at: NamePath) -> None:
        """Say which keys of a table there are not."""
        for key in table:
            if key not in keys:
                near = closest(key, keys)
                is_scenarios = not at and key in Scenario.model_fields
                elsewhere = f"; a change of every base stands under [set]: set.{key}" if is_scenarios else ""
                meant = elsewhere or did_you_mean(dotted((*at, near)) if near else None)
                self.say((*at, key), f"there is no such setting{meant or '; here can stand ' + ', '.join(keys)}")

    def text(self, at: NamePath) -> str | None:
        """A text; None where there is none."""
        found = self.at(at)
        if found is None or isinstance(found, str):
            return found
        self.say(at, misfit(found, "a text"))
        return None

    def whole(self, at: NamePath, least: int, most: int) -> int | None:
        """A whole number; None where there is none."""
        found = self.at(at)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int):
            self.say(at, misfit(found, "a whole number"))
        elif not least <= found <= most:
            self.say(
                at, f"{shown(found)} is {'below' if found < least else 'above'} {least if found < least else most}"
            )
        else:
            return found
        return None

    def truth(self, at: NamePath) -> bool | None:
        """Yes or no; None where there is neither."""
        found = self.at(at)
        if found is None or isinstance(found, bool):
            return found
        self.say(at, misfit(found, "true or false"))
        return None

    def one_of(self, at: NamePath, choices: Sequence[str]) -> str | None:
        """One of some words; None where there is none."""
        found = self.at(at)
        if found is None or found in choices:
            return None if found is None else str(found)
        self.say(at, none_of(found, choices))
        return None

    def texts(self, at: NamePath, default: tuple[str, ...]) -> tuple[str, ...]:
        """A list of texts, or one text."""
        found = self.at(at)
        if found is None:
            return default
        if isinstance(found, str):
            return (found,)
        if not isinstance(found, tuple):
            self.say(at, misfit(found, "a list of names"))
            return default
        wrong = [number for number, one in enumerate(found) if not isinstance(one, str)]
        for number in wrong:
            self.say((*at, number), misfit(found[number], "a name in quotes"))
        return tuple(one for one in found if isinstance(one, str))


def _opened(path: Path) -> _File:
    """The file as it was read. Raises ScenarioError where nothing of it can be used."""
    name = shown_path(path)
    found = read(text_of(content_of(path, LARGEST_FILE, "a sweep file"), path))
    said = [Fault(name, wrong.line, "", wrong.reason, wrong.column or None) for wrong in found.faults]
    if found.values is None:
        raise ScenarioError(said)
    return _File(path, name, found.values, found.lines, found.broken, said)


def _until(file: _File) -> float | None:
    found = file.at(("until",))
    if found is None:
        return None
    if isinstance(found, bool) or not isinstance(found, int | float) or not math.isfinite(found):
        file.say(("until",), misfit(found, "a number"))
    elif not 0.0 < found < 0.5:
        file.say(("until",), f"{shown(found)} is no half-width of a share's interval: a number between 0 and 0.5 is")
    else:
        return float(found)
    return None


# --- Bases ----------------------------------------------------------------------------------------------------------


def _bases(file: _File, changes: Mapping[str, object] | None) -> list[Scenario]:
    """The scenarios that the file names, checked; those that are sound."""
    names = file.texts(("base",), ())
    if "base" not in file.values:
        design = file.at(("design",))
        names_its_own = isinstance(design, dict) and _kind_of(design.get("kind")) == "list"
        if not names_its_own and not file.is_broken(("base",)):
            file.say(("base",), 'is missing: the scenario that is varied, such as base = "status_quo"')
        elif "set" in file.values:
            file.say(("set",), "changes the scenarios in base, and there are none: each point names its own")
        return []
    if not names and isinstance(file.values["base"], tuple) and not file.values["base"]:
        file.say(("base",), "names no scenario")
    found: list[Scenario] = []
    for number, name in enumerate(names[:MOST_BASES]):
        at: NamePath = ("base", number) if isinstance(file.values["base"], tuple) else ("base",)
        try:
            base = load(base_file(name, file.path.parent), changes=changes)
        except InputError as why:
            file.say(at, str(why), "base")
        except ScenarioError as error:
            file.faults.extend(error.faults)
        else:
            if any(base.name == other.name for other in found):
                file.say(at, f"a second scenario has the name {base.name!r}", "base")
            found.append(base)
    if len(names) > MOST_BASES:
        file.say(("base",), f"names {len(names):,} scenarios, and {MOST_BASES} are the most")
    return found


def _all_changed(file: _File, bases: Sequence[Scenario], at: NamePath, name: str = "") -> list[Scenario]:
    """The bases with the changes of a table in them; those that are sound. With a name they are called by it too."""
    table = file.at(at)
    if table is None and not name:
        return list(bases)
    if table is not None and not isinstance(table, dict):
        file.say(at, misfit(table, "a table"))
        return []
    values, lines = _in_full(file, at, table or {})
    found: list[Scenario] = []
    faults: dict[Fault, None] = {}
    for base in bases:
        try:
            found.append(_with(base, file, values, lines, f"{base.name}_{name}" if name else base.name))
        except ScenarioError as error:
            faults.update(dict.fromkeys(error.faults))
    file.faults.extend(faults)
    return found


_NOT_SET = {
    "extends": "a base extends nothing here",
    "name": "cannot be set: it belongs to the file",
    UNCERTAIN: IN_PLACE,
}


def _in_full(file: _File, at: NamePath, table: Mapping[str, Any]) -> tuple[dict[str, Any], dict[NamePath, int]]:
    """The changes of a table as a scenario file has them: a dotted name in quotes stands for the tables it names."""
    values: dict[str, Any] = {}
    lines: dict[NamePath, int] = {}
    for key, value in table.items():
        path = undotted(key) if "." in key and key not in Scenario.model_fields else (key,)
        if path is None or not all(isinstance(part, str) for part in path):
            file.say(
                (*at, key), "is no name of a setting, such as united_states.restraint; events are given as a whole"
            )
        elif path[0] in _NOT_SET:
            file.say((*at, key), _NOT_SET[str(path[0])])
        else:
            _lay(values, path, value)
            for place_of, line in file.lines.items():
                if place_of[: len(at) + 1] == (*at, key):
                    lines[(*path, *place_of[len(at) + 1 :])] = line
    return values, lines


def _lay(values: dict[str, Any], path: NamePath, value: Any) -> None:
    """Put a value into nested tables, beside what is in them."""
    key = str(path[0])
    if len(path) > 1:
        inner = values.setdefault(key, {})
        if isinstance(inner, dict):
            _lay(inner, path[1:], value)
    elif isinstance(value, dict):
        inner = values.setdefault(key, {})
        for part, one in value.items():
            if isinstance(inner, dict):
                _lay(inner, (part,), one)
    else:
        values[key] = value


def _with(base: Scenario, file: _File, values: Mapping[str, Any], lines: Mapping[NamePath, int], name: str) -> Scenario:
    """A base with some values changed, checked with the lines of this file. Raises ScenarioError."""
    if name != base.name and (why := no_name(name)):
        raise ScenarioError([Fault(file.shown, None, "", f"{shown(name)} is no name for a scenario: {why}")])
    faults: list[Fault] = []
    draft = Draft(base, file.shown, faults, True)
    if "events" in values:  # in place of the base's, as after --set
        draft.values["events"] = ()
    words = {key: getattr(base, key) for key in OF_ITSELF}
    draft.lay(Layer(file.path, file.shown, {**words, **values}, dict(lines), [], None, 0))
    scenario = checked(draft, name)
    flat = {dotted(path): value for path, value in within((), dict(values)) if path and not _is_inner(path, value)}
    return told_apart(scenario, flat)


def _is_inner(path: NamePath, value: object) -> bool:
    """Whether this is a table of settings, or lies within a list: what is told of a change is one setting."""
    return isinstance(value, dict) or any(isinstance(part, int) for part in path)


# --- Designs --------------------------------------------------------------------------------------------------------


def _kind_of(given: object) -> str | None:
    """The kind of design that a word stands for, however it is written."""
    if not isinstance(given, str):
        return None
    word = re.sub(r"[\s_-]+", " ", given.replace("’", "'").strip()).casefold()
    word = _OTHER_KINDS.get(word, word)
    return word if word in KINDS else None


def _design(
    file: _File, at: NamePath, bases: Sequence[Scenario], *, is_sound: bool, also: Sequence[str] = ()
) -> Design | None:
    """The design that a table asks for; None where something is at fault. Much is checked even without bases."""
    table = file.at(at)
    if "kind" not in table:
        if not file.is_broken((*at, "kind")):
            file.say((*at, "kind"), f"is missing: one of {', '.join(KINDS)}")
        return None
    kind = _kind_of(table["kind"])
    if kind is None:
        file.say((*at, "kind"), none_of(table["kind"], KINDS))
        return None
    keys = ("kind", *_BY_KIND[kind], *also)
    for key in table:
        if key in _ALL_KEYS and key not in keys:
            whose = ", ".join(other for other, theirs in _BY_KIND.items() if key in theirs)
            file.say((*at, key), f"says nothing to the kind {kind}; it belongs to {whose}")
    file.only({key: None for key in table if key not in _ALL_KEYS}, keys, at)
    before = len(file.faults)
    asks = _asks(file, at, kind, bases, is_sound=is_sound)
    if asks is None or not is_sound or not (bases or kind == "list"):
        return None
    try:
        made = asks()
        return made if len(file.faults) == before else None
    except ScenarioError as error:
        for fault in error.faults:
            is_told = fault.file or fault.line
            place_of = _place_of(file, at, fault.name)
            file.faults.append(fault if is_told else Fault(file.shown, file.line(place_of), fault.name, fault.reason))
    except InputError as why:
        named = next((key for key in table if str(why).startswith((f"{key} ", f"{key}:"))), None)
        text = str(why) if named is None else str(why)[len(named) :].lstrip(": ")
        file.say(at if named is None else (*at, named), text)
    return None


def _place_of(file: _File, at: NamePath, name: str) -> NamePath:
    """Where a name stands among the dimensions."""
    path = undotted(name) or ()
    for place_of in ((*at, "dimensions", *path), (*at, "dimensions", name)):
        if place_of in file.lines:
            return place_of
    names = file.at((*at, "names"))
    number = next((number for number, one in enumerate(names or ()) if one == name), None)
    return (*at, "names") if number is None else (*at, "names", number)


def _asks(
    file: _File, at: NamePath, kind: str, bases: Sequence[Scenario], *, is_sound: bool
) -> Callable[[], Design] | None:
    """What makes the design of a kind; None where something that it needs is missing or at fault."""
    table = file.at(at)
    if kind == "list":
        return _points(file, at, bases)
    if kind == "accepted":
        given = _options(file, at, {"samples": (1, MOST_POINTS), "seed": (0, LARGEST)})
        return lambda: make.accepted(bases, **given)
    if "parts" in table or kind in ("product", "join"):
        return _of_parts(file, at, kind, bases, is_sound=is_sound)
    varied = _dimensions(file, at, bases, is_sound=is_sound)
    if varied is None:
        return None
    makers: dict[str, tuple[Callable[..., Design], dict[str, tuple[int, int]], tuple[str, ...]]] = {
        "grid": (make.grid, {"steps": (2, MOST_POINTS)}, ()),
        "zip": (make.side_by_side, {}, ()),
        "latin hypercube": (make.latin_hypercube, {"samples": (1, MOST_POINTS), "seed": (0, LARGEST)}, ("samples",)),
        "sobol": (make.sobol, {"samples": (2, MOST_POINTS), "seed": (0, LARGEST)}, ("samples",)),
        "saltelli": (make.saltelli, {"samples": (2, MOST_POINTS), "seed": (0, LARGEST)}, ("samples",)),
        "morris": (
            make.morris,
            {"trajectories": (2, MOST_POINTS), "levels": (2, 1000), "seed": (0, 2**32 - 1)},
            ("trajectories",),
        ),
        "screen": (make.screen, {}, ()),
    }
    maker, limits, needed = makers[kind]
    options = _options(file, at, limits)
    if kind == "saltelli" and (second := file.truth((*at, "second_order"))) is not None:
        options["second_order"] = second
    lacking = [key for key in needed if key not in table and not file.is_broken((*at, key))]
    for key in lacking:
        example = 64 if key == "samples" else 20
        file.say((*at, key), f"is missing: how many {key} there are, such as {key} = {example}")
        options[key] = 2  # so that what else is wrong is found
    return lambda: maker(bases, varied, **options)


def _options(file: _File, at: NamePath, limits: Mapping[str, tuple[int, int]]) -> dict[str, Any]:
    """The whole numbers that a table gives."""
    found = {key: file.whole((*at, key), least, most) for key, (least, most) in limits.items()}
    return {key: value for key, value in found.items() if value is not None}


def _dimensions(
    file: _File, at: NamePath, bases: Sequence[Scenario], *, is_sound: bool
) -> list[str | Dimension] | None:
    """What varies, by what stands under ``dimensions`` and ``names``; None where something is at fault.

    Where the bases are not sound, names are looked up in the scenario that no file changed, and events not at all.
    """
    before = len(file.faults)
    where = list(bases) if is_sound else [Scenario()]
    found: list[str | Dimension] = []
    for number, name in enumerate(file.texts((*at, "names"), ())):
        if name in GROUPS:
            found.append(name)
            continue
        here = (*at, "names", number)
        if near := closest(name, GROUPS, at_least=0.8):
            file.say(here, f"there is no {shown(name)}{did_you_mean(near)}", name)
            continue
        found += _one(file, here if here in file.lines else (*at, "names"), where, name, None, is_sound=is_sound)
    table = file.at((*at, "dimensions"))
    if table is not None and not isinstance(table, dict):
        file.say((*at, "dimensions"), misfit(table, "a table"))
    for path, said in _leaves((), table) if isinstance(table, dict) else ():
        name = str(path[0]) if len(path) == 1 else dotted(path)
        if name in GROUPS and said == {}:
            found.append(name)
            continue
        here = (*at, "dimensions", *path)
        found += _one(file, here, where, name, None if said == {} else said, is_sound=is_sound)
    seen: dict[str, None] = {}
    for one in found:
        name = one if isinstance(one, str) else one.name
        if name in seen:
            file.say(_place_of(file, at, name), "is given twice", name)
        seen[name] = None
    if not found and len(file.faults) == before and not file.is_broken((*at, "dimensions")):
        file.say((*at, "dimensions"), 'is missing: what varies, such as united_states.restraint = "0..1:11"')
    return found if found and len(file.faults) == before else None


def _one(
    file: _File, at: NamePath, bases: Sequence[Scenario], name: str, said: object, *, is_sound: bool
) -> Iterator[Dimension]:
    """A dimension, or a fault at its place."""
    if not is_sound and name.startswith("events"):
        return
    try:
        yield settled(bases, dimension(bases, name, said))
    except ScenarioError as error:
        for fault in error.faults:
            file.say(at, fault.reason, fault.name)


def _leaves(path: NamePath, value: Any) -> Iterator[tuple[NamePath, Any]]:
    """What is said of each dimension, in tables as deep as its name is long."""
    if not isinstance(value, dict) or (path and _is_spec(path, value)):
        yield path, value
        return
    for key, inner in value.items():
        yield from _leaves((*path, key), inner)


def _is_spec(path: NamePath, value: Mapping[str, Any]) -> bool:
    """Whether a table says what a dimension's values are, and holds no further names."""
    if not value or any(key in value and not isinstance(value[key], dict) for key in SPEC_KEYS):
        return True
    full = path if len(path) > 1 else undotted(str(path[0])) or path
    if full[0] == "events":
        return len(full) > 2
    slot = Slot()
    for part in full:
        slot = slot.part(part)
    return slot.kind is not None and not slot.is_table and get_origin(slot.kind) is not dict


def _of_parts(
    file: _File, at: NamePath, kind: str, bases: Sequence[Scenario], *, is_sound: bool
) -> Callable[[], Design] | None:
    """A design made of others."""
    given = file.at((*at, "parts"))
    if not isinstance(given, tuple) or not given:
        if not file.is_broken((*at, "parts")):
            what = (
                "is missing: [[design.parts]], each a design of its own" if given is None else misfit(given, "a list")
            )
            file.say((*at, "parts"), "holds no parts" if given == () else what)
        return None
    if "dimensions" in file.at(at):
        file.say((*at, "dimensions"), "stands beside parts, each of which says what varies in it")
    parts: list[Design | None] = []
    labels: list[str] = []
    for number, one in enumerate(given):
        here = (*at, "parts", number)
        if not isinstance(one, dict):
            file.say(here, misfit(one, "a table"))
            parts.append(None)
            continue
        label, mine, sound = "", list(bases), is_sound
        if kind == "join":
            label = file.text((*here, "name")) or ""
            if "set" in one and not label:
                file.say((*here, "name"), 'is missing: bases of its own need a name, such as name = "strike"')
            mine = _all_changed(file, bases, (*here, "set"), label if "set" in one else "") if is_sound else mine
            sound = is_sound and len(mine) == len(bases)
        parts.append(_design(file, here, mine, is_sound=sound, also=("name", "set") if kind == "join" else ()))
        labels.append(label)
    made = [part for part in parts if part is not None]
    if len(made) < len(parts):
        return None
    if kind == "join":
        return lambda: make.joined(made, labels if any(labels) else ())
    return lambda: (make.product if kind == "product" else make.zipped)(made)


def _points(file: _File, at: NamePath, bases: Sequence[Scenario]) -> Callable[[], Design] | None:
    """A list of points, in a file beside this one or in this one."""
    given = file.at((*at, "points"))
    here: NamePath = (*at, "points")
    if isinstance(given, str):
        path = file.path.parent / place(given)
        if not path.resolve().is_relative_to(file.path.parent.resolve()):
            file.say(here, f"'{given}' lies outside this file's folder")
            return None
        return lambda: read_points(path, bases)
    if not isinstance(given, tuple) or not given:
        if not file.is_broken(here):
            missing = "is missing: a .csv or .parquet file, or [[design.points]]"
            file.say(here, missing if given is None else "holds no points" if given == () else misfit(given, "a list"))
        return None
    columns: dict[str, list[object]] = {}
    for number, one in enumerate(given):
        if not isinstance(one, dict):
            file.say((*here, number), misfit(one, "a table, such as {united_states.restraint = 0.5}"))
            continue
        for path_of, value in _leaves((), one):
            name = str(path_of[0]) if len(path_of) == 1 else dotted(path_of)
            columns.setdefault(name, [None] * len(given))[number] = value

    def where(row: int | None) -> tuple[str, int | None]:
        return file.shown, file.line(here if row is None else (*here, row))

    return lambda: listed(columns, len(given), bases, where, folder=file.path.parent)


# --- --vary ---------------------------------------------------------------------------------------------------------

_VARY = re.compile(r"""((?:"(?:[^"\\]|\\.)*+"|'[^']*+'|[^="'])++)(?:=(.*))?""", re.DOTALL)


def vary(words: Sequence[str], bases: Sequence[Scenario]) -> Design:
    """The grid that ``--vary`` asks for, each word as it was typed after it.

    ``united_states.restraint=0..1:11`` is a range with its steps (5 where none are said), ``=0,0.5,1`` a list,
    ``iraq.highest_rung=talks,silence`` choices, and a name alone the schema's range, or all choices. Raises
    ScenarioError, which names the option's word.
    """
    found: list[Dimension] = []
    faults: list[Fault] = []
    for word in words:
        for name, said in _asked_by(word, bases, faults):
            try:
                one = settled(bases, dimension(bases, name, said))
            except ScenarioError as error:
                faults += [Fault(f"--vary {word}", None, "", fault.reason) for fault in error.faults]
                continue
            if any(one.name == other.name for other in found):
                faults.append(Fault(f"--vary {word}", None, "", f"{one.name} varies already"))
            found.append(one)
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    try:
        return make.grid(bases, found)
    except ScenarioError as error:
        typed = {one.name: word for one, word in zip(found, words, strict=False)}
        raise ScenarioError(
            Fault(f"--vary {typed.get(fault.name, fault.name)}", None, "", fault.reason) for fault in error.faults
        ) from None


def _asked_by(word: str, bases: Sequence[Scenario], faults: list[Fault]) -> Iterable[tuple[str, str | None]]:
    """The names that a word of ``--vary`` has vary, and over what."""
    parts = _VARY.fullmatch(word)
    name = parts[1].strip() if parts else ""
    if parts is None or not name:
        faults.append(
            Fault(f"--vary {word}", None, "", "write NAME=LOW..HIGH:STEPS, such as iran.permissiveness=0..1:11")
        )
        return ()
    if name in GROUPS and parts[2] is None:
        return [(one, None) for one in group(bases, name)[0]]
    return [(name, parts[2])]
