"""Paths and shells: a path means one thing, nothing is written through a link, and what cannot be used is refused."""

from __future__ import annotations

import json
import subprocess
from typing import Any

from .catalogue import JOB, Attack, Broken, Code, Do, Trial
from .ground import Ground
from .making import fifo, file, finished, folder, harmed, link, listening, lost, mode, noise, said, zeroed
from .warm import Ended

ONE = "run forced_exit --worlds 3 --days 5 --workers 1 --figures none --quiet"


def attack(
    name: str, *steps: Any, make: Any = (), mine: tuple[str, ...] = ("work/out", "work/r"), quick: bool = False
) -> Attack:
    """An attack of this kind."""
    return Attack("paths", name, Trial(make, steps, mine), quick)


def refused(name: str, words: str, *make: Any, quick: bool = False, **more: Any) -> Attack:
    """A command that is refused in one line, with nothing changed."""
    return attack(name, Do(words, exits=(2,), lines=1, nothing=True, **more), make=make, mine=(), quick=quick)


def seed_is(seed: int) -> Any:
    """What --json says is about this seed."""

    def look(ground: Ground, ended: Ended) -> None:
        if ended.code == 0 and json.loads(ended.out)["seed"] != seed:
            raise Broken(f"The numbers of another seed are shown: {ended.out[:300]}")

    return look


def one_line(_: Ground, ended: Ended) -> None:
    """What is said of one file is one line."""
    if (ended.out + ended.err).count("\n") > 1:
        raise Broken(f"More than a line is said: {(ended.out + ended.err)!r}")


def is_whole(name: str) -> Any:
    """A folder holds what an undisturbed run gives."""
    return lambda ground, ended: (
        ground.same(ground.at(name), JOB, f"{name}, exit {ended.code}") if not ended.code else None
    )


def of_another(ground: Ground) -> None:
    """Another repository, with a commit."""
    there = ground.root / "another"
    git = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", "-C", str(there)]
    there.mkdir()
    try:
        subprocess.run([*git, "init", "-q"], check=True, capture_output=True)
        subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "another"], check=True, capture_output=True)
    except FileNotFoundError:
        return


def commit_is_its_own(ground: Ground, _: Ended) -> None:
    """The manifest does not tell the commit of another repository."""
    head = ground.root / "another" / ".git" / "refs" / "heads"
    others = {path.read_text(encoding="utf-8").strip() for path in head.glob("*")} if head.exists() else set()
    told = json.loads((ground.out / "manifest.json").read_text(encoding="utf-8"))["commit"]
    if told and told.removesuffix("-dirty") in others:
        raise Broken(f"The manifest tells the commit of another repository: {told}")


def once(*places: str) -> Any:
    """Exactly one of these exists: a path is read in one way."""

    def look(ground: Ground, *_: Any) -> None:
        there = [place for place in places if (ground.root / place).exists()]
        if len(there) != 1:
            raise Broken(f"Of {', '.join(places)} there are {', '.join(there) or 'none'}")

    return look


PLAIN = f"{JOB} --out {{out}}"
HOME = ("home/r", "work/~", "work/r")
LONG = "x" * 300
DEEP = "/".join(["deep"] * 1200)
LINKED = ("tables", "scenarios", "blocks", "blocks/_weekly", "figures")
FILES = (
    "manifest.json",
    "worlds.csv",
    "worlds.parquet",
    "weekly.parquet",
    "events.parquet",
    "summary.md",
    "report.html",
    "tables/start.csv",
    "scenarios/forced_exit.toml",
    "blocks/_inputs.json",
)
SYSTEMS = (".DS_Store", "desktop.ini", "Thumbs.db", "._worlds.csv", ".directory")
OTHERS = ("/proc/x/y", "/dev/null/x", "/dev/null", "/dev/full", "/sys/x", "/proc/self/fd/1/x")


def linked(name: str) -> list[Attack]:
    """A folder of results of which a part is a link to elsewhere."""
    target = "{root}/elsewhere/tables" if name in LINKED else "{root}/elsewhere/precious.txt"
    before = [finished("out", f"{JOB} --seed 5"), link(f"out/{name}", target)]
    again = [finished("out"), lost("out/summary.md"), link(f"out/{name}", target)]
    kept = Code("assert all(p.read_text().startswith('precious') for p in Path(elsewhere).rglob('*') if p.is_file())")
    return [
        attack(
            f"{name} is a link to elsewhere, and another run overwrites",
            Do(f"{JOB} --out {{out}} --overwrite", exits=(0, 1, 2), lines=3),
            kept,
            make=before,
            quick=name in ("tables", "worlds.csv"),
        ),
        attack(
            f"{name} is a link to elsewhere, and the run goes on", Do(PLAIN, exits=(0, 1, 2), lines=3), kept, make=again
        ),
    ]


ATTACKS = [
    attack(
        "~ after an equals sign, where a run of another seed lies at home",
        Do(f"{JOB} --seed 5 --out {{home}}/r", exits=(0,)),
        Do(f"{JOB} --seed 6 --json --out=~/r", exits=(0, 2), after=seed_is(6), lines=1),
        mine=HOME,
        quick=True,
    ),
    attack(
        "~ after an equals sign is one place for the command and for Python",
        Do(f"{JOB} --out=~/r", exits=(0,)),
        once("home/r", "work/~"),
        Code("assert sim.open('~/r').manifest['seed'] == 1; assert sim.open(Path('~/r')).manifest['seed'] == 1"),
        Do("explain forced_exit --world 1 --days 5 --json", exits=(0,)),
        mine=HOME,
        quick=True,
    ),
    attack(
        "~ in sim.run, save and open",
        Code(
            "r = sim.run('forced_exit', worlds=3, seed=6, out='~/r', figures=False)\n"
            "assert r.manifest['seed'] == 6 and len(r.worlds) == 3\n"
            "assert sim.open('~/r').manifest['seed'] == 6\n"
            "m = sim.run('forced_exit', worlds=3, seed=7)\n"
            "p = m.save('~/s', figures=False)\n"
            "assert sim.open(p).manifest['seed'] == sim.open('~/s').manifest['seed'] == 7\n"
            "assert Path(p).is_dir()"
        ),
        once("home/r", "work/~/r"),
        once("home/s", "work/~/s"),
        mine=(*HOME, "home/s"),
    ),
    attack(
        "~ of a user whom nobody knows",
        Do(f"{JOB} --out=~nosuchuser-at-all/r", exits=(0, 2)),
        mine=("work/~nosuchuser-at-all",),
    ),
    attack(
        "~ where no home is set",
        Do(f"{JOB} --out=~nosuchuser/r", exits=(0, 2), env={"HOME": None}),
        Do("check ~/x.toml", exits=(2,), env={"HOME": None}),
        mine=("work/~nosuchuser",),
    ),
    attack(
        "~ as a home that does not exist",
        Do(f"{JOB} --out=~/r", exits=(0, 1, 2), env={"HOME": "/nonexistent/home"}),
        mine=("work/~",),
    ),
    attack(
        "a link that leads nowhere where new results go",
        Do("run status_quo --worlds 2 --days 5 --figures none --workers 1", exits=(2,), lines=1, nothing=True),
        make=[link("work/out", "/nonexistent/place")],
        quick=True,
    ),
    refused("a link that leads nowhere as --out", PLAIN, link("out", "/nonexistent/place"), quick=True),
    refused("a link to itself as --out", PLAIN, link("out", "out")),
    refused("a link to a file as --out", PLAIN, link("out", "{root}/elsewhere/precious.txt")),
    refused("a link in a circle where new results go", ONE, link("work/out", "out")),
    refused("a file where new results go", ONE, file("work/out", "mine")),
    attack(
        "a folder with the name of a shipped scenario",
        Do(f"{ONE.replace('forced_exit', 'status_quo')} --seed 9 --json --out {{out}}", exits=(0,), after=seed_is(9)),
        Do("check status_quo", exits=(0,)),
        Do("explain status_quo --world 1 --days 5", exits=(0,)),
        Do("describe status_quo", exits=(0,)),
        make=[folder("work/status_quo")],
        quick=True,
    ),
    attack(
        "a results folder with the name of a shipped scenario",
        Do(f"{ONE.replace('forced_exit', 'status_quo')} --seed 9 --json --out {{out}}", exits=(0,), after=seed_is(9)),
        Do("explain status_quo --world 1 --days 5 --json --seed 9", exits=(0,), after=seed_is(9)),
        Do("run ./status_quo --figures none --quiet --workers 1 --json --out {r}", exits=(0,), after=seed_is(5)),
        make=[finished("work/status_quo", f"{JOB} --seed 5")],
    ),
    attack(
        "a file with the name of a shipped scenario",
        Do(f"{ONE.replace('forced_exit', 'status_quo')} --out {{out}}", exits=(0,)),
        Do("check status_quo", exits=(0,)),
        make=[file("work/status_quo", "what is this\n")],
    ),
    attack(
        "a folder whose name is of no language, as bytes",
        Do(f"{JOB} --out {{work}}/caf\udce9", exits=(0, 2), lines=1, after=is_whole("work/caf\udce9")),
        mine=("work/caf\udce9",),
        quick=True,
    ),
    attack(
        "the same, whole, in a shell without a language",
        Do(
            f"{JOB} --out {{work}}/caf\udce9",
            exits=(0, 2),
            after=is_whole("work/caf\udce9"),
            env={"LC_ALL": "C", "LANG": None, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            how={"whole": True},
        ),
        mine=("work/caf\udce9",),
    ),
    attack(
        "a name beyond ASCII in a shell that knows only that",
        Do(
            f"{JOB} --out {{work}}/café",
            exits=(0, 2),
            after=is_whole("work/café"),
            env={"LC_ALL": "C", "LANG": None, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
            how={"whole": True},
        ),
        mine=("work/café",),
    ),
    *(
        attack(
            f"`{words}` in a shell that knows only ASCII",
            Do(
                words,
                exits=(0,),
                env={"LC_ALL": "POSIX", "LANG": None, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
                how={"whole": True},
            ),
        )
        for words in ("list", "describe status_quo --all", "explain status_quo --world 1 --days 5")
    ),
    refused("--out with 300 letters", f"{JOB} --out {LONG}", quick=True),
    refused("--out below a name of 300 letters", f"{JOB} --out {LONG}/r"),
    refused("--out of 6,000 letters", f"{JOB} --out {DEEP}"),
    refused("a scenario of 300 letters", f"run {LONG} Q", quick=True),
    refused("a file of 300 letters to check", f"check {LONG}.toml"),
    refused("a results folder of 300 letters to explain", f"explain {LONG} --world 1"),
    refused("a path of 6,000 letters to check", f"check {DEEP}.toml"),
    refused("a NUL in --out", f"{JOB} --out x\0y"),
    refused("a NUL in a scenario", "run x\0y Q"),
    refused("a NUL in what is checked", "check x\0y.toml"),
    refused("a NUL in what is explained", "explain x\0y --world 1"),
    *(refused(f"--out {place}", f"{JOB} --out {place}", quick=place == "/proc/x/y") for place in OTHERS),
    refused("--out in the root of everything", f"{JOB} --out /"),
    refused("--out without a name", f"{JOB} --out ''"),
    refused("a scenario without a name", "run '' Q"),
    refused("nothing to check", "check ''"),
    refused("nothing to explain", "explain '' --world 1"),
    attack("--out is where one is, and empty", Do(f"{JOB} --out .", exits=(0, 2), lines=1), mine=("work",)),
    refused("--out is where one is, and not empty", f"{JOB} --out .", file("work/thesis.tex", "mine")),
    refused(
        "--out where nobody may write", PLAIN, folder("out"), mode("out", 0o555), how={"ordinary": True}, quick=True
    ),
    refused("--out in a folder where nobody may write", PLAIN, mode("work", 0o555), how={"ordinary": True}),
    refused("--out where nobody may look", PLAIN, folder("out"), mode("out", 0), how={"ordinary": True}),
    refused(
        "--out below a folder where nobody may look",
        f"{JOB} --out {{work}}/shut/r",
        folder("work/shut"),
        mode("work/shut", 0),
        how={"ordinary": True},
    ),
    refused(
        "a scenario that nobody may read",
        "check {work}/x.toml",
        file("work/x.toml", "days = 5\n"),
        mode("work/x.toml", 0),
        how={"ordinary": True},
    ),
    refused(
        "a results folder that nobody may read", "run ./r --quiet", finished("r"), mode("r", 0), how={"ordinary": True}
    ),
    refused(
        "a results folder that nobody may read, explained",
        "explain ./r --world 1",
        finished("r"),
        mode("r", 0),
        how={"ordinary": True},
    ),
    refused(
        "a manifest that nobody may read",
        f"{PLAIN} --seed 3",
        finished("out"),
        mode("out/manifest.json", 0),
        mode("out/blocks/_inputs.json", 0),
        how={"ordinary": True},
    ),
    refused("a folder to be checked", "check {work}", quick=True),
    refused("a device without an end to be checked", "check /dev/zero"),
    refused(
        "a device without an end, with the end of a scenario", "check {work}/x.toml", link("work/x.toml", "/dev/zero")
    ),
    refused("a pipe to be checked", "check {work}/x.toml", fifo("work/x.toml"), quick=True),
    refused("a socket to be checked", "check {work}/x.toml", listening("work/x.toml")),
    refused("a pipe to be run", "run {work}/x.toml Q", fifo("work/x.toml")),
    refused("a pipe to be explained", "explain {work}/x.toml --world 1", fifo("work/x.toml")),
    refused("a pipe to be compared", "diff status_quo {work}/x.toml", fifo("work/x.toml")),
    refused("a pipe as --out", PLAIN, fifo("out")),
    refused("a device as --out of a search", "calibrate --points 1 --rounds 1 --worlds 10 --quiet --out {work}/no/x"),
    refused(
        "a scenario whose name is too long for its files",
        "check {work}/" + "n" * 215 + ".toml",
        file("work/" + "n" * 215 + ".toml", "days = 5\n"),
        quick=True,
    ),
    refused(
        "the same, run",
        "run {work}/" + "n" * 215 + ".toml Q --out {out}",
        file("work/" + "n" * 215 + ".toml", "days = 5\n"),
    ),
    refused("a new scenario of 300 letters", f"new {LONG} --from status_quo"),
    refused(
        "a new scenario over a link",
        "new mine --from status_quo",
        link("work/mine.toml", "{root}/elsewhere/precious.txt"),
    ),
    refused("a new scenario where a pipe is", "new mine --from status_quo", fifo("work/mine.toml")),
    refused("a new scenario where a folder is", "new mine --from status_quo", folder("work/mine.toml")),
    refused(
        "a lock of somebody else in a folder that is refused",
        PLAIN,
        file("out/.lock", "precious"),
        file("out/thesis.tex", "mine"),
        quick=True,
    ),
    refused(
        "a lock that is a link to elsewhere, in a folder that is refused",
        PLAIN,
        link("out/.lock", "{root}/elsewhere/precious.txt"),
        file("out/thesis.tex", "mine"),
    ),
    *(
        attack(f"{name} is {what}", Do(PLAIN, exits=(0, 2), lines=1), make=[finished("out", f"{JOB} --worlds 2"), make])
        for name in (".lock", ".lock-by-name")
        for what, make in (
            ("a link to elsewhere", link(f"out/{name}", "{root}/elsewhere/precious.txt")),
            ("a link that leads nowhere", link(f"out/{name}", "{root}/elsewhere/new.txt")),
            ("a folder", folder(f"out/{name}")),
            ("a pipe", fifo(f"out/{name}")),
        )
    ),
    *(one for name in (*LINKED, *FILES) for one in linked(name)),
    *(
        attack(
            f"a folder with nothing but {name}",
            Do(PLAIN, exits=(0,), after=lambda ground, _, name=name: kept(ground, f"out/{name}")),
            make=[file(f"out/{name}", "a system's own")],
            quick=name == ".DS_Store",
        )
        for name in SYSTEMS
    ),
    *(
        attack(
            f"{name} in a results folder that is repeated",
            Do("run ./r --figures none --quiet --workers 1 --out {out}", exits=(0,), says=("agree",)),
            Do(f"{JOB} --out {{r}}", exits=(0,)),
            make=[finished("r"), file(f"r/{name}", "a system's own")],
        )
        for name in ("desktop.ini", "Thumbs.db", ".DS_Store", "tables/desktop.ini")
    ),
    *(
        attack(
            f"{' '.join(f'{name}={value}' for name, value in env.items())} as another repository's hook sets it",
            Do(PLAIN, exits=(0,), env=env, how={"whole": True}, after=commit_is_its_own),
            make=[of_another, lambda ground: None],
        )
        for env in (
            {"GIT_DIR": "../another/.git"},
            {"GIT_DIR": "../another/.git", "GIT_WORK_TREE": "../another"},
            {"GIT_DIR": "/nonexistent"},
            {"GIT_INDEX_FILE": "/nonexistent/index"},
            {"GIT_CEILING_DIRECTORIES": "/", "GIT_DISCOVERY_ACROSS_FILESYSTEM": "0"},
        )
    ),
    *(
        attack(
            f"`{words}` where the working directory was removed",
            Do(
                words, exits=codes, lines=1 if 2 in codes else None, how={"whole": True, "cwd": "gone", "removed": True}
            ),
            make=[folder("gone")],
            mine=("gone", "work/out"),
        )
        for words, codes in (
            ("list", (0,)),
            ("check status_quo", (0,)),
            ("check x.toml", (2,)),
            (PLAIN, (0, 2)),
            (ONE, (2,)),
        )
    ),
    *(
        attack(
            f"a scenario called {name!r}",
            lambda ground, name=name: ground.typed(["check", f"./{name}.toml"], one_line),
            make=[file(f"work/{name}.toml", "days = 5\n")],
        )
        for name in (
            "two words",
            "$(touch x)",
            "`touch x`",
            "-x",
            "--out",
            "a;b",
            "CON",
            "a\nb",
            "a\tb",
            "\x1b[31mred",
            "ünï",
            "caf\udce9",
            "\u202egnp",
            "{days}",
            "%s%n",
            "'",
            " ",
        )
        if "'" not in name
    ),
    attack(
        "results that repeat themselves under another name",
        Do("run ./r --quiet --out {work}/x/../r", exits=(2,), lines=1),
        make=[finished("r"), folder("work/x")],
        mine=(),
    ),
    attack(
        "results that repeat themselves through a link",
        Do("run ./r --quiet --out {work}/l", exits=(2,), lines=1),
        make=[finished("r"), link("work/l", "r")],
        mine=(),
    ),
    attack(
        "a thing that is no results folder, overwritten",
        Do(f"{PLAIN} --overwrite", exits=(2,), lines=1, nothing=True),
        make=[file("out/manifest.json", '{"name": "a web page"}'), file("out/index.html", "mine")],
        quick=True,
    ),
    attack(
        "bytes by chance as a manifest, overwritten",
        Do(f"{PLAIN} --overwrite", exits=(2,), lines=1, nothing=True),
        make=[file("out/manifest.json", b"\x80abc\0"), harmed("out/manifest.json", noise)],
    ),
    attack(
        "zeros as a manifest, overwritten",
        Do(f"{PLAIN} --overwrite", exits=(0, 2), lines=1),
        make=[finished("out"), harmed("out/manifest.json", zeroed), harmed("out/blocks/_inputs.json", zeroed)],
    ),
    attack(
        "a manifest that names files outside, overwritten",
        Do(f"{PLAIN} --seed 2 --overwrite", exits=(0, 1, 2), lines=2),
        make=[finished("out"), lambda ground: outside(ground)],
    ),
    attack(
        "somebody's own files in a results folder, overwritten",
        Do(f"{PLAIN} --seed 2 --overwrite", exits=(0,), after=lambda ground, _: [kept(ground, name) for name in OWN]),
        make=[
            finished("out"),
            *(
                file(name, "a system's own")
                for name in ("out/notes.txt", "out/figures/mine.pdf", "out/scenarios/mine.toml", "out/blocks/mine.txt")
            ),
        ],
    ),
]
OWN = ("out/notes.txt", "out/figures/mine.pdf", "out/scenarios/mine.toml", "out/blocks/mine.txt")


def kept(ground: Ground, name: str) -> None:
    """What somebody put there is as it was."""
    path = ground.at(name)
    if not path.is_file() or path.read_text(encoding="utf-8") != "a system's own":
        raise Broken(f"{name} is not as it was")


def outside(ground: Ground) -> None:
    """Every name in manifest and inputs leads out of the folder."""

    def change(content: dict[str, Any]) -> None:
        for entry in content["scenarios"]:
            entry["file"] = "../../elsewhere/precious.txt"
        if "files" in content:
            content["files"] = {"../../elsewhere/worlds.csv": "0" * 64, "/etc/passwd": "0" * 64}

    said("out/manifest.json", change)(ground)
    said("out/blocks/_inputs.json", change)(ground)
