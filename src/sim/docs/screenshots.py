"""Pictures of the report and of the site, as a browser shows them: ``python -m sim.docs.screenshots``.

Headless Chromium takes them at stated sizes, in light and dark, into build/screenshots: to look at before a change of
looks is taken, and not kept. With ``--renew`` the few that pages show (:data:`SHOWN`) are made anew in docs/pictures.
The report is that of a small seeded run, so that the same sources and the same browser give the same picture.
"""

from __future__ import annotations

import argparse
import io
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from sim.disk.writing import put
from sim.docs import DOCS

COMMAND = "python -m sim.docs.screenshots"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
PATIENCE = 120  # seconds that a browser may take for one picture
WORLDS = 40
"""Of each scenario, in the run whose report is shown."""
PAGES = ("index", "tutorial/1-your-first-change", "model", "results", "gallery", "commands", "api")
SIZES = {"wide": (1280, 1000), "narrow": (390, 844)}
"""Pixels, as wide as a laptop's window and as a telephone."""
LOOKS = {"light": 1, "dark": 0}
"""How the browser calls what a reader prefers."""
QUALITY = 82  # of WebP


class Shot(NamedTuple):
    """A picture to take: its name, of which file, in which size and look."""

    name: str
    page: Path
    width: int
    height: int
    look: str = "light"


SHOWN = {"report": (1100, 1250)}
"""The pictures that pages show, in docs/pictures, with their sizes."""


class NoBrowser(Exception):
    """There is no Chromium, or it does not do what it should; the text says what to do."""


def browser() -> str:
    """The browser's program. NoBrowser where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        raise NoBrowser(
            f"no browser is found; one of {', '.join(BROWSERS)} is needed (on Debian and Ubuntu: "
            "sudo apt install chromium)"
        )
    return found


def command(program: str, shot: Shot, picture: Path, profile: Path) -> list[str]:
    """What is run for one picture; ``profile`` is an empty folder of the browser's own."""
    return [
        program,
        *FLAGS,
        f"--user-data-dir={profile}",
        f"--window-size={shot.width},{shot.height}",
        f"--blink-settings=preferredColorScheme={LOOKS[shot.look]}",
        f"--screenshot={picture}",
        shot.page.absolute().as_uri(),
    ]


def taken(program: str, shot: Shot) -> bytes:
    """A picture as PNG. NoBrowser where none came of it."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        picture, profile = Path(folder) / "picture.png", Path(folder) / "profile"
        try:
            done = subprocess.run(
                command(program, shot, picture, profile), capture_output=True, timeout=PATIENCE, check=False
            )
        except subprocess.TimeoutExpired:
            raise NoBrowser(f"{program} took more than {PATIENCE} s for {shot.page.name}") from None
        if not picture.exists():
            said = done.stderr.decode("utf-8", "replace").strip().splitlines()
            raise NoBrowser(f"{program} made no picture of {shot.page.name}: {said[-1] if said else 'no word why'}")
        return picture.read_bytes()


def small(png: bytes) -> bytes:
    """A picture as WebP, a few tens of kilobytes."""
    from PIL import Image

    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as picture:
        picture.convert("RGB").save(out, "WEBP", quality=QUALITY, method=6)
    return out.getvalue()


def of_the_site(site: Path) -> Iterator[Shot]:
    """Pages of a built site, in every size and look."""
    for page in PAGES:
        for size, (width, height) in SIZES.items():
            for look in LOOKS:
                name = f"{page.replace('/', '-')}-{size}-{look}"
                yield Shot(name, site / f"{page}.html", width, height, look)


def of_a_report(report: Path) -> Iterator[Shot]:
    """A report, as wide as a laptop's window and as a telephone, and as pages show it."""
    for size, (width, height) in SIZES.items():
        yield Shot(f"report-{size}", report, width, height)
    for name, (width, height) in SHOWN.items():
        yield Shot(name, report, width, height)


def take(site: Path, out: Path, renew: bool) -> Iterator[Path]:
    """Takes all pictures; gives the files, each when it is there. Without a built site those of the report."""
    from sim.jobs.run import run

    program = browser()
    with tempfile.TemporaryDirectory() as folder:
        run(worlds=WORLDS, seed=1, out=Path(folder) / "run")
        shots = [*of_a_report(Path(folder) / "run" / "report.html"), *(of_the_site(site) if site.is_dir() else ())]
        for shot in shots:
            png = taken(program, shot)
            yield put(out / f"{shot.name}.png", png)
            if renew and shot.name in SHOWN:
                yield put(DOCS / "pictures" / f"{shot.name}.webp", small(png))


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 where a picture could not be taken."""
    build = DOCS.parent / "build"
    parser = argparse.ArgumentParser(prog=COMMAND, description="pictures of the report and of the site")
    parser.add_argument("--site", type=Path, default=build / "site", metavar="DIR", help="default: build/site")
    parser.add_argument(
        "--out", type=Path, default=build / "screenshots", metavar="DIR", help="default: build/screenshots"
    )
    parser.add_argument("--renew", action="store_true", help="those that pages show, too: docs/pictures")
    asked = parser.parse_args(arguments)
    if not asked.site.is_dir():
        print(f"{asked.site} is not there (python -m sim.docs.site makes it): the report alone", file=sys.stderr)
    try:
        for path in take(asked.site, asked.out, asked.renew):
            print(path)
    except NoBrowser as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
