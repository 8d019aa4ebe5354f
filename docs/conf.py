"""How Sphinx builds the site. `python -m sim.docs.site` calls it, with every warning an error.

The pages are plain Markdown; what Sphinx reads beyond them comes from `sim.docs.site`.
"""

from __future__ import annotations

import logging
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "src"))

from sphinx.application import Sphinx  # noqa: E402
from sphinx.util.logging import getLogger  # noqa: E402

import sim  # noqa: E402
from sim.docs import api, gallery, site  # noqa: E402
from sim.language.door import Door  # noqa: E402

project = "Will Iraq push the US troops out?"
author = "The iraq-withdrawal-sim contributors"
copyright = "the iraq-withdrawal-sim contributors; Apache-2.0, the evidence CC-BY-4.0"
version = release = sim.__version__
language = "en"
root_doc = "index"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_copybutton"]
exclude_patterns = ["made", "_templates", "**/.*", "cluster"]
smartquotes = False  # "--out" is an option, not a dash
highlight_language = "none"  # an indented block says not what it is in
default_role = "code"  # `so` in a docstring

# Markdown. Headings have the anchors that GitHub gives them.
myst_heading_anchors = 6
myst_enable_extensions = ["colon_fence"]

# Notebooks are run anew, each in a folder of its own; one that fails, or takes a minute, fails the build.
nb_execution_mode = "force"
nb_execution_timeout = 60
nb_execution_raise_on_error = True
nb_execution_in_temp = True
nb_execution_show_tb = True
nb_kernel_rgx_aliases = {".*": "python3"}
nb_ipywidgets_js: dict[str, dict[str, str]] = {}  # they would be fetched from elsewhere
nb_output_stderr = "remove"  # progress
logging.getLogger("traitlets").setLevel(logging.WARNING)  # else a line for each notebook

# Docstrings.
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
autodoc_member_order = "bysource"
python_maximum_signature_line_length = 80
napoleon_numpy_docstring = False
# What annotations and docstrings name beside the public names: other libraries, and the package's inside. The site has
# no pages of theirs, and asks no other site for an index of them.
OURS = "|".join(sim.__all__)
nitpick_ignore_regex = [("py:.*", rf"(?!(sim\.)?({OURS})(\.|$)).*")]

# Looks.
html_theme = "furo"
html_title = "Will Iraq push the US troops out?"
html_short_title = "US troops in Iraq"
html_static_path = ["_static"]
html_css_files = ["site.css"]
templates_path = ["_templates"]
html_copy_source = False
html_show_sphinx = False
html_use_index = False
html_last_updated_fmt = None
pygments_style = "a11y-light"
pygments_dark_style = "a11y-high-contrast-dark"
FONTS = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'
html_theme_options = {
    "navigation_with_keys": True,
    "top_of_page_buttons": [],
    "light_css_variables": {
        "font-stack": FONTS,
        "color-brand-primary": "#00527f",
        "color-brand-content": "#00629a",
        "color-brand-visited": "#6b4d80",
        "color-api-name": "#00527f",
        "color-api-pre-name": "#5a6570",
    },
    "dark_css_variables": {
        "color-brand-primary": "#8cc9ee",
        "color-brand-content": "#7cc0ea",
        "color-brand-visited": "#c6a3d6",
        "color-api-name": "#8cc9ee",
        "color-api-pre-name": "#a3adb5",
    },
}
copybutton_prompt_text = r">>> |\.\.\. "
copybutton_prompt_is_regexp = True
copybutton_exclude = ".linenos, .gp, .go"


def make_pictures(app: Sphinx) -> None:
    """The gallery's pictures, before any page is read."""
    say = getLogger(__name__).info
    app.sim_told = gallery.make(HERE / gallery.FOLDER, say)  # type: ignore[attr-defined]


def show_doors(_app: Sphinx) -> None:
    """Let a method that is declared in one place and done in another be seen as the method that it is."""
    for thing in api.public().values():
        for name, value in list(vars(thing).items()) if isinstance(thing, type) else ():
            if isinstance(value, Door):
                setattr(thing, name, value.__wrapped__)


def read(app: Sphinx, page: str, content: list[str]) -> None:
    """What Sphinx reads of a page."""
    content[0] = site.as_sphinx_reads(page, content[0], HERE, app.sim_told)  # type: ignore[attr-defined]


def changed(app: Sphinx, *_sets: set[str]) -> list[str]:
    """The pages that are read anew whether their files have changed or not: what is put in may have."""
    return sorted({"index", "gallery", "api", "notebooks/index"} & app.env.found_docs)


def without_signature(
    _app: Sphinx, _kind: str, name: str, thing: Any, _options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """Of a class that only the program makes, no call; of a default that is a function, its name."""
    if isinstance(thing, type) and not api.shows_signature(name.rpartition(".")[2], thing):
        return "", None
    return re.sub(r"<function (\w+) at 0x\w+>", r"\1", signature) if signature else signature, returns


def link_pages(_app: Sphinx, _kind: str, _name: str, _thing: Any, _options: Any, lines: list[str]) -> None:
    """A page that a docstring names by its file is a link."""
    lines[:] = [re.sub(r"(?<![`/\w])docs/([\w-]+)\.md", r":doc:`docs/\1.md </\1>`", line) for line in lines]


def link_pictures(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """Each picture of a page leads to itself."""
    if "body" in context:
        context["body"] = site.linked_pictures(context["body"])


def setup(app: Sphinx) -> None:
    """What happens when."""
    app.connect("builder-inited", make_pictures)
    app.connect("builder-inited", show_doors)
    app.connect("env-get-outdated", changed)
    app.connect("source-read", read)
    app.connect("autodoc-process-signature", without_signature)
    app.connect("autodoc-process-docstring", link_pages)
    app.connect("html-page-context", link_pictures)
