"""docs/day.svg: the order of a day as a picture."""

from __future__ import annotations

from xml.sax.saxutils import escape

STEPS = (
    ("World", "_change_conditions", "scripted changes: a government, IS, authorised troops, the legal default"),
    ("Presence", "presence.day", "what it rests on today; troops on their way out; an agreement that runs out"),
    ("Region", "region.turn", "the fronts turn to war or truce; their salience; the strength of IS"),
    ("Iran", "iran.take_effect", "an order that is due reaches the groups"),
    ("Groups", "attacks.day", "each in turn: wish, intent, posture, attacks; place and victims of each attack"),
    ("United States", "united_states.respond", "stress; perhaps a decision to strike; a strike that is due"),
    ("Groups", "militias.call", "their politicians call for expulsion: weekly by chance, and after strikes"),
    ("Public", "public.live", "the three camps shift; the two patrons gain and lose influence"),
    ("Iran", "iran.reconsider", "exposure and press after the day; a new order may go out"),
    ("Iraq", "iraq.live", "pressure, the committee's clock, credibility"),
    ("Iraq", "iraq.decide", "weekly, in a crisis or a new mood, daily while a letter is pending: a choice of rung"),
    ("Parliament", "parliament.meet", "a session on a crisis, or rarely without one; readings of a law"),
    ("United States", "united_states.punish", "scripted steps against Iraq's money"),
    ("United States", "united_states.lean", "weekly: reads Baghdad's step; offers talks, warns, restricts dollars"),
    ("Talks", "talks.day", "suspension and lapse; monthly, a routine opening; rounds that are due"),
    ("Aftermath", "aftermath.day", "IS answers once the troops are gone"),
    ("Groups", "group.calm", "fear and anger fade"),
    ("Record", "tally.day", "the day is counted"),
)
"""Who, what is called, and what happens: the calls of ``WithdrawalModel._live`` in their order."""

# Okabe and Ito's colours, which people tell apart whatever colours they see; the name stands beside each.
COLOURS = {
    "World": "#999999",
    "Presence": "#999999",
    "Region": "#F0E442",
    "Iran": "#009E73",
    "Groups": "#D55E00",
    "United States": "#0072B2",
    "Public": "#CC79A7",
    "Iraq": "#E69F00",
    "Parliament": "#E69F00",
    "Talks": "#56B4E9",
    "Aftermath": "#999999",
    "Record": "#999999",
}
ROW, WIDTH = 40, 800


def picture() -> str:
    """One row a step, from the top; its title and description say the same in words."""
    height = ROW * len(STEPS) + 96
    said = "; ".join(f"{number}. {who}: {what}" for number, (who, _, what) in enumerate(STEPS, 1))
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}"'
        f' height="{height}" role="img" aria-labelledby="title desc" font-family="Helvetica, Arial, sans-serif">',
        f'<title id="title">The order of a day</title><desc id="desc">{escape(said)}.</desc>',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        text(20, 30, "The order of a day", 17, bold=True),
        f'<line x1="36" y1="50" x2="36" y2="{height - 44}" stroke="#777777" stroke-width="2"/>',
    ]
    for place, (who, _, what) in enumerate(STEPS):
        middle = 64 + ROW * place
        lines += [
            f'<circle cx="36" cy="{middle}" r="13" fill="#ffffff" stroke="#333333" stroke-width="1.5"/>',
            text(36, middle + 5, str(place + 1), 13, centred=True),
            f'<rect x="62" y="{middle - 14}" width="12" height="28" fill="{COLOURS[who]}" stroke="#333333"/>',
            text(86, middle + 5, who, 14, bold=True),
            text(200, middle + 5, what, 14),
        ]
    arrow = f"M 29 {height - 44} L 43 {height - 44} L 36 {height - 30} Z"
    lines += [f'<path d="{arrow}" fill="#777777"/>', text(62, height - 32, "the next day", 13), "</svg>"]
    return "\n".join(lines) + "\n"


def text(x: int, y: int, said: str, size: int, *, bold: bool = False, centred: bool = False) -> str:
    """A line of text."""
    looks = f' font-size="{size}" fill="#111111"'
    looks += ' font-weight="bold"' if bold else ""
    looks += ' text-anchor="middle"' if centred else ""
    return f'<text x="{x}" y="{y}"{looks}>{escape(said)}</text>'
