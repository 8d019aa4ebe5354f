"""A hash of everything that decides a history."""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from sim.scenario.past import RECORD

DECIDE = ("language/*.py", "model/**/*.py", "engine/*.py")
"""The sources of the vocabulary, the model and the engine; those of the scenario that decide stand below."""
OF_SCENARIOS = ("accepted", "changes", "conditions", "events", "past", "uncertain")


@lru_cache(maxsize=1)
def model_hash() -> str:
    """A hash of everything that decides a history: the sources of the model and of the numbers it is given."""
    package = Path(__file__).parents[1]
    sources = sorted(path for pattern in DECIDE for path in package.glob(pattern))
    sources += [package / "scenario" / f"{name}.py" for name in OF_SCENARIOS]
    found = sha256()
    for source in [*sources, RECORD]:
        name = source.relative_to(package).as_posix()
        found.update(name.encode("utf-8") + b"\0" + source.read_text(encoding="utf-8").encode("utf-8") + b"\0")
    return found.hexdigest()[:16]
