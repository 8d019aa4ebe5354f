"""The text of scenario files: where each value stands, what is wrong with the TOML, and writing it anew.

`tomllib` reads the values but forgets the lines, and students need the lines. `scan` walks the text once, in
linear time, and keeps the line of every key. It also runs before `tomllib` as a guard, because a key of a few
thousand parts or a few thousand brackets make `tomllib` slow or end in a RecursionError.
"""

import contextlib
import datetime
import math
import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeGuard

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.schema import Scenario
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
_QUOTED = re.compile(r'"(?:[^"\\\n]|\\[^\n])*+"|' r"'[^'\n]*+'")
_NAME_PART = re.compile(
    r"""\s*+("(?:[^"\\\n]|\\[^\n])*+"|'[^'\n]*+'|[^."'\[\]=]++)((?:\[[0-9]{1,9}\])*+)\s*+(?:\.|\Z)"""
)


def dotted(path: NamePath) -> str:
    """The name of a place as people write it: `groups."Kataib Hezbollah".share`, `events[2].front`."""
    name = ""
    for part in path:
        if isinstance(part, int):
            name += f"[{part}]"
        else:
            name += ("." if name else "") + written_key(part)
    return name


def plain_name(path: NamePath) -> str:
    """The name of a number as `Scenario.uncertain` and the model have it: `groups.Kataib Hezbollah.control`."""
    return ".".join(map(str, path))


def undotted(name: str) -> NamePath | None:
    """The place that a name means, or None where it is no name. Spaces need no quotes: groups.Badr Corps."""
    path: list[Part] = []
    at = 0
    while True:
        part = _NAME_PART.match(name, at)
        text = None if part is None else _key_text(part[1].strip())
        if part is None or not text or len(path) >= LEVELS:
            return None
        path.append(text)
        path.extend(int(index) for index in re.findall(r"[0-9]+", part[2]))
        if not part[0].endswith("."):
            return tuple(path)
        at = part.end()


def _key_text(raw: str) -> str | None:
    """A key without its quotes; None where an escape in it is wrong."""
    if raw[:1] == "'" or (raw[:1] == '"' and "\\" not in raw):
        return raw[1:-1]
    if raw[:1] == '"':
        try:
            return str(tomllib.loads(f"key = {raw}")["key"])
        except tomllib.TOMLDecodeError:
            return None
    return raw


# --- Where each value stands -------------------------------------------------------------------------------


class TooDeep(Exception):
    """A key or brackets nest deeper than LEVELS. `line` is where."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Again(NamedTuple):
    """A key or table that stands a second time, which TOML does not allow."""

    path: NamePath
    line: int
    first_line: int


class Layout(NamedTuple):
    """What `scan` found: the line (from 1) of every key, table and list entry, and what stands twice."""

    lines: dict[NamePath, int]
    again: list[Again]
    end: int
    """Characters read; fewer than there are where something is wrong."""


def scan(text: str) -> Layout:
    """Find the line of every key, table and list entry of a TOML text, in one pass.

    The text need not be right: the pass ends at the first thing that it cannot read, which `tomllib` then
    names. Raises TooDeep.
    """
    walk = _Walk(text)
    with contextlib.suppress(_Unreadable):
        walk.document()
    return Layout(walk.lines, walk.again, walk.at)


class _Unreadable(Exception):
    """Here the text is not TOML."""


_BLANK = re.compile(r"[ \t]*+")
_SPACE = re.compile(r"(?:[ \t\n]++|#[^\n]*+)*+")
_LINE_END = re.compile(r"[ \t]*+(?:#[^\n]*+)?+(?:\n|\Z)")
_LONG = re.compile(r'"""(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3,5}|' r"'''(?:[^']|'{1,2}(?!'))*+'{3,5}", re.DOTALL)
_PLAIN = re.compile(r"[^,\]}#\n]++")


class _Walk:
    """One pass over a TOML text: `at` is where it stands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        self.lines: dict[NamePath, int] = {}
        self.again: list[Again] = []
        self.headers: dict[NamePath, int] = {}
        self.last_index: dict[NamePath, int] = {}  # of the [[tables]] so far

    def line(self) -> int:
        return bisect_right(self.starts, self.at)

    def skip(self, pattern: re.Pattern[str]) -> str:
        """Take what the pattern matches here; it is unreadable where it does not."""
        found = pattern.match(self.text, self.at)
        if found is None:
            raise _Unreadable
        self.at = found.end()
        return found[0]

    def take(self, mark: str) -> bool:
        """Take the mark if it stands here."""
        if self.text.startswith(mark, self.at):
            self.at += len(mark)
            return True
        return False

    def need(self, mark: str) -> None:
        if not self.take(mark):
            raise _Unreadable

    def document(self) -> None:
        table: NamePath = ()
        while True:
            self.skip(_SPACE)
            if self.at == len(self.text):
                return
            if self.take("[["):
                table = self.header("]]")
            elif self.take("["):
                table = self.header("]")
            else:
                self.statement(table)
            self.skip(_LINE_END)

    def statement(self, table: NamePath) -> None:
        """A line that is no header."""
        self.pair(table)

    def header(self, end: str) -> NamePath:
        """A [table] or [[table]]: the place that the keys below it belong to."""
        line = self.line()
        parts = self.key(0)
        self.need(end)
        path: NamePath = ()
        for place, part in enumerate(parts, start=1):
            path += (part,)
            self.lines.setdefault(path, line)
            if place == len(parts):
                break
            if path in self.last_index:
                path += (self.last_index[path],)
        if len(path) > LEVELS:
            raise TooDeep(line)
        if end == "]]":
            index = self.last_index[path] = self.last_index.get(path, -1) + 1
            path += (index,)
            self.lines[path] = line
        elif path in self.headers:
            self.again.append(Again(path, line, self.headers[path]))
        else:
            self.lines[path] = self.headers[path] = line
        return path

    def key(self, above: int) -> list[str]:
        """The parts of a key, dotted or not; `above` is how many parts already stand before it."""
        parts: list[str] = []
        while True:
            if above + len(parts) >= LEVELS:
                raise TooDeep(self.line())
            self.skip(_BLANK)
            raw = self.skip(_QUOTED if self.text[self.at : self.at + 1] in ("'", '"') else _BARE)
            part = _key_text(raw)
            if part is None:
                raise _Unreadable
            parts.append(part)
            self.skip(_BLANK)
            if not self.take("."):
                return parts

    def pair(self, table: NamePath) -> None:
        """A key, its equals sign and its value."""
        line = self.line()
        parts = self.key(len(table))
        path = table
        for part in parts[:-1]:
            path += (part,)
            self.lines.setdefault(path, line)
        path += (parts[-1],)
        if path in self.lines:
            self.again.append(Again(path, line, self.lines[path]))
        else:
            self.lines[path] = line
        self.need("=")
        self.skip(_BLANK)
        self.value(path)

    def value(self, path: NamePath) -> None:
        mark = self.text[self.at : self.at + 3]
        if mark in ('"""', "'''"):
            self.skip(_LONG)
        elif mark[:1] in ('"', "'"):
            self.skip(_QUOTED)
        elif self.take("["):
            self.entries(path)
        elif self.take("{"):
            self.inline_table(path)
        else:
            self.skip(_PLAIN)

    def entries(self, path: NamePath) -> None:
        """The entries of a list, its bracket already taken."""
        index = 0
        while True:
            self.skip(_SPACE)
            if self.take("]"):
                return
            if len(path) >= LEVELS:
                raise TooDeep(self.line())
            self.lines[(*path, index)] = self.line()
            self.value((*path, index))
            index += 1
            self.skip(_SPACE)
            if not self.take(","):
                self.need("]")
                return

    def inline_table(self, path: NamePath) -> None:
        """The pairs of a {table}, its brace already taken; over several lines, as TOML 1.1 allows."""
        while True:
            self.skip(_SPACE)
            if self.take("}"):
                return
            self.pair(path)
            self.skip(_SPACE)
            if not self.take(","):
                self.need("}")
                return


# --- Reading, with faults that name line and column ---------------------------------------------------------


class NotToml(Exception):
    """The text is not TOML: at `line` and `column` (from 1; 0 where only the line is known), for `reason`."""

    def __init__(self, line: int, column: int, reason: str) -> None:
        super().__init__(line, column, reason)
        self.line = line
        self.column = column
        self.reason = reason


class Reading(NamedTuple):
    """What could be read of a text: its values and their lines, and what could not."""

    values: dict[str, Any] | None
    """None where nothing of the text can be used."""
    lines: dict[NamePath, int]
    faults: list[NotToml]
    broken: list[NamePath]
    """Names whose value could not be read."""


def read(text: str) -> tuple[dict[str, Any], dict[NamePath, int]]:
    """The values of a TOML text, and the line of each. Lists come as tuples. Raises NotToml."""
    found = read_on(text)
    if found.values is None or found.faults:
        raise found.faults[0]
    return found.values, found.lines


def read_on(text: str) -> Reading:
    """The values of a TOML text but for lines `name = value` that are none: each of these is a fault, not the end.

    Damage to a header, a bracket or a text of several lines is the end: nobody knows what belongs where behind it.
    """
    text = text.replace("\r\n", "\n")
    if "\r" in text:
        return Reading(None, {}, [NotToml(text.count("\n", 0, text.find("\r")) + 1, 0, _OLD_MAC)], [])
    try:
        return Reading(*_read_whole(text), [], [])
    except NotToml as wrong:
        if wrong.reason.startswith(_TOO_DEEP):
            return Reading(None, {}, [wrong], [])
        first = wrong
    walk = _MendingWalk(text)
    with contextlib.suppress(_Unreadable):
        walk.document()
    if not walk.faults:
        return Reading(None, {}, [first], [])
    try:
        return Reading(*_read_whole(walk.mended()), walk.faults, walk.broken)
    except NotToml as last:
        return Reading(None, {}, sorted([*walk.faults, last], key=lambda fault: fault.line), [])


_TOO_DEEP = "nested too deeply"


def _read_whole(text: str) -> tuple[dict[str, Any], dict[NamePath, int]]:
    """All values of a TOML text, and their lines. Raises NotToml."""
    try:
        layout = scan(text)
    except TooDeep as deep:
        raise NotToml(deep.line, 0, f"{_TOO_DEEP}: at most {LEVELS} levels can be read") from None
    try:
        return _frozen(tomllib.loads(text)), layout.lines
    except tomllib.TOMLDecodeError as wrong:
        raise _explained(wrong, text, layout) from None
    except ValueError as wrong:  # a whole number of more than 4,300 digits
        raise NotToml(_long_number_line(text), 0, "a number with far too many digits") from wrong
    except RecursionError:
        raise NotToml(1, 0, f"{_TOO_DEEP} to be read") from None


_ON_ONE_LINE = re.compile(
    r"""((?:"(?:[^"\\\n]|\\[^\n])*+"|'[^'\n]*+'|[^="'\[\]{}#\n])++)=(?![ \t]*+(?:[\[{]|\"""|'''))[^\n]*+"""
)
"""A line that is plainly `name = value`, whatever they are: its value opens nothing that could end further on."""

_MOST_LINES = 1000
"""So many faulty lines are told apart; nobody reads on."""


class _MendingWalk(_Walk):
    """A pass that leaves out the lines `name = value` which are no TOML, or name something a second time."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.faults: list[NotToml] = []
        self.broken: list[NamePath] = []
        self.left_out: list[tuple[int, int]] = []
        self.below: set[NamePath] = set()  # what the lines since the last header name

    def header(self, end: str) -> NamePath:
        self.below = set()
        return super().header(end)

    def statement(self, table: NamePath) -> None:
        row = _ON_ONE_LINE.match(self.text, self.at)
        if row is None:
            self.pair(table)
            return
        line, begin, known = self.line(), self.at, len(self.again)
        column = begin - self.text.rfind("\n", 0, begin)
        path: NamePath | None = None
        with contextlib.suppress(_Unreadable):
            path = (*table, *self.key(len(table)))
        self.at = begin
        try:
            _read_whole(row[0])
        except NotToml as wrong:
            self.leave_out(row, NotToml(line, wrong.column and wrong.column + column - 1, wrong.reason))
            self.broken += [] if path is None else [path]
            return
        self.pair(table)
        if len(self.again) > known and path in self.below:
            self.leave_out(row, _second_time(self.again[-1]))
        elif path is not None:
            self.below.add(path)

    def leave_out(self, row: re.Match[str], fault: NotToml) -> None:
        self.left_out.append(row.span())
        self.at = row.end()
        if len(self.faults) < _MOST_LINES:
            self.faults.append(fault)
        elif len(self.faults) == _MOST_LINES:
            self.faults.append(NotToml(fault.line, 0, "this line and further ones are no TOML either"))

    def mended(self) -> str:
        """The text with nothing in the lines that were left out."""
        kept, at = [], 0
        for begin, end in self.left_out:
            kept.append(self.text[at:begin])
            at = end
        return "".join([*kept, self.text[at:]])


def read_value(text: str) -> Any:
    """What `text` means as the value of a key: a TOML value, or else the text itself. `.4` is 0.4 here."""
    if re.fullmatch(r"[+-]?\.[0-9]+", text):
        text = text.replace(".", "0.")
    try:
        values, _ = read(f"value = {text}")
    except NotToml:
        return text
    return values["value"] if len(values) == 1 else text


def _frozen(value: Any) -> Any:
    """The same value with tuples for lists, as the schema's frozen models hold them."""
    if isinstance(value, dict):
        return {key: _frozen(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return tuple(_frozen(inner) for inner in value)
    return value


def _long_number_line(text: str) -> int:
    found = re.search(r"[0-9_]{4300}", text)
    return 1 if found is None else text.count("\n", 0, found.start()) + 1


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


def _explained(wrong: tomllib.TOMLDecodeError, text: str, layout: Layout) -> NotToml:
    """The fault that `tomllib` found, in words for the person who made it."""
    where = re.fullmatch(r"(.*) \(at line ([0-9]+), column ([0-9]+)\)", str(wrong), re.DOTALL)
    if where:
        reason, line, column = where[1], int(where[2]), int(where[3])
    else:
        reason = str(wrong).removesuffix(" (at end of document)")
        line, column = text.count("\n") + 1, len(text) - (text.rfind("\n") + 1) + 1
    if reason.startswith(("Cannot", "Duplicate")) and layout.again and layout.again[0].line <= line:
        return _second_time(layout.again[0])
    if reason.startswith(_OPEN) and text[layout.end : layout.end + 1] in ("'", '"'):
        # tomllib names the place where it gave up looking for the end, often the last line of all.
        line, column = text.count("\n", 0, layout.end) + 1, layout.end - text.rfind("\n", 0, layout.end)
    said = next((words for begin, words in _REASONS.items() if reason.startswith(begin)), None)
    return NotToml(line, column, _slip(_row(text, line), column, reason) or said or reason[:1].lower() + reason[1:])


def _second_time(twice: Again) -> NotToml:
    return NotToml(twice.line, 1, f"{dotted(twice.path)} stands here a second time (first in line {twice.first_line})")


def _row(text: str, line: int) -> str:
    """One line of a text, without its end."""
    begin = 0
    for _ in range(line - 1):
        begin = text.find("\n", begin) + 1
    end = text.find("\n", begin)
    return text[begin:] if end < 0 else text[begin:end]


def _slip(row: str, column: int, reason: str) -> str:
    """What is wrong with a line, where it is one of the slips that many make; else nothing."""
    if row[column - 1 : column] in tuple(_CURLY):
        return 'use straight quotes, "text", not “curly” ones'
    if reason.startswith("Invalid initial") and column > len(row) and "{" in row:
        return _ONE_LINE
    header = _HEADER.match(row)
    if header is not None and reason.startswith("Expected ']"):
        names = [part.strip() for part in header[2].split(".")]
        quoted = ".".join(part if _BARE.fullmatch(part) or part[:1] in ("'", '"') else f'"{part}"' for part in names)
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

_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_SPECIAL = re.compile(r'["\\\x00-\x1f\x7f\x85\u2028\u2029]')


def written_key(key: str) -> str:
    """A key as it stands in a file, quoted where it has to be."""
    return key if _BARE.fullmatch(key) else written(key)


def written(value: object) -> str:
    """A value as it stands in a file, on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return '"' + _SPECIAL.sub(lambda c: _ESCAPES.get(c[0], f"\\u{ord(c[0]):04x}"), value) + '"'
    if isinstance(value, int):
        # Python refuses to write whole numbers of more than 4,300 digits in tens, never in sixteens.
        return str(value) if value.bit_length() < 200 else hex(value)
    if isinstance(value, float):
        return repr(float(value)) if math.isfinite(value) else str(float(value))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    if isinstance(value, BaseModel):
        return written({name: getattr(value, name) for name in type(value).model_fields})
    if isinstance(value, Mapping):
        given = ((str(key), inner) for key, inner in value.items() if inner is not None)
        return "{" + ", ".join(f"{written_key(key)} = {written(inner)}" for key, inner in given) + "}"
    if isinstance(value, tuple | list):
        return "[" + ", ".join(written(inner) for inner in value) + "]"
    return repr(value)


def to_toml(scenario: Scenario) -> str:
    """The scenario as a file that says everything: every value with its unit and meaning, no `extends`.

    Saved under `scenario.name` + ".toml" it loads again as an equal scenario (as one of the same conditions where
    `uncertain` was made in Python: a file knows no number beside a distribution). Names that the schema has by
    default and the scenario has not stand in it as "removed".
    """
    title = "".join(char if char.isprintable() else " " for char in scenario.title).strip() or "A scenario"
    lines = [f"# {title}: every value written out.", ""]
    lines += _table((), scenario, type(scenario)(), scenario.uncertain)
    return "\n".join(lines).rstrip() + "\n"


def _table(
    path: NamePath, table: BaseModel | Mapping[str, object], default: object, uncertain: Mapping[str, object]
) -> Iterator[str]:
    """The lines of one table: first its own values, then the tables inside it, each under its header."""
    below: list[str] = []
    met: set[type[BaseModel]] = set()  # kinds of events
    for key, value, field in _members(table):
        here = (*path, key)
        inner = _member(default, key)
        comment = _comment(field)
        value = uncertain.get(plain_name(here), value)
        if here == ("uncertain",):
            continue
        if value is None:
            # TOML cannot say "none": what is left out is the default, so a default that is gone is taken out.
            if inner is not None:
                yield f"{written_key(key)} = {written(REMOVED)}{comment}"
        elif isinstance(value, BaseModel | Mapping) and not isinstance(value, Distribution):
            inside = list(_table(here, value, inner, uncertain))
            header = ["", f"[{dotted(here)}]{comment}"]
            # A header that only other headers follow says nothing, unless nothing follows at all.
            below += inside if inside[:1] == [""] else header + inside
        elif not path and _is_tables(value):
            for entry in value:
                below += ["", f"[[{dotted(here)}]]", *_entry(entry, first=type(entry) not in met)]
                met.add(type(entry))
        elif _is_tables(value):
            yield f"{written_key(key)} = [{comment}"
            yield from (f"    {written(entry)}," for entry in value)
            yield "]"
        elif here != ("name",):
            yield f"{written_key(key)} = {written(value)}{comment}"
    if isinstance(table, Mapping) and isinstance(default, Mapping):
        yield from (f"{written_key(key)} = {written(REMOVED)}" for key in default if key not in table)
    yield from below


def _entry(entry: BaseModel, *, first: bool) -> Iterator[str]:
    """The lines of an event; what its fields mean is said at the first of its kind, since there may be thousands."""
    for key, value, field in _members(entry):
        if value is not None:
            yield f"{written_key(key)} = {written(value)}{_comment(field) if first else ''}"


def _is_tables(value: object) -> TypeGuard[tuple[BaseModel, ...]]:
    return isinstance(value, tuple) and bool(value) and all(isinstance(entry, BaseModel) for entry in value)


def _members(table: BaseModel | Mapping[str, object]) -> Iterator[tuple[str, object, FieldInfo | None]]:
    if isinstance(table, BaseModel):
        for name, field in type(table).model_fields.items():
            yield name, getattr(table, name), field
    else:
        for name, value in table.items():
            yield name, value, None


def _member(table: object, key: str) -> object:
    """What stands under `key` in a table of the defaults, or None."""
    return table.get(key) if isinstance(table, Mapping) else getattr(table, key, None)


def _comment(field: FieldInfo | None) -> str:
    """A field's unit and meaning as a comment at the end of its line."""
    if field is None:
        return ""
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    words = [str(extra.get("unit", "")), field.description or ""]
    text = " ".join(", ".join(word for word in words if word.strip("- ")).split())
    return f"  # {text}" if text else ""
