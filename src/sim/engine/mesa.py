"""The model as Mesa knows it: one world, or a block of worlds, with an agent an actor."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from os import PathLike
from typing import Any, NamedTuple, TypeAlias

import mesa
import numpy as np

from sim.engine.almanac import Almanac
from sim.engine.choices import choices_of, gifts_of
from sim.engine.numbers import numbers_by_day
from sim.engine.observe import ALWAYS, Evening, Observer, Read, Tally, Watches, heard, table
from sim.engine.uncertain import drawn
from sim.language.ladder import Ladder
from sim.language.luck import Luck, world_keys
from sim.language.number import Number
from sim.model import day as order
from sim.model import iran, presence, public, talks
from sim.model.accounts import BASE, OLDER, Share
from sim.model.at import At
from sim.model.choice import Chooses, with_replaced
from sim.model.iraq import day as iraq
from sim.model.ladders import LADDERS
from sim.model.ledger import EventLog
from sim.model.militia import day as militia
from sim.model.united_states import day as united_states
from sim.model.world import Numbers, World
from sim.scenario.arguments import flag, functions_by_name, scenario_of, seed_of, whole, world_numbers
from sim.scenario.overrides import checked_overrides
from sim.scenario.past import before_the_start
from sim.scenario.schema import Scenario


class Lived(NamedTuple):
    """A world as it stands before a day, with what has been counted of it: enough to live on from."""

    day: int
    world: World
    counts: dict[str, Number]


def day_by_day(model: WithdrawalModel, until: int) -> None:
    """Live the days of a model up to one, without it, by the rules as they stand."""
    while model.day < until:
        model.live()


Drive: TypeAlias = Callable[["WithdrawalModel", int], None]
"""Lives the days of a model up to one, without it: :func:`day_by_day`, or many at once by a compiled program."""


class WithdrawalModel(mesa.Model):
    """Will Iraq push the US troops out? One world of a scenario, or many at once.

    ``WithdrawalModel(scenario, seed=1, world=17)`` is one world in plain numbers; ``scenario`` is a name, a path or a
    Scenario. With ``worlds`` (a sequence of world numbers) every number becomes an array with one entry per world, and
    the same rules run them all; each world's history is the same, bit for bit. ``seed=None`` draws a seed, which
    ``model.seed`` says. ``events=True`` keeps the event log. ``collect=True`` fills ``datacollector`` once a day.

    ``overrides`` gives numbers by dotted name: one for all worlds, or an array with one for each. They hold until an
    event sets such a number. What is given is checked as :meth:`Scenario.replace` checks it, in every world, with a
    ScenarioError for what cannot be; a number that nobody reads in this scenario is warned of.

    Numbers may be NumPy's. ValueError, before anything is lived, names the argument that cannot be taken.

    A model can be copied (``copy.deepcopy``) and pickled at any time, and lives on as it would have.

    A step is a day. The past (a year of spin-up and, from 10 January 2024, the recorded past) has been lived
    when the constructor returns; ``running`` turns false after the scenario's last day. ``world`` is the whole
    state; ``lived`` goes on from one that another model has kept (:meth:`keep`): one of the same inputs goes on as it
    would have, one under other conditions is another future of the same past. What a world begins with (the influence
    of both patrons, what the presence gives) stays that of the first. ValueError where the groups, the fronts or the
    number of worlds are not the same.

    ``choices`` puts functions in the place of actors' choices from the scenario's first day on (docs/choices.md).
    ``drive`` lives the days of the past.
    """

    def __init__(
        self,
        scenario: Scenario | str | PathLike[str] = "status_quo",
        *,
        seed: int | None = 1,
        world: int = 0,
        worlds: Iterable[int] | None = None,
        overrides: Mapping[str, Number | Sequence[float]] | None = None,
        events: bool = False,
        collect: bool = True,
        lived: Lived | None = None,
        choices: Mapping[str, Chooses] | None = None,
        drive: Drive = day_by_day,
    ) -> None:
        self.scenario = scenario_of(scenario)
        self.seed = seed_of(seed)
        self.worlds = world_numbers(world, worlds)
        keeps_log, collects = flag("events", events), flag("collect", collect)
        given = checked_overrides(self.scenario, overrides, self.worlds)
        self._next_id = 1
        super().__init__(seed=self.seed)
        self.keys = world_keys(self.seed, self.worlds)
        values = {**drawn(self.scenario, self.keys), **given}
        past, lasting = before_the_start(self.scenario, values)
        by_day = numbers_by_day(self.scenario, values, past, lasting)
        self.turns: dict[int, Numbers] = dict(reversed(by_day))  # of one day the last that is set holds
        self.almanac = Almanac(self.scenario, past)
        self.choices = choices_of(functions_by_name("choices", choices), self.scenario)
        self._replaced = gifts_of(self.choices, self.scenario)
        if np.size(self.worlds) > 1:
            for one in self.choices:
                if one.asks_person:
                    raise ValueError(
                        f"the choice {one.name!r} for {one.who} asks a person, who can live one world only: give "
                        f"world=, not {np.size(self.worlds)} worlds"
                    )
        self.quantities = table(self.scenario)
        self.log: EventLog | None = EventLog(self.worlds) if keeps_log else None
        self.tally = Tally()
        self.watches = Watches(self.quantities, self.scenario.days)
        self._counting = self.watches.add(self.tally)
        self.day = self.almanac.first_day if lived is None else lived.day
        self.p = next(numbers for since, numbers in by_day if self.day >= since)
        """The numbers in force on the day: the scenario's, with what its script has set by now; before, the past's."""
        self.at = self.on(self.day)
        if lived is None:
            world_ = order.begin(self.p, self.almanac.states_before(), self.at)
        else:
            world_, self._counting.so_far = self._fitting(lived), dict(lived.counts)
        self.evening = Evening(world_, self.p, self.at)
        self._open_accounts(BASE if lived is None else OLDER)
        self._add_actors()
        self._collect = collects and isinstance(self.worlds, int)
        self.datacollector = mesa.DataCollector(model_reporters=REPORTERS if self._collect else {})
        drive(self, 0)
        self.day_done = self.day - 1
        self.running = self.day < self.scenario.days

    @property
    def world(self) -> World:
        """The whole state. Another may be put in its place; nothing in it is written into."""
        return self.evening.w

    @world.setter
    def world(self, other: World) -> None:
        self.evening = self.evening._replace(w=other)
        self._open_accounts(OLDER)

    # ------------------------------------------------------------------------------------- a day
    def on(self, day: int) -> At:
        """The day as every step meets it."""
        calendar, given = self.almanac.day(day)
        if self._replaced and calendar.free:  # the past is lived by the model's own rules
            given = {**given, **self._replaced}
        return At.on(calendar, Luck.of(self.keys, calendar.date.toordinal()), given, self.log)

    def live(self) -> None:
        """The next day, in the order of docs/model.md: from the scenario's first one on observers see it."""
        self.at = self.on(self.day)
        if self.log is not None:
            self.log.begin(self.day)
        self.evening = Evening(order.day(self.evening.w, self.p, self.at), self.p, self.at)
        if self.day >= 0:
            self.day_done = self.day
            self.watches.look(self.day, self.evening)
            if self._collect:
                self.datacollector.collect(self)
        self._next_day()

    def lived_by_another(self, day: int, world: World) -> None:
        """Stand on the evening of a day that a compiled program has lived, observers and all."""
        self.at = self.on(day)
        self.evening = Evening(world, self.p, self.at)
        self.day = self.day_done = day
        self._next_day()

    def _next_day(self) -> None:
        self.day += 1
        self.p = self.turns.get(self.day, self.p)
        self.running = self.day < self.scenario.days

    def step(self) -> None:
        """One day."""
        if self.day < self.scenario.days:
            self.live()

    def watch(self, observer: Observer) -> None:
        """Have an observer see each day from now on."""
        self.watches.add(observer)

    def _fitting(self, lived: Lived) -> World:
        """A kept world, if it has the groups and fronts of the scenario, and as many worlds as are asked for."""
        states, world = self.almanac.states_before(), lived.world
        if len(world.militia.groups) != len(self.scenario.groups) or len(world.region.states) != len(states):
            raise ValueError("the world that was kept has other groups or fronts than this scenario")
        kept = world.militia.fears_strikes
        if np.shape(kept) != np.shape(self.worlds):
            raise ValueError(f"{np.size(kept)} worlds were kept, {np.size(self.worlds)} are asked for")
        return world

    def keep(self) -> Lived:
        """The world as it stands, to be lived on from: nothing in it is ever written into."""
        return Lived(self.day, self.world, self.counts)

    # ------------------------------------------------------------------------------ what one reads
    def value(self, quantity: str) -> Number:
        """A named quantity (see :mod:`sim.engine.observe`) of the day that has been lived last."""
        if quantity not in self.quantities:
            likely = get_close_matches(str(quantity), self.quantities, 1)
            hint = f"; did you mean {likely[0]!r}?" if likely else ""
            raise KeyError(f"no quantity is called {quantity!r}{hint}")
        return self.quantities[quantity].read(self.evening)

    def account(self, state: str, world: int = 0) -> list[Share]:
        """What a state is made of on the evening of the day lived last, by source: ``model.account("pressure")``.

        The shares add up to its level. Of many worlds that at the place ``world``. It is kept with ``events=True``
        alone (else ValueError); KeyError for a state that has no account.
        """
        world = whole("world", world, most=np.size(self.worlds) - 1)
        if self.log is None:
            raise ValueError("accounts are kept with the event log: WithdrawalModel(…, events=True)")
        if state not in self.log.accounts.states:
            raise KeyError(f"{state!r} has no account; there are {', '.join(self.log.accounts.states)}")
        return self.log.accounts.of(state, world)

    @property
    def counts(self) -> dict[str, Number]:
        """Sums from the first day on, and the highest pressure, by name."""
        return {**self.tally.counts, **self._counting.so_far}

    def _open_accounts(self, source: str) -> None:
        """What the states are made of begins here."""
        if self.log is not None:
            self.log.accounts.opened(order.accounted(self.world, self.p), source)

    def _add_actors(self) -> None:
        self.iran = Actor(self, "iran", iran.NAME, LADDERS["iran"])
        self.united_states = Actor(self, "united_states", united_states.NAME, LADDERS["united_states"])
        self.iraq = Actor(self, "iraq", iraq.NAME, LADDERS["iraq"])
        self.groups = [Group(self, place, name) for place, name in enumerate(self.scenario.groups)]
        self.region, self.militia = View(self, "region"), View(self, "militia")
        self.public, self.parliament = View(self, "public"), View(self, "parliament")
        self.presence, self.talks = View(self, "presence"), View(self, "talks")
        self.aftermath, self.today = View(self, "aftermath"), View(self, "today")

    # ------------------------------------------------------------------------- copies, and what Mesa knows
    def register_agent(self, agent: mesa.Agent) -> None:
        """Takes an agent up, as Mesa does, with a number that goes on in a copy of the model too.

        Mesa's own count of agents lies outside the models and would keep each of them for as long as the program runs.
        """
        mesa.Agent._ids.pop(self, None)
        agent.unique_id, self._next_id = self._next_id, self._next_id + 1
        super().register_agent(agent)

    def __getstate__(self) -> dict[str, Any]:
        """What pickle writes: everything but the functions that read quantities, which are made again.

        Raises PicklingError, in words, for a replaced choice that cannot be written.
        """
        for one in self.choices:
            if reason := one.cannot_be_pickled():
                raise pickle.PicklingError(reason)
        return {**self.__dict__, "quantities": None, "watches": self.watches.all}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.quantities = table(self.scenario)
        self.watches = Watches(self.quantities, self.scenario.days)
        self.watches.all = state["watches"]

    def __deepcopy__(self, memo: dict[int, Any]) -> WithdrawalModel:
        """Another model in the same state, which lives on by itself; what is never written into is shared."""
        for shared in (self.scenario, self.quantities):
            memo[id(shared)] = shared
        other = memo[id(self)] = type(self).__new__(type(self))
        other.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return other

    def __copy__(self) -> WithdrawalModel:
        """The same as a deep copy: a shallow one would have the other's agents, and step it."""
        return copy.deepcopy(self)

    def __repr__(self) -> str:
        name = self.scenario.name or "a scenario without a name"
        many = f"world {self.worlds}" if isinstance(self.worlds, int) else f"{np.size(self.worlds)} worlds"
        replaced = f", {with_replaced([one.as_dict() for one in self.choices])}" if self.choices else ""
        return f"<WithdrawalModel: {many} of {name}, seed {self.seed}, before day {self.day}{replaced}>"


# ------------------------------------------------------------------------------------ the readers
MADE: dict[str, dict[str, Read]] = {
    "iran": {
        "rung": lambda e: iran.rung(e.w.iran.order, e.p.iran),
        "heard": heard,
        "press_rung": lambda e: iran.press_rung(heard(e), e.p.iran),
    },
    "united_states": {"price": lambda e: order.price_of_an_exit(e.w.united_states, e.w.public, e.p)},
    "iraq": {
        "pressure": lambda e: e.w.iraq.pressure,
        "wish": lambda e: iraq.wish_of(e.w.iraq, e.p.iraq),
        "stance": lambda e: iraq.stance_of(e.w.iraq, e.p.iraq),
        "threatens": lambda e: iraq.threatens(e.w.iraq),
    },
    "militia": {"rung": lambda e: militia.calls_rung(e.w.militia.calls, e.p.militia.all)},
    "public": {
        "camp_us": lambda e: public.camp_us(e.w.public, e.p.public),
        "camp_iran": lambda e: public.camp_iran(e.w.public, e.p.public),
        "camp_independence": lambda e: public.camp_independence(e.w.public, e.p.public),
    },
    "talks": {"possible": lambda e: talks.possible(e.w.talks, e.w.presence.open)},
    "presence": {"gone": lambda e: presence.gone(e.w.presence, e.at)},
}
"""What can be read of a part beside what it remembers."""
RUNG = {"united_states": "response", "group": "posture"}
"""What an actor's rung is called, where it is not called ``rung``."""


class View:
    """A part of a model's world to read, by name: what it remembers, and what is made of that. Not to write into."""

    def __init__(self, model: WithdrawalModel, part: str) -> None:
        self.__dict__.update(model=model, part=part)

    def remembered(self) -> Mapping[str, Any]:
        """All that the part remembers, by name."""
        record: Any = getattr(self.model.world, self.part)
        return dict(record._asdict())

    def _read(self, name: str) -> Any:
        return getattr(getattr(self.model.world, self.part), name)

    def __getattr__(self, name: str) -> Any:
        if "part" not in self.__dict__ or name.startswith("__"):  # not there yet: it is being copied
            raise AttributeError(name)
        made = MADE.get(self.part, {}).get(name)
        try:
            return self._read(name) if made is None else made(self.model.evening)
        except AttributeError:
            known = sorted({*self.remembered(), *MADE.get(self.part, {})})
            raise AttributeError(f"{self.part} has no {name}; there is {', '.join(known)}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.remembered() or name in MADE.get(self.part, {}):
            raise AttributeError(
                f"{self.part}.{name} is read, not set: the state of a world is never written into. Set the conditions "
                f"of its scenario, or script an event; to go on from another state, replace model.world"
            )
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        return f"<{self.part}: {self.remembered()}>"


class Actor(View, mesa.Agent):
    """An actor as an agent of Mesa: its name, its ladder, what it remembers. The model calls its day."""

    def __init__(self, model: WithdrawalModel, part: str, name: str, ladder: Ladder) -> None:
        self.__dict__.update(part=part, name=name, ladder=ladder, model=model)
        mesa.Agent.__init__(self, model)

    def __repr__(self) -> str:
        rung = getattr(self, RUNG.get(self.part, "rung"))
        if isinstance(self.model.worlds, int):
            return f"<{self.name}: {self.ladder.names[rung]}>"
        return f"<{self.name}, in {np.size(self.model.worlds)} worlds>"


class Group(Actor):
    """A militia group, one of several."""

    def __init__(self, model: WithdrawalModel, place: int, name: str) -> None:
        self.__dict__.update(place=place)
        super().__init__(model, "group", name, LADDERS["militia"])

    def remembered(self) -> Mapping[str, Any]:
        """All that the group remembers, by name."""
        militia = self.model.world.militia
        feelings = {"fear": militia.fear[self.place], "anger": militia.anger[self.place]}
        return {**militia.groups[self.place]._asdict(), **feelings}

    def _read(self, name: str) -> Any:
        try:
            return self.remembered()[name]
        except KeyError:
            raise AttributeError(name) from None


def _reported(quantity: str, model: WithdrawalModel) -> Number:
    """A quantity of the evening that a model stands on."""
    return ALWAYS[quantity].read(model.evening)


REPORTED = (
    "pressure",
    "public_stance",
    "private_wish",
    "credibility",
    "go_ahead",
    "salience",
    "attacks_iraq",
    "attacks_syria",
    "us_killed",
    "us_wounded",
    "us_strikes",
    "troops",
)
"""The quantities that a world alone collects day by day."""
REPORTERS: dict[str, Any] = {"day": "day", **{quantity: partial(_reported, quantity) for quantity in REPORTED}}
"""What Mesa's collector asks a model for: its attribute, or a function that pickle can write."""


def forget(model: WithdrawalModel) -> None:
    """Take a model out of Mesa's count of agents, which would keep it. None of this class is in it."""
    mesa.Agent._ids.pop(model, None)
