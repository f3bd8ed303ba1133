"""The checks that stand beside the values: order, ratio, yearly change, the day of change, years in force."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

from scripts.tables.model import Cell, InForce, Row, Table
from scripts.tables.problems import WARNING, Problem
from scripts.tables.read import LIMITS

HUNDRED = Decimal(100)


def all_problems(tables: dict[str, Table], in_force: InForce) -> list[Problem]:
    """Everything the declared checks find in all tables."""
    problems: list[Problem] = []
    for table in tables.values():
        problems += check_names(table, tables)
    if problems:
        return problems
    for table in tables.values():
        problems += order(table)
        problems += ratio(table, tables)
        problems += yearly_change(table)
        problems += changes_on(table)
        problems += no_missing_year(table)
    return [*problems, *years_in_force(tables, in_force)]


def as_list(value: object) -> list:
    """A check that may be written once or as a list, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def check_names(table: Table, tables: dict[str, Table]) -> Iterator[Problem]:
    """The columns that the checks name exist, and the units they use are the columns' own."""
    for column in table.checks.get("order", []):
        if column not in table.units:
            yield _unknown(table, "order", column)
    for each in as_list(table.checks.get("ratio")):
        if each["of"] not in table.units:
            yield _unknown(table, "ratio", each["of"])
        elif _column(each["to"], table, tables) is None:
            yield _unknown(table, "ratio", each["to"])
        elif each["within"].partition(" ")[2] != table.units[each["of"]]:
            shows = {"table": table.name, "unit": table.units[each["of"]], "within": each["within"]}
            yield Problem(LIMITS, table.check_lines["ratio"], "within_unit", shows)
    for month_day in as_list(table.checks.get("changes_on")):
        try:
            date.fromisoformat(f"2024-{month_day}")
        except ValueError:
            shows = {"column": table.name, "value": month_day}
            yield Problem(LIMITS, table.check_lines["changes_on"], "not_a_month_day", shows)


def _unknown(table: Table, check: str, column: str) -> Problem:
    shows = {"table": table.name, "check": check, "column": column, "known": ", ".join(table.units)}
    return Problem(LIMITS, table.check_lines[check], "check_names_unknown_column", shows)


def _column(name: str, table: Table, tables: dict[str, Table]) -> tuple[Table, str] | None:
    """The table and column that a check names: `column`, or `table.column`."""
    other, _, column = name.rpartition(".")
    home = tables.get(other) if other else table
    return (home, column) if home and column in home.units else None


def order(table: Table) -> Iterator[Problem]:
    """In every row each column is larger than the one before it in the list."""
    columns = table.checks.get("order", [])
    for row in table.rows.values():
        known = [(name, row.cells[name]) for name in columns if row.cells[name].value is not None]
        for (small_name, small), (large_name, large) in zip(known, known[1:], strict=False):
            if not small.value < large.value:
                shows = {
                    "row": row.key, "small": small_name, "small_value": small.value,
                    "large": large_name, "large_value": large.value,
                }  # fmt: skip
                yield Problem(LIMITS, large.line, "order", shows)


def ratio(table: Table, tables: dict[str, Table]) -> Iterator[Problem]:
    """In every row where both are known, `of` is `factor` times `to`, within a small amount."""
    for check in as_list(table.checks.get("ratio")):
        other, to_column = _column(check["to"], table, tables)
        within = Decimal(check["within"].partition(" ")[0])
        for row in table.rows.values():
            cell, base = row.cells[check["of"]], _cell(other, row.key, to_column)
            if cell.value is None or base is None or base.value is None:
                continue
            expected = base.value * Decimal(check["factor"])
            if abs(cell.value - expected) > within and row.accepted != "ratio":
                shows = {
                    "row": row.key, "of": check["of"], "value": cell.value, "to": check["to"],
                    "to_value": base.value, "to_line": base.line, "factor": check["factor"],
                    "expected": round(expected), "within": check["within"],
                }  # fmt: skip
                yield Problem(LIMITS, cell.line, "ratio", shows, WARNING)


def _cell(table: Table, key: str, column: str) -> Cell | None:
    row = table.rows.get(key)
    return row.cells[column] if row else None


def yearly_change(table: Table) -> Iterator[Problem]:
    """From one known year to the next no column changes by more or less than a year's bounds allow."""
    check = table.checks.get("yearly_change")
    if not check:
        return
    low, high = (1 + Decimal(check[end].partition(" ")[0]) / HUNDRED for end in ("from", "to"))
    for column in table.units:
        known = [row for row in table.rows.values() if row.cells[column].value is not None]
        for before, after in zip(known, known[1:], strict=False):
            years = _years_between(before, after)
            old, new = before.cells[column], after.cells[column]
            usual = old.value * low**years <= new.value <= old.value * high**years
            if not usual and after.accepted != "yearly_change":
                shows = {
                    "column": column, "row": after.key, "value": new.value,
                    "before": before.key, "old": old.value,
                    "change": f"{(new.value / old.value - 1) * HUNDRED:.1f}" if old.value else "–",
                    "from": check["from"], "to": check["to"],
                }  # fmt: skip
                yield Problem(LIMITS, new.line, "yearly_change", shows, WARNING)


def _years_between(before: Row, after: Row) -> int:
    return max(1, int(after.key[:4]) - int(before.key[:4]))


def changes_on(table: Table) -> Iterator[Problem]:
    """Rows named by a date start on a day on which this kind of figure changes."""
    days = as_list(table.checks.get("changes_on"))
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


def no_missing_year(table: Table) -> Iterator[Problem]:
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


def years_in_force(tables: dict[str, Table], in_force: InForce) -> Iterator[Problem]:
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
