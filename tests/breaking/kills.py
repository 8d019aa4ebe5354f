"""Kills and faults at every counted operation of a small run; then the same command, and all bytes are the same."""

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


def sweep(
    kind: str,
    name: str,
    ops: tuple[str, ...],
    act: str,
    *,
    quick: bool = False,
    torn: bool = False,
    lasting: bool = False,
    **more: Any,
) -> Attack:
    """An attack of one of these kinds."""
    return Attack(kind, name, Sweep(ops, act, more={"torn": torn, "lasting": lasting}, **more), quick)


def kills() -> Iterator[Attack]:
    """The process or the power ends."""
    for what, job in JOBS.items():
        main = what == "a run"
        every = "every change" if main else "every seventh change"
        killed = {**job, "first": (-9,), "step": 1 if main else 7}
        where = f"{every} of the disk in {what}"
        yield sweep("kills", f"killed before {where}", WRITES, "SIGKILL", quick=main, **killed)
        yield sweep("kills", f"killed in the middle of a write, {where}", ("write",), "SIGKILL", torn=True, **killed)
        for act, kept in POWER.items():
            yield sweep("kills", f"the power fails at {where}{kept}", WRITES, act, quick=main and not kept, **killed)
        stopped = {**job, "first": (0, 3), "step": 3 if main else 11}
        for act, said in (("SIGTERM", "SIGTERM"), ("SIGINT", "Ctrl-C")):
            name = f"{said} at every {'third' if main else 'eleventh'} change of the disk in {what}"
            yield sweep("kills", name, WRITES, act, quick=main and act == "SIGTERM", **stopped)
    yield sweep(
        "kills", "killed at every reading of a finished folder", ALL, "SIGKILL", make=[finished("out")], first=(-9,)
    )
    yield sweep(
        "kills", "Ctrl-C at every reading of a finished folder", ALL, "SIGINT", make=[finished("out")], first=(0, 3)
    )
    yield Attack("kills", "killed again and again, each time some steps further", Trial([], [again_and_again]))


POWER = {"power": "", "power-names": ", all names are kept", "power-manifest": ", the name of the manifest is kept"}
SAYS_NO = {
    "ENOSPC once": ("ENOSPC", ("create", "write", "fsync", "rename", "mkdir"), False),
    "ENOSPC from then on": ("ENOSPC", ("create", "write", "fsync", "mkdir"), True),
    "EIO once": ("EIO", ALL, False),
    "EDQUOT from then on": ("EDQUOT", ("write", "fsync"), True),
}
BY_OPERATION = {
    "open": ("EACCES", "ESTALE", "EMFILE"),
    "create": ("EACCES", "EROFS", "EMFILE"),
    "read": ("ESTALE", "EACCES"),
    "write": ("EACCES", "EFBIG", "EROFS"),
    "fsync": ("EINVAL", "EROFS"),
    "rename": ("EACCES", "EXDEV", "EBUSY"),
    "unlink": ("EACCES", "EBUSY", "EROFS"),
    "mkdir": ("EACCES", "EROFS"),
    "list": ("EACCES",),
}


def faults() -> Iterator[Attack]:
    """The disk, or the system, says no."""
    for what, job in JOBS.items():
        for name, (act, ops, lasting) in SAYS_NO.items():
            main = what == "a run"
            step = 1 if main and not (lasting and act == "EDQUOT") else 3 if main else 7
            place = {1: "every", 3: "every third", 7: "every seventh"}[step]
            quick = main and not lasting
            yield sweep(
                "faults",
                f"{name}, at {place} operation of {what}",
                ops,
                act,
                lasting=lasting,
                step=step,
                quick=quick,
                **job,
            )
    for op, acts in BY_OPERATION.items():
        over = op in ("unlink", "open", "read", "list")
        job = JOBS["a run that overwrites another"] if over else {}
        for act in acts:
            yield sweep("faults", f"{act} at every third {op}", (op,), act, step=3, **job)
    two = {"job": f"{TWO} --out {{out}}", "like": TWO, "how": {"whole": True}, "most": 40}
    for op, what in (("fork", "process"), ("thread", "thread")):
        for lasting, said in ((False, "once"), (True, "from then on")):
            yield sweep(
                "faults",
                f"no further {what} at every start of one, {said}",
                (op,),
                "EAGAIN",
                lasting=lasting,
                occurs=op != "thread",  # workers have none
                **two,
            )


def again_and_again(ground: Ground) -> None:
    """A run that is killed at the first rename, then at the second of what is left, and so on, ends well."""
    for number in range(1, 100):
        mark = ground.root / "met"
        fault = {"under": "out", "ops": ["rename"], "at": number, "act": "SIGKILL", "mark": str(mark)}
        ended = ground.ask(argv=ground.words(f"{JOB} --out {{out}}"), **ground.placed({"fault": fault}))
        if ended.code == 0:
            break
        assert ended.code == -9, ended
    assert not unequal(ground.out, ground.workshop.undisturbed(JOB)), "it never came to an end"


ATTACKS = [*kills(), *faults()]
