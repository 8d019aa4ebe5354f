"""What people are told while a run goes on."""

from __future__ import annotations

import io

import pytest

from sim.runs.progress import Progress, spoken


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_in_a_log_there_is_a_line_now_and_then() -> None:
    log = io.StringIO()
    with Progress(log, every=30) as progress:
        for done in range(0, 1001, 100):
            progress(done, 1000, done / 10)
    assert log.getvalue().splitlines() == [
        "300 of 1,000 worlds after 30 s, about 70 s left",
        "600 of 1,000 worlds after 60 s, about 40 s left",
        "900 of 1,000 worlds after 90 s, about 10 s left".replace("90 s", "2 min"),
        "1,000 of 1,000 worlds after 2 min",
    ]


def test_what_was_there_before_is_not_counted_as_speed() -> None:
    log = io.StringIO()
    progress = Progress(log, every=1)
    progress(800, 1000, 0.5)
    progress(900, 1000, 10.5)
    assert log.getvalue() == "900 of 1,000 worlds after 10 s, about 10 s left\n"


def test_a_short_run_says_nothing_in_a_log() -> None:
    log = io.StringIO()
    progress = Progress(log, every=30)
    progress(0, 10, 0.0)
    progress(10, 10, 3.0)
    assert log.getvalue() == ""


def test_on_a_terminal_there_is_a_bar() -> None:
    terminal = Terminal()
    with Progress(terminal) as progress:
        progress(0, 100, 0.0)
        progress(100, 100, 1.0)
    assert "100/100" in terminal.getvalue()


def test_what_is_made_of_the_worlds_is_told_once_in_a_log() -> None:
    log = io.StringIO()
    with Progress(log) as progress:
        progress(0, 10, 0.0)
        progress(10, 10, 3.0)
        progress.step("making tables", 0, 1)
        progress.step("making tables", 1, 1)
        for done in range(7):
            progress.step("drawing 6 figures", done, 6)
    assert log.getvalue() == "making tables\ndrawing 6 figures\n"


def test_on_a_terminal_one_line_moves_on_and_is_gone_at_the_end() -> None:
    terminal = Terminal()
    with Progress(terminal) as progress:
        progress(0, 10, 0.0)
        progress(10, 10, 3.0)
        for done in range(7):
            progress.step("drawing 6 figures", done, 6)
    said = terminal.getvalue()
    assert "\n" not in said
    last = max(said.rfind("drawing 6 figures: 6 of 6"), 0)
    assert 0 < said.index("10/10") < said.index("drawing 6 figures: 0 of 6") < said.index("5 of 6") < last
    assert not said[last:].removeprefix("drawing 6 figures: 6 of 6").strip()


@pytest.mark.parametrize(("seconds", "words"), [(4.2, "4 s"), (89, "89 s"), (150, "2 min"), (7500, "2 h 05 min")])
def test_lengths_of_time(seconds: float, words: str) -> None:
    assert spoken(seconds) == words
