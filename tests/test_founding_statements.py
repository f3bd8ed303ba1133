"""Everything the founding documents state is told in the guide, or listed as replaced, in both languages."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("nb", "en")
STATEMENTS = yaml.safe_load((ROOT / "docs" / "founding-statements.yaml").read_text("utf-8"))["statements"]
# How many statements were counted in each document when the list was made: none is lost by an edit.
COUNTED = {"help": 69, "wealth": 27, "deposit": 30}
KEYS = {"from", "states", "at", "says", "exactly", "replaced"}


class Sections(HTMLParser):
    """The text under each heading with an id, down to the next heading; "" is what stands before the first h2."""

    def __init__(self, html):
        super().__init__()
        self.text, self.here, self.article = {"": ""}, "", 0
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.article += tag == "article"
        if self.article and tag in ("h2", "h3", "h4") and given.get("id"):
            self.here = given["id"]
            self.text[self.here] = ""

    def handle_endtag(self, tag):
        self.article -= tag == "article"

    def handle_data(self, data):
        if self.article:
            self.text[self.here] += data


@pytest.fixture(scope="module")
def sections(site):
    names = {each["at"].partition("#")[0] for each in STATEMENTS}
    return {
        (lang, name): Sections((site / lang / name / "index.html").read_text("utf-8")).text
        for lang in LANGUAGES
        for name in names
    }


def plain(text):
    """The text with every run of spaces, also those that do not break, made one space."""
    return " ".join(text.split())


def has_exactly(text, figure):
    """Whether a figure stands in the text, not cut out of a longer row of digits; English writes 1,000 for 1 000."""
    return re.search(rf"(?<!\d){re.escape(figure)}(?!\d)", re.sub(r"(?<=\d),(?=\d{3})", " ", text)) is not None


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda each: re.sub(r"\W+", "-", each["states"])[:60])
def test_a_statement_stands_where_the_list_says(sections, statement, lang):
    page, _, anchor = statement["at"].partition("#")
    assert anchor in sections[lang, page], statement["at"]
    there = plain(sections[lang, page][anchor])
    said = statement["says"][lang]
    assert said in there, (statement["at"], said)
    for figure in statement.get("exactly", []):
        assert has_exactly(there, figure), (statement["at"], figure)


def test_a_figure_is_not_found_inside_another():
    assert has_exactly("2020 428,861 823,663", "428 861")
    assert has_exactly("2020 428 861 823 663", "823 663")
    assert not has_exactly("1,428,861", "28 861")
    assert not has_exactly("825 740", "82")


def test_every_entry_is_filled_in():
    for each in STATEMENTS:
        assert set(each) <= KEYS, each["states"]
        assert set(each["says"]) == set(LANGUAGES), each["states"]
        for said in each["says"].values():
            assert 8 <= len(said) <= 80, said
            assert said == plain(said), said


def test_no_statement_is_lost_or_told_twice():
    assert Counter(each["from"] for each in STATEMENTS) == COUNTED
    assert len({each["states"] for each in STATEMENTS}) == len(STATEMENTS)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_two_statements_rest_on_the_same_words(lang):
    words = Counter((each["at"], each["says"][lang]) for each in STATEMENTS)
    assert [where for where, times in words.items() if times > 1] == []


def test_what_was_replaced_says_why():
    replaced = [each for each in STATEMENTS if "replaced" in each]
    assert len(replaced) >= 8
    assert all(len(each["replaced"]) > 20 for each in replaced)


def test_what_is_told_as_outdated_was_replaced():
    outdated = [each for each in STATEMENTS if each["at"].startswith("outdated#")]
    assert outdated
    for each in outdated:
        assert "replaced" in each, each["states"]
