"""Kills and faults at every counted operation of a small run; then the same command, and the bytes of all are the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .catalogue import JOB, Attack, Sweep, Trial
from .ground import Ground, unequal
from .making import finished, lost

WRITES = ("create", "write", "fsync", "rename", "unlink", "mkdir", "rmdir", "truncate")
ALL = ("open", "create", "read", "write", "fsync", "rename", "unlink", "mkdir", "rmdir", "list", "truncate")
ADDED = f"{JOB} --worlds 4 --out {{out}}"
LIKE_ADDED = f"{JOB} --worlds 4"
OVER = f"{JOB} --out {{out}} --overwrite"
EVERY = f"{JOB} --events all --out {{out}}"
TWO = "run forced_exit status_quo --worlds 3 --days 5 --workers 2 --figures none --quiet"
JOBS: dict[str, dict[str, Any]] = {
    "a run": {},
    "a run that adds a world": {"job": ADDED, "like": LIKE_ADDED, "make": [finished("out")]},
    "a run that overwrites another": {"job": OVER, "make": [finished("out", f"{JOB} --seed 5")]},
    "a run that mends a lost page": {"make": [finished("out"), lost("out/report.html")]},
    "a run that keeps all acts": {"job": EVERY, "like": f"{JOB} --events all"},
}


def sweep(kind: str, name: str, ops: tuple[str, ...], act: str, *, quick: bool = False, **more: Any) -> Attack:
    """An attack of one of these kinds."""
    return Attack(kind, name, Sweep(ops, act, **more), quick)


def kills() -> Iterator[Attack]:
    """The process or the power ends."""
    for what, job in JOBS.items():
        first = what == "a run"
        killed = {**job, "first": (-9,)}
        yield sweep(
            "kills", f"killed before every change of the disk in {what}", WRITES, "SIGKILL", quick=first, **killed
        )
        yield sweep(
            "kills",
            f"killed in the middle of every write in {what}",
            ("write",),
            "SIGKILL",
            more={"torn": True},
            **killed,
        )
        for act, kept in (
            ("power", ""),
            ("power-names", ", names are kept"),
            ("power-manifest", ", the manifest's name is kept"),
        ):
            name = f"the power fails at every change of the disk in {what}{kept}"
            yield sweep("kills", name, WRITES, act, quick=first and not kept, **killed)
        stopped = {**job, "first": (0, 3)}
        yield sweep(
            "kills", f"SIGTERM at every change of the disk in {what}", WRITES, "SIGTERM", quick=first, **stopped
        )
        yield sweep("kills", f"Ctrl-C at every change of the disk in {what}", WRITES, "SIGINT", **stopped)
    yield sweep(
        "kills", "killed at every reading of a finished folder", ALL, "SIGKILL", make=[finished("out")], first=(-9,)
    )
    yield sweep(
        "kills", "Ctrl-C at every reading of a finished folder", ALL, "SIGINT", make=[finished("out")], first=(0, 3)
    )
    yield Attack("kills", "killed again and again, each time one step further", Trial([], [again_and_again]))


def faults() -> Iterator[Attack]:
    """The disk, or the system, says no."""
    for what, job in JOBS.items():
        first = what == "a run"
        for act, ops, more in (
            ("ENOSPC", ("create", "write", "fsync", "rename", "mkdir"), {}),
            ("ENOSPC", ("create", "write", "fsync", "mkdir"), {"lasting": True}),
            ("EIO", ALL, {}),
            ("EDQUOT", ("write", "fsync"), {"lasting": True}),
        ):
            lasts = ", and from then on" if more else ""
            yield sweep(
                "faults",
                f"{act} at every {NAMED.get(ops, 'operation')} of {what}{lasts}",
                ops,
                act,
                more=more,
                quick=first and act in ("ENOSPC", "EIO"),
                **job,
            )
    for op in ALL:
        for act in ("EACCES", "EROFS", "ESTALE", "EINTR") if op in WRITES else ("EACCES", "ESTALE"):
            if act == "EINTR" and op not in ("create", "write", "fsync"):
                continue
            job = JOBS["a run that overwrites another"] if op in ("unlink", "rmdir", "open", "read", "list") else {}
            if op in ("rmdir", "truncate", "list"):
                continue
            yield sweep("faults", f"{act} at every {op}", (op,), act, first=(0, 1, 2), **job)
    for op in ("create", "write", "fsync", "rename"):
        yield sweep("faults", f"EMFILE at every {op}", (op,), "EMFILE")
    for op in ("fork", "thread"):
        for lasts in (False, True):
            yield sweep(
                "faults",
                f"no further {'process' if op == 'fork' else 'thread'} at every start of one"
                + ", and from then on" * lasts,
                (op,),
                "EAGAIN",
                job=f"{TWO} --out {{out}}",
                like=TWO,
                more={"lasting": lasts},
                how={"whole": True},
                most=40,
            )


NAMED = {
    ALL: "operation",
    ("write", "fsync"): "write",
    ("create", "write", "fsync", "mkdir"): "write",
    ("create", "write", "fsync", "rename", "mkdir"): "write",
}


def again_and_again(ground: Ground) -> None:
    """A run that is killed at the first rename, then at the second of what is left, and so on, ends well."""
    for number in range(1, 400):
        mark = ground.root / "met"
        fault = {"under": "out", "ops": ["rename"], "at": 1 + number % 3, "act": "SIGKILL", "mark": str(mark)}
        ended = ground.ask(argv=ground.words(f"{JOB} --out {{out}}"), **ground.placed({"fault": fault}))
        if ended.code == 0:
            break
        assert ended.code == -9, ended
    assert not unequal(ground.out, ground.workshop.undisturbed(JOB)), "it never came to an end"


ATTACKS = [*kills(), *faults()]
