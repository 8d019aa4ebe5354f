"""The patterns the model must show: each one small function of a hindcast, and one row of ``PATTERNS``.

A function gives one number per world (NaN where a world cannot tell) or, where only many worlds together can
tell, one number for all. What is observed comes from ``regularities`` and evidence/; bands are docs/validation.md's.
Beside its band each part has a predictive distribution: of its measure in single worlds, or of what its ``score``
counts (:mod:`sim.evidence.scores`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Literal

import numpy as np

from sim.evidence.episodes import calms, campaigns, weekly_dispersion
from sim.evidence.hindcast import Daily, History
from sim.evidence.regularities import (
    calm_lengths,
    campaign_counts,
    episodes,
    first_half_of_2021,
    threats_by_year,
    votes_and_attempts,
)
from sim.evidence.regularities import commanders_killed as record_of_killings
from sim.evidence.regularities import days_to_talks as record_of_talks
from sim.evidence.rows import FIRST_DAY, day
from sim.evidence.scores import Score, Values, cases, highest_by, less, median_by, runs_of

UNDER_IS = range(2014, 2018)
"""The years in which the Islamic State group held territory (evidence/isis.csv)."""
TRUCE = (date(2023, 11, 24), date(2023, 11, 30))
FIGHTERS = ("Kataib Hezbollah", "Harakat al-Nujaba", "Kataib Sayyid al-Shuhada", "Ansar Allah al-Awfiya")
ABSTAINERS = ("Asaib Ahl al-Haq", "Badr Organization", "Saraya al-Salam (Sadr)")
KILLED = date(2020, 1, 3)
"""The killing of Qassem Soleimani, given in the hindcasts that hold that day."""


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
    edges = [0]
    for until in ((day(row) - FIRST_DAY).days + 1 for row in campaign_counts()):
        if until - edges[-1] >= 7:
            edges.append(until)
    edges[-1] = until  # a remainder too short joins the last interval
    first = history.day(FIRST_DAY)
    days = np.diff(edges)[:, None]
    total = np.concatenate([np.zeros((1, history.attacks.shape[1]), np.int64), np.cumsum(history.attacks, 0, np.int64)])
    counts = np.diff(total[first + np.array(edges)], axis=0)
    mean = days * (counts.sum(0) / days.sum())
    chi = ((counts - mean) ** 2 / np.where(mean > 0, mean, 1.0)).sum(0)
    return np.where(mean[0] > 0, chi / (len(counts) - 1), np.nan)


def attacks_per_strike(history: History) -> Values:
    """Attacks for each deliberate strike; infinite where there was none."""
    strikes = history.deliberate.sum(0)
    return np.where(strikes > 0, history.attacks.sum(0) / np.maximum(strikes, 1), np.inf)


def strikes_for(attacks: int) -> Callable[[History], Values]:
    """Deliberate strikes from each world's first day to so many attacks, on into the next world where it is short."""

    def strikes(history: History) -> Values:
        done = np.concatenate([[0], np.cumsum(history.attacks.T.ravel(), dtype=np.int64)])
        struck = np.concatenate([[0], np.cumsum(history.deliberate.T.ravel(), dtype=np.int64)])
        begins = np.arange(history.attacks.shape[1]) * len(history.attacks)
        begins = begins[done[begins] + attacks <= done[-1]]
        if not begins.size:
            return np.full(1, np.nan)
        return np.asarray((struck[np.searchsorted(done, done[begins] + attacks)] - struck[begins]).astype(float))

    return strikes


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
    before, after = _around_strikes(history)
    return np.array([after.sum() / before.sum() if before.sum() else np.nan])


def two_strikes(history: History) -> Values:
    """The same ratio of the counts around two strikes, as many as the record has."""
    before, after = (runs_of(counts, 2) for counts in _around_strikes(history))
    return _ratio(after, before)


def _around_strikes(history: History) -> tuple[Values, Values]:
    """Attacks in the seven days before and after each ordinary strike away from the truce, by world and then by day."""
    total = np.cumsum(np.vstack([np.zeros((1, history.attacks.shape[1])), history.attacks]), axis=0)
    struck = history.ordinary > 0
    struck[: min(7, len(struck))] = struck[max(len(struck) - 7, 0) :] = False
    struck[max(history.day(TRUCE[0]) - 7, 0) : max(history.day(TRUCE[1]) + 8, 0)] = False
    world, at = np.nonzero(struck.T)
    return total[at, world] - total[at - 7, world], total[at + 8, world] - total[at + 1, world]


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


def groups_in_place(history: History) -> Values:
    """How many of the seven groups were where they were, fighting or abstaining, on most days outside the truce."""
    days = np.ones(len(history.attacks), bool)
    days[history.day(TRUCE[0]) : history.day(TRUCE[1]) + 8] = False
    places = [(history.posture[name][days] > 0).mean(0) > 0.5 for name in FIGHTERS]
    places += [(history.posture[name][days] == 0).mean(0) > 0.5 for name in ABSTAINERS]
    return np.asarray(np.sum(places, axis=0).astype(float))


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


# --------------------------------------------------------------- six years, and what came after two killings
CALMS_SINCE = date(2019, 6, 20)
"""First day of the first calm that the record lists: before it too little is known of single attacks."""
FIRST_HALF = date(2021, 6, 25)
"""A day to which an agency counted the attacks of 2021 in Iraq."""
WAR = date(2023, 10, 7)
"""The war in Gaza begins."""


def number_of_campaigns(history: History) -> Values:
    """Campaigns of attacks in Iraq that ended (:mod:`sim.evidence.episodes`)."""
    found = campaigns(history.attacks_iraq)
    return _number(found.world[found.over], history)


def length_of_campaigns(history: History) -> Values:
    """Their median length in days."""
    found = campaigns(history.attacks_iraq)
    return median_by(found.world[found.over], found.length[found.over], history.attacks_iraq.shape[1])


def number_of_calms(history: History) -> Values:
    """Calms of sixty days or more between two campaigns in Iraq, since June 2019."""
    return _number(_calms(history)[0], history)


def length_of_calms(history: History) -> Values:
    """Their median length in days."""
    return median_by(*_calms(history), history.attacks_iraq.shape[1])


def longest_calm(history: History) -> Values:
    """The longest of them."""
    return highest_by(*_calms(history), history.attacks_iraq.shape[1])


def within_campaigns(history: History) -> Values:
    """Pearson χ²/df of the weeks within campaigns in Iraq, before the war in Gaza."""
    before = history.attacks_iraq[: history.day(WAR)]
    return weekly_dispersion(before, campaigns(before))


def across_months(history: History) -> Values:
    """Variance by mean of the attacks of whole calendar months."""
    days = [history.start + timedelta(days=at) for at in range(len(history.attacks))]
    firsts = [at for at, when in enumerate(days) if when.day == 1]
    whole = np.add.reduceat(history.attacks[: firsts[-1]], firsts[:-1], axis=0, dtype=np.int64)
    return _ratio(whole.var(0, ddof=1), whole.mean(0))


def total_attacks(history: History) -> Values:
    """Attacks in both countries."""
    return np.asarray(history.attacks.sum(0).astype(float))


def share_in_first_half(history: History) -> Values:
    """Attacks in Iraq to 25 June 2021, as a share of all attacks of the hindcast."""
    return _ratio(history.attacks_iraq[: history.day(FIRST_HALF) + 1].sum(0), history.attacks.sum(0))


def commanders_killed(history: History) -> Values:
    """Commanders killed by the US, a given one included."""
    return np.asarray(history.commanders.sum(0).astype(float))


def votes_held(history: History) -> Values:
    """Votes of parliament on the presence that passed."""
    return np.asarray(history.votes.sum(0).astype(float))


def votes_failed(history: History) -> Values:
    """Sessions that were called and came to nothing."""
    return np.asarray((history.sessions.astype(np.int64) - history.votes).sum(0).astype(float))


def days_to_talks(history: History) -> Values:
    """Days from the killing of January 2020 to the first round of talks; infinite where there was none."""
    return _days_to(history, history.rounds)


def days_to_change(history: History) -> Values:
    """To the first agreement that changed the presence."""
    return _days_to(history, history.changes)


def days_to_renaming(history: History) -> Values:
    """To the mission's new name."""
    return _days_to(history, history.relabelled)


def talked(history: History) -> Values:
    """1 in a world where the executive spoke of ending the presence."""
    return np.asarray((history.talk.sum(0) > 0).astype(float))


def committee(history: History) -> Values:
    """1 in a world where a committee was set up or renewed."""
    return np.asarray((history.committees.sum(0) > 0).astype(float))


def voted(history: History) -> Values:
    """1 in a world where parliament voted on the presence."""
    return np.asarray((history.votes.sum(0) > 0).astype(float))


def _calms(history: History) -> tuple[Values, Values]:
    return calms(campaigns(history.attacks_iraq), max(history.day(CALMS_SINCE), 0))


def _number(world: Values, history: History) -> Values:
    return np.bincount(world, minlength=history.attacks_iraq.shape[1]).astype(float)


def _days_to(history: History, daily: Daily) -> Values:
    since = daily[history.day(KILLED) + 1 :] > 0
    return np.where(since.any(0), since.argmax(0) + 1.0, np.inf)


def _cases(of: str, by: str, within: int, size: int, unless: str = "") -> Callable[[History], Values]:
    """How many of so many cases were followed by the other, in all runs of as many cases."""

    def draws(history: History) -> Values:
        what = _deadly(history) if of == "all_deadly" else getattr(history, of)
        return runs_of(cases(what, getattr(history, by), within, getattr(history, unless) if unless else None), size)

    return draws


def _more_after_killings(history: History) -> Values:
    """Of two killings those followed by a committee or vote, less those of six other deadly strikes."""
    killing = _cases("killings", "committee_or_vote", 8, 2)(history)
    return less(killing, _cases("deadly", "committee_or_vote", 8, 6, "killings")(history))


def _expulsions(history: History) -> Values:
    return np.asarray(history.forced.sum(0).astype(float))


def _deadly(history: History) -> Daily:
    return (history.deadly > 0) | (history.killings > 0)


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
    found = cases(what, by, within, unless)
    return np.array([found.mean() if found.size else np.nan])


def _share(values: Values) -> float:
    return float(np.nanmean(values))


def _median(values: Values) -> float:
    told = values[~np.isnan(values)]
    return float(np.median(told)) if told.size else float("nan")


@dataclass(frozen=True)
class Part:
    """One number of a pattern: how it is measured, what was observed, where it has to lie, and best does.

    ``score`` says what the observed value is held against where that is not the measure in single worlds.
    """

    measure: Callable[[History], Values]
    observed: float
    band: tuple[float, float]
    aim: float
    over_worlds: Callable[[Values], float] = _median
    score: Score | None = None
    says: str = ""  # what it is, where the pattern has several

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
    kind: Literal["counted", "new", "input"] = "counted"
    holds_day: float | None = None  # inside if the 10th to 90th percentile of worlds holds this number

    @property
    def counted(self) -> bool:
        """Whether it is one of those counted together; the new ones are counted apart, a given input is not."""
        return self.kind == "counted"

    @property
    def new(self) -> bool:
        """Whether it is one of those that look at campaigns, calms, killings, votes and talks over years."""
        return self.kind == "new"


GAZA, QUIET, LONG = "history/gaza_2023", "history/quiet_2021_2023", "history/threats_2011_2023"
TALKS, YEARS, LAST = "history/dec_2019_dec_2021", "history/years_2018_2023", "history/from_5_january"
THREATS = threats_by_year()
ENDED = [int(row["days"]) for row in episodes("campaign") if row["end"] < f"{FIRST_DAY:%Y-%m-%d}"]
"""Days of the record's campaigns at bases or missions in Iraq that ended before the one of October 2023, which runs on
over the truce (see :mod:`sim.evidence.episodes`)."""


def numbers_of(values: Mapping[str, float | str]) -> dict[str, float]:
    """Of a regularity's values those that are numbers."""
    return {name: float(value) for name, value in values.items() if not isinstance(value, str)}


EARLY, KILLINGS, VOTES, AFTER_2020 = map(
    numbers_of, (first_half_of_2021(), record_of_killings(), votes_and_attempts(), record_of_talks())
)
PATTERNS: dict[str, Pattern] = {
    pattern.id: pattern
    for pattern in (
        Pattern("attack_rate", "attacks a day, Iraq and Syria", GAZA, (Part(attack_rate, 127 / 85, (1.1, 1.9), 1.5),)),
        Pattern(
            "share_in_iraq",
            "share in Iraq on the last day (a dated input)",
            GAZA,
            (Part(share_in_iraq, 52 / 127, (0.33, 0.50), 0.41),),
            kind="input",
        ),
        Pattern(
            "gaza_truce",
            "fall of the rate in the truce; rate in the second week after it",
            GAZA,
            (
                Part(gaza_truce, 0.93, (0.6, 1.0), 0.93, says="fall in the truce"),
                Part(after_truce, 1.45, (0.7, np.inf), 1.0, says="in the second week after"),
            ),
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
            (
                Part(
                    attacks_per_strike,
                    127 / 6,
                    (14.0, 30.0),
                    21.0,
                    score=Score(strikes_for(127), 6.0, "deliberate strikes in 127 attacks"),
                ),
            ),
        ),
        Pattern(
            "answered",
            "hard attacks answered within ten days",
            GAZA,
            (
                Part(
                    answered,
                    7 / 8,
                    (0.6, 1.0),
                    0.875,
                    score=Score(_cases("hard", "deliberate", 10, 8), 7.0, "of 8 hard attacks"),
                ),
            ),
        ),
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
            (
                Part(
                    commander_killed,
                    1.0,
                    (0.2, 0.7),
                    0.45,
                    _share,
                    Score(commanders_killed, 1.0, "killings in 85 days"),
                ),
            ),
        ),
        Pattern(
            "strike_effect",
            "attacks the week after an ordinary strike, against the week before",
            GAZA,
            (Part(strike_effect, 0.95, (0.8, 1.25), 0.95, score=Score(two_strikes, 0.95, "counts around 2 strikes")),),
        ),
        Pattern(
            "condemned",
            "deadly strikes in Iraq condemned within two days",
            GAZA,
            (
                Part(
                    condemned,
                    7 / 8,
                    (0.8, 1.0),
                    0.9,
                    score=Score(_cases("all_deadly", "acts", 2, 8), 7.0, "of 8 deadly strikes"),
                ),
            ),
        ),
        Pattern(
            "talk_of_ending",
            "executive talk of ending within eight days: after killings, after other deadly strikes",
            GAZA,
            (
                Part(
                    talk_after_killing,
                    1.0,
                    (0.7, 1.0),
                    0.9,
                    score=Score(_cases("killings", "talk", 8, 2), 2.0, "of 2 killings"),
                    says="after killings",
                ),
                Part(
                    talk_after_others,
                    1 / 6,
                    (0.0, 0.35),
                    1 / 6,
                    score=Score(_cases("deadly", "talk", 8, 6, "killings"), 1.0, "of 6 other deadly strikes"),
                    says="after other deadly strikes",
                ),
            ),
        ),
        Pattern(
            "committee_or_vote",
            "times likelier after a killing than after another deadly strike",
            GAZA,
            (
                Part(
                    committee_or_vote,
                    np.inf,
                    (3.0, np.inf),
                    6.0,
                    score=Score(_more_after_killings, 2.0, "of 2 killings, less those of 6 other deadly strikes"),
                ),
            ),
        ),
        Pattern(
            "yearly_threats",
            "of 13 years, those with a threat to expel: by anybody, by the executive; fewer while IS holds territory",
            LONG,
            (
                Part(years_with_a_threat, float(THREATS["anybody"]), (7.0, 13.0), 10.0, says="years, anybody"),
                Part(years_executive_threatens, float(THREATS["executive"]), (1.0, 6.0), 3.0, says="years, executive"),
                Part(
                    fewer_under_is, float(THREATS["under_is"]), (-1.0, 0.0), -0.25, _share, says="under IS, less since"
                ),
            ),
        ),
        Pattern(
            "no_expulsion",
            "forced exits a year of presence; share of worlds with a negotiated change",
            LONG,
            (
                Part(
                    expulsions_a_year,
                    0.0,
                    (0.0, 0.08),
                    0.0,
                    score=Score(_expulsions, 0.0, "exits by letter or law in 13 years"),
                    says="forced exits a year",
                ),
                Part(negotiated_change, 1.0, (0.5, 1.0), 1.0, _share, says="a negotiated change"),
            ),
        ),
        Pattern(
            "who_fights",
            "days on which each group is where it was",
            GAZA,
            (Part(who_fights, 1.0, (0.9, 1.0), 1.0, score=Score(groups_in_place, 7.0, "of 7 groups, on most days")),),
        ),
        Pattern(
            "campaigns",
            "campaigns of attacks in Iraq in six years that ended: number, median length in days",
            YEARS,
            (
                Part(number_of_campaigns, float(len(ENDED)), (3.0, 10.0), 6.0, says="number"),
                Part(length_of_campaigns, median(ENDED), (25.0, 165.0), 78.5, says="median length"),
            ),
            kind="new",
        ),
        Pattern(
            "calms",
            "calms of 60 days or more between campaigns in Iraq since June 2019: number, median and longest in days",
            YEARS,
            (
                Part(number_of_calms, float(len(calm_lengths())), (3.0, 8.0), 5.0, says="number"),
                Part(length_of_calms, float(median(calm_lengths())), (80.0, 220.0), 130.0, says="median length"),
                Part(longest_calm, float(max(calm_lengths())), (200.0, 900.0), 503.0, says="longest"),
            ),
            kind="new",
        ),
        Pattern(
            "across_months",
            "variance by mean of monthly attacks, 2021 – February 2023 (rough: 5 to 8)",
            QUIET,
            (Part(across_months, 5.0, (3.0, 9.0), 5.0),),
            kind="new",
        ),
        Pattern(
            "within_campaigns",
            "dispersion of the weeks within campaigns in Iraq (1.1 to 1.4)",
            YEARS,
            (Part(within_campaigns, 1.25, (0.8, 1.8), 1.25),),
            kind="new",
        ),
        Pattern(
            "early_2021",
            "attacks from January 2021 to March 2023; share of them in Iraq by 25 June 2021",
            QUIET,
            (
                Part(total_attacks, EARLY["official"], (50.0, 120.0), 78.0, says="attacks"),
                Part(share_in_first_half, EARLY["share_high"], (0.35, 0.75), 44 / 78, says="share by 25 June 2021"),
            ),
            kind="new",
        ),
        Pattern(
            "commanders_killed",
            "commanders killed by the US in six years, mean world (one is given)",
            YEARS,
            (Part(commanders_killed, KILLINGS["killings"], (1.3, 3.0), 2.0, _share),),
            kind="new",
        ),
        Pattern(
            "votes",
            "votes on the presence in six years, mean world: passed; called and come to nothing",
            YEARS,
            (
                Part(votes_held, VOTES["votes"], (1.0, 4.0), 2.0, _share, says="passed"),
                Part(votes_failed, VOTES["failed"] + VOTES["open"], (4.0, 18.0), 9.0, _share, says="came to nothing"),
            ),
            kind="new",
        ),
        Pattern(
            "after_january_2020",
            "days from the killing of 3 January 2020 to the first round of talks, the first change, the new name",
            TALKS,
            (
                Part(days_to_talks, AFTER_2020["talks"], (60.0, 320.0), 160.0, says="first round"),
                Part(days_to_change, AFTER_2020["change"], (120.0, 500.0), 250.0, says="first change"),
                Part(days_to_renaming, AFTER_2020["renaming"], (300.0, np.inf), 570.0, says="new name"),
            ),
            kind="new",
        ),
        Pattern(
            "after_january_2024",
            "by 9 January 2024, given the record to the killing of 4 January: share of worlds with talk of ending, "
            "with a committee, with a vote",
            LAST,
            (
                Part(talked, 1.0, (0.6, 1.0), 0.9, _share, says="talk of ending"),
                Part(committee, 1.0, (0.5, 1.0), 0.9, _share, says="committee"),
                Part(voted, 0.0, (0.0, 0.35), 0.05, _share, says="vote"),
            ),
            kind="new",
        ),
    )
}


def predicted(part: Part, history: History) -> tuple[Values, float]:
    """What the model would have given in the place of the one observed value, and that value."""
    if part.score is None:
        return part.measure(history), part.observed
    return part.score.draws(history), part.score.observed
