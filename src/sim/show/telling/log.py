"""The log of a history, act by act: a plain dated list, each act with a line that says why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sim.ask.histories import Act, Lived
from sim.show import accounts, phrases

MAIN_TERMS = 6  # so many of the numbers that decided an act are shown
UTILITY = "utility of "  # of a rung the prime minister could choose: the best few are shown, best first
BEST = 3
WHAT_CAME = ("wounded", "dead", "civilians and state forces", "go_ahead")  # what came of an act, not why it was chosen
ORDERED, IN_FORCE = ("Iran", "sends a new order"), ("Iran", "order takes effect")
DECIDED = {
    "letter": "letter of expulsion delivered",
    "binding_law": "binding law passed",
    "phased": "signed end, phased",
    "full": "signed end within a year",
    "ran_out": "the dated agreement runs out",
}
STRUCK = "group struck"  # the log says by its number which group a strike hit


def log(history: Lived) -> Iterator[str]:
    """The acts of a history in two parts: what came before the start, and what came after it."""
    acts = [told_apart(act, history) for act in history.acts]
    so_far(acts)
    numbered = {act["event"]: act for act in acts}
    before = [act for act in acts if act["day"] < 0]
    if before:
        yield ""
        yield "Before the start (the run-up, and the record where there is one; not counted in results)"
        for act in before:
            yield from lines(act, numbered)
    yield ""
    yield "From the start"
    for act in acts[len(before) :]:
        yield from lines(act, numbered)


def told_apart(act: Act, history: Lived) -> Act:
    """An act whose terms do not hold the place of the group struck, but which says its name as ``struck``."""
    terms = dict(act["terms"])
    place = terms.pop(STRUCK, -1)
    named = {"struck": list(history.scenario.groups)[int(place)]} if place >= 0 else {}
    return {**act, "terms": terms, **named}


def so_far(events: Sequence[Act]) -> None:
    """Adds to each order that Iran sends the one in force until then (``from``) and what took effect of it (``to``)."""
    sent = {event["event"] for event in events if about(event) == ORDERED}
    in_effect = [event for event in events if about(event) == IN_FORCE]
    taken = {max(orders): event for event in in_effect if (orders := sent.intersection(event["causes"]))}
    in_force = None
    for event in events:
        if about(event) == IN_FORCE:
            in_force = event
        elif about(event) == ORDERED:
            event["from"], event["to"] = in_force, taken.get(event["event"])


def about(event: Act) -> tuple[str, str]:
    """Who did what."""
    return event["actor"], event["act"]


def lines(event: Act, acts: Mapping[int, Act]) -> list[str]:
    """An act as a dated line, and a second line that says why, with others of ``acts`` that it came from."""
    first = f"{event['date']}  #{event['event']:<5} {phrases.plain(event['actor'])}: {act(event)}"
    if event["scripted"]:
        first += "  [record]" if event["day"] < 0 else "  [scenario]"
    return [first, why(event, acts)]


def act(event: Act) -> str:
    """What was done, in words."""
    if event["act"] == "decision":
        return f"decision: {DECIDED.get(event['rung'], phrases.kind(event['rung']))}"
    if about(event) == ORDERED:
        came = [order(each) for each in (event["from"], event["to"] or event) if each]
        return f"{event['act']}: {' → '.join(came)}"
    struck = f"on {event['struck']}" if event.get("struck") else ""
    return " · ".join(phrases.plain(str(part)) for part in (event["act"], event["rung"], struck) if part)


def order(event: Act) -> str:
    """An order of Iran's, with its go-ahead where that is known."""
    known = event["terms"].get("go_ahead")
    return str(event["rung"]) if known is None else f"{event['rung']} ({phrases.number(known, 2)})"


def why(event: Act, acts: Mapping[int, Act]) -> str:
    """The line of reasons: the rule, the states that carried the act by their sources, the numbers that decided.

    Where the scenario or the record gives an event by its date, no rule decided it, and no state carried it.
    """
    terms = event["terms"]
    if event["scripted"]:
        came = {name: value for name, value in terms.items() if name in WHAT_CAME}
        said, named = ["given by date", *reasons(came, event["rung"])], set()
    else:
        others = {name: value for name, value in terms.items() if not accounts.repeats(event, name)}
        said = [event["rule"], *accounts.told(event, acts), *reasons(others, event["rung"])]
        named = accounts.named(event)
    causes = [cause for cause in event["causes"] if cause not in named]
    if causes:
        said.append("from " + " ".join(f"#{cause}" for cause in causes))
    return f"{'':20}why: {'; '.join(said)}"


def reasons(terms: dict[str, float], rung: str) -> Iterator[str]:
    """The main numbers that decided, in the order of the log; of the utilities only the best few and that of `rung`."""
    utilities = {name: value for name, value in terms.items() if name.startswith(UTILITY)}
    others = [name for name in terms if name not in utilities][:MAIN_TERMS]
    ranked = sorted(utilities, key=lambda name: -utilities[name])
    best = [name for place, name in enumerate(ranked) if place < BEST or name == UTILITY + rung]
    for names in (others, best):
        if names:
            yield ", ".join(f"{phrases.plain(name)} {phrases.number(terms[name])}" for name in names)
