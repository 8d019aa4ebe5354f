"""What the machine refuses (memory, threads, a disk, a limit), in one line for the person who asked.

Only the standard library is imported here.
"""

from __future__ import annotations

import os
import re
import traceback

NO_ROOM = r"failed to map segment|(?i:cannot allocate memory)"  # how the loader of libraries says it


def refusal_of(fault: Exception) -> str:
    """In one line, what the machine would not do; nothing ("") where it is no refusal of the machine's.

    With SIM_TRACE=1 in the environment the traceback of a refusal is shown, too.
    """
    line = said(fault)
    if line and os.environ.get("SIM_TRACE"):
        traceback.print_exception(fault)
    return line


def said(fault: Exception) -> str:
    """The line, or nothing."""
    text = " ".join(str(fault).split())
    if isinstance(fault, MemoryError) or (isinstance(fault, ImportError) and re.search(NO_ROOM, text)):
        return (
            "Out of memory: the system gave no more. Fewer --workers need less; `ulimit -v`, a container or a batch "
            "job may set a limit, too."
        )
    if isinstance(fault, RuntimeError) and "start new thread" in text:
        return "The system allows no more threads or has no memory for them: see `ulimit -u` and `ulimit -v`."
    if isinstance(fault, RecursionError):
        return "Something is nested too deeply to be read or computed. (SIM_TRACE=1 shows where.)"
    if not isinstance(fault, OSError):
        return ""
    files = " and ".join(repr(name) for name in (fault.filename, fault.filename2) if name is not None)
    what = " ".join((fault.strerror or text or type(fault).__name__).split())
    return f"{what}: {files}" if files else f"{what}. (SIM_TRACE=1 shows where.)"
