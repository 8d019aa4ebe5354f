"""The region around Iraq: the fronts outside it and the US-Iran confrontation, taken together as salience, and IS."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar, Literal, NamedTuple, TypeAlias

from pydantic import Field

from sim.language.field import JUDGEMENT, Section, Several, choice, number
from sim.language.number import Number, Truth, anywhere, clip, most, not_, total, where
from sim.language.promise import promises
from sim.language.tree import Settings
from sim.model.accounts import SALIENCE, SALIENCE_IN_POLITICS, Source
from sim.model.article import ARTICLE
from sim.model.at import At
from sim.model.calendar import DatedLevel
from sim.model.given import LEVEL, ScriptedEvent
from sim.model.ledger import FRONT_TURNS

NONE, TRUCE, WAR = 0, 1, 2
CONFRONTATION = "the US and Iran"
Day: TypeAlias = date  # within an event `date` is its field
STATES = ("none", "truce", "war")

DRAWS = {"region/{front}": "whether a front turns from war to pause or back, beyond its last dated entry"}


# -------------------------------------------------------------------------------------- numbers
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


def default_fronts() -> dict[str, Front]:
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
    confrontation: float = number(
        0.681,
        "share",
        "how much of the calm that the fronts leave the confrontation takes at its highest, for the groups and Iran",
        "evidence/episodes.csv, us_iran.csv: the campaigns of 2018-2020; judgement",
        range=(0.4, 0.95),
        allowed=(0.0, 1.0),
        fitted=True,
    )
    confrontation_from: float = number(
        0.33,
        "0-1",
        "the confrontation's usual level: below it nobody is moved",
        "evidence/us_iran.csv; judgement",
        range=(0.2, 0.45),
        allowed=(0.0, 0.99),
    )
    least_days: float = number(
        7.0,
        "days",
        "a war or a pause beyond the last dated entry lasts at least so long",
        "evidence/exogenous_gaza.csv: the truce of November 2023",
        range=(3.0, 14.0),
        allowed=(0.0, 60.0),
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


def levels(*entries: tuple[str, float]) -> tuple[DatedLevel, ...]:
    return tuple(DatedLevel(date=date.fromisoformat(day), level=level) for day, level in entries)


class Confrontation(Section):
    """The confrontation of the United States and Iran outside Iraq: sanctions, deployments, nuclear steps, talks."""

    past: Several[DatedLevel] = choice(
        lambda: levels(
            ("2011-01-01", 0.3),
            ("2018-05-08", 0.35),
            ("2018-05-21", 0.4),
            ("2018-08-07", 0.45),
            ("2018-11-05", 0.5),
            ("2019-04-08", 0.55),
            ("2019-04-22", 0.6),
            ("2019-05-05", 0.7),
            ("2019-05-08", 0.7),
            ("2019-05-12", 0.72),
            ("2019-06-13", 0.75),
            ("2019-06-20", 0.85),
            ("2019-07-04", 0.75),
            ("2019-07-18", 0.75),
            ("2019-09-14", 0.8),
            ("2020-09-19", 0.7),
            ("2020-11-27", 0.7),
            ("2021-01-20", 0.55),
            ("2021-02-18", 0.5),
            ("2021-04-06", 0.45),
            ("2021-06-20", 0.5),
            ("2021-11-29", 0.45),
            ("2022-03-11", 0.5),
            ("2022-03-13", 0.55),
            ("2022-06-28", 0.5),
            ("2022-08-08", 0.45),
            ("2022-09-16", 0.5),
            ("2023-05-10", 0.42),
            ("2023-09-18", 0.35),
        ),
        "tension by date, from the steps outside Iraq, Syria and Gaza alone",
        "evidence/us_iran.csv; before 2018 judgement",
    )
    level: float = number(
        0.35,
        "0-1",
        "tension from 10 January 2024 on",
        "evidence/us_iran.csv: as after the exchange of prisoners of September 2023; judgement",
        range=(0.3, 0.8),
        allowed=(0.0, 1.0),
        role="lever",
    )


class IslamicState(Section):
    """The strength of the Islamic State group."""

    past: Several[DatedLevel] = choice(
        lambda: levels(("2011-01-01", 0.2), ("2014-06-10", 1.0), ("2017-12-09", 0.3), ("2021-01-01", 0.1)),
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


# --------------------------------------------------------------------------------------- events
class TruceEvent(ScriptedEvent):
    """A truce on a front."""

    GIVES: ClassVar[str] = "region/truce of {front}"

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


class IslamicStateEvent(ScriptedEvent):
    """IS surges, or falls back: its level from this day on."""

    kind: Literal["isis"]
    level: float = Field(
        ge=0.0, le=1.0, description="strength from this day on (1: holds territory)", json_schema_extra=LEVEL
    )


# ---------------------------------------------------------------------------------------- rules
@promises(bounded=(0.0, 1.0), rises_with=("truce_intensity",), state=(0, 2))
def intensity(state: Number, truce_intensity: Number) -> Number:
    """How hot a front is: 0 none, 1 war, a truce in between."""
    return where(state == WAR, 1.0, where(state == TRUCE, truce_intensity, 0.0))


@promises(bounded=(0.0, 1.0), rises_with=("followed", "own"))
def following(followed: Number, own: Number, coordination: Number) -> Number:
    """How hot a front is that follows another by its coordination and goes its own way for the rest."""
    return coordination * followed + (1.0 - coordination) * own


@promises(bounded=(0.0, 1.0), falls_with=("mean_days",), mean_days=(1, 1000))
def turning_chance(mean_days: Number) -> Number:
    """The chance that a state which lasts ``mean_days`` on average ends today."""
    return 1.0 / mean_days


@promises(bounded=(0.0, 1.0), rises_with=("level",), falls_with=("usual",), usual=(0.0, 0.9))
def heat(level: Number, usual: Number) -> Number:
    """How hot the confrontation is: 0 up to its usual level, 1 at the highest."""
    return clip((level - usual) / (1.0 - usual))


@promises(bounded=(0.0, 1.0), rises_with=("fronts", "hot", "weight"))
def together(fronts: Number, hot: Number, weight: Number) -> Number:
    """The salience of the fronts, and of the confrontation its share of what they leave."""
    return fronts + (1.0 - fronts) * (weight * hot)


def dated_state(entries: tuple[FrontDate, ...], today: date) -> int:
    """The state of a front by its last dated entry not after today; none where there is no entry."""
    state = NONE
    for entry in entries:
        if entry.date <= today:
            state = STATES.index(entry.state)
    return state


# ------------------------------------------------------------------------------------------ day
class Numbers(NamedTuple):
    """What the region's rules are given: the numbers of each front by name, and which front it goes with."""

    region: Settings
    fronts: dict[str, Settings]
    leads: dict[str, str]  # for each front the one that it follows, or itself
    leading: tuple[str, ...]  # those that go their own way, in the scenario's order


class Remembers(NamedTuple):
    """The fronts and IS. States stand in the order of the fronts that go their own way."""

    states: tuple[Number, ...]  # of each front, without scripted truces
    since: tuple[Number, ...]  # days since each turned
    seen: tuple[Number, ...]  # as the groups see it: with scripted truces, and over where its war has ended
    groups: Number = 0.0  # salience that reaches the groups and Iran
    politics: Number = 0.0  # salience that reaches politics in Baghdad
    in_truce: Truth = False
    isis: Number = 0.0  # level


class Sees(NamedTuple):
    """What the region's course depends on."""

    isis_level: Number  # the level of IS that the calendar or the scenario gives
    isis_change: Number  # how an exit has changed it
    confrontation: Number  # of the US and Iran: the level that the calendar or the scenario gives


def begin(states: tuple[int, ...]) -> Remembers:
    """The region before its first day: the fronts as they are dated then."""
    return Remembers(states=states, since=(1000.0,) * len(states), seen=states)


def turn(me: Remembers, sees: Sees, p: Numbers, at: At) -> Remembers:
    """The fronts turn to war or truce, as dated, as scripted or by chance; their salience; the strength of IS."""
    states, seen, for_politics = [], [], []
    since = []
    for name, before, lasts, today in zip(p.leading, me.states, me.since, at.calendar.fronts, strict=True):
        state: Number = today.state
        if anywhere(not_(today.dated)):
            own = p.fronts[name]
            mean = where(before == WAR, own.war_days, own.pause_days)
            chance = turning_chance(most(mean - p.region.least_days, 1.0))
            turns = not_(before == NONE) & (lasts >= p.region.least_days) & (at.draw(f"region/{name}") < chance)
            state = where(today.dated, state, where(turns, WAR + TRUCE - before, before))
        states.append(state)
        since.append(where(state == before, lasts + 1.0, 0.0))
        shown = where(today.truce & (state == WAR), TRUCE, state)
        seen.append(where(today.over_for_groups, NONE, shown))
        for_politics.append(where(today.over_for_politics, NONE, shown))
    in_truce: Truth = False
    for name, state, before in zip(p.leading, seen, me.seen, strict=True):
        in_truce = in_truce | ((state == TRUCE) & (p.fronts[name].weight > 0.0))
        turns = not_(state == before)
        if not anywhere(turns):
            continue
        at.note(
            turns,
            f"front {name}",
            "turns",
            (STATES, state),
            "region.intensity",
            known_as={FRONT_TURNS: True},
            scripted=at.is_given(f"region/truce of {name}"),
        )
    hot = salience(tuple(seen), p)
    tension = heat(sees.confrontation, p.region.confrontation_from)
    if at.ledger is not None:
        account(tuple(seen), tuple(for_politics), tension, p, at)
    differ: Truth = False
    for today in at.calendar.fronts:
        differ = differ | not_(today.over_for_groups == today.over_for_politics)
    return Remembers(
        states=tuple(states),
        since=tuple(since),
        seen=tuple(seen),
        groups=p.region.motive * together(hot, tension, p.region.confrontation),
        politics=p.region.politics * (salience(tuple(for_politics), p) if anywhere(differ) else hot),
        in_truce=in_truce,
        isis=clip(sees.isis_level + sees.isis_change),
    )


def salience(states: tuple[Number, ...], p: Numbers) -> Number:
    """The fronts' intensities, of those that follow another too, by weight."""
    return total(list(by_front(states, p).values()))


def by_front(states: tuple[Number, ...], p: Numbers) -> dict[str, Number]:
    """What each front adds to salience."""
    found = {}
    for name, leader in p.leads.items():
        state = states[p.leading.index(leader)]
        hot = intensity(state, p.region.truce_intensity)
        if leader != name:
            hot = following(hot, where(state == NONE, 0.0, p.region.own_intensity), p.region.coordination)
        found[name] = p.fronts[name].weight * hot
    return found


def account(seen: tuple[Number, ...], for_politics: tuple[Number, ...], tension: Number, p: Numbers, at: At) -> None:
    """Salience by front, the confrontation as one of them for the groups and Iran."""
    for state, states, scale in (
        (SALIENCE, seen, p.region.motive),
        (SALIENCE_IN_POLITICS, for_politics, p.region.politics),
    ):
        parts: dict[Source, Number] = {f"front {name}": scale * part for name, part in by_front(states, p).items()}
        if state == SALIENCE:
            left = 1.0 - salience(states, p)
            parts[CONFRONTATION] = scale * (left * (p.region.confrontation * tension))
        at.moved(state, parts, kept=0.0)
