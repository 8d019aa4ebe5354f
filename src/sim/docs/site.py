"""The site: docs/ as pages to read in a browser, from Sphinx. ``python -m sim.docs.site``, in a source checkout.

The Markdown in docs/ is read on GitHub and in editors too, so whatever only Sphinx understands is put in when a page is
read (:func:`as_sphinx_reads`): the trees of the sidebar, the gallery's pictures, whole docstrings, the download of a
notebook. A warning is an error. Afterwards every built page is looked at: it may request nothing from anywhere, since
the site is read on machines without a network too, and no picture may be without words.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from sim.disk.writing import put
from sim.docs import DOCS, api, contents, gallery, values

COMMAND = "python -m sim.docs.site"
ROOT = DOCS.parent
LOADED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "image": ("href", "xlink:href"),
    "use": ("href", "xlink:href"),
}
"""What a browser requests by itself, by element; of ``link`` it depends on what it is for."""
NOT_LOADED = {"canonical", "next", "prev", "author", "license", "index", "search", "genindex"}
"""Links in the head that a browser only keeps."""
_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:)?//", re.IGNORECASE)
_IN_STYLE = re.compile(r"url\(\s*['\"]?([^'\")]+)|@import\s+['\"]([^'\"]+)", re.IGNORECASE)


# --- what Sphinx reads in place of what is written ---


def as_sphinx_reads(page: str, text: str, folder: Path, told: Mapping[str, gallery.Told]) -> str:
    """The text of a page (``tutorial/1-your-first-change``, without its ending) with what only the site has."""
    if (folder / f"{page}.ipynb").exists():
        return with_download(text, f"{page.rpartition('/')[2]}.ipynb")
    text = values.without_marks(text) + contents.trees(folder, f"{page}.md")
    if page == "gallery":
        return gallery.with_pictures(text, told)
    if page == "api":
        return api.in_full(text)
    return text


def with_download(text: str, name: str) -> str:
    """A notebook with a line below its title from which it can be had."""
    notebook = json.loads(text)
    said = f"This page is a notebook, run when the site was made: {{download}}`{name} <{name}>`."
    cell = {"cell_type": "markdown", "id": "download", "metadata": {}, "source": [said]}
    cells: list[dict[str, Any]] = notebook["cells"]
    titled = bool(cells) and cells[0]["cell_type"] == "markdown" and "".join(cells[0]["source"]).startswith("# ")
    if titled:
        heading, _, rest = "".join(cells[0]["source"]).partition("\n")
        first = {**cells[0], "source": [f"{heading}\n\n{said}\n{rest}"]}
        notebook["cells"] = [first, *cells[1:]]
    else:
        notebook["cells"] = [cell, *cells]
    return json.dumps(notebook, ensure_ascii=False)


def linked_pictures(body: str) -> str:
    """The body of a page, each picture a link to itself: on a small screen one wants it by itself."""
    return re.sub(r'(?<!<a class="picture" )(<img\b[^>]*?\bsrc="([^"]+)"[^>]*>)(?!\s*</a>)', _linked, body)


def _linked(match: re.Match[str]) -> str:
    return f'<a class="picture" href="{match[2]}">{match[1]}</a>'


# --- what was built ---


class Page(HTMLParser):
    """What is wrong with a built page: requests to elsewhere, pictures without words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.faults: list[str] = []
        self._in_style = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """An element begins."""
        given = {name: value or "" for name, value in attributes}
        self._in_style = tag == "style"
        names: Sequence[str] = LOADED.get(tag, ())
        if tag == "link" and not set(given.get("rel", "").lower().split()) <= NOT_LOADED:
            names = ("href",)
        for name in names:
            addresses = given.get(name, "").split(",") if name == "srcset" else [given.get(name, "")]
            self.faults += [f"<{tag}> requests {one.strip()}" for one in addresses if is_elsewhere(one)]
        self.faults += [f"the style of <{tag}> requests {one}" for one in in_style(given.get("style", ""))]
        if tag == "img" and not given.get("alt", "").strip():
            self.faults.append(f"the picture {given.get('src', '')} has no words for those who do not see it")

    def handle_data(self, data: str) -> None:
        """Text; of interest is that of a style."""
        if self._in_style:
            self.faults += [f"<style> requests {one}" for one in in_style(data)]

    def handle_endtag(self, tag: str) -> None:
        """An element ends."""
        self._in_style = self._in_style and tag != "style"


def is_elsewhere(address: str) -> bool:
    """Whether an address is that of another machine."""
    return _ELSEWHERE.match(address) is not None


def in_style(text: str) -> list[str]:
    """The addresses of other machines that a style sheet requests."""
    found = [one or other for one, other in _IN_STYLE.findall(text)]
    return [address for address in found if is_elsewhere(address)]


def faults(site: Path) -> Iterator[str]:
    """What is wrong with a built site, file by file."""
    for path in sorted(site.rglob("*")):
        if path.suffix not in (".html", ".css", ".svg"):
            continue
        text = path.read_text(encoding="utf-8")
        found = [f"the style requests {one}" for one in in_style(text)] if path.suffix == ".css" else Page(text).faults
        for fault in dict.fromkeys(found):
            yield f"{path.relative_to(site).as_posix()}: {fault}"


# --- building it ---


def build(site: Path, folder: Path = DOCS) -> int:
    """Have Sphinx build the site; its exit code. It says itself what is wrong."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-n", "-q", "-T", "-b", "html"]
    kept = site.with_name(f"{site.name}-kept")  # what Sphinx has read, so that it reads only what has changed
    paths = [str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    own = {"PYTHONPATH": os.pathsep.join(paths), "IPYTHONDIR": str(kept / "ipython")}
    settings = {"IPKernelApp": {"log_level": logging.ERROR}}  # of nobody's own profile; it warns of its way to speak
    put(kept / "ipython" / "profile_default" / "ipython_kernel_config.json", json.dumps(settings) + "\n")
    words = [*command, "-d", str(kept), str(folder), str(site)]
    return subprocess.run(words, env={**os.environ, **own}, check=False).returncode


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 1 if Sphinx warns of something, or a built page is not as it should be."""
    from importlib.util import find_spec

    parser = argparse.ArgumentParser(prog=COMMAND, description="the site, from docs/")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "site", metavar="DIR", help="default: build/site")
    site: Path = parser.parse_args(arguments).out.absolute()
    if not (DOCS / "conf.py").exists():
        parser.error("this is for the project's folder, which has docs")
    lacking = [name for name in ("sphinx", "furo", "myst_nb", "sphinx_copybutton") if find_spec(name) is None]
    if lacking:
        parser.error(f"{', '.join(lacking)} is missing: `python3 run.py setup --dev` installs what the docs need")
    if build(site):
        return 1
    found = list(faults(site))
    for fault in found:
        print(fault, file=sys.stderr)
    if not found:
        print(site / contents.FRONT.replace(".md", ".html"))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
