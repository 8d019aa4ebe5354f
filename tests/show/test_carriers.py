"""Which assumptions carry the answer: the table, the figure and the words of the sixth question."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from made_up import DRAWN, MadeUp, made_up
from matplotlib.text import Text
from scipy.stats import spearmanr
from test_figures import overlaps

from sim.engine.fingerprint import model_hash
from sim.engine.uncertain import drawn
from sim.language.luck import world_keys
from sim.results.result import Result
from sim.scenario.accepted import accepted
from sim.scenario.load import fingerprint, load
from sim.scenario.schema import Scenario
from sim.show import carriers, phrases, tables
from sim.show.figures import FIGURES
from sim.show.figures import carriers as figure
from sim.show.report import asked, page


def bare(**fields: Any) -> Result:
    """A made-up result whose worlds drew nothing."""
    made = made_up(["status_quo"], worlds=60, days=30, events=False, **fields)
    return Result(made.manifest, made.source)


def telling(result: MadeUp, name: str = "iraq.survival") -> MadeUp:
    """The same with a number that decides how likely a forced exit is."""
    worlds = result.worlds
    number = result.drawn("status_quo")[name].to_numpy()
    forced = np.random.default_rng(5).random(len(worlds)) < 0.1 + 0.7 * number
    result.__dict__["worlds"] = worlds.assign(outcome=np.where(forced, "forced_exit", "us_stays"))
    return result


def test_every_number_has_spearmans_correlation_with_each_outcome_that_is_no_rarity(result: Result) -> None:
    found = carriers.rank_correlations(result)
    assert tuple(found.columns) == carriers.COLUMNS
    worlds = tables.of(result, "forced_exit")
    draws = result.drawn("forced_exit")
    mine = found[(found["scenario"] == "forced_exit") & (found["outcome"] == "decided")].set_index("number")
    assert set(mine.index) == set(DRAWN)
    for name, rho in mine["rho"].items():
        assert rho == pytest.approx(spearmanr(draws[name], worlds["outcome"] != "us_stays").statistic)
    assert (mine["low"] < mine["rho"]).all()
    assert (mine["rho"] < mine["high"]).all()
    assert set(mine["worlds"]) == {200}
    assert set(mine["vectors"]) == {draws["vector"].nunique()}
    assert mine["rho"].abs().is_monotonic_decreasing
    shares = result.shares().set_index(["scenario", "outcome"])["count"]
    for scenario in result.scenarios:
        there = set(found.loc[found["scenario"] == scenario.name, "outcome"]) - {"decided"}
        usual = {exit for exit in phrases.EXITS if 10 <= shares[scenario.name, exit] <= 190}
        assert there == usual


def test_a_number_that_moves_the_outcome_is_found_and_hardly_another() -> None:
    made = telling(made_up(["status_quo"], worlds=400, days=30, events=False))
    found = carriers.rank_correlations(made)
    forced = found[found["outcome"] == "forced_exit"]
    assert forced["number"].iloc[0] == "iraq.survival"
    assert forced["low"].iloc[0] > 0.2
    assert forced["stands"].tolist() == [True] + [False] * (len(DRAWN) - 1)
    first = figure.table(made).rows[0]
    assert first[:4] == ("Conditions for the status quo", phrases.ANY_END, "iraq.survival", meaning_of("iraq.survival"))
    assert first[-1] == "yes"
    assert "iraq.survival" in figure.describe(made)


def meaning_of(name: str) -> str:
    """What the schema says of a number of the default scenario."""
    from sim.scenario.parameters import parameters

    return next(about.meaning for each, _, about in parameters(Scenario()) if each == name)


def test_a_rare_outcome_and_a_number_that_does_not_vary_are_left_out() -> None:
    never = made_up(["status_quo"], worlds=60, days=30, events=False, mixes={"status_quo": (0.9, 0.1, 0.0)})
    assert len(tables.of(never, "status_quo").query("outcome == 'negotiated_exit'")) < carriers.FEWEST
    assert not len(carriers.rank_correlations(never))
    assert "in at least 10 worlds and not in at least 10" in carriers.nothing_drawn(never)
    one = made_up(["forced_exit"], worlds=60, days=30, events=False)
    assert isinstance(one, MadeUp)
    one.vectors = 1
    assert not len(carriers.rank_correlations(one))


def test_the_page_answers_the_sixth_question(result: Result) -> None:
    sixth = asked(result)["Q6"]
    said = " ".join(sixth.lines)
    assert "does not say that it brings it about" in said
    assert f"Of {len(DRAWN)} numbers that go with nothing, about 1 would have" in said
    assert "accepted set" not in said, "the scenarios do not say that they draw from it"
    assert FIGURES["carriers"].question == "Q6"
    counted = sixth.tables[0]
    found = carriers.rank_correlations(result)
    assert len(counted.rows) == len(found.groupby(["scenario", "outcome"]))
    assert sum(int(row[-1]) for row in counted.rows) == int(found["stands"].sum())
    rows = FIGURES["carriers"].table(result).rows
    assert len(rows) == figure.MOST * len(counted.rows)
    assert all(row[3] for row in rows), "each number in words"


def test_the_commands_that_are_named_are_there() -> None:
    from sim.cli.commands import COMMANDS

    assert set(re.findall(r"run\.py (\w+)", figure.NO_CAUSE)) == {"new", "diff", "run"} <= set(COMMANDS)


def test_a_run_that_draws_nothing_says_so_and_how_to() -> None:
    nothing = bare()
    assert not len(carriers.rank_correlations(nothing))
    assert not asked(nothing)["Q6"].tables
    text = page(nothing, {})
    assert "no scenario of this run has them draw any" in text
    assert "--set uncertainty=accepted" in text
    assert tables.as_csv(carriers.rank_correlations(nothing)).strip() == ",".join(carriers.COLUMNS)
    other = bare(drawn={"status_quo": {"uncertainty": "judgement"}})
    assert "Another version of the model" in carriers.nothing_drawn(other)


def test_the_figure_can_be_read_with_one_scenario_or_seven() -> None:
    for many in (1, 2, 4, 7):
        made = made_up([f"case {number}" for number in range(many)], worlds=60, days=30, events=False)
        made.__dict__["worlds"] = made.worlds.assign(
            outcome=np.where(made.worlds["world"] % 3 == 0, "forced_exit", "us_stays")
        )
        drawn = FIGURES["carriers"](made)
        assert overlaps(drawn) == [], many
        panels = figure.shown(made)
        assert len(panels) == len(drawn.axes) == min(many, 4)
        assert {rows["number"].nunique() for rows in panels.values()} == {figure.ROWS[min(many, 4)]}
        assert drawn.get_size_inches()[1] < 10
        said = " ".join(" ".join(text.get_text() for text in drawn.findobj(Text) if isinstance(text, Text)).split())
        assert ("The first 4 of 7 conditions" in said) is (many == 7)
        assert "…" not in said


def test_the_longest_meaning_is_whole_in_the_figure() -> None:
    from sim.scenario.conditions import judgement_ranges

    for name, _ in judgement_ranges(Scenario()):
        _, _, meaning = figure.lines(name).partition("\n")
        assert " ".join(meaning.split()) == " ".join(carriers.meaning(name).split()) != "", name


def test_the_same_twice(result: Result) -> None:
    one, two = (tables.as_csv(carriers.rank_correlations(tables.main_part(each))) for each in (result, made_up()))
    assert one == two


# --- Result.drawn -------------------------------------------------------------------------------------------


@pytest.fixture
def real() -> Result:
    """Six worlds that draw vectors, ranges, from a distribution, nothing: as a run of this model has them."""
    usual = load("status_quo", changes={"uncertainty": "none"})
    named = {"uncertain": {"united_states.restraint": {"uniform": [0.3, 0.7]}}}
    scenarios = [
        usual.replace(name="vectors", uncertainty="accepted"),
        usual.replace(name="ranges", uncertainty="judgement"),
        Scenario.model_validate({**usual.model_dump(), **named, "name": "named"}),
        usual.replace(name="nothing"),
    ]
    rows = [(scenario.name, world) for scenario in scenarios for world in range(6)]
    worlds = pa.Table.from_pandas(pd.DataFrame(rows, columns=["scenario", "world"]), preserve_index=False)
    entries = [{"name": scenario.name, "fingerprint": fingerprint(scenario)} for scenario in scenarios]
    manifest = {"model": model_hash(), "seed": 3, "worlds": 6, "scenarios": entries}
    return Result(manifest, SimpleNamespace(table={"worlds": worlds}.__getitem__, scenarios=lambda: scenarios))


def test_what_worlds_drew_is_drawn_anew(real: Result) -> None:
    keys = world_keys(3, np.arange(6))
    for scenario in real.scenarios:
        found = real.drawn(scenario.name)
        assert found["world"].tolist() == list(range(6))
        for name, values in drawn(scenario, keys).items():
            assert found[name].tolist() == np.broadcast_to(values, 6).tolist()
    vectors = real.drawn("vectors")
    assert list(vectors.columns[:2]) == ["world", "vector"]
    for row in vectors.to_dict("records"):
        whole = accepted().vector(int(row["vector"]))
        assert all(row[name] == whole[name] for name in vectors.columns[2:])
    assert "vector" not in real.drawn("ranges")
    assert list(real.drawn("named").columns) == ["world", "united_states.restraint"]
    assert list(real.drawn("nothing").columns) == ["world"]
    pd.testing.assert_frame_equal(real.drawn("ranges", 2), real.drawn("ranges").head(2))
    with pytest.raises(ValueError, match="nobody"):
        real.drawn("nobody")


def test_of_another_model_or_another_accepted_set_nothing_is_known(real: Result) -> None:
    other = Result({**real.manifest, "model": "another"}, real.source)
    assert list(other.drawn("vectors").columns) == ["world"]
    entries = [{**entry, "fingerprint": "another"} for entry in real.manifest["scenarios"]]
    assert list(Result({**real.manifest, "scenarios": entries}, real.source).drawn("vectors").columns) == ["world"]
