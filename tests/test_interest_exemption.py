"""Interest deletion by income: every printed limit to the krone, and what a test of income promises."""

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.core.answer import answer
from calculators.core.tables import Tables
from calculators.core.words import Words
from scripts import tables as editors_tables
from scripts.words import ROOT, words_json

ROWS = yaml.safe_load((ROOT / "data/limits.yaml").read_text("utf-8"))["interest_deletion"]["rows"]
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())

OWN = ("part_time", "elected_office", "erasmus", "illness", "aap", "unemployed", "military")
FAMILY = ("care", "birth_adoption")
LOW = ("low_income", "prison")
WHOLE = [year for year, row in ROWS.items() if all(row[f"own_{months}"] for months in range(1, 13))]
LADDERS = {year: [ROWS[year][f"own_{months}"] for months in range(1, 13)] for year in WHOLE}

any_year = st.sampled_from(WHOLE)
any_income = st.integers(0, 10**12) | st.integers(250_000, 450_000)
any_months = st.integers(1, 12)
any_children = st.integers(0, 20)


def asked(year, months=12, reason="illness", own=300_000, lang="nb", **more):
    """The answer to one case; low income and prison get an average of one krone unless another is given."""
    case = {"year": year, "months": months, "reason": reason, "own_income": own}
    if reason in LOW:
        case["average_monthly_income"] = 1
    return answer("interest_exemption", case | more, TABLES, WORDS, lang)


def outputs(*case, **more):
    """The outputs of one case."""
    done = asked(*case, **more)
    assert done.status == 0, done.result
    return done.result["outputs"]


def months_for(year, own, children=0):
    """The months by the table: how many of its limits, children included, are not below the income."""
    return sum(own <= limit + children * ROWS[year]["own_per_child"] for limit in LADDERS[year])


def test_there_are_whole_tables_to_try():
    assert WHOLE == [2019, 2022, 2024]
    for limits in LADDERS.values():
        assert sorted(limits, reverse=True) == limits


@pytest.mark.parametrize("year", WHOLE)
@pytest.mark.parametrize("months", range(1, 13))
def test_on_each_limit_below_it_and_above_it(year, months):
    limit = LADDERS[year][months - 1]
    for over, expected in ((-1, months), (0, months), (1, months - 1)):
        found = outputs(year, months, "unemployed", limit + over)
        assert found["own_limit"] == str(limit)
        assert found["months_by_income"] == str(expected)
        assert found["income_test"] == ("passed" if over < 1 else "partly" if months > 1 else "failed")


@given(any_year, any_months, st.sampled_from(OWN), any_income, any_children)
@settings(max_examples=200, deadline=None)
def test_own_income_reasons_are_the_table_and_nothing_else(year, months, reason, own, children):
    found = outputs(year, months, reason, own, children=children)
    expected = months_for(year, own, children)
    assert found["months_by_income"] == str(expected)
    assert found["own_limit"] == str(LADDERS[year][months - 1] + children * ROWS[year]["own_per_child"])
    assert found["family_limit"] is None
    assert found["income_test"] == ("failed" if not expected else "passed" if expected >= months else "partly")
    family = min(own + 10**6, 10**12)
    assert outputs(year, months, reason, own, children=children, family_income=family) == found


@given(any_year, any_months, any_income, any_children, st.integers(0, 10**6))
@settings(max_examples=100, deadline=None)
def test_a_higher_income_never_gives_more_and_a_child_never_less(year, months, own, children, more):
    order = ("failed", "partly", "passed")
    base = outputs(year, months, "care", own, children=children)
    higher = outputs(year, months, "care", own + more, children=children) if own + more <= 10**12 else base
    assert int(higher["months_by_income"]) <= int(base["months_by_income"])
    assert order.index(higher["income_test"]) <= order.index(base["income_test"])
    if children < 20:
        child = outputs(year, months, "care", own, children=children + 1)
        assert int(child["months_by_income"]) >= int(base["months_by_income"])
        assert order.index(child["income_test"]) >= order.index(base["income_test"])


@pytest.mark.parametrize("year", [2017, 2018, *WHOLE])
@pytest.mark.parametrize("reason", FAMILY + LOW)
@pytest.mark.parametrize("children", [0, 3])
def test_the_family_limit_on_it_below_it_and_above_it(year, reason, children):
    limit = ROWS[year]["family"] + children * ROWS[year]["family_per_child"]
    has_limit = not (reason == "birth_adoption" and year == 2017)
    for over, test in ((-1, "passed"), (0, "passed"), (1, "failed" if has_limit else "passed")):
        found = outputs(year, 12, reason, 200_000, children=children, family_income=limit + over)
        assert found["family_limit"] == (str(limit) if has_limit else None)
        assert found["income_test"] == test


@pytest.mark.parametrize("year", WHOLE)
@pytest.mark.parametrize("reason", LOW)
def test_the_highest_average_on_it_below_it_and_above_it(year, reason):
    cap = ROWS[year]["monthly_average_cap"]
    for average, test in ((cap - 1, "passed"), (cap, "passed"), (f"{cap}.01", "failed"), (cap + 1, "failed")):
        found = outputs(year, 12, reason, 200_000, average_monthly_income=average)
        assert found["income_test"] == test


@pytest.mark.parametrize("year", WHOLE)
@pytest.mark.parametrize("reason", LOW)
def test_low_income_and_prison_have_the_highest_limit_of_the_table(year, reason):
    highest = LADDERS[year][0]
    for over, months, test in ((-1, "12", "passed"), (0, "12", "passed"), (1, "0", "failed")):
        found = outputs(year, 12, reason, highest + over)
        assert (found["own_limit"], found["months_by_income"], found["income_test"]) == (str(highest), months, test)
    child = highest + ROWS[year]["own_per_child"]
    assert outputs(year, 12, reason, child, children=1)["income_test"] == "passed"
    assert outputs(year, 12, reason, child + 1, children=1)["income_test"] == "failed"


@pytest.mark.parametrize("reason", LOW)
@pytest.mark.parametrize("months", range(1, 13))
def test_low_income_and_prison_need_twelve_months_in_a_row(reason, months):
    for lang, told in (("nb", "i strekk"), ("en", "in a row")):
        done = asked(2024, months, reason, 100_000, lang)
        found = done.result["outputs"]
        assert (found["months_by_income"], found["income_test"]) == (("0", "failed"), ("12", "passed"))[months == 12]
        assert told in " ".join(step["text"] for step in done.result["steps"])
        assert ("too high" in done.headline or "for høy" in done.headline) is False
    too_high = asked(2024, months, reason, 10**9, "en")
    assert too_high.result["outputs"]["income_test"] == "failed" and "too high" in too_high.headline


@pytest.mark.parametrize("year", [2017, 2018])
@pytest.mark.parametrize("reason", LOW)
def test_low_income_and_prison_need_no_other_limit_of_the_ladder(year, reason):
    row = ROWS[year]
    assert row["own_11"] is None
    case = {"average_monthly_income": row["monthly_average_cap"], "family_income": row["family"]}
    found = outputs(year, 12, reason, row["own_1"], **case)
    assert (found["months_by_income"], found["income_test"]) == ("12", "passed")


def test_alone_your_own_income_is_the_familys():
    for income in (300_000, 403_782):
        alone = outputs(2024, 1, "care", income)
        assert alone == outputs(2024, 1, "care", income, family_income=income)


@pytest.mark.parametrize("year", [1990, 2020, 2026, 2100])
def test_full_time_education_has_no_limit_in_any_year(year):
    found = outputs(year, 5, "full_time_no_support", 10**12)
    assert found == {"own_limit": None, "family_limit": None, "months_by_income": "12", "income_test": "passed"}


@pytest.mark.parametrize("year", [1990, 2016, 2020, 2023, 2025, 2026, 2100])
@pytest.mark.parametrize("reason", OWN + FAMILY + LOW)
def test_a_year_without_limits_gives_no_answer(year, reason):
    done = asked(year, 1, reason, 0)
    assert done.status == 3
    assert done.result["outputs"] is None and done.result["display"] is None


@pytest.mark.parametrize("year", [2017, 2018])
def test_where_only_two_limits_are_known_they_are_used_as_far_as_they_reach(year):
    highest, lowest = ROWS[year]["own_1"], ROWS[year]["own_12"]
    assert outputs(year, 12, "illness", lowest)["months_by_income"] == "12"
    assert outputs(year, 6, "illness", lowest) == {
        "own_limit": None,
        "family_limit": None,
        "months_by_income": "12",
        "income_test": "passed",
    }
    assert outputs(year, 12, "illness", highest + 1)["income_test"] == "failed"
    for between in (lowest + 1, highest):
        assert asked(year, 1, "illness", between).status == 3


def test_it_never_says_that_you_qualify():
    for reason in (*OWN, *FAMILY, *LOW):
        done = asked(2024, 12, reason, 100_000, lang="en")
        assert "must be approved too" in done.headline
        assert "reason_must_be_approved" in {each["kind"] for each in done.result["notices"]}


@pytest.mark.parametrize(
    ("reason", "kinds"),
    [
        ("part_time", set()),
        ("illness", {"least_months"}),
        ("care", {"least_months"}),
        ("prison", {"least_months"}),
        ("low_income", {"least_months", "most_months"}),
    ],
)
def test_how_long_the_reason_must_last_is_said(reason, kinds):
    always = {"reason_must_be_approved", "apply_afterwards", "estimate"}
    assert {each["kind"] for each in asked(2024, 12, reason, 100_000).result["notices"]} == always | kinds


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"year": "2101"}, "too_high"),
        ({"year": "24"}, "not_year"),
        ({"months": "13"}, "too_high"),
        ({"reason": "poor"}, "not_choice"),
        ({"own_income": "-1"}, "too_low"),
        ({"own_income": "350 000"}, "not_number"),
        ({"children": "21"}, "too_high"),
        ({"children": "1.5"}, "not_whole"),
        ({"family_income": "299999.99", "reason": "care"}, "below_own"),
        ({"average_monthly_income": "", "reason": "prison"}, "needed_for_reason"),
    ],
)
def test_wrong_input_is_named(changed, code):
    case = {"year": "2024", "months": "6", "reason": "illness", "own_income": "300000"} | changed
    done = answer("interest_exemption", case, TABLES, WORDS, "en")
    assert done.status == 2
    assert [(each["field"], each["code"]) for each in done.result["errors"]] == [(next(iter(changed)), code)]


NB = [
    "Grunn: Omsorgsarbeid, 12 måneder i 2024.",
    "Din inntekt i året er 360 000 kr.",
    "Hvert barn hever grensen for egen inntekt med 17 904 kr.",
    "Barn: 1 × 17 904 kr = 17 904 kr.",
    "Grensen for 10 måneder i 2024 er 343 765 kr.",
    "Med tillegget for barn er grensen for 10 måneder 343 765 kr + 17 904 kr = 361 669 kr.",
    "Grensen for 11 måneder i 2024 er 337 094 kr.",
    "Med tillegget for barn er grensen for 11 måneder 337 094 kr + 17 904 kr = 354 998 kr.",
    "Grensen for 12 måneder i 2024 er 330 428 kr.",
    "Med tillegget for barn er grensen for 12 måneder 330 428 kr + 17 904 kr = 348 332 kr.",
    "En egen inntekt på 360 000 kr gir etter tabellen rom for 10 måneder.",
    "Familiens samlede inntekt er 700 000 kr.",
    "Grensen for familiens inntekt i 2024 er 660 978 kr.",
    "Hvert barn hever grensen for familiens inntekt med 35 836 kr.",
    "Barn: 1 × 35 836 kr = 35 836 kr.",
    "Med tillegget for barn er den 660 978 kr + 35 836 kr = 696 814 kr.",
    "700 000 kr er over 696 814 kr. Da kan renter ikke slettes av denne grunnen.",
]
EN = [
    "Reason: Care work, 12 months in 2024.",
    "Your income in the year is NOK 360,000.",
    "Each child raises the limit for your own income by NOK 17,904.",
    "Children: 1 × NOK 17,904 = NOK 17,904.",
    "The limit for 10 months in 2024 is NOK 343,765.",
    "With the addition for children the limit for 10 months is NOK 343,765 + NOK 17,904 = NOK 361,669.",
    "The limit for 11 months in 2024 is NOK 337,094.",
    "With the addition for children the limit for 11 months is NOK 337,094 + NOK 17,904 = NOK 354,998.",
    "The limit for 12 months in 2024 is NOK 330,428.",
    "With the addition for children the limit for 12 months is NOK 330,428 + NOK 17,904 = NOK 348,332.",
    "By the table, an own income of NOK 360,000 leaves room for 10 months.",
    "The family's income together is NOK 700,000.",
    "The limit for the family's income in 2024 is NOK 660,978.",
    "Each child raises the limit for the family's income by NOK 35,836.",
    "Children: 1 × NOK 35,836 = NOK 35,836.",
    "With the addition for children it is NOK 660,978 + NOK 35,836 = NOK 696,814.",
    "NOK 700,000 is above NOK 696,814. Interest cannot be deleted for this reason then.",
]


@pytest.mark.parametrize(("lang", "expected"), [("nb", NB), ("en", EN)])
def test_the_steps_are_those_a_case_officer_would_sign(lang, expected):
    done = asked(2024, 12, "care", 360_000, lang, children=1, family_income=700_000)
    steps = done.result["steps"]
    assert [step["text"].replace("\u00a0", " ") for step in steps] == expected
    assert {step["source"] for step in steps if step["origin"] == "limit"} == {"lk-deletion-2024"}
