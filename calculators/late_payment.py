"""What paying late costs: interest on overdue payments by the day, and the fees of the reminders.

The rule (Lånekassen, "Gebyrer og forsinkelsesrenter"): simple interest at the yearly late rate on the overdue amount,
and a fee for each reminder. Lånekassen's example: 2 500 at 12.5 % is 85 øre a day and about 160 kroner until the loan
is terminated, with three instalments missed; 410 000 for a month is about 4 300.

Choices: the day of payment bears no interest, so days = to − from; a day is divided by the number of days of its own
year (85 øre fits a leap year, and 12.5 % was the rate of one); missed instalments are of the same amount and fall due
a month apart, the first on `from_date`. `daily_interest` is for one instalment and one more day after `to_date`. The
second reminder comes on top of the first, so both fees count. Fees follow the stage you are at, never the days.
"""

from datetime import date, timedelta
from decimal import Decimal

from calculators.core.dates import add_months
from calculators.core.form import Fault, Invalid, amount, choice, day, number, whole
from calculators.core.money import HUNDRED, ZERO, Quantity, count, nok, percent, to_ore
from calculators.core.result import Notice, Outcome, Step, calculated, looked_up, typed
from calculators.core.tables import Limit, Tables

FIELDS = (
    amount("amount", low=Decimal(1)),
    number("late_rate", "0", "50", unit="percent"),
    day("from_date"),
    day("to_date"),
    whole("missed_instalments", 1, 4, default="1"),
    choice("stage", ("none", "first_reminder", "second_reminder"), default="none"),
)
OUTPUTS = {"days": "days", "daily_interest": "NOK/day", "interest": "NOK", "fees": "NOK"}
FRONT = ("stage",)
MOVES_MONEY = True

REMINDERS = {
    "none": (),
    "first_reminder": ("first_reminder",),
    "second_reminder": ("first_reminder", "second_reminder"),
}
COMMON_YEAR, LEAP_YEAR = 365, 366


def days_in_year(year: int) -> int:
    """The number of days in a calendar year."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def days_by_year_length(start: date, end: date) -> dict[int, int]:
    """The days from `start` up to but not including `end`, by the length of the year they fall in."""
    days = {COMMON_YEAR: 0, LEAP_YEAR: 0}
    while start < end:
        stop = min(end, date(start.year + 1, 1, 1))
        days[days_in_year(start.year)] += (stop - start).days
        start = stop
    return days


def interest_on(amount: Decimal, late_rate: Decimal, days: dict[int, int]) -> Decimal:
    """Simple interest (NOK, unrounded) on `amount` (NOK) at `late_rate` percent a year, for days by year length."""
    shares = sum((Decimal(number) / length for length, number in days.items()), ZERO)
    return amount * late_rate / HUNDRED * shares


def months_later(start: date, months: int) -> date:
    """The same day `months` later, or the last day of a month that is too short for it."""
    first = add_months(start, months)
    last = add_months(first, 1) - timedelta(days=1)
    return first.replace(day=min(start.day, last.day))


def calculate(
    tables: Tables,
    *,
    amount: Decimal,
    late_rate: Decimal,
    from_date: date,
    to_date: date,
    missed_instalments: int,
    stage: str,
) -> Outcome:
    """Work out one delay. Raises Invalid when the dates do not fit, NotPublished when a fee is not published."""
    if to_date < from_date:
        raise Invalid(Fault("to_date", "before_due", {"date": from_date}))
    due_dates = [months_later(from_date, number) for number in range(missed_instalments)]
    if due_dates[-1] > to_date:
        shows = {"count": count(missed_instalments), "date": due_dates[-1]}
        raise Invalid(Fault("missed_instalments", "not_yet_due", shows))
    days = (to_date - from_date).days
    daily = interest_on(amount, late_rate, {days_in_year(to_date.year): 1})
    parts = [(due, days_by_year_length(due, to_date)) for due in due_dates]
    interests = [interest_on(amount, late_rate, counted) for _, counted in parts]
    interest = sum(interests, ZERO)
    fees = [tables.limit("reminder_fee", "fee", each) for each in REMINDERS[stage]]
    total_fees = sum((each.value for each in fees), ZERO)

    steps = [
        typed("amount" if missed_instalments == 1 else "amount_each", nok(amount), missed=count(missed_instalments)),
        typed("late_rate", percent(late_rate)),
        calculated("days", Quantity(Decimal(days), "days"), due=from_date, paid=to_date),
        *(_interest_step(amount, late_rate, due, counted) for due, counted in parts),
    ]
    if missed_instalments > 1:
        holds = to_ore(interest) == sum(to_ore(each) for each in interests)
        key = "interest_sum" if holds else "interest_sum_rounded"
        steps.append(calculated(key, nok(interest), missed=count(missed_instalments)))
    shown = {"amount": nok(amount), "rate": percent(late_rate), "year_days": count(days_in_year(to_date.year))}
    steps.append(calculated("daily", Quantity(daily, "NOK/day"), **shown))
    steps += [looked_up(each.period, each) for each in fees]
    if len(fees) == 1:
        steps.append(calculated("fees_one", nok(total_fees)))
    elif fees:
        first, second = (each.shown for each in fees)
        steps.append(calculated("fees_both", nok(total_fees), first=first, second=second))
    else:
        steps.append(calculated("fees_none", nok(ZERO)))
    return Outcome(
        {"days": days, "daily_interest": daily, "interest": interest, "fees": total_fees},
        "on_time" if days == 0 and not fees else "late",
        tuple(steps),
        tuple(_notices(tables, from_date, to_date, missed_instalments, fees)),
        says={"sum": nok(interest + total_fees)},
    )


def _interest_step(amount: Decimal, late_rate: Decimal, due: date, days: dict[int, int]) -> Step:
    shown = {
        "amount": nok(amount),
        "rate": percent(late_rate),
        "due": due,
        "days": count(days[COMMON_YEAR] or days[LEAP_YEAR]),
        "leap_days": count(days[LEAP_YEAR]),
        "length": count(LEAP_YEAR if days[LEAP_YEAR] and not days[COMMON_YEAR] else COMMON_YEAR),
        "leap_length": count(LEAP_YEAR),
    }
    mixed = days[COMMON_YEAR] and days[LEAP_YEAR]
    return calculated("interest_mixed" if mixed else "interest", nok(interest_on(amount, late_rate, days)), **shown)


def _notices(tables: Tables, start: date, end: date, missed: int, fees: list[Limit]) -> list[Notice]:
    notices = []
    if fees:
        newest = tables.newest_page_date(fees[-1].sources)
        if newest is None or newest.year < end.year:
            notices.append(Notice("fees_not_confirmed", {"year": str(end.year)}))
        if missed > 1:
            notices.append(Notice("fees_once"))
    if (start.year, start.month > 6) != (end.year, end.month > 6):
        notices.append(Notice("rate_may_have_changed"))
    margin = tables.limit("late_interest", "above_key_rate", "rule")
    notices.append(Notice("late_rate", {"points": Quantity(margin.value, "count")}))
    terminated = tables.limit("overdue_rule", "terminated_after", "rule")
    if end >= months_later(start, int(terminated.value)):
        notices.append(Notice("terminated", {"months": terminated.shown}))
    return [*notices, Notice("about")]
