"""A scenario's conditions in plain words: its values, its dated events, and sentences about the whole.

The sentences are for reading. What stands in brackets behind them is the name to write into a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from sim.model.article import RECORD_ENDS, RECORD_STARTS
from sim.model.region import Front
from sim.scenario.english import plain_number
from sim.scenario.past import recorded_before
from sim.scenario.said import distribution
from sim.scenario.schema import Scenario
from sim.scenario.toml import dotted
from sim.scenario.uncertain import Distribution
from sim.show import phrases

LEVERS: Mapping[str, tuple[str, tuple[float, float], tuple[str, str, str]]] = {
    "region.coordination": (
        "The fronts that follow another do so {}",
        (0.35, 0.75),
        ("hardly at all", "in part", "nearly in step"),
    ),
    "confrontation.level": (
        "Beyond Iraq, the US and Iran {}",
        (0.45, 0.68),
        ("keep to words and sanctions", "confront each other", "stand close to war"),
    ),
    "isis.level": ("The Islamic State group {}", (0.2, 0.6), ("is weak", "is strong", "holds territory, or nearly")),
    "united_states.restraint": (
        "Washington holds back {} when its forces are attacked",
        (0.4, 0.65),
        ("little", "to a degree", "a great deal"),
    ),
    "united_states.willing_to_talk": (
        "Washington is {} to talk about the presence",
        (0.25, 0.6),
        ("hardly ready", "half ready", "ready"),
    ),
    "united_states.us_stake": (
        "An open-ended presence is worth {} to Washington",
        (0.45, 0.75),
        ("little", "something", "a great deal"),
    ),
    "united_states.leverage": (
        "Baghdad expects {} price for an exit without agreement",
        (0.7, 1.3),
        ("a low", "a considerable", "a very high"),
    ),
    "iran.permissiveness": (
        "Iran {}",
        (0.25, 0.4),
        ("holds the groups back", "lets the groups go ahead at times", "gives the groups a free hand"),
    ),
    "iraq.private_wish": (
        "In private the prime minister {}",
        (0.35, 0.55),
        ("would rather the troops stayed", "is of two minds", "would rather the troops left"),
    ),
    "iraq.capability": (
        "Iraq's own forces are {} for the Islamic State group",
        (0.5, 0.85),
        ("no match", "probably a match", "more than a match"),
    ),
    "iraq.allies_in_government": (
        "The groups' allies {} the government",
        (0.25, 0.75),
        ("have no part in", "have a part in", "carry"),
    ),
}
"""Sentences about levers between 0 and 1 (or 2): where little ends and much begins, and the words for each."""

BY_DATE = ("confrontation.level", "isis.level", "iraq.allies_in_government")
"""Levers that stand for the time from 10 January 2024 on; before, there is a dated list."""
FROM_RECORD = "From 10 January 2024 on: "

STATES = {"none": "no war", "truce": "a truce", "war": "war"}
ENDS_FOR = {"both": "", "groups": ", for the groups and Iran alone", "politics": ", for politics in Baghdad alone"}

CAPS = {
    "iran.highest_rung": "Iran's order to the groups",
    "iran.highest_press": "Iran's press in Baghdad",
    "militias.highest_call": "the groups' politicians",
    "united_states.highest_rung": "the US response",
    "united_states.highest_leverage": "US leverage",
    "iraq.highest_rung": "the government",
    "parliament.highest_rung": "parliament",
}
ON_THE_ENDING = ("iraq.highest_rung", "parliament.highest_rung")


def value(given: object) -> str:
    """A value as a person says it: ``0.5``, ``none``, ``anything from 0.3 to 0.7``, ``5 entries``."""
    if given is None or given == "" or given == ():
        return "none"
    if isinstance(given, Distribution):
        return distribution(given)
    if isinstance(given, tuple):
        return f"{len(given)} {'entry' if len(given) == 1 else 'entries'}"
    if isinstance(given, float | int) and not isinstance(given, bool):
        return plain_number(given)
    return phrases.clean(given)


def entry(given: BaseModel) -> str:
    """An entry of a list: ``2024-01-09 war``."""
    fields = (getattr(given, name) for name in type(given).model_fields)
    return " ".join(value(field) for field in fields if field is not None)


def sentences(scenario: Scenario) -> Iterator[str]:
    """The conditions of a world, a sentence each."""
    yield _time(scenario)
    for name, front in scenario.fronts.items():
        if not front.follows:
            yield _front(scenario, name, front)
    followers = [name for name, front in scenario.fronts.items() if front.follows]
    for name, (said, cuts, how) in LEVERS.items():
        if (name != "region.coordination" or followers) and not (name in BY_DATE and scenario.end <= RECORD_ENDS):
            since = FROM_RECORD if name in BY_DATE and scenario.start < RECORD_ENDS else ""
            yield since + _lever(scenario, name, said, cuts, how)
    yield from _presence(scenario)
    yield _groups(scenario)
    yield _parliament(scenario)
    yield from _caps(scenario)
    yield from _drawn(scenario)


def _time(scenario: Scenario) -> str:
    until = phrases.spelled(phrases.last_day(scenario))
    before = "Before that each world lives a year of its own"
    if recorded_before(scenario.start):
        before += f", and then the recorded days from {phrases.spelled(RECORD_STARTS)} on"
    return f"From {phrases.spelled(scenario.start)} to {until} ({scenario.days:,} days). {before}."


def _front(scenario: Scenario, name: str, front: Front) -> str:
    followers = [other for other, one in scenario.fronts.items() if one.follows == name]
    led = f" (followed by {phrases.listed(followers)})" if followers else ""
    if front.ends is not None and front.ends <= scenario.start and front.ends_for == "both":
        return f"Front {name}{led}: no war from {phrases.spelled(max(front.ends, scenario.start))} on (its `ends`)."
    so_far = [one for one in front.dates if one.date <= scenario.start]
    later = [one for one in front.dates if scenario.start < one.date < scenario.end]
    now = so_far[-1].state if so_far else "none"
    said = f"Front {name}{led}: {STATES[now]}"
    if later:
        said += f" at the start, then as dated to {phrases.spelled(later[-1].date)}"
    if front.dates and front.dates[-1].date < scenario.end and front.dates[-1].state != "none":
        war, pause = (
            value(scenario.uncertain.get(f"fronts.{name}.{field}", getattr(front, field)))
            for field in ("war_days", "pause_days")
        )
        said += f"; a war lasts {war} days on average, a pause {pause}, by chance"
    if front.ends is not None:
        said += f"; over for good on {phrases.spelled(front.ends)}{ENDS_FOR[front.ends_for]}"
    return f"{said}."


def _lever(scenario: Scenario, name: str, said: str, cuts: tuple[float, float], how: tuple[str, str, str]) -> str:
    section, _, field = name.partition(".")
    number: float = getattr(getattr(scenario, section), field)
    given = scenario.uncertain.get(name)
    if given is not None:
        low, high = (how[sum(end >= cut for cut in cuts)] for end in given.span)
        how_much = low if low == high else f"{low}, or {high},"
    else:
        how_much = how[sum(number >= cut for cut in cuts)]
    return f"{said.format(how_much).rstrip(',')} ({name} {value(given or number)})."


def _presence(scenario: Scenario) -> Iterator[str]:
    presence = scenario.presence
    if scenario.start < RECORD_ENDS:
        yield (
            "Up to 9 January 2024 troops, what the presence rests on, the US-Iran confrontation, the Islamic State "
            "group and the groups' allies in government are as they were by date (presence.troops_past, "
            "presence.legal_past, confrontation.past, isis.past, iraq.governments)."
        )
    if scenario.end > RECORD_ENDS:
        troops = value(scenario.uncertain.get("presence.troops", presence.troops))
        if presence.legal_default == "invitation" or presence.agreement_ends is None:
            rests = "by invitation: they stay unless somebody acts"
        else:
            rests = f"under an agreement that ends on {phrases.spelled(presence.agreement_ends)}: then they leave"
        since = FROM_RECORD if scenario.start < RECORD_ENDS else ""
        yield f"{since}{troops} US troops are there, {rests} (presence.legal_default)."


def _groups(scenario: Scenario) -> str:
    count = len(scenario.groups)
    if not count:
        return "There is no militia group."
    first = sorted(scenario.groups.items(), key=lambda item: -item[1].share)[:3]
    shares = phrases.listed([f"{phrases.clean(name)} ({100 * group.share:.0f} %)" for name, group in first])
    return f"{count} militia groups; of the attacks, when all fight, most are by {shares}."


def _parliament(scenario: Scenario) -> str:
    blocs = sorted(scenario.blocs.items(), key=lambda item: -item[1].seats)
    seats = phrases.listed([f"{phrases.clean(name)} ({bloc.seats})" for name, bloc in blocs])
    return f"Parliament's seats: {seats}." if blocs else "Parliament has no bloc."


def caps(scenario: Scenario) -> dict[str, str]:
    """What is kept from its higher rungs, by dotted name: the highest rung that it may reach."""
    found = {name: str(getattr(getattr(scenario, name.partition(".")[0]), name.partition(".")[2])) for name in CAPS}
    found |= {dotted(("groups", name, "highest_rung")): group.highest_rung for name, group in scenario.groups.items()}
    return {name: rung for name, rung in found.items() if rung}


def _caps(scenario: Scenario) -> Iterator[str]:
    for name, rung in caps(scenario).items():
        who = CAPS.get(name, name.removeprefix("groups.").removesuffix(".highest_rung").strip('"'))
        ending = "EXPERIMENT ON THE ENDING: " if name in ON_THE_ENDING else "Experiment: "
        yield f"{ending}{who} may go no further than “{rung}” ({name})."


def _drawn(scenario: Scenario) -> Iterator[str]:
    levers = {*LEVERS, *(f"fronts.{name}.{days}" for name in scenario.fronts for days in ("war_days", "pause_days"))}
    for name, given in scenario.uncertain.items():
        if name not in levers:
            yield f"Each world draws {name}: {distribution(given)}."
    if scenario.uncertainty == "accepted":
        yield (
            "Each world draws one vector of the accepted set for the numbers of role `uncertainty` "
            '(uncertainty = "accepted", docs/accepted.md), but those that the scenario itself sets, to a distribution '
            "or to another value than the default."
        )
    if scenario.uncertainty == "judgement":
        yield (
            "Each world draws every number of role `uncertainty` from its plausible range "
            '(uncertainty = "judgement"), but those that the scenario itself sets, to a distribution or to another '
            "value than the default."
        )
