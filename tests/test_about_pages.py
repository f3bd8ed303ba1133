"""The pages about the guide itself: the glossary, the corrections, how to reach us, and what developers are told."""

import json
import re
import shlex
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from test_glossary import OURS

from calculators.__main__ import main as command_line
from calculators.core.words import LANGUAGES
from scripts.pages.book import Place, open_book
from scripts.pages.corrections import corrections_html
from scripts.pages.glossary import glossary_html, in_order
from scripts.pages.write_to import write_to_html
from scripts.tables import ROOT

HERE = Place("corrections/")
each_lang = pytest.mark.parametrize("lang", LANGUAGES)


@pytest.fixture(scope="module")
def books():
    """The book of each language."""
    return {lang: open_book(lang) for lang in LANGUAGES}


class Entries(HTMLParser):
    """The entries of the glossary by id: the text of dt and dd, and the languages that parts of it are marked with."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: dict[str, list[str]] = {}
        self.marked: dict[str, set[str]] = {}
        self._name = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "div":
            self._name = given["id"]
            assert self._name not in self.parts
            self.parts[self._name], self.marked[self._name] = [], set()
        if tag in ("dt", "dd"):
            self.parts[self._name].append("")
        if "lang" in given:
            self.marked[self._name].add(given["lang"])

    def handle_data(self, data):
        if self.parts.get(self._name):
            self.parts[self._name][-1] += data


# The glossary


@each_lang
def test_every_term_has_both_words_its_explanation_and_its_other_words(books, lang):
    other = "en" if lang == "nb" else "nb"
    shown = Entries(glossary_html(books[lang]))
    assert shown.parts.keys() == OURS.keys()
    for name, entry in OURS.items():
        words, explanation = (" ".join(part.split()) for part in shown.parts[name])
        assert words.split(" – ") == list(dict.fromkeys((entry["term"][lang], entry["term"][other])))
        assert explanation.startswith(entry["explain"][lang])
        for word in entry["also"][lang] + entry["also"][other]:
            assert word in explanation.removeprefix(entry["explain"][lang])
        foreign = entry["term"][other] != entry["term"][lang] or entry["also"][other]
        assert shown.marked[name] == ({other} if foreign else set())


def test_the_terms_stand_in_the_order_of_the_pages_language(books):
    shown = {
        lang: [OURS[name]["term"][lang] for name in Entries(glossary_html(books[lang])).parts] for lang in LANGUAGES
    }
    assert shown["nb"] != shown["en"]
    assert shown["en"][:2] == ["account number", "additional loan"]
    assert shown["nb"][0] == "annuitetslån" and shown["nb"][-1] == "verge"


def test_norwegian_letters_come_last_and_capitals_count_as_small_ones():
    assert sorted(["år", "zebra", "øl", "Ære", "bolig", "BankID"], key=in_order) == [
        "BankID", "bolig", "zebra", "Ære", "øl", "år",
    ]  # fmt: skip


# The corrections

CHANGES = (
    {
        "on": "2026-12-01",
        "table": "wealth_limit",
        "row": "2021",
        "old": {"single": "444300"},
        "new": {"single": "444301"},
        "what": {"nb": "Rettet etter <forskriften>.", "en": "Corrected by the <regulation>."},
    },
    {
        "on": "2027-02-03",
        "table": "interest_rate",
        "row": "2024-03-01",
        "old": {"floating": "5.032", "fixed_3": None},
        "new": {"floating": "5.033", "fixed_3": "4.1"},
        "what": {"nb": "To tall var gale.", "en": "Two figures were wrong."},
    },
    {
        "on": "2027-02-03",
        "table": "application_deadline",
        "row": "1999-00",
        "old": {"spring": "2000-03-14"},
        "new": {"spring": "2000-03-15"},
        "what": {"nb": "Dagen var gal.", "en": "The day was wrong."},
    },
    {
        "on": "2027-02-04",
        "table": "document_deadline",
        "row": "autumn",
        "old": {"day": "07-02"},
        "new": {"day": "07-01"},
        "what": {"nb": "Dagen var gal.", "en": "The day was wrong."},
    },
    {
        "on": "2027-02-05",
        "table": "institution_account",
        "row": "inn",
        "old": {"account": None},
        "new": {"account": {"nb": "Egen konto", "en": "Own account"}},
        "what": {"nb": "Kontoen manglet.", "en": "The account was missing."},
    },
)


def told(book, changes) -> list[str]:
    """The text of each correction as a reader sees it, spaces evened out."""
    html = corrections_html(replace(book, changes=changes), HERE)
    return [" ".join(re.sub(r"<[^>]*>", "", item).split()) for item in re.findall(r"<li>.*?</li>", html, re.S)]


@each_lang
def test_without_corrections_a_sentence_says_so(books, lang):
    html = corrections_html(replace(books[lang], changes=()), HERE)
    assert html.startswith("<p>") and "<li>" not in html
    assert {"nb": "ikke rettet", "en": "not corrected"}[lang] in html


def test_corrections_say_day_figure_and_values_the_newest_first(books):
    account, document, deadline, rate, wealth = told(books["en"], CHANGES)
    assert wealth == (
        "1 December 2026: Asset limit, 2021. Corrected by the &lt;regulation&gt;. "
        "Single: from NOK 444,300 to NOK 444,301."
    )
    assert "3 February 2027" in rate and "1 March 2024" in rate
    assert "from 5.032% to 5.033%." in rate and "from not found to 4.1%." in rate
    assert "from 14 March 2000 to 15 March 2000." in deadline and "1999-00" in deadline
    assert "from 2 July to 1 July." in document
    assert "from not found to Own account." in account
    assert "fra 444 300 kr til 444 301 kr." in told(books["nb"], CHANGES)[-1].replace("\xa0", " ")


def test_a_correction_leads_to_its_cell_or_to_the_table_when_the_row_is_gone(books):
    html = corrections_html(replace(books["nb"], changes=CHANGES), HERE)
    assert re.findall(r'href="\.\./figures/#([\w-]+)"', html) == [
        "institution_account-inn-account",
        "document_deadline-autumn-day",
        "application_deadline",
        "interest_rate-2024-03-01-floating",
        "wealth_limit-2021-single",
    ]


# How to reach us


@each_lang
def test_an_address_is_a_link_and_none_is_said(books, lang):
    assert '<a href="mailto:post@example.org">post@example.org</a>.' in write_to_html(books[lang], "post@example.org")
    assert '<a href="https://example.org/feil">example.org/feil</a>.' in write_to_html(
        books[lang], "https://example.org/feil"
    )
    assert "<" not in write_to_html(books[lang], None) and write_to_html(books[lang], "") == write_to_html(
        books[lang], None
    )


@pytest.mark.parametrize("wrong", ["example.org", "javascript:alert(1)", "two words@example.org", "a@b@example.org"])
def test_what_is_no_address_is_refused(books, wrong):
    with pytest.raises(ValueError, match="extra.write_to"):
        write_to_html(books["nb"], wrong)


# What developers are told


def fences(lang: str, kind: str) -> list[str]:
    """The blocks of code on the page for developers."""
    page = (ROOT / "docs" / lang / "developers.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{kind}\n(.*?)^```", page, re.M | re.S)


def test_both_languages_show_the_same_code():
    assert fences("nb", "(?:json)?") == fences("en", "(?:json)?") != []


def test_the_answer_shown_is_the_beginning_of_what_the_command_prints(capsys):
    [shown] = fences("en", "json")
    [command] = [line for block in fences("en", "") for line in block.splitlines() if line.endswith("--json")]
    assert command_line(shlex.split(command)[3:]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert json.loads(shown).items() <= printed.items()
    assert list(printed)[: len(json.loads(shown))] == list(json.loads(shown))
    page = (ROOT / "docs/en/developers.md").read_text(encoding="utf-8")
    assert [key for key in printed if f'"{key}"' not in shown and f"`{key}`" not in page] == []


@each_lang
def test_every_file_and_folder_named_is_there(lang):
    page = (ROOT / "docs" / lang / "developers.md").read_text(encoding="utf-8")
    table = page[page.index("{ #layout }") : page.index("{ #command-line }")]
    named = re.findall(r"`([\w./-]+)`", table)
    assert len(named) > 8
    missing = [name for name in named if not (ROOT / name).exists() and not (ROOT / "data" / name).exists()]
    assert missing == []
