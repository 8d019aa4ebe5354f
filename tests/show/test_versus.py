"""Two results side by side: who is compared is said, the numbers are those of the difference."""

from __future__ import annotations

from made_up import made_up
from test_figures import overlaps, said_in

import sim
from sim.results.result import Result
from sim.show import phrases, style


def ruled_by(name: str, mix: tuple[float, float, float]) -> Result:
    """A made-up result of one scenario in which the government is another."""
    result = made_up(["forced_exit"], worlds=80, days=60, mixes={"forced_exit": mix}, events=False)
    result.manifest["choices"] = [{"actor": "iraq", "who": "the government", "name": name, "version": "1"}]
    return result


def test_two_governments_are_named_and_compared_world_by_world() -> None:
    hawk, dove = ruled_by("hawk", (0.3, 0.1, 0.6)), ruled_by("dove", (0.8, 0.2, 0.0))
    figure = hawk.plot_difference(dove)
    said = said_in(figure)
    assert "filled: Conditions for a forced exit, the government by 'hawk' version 1" in said
    assert "hollow: Conditions for a forced exit, the government by 'dove' version 1" in said
    assert "The same 80 worlds (same random numbers) in both." in said
    assert said.count("not the model's own results") == 2, "each of the two says that a choice was replaced"
    table = hawk.difference(dove).set_index("measure")
    for outcome in ("us_stays", "negotiated_exit", "forced_exit"):
        assert phrases.points(table.loc[outcome, "difference"]) in said  # type: ignore[arg-type]
    shares, change = figure.axes
    assert [label.get_text() for label in shares.get_yticklabels()] == [
        phrases.outcome(outcome) for outcome in ("us_stays", "negotiated_exit", "forced_exit")
    ]
    low, high = change.get_xlim()
    assert low < table.loc["us_stays", "low"] < 0 < table.loc["forced_exit", "high"] < high  # type: ignore[operator]
    assert overlaps(figure) == []
    assert figure.get_size_inches()[0] == style.WIDTH


def test_a_government_is_compared_with_the_model_s_own() -> None:
    own = made_up(["forced_exit"], worlds=80, days=60, events=False)
    said = said_in(ruled_by("dove", (0.8, 0.2, 0.0)).plot_difference(own))
    assert "hollow: Conditions for a forced exit, every choice by the model's own rules" in said
    assert said.count("not the model's own results") == 1


def test_several_scenarios_stand_below_each_other_and_other_seeds_are_not_paired() -> None:
    one, other = (made_up(["status_quo", "forced_exit"], worlds=40, days=60, events=False) for _ in range(2))
    other.manifest["seed"] = 2
    figure = one.plot_difference(other)
    said = said_in(figure)
    assert "40 worlds, with other random numbers in the two." in said
    assert "filled: Conditions for the status quo, seed 1" in said
    assert "hollow: Conditions for a forced exit, seed 2" in said
    assert len(figure.axes) == 4
    assert overlaps(figure) == []


def test_long_and_strange_names_fit() -> None:
    titles = {"a": "Conditions " + "that nobody foresaw " * 12, "b": "<b> $x_1$ & " * 20}
    one, other = (made_up([name], worlds=20, days=60, titles=titles, events=False) for name in titles)
    assert overlaps(one.plot_difference(other)) == []
    assert "plot_difference" in dir(sim.Result)
