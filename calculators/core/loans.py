"""The arithmetic of an annuity loan, exact: growth without payment, and equal payments."""

from decimal import Decimal

from calculators.core.dates import MONTHS_A_YEAR
from calculators.core.money import HUNDRED, ZERO

PRECISION = 50
"""The digits to count with: powers over thirty years lose nothing that could reach an øre."""


def monthly_share(annual_rate: Decimal) -> Decimal:
    """The interest of one month as a share of the debt: a twelfth of a yearly rate in percent."""
    return annual_rate / HUNDRED / MONTHS_A_YEAR


def debt_after(debt: Decimal, monthly: Decimal, months: int) -> Decimal:
    """The debt (NOK, unrounded) after `months` without payment, interest on interest; `monthly` is a share."""
    return debt * (1 + monthly) ** months


def annuity(debt: Decimal, monthly: Decimal, payments: int) -> Decimal:
    """The equal amount (NOK, unrounded) that repays `debt` (NOK) in so many monthly payments."""
    if monthly == ZERO:
        return debt / payments
    return debt * monthly / (1 - (1 + monthly) ** -payments)
