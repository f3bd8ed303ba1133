"""Rows and dates against the calendar: the day of change, the row's own period, no missing year."""

from collections.abc import Iterator
from datetime import date, timedelta

from scripts.tables.checks.look import Tables, declared
from scripts.tables.model import InForce, Table
from scripts.tables.places import LIMITS
from scripts.tables.problems import Problem


def changes_on(table: Table, tables: Tables) -> Iterator[Problem]:
    """Rows named by a date start on a day on which this kind of figure changes."""
    days = declared(table, "changes_on")
    if not days:
        return
    line = table.check_lines["changes_on"]
    if table.keyed_by == "calendar_year" and days != ["01-01"]:
        yield Problem(LIMITS, line, "calendar_year_changes", {"table": table.name, "days": ", ".join(days)})
    if table.keyed_by == "from_date":
        for row in table.rows.values():
            if row.key[5:] not in days:
                shows = {"row": row.key, "days": ", ".join(days)}
                yield Problem(LIMITS, row.line, "changes_on", shows)


def dates_in(table: Table, tables: Tables) -> Iterator[Problem]:
    """The dates of a column lie in the half year, or year, that the row is named by."""
    for check in declared(table, "dates_in"):
        for row in table.rows.values():
            cell = row.cells[check["column"]]
            first, last = half_year(row.key, check["half"])
            if cell.value is not None and not first <= date.fromisoformat(cell.value) <= last:
                shows = {
                    "row": row.key, "column": check["column"], "value": cell.value,
                    "first": first, "last": last,
                }  # fmt: skip
                yield Problem(LIMITS, cell.line, "dates_in", shows)


def half_year(key: str, half: str) -> tuple[date, date]:
    """The first and last day of the autumn, the spring or the whole of a calendar or academic year."""
    year = int(key[:4])
    spring = year + 1 if "-" in key else year
    autumn_days = date(year, 7, 1), date(year, 12, 31)
    spring_days = date(spring, 1, 1), date(spring, 6, 30)
    if half == "year":
        return min(autumn_days[0], spring_days[0]), max(autumn_days[1], spring_days[1])
    return autumn_days if half == "autumn" else spring_days


def no_missing_year(table: Table, tables: Tables) -> Iterator[Problem]:
    """Rows stand in order, and between the first and the last year every year has its row, if only null."""
    keys = list(table.rows)
    if table.keyed_by not in ("calendar_year", "academic_year", "from_date"):
        return
    for before, after in zip(keys, keys[1:], strict=False):
        line = table.rows[after].line
        if after < before:
            yield Problem(LIMITS, line, "rows_out_of_order", {"row": after, "before": before})
        elif table.keyed_by != "from_date" and int(after[:4]) != int(before[:4]) + 1:
            shows = {"table": table.name, "before": before, "row": after, "missing": next_year(before)}
            yield Problem(LIMITS, line, "missing_year", shows)


def next_year(key: str) -> str:
    """The calendar or academic year after this one: 2026 → 2027, 2026-27 → 2027-28."""
    year = int(key[:4]) + 1
    return str(year) if "-" not in key else f"{year}-{(year + 1) % 100:02d}"


def years_in_force(tables: Tables, in_force: InForce) -> Iterator[Problem]:
    """The years in force fit together, and every table kept by the year has a row for the one in force."""
    calendar, academic = int(in_force.calendar_year), int(in_force.academic_year[:4])
    if calendar not in (academic, academic + 1):
        shows = {"calendar": in_force.calendar_year, "academic": in_force.academic_year}
        yield Problem(LIMITS, in_force.lines["academic_year"], "in_force_years_apart", shows)
    until = date.fromisoformat(in_force.until)
    if not date(calendar, 1, 1) <= until <= date(calendar, 12, 31) + timedelta(days=1):
        shows = {"until": in_force.until, "calendar": in_force.calendar_year}
        yield Problem(LIMITS, in_force.lines["until"], "in_force_until", shows)
    wanted = {"calendar_year": in_force.calendar_year, "academic_year": in_force.academic_year}
    for table in tables.values():
        key = wanted.get(table.keyed_by)
        if key and key not in table.rows:
            shows = {"table": table.name, "row": key}
            yield Problem(LIMITS, table.line, "in_force_row_missing", shows)
