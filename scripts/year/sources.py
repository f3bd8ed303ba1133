"""Every source with the figures that stand on it: `python3 scripts/dev.py sources [--lang nb|en] [--json]`.

Those never read come first, then those read longest ago; then the figures that are known from secondary sources
only and should be confirmed, with the official page where one is known. In Markdown, or as JSON with `--json`.

`--links` tries the addresses of the sources instead. Ends with status 1 when some do not work, and 0 when all work or
when this machine reaches no outside page at all, which it then says.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from pathlib import Path

from scripts.tables import ROOT, Loaded, Refused, load
from scripts.tables.closed import stands_without_year
from scripts.tables.model import Cell, Table
from scripts.year.links import BROKEN, Link, nothing_reached, try_links
from scripts.year.words import source_text, words
from scripts.year.years import ACADEMIC, CALENDAR


@dataclass(frozen=True)
class Place:
    """Where a figure stands: table, row and column."""

    table: str
    row: str
    column: str


@dataclass(frozen=True)
class Doubtful:
    """A figure that is known from secondary sources only.

    `official` is the id of an official page that may confirm it: one it names itself (then `official_row` is its own
    row), or one that gave the figure of the nearest year; None when we know of none.
    """

    place: Place
    value: object
    sources: tuple[str, ...]
    now: bool
    official: str | None
    official_row: str | None


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """List the sources, or try their links; the exit status is 1 for refused tables or links that do not work."""
    parser = argparse.ArgumentParser(prog="dev.py sources", allow_abbrev=False)
    parser.add_argument("--lang", choices=("nb", "en"), default="nb", help="language of the list")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--links", action="store_true", help="try the addresses of the sources instead")
    parser.add_argument("--timeout", type=float, default=15, metavar="SECONDS", help="how long a page may take")
    options = parser.parse_args(arguments)
    try:
        loaded = load(root)
    except Refused as refusal:
        for problem in refusal.problems:
            print(problem.say(options.lang))
        return 1
    if options.links:
        return _links(loaded, options)
    if options.json:
        print(json.dumps(as_data(loaded), ensure_ascii=False, indent=2))
    else:
        print(as_markdown(loaded, options.lang))
    return 0


# What stands on what


def oldest_first(loaded: Loaded) -> list[str]:
    """The ids of the sources: never read, then read longest ago; of one day, undated pages, then the oldest page."""
    by_age = {name: (each["read"] or "", each["page_date"] or "") for name, each in loaded.sources.items()}
    return sorted(by_age, key=by_age.__getitem__)


def figures_by_source(loaded: Loaded) -> dict[str, list[Place]]:
    """Where each source is cited, in the order of data/limits.yaml; sources of no figure have an empty list."""
    found = {name: [] for name in loaded.sources}
    for table in loaded.tables.values():
        for row in table.rows.values():
            for column, cell in row.cells.items():
                for source in cell.sources:
                    found[source].append(Place(table.name, row.key, column))
    return found


def contacts_by_source(loaded: Loaded) -> dict[str, list[str]]:
    """The names of the contacts that each source is cited for."""
    found = {name: [] for name in loaded.sources}
    for name, contact in loaded.contacts.items():
        for source in contact["sources"]:
            found[source].append(name)
    return found


def doubtful_figures(loaded: Loaded) -> list[Doubtful]:
    """Every figure that is marked secondary: those in force now and those without a year first."""
    found = [each for table in loaded.tables.values() for each in _doubtful_in(loaded, table)]
    return sorted(found, key=lambda each: not each.now)


def _doubtful_in(loaded: Loaded, table: Table) -> Iterator[Doubtful]:
    in_force = {CALENDAR: loaded.in_force.calendar_year, ACADEMIC: loaded.in_force.academic_year}
    newest = list(table.rows)[-1]
    for row in table.rows.values():
        now = stands_without_year(table) or row.key == in_force.get(table.keyed_by, newest)
        for column, cell in row.cells.items():
            if cell.status == "secondary":
                place = Place(table.name, row.key, column)
                official, official_row = _official_page(loaded, table, row.key, column)
                yield Doubtful(place, _plain(cell), cell.sources, now, official, official_row)


def _plain(cell: Cell) -> object:
    return cell.value if isinstance(cell.value, (str, dict)) else f"{cell.value:f}"


def _official_page(loaded: Loaded, table: Table, row: str, column: str) -> tuple[str | None, str | None]:
    """An official page with an address, and its row: of the figure itself, else of the nearest year before or after."""
    keys = list(table.rows)
    at = keys.index(row)
    # The rows of a table without years are about different things: one's page says nothing of another.
    others = () if stands_without_year(table) else (*reversed(keys[:at]), *keys[at + 1 :])
    for key in (row, *others):
        for source in table.rows[key].cells[column].sources:
            if loaded.sources[source]["kind"] == "official" and loaded.sources[source]["url"]:
                return source, key
    return None, None


# How it is shown


def as_data(loaded: Loaded) -> dict[str, list[dict]]:
    """The same as JSON-ready data: {"sources": […], "secondary": […]}."""
    figures, contacts = figures_by_source(loaded), contacts_by_source(loaded)
    return {
        "sources": [
            {
                "id": name,
                **loaded.sources[name],
                "figures": [vars(place) for place in figures[name]],
                "contacts": contacts[name],
            }
            for name in oldest_first(loaded)
        ],
        "secondary": [
            {
                **vars(each.place),
                "value": each.value,
                "sources": list(each.sources),
                "now": each.now,
                "official": each.official and {"source": each.official, "row": each.official_row},
            }
            for each in doubtful_figures(loaded)
        ],
    }


def as_markdown(loaded: Loaded, lang: str) -> str:
    """Both lists for a person to read."""
    say = words().say
    figures, contacts = figures_by_source(loaded), contacts_by_source(loaded)
    rows = [row for table in loaded.tables.values() for row in table.rows.values()]
    known = sum(cell.value is not None for row in rows for cell in row.cells.values())
    doubtful = doubtful_figures(loaded)
    parts = [
        f"# {say(lang, 'sources', 'title')}",
        say(lang, "sources", "about", sources=len(loaded.sources), figures=known),
        "\n".join(_source(loaded, name, figures[name], contacts[name], lang) for name in oldest_first(loaded)),
        f"## {say(lang, 'sources', 'secondary_title')}",
        say(lang, "sources", "secondary_about", count=len(doubtful)),
    ]
    for heading, now in (("now", True), ("older", False)):
        alike = groupby((each for each in doubtful if each.now == now), key=_alike)
        lines = [_doubtful(loaded, list(group), lang) for _, group in alike]
        if lines:
            parts += [f"### {say(lang, 'sources', heading)}", "\n".join(lines)]
    return "\n\n".join(parts)


def _source(loaded: Loaded, name: str, figures: list[Place], contacts: list[str], lang: str) -> str:
    say = words().say
    source = loaded.sources[name]
    read = say(lang, "sources", "never_read")
    if source["read"]:
        read = say(lang, "sources", "read", date=date.fromisoformat(source["read"]))
    lines = [f"- {source_text(name, source, lang)}, {read}"]
    by_row: dict[tuple[str, str], list[str]] = {}
    for place in figures:
        by_row.setdefault((place.table, place.row), []).append(place.column)
    for (table, row), columns in by_row.items():
        lines.append("  - " + say(lang, "sources", "stands", table=table, row=row, columns=", ".join(columns)))
    lines += ["  - " + say(lang, "sources", "contact", name=contact) for contact in contacts]
    if len(lines) == 1:
        lines.append("  - " + say(lang, "sources", "nothing"))
    return "\n".join(lines)


def _alike(each: Doubtful) -> tuple:
    """What the figures of one line share: the row, what they are known from, where to confirm them."""
    return each.place.table, each.place.row, each.sources, each.official, each.official_row


def _doubtful(loaded: Loaded, group: list[Doubtful], lang: str) -> str:
    say = words().say
    first = group[0]
    known = say(lang, "sources", "known_from", sources=", ".join(f"`{name}`" for name in first.sources))
    if first.official:
        source = source_text(first.official, loaded.sources[first.official], lang)
        key = "confirm_on_named" if first.official_row == first.place.row else "confirm_on_other"
        confirm = say(lang, "sources", key, source=source, row=first.official_row)
    else:
        own = loaded.tables[first.place.table].keyed_by == "institution"
        confirm = say(lang, "sources", "confirm_with_institution" if own else "confirm_nowhere")
    values = "; ".join(f"`{each.place.column}` {_shown(each.value, lang)}" for each in group)
    return f"- [ ] {first.place.table}, {first.place.row}: {values}\n  - {known}\n  - {confirm}"


def _shown(value: object, lang: str) -> object:
    return value[lang] if isinstance(value, Mapping) else value


# Links


def _links(loaded: Loaded, options: argparse.Namespace) -> int:
    urls: dict[str, list[str]] = {}
    for name, source in loaded.sources.items():
        if source["url"]:
            urls.setdefault(source["url"], []).append(name)
    tried = try_links(list(urls), options.timeout)
    closed = nothing_reached(tried)
    broken = [] if closed else [link for link in tried if link.kind in BROKEN]
    if options.json:
        listed = [{**vars(link), "sources": urls[link.url]} for link in ([] if closed else tried)]
        print(json.dumps({"reached": not closed, "links": listed}, ensure_ascii=False, indent=2))
    elif closed:
        print(words().say(options.lang, "links", "closed"))
    else:
        without = sum(source["url"] is None for source in loaded.sources.values())
        print(_links_markdown(tried, urls, len(broken), without, options.lang))
    return 1 if broken else 0


def _links_markdown(tried: list[Link], urls: Mapping[str, list[str]], broken: int, without: int, lang: str) -> str:
    say = words().say
    parts = [f"# {say(lang, 'links', 'title')}", say(lang, "links", "count", count=len(tried), broken=broken)]
    for kind in (*BROKEN, "moved", "barred"):
        lines = [_link(link, urls[link.url], lang) for link in tried if link.kind == kind]
        if lines:
            parts += [say(lang, "links", kind), "\n".join(lines)]
    parts.append(say(lang, "links", "well", count=sum(link.kind == "well" for link in tried)))
    parts.append(say(lang, "links", "unaddressed", count=without))
    return "\n\n".join(parts)


def _link(link: Link, sources: list[str], lang: str) -> str:
    answer = str(link.status or link.said)
    if link.location:
        answer = words().say(lang, "links", "to", status=link.status, location=link.location)
    return "- " + words().say(lang, "links", "line", url=link.url, sources=", ".join(sources), answer=answer)


if __name__ == "__main__":
    sys.exit(main())
