"""The almanac of a scenario: the calendar of each of its days, and what is given on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from sim.model.article import RECORD_ENDS, RECORD_STARTS
from sim.model.calendar import Calendar, FrontToday, dated
from sim.model.given import Given, Scripted
from sim.model.iran import ORDER, PRESS
from sim.model.iraq.numbers import GovernmentEvent
from sim.model.iraq.rules import LADDER as GOVERNMENT
from sim.model.iraq.rules import LETTER
from sim.model.militia.rules import CALLS, POSTURE
from sim.model.parliament import LADDER as PARLIAMENT
from sim.model.presence import LegalEvent, TroopsEvent
from sim.model.region import Front, IslamicStateEvent, TruceEvent, dated_state
from sim.model.talks import RELABELLED
from sim.model.united_states.rules import LEVERAGE, RESPONSE
from sim.scenario.events import Event, SetEvent
from sim.scenario.past import recorded_before
from sim.scenario.schema import Scenario

SPIN_UP = 365
"""Days that every world runs before its first counted or recorded day, under the conditions of those days."""
BY_THE_RECORD: dict[str, Any] = {
    "militia/drawn attacks": 0,
    "militia/call by chance": False,
    "united_states/decides": False,
    "united_states/pending": 0,
    "iraq/looks": False,
    "iraq/highest rung": LETTER,
}
"""What a recorded day gives: nothing that the record could hold is drawn, and no rung is taken back."""
CAPS = (
    ("militias", "highest_call", "militia/highest call", CALLS),
    ("united_states", "highest_rung", "united_states/highest rung", RESPONSE),
    ("united_states", "highest_leverage", "united_states/highest leverage", LEVERAGE),
    ("iran", "highest_rung", "iran/highest rung", ORDER),
    ("iran", "highest_press", "iran/highest press", PRESS),
    ("iraq", "highest_rung", "iraq/highest rung", GOVERNMENT),
    ("parliament", "highest_rung", "parliament/highest rung", PARLIAMENT),
)
"""Each cap of a scenario: its section and field, the name by which the day asks for it, and the ladder."""


class Almanac:
    """The days of a scenario, those of its past too (counted below 0). ``past`` is what held before its first day."""

    def __init__(self, scenario: Scenario, past: Scenario) -> None:
        self._scenario = scenario
        self._past = past
        self._script: dict[date, list[Event]] = {}
        self._first = scenario.start  # the first day that is recorded or free
        if recorded := recorded_before(scenario.start):
            self._first = RECORD_STARTS
            self._add(recorded)
        self._add(scenario.events)
        self._lasting = sorted(
            (event for event in scenario.events if _changes_conditions(event) or isinstance(event, TruceEvent)),
            key=lambda event: event.date,
        )
        self._turns = self._days_of_change()
        self._latest: Calendar | None = None
        self._groups = tuple(scenario.groups)
        self._caps = {True: _caps(scenario), False: _caps(past)}

    def _add(self, events: Sequence[Event]) -> None:
        for event in events:
            self._script.setdefault(event.date, []).append(event)

    @property
    def first_day(self) -> int:
        """The day on which every world begins, a year of spin-up before the first one that is recorded or free."""
        return (self._first - self._scenario.start).days - SPIN_UP

    def day(self, number: int) -> tuple[Calendar, Given]:
        """The calendar of a day, and what is given on it."""
        today = self._scenario.start + timedelta(days=number)
        latest = self._latest
        follows = latest is not None and number == latest.day + 1 and today not in self._turns
        if latest is not None and follows and latest.legal_default != "dated_agreement":  # its days are counted
            calendar = latest._replace(day=number, date=today, weekly=number % 7 == 0, monthly=today.day == 1)
        else:
            calendar = self._made(number, today)
        self._latest = calendar
        return calendar, self._given(self._script.get(today, ()), calendar.free, calendar.recorded)

    def _made(self, number: int, today: date) -> Calendar:
        """The calendar of a day, whatever the day before was."""
        script = self._script.get(today, ())
        free, recorded = number >= 0, self._first <= today < self._scenario.start
        default, ends = self._legal(today)
        before = self._legal(today - timedelta(days=1))[0] if number > self.first_day else default
        return Calendar(
            day=number,
            date=today,
            free=free,
            recorded=recorded,
            weekly=number % 7 == 0,
            monthly=today.day == 1,
            allies=self._allies(today),
            isis=self._isis(today),
            confrontation=self._confrontation(today),
            troops=self._troops(today),
            legal_default=default,
            agreement_left=(ends - today).days if default == "dated_agreement" and ends is not None else -1,
            legal_change=any(isinstance(event, LegalEvent) for event in script),
            invited_back=before == "none" and default != "none",
            fronts=self._fronts(today, free),
            syria=today >= self._scenario.attacks.syria_since,
            calls_are_regular=today >= self._scenario.militias.increase_2020,
            relabelled_before=self._first > RELABELLED,
            changes=tuple(_change(event) for event in script if _changes_conditions(event)),
        )

    def _days_of_change(self) -> frozenset[date]:
        """Days that differ from the day before in more than their date: something dated turns, or did yesterday."""
        scenario, found = self._scenario, [self._first, self._scenario.start, RECORD_ENDS, *self._script]
        found += [scenario.attacks.syria_since, scenario.militias.increase_2020]
        found += [
            level.date for level in (*scenario.isis.past, *scenario.confrontation.past, *scenario.presence.troops_past)
        ]
        found += [government.date for government in scenario.iraq.governments]
        found += [entry.date for entry in scenario.presence.legal_past]
        for front in scenario.fronts.values():
            found += [entry.date for entry in front.dates] + ([front.ends] if front.ends is not None else [])
        found += [event.until for event in self._lasting if isinstance(event, TruceEvent)]
        return frozenset(day + timedelta(days=later) for day in found for later in (0, 1))

    # --------------------------------------------------------------------------------- dated levels
    def _last(self, kind: type[Event], today: date) -> Any:
        """The last scripted event of a kind until today, None where there is none."""
        found = None
        for event in self._lasting:
            if event.date > today:
                break
            if isinstance(event, kind):
                found = event
        return found

    def _allies(self, today: date) -> float | None:
        found = None
        for event in self._lasting:
            if event.date <= today and isinstance(event, GovernmentEvent):
                found = event.allies
        if found is not None or today >= RECORD_ENDS:
            return found
        allies = 0.0
        for government in self._scenario.iraq.governments:
            if government.date <= today:
                allies = government.allies
        return allies

    def _isis(self, today: date) -> float | None:
        event: IslamicStateEvent | None = self._last(IslamicStateEvent, today)
        if event is not None:
            return event.level
        return None if today >= RECORD_ENDS else dated(self._scenario.isis.past, today, 0.0)

    def _confrontation(self, today: date) -> float | None:
        return None if today >= RECORD_ENDS else dated(self._scenario.confrontation.past, today, 0.0)

    def _troops(self, today: date) -> float | None:
        event: TroopsEvent | None = self._last(TroopsEvent, today)
        if event is not None:
            return float(event.number)
        return None if today >= RECORD_ENDS else dated(self._scenario.presence.troops_past, today, 0.0)

    def _legal(self, today: date) -> tuple[str, date | None]:
        """What the presence rests on, and when an agreement runs out."""
        event: LegalEvent | None = self._last(LegalEvent, today)
        if event is not None:
            return event.default, event.ends
        conditions = self._scenario if today >= self._scenario.start else self._past
        default: str = conditions.presence.legal_default
        if today >= RECORD_ENDS:
            return default, self._scenario.presence.agreement_ends
        ends: date | None = None
        for entry in self._scenario.presence.legal_past:
            if entry.date <= today:
                default, ends = entry.default, entry.ends
        return default, ends

    def _fronts(self, today: date, free: bool) -> tuple[FrontToday, ...]:
        conditions = self._scenario if free else self._past
        return tuple(self._front(name, front, today) for name, front in conditions.fronts.items() if not front.follows)

    def _front(self, name: str, front: Front, today: date) -> FrontToday:
        is_dated = bool(front.dates) and today <= front.dates[-1].date
        over = front.ends is not None and today >= front.ends
        until = date.min
        for event in self._lasting:
            if event.date <= today and isinstance(event, TruceEvent) and event.front == name:
                until = event.until
        return FrontToday(
            dated=is_dated,
            state=dated_state(front.dates, today),
            truce=today < until,
            over_for_groups=over and front.ends_for != "politics",
            over_for_politics=over and front.ends_for != "groups",
        )

    def states_before(self) -> tuple[int, ...]:
        """The states of the fronts that go their own way, as they are dated on the first day."""
        today = self._scenario.start + timedelta(days=self.first_day)
        return tuple(dated_state(front.dates, today) for front in self._scenario.fronts.values() if not front.follows)

    # ----------------------------------------------------------------------------------- what is given
    def _given(self, script: Sequence[Event], free: bool, recorded: bool) -> Given:
        if not script and not recorded:
            return self._caps[free]
        values: dict[str, Any] = {**self._caps[free], **(BY_THE_RECORD if recorded else {})}
        for number, event in enumerate(script):
            if not event.GIVES:
                continue
            if event.SEVERAL:
                one = Scripted(number, event, self._place(getattr(event, "group", "")))
                values[event.GIVES] = (*values.get(event.GIVES, ()), one)
            else:
                values[event.GIVES.format(front=getattr(event, "front", ""))] = event.gift
        return values

    def _place(self, group: str) -> int | None:
        """The place of a group that an event names; -1 for one that this scenario does not have."""
        if not group:
            return None
        return self._groups.index(group) if group in self._groups else -1


def _changes_conditions(event: Event) -> bool:
    """Whether an event changes the conditions around the actors."""
    if isinstance(event, GovernmentEvent):
        return event.allies is not None
    return isinstance(event, IslamicStateEvent | TroopsEvent | LegalEvent | SetEvent)


def _change(event: Event) -> str:
    """What such an event is called in the ledger: its kind, or the number that is set and its new value."""
    return f"{event.name} = {event.value:.12g}" if isinstance(event, SetEvent) else event.kind


def _caps(scenario: Scenario) -> dict[str, Any]:
    """The caps of a scenario, by the name that the day asks for."""
    found: dict[str, Any] = {}
    for section, field, name, ladder in CAPS:
        highest = getattr(getattr(scenario, section), field)
        if highest:
            found[name] = ladder[highest]
    groups = scenario.groups.values()
    if any(group.highest_rung for group in groups):
        found["militia/highest rungs"] = tuple(POSTURE.cap(group.highest_rung) for group in groups)
    return found
