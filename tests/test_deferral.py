"""Deferring payments: what it may never do, the 36 and the six, and the extra interest by another way of counting.

What is expected is worked out here with exact fractions, not by the code under test.
"""

import re
from fractions import Fraction

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from written_sums import adds_up, written_sums

from calculators.core.answer import answer
from calculators.core.tables import Tables
from calculators.core.words import Words
from calculators.deferral import FIELDS
from scripts import tables as editors_tables
from scripts.words import ROOT, words_json

YAML = yaml.safe_load((ROOT / "data/limits.yaml").read_text("utf-8"))
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())

any_debt = st.integers(1_000, 2_000_000)
any_rate = st.integers(0, 8_000)
any_payments = st.integers(2, 350)
any_wanted = st.integers(1, 36)


def asked(used=0, wanted=3, debt=300_000, rate=4_602, instalment="2000", lang="nb"):
    """The answer to one case; the rate in thousandths of a percent."""
    case = {
        "used": used,
        "wanted": wanted,
        "debt": debt,
        "annual_rate": f"{rate // 1000}.{rate % 1000:03}",
        "instalment": instalment,
    }
    return answer("deferral", case, TABLES, WORDS, lang)


def outputs(*case, **options):
    """The outputs of one case."""
    done = asked(*case, **options)
    assert done.status == 0, done.result
    return done.result["outputs"]


def an_instalment(debt, rate, payments):
    """A whole number of kroner that repays the debt in at most so many payments."""
    monthly = Fraction(rate, 10**5) / 12
    exact = debt / sum((1 + monthly) ** -number for number in range(1, payments + 1))
    return -(-exact.numerator // exact.denominator)


def total_interest(debt, monthly, first_empty, payments):
    """The interest of a loan whose first months are empty and whose payments are these, month by month."""
    balance, interest = Fraction(debt), Fraction(0)
    for payment in [Fraction(0)] * first_empty + payments:
        grown = balance * monthly
        interest += grown
        balance += grown - payment
    assert abs(balance) < Fraction(1, 10**6)
    return interest


def test_the_form_and_the_tables_agree():
    rule = YAML["deferral_rule"]["rows"]["rule"]
    by_name = {spec.name: spec for spec in FIELDS}
    assert by_name["used"].high == by_name["wanted"].high == rule["total"]["value"] == 36
    assert outputs()["max_per_application"] == str(rule["due_dates_per_application"]["value"]) == "6"


@given(st.integers(0, 36), any_wanted)
@settings(max_examples=150, deadline=None)
def test_thirty_six_in_all(used, wanted):
    found = outputs(used, wanted)
    assert found["left"] == str(36 - used)
    assert found["allowed"] is (used + wanted <= 36)
    assert (found["extra_interest"] is None) == (found["extended_months"] is None) == (used + wanted > 36)


@given(any_debt, any_rate, any_payments, any_wanted)
@settings(max_examples=60, deadline=None)
def test_the_extra_interest_is_the_difference_month_by_month(debt, rate, payments, wanted):
    """Counted over again as two whole loans: without the pause, and with it and the raised instalments."""
    instalment = an_instalment(debt, rate, payments)
    monthly = Fraction(rate, 10**5) / 12
    paid, balance = [], Fraction(debt)
    while balance > 0:
        balance += balance * monthly
        paid.append(min(Fraction(instalment), balance))
        balance -= paid[-1]
    growth = (1 + monthly) ** wanted
    without = total_interest(debt, monthly, 0, paid)
    with_pause = total_interest(debt, monthly, wanted, [payment * growth for payment in paid])
    extra = Fraction(outputs(0, wanted, debt, rate, instalment)["extra_interest"])
    # Each of the two sums is rounded to øre by itself, so that the written subtraction holds.
    assert abs(extra - (with_pause - without)) <= Fraction(1, 100)


@given(any_debt, any_rate, any_payments, any_wanted, st.sampled_from(["nb", "en"]))
@settings(max_examples=100, deadline=None)
def test_the_written_subtraction_holds_to_the_ore(debt, rate, payments, wanted, lang):
    steps = asked(0, wanted, debt, rate, an_instalment(debt, rate, payments), lang).result["steps"]
    assert sum(len(written_sums(step["text"], lang)) for step in steps) == 1
    assert all(adds_up(step["text"], lang) for step in steps)
    total = next(step for step in steps if step["text"].startswith(("Ekstra rente", "Extra interest")))
    assert all(made == written for made, written in written_sums(total["text"], lang))


@given(any_debt, any_rate, any_payments)
@settings(max_examples=60, deadline=None)
def test_a_smaller_last_payment_is_told_and_the_payments_are_the_sum(debt, rate, payments):
    instalment = an_instalment(debt, rate, payments)
    texts = [step["text"].replace("\u00a0", " ") for step in asked(0, 1, debt, rate, instalment, "en").result["steps"]]
    told = next(text for text in texts if text.startswith("Number of payments without"))
    amounts = [Fraction(each.replace(",", "")) for each in re.findall(r"NOK ([\d,]+(?:\.\d+)?)", told)]
    number = int(re.search(r"deferral: (\d+)", told)[1])
    last = amounts[0] if len(amounts) == 2 else Fraction(instalment)
    assert last <= instalment
    assert ("smaller" in told) == (last < instalment)
    assert (number - 1) * instalment + last == amounts[-1]


def test_the_difference_is_that_of_the_two_sums_as_shown():
    """416,855.7839 and 421,670.1256 before rounding: their difference alone would round to 4,814.34."""
    done = asked(0, 3, 271_500, 4_602, "1726", "en")
    texts = [step["text"].replace("\u00a0", " ") for step in done.result["steps"]]
    assert "Extra interest: NOK 421,670.13 − NOK 416,855.78 = NOK 4,814.35." in texts
    assert done.result["outputs"]["extra_interest"] == "4814.35"


@given(any_debt, any_rate, any_payments, any_wanted)
@settings(max_examples=80, deadline=None)
def test_a_deferral_never_shortens_a_loan_and_never_saves_interest(debt, rate, payments, wanted):
    found = outputs(0, wanted, debt, rate, an_instalment(debt, rate, payments))
    assert found["extended_months"] == str(wanted)
    assert Fraction(found["extra_interest"]) >= 0


@given(st.integers(10_000, 2_000_000), st.integers(500, 8_000), any_payments, st.integers(1, 35))
@settings(max_examples=60, deadline=None)
def test_one_more_deferral_costs_more(debt, rate, payments, wanted):
    instalment = an_instalment(debt, rate, payments)
    one, more = (Fraction(outputs(0, each, debt, rate, instalment)["extra_interest"]) for each in (wanted, wanted + 1))
    assert more > one


@given(st.integers(100_000, 2_000_000), st.integers(500, 7_000), st.integers(60, 350), any_wanted)
@settings(max_examples=60, deadline=None)
def test_it_depends_on_debt_rate_and_instalment_and_not_on_what_is_used(debt, rate, payments, wanted):
    instalment = an_instalment(debt, rate + 1_000, payments)
    base = outputs(0, wanted, debt, rate, instalment)["extra_interest"]
    assert outputs(0, wanted, debt, rate + 1_000, instalment)["extra_interest"] != base
    assert outputs(0, wanted, debt - 1_000, rate, instalment)["extra_interest"] != base
    used = 36 - wanted
    assert outputs(used, wanted, debt, rate, instalment)["extra_interest"] == base
    assert outputs(0, wanted, debt, rate, instalment * 2)["extra_interest"] != base


@pytest.mark.parametrize("wanted", [1, 36])
def test_without_interest_it_is_free(wanted):
    found = outputs(0, wanted, 24_000, 0, "1000")
    assert (found["extra_interest"], found["extended_months"]) == ("0", str(wanted))


@pytest.mark.parametrize(
    ("debt", "instalment", "status"),
    [(360_000, "1000", 0), (360_001, "1000", 2), (360_000, "999.99", 2), (1_000, "1000", 0), (1, "1000000000000", 0)],
)
def test_the_instalment_must_repay_the_loan_within_thirty_years(debt, instalment, status):
    done = asked(0, 1, debt, 0, instalment)
    assert done.status == status
    if status:
        assert [(each["field"], each["code"]) for each in done.result["errors"]] == [("instalment", "never_repaid")]


def test_the_least_instalment_that_the_refusal_names_is_accepted():
    refused = asked(0, 1, 300_000, 4_602, "1100", lang="en").result["errors"][0]["text"].replace("\u00a0", " ")
    assert refused.endswith("Write at least NOK 1,539.")
    assert asked(0, 1, 300_000, 4_602, "1539").status == 0
    assert asked(0, 1, 300_000, 4_602, "1537").status == 2


def test_too_many_need_no_loan_that_can_be_repaid():
    """What the loan costs does not matter when there are no deferrals to give."""
    assert asked(36, 1, 300_000, 4_602, "1").status == 0


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("used", "-1", "too_low"),
        ("used", "37", "too_high"),
        ("wanted", "0", "too_low"),
        ("wanted", "37", "too_high"),
        ("wanted", "1.5", "not_whole"),
        ("debt", "0", "too_low"),
        ("debt", "1000000000001", "too_high"),
        ("annual_rate", "20.000001", "too_high"),
        ("instalment", "0", "too_low"),
        ("instalment", "", "required"),
    ],
)
def test_wrong_input_is_named(field, value, code):
    case = {"used": "0", "wanted": "3", "debt": "24000", "annual_rate": "0", "instalment": "1000", field: value}
    done = answer("deferral", case, TABLES, WORDS, "en")
    assert [(each["field"], each["code"]) for each in done.result["errors"]] == [(field, code)]


def test_what_bites_is_said():
    def kinds(*case):
        return {each["kind"] for each in asked(*case).result["notices"]}

    always = {"as_many_instalments", "fees_stay", "direct_debit", "corona", "estimate"}
    assert kinds(0, 6, 24_000, 0, "1000") == always
    assert kinds(0, 7, 24_000, 0, "1000") == always | {"several_applications"}
    assert kinds(0, 1, 359_000, 0, "1000") == always
    assert kinds(0, 1, 360_000, 0, "1000") == always | {"beyond_longest"}
    assert kinds(36, 1, 24_000, 0, "1000") == {"more_with_deletion", "corona", "estimate"}


NB = [
    "Antall utsettelser du har brukt: 0.",
    "Du kan utsette 36 ganger i hele tiden du betaler på lånet.",
    "Da har du igjen 36 − 0 = 36.",
    "Antall utsettelser du ønsker nå: 2.",
    "En søknad kan gjelde opptil 6 forfall.",
    "Antall søknader: 2 ÷ 6, rundet opp til 1.",
    "Gjelden er 1 000 kr i dag.",
    "Renten er 12 % i året.",
    "Du betaler 600 kr i måneden i dag.",
    "Antall betalinger uten utsettelse: 2. Den siste er mindre, 414,10 kr. I alt betaler du 1 014,10 kr.",
    "Mens du utsetter, vokser gjelden til 1 000 kr × (1 + 12 % ÷ 12)^2 = 1 020,10 kr.",
    "Terminbeløpet øker like mye som gjelden: 600 kr × 1 020,10 kr ÷ 1 000 kr = 612,06 kr.",
    "Antall betalinger etter utsettelsen er fortsatt 2, nå på 612,06 kr. Den siste er mindre, 422,42 kr. "
    "I alt blir det 1 034,48 kr, regnet med beløp som ikke er avrundet.",
    "Ekstra rente: 1 034,48 kr − 1 014,10 kr = 20,38 kr.",
    "Hver utsettelse gjør tilbakebetalingen 1 måned lengre.",
    "2 × 1 måned = 2 måneder.",
]
EN = [
    "Deferrals you have used: 0.",
    "You can defer 36 times over the whole time you repay the loan.",
    "You have 36 − 0 = 36 left.",
    "Deferrals you want now: 2.",
    "One application can cover up to 6 due dates.",
    "Number of applications: 2 ÷ 6, rounded up to 1.",
    "The debt is NOK 1,000 today.",
    "The interest rate is 12% a year.",
    "You pay NOK 600 a month today.",
    "Number of payments without deferral: 2. The last one is smaller, NOK 414.10. In all you pay NOK 1,014.10.",
    "While you defer, the debt grows to NOK 1,000 × (1 + 12% ÷ 12)^2 = NOK 1,020.10.",
    "The instalment rises as much as the debt: NOK 600 × NOK 1,020.10 ÷ NOK 1,000 = NOK 612.06.",
    "The number of payments after the deferral is still 2, now of NOK 612.06. The last one is smaller, NOK 422.42. "
    "In all that is NOK 1,034.48, worked out from amounts that are not rounded.",
    "Extra interest: NOK 1,034.48 − NOK 1,014.10 = NOK 20.38.",
    "Each deferral makes the repayment 1 month longer.",
    "2 × 1 month = 2 months.",
]


@pytest.mark.parametrize(("lang", "expected"), [("nb", NB), ("en", EN)])
def test_the_steps_are_those_a_case_officer_would_sign(lang, expected):
    steps = asked(0, 2, 1_000, 12_000, "600", lang=lang).result["steps"]
    assert [step["text"].replace("\u00a0", " ") for step in steps] == expected
    limits = [step["source"] for step in steps if step["origin"] == "limit"]
    assert limits == ["lk-deferral", "lk-deferral-2020-nn", "lk-deferral"]
