"""Days as the rules count them, and dates as readers write them."""

from collections.abc import Set
from datetime import date, timedelta

MONTHS_A_YEAR = 12
# fmt: off
_MONTHS = {
    "nb": ["januar", "februar", "mars", "april", "mai", "juni",
           "juli", "august", "september", "oktober", "november", "desember"],
    "en": ["January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"],
}
# fmt: on


def is_working_day(day: date, holidays: Set[date]) -> bool:
    """Monday to Friday, and no public holiday."""
    return day.weekday() < 5 and day not in holidays


def working_day_on_or_before(day: date, holidays: Set[date]) -> date:
    """The day itself, or the last working day before it: when a payment due that day is made."""
    while not is_working_day(day, holidays):
        day -= timedelta(days=1)
    return day


def add_months(month: date, count: int) -> date:
    """The first of the month `count` months after the month of `month`."""
    years, index = divmod(month.month - 1 + count, MONTHS_A_YEAR)
    return date(month.year + years, index + 1, 1)


def academic_years_of(year: int) -> tuple[str, str]:
    """The academic years that the spring and the autumn of a calendar year belong to.

    >>> academic_years_of(2026)
    ('2025-26', '2026-27')
    """
    return f"{year - 1}-{year % 100:02d}", f"{year}-{(year + 1) % 100:02d}"


def show_month(year_month: str, lang: str) -> str:
    """Write a month in full: februar 2026 (nb), February 2026 (en)."""
    year, month = year_month.split("-")
    return f"{_MONTHS[lang][int(month) - 1]}\u00a0{year}"


def show_month_day(month_day: str, lang: str) -> str:
    """Write a day of the year, as 08-05: 5. august (nb), 5 August (en)."""
    month, day = month_day.split("-")
    dot = "." if lang == "nb" else ""
    return f"{int(day)}{dot}\u00a0{_MONTHS[lang][int(month) - 1]}"


def show_date(day: date, lang: str) -> str:
    """Write a date in full: 9. september 2019 (nb), 9 September 2019 (en)."""
    dot = "." if lang == "nb" else ""
    return f"{day.day}{dot}\u00a0{_MONTHS[lang][day.month - 1]}\u00a0{day.year}"


def months_apart(first: date, last: date) -> int | None:
    """The whole months from one day to another, less than 0 backwards; None where they are not whole.

    Months are whole from a day to the same day of a month, and from the end of a month to the end of another.

    >>> months_apart(date(2026, 2, 15), date(2026, 8, 15)), months_apart(date(2026, 2, 15), date(2026, 8, 14))
    (6, None)
    """
    ends = [(day + timedelta(days=1)).day == 1 for day in (first, last)]
    if first.day != last.day and not all(ends):
        return None
    return (last.year - first.year) * MONTHS_A_YEAR + last.month - first.month
