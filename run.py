#!/usr/bin/env python3
"""The one door: `python3 run.py` (Windows: `py run.py`; with uv: `uv run run.py`).

The first use sets up everything in `.venv` beside this file, at the versions of `constraints.txt`. After
that, and in any environment that has everything already, it hands over to `sim.cli` at once. `--help` and a
mistyped option are answered without any set-up. Only the standard library is used here.
"""

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

if sys.version_info < (3, 11):  # the syntax up to here is old enough for such a Python to read this line
    sys.stderr.write(
        f"run.py needs Python 3.11 or newer; this is Python {sys.version.split()[0]} ({sys.executable}).\n"
        "Install a newer one and name it (`python3.12 run.py`), or let uv fetch one: `uv run run.py`.\n"
    )
    sys.exit(2)

HERE = Path(__file__).resolve().parent
VENV = HERE / ".venv"
BEGUN = VENV / "set-up-begun"  # there while a set-up is on its way: what is left of a broken one is not used
WHOLE = VENV / "set-up-whole"  # written last; holds what the environment was made from
LOCK = HERE / ".venv.lock"
JOB_VARIABLES = ("SLURM_JOB_ID", "PBS_JOBID", "JOB_COMPLETION_INDEX", "SIM_NO_SETUP")
THIS = "py run.py" if os.name == "nt" else "python3 run.py"


class SetUpError(Exception):
    """Setting up could not go on; the text says why and what to do. `code` is the exit code."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


def say(text: str) -> None:
    """A line on stderr: stdout belongs to the results."""
    print(text, file=sys.stderr, flush=True)


def missing(for_tests: bool = False) -> list[str]:
    """The distributions of pyproject.toml that this Python lacks, or has in a version that will not do."""
    import tomllib
    from importlib import metadata

    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    if for_tests:
        dev = project["optional-dependencies"]["dev"]
        wanted += [line for line in dev if line.startswith(("pytest", "hypothesis"))]
    lacking = []
    for requirement in wanted:
        name = re.match(r"[\w.-]+", requirement).group()
        exact = re.search(r"==([\w.]+)", requirement)
        try:
            version = metadata.version(name)
        except metadata.PackageNotFoundError:
            lacking.append(name)
            continue
        if exact and version != exact.group(1):
            lacking.append(f"{name} {exact.group(1)} (there is {version})")
    return lacking


def python_of_venv() -> Path:
    """The interpreter of `.venv`, which need not exist."""
    return VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python"


def made_from() -> str:
    """What a whole `.venv` is made from: a hash of two files, and the folder (it cannot be moved)."""
    recipe = b"".join((HERE / name).read_bytes() for name in ("constraints.txt", "pyproject.toml"))
    return f"{hashlib.sha256(recipe).hexdigest()}\n{HERE}\n"


def is_whole() -> bool:
    """Whether `.venv` was finished, from these very files, and its interpreter is still there."""
    try:
        return WHOLE.read_text(encoding="utf-8") == made_from() and python_of_venv().exists()
    except OSError:
        return False


def answers(python: Path, question: str) -> bool:
    """Whether an interpreter starts and takes a line of code without complaint."""
    try:
        command = [str(python), "-c", question]
        return subprocess.run(command, cwd=HERE, stderr=subprocess.DEVNULL, check=False).returncode == 0
    except OSError:
        return False


def starts(python: Path) -> bool:
    """Whether an interpreter starts and is new enough."""
    return answers(python, "import sys; sys.exit(sys.version_info < (3, 11))")


def runs_everything() -> bool:
    """Whether the interpreter of `.venv` starts and finds every package, those for the tests too."""
    question = f"import sys; sys.path.insert(0, {str(HERE)!r}); import run; sys.exit(len(run.missing(True)))"
    return answers(python_of_venv(), question)


def take(lock: object) -> bool:
    """Try to lock an open file. The system lets go of the lock when its process ends, however it ends."""
    try:
        if os.name == "nt":
            import msvcrt

            lock.seek(0)
            msvcrt.locking(lock.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError as fault:
        say(f"This file system has no locks ({fault.strerror}): start only one run.py until set-up is done.")
    return True


@contextlib.contextmanager
def one_at_a_time():
    """Wait until no other process sets up this folder, and keep others waiting meanwhile."""
    with LOCK.open("a+b") as lock:
        waiting = False
        while not take(lock):
            if not waiting:
                say("Another run.py is setting up this folder; waiting until it is done.")
                waiting = True
            time.sleep(0.2)
        yield


def make_venv(uv: str | None) -> None:
    """Make an empty environment in VENV, which exists and may hold BEGUN."""
    from importlib.util import find_spec

    if find_spec("venv") and find_spec("ensurepip"):
        command = [sys.executable, "-m", "venv", str(VENV)]
    elif uv:
        command = [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(VENV)]
    else:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        raise SetUpError(
            "This Python cannot make environments: its venv module is not complete. On Debian and Ubuntu:\n"
            f"    sudo apt install python{version}-venv\n"
            f"Elsewhere install uv and run `uv run run.py`. Then run {THIS} again.",
            2,
        )
    subprocess.run(command, check=True, stdout=sys.stderr)


def install(uv: str | None) -> None:
    """Install the project, editable, and what its tests need, at the versions of constraints.txt."""
    python = str(python_of_venv())
    if answers(python_of_venv(), "import pip"):
        command = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    elif uv:
        command = [uv, "pip", "install", "--python", python]
    else:  # made by uv, which puts no pip in
        subprocess.run([python, "-m", "ensurepip"], check=True, stdout=sys.stderr)
        command = [python, "-m", "pip", "install", "--disable-pip-version-check"]
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    subprocess.run([*command, *quiet, "-c", "constraints.txt", "-e", ".[dev]"], cwd=HERE, check=True, stdout=sys.stderr)


def make() -> None:
    """Make `.venv` whole, or bring it up to date; the lock is held. What is there before WHOLE is never used.

    An environment that was whole for older files, or was made by other means, keeps what else it holds.
    """
    usable = not BEGUN.exists() and not is_whole() and starts(python_of_venv())
    if VENV.exists() and not usable:
        shutil.rmtree(VENV)
    VENV.mkdir(exist_ok=True)
    BEGUN.touch()
    WHOLE.unlink(missing_ok=True)
    uv = shutil.which("uv")
    if not usable:
        make_venv(uv)
    install(uv)
    aside = WHOLE.with_suffix(".new")
    aside.write_text(made_from(), encoding="utf-8")
    aside.replace(WHOLE)
    BEGUN.unlink()


def set_up() -> None:
    """Have a whole `.venv`. Two at once take turns, and one that was broken off is made anew."""
    try:
        with one_at_a_time():
            if is_whole() and runs_everything():  # another job may have made it while this one waited
                return
            say(f"Setting up {VENV} (once; about 1 GB, about a minute) ...")
            make()
    except subprocess.CalledProcessError as fault:
        command = " ".join(str(word) for word in fault.cmd)
        raise SetUpError(
            f"Setting up failed: `{command}` ended with {fault.returncode}; its own words are above.\n"
            f"When that is mended (often it is the network), run {THIS} again.",
            1,
        ) from None
    except OSError as fault:
        raise SetUpError(f"Setting up failed: {fault}", 1) from None


def hand_over(arguments: list[str]) -> int:
    """Run this same command in `.venv`; returns its exit code (on POSIX this process becomes it)."""
    command = [str(python_of_venv()), sys.argv[0], *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        os.execv(command[0], command)
    with subprocess.Popen(command) as child:  # Windows: execv would let the shell go on at once
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue  # the child got it too, and ends cleanly


def stopped(_signal: int, _frame: object) -> None:
    """SIGTERM is treated as Ctrl-C: the installer is ended with us."""
    raise KeyboardInterrupt


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    sys.path.insert(0, str(HERE / "src"))
    from sim import cli

    command = cli.command_of(arguments)  # answers --help and faults in the options, then ends
    lacking = missing(for_tests=command in ("test", "setup"))
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if not lacking and command != "setup":
        return cli.main(arguments)
    try:
        if inside and lacking:
            base = getattr(sys, "_base_executable", None) or "python3"
            raise SetUpError(
                f"{VENV} lacks {', '.join(lacking)}, and cannot mend itself while it is in use. Run this first:\n"
                f'    "{base}" "{HERE / "run.py"}" setup',
                2,
            )
        job = next((name for name in JOB_VARIABLES if os.environ.get(name)), None)
        if job and not is_whole() and not inside:
            raise SetUpError(
                f"Missing: {', '.join(lacking) or VENV.name}. Inside a job ({job} is set) nothing is installed; "
                f"run this before the job:\n    {THIS} setup",
                2,
            )
        if not inside and not job and (command == "setup" or not is_whole()):
            signal.signal(signal.SIGTERM, stopped)
            set_up()
    except SetUpError as fault:
        say(str(fault))
        return fault.code
    except KeyboardInterrupt:
        say(f"\nStopped while setting up. `{THIS} setup` goes on from here.")
        return 3
    if command == "setup":
        say(f"Ready: {VENV}")
        return 0
    return hand_over(arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
