"""docs/accepted.md: what the accepted set is, how it was found, and what it says about each number."""

from __future__ import annotations

from collections import Counter

from sim.docs.markdown import MADE, code, prose, table
from sim.evidence.accept import COUNTED, FIRST, NEW, ranges
from sim.scenario.accepted import Accepted, accepted

SHOWN = 25
"""Rows of a table, at most."""


def page(found: Accepted | None = None) -> str:
    """The text of docs/accepted.md."""
    found = found or accepted()
    made = found.made
    parts = [
        f"# The accepted set\n\n{MADE}",
        prose(
            "One set of numbers that fits the record is not the only one that does. The scenarios of the answer "
            'therefore say `uncertainty = "accepted"`: each world draws one vector of all numbers that nobody knows '
            f"well, out of {len(found):,} that show the record, all equally likely. A share over such worlds is a "
            "share over the set; how far it moves *within* the set stands beside it as a range. "
            "`--uncertainty none` gives the central values alone, `--uncertainty judgement` every number from its "
            "plausible range, whether the record is shown or not. A number that a scenario sets is not drawn."
        ),
        "## How it was found",
        prose(
            f"{made['tried']:,} points of Latin hypercubes over the plausible ranges of all {len(found.names)} numbers "
            f"of role `uncertainty`, fitted and unfitted alike ({made['batches']} batches of {made['points']:,}, seed "
            f"{made['seed']}), were judged by the patterns of [validation](validation.md) in {made['worlds']} worlds "
            f"of each hindcast. A counted pattern is shown where it lies in its band, a new one where the record's "
            f"value is in the central 90 % of what one world gives. {made['shown']:,} points showed at least "
            f"{made['least_counted']} of the {len(COUNTED)} counted patterns and {made['least_new']} of the {len(NEW)} "
            f"new ones; run again with other luck and {made['confirm_worlds']} worlds, {len(found):,} still did: these "
            "are the set. Nothing of what becomes of the presence after 9 January 2024 is looked at."
        ),
        prose(
            "This is rejection (Pritchard et al. 1999, *Mol. Biol. Evol.* 16, 1791-1798), so that the set is what the "
            "ranges hold less what does not show the record, and lies in no region that somebody searched: "
            f"{made['apart']} of its vectors lie as far from one another, in the fitted numbers, as the regions of "
            "[the search](validation.md#the-search) do. It is as honest as the ranges are: they are judgements, and "
            "even within them. It knows nothing of other rules. Where a scenario sets a number that goes together with "
            "another in the set, the other is drawn as if it did not."
        ),
        prose(
            f"The autumn of 2023 ({code(FIRST)}) rules out most points and is the quickest to live, so it is asked "
            "first. On two cores with the compiled program a batch of 2,000 takes about two minutes, and it goes on "
            "where it stood:"
        ),
        f"```sh\npython3 run.py calibrate --accept src/sim/scenario/accepted.json --batches {made['batches']}\n```",
        prose(
            "The file holds every vector with the batch and point it was, how many patterns it shows and which it "
            "misses; made of the same seed and budget it is the same, byte for byte."
        ),
        "## What its vectors miss",
        table(("pattern", "missed by", "share"), misses(found)).rstrip(),
        "## How much narrower it is than the ranges",
        prose(
            "The central 80 % of the set's values of each number against those of its range: 0 is as wide, 1 is one "
            "value, below 0 wider. By chance alone one number in forty looks narrower by "
            f"{made['narrower_by_chance']:g} or more, one in forty wider by about as much; the record says something "
            "about those well beyond that. The "
            f"first {SHOWN} of {len(found.names)}, narrowest first (the file has all of them, under `narrower`):"
        ),
        table(("number", "range", "set, 10–90 %", "median", "narrower by"), narrowed(found)).rstrip(),
        "## What goes together",
        prose(
            "Rank correlations (Spearman) between numbers within the set that are larger than any of all pairs would "
            f"be by chance in one such set of twenty ({made['correlated_by_chance']:g}), largest first."
        ),
        together(found),
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def misses(found: Accepted) -> list[tuple[str, str, str]]:
    """Each pattern that some vector misses, and how many do, most first."""
    many = Counter(name for vector in found.found for name in vector["misses"])
    return [
        (code(name) + (" (new)" if name in NEW else ""), f"{count} of {len(found)}", f"{count / len(found):.0%}")
        for name, count in sorted(many.items(), key=lambda pair: (-pair[1], pair[0]))
    ]


def narrowed(found: Accepted) -> list[tuple[str, ...]]:
    """The numbers that the set narrows most."""
    import numpy as np

    rows = sorted(found.made["narrower"].items(), key=lambda pair: -pair[1])[:SHOWN]
    cells: list[tuple[str, ...]] = []
    for name, by in rows:
        low, middle, high = np.quantile(found.columns[name], (0.1, 0.5, 0.9))
        least, most = ranges()[name]
        cells.append((code(name), f"{least:g}–{most:g}", f"{low:.3g}–{high:.3g}", f"{middle:.3g}", f"{by:.2f}"))
    return cells


def together(found: Accepted) -> str:
    """The table of correlations, or that there are none."""
    pairs = found.made["correlations"][:SHOWN]
    if not pairs:
        return "There are none: what the record tells apart in so many vectors is single numbers."
    return table(("number", "and", "rank correlation"), [(code(a), code(b), f"{rho:+.2f}") for a, b, rho in pairs])
