"""SVG made small shows the same lines."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from sim.show import svg

PLACES = st.integers(-5000, 5000).map(lambda value: value / 7)


def corners(path: str) -> list[tuple[str, float, float]]:
    """Where the pen goes: (M or L, x, y), with relative steps added up."""
    found: list[tuple[str, float, float]] = []
    x, y, first = 0.0, 0.0, (0.0, 0.0)
    for letter, rest in re.findall(r"([MLlhvz])([^MLlhvz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", rest)]
        if letter == "z":
            x, y = first
        elif letter in "hv":
            x, y = x + numbers[0] * (letter == "h"), y + numbers[0] * (letter == "v")
            found.append(("L", x, y))
        else:
            for across, down in zip(numbers[::2], numbers[1::2], strict=True):
                x, y = (x + across, y + down) if letter == "l" else (across, down)
                found.append(("M" if letter == "M" else "L", x, y))
                first = (x, y) if letter == "M" else first
    return found


@given(st.lists(st.tuples(PLACES, PLACES), min_size=1, max_size=40), st.booleans())
def test_a_short_path_goes_through_the_same_corners(places: list[tuple[float, float]], closed: bool) -> None:
    path = "M" + "L".join(f"{x:.6f} {y:.6f} \n" for x, y in places) + ("z" if closed else "")
    kept = corners(svg.short_path(path))
    left = [(round(x * 10) / 10, round(y * 10) / 10) for x, y in places]
    for _, x, y in kept:
        assert any(abs(x - a) < 1e-6 and abs(y - b) < 1e-6 for a, b in left)
    assert abs(kept[-1][1] - left[-1][0]) < 1e-6
    assert abs(kept[-1][2] - left[-1][1]) < 1e-6
    turns = [
        place for before, place, after in zip(left, left[1:], left[2:], strict=False) if turning(before, place, after)
    ]
    met = {(round(x, 4), round(y, 4)) for _, x, y in kept}
    assert {(round(x, 4), round(y, 4)) for x, y in turns} <= met


def turning(before: tuple[float, float], place: tuple[float, float], after: tuple[float, float]) -> bool:
    """Whether a path changes its direction at a place."""
    (a, b), (c, d) = (place[0] - before[0], place[1] - before[1]), (after[0] - place[0], after[1] - place[1])
    return abs(a * d - b * c) > 1e-9 or a * c + b * d < 0


def test_paths_known_by_heart() -> None:
    assert svg.short_path("M 0 0 \nL 10.04 5.5 \nL 10.5 6 \nL 10.5 6 \nL 10.5 7 \nL 10.5 9 \nz") == "M0 0l10 5.5.5.5v3z"
    assert svg.short_path("M 5 5 L 5 -5 L 5 5") == "M5 5v-10v10"
    assert svg.short_path("M 1.26 2 C 1 2 3 4 5 6.04 z") == "M1.3 2C1 2 3 4 5 6z"


def test_letters_count_on_after_z() -> None:
    names = [svg.letters(number) for number in range(1000)]
    assert names[:2] == ["A", "B"]
    assert names[26] == "AA"
    assert len(set(names)) == 1000


def test_groups_that_carry_something_stay_and_others_go() -> None:
    text = '<g><g clip-path="url(#a)"><g><use/></g></g></g>'
    assert svg.without_idle_groups(text) == '<g clip-path="url(#a)"><use/></g>'
