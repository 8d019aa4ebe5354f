"""Makes anew what is installed where: constraints.txt, and the files beside this one, with hashes.

    python requirements/make.py                     # keeps the versions that still fit pyproject.toml
    python requirements/make.py --upgrade           # takes the newest that fit
    python requirements/make.py --upgrade-package numpy

Everything is resolved at once, for every system and Python that pyproject.toml names, by uv (of `run.py setup --dev`).
run.txt then holds what running needs; fast.txt, study.txt, cluster.txt, test.txt and dev.txt what each level adds to
those before it; build.txt the program that puts the project itself in. Each package has the hashes of all files of its
release, so that these files serve every machine. No file says where packages are fetched from: that is each machine's
own affair.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
CONSTRAINTS = ROOT / "constraints.txt"
LEVELS = ("run", "fast", "study", "cluster", "test", "dev")  # as in run.py
FOR_EDITABLE = "editables"  # what hatchling asks for besides itself when a project is installed editable


def compiled(*words: str | Path) -> str:
    """What uv resolves, as it prints it.

    Raises:
        subprocess.CalledProcessError: it cannot; its own words are on stderr.
    """
    beside = Path(sys.executable).parent
    uv = shutil.which("uv", path=str(beside)) or shutil.which("uv")
    if uv is None:
        sys.exit("uv is not installed: `python3 run.py setup --dev` does")
    command = [uv, "pip", "compile", "--quiet", "--universal", "--no-header", "--no-annotate", *map(str, words)]
    command += ["--no-emit-index-url", "--no-emit-find-links"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout


def blocks(text: str) -> dict[str, str]:
    """The entries of a file of requirements by their first line without its hashes: `NAME==VERSION ; MARKER`."""
    entries = re.findall(r"^\w.*(?:\n +--hash=.*)*", text, re.MULTILINE)
    return {entry.partition("\n")[0].rstrip(" \\"): entry for entry in entries}


def name_of(entry: str) -> str:
    """The name of a package, by a line that begins with it."""
    found = re.match(r"[\w.-]+", entry)
    assert found is not None
    return found.group().lower()


def levels(entries: Sequence[str]) -> dict[str, list[str]]:
    """The entries, each at the lowest level that needs it."""
    left = list(entries)
    found = {}
    for level in LEVELS[:-1]:
        extra = () if level == "run" else ("--extra", level)
        needed = {name_of(line) for line in blocks(compiled("pyproject.toml", *extra, "-c", CONSTRAINTS))}
        found[level] = [entry for entry in left if name_of(entry) in needed]
        left = [entry for entry in left if name_of(entry) not in needed]
    return found | {LEVELS[-1]: left}


def write(path: Path, entries: Sequence[str]) -> None:
    """Write a file of requirements."""
    path.write_text("\n".join(entries) + "\n", encoding="utf-8", newline="\n")
    print(f"{path.relative_to(ROOT)}: {len(entries)}")


def main(words: Sequence[str]) -> None:
    """Resolve, divide, write."""
    system = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    with tempfile.TemporaryDirectory() as folder:
        kept, kept_build, asked = (Path(folder) / name for name in ("kept.txt", "build.txt", "build.in"))
        for old, copy in ((CONSTRAINTS, kept), (HERE / "build.txt", kept_build)):
            copy.write_text(old.read_text(encoding="utf-8") if old.exists() else "", encoding="utf-8")
        compiled("pyproject.toml", "--all-extras", "--generate-hashes", "-o", kept, *words)
        found = blocks(kept.read_text(encoding="utf-8"))
        write(CONSTRAINTS, list(found))
        asked.write_text("\n".join([*system, FOR_EDITABLE]), encoding="utf-8")
        compiled(asked, "--generate-hashes", "--python-version", "3.11", "-c", CONSTRAINTS, "-o", kept_build, *words)
        build = blocks(kept_build.read_text(encoding="utf-8"))
    for level, entries in levels(list(found)).items():
        write(HERE / f"{level}.txt", [found[entry] for entry in entries])
    write(HERE / "build.txt", list(build.values()))


if __name__ == "__main__":
    main(sys.argv[1:])
