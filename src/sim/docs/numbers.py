"""Numbers that a page is made of, kept beside it as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def kept(path: Path) -> dict[str, Any]:
    """What a file holds; nothing where there is none."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found
