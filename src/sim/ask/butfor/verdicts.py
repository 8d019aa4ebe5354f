"""A history without each of its events: how it ends then, and which were necessary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from sim.ask.butfor.events import Event, pivotal
from sim.ask.butfor.without import Held, outcomes
from sim.ask.histories import Lived, plain
from sim.language.number import Array

SCRIPT = "script"
"""Not held back but left out of the file: an event that the scenario gives by its date."""
ALL = -1
"""In the place of an act: every event of a kind."""


class Verdict(NamedTuple):
    """A history without one of its events, or without all of a kind: how it ends then, and whether otherwise."""

    event: Event
    outcome: str
    kind: str
    outcome_day: float | None
    necessary: bool


def verdicts(history: Lived, events: Sequence[Event] | None = None) -> list[Verdict]:
    """Each of these events of a history held back in turn (of none named the pivotal ones), all in one block.

    An event is necessary where the world ends in another outcome without it. RuntimeError should the history itself,
    lived in the same block, not come out as it was.
    """
    return judged([history], [list(pivotal(history) if events is None else events)])[0]


def judged(histories: Sequence[Lived], events: Sequence[Sequence[Event]]) -> list[list[Verdict]]:
    """The same for several histories of one scenario and seed, each with its own events."""
    if not histories:
        return []
    scenario, seed, numbers = histories[0].scenario, histories[0].seed, histories[0].numbers
    worlds: list[int] = []
    held: list[tuple[int, Event]] = []
    firsts: list[int] = []
    for history, mine in zip(histories, events, strict=True):
        firsts.append(len(worlds))
        held += [(len(worlds) + place, event) for place, event in enumerate(mine, 1)]
        worlds += [history.world] * (1 + len(mine))
    places = np.arange(len(worlds))
    back = [Held(one.kind, places == place, one.first, one.last, one.who, one.nth) for place, one in held]
    found = outcomes(scenario, back, seed=seed, worlds=worlds, numbers=numbers)
    for first, history in zip(firsts, histories, strict=True):
        if any(plain(found[name][first]) != value for name, value in history.row.items()):
            raise RuntimeError(f"world {history.world} of {scenario.name} came out otherwise beside its own variants")
    return [
        [_verdict(event, found, first + place, first) for place, event in enumerate(mine, 1)]
        for first, mine in zip(firsts, events, strict=True)
    ]


def _verdict(event: Event, found: Mapping[str, Array], place: int, first: int) -> Verdict:
    """What became of the world at a place of the block, beside its own history at another."""
    outcome, kind = str(found["outcome"][place]), str(found["kind"][place])
    return Verdict(event, outcome, kind, plain(found["outcome_day"][place]), outcome != str(found["outcome"][first]))


def scripted(history: Lived) -> list[Verdict]:
    """A history without each of the events that its scenario gives by their dates from the first day on, in turn.

    The events' acts are counted down from -2, in the order of the file.
    """
    from sim.engine.blocks import simulate

    scenario, found = history.scenario, []
    given = {name: np.array([value]) for name, value in history.numbers.items()}
    for place, event in enumerate(scenario.events):
        day = (event.date - scenario.start).days
        if day < 0:
            continue
        others = scenario.replace(events=[*scenario.events[:place], *scenario.events[place + 1 :]])
        row = simulate(others, seed=history.seed, worlds=[history.world], overrides=given or None).worlds
        outcome, kind, decided = (plain(row[name][0]) for name in ("outcome", "kind", "outcome_day"))
        which = Event(-2 - place, SCRIPT, day, day)
        found.append(Verdict(which, str(outcome), str(kind), decided, outcome != history.row["outcome"]))
    return found


def all_of(kind: str, history: Lived) -> Event:
    """All events of a kind, from a scenario's first day on."""
    return Event(ALL, kind, 0, history.scenario.days)
