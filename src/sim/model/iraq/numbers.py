"""The Iraqi government: its numbers, and the kinds of event that script what it does."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from sim.language.field import JUDGEMENT, Section, Several, choice, number
from sim.model.article import ARTICLE
from sim.model.given import LEVEL, ScriptedEvent

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


def default_governments() -> tuple[Government, ...]:
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
        default_governments,
        "the groups' allies in government by date, before 10 January 2024",
        "evidence/iraq_government_actions.csv; judgement",
    )
    base_pressure: float = number(
        0.135, "0-1", "pressure that is always there", range=(0.05, 0.25), allowed=(0.0, 1.0), fitted=True
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
        37.8,
        "days",
        "half-life of the distance of pressure's steady part to what the day warrants",
        range=(14.0, 70.0),
        allowed=(1.0, 1000.0),
        fitted=True,
    )
    pressure_decided: float = number(
        0.5,
        "share",
        "of the pressure that the day warrants is left once an exit is decided",
        range=(0.2, 1.0),
        allowed=(0.0, 1.0),
    )
    news_half_life: float = number(
        21.5,
        "days",
        "half-life of the news of a strike",
        "evidence/iraq_government_actions.csv: talk of ending within eight days; judgement",
        range=(5.0, 35.0),
        allowed=(1.0, 1000.0),
        fitted=True,
    )
    grievance_half_life: float = number(
        240.0,
        "days",
        "half-life of the grievance over the dead",
        "the killing of January 2020 was still named in demands of 2022 and 2023; judgement",
        range=(90.0, 720.0),
        allowed=(1.0, 10000.0),
    )
    grievance_dead: float = number(
        150.0,
        "persons",
        "Iraqis killed by US strikes that take grievance most of the way",
        range=(60.0, 400.0),
        allowed=(1.0, 100000.0),
    )
    grievance_fighter: float = number(
        0.1, "share", "of a civilian's death counts a fighter's", range=(0.0, 0.5), allowed=(0.0, 1.0)
    )
    jump_syria: float = number(
        0.02, "0-1", "jump of the news after a strike in Syria", range=(0.0, 0.05), allowed=(0.0, 1.0)
    )
    jump_iraq: float = number(
        0.0859, "0-1", "jump after a strike in Iraq", range=(0.05, 0.25), allowed=(0.0, 1.0), fitted=True
    )
    jump_commander: float = number(
        0.433,
        "0-1",
        "jump after a commander killed in Baghdad",
        "two killings; judgement",
        range=(0.2, 0.45),
        allowed=(0.0, 1.0),
        fitted=True,
    )
    jump_coordinator: float = number(
        0.75,
        "0-1",
        "jump after the coordinator of the groups is killed",
        "one event: two days after that of 3 January 2020 parliament met (evidence/parliament.csv); judgement",
        range=(0.5, 0.9),
        allowed=(0.0, 1.0),
    )
    jump_campaign: float = number(0.55, "0-1", "jump after a large campaign", range=(0.4, 0.75), allowed=(0.0, 1.0))
    jump_dead: float = number(
        40.0,
        "persons",
        "civilians and state forces killed that take the jump of the news most of the way",
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
    retreat: float = number(
        0.5,
        "utility",
        "taking a public letter back, whatever for; credibility is worn as by a demand without an act",
        "Weeks 2008; there has been none; judgement",
        range=(0.0, 1.5),
        allowed=(0.0, 50.0),
    )
    sovereignty: float = number(
        1.0, "utility", "what leaving gains, times the private wish", range=(0.0, 3.0), allowed=(0.0, 50.0)
    )
    overreach: float = number(
        4.83, "utility", "going further than the moment warrants", range=(1.5, 6.0), allowed=(0.0, 50.0), fitted=True
    )
    audience: float = number(
        0.3, "utility", "stepping down the whole ladder", "Weeks 2008: small", range=(0.0, 1.0), allowed=(0.0, 50.0)
    )
    audience_fade: float = number(
        0.1, "per week", "how fast the highest rung shown is forgotten", range=(0.05, 0.25), allowed=(0.0, 1.0)
    )
    precision: float = number(
        6.87,
        "per utility",
        "precision of the choice among rungs that stand for one another",
        "McKelvey & Palfrey 1995; judgement",
        range=(3.0, 9.0),
        allowed=(0.0, 100.0),
        fitted=True,
    )
    nest_precision: float = number(
        0.8,
        "factor",
        "precision of the choice whether to endure, to delay or to act, in that precision (1: no less sure)",
        "McFadden 1978; judgement",
        range=(0.5, 1.0),
        allowed=(0.0, 1.0),
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
        0.6,
        "0-1",
        "pressure from which on it brings members of parliament in; below, it keeps them away",
        range=(0.5, 0.7),
        allowed=(0.0, 1.0),
    )
    occasion_days: float = number(
        10.0,
        "days",
        "a condemnation, a note or a threat answers what shocked no longer ago; else there is nothing to answer",
        "evidence/iraq_government_actions.csv: condemned within two days; judgement",
        range=(4.0, 21.0),
        allowed=(0.0, 1000.0),
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
        0.53, "pressure", "… a threat to expel", range=(0.4, 0.65), allowed=(0.0, 1.0), fitted=True
    )
    anchor_committee: float = number(
        0.532, "pressure", "… a committee", range=(0.45, 0.7), allowed=(0.0, 1.0), fitted=True
    )
    anchor_talks: float = number(0.55, "pressure", "… talks", range=(0.4, 0.7), allowed=(0.0, 1.0))
    anchor_timetable: float = number(0.7, "pressure", "… demanding a timetable", range=(0.6, 0.85), allowed=(0.0, 1.0))
    anchor_letter: float = number(0.85, "pressure", "… a letter of expulsion", range=(0.75, 0.95), allowed=(0.0, 1.0))
    anchor_pending: float = number(
        0.7, "pressure", "… standing by a letter until it is delivered", range=(0.4, 0.85), allowed=(0.0, 1.0)
    )
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
        0.15, "0-1", "jump of the news when the clock ends without a product", range=(0.05, 0.3), allowed=(0.0, 1.0)
    )
    no_product_credibility: float = number(0.8, "factor", "credibility left then", range=(0.6, 1.0), allowed=(0.0, 1.0))
    relief_talks_days: float = number(
        365.0,
        "days",
        "after so many days of talks without a product their relief is stale",
        range=(180.0, 540.0),
        allowed=(1.0, 10000.0),
    )
    answered_half_life: float = number(
        60.0, "days", "half-life of an act's answer to what has shocked", range=(30.0, 120.0), allowed=(1.0, 10000.0)
    )
    arrest_chance: float = number(
        0.03,
        "per week",
        "suspects are arrested in a week of attacks in Iraq, without the groups' allies in government",
        "evidence/iraq_government_actions.csv: June and December 2020, December 2023; judgement",
        range=(0.0, 0.08),
        allowed=(0.0, 1.0),
    )
    arrest_allies: float = number(
        0.5,
        "share",
        "of that the groups' allies in government take off, where they are all of it",
        "evidence/iraq_government_actions.csv: arrests in December 2023 as well; judgement",
        range=(0.2, 0.9),
        allowed=(0.0, 1.0),
    )
    arrest_pressure: float = number(
        0.03, "0-1", "jump of the steady part of pressure after arrests", range=(0.0, 0.1), allowed=(0.0, 1.0)
    )
    highest_rung: GovernmentRung = choice(
        "", "cap on the government: an experiment on the ending, marked as such; empty: none"
    )


class StatementEvent(ScriptedEvent):
    """A statement of the Iraqi government."""

    GIVES: ClassVar[str] = "iraq/says"
    SEVERAL: ClassVar[bool] = True

    kind: Literal["statement"]
    rung: Literal["condemn", "protest note", "threaten expulsion"]


class CommitteeEvent(ScriptedEvent):
    """The government sets up a special committee."""

    GIVES: ClassVar[str] = "iraq/says"
    SEVERAL: ClassVar[bool] = True

    kind: Literal["committee"]


class GovernmentEvent(ScriptedEvent):
    """A government falls, or an election: a new prime minister, with a wish of his own and a fresh start.

    Credibility is whole again and the count of committees starts anew; the private wish is drawn between
    ``wish_low`` and ``wish_high``.
    """

    GIVES: ClassVar[str] = "iraq/successor"

    kind: Literal["government"]
    wish_low: float = Field(
        default=0.1, ge=0.0, le=1.0, description="lowest private wish he may have", json_schema_extra=LEVEL
    )
    wish_high: float = Field(
        default=0.6, ge=0.0, le=1.0, description="highest private wish he may have", json_schema_extra=LEVEL
    )
    allies: float | None = Field(
        default=None, ge=0.0, le=1.0, description="the groups' allies in it; empty: as before", json_schema_extra=LEVEL
    )
