"""Pictures of what a browser shows: which browser, how it is asked, what it is told when none comes."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pytest

from sim.docs import DOCS, screenshots
from sim.docs.screenshots import LOOKS, NoBrowser, Shot

POSIX_ONLY = pytest.mark.skipif(os.name == "nt", reason="the browser is played by a shell script")


def png(width: int = 30, height: int = 20) -> bytes:
    """A picture."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, "PNG")
    return out.getvalue()


def played(tmp_path: Path, does: str) -> str:
    """A browser of a line of shell, which has the picture's path in $picture."""
    program = tmp_path / "browser"
    find = 'for word in "$@"; do case "$word" in --screenshot=*) picture="${word#--screenshot=}";; esac; done\n'
    program.write_text(f"#!/bin/sh\n{find}{does}\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


def test_a_missing_browser_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    assert screenshots.main([]) == 1
    assert "no browser is found; one of chromium" in capsys.readouterr().err


def test_the_first_browser_that_is_there_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: f"/x/{name}" if "google" in name else None)
    assert screenshots.browser() == "/x/google-chrome"


def test_a_browser_asks_nobody_and_has_a_profile_of_its_own(tmp_path: Path) -> None:
    page = tmp_path / "a page #1?.html"
    words = screenshots.command("b", Shot("s", page, 390, 844, "dark"), tmp_path / "p.png", tmp_path / "profile")
    assert {"--headless", "--disable-background-networking", "--disable-component-update", "--disable-sync"} <= set(
        words
    )
    assert f"--user-data-dir={tmp_path / 'profile'}" in words
    assert "--window-size=390,844" in words
    assert words[-1].endswith("/a%20page%20%231%3F.html")
    light = screenshots.command("b", Shot("s", page, 390, 844), tmp_path / "p.png", tmp_path / "profile")
    assert [word for word in words if word not in light] == [f"--blink-settings=preferredColorScheme={LOOKS['dark']}"]


@POSIX_ONLY
def test_what_the_browser_made_is_taken(tmp_path: Path) -> None:
    (tmp_path / "made.png").write_bytes(png())
    program = played(tmp_path, f"cp '{tmp_path}/made.png' \"$picture\"; exit 1")
    assert screenshots.taken(program, Shot("s", tmp_path / "x.html", 10, 10)) == png()


@POSIX_ONLY
def test_a_browser_that_makes_nothing_is_quoted(tmp_path: Path) -> None:
    program = played(tmp_path, "echo first >&2; echo 'cannot open display' >&2; exit 1")
    with pytest.raises(NoBrowser, match=r"made no picture of x\.html: cannot open display"):
        screenshots.taken(program, Shot("s", tmp_path / "x.html", 10, 10))
    with pytest.raises(NoBrowser, match="no word why"):
        screenshots.taken(played(tmp_path, "exit 0"), Shot("s", tmp_path / "x.html", 10, 10))


@POSIX_ONLY
def test_a_browser_that_hangs_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screenshots, "PATIENCE", 0.2)
    with pytest.raises(NoBrowser, match="took more than"):
        screenshots.taken(played(tmp_path, "exec sleep 60"), Shot("s", tmp_path / "x.html", 10, 10))


def test_the_pictures_that_pages_show_are_small_and_shown() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in DOCS.rglob("*.md"))
    kept = {path.name for path in (DOCS / "pictures").iterdir()}
    assert kept == {f"{name}.webp" for name in screenshots.SHOWN}
    for name in kept:
        assert f"pictures/{name})" in text
        assert (DOCS / "pictures" / name).stat().st_size < 150_000


def test_a_picture_is_kept_as_webp() -> None:
    from PIL import Image

    with Image.open(io.BytesIO(screenshots.small(png(40, 30)))) as picture:
        assert (picture.format, picture.size) == ("WEBP", (40, 30))


def test_every_page_is_taken_in_every_size_and_look(tmp_path: Path) -> None:
    shots = list(screenshots.of_the_site(tmp_path))
    assert len({shot.name for shot in shots}) == len(shots) == len(screenshots.PAGES) * 4
    assert all((DOCS / shot.page.relative_to(tmp_path).with_suffix(".md")).exists() for shot in shots)
