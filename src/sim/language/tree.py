"""A scenario's numbers as the rules meet them: a plain number, or an array with one entry per world."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from pydantic import BaseModel

from sim.language.number import Number


class Settings:
    """The numbers of a section as attributes; sections within it as attributes or, if named, as a dict."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)
        self.__dict__["_arrays"] = tuple(k for k, v in values.items() if isinstance(v, np.ndarray))

    if TYPE_CHECKING:  # attributes come from the scenario; a real method of this name would slow each of them down

        def __getattr__(self, name: str) -> Number: ...

    def cut(self, places: np.ndarray[Any, Any]) -> Settings:
        """The same numbers for some of the worlds."""
        if not self._arrays:
            return self
        return Settings(
            {k: v[places] if isinstance(v, np.ndarray) else v for k, v in vars(self).items() if k != "_arrays"}
        )


def settings(section: BaseModel, overrides: Mapping[str, Any] | None = None, prefix: str = "") -> Settings:
    """The settings of a scenario (or a section of it), with arrays over worlds in place of some numbers.

    ``overrides`` maps dotted names (``united_states.restraint``, ``groups.Badr Organization.control``) to
    arrays. A name that is no number of the scenario is a KeyError.
    """
    overrides = dict(overrides or {})
    found = _settings(section, overrides, prefix)
    if overrides and not prefix:
        raise KeyError(f"no number of the scenario is called {', '.join(sorted(overrides))}")
    return found


def _settings(section: BaseModel, overrides: dict[str, Any], prefix: str) -> Settings:
    values: dict[str, Any] = {}
    for name in type(section).model_fields:
        value, dotted = getattr(section, name), f"{prefix}{name}"
        if isinstance(value, BaseModel):
            values[name] = _settings(value, overrides, f"{dotted}.")
        elif isinstance(value, dict):
            values[name] = {key: _settings(item, overrides, f"{dotted}.{key}.") for key, item in value.items()}
        elif isinstance(value, int | float) and not isinstance(value, bool):
            values[name] = overrides.pop(dotted, value)
        else:
            values[name] = value
    return Settings(values)
