"""What a run is a function of: the scenarios, the seed, the number of worlds and the version of the model."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, get_args

from sim.disk.errors import InputError
from sim.runs.manifest import FORM, MOST_SCENARIOS, PROJECT

if TYPE_CHECKING:
    from sim.model.choice import Choice
    from sim.scenario.schema import Scenario

Events: TypeAlias = Literal["none", "typical", "all"]
"""Whose dated acts are kept: nobody's, those of one typical world per outcome, or every world's."""

LARGEST_PIECE = 2_000
SMALLEST_PIECE = 250
WORLD_DAYS = 1_500_000  # in one piece: some seconds of work, so that a stopped run loses little


@dataclass(frozen=True)
class Inputs:
    """One job. Two jobs that are equal here give the same bytes."""

    scenarios: tuple[Scenario, ...]  # in the order of all rows; their names differ
    seed: int
    worlds: int  # of each scenario
    events: Events
    model: str
    version: str
    beside: frozenset[str] = frozenset()
    """The names of those whose worlds are only counted: no typical history of theirs is kept."""
    is_main: bool = False
    """Whether it is the job that runs where no scenario is named."""
    choices: tuple[Choice, ...] = ()
    """Actors' choices that are replaced, in every scenario."""

    @classmethod
    def of(
        cls,
        scenarios: object,
        *,
        worlds: int = 500,
        seed: int | None = 1,
        events: Events = "typical",
        choices: Mapping[str, Callable[..., Any]] | None = None,
    ) -> Inputs:
        """The job that a call asks for. ``scenarios`` is a name, a path, a Scenario, or several of them.

        Where no seed is named (None) one is drawn. Raises InputError (or ScenarioError, for a fault in a file) for what
        cannot be run.
        """
        from sim.engine.fingerprint import model_hash
        from sim.scenario import arguments
        from sim.version import __version__

        worlds, seed = arguments.whole("worlds", worlds, 1), arguments.seed_of(seed)
        events = arguments.word("events", events, get_args(Events))
        choices = arguments.functions_by_name("choices", choices)
        found = tuple(with_own_names(arguments.scenarios_of(scenarios)))
        if len(found) > MOST_SCENARIOS:
            raise InputError(f"{len(found):,} scenarios are more than the {MOST_SCENARIOS:,} that one run may have")
        replaced = replaced_in(found, choices, worlds, events) if choices else ()
        return cls(found, seed, worlds, events, model_hash(), __version__, choices=replaced)

    @property
    def names(self) -> tuple[str, ...]:
        """The scenarios' names, as they stand in the ``scenario`` column."""
        return tuple(scenario.name for scenario in self.scenarios)

    @property
    def replaced(self) -> dict[str, Callable[..., Any]]:
        """The replaced choices as the model is given them."""
        return {one.actor: one.function for one in self.choices}

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """What each scenario says, as a hash."""
        from sim.scenario.load import fingerprint

        return tuple(fingerprint(scenario) for scenario in self.scenarios)

    @cached_property
    def tomls(self) -> tuple[str, ...]:
        """Each scenario with every value written out; runs again as it is."""
        from sim.scenario.toml import to_toml

        return tuple(to_toml(scenario) for scenario in self.scenarios)

    @property
    def total(self) -> int:
        """Worlds over all scenarios."""
        return self.worlds * len(self.scenarios)

    def key(self, index: int) -> str:
        """What a finished piece of scenario ``index`` depends on, other than which worlds it holds."""
        name, fingerprint = self.names[index], self.fingerprints[index]
        said: list[Any] = [FORM, index, name, fingerprint, self.seed, self.model, self.events == "all"]
        if self.choices:
            said.append([one.as_dict() for one in self.choices])
        return hashlib.sha256(json.dumps(said).encode("utf-8")).hexdigest()[:16]

    def piece_size(self, index: int) -> int:
        """Worlds in a piece of a finished folder. Depends on the inputs alone, so that its files always agree."""
        size = WORLD_DAYS // self.scenarios[index].days
        if self.events == "all":  # a thousand rows a world
            size //= 8
        return max(SMALLEST_PIECE, min(LARGEST_PIECE, size))

    def stem(self, index: int) -> str:
        """The scenario's name in characters that every file system takes."""
        return re.sub(r"[^\w.-]", "_", self.names[index], flags=re.ASCII)

    def scenario_file(self, index: int) -> str:
        """Where the resolved scenario lies in the results folder."""
        return f"scenarios/{self._files[index]}.toml"

    @cached_property
    def _files(self) -> list[str]:
        """The names of the scenarios' files, without their end. They differ, also where case makes no difference."""
        from sim.scenario.names import numbered

        stems = [self.stem(index) for index in range(len(self.scenarios))]
        alike = Counter(stem.casefold() for stem in stems)
        taken = set(alike)
        for index, stem in enumerate(stems):
            number = index
            while alike[stem.casefold()] > 1 and stems[index].casefold() in taken:
                stems[index] = numbered(stem, number, "-")
                number += len(stems)
            taken.add(stems[index].casefold())
        return stems

    def as_dict(self) -> dict[str, Any]:
        """What ``blocks/_inputs.json`` says, and the head of manifest.json."""
        return {
            "project": PROJECT,
            "schema": FORM,
            "version": self.version,
            "model": self.model,
            "seed": self.seed,
            "worlds": self.worlds,
            "events": self.events,
            "choices": [one.as_dict() for one in self.choices],
            "scenarios": [
                {
                    "name": scenario.name,
                    "fingerprint": self.fingerprints[index],
                    "file": self.scenario_file(index),
                    "start": scenario.start.isoformat(),
                    "days": scenario.days,
                }
                for index, scenario in enumerate(self.scenarios)
            ],
        }

    def differences(self, recorded: dict[str, Any]) -> list[str]:
        """The reasons why this job cannot go on in a folder made from ``recorded`` (an ``as_dict``).

        The number of worlds is not among them: a folder can be added to.
        """
        from sim.model.choice import with_replaced

        if recorded.get("kind") == "sweep":
            return ["it holds a sweep, and this is a run"]
        reasons = []
        words = {"model": "the model's hash", "version": "the version", "seed": "the seed", "events": "--events"}
        mine = self.as_dict()
        for key, word in words.items():
            if recorded.get(key) != mine[key]:
                reasons.append(f"{word} is {recorded.get(key)} there, {mine[key]} here")
        if recorded.get("choices", []) != mine["choices"]:
            there, here = (with_replaced(said) for said in (recorded.get("choices", []), mine["choices"]))
            reasons.append(f"it was made {there or NONE_REPLACED}, you ask for it {here or NONE_REPLACED}")
        for one in self.choices:
            if not one.version:
                reasons.append(
                    f"{one.said} cannot be told from another of that name, so nothing is added to what it made: "
                    'declare one with @sim.choice(name="…", version="1")'
                )
        theirs = {str(s.get("name")): s for s in recorded.get("scenarios", [])}
        if tuple(theirs) != self.names:
            reasons.append(f"it holds {listed(theirs)}; you asked for {listed(self.names)}")
        else:
            for scenario, there in zip(mine["scenarios"], theirs.values(), strict=True):
                if scenario["fingerprint"] != there.get("fingerprint"):
                    reasons.append(f"{scenario['name']} says something else there")
        return reasons


NONE_REPLACED = "by the model's own choices"


def replaced_in(
    scenarios: Sequence[Scenario], choices: Mapping[str, Callable[..., Any]], worlds: int, events: Events
) -> tuple[Choice, ...]:
    """The choices that are replaced in every one of the scenarios. Raises InputError for what cannot be run."""
    from sim.engine.choices import choices_of

    found: tuple[Choice, ...] = ()
    try:
        for scenario in scenarios:
            found = choices_of(choices, scenario)
    except ValueError as fault:
        raise InputError(str(fault)) from None
    for one in found:
        if one.asks_person and worlds * len(scenarios) > 1:
            raise InputError(
                f"the choice {one.name!r} for {one.who} asks a person, who can live one world only: run one scenario "
                f"with worlds=1, or sim.WithdrawalModel(scenario, world=…, choices=…)"
            )
        if one.asks_person and events == "typical":
            raise InputError(
                f"the choice {one.name!r} for {one.who} asks a person, and typical worlds are lived a second time for "
                'their acts: give events="all" or events="none"'
            )
    return found


def can_travel(choices: Iterable[Choice]) -> None:
    """Raises InputError where worker processes cannot be told of a choice."""
    for one in choices:
        reason = one.cannot_travel()
        if reason:
            raise InputError(
                f"the choice {one.name!r} for {one.who} cannot go to worker processes: {reason}. Put it into a file of "
                "its own and import it from there (from my_choices import …), or use workers=1"
            )


def listed(names: Iterable[str]) -> str:
    """Names in a sentence: ``a, b and c``."""
    *most, last = [*names] or ["no scenario"]
    return f"{', '.join(most)} and {last}" if most else last


def with_own_names(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """The same under names that differ: ``name`` and ``name_2``.

    Raises InputError for the same scenario twice, and for a name that no scenario may have.
    """
    from sim.scenario.load import fingerprint
    from sim.scenario.names import no_name, numbered

    seen: dict[str, str] = {}
    named = []
    for scenario in scenarios:
        plain = scenario.name or "scenario"
        if why := no_name(plain):
            raise InputError(f"{plain!r} is no name for a scenario: {why}")
        mark = fingerprint(scenario)
        name, number = plain, 1
        while name in seen:
            if seen[name] == mark:
                raise InputError(f"{plain} is asked for twice")
            number += 1
            name = numbered(plain, number)
        seen[name] = mark
        named.append(scenario if name == scenario.name else scenario.model_copy(update={"name": name}))
    return named
