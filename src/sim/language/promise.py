"""What a rule promises, said beside it and proved by the tests.

A rule is a pure function of numbers, written once for one world or many. ``@promises`` declares what
must hold for any input in its domain, and enters it in ``RULES``; tests/model/test_rules.py takes each
entry and tries to break it: bounds, direction in each named input, no memory between calls, and the
same bits for floats and arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

Rule = TypeVar("Rule", bound=Callable[..., Any])


@dataclass(frozen=True)
class Promise:
    """What one rule declares: its bounds, in which inputs it never falls or never rises, and where."""

    rule: Callable[..., Any]
    bounded: tuple[float, float] | None
    rises_with: tuple[str, ...]
    falls_with: tuple[str, ...]
    domain: Mapping[str, tuple[float, float]]


RULES: dict[str, Promise] = {}
"""Every rule by its qualified name, such as ``militia.wish``."""


def promises(
    *,
    bounded: tuple[float, float] | None = None,
    rises_with: tuple[str, ...] = (),
    falls_with: tuple[str, ...] = (),
    **domain: tuple[float, float],
) -> Callable[[Rule], Rule]:
    """Declare a rule. Inputs lie in 0..1 unless ``domain`` says otherwise, e.g. ``stress=(0, 50)``."""

    def declare(rule: Rule) -> Rule:
        *_, folder, file = rule.__module__.split(".")
        name = f"{folder if file == 'rules' else file}.{rule.__name__}"
        RULES[name] = Promise(rule, bounded, rises_with, falls_with, domain)
        return rule

    return declare
