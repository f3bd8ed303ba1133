"""Pictures for the guidance pages, drawn at build from tables and calculators: {{ picture("wealth") }}.

Each picture is a figure: its point in a sentence, two drawings, one for a phone's width and one for a wider page, of
which the style sheet shows one, and the same content as text. Words stand in texts.yaml.
"""

from collections.abc import Callable
from html import escape

from scripts.pages.book import Book, Place
from scripts.pages.pictures import deposit_route, wealth, year
from scripts.pages.pictures.frame import Picture, figure
from scripts.pages.pictures.values import NotKnown, Teller

PICTURES: dict[str, Callable[[Teller], Picture]] = {
    "year": year.picture,
    "wealth": wealth.picture,
    "deposit-route": deposit_route.picture,
}


class NoSuchPicture(LookupError):
    """A page asks for a picture that does not exist. The message says which there are."""


def picture_html(book: Book, place: Place, name: str) -> str:
    """A picture as a <figure>, or a sentence in its place when a figure it needs is not published.

    Raises NoSuchPicture, and CannotDraw when a calculator no longer answers as the picture is drawn.
    """
    if name not in PICTURES:
        raise NoSuchPicture(f"there is no picture {name!r}; there is {', '.join(PICTURES)}")
    teller = Teller.open(book, place)
    try:
        return figure(teller, name, PICTURES[name](teller))
    except NotKnown as missing:
        return f'<p data-picture="{name}" data-not-published>{escape(str(missing))}</p>'
