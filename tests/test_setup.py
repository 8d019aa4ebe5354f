"""What `run.py` does before it hands over: set-up, its lock, what is half made, jobs, answers that need none.

Most tests work on a copy of run.py in a folder of its own, with an installer that only notes its calls.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="signals and interpreters are laid out otherwise on Windows")

# Puts a slow installer that writes to a log in the place of pip, then sets up.
DRIVER = """
import pathlib, sys, time
sys.path.insert(0, sys.argv[1])
import run

log = pathlib.Path(sys.argv[1]) / "log"

def note(line):
    with log.open("a", encoding="utf-8") as lines:
        lines.write(line + "\\n")

def make_venv(uv):
    python = run.python_of_venv()
    python.parent.mkdir(parents=True)
    python.touch()

def install(uv):
    note("begin")
    (run.VENV / "package").write_text("half", encoding="utf-8")
    time.sleep(float(sys.argv[2]))
    (run.VENV / "package").write_text("whole", encoding="utf-8")
    note("end")

run.make_venv, run.install, run.runs_everything = make_venv, install, lambda: True
if len(sys.argv) > 3:
    sys.exit(run.main(["setup"]))
run.set_up()
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
    (folder / "pyproject.toml").write_text(
        '[project]\ndependencies = ["no-such-distribution>=1"]\n[project.optional-dependencies]\ndev = []\n',
        encoding="utf-8",
    )
    (folder / "constraints.txt").write_text("no-such-distribution==1.0\n", encoding="utf-8")
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

    monkeypatch.setattr(run, "make_venv", make_venv)
    monkeypatch.setattr(run, "install", lambda _uv: calls.append("install"))
    monkeypatch.setattr(run, "runs_everything", lambda: True)
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


def wait_for(path: Path, text: str, seconds: float = 10) -> None:
    """Waits until a file holds a text."""
    end = time.monotonic() + seconds
    while not (path.exists() and text in path.read_text(encoding="utf-8")):
        assert time.monotonic() < end, f"{path} never said {text!r}"
        time.sleep(0.02)


def test_two_at_once_install_once(project: Path) -> None:
    jobs = [started(project, 1.0) for _ in range(2)]
    answers = [job.communicate(timeout=30) for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0], answers
    assert [out.split() for out, _ in answers] == [["whole", "True"]] * 2
    assert (project / "log").read_text(encoding="utf-8").split() == ["begin", "end"]


def test_a_killed_set_up_holds_no_lock_and_leaves_nothing_that_is_used(project: Path) -> None:
    killed = started(project, 60)
    wait_for(project / "log", "begin")
    killed.kill()
    killed.communicate()
    run = loaded(project)
    assert run.VENV.exists()
    assert not run.is_whole()
    (run.VENV / "left over").touch()
    after = started(project, 0)
    out, err = after.communicate(timeout=10)
    assert after.returncode == 0, err
    assert out.split() == ["whole", "True"]
    assert not (run.VENV / "left over").exists()


@POSIX_ONLY
def test_sigterm_ends_a_set_up_with_exit_3(project: Path) -> None:
    job = started(project, 60, "main")
    wait_for(project / "log", "begin")
    job.send_signal(signal.SIGTERM)
    _, err = job.communicate(timeout=10)
    assert job.returncode == 3, err
    assert "setup` goes on" in err
    assert "Traceback" not in err


def test_what_others_put_into_an_environment_is_kept(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = loaded(project)
    calls = faked(run, monkeypatch)
    monkeypatch.setattr(run, "starts", lambda python: python.exists())
    run.set_up()
    (run.VENV / "of mine").touch()
    (project / "constraints.txt").write_text("no-such-distribution==1.1\n", encoding="utf-8")
    assert not run.is_whole()
    run.set_up()
    assert run.is_whole()
    assert calls == ["venv", "install", "install"]
    assert (run.VENV / "of mine").exists()


def test_an_interpreter_that_does_not_start_means_anew(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = loaded(project)
    calls = faked(run, monkeypatch)
    run.VENV.mkdir()
    (run.VENV / "of another machine").touch()
    run.set_up()
    assert calls == ["venv", "install"]
    assert not (run.VENV / "of another machine").exists()


def test_a_moved_folder_is_not_whole(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = loaded(project)
    faked(run, monkeypatch)
    run.set_up()
    assert run.is_whole()
    moved = project.with_name("moved")
    project.rename(moved)
    assert not loaded(moved).is_whole()


def test_a_failed_install_says_so_and_is_not_whole(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run = loaded(project)
    faked(run, monkeypatch)

    def fails(_uv: str | None) -> None:
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
        '[project.optional-dependencies]\ndev = ["pytest==1.2", "ruff"]\n',
        encoding="utf-8",
    )
    assert run.missing() == ["no-such-distribution"]
    lacking = run.missing(for_tests=True)
    assert lacking[1].startswith("pytest 1.2 (there is ")
    assert len(lacking) == 2


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


def test_constraints_hold_versions_only_and_cover_every_dependency() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = set()
    for line in lines:
        found = re.fullmatch(r"([a-z0-9-]+)==[\w.]+( ; [\w'<>=!. ]+)?", line)
        assert found, f"not NAME==VERSION: {line}"
        pinned.add(found.group(1))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    for requirement in [*project["dependencies"], *project["optional-dependencies"]["dev"]]:
        name = re.match(r"[\w.-]+", requirement)
        assert name and name.group().lower() in pinned, requirement


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
    command = [base, "run.py", "--worlds", "4", "--days", "60", "--quiet", "--out", str(tmp_path / "results")]
    first = subprocess.run(command, cwd=folder, env=bare, capture_output=True, text=True, encoding="utf-8", check=False)
    assert first.returncode == 0, first.stderr
    assert (tmp_path / "results" / "report.html").stat().st_size > 10_000
    assert (folder / ".venv" / "set-up-whole").exists()
    tests = [base, "run.py", "test", "-q", "tests/test_setup.py", "-k", "constraints"]
    again = subprocess.run(tests, cwd=folder, env=bare, capture_output=True, text=True, encoding="utf-8", check=False)
    assert again.returncode == 0, again.stdout + again.stderr
    assert "1 passed" in again.stdout
