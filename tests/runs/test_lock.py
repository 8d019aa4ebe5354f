"""One writer at a time."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sim.runs import lock
from sim.runs.errors import InputError
from sim.scenario.schema import Scenario

Run = Callable[..., Any]
HOLD = """
import sys
from pathlib import Path
from sim.runs.lock import claimed
with claimed(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(folder: Path) -> subprocess.Popen[str]:
    path = os.pathsep.join(filter(None, (str(Path(lock.__file__).parents[2]), os.environ.get("PYTHONPATH"))))
    child = subprocess.Popen(
        [sys.executable, "-c", HOLD, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "held\n"
    return child


def test_two_processes_do_not_write_to_one_folder(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    child = holder(tmp_path)
    try:
        with pytest.raises(InputError, match=f"is being written to by process {child.pid} on ") as refused:
            run(two, worlds=20, out=tmp_path)
        assert refused.value.exit_code == 2
    finally:
        child.kill()
        child.communicate()
    assert (tmp_path / ".lock").exists()  # the dead process left it; nobody holds it
    run(two, worlds=20, out=tmp_path)
    assert not (tmp_path / ".lock").exists()


@pytest.fixture
def _no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", none)


def dead() -> int:
    """The number of a process that is gone."""
    child = subprocess.Popen([sys.executable, "-c", ""])
    child.wait()
    return child.pid


@pytest.mark.usefixtures("_no_locks")
def test_where_the_file_system_keeps_no_locks_a_file_does(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    mark = tmp_path / lock.LOCK_BY_NAME
    host = socket.gethostname()
    for owner in (f"{os.getppid()} {host}", f"{dead()} another-{host}"):
        mark.write_text(f"{owner}\n", encoding="utf-8")
        with pytest.raises(InputError, match=r"is being written to by process .* remove"):
            run(two, worlds=20, out=tmp_path)
        assert mark.read_text(encoding="utf-8") == f"{owner}\n"
    for owner in (f"{dead()} {host}", f"{os.getpid()} {host}"):  # gone, or gone and its number was given to us
        mark.write_text(f"{owner}\n", encoding="utf-8")
        run(two, worlds=20, out=tmp_path)
        assert not mark.exists()


@pytest.mark.usefixtures("_no_locks")
def test_a_lock_without_an_owner_is_somebodys(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    (tmp_path / lock.LOCK_BY_NAME).touch()  # made, and not yet written to
    with pytest.raises(InputError, match="another process"):
        run(two, worlds=20, out=tmp_path)


def test_the_lock_ends_with_the_run_also_when_that_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock.claimed(tmp_path):
        raise ZeroDivisionError
    with lock.claimed(tmp_path), pytest.raises(InputError), lock.claimed(tmp_path):
        pass
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("left", ["", "1", "123", "123 ", "123 ho", "123 host.example\n"])
def test_what_a_killed_process_left_of_its_lock_is_no_hindrance(
    left: str, two: list[Scenario], run: Run, tmp_path: Path
) -> None:
    (tmp_path / ".lock").write_text(left, encoding="utf-8")
    run(two, worlds=20, out=tmp_path)
    assert not (tmp_path / ".lock").exists()
