"""What a student loan costs to repay: the months, the instalment and the whole schedule.

The rule: interest runs from the day after support ends; the repayment plan comes in the fifth month, the first
invoice in the seventh, and the first due date is the month after that (Lånekassen, "When you will start to make
loan repayments"; support to 15 June gives 15 February).

Lånekassen prints no formula. Its example, 300 000 at 2.979 %, gives 1 727 a month, and this model gives it to the
krone: the debt grows by a twelfth of the yearly rate in each payment-free month, and is then an annuity over the
months that are left of the repayment time. A second example of theirs (2.477 %, 1 640) is 0.4 % away.

Choices: each month bears a twelfth of the yearly rate, whatever its length; the rate stays the same throughout; a
due date on a weekend is not moved. The instalment is rounded to whole kroner as Lånekassen prints it (up where
half up would not cover the interest), and the last one closes the loan. Balances are unrounded inside; each row shows
the balance in øre, and its interest is what makes the row add up.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal, localcontext

from calculators.core.case import Case
from calculators.core.dates import MONTHS_A_YEAR, add_months
from calculators.core.form import amount, choice, day, number, whole
from calculators.core.ics import Event
from calculators.core.loans import PRECISION, annuity, debt_after, monthly_share
from calculators.core.money import ZERO, count, nok, percent, to_ore
from calculators.core.picture import Curve, Point
from calculators.core.result import Notice, Outcome, calculated, looked_up, typed
from calculators.core.tables import Tables
from calculators.core.what_if import Change, less, more, stepped

FIELDS = (
    amount("debt", low=Decimal(1)),
    number("annual_rate", "0", "20", unit="percent"),
    day("support_ended"),
    whole("years", 1, 30, default="20"),
    choice("due_day", ("5", "15", "25"), default="15"),
)
OUTPUTS = {
    "plan_month": "year-month",
    "first_invoice_month": "year-month",
    "first_due": "date",
    "instalment": "NOK",
    "instalments": "count",
    "total_paid": "NOK",
    "total_interest": "NOK",
    "last_due": "date",
    "schedule": {"due": "date", "payment": "NOK", "interest": "NOK", "principal": "NOK", "balance": "NOK"},
}
TOTALS = {"schedule": ("payment", "interest", "principal")}

KRONE = Decimal(1)


def whole_kroner(instalment: Decimal, first_interest: Decimal) -> Decimal:
    """The instalment in whole kroner, halves up; one more where it would not even cover the first interest."""
    rounded = instalment.quantize(KRONE, rounding=ROUND_HALF_UP)
    return rounded if rounded > first_interest else rounded + KRONE


def schedule_of(debt: Decimal, monthly: Decimal, instalment: Decimal, first_due: date, longest: int) -> list[dict]:
    """The payments one by one, at most `longest` of them: due, payment, interest, principal and balance (NOK).

    The last payment closes the loan at 0; a rounded-up instalment can close it some payments early.
    """
    rows, exact, shown = [], debt, to_ore(debt)
    while shown > ZERO:
        exact += exact * monthly
        is_last = len(rows) + 1 == longest or to_ore(exact) <= instalment
        payment = to_ore(exact) if is_last else instalment
        exact = ZERO if is_last else exact - payment
        balance = to_ore(exact)
        due = add_months(first_due, len(rows)).replace(day=first_due.day)
        principal = shown - balance
        rows.append(
            {
                "due": due,
                "payment": payment,
                "interest": payment - principal,
                "principal": principal,
                "balance": balance,
            }
        )
        shown = balance
    return rows


def calculate(
    tables: Tables, *, debt: Decimal, annual_rate: Decimal, support_ended: date, years: int, due_day: str
) -> Outcome:
    """Work out one loan. Raises NotPublished when a month or a length of the rule is not published."""

    def rule(column: str):
        return tables.limit("repayment_rule", column, "rule")

    plan, invoice, free = rule("plan_after_months"), rule("invoice_after_months"), rule("payment_free_months")
    plan_month = add_months(support_ended, int(plan.value))
    invoice_month = add_months(support_ended, int(invoice.value))
    first_due = add_months(invoice_month, 1).replace(day=int(due_day))
    free_months = int(free.value)
    planned = MONTHS_A_YEAR * years - free_months
    with localcontext(prec=PRECISION):
        monthly = monthly_share(annual_rate)
        opening = debt_after(debt, monthly, free_months)
        exact = annuity(opening, monthly, planned)
        instalment = whole_kroner(exact, opening * monthly)
        schedule = schedule_of(opening, monthly, instalment, first_due, planned)
    last = schedule[-1]
    total_paid = sum((row["payment"] for row in schedule), ZERO)
    shown = {"debt": nok(debt), "rate": percent(annual_rate)}
    counted = {"planned": count(planned), "opening": nok(opening), "exact": nok(exact)}
    steps = [
        typed("debt", nok(debt)),
        typed("annual_rate", percent(annual_rate)),
        typed("support_ended", support_ended, interest_from=support_ended + timedelta(days=1)),
        looked_up("plan_after_months", plan),
        looked_up("invoice_after_months", invoice),
        calculated("first_due", first_due),
        looked_up("payment_free_months", free),
        calculated("opening", nok(opening), months=count(free_months), **shown),
        typed("years", count(years)),
        calculated("planned", count(planned), years=count(years), months=count(free_months)),
        calculated("instalment" if annual_rate else "instalment_no_interest", nok(instalment), **counted, **shown),
        calculated("last_payment", nok(last["payment"]), number=count(len(schedule)), date=last["due"]),
        calculated("total_paid", nok(total_paid)),
        calculated("total_interest", nok(total_paid - debt), total=nok(total_paid), **shown),
    ]
    return Outcome(
        {
            "plan_month": f"{plan_month:%Y-%m}",
            "first_invoice_month": f"{invoice_month:%Y-%m}",
            "first_due": first_due,
            "instalment": instalment,
            "instalments": len(schedule),
            "total_paid": total_paid,
            "total_interest": total_paid - debt,
            "last_due": last["due"],
            "schedule": schedule,
        },
        "monthly",
        tuple(steps),
        tuple(_notices(tables, annual_rate, years)),
    )


def _notices(tables: Tables, annual_rate: Decimal, years: int) -> list[Notice]:
    notices = [Notice("model")]
    if annual_rate:
        notices.append(Notice("same_rate"))
    standard = tables.limit("repayment_rule", "standard_years", "rule")
    if years > standard.value:
        notices.append(Notice("longer_than_usual", {"standard": standard.shown}))
    return notices + [
        Notice("not_modelled.conversion_while_repaying"),
        Notice("not_modelled.least_instalment"),
        Notice("not_modelled.repayment_age"),
    ]


def events(outputs: Mapping) -> list[Event]:
    """The first and the last due date, for the reader's calendar: those between come with their own invoice."""
    due = {"first_due": outputs["schedule"][0], "last_due": outputs["schedule"][-1]}
    return [
        Event(date.fromisoformat(row["due"]), key, {"amount": nok(Decimal(row["payment"]))}) for key, row in due.items()
    ]


def over_the_years(case: Case) -> Curve:
    """The debt left and the interest paid so far: before the first payment, after each twelfth, and at the end."""
    schedule = case.outcome.outputs["schedule"]
    first = schedule[0]
    points = [Point(ZERO, first["due"], (first["balance"] + first["principal"], ZERO))]
    interest = ZERO
    for nth, row in enumerate(schedule, start=1):
        interest += row["interest"]
        if nth % MONTHS_A_YEAR == 0 or nth == len(schedule):
            points.append(Point(Decimal(nth), row["due"], (row["balance"], interest)))
    return Curve("years", tuple(points), ("balance", "interest"))


WHAT_IF = (
    Change("shorter", "years", stepped("years", -5, -1), less("total_interest"), also=("instalment",)),
    Change("rate_up", "annual_rate", stepped("annual_rate", Decimal(1)), more("total_paid"), also=("instalment",)),
)
PICTURES = (over_the_years,)
