"""What cannot hold together in a scenario each of whose values may stand alone."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from sim.model.article import RECORD_ENDS
from sim.model.iraq.numbers import GovernmentEvent
from sim.model.region import Front, TruceEvent
from sim.model.united_states.numbers import CoordinatorEvent, StrikeEvent
from sim.scenario.changes import beyond, why_not
from sim.scenario.conditions import Conditions, drawn_spans, numbers, with_numbers
from sim.scenario.events import SetEvent

Place = tuple[str | int, ...]


class Contradiction(NamedTuple):
    """Values that cannot all hold together.

    ``path`` is the place that ``reason`` speaks of; ``others`` are the places that the reason rests on. Where a later
    file, or a change, set one of those, that one is to blame: its text says what is wrong with it there, and an empty
    text that it does not go with ``path``. ``unknown`` is a table and a name that it lacks.
    """

    path: Place
    reason: str
    others: Mapping[Place, str]
    unknown: tuple[str, str] | None = None


RISING = (
    ("iran.brake_hard_below", "iran.brake_below", "iran.encourage_from"),
    ("iran.press_from", "iran.demand_from"),
    ("militias.harass_from", "militias.war_from"),
    ("militias.call_from", "militias.bill_from"),
    ("united_states.cut_iraq", "united_states.cut_commander", "united_states.cut_campaign"),
    ("iraq.pressure_floor", "iraq.pressure_ceiling"),
    ("iraq.committee_clock_low", "iraq.committee_clock_high"),
    ("talks.phased_low", "talks.phased_high"),
    ("talks.full_low", "talks.full_high"),
    ("talks.forced_low", "talks.forced_high"),
)
"""Numbers none of which may be above the next, whatever is drawn for them."""


def contradictions(scenario: Conditions) -> Iterator[Contradiction]:
    """All that cannot hold together in a scenario each of whose values may stand alone."""
    yield from _of_numbers(scenario)
    yield from _of_dates(scenario)
    yield from _of_fronts(scenario)
    yield from _of_presence(scenario)
    yield from _of_events(scenario)
    yield from _of_doubled_events(scenario)
    yield from _of_changes(scenario)


def _contradiction(path: Place, reason: str, *others: Place, unknown: tuple[str, str] | None = None) -> Contradiction:
    return Contradiction(path, reason, dict.fromkeys(others, ""), unknown)


def _of_numbers(scenario: Conditions, given: Collection[str] = ()) -> Iterator[Contradiction]:
    """Numbers that cannot all hold; those ``given`` by an event are drawn from nothing any more."""
    known = {name: (value, field) for name, value, field in numbers(scenario)}
    for name, form in scenario.uncertain.items():
        if name not in known:
            yield _contradiction(("uncertain", name), "is no number of this scenario that can be uncertain")
            continue
        rules = known[name][1].metadata
        low = max(getattr(rule, "ge", -math.inf) for rule in rules)
        high = min(getattr(rule, "le", math.inf) for rule in rules)
        if not low <= form.span[0] <= form.span[1] <= high:
            reason = f"{form.span[0]:g} to {form.span[1]:g} reaches beyond what is allowed, {low:g} to {high:g}"
            yield _contradiction(("uncertain", name), reason)

    judged = {name: span for name, span in drawn_spans(scenario).items() if name not in given}
    drawn = {**judged, **{name: form.span for name, form in scenario.uncertain.items()}}

    def span(name: str) -> tuple[float, float]:
        return drawn.get(name) or (known[name][0], known[name][0])

    def by_judgement(*names: str) -> str:
        """Which of these numbers nobody gave a range: the end of a sentence."""
        ranges = [f"{name} from {judged[name][0]:g} to {judged[name][1]:g}" for name in names if name in judged]
        return f'; uncertainty = "{scenario.uncertainty}" draws {" and ".join(ranges)}' if ranges else ""

    def beyond_one(names: list[str]) -> str:
        """The end of a sentence, where the numbers can add up to more than 1."""
        most = sum(span(name)[1] for name in names)
        if most <= 1.0 + 1e-9:
            return ""
        can = "can, as they are drawn, " if any(name in drawn for name in names) else ""
        return f"{can}add up to {most:g}, more than 1{by_judgement(*names)}"

    camps = ("public.camp_us", "public.camp_iran")
    if how := beyond_one([*camps]):
        reason = f"the camps for the US and for Iran {how}"
        also = (("public", "camp_us"), *_switch(judged, *camps))
        yield Contradiction(("public", "camp_iran"), reason, dict.fromkeys(also, reason))
    if how := beyond_one([f"groups.{name}.share" for name in scenario.groups]):
        shares = {name: span(f"groups.{name}.share")[1] for name in scenario.groups}
        yield _sum("groups", "share", f"the groups' shares {how}", shares)
    if how := beyond_one([f"fronts.{name}.weight" for name in scenario.fronts]):
        weights = {name: span(f"fronts.{name}.weight")[1] for name in scenario.fronts}
        yield _sum("fronts", "weight", f"the fronts' weights {how}", weights)
    if (seats := sum(bloc.seats for bloc in scenario.blocs.values())) > 329:
        each = {name: bloc.seats for name, bloc in scenario.blocs.items()}
        yield _sum("blocs", "seats", f"the blocs have {seats} seats together, more than 329", each)
    for rising in RISING:
        for lower, higher in pairwise(rising):
            most, least = span(lower)[1], span(higher)[0]
            if most > least:
                is_drawn = lower in drawn or higher in drawn
                reason = f"can be drawn below {lower}" if is_drawn else f"{least:g} is below {lower}, {most:g}"
                other = f"can be drawn above {higher}" if is_drawn else f"{most:g} is above {higher}, {least:g}"
                how = by_judgement(lower, higher)
                others: dict[Place, str] = {tuple(lower.split(".")): other + how}
                others |= dict.fromkeys(_switch(judged, lower, higher), f"{higher} {reason}{how}")
                yield Contradiction(tuple(higher.split(".")), reason + how, others)


def _sum(section: str, field: str, reason: str, parts: Mapping[str, float]) -> Contradiction:
    """A sum over entries by name that is too much: the largest part comes first, as the likeliest slip."""
    largest_first = sorted(parts, key=lambda name: -parts[name])
    return Contradiction((section,), reason, {(section, name, field): reason for name in largest_first})


def _switch(judged: Collection[str], *names: str) -> tuple[Place, ...]:
    """Where drawing is switched on, if one of these numbers is drawn by it."""
    return (("uncertainty",),) if any(name in judged for name in names) else ()


def _of_dates(scenario: Conditions) -> Iterator[Contradiction]:
    """Lists in which each entry holds until the next: read from the first on, so that their dates have to rise."""
    courses: dict[tuple[str | int, ...], tuple[Any, ...]] = {
        ("isis", "past"): scenario.isis.past,
        ("confrontation", "past"): scenario.confrontation.past,
        ("iraq", "governments"): scenario.iraq.governments,
        ("presence", "legal_past"): scenario.presence.legal_past,
        ("presence", "troops_past"): scenario.presence.troops_past,
        **{("fronts", name, "dates"): front.dates for name, front in scenario.fronts.items()},
    }
    for path, entries in courses.items():
        for place, (earlier, later) in enumerate(pairwise(entries), start=1):
            if later.date <= earlier.date:
                why = f"{later.date} does not come after {earlier.date}, the entry before it"
                yield _contradiction((*path, place, "date"), why, (*path, place - 1, "date"))


def _of_fronts(scenario: Conditions) -> Iterator[Contradiction]:
    for name, front in scenario.fronts.items():
        here = ("fronts", name)
        led_by = scenario.fronts.get(front.follows)
        own = [
            field
            for field in ("dates", "ends", "ends_for", "war_days", "pause_days")
            if getattr(front, field) != Front.model_fields[field].default
        ]
        wars = [entry.date for entry in front.dates if entry.state == "war"]
        if front.follows and led_by is None:
            missing = ("fronts", front.follows)
            yield _contradiction((*here, "follows"), f"there is no front {front.follows!r}", missing, unknown=missing)
        elif led_by is not None and led_by.follows:
            other = ("fronts", front.follows, "follows")
            yield _contradiction((*here, "follows"), f"{front.follows!r} follows another front itself", other)
        elif front.follows and own:
            why = f'{name} follows {front.follows}: set follows = "" to give it a course of its own'
            yield _contradiction((*here, own[0]), why, (*here, "follows"))
        elif front.ends is not None and wars and front.ends < wars[0]:
            why = f"{front.ends} lies before the war begins, {wars[0]}; that day as its end means a history without it"
            yield _contradiction((*here, "ends"), why, (*here, "dates"))


def _of_presence(scenario: Conditions) -> Iterator[Contradiction]:
    ends, first = scenario.presence.agreement_ends, max(scenario.start, RECORD_ENDS)
    if scenario.presence.legal_default == "dated_agreement" and ends is not None and ends <= first < scenario.end:
        why = f"{ends} is not after {first}, the first day that the agreement could hold"
        yield _contradiction(("presence", "agreement_ends"), why, ("presence", "legal_default"), ("start",), ("days",))


def _of_events(scenario: Conditions) -> Iterator[Contradiction]:
    last = scenario.end - timedelta(days=1)
    truces: dict[str, tuple[int, TruceEvent]] = {}  # the one that lasts longest, of those so far, and its place
    killed: tuple[int, date] | None = None
    for place, event in sorted(enumerate(scenario.events), key=lambda item: item[1].date):
        here = ("events", place)
        if not scenario.start <= event.date <= last:
            why = f"{event.date} lies outside {scenario.start} to {last}"
            bounds = (("start",),) if event.date < scenario.start else (("days",), ("start",))
            yield _contradiction((*here, "date"), why, *bounds)
        group = getattr(event, "group", "")
        if group and group not in scenario.groups:
            missing = ("groups", group)
            yield _contradiction((*here, "group"), f"there is no group {group!r}", missing, unknown=missing)
        if isinstance(event, TruceEvent):
            yield from _of_truce(scenario, place, event, truces.get(event.front))
            if event.front not in truces or event.until > truces[event.front][1].until:
                truces[event.front] = (place, event)
        elif isinstance(event, GovernmentEvent) and event.wish_high < event.wish_low:
            low, high = f"wish_low, {event.wish_low:g}", f"wish_high, {event.wish_high:g}"
            above: dict[Place, str] = {(*here, "wish_low"): f"{event.wish_low:g} is above {high}"}
            yield Contradiction((*here, "wish_high"), f"{event.wish_high:g} is below {low}", above)
        elif isinstance(event, StrikeEvent | CoordinatorEvent) and event.civilians > event.dead:
            why = "more civilians and state forces than dead in all"
            yield _contradiction((*here, "civilians"), why, (*here, "dead"))
        if isinstance(event, CoordinatorEvent):
            if killed is not None:
                first, day = killed
                others = ((*here, "date"), ("events", first, "kind"), ("events", first, "date"))
                yield _contradiction((*here, "kind"), f"the coordinator was killed on {day} already", *others)
            killed = killed or (place, event.date)


def _of_truce(
    scenario: Conditions, place: int, event: TruceEvent, earlier: tuple[int, TruceEvent] | None
) -> Iterator[Contradiction]:
    here, there = ("events", place), ("fronts", event.front)
    front = scenario.fronts.get(event.front)
    if front is None:
        yield _contradiction((*here, "front"), f"there is no front {event.front!r}", there, unknown=there)
    elif front.follows:
        why = f"{event.front} follows {front.follows}, so it has no course of its own"
        yield _contradiction((*here, "front"), f"{why}: script the truce on {front.follows}", (*there, "follows"))
    elif front.ends is not None and front.ends_for == "both" and event.date >= front.ends:
        why = f"the war on {event.front} is over for good from {front.ends} on"
        yield _contradiction((*here, "date"), why, (*here, "front"), (*there, "ends"), (*there, "ends_for"))
    if earlier is not None and event.date < earlier[1].until:
        number, other = earlier
        why = f"the truce of {other.date} on {event.front} lasts {other.days} days, until {other.until}"
        fields = ((*here, "front"), *(("events", number, field) for field in ("days", "date", "front")))
        yield _contradiction((*here, "date"), f"{event.date} is too early: {why}", *fields)


_ONE_A_DAY = {
    "government": "a government changes",
    "troops": "troops are authorised",
    "isis": "the level of IS is set",
    "order": "Iran's order is set",
    "legal_default": "what the presence rests on is set",
    "committee": "a committee is set up",
    "offer_talks": "talks are offered",
}
"""What can happen only once a day, since the second would undo the first, or be the first again."""


def _of_doubled_events(scenario: Conditions) -> Iterator[Contradiction]:
    first: dict[tuple[str, date], int] = {}
    for place, event in enumerate(scenario.events):
        what = f"{event.name} is set" if isinstance(event, SetEvent) else _ONE_A_DAY.get(event.kind, "")
        before = first.setdefault((what, event.date), place)
        if what and before != place:
            why = f"{what} a second time on {event.date}: two events of one day contradict each other"
            dates = (("events", place, "date"), ("events", before, "date"))
            yield _contradiction(("events", place, "kind"), why, ("events", before, "kind"), *dates)


def _of_changes(scenario: Conditions) -> Iterator[Contradiction]:
    """Numbers that are set on a date: no number, a value that it cannot have, or one that does not go with others."""
    sound: dict[date, dict[str, int]] = {}
    given: dict[int, float] = {}
    for place, event in enumerate(scenario.events):
        if not isinstance(event, SetEvent):
            continue
        if why := why_not(scenario, event.name):
            section, _, rest = event.name.partition(".")
            entry = rest.rpartition(".")[0]
            yield _contradiction(("events", place, "name"), why, *([(section, entry)] if entry else []))
        elif why := beyond(scenario, event):
            yield _contradiction(("events", place, "value"), why)
        else:
            sound.setdefault(event.date, {})[event.name] = place
            given[place] = event.value
    places: dict[str, int] = {}
    for day, today in sorted(sound.items()):
        places |= today
        values = {name: given[place] for name, place in places.items()}
        drawn = {name: form for name, form in scenario.uncertain.items() if name not in places}
        after = with_numbers(scenario, values).model_copy(update={"uncertain": drawn})
        for one in _of_numbers(after, places):
            yield from _from_a_day_on(one, day, today, places, values)


def _from_a_day_on(
    one: Contradiction, day: date, today: Collection[str], places: Mapping[str, int], values: Mapping[str, float]
) -> Iterator[Contradiction]:
    """A contradiction of the numbers as they stand from this day on, told of the first of those that are set today."""
    texts = {path: text or one.reason for path, text in ((one.path, one.reason), *one.others.items())}
    named = {path: ".".join(map(str, path)) for path in texts}
    blamed = next((path for path in texts if named[path] in today), None)
    if blamed is None:
        return
    found: dict[Place, str] = {}
    for path, text in texts.items():
        if path in (("groups",), ("fronts",), ("blocs",)):  # the sum of a section's parts
            continue
        name = named[path]
        if name in places:
            told = text.replace("can be drawn", f"{values[name]:g} can be", 1)
            found["events", places[name], "value"] = f"from {day} on, {told}"
        else:
            found[path] = f"from {day} on, {text}"
    here: Place = ("events", places[named[blamed]], "value")
    yield Contradiction(here, found.pop(here), found)
