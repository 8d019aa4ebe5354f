"""What alternatives change: paired effects, who ends otherwise, what is kept and what people are shown."""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable
from datetime import date, timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import sim
from model.histories import conditions
from sim.ask.whatif import DAYS, DECIDED, EFFECTS, TRANSITIONS, WhatIf, effects, has_forks, since_of, transitions
from sim.disk.errors import InputError
from sim.jobs.analyze import analyze
from sim.jobs.whatif import whatif
from sim.model.outcomes import OUTCOMES
from sim.runs.errors import Stopped
from sim.scenario.overrides import IdleOverride
from sim.scenario.schema import Scenario
from sim.show import whatif as words
from sim.show.figures import FIGURES

pytestmark = pytest.mark.usefixtures("short_past")
START, HORIZON = date(2024, 2, 12), 70
AT = START + timedelta(days=30)
HARSH: dict[str, Any] = {
    "united_states.restraint": 0.1,
    "united_states.leverage": 0.0,
    "iran.permissiveness": 0.9,
    "iraq.private_wish": 0.9,
    "iraq.capability": 0.95,
}
STRIKE: dict[str, Any] = {"kind": "strike", "rung": "strike in Iraq", "dead": 90, "civilians": 90}
CALM = {"united_states.restraint": 1.0, "attacks.weekly": 0.5}


def harsh(**more: Any) -> Scenario:
    """A scenario in which some worlds are decided before the fork and some after it."""
    events = [{**STRIKE, "dead": 30, "civilians": 30, "day": 3}]
    return conditions(HARSH, days=HORIZON, name="harsh", events=events, **more)


@pytest.fixture(scope="module")
def found(short_past: None) -> WhatIf:
    alternatives: dict[str, Any] = {
        "calm": CALM,
        "a strike": {"events": [STRIKE]},
        "no change": {"united_states.restraint": 0.1},
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IdleOverride)
        return whatif(harsh(), at=AT, alternatives=alternatives, worlds=60, events="typical")


def rows(table: pd.DataFrame, **wanted: object) -> pd.DataFrame:
    for column, value in wanted.items():
        table = table[table[column] == value]
    return table


# --- effects ------------------------------------------------------------------------------------------------


def test_effects_are_the_differences_of_the_results(found: WhatIf) -> None:
    """Whole histories differ by what comes after the fork: nothing differs before it."""
    result = found.result
    for label, scenario in found.alternatives.items():
        theirs = result.between(scenario.name, "harsh").set_index("measure")
        mine = rows(found.effects, alternative=label, among="all").set_index("measure")
        both = [name for name in mine.index if name in theirs.index]
        assert {*OUTCOMES} - {"lapsed"} | {"us_killed", "us_wounded", "us_strikes", "attacks_iraq"} <= set(both)
        columns = ["statistic", "worlds", "here", "there", "difference", "low", "high"]
        pd.testing.assert_frame_equal(mine.loc[both, columns], theirs.loc[both, columns])
        apart = result.only(scenario.name).difference(result.only("harsh")).set_index("measure")
        pd.testing.assert_frame_equal(mine.loc[both, columns], apart.loc[both, columns])


def test_what_is_reckoned_beside_them(found: WhatIf) -> None:
    worlds = found.result.worlds
    one, other = (worlds[worlds["scenario"] == name].set_index("world") for name in ("if_calm", "harsh"))
    mine = rows(found.effects, alternative="calm", among="all").set_index("measure")
    attacks = (one["attacks_iraq"] + one["attacks_syria"] - other["attacks_iraq"] - other["attacks_syria"]).mean()
    assert mine.loc["attacks", "difference"] == pytest.approx(attacks)
    ended = [(table["outcome"] != "us_stays").mean() for table in (one, other)]
    assert mine.loc[DECIDED, "difference"] == pytest.approx(ended[0] - ended[1])
    exits = mine.loc[[name for name in OUTCOMES if name in mine.index and name != "us_stays"], "difference"].sum()
    assert mine.loc[DECIDED, "difference"] == pytest.approx(exits)
    days = [(table["outcome_day"].astype(float).fillna(HORIZON) - 30).clip(lower=0).mean() for table in (one, other)]
    assert mine.loc[DAYS, "difference"] == pytest.approx(days[0] - days[1])
    assert mine.loc[DAYS, "here"] <= HORIZON - 30


def test_what_changes_nothing_is_zero_everywhere(found: WhatIf) -> None:
    mine = rows(found.effects, alternative="no change")
    assert (mine["difference"] == 0.0).all()
    assert found.changed["no change"] == 0
    assert set(rows(found.transitions, alternative="no change").eval("`from` == to")) == {True}


def test_some_were_decided_before_and_have_no_future_to_fork(found: WhatIf) -> None:
    base = rows(found.result.worlds, scenario="harsh").set_index("world")
    before = base.index[base["outcome_day"].astype(float) < 30]
    assert 0 < len(before) < 60
    assert set(found.decided_before.values()) == {len(before)}
    assert set(rows(found.effects, among="open")["worlds"]) == {60 - len(before)}
    assert set(rows(found.effects, among="all")["worlds"]) == {60}
    for name in found.since:
        mine = rows(found.result.worlds, scenario=name).set_index("world")
        for column in ("outcome", "kind", "outcome_day"):
            assert mine.loc[before, column].equals(base.loc[before, column])
    for measure in (*OUTCOMES[:3], DECIDED):
        each, open_ = (
            rows(found.effects, alternative="calm", among=among, measure=measure) for among in ("all", "open")
        )
        share = (60 - len(before)) / 60
        assert each["difference"].iloc[0] == pytest.approx(share * open_["difference"].iloc[0])


def test_who_ends_otherwise_is_counted(found: WhatIf) -> None:
    base = rows(found.result.worlds, scenario="harsh").set_index("world")["outcome"]
    for label, scenario in found.alternatives.items():
        mine = rows(found.result.worlds, scenario=scenario.name).set_index("world")["outcome"]
        ways = rows(found.transitions, alternative=label)
        assert ways["worlds"].sum() == 60
        assert ways["share"].sum() == pytest.approx(1.0)
        assert found.changed[label] == int((mine != base).sum())
        for row in ways.rename(columns={"from": "without"}).itertuples():
            assert row.worlds == int(((base == row.without) & (mine == row.to)).sum())
            assert row.without == row.to or row.decided_before == 0
    assert found.changed["a strike"] > 0
    assert tuple(found.transitions) == TRANSITIONS
    assert tuple(found.effects) == EFFECTS


def test_an_event_that_is_later_forks_later(short_past_once: None) -> None:
    later = AT + timedelta(days=20)
    one = whatif(harsh(), at=AT, alternatives={"later": {"events": [{**STRIKE, "date": later}]}}, worlds=20)
    assert one.at == AT
    assert one.since == {"if_later": later}
    assert one.decided_before["later"] == int((rows(one.result.worlds, scenario="harsh")["outcome_day"] < 50).sum())


def test_of_any_result_with_forks(found: WhatIf) -> None:
    """The scenarios alone say which are forks: no manifest, and no name."""
    script = [event.model_dump() for event in harsh().events]
    by_hand = harsh().replace(name="by hand", events=[*script, {**STRIKE, "date": AT}])
    result = sim.run([harsh(), by_hand, harsh().replace(name="harsher", **{"attacks.weekly": 20.0})], worlds=60)
    again = WhatIf(result)
    assert again.since == {"by hand": AT} and again.at == AT
    columns = ["measure", "difference", "low", "high"]
    mine, theirs = (
        one.loc[:, columns].reset_index(drop=True)
        for one in (again.effects, rows(found.effects, alternative="a strike"))
    )
    pd.testing.assert_frame_equal(mine, theirs)


def test_a_result_without_forks_is_none() -> None:
    result = sim.run([harsh(), harsh().replace(name="other", **{"attacks.weekly": 20.0})], worlds=3)
    assert not has_forks(result)
    with pytest.raises(ValueError, match="no scenario of this result is a fork of its first"):
        WhatIf(result)
    assert not has_forks(result.only("harsh"))
    assert FIGURES["whatif"].missing(result)


# --- a cap --------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def capped(short_past: None) -> WhatIf:
    alternatives = {"warn only": {"united_states.highest_rung": "warn"}, "calm": CALM}
    return whatif(harsh(), at=AT, alternatives=alternatives, worlds=30)


def test_a_cap_holds_from_the_date_on_beside_other_alternatives(capped: WhatIf, found: WhatIf) -> None:
    mine = rows(capped.effects, alternative="warn only", among="all").set_index("measure")
    assert mine.loc["us_strikes", "high"] < 0
    assert capped.since == {"if_warn_only": AT, "if_calm": AT}
    assert capped.result.manifest["forks"] == {"if_warn_only": AT.isoformat()}
    whole = rows(found.result.worlds, scenario="if_calm").head(30).drop(columns="scenario")
    calm = rows(capped.result.worlds, scenario="if_calm").drop(columns="scenario")
    pd.testing.assert_frame_equal(calm.reset_index(drop=True), whole.reset_index(drop=True))
    assert capped.text() and capped.plot() and capped._repr_html_()


def test_no_folder_says_a_cap_from_a_date_on(capped: WhatIf, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="if_warn_only: no scenario file says a cap from a date on"):
        capped.save(tmp_path / "kept")
    alternatives = {"warn only": {"united_states.highest_rung": "warn"}}
    for how in ({"out": tmp_path / "kept"}, {"events": "all"}):
        with pytest.raises(InputError, match="“warn only”: no "):
            whatif(harsh(), at=AT, alternatives=alternatives, worlds=3, **how)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


# --- a folder -----------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_folder_is_a_results_folder_like_any_other(
    tmp_path: Path, same: Callable[[Path, Path], None], short_past_once: None
) -> None:
    """Opened, made again from its worlds, repeated from its files, saved from memory: the same bytes."""
    alternatives: dict[str, Any] = {"calm": CALM, "a strike": {"events": [STRIKE]}}
    kept = whatif(harsh(), at=AT, alternatives=alternatives, worlds=24, out=tmp_path / "kept")
    files = kept.result.manifest["files"]
    assert {"tables/whatif_effects.csv", "tables/whatif_transitions.csv", "figures/whatif.png"} <= set(files)
    opened = WhatIf(sim.open(tmp_path / "kept"))
    pd.testing.assert_frame_equal(opened.effects, kept.effects)
    pd.testing.assert_frame_equal(opened.transitions, kept.transitions)
    assert list(opened.alternatives) == list(alternatives)
    csv = pd.read_csv(tmp_path / "kept" / "tables" / "whatif_effects.csv")
    assert tuple(csv) == EFFECTS
    assert csv["difference"].to_numpy() == pytest.approx(kept.effects["difference"].to_numpy(), rel=1e-5)
    again = sim.run(opened.result.scenarios, worlds=24, out=tmp_path / "again", figures=False)
    assert has_forks(again)
    for name in (name for name in again.manifest["files"] if name.startswith("tables/")):
        assert (tmp_path / "again" / name).read_bytes() == (tmp_path / "kept" / name).read_bytes()
    before = (tmp_path / "kept" / "tables" / "whatif_effects.csv").read_bytes()
    (tmp_path / "kept" / "tables" / "whatif_effects.csv").unlink()
    analyze(tmp_path / "kept")
    assert (tmp_path / "kept" / "tables" / "whatif_effects.csv").read_bytes() == before
    memory = whatif(harsh(), at=AT, alternatives=alternatives, worlds=24, events="typical")
    memory.save(tmp_path / "saved")
    same(tmp_path / "kept", tmp_path / "saved")


def test_a_stopped_one_goes_on(tmp_path: Path, same: Callable[[Path, Path], None], short_past_once: None) -> None:
    from sim.ask.forks import forks
    from sim.jobs.whatif import asked, compared

    base = harsh()
    alternatives = forks(base, AT, asked(base, AT, {"calm": CALM, "a strike": {"events": [STRIKE]}}))
    looks = iter([False, False, True])
    how: dict[str, Any] = {"worlds": 20, "block_size": 5, "figures": False, "events": "none"}
    with pytest.raises(Stopped):
        compared(base, AT, alternatives, out=tmp_path / "kept", stop=lambda: next(looks, True), **how)
    kept = compared(base, AT, alternatives, out=tmp_path / "kept", **how)
    compared(base, AT, alternatives, out=tmp_path / "whole", **how)
    same(tmp_path / "kept", tmp_path / "whole")
    assert len(kept.result.worlds) == 60
    with pytest.raises(Stopped):
        compared(base, AT, alternatives, stop=lambda: True, worlds=20)


def test_a_twin_is_compared_as_a_twin() -> None:
    """It is no alternative: what it changes stands among the twins."""
    twin = harsh().replace(name="twin", twin_of="harsh", **{"fronts.gaza.ends": START})
    result = sim.run([harsh(), twin], worlds=2, events="none")
    assert not has_forks(result)
    assert has_forks(sim.run([harsh(), twin.replace(twin_of="")], worlds=2, events="none"))


def test_it_can_be_pickled_and_copied(found: WhatIf) -> None:
    import copy
    import pickle

    for other in (pickle.loads(pickle.dumps(found)), copy.deepcopy(found)):
        pd.testing.assert_frame_equal(other.effects, found.effects)


# --- what a call takes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alternatives", "why"),
    [
        ({}, "alternatives is empty"),
        ([("a", CALM)], "alternatives is a dict of changes by label"),
        ({"a": {}}, r"alternatives\['a'\] changes nothing"),
        (CALM, r"alternatives\['united_states.restraint'\] is values by dotted name"),
        ({"": CALM}, "a label of an alternative is a text of one line"),
        ({"a\nb": CALM}, "a label of an alternative is a text of one line"),
        ({"a" * 101: CALM}, "a label of an alternative is a text of one line"),
        ({7: CALM}, "a label of an alternative is a text of one line"),
        ({"a": {"united_states.restrant": 1}, "b": {"iran.x": 1}}, "(?s)did you mean.*there is no such setting"),
        ({"a": "nowhere"}, "nowhere"),
    ],
)
def test_what_it_cannot_take(alternatives: Any, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        whatif(harsh(), at=AT, alternatives=alternatives, worlds=3)


def test_what_changes_nothing_is_warned_of() -> None:
    with pytest.warns(IdleOverride, match=r"^same: united_states.restraint is 0.1 already: that changes nothing$"):
        whatif(harsh(), at=AT, alternatives={"same": {"united_states.restraint": 0.1}}, worlds=2)


# --- what people are shown ----------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert('x')</script>",
    "=1+1",
    "أقل ضبطا للنفس",
    "w" * 100,
    "a & b \\ $x^2$ %s {0} \u202egnitirw",
    "**bold** | cell | `code`",
]


class Tags(HTMLParser):
    """Which tags a page has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: Any) -> None:  # noqa: ARG002
        self.found.add(tag)


@pytest.fixture(scope="module")
def hostile(short_past: None, tmp_path_factory: pytest.TempPathFactory) -> WhatIf:
    labels = [label for label in HOSTILE if label.isprintable()]
    changes = {label: {"united_states.restraint": round(0.2 + 0.1 * place, 1)} for place, label in enumerate(labels)}
    return whatif(
        harsh(), at=AT, alternatives=changes, worlds=8, out=tmp_path_factory.mktemp("hostile") / "kept", figures=False
    )


def test_labels_are_text_and_nothing_else(hostile: WhatIf) -> None:
    page = hostile._repr_html_()
    assert not Tags(page).found & {"script", "img", "b"}
    assert "&lt;script&gt;" in page
    folder = hostile.result.folder
    assert folder is not None
    report = (folder / "report.html").read_text(encoding="utf-8")
    assert "<script>alert" not in report
    table = (folder / "tables" / "whatif_effects.csv").read_text(encoding="utf-8")
    assert "\n=1+1" not in table and "'=1+1" in table
    assert json.dumps(words.sentences(hostile))
    assert list(WhatIf(sim.open(folder)).alternatives) == [label for label in HOSTILE if label.isprintable()]


def test_no_label_is_cut_in_the_figure(hostile: WhatIf) -> None:
    figure = hostile.plot()
    shown = [tick.get_text() for tick in figure.axes[0].get_yticklabels()]
    assert ["".join(text.split()) for text in shown] == ["".join(one.split()) for one in hostile.alternatives]
    figure.canvas.draw()
    boxes = [tick.get_window_extent() for tick in figure.axes[0].get_yticklabels()]
    assert all(box.x0 >= 0 for box in boxes)
    assert all(above.y0 >= below.y1 - 1 for above, below in pairwise(boxes))
    assert "…" not in "".join(text.get_text() for text in figure.texts)


def test_the_figure_has_each_outcome_in_its_colour_and_an_alternative_a_row(found: WhatIf) -> None:
    from matplotlib.colors import to_hex

    from sim.show import style

    figure = found.plot()
    titles = [axis.get_title(loc="left") for axis in figure.axes]
    assert titles[:4] == ["US troops stay", "negotiated exit", "forced exit", "any decided end"]
    for axis, outcome in zip(figure.axes, ("us_stays", "negotiated_exit", "forced_exit"), strict=False):
        colours = {to_hex(line.get_color()) for line in axis.lines if line.get_marker() not in ("None", "")}
        assert colours == {style.OUTCOMES[outcome].colour.lower()}
    places = [line.get_xdata()[0] for line in figure.axes[2].lines if line.get_marker() not in ("None", "")]
    forced = rows(found.effects, among="all", measure="forced_exit")["difference"]
    assert places == pytest.approx(list(forced))


def test_two_sentences_say_what_moves_most_and_what_is_the_same(found: WhatIf) -> None:
    first, second = words.sentences(found)
    most = max(found.changed, key=lambda label: found.changed[label])
    assert first.startswith(
        f"“{most}” from 13 March 2024 on ends {found.changed[most]} of 60 worlds otherwise, most of"
    )
    assert f"; {found.decided_before['calm']} worlds were decided before." in second
    assert len(first) < 220 and len(second) < 120
    text = found.text()
    assert first in " ".join(text.split())
    assert all(f"{name}" in text for name in ("forced exit", "US troops killed", "days from the fork to a decision"))
    assert "Not a forecast" in " ".join(text.split())


def test_where_nothing_changes_a_sentence_says_so(short_past_once: None) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", IdleOverride)
        same_ = whatif(harsh(), at=AT, alternatives={"same": {"united_states.restraint": 0.1}}, worlds=5)
    assert words.sentences(same_)[0] == "“same” from 13 March 2024 on changes how none of 5 worlds ends."


def test_it_says_what_it_is(found: WhatIf) -> None:
    assert repr(found) == "<WhatIf: harsh from 2024-03-13 on with 'calm', 'a strike', 'no change'; 60 worlds, seed 1>"
    page = found._repr_html_()
    assert "What if, from 13 March 2024 on: harsh" in page
    assert "already: that changes nothing" in page
    assert {"table", "strong"} <= Tags(page).found


def test_effects_and_transitions_of_no_fork_are_empty() -> None:
    result = sim.run([harsh()], worlds=2)
    assert since_of(result) == {}
    assert effects(result).empty and transitions(result).empty
