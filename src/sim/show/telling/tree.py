"""The tree of causes of an ending: from the decision back to the acts and conditions that it came from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sim.ask.histories import Act, Lived, links
from sim.show import accounts, phrases
from sim.show.telling.sentences import STATES, WORDS, this_year

DEEP = 5
"""So many steps back the tree is shown."""
BRANCHES = 4
"""Of each act at most so many sources are shown, the largest first."""
WORTH = 0.02
"""Of the ending: what carries less is not shown."""


class Node(NamedTuple):
    """A node of the tree: what it is, how much of the ending runs through it here, by which state, and its causes."""

    words: str
    weight: float
    state: str
    act: int | None
    causes: tuple[Node, ...]

    def as_dict(self) -> dict[str, Any]:
        """The node for JSON."""
        return {
            "words": self.words,
            "share": round(self.weight, 4),
            "state": self.state,
            "event": self.act,
            "causes": [cause.as_dict() for cause in self.causes],
        }


def tree(history: Lived) -> Node | None:
    """The tree of a history; None where there is nothing that it could begin with."""
    if history.ending is None:
        return None
    return _node(history.ending, 1.0, "", history, DEEP)


def _node(act: Act, weight: float, state: str, history: Lived, deep: int) -> Node:
    """An act with what it came from, so far as that is shown."""
    found = []
    if deep > 0:
        each = sorted(links(act), key=lambda link: (-link.share, link.source, link.act or -1))
        for link in [link for link in each if weight * link.share >= WORTH and link.source != "older"][:BRANCHES]:
            part = weight * link.share
            if link.act is not None and link.act in history.by_number:
                found.append(_node(history.by_number[link.act], part, link.state, history, deep - 1))
            else:
                found.append(Node(condition(link.source), part, link.state, None, ()))
    return Node(words(act, history), weight, state, int(act["event"]), tuple(found))


def words(act: Act, history: Lived) -> str:
    """What an act is called in the tree."""
    return this_year(accounts.noun(act), history.scenario.start.year)


def condition(source: str) -> str:
    """What a condition is called in the tree."""
    if source.startswith(accounts.FRONT):
        return accounts.place(source.removeprefix(accounts.FRONT))
    return WORDS.get(source, phrases.plain(source))


def said(node: Node) -> str:
    """A node in one line: its part of the ending, what it is, and the state by which it came."""
    by = f", by {STATES.get(node.state, phrases.plain(node.state))}" if node.state else ""
    return f"{100 * node.weight:3.0f} %  {node.words}{by}"


def lines(node: Node, before: str = "", last: bool = True, top: bool = True) -> Iterator[str]:
    """The tree as indented lines, each with its part of the ending and the state by which it came."""
    yield said(node) if top else f"{before}{'└─' if last else '├─'} {said(node)}"
    inner = "" if top else before + ("   " if last else "│  ")
    for place, cause in enumerate(node.causes, 1):
        yield from lines(cause, inner, place == len(node.causes), top=False)
