"""A choice that somebody replaces: a function in place of the rule by which one actor chooses. All else goes on."""

from __future__ import annotations

import pickle
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

import numpy as np

from sim.language.ladder import Ladder
from sim.language.luck import Luck
from sim.language.number import Array, Number, Truth, least
from sim.model.at import At
from sim.model.calendar import Calendar

DRAWS = {"my/{actor}/{name}": "what a replaced choice of this actor asks for as `my/{name}`"}
MINE = "my/"
"""With this begins the name of every draw inside a replaced choice: it never meets the model's own luck."""
AMBIGUOUS = "truth value of an array"
"""What numpy says of an ``if`` on an array."""
IN_BLOCKS = (
    "a block lives many worlds at once, and an array of worlds has no single truth. Write where(condition, a, b) "
    "instead of if, & instead of and (a < x < b holds an and), | instead of or, not_(x) instead of not, least(a, b) "
    "and most(a, b) instead of min and max; all are in sim.language.number"
)
Chooses = Callable[..., Any]
"""``choose(me, sees, p, at)``, which gives a rung or a level."""
AnyChooses = TypeVar("AnyChooses", bound=Chooses)


class ChoiceError(ValueError):
    """A replaced choice gave what cannot be taken, or could not be worked out. It says whose, when and why."""


def choice(*, name: str, version: str, asks_person: bool = False) -> Callable[[AnyChooses], AnyChooses]:
    """Declares a replaced choice: ``@sim.choice(name="dove", version="1")`` above ``def dove(me, sees, p, at)``.

    Name and version stand in whatever is made with it; another version never goes on with what this one began.
    ``asks_person`` says that it waits for somebody's answer, so that it can be asked in one world only.
    """
    for what, said in (("name", name), ("version", version)):
        if not isinstance(said, str) or not said.strip() or not said.isprintable():
            raise ValueError(f"the {what} of a choice is a short text; not {said!r}")

    def declared(function: AnyChooses) -> AnyChooses:
        function.name, function.version, function.asks_person = name, version, asks_person  # type: ignore[attr-defined]
        return function

    return declared


class Moment:
    """``at``, as a replaced choice is given it: the day, draws of its own, what the rule would choose, and the cap."""

    def __init__(self, actor: str, at: At, usual: Number, highest: int | None) -> None:
        self.calendar: Calendar = at.calendar
        self.usual = usual  # what the model's own rule would choose
        self.highest = highest  # the rung above which the answer is lowered; None where it has no ladder
        self._actor, self._luck = actor, at.luck

    @property
    def date(self) -> date:
        """The date."""
        return self.calendar.date

    @property
    def day(self) -> int:
        """The number of the day, 0 for the scenario's first."""
        return self.calendar.day

    @property
    def weekly(self) -> Truth:
        """Whether a week begins."""
        return self.calendar.weekly

    @property
    def monthly(self) -> Truth:
        """Whether a month begins."""
        return self.calendar.monthly

    def draw(self, name: str, index: int = 0) -> Number:
        """A uniform number in [0, 1) of this actor's own, one per world: ``at.draw("my/coin")``."""
        if not isinstance(name, str) or not name.startswith(MINE) or name == MINE:
            raise ChoiceError(f'the name of a draw begins with "{MINE}" here, as in at.draw("my/coin"); not {name!r}')
        luck: Luck = self._luck
        return luck.draw(f"my/{self._actor}/{name.removeprefix(MINE)}", index)


class Choice(NamedTuple):
    """A replaced choice of one actor, as the day is given it."""

    actor: str  # as in choices={"iraq": …}
    who: str  # the actor, for people
    name: str
    version: str  # empty: none is declared
    asks_person: bool
    function: Chooses

    @classmethod
    def of(cls, actor: str, who: str, function: Chooses) -> Choice:
        """The choice that a function makes for an actor. ValueError where it is no function."""
        if not callable(function):
            raise ValueError(f"the choice for {who} is a function choose(me, sees, p, at); not {function!r}")
        plain = getattr(function, "__name__", type(function).__name__)
        name, version = getattr(function, "name", plain), getattr(function, "version", "")
        return cls(actor, who, str(name), str(version), bool(getattr(function, "asks_person", False)), function)

    @property
    def said(self) -> str:
        """For people: ``the government by 'dove' version 1``."""
        return said_of(self.as_dict())

    @property
    def rule(self) -> str:
        """What the log of events says that decided."""
        return f"a replaced choice: {self.name}"

    def as_dict(self) -> dict[str, str]:
        """What the manifest says."""
        return {"actor": self.actor, "who": self.who, "name": self.name, "version": self.version}

    def cannot_travel(self) -> str:
        """Why worker processes cannot be told of it; empty where they can."""
        target: Any = self.function.func if isinstance(self.function, partial) else self.function
        target = target if hasattr(target, "__qualname__") else type(target)
        if target.__qualname__.endswith("<lambda>"):
            return "it is a lambda"
        if "<locals>" in target.__qualname__:
            return "it is defined inside another function"
        if target.__module__ == "__main__":
            return "it is defined in the script or notebook itself"
        return self._unpicklable()

    def _unpicklable(self) -> str:
        """Why it cannot be written by pickle; empty where it can."""
        try:
            pickle.dumps(self.function)
        except Exception as fault:
            return f"it cannot be pickled ({fault})"
        return ""

    def cannot_be_pickled(self) -> str:
        """Why what holds this choice cannot be pickled, and what to do; empty where it can."""
        if not self._unpicklable():
            return ""
        return (
            f"the choice {self.name!r} for {self.who} cannot be pickled: {self.cannot_travel()}. Put it into a file of "
            "its own and import it from there (from my_choices import …)"
        )

    # ------------------------------------------------------------------------------------ asked
    def rung(
        self, asked: Truth, ladder: Ladder, me: Any, sees: Any, p: Any, at: At, *, usual: Number, highest: int
    ) -> Number:
        """The rung of a ladder that it chooses, under the cap; where it is not asked its answer counts for nothing."""
        heights = {name: height for height, name in enumerate(ladder.names)}
        top = len(ladder) - 1
        wanted = f"a rung is a name or a whole number from 0 ({ladder.names[0]}) to {top} ({ladder.names[top]})"
        answer = self._asked(asked, me, sees, p, Moment(self.actor, at, usual, highest), heights, wanted)
        self._check(answer, asked, at, top, wanted, "rung", whole=True)
        found: Number = answer.astype(np.int64) if type(answer) is Array else int(answer)
        return least(found, highest)

    def level(
        self,
        asked: Truth,
        what: str,
        names: Sequence[str],
        levels: Sequence[Number],
        me: Any,
        sees: Any,
        p: Any,
        at: At,
        *,
        usual: Number,
        highest: int | None = None,
    ) -> Number:
        """The level, 0 to 1, that it chooses: a number, or one of the names, which stand for these levels."""
        named = f", or one of {', '.join(names)}" if names else ""
        wanted = f"{what} is a number from 0 to 1{named}"
        moment = Moment(self.actor, at, usual, highest)
        answer = self._asked(asked, me, sees, p, moment, dict(zip(names, levels, strict=True)), wanted)
        self._check(answer, asked, at, 1, wanted, what, whole=False)
        return answer.astype(np.float64) if type(answer) is Array else float(answer)

    def _asked(
        self, asked: Truth, me: Any, sees: Any, p: Any, at: Moment, named: Mapping[str, Number], wanted: str
    ) -> Number:
        """What the function answers, as a number a world."""
        try:
            answer = self.function(me, sees, p, at)
        except ChoiceError as fault:
            raise ChoiceError(f"{self._when(at)}: {place_of(fault)}: {fault}") from None
        except ValueError as fault:
            if AMBIGUOUS not in str(fault):
                fault.add_note(f"in {self._when(at)}")
                raise
            raise ChoiceError(f"{self._when(at)}: {place_of(fault)}: {IN_BLOCKS}") from fault
        except Exception as fault:
            fault.add_note(f"in {self._when(at)}")
            raise
        return self._numbers(answer, asked, at, named, wanted)

    def _numbers(self, answer: Any, asked: Truth, at: Moment, named: Mapping[str, Number], wanted: str) -> Number:
        keys = np.shape(at._luck.keys)
        if isinstance(answer, np.ndarray | np.generic):
            if answer.shape not in ((), keys):
                worlds = f"the block has {keys[0]} worlds" if keys else "there is one world"
                raise ChoiceError(
                    f"{self._when(at)}: it gave an array of the shape {answer.shape}, but {worlds}; {wanted}"
                )
            if answer.shape == ():
                answer = answer.item()
            elif answer.dtype.kind in "iuf":
                return np.asarray(answer)
            elif answer.dtype.kind in "UO":
                return self._by_names(np.asarray(answer), asked, at, named, wanted)
        if isinstance(answer, str):
            return self._by_name(answer, at, named, wanted)
        if isinstance(answer, bool) or not isinstance(answer, int | float):
            kind = f"an array of {answer.dtype}" if isinstance(answer, np.ndarray) else repr(answer)
            raise ChoiceError(f"{self._when(at)}: it gave {kind}; {wanted}")
        return answer

    def _by_names(self, answer: Array, asked: Truth, at: Moment, named: Mapping[str, Number], wanted: str) -> Number:
        found: Number = np.zeros(answer.shape)
        here = np.broadcast_to(np.asarray(asked, bool), answer.shape)
        for name in dict.fromkeys(answer[here].tolist()):
            if not isinstance(name, str):
                raise ChoiceError(f"{self._when(at)}: it gave {name!r} in an array of names; {wanted}")
            found = np.where(answer == name, self._by_name(name, at, named, wanted), found)
        return found

    def _by_name(self, name: str, at: Moment, named: Mapping[str, Number], wanted: str) -> Number:
        if name in named:
            return named[name]
        likely = get_close_matches(name, named, 1)
        hint = f"; did you mean {likely[0]!r}?" if likely else f"; {wanted}"
        if name.replace(".", "", 1).isdecimal():
            hint = "; names and numbers do not go into one where(): numpy makes texts of both"
        raise ChoiceError(f"{self._when(at)}: {name!r} is no {'rung' if named else 'number'}{hint}")

    def _check(self, answer: Number, asked: Truth, at: At, top: int, wanted: str, what: str, whole: bool) -> None:
        """Refuses what is no number of the range, where it was asked for."""
        values = np.atleast_1d(np.asarray(answer, float))
        if np.shape(asked) and np.shape(answer):
            values = values[np.asarray(asked)]
        good = (values >= 0) & (values <= top)  # not a number is in no range
        if whole:
            good &= values == np.floor(values)
        if not good.all():
            worlds = "" if np.shape(answer) == () else f" (in {int((~good).sum())} of {len(values)} worlds)"
            bad = f"{values[~good][0]:g}{worlds}"
            raise ChoiceError(f"{self._when(at)}: {bad} is no {what.partition(' ')[2] or what}; {wanted}")

    def _when(self, at: At | Moment) -> str:
        return f"the choice {self.name!r} for {self.who} on {at.calendar.date} (day {at.calendar.day})"


NO_CHOICES: Mapping[str, Choice] = MappingProxyType({})


def place_of(fault: BaseException) -> str:
    """File and line of the author's function in which something was raised."""
    ours = (str(Path(__file__).parents[1]), str(Path(np.__file__).parent))
    frames = traceback.extract_tb(fault.__traceback__)
    last = ([frame for frame in frames if not frame.filename.startswith(ours)] or list(frames))[-1]
    return f"{last.filename}, line {last.lineno}{f' ({last.line})' if last.line else ''}"


def said_of(one: Mapping[str, str]) -> str:
    """A replaced choice by what the manifest says of it: ``the government by 'dove' version 1``."""
    version = f"version {one['version']}" if one["version"] else "of no declared version"
    return f"{one['who']} by {one['name']!r} {version}"


def with_replaced(choices: Sequence[Mapping[str, str]]) -> str:
    """What must be said of everything that was made with replaced choices; empty where there are none."""
    if not choices:
        return ""
    each = [said_of(one) for one in choices]
    several = f"{', '.join(each[:-1])} and {each[-1]}" if each[1:] else each[0]
    return f"with a replaced choice: {several}" if len(each) == 1 else f"with replaced choices: {several}"
