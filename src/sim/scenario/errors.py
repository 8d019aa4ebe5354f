"""What is wrong with a scenario file, said to the person who wrote it: one line a fault."""

import datetime
import difflib
import itertools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sim.disk.words import one_line
from sim.scenario.toml import written

_LONGEST = 60
"""Characters of a value that a fault shows."""

_MOST_WORDS = 500
"""So many words are compared with one that is not known."""

_LONGEST_PART = 500
"""Characters of a path, a name or a reason that a fault shows."""

MOST_SAID = 100
"""So many faults, or notes, are told to a person; nobody reads on."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, and where.

    `file` is the file as the person knows it (relative to the working directory when it lies below), or the
    `--set name=value` of the command line, or empty; `line` counts from 1 and is None where no line is to
    blame; `name` is dotted, or empty where the fault is the file's as a whole.
    """

    file: str
    line: int | None
    name: str
    reason: str
    column: int | None = None

    def __str__(self) -> str:
        where = ":".join(str(part) for part in (self.file, self.line, self.column) if part is not None)
        # `--set days=0` and `--days 0` say the name already.
        plain = self.name.replace('"', "")
        typed = (f"--set {self.name}=", f"--set {plain}=", f"--{self.name} ")
        name = "" if self.file.startswith(typed) else self.name
        return ": ".join(_one_line(part) for part in (where, name, self.reason) if part)


class ScenarioError(ValueError):
    """A scenario cannot be used as written. `faults` has every fault found.

    str() is a line for each of the first hundred, and one that says how many more there are.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(self.faults)

    def __str__(self) -> str:
        return "\n".join([*map(str, self.faults[:MOST_SAID]), *and_more(len(self.faults))])


def and_more(found: int, what: str = "fault") -> list[str]:
    """The line that stands for those of so many that are not said; none where all are."""
    rest = found - MOST_SAID
    return [f"… and {rest:,} more {what}{'s' * (rest > 1)}"] if rest > 0 else []


def _one_line(text: str) -> str:
    """The text in one line, cut to what anybody reads."""
    return one_line(text if len(text) <= _LONGEST_PART else text[: _LONGEST_PART - 1] + "…")


# --- Did you mean ------------------------------------------------------------------------------------------


def closest(word: str, words: Iterable[str], *, at_least: float = 0.6) -> str | None:
    """The word that `word` was probably meant to be; case, spaces, hyphens, underscores do not count."""
    if len(word) > _LONGEST:
        return None
    plain = {_plain(other): other for other in itertools.islice(words, _MOST_WORDS)}
    found = difflib.get_close_matches(_plain(word), plain, n=1, cutoff=at_least)
    return plain[found[0]] if found else None


def closest_name(name: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant: one that is written nearly so, or the first with this as a word of its own."""
    names = list(itertools.islice(names, _MOST_WORDS))
    near = closest(name, names)
    words = _plain(name).split()
    return near or next((other for other in names if words and set(words) <= set(_plain(other).split())), None)


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", " ", word).casefold()


def did_you_mean(*names: str | None) -> str:
    """The end of a reason that suggests names, empty where there is none to suggest."""
    quoted = [f"'{name}'" for name in names if name]
    return f"; did you mean {' or '.join(quoted)}?" if quoted else ""


# --- Reasons -----------------------------------------------------------------------------------------------

_EXPECTED = {
    "bool_type": "true or false",
    "date_type": "a date such as 2024-01-10",
    "dict_type": "a table",
    "float_type": "a number",
    "int_type": "a whole number",
    "string_type": "a text",
    "tuple_type": "a list",
}

_LIMITS = {
    "greater_than": ("not above", "not after", "gt"),
    "greater_than_equal": ("below", "before", "ge"),
    "less_than": ("not below", "not before", "lt"),
    "less_than_equal": ("above", "after", "le"),
}


def shown(value: object) -> str:
    """A value as its author wrote it, shortened; only its kind where it is a list or a table."""
    return "this" if isinstance(value, Mapping | tuple | list) else shortened(written(value))


def shortened(text: str) -> str:
    """A text cut to what a fault shows."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


_KINDS: dict[type, str] = {
    bool: "a yes or no",
    int: "a whole number",
    float: "a number with a decimal point",
    str: "a text",
    datetime.datetime: "a date with a time",
    datetime.date: "a date",
    datetime.time: "a time",
    dict: "a table",
    tuple: "a list",
    list: "a list",
}


def kind_of(value: object) -> str:
    """What sort of value this is, in a word or two."""
    return next((word for kind, word in _KINDS.items() if isinstance(value, kind)), "nothing that a file can say")


def misfit(value: object, what: str) -> str:
    """That this is another kind of value than should stand here."""
    return f"{shown(value)} is {kind_of(value)}; {what} is expected"


def limit_text(limit: object) -> str:
    """A limit of a range, as people write it: 1, not 1.0."""
    return f"{limit:.12g}" if isinstance(limit, float) else str(limit)


def allowed_text(unit: str, bounds: Mapping[str, object]) -> str:
    """What may stand in a place, in words: "a share from 0 to 1"; empty where there is neither unit nor bound."""
    limits = {key: limit_text(limit) for key, limit in bounds.items()}
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


def reason(
    kind: str, value: object, context: Mapping[str, object], message: str, allowed: str, *, instead: str = ""
) -> str:
    """Why a value is refused, from the kind of error that pydantic found.

    `allowed` is what the schema allows there ("a share from 0 to 1"; may be empty), `instead` what else than a
    value of the right kind may stand there. Kinds not known here keep pydantic's own words.
    """
    aside = f" ({allowed})" if allowed else ""
    if kind == "missing":
        return f"is missing{aside}"
    if kind in _LIMITS:
        number_words, date_words, key = _LIMITS[kind]
        words = date_words if isinstance(value, datetime.date) else number_words
        limit = context.get(key)
        meant = ""
        if limit == 1 and isinstance(value, int | float) and 10 <= value <= 100:  # in percent
            meant = f"; did you mean {value / 100:g}?"
        return f"{shown(value)} is {words} {limit_text(limit)}{aside}{meant}"
    if kind in _EXPECTED:
        unquoted = ", without quotes," if kind == "date_type" and isinstance(value, str) else ""
        return misfit(value, _EXPECTED[kind] + unquoted + (f" or {instead}" if instead else "")) + aside
    if kind == "literal_error":
        return none_of(value, re.findall(r"'([^']*)'", str(context.get("expected", ""))))
    return " ".join(f"{message[:1].lower()}{message[1:]}{aside}".split())


_OTHER_WORDS = {
    **dict.fromkeys(("ceasefire", "cease fire", "armistice", "pause"), "truce"),
    **dict.fromkeys(("election", "elections", "coup", "new government", "prime minister"), "government"),
    **dict.fromkeys(("killing", "assassination", "airstrike", "air strike", "retaliation", "bombing"), "strike"),
    **dict.fromkeys(("rocket", "rockets", "drone", "drones", "mass casualty attack"), "attack"),
    **dict.fromkeys(("daesh", "islamic state", "isil", "is"), "isis"),
    **dict.fromkeys(("threat", "ultimatum"), "us_threat"),
    **dict.fromkeys(("authorisation", "authorization", "surge", "reinforcement"), "troops"),
    "agreement": "legal_default",
    "soleimani": "coordinator_killed",
    "protest": "statement",
}
"""What others call a kind of event."""


def other_word(kind: str) -> str | None:
    """The kind of event that others call so."""
    return _OTHER_WORDS.get(_plain(kind))


def none_of(value: object, choices: Iterable[str], instead: str = "") -> str:
    """That a value is none of the possible ones, which of them was probably meant, and all of them.

    ``instead`` is a better suggestion, where there is one.
    """
    choices = list(choices)
    meant = None
    if isinstance(value, str) and not instead:
        meant = other_word(value)
        meant = meant if meant in choices else closest(value, [choice for choice in choices if choice])
    suggestion = instead or (f"; did you mean {written(meant)}?" if meant else "")
    return f"{shown(value)} is none of {', '.join(map(written, choices))}{suggestion}"
