"""The options of the command line: how a word becomes a value, and what a wrong one is told.

Only the standard library and what needs no more is imported here: a mistyped option is answered without any set-up.
"""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from sim.disk.errors import InputError
from sim.disk.paths import place
from sim.disk.words import one_line, typed

DOOR = "py run.py" if os.name == "nt" else "python3 run.py"


class Refused(Exception):
    """The person's input cannot be used: one clear line per fault, exit code 2, nothing was computed."""

    def __init__(self, *lines: str) -> None:
        self.lines = tuple(map(one_line, lines))
        super().__init__("\n".join(self.lines))


class Parser(argparse.ArgumentParser):
    """An argument parser whose faults are one line, without the usage before it."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As argparse does it, but refuse unknown words here: handed up, they would be refused without the command."""
        known, others = super().parse_known_args(args, namespace)
        if others:
            self.error(f"unrecognized arguments: {' '.join(others)}")
        return known, others

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        raise Refused(f"{self.prog}: {message.removeprefix('argument ')}")


# --- values of options: each turns a word into a value, or says in one line what it should have been ---


def whole_number(least: int, what: str) -> Callable[[str], int]:
    """A reader of whole numbers from `least` up; `what` names them in the fault."""

    def read(word: str) -> int:
        number = int(word) if re.fullmatch(r"[0-9]{1,19}", word) else least - 1
        if not least <= number < 2**63:
            raise argparse.ArgumentTypeError(f"{word!r} is not {what} (a whole number, {least} or more)")
        return number

    return read


def a_path(word: str) -> Path:
    """The path that a word means; whether there is something is seen later."""
    try:
        return place(word)
    except InputError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None


def seconds(word: str) -> float:
    """`2h`, `90m`, `45s`, `1h30m`, `1.5h` as seconds."""
    units = {"d": 86400, "h": 3600, "m": 60, "s": 1}
    parts = re.findall(r"(\d+(?:\.\d+)?)([dhms])", word)
    total = sum(float(number) * units[unit] for number, unit in parts)
    if "".join(number + unit for number, unit in parts) != word or not total > 0:
        raise argparse.ArgumentTypeError(f"{word!r} is not a length of time such as 2h, 90m, 45s or 1h30m")
    return total


def quoted(word: str) -> str:
    """A word of a command as it has to be typed, on POSIX and on Windows."""
    if re.fullmatch(r"[\w./\\:@%+=,-]+", word):
        return word
    if os.name == "nt" or (word.isprintable() and not re.search(r'["$`\\!]', word)):
        return f'"{one_line(word)}"'
    return typed([word])


# --- options that several commands share ---


def span_options(parser: Parser) -> None:
    """How long worlds are, and which are drawn."""
    parser.add_argument("--days", type=whole_number(1, "a number of days"), metavar="N", help="days to simulate")
    parser.add_argument(
        "--seed", type=whole_number(0, "a seed"), metavar="N", help="which histories are drawn (default 1)"
    )


def world_options(parser: Parser) -> None:
    """What changes the worlds of a scenario."""
    span_options(parser)
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="change a value of the scenario, e.g. united_states.restraint=0.8 (repeatable)",
    )
    uncertainty_option(parser)


def uncertainty_option(parser: Parser) -> None:
    """What each world draws."""
    parser.add_argument(
        "--uncertainty",
        choices=("none", "accepted", "judgement"),
        help="what each world draws for the numbers that nobody knows well: nothing, the central values hold; one of "
        "the accepted vectors, which show the record; or each from its plausible range (default: as the scenario says; "
        "the shipped ones draw accepted vectors)",
    )


def engine_option(parser: Parser) -> None:
    """By what worlds are lived."""
    parser.add_argument(
        "--engine",
        choices=("auto", "numpy", "fused"),
        help="by NumPy or by a compiled program (fused), to the same bytes; auto, the default, takes the program where "
        "it can be had and repays the compiling",
    )


def computing_options(parser: Parser) -> None:
    """By how many processes worlds are lived, and by what."""
    parser.add_argument(
        "--workers",
        type=whole_number(1, "a number of workers"),
        metavar="N",
        help="processes (default: the CPUs this process may use)",
    )
    engine_option(parser)


def json_option(parser: Parser) -> None:
    """The option for programs."""
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout, nothing else there")
