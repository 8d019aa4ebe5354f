"""Broken scenario files: several hundred, made from shipped ones by numbers that are always the same."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from .catalogue import Attack, Broken, Do, Trial
from .ground import Ground
from .making import fifo, file, folder, link, listening
from .warm import ROOT, Ended

SHIPPED = ("status_quo", "forced_exit", "regional_war", "gaza_ceasefire", "is_resurgence", "iran_lets_go")
FULL = "full"
VALUES = (
    "nan",
    "inf",
    "-inf",
    "-1",
    "0",
    "1e308",
    "1e999",
    "-0.0",
    "9223372036854775808",
    "1" + "0" * 400,
    "0x" + "f" * 80,
    "true",
    '""',
    '"nan"',
    '"a text"',
    "[]",
    "[[]]",
    '[1, "x"]',
    "{}",
    "{uniform = [1, 0]}",
    "{uniform = [nan, inf]}",
    "{choices = []}",
    "{normal = [0.5, -1]}",
    "2024-02-30",
    "2024-13-01",
    "0000-00-00",
    "9999-12-31",
    "0001-01-01",
    "2024-01-01T25:00:00",
    "07:32:00",
    "1979-05-27T07:32:00Z",
    "'\\'",
    '"\\u0000"',
    '"\\ud800"',
    '"\\x1b[31m"',
    '"\u202e"',
    "1_000",
    "1__0",
    "01",
    "+-1",
    ".5",
    "5.",
)
NAMES = (
    "nosuch",
    "united_states.nosuch",
    "iraq",
    '"a b"',
    '"\\u001b[2J"',
    "__class__",
    "model_config",
    "days.x",
    "events",
    "0",
    "é",
)


def attack(name: str, content: bytes, after: Any = None, quick: bool = False) -> Attack:
    """A file that is checked; if it passes, it is also described, and run where it says what a small run can."""
    steps = [Do("check {work}/x.toml", exits=(0, 2), lines=130, after=after or lines_of_faults), described]
    return Attack("scenarios", name, Trial([file("work/x.toml", content)], steps), quick)


def lines_of_faults(_: Ground, ended: Ended) -> None:
    """Where a file is refused, each fault is a line that says more than its place."""
    lines = ended.err.splitlines()
    if ended.code == 2 and not all(len(line) > 12 and len(line) < 2500 for line in lines):
        raise Broken(f"Faults are told in lines like {min(lines, key=len)!r} or {max(lines, key=len)[:200]!r}")


def described(ground: Ground) -> None:
    """What passes the check can be described."""
    ended = ground.ask(argv=["check", str(ground.at("work/x.toml"))])
    if ended.code == 0:
        ground.do(Do("describe {work}/x.toml", exits=(0,)), ())


def is_bounded(_: Ground, ended: Ended) -> None:
    """About a hundred faults are told, and then how many more there are."""
    lines = ended.err.splitlines()
    if ended.code == 2 and len(lines) > 130:
        raise Broken(f"{len(lines)} lines are said")


def shipped(name: str) -> str:
    """The text of a shipped scenario; of ``full`` one with every value written out."""
    return (ROOT / "scenarios" / f"{name}.toml").read_text(encoding="utf-8")


def rows_with_values(rows: list[str]) -> list[int]:
    """The numbers of the rows that set something."""
    return [number for number, row in enumerate(rows) if re.match(r"\s*[\w\"'.-]+\s*=", row)]


def slips(luck: random.Random, text: str) -> Iterator[tuple[str, bytes]]:
    """One of every kind of slip, in a text."""
    rows = text.splitlines(keepends=True)
    at = luck.choice(rows_with_values(rows))
    other = luck.choice(rows_with_values(rows))
    place = luck.randrange(len(text))
    content = text.encode()
    byte = luck.randrange(len(content))

    def with_row(row: str, number: int = at) -> bytes:
        return "".join([*rows[:number], row, *rows[number + 1 :]]).encode("utf-8", "surrogatepass")

    name = rows[at].partition("=")[0]
    yield "a line lost", with_row("")
    yield "a line twice", with_row(rows[at] * 2)
    yield "a line in the place of another", with_row(rows[other])
    yield "half a line", with_row(rows[at][: len(rows[at]) // 2] + "\n")
    yield "another value", with_row(f"{name}= {luck.choice(VALUES)}\n")
    yield "another value still", with_row(f"{name}= {luck.choice(VALUES)}\n")
    yield "an unknown name", with_row(f"{luck.choice(NAMES)} = {luck.choice(VALUES)}\n")
    yield "an unknown section", text.encode() + f"\n[{luck.choice(NAMES)}]\nx = 1\n".encode()
    yield "a quote lost", re.sub('"', "", text, count=1).encode()
    yield "a bracket lost", re.sub(r"\]", "", text, count=1).encode()
    yield "cut in the middle", text[:place].encode()
    yield "a character too many", (text[:place] + luck.choice("[]{}=\"'\\#,.\0\x07\x1b\u202e") + text[place:]).encode()
    yield "a bit turned", content[:byte] + bytes([content[byte] ^ (1 << luck.randrange(8))]) + content[byte + 1 :]
    yield "bytes by chance put in", content[:byte] + luck.randbytes(luck.randrange(1, 40)) + content[byte:]
    yield "bytes lost", content[:byte] + content[byte + luck.randrange(1, 60) :]


def slipped() -> Iterator[Attack]:
    """Slips in shipped files, by numbers."""
    for number in range(20):
        name = SHIPPED[number % len(SHIPPED)]
        luck = random.Random(1_000 + number)
        for what, content in slips(luck, shipped(name)):
            yield attack(f"{name} with {what}, no. {number + 1}", content, quick=number == 0)


def saved_otherwise() -> Iterator[Attack]:
    """The same text, as some editors and systems save it."""
    text = shipped("forced_exit")
    accents = 'title = "Müller — “Bagdad” é"\ndays = 5\n'
    for code in ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "utf-7"):
        yield attack(f"saved as {code}", text.encode(code), quick=code == "utf-16")
    for code in ("latin-1", "cp1252", "mac_roman", "shift_jis", "koi8-r", "cp037"):
        yield attack(f"saved as {code}", accents.encode(code, "replace"))
    yield attack("with ends of lines of an old Mac", text.replace("\n", "\r").encode())
    yield attack("with ends of lines of Windows", text.replace("\n", "\r\n").encode())
    yield attack("with ends of lines of two kinds", text.replace("\n", "\r\n", 9).encode())
    yield attack("with two marks of byte order", b"\xef\xbb\xbf" * 2 + text.encode())
    yield attack("with a NUL at its end", text.encode() + b"\0")
    yield attack("with a page break", text.encode().replace(b"\n", b"\f\n", 3))
    yield attack("empty", b"")
    yield attack("nothing but spaces", b" \t\n" * 1000)
    yield attack("zeros, as after a power failure", b"\0" * 4096)
    for kind, start in (
        ("a picture", b"\x89PNG\r\n\x1a\n"),
        ("an archive", b"PK\3\4"),
        ("a program", b"\x7fELF"),
        ("Parquet", b"PAR1"),
    ):
        yield attack(f"{kind} under the name of a scenario", start + random.Random(kind).randbytes(5000))
    yield attack("JSON", b'{"days": 5, "events": [{"kind": "truce"}]}')
    yield attack("YAML", b"days: 5\nevents:\n  - kind: truce\n")
    yield attack("a web page", b"<!doctype html><html><body>Not found</body></html>")
    yield attack("marks of a merge", b"<<<<<<< HEAD\ndays = 5\n=======\ndays = 6\n>>>>>>> other\n")


def nested() -> Iterator[Attack]:
    """Deep, wide and long."""
    for what, text in {
        "100,000 brackets": "a = " + "[" * 100_000,
        "100,000 braces": "a = " + "{a=" * 60_000,
        "a name of 50,000 parts": ".".join("a" * 50_000) + " = 1",
        "a section of 50,000 parts": "[" + ".".join("a" * 50_000) + "]",
        "240 KB of events without anything": "events = [" + "{}, " * 60_000 + "]",
        "100,000 events without a kind": "[[events]]\n" * 20_000,
        "20,000 unknown names": "".join(f"x{i} = 1\n" for i in range(20_000)),
        "10,000 unknown sections": "".join(f"[s{i}.t]\n" for i in range(20_000)),
        "10,000 unknown groups": "".join(f"[groups.g{i}]\nx=1\n" for i in range(12_000)),
        "30,000 lines that are no TOML": "a = .5\n" * 30_000,
        "a name set 30,000 times": "a = 1\n" * 30_000,
        "a number of 200,000 digits": "days = " + "9" * 200_000,
        "a number of 200,000 hexadecimal digits": "days = 0x" + "f" * 200_000,
        "a text of 200,000 letters as a title": f'title = "{"x" * 200_000}"',
        "a text of 200,000 letters as a number": f'days = "{"x" * 200_000}"',
        "a text that does not end": 'title = """' + 'a"" ' * 50_000,
        "a name of 200,000 letters": "a" * 200_000 + " = 1",
        "100,000 quotes": "'" * 100_000,
        "3 MB": "# " + "x" * 3_000_000,
        "256 KB and a byte": "#" * (256 * 1024 + 1),
    }.items():
        yield attack(what, text.encode(), after=is_bounded, quick=what.startswith("100,000 brackets"))


def wrong_values() -> Iterator[Attack]:
    """Each wrong value at a lever, a date and a name."""
    for number, value in enumerate(VALUES):
        for place in ("days", "start", "united_states.restraint", "extends", "events"):
            yield attack(
                f"{place} is wrong value no. {number + 1}", f"{place} = {value}\n".encode("utf-8", "surrogatepass")
            )


def circles() -> Iterator[Attack]:
    """`extends` in circles, to itself, to what is no file, and without end."""

    def chain(name: str, make: list[Any], quick: bool = False) -> Attack:
        return Attack("scenarios", name, Trial(make, [Do("check {work}/x.toml", exits=(2,), lines=3)]), quick)

    def says(target: str) -> Callable[[Ground], object]:
        return file("work/x.toml", f"extends = '{target}'\ndays = 5\n")

    yield chain("it extends itself", [says("x.toml")], quick=True)
    yield chain("it extends itself under another name", [says("./sub/../x.toml"), folder("work/sub")])
    yield chain("it extends itself through a link", [says("y.toml"), link("work/y.toml", "x.toml")])
    yield chain("a circle of two", [says("y.toml"), file("work/y.toml", "extends = 'x.toml'\n")])
    ring = [file(f"work/{number}.toml", f"extends = '{(number + 1) % 40}.toml'\n") for number in range(40)]
    yield chain("a circle of forty", [says("0.toml"), *ring])
    large = [file(f"work/{number}.toml", f"extends = '{number + 1}.toml'\n#" + "x" * 200_000) for number in range(30)]
    yield chain("thirty large ones", [says("0.toml"), *large])
    for what, target in {
        "nothing": "",
        "what is not there": "nosuch.toml",
        "a folder": "sub",
        "a device": "/dev/zero",
        "all of the disk": "/",
        "what is above": "../../../../../../../../etc/passwd",
        "an address": "https://example.org/x.toml",
        "a very long name": "x" * 5000,
        "a NUL": "a\\u0000b",
        "many": "a.toml,b.toml",
        "a shipped name with a slip": "status_qo",
        "a home": "~/x.toml",
    }.items():
        yield chain(f"it extends {what}", [says(target), folder("work/sub")])
    yield chain("it extends a pipe", [says("y.toml"), fifo("work/y.toml")])
    yield chain("it extends a socket", [says("y.toml"), listening("work/y.toml")])
    yield chain("it extends a device under a good name", [says("y.toml"), link("work/y.toml", "/dev/zero")])


def typed() -> Iterator[Attack]:
    """What is typed after --set, --days, --worlds, --seed, --world."""
    for number, setting in enumerate(
        (
            "",
            "=",
            "x",
            "x=",
            "=1",
            "days=",
            "days=nan",
            "days=-1",
            "days=1e999",
            "united_states.restraint=nan",
            "united_states.restraint=2e308",
            "united_states.restraint=[",
            "united_states.restraint={",
            "united_states.restraint=" + "[" * 50_000,
            "a" * 5000 + "=1",
            "events=[{}]",
            "events=1",
            "groups.x=removed",
            "start=2024-02-30",
            "start=9999-12-31",
            "title=\x1b[31m",
            "extends=status_quo",
            "__class__=1",
            "united_states.restraint=0.5=0.6",
            "united_states[0]=1",
            "events[999999999]=1",
            "events[-1].date=1",
            "days=" + "9" * 5000,
        )
    ):
        yield Attack(
            "scenarios",
            f"--set no. {number + 1}",
            Trial(
                [lambda ground, text=setting: (ground.root / "set").write_text(text)],
                [lambda ground, text=setting: set_to(ground, text)],
            ),
        )
    for option in ("--days", "--worlds", "--seed", "--workers", "--stop-after"):
        for value in (
            "nan",
            "1e9",
            "-1",
            "0x10",
            "١",
            "9" * 30,
            "9" * 5000,
            "",
            "3.5",
            "True",
            "\x1b[2J",
            "1_000_000_000_000_000_000_000",
        ):
            yield Attack(
                "scenarios",
                f"{option} {value[:12]!r}… ({len(value)})",
                Trial([], [lambda g, o=option, v=value: given(g, o, v)]),
            )


def set_to(ground: Ground, text: str) -> None:
    """A run with --set is refused in a few lines, or done."""
    before = {"words": ["explain", "forced_exit", "--world", "1", "--days", "5", "--json", "--set", text]}
    ended = ground.ask(argv=before["words"])
    ground.holds_always(f"--set {text[:60]!r}", ended, ground_contents(ground), ())


def given(ground: Ground, option: str, value: str) -> None:
    """An option that cannot be meant is refused in a line."""
    ended = ground.ask(
        argv=["run", "forced_exit", f"{option}={value}", "--out", str(ground.out), "--json", "--figures", "none"]
    )
    ground.holds_always(f"{option} {value[:60]!r}", ended, ground_contents(ground), (), codes=(2,))


def ground_contents(ground: Ground) -> dict[str, Any]:
    """What is on the ground, for commands that change nothing."""
    from .ground import contents

    return contents(ground.root)


BAD = sorted((Path(__file__).parents[1] / "scenario" / "bad").glob("*.toml"))

ATTACKS = [
    *slipped(),
    *saved_otherwise(),
    *nested(),
    *wrong_values(),
    *circles(),
    *typed(),
    *(attack(f"the tests' own: {path.stem}", path.read_bytes()) for path in BAD),
]
