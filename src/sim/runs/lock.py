"""One writer at a time in a results folder."""

from __future__ import annotations

import os
import re
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sim.disk.errors import InputError
from sim.disk.reading import content_of

LOCK = ".lock"
LOCK_BY_NAME = ".lock-by-name"  # where the file system keeps no locks
SIGNED = re.compile(rb"\d{1,12}(?: [^\s\x00-\x1f]{0,255}\n?)?")
"""A lock as it is signed, or as much of it as was written when its process was killed."""
LARGEST = 300  # bytes of a lock
PATIENCE = 0.2  # seconds, in which an owner that is just leaving removes its file


@contextmanager
def claimed(folder: Path) -> Iterator[None]:
    """Nobody else writes to the folder meanwhile. Raises InputError where somebody does.

    The operating system holds the lock, so that it ends with the process, however that ends. A file system without
    locks gets a file with the process's number instead, which is taken over when that process is gone.
    """
    path = folder / LOCK
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in (LOCK, LOCK_BY_NAME):
            refuse_another(folder / name)
        path.touch()
    except (FileExistsError, NotADirectoryError):
        raise InputError(f"{folder} is a file or lies in one: a results folder cannot be there") from None
    except OSError as fault:
        raise InputError(f"{folder} cannot be made or written to ({fault.strerror or fault})") from None
    with ExitStack() as held:
        try:
            held.enter_context(locked(path))
        except OSError:  # this file system keeps no locks
            path.unlink()
            held.enter_context(locked_by_name(folder / LOCK_BY_NAME))
        yield


def refuse_another(path: Path) -> None:
    """Raises InputError where something has the name of a lock and is none of this program: it would be lost."""
    try:
        content = content_of(path, LARGEST)
    except FileNotFoundError:
        return
    except OSError as fault:
        raise InputError(
            f"{path} is no lock of this program ({fault.strerror}): remove it, or give another folder"
        ) from None
    if content and not SIGNED.fullmatch(content):
        raise InputError(f"{path} is no lock of this program: remove it, or give another folder")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Holds the operating system's lock on a file, which says whose it is; removes the file in the end.

    Raises InputError where another process holds it, and OSError where the file system knows no locks.
    """
    from filelock import FileLock, Timeout

    # No fallback of filelock's own: locked_by_name can name the owner, and knows a number that was given out again.
    lock = FileLock(path, PATIENCE, poll_interval=0.02, fallback_to_soft=False, on_acquired=sign)
    try:
        lock.acquire()
    except Timeout:
        raise InputError(busy(path.parent, read_owner(path))) from None
    try:
        yield
    finally:
        if sys.platform == "win32":
            lock.release()  # an open file cannot be removed there
        remove(path)
        lock.release()


def sign(file: int) -> None:
    """Writes into an open lock file whose it is."""
    os.ftruncate(file, 0)
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, me())


@contextmanager
def locked_by_name(path: Path) -> Iterator[None]:
    """Holds a lock by making the file that names this process. Raises InputError where it is taken."""
    owner = read_owner(path)
    if owner is not None:
        pid, host = owner
        mine = owner == (os.getpid(), socket.gethostname())  # a container's process that is gone had our number
        if not mine and (host != socket.gethostname() or is_alive(pid)):
            raise InputError(f"{busy(path.parent, owner)}; if that is not so, remove {path}")
        gone = path.with_name(f"{path.name}.{os.getpid()}")
        path.replace(gone)
        if read_owner(gone) != owner:  # another process was faster: this is its lock
            gone.replace(path)
            raise InputError(busy(path.parent, read_owner(path)))
        gone.unlink()
    try:
        with path.open("xb") as file:
            file.write(me())
    except FileExistsError:
        raise InputError(busy(path.parent, read_owner(path))) from None
    try:
        yield
    finally:
        remove(path)


def remove(path: Path) -> None:
    """Removes a lock that is no longer held. One that stays is no hindrance: nobody holds it."""
    for _ in range(2):  # a disk or a network that fails once
        with suppress(OSError):
            path.unlink()
            return


def me() -> bytes:
    """This process, as the lock file says it."""
    return f"{os.getpid()} {socket.gethostname()}\n".encode()


def read_owner(path: Path) -> tuple[int, str] | None:
    """Process and host that a lock file names."""
    try:
        pid, host = content_of(path, LARGEST).decode("utf-8").split()
        return int(pid), host
    except (OSError, ValueError):
        return None


def busy(folder: Path, owner: tuple[int, str] | None) -> str:
    """What is said of a folder that another process writes to."""
    who = f"process {owner[0]} on {owner[1]}" if owner else "another process"
    return f"{folder} is being written to by {who}"


def is_alive(pid: int) -> bool:
    """Whether a process of this machine lives. Where that cannot be known, it does."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        pass
    return True
