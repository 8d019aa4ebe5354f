"""Makes the SVG that matplotlib writes small, safe to put beside others in one page, and readable aloud.

A picture's lines do not change: coordinates keep tenths of a point, styles that repeat become classes, groups
and ids that nothing refers to go. That takes a figure to about a third of its size.
"""

from __future__ import annotations

import re
from xml.sax.saxutils import escape

from sim.disk.words import one_line

PATH = re.compile(r'(?<= d=")[^"]*(?=")')
STEP = re.compile(r"([MLQCZz])([^MLQCZz]*)")
PLACE = re.compile(r' (x|y|width|height)="(-?\d+\.\d+)"')
MOVED = re.compile(r'"translate\((-?[\d.]+) (-?[\d.]+)\)')
NUMBER_AT_END = re.compile(r"-?[\d.]+$")
TAG = re.compile(r"<(/?)g(\s[^>]*)?>")
STYLE = re.compile(r' style="([^"]*)"')
TURNED_BY_NOTHING = re.compile(r' transform="rotate\(-?0 [^"]*\)"')
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def tenths(value: float) -> int:
    """A coordinate in tenths of a point, as a whole number: sums of these do not drift."""
    return round(value * 10)


def written(value: int) -> str:
    """Tenths as a number: 25 is ``2.5``, 30 is ``3``, 5 is ``.5``."""
    whole, rest = divmod(abs(value), 10)
    return f"{'-' if value < 0 else ''}{whole if whole or not rest else ''}{f'.{rest}' if rest else ''}"


def joined(numbers: list[int], before: str = "") -> str:
    """Numbers in a row with as few blanks as SVG needs; ``before`` is what stands in front of them."""
    text = before
    for number in map(written, numbers):
        last = NUMBER_AT_END.search(text)
        apart = last is not None and not number.startswith("-") and not ("." in last.group() and number.startswith("."))
        text += f" {number}" if apart else number
    return text[len(before) :]


def short_path(path: str) -> str:
    """A path of straight lines in relative steps; steps that lead on are joined, steps of nothing left out.

    Curves keep their form, rounded.
    """
    steps = STEP.findall(path)
    if any(letter in "QC" for letter, _ in steps):
        return "".join(letter + joined([tenths(float(n)) for n in rest.split()]) for letter, rest in steps)
    moves: list[tuple[str, int, int]] = []
    x, y, first_x, first_y = 0, 0, 0, 0
    for letter, rest in steps:
        if letter in "Zz":
            moves.append(("z", 0, 0))
            x, y = first_x, first_y
            continue
        to_x, to_y = (tenths(float(number)) for number in rest.split())
        if letter == "M":
            moves.append(("M", to_x, to_y))
            first_x, first_y = to_x, to_y
        elif (to_x, to_y) != (x, y):
            step = ("h" if to_y == y else "v" if to_x == x else "l", to_x - x, to_y - y)
            last = moves[-1]
            if step[0] == last[0] != "l" and step[1] * last[1] + step[2] * last[2] > 0:
                moves[-1] = (step[0], last[1] + step[1], last[2] + step[2])
            else:
                moves.append(step)
        x, y = to_x, to_y
    text, before = "", ""
    for letter, across, down in moves:
        if letter == "l" == before:
            text += joined([across, down], text[-12:])
        else:
            numbers = {"z": [], "h": [across], "v": [down]}.get(letter, [across, down])
            text += letter + joined(numbers)
        before = letter
    return text


def without_idle_groups(text: str) -> str:
    """Takes out ``<g>`` elements that carry nothing, with their ends."""
    kept: list[bool] = []

    def judge(found: re.Match[str]) -> str:
        if found.group(1):
            return found.group() if kept.pop() else ""
        kept.append(bool((found.group(2) or "").strip()))
        return found.group() if kept[-1] else ""

    return TAG.sub(judge, text)


def letters(number: int) -> str:
    """0 is ``A``, 25 ``Z``, 26 ``AA``."""
    text = chr(65 + number % 26)
    return text if number < 26 else letters(number // 26 - 1) + text


def compact(style: str) -> str:
    """A style without blanks, with letters of the same width where the reader's machine lacks ours."""
    shorter = re.sub(r"\s*([:;,])\s*", r"\1", style.strip()).removesuffix(";")
    return shorter.replace("'DejaVu Sans'", "'DejaVu Sans',Verdana,sans-serif")


def small(text: str, prefix: str, title: str, description: str) -> str:
    """The ``<svg>`` element of a figure; its id is ``prefix``, ids inside begin with it, classes hold within
    it, title and description are escaped.
    """
    text = text[text.index("<svg") :]
    opening = text[: text.index(">") + 1]
    body = text[len(opening) : text.rindex("</svg>")]
    found = re.search(r'viewBox="([^"]*)"', opening)
    box = found.group(1) if found else "0 0 518 300"
    body = COMMENT.sub("", body)
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, count=1, flags=re.DOTALL)
    body = PATH.sub(lambda found: short_path(found.group()), body)
    body = PLACE.sub(lambda found: f' {found.group(1)}="{joined([tenths(float(found.group(2)))])}"', body)
    body = MOVED.sub(lambda found: f'"translate({joined([tenths(float(n)) for n in found.groups()])})', body)
    body = TURNED_BY_NOTHING.sub("", body)
    used = {
        old: f"{prefix}-{number}"
        for number, old in enumerate(dict.fromkeys(re.findall(r'(?:url\(#|href="#)([^")]+)', body)))
    }
    body = re.sub(
        r'\sid="([^"]*)"', lambda found: f' id="{used[found.group(1)]}"' if found.group(1) in used else "", body
    )
    body = re.sub(r'(url\(#|href="#)([^")]+)', lambda found: found.group(1) + used[found.group(2)], body)
    body = without_idle_groups(re.sub(r"<g\s*/>", "", body))
    classes: dict[str, str] = {}

    def as_class(found: re.Match[str]) -> str:
        return f' class="{classes.setdefault(compact(found.group(1)), letters(len(classes)))}"'

    body = STYLE.sub(as_class, body)
    rules = "".join(f"#{prefix} .{label}{{{style}}}" for style, label in classes.items())
    body = re.sub(r"\n\s*", "\n", body).strip()
    return (
        f'<svg id="{prefix}" xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'viewBox="{box}" role="img" aria-labelledby="{prefix}-title {prefix}-desc" '
        'stroke-linejoin="round" stroke-linecap="butt">\n'
        f'<title id="{prefix}-title">{escape(one_line(title))}</title>\n'
        f'<desc id="{prefix}-desc">{escape(one_line(description))}</desc>\n'
        f"<style>{rules}</style>\n{body}\n</svg>\n"
    )
