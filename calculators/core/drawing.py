"""What all pictures of answers are drawn with: words, shapes of SVG, the sample of a legend, the table beside.

Places along the width are in percent and heights in pixels, so that one drawing fits any width and its texts keep
their size. Looks come from classes: overrides/assets/css/picture.css.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

from calculators.core.answer import Answer
from calculators.core.dates import show_month
from calculators.core.money import Quantity, canonical, nok, show_number
from calculators.core.words import Words

# A value and how it is shown; the value is empty for mere words.
Shown = tuple[str, str]


@dataclass(frozen=True)
class Teller:
    """Says the words of one picture of an answer. `is_example` is for the case that nobody has typed yet."""

    answer: Answer
    words: Words
    name: str
    is_example: bool

    def say(self, *path: str, **shows: object) -> str:
        """A sentence of the picture's own, ready for HTML."""
        return escape(self.words.say(self.answer.lang, self.answer.calculator, "pictures", self.name, *path, **shows))

    def common(self, *path: str) -> str:
        """A sentence that all pictures share, ready for HTML."""
        return escape(self.words.say(self.answer.lang, "common", "pictures", *path))

    def value(self, value: Quantity | date) -> Shown:
        """A value with its unit."""
        return plain(value), escape(self.words.display(value, self.answer.lang))

    def amount(self, amount: Decimal) -> Shown:
        """An amount in NOK."""
        return self.value(nok(amount))

    def tick(self, value: Quantity | date) -> Shown:
        """A value on an axis, whose name says the unit."""
        if isinstance(value, date):
            return plain(value), show_month(f"{value:%Y-%m}", self.answer.lang)
        return plain(value), show_number(value.value, self.answer.lang, unit=value.unit)

    @property
    def you(self) -> str:
        """The role of the reader's own place: in the example it is nobody's yet."""
        return "example" if self.is_example else "you"


@dataclass(frozen=True)
class Drawn:
    """A finished drawing: its title, shapes and height in pixels; its legend as (sample, sentence); its table."""

    title: str
    shapes: str
    height: int
    legend: Sequence[tuple[str, str]]
    table: str


def plain(value: Quantity | date) -> str:
    """A value as it travels: a decimal string or an ISO date."""
    return value.isoformat() if isinstance(value, date) else canonical(value.value, value.unit)


def element(tag: str, css: str, **attributes: object) -> str:
    """An empty element; `data_value` becomes data-value."""
    given = "".join(f' {name.replace("_", "-")}="{value}"' for name, value in attributes.items())
    return f'<{tag} class="{css}"{given}/>'


def text(said: Shown | str, x: str, y: object, *, anchor: str = "start", css: str = "", strong: bool = False) -> str:
    """A text of the drawing, with the value it shows. `anchor` is start, middle or end."""
    value, words = ("", said) if isinstance(said, str) else said
    classes = "picture__text chart__text" + css + (" picture__text--strong" if strong else "")
    data = f' data-value="{value}"' if value else ""
    return f'<text class="{classes}" x="{x}" y="{y}" text-anchor="{anchor}"{data}>{words}</text>'


def sample(shape: str) -> str:
    """A shape as it stands before its words in a legend."""
    return f'<svg class="chart__sample" width="24" height="16" aria-hidden="true">{shape}</svg>'


def table(name: str, heads: Sequence[str], rows: Iterable[Sequence[Shown]]) -> str:
    """A table of values, to push sideways where it is too wide; the first of each row is its heading."""
    head = "".join(f'<th scope="col">{each}</th>' for each in heads)
    body = "".join(f"<tr>{_head(first)}{''.join(map(_cell, cells))}</tr>" for first, *cells in rows)
    return (
        f'<div class="chart__scroll" tabindex="0" role="region" aria-label="{name}"><table class="chart__table">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _head(said: Shown) -> str:
    return f'<th scope="row"{_data(said[0])}>{said[1]}</th>'


def _cell(said: Shown) -> str:
    return f"<td{_data(said[0])}>{said[1]}</td>"


def _data(value: str) -> str:
    return f' data-value="{value}"' if value else ""
