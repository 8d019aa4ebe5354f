"""The United States: what it remembers, and its day: stress, strikes, and its leverage on Baghdad."""

from __future__ import annotations

from typing import NamedTuple

from sim.language.chance import geometric, pick_by_weight, whole_between
from sim.language.exact import decay, exp, fade
from sim.language.luck import Luck
from sim.language.number import Number, Truth, anywhere, least, most, not_, pick, truth, where, where_needed
from sim.language.tree import Settings
from sim.model.accounts import STRESS
from sim.model.at import At
from sim.model.calendar import HALF_A_DAY
from sim.model.choice import Choice
from sim.model.given import NO_EVENTS
from sim.model.ledger import TODAY, EventLog
from sim.model.today import ATTACK, FATAL_ATTACK, KILLING, STRUCK_IN_IRAQ, WARNED, WOUNDED_FEW, WOUNDED_MANY, Strike
from sim.model.united_states import rules
from sim.model.united_states.numbers import CoordinatorEvent
from sim.model.united_states.rules import (
    ABSORB,
    COMMANDER,
    IRAQ,
    LEVERAGE,
    OFFER_TALKS,
    REASSURE,
    RESPONSE,
    RESTRICT_DOLLARS,
    SANCTIONS,
    SYRIA,
    WARN_OF_CONSEQUENCES,
)

NAME = "United States"
LEANS = f"{NAME}/leverage"
DRAWS = {
    "united_states/strike": "whether it decides to strike today",
    "united_states/rung": "on which rung",
    "united_states/lag": "days until the strike",
    "united_states/struck": "which group is struck, by its recent attacks",
    "united_states/deadly": "whether a strike kills anybody",
    "united_states/dead": "how many",
    "united_states/bystanders": "whether civilians or state forces are among them",
    "united_states/bystander dead": "how many of them",
    "united_states/offer": "whether talks are offered this week",
    "united_states/dollars": "whether dollars are restricted, in the first week after an exit without agreement",
    "united_states/sanctions": "whether sanctions follow",
}


class Remembers(NamedTuple):
    """``stress`` is what attacks have built up, ``response`` the rung of the day, ``leverage`` that on Baghdad."""

    stress: Number = 0.0
    pending: Number = 0  # the rung of a strike that has been decided, 0 none
    days_left: Number = 0.0  # until it
    recent_strikes: Number = 0.0  # deliberate strikes, fading
    recent_killings: Number = 0.0  # of them killings of commanders and large campaigns, fading slowly
    recent_dead: Number = 0.0  # US dead, fading
    warned: Truth = False
    response: Number = 0
    leverage: Number = 0
    step: Number = 0.0  # Baghdad's step as Washington reads it
    dollars: Truth = False  # restricted
    sanctions: Truth = False
    decided_on_money: Truth = False  # what to do about Iraq's money after an exit without agreement


class Sees(NamedTuple):
    """What Washington goes by when it answers attacks."""

    attacks: Number  # on US forces today
    hurt: Number  # of them those that wounded few
    hurt_many: Number  # that wounded many
    fatal: Number  # that killed
    dead: Number  # US soldiers killed today
    wound_in_iraq: Truth  # the last wound was dealt in Iraq
    talks: Truth  # it negotiates with Baghdad
    lately: tuple[Number, ...]  # each group's recent attacks


class SeesBaghdad(NamedTuple):
    """What Washington goes by when it leans on Baghdad."""

    rung: Number  # of the prime minister
    committee_stands: Truth  # a committee of his has its clock running
    talks: Truth  # he negotiates with Washington
    stance: Number  # what he says that he wants
    wish: Number  # what he privately wants
    credibility: Number  # of his threats
    voted: Number  # how parliament's last vote still counts
    open: Truth  # the presence can still be ended
    talks_possible: Truth  # talks could open
    forced: Truth  # an exit without agreement has been decided
    leaving: Truth  # and the troops are still there


# -------------------------------------------------------------------------------- attacks answered
def respond(me: Remembers, sees: Sees, p: Settings, strikes: Settings, at: At) -> tuple[Remembers, tuple[Strike, ...]]:
    """Stress after the day's attacks; perhaps a decision to strike; a strike that is due."""
    stress = rules.stressed(
        me.stress,
        decay(p.stress_half_life),
        sees.attacks,
        sees.hurt,
        sees.hurt_many,
        sees.fatal,
        sees.dead,
        p.stress_attack,
        p.stress_hurt,
        p.stress_hurt_many,
        p.stress_fatal,
    )
    if at.ledger is not None:
        account(at.ledger, p)
    limit = rules.threshold(p.restraint, p.threshold, p.threshold_restraint)
    top = at.given("united_states/highest rung", len(RESPONSE) - 1)
    warns = stress > p.warn_share * limit
    if anywhere(warns):
        at.note(
            warns & not_(me.warned) & (top > ABSORB),
            NAME,
            "response",
            "warn",
            "united_states.stressed",
            terms={"stress": stress},
            carried_by={STRESS: stress},
            known_as={WARNED: True},
        )
    me = me._replace(
        stress=stress,
        response=least(truth(warns), top),
        warned=warns & (top > ABSORB),
        recent_strikes=me.recent_strikes * fade(p.memory),
        recent_killings=me.recent_killings * fade(p.killings_memory),
        recent_dead=me.recent_dead * fade(p.memory) + sees.dead,
    )
    me = decide(me, limit, sees, p, top, at)
    me, due = carry_out(me, sees, strikes, top, at)
    me, scripted = strike_as_scripted(me, sees, p, top, at)
    return me, (*due, *scripted)


def account(ledger: EventLog, p: Settings) -> None:
    """Stress by the attacks it comes from."""
    by = {
        **ledger.each(ATTACK, p.stress_attack),
        **ledger.each(WOUNDED_FEW, p.stress_hurt),
        **ledger.each(WOUNDED_MANY, p.stress_hurt_many),
        **ledger.each(FATAL_ATTACK, p.stress_fatal),
        **ledger.each(FATAL_ATTACK, 1.0, "dead"),
    }
    ledger.accounts.moved(STRESS, by, decay(p.stress_half_life))


def decide(me: Remembers, limit: Number, sees: Sees, p: Settings, top: int, at: At) -> Remembers:
    """Perhaps a decision to strike, on a rung that stress, its last strikes, the place and talks call for."""
    if top < SYRIA:
        return me
    chance = rules.strike_chance(me.stress, limit, p.slope)
    by_count = p.constant_rate > 0.0
    if anywhere(by_count):
        chance = where(by_count, 1.0 - exp(-p.constant_rate * sees.attacks), chance)
    decides = (me.pending == 0) & (at.draw("united_states/strike") < chance)
    decides = at.given("united_states/decides", decides)
    replaced: Choice | None = at.given("united_states/choice", None)
    if not anywhere(decides) and replaced is None:
        pending = at.given("united_states/pending", me.pending)
        return me if pending is me.pending else me._replace(pending=pending)
    severity = rules.severity(
        me.stress,
        me.recent_strikes,
        truth(sees.wound_in_iraq),
        me.recent_dead,
        p.restraint,
        truth(sees.talks),
        me.recent_killings,
        p.rung_stress,
        p.rung_stress_most,
        p.rung_strikes,
        p.rung_place,
        p.rung_dead,
        p.rung_restraint,
        p.rung_talks,
        p.rung_killings,
    )
    rung = where_needed(
        decides,
        rules.strike_rung,
        0,
        severity,
        at.draw("united_states/rung"),
        p.cut_iraq,
        p.cut_commander,
        p.cut_campaign,
    )
    if replaced is not None:
        asked, usual = me.pending == 0, where(decides, rung, ABSORB)
        if not anywhere(asked):
            return me
        rung = replaced.rung(asked, RESPONSE, me, sees, p, at, usual=usual, highest=top)
        decides = asked & (rung >= SYRIA)
    pending = where(decides, least(rung, top), me.pending)
    at.note(
        decides,
        NAME,
        "decides to strike",
        (RESPONSE.names, pending),
        "united_states.strike_chance" if replaced is None else replaced.rule,
        carried_by={STRESS: me.stress},
        terms=lambda: {
            "stress": me.stress,
            "restraint": p.restraint,
            "recent strikes": me.recent_strikes,
            "recent killings": me.recent_killings,
            "US dead lately": me.recent_dead,
            "last wound in Iraq": truth(sees.wound_in_iraq),
            "talks": truth(sees.talks),
            "severity": severity,
        },
    )
    at.moved(STRESS, {}, kept=where(decides, p.stress_kept, 1.0))
    return me._replace(
        pending=pending,
        days_left=where(decides, whole_between(0.0, p.lag, at.draw("united_states/lag")), me.days_left),
        stress=where(decides, me.stress * p.stress_kept, me.stress),
    )


def carry_out(me: Remembers, sees: Sees, strikes: Settings, top: int, at: At) -> tuple[Remembers, tuple[Strike, ...]]:
    """A strike that is due takes place."""
    waits = me.pending > 0
    if not anywhere(waits):
        return me, ()
    due = waits & (me.days_left < HALF_A_DAY)
    me = me._replace(days_left=where(waits, me.days_left - 1.0, me.days_left))
    if not anywhere(due):
        return me, ()
    if top < SYRIA:  # decided before the cap held
        return me._replace(pending=0), ()
    rung = where(due, least(me.pending, top), 0)
    found = where_needed(due, fate, (0, 0.0, 0.0), at.luck, rung, sees.lately, strikes)
    strike = Strike(due, rung, rung >= IRAQ, *found)
    return land(me._replace(pending=where(due, 0, me.pending)), strike, "united_states.strike_rung", at), (strike,)


def fate(luck: Luck, rung: Number, weights: tuple[Number, ...], p: Settings) -> tuple[Number, Number, Number]:
    """Luck of a strike: the group struck, the dead, and the civilians and state forces among them."""

    def draw(what: str) -> Number:
        return luck.draw(f"united_states/{what}")

    none = pick(rung, (1.0, 1.0, p.none_dead_syria, p.none_dead_iraq, 0.0, 0.0))
    mean = pick(rung, (1.0, 1.0, p.dead_syria, p.dead_iraq, p.dead_commander, p.dead_campaign))
    dead = where(draw("deadly") < none, 0.0, geometric(draw("dead"), mean))
    chance = pick(rung, (0.0, 0.0, 0.0, p.bystander_deaths, p.bystander_deaths, p.bystander_deaths_campaign))
    civilians = where(draw("bystanders") < chance, geometric(draw("bystander dead"), p.bystander_dead), 0.0)
    return pick_by_weight(draw("struck"), weights), dead + civilians, civilians


def strike_as_scripted(
    me: Remembers, sees: Sees, p: Settings, top: int, at: At
) -> tuple[Remembers, tuple[Strike, ...]]:
    """Strikes that the record or the script gives, so far as the cap allows."""
    found: tuple[Strike, ...] = ()
    for number, event, group in at.given("united_states/strikes", NO_EVENTS):
        killed = isinstance(event, CoordinatorEvent)
        rung = COMMANDER if killed else RESPONSE[event.rung]
        if rung > top:
            continue
        struck: Number = -1 if group is None else group
        if group is None or group < 0:
            struck = pick_by_weight(at.draw("militias/scripted", number), sees.lately)
        strike = Strike(True, rung, rung >= IRAQ, struck, float(event.dead), float(event.civilians), coordinator=killed)
        at.moved(STRESS, {}, kept=p.stress_kept)
        me = land(me._replace(stress=me.stress * p.stress_kept), strike, "scripted", at, scripted=True)
        found = (*found, strike)
    return me, found


def land(me: Remembers, strike: Strike, rule: str, at: At, scripted: bool = False) -> Remembers:
    """A strike takes place: the day's response, and one more that may not have helped."""
    at.note(
        strike.happened,
        NAME,
        "strike",
        (RESPONSE.names, strike.rung),
        rule,
        carried_by={STRESS: me.stress} if scripted else None,
        because=() if scripted else (f"{NAME}/decides to strike",),
        terms=lambda: {
            "dead": strike.dead,
            "civilians and state forces": strike.civilians,
            "group struck": strike.struck,
        },
        known_as={
            TODAY: strike.in_iraq,
            KILLING: strike.rung >= COMMANDER,
            STRUCK_IN_IRAQ: strike.in_iraq & (strike.rung < COMMANDER),
        },
        scripted=scripted,
    )
    return me._replace(
        response=where(strike.happened, most(strike.rung, me.response), me.response),
        recent_strikes=me.recent_strikes + truth(strike.happened),
        recent_killings=me.recent_killings + truth(strike.happened & (strike.rung >= COMMANDER)),
    )


# ---------------------------------------------------------------------------- leverage on Baghdad
def punish(me: Remembers, at: At) -> Remembers:
    """Scripted steps against Iraq's money, so far as the cap allows."""
    for _, event, _ in at.given("united_states/sanctions", NO_EVENTS):
        step = min(LEVERAGE[event.step], at.given("united_states/highest leverage", SANCTIONS))
        if step < RESTRICT_DOLLARS:
            continue
        me = me._replace(dollars=True, sanctions=me.sanctions | (step == SANCTIONS), leverage=most(me.leverage, step))
        at.note(True, NAME, "leverage", LEVERAGE.names[step], "scripted", scripted=True)
    return me


def lean(me: Remembers, sees: SeesBaghdad, p: Settings, at: At) -> tuple[Remembers, Truth]:
    """Weekly: reads Baghdad's step; offers talks, warns, restricts dollars. Also says where it offers talks.

    On another day it makes a scripted offer, and warns at once where an exit without agreement is decided.
    """
    top = at.given("united_states/highest leverage", SANCTIONS)
    step = rules.perceived_step(
        sees.rung,
        sees.committee_stands,
        sees.talks,
        sees.voted,
        sees.credibility,
        sees.stance - sees.wish,
        p.step_threat,
        p.step_committee,
        p.step_talks,
        p.step_timetable,
        p.insight,
    )
    can = sees.open & sees.talks_possible & at.free & (top >= OFFER_TALKS)
    scripted = offer_is_scripted(at)
    by_chance: Truth = False
    if not scripted:
        noticed = at.weekly & can & (step >= p.notice_from)
        by_chance = noticed & (at.draw("united_states/offer") < p.willing_to_talk * p.offer_chance)
    warns = (sees.open & (step >= p.warn_from)) | sees.leaving
    dollars, sanctions = me.dollars, me.sanctions
    if anywhere(sees.forced) and top >= RESTRICT_DOLLARS:
        # once an exit: what is asked every week is done in the end, and a threat is not an act
        asked = at.weekly & sees.forced & not_(me.decided_on_money)
        chance = least(p.restrict_chance * p.leverage, 1.0)
        restricts = asked & not_(dollars) & (at.draw("united_states/dollars") < chance)
        restricted = restricts | (asked & dollars)  # by an earlier step, too
        dollars = dollars | restricts
        if top >= SANCTIONS:
            chance = least(p.sanction_chance * p.leverage, 1.0)
            follows = restricted & not_(sanctions) & (at.draw("united_states/sanctions") < chance)
            sanctions = sanctions | follows
    rung = where(warns, WARN_OF_CONSEQUENCES, where(by_chance, OFFER_TALKS, REASSURE))
    rung = where(sanctions, SANCTIONS, where(dollars, RESTRICT_DOLLARS, rung))
    at_once = sees.leaving & (me.leverage < WARN_OF_CONSEQUENCES)
    leverage = where(at.weekly | at_once, least(rung, top), me.leverage)
    at.note(
        not_(leverage == me.leverage) | by_chance,
        NAME,
        "leverage",
        (LEVERAGE.names, leverage),
        "united_states.perceived_step",
        because=("Iraq's last act", "parliament/session", "Iraq and the US/decision"),
        terms=lambda: {"step": step, "credibility": sees.credibility, "said beyond the wish": sees.stance - sees.wish},
    )
    offers = at.given("united_states/offers", by_chance) & can
    if scripted:
        at.note(offers, NAME, "leverage", LEVERAGE.names[OFFER_TALKS], "scripted", scripted=True)
        leverage = where(offers, most(leverage, OFFER_TALKS), leverage)
    me = me._replace(
        step=where(at.weekly, step, me.step),
        leverage=leverage,
        dollars=dollars,
        sanctions=sanctions,
        decided_on_money=where(at.weekly, sees.forced, me.decided_on_money),
    )
    return me, offers


def offer_is_scripted(at: At) -> bool:
    """Whether the script has Washington offer talks today."""
    return at.is_given("united_states/offers")


def must_act(me: Remembers, leaving: Truth, at: At) -> bool:
    """Whether there is anything to do today: weekly, by the script, or at once after a letter or law."""
    return anywhere(at.weekly) or offer_is_scripted(at) or anywhere(leaving & (me.leverage < WARN_OF_CONSEQUENCES))


# ------------------------------------------------------------------------------ what others see
def warning(me: Remembers) -> Truth:
    """Whether Baghdad stands warned of consequences."""
    return me.leverage == WARN_OF_CONSEQUENCES
