"""A dated past run free: daily series over worlds, to be held against the record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from sim.engine.mesa import Drive, WithdrawalModel, day_by_day, forget
from sim.engine.observe import Series, Tally
from sim.engine.ways import FAILS_HERE, Engine, chosen
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
    committees: Daily  # set up or renewed
    sessions: Daily  # of parliament on the presence, those without a quorum too
    votes: Daily  # of parliament, that passed
    rounds: Daily  # of talks
    changes: Daily  # by talks: the mission renamed, numbers reduced, an end signed
    relabelled: Daily  # of them those that renamed it
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
OBSERVED = {
    "attacks_iraq": ("attacks_iraq",),
    "attacks_syria": ("attacks_syria",),
    "hard": ("hard_attacks",),
    "deliberate": ("us_strikes",),
    "deliberate_in_iraq": ("us_strikes_iraq",),
    "commanders": ("commanders_killed",),
    "ordinary": ("us_strikes_ordinary",),
    "deadly": ("deadly_strikes_iraq",),
    "killings": ("killings",),
    "acts": ("acts",),
    "talk": ("talk_of_ending",),
    "committee_or_vote": ("committee_or_vote",),
    "threats": ("threats",),
    "threats_by_anybody": ("threats_by_anybody",),
    "committees": ("committees",),
    "sessions": ("sessions",),
    "votes": ("votes",),
    "rounds": ("talks_rounds",),
    "relabelled": ("relabelled",),
    "changes": ("relabelled", "reduced", "negotiated_exit"),
    "forced": ("forced_exit",),
    "present": ("open",),
}
"""The quantities of the model that each series is the sum of."""
AT_ONCE = 300_000
"""World-days that are lived at once: a compiled program holds what it is to show of them, some 200 bytes for each."""


def drive_by(engine: Engine, scenario: Scenario, worlds: int) -> Drive:
    """What lives the days of a hindcast, of so many worlds in all its blocks: the same histories by either engine.

    It compiles once, however many blocks it is given to. NoEngine where ``fused`` is asked for and cannot be had.
    """
    if chosen(engine, worlds=worlds, days=scenario.days, events=False, choices=False) == "fused":
        try:
            from sim.engine.fused.live import Fused

            return Fused((Tally.needs, *(watch.needs for watch in _watches(scenario, 0)))).live
        except FAILS_HERE:
            if engine == "fused":
                raise
    return day_by_day


def _watches(scenario: Scenario, worlds: int) -> tuple[Series, Series]:
    """What sees every day of a hindcast: the quantities of the series, and the groups' postures."""
    names = sorted({name for parts in OBSERVED.values() for name in parts})
    postures = [f"rung/{name}" for name in scenario.groups]
    return Series(names, scenario.days, worlds), Series(postures, scenario.days, worlds, np.int8)


def hindcast(
    scenario: Scenario,
    *,
    worlds: Sequence[int],
    seed: int = 1,
    overrides: Mapping[str, np.ndarray] | None = None,
    drive: Drive = day_by_day,
) -> History:
    """Run these worlds and keep what patterns are made of, day by day. ``drive`` is one of :func:`drive_by`."""
    model = WithdrawalModel(scenario, seed=seed, worlds=worlds, overrides=overrides, drive=drive)
    kept, posture = _watches(scenario, len(worlds))
    model.watch(kept)
    model.watch(posture)
    while model.running:
        drive(model, min(model.day + max(AT_ONCE // len(worlds), 7), scenario.days))
    forget(model)

    def series(parts: tuple[str, ...]) -> Daily:
        found = kept.values[parts[0]]
        for part in parts[1:]:
            found = found + kept.values[part]
        return found

    return History(
        scenario.start,
        **{name: series(parts) for name, parts in OBSERVED.items()},
        posture=dict(zip(scenario.groups, posture.values.values(), strict=True)),
    )
