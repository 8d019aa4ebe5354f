"""Every number of the model, once: unit, meaning, range, source and role.

A scenario file may set any field below; what it does not set keeps the default. The docs' parameter
tables, the JSON Schema for editors and ``describe`` are made from these declarations.

Roles (XLRM; Lempert, Popper & Bankes 2003): a ``lever`` is what a policy or a student moves, an
``uncertainty`` is what nobody knows well, ``fixed`` is a definition or a recorded fact.
Each number has two ranges: ``allowed`` (a file beyond it is refused) and ``range`` (what sources or
judgement make plausible, from which uncertainty is drawn).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

RECORD_STARTS = date(2023, 10, 7)
"""First day of the recorded past that every scenario from 10 January 2024 shares."""
RECORD_ENDS = date(2024, 1, 10)
"""First day after the recorded past: the article's date, and the default start."""
EARLIEST_START = date(2011, 1, 1)
MOST_TROOPS = 200000
"""More than there ever were in Iraq."""
JUDGEMENT = "judgement"
ARTICLE = "Schaer (DW, 10 Jan 2024)"
Role = Literal["lever", "uncertainty", "fixed"]

Day: TypeAlias = date
_Item = TypeVar("_Item")
Several = Annotated[
    tuple[_Item, ...], BeforeValidator(lambda value: tuple(value) if isinstance(value, list) else value)
]
"""A TOML array, kept as a tuple so that a scenario cannot be changed."""


def number(
    default: float | None,
    unit: str,
    meaning: str,
    source: str = JUDGEMENT,
    *,
    range: tuple[float, float],
    allowed: tuple[float, float] | None = None,
    role: Role = "uncertainty",
    fitted: bool = False,
) -> Any:
    """A field that is a number. ``default=None``: has to be given. ``fitted``: the default is the search's."""
    low, high = allowed or range
    if default is None:
        role = "fixed"  # what a group, a bloc or a front is, not what nobody knows about all of them
    settings: dict[str, Any] = {
        "ge": low,
        "le": high,
        "description": meaning,
        "json_schema_extra": {"unit": unit, "source": source, "role": role, "range": list(range), "fitted": fitted},
    }
    return Field(**settings) if default is None else Field(default=default, **settings)


def choice(default: Any, meaning: str, source: str = JUDGEMENT, *, role: Role = "fixed") -> Any:
    """A field that is a name, a date, a table: anything but a number."""
    extra: dict[str, Any] = {"unit": "-", "source": source, "role": role}
    if callable(default):
        return Field(default_factory=default, description=meaning, json_schema_extra=extra)
    return Field(default=default, description=meaning, json_schema_extra=extra)


class Section(BaseModel):
    """A table of a scenario file: strict, closed to unknown keys, frozen."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, allow_inf_nan=False)


# ---------------------------------------------------------------------------------------- region
FrontState = Literal["none", "truce", "war"]


class FrontDate(Section):
    """From this date the front is in this state, until the next entry."""

    date: date
    state: FrontState


class Front(Section):
    """A conflict outside Iraq that the groups and Baghdad react to."""

    weight: float = number(None, "share", "how much of the salience this front carries at full war", range=(0.0, 1.0))
    dates: Several[FrontDate] = choice((), "the recorded course of the front", "evidence/exogenous_gaza.csv")
    follows: str = choice("", "the front that this one follows by `region.coordination`; empty: its own course")
    war_days: float = number(
        200.0,
        "days",
        "mean length of a war beyond the last dated entry",
        range=(60.0, 730.0),
        allowed=(1.0, 100000.0),
        role="lever",
    )
    pause_days: float = number(
        60.0,
        "days",
        "mean length of a pause beyond the last dated entry",
        range=(7.0, 365.0),
        allowed=(1.0, 100000.0),
        role="lever",
    )
    ends: date | None = choice(None, "the war on this front ends for good on this date", role="lever")
    ends_for: Literal["both", "groups", "politics"] = choice(
        "both",
        "who is no longer moved once it ended: the groups and Iran, politics in Baghdad, or both (Q2's paths)",
        role="lever",
    )


def _fronts() -> dict[str, Front]:
    def day(text: str, state: FrontState) -> FrontDate:
        return FrontDate(date=date.fromisoformat(text), state=state)

    return {
        "gaza": Front(
            weight=0.7,
            dates=(
                day("2011-01-01", "none"),
                day("2023-10-07", "war"),
                day("2023-11-24", "truce"),
                day("2023-12-01", "war"),
                day("2024-01-09", "war"),
            ),
        ),
        "lebanon": Front(weight=0.15, follows="gaza"),
        "red_sea": Front(weight=0.15, follows="gaza"),
    }


class Region(Section):
    """The fronts outside Iraq, taken together."""

    coordination: float = number(
        0.8,
        "share",
        "how far the other fronts follow Gaza (0 exogenous, 1 in step)",
        f"{ARTICLE}: 'distracting the enemy'; {JUDGEMENT}",
        range=(0.0, 1.0),
        role="lever",
    )
    truce_intensity: float = number(0.1, "share", "intensity of a front in a truce (war = 1)", range=(0.0, 0.3))
    own_intensity: float = number(
        0.5,
        "share",
        "intensity of a following front's own course while there is war or truce on the one it follows",
        range=(0.0, 1.0),
    )
    motive: float = number(
        1.0,
        "factor",
        "how much of the salience reaches the groups and Iran (0 switches the path off)",
        range=(0.0, 1.0),
        role="fixed",
    )
    politics: float = number(
        1.0,
        "factor",
        "how much of the salience reaches politics in Baghdad (0 switches the path off)",
        range=(0.0, 1.0),
        role="fixed",
    )


class DatedLevel(Section):
    """From this date the level holds, until the next entry."""

    date: date
    level: float = Field(ge=0.0, le=1.0, description="1: holds territory")


def _levels(*entries: tuple[str, float]) -> tuple[DatedLevel, ...]:
    return tuple(DatedLevel(date=date.fromisoformat(day), level=level) for day, level in entries)


class IslamicState(Section):
    """The strength of the Islamic State group."""

    past: Several[DatedLevel] = choice(
        lambda: _levels(("2011-01-01", 0.2), ("2014-06-10", 1.0), ("2017-12-09", 0.3), ("2021-01-01", 0.1)),
        "level by date: 1 while it holds territory",
        "evidence/isis.csv; judgement",
    )
    level: float = number(
        0.1,
        "0-1",
        "level from 10 January 2024 on (1: holds territory)",
        "evidence/isis.csv; judgement",
        range=(0.0, 0.5),
        allowed=(0.0, 1.0),
        role="lever",
    )


# ------------------------------------------------------------------------------------------ Iran
class Iran(Section):
    """Iran's order to the groups, and its press in Baghdad."""

    permissiveness: float = number(
        0.30,
        "0-1",
        "Iran's general readiness to let the groups go ahead",
        range=(0.1, 0.6),
        allowed=(0.0, 1.0),
        role="lever",
    )
    opportunity: float = number(
        0.385, "per salience", "how much a front in flames adds", range=(0.2, 0.8), allowed=(0.0, 2.0), fitted=True
    )
    stake_in_government: float = number(
        0.25,
        "per 0-1",
        "how much allies in Baghdad's government take off",
        "evidence/attacks_cumulative.csv: six months of calm after October 2022; judgement",
        range=(0.05, 0.4),
        allowed=(0.0, 1.0),
    )
    talks_restraint: float = number(
        0.15, "0-1", "how much talks that promise an exit take off", range=(0.0, 0.3), allowed=(0.0, 1.0)
    )
    order_step: float = number(
        0.15,
        "0-1",
        "a new order goes out when wish and order in force differ by more",
        range=(0.05, 0.3),
        allowed=(0.0, 1.0),
    )
    rising_lag: float = number(
        5.0, "days", "longest lag of a rising order (0 to this)", range=(1.0, 14.0), allowed=(0.0, 60.0)
    )
    truce_lag: float = number(
        3.0,
        "days",
        "longest lag of a falling order after a truce on a front (0 to this)",
        "evidence/attacks_cumulative.csv: November 2023",
        range=(0.0, 7.0),
        allowed=(0.0, 60.0),
    )
    falling_lag: float = number(
        30.0,
        "days",
        "longest lag of any other falling order (1 to this)",
        "evidence/iraq_government_actions.csv: the truce of October 2020, 15 days after the threat; judgement",
        range=(10.0, 45.0),
        allowed=(1.0, 120.0),
    )
    exposure_half_life: float = number(
        40.0, "days", "half-life of exposure to US action", range=(20.0, 90.0), allowed=(1.0, 1000.0)
    )
    exposure_fatal: float = number(
        0.6,
        "exposure",
        "a fatal attack on US forces adds",
        "the record shows no pause after one, so 0 is in the range; judgement",
        range=(0.0, 1.5),
        allowed=(0.0, 5.0),
    )
    exposure_killing: float = number(
        0.4, "exposure", "a commander killed, or a large campaign, adds", range=(0.0, 1.0), allowed=(0.0, 5.0)
    )
    exposure_strike: float = number(0.1, "exposure", "a strike in Iraq adds", range=(0.0, 0.4), allowed=(0.0, 5.0))
    exposure_threat: float = number(
        0.4,
        "exposure",
        "a public US threat of a last step adds",
        "evidence/iraq_government_actions.csv: closing the embassy, September 2020; judgement",
        range=(0.1, 1.0),
        allowed=(0.0, 5.0),
    )
    brake_exposure: float = number(
        1.4,
        "exposure",
        "above this Iran brakes hard, until exposure has halved",
        range=(0.6, 2.5),
        allowed=(0.05, 100.0),
    )
    brake_order: float = number(0.05, "0-1", "the order given then", range=(0.0, 0.1), allowed=(0.0, 1.0))
    press_strike: float = number(
        0.5, "0-1", "press in Baghdad after a strike in Iraq", range=(0.2, 0.8), allowed=(0.0, 1.0)
    )
    press_killing: float = number(1.0, "0-1", "press in Baghdad after a killing", range=(0.6, 1.0), allowed=(0.0, 1.0))
    press_half_life: float = number(28.0, "days", "half-life of the press", range=(14.0, 60.0), allowed=(1.0, 1000.0))
    press_in_talks: float = number(
        0.5, "factor", "what is left of the press while talks are on", range=(0.2, 1.0), allowed=(0.0, 1.0)
    )
    coordinator_loss: float = number(
        0.7,
        "factor",
        "each group's control after the killing of the coordinator",
        f"{ARTICLE}: Soleimani's role; {JUDGEMENT}",
        range=(0.4, 1.0),
        allowed=(0.0, 1.0),
    )
    coordinator_recovery: float = number(
        365.0, "days", "mean of the (exponential) recovery of control", range=(180.0, 1000.0), allowed=(1.0, 10000.0)
    )
    brake_hard_below: float = number(
        0.1, "0-1", "an order below this is called `brake hard`", range=(0.1, 0.1), allowed=(0.0, 1.0), role="fixed"
    )
    brake_below: float = number(0.25, "0-1", "below this `brake`", range=(0.25, 0.25), allowed=(0.0, 1.0), role="fixed")
    encourage_from: float = number(
        0.5,
        "0-1",
        "from this `encourage`, between the two `let run`",
        range=(0.5, 0.5),
        allowed=(0.0, 1.0),
        role="fixed",
    )
    press_from: float = number(
        0.15,
        "0-1",
        "press from this is called `press through the blocs`",
        range=(0.15, 0.15),
        allowed=(0.0, 1.0),
        role="fixed",
    )
    demand_from: float = number(
        0.6, "0-1", "from this `demand expulsion`", range=(0.6, 0.6), allowed=(0.0, 1.0), role="fixed"
    )
    highest_rung: Literal["", "brake hard", "brake", "let run", "encourage"] = choice(
        "", "cap on the order; empty: none"
    )
    highest_press: Literal["", "quiet", "press through the blocs", "demand expulsion"] = choice(
        "", "cap on the press in Baghdad; empty: none"
    )


# -------------------------------------------------------------------------------------- militias
MilitiaRung = Literal["", "truce", "harass", "campaign", "war footing"]


class Group(Section):
    """One militia group."""

    share: float = number(
        None,
        "share",
        "its share of attacks when all fight; shares are never normalised, so that taking a group out "
        "raises no other's",
        range=(0.0, 1.0),
    )
    closeness: float = number(
        None, "0-1", "closeness to Iran, whose wishes it shares", "evidence/militias.csv", range=(0.0, 1.0)
    )
    stake: float = number(
        None, "0-1", "stake in the state: seats, ministries, salaries", "evidence/militias.csv", range=(0.0, 1.0)
    )
    control: float = number(
        0.70,
        "probability",
        "how likely it obeys an order of Iran",
        "Abbott et al. 2020; Salehyan 2010; judgement",
        range=(0.4, 0.9),
        allowed=(0.0, 1.0),
    )
    highest_rung: MilitiaRung = choice("", "cap on its posture; empty: none")


def _groups() -> dict[str, Group]:
    def group(share: float, closeness: float, stake: float, control: float = 0.70) -> Group:
        return Group(share=share, closeness=closeness, stake=stake, control=control)

    return {
        "Kataib Hezbollah": group(0.40, 0.95, 0.45, 0.80),
        "Harakat al-Nujaba": group(0.25, 0.95, 0.20, 0.65),
        "Kataib Sayyid al-Shuhada": group(0.17, 0.90, 0.35),
        "Ansar Allah al-Awfiya": group(0.12, 0.85, 0.30),
        "Asaib Ahl al-Haq": group(0.03, 0.75, 0.75),
        "Badr Organization": group(0.02, 0.60, 0.90),
        "Saraya al-Salam (Sadr)": group(0.01, 0.15, 0.50, 0.10),
    }


class Militias(Section):
    """What all groups have in common: what they wish, what they do, and their politicians."""

    wish_base: float = number(
        -2.0, "logit", "wish to fight of a group that nothing moves", range=(-3.0, -1.0), allowed=(-20.0, 20.0)
    )
    wish_salience: float = number(
        4.71,
        "logit",
        "Gaza's pull, times closeness and what the state does not hold",
        range=(2.0, 8.0),
        allowed=(0.0, 50.0),
        fitted=True,
    )
    wish_stake: float = number(
        0.953, "logit", "what a full stake in the state takes off", range=(0.5, 3.0), allowed=(0.0, 50.0), fitted=True
    )
    wish_anger: float = number(1.5, "logit", "what full anger adds", range=(0.0, 3.0), allowed=(0.0, 50.0))
    wish_fear: float = number(2.0, "logit", "what full fear takes off", range=(0.0, 4.0), allowed=(0.0, 50.0))
    wish_outbid: float = number(
        0.5,
        "logit",
        "outbidding: lagging one's normal share while others fight adds",
        range=(0.0, 2.0),
        allowed=(0.0, 50.0),
    )
    wish_isis: float = number(
        3.0, "logit", "what a common enemy, IS at full strength, takes off", range=(1.0, 5.0), allowed=(0.0, 50.0)
    )
    harass_from: float = number(0.195, "intent", "posture `harass` from here", range=(0.15, 0.25), allowed=(0.0, 1.0))
    campaign_from: float = number(
        0.345, "intent", "posture `campaign` from here", range=(0.3, 0.45), allowed=(0.0, 1.0)
    )
    war_from: float = number(0.85, "intent", "posture `war footing` from here", range=(0.7, 0.95), allowed=(0.0, 1.0))
    hysteresis: float = number(
        0.03, "intent", "how far below a threshold before stepping down", range=(0.0, 0.06), allowed=(0.0, 0.5)
    )
    call_chance: float = number(
        0.02,
        "per week",
        "chance that the groups' politicians call for expulsion, before 2020",
        range=(0.005, 0.05),
        allowed=(0.0, 1.0),
    )
    call_chance_since_2020: float = number(
        0.05,
        "per week",
        "the same since 2020",
        f"{ARTICLE}: more regular since; {JUDGEMENT}",
        range=(0.02, 0.1),
        allowed=(0.0, 1.0),
    )
    call_salience: float = number(
        0.15, "per week", "what full salience adds to it", range=(0.05, 0.3), allowed=(0.0, 1.0)
    )
    call_strength: float = number(
        0.5, "0-1", "strength of a call, or of the calls after a strike in Iraq", range=(0.3, 0.7), allowed=(0.0, 1.0)
    )
    call_half_life: float = number(28.0, "days", "half-life of calls", range=(14.0, 60.0), allowed=(1.0, 1000.0))
    call_from: float = number(
        0.25,
        "0-1",
        "calls from this are called `call for expulsion`",
        range=(0.25, 0.25),
        allowed=(0.0, 1.0),
        role="fixed",
    )
    bill_from: float = number(
        0.9, "0-1", "from this the politicians bring a bill", range=(0.9, 0.9), allowed=(0.0, 1.0), role="fixed"
    )
    increase_2020: date = choice(date(2020, 1, 1), "calls come more regularly since", ARTICLE)
    highest_call: Literal["", "none", "call for expulsion", "bill in parliament"] = choice(
        "", "cap on the calls; empty: none"
    )


class RatePoint(Section):
    """One point of the curve from intent to the rate of attacks."""

    intent: float = Field(ge=0.0, le=1.0)
    rate: float = Field(gt=0.0)


def _points() -> tuple[RatePoint, ...]:
    curve = ((0.04, 0.01), (0.175, 0.13), (0.43, 1.0), (0.95, 5.0))
    return tuple(RatePoint(intent=intent, rate=rate) for intent, rate in curve)


class Attacks(Section):
    """Attacks on US forces: how many, where, and how severe."""

    weekly: float = number(
        11.9,
        "attacks a week",
        "rate in Iraq and Syria with every group at rate 1, self-excitation included",
        "evidence/attacks_cumulative.csv: 127 in 85 days",
        range=(8.0, 14.0),
        allowed=(0.0, 100.0),
        fitted=True,
    )
    curve: Several[RatePoint] = choice(_points, "relative rate by intent, log-linear between points, flat beyond")
    excitation: float = number(
        0.35,
        "share",
        "branching ratio of self-excitation; the public counts do not identify it",
        "Lewis, Mohler, Brantingham & Bertozzi 2012: .37-.50",
        range=(0.0, 0.6),
        allowed=(0.0, 0.95),
    )
    excitation_days: float = number(
        14.0,
        "days",
        "mean delay of an excited attack",
        "Lewis et al. 2012; judgement",
        range=(7.0, 42.0),
        allowed=(1.0, 365.0),
    )
    share_in_iraq: float = number(
        0.36,
        "share",
        "share of attacks in Iraq late in a campaign",
        "evidence/attacks_cumulative.csv",
        range=(0.3, 0.45),
        allowed=(0.0, 1.0),
    )
    share_in_iraq_first: float = number(
        0.58,
        "share",
        "what the first day of a campaign adds to it",
        "evidence/attacks_cumulative.csv",
        range=(0.4, 0.64),
        allowed=(0.0, 1.0),
    )
    share_days: float = number(
        11.0,
        "days",
        "how fast that fades (a fitted clock, its cause is not known)",
        "evidence/attacks_cumulative.csv",
        range=(6.0, 20.0),
        allowed=(1.0, 365.0),
    )
    quiet_rate: float = number(
        0.2, "attacks a day", "below this the groups are quiet", range=(0.1, 0.4), allowed=(0.0, 10.0), role="fixed"
    )
    quiet_days: float = number(
        30.0,
        "days",
        "a campaign begins with the first attack after so many quiet days",
        range=(14.0, 60.0),
        allowed=(0.0, 365.0),
        role="fixed",
    )
    recent_days: float = number(
        30.0,
        "days",
        "memory of 'recent' attacks, mean of an exponential window",
        range=(15.0, 60.0),
        allowed=(1.0, 365.0),
        role="fixed",
    )
    met: float = number(
        0.058,
        "probability",
        "an attack in Iraq is met on the spot in self-defence",
        "evidence/us_strikes.csv: 3 of 52",
        range=(0.02, 0.12),
        allowed=(0.0, 1.0),
    )
    met_dead: float = number(
        2.0,
        "persons",
        "mean dead among the attackers then (none possible)",
        "evidence/us_strikes.csv: 1, 5, 0",
        range=(1.0, 4.0),
        allowed=(0.0, 50.0),
    )
    wounds: float = number(
        0.06,
        "probability",
        "an attack wounds somebody",
        "evidence/us_casualties.csv",
        range=(0.03, 0.15),
        allowed=(0.0, 1.0),
    )
    wounded_scale: float = number(
        10.0,
        "persons",
        "scale of the long tail of wounded",
        "evidence/us_casualties.csv: mean about 9",
        range=(5.0, 16.0),
        allowed=(0.1, 200.0),
    )
    wounded_tail: float = number(
        2.2,
        "exponent",
        "tail of the wounded (smaller: heavier)",
        "evidence/us_casualties.csv",
        range=(1.8, 3.0),
        allowed=(1.2, 10.0),
    )
    fatal: float = number(
        0.0065,
        "probability",
        "an attack kills somebody",
        "evidence/us_casualties.csv: 2 fatal in 210 = .0095",
        range=(0.002, 0.03),
        allowed=(0.0, 1.0),
    )
    deaths_exponent: float = number(
        2.4,
        "exponent",
        "power law of the dead, given any",
        "Clauset, Young & Gleditsch 2007",
        range=(2.2, 2.6),
        allowed=(1.5, 6.0),
    )
    deaths_most: float = number(
        300.0, "persons", "cap on the dead of one attack", range=(50.0, 1000.0), allowed=(1.0, 10000.0), role="fixed"
    )
    syria_since: date = choice(
        date(2015, 10, 30), "US forces in Syria since; before, only those in Iraq can be attacked", role="fixed"
    )

    @model_validator(mode="after")
    def _rising(self) -> Attacks:
        if len(self.curve) < 2:
            raise ValueError("curve: needs at least two points")
        for a, b in zip(self.curve, self.curve[1:], strict=False):
            if b.intent <= a.intent or b.rate < a.rate:
                raise ValueError(
                    f"curve: the point at intent {b.intent} must lie right of and not below the one before"
                )
        return self


# --------------------------------------------------------------------------------- United States
ResponseRung = Literal[
    "", "absorb", "warn", "strike in Syria", "strike in Iraq", "kill a commander in Baghdad", "large campaign"
]


class UnitedStates(Section):
    """When and how the United States answers attacks, and its leverage on Baghdad."""

    restraint: float = number(
        0.5,
        "0-1",
        "how much Washington holds back",
        f"{ARTICLE}: 'mostly restrained'; {JUDGEMENT}",
        range=(0.2, 0.8),
        allowed=(0.0, 1.0),
        role="lever",
    )
    willing_to_talk: float = number(
        0.4, "0-1", "readiness to open talks on the presence", range=(0.1, 0.9), allowed=(0.0, 1.0), role="lever"
    )
    us_stake: float = number(
        0.8,
        "0-1",
        "how much Washington values an open-ended presence",
        f"{ARTICLE}: own strategic purposes; {JUDGEMENT}",
        range=(0.4, 1.0),
        allowed=(0.0, 1.0),
        role="lever",
    )
    leverage: float = number(
        1.0,
        "factor",
        "the price that Baghdad expects for an exit without agreement",
        f"{ARTICLE}: sanctions, reserves; evidence/economic_leverage.csv; judgement",
        range=(0.0, 2.0),
        role="lever",
    )
    stress_attack: float = number(0.02, "stress", "an attack adds", range=(0.0, 0.05), allowed=(0.0, 10.0))
    stress_hurt: float = number(0.8, "stress", "one or two wounded add", range=(0.3, 1.5), allowed=(0.0, 10.0))
    stress_hurt_many: float = number(2.5, "stress", "three or more wounded add", range=(1.5, 4.0), allowed=(0.0, 20.0))
    stress_fatal: float = number(
        5.0,
        "stress",
        "a fatal attack adds, and one more for each of the dead",
        "Lin-Greenberg 2022; judgement",
        range=(3.0, 8.0),
        allowed=(0.0, 50.0),
    )
    stress_half_life: float = number(7.0, "days", "half-life of stress", range=(4.0, 14.0), allowed=(1.0, 365.0))
    slope: float = number(
        3.32, "per stress", "steepness of the decision to strike", range=(1.2, 4.0), allowed=(0.0, 50.0), fitted=True
    )
    threshold: float = number(
        2.81,
        "stress",
        "stress at which a strike is as likely as not in a day, at restraint .5",
        "evidence/us_strikes.csv: about 21 attacks a strike",
        range=(2.0, 3.5),
        allowed=(0.0, 50.0),
        fitted=True,
    )
    threshold_restraint: float = number(
        3.0, "stress", "what restraint adds to it, from 0 to 1", range=(1.0, 5.0), allowed=(0.0, 50.0)
    )
    constant_rate: float = number(
        0.0,
        "per attack",
        "for ablations: if above 0, strikes follow attacks at this rate, whoever was hurt",
        range=(0.0, 0.1),
        allowed=(0.0, 1.0),
        role="fixed",
    )
    stress_kept: float = number(
        0.3, "factor", "stress left once a strike is decided", range=(0.1, 0.6), allowed=(0.0, 1.0)
    )
    lag: float = number(
        10.0,
        "days",
        "longest lag from decision to strike (0 to this)",
        "evidence/us_strikes.csv: 0-10",
        range=(7.0, 12.0),
        allowed=(0.0, 60.0),
    )
    memory: float = number(
        60.0,
        "days",
        "how long earlier strikes count, mean of an exponential window",
        range=(30.0, 120.0),
        allowed=(1.0, 1000.0),
        role="fixed",
    )
    rung_stress: float = number(
        0.35, "logit", "stress (up to `rung_stress_most`) raises the rung", range=(0.1, 0.6), allowed=(0.0, 10.0)
    )
    rung_stress_most: float = number(
        6.0, "stress", "beyond this stress no longer raises the rung", range=(4.0, 10.0), allowed=(0.0, 100.0)
    )
    rung_strikes: float = number(
        0.818,
        "logit",
        "each recent strike that did not help raises the rung",
        range=(0.2, 0.9),
        allowed=(0.0, 10.0),
        fitted=True,
    )
    rung_place: float = number(
        0.827, "logit", "the last wound was dealt in Iraq", range=(0.0, 1.6), allowed=(0.0, 10.0), fitted=True
    )
    rung_restraint: float = number(3.0, "logit", "restraint lowers the rung", range=(1.0, 5.0), allowed=(0.0, 50.0))
    rung_talks: float = number(1.0, "logit", "talks lower the rung", range=(0.0, 2.0), allowed=(0.0, 50.0))
    cut_iraq: float = number(
        2.78,
        "logit",
        "cut between Syria and Iraq",
        "evidence/us_strikes.csv: first strike in Iraq on day 36",
        range=(2.0, 3.4),
        allowed=(-20.0, 50.0),
        fitted=True,
    )
    cut_commander: float = number(
        4.22,
        "logit",
        "cut between Iraq and a commander in Baghdad",
        "evidence/us_strikes.csv: 1 in 127 attacks (one event)",
        range=(4.0, 6.0),
        allowed=(-20.0, 50.0),
        fitted=True,
    )
    cut_campaign: float = number(
        7.2, "logit", "cut between a commander and a large campaign", range=(6.2, 9.0), allowed=(-20.0, 50.0)
    )
    offer_chance: float = number(
        0.25,
        "per week",
        "an offer of talks, at full willingness, once Baghdad's step is noticed",
        range=(0.1, 0.5),
        allowed=(0.0, 1.0),
    )
    restrict_chance: float = number(
        0.3,
        "once",
        "dollars are restricted after an exit without agreement, at leverage 1",
        "threatened, never done: evidence/economic_leverage.csv; judgement",
        range=(0.0, 0.7),
        allowed=(0.0, 1.0),
    )
    sanction_chance: float = number(
        0.3,
        "once",
        "sanctions follow, at leverage 1",
        "threatened, never done; judgement",
        range=(0.0, 0.7),
        allowed=(0.0, 1.0),
    )
    warn_share: float = number(
        0.5,
        "share",
        "`warn` is spoken when stress passes this share of the threshold",
        range=(0.3, 0.8),
        allowed=(0.0, 1.0),
    )
    step_threat: float = number(
        0.3, "0-1", "how Washington reads a threat to expel", range=(0.15, 0.45), allowed=(0.0, 1.0)
    )
    step_committee: float = number(0.5, "0-1", "… a committee, or talks", range=(0.3, 0.6), allowed=(0.0, 1.0))
    step_timetable: float = number(
        0.7, "0-1", "… the demand of a timetable (a letter is 1)", range=(0.5, 0.9), allowed=(0.0, 1.0)
    )
    notice_from: float = number(
        0.2,
        "0-1",
        "steps, times credibility, noticed from here: talks may be offered",
        range=(0.1, 0.3),
        allowed=(0.0, 1.0),
    )
    warn_from: float = number(
        0.5, "0-1", "Baghdad is warned of consequences from here", range=(0.3, 0.7), allowed=(0.0, 1.0)
    )
    highest_rung: ResponseRung = choice("", "cap on the response; empty: none")
    highest_leverage: Literal[
        "", "reassure", "offer talks", "warn of consequences", "restrict dollars", "sanctions"
    ] = choice("", "cap on leverage; empty: none")


_IN_THE_LOG = "told in the log alone, since the dead of a strike count as none or some"


class Strikes(Section):
    """What US strikes do."""

    fear: float = number(
        0.25,
        "0-1",
        "fear per size of the rung; the literature is split on which of the two wins",
        "LaFree et al. 2009; Johnston & Sarbahi 2016; evidence: .99 and .91 the week after",
        range=(0.0, 0.6),
        allowed=(0.0, 5.0),
    )
    anger: float = number(
        0.35,
        "0-1",
        "anger per size of the rung",
        "Haushofer et al. 2010; judgement",
        range=(0.0, 0.7),
        allowed=(0.0, 5.0),
    )
    spread: float = number(
        0.5, "log", "each world's fear and anger differ by up to this, either way", range=(0.0, 1.0), allowed=(0.0, 3.0)
    )
    fear_half_life: float = number(56.0, "days", "half-life of fear", range=(28.0, 112.0), allowed=(1.0, 1000.0))
    anger_half_life: float = number(14.0, "days", "half-life of anger", range=(7.0, 42.0), allowed=(1.0, 1000.0))
    bystanders: float = number(
        1.0 / 3.0, "share", "what reaches the groups that were not struck", range=(0.0, 0.6), allowed=(0.0, 1.0)
    )
    size_syria: float = number(0.15, "0-1", "size of a strike in Syria", range=(0.05, 0.25), allowed=(0.0, 1.0))
    size_iraq: float = number(0.3, "0-1", "size of a strike in Iraq", range=(0.2, 0.4), allowed=(0.0, 1.0))
    size_commander: float = number(0.5, "0-1", "size of a commander killed", range=(0.4, 0.7), allowed=(0.0, 1.0))
    size_campaign: float = number(0.8, "0-1", "size of a large campaign", range=(0.6, 1.0), allowed=(0.0, 1.0))
    none_dead_syria: float = number(
        0.4,
        "probability",
        "a strike in Syria kills nobody; " + _IN_THE_LOG,
        "evidence/us_strikes.csv",
        range=(0.1, 0.7),
        allowed=(0.0, 1.0),
        role="fixed",
    )
    none_dead_iraq: float = number(
        0.05,
        "probability",
        "a strike in Iraq kills nobody",
        "evidence/us_strikes.csv",
        range=(0.0, 0.3),
        allowed=(0.0, 1.0),
    )
    dead_syria: float = number(
        8.0,
        "persons",
        "mean dead of a deadly strike in Syria; " + _IN_THE_LOG,
        "evidence/us_strikes.csv",
        range=(4.0, 20.0),
        allowed=(1.0, 500.0),
        role="fixed",
    )
    dead_iraq: float = number(
        8.0,
        "persons",
        "mean dead of a deadly strike in Iraq; " + _IN_THE_LOG,
        "evidence/us_strikes.csv: 25, 6, 7, 8, 1",
        range=(4.0, 15.0),
        allowed=(1.0, 500.0),
        role="fixed",
    )
    dead_commander: float = number(
        4.0,
        "persons",
        "mean dead of a killing in Baghdad; " + _IN_THE_LOG,
        "evidence/us_strikes.csv: 10, 2",
        range=(2.0, 10.0),
        allowed=(1.0, 500.0),
        role="fixed",
    )
    dead_campaign: float = number(
        30.0,
        "persons",
        "mean dead of a large campaign; " + _IN_THE_LOG,
        range=(10.0, 80.0),
        allowed=(1.0, 1000.0),
        role="fixed",
    )
    bystander_deaths: float = number(
        0.11,
        "probability",
        "a strike in Iraq kills civilians or state forces (police, army, PMF men who took no part)",
        "evidence/us_strikes.csv: one of nine",
        range=(0.03, 0.3),
        allowed=(0.0, 1.0),
    )
    bystander_deaths_campaign: float = number(
        0.5, "probability", "a large campaign does", range=(0.2, 0.9), allowed=(0.0, 1.0)
    )
    bystander_dead: float = number(
        6.0,
        "persons",
        "mean civilians and state forces killed then",
        "evidence/us_strikes.csv: six",
        range=(2.0, 15.0),
        allowed=(1.0, 500.0),
    )


# ------------------------------------------------------------------------------------------ Iraq
GovernmentRung = Literal[
    "",
    "silence",
    "condemn",
    "protest note",
    "threaten expulsion",
    "special committee",
    "talks",
    "demand a timetable",
    "letter of expulsion",
]


class Government(Section):
    """From this date this government rules."""

    date: date
    allies: float = Field(ge=0.0, le=1.0)


def _governments() -> tuple[Government, ...]:
    past = (("2011-01-01", 0.5), ("2014-09-08", 0.4), ("2018-10-25", 0.6), ("2020-05-07", 0.0), ("2022-10-27", 1.0))
    return tuple(Government(date=date.fromisoformat(day), allies=allies) for day, allies in past)


class Iraq(Section):
    """The prime minister: pressure, two faces, and the choice of a rung."""

    private_wish: float = number(
        0.3,
        "0-1",
        "what the prime minister privately wants (0 they stay, 1 they leave)",
        f"{ARTICLE}: the status quo, or a negotiated way out; evidence: the cable of 6 Jan 2024",
        range=(0.1, 0.6),
        allowed=(0.0, 1.0),
        role="lever",
    )
    capability: float = number(
        0.7,
        "0-1",
        "Iraq's own capability against IS",
        f"{ARTICLE}: 'probably enough capabilities'; {JUDGEMENT}",
        range=(0.4, 0.95),
        allowed=(0.0, 1.0),
        role="lever",
    )
    allies_in_government: float = number(
        1.0,
        "0-1",
        "the groups' allies in government, from 10 January 2024",
        "evidence/iraq_government_actions.csv; judgement",
        range=(0.0, 1.0),
        role="lever",
    )
    governments: Several[Government] = choice(
        _governments,
        "the groups' allies in government by date, before 10 January 2024",
        "evidence/iraq_government_actions.csv; judgement",
    )
    base_pressure: float = number(
        0.144, "0-1", "pressure that is always there", range=(0.05, 0.25), allowed=(0.0, 1.0), fitted=True
    )
    pressure_salience: float = number(
        0.12,
        "per salience",
        "Gaza's political path: the US is seen as Israel's support",
        f"{ARTICLE}; evidence/public_opinion.csv; {JUDGEMENT}",
        range=(0.03, 0.25),
        allowed=(0.0, 1.0),
    )
    pressure_calls: float = number(
        0.15, "per call", "calls by the groups' politicians", range=(0.05, 0.25), allowed=(0.0, 1.0)
    )
    pressure_press: float = number(
        0.10, "per press", "Iran's press, times its influence", range=(0.0, 0.2), allowed=(0.0, 1.0)
    )
    pressure_isis: float = number(
        0.6,
        "share",
        "what IS at full strength takes off",
        f"{ARTICLE}: the lapse after 2014; {JUDGEMENT}",
        range=(0.3, 0.9),
        allowed=(0.0, 1.0),
    )
    pressure_half_life: float = number(
        44.0,
        "days",
        "half-life of the distance to what the day warrants",
        range=(14.0, 70.0),
        allowed=(1.0, 1000.0),
        fitted=True,
    )
    jump_syria: float = number(
        0.02, "0-1", "jump of pressure after a strike in Syria", range=(0.0, 0.05), allowed=(0.0, 1.0)
    )
    jump_iraq: float = number(
        0.0764, "0-1", "jump after a strike in Iraq", range=(0.05, 0.25), allowed=(0.0, 1.0), fitted=True
    )
    jump_commander: float = number(
        0.382,
        "0-1",
        "jump after a commander killed in Baghdad",
        "two killings; judgement",
        range=(0.2, 0.45),
        allowed=(0.0, 1.0),
        fitted=True,
    )
    jump_coordinator: float = number(
        0.65,
        "0-1",
        "jump after the coordinator of the groups is killed",
        "one event: two days after that of 3 January 2020 parliament met (evidence/parliament.csv); judgement",
        range=(0.4, 0.75),
        allowed=(0.0, 1.0),
    )
    jump_campaign: float = number(0.40, "0-1", "jump after a large campaign", range=(0.25, 0.6), allowed=(0.0, 1.0))
    jump_dead: float = number(
        40.0,
        "persons",
        "civilians and state forces killed that take the jump most of the way",
        range=(15.0, 100.0),
        allowed=(1.0, 10000.0),
    )
    pressure_floor: float = number(
        0.0, "0-1", "for experiments: pressure is held at or above", range=(0.0, 1.0), role="fixed"
    )
    pressure_ceiling: float = number(
        1.0, "0-1", "for experiments: pressure is held at or below", range=(0.0, 1.0), role="fixed"
    )
    public_gap: float = number(
        0.8,
        "per pressure",
        "how far public stance moves away from private wish",
        "evidence: the cable of 6 Jan 2024; Kuran 1995",
        range=(0.4, 1.0),
        allowed=(0.0, 2.0),
    )
    credibility_loss: float = number(
        0.85,
        "factor",
        "credibility left after a demand that follows one without an act",
        range=(0.7, 0.95),
        allowed=(0.0, 1.0),
    )
    credibility_half_life: float = number(
        150.0,
        "days",
        "half-life of what credibility lacks",
        f"{ARTICLE}: threats every year; {JUDGEMENT}",
        range=(90.0, 365.0),
        allowed=(1.0, 10000.0),
    )
    survival: float = number(
        3.0, "utility", "weight of pressure left unanswered, squared", range=(1.5, 5.0), allowed=(0.0, 50.0)
    )
    security_cost: float = number(
        1.0,
        "utility",
        "cost to security of leaving, at the defaults",
        f"{ARTICLE}: training … equipment; {JUDGEMENT}",
        range=(0.4, 2.0),
        allowed=(0.0, 50.0),
    )
    security_isis: float = number(
        3.0, "per IS", "how much more security counts while IS is strong", range=(1.0, 5.0), allowed=(0.0, 50.0)
    )
    economy_cost: float = number(
        1.0,
        "utility",
        "cost to the economy of leaving without agreement, at leverage 1",
        "evidence/economic_leverage.csv; judgement",
        range=(0.4, 2.0),
        allowed=(0.0, 50.0),
    )
    sovereignty: float = number(
        1.0, "utility", "what leaving gains, times the private wish", range=(0.0, 3.0), allowed=(0.0, 50.0)
    )
    overreach: float = number(
        5.28, "utility", "going further than the moment warrants", range=(1.5, 6.0), allowed=(0.0, 50.0), fitted=True
    )
    audience: float = number(
        0.3, "utility", "stepping down the whole ladder", "Weeks 2008: small", range=(0.0, 1.0), allowed=(0.0, 50.0)
    )
    audience_fade: float = number(
        0.1, "per week", "how fast the highest rung shown is forgotten", range=(0.05, 0.25), allowed=(0.0, 1.0)
    )
    precision: float = number(
        5.58,
        "per utility",
        "precision of the choice",
        "McKelvey & Palfrey 1995; judgement",
        range=(3.0, 9.0),
        allowed=(0.0, 100.0),
        fitted=True,
    )
    mood_days: float = number(30.0, "days", "how long a mood holds", range=(14.0, 60.0), allowed=(1.0, 1000.0))
    decision_days: int = Field(
        default=7,
        ge=1,
        le=60,
        description="days between looks at the situation (a crisis calls for one at once)",
        json_schema_extra={"unit": "days", "source": JUDGEMENT, "role": "fixed", "range": [7, 14]},
    )
    letter_days: float = number(
        21.0,
        "days",
        "how long the letter must stand as the choice, without a break",
        range=(7.0, 42.0),
        allowed=(0.0, 365.0),
    )
    crisis_pressure: float = number(
        0.6, "0-1", "a crisis above this pressure calls a session of parliament", range=(0.5, 0.7), allowed=(0.0, 1.0)
    )
    relief_condemn: float = number(0.10, "0-1", "relief of a condemnation", range=(0.0, 0.2), allowed=(0.0, 1.0))
    relief_note: float = number(0.15, "0-1", "relief of a protest note", range=(0.05, 0.3), allowed=(0.0, 1.0))
    relief_threat: float = number(
        0.25, "0-1", "relief of a threat, times credibility", range=(0.1, 0.4), allowed=(0.0, 1.0)
    )
    relief_committee: float = number(
        0.35,
        "0-1",
        "relief of the first committee",
        f"{ARTICLE}: an oft-used delaying tactic; {JUDGEMENT}",
        range=(0.2, 0.5),
        allowed=(0.0, 1.0),
    )
    relief_repeat: float = number(
        0.75, "factor", "what each earlier committee leaves of it", range=(0.5, 0.95), allowed=(0.0, 1.0)
    )
    relief_talks: float = number(0.45, "0-1", "relief of fresh talks", range=(0.3, 0.6), allowed=(0.0, 1.0))
    relief_talks_stale: float = number(
        0.10, "0-1", "relief of talks a year without product", range=(0.0, 0.3), allowed=(0.0, 1.0)
    )
    relief_timetable: float = number(
        0.60, "0-1", "relief of demanding a timetable, times credibility", range=(0.4, 0.8), allowed=(0.0, 1.0)
    )
    exit_note: float = number(
        0.01, "0-1", "how far a protest note goes toward an exit", range=(0.0, 0.03), allowed=(0.0, 1.0)
    )
    exit_threat: float = number(0.03, "0-1", "how far a threat goes", range=(0.0, 0.1), allowed=(0.0, 1.0))
    exit_committee: float = number(0.05, "0-1", "how far a committee goes", range=(0.0, 0.1), allowed=(0.0, 1.0))
    exit_talks: float = number(0.3, "0-1", "how far talks go", range=(0.15, 0.45), allowed=(0.0, 1.0))
    exit_timetable: float = number(
        0.6, "0-1", "how far demanding a timetable goes", range=(0.4, 0.8), allowed=(0.0, 1.0)
    )
    anchor_condemn: float = number(
        0.2, "pressure", "pressure that warrants a condemnation", range=(0.1, 0.3), allowed=(0.0, 1.0)
    )
    anchor_note: float = number(0.3, "pressure", "… a protest note", range=(0.2, 0.4), allowed=(0.0, 1.0))
    anchor_threat: float = number(
        0.452, "pressure", "… a threat to expel", range=(0.4, 0.65), allowed=(0.0, 1.0), fitted=True
    )
    anchor_committee: float = number(
        0.534, "pressure", "… a new committee", range=(0.45, 0.7), allowed=(0.0, 1.0), fitted=True
    )
    anchor_talks: float = number(0.55, "pressure", "… opening talks", range=(0.4, 0.7), allowed=(0.0, 1.0))
    anchor_timetable: float = number(0.7, "pressure", "… demanding a timetable", range=(0.6, 0.85), allowed=(0.0, 1.0))
    anchor_letter: float = number(0.85, "pressure", "… a letter of expulsion", range=(0.75, 0.95), allowed=(0.0, 1.0))
    committee_days: float = number(
        90.0, "days", "how long a committee gives relief", range=(45.0, 150.0), allowed=(1.0, 1000.0)
    )
    committee_clock_low: float = number(
        180.0,
        "days",
        "earliest end of its clock",
        "the dialogue of 2020-21 took 13 months; judgement",
        range=(120.0, 270.0),
        allowed=(1.0, 3000.0),
    )
    committee_clock_high: float = number(
        540.0,
        "days",
        "latest end of its clock",
        "the dialogue of 2020-21 took 13 months; judgement",
        range=(400.0, 720.0),
        allowed=(1.0, 3000.0),
    )
    no_product_pressure: float = number(
        0.15, "0-1", "jump of pressure when the clock ends without a product", range=(0.05, 0.3), allowed=(0.0, 1.0)
    )
    no_product_credibility: float = number(0.8, "factor", "credibility left then", range=(0.6, 1.0), allowed=(0.0, 1.0))
    highest_rung: GovernmentRung = choice(
        "", "cap on the government: an experiment on the ending, marked as such; empty: none"
    )


class Bloc(Section):
    """A bloc of parliament."""

    seats: int = Field(
        ge=0,
        le=329,
        description="seats of 329",
        json_schema_extra={"unit": "seats", "source": "evidence/parliament.csv", "role": "fixed", "range": [0, 329]},
    )
    lean: float = number(
        None,
        "logit",
        "lean to attend, and to vote the US out (below 0: to stay away)",
        "evidence/parliament.csv; judgement",
        range=(-4.0, 4.0),
        allowed=(-20.0, 20.0),
    )
    closeness: float = number(None, "0-1", "how far Iran's press moves it", range=(0.0, 1.0))
    exposure: float = number(None, "0-1", "how far the expected price of an exit falls on it", range=(0.0, 1.0))


def _blocs() -> dict[str, Bloc]:
    def bloc(seats: int, lean: float, closeness: float, exposure: float) -> Bloc:
        return Bloc(seats=seats, lean=lean, closeness=closeness, exposure=exposure)

    return {
        "Framework: armed wings": bloc(60, 2.5, 1.0, 0.1),
        "Framework: moderates": bloc(78, 0.8, 0.5, 0.4),
        "Sunni": bloc(65, -2.0, 0.0, 1.0),
        "Kurdish": bloc(60, -2.0, 0.0, 1.0),
        "independents": bloc(66, 0.3, 0.2, 0.5),
    }


class Parliament(Section):
    """Sessions, votes and laws."""

    quorum: float = number(
        165.0,
        "members",
        "members needed for a session",
        "half of 329 and one",
        range=(165.0, 165.0),
        allowed=(0.0, 329.0),
        role="fixed",
    )
    law_majority: float = number(
        165.0,
        "members",
        "members who must vote for a binding law: half the house and one, since a law against the "
        "absent would not be carried out",
        JUDGEMENT,
        range=(140.0, 165.0),
        allowed=(0.0, 330.0),
    )
    pressure_weight: float = number(
        4.0, "logit", "pressure above the crisis mark brings members in", range=(2.0, 6.0), allowed=(0.0, 50.0)
    )
    price_weight: float = number(
        0.5, "logit", "the expected price keeps the exposed away", range=(0.0, 1.5), allowed=(0.0, 50.0)
    )
    law_price_weight: float = number(
        3.0,
        "logit",
        "the expected price in the vote on a binding law",
        "there has been none; judgement",
        range=(1.0, 6.0),
        allowed=(0.0, 50.0),
    )
    law_caution: float = number(
        1.0,
        "logit",
        "how much more it takes to vote for a binding law than to attend",
        "there has been none; judgement",
        range=(0.0, 3.0),
        allowed=(-10.0, 50.0),
    )
    attendance_spread: float = number(
        0.1, "share", "a bloc's attendance differs by up to this, either way", range=(0.0, 0.2), allowed=(0.0, 1.0)
    )
    routine_chance: float = number(
        0.004,
        "per week",
        "a session on the presence without a crisis, times calls",
        "evidence: March 2018; judgement",
        range=(0.0, 0.02),
        allowed=(0.0, 1.0),
    )
    vote_relief: float = number(
        0.1, "0-1", "pressure let off by a non-binding vote", range=(0.0, 0.2), allowed=(0.0, 1.0)
    )
    vote_step: float = number(
        0.5, "0-1", "how a vote counts as a step toward the US", range=(0.2, 0.7), allowed=(0.0, 1.0)
    )
    step_half_life: float = number(90.0, "days", "half-life of that", range=(30.0, 180.0), allowed=(1.0, 1000.0))
    reading_days: float = number(
        7.0, "days", "between the readings of a law", range=(2.0, 30.0), allowed=(1.0, 365.0), role="fixed"
    )
    vote_rest: float = number(
        90.0,
        "days",
        "after a non-binding vote parliament does not take the matter up again for so long, but for a bill",
        "evidence/iraq_government_actions.csv: one vote in 2018, one in 2020; judgement",
        range=(30.0, 365.0),
        allowed=(1.0, 3650.0),
    )
    highest_rung: Literal["", "no session", "session without quorum", "non-binding vote", "binding law"] = choice(
        "", "cap on parliament: an experiment on the ending, marked as such; empty: none"
    )


class Public(Section):
    """The public's three camps, and the influence of the two patrons."""

    camp_us: float = number(
        0.25,
        "share",
        "camp for the US, at the start",
        f"{ARTICLE}; evidence/public_opinion.csv",
        range=(0.1, 0.4),
        allowed=(0.0, 1.0),
    )
    camp_iran: float = number(
        0.15,
        "share",
        "camp for Iran, at the start; the rest wants independence from both",
        f"{ARTICLE}; evidence/public_opinion.csv",
        range=(0.05, 0.3),
        allowed=(0.0, 1.0),
    )
    strike_shift: float = number(
        0.02, "share", "moved out of the first camp by a strike in Iraq", range=(0.0, 0.05), allowed=(0.0, 1.0)
    )
    killing_shift: float = number(0.04, "share", "the same by a killing", range=(0.0, 0.1), allowed=(0.0, 1.0))
    shift_to_independence: float = number(
        0.75,
        "share",
        "of these go to the camp of independence, the rest to Iran's",
        range=(0.4, 1.0),
        allowed=(0.0, 1.0),
    )
    campaign_shift: float = number(
        0.002,
        "share",
        "moved from Iran's camp to independence by a week of campaign in Iraq",
        range=(0.0, 0.01),
        allowed=(0.0, 1.0),
    )
    shift_half_life: float = number(
        365.0, "days", "half-life of a shift", range=(180.0, 1000.0), allowed=(1.0, 10000.0)
    )
    bloc_weight: float = number(
        2.0, "logit", "a bloc's lean moves with the camps that want the US out", range=(0.0, 4.0), allowed=(0.0, 50.0)
    )
    influence_us: float = number(
        0.5, "0-1", "influence of the US, at the start", f"{ARTICLE}: in balance", range=(0.3, 0.7), allowed=(0.0, 1.0)
    )
    influence_iran: float = number(
        0.5, "0-1", "influence of Iran, at the start", f"{ARTICLE}: in balance", range=(0.3, 0.7), allowed=(0.0, 1.0)
    )
    demand_met: float = number(
        0.03, "0-1", "Iran's influence gains by a demand it pressed that is met", range=(0.0, 0.1), allowed=(0.0, 1.0)
    )
    talks_gain: float = number(0.02, "0-1", "US influence gains when talks open", range=(0.0, 0.1), allowed=(0.0, 1.0))
    package_gain: float = number(
        0.04, "0-1", "US influence gains by a package agreed", range=(0.0, 0.1), allowed=(0.0, 1.0)
    )
    strike_overreach: float = number(
        0.01,
        "0-1",
        "US influence loses by a strike in Iraq (twice by a killing, three times by a campaign)",
        range=(0.0, 0.05),
        allowed=(0.0, 1.0),
    )
    campaign_overreach: float = number(
        0.002, "0-1", "Iran's influence loses by a week of campaign in Iraq", range=(0.0, 0.01), allowed=(0.0, 1.0)
    )
    balancing: float = number(
        0.1,
        "per month",
        "of the gap between the two is pulled back",
        f"{ARTICLE}: balancing each other; {JUDGEMENT}",
        range=(0.0, 0.3),
        allowed=(0.0, 1.0),
    )


# ----------------------------------------------------------------------------------------- talks
class Talks(Section):
    """Talks over a short menu of packages, and carrying them out."""

    routine_chance: float = number(
        0.04,
        "per month",
        "talks open as routine, at full willingness",
        "evidence: August 2023; judgement",
        range=(0.01, 0.1),
        allowed=(0.0, 1.0),
    )
    round_days: float = number(30.0, "days", "between rounds", range=(14.0, 60.0), allowed=(1.0, 365.0), role="fixed")
    patience_days: float = number(
        540.0, "days", "talks without a product lapse", range=(365.0, 900.0), allowed=(30.0, 10000.0)
    )
    exit_relabel: float = number(
        0.1, "0-1", "how far out `relabel` is (halved by each earlier use)", range=(0.05, 0.2), allowed=(0.0, 1.0)
    )
    exit_reduce: float = number(0.3, "0-1", "how far out `reduce` is", range=(0.2, 0.4), allowed=(0.0, 1.0))
    exit_phased: float = number(0.6, "0-1", "how far out a phased end is", range=(0.5, 0.75), allowed=(0.0, 1.0))
    us_relabel: float = number(
        0.95, "0-1", "worth of `relabel` to the US at full stake (staying 1)", range=(0.9, 1.0), allowed=(0.0, 1.0)
    )
    us_reduce: float = number(0.85, "0-1", "worth of `reduce`", range=(0.75, 0.95), allowed=(0.0, 1.0))
    us_phased: float = number(0.70, "0-1", "worth of a phased end", range=(0.5, 0.8), allowed=(0.0, 1.0))
    us_full: float = number(0.30, "0-1", "worth of a full end", range=(0.1, 0.5), allowed=(0.0, 1.0))
    risk_letter: float = number(
        3.0, "factor", "how the US reads the chance of a letter now", range=(1.0, 5.0), allowed=(0.0, 50.0)
    )
    risk_pressure: float = number(0.3, "per pressure", "and pressure above .4", range=(0.0, 0.6), allowed=(0.0, 5.0))
    cost_attacks: float = number(
        0.2, "0-1", "what ten attacks a week take off staying without agreement", range=(0.0, 0.4), allowed=(0.0, 1.0)
    )
    cost_step: float = number(
        0.6, "0-1", "what Baghdad's steps take off it, times credibility", range=(0.3, 0.9), allowed=(0.0, 2.0)
    )
    distance: float = number(
        1.2,
        "factor",
        "how fast Baghdad's private worth falls with the distance to its wish",
        range=(0.8, 1.6),
        allowed=(0.0, 5.0),
    )
    agree: float = number(
        1.5,
        "factor",
        "chance of agreement in a round, per root of the product of gains",
        range=(0.8, 2.5),
        allowed=(0.0, 10.0),
    )
    deadline: float = number(
        2.0,
        "factor",
        "in the last days of a committee's clock, up to this",
        "Roth, Murnighan & Schoumaker 1988",
        range=(1.0, 3.0),
        allowed=(1.0, 10.0),
    )
    deadline_days: float = number(90.0, "days", "the last days of the clock", range=(30.0, 120.0), allowed=(1.0, 365.0))
    under_fire: float = number(0.3, "per attack a week", "no deal under fire", range=(0.0, 0.6), allowed=(0.0, 5.0))
    suspend: float = number(0.3, "probability", "a crisis suspends talks", range=(0.0, 0.5), allowed=(0.0, 1.0))
    suspend_days: float = number(45.0, "days", "for so long", range=(14.0, 90.0), allowed=(1.0, 365.0))
    product_pressure: float = number(
        0.15, "0-1", "pressure let off by an agreement", range=(0.05, 0.3), allowed=(0.0, 1.0)
    )
    rest_days: float = number(
        180.0, "days", "no talks after `relabel` or `reduce`", range=(90.0, 365.0), allowed=(0.0, 3000.0)
    )
    phased_low: float = number(
        13.0,
        "months",
        "shortest term of a phased end",
        "2008: 37 months",
        range=(13.0, 13.0),
        allowed=(12.0, 120.0),
        role="fixed",
    )
    phased_high: float = number(
        48.0, "months", "longest term of a phased end", "2008: 37 months", range=(36.0, 60.0), allowed=(12.0, 120.0)
    )
    full_low: float = number(
        3.0,
        "months",
        "shortest term of a full end",
        "2021, combat mission only: 5 months",
        range=(2.0, 6.0),
        allowed=(0.0, 12.0),
    )
    full_high: float = number(
        12.0,
        "months",
        "longest term of a full end",
        "by definition",
        range=(12.0, 12.0),
        allowed=(1.0, 12.0),
        role="fixed",
    )
    forced_low: float = number(
        1.0, "months", "shortest time to leave after a letter or law", range=(1.0, 3.0), allowed=(0.0, 60.0)
    )
    forced_high: float = number(
        12.0, "months", "longest time to leave after a letter or law", range=(6.0, 24.0), allowed=(0.0, 60.0)
    )
    slip: float = number(
        0.8, "share", "carrying out slips by up to this share of the term", range=(0.0, 1.2), allowed=(0.0, 5.0)
    )
    reduce_to: float = number(
        0.5, "share", "troops left by `reduce`", "2020: 5,200 to 2,500", range=(0.4, 0.8), allowed=(0.0, 1.0)
    )
    reduce_months: float = number(
        9.0, "months", "time that takes", "2020: 13 months", range=(3.0, 13.0), allowed=(0.1, 60.0)
    )
    earlier_relabels: float = number(
        1.0,
        "uses",
        "`relabel` used before the start, from 2022 on",
        "evidence: 31 December 2021",
        range=(1.0, 1.0),
        allowed=(0.0, 20.0),
        role="fixed",
    )


# ----------------------------------------------------------------------------- legal, troops, after
LegalDefault = Literal["invitation", "dated_agreement", "none"]


def _need_end(default: LegalDefault, begins: Day, ends: Day | None) -> None:
    """A dated agreement needs a day on which it runs out, and that day comes after it begins."""
    if default == "dated_agreement" and (ends is None or ends <= begins):
        raise ValueError("ends: a dated agreement needs an end after the day it begins")


class LegalDate(Section):
    """From this date presence rests on this."""

    date: Day
    default: LegalDefault
    ends: Day | None = Field(default=None, description="end of a dated agreement")

    @model_validator(mode="after")
    def _has_end(self) -> LegalDate:
        _need_end(self.default, self.date, self.ends)
        return self


class DatedTroops(DatedLevel):
    """From this date Washington authorises so many troops, until the next entry."""

    level: float = Field(ge=0.0, le=MOST_TROOPS, description="a ceiling; 0: none, as in 2012 and 2013")


def _troops(*entries: tuple[str, float]) -> tuple[DatedTroops, ...]:
    return tuple(DatedTroops(date=date.fromisoformat(day), level=level) for day, level in entries)


class Presence(Section):
    """What the presence rests on, and how many there are."""

    legal_default: Literal["invitation", "dated_agreement"] = choice(
        "invitation",
        "what happens if nobody acts, from 10 January 2024: under an invitation they stay, under a dated "
        "agreement they leave",
        f"{ARTICLE}: presence by invitation since 2014",
        role="lever",
    )
    agreement_ends: date | None = choice(None, "end of the dated agreement", role="lever")
    legal_past: Several[LegalDate] = choice(
        lambda: (
            LegalDate(date=date(2011, 1, 1), default="dated_agreement", ends=date(2011, 12, 31)),
            LegalDate(date=date(2012, 1, 1), default="none"),
            LegalDate(date=date(2014, 6, 15), default="invitation"),
        ),
        "what it rested on by date, before 10 January 2024",
        "evidence/iraq_government_actions.csv",
    )
    troops: float = number(
        2500.0,
        "persons",
        "US troops in Iraq from 10 January 2024",
        f"{ARTICLE}",
        range=(2500.0, 2500.0),
        allowed=(1.0, float(MOST_TROOPS)),  # none at all is an exit, and no condition for one
        role="fixed",
    )
    troops_past: Several[DatedTroops] = choice(
        lambda: _troops(
            ("2011-01-01", 47000.0),
            ("2011-11-30", 13000.0),
            ("2011-12-18", 0.0),
            ("2014-06-30", 800.0),
            ("2014-12-31", 3100.0),
            ("2016-07-11", 4650.0),
            ("2016-09-28", 5262.0),
            ("2018-03-01", 5200.0),
            ("2020-09-30", 3000.0),
            ("2021-02-16", 2500.0),
        ),
        "troops that Washington authorised, by date, before 10 January 2024 (a ceiling)",
        "evidence/troop_levels.csv",
    )

    @model_validator(mode="after")
    def _dated_has_end(self) -> Presence:
        if self.legal_default == "dated_agreement" and self.agreement_ends is None:
            raise ValueError("agreement_ends: a dated agreement needs its end")
        return self


def lost(share: float, benefit: str, how: str) -> Any:
    """A field: the share of a benefit of the presence that an exit of this kind takes."""
    return number(
        share,
        "share",
        f"{benefit}: share lost by {how} (each world: 0 to twice this)",
        f"{ARTICLE}; an assumption",
        range=(0.0, min(1.0, 2 * share)),
        allowed=(0.0, 1.0),
    )


_NEGOTIATED = "a negotiated end"
_FORCED = "a forced end, or one that lapsed"


class Consequences(Section):
    """What an exit changes: labelled assumptions whose ranges include 'nothing changes'."""

    training_negotiated: float = lost(0.25, "military training", _NEGOTIATED)
    training_forced: float = lost(0.5, "military training", _FORCED)
    logistics_negotiated: float = lost(0.25, "logistics", _NEGOTIATED)
    logistics_forced: float = lost(0.5, "logistics", _FORCED)
    reconnaissance_negotiated: float = lost(0.25, "reconnaissance", _NEGOTIATED)
    reconnaissance_forced: float = lost(0.5, "reconnaissance", _FORCED)
    special_operations_negotiated: float = lost(0.25, "assistance to special forces' operations", _NEGOTIATED)
    special_operations_forced: float = lost(0.5, "assistance to special forces' operations", _FORCED)
    air_support_negotiated: float = lost(0.3, "air support", _NEGOTIATED)
    air_support_forced: float = lost(0.5, "air support", _FORCED)
    intelligence_negotiated: float = lost(0.2, "intelligence sharing", _NEGOTIATED)
    intelligence_forced: float = lost(0.5, "intelligence sharing", _FORCED)
    equipment_negotiated: float = lost(0.1, "high-end equipment (F-16)", _NEGOTIATED)
    equipment_forced: float = lost(0.4, "high-end equipment (F-16)", _FORCED)
    alliance_negotiated: float = lost(0.15, "standing as an ally", _NEGOTIATED)
    alliance_forced: float = lost(0.5, "standing as an ally", _FORCED)
    reserves_at_risk: float = number(
        0.3,
        "share",
        "of the reserves held in the US withheld if sanctions come",
        "evidence/economic_leverage.csv: threatened, never done; an assumption",
        range=(0.0, 0.9),
        allowed=(0.0, 1.0),
    )
    dollars_at_risk: float = number(
        0.4,
        "share",
        "of the access to oil dollars lost if dollars are restricted",
        "evidence/economic_leverage.csv; an assumption",
        range=(0.0, 0.9),
        allowed=(0.0, 1.0),
    )
    isis_effect: float = number(
        0.05,
        "0-1",
        "change of IS after a completed exit, at Iraq's default capability (each world: from minus this to twice this)",
        "evidence/isis.csv: neither moves with the other; an assumption",
        range=(0.0, 0.3),
        allowed=(0.0, 1.0),
    )
    influence_us_loss: float = number(
        0.1,
        "0-1",
        "US influence lost by a negotiated end, twice by a forced one (each world: 0 to twice this)",
        "an assumption",
        range=(0.0, 0.3),
        allowed=(0.0, 1.0),
    )
    influence_iran_gain: float = number(
        0.05,
        "0-1",
        "Iran's influence gained by a negotiated end, twice by a forced one (each world: 0 to twice this)",
        "an assumption",
        range=(0.0, 0.2),
        allowed=(0.0, 1.0),
    )


# ------------------------------------------------------------------------------- uncertain numbers
LEAST_WITHIN = 0.2
"""The least share of a normal that may lie within its bounds: what lies beyond is drawn again, and only so often."""


def share_within(mean: float, sd: float, bounds: tuple[float, ...]) -> float:
    """The share of a normal distribution that lies within bounds."""
    below, above = (0.5 * math.erf((bound - mean) / (sd * math.sqrt(2.0))) for bound in bounds)
    return above - below


class Distribution(Section):
    """An uncertain number, drawn once in each world: exactly one of the four forms.

    ``{uniform = [low, high]}``, ``{triangular = [low, mode, high]}``, ``{normal = [mean, sd], bounds = [low, high]}``
    (at least a fifth of it within the bounds) or ``{choices = [a, b, c]}`` (all equally likely).
    """

    uniform: Several[float] | None = None
    triangular: Several[float] | None = None
    normal: Several[float] | None = None
    bounds: Several[float] | None = None
    choices: Several[float] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Distribution:
        given = [name for name in ("uniform", "triangular", "normal", "choices") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give one of uniform, triangular, normal, choices; not {' and '.join(given) or 'none'}")
        for name, many, what in (("uniform", 2, "[low, high]"), ("triangular", 3, "[low, mode, high]")):
            values = getattr(self, name)
            if values is not None and (
                len(values) != many or list(values) != sorted(values) or values[0] == values[-1]
            ):
                raise ValueError(f"{name}: {what}, rising")
        if self.choices is not None and not self.choices:
            raise ValueError("choices: needs at least one number")
        if (self.normal is None) != (self.bounds is None):
            raise ValueError("normal: needs bounds = [low, high], and bounds belong to it alone")
        if self.normal is not None and self.bounds is not None:
            if len(self.normal) != 2 or self.normal[1] <= 0.0:
                raise ValueError("normal: [mean, sd], sd above 0")
            if len(self.bounds) != 2 or not self.bounds[0] < self.bounds[1]:
                raise ValueError("bounds: [low, high], rising")
            if not self.bounds[0] <= self.normal[0] <= self.bounds[1]:
                raise ValueError(f"bounds: must hold the mean, {self.normal[0]:g}")
            within = share_within(self.normal[0], self.normal[1], self.bounds)
            if within < LEAST_WITHIN:
                low, high = self.bounds
                share = f"only {100.0 * within:.2g} %" if within >= 0.0001 else "hardly anything"
                raise ValueError(
                    f"bounds: hold {share} of this normal, less than a fifth, so that its shape is lost; "
                    f"write {{uniform = [{low:g}, {high:g}]}}, or a smaller sd"
                )
        return self

    @property
    def span(self) -> tuple[float, float]:
        """The smallest and the largest value it can give."""
        values = self.uniform or self.triangular or self.bounds or self.choices or ()
        return min(values), max(values)


# ---------------------------------------------------------------------------------------- events
_DEAD = "dead in all; counts as none or some, and the number stands in the log"
_PERSONS: dict[str, Any] = {"unit": "persons"}
_LEVEL: dict[str, Any] = {"unit": "0-1"}


class _Event(Section):
    """A dated event that the file scripts. It goes through the same rules as a drawn one."""

    date: date
    note: str = Field(default="", description="a reason or source, for people")


class AttackEvent(_Event):
    """Attacks on US forces on one day."""

    kind: Literal["attack"]
    place: Literal["Iraq", "Syria"] = "Iraq"
    group: str = Field(default="", description="which group; empty: drawn by what each sets out to do")
    count: int = Field(default=1, ge=1, le=100, json_schema_extra={"unit": "attacks"})
    dead: int = Field(
        default=0, ge=0, le=1000, description="US dead, all by the first of the attacks", json_schema_extra=_PERSONS
    )
    wounded: int = Field(
        default=0, ge=0, le=1000, description="wounded, all by the first of the attacks", json_schema_extra=_PERSONS
    )


class StrikeEvent(_Event):
    """A deliberate US strike."""

    kind: Literal["strike"]
    rung: Literal["strike in Syria", "strike in Iraq", "kill a commander in Baghdad", "large campaign"]
    group: str = Field(default="", description="which group is struck; empty: drawn by recent attacks")
    dead: int = Field(default=0, ge=0, le=1000, description=_DEAD, json_schema_extra=_PERSONS)
    civilians: int = Field(
        default=0, ge=0, le=1000, description="of them Iraqi civilians and state forces", json_schema_extra=_PERSONS
    )


class SelfDefenceEvent(_Event):
    """An attack met on the spot: nobody's choice."""

    kind: Literal["self_defence"]
    group: str = Field(default="", description="whose attack it was; empty: drawn by what each group sets out to do")
    dead: int = Field(default=0, ge=0, le=1000, description=_DEAD, json_schema_extra=_PERSONS)


class StatementEvent(_Event):
    """A statement of the Iraqi government."""

    kind: Literal["statement"]
    rung: Literal["condemn", "protest note", "threaten expulsion"]


class CallEvent(_Event):
    """The groups' politicians call for expulsion."""

    kind: Literal["call"]


class CommitteeEvent(_Event):
    """The government sets up a special committee."""

    kind: Literal["committee"]


class TruceEvent(_Event):
    """A truce on a front."""

    kind: Literal["truce"]
    front: str = Field(default="gaza", description="a front that follows no other")
    days: int = Field(
        ge=1,
        le=10000,
        description="at least so many days; longer where the front's own course pauses meanwhile",
        json_schema_extra={"unit": "days"},
    )

    @property
    def until(self) -> Day:
        """The first day after it."""
        return self.date + timedelta(days=self.days)


class OrderEvent(_Event):
    """Iran's order to the groups, in force from this day."""

    kind: Literal["order"]
    go_ahead: float = Field(ge=0.0, le=1.0, json_schema_extra=_LEVEL)


class ThreatEvent(_Event):
    """A public US threat of a last step, as of closing the embassy in September 2020."""

    kind: Literal["us_threat"]


class CoordinatorEvent(_Event):
    """The coordinator of the groups is killed, as Soleimani was on 3 January 2020."""

    kind: Literal["coordinator_killed"]
    group: str = Field(default="", description="which group is struck; empty: drawn by recent attacks")
    dead: int = Field(default=0, ge=0, le=1000, description=_DEAD, json_schema_extra=_PERSONS)
    civilians: int = Field(
        default=0, ge=0, le=1000, description="of them Iraqi civilians and state forces", json_schema_extra=_PERSONS
    )


class GovernmentEvent(_Event):
    """A government falls, or an election: a new prime minister, with a wish of his own and a fresh start.

    Credibility is whole again and the count of committees starts anew; the private wish is drawn between
    ``wish_low`` and ``wish_high``.
    """

    kind: Literal["government"]
    wish_low: float = Field(
        default=0.1, ge=0.0, le=1.0, description="lowest private wish he may have", json_schema_extra=_LEVEL
    )
    wish_high: float = Field(
        default=0.6, ge=0.0, le=1.0, description="highest private wish he may have", json_schema_extra=_LEVEL
    )
    allies: float | None = Field(
        default=None, ge=0.0, le=1.0, description="the groups' allies in it; empty: as before", json_schema_extra=_LEVEL
    )


class IslamicStateEvent(_Event):
    """IS surges, or falls back: its level from this day on."""

    kind: Literal["isis"]
    level: float = Field(
        ge=0.0, le=1.0, description="strength from this day on (1: holds territory)", json_schema_extra=_LEVEL
    )


class SanctionsEvent(_Event):
    """A step of the United States against Iraq's money."""

    kind: Literal["sanctions"]
    step: Literal["restrict dollars", "sanctions"]


class TroopsEvent(_Event):
    """Washington authorises another number of troops: a ceiling, of which talks may have left a part.

    At least 1: that Washington leaves by itself, asked by nobody, is not an ending that this model knows, and a
    country without US troops would be counted as one where they stay.
    """

    kind: Literal["troops"]
    number: int = Field(
        ge=1,
        le=MOST_TROOPS,
        description="US troops in Iraq authorised from this day on (a ceiling)",
        json_schema_extra=_PERSONS,
    )


class LegalEvent(_Event):
    """What the presence rests on changes: under an invitation they stay unless somebody acts, under a dated
    agreement they leave."""

    kind: Literal["legal_default"]
    default: Literal["invitation", "dated_agreement"]
    ends: Day | None = Field(default=None, description="end of a dated agreement")

    @model_validator(mode="after")
    def _has_end(self) -> LegalEvent:
        _need_end(self.default, self.date, self.ends)
        return self


Event = Annotated[
    AttackEvent
    | StrikeEvent
    | SelfDefenceEvent
    | StatementEvent
    | CallEvent
    | CommitteeEvent
    | TruceEvent
    | OrderEvent
    | ThreatEvent
    | CoordinatorEvent
    | GovernmentEvent
    | IslamicStateEvent
    | SanctionsEvent
    | TroopsEvent
    | LegalEvent,
    Field(discriminator="kind"),
]


class Scenario(Section):
    """The conditions of a world: what a scenario file says, every value checked."""

    name: str = Field(default="", description="set from the file's name; no rule reads it")
    title: str = Field(default="", description="a line for people")
    summary: str = Field(default="", description="what conditions these are")
    source: str = Field(default="", description="whose view this is")
    twin_of: str = Field(default="", description="the scenario to compare it with, world by world; no rule reads it")
    start: date = Field(default=RECORD_ENDS, ge=EARLIEST_START, le=date(2040, 1, 1), description="first day")
    days: int = Field(
        default=730, ge=1, le=10000, description="how many days are simulated", json_schema_extra={"unit": "days"}
    )
    uncertainty: Literal["", "judgement"] = Field(
        default="",
        description="judgement: every number of role `uncertainty` is drawn from its plausible range, once a world; "
        "a number that the scenario itself sets to another value than the default is kept",
    )
    uncertain: dict[str, Distribution] = Field(
        default_factory=dict, description="distributions by dotted name; a file writes them in the number's own place"
    )
    region: Region = Region()
    fronts: dict[str, Front] = Field(default_factory=_fronts)
    isis: IslamicState = IslamicState()
    iran: Iran = Iran()
    militias: Militias = Militias()
    groups: dict[str, Group] = Field(default_factory=_groups)
    attacks: Attacks = Attacks()
    united_states: UnitedStates = UnitedStates()
    strikes: Strikes = Strikes()
    iraq: Iraq = Iraq()
    parliament: Parliament = Parliament()
    blocs: dict[str, Bloc] = Field(default_factory=_blocs)
    public: Public = Public()
    talks: Talks = Talks()
    presence: Presence = Presence()
    consequences: Consequences = Consequences()
    events: Several[Event] = ()

    def replace(self, **changes: Any) -> Scenario:
        """The same scenario with some values changed, by dotted name, checked as a file would be.

        ``scenario.replace(**{"united_states.restraint": 0.9})``. Its title and summary say so, unless they are given
        too. Raises ScenarioError.
        """
        from sim.scenario.load import replace, told_apart

        return told_apart(replace(self, changes), changes)

    @property
    def end(self) -> date:
        """The first day after the horizon."""
        return self.start + timedelta(days=self.days)

    @model_validator(mode="after")
    def _consistent(self) -> Scenario:
        found = list(contradictions(self))
        if found:
            said = "; ".join(f"{'.'.join(map(str, one.path))}: {one.reason}" for one in found)
            raise PydanticCustomError("contradiction", "{said}", {"said": said, "faults": found})
        return self


# -------------------------------------------------------------------------------- contradictions
Place = tuple[str | int, ...]


class Contradiction(NamedTuple):
    """Values that cannot all hold: the place that the reason speaks of, and all others that it rests on.

    One of the others is to blame if a file further on, or a change, set it; what is to be said of it there stands
    beside it, if it is more than that it does not go with the first. `unknown` is a table and a name that it lacks.
    """

    path: Place
    reason: str
    others: Mapping[Place, str]
    unknown: tuple[str, str] | None = None


RISING = (
    ("iran.brake_hard_below", "iran.brake_below", "iran.encourage_from"),
    ("iran.press_from", "iran.demand_from"),
    ("militias.harass_from", "militias.campaign_from", "militias.war_from"),
    ("militias.call_from", "militias.bill_from"),
    ("united_states.cut_iraq", "united_states.cut_commander", "united_states.cut_campaign"),
    ("iraq.pressure_floor", "iraq.pressure_ceiling"),
    ("iraq.committee_clock_low", "iraq.committee_clock_high"),
    ("talks.phased_low", "talks.phased_high"),
    ("talks.full_low", "talks.full_high"),
    ("talks.forced_low", "talks.forced_high"),
)
"""Numbers none of which may be above the next, whatever is drawn for them."""


def numbers(section: BaseModel, prefix: str = "") -> Iterator[tuple[str, float, FieldInfo]]:
    """Every number that may be uncertain: its name as `uncertain` has it, its value, its field.

    Parts of a name are joined by dots without quotes: ``groups.Kataib Hezbollah.control``.
    """
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from numbers(value, f"{prefix}{name}.")
        elif isinstance(value, dict) and name != "uncertain":
            for key, entry in value.items():
                yield from numbers(entry, f"{prefix}{name}.{key}.")
        elif field.annotation is float:
            yield f"{prefix}{name}", value, field


def judgement_ranges(scenario: Scenario) -> Iterator[tuple[str, tuple[float, float]]]:
    """What ``uncertainty = "judgement"`` draws: the numbers, named as :func:`numbers` does, and their plausible ranges.

    They are those of role `uncertainty` that stand at their default and have no distribution of their own: a number
    that somebody set is meant, and kept. So is the one default outside its plausible range, which is meant too.
    """
    usual = {name: value for name, value, _ in numbers(Scenario())}  # a group by name may have a default of its own
    for name, value, field in numbers(scenario):
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra["role"] == "uncertainty" and name not in scenario.uncertain:
            plausible: Any = extra["range"]
            low, high = plausible
            if value == usual.get(name, field.default) and low <= value <= high and low < high:
                yield name, (low, high)


def contradictions(scenario: Scenario) -> Iterator[Contradiction]:
    """All that cannot hold together in a scenario each of whose values may stand alone."""
    yield from _of_numbers(scenario)
    yield from _of_dates(scenario)
    yield from _of_fronts(scenario)
    yield from _of_presence(scenario)
    yield from _of_events(scenario)
    yield from _of_doubled_events(scenario)


def _contradiction(path: Place, reason: str, *others: Place, unknown: tuple[str, str] | None = None) -> Contradiction:
    return Contradiction(path, reason, dict.fromkeys(others, ""), unknown)


def _of_numbers(scenario: Scenario) -> Iterator[Contradiction]:
    known = {name: (value, field) for name, value, field in numbers(scenario)}
    for name, given in scenario.uncertain.items():
        if name not in known:
            yield _contradiction(("uncertain", name), "is no number of this scenario that can be uncertain")
            continue
        rules = known[name][1].metadata
        low = max(getattr(rule, "ge", -math.inf) for rule in rules)
        high = min(getattr(rule, "le", math.inf) for rule in rules)
        if not low <= given.span[0] <= given.span[1] <= high:
            reason = f"{given.span[0]:g} to {given.span[1]:g} reaches beyond what is allowed, {low:g} to {high:g}"
            yield _contradiction(("uncertain", name), reason)

    judged = dict(judgement_ranges(scenario)) if scenario.uncertainty == JUDGEMENT else {}
    drawn = {**judged, **{name: given.span for name, given in scenario.uncertain.items()}}

    def span(name: str) -> tuple[float, float]:
        return drawn.get(name) or (known[name][0], known[name][0])

    def by_judgement(*names: str) -> str:
        """Which of these numbers nobody gave a range: the end of a sentence."""
        ranges = [f"{name} from {judged[name][0]:g} to {judged[name][1]:g}" for name in names if name in judged]
        return f'; uncertainty = "judgement" draws {" and ".join(ranges)}' if ranges else ""

    def beyond_one(names: list[str]) -> str:
        """The end of a sentence, where the numbers can add up to more than 1."""
        most = sum(span(name)[1] for name in names)
        if most <= 1.0 + 1e-9:
            return ""
        can = "can, as they are drawn, " if any(name in drawn for name in names) else ""
        return f"{can}add up to {most:g}, more than 1{by_judgement(*names)}"

    camps = ("public.camp_us", "public.camp_iran")
    if how := beyond_one([*camps]):
        reason = f"the camps for the US and for Iran {how}"
        also = (("public", "camp_us"), *_switch(judged, *camps))
        yield Contradiction(("public", "camp_iran"), reason, dict.fromkeys(also, reason))
    if how := beyond_one([f"groups.{name}.share" for name in scenario.groups]):
        shares = {name: span(f"groups.{name}.share")[1] for name in scenario.groups}
        yield _sum("groups", "share", f"the groups' shares {how}", shares)
    if how := beyond_one([f"fronts.{name}.weight" for name in scenario.fronts]):
        weights = {name: span(f"fronts.{name}.weight")[1] for name in scenario.fronts}
        yield _sum("fronts", "weight", f"the fronts' weights {how}", weights)
    if (seats := sum(bloc.seats for bloc in scenario.blocs.values())) > 329:
        each = {name: bloc.seats for name, bloc in scenario.blocs.items()}
        yield _sum("blocs", "seats", f"the blocs have {seats} seats together, more than 329", each)
    for rising in RISING:
        for lower, higher in pairwise(rising):
            most, least = span(lower)[1], span(higher)[0]
            if most > least:
                is_drawn = lower in drawn or higher in drawn
                reason = f"can be drawn below {lower}" if is_drawn else f"{least:g} is below {lower}, {most:g}"
                other = f"can be drawn above {higher}" if is_drawn else f"{most:g} is above {higher}, {least:g}"
                how = by_judgement(lower, higher)
                others: dict[Place, str] = {tuple(lower.split(".")): other + how}
                others |= dict.fromkeys(_switch(judged, lower, higher), f"{higher} {reason}{how}")
                yield Contradiction(tuple(higher.split(".")), reason + how, others)


def _sum(section: str, field: str, reason: str, parts: Mapping[str, float]) -> Contradiction:
    """A sum over entries by name that is too much: the largest part comes first, as the likeliest slip."""
    largest_first = sorted(parts, key=lambda name: -parts[name])
    return Contradiction((section,), reason, {(section, name, field): reason for name in largest_first})


def _switch(judged: Collection[str], *names: str) -> tuple[Place, ...]:
    """Where the judgement ranges are switched on, if one of these numbers is drawn from its own."""
    return (("uncertainty",),) if any(name in judged for name in names) else ()


def _of_dates(scenario: Scenario) -> Iterator[Contradiction]:
    """Lists in which each entry holds until the next: read from the first on, so that their dates have to rise."""
    courses: dict[tuple[str | int, ...], tuple[Any, ...]] = {
        ("isis", "past"): scenario.isis.past,
        ("iraq", "governments"): scenario.iraq.governments,
        ("presence", "legal_past"): scenario.presence.legal_past,
        ("presence", "troops_past"): scenario.presence.troops_past,
        **{("fronts", name, "dates"): front.dates for name, front in scenario.fronts.items()},
    }
    for path, entries in courses.items():
        for place, (earlier, later) in enumerate(pairwise(entries), start=1):
            if later.date <= earlier.date:
                why = f"{later.date} does not come after {earlier.date}, the entry before it"
                yield _contradiction((*path, place, "date"), why, (*path, place - 1, "date"))


def _of_fronts(scenario: Scenario) -> Iterator[Contradiction]:
    for name, front in scenario.fronts.items():
        here = ("fronts", name)
        led_by = scenario.fronts.get(front.follows)
        own = [
            field
            for field in ("dates", "ends", "ends_for", "war_days", "pause_days")
            if getattr(front, field) != Front.model_fields[field].default
        ]
        wars = [entry.date for entry in front.dates if entry.state == "war"]
        if front.follows and led_by is None:
            missing = ("fronts", front.follows)
            yield _contradiction((*here, "follows"), f"there is no front {front.follows!r}", missing, unknown=missing)
        elif led_by is not None and led_by.follows:
            other = ("fronts", front.follows, "follows")
            yield _contradiction((*here, "follows"), f"{front.follows!r} follows another front itself", other)
        elif front.follows and own:
            why = f'{name} follows {front.follows}: set follows = "" to give it a course of its own'
            yield _contradiction((*here, own[0]), why, (*here, "follows"))
        elif front.ends is not None and wars and front.ends < wars[0]:
            why = f"{front.ends} lies before the war begins, {wars[0]}; that day as its end means a history without it"
            yield _contradiction((*here, "ends"), why, (*here, "dates"))


def _of_presence(scenario: Scenario) -> Iterator[Contradiction]:
    ends, first = scenario.presence.agreement_ends, max(scenario.start, RECORD_ENDS)
    if scenario.presence.legal_default == "dated_agreement" and ends is not None and ends <= first < scenario.end:
        why = f"{ends} is not after {first}, the first day that the agreement could hold"
        yield _contradiction(("presence", "agreement_ends"), why, ("presence", "legal_default"), ("start",), ("days",))


def _of_events(scenario: Scenario) -> Iterator[Contradiction]:
    last = scenario.end - timedelta(days=1)
    truces: dict[str, tuple[int, TruceEvent]] = {}  # the one that lasts longest, of those so far, and its place
    killed: tuple[int, date] | None = None
    for place, event in sorted(enumerate(scenario.events), key=lambda item: item[1].date):
        here = ("events", place)
        if not scenario.start <= event.date <= last:
            why = f"{event.date} lies outside {scenario.start} to {last}"
            bounds = (("start",),) if event.date < scenario.start else (("days",), ("start",))
            yield _contradiction((*here, "date"), why, *bounds)
        group = getattr(event, "group", "")
        if group and group not in scenario.groups:
            missing = ("groups", group)
            yield _contradiction((*here, "group"), f"there is no group {group!r}", missing, unknown=missing)
        if isinstance(event, TruceEvent):
            yield from _of_truce(scenario, place, event, truces.get(event.front))
            if event.front not in truces or event.until > truces[event.front][1].until:
                truces[event.front] = (place, event)
        elif isinstance(event, GovernmentEvent) and event.wish_high < event.wish_low:
            low, high = f"wish_low, {event.wish_low:g}", f"wish_high, {event.wish_high:g}"
            above: dict[Place, str] = {(*here, "wish_low"): f"{event.wish_low:g} is above {high}"}
            yield Contradiction((*here, "wish_high"), f"{event.wish_high:g} is below {low}", above)
        elif isinstance(event, StrikeEvent | CoordinatorEvent) and event.civilians > event.dead:
            why = "more civilians and state forces than dead in all"
            yield _contradiction((*here, "civilians"), why, (*here, "dead"))
        if isinstance(event, CoordinatorEvent):
            if killed is not None:
                first, day = killed
                others = ((*here, "date"), ("events", first, "kind"), ("events", first, "date"))
                yield _contradiction((*here, "kind"), f"the coordinator was killed on {day} already", *others)
            killed = killed or (place, event.date)


def _of_truce(
    scenario: Scenario, place: int, event: TruceEvent, earlier: tuple[int, TruceEvent] | None
) -> Iterator[Contradiction]:
    here, there = ("events", place), ("fronts", event.front)
    front = scenario.fronts.get(event.front)
    if front is None:
        yield _contradiction((*here, "front"), f"there is no front {event.front!r}", there, unknown=there)
    elif front.follows:
        why = f"{event.front} follows {front.follows}, so it has no course of its own"
        yield _contradiction((*here, "front"), f"{why}: script the truce on {front.follows}", (*there, "follows"))
    elif front.ends is not None and front.ends_for == "both" and event.date >= front.ends:
        why = f"the war on {event.front} is over for good from {front.ends} on"
        yield _contradiction((*here, "date"), why, (*here, "front"), (*there, "ends"), (*there, "ends_for"))
    if earlier is not None and event.date < earlier[1].until:
        number, other = earlier
        why = f"the truce of {other.date} on {event.front} lasts {other.days} days, until {other.until}"
        fields = ((*here, "front"), *(("events", number, field) for field in ("days", "date", "front")))
        yield _contradiction((*here, "date"), f"{event.date} is too early: {why}", *fields)


_ONE_A_DAY = {
    "government": "a government changes",
    "troops": "troops are authorised",
    "isis": "the level of IS is set",
    "order": "Iran's order is set",
    "legal_default": "what the presence rests on is set",
    "committee": "a committee is set up",
}
"""What can happen only once a day, since the second would undo the first, or be the first again."""


def _of_doubled_events(scenario: Scenario) -> Iterator[Contradiction]:
    first: dict[tuple[str, date], int] = {}
    for place, event in enumerate(scenario.events):
        before = first.setdefault((event.kind, event.date), place)
        if event.kind in _ONE_A_DAY and before != place:
            why = f"{_ONE_A_DAY[event.kind]} a second time on {event.date}: two events of one day contradict each other"
            dates = (("events", place, "date"), ("events", before, "date"))
            yield _contradiction(("events", place, "kind"), why, ("events", before, "kind"), *dates)
