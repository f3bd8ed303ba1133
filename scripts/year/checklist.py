"""What must be looked up for a new year, table by table, as Markdown for the editor."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from calculators.core.dates import show_month_day
from calculators.core.money import Quantity
from scripts.tables import Loaded
from scripts.tables.checks.look import declared, is_number
from scripts.tables.checks.periods import half_year, next_year
from scripts.tables.model import Row, Table
from scripts.tables.overdue import first_day
from scripts.tables.places import LIMITS
from scripts.year.words import source_text, words
from scripts.year.years import kind_of, year_before

# A page printed longer before its year than this tells of another year.
AHEAD = timedelta(days=366)
CHECKS = (
    "sum", "product", "equals", "order", "dates_in", "range", "whole_kroner",
    "ratio", "ladder", "unique", "uplift", "yearly_change",
)  # fmt: skip
# These are written as one list of columns; the others as one mapping, or a list of mappings.
OF_COLUMNS = ("order", "whole_kroner", "unique")


def checklist(before: Loaded, after: Loaded, year: str, on: date, lang: str) -> str:
    """The checklist for a year that was opened on a day. `before` and `after` are the tables without and with it."""
    say = words().say
    kind = kind_of(year)
    until = date.fromisoformat(after.in_force.until)
    tables = [table for table in after.tables.values() if table.keyed_by == kind]
    parts = [
        f"# {say(lang, 'checklist', f'title_{kind}', year=year)}",
        say(lang, "checklist", "done", year=year, closed=year_before(year), until=until),
        say(lang, "checklist", "how"),
        say(lang, "checklist", "then", on=min((first_day(table, year) for table in tables), default=on).isoformat()),
    ]
    for table in tables:
        parts += _table(after, before.tables[table.name], table, year, on, lang)
    apart = [table for table in after.tables.values() if table.keyed_by == "from_date"]
    parts += [_own_days(table, lang) for table in apart if declared(table, "changes_on")]
    return "\n\n".join(parts) + "\n"


def _table(loaded: Loaded, old: Table, table: Table, year: str, on: date, lang: str) -> Iterator[str]:
    say = words().say
    day = first_day(table, year)
    yield f"## {table.label[lang]} (`{table.name}`)"
    when = "past" if day < on else "line"
    shows = {"line": str(table.rows[year].line), "file": LIMITS, "day": day, "on": on}
    said = [say(lang, "checklist", when, **shows)]
    said += [say(lang, "checklist", "was_there", year=year)] if year in old.rows else []
    said += [say(lang, "checklist", "rule", rule=table.rule)] if table.rule else []
    yield " ".join(said)
    past = [row for row in old.rows.values() if row.key < year]
    yield "\n".join(f"- [ ] {_column(table, column, past, lang)}" for column in table.units)
    yield _pages(loaded, past, lang)
    yield _timing(loaded, table, past, lang)
    demanded = list(demands(table, year, lang))
    if demanded:
        yield _lines(say(lang, "checklist", "demands"), demanded)


def _lines(head: str, lines: list[str]) -> str:
    return "\n".join([head, "", *(f"- {line}" for line in lines)])


def _column(table: Table, column: str, past: list[Row], lang: str) -> str:
    say = words().say
    known = [row.key for row in past if row.cells[column].value is not None]
    found = say(lang, "checklist", "last_found", row=known[-1]) if known else say(lang, "checklist", "never_found")
    shows = {"column": column, "label": table.column_labels[column], "unit": table.units[column], "found": found}
    return say(lang, "checklist", "column", **shows)


# Where


def _pages(loaded: Loaded, past: list[Row], lang: str) -> str:
    """The sources of the last known figures, and the last official page with an address if it is not among them."""
    say = words().say
    cited = _cited(past)
    if not cited:
        return say(lang, "checklist", "no_page")
    newest = cited[-1][0]
    last = sorted((source for row, source in cited if row == newest), key=lambda s: loaded.sources[s]["url"] is None)
    lines = [source_text(source, loaded.sources[source], lang) for source in last]
    official = [(row, s) for row, s in cited if loaded.sources[s]["kind"] == "official" and loaded.sources[s]["url"]]
    if not official:
        lines.append(say(lang, "checklist", "no_official_page"))
    elif not {source for _, source in official} & set(last):
        row, source = official[-1]
        shown = source_text(source, loaded.sources[source], lang)
        lines.append(say(lang, "checklist", "official_page", source=shown, row=row))
    return _lines(say(lang, "checklist", "pages", row=newest), lines)


def _cited(rows: list[Row]) -> list[tuple[str, str]]:
    """Each row's key with each source that a figure of it stands on, in the order of the file."""
    found = {(row.key, source): None for row in rows for cell in row.cells.values() for source in cell.sources}
    return list(found)


# When


def _timing(loaded: Loaded, table: Table, past: list[Row], lang: str) -> str:
    """Whether the figures of the year before came before or after it began, by the dates their pages print."""
    say = words().say
    last = past[-1].key
    cited = [source for row, source in _cited(past) if row == last]
    if not cited:
        return say(lang, "checklist", "nothing_found", row=last)
    began, ended = first_day(table, last), first_day(table, next_year(last))
    printed = [
        (day, source)
        for source in cited
        if (text := loaded.sources[source]["page_date"]) and began - AHEAD <= (day := date.fromisoformat(text)) < ended
    ]
    if not printed:
        return say(lang, "checklist", "unknown", row=last)
    day, source = min(printed)
    apart = (day - began).days
    key = "late" if apart > 0 else "early" if apart < 0 else "same_day"
    days = Quantity(Decimal(abs(apart)), "days")
    return say(lang, "checklist", key, row=last, source=f"`{source}`", printed=day, days=days)


def _own_days(table: Table, lang: str) -> str:
    days = [show_month_day(day, lang) for day in declared(table, "changes_on")]
    shows = {"table": table.label, "name": table.name, "days": ", ".join(days)}
    return words().say(lang, "checklist", "own_days", **shows)


# What the checks say


def demands(table: Table, year: str, lang: str) -> Iterator[str]:
    """What each check beside a table demands of the row for a year, a line each: errors first, then warnings."""
    for check in CHECKS:
        found = declared(table, check)
        for each in [found] if found and check in OF_COLUMNS else found:
            yield words().say(lang, "demand", check, **_shown(check, each, year, lang))


def _shown(check: str, declaration: Any, year: str, lang: str) -> dict[str, object]:
    """What the sentence about one declared check shows: columns as code, numbers and dates as they are typed."""
    match check:
        case "order":
            return {"columns": _codes(declaration, " < ")}
        case "whole_kroner" | "unique":
            return {"columns": _codes(declaration)}
        case "sum":
            shows = {"parts": _codes(declaration["parts"], " + "), "whole": _codes([declaration["whole"]])}
        case "product":
            product = _codes(declaration["factors"], " × ")
            over = f" / {_codes([declaration['over']])}" if "over" in declaration else ""
            shows = {"of": _codes([declaration["of"]]), "product": product + over}
        case "ratio" | "equals":
            shows = {"of": _codes([declaration["of"]]), "to": _codes([declaration["to"]])}
        case "ladder":
            shows = {"first": _codes(declaration["columns"][:1]), "last": _codes(declaration["columns"][-1:])}
        case "dates_in":
            first, last = half_year(year, declaration["half"])
            shows = {"column": _codes([declaration["column"]]), "first": first, "last": last}
        case _:
            every = words().say(lang, "demand", "every_number")
            shows = {"columns": _codes(declaration["columns"]) if "columns" in declaration else every}
    return {**declaration, **shows}


def _codes(names: list[str], between: str = ", ") -> str:
    return between.join(name if is_number(name) else f"`{name}`" for name in names)
