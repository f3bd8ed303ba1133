"""Exact amounts, their one rounding rule, and the one formatter for every displayed figure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ORE = Decimal("0.01")
HUNDRED = Decimal(100)
ZERO = Decimal(0)

NO_BREAK_SPACE = "\u00a0"
MINUS = {"nb": "\u2212", "en": "-"}
DECIMAL_SIGN = {"nb": ",", "en": "."}
GROUP_SIGN = {"nb": NO_BREAK_SPACE, "en": ","}


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, for example 2 percent/month: what a step or a sentence shows."""

    value: Decimal
    unit: str


def nok(value: Decimal) -> Quantity:
    """An amount in kroner."""
    return Quantity(value, "NOK")


def count(value: int) -> Quantity:
    """A bare number of things."""
    return Quantity(Decimal(value), "count")


def percent(value: Decimal) -> Quantity:
    """A share in percent: 50 means half."""
    return Quantity(value, "percent")


def to_ore(amount: Decimal) -> Decimal:
    """Round an amount in NOK to øre, halves away from zero. Done once, at the end of a calculation."""
    return amount.quantize(ORE, rounding=ROUND_HALF_UP)


def canonical(value: Decimal, unit: str) -> str:
    """Write a number the one way it travels: amounts in whole kroner or with two decimals, the rest bare.

    >>> canonical(Decimal("2352.5"), "NOK"), canonical(Decimal("50000.00"), "NOK")
    ('2352.50', '50000')
    """
    if unit.startswith("NOK"):
        text = f"{to_ore(value):f}".removesuffix(".00")
    else:
        text = f"{value:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def show_number(value: Decimal, lang: str, *, unit: str = "", grouped: bool = True) -> str:
    """Write a number as the reader's language does: 2352.5 NOK is 2 352,50 (nb) and 2,352.50 (en)."""
    sign, digits = _sign_and_digits(value, lang, unit, grouped)
    return sign + digits


def _sign_and_digits(value: Decimal, lang: str, unit: str, grouped: bool) -> tuple[str, str]:
    text = canonical(value, unit)
    sign = MINUS[lang] if text.startswith("-") else ""
    whole, _, decimals = text.lstrip("-").partition(".")
    if grouped:
        whole = f"{int(whole):,}".replace(",", GROUP_SIGN[lang])
    return sign, whole + (DECIMAL_SIGN[lang] + decimals if decimals else "")


_NOUNS = {
    "months": {"nb": ("måned", "måneder"), "en": ("month", "months")},
    "days": {"nb": ("dag", "dager"), "en": ("day", "days")},
    "years": {"nb": ("år", "år"), "en": ("year", "years")},
    "weeks": {"nb": ("uke", "uker"), "en": ("week", "weeks")},
    "hours": {"nb": ("time", "timer"), "en": ("hour", "hours")},
    "credits": {"nb": ("studiepoeng", "studiepoeng"), "en": ("credit", "credits")},
}
_PER = {
    "NOK/month": {"nb": " per måned", "en": " per month"},
    "NOK/day": {"nb": " per dag", "en": " per day"},
    "percent/month": {"nb": " per måned", "en": " per month"},
}


def show(quantity: Quantity, lang: str) -> str:
    """Write a quantity with its unit in the reader's language: 50 000 kr (nb), NOK 50,000 (en), 2 %."""
    value, unit = quantity.value, quantity.unit
    if unit == "year":
        return show_number(value, lang, grouped=False)
    sign, number = _sign_and_digits(value, lang, unit, grouped=True)
    if unit.startswith("NOK"):
        number = f"{number}{NO_BREAK_SPACE}kr" if lang == "nb" else f"NOK{NO_BREAK_SPACE}{number}"
    elif unit.startswith("percent"):
        number = f"{number}{NO_BREAK_SPACE}%" if lang == "nb" else f"{number}%"
    elif unit in _NOUNS:
        one, many = _NOUNS[unit][lang]
        number = f"{number}{NO_BREAK_SPACE}{one if abs(value) == 1 else many}"
    return sign + number + _PER.get(unit, {}).get(lang, "")


def show_change(quantity: Quantity, lang: str) -> str:
    """Write by how much something changes, always with its sign: +5 000 kr (nb), +NOK 5,000 (en)."""
    return ("+" if quantity.value > ZERO else "") + show(quantity, lang)
