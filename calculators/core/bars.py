"""Draws amounts one under the other, each with its words above its bar; a gap is an empty place that says so."""

from collections.abc import Iterable
from decimal import Decimal

from calculators.core.drawing import Drawn, Shown, Teller, element, sample, table, text
from calculators.core.money import HUNDRED, ZERO, canonical
from calculators.core.picture import Bar, Bars

ROW, BAR = 40, 10
BASELINE = 14


def draw_bars(picture: Bars, teller: Teller) -> Drawn:
    """The drawing of the bars in the words of a teller."""
    highest = max((bar.amount for bar in picture.bars if bar.amount is not None), default=ZERO)
    shapes = []
    for number, bar in enumerate(picture.bars):
        top = number * ROW + 2
        shapes.append(_bar(bar, highest, top))
        name = teller.say("rows", bar.key, **bar.shows)
        shapes.append(text(name, "0", top + BASELINE, strong=bar.chosen))
        shapes.append(text(_amount(bar, teller), "100%", top + BASELINE, anchor="end", strong=bar.chosen))
    heads = [teller.say("columns", "row"), teller.say("columns", "amount")]
    rows = [[("", _with_remarks(bar, teller)), _amount(bar, teller)] for bar in picture.bars]
    title = teller.say("title", **picture.shows)
    legend = tuple(_legend(picture, teller))
    return Drawn(title, "".join(shapes), len(picture.bars) * ROW + 2, legend, table(title, heads, rows))


def _bar(bar: Bar, highest: Decimal, top: int) -> str:
    if bar.amount is None:
        css, share, data = "chart__bar chart__bar--gap", HUNDRED, {}
    else:
        css = "chart__bar" + " chart__bar--open" * bar.open
        share = (bar.amount / highest * HUNDRED).quantize(Decimal("0.01")) if highest else ZERO
        data = {"data_value": canonical(bar.amount, "NOK")}
    css += " chart__bar--chosen" * bar.chosen
    return element("rect", css, x=0, y=top + BASELINE + 7, width=f"{share:f}%", height=BAR, **data)


def _amount(bar: Bar, teller: Teller) -> Shown:
    return ("", teller.say("gap")) if bar.amount is None else teller.amount(bar.amount)


def _with_remarks(bar: Bar, teller: Teller) -> str:
    remarks = [teller.say(kind) for kind, is_so in (("chosen", bar.chosen), ("open", bar.open)) if is_so]
    return teller.say("rows", bar.key, **bar.shows) + (f" ({', '.join(remarks)})" if remarks else "")


def _legend(picture: Bars, teller: Teller) -> Iterable[tuple[str, str]]:
    kinds = {
        "chosen": any(bar.chosen for bar in picture.bars),
        "open": any(bar.open for bar in picture.bars),
        "gap": any(bar.amount is None for bar in picture.bars),
    }
    for kind in (kind for kind, is_there in kinds.items() if is_there):
        shape = element("rect", f"chart__bar chart__bar--{kind}", x=2, y=2, width=20, height=12)
        yield sample(shape), teller.say(f"{kind}_means")
