"""Basic support and its payments: every printed sum, and what must hold for any case.

What is expected is worked out here from the YAML text and the calendar, not by the code under test.
"""

import json
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import holidays
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from written_sums import adds_up, written_sums

from calculators.core.answer import answer
from calculators.core.tables import Tables
from calculators.core.words import Words
from scripts import tables as editors_tables
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
LIMITS = yaml.safe_load((ROOT / "data/limits.yaml").read_text("utf-8"))
ROWS, SPLIT = (LIMITS[table]["rows"] for table in ("basic_support", "conversion_split"))
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
PERIODS = ("year", "autumn", "spring")


def cell(year, column, rows=ROWS):
    """A figure as the YAML text has it, exact; None when not published."""
    found = rows.get(year, {}).get(column)
    found = found["value"] if isinstance(found, dict) else found
    return None if found is None else Fraction(str(found))


def rate(year):
    """The monthly rate: printed, else autumn ÷ 5, else year ÷ months."""
    if cell(year, "month"):
        return cell(year, "month")
    return cell(year, "autumn") / 5 if cell(year, "autumn") else cell(year, "year") / cell(year, "months")


def months(year, period, part_time=False):
    """The months of support in a period."""
    whole = Fraction(10) if part_time else cell(year, "months")
    return {"year": whole, "autumn": Fraction(5), "spring": whole - 5}[period]


def split_is_known(year):
    """Whether the shares for credits and for a degree are published: without them no one knows what can be a grant."""
    return all(cell(year, column, SPLIT) is not None for column in ("credits_share", "degree_share"))


WHOLE_YEARS = [year for year in ROWS if cell(year, "months") and split_is_known(year)]
PRINTED = [(year, period, cell(year, period)) for year in ROWS for period in PERIODS if cell(year, period)]

years = st.sampled_from(WHOLE_YEARS)
periods = st.sampled_from(PERIODS)
places = st.sampled_from(["norway", "abroad"])
choices = st.sampled_from(["maximum", "conversion_only"])
shares = st.integers(1, 100).map(str) | st.decimals(1, 100, places=3).map(str)


def asked(academic_year, period="year", study_percent="100", place="norway", choice="maximum", lang="nb"):
    """The answer to one case."""
    given_ = {
        "academic_year": academic_year,
        "period": period,
        "study_percent": study_percent,
        "place": place,
        "choice": choice,
    }
    return answer("support", given_, TABLES, WORDS, lang)


def outputs(*case, **options):
    """The outputs of a case that is answered."""
    done = asked(*case, **options)
    assert done.status == 0, done.result
    return done.result["outputs"]


def ore(amount):
    """An exact amount in øre, halves up."""
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def amounts(found):
    """The amounts of the payments."""
    return [Decimal(payment["amount"]) for payment in found["payments"]]


# The sums


@pytest.mark.parametrize(("year", "period", "total"), PRINTED)
def test_a_printed_sum_comes_out_as_printed(year, period, total):
    for place in ("norway", "abroad"):
        assert Decimal(outputs(year, period, place=place)["total"]) == total


def test_there_are_printed_sums_to_try():
    assert len(PRINTED) >= 15
    assert ("2018-19", "year", Fraction(116369)) in PRINTED


@pytest.mark.parametrize("year", WHOLE_YEARS)
@pytest.mark.parametrize("place", ["norway", "abroad"])
def test_the_maximum_that_can_become_a_grant_is_as_printed(year, place):
    printed = cell(year, "convertible")
    found = outputs(year, place=place, choice="conversion_only")
    whole = cell(year, "year") or rate(year) * months(year, "year")
    assert Decimal(found["total"]) == (ore(whole * 40 / 100) if printed is None else printed)
    autumn = outputs(year, "autumn", place=place, choice="conversion_only")
    assert found["payments"][: len(autumn["payments"])] == autumn["payments"], "only the last payment may differ"


def test_two_printed_maxima_are_not_the_product():
    for year, printed, product in (("2018-19", "46548", "46547.60"), ("2023-24", "55163", "55162.80")):
        assert outputs(year, choice="conversion_only")["total"] == printed
        assert ore(cell(year, "year") * 40 / 100) == Decimal(product)
        steps = [step["text"] for step in asked(year, choice="conversion_only", lang="en").result["steps"]]
        assert sum("Lånekassen itself printed" in text for text in steps) == 1


def test_a_printed_year_beats_the_months_and_the_last_payment_takes_the_difference():
    contents = json.loads(json.dumps(TABLES.contents))
    contents["tables"]["basic_support"]["rows"]["2024-25"]["cells"]["year"]["value"] = "151691"
    tables = Tables.from_json(json.dumps(contents).encode())
    found = answer("support", {"academic_year": "2024-25"}, tables, WORDS, "nb").result["outputs"]
    assert (found["total"], found["payments"][-1]["amount"]) == ("151691", "13791")
    assert sum(amounts(found)) == 151691


@given(years, periods, st.integers(1, 99), choices, places)
@settings(max_examples=200, deadline=None)
def test_part_time_is_the_share_of_the_rate_for_ten_months(year, period, study, choice, place):
    found = outputs(year, period, str(study), place, choice)
    convertible = Fraction(40, 100) if choice == "conversion_only" else 1
    monthly = rate(year) * study / 100 * convertible
    assert Decimal(found["monthly"]) == ore(monthly)
    assert Decimal(found["months"]) == months(year, period, part_time=True)
    assert Decimal(found["total"]) == ore(monthly * months(year, period, part_time=True))


@given(years, choices, places)
@settings(max_examples=60, deadline=None)
def test_autumn_and_spring_are_the_year(year, choice, place):
    autumn, spring, whole = (
        outputs(year, period, choice=choice, place=place) for period in ("autumn", "spring", "year")
    )
    over = Decimal(whole["total"]) - Decimal(autumn["total"]) - Decimal(spring["total"])
    printed = choice == "conversion_only" and cell(year, "convertible")
    assert abs(over) <= (Decimal("0.5") if printed else Decimal("0.01"))
    assert Decimal(autumn["months"]) + Decimal(spring["months"]) == Decimal(whole["months"])


@given(years, periods, shares, shares, choices, places)
@settings(max_examples=150, deadline=None)
def test_more_study_never_gives_less(year, period, study, more, choice, place):
    study, more = sorted([study, more], key=Decimal)
    less = outputs(year, period, study, place, choice)
    assert Decimal(less["total"]) <= Decimal(outputs(year, period, more, place, choice)["total"])


@given(years, periods, shares, choices)
@settings(max_examples=100, deadline=None)
def test_the_place_changes_the_payments_and_nothing_else(year, period, study, choice):
    here, there = (outputs(year, period, study, place, choice) for place in ("norway", "abroad"))
    assert {name: here[name] for name in ("monthly", "months", "total")} == {
        name: there[name] for name in ("monthly", "months", "total")
    }
    assert here["payments"] != there["payments"]


def test_the_answer_depends_on_every_input_it_names():
    base = outputs("2024-25")
    for name, other in {
        "academic_year": "2023-24",
        "period": "spring",
        "study_percent": "99",
        "place": "abroad",
        "choice": "conversion_only",
    }.items():
        assert outputs(**{"academic_year": "2024-25", name: other}) != base, name


# The payments


@given(years, periods, shares, places, choices)
@settings(max_examples=300, deadline=None)
def test_the_payments_are_the_total_to_the_ore(year, period, study, place, choice):
    found = outputs(year, period, study, place, choice)
    assert sum(amounts(found)) == Decimal(found["total"])
    assert all(amount > 0 for amount in amounts(found))


@given(years, shares | st.just("100"), places, choices)
@settings(max_examples=200, deadline=None)
def test_a_semester_alone_is_paid_as_in_its_year_but_for_the_very_last_payment(year, study, place, choice):
    autumn, spring, whole = (
        outputs(year, period, study, place, choice)["payments"] for period in ("autumn", "spring", "year")
    )
    assert whole[:-1] == [*autumn, *spring][:-1]
    assert {**whole[-1], "amount": None} == {**spring[-1], "amount": None}


def test_december_2018_is_the_same_in_the_year_and_in_the_autumn():
    for period in ("year", "autumn"):
        december = [each for each in outputs("2018-19", period, "50")["payments"] if each["date"] == "2018-12-14"]
        assert [each["amount"] for each in december] == ["4059.36"]


@given(years, periods, shares | st.just("100"), places, choices, st.sampled_from(["nb", "en"]))
@settings(max_examples=200, deadline=None)
def test_the_written_sums_add_up_to_the_ore(year, period, study, place, choice, lang):
    texts = [step["text"] for step in asked(year, period, study, place, choice, lang).result["steps"]]
    assert all(adds_up(text, lang) for text in texts), texts
    june = period != "autumn" and Decimal(study) == 100 and place == "norway" and cell(year, "months") > 10
    assert any(written_sums(text, lang) for text in texts) == june


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ({}, False),
        ({"period": "autumn"}, False),
        ({"study_percent": "99"}, True),
        ({"choice": "conversion_only"}, True),
        ({"academic_year": "2025-26"}, True),
        ({"study_percent": "50", "place": "abroad"}, False),
    ],
)
def test_the_pattern_of_the_payments_is_ours_where_no_plan_for_the_case_is_printed(case, told):
    kinds = [notice["kind"] for notice in asked(**{"academic_year": "2024-25", **case}).result["notices"]]
    assert ("payment_pattern" in kinds) == told


@given(years, shares, choices)
@settings(max_examples=150, deadline=None)
def test_the_pattern_of_an_autumn_in_norway(year, study, choice):
    found = outputs(year, "autumn", study, choice=choice)
    convertible = Fraction(40, 100) if choice == "conversion_only" else 1
    monthly = rate(year) * Fraction(study) / 100 * convertible
    first, *later, last = amounts(found)
    assert first == ore(2 * monthly)
    assert later == [ore(monthly * 3 / 4)] * 3
    assert abs(last - ore(monthly * 3 / 4)) <= Decimal("0.05")


@given(years, st.just("100") | shares, choices)
@settings(max_examples=150, deadline=None)
def test_june_has_what_remains_of_the_spring(year, study, choice):
    found = outputs(year, "spring", study, choice=choice)
    part_time = Decimal(study) < 100
    has_june = months(year, "spring", part_time) > 5
    assert len(found["payments"]) == (6 if has_june else 5)
    assert (found["payments"][-1]["date"][5:7] == "06") == has_june


@pytest.mark.parametrize("year", WHOLE_YEARS)
@pytest.mark.parametrize("period", PERIODS)
def test_only_the_first_payment_of_a_semester_has_no_date(year, period):
    found = outputs(year, period)["payments"]
    start = int(year[:4])
    firsts = {"autumn": [f"{start}-08-05"], "spring": [f"{start + 1}-01-05"]}
    firsts["year"] = firsts["autumn"] + firsts["spring"]
    assert [payment["earliest"] for payment in found if payment["date"] is None] == firsts[period]
    assert all((payment["date"] is None) != (payment["earliest"] is None) for payment in found)
    when = [payment["date"] or payment["earliest"] for payment in found]
    assert when == sorted(when)


FREE = holidays.country_holidays("NO", years=range(2014, 2030))


@pytest.mark.parametrize("year", WHOLE_YEARS)
def test_each_date_is_the_15th_or_the_last_working_day_before(year):
    dates = [date.fromisoformat(payment["date"]) for payment in outputs(year)["payments"] if payment["date"]]
    start = int(year[:4])
    months_paid = [(start, month) for month in (9, 10, 11, 12)] + [(start + 1, month) for month in (2, 3, 4, 5)]
    months_paid += [(start + 1, 6)] if cell(year, "months") > 10 else []
    assert [(day.year, day.month) for day in dates] == months_paid
    for day in dates:
        assert day.weekday() < 5 and day not in FREE
        between = [day + timedelta(days=more) for more in range(1, 15 - day.day + 1)]
        assert all(each.weekday() > 4 or each in FREE for each in between)


def test_easter_moves_a_payment():
    """15 April 2022 was Good Friday and 14 April Maundy Thursday."""
    assert "2022-04-13" in [payment["date"] for payment in outputs("2021-22")["payments"]]


@pytest.mark.parametrize("year", WHOLE_YEARS)
def test_abroad_a_semester_comes_at_once_and_has_no_date(year):
    found = outputs(year, place="abroad")["payments"]
    assert len(found) == 2
    assert all(payment["date"] is None and payment["earliest"] is None for payment in found)
    assert [payment["amount"] for payment in found] == [
        outputs(year, period, place="abroad")["total"] for period in ("autumn", "spring")
    ]


# Years that are not known


@given(st.integers(1990, 2099), periods, shares, places, choices)
@settings(max_examples=200, deadline=None)
def test_a_year_without_a_rate_never_gives_a_number(first, period, study, place, choice):
    year = f"{first}-{(first + 1) % 100:02}"
    done = asked(year, period, study, place, choice)
    has_rate = any(cell(year, column) for column in ("month", "autumn", "year"))
    has_months = cell(year, "months") or period == "autumn" or Decimal(study) < 100
    known = has_rate and has_months and (choice == "maximum" or split_is_known(year))
    assert (done.status == 0) == bool(known)
    if not known:
        assert done.status == 3
        assert done.result["outputs"] is None


def test_secondary_figures_are_told():
    for year, doubted in (("2026-27", "15 488 kr per måned (2026-27)"), ("2022-23", "11 717 kr per måned (2022-23)")):
        notices = asked(year).result["notices"]
        doubts = [notice["text"].replace("\u00a0", " ") for notice in notices if notice["kind"] == "secondary"]
        assert len(doubts) == 1 and doubted in doubts[0]
    doubts = [notice for notice in asked("2024-25", place="abroad").result["notices"] if notice["kind"] == "secondary"]
    assert doubts == []


# Lånekassen's plan for autumn 2017, word for word

STEPS = {
    "nb": [
        "Lånekassen oppga 53 170 kr for hele høsten i 2017-18, men ingen sats per måned.",
        "Høsten er 5 måneder.",
        "53 170 kr ÷ 5 = 10 634 kr per måned.",
        "Høstsemesteret har støtte i 5 måneder.",
        "Oppgitt sum for høsten i 2017-18: 53 170 kr.",
        "Høstens første utbetaling har ingen fast dato. Den kommer tidligst 5. august.",
        "Den første utbetalingen i semesteret er 2 måneder: 2 × 10 634 kr = 21 268 kr.",
        "De fire neste er 0,75 måned hver: 0,75 × 10 634 kr = 7 975,50 kr.",
        "De kommer den 15. i måneden, eller siste virkedag før.",
        "Lånekassens egen side for 2017-18 oppgir 21 268 kr først og 7 975,50 kr hver måned. "
        "Den kan være rundet av til hele kroner.",
    ],
    "en": [
        "Lånekassen gave NOK 53,170 for the whole autumn in 2017-18, but no monthly rate.",
        "Autumn is 5 months.",
        "NOK 53,170 ÷ 5 = NOK 10,634 per month.",
        "The autumn semester has support for 5 months.",
        "Printed sum for autumn in 2017-18: NOK 53,170.",
        "The first payment in autumn has no fixed date. It comes on 5 August at the earliest.",
        "The first payment of a semester is 2 months: 2 × NOK 10,634 = NOK 21,268.",
        "The next four are 0.75 of a month each: 0.75 × NOK 10,634 = NOK 7,975.50.",
        "They come on day 15 of the month, or the last working day before.",
        "Lånekassen’s own page for 2017-18 prints NOK 21,268 first and NOK 7,975.50 each month. "
        "It may be rounded to whole kroner.",
    ],
}


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_steps_of_lanekassens_plan(lang):
    result = asked("2017-18", "autumn", lang=lang).result
    assert [step["text"].replace("\u00a0", " ") for step in result["steps"]] == STEPS[lang]
    assert [step["source"] for step in result["steps"] if step["origin"] == "limit"] == [
        "lk-basic-2017-nn",
        "lk-basic-abroad-2019",
        "lk-basic-abroad-2019",
        "lk-basic-2017-nn",
        "danskebank-payment",
        "lk-help",
        "lk-basic-2017-nn",
    ]
