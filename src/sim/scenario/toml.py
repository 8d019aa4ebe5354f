"""The text of scenario files: where each name stands, what is wrong with the TOML, and writing it anew.

`tomllib` reads the values but forgets the lines, and students need the lines. `scan` walks the text once, in linear
time, and makes the index: the line of every name. It also runs before `tomllib` as a guard, because a key of a few
thousand parts or a few thousand brackets make `tomllib` slow or end in a RecursionError.
"""

import contextlib
import datetime
import json
import re
import tomllib
from bisect import bisect_right
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from pydantic import BaseModel

from sim.scenario.conditions import Conditions
from sim.scenario.uncertain import Distribution

Part = str | int
NamePath = tuple[Part, ...]
"""A place in a file: ("groups", "Kataib Hezbollah", "share"), or ("events", 2, "front")."""

LEVELS = 20
"""No name in a file may have more parts than this, list positions included; a scenario needs five."""

REMOVED = "removed"
"""What stands in a file instead of a table to take an entry out: groups."Badr Organization" = "removed"."""

LARGEST = 2**63 - 1
"""TOML's integers have 64 bits; Python's tomllib would read longer ones."""


# --- Names -------------------------------------------------------------------------------------------------

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_QUOTED = r"""(?:"(?:[^"\\\n]|\\[^\n])*+"|'[^'\n]*+')"""
_PART = rf"(?:[A-Za-z0-9_-]++|{_QUOTED})"
_NAME_PART = re.compile(rf"""\s*+({_QUOTED}|[^."'\[\]=]++)((?:\[[0-9]{{1,9}}\])*+)\s*+(\.|\Z)""")


def dotted(path: NamePath) -> str:
    """The name of a place as people write it: `groups."Kataib Hezbollah".share`, `events[2].front`."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{written_key(part)}" for part in path)
    return "".join(parts).removeprefix(".")


def plain_name(path: NamePath) -> str:
    """The name of a number as `Scenario.uncertain` and the model have it: `groups.Kataib Hezbollah.control`."""
    return ".".join(map(str, path))


def undotted(name: str) -> NamePath | None:
    """The place that a name means, or None where it is no name. Spaces need no quotes: groups.Badr Corps."""
    path: list[Part] = []
    at, end = 0, "."
    while end == "." and len(path) < LEVELS:
        part = _NAME_PART.match(name, at)
        text = _key_text(part[1].strip()) if part else None
        if part is None or not text:
            return None
        path += [text, *map(int, re.findall(r"[0-9]+", part[2]))]
        at, end = part.end(), part[3]
    return None if end else tuple(path)


def _key_text(raw: str) -> str | None:
    """A key without its quotes; None where an escape in it is wrong."""
    if raw[:1] == '"' and "\\" in raw:
        with contextlib.suppress(tomllib.TOMLDecodeError):
            return str(tomllib.loads(f"key = {raw}")["key"])
        return None
    return raw[1:-1] if raw[:1] in ("'", '"') else raw


# --- The index: where each name stands -----------------------------------------------------------------------


class TooDeep(Exception):
    """A key or brackets nest deeper than LEVELS, in the line that is its argument."""


class _Unreadable(Exception):
    """Here the text is not TOML."""


class NotToml(NamedTuple):
    """Text that is no TOML: at a line and column (from 1; 0 where only the line is known), and why."""

    line: int
    column: int
    reason: str


def _second_time(path: NamePath, line: int, first: int) -> NotToml:
    return NotToml(line, 1, f"{dotted(path)} stands here a second time (first in line {first})")


class Row(NamedTuple):
    """A line that is plainly `name = value`, whatever they are: its value opens nothing that could end further on."""

    line: int
    path: NamePath
    """Empty where the name cannot be read."""
    section: int
    """How many headers stand above it."""


_SKIP = r"(?:[ \t\n]++|#[^\n]*+)*+"
_SPACE = re.compile(_SKIP)
_LINE_END = re.compile(r"[ \t]*+(?:#[^\n]*+)?+(?:\n|\Z)")
_KEY_PART = re.compile(rf"[ \t]*+({_PART})[ \t]*+(\.?+)")
_CLOSING = {1: re.compile("]"), 2: re.compile("]]")}
_EQUALS = re.compile(r"=[ \t]*+")
_ENTRY_END = re.compile(rf"{_SKIP}(?:,{_SKIP}|(?=[\]}}]))")
_SCALAR = re.compile(
    r'"""(?:[^"\\]|\\[\s\S]|"{1,2}(?!"))*+"{3,5}|'
    r"'''(?:[^']|'{1,2}(?!'))*+'{3,5}|"
    rf"""(?!\"""|'''){_QUOTED}|[^"',\]}}#\n][^,\]}}#\n]*+"""
)
_ROW = re.compile(rf"""(?:{_QUOTED}|[^="'\[\]{{}}#\n])++=(?![ \t]*+(?:[\[{{]|\"""|'''))[^\n]*+""")


class Index:
    """The line (from 1) of every key, table and list entry of a text, what stands twice, and its plain rows.

    A row that cannot be read is passed over, since the next line begins anew; any other damage is the end.
    """

    def __init__(self, text: str) -> None:
        self.lines: dict[NamePath, int] = {}
        self.again: list[NotToml] = []
        self.rows: list[Row] = []
        self.end = len(text)
        """Where the first thing begins that is not TOML."""
        self._text = text
        self._starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self._headers: set[NamePath] = set()
        self._last_index: dict[NamePath, int] = {}  # of the [[tables]] so far
        at, table, section = 0, NamePath(), 0
        with contextlib.suppress(_Unreadable):
            while (at := self._past(_SPACE, at)) < len(text):
                if text[at] == "[":
                    table, at = self._header(at)
                    section += 1
                elif row := _ROW.match(text, at):
                    path = NamePath()
                    with contextlib.suppress(_Unreadable):
                        path, begin = self._name(table, at)
                        self._past(_LINE_END, self._value(path, self._past(_EQUALS, begin)))
                    self.rows.append(Row(self._line(at), path, section))
                    at = row.end()
                else:
                    path, at = self._name(table, at)
                    at = self._value(path, self._past(_EQUALS, at))
                at = self._past(_LINE_END, at)

    def _line(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def _met(self, what: re.Pattern[str], at: int) -> re.Match[str]:
        """What has to stand here."""
        found = what.match(self._text, at)
        if found is None:
            self.end = min(self.end, at)
            raise _Unreadable
        return found

    def _past(self, what: re.Pattern[str], at: int) -> int:
        return self._met(what, at).end()

    def _set(self, path: NamePath, line: int) -> None:
        """Note the line of a name that may stand only once."""
        if path in self.lines:
            self.again.append(_second_time(path, line, self.lines[path]))
        else:
            self.lines[path] = line

    def _key(self, at: int, above: int) -> tuple[list[str], int]:
        """The parts of a key, dotted or not, and where it ends; `above` is how many parts already stand before it."""
        parts: list[str] = []
        dot = "."
        while dot:
            if above + len(parts) >= LEVELS:
                raise TooDeep(self._line(at))
            found = self._met(_KEY_PART, at)
            name = _key_text(found[1])
            if name is None:
                raise _Unreadable
            parts.append(name)
            dot, at = found[2], found.end()
        return parts, at

    def _header(self, at: int) -> tuple[NamePath, int]:
        """A [table] or [[table]]: the place that the keys below it belong to."""
        line, many = self._line(at), 2 if self._text.startswith("[[", at) else 1
        parts, at = self._key(at + many, 0)
        at = self._past(_CLOSING[many], at)
        path: NamePath = ()
        for part in parts:
            path = (*path, *([self._last_index[path]] if path in self._last_index else []), part)
            self.lines.setdefault(path, line)
        if len(path) > LEVELS:
            raise TooDeep(line)
        if many == 2:
            index = self._last_index[path] = self._last_index.get(path, -1) + 1
            path += (index,)
        if path not in self._headers:
            self.lines.pop(path, None)  # named on the way so far
        self._headers.add(path)
        self._set(path, line)
        return path, at

    def _name(self, table: NamePath, at: int) -> tuple[NamePath, int]:
        """The place that a key names, and where the key ends."""
        line = self._line(at)
        (*above, last), at = self._key(at, len(table))
        for part in above:
            table = (*table, part)
            self.lines.setdefault(table, line)
        self._set((*table, last), line)
        return (*table, last), at

    def _value(self, path: NamePath, at: int) -> int:
        """Where a value ends, with the names in it in the index; a {table} over several lines is TOML 1.1."""
        end = {"[": "]", "{": "}"}.get(self._text[at : at + 1])
        if end is None:
            return self._past(_SCALAR, at)
        count, at = 0, self._past(_SPACE, at + 1)
        while not self._text.startswith(end, at):
            if len(path) >= LEVELS:
                raise TooDeep(self._line(at))
            if end == "]":
                here = (*path, count)
                self.lines[here] = self._line(at)
            else:
                here, at = self._name(path, at)
                at = self._past(_EQUALS, at)
            at = self._past(_ENTRY_END, self._value(here, at))
            count += 1
        return at + 1


# --- Reading, with faults that name line and column ---------------------------------------------------------


class Reading(NamedTuple):
    """What could be read of a text: its values and their lines, and what could not."""

    values: dict[str, Any] | None
    """None where nothing of the text can be used. Lists come as tuples."""
    lines: dict[NamePath, int]
    faults: list[NotToml]
    broken: list[NamePath]
    """Names whose value could not be read."""


_MOST_ROWS = 1000
"""So many faulty lines are told apart; nobody reads on."""


def read(text: str) -> Reading:
    """The values of a TOML text but for lines `name = value` that are none: each of these is a fault, not the end.

    Damage to a header, a bracket or a text of several lines is the end: nobody knows what belongs where behind it.
    """
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        return Reading(None, {}, [NotToml(_line_at(text, text.find("\r")), 0, _OLD_MAC)], [])
    try:
        index = Index(text)
    except TooDeep as deep:
        why = f"nested too deeply: at most {LEVELS} levels can be read"
        return Reading(None, {}, [NotToml(deep.args[0], 0, why)], [])
    values, faults, broken = _values(text), list[NotToml](), list[NamePath]()
    if isinstance(values, NotToml):
        text, faults, broken = _without_faulty_rows(text, index)
        if faults:
            index, values = Index(text), _values(text)
        if len(faults) > _MOST_ROWS:
            more = NotToml(faults[_MOST_ROWS].line, 0, "this line and further ones are no TOML either")
            faults = [*faults[:_MOST_ROWS], more]
    if isinstance(values, NotToml):
        return Reading(None, {}, sorted([*faults, values], key=lambda fault: fault.line), [])
    return Reading(values, index.lines, faults, broken)


def _without_faulty_rows(text: str, index: Index) -> tuple[str, list[NotToml], list[NamePath]]:
    """The text without the rows that are no TOML, or name something a second time; their faults; names left out."""
    faults: list[NotToml] = []
    broken: list[NamePath] = []
    kept = text.split("\n")
    bad: set[int] = set()
    named: dict[tuple[int, NamePath], int] = {}
    for row in index.rows:
        alone = _values(kept[row.line - 1])
        if isinstance(alone, NotToml):
            faults.append(alone._replace(line=row.line))
            broken += filter(None, [row.path])
            bad.add(row.line)
        elif (before := named.setdefault((row.section, row.path), row.line)) != row.line:
            first = index.lines[row.path]
            faults.append(_second_time(row.path, row.line, before if first in bad else min(first, before)))
        else:
            continue
        kept[row.line - 1] = ""
    return "\n".join(kept), faults, broken


def _values(text: str) -> dict[str, Any] | NotToml:
    """All values of a TOML text, or why there are none."""
    try:
        return {key: as_plain(value) for key, value in tomllib.loads(text).items()}
    except tomllib.TOMLDecodeError as wrong:
        return _explained(wrong, text)
    except ValueError:  # a whole number of more than 4,300 digits
        long = re.search(r"[0-9_]{4300}", text)
        return NotToml(_line_at(text, long.start() if long else 0), 0, "a number with far too many digits")
    except RecursionError:
        return NotToml(1, 0, "nested too deeply to be read")


def as_plain(value: Any) -> Any:
    """A value in one form, whoever gives it: no models, tuples for lists, one kind of number with a decimal point.

    NumPy's numbers and dates become Python's, and so do those of pandas.
    """
    if isinstance(value, BaseModel | Mapping):
        return {str(key): as_plain(inner) for key, inner in dict(value).items()}
    if isinstance(value, tuple | list):
        return tuple(as_plain(inner) for inner in value)
    if hasattr(value, "to_datetime64"):  # a moment of pandas
        value = value.to_datetime64()
    if hasattr(value, "ndim") and hasattr(value, "tolist"):
        if value.ndim:
            return tuple(as_plain(inner) for inner in value)
        value = _day(value) if value.dtype.kind == "M" else value.item()
    is_long = getattr(getattr(value, "dtype", None), "kind", "") == "f"  # one of NumPy's that Python has no number for
    if isinstance(value, float | Decimal | Fraction) or is_long:
        return float(value) + 0.0  # no negative zero: it equals the other and would be another fingerprint
    return value


def _day(moment: Any) -> Any:
    """The date that a moment of NumPy stands for; with a time of day a date with a time, and None where it is none."""
    day = moment.astype("datetime64[D]")
    return (day if day == moment else moment.astype("datetime64[us]")).item()


def read_value(text: str) -> Any:
    """What `text` means as the value of a key: a TOML value, or else the text itself. `.4` is 0.4 here."""
    if re.fullmatch(r"[+-]?\.[0-9]+", text):
        text = text.replace(".", "0.")
    found = read(f"value = {text}")
    return text if found.faults or found.values is None or len(found.values) != 1 else found.values["value"]


def _line_at(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1


_OPEN = ("Expected \"'", "Found invalid character '\\n'", "Illegal character '\\n'", "Unterminated")
_NOT_CLOSED = "the text that begins here is not closed: its last quote is missing"
_OLD_MAC = "a line ends as on old Macs (with CR alone); save the file with ordinary line ends"
_ONE_LINE = "a { table } has to stand on one line; over several lines write a [section], or [[entries]], instead"
_REASONS = {
    "Cannot": "this section or name was already written above, in another way",
    "Escaped character": "a \\u that stands for no character",
    "Expected '=' after": 'a name must be followed by = and its value; names with spaces need "quotes"',
    "Expected ']' at": "a [section] must end with ]",
    "Expected ']]' at": "an [[entry]] must end with ]]",
    "Expected newline": 'the line should have ended here: numbers are written 0.5, not 0,5 or .5; text needs "quotes"',
    "Invalid date": "there is no such date",
    "Invalid initial character": 'a name should stand here; names with spaces need "quotes"',
    "Invalid statement": 'a line is a [section] or name = value; names with spaces need "quotes"',
    "Invalid value": 'this is no value: text needs "quotes", dates are written 2024-01-10, true and false '
    "small, numbers begin with a digit (0.5)",
    "Unclosed array": "the list is not closed: an entry must be followed by , or ]",
    "Unclosed inline table": "the { table } is not closed: an entry must be followed by , or }",
    "Unescaped": "a \\ inside \"text\" has a meaning of its own: write two, or 'text' in single quotes",
    **dict.fromkeys(_OPEN, _NOT_CLOSED),
}
"""What tomllib's messages begin with, and what they mean to somebody who does not know TOML."""

_CURLY = "“”„‟‘’‚‛«»"
_DATE_LIKE = re.compile(
    r"[0-9]{4}[-./][0-9]{1,2}(?:[-./][0-9]{1,2})?|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:[0-9]{4}|[0-9]{2})"
)
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")
_HEADER = re.compile(r"[ \t]*+(\[{1,2})([^\[\]\n]{1,200}+)(\]{1,2})")


def _explained(wrong: tomllib.TOMLDecodeError, text: str) -> NotToml:
    """The fault that `tomllib` found, in words for the person who made it."""
    where = re.fullmatch(r"(.*) \(at line ([0-9]+), column ([0-9]+)\)", str(wrong), re.DOTALL)
    if where:
        reason, line, column = where[1], int(where[2]), int(where[3])
    else:
        reason = str(wrong).removesuffix(" (at end of document)")
        line, column = text.count("\n") + 1, len(text) - text.rfind("\n")
    index = Index(text)
    if reason.startswith(("Cannot", "Duplicate")) and index.again and index.again[0].line <= line:
        return index.again[0]
    if reason.startswith(_OPEN) and text[index.end : index.end + 1] in ("'", '"'):
        # tomllib names the place where it gave up looking for the end, often the last line of all.
        line, column = _line_at(text, index.end), index.end - text.rfind("\n", 0, index.end)
    said = next((words for begin, words in _REASONS.items() if reason.startswith(begin)), None)
    row = text.split("\n", line)[line - 1]
    return NotToml(line, column, _slip(row, column, reason) or said or reason[:1].lower() + reason[1:])


def _slip(row: str, column: int, reason: str) -> str:
    """What is wrong with a line, where it is one of the slips that many make; else nothing."""
    if row[column - 1 : column] in tuple(_CURLY):
        return 'use straight quotes, "text", not “curly” ones'
    if reason.startswith("Invalid initial") and column > len(row) and "{" in row:
        return _ONE_LINE
    header = _HEADER.match(row)
    if header is not None and reason.startswith("Expected ']"):
        names = [part.strip() for part in header[2].split(".")]
        quoted = ".".join(part if part[:1] in ("'", '"') else written_key(part) for part in names)
        if quoted != ".".join(names) and '"' not in header[2]:
            return f"names with spaces need quotes: {header[1]}{quoted}{header[3]}"
    value = row.partition("=")[2].partition("#")[0].strip()
    if _DATE_LIKE.fullmatch(value) and not reason.startswith("Invalid date"):
        return "a date is written 2024-03-01, without quotes: year, month, day"
    percent = _PERCENT.fullmatch(value)
    if percent is not None:
        return f"write {float(percent[1]) / 100.0:g} for {percent[1]} %"
    return ""


# --- Writing -----------------------------------------------------------------------------------------------


def written_key(key: str) -> str:
    """A key as it stands in a file, quoted where it has to be."""
    return key if _BARE.fullmatch(key) else written(key)


def written(value: object) -> str:
    """A value as it stands in a file, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        quoted = json.dumps(value, ensure_ascii=False)
        return quoted if quoted.isprintable() else "".join(map(_escaped, quoted))
    if isinstance(value, int):
        # Python refuses to write whole numbers of more than 4,300 digits in tens, never in sixteens.
        return str(value) if value.bit_length() < 200 else hex(value)
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, BaseModel | Mapping):
        given = ((str(key), inner) for key, inner in dict(value).items() if inner is not None)
        return "{" + ", ".join(f"{written_key(key)} = {written(inner)}" for key, inner in given) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(written(inner) for inner in value) + "]"
    return repr(value)


def _escaped(char: str) -> str:
    """A character of a text in quotation marks; one that cannot be shown as its number."""
    number = ord(char)
    return char if char.isprintable() else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def to_toml(scenario: Conditions) -> str:
    """The scenario as a file that says everything: every value with its unit and meaning, no `extends`.

    Saved under `scenario.name` + ".toml" it loads again as an equal scenario (as one of the same conditions where
    `uncertain` was made in Python: a file knows no number beside a distribution). Names that the schema has by
    default and the scenario has not stand in it as "removed".
    """
    title = "".join(char if char.isprintable() else " " for char in scenario.title).strip() or "A scenario"
    lines = [f"# {title}: every value written out.", ""]
    return "\n".join([*lines, *_table((), scenario, type(scenario)(), scenario.uncertain)]).rstrip() + "\n"


def _table(
    path: NamePath, table: BaseModel | Mapping[str, object], default: Any, uncertain: Mapping[str, object]
) -> list[str]:
    """The lines of one table: first its own values, then the tables inside it, each under its header."""
    own: list[str] = []
    below: list[str] = []
    met: set[type[BaseModel]] = set()  # kinds of events
    values, usual = dict(table), dict(default or {})
    for key in [*values, *(key for key in usual if key not in values)]:
        here = (*path, key)
        comment = _comment(table, key)
        value = uncertain.get(plain_name(here), values.get(key))
        if here in (("name",), ("uncertain",)):
            continue
        if value is None:
            # TOML cannot say "none": what is left out is the default, so a default that is gone is taken out.
            own += [] if usual.get(key) is None else [f"{written_key(key)} = {written(REMOVED)}{comment}"]
        elif isinstance(value, BaseModel | Mapping) and not isinstance(value, Distribution):
            inside = _table(here, value, usual.get(key), uncertain)
            # A header that only other headers follow says nothing, unless nothing follows at all.
            below += inside if inside[:1] == [""] else ["", f"[{dotted(here)}]{comment}", *inside]
        elif not isinstance(value, tuple) or not value or not isinstance(value[0], BaseModel):
            own.append(f"{written_key(key)} = {written(value)}{comment}")
        elif path:
            own += [f"{written_key(key)} = [{comment}", *(f"    {written(entry)}," for entry in value), "]"]
        else:
            for entry in value:  # what its fields mean is said at the first of its kind: there may be thousands
                says = {name: "" if type(entry) in met else _comment(entry, name) for name in dict(entry)}
                lines = (f"{name} = {written(said)}{says[name]}" for name, said in entry if said is not None)
                below += ["", f"[[{key}]]", *lines]
                met.add(type(entry))
    return own + below


def _comment(table: object, key: str) -> str:
    """A field's unit and meaning as a comment at the end of its line."""
    field = type(table).model_fields.get(key) if isinstance(table, BaseModel) else None
    extra: Any = (field.json_schema_extra if field else None) or {}
    words = (str(extra.get("unit", "")), (field.description if field else None) or "")
    text = " ".join(", ".join(word for word in words if word.strip("- ")).split())
    return f"  # {text}" if text else ""
