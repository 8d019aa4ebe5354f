"""docs/but-for.md: made of its numbers alone, out of date when they are, and no sentence that they do not bear."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from sim.ask.butfor.events import Event
from sim.ask.butfor.kinds import KINDS, YARDSTICK
from sim.ask.butfor.study import CONDITIONS, EXITS, by_kind
from sim.ask.butfor.verdicts import Verdict
from sim.docs import butfor
from sim.show import butfor as picture


def numbers(by_nothing: bool = False, by_events: bool = True) -> pd.DataFrame:
    """Rows of three histories each: one hangs on a killing, the others on nothing, or all on anything."""

    def verdict(kind: str, act: int, necessary: bool) -> Verdict:
        return Verdict(Event(act, kind, 3, 3), "us_stays", "unchanged", None, necessary)

    said = [
        [verdict("killing", 4, by_events), verdict("call", 5, False), verdict(YARDSTICK, 6, by_nothing)],
        [verdict("killing", 7, False), verdict("killing", -1, True), verdict(YARDSTICK, 8, by_nothing)],
        [verdict("session", 9, False), verdict(YARDSTICK, 11, False)],
    ]
    return pd.concat([by_kind(name, outcome, said) for name in CONDITIONS for outcome in EXITS], ignore_index=True)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of docs with the page."""
    butfor.write(tmp_path, rows=numbers(), worlds=30)
    return tmp_path


def test_the_page_is_made_of_its_numbers(folder: Path) -> None:
    assert butfor.stale(folder) == ""
    page = (folder / butfor.PAGE).read_text(encoding="utf-8")
    said = " ".join(page.replace("\u00a0", " ").split())
    assert "33.3 % (6.1 to 79.2 %) of 3 histories hang on at least one single event" in said
    assert "killings of commanders in Baghdad (33.3 %)" in said
    for kind in KINDS.values():
        assert f"| {kind.words} | {kind.instead} |" in page
    before = page
    butfor.write(folder)  # numbers of today are not made again
    assert (folder / butfor.PAGE).read_text(encoding="utf-8") == before
    assert butfor.section(folder).count("](but-for.md)") == 1


@pytest.mark.parametrize("name", [butfor.PAGE, butfor.FIGURE, butfor.FILE])
def test_a_page_that_was_touched_is_out_of_date(folder: Path, name: str) -> None:
    path = folder / name
    if name == butfor.FILE:
        changed = path.read_text(encoding="utf-8").replace('"histories": 3', '"histories": 4')
        path.write_text(changed, encoding="utf-8")
    else:
        path.write_text(path.read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert butfor.stale(folder)
    path.unlink()
    assert butfor.stale(folder)


def test_without_numbers_nothing_is_said(tmp_path: Path) -> None:
    assert butfor.section(tmp_path) == ""
    assert butfor.stale(tmp_path) == "there is no docs/but-for.json"


def test_no_sentence_says_more_than_the_numbers() -> None:
    few = butfor.of_the_yardstick(numbers())
    assert "does not turn on just anything" in few and "Nor is most" in few
    anything = butfor.of_the_yardstick(numbers(by_nothing=True))
    assert "does not turn on just anything" not in anything
    none = butfor.of_the_yardstick(numbers(by_events=False))
    assert "does not turn" not in none
    assert butfor.sentences(numbers()[:0])[:-1] == []


def test_the_picture_shows_what_was_ever_necessary_and_the_yardstick() -> None:
    rows = numbers()
    assert picture.shown(rows) == ["killing", YARDSTICK]
    said = picture.describe(rows)
    assert "killings of commanders in Baghdad: 33.3 % (33.3 %)" in said
    figure = picture.draw(rows, "foot")
    assert [axis.get_title(loc="left") for axis in figure.axes] == ["Forced exits", "Negotiated exits"]
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["killings of commanders in Baghdad", "attacks that hurt nobody (a yardstick)"]
