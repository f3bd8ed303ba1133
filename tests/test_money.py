"""The one formatter, compared with Babel, which takes its rules from Unicode's CLDR."""

import re
from datetime import date
from decimal import Decimal

import pytest
from babel import Locale
from babel.dates import format_date
from babel.numbers import format_decimal
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.core.dates import show_date, show_month
from calculators.core.money import Quantity, canonical, nok, percent, show, show_number, to_ore

LOCALES = {"nb": "nb_NO", "en": "en_GB"}
LANGUAGES = sorted(LOCALES)

ore = st.integers(-(10**14), 10**14) | st.integers(-20_000, 20_000)
plain_number = st.decimals(min_value=-(10**9), max_value=10**9, places=6, allow_nan=False, allow_infinity=False)


def cldr(value, lang, pattern):
    """A number by a CLDR pattern, with the minus sign that CLDR gives the language (Babel writes "-")."""
    minus = Locale.parse(LOCALES[lang]).number_symbols["latn"]["minusSign"]
    return format_decimal(value, format=pattern, locale=LOCALES[lang]).replace("-", minus)


def amount_by_cldr(ore, lang):
    """An amount in øre as CLDR writes it, without decimals when there are none."""
    digits = "#,##0" if ore % 100 == 0 else "#,##0.00"
    # A currency written in letters stands a no-break space apart (CLDR, currencySpacing); Babel leaves that out.
    affixed = {"nb": f"{digits}\u00a0'kr'", "en": f"'NOK'\u00a0{digits}"}[lang]
    return cldr(Decimal(ore).scaleb(-2), lang, affixed)


# Amounts


def test_the_places_of_currency_and_percent_are_those_of_cldr():
    patterns = {
        lang: (locale.currency_formats["standard"].pattern, locale.percent_formats[None].pattern)
        for lang, locale in ((lang, Locale.parse(name)) for lang, name in LOCALES.items())
    }
    assert patterns["nb"][0].startswith("#,##0.00\u00a0¤") and patterns["nb"][1] == "#,##0\u00a0%"
    assert patterns["en"] == ("¤#,##0.00", "#,##0%")


@pytest.mark.parametrize(
    ("value", "nb", "en"),
    [
        ("0", "0 kr", "NOK 0"),
        ("-0", "0 kr", "NOK 0"),
        ("-0.004", "0 kr", "NOK 0"),
        ("0.20", "0,20 kr", "NOK 0.20"),
        ("0.005", "0,01 kr", "NOK 0.01"),
        ("-0.005", "−0,01 kr", "-NOK 0.01"),
        ("999", "999 kr", "NOK 999"),
        ("1000", "1 000 kr", "NOK 1,000"),
        ("50000.00", "50 000 kr", "NOK 50,000"),
        ("2352.5", "2 352,50 kr", "NOK 2,352.50"),
        ("-150000", "−150 000 kr", "-NOK 150,000"),
        ("999999.995", "1 000 000 kr", "NOK 1,000,000"),
        ("1E+12", "1 000 000 000 000 kr", "NOK 1,000,000,000,000"),
    ],
)
def test_amounts_as_written_here(value, nb, en):
    shown = [show(nok(Decimal(value)), lang).replace("\u00a0", " ") for lang in ("nb", "en")]
    assert shown == [nb, en]


@given(ore, st.sampled_from(LANGUAGES))
@settings(max_examples=500)
def test_amounts_are_written_as_cldr_does(amount, lang):
    assert show(nok(Decimal(amount).scaleb(-2)), lang) == amount_by_cldr(amount, lang)


@given(st.integers(-(10**17), 10**17) | st.integers(-20_000, 20_000))
@settings(max_examples=500)
def test_amounts_round_to_ore_with_halves_away_from_zero(thousandths):
    expected = (abs(thousandths) + 5) // 10 * (1 if thousandths >= 0 else -1)
    value = Decimal(thousandths).scaleb(-3)
    assert to_ore(value) == Decimal(expected).scaleb(-2)
    assert Decimal(canonical(value, "NOK")) == Decimal(expected).scaleb(-2)


@pytest.mark.parametrize(
    ("value", "rounded"),
    [("0.005", "0.01"), ("0.015", "0.02"), ("0.025", "0.03"), ("2.675", "2.68"), ("-0.025", "-0.03"),
     ("0.0049999999999999999999", "0"), ("0.99500000000000000001", "1"), ("10.005", "10.01")],
)  # fmt: skip
def test_halves_go_up(value, rounded):
    assert canonical(Decimal(value), "NOK") == rounded


# Other units


@given(plain_number, st.sampled_from(LANGUAGES))
@settings(max_examples=300)
def test_percent_is_written_as_cldr_does(value, lang):
    pattern = {"nb": "#,##0.######\u00a0%", "en": "#,##0.######%"}[lang]
    assert show(percent(value), lang) == cldr((value + 0).scaleb(-2) or Decimal(0), lang, pattern)


@given(plain_number, st.sampled_from(LANGUAGES))
@settings(max_examples=300)
def test_plain_decimals_are_written_as_cldr_does(value, lang):
    assert show_number(value, lang) == cldr(value + 0 or Decimal(0), lang, "#,##0.######")


@pytest.mark.parametrize(
    ("value", "unit", "nb", "en"),
    [
        ("1", "months", "1 måned", "1 month"),
        ("0", "months", "0 måneder", "0 months"),
        ("10", "months", "10 måneder", "10 months"),
        ("1.5", "months", "1,5 måneder", "1.5 months"),
        ("1", "days", "1 dag", "1 day"),
        ("2", "weeks", "2 uker", "2 weeks"),
        ("1", "hours", "1 time", "1 hour"),
        ("1", "credits", "1 studiepoeng", "1 credit"),
        ("2026", "year", "2026", "2026"),
        ("2", "percent/month", "2 % per måned", "2% per month"),
        ("2.979", "percent", "2,979 %", "2.979%"),
        ("50.00", "percent", "50 %", "50%"),
        ("12000", "NOK/month", "12 000 kr per måned", "NOK 12,000 per month"),
        ("0.5", "NOK/day", "0,50 kr per dag", "NOK 0.50 per day"),
        ("10", "count", "10", "10"),
    ],
)
def test_units(value, unit, nb, en):
    shown = [show(Quantity(Decimal(value), unit), lang).replace("\u00a0", " ") for lang in ("nb", "en")]
    assert shown == [nb, en]


UNITS = ["NOK", "NOK/month", "percent", "percent/month", "months", "count", ""]


@given(
    st.integers(-(10**14), 10**14),
    st.integers(-8, 4),
    st.sampled_from(UNITS),
    st.sampled_from(LANGUAGES),
)
@settings(max_examples=500)
def test_no_number_is_ever_written_with_an_exponent_or_a_minus_zero(digits, exponent, unit, lang):
    value = Decimal((0 if digits >= 0 else 1, tuple(map(int, str(abs(digits)))), exponent))
    text = canonical(value, unit)
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", text)
    assert Decimal(text) != 0 or not text.startswith("-")
    assert "E" not in show_number(value, lang, unit=unit)
    rounded = to_ore(value) if unit.startswith("NOK") else value
    assert Decimal(text) == rounded


@pytest.mark.parametrize("value", ["0E+3", "0E-12", "-0E+3", "0.0", "-0.00"])
@pytest.mark.parametrize("unit", UNITS)
def test_every_zero_is_the_same_zero(value, unit):
    assert canonical(Decimal(value), unit) == "0"


# Dates


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.sampled_from(LANGUAGES))
@settings(max_examples=500)
def test_dates_are_written_as_cldr_does(day, lang):
    assert show_date(day, lang).replace("\u00a0", " ") == format_date(day, "long", locale=LOCALES[lang])


@given(st.dates(date(1990, 1, 1), date(2100, 12, 31)), st.sampled_from(LANGUAGES))
@settings(max_examples=200)
def test_months_are_written_as_cldr_does(day, lang):
    shown = show_month(f"{day:%Y-%m}", lang).replace("\u00a0", " ")
    assert shown == format_date(day, "LLLL y", locale=LOCALES[lang])


def test_a_date_does_not_break_over_two_lines():
    assert [show_date(date(2019, 9, 9), lang) for lang in ("nb", "en")] == [
        "9.\u00a0september\u00a02019",
        "9\u00a0September\u00a02019",
    ]
