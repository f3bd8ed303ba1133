"""The page with every figure: unit, status, source with date, gaps, corrections, and where each table is used."""

from datetime import date
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from calculators.core.dates import show_date
from calculators.core.money import show_number
from calculators.core.page import source_html
from calculators.core.tables import Limit
from scripts.pages.book import Book, Place
from scripts.pages.figures import GAP, anchor, plain_value
from scripts.pages.usage import Uses, uses_of_tables

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=False
)


def all_figures_html(book: Book, place: Place) -> str:
    """Every table in turn: a Markdown heading, what the figure does, and the table, each cell with its own address.

    Raises LookupError when texts.yaml names a section by a table that is no longer there.
    """
    gone = set(book.texts.contents["sections"]) - set(book.tables.contents["tables"])
    if gone:
        raise LookupError(f"scripts/pages/texts.yaml: sections: no table is called {', '.join(sorted(gone))}")
    uses = uses_of_tables(book)
    parts = []
    for name in book.tables.contents["tables"]:
        if name in book.texts.contents["sections"]:
            parts.append(f"## {book.plain('sections', name)} {{#part-{name}}}")
        parts.append(_table(book, place, name, uses.get(name, Uses())))
    return "\n\n".join(parts)


def _table(book: Book, place: Place, name: str, uses: Uses) -> str:
    table = book.tables.table(name)
    lang = book.lang
    rule = f" {book.say('all', 'rule', rule=table['rule'])}" if table["rule"] else ""
    numbers = _source_numbers(book, name)
    rows = [_row(book, name, key, numbers) for key in reversed(list(table["rows"]))]
    gaps = sum(cell["status"] == GAP for row in rows for cell in row["cells"])
    html = TEMPLATES.get_template("table.html").render(
        say=book.plain,
        name=name,
        keyed_by=table["keyed_by"],
        first=book.plain("keys", table["keyed_by"]),
        columns=[
            {"label": column["label"][lang], "unit": book.plain("units", column["unit"])}
            for column in table["columns"].values()
        ],
        rows=rows,
        sources=[{"id": each, "number": number, "text": _short(book, each)} for each, number in numbers.items()],
        show=book.plain("all", "show", rows=str(len(rows)), gaps=str(gaps)),
        gaps=book.plain("all", "gaps" if gaps else "no_gaps", count=str(gaps)),
        uses=_used(book, place, uses),
        changes=[_change(book, change) for change in book.changes if change["table"] == name],
    )
    return f"### {table['label'][lang]} {{#{name}}}\n\n{table['explain'][lang]}{rule}\n\n{html}"


def _source_numbers(book: Book, name: str) -> dict[str, int]:
    """A number for each source of a table, counted from the newest row down."""
    rows = reversed(book.tables.table(name)["rows"].values())
    cited = (source for row in rows for cell in row["cells"].values() for source in cell.get("sources", []))
    return {source: number for number, source in enumerate(dict.fromkeys(cited), start=1)}


def _row(book: Book, name: str, key: str, numbers: dict[str, int]) -> dict:
    table = book.tables.table(name)
    row = table["rows"][key]
    limits = {column: book.tables.find(name, column, key) for column in table["columns"]}
    cited = dict.fromkeys(source for limit in limits.values() if limit for source in limit.sources)
    return {
        "id": f"{name}-{key}",
        "label": row["label"][book.lang] if row["label"] else _key_text(key, table["keyed_by"], book.lang),
        "note": row["note"][book.lang] if row["note"] else "",
        "cells": [_cell(book, anchor(name, key, column), limit) for column, limit in limits.items()],
        "sources": [{"number": numbers[each], "text": _short(book, each)} for each in cited],
    }


def _key_text(key: str, keyed_by: str, lang: str) -> str:
    return show_date(date.fromisoformat(key), lang) if keyed_by == "from_date" else key


def _cell(book: Book, cell_id: str, limit: Limit | None) -> dict:
    if limit is None:
        return {"id": cell_id, "status": GAP, "value": None, "text": book.plain("all", "gap")}
    return {
        "id": cell_id,
        "status": limit.status,
        "value": plain_value(limit),
        "text": bare_text(book, limit),
    }


def bare_text(book: Book, limit: Limit) -> str:
    """The value in the reader's language, without the unit that the column's heading gives."""
    if isinstance(limit.value, (str, date, dict)):
        return book.words.display(limit.shown, book.lang)
    return show_number(limit.value, book.lang, unit=limit.unit)


def _short(book: Book, source_id: str) -> str:
    source = book.tables.source(source_id)
    dated = source["page_date"]
    when = show_date(date.fromisoformat(dated), book.lang) if dated else book.plain("all", "undated")
    return f"{source['publisher']} ({when})"


def _used(book: Book, place: Place, uses: Uses) -> list[tuple[str, list[dict]]]:
    pages = [{"href": _page_url(place, page), "text": book.page_titles[page]} for page in uses.pages]
    calculators = [{"text": book.words.say(book.lang, each, "title"), "href": None} for each in uses.calculators]
    count = book.plain("uses", "example_count", count=str(len(uses.examples)))
    examples = [{"text": count, "href": None}] if uses.examples else []
    kinds = {"pages": pages, "calculators": calculators, "examples": examples}
    return [(kind, links) for kind, links in kinds.items() if links]


def _page_url(place: Place, page: str) -> str:
    path = page.removesuffix(".md")
    path = path.removesuffix("index")
    return place.up + (path + "/" if path and not path.endswith("/") else path) or "./"


def _change(book: Book, change: dict) -> str:
    day = show_date(date.fromisoformat(change["on"]), book.lang)
    return book.plain("all", "change", date=day, row=change["row"], what=change["what"][book.lang])


def all_sources_html(book: Book) -> str:
    """Every source with what it is, the date its page prints and the day we read it."""
    items = []
    for source_id, source in book.tables.contents["sources"].items():
        kind = book.say("all", f"kind_{source['kind']}")
        read = ""
        if source["read"]:
            day = show_date(date.fromisoformat(source["read"]), book.lang)
            read = f" {book.say('all', 'read', date=day)}"
        items.append(f'<li id="source-{source_id}">{source_html(source, book.words, book.lang)}. {kind}.{read}</li>')
    show = book.say("all", "show_sources", count=str(len(items)))
    listed = f'<ul class="all-sources">{"".join(items)}</ul>'
    return f'<details class="table-fold"><summary>{show}</summary>{listed}</details>'


def contacts_html(book: Book) -> str:
    """Whom readers can reach, and where they pay: each with who it is for, hours and source."""
    entries = [_contact(book, name, entry) for name, entry in book.tables.contents["contacts"].items()]
    return TEMPLATES.get_template("contacts.html").render(say=book.plain, entries=entries)


def _contact(book: Book, name: str, entry: dict) -> dict:
    lang = book.lang
    value = entry.get("value") or ", ".join(entry["lines"])
    hrefs = {"phone": f"tel:{value.replace(' ', '')}", "web": value}
    hours = entry.get("hours")
    said = ""
    if hours:
        said = book.plain("contacts", "hours", start=hours["from"], end=hours["to"])
        if "quietest" in hours:
            quiet = hours["quietest"]
            said += " " + book.plain("contacts", "quietest", start=quiet["from"], end=quiet["to"])
    return {
        "id": name,
        "kind": entry["kind"],
        "label": entry["label"][lang],
        "for": entry["for"][lang],
        "value": value,
        "href": hrefs.get(entry["kind"]),
        "iban": entry.get("iban"),
        "hours": said,
        "note": entry["note"][lang] if entry.get("note") else "",
        "status": entry["status"],
        "sources": [{"id": each, "text": _short(book, each)} for each in entry["sources"]],
    }
