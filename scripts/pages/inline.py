"""What a sentence may hold besides figures: terms with their explanation, whom to reach, links to outside pages."""

import re
from datetime import date
from html import escape

from scripts.pages.book import Book, Place


class NoSuchName(LookupError):
    """A page asks for a term, a contact or a source that does not exist. The message says which there are."""


def _entry(entries: dict, name: str, what: str, file: str) -> dict:
    if name not in entries:
        raise NoSuchName(f"there is no {what} {name!r} in {file}; there is {', '.join(entries)}")
    return entries[name]


def term_html(book: Book, place: Place, name: str, text: str | None = None) -> str:
    """A term where it first appears, with its explanation as a tip; `text` is its form in the sentence."""
    entry = _entry(book.glossary, name, "term", "data/glossary.yaml")
    shown = escape(text or entry["term"][book.lang])
    tip = escape(entry["explain"][book.lang])
    return f'<a class="term" data-term="{name}" href="{place.up}glossary/#{name}" title="{tip}">{shown}</a>'


def contact_html(book: Book, name: str, part: str = "value") -> str:
    """A phone number, postal address, page or account from data/contacts.yaml; `part` may name another key, as iban."""
    entry = _entry(book.tables.contents["contacts"], name, "contact", "data/contacts.yaml")
    value = ", ".join(entry["lines"]) if part == "value" and entry.get("lines") else entry.get(part)
    if not value:
        raise NoSuchName(f"contact {name!r} in data/contacts.yaml has no {part!r}")
    shown = f'<span class="contact__value">{escape(value)}</span>'
    if part == "value" and entry["kind"] == "phone":
        shown = f'<a class="contact__value" href="tel:{value.replace(" ", "")}">{escape(value)}</a>'
    if part == "value" and entry["kind"] == "web":
        shown = f'<a href="{escape(value)}" rel="external">{escape(entry["label"][book.lang])}</a>'
    mark = "" if entry["status"] == "official" else f'<span class="figure__mark">{book.say("figure", "mark")}</span>'
    return f'<span data-contact="{name}">{shown}{mark}</span>'


def hours_html(book: Book, name: str, which: str = "hours") -> str:
    """When a contact can be reached, as words inside a sentence; `which` is "hours" or "quietest"."""
    entry = _entry(book.tables.contents["contacts"], name, "contact", "data/contacts.yaml")
    hours = entry.get("hours")
    span = hours.get("quietest") if hours and which == "quietest" else hours
    if not span:
        raise NoSuchName(f"contact {name!r} in data/contacts.yaml has no {which}")
    return book.say("contacts", f"{which}_inline", start=span["from"], end=span["to"])


def outside_html(book: Book, name: str, text: str | None = None) -> str:
    """A link straight to a source's own page, in its title or in the words of the sentence."""
    source = _entry(book.tables.contents["sources"], name, "source", "data/sources.yaml")
    if not source["url"]:
        raise NoSuchName(f"the address of source {name!r} is not recorded; use source({name!r})")
    dated = source["page_date"]
    when = book.plain("outside", "dated", date=date.fromisoformat(dated)) if dated else book.plain("outside", "undated")
    tip = escape(f"{source['publisher']}, {when}")
    shown = escape(text or source["title"])
    return f'<a class="outside" href="{escape(source["url"])}" rel="external" title="{tip}">{shown}</a>'


def period_html(period: str) -> str:
    """A calendar year or academic year in a sentence that explains a change; the linter lets no other year pass."""
    if not re.fullmatch(r"\d{4}(-\d{2})?", period):
        raise NoSuchName(f"{period!r} is not a year; write 2020 or 2020-21")
    return f'<span class="period">{period}</span>'
