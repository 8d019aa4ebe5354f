"""What is around every command that computes worlds: how far it is, stopping early, and how to go on."""

from __future__ import annotations

import _thread
import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sim.cli.stopping import interrupt
from sim.disk import words

if TYPE_CHECKING:
    from types import FrameType

    from sim.runs.progress import Step

Found = TypeVar("Found")

LET_END = 10  # seconds, in which blocks that are under way may end after a stop was asked for


@dataclass(frozen=True)
class Hooks:
    """What a computation is told and asked by while it goes on, as ``sim.run`` takes it; None where nobody listens."""

    stop: Callable[[], bool]
    progress: Callable[[int, int, float], None]
    step: Step | None
    command: list[str] | None
    say: Callable[[str], None] | None


def computed(
    chosen: argparse.Namespace, folder: Path | None, compute: Callable[[Hooks], Found], tell: Callable[[Found], int]
) -> int:
    """Compute into a folder, or with none in memory, and tell what came of it; the exit code.

    Meanwhile stderr says how far it is, unless ``--quiet``, and what is begun and made, unless ``--json``. Ctrl-C,
    SIGTERM and ``--stop-after`` end it whole, with the command that goes on. A folder that was made for what cannot be
    computed is taken away.
    """
    from sim.runs.errors import InputError, RunFailed, Stopped
    from sim.runs.progress import Progress

    command = [] if folder is None else again(chosen.typed, folder)
    on = words.typed(command)
    speaks = not (chosen.quiet or chosen.json)
    with nullcontext(None) if chosen.quiet else Progress() as progress, asked_to_stop() as asked:

        def told(done: int, total: int, passed: float) -> None:
            asked.computing = done < total
            if progress is not None:
                progress(done, total, passed)

        hooks = Hooks(
            stop=lambda: asked.stop,
            progress=told,
            step=progress.step if progress is not None and speaks else None,
            command=command or None,
            say=say if speaks else None,
        )
        try:
            found = compute(hooks)
        except Stopped as stopped:
            return say_stopped(str(stopped), folder, on, chosen.json, done=stopped.done, total=stopped.total)
        except KeyboardInterrupt:
            whole = "" if folder is None else f"; what is there is whole in {folder}"
            return say_stopped(f"stopped{whole}", folder, on, chosen.json)
        except InputError:
            if folder is not None and chosen.out is None:
                with suppress(OSError):
                    folder.rmdir()
            raise
        except RunFailed as failure:
            print(failure, file=sys.stderr)
            if chosen.json:
                failed = {"folder": folder and str(folder), "complete": False, "failed": str(failure), "continue": on}
                print(json.dumps(failed))
            return failure.exit_code
    return tell(found)


def say(line: str) -> None:
    """A line on stderr: stdout belongs to the results."""
    print(words.one_line(line), file=sys.stderr, flush=True)


# --- stopping early ---


@dataclass
class Asked:
    """Whether somebody asked to stop, and whether blocks are under way, which are then finished first."""

    stop: bool = False
    computing: bool = True


@contextmanager
def asked_to_stop() -> Iterator[Asked]:
    """The first Ctrl-C or SIGTERM lets the blocks under way end, for a few seconds. A second one, or one after them,
    stops at once.
    """
    asked = Asked()
    after = ExitStack()

    def note(kind: int, frame: FrameType | None) -> None:
        if asked.stop or not asked.computing:
            interrupt(kind, frame)
            return
        asked.stop = True
        after.callback(again_later())
        said = f"Stopping when the blocks under way are done, in {LET_END} s at the latest (again: at once) ..."
        print(f"\n{said}", file=sys.stderr)

    kinds = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGBREAK", "SIGALRM") if hasattr(signal, name)]
    before = {kind: signal.signal(kind, note) for kind in kinds}
    try:
        yield asked
    finally:
        after.close()
        for kind, handler in before.items():
            signal.signal(kind, handler)


def again_later() -> Callable[[], object]:
    """Have a second signal come when the blocks under way have had their time; how to call it off."""
    if hasattr(signal, "alarm"):
        signal.alarm(LET_END)
        return lambda: signal.alarm(0)
    timer = threading.Timer(LET_END, _thread.interrupt_main)
    timer.daemon = True
    with suppress(RuntimeError):  # no thread to be had
        timer.start()
    return timer.cancel


def goes_on(typed: Sequence[str], folder: Path) -> str:
    """The command that goes on with a run, as it can be typed."""
    return words.typed(again(typed, folder))


def again(typed: Sequence[str], folder: Path) -> list[str]:
    """The words of that command: as typed, with its folder, and without --overwrite."""
    kept = [word for word in typed if word != "--overwrite"]
    if not any(word == "--out" or word.startswith("--out=") for word in kept):
        kept += ["--out", str(folder)]
    script = sys.argv[0] if Path(sys.argv[0]).name == "run.py" else "run.py"
    python = "py" if os.name == "nt" else "python3"
    return [python, script, *kept]


def say_stopped(what: str, folder: Path | None, on: str, as_json: bool, **numbers: int) -> int:
    """Say that a run ended early, and how to go on, where there is a folder to go on from; the exit code."""
    print(words.one_line(what[:1].upper() + what[1:]), file=sys.stderr)
    print(f"To go on: {on}" if folder is not None else "Nothing is kept without --out.", file=sys.stderr)
    if as_json:
        print(json.dumps({"folder": folder and str(folder), "complete": False, **numbers, "continue": on}))
    elif folder is not None:
        print(words.one_line(folder))
    return 3
