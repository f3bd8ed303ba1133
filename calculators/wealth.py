"""What wealth does to the grant: how much of the conversion loan stays an ordinary loan.

The rule (regulation on student finance FOR-2020-04-15-798 § 100; Lånekassen, "Formuegrenser",
9 September 2019): net wealth above the limit of the calendar year, times 2 % (single) or 1 % (couple,
joint wealth and joint limit), times the months with support in that year, times the study share.
"""

from decimal import Decimal

from calculators.core.case import Case
from calculators.core.conversion import most_to_lose
from calculators.core.form import MAX_AMOUNT, amount, calendar_year, choice, share, whole
from calculators.core.money import HUNDRED, ZERO, Quantity, nok, percent
from calculators.core.result import Notice, Outcome, calculated, looked_up, typed
from calculators.core.sweep import Sweep
from calculators.core.tables import Tables
from calculators.core.what_if import Change, above, down_to, less, room_to

FIELDS = (
    calendar_year("year", table="wealth_limit"),
    choice("household", ("single", "couple")),
    amount("net_wealth", low=-MAX_AMOUNT),
    whole("months", 1, 12, unit="months"),
    share("study_percent", default="100"),
)
OUTPUTS = {"limit": "NOK", "excess": "NOK", "reduction": "NOK"}


def excess_over(net_wealth: Decimal, limit: Decimal) -> Decimal:
    """The part of the net wealth (NOK) that is above the limit (NOK); 0 when none is."""
    return max(ZERO, net_wealth - limit)


def reduction_of_grant(excess: Decimal, rate: Decimal, months: int, study_percent: Decimal) -> Decimal:
    """The amount (NOK, unrounded) that stays a loan: excess × rate (percent per month) × months × share."""
    return excess * rate / HUNDRED * months * study_percent / HUNDRED


def calculate(
    tables: Tables, *, year: int, household: str, net_wealth: Decimal, months: int, study_percent: Decimal
) -> Outcome:
    """Work out one case. Raises NotPublished when the answer needs a limit that is not published."""
    wealth_step = typed(f"net_wealth_{household}", nok(net_wealth))
    if net_wealth <= ZERO:
        return Outcome(
            {"limit": None, "excess": ZERO, "reduction": ZERO},
            "none",
            (wealth_step, calculated("no_limit_needed", nok(ZERO))),
        )

    limit = tables.limit("wealth_limit", household, year)
    excess = excess_over(net_wealth, limit.value)
    limit_step = looked_up(f"limit_{household}", limit)
    shown = {"net_wealth": nok(net_wealth), "limit": nok(limit.value)}
    if excess == ZERO:
        return Outcome(
            {"limit": limit.value, "excess": ZERO, "reduction": ZERO},
            "none",
            (wealth_step, limit_step, calculated("not_above", nok(ZERO), **shown)),
        )

    rate = tables.limit("wealth_rate", household, "month_with_support")
    reduction = reduction_of_grant(excess, rate.value, months, study_percent)
    factors = {
        "excess": nok(excess),
        "rate": percent(rate.value),
        "months": Quantity(Decimal(months), "count"),
    }
    steps = [
        wealth_step,
        limit_step,
        calculated("excess", nok(excess), **shown),
        looked_up(f"rate_{household}", rate),
        typed("months", Quantity(Decimal(months), "months"), year=str(year)),
    ]
    if study_percent == HUNDRED:
        steps.append(calculated("reduction", nok(reduction), **factors))
    else:
        steps.append(typed("study_percent", percent(study_percent)))
        steps.append(calculated("reduction_part_time", nok(reduction), study=percent(study_percent), **factors))
    notices = [Notice("at_most_the_conversion_loan")]
    last_confirmed = tables.newest_page_date(rate.sources)
    if last_confirmed and last_confirmed.year < year:
        notices.append(Notice("rate_not_confirmed_since", {"date": last_confirmed, "year": str(year)}))
    return Outcome(
        {"limit": limit.value, "excess": excess, "reduction": reduction},
        "reduced",
        tuple(steps),
        tuple(notices),
    )


def limit_of(case: Case) -> Decimal | None:
    """The asset limit (NOK) for a case, or None where it is not published."""
    return case.limit("wealth_limit", case.values["household"], case.values["year"])


STEP = Decimal(25_000)
LOSS = less("reduction", at_most=most_to_lose)
WHAT_IF = (
    Change("less", "net_wealth", above("net_wealth", limit_of, STEP), LOSS),
    Change("to_limit", "net_wealth", down_to("net_wealth", limit_of), LOSS),
    Change("room", "net_wealth", room_to("net_wealth", limit_of), LOSS, keeps=True),
)
PICTURES = (Sweep("net_wealth", "net_wealth", "reduction", limit_of, at_most=most_to_lose),)
