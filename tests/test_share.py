"""Links that carry a case: the way there and back, and what a reader is told when the answer is another one now."""

import re
from datetime import date, timedelta
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.core.answer import ANSWERED, INVALID, NOT_PUBLISHED, answer, rule
from calculators.core.share import (
    ANSWER,
    DATA,
    fragment,
    headline_of,
    headline_value,
    quoted,
    since,
    since_html,
)
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words
from scripts import tables as editors_tables
from scripts.examples import load_examples
from scripts.words import words_json

TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
SAYS = WORDS.contents["common"]["share"]
EXAMPLES = load_examples()
ANSWERED_EXAMPLES = [each for each in EXAMPLES if each.status == ANSWERED]
OTHER_VERSION = "0123456789ab"

each_lang = pytest.mark.parametrize("lang", LANGUAGES)
each_answered = pytest.mark.parametrize("example", ANSWERED_EXAMPLES, ids=lambda each: each.id)


def done(calculator, lang="nb", **inputs):
    return answer(calculator, inputs, TABLES, WORDS, lang)


def read(link):
    """What another reader of addresses finds in a link: the calculator and the values by name."""
    calculator, _, query = link.removeprefix("#").partition("?")
    pairs = parse_qsl(query, keep_blank_values=True, strict_parsing=True)
    assert len({name for name, _ in pairs}) == len(pairs)
    return calculator, dict(pairs)


# There and back


def values_of(spec):
    """Right values of a field as canonical text."""
    if spec.choices:
        return st.sampled_from(spec.choices)
    if spec.table:
        return st.sampled_from(TABLES.periods(spec.table))
    if spec.kind in ("date", "moment"):
        days = st.dates(date(2015, 1, 1), date(2030, 12, 31)).map(date.isoformat)
        clock = st.times().map(lambda time: f"T{time:%H:%M}")
        return days if spec.kind == "date" else st.builds(str.__add__, days, clock)
    if spec.kind == "digits":
        return st.from_regex(f"[0-9]{{{spec.low},{spec.high}}}", fullmatch=True)
    most = min(spec.high, spec.low + 10**7)
    return st.integers(int(spec.low), int(most)).map(str)


@st.composite
def cases(draw):
    """(calculator, inputs): a worked example with some of its fields changed."""
    example = draw(st.sampled_from(ANSWERED_EXAMPLES))
    inputs = dict(example.inputs)
    for spec in draw(st.lists(st.sampled_from(rule(example.calculator).FIELDS), max_size=4)):
        inputs[spec.name] = draw(values_of(spec))
    return example.calculator, inputs


@given(cases(), st.sampled_from(LANGUAGES))
@settings(max_examples=300, deadline=None)
def test_a_link_opens_the_case_it_was_made_from(case, lang):
    calculator, inputs = case
    made = done(calculator, lang, **inputs)
    link = fragment(made, WORDS)
    if made.status == INVALID:
        assert link == ""
        return
    named, carried = read(link)
    assert named == calculator
    assert carried.pop(DATA) == TABLES.version
    assert (ANSWER in carried) == (made.status == ANSWERED)
    old = carried.pop(ANSWER, None)
    assert carried == {name: value for name, value in made.result["inputs"].items() if value is not None}
    other = "en" if lang == "nb" else "nb"
    again = done(calculator, other, **carried)
    assert again.result["inputs"] == made.result["inputs"]
    assert again.result["outputs"] == made.result["outputs"]
    assert fragment(again, WORDS) == link
    assert since(again, {ANSWER: old, DATA: TABLES.version}, WORDS).sentences == ()


@given(st.text())
def test_any_text_can_stand_in_an_address(text):
    text = text.encode("utf-8", "replace").decode()
    assert unquote(quoted(text)) == text
    assert re.fullmatch(r"[A-Za-z0-9._~%-]*", quoted(text))


def test_no_field_has_the_name_of_what_a_link_carries_besides():
    for calculator in WORDS.calculators():
        assert not {ANSWER, DATA} & {spec.name for spec in rule(calculator).FIELDS}, calculator


def test_the_link_of_the_issue_is_pinned():
    made = done("wealth", year="2020", household="single", net_wealth="678861", months="10")
    assert fragment(made, WORDS) == (
        "#wealth?year=2020&household=single&net_wealth=678861&months=10&study_percent=100"
        f"&answer=50000&data={TABLES.version}"
    )


def test_a_case_without_a_published_limit_has_a_link_without_an_answer():
    made = done("wealth", year="2023", household="single", net_wealth="678861", months="10")
    assert made.status == NOT_PUBLISHED
    assert read(fragment(made, WORDS))[1].keys() & {ANSWER, DATA} == {DATA}


# When the answer is another one now


def told(made, lang, answer_then, version):
    """What is said of a link, as the keys of the sentences, and whether the answer differs."""
    found = since(made, {ANSWER: answer_then, DATA: version}, WORDS)
    texts = {key: text[lang] for key, text in SAYS.items()}
    keys = []
    for sentence in found.sentences:
        (key,) = [
            key
            for key, text in texts.items()
            if re.fullmatch(re.sub(r"\\{\w+\\}", ".*", re.escape(text)), sentence, re.S)
        ]
        keys.append(key)
    return keys, found.differs


CASE = {"year": "2020", "household": "single", "net_wealth": "678861", "months": "10"}
NOW = TABLES.version


@each_lang
@pytest.mark.parametrize(
    ("answer_then", "version", "keys", "differs"),
    [
        (None, None, [], False),
        ("50000", NOW, [], False),
        ("50000.00", NOW, [], False),
        ("50000", None, [], False),
        (None, NOW, [], False),
        ("50000", OTHER_VERSION, ["figures_changed", "same_answer"], False),
        ("48000", OTHER_VERSION, ["figures_changed", "old_answer", "new_answer"], True),
        ("", OTHER_VERSION, ["figures_changed", "old_answer", "new_answer"], True),
        (None, OTHER_VERSION, ["figures_changed", "no_old_answer"], True),
        ("48000", NOW, ["old_answer", "new_answer", "same_figures"], True),
        ("48000", None, ["old_answer", "new_answer", "no_version"], True),
        ("many", OTHER_VERSION, ["unreadable", "figures_changed", "no_old_answer"], True),
        ("50000", "2026", ["unreadable"], False),
        ("<b>1</b>", "<b>2</b>", ["unreadable"], False),
    ],
)
def test_each_difference_is_told(lang, answer_then, version, keys, differs):
    assert told(done("wealth", lang, **CASE), lang, answer_then, version) == (keys, differs)


@each_lang
def test_both_answers_and_both_versions_are_shown(lang):
    said = " ".join(since(done("wealth", lang, **CASE), {ANSWER: "48000.5", DATA: OTHER_VERSION}, WORDS).sentences)
    old, new = {"nb": ("48 000,50 kr", "50 000 kr"), "en": ("NOK 48,000.50", "NOK 50,000")}[lang]
    for shown in (old, new, OTHER_VERSION, NOW):
        assert shown in said.replace("\u00a0", " ")


@each_lang
def test_an_answer_that_can_no_longer_be_given_is_told_with_the_old_one(lang):
    made = done("wealth", lang, **{**CASE, "year": "2023"})
    assert made.status == NOT_PUBLISHED
    assert told(made, lang, "50000", OTHER_VERSION) == (["figures_changed", "old_answer", "no_new_answer"], True)


def test_what_cannot_be_read_is_named_and_not_shown():
    found = since(done("wealth", "en", **CASE), {ANSWER: "<b>1</b>", DATA: "&amp;"}, WORDS)
    assert "answer, data" in found.sentences[0]
    assert "<b>" not in " ".join(found.sentences) and "&amp;" not in " ".join(found.sentences)


@pytest.mark.parametrize("wrong", ["1e9", "9" * 65, "50 000", "kr 5", "2026-01-01", "true", "\u0663"])
def test_what_is_no_amount_is_no_answer(wrong):
    assert "unreadable" in told(done("wealth", **CASE), "nb", wrong, NOW)[0]


def test_faulty_fields_are_told_first_and_alone():
    made = done("wealth", **{**CASE, "months": "13"})
    assert since(made, {ANSWER: "50000", DATA: OTHER_VERSION}, WORDS).sentences == ()


@each_lang
@each_answered
def test_every_kind_of_answer_is_shown_as_the_page_shows_it(example, lang):
    made = done(example.calculator, lang, **example.inputs)
    headline = headline_of(example.calculator, WORDS, lang)
    shown = made.result["display"]
    for part in headline.name.split("."):
        shown = shown[int(part) if part.isdecimal() else part]
    now = headline_value(made, headline)
    other = another(headline, now, example.calculator)
    keys, differs = told(made, lang, other, OTHER_VERSION)
    assert (keys, differs) == (["figures_changed", "old_answer", "new_answer"], True)
    *_, new = since(made, {ANSWER: other, DATA: OTHER_VERSION}, WORDS).sentences
    assert new == SAYS["new_answer"][lang].format(value=shown if now else SAYS["none"][lang])


def another(headline, now, calculator):
    """Another answer of the same kind."""
    if headline.unit == "choice":
        choices = WORDS.contents[calculator]["output_choices"][headline.name]
        return next(each for each in choices if each != now)
    if headline.unit == "date":
        return (date.fromisoformat(now or "2026-01-01") + timedelta(days=1)).isoformat()
    return "1" if now != "1" else "2"


def test_the_box_is_safe_html_and_empty_when_nothing_is_to_be_told():
    made = done("wealth", **CASE)
    assert since_html(since(made, {ANSWER: "50000", DATA: NOW}, WORDS)) == ""
    box = since_html(since(made, {ANSWER: "48000", DATA: OTHER_VERSION}, WORDS))
    assert box.startswith('<div class="ds-alert" data-color="warning" data-since-link><p>')
    assert 'data-color="info"' in since_html(since(made, {ANSWER: "50000", DATA: OTHER_VERSION}, WORDS))
