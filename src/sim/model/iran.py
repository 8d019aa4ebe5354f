"""Iran: how free a hand it gives the groups, and how hard it presses in Baghdad."""

from __future__ import annotations

from typing import ClassVar, Literal, NamedTuple

from pydantic import Field

from sim.language.chance import whole_between
from sim.language.exact import decay, fade
from sim.language.field import JUDGEMENT, Section, choice, number
from sim.language.ladder import Ladder, Rung, kept_below, middles
from sim.language.number import (
    Number,
    Truth,
    anywhere,
    apart,
    clip,
    least,
    most,
    not_,
    total,
    truth,
    where,
    where_needed,
)
from sim.language.promise import promises
from sim.language.tree import Settings
from sim.model import accounts
from sim.model.accounts import BASE, CHOICE, EXPOSURE, GO_AHEAD, ON_ITS_WAY, SALIENCE, SCRIPT, Of, Source
from sim.model.article import ARTICLE, EVEN
from sim.model.at import At
from sim.model.choice import Choice
from sim.model.given import LEVEL, NO_EVENTS, ScriptedEvent
from sim.model.ledger import EventLog
from sim.model.today import FATAL_ATTACK, KILLING, STRUCK_IN_IRAQ, WARNED

NAME = "Iran"
ORDER = Ladder(
    "Iran's order to the groups",
    Rung("brake hard", "stop, until the danger has passed"),
    Rung("brake", "hold back"),
    Rung("let run", "do as you see fit"),
    Rung("encourage", "go ahead, with our support"),
)
PRESS = Ladder(
    "Iran in Baghdad",
    Rung("quiet", "no demand"),
    Rung("press through the blocs", "has its allies in parliament ask for the US to leave"),
    Rung("demand expulsion", "asks for it openly"),
)
BRAKE_HARD, BRAKE, LET_RUN, ENCOURAGE = range(len(ORDER))
QUIET, PRESS_BLOCS, DEMAND = range(len(PRESS))
DRAWS = {"iran/lag": "how long a new order takes to arrive"}
SENT, FEARS, THREATENED = f"{NAME}/sends a new order", f"{NAME}/fears US action", "United States/threatens a last step"


# -------------------------------------------------------------------------------------- numbers
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
        0.523, "per salience", "how much a front in flames adds", range=(0.2, 0.8), allowed=(0.0, 2.0), fitted=True
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
        0.07,
        "0-1",
        "a new order goes out when wish and order in force differ by more",
        range=(0.03, 0.2),
        allowed=(0.0, 1.0),
    )
    rising_lag: float = number(
        2.0, "days", "longest lag of a rising order (0 to this)", range=(1.0, 7.0), allowed=(0.0, 60.0)
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
    exposure_warning: float = number(
        0.03, "exposure", "a warning by the US, newly spoken, adds", range=(0.0, 0.15), allowed=(0.0, 5.0)
    )
    exposure_threat: float = number(
        0.4,
        "exposure",
        "a public US threat of a last step adds (scripted alone)",
        "evidence/iraq_government_actions.csv: closing the embassy, September 2020; judgement",
        range=(0.1, 1.0),
        allowed=(0.0, 5.0),
    )
    brake_exposure: float = number(
        2.3,
        "exposure",
        "above this Iran brakes hard, until exposure is down to `calm_share` of it",
        range=(1.0, 3.0),
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
        "each group's control after the killing of the coordinator (scripted alone)",
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
        0.15, "0-1", "press from this is called `press through the blocs`", range=(0.1, 0.25), allowed=(0.0, 1.0)
    )
    demand_from: float = number(
        0.6, "0-1", "from this `demand expulsion`", range=(0.6, 0.6), allowed=(0.0, 1.0), role="fixed"
    )
    calm_share: float = number(
        0.5,
        "share",
        "Iran goes on braking hard until exposure is down to this share of what it was when it began",
        range=(0.3, 0.7),
        allowed=(0.0, 1.0),
    )
    highest_rung: Literal["", "brake hard", "brake", "let run", "encourage"] = choice(
        "", "cap on the order; empty: none"
    )
    highest_press: Literal["", "quiet", "press through the blocs", "demand expulsion"] = choice(
        "", "cap on the press in Baghdad; empty: none"
    )


# --------------------------------------------------------------------------------------- events
class OrderEvent(ScriptedEvent):
    """Iran's order to the groups, in force from this day."""

    GIVES: ClassVar[str] = "iran/order"

    kind: Literal["order"]
    go_ahead: float = Field(ge=0.0, le=1.0, json_schema_extra=LEVEL)

    @property
    def gift(self) -> float:
        """What the day is given."""
        return self.go_ahead


# ---------------------------------------------------------------------------------------- rules
@promises(
    bounded=(0.0, 1.0),
    rises_with=("permissiveness", "salience", "opportunity"),
    falls_with=("allies", "talks", "stake", "restraint"),
)
def go_ahead(
    permissiveness: Number,
    salience: Number,
    allies: Number,
    talks: Number,
    opportunity: Number,
    stake: Number,
    restraint: Number,
) -> Number:
    """How free a hand Iran wants the groups to have: opportunity, less what its allies and talks have to lose."""
    return clip(permissiveness + opportunity * salience - stake * allies - restraint * talks)


@promises(
    rises_with=("exposure", "fatal", "killings", "strikes", "warnings", "threats"),
    exposure=(0, 10),
    warnings=(0, 1),
    fatal=(0, 5),
    killings=(0, 3),
    strikes=(0, 5),
    threats=(0, 3),
    kept=(0, 1),
)
def exposed(
    exposure: Number,
    kept: Number,
    fatal: Number,
    killings: Number,
    strikes: Number,
    warnings: Number,
    threats: Number,
    per_fatal: Number,
    per_killing: Number,
    per_strike: Number,
    per_warning: Number,
    per_threat: Number,
) -> Number:
    """Exposure to US action: what is left of yesterday's, and what today adds."""
    by_blows = per_fatal * fatal + per_killing * killings + per_strike * strikes
    return exposure * kept + by_blows + per_warning * warnings + per_threat * threats


@promises(bounded=(0.0, 1.0), rises_with=("press",))
def pressed(
    press: Number, kept: Number, strike: Number, killing: Number, after_strike: Number, after_killing: Number
) -> Number:
    """Iran's press in Baghdad: fades, and jumps after a strike in Iraq or a killing."""
    return most(press * kept, most(after_strike * strike, after_killing * killing))


@promises(bounded=(0, 3), rises_with=("value",))
def order_rung(value: Number, brake_hard_below: Number, brake_below: Number, encourage_from: Number) -> Number:
    """The name of an order by its value."""
    return truth(value >= brake_hard_below) + truth(value >= brake_below) + truth(value >= encourage_from)


def lag(target: Number, order: Number, in_truce: Truth, u: Number, p: Settings) -> Number:
    """Days until a new order takes effect: rising fast, falling slow, after a truce on a front at once."""
    rising = target > order
    low = where(rising | in_truce, 0.0, 1.0)
    high = where(rising, p.rising_lag, where(in_truce, p.truce_lag, p.falling_lag))
    return whole_between(low, high, u)


# ------------------------------------------------------------------------------------------ day
class Remembers(NamedTuple):
    """``order`` is the go-ahead in force, ``press`` what it asks for in Baghdad, ``exposure`` what it fears."""

    order: Number
    wanted: Number  # the order on its way
    arrived: Truth = True  # a new order took effect today
    pending: Truth = False  # an order is on its way
    days_left: Number = 0.0  # until it arrives
    exposure: Number = 0.0
    tripped: Number = 0.0  # exposure at which it began to brake hard; 0: it does not
    press: Number = 0.0
    coordinator: Number = 1.0  # what the loss of the coordinator leaves of every group's control


class Sees(NamedTuple):
    """What Iran goes by when it looks at the day."""

    salience: Number  # of the fronts
    in_truce: Truth  # a front is in a truce
    allies: Number  # the groups' allies in Baghdad's government
    talks: Truth  # Baghdad and Washington negotiate
    fatal_attacks: Number  # of the groups on US forces, today
    strikes_in_iraq: Number  # US strikes in Iraq today, below a killing
    killings: Number  # commanders killed, and large campaigns, today
    warned: Truth  # the US newly warns
    coordinator_killed: Truth  # today


def begin(allies: Number, p: Settings) -> Remembers:
    """Iran before its first day: an order as its wish is without any front."""
    order = go_ahead(p.permissiveness, 0.0, allies, 0.0, p.opportunity, p.stake_in_government, p.talks_restraint)
    return Remembers(order=order, wanted=order)


def hear(me: Remembers, p: Settings, at: At) -> Remembers:
    """An order that is due reaches the groups."""
    days_left = me.days_left - 1.0
    scripted = at.is_given("iran/order")
    arrives = me.pending & (days_left < 0.0)
    order = capped(at.given("iran/order", where(arrives, me.wanted, me.order)), p, at)
    arrived = arrives | scripted
    if anywhere(arrived):
        source = SCRIPT if scripted else Of(ON_ITS_WAY)
        at.moved(GO_AHEAD, {source: where(arrived, order, 0.0)}, kept=where(arrived, 0.0, 1.0))
        at.note(
            arrived,
            NAME,
            "order takes effect",
            (ORDER.names, rung(order, p)),
            "iran.go_ahead",
            because=() if scripted else (SENT,),
            terms={"go_ahead": order},
            carried_by={GO_AHEAD: order},
            scripted=scripted,
        )
    return me._replace(
        order=order,
        arrived=arrived,
        pending=me.pending & not_(arrived),
        days_left=days_left,
        coordinator=1.0 - (1.0 - me.coordinator) * fade(p.coordinator_recovery),
    )


def reconsider(me: Remembers, sees: Sees, p: Settings, at: At) -> Remembers:
    """Exposure and press after the day; a new order goes out where wish and order differ enough."""
    threats = len(at.given("united_states/threats", NO_EVENTS))
    if threats:
        terms = {"threats": threats}
        at.note(True, "United States", "threatens a last step", "in public", "scripted", terms=terms, scripted=True)
    exposure = exposed(
        me.exposure,
        decay(p.exposure_half_life),
        sees.fatal_attacks,
        sees.killings,
        sees.strikes_in_iraq,
        truth(sees.warned),
        threats,
        p.exposure_fatal,
        p.exposure_killing,
        p.exposure_strike,
        p.exposure_warning,
        p.exposure_threat,
    )
    press = pressed(
        me.press,
        decay(p.press_half_life),
        truth(sees.strikes_in_iraq > 0),
        truth(sees.killings > 0),
        p.press_strike,
        p.press_killing,
    )
    if at.ledger is not None:
        account(at.ledger, me, press, sees, p)
    trips = (me.tripped == 0.0) & (exposure > p.brake_exposure)
    calms = (me.tripped > 0.0) & (exposure < p.calm_share * me.tripped)
    tripped = where(trips, exposure, where(calms, 0.0, me.tripped))
    braking = tripped > 0.0
    talks = truth(sees.talks)
    wish = go_ahead(
        p.permissiveness, sees.salience, sees.allies, talks, p.opportunity, p.stake_in_government, p.talks_restraint
    )
    wanted_now = where(braking, p.brake_order, wish)
    replaced: Choice | None = at.given("iran/choice", None)
    if replaced is not None:
        now = me._replace(exposure=exposure, tripped=tripped, press=press)
        wanted_now = as_replaced(replaced, now, sees, p, at, wanted_now)
    target = capped(wanted_now, p, at)
    differs = apart(target, me.order) > p.order_step
    pending = me.pending & differs  # dropped when the wish returns to the order in force
    sends = differs & not_(pending)
    days_left, wanted = me.days_left, me.wanted
    if anywhere(trips):
        at.note(
            trips & (exposure > me.exposure),
            NAME,
            "fears US action",
            ORDER.names[BRAKE_HARD],
            "iran.exposed",
            terms={"exposure": exposure},
            carried_by={EXPOSURE: exposure},
        )
    if anywhere(sends):
        days_left = where_needed(sends, lag, days_left, target, me.order, sees.in_truce, at.draw("iran/lag"), p)
        wanted = where(sends, target, wanted)
        if at.ledger is not None:
            account_of_an_order(at.ledger, sends, wanted_now, target, braking, replaced is not None, sees, p)
        at.note(
            sends,
            NAME,
            "sends a new order",
            (ORDER.names, rung(target, p)),
            "iran.go_ahead" if replaced is None else replaced.rule,
            because=((FEARS, braking),),
            carried_by={ON_ITS_WAY: target},
            terms=lambda: {
                "permissiveness": p.permissiveness,
                "opportunity": p.opportunity * sees.salience,
                "allies": -p.stake_in_government * sees.allies,
                "talks": -p.talks_restraint * talks,
                "exposure": exposure,
            },
        )
    return me._replace(
        wanted=wanted,
        pending=pending | sends,
        days_left=days_left,
        exposure=exposure,
        tripped=tripped,
        press=press,
        coordinator=where(sees.coordinator_killed, me.coordinator * p.coordinator_loss, me.coordinator),
    )


def account(ledger: EventLog, me: Remembers, press: Number, sees: Sees, p: Settings) -> None:
    """Exposure and press by the acts they come from."""
    moved, each = ledger.accounts.moved, ledger.each
    by = {
        **each(FATAL_ATTACK, p.exposure_fatal),
        **each(KILLING, p.exposure_killing),
        **each(STRUCK_IN_IRAQ, p.exposure_strike),
        **each(WARNED, p.exposure_warning),
        **each(THREATENED, p.exposure_threat, "threats"),
    }
    moved(EXPOSURE, by, decay(p.exposure_half_life))
    kept = decay(p.press_half_life)
    after_strike = p.press_strike * truth(sees.strikes_in_iraq > 0)
    by_killing = p.press_killing * truth(sees.killings > 0) >= after_strike
    jumps = press > me.press * kept
    a_killing = where(jumps & by_killing, press / most(sees.killings, 1), 0.0)
    a_strike = where(jumps & not_(by_killing), press / most(sees.strikes_in_iraq, 1), 0.0)
    by = {**each(KILLING, a_killing), **each(STRUCK_IN_IRAQ, a_strike)}
    moved(accounts.PRESS, by, where(jumps, 0.0, kept))


def account_of_an_order(
    ledger: EventLog,
    sends: Truth,
    wanted: Number,
    target: Number,
    braking: Truth,
    chosen: bool,
    sees: Sees,
    p: Settings,
) -> None:
    """An order by its sources: what the wish is made of; of one that brakes hard, the fear; or somebody's choice."""
    source = CHOICE if chosen else ledger.last(FEARS)
    wishes, chooses = sends & not_(braking) & (not chosen), sends & (braking | chosen)
    talks = p.talks_restraint * truth(sees.talks)
    parts: dict[Source, Number] = {
        BASE: p.permissiveness,
        Of(SALIENCE): p.opportunity * sees.salience,
        "allies in government": -p.stake_in_government * sees.allies,
        ledger.last("talks/open"): -talks,
    }
    by: dict[Source, Number] = {of: where(wishes, part, 0.0) for of, part in parts.items()}
    by[source] = where(chooses, wanted, 0.0)
    ledger.accounts.moved(ON_ITS_WAY, by, kept=where(sends, 0.0, 1.0))
    before = where(wishes, total(list(parts.values())), wanted)
    ledger.accounts.limited(ON_ITS_WAY, where(sends, before, target), target)


def as_replaced(choice: Choice, me: Remembers, sees: Sees, p: Settings, at: At, usual: Number) -> Number:
    """The go-ahead that Iran wants by a replaced choice; a rung's name stands for the middle of its range."""
    ends = (0.0, p.brake_hard_below, p.brake_below, p.encourage_from, 1.0)
    cap = at.given("iran/highest rung", ENCOURAGE)
    what, levels = "a go-ahead", middles(ends)
    return choice.level(True, what, ORDER.names, levels, me, sees, p, at, usual=usual, highest=cap)


def rung(order: Number, p: Settings) -> Number:
    """The rung of an order."""
    return order_rung(order, p.brake_hard_below, p.brake_below, p.encourage_from)


def capped(order: Number, p: Settings, at: At) -> Number:
    """An order under its cap."""
    return kept_below(
        order, at.given("iran/highest rung", ENCOURAGE), p.brake_hard_below, p.brake_below, p.encourage_from
    )


def heard(me: Remembers, talks: Truth, influence: Number, p: Settings, at: At) -> Number:
    """Its press as Baghdad hears it: weaker while talks are on, times its influence, under its cap."""
    loud = me.press * where(talks, p.press_in_talks, 1.0) * (influence / EVEN)
    cap = at.given("iran/highest press", DEMAND)
    if cap == QUIET:
        return least(loud, 0.0)
    return kept_below(least(loud, 1.0), cap, p.press_from, p.demand_from)


def press_rung(heard: Number, p: Settings) -> Number:
    """The rung in Baghdad of a press as it is heard."""
    return truth(heard >= p.press_from) + truth(heard >= p.demand_from)
