"""Checks that need no judgement: parts and wholes, products, figures that must be the same, whole kroner."""

from collections.abc import Iterator
from decimal import Decimal

from scripts.tables.checks.look import Tables, cell_of, declared, is_number, lines_of, plain, quantity
from scripts.tables.model import Cell, Row, Table
from scripts.tables.places import LIMITS
from scripts.tables.problems import Problem


def sum_(table: Table, tables: Tables) -> Iterator[Problem]:
    """In every row where all are known, the parts make the whole."""
    for check in declared(table, "sum"):
        within, _ = quantity(check["within"])
        for row in table.rows.values():
            parts = [(name, row.cells[name]) for name in check["parts"]]
            whole = row.cells[check["whole"]]
            if whole.value is None or any(cell.value is None for _, cell in parts):
                continue
            total = sum(cell.value for _, cell in parts)
            if abs(total - whole.value) > within:
                shows = {
                    "row": row.key, "parts": " + ".join(f"{cell.value} ({name})" for name, cell in parts),
                    "total": plain(total), "whole": check["whole"], "value": whole.value,
                    "difference": plain(abs(total - whole.value)),
                    "lines": lines_of(whole, *(cell for _, cell in parts)),
                }  # fmt: skip
                yield Problem(LIMITS, whole.line, "sum", shows)


def product(table: Table, tables: Tables) -> Iterator[Problem]:
    """In every row where all are known, the factors multiplied make the figure."""
    for check in declared(table, "product"):
        within, _ = quantity(check["within"])
        for row in table.rows.values():
            cell = row.cells[check["of"]]
            named = [*check["factors"], check.get("over", "1")]
            factors = [_factor(each, row, table, tables) for each in check["factors"]]
            over = _factor(check.get("over", "1"), row, table, tables)
            if cell.value is None or over is None or None in factors or not over:
                continue
            expected = Decimal(1)
            for factor in factors:
                expected *= factor
            expected /= over
            if abs(cell.value - expected) > within:
                shows = {
                    "row": row.key, "of": check["of"], "value": cell.value, "expected": plain(expected),
                    "product": _spelled(check, factors, over),
                    "lines": lines_of(cell, *(_cell(each, row, table, tables) for each in named)),
                }  # fmt: skip
                yield Problem(LIMITS, cell.line, "product", shows)


def _cell(name: str, row: Row, table: Table, tables: Tables) -> Cell | None:
    return None if is_number(name) else cell_of(name, row, table, tables)


def _factor(name: str, row: Row, table: Table, tables: Tables) -> Decimal | None:
    if is_number(name):
        return Decimal(name)
    cell = cell_of(name, row, table, tables)
    return cell.value if cell else None


def _spelled(check: dict, factors: list[Decimal], over: Decimal) -> str:
    named = [
        f"{value}" if is_number(name) else f"{value} ({name})"
        for name, value in zip(check["factors"], factors, strict=True)
    ]
    divided = f" : {over} ({check['over']})" if "over" in check else ""
    return " × ".join(named) + divided


def equals(table: Table, tables: Tables) -> Iterator[Problem]:
    """In every row where both are known, the two figures are exactly the same."""
    for check in declared(table, "equals"):
        for row in table.rows.values():
            cell, other = row.cells[check["of"]], cell_of(check["to"], row, table, tables)
            if cell.value is not None and other and cell.value != other.value:
                shows = {
                    "row": row.key, "of": check["of"], "value": cell.value,
                    "to": check["to"], "to_value": other.value, "to_line": other.line,
                }  # fmt: skip
                yield Problem(LIMITS, cell.line, "equals", shows)


def whole_kroner(table: Table, tables: Tables) -> Iterator[Problem]:
    """These columns are printed without øre."""
    for column in table.checks.get("whole_kroner", ()):
        for row in table.rows.values():
            cell = row.cells[column]
            if cell.value is not None and cell.value != int(cell.value):
                shows = {"row": row.key, "column": column, "value": cell.value}
                yield Problem(LIMITS, cell.line, "whole_kroner", shows)
