"""Draws a curve: its lines, the limit, the reader's own place, and the amounts beside the axes.

Only drawn values are written on the axes, so that each number in the picture is an answer.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from calculators.core.drawing import Drawn, Shown, Teller, element, sample, table, text
from calculators.core.money import HUNDRED, NO_BREAK_SPACE, nok
from calculators.core.picture import Curve, Point

NARROWEST = 250
"""The width in pixels, inside a phone of 360, for which the texts along an axis must keep clear of each other."""
LETTER = 8
"""The room for a digit in pixels, on the generous side."""

TOP, BOTTOM = 40, 200
HEIGHT = BOTTOM - TOP
LINE = 18
FINE = 100
ASIDE = "10"
QUIET = " picture__text--quiet"


def draw_curve(curve: Curve, teller: Teller) -> Drawn:
    """The drawing of a curve in the words of a teller."""
    plane = _Plane.of(curve)
    heights = _heights(curve, plane)
    below = BOTTOM + LINE * (3 if curve.you else 2)
    shapes = [
        text(teller.say("y"), "0", LINE - 4, css=QUIET),
        *_levels(curve, plane, heights),
        *_limits(curve, plane),
        *_leads(curve, plane),
        *(_line(curve, plane, number) for number in range(len(curve.points[0].ys))),
        *_dots(curve, plane),
        *_beside(curve, plane, heights, teller),
        *_below(curve, plane, teller),
        text(teller.say("x"), "100%", below, anchor="end", css=QUIET),
    ]
    legend = tuple(_legend(curve, teller))
    return Drawn(teller.say("title"), "".join(shapes), below + 8, legend, _table(curve, teller))


@dataclass(frozen=True)
class _Plane:
    """Where values lie: across in hundredths of a percent of the width, up in pixels."""

    first: Decimal
    last: Decimal
    highest: Decimal

    @classmethod
    def of(cls, curve: Curve) -> "_Plane":
        """The plane that just holds a curve."""
        return cls(curve.points[0].x, curve.points[-1].x, max(y for point in curve.points for y in point.ys))

    def fine(self, x: Decimal) -> int:
        """Across, in hundredths of a percent."""
        return int(((x - self.first) / (self.last - self.first) * HUNDRED * FINE).to_integral_value())

    def across(self, x: Decimal) -> str:
        """Across, as an attribute holds it."""
        return f"{Decimal(self.fine(x)) / FINE:f}%"

    def up(self, y: Decimal) -> Decimal:
        """The height, in tenths of a pixel."""
        return (BOTTOM - y / self.highest * HEIGHT).quantize(Decimal("0.1"))


# Shapes


def _levels(curve: Curve, plane: _Plane, heights: Iterable[Decimal]) -> Iterable[str]:
    """A line across at each height that is written, but the reader's own; a heavier one at the most that counts."""
    for y in heights:
        if y != curve.most and (curve.you is None or y != curve.you.ys[0]):
            yield element("line", "picture__grid", x1="0", x2="100%", y1=plane.up(y), y2=plane.up(y))
    if curve.most is not None:
        y = plane.up(curve.most)
        yield element("line", "chart__most", x1="0", x2="100%", y1=y, y2=y)


def _limits(curve: Curve, plane: _Plane) -> Iterable[str]:
    for point in curve.points:
        if "limit" in point.roles:
            x = plane.across(point.x)
            yield element("line", "picture__limit", x1=x, x2=x, y1=TOP - 4, y2=BOTTOM + 4)


def _leads(curve: Curve, plane: _Plane) -> Iterable[str]:
    """Thin lines from the reader's place to its amounts beside and below."""
    if curve.you:
        x, y = plane.across(curve.you.x), plane.up(curve.you.ys[0])
        yield element("line", "chart__lead", x1="0", x2=x, y1=y, y2=y)
        yield element("line", "chart__lead", x1=x, x2=x, y1=y, y2=BOTTOM + LINE + 4)


def _line(curve: Curve, plane: _Plane, number: int) -> str:
    """A line through all points, stretched to the width while its stroke is not."""
    points = " ".join(f"{plane.fine(point.x)},{plane.up(point.ys[number]) - TOP}" for point in curve.points)
    frame = f'x="0" y="{TOP}" width="100%" height="{HEIGHT}" viewBox="0 0 {100 * FINE} {HEIGHT}"'
    line = f'<polyline class="picture__curve chart__curve chart__curve--{number}" points="{points}"/>'
    return f'<svg {frame} preserveAspectRatio="none" overflow="visible">{line}</svg>'


def _dots(curve: Curve, plane: _Plane) -> Iterable[str]:
    """A dot at each corner, and above them all the reader's own place; lines of many points have no corners."""
    for point in sorted(curve.points, key=lambda point: point is curve.you) if not curve.lines else ():
        yield element(
            "circle",
            "chart__you" if point is curve.you else "chart__corner",
            cx=plane.across(point.x),
            cy=plane.up(point.ys[0]),
            r=6 if point is curve.you else 3,
        )


# Texts


def _heights(curve: Curve, plane: _Plane) -> list[Decimal]:
    """The heights that are written: the reader's first, and none so near another that the texts touch."""
    own = [curve.you.ys[0]] if curve.you else []
    most = [] if curve.most is None else [curve.most]
    ends = sorted((y for point in (curve.points[0], curve.points[-1]) for y in point.ys), reverse=True)
    chosen: list[Decimal] = []
    for y in [*own, *most, *ends]:
        if all(abs(plane.up(y) - plane.up(other)) >= LINE for other in chosen):
            chosen.append(y)
    return chosen


def _beside(curve: Curve, plane: _Plane, heights: Iterable[Decimal], teller: Teller) -> Iterable[str]:
    """The heights at the left, where every line is level or far; a little aside where the reader's dot is."""
    for y in heights:
        is_own = curve.you is not None and y == curve.you.ys[0]
        x = ASIDE if is_own and plane.fine(curve.you.x) < 5 * FINE else "0"
        yield text(teller.tick(nok(y)), x, plane.up(y) - 4, strong=is_own)


def _below(curve: Curve, plane: _Plane, teller: Teller) -> Iterable[str]:
    """The places along the axis in two rows, the reader's own in the second, each where it touches no other."""
    marked = {role: point for point in curve.points for role in point.roles}
    rows: tuple[list[tuple[int, int]], ...] = ([], [])
    written: list[Point] = []
    for point in (marked.get("limit"), curve.you, marked.get("gone"), curve.points[-1], curve.points[0]):
        if point is None or point in written:
            continue
        start, end = _span(plane.fine(point.x), teller.tick(point.shown))
        for number in (1,) if point is curve.you else range(2 if curve.you else 1):
            if all(end <= other_start or start >= other_end for other_start, other_end in rows[number]):
                rows[number].append((start, end))
                written.append(point)
                yield _tick(point, plane, teller, BOTTOM + LINE * (number + 1), strong=point is curve.you)
                break


def _tick(point: Point, plane: _Plane, teller: Teller, y: int, *, strong: bool) -> str:
    said = teller.tick(point.shown)
    fine = plane.fine(point.x)
    return text(said, plane.across(point.x), y, anchor=_anchor(_place(fine), _width(said)), strong=strong)


def _place(fine: int) -> int:
    """Where a hundredth of a percent of the width lies in the narrowest drawing, in pixels."""
    return fine * NARROWEST // (100 * FINE)


def _width(said: Shown) -> int:
    """The room that a text takes at most, in pixels."""
    return len(said[1]) * LETTER


def _anchor(place: int, width: int) -> str:
    """How a text of this width is anchored at this place of the narrowest drawing, so that it stays inside."""
    if place < width // 2:
        return "start"
    return "end" if place + width // 2 > NARROWEST else "middle"


def _span(fine: int, said: Shown) -> tuple[int, int]:
    """From where to where a text lies in the narrowest drawing, with a space after it."""
    place, width = _place(fine), _width(said)
    start = place - {"start": 0, "middle": width // 2, "end": width}[_anchor(place, width)]
    return start, start + width + LETTER


# Beside the drawing


def _sample_line(css: str) -> str:
    return sample(element("line", css, x1="0", x2="24", y1="8", y2="8"))


def _sample_dot(css: str) -> str:
    return sample(element("circle", css, cx="12", cy="8", r="5"))


SAMPLES = {
    "you": _sample_dot("chart__you"),
    "limit": _sample_line("picture__limit"),
    "gone": _sample_dot("chart__corner"),
}


def _legend(curve: Curve, teller: Teller) -> Iterable[tuple[str, str]]:
    """What the marks mean, each with the amounts it stands for."""
    for number, name in enumerate(curve.lines):
        yield _sample_line(f"picture__curve chart__curve chart__curve--{number}"), teller.say("lines", name)
    for point in curve.points:
        for role in point.roles:
            who, x, y = teller.common("who", teller.you), teller.value(point.shown), teller.amount(point.ys[0])
            yield SAMPLES[role], teller.say(role, who=who, x=x[1], y=y[1])
    if curve.most is not None:
        yield _sample_line("chart__most"), teller.say("most", most=teller.amount(curve.most)[1])


def _table(curve: Curve, teller: Teller) -> str:
    heads = [teller.say("x"), *(teller.say("lines", name) for name in curve.lines)]
    rows = []
    for point in curve.points:
        is_day = isinstance(point.shown, date)
        value, said = teller.tick(point.shown) if is_day else teller.value(point.shown)
        roles = [teller.common("roles", teller.you if role == "you" else role) for role in point.roles]
        if is_day:
            # A table of three columns fits a phone when the month and the year may part; amounts never do.
            said = said.replace(NO_BREAK_SPACE, " ")
        if roles:
            said = f"{said} ({', '.join(roles)})"
        heights = [teller.tick(nok(y)) if curve.lines else teller.amount(y) for y in point.ys]
        rows.append([(value, said), *heights])
    if curve.most is not None:
        rows.append([("", teller.common("roles", "most")), teller.amount(curve.most)])
    return table(teller.say("title"), heads if curve.lines else [*heads, teller.say("y")], rows)
