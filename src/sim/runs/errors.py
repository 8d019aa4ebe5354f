"""The ways in which a run ends before it is done. Each knows its exit code and says in one line what to do."""

from __future__ import annotations

from pathlib import Path

from sim.disk.errors import InputError
from sim.disk.words import OneLine

__all__ = ["Changed", "InputError", "RunFailed", "Stopped"]


class RunFailed(OneLine):
    """The run could not go on (a full disk, workers that die). What the folder holds is whole."""

    exit_code = 1


class Changed(RunFailed):
    """A finished results folder is not as it was written: nothing of it is believed, nothing was changed."""


class Stopped(OneLine):
    """The run was asked to stop, or its time was up. Finished pieces are kept; the same call goes on from them.

    ``folder`` is None for a run in memory, of which nothing is left. ``done`` and ``total`` count worlds over all
    scenarios.
    """

    exit_code = 3

    def __init__(self, folder: Path | None, done: int, total: int, reason: str) -> None:
        self.folder, self.done, self.total, self.reason = folder, done, total, reason
        kept = f"whole in {folder}" if folder is not None else "none of them kept: the run had no folder"
        super().__init__(f"{reason}: {done:,} of {total:,} worlds are done, {kept}")

    @property
    def remaining(self) -> int:
        """Worlds still to be simulated, over all scenarios."""
        return self.total - self.done
