"""``python -m sim.ask.butfor``: which kinds of event are necessary for an exit, and how often, as CSV."""

from __future__ import annotations

import argparse
import sys

from sim.ask.butfor.study import HISTORIES, WORLDS, table


def main() -> int:
    """Prints the table as CSV."""
    from sim.runs.executors import cpus

    parser = argparse.ArgumentParser(prog="python -m sim.ask.butfor", description=__doc__.partition("\n")[0])
    parser.add_argument("--worlds", type=int, default=WORLDS, help=f"worlds a scenario (default {WORLDS:,})")
    parser.add_argument(
        "--histories", type=int, default=HISTORIES, help=f"of each exit at most so many (default {HISTORIES})"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=cpus())
    chosen = parser.parse_args()
    found = table(worlds=chosen.worlds, histories=chosen.histories, seed=chosen.seed, workers=chosen.workers)
    found.to_csv(sys.stdout, index=False, lineterminator="\n", float_format="%.6g")
    return 0


if __name__ == "__main__":
    sys.exit(main())
