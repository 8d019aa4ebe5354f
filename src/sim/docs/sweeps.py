"""docs/sweep-results.md: the ready sweeps, run in full, with what they say; made of docs/sweep-results.json.

``python -m sim.docs.remake sweeps`` runs them: some minutes on two cores. What the page says is put together from the
tables of each sweep's analysis, so that no sentence outlives its numbers.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.disk.writing import put
from sim.docs import DOCS, numbers
from sim.docs.markdown import code, table
from sim.engine.fingerprint import model_hash
from sim.scenario.parameters import parameters
from sim.scenario.schema import Scenario
from sim.show import phrases
from sim.sweeps.files import read_sweep, shipped_sweeps

if TYPE_CHECKING:
    import pandas as pd

    from sim.sweeps.sweep import Sweep

NAMES = ("severity", "gaza_and_restraint", "permissiveness_and_leverage", "what_carries_it", "screen")
FILE, PAGE = "sweep-results.json", "sweep-results.md"
SHOWN = {
    "severity": ("response-strike", "response-attack"),
    "gaza_and_restraint": ("heat",),
    "permissiveness_and_leverage": ("heat",),
    "what_carries_it": ("rank_correlations",),
    "screen": ("screen",),
}
"""Of each sweep, the tables of which a picture is shown."""
MOST = 8
"""Rows of a table on the page."""
INTRODUCTION = """\
The ready sweeps of `scenarios/sweeps/`, run in full once with this version of the model. Each can be run again with the
command that stands with it, on a laptop in minutes; its folder then has every point, world, table and figure. Intervals
are 95 % and hold chance only. Where the conditions draw the accepted set, chance includes which vectors were drawn; a
difference compares the same worlds. With common luck the levels of neighbouring points move together: read curves and
maps for their shape and for differences. Nothing here is a forecast.
"""


def said_by(name: str) -> str:
    """A hash of what a ready sweep says."""
    return sha256(shipped_sweeps()[name].read_bytes()).hexdigest()[:16]


def kept(folder: Path = DOCS) -> dict[str, Any]:
    """What docs/sweep-results.json holds; nothing where there is none."""
    return numbers.kept(folder / FILE)


def stale(folder: Path = DOCS) -> str:
    """Why the page is not that of the model and the sweeps as they are; nothing where it is."""
    found = kept(folder)
    if not found:
        return f"there is no docs/{FILE}"
    if found["model"] != model_hash():
        return "the sweeps were run by another version of the model"
    others = [name for name in NAMES if found["sweeps"].get(name, {}).get("of") != said_by(name)]
    if others:
        return f"{', '.join(others)} said something else when it was run"
    path = folder / PAGE
    same = path.exists() and path.read_text(encoding="utf-8") == page(found)
    return "" if same else f"docs/{PAGE} is not what docs/{FILE} gives"


def write(folder: Path = DOCS, workers: int = 1, worlds: int | None = None, names: Iterable[str] = NAMES) -> None:
    """Runs the sweeps and writes page, numbers and figures. ``worlds`` a point are the sweep's own where None.

    What was run by this version of the model, and says what it said then, is not run again.
    """
    from sim.jobs.sweep import sweep

    before = kept(folder)
    good = before["sweeps"] if before.get("model") == model_hash() else {}
    found: dict[str, Any] = {"model": model_hash(), "sweeps": {}}
    for name in names:
        if good.get(name, {}).get("of") == said_by(name):
            found["sweeps"][name] = good[name]
            continue
        with tempfile.TemporaryDirectory() as parent:
            made = sweep(design=name, out=Path(parent) / name, workers=workers, worlds=worlds, skip_refused=True)
            found["sweeps"][name] = {"of": said_by(name), **told(made, name)}
            for figure in found["sweeps"][name]["figures"]:
                picture = Path(parent) / name / "figures" / f"{figure['file']}.svg"
                put(folder / "figures" / f"sweep_{name}_{figure['file']}.svg", picture.read_bytes())
    put(folder / FILE, json.dumps(found, indent=1, ensure_ascii=False) + "\n")
    put(folder / PAGE, page(found))


# --- what is kept of a sweep ---


def told(sweep: Sweep, name: str) -> dict[str, Any]:
    """What the page tells of a sweep, from its tables."""
    from sim.show.sweeps.pictures import pictures
    from sim.show.sweeps.shown import Shown

    tables = dict(sweep.tables())
    shown = Shown(sweep)
    wanted = [one for one in pictures(shown) if one.table in SHOWN[name]]
    base = sweep.shares[sweep.shares["point"] == sweep.shares["base"]]
    return {
        "points": int(sweep.manifest["points"]),
        "worlds": int(sweep.manifest["worlds"]),
        "refused": len(sweep.manifest["refused"]),
        "base": rows_of(base[["scenario", "outcome", "worlds", "share", "low", "high"]]),
        "figures": [{"file": one.name, "caption": one.caption} for one in wanted[:3]],
        "tables": KEPT[name](tables),
    }


def rows_of(found: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain Python, numbers to six digits."""
    rows: list[dict[str, Any]] = json.loads(found.to_json(orient="records", double_precision=6))
    return rows


def of_severity(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """Curves of the forced exits, and where they pass 10 and 50 %."""
    columns = ["scenario", "value", "share", "low", "high", "difference", "diff_low", "diff_high"]
    found: dict[str, Any] = {}
    for part in ("strike", "attack"):
        curve = tables[f"response-{part}"]
        dimension = f"events.{part}.dead"
        mine = curve[(curve["outcome"] == "forced_exit") & (curve["dimension"] == dimension)]
        found[part] = rows_of(mine[columns])
        passed = tables.get(f"thresholds-{part}")
        if passed is not None and len(passed):
            rows = passed[(passed["outcome"] == "forced_exit") & (passed["dimension"] == dimension)]
            found[f"{part}_thresholds"] = rows_of(rows[["scenario", "level", "direction", "at", "earliest", "latest"]])
    return found


def of_a_map(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The map of forced exits, and what each dimension does by itself from end to end."""
    curve = tables["response"]
    mine = curve[curve["outcome"].isin(["forced_exit", "negotiated_exit"])]
    ends = mine.groupby(["scenario", "outcome", "dimension"], sort=False)
    two = [part.iloc[[0, -1]] for _, part in ends]
    import pandas as pd

    columns = [
        "scenario",
        "outcome",
        "dimension",
        "value",
        "share",
        "low",
        "high",
        "difference",
        "diff_low",
        "diff_high",
    ]
    return {"ends": rows_of(pd.concat(two)[columns])}


def of_what_carries(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The numbers that go furthest with forced and negotiated exits, and the boxes of forced ones."""
    ranks = tables["rank_correlations"]
    top = [
        part.head(MOST)
        for (_, outcome), part in ranks.groupby(["scenario", "outcome"], sort=False)
        if outcome in ("forced_exit", "negotiated_exit")
    ]
    import pandas as pd

    found = {"ranks": rows_of(pd.concat(top)), "many": int(ranks["name"].nunique())}
    if "boxes" in tables:
        boxes = tables["boxes"]
        first = boxes[(boxes["box"] == 1) & (boxes["outcome"] == "forced_exit")].drop_duplicates("scenario")
        found["boxes"] = rows_of(first[["scenario", "coverage", "density", "mass", "share", "words"]])
    return found


def of_a_screen(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The numbers that move the troops' staying most, those that move nothing, and the edges."""
    screen = tables["screen"]
    stays = screen[screen["outcome"] == "us_stays"]
    ranked = stays.reindex(stays["effect"].abs().sort_values(ascending=False, kind="stable").index)
    columns = ["name", "low_value", "high_value", "share_low", "share_high", "effect", "effect_low", "effect_high"]
    edges = sorted(screen[screen["knife_edge"].astype(bool)]["name"].unique().tolist())
    units = {name: about.unit for name, _, about in parameters(Scenario())}
    return {
        "many": int(screen["name"].nunique()),
        "most": rows_of(ranked.head(MOST)[columns]),
        "dead": sorted(screen[screen["dead"]]["name"].unique().tolist()),
        "edges": edges,
        "why": "All of them are counts of days, and a count is compared with days: just below a whole number means a "
        "day less by what the number means."
        if edges and all(units.get(name) == "days" for name in edges)
        else "",
    }


KEPT: dict[str, Callable[[Mapping[str, pd.DataFrame]], dict[str, Any]]] = {
    "severity": of_severity,
    "gaza_and_restraint": of_a_map,
    "permissiveness_and_leverage": of_a_map,
    "what_carries_it": of_what_carries,
    "screen": of_a_screen,
}


# --- the page ---


def page(found: Mapping[str, Any]) -> str:
    """The page in Markdown."""
    parts = ["# What the ready sweeps say", "", INTRODUCTION, f"Model `{found['model']}`."]
    for name, said in found["sweeps"].items():
        asked = read_sweep(name)
        parts += ["", f"## {asked.title}", "", asked.summary, ""]
        parts += [f"    python3 run.py sweep {name}", ""]
        refused = f"; {said['refused']} points are refused, since no scenario may say them" if said["refused"] else ""
        parts += [f"{said['points']:,} points, {said['worlds']:,} worlds each{refused}.", ""]
        for figure in said["figures"]:
            parts += [f"![{figure['caption']}](figures/sweep_{name}_{figure['file']}.svg)", ""]
        parts += SAID[name](said["tables"])
    return "\n".join(parts).rstrip() + "\n"


def as_table(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table of the page, without the line break at its end."""
    return table(heads, rows).rstrip()


def with_interval(row: Mapping[str, Any]) -> str:
    """A share with its interval."""
    return f"{phrases.percent(row['share'])} ({phrases.interval(row['low'], row['high'])})"


def gap_of(row: Mapping[str, Any], name: str = "difference", low: str = "diff_low", high: str = "diff_high") -> str:
    """A difference in points with its interval."""
    return f"{phrases.points(row[name])} ({phrases.points(row[low])} to {phrases.points(row[high])})"


def sentences_of_severity(said: Mapping[str, Any]) -> list[str]:
    """The severity of one event: where forced exits pass a level, and the tables."""
    lines = [apart(said), ""]
    for part, whose in (("strike", "Iraqi dead in the strike"), ("attack", "US dead in the attack")):
        rows = said[part]
        names = list(dict.fromkeys(row["scenario"] for row in rows))
        values = list(dict.fromkeys(row["value"] for row in rows))
        by = {(row["scenario"], row["value"]): row for row in rows}
        shown = [(f"{float(value):g}", *(with_interval(by[name, value]) for name in names)) for value in values]
        lines += [as_table([whose, *(code(name) for name in names)], shown), ""]
        last = [by[name, values[-1]] for name in names]
        lines += [
            f"With {float(values[-1]):g} {whose}, forced exits differ from the base by "
            + "; ".join(f"{gap_of(row)} points under {code(row['scenario'])}" for row in last)
            + "."
        ]
        passed = [
            f"{phrases.percent(row['level'])} at {row['at']:.3g} (from {row['earliest']:.3g} to "
            f"{'beyond what was tried' if row['latest'] is None else format(row['latest'], '.3g')}) under "
            f"{code(row['scenario'])}"
            for row in said.get(f"{part}_thresholds", [])
            if row["direction"] == "rising" and row["at"] is not None and row["earliest"] is not None
        ]
        lines += [f"Forced exits pass {'; '.join(passed)}." if passed else
                  "No curve that begins below 10 or 50 % rises past it within the numbers tried.", ""]  # fmt: skip
    return lines


def apart(said: Mapping[str, Any]) -> str:
    """How far either kind of event moves the forced exits at its most, and whether the first dead matter."""
    most = {
        part: [row for row in said[part] if row["value"] == said[part][-1]["value"]] for part in ("strike", "attack")
    }
    told = ", ".join(
        f"{phrases.points(one['difference'])} against {phrases.points(two['difference'])}"
        for one, two in zip(most["strike"], most["attack"], strict=True)
    )
    few = [row for row in said["strike"] if row["value"] == 5]
    small = max(abs(row["difference"]) for row in few)
    pairs = list(zip(most["strike"], most["attack"], strict=True))
    always = all(abs(one["difference"]) > abs(two["difference"]) for one, two in pairs)
    whose = "It depends on whose dead they are, not only on how many: " if always else ""
    further = "under each of the conditions, " if always else ""
    return (
        f"{whose}{further}{float(most['strike'][0]['value']):g} Iraqi dead in a US strike in Baghdad against as many "
        f"US dead in an attack move forced exits by {told} points. With five dead in the strike they move by "
        f"{phrases.points(small).lstrip('+')} points at most."
    )


def sentences_of_a_map(said: Mapping[str, Any]) -> list[str]:
    """A map: each dimension from end to end, the other averaged."""
    rows = said["ends"]
    shown = []
    for low, high in zip(rows[::2], rows[1::2], strict=True):
        shown.append(
            (code(low["scenario"]), phrases.outcome(low["outcome"]), code(low["dimension"]),
             f"{float(low['value']):g}: {with_interval(low)}", f"{float(high['value']):g}: {with_interval(high)}")
        )  # fmt: skip
    heads = ["conditions", "ending", "what moves", "at its lowest", "at its highest"]
    return [as_table(heads, shown), "", "The other dimension is averaged over the map. " + further(rows), ""]


def further(rows: Sequence[Mapping[str, Any]]) -> str:
    """Which dimension moves the forced exits further from end to end, under each of the conditions."""
    moves: dict[str, list[tuple[float, str]]] = {}
    for low, high in zip(rows[::2], rows[1::2], strict=True):
        if low["outcome"] == "forced_exit":
            moves.setdefault(low["scenario"], []).append((high["share"] - low["share"], low["dimension"]))
    said = []
    for scenario, found in moves.items():
        (most, name), (least, other) = sorted(found, key=lambda one: -abs(one[0]))[:2]
        said.append(
            f"Under {code(scenario)} {code(name)} moves forced exits from end to end by {phrases.points(most)} points, "
            f"{code(other)} by {phrases.points(least)}."
        )
    return " ".join(said)


def sentences_of_what_carries(said: Mapping[str, Any]) -> list[str]:
    """The strongest rank correlations and the boxes."""
    shown = [
        (code(row["scenario"]), phrases.outcome(row["outcome"]), code(row["name"]),
         f"{row['rho']:+.2f} ({row['low']:+.2f} to {row['high']:+.2f})", "yes" if row["stands_out"] else "no")
        for row in said["ranks"]
    ]  # fmt: skip
    heads = ["conditions", "ending", "number", "rank correlation", "stands out"]
    lines = [
        f"Of {said['many']} numbers, those that go furthest with each ending (Spearman, clusters are the points); "
        "whether one stands out takes into account how many are looked at. These are the whole plausible ranges, "
        "whether the record is shown or not: shares here are not the answer, which is over [the accepted "
        "set](accepted.md).",
        "",
        as_table(heads, shown),
        "",
    ]
    for row in said.get("boxes", []):
        lines += [
            f"Under {code(row['scenario'])} forced exits are densest where {row['words']}: "
            f"{phrases.percent(row['density'])} of the worlds there, against {phrases.percent(row['share'])} over the "
            f"whole design; that box has "
            f"{phrases.percent(row['mass'])} of the worlds and {phrases.percent(row['coverage'])} of the forced exits.",
            "",
        ]
    return lines


def sentences_of_a_screen(said: Mapping[str, Any]) -> list[str]:
    """What moves most, what moves nothing, and where defaults sit on an edge."""
    shown = [
        (code(row["name"]), f"{row['low_value']:g} to {row['high_value']:g}", phrases.percent(row["share_low"]),
         phrases.percent(row["share_high"]), gap_of(row, "effect", "effect_low", "effect_high"))
        for row in said["most"]
    ]  # fmt: skip
    heads = ["number", "range", "troops stay, lowest", "troops stay, highest", "difference, points"]
    dead, edges = (", ".join(map(code, said[name])) or "none" for name in ("dead", "edges"))
    return [
        f"The {len(said['most'])} of {said['many']} numbers that move the troops' staying most, each alone:",
        "",
        as_table(heads, shown),
        "",
        f"Numbers that change nothing in any world, from one end of their range to the other: {dead}. "
        "Most of them live in another past, or behind a cap that these conditions do not reach.",
        "",
        f"Defaults on a knife-edge, whose last bit changes a fifth of the worlds: {edges}. {said['why']}",
        "",
    ]


SAID: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "severity": sentences_of_severity,
    "gaza_and_restraint": sentences_of_a_map,
    "permissiveness_and_leverage": sentences_of_a_map,
    "what_carries_it": sentences_of_what_carries,
    "screen": sentences_of_a_screen,
}
