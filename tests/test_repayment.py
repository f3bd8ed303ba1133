"""The repayment model: what a loan promises for any case, the months of the rule, and the list as CSV.

What is expected is worked out here with exact fractions, not by the code under test.
"""

import csv
import io
import json
import subprocess
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.core.answer import answer
from calculators.core.schedule_csv import list_name, schedule_csv
from calculators.core.tables import Tables
from calculators.core.words import Words
from calculators.repayment import FIELDS
from scripts import tables as editors_tables
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
YAML = yaml.safe_load((ROOT / "data/limits.yaml").read_text("utf-8"))
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())

any_debt_ore = st.integers(100, 10**14) | st.integers(10_000_00, 2_000_000_00)
any_rate = st.integers(0, 20_000_000) | st.integers(1_000_000, 6_000_000)
any_end = st.dates(date(1990, 1, 1), date(2100, 12, 31))
any_years = st.integers(1, 30)
any_due_day = st.sampled_from(["5", "15", "25"])


def asked(debt=30_000_000, rate=2_979_000, ended=date(2026, 6, 15), years=20, due_day="15", lang="nb"):
    """The answer to one case: the debt in øre, the rate in millionths of a percent."""
    case = {
        "debt": f"{debt // 100}.{debt % 100:02}",
        "annual_rate": f"{rate // 10**6}.{rate % 10**6:06}",
        "support_ended": ended,
        "years": years,
        "due_day": due_day,
    }
    done = answer("repayment", case, TABLES, WORDS, lang)
    assert done.status == 0, done.result
    return done


def outputs(*case, **options):
    """The outputs of one case."""
    return asked(*case, **options).result["outputs"]


def exact_instalment(debt, rate, years):
    """The annuity in kroner as a fraction: seven months of interest, then 12 × years − 7 equal payments."""
    monthly = Fraction(rate, 10**8) / 12
    opening = Fraction(debt, 100) * (1 + monthly) ** 7
    payments = 12 * years - 7
    return opening / sum((1 + monthly) ** -number for number in range(1, payments + 1))


def half_up(amount):
    """A fraction rounded to whole kroner, halves up."""
    return int(amount + Fraction(1, 2))


def money(text):
    """An amount as a fraction."""
    return Fraction(text)


# What the sources print


def test_lanekassens_example_comes_out_to_the_krone():
    assert outputs()["instalment"] == "1727"


def test_lanekassens_other_example_is_within_half_a_percent():
    instalment = money(outputs(rate=2_477_000)["instalment"])
    assert abs(instalment - 1640) / 1640 < Fraction(1, 200)


def test_the_form_offers_what_the_tables_say():
    rule = YAML["repayment_rule"]["rows"]["rule"]
    days = {str(row["day"]) for row in YAML["due_day"]["rows"].values()}
    by_name = {spec.name: spec for spec in FIELDS}
    assert by_name["years"].default == str(rule["standard_years"]["value"])
    assert by_name["years"].high == rule["longest_years"]["value"]
    assert set(by_name["due_day"].choices) == days
    assert by_name["due_day"].default == str(YAML["due_day"]["rows"]["usual"]["day"])


@pytest.mark.parametrize(
    ("ended", "plan", "invoice", "due"),
    [
        (date(2026, 6, 15), "2026-11", "2027-01", "2027-02-15"),
        (date(2026, 1, 31), "2026-06", "2026-08", "2026-09-15"),
        (date(2026, 4, 1), "2026-09", "2026-11", "2026-12-15"),
        (date(2026, 5, 31), "2026-10", "2026-12", "2027-01-15"),
        (date(2024, 2, 29), "2024-07", "2024-09", "2024-10-15"),
        (date(2100, 12, 31), "2101-05", "2101-07", "2101-08-15"),
    ],
)
def test_plan_invoice_and_first_payment_come_in_the_fifth_seventh_and_eighth_month(ended, plan, invoice, due):
    found = outputs(ended=ended)
    assert (found["plan_month"], found["first_invoice_month"], found["first_due"]) == (plan, invoice, due)


# What a loan promises


@given(any_debt_ore, any_rate, any_end, any_years, any_due_day)
@settings(max_examples=60, deadline=None)
def test_the_schedule_adds_up_and_closes_at_nothing(debt, rate, ended, years, due_day):
    found = outputs(debt, rate, ended, years, due_day)
    rows = found["schedule"]
    payments = [money(row["payment"]) for row in rows]
    balances = [money(row["balance"]) for row in rows]
    assert rows[-1]["balance"] == "0"
    assert len(rows) == int(found["instalments"]) <= 12 * years - 7
    assert sum(payments) == money(found["total_paid"])
    assert money(found["total_paid"]) - Fraction(debt, 100) == money(found["total_interest"])
    assert set(payments[:-1]) <= {money(found["instalment"])}
    assert money(found["instalment"]).denominator == 1
    for row, before, after in zip(rows[1:], balances, balances[1:], strict=False):
        assert money(row["payment"]) == money(row["interest"]) + money(row["principal"])
        assert before - after == money(row["principal"]) >= 0
        assert abs(money(row["interest"]) - before * Fraction(rate, 10**8) / 12) < Fraction(2, 100)
    assert found["last_due"] == rows[-1]["due"]
    assert {row["due"][8:] for row in rows} == {due_day.zfill(2)}


@given(any_debt_ore, any_rate, any_years)
@settings(max_examples=60, deadline=None)
def test_the_instalment_is_the_annuity_in_whole_kroner(debt, rate, years):
    expected = half_up(exact_instalment(debt, rate, years))
    instalment = int(outputs(debt, rate, years=years)["instalment"])
    monthly = Fraction(rate, 10**8) / 12
    covers_interest = expected > Fraction(debt, 100) * (1 + monthly) ** 7 * monthly
    assert instalment == (expected if covers_interest else expected + 1)


@given(st.integers(10_000_00, 2_000_000_00), st.integers(0, 10_000_000), any_years, any_due_day)
@settings(max_examples=40, deadline=None)
def test_months_follow_each_other(debt, rate, years, due_day):
    days = [date.fromisoformat(row["due"]) for row in outputs(debt, rate, years=years, due_day=due_day)["schedule"]]
    assert days[0] == date(2027, 2, int(due_day))
    for day, following in zip(days, days[1:], strict=False):
        assert (following.year * 12 + following.month) - (day.year * 12 + day.month) == 1


@given(st.integers(50_000_00, 2_000_000_00), st.integers(500_000, 8_000_000), st.integers(2, 29))
@settings(max_examples=40, deadline=None)
def test_more_debt_more_interest_or_less_time_is_a_higher_instalment(debt, rate, years):
    def instalment(**changed):
        return int(outputs(**{"debt": debt, "rate": rate, "years": years, **changed})["instalment"])

    base = instalment()
    assert instalment(debt=debt + 10_000_00) > base
    assert instalment(rate=rate + 500_000) >= base
    assert instalment(years=years - 1) > base > instalment(years=years + 1)


@given(st.integers(50_000_00, 2_000_000_00), st.integers(1_000_000, 8_000_000), st.integers(2, 29))
@settings(max_examples=30, deadline=None)
def test_a_longer_time_costs_more_in_all(debt, rate, years):
    shorter, longer = outputs(debt, rate, years=years), outputs(debt, rate, years=years + 1)
    assert money(longer["total_interest"]) > money(shorter["total_interest"])


@given(any_end, any_due_day)
@settings(max_examples=40, deadline=None)
def test_dates_do_not_change_what_is_paid(ended, due_day):
    """Each month bears a twelfth of the yearly rate: the same loan costs the same whenever it begins."""
    base, moved = outputs(years=1), outputs(years=1, ended=ended, due_day=due_day)
    same = ("instalment", "instalments", "total_paid", "total_interest")
    assert [moved[name] for name in same] == [base[name] for name in same]


def test_without_interest_nothing_is_paid_beyond_the_debt():
    assert outputs(rate=0)["total_paid"] == "300000"
    assert outputs(rate=0)["total_interest"] == "0"


def test_the_ends_of_the_ranges_can_be_asked():
    for debt in (100, 10**14):
        for rate in (0, 20_000_000):
            for years in (1, 30):
                assert outputs(debt, rate, years=years)["schedule"][-1]["balance"] == "0"


# Wrong input, and numbers that are not published


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("debt", "0.99", "too_low"),
        ("debt", "1000000000000.01", "too_high"),
        ("debt", "1.001", "decimals"),
        ("annual_rate", "-0.1", "too_low"),
        ("annual_rate", "20.1", "too_high"),
        ("annual_rate", "3,5", "not_number"),
        ("support_ended", "15.6.2026", "not_date"),
        ("support_ended", "2101-01-01", "not_date"),
        ("years", "0", "too_low"),
        ("years", "31", "too_high"),
        ("years", "20.5", "not_whole"),
        ("due_day", "16", "not_choice"),
        ("months", "7", "unknown"),
    ],
)
def test_wrong_input_is_named(field, value, code):
    case = {"debt": "300000", "annual_rate": "5", "support_ended": "2026-06-15", field: value}
    done = answer("repayment", case, TABLES, WORDS, "en")
    assert done.status == 2
    assert [(each["field"], each["code"]) for each in done.result["errors"]] == [(field, code)]


def test_a_number_of_the_rule_that_is_missing_gives_no_answer():
    contents = json.loads(json.dumps(TABLES.contents))
    contents["tables"]["repayment_rule"]["rows"]["rule"]["cells"].pop("payment_free_months")
    case = {"debt": "300000", "annual_rate": "5", "support_ended": "2026-06-15"}
    done = answer("repayment", case, Tables.from_json(json.dumps(contents).encode()), WORDS, "nb")
    assert done.status == 3 and done.result["outputs"] is None


# The steps

NB = [
    "Gjelden er 300 000 kr når støtten tar slutt.",
    "Renten er 2,979 % i året.",
    "Støtten varer til og med 15. juni 2026. Renten løper fra dagen etter, 16. juni 2026.",
    "Betalingsplanen kommer omtrent 5 måneder etter at støtten tok slutt.",
    "Den første fakturaen kommer omtrent 7 måneder etter at støtten tok slutt.",
    "Den første fakturaen skal betales måneden etter at den kom, altså 15. februar 2027.",
    "Du betaler ikke noe de første månedene, i alt 7 måneder, men renten legges til gjelden.",
    "Gjelden vokser til 300 000 kr × (1 + 2,979 % ÷ 12)^7 = 305 252,24 kr.",
    "Tilbakebetalingstiden er 20 år.",
    "Da blir det 12 × 20 − 7 = 233 betalinger.",
    "Like store betalinger: 305 252,24 kr × (2,979 % ÷ 12) ÷ (1 − (1 + 2,979 % ÷ 12)^−233) = 1 726,90 kr. "
    "I hele kroner er det 1 727 kr.",
    "Betaling nummer 233, 15. juni 2046, er den siste. Den er det som står igjen: 1 694,09 kr.",
    "Alle betalingene til sammen er 402 358,09 kr.",
    "Renten er det du betaler ut over gjelden: 402 358,09 kr − 300 000 kr = 102 358,09 kr.",
]
EN = [
    "The debt is NOK 300,000 when the support ends.",
    "The interest rate is 2.979% a year.",
    "The support lasts until and including 15 June 2026. Interest runs from the day after, 16 June 2026.",
    "The repayment plan comes about 5 months after the support ended.",
    "The first invoice comes about 7 months after the support ended.",
    "The first invoice is to be paid in the month after it came, that is on 15 February 2027.",
    "You pay nothing in the first months, 7 months in all, but the interest is added to the debt.",
    "The debt grows to NOK 300,000 × (1 + 2.979% ÷ 12)^7 = NOK 305,252.24.",
    "The repayment time is 20 years.",
    "That makes 12 × 20 − 7 = 233 payments.",
    "Equal payments: NOK 305,252.24 × (2.979% ÷ 12) ÷ (1 − (1 + 2.979% ÷ 12)^−233) = NOK 1,726.90. "
    "In whole kroner that is NOK 1,727.",
    "Payment number 233, on 15 June 2046, is the last. It is what is left: NOK 1,694.09.",
    "All the payments together are NOK 402,358.09.",
    "The interest is what you pay beyond the debt: NOK 402,358.09 − NOK 300,000 = NOK 102,358.09.",
]


@pytest.mark.parametrize(("lang", "expected"), [("nb", NB), ("en", EN)])
def test_the_steps_are_those_a_case_officer_would_sign(lang, expected):
    steps = asked(lang=lang).result["steps"]
    assert [step["text"].replace("\u00a0", " ") for step in steps] == expected
    assert [step["origin"] for step in steps] == (
        ["input"] * 3 + ["limit"] * 2 + ["calculated", "limit", "calculated", "input"] + ["calculated"] * 5
    )
    assert [step["source"] for step in steps if step["source"]] == [
        "lk-repayment-start",
        "lk-repayment-start",
        "lk-help",
    ]


def test_what_it_leaves_out_is_said():
    said = {each["kind"] for each in asked().result["notices"]}
    assert said == {"model", "same_rate", "not_modelled", "estimate"}
    assert "longer_than_usual" in {each["kind"] for each in asked(years=21).result["notices"]}
    assert "same_rate" not in {each["kind"] for each in asked(rate=0).result["notices"]}


# The list as CSV


def read_back(text, lang):
    """The rows of a CSV text as a spreadsheet of that language reads them, numbers as Decimal."""
    separator, sign = {"nb": (";", ","), "en": (",", ".")}[lang]
    head, *rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    return head, [[row[0], *(Decimal(each.replace(sign, ".")) for each in row[1:])] for row in rows]


@pytest.mark.parametrize(
    ("lang", "head", "last"),
    [
        ("nb", ["Forfall", "Å betale", "Renter", "Avdrag", "Gjeld igjen"], "2046-06-15;1694,09;4,20;1689,89;0\r\n"),
        ("en", ["Due", "To pay", "Interest", "Principal", "Debt left"], "2046-06-15,1694.09,4.20,1689.89,0\r\n"),
    ],
)
def test_the_csv_reads_back_as_the_schedule(lang, head, last):
    done = asked(lang=lang)
    text = schedule_csv(done, WORDS)
    found_head, rows = read_back(text, lang)
    assert found_head == head
    assert text.endswith(last)
    schedule = done.result["outputs"]["schedule"]
    keys = ("payment", "interest", "principal", "balance")
    assert rows == [[row["due"], *(Decimal(row[key]) for key in keys)] for row in schedule]
    assert len(rows) == 233


def test_a_heading_with_the_separator_in_it_is_quoted():
    contents = {**WORDS.contents, "repayment": {**WORDS.contents["repayment"]}}
    columns = contents["repayment"]["columns"]["schedule"]
    tricky = {**columns, "due": {"nb": 'Forfall; "dag"', "en": "Due"}}
    contents["repayment"]["columns"] = {"schedule": tricky}
    done = asked(years=1)
    head, rows = read_back(schedule_csv(done, Words(contents)), "nb")
    assert head[0] == 'Forfall; "dag"' and len(rows) == 5


def test_only_a_calculator_with_a_list_has_one():
    assert list_name("repayment") == "schedule"
    assert list_name("wealth") is None


CASE = ["--debt", "5000", "--annual-rate", "0", "--support-ended", "2026-06-15", "--years", "1"]


def cli(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "calculators", *arguments], capture_output=True, cwd=ROOT, check=False, timeout=60
    )


def test_the_command_line_prints_the_csv_and_nothing_else():
    done = cli("repayment", *CASE, "--csv", "--lang", "en")
    lines = ["Due,To pay,Interest,Principal,Debt left"]
    lines += [f"2027-0{month}-15,1000,0,1000,{6000 - month * 1000}" for month in range(2, 7)]
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode() == "".join(f"{line}\r\n" for line in lines)


def test_the_command_line_refuses_csv_where_it_has_no_meaning():
    wrong = cli("repayment", "--debt", "0", *CASE[2:], "--csv")
    assert (wrong.returncode, wrong.stdout) == (2, b"") and b"--debt" in wrong.stderr
    both = cli("repayment", *CASE, "--csv", "--json")
    assert both.returncode == 2 and b'"csv"' in both.stdout
    wealth = cli("wealth", "--year", "2020", "--household", "single", "--net-wealth", "0", "--months", "1", "--csv")
    assert wealth.returncode == 2 and b"csv" in wealth.stderr
