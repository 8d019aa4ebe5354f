"""`sweep` and `join`: many points of a design, each in many worlds."""

from __future__ import annotations

import argparse
import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.cli.computing import Hooks, computed
from sim.cli.options import (
    Parser,
    Refused,
    a_path,
    computing_options,
    json_option,
    seconds,
    whole_number,
    world_options,
)
from sim.cli.run import SEED, new_folder
from sim.disk import words

if TYPE_CHECKING:
    from sim.runs.work import Way
    from sim.sweeps.design import Design
    from sim.sweeps.store import Job
    from sim.sweeps.sweep import Sweep

TABLES = (".csv", ".parquet")
SHOWN = 12
"""So many points are shown when a sweep is done; the rest stands in its tables."""


def a_part(word: str) -> tuple[int, int]:
    """`3/16`: which part of how many."""
    found = re.fullmatch(r"(\d{1,6})/(\d{1,6})", word)
    if found is None or not 1 <= int(found[1]) <= int(found[2]):
        raise argparse.ArgumentTypeError(f"{word!r} is no part such as 3/16 (the third of sixteen)")
    return int(found[1]), int(found[2])


def options(parser: Parser) -> None:
    """The options of `sweep`."""
    parser.add_argument(
        "what",
        metavar="FILE",
        help="a sweep file (.toml) or the name of a shipped one; a table of points (.csv, .parquet); or, with --vary, "
        "a scenario",
    )
    parser.add_argument(
        "--vary",
        action="append",
        default=[],
        metavar="NAME=LOW..HIGH:N",
        help="a number from LOW to HIGH in N steps, or a list A,B,C; several make a grid (repeatable)",
    )
    parser.add_argument(
        "--base", action="append", default=[], metavar="SCENARIO", help="what the points change (repeatable)"
    )
    parser.add_argument(
        "--worlds", type=whole_number(1, "a number of worlds"), metavar="N", help="worlds a point (default 200)"
    )
    world_options(parser)
    parser.add_argument(
        "--luck", choices=("common", "fresh"), help="whether worlds of a number share their luck (default common)"
    )
    parser.add_argument("--weekly", metavar="NAMES", help="weekly series to keep, e.g. pressure,attacks_iraq")
    parser.add_argument(
        "--until", metavar="HALF_WIDTH", help="enough worlds for this half-width: 0.01, or difference:0.02"
    )
    parser.add_argument("--skip-refused", action="store_true", help="leave out points that no scenario could be")
    parser.add_argument("--dry-run", action="store_true", help="how many worlds, how long, how much room; then end")
    parser.add_argument("--part", type=a_part, default=(1, 1), metavar="I/N", help="only the I-th of N parts; see join")
    parser.add_argument("--dask", default="", metavar="ADDRESS", help="by the workers of this Dask scheduler")
    computing_options(parser)
    parser.add_argument("--out", type=a_path, metavar="DIR", help="results folder (default: a new one under out/)")
    parser.add_argument("--overwrite", action="store_true", help="replace what --out holds if its inputs differ")
    parser.add_argument("--figures", choices=("all", "none"), default="all", help="draw figures (default all)")
    parser.add_argument("--stop-after", type=seconds, metavar="2h", help="end whole after this time, with exit 3")
    parser.add_argument("--any-size", action="store_true", help="begin even if disk or memory will not hold it")
    json_option(parser)
    parser.add_argument("--quiet", action="store_true", help="no progress on stderr")


def sweep(chosen: argparse.Namespace) -> int:
    """Compute the points, write the results folder, show what came of them."""
    from sim.jobs.sweep import dry_run, run_job
    from sim.runs.executors import cpus
    from sim.runs.work import Way

    job = job_of(chosen)
    workers = chosen.workers or cpus()
    way = Way(workers, engine=chosen.engine or "auto", stop_after=chosen.stop_after, any_size=chosen.any_size)
    tell_points(job, way, chosen)
    if chosen.dry_run:
        return tell_size(dry_run(job, way), chosen.json)
    folder: Path = chosen.out or new_folder(["sweep", Path(chosen.what).stem])

    def compute(hooks: Hooks) -> Sweep:
        told = replace(way, stop=hooks.stop, progress=hooks.progress, step=hooks.step, command=hooks.command)
        figures = chosen.figures == "all"
        return run_job(job, folder, told, overwrite=chosen.overwrite, figures=figures, dask=chosen.dask)

    return computed(chosen, folder, compute, lambda found: tell(found, folder, chosen.json))


def tell(found: Sweep, folder: Path, as_json: bool) -> int:
    """Say what came of a sweep; the exit code."""
    failed = found.manifest["failed"]
    if as_json:
        print(json.dumps(as_dict(found, folder)))
    else:
        print("\n".join(report(found)))
        print(f"\nReport, figures and data:\n{words.one_line(folder)}")
    return 1 if failed else 0


def job_of(chosen: argparse.Namespace) -> Job:
    """The sweep that the command line asks for.

    Raises:
        Refused, InputError, ScenarioError: a file, a point or an option that cannot be used.
    """
    from sim.jobs.sweep import WORLDS_A_POINT
    from sim.jobs.sweep import job_of as checked

    design, said = design_of(chosen)
    seed = chosen.seed if chosen.seed is not None else said.get("seed")
    weekly = chosen.weekly.split(",") if chosen.weekly else said.get("weekly") or ()
    return checked(
        design,
        worlds=chosen.worlds or said.get("worlds") or WORLDS_A_POINT,
        seed=SEED if seed is None else seed,
        luck=chosen.luck or said.get("luck") or "common",
        weekly=weekly,
        until=chosen.until if chosen.until is not None else said.get("until"),
        part=chosen.part,
        skip_refused=chosen.skip_refused,
        title=said.get("title") or "",
    )


def design_of(chosen: argparse.Namespace) -> tuple[Design, dict[str, Any]]:
    """The design that is meant, and what a sweep file says beside."""
    from sim.jobs.sweep import asked
    from sim.scenario.files import shipped
    from sim.scenario.load import Typed, load_all, read_changes, told_apart
    from sim.sweeps.files import read_points, shipped_sweeps, vary

    changes = read_changes(chosen.set)
    for name in ("days", "uncertainty"):
        if getattr(chosen, name) is not None:
            changes[name] = Typed(f"--{name}", getattr(chosen, name))

    def bases(names: list[str]) -> Any:
        return tuple(told_apart(one, changes) for one in load_all(names, changes=changes))

    what = chosen.what
    if chosen.vary:
        if Path(what).suffix.lower() in TABLES or (what in shipped_sweeps() and what not in shipped()):
            raise Refused(f"sweep: --vary changes a scenario, and {what} says its points itself: leave one of them out")
        return vary(chosen.vary, bases([what, *chosen.base])), {}
    if Path(what).suffix.lower() in TABLES:
        return read_points(Path(what), bases(chosen.base)), {}
    if what in shipped() and what not in shipped_sweeps():
        raise Refused(
            f"sweep: {what} is a scenario: say what varies, such as --vary united_states.restraint=0..1:11, or name a "
            f"sweep ({', '.join(shipped_sweeps())})"
        )
    if changes or chosen.base:
        raise Refused("sweep: a sweep file says its bases and their changes itself: leave out --base, --set, --days")
    return asked(None, what)


def tell_points(job: Job, way: Way, chosen: argparse.Namespace) -> None:
    """What is to be known of the points before they are lived, on stderr; last, how many and about how long."""
    from sim.jobs.sweep import expected
    from sim.runs.size import amount, in_time, said_of

    if chosen.quiet or chosen.json:
        return
    points = job.points
    lines = []
    if points.twice:
        rows = "1 row" if points.twice == 1 else f"{points.twice:,} rows"
        lines.append(f"{rows} of the design: the same point as another, or the base itself, and lived once")
    if points.refused:
        lines.append(f"{len(points.refused):,} points are refused and left out; the first: {points.refused[0]}")
    lines += [f"{name} {why}" for name, why in points.idle]
    if job.worlds < 20:
        lines.append(f"{job.worlds} worlds a point say little of a share: its interval is wider than a third")
    size = expected(job, way)
    most = "at most " * bool(job.until) + amount(job.worlds, "world")
    lines.append(f"{amount(len(job.mine), 'point')} × {most}{'' if chosen.dry_run else in_time(size)}")
    if not chosen.dry_run:
        lines.append(said_of(size, way.workers, True, way.stop_after))
    print("\n".join(words.one_line(line) for line in lines if line), file=sys.stderr, flush=True)


def tell_size(said: dict[str, Any], as_json: bool) -> int:
    """Say what a sweep comes to."""
    from sim.runs.limits import spoken
    from sim.runs.progress import spoken as time_spoken

    if as_json:
        print(json.dumps(said))
        return 0
    print(f"{said['points']:,} points, {said['worlds']:,} worlds in {said['blocks']:,} blocks ({said['measured']})")
    print(
        f"About {time_spoken(max(1.0, said['seconds']))}, {spoken(said['disk'])} on disk, "
        f"{spoken(said['memory'])} of memory. Nothing was kept."
    )
    return 0


def report(found: Sweep) -> list[str]:
    """What came of a sweep, in a few lines: the bases, and the points that differ most from them."""
    from sim.show import phrases, tables

    shares = found.shares
    base = shares[shares["point"] == shares["base"]]
    lines = ["Share of worlds by how they end, at each base, with 95 % Wilson intervals (chance only)", ""]
    for row in tables.each(base):
        lines.append(
            f"  {row.scenario:20} {phrases.outcome(str(row.outcome)):22} {phrases.percent(row.share)} "
            f"({phrases.interval(row.low, row.high)})"
        )
    others = shares[(shares["point"] != shares["base"]) & ((shares["diff_low"] > 0) | (shares["diff_high"] < 0))]
    ranked = others.reindex(others["difference"].abs().sort_values(ascending=False, kind="stable").index)
    lines += ["", f"The points that differ most from their base, of {found.manifest['points']:,} (points of 100)", ""]
    for row in tables.each(ranked.head(SHOWN)):
        changes = ", ".join(f"{name} = {value:g}" if isinstance(value, float) else f"{name} = {value}"
                            for name, value in list(found.changes(int(row.point)).items())[:4])  # fmt: skip
        lines.append(
            f"  {100 * row.difference:+6.1f} ({100 * row.diff_low:+.1f} to {100 * row.diff_high:+.1f}) "
            f"{phrases.outcome(str(row.outcome))}: {row.scenario}, {changes}"
        )
    if not len(ranked):
        lines.append("  none by more than chance")
    return [*lines, "", phrases.NOT_A_FORECAST]


def as_dict(found: Sweep, folder: Path) -> dict[str, Any]:
    """The same for programs."""
    from sim.cli.run import records
    from sim.show import phrases

    said = found.manifest
    return {
        "folder": str(folder),
        "complete": not said["failed"],
        "failed": said["failed"],
        "refused": said["refused"],
        "version": said["version"],
        "model": said["model"],
        "seed": said["seed"],
        "points": said["points"],
        "bases": records(found.shares[found.shares["point"] == found.shares["base"]]),
        "note": phrases.NOT_A_FORECAST,
    }


def join_options(parser: Parser) -> None:
    """The options of `join`."""
    parser.add_argument("out", type=a_path, metavar="OUT", help="the folder of the whole: new or empty")
    parser.add_argument("folders", nargs="+", type=a_path, metavar="IN", help="the folders of all parts")
    parser.add_argument("--figures", choices=("all", "none"), default="all", help="draw figures (default all)")
    json_option(parser)


def join(chosen: argparse.Namespace) -> int:
    """Put the parts of a sweep into one folder."""
    from sim.jobs.sweep import join as joined

    try:
        found = joined(chosen.out, chosen.folders, figures=chosen.figures == "all")
    except FileNotFoundError as fault:
        raise Refused(f"join: {fault}") from None
    return tell(found, chosen.out, chosen.json)
