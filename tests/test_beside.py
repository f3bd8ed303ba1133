"""Two cases side by side: what differs, by how much and why; by link, on paper and by keyboard."""

import itertools
import json
import re
from datetime import date
from decimal import Decimal
from html import unescape
from urllib.parse import parse_qsl, urlencode

import pytest
from accessible import axe_finds, fits
from any_case import EXAMPLES, TABLES, WORDS, answered_cases
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from calculators.browser import open_desk
from calculators.core.answer import ANSWERED, answer, rule
from calculators.core.compare import (
    comparable,
    comparison_lines,
    comparison_sentences,
    difference,
    inputs_that_differ,
    kept_case,
    outputs_compared,
    steps_that_differ,
    to_keep,
)
from calculators.core.compare_page import compare_html
from calculators.core.dates import months_apart
from calculators.core.money import Quantity, show_change
from calculators.core.share import fragment
from scripts.examples import load_examples
from scripts.tables import load
from scripts.words import words_json

BOOT = 60_000
LANGUAGES = ("nb", "en")
SAYS = WORDS.contents["common"]["beside"]
ALL = WORDS.calculators()
COMPARED = [each for each in ALL if comparable(each)]
DESK = open_desk(load().canonical, words_json())
CHANCE = settings(max_examples=40, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])

each_compared = pytest.mark.parametrize("calculator", COMPARED)
each_lang = pytest.mark.parametrize("lang", LANGUAGES)

CASE = {"year": "2020", "household": "single", "net_wealth": "678861", "months": "10"}


def done(calculator, lang="nb", **inputs):
    return answer(calculator, inputs, TABLES, WORDS, lang)


def asked(calculator, lang="nb", **more):
    return json.loads(DESK(json.dumps({"id": 1, "calculator": calculator, "lang": lang, **more})))


def spaced(text):
    """The text without no-break spaces: a table may break between words."""
    return text.replace("\u00a0", " ")


# How much: against the outside sources of the worked examples


def apart(first, last, unit):
    """What lies between two outputs as the examples write them, by means that are not the calculators' own."""
    if unit == "date":
        return date.fromisoformat(last).toordinal() - date.fromisoformat(first).toordinal()
    if unit == "year-month":
        years, months = (int(b) - int(a) for a, b in zip(first.split("-"), last.split("-"), strict=True))
        return 12 * years + months
    return Decimal(last) - Decimal(first)


@each_compared
def test_the_difference_is_that_between_what_the_sources_of_two_examples_give(calculator):
    examples = [each for each in EXAMPLES if each.calculator == calculator]
    tried = set()
    for one, other in itertools.permutations(examples[:12], 2):
        a, b = (done(calculator, **each.inputs) for each in (one, other))
        for name in set(one.outputs) & set(other.outputs) & set(rule(calculator).OUTPUTS):
            unit, first, last = rule(calculator).OUTPUTS[name], one.outputs[name], other.outputs[name]
            found = difference(a, b, name, WORDS)
            if first == last:
                assert found.key == "same" and found.value in (None, "0")
            elif None in (first, last):
                assert found.key == "unknown" and found.value is None
                assert found.shown == SAYS["not_subtracted"]["nb"]
            elif unit == "flag":
                assert (found.key, found.value) == (last, None)
            elif unit == "choice":
                assert (found.key, found.value) == ("changed", None)
            else:
                gap = apart(first, last, unit)
                assert Decimal(found.value) == gap
                words = ("earlier", "later") if unit in ("date", "year-month") else ("less", "more")
                assert found.key == words[gap > 0]
            tried.add(found.key)
    assert len(tried) > 1


def test_what_is_compared_has_a_number_or_a_date():
    assert set(ALL) - set(COMPARED) == {"signing", "invoice", "deadlines"}
    for calculator in set(ALL) - set(COMPARED):
        example = next(each for each in EXAMPLES if each.calculator == calculator)
        reply = asked(calculator, canonical=example.inputs, beside=example.inputs)
        assert "data-beside" not in reply["html"] and "a." not in reply["link"].partition("?")[2].replace("data.", "")


@pytest.mark.parametrize(
    ("value", "unit", "nb", "en"),
    [
        ("5000", "NOK", "+5 000 kr", "+NOK 5,000"),
        ("-2352.5", "NOK", "−2 352,50 kr", "-NOK 2,352.50"),
        ("1", "months", "+1 måned", "+1 month"),
        ("0", "credits", "0 studiepoeng", "0 credits"),
        ("-10", "credits", "−10 studiepoeng", "-10 credits"),
    ],
)
def test_a_change_is_shown_with_its_sign(value, unit, nb, en):
    for lang, text in (("nb", nb), ("en", en)):
        assert show_change(Quantity(Decimal(value), unit), lang).replace("\u00a0", " ") == text


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        ("2026-02-15", "2026-08-15", 6), ("2026-08-15", "2026-02-15", -6), ("2026-01-31", "2026-02-28", 1),
        ("2024-02-29", "2025-02-28", 12), ("2026-02-15", "2026-08-14", None), ("2026-05-31", "2026-06-15", None),
        ("2026-02-15", "2026-02-15", 0), ("2026-12-05", "2027-01-05", 1), ("2026-01-28", "2026-02-28", 1),
    ],
)  # fmt: skip
def test_months_are_whole_from_a_day_to_the_same_day_or_from_end_to_end(first, last, months):
    assert months_apart(date.fromisoformat(first), date.fromisoformat(last)) == months


@pytest.mark.parametrize(
    ("ended", "nb", "en"),
    [
        ("2026-12-15", "6 måneder senere", "6 months later"),
        ("2027-07-10", "1 år og 1 måned senere", "1 year and 1 month later"),
        ("2024-06-15", "2 år tidligere", "2 years earlier"),
        ("2026-06-01", "ingen", "none"),
    ],
)
def test_due_dates_are_compared_as_dates(ended, nb, en):
    case = {"debt": "300000", "annual_rate": "2.979", "support_ended": "2026-06-15"}
    for lang, text in (("nb", nb), ("en", en)):
        a, b = done("repayment", lang, **case), done("repayment", lang, **{**case, "support_ended": ended})
        assert difference(a, b, "first_due", WORDS).shown.replace("\u00a0", " ") == text


# For any two cases


@st.composite
def two_cases(draw, calculator, lang="nb"):
    """Two answered cases of a calculator, the second often near the first."""
    return draw(answered_cases(calculator, lang)), draw(answered_cases(calculator, lang))


@each_compared
@given(data=st.data())
@CHANCE
def test_differences_add_up_and_turn_around(calculator, data):
    a, b = data.draw(two_cases(calculator))
    for name, unit in rule(calculator).OUTPUTS.items():
        if not isinstance(unit, str):
            continue
        there, back = difference(a, b, name, WORDS), difference(b, a, name, WORDS)
        assert difference(a, a, name, WORDS).key == "same"
        assert there.size == back.size
        if there.value is None:
            assert back.value is None
            continue
        assert Decimal(there.value) == -Decimal(back.value)
        if unit not in ("date", "year-month"):
            first, last = (Decimal(each.result["outputs"][name]) for each in (a, b))
            assert first + Decimal(there.value) == last
    assert inputs_that_differ(a, a, WORDS) == [] and steps_that_differ(a, a) == []
    assert comparison_sentences(a, a, WORDS) == [SAYS["alike"]["nb"]]
    there, back = (inputs_that_differ(*each, WORDS) for each in ((a, b), (b, a)))
    assert [(row.name, row.a, row.b) for row in there] == [(row.name, row.b, row.a) for row in back]
    assert {row.name for row in there} == {
        name for name, value in a.result["inputs"].items() if value != b.result["inputs"][name]
    }


@each_compared
@given(data=st.data())
@CHANCE
def test_every_step_that_is_not_the_same_is_shown_and_no_other(calculator, data):
    a, b = data.draw(two_cases(calculator))
    pairs = steps_that_differ(a, b)
    texts = [[step["text"] for step in each.result["steps"] if step["origin"] != "input"] for each in (a, b)]
    shown = [[pair[side]["text"] for pair in pairs if pair[side]] for side in (0, 1)]
    for side in (0, 1):
        # In their order, and what is left over is word for word the same in both cases.
        place = iter(texts[side])
        assert all(text in place for text in shown[side])
    left = [list(texts[side]) for side in (0, 1)]
    for side in (0, 1):
        for text in shown[side]:
            left[side].remove(text)
    assert left[0] == left[1]
    assert all(ours is None or theirs is None or ours["text"] != theirs["text"] for ours, theirs in pairs)


@each_compared
@given(data=st.data())
@CHANCE
def test_a_kept_case_and_a_link_with_two_cases_bring_both_back(calculator, data):
    a, b = data.draw(two_cases(calculator))
    assert kept_case(calculator, to_keep(a), TABLES, WORDS, "nb").result == a.result
    link = fragment(b, WORDS, a)
    assert link.startswith(fragment(b, WORDS) + "&a.")
    carried = dict(parse_qsl(link.partition("?")[2], keep_blank_values=True))
    other = {name.removeprefix("a."): value for name, value in carried.items() if name.startswith("a.")}
    again = kept_case(calculator, other, TABLES, WORDS, "en")
    assert again.result["outputs"] == a.result["outputs"]
    mine = {name: value for name, value in carried.items() if not name.startswith("a.")} | {"net_wealth_": "dropped"}
    mine = {spec.name: mine[spec.name] for spec in rule(calculator).FIELDS if spec.name in mine}
    reply = asked(calculator, canonical=mine, beside=other, carried={"a.answer": carried["a.answer"]})
    assert reply["link"] == link
    assert SAYS["case_a"]["nb"] + ":" not in reply["html"], "A's answer is what the link says"


def test_no_field_is_called_as_what_a_link_says_of_the_other_case():
    for calculator in ALL:
        assert not [spec.name for spec in rule(calculator).FIELDS if "." in spec.name]


def test_what_was_left_open_is_kept_open():
    keep = to_keep(done("grant", year="2026"))
    assert keep["year"] == "2026" and "semesters" not in keep
    assert kept_case("grant", keep, TABLES, WORDS, "nb").typed == done("grant", year="2026").typed


# In words


def test_each_comparison_has_its_sentences():
    """About outputs there are, of kinds there are, and all of them said."""
    kinds = {"NOK": {"more", "less"}, "months": {"more", "less"}, "credits": {"more", "less"}}
    kinds |= {
        "NOK/month": {"more", "less"},
        "date": {"later", "earlier"},
        "flag": {"true", "false"},
        "choice": {"changed"},
    }
    for calculator in ALL:
        texts = WORDS.contents[calculator].get("beside", {})
        assert bool(texts) == (calculator in COMPARED), calculator
        for name, told in texts.items():
            assert set(told) == kinds[rule(calculator).OUTPUTS[name]], (calculator, name)
            for key, text in told.items():
                assert all(("{change}" in text[lang]) == (key in ("more", "less", "later", "earlier")) for lang in text)


@each_compared
@each_lang
def test_the_first_sentence_is_the_difference(calculator, lang):
    examples = [each for each in EXAMPLES if each.calculator == calculator]
    seen = set()
    for one, other in itertools.permutations(examples, 2):
        a, b = (done(calculator, lang, **each.inputs) for each in (one, other))
        first, *others = comparison_sentences(a, b, WORDS)
        assert len(others) <= 2 and "{" not in first
        html = unescape(compare_html(a, b, WORDS))
        assert f'<p class="beside__difference">{first}</p>' in html
        lines = comparison_lines(a, b, WORDS)
        assert lines[0] == first
        if a.result["inputs"] == b.result["inputs"]:
            assert lines == [SAYS["alike"][lang]] and "<table" not in html
            continue
        for row in outputs_compared(a, b, WORDS):
            for shown in (row.a, row.b, row.difference.shown):
                assert spaced(shown) in spaced(html)
            assert any(row.label in line and row.difference.shown in line for line in lines)
        main = difference(a, b, WORDS.contents[calculator]["main_output"], WORDS)
        if main.key in ("more", "less", "later", "earlier"):
            assert any(main.size in each for each in (first, *others))
        seen.add(main.key)
    assert len(seen) > 1


def test_ten_more_credits_and_less_work_say_what_they_bring():
    grant = {"year": "2026"}
    a = done("grant", "en", **grant, autumn_credits_passed="20")
    b = done("grant", "en", **grant, autumn_credits_passed="30")
    first, *_ = comparison_sentences(a, b, WORDS)
    gained = Decimal(b.result["outputs"]["grant"]) - Decimal(a.result["outputs"]["grant"])
    assert gained > 0
    assert first == f"With case B you get {show_change(Quantity(gained, 'NOK'), 'en')[1:]} more grant now."
    html = compare_html(a, b, WORDS)
    assert f'data-difference="{b.result["outputs"]["pending_credits"]}"' not in html
    assert re.search(r'data-row="grant">.*?data-kind="more"', html)
    assert f'<summary data-fold="compared">{SAYS["why"]["en"].split("(")[0]}' in html


def test_steps_that_change_nothing_are_not_called_the_reason():
    poor = CASE | {"net_wealth": "1000"}
    a, b, c = (done("wealth", "en", **each) for each in (poor, poor | {"net_wealth": "2000"}, CASE))
    html = compare_html(a, b, WORDS)
    assert comparison_sentences(a, b, WORDS)[0].startswith("No difference: ")
    assert SAYS["other_steps"]["en"].format(count=1) in html and 'data-kind="same"' in html
    assert SAYS["why"]["en"].partition("{")[0] in compare_html(a, c, WORDS)


# What is no number


@each_lang
def test_a_case_without_a_figure_is_named_and_never_subtracted(lang):
    a, gap = done("wealth", lang, **CASE), done("wealth", lang, **CASE | {"year": "2023"})
    assert gap.status == 3
    for first, last, key in ((a, gap, "no_figure_b"), (gap, a, "no_figure_a"), (gap, gap, "alike")):
        html = compare_html(first, last, WORDS)
        assert unescape(html).count(SAYS[key][lang]) == 1
        assert "data-difference" not in html and "data-compared-outputs" not in html
    other = done("wealth", lang, **CASE | {"year": "2023", "months": "3"})
    assert comparison_sentences(gap, other, WORDS)[0] == SAYS["no_figure_both"][lang]


@each_lang
def test_while_b_is_wrong_a_is_kept_and_nothing_is_compared(lang):
    reply = asked("wealth", lang, canonical=CASE | {"months": "13"}, beside=CASE)
    a = done("wealth", lang, **CASE)
    html = unescape(reply["html"])
    assert reply["status"] == 2 and reply["link"] == "" and reply["keep"] == {} and reply["headline"] == ""
    assert a.headline in html and SAYS["not_yet"][lang] in html
    assert "data-difference" not in html and "<table" not in html
    assert re.findall(r'data-beside="(\w+)"', html) == ["change", "stop"]


BAD = ("<script>alert(1)</script>", "__proto__", "1e9", "NaN", "\u202e123", "9" * 20_000, "-", "[]", "\x00")


@pytest.mark.parametrize("bad", BAD)
def test_a_hostile_case_a_only_has_its_fields_named(bad):
    plain = asked("wealth", canonical=CASE)
    beside = {**CASE, "net_wealth": bad, "household": bad, "__proto__": "1", "constructor": "x", "no_such": bad}
    reply = asked("wealth", canonical=CASE, beside=beside, carried={"a.answer": bad})
    labels = [WORDS.contents["wealth"]["fields"][each]["label"]["nb"] for each in ("household", "net_wealth")]
    assert SAYS["bad_case"]["nb"].format(fields=", ".join(labels)) in unescape(reply["html"])
    assert reply["result"] == plain["result"] and reply["link"] == plain["link"]
    assert len(bad) < 4 or bad not in json.dumps(reply, ensure_ascii=False)
    assert "<table" not in reply["html"].partition("data-compared")[2].partition('data-beside="stop"')[0]


@pytest.mark.parametrize("nothing", [{}, [], "x", None, {"no_such": "1"}, 5])
def test_what_is_no_case_is_not_compared(nothing):
    assert asked("wealth", canonical=CASE, beside=nothing) == asked("wealth", canonical=CASE)


def test_the_other_case_of_a_link_is_compared_with_its_old_answer_too():
    more = {"data": "0123456789ab", "a.answer": "1", "answer": "50000"}
    reply = asked("wealth", "en", canonical=CASE, beside=CASE | {"months": "5"}, carried=more)
    told = unescape(re.search(r"<p>Case A: (.*?)</p>", reply["html"])[1]).replace("\u00a0", " ")
    assert "NOK 1." in told and "NOK 25,000" in told
    # And the text to take along has the comparison and the way back to both.
    taking = {"page": "https://guide.example/", "today": "2026-11-22"}
    taken = asked("wealth", "en", canonical=CASE, beside=CASE | {"months": "5"}, **taking)["take"]
    assert "a.months=5" in taken["link"] and taken["link"] in taken["text"]
    assert "Compared with case A\nWith case B, wealth takes up to NOK 25,000 more of the grant." in taken["text"]


def test_a_plain_answer_is_as_before_but_for_one_button():
    reply = asked("wealth", canonical=CASE)
    assert re.findall(r'data-beside="(\w+)"', reply["html"]) == ["keep"]
    assert reply["link"] == fragment(done("wealth", **CASE), WORDS)
    assert 'data-beside="keep"' not in asked("wealth", canonical=CASE | {"year": "2023"})["html"]


@each_compared
@each_lang
def test_every_comparison_of_examples_can_be_read(calculator, lang):
    """Right and wrong ones, and gaps: no blank is left unfilled and every piece of markup is closed."""
    examples = [each for each in load_examples() if each.calculator == calculator]
    for one, other in itertools.product(examples[::3], examples[::2]):
        a, b = (done(calculator, lang, **each.inputs) for each in (one, other))
        html = compare_html(a, b, WORDS)
        assert "{" not in html and "None" not in html
        for tag in ("div", "table", "tbody", "details", "ol", "li", "dl"):
            assert len(re.findall(f"<{tag}[ >]", html)) == html.count(f"</{tag}>"), tag
        if ANSWERED not in (a.status, b.status):
            assert "data-difference" not in html


# On the page


def reduces(result, amount):
    """Wait until the page's answer is this reduction."""
    expect(result.locator(".calculator__number")).to_have_attribute("data-value", amount, timeout=BOOT)


def press(result, button, key="Enter"):
    """Press a button of the answer by keyboard."""
    result.locator(f"[data-beside={button}]").focus()
    result.page.keyboard.press(key)


def go_to(page, **case):
    """Open a case of the wealth page by its link, on that page."""
    page.evaluate("link => { location.hash = link; }", f"#wealth?{urlencode(case)}")


def test_two_cases_by_keyboard_on_a_phone_in_both_languages_and_by_link(new_context, site_url):
    page = new_context(viewport={"width": 360, "height": 800}).new_page()
    page.goto(f"{site_url}nb/wealth/#wealth?{urlencode(CASE)}")
    result, announce, months = (page.locator(each) for each in ("[data-result]", "[data-announce]", "[name=months]"))
    row, why = result.locator("[data-row=reduction] td"), result.locator(".beside__why")
    reduces(result, "50000")
    press(result, "keep")
    expect(result.locator(".beside__heading")).to_be_focused()
    expect(announce).to_contain_text(SAYS["alike"]["nb"])
    # On to the form, and a month less.
    press(result, "change")
    expect(page.locator("select[name=year]")).to_be_focused()
    months.fill("9")
    expect(row.nth(2)).to_have_attribute("data-difference", "-5000")
    assert result.locator("[data-row=months] td").all_inner_texts() == ["10 måneder", "9 måneder"]
    reduces(result, "45000")
    expect(result.locator(".beside__steps > li")).to_have_count(1)
    expect(announce).to_contain_text("5\u00a0000\u00a0kr mindre")
    fits(page, 360)
    assert not axe_finds(page, ".beside")
    # Wrong in between: A stays, no number does.
    months.fill("99")
    expect(row).to_have_count(0)
    expect(result.locator(".beside")).to_contain_text("50\u00a0000")
    assert result.locator("[data-output], [data-difference]").count() == 0
    months.fill("9")
    expect(row.nth(2)).to_have_attribute("data-difference", "-5000")
    # What is folded stays so through a change, and the focus on its line.
    why.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(why).not_to_have_attribute("open", "")
    months.evaluate("field => { field.value = '8'; field.dispatchEvent(new Event('input', { bubbles: true })); }")
    expect(row.nth(2)).to_have_attribute("data-difference", "-10000")
    expect(why).not_to_have_attribute("open", "")
    expect(why.locator("summary")).to_be_focused()
    # The other language has both cases.
    page.emulate_media(color_scheme="dark")
    page.locator("a[data-language-switch]").first.click()
    page.wait_for_url(f"{site_url}en/wealth/")
    expect(row.nth(2)).to_have_attribute("data-difference", "-10000", timeout=BOOT)
    expect(announce).to_contain_text("NOK\u00a010,000 less")
    fits(page, 360)
    assert not axe_finds(page, ".beside")
    # Turned around: the focus stays on the button.
    press(result, "swap", "Space")
    expect(row.nth(2)).to_have_attribute("data-difference", "10000")
    expect(months).to_have_value("10")
    expect(result.locator("[data-beside=swap]")).to_be_focused()
    press(result, "stop")
    expect(result.locator("[data-compared]")).to_have_count(0)
    reduces(result, "50000")
    expect(result.locator("h3")).to_be_focused()
    # A link opens both cases, a hostile one names the bad field, and one without a case A compares nothing.
    other = {f"a.{name}": value for name, value in CASE.items()}
    go_to(page, **CASE | {"months": "5"}, **other)
    expect(row.nth(2)).to_have_attribute("data-difference", "-25000")
    go_to(page, **CASE, **other | {"a.months": BAD[0], "a.__proto__": "1", "a.no_such": "1"})
    expect(result.locator("[data-compared]")).to_contain_text("Wrong: Months with support")
    reduces(result, "50000")
    assert page.evaluate("({}).x ?? document.querySelectorAll('.calculator script').length") == 0
    go_to(page, **CASE)
    expect(result.locator("[data-compared]")).to_have_count(0)
    # A reset leaves nothing of it.
    press(result, "keep")
    expect(result.locator("[data-compared]")).to_be_visible()
    page.locator("form[data-calculator] button[type=reset]").click()
    expect(result.locator("[data-compared], [data-beside]")).to_have_count(0)


def test_a_list_that_is_unfolded_stays_so_while_the_answer_changes(page, site_url):
    page.goto(f"{site_url}nb/embed/repayment/#repayment?debt=300000&annual_rate=2.979&support_ended=2026-06-15")
    result, debt = page.locator("[data-result]"), page.locator("[name=debt]")
    reduces(result, "1727")
    result.locator("summary[data-fold=schedule]").click()
    year = result.locator('summary[data-fold="schedule.2030"]')
    year.click()
    result.locator("[data-beside=keep]").click()
    debt.fill("x")
    expect(year).to_have_count(0)
    debt.fill("400000")
    expect(result.locator("[data-row=instalment] [data-kind=more]")).to_be_visible()
    folds = result.locator("details:not(.beside__why)[open] > summary")
    assert folds.evaluate_all("all => all.map(each => each.dataset.fold)") == ["schedule", "schedule.2030"]
