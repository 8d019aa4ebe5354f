"""What is said of input that cannot be used."""

from __future__ import annotations

from sim.disk.words import OneLine


class InputError(OneLine, ValueError):
    """What was asked for cannot be done as it is: nothing was computed, nothing was changed."""

    exit_code = 2
