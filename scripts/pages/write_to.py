"""Where readers tell us of an error: the setting `extra.write_to`, an e-mail address or a page."""

from html import escape

from scripts.pages.book import Book


def write_to_html(book: Book, address: str | None) -> str:
    """A sentence with the address as a link; a sentence that there is none, where it is not set.

    Raises ValueError for what is neither an e-mail address nor a whole https address.
    """
    if not address:
        return book.say("write_to", "none")
    if address.startswith("https://"):
        href = address
    elif address.count("@") == 1 and " " not in address:
        href = f"mailto:{address}"
    else:
        raise ValueError(f"extra.write_to is {address!r}; write an e-mail address, or an address from https:// on")
    shown = escape(address.removeprefix("https://"))
    return book.say("write_to", "given", address="\0").replace("\0", f'<a href="{escape(href)}">{shown}</a>')
