"""The conditions of a world: every number, name, date and event that a scenario can set, each checked by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field
from pydantic.fields import FieldInfo

from sim.language.field import JUDGEMENT, Section, Several
from sim.model.aftermath import Consequences
from sim.model.article import EARLIEST_START, RECORD_ENDS
from sim.model.iran import Iran
from sim.model.iraq.numbers import Iraq
from sim.model.militia.numbers import Attacks, Group, Militias, default_groups
from sim.model.parliament import Bloc, Parliament, default_blocs
from sim.model.presence import Presence
from sim.model.public import Public
from sim.model.region import Confrontation, Front, IslamicState, Region, default_fronts
from sim.model.talks import Talks
from sim.model.united_states.numbers import Strikes, UnitedStates
from sim.scenario.accepted import accepted
from sim.scenario.events import Event
from sim.scenario.uncertain import Distribution

AnySection = TypeVar("AnySection", bound=BaseModel)


class Conditions(Section):
    """What a scenario file says, without a look at what goes together."""

    name: str = Field(default="", description="set from the file's name; no rule reads it")
    title: str = Field(default="", description="a line for people")
    summary: str = Field(default="", description="what conditions these are")
    source: str = Field(default="", description="whose view this is")
    twin_of: str = Field(default="", description="the scenario to compare it with, world by world; no rule reads it")
    start: date = Field(default=RECORD_ENDS, ge=EARLIEST_START, le=date(2040, 1, 1), description="first day")
    days: int = Field(
        default=730, ge=1, le=10000, description="how many days are simulated", json_schema_extra={"unit": "days"}
    )
    uncertainty: Literal["none", "accepted", "judgement"] = Field(
        default="none",
        description="what each world draws for the numbers of role `uncertainty`, once; accepted: one of the vectors "
        "that show the record, all numbers together (docs/accepted.md); judgement: each from its plausible range, "
        "whether the record is shown or not; none: nothing, the central values hold; a number that the scenario "
        "itself sets to another value than the default is kept",
    )
    uncertain: dict[str, Distribution] = Field(
        default_factory=dict, description="distributions by dotted name; a file writes them in the number's own place"
    )
    region: Region = Region()
    fronts: dict[str, Front] = Field(default_factory=default_fronts)
    isis: IslamicState = IslamicState()
    confrontation: Confrontation = Confrontation()
    iran: Iran = Iran()
    militias: Militias = Militias()
    groups: dict[str, Group] = Field(default_factory=default_groups)
    attacks: Attacks = Attacks()
    united_states: UnitedStates = UnitedStates()
    strikes: Strikes = Strikes()
    iraq: Iraq = Iraq()
    parliament: Parliament = Parliament()
    blocs: dict[str, Bloc] = Field(default_factory=default_blocs)
    public: Public = Public()
    talks: Talks = Talks()
    presence: Presence = Presence()
    consequences: Consequences = Consequences()
    events: Several[Event] = ()

    @property
    def end(self) -> date:
        """The first day after the horizon."""
        return self.start + timedelta(days=self.days)


def numbers(section: BaseModel, prefix: str = "") -> Iterator[tuple[str, float, FieldInfo]]:
    """Every number that may be uncertain: its name as `uncertain` has it, its value, its field.

    Parts of a name are joined by dots without quotes: ``groups.Kataib Hezbollah.control``.
    """
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            yield from numbers(value, f"{prefix}{name}.")
        elif isinstance(value, dict) and name != "uncertain":
            for key, entry in value.items():
                yield from numbers(entry, f"{prefix}{name}.{key}.")
        elif field.annotation is float:
            yield f"{prefix}{name}", value, field


def with_numbers(section: AnySection, values: Mapping[str, float], prefix: str = "") -> AnySection:
    """The same with other values of some numbers, named as :func:`numbers` does; nothing is checked."""
    changed: dict[str, Any] = {}
    for name in type(section).model_fields:
        value, full = getattr(section, name), f"{prefix}{name}"
        if isinstance(value, BaseModel):
            changed[name] = with_numbers(value, values, f"{full}.")
        elif isinstance(value, dict) and name != "uncertain":
            changed[name] = {key: with_numbers(entry, values, f"{full}.{key}.") for key, entry in value.items()}
        elif full in values:
            changed[name] = values[full]
    return section.model_copy(update=changed)


def drawn_spans(scenario: Conditions) -> dict[str, tuple[float, float]]:
    """The numbers that each world draws by the scenario's ``uncertainty``: the lowest and highest value of each."""
    if scenario.uncertainty == "none":
        return {}
    ranges = dict(judgement_ranges(scenario))
    if scenario.uncertainty == JUDGEMENT:
        return ranges
    found = accepted()
    return {name: span for name, span in found.spans.items() if name in ranges}


def judgement_ranges(scenario: Conditions) -> Iterator[tuple[str, tuple[float, float]]]:
    """What ``uncertainty`` may draw: the numbers, named as :func:`numbers` does, and their plausible ranges.

    They are those of role `uncertainty` that stand at their default and have no distribution of their own: a number
    that somebody set is meant, and kept. So is the one default outside its plausible range, which is meant too.
    """
    usual = {name: value for name, value, _ in numbers(Conditions())}  # a group by name may have a default of its own
    for name, value, field in numbers(scenario):
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra["role"] == "uncertainty" and name not in scenario.uncertain:
            plausible: Any = extra["range"]
            low, high = plausible
            if value == usual.get(name, field.default) and low <= value <= high and low < high:
                yield name, (low, high)
