"""What can be observed of a world: one table of named quantities, and how observers ask for them.

A quantity says what it is, in which unit, and how it is read from the state on the evening of a day. An observer
declares which quantities it needs, when, and what of the days between; :class:`~sim.engine.mesa.WithdrawalModel` reads
those and no others, and :class:`Watch` sums them up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, Protocol, TypeAlias, get_args

import numpy as np

from sim.language.ladder import Ladder
from sim.language.number import Number, most, total, truth
from sim.model import iran, parliament, public
from sim.model.aftermath import BENEFITS
from sim.model.at import At
from sim.model.day import consequences
from sim.model.iraq import day as iraq
from sim.model.iraq.rules import COMMITTEE, LETTER, THREATEN, TIMETABLE
from sim.model.ladders import LADDERS
from sim.model.militia import day as militia
from sim.model.outcomes import KINDS, OUTCOMES
from sim.model.united_states.rules import IRAQ, RESPONSE, SYRIA
from sim.model.world import Numbers, World
from sim.scenario.schema import Scenario


class Evening(NamedTuple):
    """What a quantity is read from: the world on the evening of a day, the numbers in force, and the day."""

    w: World
    p: Numbers
    at: At


Read: TypeAlias = Callable[[Evening], Number]
When: TypeAlias = Literal["daily", "weekly", "end"]
"""Every day; on a week's last day, and on the last one of all; on the last one of all."""
How: TypeAlias = Literal["level", "sum", "highest"]
"""Of the days since it was last shown: the value on the last of them, their sum, the highest of them."""


def _unread(_: Evening) -> Number:
    raise NotImplementedError("this quantity says what it is, and not how it is read")


@dataclass(frozen=True)
class Quantity:
    """A named quantity of a world on one day.

    With ``edges`` it is one of the weekly series: fixed bins, open at both ends; for a rung the bins are its rungs.
    A week shows a ``level`` on its last day, the ``sum`` of its days, or the ``highest`` of them.
    """

    name: str
    unit: str
    meaning: str
    edges: tuple[float, ...] = ()
    rungs: tuple[str, ...] = ()
    over_a_week: How = "level"
    read: Read = field(default=_unread, compare=False, repr=False)


_SHARE = tuple((i - 0.5) / 40 for i in range(42))  # 41 bins round 0, .025 … 1, so that a point mass reads as itself
_COUNTS = tuple(i - 0.5 for i in range(62))
_TROOPS = tuple(125.0 * (i - 0.5) for i in range(42))


def _level(name: str, unit: str, meaning: str, read: Read, top: float = 1.0) -> Quantity:
    return Quantity(name, unit, meaning, tuple(edge * top for edge in _SHARE), read=read)


def _count(name: str, unit: str, meaning: str, read: Read) -> Quantity:
    return Quantity(name, f"{unit} a week", meaning, _COUNTS, over_a_week="sum", read=read)


def _rung(name: str, ladder: Ladder, read: Read) -> Quantity:
    edges = tuple(float(i) - 0.5 for i in range(len(ladder) + 1))
    meaning = f"{ladder.title}: highest rung in the week"
    return Quantity(f"rung/{name}", "share of worlds", meaning, edges, ladder.names, "highest", read)


def _by_share(e: Evening, levels: tuple[Number, ...]) -> Number:
    """A feeling of the groups, mean by their shares."""
    shares = [own.share for own in e.p.militia.groups.values()]
    return total([level * share for level, share in zip(levels, shares, strict=True)]) / most(total(shares), 1e-9)


def _strikes_of(rung: int) -> Read:
    return lambda e: e.w.today.blows.by_rung[rung]


def heard(e: Evening) -> Number:
    """Iran's press as Baghdad hears it."""
    return iran.heard(e.w.iran, e.w.talks.on, e.w.public.influence_iran, e.p.iran, e.at)


WEEKLY = (
    _level("salience", "0-1", "salience of the fronts to the groups", lambda e: e.w.region.groups),
    _level("go_ahead", "0-1", "Iran's order in force", lambda e: e.w.iran.order),
    _level("exposure", "exposure", "Iran's exposure to US action", lambda e: e.w.iran.exposure, 4.0),
    _level("stress", "stress", "US stress from attacks", lambda e: e.w.united_states.stress, 10.0),
    _level("fear", "0-1", "the groups' fear, mean by their shares", lambda e: _by_share(e, e.w.militia.fear)),
    _level("anger", "0-1", "the groups' anger, mean by their shares", lambda e: _by_share(e, e.w.militia.anger)),
    _level("pressure", "0-1", "pressure on the prime minister", lambda e: e.w.iraq.pressure),
    _level(
        "public_stance",
        "0-1",
        "what the prime minister says he wants (0 they stay, 1 they leave)",
        lambda e: iraq.stance_of(e.w.iraq, e.p.iraq),
    ),
    _level("private_wish", "0-1", "what he privately wants", lambda e: iraq.wish_of(e.w.iraq, e.p.iraq)),
    _level("credibility", "0-1", "what a threat of the government counts", lambda e: e.w.iraq.credibility),
    _level("influence_us", "0-1", "influence of the US in Iraq", lambda e: e.w.public.influence_us),
    _level("influence_iran", "0-1", "influence of Iran in Iraq", lambda e: e.w.public.influence_iran),
    _level("camp_us", "share", "camp for the US", lambda e: public.camp_us(e.w.public, e.p.public)),
    _level("camp_iran", "share", "camp for Iran", lambda e: public.camp_iran(e.w.public, e.p.public)),
    _level(
        "camp_independence",
        "share",
        "camp for independence from both",
        lambda e: public.camp_independence(e.w.public, e.p.public),
    ),
    Quantity("troops", "persons", "US troops in Iraq", _TROOPS, read=lambda e: e.w.presence.troops),
    _count("attacks_iraq", "attacks", "attacks on US forces in Iraq", lambda e: e.w.today.toll.attacks_iraq),
    _count("attacks_syria", "attacks", "attacks on US forces in Syria", lambda e: e.w.today.toll.attacks_syria),
    _count("us_killed", "persons", "US dead", lambda e: e.w.today.toll.us_killed),
    _count("us_wounded", "persons", "US wounded", lambda e: e.w.today.toll.us_wounded),
    *(
        _count(f"us_strikes/{name}", "strikes", f"deliberate US strikes on the rung `{name}`", _strikes_of(rung))
        for rung, name in enumerate(RESPONSE.names)
        if rung >= SYRIA
    ),
    _rung("iraq", LADDERS["iraq"], lambda e: e.w.iraq.rung),
    _rung("iran", LADDERS["iran"], lambda e: iran.rung(e.w.iran.order, e.p.iran)),
    _rung("iran in Baghdad", LADDERS["iran in Baghdad"], lambda e: iran.press_rung(heard(e), e.p.iran)),
    _rung("united_states", LADDERS["united_states"], lambda e: e.w.united_states.response),
    _rung("leverage", LADDERS["leverage"], lambda e: e.w.united_states.leverage),
    _rung("calls", LADDERS["calls"], lambda e: militia.calls_rung(e.w.militia.calls, e.p.militia.all)),
    _rung("parliament", LADDERS["parliament"], lambda e: e.w.parliament.rung),
)
"""The weekly series of every scenario, in order; those of its groups' postures follow (see :func:`quantities`)."""


def _posture(place: int) -> Read:
    return lambda e: e.w.militia.groups[place].posture


def quantities(scenario: Scenario) -> dict[str, Quantity]:
    """The weekly series of a scenario, by name, in order."""
    postures = (_rung(name, LADDERS["militia"], _posture(place)) for place, name in enumerate(scenario.groups))
    return {quantity.name: quantity for quantity in (*WEEKLY, *postures)}


def _threats_by_anybody(e: Evening) -> Number:
    threatens = truth(iraq.threatens(e.w.iraq))
    return threatens + truth(e.w.today.calls) + truth(e.w.parliament.rung >= parliament.VOTE)


def _talk_of_ending(e: Evening) -> Number:
    rung = e.w.iraq.rung
    return truth(e.w.iraq.acts & ((rung == THREATEN) | (rung == COMMITTEE) | (rung == TIMETABLE) | (rung == LETTER)))


def _by_an_exit(measure: str) -> Read:
    return lambda e: consequences(e.w, e.p)[measure]


AFTER = {
    **{name: ("share", f"change of {meaning}") for name, meaning in BENEFITS.items()},
    "reserves": ("share", "change of the reserves held in the US that Iraq can use"),
    "dollars": ("share", "change of the access to oil dollars"),
    "sanctions": ("0 or 1", "sanctions imposed since the decision"),
    "isis": ("0-1", "change of the strength of IS"),
    "influence_us": ("0-1", "change of US influence by the exit itself"),
    "influence_iran": ("0-1", "change of Iran's influence by the exit itself"),
    "influence_us_drift": ("0-1", "change of US influence by all else"),
    "influence_iran_drift": ("0-1", "change of Iran's influence by all else"),
}
"""What an exit changes: unit and meaning of each measure."""


def _plain(name: str, unit: str, meaning: str, read: Read) -> Quantity:
    return Quantity(name, unit, meaning, read=read)


OTHERS = (
    _plain("us_strikes", "strikes", "deliberate US strikes, in Iraq and Syria", lambda e: e.w.today.blows.deliberate),
    _plain("us_strikes_iraq", "strikes", "of them in Iraq", lambda e: e.w.today.blows.deliberate_in_iraq),
    _plain(
        "us_strikes_ordinary",
        "strikes",
        "of them below the killing of a commander",
        lambda e: e.w.today.blows.by_rung[SYRIA] + e.w.today.blows.by_rung[IRAQ],
    ),
    _plain("commanders_killed", "strikes", "commanders killed in Baghdad", lambda e: e.w.today.blows.commanders),
    _plain("killings", "strikes", "commanders killed, and large campaigns", lambda e: e.w.today.blows.killings),
    _plain(
        "deadly_strikes_iraq",
        "strikes",
        "deadly US strikes in Iraq below a killing, self-defence included",
        lambda e: most(e.w.today.blows.deadly_in_iraq - e.w.today.blows.killings, 0),
    ),
    _plain(
        "iraqi_civilians_killed",
        "persons",
        "Iraqi civilians and state forces killed by US strikes",
        lambda e: e.w.today.blows.civilians,
    ),
    _plain(
        "hard_attacks",
        "attacks",
        "attacks that killed, or wounded many",
        lambda e: e.w.today.toll.hurt_many + e.w.today.toll.fatal,
    ),
    _plain(
        "threats",
        "threats",
        "days on which the executive newly threatened to expel the troops",
        lambda e: truth(iraq.threatens(e.w.iraq)),
    ),
    _plain(
        "threats_by_anybody",
        "threats",
        "the same, with calls by the groups' politicians and votes of parliament",
        _threats_by_anybody,
    ),
    _plain("acts", "0 or 1", "the government newly acts on its rung", lambda e: truth(e.w.iraq.acts)),
    _plain("talk_of_ending", "0 or 1", "it newly threatens, sets up a committee, or asks for an end", _talk_of_ending),
    _plain("committees", "committees", "special committees set up or renewed", lambda e: e.w.today.committees),
    _plain(
        "committee_or_vote",
        "0 or 1",
        "a committee is set up or renewed, or parliament votes",
        lambda e: truth((e.w.today.committees > 0) | (e.w.parliament.rung >= parliament.VOTE)),
    ),
    _plain("talks_rounds", "rounds", "rounds of talks", lambda e: e.w.today.rounds),
    _plain("sessions", "sessions", "sessions of parliament called on the presence", lambda e: e.w.today.sessions),
    _plain("votes", "votes", "votes of parliament that passed", lambda e: e.w.today.votes),
    _plain("relabelled", "agreements", "agreements to rename the mission", lambda e: truth(e.w.today.relabelled)),
    _plain("reduced", "agreements", "agreements on fewer troops", lambda e: truth(e.w.today.reduced)),
    _plain("negotiated_exit", "decisions", "signed ends", lambda e: e.w.today.negotiated_exit),
    _plain("forced_exit", "decisions", "letters delivered, and laws passed", lambda e: e.w.today.forced_exit),
    _plain("lapsed", "decisions", "dated agreements that ran out", lambda e: e.w.today.lapsed),
    _plain("open", "0 or 1", "the presence can still be ended by somebody", lambda e: truth(e.w.presence.open)),
    _plain("committee_clock", "days", "days left to a committee; 0: none", lambda e: e.w.iraq.clock),
    _plain("outcome", "place", f"how it ended, if it did: {', '.join(OUTCOMES)}", lambda e: e.w.presence.outcome),
    _plain("kind", "place", f"the kind of it: {', '.join(KINDS)}", lambda e: e.w.presence.kind),
    _plain(
        "outcome_day",
        "days since the start",
        "day of the decision that ended the presence; below 0: none",
        lambda e: e.w.presence.outcome_day,
    ),
    _plain(
        "completion_day",
        "days since the start",
        "day the last soldier left or is to leave; below 0: none",
        lambda e: e.w.presence.completion_day,
    ),
    *(
        _plain(f"after_{name}", unit, f"{meaning}, since the decision", _by_an_exit(name))
        for name, (unit, meaning) in AFTER.items()
    ),
)
"""Quantities that no weekly series shows."""
ALWAYS = {quantity.name: quantity for quantity in (*WEEKLY, *OTHERS)}
"""Every quantity that each scenario has, by name."""


def table(scenario: Scenario) -> dict[str, Quantity]:
    """Every quantity of a scenario by its name."""
    return {**ALWAYS, **quantities(scenario)}


# -------------------------------------------------------------------------------------- observers
class Need(NamedTuple):
    """What an observer needs of a quantity: when it is shown, and what is shown of the days since the last time."""

    when: When
    how: How = "level"
    edges: tuple[float, ...] = ()  # with edges the `bins` are shown, not the values
    of: str = ""  # the quantity, where the observer calls it by a name of its own


class Observer(Protocol):
    """Whoever looks at a world day by day, from the scenario's first day on."""

    @property
    def needs(self) -> Mapping[str, Need]:
        """What it needs, by the name of a quantity, or by one of its own (see :attr:`Need.of`)."""

    def see(self, day: int, values: Mapping[str, Number], /) -> None:
        """Take in what is due on this day, by the names in ``needs``."""


class Due(NamedTuple):
    """A need with its key, the observer's name for it, and the quantity that is meant."""

    key: str
    quantity: str
    need: Need


def bins(value: Number, edges: Sequence[float]) -> np.ndarray[Any, Any]:
    """The bin of each world, from 0, open at both ends; a single one where the value is one number."""
    return np.searchsorted(edges[1:-1], np.asarray(value, float).ravel(), side="right")


def _shown(day: int, days: int) -> When:
    """What is shown on a day: daily needs alone, the weekly ones too, or all at the end."""
    return "end" if day == days - 1 else "weekly" if day % 7 == 6 else "daily"


class Watch:
    """An observer at work: it is shown what it declared, on the days it declared it for.

    ``needs`` is all that it needs. ``so_far`` holds its sums and highest values of the days since they were last
    shown, by key, and nothing where no day has been since; it may be set, to go on from days that others have lived.
    """

    def __init__(self, observer: Observer, quantities: Mapping[str, Quantity], days: int) -> None:
        self.needs = tuple(Due(key, need.of or key, need) for key, need in observer.needs.items())
        self.so_far: dict[str, Number] = {}
        for key, quantity, need in self.needs:
            if quantity not in quantities:
                raise KeyError(f"no quantity is called {quantity!r}")
            if need.when not in get_args(When) or need.how not in get_args(How):
                raise ValueError(f"{key}: {need} is none of {get_args(When)} and {get_args(How)}")
        self._observer = observer
        self._days = days
        self._due: dict[When, tuple[Due, ...]] = {
            "daily": tuple(due for due in self.needs if due.need.when == "daily"),
            "weekly": tuple(due for due in self.needs if due.need.when != "end"),
            "end": self.needs,
        }
        self._sums = [(key, quantity) for key, quantity, need in self.needs if need.how == "sum"]
        self._highest = [(key, quantity) for key, quantity, need in self.needs if need.how == "highest"]

    def due(self, day: int) -> tuple[Due, ...]:
        """What the observer is shown on a day."""
        return self._due[_shown(day, self._days)]

    def wants(self, day: int) -> list[str]:
        """The quantities of which the day's values are wanted, to be shown or added up."""
        return [*(quantity for _, quantity in (*self._sums, *self._highest)), *(due.quantity for due in self.due(day))]

    def look(self, day: int, values: Mapping[str, Number]) -> None:
        """Add up a day's quantities (:meth:`wants`), by name, and show the observer what is due."""
        so_far = self.so_far
        for key, quantity in self._sums:
            so_far[key] = so_far.get(key, 0) + values[quantity]
        for key, quantity in self._highest:
            so_far[key] = most(so_far[key], values[quantity]) if key in so_far else values[quantity]
        if due := self.due(day):
            shown = {key: values[quantity] if need.how == "level" else so_far[key] for key, quantity, need in due}
            binned = {key: bins(shown[key], need.edges) for key, _, need in due if need.edges}
            self.show(day, {**shown, **binned})

    def show(self, day: int, values: Mapping[str, Number]) -> None:
        """Show the observer what is :meth:`due`, by key, as it wants it: summed, in bins. What is shown begins anew."""
        self.so_far = {key: value for key, value in self.so_far.items() if key not in values}
        self._observer.see(day, values)


class Watches:
    """The observers of a model at work: what they need of an evening is read once, however many they are."""

    def __init__(self, quantities: Mapping[str, Quantity], days: int) -> None:
        self.all: list[Watch] = []
        self._quantities = quantities
        self._days = days
        self._reads: dict[When, dict[str, Read]] = {}

    def add(self, observer: Observer) -> Watch:
        """One more."""
        watch = Watch(observer, self._quantities, self._days)
        self.all.append(watch)
        self._reads = {}
        return watch

    def look(self, day: int, evening: Evening) -> None:
        """Have each look at the evening of a day."""
        shown = _shown(day, self._days)
        if shown not in self._reads:
            names = [name for watch in self.all for name in watch.wants(day)]
            self._reads[shown] = {name: self._quantities[name].read for name in names}
        values = {name: read(evening) for name, read in self._reads[shown].items()}
        for watch in self.all:
            watch.look(day, values)


class Weekly:
    """Counts worlds by bin, week by week."""

    def __init__(self, scenario: Scenario, worlds: int) -> None:
        series = quantities(scenario)
        self.needs = {name: Need("weekly", quantity.over_a_week, quantity.edges) for name, quantity in series.items()}
        weeks = -(-scenario.days // 7)
        self.counts = {name: np.zeros((weeks, len(q.edges) - 1), np.int64) for name, q in series.items()}
        self._worlds = worlds

    def see(self, day: int, values: Mapping[str, Number]) -> None:
        """Enter each world into its bins of the week."""
        for name, places in values.items():
            counts = self.counts[name]
            counts[day // 7] = np.bincount(np.broadcast_to(places, (self._worlds,)), minlength=counts.shape[1])


class Series:
    """Keeps quantities day by day: an array of days by worlds each."""

    def __init__(self, names: Sequence[str], days: int, worlds: int, dtype: Any = np.int16) -> None:
        self.needs = dict.fromkeys(names, Need("daily"))
        self.values = {name: np.zeros((days, worlds), dtype) for name in names}

    def see(self, day: int, values: Mapping[str, Number]) -> None:
        """Keep the day."""
        for name, value in values.items():
            self.values[name][day] = value


@dataclass(frozen=True)
class Column:
    """A column of the `worlds` table, of the quantity of the same name: its sum, its highest, or the last value."""

    name: str
    dtype: str  # "int", "float" (empty where undefined) or "str"
    unit: str
    meaning: str
    over_time: Literal["sum", "highest", "last", "none"] = "last"


def _summed(name: str, meaning: str = "", unit: str = "") -> Column:
    quantity = ALWAYS[name]
    return Column(name, "int", unit or quantity.unit.removesuffix(" a week"), meaning or quantity.meaning, "sum")


WORLD_COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column("world", "int", "-", "number of the world, from 0", "none"),
        Column("outcome", "str", "-", f"how the presence ended, if it did: {', '.join(OUTCOMES)}"),
        Column("kind", "str", "-", f"the kind of it: {', '.join(KINDS)}"),
        Column(
            "outcome_day",
            "float",
            "days since the start",
            "day of the decision that ended the presence; empty where nothing was decided",
        ),
        Column(
            "completion_day",
            "float",
            "days since the start",
            "day the last soldier left; empty where nothing was decided or it lies beyond the horizon",
        ),
        Column("troops_end", "float", "persons", "US troops in Iraq on the last day", "none"),
        _summed("attacks_iraq"),
        _summed("attacks_syria"),
        _summed("us_killed", "US dead by attacks"),
        _summed("us_wounded", "US wounded by attacks"),
        _summed("us_strikes"),
        _summed("us_strikes_iraq"),
        _summed("commanders_killed"),
        _summed("iraqi_civilians_killed"),
        _summed("threats"),
        _summed("threats_by_anybody"),
        _summed("committees"),
        _summed("talks_rounds"),
        _summed("sessions"),
        Column("pressure_max", "float", "0-1", "highest pressure on the prime minister", "none"),
        *(
            Column(
                f"after_{name}",
                "float",
                unit,
                f"{meaning}, from before the decision to the last day; empty where nothing was decided",
            )
            for name, (unit, meaning) in AFTER.items()
        ),
    )
}
ALSO_COUNTED = ("votes", "relabelled", "reduced", "negotiated_exit", "forced_exit", "lapsed")
COUNTED = (*(name for name, column in WORLD_COLUMNS.items() if column.over_time == "sum"), *ALSO_COUNTED)
"""Quantities of which a world's sum from its first day on is kept."""


class Tally:
    """Sums from a scenario's first day on, and the highest pressure: what the `worlds` table is made of."""

    needs: Mapping[str, Need] = {
        **dict.fromkeys(COUNTED, Need("end", "sum")),
        "pressure_max": Need("end", "highest", of="pressure"),
    }

    def __init__(self) -> None:
        self.counts: Mapping[str, Number] = {**dict.fromkeys(COUNTED, 0), "pressure_max": 0.0}

    def see(self, _: int, values: Mapping[str, Number], /) -> None:
        """Keep them, on the last day."""
        self.counts = values


class Rows:
    """The `worlds` table: a column each, one entry per world; whole once the last day has been seen."""

    needs: Mapping[str, Need] = {
        **dict.fromkeys((name for name, column in WORLD_COLUMNS.items() if column.over_time == "last"), Need("end")),
        "troops": Need("end"),
    }

    def __init__(self, worlds: int | np.ndarray[Any, Any], days: int, tally: Tally) -> None:
        self.columns: dict[str, np.ndarray[Any, Any]] = {}
        self._worlds = worlds
        self._days = days
        self._tally = tally

    def see(self, _: int, values: Mapping[str, Number], /) -> None:
        """Make the table, on the last day."""
        size = np.size(self._worlds)

        def column(value: Number, dtype: Any = float) -> np.ndarray[Any, Any]:
            return np.broadcast_to(np.asarray(value).ravel(), (size,)).astype(dtype)

        counts = self._tally.counts
        decided = column(values["outcome_day"]) >= 0
        done = decided & (column(values["completion_day"]) < self._days)
        rows = {
            "world": column(self._worlds, np.int64),
            "outcome": np.array(OUTCOMES, object)[column(values["outcome"], np.int64)],
            "kind": np.array(KINDS, object)[column(values["kind"], np.int64)],
            "outcome_day": np.where(decided, column(values["outcome_day"]), np.nan),
            "completion_day": np.where(done, column(values["completion_day"]), np.nan),
            "troops_end": np.round(column(values["troops"])),
            **{name: column(counts[name], np.int64) for name in COUNTED if name in WORLD_COLUMNS},
            "pressure_max": column(counts["pressure_max"]),
        }
        for name in WORLD_COLUMNS:
            if name.startswith("after_"):
                rows[name] = np.where(decided, column(values[name]), np.nan)
        self.columns = {name: rows[name] for name in WORLD_COLUMNS}
