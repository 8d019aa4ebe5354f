"""Hostile results folders: made by somebody who wants the reader to hang, to fill its memory, or to reach outside."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .catalogue import JOB, Attack, Code, Do, Make, Trial
from .damaged import READ
from .ground import Ground
from .making import fifo, file, finished, folder, hard_link, link, listening, lost, one_of, opened_again, said, sparse

AGAIN = f"{JOB} --out {{out}}"
READERS = (
    ("verified", Do("verify {out}", exits=(0, 1, 2), nothing=True)),
    ("explained", Do("explain ./out --world 1 --json", exits=(0, 1, 2), lines=2, nothing=True)),
    ("repeated", Do("run ./out --figures none --quiet --workers 1 --out {r}", exits=(0, 1, 2), lines=6)),
    ("run again", Do(AGAIN, exits=(0, 1, 2), lines=6)),
    ("overwritten", Do(f"{AGAIN} --seed 2 --overwrite", exits=(0, 1, 2), lines=6)),
    ("opened", Code(READ.replace("[0, 1, 2]", "list(range(len(worlds)))"))),
    (
        "saved",
        Code("""
try:
    sim.open(out).save(r, figures=False)
except Exception as fault:
    assert str(fault) and type(fault).__module__.startswith('sim.'), repr(fault)
"""),
    ),
)


def attacks(name: str, *make: Make, quick: str = "", readers: Any = READERS) -> Iterator[Attack]:
    """The same folder, read in every way, each time made anew; a quick one is also tried in one way by the tests."""
    yield Attack("hostile", name, Ways(make, readers))
    if quick:
        yield Attack("hostile", f"{name}, {quick}", Ways(make, [one for one in READERS if one[0] == quick]), quick=True)


@dataclass(frozen=True)
class Ways:
    """A hostile folder, and the ways in which it is read."""

    make: Sequence[Make]
    readers: Sequence[tuple[str, Do | Code]]

    def __call__(self, ground: Ground) -> int:
        """Tries it."""
        for way, step in self.readers:
            there = ground.within(way)
            Trial([finished("out"), *self.make], [step])(there)
            ground.tried += there.tried
            opened_again(there.root)
            shutil.rmtree(there.root)
        return len(self.readers)


NAMES = (
    "manifest.json",
    "worlds.parquet",
    "worlds.csv",
    "weekly.parquet",
    "report.html",
    "tables/start.csv",
    "scenarios/forced_exit.toml",
    "blocks/_inputs.json",
    "blocks/*.parquet",
    "blocks/_weekly/*.parquet",
)
FEW = ("verified", "run again", "overwritten", "opened")
MANIFEST = ("manifest.json", "blocks/_inputs.json")


def placed(name: str, make: Callable[[str], Make]) -> Make:
    """Something in the place of a file that is there; its name may be a pattern."""

    def put(ground: Ground) -> None:
        path = one_of(ground, f"out/{name}")
        make(str(path))(ground)

    return put


THINGS: dict[str, Callable[[str], Make]] = {
    "a pipe": fifo,
    "a socket": listening,
    "a device without an end": lambda path: link(path, "/dev/zero"),
    "a terminal": lambda path: link(path, "/dev/tty"),
    "a folder": folder,
    "a link to itself": lambda path: link(path, Path(path).name),
    "a link that leads nowhere": lambda path: link(path, "{root}/elsewhere/new.txt"),
    "a link to elsewhere": lambda path: link(path, "{root}/elsewhere/precious.txt"),
    "a second name of a file elsewhere": lambda path: hard_link(path, "elsewhere/precious.txt"),
    "a file of a terabyte": lambda path: sparse(path, 1 << 40),
    "a file of 3 GB that begins well": lambda path: sparse(path, 3 << 30, b"PAR1{\n"),
}


def in_the_place_of_files() -> Iterator[Attack]:
    """Something else where a file should be."""
    for name in NAMES:
        for what, thing in THINGS.items():
            quick = (
                {"a pipe": "explained", "a link to elsewhere": "run again"}.get(what, "")
                if name in MANIFEST[:1]
                else ""
            )
            readers = READERS if name in MANIFEST else [one for one in READERS if one[0] in FEW]
            yield from attacks(f"{what} as {name}", placed(name, thing), quick=quick, readers=readers)


def told(what: str, change: Callable[[dict[str, Any]], Any], quick: str = "") -> Iterator[Attack]:
    """A manifest that says something terrible, in both places where it may stand."""
    both = [said("out/manifest.json", change), said("out/blocks/_inputs.json", change)]
    yield from attacks(f"manifest and inputs with {what}", *both, quick=quick)


def every(value: Any) -> Callable[[dict[str, Any]], None]:
    """Every field says the same."""
    return lambda content: content.update(dict.fromkeys(content.keys() - {"project"}, value))


def scenario(**fields: Any) -> Callable[[dict[str, Any]], None]:
    """Fields of the scenario's entry."""
    return lambda content: content["scenarios"][0].update(fields)


def terrible_manifests() -> Iterator[Attack]:
    """Bounds that a manifest may break."""
    yield from told("10^15 worlds", lambda content: content.update(worlds=10**15), quick="run again")
    yield from told("10^400 worlds", lambda content: content.update(worlds=10**400))
    yield from told("10^18 days", scenario(days=10**18))
    yield from told("a million scenarios", lambda content: content.update(scenarios=content["scenarios"] * 100_000))
    yield from told("nothing but null", every(None))
    yield from told("nothing but 10^400", every(10**400))
    yield from told("a name that leads out", scenario(name="../../elsewhere/precious"))
    yield from told("a file that leads out", scenario(file="../../elsewhere/precious.txt"), quick="repeated")
    yield from told("a file at the root", scenario(file="/etc/passwd"))
    yield from told("a device as a file", scenario(file="/dev/zero"))
    yield from told("a NUL in a file", scenario(file="scenarios/a\0b.toml"))
    yield from told("escape codes in a name", scenario(name="\x1b[2J\x1b[31mred\x07"))
    yield from told("line breaks in a name", scenario(name="a\n\n\nExit: all is well\r\nb"))
    yield from told("half a character in a name", scenario(name="\ud800"))
    yield from told("a name of 1 MB", scenario(name="x" * 1_000_000))
    yield from told("a name that is a formula", scenario(name='=cmd|" /C calc"!A0'))
    yield from told(
        "escape codes in the version", lambda content: content.update(version="\x1b]0;owned\x07", model="\x1b[2J")
    )
    yield from told(
        "choices without end", lambda content: content.update(choices=[{"actor": "\x1b[2J", "name": "x" * 99}] * 50_000)
    )
    yield from attacks(
        "files outside in the manifest",
        said(
            "out/manifest.json",
            lambda content: content.update(
                files={
                    "../../elsewhere/precious.txt": "0" * 64,
                    "/etc/passwd": "0" * 64,
                    "/dev/zero": "0" * 64,
                    "blocks/../../../home": "0" * 64,
                }
            ),
        ),
    )
    yield from attacks(
        "a million files in the manifest",
        said(
            "out/manifest.json",
            lambda content: content.update(files={f"tables/{n}.csv": "0" * 64 for n in range(300_000)}),
        ),
    )
    for where in MANIFEST:
        for what, text in (
            ("100,000 nested brackets", "[" * 100_000),
            ("100,000 nested objects", '{"a":' * 100_000),
            (
                "nested brackets that end",
                '{"project": "iraq-withdrawal-sim", "scenarios": ' + "[" * 50_000 + "]" * 50_000 + "}",
            ),
            (
                "a number of a million digits",
                '{"project": "iraq-withdrawal-sim", "scenarios": [], "worlds": ' + "9" * 1_000_000 + "}",
            ),
            ("200 MB of spaces", " " * 200_000_000),
            ("bytes that are not UTF-8", b'{"project": "\xff\xfe"}'),
            ("a list", "[]"),
            (
                "NaN and Infinity",
                '{"project": "iraq-withdrawal-sim", "scenarios": [], "worlds": NaN, "seed": Infinity}',
            ),
        ):
            yield from attacks(
                f"{what} as {where}",
                file(f"out/{where}", text),
                quick="opened" if (what, where) == ("100,000 nested brackets", "manifest.json") else "",
            )
    yield from attacks("both manifests full of brackets", *(file(f"out/{where}", "[" * 100_000) for where in MANIFEST))


def terrible_tables() -> Iterator[Attack]:
    """Parquet that is good as Parquet, with right sums where sums are, and means harm."""
    for name in ("worlds", "weekly", "events"):
        for what, write in TABLES.items():
            yield from attacks(
                f"{name}.parquet with {what}",
                lambda ground, name=name, write=write: table(ground, name, write),
                readers=READERS[:1] + READERS[3:],
                quick="opened" if (name, what) == ("worlds", "no columns") else "",
            )
    for what, write in TABLES.items():
        yield from attacks(
            f"a block with a right sum and {what}",
            lambda ground, write=write: block(ground, write),
            readers=READERS[3:5],
            quick="run again" if what == "no columns" else "",
        )
    for what, metadata in SHAPES.items():
        yield from attacks(
            f"weekly counts with a right sum and {what}",
            lambda ground, metadata=metadata: counts(ground, metadata),
            readers=READERS[3:5],
            quick="run again" if what == "shapes of 10^12" else "",
        )


def table(ground: Ground, name: str, write: Callable[[Any], Any]) -> None:
    """A table changed, and its sum (and size, where there is one) in the manifest with it."""
    import pyarrow.parquet as pq

    path = ground.out / f"{name}.parquet"
    write_table(write(pq.read_table(path)), path)
    vouch(ground, path)


def write_table(made: Any, path: Path) -> None:
    """Writes Arrow's table, or bytes as they are."""
    import pyarrow.parquet as pq

    if isinstance(made, bytes):
        path.write_bytes(made)
    else:
        pq.write_table(made, path, compression="zstd")


def vouch(ground: Ground, path: Path) -> None:
    """Puts the sum of a file into the manifest, in the way in which it stands there."""
    import hashlib

    manifest = json.loads((ground.out / "manifest.json").read_text(encoding="utf-8"))
    entry = manifest["files"].get(path.name)
    total = hashlib.sha256(path.read_bytes()).hexdigest()
    if isinstance(entry, str):
        manifest["files"][path.name] = total
    elif isinstance(entry, dict):
        manifest["files"][path.name] = {
            key: total[: len(value)] if isinstance(value, str) else path.stat().st_size for key, value in entry.items()
        }
    (ground.out / "manifest.json").write_text(
        json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8"
    )


def block(ground: Ground, write: Callable[[Any], Any]) -> None:
    """A block changed, under the name that its new sum gives it."""
    import hashlib

    import pyarrow.parquet as pq

    (path,) = sorted((ground.out / "blocks").glob("*.parquet"))
    (weekly,) = sorted((ground.out / "blocks" / "_weekly").glob("*.parquet"))
    table = pq.read_table(path)
    made = write(table)
    if not isinstance(made, bytes):
        made = made.replace_schema_metadata(table.schema.metadata)
    write_table(made, path)
    stem = path.name.rsplit(".", 2)[0]
    name = f"{stem}.{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}.parquet"
    path.rename(path.with_name(name))
    weekly.rename(weekly.with_name(name))
    tables_lost(ground)


def counts(ground: Ground, metadata: Callable[[dict[bytes, bytes]], dict[bytes, bytes] | None]) -> None:
    """Weekly counts changed, and the block that vouches for them with them."""
    import hashlib

    import pyarrow.parquet as pq

    (path,) = sorted((ground.out / "blocks").glob("*.parquet"))
    (weekly,) = sorted((ground.out / "blocks" / "_weekly").glob("*.parquet"))
    table = pq.read_table(weekly)
    write_table(table.replace_schema_metadata(metadata(dict(table.schema.metadata))), weekly)
    worlds = pq.read_table(path)
    about = json.loads(worlds.schema.metadata[b"block"])
    about["weekly"] = hashlib.sha256(weekly.read_bytes()).hexdigest()[:16]
    write_table(worlds.replace_schema_metadata({**worlds.schema.metadata, b"block": json.dumps(about).encode()}), path)
    stem = path.name.rsplit(".", 2)[0]
    name = f"{stem}.{hashlib.sha256(path.read_bytes()).hexdigest()[:16]}.parquet"
    path.rename(path.with_name(name))
    weekly.rename(weekly.with_name(name))
    tables_lost(ground)


def tables_lost(ground: Ground) -> None:
    """What is made of the blocks is gone, so that they are read."""
    for name in ("weekly.parquet", "worlds.parquet", "worlds.csv", "manifest.json"):
        (ground.out / name).unlink()


def many_rows(table: Any) -> Any:
    """A hundred million rows in a file of some kilobytes."""
    import pyarrow as pa

    row = {name: pa.nulls(1, field.type) for name, field in zip(table.column_names, table.schema, strict=True)}
    one = pa.table({name: row[name] for name in table.column_names}, schema=table.schema.remove_metadata())
    kept = one.select([0])
    return pa.concat_tables([kept.take(pa.array([0] * 1_000_000, pa.int32()))] * 100)


def long_text(table: Any) -> Any:
    """One text of 500 MB in a file of some kilobytes."""
    import pyarrow as pa

    return table.append_column("more", pa.array(["x" * 500_000_000] + [""] * (len(table) - 1), pa.large_string()))


def says_many_rows(table: Any) -> bytes:
    """A file whose foot promises more rows than it has."""
    import io

    import pyarrow.parquet as pq

    sink = io.BytesIO()
    pq.write_table(table, sink)
    content = sink.getvalue()
    return content[:-12] + (2**31 - 9).to_bytes(4, "little") + content[-8:]


def other_types(table: Any) -> Any:
    """All columns as texts."""
    import pyarrow as pa

    return pa.table({name: pa.array(["=1+1"] * len(table)) for name in table.column_names})


def deep(table: Any) -> Any:
    """A column of lists in lists, sixty deep."""
    import pyarrow as pa

    kind: Any = pa.int8()
    for _ in range(60):
        kind = pa.list_(kind)
    return table.append_column("deep", pa.nulls(len(table), kind))


TABLES: dict[str, Callable[[Any], Any]] = {
    "no columns": lambda table: table.select([]),
    "no rows": lambda table: table.slice(0, 0),
    "a column less": lambda table: table.drop_columns([table.column_names[-1]]),
    "no name of its scenario": lambda table: table.drop_columns(table.column_names[:1]),
    "a row twice": lambda table: table.take([0, *range(len(table))]),
    "texts for numbers": other_types,
    "a hundred million rows": many_rows,
    "a text of 500 MB": long_text,
    "lists sixty deep": deep,
    "a foot that promises two billion bytes": says_many_rows,
    "nothing but its marks": lambda table: b"PAR1" + b"\0" * 8 + b"PAR1",
    "metadata of 20 MB": lambda table: table.replace_schema_metadata({"x": "y" * 20_000_000, "block": "z" * 1_000_000}),
    "two columns of one name": lambda table: table.append_column(table.column_names[0], table.column(0)),
}
SHAPES: dict[str, Callable[[dict[bytes, bytes]], dict[bytes, bytes] | None]] = {
    "no shapes": lambda metadata: None,
    "shapes of 10^12": lambda metadata: {b"shapes": json.dumps({"pressure": [10**6, 10**6]}).encode()},
    "shapes of 10^30": lambda metadata: {b"shapes": json.dumps({"pressure": [10**15, 10**15]}).encode()},
    "shapes less than nothing": lambda metadata: {b"shapes": json.dumps({"pressure": [-1, 40]}).encode()},
    "shapes that are texts": lambda metadata: {b"shapes": b'{"pressure": ["x", "y"]}'},
    "shapes of a thousand dimensions": lambda metadata: {b"shapes": json.dumps({"pressure": [1] * 1000}).encode()},
    "shapes of 100,000 quantities": lambda metadata: {
        b"shapes": json.dumps({f"q{n}": [53, 41] for n in range(100_000)}).encode()
    },
    "shapes that are too small": lambda metadata: {
        b"shapes": json.dumps({name: [1, 1] for name in json.loads(metadata[b"shapes"])}).encode()
    },
    "shapes of brackets": lambda metadata: {b"shapes": b"[" * 100_000},
    "shapes that are not UTF-8": lambda metadata: {b"shapes": b"\xff\xfe"},
}


def many_files() -> Iterator[Attack]:
    """More than a folder should hold, and names that mean harm."""
    yield from attacks(
        "20,000 files among the blocks",
        lambda ground: [
            (ground.out / "blocks" / f"000-x.{n:08d}-{n:08d}.0123456789abcdef.parquet").touch() for n in range(20_000)
        ],
    )
    yield from attacks("folders 400 deep", lambda ground: deep_folders(ground.out))
    yield from attacks("a link to the folder above in it", link("out/tables/up", ".."))
    yield from attacks("a link to all of the disk in it", link("out/blocks/all", "/"))
    yield from attacks("a link to home in it", link("out/home", "{root}/home"))
    yield from attacks("a file whose name is escape codes", file("out/tables/\x1b[2J\x1b[31mx.csv", "x"))
    yield from attacks("a file whose name has line breaks", file("out/tables/a\nb\nc.csv", "x"))
    yield from attacks("a file whose name is of no language", file("out/blocks/\udcff\udcfe.parquet", "x"))
    yield from attacks("blocks of 10^8 worlds by their names", lambda ground: rename_block(ground, "00000000-99999999"))
    yield from attacks("a block that ends before it begins", lambda ground: rename_block(ground, "00000002-00000000"))
    yield from attacks(
        "a block of a number of 200 digits", lambda ground: rename_block(ground, "0" * 8 + "-" + "9" * 100)
    )
    yield from attacks(
        "a folder that is a link to another results folder",
        finished("r", f"{JOB} --seed 5"),
        lost("out"),
        link("out", "r"),
        readers=(READERS[0], READERS[1], READERS[5]),
    )
    for where in ("blocks", "tables", "scenarios"):
        yield from attacks(f"a file as {where}", lost(f"out/{where}"), file(f"out/{where}", "x"))
        yield from attacks(f"a pipe as {where}", lost(f"out/{where}"), fifo(f"out/{where}"))


def deep_folders(top: Path) -> None:
    """Folders in folders."""
    (top / "/".join(["d"] * 400)).mkdir(parents=True)


def rename_block(ground: Ground, worlds: str) -> None:
    """A block under a name that promises other worlds."""
    for folder_ in ("blocks", "blocks/_weekly"):
        (path,) = sorted((ground.out / folder_).glob("*.parquet"))
        stem, _, total, end = path.name.rsplit(".", 3)
        path.rename(path.with_name(f"{stem}.{worlds}.{total}.{end}"))


def terrible_scenarios() -> Iterator[Attack]:
    """Scenario files in a results folder."""
    for what, text in (
        ("100,000 brackets", "a = " + "[" * 100_000),
        ("a title of escape codes", 'title = "\\u001b[2J"\n'),
        ("something that extends a device", "extends = '/dev/zero'\n"),
        ("something that extends what is outside", "extends = '../../../elsewhere/precious.txt'\n"),
        ("something that extends itself", "extends = 'forced_exit.toml'\n"),
        ("20 MB", "#" * 20_000_000),
    ):
        yield from attacks(f"{what} as its scenario", file("out/scenarios/forced_exit.toml", text), quick="")


ATTACKS = [*in_the_place_of_files(), *terrible_manifests(), *terrible_tables(), *many_files(), *terrible_scenarios()]
