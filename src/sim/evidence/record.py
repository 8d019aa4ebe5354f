"""The recorded past of 17 October 2023 – 9 January 2024 as dated events, made from the CSV rows alone.

Every scenario that starts on 10 January 2024 shares it. The truce in Gaza is not among the events: it is
part of the front's dated course. What the sources count only between two dates is spread evenly over the
days between them, always in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Literal

from sim.evidence.rows import FIRST_DAY, LAST_DAY, Row, counted, day, rows, whole

Place = Literal["Iraq", "Syria"]
PLACES: tuple[Place, Place] = ("Iraq", "Syria")
StrikeRung = Literal["strike in Syria", "strike in Iraq", "kill a commander in Baghdad"]
ActRung = Literal["call for expulsion", "condemn", "protest note", "threaten expulsion", "special committee"]

GOVERNMENT_RUNGS: dict[str, ActRung] = {
    "condemnation": "condemn",
    "protest_note": "protest note",
    "threat_to_expel": "threaten expulsion",
    "committee": "special committee",
}
"""What a category of iraq_government_actions.csv is on the government's ladder."""


@dataclass(frozen=True)
class RecordedAttack:
    """One attack on US forces, with its US dead and wounded."""

    date: date
    place: Place
    dead: int = 0
    wounded: int = 0


@dataclass(frozen=True)
class RecordedStrike:
    """One US strike. ``deliberate`` is False where an attack in progress was met in self-defence.

    ``killed`` are all dead, ``civilians_and_state_forces`` those among them who were no fighters of a group;
    ``group`` is the group that was struck, empty where it is not known or not Iraqi.
    """

    date: date
    rung: StrikeRung
    deliberate: bool
    killed: int
    civilians_and_state_forces: int
    group: str = ""


@dataclass(frozen=True)
class RecordedAct:
    """One public act in Baghdad: of the government, or a call by the groups' politicians."""

    date: date
    actor: Literal["government", "politicians"]
    rung: ActRung
    who: str
    summary: str


Recorded = RecordedAttack | RecordedStrike | RecordedAct


def record() -> list[Recorded]:
    """All recorded events by date; within a day attacks, then strikes, then acts in Baghdad."""
    return sorted([*attacks(), *strikes(), *acts()], key=lambda event: event.date)


def attacks() -> list[RecordedAttack]:
    """Every attack of the campaign, by date; those that hurt somebody on their own day."""
    spread = [attack for start, end in _intervals() for attack in _evenly(start, end)]
    for attack in _that_hurt():
        _put_on_its_day(spread, attack)
    return sorted(spread, key=lambda attack: (attack.date, attack.place))


def strikes() -> list[RecordedStrike]:
    """Every US strike of the window, deliberate or in self-defence, by date."""
    groups = {row["group"] for row in rows("militias")}
    return [
        RecordedStrike(
            date=day(row),
            rung=_strike_rung(row),
            deliberate=row["deliberate"] == "yes",
            killed=whole(row["killed_total"]),
            civilians_and_state_forces=whole(row["civilians_and_state_forces_killed"]),
            group=row["target_group"] if row["target_group"] in groups else "",
        )
        for row in counted("us_strikes")
        if FIRST_DAY <= day(row) <= LAST_DAY
    ]


def acts() -> list[RecordedAct]:
    """The government's public steps of the window, and the calls of the groups' politicians, by date."""
    found = []
    for row in counted("iraq_government_actions"):
        if not FIRST_DAY <= day(row) <= LAST_DAY:
            continue
        if row["by_executive"] == "yes":
            rung = GOVERNMENT_RUNGS[row["category"]]
            found.append(RecordedAct(day(row), "government", rung, row["actor"], row["summary"]))
        elif row["category"] == "threat_to_expel":
            found.append(RecordedAct(day(row), "politicians", "call for expulsion", row["actor"], row["summary"]))
    return sorted(found, key=lambda act: act.date)


def _strike_rung(row: Row) -> StrikeRung:
    if row["type"] == "targeted_killing":
        return "kill a commander in Baghdad"
    return "strike in Iraq" if "Iraq" in row["country"] else "strike in Syria"


@dataclass(frozen=True)
class _Count:
    """Attacks so far, at the end of a day."""

    date: date
    total: int
    iraq: int

    def so_far(self, place: Place) -> int:
        return self.iraq if place == "Iraq" else self.total - self.iraq


def _counts() -> list[_Count]:
    """The cumulative counts; where the split is not given, Iraq's part goes in step with the total."""
    counts = [_Count(FIRST_DAY - timedelta(days=1), 0, 0)]
    unsplit: list[tuple[date, int]] = []
    series = {"pentagon_cum_2023", "dated_attack"}
    for row in sorted((row for row in counted("attacks_cumulative") if row["series"] in series), key=day):
        when, total = day(row), int(row["total"])
        if not row["iraq"]:
            unsplit.append((when, total))
            continue
        last, iraq = counts[-1], int(row["iraq"])
        for between, then in unsplit:
            part = (iraq - last.iraq) * (then - last.total) / (total - last.total)
            counts.append(_Count(between, then, last.iraq + round(part)))
        unsplit.clear()
        counts.append(_Count(when, total, iraq))
    return counts


def _intervals() -> list[tuple[_Count, _Count]]:
    counts = _counts()
    return list(pairwise(counts))


def _evenly(start: _Count, end: _Count) -> list[RecordedAttack]:
    """The attacks of one interval at equal distances, those in Iraq at equal places among them."""
    days, many = (end.date - start.date).days, end.total - start.total
    iraq = end.iraq - start.iraq
    spread = []
    for k in range(many):
        when = start.date + timedelta(days=1 + (2 * k + 1) * days // (2 * many))
        in_iraq = (k + 1) * iraq // many > k * iraq // many
        spread.append(RecordedAttack(when, "Iraq" if in_iraq else "Syria"))
    return spread


def _that_hurt() -> list[RecordedAttack]:
    """The attacks of the window with dead or wounded, as the casualties' file has them."""
    hurt = []
    for row in counted("us_casualties"):
        if row["kind"] == "event" and FIRST_DAY <= day(row) <= LAST_DAY:
            (place,) = (place for place in PLACES if place == row["country"])
            hurt.append(RecordedAttack(day(row), place, whole(row["killed"]), whole(row["wounded"])))
    return hurt


def _put_on_its_day(spread: list[RecordedAttack], hurt: RecordedAttack) -> None:
    """Let the nearest harmless attack of its place and counting interval be the one that hurt.

    If it has to change its day, another harmless attack takes the one it leaves: the days stay even.
    """
    ((first, last),) = ((start.date, end.date) for start, end in _intervals() if start.date < hurt.date <= end.date)
    harmless = [
        at for at, attack in enumerate(spread) if first < attack.date <= last and not attack.dead + attack.wounded
    ]
    near = [(abs((spread[at].date - hurt.date).days), at) for at in harmless if spread[at].place == hurt.place]
    if not near:
        raise ValueError(f"us_casualties.csv has an attack in {hurt.place} on {hurt.date}, the counts have none")
    far, chosen = min(near)
    there = [at for at in harmless if spread[at].date == hurt.date]
    if far and there:
        spread[there[0]] = replace(spread[there[0]], date=spread[chosen].date)
    spread[chosen] = replace(spread[chosen], date=hurt.date, dead=hurt.dead, wounded=hurt.wounded)
