"""Damaged results folders: what is not as it was is made again or told, and never believed."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from .catalogue import JOB, Attack, Broken, Code, Do, Make, Trial
from .ground import Ground
from .making import (
    cut,
    emptied,
    exchanged,
    file,
    finished,
    harmed,
    longer,
    lost,
    moved,
    noise,
    said,
    shorter,
    turned,
    zeroed,
)
from .warm import Ended

FILES = (
    "manifest.json",
    "worlds.csv",
    "worlds.parquet",
    "weekly.parquet",
    "events.parquet",
    "summary.md",
    "report.html",
    "tables/changes.csv",
    "tables/consequences.csv",
    "tables/differences.csv",
    "tables/gaza.csv",
    "tables/incidence.csv",
    "tables/kinds.csv",
    "tables/outcome_shares.csv",
    "tables/rung_use.csv",
    "tables/severity.csv",
    "tables/start.csv",
    "tables/weekly_medians.csv",
    "scenarios/forced_exit.toml",
    "blocks/_inputs.json",
    "blocks/*.parquet",
    "blocks/_weekly/*.parquet",
)
OF_THE_SEED = (
    "manifest.json",
    "worlds.csv",
    "worlds.parquet",
    "weekly.parquet",
    "events.parquet",
    "summary.md",
    "report.html",
    "blocks/_inputs.json",
    "blocks/*.parquet",
    "blocks/_weekly/*.parquet",
)
"""What is not the same in runs of two seeds."""
HARMS: dict[str, Callable[[str], Make]] = {
    "emptied": lambda name: harmed(name, emptied),
    "cut in half": lambda name: harmed(name, cut),
    "shorter by a byte": lambda name: harmed(name, shorter),
    "longer by a byte": lambda name: harmed(name, longer),
    "with a bit turned": lambda name: harmed(name, turned),
    "all zeros": lambda name: harmed(name, zeroed),
    "bytes by chance": lambda name: harmed(name, noise),
    "lost": lost,
    "under another name": lambda name: moved(name, "x"),
}
QUICK = {
    ("report.html", "emptied"),
    ("tables/start.csv", "lost"),
    ("worlds.parquet", "with a bit turned"),
    ("manifest.json", "cut in half"),
}
OF_TABLES = ("emptied", "with a bit turned", "lost")
AGAIN = f"{JOB} --out {{out}}"


def attack(name: str, *make: Make, steps: Any, quick: bool = False) -> Attack:
    """An attack of this kind, on a finished folder."""
    return Attack("damaged", name, Trial([finished("out"), *make], steps), quick)


def whole_or_told(ground: Ground) -> None:
    """The same command gives the same bytes, or says what is not as it was; then --overwrite gives them.

    What does not say any more whose it is is nobody's, and is left alone.
    """
    ended = ground.do(Do(AGAIN, exits=(0, 1, 2), lines=4), ("work/out",))
    if ended.code == 0:
        same_but_renamed(ground, ended)
        return
    again = ground.do(Do(f"{AGAIN} --overwrite", exits=(0, 2), lines=4), ("work/out",))
    if again.code == 0:
        same_but_renamed(ground, again)


def same_but_renamed(ground: Ground, ended: Ended) -> None:
    """The bytes of an undisturbed run; what the attack put under another name may be there too."""
    for path in list(ground.out.rglob("*x")):
        if path.is_file():
            path.unlink()
    ground.same(ground.out, JOB, f"exit {ended.code}")


def verified(ground: Ground) -> None:
    """`verify` says that the folder is not as it was made, in a few lines, and changes nothing."""
    ground.do(Do("verify {out}", exits=(1, 2), nothing=True), ())


def read_by_python(ground: Ground) -> None:
    """What is read is what was written, or it is refused with a ValueError, OSError or RuntimeError that says so."""
    ground.run_code(Code(READ), ())


READ = """
def values(read):
    try:
        return read()
    except Exception as fault:
        if not type(fault).__module__.startswith('sim.') and type(fault) is not FileNotFoundError:
            raise
        assert str(fault) and str(fault).count('\\n') < 9, repr(fault)
result = values(lambda: sim.open(out))
if result is not None:
    worlds = values(lambda: result.worlds)
    if worlds is not None:
        assert list(worlds['world']) == [0, 1, 2], worlds
        assert set(worlds['scenario']) == {'forced_exit'}
        assert worlds['outcome'].notna().all()
    values(lambda: result.weekly)
    values(lambda: result.events)
    values(lambda: result.scenarios)
    values(lambda: result.shares())
    values(lambda: repr(result))
"""


def edited(ground: Ground) -> None:
    """A table is edited by hand, as a person would, with a program that writes good Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = ground.out / "worlds.parquet"
    table = pq.read_table(path)
    place = table.column_names.index("outcome")
    column = pa.array(["forced_exit"] * len(table), table.schema.field("outcome").type)
    pq.write_table(table.set_column(place, table.schema.field("outcome"), column), path)


NOT_BELIEVED = """
try:
    worlds = sim.open(out).worlds
except Exception as fault:
    assert 'worlds' in str(fault) and type(fault).__module__.startswith('sim.'), repr(fault)
else:
    raise SystemExit('edited numbers are believed: ' + str(worlds['outcome'].tolist()))
"""


def by_harm() -> Iterator[Attack]:
    """Every file, harmed in every way."""
    for name in FILES:
        for what, harm in HARMS.items():
            if name.endswith(".json") and what in ("shorter by a byte", "longer by a byte"):
                continue  # the end of the last line, which says nothing
            if name.startswith("tables/") and what not in OF_TABLES and name != "tables/start.csv":
                continue
            steps = [verified, read_by_python, whole_or_told]
            yield attack(f"{name} {what}", harm(f"out/{name}"), steps=steps, quick=(name, what) in QUICK)


def by_exchange() -> Iterator[Attack]:
    """Files that are each in the other's place, or another run's."""
    for one, two in (
        ("worlds.parquet", "weekly.parquet"),
        ("worlds.parquet", "events.parquet"),
        ("summary.md", "report.html"),
        ("tables/start.csv", "tables/kinds.csv"),
        ("manifest.json", "blocks/_inputs.json"),
        ("blocks/*.parquet", "blocks/_weekly/*.parquet"),
    ):
        yield attack(
            f"{one} and {two} exchanged",
            exchanged(f"out/{one}", f"out/{two}"),
            steps=[verified, read_by_python, whole_or_told],
        )
    for name in OF_THE_SEED:
        yield attack(
            f"{name} of a run of another seed",
            of_another_seed(name),
            steps=[verified, read_by_python, whole_or_told],
            quick=name == "worlds.parquet",
        )


def of_another_seed(name: str) -> Make:
    """A file of another run in the place of this one's."""

    def make(ground: Ground) -> None:
        from .making import one_of

        other = ground.workshop.undisturbed(f"{JOB} --seed 5")
        (source,) = sorted(other.glob(name))[:1]
        one_of(ground, f"out/{name}").write_bytes(source.read_bytes())

    return make


def without(field: str) -> Callable[[dict[str, Any]], None]:
    """A field is missing."""
    return lambda content: (content.pop(field), None)[1]


def with_(field: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """A field says something else."""
    return lambda content: content.update({field: value})


def twice(field: str) -> Callable[[dict[str, Any]], str]:
    """A field is there twice, and says two things."""
    return lambda content: json.dumps(content)[:-1] + f', "{field}": "another"}}'


WRONG: dict[str, Any] = {
    "null": None,
    "a text": "x",
    "a list": [1],
    "less than nothing": -1,
    "10^15": 10**15,
    "a text of 1 MB": "x" * 1_000_000,
}
FIELDS = (
    "project",
    "schema",
    "version",
    "model",
    "seed",
    "worlds",
    "events",
    "choices",
    "scenarios",
    "commit",
    "command",
    "failed",
    "files",
    "made",
)
ENTRY = ("name", "fingerprint", "file", "start", "days")


def entry(field: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """A field of a scenario's entry says something else; is missing, where it is ``...``."""

    def change(content: dict[str, Any]) -> None:
        content["scenarios"][0][field] = value
        if value is ...:
            del content["scenarios"][0][field]

    return change


def by_field() -> Iterator[Attack]:
    """Manifest and inputs with a field missing, wrong, huge, or twice."""
    steps = [
        read_by_python,
        Do("explain ./out --world 1 --json", exits=(0, 1, 2), lines=2, nothing=True),
        whole_or_told,
    ]

    def both(what: str, change: Callable[[dict[str, Any]], Any], quick: bool = False) -> Iterator[Attack]:
        yield attack(f"manifest with {what}", said("out/manifest.json", change), steps=steps, quick=quick)

    for field in FIELDS:
        yield from both(f"no {field}", without(field), quick=field == "scenarios")
        yield from both(f"{field} twice", twice(field))
        for what, value in WRONG.items():
            yield from both(f"{what} as {field}", with_(field, value), quick=(field, what) == ("worlds", "10^15"))
    for field in ENTRY:
        yield from both(f"no {field} of a scenario", entry(field, ...))
        for what, value in WRONG.items():
            yield from both(f"{what} as {field} of a scenario", entry(field, value))
    for field in ("project", "seed", "worlds", "model", "scenarios"):
        for what, value in WRONG.items():
            yield attack(
                f"inputs with {what} as {field}",
                said("out/blocks/_inputs.json", with_(field, value)),
                lost("out/manifest.json"),
                steps=steps,
            )


def by_hand() -> Iterator[Attack]:
    """Numbers changed on purpose."""
    yield attack("a table edited by hand and opened", edited, steps=[Code(NOT_BELIEVED), verified], quick=True)
    yield attack("a table edited by hand and run again", edited, steps=[verified, whole_or_told])
    yield attack(
        "a table edited by hand and analyzed", edited, steps=[Do("analyze {out}", exits=(1, 2), lines=4, nothing=True)]
    )
    yield attack(
        "a table edited by hand and repeated",
        edited,
        steps=[
            Do("run ./out --figures none --quiet --workers 1 --out {r}", exits=(0, 1, 2), lines=4, after=not_agreed)
        ],
    )
    yield attack(
        "a scenario changed after its run",
        harmed("out/scenarios/forced_exit.toml", lambda c: c.replace(b"0.35", b"0.36", 1)),
        steps=[
            verified,
            read_by_python,
            Do("explain ./out --world 1", exits=(1, 2), lines=1, nothing=True),
            whole_or_told,
        ],
    )
    yield attack(
        "a block of another scenario among them", of_another_seed("blocks/*.parquet"), steps=[verified, whole_or_told]
    )
    yield attack(
        "all blocks lost",
        lambda ground: [path.unlink() for path in ground.out.glob("blocks/**/*.parquet")],
        steps=[verified, read_by_python, whole_or_told],
    )
    yield attack(
        "all tables and pages lost",
        lambda ground: [p.unlink() for p in (*ground.out.glob("*.*"), *ground.out.glob("tables/*"))],
        steps=[whole_or_told],
    )
    yield attack(
        "a file that is nobody's among the blocks",
        file("out/blocks/000-x.00000000-00000002.0123456789abcdef.parquet", "x"),
        steps=[whole_or_told],
    )
    yield attack("half a file that was being written", file("out/.worlds.csv.77.part", "half"), steps=[whole_or_told])


def not_agreed(ground: Ground, ended: Ended) -> None:
    """A repetition does not say that edited bytes agree."""
    if ended.code == 0 or "agree with" in ended.out:
        raise Broken(f"It is said that edited bytes agree: {ended.out[-300:]}")


ATTACKS = [*by_harm(), *by_exchange(), *by_field(), *by_hand()]
