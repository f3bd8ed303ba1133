"""What stands around each drawing: its name for screen readers, the point in a sentence, the content as text."""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from xml.etree import ElementTree

from scripts.pages.pictures.svg import LINE, SMALL, as_html, finish, write
from scripts.pages.pictures.values import Sentence, Teller

# The widths the drawings are made for, in CSS pixels; picture.css shows the one that fits.
WIDTHS = {"narrow": 320, "wide": 600}


@dataclass(frozen=True)
class Note:
    """A sentence (HTML) to be read with a picture. With `after` it shows only when the reader's date is past that
    day (ISO): no page knows today's date when it is built."""

    html: str
    after: str = ""


@dataclass(frozen=True)
class Picture:
    """One picture: its short name, the sentence that says its point, what draws it at a width, the content as text.

    `content` is HTML, a table or list; `calculator` names the one the values come from, and `page` its page.
    """

    title: str
    caption: Sentence
    draw: Callable[[int], ElementTree.Element]
    content: str
    notes: tuple[Note, ...]
    calculator: str
    page: str


def closed(teller: Teller, drawing: ElementTree.Element, y: float) -> ElementTree.Element:
    """The drawing whose next line of text would stand at `y`, with its height and, where it has stars, their word."""
    if any((each.text or "").endswith("*") for each in drawing.iter("tspan")):
        y = write(drawing, [teller.say("doubtful")], 0, y, size=SMALL)
    return finish(drawing, y - LINE / 2)


def figure(teller: Teller, name: str, picture: Picture) -> str:
    """The whole picture as one line of HTML, so that Markdown leaves it alone."""
    drawings = "".join(_drawing(teller, name, picture, kind, width) for kind, width in WIDTHS.items())
    title = escape(teller.book.words.say(teller.book.lang, picture.calculator, "title"))
    link = f'<a href="{teller.place.up}{picture.page}/#{picture.calculator}-title">{title}</a>'
    notes = "".join(map(_note, (*picture.notes, Note(f"{escape(teller.plain('own_case'))} {link}"))))
    return (
        f'<figure class="picture" data-picture="{name}" data-search-exclude>'
        f"<figcaption>{teller.html(picture.caption)}</figcaption>{drawings}"
        f'<ul class="picture__notes">{notes}</ul>'
        f"<details><summary>{escape(teller.plain('as_text'))}</summary>{picture.content}</details>"
        "</figure>"
    )


def _note(note: Note) -> str:
    until = f' data-valid-until="{note.after}" hidden' if note.after else ""
    return f"<li{until}>{note.html}</li>"


def _drawing(teller: Teller, name: str, picture: Picture, kind: str, width: int) -> str:
    svg = picture.draw(width)
    named = f"picture-{name}-{kind}"
    for place, (tag, text) in enumerate((("title", picture.title), ("desc", teller.plain("described")))):
        child = ElementTree.Element(tag, {"id": f"{named}-{tag}"})
        child.text = text
        svg.insert(place, child)
    svg.set("class", f"picture__drawing picture__drawing--{kind}")
    svg.set("role", "img")
    svg.set("aria-labelledby", f"{named}-title {named}-desc")
    return as_html(svg)
