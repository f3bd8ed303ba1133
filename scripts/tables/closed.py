"""Closed years are locked: a hash for each closed row, written by `python -m scripts.tables.freeze`.

So are the rows that no year closes, of cases and institutions: a reminder fee or a first payout has no neighbour
that would give a slipped digit away. A new such row may come; a changed one is told to readers.

A locked row that was changed, removed or added is refused, unless data/changes.yaml tells readers of it with
the figures before and after. Sources, notes and status may improve freely: the lock holds the figures and
their units.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from scripts.tables.model import Cell, InForce, Row, Table
from scripts.tables.places import LIMITS, LOCK
from scripts.tables.problems import Problem

HEADER = """\
# The figures of closed years and of rows without a year, one row a line: table, row, hash.
# Written by `python3 scripts/dev.py freeze`. Do not edit it by hand: a correction is an entry in data/changes.yaml.
"""


@dataclass(frozen=True)
class Locked:
    """One line of the lock."""

    digest: str
    line: int


def read_lock(root: Path) -> dict[tuple[str, str], Locked]:
    """The lock as {(table, row): hash and line}; empty when there is none yet."""
    path = root / LOCK
    if not path.exists():
        return {}
    locked = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split()
        if len(words) == 3 and not line.startswith("#"):
            locked[words[0], words[1]] = Locked(words[2], number)
    return locked


def closed_rows(table: Table, in_force: InForce) -> list[Row]:
    """The rows of closed periods: before the year in force, or followed by one that began by `until`."""
    rows = list(table.rows.values())
    if table.keyed_by == "calendar_year":
        return [row for row in rows if row.key < in_force.calendar_year]
    if table.keyed_by == "academic_year":
        return [row for row in rows if row.key < in_force.academic_year]
    if table.keyed_by == "from_date":
        return [row for row in rows if row.key <= in_force.until][:-1]
    return []


def stands_without_year(table: Table) -> bool:
    """Whether the table's rows hold until somebody changes them: cases, institutions, numbers of months."""
    return table.keyed_by in ("case", "institution", "months")


def locked_rows(table: Table, in_force: InForce) -> list[Row]:
    """The rows the lock holds: those of closed periods, and those that stand without a year."""
    return list(table.rows.values()) if stands_without_year(table) else closed_rows(table, in_force)


def freeze_problems(
    tables: Mapping[str, Table],
    in_force: InForce,
    locked: Mapping[tuple[str, str], Locked],
    changes: list[dict],
) -> Iterator[Problem]:
    """Every closed row that is not as it was locked and that no entry in changes.yaml accounts for."""
    for (name, key), lock in locked.items():
        table = tables.get(name)
        if table is None:
            yield Problem(LOCK, lock.line, "closed_table_removed", {"table": name, "row": key})
            continue
        row = table.rows.get(key)
        if lock.digest not in _histories(table, key, changes):
            shows = {"table": name, "row": key}
            rule = "closed_row_changed" if row else "closed_row_removed"
            if stands_without_year(table):
                rule = "standing_row_changed" if row else "standing_row_removed"
            yield Problem(LIMITS, row.line if row else table.line, rule, shows)
    for table in tables.values():
        for row in _slipped_in(table, in_force, locked):
            if digest({}, table.units) not in _histories(table, row.key, changes):
                yield Problem(LIMITS, row.line, "closed_row_added", {"table": table.name, "row": row.key})


def _slipped_in(table: Table, in_force: InForce, locked: Mapping[tuple[str, str], Locked]) -> list[Row]:
    """Closed rows unknown to the lock, though it knows a later one. A later row waits for the next freeze."""
    newest = max((key for name, key in locked if name == table.name), default="")
    rows = closed_rows(table, in_force)
    return [row for row in rows if row.key < newest and (table.name, row.key) not in locked]


def _histories(table: Table, key: str, changes: list[dict]) -> Iterator[str]:
    """The hash of the row as it stands, and as it stood before each correction that led here."""
    known = figures(table.rows.get(key))
    yield digest(known, table.units)
    for change in reversed([each for each in changes if (each["table"], each["row"]) == (table.name, key)]):
        if any(_text(value) != known.get(column, "") for column, value in change["new"].items()):
            return
        known |= {column: _text(value) for column, value in change["old"].items()}
        known = {column: text for column, text in known.items() if text}
        yield digest(known, table.units)


def figures(row: Row | None) -> dict[str, str]:
    """The known figures of a row as text: what the lock protects."""
    cells = row.cells if row else {}
    return {name: _text(_plain(cell)) for name, cell in cells.items() if cell.value is not None}


def _plain(cell: Cell) -> object:
    return cell.value if isinstance(cell.value, (str, dict)) else f"{cell.value:f}"


def _text(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def digest(known: Mapping[str, str], units: Mapping[str, str]) -> str:
    """The hash of a row's figures and their units: the first 16 hexadecimal digits of a SHA-256."""
    row = sorted((name, text, units[name]) for name, text in known.items())
    return hashlib.sha256(json.dumps(row, ensure_ascii=False).encode()).hexdigest()[:16]


def lock_text(tables: Mapping[str, Table], in_force: InForce) -> str:
    """The contents of the lock for these tables."""
    lines = [
        f"{table.name} {row.key} {digest(figures(row), table.units)}\n"
        for table in tables.values()
        for row in locked_rows(table, in_force)
    ]
    return HEADER + "".join(lines)
