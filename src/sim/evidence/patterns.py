"""The patterns the model must show: each one small function of a hindcast, and one row of ``PATTERNS``.

A function gives one number per world (NaN where a world cannot tell) or, where only many worlds together can
tell, one number for all. What is observed comes from ``regularities``; bands are docs/validation.md's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from sim.evidence.hindcast import Daily, History
from sim.evidence.regularities import campaign_counts, dispersion_of, threats_by_year
from sim.evidence.rows import FIRST_DAY, day

UNDER_IS = range(2014, 2018)
"""The years in which the Islamic State group held territory (evidence/isis.csv)."""
TRUCE = (date(2023, 11, 24), date(2023, 11, 30))
FIGHTERS = ("Kataib Hezbollah", "Harakat al-Nujaba", "Kataib Sayyid al-Shuhada", "Ansar Allah al-Awfiya")
ABSTAINERS = ("Asaib Ahl al-Haq", "Badr Organization", "Saraya al-Salam (Sadr)")
Values = np.ndarray[Any, Any]


def attack_rate(history: History) -> Values:
    """Attacks a day, in both countries."""
    return np.asarray(history.attacks.mean(0))


def share_in_iraq(history: History) -> Values:
    """Share of all attacks that were in Iraq, at the end."""
    return _ratio(history.attacks_iraq.sum(0), history.attacks.sum(0))


def gaza_truce(history: History) -> Values:
    """By how much the rate falls in the truce, against the fourteen days before."""
    return 1.0 - _ratio(_rate(history, *TRUCE), _before_truce(history))


def after_truce(history: History) -> Values:
    """The rate in days 8 to 14 after the truce, against the fourteen days before it."""
    first = TRUCE[1] + timedelta(days=8)
    return _ratio(_rate(history, first, first + timedelta(days=6)), _before_truce(history))


def dispersion(history: History) -> Values:
    """Pearson χ²/df of counts on the record's own intervals, merged to at least seven days."""
    until = [day(row) for row in campaign_counts()]
    total = np.cumsum(history.attacks, axis=0, dtype=np.int64)
    found = np.full(total.shape[1], np.nan)
    start = (FIRST_DAY - timedelta(days=1), 0)
    for world in np.flatnonzero(total[-1]):
        counts = [start, *((when, int(total[history.day(when), world])) for when in until)]
        found[world] = dispersion_of(counts, 7)
    return found


def attacks_per_strike(history: History) -> Values:
    """Attacks for each deliberate strike; infinite where there was none."""
    strikes = history.deliberate.sum(0)
    return np.where(strikes > 0, history.attacks.sum(0) / np.maximum(strikes, 1), np.inf)


def answered(history: History) -> Values:
    """Share of the attacks that killed or hurt three, answered by a deliberate strike within ten days."""
    return _followed(history.hard, history.deliberate, 10)


def first_strike_in_iraq(history: History) -> Values:
    """Day of the first deliberate strike in Iraq (17 October is day 0); infinite where there was none."""
    struck = history.deliberate_in_iraq > 0
    return np.where(struck.any(0), struck.argmax(0).astype(float), np.inf)


def commander_killed(history: History) -> Values:
    """1 in a world where a commander was killed in Baghdad."""
    return np.asarray((history.commanders.sum(0) > 0).astype(float))


def strike_effect(history: History) -> Values:
    """Attack rate in the seven days after an ordinary strike against the seven before, away from the truce."""
    attacks = np.cumsum(np.vstack([np.zeros((1, history.attacks.shape[1])), history.attacks]), axis=0)
    first, last = history.day(TRUCE[0]) - 7, history.day(TRUCE[1]) + 7
    before: float = 0.0
    after: float = 0.0
    for at in range(7, len(history.attacks) - 7):
        if not first <= at <= last:
            struck = history.ordinary[at] > 0
            before += float((attacks[at] - attacks[at - 7])[struck].sum())
            after += float((attacks[at + 8] - attacks[at + 1])[struck].sum())
    return np.array([after / before if before else np.nan])


def condemned(history: History) -> Values:
    """Share of deadly strikes in Iraq that the government condemned (or more) within two days."""
    return _followed((history.deadly > 0) | (history.killings > 0), history.acts, 2)


def talk_after_killing(history: History) -> Values:
    """Share of killings after which the executive spoke of ending the presence within eight days."""
    return _followed(history.killings, history.talk, 8)


def talk_after_others(history: History) -> Values:
    """The same after other deadly strikes in Iraq, with no killing in those days."""
    return _followed(history.deadly, history.talk, 8, unless=history.killings)


def committee_or_vote(history: History) -> Values:
    """How many times likelier a committee or vote is within eight days of a killing than of another deadly strike."""
    killing = _followed(history.killings, history.committee_or_vote, 8)[0]
    other = _followed(history.deadly, history.committee_or_vote, 8, unless=history.killings)[0]
    return np.array([killing / max(other, 1e-3)])


def who_fights(history: History) -> Values:
    """The smallest share of days outside the truce that a group was where it was: fighting, or abstaining."""
    days = np.ones(len(history.attacks), bool)
    days[history.day(TRUCE[0]) : history.day(TRUCE[1]) + 8] = False
    shares = [(history.posture[name][days] > 0).mean(0) for name in FIGHTERS]
    shares += [(history.posture[name][days] == 0).mean(0) for name in ABSTAINERS]
    return np.asarray(np.min([np.median(share) for share in shares])).reshape(1)


def years_with_a_threat(history: History) -> Values:
    """Calendar years in which anybody threatened to expel the US, or the groups' politicians called for it."""
    return np.asarray((_by_year(history, history.threats_by_anybody) > 0).sum(0).astype(float))


def years_executive_threatens(history: History) -> Values:
    """Calendar years in which the executive threatened to expel the US."""
    return np.asarray((_by_year(history, history.threats) > 0).sum(0).astype(float))


def fewer_under_is(history: History) -> Values:
    """Share of the years with a threat while IS held territory, less that of the years since."""
    threatened = _by_year(history, history.threats_by_anybody) > 0
    first = UNDER_IS.start - history.start.year
    after = UNDER_IS.stop - history.start.year
    return np.asarray(threatened[first:after].mean(0) - threatened[after:].mean(0))


def expulsions_a_year(history: History) -> Values:
    """Exits by letter or law for each year in which there were troops to send away, of all worlds together."""
    return np.array([history.forced.sum() / max(history.present.sum() / 365.25, 1e-9)])


def negotiated_change(history: History) -> Values:
    """1 in a world where talks changed the presence at least once: a new name, lower numbers, an end signed."""
    return np.asarray((history.changes.sum(0) > 0).astype(float))


def _by_year(history: History, daily: Daily) -> Values:
    """Sums over calendar years: [years, worlds]."""
    years = [(history.start + timedelta(days=at)).year for at in range(len(daily))]
    firsts = [years.index(year) for year in sorted(set(years))]
    return np.asarray(np.add.reduceat(daily.astype(np.int64), firsts, axis=0))


def _ratio(a: Values, b: Values) -> Values:
    return np.where(b > 0, a / np.where(b > 0, b, 1), np.nan)


def _rate(history: History, first: date, last: date) -> Values:
    return np.asarray(history.attacks[history.day(first) : history.day(last) + 1].mean(0))


def _before_truce(history: History) -> Values:
    return _rate(history, TRUCE[0] - timedelta(days=14), TRUCE[0] - timedelta(days=1))


def _followed(what: Daily, by: Daily, within: int, unless: Daily | None = None) -> Values:
    """Of all the days with one, in all worlds, the share followed by the other within so many days."""
    days = len(what) - within
    happened, follows = what > 0, by > 0
    answered = np.zeros_like(happened[:days])
    spoiled = np.zeros_like(happened[:days])
    for lag in range(within + 1):
        answered |= follows[lag : days + lag]
        if unless is not None:
            spoiled |= unless[lag : days + lag] > 0
    at = happened[:days] & ~spoiled
    return np.array([answered[at].mean() if at.any() else np.nan])


def _share(values: Values) -> float:
    return float(np.nanmean(values))


def _median(values: Values) -> float:
    told = values[~np.isnan(values)]
    return float(np.median(told)) if told.size else float("nan")


@dataclass(frozen=True)
class Part:
    """One number of a pattern: how it is measured, what was observed, where it has to lie, and best does."""

    measure: Callable[[History], Values]
    observed: float
    band: tuple[float, float]
    aim: float
    over_worlds: Callable[[Values], float] = _median

    @property
    def is_share(self) -> bool:
        """Whether it is a share of worlds, so that only many of them together have an interval."""
        return self.over_worlds is _share


@dataclass(frozen=True)
class Pattern:
    """A pattern: an id, what it says, the hindcast it is read from, and its parts (all must lie inside)."""

    id: str
    says: str
    hindcast: str
    parts: tuple[Part, ...]
    counted: bool = True
    searched: bool = True  # whether the search for the fitted numbers looks at it: thirteen years are too long for that
    holds_day: float | None = None  # inside if the 10th to 90th percentile of worlds holds this number


GAZA, QUIET, LONG = "history/gaza_2023", "history/quiet_2021_2023", "history/threats_2011_2023"
THREATS = threats_by_year()
PATTERNS: dict[str, Pattern] = {
    pattern.id: pattern
    for pattern in (
        Pattern("attack_rate", "attacks a day, Iraq and Syria", GAZA, (Part(attack_rate, 127 / 85, (1.1, 1.9), 1.5),)),
        Pattern(
            "share_in_iraq",
            "share in Iraq on the last day (a dated input)",
            GAZA,
            (Part(share_in_iraq, 52 / 127, (0.33, 0.50), 0.41),),
            counted=False,
        ),
        Pattern(
            "gaza_truce",
            "fall of the rate in the truce; rate in the second week after it",
            GAZA,
            (Part(gaza_truce, 0.93, (0.6, 1.0), 0.93), Part(after_truce, 1.45, (0.7, np.inf), 1.0)),
        ),
        Pattern(
            "quiet", "attacks a day, 2021 – March 2023", QUIET, (Part(attack_rate, 78 / 811, (0.03, 0.25), 0.096),)
        ),
        Pattern(
            "dispersion",
            "dispersion at intervals of seven days or more",
            GAZA,
            (Part(dispersion, 1.4, (0.7, 2.2), 1.4),),
        ),
        Pattern(
            "attacks_per_strike",
            "attacks for each deliberate strike",
            GAZA,
            (Part(attacks_per_strike, 127 / 6, (14.0, 30.0), 21.0),),
        ),
        Pattern("answered", "hard attacks answered within ten days", GAZA, (Part(answered, 7 / 8, (0.6, 1.0), 0.875),)),
        Pattern(
            "first_strike_in_iraq",
            "day of the first deliberate strike in Iraq",
            GAZA,
            (Part(first_strike_in_iraq, 36.0, (0.0, np.inf), 36.0),),
            holds_day=36.0,
        ),
        Pattern(
            "commander_killed",
            "share of worlds with a commander killed",
            GAZA,
            (Part(commander_killed, 1.0, (0.2, 0.7), 0.45, _share),),
        ),
        Pattern(
            "strike_effect",
            "attacks the week after an ordinary strike, against the week before",
            GAZA,
            (Part(strike_effect, 0.95, (0.8, 1.25), 0.95),),
        ),
        Pattern(
            "condemned",
            "deadly strikes in Iraq condemned within two days",
            GAZA,
            (Part(condemned, 7 / 8, (0.8, 1.0), 0.9),),
        ),
        Pattern(
            "talk_of_ending",
            "executive talk of ending within eight days: after killings, after other deadly strikes",
            GAZA,
            (Part(talk_after_killing, 1.0, (0.7, 1.0), 0.9), Part(talk_after_others, 1 / 6, (0.0, 0.35), 1 / 6)),
        ),
        Pattern(
            "committee_or_vote",
            "times likelier after a killing than after another deadly strike",
            GAZA,
            (Part(committee_or_vote, np.inf, (3.0, np.inf), 6.0),),
        ),
        Pattern(
            "yearly_threats",
            "of 13 years, those with a threat to expel: by anybody, by the executive; fewer while IS holds territory",
            LONG,
            (
                Part(years_with_a_threat, float(THREATS["anybody"]), (7.0, 13.0), 10.0),
                Part(years_executive_threatens, float(THREATS["executive"]), (1.0, 6.0), 3.0),
                Part(fewer_under_is, float(THREATS["under_is"]), (-1.0, 0.0), -0.25, _share),
            ),
            searched=False,
        ),
        Pattern(
            "no_expulsion",
            "forced exits a year of presence; share of worlds with a negotiated change",
            LONG,
            (Part(expulsions_a_year, 0.0, (0.0, 0.08), 0.0), Part(negotiated_change, 1.0, (0.5, 1.0), 1.0, _share)),
            searched=False,
        ),
        Pattern(
            "who_fights", "days on which each group is where it was", GAZA, (Part(who_fights, 1.0, (0.9, 1.0), 1.0),)
        ),
    )
}
