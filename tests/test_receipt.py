"""What is taken along as text and on paper: complete, the same in both languages, no longer than an address holds."""

import csv
import io
import json
import re
from datetime import date
from html.parser import HTMLParser
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
from icalendar import Calendar

from calculators.browser import open_desk
from calculators.core.answer import ANSWERED, answer, rule
from calculators.core.files import BYTE_ORDER_MARK, kinds
from calculators.core.page import LONG_LIST, WARNINGS
from calculators.core.receipt import foot_html, head_html, inputs_shown, receipt_text
from calculators.core.report import LONGEST, channel, report
from calculators.core.tables import Tables
from calculators.core.take_along import take_along
from calculators.core.words import LANGUAGES, Words
from scripts import tables as editors_tables
from scripts.examples import load_examples
from scripts.words import words_json

TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
COMMON = WORDS.contents["common"]
TODAY, UNTIL = date(2026, 11, 22), date.fromisoformat(TABLES.in_force["until"])
DAY = {"nb": "22. november 2026", "en": "22 November 2026"}
PAGE = "https://example.org/guide/nb/wealth/"
ADDRESSES = {
    "nowhere": "",
    "mail": "post@example.org",
    "issue": "https://example.org/them/guide/issues/new",
    "page": "https://example.org/feil",
}
EXAMPLES = [each for each in load_examples() if each.status == ANSWERED]

each_lang = pytest.mark.parametrize("lang", LANGUAGES)
CALCULATORS = WORDS.calculators()
each_calculator = pytest.mark.parametrize("calculator", CALCULATORS)
each_channel = pytest.mark.parametrize("where", ADDRESSES)


def examples_of(calculator):
    return [each for each in EXAMPLES if each.calculator == calculator]


def done(example, lang):
    return answer(example.calculator, example.inputs, TABLES, WORDS, lang)


def taken(example, lang, **more):
    return take_along(done(example, lang), TABLES, WORDS, page=PAGE, today=TODAY.isoformat(), **more)


def plain(text):
    return text.replace("\u00a0", " ")


class Text(HTMLParser):
    """The text of a piece of HTML, and the addresses it links to."""

    def __init__(self, html):
        super().__init__()
        self.text, self.links = "", []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.text += data + "\n"


# The text for an e-mail


@each_lang
@each_calculator
def test_the_text_says_all_that_the_page_says(calculator, lang):
    for example in examples_of(calculator):
        says_all(done(example, lang), taken(example, lang), lang)


def says_all(made, along, lang):
    """Check that the text has every sentence, figure, source and input of the answer."""
    text = along["text"]
    result = made.result
    expected = [WORDS.say(lang, made.calculator, "title"), made.headline, along["link"], DAY[lang], TABLES.version]
    expected += [part for pair in inputs_shown(made, WORDS) for part in pair]
    expected += [each["text"] for each in (*result["steps"], *result["notices"])]
    expected += [each[key] for each in result["sources"] for key in ("title", "publisher", "url") if each[key]]
    expected += [each for each in result["display"].values() if isinstance(each, str)]
    lists = [each for each in result["display"].values() if isinstance(each, list) and len(each) <= LONG_LIST]
    expected += [cell for rows in lists for row in rows for cell in row.values() if cell is not None]
    assert [each for each in expected if plain(each) not in text] == []
    assert "\u00a0" not in text and not re.search(r": None$|; None|\{", text, re.M)
    assert text.endswith("\n") and not re.search(r"[ \t]$", text, re.M)


@each_calculator
def test_both_languages_have_the_same_lines_and_the_same_link(calculator):
    for example in examples_of(calculator):
        nb, en = (taken(example, lang) for lang in LANGUAGES)
        assert nb["link"] == en["link"]
        same_lines(nb["text"].splitlines(), en["text"].splitlines())


def same_lines(nb, en):
    """Check that two texts have the same parts in the same order, line by line."""
    assert len(nb) == len(en)
    for there, here in zip(nb, en, strict=True):
        # The day, the amounts and the addresses are the same ones, however they are written.
        assert sorted(re.findall(r"https?://\S+", there)) == sorted(re.findall(r"https?://\S+", here))
        assert re.match(r"(- |  - |\d+\. )?", there)[0] == re.match(r"(- |  - |\d+\. )?", here)[0]
    headings = {COMMON[group][key][lang] for group, key in HEADINGS for lang in LANGUAGES}
    for group, key in HEADINGS:
        words = COMMON[group][key]
        assert [line == words["nb"] for line in nb] == [line == words["en"] for line in en]
    assert len({line for line in nb if line in headings}) >= 4


HEADINGS = [
    ("receipt", "given"), ("receipt", "answer"), ("headings", "steps"), ("headings", "notices"),
    ("headings", "sources"), ("receipt", "reopen"),
]  # fmt: skip


@each_lang
def test_what_may_be_wrong_is_read_before_the_number(lang):
    doubtful = 0
    for example in EXAMPLES:
        made = done(example, lang)
        text = taken(example, lang)["text"]
        for notice in made.result["notices"]:
            if notice["kind"] in WARNINGS:
                doubtful += 1
                assert text.index(plain(notice["text"])) < text.index(plain(made.headline)), example.id
    assert doubtful > 20


@each_lang
def test_an_answer_that_leans_on_the_example_says_so_in_the_text(lang):
    example = next(each for each in EXAMPLES if each.calculator == "wealth")
    label = WORDS.contents["wealth"]["fields"]["net_wealth"]["label"][lang]
    leans = COMMON["headings"]["from_example"][lang].format(fields=label)
    assert leans in taken(example, lang, untouched=["net_wealth", "year"])["text"]
    assert leans not in taken(example, lang)["text"]


@each_lang
def test_a_list_too_long_to_take_along_is_named(lang):
    example = next(each for each in EXAMPLES if each.calculator == "repayment" and "years" not in each.inputs)
    made = done(example, lang)
    rows = len(made.result["outputs"]["schedule"])
    assert rows > LONG_LIST
    label = WORDS.contents["repayment"]["outputs"]["schedule"][lang]
    said = COMMON["receipt"]["long_list"][lang].format(list=label, rows=rows)
    assert said in taken(example, lang)["text"]
    assert said in Text(taken(example, lang)["foot"]).text


# On paper


@each_lang
@each_calculator
def test_the_receipt_has_the_question_the_day_what_was_given_and_the_way_back(calculator, lang):
    made = done(examples_of(calculator)[0], lang)
    link = PAGE + "#wealth?a=1&b=<2>"
    head = Text(head_html(made, WORDS, TODAY))
    for label, value in inputs_shown(made, WORDS):
        assert f"{label}\n{value}\n" in head.text
    assert DAY[lang] in plain(head.text)
    assert WORDS.say(lang, calculator, "title") in head.text
    assert made.result["notices"][-1]["text"] in head.text
    foot = Text(foot_html(made, WORDS, link, UNTIL))
    assert link in foot.text and TABLES.version in foot.text
    assert foot.links == [PAGE + "?#wealth?a=1&b=<2>"]
    assert Text(foot_html(made, WORDS, PAGE + "?x#wealth?a=1", UNTIL)).links == [PAGE + "?x#wealth?a=1"]


def test_inputs_are_shown_in_the_readers_words():
    cases = {each.calculator: each for each in EXAMPLES}
    shown = {
        lang: {plain(value) for example in cases.values() for _, value in inputs_shown(done(example, lang), WORDS)}
        for lang in LANGUAGES
    }
    assert {"Enslig", "ja", "nei", "100 %"} <= shown["nb"]
    assert {"Single", "yes", "no", "100%"} <= shown["en"]
    assert any(re.fullmatch(r"\d+\. \w+ \d{4}", each) for each in shown["nb"])
    assert any(re.fullmatch(r"NOK [\d,]+", each) for each in shown["en"])


def test_a_moment_is_shown_with_its_time():
    made = answer("reply", {**WORDS.contents["reply"]["start"], "at": "2026-11-23T10:30"}, TABLES, WORDS, "en")
    assert "23 November 2026, 10:30" in plain(inputs_shown(made, WORDS)[-1][1])


# The report of an error


@each_lang
@each_channel
def test_a_report_fits_its_address_and_reopens_the_case(where, lang):
    for example in EXAMPLES:
        fits_and_reopens(done(example, lang), taken(example, lang, write_to=ADDRESSES[where]), where, lang)


def fits_and_reopens(made, along, where, lang):
    """Check the text of a report and the address that it is added to, by a reader of addresses that is not ours."""
    told = along["report"]
    assert channel(ADDRESSES[where]) == where
    assert told["text"].startswith(COMMON["report"]["asks"][lang])
    assert along["link"] in told["text"]
    finished = told["opens"] + quote(told["text"], safe="")
    assert len(finished) <= LONGEST.get(where, len(finished))
    title = WORDS.say(lang, made.calculator, "title")
    subject = COMMON["report"]["subject"][lang].format(title=title)
    if where == "mail":
        assert finished.startswith("mailto:post@example.org?")
        assert dict(parse_qsl(urlsplit(finished).query)) == {"subject": subject, "body": told["text"]}
    elif where == "issue":
        assert finished.startswith(ADDRESSES["issue"] + "?")
        assert dict(parse_qsl(urlsplit(finished).query)) == {"title": subject, "body": told["text"]}
    else:
        assert told["opens"] == ADDRESSES[where]
        assert along["text"] in told["text"]
    if where != "mail" or len(made.result["inputs"]) < 8:
        assert plain(made.headline) in told["text"]


def test_the_longest_report_that_fits_is_chosen():
    seen = {
        (where, sum(COMMON[group][key]["nb"] in taken(each, "nb", write_to=ADDRESSES[where])["report"]["text"]
                    for group, key in HEADINGS))
        for name in CALCULATORS for each in examples_of(name)[:2] for where in ("mail", "issue")
    }  # fmt: skip
    assert {("mail", 1), ("mail", 2), ("issue", 6)} <= seen


@pytest.mark.parametrize("nothing", ["", None])
def test_without_an_address_the_report_opens_nothing(nothing):
    made = done(EXAMPLES[0], "nb")
    assert report(made, WORDS, PAGE, TODAY, UNTIL, write_to=nothing)["opens"] == ""
    assert channel(nothing) == "nowhere"


# The files


def test_the_calculators_with_dates_or_amounts_have_files():
    found = {name: kinds(name) for name in WORDS.calculators() if kinds(name)}
    assert found == {"deadlines": ["ics"], "repayment": ["ics", "csv"], "support": ["ics", "csv"]}


@each_lang
@pytest.mark.parametrize("calculator", ["support", "repayment"])
def test_the_files_are_read_by_others(calculator, lang):
    example = next(each for each in EXAMPLES if each.calculator == calculator)
    made, files = done(example, lang), taken(example, lang)["files"]
    assert {kind: file["name"] for kind, file in files.items()} == {
        "ics": f"{calculator}-2026-11-22.ics", "csv": f"{calculator}-2026-11-22.csv",
    }  # fmt: skip
    events = Calendar.from_ical(files["ics"]["text"]).walk("VEVENT")
    assert len(events) == len(rule(calculator).events(made.result["outputs"])) > 1
    assert files["csv"]["text"].startswith(BYTE_ORDER_MARK)
    sheet = files["csv"]["text"].encode().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(sheet, newline=""), delimiter={"nb": ";", "en": ","}[lang]))
    (listed,) = [each for each in made.result["outputs"].values() if isinstance(each, list)]
    assert len(rows) == len(listed) + 1


@each_lang
def test_a_calendar_without_a_coming_date_is_no_file(lang):
    case = {"academic_year": "2024-25", "period": "autumn", "today": "2030-01-01"}
    late = answer("deadlines", case, TABLES, WORDS, lang)
    assert late.status == ANSWERED
    assert take_along(late, TABLES, WORDS, page=PAGE, today="2026-11-22")["files"] == {}


# The desk


DESK = open_desk(editors_tables.load().canonical, words_json())


def ask(**request):
    return json.loads(DESK(json.dumps({"id": 1, "lang": "en", **request})))


CASE = {"year": "2020", "household": "single", "net_wealth": "678861", "months": "10"}
TAKING = {"page": PAGE, "today": "2026-11-22", "write_to": ""}


def test_only_an_answer_can_be_taken_along():
    asked = {"calculator": "wealth", **TAKING}
    assert ask(**asked, canonical=CASE)["take"]["link"].startswith(PAGE + "#wealth?year=2020")
    assert ask(**asked, canonical={**CASE, "year": "2023"})["take"] is None
    assert ask(**asked, canonical={**CASE, "months": "13"})["take"] is None
    assert "take" not in ask(calculator="wealth", canonical=CASE)


def test_the_desk_tells_what_a_link_carried_above_the_answer_and_aloud():
    carried = {"answer": "48000", "data": "0123456789ab"}
    reply = ask(calculator="wealth", canonical=CASE, carried=carried)
    first = COMMON["share"]["figures_changed"]["en"].format(old=carried["data"], new=TABLES.version)
    assert reply["html"].startswith('<div class="ds-alert"') and first in reply["html"].partition("</div>")[0]
    assert reply["headline"].startswith(first)
    assert "data-since-link" not in ask(calculator="wealth", canonical=CASE, carried={})["html"]


def test_the_text_can_be_cut_into_parts():
    made = answer("wealth", CASE, TABLES, WORDS, "nb")
    text = receipt_text(made, WORDS, "https://example.org/#x", TODAY, UNTIL, parts=["sentence", "reopen"])
    assert plain(made.headline) in text and "https://example.org/#x" in text
    assert COMMON["headings"]["steps"]["nb"] not in text
