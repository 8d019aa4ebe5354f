"""How the presence can end: the outcomes, and the kinds of each."""

from __future__ import annotations

OUTCOMES = ("us_stays", "negotiated_exit", "forced_exit", "lapsed")
STAYS, NEGOTIATED, FORCED, LAPSED = range(len(OUTCOMES))
KINDS = ("unchanged", "relabelled", "reduced", "phased", "full", "letter", "binding_law", "ran_out")
UNCHANGED, RELABELLED, REDUCED, PHASED, FULL, LETTER, BINDING_LAW, RAN_OUT = range(len(KINDS))
OUTCOME_OF = (STAYS, STAYS, STAYS, NEGOTIATED, NEGOTIATED, FORCED, FORCED, LAPSED)
"""The outcome of each kind of ending."""
