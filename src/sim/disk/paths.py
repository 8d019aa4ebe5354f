"""Which place on the disk a person means. Every path that somebody gives is read here, and so in one way."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeAlias

from sim.disk.errors import InputError

Given: TypeAlias = str | bytes | os.PathLike[str] | os.PathLike[bytes]

LONGEST_NAME = 255
"""Bytes of one name in a path, on every file system in common use."""
LONGEST_PATH = 4095
"""Bytes of a path as it is given."""


def place(given: Given) -> Path:
    """The path that is meant: a leading ``~`` is the home folder, as shells read it, quoted or after ``=`` too.

    Whether there is something is seen later. Raises InputError, in a line, for what can be no path on this system.
    """
    try:
        text = os.fsdecode(os.fspath(given))
    except (TypeError, UnicodeError):
        raise InputError(f"{given!r} is no path") from None
    if not text:
        raise InputError("an empty path leads nowhere; . is the folder one is in")
    if "\0" in text:
        raise InputError(f"{text!r} is no path: there is a NUL character in it")
    if any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InputError(f"{text!r} is not written in this system's encoding: give it another name, in plain letters")
    try:
        coded = os.fsencode(text)
    except UnicodeEncodeError:
        raise InputError(
            f"{text!a} has letters that this system's encoding lacks: use plain letters, or set PYTHONUTF8=1"
        ) from None
    if len(coded) > LONGEST_PATH or any(len(os.fsencode(name)) > LONGEST_NAME for name in Path(text).parts):
        raise InputError(f"{text[:40]}… is longer than a path may be ({LONGEST_NAME} bytes a name)")
    if not text.startswith("~"):
        path = Path(text)
        # ./~ is a folder of that name; Path leaves out the ./, and whoever reads the path again would go home.
        return Path.cwd() / path if path.parts[:1] and path.parts[0].startswith("~") else path
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise InputError(f"{text}: no home folder of that name is known; write the path out") from None


def is_folder(path: Path) -> bool:
    """Whether there is a folder; no where that cannot be known."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False
