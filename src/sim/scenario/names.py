"""What a scenario may be called. The name stands in tables, reports and commands, and in the names of files."""

from __future__ import annotations

import re

from sim.disk.words import one_line

LONGEST = 100
"""Characters of a name; with what is put around it, a file's name still fits where 255 bytes are the most."""
LONGEST_IN_BYTES = 180
"""Bytes of a name in UTF-8, for the same reason."""

_FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"
_DEVICE = re.compile(r"con|prn|aux|nul|con(in|out)\$|(com|lpt)[0-9¹²³]", re.IGNORECASE)
"""What no file on Windows may be called, whatever its ending."""


def no_name(name: str) -> str:
    """Why a scenario may not be called so, as a clause; empty where it may.

    Parts of a name are set apart by ``/``, as in ``history/gaza_2023``. Each may be the name of a file on every system.
    """
    if not name:
        return "there is nothing in it"
    if len(name) > LONGEST:
        return f"it has {len(name):,} characters, and {LONGEST} are the most"
    cannot = next((char for char in name if not char.isprintable()), None)
    if cannot is not None:
        return f"it has {one_line(cannot)} in it, which cannot be shown"
    size = len(name.encode("utf-8"))
    if size > LONGEST_IN_BYTES:
        return f"it takes {size:,} bytes, and {LONGEST_IN_BYTES} are the most"
    if name[0] in _FORMULA:
        return f"it begins with {name[0]}, which spreadsheets take for a formula"
    return next(filter(None, map(_no_file, name.split("/"))), "")


def _no_file(part: str) -> str:
    """Why a file may not be called so on every system; empty where it may."""
    if not part:
        return "there is nothing before or behind a /"
    if part[0] in " .":
        return f"it begins with a {'blank' if part[0] == ' ' else 'dot'}"
    if part[-1] in " .":
        return f"it ends with a {'blank' if part[-1] == ' ' else 'dot'}"
    wrong = re.search(r'[<>:"\\|?*]', part)
    if wrong is not None:
        return f"it has {wrong[0]} in it, which no file's name has on Windows"
    if _DEVICE.fullmatch(part.partition(".")[0].rstrip()):
        return f"{part} is a device on Windows"
    return ""


def numbered(name: str, number: int, apart: str = "_") -> str:
    """The name with a number behind it, ``calm_2``, cut where it would be too long."""
    end = f"{apart}{number}"
    while len(name + end) > LONGEST or len((name + end).encode("utf-8")) > LONGEST_IN_BYTES:
        name = name[:-1]
    return name + end
