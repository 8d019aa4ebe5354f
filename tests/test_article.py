"""docs/article.md names rules, parameters and tests that exist; and the claims hold of the rules it names."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

import sim.model
from sim.engine.mesa import WithdrawalModel
from sim.evidence.record import attacks as recorded_attacks
from sim.evidence.rows import rows as evidence_rows
from sim.model import aftermath, iran, public, region, talks
from sim.model.calendar import dated
from sim.model.iraq import day as iraq_day
from sim.model.iraq import rules as iraq
from sim.model.iraq.numbers import Iraq
from sim.model.militia import rules as militia
from sim.model.militia.numbers import Militias
from sim.model.outcomes import KINDS, OUTCOMES
from sim.model.parliament import Parliament
from sim.model.presence import Presence
from sim.model.talks import Talks
from sim.model.united_states import rules as united_states
from sim.model.united_states.numbers import CoordinatorEvent, StrikeEvent, UnitedStates
from sim.model.world import USUAL
from sim.scenario.schema import Scenario

TESTS = Path(__file__).parent
COLUMNS = ("claim", "who says it", "rule", "parameter", "test")
DEFAULTS = Scenario()
WAR, NO_WAR = 1.0, 0.0


# --------------------------------------------------------------------------------------- the table
@cache
def claims() -> tuple[dict[str, str], ...]:
    """The rows of the table of docs/article.md."""
    text = (TESTS.parent / "docs" / "article.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    assert tuple(cells[0]) == COLUMNS
    assert set("".join(cells[1])) == {"-"}
    return tuple(dict(zip(COLUMNS, row, strict=True)) for row in cells[2:])


def named(column: str) -> list[str]:
    """Everything that a column names in code marks, once each."""
    found = [name for claim in claims() for name in re.findall(r"`([^`]+)`", claim[column])]
    return list(dict.fromkeys(found))


def test_every_claim_has_somebody_who_says_it_a_rule_a_parameter_and_a_test() -> None:
    assert len(claims()) >= 30
    for claim in claims():
        assert claim["claim"], claim
        assert claim["who says it"], claim
        for column in ("rule", "parameter", "test"):
            names = re.findall(r"`[^`]+`", claim[column])
            assert claim[column] == ", ".join(names), claim
            assert names, claim


@cache
def functions() -> dict[str, Callable[..., Any]]:
    """The rules and steps of the model by ``part.function``; a part is a file of sim.model, or a folder of files."""
    found = {}
    for file in pkgutil.walk_packages(sim.model.__path__, "sim.model."):
        module = importlib.import_module(file.name)
        for name, item in vars(module).items():
            if inspect.isfunction(item) and item.__module__ == file.name:
                found[f"{file.name.split('.')[2]}.{name}"] = item
    return found


@pytest.mark.parametrize("name", named("rule"))
def test_every_rule_of_the_table_is_in_the_model(name: str) -> None:
    assert inspect.getdoc(functions()[name])


@pytest.mark.parametrize("name", named("parameter"))
def test_every_parameter_of_the_table_is_in_the_schema(name: str) -> None:
    place: Any = DEFAULTS
    for part in name.split("."):
        if isinstance(place, dict):
            assert part == "{name}"
            place = next(iter(place.values()))
            continue
        assert isinstance(place, BaseModel)
        assert part in type(place).model_fields
        place = getattr(place, part)
    assert not isinstance(place, BaseModel | dict)


@pytest.mark.parametrize("name", named("test"))
def test_every_test_of_the_table_is_in_the_tests(name: str) -> None:
    file, _, function = name.partition("::")
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    assert function.startswith("test_")
    assert function in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


# -------------------------------------------------------------------------------------- the claims
def iran_wants(salience: float) -> float:
    """Iran's wish for the groups at the defaults, with allies in government and no talks."""
    p = DEFAULTS.iran
    return float(
        iran.go_ahead(p.permissiveness, salience, 1.0, 0.0, p.opportunity, p.stake_in_government, p.talks_restraint)
    )


def group_wants(name: str, salience: float) -> float:
    """A group's own wish at the defaults, with no exit decided."""
    group, p = DEFAULTS.groups[name], DEFAULTS.militias
    return float(
        militia.wish(
            salience,
            group.closeness,
            group.stake,
            DEFAULTS.isis.level,
            0.0,
            p.wish_base,
            p.wish_salience,
            p.wish_stake,
            p.wish_isis,
            p.wish_decided,
        )
    )


def group_posture(name: str, salience: float) -> str:
    """The posture it takes in a calm, under an order it obeys."""
    group, p = DEFAULTS.groups[name], DEFAULTS.militias
    intent = militia.intent(group_wants(name, salience), iran_wants(salience), True, group.closeness, group.stake)
    rung = militia.posture(0, intent, p.harass_from, p.war_from)
    return militia.POSTURE.names[int(rung)]


def warranted(salience: float, isis: float) -> float:
    """The pressure a day warrants, with some calls and press."""
    p = DEFAULTS.iraq
    return float(
        iraq.warranted(
            p.base_pressure,
            salience,
            0.5,
            0.5,
            isis,
            p.pressure_salience,
            p.pressure_calls,
            p.pressure_press,
            p.pressure_isis,
        )
    )


def choice(
    steady: float, *, shock: float = 0.0, committee: float = 0.0, security: float = 1.0, economy: float = 1.0
) -> tuple[list[str], float]:
    """The rungs the prime minister takes over all moods, low to high, and the chance of the letter.

    ``shock`` is what has shocked on top of what is steady, and is not answered yet; ``committee`` is the relief of a
    committee that stands, 0 where none does.
    """
    p = DEFAULTS.iraq
    found = [
        iraq.choose(
            (2 * k + 1) / 400,
            iraq.pressure(steady, shock, 0.0),
            steady,
            shock,
            0.0,  # days since it shocked
            1.0,  # credibility
            committee or p.relief_committee,
            committee > 0,
            p.relief_talks,
            False,
            True,
            0.0,  # shown
            False,
            False,
            security,
            economy,
            p.private_wish,
            iraq.LETTER,
            p,
        )
        for k in range(200)
    ]
    return [iraq.LADDER.names[int(rung)] for rung, _ in found], float(found[0][1])


def share_from(rungs: list[str], lowest: str) -> float:
    """The share of moods in which he goes at least so far."""
    return sum(iraq.LADDER[rung] >= iraq.LADDER[lowest] for rung in rungs) / len(rungs)


def news(size: float, dead: float = 0.0) -> float:
    """What is new after a strike of this size that killed so many civilians and state forces."""
    return float(iraq.jump(0.0, iraq.shock(size, dead, DEFAULTS.iraq.jump_dead)))


def one_world(**conditions: Any) -> WithdrawalModel:
    """One world of these conditions, the rest at the defaults, its past lived."""
    return WithdrawalModel(Scenario(**conditions), seed=1, world=1, collect=False)


def days_of(world: WithdrawalModel) -> Iterator[int]:
    """Live the world to its end, day by day."""
    while world.running:
        world.step()
        yield world.day_done


def test_war_in_gaza_is_an_opportunity() -> None:
    p = DEFAULTS.iran
    assert iran.ORDER.names[
        int(iran.order_rung(iran_wants(NO_WAR), p.brake_hard_below, p.brake_below, p.encourage_from))
    ].startswith("brake")
    let_run = iran.ORDER["let run"]
    assert iran.order_rung(iran_wants(WAR), p.brake_hard_below, p.brake_below, p.encourage_from) >= let_run
    assert iran_wants(WAR) > 3 * iran_wants(NO_WAR)
    close, embedded = "Kataib Hezbollah", "Badr Organization"
    assert group_wants(close, WAR) > 3 * group_wants(close, NO_WAR)
    assert group_wants(close, WAR) > 3 * group_wants(embedded, WAR)


def test_fronts_move_together_or_apart() -> None:
    p = DEFAULTS.region
    assert region.following(WAR, p.own_intensity, p.coordination) > p.own_intensity
    assert region.following(WAR, p.own_intensity, 1.0) == WAR
    assert region.following(WAR, p.own_intensity, 0.0) == p.own_intensity


def test_a_campaign_is_over_a_hundred_attacks() -> None:
    p = DEFAULTS.attacks
    daily = sum(
        militia.attack_rate(p.weekly, group.share, 1.0, 0.0, 0.0, p.by_anger, p.by_fear)
        for group in DEFAULTS.groups.values()
    )
    assert 100 < 85 * daily < 200  # with all of them in a campaign on all days
    assert len(recorded_attacks()) > 100


def test_under_one_umbrella_some_fight_and_some_do_not() -> None:
    fought = {row["group"] for row in evidence_rows("militias") if row["fought"] == "yes"}
    for name in DEFAULTS.groups:
        assert (group_posture(name, WAR) != "truce") == (name in fought), name
        assert group_posture(name, NO_WAR) == "truce", name


def test_twenty_five_hundred_troops_are_left() -> None:
    levels = {row["date"]: int(row["us_troops_iraq"]) for row in evidence_rows("troop_levels")}
    assert levels["2003-12-31"] == 130000
    assert DEFAULTS.presence.troops == levels["2024-01-10"] == 2500
    assert dated(DEFAULTS.presence.troops_past, date(2024, 1, 9), 0.0) == 2500


def test_islamic_state_is_weak_since_2017() -> None:
    past = DEFAULTS.isis.past
    assert dated(past, date(2015, 1, 1), 0.0) == 1.0
    assert dated(past, date(2018, 1, 1), 0.0) < 0.5
    assert dated(past, date(2024, 1, 9), 0.0) == DEFAULTS.isis.level


def test_restraint_puts_off_and_softens_the_answer() -> None:
    p = DEFAULTS.united_states
    limits = [united_states.threshold(restraint, p.threshold, p.threshold_restraint) for restraint in (0.2, 0.5, 0.8)]
    assert limits == sorted(limits)
    chances = [united_states.strike_chance(p.stress_hurt_many, limit, p.slope) for limit in limits]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 2 * chances[2]
    assert united_states.strike_chance(10 * p.stress_attack, limits[1], p.slope) < 0.01


def rung_of_answer(stress: float, strikes: float, u: float, restraint: float, killed: float = 0.0) -> int:
    """The rung of a US answer at the defaults, the last wound dealt in Iraq."""
    p = DEFAULTS.united_states
    severity = united_states.severity(
        stress,
        strikes,
        1.0,
        0.0,
        restraint,
        0.0,
        killed,
        p.rung_stress,
        p.rung_stress_most,
        p.rung_strikes,
        p.rung_place,
        p.rung_dead,
        p.rung_restraint,
        p.rung_talks,
        p.rung_killings,
    )
    return int(united_states.strike_rung(severity, u, p.cut_iraq, p.cut_commander, p.cut_campaign))


def test_a_killing_in_baghdad_is_rare_and_comes_after_lower_rungs() -> None:
    moods = [(2 * k + 1) / 400 for k in range(200)]

    def killings(strikes: float, restraint: float = 0.5, killed: float = 0.0) -> float:
        rungs = [rung_of_answer(3.0, strikes, u, restraint, killed) for u in moods]
        return sum(rung >= united_states.COMMANDER for rung in rungs) / len(rungs)

    assert killings(0.0) < 0.2
    assert killings(0.0) < killings(2.0) < 0.5
    assert killings(2.0, restraint=0.8) < killings(2.0) < killings(2.0, restraint=0.2)
    assert killings(2.0, killed=1.0) < killings(2.0)  # the step is spent for a time


def test_a_killing_is_condemned() -> None:
    p = DEFAULTS.iraq
    assert p.anchor_condemn < min(p.anchor_note, p.anchor_threat, p.anchor_committee, p.anchor_letter)
    quiet, _ = choice(0.15)
    shaken, _ = choice(0.35, shock=news(p.jump_commander))
    assert share_from(shaken, "condemn") > 0.9
    assert share_from(quiet, "condemn") < share_from(shaken, "condemn")


def test_a_killing_moves_more_than_a_strike() -> None:
    p, i = DEFAULTS.iraq, DEFAULTS.iran
    strike, killing = news(p.jump_iraq), news(p.jump_commander)
    assert news(p.jump_syria) < strike < killing
    threats = [share_from(choice(0.35, shock=shock)[0], "threaten expulsion") for shock in (strike, killing)]
    assert threats[1] > threats[0]
    pressed = [iran.pressed(0.0, 1.0, 1, killed, i.press_strike, i.press_killing) for killed in (0, 1)]
    assert pressed == [i.press_strike, i.press_killing]
    assert pressed[1] > pressed[0]


def test_a_letter_suffices_where_all_speaks_for_it() -> None:
    rungs, letter = choice(1.0, security=0.0, economy=0.0)
    assert letter > 0.5
    assert rungs[-1] == "letter of expulsion"
    # No vote, no law, no agreement: the letter stands for its days, and the presence is over.
    world = one_world(
        days=200,
        iraq=Iraq(pressure_floor=1.0, security_cost=0.4, economy_cost=0.4),
        united_states=UnitedStates(leverage=0.0, willing_to_talk=0.0),
        parliament=Parliament(highest_rung="no session"),
        talks=Talks(routine_chance=0.0),
    )
    stood = [world.iraq.letter_stood for _ in days_of(world) if world.presence.open]
    assert OUTCOMES[world.presence.outcome] == "forced_exit"
    assert KINDS[world.presence.kind] == "letter"
    assert max(stood) == DEFAULTS.iraq.letter_days - 1


def test_presence_rests_on_an_invitation() -> None:
    assert DEFAULTS.presence.legal_default == "invitation"
    gone = one_world(start=date(2014, 6, 1), days=30)
    before, *_, after = [(gone.at.calendar.legal_default, gone.presence.open) for _ in days_of(gone)]
    assert before == ("none", False)
    assert after == ("invitation", True)
    # Under an invitation nobody has to act for them to stay; under a dated agreement they leave.
    idle = {"call_chance": 0.0, "call_chance_since_2020": 0.0, "call_salience": 0.0}
    for default, troops in (("invitation", 2500.0), ("dated_agreement", 0.0)):
        ends = date(2024, 3, 1) if default == "dated_agreement" else None
        world = one_world(
            days=90,
            presence=Presence(legal_default=default, agreement_ends=ends),  # type: ignore[arg-type]
            militias=Militias(**idle),  # type: ignore[arg-type]
            united_states=UnitedStates(willing_to_talk=0.0),
            iraq=Iraq(pressure_ceiling=0.1),
        )
        assert [world.presence.troops for _ in days_of(world)][-1] == troops


def test_somebody_calls_for_expulsion_in_most_years() -> None:
    p = DEFAULTS.militias
    a_week = militia.call_chance(NO_WAR, 0.2, p.call_chance, p.call_salience, p.call_isis)
    assert 1.0 - (1.0 - a_week) ** 52 > 0.5


def test_threats_lapse_while_islamic_state_holds_territory() -> None:
    p = DEFAULTS.militias
    strong, weak = (
        militia.call_chance(NO_WAR, isis, p.call_chance, p.call_salience, p.call_isis) for isis in (1.0, 0.1)
    )
    assert 0.0 < strong < 0.5 * weak  # calls in 2015-17 too, though fewer
    assert warranted(NO_WAR, 1.0) < 0.5 * warranted(NO_WAR, 0.0)


def test_without_its_coordinator_iran_is_obeyed_less() -> None:
    killing = CoordinatorEvent(kind="coordinator_killed", date=date(2020, 1, 3), dead=10)
    world = one_world(start=date(2020, 1, 1), days=400, events=(killing,))
    left = [world.iran.coordinator for _ in days_of(world)]
    assert left[1] == 1.0
    assert left[2] == DEFAULTS.iran.coordinator_loss < 1.0
    assert left[2] < left[100] < left[-1] <= 1.0


def test_calls_are_more_regular_since_2020() -> None:
    p = DEFAULTS.militias
    before = militia.call_chance(NO_WAR, 0.1, p.call_chance, p.call_salience, p.call_isis)
    assert militia.call_chance(NO_WAR, 0.1, p.call_chance_since_2020, p.call_salience, p.call_isis) > before


def test_war_in_gaza_is_felt_in_baghdad() -> None:
    assert warranted(WAR, 0.1) > warranted(NO_WAR, 0.1) + 0.05


def test_war_in_gaza_brings_calls() -> None:
    p = DEFAULTS.militias
    quiet, war = (
        militia.call_chance(salience, 0.1, p.call_chance_since_2020, p.call_salience, p.call_isis)
        for salience in (NO_WAR, WAR)
    )
    assert war > 2 * quiet


def test_two_patrons_balance_each_other() -> None:
    p = DEFAULTS.public
    assert p.influence_us == p.influence_iran
    assert public.pull(0.5, 0.5, p.balancing) == 0.0
    assert public.pull(0.7, 0.3, p.balancing) < 0.0 < public.pull(0.3, 0.7, p.balancing)
    assert public.pull(0.3, 0.7, p.balancing) == -public.pull(0.7, 0.3, p.balancing)


def test_three_camps_make_up_the_public() -> None:
    p = DEFAULTS.public
    independent = 1.0 - p.camp_us - p.camp_iran
    assert independent > max(p.camp_us, p.camp_iran)
    strike = StrikeEvent(kind="strike", rung="strike in Iraq", date=date(2024, 1, 12), dead=3)
    struck, spared = (one_world(days=5, events=events) for events in ((strike,), ()))
    camps = []
    for world in (struck, spared):
        list(days_of(world))
        camps.append((world.public.camp_us, world.public.camp_iran, world.public.camp_independence))
        assert sum(camps[-1]) == pytest.approx(1.0)
        assert min(camps[-1]) > 0.0
    assert camps[0][0] < camps[1][0]
    assert camps[0][2] > camps[1][2]


def security(world: WithdrawalModel) -> float:
    """What the government expects leaving to cost in security."""
    benefits, isis = world.aftermath.benefits, world.region.isis
    return float(iraq_day.security(benefits, isis, USUAL.isis_need, USUAL.incapability, world.p.iraq))


def test_an_able_iraq_has_less_to_lose() -> None:
    needs = [security(one_world(days=1, iraq=Iraq(capability=capability))) for capability in (0.4, 0.7, 0.95)]
    assert needs == sorted(needs, reverse=True)
    assert needs[1] == pytest.approx(1.0)
    assert choice(0.9, security=needs[2])[1] > choice(0.9, security=needs[0])[1]


def test_each_benefit_may_be_lost_or_kept() -> None:
    p = DEFAULTS.consequences
    fields = type(p).model_fields
    for benefit in aftermath.BENEFITS:
        for kind in ("negotiated", "forced"):
            extra = fields[f"{benefit}_{kind}"].json_schema_extra
            assert isinstance(extra, dict)
            assert extra["range"][0] == 0.0  # type: ignore[index]
            assert "assumption" in str(extra["source"])
    assert aftermath.loss(0.5, 0.0, p.most_loss) == 0.0
    assert aftermath.loss(0.5, 1.0, p.most_loss) == -1.0
    assert len(aftermath.SECURITY) == 7


def test_an_open_ended_presence_is_worth_something_to_washington() -> None:
    p = DEFAULTS.talks
    packages = [p.us_relabel, p.us_reduce, p.us_phased, p.us_full]
    worth = [talks.us_worth(package, DEFAULTS.united_states.us_stake) for package in packages]
    assert worth == sorted(worth, reverse=True)
    assert worth[-1] < 0.5
    assert all(talks.us_worth(package, 0.0) == 1.0 for package in packages)


def test_baghdad_can_stop_neither_attacks_nor_strikes() -> None:
    for rule in (militia.wish, militia.attack_rate, united_states.strike_chance, united_states.stressed):
        inputs = set(inspect.signature(rule).parameters)
        assert not inputs & {"rung", "government", "credibility", "pressure", "iraq"}
    # What it can do is suffer them: every strike on its soil costs the prime minister.
    assert iraq.pressure(0.3, news(DEFAULTS.iraq.jump_iraq), 0.0) > 0.3


def test_steps_toward_expulsion_are_noticed_and_warned_of() -> None:
    p = DEFAULTS.united_states

    def step(rung: int, credibility: float) -> float:
        return float(
            united_states.perceived_step(
                rung, False, False, 0.0, credibility, 0.0,
                p.step_threat, p.step_committee, p.step_talks, p.step_timetable, p.insight,
            )
        )  # fmt: skip

    steps = [step(rung, 1.0) for rung in range(len(iraq.LADDER)) if rung != iraq.TALKS]
    assert steps == sorted(steps)
    assert steps[iraq.CONDEMN] < p.notice_from <= steps[iraq.THREATEN]
    assert p.warn_from <= steps[iraq.COMMITTEE]
    assert step(iraq.COMMITTEE, 0.3) < p.warn_from
    # The price that Baghdad expects keeps it from the letter.
    assert choice(0.9, economy=2.0)[1] < choice(0.9, economy=0.0)[1]


def test_threatened_consequences_may_not_come() -> None:
    for section, name in (
        (DEFAULTS.united_states, "restrict_chance"),
        (DEFAULTS.united_states, "sanction_chance"),
        (DEFAULTS.consequences, "reserves_at_risk"),
        (DEFAULTS.consequences, "dollars_at_risk"),
        (DEFAULTS.consequences, "alliance_forced"),
    ):
        extra = type(section).model_fields[name].json_schema_extra
        assert isinstance(extra, dict)
        assert extra["range"][0] == 0.0  # type: ignore[index]
        assert 0.0 < getattr(section, name) < 1.0


def test_a_committee_delays_until_it_is_used_up() -> None:
    p = DEFAULTS.iraq
    reliefs = [p.relief_committee * p.relief_repeat**earlier for earlier in range(4)]
    assert reliefs == sorted(reliefs, reverse=True)
    letters = [choice(0.95, committee=relief)[1] for relief in reliefs]
    assert letters == sorted(letters)
    assert letters[0] < 0.5 * choice(0.95, committee=1e-9)[1]
    assert p.no_product_pressure > 0.0
    assert p.committee_days < p.committee_clock_low


def test_public_stance_leaves_private_wish_under_pressure() -> None:
    p = DEFAULTS.iraq
    stances = [iraq.public_stance(p.private_wish, pressure, p.public_gap) for pressure in (0.0, 0.3, 0.6)]
    assert stances[0] == p.private_wish < 0.5
    assert all(later > earlier for earlier, later in pairwise(stances))
    assert stances[-1] > 0.5


def test_left_alone_the_government_stays_below_a_threat() -> None:
    rungs, letter = choice(0.15)
    assert share_from(rungs, "threaten expulsion") < 0.2
    assert letter < 1e-3


def test_talks_are_a_way_out_that_fire_closes() -> None:
    p, i = DEFAULTS.talks, DEFAULTS.iraq
    calm, fire = (talks.acceptance(0.05, attacks, p.precision_us, p.under_fire) for attacks in (0.0, 10.0))
    assert 0.0 < fire < 0.1 * calm
    fresh, stale = (
        talks.relief(days, i.relief_talks, i.relief_talks_stale, i.relief_talks_days) for days in (0.0, 365.0)
    )
    assert fresh > i.relief_committee > stale
    assert DEFAULTS.united_states.willing_to_talk > 0.0


def test_calm_baghdad_prefers_less_than_a_full_end() -> None:
    p, i = DEFAULTS.talks, DEFAULTS.iraq
    reliefs = {
        p.exit_relabel: p.relief_relabel,
        p.exit_reduce: p.relief_reduce,
        p.exit_phased: p.relief_phased,
        1.0: 1.0,
    }

    def favourite(pressure: float) -> float:
        def worth(out: float) -> float:
            left = iraq.left(pressure, 0.0, reliefs[out], reliefs[out])
            consent = 1.0 - p.agreed_price
            return float(
                iraq.package_utility(
                    left, out, consent, i.security_cost, i.economy_cost, i.private_wish, i.survival, i.sovereignty
                )
            )

        return max(reliefs, key=worth)

    assert favourite(0.2) < 0.5
    assert favourite(0.95) > 0.5


def test_the_letter_is_rare_below_the_pressure_that_warrants_it() -> None:
    letters = [choice(pressure)[1] for pressure in (0.3, 0.6, 0.75)]
    assert max(letters) < 0.01


def test_severity_forces_the_hand() -> None:
    p = DEFAULTS.iraq
    letters = [choice(0.75, shock=news(p.jump_commander, dead))[1] for dead in (0, 10, 30, 100)]
    assert letters == sorted(letters)
    assert letters[-1] > 2 * letters[0]
