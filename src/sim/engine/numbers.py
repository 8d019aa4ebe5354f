"""A scenario's numbers as the parts of the model are given them."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from sim.language.tree import settings
from sim.model import parliament, region, talks
from sim.model.militia import day as militia
from sim.model.militia.rules import curve_of
from sim.model.world import Numbers
from sim.scenario.changes import in_force
from sim.scenario.schema import Scenario


def numbers_of(scenario: Scenario, overrides: Mapping[str, Any]) -> Numbers:
    """The numbers of a scenario; ``overrides`` gives some of them as arrays, one value per world, by dotted name.

    A name that is no number of the scenario is a KeyError.
    """
    all_: Any = settings(scenario, overrides)
    leads = {name: front.follows or name for name, front in scenario.fronts.items()}
    leading = tuple(name for name, front in scenario.fronts.items() if not front.follows)
    curve = curve_of(tuple((point.intent, point.rate) for point in scenario.attacks.curve))
    return Numbers(
        region=region.Numbers(all_.region, all_.fronts, leads, leading),
        isis=all_.isis,
        confrontation=all_.confrontation,
        iran=all_.iran,
        militia=militia.Numbers(all_.groups, all_.militias, all_.attacks, all_.strikes, curve),
        united_states=all_.united_states,
        strikes=all_.strikes,
        iraq=all_.iraq,
        parliament=parliament.Numbers(all_.parliament, all_.blocs, all_.iraq.crisis_pressure),
        public=all_.public,
        talks=talks.Numbers(
            all_.talks,
            willing=all_.united_states.willing_to_talk,
            precision=all_.iraq.precision,
            relief_fresh=all_.iraq.relief_talks,
            relief_stale=all_.iraq.relief_talks_stale,
            relief_days=all_.iraq.relief_talks_days,
        ),
        presence=all_.presence,
        aftermath=all_.consequences,
    )


def numbers_by_day(
    scenario: Scenario, overrides: Mapping[str, Any], past: Scenario, lasting: Mapping[str, Any]
) -> tuple[tuple[int, Numbers], ...]:
    """The numbers, each with the day from which on they hold, the latest first.

    First as the script sets them, then as the scenario has them from its first day on, at last those of its past.
    ``overrides`` and ``lasting`` are arrays over worlds in place of some numbers of the scenario, and of its past.
    """
    found = [(-sys.maxsize, numbers_of(past, lasting)), (0, numbers_of(scenario, overrides))]
    for day, values in in_force(scenario):
        found.append(((day - scenario.start).days, numbers_of(scenario, {**overrides, **values})))
    return tuple(reversed(found))
