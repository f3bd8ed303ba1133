"""What should have been done by a given day: `python3 scripts/dev.py check --on 2027-01-15`.

No code reads the clock: the day is typed, by a person or by the weekly job.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from scripts.tables import Loaded
from scripts.tables.checks.look import declared
from scripts.tables.checks.periods import next_year
from scripts.tables.model import Row, Table
from scripts.tables.places import LIMITS, SOURCES
from scripts.tables.problems import OVERDUE, Problem

# An academic year's amounts are wanted from the day it begins, unless the table says otherwise.
FIRST_DAY = {"calendar_year": "01-01", "academic_year": "08-01"}
# A column is expected to be known when it was known in at least half of this many rows before.
LOOK_BACK = 5
YEAR = timedelta(days=366)


def overdue(loaded: Loaded, on: date) -> list[Problem]:
    """Everything that is overdue on that day, in the order of the files."""
    problems = [*_in_force(loaded, on)]
    for table in loaded.tables.values():
        problems += _rows(table, on)
        problems += _past_dates(table, on)
    problems += _unread(loaded, on)
    return sorted(problems)


def _said(file: str, line: int, rule: str, **shows: object) -> Problem:
    return Problem(file, line, rule, shows, OVERDUE)


def _in_force(loaded: Loaded, on: date) -> Iterator[Problem]:
    until = loaded.in_force.until
    if date.fromisoformat(until) < on:
        # Of the two years in force, the one that ends first is the one to move.
        years = {kind: next_year(getattr(loaded.in_force, kind)) for kind in FIRST_DAY}
        kind = min(FIRST_DAY, key=lambda each: f"{years[each][:4]}-{FIRST_DAY[each]}")
        yield _said(LIMITS, loaded.in_force.lines["until"], "overdue_in_force", until=until, year=years[kind])


def _rows(table: Table, on: date) -> Iterator[Problem]:
    """The rows that should stand there on that day, and the gaps in the newest one."""
    if table.keyed_by == "from_date":
        yield from _missing_date(table, on)
    elif table.keyed_by in FIRST_DAY:
        missing, last = [], _last(table)
        while (key := next_year((missing or [last.key])[-1])) <= _current_year(table, on):
            missing.append(key)
        if missing:
            yield _said(LIMITS, last.line, "overdue_row", table=table.name, rows=", ".join(missing))
    else:
        return
    begun = [row for row in table.rows.values() if first_day(table, row.key) <= on]
    if begun:
        yield from _gaps(table, begun)


def first_day(table: Table, key: str) -> date:
    """The day from which the figures of a row count, in a table kept by the year or by date."""
    if table.keyed_by == "from_date":
        return date.fromisoformat(key)
    days = declared(table, "changes_on") or [FIRST_DAY[table.keyed_by]]
    return date.fromisoformat(f"{key[:4]}-{days[0]}")


def _current_year(table: Table, on: date) -> str:
    this = str(on.year) if table.keyed_by == "calendar_year" else f"{on.year}-{(on.year + 1) % 100:02d}"
    if first_day(table, this) <= on:
        return this
    before = on.year - 1
    return str(before) if table.keyed_by == "calendar_year" else f"{before}-{on.year % 100:02d}"


def _missing_date(table: Table, on: date) -> Iterator[Problem]:
    """Days of change since the last row: each should have its row, also when nothing changed."""
    last = _last(table)
    since = date.fromisoformat(last.key)
    days = [
        day
        for year in range(since.year, on.year + 1)
        for month_day in sorted(declared(table, "changes_on"))
        if since < (day := date.fromisoformat(f"{year}-{month_day}")) <= on
    ]
    if days:
        shows = {"table": table.name, "last": last.key, "days": ", ".join(map(str, days))}
        yield _said(LIMITS, last.line, "overdue_date", **shows)


def _gaps(table: Table, begun: list[Row]) -> Iterator[Problem]:
    """Columns that are null in the newest row that has begun, though they usually are known."""
    newest, before = begun[-1], begun[:-1][-LOOK_BACK:]
    missing = []
    for column, cell in newest.cells.items():
        known = sum(row.cells[column].value is not None for row in before)
        if cell.value is None and known and known * 2 >= len(before):
            missing.append(column)
    if missing:
        shows = {"table": table.name, "row": newest.key, "columns": ", ".join(missing)}
        yield _said(LIMITS, newest.cells[missing[0]].line, "overdue_gap", **shows)


def _past_dates(table: Table, on: date) -> Iterator[Problem]:
    """In a table of dates kept by the year: the last of them has passed, and nothing is known of the next."""
    dates = [
        (date.fromisoformat(cell.value), row, column, cell.line)
        for row in table.rows.values()
        for column, cell in row.cells.items()
        if table.units[column] == "date" and cell.value is not None
    ]
    if table.keyed_by in FIRST_DAY and dates:
        day, row, column, line = max(dates, key=lambda each: each[0])
        if day < on:
            following = next_year(row.key)
            if following in table.rows:
                line = table.rows[following].cells[column].line
            shows = {"table": table.name, "row": row.key, "column": column, "day": day}
            yield _said(LIMITS, line, "overdue_deadlines", **shows, next=following)


def _unread(loaded: Loaded, on: date) -> Iterator[Problem]:
    """Sources that figures in force stand on and that nobody has read for more than a year."""
    cited: dict[str, str] = {}
    for table in loaded.tables.values():
        # A year that was just opened has no figure yet: until it has, those of the year before are in use.
        rows = [row for row in table.rows.values() if any(cell.sources for cell in row.cells.values())]
        for row in rows[-1:] if table.keyed_by in (*FIRST_DAY, "from_date") else rows:
            for cell in row.cells.values():
                for source in cell.sources:
                    cited.setdefault(source, f"{table.name} {row.key}")
    for name, contact in loaded.contacts.items():
        for source in contact["sources"]:
            cited.setdefault(source, name)
    for source, where in cited.items():
        read = loaded.sources[source]["read"]
        if read and date.fromisoformat(read) + YEAR < on:
            yield _said(SOURCES, loaded.source_lines[source], "overdue_source", source=source, read=read, where=where)


def _last(table: Table) -> Row:
    return list(table.rows.values())[-1]
