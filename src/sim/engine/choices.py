"""Replaced choices as one asks for them, ``choices={"iraq": dove}``, and as the day is given them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from sim.model.choice import Choice, Chooses
from sim.scenario.schema import Scenario

WHO = {
    "iraq": "the government",
    "united_states": "the United States",
    "iran": "Iran",
    "militia": "every group",
    "parliament": "every bloc",
}
"""Whose choice can be replaced, by the name it is asked for. Of several also one alone: ``militia/<group>``."""
EACH = {"militia": "groups", "parliament": "blocs"}
"""The section of a scenario that names each of several actors."""


def choices_of(asked: Mapping[str, Chooses] | None, scenario: Scenario) -> tuple[Choice, ...]:
    """The choices that are to be replaced, in the order of the actors. ValueError for an actor that is not there."""
    known = dict(WHO)
    for part, section in EACH.items():
        known |= {
            f"{part}/{name}": f"the bloc {name}" if part == "parliament" else name
            for name in getattr(scenario, section)
        }
    for actor in asked or {}:
        if actor not in known:
            likely = get_close_matches(str(actor), known, 1)
            hint = (
                f"did you mean {likely[0]!r}?"
                if likely
                else f"there are {', '.join(WHO)}, militia/<group>, parliament/<bloc>"
            )
            raise ValueError(f"no choice is called {actor!r}; {hint}")
    return tuple(Choice.of(actor, who, asked[actor]) for actor, who in known.items() if asked and actor in asked)


def gifts_of(choices: tuple[Choice, ...], scenario: Scenario) -> dict[str, Any]:
    """What a day is given of them: one choice, or for groups and blocs those of each by its name."""
    found: dict[str, Any] = {}
    by_actor = {choice.actor: choice for choice in choices}
    for actor in WHO:
        if actor not in EACH:
            found |= {f"{actor}/choice": by_actor[actor]} if actor in by_actor else {}
            continue
        each = {}
        for name in getattr(scenario, EACH[actor]):
            own = f"{actor}/{name}"
            one = by_actor.get(own, by_actor.get(actor))
            if one is not None:  # each actor has draws of its own, also where one function decides for all
                each[name] = one._replace(actor=own, who=f"the bloc {name}" if actor == "parliament" else name)
        found |= {f"{actor}/choice": each} if each else {}
    return found
