"""No test hangs on the clock or the speed of the machine: work is counted, and time is left to benchmarks/.

What is looked for is written plainly in the tests' own code (their syntax, not their text): clocks that can be read,
limits of time that are short, and sleep as a way to meet another process.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
GENEROUS = 300
"""Seconds; a guard against hanging is at least this long, so that a busy machine is never taken for one that hangs."""
CLOCKS = {"perf_counter", "perf_counter_ns", "process_time", "process_time_ns", "time_ns", "monotonic_ns", "timeit"}
CLOCKS |= {"thread_time", "ru_utime", "ru_stime", "repeat"}
GUARDS = {"waiting.py", "breaking/warm.py"}
"""Who may ask the time: what waits for others and says in words that they never came."""


def faults(text: str, guard: bool = False) -> Iterator[tuple[int, str]]:
    """The lines of a test file that depend on time, each with why."""
    tree = ast.parse(text)
    numbers = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        match node:
            case (
                ast.Attribute(value=ast.Name(id="time" | "timeit" | "resource"), attr=name)
                | ast.Attribute(attr=("ru_utime" | "ru_stime") as name)
            ) if name in CLOCKS:
                yield node.lineno, f"{name} is a clock: count what is done, and measure time in benchmarks/"
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id="time"), attr=("time" | "monotonic" | "sleep") as name)
            ) if not guard:
                yield node.lineno, f"time.{name}: wait with waiting.wait_until, or count"
            case ast.ImportFrom(module="time" | "timeit"):
                yield node.lineno, "import time as a whole, so that its use can be seen"
            case ast.keyword(arg="timeout", value=value):
                limit = numbers.get(value.id) if isinstance(value, ast.Name) else getattr(value, "value", None)
                if isinstance(limit, (int, float)) and not isinstance(limit, bool) and limit < GENEROUS:
                    yield node.value.lineno, f"timeout={limit}: a guard against hanging is at least {GENEROUS} s"
            case ast.keyword(arg="deadline", value=value) if getattr(value, "value", 0) is not None:
                yield node.value.lineno, "deadline: only None"


FILES = sorted(path.relative_to(TESTS).as_posix() for path in TESTS.rglob("*.py"))


@pytest.mark.parametrize("name", FILES)
def test_no_test_hangs_on_the_clock(name: str) -> None:
    text = (TESTS / name).read_text(encoding="utf-8")
    assert [f"{name}:{line}: {why}" for line, why in faults(text, guard=name in GUARDS)] == []


@pytest.mark.parametrize(
    "line",
    [
        "assert time.perf_counter() - began < 5",
        "end = time.monotonic() + 30",
        "time.sleep(0.1)",
        "from time import sleep",
        "subprocess.run(command, timeout=30)",
        "LONG = 60\nchild.communicate(timeout=LONG)",
        "settings(max_examples=3, deadline=5000)",
        "spent = after.ru_utime - before.ru_utime",
    ],
)
def test_what_hangs_on_the_clock_is_seen(line: str) -> None:
    assert list(faults(line))


@pytest.mark.parametrize(
    "line",
    [
        "at_most(timeout=600)",
        "settings(deadline=None)",
        "run(stop_after=0.3)",
        "wait(timeout=PATIENCE)",
        "# time.sleep(3)\nwhat = 'perf_counter'",
        "st.lists(x).repeat",
        "wait_until(lambda: done, 'that it is done')",
    ],
)
def test_what_does_not_is_left_alone(line: str) -> None:
    assert not list(faults(line))
