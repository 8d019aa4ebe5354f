"""What people type: the commands of `run.py`, one file a group of them, and what becomes of them."""

from __future__ import annotations

from sim.cli.commands import COMMANDS, main, needed, parse
from sim.cli.stopping import as_interrupt
from sim.cli.streams import guarded

__all__ = ["COMMANDS", "as_interrupt", "guarded", "main", "needed", "parse"]
