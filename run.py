#!/usr/bin/env python3
# /// script
# requires-python = ">=3.11"
# dependencies = []
# ///
"""The one door: `python3 run.py` (Windows: `py run.py`; with uv: `uv run run.py`).

The first use sets up what running needs in `.venv` beside this file, at the versions and hashes of `requirements/`;
`run.py test` adds what the tests need. After that, and in any environment that has everything already, it hands over
to `sim.cli` at once. `--help` and a mistyped option are answered without any set-up. Only the standard library is used
here; the lines above tell uv so.
"""

import os
import sys


def leave(_signal: object = None, _frame: object = None) -> None:
    """Ctrl-C before anything is begun: end at once, without the traceback of whatever was being imported."""
    try:
        os.write(2, b"\nStopped.\n")
    finally:
        os._exit(3)


if __name__ == "__main__":  # before all that takes time
    try:
        import signal

        for name in ("SIGINT", "SIGTERM", "SIGBREAK"):
            kind = getattr(signal, name, None)
            if kind is not None and signal.getsignal(kind) in (signal.SIG_DFL, signal.default_int_handler):
                signal.signal(kind, leave)
        if hasattr(signal, "pthread_sigmask"):  # hand_over holds them back until here
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
    except KeyboardInterrupt:
        leave()

import contextlib
import errno
import hashlib
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

if sys.version_info < (3, 11):  # the syntax up to here is old enough for such a Python to read this line
    sys.stderr.write(
        f"run.py needs Python 3.11 or newer; this is Python {sys.version.split()[0]} ({sys.executable}).\n"
        "Install a newer one and name it (`python3.12 run.py`), or let uv fetch one: `uv run run.py`.\n"
    )
    sys.exit(2)

HERE = Path(__file__).resolve().parent
PINS = HERE / "requirements"  # what is installed: a file for each level, with the hashes of what may be fetched
# Each holds those before it; all but the first are extras of pyproject.toml.
LEVELS = ("run", "fast", "study", "cluster", "test", "dev")
FIRST = "fast"  # what the first use of all sets up at least: a compiled program, with which the main job is quick
VENV = HERE / ".venv"
BEGUN = VENV / "set-up-begun"  # there while a set-up is on its way: what is left of a broken one is not used
WHOLE = VENV / "set-up-whole"  # written last; holds what the environment was made from, and its level
LOCK = HERE / ".venv.lock"
JOB_VARIABLES = ("SLURM_JOB_ID", "PBS_JOBID", "JOB_COMPLETION_INDEX", "SIM_NO_SETUP")
THIS = "py run.py" if os.name == "nt" else "python3 run.py"
SIZES = {  # MB to fetch, MB on the disk
    "run": (150, 610),
    "fast": (210, 790),
    "study": (260, 990),
    "cluster": (270, 1030),
    "test": (360, 1330),
    "dev": (440, 1670),
}
held: list[int] = []  # the descriptor of the lock, where one is held: installers keep it, too


class SetUpError(Exception):
    """Setting up could not go on; the text says why and what to do. `code` is the exit code."""

    def __init__(self, text: str, code: int) -> None:
        super().__init__(text)
        self.code = code


def say(text: str) -> None:
    """A line on stderr: stdout belongs to the results."""
    print(text, file=sys.stderr, flush=True)


def missing(level: str = "run") -> list[str]:
    """The distributions of pyproject.toml that this Python lacks, or has in a version that will not do.

    What is only for some systems (it has a marker) is not asked for: the program does without it.
    """
    import tomllib
    from importlib import metadata

    project = tomllib.loads((HERE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = list(project["dependencies"])
    for extra in LEVELS[1 : LEVELS.index(level) + 1]:
        wanted += [line for line in project["optional-dependencies"][extra] if not re.search(r"[;\[]", line)]
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
    """What a whole `.venv` is made from: a hash of files, and the folder (it cannot be moved)."""
    recipe = b"".join(path.read_bytes() for path in [HERE / "pyproject.toml", *sorted(PINS.glob("*.txt"))])
    return f"{hashlib.sha256(recipe).hexdigest()}\n{HERE}\n"


def level_made() -> str:
    """The level at which `.venv` was finished last, from these files or older ones; nothing where it never was."""
    try:
        level = WHOLE.read_text(encoding="utf-8").rpartition("\n")[2]
    except OSError:
        return ""
    return level if level in LEVELS else ""


def is_whole(level: str = "run") -> bool:
    """Whether `.venv` was finished, from these very files, with all of a level, and its interpreter is still there."""
    made = level_made()
    if not made or LEVELS.index(made) < LEVELS.index(level):
        return False
    try:
        return WHOLE.read_text(encoding="utf-8") == made_from() + made and python_of_venv().exists()
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


def runs_everything(level: str) -> bool:
    """Whether the interpreter of `.venv` starts and finds every package of a level."""
    question = f"import sys; sys.path.insert(0, {str(HERE)!r}); import run; sys.exit(len(run.missing({level!r})))"
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
        held.append(lock.fileno())
        try:
            yield
        finally:
            held.clear()


# An installer is begun by this program, in a group of processes of its own (Ctrl-C is for us alone). Whatever becomes
# of us, the pipe that is its standard input then ends, and it ends the installer with all that this began. Until then
# both keep the lock: so no other run.py works on what an installer that was left alone still writes to.
ATTENDANT = """
import os, signal, subprocess, sys, threading

def end():
    sys.stdin.buffer.read()
    if os.name == "nt":
        installer.kill()
        os._exit(1)
    os.killpg(0, signal.SIGKILL)

try:
    installer = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, close_fds=os.name == "nt")
except OSError as fault:
    sys.exit(f"{sys.argv[1]}: {fault.strerror}")
threading.Thread(target=end, daemon=True).start()
code = installer.wait()
sys.stdout.flush()
os._exit(code if code >= 0 else 128 - code)
"""


def attended(command: list[str], hear=None, **more: str) -> None:
    """Run an installer to its end; `hear` gets each line that it prints. It never outlives this process for long.

    All that it printed is shown where it fails: CalledProcessError. `more` are variables of its environment.
    """
    apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP} if os.name == "nt" else {"start_new_session": True}
    attendant = subprocess.Popen(
        [sys.executable, "-I", "-c", ATTENDANT, *command],
        cwd=HERE,
        env={**os.environ, **more},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=held if os.name != "nt" else (),
        text=True,
        encoding="utf-8",
        errors="replace",
        **apart,
    )
    printed = []
    try:
        for line in attendant.stdout:
            printed.append(line)
            if hear:
                hear(line)
        code = attendant.wait()
    finally:
        attendant.stdin.close()  # if it is not at its end yet, somebody stopped us
        attendant.wait()
        attendant.stdout.close()
    if code:
        sys.stderr.write("".join(printed))
        raise subprocess.CalledProcessError(code, command)


class Told:
    """Tells on stderr how far the set-up is: on a terminal in one line that moves on, in a log in a line now and then.

    Between two lines of a log there are ``EVERY`` seconds, but before the first of a ``part`` and for its end.
    """

    EVERY = 10.0

    def __init__(self) -> None:
        self.part = ""
        self.spoke = 0.0
        self.width = 0
        self.lock = threading.Lock()

    def __call__(self, part: str, more: str = "", ends: bool = False) -> None:
        """Say what is being done, and how far it is."""
        with self.lock:
            now, text = time.monotonic(), f"  {part}{more}"
            if sys.stderr.isatty():
                text = text[: shutil.get_terminal_size().columns - 1]
                sys.stderr.write(f"\r{text:{self.width}}" + ("\n" if ends else ""))
                sys.stderr.flush()
                self.width = 0 if ends else len(text)
            elif ends or part != self.part or now - self.spoke >= self.EVERY:
                say(text)
                self.spoke = now
            self.part = part

    def leave(self) -> None:
        """Go to a line of its own for whoever speaks next."""
        with self.lock:
            if self.width:
                sys.stderr.write("\n")
                self.width = 0


def megabytes(*folders: Path) -> float:
    """What all files in some folders have on the disk, in millions of bytes; those that go meanwhile count nothing."""
    found = 0
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                with contextlib.suppress(OSError):
                    found += Path(place, name).lstat().st_size
    return found / 1e6


class Growing:
    """Tells every two seconds how much of something there is, from what its folders hold by then, and how long the rest
    takes at the pace of the last looks; how much it becomes in the end is known from ``SIZES``.
    """

    PAUSE = 2.0
    LOOKS = 5

    def __init__(self, told: Told, part: str, folders: list[Path], expected: float) -> None:
        self.told, self.part, self.folders, self.expected = told, part, folders, expected
        self.before = megabytes(*folders)
        self.began = time.monotonic()
        self.seen = [(0.0, 0.0)]
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.look, daemon=True)

    def look(self) -> None:
        """Until it is at its end."""
        while not self.ended.wait(self.PAUSE):
            grown, seconds = megabytes(*self.folders) - self.before, time.monotonic() - self.began
            self.told(self.part, self.so_far(grown, seconds))

    def so_far(self, grown: float, seconds: float) -> str:
        """`: 120 of about 580 MB, about 40 s left`; only the time so far where the size is no guide (any more)."""
        self.seen = [*self.seen[1 - self.LOOKS :], (grown, seconds)]
        if not 1.0 <= grown < self.expected:
            return f": {seconds:.0f} s so far"
        (before, when), enough = self.seen[0], len(self.seen) == self.LOOKS
        pace = (grown - before) / (seconds - when) if seconds > when else 0.0
        left = f", about {(self.expected - grown) / pace:.0f} s left" if enough and pace > 0.0 else ""
        return f": {grown:.0f} of about {self.expected:.0f} MB{left}"

    def __enter__(self):
        with contextlib.suppress(RuntimeError):  # no thread to be had: then nothing is told
            self.thread.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.ended.set()
        if self.thread.ident is not None:
            self.thread.join()


class Heard:
    """Tells how far an installer is, from what pip or uv prints: a line for each package that is wanted; and from what
    it has fetched and unpacked, between its lines.

    ``fetched`` and ``kept`` are the MB of what is wanted, ``temporary`` is where it is fetched to.
    """

    def __init__(
        self, wanted: list[str], fetched: float = 0.0, kept: float = 0.0, temporary: Path | None = None
    ) -> None:
        self.wanted = wanted
        self.found: set[str] = set()
        self.told = Told()
        self.kept = kept
        self.watching = contextlib.ExitStack()
        self.watch("fetching", [temporary] if temporary else [], fetched)

    def watch(self, part: str, folders: list[Path], expected: float) -> None:
        """Look from now on at what these folders hold."""
        self.watching.close()
        if folders:
            self.watching.enter_context(Growing(self.told, part, folders, expected))

    def __call__(self, line: str) -> None:
        """Hear a line. pip says of each package which line of which file asks for it, wherever it takes it from."""
        asked = re.search(r"\(from -r (.+)\.txt \(line (\d+)\)\)", line)
        if asked:
            pin = ""
            with contextlib.suppress(OSError, IndexError):  # a file that the machine's own settings name
                text = (PINS / f"{Path(asked.group(1)).name}.txt").read_text(encoding="utf-8")
                pin = text.splitlines()[int(asked.group(2)) - 1].split(" ")[0]
            if pin in self.wanted and pin not in self.found:
                self.found.add(pin)
                self.told("fetching", f" {len(self.found)} of {len(self.wanted)}: {pin.replace('==', ' ')}")
        elif line.startswith("Installing collected packages"):
            self.told("fetching", f" {len(self.found)} of {len(self.wanted)}: all are here", ends=True)
            self.watch("unpacking", [VENV] if VENV.exists() else [], self.kept)
        elif re.match(r"(Resolved|Prepared|Installed|Downloading) ", line):  # uv's
            self.told(line.strip(), ends=True)

    def end(self) -> None:
        """The installer is at its end."""
        self.watching.close()
        self.told.leave()


def applies(marker: str) -> bool:
    """Whether a line of a file in `requirements/` is for this Python, by what stands behind its semicolon."""
    import platform

    here = {
        "python_full_version": platform.python_version(),
        "sys_platform": sys.platform,
        "platform_machine": platform.machine(),
        "platform_python_implementation": platform.python_implementation(),
        "implementation_name": sys.implementation.name,
    }

    def holds(clause: str) -> bool:
        name, sign, value = clause.split()
        one, other = here[name], value.strip("'\"")
        if name == "python_full_version":
            one, other = ([int(part) for part in re.findall(r"\d+", text)] for text in (one, other))
        return {"==": one == other, "!=": one != other, "<": one < other, ">=": one >= other}[sign]

    return any(all(map(holds, each.split(" and "))) for each in marker.split(" or "))


def pinned(name: str) -> list[str]:
    """The packages of a file of `requirements/`, `NAME==VERSION`, that are for this Python."""
    lines = (PINS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    divided = [line.rstrip("\\ ").partition(" ; ") for line in lines if re.match(r"\w", line)]
    return [pin for pin, _, marker in divided if not marker or applies(marker)]


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
    attended(command)


def install(uv: str | None, level: str, has: str = "") -> None:
    """Install the packages of a level, each with its hash checked, and then the project, editable.

    `has` is the level that is there already, the project with it. The program that puts the project in (hatchling) is
    checked in the same way, and is gone afterwards.
    """
    python = str(python_of_venv())
    if answers(python_of_venv(), "import pip"):
        command = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    elif uv:
        command = [uv, "pip", "install", "--python", python, "--compile-bytecode"]
    else:  # made by uv, which puts no pip in
        attended([python, "-m", "ensurepip"])
        command = [python, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    names = LEVELS[: LEVELS.index(level) + 1]
    new = [name for name in names if not has or LEVELS.index(name) > LEVELS.index(has)]
    files = [word for name in names for word in ("-r", str(PINS / f"{name}.txt"))]
    fetched, kept = (size - before for size, before in zip(SIZES[level], SIZES.get(has, (0, 0)), strict=True))
    with tempfile.TemporaryDirectory(prefix="set-up-", ignore_cleanup_errors=True) as aside:
        heard = Heard([pin for name in new for pin in pinned(name)], fetched, kept, Path(aside))
        try:
            attended([*command, "--require-hashes", *files], heard, TMPDIR=aside, TEMP=aside, TMP=aside)
        finally:
            heard.end()
    if has:
        return
    say("  putting in the program itself (some seconds) ...")
    tool = VENV / "set-up-tool"
    attended([*command, "--target", str(tool), "--require-hashes", "-r", str(PINS / "build.txt")])
    attended([*command, "--no-deps", "--no-build-isolation", "-e", "."], PYTHONPATH=str(tool))
    shutil.rmtree(tool)
    attended([python, "-m", "compileall", "-q", "src"])  # where the folder is read-only later, this is the time


def make(level: str) -> None:
    """Make `.venv` whole, or bring it up to date; the lock is held. What is there before WHOLE is never used.

    An environment that was whole for older files, or was made by other means, keeps what else it holds. One that is
    whole but for the packages of a higher level stays so, should these not be had.
    """
    has = level_made() if is_whole() and not BEGUN.exists() and runs_everything(level_made()) else ""
    usable = not BEGUN.exists() and (has or (not is_whole() and starts(python_of_venv())))
    if VENV.exists() and not usable:
        shutil.rmtree(VENV)
    VENV.mkdir(exist_ok=True)
    BEGUN.touch()
    uv = os.environ.get("UV") or shutil.which("uv")
    if not has:
        WHOLE.unlink(missing_ok=True)
    if not usable:
        say("  making an empty environment (some seconds) ...")
        make_venv(uv)
    try:
        install(uv, level, has)
    except subprocess.CalledProcessError:
        if has:
            BEGUN.unlink()  # an installer that fails puts back what it changed
        raise
    aside = WHOLE.with_suffix(".new")
    aside.write_text(made_from() + level, encoding="utf-8")
    aside.replace(WHOLE)
    BEGUN.unlink()


def set_up(level: str) -> None:
    """Have a whole `.venv`. Two at once take turns, and one that was broken off is made anew."""
    try:
        with one_at_a_time():
            if is_whole(level) and runs_everything(level):  # another job may have made it while this one waited
                return
            level = max(level, level_made() or level, key=LEVELS.index)  # what it had is not taken away
            names = LEVELS[: LEVELS.index(level) + 1]
            packages, (fetched, kept) = sum(len(pinned(name)) for name in names), SIZES[level]
            say(f"Setting up {VENV}, once: {packages} packages, {fetched} MB to fetch, {kept} MB on the disk ...")
            make(level)
    except subprocess.CalledProcessError as fault:
        command = " ".join(str(word) for word in fault.cmd)
        raise SetUpError(
            f"Setting up failed: `{command}` ended with {fault.returncode}; its own words are above.\n"
            f"When that is mended (often it is the network), run {THIS} again.",
            1,
        ) from None
    except PermissionError as fault:
        raise SetUpError(may_not_write(fault, level), 1) from None
    except OSError as fault:
        if fault.errno == errno.EROFS:
            raise SetUpError(may_not_write(fault, level), 1) from None
        raise SetUpError(f"Setting up failed: {fault}", 1) from None


def may_not_write(fault: OSError, level: str) -> str:
    """What to do where this folder is another user's, or read-only."""
    return (
        f"Setting up failed: {fault.strerror}: {fault.filename}. Run `{THIS} {set_up_by(level)}` once as somebody who "
        "may write there, before the folder is made read-only; or work in a copy of it."
    )


def set_up_by(level: str) -> str:
    """The command that sets up a level."""
    return "setup" if level == "run" else f"setup --{level}"


def hand_over(arguments: list[str]) -> int:
    """Run this same command in `.venv`; returns its exit code (on POSIX this process becomes it)."""
    command = [str(python_of_venv()), sys.argv[0], *arguments]
    sys.stdout.flush()
    sys.stderr.flush()
    if os.name != "nt":
        # A stop that comes while one Python becomes the other waits for the first lines of this file.
        signal.pthread_sigmask(signal.SIG_BLOCK, (signal.SIGINT, signal.SIGTERM))
        try:
            os.execv(command[0], command)
        except OSError as fault:
            raise OSError(fault.errno, fault.strerror, command[0]) from None  # it leaves out which file
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, (signal.SIGINT, signal.SIGTERM))
    with subprocess.Popen(command) as child:  # Windows: execv would let the shell go on at once
        while True:
            try:
                return child.wait()
            except KeyboardInterrupt:
                continue  # the child got it too, and ends cleanly


def main(arguments: list[str]) -> int:
    """Run one command; returns the exit code."""
    if str(HERE / "src") not in sys.path:
        sys.path.insert(0, str(HERE / "src"))
    from sim import cli

    command, level = cli.needed(arguments)  # answers --help and faults in the options, then ends
    lacking = missing(level)
    inside = Path(sys.prefix).resolve() == VENV.resolve()
    if not lacking and (command != "setup" or inside):
        return cli.main(arguments)
    words = set_up_by(level)
    try:
        if inside:
            base = getattr(sys, "_base_executable", None) or "python3"
            raise SetUpError(
                f"{VENV} lacks {', '.join(lacking)}, and cannot mend itself while it is in use. Run this first:\n"
                f'    "{base}" "{HERE / "run.py"}" {words}',
                2,
            )
        job = next((name for name in JOB_VARIABLES if os.environ.get(name)), None)
        if job and not is_whole(level):
            raise SetUpError(
                f"Missing: {', '.join(lacking) or VENV.name}. Inside a job ({job} is set) nothing is installed; "
                f"run this before the job:\n    {THIS} {words}",
                2,
            )
        if not job and (command == "setup" or not is_whole(level)):
            with cli.as_interrupt():
                set_up(level if command == "setup" or level_made() else max(level, FIRST, key=LEVELS.index))
    except SetUpError as fault:
        say(str(fault))
        return fault.code
    except KeyboardInterrupt:
        say(f"\nStopped while setting up. `{THIS} {words}` goes on from here.")
        return 3
    if command == "setup":
        say(f"Ready: {VENV}")
        return 0
    return hand_over(arguments)


if __name__ == "__main__":
    sys.path.insert(0, str(HERE / "src"))
    from sim.cli import guarded

    sys.exit(guarded(main, sys.argv[1:]))
