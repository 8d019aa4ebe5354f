"""English words for what results call by column names, and dates for what they count in days.

Nothing here computes a result. A name that is not listed (a new group, a new consequence) is shown
as it is written, with spaces for underscores, so that new parts of the model appear without a change here.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sim.scenario.english import clean as clean
from sim.scenario.english import in_words as in_words
from sim.scenario.english import listed as listed
from sim.scenario.english import spelled as spelled

if TYPE_CHECKING:
    from sim.results.result import Result
    from sim.scenario.schema import Scenario

NOT_A_FORECAST = "Not a forecast; no data after 10 January 2024; scenarios set conditions, the model finds the ending."

OUTCOMES = {
    "us_stays": "US troops stay",
    "negotiated_exit": "negotiated exit",
    "forced_exit": "forced exit",
    "lapsed": "agreement ran out",
}
EXITS = ("negotiated_exit", "forced_exit", "lapsed")
DECIDED = "decided"
"""Not an outcome, but all of them together in which the presence ends: reported beside the forced exits."""
ANY_END = "any decided end"

KINDS = {
    "unchanged": "unchanged",
    "relabelled": "mission renamed, same numbers",
    "reduced": "fewer troops, no end date",
    "phased": "signed end, more than 12 months away",
    "full": "signed end within 12 months",
    "letter": "letter of expulsion",
    "binding_law": "binding law",
    "ran_out": "agreement ran out",
}
KINDS_OF_EXIT = ("phased", "full", "letter", "binding_law", "ran_out")

CONDITIONS = {
    "status_quo": "Conditions for the status quo",
    "negotiated_exit": "Conditions for a negotiated exit",
    "forced_exit": "Conditions for a forced exit",
}

QUANTITIES = {
    "attacks_iraq": "Attacks a week in Iraq",
    "attacks_syria": "Attacks a week in Syria",
    "pressure": "Domestic pressure on the prime minister",
    "public_stance": "What the government says",
    "private_wish": "What the government wants",
    "go_ahead": "How free a hand Iran gives the groups",
    "salience": "Salience of the fronts (Gaza, Lebanon, Red Sea)",
    "us_killed": "US troops killed a week",
    "us_wounded": "US troops wounded a week",
    "camp_us": "Public camp for the US",
    "camp_iran": "Public camp for Iran",
    "camp_independence": "Public camp for independence from both",
    "influence_us": "Influence of the US",
    "influence_iran": "Influence of Iran",
    "credibility": "Credibility of the government's words",
    "stress": "US stress from attacks and casualties",
    "fear": "Fear among the groups",
    "anger": "Anger among the groups",
    "exposure": "Iran's exposure to US action",
    "troops": "US troops in Iraq",
    "committee_clock": "Days left to the committee for a product (0: no clock runs)",
}

FOR_WHOM = {"both": "", "groups": " for the groups and Iran", "politics": " for politics in Baghdad"}
PATHS = {"both": "by both paths", "groups": "by the groups and Iran", "politics": "by politics in Baghdad"}
"""How the war in Gaza comes to matter, by whom a twin takes it from."""

CONSEQUENCES = {
    "training": "military training",
    "logistics": "logistics",
    "reconnaissance": "reconnaissance",
    "special_operations": "special operations",
    "air_support": "air support",
    "intelligence": "intelligence sharing",
    "equipment": "high-end equipment (F-16)",
    "alliance": "standing as an ally",
    "reserves": "reserves held in the US",
    "dollars": "access to oil dollars",
    "sanctions": "sanctions",
    "isis": "strength of IS",
    "influence_us": "influence of the US",
    "influence_iran": "influence of Iran",
    "influence_us_drift": "its drift since (US)",
    "influence_iran_drift": "its drift since (Iran)",
}

ACTORS = {
    "iraq": "Iraqi government",
    "parliament": "Parliament",
    "calls": "The groups' politicians",
    "united_states": "United States: response",
    "leverage": "United States: leverage on Baghdad",
    "iran": "Iran: order to the groups",
    "iran in Baghdad": "Iran: in Baghdad",
}

COUNTS = {
    "attacks": "attacks on US forces",
    "attacks_iraq": "attacks in Iraq",
    "attacks_syria": "attacks in Syria",
    "us_killed": "US troops killed",
    "us_wounded": "US troops wounded",
    "us_strikes": "US strikes",
    "us_strikes_iraq": "US strikes in Iraq",
    "commanders_killed": "commanders killed",
    "iraqi_civilians_killed": "Iraqi civilians and state forces killed",
    "threats": "threats to expel, by the executive",
    "threats_by_anybody": "threats to expel, by anybody",
    "committees": "committees",
    "talks_rounds": "rounds of talks",
    "sessions": "sessions of parliament",
    "pressure_max": "highest pressure",
    "troops_end": "US troops at the end",
}

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def plain(name: str) -> str:
    """A column or rung name as words: ``warn_of_consequences`` becomes ``warn of consequences``."""
    return clean(name.replace("_", " "))


def outcome(name: str) -> str:
    """The words for an outcome; an unknown one is shown as written."""
    return ANY_END if name == DECIDED else OUTCOMES.get(name, plain(name))


def count(name: str) -> str:
    """The words for a column that counts something in a world."""
    return COUNTS.get(name, plain(name))


def quantity(name: str) -> str:
    """The words for a weekly quantity."""
    return QUANTITIES.get(name, plain(name))


def kind(name: str) -> str:
    """The words for a kind of ending; an unknown one is shown as written."""
    return KINDS.get(name, plain(name))


def actor(name: str) -> str:
    """The words for an actor or ladder; a group is called by its own name."""
    return ACTORS.get(name, plain(name))


def consequence(name: str) -> str:
    """The words for an ``after_…`` column, given without that beginning."""
    return CONSEQUENCES.get(name, plain(name))


def capped(scenario: Scenario) -> tuple[str, ...]:
    """The deciders in Baghdad ("government", "parliament") that a scenario keeps from their highest rungs.

    Such a cap is an experiment on the ending, so every figure, table and report says so beside the name.
    """
    caps = {"government": scenario.iraq.highest_rung, "parliament": scenario.parliament.highest_rung}
    return tuple(decider for decider, cap in caps.items() if cap)


def label(scenario: Scenario) -> str:
    """What a reader sees instead of a scenario's name: its title, else "Conditions for …", else the name."""
    words = clean(scenario.title) or CONDITIONS.get(scenario.name) or plain(scenario.name)
    return words[:1].upper() + words[1:] + cap_of(scenario)


def cap_of(scenario: Scenario) -> str:
    """What stands behind the label of a scenario that caps somebody; nothing behind that of others."""
    held = capped(scenario)
    return f" ({' and '.join(held)} capped: an experiment on the ending)" if held else ""


def labels(result: Result) -> dict[str, str]:
    """Scenario name -> label, in the order of the run. Two scenarios of one title get their names added."""
    found = {scenario.name: label(scenario) for scenario in result.scenarios}
    shown = list(found.values())
    return {name: words if shown.count(words) == 1 else f"{words} [{clean(name)}]" for name, words in found.items()}


def brief_labels(result: Result) -> dict[str, str]:
    """Scenario name -> label as it stands in brackets: ``status quo``, a title as it is, and that it is capped."""
    found = labels(result)
    for scenario in result.scenarios:
        words, capping = found[scenario.name], cap_of(scenario)
        words = words.replace(capping, ", capped") if capping else words
        for begins in ("Conditions for the ", "Conditions for a "):
            words = words.removeprefix(begins)
        found[scenario.name] = words
    return found


def draws_parameters(scenario: Scenario) -> bool:
    """Whether each world of a scenario draws some of its numbers: named ones, or all that are judgements."""
    return bool(scenario.uncertain) or scenario.uncertainty != "none"


def draws_vectors(scenario: Scenario) -> bool:
    """Whether what each world draws is a vector of the accepted set, and nothing else."""
    return scenario.uncertainty == "accepted" and not scenario.uncertain


def chance(scenarios: Sequence[Scenario]) -> str:
    """What an interval of these scenarios' shares holds, as it stands in brackets and sentences.

    Where each world draws some parameters, a share is one over their ranges, and the interval says how far it moves
    with other draws of them too.
    """
    draw = [draws_parameters(scenario) for scenario in scenarios]
    if not any(draw):
        return "chance only"
    if all(map(draws_vectors, scenarios)):
        return "chance alone, over the accepted set"
    return f"chance, {'' if all(draw) else 'in some conditions '}over the ranges of uncertain parameters"


def wider(scenarios: Sequence[Scenario]) -> str:
    """What an interval of these scenarios' shares leaves out, as a clause."""
    if scenarios and all(map(draws_vectors, scenarios)):
        return "what is not known about rules is in neither them nor the range over the set"
    other = "other " if any(map(draws_parameters, scenarios)) else ""
    return f"what is not known about rules and {other}parameters is wider"


def pair(labels: Mapping[str, str], name: str, other: str, understood: str) -> str:
    """Two scenarios that are compared, ``A less B``; only the first where the other is understood."""
    return labels[name] if other == understood else f"{labels[name]} less {within(labels[other])}"


def short(words: str, width: int, lines: int = 2) -> str:
    """Wraps a label to at most ``lines`` lines of ``width`` characters; what does not fit ends in an
    ellipsis.
    """
    return "\n".join(textwrap.wrap(words, width, max_lines=lines, placeholder=" …", break_on_hyphens=False)) or words


def wrapped(words: str, width: int) -> str:
    """A text in lines of at most ``width`` characters, whole, however many lines it takes."""
    return "\n".join(textwrap.wrap(words, max(width, 1), break_on_hyphens=False)) or words


def within(label: str) -> str:
    """A label as it stands inside a sentence: "Conditions for …" begins small, another title is quoted."""
    first, _, rest = label.partition(" ")
    if first in {"Conditions", "The"} and rest:
        return f"{first.lower()} {rest}"
    return f"“{label}”"


def day(scenario: Scenario, number: float) -> date:
    """The date of day ``number`` of a scenario (0 is its start)."""
    return scenario.start + timedelta(days=int(number))


def briefly(when: date) -> str:
    """``10 Jan 2024``, whatever the language of the machine."""
    return f"{when.day} {MONTHS[when.month - 1]} {when.year}"


def last_day(scenario: Scenario) -> date:
    """The date of the last simulated day."""
    return day(scenario, scenario.days - 1)


def percent(share: float) -> str:
    """A share as ``61.5 %``: one decimal everywhere, so that differences add up; none and all are whole."""
    value = 100 * share
    if value != value:
        return "not known"
    return f"{value:.0f} %" if value in (0.0, 100.0) else f"{value:.1f} %"


FEW = 100
"""Of fewer worlds a sentence says how many ended so, and no percentage."""


def rough(share: float) -> str:
    """A share as a newspaper has it: ``7 %``; what is below one in a hundred, or all but certain, has a decimal."""
    value = 100.0 * share
    if 0.0 < value < 0.05 or 99.95 < value < 100.0:
        return "under 0.1 %" if value < 1.0 else "over 99.9 %"
    return "not known" if value != value else f"{rounded(value)} %"


def rough_interval(low: float, high: float) -> str:
    """Two ends of an interval of shares, as :func:`rough` has them: ``3 to 10 %``, ``0 to 0.4 %``."""
    return "not known" if low != low else f"{rounded(100.0 * low)} to {rounded(100.0 * high)} %"


def rounded(value: float) -> str:
    """A percentage in whole numbers; with a decimal below one and above 99, but for what that rounds to none or all."""
    text = f"{value:.1f}"
    return f"{value:.0f}" if 1.0 <= value <= 99.0 or text in ("0.0", "100.0", "1.0", "99.0") else text


def rough_points(difference: float) -> str:
    """A difference of shares in whole percentage points, signed; what is less than one has a decimal."""
    text = signed(100.0 * difference, 0 if abs(difference) >= 0.0095 else 1)
    return text if text.strip("0.") else "0"


def often(row: Any, is_first: bool = True) -> str:
    """How often worlds ended so, in a sentence: :func:`often_of` of a row of shares."""
    return often_of(row.share, row.worlds, is_first)


def often_of(share: float, worlds: int, is_first: bool = True) -> str:
    """``7 % of worlds``, ``none of the worlds``, ``all worlds``; of few, ``3 of 10 worlds``.

    Without "worlds" where it is not the first in a list.
    """
    count = round(share * worlds)
    few = f"{worlds:,} worlds" if worlds != 1 else "1 world"
    if worlds < FEW:
        return f"{count} of {few}" if is_first else f"{count}"
    if count in (0, worlds):
        return {0: "none of the worlds", worlds: "all worlds"}[count] if is_first else {0: "none", worlds: "all"}[count]
    return f"{rough(share)} of worlds" if is_first else rough(share)


def interval(low: float, high: float) -> str:
    """Two ends of an interval of shares as ``60.0 to 64.1 %``."""
    return f"{percent(low).removesuffix(' %')} to {percent(high)}"


def over_the_set(row: Any) -> str:
    """How far a share moves over the accepted set, as :func:`interval` writes it.

    ``not told`` where too few worlds tell, ``none seen`` where it moves no further than chance alone would have it.
    """
    return over_the_set_as(row, interval)


def over_the_set_as(row: Any, write: Callable[[float, float], str]) -> str:
    """The same with an interval written otherwise."""
    if row.set_low != row.set_low:
        return "not told"
    return write(row.set_low, row.set_high) if row.set_low != row.set_high else "none seen"


def points(difference: float) -> str:
    """A difference of shares in percentage points, signed: ``+3.1``, ``−0.4``, ``0.0``."""
    return signed(100 * difference, 1)


def signed(value: float, decimals: int | None = None) -> str:
    """A signed number with a true minus sign; zero carries none. Decimals as in ``amount`` if not given."""
    if value != value:
        return "not known"
    text = f"{abs(value):,.{digits(value) if decimals is None else decimals}f}"
    if not text.strip("0."):
        return text
    return ("+" if value > 0 else "−") + text


def digits(value: float) -> int:
    """Decimals that a reader can use: none from 100 on, one from 10 on, else two."""
    return 0 if abs(value) >= 99.5 else 1 if abs(value) >= 9.95 else 2


def amount(value: float) -> str:
    """A count or level with as many digits as a reader can use: ``1,204``, ``38.5``, ``0.31``."""
    return "not known" if value != value else f"{value:,.{digits(value)}f}".replace("-", "−")


def number(value: float, decimals: int | None = None) -> str:
    """A number with three digits, or with so many decimals; a zero carries no minus sign."""
    text = f"{value:.3g}" if decimals is None else f"{value:.{decimals}f}"
    return text if text.strip("-0.") else text.lstrip("-")
