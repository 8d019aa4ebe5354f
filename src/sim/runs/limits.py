"""What the system lets this process have, and which of its limits a fault is about.

Only the standard library is imported here, since this is asked when there is no room for anything else.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from pathlib import Path

NO_ROOM = ("cannot allocate memory", "failed to map segment", "not enough memory", "out of memory")
"""In the words of the loader of libraries, which has no number for it."""
NO_THREAD = ("can't start new thread", "failed to launch worker thread")
GROUPS = Path("/sys/fs/cgroup")  # where Linux says what a container or a job of a cluster may use


THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""How many threads libraries of linear algebra start. What is done here needs none beside the one that asks."""


def few_threads() -> None:
    """Has libraries that are loaded from now on start no threads of their own, unless somebody set how many.

    Where the system allows none, OpenBLAS would interrupt this process, and Arrow's memory say so on stderr.
    """
    for name in THREADS:
        os.environ.setdefault(name, "1")
    os.environ.setdefault("JE_ARROW_MALLOC_CONF", "background_thread:false")


def named(fault: BaseException) -> str:
    """Which limit of the system a fault is about and how high it is, in a sentence without its full stop.

    Empty where it is about none.
    """
    number = getattr(fault, "errno", None) if isinstance(fault, OSError) else None
    words = str(fault).casefold()
    if isinstance(fault, MemoryError) or number == errno.ENOMEM:
        return no_memory()
    if isinstance(fault, ImportError | OSError) and any(said in words for said in NO_ROOM):
        return no_memory()
    if (number == errno.EAGAIN and "write" not in words) or any(said in words for said in NO_THREAD):
        return no_process()
    if number in (errno.EMFILE, errno.ENFILE):
        return f"too many files are open{listed(open_files())}; fewer workers need fewer"
    if number == errno.EFBIG:
        return f"a file would become larger than this process may write{listed(file_size())}"
    return ""


def no_memory() -> str:
    """That memory ran out, and what limits it."""
    return f"there is too little memory{listed(memory())}; fewer workers or fewer worlds need less"


def no_process() -> str:
    """That no process or thread can be started, and what limits them."""
    return f"no further process or thread can be started{listed(processes())}; fewer workers need fewer"


def listed(limits: Iterator[str]) -> str:
    """Limits in brackets, with a space before them; empty where none is known."""
    said = "; ".join(limits)
    return f" ({said})" if said else ""


def memory() -> Iterator[str]:
    """The limits of memory, in words."""
    for name, option in (("RLIMIT_AS", "ulimit -v"), ("RLIMIT_DATA", "ulimit -d")):
        most = resource_limit(name)
        if most is not None:
            yield f"a process may use {spoken(most)}: {option}"
    most = lowest("memory.max")
    if most is not None:
        yield f"this container or job may use {spoken(most)}: memory.max"


def processes() -> Iterator[str]:
    """The limits of processes and threads, in words."""
    most = resource_limit("RLIMIT_NPROC")
    if most is not None:
        yield f"this user may have {most:,}: ulimit -u"
    most = lowest("pids.max")
    if most is not None:
        yield f"this container or job may have {most:,}: pids.max"


def open_files() -> Iterator[str]:
    """The limit of open files, in words."""
    most = resource_limit("RLIMIT_NOFILE")
    if most is not None:
        yield f"a process may have {most:,}: ulimit -n"


def file_size() -> Iterator[str]:
    """The limit of a file's size, in words."""
    most = resource_limit("RLIMIT_FSIZE")
    if most is not None:
        yield f"{spoken(most)}: ulimit -f"


def memory_left() -> int | None:
    """Bytes of memory that this process may still take; None where that cannot be known."""
    free = [room for room in (unused(), below_limit(), below_group()) if room is not None]
    return max(0, min(free)) if free else None


def unused() -> int | None:
    """Bytes of the machine's memory that are free or can be freed; all there is where only that is known."""
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):  # not on Windows
        return None


def below_limit() -> int | None:
    """Bytes of address space that this process may still take; None where no limit is set."""
    most = resource_limit("RLIMIT_AS")
    if most is None:
        return None
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        return most - pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return most


def below_group() -> int | None:
    """Bytes that the container or job may still take, as far as its groups say; caches count as free."""
    rooms = []
    for folder in groups():
        most, used = number_in(folder / "memory.max"), number_in(folder / "memory.current")
        if most is not None and used is not None:
            rooms.append(most - used + (figure_in(folder / "memory.stat", "inactive_file") or 0))
    return min(rooms, default=None)


def lowest(name: str) -> int | None:
    """The lowest limit of a kind (``memory.max``, ``pids.max``) among the groups this process is in."""
    found = [most for folder in groups() if (most := number_in(folder / name)) is not None]
    return min(found, default=None)


def groups() -> list[Path]:
    """The folders of the control groups (version 2) that this process is in, from its own outwards."""
    try:
        lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
        path = next(line[3:] for line in lines if line.startswith("0::/"))
    except (OSError, ValueError, StopIteration):
        path = "/"
    own = GROUPS / path.lstrip("/")
    return [own, *(folder for folder in own.parents if folder.is_relative_to(GROUPS))]


def number_in(file: Path) -> int | None:
    """The whole number in a file; None where there is none ("max")."""
    try:
        return int(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None


def figure_in(file: Path, name: str) -> int | None:
    """The number behind a name, in a file with one on every line."""
    try:
        for line in file.read_text(encoding="ascii").splitlines():
            if line.startswith(f"{name} "):
                return int(line.split()[1])
    except (OSError, ValueError, IndexError):
        pass
    return None


def resource_limit(name: str) -> int | None:
    """A limit of this process (``RLIMIT_AS`` ...); None where it has none, or the system knows no such limit."""
    try:
        import resource

        most = resource.getrlimit(getattr(resource, name))[0]
        return None if most in (resource.RLIM_INFINITY, -1) else most
    except (ImportError, AttributeError, OSError, ValueError):
        return None


def spoken(size: float) -> str:
    """Bytes as a person says them: ``350 KB``, ``1.2 GB``."""
    for unit, below in (("KB", 1e6), ("MB", 1e9), ("GB", 1e12), ("TB", 1e15)):
        if size < below:
            number = size / below * 1000
            return f"{number:.0f} {unit}" if number >= 9.95 else f"{number:.1f} {unit}"
    return f"{size / 1e15:,.0f} PB"
