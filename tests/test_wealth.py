"""The wealth rule: what its meaning promises for any case, and every published limit to the krone.

What is expected is worked out here in whole øre from the YAML text, not by the code under test.
"""

import re
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from babel.numbers import format_decimal
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calculators.core.answer import answer
from calculators.core.tables import Tables
from calculators.core.words import Words
from calculators.wealth import calculate
from scripts import tables as editors_tables
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
YAML = yaml.load((ROOT / "data/limits.yaml").read_text("utf-8"), Loader=yaml.CSafeLoader)
HOUSEHOLDS = ("single", "couple")
EVERY_YEAR = range(1990, 2101)


def cell(year, household):
    """(value, status) of the wealth limit as the YAML text has it; value None when not published."""
    row = YAML["wealth_limit"]["rows"].get(year, {})
    found = row.get(household)
    if isinstance(found, dict):
        return found["value"], found.get("status", row.get("status"))
    return found, row.get("status")


PUBLISHED = [
    (year, household, cell(year, household)[0])
    for year in YAML["wealth_limit"]["rows"]
    for household in HOUSEHOLDS
    if cell(year, household)[0] is not None
]
BOTH_PUBLISHED = [year for year in EVERY_YEAR if all(cell(year, each)[0] is not None for each in HOUSEHOLDS)]
GAPS = [(year, household) for year in EVERY_YEAR for household in HOUSEHOLDS if cell(year, household)[0] is None]
RATE_CELLS = YAML["wealth_rate"]["rows"]["month_with_support"]
RATE = {
    each: RATE_CELLS[each]["value"] if isinstance(RATE_CELLS[each], dict) else RATE_CELLS[each] for each in HOUSEHOLDS
}

TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())

# Wealth in øre, so that a test can count in whole numbers; study load in millionths of a percent.
any_ore = st.integers(-(10**14), 10**14)
ore_above_zero = st.integers(1, 10**14)
near_the_limits = st.integers(300_000_00, 1_500_000_00)
wealth_ore = any_ore | near_the_limits
any_months = st.integers(1, 12)
any_study = st.integers(10**6, 10**8) | st.integers(1, 100).map(lambda percent: percent * 10**6)
published = st.sampled_from(PUBLISHED)


def kroner(ore):
    """An amount in øre as canonical text."""
    return f"{'-' if ore < 0 else ''}{abs(ore) // 100}.{abs(ore) % 100:02}"


def percent(millionths):
    """A share in millionths of a percent as canonical text."""
    return f"{millionths // 10**6}.{millionths % 10**6:06}"


def asked(year, household, wealth, months=10, study=10**8, lang="nb"):
    """The answer to one case, its wealth in øre and its study load in millionths of a percent."""
    given = {
        "year": str(year),
        "household": household,
        "net_wealth": kroner(wealth),
        "months": str(months),
        "study_percent": percent(study),
    }
    return answer("wealth", given, TABLES, WORDS, lang)


def reduction_ore(*case, **options):
    """The reduction of one case in øre."""
    done = asked(*case, **options)
    assert done.status == 0
    amount = Decimal(done.result["outputs"]["reduction"])
    return int(amount.scaleb(2).to_integral_exact())


def unrounded(year, household, wealth, months=10, study=10**8):
    """The reduction of one case before any rounding, in kroner."""
    return calculate(
        TABLES,
        year=year,
        household=household,
        net_wealth=Decimal(kroner(wealth)),
        months=months,
        study_percent=Decimal(percent(study)),
    ).outputs["reduction"]


def plain(ore):
    """Øre as outputs show it: whole kroner bare, else two decimals."""
    return f"{ore // 100}" if ore % 100 == 0 else f"{ore // 100}.{ore % 100:02}"


# Every published limit


def test_there_are_limits_to_try():
    assert len(PUBLISHED) >= 20
    assert {household for _, household, _ in PUBLISHED} == set(HOUSEHOLDS)
    assert (2020, "single", 428861) in PUBLISHED
    assert (2023, "single") in GAPS and (2026, "couple") in GAPS
    assert RATE == {"single": 2, "couple": 1}


@pytest.mark.parametrize(("year", "household", "limit"), PUBLISHED)
def test_on_the_limit_below_it_and_above_it(year, household, limit):
    for over, months in ((-1, 12), (0, 12), (1, 1), (1, 7), (1, 12), (100_000, 11)):
        done = asked(year, household, (limit + over) * 100, months)
        expected = {
            "limit": str(limit),
            "excess": str(max(0, over)),
            "reduction": plain(max(0, over) * RATE[household] * months),
        }
        assert (done.status, done.result["outputs"]) == (0, expected), (over, months)


@given(published, near_the_limits | ore_above_zero, any_months, any_study)
@settings(max_examples=400, deadline=None)
def test_any_case_comes_out_as_in_whole_numbers(row, wealth, months, study):
    year, household, limit = row
    excess = max(0, wealth - limit * 100)
    # øre × percent a month × months × millionths of a percent, halves rounded up
    parts = 100 * 100 * 10**6
    expected = (2 * excess * RATE[household] * months * study + parts) // (2 * parts)
    outputs = asked(year, household, wealth, months, study).result["outputs"]
    assert outputs == {"limit": str(limit), "excess": plain(excess), "reduction": plain(expected)}


# What the rule promises


@given(published, wealth_ore, any_months, any_study)
@settings(max_examples=200, deadline=None)
def test_it_is_never_negative(row, wealth, months, study):
    year, household, _ = row
    outputs = asked(year, household, wealth, months, study).result["outputs"]
    assert Decimal(outputs["reduction"]) >= 0
    assert Decimal(outputs["excess"]) >= 0
    assert not outputs["reduction"].startswith("-")


@given(published, wealth_ore, wealth_ore, any_months, any_months, any_study, any_study)
@settings(max_examples=200, deadline=None)
def test_it_never_falls_when_wealth_months_or_study_load_rise(row, wealth, richer, months, more, study, faster):
    year, household, _ = row
    wealth, richer = sorted([wealth, richer])
    months, more = sorted([months, more])
    study, faster = sorted([study, faster])
    least = reduction_ore(year, household, wealth, months, study)
    assert least <= reduction_ore(year, household, richer, months, study)
    assert least <= reduction_ore(year, household, wealth, more, study)
    assert least <= reduction_ore(year, household, wealth, months, faster)


@given(st.sampled_from(BOTH_PUBLISHED), st.integers(0, 10**13), any_months, any_study)
@settings(max_examples=200, deadline=None)
def test_a_couple_loses_half_of_what_a_single_loses_for_the_same_excess(year, excess, months, study):
    alone, together = (
        unrounded(year, household, cell(year, household)[0] * 100 + excess, months, study) for household in HOUSEHOLDS
    )
    assert together * 2 == alone


@given(published, near_the_limits | ore_above_zero, any_months, any_study)
@settings(max_examples=200, deadline=None)
def test_part_time_takes_its_share_of_the_full_time_reduction(row, wealth, months, study):
    year, household, _ = row
    whole = unrounded(year, household, wealth, months)
    assert unrounded(year, household, wealth, months, study) * 100 == whole * Decimal(percent(study))


@given(published, near_the_limits | ore_above_zero, any_study)
@settings(max_examples=100, deadline=None)
def test_months_count_one_by_one(row, wealth, study):
    year, household, _ = row
    one = unrounded(year, household, wealth, 1, study)
    assert [unrounded(year, household, wealth, months, study) for months in range(1, 13)] == [
        one * months for months in range(1, 13)
    ]


@given(published, st.integers(0, 10**12), any_months, any_study)
@settings(max_examples=200, deadline=None)
def test_it_does_not_jump_at_the_limit(row, above, months, study):
    """A krone more never costs more than that krone's share: 2 % or 1 % a month, and nothing on the limit."""
    year, household, limit = row
    before = unrounded(year, household, limit * 100 + above, months, study)
    after = unrounded(year, household, limit * 100 + above + 100, months, study)
    assert after - before == Decimal(RATE[household]) / 100 * months * Decimal(percent(study)) / 100
    assert above or before == 0


def test_the_answer_depends_on_every_input_it_names():
    case = {"year": 2020, "household": "single", "wealth": 678_861_00, "months": 10, "study": 10**8}
    base = asked(**case).result["outputs"]
    others = {"year": 2019, "household": "couple", "wealth": 678_862_00, "months": 9, "study": 99 * 10**6}
    for name, other in others.items():
        # A couple's limit in 2020 is above that wealth, so this change takes the whole reduction away.
        assert asked(**{**case, name: other}).result["outputs"] != base, name


# Years without a limit


@given(st.sampled_from(EVERY_YEAR), st.sampled_from(HOUSEHOLDS), st.integers(-(10**14), 0), any_months, any_study)
@settings(max_examples=200, deadline=None)
def test_without_wealth_no_limit_is_needed_in_any_year(year, household, wealth, months, study):
    done = asked(year, household, wealth, months, study)
    assert done.status == 0
    assert done.result["outputs"] == {"limit": None, "excess": "0", "reduction": "0"}
    assert [step["origin"] for step in done.result["steps"]] == ["input", "calculated"]
    assert done.result["sources"] == []


@given(st.sampled_from(GAPS), ore_above_zero | near_the_limits, any_months, any_study, st.sampled_from(["nb", "en"]))
@settings(max_examples=300, deadline=None)
def test_a_year_without_a_limit_never_gives_a_number(gap, wealth, months, study, lang):
    year, household = gap
    done = asked(year, household, wealth, months, study, lang)
    assert done.status == 3
    assert done.result["outputs"] is None
    assert done.result["display"] is None
    assert done.result["steps"] == []
    assert done.result["notices"][0]["kind"] == "not_published"
    assert re.findall(r"\d+", done.headline) == [str(year)]


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("household", HOUSEHOLDS)
def test_a_year_without_a_limit_says_what_is_known_on_each_side(household, lang):
    years = [year for year, column in GAPS if column == household]
    assert len(years) > 90
    for year in years:
        says_what_is_known(year, household, lang)


def says_what_is_known(year, household, lang):
    """Check what is told in place of one limit that is not published."""
    known = [(each, limit) for each, column, limit in PUBLISHED if column == household]
    before = [pair for pair in known if pair[0] < year][-1:]
    after = [pair for pair in known if pair[0] > year][:1]
    done = asked(year, household, 10**9, lang=lang)
    locale = {"nb": "nb_NO", "en": "en_GB"}[lang]
    notice = done.result["notices"][0]["text"]
    for known_year, limit in before + after:
        assert format_decimal(limit, locale=locale) in notice
        assert str(known_year) in notice
    told = re.findall(r"\d{3}[\u00a0,]\d{3}", notice)
    assert len(told) == len(before + after), notice
    stood_on = {source for limit in done.limits for source in limit.sources}
    assert {source["id"] for source in done.result["sources"]} == stood_on


# How sure we are


@pytest.mark.parametrize(("year", "household", "limit"), PUBLISHED)
def test_a_secondary_limit_is_told_and_an_official_one_is_not_doubted(year, household, limit):
    status = cell(year, household)[1]
    for lang, locale in (("nb", "nb_NO"), ("en", "en_GB")):
        result = asked(year, household, limit * 100 + 100, lang=lang).result
        doubts = [notice["text"] for notice in result["notices"] if notice["kind"] == "secondary"]
        assert len(doubts) == (1 if status == "secondary" else 0)
        for doubt in doubts:
            assert format_decimal(limit, locale=locale) in doubt and str(year) in doubt


def test_both_kinds_of_limit_are_there():
    assert {cell(year, household)[1] for year, household, _ in PUBLISHED} == {"official", "secondary"}


@given(published, wealth_ore)
@settings(max_examples=100, deadline=None)
def test_every_figure_used_is_a_step_with_its_source(row, wealth):
    year, household, limit = row
    assume(wealth > 0)
    result = asked(year, household, wealth).result
    looked_up = [step for step in result["steps"] if step["origin"] == "limit"]
    used = [str(limit)] + ([str(RATE[household])] if wealth > limit * 100 else [])
    assert [step["value"] for step in looked_up] == used
    named = {source["id"] for source in result["sources"]}
    assert all(step["source"] in named for step in looked_up)
    assert all(step["source"] is None for step in result["steps"] if step["origin"] != "limit")


# The example of the issue, word for word

STEPS = {
    "nb": [
        ("Nettoformuen din er 678 861 kr.", "678861", "NOK", "input", None),
        ("Formuesgrensen for enslige i 2020 er 428 861 kr.", "428861", "NOK", "limit", "lk-wealth-2019"),
        (
            "Bare det som er over grensen, teller: 678 861 kr − 428 861 kr = 250 000 kr.",
            "250000", "NOK", "calculated", None,
        ),
        ("Satsen for enslige er 2 % per måned med støtte.", "2", "percent/month", "limit", "lk-wealth-2019"),
        ("Du fikk støtte i 10 måneder i 2020.", "10", "months", "input", None),
        ("250 000 kr × 2 % × 10 = 50 000 kr.", "50000", "NOK", "calculated", None),
    ],
    "en": [
        ("Your net wealth is NOK 678,861.", "678861", "NOK", "input", None),
        (
            "The asset limit for a single person in 2020 is NOK 428,861.",
            "428861", "NOK", "limit", "lk-wealth-2019",
        ),
        (
            "Only what is above the asset limit counts: NOK 678,861 − NOK 428,861 = NOK 250,000.",
            "250000", "NOK", "calculated", None,
        ),
        (
            "The rate for a single person is 2% per month with support.",
            "2", "percent/month", "limit", "lk-wealth-2019",
        ),
        ("You received support for 10 months in 2020.", "10", "months", "input", None),
        ("NOK 250,000 × 2% × 10 = NOK 50,000.", "50000", "NOK", "calculated", None),
    ],
}  # fmt: skip


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_steps_of_the_issues_example(lang):
    result = asked(2020, "single", 678_861_00, 10, lang=lang).result
    steps = [
        (step["text"].replace("\u00a0", " "), step["value"], step["unit"], step["origin"], step["source"])
        for step in result["steps"]
    ]
    assert steps == STEPS[lang]
    assert result["outputs"] == {"limit": "428861", "excess": "250000", "reduction": "50000"}
    assert [notice["kind"] for notice in result["notices"]] == ["at_most_the_conversion_loan", "estimate"]
    assert {"lk-wealth-2019", "lk-calculation-2020"} <= {source["id"] for source in result["sources"]}


@pytest.mark.parametrize(
    ("lang", "display", "headline"),
    [
        (
            "nb", "50\u00a0000\u00a0kr",
            "Formuen kan redusere stipendet ditt med opptil 50\u00a0000\u00a0kr, men aldri med mer enn du ellers "
            "ville fått i stipend. Det som ikke blir stipend, må du betale tilbake som lån.",
        ),
        (
            "en", "NOK\u00a050,000",
            "Your wealth can reduce your grant by up to NOK\u00a050,000, but never by more than the grant you would "
            "otherwise get. What does not become a grant, you repay as a loan.",
        ),
    ],
)  # fmt: skip
def test_the_headline_of_the_issues_example(lang, display, headline):
    done = asked(2020, "single", 678_861_00, 10, lang=lang)
    assert done.result["display"]["reduction"] == display
    assert done.headline == headline


@pytest.mark.parametrize(("lang", "day"), [("nb", "19. mai 2020"), ("en", "19 May 2020")])
def test_an_old_rate_is_told_with_the_day_it_was_last_confirmed(lang, day):
    told = {year: asked(year, "single", 10**9, lang=lang).result["notices"] for year in (2020, 2025)}
    texts = {year: [each["text"] for each in told[year] if each["kind"] == "rate_not_confirmed_since"] for year in told}
    assert texts[2020] == []
    assert len(texts[2025]) == 1
    assert day in texts[2025][0].replace("\u00a0", " ")
