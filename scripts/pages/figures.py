"""Figures in the text, and the page with all of them: each with unit, period, status and source."""

from datetime import date
from html import escape

from calculators.core.dates import show_date
from calculators.core.page import source_html
from calculators.core.tables import Limit
from scripts.pages.book import Book, Place

GAP = "gap"
YEARS = ("calendar_year", "academic_year")


class NoSuchFigure(LookupError):
    """A page asks for a table, column or period that does not exist. The message says which there are."""


def anchor(table: str, period: str, column: str) -> str:
    """The id of a figure's cell on the page with all figures."""
    return f"{table}-{period}-{column}"


def plain_value(limit: Limit) -> str | None:
    """The value as it travels: a decimal string, an ISO date, a month-day; None for texts."""
    if isinstance(limit.value, dict):
        return None
    return f"{limit.value:f}" if not isinstance(limit.value, (str, date)) else str(limit.value)


def period_in_force(book: Book, table: str) -> str:
    """The key of the row that counts now, for a table kept by calendar or academic year."""
    keyed_by = book.tables.table(table)["keyed_by"]
    if keyed_by not in YEARS:
        raise NoSuchFigure(f"{table} is keyed by {keyed_by}: name the row, figure({table!r}, column, period)")
    return book.tables.in_force[keyed_by]


def find_figure(book: Book, table: str, column: str, period: str) -> tuple[str, Limit | None]:
    """The row's key and the figure, None when it is not published. Raises NoSuchFigure for a wrong name."""
    tables = book.tables.contents["tables"]
    if table not in tables:
        raise NoSuchFigure(f"there is no table {table!r} in data/limits.yaml; there is {', '.join(tables)}")
    columns, rows = tables[table]["columns"], tables[table]["rows"]
    if column not in columns:
        raise NoSuchFigure(f"table {table!r} has no column {column!r}; it has {', '.join(columns)}")
    key = period_in_force(book, table) if period == "in_force" else str(period)
    if key not in rows:
        raise NoSuchFigure(f"table {table!r} has no row {key!r}; it has {', '.join(rows)}")
    return key, book.tables.find(table, column, key)


def row_words(book: Book, table: str, key: str) -> str:
    """A row as readers know it: by its label, by its date written out, or by its year."""
    contents = book.tables.table(table)
    label = contents["rows"][key]["label"]
    if label:
        return label[book.lang]
    return show_date(date.fromisoformat(key), book.lang) if contents["keyed_by"] == "from_date" else key


def _gap_words(book: Book, table: str, key: str) -> str:
    contents = book.tables.table(table)
    if contents["keyed_by"] in YEARS:
        said = "gap"
    elif contents["keyed_by"] == "from_date":
        said = "gap_from"
    else:
        said = "gap_case" if len(contents["rows"]) > 1 else "gap_only"
    return book.say("figure", said, row=row_words(book, table, key))


def _name(book: Book, table: str, key: str) -> str:
    """What a figure is about: the table and its year, or the table and which of its rows."""
    contents = book.tables.table(table)
    label, row = contents["label"][book.lang], row_words(book, table, key)
    if contents["keyed_by"] in YEARS:
        return f"{label} {row}"
    return f"{label}, {row}" if len(contents["rows"]) > 1 else label


def figure_html(book: Book, place: Place, table: str, column: str, period: str) -> tuple[str, Limit | None]:
    """A figure for running text: a link to its row, marked official, secondary or gap."""
    key, limit = find_figure(book, table, column, period)
    name = _name(book, table, key)
    target = f"{place.up}figures/#{anchor(table, key, column)}"
    if limit is None:
        title = book.say("figure", "gap_title", name=name)
        text = _gap_words(book, table, key)
        return f'<a class="figure" data-status="{GAP}" href="{target}" title="{title}">{text}</a>', None
    value = plain_value(limit)
    data_value = f' data-value="{value}"' if value else ""
    shown = escape(book.words.display(limit.shown, book.lang))
    # The first source may be one that only others name, undated and never read; one of them has been read.
    sources = [book.tables.source(each) for each in limit.sources]
    source = next(each for each in sources if each["page_date"] or each["read"])
    dated = source["page_date"] or source["read"]
    title = book.say(
        "figure",
        limit.status,
        name=name,
        column=book.column_label(limit),
        publisher=source["publisher"],
        date=date.fromisoformat(dated),
    )
    mark = "" if limit.status == "official" else f'<span class="figure__mark">{book.say("figure", "mark")}</span>'
    link = (
        f'<a class="figure" data-status="{limit.status}"{data_value} href="{target}" title="{title}">{shown}{mark}</a>'
    )
    return link, limit


def checked_html(book: Book, place: Place, sources: list[str]) -> str:
    """The end of a page: its sources, when they were last read, until when the figures are meant to hold.

    A page without figures of its own says when the guide's sources as a whole were read.
    """
    all_sources = book.tables.contents["sources"]
    read = [all_sources[each]["read"] for each in sources or all_sources]
    oldest = min((each for each in read if each), default=None)
    until = book.tables.in_force["until"]
    parts = []
    if sources:
        items = "".join(f"<li>{source_html(book.tables.source(each), book.words, book.lang)}</li>" for each in sources)
        parts.append(f'<ul class="page-sources">{items}</ul>')
    if oldest:
        said = "read" if sources else "all_read"
        parts.append(f"<p>{book.say('checked', said, date=date.fromisoformat(oldest))}</p>")
    parts.append(f"<p>{book.say('checked', 'until', date=date.fromisoformat(until))}</p>")
    old = book.say("checked", "old", date=date.fromisoformat(until))
    hidden = f'data-valid-until="{until}" data-search-exclude role="status" hidden'
    parts.append(f'<p class="ds-alert" data-color="warning" {hidden}>{old}</p>')
    return f'<div class="page-checked">{"".join(parts)}</div>'
