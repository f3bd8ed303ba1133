"""A whole year's round on a copy of the repository, played by an editor who types in files and runs the commands.

The years are the next ones of our own tables and the figures are made up from the last known, so that a real round
changes nothing here.
"""

import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml
from tables_tools import cell_span, line_of, row_span

from scripts.dev import COMMANDS
from scripts.lint.page import read_pages
from scripts.own_copy import copied
from scripts.tables.checks.periods import next_year
from scripts.tables.places import CHANGES, LIMITS, SOURCES
from scripts.year.insert import TO_FILL

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("nb", "en")
YEARS = ("calendar_year", "academic_year")
NOT_FOUND = {"nb": "ikke funnet for {}", "en": "not found for {}"}
GIT = ["git", "-c", "user.name=an editor", "-c", "user.email=editor@example.org"]
SOURCE = "a-page-of-the-rehearsal"
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# These tell a case as a whole: the year stands in it once, the figures in several places.
WHOLES = {"picture", "worked-example", "calculator__result"}
WEALTH = Decimal(600_000)
CORRECTED = ("wealth_limit", "2019", "single")
WHAT = {"nb": "Et siffer var skrevet feil.", "en": "A digit was mistyped."}
ATOM = {"atom": "http://www.w3.org/2005/Atom"}


# A copy to play on


class Copy:
    """The repository once more, where the editor may do as she likes. `run` is what she types after dev.py."""

    def __init__(self, folder: Path):
        self.folder, self.site = copied(folder / "repository", ".cache", "node_modules"), folder / "site"

    def run(self, word: str, *more: str) -> tuple[int, str]:
        """The exit status and what was said. What dev.py sets up is shared with the copy, so it is not asked to."""
        done = subprocess.run(
            [sys.executable, "-m", COMMANDS[word].module, *more],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": ""},
            capture_output=True,
            encoding="utf-8",
        )
        return done.returncode, done.stdout + done.stderr

    def well(self, *words: str) -> str:
        """What a command said that must succeed."""
        status, said = self.run(*words)
        assert status == 0, said
        return said

    def refused(self, *words: str) -> str:
        """What a command said that must be refused, in words."""
        status, said = self.run(*words)
        assert status == 1, said
        assert "Traceback" not in said
        return said

    def build(self) -> None:
        self.well("build", "--out", str(self.site))

    def commit(self) -> None:
        git = ["git", "-C", str(self.folder), *GIT[1:]]
        if not (self.folder / ".git").exists():
            subprocess.run([*git, "init", "-q"], check=True)
        subprocess.run([*git, "add", "data", "docs"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "as it stands"], check=True)

    def text(self, file: str) -> str:
        return (self.folder / file).read_text("utf-8")

    def write(self, file: str, text: str) -> None:
        (self.folder / file).write_text(text, "utf-8")

    def replace(self, file: str, old: str, new: str) -> None:
        text = self.text(file)
        assert text.count(old) == 1, (file, old, text.count(old))
        self.write(file, text.replace(old, new))

    def type_figure(self, place: str, figure: object) -> int:
        """Put a figure in the place of `table.row.column`. Returns its line."""
        text = self.text(LIMITS)
        start, end = cell_span(text, place)
        self.write(LIMITS, f"{text[:start]}{figure}{text[end:]}")
        return line_of(text, start)

    def fill_in_source(self, row: str, source: str) -> None:
        """Take the # away before sources and status of `table.row`, and write what belongs there."""
        text = self.text(LIMITS)
        start, _ = row_span(text, row)
        head, rest = text[:start], text[start:]
        rest = rest.replace(TO_FILL[0], f"sources: [{source}]", 1).replace(TO_FILL[1], "status: official", 1)
        self.write(LIMITS, head + rest)

    def limits(self) -> dict:
        """limits.yaml with every scalar as it is typed, read without our own reader."""
        return yaml.load(self.text(LIMITS), Loader=yaml.CBaseLoader)


def typed(limits: dict, table: str, row: str, column: str) -> str | None:
    """A figure as it is typed; None for a gap, "" for a text, which has no value of its own."""
    cell = limits[table]["rows"][row][column]
    value = cell.get("value", "") if isinstance(cell, dict) else cell
    return None if value in ("null", "~") else value


def last_known(limits: dict, place: str) -> Decimal:
    """The newest known figure of `table.column`."""
    table, column = place.split(".")
    known = [value for row in limits[table]["rows"] if (value := typed(limits, table, row, column))]
    return Decimal(known[-1])


def swapped(figure: int) -> int:
    """The figure with two neighbouring digits swapped, the last that differ."""
    digits = list(str(figure))
    at = max(place for place in range(len(digits) - 1) if digits[place] != digits[place + 1])
    digits[at], digits[at + 1] = digits[at + 1], digits[at]
    return int("".join(digits))


# The pages, as they were built


@dataclass
class Element:
    """An element of a page with what it holds: elements and texts."""

    tag: str
    attrs: dict[str, str]
    parent: "Element | None"
    children: list = field(default_factory=list)

    @property
    def classes(self) -> set[str]:
        return set(self.attrs.get("class", "").split())

    def inside(self) -> list["Element"]:
        """Every element in it, in order."""
        return [each for child in self.children if isinstance(child, Element) for each in (child, *child.inside())]

    def text(self) -> str:
        return " ".join(child if isinstance(child, str) else child.text() for child in self.children)

    def above(self) -> list["Element"]:
        """It and what it stands in, the innermost first."""
        return [self, *(self.parent.above() if self.parent else [])]


class Tree(HTMLParser):
    """Reads a page into elements."""

    def __init__(self, html: str):
        super().__init__()
        self.root = self.here = Element("", {}, None)
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_endtag(self, tag):
        closed = next((each for each in self.here.above() if each.tag == tag), None)
        self.here = closed.parent if closed else self.here

    def handle_data(self, data):
        self.here.children.append(data)


def articles(site: Path) -> dict[tuple[str, str], Element]:
    """The article of every built page, or all of a page without one: {("nb", "wealth.md"): its element}."""
    found = {}
    for lang in LANGUAGES:
        for path in sorted((site / lang).rglob("index.html")):
            name = path.parent.relative_to(site / lang).as_posix()
            page = Tree(path.read_text("utf-8")).root.inside()
            article = [each for each in page if "md-content__inner" in each.classes]
            body = [each for each in page if each.tag == "body"]
            found[lang, "index.md" if name == "." else f"{name}.md"] = (article or body)[0]
    return found


def figures_in(element: Element) -> list[Element]:
    """Every figure in the text, each a link to its row."""
    return [each for each in element.inside() if "figure" in each.classes and each.tag == "a"]


def place_of(figure: Element) -> str:
    """What a figure leads to: table-row-column."""
    return figure.attrs["href"].partition("#")[2]


def in_a_picture(element: Element) -> bool:
    return any("picture" in each.classes for each in element.above())


def names_year(text: str, year: str) -> bool:
    """Whether the text names this year itself, 2026 and not 2026-27."""
    return re.search(rf"(?<![\d-]){year}(?![-–]?\d)", text) is not None


def no_old_figure_stands_as_new(copy: Copy) -> dict[tuple[str, str], Element]:
    """Check every page of the built site against limits.yaml as it is typed; returns the pages.

    Each figure has the value of the very row it leads to and names that row's year; what a page asks for without a
    year is of the year in force; and no figure of the year before stands anywhere without its year beside it.
    """
    limits, pages = copy.limits(), articles(copy.site)
    in_force = limits.pop("in_force")
    places = {
        f"{table}-{row}-{column}": (table, row, column)
        for table, contents in limits.items()
        for row in contents["rows"]
        for column in contents["columns"]
    }
    checked = 0
    for article in pages.values():
        for figure in figures_in(article):
            table, row, column = places[place_of(figure)]
            has_its_value(figure, typed(limits, table, row, column))
            if limits[table]["keyed_by"] in YEARS:
                assert names_year(figure.attrs["title"], row), figure.attrs
                checked += 1
    assert checked > 50
    asks_for_the_year_in_force(copy.folder, pages, limits, in_force)
    for lang in LANGUAGES:
        cells = {
            each.attrs["id"]: each for each in pages[lang, "figures.md"].inside() if each.attrs.get("id") in places
        }
        assert cells.keys() == places.keys()
        for place, cell in cells.items():
            has_its_value(cell, typed(limits, *places[place]))
        names_the_year_of_every_old_figure(pages, limits, in_force, lang)
    return pages


def has_its_value(element: Element, value: str | None) -> None:
    """Check that a figure or a cell shows this value, or a gap for None."""
    if value is None:
        assert element.attrs["data-status"] == "gap" and "data-value" not in element.attrs, element.attrs
    else:
        assert element.attrs["data-status"] != "gap" and element.attrs.get("data-value", "") == value, element.attrs


def asks_for_the_year_in_force(folder: Path, pages: dict, limits: dict, in_force: dict) -> None:
    """Check that every figure macro without a row came out as the year in force, on the page and in the order asked."""
    for name, pair in read_pages(folder).items():
        for lang, page in pair.items():
            asked = [call.arguments for call in page.calls if call.name == "figure"]
            rows = [str(given[2]) if given[2:] else in_force[limits[given[0]]["keyed_by"]] for given in asked]
            wanted = [f"{given[0]}-{row}-{given[1]}" for given, row in zip(asked, rows, strict=True)]
            shown = [place_of(each) for each in figures_in(pages[lang, name]) if not in_a_picture(each)]
            assert shown == wanted, (lang, name)


def names_the_year_of_every_old_figure(pages: dict, limits: dict, in_force: dict, lang: str) -> None:
    """Check that an amount that held last year, and is not this year's, stands only where last year is named."""
    old = {}
    for table, contents in limits.items():
        rows = [row for row in contents["rows"] if row < in_force.get(contents["keyed_by"], "")]
        for column in contents["columns"] if rows else ():
            was, now = (typed(limits, table, row, column) for row in (rows[-1], in_force[contents["keyed_by"]]))
            if was and was != now and was.isdigit() and int(was) >= 1000:
                shown = f"{int(was):,}".replace(",", "\u00a0" if lang == "nb" else ",")
                old.setdefault(shown, set()).add(rows[-1])
    assert old
    amount = re.compile(r"(?<!\d)(?<!\d[,\u00a0])(" + "|".join(old) + r")(?![,\u00a0]?\d)")
    for (page_lang, name), article in pages.items():
        if page_lang != lang or name == "figures.md":
            continue
        for element in [article, *article.inside()]:
            for text in (child for child in element.children if isinstance(child, str)):
                for shown in amount.findall(text):
                    told = told_with(element)
                    assert any(names_year(told, year) for year in old[shown]), (lang, name, shown, told)


def told_with(element: Element) -> str:
    """What a reader takes in together with this element: the case it belongs to, its figure's tip, its paragraph."""
    above = element.above()
    if whole := [each for each in above if each.classes & WHOLES]:
        return whole[-1].text()
    if figure := [each for each in above if "figure" in each.classes]:
        return figure[0].attrs["title"]
    return next(each for each in above if each.tag in ("p", "li", "tr", "dd", "article")).text()


def answer_of(article: Element) -> Element:
    """The answer that stands in the calculator of a page before anything is typed."""
    [result] = [each for each in article.inside() if "calculator__result" in each.classes]
    return result


def older_example(article: Element) -> str | None:
    """What the calculator of a page says above an example of an older year."""
    said = [each.text() for each in answer_of(article).inside() if "data-older-example" in each.attrs]
    return said[0] if said else None


# The round


@pytest.fixture
def copy(tmp_path):
    """The repository as an editor finds it: every page read in both languages, and a calendar year to open next."""
    made = Copy(tmp_path)
    made.well("confirm", "--all")
    in_force = made.limits()["in_force"]
    if int(in_force["calendar_year"]) > int(in_force["academic_year"][:4]):
        made.well("new-year", next_year(in_force["academic_year"]))
    made.commit()
    return made


def test_a_whole_years_round(copy):
    before = copy.limits()
    old, studies = (before["in_force"][kind] for kind in YEARS)
    year = next_year(old)

    # In January the weekly job says which command to run.
    said = copy.refused("check", "--on", f"{year}-01-15", "--lang", "en")
    [command] = re.findall(r"Run python3 scripts/dev\.py (new-year \S+),", said)
    assert command == f"new-year {year}"
    checklist = copy.well(*command.split(), "--lang", "en")
    assert checklist.startswith(f"# New calendar year: {year}\n")

    a_year_of_gaps_is_told(copy, year)
    three_figures_are_entered(copy, year)
    what_it_means_is_compared(copy, before, year)
    a_page_in_one_language_waits_for_the_other(copy)

    # In August the academic year follows, as gaps beside the figures of the calendar year.
    copy.well("new-year", next_year(studies))
    on = a_closed_figure_is_changed(copy)
    copy.build()
    pages = no_old_figure_stands_as_new(copy)
    the_pages_show_the_new_year(pages, copy.limits(), year)
    for lang in LANGUAGES:
        assert next_year(studies) in older_example(pages[lang, "support.md"])
    the_correction_is_told(copy, pages, on)


def a_year_of_gaps_is_told(copy: Copy, year: str) -> None:
    """The new year stands as gaps: the check lists them, `check --on` asks for them, the pages show them."""
    said = copy.well("check", "--lang", "en")
    rows = {place: line_of(text := copy.text(LIMITS), cell_span(text, place)[0]) for place in wanted(year)}
    for table in ("income_limit", "wealth_limit"):
        line = min(number for place, number in rows.items() if place.startswith(f"{table}."))
        assert f"{LIMITS}:{line}: gap: {table} {year}: every figure\n" in said
    said = copy.refused("check", "--on", f"{year}-01-15", "--lang", "en")
    assert re.search(rf"{LIMITS}:\d+: overdue \[overdue_gap\] income_limit: whole_year.* for {year}", said)
    assert "new-year" not in said

    copy.build()
    pages = no_old_figure_stands_as_new(copy)
    for lang in LANGUAGES:
        for name in ("wealth.md", "income.md"):
            gaps = [each.text() for each in figures_in(pages[lang, name]) if each.attrs["data-status"] == "gap"]
            assert NOT_FOUND[lang].format(year) in gaps, (lang, name)
            remark, answer = older_example(pages[lang, name]), answer_of(pages[lang, name]).text()
            [shown] = set(re.findall(r"\b20\d\d\b", remark)) - {year}
            assert year in remark and shown < year
            assert names_year(answer.replace(remark, ""), shown), "the answer names its year"


def wanted(year: str) -> list[str]:
    """The three figures that are entered in the round."""
    return [f"income_limit.{year}.{each}" for each in ("whole_year", "seven_months_or_less")] + [
        f"wealth_limit.{year}.single"
    ]


def made_up(limits: dict, place: str) -> int:
    """A figure for the next year that agrees with the last known one: four percent more, in whole kroner."""
    table, _, column = place.split(".")
    return int((last_known(limits, f"{table}.{column}") * 104 / 100).to_integral_value())


def three_figures_are_entered(copy: Copy, year: str) -> None:
    """Two that are right, and one with swapped digits, which neither the check nor the build lets pass."""
    limits = copy.limits()
    whole, one_semester, single = wanted(year)
    copy.write(
        SOURCES,
        copy.text(SOURCES).rstrip("\n")
        + f"\n{SOURCE}:\n  title: The limits of {year}\n  publisher: Lånekassen\n  kind: official\n"
        + f"  url: https://example.org/limits\n  page_date: {year}-01-05\n  read: {year}-01-14\n",
    )
    copy.type_figure(whole, made_up(limits, whole))
    copy.fill_in_source(f"income_limit.{year}", SOURCE)
    wrong = swapped(made_up(limits, single))
    line = copy.type_figure(single, wrong)
    copy.fill_in_source(f"wealth_limit.{year}", SOURCE)
    said = copy.refused("check", "--lang", "nb")
    assert re.search(rf"^{LIMITS}:{line}: advarsel \[ratio\] I {year} er single ", said, re.MULTILINE)
    last_good = {path: path.stat().st_mtime_ns for path in copy.site.rglob("index.html")}
    said = copy.refused("build", "--out", str(copy.site))
    assert f"{LIMITS}:{line}: " in said and "The site was not built" in said
    assert {path: path.stat().st_mtime_ns for path in copy.site.rglob("index.html")} == last_good

    copy.type_figure(single, made_up(limits, single))
    copy.type_figure(one_semester, made_up(limits, one_semester))
    said = copy.well("check", "--lang", "en")
    assert f" gap: wealth_limit {year}: couple\n" in said and f" gap: income_limit {year}:" not in said


def what_it_means_is_compared(copy: Copy, before: dict, year: str) -> None:
    """The comparison with the last commit names figures, pages and students, in both languages."""
    said = copy.well("compare", "HEAD")
    now = copy.limits()
    old = before["in_force"]["calendar_year"]
    for place in wanted(year):
        assert said.count(f"(`{place}`)") == len(LANGUAGES)
    for title, pages in (("Endringer i tallene", "Sider"), ("Changes in the figures", "Pages")):
        assert f"## {title}\n" in said
        [named] = re.findall(rf"^- {pages}: (.*)$", said, re.MULTILINE)
        assert {"wealth", "income"} <= set(named.split(", "))
    assert f"{old}, {before['in_force']['academic_year']} → {year}, " in said
    [student] = [row for row in said.splitlines() if row.startswith("| Single with NOK 600,000")]
    assert in_kroner(now, year) in student
    if typed(before, "wealth_limit", old, "single"):
        assert in_kroner(before, old) in student


def in_kroner(limits: dict, year: str) -> str:
    """What a single person with 600 000 kroner loses in ten months, worked out by the rule of two percent a month."""
    above = max(WEALTH - Decimal(typed(limits, "wealth_limit", year, "single")), Decimal(0))
    lost = above * 2 / 100 * 10
    return f"{lost:,.2f}".removesuffix(".00")


def a_page_in_one_language_waits_for_the_other(copy: Copy) -> None:
    """A sentence more in one language: refused until somebody says, by command or by hand, that both say the same."""
    nb, en = (f"docs/{lang}/wealth.md" for lang in LANGUAGES)
    copy.replace(nb, "\n{{ checked() }}", "\nLes vedtaket ditt også.\n\n{{ checked() }}")
    said = copy.refused("check", "--lang", "en")
    assert re.search(rf"^{en}:\d+: error \[page_stale\] {nb} has changed", said, re.MULTILINE)
    [by_hand] = re.findall(r"or write (agrees_with: [0-9a-f]+) here", said)
    copy.write(en, re.sub(r"^agrees_with: .*$", by_hand, copy.text(en), flags=re.MULTILINE))
    copy.well("check")

    copy.replace(en, "\n{{ checked() }}", "\nRead your decision too.\n\n{{ checked() }}")
    assert f"{nb}:" in copy.refused("check")
    copy.well("confirm", "wealth")
    copy.well("check")


def a_closed_figure_is_changed(copy: Copy) -> str:
    """A figure of a year long closed is a krone lower: refused until readers are told. Returns the day."""
    limits = copy.limits()
    was = int(typed(limits, *CORRECTED))
    line = copy.type_figure(".".join(CORRECTED), was - 1)
    said = copy.refused("check", "--lang", "en")
    assert re.search(rf"^{LIMITS}:{line}: error \[closed_row_changed\] 2019 in wealth_limit", said, re.MULTILINE)

    on = f"{limits['in_force']['academic_year'][:4]}-09-01"
    table, row, column = CORRECTED
    told = (
        f"  - on: {on}\n    table: {table}\n    row: {row}\n    old: {{{column}: {was}}}\n"
        f"    new: {{{column}: {was - 1}}}\n    what: {{nb: {WHAT['nb']}, en: {WHAT['en']}}}\n"
    )
    copy.write(CHANGES, copy.text(CHANGES).rstrip("\n").removesuffix(" []") + "\n" + told)
    return on


def the_pages_show_the_new_year(pages: dict, limits: dict, year: str) -> None:
    """What was entered stands on the pages as this year's, and the calculators start with it."""
    for lang in LANGUAGES:
        shown = {place_of(each): each for name in ("wealth.md", "income.md") for each in figures_in(pages[lang, name])}
        for place in (wanted(year)[0], wanted(year)[2]):
            figure = shown[place.replace(".", "-")]
            assert figure.attrs["data-value"] == typed(limits, *place.split("."))
            assert figure.attrs["data-status"] == "official"
        for name in ("wealth.md", "income.md"):
            assert older_example(pages[lang, name]) is None
            assert names_year(answer_of(pages[lang, name]).text(), year), "the answer names its year"


def the_correction_is_told(copy: Copy, pages: dict, on: str) -> None:
    """Readers find the correction on its page and in the feed, with the figure before and after."""
    now = int(typed(copy.limits(), *CORRECTED))
    for lang, group in (("nb", "\u00a0"), ("en", ",")):
        [day] = [each for each in pages[lang, "corrections.md"].inside() if each.attrs.get("datetime") == on]
        entry = next(each for each in day.above() if each.tag == "li").text()
        feed = ElementTree.parse(copy.site / "api" / f"changes.{lang}.atom").getroot()
        first = feed.find("atom:entry", ATOM)
        assert first.findtext("atom:updated", namespaces=ATOM).startswith(on)
        for told in (entry, first.findtext("atom:summary", namespaces=ATOM)):
            assert WHAT[lang] in told
            assert all(f"{figure:,}".replace(",", group) in told for figure in (now + 1, now))
