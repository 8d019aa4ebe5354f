"""Numbers of results inside sentences of hand-written pages: ``<!-- value: NAME -->98.4 %<!-- end -->``.

They come from docs/results.json, docs/ablations.json and docs/calibration.json, by name (:func:`values`), so that no
sentence quotes a number that somebody has to remember to change.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.docs import DOCS, ablations
from sim.docs.results import NUMBERS
from sim.results.stats import wilson
from sim.scenario.accepted import accepted
from sim.show import phrases

_VALUE = re.compile(r"(<!-- value: ([\w /.:-]+?) -->)(.*?)(<!-- end -->)", re.DOTALL)
_BLOCK = re.compile(r"(<!-- made: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def pages(folder: Path = DOCS) -> list[Path]:
    """Every page that may quote a result."""
    root = folder.parent
    return [path for path in (root / "README.md", *sorted(folder.rglob("*.md"))) if path.exists()]


def values(folder: Path = DOCS) -> dict[str, str]:
    """Every number that a sentence may quote, by its name, as it is written.

    ``share SCENARIO OUTCOME`` and ``interval …`` (OUTCOME may be ``decided``: any decided end), the same with every
    judgement drawn as ``ranges …`` and ``ranges interval …``, with the central values as ``central …``; ``over
    SCENARIO OUTCOME``, its range over the accepted set (``… rounded`` in whole percentages); ``rounded SCENARIO
    OUTCOME``; ``condition NUMBER HOW OUTCOME``, what one condition does; ``accepted``, how many vectors there are;
    ``gaza SCENARIO PATH OUTCOME``, and the share ``… without`` the war; ``pattern ID`` and ``pattern ID 2``, its
    parts; ``patterns hold``, ``patterns counted``; ``worlds``; ``search NAME``, what docs/calibration.json says of
    the search.
    """
    found: dict[str, str] = {}
    path = folder / NUMBERS
    if path.exists():
        numbers = json.loads(path.read_text(encoding="utf-8"))
        found["worlds"] = f"{numbers['worlds']:,}"
        found |= _shares(numbers["shares"], "") | _shares(numbers["ranges"], "ranges ")
        found |= _shares(numbers.get("central", ()), "central ")
        for row in (*numbers["shares"], *numbers.get("decided", ())):
            told = row.get("set_low") is not None
            name = f"over {row['scenario']} {row['outcome']}"
            found[name] = phrases.interval(row["set_low"], row["set_high"]) if told else "not told"
            found[f"{name} rounded"] = _rounded(row["set_low"], row["set_high"]) if told else "not told"
            found[f"rounded {row['scenario']} {row['outcome']}"] = f"{100 * row['share']:.0f} %"
        for row in numbers.get("conditions", ()):
            name = f"condition {row['number']} {row['how']} {row['outcome']}"
            found[name] = phrases.points(row["difference"])
            found[f"{name} interval"] = f"{phrases.points(row['low'])} to {phrases.points(row['high'])}"
        found["accepted"] = f"{len(accepted()):,}"
        for row in numbers["gaza"]:
            if row["statistic"] == "share":
                name = f"gaza {row['scenario']} {row['path']} {row['measure']}"
                found[name] = phrases.points(row["difference"])
                found[f"{name} interval"] = f"{phrases.points(row['low'])} to {phrases.points(row['high'])}"
                found[f"{name} without"] = phrases.percent(row["there"])
        for row in numbers["patterns"]:
            for number, median in enumerate(row["medians"], 1):
                name = f"pattern {row['id']}" + (f" {number}" if number > 1 else "")
                found[name] = "none" if median is None else f"{median:.3g}"
        counted = [row for row in numbers["patterns"] if row["counted"]]
        found["patterns counted"] = str(len(counted))
        found["patterns hold"] = str(sum(row["inside"] for row in counted))
    search = json.loads((folder / "calibration.json").read_text(encoding="utf-8"))
    for name, value in search.items():
        if isinstance(value, int | float):
            found[f"search {name}"] = f"{value:,}" if isinstance(value, int) else f"{value:g}"
    found["search tried"] = f"{search['points'] * search['rounds']:,}"
    return found


def _rounded(low: float, high: float) -> str:
    """A range for a sentence in a newspaper: whole percentages."""
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def _shares(rows: Sequence[Mapping[str, Any]], head: str) -> dict[str, str]:
    """Shares and intervals of each scenario's outcomes, and of any decided end."""
    found: dict[str, str] = {}
    for row in rows:
        found[f"{head}share {row['scenario']} {row['outcome']}"] = phrases.percent(row["share"])
        found[f"{head}interval {row['scenario']} {row['outcome']}"] = phrases.interval(row["low"], row["high"])
        if row["outcome"] == "us_stays":
            count, worlds = row["worlds"] - row["count"], row["worlds"]
            found[f"{head}share {row['scenario']} decided"] = phrases.percent(count / worlds)
            found[f"{head}interval {row['scenario']} decided"] = phrases.interval(*wilson(count, worlds))
    return found


def filled(text: str, folder: Path = DOCS) -> str:
    """A page with its values, and its blocks ``<!-- made: … -->``, as they are today. KeyError for an unknown name."""
    if "<!-- value: " not in text and "<!-- made: " not in text:
        return text
    known = values(folder)

    def block(match: re.Match[str]) -> str:
        if match[2] != "ablations":
            raise KeyError(match[2])
        found = ablations.kept(folder)
        return match[0] if found is None else f"{match[1]}\n{ablations.block(found).strip()}\n\n{match[3]}"

    return _BLOCK.sub(block, _VALUE.sub(lambda match: f"{match[1]}{known[match[2]]}{match[4]}", text))


def without_marks(text: str) -> str:
    """A page with its values as plain words, for readers that take a comment at the head of a line for a block."""
    return _VALUE.sub(lambda match: match[3], text)


def stale(folder: Path = DOCS) -> dict[Path, str]:
    """The pages whose values or blocks are not those of today, and what they should say."""
    texts = {path: path.read_text(encoding="utf-8") for path in pages(folder)}
    made = {path: filled(text, folder) for path, text in texts.items()}
    return {path: text for path, text in made.items() if text != texts[path]}
