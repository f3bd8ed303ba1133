"""Reading what is given: the canonical form everywhere, and what people type in either language."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calculators.core.form import (
    LONGEST_INPUT,
    MAX_AMOUNT,
    Field,
    Invalid,
    academic_year,
    amount,
    calendar_year,
    choice,
    day,
    digits,
    flag,
    moment,
    number,
    read,
    share,
    to_canonical,
    to_typed,
    typed_to_canonical,
    whole,
)

FIELDS = (
    calendar_year("year", table="wealth_limit"),
    choice("household", ("single", "couple")),
    amount("net_wealth", low=-MAX_AMOUNT),
    whole("months", 1, 12, unit="months"),
    share("study_percent", default="100"),
)
RIGHT = {"year": "2020", "household": "single", "net_wealth": "678861", "months": "10"}
LANGUAGES = ("nb", "en")


def faults(given, lang=None, fields=FIELDS):
    """The faults of a reading as {field: code}; empty when it succeeds."""
    try:
        read(fields, given, lang)
    except Invalid as invalid:
        assert invalid.faults, "a refusal must name a field"
        return {fault.field: fault.code for fault in invalid.faults}
    return {}


def fault_of(value, field="net_wealth", lang=None):
    """The code one value is refused with, or None; nothing else may be wrong."""
    found = faults({**RIGHT, field: value}, lang)
    assert set(found) <= {field}
    return found.get(field)


def value_of(value, field="net_wealth", lang=None):
    """One value as it is read."""
    return read(FIELDS, {**RIGHT, field: value}, lang)[field]


# What people type

SPACES = {"space": " ", "no-break": "\u00a0", "thin": "\u2009", "narrow no-break": "\u202f"}

TYPED_IN_BOTH = [
    ("0", "0"),
    ("678861", "678861"),
    ("678 861", "678861"),
    ("1 234 567", "1234567"),
    ("  678861\t", "678861"),
    ("kr 678 861", "678861"),
    ("kr. 678 861", "678861"),
    ("kr678861", "678861"),
    ("678 861 kr", "678861"),
    ("678861kr.", "678861"),
    ("KR 5", "5"),
    ("NOK 678 861", "678861"),
    ("678 861 nok", "678861"),
    ("678 861,-", "678861"),
    ("678861,\u2013", "678861"),
    ("-150000", "-150000"),
    ("-150 000", "-150000"),
    ("\u2212150 000", "-150000"),
    ("- 150 000", "-150000"),
    ("-kr 150 000", "-150000"),
    ("kr -150 000", "-150000"),
    ("\u2212150 000 kr", "-150000"),
    ("-0", "0"),
    ("000678861", "678861"),
]
TYPED = {
    "nb": [
        *TYPED_IN_BOTH,
        ("678 861,50", "678861.5"),
        ("678861,5", "678861.5"),
        ("0,01", "0.01"),
        ("1,50", "1.5"),
        ("1.000.000", "1000000"),
        ("-0,00", "0"),
    ],
    "en": [
        *TYPED_IN_BOTH,
        ("678,861", "678861"),
        ("678,861.50", "678861.5"),
        ("678 861.50", "678861.5"),
        ("678861.5", "678861.5"),
        ("NOK 678,861", "678861"),
        ("-NOK 150,000", "-150000"),
        ("0.01", "0.01"),
        ("1.50", "1.5"),
    ],
}
NOT_NUMBERS_IN_BOTH = [
    "abc", "ett", "12a", "kr", "nok", "-", "--5", "-\u22125", "5-", "+5", "(5)", "5 kr 5", "kr 5 kr", "kr kr 5",
    "1e5", "1E5", "1e-2", "0x10", "0b1", "1_000", "NaN", "nan", "inf", "-inf", "Infinity", "\u221e",
    "\u0661\u0662\u0663", "\u0967\u0968\u0969", "\uff11\uff12\uff13", "\u00b2", "\u2460", "\u00bd", "\U0001d7cf", "XII",
    "6788 61", "67 8861", "678 86", "1 2 3", "1  234", "678\t861", "678\u3000861", "678\n861", "1'234", "1\u2019234",
    "$5", "\u20ac5", "50 %", "=1+1", "1+1", "1/2", "<b>5</b>", "5\u0000", "\u202e123", "5\ud800",
    ".", ",", ",5", ".5", "5.", "5,", "1,2,3", "1.2.3",
]  # fmt: skip
NOT_NUMBERS = {
    "nb": [*NOT_NUMBERS_IN_BOTH, "678.861", "678861.50", "678,861.50", "678.861,50", "600.000", "1,234,567"],
    "en": [
        *NOT_NUMBERS_IN_BOTH, "678.861,50", "678861,50", "67,8861", "6788,61", "1.000.000", "678 861,50",
        "678,861 500", "678 861,500",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("lang", "text"), [("nb", "600,000"), ("nb", "1,500"), ("en", "600.000"), ("en", "1.500")])
def test_thousands_with_the_other_languages_sign_are_never_read_as_decimals(lang, text):
    assert fault_of(text, "net_wealth", lang) == "decimals"


@pytest.mark.parametrize(("lang", "text", "canonical"), [(lang, *row) for lang in LANGUAGES for row in TYPED[lang]])
def test_typed_amounts_that_are_understood(lang, text, canonical):
    assert to_canonical(value_of(text, lang=lang)) == canonical


@pytest.mark.parametrize("space", SPACES.values(), ids=SPACES)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_kind_of_space_groups(lang, space):
    assert value_of(f"kr{space}1{space}234{space}567", lang=lang) == 1234567
    assert value_of(f"{space}678{space}861{space}kr{space}", lang=lang) == 678861


@pytest.mark.parametrize(("lang", "text"), [(lang, text) for lang in LANGUAGES for text in NOT_NUMBERS[lang]])
def test_typed_amounts_that_are_refused_not_guessed(lang, text):
    assert fault_of(text, lang=lang) == "not_number"


@pytest.mark.parametrize(
    ("lang", "text", "code"),
    [
        ("nb", "678,861", "decimals"),
        ("en", "678.861", "decimals"),
        ("nb", "0,001", "decimals"),
        ("nb", "1 000 000 000 000", None),
        ("nb", "1 000 000 000 000,01", "too_high"),
        ("en", "1,000,000,000,000.01", "too_high"),
        ("en", "1,000,000,000,000", None),
        ("nb", "-1 000 000 000 000", None),
        ("nb", "\u22121 000 000 000 000,01", "too_low"),
        ("en", "-1,000,000,000,000.01", "too_low"),
    ],
)
def test_a_typed_amount_has_at_most_two_decimals_and_twelve_zeros(lang, text, code):
    assert fault_of(text, lang=lang) == code


@pytest.mark.parametrize("empty", ["", " ", "\u00a0", "\t\n", None])
@pytest.mark.parametrize("lang", [None, *LANGUAGES])
def test_empty_is_missing_where_a_value_is_needed_and_the_default_elsewhere(lang, empty):
    for field in RIGHT:
        assert fault_of(empty, field, lang) == "required"
    assert value_of(empty, "study_percent", lang) == 100


@pytest.mark.parametrize(
    ("lang", "text", "value"),
    [("nb", "12,5", "12.5"), ("en", "12.5", "12.5"), ("nb", "33,333333", "33.333333"), ("nb", "100,0", "100"),
     ("en", "1", "1")],
)  # fmt: skip
def test_typed_shares_that_are_understood(lang, text, value):
    assert value_of(text, "study_percent", lang) == Decimal(value)


@pytest.mark.parametrize(
    ("lang", "text", "code"),
    [("nb", "12.5", "not_number"), ("en", "12,5", "not_number"), ("nb", "0,999999", "too_low"),
     ("nb", "100,000001", "too_high"), ("nb", "12,3456789", "decimals"), ("en", "12,500", "too_high"),
     ("nb", "0", "too_low"), ("nb", "50 %", None), ("en", "50%", None)],
)  # fmt: skip
def test_typed_shares_that_are_refused(lang, text, code):
    assert fault_of(text, "study_percent", lang) == code


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("months", "0", "too_low"), ("months", "13", "too_high"), ("months", "1", None), ("months", "12", None),
        ("months", "10,5", "not_whole"), ("months", "10,0", None), ("months", "ti", "not_number"),
        ("months", "-1", "too_low"), ("months", "1e1", "not_number"),
        ("year", "1989", "too_low"), ("year", "1990", None), ("year", "2100", None), ("year", "2101", "too_high"),
        ("year", "20", "not_year"), ("year", "02020", "not_year"), ("year", "2 020", "not_year"),
        ("year", "2020,0", "not_year"), ("year", "\u0662\u0660\u0662\u0660", "not_year"), ("year", "-2020", "not_year"),
        ("household", "single", None), ("household", "Single", "not_choice"), ("household", "enslig", "not_choice"),
        ("household", "single couple", "not_choice"), ("household", "__proto__", "not_choice"),
    ],
)  # fmt: skip
def test_typed_months_years_and_choices(field, text, code):
    assert fault_of(text, field, "nb") == code


# The canonical form


@pytest.mark.parametrize("given", ["678861", "678861.5", "678861.50", "-150000", "0", "-0", 678861, Decimal("1E+5")])
def test_canonical_amounts_are_taken_as_they_are(given):
    assert value_of(given) == Decimal(given)


@pytest.mark.parametrize(
    "text",
    ["678 861", "678,861", "678861,50", "kr 678861", "678861 kr", "\u2212150000", "+5", " 678861", "678861 ",
     "678861\n", "1e5", ".5", "5.", "NaN", "sNaN", "Infinity", "\u0661\u0662\u0663", "1_000", "0x10", "true"],
)  # fmt: skip
def test_canonical_amounts_have_one_spelling(text):
    assert fault_of(text) == "not_number"


@pytest.mark.parametrize(
    ("text", "code"),
    [("1000000000000", None), ("1000000000000.01", "too_high"), ("1000000000000.00", None), ("0.001", "decimals"),
     ("-1000000000000", None), ("-1000000000000.01", "too_low"), ("0.0100", None)],
)  # fmt: skip
def test_canonical_amounts_have_the_same_range(text, code):
    assert fault_of(text) == code


@pytest.mark.parametrize(
    "wrong", [5.0, float("nan"), True, False, b"5", ["5"], {"5": 5}, ("5",), 5j, date(2020, 1, 1), object()]
)
@pytest.mark.parametrize(
    ("field", "code"), [("net_wealth", "not_number"), ("months", "not_number"), ("year", "not_year")]
)
def test_a_float_a_truth_value_or_a_list_is_no_number(wrong, field, code):
    assert fault_of(wrong, field) == code
    assert fault_of(wrong, "household") == "not_choice"


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("-Infinity")])
def test_a_decimal_that_is_no_number_is_refused(value):
    assert fault_of(value) == "not_number"


@pytest.mark.parametrize("lang", [None, *LANGUAGES])
def test_a_very_long_text_is_refused_without_being_read(lang):
    assert fault_of("9" * 100_000, lang=lang) == "not_number"
    assert fault_of("0" * LONGEST_INPUT + "5", lang=lang) == "not_number"
    assert fault_of("0" * (LONGEST_INPUT - 1) + "5", lang=lang) is None
    assert fault_of("single" * 1000, "household", lang) == "not_choice"


def test_a_number_too_long_for_text_is_refused_too():
    assert fault_of(10**5000) in ("not_number", "too_high")
    assert fault_of(Decimal("1E+999999999999")) in ("not_number", "too_high")


# The other kinds of field

OTHERS = {
    "years": academic_year("years", table="basic_support"),
    "on": day("on"),
    "at": moment("at"),
    "account": digits("account", 11, 11),
    "quarters": number("quarters", "0", "7", unit="months", decimals=2, step="0.25"),
    "yes": flag("yes"),
}


@pytest.mark.parametrize(
    ("field", "lang", "text", "expected"),
    [
        ("years", None, "2025-26", "2025-26"), ("years", "nb", " 1999-00 ", "1999-00"),
        ("years", None, "2025-27", "not_academic_year"), ("years", None, "2025", "not_academic_year"),
        ("years", None, "2025-2026", "not_academic_year"), ("years", None, "2025/26", "not_academic_year"),
        ("years", None, "1989-90", "not_academic_year"), ("years", None, "2100-01", "not_academic_year"),
        ("on", None, "2026-06-15", date(2026, 6, 15)), ("on", None, "2024-02-29", date(2024, 2, 29)),
        ("on", None, "2026-02-29", "not_date"), ("on", None, "2026-13-01", "not_date"),
        ("on", None, "2026-6-15", "not_date"), ("on", None, "20260615", "not_date"),
        ("on", None, "2026-W25-1", "not_date"), ("on", None, "15.6.2026", "not_date"),
        ("on", "nb", "15.6.2026", date(2026, 6, 15)), ("on", "nb", "15.06.2026", date(2026, 6, 15)),
        ("on", "nb", "6.15.2026", "not_date"), ("on", "nb", "15.6.26", "not_date"),
        ("on", "nb", "31.4.2026", "not_date"),
        ("on", "en", "15.6.2026", "not_date"), ("on", "en", "06/15/2026", "not_date"),
        ("on", None, "1989-12-31", "not_date"), ("on", None, "2101-01-01", "not_date"),
        ("on", None, "0000-00-00", "not_date"), ("on", None, "\u0662\u0660\u0662\u0666-06-15", "not_date"),
        ("at", None, "2026-06-15T10:30", datetime(2026, 6, 15, 10, 30)),
        ("at", "en", "2026-06-15 10:30", datetime(2026, 6, 15, 10, 30)),
        ("at", "nb", "15.6.2026 00:00", datetime(2026, 6, 15, 0, 0)),
        ("at", None, "2026-06-15", "not_moment"), ("at", None, "2026-06-15T24:00", "not_moment"),
        ("at", None, "2026-06-15T10:60", "not_moment"), ("at", None, "2026-06-15T9:30", "not_moment"),
        ("at", None, "2026-06-31T10:30", "not_date"),
        ("account", None, "76940520300", "76940520300"), ("account", None, "7694.05.20300", "76940520300"),
        ("account", "nb", "7694 05 20300", "76940520300"), ("account", None, "00000000000", "00000000000"),
        ("account", None, "7694052030", "not_digits"), ("account", None, "769405203000", "not_digits"),
        ("account", None, "7694-05-20300", "not_digits"), ("account", None, "7694052030O", "not_digits"),
        ("account", None, "\u0667" * 11, "not_digits"),
        ("quarters", None, "4.75", Decimal("4.75")), ("quarters", "nb", "4,75", Decimal("4.75")),
        ("quarters", None, "0", Decimal(0)), ("quarters", None, "4.5", Decimal("4.5")),
        ("quarters", None, "4.3", "not_step"), ("quarters", None, "7.25", "too_high"),
        ("quarters", None, "-0.25", "too_low"), ("quarters", None, "0.125", "decimals"),
        ("yes", None, "true", True), ("yes", None, "false", False), ("yes", None, "", False),
        ("yes", None, "yes", "not_choice"), ("yes", "nb", "ja", "not_choice"), ("yes", None, "True", "not_choice"),
        ("yes", None, "1", "not_choice"), ("yes", None, "on", "not_choice"),
    ],
)  # fmt: skip
def test_other_kinds_of_field(field, lang, text, expected):
    spec = (OTHERS[field],)
    found = faults({field: text}, lang, spec)
    assert (found[field] if found else read(spec, {field: text}, lang)[field]) == expected


def test_ready_made_values_are_taken_too():
    given = {"on": date(2026, 6, 15), "at": datetime(2026, 6, 15, 10, 30), "yes": True, "quarters": Decimal("4.750")}
    specs = tuple(OTHERS[name] for name in given)
    assert read(specs, given) == given
    assert faults({"on": datetime(2026, 6, 15, 10, 30)}, fields=(OTHERS["on"],)) == {"on": "not_date"}


# All faults at once


@pytest.mark.parametrize("lang", [None, *LANGUAGES])
def test_every_faulty_field_is_named_at_once(lang):
    wrong = {"year": "1989", "household": "family", "net_wealth": "1e6", "months": "13", "study_percent": "0"}
    codes = {"year": "too_low", "household": "not_choice", "net_wealth": "not_number", "months": "too_high"}
    assert faults(wrong, lang) == {**codes, "study_percent": "too_low"}
    assert faults({}, lang) == dict.fromkeys(RIGHT, "required")
    assert faults({"months": "13"}, lang) == {**dict.fromkeys(RIGHT, "required"), "months": "too_high"}


@pytest.mark.parametrize("name", ["salary", "Net_wealth", "net-wealth", "", "__proto__", "constructor", "__class__"])
def test_an_unknown_field_is_refused_by_name(name):
    assert faults({**RIGHT, name: "1"}) == {name: "unknown"}
    assert faults({**RIGHT, name: "1", "months": "x"}) == {name: "unknown", "months": "not_number"}


def test_a_default_may_follow_from_the_fields_before_it():
    fields = (whole("a", 0, 9), whole("b", 0, 9, default=lambda values: str(values["a"])), amount("c", optional=True))
    assert read(fields, {"a": "4"}) == {"a": 4, "b": 4, "c": None}
    assert read(fields, {"a": "4", "b": "7", "c": "1"}) == {"a": 4, "b": 7, "c": 1}


# Anything at all

values_of_any_kind = (
    st.text()
    | st.text(alphabet=" \u00a0\u2009\u202f.,-\u2212kroKRNO0123456789")
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.booleans()
    | st.none()
    | st.dates()
    | st.lists(st.text())
)


@given(
    st.dictionaries(st.sampled_from([spec.name for spec in FIELDS]) | st.text(), values_of_any_kind),
    st.sampled_from([None, *LANGUAGES]),
)
@settings(max_examples=200, deadline=None)
def test_nothing_that_is_given_can_crash_the_reading(given, lang):
    found = faults(given, lang)
    if found:
        assert set(found) <= set(given) | set(RIGHT)
    else:
        values = read(FIELDS, given, lang)
        assert list(values) == [spec.name for spec in FIELDS]
        assert all(spec.low <= values[spec.name] <= spec.high for spec in FIELDS if spec.low is not None)


def goes_round(spec, value):
    """Check that a read value comes back from its canonical and from both typed forms."""
    canonical = to_canonical(value)
    assert read((spec,), {spec.name: canonical}) == {spec.name: value}
    for lang in LANGUAGES:
        typed = to_typed(spec, value, lang)
        again = read((spec,), {spec.name: typed}, lang)
        assert again == {spec.name: value}
        assert to_canonical(again[spec.name]) == canonical
        assert to_typed(spec, again[spec.name], lang) == typed


@given(st.text(alphabet=" \u00a0\u2009\u202f.,-\u2212kr0123456789", max_size=20), st.sampled_from(LANGUAGES))
@settings(max_examples=300, deadline=None)
@example("1 234,50", "nb")
@example("-1,234.50", "en")
def test_whatever_is_understood_goes_round(text, lang):
    for spec in FIELDS:
        try:
            value = read((spec,), {spec.name: text}, lang)[spec.name]
        except Invalid:
            continue
        goes_round(spec, value)


@given(st.integers(-(10**14), 10**14), st.integers(10**6, 10**8), st.integers(1, 12), st.integers(1990, 2100))
@settings(max_examples=150, deadline=None)
def test_every_value_in_range_goes_round(ore, millionths, months, year):
    values = [year, None, Decimal(ore).scaleb(-2), months, Decimal(millionths).scaleb(-6)]
    for spec, value in zip(FIELDS, values, strict=True):
        if value is not None:
            goes_round(spec, value)


@given(
    st.dates(date(1990, 1, 1), date(2100, 12, 31)),
    st.times(),
    st.integers(0, 28),
    st.text("0123456789", min_size=11, max_size=11),
)
@settings(max_examples=100, deadline=None)
def test_the_other_kinds_go_round(on, time, quarters, account):
    at = datetime.combine(on, time.replace(second=0, microsecond=0, tzinfo=None))
    values = {
        "on": on,
        "at": at,
        "quarters": Decimal(quarters) / 4,
        "account": account.strip(),
        "yes": bool(quarters % 2),
    }
    values["years"] = f"{min(on.year, 2099)}-{(min(on.year, 2099) + 1) % 100:02}"
    for name, value in values.items():
        goes_round(OTHERS[name], value)


@given(st.sampled_from(sorted(OTHERS)), values_of_any_kind, st.sampled_from([None, *LANGUAGES]))
@settings(max_examples=200, deadline=None)
def test_nothing_can_crash_the_other_kinds(name, value, lang):
    spec = OTHERS[name]
    if not faults({name: value}, lang, (spec,)):
        goes_round(spec, read((spec,), {name: value}, lang)[name])


@given(st.text(), st.sampled_from(LANGUAGES))
@settings(max_examples=300)
def test_what_is_typed_becomes_canonical_or_nothing(text, lang):
    canonical = typed_to_canonical(text, lang)
    assert canonical is None or str(Decimal(canonical)) is not None and set(canonical) <= set("-.0123456789")


def test_choices_truth_and_dates_have_one_canonical_text():
    spec = Field("any", "choice", choices=("true", "2020-01-31"))
    assert [to_canonical(value) for value in (True, False, date(2020, 1, 31), None, 5)] == [
        "true", "false", "2020-01-31", None, "5",
    ]  # fmt: skip
    assert read((spec,), {"any": True}) == {"any": "true"}
