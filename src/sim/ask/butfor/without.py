"""Worlds in which some events are held back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from sim.ask.butfor.kinds import KINDS, Changed, Today, What
from sim.engine.mesa import WithdrawalModel, day_by_day, forget
from sim.engine.observe import Rows
from sim.language.number import Array, where
from sim.model.at import At
from sim.scenario.schema import Scenario


class Held(NamedTuple):
    """What is held back, in which worlds of a block: a kind, on some days, of somebody; nobody named: of everybody."""

    kind: str
    worlds: Array
    first: int = 0
    last: int = 2**31
    who: str = ""
    nth: int | None = None


class Without(WithdrawalModel):
    """Many worlds, in each of which some events are held back; nothing held back, they are as they always are."""

    def __init__(self, scenario: Scenario, held: Sequence[Held], **more: Any) -> None:
        self._held: list[Held] = []  # the past is lived as it was
        self._today = Today()
        super().__init__(scenario, collect=False, **more)
        self._held = list(held)

    def on(self, day: int) -> At:
        """The day as every step meets it, changed so that what is held back does not happen."""
        at = super().on(day)
        now: dict[tuple[str, str, int | None], Array] = {}
        for held in self._held:
            if held.first <= day <= held.last:
                key = held.kind, held.who, held.nth
                now[key] = held.worlds | now.get(key, False)
        if not now:
            return at
        today = self._today = Today()
        for (kind, who, index), worlds in now.items():
            KINDS[kind].hold(self, What(worlds, who, index), today)
        luck: Any = Changed(at.luck, today.draws)
        return at._replace(luck=luck, draw=luck.draw, given=partial(_given, at.given, today.gifts))

    def live(self) -> None:
        """The next day; where a strike was called off, what had built up to it is spent."""
        self._today = Today()
        super().live()
        for off in self._today.called_off:
            if off.any():
                washington = self.world.united_states
                kept = washington.stress * self.p.united_states.stress_kept
                spent = washington._replace(stress=where(off, kept, washington.stress))
                self.world = self.world._replace(united_states=spent)


def _given(given: Any, gifts: Mapping[str, Any], name: str, value: Any) -> Any:
    """What holds under a name today: what is put into the day before what the day gives."""
    return gifts[name] if name in gifts else given(name, value)


def outcomes(
    scenario: Scenario,
    held: Sequence[Held],
    *,
    seed: int,
    worlds: Sequence[int] | Array,
    numbers: Mapping[str, float] | None = None,
) -> dict[str, Array]:
    """The ``worlds`` table of a block in which some events are held back, in columns."""
    given = {name: np.full(len(worlds), value) for name, value in (numbers or {}).items()}
    model = Without(scenario, held, seed=seed, worlds=worlds, overrides=given or None)
    rows = Rows(model.worlds, scenario.days, model.tally)
    model.watch(rows)
    try:
        day_by_day(model, scenario.days)
        return rows.columns
    finally:
        forget(model)
