"""The order of a day, and who sees what.

This is the one place where a part's information set (its ``Sees``) is filled, once a step, by name, with numbers and
truths of the others; and where what a part does is handed on. The table of who knows what and the picture of the day
in docs/model.md are made from this file.
"""

from __future__ import annotations

from typing import NamedTuple

from sim.language.number import Number, Truth, anywhere, not_, truth, where
from sim.model import accounts, aftermath, iran, outcomes, parliament, presence, public, region, talks
from sim.model.article import EVEN
from sim.model.at import At
from sim.model.calendar import WEEK
from sim.model.iraq import day as iraq
from sim.model.iraq.rules import LETTER, TIMETABLE
from sim.model.militia import day as militia
from sim.model.militia.rules import BILL, CALL
from sim.model.today import Today, blows_of, is_blow, is_crisis
from sim.model.united_states import day as united_states
from sim.model.united_states.rules import COMMANDER, price, stake
from sim.model.world import USUAL, Numbers, World


def begin(p: Numbers, states: tuple[int, ...], at: At) -> World:
    """A world on the eve of its first day; ``states`` are those of the fronts that go their own way."""
    return World(
        region=region.begin(states),
        iran=iran.begin(allies_of_the_groups(p, at), p.iran),
        militia=militia.begin(p.militia, at),
        united_states=united_states.Remembers(),
        public=public.begin(p.public),
        iraq=iraq.begin(p.iraq, at),
        parliament=parliament.Remembers(),
        presence=presence.Remembers(),
        talks=talks.Remembers(),
        aftermath=aftermath.begin(p.aftermath, USUAL.benefits),
    )


def day(w: World, p: Numbers, at: At) -> World:
    """One day of a world: from the evening before to its evening."""
    for kind in at.calendar.changes:
        at.note(True, "the world", "conditions change", kind, "scripted", scripted=True)
    allies, authorised = allies_of_the_groups(p, at), as_dated(at.calendar.troops, p.presence.troops)

    stay, runs_out = presence.stand(w.presence, at)
    ends = settle(Ends(stay, w.aftermath, w.public), runs_out, outcomes.RAN_OUT, "", w.region, w.united_states, p, at)
    stay = presence.leave(ends.stay, authorised, at)
    decided, grace = not_(stay.open) & (stay.troops > 0.0), w.talks.rest > 0.0

    fronts = region.turn(
        w.region,
        region.Sees(
            isis_level=as_dated(at.calendar.isis, p.isis.level),
            isis_change=ends.after.isis_change,
            confrontation=as_dated(at.calendar.confrontation, p.confrontation.level),
        ),
        p.region,
        at,
    )
    tehran = iran.hear(w.iran, p.iran, at)
    groups, toll = militia.attack(
        w.militia,
        militia.Sees(
            order=tehran.order,
            order_is_new=tehran.arrived,
            coordinator=tehran.coordinator,
            salience=fronts.groups,
            isis=fronts.isis,
            allies=allies,
            us_in_iraq=stay.troops > 0.0,
            decided=decided,
            grace=grace,
            clock=w.iraq.clock > 0.0,
            arrests=w.iraq.arrests,
        ),
        p.militia,
        at,
    )
    washington, strikes = united_states.respond(
        w.united_states,
        united_states.Sees(
            attacks=toll.attacks_iraq + toll.attacks_syria,
            hurt=toll.hurt,
            hurt_many=toll.hurt_many,
            fatal=toll.fatal,
            dead=toll.us_killed,
            wound_in_iraq=groups.wound_in_iraq,
            talks=w.talks.on,
            lately=militia.lately(groups, p.militia),
        ),
        p.united_states,
        p.strikes,
        at,
    )
    groups = militia.suffer(groups, strikes, p.militia, at)
    blows = blows_of(toll, strikes, COMMANDER)
    crisis, blow = is_crisis(toll, blows), is_blow(blows)
    groups, called = militia.call(
        groups,
        militia.PoliticiansSee(
            salience=fronts.politics,
            isis=fronts.isis,
            open=stay.open,
            strikes_in_iraq=blows.strikes_in_iraq,
            killings=blows.killings,
        ),
        p.militia,
        at,
    )
    heard = iran.heard(tehran, w.talks.on, ends.people.influence_iran, p.iran, at)
    people = public.live(
        ends.people,
        public.Sees(
            strikes_in_iraq=blows.strikes_in_iraq,
            killings=blows.killings,
            campaign_in_iraq=militia.in_campaign(groups, p.militia) & (stay.troops > 0.0),
            iran_is_heard=iraq.demands_expulsion(w.iraq) & (iran.press_rung(heard, p.iran) > iran.QUIET),
        ),
        p.public,
    )
    tehran = iran.reconsider(
        tehran,
        iran.Sees(
            salience=fronts.groups,
            in_truce=fronts.in_truce,
            allies=allies,
            talks=w.talks.on | grace | decided,
            fatal_attacks=toll.fatal,
            strikes_in_iraq=blows.strikes_in_iraq,
            killings=blows.killings,
            warned=washington.warned & not_(w.united_states.warned),
            coordinator_killed=blows.coordinator_killed,
        ),
        p.iran,
        at,
    )
    pm = iraq.live(
        w.iraq,
        iraq.Feels(
            salience=fronts.politics,
            calls=groups.calls,
            press=iran.heard(tehran, w.talks.on, people.influence_iran, p.iran, at),
            isis=fronts.isis,
            met=toll.met,
            met_dead=toll.met_dead,
            strikes=strikes,
            open=stay.open,
            attacks=toll.attacks_iraq,
            allies=allies,
        ),
        p.iraq,
        at,
    )
    helps = ends.after.benefits * presence.help_of(stay.troops, USUAL.troops, p.presence.help_by_numbers)
    security = iraq.security(helps, fronts.isis, USUAL.isis_need, USUAL.incapability, p.iraq)
    economy = p.iraq.economy_cost * price_of_an_exit(washington, people, p)
    pm, does = iraq.decide(
        pm,
        iraq.Sees(
            blow=blow,
            open=stay.open,
            troops=stay.troops > 0.0,
            talks=w.talks.on,
            talks_possible=talks.possible(w.talks, stay.open),
            talks_relief=talks.relief_now(w.talks, p.talks),
            security=security,
            economy=economy,
        ),
        p.iraq,
        at,
    )
    table, opened = talks.start(w.talks, does.opens_talks, stay.open, "choice", iraq.ACTED, p.talks, at)
    people = public.gain_us(people, opened, p.public.talks_gain)
    ends = Ends(stay, ends.after, people)
    ends = settle(ends, does.expels, outcomes.LETTER, iraq.ACTED, fronts, washington, p, at)

    blocs, session = parliament.meet(
        w.parliament,
        parliament.Sees(
            pressure=pm.pressure,
            news=pm.news,
            calls=groups.calls,
            politicians_call=militia.calls_rung(groups.calls, p.militia.all) >= CALL,
            bill=militia.calls_rung(groups.calls, p.militia.all) == BILL,
            government_backs=pm.rung >= TIMETABLE,
            letter=pm.rung == LETTER,
            open=ends.stay.open,
            press=iran.heard(tehran, table.on, ends.people.influence_iran, p.iran, at),
            price=price_of_an_exit(washington, ends.people, p),
            lean=public.lean(ends.people, p.public),
        ),
        p.parliament,
        at,
    )
    pm = iraq.let_off(pm, session.lets_off, session.steam, p.iraq, at)
    law = session.expels & ends.stay.open
    ends = settle(ends, law, outcomes.BINDING_LAW, "parliament/session", fronts, washington, p, at)

    washington = united_states.punish(washington, at)
    people = ends.people
    if united_states.must_act(washington, presence.leaving(ends.stay), at):
        washington, offers = united_states.lean(
            washington,
            united_states.SeesBaghdad(
                rung=pm.rung,
                committee_stands=pm.clock > 0.0,
                talks=table.on,
                stance=iraq.stance_of(pm, p.iraq),
                wish=iraq.wish_of(pm, p.iraq),
                credibility=pm.credibility,
                voted=blocs.step,
                open=ends.stay.open,
                talks_possible=talks.possible(table, ends.stay.open),
                forced=ends.stay.forced,
                leaving=presence.leaving(ends.stay),
            ),
            p.united_states,
            at,
        )
        table, opened = talks.start(table, offers, ends.stay.open, "offer", united_states.LEANS, p.talks, at)
        people = public.gain_us(people, opened, p.public.talks_gain)
    left, troops = presence.agreement_left(ends.stay, at), presence.to_stay(ends.stay, authorised)
    few = talks.fewer(troops, USUAL.troops)
    offered = talks.offered(table, few, left, p.talks, at)
    table, round_ = talks.day(
        table,
        talks.Sees(
            blow=blow,
            killings=blows.killings,
            open=ends.stay.open,
            worths=iraq.packages_worth(pm, *offered, security, economy, p.iraq),
            reliefs=offered.reliefs,
            stake=what_is_at_stake(people, p),
            few=few,
            enough=talks.enough(troops, p.talks.own),
            step=washington.step,
            pressure=pm.pressure,
            chance_of_letter=pm.chance_of_letter,
            attacks=WEEK * groups.rate,
            agreement_left=left,
        ),
        p.talks,
        at,
    )
    people = public.gain_us(people, round_.opened, p.public.talks_gain)
    people = public.gain_us(people, round_.agreed, p.public.package_gain)
    n = p.talks.own
    pm = iraq.take_product(pm, round_.agreed, n.product_pressure * round_.relief, p.iraq, at)
    stay = presence.change(ends.stay, round_.relabels, round_.reduces, n.reduce_to, n.reduce_months, at)
    ends = Ends(stay, ends.after, people)
    ends = settle(ends, round_.phased, outcomes.PHASED, talks.OPENED, fronts, washington, p, at)
    ends = settle(ends, round_.full, outcomes.FULL, talks.OPENED, fronts, washington, p, at)

    if at.ledger is not None:
        iraq.stand(pm, at)
    after = aftermath.day(ends.after, presence.gone(ends.stay, at), p.aftermath)
    return World(
        region=fronts,
        iran=tehran,
        militia=militia.calm(groups, p.militia, at),
        united_states=washington,
        public=ends.people,
        iraq=pm,
        parliament=blocs,
        presence=ends.stay,
        talks=table,
        aftermath=after,
        today=Today(
            toll=toll,
            blows=blows,
            crisis=crisis,
            calls=called,
            committees=does.committees,
            sessions=truth(session.sessions),
            votes=truth(session.votes),
            rounds=truth(round_.rounds),
            relabelled=round_.relabels,
            reduced=round_.reduces,
            negotiated_exit=truth(round_.phased) + truth(round_.full),
            forced_exit=truth(does.expels) + truth(law),
            lapsed=truth(runs_out),
        ),
    )


# ------------------------------------------------------------------------------ a decided exit
class Ends(NamedTuple):
    """What the decision for an exit changes."""

    stay: presence.Remembers
    after: aftermath.Remembers
    people: public.Remembers


TERMS = {
    outcomes.RAN_OUT: ("", ""),
    outcomes.PHASED: ("phased_low", "phased_high"),
    outcomes.FULL: ("full_low", "full_high"),
    outcomes.LETTER: ("forced_low", "forced_high"),
    outcomes.BINDING_LAW: ("forced_low", "forced_high"),
}
"""The numbers of talks that say how many months carrying out each kind of exit takes; none: at once."""


def settle(
    ends: Ends,
    decided: Truth,
    kind: int,
    because: str,
    fronts: region.Remembers,
    washington: united_states.Remembers,
    p: Numbers,
    at: At,
) -> Ends:
    """An exit is decided: the presence ends, and what it takes with it is settled."""
    if not anywhere(decided):
        return ends
    low, high = (getattr(p.talks.own, name) if name else 0.0 for name in TERMS[kind])
    stay, first = presence.settle(ends.stay, decided, kind, low, high, because, at)
    after, moved = aftermath.settle(
        ends.after,
        first,
        outcomes.OUTCOME_OF[kind] == outcomes.NEGOTIATED,
        aftermath.Sees(
            isis=fronts.isis,
            influence_us=ends.people.influence_us,
            influence_iran=ends.people.influence_iran,
            dollars=washington.dollars,
            sanctions=washington.sanctions,
            capability=p.iraq.capability,
        ),
        USUAL.incapability,
        p.aftermath,
        at,
    )
    people = public.after_an_exit(ends.people, first, moved.influence_us, moved.influence_iran)
    return Ends(stay, after, people)


# ------------------------------------------------------------------------ what is made of several
def as_dated(level: float | None, number: Number) -> Number:
    """A level that the calendar gives; the scenario's number where it gives none."""
    return number if level is None else level


def allies_of_the_groups(p: Numbers, at: At) -> Number:
    """The groups' allies in government."""
    return as_dated(at.calendar.allies, p.iraq.allies_in_government)


def price_of_an_exit(washington: united_states.Remembers, people: public.Remembers, p: Numbers) -> Number:
    """The price that Baghdad expects of an exit without agreement, 1 at the defaults, while it is not warned."""
    at_risk = aftermath.money_at_risk(washington.dollars, washington.sanctions, USUAL.money, p.aftermath)
    n = p.united_states
    warned = where(united_states.warning(washington), n.warned_price, 1.0)
    return price(n.leverage, people.influence_us / EVEN, at_risk, warned)


def what_is_at_stake(people: public.Remembers, p: Numbers) -> Number:
    """What Washington has at stake in an open-ended presence."""
    n = p.united_states
    return stake(n.us_stake, people.influence_us, people.influence_iran, n.stake_rivalry)


def accounted(w: World, p: Numbers) -> dict[str, Number]:
    """The states that have accounts, and their levels."""
    found = {
        accounts.PRESSURE: w.iraq.pressure,
        accounts.STEADY: w.iraq.steady,
        accounts.NEWS: w.iraq.news,
        accounts.GRIEVANCE: w.iraq.grievance,
        accounts.STRESS: w.united_states.stress,
        accounts.CALLS: w.militia.calls,
        accounts.EXPOSURE: w.iran.exposure,
        accounts.PRESS: w.iran.press,
        accounts.GO_AHEAD: w.iran.order,
        accounts.ON_ITS_WAY: w.iran.wanted,
        accounts.SALIENCE: w.region.groups,
        accounts.SALIENCE_IN_POLITICS: w.region.politics,
        accounts.PROVOCATION: w.militia.provoked,
    }
    for feeling, levels in ((accounts.FEAR, w.militia.fear), (accounts.ANGER, w.militia.anger)):
        found |= {f"{feeling} {name}": level for name, level in zip(p.militia.groups, levels, strict=True)}
    return found


def consequences(w: World, p: Numbers) -> dict[str, Number]:
    """What an exit has changed so far: each measure, from before the decision to now."""
    now = aftermath.Sees(
        isis=w.region.isis,
        influence_us=w.public.influence_us,
        influence_iran=w.public.influence_iran,
        dollars=w.united_states.dollars,
        sanctions=w.united_states.sanctions,
        capability=p.iraq.capability,
    )
    return aftermath.after(w.aftermath, now, p.aftermath)
