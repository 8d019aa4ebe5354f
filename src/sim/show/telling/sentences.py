"""An act as a sentence: who did what, and the figures of the account that say why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from sim.ask.histories import Act, Lived
from sim.scenario.english import LONG_MONTHS
from sim.scenario.schema import Scenario
from sim.show import accounts, phrases

FEW = 3  # so many sources of a state are named in a sentence
WORTH = 0.08  # of a state: a source that gives less is not named
WORDS = {
    "base": "what is always there",
    "older": "older and smaller things",
    "choice": "a replaced choice",
    "script": "the script",
    "allies in government": "the groups' allies in government",
    "chance": "luck alone",
}
"""Sources that are no acts and no fronts, as they stand behind a share."""
STATES = {
    "pressure": "pressure on the prime minister",
    "stress": "US stress",
    "exposure": "Iran's exposure to US action",
    "calls": "the politicians' calls",
    "go-ahead": "Iran's go-ahead",
    "order on its way": "the go-ahead",
    "fresh reasons": "the groups' fresh reasons to fight",
}
GOVERNMENT = {
    "condemn": "The government condemns what happened",
    "protest note": "The government sends Washington a protest note",
    "threaten expulsion": "The prime minister threatens to expel US forces",
    "special committee": "The prime minister sets up a special committee on the US presence",
    "talks": "The prime minister calls for talks with Washington on the US presence",
    "demand a timetable": "The prime minister demands a timetable for a US withdrawal",
    "letter of expulsion": "The prime minister chooses the letter of expulsion",
}
STRIKES = {
    "strike in Syria": "US forces strike {whom} in Syria",
    "strike in Iraq": "US forces strike {whom} in Iraq",
    "kill a commander in Baghdad": "A US strike in Baghdad kills a commander of {whom}",
    "large campaign": "US forces strike {whom} and others in a large campaign",
}
ORDERS = {
    "brake hard": "Iran tells the groups to stop",
    "brake": "Iran tells the groups to hold back",
    "let run": "Iran lets the groups do as they will",
    "encourage": "Iran encourages the groups to attack",
}
POSTURES = {
    "truce": "{who} stops its attacks",
    "harass": "{who} goes over to harassing attacks",
    "campaign": "{who} begins a campaign against US forces",
    "war footing": "{who} goes on a war footing",
}
LEVERAGE = {
    "reassure": "Washington reassures Baghdad",
    "offer talks": "Washington offers talks",
    "warn of consequences": "Washington warns Baghdad of the consequences of an exit",
    "restrict dollars": "Washington restricts Iraq's access to dollars",
    "sanctions": "Washington imposes sanctions on Iraq",
}
OPENED = {
    "choice": "Talks on the US presence open, as Baghdad asked",
    "offer": "Talks on the US presence open, as Washington offered",
    "routine": "Talks on the US presence open, as routine has it",
}
PACKAGES = {
    "relabel": "Baghdad and Washington agree to rename the mission, with the same numbers",
    "reduce": "Baghdad and Washington agree on fewer troops, without an end date",
    "phased end": "Baghdad and Washington sign an end of the mission, more than a year away",
    "full end": "Baghdad and Washington sign an end of the mission within a year",
}
ROUNDS = {
    "nothing": "A round of talks brings nothing: Baghdad asks for nothing",
    "relabel": "A round of talks brings nothing: Washington refuses to rename the mission",
    "reduce": "A round of talks brings nothing: Washington refuses to reduce its troops",
    "phased end": "A round of talks brings nothing: Washington refuses a phased end",
    "full end": "A round of talks brings nothing: Washington refuses an end within a year",
}
DECIDED = {
    "letter": "The letter is delivered: Iraq withdraws its invitation, and US forces have to leave",
    "binding_law": "The law binds the government: Iraq ends the US presence",
    "phased": "The end of the US presence is decided by agreement, more than a year away",
    "full": "The end of the US presence is decided by agreement, within a year",
    "ran_out": "The dated agreement runs out, and nobody has prolonged it",
}
CALLS = {
    "none": "The groups' politicians speak of expulsion",
    "call for expulsion": "The groups' politicians call for the expulsion of US forces",
    "bill in parliament": "The groups' politicians bring a bill on expulsion",
}
TURNS = {"war": "the war {where} flares up", "truce": "a truce begins {where}", "none": "the war {where} ends"}


# --------------------------------------------------------------------------------------- reasons
def named(line: Mapping[str, Any], acts: Mapping[int, Act]) -> str:
    """A source of a state in words, without its number."""
    number = line["act"]
    if number is not None:
        return accounts.noun(acts[int(number)]) if int(number) in acts else WORDS["older"]
    front = accounts.front_of(line)
    return accounts.place(front) if front else WORDS.get(str(line["source"]), phrases.plain(str(line["source"])))


def made_of(act: Act, state: str, acts: Mapping[int, Act], few: int = FEW) -> str:
    """``pressure on the prime minister is 0.85, of which 0.32 from the campaign of 4 March, 0.08 from Gaza``.

    Empty where the act was not carried by this state.
    """
    lines = [line for line in act["accounts"] if line["state"] == state]
    if not lines:
        return ""
    level = float(lines[0]["level"])
    whole = sum(abs(float(line["share"])) for line in lines)
    least = max(WORTH * whole, accounts.SEEN)
    told = [line for line in lines if abs(line["share"]) >= least and line["source"] != "older"]
    gives, takes = ([line for line in told if (line["share"] > 0) == sign][:few] for sign in (True, False))
    said = f"{STATES.get(state, phrases.plain(state))} is {phrases.number(level, 2)}"
    if gives:
        parts = [f"{phrases.number(line['share'], 2)} from {named(line, acts)}" for line in gives]
        said += f", of which {phrases.listed(parts)}"
    if takes:
        parts = [f"{phrases.number(-line['share'], 2)} for {named(line, acts)}" for line in takes]
        said += f", less {phrases.listed(parts)}"
    return this_year(said, act["date"].year)


def this_year(text: str, year: int) -> str:
    """A text without the year behind its dates, where it is the year that is being told."""
    return re.sub(rf"\b(\d{{1,2}} (?:{'|'.join(LONG_MONTHS)})) {year}\b", r"\1", text)


def mood(act: Act) -> str:
    """The prime minister's boldness in words; empty where it is middling or not known."""
    level = act["terms"].get("mood")
    if level is None:
        return ""
    bold, shy = level > 2 / 3, level < 1 / 3
    return f", in a {'bold' if bold else 'cautious'} mood ({level:.2f} of 1)" if bold or shy else ""


def people(count: float, one: str, several: str) -> str:
    """``1 soldier``, ``3 soldiers``."""
    return f"{count:,.0f} {one if round(count) == 1 else several}"


def victims(terms: Mapping[str, float]) -> str:
    """What an attack did to US forces: ``kills 1 and wounds 7 US soldiers``; ``hurts nobody``."""
    did = [(terms.get(name, 0.0), verb) for name, verb in (("dead", "kills"), ("wounded", "wounds"))]
    said = [f"{verb} {count:,.0f}" for count, verb in did if count >= 1.0]
    last = max((place for place, (count, _) in enumerate(did) if count >= 1.0), default=-1)
    if not said:
        return "hurts nobody"
    return f"{' and '.join(said)} US {'soldier' if round(did[last][0]) == 1 else 'soldiers'}"


def of_a_strike(terms: Mapping[str, float]) -> str:
    """The dead of a strike: ``; 3 die, 1 of them a civilian or a soldier of the state``."""
    dead, others = terms.get("dead", 0.0), terms.get("civilians and state forces", 0.0)
    if dead < 1.0:
        return "; nobody dies"
    among = ""
    if others >= 1.0:
        some = "all" if others >= dead else f"{others:,.0f}"
        who = "a civilian or of the state's forces" if round(others) == 1 else "civilians or of the state's forces"
        among = f", {some} of them {who}"
    return f"; {people(dead, 'person dies', 'people die')}{among}"


# --------------------------------------------------------------------------------------- sentences
Tells = Callable[[Act, Lived], str]


def sentence(act: Act, history: Lived) -> str:
    """An act as one sentence, without its date. One that has no words of its own is said as the log says it."""
    tells = TELLS.get(str(act["act"]))
    said = tells(act, history) if tells else ""
    if not said:
        who, what, rung = (phrases.plain(str(act[name])) for name in ("actor", "act", "rung"))
        said = f"{who[:1].upper()}{who[1:]}: {what}, {rung}"
    return said + "."


def with_reason(head: str, *reasons: str) -> str:
    """A sentence with what is known of its reasons behind a colon."""
    known = [reason for reason in reasons if reason]
    return f"{head}: {'; '.join(known)}" if known else head


def government(act: Act, history: Lived) -> str:
    """An act of the prime minister's, with his mood and the account of the pressure on him."""
    words = GOVERNMENT.get(act["rung"], "")
    if not words:
        return ""
    if act["scripted"]:
        return words
    if act["rung"] == "letter of expulsion":
        before = [one["rung"] for one in history.counted if one["act"] == "act" and one["event"] < act["event"]]
        if before and before[-1] == act["rung"]:
            words = "The prime minister holds to the letter"
    ends = ", which is delivered if it stands long enough" if words == GOVERNMENT["letter of expulsion"] else ""
    return with_reason(f"{words}{mood(act)}{ends}", made_of(act, "pressure", history.by_number))


def repeated(act: Act, history: Lived) -> str:
    """He points to what stands already."""
    stands = {"special committee": "the committee that is at work", "talks": "the talks that are under way"}
    words = f"The prime minister points to {stands.get(act['rung'], 'what stands')}"
    return with_reason(words, made_of(act, "pressure", history.by_number))


def struck(act: Act, history: Lived) -> str:
    """A deliberate strike, its dead, and what had built up to it."""
    words = STRIKES.get(act["rung"], "")
    if not words:
        return ""
    head = words.format(whom=struck_group(act, history.scenario)) + of_a_strike(act["terms"])
    causes = (history.by_number.get(int(cause)) for cause in act["causes"])
    decided = next((cause for cause in causes if cause and cause["act"] == "decides to strike"), None)
    if decided is None:
        return head
    waited = (act["date"] - decided["date"]).days
    when = f" {people(waited, 'day', 'days')} before" if waited else ""
    stress = made_of(decided, "stress", history.by_number, few=2).replace(" is ", " was ", 1)
    return f"{head}. When it was decided{when}, {stress}" if stress else head


def struck_group(act: Act, scenario: Scenario) -> str:
    """The name of the group that a strike fell on."""
    place = act["terms"].get("group struck", -1.0)
    groups = list(scenario.groups)
    return phrases.plain(groups[int(place)]) if 0 <= place < len(groups) else "the groups"


def defended(act: Act, history: Lived) -> str:
    """An attack that was met on the spot."""
    dead = act["terms"].get("dead", 0.0)
    fell = f"{people(dead, 'attacker dies', 'attackers die')}" if dead >= 1.0 else "nobody dies"
    return f"US forces strike back on the spot at {struck_group(act, history.scenario)} in Iraq; {fell}"


def attacked(act: Act, _: Lived) -> str:
    """An attack and what it did."""
    return f"An attack by {phrases.plain(act['actor'])} {act['rung']} {victims(act['terms'])}"


def ordered(act: Act, history: Lived) -> str:
    """A new order of Iran's, with what its wish is made of."""
    words = ORDERS.get(act["rung"], "")
    afraid = any(
        history.by_number[int(cause)]["act"] == "fears US action"
        for cause in act["causes"]
        if cause in history.by_number
    )
    if words and afraid:
        return f"{words}, for fear of US action"
    return with_reason(words, made_of(act, "order on its way", history.by_number)) if words else ""


def feared(act: Act, history: Lived) -> str:
    """Iran begins to fear US action."""
    return with_reason("Iran begins to fear US action against itself", made_of(act, "exposure", history.by_number))


def turned(act: Act, _: Lived) -> str:
    """A group's new posture."""
    words = POSTURES.get(act["rung"], "")
    obeys = act["terms"].get("obeys", 0.0) >= 0.5 and any(line["state"] == "go-ahead" for line in act["accounts"])
    return words.format(who=phrases.plain(act["actor"])) + (", as Iran has it" if obeys else "") if words else ""


def front(act: Act, _: Lived) -> str:
    """A front that turns."""
    name = str(act["actor"]).removeprefix("front ")
    where = f"in {accounts.place(name)}" if name in accounts.FRONTS else f"on {accounts.place(name)}"
    words = TURNS.get(act["rung"], "").format(where=where)
    return f"{words[:1].upper()}{words[1:]}"


def called(act: Act, history: Lived) -> str:
    """A call of the groups' politicians."""
    sources = [
        line["act"] for line in act["accounts"] if line["act"] is not None and int(line["act"]) in history.by_number
    ]
    source = history.by_number[int(sources[0])] if sources else None
    after = f" after {this_year(accounts.noun(source), act['date'].year)}" if source and source["act"] != "call" else ""
    return CALLS[act["rung"]] + after if act["rung"] in CALLS else ""


def sat(act: Act, history: Lived) -> str:
    """A session of parliament: who came, and what passed."""
    terms = act["terms"]
    came = f"{terms.get('present', 0.0):.0f} members come"
    pressed = made_of(act, "pressure", history.by_number, few=2)
    match act["rung"]:
        case "session without quorum":
            return with_reason(
                f"Parliament is called to a session on the US presence and has no quorum; {came}", pressed
            )
        case "non-binding vote":
            voted = f"{terms.get('for', 0.0):.0f} of {terms.get('present', 0.0):.0f} members present are for it"
            return with_reason(
                f"Parliament votes for an end of the US presence, without binding force; {voted}", pressed
            )
        case "binding law":
            voted = f"{terms.get('for a law', 0.0):.0f} members are for it"
            return with_reason(f"Parliament passes a binding law against the US presence; {voted}", pressed)
    return ""


def opened(act: Act, _: Lived) -> str:
    """Talks open."""
    return OPENED.get(act["rung"], "")


def agreed(act: Act, _: Lived) -> str:
    """An agreement, with the chance it had."""
    words, chance = PACKAGES.get(act["rung"], ""), act["terms"].get("chance")
    attacks = act["terms"].get("attacks a week", 0.0)
    if not words or chance is None:
        return words
    return f"{words}; under {attacks:.1f} attacks a week Washington's consent had a chance of {phrases.percent(chance)}"


def held_round(act: Act, _: Lived) -> str:
    """A round without an agreement."""
    words, chance = ROUNDS.get(act["rung"], ""), act["terms"].get("chance", 0.0)
    attacks = act["terms"].get("attacks a week", 0.0)
    if not words or act["rung"] == "nothing":
        return words
    return f"{words} ({attacks:.0f} attacks a week; its consent had a chance of {phrases.percent(chance)})"


def suspended(act: Act, history: Lived) -> str:
    """Talks that a crisis suspends."""
    causes = [history.by_number[int(cause)] for cause in act["causes"] if int(cause) in history.by_number]
    after = f" after {this_year(accounts.noun(causes[-1]), act['date'].year)}" if causes else ""
    return f"The talks are suspended{after}"


def leaned(act: Act, _: Lived) -> str:
    """What Washington brings to bear on Baghdad."""
    return LEVERAGE.get(act["rung"], "")


def decided(act: Act, _: Lived) -> str:
    """The decision."""
    days = act["terms"].get("days until the last soldier leaves")
    until = f"; the last soldier is to leave within {days:.0f} days" if days else ""
    return DECIDED.get(act["rung"], "") + until if act["rung"] in DECIDED else ""


def carried_out(act: Act, _: Lived) -> str:
    """The decision is carried out."""
    return (
        "The last US soldier leaves Iraq" if act["rung"] == "the last soldier leaves" else "The reduction is complete"
    )


def warned(act: Act, history: Lived) -> str:
    """Washington warns."""
    return with_reason("Washington warns that it will answer attacks", made_of(act, "stress", history.by_number, few=2))


def always(words: str) -> Tells:
    """A sentence that is always the same."""
    return lambda _act, _history: words


TELLS: dict[str, Tells] = {
    "act": government,
    "points to what stands": repeated,
    "insists on the date": always("The prime minister insists on the date that was agreed on"),
    "gives the letter up again": always("The prime minister gives the letter up again"),
    "committee ends without a product": always(
        "The committee's time runs out without a product, which is one more reason for pressure"
    ),
    "arrests suspects": always("The government has suspects of the attacks arrested"),
    "a new prime minister": always("A new prime minister takes office"),
    "strike": struck,
    "self-defence": defended,
    "attack": attacked,
    "sends a new order": ordered,
    "fears US action": feared,
    "posture": turned,
    "turns": front,
    "call": called,
    "session": sat,
    "open": opened,
    "agreement": agreed,
    "round": held_round,
    "lapse": always("The talks lapse without a product"),
    "suspended": suspended,
    "leverage": leaned,
    "response": warned,
    "threatens a last step": always("Washington threatens a last step in public"),
    "decision": decided,
    "carried out": carried_out,
    "conditions change": lambda act, _: f"The conditions change ({phrases.plain(act['rung'])})",
}
"""How an act is told, by its name in the log."""
