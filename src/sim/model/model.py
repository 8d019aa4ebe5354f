"""One world, or a block of worlds: who is in it, and the order of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import mesa
import numpy as np

from sim.model.aftermath import SECURITY, Aftermath
from sim.model.draws import uniform, world_keys
from sim.model.iran import Iran
from sim.model.iraq import Iraq
from sim.model.log import EventLog
from sim.model.militia import Attacks, Militia, Militias
from sim.model.parliament import Parliament
from sim.model.part import Actor, Part, state_of
from sim.model.presence import Presence
from sim.model.public import Public
from sim.model.region import Region
from sim.model.settings import settings
from sim.model.talks import Talks
from sim.model.tally import Tally
from sim.model.today import Today
from sim.model.uncertain import drawn
from sim.model.united_states import UnitedStates
from sim.model.words import Number, exp, most, total, where
from sim.scenario.past import before_the_start, recorded_events
from sim.scenario.schema import (
    EARLIEST_START,
    RECORD_ENDS,
    RECORD_STARTS,
    Consequences,
    Event,
    GovernmentEvent,
    IslamicState,
    IslamicStateEvent,
    LegalEvent,
    Scenario,
    TroopsEvent,
)
from sim.scenario.schema import Iraq as IraqSettings

SPIN_UP = 365
"""Days that every world runs before its first counted or recorded day, under the conditions of those days."""


class WithdrawalModel(mesa.Model):  # type: ignore[misc,unused-ignore]
    """Will Iraq push the US troops out? One world of a scenario, or many at once.

    ``WithdrawalModel(scenario, seed=1, world=17)`` is one world in plain numbers. With ``worlds`` (a sequence
    of world numbers) every number becomes an array with one entry per world, and the same rules run them all;
    each world's history is the same, bit for bit. ``overrides`` maps dotted names of numbers to arrays, one
    value per world. ``events=True`` keeps the event log. ``collect=True`` fills ``datacollector`` once a day.

    A step is a day. The past (a year of spin-up and, from 10 January 2024, the recorded past) has been lived
    when the constructor returns; ``running`` turns false after the scenario's last day.
    """

    def __init__(
        self,
        scenario: Scenario | str = "status_quo",
        *,
        seed: int = 1,
        world: int = 0,
        worlds: Sequence[int] | None = None,
        overrides: Mapping[str, Number] | None = None,
        events: bool = False,
        collect: bool = True,
    ) -> None:
        super().__init__(rng=seed)
        if isinstance(scenario, str):
            from sim.scenario.load import load

            scenario = load(scenario)
        self.scenario = scenario
        self.seed = seed
        self.worlds: Number = world
        self.everywhere: Number = True
        if worlds is not None:
            self.worlds = np.asarray(worlds, np.int64)
            self.everywhere = np.ones(self.worlds.shape, bool)
        self.keys = world_keys(seed, self.worlds)
        overrides = {**drawn(scenario, self.keys), **(overrides or {})}
        past, lasting = before_the_start(scenario, overrides)
        self._from_start = settings(scenario, overrides)
        self.given = past
        self.p = settings(past, lasting)
        self._script: dict[int, list[Event]] = {}
        first = scenario.start
        self._recorded_until = first
        if scenario.start == RECORD_ENDS:
            for event in recorded_events():
                self._script.setdefault(event.date.toordinal(), []).append(event)
            first = RECORD_STARTS
        for event in scenario.events:
            self._script.setdefault(event.date.toordinal(), []).append(event)
        self._recorded_from = first
        self.day = (first - scenario.start).days - SPIN_UP
        self._read_calendar()
        self.changed: dict[str, Any] = {}  # conditions that scripted events have changed so far
        self.defaults = _defaults()
        self.effect = self._effects()
        self.log: EventLog | None = EventLog(self) if events else None
        self.today = Today()
        self.aftermath = Aftermath(self)
        self.region = Region(self)
        self.public = Public(self)
        self.presence = Presence(self)
        self.talks = Talks(self)
        self.parliament = Parliament(self)
        self.militias = Militias(self)
        self.attacks = Attacks(self)
        self.tally = Tally(self)
        self.iran = Iran(self)
        self.united_states = UnitedStates(self)
        self.iraq = Iraq(self)
        self.groups = [Militia(self, name) for name in scenario.groups]
        self.posture: Number = 0
        self._collect = collect and worlds is None
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS if self._collect else {})
        while self.day < 0:
            self._live()
            self._next_day()
        self.day_done = -1

    # ------------------------------------------------------------------------------ the order of a day
    def step(self) -> None:
        """One day."""
        if self.day >= self.scenario.days:
            return
        self._live()
        self.day_done = self.day
        if self._collect:
            self.datacollector.collect(self)
        self._next_day()
        self.running = self.day < self.scenario.days

    def _live(self) -> None:
        """The day, in the order of docs/model.md."""
        self.today = Today()
        self._change_conditions()
        self.presence.day()
        self.region.turn()
        self.iran.take_effect()
        self.attacks.day(self.groups)
        self.united_states.respond()
        self.militias.call()
        self.public.live()
        self.iran.reconsider()
        self.iraq.live()
        self.iraq.decide()
        self.parliament.meet()
        self.united_states.punish()
        if self.weekly:
            self.united_states.lean()
        self.talks.day()
        self.aftermath.day()
        for group in self.groups:
            group.calm()
        self.tally.day()

    def _change_conditions(self) -> None:
        """Scripted events that change the conditions of the world around the actors."""
        for event in self.script:
            if isinstance(event, GovernmentEvent) and event.allies is not None:
                self.changed = {**self.changed, "allies": event.allies}
            elif isinstance(event, IslamicStateEvent):
                self.changed = {**self.changed, "isis": event.level}
            elif isinstance(event, TroopsEvent):
                self.changed = {**self.changed, "troops": float(event.number)}
            elif isinstance(event, LegalEvent):
                self.changed = {**self.changed, "legal": (event.default, event.ends)}
            else:
                continue
            if self.log is not None:
                self.log.add(
                    self.everywhere, -1, "the world", "conditions change", event.kind, "scripted", scripted=True
                )

    def _next_day(self) -> None:
        self.day += 1
        self._read_calendar()
        if self.day == 0:
            self.given, self.p = self.scenario, self._from_start

    def _read_calendar(self) -> None:
        self.date: date = self.scenario.start + timedelta(days=self.day)
        self.ordinal = self.date.toordinal()
        self.free = self.day >= 0
        self.recorded = self._recorded_from <= self.date < self._recorded_until
        self.weekly = self.day % 7 == 0
        self.monthly = self.date.day == 1
        self.script: Sequence[Event] = self._script.get(self.ordinal, ())

    # ------------------------------------------------------------------------------ what the parts ask
    def draw(self, name: str, index: int = 0) -> Number:
        """A uniform number in [0, 1) for this decision today, one per world."""
        return uniform(self.keys, name, self.ordinal, index)

    def iraq_allies(self) -> Number:
        """The groups' allies in government: by date before 10 January 2024, from then as the scenario says."""
        if "allies" in self.changed:
            return self.changed["allies"]
        if self.date >= RECORD_ENDS:
            return self.p.iraq.allies_in_government
        allies = 0.0
        for government in self.scenario.iraq.governments:
            if government.date <= self.date:
                allies = government.allies
        return allies

    def earlier_relabels(self) -> Number:
        """Uses of `relabel` in the record before this world's own past began."""
        return self.p.talks.earlier_relabels if self._recorded_from >= date(2022, 1, 1) else 0

    @property
    def campaign_in_iraq(self) -> Number:
        """1 while a group is in a campaign and there are US forces in Iraq, else 0."""
        highest: Number = 0
        for group in self.groups:
            highest = most(highest, where(group.me.share > 0.0, group.posture, 0))
        return 1 * ((highest >= 2) & (self.presence.troops > 0.0))

    def _effects(self) -> SimpleNamespace:
        """How strongly strikes frighten and anger in each world, drawn once."""
        spread, day = self.p.strikes.spread, EARLIEST_START.toordinal()
        return SimpleNamespace(
            **{
                name: exp(spread * (2.0 * uniform(self.keys, f"strikes/{name}", day) - 1.0))
                for name in ("fear", "anger")
            }
        )

    # ------------------------------------------------------------------------------ forks
    def parts(self) -> dict[str, Part | Actor | Any]:
        """Everything that has a state, by name."""
        named = (
            "aftermath",
            "region",
            "public",
            "presence",
            "talks",
            "parliament",
            "militias",
            "attacks",
            "tally",
            "iran",
            "united_states",
            "iraq",
        )
        return {
            **{name: getattr(self, name) for name in named},
            **{f"group {group.name}": group for group in self.groups},
        }

    def state(self) -> dict[str, dict[str, Any]]:
        """The state of every part today. Nothing in it is ever written into, so it can be kept as it is."""
        return {name: state_of(part) for name, part in self.parts().items()}


def _defaults() -> SimpleNamespace:
    """What security and economy are scaled by: the schema's defaults."""
    consequences, isis, iraq = Consequences(), IslamicState(), IraqSettings()
    return SimpleNamespace(
        isis_need=1.0 + iraq.security_isis * isis.level,
        incapability=1.0 - iraq.capability,
        benefits=total([getattr(consequences, f"{name}_forced") for name in SECURITY]),
        money=consequences.reserves_at_risk + consequences.dollars_at_risk,
    )


REPORTERS = {
    "day": lambda model: model.day,
    "pressure": lambda model: model.iraq.pressure,
    "public_stance": lambda model: model.iraq.stance,
    "private_wish": lambda model: model.iraq.wish,
    "credibility": lambda model: model.iraq.credibility,
    "go_ahead": lambda model: model.iran.order,
    "salience": lambda model: model.region.groups,
    "attacks_iraq": lambda model: model.today.attacks_iraq,
    "attacks_syria": lambda model: model.today.attacks_syria,
    "us_killed": lambda model: model.today.us_killed,
    "us_wounded": lambda model: model.today.us_wounded,
    "us_strikes": lambda model: model.today.deliberate,
    "troops": lambda model: model.presence.troops,
}
