"""What deferring payments does to a student loan: how many deferrals are left, and what they cost.

The rule (Lånekassen, "Repayment deferral"): so many deferrals in the whole repayment time, so many due dates in one
application; interest runs on, the loan lasts one month longer for each, and later instalments are slightly higher.

Choices: the deferred months come first and one after the other; there are as many instalments left as before, and
each is raised in step with the debt, so that the instalments after the pause repay exactly what has grown. The extra
interest is therefore what would have been paid, times the growth of the debt in the deferred months: the one sum in øre
less the other. The last payment is often smaller than the others. The rate stays the same. `allowed` says whether the
number wanted is within what is left; where it is not, there is no extra interest to name.
"""

from decimal import Decimal, localcontext

from calculators.core.dates import MONTHS_A_YEAR
from calculators.core.form import Fault, Invalid, amount, number, whole
from calculators.core.loans import PRECISION, annuity, debt_after, monthly_share
from calculators.core.money import ZERO, Quantity, count, nok, percent, to_ore
from calculators.core.result import Notice, Outcome, calculated, looked_up, typed
from calculators.core.tables import Tables
from calculators.core.what_if import Change, less, stepped

FIELDS = (
    whole("used", 0, 36),
    whole("wanted", 1, 36),
    amount("debt", low=Decimal(1)),
    number("annual_rate", "0", "20", unit="percent"),
    amount("instalment", low=Decimal(1)),
)
OUTPUTS = {
    "left": "count",
    "allowed": "flag",
    "extra_interest": "NOK",
    "extended_months": "months",
    "max_per_application": "count",
}
# Whether it is possible comes before what it costs; a link still carries the cost, texts/deferral.yaml main_output.
LEAD = "allowed"


def payments_until_repaid(debt: Decimal, monthly: Decimal, instalment: Decimal, longest: int) -> list[Decimal]:
    """Every payment (NOK, unrounded) until the debt (NOK) is repaid, the last one what is left.

    Empty when the debt is not repaid within `longest` payments.
    """
    payments: list[Decimal] = []
    balance = debt
    while balance > ZERO:
        if len(payments) == longest:
            return []
        balance += balance * monthly
        payments.append(min(instalment, balance))
        balance -= payments[-1]
    return payments


def calculate(
    tables: Tables, *, used: int, wanted: int, debt: Decimal, annual_rate: Decimal, instalment: Decimal
) -> Outcome:
    """Work out one pause.

    Raises Invalid when the instalment cannot repay the debt within the longest repayment time, and NotPublished
    when a number of the rule is not published.
    """
    total, each = (tables.limit("deferral_rule", name, "rule") for name in ("total", "due_dates_per_application"))
    left = int(total.value) - used
    steps = [
        typed("used", count(used)),
        looked_up("total", total),
        calculated("left", count(left), total=total.shown, used=count(used)),
        typed("wanted", count(wanted)),
    ]
    outputs = {"left": left, "max_per_application": int(each.value)}
    if wanted > left:
        steps.append(calculated("too_many", False, wanted=count(wanted), left=count(left)))
        return Outcome(
            {**outputs, "allowed": False, "extra_interest": None, "extended_months": None},
            "too_many" if left else "none_left",
            tuple(steps),
            (Notice("more_with_deletion"), Notice("corona")),
        )

    longest = tables.limit("repayment_rule", "longest_years", "rule")
    with localcontext(prec=PRECISION):
        monthly = monthly_share(annual_rate)
        payments = payments_until_repaid(debt, monthly, instalment, int(longest.value) * MONTHS_A_YEAR)
        if not payments:
            _refuse(debt, monthly, annual_rate, longest)
        grown = debt_after(debt, monthly, wanted)
        paid = sum(payments, ZERO)
        raised = instalment * grown / debt
        with_pause = paid * grown / debt
        last_raised = payments[-1] * grown / debt
    extra = to_ore(with_pause) - to_ore(paid)
    ends_smaller = to_ore(payments[-1]) < instalment
    longer = tables.limit("deferral_rule", "months_longer_each", "rule")
    extended = wanted * int(longer.value)
    shown = {"debt": nok(debt), "rate": percent(annual_rate), "wanted": count(wanted)}
    steps += [
        looked_up("due_dates_per_application", each),
        calculated("applications", count(-(-wanted // int(each.value))), wanted=count(wanted), each=each.shown),
        typed("debt", nok(debt)),
        typed("annual_rate", percent(annual_rate)),
        typed("instalment", nok(instalment)),
        calculated(
            "paid_without" if ends_smaller else "paid_without_evenly",
            nok(paid),
            number=count(len(payments)),
            last=nok(payments[-1]),
        ),
        calculated("grown", nok(grown), **shown),
        calculated("raised", nok(raised), instalment=nok(instalment), grown=nok(grown), **shown),
        calculated(
            "paid_with" if ends_smaller else "paid_with_evenly",
            nok(with_pause),
            number=count(len(payments)),
            raised=nok(raised),
            last=nok(last_raised),
        ),
        calculated("extra_interest", nok(extra), with_pause=nok(with_pause), without=nok(paid)),
        looked_up("months_longer_each", longer),
        calculated("extended", Quantity(Decimal(extended), "months"), wanted=count(wanted), each=longer.shown),
    ]
    notices = [Notice("as_many_instalments")]
    if wanted > each.value:
        notices.append(Notice("several_applications", {"each": each.shown}))
    if len(payments) + extended > longest.value * MONTHS_A_YEAR:
        notices.append(Notice("beyond_longest", {"years": longest.shown}))
    return Outcome(
        {**outputs, "allowed": True, "extra_interest": extra, "extended_months": extended},
        "costs" if annual_rate else "free",
        tuple(steps),
        (*notices, Notice("fees_stay"), Notice("direct_debit"), Notice("corona")),
        says={"wanted": count(wanted), "raised": nok(raised), "instalment": nok(instalment)},
    )


def _refuse(debt: Decimal, monthly: Decimal, annual_rate: Decimal, longest) -> None:
    least = annuity(debt, monthly, int(longest.value) * MONTHS_A_YEAR)
    shows = {
        "debt": nok(debt),
        "rate": percent(annual_rate),
        "years": longest.shown,
        "least": nok(least.to_integral_value(rounding="ROUND_CEILING")),
    }
    raise Invalid(Fault("instalment", "never_repaid", shows))


WHAT_IF = (Change("one_less", "wanted", stepped("wanted", -1), less("extra_interest")),)
