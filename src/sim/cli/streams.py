"""Standard input, output and error as they may be found: closed, full, a pipe that nobody reads any more.

A command does its work to the end whatever becomes of what it prints: results are in files, and an exit code is about
them. So a write to a stream never raises. The first fault of stdout is kept, and said in one line at the end (exit 1);
a reader that has gone (`| head -1`) is no fault. What goes wrong on stderr can be told to nobody.

Only the standard library is imported here.
"""

from __future__ import annotations

import errno
import io
import os
import select
import sys
from collections.abc import Callable, Sequence
from typing import TextIO

from sim.cli.refusals import refusal_of
from sim.cli.stopping import leave_at_once

GONE = {errno.EPIPE, errno.ECONNRESET, errno.ESHUTDOWN} | ({errno.EINVAL} if os.name == "nt" else set())
"""How a system says that nobody reads any more; Windows says so of a pipe by EINVAL."""


class Outlet(io.RawIOBase):
    """A stream to a descriptor that takes all that is written to it; once a write has failed it goes nowhere."""

    def __init__(self, target: io.RawIOBase) -> None:
        super().__init__()
        self.target = target
        self.fault: OSError | None = None

    def write(self, data: object) -> int:
        """Write everything, or keep in `fault` why that could not be done; the number of bytes either way."""
        view = memoryview(data).cast("B")  # type: ignore[arg-type]  # whatever has bytes, as for every raw stream
        done = 0
        while done < len(view) and self.fault is None:
            try:
                written = self.target.write(view[done:])
            except OSError as fault:
                self.fault = fault
                break
            if written is None:  # a descriptor that does not wait: then we do
                select.select([], [self.target.fileno()], [])
            else:
                done += written
        return len(view)

    def writable(self) -> bool:
        """Always."""
        return True

    def fileno(self) -> int:
        """The descriptor, for processes that are to write to it, too."""
        return self.target.fileno()

    def isatty(self) -> bool:
        """Whether a person looks at it."""
        return self.target.isatty()


def open_all() -> None:
    """Open what was closed of the descriptors 0, 1 and 2, on nothing: else the next file would be opened there.

    Whatever is printed would then go into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            made = os.open(os.devnull, os.O_RDWR)  # takes the lowest free number: this one
            os.set_inheritable(made, True)
    for name, number, mode in (("stdin", 0, "r"), ("stdout", 1, "w"), ("stderr", 2, "w")):
        if getattr(sys, name) is None:
            stream = open(number, mode, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def outlet_of(stream: TextIO) -> Outlet | None:
    """The outlet behind a stream; None where somebody has put a stream of another kind there (a test, a notebook)."""
    buffer = getattr(stream, "buffer", None)
    raw = getattr(buffer, "raw", buffer)
    return raw if isinstance(raw, Outlet) else None


def soften(name: str) -> None:
    """Put an outlet behind `sys.stdout` or `sys.stderr`, and have what its encoding lacks replaced."""
    stream = getattr(sys, name)
    if stream is not getattr(sys, f"__{name}__") or type(stream) is not io.TextIOWrapper or outlet_of(stream):
        return
    encoding, by_line, at_once = stream.encoding, stream.line_buffering, stream.write_through
    stream.flush()
    buffer = stream.detach()
    unbuffered = isinstance(buffer, io.RawIOBase)  # python -u
    raw = buffer if unbuffered else buffer.detach()
    outlet = Outlet(raw)
    made = io.TextIOWrapper(
        outlet if unbuffered else io.BufferedWriter(outlet),  # type: ignore[type-var]
        encoding=encoding,
        errors="replace",
        line_buffering=by_line,
        write_through=at_once or unbuffered,
    )
    setattr(sys, name, made)
    setattr(sys, f"__{name}__", made)  # the width of a terminal is asked of this one


def unwritten() -> str:
    """Write out what waits to be printed; why it could not all be written, or nothing ("")."""
    for stream in (sys.stderr, sys.stdout):
        if stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError) as fault:  # no outlet of ours, or closed by somebody
                if stream is sys.stdout and not (isinstance(fault, OSError) and fault.errno in GONE):
                    return str(fault)
    outlet = outlet_of(sys.stdout)
    if outlet is None or outlet.fault is None or outlet.fault.errno in GONE:
        return ""
    return outlet.fault.strerror or str(outlet.fault)


def guarded(act: Callable[[Sequence[str]], int], arguments: Sequence[str]) -> int:
    """Do a command line with streams that can be written to; returns its exit code.

    That is 1 if what it printed could not be written. From here to the end of the process Ctrl-C leaves no traceback.
    """
    try:
        open_all()
        soften("stdout")
        soften("stderr")
        code = act(arguments)
    except SystemExit as end:  # argparse has answered --help
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except KeyboardInterrupt:
        leave_at_once(3)
        print("\nStopped.", file=sys.stderr)
        code = 3
    except Exception as fault:
        line = refusal_of(fault)
        if not line:
            raise
        print(line, file=sys.stderr)
        code = 1
    lost = unwritten()
    if lost:
        print(f"What was to be printed could not be written: {lost}", file=sys.stderr)
        code = code or 1
    leave_at_once(code)  # nothing is left to do but to end
    return code
