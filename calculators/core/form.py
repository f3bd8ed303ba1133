"""The fields of a calculator: what each accepts, and how a given value is read or refused.

The same description serves the command line, the form on the page, share links and worked examples.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from calculators.core.money import ZERO

MAX_AMOUNT = Decimal(10) ** 12
FIRST_YEAR, LAST_YEAR = 1990, 2100

Value = Decimal | int | str | bool | date | None


@dataclass(frozen=True)
class Field:
    """One input: its public name, what kind of value it takes, its range and its default.

    `default` is canonical text, or a function of the values read so far that gives canonical text,
    or None. A field without a default must be given unless it is `optional` (then it is None).
    """

    name: str
    kind: str
    unit: str = ""
    low: Decimal | None = None
    high: Decimal | None = None
    decimals: int = 0
    choices: tuple[str, ...] = ()
    default: str | Callable[[Mapping[str, Value]], str] | None = None
    optional: bool = False
    table: str = ""

    @property
    def required(self) -> bool:
        """Whether the reader must give it."""
        return self.default is None and not self.optional


def amount(name: str, *, low: Decimal = ZERO, default=None, optional: bool = False) -> Field:
    """An amount in NOK, with øre, from `low` to 10^12."""
    return Field(name, "amount", "NOK", low, MAX_AMOUNT, 2, default=default, optional=optional)


def share(name: str, *, default=None) -> Field:
    """A share in percent from 1 to 100."""
    return Field(name, "number", "percent", Decimal(1), Decimal(100), 6, default=default)


def whole(name: str, low: int, high: int, *, unit: str = "count", default=None) -> Field:
    """A whole number from `low` to `high`."""
    return Field(name, "whole", unit, Decimal(low), Decimal(high), default=default)


def choice(name: str, choices: tuple[str, ...], *, default=None) -> Field:
    """One of a few ids."""
    return Field(name, "choice", choices=choices, default=default)


def calendar_year(name: str, table: str) -> Field:
    """A calendar year; `table` is where the years the form offers are found."""
    return Field(name, "calendar_year", "year", Decimal(FIRST_YEAR), Decimal(LAST_YEAR), table=table)


@dataclass(frozen=True)
class Fault:
    """What was wrong with one field: a code of texts/common.yaml `errors` and what the sentence needs."""

    field: str
    code: str
    values: Mapping[str, object] = field(default_factory=dict)


class Invalid(Exception):
    """The input cannot be used. `faults` names every faulty field."""

    def __init__(self, *faults: Fault):
        super().__init__(", ".join(f"{fault.field}: {fault.code}" for fault in faults))
        self.faults = faults


CANONICAL_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_CURRENCY = re.compile(r"^(?:kr\.?|nok)\s*|\s*(?:kr\.?|nok)$|\s*,[-\u2013]$", re.IGNORECASE)
_SPACES = re.compile(r"[ \u00a0\u2009\u202f]")
_TYPED_NUMBER = {
    "nb": re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:,[0-9]+)?"),
    "en": re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+)(?:\.[0-9]+)?"),
}
LONGEST_INPUT = 64


def typed_to_canonical(text: str, lang: str) -> str | None:
    """Turn a number typed by a person into canonical text, or None where it cannot be read one way only.

    >>> typed_to_canonical("kr 678 861,50", "nb"), typed_to_canonical("678,861.50", "en")
    ('678861.50', '678861.50')
    >>> typed_to_canonical("678.861", "nb") is None
    True
    """
    text = _SPACES.sub(" ", text.strip()).replace("\u2212", "-")
    negative = text.startswith("-")
    text = _CURRENCY.sub("", text.removeprefix("-").strip(), count=1).strip()
    if negative:
        text = "-" + text
    if not _TYPED_NUMBER[lang].fullmatch(text):
        return None
    return text.replace(" ", "").replace(",", "." if lang == "nb" else "")


def read(fields: tuple[Field, ...], given: Mapping[str, object], lang: str | None = None) -> dict[str, Value]:
    """Read the given values by the fields' rules; defaults fill in what is not given.

    `given` maps field names to canonical text (or int, Decimal, bool, date); with `lang` the texts are
    as a person types them in that language. Raises Invalid with a fault for every faulty field.
    """
    known = {each.name for each in fields}
    faults = [Fault(name, "unknown") for name in given if name not in known]
    values: dict[str, Value] = {}
    for each in fields:
        try:
            values[each.name] = _read_one(each, given.get(each.name), values, lang)
        except Invalid as invalid:
            faults.extend(invalid.faults)
    if faults:
        raise Invalid(*faults)
    return values


def _read_one(spec: Field, given: object, values: Mapping[str, Value], lang: str | None) -> Value:
    text = _as_text(spec, given)
    if not text.strip():
        if spec.required:
            raise Invalid(_fault(spec, "required"))
        if spec.default is None:
            return None
        text, lang = (spec.default(values) if callable(spec.default) else spec.default), None
    if len(text) > LONGEST_INPUT:
        raise Invalid(_fault(spec, _WRONG[spec.kind]))
    return _PARSE[spec.kind](spec, text.strip() if lang else text, lang)


def _as_text(spec: Field, given: object) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, Decimal):
        return f"{given:f}" if given.is_finite() else str(given)
    if isinstance(given, (str, int)):
        return str(given)
    raise Invalid(_fault(spec, _WRONG[spec.kind]))


def _fault(spec: Field, code: str) -> Fault:
    return Fault(spec.name, code, {"field": spec})


def _number(spec: Field, text: str, lang: str | None) -> Decimal:
    number = text if lang is None else typed_to_canonical(text, lang)
    if number is None or not CANONICAL_NUMBER.fullmatch(number):
        raise Invalid(_fault(spec, _WRONG[spec.kind]))
    value = Decimal(number)
    if len(number.partition(".")[2].rstrip("0")) > spec.decimals:
        code = "decimals" if spec.decimals else "not_whole"
        raise Invalid(_fault(spec, code))
    if spec.low is not None and value < spec.low:
        raise Invalid(_fault(spec, "too_low"))
    if spec.high is not None and value > spec.high:
        raise Invalid(_fault(spec, "too_high"))
    return value + ZERO


def _whole(spec: Field, text: str, lang: str | None) -> int:
    return int(_number(spec, text, lang))


def _choice(spec: Field, text: str, lang: str | None) -> str:
    if text not in spec.choices:
        raise Invalid(_fault(spec, "not_choice"))
    return text


def _year(spec: Field, text: str, lang: str | None) -> int:
    if not re.fullmatch(r"[0-9]{4}", text):
        raise Invalid(_fault(spec, "not_year"))
    return _whole(spec, text, None)


_PARSE = {"amount": _number, "number": _number, "whole": _whole, "choice": _choice, "calendar_year": _year}
_WRONG = {
    "amount": "not_number",
    "number": "not_number",
    "whole": "not_number",
    "choice": "not_choice",
    "calendar_year": "not_year",
}


def to_canonical(value: Value) -> str | None:
    """Write a read value back as canonical text: the receipt, the share link, `inputs` of a result."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return None if value is None else _as_text(Field("", "choice"), value)
