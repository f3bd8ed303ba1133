"""Any case of a calculator, for property tests: a worked example with some of its inputs changed by chance."""

from datetime import date
from decimal import Decimal

from hypothesis import assume
from hypothesis import strategies as st

from calculators.core.answer import ANSWERED, answer, rule
from calculators.core.tables import Tables
from calculators.core.words import Words
from scripts import tables as editors_tables
from scripts.examples import load_examples
from scripts.words import words_json

TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
EXAMPLES = [each for each in load_examples() if each.status == ANSWERED]

# Amounts around which the rules of these years bend, and far beyond.
amounts = st.one_of(
    st.integers(0, 1_000_000),
    st.integers(0, 100).map(lambda thousands: thousands * 10_000),
    st.integers(0, 10**12),
    st.decimals(0, 1_000_000, places=2),
)


def field_values(spec):
    """Values that a field accepts, as canonical text, the likely ones often."""
    if spec.choices:
        return st.sampled_from(spec.choices)
    if spec.kind in ("calendar_year", "academic_year"):
        return st.sampled_from(TABLES.periods(spec.table))
    if spec.kind == "amount":
        values = st.one_of(amounts, amounts.map(lambda each: -each)) if spec.low < 0 else amounts
        return values.filter(lambda each: spec.low <= each <= spec.high).map(lambda each: f"{Decimal(each):f}")
    if spec.kind == "date":
        return st.dates(date(2014, 1, 1), date(2030, 12, 31)).map(date.isoformat)
    if spec.kind == "whole":
        return st.integers(int(spec.low), int(spec.high)).map(str)
    if spec.step:
        steps = int((spec.high - spec.low) / spec.step)
        return st.integers(0, steps).map(lambda number: f"{spec.low + number * spec.step:f}")
    return st.decimals(spec.low, spec.high, places=2).map(lambda each: f"{each:f}")


@st.composite
def answered_cases(draw, calculator, lang="nb"):
    """An answered case as Answer."""
    inputs = dict(draw(st.sampled_from([each for each in EXAMPLES if each.calculator == calculator])).inputs)
    fields = rule(calculator).FIELDS
    for spec in draw(st.lists(st.sampled_from(fields), max_size=4, unique_by=lambda spec: spec.name)):
        inputs[spec.name] = draw(field_values(spec))
    done = answer(calculator, inputs, TABLES, WORDS, lang)
    assume(done.status == ANSWERED)
    return done


def asked_again(done, **changed):
    """The answer to the same case with these inputs changed, from the beginning and by the one way in."""
    inputs = {name: value for name, value in done.result["inputs"].items() if value is not None}
    return answer(done.calculator, {**inputs, **changed}, TABLES, WORDS, done.lang)


def amount(value):
    """A decimal string of an output as a number; null is None."""
    return None if value is None else Decimal(value)
