"""The tables and the manifest of a run: made of finished pieces, written into a results folder, and read from it."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from sim.disk.errors import InputError
from sim.disk.paths import Given, place
from sim.disk.reading import content_of, sum_of
from sim.disk.writing import aside, flush_folder
from sim.runs import parquet, provenance
from sim.runs.columns import EVENTS, WEEKLY
from sim.runs.folder import DATA, MANIFEST, PAGES, Folder, recorded_inputs, unreadable
from sim.runs.inputs import Inputs
from sim.runs.limits import named
from sim.runs.manifest import AGAIN, changed
from sim.runs.parquet import NotAsExpected
from sim.runs.pieces import Simulate, plain
from sim.runs.store import Memory, columns_of_worlds
from sim.runs.tables import events_tables, weekly_table, worlds_tables

if TYPE_CHECKING:
    from sim.scenario.schema import Scenario

logger = logging.getLogger("sim.runs")


OF_EVERY_VERSION = ("scenario", "world", "outcome", "kind", "outcome_day", "completion_day")


class InMemory:
    """The tables and scenarios of a run without a folder, with the pieces they are made of.

    The dated acts are made when they are first asked for: typical worlds are lived a second time for them, which takes
    longer than all else where a compiled program has lived the others.
    """

    def __init__(self, store: Memory, inputs: Inputs, simulate: Simulate | None = None) -> None:
        self.store = store
        self.inputs = inputs
        self.simulate = simulate
        self.tables = {
            "worlds": pa.concat_tables(worlds_tables(store)).combine_chunks(),
            "weekly": weekly_table(store, inputs),
        }

    def table(self, name: str) -> pa.Table:
        """``worlds``, ``weekly`` or ``events``."""
        if name == "events" and name not in self.tables:
            parts = events_tables(self.store, self.inputs, self.simulate)
            self.tables[name] = pa.concat_tables([EVENTS.empty_table(), *parts]).combine_chunks()
        return self.tables[name]

    def scenarios(self) -> list[Scenario]:
        """The scenarios as they were resolved, under the names that ``worlds`` calls them by."""
        return list(self.inputs.scenarios)


class InFolder:
    """The tables and scenarios of a results folder, read when they are asked for, and believed as the manifest says."""

    def __init__(self, folder: Path, manifest: dict[str, Any]) -> None:
        self.folder = folder
        self.manifest = manifest

    def table(self, name: str) -> pa.Table:
        """``worlds``, ``weekly`` or ``events``; no rows where no acts were kept.

        Raises Changed where the file is gone or is not as the run wrote it, InputError where it is no such table.
        """
        file = f"{name}.parquet"
        said = self.manifest["files"].get(file)
        if said is None and name == "events":
            return EVENTS.empty_table()
        content = self._content(file, said)
        failed = sum(one.get("worlds", 0) for one in self.manifest["failed"])
        worlds = self.manifest["worlds"] * len(self.manifest["scenarios"]) - failed
        try:
            if name == "worlds":
                return plain(parquet.read(content, self._columns(), rows=worlds))
            return parquet.read(content, {"weekly": WEEKLY, "events": EVENTS}[name])
        except NotAsExpected as fault:
            raise InputError(f"{self.folder / file} {fault}") from None

    def _columns(self) -> dict[str, pa.DataType]:
        """The columns that its worlds have; of another version of the model, those that every version has."""
        from sim.engine.fingerprint import model_hash

        every = columns_of_worlds()
        is_ours = self.manifest["model"] == model_hash()
        return every if is_ours else {name: every[name] for name in OF_EVERY_VERSION}

    def _content(self, file: str, said: dict[str, Any] | None) -> bytes:
        """The bytes of a file, which are those that the manifest speaks of."""
        if said is not None:
            try:
                content = content_of(self.folder / file, said["bytes"])
                if len(content) == said["bytes"] and sum_of(content) == said["sha256"]:
                    return content
            except FileNotFoundError:
                pass
            except OSError as fault:
                raise changed(self.folder, [file], f"it {fault.strerror or fault}; {AGAIN}") from None
        raise changed(self.folder, [file], AGAIN)

    def scenarios(self) -> list[Scenario]:
        """The scenarios as they were resolved, under the names that ``worlds`` calls them by."""
        return scenarios_in(self.folder, self.manifest)


def manifest_of(
    inputs: Inputs, failed: list[dict[str, Any]], files: dict[str, dict[str, Any]], made: dict[str, Any]
) -> dict[str, Any]:
    """What manifest.json says. ``made`` is all that may differ between two runs of the same inputs."""
    return {
        **inputs.as_dict(),
        "commit": provenance.commit(),
        "command": provenance.command(inputs),
        "failed": failed,
        "files": files,
        "made": made,
    }


def write_data(store: Folder, inputs: Inputs, events: Iterable[pa.Table], failed: list[dict[str, Any]]) -> None:
    """Writes the tables of a folder whose pieces are there. If the events fail, that is added to ``failed``."""
    folder = store.path
    (folder / MANIFEST).unlink(missing_ok=True)
    flush_folder(folder)  # what it vouches for changes now, so it must not come back after a power cut
    for name in (*DATA, *PAGES):
        (folder / name).unlink(missing_ok=True)
    about = {"sim": json.dumps({"version": inputs.version, "model": inputs.model, "seed": inputs.seed})}
    bare = all(re.fullmatch(r"[\w./ -]+", name) for name in inputs.names)
    write_tables(folder / "worlds", worlds_tables(store), about, quoting="none" if bare else "needed")
    write_tables(folder / "weekly", [weekly_table(store, inputs)], about)
    if inputs.events != "none":
        with noted("events", failed):
            write_tables(folder / "events", events, about)


@contextmanager
def noted(what: str, failed: list[dict[str, Any]]) -> Iterator[None]:
    """A step whose failure does not spoil the rest: it is said, and noted for the manifest. Not so a full disk."""
    try:
        yield
    except OSError:
        raise
    except Exception as fault:
        error = named(fault) or f"{type(fault).__name__}: {fault}"
        logger.error("%s failed: %s", what, error)
        logger.debug("the trace of it:", exc_info=True)
        failed.append({"what": what, "error": error})


def write_tables(stem: Path, tables: Iterable[pa.Table], about: dict[str, str], quoting: str = "") -> None:
    """Writes tables of one kind, one after the other, to ``stem``.parquet.

    With ``quoting`` (Arrow's word for which texts get quotation marks) to ``stem``.csv too.
    """
    with ExitStack() as files:
        parquet: pq.ParquetWriter | None = None
        lines: pc.CSVWriter | None = None
        for table in tables:
            if parquet is None:
                sink = files.enter_context(aside(stem.with_suffix(".parquet")))
                schema = table.schema.with_metadata({**(table.schema.metadata or {}), **about})
                parquet = files.enter_context(pq.ParquetWriter(sink, schema, compression="zstd"))
                if quoting:
                    sink = files.enter_context(aside(stem.with_suffix(".csv")))
                    sink.write((",".join(table.column_names) + "\n").encode("utf-8"))
                    bare = pc.WriteOptions(include_header=False, quoting_style=quoting)
                    lines = files.enter_context(pc.CSVWriter(sink, table.schema, write_options=bare))
            parquet.write_table(table.replace_schema_metadata(schema.metadata))
            if lines is not None:
                lines.write_table(table)


def asked(folder: Given) -> dict[str, Any]:
    """What was run in a results folder, finished or not: scenarios, worlds, seed and events, to run it again.

    The scenarios are as they were resolved then, whatever has become of their files since.
    """
    from sim.model.choice import with_replaced

    path = place(folder)
    with unreadable(path):
        said = recorded_inputs(path)
    if said is None:
        raise InputError(f"{path} is not a results folder")
    replaced = with_replaced(said.get("choices", []))
    if replaced:
        raise InputError(
            f"{path} was made {replaced}: commands know the model's own choices only. In Python, sim.run(…, choices=…) "
            "runs it again"
        )
    scenarios = scenarios_in(path, said)
    return {"scenarios": scenarios, "worlds": said["worlds"], "seed": said["seed"], "events": said["events"]}


def scenarios_in(folder: Path, said: dict[str, Any]) -> list[Scenario]:
    """The scenarios of a results folder, under their names there. Raises InputError where one was changed since."""
    from sim.scenario.load import fingerprint, load

    found = []
    for entry in said["scenarios"]:
        scenario = load(folder / entry["file"]).model_copy(update={"name": entry["name"]})
        if fingerprint(scenario) != entry["fingerprint"]:
            raise InputError(f"{folder / entry['file']} is not what was run: it was changed, or the version differs")
        found.append(scenario)
    return found
