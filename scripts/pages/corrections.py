"""What was corrected in figures that readers have already seen: data/changes.yaml, the newest first."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from calculators.core.dates import show_date, show_month_day
from calculators.core.money import Quantity
from scripts.pages.book import Book, Place
from scripts.pages.figures import anchor

TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)


def corrections_html(book: Book, place: Place) -> str:
    """Each correction with its day, figure, what stood there and what stands there now; a sentence if there is none."""
    if not book.changes:
        return f"<p>{book.say('corrections', 'none')}</p>"
    entries = [
        {**correction(book, change), "href": f"{place.up}figures/#{_target(book, change)}"}
        for change in reversed(book.changes)
    ]
    html = TEMPLATES.get_template("corrections.html").render(say=book.plain, entries=entries)
    # Markdown ends a block of HTML at an empty line.
    return "\n".join(line for line in html.splitlines() if line.strip())


def correction(book: Book, change: Mapping) -> dict:
    """One correction in the words of the book's language: day, table, row, the figures before and after, and why."""
    table = book.tables.table(change["table"])
    return {
        "on": change["on"],
        "day": show_date(date.fromisoformat(change["on"]), book.lang),
        "table": table["label"][book.lang],
        "row": _row_name(book, table, change["row"]),
        "figures": [
            {
                "column": table["columns"][column]["label"][book.lang],
                "old": _shown(book, old, table["columns"][column]["unit"]),
                "new": _shown(book, change["new"][column], table["columns"][column]["unit"]),
            }
            for column, old in change["old"].items()
        ],
        "what": change["what"][book.lang],
    }


def _row_name(book: Book, table: Mapping, row: str) -> str:
    label = table["rows"].get(row, {}).get("label")
    if label:
        return label[book.lang]
    return show_date(date.fromisoformat(row), book.lang) if table["keyed_by"] == "from_date" else row


def _target(book: Book, change: Mapping) -> str:
    """The corrected cell on the page with all figures; the table when the row is gone."""
    if change["row"] in book.tables.table(change["table"])["rows"]:
        return anchor(change["table"], change["row"], next(iter(change["new"])))
    return change["table"]


def _shown(book: Book, value: str | Mapping | None, unit: str) -> str:
    if value is None:
        return book.plain("all", "gap")
    if isinstance(value, Mapping) or unit == "text":
        return book.words.display(value, book.lang)
    if unit == "month-day":
        return show_month_day(value, book.lang)
    typed = date.fromisoformat(value) if unit == "date" else Quantity(Decimal(value), unit)
    return book.words.display(typed, book.lang)
