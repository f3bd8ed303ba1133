"""The list of what the calculators leave out: every entry is told somewhere, and the page has them all."""

import re

import pytest

from calculators.core.words import LANGUAGES
from scripts.pages.book import Place, open_book
from scripts.pages.not_covered import left_out, not_covered_html, pages_of_calculators

BEGINNING = {"nb": "Ikke regnet med: ", "en": "Not counted: "}


@pytest.fixture(scope="module")
def books():
    """The book of each language."""
    return {lang: open_book(lang) for lang in LANGUAGES}


def test_every_entry_is_told_by_some_calculator_and_every_one_told_is_an_entry(books):
    listed = books["nb"].words.contents["common"]["not_modelled"]
    assert set(left_out()) == set(listed)
    assert {"delay_reasons", "catching_up"} <= {key for key, names in left_out().items() if "credits" in names}


def test_what_a_calculator_leaves_out_is_found_in_its_code(tmp_path):
    (tmp_path / "calculators").mkdir()
    (tmp_path / "calculators/one.py").write_text('NOTICES = (Notice("not_modelled.age"),)', "utf-8")
    (tmp_path / "calculators/two.py").write_text('a, b = "not_modelled.age", "not_modelled.pets"', "utf-8")
    assert left_out(tmp_path) == {"age": ["one", "two"], "pets": ["two"]}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_lists_every_entry_with_the_calculators_it_concerns(books, lang):
    book = books[lang]
    html = not_covered_html(book, Place("not-covered/"))
    pages, concerned = pages_of_calculators(lang), left_out()
    items = re.findall(r'<li id="(\w+)">(.*?)</li>', html)
    sentences = book.words.contents["common"]["not_modelled"]
    assert [key for key, _ in items] == list(sentences)
    for key, item in items:
        sentence = sentences[key][lang]
        assert sentence.startswith(BEGINNING[lang]), "the page takes this beginning away"
        assert item[1:].startswith(sentence.removeprefix(BEGINNING[lang])[1:].partition("'")[0].partition('"')[0])
        assert item[0].isupper()
        links = re.findall(r'<a href="\.\./([\w/-]+)/">', item)
        assert links == [pages[each].removesuffix(".md") for each in concerned[key] if each in pages]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_of_each_calculator_is_found(lang):
    pages = pages_of_calculators(lang)
    assert pages["wealth"] == "wealth.md" and pages["credits"] == "credits.md"
