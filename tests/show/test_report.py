"""The report: one page without script, everything escaped, in the order of the questions; and the summary."""

from __future__ import annotations

import html as html_module
import re
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from made_up import made_up
from matplotlib.text import Text

from sim.cli import run as cli_run
from sim.cli.scenarios import outcome_lines
from sim.results.result import Result
from sim.scenario.conditions import judgement_ranges
from sim.show import making, phrases, printed, summary
from sim.show.figures import FIGURES
from sim.show.folder import write_all
from sim.show.report import page, write_report

HOSTILE = "<script>alert('1')</script>\"><img src=x onerror=alert(2)> {{ 7 * 7 }}"


class Reader(HTMLParser):
    """Elements in their order, with what a test asks of them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: dict[str, list[str]] = {}
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br", "img"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if self._open:
            self.said.setdefault(self._open[-1], []).append(data)


@pytest.fixture(scope="module")
def html(result: Result, svgs: dict[str, str]) -> str:
    """The report of the made-up result."""
    return page(result, svgs)


def test_the_page_loads_nothing_and_runs_nothing(html: str) -> None:
    reader = Reader(html)
    policies = [given["content"] for tag, given in reader.tags if given.get("http-equiv") == "Content-Security-Policy"]
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"]
    assert [tag for tag, _ in reader.tags[:4]] == ["html", "head", "meta", "meta"]
    assert reader.tags[3][1].get("http-equiv"), "the policy stands before anything that it could not hold back"
    tags = {tag for tag, _ in reader.tags}
    assert not tags & {"script", "iframe", "object", "embed", "link", "base", "form", "img", "image"}
    for _, given in reader.tags:
        assert not [name for name in given if name.startswith("on")]
        for name in ("href", "src", "xlink:href"):
            assert (given.get(name) or "#").startswith("#"), "an address outside the page"
    assert "http" not in re.sub(r'http-equiv|xmlns(:xlink)?="http://www\.w3\.org/[^"]*"', "", html)
    assert "@import" not in html
    assert not re.search(r"url\((?!#)", html)


def test_the_answer_is_at_the_top_with_its_uncertainty_and_what_it_is_not(html: str, result: Result) -> None:
    top = html[: html.index('id="conditions"')].replace("\u00a0", " ")
    assert phrases.NOT_A_FORECAST in top
    for sentence in summary.answer(result):
        assert sentence in top
        assert "interval" in sentence


def test_the_questions_come_in_their_order_each_with_its_figures(html: str) -> None:
    places = [html.index(f'<h2 id="Q{number}">') for number in range(1, 7)]
    assert places == sorted(places)
    for name, plot in FIGURES.items():
        if not name.endswith("_lapsed") and name != "whatif":  # no scenario of this run is forked
            number = int(plot.question[1])
            at = html.index(f'<figure id="figure-{name}">')
            assert places[number - 1] < at
            assert number == 6 or at < places[number]


def test_headings_do_not_skip_a_level_and_there_is_one_title(html: str) -> None:
    levels = [int(tag[1]) for tag, _ in Reader(html).tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert '<html lang="en">' in html


def test_every_table_has_a_caption_and_heads_with_scope(html: str) -> None:
    tags = Reader(html).tags
    assert Counter(tag for tag, _ in tags)["table"] >= 10
    assert Counter(tag for tag, _ in tags)["table"] == Counter(tag for tag, _ in tags)["caption"]
    assert all(given.get("scope") in ("col", "row") for tag, given in tags if tag == "th")


def test_every_figure_has_a_table_with_its_numbers(html: str, result: Result) -> None:
    for part in html.split("<figure ")[1:]:
        figure = part[: part.index("</figure>")]
        assert "<svg" in figure
        assert "<table>" in figure
        assert "<figcaption>" in figure
    shares = printed.outcomes(result)
    assert len(shares.rows) == 12
    assert all(cell.replace(" %", "\u00a0%") in html for row in shares.rows for cell in row)


def test_ids_are_unique_and_references_lead_somewhere(html: str) -> None:
    reader = Reader(html)
    ids = Counter(given["id"] for _, given in reader.tags if "id" in given)
    assert not [name for name, count in ids.items() if count > 1]
    for _, given in reader.tags:
        for name in (given.get("aria-labelledby") or "").split():
            assert name in ids
        if (given.get("href") or "").startswith("#"):
            assert (given["href"] or "")[1:] in ids


def test_it_says_what_is_not_in_this_run_how_it_was_made_and_what_it_is_not_for(html: str) -> None:
    said = html.replace("\u00a0", " ")
    assert said.count("Not in this run:") == 2
    assert "The comparison from 7 October" not in said
    assert "5 further scenarios, run in the same worlds" in said
    for text in ("not for planning operations", "the dead were people", "python3 run.py run status_quo", "seed 1"):
        assert text in said
    assert "python3 run.py sweep what_carries_it" in said
    told = re.findall(r"python3 run.py explain (\w+) --world ", said)
    assert told == ["status_quo", "negotiated_exit", "forced_exit"], "each from where its outcome is no rarity"
    for secret in ("c0ffee", "secret", "a certain processor", "--workers"):
        assert secret not in said


def test_the_command_for_a_history_names_file_and_seed_where_they_are_needed(result: Result) -> None:
    assert making.explanation(result, "forced_exit", 7) == "python3 run.py explain forced_exit --world 7"
    other = made_up(["mine"], worlds=3, days=10, events=False)
    other.manifest |= {"seed": 5, "command": "python3 run.py run 'scenarios/my own.toml' --worlds 3 --seed 5"}
    said = making.explanation(other, "mine", 2)
    assert said == "python3 run.py explain 'RESULTS/scenarios/my own.toml' --world 2 --seed 5"
    for text in (page(other, {}), summary.as_markdown(other)):
        text = html_module.unescape(text)
        assert "python3 run.py run 'RESULTS/scenarios/my own.toml' --worlds 3 --seed 5" in text
        assert "python3 run.py run RESULTS\n" in text.replace("</code>", "\n")
        assert making.ABOUT_RESULTS in text
    assert making.RESULTS not in making.command(result)


def test_the_page_is_small(html: str) -> None:
    assert len(html.encode("utf-8")) < 600_000


def test_colours_of_the_page_have_enough_contrast(html: str) -> None:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(one: str, two: str) -> float:
        light, dark = sorted((luminance(one), luminance(two)), reverse=True)
        return (light + 0.05) / (dark + 0.05)

    schemes = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", found)) for found in re.findall(r":root \{([^}]*)\}", html)
    ]
    full = [scheme for scheme in schemes if "ink" in scheme]
    assert len(full) == 2
    for scheme in full:
        for ink, paper in (
            ("ink", "paper"),
            ("soft", "paper"),
            ("mark", "paper"),
            ("ink", "wash"),
            ("warn-ink", "warn"),
        ):
            assert contrast(scheme[ink], scheme[paper]) >= 4.5, (ink, paper)


@pytest.fixture(scope="module")
def hostile() -> Result:
    """Names and titles that would be markup, a template or a formula if they were not text."""
    names = [HOSTILE, "status_quo", "gaza_ceasefire"]
    return made_up(names, worlds=20, days=60, titles={"status_quo": HOSTILE}, groups=[HOSTILE])


def test_hostile_names_stay_text_in_the_report(hostile: Result) -> None:
    text = page(hostile, {})
    reader = Reader(text)
    assert not {tag for tag, _ in reader.tags} & {"script", "img"}
    assert "onerror=alert(2)&gt;" in text
    assert "{{ 7 * 7 }}" in text
    assert "49" not in "".join(reader.said["h1"])


def test_hostile_names_stay_text_in_the_summary(hostile: Result) -> None:
    text = summary.as_markdown(hostile)
    before, _, after = text.partition("```\n")
    command, _, rest = after.partition("\n```")
    assert command.startswith("python3 run.py")
    assert "<" not in before + rest
    assert "&lt;script&gt;" in before
    for row in before.splitlines():
        if row.startswith("| "):
            assert len(re.findall(r"(?<!\\)\|", row)) == 6, row
    assert "\n" not in command


def test_without_figures_there_are_tables_and_no_pictures(result: Result, tmp_path: Path) -> None:
    write_all(result, tmp_path, figures=False)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<svg" not in text
    assert "<table>" in text
    assert not (tmp_path / "figures").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"report.html", "summary.md", "tables"}


def test_the_report_is_the_same_bytes_twice(result: Result, svgs: dict[str, str], tmp_path: Path) -> None:
    one = write_report(result, tmp_path / "a", svgs).read_bytes()
    assert one == write_report(made_up(), tmp_path / "b", svgs).read_bytes()
    assert b"\r" not in one


def test_a_cap_on_the_government_is_marked_in_report_and_summary() -> None:
    capped = made_up(["status_quo"], worlds=10, days=30, experiment=True, events=False)
    for text in (page(capped, {}), summary.as_markdown(capped)):
        assert "experiment on the ending" in text
    assert "experiment on the ending" not in page(made_up(["status_quo"], worlds=10, days=30, events=False), {})


def test_the_answer_in_two_sentences(result: Result) -> None:
    first, second = summary.answer(result)
    shares = result.shares().set_index(["scenario", "outcome"])
    for name in ("status_quo", "negotiated_exit", "forced_exit"):
        row = shares.loc[(name, "forced_exit")]
        assert phrases.percent(float(row["share"])) in first
        assert phrases.interval(float(row["low"]), float(row["high"])) in first
    assert "Gaza war over" not in first
    for name, twin in (("status_quo", "gaza_ceasefire"), ("forced_exit", "forced_exit_ceasefire")):
        rows = result.whole.between(name, twin, "forced_exit").iloc[0]
        assert f"{phrases.points(float(rows['difference']))} under" in second
        assert f"{phrases.points(float(rows['low']))} to {phrases.points(float(rows['high']))}" in second
    assert "October" not in second
    assert "chance only" in second


def test_the_second_sentence_claims_a_difference_only_where_the_interval_leaves_zero_out() -> None:
    names = ["status_quo", "gaza_ceasefire"]
    clear = made_up(names, days=60, mixes={"status_quo": (0.5, 0.0, 0.5), "gaza_ceasefire": (1.0, 0.0, 0.0)})
    assert "more likely by" in summary.answer(clear)[1]
    none = made_up(names, days=60, mixes={"status_quo": (0.9, 0.0, 0.1), "gaza_ceasefire": (0.9, 0.0, 0.1)})
    assert "no difference to forced exits that chance alone could not explain" in summary.answer(none)[1]
    alone = made_up(["status_quo"], worlds=20, days=60, events=False)
    assert "chance only" in summary.answer(alone)[1]
    assert "Gaza" not in summary.answer(alone)[1]


def test_the_first_sentence_counts_decisions(result: Result) -> None:
    assert "Iraq decides by 8 January 2026 to push the US troops out in " in summary.first_sentence(result)


def test_of_many_scenarios_the_first_sentence_names_the_extremes_and_points_to_the_table() -> None:
    mixes = {"a": (0.5, 0.0, 0.5), "b": (1.0, 0.0, 0.0), "c": (0.9, 0.0, 0.1), "d": (1.0, 0.0, 0.0)}
    many = made_up(list(mixes), days=60, mixes=mixes, events=False)
    said = summary.first_sentence(many)
    shares = many.shares().set_index(["scenario", "outcome"])["share"]
    assert (
        f"most often under “A”, in {phrases.percent(shares['a', 'forced_exit'])} of the worlds (95 % interval " in said
    )
    assert "least often under “B” and “D”, in none (0 to " in said
    assert said.endswith("; the table of outcomes has all 4 sets of conditions.")
    assert len(said) < 350
    same = made_up(list(mixes), days=60, mixes=dict.fromkeys(mixes, (1.0, 0.0, 0.0)), events=False)
    assert "out in none of the worlds (95 % interval 0 to " in summary.first_sentence(same)
    assert "under each of 4 sets of conditions" in summary.first_sentence(same)


def test_the_second_sentence_tells_paired_differences_where_no_pair_is_about_gaza() -> None:
    mixes = {"a": (0.5, 0.0, 0.5), "b": (1.0, 0.0, 0.0), "c": (0.9, 0.0, 0.1)}
    three = made_up(list(mixes), days=60, mixes=mixes, events=False)
    said = summary.second_sentence(three)
    assert said.startswith("Against “A” the share of forced exits changes, in percentage points, by −")
    for name in ("b", "c"):
        row = three.between(name, "a", "forced_exit").iloc[0]
        assert f"{phrases.points(row['difference'])} under “{name.upper()}” (" in said
        assert f"{phrases.points(row['low'])} to {phrases.points(row['high'])})" in said
    assert "200 paired worlds each" in said
    mixes |= {"d": (0.8, 0.0, 0.2), "e": (0.8, 0.0, 0.2)}
    said = summary.second_sentence(made_up(list(mixes), days=60, mixes=mixes, events=False))
    assert "changes most" in said
    assert "under “B” (95 % interval" in said
    assert "the table of paired differences has all 4 pairs" in said


def test_the_summary_has_the_table_of_paired_differences_where_there_is_one(result: Result) -> None:
    text = summary.as_markdown(result)
    changes = printed.changes(result)
    assert text.index("| conditions | outcome |") < text.index(f"{changes.caption}:\n\n| conditions | US troops stay |")
    assert all(f"| {' | '.join(row)} |\n" in text for row in changes.rows)
    alone = made_up(["status_quo"], worlds=10, days=30, events=False)
    assert "What the conditions change" not in summary.as_markdown(alone)


RANGES = {"uncertainty": "judgement"}
NAMED = {"uncertain": {"united_states.restraint": {"uniform": [0.3, 0.7]}}}


@pytest.mark.parametrize("drawn", [{}, {"b": NAMED}, {"a": RANGES, "b": NAMED}])
def test_everything_says_what_the_intervals_hold(drawn: dict[str, Any]) -> None:
    made = made_up(["a", "b"], worlds=60, days=60, drawn=drawn)
    held = phrases.chance(made.scenarios)
    assert held.startswith("chance only" if not drawn else "chance, ")
    figures = {name: plot for name, plot in FIGURES.items() if not plot.missing(made)}
    texts = {"report": page(made, {}), "summary": summary.as_markdown(made), "run": cli_run.report(made)}
    texts |= {name: plot.describe(made) for name, plot in figures.items()}
    texts["diff"] = "\n".join(outcome_lines(made))
    for name in ("outcomes", "changes", "incidence", "severity"):
        texts[f"{name}, drawn"] = " ".join(text.get_text() for text in figures[name](made).findobj(Text))
    for name, text in texts.items():
        said = " ".join(text.split())
        others = [other for other in WORDINGS if other != held and f"{other})" in said.replace(",", ")")]
        assert not others, name
    for name in ("report", "summary", "run", "diff", "outcomes", "changes", "outcomes, drawn", "incidence, drawn"):
        assert held in " ".join(texts[name].split()), name
    assert ("chance only" in "".join(texts.values())) is not bool(drawn)


WORDINGS = (
    "chance only",
    "chance, over the ranges of uncertain parameters",
    "chance, in some conditions over the ranges of uncertain parameters",
)


def test_the_methods_say_which_parameters_are_drawn() -> None:
    def methods(drawn: dict[str, Any]) -> str:
        return summary.methods(made_up(["a", "b"], worlds=5, days=30, events=False, drawn=drawn))

    assert "draws" not in methods({})
    assert "both hold chance only, not the uncertainty of parameters or rules." in methods({})
    some = methods({"b": NAMED})
    assert "Each world of “B” draws once the number united_states.restraint from its distribution." in some
    two = {"uncertain": {**NAMED["uncertain"], "iran.permissiveness": {"uniform": [0.2, 0.6]}}}
    said = "2 named numbers (iran.permissiveness and united_states.restraint) from a distribution each."
    assert f"Each world draws once {said}" in methods({"a": two, "b": two})
    assert "not the uncertainty of rules or other parameters" in some
    made = made_up(["a", "b"], worlds=5, days=30, events=False, drawn={"a": RANGES, "b": RANGES})
    count = len(list(judgement_ranges(made.scenarios[0])))
    said = f"Each world draws once each of the {count} numbers that are judgements and stand at their default from"
    assert said in summary.methods(made)


def test_what_is_to_be_pasted_shows_no_backslashes(result: Result) -> None:
    text = summary.as_markdown(result)
    assert "\\" not in text
    assert "(`status_quo`)" in text
    assert summary.plain_markdown("a_b *c* d_") == r"`a_b` \*c\* d\_"


def test_a_citation_has_author_and_year_as_the_file_for_citing(result: Result) -> None:
    file = (Path(__file__).resolve().parents[2] / "CITATION.cff").read_text(encoding="utf-8")
    assert making.citation(result).startswith(f"{making.AUTHORS} ({making.YEAR}): ")
    assert f'name: "{making.AUTHORS}"' in file
    assert f'date-released: "{making.YEAR}-' in file


def test_the_report_says_from_when_to_when_changes_are_measured(html: str) -> None:
    part = html[html.index('id="Q4"') : html.index('id="Q5"')]
    assert "from the day of the decision to the last day" in part
    assert "told apart from its drift" in part


def test_the_page_of_limits_says_it_too_and_that_strikes_go_on() -> None:
    limits = (Path(__file__).resolve().parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
    said = " ".join(limits.split())
    for part in (
        "Changes are measured from the day of the decision to the last day.",
        "what the exit itself does is told apart from the drift",
        "After the last soldier has left Iraq, Washington may still strike there.",
        "a share is one over those ranges",
    ):
        assert part in said


def test_wide_tables_scroll_in_a_box_of_their_own(html: str) -> None:
    assert html.count("<table>") == html.count('<div class="scroll"')
    assert re.search(r"\.scroll \{ overflow-x: auto; max-width: 100%; \}", html)
    assert html.count("<caption><span>") == html.count("<caption>")
    assert re.search(r"caption span \{[^}]*max-width: min\(calc\(100vw", html)


def test_the_summary_has_the_answer_methods_citation_and_limits(result: Result) -> None:
    text = summary.as_markdown(result)
    assert phrases.NOT_A_FORECAST in text
    for part in (
        "Wilson",
        "Bonett and Price",
        "Aalen-Johansen",
        "## How to cite",
        "version 0.1.0",
        "the dead were people",
    ):
        assert part in text
    assert "c0ffee" not in text
    assert "secret" not in text


def test_only_what_differs_is_listed_among_the_conditions() -> None:
    same = made_up(["a", "b"], worlds=5, days=30, events=False)
    assert printed.conditions(same).rows == []
    same.scenarios[1] = same.scenarios[1].model_copy(update={"days": 31})
    (row,) = printed.conditions(same).rows
    assert (row[0], *row[2:]) == ("days", "30", "31")
