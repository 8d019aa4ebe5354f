"""Only regular files are read, at most as far as they may go, and nothing is waited for."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.disk.reading import Unfit, content_of, is_systems_own, json_of, opened, same_content, sum_of, sum_of_file

POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")


def link(path: Path) -> None:
    path.with_name("target").write_bytes(b"content")
    path.symlink_to("target")


UNFIT: dict[str, Callable[[Path], object]] = {
    "is a link": link,
    "is a folder": Path.mkdir,
    "is no ordinary file": lambda path: os.mkfifo(path),
    "has 20 bytes, of which it may have 10": lambda path: path.write_bytes(b"x" * 20),
}


@POSIX
@pytest.mark.parametrize("said", UNFIT)
def test_what_is_no_file_or_too_large_is_not_read(said: str, tmp_path: Path) -> None:
    UNFIT[said](tmp_path / "x")
    with pytest.raises(Unfit, match=said):
        content_of(tmp_path / "x", 10)
    if "bytes" not in said:
        with pytest.raises(Unfit, match=said):
            sum_of_file(tmp_path / "x")
        assert not same_content(tmp_path / "x", tmp_path / "x")


@POSIX
def test_a_device_is_no_file() -> None:
    with pytest.raises(Unfit, match="is no ordinary file"), opened(Path("/dev/zero")):
        pass


def test_sums_and_comparisons(tmp_path: Path) -> None:
    large = bytes(range(256)) * 9000  # more than is read at once
    (tmp_path / "a").write_bytes(large)
    (tmp_path / "b").write_bytes(large)
    (tmp_path / "c").write_bytes(large[:-1] + b"?")
    assert sum_of_file(tmp_path / "a") == (len(large), sum_of(large))
    assert same_content(tmp_path / "a", tmp_path / "b")
    assert not same_content(tmp_path / "a", tmp_path / "c")
    assert not same_content(tmp_path / "a", tmp_path / "nothing")


def test_json_that_is_no_object_is_nothing() -> None:
    assert json_of(b'{"a": 1}') == {"a": 1}
    for content in (b"", b"[1]", b"{", b"\xff", b"[" * 100_000, b'{"a":' * 100_000):
        assert json_of(content) is None


def test_what_systems_leave_in_folders() -> None:
    assert all(
        map(is_systems_own, (".DS_Store", "desktop.ini", "Desktop.ini", "Thumbs.db", "._worlds.csv", ".nfs0001"))
    )
    assert not any(map(is_systems_own, ("notes.txt", ".git", "worlds.csv", ".env", "manifest.json")))
