"""The same answer in CPython and in the shipped Pyodide: all worked examples, and two thousand cases by chance.

The cases are drawn from the calculators' own fields, always the same ones: right and wrong values, years with
and without figures, both languages, as commands give them and as people type them.
"""

import json
import random
import sys
from collections import Counter
from datetime import date, timedelta

import pytest

from calculators.browser import open_desk
from calculators.core.answer import rule
from calculators.core.form import Invalid, to_typed
from calculators.core.form import read as read_fields
from calculators.core.tables import Tables
from scripts import tables as editors_tables
from scripts.examples import load_examples
from scripts.runtime.node_desk import node_desk
from scripts.words import words_json

CASES = 2000
LANGUAGES = ("nb", "en")
TABLES = Tables.from_json(editors_tables.load().canonical)
EXAMPLES = load_examples()
CALCULATORS = sorted(set(json.loads(words_json())) - {"common"})
NONSENSE = ["", " ", "?", "-1", "1e9", "NaN", "0.001", "10" * 12, "2026-02-30", "æøå", "1,5", "1.5", "\u0663", "<b>"]


def number(chance, spec):
    """A number within the field's range: often an end or a round one, sometimes with decimals."""
    low, high = int(spec.low), int(spec.high)
    top = chance.choice([high, min(high, 1_000_000), min(high, 500_000), min(high, 100)])
    value = chance.choice([low, high, 0, chance.randint(low, max(low, top)), chance.randint(low, max(low, top))])
    value = min(max(value, low), high)
    if spec.step:
        return str(min(low + chance.randint(0, 40) * spec.step, high))
    if spec.decimals and chance.random() < 0.4 and low <= value < high:
        return f"{value}.{chance.randint(0, 99):02}"
    return str(value)


def right_value(chance, spec):
    """A value that the field accepts, as canonical text."""
    if spec.choices:
        return chance.choice(spec.choices)
    if spec.kind in ("calendar_year", "academic_year"):
        years = TABLES.periods(spec.table)
        strange = ["1990", "2050"] if spec.kind == "calendar_year" else ["1990-91", "2050-51"]
        return chance.choice([*years, *years, *strange])
    if spec.kind in ("date", "moment"):
        day = (date(2010, 1, 1) + timedelta(days=chance.randint(0, 365 * 20))).isoformat()
        return day if spec.kind == "date" else f"{day}T{chance.randint(0, 23):02}:{chance.randint(0, 59):02}"
    if spec.kind == "digits":
        return "".join(chance.choice("0123456789") for _ in range(chance.randint(int(spec.low), int(spec.high))))
    return number(chance, spec)


def one_case(chance, number_of):
    """One request: an example with some fields changed, or every field by chance; now and then one is spoiled."""
    calculator = CALCULATORS[number_of % len(CALCULATORS)]
    fields = rule(calculator).FIELDS
    answered = [each for each in EXAMPLES if each.calculator == calculator and each.status != 2]
    inputs = dict(chance.choice(answered).inputs)
    changed = fields if chance.random() < 0.3 else chance.sample(fields, min(len(fields), chance.randint(1, 3)))
    for spec in changed:
        inputs[spec.name] = right_value(chance, spec)
        if not spec.required and chance.random() < 0.3:
            del inputs[spec.name]
    request = {"id": number_of, "calculator": calculator, "lang": chance.choice(LANGUAGES)}
    if chance.random() < 0.4 and (typed := as_typed(fields, inputs, request["lang"])):
        request["typed"] = inputs = typed
    else:
        request["canonical"] = inputs
    if chance.random() < 0.15:
        inputs[chance.choice([*(spec.name for spec in fields), "no_such_field"])] = chance.choice(NONSENSE)
    return request


def as_typed(fields, inputs, lang):
    """The same inputs as a person types them, or nothing where they cannot be read at all."""
    try:
        values = read_fields(fields, inputs, None, TABLES)
    except Invalid:
        return None
    return {spec.name: to_typed(spec, values[spec.name], lang) for spec in fields if spec.name in inputs}


@pytest.fixture(scope="module")
def requests():
    """Every request, each with its own id."""
    chance = random.Random(20261122)
    cases = [one_case(chance, number_of) for number_of in range(CASES)]
    # Some are compared with an earlier case of the same calculator, right or wrong.
    for earlier, case in list(zip(cases, cases[len(CALCULATORS) :], strict=False))[::3]:
        if "canonical" in earlier:
            case["beside"] = earlier["canonical"]
    return cases + [{**each.request(lang), "id": f"{each.id}.{lang}"} for each in EXAMPLES for lang in LANGUAGES]


@pytest.fixture(scope="module")
def in_cpython(requests):
    """CPython's replies as text, in the order of the requests."""
    reply = open_desk(editors_tables.load().canonical, words_json())
    return [json.dumps(json.loads(reply(json.dumps(request)))) for request in requests]


def test_the_cases_are_right_wrong_and_unpublished_in_both_languages_for_every_calculator(requests, in_cpython):
    seen = Counter(
        (request["calculator"], json.loads(text)["status"])
        for request, text in zip(requests[:CASES], in_cpython, strict=False)
    )
    for calculator in CALCULATORS:
        assert seen[calculator, 0] >= 20, (calculator, seen)
        assert seen[calculator, 2] >= 5, (calculator, seen)
    assert sum(times for (_, status), times in seen.items() if status == 0) > CASES / 3
    assert sum(times for (_, status), times in seen.items() if status == 3) > 50
    assert {(request["lang"], "typed" in request) for request in requests[:CASES]} == {
        ("nb", True), ("nb", False), ("en", True), ("en", False),
    }  # fmt: skip


def test_every_case_is_answered_the_same_in_cpython_and_in_the_shipped_pyodide(site, requests, in_cpython):
    assert sys.implementation.name == "cpython"
    differ = []
    with node_desk(site / "engine") as ask:
        for request, expected in zip(requests, in_cpython, strict=True):
            if json.dumps(ask(request)) != expected:
                differ.append(request)
    assert differ == []
    assert len(in_cpython) == CASES + 2 * len(EXAMPLES)
