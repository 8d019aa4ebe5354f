"""Faults at a counted operation: the n-th write, rename, read, … below a folder fails, or ends the process.

``Faults`` stands between the program and the operating system: ``open`` and the functions of ``os`` are replaced, so
that nothing is known of who calls them. It counts the operations on what lies below one folder, and at the n-th of the
kinds that are asked for it does what is asked:

- the name of an error (``ENOSPC``, ``EIO``, …) is raised; ``lasting`` raises it at every one after it too, as a full
  disk does;
- the name of a signal (``SIGKILL``, ``SIGTERM``, ``SIGINT``) is sent to this process; ``torn`` writes half of what
  was to be written before it;
- ``power`` is the end of the machine: what was written and not flushed is emptied, names that were changed in a folder
  that was not flushed are as they were, and the process is killed. A disk may also have kept those names
  (``power-names``), or that of the manifest alone (``power-manifest``).

Processes and threads count as ``fork`` and ``thread``, wherever they are started.

As a command it does this to any script: ``python injected.py '{"under": "out", "ops": ["rename"], "at": 1,
"act": "SIGTERM"}' SCRIPT ARGUMENTS``.
"""

# ruff: noqa: PTH100, PTH112, PTH113, PTH114, PTH115, PTH118, PTH119, PTH120  (pathlib goes through what is replaced)

from __future__ import annotations

import builtins
import errno
import io
import json
import os
import runpy
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

OPERATIONS = ("open", "create", "read", "write", "fsync", "rename", "unlink", "mkdir", "rmdir", "list", "truncate")
"""What is counted below the folder. ``open`` is for reading, ``create`` for writing."""
STARTS = ("fork", "thread")

_real = {
    name: getattr(os, name)
    for name in ("open", "read", "write", "fsync", "rename", "replace", "unlink", "remove", "mkdir", "rmdir", "listdir",
                 "scandir", "ftruncate", "close", "kill", "truncate")
}  # fmt: skip
_real_open = io.open


class Faults:
    """Operations below ``under`` are counted, and the ``at``-th of the kinds ``ops`` meets ``act``."""

    def __init__(
        self,
        under: str | Path,
        ops: list[str],
        at: int,
        act: str,
        *,
        lasting: bool = False,
        torn: bool = False,
        mark: str | None = None,
    ) -> None:
        self.under = os.path.realpath(under)
        self.ops, self.at, self.act, self.lasting, self.torn = frozenset(ops), at, act, lasting, torn
        self.mark = mark  # a file that is made when it has come to that
        self.count = 0
        self.unflushed: set[str] = set()  # files
        self.renames: list[tuple[str, str, Callable[[], None]]] = []  # folder, name, how it is undone
        self.busy = threading.local()

    # --- where an operation is ---

    def inside(self, path: Any, dir_fd: int | None = None) -> str | None:
        """The full path of what lies at or below the folder; None for anything else."""
        try:
            if isinstance(path, int):
                full = os.readlink(f"/proc/self/fd/{path}")
            else:
                full = os.fsdecode(path)
                if dir_fd is not None:
                    full = os.path.join(os.readlink(f"/proc/self/fd/{dir_fd}"), full)
        except (OSError, TypeError, ValueError):
            return None
        head, tail = os.path.split(os.path.abspath(full))
        full = os.path.join(os.path.realpath(head), tail)
        return full if full == self.under or full.startswith(self.under + os.sep) else None

    # --- what happens at it ---

    def meet(self, op: str, path: str | None, half: Callable[[], object] | None = None) -> None:
        """Counts an operation; at the one that is meant, does what is to happen."""
        if path is None or op not in self.ops or getattr(self.busy, "now", False):
            return
        self.count += 1
        if self.count < self.at or (self.count > self.at and not self.lasting):
            return
        self.busy.now = True
        try:
            if self.mark is not None and self.count == self.at:
                with _real_open(self.mark, "w", encoding="utf-8") as file:
                    file.write(f"{op} {path}")
            if self.torn and half is not None:
                half()
            if self.act.startswith("power"):
                self.lose()
        finally:
            self.busy.now = False
        if self.act.startswith("power"):
            _real["kill"](os.getpid(), signal.SIGKILL)
        elif self.act.startswith("SIG"):
            _real["kill"](os.getpid(), getattr(signal, self.act))
        elif op == "thread":
            raise RuntimeError("can't start new thread")
        else:
            number = getattr(errno, self.act)
            raise OSError(number, os.strerror(number), path)

    def lose(self) -> None:
        """What the end of power does to a disk: what was not flushed is not there."""
        for _, name, undo in reversed(self.renames):
            if self.act == "power" or (self.act == "power-manifest" and not name.endswith("manifest.json")):
                undo()
        for path in self.unflushed:
            if os.path.isfile(path):
                _real["truncate"](path, 0)

    def flushed(self, path: str) -> None:
        """A file, or the names in a folder, are on the disk."""
        self.unflushed.discard(path)
        self.renames = [one for one in self.renames if one[0] != path]

    def renamed(self, source: str | None, target: str) -> None:
        """Remembers what a name stood for before it is given to something else (or to nothing)."""
        folder, before = os.path.dirname(target), None
        if os.path.isfile(target) and not os.path.islink(target):
            with _real_open(target, "rb") as file:
                before = file.read()

        def undo() -> None:
            if before is not None:
                Path(folder).mkdir(parents=True, exist_ok=True)  # a folder that was removed since is there again, too
                with _real_open(target, "wb") as file:
                    file.write(before)
            elif os.path.lexists(target) and not os.path.isdir(target):
                _real["unlink"](target)

        self.renames.append((folder, target, undo))
        if source is not None and source in self.unflushed:
            self.unflushed.discard(source)
            self.unflushed.add(target)

    # --- in the place of what the operating system offers ---

    def install(self) -> None:
        """From now on all operations of this process go through here."""
        faults = self

        class Raw(io.FileIO):
            """A file below the folder: its reads and writes are counted."""

            def __init__(self, file: Any, mode: str, where: str, **more: Any) -> None:
                super().__init__(file, mode, **more)
                self.where = where

            def write(self, data: Any) -> Any:
                faults.unflushed.add(self.where)
                faults.meet("write", self.where, lambda: io.FileIO.write(self, bytes(data)[: len(bytes(data)) // 2]))
                return super().write(data)

            def readinto(self, buffer: Any) -> Any:
                faults.meet("read", self.where)
                return super().readinto(buffer)

            def readall(self) -> Any:
                faults.meet("read", self.where)
                return super().readall()

            def read(self, size: Any = -1) -> Any:
                faults.meet("read", self.where)
                return super().read(size)

            def truncate(self, size: Any = None) -> Any:
                faults.meet("truncate", self.where)
                return super().truncate(size)

        def opened(
            file: Any, mode: str = "r", buffering: int = -1, encoding: Any = None, errors: Any = None,
            newline: Any = None, closefd: bool = True, opener: Any = None,
        ) -> Any:  # fmt: skip
            where = faults.inside(file)
            writes = bool(set(mode) & set("wxa+"))
            if where is None or os.path.isdir(where):
                return _real_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
            if not isinstance(file, int):
                faults.meet("create" if writes else "open", where)
            fresh = writes and not os.path.lexists(where)
            raw = Raw(file, mode.replace("b", "").replace("t", ""), where, closefd=closefd, opener=opener)
            if fresh:
                faults.renames.append((os.path.dirname(where), where, lambda: gone(where)))
            if writes and "w" in mode:
                faults.unflushed.add(where)
            if buffering == 0:
                return raw
            size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
            kind: Any = io.BufferedRandom if "+" in mode else io.BufferedWriter if writes else io.BufferedReader
            buffer = kind(raw, size)
            if "b" in mode:
                return buffer
            text = io.TextIOWrapper(buffer, encoding, errors, newline, buffering == 1)
            text.mode = mode  # type: ignore[misc]
            return text

        def gone(path: str) -> None:
            if os.path.lexists(path):
                _real["unlink"](path)

        def os_open(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
            where = faults.inside(path, dir_fd)
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR))
            faults.meet("create" if writes else "open", where)
            fresh = where is not None and writes and not os.path.lexists(where)
            file: int = _real["open"](path, flags, mode, dir_fd=dir_fd)
            if where is not None and fresh:
                faults.renames.append((os.path.dirname(where), where, lambda: gone(where)))
            return file

        def read(file: int, size: int) -> bytes:
            faults.meet("read", faults.inside(file))
            content: bytes = _real["read"](file, size)
            return content

        def write(file: int, data: Any) -> int:
            where = faults.inside(file)
            if where is not None:
                faults.unflushed.add(where)
            faults.meet("write", where, lambda: _real["write"](file, bytes(data)[: len(bytes(data)) // 2]))
            count: int = _real["write"](file, data)
            return count

        def fsync(file: Any) -> None:
            number = file if isinstance(file, int) else file.fileno()
            where = faults.inside(number)
            faults.meet("fsync", where)
            _real["fsync"](number)
            if where is not None:
                faults.flushed(where)

        def rename(name: str) -> Callable[..., None]:
            def renaming(
                source: Any, target: Any, *, src_dir_fd: int | None = None, dst_dir_fd: int | None = None
            ) -> None:
                there, here = faults.inside(source, src_dir_fd), faults.inside(target, dst_dir_fd)
                faults.meet("rename", here or there)
                if here is not None:
                    faults.renamed(there, here)
                _real[name](source, target, src_dir_fd=src_dir_fd, dst_dir_fd=dst_dir_fd)

            return renaming

        def unlink(name: str) -> Callable[..., None]:
            def unlinking(path: Any, *, dir_fd: int | None = None) -> None:
                where = faults.inside(path, dir_fd)
                faults.meet("unlink", where)
                if where is not None and os.path.isfile(where):
                    faults.renamed(None, where)
                _real[name](path, dir_fd=dir_fd)

            return unlinking

        def mkdir(path: Any, mode: int = 0o777, *, dir_fd: int | None = None) -> None:
            faults.meet("mkdir", faults.inside(path, dir_fd))
            _real["mkdir"](path, mode, dir_fd=dir_fd)

        def rmdir(path: Any, *, dir_fd: int | None = None) -> None:
            faults.meet("rmdir", faults.inside(path, dir_fd))
            _real["rmdir"](path, dir_fd=dir_fd)

        def listing(name: str) -> Callable[..., Any]:
            def listed(path: Any = ".") -> Any:
                faults.meet("list", faults.inside(path))
                return _real[name](path)

            return listed

        def ftruncate(file: int, length: int) -> None:
            faults.meet("truncate", faults.inside(file))
            _real["ftruncate"](file, length)

        os.open, os.read, os.write, os.fsync = os_open, read, write, fsync  # type: ignore[assignment]
        os.rename, os.replace = rename("rename"), rename("replace")
        os.unlink, os.remove = unlink("unlink"), unlink("remove")
        os.mkdir, os.rmdir, os.ftruncate = mkdir, rmdir, ftruncate
        os.listdir, os.scandir = listing("listdir"), listing("scandir")
        if hasattr(os, "fdatasync"):
            os.fdatasync = fsync
        builtins.open = io.open = opened  # type: ignore[assignment]
        shutil._USE_CP_SENDFILE = False  # type: ignore[attr-defined]  # it would copy without a write
        self.install_starts()

    def install_starts(self) -> None:
        """Processes of Python and threads are counted too."""
        import _posixsubprocess

        def fork_exec(real: Callable[..., int]) -> Callable[..., int]:
            def start(args: Any, executables: Any, *more: Any) -> int:
                name = os.path.basename(os.fsdecode(executables[0]))
                self.meet("fork", name if name.startswith("python") else None)
                return real(args, executables, *more)

            return start

        _posixsubprocess.fork_exec = fork_exec(_posixsubprocess.fork_exec)
        subprocess._fork_exec = _posixsubprocess.fork_exec  # type: ignore[attr-defined]
        for name in ("_start_new_thread", "_start_joinable_thread"):
            if hasattr(threading, name):
                setattr(threading, name, self.counting_threads(getattr(threading, name)))

    def counting_threads(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """A function that starts threads, and counts them."""

        def started(*words: Any, **more: Any) -> Any:
            self.meet("thread", "thread")
            return real(*words, **more)

        return started


def main() -> None:
    """Runs a script with a fault in it."""
    Faults(**json.loads(sys.argv[1])).install()
    sys.argv = sys.argv[2:]
    sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[0])))
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
