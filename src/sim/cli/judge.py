"""`validate` and `calibrate`: the model against the record, and the search for numbers that fit it."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sim.cli.options import Parser, Refused, a_path, engine_option, json_option, whole_number


def validate_options(parser: Parser) -> None:
    """The options of `validate`."""
    parser.add_argument(
        "--worlds",
        type=whole_number(10, "a number of worlds"),
        metavar="N",
        help="worlds of each hindcast (default 600); with --ablate of each scenario too (default 200 and 1,000)",
    )
    parser.add_argument(
        "--ablate", action="store_true", help="every mechanism switched off: patterns lost, shares of endings moved"
    )
    parser.add_argument("--seed", type=whole_number(0, "a seed"), default=1, metavar="N", help="seed (default 1)")
    engine_option(parser)
    json_option(parser)


def validate(chosen: argparse.Namespace) -> int:
    """Print every pattern, observed and as the free hindcasts have it; 0 whether or not all lie inside."""
    from sim.engine.fingerprint import model_hash
    from sim.engine.ways import NoEngine
    from sim.evidence.validate import validate as measure

    if chosen.ablate:
        return ablations(chosen)
    worlds = chosen.worlds or 600
    try:
        rows = measure(worlds=worlds, seed=chosen.seed, engine=chosen.engine or "auto")
    except NoEngine as fault:
        raise Refused(str(fault)) from fault
    counted = [row for row in rows if row["counted"]]
    new = [row for row in rows if row["new"]]
    if chosen.json:
        said = {"patterns": rows, **_held(counted, ""), **_held(new, "new_")}
        print(json.dumps({**said, "worlds": worlds, "seed": chosen.seed, "model": model_hash()}))
        return 0
    print(f"Patterns in free hindcasts, {worlds:,} worlds each (median or share; 10th to 90th percentile)\n")
    print(
        f"{'pattern':20}{'observed':>9}{'model':>8}  {'10-90 %':>16}  {'band':>13}  inside"
        f"  {'counts as':>9}  {'of one, 5-95 %':>16}  {'tail':>6}  in 90 %"
    )
    for row in rows:
        for number, part in enumerate(row.get("parts", [row])):
            name = row["id"] if number == 0 else f"  {part['part']}"[:20]
            spread = f"{_short(part['low'])} to {_short(part['high'])}"
            band = f"{_short(part['band'][0])} to {_short(part['band'][1])}"
            predicted = f"{_short(part['predicted_low'])} to {_short(part['predicted_high'])}"
            kind = "" if row["counted"] else " (new)" if row["new"] else " (an input, not counted)"
            print(
                f"{name:20}{_short(part['observed']):>9}{_short(part['median']):>8}  {spread:>16}  {band:>13}  "
                f"{_mark(part['inside']):>6}  {_short(part['scored']):>9}  {predicted:>16}  {part['tail']:>6.2f}  "
                f"{_mark(part['in_90'])}{kind}"
            )
    for which, of in (("counted", counted), ("new", new)):
        held = _held(of, "")
        print(
            f"\n{held['inside']} of {len(of)} {which} patterns lie in their bands at once; of {held['in_90']} every "
            f"part is in the central 90 % of what one world gives; of {held['both']} both.",
            end="",
        )
    print()
    return 0


def _held(rows: list[dict[str, Any]], prefix: str) -> dict[str, int]:
    """How many patterns there are, inside their bands, in the central 90 %, and both."""
    return {
        f"{prefix}inside": sum(row["inside"] for row in rows),
        f"{prefix}in_90": sum(row["in_90"] for row in rows),
        f"{prefix}both": sum(row["inside"] and row["in_90"] for row in rows),
        f"{prefix}counted": len(rows),
    }


def _mark(holds: bool) -> str:
    return "yes" if holds else "NO"


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"


def ablations(chosen: argparse.Namespace) -> int:
    """Print what each mechanism carries: patterns lost and gained, and the shares of endings without it."""
    from sim.engine.ways import NoEngine
    from sim.evidence.ablate import CONDITIONS, DECIDED, HINDCAST_WORLDS, WORLDS, ablate
    from sim.runs.executors import cpus
    from sim.show import phrases

    told = _told("mechanisms")
    try:
        found = ablate(
            worlds=chosen.worlds or WORLDS,
            hindcast_worlds=chosen.worlds or HINDCAST_WORLDS,
            seed=chosen.seed,
            engine=chosen.engine or "auto",
            progress=told,
            workers=cpus(),
        )
    except NoEngine as fault:
        raise Refused(str(fault)) from fault
    if chosen.json:
        print(json.dumps(found))
        return 0
    print(f"Each mechanism switched off: the same {found['worlds']:,} worlds of each scenario with it and without;")
    print(f"patterns in {found['hindcast_worlds']:,} worlds of each hindcast. Differences in points, 95 % (chance).")
    for one in found["ablations"]:
        nothing = " - this moves nothing at all" if one["changes_nothing"] else ""
        print(f"\n{one['name']}: {one['says']}{nothing}")
        for part in ("lost", "gained"):
            if one[part]:
                print(f"  patterns {part}: {', '.join(one[part])}")
        for name in CONDITIONS:
            cells = []
            for measure, what in (("forced_exit", "forced"), ("negotiated_exit", "negotiated"), (DECIDED, "any end")):
                gap = one["shares"][name][measure]
                span = f"{phrases.points(gap['low'])} to {phrases.points(gap['high'])}"
                cells.append(f"{what} {phrases.points(gap['difference'])} ({span})")
            print(f"  {name:16} {', '.join(cells)}")
    return 0


def _told(what: str, quiet: bool = False) -> Callable[[int, int], None]:
    """A line of progress on stderr, with the time left."""
    began = time.monotonic()

    def told(done: int, total: int) -> None:
        if not quiet:
            left = (time.monotonic() - began) * (total - done) / max(done, 1)
            print(f"{done} of {total} {what}, {left:.0f} s left", file=sys.stderr)

    return told


BUDGET = {"points": 320, "rounds": 3, "worlds": 80, "regions": 3}


def calibrate_options(parser: Parser) -> None:
    """The options of `calibrate`."""
    parser.add_argument(
        "--accept",
        type=a_path,
        metavar="FILE",
        help="not the best numbers but all that will do: every point of a design over all uncertain numbers that shows "
        "the record, confirmed by other luck, a batch at a time; goes on where FILE stands",
    )
    parser.add_argument(
        "--batches", type=whole_number(1, "a number of batches"), metavar="N", help="with --accept: in all (default 8)"
    )
    parser.add_argument(
        "--workers", type=whole_number(1, "a number of workers"), metavar="N", help="with --accept: processes"
    )
    parser.add_argument(
        "--points", type=whole_number(1, "a number of points"), metavar="N", help="of the first design (default 320)"
    )
    parser.add_argument("--rounds", type=whole_number(1, "a number of rounds"), metavar="N", help="(default 3)")
    parser.add_argument(
        "--worlds", type=whole_number(10, "a number of worlds"), metavar="N", help="a point (default 80)"
    )
    parser.add_argument("--regions", type=whole_number(1, "a number of regions"), metavar="N", help="(default 3)")
    parser.add_argument("--seed", type=whole_number(0, "a seed"), default=1, metavar="N", help="seed (default 1)")
    engine_option(parser)
    parser.add_argument("--out", type=a_path, metavar="FILE", help="write the search's record here, as JSON")
    json_option(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def calibrate(chosen: argparse.Namespace) -> int:
    """Search for numbers with which the hindcasts look like the record; show the best points."""
    from sim.engine.ways import NoEngine
    from sim.evidence.calibrate import calibrate as search

    if chosen.accept is not None:
        return accept(chosen)
    taken = [f"--{name}" for name in ("batches", "workers") if getattr(chosen, name) is not None]
    if taken:
        raise Refused(f"calibrate: {' and '.join(taken)} say how to accept: add --accept FILE")
    if chosen.out is not None:
        check_place(chosen.out)
    told = _told("points", chosen.quiet)
    budget = {name: getattr(chosen, name) or usual for name, usual in BUDGET.items()}
    try:
        found = search(**budget, seed=chosen.seed, progress=told, engine=chosen.engine or "auto")
    except NoEngine as fault:
        raise Refused(str(fault)) from fault
    regions = [
        {
            "distance": round(fresh.distance, 4),
            "distance_when_chosen": round(by.distance, 4),
            "inside": sorted(fresh.inside),
            "in_90": sorted(fresh.in_90),
            "values": fresh.values,
        }
        for fresh, by in zip(found.best, found.chosen, strict=True)
    ]
    most = len(found.best[0].inside)
    said: dict[str, Any] = {
        "seed": chosen.seed,
        **budget,
        **{name: value for name, value in regions[0].items() if name != "values"},
        "as_many_inside": sum(len(point.inside) >= most for point in found.tried),
        "values": found.best[0].values,
        "other_regions": regions[1:],
    }
    text = json.dumps(said, indent=2) + "\n"
    code = 0
    if chosen.out is not None:
        try:
            chosen.out.write_text(text, encoding="utf-8", newline="\n")
        except OSError as fault:  # the disk is full, the folder is gone: the search is not lost for that
            where = "it stands on stdout alone"
            print(f"{chosen.out} could not be written ({fault.strerror or fault}): {where}", file=sys.stderr)
            code = 1
    print(json.dumps(said) if chosen.json else text, end="\n" if chosen.json else "")
    return code


def accept(chosen: argparse.Namespace) -> int:
    """Search for the accepted set, or go on with it; show what is in it."""
    from sim.engine.ways import NoEngine
    from sim.evidence.accept import BATCHES, Budget
    from sim.evidence.accept import accept as search
    from sim.runs.executors import cpus

    taken = [f"--{name}" for name in ("rounds", "regions", "out") if getattr(chosen, name) is not None]
    if taken:
        raise Refused(f"calibrate: with --accept there is no {' and no '.join(taken)}")
    check_place(chosen.accept)
    given = {"seed": chosen.seed, "points": chosen.points, "worlds": chosen.worlds}
    budget = Budget(**{name: value for name, value in given.items() if value is not None})
    batches = chosen.batches or BATCHES

    began = time.monotonic()

    def told(line: str) -> None:
        if not chosen.quiet:
            print(f"{time.monotonic() - began:.0f} s: {line}", file=sys.stderr, flush=True)

    try:
        found = search(
            chosen.accept,
            budget,
            batches=batches,
            workers=chosen.workers or cpus(),
            engine=chosen.engine or "auto",
            say=told,
        )
    except NoEngine as fault:
        raise Refused(str(fault)) from fault
    except OSError as fault:
        print(f"{chosen.accept} could not be written ({fault.strerror or fault})", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; the same command goes on after the last whole batch.", file=sys.stderr)
        return 3
    shown = {name: found[name] for name in ("model", "seed", "batches", "tried", "shown", "apart")}
    shown |= {"vectors": len(found["vectors"]), "file": str(chosen.accept)}
    if chosen.json:
        print(json.dumps(shown))
        return 0
    print(
        f"{found['tried']:,} points tried, {found['shown']:,} showed the record, {shown['vectors']:,} with other luck "
        f"too: {chosen.accept}"
    )
    return 0


def check_place(file: Path) -> None:
    """Raises Refused where a file cannot be written, before there is anything to lose; leaves all as it is."""
    place = Path(os.path.realpath(file))  # of a link, what it leads to: the link itself stays
    try:
        is_there = place.exists()
        if is_there and not place.is_file():
            raise Refused(f"calibrate: {file} is {'a folder' if place.is_dir() else 'no ordinary file'}: name a file")
        if not place.parent.is_dir():
            raise Refused(f"calibrate: there is no folder {place.parent}")
        place.open("ab").close()
        if not is_there:
            place.unlink()
    except OSError as fault:
        raise Refused(f"calibrate: {file} cannot be written ({fault.strerror or fault})") from None
