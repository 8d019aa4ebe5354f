"""The article that asks the question, and the days that bound what the model knows."""

from __future__ import annotations

from datetime import date

ARTICLE = "Schaer (DW, 10 Jan 2024)"
RECORD_STARTS = date(2023, 10, 7)
"""First day of the recorded past that every scenario from 10 January 2024 shares, and every one from within it."""
RECORD_ENDS = date(2024, 1, 10)
"""First day after the recorded past: the article's date, and the default start."""
EARLIEST_START = date(2011, 1, 1)
EVEN = 0.5
"""The midpoint of what runs from 0 to 1: influence at which a patron is neither strong nor weak."""
