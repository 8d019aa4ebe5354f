"""A file is there whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.disk.writing import put


def test_text_is_written_as_it_is(tmp_path: Path) -> None:
    path = put(tmp_path / "a" / "b.csv", "één\n")
    assert path.read_bytes() == "één\n".encode()
    assert [entry.name for entry in path.parent.iterdir()] == ["b.csv"]


def test_what_was_there_stays_if_writing_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "b.csv", "old")

    def fails(*_: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(OSError, match="no space"):
        put(path, "new")
    assert path.read_text(encoding="utf-8") == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["b.csv"]
