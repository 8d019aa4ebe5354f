"""Compiled programs, kept on disk for the next run: one folder for each user, bounded, and safe for many processes.

What is kept is run as machine code. So a folder into which somebody else could write is not used, and a file counts
only if its own checksum says that it is whole. Where nothing can be kept, programs are made each time, and nobody is
told: the numbers are the same.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

MOVED_BY = "IRAQ_WITHDRAWAL_SIM_CACHE"
"""The environment variable that names another folder; empty, it switches keeping off."""

_DIGEST = 32  # bytes of checksum before the program
_WHOLE, _PART = ".program", ".part"


def kept(key: str, make: Callable[[], bytes], *, folder: Path | None = None, most: int = 256_000_000) -> bytes:
    """The program of a key: the one that is kept, else one that is made now and kept.

    The key has to say everything that the program depends on. Beyond ``most`` bytes in the folder, those go that were
    not asked for the longest.
    """
    place = folder or usual_folder()
    if place is None or not is_safe(place):
        return make()
    path = place / f"{fingerprint(key)}{_WHOLE}"
    found = _read(path, key)
    if found is None:
        found = make()
        if _DIGEST + len(found) <= most:
            _write(path, _checksum(key, found) + found)
            _bound(place, most)
    return found


def fingerprint(*parts: str | bytes) -> str:
    """A hash of texts and bytes, in their order and as divided, for keys and names of files."""
    found = blake2b(digest_size=20)
    for part in parts:
        data = part.encode("utf-8") if isinstance(part, str) else part
        found.update(len(data).to_bytes(8, "little") + data)
    return found.hexdigest()


def usual_folder(kind: str = "programs") -> Path | None:
    """Where this user's programs are kept, or another kind of thing, whether it is there or not.

    None where nothing is to be kept, or there is no place: a home that is not there is not made.
    """
    moved = os.environ.get(MOVED_BY)
    if moved is not None:
        return Path(moved) / kind if moved else None
    try:
        if sys.platform == "win32":
            local = os.environ.get("LOCALAPPDATA")
            caches = Path(local) if local else _home() / "AppData" / "Local"
        elif sys.platform == "darwin":
            caches = _home() / "Library" / "Caches"
        else:
            caches = Path(os.environ.get("XDG_CACHE_HOME", ""))
            if not caches.is_absolute():  # unset, or set to what its specification says to ignore
                caches = _home() / ".cache"
    except RuntimeError:  # no home
        return None
    return caches / "iraq-withdrawal-sim" / kind


def _home() -> Path:
    """This user's home. Raises RuntimeError where there is none."""
    home = Path.home()
    if not home.is_absolute() or not home.is_dir():
        raise RuntimeError(f"{home} is no home")
    return home


def is_safe(folder: Path) -> bool:
    """Whether the folder is there, made if need be, and nobody else can put anything into it."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _is_ours(folder.stat())
    except OSError:
        return False


def _is_ours(status: os.stat_result) -> bool:
    """Whether a folder or file belongs to this user, who alone may write to it. Windows keeps profiles apart itself."""
    return sys.platform == "win32" or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)


def _checksum(key: str, program: bytes) -> bytes:
    """Of the key too: a file under another's name is not taken."""
    return blake2b(fingerprint(key).encode("ascii") + program, digest_size=_DIGEST).digest()


def _read(path: Path, key: str) -> bytes | None:
    """The whole program that a file holds, which is from now on the one last asked for."""
    try:
        with path.open("rb") as file:
            if not _is_ours(os.fstat(file.fileno())):
                return None
            content = file.read()
    except OSError:
        return None
    program = content[_DIGEST:]
    if content[:_DIGEST] != _checksum(key, program):
        return None
    with suppress(OSError):
        os.utime(path)
    return program


def _write(path: Path, content: bytes) -> None:
    """Put a file in its place in one step, so that no other process ever sees half of it."""
    with suppress(OSError):  # a full or read-only disk; on Windows also a file that somebody reads just now
        number, name = tempfile.mkstemp(prefix=path.stem, suffix=_PART, dir=path.parent)  # for this user alone
        part = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(content)
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


def _bound(folder: Path, most: int) -> None:
    """Delete what was not asked for the longest, until the rest is no more than so many bytes."""
    found = []
    with suppress(OSError):
        for path in folder.iterdir():
            if path.suffix in (_WHOLE, _PART):
                with suppress(OSError):  # gone meanwhile
                    status = path.stat()
                    found.append((status.st_mtime_ns, status.st_size, path))
    size = sum(each for _, each, _ in found)
    for _, each, path in sorted(found):
        if size <= most:
            return
        with suppress(OSError):
            path.unlink()
        size -= each
