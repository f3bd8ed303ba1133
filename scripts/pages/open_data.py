"""The tables for other programs, under api/: one JSON with its schema, one CSV a table, and feeds of what changed.

api/limits.json          the very bytes that text and calculators are made from
api/limits.schema.json   what stands in it (JSON Schema 2020-12)
api/wealth_limit.csv     one table, a line a figure
api/index.json           which tables there are, and the version of the data
api/changes.nb.atom      corrections and new years, the newest first; also changes.en.atom
"""

import csv
import io
import json
import shutil
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from xml.etree import ElementTree

from calculators.core.tables import Tables
from scripts.pages.book import Book, Place, open_book
from scripts.pages.corrections import correction
from scripts.tables import Loaded

ATOM = "http://www.w3.org/2005/Atom"
SCHEMA = Path(__file__).parent / "limits.schema.json"
COLUMNS = (
    "row", "row_nb", "row_en", "column", "column_nb", "column_en",
    "value", "value_nb", "value_en", "unit", "status", "sources", "urls",
)  # fmt: skip


FEEDS = {"nb": "changes.nb.atom", "en": "changes.en.atom"}
LIMITS, INDEX = "limits.json", "index.json"


class NoSuchFile(LookupError):
    """A page asks for a file that is not written. The message says which there are."""


def file_html(tables: Tables, place: Place, name: str, text: str | None = None) -> str:
    """A link to one of the files under api/, in its name or in the words of the sentence."""
    there = [LIMITS, SCHEMA.name, INDEX, *FEEDS.values(), *(f"{table}.csv" for table in tables.contents["tables"])]
    if name not in there:
        raise NoSuchFile(f"there is no file {name!r} under api/; there is {', '.join(there)}")
    return f'<a href="{place.up}../api/{name}">{escape(text or name)}</a>'


def write(out: Path, loaded: Loaded, root_url: str) -> None:
    """Writes api/ into `out`. The same tables give the same bytes."""
    folder = out / "api"
    folder.mkdir()
    tables = Tables.from_json(loaded.canonical)
    (folder / LIMITS).write_bytes(loaded.canonical)
    shutil.copyfile(SCHEMA, folder / SCHEMA.name)
    for name in tables.contents["tables"]:
        (folder / f"{name}.csv").write_text(table_csv(tables, name), "utf-8", newline="")
    (folder / INDEX).write_text(_index(tables), "utf-8", newline="\n")
    for lang, name in FEEDS.items():
        (folder / name).write_bytes(feed(open_book(lang), root_url))


def table_csv(tables: Tables, name: str) -> str:
    """One table in tidy form: a line a figure, a gap with an empty value. RFC 4180, UTF-8, decimal points."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(_lines(tables, tables.table(name)))
    return text.getvalue()


def _lines(tables: Tables, table: Mapping) -> Iterator[list[str]]:
    for key, row in table["rows"].items():
        for column, about in table["columns"].items():
            cell = row["cells"].get(column) or {"value": None}
            value = cell["value"]
            said = value if isinstance(value, Mapping) else {"nb": "", "en": ""}
            plain = "" if value is None or isinstance(value, Mapping) else value
            sources = cell.get("sources", [])
            urls = [url for each in sources if (url := tables.source(each)["url"])]
            label = row["label"] or {"nb": key, "en": key}
            yield [
                key, label["nb"], label["en"], column, about["label"]["nb"], about["label"]["en"],
                plain, said["nb"], said["en"], about["unit"], cell.get("status", ""), " ".join(sources), " ".join(urls),
            ]  # fmt: skip


def _index(tables: Tables) -> str:
    contents = {
        "version": tables.version,
        "licence": "CC BY 4.0",
        "in_force": tables.in_force,
        "tables": {
            name: {"label": table["label"], "keyed_by": table["keyed_by"], "csv": f"{name}.csv"}
            for name, table in tables.contents["tables"].items()
        },
    }
    return json.dumps(contents, ensure_ascii=False, indent=2) + "\n"


def feed(book: Book, root_url: str) -> bytes:
    """An Atom feed of the corrections and of the years that were opened, the newest first."""
    ElementTree.register_namespace("", ATOM)
    page = f"{root_url}{book.lang}/corrections/"
    address = f"{root_url}api/{FEEDS[book.lang]}"
    entries = sorted(_entries(book, page), key=lambda entry: entry[0], reverse=True)
    # A feed without entries is as old as the newest reading of a source.
    read = max(source["read"] for source in book.tables.contents["sources"].values() if source["read"])
    top = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": book.lang})
    _add(top, "id", address)
    _add(top, "title", book.plain("feed", "title"))
    _add(top, "updated", f"{entries[0][0] if entries else read}T00:00:00Z")
    _add(_add(top, "author"), "name", book.plain("feed", "author"))
    _add(top, "link", rel="self", type="application/atom+xml", href=address)
    _add(top, "link", rel="alternate", type="text/html", href=page)
    _add(top, "rights", "CC BY 4.0")
    for on, name, title, text, href in entries:
        entry = _add(top, "entry")
        _add(entry, "id", f"{address}#{name}")
        _add(entry, "title", title)
        _add(entry, "updated", f"{on}T00:00:00Z")
        _add(entry, "link", rel="alternate", type="text/html", href=href)
        _add(entry, "summary", text)
    ElementTree.indent(top)
    return ElementTree.tostring(top, encoding="utf-8", xml_declaration=True) + b"\n"


def _add(parent: ElementTree.Element, tag: str, text: str | None = None, **attributes: str) -> ElementTree.Element:
    child = ElementTree.SubElement(parent, f"{{{ATOM}}}{tag}", attributes)
    child.text = text
    return child


def _entries(book: Book, page: str) -> Iterator[tuple[str, str, str, str, str]]:
    """Of each entry the day, a name of its own, the title, the sentences, and the page it leads to."""
    for number, change in enumerate(book.changes):
        told = correction(book, change)
        title = book.plain("feed", "correction", table=told["table"], row=told["row"])
        figures = "; ".join(f"{each['column']}: {each['old']} → {each['new']}" for each in told["figures"])
        yield change["on"], f"{change['table']}-{change['row']}-{number}", title, f"{told['what']} {figures}", page
    for opened in book.opened_years:
        title = book.plain("feed", "opened", year=opened["year"])
        text = book.plain("feed", "opened_text", year=opened["year"])
        yield opened["on"], f"year-{opened['year']}", title, text, f"{page.removesuffix('corrections/')}figures/"
