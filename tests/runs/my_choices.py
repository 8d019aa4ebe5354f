"""Replaced choices in a file of their own, as worker processes need them."""

from __future__ import annotations

from typing import Any

import sim
from sim.language.number import where


@sim.choice(name="dove", version="1")
def dove(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """Words or talks."""
    return where(me.pressure > 0.4, "talks", "condemn")  # type: ignore[call-overload]


@sim.choice(name="dove", version="2")
def later_dove(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """Words alone."""
    return "condemn"


@sim.choice(name="somebody", version="1", asks_person=True)
def somebody(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """A stand-in for a person's answer."""
    return "silence"


def nameless(me: Any, sees: Any, p: Any, at: Any) -> Any:
    """Declares nothing."""
    return "silence"
