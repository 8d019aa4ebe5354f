"""What people type: the commands of `run.py`, one file a group of them, and what becomes of them."""

from __future__ import annotations

from sim.cli.commands import COMMANDS, command_of, main, parse

__all__ = ["COMMANDS", "command_of", "main", "parse"]
