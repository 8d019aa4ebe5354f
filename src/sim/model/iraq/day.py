"""The Iraqi government: what the prime minister remembers, and his day: pressure, and the choice of a rung."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from sim.language.exact import decay, fade
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
from sim.model.accounts import (
    BASE,
    CALLS,
    GRIEVANCE,
    NEWS,
    PRESS,
    PRESSURE,
    SALIENCE_IN_POLITICS,
    STEADY,
    Act,
    Of,
    Source,
)
from sim.model.at import At
from sim.model.calendar import WEEK
from sim.model.choice import Choice
from sim.model.given import NO_EVENTS
from sim.model.iraq import rules
from sim.model.iraq.numbers import CommitteeEvent, GovernmentEvent
from sim.model.iraq.rules import COMMITTEE, CONDEMN, LADDER, LETTER, NOTE, SILENCE, TALKS, TERMS, THREATEN, TIMETABLE
from sim.model.ledger import EventLog
from sim.model.today import DEFENDED, STRUCK, Strike

NAME = "Iraqi government"
DRAWS = {
    "iraq/mood": "the mood a choice is met with; it holds for weeks and is drawn anew in a crisis",
    "iraq/mood start": "how far into its mood a world begins (drawn once)",
    "iraq/wish": "what a new prime minister privately wants",
    "iraq/clock": "how long a committee's clock runs",
    "iraq/arrests": "whether suspects of attacks are arrested this week",
}
ACTED, SET_UP, NO_PRODUCT = "Iraq's last act", "a committee is set up", "committee ends without a product"
STANDS, ARRESTS, INSISTS = "stands under pressure", "arrests suspects", "insists on the date"
POINTS = "points to what stands"
LATELY = 7.0
"""Days that attacks in Iraq are remembered for."""
SCARCELY = 1e-12
"""Room that is divided by is never less."""


class Remembers(NamedTuple):
    """The prime minister: the parts of the ``pressure`` on him, his ``rung``, and what a threat counts."""

    steady: Number  # part of pressure that drifts to what the day warrants
    mood_left: Number  # days
    news: Number = 0.0  # part of pressure: of strikes, and of a committee without a product; fades within weeks
    grievance: Number = 0.0  # part of pressure: over the dead; fades within months
    answered: Number = 0.0  # share of news and grievance that an act of his has answered
    since_shock: Number = 1000.0  # days since news or grievance last rose
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
    attacks: Number = 0.0  # on US forces in Iraq within about a week
    arrests: Truth = False  # suspects were arrested today

    @property
    def pressure(self) -> Number:
        """The pressure he is under."""
        return rules.pressure(self.steady, self.news, self.grievance)

    @property
    def shocked(self) -> Number:
        """What has shocked: news and grievance."""
        return rules.pressure(0.0, self.news, self.grievance)


class Feels(NamedTuple):
    """What moves the pressure on the prime minister."""

    salience: Number  # of the fronts, as politics in Baghdad sees it
    calls: Number  # of the groups' politicians
    press: Number  # of Iran, as it is heard
    isis: Number  # level
    met: Number  # attacks met on the spot by US forces in Iraq today
    met_dead: Number  # attackers killed by that
    strikes: tuple[Strike, ...]  # deliberate US strikes today
    open: Truth  # the presence can still be ended
    attacks: Number  # on US forces in Iraq today
    allies: Number  # of the groups, in government


class Sees(NamedTuple):
    """What the prime minister goes by when he chooses a rung."""

    blow: Truth  # a deadly US strike in Iraq, a killing, or Iraqi dead, today
    open: Truth  # the presence can still be ended
    troops: Truth  # there are US troops
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
    return Remembers(steady=p.base_pressure, mood_left=floor(at.draw("iraq/mood start") * p.mood_days))


# --------------------------------------------------------------------------------------- pressure
def live(me: Remembers, feels: Feels, p: Settings, at: At) -> Remembers:
    """Pressure after the day, arrests, the committee's clock, credibility."""
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
    target = target * where(feels.open, 1.0, p.pressure_decided)
    if at.ledger is not None:
        account(at.ledger, target, feels, p)
    me = me._replace(
        steady=target + (me.steady - target) * decay(p.pressure_half_life),
        news=me.news * decay(p.news_half_life),
        grievance=me.grievance * decay(p.grievance_half_life),
        answered=me.answered * decay(p.answered_half_life),
        credibility=1.0 - (1.0 - me.credibility) * decay(p.credibility_half_life),
        since_shock=me.since_shock + 1.0,
        attacks=me.attacks * fade(LATELY) + feels.attacks,
    )
    me = arrest(shaken(me, feels, p, at), feels, p, at)
    ends = me.clock == 1.0
    if anywhere(ends):
        at.note(ends, NAME, NO_PRODUCT, LADDER.names[COMMITTEE], "iraq.live", because=(SET_UP,))
        if at.ledger is not None:
            at.moved(NEWS, came(me.news, ends, p.no_product_pressure, at.ledger.last(f"{NAME}/{NO_PRODUCT}")))
        more = where(ends, p.no_product_pressure, 0.0)
        me = shock(me, rules.jump(me.news, more), me.grievance)
        me = me._replace(
            credibility=where(ends, me.credibility * p.no_product_credibility, me.credibility),
            committee_left=where(ends, 0.0, me.committee_left),
        )
    me = me._replace(committee_left=most(me.committee_left - 1.0, 0.0), clock=most(me.clock - 1.0, 0.0))
    me = held(me, most(least(me.pressure, p.pressure_ceiling), p.pressure_floor), at)
    carry(me, at)
    return me


def shaken(me: Remembers, feels: Feels, p: Settings, at: At) -> Remembers:
    """News and grievance after the day's strikes: those in self-defence, then the deliberate ones."""
    if at.ledger is not None:
        account_shocks(at.ledger, me, feels, p)
    by_defence = rules.shock(p.jump_iraq, 0.0, p.jump_dead) if anywhere(feels.met > 0) else 0.0
    news = repeat(feels.met, one_jump, me.news, by_defence)
    grievance = me.grievance
    if anywhere(feels.met_dead > 0):
        size = rules.grief(0.0, feels.met_dead, p.grievance_fighter, p.grievance_dead)
        grievance = rules.jump(grievance, where(feels.met_dead > 0, size, 0.0))
    for strike in feels.strikes:
        news = where_needed(strike.happened, rules.jump, news, news, shock_of(strike, p))
        grievance = where_needed(strike.happened, rules.jump, grievance, grievance, grief_of(strike, p))
    return shock(me, news, grievance)


def shock(me: Remembers, news: Number, grievance: Number) -> Remembers:
    """News and grievance rise to this: what is new of it is not answered."""
    now = me._replace(news=news, grievance=grievance)
    more = most(now.shocked - me.shocked, 0.0)
    return now._replace(
        answered=rules.still_answered(me.answered, me.shocked, more), since_shock=where(more > 0.0, 0.0, me.since_shock)
    )


def shock_of(strike: Strike, p: Settings) -> Number:
    """What a deliberate strike takes of the room that news has left."""
    killed = p.jump_coordinator if strike.coordinator else p.jump_commander
    sizes = (0.0, 0.0, p.jump_syria, p.jump_iraq, killed, p.jump_campaign)
    dead = where(strike.in_iraq, strike.civilians, 0.0)  # who died in Syria moves nobody here
    return rules.shock(pick(strike.rung, sizes), dead, p.jump_dead)


def grief_of(strike: Strike, p: Settings) -> Number:
    """What a deliberate strike takes of the room that grievance has left."""
    fighters = most(strike.dead - strike.civilians, 0.0)
    size = rules.grief(strike.civilians, fighters, p.grievance_fighter, p.grievance_dead)
    return where(strike.in_iraq, size, 0.0)


def one_jump(_: int, happens: Truth, level: Number, size: Number) -> Number:
    """News after one of several shocks of the same size, in the worlds where it happens."""
    found: Number = where_needed(happens, rules.jump, level, level, size)
    return found


def arrest(me: Remembers, feels: Feels, p: Settings, at: At) -> Remembers:
    """Weekly, where US forces in Iraq were attacked lately: suspects are arrested, the rarer the more allies rule."""
    me = me._replace(arrests=False)
    if not at.free or not anywhere(at.weekly):
        return me
    chance = p.arrest_chance * (1.0 - p.arrest_allies * feels.allies) * least(me.attacks, 1.0)
    arrests = at.weekly & (at.draw("iraq/arrests") < chance)
    at.note(
        arrests,
        NAME,
        ARRESTS,
        "of attacks on US forces",
        "iraq.arrest",
        terms={"attacks within a week": me.attacks, "chance": chance},
    )
    if at.ledger is not None:
        act = at.ledger.last(f"{NAME}/{ARRESTS}")
        at.moved(STEADY, came(me.steady, arrests, p.arrest_pressure, act))
    return me._replace(steady=where(arrests, rules.jump(me.steady, p.arrest_pressure), me.steady), arrests=arrests)


def held(me: Remembers, pressure: Number, at: At) -> Remembers:
    """Pressure brought to a level: news gives way first, then its steady part, then grievance. What lacks is steady."""
    same = pressure == me.pressure
    if not anywhere(not_(same)):
        return me
    left = 1.0 - pressure
    news = least(me.news, clip(1.0 - left / most((1.0 - me.steady) * (1.0 - me.grievance), SCARCELY)))
    steady = clip(1.0 - left / most((1.0 - news) * (1.0 - me.grievance), SCARCELY))
    grievance = least(me.grievance, clip(1.0 - left / most((1.0 - news) * (1.0 - steady), SCARCELY)))
    now = me._replace(
        news=where(same, me.news, news),
        steady=where(same, me.steady, steady),
        grievance=where(same, me.grievance, grievance),
    )
    for part, before, after in (
        (NEWS, me.news, now.news),
        (STEADY, me.steady, now.steady),
        (GRIEVANCE, me.grievance, now.grievance),
    ):
        at.limited(part, before, after)
    return now


def carry(me: Remembers, at: At) -> None:
    """The account of pressure: its parts by their sources, in proportion, since they share the room up to 1."""
    if at.ledger is None:
        return
    whole = me.steady + me.news + me.grievance
    share = where(whole > 0.0, me.pressure / where(whole > 0.0, whole, 1.0), 0.0)
    parts = ((STEADY, me.steady), (NEWS, me.news), (GRIEVANCE, me.grievance))
    at.moved(PRESSURE, {Of(part): share * level for part, level in parts}, kept=0.0)


def account(ledger: EventLog, target: Number, feels: Feels, p: Settings) -> None:
    """The parts of pressure by their sources, before the day's acts: what fades, and what the day warrants."""
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
    moved(STEADY, {source: share * part for source, part in parts.items()}, kept)
    moved(NEWS, {}, decay(p.news_half_life))
    moved(GRIEVANCE, {}, decay(p.grievance_half_life))


def account_shocks(ledger: EventLog, me: Remembers, feels: Feels, p: Settings) -> None:
    """News and grievance by the day's strikes."""
    moved, news, grievance = ledger.accounts.moved, me.news, me.grievance
    by_defence = rules.shock(p.jump_iraq, 0.0, p.jump_dead)
    shocks: list[tuple[Truth, Number, Act]] = []
    while anywhere(feels.met > len(shocks)):
        shocks.append((feels.met > len(shocks), by_defence, ledger.turn(DEFENDED, len(shocks))))
    if shocks:
        size = rules.grief(0.0, feels.met_dead, p.grievance_fighter, p.grievance_dead)
        moved(GRIEVANCE, came(grievance, feels.met_dead > 0, size, ledger.last(DEFENDED)))
        grievance = where(feels.met_dead > 0, rules.jump(grievance, size), grievance)
    for strike, act in zip(feels.strikes, ledger.today(STRUCK), strict=True):
        shocks.append((strike.happened, shock_of(strike, p), act))
        size = grief_of(strike, p)
        moved(GRIEVANCE, came(grievance, strike.happened, size, act))
        grievance = where(strike.happened, rules.jump(grievance, size), grievance)
    for happened, size, act in shocks:
        moved(NEWS, came(news, happened, size, act))
        news = where(happened, rules.jump(news, size), news)


def came(level: Number, happened: Truth, size: Number, act: Act) -> dict[Source, Number]:
    """What an act added to a part of pressure."""
    return {act: where(happened, size * (1.0 - level), 0.0)}


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
    looks = (since_look >= p.decision_days) | sees.blow | new_mood | me.letter_pending
    looks = at.given("iraq/looks", looks)
    # before the first day nothing is set up, opened or withdrawn: what stands on that day is known
    top = at.given("iraq/highest rung", LETTER if at.calendar.free else THREATEN)
    stands = me.committee_left > 0.0
    committee = where(stands, me.committee_relief, next_relief(me, p))
    choice = (
        me.pressure,
        me.steady,
        me.shocked * (1.0 - me.answered),
        me.since_shock,
        me.credibility,
        committee,
        stands,
        sees.talks_relief,
        sees.talks,
        sees.talks_possible,
        shown,
        me.letter_pending & sees.open,
        not_(sees.open),
        sees.security,
        sees.economy,
        wish_of(me, p),
        top,
        p,
    )
    before = least(me.rung, top)
    before = where(sees.open, before, least(before, NOTE))
    rung, chance = where_needed(looks, rules.choose, (before, me.chance_of_letter), mood, *choice)
    replaced: Choice | None = at.given("iraq/choice", None)
    if replaced is not None and anywhere(looks):
        now = me._replace(mood=mood, mood_left=mood_left, since_look=since_look, shown=shown, rung=before)
        rung = where(looks, as_replaced(replaced, looks, now, sees, p, at, rung, top), before)
    # what would be a threat is, once an exit is decided, to insist on its date
    insists = looks & not_(sees.open) & sees.troops & (rung > NOTE)
    rung = where(sees.open, rung, least(rung, NOTE))
    sets_up = looks & (rung == COMMITTEE) & not_(stands)
    rule = "iraq.choose" if replaced is None else replaced.rule
    speaks = looks & (not_(rung == before) | sees.blow | sets_up) & (rung > SILENCE)
    if anywhere(speaks):
        said = where(insists, THREATEN, rung)
        points = ((rung == COMMITTEE) & stands) | ((rung == TALKS) & sees.talks)
        for act, here in (
            ("act", speaks & not_(insists | points)),
            (POINTS, speaks & points),
            (INSISTS, speaks & insists),
        ):
            at.note(
                here,
                NAME,
                act,
                (LADDER.names, rung),
                rule,
                carried_by={PRESSURE: me.pressure},
                terms=lambda: terms_of(said, mood, choice) if replaced is None else {"pressure": me.pressure},
                known_as={ACTED: True, SET_UP: rung == COMMITTEE},
            )
        me = answer(me, speaks & (rung < LETTER), own_relief(said, me, committee, stands, sees, p))
    me, expels = the_letter(me, rung, rule, sees, p, at)
    me = me._replace(
        mood=mood,
        mood_left=mood_left,
        rung=rung,
        shown=where(speaks, most(shown, rung * 1.0), shown),
        acts=speaks,
        since_look=where(looks, 0, since_look),
        chance_of_letter=chance,
    )
    if anywhere(sets_up):
        me = set_up_committee(me, sets_up, committee, p, at)
    if anywhere(speaks):
        me = demand(me, speaks & ((rung == THREATEN) | (rung == TIMETABLE)), p)
    me, scripted = say_as_scripted(me, sees.open & not_(expels), top, p, at)
    return me, Does(truth(sets_up) + scripted, looks & (rung == TALKS) & not_(sees.talks), expels)


def own_relief(rung: Number, me: Remembers, committee: Number, stands: Truth, sees: Sees, p: Settings) -> Number:
    """The relief of a rung on what has shocked."""
    each = rules.reliefs(me.credibility, committee, stands, sees.talks_relief, sees.talks, p)
    return pick(rung, [on_shock for _, on_shock in each])


def answer(me: Remembers, acts: Truth, relief: Number) -> Remembers:
    """An act answers what has shocked so far: a share of what is not answered yet. (A letter does so in the end.)"""
    return me._replace(answered=where(acts, rules.jump(me.answered, relief), me.answered))


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
    new = ((left < 0.0) | sees.blow) & not_(me.letter_pending)
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


def the_letter(me: Remembers, rung: Number, rule: str, sees: Sees, p: Settings, at: At) -> tuple[Remembers, Truth]:
    """Whether a letter is pending, and for how many days; whether it is delivered today; what taking it back costs."""
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
        me = me._replace(credibility=where(gives_up, me.credibility * p.credibility_loss, me.credibility))
    return me._replace(letter_pending=pending & not_(expels), letter_stood=stood), expels


def say_as_scripted(me: Remembers, open_: Truth, top: int, p: Settings, at: At) -> tuple[Remembers, Number]:
    """Statements and committees that the record or the script gives; also the number of committees."""
    committees: Number = 0
    for _, event, _ in at.given("iraq/says", NO_EVENTS):
        rung = COMMITTEE if isinstance(event, CommitteeEvent) else LADDER[event.rung]
        here = open_ & (rung <= top)
        reliefs = {
            CONDEMN: p.relief_condemn, NOTE: p.relief_note, THREATEN: p.relief_threat * me.credibility,
            COMMITTEE: next_relief(me, p),
        }  # fmt: skip
        me = answer(me._replace(rung=where(here, rung, me.rung)), here, reliefs[rung])
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
    """A vote of parliament, or a product of talks, lets off pressure: the news first."""
    if not anywhere(lets_off):
        return me
    me = held(me, where(lets_off, most(me.pressure - steam, p.pressure_floor), me.pressure), at)
    carry(me, at)
    return me


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


def packages_worth(
    me: Remembers,
    outs: tuple[Number, ...],
    reliefs: tuple[Number, ...],
    consents: tuple[Number, ...],
    security: Number,
    economy: Number,
    p: Settings,
) -> tuple[Number, ...]:
    """What each way of leaving on the table is worth to him, as the same step is in his own choice.

    The first is to agree on nothing: the relief of talks that go on is on the steady part of pressure alone.
    """
    shock = me.shocked * (1.0 - me.answered)
    found = []
    for place, (out, relief, consent) in enumerate(zip(outs, reliefs, consents, strict=True)):
        left = rules.left(me.steady, shock, relief, relief if place else 0.0)
        worth = rules.package_utility(left, out, consent, security, economy, wish_of(me, p), p.survival, p.sovereignty)
        found.append(worth)
    return tuple(found)


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
