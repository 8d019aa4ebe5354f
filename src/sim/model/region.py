"""The region around Iraq: the fronts outside it, taken together as salience, and the Islamic State group."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from sim.model.part import Part
from sim.model.rules import promises
from sim.model.words import Number, clip, no, where
from sim.scenario.schema import RECORD_ENDS, DatedLevel, Front, TruceEvent

if TYPE_CHECKING:
    from sim.model.model import WithdrawalModel

NONE, TRUCE, WAR = 0, 1, 2
STATES = ("none", "truce", "war")

DRAWS = {"region/{front}": "whether a front turns from war to pause or back, beyond its last dated entry"}


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


def dated(entries: tuple[DatedLevel, ...], today: date, before: float) -> float:
    """The level of the last entry not after today; ``before`` where there is none."""
    level = before
    for entry in entries:
        if entry.date > today:
            break
        level = entry.level
    return level


def dated_state(front: Front, today: date) -> int:
    """The state of a front by its last dated entry not after today; none where there is no entry."""
    state = NONE
    for entry in front.dates:
        if entry.date <= today:
            state = STATES.index(entry.state)
    return state


class Region(Part):
    """The fronts and IS, day by day. ``groups`` and ``politics`` are the salience that reaches each."""

    def __init__(self, model: WithdrawalModel) -> None:
        super().__init__(model)
        self.states: dict[str, Number] = {  # without scripted truces
            name: dated_state(front, model.date) for name, front in model.scenario.fronts.items()
        }
        self.shown: dict[str, Number] = dict(self.states)  # with them
        self.truces: dict[str, date] = {}  # a scripted truce on a front, until this date
        self.groups: Number = 0.0
        self.politics: Number = 0.0
        self.in_truce: Number = False
        self.isis: Number = 0.0
        self.turned: Number = -1

    def turn(self) -> None:
        """The day's course of the fronts: as dated, scripted, or beyond that by chance."""
        model, p = self.model, self.model.p
        for event in model.script:
            if isinstance(event, TruceEvent):
                self.truces = {**self.truces, event.front: event.date + timedelta(days=event.days)}
        leading = {name: front for name, front in model.given.fronts.items() if not front.follows}
        shown = {name: self._course(name, front) for name, front in leading.items()}
        for_groups, for_politics = dict(shown), dict(shown)
        for name, front in leading.items():
            if front.ends is not None and model.date >= front.ends:
                if front.ends_for != "politics":
                    for_groups[name] = NONE
                if front.ends_for != "groups":
                    for_politics[name] = NONE
        self._report(for_groups)
        self.in_truce = False
        for name, state in for_groups.items():
            self.in_truce = self.in_truce | ((state == TRUCE) & (p.fronts[name].weight > 0.0))
        salience = self._salience(for_groups)
        self.groups = p.region.motive * salience
        same = all(for_groups[name] is for_politics[name] for name in leading)
        self.politics = p.region.politics * (salience if same else self._salience(for_politics))
        level = p.isis.level if model.date >= RECORD_ENDS else dated(model.scenario.isis.past, model.date, 0.0)
        level = model.changed.get("isis", level)
        self.isis = clip(level + model.aftermath.isis_change)

    def _course(self, name: str, front: Front) -> Number:
        """The state today of a front that goes its own way."""
        model, before = self.model, self.states[name]
        state: Number
        if front.dates and model.date <= front.dates[-1].date:
            state = dated_state(front, model.date)
        else:
            own = model.p.fronts[name]
            chance = turning_chance(where(before == WAR, own.war_days, own.pause_days))
            turns = no(before == NONE) & (model.draw(f"region/{name}") < chance)
            state = where(turns, WAR + TRUCE - before, before)
        self.states = {**self.states, name: state}
        in_force = name in self.truces and model.date < self.truces[name]
        return where(state == WAR, TRUCE, state) if in_force else state

    def _report(self, states: dict[str, Number]) -> None:
        log = self.model.log
        if log is not None:
            by_script = {event.front for event in self.model.script if isinstance(event, TruceEvent)}
            for name, state in states.items():
                self.turned = log.add(
                    no(state == self.shown[name]),
                    self.turned,
                    f"front {name}",
                    "turns",
                    (STATES, state),
                    "region.intensity",
                    scripted=name in by_script,
                )
        self.shown = {**self.shown, **states}

    def _salience(self, states: dict[str, Number]) -> Number:
        """The fronts' intensities by weight."""
        p = self.model.p
        total: Number = 0.0
        for name, front in self.model.scenario.fronts.items():
            state = states[front.follows or name]
            hot = intensity(state, p.region.truce_intensity)
            if front.follows:
                hot = following(hot, where(state == NONE, 0.0, p.region.own_intensity), p.region.coordination)
            total = total + p.fronts[name].weight * hot
        return total
