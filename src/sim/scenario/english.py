"""English words for numbers and days, and text as one clean line, wherever conditions are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

LONG_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_WORDS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)


def clean(text: object) -> str:
    """One printable line: control characters (which XML forbids) and runs of white space become one space."""
    return " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())


def spelled(when: date) -> str:
    """``10 January 2024``, whatever the language of the machine."""
    return f"{when.day} {LONG_MONTHS[when.month - 1]} {when.year}"


def in_words(count: int, most: int = 12) -> str:
    """``no``, ``one`` … ``twelve``, ``13``, ``2,500``; in words up to ``most``, which may be twenty."""
    return _WORDS[count] if count <= min(most, len(_WORDS) - 1) else f"{count:,}"


def listed(words: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def many(count: int, one: str, several: str = "") -> str:
    """``one soldier``, ``two soldiers``, ``2,500 soldiers``."""
    return f"{in_words(count)} {one if count == 1 else several or one + 's'}"


def plain_number(number: float) -> str:
    """A number as people write it: ``0.5``, ``730``, ``2,500``."""
    return f"{number:,.0f}" if abs(number) >= 1000 and number == int(number) else f"{number:g}"
