"""What stands around a command: closed and full streams, Ctrl-C at any moment, no memory, nothing that can be written.

Each of these has one answer: the command's own exit code, 1 and one line where what it printed is lost, 3 where it was
stopped; never a traceback, and never a line in somebody else's file.
"""

from __future__ import annotations

import errno
import io
import json
import os
import shlex
import shutil
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sim import cli
from sim.cli import commands, stopping, streams
from sim.cli.relay import relayed
from sim.engine.fused.kept import MOVED_BY, usual_folder
from waiting import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parents[1]
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="shells, signals and devices are others on Windows")
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
LOST = "What was to be printed could not be written: No space left on device\n"
SMALL = ["--worlds", "3", "--days", "5", "--workers", "1", "--events", "none", "--figures", "none", "--quiet"]
DOOR = shlex.join([sys.executable, str(ROOT / "run.py")])
LINES = {  # a command line of each kind of answer, and its exit code
    "--help": 0,
    "list": 0,
    "describe status_quo --all": 0,
    "check --schema": 0,
    "check status_quo no_such.toml": 2,
    "diff status_quo forced_exit --json": 0,
    "explain status_quo --world 0 --days 40": 0,
    "nonsense": 2,
    "verify no_such_folder": 2,
    "test tests/test_layers.py -n 0 -q -p no:cacheprovider": 0,
}
Capture = pytest.CaptureFixture[str]


def shell(line: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A line typed in a shell, in which `$run` is run.py."""
    whole = f'run() {{ {DOOR} "$@"; }}\n{line}'
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"} | more
    return subprocess.run(
        ["sh", "-c", whole], cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
    )


# --- streams ---


@POSIX_ONLY
@pytest.mark.parametrize("unbuffered", ["", pytest.param("1", marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    "where",
    [
        ">&-",
        "2>&-",
        ">&- 2>&-",
        "<&- >&- 2>&-",
        "2>/dev/full",
        ">/dev/full 2>/dev/full",
        "2>&1 | true",
        "| head -c 1",
        "| true",
    ],
)
def test_where_nobody_reads_a_command_does_what_it_does(where: str, unbuffered: str, tmp_path: Path) -> None:
    for line, code in (("list", int(where.startswith(">/dev/full"))), ("nonsense", 2)):
        told = shell(f"{{ run {line}; echo $? >code; }} {where}", tmp_path, PYTHONUNBUFFERED=unbuffered)
        assert (tmp_path / "code").read_text(encoding="utf-8") == f"{code}\n", told.stderr
        assert len(told.stderr.splitlines()) <= (code == 2), told.stderr


@POSIX_ONLY
@pytest.mark.parametrize("line", LINES)
def test_every_command_survives_a_reader_that_leaves(line: str, tmp_path: Path) -> None:
    told = shell(f"{{ run {line}; echo $? >code; }} | true", tmp_path)
    assert (tmp_path / "code").read_text(encoding="utf-8") == f"{LINES[line]}\n", told.stderr
    assert len(told.stderr.splitlines()) == (LINES[line] == 2), told.stderr


@FULL
@pytest.mark.parametrize(
    "line",
    [pytest.param(line, marks=() if place % 3 == 0 else pytest.mark.nightly) for place, line in enumerate(LINES)],
)
def test_what_could_not_be_printed_is_said(line: str, tmp_path: Path) -> None:
    told = shell(f"run {line} >/dev/full", tmp_path)
    if line in ("nonsense", "verify no_such_folder"):  # nothing is printed there
        assert told.returncode == 2
        return
    assert told.returncode == (LINES[line] or 1)
    assert told.stderr.endswith(LOST)
    assert len(told.stderr.splitlines()) == 1 + (LINES[line] == 2), told.stderr


@pytest.fixture(scope="module")
def usual(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A results folder, made where all that is printed is read."""
    folder = tmp_path_factory.mktemp("usual") / "results"
    assert (
        shell(f"run run status_quo {shlex.join(SMALL)} --out {shlex.quote(str(folder))}", folder.parent).returncode == 0
    )
    return folder


@FULL
@pytest.mark.parametrize("where", [">/dev/full", "<&- >&- 2>&-", "| true"])
def test_a_run_is_whole_whatever_becomes_of_what_it_prints(where: str, usual: Path, tmp_path: Path) -> None:
    told = shell(f"{{ run run status_quo {shlex.join(SMALL)} --out results; echo $? >code; }} {where}", tmp_path)
    assert (tmp_path / "code").read_text(encoding="utf-8") == ("1\n" if "full" in where else "0\n"), told.stderr
    files = [path.relative_to(usual) for path in usual.rglob("*") if path.is_file()]
    assert len(files) > 5
    for path in files:
        one, other = ((folder / path).read_bytes() for folder in (usual, tmp_path / "results"))
        assert one == other or path.name in ("manifest.json", ".lock"), path


@POSIX_ONLY
def test_closed_descriptors_are_opened_on_nothing_and_handed_on(tmp_path: Path) -> None:
    program = (
        "import subprocess, sys\n"
        f"sys.path.insert(0, {str(ROOT / 'src')!r})\n"
        "from sim.cli import streams\n"
        "streams.open_all()\n"
        "with open('file', 'w') as file:\n"
        "    print('out', flush=True)\n"
        "    print('err', file=sys.stderr, flush=True)\n"
        "    subprocess.run([sys.executable, '-c', 'print(1)'], check=True)\n"
        "    file.write(f'{file.fileno() > 2} {sys.stdin.read()!r}')\n"
    )
    line = f"{shlex.quote(sys.executable)} -c {shlex.quote(program)} <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", line], cwd=tmp_path, check=False).returncode == 0
    assert (tmp_path / "file").read_text(encoding="utf-8") == "True ''"


class Reluctant(io.RawIOBase):
    """Takes a few bytes at a time, then none for once, then refuses."""

    def __init__(self, fault: int | None) -> None:
        super().__init__()
        self.fault = fault
        self.taken = b""
        self.calls = 0
        self.read_end, self.write_end = os.pipe()

    def write(self, data: Any) -> int | None:  # type: ignore[override]
        self.calls += 1
        if self.calls == 2:
            return None
        if self.fault is not None and self.calls > 3:
            raise OSError(self.fault, "as was to be tried")
        self.taken += bytes(data[:3])
        return len(bytes(data[:3]))

    def fileno(self) -> int:
        return self.write_end

    def close(self) -> None:
        for number in (self.read_end, self.write_end) if not self.closed else ():
            os.close(number)
        super().close()


@POSIX_ONLY
def test_an_outlet_writes_all_of_it_also_where_little_is_taken() -> None:
    with Reluctant(None) as target:
        outlet = streams.Outlet(target)
        assert outlet.write(b"0123456789") == 10
        assert target.taken == b"0123456789"
        assert outlet.fault is None


@POSIX_ONLY
def test_an_outlet_that_failed_once_is_left_alone() -> None:
    with Reluctant(errno.EIO) as target:
        outlet = streams.Outlet(target)
        assert outlet.write(b"0123456789") == 10
        assert outlet.write(b"more") == 4
        assert outlet.fault is not None and outlet.fault.errno == errno.EIO
        assert (target.taken, target.calls) == (b"012345", 4)


def test_streams_that_somebody_put_in_place_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    own = io.StringIO()
    monkeypatch.setattr(sys, "stdout", own)
    streams.soften("stdout")
    assert sys.stdout is own
    assert streams.guarded(lambda words: print(*words) or 0, ["said"]) == 0  # type: ignore[func-returns-value]
    assert own.getvalue() == "said\n"


@POSIX_ONLY
def test_what_an_encoding_lacks_is_replaced(tmp_path: Path) -> None:
    told = shell("run list", tmp_path, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert told.returncode == 0, told.stderr
    assert "?" in told.stdout


def test_a_programs_output_goes_through_ours(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    program = "import sys; print('x' * 200_000); sys.exit(7)"
    assert relayed([sys.executable, "-c", program], cwd=tmp_path) == 7
    assert capfd.readouterr().out == "x" * 200_000 + "\n"


# --- Ctrl-C ---

AT_AN_IMPORT = """
import os, signal, sys

left, kind = int(sys.argv[1]), getattr(signal, sys.argv[2])
begun = left
sys.argv = sys.argv[3:]

def count(event, _of):
    global left
    if event == "import":
        left -= 1
        if left == 0:
            os.kill(os.getpid(), kind)

sys.addaudithook(count)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
with open(sys.argv[0], encoding="utf-8") as file:
    program = compile(file.read(), sys.argv[0], "exec")
try:
    exec(program, {"__name__": "__main__", "__file__": sys.argv[0]})
finally:
    if left > 0:
        print(begun - left)
"""


def stopped_at(number: int, kind: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """`explain`, stopped at its n-th import; if there are fewer, the last line printed is how many there are.

    It works for a while after its imports: so there is time for a stop that is put off.
    """
    words = shlex.split("explain status_quo --world 0 --days 200")
    return subprocess.run(
        [sys.executable, "-c", AT_AN_IMPORT, str(number), kind, str(ROOT / "run.py"), *words],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture(scope="module")
def imports(tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many imports there are in `explain`."""
    return int(stopped_at(1_000_000, "SIGINT", tmp_path_factory.mktemp("counted")).stdout.splitlines()[-1])


@POSIX_ONLY
@pytest.mark.parametrize(
    "part", [0.02, 0.2, 0.5, 0.95, *(pytest.param(part, marks=pytest.mark.slow) for part in (0.1, 0.35, 0.65, 0.8))]
)
def test_a_stop_at_any_import_leaves_no_traceback(part: float, imports: int, tmp_path: Path) -> None:
    assert imports > 300
    for kind in ("SIGINT", "SIGTERM"):
        told = stopped_at(round(part * imports), kind, tmp_path)
        assert (told.returncode, told.stderr) == (3, "\nStopped.\n")


@POSIX_ONLY
def test_a_stop_while_one_python_becomes_the_other_is_not_lost(tmp_path: Path) -> None:
    program = (
        "import os, pathlib, signal, sys\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'src')!r}]\n"
        "import run\n"
        f"run.python_of_venv = lambda: pathlib.Path({sys.executable!r})\n"
        "execv = os.execv\n"
        "os.execv = lambda *of: (os.kill(os.getpid(), signal.SIGINT), execv(*of))\n"
        f"sys.argv = [{str(ROOT / 'run.py')!r}, 'list']\n"
        "run.hand_over(['list'])\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (told.returncode, told.stdout, told.stderr) == (3, "", "\nStopped.\n")


@POSIX_ONLY
def test_an_interpreter_that_cannot_be_run_is_one_line(tmp_path: Path) -> None:
    program = (
        "import pathlib, sys\n"
        f"sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'src')!r}]\n"
        "import run\n"
        "from sim.cli import guarded\n"
        "run.python_of_venv = lambda: pathlib.Path('no such python')\n"
        "sys.exit(guarded(run.hand_over, ['list']))\n"
    )
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert (told.returncode, told.stderr) == (1, "No such file or directory: 'no such python'\n")


@pytest.fixture
def by_import(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A module whose import is stopped in its middle, and says whether it came to its end."""
    name = "stopped_in_its_middle"
    text = "import signal\nsignal.raise_signal(signal.SIGINT)\nwhole = sum(range(1000))\n"
    (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield name
    sys.modules.pop(name, None)


def test_an_import_is_finished_before_a_stop(by_import: str) -> None:
    with pytest.raises(KeyboardInterrupt), stopping.as_interrupt():
        whole = __import__(by_import).whole
        assert whole == 499_500
        wait_until(lambda: False, "the stop")


def test_a_stop_in_a_finalizer_comes_again(capfd: pytest.CaptureFixture[str]) -> None:
    class Stops:
        def __del__(self) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), stopping.as_interrupt():
        Stops()
        wait_until(lambda: False, "the stop")
    assert capfd.readouterr().err == ""


def test_what_is_ignored_stays_ignored_and_all_is_as_before() -> None:
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stopping.as_interrupt():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is stopping.interrupt
    finally:
        signal.signal(signal.SIGINT, before)
    assert signal.getsignal(signal.SIGTERM) is not stopping.interrupt


def test_a_command_can_be_done_in_another_thread(capsys: Capture) -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(cli.main(["list"])))
    thread.start()
    thread.join(PATIENCE)
    assert codes == [0]
    assert "status_quo" in capsys.readouterr().out


@POSIX_ONLY
def test_the_tests_are_stopped_with_us(tmp_path: Path) -> None:
    (tmp_path / "long.py").write_text(
        "import pathlib, time\npathlib.Path('begun').touch()\ntime.sleep(6000)\n", encoding="utf-8"
    )
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT / 'src')!r})\n"
        "import pathlib\nfrom sim import cli\nfrom sim.cli import commands\nfrom sim.cli.relay import relayed\n"
        "def act(words):\n"
        "    with cli.as_interrupt():\n"
        "        return relayed([sys.executable, 'long.py'], cwd=pathlib.Path())\n"
        "sys.exit(cli.guarded(act, []))\n"
    )
    job = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    wait_until(lambda: (tmp_path / "begun").exists() or job.poll() is not None, "the beginning of the tests")
    job.send_signal(signal.SIGTERM)
    _, err = job.communicate(timeout=PATIENCE)
    assert (job.returncode, err) == (3, "\nStopped.\n")


# --- what the machine refuses ---


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        (MemoryError(), "Out of memory: "),
        (RecursionError("maximum recursion depth exceeded"), "Something is nested too deeply"),
        (OSError(errno.EMFILE, "Too many open files"), "Too many open files. "),
        (OSError(errno.ENOSPC, "No space left on device", "a\nfile"), "No space left on device: 'a\\nfile'"),
        (OSError("one\ntwo"), "one two. "),
        (BlockingIOError(), "BlockingIOError. "),
        (ImportError("a.so: failed to map segment from shared object"), "Out of memory: "),
        (RuntimeError("can't start new thread"), "The system allows no more threads"),
    ],
)
def test_what_the_machine_refuses_is_one_line(
    fault: Exception, line: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(_chosen: object) -> int:
        raise fault

    monkeypatch.setitem(cli.COMMANDS, "list", SimpleNamespace(**vars(cli.COMMANDS["list"]) | {"act": refuses}))
    monkeypatch.delenv("SIM_TRACE", raising=False)
    assert cli.main(["list", "--json"]) == 1
    shown = capsys.readouterr()
    assert shown.err.startswith(line)
    assert len(shown.err.splitlines()) == 1
    assert json.loads(shown.out) == {"failed": shown.err.strip()}
    monkeypatch.setenv("SIM_TRACE", "1")
    assert cli.main(["list"]) == 1
    shown = capsys.readouterr()
    assert "in refuses" in shown.err
    assert shown.err.splitlines()[-1].startswith(line)


def test_a_fault_of_ours_shows_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_chosen: object) -> int:
        raise ImportError("no module of this name")

    monkeypatch.setitem(cli.COMMANDS, "list", SimpleNamespace(**vars(cli.COMMANDS["list"]) | {"act": fails}))
    with pytest.raises(ImportError, match="of this name"):
        cli.main(["list"])


@pytest.mark.skipif(sys.platform != "linux", reason="other systems limit memory otherwise, or not at all")
@pytest.mark.parametrize("kilobytes", [40_000, 60_000, 120_000])
def test_too_little_memory_is_one_line(kilobytes: int, tmp_path: Path) -> None:
    told = shell(f"ulimit -v {kilobytes}; run describe status_quo", tmp_path, OPENBLAS_NUM_THREADS="1")
    assert told.returncode == 1, told.stdout
    assert told.stderr.startswith(("Out of memory: ", "OpenBLAS error: Memory allocation")), told.stderr
    assert len(told.stderr.splitlines()) == 1


# --- where nothing can be written ---


@pytest.fixture
def prepared(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment in which `prepare` is to find a place, and from which what it sets is gone afterwards."""
    for name in ("MPLCONFIGDIR", "MPLBACKEND", "XDG_CACHE_HOME", MOVED_BY):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    return monkeypatch


def test_what_matplotlib_keeps_is_this_users_alone(prepared: pytest.MonkeyPatch, tmp_path: Path) -> None:
    prepared.setenv(MOVED_BY, str(tmp_path))
    commands.prepare()
    place = Path(os.environ["MPLCONFIGDIR"])
    assert place == tmp_path / "matplotlib" == usual_folder("matplotlib")
    if os.name != "nt":
        assert stat.S_IMODE(place.stat().st_mode) == 0o700


@POSIX_ONLY
@pytest.mark.parametrize("planted", ["open to others", "a link to a folder that is", "a file", "nothing"])
def test_what_others_may_write_to_is_not_used(planted: str, prepared: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place, aside = tmp_path / "matplotlib", tmp_path / "aside"
    for folder in (place, aside) if planted == "open to others" else (aside,):
        folder.mkdir()
        folder.chmod(0o777)
    if planted == "a link to a folder that is":
        place.symlink_to(aside)
    if planted == "a file":
        place.touch()
    prepared.setenv(MOVED_BY, "" if planted == "nothing" else str(tmp_path))
    given_up: list[Any] = []
    prepared.setattr("atexit.register", lambda *of, **more: given_up.append(of))
    commands.prepare()
    chosen = Path(os.environ["MPLCONFIGDIR"])
    try:
        assert chosen not in (place, aside)
        assert stat.S_IMODE(chosen.stat().st_mode) == 0o700
        assert given_up == [(shutil.rmtree, str(chosen))]
    finally:
        shutil.rmtree(chosen)


def test_a_home_that_is_not_there_is_not_made(prepared: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("HOME", "USERPROFILE"):
        prepared.setenv(name, str(tmp_path / "gone"))
    prepared.delenv("LOCALAPPDATA", raising=False)
    assert usual_folder() is None
    for name in ("HOME", "USERPROFILE"):
        prepared.setenv(name, "relative")
    assert usual_folder() is None


EVERYTHING_READ_ONLY = """
set -e
mount --make-rprivate /
mount --bind "$1" "$1"
while read -r _ place _ rest; do
    case "$place" in /proc*|/sys*|"$1") ;; *) mount -o remount,ro,bind "$(printf %b "$place")" 2>/dev/null || : ;; esac
done < /proc/self/mounts
mount -o remount,rw,bind "$1"
for place in / /tmp "$2" "$HOME"; do
    if touch "$place/x" 2>/dev/null; then echo "$place can be written to" >&2; exit 77; fi
done
unset HOME
cd "$1"
shift 2
exec "$@"
"""


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can make it so")
@pytest.mark.skipif(shutil.which("unshare") is None, reason="there is no unshare")
@pytest.mark.parametrize(
    "words",
    [
        ["list"],
        ["check", "status_quo"],
        pytest.param(["run", "status_quo", *SMALL, "--figures", "all", "--out", "results"], marks=pytest.mark.slow),
    ],
    ids=lambda words: words[0],
)
def test_nothing_need_be_writable_but_the_results(words: list[str], tmp_path: Path) -> None:
    command = ["unshare", "-m", "sh", "-c", EVERYTHING_READ_ONLY, "sh", str(tmp_path), str(ROOT)]
    left_out = ("MPLCONFIGDIR", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR", "TMPDIR", MOVED_BY)
    bare = {name: value for name, value in os.environ.items() if name not in left_out} | {"HOME": "/root"}
    told = subprocess.run(
        [*command, sys.executable, str(ROOT / "run.py"), *words],
        env=bare,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if told.returncode == 77 or told.stderr.startswith(("unshare:", "mount:")):
        pytest.skip(f"this system cannot be made read-only: {told.stderr.strip()}")
    assert (told.returncode, told.stderr) == (0, "")
    left = [path.name for path in tmp_path.iterdir()]
    assert left == (["results"] if words[0] == "run" else []), "what was put beside is gone again"
