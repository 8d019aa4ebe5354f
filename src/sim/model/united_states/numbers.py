"""The United States: its numbers, those of its strikes, and the kinds of event that script what it does."""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import Field

from sim.language.field import JUDGEMENT, Section, choice, number
from sim.model.article import ARTICLE
from sim.model.given import DEAD, PERSONS, ScriptedEvent

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
        3.39, "per stress", "steepness of the decision to strike", range=(1.2, 4.0), allowed=(0.0, 50.0), fitted=True
    )
    threshold: float = number(
        2.36,
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
        "how long earlier strikes, and US dead, count, mean of an exponential window",
        range=(30.0, 120.0),
        allowed=(1.0, 1000.0),
    )
    rung_stress: float = number(
        0.35, "logit", "stress (up to `rung_stress_most`) raises the rung", range=(0.1, 0.6), allowed=(0.0, 10.0)
    )
    rung_stress_most: float = number(
        6.0, "stress", "beyond this stress no longer raises the rung", range=(4.0, 10.0), allowed=(0.0, 100.0)
    )
    rung_strikes: float = number(
        0.685,
        "logit",
        "each recent strike that did not help raises the rung",
        range=(0.2, 0.9),
        allowed=(0.0, 10.0),
        fitted=True,
    )
    rung_place: float = number(
        0.604, "logit", "the last wound was dealt in Iraq", range=(0.0, 1.6), allowed=(0.0, 10.0), fitted=True
    )
    rung_dead: float = number(
        0.3,
        "logit",
        "each doubling (nearly) of the US dead lately raises the rung by so much times .7",
        "the record has no such case; judgement, from no rise",
        range=(0.0, 1.0),
        allowed=(0.0, 10.0),
    )
    rung_killings: float = number(
        1.87,
        "logit",
        "each commander killed, or large campaign, lately lowers the rung: the step is spent for a time",
        "evidence/commander_killings.csv: two in six years; judgement",
        range=(0.0, 4.0),
        allowed=(0.0, 50.0),
        fitted=True,
    )
    killings_memory: float = number(
        240.0,
        "days",
        "how long such a killing counts, mean of an exponential window",
        "evidence/commander_killings.csv; judgement",
        range=(90.0, 540.0),
        allowed=(1.0, 10000.0),
    )
    rung_restraint: float = number(3.0, "logit", "restraint lowers the rung", range=(1.0, 5.0), allowed=(0.0, 50.0))
    rung_talks: float = number(1.0, "logit", "talks lower the rung", range=(0.0, 2.0), allowed=(0.0, 50.0))
    cut_iraq: float = number(
        3.3,
        "logit",
        "cut between Syria and Iraq",
        "evidence/us_strikes.csv: first strike in Iraq on day 36",
        range=(2.0, 3.4),
        allowed=(-20.0, 50.0),
        fitted=True,
    )
    cut_commander: float = number(
        4.85,
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
    step_committee: float = number(0.45, "0-1", "… a committee, while it stands", range=(0.3, 0.6), allowed=(0.0, 1.0))
    step_talks: float = number(0.35, "0-1", "… talks, while they stand", range=(0.15, 0.5), allowed=(0.0, 1.0))
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
        0.42, "0-1", "Baghdad is warned of consequences from here", range=(0.3, 0.7), allowed=(0.0, 1.0)
    )
    warned_price: float = number(
        1.2,
        "factor",
        "the price that Baghdad expects while it is warned of consequences",
        range=(1.0, 1.5),
        allowed=(0.0, 10.0),
    )
    insight: float = number(
        0.3,
        "per distance",
        "how far Washington discounts a step by what the prime minister says beyond his private wish",
        "the cable of 6 Jan 2024: evidence/iraq_government_actions.csv; judgement",
        range=(0.0, 0.8),
        allowed=(0.0, 1.0),
    )
    stake_rivalry: float = number(
        0.5,
        "factor",
        "its stake rises with what Iran's influence stands above its own",
        range=(0.0, 1.5),
        allowed=(0.0, 10.0),
    )
    highest_rung: ResponseRung = choice("", "cap on the response; empty: none")
    highest_leverage: Literal[
        "", "reassure", "offer talks", "warn of consequences", "restrict dollars", "sanctions"
    ] = choice("", "cap on leverage; empty: none")


_IN_THE_LOG = "told in the log alone, since who died in Syria moves nobody in Baghdad"


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
        "mean dead of a deadly strike in Iraq",
        "evidence/us_strikes.csv: 25, 6, 7, 8, 1",
        range=(4.0, 15.0),
        allowed=(1.0, 500.0),
    )
    dead_commander: float = number(
        4.0,
        "persons",
        "mean dead of a killing in Baghdad",
        "evidence/us_strikes.csv: 10, 2",
        range=(2.0, 10.0),
        allowed=(1.0, 500.0),
    )
    dead_campaign: float = number(
        30.0, "persons", "mean dead of a large campaign", range=(10.0, 80.0), allowed=(1.0, 1000.0)
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


class StrikeEvent(ScriptedEvent):
    """A deliberate US strike."""

    GIVES: ClassVar[str] = "united_states/strikes"
    SEVERAL: ClassVar[bool] = True

    kind: Literal["strike"]
    rung: Literal["strike in Syria", "strike in Iraq", "kill a commander in Baghdad", "large campaign"]
    group: str = Field(default="", description="which group is struck; empty: drawn by recent attacks")
    dead: int = Field(default=0, ge=0, le=1000, description=DEAD, json_schema_extra=PERSONS)
    civilians: int = Field(
        default=0, ge=0, le=1000, description="of them Iraqi civilians and state forces", json_schema_extra=PERSONS
    )


class CoordinatorEvent(ScriptedEvent):
    """The coordinator of the groups is killed, as Soleimani was on 3 January 2020."""

    GIVES: ClassVar[str] = "united_states/strikes"
    SEVERAL: ClassVar[bool] = True

    kind: Literal["coordinator_killed"]
    group: str = Field(default="", description="which group is struck; empty: drawn by recent attacks")
    dead: int = Field(default=0, ge=0, le=1000, description=DEAD, json_schema_extra=PERSONS)
    civilians: int = Field(
        default=0, ge=0, le=1000, description="of them Iraqi civilians and state forces", json_schema_extra=PERSONS
    )


class ThreatEvent(ScriptedEvent):
    """A public US threat of a last step, as of closing the embassy in September 2020."""

    GIVES: ClassVar[str] = "united_states/threats"
    SEVERAL: ClassVar[bool] = True

    kind: Literal["us_threat"]


class OfferEvent(ScriptedEvent):
    """Washington offers talks on the presence: they open, where talks could."""

    GIVES: ClassVar[str] = "united_states/offers"

    kind: Literal["offer_talks"]

    @property
    def gift(self) -> bool:
        """What the day is given."""
        return True


class SanctionsEvent(ScriptedEvent):
    """A step of the United States against Iraq's money."""

    GIVES: ClassVar[str] = "united_states/sanctions"
    SEVERAL: ClassVar[bool] = True

    kind: Literal["sanctions"]
    step: Literal["restrict dollars", "sanctions"]
