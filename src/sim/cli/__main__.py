"""``python -m sim.cli``: the same as run.py, without its set-up."""

from __future__ import annotations

import sys

from sim.cli.commands import main

if __name__ == "__main__":
    sys.exit(main())
