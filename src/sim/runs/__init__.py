"""Many worlds: cut into blocks, computed by one process or several, kept in a folder, made into a result.

    run              scenarios in, Result out
    asked            what was run in a results folder, to be run again
    open_folder      a results folder as a Result
    present          tables, figures and report of a results folder, made again
    Progress         tells people how far a run is
    cpus             how many workers make sense here

Nothing heavy is imported before it is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sim.runs.errors import InputError, RunFailed, Stopped
    from sim.runs.executors import cpus
    from sim.runs.job import asked, open_folder, present, run
    from sim.runs.progress import Progress

__all__ = ["InputError", "Progress", "RunFailed", "Stopped", "asked", "cpus", "open_folder", "present", "run"]

_WHERE = {
    "InputError": "errors",
    "RunFailed": "errors",
    "Stopped": "errors",
    "cpus": "executors",
    "asked": "job",
    "open_folder": "job",
    "present": "job",
    "run": "job",
    "Progress": "progress",
}


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
