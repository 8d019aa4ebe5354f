"""`analyze` and `verify`: what is done with a results folder that is there."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from sim.cli.options import Parser, Refused, a_path, json_option
from sim.cli.run import report
from sim.disk.words import one_line


def analyze_options(parser: Parser) -> None:
    """The options of `analyze`."""
    parser.add_argument("folder", type=a_path, metavar="FOLDER", help="a results folder whose run is finished")
    parser.add_argument(
        "--figures", choices=("all", "none"), default="all", help="draw figures (default all; none leaves none)"
    )
    json_option(parser)


def analyze(chosen: argparse.Namespace) -> int:
    """Make tables, figures and report of a results folder again, from its worlds."""
    from sim.cli.sweep import tell as tell_sweep
    from sim.jobs import sweep as of_sweeps
    from sim.jobs.analyze import analyze as again
    from sim.runs.errors import RunFailed
    from sim.runs.progress import Progress, silent

    figures = chosen.figures == "all"
    try:
        with Progress() as progress:
            step = silent if chosen.json else progress.step
            if of_sweeps.is_sweep(chosen.folder):
                found = of_sweeps.analyze(chosen.folder, figures=figures, step=step)
                return tell_sweep(found, chosen.folder, chosen.json)
            result = again(chosen.folder, figures=figures, step=step)
    except FileNotFoundError as fault:
        raise Refused(f"analyze: {fault}") from None
    except RunFailed as failure:
        print(failure, file=sys.stderr)
        if chosen.json:
            print(json.dumps({"folder": str(chosen.folder), "failed": str(failure)}))
        return failure.exit_code
    failed = result.manifest["failed"]
    if chosen.json:
        print(json.dumps({"folder": str(chosen.folder), "failed": failed}))
    else:
        print(report(result))
        print(f"\nReport, figures and tables, made again:\n{one_line(chosen.folder)}")
    return 1 if failed else 0


def verify_options(parser: Parser) -> None:
    """The options of `verify`."""
    parser.add_argument("folders", nargs="+", type=a_path, metavar="FOLDER", help="results folders")
    json_option(parser)


def verify(chosen: argparse.Namespace) -> int:
    """Read every byte of results folders against the sums in their manifests; 1 if one is not as it was written."""
    from sim.jobs.run import finished_folder
    from sim.runs.folder import state

    said = []
    for folder in chosen.folders:
        try:
            path, manifest = finished_folder(folder)
        except FileNotFoundError as fault:
            raise Refused(f"verify: {fault}") from None
        found = state(path, manifest)
        size = sum(file["bytes"] for file in manifest["files"].values())
        said.append({"folder": str(path), "files": len(manifest["files"]), "bytes": size,
                     "changed": found.changed, "missing": found.missing})  # fmt: skip
        if not chosen.json:
            tell(path, len(manifest["files"]), size, found.changed, found.missing)
    if chosen.json:
        print(json.dumps({"folders": said}))
    return 1 if any(one["changed"] or one["missing"] for one in said) else 0


def tell(folder: Path, files: int, size: int, changed: list[str], missing: list[str]) -> None:
    """Says what became of the files of a results folder: the good on stdout, the bad on stderr."""
    for names, what in ((changed, "is not as the run wrote it"), (missing, "is missing")):
        for name in names:
            print(one_line(f"{folder / name} {what}"), file=sys.stderr)
    if not changed and not missing:
        print(f"{one_line(folder)}: {files:,} files, {size / 1e6:,.1f} MB, each as the run wrote it")
    else:
        good = files - len(changed) - len(missing)
        print(f"{one_line(folder)}: {good:,} of {files:,} files are as the run wrote them")
