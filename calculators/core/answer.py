"""From given inputs to a finished answer in the reader's language: read, calculate, explain.

This is the one way in for the command line, the page builder, the tests and the browser.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import ModuleType

from calculators.core.case import Case
from calculators.core.dates import show_month
from calculators.core.form import Fault, Field, Invalid, read, to_canonical, to_typed
from calculators.core.money import Quantity, canonical, show_number
from calculators.core.result import Notice, Outcome, Output, Step
from calculators.core.tables import Limit, NotPublished, Tables
from calculators.core.words import Term, Words

ANSWERED, INVALID, NOT_PUBLISHED = 0, 2, 3

Unit = str | Mapping[str, str]


@dataclass(frozen=True)
class Answer:
    """A finished answer: `status` (0 answered, 2 invalid input, 3 not published), the `result` as JSON-ready
    data (design.md, "Result"; for invalid input `{"errors": […]}`), the sentence that says it, the limits it
    stands on, the inputs as a person would type them, and when answered the case, which can be asked again."""

    calculator: str
    lang: str
    status: int
    result: dict
    headline: str
    limits: tuple[Limit, ...] = ()
    typed: Mapping[str, str] = field(default_factory=dict)
    case: Case | None = field(default=None, compare=False, repr=False)


def rule(calculator: str) -> ModuleType:
    """The module of one calculator: FIELDS, OUTPUTS and calculate()."""
    return importlib.import_module(f"calculators.{calculator}")


def answer(
    calculator: str,
    given: Mapping[str, object],
    tables: Tables,
    words: Words,
    lang: str,
    *,
    typed: bool = False,
) -> Answer:
    """Answer one case.

    `given` maps input names to canonical values; with `typed` to texts as a person types them in `lang`.
    Raises KeyError for an unknown calculator; bad input and missing limits are answers, not exceptions.
    """
    module = rule(calculator)
    try:
        values = read(module.FIELDS, given, lang if typed else None, tables)
        try:
            outcome = module.calculate(tables, **values)
        except NotPublished as missing:
            return _not_published(calculator, module, values, missing, tables, words, lang, given)
    except Invalid as invalid:
        errors = [error(calculator, fault, words, lang, typed=typed) for fault in invalid.faults]
        return Answer(calculator, lang, INVALID, {"errors": errors}, words.say(lang, "common", "invalid"))
    return _answered(calculator, module, values, outcome, tables, words, lang, given)


def _answered(calculator, module, values, outcome: Outcome, tables, words, lang, given) -> Answer:
    units = module.OUTPUTS
    outputs = {name: _plain(value, units[name]) for name, value in outcome.outputs.items()}
    shown = {name: _shown(calculator, name, value, units[name], words, lang) for name, value in outcome.outputs.items()}
    used = [step.limit for step in outcome.steps if step.limit]
    limits = tuple({(each.table, each.column, each.period): each for each in used}.values())
    steps = [_step(calculator, step, words, lang) for step in outcome.steps]
    notices = [*_secondary(limits, tables, words, lang), *outcome.notices, Notice("estimate")]
    result = _result(calculator, values, outputs, shown, steps, notices, limits, tables, words, lang)
    said = {
        name: _said(calculator, name, value, units[name], lang)
        for name, value in outcome.outputs.items()
        if not isinstance(value, list)
    }
    headline = words.say(lang, calculator, "headline", outcome.headline, **{**said, **outcome.says})
    as_typed = _as_typed(module, values, lang, given)
    case = Case(calculator, module, values, tables, outcome)
    return Answer(calculator, lang, ANSWERED, result, headline, limits, as_typed, case)


def _not_published(calculator, module, values, missing: NotPublished, tables, words, lang, given) -> Answer:
    table = tables.table(missing.table)
    shows = {
        "table": table["label"][lang],
        "column": table["columns"][missing.column]["label"][lang],
        "period": missing.period,
    }
    key = {0: "not_published", 1: "not_published_but_one", 2: "not_published_but_two"}[len(missing.known)]
    for number, limit in enumerate(missing.known, start=1):
        shows[f"known_{number}"] = limit.shown
        shows[f"period_{number}"] = limit.period
    notices = [Notice(key, shows), *_secondary(missing.known, tables, words, lang), Notice("estimate")]
    result = _result(calculator, values, None, None, [], notices, missing.known, tables, words, lang)
    result["notices"][0]["kind"] = "not_published"
    headline = words.say(lang, "common", "no_answer", **shows)
    as_typed = _as_typed(module, values, lang, given)
    return Answer(calculator, lang, NOT_PUBLISHED, result, headline, missing.known, as_typed)


def _as_typed(module, values, lang, given) -> dict[str, str]:
    """The inputs as a person types them. What follows from other fields and was left open stays open."""
    return {
        spec.name: ""
        if spec.default_depends and not str(given.get(spec.name) or "").strip()
        else to_typed(spec, values[spec.name], lang)
        for spec in module.FIELDS
    }


def _result(calculator, values, outputs, shown, steps, notices, limits, tables, words, lang) -> dict:
    sources = dict.fromkeys(each for limit in limits for each in limit.sources)
    return {
        "calculator": calculator,
        "inputs": {name: to_canonical(value) for name, value in values.items()},
        "outputs": outputs,
        "display": shown,
        "steps": steps,
        "notices": [_notice(calculator, notice, words, lang) for notice in notices],
        "sources": [{"id": each, **tables.source(each)} for each in sources],
        "data_version": tables.version,
    }


def _plain(value: Output, unit: Unit) -> object:
    """A value as it travels: decimal string, ISO date, id, boolean, null, or a list of such objects."""
    if isinstance(value, list):
        return [{key: _plain(item[key], each) for key, each in unit.items()} for item in value]
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    return value.isoformat() if isinstance(value, date) else canonical(Decimal(value), unit)


def _shown(calculator: str, name: str, value: Output, unit: Unit, words: Words, lang: str) -> object:
    """The same value as the reader sees it."""
    if isinstance(value, list):
        return [
            {key: _shown(calculator, key, item[key], each, words, lang) for key, each in unit.items()} for item in value
        ]
    return None if value is None else words.display(_said(calculator, name, value, unit, lang), lang)


def _said(calculator: str, name: str, value: Output, unit: Unit, lang: str) -> object:
    """A value as a sentence shows it: with its unit, or by the words for an id."""
    if unit == "flag":
        return Term(("common", "flags", "true" if value else "false"))
    if unit == "choice" and value is not None:
        return Term((calculator, "output_choices", name, str(value)))
    if unit == "year-month" and value is not None:
        return show_month(str(value), lang)
    is_number = isinstance(value, (Decimal, int)) and not isinstance(value, bool)
    return Quantity(Decimal(value), unit) if is_number else value


def _step(calculator: str, step: Step, words: Words, lang: str) -> dict:
    result = step.result
    value, unit = (result.value, result.unit) if isinstance(result, Quantity) else (result, None)
    if isinstance(value, Mapping):
        # Words differ by language, a step's value does not: a day of the year travels as 11-15, a text not at all.
        value = step.limit.value if step.limit and isinstance(step.limit.value, str) else None
    return {
        "text": words.say(lang, calculator, "steps", step.key, **step.shows),
        "value": _plain(value, unit or ""),
        "unit": unit,
        "origin": step.origin,
        "source": step.limit.sources[0] if step.limit else None,
    }


def _notice(calculator: str, notice: Notice, words: Words, lang: str) -> dict[str, str]:
    kind, _, which = notice.key.partition(".")
    if which:
        return {"kind": kind, "text": words.say(lang, "common", kind, which)}
    text = words.say_own(lang, calculator, "notices", kind, **notice.shows)
    return {"kind": kind.removesuffix("_several"), "text": text}


def _secondary(limits: tuple[Limit, ...], tables: Tables, words: Words, lang: str) -> list[Notice]:
    """One notice that names every figure known only from a secondary source."""
    # A quoted text names whom it quotes; the doubt is about figures.
    doubtful = [limit for limit in limits if limit.status == "secondary" and limit.unit != "text"]
    found = [
        {
            "table": tables.table(limit.table)["label"][lang],
            "value": limit.shown,
            "period": _period(limit, tables, lang),
        }
        for limit in doubtful
    ]
    if len(found) < 2:
        return [Notice("secondary", each) for each in found]
    figures = "; ".join(words.say(lang, "common", "notices", "secondary_figure", **each) for each in found)
    return [Notice("secondary_several", {"figures": figures})]


def _period(limit: Limit, tables: Tables, lang: str) -> str:
    """The period as readers know it: the year, or the labels of a figure in a row that is no year."""
    table = tables.table(limit.table)
    row = table["rows"][limit.period]["label"]
    if not row:
        return limit.period
    column = table["columns"][limit.column]["label"][lang]
    return f"{column}, {row[lang]}" if len(table["columns"]) > 1 else row[lang]


def error(calculator: str, fault: Fault, words: Words, lang: str, *, typed: bool = False) -> dict[str, str]:
    """One fault as the reader sees it: the field, the code, and the sentence with what is accepted."""
    shows: dict[str, object] = dict(fault.values)
    spec = shows.pop("field", None)
    shows.setdefault("known", ", ".join(each.name for each in rule(calculator).FIELDS))
    sentence = fault.code
    if isinstance(spec, Field):
        shows.update(accepted(calculator, spec, words, lang, typed=typed))
        if fault.code == "required" and spec.choices:
            sentence = "required_choice"
        if fault.code == "not_number" and spec.kind == "amount":
            sentence = "not_amount"
        if fault.code == "decimals" and typed and spec.kind == "amount":
            sentence = "decimals_of_amount"
    else:
        shows["label"] = fault.field
    text = words.say_own(lang, calculator, "errors", sentence, **shows)
    return {"field": fault.field, "code": fault.code, "text": text}


def accepted(calculator: str, spec: Field, words: Words, lang: str, *, typed: bool = False) -> dict[str, object]:
    """What the sentences about a field show: its label, range, choices and an example of a right value.

    With `typed` as a person writes in the form, else in the canonical form of the command line.
    """
    texts = words.contents[calculator]["fields"][spec.name]
    labels = words.contents["common"]["flags"] if spec.kind == "flag" else texts.get("choices", {})
    choices = [labels[each][lang] for each in spec.choices]
    if not typed:
        choices = [f"{each} ({label})" for each, label in zip(spec.choices, choices, strict=True)]
    unit = "" if spec.kind == "whole" or spec.unit in ("count", "digits") else spec.unit
    ends = {"low": spec.low, "high": spec.high}
    return {
        "label": texts["label"][lang].removesuffix("?"),
        "choices": ", ".join(choices),
        "decimals": str(spec.decimals),
        "step": "" if spec.step is None else Quantity(spec.step, ""),
        "example": _example(spec, texts.get("example", ""), lang if typed else None),
        **{name: "" if end is None else Quantity(end, unit) for name, end in ends.items()},
    }


def _example(spec: Field, canonical_text: str, lang: str | None) -> str:
    if lang and spec.kind in ("amount", "number"):
        return show_number(Decimal(canonical_text), lang, unit=spec.unit)
    return canonical_text
