"""The Iraqi government: what the prime minister remembers, and his day: pressure, and the choice of a rung."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.language.exact import decay
from sim.language.number import (
    Number,
    Truth,
    anywhere,
    clip,
    floor,
    least,
    most,
    not_,
    pick,
    power,
    repeat,
    total,
    truth,
    where,
    where_needed,
)
from sim.language.tree import Settings
from sim.model.accounts import BASE, CALLS, PRESS, PRESSURE, SALIENCE_IN_POLITICS, Act, Of, Source
from sim.model.at import At
from sim.model.calendar import WEEK
from sim.model.choice import Choice
from sim.model.given import NO_EVENTS
from sim.model.iraq import rules
from sim.model.iraq.numbers import CommitteeEvent, GovernmentEvent
from sim.model.iraq.rules import COMMITTEE, CONDEMN, LADDER, LETTER, SILENCE, TALKS, TERMS, THREATEN, TIMETABLE
from sim.model.ledger import EventLog
from sim.model.today import DEFENDED, STRUCK, Strike

NAME = "Iraqi government"
DRAWS = {
    "iraq/mood": "the mood a choice is met with; it holds for weeks and is drawn anew in a crisis",
    "iraq/mood start": "how far into its mood a world begins (drawn once)",
    "iraq/wish": "what a new prime minister privately wants",
    "iraq/clock": "how long a committee's clock runs",
}
ACTED, SET_UP, NO_PRODUCT = "Iraq's last act", "a committee is set up", "committee ends without a product"
STANDS = "stands under pressure"


class Remembers(NamedTuple):
    """The prime minister: the ``pressure`` he is under, his ``rung``, and what a threat counts (``credibility``)."""

    pressure: Number
    mood_left: Number  # days
    mood: Number = 0.5
    credibility: Number = 1.0
    rung: Number = SILENCE
    shown: Number = 0.0  # the highest rung shown, fading
    acts: Truth = False  # he newly acted on his rung today
    since_look: Number = 0  # days since he last chose
    chance_of_letter: Number = 0.0  # over all moods, when he last chose
    committees: Number = 0
    committee_relief: Number = 0.0
    committee_left: Number = 0.0  # days for which a committee still gives relief
    clock: Number = 0.0  # days left for it to bring a product; 0: no clock runs
    new_wish: Number = -1.0  # of a prime minister who came in by a scripted event; below 0: none
    demand_open: Truth = False  # a demand that no act has followed
    letter_pending: Truth = False
    letter_stood: Number = 0.0  # days


class Feels(NamedTuple):
    """What moves the pressure on the prime minister."""

    salience: Number  # of the fronts, as politics in Baghdad sees it
    calls: Number  # of the groups' politicians
    press: Number  # of Iran, as it is heard
    isis: Number  # level
    met: Number  # attacks met on the spot by US forces in Iraq today
    strikes: tuple[Strike, ...]  # deliberate US strikes today


class Sees(NamedTuple):
    """What the prime minister goes by when he chooses a rung."""

    crisis: Truth  # a killing, Iraqi dead, or a fatal attack, today
    open: Truth  # the presence can still be ended
    talks: Truth  # he negotiates with Washington
    talks_possible: Truth  # talks could open
    talks_relief: Number  # of those that stand, or of new ones
    security: Number  # what leaving is expected to cost in security, 1 at the defaults
    economy: Number  # in money


class Does(NamedTuple):
    """What follows from his choice for others."""

    committees: Number  # set up or renewed
    opens_talks: Truth
    expels: Truth  # the letter is delivered


def begin(p: Settings, at: At) -> Remembers:
    """The government before its first day."""
    return Remembers(pressure=p.base_pressure, mood_left=floor(at.draw("iraq/mood start") * p.mood_days))


# --------------------------------------------------------------------------------------- pressure
def live(me: Remembers, feels: Feels, p: Settings, at: At) -> Remembers:
    """Pressure after the day, the committee's clock, credibility."""
    me = succeed(me, at)
    target = rules.warranted(
        p.base_pressure,
        feels.salience,
        feels.calls,
        feels.press,
        feels.isis,
        p.pressure_salience,
        p.pressure_calls,
        p.pressure_press,
        p.pressure_isis,
    )
    pressure = target + (me.pressure - target) * decay(p.pressure_half_life)
    if at.ledger is not None:
        account(at.ledger, pressure, target, feels, p)
    pressure = shaken(pressure, feels, p)
    ends = me.clock == 1.0
    pressure = where(ends, pressure + p.no_product_pressure, pressure)
    credibility = 1.0 - (1.0 - me.credibility) * decay(p.credibility_half_life)
    if anywhere(ends):
        at.note(ends, NAME, NO_PRODUCT, (LADDER.names, me.rung), "iraq.live", because=(SET_UP,))
        if at.ledger is not None:
            at.moved(PRESSURE, {at.ledger.last(f"{NAME}/{NO_PRODUCT}"): where(ends, p.no_product_pressure, 0.0)})
    limited = most(least(clip(pressure), p.pressure_ceiling), p.pressure_floor)
    if at.ledger is not None:
        at.limited(PRESSURE, pressure, limited)
    return me._replace(
        pressure=limited,
        credibility=where(ends, credibility * p.no_product_credibility, credibility),
        committee_left=where(ends, 0.0, most(me.committee_left - 1.0, 0.0)),
        clock=most(me.clock - 1.0, 0.0),
    )


def shaken(pressure: Number, feels: Feels, p: Settings) -> Number:
    """Pressure after the day's strikes: those in self-defence, then the deliberate ones."""
    by_defence = rules.shock(p.jump_iraq, 0.0, p.jump_dead) if anywhere(feels.met > 0) else 0.0
    pressure = repeat(feels.met, one_jump, pressure, by_defence)
    for strike in feels.strikes:
        pressure = where_needed(strike.happened, rules.jump, pressure, pressure, shock_of(strike, p))
    return pressure


def shock_of(strike: Strike, p: Settings) -> Number:
    """What a deliberate strike takes of the room pressure has left."""
    killed = p.jump_coordinator if strike.coordinator else p.jump_commander
    sizes = (0.0, 0.0, p.jump_syria, p.jump_iraq, killed, p.jump_campaign)
    dead = where(strike.in_iraq, strike.civilians, 0.0)  # who died in Syria moves nobody here
    return rules.shock(pick(strike.rung, sizes), dead, p.jump_dead)


def one_jump(_: int, happens: Truth, pressure: Number, size: Number) -> Number:
    """Pressure after one of several shocks of the same size, in the worlds where it happens."""
    found: Number = where_needed(happens, rules.jump, pressure, pressure, size)
    return found


def account(ledger: EventLog, pressure: Number, target: Number, feels: Feels, p: Settings) -> None:
    """Pressure by its sources: what the day warrants, toward which it drifts, and the day's strikes."""
    moved, kept = ledger.accounts.moved, decay(p.pressure_half_life)
    parts: dict[Source, Number] = {
        BASE: p.base_pressure,
        Of(SALIENCE_IN_POLITICS): p.pressure_salience * feels.salience,
        Of(CALLS): p.pressure_calls * feels.calls,
        Of(PRESS): p.pressure_press * feels.press,
    }
    warranted = total(list(parts.values())) * (1.0 - p.pressure_isis * feels.isis)
    share = where(warranted > 0.0, (1.0 - kept) * target / where(warranted > 0.0, warranted, 1.0), 0.0)
    share = share * (1.0 - p.pressure_isis * feels.isis)
    moved(PRESSURE, {source: share * part for source, part in parts.items()}, kept)
    by_defence = rules.shock(p.jump_iraq, 0.0, p.jump_dead)
    shocks: list[tuple[Truth, Number, Act]] = []
    while anywhere(feels.met > len(shocks)):
        shocks.append((feels.met > len(shocks), by_defence, ledger.turn(DEFENDED, len(shocks))))
    for strike, act in zip(feels.strikes, ledger.today(STRUCK), strict=True):
        shocks.append((strike.happened, shock_of(strike, p), act))
    for happened, size, act in shocks:
        moved(PRESSURE, {act: where(happened, size * (1.0 - pressure), 0.0)})
        pressure = where(happened, rules.jump(pressure, size), pressure)


def succeed(me: Remembers, at: At) -> Remembers:
    """A new prime minister, by a scripted event: a wish of his own, credibility whole, committees forgotten."""
    event: GovernmentEvent | None = at.given("iraq/successor", None)
    if event is None:
        return me
    wish = event.wish_low + (event.wish_high - event.wish_low) * at.draw("iraq/wish")
    at.note(
        True,
        NAME,
        "a new prime minister",
        LADDER.names[SILENCE],
        "scripted",
        terms=lambda: {"private wish": wish},
        known_as={ACTED: True},
        scripted=True,
    )
    return me._replace(
        new_wish=wish,
        credibility=1.0,
        committees=0,
        demand_open=False,
        clock=0.0,
        committee_left=0.0,
        rung=SILENCE,
        shown=0.0,
        letter_pending=False,
        mood_left=-1.0,
    )


def stand(me: Remembers, at: At) -> None:
    """Once a week the ledger says what he stands under: no act, but what its course is drawn from."""
    at.note(
        at.weekly,
        NAME,
        STANDS,
        (LADDER.names, me.rung),
        "iraq.live",
        terms={"pressure": me.pressure},
        carried_by={PRESSURE: me.pressure},
    )


# --------------------------------------------------------------------------------------- a choice
def decide(me: Remembers, sees: Sees, p: Settings, at: At) -> tuple[Remembers, Does]:
    """Weekly, in a crisis or a new mood, daily while a letter is pending: the prime minister chooses a rung."""
    mood, mood_left, new_mood = the_mood(me, sees, p, at)
    since_look, shown = me.since_look + 1, me.shown * (1.0 - p.audience_fade / WEEK)
    looks = ((since_look >= p.decision_days) | sees.crisis | new_mood | me.letter_pending) & sees.open
    looks = at.given("iraq/looks", looks)
    # before the first day nothing is set up, opened or withdrawn: what stands on that day is known
    top = at.given("iraq/highest rung", LETTER if at.calendar.free else THREATEN)
    stands = me.committee_left > 0.0
    committee = where(stands, me.committee_relief, next_relief(me, p))
    choice = (
        me.pressure,
        me.credibility,
        committee,
        stands,
        sees.talks_relief,
        sees.talks,
        sees.talks_possible,
        shown,
        sees.security,
        sees.economy,
        wish_of(me, p),
        top,
        p,
    )
    before = least(me.rung, top)
    rung, chance = where_needed(looks, rules.choose, (before, me.chance_of_letter), mood, *choice)
    replaced: Choice | None = at.given("iraq/choice", None)
    if replaced is not None and anywhere(looks):
        now = me._replace(mood=mood, mood_left=mood_left, since_look=since_look, shown=shown, rung=before)
        rung = where(looks, as_replaced(replaced, looks, now, sees, p, at, rung, top), before)
    rung = where(sees.open, rung, least(rung, CONDEMN))
    sets_up = looks & (rung == COMMITTEE) & not_(stands)
    rule = "iraq.choose" if replaced is None else replaced.rule
    speaks = looks & (not_(rung == before) | sees.crisis | sets_up) & (rung > SILENCE)
    if anywhere(speaks):
        at.note(
            speaks,
            NAME,
            "act",
            (LADDER.names, rung),
            rule,
            carried_by={PRESSURE: me.pressure},
            terms=lambda: terms_of(rung, mood, choice) if replaced is None else {"pressure": me.pressure},
            known_as={ACTED: True, SET_UP: rung == COMMITTEE},
        )
    pending, stood, expels = the_letter(me, rung, rule, sees, p, at)
    me = me._replace(
        mood=mood,
        mood_left=mood_left,
        rung=rung,
        shown=where(speaks, most(shown, rung * 1.0), shown),
        acts=speaks,
        since_look=where(looks, 0, since_look),
        chance_of_letter=chance,
        letter_pending=pending,
        letter_stood=stood,
    )
    if anywhere(sets_up):
        me = set_up_committee(me, sets_up, committee, p, at)
    if anywhere(speaks):
        me = demand(me, speaks & ((rung == THREATEN) | (rung == TIMETABLE)), p)
    me, scripted = say_as_scripted(me, sees.open & not_(expels), top, p, at)
    return me, Does(truth(sets_up) + scripted, looks & (rung == TALKS) & not_(sees.talks), expels)


def as_replaced(
    choice: Choice, looks: Truth, me: Remembers, sees: Sees, p: Settings, at: At, usual: Number, top: int
) -> Number:
    """The rung by a replaced choice: under the cap, and the committee where talks cannot be had."""
    rung = choice.rung(looks, LADDER, me, sees, p, at, usual=usual, highest=top)
    return where((rung == TALKS) & not_(sees.talks_possible | sees.talks), COMMITTEE, rung)


def the_mood(me: Remembers, sees: Sees, p: Settings, at: At) -> tuple[Number, Number, Truth]:
    """The mood, which holds for weeks and is drawn anew in a crisis; the days left to it; and where it is new."""
    left = me.mood_left - 1.0
    # while a letter is pending the mood holds: a further crisis is no reason to think of something milder
    new = ((left < 0.0) | sees.crisis) & not_(me.letter_pending)
    if not anywhere(new):
        return me.mood, left, new
    return where(new, at.draw("iraq/mood"), me.mood), where(new, p.mood_days - 1.0, left), new


def next_relief(me: Remembers, p: Settings) -> Number:
    """The relief that the next committee would give: each repetition gives less."""
    return p.relief_committee * power(p.relief_repeat, me.committees)


def set_up_committee(me: Remembers, sets_up: Truth, relief: Number, p: Settings, at: At) -> Remembers:
    """A committee gives relief for a time, while its clock runs; one that follows on another starts no new clock."""
    length = floor(p.committee_clock_low + at.draw("iraq/clock") * (p.committee_clock_high - p.committee_clock_low))
    return me._replace(
        committee_relief=where(sets_up, relief, me.committee_relief),
        committee_left=where(sets_up, p.committee_days, me.committee_left),
        clock=where(sets_up & (me.clock == 0.0), length, me.clock),
        committees=me.committees + truth(sets_up),
    )


def demand(me: Remembers, demands: Truth, p: Settings) -> Remembers:
    """A demand that follows another without an act costs credibility."""
    worn = demands & me.demand_open
    return me._replace(
        credibility=where(worn, me.credibility * p.credibility_loss, me.credibility),
        demand_open=me.demand_open | demands,
    )


def the_letter(me: Remembers, rung: Number, rule: str, sees: Sees, p: Settings, at: At) -> tuple[Truth, Number, Truth]:
    """Whether a letter is pending, for how many days it has stood as the choice, and whether it is delivered today."""
    pending = (rung == LETTER) & sees.open
    stood = where(pending & me.letter_pending, me.letter_stood + 1.0, 0.0)
    expels = pending & (stood >= p.letter_days)
    if anywhere(me.letter_pending):
        gives_up = me.letter_pending & not_(pending) & sees.open
        at.note(
            gives_up,
            NAME,
            "gives the letter up again",
            (LADDER.names, rung),
            rule,
            because=(ACTED,),
            carried_by={PRESSURE: me.pressure},
            known_as={ACTED: True},
        )
    return pending & not_(expels), stood, expels


def say_as_scripted(me: Remembers, open_: Truth, top: int, p: Settings, at: At) -> tuple[Remembers, Number]:
    """Statements and committees that the record or the script gives; also the number of committees."""
    committees: Number = 0
    for _, event, _ in at.given("iraq/says", NO_EVENTS):
        rung = COMMITTEE if isinstance(event, CommitteeEvent) else LADDER[event.rung]
        here = open_ & (rung <= top)
        me = me._replace(rung=where(here, rung, me.rung))
        if rung == COMMITTEE:
            me = set_up_committee(me, here, next_relief(me, p), p, at)
            committees = committees + truth(here)
        me = demand(me, here & (rung == THREATEN), p)
        me = me._replace(acts=me.acts | here, shown=where(here, most(me.shown, float(rung)), me.shown))
        at.note(
            here,
            NAME,
            "act",
            LADDER.names[rung],
            "scripted",
            carried_by={PRESSURE: me.pressure},
            known_as={ACTED: True, SET_UP: rung == COMMITTEE},
            scripted=True,
        )
    return me, committees


def terms_of(rung: Number, mood: Number, choice: tuple[Any, ...]) -> Mapping[str, Number]:
    """The named numbers that decided: the terms of the chosen rung, and what each rung is worth."""
    each = rules.worth(*choice)
    found: dict[str, Number] = {"pressure": choice[0], "mood": mood}
    for place, name in enumerate(TERMS):
        found[name] = pick(rung, [terms[place] for terms in each])
    for height, name in enumerate(LADDER.names):
        found[f"utility of {name}"] = total(each[height])
    return found


# ------------------------------------------------------------------------------ what others bring
def let_off(me: Remembers, lets_off: Truth, steam: Number, p: Settings, at: At) -> Remembers:
    """A vote of parliament, or a product of talks, lets off pressure."""
    if not anywhere(lets_off):
        return me
    pressure = where(lets_off, most(me.pressure - steam, p.pressure_floor), me.pressure)
    at.limited(PRESSURE, me.pressure, pressure)
    return me._replace(pressure=pressure)


def take_product(me: Remembers, agreed: Truth, relief: Number, p: Settings, at: At) -> Remembers:
    """An agreement is a product: it lets off pressure, stops the committee's clock and backs a demand."""
    if not anywhere(agreed):
        return me
    me = let_off(me, agreed, relief, p, at)
    return me._replace(clock=where(agreed, 0.0, me.clock), demand_open=me.demand_open & not_(agreed))


# ------------------------------------------------------------------------------ what others see
def wish_of(me: Remembers, p: Settings) -> Number:
    """What the prime minister privately wants: as the scenario says, or as a successor's was drawn."""
    return where(me.new_wish >= 0.0, me.new_wish, p.private_wish)


def stance_of(me: Remembers, p: Settings) -> Number:
    """What he says that he wants."""
    return rules.public_stance(wish_of(me, p), me.pressure, p.public_gap)


def security(benefits: Number, isis: Number, usual_need: float, usual_incapability: float, p: Settings) -> Number:
    """What leaving is expected to cost in security, 1 at the defaults."""
    needed = (1.0 + p.security_isis * isis) / usual_need
    return p.security_cost * benefits * needed * ((1.0 - p.capability) / usual_incapability)


def demands_expulsion(me: Remembers) -> Truth:
    """Whether he newly stands on a threat or above it."""
    return me.acts & (me.rung >= THREATEN)


def threatens(me: Remembers) -> Truth:
    """Whether he threatened to expel today: a threat, or a rung above it that says as much (all but talks)."""
    return demands_expulsion(me) & not_(me.rung == TALKS)
