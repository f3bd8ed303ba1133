"""The buttons under an answer: what the reader can take along, and where an error is reported.

They stand in the page hidden and are shown by JavaScript with the reader's first answer: without it they do nothing.
"""

from html import escape
from urllib.parse import urlsplit

from calculators.core.files import kinds
from calculators.core.report import ISSUE, MAIL, NOWHERE, PAGE, channel
from scripts.pages.book import Book

_SAYS = ("text", "saved", "not_copied")


def take_along_html(book: Book, calculator: str, write_to: str | None, *, link: str = "link") -> str:
    """The block of buttons for one calculator; `write_to` is the setting `extra.write_to`, checked by write_to.py.

    `link` is the key of the sentence that tells that the link was copied.
    """
    buttons = ["link", "print", "text", *kinds(calculator), "report"]
    shown = "".join(
        f'<button class="ds-button" data-variant="secondary" type="button" data-do="{each}">'
        f"{book.say('take', 'do', each)}</button>"
        for each in buttons
    )
    where = channel(write_to)
    host = urlsplit(write_to or "").hostname or ""
    says = {each.replace("_", "-"): book.say("take", "says", each) for each in _SAYS}
    says["link"] = book.say("take", "says", link)
    says["report"] = book.say("take", "report", where, host=host)
    data = "".join(f' data-say-{name}="{text}"' for name, text in says.items())
    return (
        f'<div class="calculator__take" data-take data-write-to="{escape(write_to or "")}"{data} hidden>'
        f"<h3>{book.say('take', 'heading')}</h3>"
        f'<div class="calculator__buttons">{shown}</div>'
        '<p data-take-status role="status"></p>'
        f"<div data-take-panel hidden>"
        f'<label class="ds-label" for="{calculator}-take-text">{book.say("take", "panel")}</label>'
        f'<textarea class="ds-input" id="{calculator}-take-text" rows="10" spellcheck="false"></textarea>'
        f"{_sending(book, where, host)}</div></div>"
    )


def _sending(book: Book, where: str, host: str) -> str:
    """What stands under the text of a report: the way to its receiver, and a button that copies it."""
    copy = (
        f'<button class="ds-button" data-variant="secondary" type="button" data-do="copy">'
        f"{book.say('take', 'do', 'copy')}</button>"
    )
    if where == NOWHERE:
        return f'<div class="calculator__buttons" data-take-send hidden>{copy}</div>'
    to = book.say("take", "open", MAIL if where == MAIL else PAGE, host=host)
    outside = "" if where == MAIL else ' target="_blank" rel="noopener noreferrer"'
    # Only such an address takes the text with it; on any other page the reader pastes it.
    takes = " data-takes-text" if where in (MAIL, ISSUE) else ""
    link = f'<a class="ds-button" data-take-open{takes}{outside}>{to}</a>'
    return f'<div class="calculator__buttons" data-take-send hidden>{link}{copy}</div>'
