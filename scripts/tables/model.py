"""The tables as read: every value with its line, its status and its sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

NUMERIC_UNITS = (
    "NOK", "NOK/month", "NOK/day", "percent", "percent/month",
    "months", "days", "weeks", "hours", "credits", "count",
)  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One value. None is "not published"; numbers are Decimal, texts {nb, en} or one text for both."""

    value: Decimal | str | dict | None
    line: int
    status: str | None
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One row: its key (a year, a date, an institution, …), cells by column, and what was accepted.

    `accepted` holds the checks whose warnings were signed off for this row, each with the line it stands on.
    """

    key: str
    line: int
    cells: Mapping[str, Cell]
    label: dict | None
    note: dict | None
    accepted: Mapping[str, int]


@dataclass(frozen=True)
class Table:
    """One table with its rows in order and the checks declared beside them."""

    name: str
    line: int
    label: dict
    explain: dict
    rule: str | None
    keyed_by: str
    units: Mapping[str, str]
    column_labels: Mapping[str, dict]
    checks: Mapping
    check_lines: Mapping[str, int]
    rows: Mapping[str, Row]


@dataclass(frozen=True)
class InForce:
    """The years in force, each with the line it stands on."""

    calendar_year: str
    academic_year: str
    until: str
    lines: Mapping[str, int]
