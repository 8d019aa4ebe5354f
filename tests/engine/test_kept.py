"""Compiled programs are kept: whole or not at all, for one user, within bounds, by many processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sim.engine.fused import kept as module
from sim.engine.fused.kept import MOVED_BY, fingerprint, kept, usual_folder

POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="owners and modes are POSIX's")
SRC = Path(__file__).parents[2] / "src"

MANY = """
import sys
from pathlib import Path
from sim.engine.fused.kept import kept

folder, me = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
for turn in range(150):
    key = f"program {(turn * 7 + me) % 11}"
    wanted = key.encode() * 2000
    assert kept(key, lambda: wanted, folder=folder, most=150_000) == wanted, "another's, or half"
"""
"""Eleven programs of some 20 kB of which about seven may stay: each process reads, makes and deletes all the time."""


class Maker:
    """Makes a program and counts how often."""

    def __init__(self, program: bytes = b"a program") -> None:
        self.program = program
        self.times = 0

    def __call__(self) -> bytes:
        self.times += 1
        return self.program


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_it_is_made_once_and_then_kept(tmp_path: Path) -> None:
    folder, make, other = tmp_path / "a" / "folder – ü", Maker(), Maker(b"")
    for _ in range(3):
        assert kept("key", make, folder=folder) == make.program
        assert kept("clé/..\\:*?", other, folder=folder) == b""
    assert (make.times, other.times) == (1, 1)
    assert len(files(folder)) == 2
    assert all(path.stem.isalnum() for path in files(folder))


def test_what_fails_to_be_made_is_not_kept(tmp_path: Path) -> None:
    def broken() -> bytes:
        raise ValueError("no such program")

    with pytest.raises(ValueError, match="no such program"):
        kept("key", broken, folder=tmp_path)
    assert not files(tmp_path)
    assert kept("key", Maker(), folder=tmp_path) == b"a program"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda content: b"",
        lambda content: content[:10],
        lambda content: content[:-1],
        lambda content: content + b"\0",
        lambda content: content[:-1] + bytes([content[-1] ^ 1]),
        lambda content: bytes([content[0] ^ 1]) + content[1:],
        lambda content: b"garbage" * 1000,
    ],
)
def test_a_file_that_is_not_whole_is_made_again(tmp_path: Path, spoil: Callable[[bytes], bytes]) -> None:
    make = Maker()
    kept("key", make, folder=tmp_path)
    (path,) = files(tmp_path)
    path.write_bytes(spoil(path.read_bytes()))
    assert kept("key", make, folder=tmp_path) == make.program
    assert kept("key", make, folder=tmp_path) == make.program
    assert make.times == 2


def test_a_file_under_anothers_name_is_not_taken(tmp_path: Path) -> None:
    kept("one", Maker(b"one"), folder=tmp_path)
    (one,) = files(tmp_path)
    kept("two", Maker(b"two"), folder=tmp_path)
    (two,) = set(files(tmp_path)) - {one}
    two.write_bytes(one.read_bytes())
    assert kept("two", Maker(b"two"), folder=tmp_path) == b"two"


def test_many_processes_at_once_each_get_what_they_asked_for(tmp_path: Path) -> None:
    jobs = [
        subprocess.Popen(
            [sys.executable, "-c", MANY, str(tmp_path), str(me)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(SRC)},
        )
        for me in range(4)
    ]
    for job in jobs:
        assert job.stdout is not None
        assert job.stdout.readline() == "ready\n"
    for job in jobs:
        assert job.stdin is not None
        job.stdin.write("go\n")
        job.stdin.flush()
    answers = [job.communicate(timeout=600) for job in jobs]
    assert [job.returncode for job in jobs] == [0] * 4, answers
    assert {path.suffix for path in files(tmp_path)} == {".program"}
    kept("one more", Maker(), folder=tmp_path, most=150_000)
    assert sum(path.stat().st_size for path in files(tmp_path)) <= 150_000


def test_what_was_not_asked_for_the_longest_goes_first(tmp_path: Path) -> None:
    makers = {name: Maker(name.encode() * 1000) for name in "abcd"}
    names = {}
    for age, name in enumerate("abc"):
        kept(name, makers[name], folder=tmp_path)
        (names[name],) = set(files(tmp_path)) - set(names.values())
        os.utime(names[name], (1_000_000 + age, 1_000_000 + age))
    left_by_a_killed_process = tmp_path / "x.part"
    left_by_a_killed_process.write_bytes(b"x" * 1000)
    os.utime(left_by_a_killed_process, (1_000, 1_000))
    somebody_elses = tmp_path / "notes.txt"
    somebody_elses.write_bytes(b"x" * 10_000)
    os.utime(somebody_elses, (1_000, 1_000))
    kept("a", makers["a"], folder=tmp_path)  # now b is the one
    kept("d", makers["d"], folder=tmp_path, most=3 * 1032)
    assert somebody_elses.exists()
    assert not left_by_a_killed_process.exists()
    assert not names["b"].exists()
    for name in "acd":
        kept(name, makers[name], folder=tmp_path)
    assert [makers[name].times for name in "abcd"] == [1, 1, 1, 1]


def test_what_is_larger_than_the_bound_is_not_kept(tmp_path: Path) -> None:
    small, large = Maker(b"x" * 100), Maker(b"x" * 1000)
    kept("small", small, folder=tmp_path, most=500)
    for _ in range(2):
        assert kept("large", large, folder=tmp_path, most=500) == large.program
    kept("small", small, folder=tmp_path, most=500)
    assert (small.times, large.times) == (1, 2)


@POSIX_ONLY
def test_only_this_user_can_read_and_write_what_is_kept(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        kept("key", Maker(), folder=tmp_path / "programs")
    finally:
        os.umask(before)
    assert (tmp_path / "programs").stat().st_mode & 0o777 == 0o700
    (path,) = files(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600


@POSIX_ONLY
@pytest.mark.parametrize("mode", [0o777, 0o1777, 0o702, 0o720])
def test_a_folder_others_can_write_to_is_not_used(tmp_path: Path, mode: int) -> None:
    make = Maker()
    kept("key", make, folder=tmp_path)
    (path,) = files(tmp_path)
    tmp_path.chmod(mode)
    try:
        for _ in range(2):
            assert kept("key", make, folder=tmp_path) == make.program
            kept("other", Maker(), folder=tmp_path)
    finally:
        tmp_path.chmod(0o700)
    assert make.times == 3
    assert files(tmp_path) == [path]


@POSIX_ONLY
def test_a_file_others_can_write_to_is_made_again(tmp_path: Path) -> None:
    make = Maker()
    kept("key", make, folder=tmp_path)
    (path,) = files(tmp_path)
    path.chmod(0o666)
    kept("key", make, folder=tmp_path)
    assert make.times == 2
    assert path.stat().st_mode & 0o777 == 0o600


@POSIX_ONLY
def test_what_belongs_to_another_user_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    kept("key", make, folder=tmp_path)
    me = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: me + 1)
    kept("key", make, folder=tmp_path)
    kept("other", Maker(), folder=tmp_path)
    assert make.times == 2
    assert len(files(tmp_path)) == 1


def test_where_no_folder_can_be_made_nothing_is_said(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], recwarn: pytest.WarningsRecorder
) -> None:
    (tmp_path / "a file").touch()
    make = Maker()
    for _ in range(2):
        assert kept("key", make, folder=tmp_path / "a file" / "folder") == make.program
    assert make.times == 2
    assert capfd.readouterr() == ("", "")
    assert not recwarn.list


def test_where_nothing_can_be_written_it_is_made_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests may run as root, whom no mode keeps out."""

    def full(*_: object, **__: object) -> tuple[int, str]:
        raise OSError(30, "Read-only file system")

    kept("there", Maker(), folder=tmp_path)
    monkeypatch.setattr(module.tempfile, "mkstemp", full)
    monkeypatch.setattr(os, "utime", full)
    there, make = Maker(), Maker()
    for _ in range(2):
        assert kept("there", there, folder=tmp_path) == there.program
        assert kept("key", make, folder=tmp_path) == make.program
    assert (there.times, make.times) == (0, 2)


def test_a_disk_that_fills_up_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert kept("key", Maker(), folder=tmp_path) == b"a program"
    assert not files(tmp_path)


def test_the_environment_moves_the_folder_or_switches_it_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make = Maker()
    monkeypatch.setenv(MOVED_BY, str(tmp_path / "moved"))
    kept("key", make)
    kept("key", make)
    assert make.times == 1
    assert len(files(tmp_path / "moved")) == 1
    monkeypatch.setenv(MOVED_BY, "")
    assert usual_folder() is None
    kept("key", make)
    kept("key", make)
    assert make.times == 3


@POSIX_ONLY
def test_the_folder_is_where_the_system_keeps_such_things(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(MOVED_BY, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    assert usual_folder() == tmp_path / "xdg" / "iraq-withdrawal-sim" / "programs"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert usual_folder() == tmp_path / ".cache" / "iraq-withdrawal-sim" / "programs"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert usual_folder() == tmp_path / "Library" / "Caches" / "iraq-withdrawal-sim" / "programs"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert usual_folder() == tmp_path / "local" / "iraq-withdrawal-sim" / "programs"


def test_without_a_home_it_is_made_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in (MOVED_BY, "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    make = Maker()
    assert usual_folder() is None
    assert [kept("key", make), kept("key", make)] == [make.program] * 2
    assert make.times == 2


def test_a_fingerprint_tells_parts_apart() -> None:
    assert fingerprint("a", b"b") == fingerprint(b"a", "b")
    assert len({fingerprint("ab"), fingerprint("a", "b"), fingerprint("b", "a"), fingerprint("", "ab")}) == 4
    assert fingerprint("same") == fingerprint("same")
    assert fingerprint("ü").isalnum()
