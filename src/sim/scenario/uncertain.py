"""Uncertain numbers of a scenario: how a file says that a number is drawn once in each world."""

from __future__ import annotations

import math

from pydantic import model_validator

from sim.language.field import Section, Several

LEAST_WITHIN = 0.2
"""The least share of a normal that may lie within its bounds: what lies beyond is drawn again, and only so often."""


def share_within(mean: float, sd: float, bounds: tuple[float, ...]) -> float:
    """The share of a normal distribution that lies within bounds."""
    below, above = (0.5 * math.erf((bound - mean) / (sd * math.sqrt(2.0))) for bound in bounds)
    return above - below


class Distribution(Section):
    """An uncertain number, drawn once in each world: exactly one of the four forms.

    ``{uniform = [low, high]}``, ``{triangular = [low, mode, high]}``, ``{normal = [mean, sd], bounds = [low, high]}``
    (at least a fifth of it within the bounds) or ``{choices = [a, b, c]}`` (all equally likely).
    """

    uniform: Several[float] | None = None
    triangular: Several[float] | None = None
    normal: Several[float] | None = None
    bounds: Several[float] | None = None
    choices: Several[float] | None = None

    @model_validator(mode="after")
    def _one_form(self) -> Distribution:
        given = [name for name in ("uniform", "triangular", "normal", "choices") if getattr(self, name) is not None]
        if len(given) != 1:
            raise ValueError(f"give one of uniform, triangular, normal, choices; not {' and '.join(given) or 'none'}")
        for name, many, what in (("uniform", 2, "[low, high]"), ("triangular", 3, "[low, mode, high]")):
            values = getattr(self, name)
            if values is not None and (
                len(values) != many or list(values) != sorted(values) or values[0] == values[-1]
            ):
                raise ValueError(f"{name}: {what}, rising")
        if self.choices is not None and not self.choices:
            raise ValueError("choices: needs at least one number")
        if (self.normal is None) != (self.bounds is None):
            raise ValueError("normal: needs bounds = [low, high], and bounds belong to it alone")
        if self.normal is not None and self.bounds is not None:
            if len(self.normal) != 2 or self.normal[1] <= 0.0:
                raise ValueError("normal: [mean, sd], sd above 0")
            if len(self.bounds) != 2 or not self.bounds[0] < self.bounds[1]:
                raise ValueError("bounds: [low, high], rising")
            if not self.bounds[0] <= self.normal[0] <= self.bounds[1]:
                raise ValueError(f"bounds: must hold the mean, {self.normal[0]:g}")
            within = share_within(self.normal[0], self.normal[1], self.bounds)
            if within < LEAST_WITHIN:
                low, high = self.bounds
                share = f"only {100.0 * within:.2g} %" if within >= 0.0001 else "hardly anything"
                raise ValueError(
                    f"bounds: hold {share} of this normal, less than a fifth, so that its shape is lost; "
                    f"write {{uniform = [{low:g}, {high:g}]}}, or a smaller sd"
                )
        return self

    @property
    def span(self) -> tuple[float, float]:
        """The smallest and the largest value it can give."""
        values = self.uniform or self.triangular or self.bounds or self.choices or ()
        return min(values), max(values)
