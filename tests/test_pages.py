"""The built pages: their figures and links, both languages alike, what stops a build, and that all can read them."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit

import pytest
from playwright.sync_api import expect
from tables_tools import cell_span

from calculators.core.dates import show_date
from scripts import tables as editors_tables
from scripts.own_copy import copied
from scripts.pages import figures, forms, macros
from scripts.pages.book import Place, open_book
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("nb", "en")
BOOT = 60_000

each_lang = pytest.mark.parametrize("lang", LANGUAGES)


class Reader(HTMLParser):
    """Notes of a page: every start tag with its attributes, and the text in its article."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.depth = [], [], 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.depth += tag == "article" and (self.depth > 0 or "md-content__inner" in dict(attrs).get("class", ""))

    def handle_endtag(self, tag):
        self.depth -= tag == "article" and self.depth > 0

    def handle_data(self, data):
        if self.depth:
            self.text.append(data)

    def attributes(self, name):
        """Every value of an attribute in the page, in order."""
        return [attrs[name] for _, attrs in self.tags if name in attrs]


def pages_of(site, lang):
    """The pages of a language by their address: {"wealth/": Reader}."""
    tree = site / lang
    found = {}
    for path in sorted(tree.rglob("index.html")):
        address = path.parent.relative_to(tree).as_posix()
        if address.startswith("embed/"):
            continue  # bare calculators for other people's pages: test_embed.py
        found["" if address == "." else f"{address}/"] = Reader(path.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def pages(site):
    """All pages of both languages: {"nb": {"wealth/": Reader}, "en": …}."""
    return {lang: pages_of(site, lang) for lang in LANGUAGES}


@pytest.fixture(scope="module")
def books():
    """What the macros are made from, in both languages."""
    return {lang: open_book(lang) for lang in LANGUAGES}


# Both languages


def test_both_trees_hold_the_same_files(site):
    trees = [
        {path.relative_to(site / lang).as_posix() for path in (site / lang).rglob("*") if path.is_file()}
        for lang in LANGUAGES
    ]
    # The search of each language brings the stemmer of its own words.
    assert {name for name in trees[0] ^ trees[1] if not re.search(r"lunr\.\w+\.min\.js|/translations/", name)} == set()
    assert {"index.html", "wealth/index.html", "figures/index.html", "404.html"} <= trees[0] & trees[1]


def test_both_languages_show_the_same_figures_and_calculators(pages):
    assert pages["nb"].keys() == pages["en"].keys()
    for address, nb in pages["nb"].items():
        en = pages["en"][address]
        for name in (
            "data-value",
            "data-status",
            "data-output",
            "data-calculator",
            "data-example",
            "data-table",
            "data-origin",
        ):
            assert sorted(nb.attributes(name)) == sorted(en.attributes(name)), (address, name)
        assert sorted(nb.attributes("name")) == sorted(en.attributes("name")) or address == "figures/", address


def test_every_calculator_has_its_page_and_its_worked_examples(pages):
    calculators = set(json.loads(words_json())) - {"common"}
    for lang in LANGUAGES:
        on_pages = [name for page in pages[lang].values() for name in page.attributes("data-calculator")]
        assert sorted(on_pages) == sorted(calculators)
        for page in pages[lang].values():
            if page.attributes("data-calculator"):
                assert page.attributes("data-example"), page.attributes("data-calculator")


# Figures


@each_lang
def test_every_figure_leads_to_its_own_row(pages, lang):
    there = set(pages[lang]["figures/"].attributes("id"))
    links = 0
    for address, page in pages[lang].items():
        for tag, attrs in page.tags:
            if tag != "a" or "figures/#" not in urljoin(f"http://site/{address}", attrs.get("href", "")):
                continue
            target = urlsplit(urljoin(f"http://site/{address}", attrs["href"]))
            assert target.path == "/figures/"
            assert target.fragment in there, (address, attrs["href"])
            links += "figure" in attrs.get("class", "").split()
    assert links > 3


@each_lang
def test_a_figure_has_the_value_of_the_row_it_leads_to(pages, lang):
    cells = {attrs["id"]: attrs for tag, attrs in pages[lang]["figures/"].tags if tag == "td" and "id" in attrs}
    for page in pages[lang].values():
        for _, attrs in page.tags:
            if "figure" in attrs.get("class", "").split():
                cell = cells[attrs["href"].partition("#")[2]]
                assert attrs.get("data-value") == cell.get("data-value")
                assert attrs["data-status"] == cell["data-status"]
                assert attrs["title"]


@each_lang
def test_the_page_of_figures_has_every_cell_of_every_table(pages, lang):
    contents = json.loads(editors_tables.load().canonical)["tables"]
    cells = {attrs["id"]: attrs for tag, attrs in pages[lang]["figures/"].tags if tag == "td" and "id" in attrs}
    expected = {}
    for name, table in contents.items():
        for key, row in table["rows"].items():
            for column in table["columns"]:
                expected[f"{name}-{key}-{column}"] = row["cells"].get(column) or {"value": None}
    assert len(expected) > 50
    assert expected.keys() <= cells.keys()
    for cell_id, cell in expected.items():
        shown = cells[cell_id]
        if cell["value"] is None:
            assert shown["data-status"] == "gap" and "data-value" not in shown
        else:
            assert shown["data-status"] == cell["status"]
            if isinstance(cell["value"], str) and re.fullmatch(r"-?[0-9.]+", cell["value"]):
                assert shown["data-value"] == cell["value"]


# What stops a build


@pytest.fixture
def page_macros(site):
    """The macros as a page gets them, by name."""
    found = {}
    env = SimpleNamespace(
        conf={"theme": {"language": "nb"}, "extra": {"engine_dir": str(site / "engine")}},
        page=SimpleNamespace(url="wealth/", file=SimpleNamespace(src_uri="wealth.md")),
        macro=lambda function: found.setdefault(function.__name__, function),
    )
    macros.define_env(env)
    return found


@pytest.mark.parametrize(
    ("macro", "arguments", "says"),
    [
        ("figure", ["wealth_limits", "single"], ["wealth_limits", "wealth_limit"]),
        ("figure", ["wealth_limit", "singel"], ["singel", "single, couple"]),
        ("figure", ["wealth_limit", "single", 1066], ["1066", "2020"]),
        ("figure", ["wealth_rate", "single"], ["wealth_rate", "case"]),
        ("source", ["lk-wealth-1066"], ["lk-wealth-1066"]),
        ("in_force", ["calender_year"], ["calender_year"]),
        ("calculator", ["welth"], ["welth"]),
        ("worked_examples", ["welth"], ["welth"]),
    ],
)
def test_an_unknown_name_is_refused_by_name(page_macros, macro, arguments, says):
    with pytest.raises(Exception) as refused:
        page_macros[macro](*arguments)
    assert all(word in str(refused.value) for word in says), str(refused.value)


def test_known_names_are_not_refused(page_macros, books):
    assert 'data-value="428861"' in page_macros["figure"]("wealth_limit", "single", 2020)
    assert "figures/#wealth_limit-2020-single" in page_macros["figure"]("wealth_limit", "single", 2020)
    gap = page_macros["figure"]("wealth_limit", "single", 2023)
    assert 'data-status="gap"' in gap and "data-value" not in gap
    assert f">{books['nb'].tables.in_force['calendar_year']}<" in page_macros["in_force"]("calendar_year")
    assert figures.find_figure(books["nb"], "wealth_limit", "single", "2020")[1].value == 428861


@each_lang
def test_a_gap_names_its_row_in_words_and_never_by_its_key(books, lang):
    book, place, words = books[lang], Place("wealth/"), {"nb": "ikke funnet", "en": "not found"}[lang]
    seen = set()
    for name, table in book.tables.contents["tables"].items():
        for key, row in table["rows"].items():
            for column in table["columns"]:
                html, limit = figures.figure_html(book, place, name, column, key)
                if limit is not None:
                    continue
                text, title = re.sub("<[^>]*>", "", html), re.search('title="([^"]*)"', html)[1]
                assert text.startswith(words), (name, key, text)
                if table["keyed_by"].endswith("_year"):
                    assert key in text and key in title
                elif table["keyed_by"] == "from_date":
                    assert show_date(date.fromisoformat(key), lang) in text and key not in text + title
                else:
                    label = escape(row["label"][lang])
                    assert len(table["rows"]) == 1 or label in text and label in title, (name, key, text, title)
                    assert "_" not in text + title, (name, key, text, title)
                seen.add(table["keyed_by"])
    assert {"calendar_year", "academic_year", "from_date", "case", "institution"} <= seen


def test_an_example_that_does_not_come_out_is_not_published(books):
    book = books["nb"]
    first = next(each for each in book.examples if each.id == "single_2020" and each.calculator == "wealth")
    for wrong in ({"outputs": {**first.outputs, "reduction": "49999"}}, {"status": 3}, {"inputs": {}}):
        wrong_book = replace(book, examples=(replace(first, **wrong),))
        with pytest.raises(forms.WrongExample, match="single_2020"):
            forms.worked_examples_html(wrong_book, "wealth")


@pytest.fixture
def copy(tmp_path):
    """A copy of what a build needs, free to be changed: copy.build() → (exit status, what it said)."""
    folder = copied(tmp_path / "copy", ".cache", "node_modules")

    def change(path, old, new):
        text = (folder / path).read_text("utf-8")
        assert text.count(old) == 1, (path, old, text.count(old))
        (folder / path).write_text(text.replace(old, new), "utf-8")

    def build():
        done = subprocess.run(
            [sys.executable, "-m", "scripts.pages.build", "--out", str(tmp_path / "site")],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": ""},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout + done.stderr

    return SimpleNamespace(folder=folder, site=tmp_path / "site", change=change, build=build)


def test_an_unknown_name_in_a_page_stops_the_build(copy):
    copy.change("docs/nb/wealth.md", 'figure("wealth_limit", "single")', 'figure("wealth_limit", "singel")')
    status, said = copy.build()
    assert status == 1
    assert "wealth.md" in said
    assert "no column 'singel'" in said and "single, couple" in said
    assert "Traceback" not in said


def test_a_refused_table_stops_the_build_before_anything_is_written(copy):
    copy.site.mkdir()
    (copy.site / "index.html").write_text("the last good site")
    text = (copy.folder / "data/limits.yaml").read_text("utf-8")
    line = text[: text.index("428861")].count("\n") + 1
    copy.change("data/limits.yaml", "428861", "482861")
    status, said = copy.build()
    assert status == 1
    assert f"data/limits.yaml:{line}:" in said
    assert "Traceback" not in said
    assert (copy.site / "index.html").read_text() == "the last good site"


@pytest.fixture
def changed(copy):
    """The site built from tables in which the newest known limit is a krone higher: its year, the old and the new."""
    # Not under test here: that such a limit must follow the budget, and that a closed year must not change unnoticed.
    copy.change("data/limits.yaml", "    uplift: {columns: [single, couple], step: 0.05 %, within: 1 NOK}\n", "")
    (copy.folder / "data/closed-years.lock").unlink()
    tables = open_book("nb").tables
    year = [each for each in tables.periods("wealth_limit") if tables.find("wealth_limit", "single", each)][-1]
    old = tables.find("wealth_limit", "single", year).value
    text = (copy.folder / "data/limits.yaml").read_text("utf-8")
    start, end = cell_span(text, f"wealth_limit.{year}.single")
    (copy.folder / "data/limits.yaml").write_text(f"{text[:start]}{old + 1}{text[end:]}", "utf-8")
    status, said = copy.build()
    assert status == 0, said
    return SimpleNamespace(site=copy.site, year=year, old=old, new=old + 1)


def test_a_changed_figure_changes_the_text_and_the_answer(changed, serve, page, pages):
    before = "".join(pages["nb"]["wealth/"].text)
    after = "".join(Reader((changed.site / "nb/wealth/index.html").read_text("utf-8")).text)
    old, new = (f"{each:,}".replace(",", "\u00a0") for each in (changed.old, changed.new))
    assert f"{old}\u00a0kr" in before and f"{new}\u00a0kr" not in before
    assert f"{new}\u00a0kr" in after and old not in after
    for lang in LANGUAGES:
        cell = f'id="wealth_limit-{changed.year}-single" data-status="[a-z]+" data-value="(\\d+)"'
        figures_page = (changed.site / lang / "figures/index.html").read_text("utf-8")
        assert re.findall(cell, figures_page) == [str(changed.new)]
        assert f'"{changed.old}"' not in figures_page

    case = f"year={changed.year}&household=single&net_wealth={changed.new + 65_774}&months=11"
    page.goto(f"{serve(changed.site)}nb/wealth/#wealth?{case}")
    shown = page.locator("[data-result] [data-output=limit]")
    expect(page.locator("form[data-calculator=wealth]")).to_have_attribute("data-engine", "ready", timeout=BOOT)
    expect(shown).to_have_attribute("data-value", str(changed.new))
    # 65 774 × 2 % × 11
    expect(page.locator("[data-result] [data-output=reduction]")).to_have_attribute("data-value", "14470.28")
    expect(page.locator("[data-result]")).to_contain_text("Svaret ditt")
