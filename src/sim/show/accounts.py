"""What carried an act, in words: the states behind it, each by its sources.

``pressure 0.71: 0.30 from the killing in Baghdad of 4 March 2024 (#812), 0.12 from Gaza, 0.29 older``. An act is a row
of the event log, whose column ``accounts`` holds the sources; docs/data.md says what stands in it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, TypeAlias

from sim.show import phrases

Act: TypeAlias = "Mapping[str, Any]"
"""A row of the event log by the names of its columns, with its date; ``terms`` as JSON or read from it."""

MOST, MOST_OF_SEVERAL = 5, 3  # so many sources of a state are named, or of each of several; the others are added up
WORTH_A_NAME = 0.05  # of all that makes up a state and takes from it; what gives less is not named
SEEN = 0.005  # what is less, of either sign, is zero with two digits
ROUNDED = 1e-5  # terms are rounded to six digits, levels are not

STATES = {
    "stress": ("United States", "US stress"),
    "calls": ("the groups' politicians", "the politicians' calls"),
    "exposure": ("Iran", "Iran's exposure"),
    "press": ("Iran", "Iran's press in Baghdad"),
    "go-ahead": ("Iran", "Iran's go-ahead"),
    "order on its way": ("Iran", "Iran's order on its way"),
}
"""Whose state it is, and what it is called where somebody else acts."""
FELT = ("fear", "anger")  # the states of a group: ``fear of Kataib Hezbollah``
TERMS = {"go_ahead": ("go-ahead", "order on its way"), "order": ("go-ahead",)}
"""Terms that go by another name than the states whose level they are."""
PARTS = {"permissiveness": "base", "opportunity": "front ", "allies": "allies in government"}
"""Terms that are parts of a state, and how the names of these sources begin."""
SOURCES = {
    "base": "base",
    "older": "older",
    "choice": "from a replaced choice",
    "script": "given by date",
    "allies in government": "from allies in government",
}
FRONT = "front "  # with what the name of such a source begins
FRONTS = {"gaza": "Gaza", "lebanon": "Lebanon", "red_sea": "the Red Sea"}
NOUNS: dict[str, str | dict[str, str]] = {
    "strike": {
        "strike in Syria": "the strike in Syria of",
        "strike in Iraq": "the strike in Iraq of",
        "kill a commander in Baghdad": "the killing in Baghdad of",
        "large campaign": "the large campaign of",
    },
    "decides to strike": {
        "strike in Syria": "the decision to strike in Syria, of",
        "strike in Iraq": "the decision to strike in Iraq, of",
        "kill a commander in Baghdad": "the decision to kill a commander, of",
        "large campaign": "the decision on a large campaign, of",
    },
    "self-defence": "the self-defence strike of",
    "response": "the US warning of",
    "threatens a last step": "the US threat of",
    "leverage": {
        "reassure": "Washington's reassurance of",
        "offer talks": "Washington's offer of talks of",
        "warn of consequences": "Washington's warning of consequences of",
        "restrict dollars": "Washington's restriction of dollars of",
        "sanctions": "Washington's sanctions of",
    },
    "call": {
        "none": "the politicians' silence of",
        "call for expulsion": "the politicians' call of",
        "bill in parliament": "the politicians' bill of",
    },
    "session": {
        "no session": "the session that did not meet, of",
        "session without quorum": "the session without quorum of",
        "non-binding vote": "parliament's vote of",
        "binding law": "parliament's law of",
    },
    "act": {
        "silence": "the government's silence of",
        "condemn": "the government's condemnation of",
        "protest note": "the protest note of",
        "threaten expulsion": "the threat to expel of",
        "special committee": "the special committee of",
        "talks": "the government's call for talks of",
        "demand a timetable": "the demand for a timetable of",
        "letter of expulsion": "the letter of expulsion of",
    },
    "committee ends without a product": "the committee that ended without a product on",
    "gives the letter up again": "the letter given up on",
    "insists on the date": "the government's insistence on the date, of",
    "points to what stands": {
        "special committee": "the committee that was pointed to on",
        "talks": "the talks that were pointed to on",
    },
    "arrests suspects": "the arrests of suspects of",
    "a new prime minister": "the new prime minister of",
    "open": "the talks opened on",
    "round": "the round of talks of",
    "agreement": "the agreement of",
    "lapse": "the talks that lapsed on",
    "suspended": "the talks suspended on",
    "sends a new order": {
        "brake hard": "Iran's order to brake hard of",
        "brake": "Iran's order to brake of",
        "let run": "Iran's order to let run of",
        "encourage": "Iran's encouragement of",
    },
    "order takes effect": {
        "brake hard": "Iran's order to brake hard, in effect on",
        "brake": "Iran's order to brake, in effect on",
        "let run": "Iran's order to let run, in effect on",
        "encourage": "Iran's encouragement, in effect on",
    },
    "fears US action": "Iran's alarm of",
    "decision": "the decision of",
    "carried out": "the withdrawal carried out on",
    "conditions change": "the change of conditions of",
}
"""What an act is called where another came from it, by the act and, where that matters, its rung; the date follows."""


def told(act: Act, acts: Mapping[int, Act]) -> list[str]:
    """The states that carried an act, one after the other. ``acts`` are those of its world by their numbers.

    A state that is zero with two digits is not told.
    """
    states = by_state(act)
    most = MOST if len(states) == 1 else MOST_OF_SEVERAL
    return [state_told(act, rows, acts, most) for rows in states]


def repeats(act: Act, term: str) -> bool:
    """Whether a term of the act is the level of a state that is told anyway, or a part of it."""
    value = read(act["terms"])[term]
    names = (term, f"{term} of {act['actor']}", *TERMS.get(term, ()))
    for rows in by_state(act):
        said = [rows[0]["level"]] if rows[0]["state"] in names else []
        part = [row for row in rows if term in PARTS and row["source"].startswith(PARTS[term])]
        if part:
            said.append(sum(shares(part)))
        if any(abs(each - value) < ROUNDED for each in said):
            return True
    return False


def named(act: Act) -> set[int]:
    """The numbers of the acts that the states told are made of."""
    return {int(row["act"]) for rows in by_state(act) for row in rows if row["act"] is not None}


def by_state(act: Act) -> list[list[Mapping[str, Any]]]:
    """The rows of an act's accounts, state by state; none of a state that is zero with two digits."""
    states = [list(rows) for _, rows in groupby(act["accounts"], lambda row: str(row["state"]))]
    return [rows for rows in states if any(abs(size) >= SEEN for size in (rows[0]["level"], *shares(rows)))]


def shares(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    """What each source gives."""
    return [float(row["share"]) for row in rows]


def state_told(act: Act, rows: Sequence[Mapping[str, Any]], acts: Mapping[int, Act], most: int) -> str:
    """A state, its level, and where it comes from."""
    level = f"{state(rows[0]['state'], act['actor'])} {phrases.number(rows[0]['level'], 2)}"
    parts = list(sources(rows, acts, most))
    if not parts:  # many sources, of which each is zero with two digits
        return level
    return f"{level}: all {parts[0][1]}" if len(parts) == 1 else f"{level}: {', '.join(map(' '.join, parts))}"


def sources(rows: Sequence[Mapping[str, Any]], acts: Mapping[int, Act], most: int) -> Iterator[tuple[str, str]]:
    """What the largest sources give and their names, what the other ones come to, and what is older."""
    whole = sum(abs(share) for share in shares(rows))
    seen = [row for row in rows if abs(row["share"]) >= SEEN and row["source"] != "older"]
    worth = [row for row in seen if abs(row["share"]) >= WORTH_A_NAME * whole]
    named = worth[:most] + [row for row in worth[most:] if row["share"] < 0]  # what holds back is not netted away
    others = [row for row in seen if row not in named]
    if len(others) == 1:  # named as shortly as counted
        named, others = seen, []
    for row in named:
        yield phrases.number(row["share"], 2), source(row, acts)
    if others:
        fronts = [place(front_of(row)) for row in others if front_of(row)]
        words = phrases.listed(fronts) if len(fronts) == len(others) else f"{len(others)} others"
        yield phrases.number(sum(shares(others)), 2), f"from {words}"
    for row in rows:
        if row["source"] == "older" and abs(row["share"]) >= SEEN:
            yield phrases.number(row["share"], 2), SOURCES["older"]


def state(name: str, actor: str) -> str:
    """A state in words; one's own by its bare name."""
    felt, _, group = name.partition(" of ")
    if felt in FELT and group:
        return felt if group == actor else f"{felt} among {phrases.plain(group)}"
    owner, words = STATES.get(name, (actor, ""))
    return phrases.plain(name) if owner == actor else words


def source(row: Mapping[str, Any], acts: Mapping[int, Act]) -> str:
    """A source in words, as it stands behind what it gives: ``from Gaza``, ``base``."""
    if row["act"] is not None:
        number = int(row["act"])
        return f"from {noun(acts[number])} (#{number})" if number in acts else f"from #{number}"
    if front_of(row):
        return f"from {place(front_of(row))}"
    return SOURCES.get(row["source"], f"from {phrases.plain(row['source'])}")


def front_of(row: Mapping[str, Any]) -> str:
    """The front that a source is; empty where it is none."""
    name = str(row["source"])
    return name.removeprefix(FRONT) if name.startswith(FRONT) else ""


def place(front: str) -> str:
    """A front as a place."""
    return FRONTS.get(front, f"the front {phrases.plain(front)}")


def noun(act: Act) -> str:
    """An act as what a later one came from: ``the killing in Baghdad of 4 March 2024``."""
    when = phrases.spelled(act["date"])
    who, what, rung = (phrases.plain(str(act[name])) for name in ("actor", "act", "rung"))
    if what == "attack":
        return f"the attack of {when}{harm(read(act['terms']))}"
    if what == "posture":
        return f"{who}'s turn to {rung} of {when}"
    if what == "turns":
        front = str(act["actor"]).removeprefix("front ")
        turn = "end of the war" if rung == "none" else rung
        return f"the {turn} {'in' if front in FRONTS else 'on'} {place(front)} of {when}"
    found = NOUNS.get(str(act["act"]), {})
    words = found if isinstance(found, str) else found.get(str(act["rung"]), "")
    return f"{words} {when}" if words else f"“{what}: {rung}” ({who}) of {when}"


def harm(terms: Mapping[str, float]) -> str:
    """What an attack did, as it stands behind its date; empty where it hurt nobody."""
    for did, name in (("killed", "dead"), ("wounded", "wounded")):
        if terms.get(name, 0.0) >= 1.0:
            return f" that {did} {terms[name]:.0f}"
    return ""


def read(terms: str | Mapping[str, float]) -> Mapping[str, float]:
    """The terms of an act, which files hold as JSON."""
    if isinstance(terms, str):
        found: Mapping[str, float] = json.loads(terms or "{}")
        return found
    return terms
