"""Figures that belong together: an order, a fixed ratio, an even ladder, a rise in whole steps.

`order` is an error. The others yield (row, problem): a row may carry a signed note that it is right.
"""

from collections.abc import Iterator
from decimal import Decimal

from scripts.tables.checks.look import Tables, cell_of, declared, plain, quantity
from scripts.tables.model import Cell, Row, Table
from scripts.tables.places import LIMITS
from scripts.tables.problems import Problem

HUNDRED = Decimal(100)


def order(table: Table, tables: Tables) -> Iterator[Problem]:
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


def ratio(table: Table, tables: Tables) -> Iterator[tuple[Row, Problem]]:
    """In every row where both are known, `of` is `factor` times `to`, within a small amount."""
    for check in declared(table, "ratio"):
        within, _ = quantity(check["within"])
        for row in table.rows.values():
            cell, base = row.cells[check["of"]], cell_of(check["to"], row, table, tables)
            if cell.value is None or base is None:
                continue
            expected = base.value * Decimal(check["factor"])
            if abs(cell.value - expected) > within:
                shows = {
                    "row": row.key, "of": check["of"], "value": cell.value, "to": check["to"],
                    "to_value": base.value, "to_line": base.line, "factor": check["factor"],
                    "expected": round(expected), "within": check["within"],
                }  # fmt: skip
                yield row, Problem(LIMITS, cell.line, "ratio", shows)


def uplift(table: Table, tables: Tables) -> Iterator[tuple[Row, Problem]]:
    """From one year to the next, a known figure rises by a whole number of small steps.

    Lånekassen's limits follow one factor of the state budget (3.0 %, 3.25 % …), so a wrong digit nearly
    always lands between two steps, also in a year of which nothing else is known.
    """
    for check in declared(table, "uplift"):
        within, _ = quantity(check["within"])
        step = quantity(check["step"])[0]
        rows = list(table.rows.values())
        for before, after in zip(rows, rows[1:], strict=False):
            for column in check["columns"]:
                old, new = before.cells[column], after.cells[column]
                if old.value and new.value is not None and step:
                    change = (new.value / old.value - 1) * HUNDRED
                    usual = round(change / step) * step
                    nearest = old.value * (1 + usual / HUNDRED)
                    if abs(new.value - nearest) > within:
                        shows = {
                            "column": column, "before": before.key, "old": old.value, "old_line": old.line,
                            "row": after.key, "value": new.value, "change": f"{change:.3f}",
                            "step": check["step"], "usual": plain(usual), "nearest": round(nearest),
                        }  # fmt: skip
                        yield after, Problem(LIMITS, new.line, "uplift", shows)


def ladder(table: Table, tables: Tables) -> Iterator[tuple[Row, Problem]]:
    """In every row the known columns rise, or fall, by steps of nearly the same size."""
    for check in declared(table, "ladder"):
        within, _ = quantity(check["within"])
        rungs = {row.key: _known(row, check["columns"]) for row in table.rows.values()}
        means = {
            key: (known[-1][1].value - known[0][1].value) / (known[-1][0] - known[0][0])
            for key, known in rungs.items()
            if len(known) > 1
        }
        falls = sum(mean < 0 for mean in means.values()) * 2 > len(means)
        for key, mean in means.items():
            known = rungs[key]
            astray = [
                abs((second[1].value - first[1].value) / (second[0] - first[0]) - mean)
                for first, second in zip(known, known[1:], strict=False)
            ]
            if max(astray) > within or not mean or (mean < 0) != falls:
                worst = _worst(astray)
                shows = {
                    "row": key, "rung": check["columns"][known[worst][0]], "value": known[worst][1].value,
                    "first": check["columns"][known[0][0]], "last": check["columns"][known[-1][0]],
                    "step": plain(abs(mean)), "within": check["within"],
                }  # fmt: skip
                yield table.rows[key], Problem(LIMITS, known[worst][1].line, "ladder", shows)


def _known(row: Row, columns: list[str]) -> list[tuple[int, Cell]]:
    return [(i, row.cells[name]) for i, name in enumerate(columns) if row.cells[name].value is not None]


def _worst(astray: list[Decimal]) -> int:
    """The rung at fault: the one between the two neighbouring steps that are furthest astray."""
    ends = [Decimal(0), *astray, Decimal(0)]
    return max(range(len(ends) - 1), key=lambda rung: ends[rung] + ends[rung + 1])
