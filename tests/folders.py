"""Results folders compared."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def bytes_of(folder: Path) -> dict[str, Any]:
    """Every file of a results folder with its content; of the manifest, all but "made"."""
    found: dict[str, Any] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    if "manifest.json" in found:
        found["manifest.json"] = json.loads(found["manifest.json"])
        del found["manifest.json"]["made"]
    return found
