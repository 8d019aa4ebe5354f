"""The site: its sections, what Sphinx reads in place of what is written, pages made from the code, what is built."""

from __future__ import annotations

import ast
import json
import re
import shutil
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sim.cli.commands import COMMANDS, parse
from sim.cli.options import Parser, Refused
from sim.docs import DOCS, api, commands, contents, gallery, programs, site, values
from sim.language.door import Door
from sim.show.figures import FIGURES
from sim.show.sweeps.pictures import DRAWN

HOW_TO = sorted((DOCS / "how-to").glob("*.md"))
WORDS = gallery.Told("What is <shown> & how", "It [comes](to) `this` *much*.", 'All of "it" <b>in</b> words.')


def told() -> dict[str, gallery.Told]:
    """Words for every picture of the gallery."""
    return {**dict.fromkeys(FIGURES, WORDS), **{f"sweep_{name}": WORDS for name in gallery.SWEEPS}}


def read(page: str) -> str:
    """What Sphinx reads of a page."""
    return site.as_sphinx_reads(page, (DOCS / f"{page}.md").read_text(encoding="utf-8"), DOCS, told())


def notebook(*cells: tuple[str, str]) -> str:
    """A notebook of cells of a kind and a text."""
    made = [{"cell_type": kind, "id": str(n), "metadata": {}, "source": [text]} for n, (kind, text) in enumerate(cells)]
    return json.dumps({"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


# --- sections ----------------------------------------------------------------------------------------------


def test_a_pattern_stands_for_what_is_there_by_its_numbers(tmp_path: Path) -> None:
    assert contents.sections(tmp_path)["How to"] and "Tutorials" not in contents.sections(tmp_path)
    for name in ("10-late", "2-early", "answers/1-first", ".ipynb_checkpoints/2-early-checkpoint", "_draft"):
        path = tmp_path / "notebooks" / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(notebook(("code", "# no title")), encoding="utf-8")
    (tmp_path / "notebooks" / "index.md").write_text("# Which one\n", encoding="utf-8")
    assert contents.sections(tmp_path)["Tutorials"] == ["notebooks/index.md"]
    found = ["2-early.ipynb", "10-late.ipynb", "answers/1-first.ipynb"]
    assert contents.below(tmp_path, "notebooks/index.md") == [f"notebooks/{name}" for name in found]
    words = "# Which one\n\n[Last](10-late.ipynb), then [this](answers/1-first.ipynb#here), [again](10-late.ipynb)\n"
    (tmp_path / "notebooks" / "index.md").write_text(words, encoding="utf-8")
    found = ["10-late.ipynb", "answers/1-first.ipynb", "2-early.ipynb"]
    assert contents.below(tmp_path, "notebooks/index.md") == [f"notebooks/{name}" for name in found]
    text = site.as_sphinx_reads("notebooks/index", "# Which one\n", tmp_path, {})
    assert text.startswith("# Which one\n\n```{toctree}\n:hidden:\n\n10-late.ipynb\n")
    texts = {tmp_path / page: "# Title" for pages in contents.sections(tmp_path).values() for page in pages}
    assert "- [Title](notebooks/index.md): The same" in contents.listed(tmp_path, texts)


def test_the_title_of_a_page_is_its_first_heading(tmp_path: Path) -> None:
    assert contents.title(tmp_path / "x.md", "<!-- c -->\n# One\n\n# Two\n") == "One"
    assert contents.title(tmp_path / "x.md", "nothing\n") == "x"
    made = notebook(("code", "# a comment"), ("markdown", "# Told\n\ntext"))
    assert contents.title(tmp_path / "x.ipynb", made) == "Told"


def test_the_first_page_lists_every_page_with_what_it_answers() -> None:
    page = (DOCS / contents.FRONT).read_text(encoding="utf-8").partition("<!-- generated: contents -->")[2]
    for pages in contents.sections(DOCS).values():
        for name in pages:
            assert f"]({name})" in page
    for name, pages in contents.SECTIONS.items():
        there = [says for pattern, says in pages.items() if "*" not in pattern]
        assert all(says in page for says in there), name


def test_the_first_page_quotes_results_and_writes_none_by_hand() -> None:
    page = (DOCS / contents.FRONT).read_text(encoding="utf-8")
    quoted = re.findall(r"<!-- value: (.+?) -->", page)
    assert {"rounded status_quo forced_exit", "worlds"} <= set(quoted) <= set(values.values())
    assert not re.search(r"\d[\d.,]* %", re.sub(r"<!-- value: .*?<!-- end -->", "", page, flags=re.DOTALL))
    assert page.index("figures/outcomes.png") < page.index("## Where to begin") < page.index("## Not a forecast")
    assert all(f"**{door}.**" in page for door in ("Student", "Lecturer", "Researcher"))


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=lambda page: page.stem)
def test_no_line_begins_with_a_mark_that_would_end_its_paragraph(page: Path) -> None:
    assert not re.search(r"^ {0,3}<!-- value:", page.read_text(encoding="utf-8"), re.MULTILINE)


# --- what Sphinx reads -------------------------------------------------------------------------------------


def test_the_pages_are_plain_markdown() -> None:
    for page in DOCS.rglob("*.md"):
        text = page.read_text(encoding="utf-8")
        assert not re.search(r"^(```|:::)\{|\{(ref|doc|func|class|download|numref)\}`", text, re.MULTILINE), page


def test_the_first_page_gets_a_tree_for_each_section() -> None:
    text = read("index")
    trees = re.findall(r"```\{toctree\}\n:hidden:\n:caption: ([^\n]+)\n\n(.*?)\n```", text, re.DOTALL)
    assert {name: pages.splitlines() for name, pages in trees} == contents.sections(DOCS)
    assert "<!-- value:" not in text


@given(st.text(alphabet="ab \n%.0", max_size=20), st.text(alphabet="ab <>!-\n", max_size=20))
def test_only_marks_of_values_are_taken_out(value: str, around: str) -> None:
    marked = f"x{around}<!-- value: share a b -->{value}<!-- end -->{around}y"
    assert values.without_marks(marked) == f"x{around}{value}{around}y"
    assert values.without_marks(around) == around


def test_a_page_that_has_nothing_of_its_own_is_read_as_it_is() -> None:
    for page in ("background", "how-to/cite", "model"):
        assert read(page) == (DOCS / f"{page}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        ([("markdown", "# Title\n\nText"), ("code", "1")], "# Title\n\nThis page"),
        ([("markdown", "Text without a title")], "This page"),
        ([("code", "1")], "This page"),
        ([], "This page"),
    ],
)
def test_a_notebook_can_be_had(cells: list[tuple[str, str]], first: str, tmp_path: Path) -> None:
    path = tmp_path / "notebooks" / "why <so>.ipynb"
    path.parent.mkdir()
    path.write_text(notebook(*cells), encoding="utf-8")
    made = json.loads(site.as_sphinx_reads("notebooks/why <so>", path.read_text(encoding="utf-8"), tmp_path, {}))
    text = "".join(made["cells"][0]["source"])
    assert text.startswith(first)
    assert "{download}`" in text
    kept = ["".join(cell["source"]) for cell in made["cells"]]
    assert all(any(said.partition("\n")[2] in one for one in kept) for _, said in cells)


def test_pictures_lead_to_themselves_once() -> None:
    body = '<p><img alt="a" src="_images/a.png" /></p><a href="b"><img src="b.svg" alt="b"></a>'
    once = site.linked_pictures(body)
    assert once.startswith('<p><a class="picture" href="_images/a.png"><img alt="a" src="_images/a.png" /></a></p>')
    assert once.count("<a ") == 2
    assert site.linked_pictures(once) == once


# --- pages made from the code ------------------------------------------------------------------------------


def test_every_command_and_option_is_on_the_page() -> None:
    page = commands.page()
    parsers = commands.of_commands(commands.all_commands())
    assert set(parsers) == set(COMMANDS)
    for name, parser in parsers.items():
        section = re.split(r"^##+ ", page.partition(f"\n### {name}\n")[2], maxsplit=1, flags=re.MULTILINE)[0]
        assert f"python3 run.py {COMMANDS[name].form}\n" in section
        for word in (word for action in parser._actions for word in action.option_strings):
            assert (f"`{word}`" in section) is (word not in ("-h", "--help")), f"{name} {word}"
    assert "%(default)" not in page


def test_the_help_of_an_option_is_plain_words_in_markdown() -> None:
    parser = Parser(prog="python3 run.py x", add_help=False)
    parser.add_argument("--form", choices=("a", "b", "c"), default="a", help="<script>*all*</script> [x] (%(default)s)")
    parser.add_argument("--count", "-c", metavar="N", help="with --form and `--form b`, a|b")
    parser.add_argument("--hidden", help="==SUPPRESS==")
    parser.add_argument("--on", action="store_true", help="on")
    (table,) = commands.options(parser)
    rows = table.splitlines()[2:]
    assert rows == [
        "| `--form` `a`, `b` or `c` | \\<script>\\*all\\*\\</script> \\[x] (a) |",
        "| `--count` `N`, `-c` `N` | with `--form` and `--form b`, a\\|b |",
        "| `--on` | on |",
    ]


def test_every_public_name_is_on_the_page_of_names() -> None:
    page = api.page()
    named = re.findall(r"^<!-- api: (\w+) -->$", page, re.MULTILINE)
    assert sorted(named) == sorted(name for name in sim.__all__ if not name.startswith("_"))
    assert not re.search(r"0x[0-9a-f]{6}|:\w+:`", page), "an address, or a role of reStructuredText"
    for name in named:
        assert f"### {name}\n" in page


def test_the_site_has_whole_docstrings_in_place_of_first_sentences() -> None:
    text = read("api")
    for name in (name for name in sim.__all__ if not name.startswith("_")):
        kind = "autoclass" if isinstance(getattr(sim, name), type) else "autofunction"
        assert f".. {kind}:: sim.{name}\n" in text
    assert "<!-- api:" not in text
    assert text.count("```") % 2 == 0


def test_a_class_is_told_by_what_it_has() -> None:
    class Thing:
        """It is. It has."""

        plain = 1

        @Door
        def opens(self, name: str) -> None:
            """Is a door."""

        @property
        def size(self) -> int:
            """How large."""
            return 1

        def silent(self) -> None: ...

        def _inner(self) -> None:
            """Hidden."""

    assert [name for name, _ in api.members(Thing)] == ["opens()", "size"]
    assert not api.shows_signature("Thing", Thing)
    assert next(iter(api.told("Thing", Thing))) == "It is. It has."


def test_a_call_is_written_as_it_is_typed() -> None:
    def short(a: int, *, b: str = "x", c: Callable[[], None] = gallery.designs) -> None: ...  # type: ignore[assignment]

    def long(
        first_of_many_arguments: int = 1, *, second_of_many_arguments: Any = None, third_of_them: str = "abcdefghijk"
    ) -> None: ...

    assert api.signature("f", short) == 'f(a, *, b="x", c=designs)'
    arguments = ["first_of_many_arguments=1,", "*,", "second_of_many_arguments=None,", 'third_of_them="abcdefghijk",']
    assert api.signature("f", long).splitlines() == ["f(", *(f"    {one}" for one in arguments), ")"]


# --- the gallery -------------------------------------------------------------------------------------------


def test_every_figure_is_in_the_gallery_under_its_question() -> None:
    page = gallery.page()
    for plot in FIGURES.values():
        section = page.partition(f"\n## {gallery.QUESTIONS[plot.question]}\n")[2].partition("\n## ")[0]
        assert f'`result.plot("{plot.name}")`: {plot.caption}.\n\n<!-- picture: {plot.name} -->' in section
    one_for_each = {function: name for name, function in reversed(DRAWN.items())}
    assert set(gallery.SWEEPS) == set(one_for_each.values())


def test_the_words_of_a_picture_are_words() -> None:
    text = read("gallery")
    assert "<!-- picture:" not in text
    picture = text.partition("![")[2].partition("</details>")[0]
    alternative, _, rest = picture.partition("](made/")
    assert alternative == "What is \\<shown\\> & how"
    assert rest.startswith("outcomes.svg)\n\nIt \\[comes\\](to) \\`this\\` \\*much\\*.\n\n")
    description = re.findall(r"<p>(.*?)</p>", rest)[0]
    assert "<b>" not in description and unescape(description) == WORDS.description


def test_a_figure_that_has_nothing_to_show_says_why() -> None:
    empty = told() | {"history_lapsed": gallery.Told("caption", "No world of this run ended so.", "")}
    text = gallery.with_pictures(gallery.page(), empty)
    section = text.partition("\n### history_lapsed\n")[2].partition("\n### ")[0]
    assert section.strip().endswith("No world of this run ended so.")
    assert "![" not in section
    with pytest.raises(KeyError):
        gallery.with_pictures("<!-- picture: nothing -->", told())


def test_pictures_are_made_again_when_the_sources_are_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []

    def of_a_run(folder: Path, worlds: int) -> dict[str, gallery.Told]:
        made.append(worlds)
        if worlds == 13:
            raise KeyboardInterrupt
        return {"outcomes": WORDS}

    monkeypatch.setattr(gallery, "of_a_run", of_a_run)
    monkeypatch.setattr(gallery, "of_sweeps", lambda folder: {"sweep_heat": WORDS})
    first = gallery.make(tmp_path / "made")
    assert first == gallery.make(tmp_path / "made") == {"outcomes": WORDS, "sweep_heat": WORDS}
    assert made == [gallery.WORLDS]
    monkeypatch.setattr(gallery, "sources", lambda: "others")
    gallery.make(tmp_path / "made")
    gallery.make(tmp_path / "made", worlds=7)
    with pytest.raises(KeyboardInterrupt):
        gallery.make(tmp_path / "made", worlds=13)
    gallery.make(tmp_path / "made", worlds=7)  # what was broken off is not believed
    assert made == [gallery.WORLDS, gallery.WORLDS, 7, 13, 7]


# --- what was built ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://x.example/a.js"></script>',
        "<script src=//x.example/a.js></script>",
        '<SCRIPT SRC="HTTP://X.EXAMPLE/a.js"></SCRIPT>',
        '<link rel="stylesheet" href="https://x.example/a.css">',
        '<link rel="preconnect" href="https://x.example">',
        '<link rel="shortcut icon" href="https://x.example/i.png"/>',
        '<img alt="a" src=" https://x.example/a.png">',
        '<img alt="a" src="a.png" srcset="a.png 1x, https://x.example/b.png 2x">',
        '<iframe src="https://x.example"></iframe>',
        '<video poster="https://x.example/a.png"></video>',
        '<object data="https://x.example/a.svg"></object>',
        '<svg><image xlink:href="https://x.example/a.png"/></svg>',
        '<svg><use href="//x.example/a.svg#i"></use></svg>',
        "<p style=\"background: url( 'https://x.example/a.png' )\">a</p>",
        "<style>@import 'https://x.example/a.css';</style>",
        "<style>@font-face { src: url(//x.example/a.woff2) }</style>",
        '<img src="a.png">',
        '<img src="a.png" alt=" ">',
    ],
)
def test_a_request_to_elsewhere_and_a_picture_without_words_are_found(html: str) -> None:
    assert len(site.Page(f"<html><body>{html}</body></html>").faults) == 1


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://x.example">elsewhere, for who wants to go there</a>',
        '<link rel="canonical" href="https://x.example/a.html"><link rel="next" href="b.html">',
        '<script src="_static/a.js"></script><script>var a = "https://x.example"; // no request</script>',
        '<img alt="a" src="data:image/png;base64,AAAA"><img alt="b" src="../_images/b.png">',
        "<style>p { background: url(a.png) }</style><p>url(https://x.example) is text</p>",
        "<pre>&lt;script src=&quot;https://x.example&quot;&gt;</pre>",
    ],
)
def test_what_requests_nothing_is_no_fault(html: str) -> None:
    assert not site.Page(f"<html><body>{html}</body></html>").faults


def test_faults_are_told_by_file(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "page.html").write_text("<script src='//x.example/a.js'></script>" * 2, encoding="utf-8")
    (tmp_path / "s.css").write_text("@import url(https://x.example/b.css);", encoding="utf-8")
    (tmp_path / "searchindex.js").write_text("https://x.example", encoding="utf-8")
    assert list(site.faults(tmp_path)) == [
        "a/page.html: <script> requests //x.example/a.js", "s.css: the style requests https://x.example/b.css"
    ]  # fmt: skip


def test_what_is_missing_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "furo" else object())
    with pytest.raises(SystemExit) as ended:
        site.main([])
    assert ended.value.code == 2
    assert "furo is missing: `python3 run.py setup --dev`" in capsys.readouterr().err


def test_a_site_with_a_fault_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "a folder"

    def build(folder: Path) -> int:
        folder.mkdir(exist_ok=True)
        (folder / "index.html").write_text(page, encoding="utf-8")
        return code

    monkeypatch.setattr(site, "build", build)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: object())
    page, code = "<p>fine</p>", 0
    assert site.main(["--out", str(out)]) == 0
    page = '<script src="https://x.example/a.js"></script>'
    assert site.main(["--out", str(out)]) == 1
    assert "index.html: <script> requests https://x.example/a.js" in capsys.readouterr().err
    page, code = "<p>fine</p>", 1
    assert site.main(["--out", str(out)]) == 1


def test_notebooks_are_run_and_a_fault_in_one_fails() -> None:
    tree = ast.parse((DOCS / "conf.py").read_text(encoding="utf-8"))
    settings = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    assert settings["nb_execution_mode"] == "force"
    assert settings["nb_execution_timeout"] == 60
    assert settings["nb_execution_raise_on_error"] is True
    assert settings["nb_execution_in_temp"] is True
    assert settings["myst_heading_anchors"] == 6


# --- how-to pages ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_the_programs_of_a_how_to_page_print_what_it_shows(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert {language for language, _ in programs.blocks(text)} <= {"python", "text"}
    assert programs.played(text, f"how-to/{page.name}") == text


@pytest.mark.parametrize("page", HOW_TO, ids=lambda page: page.stem)
def test_the_commands_of_a_how_to_page_are_commands(page: Path) -> None:
    lines = re.findall(r"^    python3 run\.py (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    for line in lines:
        words = line.replace('"', "").replace("$INDEX", "3").split()
        name, _ = parse(words)
        assert name == words[0]
    with pytest.raises(Refused):
        parse(["verify", "--no-such-option"])


def test_the_answer_page_is_read_by_sphinx_from_a_copy_too(tmp_path: Path) -> None:
    shutil.copytree(DOCS, tmp_path / "docs", ignore=shutil.ignore_patterns("made"))
    text = site.as_sphinx_reads("index", "# A\n", tmp_path / "docs", {})
    assert text == "# A\n" + contents.trees(DOCS, contents.FRONT)
