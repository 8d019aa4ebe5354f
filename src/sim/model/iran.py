"""Iran: how free a hand it gives the groups, and how hard it presses in Baghdad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sim.model.ladder import Ladder, Rung
from sim.model.part import Actor
from sim.model.rules import promises
from sim.model.words import Number, anywhere, clip, decay, fade, least, most, no, only, truth, where, whole_between
from sim.scenario.schema import OrderEvent, ThreatEvent

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

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
DRAWS = {"iran/lag": "how long a new order takes to arrive"}


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
    rises_with=("exposure", "fatal", "killings", "strikes", "threats"),
    exposure=(0, 10),
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
    threats: Number,
    per_fatal: Number,
    per_killing: Number,
    per_strike: Number,
    per_threat: Number,
) -> Number:
    """Exposure to US action: what is left of yesterday's, and what today adds."""
    return exposure * kept + per_fatal * fatal + per_killing * killings + per_strike * strikes + per_threat * threats


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


class Iran(Actor):
    """``order`` is the go-ahead in force, ``press`` what it asks for in Baghdad, ``exposure`` what it fears."""

    def __init__(self, model: WithdrawalModel) -> None:
        super().__init__(model, "Iran")
        p = model.p.iran
        self.order: Number = go_ahead(
            p.permissiveness, 0.0, model.iraq_allies(), 0.0, p.opportunity, p.stake_in_government, p.talks_restraint
        )
        self.number: Number = 0  # how many orders have gone out
        self.pending: Number = False
        self.wanted: Number = self.order  # the order on its way
        self.days_left: Number = 0.0
        self.exposure: Number = 0.0
        self.tripped: Number = 0.0  # exposure at which it began to brake hard; 0: it does not
        self.press: Number = 0.0
        self.coordinator: Number = 1.0  # what the loss of the coordinator leaves of every group's control
        self.arrived: Number = True  # a new order took effect today
        self.sent: Number = -1  # events
        self.in_force: Number = -1
        self.alarm: Number = -1

    def take_effect(self) -> None:
        """An order that is due reaches the groups."""
        model, p = self.model, self.model.p.iran
        self.days_left = self.days_left - 1.0
        self.arrived = self.pending & (self.days_left < 0.0)
        self.order = where(self.arrived, self.wanted, self.order)
        self.pending = self.pending & no(self.arrived)
        scripted = False
        for event in model.script:
            if isinstance(event, OrderEvent):
                self.order, self.arrived, self.pending, scripted = event.go_ahead, True, False, True
        self.order = self._capped(self.order)
        self.number = self.number + truth(self.arrived)
        self.coordinator = 1.0 - (1.0 - self.coordinator) * fade(p.coordinator_recovery)
        if model.log is not None:
            self.in_force = model.log.add(
                self.arrived,
                self.in_force,
                self.name,
                "order takes effect",
                (ORDER.names, self.rung),
                "iran.go_ahead",
                causes=(self.sent,),
                terms={"go_ahead": self.order},
                scripted=scripted,
            )

    @property
    def rung(self) -> Number:
        """The rung of the order in force."""
        p = self.model.p.iran
        return order_rung(self.order, p.brake_hard_below, p.brake_below, p.encourage_from)

    @property
    def press_rung(self) -> Number:
        """The rung in Baghdad."""
        p = self.model.p.iran
        heard = self.heard
        return truth(heard >= p.press_from) + truth(heard >= p.demand_from)

    @property
    def heard(self) -> Number:
        """Its press as Baghdad hears it: weaker while talks are on, times its influence, under its cap."""
        model, p = self.model, self.model.p.iran
        heard = self.press * where(model.talks.on, p.press_in_talks, 1.0) * (model.public.influence_iran / 0.5)
        if p.highest_press == "quiet":
            return least(heard, 0.0)
        if p.highest_press == "press through the blocs":
            return least(heard, p.demand_from - 1e-9)
        return least(heard, 1.0)

    def reconsider(self) -> None:
        """Exposure and press after the day; a new order goes out where wish and order differ enough."""
        model, p, today = self.model, self.model.p.iran, self.model.today
        threats = sum(isinstance(event, ThreatEvent) for event in model.script)
        if model.today.coordinator:
            self.coordinator = self.coordinator * p.coordinator_loss
        if threats and model.log is not None:
            model.log.add(
                model.everywhere, -1, "United States", "threatens a last step", "in public", "scripted", scripted=True
            )
        before = self.exposure
        self.exposure = exposed(
            self.exposure,
            decay(p.exposure_half_life),
            today.fatal,
            today.killings,
            today.strikes_in_iraq,
            threats,
            p.exposure_fatal,
            p.exposure_killing,
            p.exposure_strike,
            p.exposure_threat,
        )
        self.press = pressed(
            self.press,
            decay(p.press_half_life),
            truth(today.strikes_in_iraq > 0),
            truth(today.killings > 0),
            p.press_strike,
            p.press_killing,
        )
        trips = (self.tripped == 0.0) & (self.exposure > p.brake_exposure)
        calms = (self.tripped > 0.0) & (self.exposure < 0.5 * self.tripped)
        self.tripped = where(trips, self.exposure, where(calms, 0.0, self.tripped))
        braking = self.tripped > 0.0
        target = go_ahead(
            p.permissiveness,
            model.region.groups,
            model.iraq_allies(),
            truth(model.talks.on),
            p.opportunity,
            p.stake_in_government,
            p.talks_restraint,
        )
        target = self._capped(where(braking, p.brake_order, target))
        differs = abs(target - self.order) > p.order_step
        self.pending = self.pending & differs  # dropped when the wish returns to the order in force
        sends = differs & no(self.pending)
        if anywhere(sends):
            self.days_left = only(
                sends, _lag, self.days_left, target, self.order, model.region.in_truce, model.draw("iran/lag"), p
            )
            self.wanted = where(sends, target, self.wanted)
            self.pending = self.pending | sends
        if model.log is not None:
            self.alarm = model.log.add(
                (self.exposure > before) & trips,
                self.alarm,
                self.name,
                "fears US action",
                "brake hard",
                "iran.exposed",
                causes=today.causes,
                terms={"exposure": self.exposure},
            )
            rung = order_rung(target, p.brake_hard_below, p.brake_below, p.encourage_from)
            self.sent = model.log.add(
                sends,
                self.sent,
                self.name,
                "sends a new order",
                (ORDER.names, rung),
                "iran.go_ahead",
                causes=(where(braking, self.alarm, -1), where(braking, -1, model.region.turned)),
                terms={
                    "permissiveness": p.permissiveness,
                    "opportunity": p.opportunity * model.region.groups,
                    "allies": -p.stake_in_government * model.iraq_allies(),
                    "talks": -p.talks_restraint * truth(model.talks.on),
                    "exposure": self.exposure,
                },
            )

    def _capped(self, target: Number) -> Number:
        p = self.model.p.iran
        if not p.highest_rung:
            return target
        tops = (p.brake_hard_below - 1e-9, p.brake_below - 1e-9, p.encourage_from - 1e-9, 1.0)
        return least(target, tops[ORDER[p.highest_rung]])


def _lag(target: Number, order: Number, in_truce: Number, u: Number, p: Number) -> Number:
    """Days until a new order takes effect: rising fast, falling slow, after a truce on a front at once."""
    rising = target > order
    low = where(rising | in_truce, 0.0, 1.0)
    high = where(rising, p.rising_lag, where(in_truce, p.truce_lag, p.falling_lag))
    return whole_between(low, high, u)
