"""Writing a file whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path


def put(path: Path, content: str | bytes) -> Path:
    """Writes ``content`` (text as UTF-8, its line ends as they are) beside ``path``, then renames it into
    place.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        aside.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
        aside.replace(path)
    finally:
        aside.unlink(missing_ok=True)
    return path
