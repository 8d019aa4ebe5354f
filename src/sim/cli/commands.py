"""The table of commands, and what happens around every one of them.

One row of `COMMANDS` is one command: its group and line in the help, a function that declares its options,
and a function that does it and returns the exit code (0 done, 1 something failed, 2 your input, 3 stopped).
Nothing heavy is imported before a command needs it: `--help` and a mistyped option are answered at once.
"""

from __future__ import annotations

import argparse
import atexit
import difflib
import json
import os
import shutil
import sys
import tempfile
import textwrap
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sim.cli.explain as of_explain
import sim.cli.folders as of_folders
import sim.cli.judge as of_judge
import sim.cli.run as of_run
import sim.cli.scenarios as of_scenarios
import sim.cli.sweep as of_sweep
import sim.cli.whatif as of_whatif
from sim.cli.options import DOOR, Parser, Refused, json_option
from sim.cli.refusals import refusal_of
from sim.cli.relay import relayed
from sim.cli.stopping import as_interrupt
from sim.runs.limits import few_threads
from sim.version import __version__

ROOT = Path(__file__).resolve().parents[3]  # the project's folder, when the package is used from there


# --- the small commands; the others have files of their own, by group ---


def setup_options(parser: Parser) -> None:
    """How much `setup` makes; each holds what stands above it."""
    parser.set_defaults(level="run")
    for level, line in {
        "fast": "also what compiles the model for this processor (llvmlite, 180 MB)",
        "study": "also what sweeps are designed and analysed with (SALib, scikit-learn, xarray, EMA Workbench)",
        "cluster": "also what sweeps are spread over a Dask scheduler's workers with (dask.distributed)",
        "test": "also what the tests need",
        "dev": "also what style, types, the docs and the pins are checked and made with",
    }.items():
        parser.add_argument(f"--{level}", dest="level", action="store_const", const=level, help=line)


def set_up(_chosen: argparse.Namespace) -> int:
    """Nothing is left to do: run.py sets up what is missing before it calls this package."""
    print("Nothing to set up: this Python has everything.", file=sys.stderr)
    return 0


def test_options(parser: Parser) -> None:
    """`test` hands all its arguments to pytest; they are declared for the help alone."""
    parser.add_argument("pytest", nargs="*", metavar="PYTEST ARGUMENTS", help="for pytest, e.g. -m slow")


def test(chosen: argparse.Namespace) -> int:
    """Run the tests; 1 if one fails, 2 if pytest does not understand its arguments."""
    if not (ROOT / "tests").is_dir():
        raise Refused(f"The tests are not in the installed package: run `{DOOR} test` in the project's folder.")
    code = relayed([sys.executable, "-m", "pytest", *chosen.pytest], cwd=ROOT)
    return {0: 0, 4: 2}.get(code, 1)


# --- the table of commands ---


@dataclass(frozen=True)
class Command:
    """One command: where it stands in the help, its options, and what it does."""

    group: str
    form: str
    line: str
    options: Callable[[Parser], None]
    act: Callable[[argparse.Namespace], int]


def no_options(_parser: Parser) -> None:
    """A command that takes none."""


COMMANDS = {
    "run": Command(
        "Run",
        "run [SCENARIO ...]",
        "run worlds of each scenario (no command means this; no scenario: the three of the article)",
        of_run.options,
        of_run.run,
    ),
    "setup": Command(
        "Run",
        "setup [--fast|--study|--cluster|--test|--dev]",
        "make .venv beside run.py (any first use does it by itself)",
        setup_options,
        set_up,
    ),
    "test": Command("Run", "test [PYTEST ARGUMENTS]", "run the tests", test_options, test),
    "list": Command(
        "Change a scenario",
        "list",
        "the shipped scenarios, and whose view each is",
        json_option,
        of_scenarios.list_scenarios,
    ),
    "describe": Command(
        "Change a scenario",
        "describe NAME",
        "the conditions in plain sentences, and what can be changed (--all: every parameter)",
        of_scenarios.describe_options,
        of_scenarios.describe,
    ),
    "new": Command(
        "Change a scenario",
        "new NAME --from PARENT",
        "write a scenario file to start from, with every lever in a comment",
        of_scenarios.new_options,
        of_scenarios.new,
    ),
    "check": Command(
        "Change a scenario",
        "check FILE ...",
        "find the faults in scenario files (--schema: the JSON Schema)",
        of_scenarios.check_options,
        of_scenarios.check,
    ),
    "diff": Command(
        "Change a scenario",
        "diff A B",
        "how two scenarios differ in their conditions (--run: in their outcomes too, world by world)",
        of_scenarios.diff_options,
        of_scenarios.diff,
    ),
    "sweep": Command(
        "Study many",
        "sweep FILE | POINTS.csv | SCENARIO --vary NAME=LOW..HIGH:N",
        "worlds of every point of a design, their shares with intervals, and what moves them",
        of_sweep.options,
        of_sweep.sweep,
    ),
    "join": Command(
        "Study many",
        "join OUT IN ...",
        "put the parts of a sweep (sweep --part I/N) into one folder",
        of_sweep.join_options,
        of_sweep.join,
    ),
    "analyze": Command(
        "Study many",
        "analyze FOLDER",
        "make tables, figures and report of a results folder again, from its worlds",
        of_folders.analyze_options,
        of_folders.analyze,
    ),
    "verify": Command(
        "Study many",
        "verify FOLDER ...",
        "read every byte of a results folder against the sums in its manifest",
        of_folders.verify_options,
        of_folders.verify,
    ),
    "validate": Command(
        "Judge and ask why",
        "validate",
        "the patterns of the record against the model's free hindcasts",
        of_judge.validate_options,
        of_judge.validate,
    ),
    "calibrate": Command(
        "Judge and ask why",
        "calibrate",
        "search for numbers with which the hindcasts look like the record",
        of_judge.calibrate_options,
        of_judge.calibrate,
    ),
    "explain": Command(
        "Judge and ask why",
        "explain SCENARIO --world N",
        "what happened in one world, act by act, and why (--short: to read aloud)",
        of_explain.options,
        of_explain.explain,
    ),
    "whatif": Command(
        "Judge and ask why",
        "whatif SCENARIO --at DATE --set NAME=VALUE",
        "the same worlds, otherwise from a day on: what that changes (--or: several alternatives)",
        of_whatif.options,
        of_whatif.whatif,
    ),
}


class AllCommands(Parser):
    """The parser of a whole command line; its help shows the commands in their groups, and the options of a run."""

    def format_help(self) -> str:
        """The answer to `--help`."""
        lines = [
            f"usage: {DOOR} [COMMAND] [OPTIONS]",
            "",
            "Will Iraq push the US troops out? A simulation of the actors, their escalation ladders and the",
            "endings they bring about. Not a forecast.",
        ]
        width = max(len(command.form) for command in COMMANDS.values())
        group = ""
        for command in COMMANDS.values():
            if command.group != group:
                group = command.group
                lines += ["", group]
            indent = " " * (width + 4)
            lines += textwrap.wrap(
                f"  {command.form:{width}}  {command.line}", 100, subsequent_indent=indent, break_on_hyphens=False
            )
        run = Parser(add_help=False, usage=argparse.SUPPRESS, formatter_class=narrow)
        of_run.options(run)
        lines += ["", "Options of a run", run.format_help().partition("options:\n")[2].rstrip()]
        lines += [
            "",
            f"{DOOR} COMMAND --help shows the options of a command.",
            "Exit codes: 0 done; 1 something failed; 2 your input; 3 stopped early, what is there is whole.",
        ]
        return "\n".join(lines) + "\n"


def narrow(prog: str) -> argparse.HelpFormatter:
    """Help of the same width on every terminal and in every log."""
    return argparse.HelpFormatter(prog, max_help_position=22, width=100)


def all_commands() -> AllCommands:
    """The parser with a subparser for each row of `COMMANDS`."""
    parser = AllCommands(prog=DOOR, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", parser_class=Parser)
    for name, command in COMMANDS.items():
        usage = f"{DOOR} {command.form}" if name == "test" else None
        command.options(
            commands.add_parser(
                name,
                prog=f"{DOOR} {name}",
                description=command.line,
                usage=usage,
                formatter_class=narrow,
                allow_abbrev=False,
            )
        )
    return parser


def parse(arguments: Sequence[str]) -> tuple[str, argparse.Namespace]:
    """The command and its options; ends the process after answering a plea for help.

    Raises:
        Refused: there is no such command, or an option or its value is wrong.
    """
    words = list(arguments)
    if words[:1] == ["help"]:
        words[0] = "--help"
    if not words or (words[0].startswith("-") and words[0] not in ("--help", "-h", "--version")):
        words.insert(0, "run")
    name = words[0]
    if not name.startswith("-") and name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, 1)
        raise Refused(
            f"There is no command {name!r}: {DOOR} --help lists them. Did you mean "
            + (f"`{near[0]}`?" if near else f"`run {name}`?")
        )
    if name == "test" and not {"--help", "-h"} & set(words):
        words.insert(1, "--")  # all that follows is pytest's
    chosen = all_commands().parse_args(words)
    chosen.typed = list(arguments)
    return chosen.command, chosen


def needed(arguments: Sequence[str]) -> tuple[str, str]:
    """The name of the command, and how much of run.py's set-up it needs (a level: `run`, `fast` … `dev`).

    Ends the process if help was asked for or the options are wrong.
    """
    try:
        name, chosen = parse(arguments)
    except Refused as refusal:
        raise SystemExit(refuse(refusal.lines, as_json="--json" in arguments)) from None
    return name, "test" if name == "test" else getattr(chosen, "level", "run")


def refuse(lines: Sequence[str], *, as_json: bool) -> int:
    """Say what is wrong with the input; the exit code."""
    for line in lines:
        print(line, file=sys.stderr)
    if as_json:
        print(json.dumps({"faults": list(lines)}))
    return 2


# --- around every command ---


def prepare(out: Path | None = None) -> None:
    """Have matplotlib draw to files, and keep what it knows of fonts where nobody else can write.

    That is this user's cache folder; where there is none, a folder that is removed at the end. Where only what is given
    as --out can be written to, it lies beside that.
    """
    few_threads()
    os.environ["MPLBACKEND"] = "Agg"
    if os.environ.get("MPLCONFIGDIR"):
        return
    from sim.engine.fused.kept import is_safe, usual_folder

    cache = usual_folder("matplotlib")
    if cache is None or not is_safe(cache) or not os.access(cache, os.W_OK):
        cache = passing_folder(out)
    if cache is not None:
        os.environ["MPLCONFIGDIR"] = str(cache)


def passing_folder(out: Path | None) -> Path | None:
    """A new folder of this user's that is removed when the process ends; None where nothing can be written."""
    places = [None, "/dev/shm", os.environ.get("XDG_RUNTIME_DIR")]  # None: wherever temporary files go
    if out is not None:
        places.append(str(out.absolute().parent))
    for place in places:
        with suppress(OSError, ValueError):  # the latter: no path at all
            folder = tempfile.mkdtemp(prefix=".iraq-withdrawal-sim-", dir=place)
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
            return Path(folder)
    return None


def main(arguments: Sequence[str] | None = None) -> int:
    """Do one command line; returns the exit code.

    What the machine refuses (memory, a disk, a limit) is one line as well; with SIM_TRACE=1 its traceback comes first.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    as_json = "--json" in given
    try:
        name, chosen = parse(given)
        with as_interrupt():
            prepare(getattr(chosen, "out", None))
            from sim.runs.errors import InputError, RunFailed
            from sim.scenario.errors import ScenarioError

            try:
                return COMMANDS[name].act(chosen)
            except (ScenarioError, InputError) as error:
                return refuse(str(error).splitlines(), as_json=as_json)
            except RunFailed as failure:
                refuse([str(failure)], as_json=as_json)
                return failure.exit_code
    except Refused as refusal:
        return refuse(refusal.lines, as_json=as_json)
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 3
    except Exception as fault:
        line = refusal_of(fault)
        if not line:
            raise
    print(line, file=sys.stderr)
    if as_json:
        print(json.dumps({"failed": line}))
    return 1


if __name__ == "__main__":
    sys.exit(main())
