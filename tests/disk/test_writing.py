"""A file is there whole or not at all."""

from __future__ import annotations

import json
import os
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


def test_no_link_is_written_through(tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_text("mine", encoding="utf-8")
    for name in ("b.csv", f".b.csv.{os.getpid()}.part"):  # in the place of the file, and of the one beside it
        (tmp_path / name).symlink_to(precious)
    put(tmp_path / "b.csv", "new")
    assert precious.read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "b.csv").is_symlink()
    assert (tmp_path / "b.csv").read_text(encoding="utf-8") == "new"


def test_a_part_of_a_path_in_another_encoding_can_be_told(tmp_path: Path) -> None:
    path = put(tmp_path / "a.json", '{"command": "run.py caf\udce9"}')
    assert json.loads(path.read_bytes())["command"] == "run.py caf\udce9"
