"""docs/commands.md: every command with its options, from the parser that reads them."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator

from sim.cli.commands import COMMANDS, all_commands
from sim.cli.options import DOOR, Parser
from sim.docs.markdown import MADE, code, table

INTRODUCTION = """
In the project's folder; on Windows `py run.py`, with uv `uv run run.py`. No command means `run`. What the exit codes
mean, and what a results folder holds, is in [the files and columns](data.md#commands-and-exit-codes).
"""
TYPED = "python3 run.py"
"""How a command begins on the page, whatever system it is made on."""


def page() -> str:
    """The text of docs/commands.md."""
    parsers = of_commands(all_commands())
    parts = [f"# The command line\n\n{MADE}", INTRODUCTION.strip()]
    group = ""
    for name, command in COMMANDS.items():
        if command.group != group:
            group = command.group
            parts.append(f"## {group}")
        typed = f"```text\n{TYPED} {command.form}\n```"
        parts += [f"### {name}", typed, f"{upper(escaped(command.line))}.", *options(parsers[name])]
    return "\n\n".join(parts) + "\n"


def of_commands(parser: argparse.ArgumentParser) -> dict[str, Parser]:
    """The parser of each command."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return dict(action.choices)
    raise ValueError("this parser has no commands")


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """The table of what a command takes; nothing where it takes nothing."""
    rows = [
        (words(action), meaning(action, parser))
        for action in parser._actions
        if action.help != argparse.SUPPRESS and not isinstance(action, argparse._HelpAction)
    ]
    if rows:
        yield table(("option", "what it does"), rows).rstrip()


def words(action: argparse.Action) -> str:
    """What is typed: the words of an option and its value, or the name of an argument."""
    if not action.option_strings:
        return value(action)
    return ", ".join(f"{code(word)} {value(action)}".strip() for word in action.option_strings)


def value(action: argparse.Action) -> str:
    """How an option's value is called, or what it can be; nothing where it has none."""
    if action.nargs == 0:
        return ""
    if action.choices is not None and action.metavar is None:
        *others, last = map(code, action.choices)
        return f"{', '.join(others)} or {last}" if others else last
    name = action.metavar or (action.dest.upper() if action.option_strings else action.dest)
    return code(name if isinstance(name, str) else " ".join(name))


def meaning(action: argparse.Action, parser: argparse.ArgumentParser) -> str:
    """The help of an option as a sentence in Markdown."""
    said = (action.help or "") % {**vars(action), "prog": parser.prog}
    return escaped(said.replace(DOOR, TYPED))


def escaped(text: str) -> str:
    """Plain words in Markdown: options are set as code, and so is what has its marks already."""
    parts = re.split(r"(`[^`]*`|(?<![\w-])--[a-z][\w-]*)", " ".join(text.split()))
    return "".join(
        part if part.startswith("`") else code(part) if part.startswith("--") else re.sub(r"([*<\[~\\])", r"\\\1", part)
        for part in parts
    )


def upper(text: str) -> str:
    """With a capital at the beginning."""
    return text[:1].upper() + text[1:]
