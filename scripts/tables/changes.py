"""data/changes.yaml: the corrections of closed years and the days on which years were opened, as readers see them.

Only a changed figure of a closed year is a correction: a year that was opened, and gaps filled before it is closed,
change nothing that readers have relied on.
"""

from collections.abc import Mapping
from pathlib import Path

from scripts.tables.checks.periods import next_year
from scripts.tables.model import Table
from scripts.tables.nodes import Entries, text_data
from scripts.tables.places import CHANGES
from scripts.tables.problems import Problem, Refused
from scripts.tables.read import is_date, shaped
from scripts.tables.texts import text_problems


def read_changes(root: Path, tables: Mapping[str, Table]) -> list[dict]:
    """The corrections, the oldest first: {on, table, row, old, new, what, line}. Raises Refused."""
    if not (root / CHANGES).exists():
        return []
    top = shaped(root, CHANGES)
    problems = [*text_problems(top, CHANGES), *_year_problems(_years(top))]
    entries = top.values["changes"].values
    for before, entry in zip((None, *entries), entries, strict=False):
        problems += _entry(entry, before, tables)
    if problems:
        raise Refused(problems)
    return [{**text_data(entry), "line": entry.line} for entry in entries]


def read_opened_years(root: Path) -> list[dict]:
    """The years that new-year opened, the oldest first: {on, year, line}. Raises Refused."""
    if not (root / CHANGES).exists():
        return []
    years = _years(shaped(root, CHANGES))
    problems = _year_problems(years)
    if problems:
        raise Refused(problems)
    return [{**text_data(entry), "line": entry.line} for entry in years]


def _years(top: Entries) -> tuple[Entries, ...]:
    years = top.get("years")
    return years.values if years else ()


def _year_problems(years: tuple[Entries, ...]) -> list[Problem]:
    problems, before = [], ""
    for entry in years:
        on, year = entry.values["on"], entry.values["year"]
        if not is_date(on.value):
            problems.append(Problem(CHANGES, on.line, "not_a_date", {"value": on.value}))
        if next_year(f"{int(year.value[:4]) - 1}{year.value[4:]}") != year.value:
            problems.append(Problem(CHANGES, year.line, "bad_row_key_academic_year", {"key": year.value}))
        elif year.value <= before:
            problems.append(Problem(CHANGES, year.line, "rows_out_of_order", {"row": year.value, "before": before}))
        before = year.value
    return problems


def _entry(entry: Entries, before: Entries | None, tables: Mapping[str, Table]) -> list[Problem]:
    on, old, new = entry.values["on"], entry.values["old"], entry.values["new"]
    problems = []
    if not is_date(on.value):
        problems.append(Problem(CHANGES, on.line, "not_a_date", {"value": on.value}))
    elif before and on.value < before.values["on"].value:
        problems.append(Problem(CHANGES, on.line, "changes_out_of_order", {"on": on.value}))
    table = tables.get(entry.values["table"].value)
    if table is None:
        shows = {"table": entry.values["table"].value}
        return [*problems, Problem(CHANGES, entry.values["table"].line, "unknown_table", shows)]
    if set(old.values) != set(new.values):
        problems.append(Problem(CHANGES, new.line, "change_columns_differ", {}))
    for column, line in new.key_lines.items():
        if column not in table.units:
            shows = {"table": table.name, "column": column, "known": ", ".join(table.units)}
            problems.append(Problem(CHANGES, line, "unknown_column", shows))
    return problems
