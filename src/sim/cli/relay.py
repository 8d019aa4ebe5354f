"""Another program's run as a part of ours: what it prints goes through our streams, and it is stopped with us."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

PATIENCE = 10.0  # seconds that a program has to end after it was asked to


def relayed(command: Sequence[str], *, cwd: Path) -> int:
    """Run a program to its end and return its exit code.

    On a terminal it prints by itself. Elsewhere we print for it: most programs break where a reader has gone or a disk
    is full, and ours do not. On Ctrl-C or SIGTERM it ends before we do.
    """
    direct = sys.stdout.isatty() or not hasattr(sys.stdout, "buffer")
    sys.stdout.flush()
    with subprocess.Popen(command, cwd=cwd, stdout=None if direct else subprocess.PIPE) as program:
        relay = None
        if program.stdout is not None:
            relay = threading.Thread(target=copy, args=(program.stdout, sys.stdout.buffer), daemon=True)
            relay.start()
        try:
            code = program.wait()
        except BaseException:
            end(program)
            raise
        finally:
            if relay is not None:
                relay.join(PATIENCE)  # something that the program left behind may hold the pipe for ever
    return code


def copy(source: BinaryIO, target: BinaryIO) -> None:
    """All that comes, as it comes."""
    while data := source.read1():  # type: ignore[attr-defined]  # of a pipe: what there is
        target.write(data)
        target.flush()


def end(program: subprocess.Popen[bytes]) -> None:
    """Ask a program to end, which a terminal has done already; then make it."""
    try:
        program.wait(PATIENCE / 10)
    except subprocess.TimeoutExpired:
        program.terminate()
        try:
            program.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            program.kill()
