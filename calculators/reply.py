"""When an answer from Lånekassen may be expected, and whether the customers' phone is open.

The time is what Lånekassen's page "Behandlingstid" (updated 7 October 2025) gives for each kind of case: no promise,
and older and newer versions of the page differ, so the answer always names the page's own date. Weeks and days are
counted on the calendar from the day it was sent, weekends and holidays included: the page says nothing else.

The phone is open on weekdays at the hours printed. That it is closed on public holidays is our reading of
"weekdays"; shorter hours around holidays are not published.
"""

from collections.abc import Mapping, Set
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from calculators.core.dates import is_working_day
from calculators.core.form import choice, day, moment
from calculators.core.result import Notice, Outcome, Step, calculated, looked_up, typed
from calculators.core.tables import Limit, Tables

CASES = (
    "automatic",
    "norway",
    "abroad",
    "disability_grant",
    "parental_grant",
    "illness_grant",
    "new_information",
    "appeal",
    "yearly_control_abroad",
    "email",
)
FIELDS = (day("sent"), choice("case", CASES), moment("at", optional=True))
NOW = ("at",)
OUTPUTS = {"weeks": "weeks", "usual_latest": "date", "read_on": "date", "phone_open": "flag"}

PHONE = "lanekassen_customers"
DAYS_A_WEEK = 7


def usual_latest(sent: date, weeks: Decimal | None, days: Decimal | None) -> date:
    """The day by which most have an answer: `weeks`, or else `days`, after it was sent."""
    return sent + timedelta(days=int(weeks) * DAYS_A_WEEK if weeks is not None else int(days or 0))


def is_open(at: datetime, opens: time, closes: time, holidays: Set[date]) -> bool:
    """Whether the phone is open at that minute: on working days, from opening up to closing time."""
    today = at.date()
    is_within_hours = datetime.combine(today, opens) <= at < datetime.combine(today, closes)
    return is_within_hours and is_working_day(today, holidays)


def next_opening(at: datetime, opens: time, holidays: Set[date]) -> date:
    """The day on which the phone next opens, seen from a moment when it is closed."""
    today = at.date()
    day = today if at < datetime.combine(today, opens) else today + timedelta(days=1)
    while not is_working_day(day, holidays):
        day += timedelta(days=1)
    return day


def calculate(tables: Tables, *, sent: date, case: str, at: datetime | None) -> Outcome:
    """Work out one case; `at` may be None."""
    limit = tables.find("processing_time", "weeks", case) or tables.limit("processing_time", "days", case)
    weeks = limit.value if limit.column == "weeks" else None
    latest = usual_latest(sent, weeks, None if weeks is not None else limit.value)
    read_on = tables.newest_page_date(limit.sources)
    steps = [
        typed("sent", sent),
        looked_up(_time_key(limit), limit, case=tables.table("processing_time")["rows"][case]["label"]),
        calculated("latest", latest, sent=sent, time=limit.shown),
    ]
    notices = [Notice("no_promise", {"date": read_on})]
    if case == "norway":
        notices.append(Notice("sources_differ"))
    opened, phone_steps = None, []
    if at is not None:
        opened, phone_steps = _phone(tables, at)
        notices.append(Notice("holidays"))
    outputs = {"weeks": weeks, "usual_latest": latest, "read_on": read_on, "phone_open": opened}
    is_overdue = at is not None and at.date() > latest
    return Outcome(outputs, "overdue" if is_overdue else "expected", (*steps, *phone_steps), tuple(notices))


def _time_key(limit: Limit) -> str:
    """Which sentence gives the time: the page says "within" of automatic cases and "about" of messages."""
    if limit.column == "weeks":
        return "time_weeks"
    return "time_within_days" if limit.period == "automatic" else "time_days"


def _phone(tables: Tables, at: datetime) -> tuple[bool, list[Step]]:
    """Whether the phone is open, and the steps that say why."""
    contact = tables.contact(PHONE)
    hours: Mapping = contact["hours"]
    opens, closes = time.fromisoformat(hours["from"]), time.fromisoformat(hours["to"])
    shows = {
        "phone": contact["value"],
        "opens": hours["from"],
        "closes": hours["to"],
        "quiet_from": hours["quietest"]["from"],
        "quiet_to": hours["quietest"]["to"],
    }
    opened = is_open(at, opens, closes, tables.holidays)
    printed = Limit(
        f"{hours['from']}–{hours['to']}",
        "text",
        "contacts",
        "hours",
        PHONE,
        contact["status"],
        tuple(contact["sources"]),
    )
    steps = [looked_up("phone_hours", printed, **shows)]
    moment_shows = {"day": at.date(), "time": f"{at:%H:%M}"}
    if opened:
        steps.append(calculated("phone_is_open", None, **moment_shows))
    else:
        is_holiday = at.date() in tables.holidays
        reason = "phone_holiday" if is_holiday else "phone_is_closed"
        opening = next_opening(at, opens, tables.holidays)
        steps.append(calculated(reason, None, **moment_shows, opening=opening, opens=hours["from"]))
    return opened, steps
