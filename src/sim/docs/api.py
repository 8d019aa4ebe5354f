"""docs/api.md: what ``import sim`` gives, from docstrings and signatures.

The page by itself has of each name its signature and first sentence, and of a class a list of what it has. The site has
the whole docstrings in their place (:func:`in_full`).
"""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from functools import cached_property
from types import FunctionType
from typing import Any

from sim.docs.markdown import MADE, code, first_sentence, table
from sim.language.door import Door

PACKAGE = __name__.partition(".")[0]
INTRODUCTION = """
`import sim` gives these names and no others; whatever else lies in the package is its inside, and changes. What a call
cannot take is a ValueError that names the argument, before anything is computed. Longer examples: [as a Mesa
model](mesa.md), [a choice one can replace](choices.md), [sweeps](sweeps.md). The columns of every table are in [the
files and columns](data.md), the names of every figure in [the gallery](gallery.md).
"""
_MARK = re.compile(r"<!-- api: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
WIDTH = 88
"""Characters of a signature's line."""


def public() -> dict[str, Any]:
    """What lies on top of the package, by name: functions, then classes, then errors."""
    top = importlib.import_module(PACKAGE)  # it imports what this file belongs to, so that no line here can
    things = {name: getattr(top, name) for name in sorted(top.__all__, key=str.casefold)}
    return {name: thing for kind in KINDS for name, thing in things.items() if kind_of(thing) == kind}


KINDS = {"functions": "Functions", "classes": "What they take and give", "errors": "Errors"}


def kind_of(thing: object) -> str:
    """Under which heading something stands; nothing for what is neither called nor made."""
    if isinstance(thing, type):
        return "errors" if issubclass(thing, Exception) else "classes"
    return "functions" if callable(thing) else ""


def page() -> str:
    """The text of docs/api.md."""
    parts = [f"# From Python\n\n{MADE}", INTRODUCTION.strip()]
    found = public()
    for kind, heading in KINDS.items():
        named = [name for name in found if kind_of(found[name]) == kind]
        parts += [f"## {heading}"] if named else []
        for name in named:
            parts += [f"### {name}", f"<!-- api: {name} -->", *told(name, found[name]), "<!-- end -->"]
    return "\n\n".join(parts) + "\n"


def told(name: str, thing: Any) -> Iterator[str]:
    """Signature and first sentence, and of a class what it has."""
    if shows_signature(name, thing):
        yield f"```python\n{signature(f'{PACKAGE}.{name}', thing)}\n```"
    yield in_markdown(first_paragraph(thing))
    if isinstance(thing, type):
        rows = [(code(member), in_markdown(first_sentence(value))) for member, value in members(thing)]
        if rows:
            yield table(("what it has", "what it is"), rows).rstrip()


def first_paragraph(thing: object) -> str:
    """What a docstring says first, in Markdown."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].replace("``", "`").split())


def shows_signature(name: str, thing: Any) -> bool:
    """Whether it is for the reader to call: any function, and a class whose docstring calls it."""
    return not isinstance(thing, type) or f"{name}(" in (inspect.getdoc(thing) or "")


def members(thing: type) -> list[tuple[str, Any]]:
    """What a class says of itself: its own public methods and properties that have a docstring, as they are written."""
    return [
        (name if isinstance(value, property | cached_property) else f"{name}()", value)
        for name, value in vars(thing).items()
        if not name.startswith("_") and is_member(value)
    ]


def is_member(value: Any) -> bool:
    """Whether it is a method or a property with a docstring; a class attribute is neither."""
    return isinstance(value, property | cached_property | Door | FunctionType | classmethod) and bool(value.__doc__)


def signature(name: str, thing: Any) -> str:
    """How it is called, a line for each argument where they do not fit into one."""
    found = inspect.signature(thing)
    plain = [
        parameter.replace(annotation=inspect.Parameter.empty, default=Written.of(parameter.default))
        for parameter in found.parameters.values()
        if parameter.name not in ("self", "cls")
    ]
    text = str(inspect.Signature(plain))
    if len(name + text) <= WIDTH:
        return name + text
    return f"{name}(\n    " + ",\n    ".join(arguments(plain)) + ",\n)"


class Written(str):
    """A default as it is written, which a signature shows without quotes."""

    __repr__ = str.__str__

    @classmethod
    def of(cls, default: Any) -> Any:
        """The default: of a function its name, else as Python shows it; where there is none, none."""
        if default is inspect.Parameter.empty:
            return default
        return cls(default.__name__ if inspect.isroutine(default) else repr(default).replace("'", '"'))


def arguments(parameters: list[inspect.Parameter]) -> Iterator[str]:
    """The arguments as they are written, with the star before those that have to be named."""
    named = False
    for parameter in parameters:
        if parameter.kind is inspect.Parameter.KEYWORD_ONLY and not named:
            named = True
            yield "*"
        yield str(parameter)


def in_markdown(text: str) -> str:
    """A sentence of a docstring without the roles of reStructuredText."""
    return re.sub(r":(?:\w+:)?\w+:`[~!.]?([^`]*)`", r"`\1`", text)


def in_full(text: str) -> str:
    """The page with all that the docstrings say, for Sphinx."""
    found = public()

    def whole(match: re.Match[str]) -> str:
        name = match[1]
        kind = "autofunction" if not isinstance(found[name], type) else "autoclass"
        lines = [f".. {kind}:: {PACKAGE}.{name}"]
        if isinstance(found[name], type):
            lines += ["   :members:", "   :member-order: bysource"]
        return "```{eval-rst}\n" + "\n".join(lines) + "\n```"

    return _MARK.sub(whole, text)
