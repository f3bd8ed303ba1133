"""Calendar years and academic years: which is which, what comes before and after, when each begins and ends."""

import re
from datetime import date, timedelta

from scripts.tables.checks.periods import next_year
from scripts.tables.overdue import FIRST_DAY

CALENDAR, ACADEMIC = "calendar_year", "academic_year"
_FORMS = {CALENDAR: r"20[0-9]{2}", ACADEMIC: r"20[0-9]{2}-[0-9]{2}"}


def kind_of(year: str) -> str | None:
    """What a typed year is: `calendar_year` (2027), `academic_year` (2027-28), or None when it is no year."""
    for kind, form in _FORMS.items():
        if re.fullmatch(form, year) and next_year(year_before(year)) == year:
            return kind
    return None


def year_before(year: str) -> str:
    """The calendar or academic year before this one: 2027 → 2026, 2027-28 → 2026-27."""
    first = int(year[:4]) - 1
    return str(first) if "-" not in year else f"{first}-{(first + 1) % 100:02d}"


def hold_until(calendar_year: str, academic_year: str) -> date:
    """The last day on which both years in force run: from the day after, some figures are those of an older year.

    >>> str(hold_until("2026", "2026-27")), str(hold_until("2027", "2026-27"))
    ('2026-12-31', '2027-07-31')
    """
    years = {CALENDAR: calendar_year, ACADEMIC: academic_year}
    ends = [date.fromisoformat(f"{next_year(year)[:4]}-{FIRST_DAY[kind]}") for kind, year in years.items()]
    return min(ends) - timedelta(days=1)
