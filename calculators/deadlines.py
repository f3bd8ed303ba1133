"""The last days to apply to Lånekassen for support, seen from a given day.

The rule (Lånekassen, read for 2022 to 2026): one deadline in autumn for support for the whole year or the autumn
only, one in spring for support for the spring only. On the day itself you are in time. Only dates that were
published are shown: 15 November falls every year as far as we know, but no year's date is made from another's.
A course that starts late follows a later deadline (regulation 2017-18 § 14-1): shown when a deadline has passed.
Who asked for the autumn and is late gets the spring of the same academic year listed too, while it lies ahead; a
deadline of another academic year is named in words only, as the list does not say which year a date belongs to.
"""

from collections.abc import Mapping
from datetime import date

from calculators.core.form import academic_year, choice, day
from calculators.core.ics import Event
from calculators.core.result import Notice, Outcome, Step, calculated, looked_up, typed
from calculators.core.tables import Limit, Tables

FIELDS = (
    academic_year("academic_year", table="application_deadline"),
    choice("period", ("year", "autumn", "spring")),
    day("today"),
)
NOW = ("today",)
OUTPUTS = {"deadlines": {"date": "date", "what": "choice", "passed": "flag"}}

COLUMN = {"year": "year_or_autumn", "autumn": "year_or_autumn", "spring": "spring"}


def is_passed(deadline: date, today: date) -> bool:
    """Whether it is too late: on the day of the deadline it is not."""
    return today > deadline


def next_academic_year(academic_year: str) -> str:
    """The academic year after this one: 2026-27 after 2025-26."""
    first = int(academic_year[:4]) + 1
    return f"{first}-{(first + 1) % 100:02d}"


def deadline_after(tables: Tables, academic_year: str, column: str, today: date) -> Limit | None:
    """The next published deadline once this one has passed: spring after autumn, then the year after. None if none
    is published that lies ahead."""
    following = next_academic_year(academic_year)
    order = [(academic_year, "spring")] if column == "year_or_autumn" else []
    order += [(following, "year_or_autumn"), (following, "spring")]
    found = (tables.find("application_deadline", each, year) for year, each in order)
    return next((each for each in found if each and not is_passed(each.value, today)), None)


def calculate(tables: Tables, *, academic_year: str, period: str, today: date) -> Outcome:
    """The deadlines of one academic year. Raises NotPublished when the deadline asked for is not published."""
    asked = tables.limit("application_deadline", COLUMN[period], academic_year)
    listed = [asked]
    if period == "year":
        # Who misses the first can still apply for the spring.
        spring = tables.find("application_deadline", "spring", academic_year)
        listed += [spring] if spring else []
    upcoming = None
    if is_passed(asked.value, today):
        upcoming = deadline_after(tables, academic_year, asked.column, today)
        if upcoming and upcoming.period == academic_year and upcoming not in listed:
            listed.append(upcoming)
    outputs = {
        "deadlines": [
            {"date": each.value, "what": each.column, "passed": is_passed(each.value, today)} for each in listed
        ]
    }
    steps = [typed("today", today), looked_up("opens", tables.limit("application_opens", "opens", "autumn_and_spring"))]
    for each in listed:
        steps += [looked_up(f"deadline_{each.column}", each), _compared(each.value, today)]
    notices = (Notice("apply_every_year"),)
    says = {"date": asked.value}
    if not is_passed(asked.value, today):
        return Outcome(outputs, "open", tuple(steps), notices, says)

    steps += _late_courses(tables, asked.column)
    if upcoming is None:
        return Outcome(outputs, "passed", tuple(steps), (Notice("next_not_published"), *notices), says)
    if upcoming not in listed:
        steps.append(looked_up(f"next_{upcoming.column}", upcoming))
    says |= {"next": upcoming.value, "next_year": upcoming.period}
    return Outcome(outputs, f"passed_next_{upcoming.column}", tuple(steps), notices, says)


def _compared(deadline: date, today: date) -> Step:
    key = "passed" if is_passed(deadline, today) else "last_day" if today == deadline else "not_passed"
    return calculated(key, None, date=deadline, today=today)


def _late_courses(tables: Tables, missed: str) -> list[Step]:
    """The exceptions for courses that start late: the first is of no use to who missed the spring's deadline."""
    in_spring = looked_up("course_in_spring", tables.limit("application_rule", "starts_from", "spring"))
    if missed == "spring":
        return [in_spring]
    starts = tables.limit("application_rule", "starts_from", "late_autumn")
    until = tables.limit("application_rule", "deadline", "late_autumn")
    return [looked_up("late_course", until, starts=starts.shown), in_spring]


def events(outputs: Mapping) -> list[Event]:
    """The deadlines that lie ahead, for the reader's calendar."""
    return [
        Event(date.fromisoformat(each["date"]), each["what"]) for each in outputs["deadlines"] if not each["passed"]
    ]
