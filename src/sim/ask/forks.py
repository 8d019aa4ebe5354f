"""The same worlds under other conditions from a day on: alternatives to a scenario, forked from it at a date.

Up to that day an alternative is the scenario itself, and so is its past, bit for bit: luck is looked up by seed, world,
day and name, and nothing that is dated later reaches an earlier day. So nearly every alternative is a scenario too, one
with more on its calendar: a number that is set on a date, a dated event, a war that ends. It runs, is kept, is repeated
and is explained like any other, without a second machinery.

A cap is the exception: a scenario has it from the first day on. Worlds with a cap are lived under the scenario up to
the date, and go on from there as another model's (:class:`LivedOn`). No file says that, so they are in memory only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sim.disk.errors import InputError
from sim.scenario.arguments import refuse, said, scenario_of
from sim.scenario.changes import in_force, why_not
from sim.scenario.compare import differences, only
from sim.scenario.conditions import drawn_spans, numbers, with_numbers
from sim.scenario.draft import Draft
from sim.scenario.english import many, plain_number, spelled
from sim.scenario.errors import Fault, ScenarioError, shortened
from sim.scenario.events import Event, SetEvent
from sim.scenario.faults import checked
from sim.scenario.idle import idle
from sim.scenario.load import fingerprint
from sim.scenario.names import no_name, numbered
from sim.scenario.parameters import FOR_PEOPLE
from sim.scenario.said import said as said_of_event
from sim.scenario.schema import Scenario
from sim.scenario.toml import NamePath, as_plain, plain_name, undotted, written

if TYPE_CHECKING:
    from sim.engine.blocks import Block
    from sim.engine.mesa import Drive
    from sim.engine.ways import Lives

LONGEST_LABEL = 100
"""Characters of a label: it stands beside every row of a figure."""
LEGAL = ("presence.legal_default", "presence.agreement_ends")
"""What an event of its own kind changes on a date."""
OF_A_WAR = ("ends", "ends_for")
"""What a front has by its own date."""


@dataclass(frozen=True)
class Change:
    """Something that an alternative has otherwise, by dotted name, or its ``events``; ``said`` is how it was given."""

    name: str
    value: object
    said: str


@dataclass(frozen=True)
class Fork:
    """An alternative: the same worlds as the scenario's up to ``since``, then under other conditions."""

    label: str
    scenario: Scenario
    since: date
    is_lived_on: bool
    """Whether it has a cap from the date on, which no scenario says: its file would have it from the first day on."""
    remarks: tuple[str, ...]
    """What is allowed and yet worth a word: it changes nothing, or not what one may think."""


def day_of(base: Scenario, at: object, called: str = "at") -> date:
    """The date of a fork, given as a date or as its text. InputError where it is none of the scenario's days."""
    found: date | None = None
    if isinstance(at, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", at):
        try:
            found = date.fromisoformat(at)
        except ValueError:
            found = None
    else:
        plain = as_plain(at)  # of NumPy and pandas too
        found = plain if type(plain) is date else None
    last = base.end - timedelta(days=1)
    if found is None or not base.start <= found <= last:
        name = base.name or "the scenario"
        given = at if isinstance(at, str | date) else said(at)
        raise InputError(f"{called} is a day of {name}, from {base.start} to {last}; not {shortened(str(given))}")
    return found


def forks(base: Scenario, at: date, alternatives: Mapping[str, Sequence[Change]]) -> tuple[Fork, ...]:
    """Each alternative as a scenario with a name of its own. ScenarioError with the faults of all, each once."""
    found: list[Fork] = []
    faults: dict[Fault, None] = {}
    taken = {base.name}
    for label, changes in alternatives.items():
        name = _name(label, taken)
        taken.add(name)
        try:
            found.append(forked(base, at, label, changes, name))
        except ScenarioError as error:
            faults.update(dict.fromkeys(error.faults))
    if faults:
        raise ScenarioError(faults)
    return tuple(found)


def _name(label: str, taken: Iterable[str]) -> str:
    """The name of an alternative in tables and files: ``if_`` and its label, in characters that go anywhere."""
    plain = re.sub(r"[^\w.]+", "_", label).strip("_.")
    name = f"if_{plain}"
    if not plain or no_name(name):
        name = "if_another"
    known, number, first = {one.casefold() for one in taken}, 1, name
    while name.casefold() in known:
        number += 1
        name = numbered(first, number)
    return name


def changes_of(base: Scenario, at: date, label: str, given: object) -> list[Change]:
    """What an alternative of a call changes: values by dotted name, or another scenario whose conditions come in."""
    of = f"alternatives[{said(label)}]"
    if not isinstance(given, Mapping | Scenario | str):
        refuse(of, 'values by dotted name, such as {"united_states.restraint": 0.2}, or a scenario', given)
    if not isinstance(given, Mapping):
        return towards(base, at, scenario_of(given), of)
    if not given:
        raise InputError(f"{of} changes nothing: give numbers by dotted name, or events")
    return [Change(str(name), value, of) for name, value in given.items()]


def towards(base: Scenario, at: date, other: Scenario, of: str) -> list[Change]:
    """The changes by which the conditions of another scenario come in: what it has otherwise, from the date on.

    ScenarioError where that cannot be: it has other groups, blocs or fronts, or happened otherwise before the date.
    """
    if other.start != base.start:
        why = f"starts on {other.start}, and {base.name or 'the scenario'} on {base.start}: they have no past in common"
        raise ScenarioError([Fault(of, None, "", why)])
    found = differences(as_it_stands(base, at), as_it_stands(other, at))
    faults = [
        Fault(of, None, name, "is there in one of the two only, which no date can change")
        for entries in found.entries
        for name in entries
    ]
    mine, theirs = only(base.events, other.events), only(other.events, base.events)
    for event in (*mine, *theirs):
        if event.date < at and not isinstance(event, SetEvent):
            faults.append(Fault(of, None, "events", f"it differs before {at}: {said_of_event(event)}"))
    if later := [event for event in mine if event.date >= at]:
        faults.append(Fault(of, None, "events", f"it has not what the scenario has: {said_of_event(later[0])}"))
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    changes = [Change(one.name, one.second, of) for one in found.values if one.name not in ("days", "uncertainty")]
    if added := [as_plain(event) for event in theirs if event.date >= at]:
        changes.append(Change("events", added, of))
    if not changes:
        raise ScenarioError([Fault(of, None, "", f"has no other conditions from {at} on than {base.name}")])
    return changes


def as_it_stands(scenario: Scenario, at: date) -> Scenario:
    """The conditions of a day: with what the script has set by then, and without the script."""
    held: dict[str, float] = {}
    for day, values in in_force(scenario):
        held = values if day <= at else held
    drawn = {name: form for name, form in scenario.uncertain.items() if name not in held}
    return with_numbers(scenario, held).model_copy(update={"events": (), "uncertain": drawn})


# --- an alternative as a scenario ----------------------------------------------------------------------------


def forked(base: Scenario, at: date, label: str, changes: Sequence[Change], name: str) -> Fork:
    """The alternative of these changes. ScenarioError says what is wrong with them, as `run --set` would."""
    values = [change for change in changes if change.name != "events"]
    own = [
        (event, change.said)
        for change in changes
        if change.name == "events"
        for event in _dated(change.value, at, change.said)
    ]
    target = _target(as_it_stands(base, at), values, own)
    sets, faults = dict[str, float](), list[Fault]()
    known = {number: value for number, value, _ in numbers(target)}
    more: dict[str, object] = {}
    for change in values:
        path = undotted(change.name) or ()
        plain = plain_name(path)
        if _is_cap(path):
            more[change.name] = as_plain(change.value)
        elif path[0] == "fronts" and path[-1] in OF_A_WAR:
            if why := _war_over(base, target, str(path[1]), at):
                faults.append(Fault(change.said, None, change.name, why))
            more[change.name] = as_plain(change.value)
        elif plain in LEGAL:
            continue
        elif plain in known and isinstance(as_plain(change.value), Mapping):
            why = "is drawn before the first day, if at all: from a date on it can be one number"
            faults.append(Fault(change.said, None, change.name, why))
        elif why := _why_not(base, plain):
            faults.append(Fault(change.said, None, "" if why.startswith(plain) else change.name, why))
        else:
            sets[plain] = known[plain]
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    added = [{"date": at, "kind": "set", "name": number, "value": value} for number, value in sets.items()]
    if any(plain_name(undotted(change.name) or ()) in LEGAL for change in values):
        added.append(_legal(target, at))
    events = [event for event in base.events if not (isinstance(event, SetEvent) and _again(event, at, sets))]
    more["events"] = (*map(as_plain, events), *added, *(event for event, _ in own))
    words = {"title": label, "summary": _summary(base, label, at), "source": "", "twin_of": ""}
    draft = Draft(base, "", [], True)
    for field, value in (words | more).items():
        draft.change(field, value, f"“{shortened(label)}” from {at} on")
    scenario = checked(draft, name)
    is_lived_on = at > base.start and any(_is_cap(undotted(field) or ()) for field in more)
    since = at if is_lived_on else forked_on(base, scenario) or at
    return Fork(label, scenario, since, is_lived_on, tuple(_remarks(base, scenario, at, sets)))


def _dated(given: object, at: date, of: str) -> list[dict[str, Any]]:
    """The events of an alternative, those without a date on the day of the fork. ScenarioError for one before it."""
    plain = as_plain(given)
    if not isinstance(plain, tuple) or not all(isinstance(event, dict) for event in plain):
        raise ScenarioError(
            [Fault(of, None, "events", "is a list of events, each with its kind and what goes with it")]
        )
    events = [{"date": at, **event} for event in plain]
    for event in events:
        if isinstance(event["date"], date) and event["date"] < at:
            why = f"{event['date']} lies before the fork, {at}: up to then the past is one"
            raise ScenarioError([Fault(of, None, "events", why)])
    return events


def _target(now: Scenario, values: Sequence[Change], events: Sequence[tuple[dict[str, Any], str]]) -> Scenario:
    """The conditions as they stand on the day of the fork, changed: so each change is checked as a file's would be."""
    faults: list[Fault] = []
    for change in values:
        path = undotted(change.name) or ("",)
        if path[0] in FOR_PEOPLE and path[0] != "name":
            faults.append(Fault(change.said, None, change.name, "is a text for people, and changes no world"))
    for event, of in events:
        draft = Draft(now, "", [], True)
        draft.change("events", (event,), of)
        try:
            checked(draft, now.name)
        except ScenarioError as error:
            faults += (Fault(one.file, None, one.name.removeprefix("events[0]."), one.reason) for one in error.faults)
    draft = Draft(now, "", [], True)
    for change in values:
        draft.change(change.name, change.value, change.said)
    try:
        target = checked(draft, now.name)
    except ScenarioError as error:
        faults += error.faults
    if faults:
        raise ScenarioError(dict.fromkeys(faults))
    return target


def _is_cap(path: NamePath) -> bool:
    return bool(path) and str(path[-1]).startswith("highest_")


def _why_not(base: Scenario, name: str) -> str:
    """Why something cannot change on a date, with what can be done instead; empty where it can."""
    why = why_not(base, name)
    return f"{why}; `run --set` changes it from the first day on" if why and "instead" not in why else why


def _war_over(base: Scenario, target: Scenario, front: str, at: date) -> str:
    """Why a war cannot end so: the days before the fork would not be the same. Empty where they are."""
    before, then = base.fronts[front].ends, target.fronts[front].ends
    if before is not None and before < at:
        return f"the war on {front} is over from {before} on, before the fork, {at}"
    if then is not None and then < at:
        return f"{then} lies before the fork, {at}: up to then the past is one"
    return ""


def _legal(target: Scenario, at: date) -> dict[str, Any]:
    """The event by which the presence rests on something else."""
    presence = target.presence
    ends = presence.agreement_ends if presence.legal_default == "dated_agreement" else None
    return {"date": at, "kind": "legal_default", "default": presence.legal_default, "ends": ends}


def _again(event: SetEvent, at: date, sets: Mapping[str, float]) -> bool:
    """Whether an event of the scenario sets on the day of the fork what the alternative sets otherwise."""
    return event.date == at and event.name in sets


def _summary(base: Scenario, label: str, at: date) -> str:
    return f"As {base.name or 'the scenario'} up to {spelled(at)}; from then on {label}."


def _remarks(base: Scenario, scenario: Scenario, at: date, sets: Mapping[str, float]) -> Iterator[str]:
    """What is worth a word about an alternative, each as a line."""
    for name, value in sets.items():
        if present(base, name, at) == value:
            yield f"{name} is {plain_number(value)} already: that changes nothing"
        for later in base.events:
            if isinstance(later, SetEvent) and later.name == name and later.date > at:
                yield f"{name} is {plain_number(value)} only until {later.date}, when {base.name} sets it again"
    known = {(name, why) for name, why in idle(base) if not name.startswith("events")}
    for name, why in idle(scenario):
        path = undotted(name) or ()
        event: Event | None = scenario.events[path[1]] if path[0] == "events" and isinstance(path[1], int) else None
        if event is None:
            if (name, why) not in known:
                yield f"{name} {why}"
        elif event not in base.events:
            yield _of_an_event(event, why)


def _of_an_event(event: Event, why: str) -> str:
    """A remark on an event of an alternative, with its name where the reason does not say it."""
    if not isinstance(event, SetEvent):
        return f"{said_of_event(event)}: {why}"
    return why if event.name in why else f"{event.name} {why}"


def present(base: Scenario, name: str, at: date) -> float | None:
    """The number that is in force in every world on a day; None where each world draws its own."""
    now = as_it_stands(base, at)
    held = next((values for day, values in reversed(list(in_force(base))) if day <= at), {})
    if name not in held and (name in now.uncertain or name in drawn_spans(now)):
        return None
    return next((value for number, value, _ in numbers(now) if number == name), None)


def label_of(changes: Iterable[Change]) -> str:
    """A label made of the changes: ``united states restraint 0.2``."""
    parts = []
    for change in changes:
        if change.name == "events":
            plain = as_plain(change.value)
            parts += [_kind(event) for event in plain] if isinstance(plain, tuple) else ["events"]
            continue
        words = " ".join(str(part).replace("_", " ") for part in undotted(change.name) or (change.name,))
        parts.append(f"{words} {_value(change.value)}")
    for shown in range(len(parts), 0, -1):
        rest = f" and {len(parts) - shown} more" if shown < len(parts) else ""
        if len(text := ", ".join(parts[:shown]) + rest) <= LONGEST_LABEL:
            return text
    return many(len(parts), "change")


def _value(value: object) -> str:
    plain = as_plain(value)
    if isinstance(plain, int | float) and not isinstance(plain, bool):
        return plain_number(plain)
    return plain if isinstance(plain, str) else written(plain)


def _kind(event: object) -> str:
    """An event in a few words: its kind, and what tells it from others of its kind."""
    if not isinstance(event, dict):
        return "an event"
    others = [f"{name} {_value(value)}" for name, value in event.items() if name not in ("date", "kind", "note")]
    day = f" on {event['date']}" if "date" in event else ""
    return f"{str(event.get('kind', 'event')).replace('_', ' ')}{day}" + (f" ({', '.join(others)})" if others else "")


def check_label(label: object) -> str:
    """A label as it may stand beside a row. Raises InputError."""
    if not isinstance(label, str) or not label.strip() or not label.isprintable() or len(label) > LONGEST_LABEL:
        refuse("a label of an alternative", f"a text of one line, at most {LONGEST_LABEL} characters", label)
    return label


# --- which scenarios are forks of another ---------------------------------------------------------------------


def forked_on(base: Scenario, other: Scenario) -> date | None:
    """The first day on which another scenario is otherwise, where all in which the two differ has a date.

    None where they differ in anything else, before their first day, or in nothing.
    """
    fronts = {
        name: front.model_copy(update={field: getattr(base.fronts[name], field) for field in OF_A_WAR})
        for name, front in other.fronts.items()
        if name in base.fronts
    }
    alike = other.model_copy(update={"events": base.events, "fronts": {**other.fronts, **fronts}})
    if fingerprint(alike) != fingerprint(base):
        return None
    days = [event.date for event in (*only(base.events, other.events), *only(other.events, base.events))]
    for name, front in other.fronts.items():
        ends = [one.ends for one in (base.fronts[name], front) if one.ends is not None]
        if ends and (base.fronts[name].ends, base.fronts[name].ends_for) != (front.ends, front.ends_for):
            days.append(min(ends))
    since = min(days, default=None)
    return since if since is not None and since >= base.start else None


# --- worlds that go on under a cap ----------------------------------------------------------------------------


@dataclass(frozen=True)
class LivedOn:
    """Lives the worlds of alternatives with a cap: the scenario's up to a day, then on from there under theirs.

    It stands in for :func:`sim.engine.blocks.simulate`; ``since`` has the day of each such alternative by its name, and
    all others are lived as ever. No log of events is kept of those: it would begin in the middle.
    """

    base: Scenario
    since: Mapping[str, int]

    def __call__(
        self, scenario: Scenario, *, seed: int, worlds: Sequence[int], events: bool = False, engine: Lives = "numpy"
    ) -> Block:
        from sim.engine.blocks import simulate
        from sim.engine.pasts import OF_THIS_PROCESS

        if scenario.name not in self.since:
            return simulate(scenario, seed=seed, worlds=worlds, events=events, pasts=OF_THIS_PROCESS, engine=engine)
        if events:
            raise ValueError("no log of events is kept of worlds that go on under a cap")
        return lived_on(self.base, scenario, self.since[scenario.name], seed, worlds, engine)


def lived_on(
    base: Scenario, other: Scenario, day: int, seed: int, worlds: Sequence[int], engine: Lives = "numpy"
) -> Block:
    """A block of worlds, lived under one scenario up to a day and under another from it on."""
    from sim.engine.blocks import Block
    from sim.engine.mesa import WithdrawalModel, forget
    from sim.engine.observe import Rows, Weekly
    from sim.engine.pasts import OF_THIS_PROCESS, key_of

    weekly = Weekly(other, len(worlds))
    before, after = _drive(other, engine), _drive(other, engine)
    key = key_of(base, seed, worlds)
    past = OF_THIS_PROCESS.get(key)
    first = WithdrawalModel(base, seed=seed, worlds=worlds, lived=past, drive=before)
    try:
        if past is None:
            OF_THIS_PROCESS.keep(key, first.keep())
        for watched in (weekly, Rows(first.worlds, base.days, first.tally)):
            first.watch(watched)
        before(first, day)
        then = WithdrawalModel(other, seed=seed, worlds=worlds, lived=first.keep(), drive=after)
        try:
            rows = Rows(then.worlds, other.days, then.tally)
            for observer in (weekly, rows):
                then.watch(observer)
            for mine, theirs in zip(then.watches.all, first.watches.all, strict=True):
                mine.so_far = dict(theirs.so_far)  # a week that has begun goes on
            after(then, other.days)
        finally:
            forget(then)
    finally:
        forget(first)
    return Block(rows.columns, weekly.counts, None)


def _drive(scenario: Scenario, engine: Lives) -> Drive:
    """How days are lived: one after the other, or by the compiled program."""
    from sim.engine.mesa import day_by_day
    from sim.engine.observe import Rows, Tally, Weekly

    if engine == "numpy":
        return day_by_day
    from sim.engine.fused.live import Fused

    return Fused((Tally.needs, Weekly(scenario, 1).needs, Rows.needs)).live
