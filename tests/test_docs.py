"""The docs say what the code says: generated parts are up to date, nothing is left out, every link leads somewhere."""

from __future__ import annotations

import ast
import csv
import importlib
import json
import math
import re
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args, get_origin

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pydantic import BaseModel

import sim
from sim import cli
from sim.docs import DOCS, contents, data, day, filled, layers, pages, parameters, programs, stale
from sim.docs.model import draw_names, given_names
from sim.engine.almanac import BY_THE_RECORD, CAPS
from sim.engine.choices import WHO
from sim.engine.fused import trace
from sim.engine.fused.kept import MOVED_BY
from sim.engine.fused.live import COMMON
from sim.engine.observe import table as observable
from sim.engine.ways import REPAYS
from sim.jobs.run import run
from sim.language.number import where
from sim.language.promise import RULES
from sim.language.symbol import CannotBeTraced, Graph, Symbol
from sim.model.ladders import LADDERS
from sim.runs.errors import Stopped
from sim.scenario.load import load, replace
from sim.scenario.schema import Scenario
from sim.show.tables import OF_FORKS

ROOT = DOCS.parent
SOURCE = Path(sim.__file__).parent
MODEL = (DOCS / "model.md").read_text(encoding="utf-8")
BY_HAND = re.sub(r"<!-- generated: .*?<!-- end -->", "", MODEL, flags=re.DOTALL)
TEXTS = [*sorted(DOCS.rglob("*.md")), *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"))]
FOR_PEOPLE = {"title", "summary", "source", "twin_of", "note"}


# --- made from the code ------------------------------------------------------------------------------------


def test_what_is_made_from_the_code_is_up_to_date() -> None:
    assert not stale(), "run `python -m sim.docs`"


def test_a_page_out_of_date_is_noticed(tmp_path: Path) -> None:
    shutil.copytree(DOCS, tmp_path / "docs")
    assert not stale(tmp_path / "docs")
    page = tmp_path / "docs" / "data.md"
    page.write_text(page.read_text(encoding="utf-8").replace("`pressure_max`", "`pressure`"), encoding="utf-8")
    (tmp_path / "docs" / "day.svg").unlink()
    assert {path.name for path in stale(tmp_path / "docs")} == {"data.md", "day.svg"}


def test_only_blocks_between_markers_are_made() -> None:
    page = "By hand.\n\n<!-- generated: packages -->\nold\n<!-- end -->\n\nBy hand.\n"
    made = filled(page)
    assert made.startswith("By hand.\n\n<!-- generated: packages -->\n\n| number |")
    assert made.endswith("|\n\n<!-- end -->\n\nBy hand.\n")
    assert "old" not in made
    assert filled(made) == made
    with pytest.raises(KeyError):
        filled(page.replace("packages", "no such block"))


def test_the_command_line_prints_the_schema_that_is_committed(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", "--schema"]) == 0
    assert capsys.readouterr().out == (DOCS / "scenario.schema.json").read_text(encoding="utf-8")


# --- nothing is left out -----------------------------------------------------------------------------------


def models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    """The tables that a field may hold."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from models_in(inner)


def fields(model: type[BaseModel], prefix: str = "") -> Iterator[str]:
    """Every value that a file can set, as the parameter tables name it."""
    for name, info in model.model_fields.items():
        below = list(models_in(info.annotation))
        if prefix == "" and name in ("name", "uncertain"):  # not written so in a file
            continue
        if get_origin(info.annotation) is dict:
            yield from fields(below[0], f"{name}.{parameters.ENTRY[name].upper()}.")
        elif below and name == "events":
            for event in below:
                yield from (f"{get_args(event.model_fields['kind'].annotation)[0]}: {n}" for n in event.model_fields)
        elif below and get_origin(info.annotation) is None:
            yield from fields(below[0], f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"
            for item in below:
                yield from fields(item, f"{prefix}{name}[].")


def test_every_value_of_a_scenario_is_in_the_tables() -> None:
    page = parameters.page()
    named = list(fields(Scenario))
    assert len(named) > 250
    for name in named:
        kind, _, field = name.partition(": ")
        if field:
            section = page.partition(f"\n### {kind}\n")[2].partition("\n### ")[0]
            assert section, kind
            assert field == "kind" or f"| `{field}` |" in section, name
        else:
            assert f"| `{name}` |" in page, name


def test_a_table_says_of_a_value_what_it_is() -> None:
    page = parameters.page()
    head, coordination = (
        [cell.strip() for cell in next(line for line in page.splitlines() if line.startswith(f"| {name} ")).split("|")]
        for name in ("name", "`region.coordination`")
    )
    said = dict(zip(head, coordination, strict=True))
    assert said["default"] == f"{Scenario().region.coordination:g}"
    assert (said["unit"], said["plausible"], said["allowed"], said["role"]) == ("share", "0–1", "0–1", "lever")
    assert said["meaning; source"].startswith("how far the other fronts follow Gaza")
    attack = page.partition("\n### attack\n")[2].partition("\n### ")[0]
    assert "| `dead` | 0 | 0–1000 | US dead, all by the first of the attacks |" in attack


def test_every_value_of_a_scenario_has_its_place_in_a_rule() -> None:
    words = set(re.findall(r"\w+", BY_HAND))
    for name in fields(Scenario):
        leaf = re.split(r"[.\]: ]", name)[-1]
        pattern = leaf.startswith("highest_") or name.startswith("consequences.")
        assert pattern or leaf in FOR_PEOPLE or leaf in words, f"no rule in docs/model.md reads {name}"


def test_every_rung_is_in_a_table() -> None:
    for key, ladder in LADDERS.items():
        found = MODEL.partition(f"(`{key}`)")[2].partition("\n**")[0]
        rows = [f"| {height} | `{rung.name}` | {rung.meaning} |" for height, rung in enumerate(ladder)]
        assert [line for line in found.splitlines() if re.match(r"\| \d", line)][: len(rows)] == rows, key


def test_every_rule_is_described() -> None:
    for name in RULES:
        assert f"`{name}`" in BY_HAND, f"docs/model.md does not describe {name}"


# --- chance ------------------------------------------------------------------------------------------------


def shape(text: ast.expr) -> str:
    """A text in a file, with {} for what is put in."""
    if isinstance(text, ast.Constant):
        return str(text.value)
    assert isinstance(text, ast.JoinedStr), ast.unparse(text)
    return "".join("{}" if isinstance(part, ast.FormattedValue) else str(part.value) for part in text.values)  # type: ignore[attr-defined]


def names_drawn(source: str) -> set[str]:
    """The names of all draws that a file asks for, with {} for what is put in.

    A function that puts its one argument into the name of a draw stands for the names it is called with.
    """
    tree = ast.parse(source)
    found = set()
    for function in [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]:
        inner = [node for node in ast.walk(function) if isinstance(node, ast.FunctionDef) and node is not function]
        nested = {id(node) for below in inner for node in ast.walk(below)}
        for call in ast.walk(function):
            if not isinstance(call, ast.Call) or id(call) in nested:
                continue
            called = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            texts = [node for node in call.args if isinstance(node, ast.JoinedStr | ast.Constant) and not number(node)]
            asks = (called == "draw" and isinstance(call.func, ast.Attribute)) or called == "uniform"
            if not asks or not texts:
                assert not asks or called == "uniform", ast.unparse(call)
                found |= constant(call.args[1], tree) if asks else set()
                continue
            name, last = shape(texts[0]), getattr(texts[0], "values", [None])[-1]
            argument = [parameter.arg for parameter in function.args.args]
            if isinstance(last, ast.FormattedValue) and [ast.unparse(last.value)] == argument:
                found |= {f"{name.removesuffix('{}')}{word}" for word in words_for(function.name, tree)}
            else:
                found.add(name)
    return found


def constant(node: ast.expr, tree: ast.Module) -> set[str]:
    """The text that a name of the file stands for, if it is one."""
    texts = [each for each in tree.body if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant)]
    return {shape(each.value) for each in texts if ast.unparse(each.targets[0]) == ast.unparse(node)}


def words_for(function: str, tree: ast.Module) -> set[str]:
    """The words that a function is called with in a file; {} for one that is not written there."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == function]
    return {shape(call.args[0]) if isinstance(call.args[0], ast.Constant) else "{}" for call in calls}


def number(node: ast.expr) -> bool:
    """Whether a node is a plain number."""
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)


def test_every_draw_is_listed_and_every_listed_draw_is_asked_for() -> None:
    declared = draw_names()
    for name in (name for draws in declared.values() for name in draws):
        assert f"| `{name}` |" in MODEL
    for file in [*(SOURCE / "model").rglob("*.py"), *(SOURCE / "engine").rglob("*.py")]:
        used = names_drawn(file.read_text(encoding="utf-8"))
        if any(name.startswith("aftermath/") for name in used):  # of the measures one name stands for all
            used = {"aftermath/{}"}
        if "militias/scripted" in used and file.parent.name == "united_states":  # a scripted strike without a name
            used.remove("militias/scripted")  # falls to a group as a scripted attack does
        shapes = {re.sub(r"{\w+}", "{}", name) for name in declared.get(file.relative_to(SOURCE).as_posix(), {})}
        assert used == shapes, file


# --- the order of the day ----------------------------------------------------------------------------------


def changed(before: str, after: str) -> str:
    """The source of model/day.py with a piece of it changed."""
    source = day.DAY.read_text(encoding="utf-8")
    assert before in source
    return source.replace(before, after, 1)


def test_a_new_keyword_of_the_day_changes_what_is_made_from_it() -> None:
    source = changed("iran.Sees(\n", "iran.Sees(\n            rumours=pm.pressure + w.public.from_us,\n")
    row = "| `rumours` |  | Public: evening before | `pm.pressure + w.public.from_us` |"
    assert row in day.who_knows_what(source)
    assert "rumours" not in day.who_knows_what()
    assert stale_with(source) == {"model.md"}


def test_a_new_step_of_the_day_changes_what_is_made_from_it() -> None:
    source = changed("    pm = iraq.live(", "    tehran = iran.hear(tehran, p.iran, at)\n    pm = iraq.live(")
    assert len(day.steps(source)) == len(day.steps()) + 1
    assert day.order(MODEL, source).count("iran.hear") == day.order(MODEL).count("iran.hear") + 1
    assert day.drawn(source) != day.drawn()
    assert stale_with(source) == {"model.md", "day.svg"}


def stale_with(source: str) -> set[str]:
    """The files that would be out of date if model/day.py were this."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(day, "source_of_the_day", lambda: source)
        return {path.name for path in stale()}


def test_what_is_handed_on_stands_below_the_step_that_did_it() -> None:
    letter = next(step for step in day.steps() if step.handed == ("does.expels",))
    assert (letter.called, letter.parts, letter.belongs) == ("settle", ("presence", "aftermath", "public"), True)
    chosen = next(step for step in day.steps() if step.called == "iraq.decide")
    assert chosen.number == letter.number
    assert not chosen.belongs


def test_what_is_seen_is_followed_back_to_whose_it_is() -> None:
    seen = {(step.called, one.name): day.said(one.origin) for step in day.steps() for one in step.sees}
    number = {step.called: str(step.number) for step in day.steps() if not step.belongs}
    assert seen["united_states.respond", "dead"] == f"Groups: {number['militia.attack']}"
    assert seen["united_states.respond", "talks"] == "Talks: evening before"
    assert seen["region.turn", "isis_level"] == "the calendar; the scenario"
    presence = f"Presence: {number['presence.leave']}, {number['iraq.decide']}"
    assert seen["parliament.meet", "open"] == presence


def test_everything_that_a_part_sees_is_in_the_table() -> None:
    made = day.who_knows_what()
    found = 0
    for path in day.DAY.parent.rglob("*.py"):
        part = path.stem if path.parent == day.DAY.parent else path.parent.name
        source = day.file(path)
        for name, function in source.functions.items():
            for kind in {ast.unparse(argument.annotation) for argument in function.args.args if argument.annotation}:
                if re.fullmatch(r"\w*Sees?\w*|Feels", kind) and "Remembers" in ast.unparse(function.returns):  # type: ignore[arg-type]
                    found += 1
                    fields = source.fields(kind)
                    table = made.partition(f", `{kind}`: {docstring(part, path, kind)}")[2].partition("\n**")[0]
                    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == list(fields), f"{part}.{name}"
                    assert all(f"| `{field}` | {means} |" in table for field, (_, means) in fields.items())
    assert found >= 12


def docstring(part: str, path: Path, kind: str) -> str:
    """What a class of a part says of itself."""
    module = f"sim.model.{part}.{path.stem}" if path.stem != part else f"sim.model.{part}"
    return str(getattr(importlib.import_module(module), kind).__doc__).strip()


def test_every_step_leads_to_the_section_that_names_it() -> None:
    for step in day.steps():
        assert day.section_of(step.called, MODEL) in anchors(DOCS / "model.md") - {""}, step.called


def test_everything_that_can_be_given_is_in_the_table() -> None:
    given = {f"{actor}/choice" for actor in WHO}
    given |= {*BY_THE_RECORD, *(cap[2] for cap in CAPS), "militia/highest rungs"}
    events = {kind.GIVES for kind in models_in(Scenario.model_fields["events"].annotation)}  # type: ignore[attr-defined]
    given |= {name.replace("{front}", "{name}") for name in events - {""}}
    assert given == set(given_names()) | {"region/truce of {name}"}
    for name in given:
        assert f"| `{name}` |" in MODEL


# --- the layers --------------------------------------------------------------------------------------------


def test_the_picture_of_the_layers_has_them_all_each_above_what_it_imports() -> None:
    found, high = layers.layers(), layers.heights(layers.layers())
    assert {path.parent.name for path in SOURCE.glob("*/__init__.py")} | {"version", "top"} == set(found)
    assert all(high[name] > high[other] for name, others in found.items() for other in others)
    assert found["model"] == {"language"}
    assert "jobs" in found["top"]
    picture = layers.drawn()
    rows = [picture.index(f">{name}</text>") for name in ("top", "cli", "results", "engine", "model", "language")]
    assert rows == sorted(rows)


def test_a_new_import_changes_the_picture_of_the_layers(tmp_path: Path) -> None:
    root = tmp_path / "src" / "sim"
    shutil.copytree(SOURCE, root, ignore=shutil.ignore_patterns("__pycache__"))
    before = layers.drawn(root)
    (root / "ask" / "more.py").write_text("def late():\n    from sim.evidence import record\n", encoding="utf-8")
    assert "evidence" in layers.layers(root)["ask"]
    assert layers.drawn(root) != before


# --- programs ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", programs.PAGES)
def test_the_programs_of_a_page_run_and_print_what_it_shows(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    assert {language for language, _ in programs.blocks(text)} == {"python", "text"}
    assert programs.played(text, page) == text, "python -m sim.docs.remake programs"


def test_the_programs_about_mesa_use_names_that_the_tables_have() -> None:
    text = (DOCS / "mesa.md").read_text(encoding="utf-8")
    asked = set(re.findall(r"model\.value\(\"([^\"]+)\"\)", text))
    assert len(asked) > 2
    assert asked <= set(observable(Scenario()))


# --- a results folder ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run, with a pair of scenarios that are compared, after a short past."""
    path = tmp_path_factory.mktemp("results")
    scenarios = [replace(load(name), {"days": 21}) for name in ("status_quo", "gaza_ceasefire")]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sim.engine.almanac.SPIN_UP", 12)
        run(scenarios, worlds=4, out=path, events="all", figures=False)
    return path


def described_files() -> list[str]:
    """The files that the page lists, as patterns."""
    top = data.page().partition("\n| file |")[2].partition("\n## ")[0]
    return [name for names in re.findall(r"^\| `([^`]+)` \|", top, re.MULTILINE) for name in names.split(", ")]


def test_every_file_of_a_results_folder_is_described(folder: Path) -> None:
    patterns = described_files()
    assert patterns == [pattern for names, _ in data.FILES for pattern in names.split(", ")]
    for file in folder.rglob("*"):
        name = file.relative_to(folder)
        assert file.is_dir() or any(name.match(pattern) for pattern in patterns), name
    while_it_runs = {"blocks/_made.json"}
    for pattern in patterns:
        assert pattern.startswith("figures/") or bool(list(folder.glob(pattern))) is (pattern not in while_it_runs)


@pytest.mark.usefixtures("short_past_once")
def test_every_file_of_a_run_that_was_stopped_is_described(tmp_path: Path) -> None:
    scenario = replace(load("status_quo"), {"days": 21})
    asked = iter([False, True, True])
    with pytest.raises(Stopped):
        run(scenario, worlds=4, block_size=2, out=tmp_path, stop=lambda: next(asked, True))
    names = [file.relative_to(tmp_path) for file in tmp_path.rglob("*") if file.is_file()]
    assert Path("blocks/_made.json") in names
    for name in names:
        assert any(name.match(pattern) for pattern in described_files()), name


def test_the_readme_and_the_summary_name_files_that_are_there(folder: Path) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    told = re.findall(r"^- \*\*Batch jobs:\*\* .*?(?=\n\n)", readme, re.DOTALL | re.MULTILINE)
    assert len(told) == 1 and "(docs/data.md)" in told[0]
    page = data.page()
    for word in re.findall(r"\[([^]]+)\]\(docs/data\.md\)", told[0])[0].split(", "):
        assert re.search(rf"^##? .*{word}", page, re.MULTILINE | re.IGNORECASE), f"the page has nothing on {word}"
    for name in ("report.html", "figures", "tables"):
        assert name in (folder / "summary.md").read_text(encoding="utf-8")


def test_the_exit_codes_are_those_of_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    line = re.findall(r"Exit codes: (.+)\.", capsys.readouterr().out)[0]
    assert [f"| {code} | {said} |" for code, said in (part.split(" ", 1) for part in line.split("; "))] == re.findall(
        r"^\| \d \| .*", data.page(), re.MULTILINE
    )


def rows_of(section: str) -> list[tuple[str, str, str, str]]:
    """The rows of the first table of columns in a section of the page: name, type, unit, meaning."""
    text = data.page().partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    body = text.partition("| column | type | unit | meaning |\n| --- | --- | --- | --- |\n")[2].partition("\n\n")[0]
    return [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in body.splitlines()]  # type: ignore[misc]


TYPES = {
    "string": "text",
    "int64": "whole number",
    "int32": "whole number",
    "double": "number",
    "bool": "true or false",
    "date32[day]": "date",
}


@pytest.mark.parametrize("name", ["worlds", "weekly", "events"])
def test_every_column_of_a_parquet_file_is_described_with_its_type_and_unit(name: str, folder: Path) -> None:
    rows = rows_of(name)
    for path in [folder / f"{name}.parquet", *(folder / BLOCKS_OF.get(name, "none")).glob("*.parquet")]:
        table = pq.read_table(path)
        assert table.column_names == [row[0].strip("`") for row in rows], path
        for field, (_, kind, unit, meaning) in zip(table.schema, rows, strict=True):
            about = {key.decode(): said.decode() for key, said in (field.metadata or {}).items()}
            assert about.get("unit", "") == unit, f"{path.name}: {field.name}"
            assert about["meaning"] == meaning.replace("\\|", "|"), f"{path.name}: {field.name}"
            if pa.types.is_list(field.type):
                assert kind == f"list of {'records' if pa.types.is_struct(field.type.value_type) else 'whole numbers'}"
                continue
            assert kind.removesuffix(", or empty") == TYPES[str(field.type)], f"{path.name}: {field.name}"
            if not kind.endswith(", or empty"):
                assert table.column(field.name).null_count == 0, f"{path.name}: {field.name}"


BLOCKS_OF = {"worlds": "blocks", "events": "blocks/_events"}


@pytest.mark.parametrize("name", ["worlds", "weekly", "events"])
def test_plain_pandas_reads_each_column_as_it_is_described(name: str, folder: Path) -> None:
    frame = pd.read_parquet(folder / f"{name}.parquet")
    assert isinstance(frame.index, pd.RangeIndex)
    wanted = {
        "text": ("str", "object"),
        "whole number": ("int64", "int32"),
        "whole number, or empty": ("Int64",),
        "number": ("float64",),
        "number, or empty": ("float64",),
        "true or false": ("bool",),
    }
    for column, kind, _, _ in rows_of(name):
        values = frame[column.strip("`")]
        if kind == "date":
            assert {type(value) for value in values} == {date}
        else:
            assert str(values.dtype) in wanted.get(kind, ("object",)), column
    if name == "worlds":
        assert list(frame.columns[:3]) == ["scenario", "world", "seed"]
        assert set(frame["seed"]) == {1}
        again = pd.read_parquet(folder / "worlds.parquet", columns=["outcome_day"])["outcome_day"]
        assert str(again.dtype) == "Int64"


def test_the_other_readers_see_whole_numbers_and_dates(folder: Path) -> None:
    arrow = pd.read_parquet(folder / "events.parquet", dtype_backend="pyarrow")
    entries = [entry for found in arrow["accounts"] for entry in found if entry["act"] is not None]
    assert entries and {type(entry["act"]) for entry in entries} == {int}
    assert str(arrow["date"].dtype).startswith("date32")
    assert str(pd.read_parquet(folder / "worlds.parquet", dtype_backend="pyarrow")["outcome_day"].dtype).startswith(
        "int64"
    )


def is_read_as(kind: str, text: str) -> bool:
    """Whether a cell of a CSV file is what its column should hold."""
    if kind == "whole number":
        return re.fullmatch(r"-?\d+", text) is not None
    if kind == "number":
        return text == "" or math.isfinite(float(text))
    if kind == "date":
        return date.fromisoformat(text) > date(2000, 1, 1)
    if kind == "true or false":
        return text in ("True", "False")
    return kind == "text"


def test_every_column_of_every_csv_file_is_described_with_its_type(folder: Path) -> None:
    kinds = {name.strip("`"): kind for name, kind, _, _ in rows_of("tables")}
    assert set(kinds) == {column for columns in data.TABLE_COLUMNS.values() for column in columns}
    assert {file.stem for file in (folder / "tables").iterdir()} == set(data.TABLE_COLUMNS) - set(OF_FORKS)
    for name, columns in data.TABLE_COLUMNS.items():
        if name in OF_FORKS:  # tests/test_cli_whatif.py looks at these
            continue
        with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert (tuple(rows[0]) if rows else columns) == columns, name
        for row in rows:
            assert all(is_read_as(kinds[column], text) for column, text in row.items()), (name, row)
        assert f"| `tables/{name}.csv` |" in data.page()
    with (folder / "worlds.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [f"`{column}`" for column in rows[0]] == [row[0] for row in rows_of("worlds")]
    for column, kind, _, _ in rows_of("worlds"):
        plain = kind.removesuffix(", or empty")
        cells = [row[column.strip("`")] for row in rows]
        assert all((plain != kind and text == "") or is_read_as(plain, text) for text in cells), column


def test_every_quantity_of_a_results_folder_is_described(folder: Path) -> None:
    page = data.page()
    for quantity in observable(Scenario(groups={})):
        assert f"| `{quantity}` |" in page.partition("\n## Named quantities\n")[2].partition("\n## ")[0]
    for quantity in {q for q in pd.read_parquet(folder / "weekly.parquet")["quantity"] if not q.startswith("rung/")}:
        assert f"| `{quantity}` |" in page


def test_every_key_of_the_manifest_is_described(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) == set(data.MANIFEST)
    assert set(manifest["made"]) <= set(data.MADE_KEYS)
    for key in manifest["scenarios"][0]:
        assert f"`{key}`" in data.MANIFEST["scenarios"]


# --- links --------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page: one for each heading, as GitHub and the site make them."""
    found: list[str] = []
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        plain = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", re.sub(r"[`*]", "", heading)).strip().lower()
        slug = re.sub(r"[^\w -]", "", plain).replace(" ", "-")
        numbered = (f"{slug}-{number}" if number else slug for number in range(len(found) + 1))
        found.append(next(name for name in numbered if name not in found))
    return set(found)


def test_anchors_are_those_of_github(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# What `sim.run` *gives*, in short\n\n## A – B\n\n```\n# no heading\n```\n\n## Überall [hier](x.md)\n\n"
        "## snake_case\n\n## twice\n\n## twice\n",
        encoding="utf-8",
    )
    assert anchors(page) == {
        "what-simrun-gives-in-short", "a--b", "überall-hier", "snake_case", "twice", "twice-1"
    }  # fmt: skip


@pytest.mark.parametrize("page", [page for page in TEXTS if page.exists()], ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (page.parent / name).resolve() if name else page
        assert file.exists(), target
        if page.is_relative_to(DOCS):
            assert file.is_relative_to(DOCS), f"{target} is not part of the site"
        if anchor:
            assert anchor in anchors(file), target


def test_every_page_that_the_code_names_is_there() -> None:
    found = set()
    for file in [*(ROOT / "src").rglob("*.py"), ROOT / "run.py"]:
        found |= set(re.findall(r"docs/([\w/]+\.(?:md|svg|json))(?:#([\w-]+))?", file.read_text(encoding="utf-8")))
    assert ("model.md", "random-numbers") in found
    for name, anchor in found:
        assert (DOCS / name).exists(), name
        assert not anchor or anchor in anchors(DOCS / name), f"{name}#{anchor}"


def test_every_submodel_has_an_anchor() -> None:
    section = BY_HAND.partition("\n## Submodels\n")[2].partition("\n## ")[0]
    assert len(re.findall(r"^### ", section, re.MULTILINE)) >= 20
    assert {"random-numbers", "pressure", "choice", "letter", "talks", "scripted-events"} <= anchors(DOCS / "model.md")


def test_every_page_is_in_the_sidebar_once() -> None:
    listed = [contents.FRONT, *(page for pages in contents.sections(DOCS).values() for page in pages)]
    listed += [below for page in contents.BELOW for below in contents.below(DOCS, page)]
    written = [page for page in DOCS.rglob("*.*") if page.suffix in (".md", ".ipynb") and "/." not in page.as_posix()]
    assert sorted(listed) == sorted(page.relative_to(DOCS).as_posix() for page in written)


def test_pages_are_in_the_folder_of_the_docs() -> None:
    assert all(path.is_relative_to(DOCS) for path in pages())


# --- what a rule may do -------------------------------------------------------------------------------------


def test_the_error_that_contributing_shows_is_the_one_of_the_rule_it_shows() -> None:
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("\n## What a rule may do\n")[2]
    rule, said = (re.findall(rf"```{kind}\n(.*?)```", section, re.DOTALL)[0] for kind in ("python", "text"))
    file, line = re.findall(r"^(\S+), line (\d+): ", said)[0]
    names: dict[str, Any] = {"Number": float, "where": where}
    exec(compile(rule, file, "exec"), names)
    shown, rung = (Graph().given("state of the world", "f", place) for place in range(2))
    with pytest.raises(CannotBeTraced) as raised:
        names["audience"](shown, rung, 1.0)
    assert str(raised.value) == " ".join(said.split())
    wrong = rule.splitlines()[int(line) - 1]
    right = re.findall(r"`(where\(shown.*?\))` is meant", section)[0]
    exec(rule.replace(wrong, f"    return {right}"), names)
    assert isinstance(names["audience"](shown, rung, 1.0), Symbol)
    assert (names["audience"](2.0, 1.0, 0.5), names["audience"](1.0, 2.0, 0.5)) == (0.5, 0.0)


def test_what_contributing_names_for_a_new_field_is_there() -> None:
    section = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").partition("\n## What a rule may do\n")[2]
    for name in ("SETS_THE_KIND", "VALUES", "LEVELS", "ORDINARY", "GIFTS"):
        assert f"`{name}`" in section
        assert hasattr(trace, name)


def test_what_architecture_says_of_when_a_program_is_taken() -> None:
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    assert f"from {REPAYS:,} days of a world" in page
    assert f"fewer than {COMMON} of" in page
    assert MOVED_BY in page
