"""Look-up in the tables of limits. A value that is not published is an answer, never a fallback."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property

from calculators.core.dates import show_month_day
from calculators.core.money import Quantity


@dataclass(frozen=True)
class Limit:
    """One published figure: its value and unit, where it stands, and how we know it.

    The value is a Decimal; for a column of dates a date, of days in the year "11-15", of texts {nb, en}.
    """

    value: Decimal | date | str | Mapping
    unit: str
    table: str
    column: str
    period: str
    status: str
    sources: tuple[str, ...]

    @property
    def shown(self) -> object:
        """The value as sentences show it: numbers with their unit, days of the year in words."""
        if self.unit == "month-day":
            return {lang: show_month_day(self.value, lang) for lang in ("nb", "en")}
        return Quantity(self.value, self.unit) if isinstance(self.value, Decimal) else self.value


class NotPublished(Exception):
    """A needed limit is not published. `known` holds the nearest published ones, earlier then later."""

    def __init__(self, table: str, column: str, period: str, known: tuple[Limit, ...]):
        super().__init__(f"{table}.{column} is not published for {period}")
        self.table, self.column, self.period, self.known = table, column, period, known


def _value(text: str | Mapping, unit: str) -> Decimal | date | str | Mapping:
    if unit in ("text", "month-day"):
        return text
    return date.fromisoformat(text) if unit == "date" else Decimal(text)


@dataclass(frozen=True)
class Tables:
    """All tables, as read from the canonical JSON. `version` names exactly these bytes."""

    contents: Mapping
    version: str

    @classmethod
    def from_json(cls, data: bytes) -> "Tables":
        """Read the canonical JSON that `scripts.tables` makes; the version is its SHA-256, 12 hex digits."""
        return cls(json.loads(data), hashlib.sha256(data).hexdigest()[:12])

    @property
    def in_force(self) -> Mapping[str, str]:
        """The years the tables are kept for: `calendar_year`, `academic_year`, and `until` (a date)."""
        return self.contents["in_force"]

    @cached_property
    def holidays(self) -> frozenset[date]:
        """The Norwegian public holidays from 1990 to 2100 that do not always fall on a Sunday."""
        return frozenset(date.fromisoformat(each) for each in self.contents["holidays"])

    def contact(self, name: str) -> Mapping:
        """One entry of the contacts: kind, label, for, value, and where they have any hours, note, lines, iban."""
        return self.contents["contacts"][name]

    def table(self, name: str) -> Mapping:
        """One table: label, explain, rule, keyed_by, columns and rows."""
        return self.contents["tables"][name]

    def source(self, source_id: str) -> Mapping[str, str | None]:
        """One source: title, publisher, url, page_date, read and kind."""
        return self.contents["sources"][source_id]

    def newest_page_date(self, sources: tuple[str, ...]) -> date | None:
        """The latest date printed on these sources' own pages, or None when none prints one."""
        printed = [self.source(each)["page_date"] for each in sources]
        return max((date.fromisoformat(each) for each in printed if each), default=None)

    def periods(self, table: str) -> list[str]:
        """The keys of a table's rows in order, gaps included."""
        return list(self.table(table)["rows"])

    def find(self, table: str, column: str, period: str) -> Limit | None:
        """The published figure for this period, or None."""
        cell = self.table(table)["rows"].get(period, {}).get("cells", {}).get(column)
        if cell is None or cell["value"] is None:
            return None
        unit = self.table(table)["columns"][column]["unit"]
        value = _value(cell["value"], unit)
        return Limit(value, unit, table, column, period, cell["status"], tuple(cell["sources"]))

    def limit(self, table: str, column: str, period: object) -> Limit:
        """The published figure for this period. Raises NotPublished with what is known around it."""
        found = self.find(table, column, str(period))
        if found is None:
            raise NotPublished(table, column, str(period), self._nearest(table, column, str(period)))
        return found

    def _nearest(self, table: str, column: str, period: str) -> tuple[Limit, ...]:
        known = [self.find(table, column, each) for each in self.periods(table)]
        before = [each for each in known if each and each.period < period][-1:]
        after = [each for each in known if each and each.period > period][:1]
        return tuple(before + after)
