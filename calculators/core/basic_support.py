"""Basic support as the tables have it: the monthly rate, the months, and what a semester is worth.

Rows hold what is printed. A printed total beats the product of rate and months; a rate that nobody printed
is worked out from a printed total, and says so.
"""

from dataclasses import dataclass
from decimal import Decimal

from calculators.core.money import HUNDRED, Quantity
from calculators.core.result import Step, calculated, looked_up
from calculators.core.tables import Limit, Tables

AUTUMN, SPRING = "autumn", "spring"


@dataclass(frozen=True)
class Worked:
    """A value, the published figures it stands on, and `how`: the name of the way it was found."""

    value: Decimal
    how: str
    limits: tuple[Limit, ...]


def monthly_rate(tables: Tables, academic_year: str) -> Worked:
    """The full-time rate, NOK a month (unrounded). Raises NotPublished.

    `how`: printed, from_autumn (autumn ÷ its months) or from_year (year ÷ its months).
    """
    printed = tables.find("basic_support", "month", academic_year)
    if printed:
        return Worked(printed.value, "printed", (printed,))
    for column, length in (
        (AUTUMN, tables.limit("support_months", "months", AUTUMN)),
        ("year", tables.find("basic_support", "months", academic_year)),
    ):
        total = tables.find("basic_support", column, academic_year)
        if total and length:
            return Worked(total.value / length.value, f"from_{column}", (total, length))
    return Worked(tables.limit("basic_support", "month", academic_year).value, "printed", ())


def months_of_year(tables: Tables, academic_year: str, *, part_time: bool) -> Limit:
    """The months of support in the academic year: fewer part time. Raises NotPublished."""
    if part_time:
        return tables.limit("support_months", "months", "part_time_year")
    return tables.limit("basic_support", "months", academic_year)


def months_of(tables: Tables, academic_year: str, semester: str, *, part_time: bool) -> Worked:
    """The months of support in one semester: autumn as printed, spring what the year has beyond it."""
    autumn = tables.limit("support_months", "months", AUTUMN)
    if semester == AUTUMN:
        return Worked(autumn.value, "printed", (autumn,))
    year = months_of_year(tables, academic_year, part_time=part_time)
    return Worked(year.value - autumn.value, "rest_of_year", (year, autumn))


def support_for(tables: Tables, academic_year: str, semester: str, months: Decimal, study_percent: Decimal) -> Worked:
    """What `months` of a semester give at this study share, NOK (unrounded). Raises NotPublished.

    `how`: printed (a whole semester full time whose total is printed) or product (rate × months × share).
    """
    printed = tables.find("basic_support", semester, academic_year)
    whole = printed and months_of(tables, academic_year, semester, part_time=False).value
    if printed and study_percent == HUNDRED and months == whole:
        return Worked(printed.value, "printed", (printed,))
    rate = monthly_rate(tables, academic_year)
    return Worked(rate.value * months * study_percent / HUNDRED, "product", rate.limits)


def rate_steps(rate: Worked) -> list[Step]:
    """The monthly rate as printed, or how it follows from a printed total."""
    if rate.how == "printed":
        return [looked_up("rate", rate.limits[0])]
    total, length = rate.limits
    shown = {"total": total.shown, "count": Quantity(length.value, "count")}
    return [
        looked_up(f"rate_{rate.how}_printed", total),
        looked_up(f"rate_{rate.how}_months", length),
        calculated("rate_worked_out", Quantity(rate.value, "NOK/month"), **shown),
    ]
