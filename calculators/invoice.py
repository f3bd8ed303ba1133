"""Whether the numbers on an invoice from Lånekassen may be wrong: account number, KID, and their check digits.

The account number is compared with the one on Lånekassen's own pages (data/contacts.yaml). The check digits are
those of every Norwegian account number (modulus 11), of a KID (modulus 10 or 11, the payee chooses; which one
Lånekassen has chosen is not known, so either will do) and of an IBAN (ISO 13616).
No answer says that an invoice can be trusted: a forger can copy the right numbers. The known account number is
not printed in the answer either: who is to pay must read it on the logged-in pages. A false claim often has no KID:
then the account alone is checked.
"""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from calculators.core.check_digits import iban_remainder, sum_mod_10, sum_mod_11, terms_mod_10, terms_mod_11
from calculators.core.form import digits
from calculators.core.money import Quantity
from calculators.core.result import Notice, Outcome, Step, calculated, looked_up, typed
from calculators.core.tables import Limit, Tables

FIELDS = (
    digits("account_number", 11, 11, also="[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}"),
    replace(digits("kid", 2, 25, also="[0-9]{1,24}-"), optional=True),
)
OUTPUTS = {"account_matches": "flag", "account_valid": "flag", "kid_valid": "flag", "verdict": "choice"}
FRONT = ("kid",)
MOVES_MONEY = True

NORWEGIAN_IBAN = 15


def is_norwegian_iban(account: str) -> bool:
    """Whether an account is written as a Norwegian IBAN: NO, two digits, and the eleven of the account."""
    return account.startswith("NO") and account.isascii() and account[2:].isdecimal() and len(account) == NORWEGIAN_IBAN


def domestic(account: str) -> str:
    """The eleven digits of a Norwegian account, also from its IBAN; any other IBAN as it is."""
    return account[4:] if is_norwegian_iban(account) else account


def account_is_valid(account: str) -> bool:
    """Whether an account number or IBAN has its right check digits, and a Norwegian IBAN both kinds."""
    number = domestic(account)
    if account.isdecimal():
        return sum_mod_11(number) % 11 == 0
    if account.startswith("NO") and not is_norwegian_iban(account):
        return False
    return iban_remainder(account) == 1 and (number == account or sum_mod_11(number) % 11 == 0)


def kid_is_valid(kid: str) -> bool:
    """Whether a KID has the right check digit by modulus 10 or modulus 11."""
    return sum_mod_11(kid) % 11 == 0 or (kid.isdecimal() and sum_mod_10(kid) % 10 == 0)


def calculate(tables: Tables, *, account_number: str, kid: str | None) -> Outcome:
    """Work out one case; without a `kid` the account alone decides and `kid_valid` is None."""
    known = tables.contact("repayment_account")
    ours = {known["value"].replace(".", ""), known["iban"].replace(" ", "")}
    matches = account_number in ours
    account_valid = account_is_valid(account_number)
    kid_valid = None if kid is None else kid_is_valid(kid)
    fits = matches and account_valid and kid_valid is not False
    kid_steps = [calculated("no_kid", None)] if kid is None else [typed("kid", kid), *_kid_steps(kid, kid_valid)]
    steps = (
        typed("account_number", account_number),
        looked_up("account_matches" if matches else "account_differs", _as_limit(known)),
        *_account_steps(account_number),
        *kid_steps,
    )
    return Outcome(
        {
            "account_matches": matches,
            "account_valid": account_valid,
            "kid_valid": kid_valid,
            "verdict": "cannot_tell" if fits else "may_be_wrong",
        },
        "cannot_tell"
        if fits
        else ("account_typed_wrong" if not account_valid else "kid_typed_wrong" if matches else "another_account"),
        steps,
        (Notice("log_in_yourself"), Notice("numbers_prove_nothing"), Notice("terminated_loan")),
    )


def _as_limit(known: Mapping) -> Limit:
    """The known account as a figure with its sources."""
    return Limit(
        known["value"], "text", "contacts", "value", "repayment_account", known["status"], tuple(known["sources"])
    )


def _account_steps(account: str) -> list[Step]:
    number = domestic(account)
    steps = []
    if account.startswith("NO") and number == account:
        steps.append(calculated("iban_not_norwegian", None))
    elif not account.isdecimal():
        left = iban_remainder(account)
        steps.append(calculated("iban_right" if left == 1 else "iban_wrong", _count(left)))
    if number.isdecimal():
        total = sum_mod_11(number)
        shown = {"products": _products(terms_mod_11(number)), "sum": _count(total)}
        left = _count(total % 11)
        steps.append(calculated("account_digit_wrong" if total % 11 else "account_digit_right", left, **shown))
    return steps


def _kid_steps(kid: str, is_valid: bool) -> list[Step]:
    by_11 = sum_mod_11(kid)
    steps = [
        calculated("kid_mod_11", _count(by_11 % 11), products=_products(terms_mod_11(kid)), sum=_count(by_11)),
        calculated("kid_right" if is_valid else "kid_wrong", None),
    ]
    if not kid.isdecimal():
        return steps
    by_10 = sum_mod_10(kid)
    counted = " + ".join(str(each) for each in terms_mod_10(kid))
    return [calculated("kid_mod_10", _count(by_10 % 10), counted=counted, sum=_count(by_10)), *steps]


def _products(terms: list[tuple[int, int]]) -> str:
    return " + ".join(f"{digit}×{weight}" for digit, weight in terms)


def _count(number: int) -> Quantity:
    return Quantity(Decimal(number), "count")
