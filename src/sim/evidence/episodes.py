"""Campaigns and calms: one rule, for the record and for every world.

A campaign is a run of days with attacks, no two of them more than ``GAP`` days apart, of at least ``ATTACKS`` attacks.
It is over once ``GAP`` days have passed without one. A calm is what lies between two campaigns, of ``CALM`` days or
more; stray attacks that make no campaign do not break it.

Why 30 days: the longest gap known within a campaign of the record is about four weeks (March 2021, one attack on a base
in that month); between two campaigns the shortest is 73 days, and stray attacks in a calm lie 33 and 38 days from the
next (17 November and 20 December 2020). The truce of November 2023, a week, is a pause in a campaign by this rule. Why
three attacks: the calms of the record hold one or two that nobody counts as their end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.evidence.hindcast import Daily
from sim.evidence.scores import Values

GAP = 30
"""Days without an attack, more than which end a campaign."""
ATTACKS = 3
CALM = 60


class Campaigns(NamedTuple):
    """The campaigns of all worlds, by world and then by day; one entry each."""

    world: Values
    first: Values  # day of the first attack
    last: Values  # day of the last
    over: Values  # whether it ended in the days that were looked at

    @property
    def length(self) -> Values:
        """Days from the first attack to the last, both counted."""
        return np.asarray(self.last - self.first + 1)


def campaigns(attacks: Daily) -> Campaigns:
    """The campaigns in daily counts of attacks [days, worlds]."""
    world, day = np.nonzero(attacks.T)
    if not world.size:
        none = np.zeros(0, np.int64)
        return Campaigns(none, none, none, none.astype(bool))
    begins = np.ones(world.size, bool)
    begins[1:] = (np.diff(world) != 0) | (np.diff(day) > GAP)
    starts = np.flatnonzero(begins)
    ends = np.append(starts[1:], world.size) - 1
    enough = np.add.reduceat(attacks[day, world].astype(np.int64), starts) >= ATTACKS
    starts, ends = starts[enough], ends[enough]
    return Campaigns(world[starts], day[starts], day[ends], day[ends] + GAP < len(attacks))


def calms(found: Campaigns, since: int = 0) -> tuple[Values, Values]:
    """World and days of each calm between two campaigns that begins on this day or later."""
    days = found.first[1:] - found.last[:-1] - 1
    between = (found.world[1:] == found.world[:-1]) & (days >= CALM) & (found.last[:-1] + 1 >= since)
    return found.world[1:][between], days[between]


def weekly_dispersion(attacks: Daily, found: Campaigns, shortest: int = 4) -> Values:
    """Pearson χ²/df of weekly counts in each world's campaigns, each at its own rate; Poisson 1, NaN where none tells.

    Whole weeks from a campaign's first attack on, in campaigns of at least so many of them.
    """
    weeks = found.length // 7
    long = weeks >= shortest
    world, first, weeks = found.world[long], found.first[long], weeks[long]
    if not world.size:
        return np.full(attacks.shape[1], np.nan)
    total = np.concatenate([np.zeros((1, attacks.shape[1]), np.int64), np.cumsum(attacks, 0, dtype=np.int64)])
    begins = np.cumsum(weeks) - weeks
    campaign = np.repeat(np.arange(world.size), weeks)
    day = first[campaign] + 7 * (np.arange(campaign.size) - begins[campaign])
    counts = total[day + 7, world[campaign]] - total[day, world[campaign]]
    mean = np.add.reduceat(counts, begins) / weeks
    chi = np.add.reduceat((counts - mean[campaign]) ** 2, begins) / np.maximum(mean, 1e-9)
    by_world = [np.bincount(world, weights=each, minlength=attacks.shape[1]) for each in (chi, weeks - 1)]
    return np.where(by_world[1] > 0, by_world[0] / np.maximum(by_world[1], 1), np.nan)
