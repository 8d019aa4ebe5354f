"""The militias: the numbers of each group and of all, of their attacks, and the kinds of event that script them."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from sim.language.field import JUDGEMENT, Section, Several, choice, number
from sim.model.article import ARTICLE
from sim.model.given import DEAD, PERSONS, ScriptedEvent

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


def default_groups() -> dict[str, Group]:
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
        3.86,
        "logit",
        "the fronts' pull, times closeness and what the state does not hold",
        range=(2.0, 8.0),
        allowed=(0.0, 50.0),
        fitted=True,
    )
    wish_stake: float = number(
        2.95, "logit", "what a full stake in the state takes off", range=(0.5, 3.0), allowed=(0.0, 50.0), fitted=True
    )
    wish_isis: float = number(
        3.0, "logit", "what a common enemy, IS at full strength, takes off", range=(1.0, 5.0), allowed=(0.0, 50.0)
    )
    wish_decided: float = number(
        1.5,
        "logit",
        "what an exit that is decided and under way takes off: what was fought for is had",
        "evidence/episodes.csv: 157 days of calm while 31 December 2021 was waited for; judgement",
        range=(0.0, 3.0),
        allowed=(0.0, 50.0),
    )
    harass_from: float = number(
        0.195,
        "intent",
        "below this a group holds its fire, and a campaign of its own stops (`stop_chance`)",
        range=(0.15, 0.25),
        allowed=(0.0, 1.0),
    )
    war_from: float = number(
        0.85, "intent", "in a campaign, posture `war footing` from here", range=(0.7, 0.95), allowed=(0.0, 1.0)
    )
    begin_level: float = number(
        0.022,
        "per day",
        "a rested group at full readiness begins a campaign, without a fresh reason",
        "evidence/episodes.csv: calms of 73 to 503 days; judgement",
        range=(0.004, 0.03),
        allowed=(0.0, 1.0),
        fitted=True,
    )
    begin_reason: float = number(
        0.61,
        "per day",
        "what a fresh reason (`flare`, `provoked_…`) at its full size adds to it",
        "evidence/episodes.csv: the campaign of October 2023 began on the war's tenth day; judgement",
        range=(0.15, 0.8),
        allowed=(0.0, 5.0),
        fitted=True,
    )
    flare: float = number(
        2.5,
        "per salience",
        "a front that flares up is a fresh reason, by how far salience rises",
        "evidence/episodes.csv: the starts of October and December 2023; judgement",
        range=(1.0, 4.0),
        allowed=(0.0, 20.0),
    )
    provoked_killing: float = number(
        1.0,
        "reasons",
        "a commander killed, or a large campaign, is a fresh reason",
        "evidence/commander_killings.csv; judgement",
        range=(0.3, 2.0),
        allowed=(0.0, 20.0),
    )
    provoked_strike: float = number(
        0.1, "reasons", "a strike in Iraq below a killing is one", range=(0.0, 0.4), allowed=(0.0, 20.0)
    )
    provoked_ran_out: float = number(
        0.8,
        "reasons",
        "an ultimatum that ran out is one: the grace after an agreement, or a committee's clock without a product",
        "evidence/episodes.csv: January 2022; judgement",
        range=(0.2, 2.0),
        allowed=(0.0, 20.0),
    )
    reason_half_life: float = number(
        10.0, "days", "half-life of a fresh reason", range=(5.0, 21.0), allowed=(1.0, 365.0)
    )
    end_level: float = number(
        0.002,
        "per day",
        "a campaign of a fresh group ends, without a reason",
        "evidence/episodes.csv: seven campaigns of 14 to 165 days; judgement",
        range=(0.0, 0.01),
        allowed=(0.0, 1.0),
    )
    end_weary: float = number(
        0.0719,
        "per day",
        "what being wholly spent adds to it",
        "evidence/episodes.csv; judgement",
        range=(0.02, 0.15),
        allowed=(0.0, 1.0),
        fitted=True,
    )
    end_grace: float = number(
        0.05,
        "per day",
        "what the grace after an agreement adds",
        "evidence/episodes.csv: the end of July 2021; judgement",
        range=(0.01, 0.2),
        allowed=(0.0, 1.0),
    )
    end_arrests: float = number(
        0.15,
        "per arrests",
        "what arrests by Baghdad add on their day",
        "evidence/iraq_government_actions.csv: June and December 2020, December 2023; judgement",
        range=(0.0, 0.5),
        allowed=(0.0, 5.0),
    )
    hold: float = number(
        0.75,
        "share",
        "what full readiness takes off the chance that a campaign ends",
        range=(0.0, 0.9),
        allowed=(0.0, 1.0),
    )
    settle_days: float = number(
        4.0,
        "days",
        "what a group begins or ends by itself is hardly undone within so long",
        "evidence/episodes.csv: no campaign shorter than eleven days; judgement",
        range=(2.0, 10.0),
        allowed=(0.1, 365.0),
    )
    stop_chance: float = number(
        0.5,
        "per day",
        "a campaign stops where the group sets out to do less than harass, as after an order it obeys",
        "evidence/attacks_cumulative.csv: November 2023",
        range=(0.2, 1.0),
        allowed=(0.0, 1.0),
    )
    grace: float = number(
        0.7,
        "share",
        "what the grace after an agreement takes off the chance that a campaign begins",
        "evidence/episodes.csv: 157 days of calm in 2021; judgement",
        range=(0.2, 1.0),
        allowed=(0.0, 1.0),
    )
    weary_days: float = number(
        180.0,
        "days",
        "mean time in which a campaign spends a group",
        "evidence/episodes.csv: seven campaigns of 14 to 165 days; judgement",
        range=(40.0, 300.0),
        allowed=(1.0, 10000.0),
    )
    rest_days: float = number(
        90.0,
        "days",
        "mean time in which a calm rests it",
        "evidence/episodes.csv: calms of 73 to 503 days; judgement",
        range=(30.0, 240.0),
        allowed=(1.0, 10000.0),
    )
    umbrella: float = number(
        0.8,
        "probability",
        "a group goes by the luck of all in what it begins or ends on a day; else by its own, and can go on alone",
        "evidence/episodes.csv: the truce of October 2020, breached in November; judgement",
        range=(0.4, 0.95),
        allowed=(0.0, 1.0),
    )
    call_chance: float = number(
        0.02,
        "per week",
        "chance that the groups' politicians call for expulsion; read before `increase_2020` alone",
        range=(0.005, 0.05),
        allowed=(0.0, 1.0),
    )
    call_chance_since_2020: float = number(
        0.05,
        "per week",
        "the same from `increase_2020` on",
        f"{ARTICLE}: more regular since; {JUDGEMENT}",
        range=(0.02, 0.1),
        allowed=(0.0, 1.0),
    )
    call_salience: float = number(
        0.15, "per week", "what full salience adds to it", range=(0.05, 0.3), allowed=(0.0, 1.0)
    )
    call_isis: float = number(
        0.6,
        "share",
        "what IS at full strength takes off it",
        "evidence/iraq_government_actions.csv: calls in 2015-17 too, though fewer; judgement",
        range=(0.3, 1.0),
        allowed=(0.0, 1.0),
    )
    call_strength: float = number(
        0.5, "0-1", "strength of a call, or of the calls after a strike in Iraq", range=(0.3, 0.7), allowed=(0.0, 1.0)
    )
    call_half_life: float = number(28.0, "days", "half-life of calls", range=(14.0, 60.0), allowed=(1.0, 1000.0))
    call_from: float = number(
        0.25, "0-1", "calls from this are called `call for expulsion`", range=(0.15, 0.35), allowed=(0.0, 1.0)
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


def default_points() -> tuple[RatePoint, ...]:
    curve = ((0.04, 0.01), (0.175, 0.13), (0.43, 1.0), (0.95, 5.0))
    return tuple(RatePoint(intent=intent, rate=rate) for intent, rate in curve)


class Attacks(Section):
    """Attacks on US forces: how many, where, and how severe."""

    weekly: float = number(
        14.8,
        "attacks a week",
        "rate in Iraq and Syria with every group in a campaign at rate 1; attacks on supply convoys are left out",
        "evidence/attacks_cumulative.csv: 127 in 85 days",
        range=(9.0, 18.0),
        allowed=(0.0, 100.0),
        fitted=True,
    )
    curve: Several[RatePoint] = choice(
        default_points, "relative rate by intent, log-linear between points, flat beyond"
    )
    calm: float = number(
        0.00417,
        "relative rate",
        "the highest in a calm (1: a group's part in a campaign)",
        "evidence/attacks_cumulative.csv, attacks_by_period.csv; judgement",
        range=(0.002, 0.02),
        allowed=(0.0, 5.0),
        fitted=True,
    )
    by_anger: float = number(
        0.8,
        "log",
        "what full anger adds to the logarithm of the rate",
        "evidence/commander_killings.csv: 1.6 and 2.6 times as many after a killing; judgement",
        range=(0.3, 2.5),
        allowed=(0.0, 20.0),
    )
    by_fear: float = number(
        0.28,
        "log",
        "what full fear takes off it: at the defaults both even out over time",
        "LaFree et al. 2009; Johnston & Sarbahi 2016; judgement",
        range=(0.1, 0.9),
        allowed=(0.0, 20.0),
    )
    share_in_iraq: float = number(
        0.36,
        "share",
        "share of attacks in Iraq late in a campaign, where the groups' allies hold the government",
        "evidence/attacks_cumulative.csv",
        range=(0.3, 0.45),
        allowed=(0.0, 1.0),
    )
    share_in_iraq_alone: float = number(
        0.92,
        "share",
        "the same where they have no part in it",
        "evidence/attacks_by_period.csv: 19 at bases and embassy in Iraq, 1 in Syria in the first half of 2021",
        range=(0.8, 0.98),
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
        0.2, "attacks a day", "below this the groups are quiet", range=(0.1, 0.4), allowed=(0.0, 10.0)
    )
    quiet_days: float = number(
        30.0,
        "days",
        "a campaign begins with the first attack after so many quiet days",
        range=(14.0, 60.0),
        allowed=(0.0, 365.0),
    )
    recent_days: float = number(
        30.0,
        "days",
        "memory of 'recent' attacks, mean of an exponential window",
        range=(15.0, 60.0),
        allowed=(1.0, 365.0),
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

    many_wounded: float = number(
        3.0,
        "persons",
        "an attack that wounds so many, or more, counts as one that wounds many",
        range=(3.0, 3.0),
        allowed=(1.0, 1000.0),
        role="fixed",
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


class AttackEvent(ScriptedEvent):
    """Attacks on US forces on one day."""

    GIVES: ClassVar[str] = "militia/attacks"
    SEVERAL: ClassVar[bool] = True

    kind: Literal["attack"]
    place: Literal["Iraq", "Syria"] = "Iraq"
    group: str = Field(default="", description="which group; empty: drawn by what each sets out to do")
    count: int = Field(default=1, ge=1, le=100, json_schema_extra={"unit": "attacks"})
    dead: int = Field(
        default=0, ge=0, le=1000, description="US dead, all by the first of the attacks", json_schema_extra=PERSONS
    )
    wounded: int = Field(
        default=0, ge=0, le=1000, description="wounded, all by the first of the attacks", json_schema_extra=PERSONS
    )

    @property
    def in_iraq(self) -> bool:
        """Whether they are made in Iraq."""
        return self.place == "Iraq"


class SelfDefenceEvent(ScriptedEvent):
    """An attack met on the spot: nobody's choice."""

    GIVES: ClassVar[str] = "militia/attacks"
    SEVERAL: ClassVar[bool] = True

    kind: Literal["self_defence"]
    group: str = Field(default="", description="whose attack it was; empty: drawn by what each group sets out to do")
    dead: int = Field(default=0, ge=0, le=1000, description=DEAD, json_schema_extra=PERSONS)


class CallEvent(ScriptedEvent):
    """The groups' politicians call for expulsion."""

    GIVES: ClassVar[str] = "militia/call"

    kind: Literal["call"]

    @property
    def gift(self) -> bool:
        """What the day is given."""
        return True
