"""How the checks look things up: a declared check, a column here or in another table, a cell, a quantity."""

from collections.abc import Mapping
from decimal import Decimal

from scripts.tables.model import NUMERIC_UNITS, Cell, Row, Table
from scripts.tables.nodes import NUMBER

Tables = Mapping[str, Table]


def as_list(value: object) -> list:
    """A check that may be written once or as a list, as a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def declared(table: Table, check: str) -> list:
    """What the table declares under this name, as a list; empty when it declares nothing."""
    return as_list(table.checks.get(check))


def column_of(name: str, table: Table, tables: Tables) -> tuple[Table, str] | None:
    """The table and column that a check names as `column` or `table.column`; None when there is none."""
    other, _, column = name.rpartition(".")
    home = tables.get(other) if other else table
    return (home, column) if home and column in home.units else None


def cell_of(name: str, row: Row, table: Table, tables: Tables) -> Cell | None:
    """The known cell in the row of the same name, here or in another table; None for a gap."""
    home, column = column_of(name, table, tables)
    there = home.rows.get(row.key)
    cell = there.cells[column] if there else None
    return cell if cell and cell.value is not None else None


def is_number(factor: str) -> bool:
    """Whether a factor is a number and not the name of a column."""
    return NUMBER.fullmatch(factor) is not None


def quantity(text: str) -> tuple[Decimal, str]:
    """`3 NOK` as its number and its unit."""
    number, _, unit = text.partition(" ")
    return Decimal(number), unit


def numeric_columns(table: Table) -> list[str]:
    """The columns that hold numbers."""
    return [column for column, unit in table.units.items() if unit in NUMERIC_UNITS]


def lines_of(*cells: Cell | None) -> str:
    """The lines on which these cells stand, for a sentence."""
    return ", ".join(str(line) for line in sorted({cell.line for cell in cells if cell}))


def plain(number: Decimal) -> str:
    """A number for a sentence: as it is when it is exact, else to the nearest hundredth."""
    return f"{round(number, 2).normalize():f}" if number != round(number, 2) else f"{number:f}"
