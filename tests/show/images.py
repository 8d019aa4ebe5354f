"""The pictures that the main figures are compared with, made from a small made-up result.

    PYTHONPATH=src python tests/show/images.py

writes them anew, after a change of how figures look that is meant; look at each before it is committed.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from made_up import made_up

from sim.results.result import Result
from sim.show import making, pictures
from sim.show.figures import FIGURES
from sim.show.tables import main_part

FOLDER = Path(__file__).with_name("images")
DOTS = 60
"""Dots an inch: small files, in which a line or a letter in another place still counts."""
MAIN = [name for name, plot in FIGURES.items() if plot.main]


def made() -> Result:
    """The result that is drawn."""
    return main_part(made_up(worlds=120, days=400))


def drawn(result: Result, name: str) -> bytes:
    """A figure as PNG."""
    return pictures.png(FIGURES[name](result), result, making.caption(result, FIGURES[name].caption), DOTS)


def of_slide(result: Result, name: str) -> bytes:
    """A slide as PNG, a third as large."""
    from PIL import Image

    out = BytesIO()
    with Image.open(BytesIO(pictures.slide(FIGURES[name], result))) as image:
        image.convert("RGB").resize((640, 360), Image.Resampling.BOX).save(out, "PNG")
    return out.getvalue()


def main() -> None:
    """Writes all of them."""
    FOLDER.mkdir(exist_ok=True)
    result = made()
    for name in MAIN:
        (FOLDER / f"{name}.png").write_bytes(drawn(result, name))
    (FOLDER / "slide.png").write_bytes(of_slide(result, "outcomes"))


if __name__ == "__main__":
    main()
