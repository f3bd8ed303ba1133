"""What income and benefits do to the grant: how much of the conversion loan stays an ordinary loan.

The rule (regulation on student finance FOR-2020-04-15-798 § 98; Lånekassen, "Utregning", 19 May 2020): what is
above the limit of the calendar year, times 5 %, times the months with support in that year, times the study share.

There are two limits a year. The high one is for support in one semester only, or for a course of at most seven
months that is the only one supported (footnote of Lånekassen's benefits pages, 2019). A press text of 2024 says
"less than seven months"; the tables and the footnote count seven as short, and so do we. Seven months or less
spread over two semesters is not on either list: we use the low limit and send the reader to Lånekassen.

Benefits of the lower-limit group are measured by themselves: no source adds them to the income.
"""

from decimal import Decimal

from calculators.core.case import Case
from calculators.core.conversion import most_to_lose
from calculators.core.form import Fault, Invalid, amount, calendar_year, choice, flag, share, whole
from calculators.core.money import HUNDRED, ZERO, Quantity, nok, percent
from calculators.core.result import Notice, Outcome, calculated, looked_up, typed
from calculators.core.sweep import Sweep
from calculators.core.tables import Limit, Tables
from calculators.core.what_if import Change, above, down_to, less, room_to

FIELDS = (
    calendar_year("year", table="income_limit"),
    amount("income"),
    whole("months", 1, 12, unit="months"),
    choice("semesters", ("both", "one"), default="both"),
    flag("short_course_only"),
    amount("benefits", default="0"),
    share("study_percent", default="100"),
)
OUTPUTS = {
    "limit": "NOK",
    "excess": "NOK",
    "reduction": "NOK",
    "benefits_limit": "NOK",
    "benefits_reduction": "NOK",
}
FRONT = ("semesters",)

SHORT = 7
CORONA_YEARS = range(2020, 2023)


def band(semesters: str, short_course_only: bool) -> str:
    """Which of the year's two limits counts, as the column's name in income_limit and benefits_limit."""
    return "seven_months_or_less" if semesters == "one" or short_course_only else "whole_year"


def excess_over(received: Decimal, limit: Decimal) -> Decimal:
    """The part of the income or the benefits (NOK) that is above the limit (NOK); 0 when none is."""
    return max(ZERO, received - limit)


def reduction_of_grant(excess: Decimal, rate: Decimal, months: Decimal, study_percent: Decimal) -> Decimal:
    """The amount (NOK, unrounded) that stays a loan: excess × rate (percent per month) × months × share."""
    return excess * rate / HUNDRED * months * study_percent / HUNDRED


def calculate(
    tables: Tables,
    *,
    year: int,
    income: Decimal,
    months: int,
    semesters: str,
    short_course_only: bool,
    benefits: Decimal,
    study_percent: Decimal,
) -> Outcome:
    """Work out one case. Raises NotPublished when the answer needs a limit that is not published."""
    column = band(semesters, short_course_only)
    if column == "seven_months_or_less" and months > SHORT:
        raise Invalid(Fault("months", "too_long_for_the_high_limit"))
    case = {"year": year, "months": Decimal(months), "study_percent": study_percent}

    income_limit = tables.limit("income_limit", column, year) if income else None
    benefits_limit = tables.limit("benefits_limit", column, year) if benefits else None
    excess, reduction, income_steps = _income(tables, income, income_limit, **case)
    benefits_reduction, benefits_steps = _benefits(tables, benefits, benefits_limit, **case)

    steps = [typed(_support(semesters, short_course_only), Quantity(Decimal(months), "months"), year=str(year))]
    if study_percent != HUNDRED:
        steps.append(typed("study_percent", percent(study_percent)))
    steps += [*income_steps, *benefits_steps]
    notices = []
    if (income or benefits) and column == "whole_year" and months <= SHORT:
        notices.append(Notice("ask_about_the_limit"))
    if income and benefits:
        notices.append(Notice("each_by_itself"))
    if income and year in CORONA_YEARS:
        notices.append(Notice("corona"))
    if reduction or benefits_reduction:
        notices += [Notice("at_most_the_conversion_loan"), Notice("not_modelled.order_of_reduction")]
    notices += _not_confirmed_since(tables, steps, year)
    return Outcome(
        {
            "limit": income_limit and income_limit.value,
            "excess": excess,
            "reduction": reduction,
            "benefits_limit": benefits_limit and benefits_limit.value,
            "benefits_reduction": benefits_reduction,
        },
        ("both" if benefits_reduction else "income") if reduction else ("benefits" if benefits_reduction else "none"),
        tuple(steps),
        tuple(notices),
    )


def _income(tables: Tables, income: Decimal, limit: Limit | None, *, year, months, study_percent):
    """Excess, reduction (NOK) and the steps for the income."""
    income_step = typed("income", nok(income), year=str(year))
    if limit is None:
        return ZERO, ZERO, [income_step, calculated("no_income", nok(ZERO))]
    shown = {"income": nok(income), "limit": nok(limit.value)}
    steps = [income_step, looked_up(f"limit_{limit.column}", limit)]
    excess = excess_over(income, limit.value)
    if not excess:
        return ZERO, ZERO, [*steps, calculated("not_above", nok(ZERO), **shown)]
    rate = tables.limit("income_rate", "rate", "month_with_support")
    reduction = reduction_of_grant(excess, rate.value, months, study_percent)
    factors = _factors(excess, rate, months)
    steps += [calculated("excess", nok(excess), **shown), looked_up("rate", rate)]
    if study_percent == HUNDRED:
        steps.append(calculated("reduction", nok(reduction), **factors))
    else:
        steps.append(calculated("reduction_part_time", nok(reduction), study=percent(study_percent), **factors))
    return excess, reduction, steps


def _benefits(tables: Tables, benefits: Decimal, limit: Limit | None, *, year, months, study_percent):
    """Reduction (NOK) and the steps for benefits of the lower-limit group; no step when there are none."""
    if limit is None:
        return ZERO, []
    shown = {"benefits": nok(benefits), "limit": nok(limit.value)}
    steps = [typed("benefits", nok(benefits), year=str(year)), looked_up(f"benefits_limit_{limit.column}", limit)]
    excess = excess_over(benefits, limit.value)
    if not excess:
        return ZERO, [*steps, calculated("benefits_not_above", nok(ZERO), **shown)]
    rate = tables.limit("benefits_rate", "rate", "month_with_support")
    reduction = reduction_of_grant(excess, rate.value, months, study_percent)
    factors = _factors(excess, rate, months)
    steps += [calculated("benefits_excess", nok(excess), **shown), looked_up("benefits_rate", rate)]
    if study_percent == HUNDRED:
        steps.append(calculated("benefits_reduction", nok(reduction), **factors))
    else:
        study = percent(study_percent)
        steps.append(calculated("benefits_reduction_part_time", nok(reduction), study=study, **factors))
    return reduction, steps


def _factors(excess: Decimal, rate: Limit, months: Decimal) -> dict[str, Quantity]:
    return {"excess": nok(excess), "rate": percent(rate.value), "months": Quantity(months, "count")}


def _support(semesters: str, short_course_only: bool) -> str:
    """The sentence that says why one of the two limits counts."""
    return "support_short_course" if short_course_only else f"support_{semesters}"


def _not_confirmed_since(tables: Tables, steps, year: int) -> list[Notice]:
    """A rate used for a year after the newest page that prints it: the reader should know."""
    notices = []
    for step in steps:
        if step.limit and step.limit.table in ("income_rate", "benefits_rate"):
            seen = tables.newest_page_date(step.limit.sources)
            if seen and seen.year < year:
                notices.append(Notice("rate_not_confirmed_since", {"date": seen, "year": str(year)}))
    return notices


def limit_of(case: Case) -> Decimal | None:
    """The income limit (NOK) for a case, or None where it is not published."""
    return case.limit("income_limit", _band_of(case), case.values["year"])


def benefits_limit_of(case: Case) -> Decimal | None:
    """The limit (NOK) for benefits of the lower-limit group, or None where it is not published."""
    return case.limit("benefits_limit", _band_of(case), case.values["year"])


def _band_of(case: Case) -> str:
    return band(case.values["semesters"], case.values["short_course_only"])


STEP = Decimal(10_000)
LOSS = less("reduction", "benefits_reduction", at_most=most_to_lose)
WHAT_IF = (
    Change("less", "income", above("income", limit_of, STEP), LOSS),
    Change("to_limit", "income", down_to("income", limit_of), LOSS),
    Change("benefits_less", "benefits", above("benefits", benefits_limit_of, STEP), LOSS),
    Change("benefits_to_limit", "benefits", down_to("benefits", benefits_limit_of), LOSS),
    Change("room", "income", room_to("income", limit_of), LOSS, keeps=True),
)
PICTURES = (
    Sweep("income", "income", "reduction", limit_of, at_most=most_to_lose),
    Sweep("benefits", "benefits", "benefits_reduction", benefits_limit_of, at_most=most_to_lose, if_given=True),
)
