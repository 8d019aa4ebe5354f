"""Which acts of a history are told, and in how many words: how it begins, its turning points, how it ends.

An act is worth telling by its kind (``KINDS``), by what it carries of the ending, and the less so the more of its kind
are told already. What the scenario gives by a date is always told, and so are the decision and what comes of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias

from sim.ask.histories import DECISION, Act, Lived
from sim.model.article import RECORD_STARTS
from sim.show import accounts, phrases
from sim.show.telling.sentences import made_of, named, people, sentence

Origin: TypeAlias = "Literal['record', 'scenario', 'drawn', '']"
"""Whether the record gave it, the scenario, or the model's rules and luck; empty where it sums up several."""
LEGEND = {
    "record": "given by the record, to 9 January 2024",
    "scenario": "given by a date in the scenario file",
    "drawn": "found by the model's rules and luck",
}
MOST = 25
"""Sentences of a history, where enough happens in it."""
LONG_GAP = 40  # days without a turning point after which a sentence sums up what happened meanwhile
MOST_GAPS = 4
RECORDED = 2  # acts of the record that are told
AGAIN = 0.55  # of its worth keeps the next act of a kind, for each that is told already
BY_WEIGHT = 2.5  # what all of an ending is worth beside the kinds
KINDS = {
    ("act", "letter of expulsion"): 1.2,
    ("act", "demand a timetable"): 0.6,
    ("act", "talks"): 0.5,
    ("act", "special committee"): 0.5,
    ("act", "threaten expulsion"): 0.45,
    ("act", "protest note"): 0.1,
    ("act", "condemn"): 0.05,
    ("gives the letter up again", ""): 1.0,
    ("committee ends without a product", ""): 0.7,
    ("insists on the date", ""): 0.15,
    ("points to what stands", ""): 0.05,
    ("arrests suspects", ""): 0.1,
    ("strike", "large campaign"): 0.7,
    ("strike", "kill a commander in Baghdad"): 0.65,
    ("strike", "strike in Iraq"): 0.3,
    ("strike", "strike in Syria"): 0.05,
    ("self-defence", ""): 0.1,
    ("attack", ""): 0.0,
    ("session", "binding law"): 1.2,
    ("session", "non-binding vote"): 0.5,
    ("session", "session without quorum"): 0.2,
    ("open", ""): 0.6,
    ("agreement", ""): 0.9,
    ("suspended", ""): 0.4,
    ("lapse", ""): 0.6,
    ("round", ""): 0.2,
    ("leverage", "sanctions"): 0.8,
    ("leverage", "restrict dollars"): 0.7,
    ("leverage", "warn of consequences"): 0.3,
    ("turns", ""): 0.45,
    ("sends a new order", ""): 0.35,
    ("posture", "campaign"): 0.2,
    ("posture", "war footing"): 0.3,
    ("call", "bill in parliament"): 0.25,
    ("a new prime minister", ""): 1.0,
    ("conditions change", ""): 1.0,
}
"""What an act is worth telling by its kind: its name in the log and its rung, or its name alone."""
NOT_POINTS = ("decision", "carried out", "decides to strike", "order takes effect")
"""Acts that are told with others: at the end, with the strike, with the order."""
A_DEAD = 0.25  # what a deadly attack is worth, and a part of it more for each time as many die


class Sentence(NamedTuple):
    """A sentence of a telling: its date, where what it tells came from, the text, and the acts that it tells."""

    date: date | None
    origin: Origin
    text: str
    acts: tuple[int, ...] = ()


def told(history: Lived) -> list[Sentence]:
    """The history in its sentences."""
    beginning, end = list(begins(history)), list(ends(history))
    points = turning_points(history, MOST - MOST_GAPS - len(beginning) - len(end))
    gaps = sorted(between(points, history), key=lambda gap: -gap[0])[:MOST_GAPS]
    body = [*(as_sentence(act, history) for act in points), *(gap for _, gap in gaps)]
    body.sort(key=lambda one: (one.date or date.min, one.acts or (0,)))
    return [*beginning, *body, *end]


# --------------------------------------------------------------------------------------- the parts
def begins(history: Lived) -> Iterator[Sentence]:
    """What the record gives, and how things stand on the eve of the first day."""
    start = history.scenario.start
    record = [act for act in history.acts if act["scripted"] and act["day"] < 0]
    if record:
        yield Sentence(record[0]["date"], "record", of_the_record(record, start))
        best = sorted(record, key=lambda act: -KINDS.get((act["act"], act["rung"]), 0.0) - act["day"] / 1000.0)
        for act in sorted(best[:RECORDED], key=lambda act: int(act["event"])):
            yield as_sentence(act, history)
    first = history.weeks[0] if history.weeks else None
    if first is not None and first["day"] == 0:
        level = made_of(first, "pressure", history.by_number)
        yield Sentence(start, "", f"As the story begins, {level}.", (int(first["event"]),))
    yield Sentence(start, "", f"{standing(history)}.")


def of_the_record(record: Sequence[Act], start: date) -> str:
    """The recorded past in one sentence."""
    attacks = [act for act in record if act["act"] == "attack"]
    strikes = [act for act in record if act["act"] in ("strike", "self-defence")]
    hurt = sum(act["terms"].get("wounded", 0.0) for act in attacks)
    began = max(RECORD_STARTS, record[0]["date"])
    span = f"From {phrases.spelled(began)} to {phrases.spelled(start - timedelta(days=1))}"
    many = f"{people(len(attacks), 'attack', 'attacks')} on US forces, which wound {hurt:,.0f} soldiers"
    return f"{span} the record gives {many}, and {people(len(strikes), 'US strike', 'US strikes')}."


def standing(history: Lived) -> str:
    """Iran's order and the groups' postures on the eve of the first day, in one sentence."""
    before = [act for act in history.acts if act["day"] < 0]
    orders = [act["rung"] for act in before if act["act"] == "order takes effect"]
    postures: dict[str, str] = {}
    for act in before:
        if act["act"] == "posture":
            postures[act["actor"]] = act["rung"]
    fight = [name for name, rung in postures.items() if rung in ("campaign", "war footing")]
    groups = len(history.scenario.groups)
    said = f"{len(fight) or 'none'} of {groups} groups {'is' if len(fight) == 1 else 'are'} in a campaign"
    order = f"Iran's order is “{orders[-1]}”, " if orders else ""
    return f"{order}and {said}" if order else said[:1].upper() + said[1:]


def turning_points(history: Lived, room: int) -> list[Act]:
    """The acts most worth telling, at most so many, in their order."""
    ends_on = history.ending["event"] if history.ending is not None and history.ending["act"] == DECISION else None
    acts = [act for act in history.counted if act["act"] not in NOT_POINTS and not same_order(act, history)]
    if ends_on is not None:
        acts = [act for act in acts if act["event"] < ends_on]
    left = {int(act["event"]): act for act in acts}
    again: dict[tuple[str, str], int] = {}
    chosen: list[Act] = []
    while left and len(chosen) < room:
        best = max(
            left.values(), key=lambda act: (worth(act, history) * AGAIN ** again.get(kind(act), 0), -act["event"])
        )
        if worth(best, history) * AGAIN ** again.get(kind(best), 0) < 0.04:
            break
        del left[int(best["event"])]
        again[kind(best)] = again.get(kind(best), 0) + 1
        chosen.append(best)
    return sorted(chosen, key=lambda act: int(act["event"]))


def same_order(act: Act, history: Lived) -> bool:
    """Whether it is an order of Iran's by the same name as the one before."""
    if act["act"] != "sends a new order":
        return False
    before = [one["rung"] for one in history.acts if one["act"] == act["act"] and one["event"] < act["event"]]
    return bool(before) and before[-1] == act["rung"]


def kind(act: Act) -> tuple[str, str]:
    """The kind of an act, as ``KINDS`` has it; of a front or of a group each its own."""
    name, rung = str(act["act"]), str(act["rung"])
    if name in ("turns", "posture"):
        return f"{name} {act['actor']}", rung
    return (name, rung) if (name, rung) in KINDS else (name, "")


def worth(act: Act, history: Lived) -> float:
    """What an act is worth telling."""
    name, rung = str(act["act"]), str(act["rung"])
    by_kind = KINDS.get((name, rung), KINDS.get((name, ""), 0.0))
    if name == "attack":
        dead = act["terms"].get("dead", 0.0)
        by_kind = A_DEAD * (1.0 + dead**0.5 / 2.0) if dead else 0.0
    if act["scripted"]:
        by_kind += 2.0
    return by_kind + BY_WEIGHT * history.weights.acts.get(int(act["event"]), 0.0)


def between(points: Sequence[Act], history: Lived) -> Iterator[tuple[int, Sentence]]:
    """For each long time without a turning point its length in days, and what happened in it."""
    start, last = 0, history.scenario.days
    if history.ending is not None and history.ending["act"] == DECISION:
        last = int(history.ending["day"])
    days = [start, *(int(act["day"]) for act in points), last]
    for first, then in pairwise(days):
        if then - first >= LONG_GAP:
            yield (
                then - first,
                Sentence(phrases.day(history.scenario, first + 1), "", meanwhile(history, first, then), ()),
            )


def meanwhile(history: Lived, first: int, then: int) -> str:
    """What happened after one day and before another, in counts."""
    acts = [act for act in history.counted if first < act["day"] < then]
    attacks = [act for act in acts if act["act"] == "attack"]
    strikes = sum(act["act"] == "strike" for act in acts)
    levels = [act["terms"]["pressure"] for act in history.weeks if first < act["day"] < then]
    iraq = sum(act["rung"] == "in Iraq" for act in attacks)
    did = [
        f"{verb} {count:,.0f}"
        for name, verb in (("dead", "kill"), ("wounded", "wound"))
        if (count := sum(act["terms"].get(name, 0.0) for act in attacks)) >= 1.0
    ]
    hurt = f", which {' and '.join(did)} US soldiers," if did else ""
    where = f" ({iraq:,} of them in Iraq)" if iraq else ""
    many = f"{people(len(attacks), 'attack', 'attacks') if attacks else 'no attack'}{where}{hurt}"
    answer = people(strikes, "US strike", "US strikes") if strikes else "no US strike"
    until = phrases.spelled(phrases.day(history.scenario, then - 1))
    said = f"Meanwhile, until {until}: {many} and {answer}"
    if levels:
        low, high = (phrases.number(level, 2) for level in (min(levels), max(levels)))
        course = f"stays at {low}" if low == high else f"moves between {low} and {high}"
        said += f"; pressure on the prime minister {course}"
    return f"{said}."


def ends(history: Lived) -> Iterator[Sentence]:
    """The decision or why there is none, what is left of the presence, and what carried it."""
    scenario, row = history.scenario, history.row
    last = phrases.last_day(scenario)
    decided = [act for act in history.counted if act["act"] == DECISION]
    if decided:
        yield as_sentence(decided[0], history)
        left = [act for act in history.counted if act["act"] == "carried out" and act["event"] > decided[0]["event"]]
        gone = [act for act in left if act["rung"] == "the last soldier leaves"]
        if gone:
            yield as_sentence(gone[0], history)
        else:
            yield Sentence(
                last, "", f"On the last day {row['troops_end']:,.0f} US troops are still there, on their way out."
            )
    else:
        kept = f" ({phrases.kind(row['kind'])})" if row["kind"] != "unchanged" else ""
        yield Sentence(last, "", f"Nobody has decided on an exit: {row['troops_end']:,.0f} US troops stay{kept}.")
        if history.ending is not None:
            yield Sentence(last, "", closest(history), (int(history.ending["event"]),))
    yield from carried(history)


def closest(history: Lived) -> str:
    """How near a history without an exit came to one."""
    assert history.ending is not None
    ending = history.ending
    rung = phrases.plain(str(ending["rung"]))
    when = phrases.spelled(ending["date"])
    pressure = ending["terms"].get("pressure", 0.0)
    return f"Its government went farthest on {when}, to “{rung}”, under a pressure of {pressure:.2f}."


def carried(history: Lived) -> Iterator[Sentence]:
    """What carried the ending: the conditions in the end, and of single events the heaviest."""
    if history.ending is None:
        return
    weights = history.weights
    roots = sorted(weights.conditions.items(), key=lambda one: (-one[1], one[0]))[:4]
    said = [f"{whole(share)} on {words_of(name)}" for name, share in roots if share >= 0.03]
    what = "the ending" if history.ending["act"] == DECISION else "that step"
    if said:
        yield Sentence(None, "", f"Followed back through all accounts, {what} rests to {phrases.listed(said)}.")
    single = sorted(
        (
            (weight, number)
            for number, weight in weights.acts.items()
            if number != history.ending["event"] and is_event(history.by_number[number])
        ),
        reverse=True,
    )[:3]
    each = [
        f"{accounts.noun(history.by_number[number])} ({whole(weight)})"
        for weight, number in single
        if 0.01 <= weight < 0.95
    ]
    if each:
        numbers = tuple(number for _, number in single)
        yield Sentence(None, "", f"Of single events most of it passes through {phrases.listed(each)}.", numbers)


def whole(share: float) -> str:
    """A share in whole percent."""
    return f"{100 * share:.0f} %"


def is_event(act: Act) -> bool:
    """Whether an act is something that happened on the ground or at a table, and not a step on the way to it."""
    return act["act"] in (
        "strike",
        "self-defence",
        "attack",
        "turns",
        "open",
        "agreement",
        "committee ends without a product",
    )


def words_of(condition: str) -> str:
    """A condition that nothing led to, as it stands behind a share."""
    return named({"act": None, "source": condition}, {})


def as_sentence(act: Act, history: Lived) -> Sentence:
    """An act as a sentence of the telling."""
    origin: Origin = "drawn"
    if act["scripted"]:
        origin = "record" if act["day"] < 0 else "scenario"
    return Sentence(act["date"], origin, sentence(act, history), (int(act["event"]),))
