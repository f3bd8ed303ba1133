"""Figures against what is usual: bounds, the same figure twice, the change from year to year."""

from collections.abc import Iterator
from decimal import Decimal

from scripts.tables.checks.look import Tables, declared, numeric_columns, quantity
from scripts.tables.model import Row, Table
from scripts.tables.places import LIMITS
from scripts.tables.problems import Problem

HUNDRED = Decimal(100)


def range_(table: Table, tables: Tables) -> Iterator[Problem]:
    """The figures lie between two bounds: a rate of 46.02 percent is a slip of the point."""
    for check in declared(table, "range"):
        low, high = quantity(check["from"])[0], quantity(check["to"])[0]
        for column in check["columns"]:
            for row in table.rows.values():
                cell = row.cells[column]
                if cell.value is not None and not low <= cell.value <= high:
                    shows = {
                        "row": row.key, "column": column, "value": cell.value,
                        "from": check["from"], "to": check["to"],
                    }  # fmt: skip
                    yield Problem(LIMITS, cell.line, "range", shows)


def unique(table: Table, tables: Tables) -> Iterator[tuple[Row, Problem]]:
    """The same figure does not stand in two rows: last year's may have been copied under a new label."""
    for column in table.checks.get("unique", ()):
        first: dict[object, Row] = {}
        for row in table.rows.values():
            cell = row.cells[column]
            if cell.value is None:
                continue
            there = first.setdefault(cell.value, row)
            if there is not row:
                shows = {
                    "row": row.key, "column": column, "value": cell.value,
                    "before": there.key, "first": there.cells[column].line,
                }  # fmt: skip
                yield row, Problem(LIMITS, cell.line, "unique", shows)


def yearly_change(table: Table, tables: Tables) -> Iterator[tuple[Row, Problem]]:
    """From one known year to the next no figure changes by more or less than a year's bounds allow."""
    for check in declared(table, "yearly_change"):
        low, high = (1 + quantity(check[end])[0] / HUNDRED for end in ("from", "to"))
        for column in check.get("columns", numeric_columns(table)):
            known = [row for row in table.rows.values() if row.cells[column].value is not None]
            for before, after in zip(known, known[1:], strict=False):
                years = _years_between(before, after)
                old, new = before.cells[column], after.cells[column]
                if not old.value * low**years <= new.value <= old.value * high**years:
                    shows = {
                        "column": column, "row": after.key, "value": new.value,
                        "before": before.key, "old": old.value, "old_line": old.line,
                        "change": f"{(new.value / old.value - 1) * HUNDRED:.1f}" if old.value else "–",
                        "from": check["from"], "to": check["to"],
                    }  # fmt: skip
                    yield after, Problem(LIMITS, new.line, "yearly_change", shows)


def _years_between(before: Row, after: Row) -> int:
    years = (before.key[:4], after.key[:4])
    return max(1, int(years[1]) - int(years[0])) if all(each.isdigit() for each in years) else 1
