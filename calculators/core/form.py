"""The fields of a calculator: what each accepts, and how a given value is read or refused.

The same description serves the command line, the form on the page, share links and worked examples.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from calculators.core.money import ZERO, show_number
from calculators.core.tables import Tables

MAX_AMOUNT = Decimal(10) ** 12
FIRST_YEAR, LAST_YEAR = 1990, 2100

Value = Decimal | int | str | bool | date | datetime | None


@dataclass(frozen=True)
class Field:
    """One input: its public name, what kind of value it takes, its range and its default.

    `default` is canonical text, or a function of the values read so far that gives canonical text,
    or None. `default_in` is a function of those values and the tables, for a default that is a published
    figure; it may give None. A field without a default must be given unless it is `optional` (then it is
    None). `also` is a regular expression of what digits may look like besides, as an IBAN.
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
    step: Decimal | None = None
    default_in: Callable[[Mapping[str, Value], Tables], str | None] | None = None
    also: str = ""

    @property
    def required(self) -> bool:
        """Whether the reader must give it."""
        return self.default is None and self.default_in is None and not self.optional

    @property
    def default_depends(self) -> bool:
        """Whether the default follows from other fields: a form then leaves the field open."""
        return callable(self.default) or self.default_in is not None


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


def number(
    name: str,
    low: str,
    high: str,
    *,
    unit: str,
    decimals: int = 6,
    step: str | None = None,
    default=None,
    optional: bool = False,
    default_in=None,
) -> Field:
    """A number from `low` to `high`, in steps of `step` if given (quarters of a month: "0.25")."""
    pace = Decimal(step) if step else None
    return Field(
        name,
        "number",
        unit,
        Decimal(low),
        Decimal(high),
        decimals,
        default=default,
        optional=optional,
        step=pace,
        default_in=default_in,
    )


def flag(name: str, *, default: str = "false") -> Field:
    """A yes or no: true or false."""
    return Field(name, "flag", choices=("true", "false"), default=default)


def day(name: str, *, optional: bool = False) -> Field:
    """A date from 1990 to 2100, as 2026-06-15 (typed in Norwegian also as 15.6.2026)."""
    return Field(name, "date", "date", optional=optional)


def moment(name: str, *, optional: bool = False) -> Field:
    """A date and a time of day, as 2026-06-15T10:30."""
    return Field(name, "moment", "moment", optional=optional)


def digits(name: str, shortest: int, longest: int, *, also: str = "") -> Field:
    """A number that is a name, such as an account number: digits, with spaces and points allowed between.

    `also` is a regular expression of another accepted form, in capitals and without spaces and points.
    """
    return Field(name, "digits", "digits", Decimal(shortest), Decimal(longest), also=also)


def academic_year(name: str, table: str) -> Field:
    """An academic year, as 2025-26; `table` is where the years the form offers are found."""
    return Field(name, "academic_year", "academic_year", table=table)


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
    "nb": re.compile(r"-?(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)(?:,[0-9]+)?|-?[0-9]{1,3}(?:\.[0-9]{3}){2,}"),
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
    text = text.replace(" ", "")
    return text.replace(".", "").replace(",", ".") if lang == "nb" else text.replace(",", "")


def read(
    fields: tuple[Field, ...], given: Mapping[str, object], lang: str | None = None, tables: Tables | None = None
) -> dict[str, Value]:
    """Read the given values by the fields' rules; defaults fill in what is not given, published ones from `tables`.

    `given` maps field names to canonical text (or int, Decimal, bool, date); with `lang` the texts are
    as a person types them in that language. Raises Invalid with a fault for every faulty field.
    """
    known = {each.name for each in fields}
    faults = [Fault(name, "unknown") for name in given if name not in known]
    values: dict[str, Value] = {}
    for each in fields:
        try:
            values[each.name] = _read_one(each, given.get(each.name), values, lang, tables)
        except Invalid as invalid:
            faults.extend(invalid.faults)
        except KeyError:
            # The default follows from a field that is itself faulty: that fault is the one to tell.
            if not faults:
                raise
    if faults:
        raise Invalid(*faults)
    return values


def _read_one(
    spec: Field, given: object, values: Mapping[str, Value], lang: str | None, tables: Tables | None
) -> Value:
    text = _as_text(spec, given)
    if not text.strip():
        if spec.required:
            raise Invalid(_fault(spec, "required"))
        text, lang = _default(spec, values, tables), None
        if text is None:
            return None
    if len(text) > LONGEST_INPUT:
        raise Invalid(_fault(spec, _WRONG[spec.kind]))
    return _PARSE[spec.kind](spec, text.strip() if lang else text, lang)


def _default(spec: Field, values: Mapping[str, Value], tables: Tables | None) -> str | None:
    if spec.default_in:
        return spec.default_in(values, tables)
    return spec.default(values) if callable(spec.default) else spec.default


def _as_text(spec: Field, given: object) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, datetime):
        return given.isoformat(timespec="minutes")
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, int):
        given = Decimal(given)
    if isinstance(given, Decimal):
        fits = given.is_finite() and abs(given.adjusted()) < LONGEST_INPUT
        return f"{given:f}" if fits else str(given)
    if isinstance(given, str):
        return given
    raise Invalid(_fault(spec, _WRONG[spec.kind]))


def _fault(spec: Field, code: str) -> Fault:
    return Fault(spec.name, code, {"field": spec})


def _number(spec: Field, text: str, lang: str | None) -> Decimal:
    if lang and spec.unit == "percent":
        text = text.removesuffix("%")
    number = text if lang is None else typed_to_canonical(text, lang)
    if number is None or not CANONICAL_NUMBER.fullmatch(number):
        raise Invalid(_fault(spec, _WRONG[spec.kind]))
    value = Decimal(number)
    decimals = number.partition(".")[2]
    # Canonical text may end in zeros; typed 600,000 must not pass for 600: its writer meant thousands.
    if len(decimals if lang and spec.decimals else decimals.rstrip("0")) > spec.decimals:
        code = "decimals" if spec.decimals else "not_whole"
        raise Invalid(_fault(spec, code))
    if spec.low is not None and value < spec.low:
        raise Invalid(_fault(spec, "too_low"))
    if spec.high is not None and value > spec.high:
        raise Invalid(_fault(spec, "too_high"))
    return value + ZERO


def _stepped(spec: Field, text: str, lang: str | None) -> Decimal:
    value = _number(spec, text, lang)
    if spec.step and value % spec.step:
        raise Invalid(_fault(spec, "not_step"))
    return value


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


def _flag(spec: Field, text: str, lang: str | None) -> bool:
    return _choice(spec, text, lang) == "true"


def _date(spec: Field, text: str, lang: str | None) -> date:
    norwegian = re.fullmatch(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", text) if lang == "nb" else None
    iso = "{:0>4}-{:0>2}-{:0>2}".format(*reversed(norwegian.groups())) if norwegian else text
    try:
        value = date.fromisoformat(iso) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", iso) else None
    except ValueError:
        value = None
    if value is None or not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise Invalid(_fault(spec, "not_date"))
    return value


def _moment(spec: Field, text: str, lang: str | None) -> datetime:
    day_text, _, time_text = text.replace(" ", "T", 1).partition("T")
    day_value = _date(spec, day_text, lang)
    clock = re.fullmatch(r"([01][0-9]|2[0-3]):([0-5][0-9])", time_text)
    if not clock:
        raise Invalid(_fault(spec, "not_moment"))
    return datetime(day_value.year, day_value.month, day_value.day, int(clock[1]), int(clock[2]))


def _digits(spec: Field, text: str, lang: str | None) -> str:
    bare = _SPACES.sub("", text).replace(".", "").upper()
    if spec.also and re.fullmatch(spec.also, bare):
        return bare
    if not re.fullmatch("[0-9]+", bare) or not spec.low <= len(bare) <= spec.high:
        raise Invalid(_fault(spec, "not_digits"))
    return bare


def _academic_year(spec: Field, text: str, lang: str | None) -> str:
    match = re.fullmatch(r"([0-9]{4})-([0-9]{2})", text)
    first = int(match[1]) if match else 0
    if not FIRST_YEAR <= first < LAST_YEAR or (first + 1) % 100 != int(match[2]):
        raise Invalid(_fault(spec, "not_academic_year"))
    return text


_PARSE = {
    "amount": _number,
    "number": _stepped,
    "whole": _whole,
    "choice": _choice,
    "flag": _flag,
    "date": _date,
    "moment": _moment,
    "digits": _digits,
    "calendar_year": _year,
    "academic_year": _academic_year,
}
_WRONG = {
    "amount": "not_number",
    "number": "not_number",
    "whole": "not_number",
    "choice": "not_choice",
    "flag": "not_choice",
    "date": "not_date",
    "moment": "not_moment",
    "digits": "not_digits",
    "calendar_year": "not_year",
    "academic_year": "not_academic_year",
}


def to_typed(spec: Field, value: Value, lang: str) -> str:
    """Write a read value as a person types it in the form, thousands grouped: 678861 is 678 861 in nb."""
    if isinstance(value, Decimal):
        return show_number(value, lang, unit=spec.unit)
    return to_canonical(value) or ""


def to_canonical(value: Value) -> str | None:
    """Write a read value back as canonical text: the receipt, the share link, `inputs` of a result."""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return None if value is None else _as_text(Field("", "choice"), value)
