"""``python -m sim.cli``: the same as run.py, without its set-up."""

from __future__ import annotations

import sys

from sim.cli.commands import main
from sim.cli.streams import guarded

if __name__ == "__main__":
    sys.exit(guarded(main, sys.argv[1:]))
