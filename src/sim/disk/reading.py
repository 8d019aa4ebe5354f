"""Reading from folders that anybody may have made: regular files only, bounded, no link followed inside a folder."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

A_PIECE = 1 << 20  # bytes that are read at once where a whole file need not be held

SYSTEMS_OWN = frozenset({
    ".ds_store", "desktop.ini", "thumbs.db", ".directory", ".localized", ".spotlight-v100", ".trashes", ".fseventsd",
    ".trash-0", ".trash-1000", "lost+found", ".snapshot", ".stfolder", ".nomedia",
})  # fmt: skip
"""Names of what file managers and file systems leave in any folder, in small letters."""


class Unfit(OSError):
    """There is something under the name, and it is no file that is read here: a link, a device, too large."""


def is_systems_own(name: str) -> bool:
    """Whether a name in a folder is one that the system gave, and not a person or this program."""
    return name.lower() in SYSTEMS_OWN or name.startswith(("._", ".nfs", ".fuse_hidden"))


@contextmanager
def opened(path: Path, most: int | None = None) -> Iterator[BinaryIO]:
    """A regular file, open for reading; the last name of ``path`` is not followed if it is a link.

    Raises Unfit for a link, a folder, a device, a pipe and for more than ``most`` bytes, without waiting for any of
    them; other OSErrors as ``open`` does.
    """
    no_link = getattr(os, "O_NOFOLLOW", 0)
    if not no_link and path.is_symlink():
        raise Unfit(errno.ELOOP, "is a link", str(path))
    flags = os.O_RDONLY | no_link | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        number = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as fault:
        if fault.errno == errno.ELOOP:
            raise Unfit(errno.ELOOP, "is a link", str(path)) from None
        if fault.errno in (errno.ENXIO, errno.ENODEV, errno.EOPNOTSUPP):
            raise Unfit(fault.errno, "is no ordinary file", str(path)) from None
        raise
    try:
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            what = "is a folder" if stat.S_ISDIR(status.st_mode) else "is no ordinary file"
            raise Unfit(errno.EINVAL, what, str(path))
        if most is not None and status.st_size > most:
            raise Unfit(errno.EFBIG, f"has {status.st_size:,} bytes, of which it may have {most:,}", str(path))
    except BaseException:
        os.close(number)
        raise
    with os.fdopen(number, "rb") as file:
        yield file


def content_of(path: Path, most: int) -> bytes:
    """All of a regular file of at most ``most`` bytes. Raises as :func:`opened` does."""
    with opened(path, most) as file:
        content = file.read(min(most, os.fstat(file.fileno()).st_size) + 1)  # room for so many is made before
    if len(content) > most:  # it grew meanwhile
        raise Unfit(errno.EFBIG, f"has more than the {most:,} bytes that it may have", str(path))
    return content


def sum_of(content: bytes) -> str:
    """The sha256 of some bytes."""
    return hashlib.sha256(content).hexdigest()


def sum_of_file(path: Path, most: int | None = None) -> tuple[int, str]:
    """How many bytes a regular file has, and their sha256. Raises as :func:`opened` does."""
    found, size = hashlib.sha256(), 0
    with opened(path, most) as file:
        while piece := file.read(A_PIECE):
            found.update(piece)
            size += len(piece)
    return size, found.hexdigest()


def same_content(one: Path, other: Path) -> bool:
    """Whether two regular files hold the same bytes; no where one of them cannot be read."""
    try:
        with opened(one) as first, opened(other) as second:
            if os.fstat(first.fileno()).st_size != os.fstat(second.fileno()).st_size:
                return False
            while piece := first.read(A_PIECE):
                if piece != second.read(len(piece)):
                    return False
            return True
    except OSError:
        return False


def json_of(content: bytes) -> dict[str, Any] | None:
    """A JSON object; None where the bytes are none, however they go wrong."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
