"""Drawing in SVG: elements, and texts that break into lines before any browser has measured them.

Colours come from classes (overrides/assets/css/picture.css); sizes stand here, since the lines are broken for them.
"""

from collections.abc import Sequence
from itertools import chain
from xml.etree import ElementTree

from scripts.pages.pictures.values import Sentence, Value, Word

SIZE = 14
SMALL = 13
LINE = 19

# Widths in hundredths of the font size, as in DejaVu Sans: the widest of the fonts that "system-ui" may stand for.
_WIDTHS = {
    character: width
    for width, characters in {
        36: "ijlIJ ,.’'·:;/|\u00a0-f",
        41: "()[]tr!",
        54: '*_–«»“”"sz?c',
        70: "aoøåeébdghnpquvxykTYFLPESKAVÅBRXZC$0123456789",
    }.items()
    for character in characters
}
_OTHER = 100
_BOLD = 1.13


def element(parent: ElementTree.Element, tag: str, css: str = "", **attributes: object) -> ElementTree.Element:
    """Add an element; numbers are written without needless decimals, `data_value` becomes data-value."""
    given = {"class": css} if css else {}
    given |= {name.rstrip("_").replace("_", "-"): number(value) for name, value in attributes.items()}
    return ElementTree.SubElement(parent, tag, given)


def number(value: object) -> str:
    """A measure as an attribute holds it: one decimal at most."""
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)


def canvas(width: int) -> ElementTree.Element:
    """An empty drawing of this width; `finish` gives it its height."""
    return ElementTree.Element("svg", {"data-width": str(width)})


def finish(svg: ElementTree.Element, height: float) -> ElementTree.Element:
    """Set the drawing's frame once its height is known."""
    svg.set("viewBox", f"0 0 {svg.attrib.pop('data-width')} {number(float(height))}")
    return svg


def as_html(svg: ElementTree.Element) -> str:
    """The drawing as it stands inside a page."""
    return ElementTree.tostring(svg, encoding="unicode")


# Text


def text_of(word: Word) -> str:
    """A word as the drawing shows it."""
    return "".join(part.drawn if isinstance(part, Value) else part for part in word)


def width_of(text: str, size: int = SIZE, *, bold: bool = False) -> float:
    """The room a text takes, estimated generously."""
    hundredths = sum(_WIDTHS.get(character, _OTHER) for character in text)
    return hundredths * size / 100 * (_BOLD if bold else 1)


def broken(sentence: Sentence, width: float, size: int = SIZE, *, bold: bool = False) -> list[Sentence]:
    """The sentence in lines of at most this width; only a single word may be wider."""
    lines: list[list[Word]] = []
    for word in sentence:
        longer = " ".join(map(text_of, [*lines[-1], word])) if lines else ""
        if lines and width_of(longer, size, bold=bold) <= width:
            lines[-1].append(word)
        else:
            lines.append([word])
    return [tuple(line) for line in lines]


def write(
    parent: ElementTree.Element,
    lines: Sequence[Sentence],
    x: float,
    y: float,
    css: str = "picture__text",
    *,
    size: int = SIZE,
    anchor: str = "start",
) -> float:
    """Write lines one under the other, the first on the baseline `y`; returns the baseline after the last.

    Values stand in an element of their own with `data-value`. `anchor` is start, middle or end.
    """
    for line in lines:
        text = element(parent, "text", css, x=float(x), y=float(y), font_size=size, text_anchor=anchor)
        last = None
        for part in chain.from_iterable((*([" "] if number else []), *word) for number, word in enumerate(line)):
            if isinstance(part, Value):
                last = element(text, "tspan", "picture__value", data_value=part.value)
                last.text = part.drawn
            elif last is None:
                text.text = (text.text or "") + part
            else:
                last.tail = (last.tail or "") + part
        y += LINE
    return y


def arrow(parent: ElementTree.Element, x: float, top: float, bottom: float) -> None:
    """A line down from `top` that ends in a point at `bottom`."""
    element(parent, "line", "picture__line", x1=float(x), y1=float(top), x2=float(x), y2=float(bottom - 6))
    points = f"{number(float(x - 5))},{number(float(bottom - 8))} {number(float(x + 5))},{number(float(bottom - 8))}"
    element(parent, "polygon", "picture__point", points=f"{points} {number(float(x))},{number(float(bottom))}")
