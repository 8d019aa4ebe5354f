"""A process that has loaded the program once, and forks for everything that is typed.

A fork is a process like any other: it has its own folder, environment, streams, limits and end, and what it does is
measured alone; but it starts in a hundredth of a second. What the model lives, and the report of a result, are
remembered from one to the next (each is a function of its arguments), so that a run of three worlds is mostly what it
writes. What is asked for ``whole`` is a fresh ``python run.py``, started from here for the sake of the same measures.

It speaks lines of JSON: a request on its input, what became of it on its output.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
PATIENCE = float(os.environ.get("BREAKING_PATIENCE", "300"))
"""Seconds after which something does not end by itself. Nothing that is tried is meant to come near it."""
CPU = 120
"""Seconds of work after which something does not end by itself."""
ADDRESSES = 8 << 30
"""Bytes of addresses that a process may have, so that one that wants all memory harms nobody."""
LARGEST_FILE = 1 << 30
"""Bytes that a process may write into one file."""
MODEL = ("sim.engine.blocks", "simulate"), ("sim.engine.start", "start_state")


@dataclass(frozen=True)
class Ended:
    """What became of a process."""

    code: int
    """Its exit code; less than 0 is the signal that ended it."""
    out: str
    err: str
    memory: int
    """The most bytes it held in memory."""
    hung: bool
    """Whether it had to be ended."""
    left: bool
    """Whether it left processes behind."""


class Warm:
    """The warm process, as its owner sees it."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "COV_"))},
            "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(TESTS)]),
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONUTF8": "1",
        }
        self.process = subprocess.Popen(
            [sys.executable, str(Path(__file__).resolve()), str(scratch)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
            text=True,
            encoding="utf-8",
        )

    def ask(self, **request: Any) -> Ended:
        """Has something done: see :func:`child` for the words of a request."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, "the warm process has ended"
        return Ended(**json.loads(answer))

    def end(self) -> None:
        """No more is asked."""
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


# --- within the warm process ---


def remembering(real: Callable[..., Any], name: str) -> Callable[..., Any]:
    """A function of scenario, seed and worlds that lives each of them once."""
    from sim.scenario.load import fingerprint

    known: dict[str, Any] = {}

    def lives(scenario: Any, *more: Any, seed: int = 1, worlds: Any, **others: Any) -> Any:
        said = {key: value for key, value in others.items() if key != "pasts" and value}
        if more or set(said) - {"events"}:
            return real(scenario, *more, seed=seed, worlds=worlds, **others)
        key = repr((fingerprint(scenario), int(seed), [int(world) for world in worlds], said))
        if key not in known:
            known[key] = real(scenario, seed=seed, worlds=worlds, **others)
        return copy.deepcopy(known[key])

    lives.__name__ = name
    return lives


def remembering_page(real: Callable[..., str]) -> Callable[..., str]:
    """The report of a result without pictures, made once for each result."""
    import pickle

    known: dict[bytes, str] = {}

    def page(result: Any, svgs: Any) -> str:
        whole = result.whole
        said = [result.provenance, result.scenarios, whole.scenarios, whole.worlds, whole.weekly, whole.events]
        key = pickle.dumps([*said, sorted(svgs.items())])
        if key not in known:
            known[key] = real(result, svgs)
        return known[key]

    return page


def warm_up(scratch: Path) -> None:
    """Loads all that the commands load, and has the model live what most attacks run."""
    import importlib

    import pyarrow as pa

    pa.set_cpu_count(1)  # no threads, which would not be there after a fork
    pa.set_io_thread_count(1)
    import sim.cli.commands as commands

    modules = [path for path in sorted((ROOT / "src" / "sim").rglob("*.py")) if "__main__" not in path.name]
    for path in modules:
        parts = path.relative_to(ROOT / "src").with_suffix("").parts
        with contextlib.suppress(ImportError):  # llvmlite is not everywhere
            importlib.import_module(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    for where, name in MODEL:
        real = getattr(importlib.import_module(where), name)
        lives = remembering(real, name)
        for module in list(sys.modules.values()):
            if getattr(module, name, None) is real and module.__name__.startswith("sim."):
                setattr(module, name, lives)
    report = importlib.import_module("sim.show.report")
    report.page = remembering_page(report.page)  # type: ignore[attr-defined]
    small = ["--days", "5", "--workers", "1", "--figures", "none", "--quiet"]
    with open(os.devnull, "w", encoding="utf-8") as nowhere, contextlib.redirect_stdout(nowhere):  # noqa: PTH123
        plain = scratch / "plain.toml"
        plain.write_text("days = 5\n", encoding="utf-8")
        for number, words in enumerate(
            (
                ["forced_exit", "--worlds", "3"],
                ["forced_exit", "--worlds", "4"],
                ["forced_exit", "--worlds", "3", "--seed", "2"],
                ["forced_exit", "--worlds", "3", "--seed", "5"],
                ["forced_exit", "--worlds", "3", "--events", "all"],
                ["status_quo", "--worlds", "3"],
                [str(plain), "--worlds", "3"],
            )
        ):
            code = commands.main(["run", *words, *small, "--out", str(scratch / f"warm-{number}")])
            assert code == 0, code
        for name in ("forced_exit", "status_quo", str(plain)):
            commands.main(["explain", name, "--world", "1", "--days", "5"])


def child(request: dict[str, Any]) -> int:
    """Does what is asked in a fork; its exit code.

    ``argv`` is typed in ``cwd`` with ``env``; ``whole`` starts run.py for it, ``exec`` is another command, ``code`` is
    Python with ``names`` in it. ``out`` and ``err`` are files for what it says (or None: the stream is closed),
    ``input`` what it reads. ``limits`` are ulimit's, ``ordinary`` has the modes of files hold for root too, ``fault``
    is for :class:`breaking.injected.Faults`, ``before`` are shell-like words to do first.
    """
    import resource

    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    os.chdir(request["cwd"])
    streams = {0: request.get("input", os.devnull), 1: request["out"], 2: request["err"]}
    for number, name in streams.items():
        if name is None:
            os.close(number)
            continue
        flags = os.O_RDONLY if number == 0 else os.O_WRONLY | (0 if name.startswith("/dev/") else os.O_CREAT)
        file = os.open(name, flags, 0o600)
        if file != number:
            os.dup2(file, number)
            os.close(file)
    environment = {key: value for key, value in {**os.environ, **request.get("env", {})}.items() if value is not None}
    os.environ.clear()
    os.environ.update(environment)
    if request.get("ordinary"):
        from breaking.ordinary import become_ordinary

        become_ordinary()
    limits = {"AS": ADDRESSES, "CPU": CPU, "FSIZE": LARGEST_FILE, "CORE": 0, **request.get("limits", {})}
    if request.get("user"):
        from breaking.ordinary import become_somebody

        become_somebody()
    for name, most in limits.items():
        hard = most + 9 if name == "CPU" else most  # the first is a signal that says what it is, the second kills
        resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, hard))
    if request.get("removed"):
        Path(request["cwd"]).rmdir()
    if "exec" in request:
        os.execvpe(request["exec"][0], [os.fsencode(word) for word in request["exec"]], environment)
    if request.get("whole"):
        fault = request.get("fault")
        words = [] if fault is None else [str(TESTS / "breaking" / "injected.py"), json.dumps(fault)]
        command = [sys.executable, *words, str(ROOT / "run.py"), *request["argv"]]
        environment.pop("PYTHONPATH", None)
        os.execve(sys.executable, [os.fsencode(word) for word in command], environment)
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = None
        if streams[number] is not None:
            stream = os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace", closefd=False)
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    if "fault" in request:
        from breaking.injected import Faults

        Faults(**request["fault"]).install()
    if "code" in request:
        import sim

        exec(compile(request["code"], "<typed>", "exec"), {"sim": sim, "Path": Path, **request.get("names", {})})
        return 0
    import sim.cli.commands as commands

    sys.argv = [str(ROOT / "run.py"), *request["argv"]]
    return commands.main(request["argv"])


def in_fork(request: dict[str, Any]) -> int:
    """As Python ends a process: the exit code, and the traceback of what nobody caught."""
    try:
        code: Any = child(request)
    except SystemExit as end:
        code = end.code
        if isinstance(code, str):
            print(code, file=sys.stderr)
            code = 1
    except BaseException:
        with contextlib.suppress(BaseException):
            traceback.print_exc()
        code = 1
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            code = code or 120
    return int(code or 0)


def is_there(group: int) -> bool:
    """Whether a group of processes has any that runs; those that are dead and not yet buried do not count."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    found = list(Path("/proc").glob("[0-9]*/stat"))
    for status in found:
        with contextlib.suppress(OSError):
            words = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            if int(words[2]) == group and words[0] not in "ZX":
                return True
    return not found


def done(request: dict[str, Any], scratch: Path) -> dict[str, Any]:
    """Does what is asked, and says what became of it."""
    said = {}
    for stream in ("out", "err"):
        said[stream] = scratch / f"{os.getpid()}.{stream}"
        said[stream].unlink(missing_ok=True)
        request.setdefault(stream, str(said[stream]))
    pid = os.fork()
    if not pid:
        code = 70
        try:
            code = in_fork(request)
        finally:
            os._exit(code & 255)
    end = time.monotonic() + request.get("patience", PATIENCE)
    hung = False
    pause = 0.001
    while True:
        gone, status, usage = os.wait4(pid, os.WNOHANG)
        if gone:
            break
        if time.monotonic() > end:
            hung = True
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(pause)
        pause = min(0.05, pause * 1.5)
    end = time.monotonic() + 60
    while is_there(pid) and time.monotonic() < end:
        time.sleep(0.05)
    left = is_there(pid)
    if left:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(status)
    return {
        "code": code,
        "out": text_of(said["out"]),
        "err": text_of(said["err"]),
        "memory": usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024),
        "hung": hung or code == -signal.SIGXCPU,
        "left": left,
    }


def text_of(path: Path) -> str:
    """What a stream was told: the first megabyte of it."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        return file.read(1 << 20).decode("utf-8", "surrogateescape")


def main() -> None:
    """Does what is asked for until nothing is asked any more."""
    scratch = Path(sys.argv[1])
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    warm_up(scratch)
    for line in sys.stdin:
        print(json.dumps(done(json.loads(line), scratch)), file=answers, flush=True)


if __name__ == "__main__":
    main()
