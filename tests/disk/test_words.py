"""Text that anybody may have written is shown in one line that breaks, steers and turns nothing."""

from __future__ import annotations

import logging
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.disk.words import InOneLine, OneLine, cell, one_line, typed
from sim.runs.errors import InputError, RunFailed, Stopped

WORDS = st.text(max_size=40) | st.text(alphabet="=+-@;' \t\r\n\x1b\x9b\u202e\u2028aé", max_size=12)
FIRST = "=+-@\uff1d\uff0b\uff0d\uff20"


@given(WORDS)
def test_anything_is_one_line_that_can_be_shown_and_plain_text_is_itself(text: str) -> None:
    said = one_line(text)
    assert said.isprintable()
    assert len(said.splitlines()) <= 1
    assert one_line(said) == said
    if text.isprintable():
        assert said == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a\x1b[31mb", r"a\x1b[31mb"),
        ("a\nb\rc\td", r"a\nb\rc\td"),
        ("a\u202eb", r"a\u202eb"),
        ("a\x9bb", r"a\x9bb"),
        ("caf\udce9", r"caf\udce9"),
        ("العراق", "العراق"),
    ],
)
def test_what_cannot_be_shown_stands_as_an_escape(text: str, said: str) -> None:
    assert one_line(text) == said


@given(WORDS)
def test_no_cell_is_a_formula(text: str) -> None:
    said = cell(text)
    assert said.isprintable()
    for part in said.split(";"):  # as a spreadsheet reads it where a semicolon ends a cell
        assert part.strip()[:1] not in tuple(FIRST)
    if text.isprintable() and not set(text) & set(FIRST):
        assert said == text


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("=1+1", "'=1+1"),
        ("-3", "'-3"),
        ("  @x", "'  @x"),
        ("\uff1d1", "'\uff1d1"),
        ("a;=1", "a;'=1"),
        ("a-b = c", "a-b = c"),
        ("\t=1", r"\t=1"),
        ("1–2", "1–2"),
    ],
)
def test_an_apostrophe_stands_before_what_would_be_a_formula(text: str, said: str) -> None:
    assert cell(text) == said


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is asked what it reads")
@pytest.mark.parametrize(
    "word", ["plain", "a b", "it's", "a\nb", "\x1b[31m", "\\n '\n", "x\u202ey\n", "caf\udce9", "$HOME\n`id`", ""]
)
def test_a_command_can_be_typed_again(word: str) -> None:
    command = typed(["printf", "%s", word])
    assert command.isprintable()
    found = subprocess.run(["bash", "-c", command], capture_output=True, check=True, env={"LC_ALL": "C.UTF-8"})
    assert found.stdout == word.encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("error", [OneLine("a\nb"), InputError("a\nb"), RunFailed("a\nb"), Stopped(None, 1, 2, "a\nb")])
def test_errors_are_told_in_one_line(error: Exception) -> None:
    assert str(error).startswith(r"a\nb")


def test_whatever_a_run_logs_is_one_line_a_record(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("sim.runs")
    with caplog.at_level(logging.DEBUG, "sim.runs"):
        logger.error("%s failed: %s", "a\x1b[31m", "b\nc")
        logger.debug("one\ntwo\x1b")
    first, second = (record.getMessage() for record in caplog.records)
    assert first == r"a\x1b[31m failed: b\nc"
    assert second == "one\ntwo\\x1b"
    assert any(isinstance(each, InOneLine) for each in logger.filters)
