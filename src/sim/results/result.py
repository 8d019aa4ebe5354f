"""What a run gives: worlds, weeks and dated acts as tables, with shares and differences that carry their intervals."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from sim.disk.words import one_line
from sim.language.door import Door
from sim.model.outcomes import OUTCOMES
from sim.results.stats import over_a_set, paired_means, paired_shares, unpaired_means, unpaired_shares, wilson
from sim.scenario.arguments import known_name, names_of, refuse, share

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import pyarrow as pa

    from sim.scenario.schema import Scenario

START_WORLDS = 500
SHARES = ["scenario", "outcome", "worlds", "count", "share", "low", "high", "set_low", "set_high"]
"""The columns of a table of shares."""


class Source(Protocol):
    """What a result reads: a results folder, or a run in memory."""

    def table(self, name: str) -> pa.Table:
        """``worlds``, ``weekly`` or ``events``."""

    def scenarios(self) -> list[Scenario]:
        """The scenarios as they were resolved, under the names that ``worlds`` calls them by."""


class Result:
    """The worlds of one or more scenarios, in memory or in a results folder (read when asked for).

    ``manifest`` says how they were made, as manifest.json does; ``manifest["failed"]`` names what did not work, and is
    empty as a rule.
    """

    def __init__(
        self, manifest: dict[str, Any], source: Source, folder: Path | None = None, part_of: Result | None = None
    ) -> None:
        self.manifest = manifest
        self.source = source
        self.folder = folder
        self._part_of = part_of
        self._starts: dict[str, dict[str, np.ndarray[Any, Any]]] = {} if part_of is None else part_of._starts

    def __repr__(self) -> str:
        names = ", ".join(scenario["name"] for scenario in self.manifest["scenarios"])
        where = "in memory" if self.folder is None else f"in {one_line(self.folder)}"
        replaced = f", {self.replaced}" if self.replaced else ""
        worlds, seed = f"{self.manifest['worlds']:,} worlds of {names}", f"seed {self.manifest['seed']}"
        return f"<Result: {worlds}, {seed}, {where}{replaced}>"

    def __getstate__(self) -> dict[str, Any]:
        """What pickle writes: all that is in memory; of a results folder its path, so that the folder has to be there.

        Raises PicklingError, in words, for a replaced choice that cannot be written.
        """
        for one in getattr(getattr(self.source, "inputs", None), "choices", ()):
            if reason := one.cannot_be_pickled():
                raise pickle.PicklingError(reason)
        return self.__dict__

    def __deepcopy__(self, memo: dict[int, Any]) -> Result:
        other = memo[id(self)] = type(self).__new__(type(self))
        other.__dict__.update(copy.deepcopy(self.__dict__, memo))
        return other

    def __copy__(self) -> Result:
        other = type(self).__new__(type(self))
        other.__dict__.update(self.__dict__)
        return other

    @property
    def choices(self) -> list[dict[str, str]]:
        """The actors' choices that were replaced, each with actor, who, name and version; empty as a rule."""
        return list(self.manifest.get("choices", []))

    @property
    def replaced(self) -> str:
        """The same for people: ``with a replaced choice: the government by 'dove' version 1``; empty as a rule."""
        from sim.model.choice import with_replaced

        return with_replaced(self.choices)

    @property
    def whole(self) -> Result:
        """The result that this one is a part of (see :meth:`only`); itself where it is none."""
        return self if self._part_of is None else self._part_of

    def only(self, names: str | Iterable[str]) -> Result:
        """Some of its scenarios, as a result: a view, which reads what this one has read and cannot be saved.

        One name, or several in any order: they come in the order of this result. ValueError for a name that it does not
        have.
        """
        wanted = {known_name(name, self._names()) for name in names_of("names", names)}
        kept = [scenario for scenario in self.manifest["scenarios"] if scenario["name"] in wanted]
        return type(self)({**self.manifest, "scenarios": kept}, self.source, self.folder, self.whole)

    def _part(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The rows of a table of the whole that are about this part's scenarios."""
        return frame[frame["scenario"].isin(self._names())].reset_index(drop=True)

    @cached_property
    def worlds(self) -> pd.DataFrame:
        """One row a world, by scenario and world; columns and units in docs/data.md.

        ``outcome_day``, ``completion_day`` and ``after_sanctions`` are whole numbers or missing (Int64).
        """
        if self._part_of is not None:
            return self._part(self._part_of.worlds)
        frame: pd.DataFrame = self.source.table("worlds").to_pandas(use_threads=False)
        return frame

    @cached_property
    def weekly(self) -> pd.DataFrame:
        """Per scenario, week and quantity: mean and quantiles over worlds. Rungs: ``rung/iraq/silence`` is a share."""
        if self._part_of is not None:
            return self._part(self._part_of.weekly)
        frame: pd.DataFrame = self.source.table("weekly").to_pandas(use_threads=False)
        return frame

    @cached_property
    def events(self) -> pd.DataFrame:
        """The dated acts of chosen worlds (or of all), each with the numbers of the acts it came from.

        ``accounts`` is a list of dicts, whose ``act`` is a whole number or None.
        """
        if self._part_of is not None:
            return self._part(self._part_of.events)
        frame: pd.DataFrame = self.source.table("events").to_pandas(use_threads=False, integer_object_nulls=True)
        return frame

    @cached_property
    def scenarios(self) -> list[Scenario]:
        """The scenarios as they were resolved, under the names that ``worlds`` calls them by."""
        if self._part_of is not None:
            return [scenario for scenario in self._part_of.scenarios if scenario.name in self._names()]
        return self.source.scenarios()

    def start_of(self, name: str) -> dict[str, np.ndarray[Any, Any]]:
        """The state that the past left a scenario before its first day, of the first worlds, at most 500.

        As :func:`sim.model.start.start_state` gives it. Simulated when asked for, so there is nothing where another
        version of the model made this result.
        """
        from sim.engine.fingerprint import model_hash
        from sim.engine.start import start_state

        name = known_name(name, self._names())
        if name not in self._starts:
            same = self.manifest["model"] == model_hash()
            scenario = next(scenario for scenario in self.scenarios if scenario.name == name)
            worlds = range(min(self.manifest["worlds"], START_WORLDS))
            self._starts[name] = start_state(scenario, seed=self.manifest["seed"], worlds=worlds) if same else {}
        return self._starts[name]

    def drawn(self, name: str, worlds: int | None = None) -> pd.DataFrame:
        """The numbers that each world of a scenario drew once: one row a world (of the first so many), by its number.

        Columns: world; ``vector``, the place of the drawn vector in the accepted set, only where the scenario draws
        from it; then each number drawn, by dotted name as :meth:`Scenario.replace` takes it. Nothing of it is kept: it
        follows from scenario, seed and world, and is drawn anew. So there is nothing but ``world`` where another
        version of the model, or another accepted set, made this result, or where the scenario draws no number.
        """
        import pandas as pd

        from sim.engine.fingerprint import model_hash
        from sim.engine.uncertain import drawn, vector
        from sim.language.field import ACCEPTED
        from sim.language.luck import world_keys
        from sim.scenario.load import fingerprint

        name = known_name(name, self._names())
        found: dict[str, Any] = {"world": self.worlds.loc[self.worlds["scenario"] == name, "world"].to_numpy()[:worlds]}
        scenario = next(scenario for scenario in self.scenarios if scenario.name == name)
        if self.manifest["model"] == model_hash() and self.provenance["scenarios"][name] == fingerprint(scenario):
            keys = world_keys(self.manifest["seed"], found["world"])
            found |= {"vector": vector(keys)} if scenario.uncertainty == ACCEPTED else {}
            found |= drawn(scenario, keys)
        return pd.DataFrame(found)

    @property
    def provenance(self) -> dict[str, Any]:
        """What figures and report say of their making: the same for every run of the same inputs.

        version, model (hash), seed, worlds (of each scenario), command (without --out and --workers), scenarios (name
        -> fingerprint).
        """
        said = {key: self.manifest.get(key) for key in ("version", "model", "seed", "worlds", "command")}
        said["scenarios"] = {one["name"]: one["fingerprint"] for one in self.manifest.get("scenarios", [])}
        return said

    def shares(self, level: float = 0.95) -> pd.DataFrame:
        """How often each outcome came about: scenario, outcome, worlds, count, share, low, high, set_low, set_high.

        One row for every scenario and outcome, also those that never came about. ``low`` and ``high`` are Wilson's
        interval at ``level``: chance alone (over the draws of uncertain parameters, where a scenario has them).
        ``set_low`` and ``set_high`` say how far the share moves with the parameters: its 10th and 90th percentile over
        the vectors of the accepted set, chance taken out of it (:func:`sim.results.stats.over_a_set`); not a number
        where the scenario draws none, or too few worlds tell. Neither holds doubt about the rules.
        """
        import pandas as pd

        rows, level = [], share("level", level)
        for name in self._names():
            of_it = self.worlds[self.worlds["scenario"] == name]
            ended, worlds = of_it["outcome"], len(of_it)
            for outcome in OUTCOMES:
                count = int((ended == outcome).sum())
                part = count / worlds if worlds else float("nan")
                rows.append(
                    (name, outcome, worlds, count, part, *wilson(count, worlds, level), *over_vectors(of_it, [outcome]))
                )
        return pd.DataFrame(rows, columns=SHARES)

    def _names(self) -> list[str]:
        return [scenario["name"] for scenario in self.manifest["scenarios"]]

    def difference(self, other: Result, outcome: str | None = None, *, level: float = 0.95) -> pd.DataFrame:
        """This result less another: what the other's conditions, or another seed, change.

        Two results of one scenario each are compared whatever its name; of several scenarios, those that both have.
        One row a measure: the share of each outcome (or of ``outcome`` alone), and the mean of each number that
        every world has. Columns: scenario, other (names), measure, statistic ("share" or "mean"), worlds, here,
        there, difference, low, high, paired.

        With the same seed, worlds of the same number share their random draws and are compared one by one (worlds that
        only one of the two has are left out): Bonett and Price's (2012) interval for paired shares. Otherwise
        Newcombe's (1998) for independent ones. Means have normal intervals. All hold chance only. Where choices were
        replaced, the names say so.
        """
        if not isinstance(other, Result):
            refuse("other", "another Result", other)
        mine, theirs = self._names(), other._names()
        if len(mine) == len(theirs) == 1:
            pairs = [(mine[0], theirs[0])]
        else:
            pairs = [(name, name) for name in mine if name in theirs]
        if not pairs:
            raise ValueError(f"no scenario in common: {', '.join(mine)} here, {', '.join(theirs)} there")
        paired = self.manifest["seed"] == other.manifest["seed"]
        found = differences([(self.worlds, a, other.worlds, b) for a, b in pairs], paired, outcome, level)
        for column, result in (("scenario", self), ("other", other)):
            if result.replaced:
                found[column] += f", {result.replaced}"
        return found

    def between(self, scenario: str, other: str, outcome: str | None = None, *, level: float = 0.95) -> pd.DataFrame:
        """One scenario of this result less another, world by world: as :meth:`difference`."""
        one, two = (known_name(name, self._names()) for name in (scenario, other))
        return differences([(self.worlds, one, self.worlds, two)], True, outcome, level)

    @Door
    def _repr_html_(self) -> str:
        """What a notebook shows: worlds, seed, the shares with both intervals, what can be called next."""
        raise NotImplementedError

    @Door
    def plot(self, name: str | None = None) -> Any:
        """A figure by its name, as in ``figures/``: a ``matplotlib.figure.Figure``, which a notebook shows by itself.

        Without a name: the names, each with what the figure shows. ValueError for a name that there is none of.
        """
        raise NotImplementedError

    @Door
    def plot_difference(self, other: Result) -> Any:
        """The outcomes of this result and of another, and this one less the other: a ``matplotlib.figure.Figure``.

        It draws the shares of :meth:`difference`: two governments, two runs, world by world where they share a seed.
        """
        raise NotImplementedError

    @Door
    def save(self, folder: str | Path, *, overwrite: bool = False, figures: bool = True) -> Path:
        """Writes this result as a results folder, the same bytes as a run with that folder; returns the folder.

        The folder has to be new or empty, or hold the same job (``overwrite`` replaces another's results). A result
        that was opened from a folder is copied.
        """
        raise NotImplementedError


def over_vectors(worlds: pd.DataFrame, outcomes: Sequence[str]) -> tuple[float, float]:
    """How far a share moves over the accepted set, from the worlds of one scenario: 10th, 90th percentile, or NaN."""
    if "vector" not in worlds.columns or worlds["vector"].isna().any() or not len(worlds):
        return float("nan"), float("nan")
    by = worlds["outcome"].isin(outcomes).groupby(worlds["vector"].astype("int64")).agg(["sum", "size"])
    found = over_a_set(by["sum"].to_numpy("int64"), by["size"].to_numpy("int64"))
    return (float("nan"), float("nan")) if found is None else (found.low, found.high)


def differences(
    pairs: Sequence[tuple[pd.DataFrame, str, pd.DataFrame, str]], paired: bool, outcome: str | None, level: float
) -> pd.DataFrame:
    """The rows of :meth:`Result.difference` for each (worlds, scenario, other worlds, other scenario)."""
    import pandas as pd

    from sim.runs.columns import NO_MEASURES

    level = share("level", level)
    if outcome is not None and outcome not in OUTCOMES:
        raise ValueError(f"outcome is one of {', '.join(OUTCOMES)}; not {outcome!r}")
    rows = []
    for worlds, name, others, other_name in pairs:
        key = ["point", "world"] if "point" in worlds.columns and "point" in others.columns else ["world"]
        one = worlds[worlds["scenario"] == name].set_index(key)
        two = others[others["scenario"] == other_name].set_index(key)
        common = one.index.intersection(two.index)
        matched = paired and len(common) > 0
        if matched:
            one, two = one.loc[common], two.loc[common]
        head = (name, other_name)
        for wanted in OUTCOMES if outcome is None else (outcome,):
            a, b = (one["outcome"] == wanted).to_numpy(bool), (two["outcome"] == wanted).to_numpy(bool)
            gap = (
                paired_shares(a, b, level)
                if matched
                else unpaired_shares(int(a.sum()), len(a), int(b.sum()), len(b), level)
            )
            rows.append((*head, wanted, "share", len(a), a.mean(), b.mean(), *gap, matched))
        if outcome is not None:
            continue
        numbers = one.select_dtypes("number").columns.intersection(two.select_dtypes("number").columns, sort=False)
        for column in numbers:
            if column in NO_MEASURES or one[column].isna().any() or two[column].isna().any():
                continue  # only the worlds in which something was decided have it, and those differ
            x, y = one[column].to_numpy(float), two[column].to_numpy(float)
            spread = paired_means(x, y, level) if matched else unpaired_means(x, y, level)
            rows.append((*head, column, "mean", len(x), x.mean(), y.mean(), *spread, matched))
    columns = [
        "scenario",
        "other",
        "measure",
        "statistic",
        "worlds",
        "here",
        "there",
        "difference",
        "low",
        "high",
        "paired",
    ]
    return pd.DataFrame(rows, columns=columns)
