"""What `run.py` does before it hands over: set-up, its levels and lock, what is half made, jobs, answers without it.

Most tests work on a copy of run.py in a folder of its own, with an installer that only notes its calls.
"""

from __future__ import annotations

import contextlib
import errno
import importlib.util
import io
import os
import re
import shutil
import signal
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from waiting import PATIENCE, wait_until

ROOT = Path(__file__).resolve().parents[1]
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="signals and interpreters are laid out otherwise on Windows")

# Puts a slow installer that writes to a log in the place of pip, then sets up. The installer is a process as pip is.
DRIVER = """
import pathlib, sys
sys.path.insert(0, sys.argv[1])
import run

INSTALLER = '''
import os, pathlib, sys, time
log, package = pathlib.Path(sys.argv[1]) / "log", pathlib.Path(sys.argv[1]) / ".venv" / "package"

def note(line):
    with log.open("a", encoding="utf-8") as lines:
        print(line, file=lines)

note(f"begin {os.getpid()} {os.getppid()}")
package.write_text("half", encoding="utf-8")
time.sleep(float(sys.argv[2]))
package.write_text("whole", encoding="utf-8")
note("end")
'''

def make_venv(uv):
    python = run.python_of_venv()
    python.parent.mkdir(parents=True)
    python.touch()

def install(uv, level, has):
    run.attended([sys.executable, "-c", INSTALLER, *sys.argv[1:3]])

run.make_venv, run.install, run.runs_everything = make_venv, install, lambda level: True
if len(sys.argv) > 3:
    sys.exit(run.main(["setup"]))
run.set_up("run")
print((run.VENV / "package").read_text(encoding="utf-8"), run.is_whole())
"""


@pytest.fixture(autouse=True)
def own_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """run.py puts its src/ first on sys.path; not for the tests that come after."""
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with run.py and what it reads, whose dependencies this Python lacks."""
    folder = tmp_path / "a project"
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "run.py", folder)
    extras = (
        'fast = ["no-such-too; sys_platform"]\nstudy = ["no-such-study"]\ncluster = ["no-such-cluster"]\n'
        'test = ["its-own[fast]", "no-such-test"]\ndev = ["no-such-dev"]\n'
    )
    (folder / "pyproject.toml").write_text(
        f'[project]\ndependencies = ["no-such-distribution>=1"]\n[project.optional-dependencies]\n{extras}',
        encoding="utf-8",
    )
    (folder / "requirements").mkdir()
    for level in ("run", "fast", "study", "cluster", "test", "dev", "build"):
        (folder / "requirements" / f"{level}.txt").write_text(f"no-such-{level}==1.0\n", encoding="utf-8")
    return folder


def loaded(project: Path) -> ModuleType:
    """The project's run.py as a module."""
    spec = importlib.util.spec_from_file_location("run_of_test", project / "run.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def faked(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Puts an installer into `run` that notes its calls in the list."""
    calls: list[str] = []

    def make_venv(_uv: str | None) -> None:
        calls.append("venv")
        run.python_of_venv().parent.mkdir(parents=True)
        run.python_of_venv().touch()

    def install(_uv: str | None, level: str, has: str) -> None:
        calls.append(f"{has or 'nothing'} to {level}")

    monkeypatch.setattr(run, "make_venv", make_venv)
    monkeypatch.setattr(run, "install", install)
    monkeypatch.setattr(run, "runs_everything", lambda _level: True)
    return calls


def environment(**more: str) -> dict[str, str]:
    """This process's environment without what marks a job."""
    jobs = ("SLURM_JOB_ID", "PBS_JOBID", "JOB_COMPLETION_INDEX", "SIM_NO_SETUP")
    return {name: value for name, value in os.environ.items() if name not in jobs} | more


def started(project: Path, seconds: float, *more: str) -> subprocess.Popen[str]:
    """A process that sets up with an installer that takes so long."""
    return subprocess.Popen(
        [sys.executable, "-c", DRIVER, str(project), str(seconds), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment(),
    )


def wait_for(path: Path, text: str) -> None:
    """Waits until a file holds a text."""
    wait_until(lambda: path.exists() and text in path.read_text(encoding="utf-8"), f"{path} says {text!r}")


def test_two_at_once_install_once(project: Path) -> None:
    jobs = [started(project, 1.0) for _ in range(2)]
    answers = [job.communicate(timeout=PATIENCE) for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0], answers
    assert [out.split() for out, _ in answers] == [["whole", "True"]] * 2
    lines = (project / "log").read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in lines] == ["begin", "end"]


def is_there(number: int) -> bool:
    """Whether a process is there that is not only waiting to be asked how it ended."""
    with contextlib.suppress(OSError):
        state = Path(f"/proc/{number}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
        return state != "Z"
    try:
        os.kill(number, 0)
    except OSError:
        return False
    return not Path("/proc/self/stat").exists()


def installer_of(project: Path) -> tuple[int, int]:
    """The process of an installer that has begun, and of the one that attends to it."""
    wait_for(project / "log", "begin")
    one, other = (project / "log").read_text(encoding="utf-8").split()[1:3]
    return int(one), int(other)


@POSIX_ONLY
def test_an_installer_does_not_outlive_a_killed_set_up(project: Path) -> None:
    killed = started(project, 6000)
    installer, attendant = installer_of(project)
    assert is_there(installer) and is_there(attendant)
    killed.kill()
    killed.communicate()
    wait_until(lambda: not is_there(installer) and not is_there(attendant), "the installer's end")


@POSIX_ONLY
def test_an_installer_that_was_left_alone_keeps_the_lock(project: Path) -> None:
    killed = started(project, 6000)
    installer, attendant = installer_of(project)
    os.kill(attendant, signal.SIGKILL)  # it cannot end what it attends to
    killed.kill()
    killed.communicate()
    run = loaded(project)
    with run.LOCK.open("a+b") as lock:
        assert not run.take(lock)
        os.kill(installer, signal.SIGKILL)
        wait_until(lambda: run.take(lock), "the lock")


def test_an_installer_that_fails_is_heard(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run = loaded(project)
    heard: list[str] = []
    command = [sys.executable, "-c", "import sys; print('one'); print('two', file=sys.stderr); sys.exit(7)"]
    with pytest.raises(subprocess.CalledProcessError) as failed:
        run.attended(command, heard.append)
    assert failed.value.returncode == 7
    assert sorted(heard) == ["one\n", "two\n"]
    assert sorted(capsys.readouterr().err.split()) == ["one", "two"]
    with pytest.raises(subprocess.CalledProcessError):
        run.attended([str(project / "no such program")])
    assert "no such program: No such file" in capsys.readouterr().err


def test_a_killed_set_up_holds_no_lock_and_leaves_nothing_that_is_used(project: Path) -> None:
    killed = started(project, 6000)
    wait_for(project / "log", "begin")
    killed.kill()
    killed.communicate()
    run = loaded(project)
    assert run.VENV.exists()
    assert not run.is_whole()
    (run.VENV / "left over").touch()
    after = started(project, 0)
    out, err = after.communicate(timeout=PATIENCE)
    assert after.returncode == 0, err
    assert out.split() == ["whole", "True"]
    assert not (run.VENV / "left over").exists()


@POSIX_ONLY
def test_sigterm_ends_a_set_up_with_exit_3(project: Path) -> None:
    job = started(project, 6000, "main")
    wait_for(project / "log", "begin")
    job.send_signal(signal.SIGTERM)
    _, err = job.communicate(timeout=PATIENCE)
    assert job.returncode == 3, err
    assert "setup` goes on" in err
    assert "Traceback" not in err


def test_what_others_put_into_an_environment_is_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = loaded(project)
    calls = faked(run, monkeypatch)
    monkeypatch.setattr(run, "starts", lambda python: python.exists())
    run.set_up("test")
    (run.VENV / "of mine").touch()
    (project / "requirements" / "run.txt").write_text("no-such-run==1.1\n", encoding="utf-8")
    assert not run.is_whole()
    run.set_up("run")
    assert run.is_whole("test"), "what it had of a higher level is not taken away"
    assert calls == ["venv", "nothing to test", "nothing to test"]
    assert (run.VENV / "of mine").exists()


def test_an_interpreter_that_does_not_start_means_anew(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = loaded(project)
    calls = faked(run, monkeypatch)
    run.VENV.mkdir()
    (run.VENV / "of another machine").touch()
    run.set_up("run")
    assert calls == ["venv", "nothing to run"]
    assert not (run.VENV / "of another machine").exists()


def test_a_moved_folder_is_not_whole(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = loaded(project)
    faked(run, monkeypatch)
    run.set_up("run")
    assert run.is_whole()
    moved = project.with_name("moved")
    project.rename(moved)
    assert not loaded(moved).is_whole()


def test_a_level_is_added_to_what_is_there(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = loaded(project)
    calls = faked(run, monkeypatch)
    for level in ("run", "test", "run", "fast", "dev"):
        run.set_up(level)
    assert calls == ["venv", "nothing to run", "run to test", "test to dev"]
    assert run.is_whole("dev") and not run.BEGUN.exists()


def test_a_level_that_cannot_be_had_takes_nothing_away(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = loaded(project)
    calls = faked(run, monkeypatch)
    monkeypatch.setattr(run, "starts", lambda python: python.exists())
    run.set_up("run")
    adds = run.install

    def fails(*_of: object) -> None:
        raise subprocess.CalledProcessError(1, ["pip", "install"])

    monkeypatch.setattr(run, "install", fails)
    with pytest.raises(run.SetUpError, match="ended with 1"):
        run.set_up("test")
    assert run.is_whole() and not run.is_whole("test")
    monkeypatch.setattr(run, "install", adds)
    run.set_up("test")
    assert calls == ["venv", "nothing to run", "run to test"]


def test_a_folder_that_may_not_be_written_to_says_what_to_do(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = loaded(project)

    def refuses(_level: str) -> None:
        raise OSError(errno.EROFS, "Read-only file system", str(run.VENV))

    monkeypatch.setattr(run, "make", refuses)
    with pytest.raises(run.SetUpError, match=r"Read-only file system: .*\.venv\. Run `.* setup --test` once"):
        run.set_up("test")


def test_a_failed_install_says_so_and_is_not_whole(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = loaded(project)
    faked(run, monkeypatch)

    def fails(*_of: object) -> None:
        raise subprocess.CalledProcessError(7, ["pip", "install"])

    monkeypatch.setattr(run, "install", fails)
    for name in run.JOB_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    assert run.main(["setup"]) == 1
    assert "`pip install` ended with 7" in capsys.readouterr().err
    assert not run.is_whole()


def test_a_python_that_makes_no_environments_names_what_to_install(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = loaded(project)
    found = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "ensurepip" else found(name))
    with pytest.raises(run.SetUpError, match=r"apt install python3\.\d+-venv") as refusal:
        run.make_venv(None)
    assert refusal.value.code == 2


@pytest.mark.parametrize("command", ["list", "setup"])
def test_an_environment_in_use_does_not_mend_itself(
    command: str, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = loaded(project)
    calls = faked(run, monkeypatch)
    monkeypatch.setattr(sys, "prefix", str(run.VENV))
    assert run.main([command]) == 2
    assert "lacks no-such-distribution" in capsys.readouterr().err
    assert calls == []


def test_missing_names_what_is_not_there_or_of_another_version(project: Path) -> None:
    run = loaded(project)
    (project / "pyproject.toml").write_text(
        '[project]\ndependencies = ["numpy>=1", "mesa==3.3.1", "no-such-distribution"]\n'
        "[project.optional-dependencies]\nfast = [\"no-such-program; sys_platform != 'x'\"]\nstudy = []\ncluster = []\n"
        'test = ["itself[fast]", "pytest==1.2"]\ndev = ["itself[test]", "no-such-tool"]\n',
        encoding="utf-8",
    )
    assert run.missing() == run.missing("fast") == ["no-such-distribution"]
    lacking = run.missing("test")
    assert lacking[1].startswith("pytest 1.2 (there is ")
    assert len(lacking) == 2
    assert run.missing("dev") == [*lacking, "no-such-tool"]


@pytest.mark.parametrize("variable", ["SLURM_JOB_ID", "PBS_JOBID", "JOB_COMPLETION_INDEX", "SIM_NO_SETUP"])
@pytest.mark.parametrize("command", ["list", "setup"])
def test_inside_a_job_nothing_is_installed(project: Path, variable: str, command: str) -> None:
    answer = subprocess.run(
        [sys.executable, "run.py", command],
        cwd=project,
        env=environment(**{variable: "0"}),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert answer.returncode == 2
    assert variable in answer.stderr
    assert "setup" in answer.stderr
    assert answer.stdout == ""
    assert not (project / ".venv").exists()


@pytest.mark.parametrize("arguments", [["--help"], ["run", "--help"], ["--worlds", "0"], ["--version"]])
def test_help_and_mistyped_options_need_no_set_up(project: Path, arguments: list[str]) -> None:
    bare = [sys.executable, "-I", "-S", "run.py", *arguments]  # without any installed package
    answer = subprocess.run(bare, cwd=project, capture_output=True, text=True, encoding="utf-8", check=False)
    assert answer.returncode == (2 if "0" in arguments else 0), answer.stderr
    assert "Traceback" not in answer.stderr
    assert not (project / ".venv").exists()


# --- what is installed ---


def entries(name: str) -> dict[str, list[str]]:
    """The entries of a file of requirements, `NAME==VERSION ; MARKER`, each with its hashes."""
    found: dict[str, list[str]] = {}
    for line in (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        entry = re.fullmatch(r"([a-z0-9-]+==[\w.]+( ; [\w'<>=!. ]+)?) \\", line)
        digest = re.fullmatch(r"    --hash=(sha256:[0-9a-f]{64})( \\)?", line)
        assert entry or (digest and found), f"{name}.txt: neither a package nor a hash of one: {line}"
        if entry:
            found[entry.group(1)] = []
        elif digest:
            list(found.values())[-1].append(digest.group(1))
    return found


def asked(extra: str = "") -> set[str]:
    """The names that pyproject.toml asks for: to run, or for an extra, without the extras in it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = project["optional-dependencies"][extra] if extra else project["dependencies"]
    names = {found.group().lower() for line in lines if (found := re.match(r"[\w.-]+", line))}
    return names - {project["name"]}


def test_pins_have_hashes_and_are_those_of_constraints() -> None:
    levels = {level: entries(level) for level in ("run", "fast", "study", "cluster", "test", "dev")}
    pins = [entry for level in levels.values() for entry in level]
    assert sorted(pins) == sorted((ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines())
    assert len(pins) == len(set(pins))
    known: set[str] = set()
    for level, found in levels.items():
        known |= {entry.partition("==")[0] for entry in found}
        assert asked("" if level == "run" else level) <= known, f"make it anew: python requirements/make.py ({level})"
    assert {"hatchling", "editables"} <= {entry.partition("==")[0] for entry in entries("build")}
    for name in (*levels, "build"):
        assert all(entries(name).values()), name
    versions = {entry.partition(" ")[0] for entry in pins}
    names = {entry.partition("==")[0] for entry in pins}
    for entry in entries("build"):
        assert entry in versions or entry.partition("==")[0] not in names, f"another version than elsewhere: {entry}"


def test_running_needs_no_tool() -> None:
    to_run = {entry.partition("==")[0] for entry in entries("run")}
    assert not to_run & {
        "pytest",
        "ruff",
        "mypy",
        "sphinx",
        "llvmlite",
        "tombi",
        "uv",
        "hypothesis",
        "salib",
        "distributed",
    }


@pytest.mark.parametrize("version", ["3.11.2", "3.12.0", "3.13.9"])
@pytest.mark.parametrize(("system", "machine"), [("linux", "x86_64"), ("darwin", "x86_64"), ("win32", "AMD64")])
def test_a_marker_means_what_it_means_to_pip(
    version: str, system: str, machine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from packaging.markers import Marker

    run = loaded(ROOT)
    monkeypatch.setattr("platform.python_version", lambda: version)
    monkeypatch.setattr("platform.machine", lambda: machine)
    monkeypatch.setattr(sys, "platform", system)
    here = {"python_full_version": version, "sys_platform": system, "platform_machine": machine}
    found = [entry.partition(" ; ")[2] for level in run.LEVELS for entry in entries(level)]
    markers = [marker for marker in found if marker]
    assert len(set(markers)) > 4
    for marker in markers:
        assert run.applies(marker) == Marker(marker).evaluate(here), marker


@pytest.mark.parametrize("level", ["run", "fast", "study", "cluster", "test", "dev"])
def test_no_package_is_pinned_twice_for_one_python(level: str) -> None:
    run = loaded(ROOT)
    names = [pin.partition("==")[0] for pin in run.pinned(level)]
    assert names and len(names) == len(set(names))


@pytest.mark.skipif(sys.platform != "linux", reason="the numbers are those of Linux")
def test_the_readme_says_what_is_installed() -> None:
    run = loaded(ROOT)
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"(?m)^\| `(?:setup|test).*?\| (\d+) \| (\d+) \| (\d+) \|", page)
    packages = 0
    for level, cells in zip(run.LEVELS, rows, strict=True):
        told = [int(cell) for cell in cells]
        packages += len(run.pinned(level))
        assert told == [packages, *run.SIZES[level]], level


def test_the_first_use_of_all_sets_up_the_compiled_program_too(monkeypatch: pytest.MonkeyPatch) -> None:
    run = loaded(ROOT)
    asked: list[str] = []
    for name in run.JOB_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(run, "missing", lambda level="run": ["something"])
    monkeypatch.setattr(run, "is_whole", lambda level="run": False)
    monkeypatch.setattr(run, "VENV", ROOT / "no-such-environment")
    monkeypatch.setattr(run, "set_up", asked.append)
    monkeypatch.setattr(run, "hand_over", lambda arguments: 0)
    monkeypatch.setattr(run, "level_made", lambda: "")
    assert [run.main([command]) for command in ("list", "setup", "test")] == [0, 0, 0]
    assert asked == ["fast", "run", "test"]
    monkeypatch.setattr(run, "level_made", lambda: "run")
    assert run.main(["list"]) == 0
    assert asked[-1] == "run", "what somebody set up without it stays so"


def test_progress_is_a_line_for_each_package(capsys: pytest.CaptureFixture[str]) -> None:
    run = loaded(ROOT)
    wanted = run.pinned("fast") + run.pinned("test")
    lines = (ROOT / "requirements" / "test.txt").read_text(encoding="utf-8").splitlines()
    number = next(place for place, line in enumerate(lines, start=1) if line.startswith("pytest=="))
    pin = lines[number - 1].split()[0]
    heard = run.Heard(wanted)
    heard("Looking in indexes: somewhere")
    heard("Collecting x (from -r /etc/of the machine.txt (line 7))")
    heard(f"Processing /a/folder/pytest.whl (from -r /a/folder/requirements/test.txt (line {number}))")
    heard(f"Collecting {pin} (from -r requirements/test.txt (line {number}))")  # once is enough
    heard("Requirement already satisfied: filelock==1 in /a/folder (from -r requirements/run.txt (line 1)) (1)")
    heard("Installing collected packages: pytest")
    heard.end()
    assert capsys.readouterr().err.splitlines() == [
        f"  fetching 1 of {len(wanted)}: {pin.replace('==', ' ')}",
        f"  fetching 1 of {len(wanted)}: all are here",
    ]


class Screen(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_on_a_terminal_the_set_up_is_one_line_that_moves_on(monkeypatch: pytest.MonkeyPatch) -> None:
    told, screen = loaded(ROOT).Told(), Screen()
    monkeypatch.setattr(sys, "stderr", screen)
    for count in range(1, 4):
        told("fetching", f" {count} of 25: something with a name")
    told("fetching", " 25 of 25: all are here", ends=True)
    told("unpacking", ": 7 MB")
    told.leave()
    lines = screen.getvalue().split("\n")
    assert [line.rsplit("\r", 1)[-1].strip() for line in lines] == [
        "fetching 25 of 25: all are here",
        "unpacking: 7 MB",
        "",
    ]
    assert screen.getvalue().count("\r") == 5


def test_in_a_log_there_is_a_line_for_each_part_and_then_one_now_and_then(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = loaded(ROOT)
    clock = iter(range(0, 1000, 3))
    monkeypatch.setattr(run.time, "monotonic", lambda: float(next(clock)))
    told = run.Told()
    for count in range(8):
        told("fetching", f" {count}")
    told("unpacking", " 0")
    told("unpacking", " 1", ends=True)
    assert capsys.readouterr().err.splitlines() == ["  fetching 0", "  fetching 4", "  unpacking 0", "  unpacking 1"]


def test_what_has_grown_says_how_much_and_how_long_only_where_it_can(project: Path) -> None:
    run = loaded(ROOT)
    growing = run.Growing(run.Told(), "unpacking", [project], 100.0)
    assert growing.so_far(0.0, 2.0) == ": 2 s so far"
    assert growing.so_far(20.0, 4.0) == ": 20 of about 100 MB"
    assert growing.so_far(60.0, 6.0) == ": 60 of about 100 MB"
    assert growing.so_far(70.0, 8.0) == ": 70 of about 100 MB, about 3 s left"
    assert growing.so_far(71.0, 10.0) == ": 71 of about 100 MB, about 3 s left"
    assert growing.so_far(72.0, 12.0) == ": 72 of about 100 MB, about 4 s left", "at the pace of the last looks"
    for seconds in (14.0, 16.0, 18.0, 20.0):
        last = growing.so_far(72.0, seconds)
    assert last == ": 72 of about 100 MB", "where nothing grows nobody knows"
    assert growing.so_far(101.0, 22.0) == ": 22 s so far"
    assert run.megabytes(project / "none of these") == 0.0


def test_the_thread_that_looks_ends_with_what_it_looks_at(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = loaded(ROOT)
    monkeypatch.setattr(run.Growing, "PAUSE", 0.01)
    with run.Growing(run.Told(), "unpacking", [project], 100.0) as growing:
        (project / "more").write_bytes(bytes(5_000_000))
        wait_until(lambda: any(grown >= 5.0 for grown, _ in growing.seen), "a look at what is there")
    assert not growing.thread.is_alive()
    assert "unpacking: " in capsys.readouterr().err


def test_requirements_are_divided_into_entries() -> None:
    spec = importlib.util.spec_from_file_location("make_of_test", ROOT / "requirements" / "make.py")
    assert spec and spec.loader
    make = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(make)
    run = loaded(ROOT)
    assert make.LEVELS == run.LEVELS
    for name in (*make.LEVELS, "build"):
        path = ROOT / "requirements" / f"{name}.txt"
        text = path.read_text(encoding="utf-8")
        assert list(make.blocks(text)) == list(entries(name))
        assert "\n".join(make.blocks(text).values()) + "\n" == text


def test_uv_runs_the_door_by_itself() -> None:
    """uv makes an environment of its own for a script that says what it needs: nothing, since it sets itself up."""
    text = (ROOT / "run.py").read_text(encoding="utf-8")
    block = re.search(r"(?m)^# /// script\n((?:#.*\n)+?)# ///$", text)
    assert block
    said = tomllib.loads(re.sub(r"(?m)^# ?", "", block.group(1)))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert said == {"requires-python": project["requires-python"], "dependencies": []}


@pytest.mark.slow
def test_a_fresh_folder_sets_itself_up_and_runs(tmp_path: Path) -> None:
    """The real thing: an interpreter without packages, no home folder, a path with a space."""
    folder = tmp_path / "fresh clone"
    left_out = shutil.ignore_patterns(".venv*", ".git", "out", "site", ".cache", "__pycache__", ".*_cache", "uv.lock")
    shutil.copytree(ROOT, folder, ignore=left_out)
    base = getattr(sys, "_base_executable", sys.executable)
    bare = environment()
    for name in ("HOME", "PYTHONPATH", "VIRTUAL_ENV", "MPLCONFIGDIR"):
        bare.pop(name, None)
    wrong = folder / "requirements" / "run.txt"
    right = wrong.read_text(encoding="utf-8")
    wrong.write_text(re.sub(r"sha256:[0-9a-f]{8}", "sha256:00000000", right), encoding="utf-8")
    command = [base, "run.py", "--worlds", "4", "--days", "60", "--quiet", "--out", str(tmp_path / "results")]
    first = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, encoding="utf-8", check=False)
    assert first.returncode == 1, first.stderr
    assert "DO NOT MATCH THE HASHES" in first.stderr or "hash mismatch" in first.stderr.lower()
    wrong.write_text(right, encoding="utf-8")
    first = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, encoding="utf-8", check=False)
    assert first.returncode == 0, first.stderr
    assert (tmp_path / "results" / "report.html").stat().st_size > 10_000
    assert (folder / ".venv" / "set-up-whole").read_text(encoding="utf-8").endswith("\nfast")
    python = loaded(folder).python_of_venv()
    freeze = [python, "-m", "pip", "freeze", "--exclude-editable"]
    there = subprocess.run(freeze, env=bare, capture_output=True, text=True, encoding="utf-8", check=True)
    pins = [pin for level in ("run", "fast") for pin in loaded(ROOT).pinned(level)]
    assert sorted(there.stdout.lower().replace("_", "-").split()) == sorted(pins)
    files = ["tests/test_setup.py", "tests/scenario/test_editors.py"]
    tests = [base, "run.py", "test", "-q", "-rs", *files, "-k", "pins or editor"]
    again = subprocess.run(tests, cwd=folder, env=bare, capture_output=True, text=True, encoding="utf-8", check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "passed" in again.stdout and "skipped" not in again.stdout
