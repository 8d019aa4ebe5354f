"""Words that anybody may have written, a file's name above all, as they may be shown: in one line, and harmless.

A name of a file may hold line breaks, the codes that steer a terminal, and marks that turn the direction of reading.
Whatever is told of it in a message, a log, a table, a report or a picture goes through :func:`one_line`.
"""

from __future__ import annotations

import logging
import re
import shlex
from collections.abc import Iterable

_SIGN_FIRST = re.compile("(^|;)(?= *[=+@\uff1d\uff0b\uff0d\uff20-])")
"""Where a spreadsheet takes what follows for a formula: at the beginning, and where a semicolon may end a cell."""


def one_line(text: object) -> str:
    """The text in one line: what could break it, steer a terminal or turn its direction is shown as an escape.

    ``\\n`` for a line break, ``\\x1b`` for the code that commands of a terminal begin with, ``\\u202e`` for a mark that
    has all that follows read from right to left.
    """
    said = str(text)
    if said.isprintable():
        return said
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode("ascii") for char in said)


def cell(text: object) -> str:
    """The text as a cell of a CSV file that no spreadsheet takes for a formula, in one line.

    An apostrophe stands before ``=``, ``+``, ``-`` or ``@`` at its beginning, and behind a semicolon, with which some
    spreadsheets end a cell. For text alone: a number is a number with its sign.
    """
    return _SIGN_FIRST.sub(r"\1'", one_line(text))


def typed(words: Iterable[str]) -> str:
    """A command as it can be typed again, in one line. A word that cannot be shown stands as bash and zsh write it."""
    return " ".join(shlex.quote(word) if word.isprintable() else f"$'{_in_ansi_c(word)}'" for word in words)


def _in_ansi_c(word: str) -> str:
    """A word between ``$'`` and ``'``; a byte of a name that is in no encoding as that byte."""
    plain = word.replace("\\", r"\\").replace("'", r"\'")
    bytes_of = re.sub("[\udc80-\udcff]", lambda found: rf"\x{ord(found[0]) - 0xDC00:02x}", plain)
    return one_line(bytes_of)


class OneLine(Exception):
    """An error that is told in one line, whatever the names in it."""

    def __str__(self) -> str:
        return one_line(super().__str__())


class InOneLine(logging.Filter):
    """Has a logger tell each record in one line; what is for who mends the program keeps its lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record's message is as it may be shown."""
        said = record.getMessage()
        lines = said.splitlines() if record.levelno <= logging.DEBUG else [said]
        record.msg, record.args = "\n".join(map(one_line, lines)), None
        return True
