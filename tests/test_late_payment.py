"""Paying late: the example that Lånekassen prints, simple interest by the day, and fees by the stage.

What is expected is worked out here with exact fractions and by counting days one by one.
"""

import calendar
import re
from datetime import date, timedelta
from fractions import Fraction

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from written_sums import AMOUNT, adds_up, written_sums

from calculators.core.answer import answer
from calculators.core.page import answer_html
from calculators.core.tables import Tables
from calculators.core.words import Words
from scripts import tables as editors_tables
from scripts.words import ROOT, words_json

YAML = yaml.safe_load((ROOT / "data/limits.yaml").read_text("utf-8"))
FEES = {stage: row["fee"] for stage, row in YAML["reminder_fee"]["rows"].items()}
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())

STAGES = ("none", "first_reminder", "second_reminder")

any_amount = st.integers(100, 10**14) | st.integers(1_000_00, 10_000_00)
any_rate = st.integers(0, 50_000)
any_start = st.dates(date(1990, 1, 1), date(2090, 12, 31))
any_length = st.integers(0, 1500)


def asked(amount=2500_00, rate=12_500, start=date(2024, 5, 15), days=31, missed=1, stage="none", lang="nb"):
    """The answer to one case: the amount in øre, the rate in thousandths of a percent."""
    case = {
        "amount": f"{amount // 100}.{amount % 100:02}",
        "late_rate": f"{rate // 1000}.{rate % 1000:03}",
        "from_date": start,
        "to_date": start + timedelta(days=days),
        "missed_instalments": missed,
        "stage": stage,
    }
    return answer("late_payment", case, TABLES, WORDS, lang)


def outputs(*case, **options):
    """The outputs of one case."""
    done = asked(*case, **options)
    assert done.status == 0, done.result
    return done.result["outputs"]


def ore(amount):
    """A fraction of a krone rounded to whole øre, halves up, as a fraction of a krone."""
    return Fraction(int(amount * 100 + Fraction(1, 2)), 100)


def last_amount(text, lang):
    """The amount after the last equals sign or colon of a sentence, as a fraction of a krone."""
    shown = re.search(rf"[=:] ({AMOUNT[lang]})\.(?: |$)", text.replace("\u00a0", " "))[1]
    digits = re.sub(r"[^\d,.]", "", shown)
    return Fraction(digits.replace(",", ".") if lang == "nb" else digits.replace(",", ""))


def interest_day_by_day(amount, rate, start, end):
    """Simple interest in kroner: each day from `start` to the day before `end` by the length of its own year."""
    total, day = Fraction(0), start
    while day < end:
        total += Fraction(amount, 100) * Fraction(rate, 10**5) / (366 if calendar.isleap(day.year) else 365)
        day += timedelta(days=1)
    return total


# What Lånekassen prints


def test_eighty_five_ore_a_day():
    assert outputs(days=1)["daily_interest"] == "0.85"
    assert outputs(start=date(2024, 5, 15), days=92, missed=3)["daily_interest"] == "0.85"


def test_about_a_hundred_and_sixty_kroner_until_termination():
    for month in range(1, 10):
        start = date(2024, month, 15)
        interest = Fraction(outputs(start=start, days=(date(2024, month + 3, 15) - start).days, missed=3)["interest"])
        assert abs(interest - 160) < 6, month


def test_about_four_thousand_three_hundred_for_a_month_on_the_whole_loan():
    assert round(Fraction(outputs(amount=410_000_00, days=31)["interest"]), -2) == 4300


@pytest.mark.parametrize(
    ("stage", "fees"),
    [
        ("none", 0),
        ("first_reminder", FEES["first_reminder"]),
        ("second_reminder", FEES["first_reminder"] + FEES["second_reminder"]),
    ],
)
def test_fees_follow_the_stage_and_never_the_days(stage, fees):
    assert (FEES["first_reminder"], FEES["second_reminder"]) == (280, 490)
    for days, missed in ((0, 1), (1, 1), (400, 4)):
        assert outputs(days=days, missed=missed, stage=stage)["fees"] == str(fees)


# What simple interest promises


@given(any_amount, any_rate, any_start, any_length)
@settings(max_examples=100, deadline=None)
def test_each_day_counts_by_its_own_year(amount, rate, start, days):
    found = outputs(amount, rate, start, days)
    end = start + timedelta(days=days)
    assert found["days"] == str(days)
    assert Fraction(found["interest"]) == ore(interest_day_by_day(amount, rate, start, end))
    assert Fraction(found["daily_interest"]) == ore(interest_day_by_day(amount, rate, end, end + timedelta(days=1)))


@given(any_amount, any_rate, any_start, any_length, st.integers(0, 1500))
@settings(max_examples=60, deadline=None)
def test_it_is_simple_interest_two_parts_add_up(amount, rate, start, first, second):
    whole = Fraction(outputs(amount, rate, start, first + second)["interest"])
    middle = start + timedelta(days=first)
    parts = sum(Fraction(outputs(amount, rate, *each)["interest"]) for each in ((start, first), (middle, second)))
    assert abs(whole - parts) <= Fraction(1, 100)


@given(any_amount, any_rate, any_start, st.integers(0, 600), st.integers(1, 4))
@settings(max_examples=100, deadline=None)
def test_missed_instalments_fall_due_a_month_apart(amount, rate, start, days, missed):
    end = start + timedelta(days=days)
    due_dates = []
    for number in range(missed):
        year, month = divmod(start.year * 12 + start.month - 1 + number, 12)
        last = calendar.monthrange(year, month + 1)[1]
        due_dates.append(date(year, month + 1, min(start.day, last)))
    done = asked(amount, rate, start, days, missed)
    if due_dates[-1] > end:
        assert [(each["field"], each["code"]) for each in done.result["errors"]] == [
            ("missed_instalments", "not_yet_due")
        ]
    else:
        expected = sum(interest_day_by_day(amount, rate, due, end) for due in due_dates)
        assert Fraction(done.result["outputs"]["interest"]) == ore(expected)
        assert done.result["outputs"]["days"] == str(days)


@given(st.integers(1_000_00, 10**10), st.integers(1_000, 49_000), any_start, st.integers(10, 1500))
@settings(max_examples=60, deadline=None)
def test_it_rises_with_amount_rate_and_days(amount, rate, start, days):
    base = Fraction(outputs(amount, rate, start, days)["interest"])
    assert Fraction(outputs(amount * 2, rate, start, days)["interest"]) > base
    assert Fraction(outputs(amount, rate + 1_000, start, days)["interest"]) > base
    assert Fraction(outputs(amount, rate, start, days + 1)["interest"]) >= base


def test_paid_on_the_day_it_costs_nothing():
    found = outputs(days=0)
    assert (found["days"], found["interest"], found["fees"]) == ("0", "0", "0")


def test_a_due_date_at_the_end_of_a_long_month_moves_to_the_end_of_a_short_one():
    assert outputs(start=date(2026, 1, 31), days=28, missed=2)["days"] == "28"
    assert asked(start=date(2026, 1, 31), days=27, missed=2).status == 2


# Wrong input


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("amount", "0", "too_low"),
        ("amount", "1000000000000.01", "too_high"),
        ("late_rate", "-1", "too_low"),
        ("late_rate", "50.1", "too_high"),
        ("from_date", "2024-02-30", "not_date"),
        ("to_date", "2024-05-14", "before_due"),
        ("to_date", "2101-01-01", "not_date"),
        ("missed_instalments", "0", "too_low"),
        ("missed_instalments", "5", "too_high"),
        ("missed_instalments", "3", "not_yet_due"),
        ("stage", "terminated", "not_choice"),
    ],
)
def test_wrong_input_is_named(field, value, code):
    case = {"amount": "2500", "late_rate": "12.5", "from_date": "2024-05-15", "to_date": "2024-06-15", field: value}
    done = answer("late_payment", case, TABLES, WORDS, "en")
    assert [(each["field"], each["code"]) for each in done.result["errors"]] == [(field, code)]


def test_what_bites_is_said():
    def kinds(**case):
        return {each["kind"] for each in asked(**case).result["notices"]}

    always = {"late_rate", "about", "estimate"}
    assert kinds() == always
    assert kinds(start=date(2024, 6, 15)) == always | {"rate_may_have_changed"}
    assert kinds(start=date(2024, 12, 31), days=1) == always | {"rate_may_have_changed"}
    assert kinds(start=date(2024, 1, 1), days=90) == always
    assert kinds(start=date(2024, 1, 1), days=91) == always | {"terminated"}
    assert kinds(stage="first_reminder") == always | {"fees_not_confirmed"}
    assert kinds(stage="first_reminder", missed=2) == always | {"fees_not_confirmed", "fees_once"}


def test_the_doubt_about_the_fees_stands_before_the_number():
    html = answer_html(asked(stage="second_reminder"), WORDS)
    assert html.index('data-notice="fees_not_confirmed"') < html.index('data-output="fees"')


@given(
    any_amount, any_rate, any_start, st.integers(100, 600), st.integers(1, 4),
    st.sampled_from(list(STAGES)), st.sampled_from(["nb", "en"]),
)  # fmt: skip
@settings(max_examples=300, deadline=None)
def test_the_written_sums_add_up_to_the_ore_or_say_that_they_are_rounded(
    amount, rate, start, days, missed, stage, lang
):
    texts = [step["text"] for step in asked(amount, rate, start, days, missed, stage, lang).result["steps"]]
    assert all(adds_up(text, lang) for text in texts)
    assert sum(len(written_sums(text, lang)) for text in texts) == (stage == "second_reminder")
    told = [text for text in texts if text.startswith(("Rente på alle", "Interest on all"))]
    assert len(told) == (missed > 1)
    if told:
        results = [last_amount(text, lang) for text in texts if text.startswith(("Forfall", "Due "))]
        assert len(results) == missed
        whole = last_amount(told[0], lang)
        assert (sum(results) == whole) != ("avrundet" in told[0] or "rounded" in told[0])


NB = [
    "2 beløp på 2 500 kr hver er ikke betalt.",
    "Forsinkelsesrenten er 12,5 % i året.",
    "Fra 15. desember 2023 til 20. januar 2024 er det 36 dager.",
    "Forfall 15. desember 2023: 2 500 kr × 12,5 % × (17 ÷ 365 + 19 ÷ 366) = 30,78 kr. "
    "Dagene i et skuddår deles på 366.",
    "Forfall 15. januar 2024: 2 500 kr × 12,5 % × 5 ÷ 366 = 4,27 kr.",
    "Rente på alle 2 til sammen: 35,05 kr.",
    "En dag til koster for hvert beløp 2 500 kr × 12,5 % ÷ 366 = 0,85 kr per dag.",
    "Gebyret for første purring er 280 kr.",
    "Gebyret for andre purring er 490 kr.",
    "Gebyrer i alt: 280 kr + 490 kr = 770 kr.",
]
EN = [
    "2 instalments of NOK 2,500 each are not paid.",
    "The interest on overdue payments is 12.5% a year.",
    "From 15 December 2023 to 20 January 2024 is 36 days.",
    "Due 15 December 2023: NOK 2,500 × 12.5% × (17 ÷ 365 + 19 ÷ 366) = NOK 30.78. "
    "The days in a leap year are divided by 366.",
    "Due 15 January 2024: NOK 2,500 × 12.5% × 5 ÷ 366 = NOK 4.27.",
    "Interest on all 2 together: NOK 35.05.",
    "One more day costs for each instalment NOK 2,500 × 12.5% ÷ 366 = NOK 0.85 per day.",
    "The fee for the first reminder is NOK 280.",
    "The fee for the second reminder is NOK 490.",
    "Fees in all: NOK 280 + NOK 490 = NOK 770.",
]


@pytest.mark.parametrize(("lang", "expected"), [("nb", NB), ("en", EN)])
def test_the_steps_split_the_year_and_show_it(lang, expected):
    steps = asked(start=date(2023, 12, 15), days=36, missed=2, stage="second_reminder", lang=lang).result["steps"]
    assert [step["text"].replace("\u00a0", " ") for step in steps] == expected
    assert [step["source"] for step in steps if step["source"]] == ["lk-fees", "lk-fees"]
