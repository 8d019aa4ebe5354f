"""A results folder that somebody made to do harm: it is refused in a line, and nothing outside it is touched.

The worlds are made up, so that each case takes moments; tests/breaking does the same by the program's commands.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from sim.jobs.analyze import analyze
from sim.jobs.run import open_folder
from sim.runs import parquet
from sim.runs.data import asked
from sim.runs.errors import Changed, InputError, RunFailed
from sim.runs.folder import state
from sim.runs.manifest import sum_of_record
from sim.runs.parquet import NotAsExpected
from sim.runs.pieces import sum_of
from sim.scenario.schema import Scenario

Run = Callable[..., Any]
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="there are no such files")


@pytest.fixture
def folder(two: list[Scenario], run: Run, tmp_path: Path) -> Path:
    """A finished results folder, and beside it something that is none of its business."""
    run(two, worlds=60, out=tmp_path / "x")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "precious.csv").write_text("precious", encoding="utf-8")
    return tmp_path / "x"


def everything(root: Path) -> dict[str, Any]:
    """Every file below a folder with its bytes, links as where they lead."""
    return {
        str(path.relative_to(root)): os.readlink(path) if path.is_symlink() else path.read_bytes()  # noqa: PTH115
        for path in sorted(root.rglob("*"))
        if path.is_symlink() or path.is_file()
    }


PLACES = ["blocks", "blocks/_weekly", "scenarios", "figures", "tables"]
FILES = ["manifest.json", "worlds.parquet", "report.html", "figures/shares.svg", "scenarios/calm.toml", "a block"]


def named(folder: Path, name: str) -> Path:
    return min((folder / "blocks").glob("*.parquet")) if name == "a block" else folder / name


@POSIX
@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize("name", PLACES)
def test_a_folder_that_leads_elsewhere(name: str, overwrite: bool, folder: Path, two: list[Scenario], run: Run) -> None:
    place = folder / name
    if place.exists():
        place.rename(folder.parent / "moved")
        place.symlink_to(folder.parent / "moved")
    else:
        place.symlink_to(folder.parent / "outside")
    before = everything(folder.parent)
    for use in (
        lambda: run(two, worlds=80, out=folder, overwrite=overwrite),
        lambda: run(two[:1], worlds=20, seed=9, out=folder, overwrite=overwrite),
        lambda: open_folder(folder).worlds,
        lambda: asked(folder),
        lambda: analyze(folder),
    ):
        with pytest.raises(InputError, match=f"{name} is a link") as told:
            use()
        assert "\n" not in str(told.value)
    assert everything(folder.parent) == before


@POSIX
@pytest.mark.parametrize("what", ["link", "pipe", "folder"])
@pytest.mark.parametrize("name", FILES)
def test_what_is_no_file_where_a_file_should_be(
    name: str, what: str, folder: Path, two: list[Scenario], run: Run
) -> None:
    file = named(folder, name)
    file.unlink()
    if what == "link":
        file.symlink_to(folder.parent / "outside" / "precious.csv")
    elif what == "pipe":
        os.mkfifo(file)
    else:
        file.mkdir()
    before = everything(folder.parent / "outside")
    for overwrite in (False, True):
        with pytest.raises(InputError, match=r"is a link|no ordinary file"):
            run(two, worlds=80, out=folder, overwrite=overwrite)
    with pytest.raises(InputError, match=r"is a link|no ordinary file"):
        open_folder(folder)
    assert everything(folder.parent / "outside") == before


def edited(folder: Path, change: Callable[[dict[str, Any]], object], name: str = "manifest.json") -> None:
    """Changes a record of the folder, with a sum that is right again."""
    said = json.loads((folder / name).read_text(encoding="utf-8"))
    change(said)
    if isinstance(said.get("made"), dict):
        said["made"]["sum"] = sum_of_record(said)
    (folder / name).write_text(json.dumps(said), encoding="utf-8")


EDITS: dict[str, Callable[[dict[str, Any]], object]] = {
    "no worlds": lambda said: said.pop("worlds"),
    "no files": lambda said: said.pop("files"),
    "no scenarios": lambda said: said.update(scenarios=[]),
    "scenarios that are none": lambda said: said.update(scenarios=[1, 2]),
    "no failed": lambda said: said.pop("failed"),
    "no made": lambda said: said.pop("made"),
    "no model": lambda said: said.pop("model"),
    "a thousand million million worlds": lambda said: said.update(worlds=10**15),
    "less than no worlds": lambda said: said.update(worlds=-1),
    "half a world": lambda said: said.update(worlds=1.5),
    "worlds in words": lambda said: said.update(worlds="60"),
    "a seed out of range": lambda said: said.update(seed=2**64),
    "events of its own": lambda said: said.update(events="some"),
    "days without end": lambda said: said["scenarios"][0].update(days=10**9),
    "a scenario outside": lambda said: said["scenarios"][0].update(file="../outside/precious.csv"),
    "a scenario by its whole path": lambda said: said["scenarios"][0].update(file="/etc/passwd"),
    "a scenario in a folder below": lambda said: said["scenarios"][0].update(file="scenarios/../../outside/x.toml"),
    "a name with an escape code": lambda said: said["scenarios"][0].update(name="\x1b[31mred"),
    "a file outside": lambda said: said["files"].update({"../outside/precious.csv": said["files"]["summary.md"]}),
    "a file by its whole path": lambda said: said["files"].update({"/etc/passwd": said["files"]["summary.md"]}),
    "a file of no size": lambda said: said["files"]["summary.md"].update(bytes=-1),
    "a failure that is none": lambda said: said.update(failed=["x"]),
    "a failure of worlds without end": lambda said: said.update(failed=[{"what": "a", "error": "b", "worlds": 10**12}]),
    "a sum that is none": lambda said: said["files"]["summary.md"].update(sha256="?"),
    "files that are none": lambda said: said.update(files=[]),
    "files without sums": lambda said: said.update(files={"worlds.parquet": "0" * 64}),
    "choices that are none": lambda said: said.update(choices=[{"actor": 1}]),
    "another form": lambda said: said.update(schema=1),
    "a form without end": lambda said: said.update(schema=10**30),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_manifest_that_says_what_none_says(edit: str, folder: Path, two: list[Scenario], run: Run) -> None:
    edited(folder, EDITS[edit])
    before = everything(folder.parent)
    for use in (lambda: open_folder(folder), lambda: analyze(folder), lambda: run(two, worlds=60, out=folder)):
        with pytest.raises(InputError, match=r"manifest\.json is (not as this program writes it|of another v)") as told:
            use()
        assert "\n" not in str(told.value)
        assert str(told.value).isprintable()
        assert len(str(told.value)) < 500
    assert everything(folder.parent) == before
    assert asked(folder)["worlds"] == 60  # what it was begun with is known all the same
    (folder / "blocks" / "_inputs.json").unlink()
    with pytest.raises(InputError):
        asked(folder)


@pytest.mark.parametrize(
    "content", [b"[" * 100_000, b'{"a":' * 100_000, b"", b"\xff\xfe", b"null", b'{"project": "a"}']
)
def test_a_manifest_that_is_none(content: bytes, folder: Path, two: list[Scenario], run: Run) -> None:
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(InputError, match="is not finished"):
        open_folder(folder)
    with pytest.raises(Changed, match=r"manifest\.json is not as the run wrote it"):
        run(two, worlds=60, out=folder)
    (folder / "blocks" / "_inputs.json").unlink()
    with pytest.raises(InputError, match="not a results folder"):
        open_folder(folder)
    with pytest.raises(InputError, match="not a results folder"):
        run(two, worlds=60, out=folder)


def vouched(folder: Path, name: str, content: bytes) -> None:
    """Puts other bytes in the place of a file, and their sum into the manifest."""
    import hashlib

    (folder / name).write_bytes(content)
    said = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    edited(folder, lambda manifest: manifest["files"].update({name: said}))


def as_bytes(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def test_a_table_edited_by_hand_is_not_believed(folder: Path) -> None:
    worlds = pq.read_table(folder / "worlds.parquet")
    forced = worlds.set_column(2, "outcome", pa.array(["forced_exit"] * len(worlds)))
    pq.write_table(forced, folder / "worlds.parquet", compression="zstd")
    with pytest.raises(Changed, match=r"worlds\.parquet is not as the run wrote it"):
        _ = open_folder(folder).worlds
    with pytest.raises(Changed):
        analyze(folder)
    content = bytearray((folder / "weekly.parquet").read_bytes())
    content[len(content) // 2] ^= 1  # of the same size
    (folder / "weekly.parquet").write_bytes(bytes(content))
    pq.write_table(worlds, folder / "worlds.parquet", compression="zstd")


def test_what_is_read_is_summed_and_the_rest_measured(folder: Path) -> None:
    content = bytearray((folder / "weekly.parquet").read_bytes())
    content[len(content) // 2] ^= 1  # of the same size
    (folder / "weekly.parquet").write_bytes(bytes(content))
    result = open_folder(folder)
    assert len(result.worlds) == 120
    with pytest.raises(Changed, match=r"weekly\.parquet is not as the run wrote it"):
        _ = result.weekly
    (folder / "report.html").write_bytes(b"shorter")
    with pytest.raises(Changed, match=r"report\.html is not as the run wrote it"):
        open_folder(folder)


TABLES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "lacks the column outcome": lambda table: table.drop_columns(["outcome"]),
    "has the column 'kind' twice": lambda table: table.append_column("kind", table.column("kind")),
    "has double in the column 'world'": lambda table: table.set_column(
        1, "world", table.column("world").cast(pa.float64())
    ),
    "has a column 'more' of list": lambda table: table.append_column("more", pa.array([[1]] * len(table))),
    "360 rows where 120 are expected": lambda table: pa.concat_tables([table] * 3),
}


@pytest.mark.parametrize("said", TABLES)
def test_a_vouched_table_that_is_none(said: str, folder: Path) -> None:
    worlds = pq.read_table(folder / "worlds.parquet")
    vouched(folder, "worlds.parquet", as_bytes(TABLES[said](worlds)))
    with pytest.raises(InputError, match=said):
        _ = open_folder(folder).worlds


def test_few_bytes_that_say_they_are_many_rows_or_much_text() -> None:
    rows = as_bytes(pa.table({"world": pa.array([0] * 20_000_000)}))
    assert len(rows) < 2_000_000
    with pytest.raises(NotAsExpected, match="20,000,000 rows, more than there can be"):
        parquet.read(rows, {"world": pa.int64()})
    much = as_bytes(pa.table({"rule": ["x" * 20_000] * 2000}))
    assert len(much) < 10_000
    with pytest.raises(NotAsExpected, match=r"would take [\d,]+ bytes, out of"):
        parquet.read(much, {"rule": pa.string()})
    long = as_bytes(pa.table({"rule": ["x" * 50_000_000]}))
    with pytest.raises(NotAsExpected, match=r"says that its texts take more than"):
        parquet.read(long, {"rule": pa.string()})
    inside = as_bytes(pa.table({"accounts": pa.array([[{"state": "x" * 20_000}]] * 2000)}))
    with pytest.raises(NotAsExpected, match=r"would take [\d,]+ bytes, out of"):
        parquet.read(inside, pa.schema([("accounts", pa.list_(pa.struct([("state", pa.string())])))]))


WEEKS: dict[str, Callable[[pa.Table], pa.Table]] = {
    "lacks the column bin": lambda table: table.drop_columns(["bin"]),
    "does not say how its counts are laid out": lambda table: table.replace_schema_metadata(None),
    "counts of 'pressure' that this scenario does not have": lambda table: table.replace_schema_metadata(
        {"shapes": json.dumps({"pressure": [10**6, 10**6]})}
    ),
    "counts of 'more' that this scenario does not have": lambda table: table.replace_schema_metadata(
        {"shapes": json.dumps({"more": [5, 41]})}
    ),
    "counts of weeks or bins that there are not": lambda table: table.set_column(
        1, "week", pa.array([7] * len(table), pa.int32())
    ),
}


@pytest.mark.parametrize("said", WEEKS)
def test_a_block_with_right_sums_and_wrong_content_is_computed_again(
    said: str, folder: Path, two: list[Scenario], run: Run, tmp_path: Path, same: Any, caplog: pytest.LogCaptureFixture
) -> None:
    run(two, worlds=60, out=tmp_path / "y")
    (folder / "manifest.json").unlink()  # as of a run that was stopped
    block = min((folder / "blocks").glob("000-*.parquet"))
    weeks = as_bytes(WEEKS[said](pq.read_table(folder / "blocks" / "_weekly" / block.name)))
    worlds = pq.read_table(block)
    about = json.loads(worlds.schema.metadata[b"block"]) | {"weekly": sum_of(weeks)}
    content = as_bytes(worlds.replace_schema_metadata({"block": json.dumps(about)}))
    *stem, _, end = block.name.split(".")
    name = ".".join([*stem, sum_of(content), end])
    (folder / "blocks" / name).write_bytes(content)
    (folder / "blocks" / "_weekly" / name).write_bytes(weeks)
    block.unlink()
    run(two, worlds=60, out=folder)
    assert said in caplog.text
    same(folder, tmp_path / "y")


@pytest.mark.parametrize("name", [".lock", ".lock-by-name"])
def test_a_lock_that_is_none_is_left_alone(name: str, two: list[Scenario], run: Run, tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / name).write_text("precious\n", encoding="utf-8")
    with pytest.raises(InputError, match="is no lock of this program"):
        run(two, worlds=20, out=tmp_path / "d")
    if sys.platform != "win32":
        (tmp_path / "d" / name).rename(tmp_path / "target")
        (tmp_path / "d" / name).symlink_to(tmp_path / "target")
        with pytest.raises(InputError, match="is no lock of this program"):
            run(two, worlds=20, out=tmp_path / "d")
        assert (tmp_path / "target").read_text(encoding="utf-8") == "precious\n"


def test_a_refused_folder_is_untouched(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text("precious\n", encoding="utf-8")
    (tmp_path / "thesis.tex").write_text("mine", encoding="utf-8")
    before = everything(tmp_path), tmp_path.stat().st_mtime_ns
    with pytest.raises(InputError, match="not empty and not a results folder"):
        run(two, worlds=20, out=tmp_path, overwrite=True)
    assert (everything(tmp_path), tmp_path.stat().st_mtime_ns) == before


def test_what_a_system_leaves_in_a_folder_is_passed_over(two: list[Scenario], run: Run, tmp_path: Path) -> None:
    (tmp_path / "x" / "figures").mkdir(parents=True)
    names = (".DS_Store", "desktop.ini", "figures/Thumbs.db", "._notes")
    for name in names:
        (tmp_path / "x" / name).write_text("the system's", encoding="utf-8")
    run(two, worlds=20, out=tmp_path / "x")
    run(two, worlds=20, out=tmp_path / "x")
    run(two[:1], worlds=20, out=tmp_path / "x", overwrite=True)
    assert not {*names} & open_folder(tmp_path / "x").manifest["files"].keys()
    assert all((tmp_path / "x" / name).exists() for name in names)


def test_a_failed_copy_is_told(folder: Path, tmp_path: Path) -> None:
    result = open_folder(folder)
    (folder / "report.html").write_bytes(b"shorter")
    with pytest.raises(RunFailed, match="nothing was copied"):
        result.save(tmp_path / "copy")
    assert not (tmp_path / "copy" / "manifest.json").exists()
    assert not (tmp_path / "copy" / "worlds.parquet").exists()


def test_a_record_of_inputs_is_ahead_of_its_manifest_by_worlds_alone(
    folder: Path, two: list[Scenario], run: Run
) -> None:
    for change in ({"seed": 2}, {"worlds": 50}, {"worlds": 80, "events": "all"}):
        before = (folder / "blocks" / "_inputs.json").read_bytes()
        edited(folder, lambda said, change=change: said.update(change), "blocks/_inputs.json")  # type: ignore[misc]
        assert state(folder, manifest_of(folder)).changed == ["blocks/_inputs.json"]
        (folder / "blocks" / "_inputs.json").write_bytes(before)
    edited(folder, lambda said: said.update(worlds=80), "blocks/_inputs.json")
    assert state(folder, manifest_of(folder)).is_whole


def manifest_of(folder: Path) -> dict[str, Any]:
    """What the manifest says."""
    said: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return said
