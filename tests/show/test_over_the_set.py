"""Shares with their range over the accepted set: every place that shows a first number says which range is which."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from show.made_up import made_up
from sim.cli.run import report
from sim.results.result import Result
from sim.show import phrases, printed, summary, tables
from sim.show.figures import FIGURES
from sim.show.figures.endings import COLUMNS, SIDE_BY_SIDE

SEVEN = [f"case {number}" for number in range(7)]


def with_vectors(result: Result, vectors: int = 25) -> Result:
    """The same, as if each world had drawn a vector; forced exits are a matter of the vector, other ends of luck."""
    worlds = result.worlds
    drawn = worlds["world"].to_numpy() * 7 % vectors
    forced = drawn < vectors // 5
    outcome = np.where(forced, "forced_exit", np.where(worlds["world"] % 3 == 0, "negotiated_exit", "us_stays"))
    result.worlds = worlds.assign(vector=pd.array(drawn, "Int64"), outcome=outcome)  # type: ignore[misc]
    scenarios = [one.model_copy(update={"uncertainty": "accepted"}) for one in result.scenarios]
    result.scenarios = scenarios  # type: ignore[misc]
    return result


@pytest.fixture(scope="module")
def drawn() -> Result:
    return with_vectors(made_up(["status_quo", "forced_exit"], worlds=300))


@pytest.fixture(scope="module")
def plain() -> Result:
    return made_up(["status_quo", "forced_exit"], worlds=300)


def test_the_range_is_of_the_share_and_the_interval_of_chance(drawn: Result) -> None:
    rows = {row.outcome: row for row in drawn.shares().itertuples() if row.scenario == "status_quo"}
    forced, negotiated = rows["forced_exit"], rows["negotiated_exit"]
    assert (forced.set_low, forced.set_high) == pytest.approx((0.0, 1.0), abs=1e-6), "by the vector alone"
    assert negotiated.set_high - negotiated.set_low < 0.9
    assert forced.high - forced.low < 0.12


def test_what_draws_nothing_has_no_range(plain: Result) -> None:
    shares = plain.shares()
    assert shares[["set_low", "set_high"]].isna().all(axis=None)
    assert not tables.has_ranges(shares)
    assert printed.OVER_THE_SET not in printed.outcomes(plain).heads
    assert "over the set" not in report(plain) and "accepted set" not in " ".join(summary.answer(plain))


def test_a_share_that_moves_by_no_more_than_chance_has_no_range_of_one_number() -> None:
    made = with_vectors(made_up(["status_quo"], worlds=300))
    made.worlds = made.worlds.assign(outcome=np.where(made.worlds["world"] % 2, "forced_exit", "us_stays"))  # type: ignore[misc]
    (row,) = [row for row in tables.each(made.shares()) if row.outcome == "forced_exit"]
    assert row.set_low == row.set_high
    assert phrases.over_the_set(row) == printed.doubt(made).rows[0][2] == "none seen"


def test_any_decided_end_has_its_own(drawn: Result) -> None:
    ends = tables.any_end(drawn)
    assert ends["set_low"].notna().all() and (ends["set_low"] < ends["share"]).all()


def test_every_first_number_says_which_is_which(drawn: Result) -> None:
    beside = printed.doubt(drawn)
    assert beside.heads[2:4] == ("over the accepted parameters", "by chance") and len(beside.rows) == 2
    ranges = {row.scenario: row for row in tables.each(tables.outcome_shares(drawn)) if row.outcome == "forced_exit"}
    for cells, row in zip(beside.rows, ranges.values(), strict=True):
        assert cells[2:4] == (
            phrases.rough_interval(row.set_low, row.set_high),
            phrases.rough_interval(row.low, row.high),
        )
    said = " ".join(summary.doubt(drawn))
    assert said.startswith("Over the accepted parameters: ") and "What is not known about rules is in neither." in said
    table = printed.outcomes(drawn)
    assert printed.OVER_THE_SET in table.heads and any("95 % interval" in head for head in table.heads)
    lines = report(drawn).splitlines()
    assert sum(line.startswith("  over the set") for line in lines) == 2
    assert sum(line.startswith("  by chance") for line in lines) == 2
    said = FIGURES["outcomes"].describe(drawn)
    assert "over the accepted set, 95 % interval" in said
    assert "Kleinman 1973" in summary.methods(drawn)


def texts(figure: Any) -> list[Any]:
    """All that is written in the axes of a figure."""
    return [text for axis in figure.axes for text in axis.texts]


@pytest.mark.parametrize("names", [["status_quo"], SEVEN], ids=["one", "seven"])
def test_nothing_of_the_figure_collides(names: list[str]) -> None:
    """Neither the columns of figures with one another, nor anything with the edge of the page."""
    figure = FIGURES["outcomes"](with_vectors(made_up(names, worlds=300)))
    figure.canvas.draw()
    page = figure.bbox
    boxes = [text.get_window_extent() for text in texts(figure) if text.get_text()]
    numbers = len(COLUMNS) if len(names) <= SIDE_BY_SIDE else 1  # where there are many, the share alone
    assert len(boxes) >= len(names) * 3 * numbers
    for place, box in enumerate(boxes):
        assert page.x0 <= box.x0 and box.x1 <= page.x1 and page.y0 <= box.y0 and box.y1 <= page.y1
        for other in boxes[:place]:
            assert not box.overlaps(other)


def test_the_figure_explains_both_marks(drawn: Result) -> None:
    figure = FIGURES["outcomes"](drawn)
    said = " ".join(" ".join(text.get_text() for text in figure.texts).split())
    assert "Box: how far the share itself moves with the parameters" in said and "Whisker: how far it moves by" in said
    heads = [text.get_text() for text in texts(figure)]
    assert "over the\nset, 10–90 %" in heads and "by chance,\n95 %" in heads
