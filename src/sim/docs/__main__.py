"""``python -m sim.docs``: write what is made from the code, or with ``--check`` say what is out of date."""

from __future__ import annotations

import argparse
import sys

from sim.disk.writing import put
from sim.docs import DOCS, stale


def main() -> int:
    """The exit code: 1 if something is out of date and was only looked at."""
    parser = argparse.ArgumentParser(prog="python -m sim.docs", description="the generated parts of docs/")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if something is out of date")
    check = parser.parse_args().check
    if not DOCS.is_dir():
        parser.error("the docs are not in the installed package: use the project's folder")
    found = stale()
    for path, text in found.items():
        if not check:
            put(path, text)
        print(path.relative_to(DOCS.parent), "is out of date" if check else "written")
    return 1 if check and found else 0


if __name__ == "__main__":
    sys.exit(main())
