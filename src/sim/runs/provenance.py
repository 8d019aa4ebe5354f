"""How a run was made, as manifest.json says it."""

from __future__ import annotations

import os
import platform
import shlex
import subprocess
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from sim.runs.inputs import Inputs

PACKAGES = ("mesa", "numpy", "pandas", "pyarrow", "pydantic", "matplotlib", "jinja2", "llvmlite")


@cache
def commit() -> str | None:
    """The commit of the project this package runs from, with ``-dirty`` where files differ; None outside its git."""
    root = Path(__file__).resolve().parents[3]
    if not ((root / ".git").exists() and (root / "run.py").exists()):  # installed: git there is another project's
        return None
    question = ["git", "--no-optional-locks", "-C", str(root), "describe", "--always", "--dirty", "--abbrev=40"]
    try:
        answer = subprocess.run(
            [*question, "--exclude=*"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=20,
            check=False,
            stdin=subprocess.DEVNULL,
            # A hook of another repository sets GIT_DIR and the like, which would lead there.
            env={name: value for name, value in os.environ.items() if not name.startswith("GIT_")},
        )
    except (OSError, subprocess.SubprocessError):
        return None
    said = answer.stdout.strip()
    return said if answer.returncode == 0 and said else None


def command(inputs: Inputs) -> str:
    """A command that makes the same again, whatever was typed.

    It names shipped scenarios by name, and others by their files in the results folder; the main job needs no names.
    Replaced choices have no command: what is said then is Python, with the names of the choices.
    """
    from sim.scenario.files import shipped
    from sim.scenario.load import fingerprint, load

    words = ["python3", "run.py", "run"]
    known = shipped()
    if inputs.choices:
        return call(inputs)
    if not inputs.is_main:
        for index, (name, mark) in enumerate(zip(inputs.names, inputs.fingerprints, strict=True)):
            is_shipped = name in known and fingerprint(load(name)) == mark
            words.append(name if is_shipped else inputs.scenario_file(index))
    words += ["--worlds", str(inputs.worlds), "--seed", str(inputs.seed)]
    if inputs.events != "typical":
        words += ["--events", inputs.events]
    return shlex.join(words)


def call(inputs: Inputs) -> str:
    """The call in Python that makes the same again, where choices are replaced."""
    from sim.scenario.files import shipped
    from sim.scenario.load import fingerprint, load

    known = shipped()
    names = [
        name if name in known and fingerprint(load(name)) == mark else inputs.scenario_file(index)
        for index, (name, mark) in enumerate(zip(inputs.names, inputs.fingerprints, strict=True))
    ]
    choices = ", ".join(f"{one.actor!r}: {one.name}" for one in inputs.choices)
    events = "" if inputs.events == "typical" else f", events={inputs.events!r}"
    return f"sim.run({names!r}, worlds={inputs.worlds}, seed={inputs.seed}{events}, choices={{{choices}}})"


def made(
    typed: Sequence[str] | None,
    folder: str | Path | None,
    workers: int,
    engines: Collection[str],
    began: datetime,
    seconds: float,
) -> dict[str, Any]:
    """All that may differ between two runs of the same inputs."""
    return {
        "command": None if typed is None else shlex.join(typed),
        "folder": None if folder is None else str(folder),
        "began": began.isoformat(timespec="seconds"),
        "ended": datetime.now(UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 1),
        "workers": workers,
        "engine": "both" if len(engines) > 1 else next(iter(engines), None),
        "cpu": cpu(),
        "cpus": os.cpu_count(),
        "system": platform.platform(),
        "versions": versions(),
    }


@cache
def versions() -> dict[str, str]:
    """The versions of what makes numbers and pictures. The numbers are the same under others."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return found


def cpu() -> str:
    """The processor's name, where it can be had."""
    try:
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
