"""Whether a declared check can be asked at all: its columns exist, and their units fit."""

from collections.abc import Iterator
from datetime import date

from scripts.tables.checks.look import Tables, as_list, column_of, declared, is_number
from scripts.tables.model import NUMERIC_UNITS, Table
from scripts.tables.places import LIMITS
from scripts.tables.problems import Problem

# Checks whose declaration is a list of columns, and those whose declaration names columns under these keys.
LISTS = ("order", "whole_kroner", "unique")
HERE = {
    "ratio": ("of",), "sum": ("parts", "whole"), "product": ("of",), "equals": ("of",),
    "ladder": ("columns",), "dates_in": ("column",), "range": ("columns",), "uplift": ("columns",),
    "yearly_change": ("columns",),
}  # fmt: skip
ANYWHERE = {"ratio": ("to",), "product": ("factors", "over"), "equals": ("to",)}
AMOUNTS = ("within", "from", "to")


def check_names(table: Table, tables: Tables) -> Iterator[Problem]:
    """Every column that a check names exists, holds what the check needs, and is in the unit it says."""
    for check in LISTS:
        if check in table.checks:
            yield from _columns(table, tables, check, table.checks[check], table.checks[check])
    for check, keys in HERE.items():
        for each in declared(table, check):
            here = _named(each, keys)
            yield from _columns(table, tables, check, here, [*here, *_named(each, ANYWHERE.get(check, ()))])
            yield from _amounts(table, check, each, here)
    for month_day in declared(table, "changes_on"):
        try:
            date.fromisoformat(f"2024-{month_day}")
        except ValueError:
            shows = {"column": table.name, "value": month_day}
            yield Problem(LIMITS, table.check_lines["changes_on"], "not_a_month_day", shows)
    for check in ("dates_in", "uplift"):
        if check in table.checks and table.keyed_by not in ("academic_year", "calendar_year"):
            shows = {"table": table.name, "check": check}
            yield Problem(LIMITS, table.check_lines[check], "check_needs_years", shows)


def _named(declaration: dict, keys: tuple[str, ...]) -> list[str]:
    return [name for key in keys for name in as_list(declaration.get(key)) if not is_number(name)]


def _columns(table: Table, tables: Tables, check: str, here: list[str], named: list[str]) -> Iterator[Problem]:
    line = table.check_lines[check]
    kinds = set()
    for name in named:
        found = column_of(name, table, tables)
        if found is None or (name in here and "." in name):
            shows = {"table": table.name, "check": check, "column": name, "known": ", ".join(table.units)}
            yield Problem(LIMITS, line, "check_names_unknown_column", shows)
            continue
        home, column = found
        if home.keyed_by != table.keyed_by:
            shows = {"table": table.name, "check": check, "column": name, "keyed_by": table.keyed_by}
            yield Problem(LIMITS, line, "check_names_other_rows", shows)
        unit = home.units[column]
        kinds.add("number" if unit in NUMERIC_UNITS else unit)
        if not _holds(check, unit) or (check != "unique" and len(kinds) > 1):
            shows = {"table": table.name, "check": check, "column": name, "unit": unit}
            yield Problem(LIMITS, line, "check_needs_other_unit", shows)


def _holds(check: str, unit: str) -> bool:
    if check == "dates_in":
        return unit == "date"
    if check in ("order", "unique", "equals"):
        return unit != "text"
    return unit in NUMERIC_UNITS


def _amounts(table: Table, check: str, declaration: dict, here: list[str]) -> Iterator[Problem]:
    """`within`, `from` and `to` are in the unit of the columns that they judge."""
    judged = {table.units[name] for name in here if name in table.units}
    for key in AMOUNTS:
        amount = declaration.get(key)
        if amount is None or " " not in amount or amount.endswith(" %"):
            continue
        for unit in sorted(judged - {amount.partition(" ")[2]}):
            shows = {"table": table.name, "check": check, "unit": unit, "within": amount}
            yield Problem(LIMITS, table.check_lines[check], "within_unit", shows)
