"""Limits of the system: they are named in one line, and the folder is not blamed for them."""

from __future__ import annotations

import shlex
import sys
from typing import Any

from .catalogue import JOB, Attack, Broken, Do, Trial
from .ground import Ground
from .kills import TWO
from .making import all_files, file, finished, folder, mode
from .warm import ROOT, Ended

PLAIN = f"{JOB} --out {{out}}"
WORKERS = f"{TWO} --out {{out}}"
WHOLE = {"whole": True}
MB = 1 << 20
BRIEFLY = "--days 5 --stop-after 1s --quiet --figures none --out {out}"


def attack(
    name: str, *steps: Any, make: Any = (), mine: tuple[str, ...] = ("work/out", "work/r"), quick: bool = False
) -> Attack:
    """An attack of this kind."""
    return Attack("limits", name, Trial(make, steps, mine), quick)


def named(how: dict[str, Any]) -> Any:
    """Whether it has to be said that it is not the folder."""
    return None if "FSIZE" in how["limits"] else not_the_folder


def not_the_folder(_: Ground, ended: Ended) -> None:
    """Too little memory or too few processes are no fault of the folder."""
    if ended.code and "cannot be written" in ended.err:
        raise Broken(f"The folder is blamed: {ended.err}")


def limited(
    name: str, words: str, exits: tuple[int, ...] = (0, 1), *, quick: bool = False, like: str = JOB, **how: Any
) -> Attack:
    """Under a limit a run ends well, or with a line; without it, the same command goes on."""
    return attack(
        name,
        Do(words, exits=exits, lines=2, how={**WHOLE, **how}, after=named(how), same="out", like=like),
        Do(words, exits=(0,), same="out", like=like),
        quick=quick,
    )


def piped(line: str) -> dict[str, Any]:
    """How a line of a shell is typed; {run} is the program."""
    run = f"{shlex.quote(PYTHON)} {shlex.quote(str(ROOT / 'run.py'))}"
    return {"exec": ["sh", "-c", line.replace("{run}", run)]}


PYTHON = sys.executable
STREAMS = (
    "list",
    "list --json",
    "--help",
    "run --help",
    "--version",
    "check --schema",
    "describe status_quo",
    "describe status_quo --all",
    "check status_quo",
    "explain status_quo --world 1 --days 5",
    "diff status_quo forced_exit",
    "check nosuch.toml",
    "nonsense",
    "run nosuch Q",
)


def quiet_end(
    words: str, what: str, how: dict[str, Any], *, quick: bool = False, exits: tuple[int, ...] = (0, 1, 2)
) -> Attack:
    """A stream that takes nothing: no traceback, nothing on the other stream but a line."""
    return attack(
        f"`{words}` with {what}", Do(words, exits=exits, lines=3, how={**WHOLE, **how}), quick=quick, mine=("work/out",)
    )


def read_only(words: str, exits: tuple[int, ...], *, quick: bool = False, **more: Any) -> Attack:
    """Nothing but the results may be written."""
    return attack(
        f"`{words}` where all but the results is only read",
        Do(
            words,
            exits=exits,
            how={**WHOLE, "ordinary": True},
            env={"MPLCONFIGDIR": None, "TMPDIR": "{none}", **more.pop("env", {})},
        ),
        make=[folder("out"), mode("home", 0o555), mode("elsewhere", 0o555), mode("work", 0o555)],
        quick=quick,
    )


ATTACKS = [
    *(
        limited(f"{size} MB of addresses, one process", PLAIN, (0, 1), limits={"AS": size * MB})
        for size in (350, 500, 700, 1000, 1500)
    ),
    *(
        limited(f"{size} MB of addresses, two workers", WORKERS, (0, 1), like=TWO, limits={"AS": size * MB})
        for size in (500, 1000, 1500, 2500)
    ),
    *(limited(f"{most} open files, one process", PLAIN, limits={"NOFILE": most}) for most in (8, 12, 16, 24, 40)),
    *(
        limited(f"{most} open files, two workers", WORKERS, like=TWO, limits={"NOFILE": most})
        for most in (12, 16, 20, 30, 40)
    ),
    *(
        limited(f"files of at most {most} bytes", PLAIN, quick=most == 1000, limits={"FSIZE": most})
        for most in (300, 1000, 5000, 12_000, 30_000)
    ),
    *(
        limited(f"{most} processes and threads, two workers", WORKERS, like=TWO, user=True, limits={"NPROC": most})
        for most in (1, 2, 3, 4, 6, 8, 12)
    ),
    *(
        limited(f"{most} processes and threads, one process", PLAIN, user=True, limits={"NPROC": most})
        for most in (1, 2, 4)
    ),
    *(quiet_end(words, "stdout closed", {"out": None}, quick=words == "list") for words in STREAMS),
    *(quiet_end(words, "stdout full", {"out": "/dev/full"}, quick=words == "list") for words in STREAMS),
    *(quiet_end(words, "stderr closed", {"err": None}) for words in STREAMS[-4:]),
    *(quiet_end(words, "stderr full", {"err": "/dev/full"}) for words in STREAMS[-4:]),
    *(quiet_end(words, "stdin closed", {"input": None}) for words in ("list", "check status_quo")),
    *(quiet_end(words, "all streams closed", {"input": None, "out": None, "err": None}) for words in STREAMS),
    *(
        attack(
            f"a run with {what}", Do(PLAIN, exits=(0, 1, 3), how={**WHOLE, **how}), Do(PLAIN, exits=(0,), same="out")
        )
        for what, how in (
            ("stdin closed", {"input": None}),
            ("stdout closed", {"out": None}),
            ("stderr closed", {"err": None}),
            ("stdout full", {"out": "/dev/full"}),
            ("stderr full", {"err": "/dev/full"}),
            ("all streams closed", {"input": None, "out": None, "err": None}),
        )
    ),
    attack(
        "two workers with all streams closed",
        Do(WORKERS, exits=(0, 1), how={**WHOLE, "input": None, "out": None, "err": None}),
        Do(WORKERS, exits=(0,), same="out", like=TWO),
    ),
    *(
        attack(
            f"`{words} | head -n 1`",
            Do(words, exits=(0,), lines=0, how=piped(f"{{run}} {words} | head -n 1")),
            quick=words == "--help",
        )
        for words in (
            "--help",
            "run --help",
            "list",
            "describe status_quo --all",
            "check --schema",
            "explain status_quo --world 1 --days 5",
            "list --json",
        )
    ),
    *(
        attack(f"`{words} | true`", Do(words, exits=(0,), lines=0, how=piped(f"{{run}} {words} | true")))
        for words in ("--help", "list", "describe status_quo --all", "check --schema")
    ),
    attack(
        "a run into a pipe that is closed",
        Do(
            PLAIN,
            exits=(0,),
            lines=1,
            how=piped("{run} run forced_exit --worlds 3 --days 5 --workers 1 --figures none --quiet --out out | true"),
        ),
        Do(PLAIN, exits=(0,), same="out"),
    ),
    read_only("list", (0,), quick=True),
    read_only("check status_quo", (0,)),
    read_only("describe status_quo", (0,)),
    read_only("explain status_quo --world 1 --days 5", (0,)),
    read_only(PLAIN, (0,)),
    read_only("run forced_exit --worlds 3 --days 5 --workers 1 --quiet --out {out}", (0,)),
    attack(
        "new results where nothing may be written",
        Do(
            "run forced_exit --worlds 3 --days 5 --workers 1 --figures none --quiet",
            (2,),
            lines=1,
            how={"ordinary": True},
        ),
        make=[mode("work", 0o555)],
        mine=(),
    ),
    *(
        attack(
            f"`{words}` without a home and a place for passing files",
            Do(
                words,
                exits=(0,),
                how=WHOLE,
                env={
                    "HOME": "/nonexistent",
                    "TMPDIR": "/nonexistent",
                    "XDG_CACHE_HOME": "/nonexistent",
                    "MPLCONFIGDIR": None,
                },
            ),
            mine=("work/out",),
        )
        for words in ("list", PLAIN, "run forced_exit --worlds 3 --days 5 --workers 1 --quiet --out {out}")
    ),
    attack(
        "a finished folder that is only read, run again",
        Do(PLAIN, exits=(0, 2), lines=1, how={"ordinary": True}),
        make=[finished("out"), all_files("out", 0o444, 0o555)],
        mine=(),
        quick=True,
    ),
    attack(
        "a finished folder that is only read, explained",
        Do("explain ./out --world 1", exits=(0,), how={"ordinary": True}, nothing=True),
        make=[finished("out"), all_files("out", 0o444, 0o555)],
        mine=(),
    ),
    attack(
        "a finished folder that is only read, verified",
        Do("verify {out}", exits=(0,), how={"ordinary": True}, nothing=True),
        make=[finished("out"), all_files("out", 0o444, 0o555)],
        mine=(),
    ),
    attack(
        "a finished folder that is only read, repeated",
        Do(
            "run ./out --figures none --quiet --workers 1 --out {r}",
            exits=(0,),
            how={"ordinary": True},
            says=("agree",),
        ),
        make=[finished("out"), all_files("out", 0o444, 0o555)],
        mine=("work/r",),
    ),
    attack(
        "a begun folder that is only read",
        Do(PLAIN, exits=(1, 2), lines=1, how={"ordinary": True}),
        make=[finished("out"), lambda ground: (ground.out / "manifest.json").unlink(), all_files("out", 0o444, 0o555)],
        mine=(),
    ),
    attack(
        "a file of results that is only read, mended",
        Do(PLAIN, exits=(0, 1), lines=2, how={"ordinary": True}, same="out"),
        make=[finished("out"), lambda ground: (ground.out / "report.html").unlink(), mode("out/summary.md", 0o444)],
    ),
    attack(
        "more worlds than any disk holds",
        Do(
            f"run forced_exit --worlds 3000000000 --workers 1 {BRIEFLY}",
            exits=(1, 2, 3),
            lines=3,
            how={"limits": {"CPU": 60}},
        ),
        quick=True,
    ),
    attack(
        "as many worlds as can be named",
        Do(
            f"run forced_exit --worlds {2**63 - 1} --workers 1 {BRIEFLY}",
            exits=(1, 2, 3),
            lines=3,
            how={"limits": {"CPU": 60}},
        ),
    ),
    attack(
        "more worlds than any disk holds, in two workers",
        Do(
            f"run forced_exit --worlds 3000000000 --workers 2 {BRIEFLY}",
            exits=(1, 2, 3),
            lines=3,
            how={**WHOLE, "limits": {"CPU": 60}},
        ),
    ),
    *(
        attack(f"SIGTERM to a run of {what}", lambda ground, words=words, how=how: terminated(ground, words, how))
        for what, words, how in (
            (
                "very many worlds",
                "run forced_exit --worlds 3000000 --days 5 --workers 1 --quiet --figures none --out {out}",
                {},
            ),
            (
                "very many worlds in two workers",
                "run forced_exit --worlds 3000000 --days 5 --workers 2 --quiet --figures none --out {out}",
                WHOLE,
            ),
        )
    ),
    attack(
        "a search whose record cannot be written",
        Do(
            "calibrate --points 2 --rounds 1 --worlds 10 --quiet --out {work}/nodir/x",
            exits=(2,),
            lines=1,
            nothing=True,
            how={"limits": {"CPU": 20}},
        ),
    ),
    attack("a script on standard input with workers", lambda ground: script(ground), quick=False),
    attack(
        "a missing /dev/shm",
        Do(WORKERS, exits=(0, 1), lines=2, how={**WHOLE}, env={"BREAKING_NO_SHM": "1"}, same="out", like=TWO),
    ),
]


def terminated(ground: Ground, words: str, how: dict[str, Any]) -> None:
    """SIGTERM at the first block: the run ends whole."""
    fault = {"under": "out", "ops": ["rename"], "at": 3, "act": "SIGTERM"}
    ended = ground.ask(argv=ground.words(words), **ground.placed({**how, "fault": fault, "limits": {"CPU": 200}}))
    ground.holds_always(
        f"`{words}` with SIGTERM", ended, {}, ("work", "elsewhere", "home", "work/out"), codes=(1, 2, 3)
    )


def script(ground: Ground) -> None:
    """It says why it cannot be done and what to do, and ends."""
    call = "sim.run(['forced_exit', 'status_quo'], worlds=3, workers=2, out='out', figures=False)"
    text = f"import sim\nif __name__ == '__main__':\n    {call}\n"
    file("work/script.txt", text)(ground)
    ended = ground.ask(
        exec=[PYTHON, "-"], input=str(ground.root / "work" / "script.txt"), env={"PYTHONPATH": str(ROOT / "src")}
    )
    said = ended.err.strip().splitlines()
    if ended.hung or ended.left:
        raise Broken("It hangs or leaves processes behind")
    if ended.code == 0:
        return
    if not said or ("standard input" not in said[-1] and "file" not in said[-1]):
        raise Broken(f"Exit {ended.code}: {said[-1:]}")
