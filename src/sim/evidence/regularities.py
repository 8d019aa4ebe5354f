"""The regularities of the record, each recomputed from the rows.

``python -m sim.evidence.regularities`` writes the table into evidence/README.md; a test holds the two equal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import mean, median, variance

from sim.evidence.rows import FIRST_DAY, LAST_DAY, Row, counted, day, folder, rows, sound, whole

Value = float | str
Values = dict[str, Value]

BEGIN = "<!-- regularities: written by `python -m sim.evidence.regularities` -->"
END = "<!-- end of regularities -->"
ANSWER_DAYS = 10
"""A strike this soon after an attack is an answer to it."""
TALK_DAYS = 8
"""Talk, a committee or a vote this soon after a strike belongs to it."""


# --------------------------------------------------------------------- what the rows say, in small pieces
def campaign_counts() -> list[Row]:
    """The Pentagon's cumulative counts of the campaign, by date."""
    return sorted((row for row in counted("attacks_cumulative") if row["series"] == "pentagon_cum_2023"), key=day)


def attacks_until(when: date, counts: Iterable[Row] | None = None) -> float:
    """Attacks from 17 October 2023 to the end of a day; on a straight line between two counts."""
    before = (FIRST_DAY - timedelta(days=1), 0)
    for row in campaign_counts() if counts is None else counts:
        after = (day(row), int(row["total"]))
        if when <= after[0]:
            return before[1] + (after[1] - before[1]) * (when - before[0]).days / (after[0] - before[0]).days
        before = after
    return float(before[1])


def attacks_between(first: date, last: date, counts: Iterable[Row] | None = None) -> float:
    """Attacks from the first day to the last, both included."""
    return attacks_until(last, counts) - attacks_until(first - timedelta(days=1), counts)


def split_count(when: date) -> Row:
    """The count of that day with its split between Iraq and Syria."""
    (row,) = (row for row in campaign_counts() if day(row) == when and row["iraq"])
    return row


def base_rate_count(when: date) -> Row:
    """The base-rate row that ends on that day."""
    (row,) = (row for row in counted("attacks_cumulative") if row["series"] == "base_rate" and day(row) == when)
    return row


def strikes(first: date = date.min, last: date = LAST_DAY, *, deliberate: bool | None = None) -> list[Row]:
    """US strikes of a span by date; only the deliberate ones, or only those in self-defence, if asked."""
    return [
        row
        for row in sorted(counted("us_strikes"), key=day)
        if first <= day(row) <= last and deliberate in (None, row["deliberate"] == "yes")
    ]


def hurting_attacks() -> list[tuple[date, int, int]]:
    """Days on which attacks by the groups killed or hurt anybody: day, killed, wounded."""
    days: dict[date, tuple[int, int]] = {}
    for row in counted("us_casualties"):
        if row["kind"] == "event":
            killed, wounded = days.get(day(row), (0, 0))
            days[day(row)] = (killed + whole(row["killed"]), wounded + whole(row["wounded"]))
    return [(when, *days[when]) for when in sorted(days)]


def first_answer(when: date) -> Row | None:
    """The first deliberate strike within 10 days of an attack."""
    found = strikes(when, when + timedelta(days=ANSWER_DAYS), deliberate=True)
    return found[0] if found else None


def deadly_clusters() -> list[list[Row]]:
    """Deadly US strikes in Iraq; those of neighbouring days are one cluster."""
    clusters: list[list[Row]] = []
    for row in strikes():
        if "Iraq" not in row["country"] or not whole(row["killed_total"]):
            continue
        if clusters and (day(row) - day(clusters[-1][-1])).days <= 1:
            clusters[-1].append(row)
        else:
            clusters.append([row])
    return clusters


def followed(cluster: list[Row], categories: set[str], within: int, *, by_executive: bool) -> bool:
    """Whether an act of these categories answered the strikes of a cluster within so many days."""
    days = {day(row) for row in cluster}
    return any(
        row["category"] in categories
        and sound(row)
        and (row["by_executive"] == "yes" or not by_executive)
        and row["trigger_date"]
        and day(row, "trigger_date") in days
        and (day(row) - min(days)).days <= within
        for row in counted("iraq_government_actions")
    )


def is_killing(cluster: list[Row]) -> bool:
    """Whether a commander was killed on purpose."""
    return any(row["type"] == "targeted_killing" for row in cluster)


def in_words(items: Iterable[object]) -> str:
    """``1, 2 and 3``."""
    *most, last = [str(item) for item in items]
    return f"{', '.join(most)} and {last}" if most else last


def spans(years: Iterable[int]) -> str:
    """Years in words, runs of them joined: ``2011, 2015–2023``."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return ", ".join(f"{run[0]}–{run[-1]}" if len(run) > 1 else str(run[0]) for run in runs)


# ------------------------------------------------------------------------------------- the regularities
def campaign_rate() -> Values:
    """1: attacks a day from 17 October 2023 to 9 January 2024."""
    last = split_count(LAST_DAY)
    days = (LAST_DAY - FIRST_DAY).days + 1
    attacks, iraq = int(last["total"]), int(last["iraq"])
    return {"attacks": attacks, "days": days, "per_day": attacks / days, "iraq": iraq, "iraq_per_day": iraq / days}


def base_rate() -> Values:
    """2: attacks a day without a war in Gaza, and the truce in Iraq under the new government."""
    years, calm = base_rate_count(date(2023, 3, 23)), base_rate_count(date(2023, 4, 28))
    days = (day(years) - day(years, "period_start")).days
    calm_days = (day(calm) - day(calm, "period_start")).days
    attacks = int(years["total"])
    return {
        "attacks": attacks,
        "days": days,
        "per_day": attacks / days,
        "calm": int(calm["total"]),
        "calm_days": calm_days,
    }


def gaza_truce() -> Values:
    """3: attacks in the truce of November 2023, in the two weeks before it and in those after."""
    gaza = rows("exogenous_gaza")
    (begin,) = (day(row) for row in gaza if row["event"] == "truce begins")
    (resumed,) = (day(row) for row in gaza if row["event"] == "truce ends")
    end = resumed - timedelta(days=1)
    week, fortnight = timedelta(days=7), timedelta(days=14)
    days = (resumed - begin).days
    inside = attacks_between(begin, end)
    before = attacks_between(begin - fortnight, begin - timedelta(days=1)) / 14
    only_sound = [row for row in campaign_counts() if sound(row)]
    first_week = attacks_between(resumed, end + week)
    return {
        "inside": inside,
        "days": days,
        "before": before,
        "after": attacks_between(resumed, end + fortnight) / 14,
        "after_sound": attacks_between(resumed, end + fortnight, only_sound) / 14,
        "ratio": inside / days / before,
        "first_week": first_week,
        "first_week_per_day": first_week / 7,
        "second_week_per_day": attacks_between(resumed + week, end + fortnight) / 7,
    }


def dispersion_of(counts: list[tuple[date, int]], shortest: int) -> float:
    """Pearson χ² per degree of freedom against a constant rate, with intervals of at least so many days.

    Neighbours are merged from the first on; a remainder too short at the end joins the last interval.
    """
    merged = counts[:1]
    for point in counts[1:]:
        if (point[0] - merged[-1][0]).days >= shortest:
            merged.append(point)
    merged[-1] = counts[-1]
    steps = [((b[0] - a[0]).days, b[1] - a[1]) for a, b in pairwise(merged)]
    rate = sum(attacks for _, attacks in steps) / sum(days for days, _ in steps)
    return sum((attacks - rate * days) ** 2 / (rate * days) for days, attacks in steps) / (len(steps) - 1)


def dispersion() -> Values:
    """4: how far the counts scatter more than Poisson's, at three lengths of interval."""
    counts = [(FIRST_DAY - timedelta(days=1), 0), *((day(row), int(row["total"])) for row in campaign_counts())]
    return {"raw": dispersion_of(counts, 1), "merged_4": dispersion_of(counts, 4), "merged_7": dispersion_of(counts, 7)}


def share_in_iraq() -> Values:
    """5: Iraq's share of all attacks so far, on five days."""
    days = {
        "oct_24": date(2023, 10, 24),
        "oct_31": date(2023, 10, 31),
        "nov_21": date(2023, 11, 21),
        "dec_21": date(2023, 12, 21),
        "jan_9": LAST_DAY,
    }
    counts = {name: split_count(when) for name, when in days.items()}
    return {name: int(row["iraq"]) / int(row["total"]) for name, row in counts.items()}


def restraint() -> Values:
    """6: attacks per US strike, in the campaign and in 2021–23."""
    attacks = int(split_count(LAST_DAY)["total"])
    deliberate = strikes(FIRST_DAY, deliberate=True)
    met = strikes(FIRST_DAY, deliberate=False)
    earlier = base_rate_count(date(2023, 3, 28))
    answers = strikes(day(earlier, "period_start"), day(earlier), deliberate=True)
    return {
        "attacks": attacks,
        "deliberate": len(deliberate),
        "per_deliberate": attacks / len(deliberate),
        "self_defence": len(met),
        "self_defence_days": in_words(f"{day(row).day} {day(row):%b}" for row in met),
        "per_any": attacks / (len(deliberate) + len(met)),
        "earlier_attacks": int(earlier["total"]),
        "earlier_strikes": len(answers),
        "earlier_per_strike": int(earlier["total"]) / len(answers),
    }


def first_strikes() -> Values:
    """7: days and attacks before the first strikes in Iraq and the first killing; attacks met on the spot."""
    met = day(next(row for row in strikes(FIRST_DAY, deliberate=False) if row["country"] == "Iraq"))
    chosen = day(next(row for row in strikes(FIRST_DAY, deliberate=True) if row["country"] == "Iraq"))
    killing = day(next(row for row in strikes(FIRST_DAY) if is_killing([row])))
    counts = campaign_counts()
    iraq = int(split_count(LAST_DAY)["iraq"])
    in_self_defence = len(strikes(FIRST_DAY, deliberate=False))
    return {
        "met_day": (met - FIRST_DAY).days,
        "chosen_day": (chosen - FIRST_DAY).days,
        "attacks_low": max(int(row["total"]) for row in counts if day(row) <= met),
        "attacks_high": min(int(row["total"]) for row in counts if day(row) >= chosen),
        "attacks_at_killing": attacks_until(killing),
        "self_defence": in_self_defence,
        "iraq": iraq,
    }


def strike_lags() -> Values:
    """8: days from the trigger to the deliberate strike."""

    def lags(kind: str, first: date, last: date) -> list[int]:
        return [
            (day(row) - day(row, "trigger_date")).days
            for row in strikes(first, last, deliberate=True)
            if row["trigger_kind"] == kind
        ]

    before = FIRST_DAY - timedelta(days=1)
    without = [row for row in strikes(FIRST_DAY, deliberate=True) if row["trigger_kind"] == "continued"]
    return {
        "campaign": in_words(lags("own", FIRST_DAY, LAST_DAY)),
        "continued": in_words(f"{day(row).day} {day(row):%b}" for row in without),
        "before": in_words(lags("own", date.min, before)),
        "approximate": in_words(lags("approximate", date.min, before)),
        "longest": max(lags("own", date.min, LAST_DAY)),
    }


def answered_attacks() -> Values:
    """9: attacks that killed or hurt three or more, and how soon a deliberate strike answered them."""
    heavy = [(when, killed) for when, killed, wounded in hurting_attacks() if killed or wounded >= 3]
    answers = [(when, killed, first_answer(when)) for when, killed in heavy]
    lags = {when: (day(answer) - when).days for when, _, answer in answers if answer}
    campaign = [when for when, _ in heavy if when >= FIRST_DAY]
    return {
        "campaign": len(campaign),
        "campaign_within_8": sum(lags.get(when, 99) <= 8 for when in campaign),
        "all": len(heavy),
        "within_8": sum(lag <= 8 for lag in lags.values()),
        "within_10": sum(lag <= ANSWER_DAYS for lag in lags.values()),
        "last_answered": in_words(f"{when:%d %b %Y}" for when, lag in lags.items() if lag > 8),
        "unanswered": in_words(f"{when:%d %b %Y}" for when, _, answer in answers if answer is None),
        "fatal_answers": ", ".join(
            answer["country"].replace("+", " and ") for _, killed, answer in answers if killed and answer
        ),
    }


def strike_effect() -> Values:
    """10: attacks in the week after an ordinary strike over those in the week before, the two clean cases."""

    def ratio(when: date) -> float:
        week = timedelta(days=7)
        return attacks_between(when + timedelta(days=1), when + week) / attacks_between(
            when - week + timedelta(days=1), when
        )

    return {"nov_8": ratio(date(2023, 11, 8)), "nov_12": ratio(date(2023, 11, 12))}


def losses() -> Values:
    """11: killed and wounded in the campaign; fatal attacks pooled with those since January 2021."""
    attacks = int(split_count(LAST_DAY)["total"])
    earlier = base_rate_count(date(2023, 3, 28))
    pooled = attacks + int(earlier["total"])
    hurt = hurting_attacks()
    in_campaign = [(killed, wounded) for when, killed, wounded in hurt if when >= FIRST_DAY]
    fatal = sum(1 for when, killed, _ in hurt if killed and when >= day(earlier, "period_start"))
    totals = [row for row in counted("us_casualties") if row["kind"] == "cumulative" and sound(row)]
    wounded = sum(wounded for _, wounded in in_campaign)
    return {
        "killed": sum(killed for killed, _ in in_campaign),
        "attacks": attacks,
        "earlier": int(earlier["total"]),
        "fatal": fatal,
        "pooled": pooled,
        "fatal_share": fatal / pooled,
        "wounded_dated": wounded,
        "wounded_low": wounded / attacks,
        "wounded_high": max(int(row["wounded"]) / attacks_until(day(row)) for row in totals),
        "hurting_days": len(in_campaign),
    }


def after_deadly_strikes() -> Values:
    """12: what Baghdad did after deadly US strikes in Iraq."""
    clusters = deadly_clusters()
    killings = [cluster for cluster in clusters if is_killing(cluster)]
    others = [cluster for cluster in clusters if not is_killing(cluster)]

    def condemned(cluster: list[Row]) -> bool:
        return followed(cluster, {"condemnation"}, 2, by_executive=True)

    def talk(cluster: list[Row]) -> bool:
        return followed(cluster, {"threat_to_expel", "committee"}, TALK_DAYS, by_executive=True)

    def body(cluster: list[Row]) -> bool:
        return followed(cluster, {"committee", "parliament_vote"}, TALK_DAYS, by_executive=False)

    return {
        "clusters": len(clusters),
        "condemned": sum(map(condemned, clusters)),
        "killings": len(killings),
        "others": len(others),
        "talk": sum(map(talk, clusters)),
        "talk_after_killing": sum(map(talk, killings)),
        "talk_after_other": sum(map(talk, others)),
        "body_after_killing": sum(map(body, killings)),
        "body_after_other": sum(map(body, others)),
    }


def threats_by_year() -> Values:
    """13: years in which anybody, and in which the executive, threatened to expel the US."""
    first, last = 2011, 2023
    threats = [row for row in counted("iraq_government_actions") if row["category"] == "threat_to_expel" and sound(row)]
    anybody = {day(row).year for row in threats if first <= day(row).year <= last}
    executive = {day(row).year for row in threats if row["by_executive"] == "yes" and day(row).year <= last}
    held, since = set(range(2014, 2018)), set(range(2018, last + 1))  # years in which IS held territory
    return {
        "years": last - first + 1,
        "anybody": len(anybody),
        "anybody_years": spans(anybody),
        "none_years": spans(set(range(first, last + 1)) - anybody),
        "under_is": len(anybody & held) / len(held) - len(anybody & since) / len(since),
        "executive": len(executive),
        "executive_years": in_words(sorted(executive)),
        "orders": sum(row["category"] == "order_to_leave" for row in rows("iraq_government_actions")),
    }


def negotiated_changes() -> Values:
    """14: what talks changed about the presence."""
    agreements = [row for row in counted("iraq_government_actions") if row["category"] == "agreement"]
    (vote,) = (
        day(row)
        for row in counted("iraq_government_actions")
        if row["category"] == "parliament_vote" and day(row).year == 2020
    )
    levels = [row for row in rows("troop_levels") if sound(row)]
    before = max((row for row in levels if vote <= day(row) <= vote + timedelta(days=30)), key=day)
    after = min((row for row in levels if day(row) > vote and int(row["us_troops_iraq"]) == 2500), key=day)
    (ended,) = (day(row) for row in rows("iraq_government_actions") if row["category"] == "carried_out")
    return {
        "reduction_year": min(day(row).year for row in agreements if day(row).year > 2014),
        "before": int(before["us_troops_iraq"]),
        "after": int(after["us_troops_iraq"]),
        "months": (day(after) - vote).days / 30.44,
        "vote": f"{vote:%d %b %Y}".lstrip("0"),
        "relabelled": ended.year,
    }


def isis_and_troops() -> Values:
    """15: attacks by IS beside US troops: neither moves with the other."""

    def attacks(year: int) -> list[Row]:
        return [
            row for row in rows("isis") if row["measure"] in {"IS attacks"} and day(row, "period_start").year == year
        ]

    def incidents(year: int) -> float:
        (row,) = (
            row
            for row in rows("isis")
            if row["measure"] == "IS incidents per day" and day(row, "period_start").year == year
        )
        return float(row["value"])

    quarters = attacks(2020)
    levels = {day(row): int(row["us_troops_iraq"]) for row in rows("troop_levels")}
    return {
        "y2018": int(attacks(2018)[0]["value"]),
        "y2019": int(attacks(2019)[0]["value"]),
        "y2020": sum(int(row["value"]) for row in quarters),
        "quarters": len(quarters),
        "copied": sum(not sound(row) for row in quarters),
        "y2022": incidents(2022),
        "y2023": incidents(2023),
        "troops_before": levels[date(2020, 1, 10)],
        "troops_after": levels[date(2021, 2, 16)],
        "troops_2024": levels[date(2024, 1, 10)],
    }


def who_fought() -> Values:
    """16: the groups that fought, by their own list, and those that did not."""
    groups = [row for row in rows("militias") if sound(row)]
    return {
        "fought": ", ".join(row["group"] for row in groups if row["fought"] == "yes"),
        "abstained": ", ".join(row["group"] for row in groups if row["fought"] == "no"),
    }


# ------------------------------------------------------------- since 2018: campaigns, parliament, talks
def series_of(name: str) -> list[Row]:
    """The counted rows of one series of attacks_by_period, by date."""
    return sorted((row for row in counted("attacks_by_period") if row["series"] == name), key=day)


def summed(periods: Iterable[Row]) -> int:
    """Attacks of some periods together; ValueError where they are of two series, or overlap.

    Counts with convoys and counts without are never added up, nor are two sources' counts of one kind.
    """
    in_order = sorted(periods, key=day)
    if len({(row["series"], row["kind"]) for row in in_order}) > 1:
        raise ValueError("counts of different series are not added up")
    if any(day(later, "period_start") <= day(row) for row, later in pairwise(in_order)):
        raise ValueError("periods that overlap are not added up")
    return sum(int(row["total"]) for row in in_order)


def variance_to_mean(counts: Iterable[int]) -> float:
    """How far counts scatter: 1 for Poisson's; the variance is the sample's."""
    values = list(counts)
    return variance(values) / mean(values)


def episodes(kind: str, *, country: str = "Iraq", finished: bool = True) -> list[Row]:
    """Campaigns or calms at US bases and missions in a country (the convoys' own are left out)."""
    return [
        row
        for row in counted("episodes")
        if row["kind"] == kind
        and row["series"] == "bases"
        and country in row["country"]
        and finished == (row["end_kind"] != "censored")
    ]


def campaign_lengths() -> list[int]:
    """Days of each finished campaign at bases or embassy in Iraq since 2018, shortest first."""
    return sorted(int(row["days"]) for row in episodes("campaign"))


def calm_lengths() -> list[int]:
    """Days of each calm at US bases in Iraq between two campaigns, shortest first."""
    return sorted(int(row["days"]) for row in episodes("calm"))


def us_iran_levels() -> list[tuple[date, float]]:
    """Tension between the US and Iran from each day on, 0-1: of the steps that the model does not make itself.

    A judgement on dated steps: sanctions, deployments, tankers, the nuclear talks, a change of administration.
    """
    return [(day(row), float(row["tension"])) for row in sorted(counted("us_iran"), key=day)]


def campaigns_in_iraq() -> Values:
    """17: finished campaigns at bases or embassy in Iraq since 2018, and the one that runs."""
    lengths = campaign_lengths()
    (running,) = episodes("campaign", finished=False)
    return {
        "finished": len(lengths),
        "lengths": in_words(lengths),
        "shortest": lengths[0],
        "longest": lengths[-1],
        "median": median(lengths),
        "sound": sum(sound(row) for row in episodes("campaign")),
        "running": int(running["days"]),
        "syria": in_words(
            sorted(int(row["days"]) for row in episodes("campaign", country="Syria") if "Iraq" not in row["country"])
        ),
    }


def calms_at_bases() -> Values:
    """18: calms at US bases in Iraq since 2019."""
    lengths = calm_lengths()
    return {
        "calms": len(lengths),
        "lengths": in_words(lengths),
        "shortest": lengths[0],
        "longest": lengths[-1],
        "median": median(lengths),
        "sound": sum(sound(row) for row in episodes("calm")),
        "breached": sum(whole(row["known_attacks"]) > 0 for row in episodes("calm")),
    }


def campaign_ends() -> Values:
    """19: what stood near the end of each campaign; the convoys' own and the low level of 2022 among them."""
    ended = [row for row in counted("episodes") if row["end_kind"] not in ("", "censored")]
    at_bases = [row["end_kind"] for row in episodes("campaign")]
    kinds = [row["end_kind"] for row in ended]
    return {
        "ended": len(ended),
        "truce_or_agreement": kinds.count("truce_or_agreement"),
        "government": kinds.count("government"),
        "us_step_or_strikes": kinds.count("us_step_or_strikes"),
        "unclear": kinds.count("unclear"),
        "within": max(abs(int(row["days_to_end_event"])) for row in ended),
        "at_bases": len(at_bases),
        "bases_truce_or_agreement": at_bases.count("truce_or_agreement"),
        "bases_government": at_bases.count("government"),
        "bases_us_step_or_strikes": at_bases.count("us_step_or_strikes"),
        "bases_unclear": at_bases.count("unclear"),
    }


def clustering() -> Values:
    """20: variance over mean of counts inside a campaign, and across campaign and calm; each within one series."""
    months = [int(row["total"]) for row in series_of("gtd_all_iraq")]
    bases = [int(row["total"]) for row in series_of("gtd_bases_diplomatic_iraq")]
    weeks = [int(row["total"]) for row in series_of("musings_pro_iran_week")]
    return {
        "months": in_words(months),
        "months_within": variance_to_mean(months),
        "bases": in_words(bases),
        "bases_within": variance_to_mean(bases),
        "weeks": in_words(weeks),
        "weeks_across": variance_to_mean(weeks),
        "weeks_after": variance_to_mean(weeks[2:]),
        "months_across": variance_to_mean(int(row["total"]) for row in series_of("musings_pro_iran_month")),
    }


def first_half_of_2021() -> Values:
    """21: attacks of the first half of 2021, by series; no one series has them and all of 2021 - March 2023."""
    everything, bases = summed(series_of("gtd_all_iraq")), summed(series_of("gtd_bases_diplomatic_iraq"))
    (agency,) = (int(row["total"]) for row in series_of("afp_year_to_date"))
    syria = summed(series_of("gtd_syria_us"))
    official = int(base_rate_count(date(2023, 3, 23))["total"])
    return {
        "all": everything,
        "convoys": sum(int(row["convoys"]) for row in series_of("gtd_all_iraq")),
        "bases": bases,
        "agency": agency,
        "syria": syria,
        "official": official,
        "share_low": (bases + syria) / official,
        "share_high": agency / official,
    }


def commanders_killed() -> Values:
    """22: commanders killed on purpose in the six years to January 2024, and attacks a day after and before."""
    killings = sorted(counted("commander_killings"), key=day)
    first, last = date(2018, 1, 11), date(2024, 1, 10)
    in_span = [row for row in killings if first <= day(row) <= last]
    ratios = [
        int(row["attacks_after"]) / int(row["days_after"]) / (int(row["attacks_before"]) / int(row["days_before"]))
        for row in in_span
    ]
    # At least so many attacks from 3 January to 2 April 2020, by another source: three months tell another story.
    (longer,) = (row for row in rows("attacks_cumulative") if day(row) == date(2020, 4, 2))
    months = int(longer["total"]) / ((day(longer) - day(longer, "period_start")).days + 1)
    before = int(in_span[0]["attacks_before"]) / int(in_span[0]["days_before"])
    return {
        "killings": len(in_span),
        "years": round((last - first).days / 365.25),
        "ratio_2020": ratios[0],
        "days_2020": int(in_span[0]["days_after"]),
        "ratio_2020_longer": months / before,
        "ratio_2024": ratios[1],
        "days_2024": int(in_span[1]["days_after"]),
    }


def votes_and_attempts() -> Values:
    """23: votes on the presence that were held since 2011, and attempts that came to nothing."""
    sessions = counted("parliament_sessions")
    votes = [row for row in sessions if row["held"] == "yes"]
    failed = [row for row in sessions if row["failed"] == "yes"]
    years = range(2018, 2024)
    latest = max(votes, key=day)
    return {
        "votes": len(votes),
        "vote_years": in_words(day(row).year for row in votes),
        "present": int(latest["attendance"]),
        "quorum": int(latest["quorum"]),
        "failed": len(failed),
        "failed_sound": sum(sound(row) for row in failed),
        "open": sum(row["failed"] == "open" for row in sessions),
        "votes_per_year": sum(day(row).year in years for row in votes) / len(years),
        "failed_per_year": sum(day(row).year in years for row in failed) / len(years),
    }


def days_to_talks() -> Values:
    """24: days from the crisis to first talks and to what came of them, in 2007-08 and in 2020-21."""

    def first(case: str, *kinds: str, after_talks: bool = False) -> int:
        return min(
            int(row["days_from_crisis"])
            for row in counted("negotiations")
            if row["case"] == case
            and row["kind"] in kinds
            and (not after_talks or (row["days_from_talks"] and int(row["days_from_talks"]) > 0))
        )

    def talks(case: str) -> int:
        (days,) = {
            (day(row, "start_of_talks") - day(row, "crisis_date")).days
            for row in counted("negotiations")
            if row["case"] == case and row["start_of_talks"]
        }
        return days

    renamed = [
        int(row["days_from_crisis"])
        for row in counted("negotiations")
        if row["case"] == "strategic dialogue" and row["kind"] == "renaming"
    ]
    return {
        "treaty_talks": talks("SOFA 2007-08"),
        "treaty_signed": first("SOFA 2007-08", "signed_end_date"),
        "offered": first("strategic dialogue", "talks_offered"),
        "talks": talks("strategic dialogue"),
        "change": first("strategic dialogue", "reduction", after_talks=True),
        "renaming": min(renamed),
        "carried_out": max(renamed),
        "pending": max(int(row["days_from_talks"]) for row in counted("negotiations") if row["kind"] == "pending"),
    }


def fixed_dates() -> Values:
    """25: dates for troops or mission, and how late they were kept; the one target for talks themselves."""
    slips = {
        kind: [
            int(row["slip_days"]) for row in counted("negotiations") if row["deadline_of"] == kind and row["slip_days"]
        ]
        for kind in ("presence", "talks")
    }
    return {
        "dates": len(slips["presence"]),
        "kept": sum(days <= 0 for days in slips["presence"]),
        "days_early": in_words(-days for days in slips["presence"]),
        "target_late": max(slips["talks"]),
    }


def after_the_killing_of_4_january() -> Values:
    """26: what Baghdad did after the killing of 4 January 2024, in days from it."""
    killing = date(2024, 1, 4)

    def days(categories: set[str]) -> list[int]:
        return [
            (day(row) - killing).days
            for row in counted("iraq_government_actions")
            if row["category"] in categories
            and row["by_executive"] == "yes"
            and sound(row)
            and row["trigger_date"] == killing.isoformat()
        ]

    return {
        "condemned": min(days({"condemnation"})),
        "talk": min(days({"threat_to_expel", "committee"})),
        "committee": min(days({"committee"})),
        "votes": sum(row["held"] == "yes" and day(row) >= killing for row in rows("parliament_sessions")),
        "observed": (date(2024, 1, 10) - killing).days,
    }


# ----------------------------------------------------------------------------------------- as a table
@dataclass(frozen=True)
class Regularity:
    """One row of the table: its name, what it is computed by, and the sentence that holds the values."""

    name: str
    values: Callable[[], Values]
    sentence: str

    def said(self) -> str:
        """The sentence with the values of the rows."""
        return self.sentence.format(**self.values())


REGULARITIES = (
    Regularity(
        "attacks 17 Oct 2023 – 9 Jan 2024",
        campaign_rate,
        "{attacks} in {days} days = {per_day:.2f} a day; in Iraq alone {iraq} = {iraq_per_day:.2f} a day",
    ),
    Regularity(
        "base rate 2021 – Mar 2023",
        base_rate,
        "{attacks} in {days} days = {per_day:.3f} a day; truce in Iraq Oct 2022 – Apr 2023: {calm} in {calm_days} days",
    ),
    Regularity(
        "Gaza truce 24–30 Nov",
        gaza_truce,
        "{inside:.0f} in {days} days, against {before:.2f} a day in the 14 days before and "
        "{after:.2f} in the 14 after ({after_sound:.2f} without the copied count of 13 Dec): × "
        "{ratio:.2f} of the rate before; the first week after had {first_week:.0f} "
        "({first_week_per_day:.2f} a day), the second {second_week_per_day:.2f} a day",
    ),
    Regularity(
        "dispersion (Pearson χ²/df, Poisson 1)",
        dispersion,
        "{raw:.1f} on raw intervals, {merged_4:.1f} merged to ≥ 4 days, {merged_7:.1f} merged to ≥ 7 days",
    ),
    Regularity(
        "share in Iraq, cumulative",
        share_in_iraq,
        "{oct_24:.2f} on 24 Oct, {oct_31:.2f} on 31 Oct, {nov_21:.2f} on 21 Nov (the day of the first"
        " strike in Iraq), {dec_21:.2f} on 21 Dec, {jan_9:.2f} on 9 Jan: a drift that began before "
        "any strike in Iraq",
    ),
    Regularity(
        "restraint",
        restraint,
        "{deliberate} deliberate US responses to {attacks} attacks = {per_deliberate:.0f} attacks "
        "each (with the {self_defence} self-defence strikes of {self_defence_days}: {per_any:.0f}); "
        "2021–23: {earlier_attacks} / {earlier_strikes} = {earlier_per_strike:.0f}",
    ),
    Regularity(
        "first strike inside Iraq",
        first_strikes,
        "in self-defence on day {met_day}, deliberate on day {chosen_day}, after about "
        "{attacks_low}–{attacks_high} attacks; first killing of a commander after "
        "{attacks_at_killing:.0f}; self-defence: {self_defence} in {iraq} attacks in Iraq",
    ),
    Regularity(
        "lag from trigger to deliberate strike, days",
        strike_lags,
        "{campaign} in the campaign ({continued} answered “continued attacks”: no trigger of their "
        "own); {before} before, and {approximate} where the trigger's date is approximate (June 2021)",
    ),
    Regularity(
        "attacks that hurt ≥ 3 or killed",
        answered_attacks,
        "{campaign_within_8} of {campaign} in the campaign answered within 8 days; since Dec 2019 "
        "{within_8} of {all} within 8 days, {within_10} of {all} within 10 ({last_answered} after 10;"
        " {unanswered} not); first answers to the four fatal ones: {fatal_answers}",
    ),
    Regularity(
        "attack rate 7 days after / before an ordinary strike",
        strike_effect,
        "{nov_8:.2f} (8 Nov), {nov_12:.2f} (12 Nov); other windows touch the truce or sparse counts",
    ),
    Regularity(
        "killed / wounded",
        losses,
        "{killed} killed in the {attacks} attacks; pooled with {earlier} attacks of Jan 2021 – Mar "
        "2023, {fatal} fatal in {pooled} = {fatal_share:.4f} (deaths of heart failure and Iran's own "
        "missiles of Jan 2020 not counted); {wounded_low:.2f}–{wounded_high:.2f} wounded per attack "
        "(the low end are the {wounded_dated} whose day is known; later diagnoses raise it), on "
        "{hurting_days} days",
    ),
    Regularity(
        "after a deadly US strike in Iraq",
        after_deadly_strikes,
        "{clusters} clusters, Dec 2019 – 9 Jan 2024: condemned within 2 days {condemned} / "
        "{clusters}; executive talk of ending the presence within 8 days {talk} / {clusters} (after "
        "killings {talk_after_killing} / {killings}, else {talk_after_other} / {others}); committee "
        "or vote {body_after_killing} / {killings} after killings, {body_after_other} / {others} "
        "after others (the vote of March 2018 followed none)",
    ),
    Regularity(
        "threats to expel",
        threats_by_year,
        "by anybody: found in {anybody} of the {years} years 2011–2023 ({anybody_years}; none found "
        "{none_years}); by the executive itself: in {executive} ({executive_years}); orders to leave:"
        " {orders}. The article: at least once a year since 2011, lapsing only after IS took "
        "territory in 2014",
    ),
    Regularity(
        "change by negotiation",
        negotiated_changes,
        "{reduction_year} reduction; {before:,} → {after:,} troops in {months:.0f} months after the "
        "vote of {vote}; relabelled in December {relabelled}",
    ),
    Regularity(
        "IS in Iraq",
        isis_and_troops,
        "attacks {y2018:,} (2018), {y2019:,} (2019), {y2020:,} (first {quarters} quarters of 2020, "
        "{copied} of them read in a republished text); incidents a day by another count {y2022} "
        "(2022), {y2023} (2023); troops {troops_before:,} → {troops_after:,} from Jan 2020 to Feb "
        "2021, {troops_2024:,} in Jan 2024: neither moves with the other",
    ),
    Regularity("who took part, by their own list (25 Nov 2023)", who_fought, "{fought}; not on it: {abstained}"),
    Regularity(
        "campaigns at bases or embassy in Iraq since 2018",
        campaigns_in_iraq,
        "{finished} finished ones of {lengths} days (median {median:.0f}; {sound} with sound dates), one of {running}"
        " days running at the cut-off; in Syria alone {syria} days",
    ),
    Regularity(
        "calms at US bases in Iraq since 2019",
        calms_at_bases,
        "{calms} of {lengths} days (median {median:.0f}; {sound} with sound dates; {breached} of them breached by an"
        " attack or two)",
    ),
    Regularity(
        "what campaigns ended near",
        campaign_ends,
        "{ended} ends: truce or agreement {truce_or_agreement}, election or government {government}, US step or strikes"
        " {us_step_or_strikes}, unclear {unclear}, all within {within} days, the nearest event being chosen; of the"
        " {at_bases} campaigns at bases in Iraq {bases_truce_or_agreement}, {bases_government},"
        " {bases_us_step_or_strikes} and {bases_unclear}",
    ),
    Regularity(
        "clustering (variance / mean, Poisson 1)",
        clustering,
        "inside a campaign {months_within:.1f} (months of the first half of 2021 with convoys: {months}),"
        " {bases_within:.1f} without convoys ({bases}); across a burst and what followed {weeks_across:.1f} (full weeks"
        " of January to March 2022: {weeks}; {weeks_after:.1f} without the first two), {months_across:.0f} for the six"
        " months of 2022 that the same blog has",
    ),
    Regularity(
        "the first half of 2021",
        first_half_of_2021,
        "{all} in Iraq with {convoys} convoys, {bases} without, by an event database; {agency} by an agency to 25 June."
        " No series has both the half year and 2021 – Mar 2023: of the {official} of officials, in both countries,"
        " {share_low:.2f} by the database's bases ({syria} in Syria among them) to {share_high:.2f} by the agency",
    ),
    Regularity(
        "commanders killed on purpose",
        commanders_killed,
        "{killings} in {years} years; attacks a day after / before × {ratio_2020:.1f} (about, {days_2020} days of"
        " January 2020; × {ratio_2020_longer:.1f} at least over three months, by another source) and × {ratio_2024:.1f}"
        " ({days_2024} days of January 2024)",
    ),
    Regularity(
        "votes in parliament on the presence since 2011",
        votes_and_attempts,
        "{votes} held ({vote_years}; in 2020 {present} present with a quorum of {quorum}); {failed} attempts that came"
        " to nothing ({failed_sound} of them in sound rows), {open} open at the cut-off; 2018–23"
        " {votes_per_year:.2f} votes and {failed_per_year:.2f} vain attempts a year",
    ),
    Regularity(
        "days from a crisis to talks and to a change",
        days_to_talks,
        "2007–08 talks {treaty_talks}, signed end date {treaty_signed}; 2020–21 offer {offered}, first round {talks},"
        " first cut in numbers {change}, renaming {renaming}, carried out {carried_out}; the commission of August 2023:"
        " no meeting found after {pending} days",
    ),
    Regularity(
        "fixed dates",
        fixed_dates,
        "for troops or mission {kept} of {dates} kept ({days_early} days early); the target for the talks of 2008 was"
        " missed by {target_late} days",
    ),
    Regularity(
        "after the killing of 4 January 2024",
        after_the_killing_of_4_january,
        "condemned on day {condemned}; talk of ending the presence, and a committee, on day {committee}; votes: {votes}"
        " in the {observed} days to the cut-off",
    ),
)
"""In the order of their numbers, from 1."""


def table() -> str:
    """The table of evidence/README.md, recomputed, in Markdown."""
    lines = ["| # | regularity | value |", "|---|---|---|"]
    for number, regularity in enumerate(REGULARITIES, start=1):
        lines.append(f"| {number} | {regularity.name} | {regularity.said()} |")
    return "\n".join(lines)


def around_table(readme: str) -> tuple[str, str, str]:
    """The README before its table, the table, the README after it; ValueError where the marks are missing."""
    begin, end = readme.index(BEGIN) + len(BEGIN), readme.index(END)
    return readme[:begin], readme[begin:end].strip(), readme[end:]


def main() -> None:
    """Write the recomputed table into the README."""
    path = folder() / "README.md"
    before, _, after = around_table(path.read_text(encoding="utf-8"))
    path.write_text(f"{before}\n{table()}\n{after}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
