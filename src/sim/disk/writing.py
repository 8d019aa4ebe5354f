"""Writing files whole or not at all, and never through a link."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

ASIDE = ".part"


@contextmanager
def aside(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that takes the place of ``path`` when the ``with`` ends well, and is removed otherwise.

    It is flushed to the disk before it is renamed, so that what is there under its name is whole after a power cut
    too. A link in the place of ``path``, or of the file beside it, is replaced and not written through.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}{ASIDE}")
    try:
        part.unlink(missing_ok=True)  # left by a process that had our number, or a link that somebody put there
        with part.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def put(path: Path, content: str | bytes) -> Path:
    """Writes a file (text as UTF-8, its line ends as they are), also when the power fails; returns ``path``.

    Nothing is left over where the disk is full.
    """
    # JSON and HTML name a letter that has no code, such as a part of a path in another encoding; text shows it so.
    coded = content.encode("utf-8", "backslashreplace") if isinstance(content, str) else content
    with aside(path) as file:
        file.write(coded)
    return path


def is_aside(name: str) -> bool:
    """Whether a name is that of a file which was being written."""
    return name.startswith(".") and name.endswith(ASIDE)


def flush_folder(path: Path) -> None:
    """Has the disk keep the names in a folder: what was renamed into it is there after a power cut."""
    if os.name == "nt":  # folders cannot be opened there, and renames are kept in order
        return
    number = os.open(path, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems know no such thing
            os.fsync(number)
    finally:
        os.close(number)
