"""The income rule: every published limit to the krone, and what the rule's meaning promises for any case.

What is expected is worked out here in whole øre from the YAML text, not by the code under test.
"""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.core.answer import answer
from calculators.core.tables import Tables
from calculators.core.words import Words
from calculators.income import calculate
from scripts import tables as editors_tables
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
YAML = yaml.safe_load((ROOT / "data/limits.yaml").read_text("utf-8"))
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())

BANDS = {"both": "whole_year", "one": "seven_months_or_less"}
WHAT = {"income": "income_limit", "benefits": "benefits_limit"}
EVERY_YEAR = range(1990, 2101)
RATE = 5


def cell(table, year, band):
    """(value, status) of a limit as the YAML text has it; value None when not published."""
    row = YAML[table]["rows"].get(year, {})
    found = row.get(band)
    if isinstance(found, dict):
        return found["value"], found.get("status", row.get("status"))
    return found, row.get("status")


PUBLISHED = [
    (what, year, semesters, cell(table, year, band)[0])
    for what, table in WHAT.items()
    for year in YAML[table]["rows"]
    for semesters, band in BANDS.items()
    if cell(table, year, band)[0] is not None
]
GAPS = [
    (what, year, semesters)
    for what, table in WHAT.items()
    for year in EVERY_YEAR
    for semesters, band in BANDS.items()
    if cell(table, year, band)[0] is None
]
INCOME_LIMITS = [(year, semesters, limit) for what, year, semesters, limit in PUBLISHED if what == "income"]
BOTH_TABLES = [
    (year, semesters)
    for what, year, semesters, _ in PUBLISHED
    if what == "benefits" and cell("income_limit", year, BANDS[semesters])[0] is not None
]

amounts = st.integers(0, 10**14) | st.integers(100_000_00, 700_000_00)
shares = st.integers(10**6, 10**8) | st.integers(1, 100).map(lambda whole: whole * 10**6)
few_months = st.integers(1, 7)


def months_for(semesters, months):
    """Months that this number of semesters can have."""
    return min(months, 7) if semesters == "one" else months


def kroner(ore):
    """An amount in øre as canonical text."""
    return f"{ore // 100}.{ore % 100:02}"


def plain(ore):
    """Øre as outputs show it: whole kroner bare, else two decimals."""
    return f"{ore // 100}" if ore % 100 == 0 else kroner(ore)


def expected_ore(received, limit, months, study=10**8):
    """The reduction in øre by the rule, halves up: excess × 5 % × months × share (millionths of a percent)."""
    excess = max(0, received - limit * 100)
    parts = 100 * 100 * 10**6
    return (2 * excess * RATE * months * study + parts) // (2 * parts)


def asked(year, *, income=0, benefits=0, months=10, semesters="both", study=10**8, lang="nb", **more):
    """The answer to one case, amounts in øre and the study load in millionths of a percent."""
    given_ = {
        "year": str(year),
        "income": kroner(income),
        "benefits": kroner(benefits),
        "months": str(months),
        "semesters": semesters,
        "study_percent": f"{study // 10**6}.{study % 10**6:06}",
        **more,
    }
    return answer("income", given_, TABLES, WORDS, lang)


def outputs(*case, **options):
    """The outputs of a case that is answered."""
    done = asked(*case, **options)
    assert done.status == 0, done.result
    return done.result["outputs"]


def reduction(*case, **options):
    """The reduction because of income, in kroner."""
    return Decimal(outputs(*case, **options)["reduction"])


# Every published limit


def test_there_are_limits_to_try():
    assert {what for what, *_ in PUBLISHED} == {"income", "benefits"}
    assert ("income", 2021, "both", 195295) in PUBLISHED
    assert ("benefits", 2020, "one", 282761) in PUBLISHED
    assert ("income", 2022, "one") in GAPS and ("benefits", 2021, "both") in GAPS
    assert YAML["income_rate"]["rows"]["month_with_support"]["rate"] == RATE
    assert YAML["benefits_rate"]["rows"]["month_with_support"]["rate"] == RATE


@pytest.mark.parametrize(("what", "year", "semesters", "limit"), PUBLISHED)
def test_on_the_limit_below_it_and_above_it(what, year, semesters, limit):
    names = {"income": ("limit", "reduction"), "benefits": ("benefits_limit", "benefits_reduction")}[what]
    for over, months in ((-1, 7), (0, 7), (1, 1), (1, 7), (100_000, 5)):
        case = {what: (limit + over) * 100, "months": months, "semesters": semesters}
        found = outputs(year, **case)
        assert [found[name] for name in names] == [str(limit), plain(max(0, over) * RATE * months)]
        if what == "income":
            assert found["excess"] == str(max(0, over))


@given(st.sampled_from(INCOME_LIMITS), amounts, st.integers(1, 12), shares)
@settings(max_examples=300, deadline=None)
def test_any_case_comes_out_as_in_whole_numbers(row, income, months, study):
    year, semesters, limit = row
    months = months_for(semesters, months)
    found = outputs(year, income=income, months=months, semesters=semesters, study=study)
    assert found["reduction"] == plain(expected_ore(income, limit, months, study))
    if income:
        assert found["excess"] == plain(max(0, income - limit * 100))
    assert (found["benefits_limit"], found["benefits_reduction"]) == (None, "0")


# What the rule promises


@given(st.sampled_from(INCOME_LIMITS), amounts, amounts, few_months, few_months, shares, shares)
@settings(max_examples=200, deadline=None)
def test_it_never_falls_when_income_months_or_study_load_rise(row, income, more, months, longer, study, faster):
    year, semesters, _ = row
    income, more = sorted([income, more])
    months, longer = sorted([months, longer])
    study, faster = sorted([study, faster])
    case = {"income": income, "months": months, "semesters": semesters, "study": study}
    least = reduction(year, **case)
    assert least >= 0
    for other in ({"income": more}, {"months": longer}, {"study": faster}):
        assert least <= reduction(year, **{**case, **other})


@given(st.sampled_from(INCOME_LIMITS), st.integers(0, 10**12), few_months, shares)
@settings(max_examples=200, deadline=None)
def test_it_does_not_jump_at_the_limit(row, above, months, study):
    year, semesters, limit = row
    share_of_a_krone = Decimal(RATE * months) / 100 * study / 10**8

    def unrounded(income):
        case = {"year": year, "income": Decimal(kroner(income)), "months": months, "semesters": semesters}
        study_percent = Decimal(study) / 10**6
        rest = {"short_course_only": False, "benefits": Decimal(0), "study_percent": study_percent}
        return calculate(TABLES, **case, **rest).outputs["reduction"]

    assert unrounded(limit * 100) == 0
    assert unrounded(limit * 100 + above + 100) - unrounded(limit * 100 + above) == share_of_a_krone


@given(st.sampled_from(BOTH_TABLES), amounts, amounts, few_months)
@settings(max_examples=200, deadline=None)
def test_income_and_benefits_never_touch_each_other(row, income, benefits, months):
    year, semesters = row
    case = {"months": months, "semesters": semesters}
    both = outputs(year, income=income, benefits=benefits, **case)
    income_alone, benefits_alone = outputs(year, income=income, **case), outputs(year, benefits=benefits, **case)
    assert [both[name] for name in ("limit", "excess", "reduction")] == [
        income_alone[name] for name in ("limit", "excess", "reduction")
    ]
    assert [both[name] for name in ("benefits_limit", "benefits_reduction")] == [
        benefits_alone[name] for name in ("benefits_limit", "benefits_reduction")
    ]


@given(st.sampled_from([row for row in INCOME_LIMITS if row[1] == "one"]), amounts, few_months)
@settings(max_examples=100, deadline=None)
def test_one_semester_and_one_short_course_have_the_same_limit(row, income, months):
    year, _, limit = row
    one = outputs(year, income=income, months=months, semesters="one")
    assert one == outputs(year, income=income, months=months, short_course_only="true")
    assert one["limit"] == (str(limit) if income else None)


def test_the_answer_depends_on_every_input_it_names():
    case = {"year": 2020, "income": 500_000_00, "benefits": 300_000_00, "months": 6, "semesters": "both"}
    base = outputs(**case)
    for name, other in {
        "year": 2019,
        "income": 500_001_00,
        "benefits": 300_001_00,
        "months": 5,
        "semesters": "one",
        "study": 99 * 10**6,
        "short_course_only": "true",
    }.items():
        assert outputs(**{**case, name: other}) != base, name


# Which limit counts


@pytest.mark.parametrize("months", range(1, 13))
@pytest.mark.parametrize("more", [{"semesters": "one"}, {"short_course_only": "true"}])
def test_the_high_limit_is_for_seven_months_at_most(months, more):
    done = asked(2020, income=1, months=months, **more)
    if months <= 7:
        assert done.result["outputs"]["limit"] == "471270"
    else:
        assert done.status == 2
        assert [fault["field"] for fault in done.result["errors"]] == ["months"]


@pytest.mark.parametrize("months", range(1, 13))
def test_few_months_over_two_semesters_have_the_low_limit_and_a_word_of_doubt(months):
    done = asked(2020, income=1, months=months)
    assert done.result["outputs"]["limit"] == "188509"
    told = "ask_about_the_limit" in [notice["kind"] for notice in done.result["notices"]]
    assert told == (months <= 7)


# Years without a limit


@given(st.sampled_from(GAPS), st.integers(1, 10**14), few_months, st.sampled_from(["nb", "en"]))
@settings(max_examples=200, deadline=None)
def test_a_year_without_a_limit_never_gives_a_number(gap, received, months, lang):
    what, year, semesters = gap
    done = asked(year, **{what: received}, months=months, semesters=semesters, lang=lang)
    assert done.status == 3
    assert done.result["outputs"] is None and done.result["display"] is None
    assert done.result["notices"][0]["kind"] == "not_published"


@given(st.sampled_from(EVERY_YEAR), st.integers(1, 12), shares)
@settings(max_examples=100, deadline=None)
def test_without_income_and_benefits_no_limit_is_needed_in_any_year(year, months, study):
    found = outputs(year, months=months, study=study)
    assert found == {"limit": None, "excess": "0", "reduction": "0", "benefits_limit": None, "benefits_reduction": "0"}


@pytest.mark.parametrize(("what", "year", "semesters", "limit"), PUBLISHED)
def test_a_secondary_limit_is_told_and_an_official_one_is_not_doubted(what, year, semesters, limit):
    status = cell(WHAT[what], year, BANDS[semesters])[1]
    done = asked(year, **{what: 100}, months=5, semesters=semesters)
    doubts = [notice["text"] for notice in done.result["notices"] if notice["kind"] == "secondary"]
    assert len(doubts) == (status == "secondary")
    assert all(str(year) in doubt for doubt in doubts)


# Lånekassen's example, word for word

STEPS = {
    "nb": [
        "Du fikk støtte i 10 måneder i 2021, både vår og høst. Da gjelder grensen for hele året.",
        "Du studerte 50 %. Da regnes samme andel av reduksjonen.",
        "Inntekten din i 2021 er 200 000 kr.",
        "Inntektsgrensen for støtte hele året i 2021 er 195 295 kr.",
        "Bare det som er over grensen, teller: 200 000 kr − 195 295 kr = 4 705 kr.",
        "Satsen er 5 % per måned med støtte.",
        "4 705 kr × 5 % × 10 × 50 % = 1 176,25 kr.",
    ],
    "en": [
        "You received support for 10 months in 2021, both spring and autumn. The limit for the whole year applies.",
        "You studied 50%. The same share of the reduction is counted.",
        "Your income in 2021 is NOK 200,000.",
        "The income limit for support the whole year in 2021 is NOK 195,295.",
        "Only what is above the limit counts: NOK 200,000 − NOK 195,295 = NOK 4,705.",
        "The rate is 5% per month with support.",
        "NOK 4,705 × 5% × 10 × 50% = NOK 1,176.25.",
    ],
}


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_steps_of_lanekassens_part_time_example(lang):
    result = asked(2021, income=200_000_00, months=10, study=50 * 10**6, lang=lang).result
    assert [step["text"].replace("\u00a0", " ") for step in result["steps"]] == STEPS[lang]
    assert [step["origin"] for step in result["steps"]] == [
        "input", "input", "input", "limit", "calculated", "limit", "calculated",
    ]  # fmt: skip
    assert [step["source"] for step in result["steps"] if step["source"]] == [
        "lk-income-2020-nn",
        "lk-calculation-2020",
    ]
    assert [step["value"] for step in result["steps"]] == ["10", "50", "200000", "195295", "4705", "5", "1176.25"]
    assert [notice["kind"] for notice in result["notices"]] == [
        "corona", "at_most_the_conversion_loan", "not_modelled", "estimate",
    ]  # fmt: skip
