"""What you get and when: basic support for a year or a semester, and the payments it comes in.

Amounts (regulation on student finance FOR-2020-04-15-798 § 74): the monthly rate times the months, autumn five,
spring what the year has beyond them; a printed total beats the product. Part time: the study share of the rate,
and the shorter year. `conversion_only`: the share of it that can become a grant, all of it still paid as a loan;
for a whole year full time the printed amount of it beats the product too.

Payments in Norway: first two monthly rates when all conditions are met, then three quarters of a rate on the
15th of each of the next four months or the last working day before, and what remains of the spring in June. That
is the pattern of Lånekassen's printed plans for 2016–17, 2017–18 and 2024–25 (the last in whole kroner); for other
years, part time and `conversion_only` it is an assumption, and the June payment is printed nowhere. Abroad the whole
semester comes at once. Each semester's payments sum to that semester by itself, so that a semester asked about alone is
paid as in its year; only the year's very last payment takes what a printed year leaves over.
"""

from collections.abc import Mapping, Sequence, Set
from datetime import date
from decimal import Decimal

from calculators.core.basic_support import (
    AUTUMN,
    SPRING,
    monthly_rate,
    months_of,
    months_of_year,
    rate_steps,
    support_for,
)
from calculators.core.case import Case
from calculators.core.dates import show_month_day, working_day_on_or_before
from calculators.core.form import academic_year as academic_year_field
from calculators.core.form import choice as choice_field
from calculators.core.form import share
from calculators.core.ics import Event
from calculators.core.money import HUNDRED, ZERO, Quantity, nok, percent, to_ore
from calculators.core.picture import Bar, Bars
from calculators.core.result import Notice, Outcome, Step, calculated, looked_up, typed
from calculators.core.tables import Limit, Tables
from calculators.core.what_if import Change, more, set_to, up_to

FIELDS = (
    academic_year_field("academic_year", table="basic_support"),
    choice_field("period", ("year", AUTUMN, SPRING), default="year"),
    share("study_percent", default="100"),
    choice_field("place", ("norway", "abroad"), default="norway"),
    choice_field("choice", ("maximum", "conversion_only"), default="maximum"),
)
OUTPUTS = {
    "monthly": "NOK/month",
    "months": "months",
    "total": "NOK",
    "payments": {"date": "date", "earliest": "date", "amount": "NOK"},
}
FRONT = ("period", "study_percent")

FIRST = Decimal(2)
LATER = Decimal("0.75")
FIRST_MONTH = {AUTUMN: 8, SPRING: 1}
LATER_PAYMENTS = 4
JUNE = 6
EXACT_SHARE_SINCE = "2020-21"


def semesters_of(period: str) -> tuple[str, ...]:
    """The semesters of a period, in order of time."""
    return (AUTUMN, SPRING) if period == "year" else (period,)


def calendar_year_of(academic_year: str, semester: str) -> int:
    """The calendar year a semester of this academic year lies in."""
    return int(academic_year[:4]) + (semester == SPRING)


def pay_day(year: int, month: int, day_of_month: int, holidays: Set[date]) -> date:
    """The day a month's payment is made: that day of the month, or the last working day before."""
    return working_day_on_or_before(date(year, month, day_of_month), holidays)


def semester_amounts(semester_total: Decimal, monthly: Decimal, *, rest_in_june: bool) -> list[Decimal]:
    """The payments of one semester in Norway, NOK unrounded: the first, four later ones, and in June the rest."""
    amounts = [FIRST * monthly] + [LATER * monthly] * LATER_PAYMENTS
    rest = semester_total - sum(amounts)
    return [*amounts, rest] if rest_in_june and rest > ZERO else amounts


def rounded_to(total: Decimal, amounts: Sequence[Decimal]) -> list[Decimal]:
    """The amounts in øre; the last takes the rest, so that they sum to the total in øre."""
    ore = [to_ore(each) for each in amounts[:-1]]
    return [*ore, to_ore(total) - sum(ore)]


def semesters_in_ore(totals: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The sum of each semester in øre; the last takes the rest of the sum of them all."""
    return dict(zip(totals, rounded_to(sum(totals.values()), list(totals.values())), strict=True))


def calculate(
    tables: Tables, *, academic_year: str, period: str, study_percent: Decimal, place: str, choice: str
) -> Outcome:
    """Work out one case. Raises NotPublished when the rate or the months of the year are not published."""
    part_time = study_percent < HUNDRED
    rate = monthly_rate(tables, academic_year)
    steps = rate_steps(rate)
    months, months_steps = _months(tables, academic_year, period, part_time)
    steps += months_steps

    totals = {}
    for semester in semesters_of(period):
        length = months_of(tables, academic_year, semester, part_time=part_time).value
        totals[semester] = support_for(tables, academic_year, semester, length, study_percent).value
    printed = None if part_time else tables.find("basic_support", period, academic_year)
    if printed and period == "year":
        totals[SPRING] = printed.value - totals[AUTUMN]
    monthly = rate.value * study_percent / HUNDRED
    steps += _total_steps(printed, period, study_percent, rate.value, months, nok(sum(totals.values())))

    if choice == "conversion_only":
        whole_year = period == "year" and not part_time
        printed = tables.find("basic_support", "convertible", academic_year) if whole_year else None
        shares, share_steps = _convertible_share(tables, academic_year, sum(totals.values()), printed)
        steps += share_steps
        monthly, totals = monthly * shares, {semester: each * shares for semester, each in totals.items()}
        if printed:
            totals[SPRING] = printed.value - totals[AUTUMN]
    total = sum(totals.values())

    if place == "norway":
        payments, payment_steps, notices = _in_norway(tables, academic_year, totals, monthly)
        plan = _printed_plan(tables, academic_year) if choice == "maximum" and not part_time else []
        payment_steps += plan
        if not plan:
            notices.append(_pattern_is_ours(tables))
    else:
        payments, payment_steps, notices = _abroad(tables, totals)
    notices.append(Notice("loan_first"))
    if part_time and academic_year < EXACT_SHARE_SINCE:
        notices.append(Notice("part_time_steps"))
    if place == "abroad":
        notices.append(Notice("not_modelled.supplements_abroad"))
    notices.append(Notice("not_modelled.age"))
    return Outcome(
        {"monthly": monthly, "months": months, "total": total, "payments": payments},
        f"paid_{place}",
        tuple(steps + payment_steps),
        tuple(notices),
        {"first": nok(payments[0]["amount"]), "later": nok(payments[1]["amount"]) if len(payments) > 1 else ""},
    )


def _months(tables: Tables, academic_year: str, period: str, part_time: bool) -> tuple[Decimal, list[Step]]:
    """The months of support in the period, and the steps that say so."""
    if period == AUTUMN:
        autumn = tables.limit("support_months", "months", AUTUMN)
        return autumn.value, [looked_up("months_autumn", autumn)]
    year = months_of_year(tables, academic_year, part_time=part_time)
    year_step = looked_up("months_part_time" if part_time else "months_year", year, academic_year=academic_year)
    if period == "year":
        return year.value, [year_step]
    autumn = tables.limit("support_months", "months", AUTUMN)
    months = Quantity(year.value - autumn.value, "months")
    shown = {"year": Quantity(year.value, "count"), "autumn": Quantity(autumn.value, "count")}
    return months.value, [year_step, looked_up("months_autumn", autumn), calculated("months_spring", months, **shown)]


def _total_steps(
    printed: Limit | None, period: str, study_percent: Decimal, rate: Decimal, months: Decimal, total: Quantity
) -> list[Step]:
    """How the total comes about: printed, or the rate (at the study share) times the months."""
    if printed:
        return [looked_up(f"total_printed_{period}", printed)]
    shown = {"rate": nok(rate), "months": Quantity(months, "count")}
    if study_percent == HUNDRED:
        return [calculated("total", total, **shown)]
    study = percent(study_percent)
    return [typed("study_percent", study), calculated("total_part_time", total, study=study, **shown)]


def _convertible_share(
    tables: Tables, academic_year: str, total: Decimal, printed: Limit | None
) -> tuple[Decimal, list[Step]]:
    """The share (0–1) of the support that can become a grant, and the steps; `printed` is its sum where known."""
    for_credits = tables.limit("conversion_split", "credits_share", academic_year)
    for_degree = tables.limit("conversion_split", "degree_share", academic_year)
    shares = (for_credits.value + for_degree.value) / HUNDRED
    steps = [looked_up("credits_share", for_credits)]
    if for_degree.value:
        steps.append(looked_up("degree_share", for_degree))
    shown = {"total": nok(total), "share": percent(shares * HUNDRED)}
    if printed:
        # A figure known from a newspaper is not in Lånekassen's own words.
        key = "convertible_printed" if printed.status == "official" else "convertible_reported"
        return shares, [*steps, looked_up(key, printed, **shown)]
    return shares, [*steps, calculated("conversion_only", nok(total * shares), **shown)]


def _in_norway(tables: Tables, academic_year: str, totals: dict[str, Decimal], monthly: Decimal):
    """Payments, steps and notices for studies in Norway."""
    day = tables.limit("disbursement_rule", "day_of_month", "norway")
    holidays = tables.holidays
    dates: list[dict[str, date | None]] = []
    steps: list[Step] = []
    later_steps: list[Step] = []
    in_ore: list[Decimal] = []
    for semester, total in semesters_in_ore(totals).items():
        year = calendar_year_of(academic_year, semester)
        earliest = tables.limit("disbursement_rule", f"earliest_{semester}", "norway")
        unrounded = semester_amounts(totals[semester], monthly, rest_in_june=semester == SPRING)
        parts = rounded_to(total, unrounded)
        in_ore += parts
        dates.append({"date": None, "earliest": date.fromisoformat(f"{year}-{earliest.value}")})
        months = range(FIRST_MONTH[semester] + 1, FIRST_MONTH[semester] + len(parts))
        dates += [{"date": pay_day(year, month, int(day.value), holidays), "earliest": None} for month in months]
        steps.append(looked_up(f"earliest_{semester}", earliest))
        if len(parts) > LATER_PAYMENTS + 1:
            shown = {"total": nok(total), "paid": nok(sum(parts[:-1]))}
            later_steps.append(calculated("june", nok(parts[-1]), **shown))
    rate = nok(monthly)
    first = {"rate": rate, "factor": Quantity(FIRST, "count")}
    later = {"rate": rate, "factor": Quantity(LATER, "count")}
    steps += [
        calculated("first_payment", nok(FIRST * monthly), **first),
        calculated("later_payments", nok(LATER * monthly), **later),
        looked_up("day", day),
        *later_steps,
    ]
    notices = [Notice("no_fixed_date")]
    if later_steps:
        notices.append(Notice("june_is_ours"))
    return [{**when, "amount": amount} for when, amount in zip(dates, in_ore, strict=True)], steps, notices


def _printed_plan(tables: Tables, academic_year: str) -> list[Step]:
    """The payments that Lånekassen itself has printed for the year, when it has: they may be in whole kroner."""
    first: Limit | None = tables.find("disbursement", "first", academic_year)
    later: Limit | None = tables.find("disbursement", "later", academic_year)
    return [looked_up("printed_plan", first, later=later.shown)] if first and later else []


def _pattern_is_ours(tables: Tables) -> Notice:
    """That the split into payments is our assumption, with the years whose plans it follows."""
    known = [each for each in tables.periods("disbursement") if tables.find("disbursement", "first", each)]
    return Notice("payment_pattern", {"known": ", ".join(known)})


def _abroad(tables: Tables, totals: dict[str, Decimal]):
    """Payments, steps and notices for studies abroad: the whole of each semester at once."""
    after = tables.limit("disbursement_rule", "after_agreement", "abroad")
    in_ore = semesters_in_ore(totals)
    payments = [{"date": None, "earliest": None, "amount": amount} for amount in in_ore.values()]
    return payments, [looked_up("abroad_at_once", after)], [Notice("abroad_earliest")]


def events(outputs: Mapping) -> list[Event]:
    """The payments, for the reader's calendar; those without a date on their earliest day, which says so."""
    found = []
    for payment in outputs["payments"]:
        when = payment["date"] or payment["earliest"]
        key = "payment" if payment["date"] else "earliest_payment"
        found += [Event(date.fromisoformat(when), key, {"amount": nok(Decimal(payment["amount"]))})] if when else []
    return found


def calendar(case: Case) -> Bars | None:
    """The payments in order of time; none where they have no day at all."""
    bars = []
    for payment in case.outcome.outputs["payments"]:
        when = payment["date"] or payment["earliest"]
        if when is None:
            return None
        key = "payment" if payment["date"] else "earliest"
        day_of_year = {lang: show_month_day(f"{when:%m-%d}", lang) for lang in ("nb", "en")}
        shows = {"date": day_of_year, "year": str(when.year)}
        bars.append(Bar(key, shows, payment["amount"], open=payment["date"] is None))
    return Bars("calendar", tuple(bars), {"academic_year": case.values["academic_year"]})


WHAT_IF = (
    Change("more_study", "study_percent", up_to("study_percent", Decimal(10), lambda _: HUNDRED), more("total")),
    Change("full_time", "study_percent", set_to(HUNDRED), more("total")),
    Change("maximum", "choice", set_to("maximum"), more("total")),
)
PICTURES = (calendar,)
