"""The docs say what the code says: generated parts are up to date, nothing is left out, every link leads somewhere."""

from __future__ import annotations

import ast
import inspect
import json
import re
import shutil
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
import yaml
from markdown.extensions.toc import slugify
from pydantic import BaseModel

from sim import cli
from sim.docs import DOCS, data, day, filled, pages, parameters, stale
from sim.docs.model import draw_names
from sim.engine.mesa import WithdrawalModel
from sim.jobs.run import run
from sim.language.promise import RULES
from sim.model.ladders import LADDERS
from sim.scenario.load import load, replace
from sim.scenario.schema import Scenario

ROOT = DOCS.parent
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


def names_drawn(source: str) -> set[str]:
    """The names of all draws that a file asks for, with {} for what is put in.

    A nested ``luck(what)`` that puts its argument into a name stands for the names it is called with.
    """
    tree = ast.parse(source)
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == "luck"]
    inner = {id(node) for function in functions for node in ast.walk(function)}
    argument = {function.args.args[0].arg for function in functions}
    lucks = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "luck"
        if isinstance(node.args[0], ast.Constant)
    }
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called not in ("draw", "uniform") or (called == "draw" and isinstance(node.func, ast.Name)):
            continue
        text = next((a for a in node.args if isinstance(a, ast.JoinedStr | ast.Constant) and not number(a)), None)
        assert text is not None or called == "uniform", ast.unparse(node)
        if isinstance(text, ast.Constant):
            found.add(str(text.value))
        elif isinstance(text, ast.JoinedStr):
            shape = "".join("{}" if isinstance(p, ast.FormattedValue) else str(p.value) for p in text.values)  # type: ignore[attr-defined]
            last = text.values[-1]
            is_luck = id(node) in inner and isinstance(last, ast.FormattedValue) and ast.unparse(last.value) in argument
            found |= {f"{shape.removesuffix('{}')}{name}" for name in lucks} if is_luck else {shape}
    return found


def number(node: ast.expr) -> bool:
    """Whether a node is a plain number."""
    return isinstance(node, ast.Constant) and not isinstance(node.value, str)


def test_every_draw_is_listed_and_every_listed_draw_is_asked_for() -> None:
    listed = {name for declared in draw_names().values() for name in declared}
    for name in listed:
        assert f"| `{name}` |" in MODEL
    shapes = {re.sub(r"{\w+}", "{}", name) for name in listed}
    folder = Path(inspect.getfile(WithdrawalModel)).parent
    used = set()
    for file in sorted(folder.glob("*.py")):
        if file.name != "draws.py":
            used |= names_drawn(file.read_text(encoding="utf-8"))
    used -= {"{}"}
    measures = {name for name in used if name.startswith("aftermath/")}  # of those, one name stands for all
    assert measures
    used = (used - measures) | {"aftermath/{}"}
    used = (used - {"strikes/{}"}) | ({"strikes/fear", "strikes/anger"} if "strikes/{}" in used else set())
    assert used == shapes


def test_the_picture_has_the_order_of_the_day() -> None:
    tree = ast.parse(textwrap.dedent(inspect.getsource(WithdrawalModel._live)))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    in_order = [ast.unparse(call.func) for call in sorted(calls, key=lambda call: call.lineno)]
    assert [name.removeprefix("self.") for name in in_order] == [called for _, called, _ in day.STEPS]


def test_the_text_has_as_many_steps_as_the_picture() -> None:
    section = BY_HAND.partition("## Process overview")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\d+\. ", section, re.MULTILINE)) == len(day.STEPS)


# --- a results folder ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run, with a pair of scenarios that are compared."""
    path = tmp_path_factory.mktemp("results")
    scenarios = [replace(load(name), {"days": 21}) for name in ("status_quo", "gaza_ceasefire")]
    run(scenarios, worlds=4, out=path, events="all", figures=False)
    return path


def test_every_file_of_a_results_folder_is_described(folder: Path) -> None:
    patterns = [pattern for names, _ in data.FILES for pattern in names.split(", ")]
    for file in folder.rglob("*"):
        name = file.relative_to(folder)
        assert file.is_dir() or any(name.match(pattern) for pattern in patterns), name
    for pattern in patterns:
        assert pattern.startswith("figures/") or list(folder.glob(pattern)), pattern


def test_every_column_of_a_results_folder_is_described(folder: Path) -> None:
    import pandas as pd

    page = data.page()
    worlds = pd.read_parquet(folder / "worlds.parquet")
    described = re.findall(r"^\| `(\w+)` ", page.partition("\n## worlds\n")[2].partition("\n## ")[0], re.MULTILINE)
    assert list(worlds.columns) == described
    assert list(pd.read_parquet(folder / "weekly.parquet").columns) == list(data.WEEKLY_MEANING)
    assert list(pd.read_parquet(folder / "events.parquet").columns) == list(data.EVENTS_MEANING)
    quantities = {q for q in pd.read_parquet(folder / "weekly.parquet")["quantity"] if not q.startswith("rung/")}
    for quantity in quantities:
        assert f"| `{quantity}` |" in page
    for name, columns in data.TABLE_COLUMNS.items():
        table = pd.read_csv(folder / "tables" / f"{name}.csv")
        assert tuple(table.columns) == columns, name
        assert set(columns) <= set(data.TABLE_MEANING)


def test_every_key_of_the_manifest_is_described(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert set(manifest) == set(data.MANIFEST)
    assert set(manifest["made"]) <= set(data.MADE_KEYS)
    for key in manifest["scenarios"][0]:
        assert f"`{key}`" in data.MANIFEST["scenarios"]


# --- links --------------------------------------------------------------------------------------------------


def anchors(page: Path) -> set[str]:
    """The anchors of a page: one for each heading, as mkdocs makes them."""
    found: list[str] = []
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        slug = slugify(re.sub(r"[`*]", "", heading), "-")
        count = sum(re.fullmatch(rf"{re.escape(slug)}(_\d+)?", other) is not None for other in found)
        found.append(f"{slug}_{count}" if count else slug)
    return set(found)


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


def test_every_page_is_in_the_navigation() -> None:
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))

    def named(entries: list[Any]) -> Iterator[str]:
        for entry in entries:
            inner = next(iter(entry.values())) if isinstance(entry, dict) else entry
            yield from named(inner) if isinstance(inner, list) else [inner]

    listed = set(named(site["nav"]))
    assert listed == {page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")}


def test_pages_are_in_the_folder_of_the_docs() -> None:
    assert all(path.is_relative_to(DOCS) for path in pages())
