"""What becomes a grant: the rule again in exact fractions from the YAML text, and what must hold for any case."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from written_sums import adds_up, written_sums

from calculators.core.answer import answer
from calculators.core.tables import Tables
from calculators.core.words import Words
from calculators.grant import in_ore
from scripts import tables as editors_tables
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
YAML = yaml.safe_load((ROOT / "data/limits.yaml").read_text("utf-8"))
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
PARTS = ("grant", "pending_credits", "pending_degree", "ordinary_loan")


def cell(table, key, column):
    """A figure as the YAML text has it, exact; None when not published."""
    found = YAML[table]["rows"].get(key, {}).get(column)
    found = found["value"] if isinstance(found, dict) else found
    return None if found is None else Fraction(str(found))


def academic_year(year, semester):
    """The academic year of a calendar year's spring or autumn."""
    first = year - (semester == "spring")
    return f"{first}-{(first + 1) % 100:02}"


def rate(key):
    """The monthly rate of an academic year: printed, else autumn ÷ 5, else year ÷ months."""
    if cell("basic_support", key, "month"):
        return cell("basic_support", key, "month")
    autumn = cell("basic_support", key, "autumn")
    return autumn / 5 if autumn else cell("basic_support", key, "year") / cell("basic_support", key, "months")


def whole_semester(year, semester):
    """The months of a whole semester full time."""
    return Fraction(5) if semester == "autumn" else cell("basic_support", academic_year(year, semester), "months") - 5


def support(year, semester, months, study=100):
    """A semester's basic support: the printed sum for a whole one full time, else rate × months × share."""
    key = academic_year(year, semester)
    printed = cell("basic_support", key, semester)
    if printed and study == 100 and months == whole_semester(year, semester):
        return printed
    return rate(key) * months * study / 100


YEARS = [
    year
    for year in range(2014, 2031)
    if all(cell("basic_support", academic_year(year, each), "months") for each in ("spring", "autumn"))
]
TESTED_YEARS = [
    year for year in YEARS if cell("income_limit", year, "whole_year") and cell("wealth_limit", year, "single")
]

years = st.sampled_from(YEARS)
tested_years = st.sampled_from(TESTED_YEARS)
quarters = st.integers(0, 20).map(lambda four: Fraction(four, 4))
credits = st.integers(0, 40)
lives = st.sampled_from(["away", "home"])
educations = st.sampled_from(["degree", "other"])
flags = st.booleans()
incomes = st.integers(0, 10**12) | st.integers(150_000, 700_000)
wealths = st.integers(-(10**12), 10**12) | st.integers(300_000, 1_500_000)
shares = st.integers(1, 100)


def asked(year, lang="nb", **given_):
    """The answer to one case."""
    plain = {name: str(float(value)) if isinstance(value, Fraction) else value for name, value in given_.items()}
    return answer("grant", {"year": year, **plain}, TABLES, WORDS, lang)


def numbers(year, **given_):
    """The outputs of a case that is answered, as numbers."""
    done = asked(year, **given_)
    assert done.status == 0, done.result
    return {name: Decimal(value) for name, value in done.result["outputs"].items()}


def ore(amount):
    """An exact amount in øre, halves up."""
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(Decimal("0.01"), ROUND_HALF_UP)


def close(found, exact):
    """Equal to the øre, but for an øre that a sum rounded as a whole moves from one part to the next."""
    return abs(found - ore(exact)) <= Decimal("0.01")


# The whole rule again, in fractions


@given(
    tested_years, st.tuples(quarters, quarters), st.tuples(lives, lives), st.tuples(credits, credits),
    educations, flags, flags, incomes, wealths, shares,
)  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_any_case_comes_out_as_in_fractions(
    year, months, where, passed, education, completed, married, income, net_wealth, study
):
    names = ("spring", "autumn")
    if all(months):
        limit = cell("income_limit", year, "whole_year")
    else:
        limit = cell("income_limit", year, "seven_months_or_less")
    if limit is None:
        income = 0
    basic, parts = Fraction(0), []
    for name, length, lived, got in zip(names, months, where, passed, strict=True):
        if not length:
            continue
        total = support(year, name, length, study)
        basic += total
        key = academic_year(year, name)
        if lived == "home" and not married:
            continue
        if education == "other":
            shared = cell("conversion_split", key, "other_share"), Fraction(0)
        else:
            shared = cell("conversion_split", key, "credits_share"), cell("conversion_split", key, "degree_share")
        counted = min(Fraction(got) / (Fraction(30) * study / 100), Fraction(1))
        parts.append((total * shared[0] / 100, total * shared[1] / 100, counted))
    most = sum(for_credits + for_degree for for_credits, for_degree, _ in parts)
    by_income = by_wealth = Fraction(0)
    if most:
        times = sum(months) * Fraction(study, 100)
        by_income = max(0, income - limit) * Fraction(5, 100) * times if income else Fraction(0)
        by_wealth = max(0, net_wealth - cell("wealth_limit", year, "single")) * Fraction(2, 100) * times
    left = max(Fraction(0), most - by_income - by_wealth)
    spread = left / most if most else Fraction(0)
    for_credits = sum(part * counted for part, _, counted in parts) * spread
    waiting = sum(part * (1 - counted) for part, _, counted in parts) * spread
    for_degree = sum(part for _, part, _ in parts) * spread

    found = numbers(
        year,
        spring_months=months[0], autumn_months=months[1],
        spring_lives=where[0], autumn_lives=where[1],
        spring_credits_passed=str(passed[0]), autumn_credits_passed=str(passed[1]),
        education=education, degree_completed=completed, married_or_child_with_you=married,
        income=income, net_wealth=net_wealth, study_percent=str(study),
    )  # fmt: skip
    assert found["basic_support"] == ore(basic)
    assert found["max_grant"] == ore(most)
    assert found["income_reduction"] == ore(by_income)
    assert found["wealth_reduction"] == ore(by_wealth)
    assert found["convertible_after"] == ore(left)
    assert close(found["grant"], for_credits + (for_degree if completed else 0))
    assert close(found["pending_credits"], waiting)
    assert close(found["pending_degree"], Fraction(0) if completed else for_degree)
    assert sum(found[name] for name in PARTS) == found["basic_support"]
    assert found["grant"] + found["pending_credits"] + found["pending_degree"] == found["convertible_after"]
    assert all(value >= 0 for value in found.values())
    assert found["convertible_after"] <= found["max_grant"]
    if completed or not for_degree:
        assert found["pending_degree"] == 0
    if not waiting:
        assert found["pending_credits"] == 0


# What the rule promises


@given(tested_years, incomes, incomes, wealths, wealths, credits, credits)
@settings(max_examples=300, deadline=None)
def test_the_grant_never_rises_with_income_or_wealth_and_never_falls_with_credits(
    year, income, more_income, wealth, more_wealth, passed, more_passed
):
    income, more_income = sorted([income, more_income])
    wealth, more_wealth = sorted([wealth, more_wealth])
    passed, more_passed = sorted([passed, more_passed])
    case = {"income": income, "net_wealth": wealth, "autumn_credits_passed": str(passed)}
    base = numbers(year, **case)["grant"]
    assert numbers(year, **{**case, "income": more_income})["grant"] <= base
    assert numbers(year, **{**case, "net_wealth": more_wealth})["grant"] <= base
    assert numbers(year, **{**case, "autumn_credits_passed": str(more_passed)})["grant"] >= base
    assert numbers(year, **case, degree_completed=True)["grant"] >= base


@given(tested_years, st.integers(0, 10**5))
@settings(max_examples=100, deadline=None)
def test_nothing_jumps_at_the_income_limit(year, above):
    limit = int(cell("income_limit", year, "whole_year"))
    less, more = (numbers(year, income=limit + above + step)["convertible_after"] for step in (0, 1))
    most = numbers(year)["max_grant"]
    months = sum(whole_semester(year, each) for each in ("spring", "autumn"))
    assert not more or close(less - more, Fraction(5, 100) * months)
    assert above or less == most


@given(years, flags)
@settings(max_examples=60, deadline=None)
def test_the_defaults_are_whole_semesters_away_from_home_with_all_passed(year, completed):
    found = numbers(year, degree_completed=completed)
    basic = sum(support(year, each, whole_semester(year, each)) for each in ("spring", "autumn"))
    assert found["basic_support"] == ore(basic)
    assert found["max_grant"] == found["convertible_after"] == ore(basic * 40 / 100)
    assert found["pending_credits"] == found["income_reduction"] == found["wealth_reduction"] == 0
    inputs = asked(year).result["inputs"]
    assert Fraction(inputs["spring_months"]) == whole_semester(year, "spring")
    assert inputs["autumn_months"] == "5"
    assert inputs["semesters"] == "both"
    assert inputs["spring_credits_supported"] == inputs["spring_credits_passed"] == "30"


@given(years, flags, incomes, wealths)
@settings(max_examples=60, deadline=None)
def test_lived_at_home_nothing_converts_and_no_limit_is_needed(year, completed, income, wealth):
    case = {"spring_lives": "home", "autumn_lives": "home", "income": income, "net_wealth": wealth}
    found = numbers(year, degree_completed=completed, **case)
    assert found["max_grant"] == found["grant"] == found["income_reduction"] == found["wealth_reduction"] == 0
    assert found["ordinary_loan"] == found["basic_support"]
    away = {"spring_lives": "away", "autumn_lives": "away"}
    assert numbers(year, **{**case, **away, "income": 0, "net_wealth": 0}) == numbers(
        year, spring_lives="home", autumn_lives="home", married_or_child_with_you=True
    )


@given(years, st.sampled_from(["spring", "autumn"]))
@settings(max_examples=60, deadline=None)
def test_one_semester_alone_rests_on_its_own_academic_year(year, semester):
    other = {"spring": "autumn", "autumn": "spring"}[semester]
    found = numbers(year, **{f"{other}_months": 0})
    key = academic_year(year, semester)
    whole = support(year, semester, whole_semester(year, semester))
    assert found["basic_support"] == ore(whole)
    assert close(found["grant"], whole * cell("conversion_split", key, "credits_share") / 100)
    assert close(found["pending_degree"], whole * cell("conversion_split", key, "degree_share") / 100)
    assert asked(year, **{f"{other}_months": 0}).result["inputs"]["semesters"] == "one"


def test_the_answer_depends_on_every_input_it_names():
    case = {"income": 190_000, "benefits": 102_000, "net_wealth": 430_000, "spring_months": "3", "autumn_months": "3"}
    base = numbers(2020, **case)
    others = {
        "education": "other",
        "study_percent": 99,
        "spring_months": "2.75",
        "spring_lives": "home",
        "autumn_months": "3.25",
        "autumn_lives": "home",
        "short_course_only": True,
        "household": "couple",
        "income": 190_001,
        "benefits": 102_001,
        "net_wealth": 430_001,
    }
    for name, other in others.items():
        assert numbers(2020, **{**case, name: other}) != base, name
    assert numbers(2019, **case) != base
    small = {"spring_months": "3", "autumn_months": "3"}
    base = numbers(2020, **small)
    for name, other in {
        "spring_credits_supported": "35",
        "spring_credits_passed": "29",
        "autumn_credits_supported": "35",
        "autumn_credits_passed": "29",
        "degree_completed": True,
    }.items():
        passed = {"spring_credits_passed": "30", "autumn_credits_passed": "30"}
        assert numbers(2020, **{**small, **passed, name: other}) != base, name
    one = {"autumn_months": 0, "income": 300_000}
    assert numbers(2020, **one, semesters="both") != numbers(2020, **one, semesters="one") == numbers(2020, **one)
    at_home = {"spring_lives": "home"}
    assert numbers(2020, **at_home) != numbers(2020, **at_home, married_or_child_with_you=True)


def test_credits_are_counted_within_their_own_semester():
    found = numbers(2020, spring_credits_passed="20", autumn_credits_passed="40")
    assert found == numbers(2020, spring_credits_passed="20")


@given(st.lists(st.integers(0, 10**6).map(lambda thousandths: Decimal(thousandths).scaleb(-3)), min_size=3, max_size=3))
@settings(max_examples=500, deadline=None)
def test_parts_in_ore_sum_to_the_whole_in_ore(parts):
    total = sum(parts)
    rounded = in_ore(total, parts)
    assert sum(rounded) == total.quantize(Decimal("0.01"), ROUND_HALF_UP)
    for part, found in zip(parts, rounded, strict=True):
        assert found >= 0 and abs(found - part) <= Decimal("0.01")
        assert part or not found


def test_the_last_part_takes_what_a_division_left_behind():
    nearly = Decimal("0.70499999999999999999")
    assert in_ore(Decimal("1.005"), [Decimal("0.3"), nearly, Decimal(0)]) == [
        Decimal("0.30"),
        Decimal("0.71"),
        Decimal("0.00"),
    ]


# What does not fit


@pytest.mark.parametrize("year", YEARS)
def test_a_semester_has_no_more_months_than_it_has(year):
    for semester in ("spring", "autumn"):
        whole = whole_semester(year, semester)
        assert asked(year, **{f"{semester}_months": whole}).status == 0
        done = asked(year, **{f"{semester}_months": whole + Fraction(1, 4)})
        assert [(fault["field"], fault["code"]) for fault in done.result["errors"]] == [
            (f"{semester}_months", "too_high")
        ]


def test_part_time_spring_has_five_months():
    assert asked(2025, study_percent=50).result["inputs"]["spring_months"] == "5"
    done = asked(2025, study_percent=50, spring_months="5.25")
    assert "5 måneder" in done.result["errors"][0]["text"].replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("case", "field"),
    [
        ({"semesters": "one"}, "semesters"),
        ({"semesters": "one", "spring_months": "3", "autumn_months": "0.25"}, "semesters"),
        ({"short_course_only": True}, "short_course_only"),
        ({"short_course_only": True, "spring_months": "2.25"}, "short_course_only"),
    ],
)
def test_the_high_limit_is_not_given_where_it_cannot_apply(case, field):
    done = asked(2020, **case)
    assert [fault["field"] for fault in done.result["errors"]] == [field]
    assert asked(2020, short_course_only=True, spring_months="2").status == 0


@pytest.mark.parametrize("semester", ["spring", "autumn"])
def test_no_credits_are_supported_only_where_there_is_no_support(semester):
    field = f"{semester}_credits_supported"
    none = {f"{semester}_months": 0}
    assert numbers(2020, **none, **{field: "0"}) == numbers(2020, **none)
    for months in ({}, {f"{semester}_months": "0.25"}):
        done = asked(2020, **months, **{field: "0"})
        assert [(fault["field"], fault["code"]) for fault in done.result["errors"]] == [(field, "too_low")]
        assert "0,01" in done.result["errors"][0]["text"]


# What is written


@given(
    tested_years, st.tuples(quarters, quarters), shares | st.decimals(1, 100, places=3).map(str),
    st.integers(0, 10**6), st.integers(400_000, 600_000), credits, st.sampled_from(["nb", "en"]),
)  # fmt: skip
@settings(max_examples=400, deadline=None)
def test_the_written_sums_add_up_to_the_ore_or_say_that_they_are_rounded(
    year, months, study, income, wealth, passed, lang
):
    if not all(months):
        income = 0
    done = asked(
        year, lang, spring_months=months[0], autumn_months=months[1], study_percent=study,
        income=income, net_wealth=wealth, spring_credits_passed=passed,
    )  # fmt: skip
    texts = [step["text"] for step in done.result["steps"]]
    assert all(adds_up(text, lang) for text in texts), texts
    for text in texts:
        says = "avrundet" in text or "rounded" in text
        assert says == any(made != written for made, written in written_sums(text, lang)), text
    assert len([text for text in texts if written_sums(text, lang)]) >= (3 if all(months) else 1)


@pytest.mark.parametrize("case", [{}, {"spring_credits_passed": "20"}, {"degree_completed": True}, {"income": 300_000}])
def test_the_oldest_semester_and_the_four_years_are_always_told(case):
    texts = [notice["text"] for notice in asked(2020, "en", **case).result["notices"]]
    assert sum("oldest semester first" in text and "four years" in text for text in texts) == 1


# Years that are not known


def test_a_needed_figure_that_is_not_published_gives_no_number():
    for year, case in (
        (2014, {}),
        (2027, {}),
        (2023, {"net_wealth": 1}),
        (2026, {"net_wealth": 1, "household": "couple"}),
        (2022, {"income": 1, "autumn_months": 0}),
        (2021, {"benefits": 1}),
    ):
        done = asked(year, **case)
        assert done.status == 3, (year, case)
        assert done.result["outputs"] is None


def test_a_semester_without_support_needs_no_rate():
    assert numbers(2027, autumn_months=0)["basic_support"] == 15488 * 6
    assert numbers(2014, spring_months=0)["basic_support"] == 9785 * 5
    assert numbers(2031, spring_months=0, autumn_months=0)["grant"] == 0


# One case, word for word

STEPS = {
    "nb": [
        "Våren 2020: du fikk støtte i 6 måneder og bodde borte fra foreldrene.",
        "Våren 2020: oppgitt sum for hele semesteret er 66 120 kr.",
        "25 % av basislånet i 2019-20 kan bli stipend når du består studiepoeng.",
        "15 % av basislånet i 2019-20 kan bli stipend når du fullfører en grad.",
        "Våren 2020: 66 120 kr × 40 % = 26 448 kr kan høyst bli stipend.",
        "Høsten 2020: ingen støtte. Da trengs ingen satser.",
        "Du fikk støtte i 6 måneder i 2020.",
        "Inntekten din er 515 350 kr.",
        "Inntektsgrensen for bare ett semester eller ett kort kurs i 2020 er 471 270 kr.",
        "Bare det som er over grensen, teller: 515 350 kr − 471 270 kr = 44 080 kr.",
        "Satsen er 5 % per måned med støtte.",
        "44 080 kr × 5 % × 6 = 13 224 kr.",
        "Uten trygd med lavere grense trengs ingen trygdegrense. Reduksjonen er 0 kr.",
        "Nettoformuen er ikke over null. Da trengs ingen formuesgrense. Reduksjonen er 0 kr.",
        "Etter behovsprøvingen kan dette bli stipend: 26 448 kr − 13 224 kr − 0 kr = 13 224 kr.",
        "Av hver del er det igjen 13 224 kr ÷ 26 448 kr, om lag 50 %.",
        "Våren 2020: du besto 20 studiepoeng, og fikk støtte til 30.",
        "Våren 2020, delen for det du har bestått: 8 265 kr × 20 ÷ 30 = 5 510 kr blir stipend.",
        "Delen for grad, 4 959 kr, venter til du har fullført graden.",
        "Resten blir stående som lån: 66 120 kr − 5 510 kr − 7 714 kr = 52 896 kr.",
    ],
    "en": [
        "Spring 2020: you received support for 6 months and lived away from your parents.",
        "Spring 2020: the printed sum for the whole semester is NOK 66,120.",
        "25% of the basic support in 2019-20 can become a grant when you pass credits.",
        "15% of the basic support in 2019-20 can become a grant when you complete a degree.",
        "Spring 2020: NOK 66,120 × 40% = NOK 26,448 can at most become a grant.",
        "Autumn 2020: no support. No rates are needed.",
        "You received support for 6 months in 2020.",
        "Your income is NOK 515,350.",
        "The income limit for only one semester or one short course in 2020 is NOK 471,270.",
        "Only what is above the limit counts: NOK 515,350 − NOK 471,270 = NOK 44,080.",
        "The rate is 5% per month with support.",
        "NOK 44,080 × 5% × 6 = NOK 13,224.",
        "Without benefits with a lower limit no benefits limit is needed. The reduction is NOK 0.",
        "The net wealth is not above zero. No asset limit is needed. The reduction is NOK 0.",
        "After the means test this can become a grant: NOK 26,448 − NOK 13,224 − NOK 0 = NOK 13,224.",
        "Of each part, NOK 13,224 ÷ NOK 26,448 is left, about 50%.",
        "Spring 2020: you passed 20 credits, and got support for 30.",
        "Spring 2020, the part for what you have passed: NOK 8,265 × 20 ÷ 30 = NOK 5,510 becomes a grant.",
        "The part for the degree, NOK 4,959, is pending until you have completed the degree.",
        "The rest stays a loan: NOK 66,120 − NOK 5,510 − NOK 7,714 = NOK 52,896.",
    ],
}


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_steps_of_one_case(lang):
    result = asked(2020, lang=lang, autumn_months=0, income=515_350, spring_credits_passed="20").result
    assert [step["text"].replace("\u00a0", " ") for step in result["steps"]] == STEPS[lang]
    assert [step["source"] for step in result["steps"] if step["origin"] == "limit"] == [
        "lk-basic-abroad-2019",
        "lk-conversion-2019",
        "lk-conversion-2019",
        "lk-income-2020-nn",
        "lk-calculation-2020",
    ]
    assert [notice["kind"] for notice in result["notices"]] == [
        "never_comes_back", "spread_is_ours", "corona", "pending_can_come",
        "not_modelled", "not_modelled", "not_modelled", "estimate",
    ]  # fmt: skip
