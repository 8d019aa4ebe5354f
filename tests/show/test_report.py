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
    top = html[: html.index('<figure id="')].replace("\u00a0", " ")
    assert phrases.NOT_A_FORECAST in top
    sure = printed.doubt(result)
    for text in (
        *summary.answer(result),
        *summary.doubt(result),
        *sure.heads,
        *(cell for row in sure.rows for cell in row),
    ):
        assert text in top
    assert "by chance" in sure.heads and "What is not known about rules" in top
    assert top.count("<table>") == 1, "and nothing else stands before the first picture"


def test_the_main_figures_come_first_in_the_order_of_the_questions_and_all_others_last(
    html: str, result: Result
) -> None:
    shown = [name for name, plot in FIGURES.items() if not plot.missing(result)]
    main = [name for name in shown if FIGURES[name].main]
    assert 4 <= len(main) <= 7
    order = re.findall(r'<figure id="figure-([\w-]+)">', html)
    by_question = [name for number in range(1, 7) for name in shown if FIGURES[name].question == f"Q{number}"]
    assert order == [name for is_main in (True, False) for name in by_question if FIGURES[name].main is is_main]
    places = [html.index(f'<h2 id="{name}">') for name in ("figures", *(f"Q{number}" for number in range(1, 7)))]
    places += [html.index(f'<h2 id="{name}">') for name in ("conditions", "made", "appendix")]
    assert places == sorted(places)
    at = {name: html.index(f'<figure id="figure-{name}">') for name in shown}
    for name in shown:
        assert places[0] < at[name] < places[1] if FIGURES[name].main else at[name] > places[-1]


def test_each_figure_has_a_heading_a_sentence_a_description_and_a_table(html: str, result: Result) -> None:
    articles = re.findall(r"<article .*?</article>", html.replace("\u00a0", " "), re.DOTALL)
    shown = [name for name, plot in FIGURES.items() if not plot.missing(result)]
    assert len(articles) == len(shown)
    for article in articles:
        name = str(re.search(r'<figure id="figure-([\w-]+)">', article)[1])  # type: ignore[index]
        plot, text = FIGURES[name], html_module.unescape(article)
        assert (
            article.index("<h3 ") < article.index('<p class="says">') < article.index("<svg") < article.index("<table>")
        )
        assert f'<p class="says">{plot.sentence(result)}</p>' in text
        assert f"<p>{' '.join(plot.describe(result).split())}</p>" in text
        assert article.count("<details>") == 2 and "<details open" not in article
        assert "<desc" in article, "and for those who hear it"
    for name in shown:
        assert f'href="#about-{name}"' in html, "its question leads to it"


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
    assert said.count("Not in this run:") == 1
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
    assert making.explanation(result, "forced_exit", 7) == "python3 run.py explain forced_exit --world 7 --but-for"
    other = made_up(["mine"], worlds=3, days=10, events=False)
    other.manifest |= {"seed": 5, "command": "python3 run.py run 'scenarios/my own.toml' --worlds 3 --seed 5"}
    said = making.explanation(other, "mine", 2)
    assert said == "python3 run.py explain 'RESULTS/scenarios/my own.toml' --world 2 --but-for --seed 5"
    for text in (page(other, {}), summary.as_markdown(other)):
        text = html_module.unescape(text)
        assert "python3 run.py run 'RESULTS/scenarios/my own.toml' --worlds 3 --seed 5" in text
        assert "python3 run.py run RESULTS\n" in text.replace("</code>", "\n")
        assert making.ABOUT_RESULTS in text
    assert making.RESULTS not in making.command(result)


def test_the_page_is_small(html: str) -> None:
    assert len(html.encode("utf-8")) < 700_000


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
    rows = [row for row in before.splitlines() if row.startswith("| ")]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5, 6}, "one table of four columns and one of five"
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


def words_in(sentence: str) -> int:
    """How many words a sentence has, a number with its percent sign one."""
    return len(sentence.replace(" %", "%").split())


def test_the_answer_in_two_sentences(result: Result) -> None:
    first, second = summary.answer(result)
    forced = result.shares().query("outcome == 'forced_exit'").set_index("scenario")["share"]
    told = [phrases.rough(float(forced[name])) for name in ("status_quo", "negotiated_exit", "forced_exit")]
    assert first == (
        f"Iraq decides by 8 January 2026 to push the US troops out in {told[0]} of worlds (conditions: status quo), "
        f"{told[1]} (negotiated exit) and {told[2]} (forced exit)."
    )
    pairs = [("status_quo", "gaza_ceasefire"), ("forced_exit", "forced_exit_ceasefire")]
    gaps = [result.whole.between(*pair, "forced_exit").iloc[0] for pair in pairs]
    assert [row["low"] > 0 for row in gaps] == [False, True]
    there = phrases.listed([phrases.rough(row["there"]) for row in gaps])
    assert second.startswith(
        "The war in Gaza makes it likelier in one of two, beyond chance: had it ended on 10 January "
    )
    assert second.endswith(f" 2024, it would be {there}.")
    assert "October" not in second


def test_what_the_war_does_is_claimed_only_where_the_interval_leaves_zero_out() -> None:
    def second(with_war: tuple[float, ...], without: tuple[float, ...]) -> str:
        mixes = {"status_quo": with_war, "gaza_ceasefire": without}
        return summary.second_sentence(made_up(list(mixes), days=60, mixes=mixes, events=False))

    never, often, rare = (1.0, 0.0, 0.0), (0.5, 0.0, 0.5), (0.9, 0.0, 0.1)
    had = ": had it ended on 10 January 2024, it would be "
    assert second(often, never) == f"The war in Gaza makes it likelier{had}0 % (status quo)."
    assert second(never, often).startswith(f"The war in Gaza makes it less likely{had}")
    assert second(rare, rare).startswith(f"The war in Gaza changes this by no more than chance might{had}")
    alone = made_up(["status_quo"], worlds=200, days=60, mixes={"status_quo": rare}, events=False)
    assert "Gaza" not in " ".join(summary.answer(alone))


MIXES = {"a": (0.5, 0.0, 0.5), "b": (1.0, 0.0, 0.0), "c": (0.9, 0.0, 0.1), "d": (1.0, 0.0, 0.0)}


def of_mixes(mixes: dict[str, tuple[float, ...]], **more: Any) -> Result:
    """A result of sixty days in which scenarios have these shares."""
    return made_up(list(mixes), days=60, mixes=mixes, events=False, **more)


def test_of_many_scenarios_the_first_sentence_names_the_extremes_and_the_table_beside_it_has_them() -> None:
    many = of_mixes(MIXES)
    share = many.shares().set_index(["scenario", "outcome"])["share"]["a", "forced_exit"]
    does = "Iraq decides by 9 March 2024 to push the US troops out in"
    said = f"{does} none (two of them) to {phrases.rough(share)} of worlds (A), over four sets of conditions."
    assert summary.first_sentence(many) == said
    beside = printed.doubt(many)
    assert [row[0] for row in beside.rows] == ["A", "B"]
    assert beside.caption == "How sure is that? Of 4 sets of conditions the most and the least"
    same = of_mixes(dict.fromkeys(MIXES, MIXES["b"]))
    none = f"{does} none of the worlds, under each of four sets of conditions."
    assert summary.answer(same) == [none, "Between them there is no difference at all."]
    assert len(printed.doubt(same).rows) == 1


def test_the_second_sentence_tells_paired_differences_where_no_pair_is_about_gaza() -> None:
    three = of_mixes({name: MIXES[name] for name in "abc"})
    gaps = [three.between(name, "a", "forced_exit").iloc[0]["difference"] for name in "bc"]
    b, c = map(phrases.rough_points, gaps)
    assert summary.second_sentence(three) == (
        f"Against “A” the differences are {b} points (B) and {c} (C), both beyond chance."
    )
    said = summary.second_sentence(of_mixes({**MIXES, "e": MIXES["a"]}))
    assert said == f"The largest of 4 differences is {b} points, B against A; three of four beyond chance."
    two = summary.second_sentence(of_mixes({name: MIXES[name] for name in "ab"}))
    assert two == f"Against “A” the difference is {b} points (B), more than chance alone would make."
    few = summary.second_sentence(of_mixes({name: MIXES[name] for name in "ab"}, worlds=3))
    assert few.endswith("no more than chance might make.")


def test_of_one_scenario_the_second_sentence_tells_how_else_it_ends() -> None:
    one = of_mixes({"c": (0.7, 0.2, 0.1)})
    shares = one.shares().set_index("outcome")["share"].map(phrases.rough)
    first, second = summary.answer(one)
    assert first == f"Iraq decides by 9 March 2024 to push the US troops out in {shares['forced_exit']} of worlds (C)."
    assert second == f"US troops stay in {shares['us_stays']} of worlds and a negotiated exit comes in " + (
        f"{shares['negotiated_exit']}."
    )


@pytest.mark.parametrize("count", [1, 2, 3, 7, 16])
@pytest.mark.parametrize("worlds", [1, 12, 150])
@pytest.mark.parametrize("title", ["", "A title of some few words", "Long " * 40])
def test_both_sentences_are_short_whatever_is_run(count: int, worlds: int, title: str) -> None:
    mixes = {f"case_{number}": (1.0 - number / 16, 0.0, number / 16) for number in range(count)}
    titles = {name: f"{title}{name}" for name in mixes} if title else None
    made = of_mixes(mixes, worlds=worlds, titles=titles)
    for sentence in summary.answer(made):
        assert 4 <= words_in(sentence) < 30, sentence
        assert sentence[0].isupper() and sentence.endswith(".") and ". " not in sentence and "nan" not in sentence
        assert worlds >= 100 or "%" not in sentence, "of few worlds the number is told, and no percentage"
        assert not re.search(r"\d{2,}\.\d", sentence), "no digits that chance alone would change"


@pytest.mark.parametrize(("share", "words"), [(0.0, "none of the worlds"), (1.0, "all worlds"), (0.5, "% of worlds")])
def test_none_and_all_are_said_in_words(share: float, words: str) -> None:
    first = summary.first_sentence(of_mixes({"a": (1.0 - share, 0.0, share)}))
    assert f"out in {words} (A)." in first if share != 0.5 else words in first
    (row,) = printed.doubt(of_mixes({"a": (1.0 - share, 0.0, share)})).rows
    assert share == 0.5 or row[1] == f"{100 * share:.0f} %"


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0, "0 %"), (0.00004, "under 0.1 %"), (0.004, "0.4 %"), (0.074, "7 %"), (0.9996, "over 99.9 %"), (1, "100 %")],
)
def test_what_is_rare_is_not_said_to_be_never(share: float, words: str) -> None:
    assert phrases.rough(share) == words


def test_few_worlds_and_caps_and_replaced_choices_are_said() -> None:
    few = of_mixes({"a": (0.5, 0.0, 0.5)}, worlds=10)
    assert " of 10 worlds (A)." in summary.first_sentence(few)
    assert "With 10 worlds a scenario chance moves it by up to " in summary.doubt(few)[-1]
    assert not any("more worlds" in said for said in summary.doubt(of_mixes({"a": (1.0, 0.0, 0.0)}, worlds=900)))
    capped = made_up(["status_quo"], worlds=10, days=30, experiment=True, events=False)
    assert "(conditions: status quo, capped)" in summary.first_sentence(capped)
    assert phrases.brief_labels(capped) == {"status_quo": "status quo, capped"}
    few.manifest["choices"] = [{"actor": "iraq", "name": "dove", "version": "1", "source": "x"}]
    assert summary.first_sentence(few).startswith("With replaced choices Iraq decides ")


def test_without_a_world_there_is_no_answer() -> None:
    empty = of_mixes({"a": (1.0, 0.0, 0.0)}, worlds=3)
    empty.worlds = empty.worlds.iloc[:0]  # type: ignore[misc]
    assert summary.answer(empty)[0] == "No world was simulated, so there is no answer."
    assert summary.doubt(empty) == []


def test_the_summary_has_the_table_of_paired_differences_where_there_is_one(result: Result) -> None:
    text = summary.as_markdown(result)
    changes = printed.changes(result)
    assert text.index("| conditions | Iraq pushes them out |") < text.index("| conditions | outcome |")
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
