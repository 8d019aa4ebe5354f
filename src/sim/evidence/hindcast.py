"""A dated past run free: daily series over worlds, to be held against the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sim.engine.blocks import forget
from sim.engine.mesa import WithdrawalModel
from sim.language.number import Number
from sim.model.iraq.rules import COMMITTEE, LETTER, THREATEN, TIMETABLE
from sim.scenario.schema import Scenario

Daily = np.ndarray[Any, Any]


@dataclass(frozen=True)
class History:
    """What many worlds did day by day: arrays [days, worlds] of whole numbers; ``posture`` by group."""

    start: date
    attacks_iraq: Daily
    attacks_syria: Daily
    hard: Daily  # attacks that killed or wounded three or more
    deliberate: Daily  # US strikes
    deliberate_in_iraq: Daily
    commanders: Daily
    ordinary: Daily  # deliberate strikes in Syria or Iraq, below a killing
    deadly: Daily  # deadly strikes in Iraq below a killing, self-defence included
    killings: Daily
    acts: Daily  # the government condemned, or went further
    talk: Daily  # it spoke of ending the presence: a threat, a committee, a timetable, a letter
    committee_or_vote: Daily
    threats: Daily  # to expel, by the executive
    threats_by_anybody: Daily
    changes: Daily  # by talks: the mission renamed, numbers reduced, an end signed
    forced: Daily  # exits by letter or law
    present: Daily  # 1 while the presence is open: nothing is decided, and somebody could decide
    posture: dict[str, Daily]

    @property
    def attacks(self) -> Daily:
        """Attacks in both countries."""
        return self.attacks_iraq + self.attacks_syria

    def of(self, worlds: range) -> History:
        """Some of the worlds, by their places."""
        columns = slice(worlds.start, worlds.stop)
        series = {name: getattr(self, name)[:, columns] for name in _SERIES}
        return History(self.start, **series, posture={name: daily[:, columns] for name, daily in self.posture.items()})

    def day(self, when: date) -> int:
        """The index of a date."""
        return (when - self.start).days


_SERIES = tuple(name for name in History.__dataclass_fields__ if name not in ("start", "posture"))
_COUNTED = ("committees", "threats", "threats_by_anybody", "relabelled", "reduced", "negotiated_exit", "forced_exit")
"""Running counts of the model, of which a day shows what it adds."""


def hindcast(
    scenario: Scenario, *, worlds: Sequence[int], seed: int = 1, overrides: Mapping[str, np.ndarray] | None = None
) -> History:
    """Run these worlds and keep what patterns are made of, day by day."""
    model = WithdrawalModel(scenario, seed=seed, worlds=worlds, overrides=overrides)
    size = (scenario.days, len(worlds))
    series = {name: np.zeros(size, np.int16) for name in _SERIES}
    posture = {group.name: np.zeros(size, np.int8) for group in model.groups}
    while model.running:
        before = model.tally.counts
        model.step()
        day = model.day_done
        added = {name: model.tally.counts[name] - before[name] for name in _COUNTED}
        for name, value in _today(model, added).items():
            series[name][day] = value
        for group in model.groups:
            posture[group.name][day] = group.posture
    forget(model)
    return History(scenario.start, **series, posture=posture)


def _today(model: WithdrawalModel, added: Mapping[str, Number]) -> dict[str, Number]:
    today, iraq = model.today, model.iraq
    rung = iraq.rung
    talk = (rung == THREATEN) | (rung == COMMITTEE) | (rung == TIMETABLE) | (rung == LETTER)
    return {
        "attacks_iraq": today.attacks_iraq,
        "attacks_syria": today.attacks_syria,
        "hard": today.hurt_many + today.fatal,
        "deliberate": today.deliberate,
        "deliberate_in_iraq": today.deliberate_in_iraq,
        "commanders": today.commanders,
        "ordinary": today.by_rung[2] + today.by_rung[3],
        "deadly": np.maximum(today.deadly_in_iraq - today.killings, 0),
        "killings": today.killings,
        "acts": iraq.acts,
        "talk": iraq.acts & talk,
        "committee_or_vote": (added["committees"] > 0) | (model.parliament.rung >= 2),
        "threats": added["threats"],
        "threats_by_anybody": added["threats_by_anybody"],
        "changes": added["relabelled"] + added["reduced"] + added["negotiated_exit"],
        "forced": added["forced_exit"],
        "present": model.presence.open,
    }
