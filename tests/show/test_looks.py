"""One colour, one meaning: outcomes have theirs, actors theirs, scenarios none; the same panels in every history."""

from __future__ import annotations

from io import BytesIO
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from made_up import GROUPS, made_up
from matplotlib.colors import to_hex
from PIL import Image
from test_figures import overlaps, said_in

from sim.model.ladders import LADDERS
from sim.model.militia.numbers import Group
from sim.results.result import Result
from sim.scenario.load import load
from sim.scenario.schema import Scenario
from sim.show import phrases, pictures, style
from sim.show.figures import FIGURES, courses, ladders, pressure
from sim.show.figures.histories import LANES, is_own, typical

NEUTRAL = {style.INK, style.MUTED, style.GRID, style.REST, style.PAPER}


def test_no_colour_has_two_meanings() -> None:
    meanings = [(kind, name, colours) for kind, by in style.registry().items() for name, colours in by.items()]
    assert {kind for kind, _, _ in meanings} == {"outcomes", "actors"}
    for (kind, name, one), (other_kind, other, two) in combinations(meanings, 2):
        assert not one & two, f"{kind} {name} and {other_kind} {other} share {one & two}"
    for kind, name, colours in meanings:
        assert not colours & (NEUTRAL - {style.REST}), f"{kind} {name} has a colour of letters and lines"


def test_every_outcome_kind_and_ladder_has_a_colour_of_the_registry() -> None:
    outcomes, actors = style.registry()["outcomes"], style.registry()["actors"]
    assert set(outcomes) == set(style.OUTCOMES) == set(phrases.OUTCOMES)
    for kind in phrases.KINDS_OF_EXIT:
        assert style.kind(kind).colour in outcomes[style.OF_KINDS[kind]]
    assert set(style.OF_LADDERS) == set(LADDERS) - {"militia"}
    for ladder, whose in style.OF_LADDERS.items():
        for rungs in range(2, 12):
            assert {colour for colour, _ in style.climb(rungs, style.actor(ladder).colour)[1:]} <= actors[whose]
    assert style.actor("Kataib Hezbollah") == style.ACTORS["the groups"]


def test_scenarios_and_any_end_have_no_colour_of_an_outcome_or_actor() -> None:
    taken = {colour for by in style.registry().values() for colours in by.values() for colour in colours}
    assert {look.colour for look in (*style.SERIES, style.DECIDED, style.OTHER)} - {"#000000"} <= NEUTRAL
    assert not {look.colour for look in (*style.SERIES, style.DECIDED)} & taken


def test_what_presses_and_what_is_done_has_the_colour_of_who_does_it() -> None:
    whose = {"committees": "Baghdad", "calls": "the groups", "strikes": "Washington", "killings": "Washington"}
    whose |= {"gaza": "the fronts", "fronts": "the fronts"}
    actors = style.registry()["actors"]
    for kind, area in pressure.KINDS.items():
        assert area.look.colour in (actors[whose[kind]] if kind in whose else NEUTRAL), kind
    looks = [(area.look.colour, area.look.hatch) for area in pressure.KINDS.values()]
    assert len(set(looks)) == len(looks)
    for lane in LANES:
        assert not lane.ladder or lane.whose == style.OF_LADDERS[lane.ladder], lane.title


@pytest.mark.parametrize("name", ["attacks", "go_ahead", "pressure", "stance", "rungs", "rungs_groups"])
def test_a_figure_without_endings_has_no_colour_of_an_outcome(result: Result, name: str) -> None:
    taken = {colour.lower() for colours in style.registry()["outcomes"].values() for colour in colours}
    figure = FIGURES[name](result)
    drawn = {to_hex(patch.get_facecolor()) for axis in figure.axes for patch in axis.patches}
    drawn |= {to_hex(line.get_color()) for axis in figure.axes for line in axis.lines}  # type: ignore[arg-type]
    for axis in figure.axes:
        for area in axis.collections:
            drawn |= {to_hex(colour) for colour in area.get_facecolor()}  # type: ignore[union-attr]
    assert drawn
    assert not drawn & taken


def test_attacks_are_drawn_as_means_that_do_not_flicker() -> None:
    made = made_up(["status_quo"], worlds=20, days=700, events=False)
    weekly = made.weekly
    rng = np.random.default_rng(4)
    mine = weekly["quantity"] == "attacks_iraq"
    jumps = rng.integers(0, 2, int(mine.sum())).astype(float)  # a median that jumps between 0 and 1
    made.__dict__["weekly"] = weekly.assign(
        q50=weekly["q50"].where(~mine, pd.Series(jumps, index=weekly.index[mine])),
        mean=weekly["mean"].where(~mine, 0.6),
    )
    figure = FIGURES["attacks"](made)
    line = next(line for line in figure.axes[0].lines if line.get_linestyle() == "-")
    assert np.allclose(np.asarray(line.get_ydata(), float), 0.6)
    assert "the mean over all worlds" in said_in(figure)
    table = FIGURES["attacks"].table(made)
    assert "mean" in table.heads and "median" not in table.heads
    place = table.heads.index("mean")
    assert {row[place] for row in table.rows if row[0] == phrases.quantity("attacks_iraq")} == {"0.60"}
    assert "0.60" in FIGURES["attacks"].sentence(made)
    assert "median" in FIGURES["pressure"].table(made).heads
    assert all(
        fan.counts == all(name.startswith("attacks") for name in fan.quantities) for fan in courses.FANS.values()
    )


def with_group(stake: float, closeness: float) -> Scenario:
    """A scenario with one group."""
    group = Group(share=0.1, closeness=closeness, stake=stake)
    return Scenario(groups={"A": group})


def test_a_group_abstains_that_would_hold_its_fire_with_all_fronts_at_war_and_no_order() -> None:
    assert ladders.abstains(with_group(stake=0.95, closeness=0.6), "A")
    assert not ladders.abstains(with_group(stake=0.1, closeness=0.95), "A")
    assert not ladders.abstains(with_group(stake=0.95, closeness=0.6), "another"), "no group of the scenario"
    shipped = load("status_quo")
    held = {name for name in shipped.groups if ladders.abstains(shipped, name)}
    assert {"Badr Organization", "Saraya al-Salam (Sadr)"} <= held
    assert "Kataib Hezbollah" not in held


def test_abstaining_groups_are_told_from_truces_in_picture_words_and_sentence() -> None:
    made = made_up(["a", "b"], worlds=10, days=120, events=False)
    peaceful = with_group(stake=0.95, closeness=0.2).groups["A"]
    eager = with_group(stake=0.0, closeness=1.0).groups["A"]
    groups = dict(zip(GROUPS, (eager, peaceful), strict=True))
    made.__dict__["scenarios"] = [scenario.model_copy(update={"groups": {**groups}}) for scenario in made.scenarios]
    weekly = made.weekly
    mine = weekly["quantity"].astype(str).str.startswith(f"rung/{GROUPS[1]}/")
    quiet = weekly["quantity"].astype(str).str.endswith("/truce").astype(float)
    made.__dict__["weekly"] = weekly.assign(mean=weekly["mean"].where(~mine, quiet))
    plot = FIGURES["rungs_groups"]
    figure = plot(made)
    said = said_in(figure)
    assert said.count(f" {ladders.ABSTAINS} harass") == 1, "once in the keys, in the place of a truce"
    assert said.count(" truce harass") == 1
    assert overlaps(figure) == []
    told = plot.describe(made)
    assert f"{GROUPS[1]}, “A”: {ladders.ABSTAINS}" in told
    assert f"{GROUPS[0]}, “A”: truce" in told
    assert f"By their own wish hold their fire: {GROUPS[1]}." in plot.sentence(made)


def test_every_history_has_the_same_panels_and_scale(result: Result) -> None:
    outcomes = [outcome for outcome in phrases.OUTCOMES if typical(result, outcome) is not None]
    assert len(outcomes) >= 3
    for kind in ("history", "pressure"):
        figures = [FIGURES[f"{kind}_{outcome}"](result) for outcome in outcomes]
        panels = [[(axis.get_title(loc="left"), axis.get_ylim()) for axis in figure.axes] for figure in figures]
        assert all(one == panels[0] for one in panels), kind
    keys = []
    for outcome in outcomes:
        legend = FIGURES[f"pressure_{outcome}"](result).axes[1].get_legend()
        assert legend is not None
        keys.append([text.get_text().partition("(")[0].split() for text in legend.get_texts()])
    assert all(key == keys[0] for key in keys)
    assert len(keys[0]) == len(pressure.KINDS)


def test_scenarios_of_ones_own_come_first_in_the_typical_histories() -> None:
    shipped = load("forced_exit")
    assert not is_own(shipped)
    assert is_own(shipped.model_copy(update={"title": "mine"}))
    assert is_own(load("forced_exit", changes={"iraq.base_pressure": 0.3}))
    assert is_own(shipped.model_copy(update={"name": "mine"}))
    mixes = {"forced_exit": (0.2, 0.1, 0.7), "mine": (0.8, 0.1, 0.1), "other": (0.5, 0.2, 0.3)}
    made = made_up(list(mixes), worlds=100, days=60, mixes=mixes)
    first = typical(made, "forced_exit")
    assert first is not None
    assert first.scenario.name == "forced_exit", (
        "all three are somebody's own: none has the conditions of a shipped one"
    )
    made.__dict__["scenarios"] = [shipped, *made.scenarios[1:]]
    first = typical(made, "forced_exit")
    assert first is not None
    assert first.scenario.name == "other", "the first of one's own in which it is no rarity"
    only = made_up(["forced_exit", "mine"], worlds=100, days=60, mixes=mixes | {"mine": (1.0, 0.0, 0.0)})
    only.__dict__["scenarios"] = [shipped, *only.scenarios[1:]]
    first = typical(only, "forced_exit")
    assert first is not None
    assert first.scenario.name == "forced_exit", "one's own never ends so"


def test_slides_have_a_screen_s_size_large_letters_their_making_and_a_sentence(result: Result) -> None:
    for name, plot in FIGURES.items():
        if not plot.main:
            continue
        data = pictures.slide(plot, result)
        assert data == pictures.slide(plot, result), name
        with Image.open(BytesIO(data)) as image:
            assert image.size == (1920, 1080), name
            assert "model 0123456789abcdef" in image.info["Source"]
            assert image.info["Description"] == phrases.NOT_A_FORECAST
            assert image.info["dpi"][0] > 190, f"{name}: letters of 7 points have less than 18 dots"
        with style.slides(plot.sentence(result)):
            figure = plot(result)
        assert " ".join(plot.sentence(result).split()) in said_in(figure)
        assert "Not a forecast" in said_in(figure)
    assert style.columns_of(7) == 2, "after slides a page is a page again"


def test_there_are_five_or_six_main_figures_and_each_answers_a_question() -> None:
    main = [plot for plot in FIGURES.values() if plot.main]
    assert 5 <= len(main) <= 6
    assert {"Q1", "Q2", "Q5"} <= {plot.question for plot in main}


@pytest.mark.parametrize("names", [["status_quo"], ["status_quo", "forced_exit"], [f"case {n}" for n in range(7)]])
@pytest.mark.parametrize("worlds", [1, 60])
def test_a_sentence_has_numbers_of_its_table_and_is_one(names: list[str], worlds: int) -> None:
    made = made_up(names, worlds=worlds, days=90)
    for name, plot in FIGURES.items():
        said = plot.sentence(made)
        assert said.endswith("."), name
        assert "nan" not in said and "…" not in said and "\n" not in said, (name, said)
        assert (said == plot.missing(made)) is bool(plot.missing(made)), name
        if len(names) == 1:
            assert plot.missing(made) or " under " not in said, (name, said)


def test_the_sentence_of_outcomes_names_the_ends_of_the_range() -> None:
    mixes = {"a": (0.9, 0.05, 0.05), "b": (0.5, 0.25, 0.25), "c": (0.7, 0.0, 0.3)}
    made = made_up(list(mixes), worlds=400, days=60, mixes=mixes, events=False)
    shares = made.shares().set_index(["scenario", "outcome"])["share"]
    said = FIGURES["outcomes"].sentence(made)
    assert (
        f"from {phrases.percent(shares['b', 'us_stays'])} under “B” to {phrases.percent(shares['a', 'us_stays'])}"
        in said
    )
    assert f"to {phrases.percent(shares['c', 'forced_exit'])} under “C”." in said
    same = made_up(["a", "b"], worlds=40, days=60, mixes=dict.fromkeys("ab", (1.0, 0.0, 0.0)), events=False)
    assert "100 % under both sets of conditions" in FIGURES["outcomes"].sentence(same)
