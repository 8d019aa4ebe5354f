"""The militias: what each group remembers, and its day: it makes up its mind, attacks, and is struck."""

from __future__ import annotations

from typing import Any, NamedTuple

from sim.language.chance import geometric, long_tail, pick_by_weight, poisson, power_law
from sim.language.exact import decay, exp, fade, root
from sim.language.ladder import kept_below, middles
from sim.language.luck import Luck
from sim.language.number import Number, Truth, anywhere, least, most, not_, pick, repeat, truth, where, where_needed
from sim.language.tree import Settings
from sim.model import accounts
from sim.model.accounts import ANGER, BASE, FEAR, GO_AHEAD, PROVOCATION, SALIENCE, SALIENCE_IN_POLITICS, SCRIPT, Act, Of
from sim.model.article import EARLIEST_START
from sim.model.at import At
from sim.model.choice import NO_CHOICES, Choice
from sim.model.given import NO_EVENTS
from sim.model.ledger import FRONT_TURNS, TODAY, EventLog
from sim.model.militia import rules
from sim.model.militia.numbers import SelfDefenceEvent
from sim.model.militia.rules import BILL, CALLS, CAMPAIGN, CHOSEN_CAMPAIGN, NO_CALL, POSTURE, WAR_FOOTING, Curve
from sim.model.today import (
    ATTACK,
    DEFENDED,
    FATAL_ATTACK,
    KILLING,
    NO_TOLL,
    SELF_DEFENCE,
    STRUCK,
    STRUCK_IN_IRAQ,
    WOUNDED_FEW,
    WOUNDED_MANY,
    Strike,
    Toll,
)

DRAWS = {
    "militia/{group}/obeys": "whether it obeys a new order; kept while the order stands",
    "militias/turn": "whether groups begin or end a campaign today, those that go by the luck of all",
    "militia/{group}/turn": "the same for one that goes by its own",
    "militia/{group}/alone": "whether it goes by its own luck today",
    "militia/{group}/attacks": "how many attacks today",
    "militia/{group}/place": "where an attack takes place (index: which attack of the day)",
    "militia/{group}/hurt": "whether an attack wounds somebody",
    "militia/{group}/wounded": "how many",
    "militia/{group}/fatal": "whether an attack kills somebody",
    "militia/{group}/dead": "how many",
    "militia/{group}/met": "whether an attack in Iraq is met on the spot",
    "militia/{group}/met dead": "how many of the attackers die then",
    "militias/call": "whether the groups' politicians call for expulsion this week",
    "militias/scripted": "which group a scripted attack or strike without a name falls to (index: which event)",
    "strikes/fear": "how strongly strikes frighten in this world (drawn once)",
    "strikes/anger": "how strongly strikes anger in this world (drawn once)",
}
ORDER = "Iran/order takes effect"
CALLED = "the groups' politicians/call"
ARRESTED = "Iraqi government/arrests"
RAN_OUT = "an ultimatum that ran out"
NO_CAPS: tuple[int, ...] = ()
NEARLY_NONE = 1e-9
NO_HARM = (0, 0.0, 0.0, 0, 0.0)
A_TRACE = 0.001
"""Of its share is added to each group's recent attacks where one is picked by them, lest all be 0."""


class Numbers(NamedTuple):
    """What the groups' rules are given."""

    groups: dict[str, Settings]  # each group's own
    all: Settings
    attacks: Settings
    strikes: Settings
    curve: Curve  # from intent to the relative rate of attacks


class Group(NamedTuple):
    """One group. ``intent`` is what it sets out to do, ``posture`` the name people give it."""

    recent: Number = 0.0  # attacks a day, over the last 30 days or so
    fights: Truth = False  # it is in a campaign
    weary: Number = 0.0  # how spent it is
    since: Number = 1000.0  # days since it last began or ended a campaign
    obeys: Truth = True  # the order in force
    wish: Number = 0.0
    intent: Number = 0.0
    posture: Number = 0
    attacks: Number = 0  # today, those of the script left out


class Remembers(NamedTuple):
    """The groups in the scenario's order, the course of their attacks together, and their politicians' calls."""

    groups: tuple[Group, ...]
    fear: tuple[Number, ...]  # of each group
    anger: tuple[Number, ...]
    fears_strikes: Number  # factor: how strongly strikes frighten in this world
    angered_by_strikes: Number  # factor: how strongly they anger
    rate: Number = 0.0  # attacks a day over the last 30 days or so
    quiet: Number = 1000.0  # days since the rate was last above quiet
    campaign: Number = 1000.0  # days since a campaign began
    provoked: Number = 0.0  # fresh reasons to begin a campaign
    salience: Number = 1.0  # of the fronts, yesterday (before the first day: nothing can flare up on it)
    grace: Truth = False  # they waited yesterday for what an agreement brings
    clock: Truth = False  # a committee's clock ran yesterday
    wound_in_iraq: Truth = False  # whether the last wound was dealt in Iraq
    calls: Number = 0.0


class Sees(NamedTuple):
    """What a group goes by when it makes up its mind, and where it can attack."""

    order: Number  # of Iran, in force
    order_is_new: Truth  # it took effect today
    coordinator: Number  # what the loss of the coordinator leaves of Iran's control
    salience: Number  # of the fronts
    isis: Number  # level
    allies: Number  # theirs in Baghdad's government
    us_in_iraq: Truth  # there are US forces in Iraq
    decided: Truth  # an exit is decided, and they leave
    grace: Truth  # an agreement short of an exit is still fresh
    clock: Truth  # a committee's clock runs
    arrests: Truth  # Baghdad arrested some of theirs yesterday


class PoliticiansSee(NamedTuple):
    """What the groups' politicians go by."""

    salience: Number  # of the fronts, as politics in Baghdad sees it
    isis: Number  # level
    open: Truth  # the presence can still be ended
    strikes_in_iraq: Number  # US strikes in Iraq today, below a killing
    killings: Number  # commanders killed, and large campaigns, today


def begin(p: Numbers, at: At) -> Remembers:
    """The groups before their first day."""
    once = Luck.of(at.luck.keys, EARLIEST_START.toordinal())

    def factor(feeling: str) -> Number:
        return exp(p.strikes.spread * (2.0 * once.draw(f"strikes/{feeling}") - 1.0))

    none = (0.0,) * len(p.groups)
    return Remembers((Group(),) * len(p.groups), none, none, factor("fear"), factor("anger"))


# ---------------------------------------------------------------------------------------- attacks
class All(NamedTuple):
    """What all groups have in common today."""

    provoked: Number  # fresh reasons to begin a campaign
    turn: Number  # the luck of all
    recorded: bool  # whether a campaign goes on is the record's to say


class Mind(NamedTuple):
    """A group as it makes up its mind: what a replaced choice is given of it."""

    name: str
    recent: Number  # attacks a day, over the last 30 days or so
    fights: Truth  # it was in a campaign yesterday
    weary: Number  # how spent it is
    obeys: Truth  # the order in force
    wish: Number  # of today
    intent: Number  # of yesterday
    posture: Number  # of yesterday
    attacks: Number  # of yesterday, those of the script left out
    fear: Number
    anger: Number


class Melee(NamedTuple):
    """What one attack after the other changes."""

    fear: tuple[Number, ...]  # of each group
    anger: tuple[Number, ...]
    wound_in_iraq: Truth  # the last wound was dealt in Iraq
    toll: Toll


def attack(me: Remembers, sees: Sees, p: Numbers, at: At) -> tuple[Remembers, Toll]:
    """Each group in turn: wish, intent, posture, attacks; place and victims of each attack; self-defence."""
    a = p.attacks
    possible = truth(sees.us_in_iraq | at.calendar.syria)
    provoked = provocation(me, sees, p, at)
    recorded = at.is_given("militia/drawn attacks")
    every = All(provoked, at.draw("militias/turn"), recorded)
    script = attributed(me, p, at)
    late = rules.share_late(sees.allies, a.share_in_iraq, a.share_in_iraq_alone)
    in_iraq = rules.share_in_iraq(me.campaign, late, a.share_in_iraq_first, a.share_days)
    caps = at.given("militia/highest rungs", NO_CAPS)
    replaced = at.given("militia/choice", NO_CHOICES)
    kept_recent = fade(a.recent_days)
    now = Melee(me.fear, me.anger, me.wound_in_iraq, NO_TOLL)
    groups = []
    attacks: Number = 0
    for place, (name, own) in enumerate(p.groups.items()):
        group, fear = me.groups[place], now.fear[place]
        cap = caps[place] if caps else WAR_FOOTING
        anger = now.anger[place]
        obeys, wish, intent, fights, spent = make_up_mind(
            group, fear, anger, name, own, cap, replaced.get(name) if replaced else None, every, sees, p, at
        )
        count: Number = 0
        if not recorded:
            relative = paced(rules.relative_rate(intent, p.curve), fights, a)
            rate = rules.attack_rate(a.weekly, own.share, relative, anger, fear, a.by_anger, a.by_fear)
            count = poisson(rate * possible, at.draw(f"militia/{name}/attacks"))
            if anywhere(count > 0):
                now = repeat(count, one_attack, now, name, place, in_iraq, me, sees, p, at)
        counted = count
        if script:
            now, scripted = enter_scripted(now, script, name, place, possible, me, sees, p, at)
            counted = count + scripted
            if recorded:  # who attacks in the record is in a campaign
                fights = fights | (scripted > 0)
        posture = stand(group, name, obeys, wish, intent, fights, cap, every, sees, p, at)
        groups.append(
            Group(
                recent=group.recent * kept_recent + (1.0 - kept_recent) * counted,
                fights=fights,
                since=where(fights == group.fights, group.since + 1.0, 0.0),
                weary=where(spent, 1.0, rules.wearied(group.weary, fights, p.all.weary_days, p.all.rest_days)),
                obeys=obeys,
                wish=wish,
                intent=intent,
                posture=posture,
                attacks=count,
            )
        )
        attacks = attacks + counted
    begins = (attacks > 0) & (me.quiet >= a.quiet_days)  # a campaign: the first attack after quiet days
    lately = me.rate * kept_recent + (1.0 - kept_recent) * attacks
    me = Remembers(
        groups=tuple(groups),
        fear=now.fear,
        anger=now.anger,
        fears_strikes=me.fears_strikes,
        angered_by_strikes=me.angered_by_strikes,
        rate=lately,
        quiet=where(lately < a.quiet_rate, me.quiet + 1.0, 0.0),
        campaign=where(begins, 0.0, me.campaign + 1.0),
        provoked=provoked,
        salience=sees.salience,
        grace=sees.grace,
        clock=sees.clock,
        wound_in_iraq=now.wound_in_iraq,
        calls=me.calls,
    )
    return me, now.toll


def provocation(me: Remembers, sees: Sees, p: Numbers, at: At) -> Number:
    """Fresh reasons to begin a campaign: a front that flares up, an ultimatum that ran out; blows come at day's end."""
    flares = p.all.flare * most(sees.salience - me.salience, 0.0)
    ran_out = ((me.grace & not_(sees.grace)) | (me.clock & not_(sees.clock) & not_(sees.grace))) & not_(sees.decided)
    runs_out = p.all.provoked_ran_out * truth(ran_out)
    kept = decay(p.all.reason_half_life)
    at.moved(PROVOCATION, {Of(SALIENCE): flares, RAN_OUT: runs_out}, kept=kept)
    return me.provoked * kept + flares + runs_out


def make_up_mind(
    me: Group,
    fear: Number,
    anger: Number,
    name: str,
    own: Settings,
    cap: int,
    replaced: Choice | None,
    every: All,
    sees: Sees,
    p: Numbers,
    at: At,
) -> tuple[Truth, Number, Number, Truth, Truth]:
    """A group hears Iran's order, and settles whether it obeys, its wish, its intent, and whether it fights.

    Last it says whether its campaign ended today, though nobody told it to stop.
    """
    w, obeys = p.all, me.obeys
    if anywhere(sees.order_is_new):
        obeys = where(sees.order_is_new, at.draw(f"militia/{name}/obeys") < own.control * sees.coordinator, obeys)
    wish = rules.wish(
        sees.salience,
        own.closeness,
        own.stake,
        sees.isis,
        truth(sees.decided),
        w.wish_base,
        w.wish_salience,
        w.wish_stake,
        w.wish_isis,
        w.wish_decided,
    )
    starts = (w.harass_from, CHOSEN_CAMPAIGN, w.war_from)
    intent = rules.intent(wish, sees.order, obeys, own.closeness, own.stake)
    fights, spent = turn(me, intent, name, every, sees, p, at)
    if replaced is not None:
        usual = intent
        mind = Mind(name, me.recent, me.fights, me.weary, obeys, wish, me.intent, me.posture, me.attacks, fear, anger)
        what, levels = "an intent", middles((0.0, *starts, 1.0))
        names = POSTURE.names
        intent = replaced.level(True, what, names, levels, mind, sees, p, at, usual=usual, highest=cap)
        fights = where(intent == usual, fights, intent >= CHOSEN_CAMPAIGN)
    return obeys, wish, kept_below(intent, cap, *starts), fights & (cap >= CAMPAIGN), spent & not_(fights)


def turn(me: Group, intent: Number, name: str, every: All, sees: Sees, p: Numbers, at: At) -> tuple[Truth, Truth]:
    """Whether a group is in a campaign today, and whether one ended that nobody told it to stop.

    It begins one or ends it, by the luck of all or by its own.
    """
    w = p.all
    ready = root(least(rules.relative_rate(intent, p.curve), 1.0))
    waits = truth(sees.grace | sees.decided)
    begins = rules.begin_chance(ready, me.weary, every.provoked, waits, w.begin_level, w.begin_reason, w.grace)
    ends = rules.end_chance(
        ready, me.weary, waits, truth(sees.arrests), w.end_level, w.end_weary, w.end_grace, w.end_arrests, w.hold
    )
    settled = least(me.since / w.settle_days, 1.0)  # what was begun or ended is not undone within days
    holds_fire = intent < w.harass_from
    ends, begins = ends * settled, begins * settled
    chance = where(me.fights, where(holds_fire, most(ends, w.stop_chance), 0.0 if every.recorded else ends), begins)
    chance = where(holds_fire & not_(me.fights), 0.0, chance)
    alone = at.draw(f"militia/{name}/alone") >= w.umbrella
    turns = where(alone, at.draw(f"militia/{name}/turn"), every.turn) < chance
    return where(turns, not_(me.fights), me.fights), turns & me.fights & not_(holds_fire)


def stand(
    me: Group,
    name: str,
    obeys: Truth,
    wish: Number,
    intent: Number,
    fights: Truth,
    cap: int,
    every: All,
    sees: Sees,
    p: Numbers,
    at: At,
) -> Number:
    """The posture: the name that people give to what a group does."""
    w = p.all
    posture = least(rules.posture(truth(fights), intent, w.harass_from, w.war_from), cap)
    moves = not_(posture == me.posture)
    if anywhere(moves):
        begins = fights & not_(me.fights)
        at.note(
            moves,
            name,
            "posture",
            (POSTURE.names, posture),
            "militia.turn",
            because=((ORDER, sees.order_is_new & obeys), FRONT_TURNS, (ARRESTED, sees.arrests & not_(fights))),
            terms={
                "wish": wish,
                "intent": intent,
                "order": sees.order,
                "obeys": obeys,
                "salience": sees.salience,
                "fresh reasons": every.provoked,
                "spent": me.weary,
            },
            carried_by={GO_AHEAD: (sees.order, obeys), PROVOCATION: (every.provoked, begins)},
        )
    return posture


def paced(relative: Number, fights: Truth, a: Settings) -> Number:
    """The relative rate of a group: as its intent has it in a campaign, at most that of a calm in a calm."""
    return where(fights, relative, least(relative, a.calm))


def one_attack(
    index: int,
    happens: Truth,
    now: Melee,
    name: str,
    place: int,
    in_iraq: Number,
    me: Remembers,
    sees: Sees,
    p: Numbers,
    at: At,
) -> Melee:
    """One attack of a group, in the worlds where it happens."""
    to = (in_iraq, sees.us_in_iraq, at.calendar.syria)
    found = where_needed(happens, harm, NO_HARM, at.luck.turn(index), name, *to, p.attacks)
    return enter(now, happens, name, place, *found, me=me, p=p, at=at)


def harm(
    luck: Luck, name: str, in_iraq: Number, us_in_iraq: Truth, us_in_syria: Truth, a: Settings
) -> tuple[Number, Number, Number, Number, Number]:
    """One attack: in Iraq or not, the wounded, the dead, met on the spot or not, and the attackers' dead.

    Luck and air defence decide: the same posture can give nothing or a catastrophe. Where US forces are
    in one of the two countries only, the attack goes there.
    """

    def draw(what: str) -> Number:
        return luck.draw(f"militia/{name}/{what}")

    iraq = ((draw("place") < in_iraq) | not_(us_in_syria)) & us_in_iraq
    fatal = draw("fatal") < a.fatal
    hurt = fatal | (draw("hurt") < a.wounds)
    met = iraq & (draw("met") < a.met)
    wounded = where_needed(hurt, long_tail, 0.0, draw("wounded"), a.wounded_scale, a.wounded_tail)
    dead = where_needed(fatal, power_law, 0.0, draw("dead"), a.deaths_exponent, a.deaths_most)
    attackers = where_needed(met, geometric, 0.0, draw("met dead"), a.met_dead + 1.0) - truth(met)
    return truth(iraq), wounded, dead, truth(met), attackers


def enter(
    now: Melee,
    happens: Truth,
    name: str,
    place: int,
    iraq: Number,
    wounded: Number,
    dead: Number,
    met: Number,
    attackers: Number,
    *,
    me: Remembers,
    p: Numbers,
    at: At,
    scripted: bool = False,
) -> Melee:
    """Enter one attack (or one in each of many worlds) into the day."""
    toll, fatal, hurt, many = now.toll, dead > 0.0, wounded > 0.0, wounded >= p.attacks.many_wounded
    wound, wounded_few, wounded_many = fatal | hurt, not_(fatal) & hurt & not_(many), not_(fatal) & many
    at.note(
        happens,
        name,
        "attack",
        (("in Syria", "in Iraq"), truth(iraq == 1)),
        "militia.attack_rate",
        because=(f"{name}/posture",),
        terms={"wounded": wounded, "dead": dead},
        known_as={
            ATTACK: True,
            WOUNDED_FEW: wounded_few,
            WOUNDED_MANY: wounded_many,
            FATAL_ATTACK: fatal,
            TODAY: fatal,
        },
        scripted=scripted,
    )
    toll = Toll(
        attacks_iraq=toll.attacks_iraq + iraq,
        attacks_syria=toll.attacks_syria + truth(happens) - iraq,
        us_killed=toll.us_killed + dead,
        us_wounded=toll.us_wounded + wounded,
        hurt=toll.hurt + truth(wounded_few),
        hurt_many=toll.hurt_many + truth(wounded_many),
        fatal=toll.fatal + truth(fatal),
        met=toll.met,
        met_deadly=toll.met_deadly,
        met_dead=toll.met_dead,
    )
    now = Melee(now.fear, now.anger, where(wound, iraq == 1, now.wound_in_iraq), toll)
    return meet(now, met > 0, place, attackers, me, p, at, scripted) if anywhere(met > 0) else now


def meet(
    now: Melee, happens: Truth, place: int, dead: Number, me: Remembers, p: Numbers, at: At, scripted: bool
) -> Melee:
    """An attack in Iraq is met on the spot: it moves people as a strike in Iraq does, but is nobody's choice."""
    dead = where(happens, dead, 0.0)
    at.note(
        happens,
        "United States",
        "self-defence",
        SELF_DEFENCE,
        "militia.attack",
        because=(ATTACK,),
        terms={"dead": dead, "civilians and state forces": 0.0, "group struck": place},
        known_as={TODAY: True, STRUCK_IN_IRAQ: True},
        scripted=scripted,
    )
    toll = now.toll._replace(
        met=now.toll.met + truth(happens),
        met_deadly=now.toll.met_deadly + truth(happens & (dead > 0.0)),
        met_dead=now.toll.met_dead + dead,
    )
    size = where(happens, p.strikes.size_iraq, 0.0)
    if at.ledger is not None:
        account(now.fear, now.anger, size, place, at.ledger.today(DEFENDED)[-1], me, p, at)
    fear, anger = all_feel(now.fear, now.anger, size, place, me, p)
    return Melee(fear, anger, now.wound_in_iraq, toll)


def attributed(me: Remembers, p: Numbers, at: At) -> list[tuple[Any, tuple[Truth, ...]]]:
    """The scripted attacks of the day, and for each group whether it is its own.

    Where the script names no group, one is drawn by what each set out to do yesterday: a group that abstains is
    hardly ever taken for one that fights.
    """
    found: list[tuple[Any, tuple[Truth, ...]]] = []
    likely: tuple[Number, ...] = ()
    for number, event, group in at.given("militia/attacks", NO_EVENTS):
        if group is not None:
            found.append((event, tuple(group == place for place in range(len(p.groups)))))
            continue
        if not likely:
            likely = tuple(
                own.share * paced(rules.relative_rate(one.intent, p.curve), one.fights, p.attacks)
                for one, own in zip(me.groups, p.groups.values(), strict=True)
            )
        whose = pick_by_weight(at.draw("militias/scripted", number), likely)
        found.append((event, tuple(whose == place for place in range(len(p.groups)))))
    return found


def enter_scripted(
    now: Melee,
    script: list[tuple[Any, tuple[Truth, ...]]],
    name: str,
    place: int,
    possible: Number,
    me: Remembers,
    sees: Sees,
    p: Numbers,
    at: At,
) -> tuple[Melee, Number]:
    """Enter the scripted attacks of this day that fall to this group, and count them."""
    counted: Number = 0
    for event, whose in script:
        mine = whose[place]
        if isinstance(event, SelfDefenceEvent):
            if anywhere(mine):
                now = meet(now, mine & (possible > 0), place, float(event.dead), me, p, at, True)
            continue
        happens = mine & (sees.us_in_iraq | not_(event.in_iraq))
        if anywhere(happens):
            now = repeat(event.count, one_scripted, now, event, happens, name, place, me, p, at)
            counted = counted + event.count * truth(happens)
    return now, counted


def one_scripted(
    turn: int,
    happens: Truth,
    now: Melee,
    event: Any,
    mine: Truth,
    name: str,
    place: int,
    me: Remembers,
    p: Numbers,
    at: At,
) -> Melee:
    """One attack of a scripted event. Whoever was hurt, the first of its attacks did it."""
    happens = mine & happens
    first = happens & (turn == 0)
    wounded, dead = where(first, 1.0 * event.wounded, 0.0), where(first, 1.0 * event.dead, 0.0)
    iraq = truth(happens & event.in_iraq)
    return enter(now, happens, name, place, iraq, wounded, dead, 0, 0.0, me=me, p=p, at=at, scripted=True)


# ------------------------------------------------------------------------------ what strikes leave
def suffer(me: Remembers, strikes: tuple[Strike, ...], p: Numbers, at: At) -> Remembers:
    """Deliberate strikes frighten and anger at once, the group struck most; those in Iraq are reasons to fight."""
    if not strikes:
        return me
    s, fear, anger, provoked = p.strikes, me.fear, me.anger, me.provoked
    sizes = (0.0, 0.0, s.size_syria, s.size_iraq, s.size_commander, s.size_campaign)
    for turn, strike in enumerate(strikes):
        size = where(strike.happened, pick(strike.rung, sizes), 0.0)
        if at.ledger is not None:
            account(fear, anger, size, strike.struck, at.ledger.today(STRUCK)[turn], me, p, at)
        fear, anger = all_feel(fear, anger, size, strike.struck, me, p)
        reason = pick(
            strike.rung, (0.0, 0.0, 0.0, p.all.provoked_strike, p.all.provoked_killing, p.all.provoked_killing)
        )
        reason = where(strike.happened, reason, 0.0)
        provoked = provoked + reason
        if at.ledger is not None:
            at.moved(PROVOCATION, {at.ledger.today(STRUCK)[turn]: reason})
    return me._replace(fear=fear, anger=anger, provoked=provoked)


def all_feel(
    fear: tuple[Number, ...], anger: tuple[Number, ...], size: Number, struck: Number, me: Remembers, p: Numbers
) -> tuple[tuple[Number, ...], tuple[Number, ...]]:
    """Each group's fear and anger after a strike of this size on the group at the place ``struck``."""
    s, happened = p.strikes, size > 0.0
    felt = sizes_felt(size, struck, p)

    def after(levels: tuple[Number, ...], coefficient: Number) -> tuple[Number, ...]:
        pairs = zip(levels, felt, strict=True)
        return tuple([where_needed(happened, rules.felt, level, level, coefficient, size) for level, size in pairs])

    return after(fear, s.fear * me.fears_strikes), after(anger, s.anger * me.angered_by_strikes)


def sizes_felt(size: Number, struck: Number, p: Numbers) -> list[Number]:
    """How large each group feels a strike of this size on the group at the place ``struck``."""
    return [size * where(struck == place, 1.0, p.strikes.bystanders) for place in range(len(p.groups))]


def account(
    fear: tuple[Number, ...],
    anger: tuple[Number, ...],
    size: Number,
    struck: Number,
    strike: Act,
    me: Remembers,
    p: Numbers,
    at: At,
) -> None:
    """What a strike adds to each group's fear and anger."""
    feelings = (
        (FEAR, fear, p.strikes.fear * me.fears_strikes),
        (ANGER, anger, p.strikes.anger * me.angered_by_strikes),
    )
    for place, (name, felt) in enumerate(zip(p.groups, sizes_felt(size, struck, p), strict=True)):
        for feeling, levels, coefficient in feelings:
            at.moved(f"{feeling} {name}", {strike: least(coefficient * felt, 1.0) * (1.0 - levels[place])})


def calm(me: Remembers, p: Numbers, at: At) -> Remembers:
    """Fear and anger fade by a day."""
    fear, anger = decay(p.strikes.fear_half_life), decay(p.strikes.anger_half_life)
    if at.ledger is not None:
        for name in p.groups:
            at.moved(f"{FEAR} {name}", {}, kept=fear)
            at.moved(f"{ANGER} {name}", {}, kept=anger)
    return me._replace(fear=tuple([level * fear for level in me.fear]), anger=tuple([x * anger for x in me.anger]))


# -------------------------------------------------------------------------------- the politicians
def call(me: Remembers, sees: PoliticiansSee, p: Numbers, at: At) -> tuple[Remembers, Truth]:
    """The groups' politicians call for expulsion: weekly by chance, after a strike in Iraq or a killing."""
    w = p.all
    scripted = at.given("militia/call", False) & sees.open
    called_for = scripted
    if anywhere(at.weekly):
        base = w.call_chance_since_2020 if at.calendar.calls_are_regular else w.call_chance
        chance = rules.call_chance(sees.salience, sees.isis, base, w.call_salience, w.call_isis)
        by_chance = at.weekly & (at.draw("militias/call") < chance) & sees.open
        called_for = called_for | at.given("militia/call by chance", by_chance)
    faded = me.calls * decay(w.call_half_life)
    calls = where(called_for, most(faded, w.call_strength), faded)
    calls = where((sees.strikes_in_iraq > 0) & sees.open, most(calls, w.call_strength), calls)
    calls = where((sees.killings > 0) & sees.open, 1.0, calls)
    set_to, calls = calls, kept_below(calls, at.given("militia/highest call", BILL), w.call_from, w.bill_from)
    if at.ledger is not None:
        account_of_calls(at.ledger, faded, set_to, calls, scripted, sees, w, at)
    rung = calls_rung(calls, w)
    new = called_for | ((rung > calls_rung(me.calls, w)) & (rung > NO_CALL))
    if anywhere(new):
        at.note(
            new,
            "the groups' politicians",
            "call",
            (CALLS.names, rung),
            "militia.call_chance",
            terms={"calls": calls, "salience": sees.salience},
            carried_by={accounts.CALLS: calls},
            scripted=at.is_given("militia/call"),
        )
        if at.ledger is not None:  # what it stirs comes from this call
            at.moved(accounts.CALLS, {at.ledger.last(CALLED): where(new, calls, 0.0)}, kept=where(new, 0.0, 1.0))
    return me._replace(calls=calls), new


def account_of_calls(
    ledger: EventLog,
    faded: Number,
    set_to: Number,
    calls: Number,
    scripted: Truth,
    sees: PoliticiansSee,
    w: Settings,
    at: At,
) -> None:
    """Calls by their sources: the killings or strikes of the day; what moved the politicians; the script."""
    at.moved(accounts.CALLS, {}, kept=decay(w.call_half_life))
    is_set, kills, strikes = set_to > faded, sees.killings > 0, sees.strikes_in_iraq > 0
    of_kills, of_strikes = where(is_set & kills, set_to, 0.0), where(is_set & not_(kills) & strikes, set_to, 0.0)
    of_their_own = where(is_set & not_(kills) & not_(strikes), set_to, 0.0)
    by_salience = w.call_salience * sees.salience
    base = w.call_chance_since_2020 if at.calendar.calls_are_regular else w.call_chance
    part = by_salience / most(base + by_salience, NEARLY_NONE)
    by = {
        **ledger.each(KILLING, of_kills / most(sees.killings, 1)),
        **ledger.each(STRUCK_IN_IRAQ, of_strikes / most(sees.strikes_in_iraq, 1)),
        SCRIPT: where(scripted, of_their_own, 0.0),
        Of(SALIENCE_IN_POLITICS): where(scripted, 0.0, of_their_own * part),
        BASE: where(scripted, 0.0, of_their_own * (1.0 - part)),
    }
    at.moved(accounts.CALLS, by, kept=where(is_set, 0.0, 1.0))
    at.limited(accounts.CALLS, set_to, calls)


# ------------------------------------------------------------------------------ what others see
def calls_rung(calls: Number, p: Settings) -> Number:
    """The rung of the politicians."""
    return truth(calls >= p.call_from) + truth(calls >= p.bill_from)


def lately(me: Remembers, p: Numbers) -> tuple[Number, ...]:
    """The groups' recent attacks: by them a strike is aimed."""
    return tuple(group.recent + A_TRACE * own.share for group, own in zip(me.groups, p.groups.values(), strict=True))


def in_campaign(me: Remembers, p: Numbers) -> Truth:
    """Whether a group is in a campaign, or beyond."""
    found: Truth = False
    for group, own in zip(me.groups, p.groups.values(), strict=True):
        found = found | ((group.posture >= CAMPAIGN) & (own.share > 0.0))
    return found
