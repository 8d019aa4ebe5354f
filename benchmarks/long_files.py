"""How long the dearest scenario files take: ``python benchmarks/long_files.py`` (one core, wall time).

The tests count the work on the same files, in functions that are called; here are the seconds of the largest that are
read at all. A fifth of a second and some seconds are usual; minutes mean that something is compared with everything.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "scenario"))

from long_files import long_files

from sim.scenario.errors import ScenarioError
from sim.scenario.load import load

SIZE = 250_000


def seconds(file: Path, content: bytes) -> float:
    """How long a file takes to be read, or refused."""
    file.write_bytes(content)
    began = time.perf_counter()
    try:
        load(file)
    except ScenarioError as error:
        str(error)
    return time.perf_counter() - began


def main() -> None:
    """Measure and print, the longest last."""
    load("status_quo")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "x.toml")
        found = [(seconds(file, text.encode()), what) for what, text in long_files(SIZE).items()]
    for spent, what in sorted(found):
        print(f"{spent:8.2f} s  {what}")


if __name__ == "__main__":
    main()
