"""How much of the grant wealth can take: a line for each household whose limit is known, by the wealth calculator."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from xml.etree import ElementTree

from calculators.core.answer import Answer
from calculators.core.money import ZERO, Quantity, canonical, nok, show, show_number
from scripts.pages.figures import figure_html
from scripts.pages.pictures import svg
from scripts.pages.pictures.frame import Note, Picture, closed
from scripts.pages.pictures.values import CannotDraw, Teller, Value, newest_known

HOUSEHOLDS = ("single", "couple")
# Net wealth minus the limit, in NOK: round numbers for the axis.
EXCESSES = tuple(Decimal(each) for each in (-50_000, 0, 100_000, 200_000, 300_000))
SHOWN_NOTICES = ("at_most_the_conversion_loan", "rate_not_confirmed_since")


@dataclass(frozen=True)
class Line:
    """What the calculator answers for one household: its limit, and the reduction at each of EXCESSES."""

    household: str
    limit: Value
    reductions: tuple[Value, ...]


def picture(teller: Teller) -> Picture:
    """The chart for the calendar year in force, or for the newest year whose limit is known."""
    tables, start = teller.book.tables, teller.book.words.contents["wealth"]["start"]
    in_force, year = tables.in_force["calendar_year"], newest_known(tables, "wealth_limit", *HOUSEHOLDS)
    case = {"year": year, "months": start["months"]}
    lines = {each: _line(teller, each, case) for each in HOUSEHOLDS if tables.find("wealth_limit", each, year)}
    first = next(iter(lines))
    months = Quantity(Decimal(start["months"]), "months")
    notes = [] if year == in_force else [teller.plain("wealth", "other_year", in_force=in_force, year=year)]
    notices = _ask(teller, first, case, EXCESSES[-1]).result["notices"]
    notes += [each["text"] for each in notices if each["kind"] in SHOWN_NOTICES]
    return Picture(
        title=teller.plain("wealth", "title", year=year),
        caption=teller.say(
            "wealth",
            "caption",
            first,
            excess=Value(show(nok(EXCESSES[2]), teller.book.lang), str(EXCESSES[2])),
            reduction=lines[first].reductions[2],
            months=Value(show(months, teller.book.lang), start["months"]),
        ),
        draw=lambda width: _draw(teller, lines, year, width),
        content=_table(teller, lines, year),
        notes=tuple(Note(escape(each)) for each in notes),
        calculator="wealth",
        page="wealth",
    )


def _ask(teller: Teller, household: str, case: Mapping[str, str], excess: Decimal) -> Answer:
    limit = teller.book.tables.limit("wealth_limit", household, case["year"])
    return teller.ask("wealth", {**case, "household": household, "net_wealth": f"{limit.value + excess:f}"})


def _line(teller: Teller, household: str, case: Mapping[str, str]) -> Line:
    """The calculator's answers along the axis. Raises CannotDraw if it sees another excess than the axis."""
    reductions = []
    for excess in EXCESSES:
        done = _ask(teller, household, case, excess)
        if Decimal(done.result["outputs"]["excess"]) != max(ZERO, excess):
            raise CannotDraw(f"wealth finds {done.result['outputs']['excess']} over the limit, the axis has {excess}")
        reductions.append(teller.output(done, "reduction", doubtful=False))
    return Line(household, teller.figure("wealth_limit", household, case["year"]), tuple(reductions))


# Beside the drawing


def _table(teller: Teller, lines: Mapping[str, Line], year: str) -> str:
    """The limits and every point of the lines; a household without a limit stands there as a gap."""
    heads = "".join(f'<th scope="col">{escape(teller.plain("wealth", each))}</th>' for each in HOUSEHOLDS)
    head = f'<tr><th scope="col">{escape(teller.plain("wealth", "columns", "above"))}</th>{heads}</tr>'
    limits = [figure_html(teller.book, teller.place, "wealth_limit", each, year)[0] for each in HOUSEHOLDS]
    rows = [(teller.html(teller.say("wealth", "limit_row", year=Value(year, year))), limits)]
    gap = escape(teller.plain("gap", year=year))
    for number, excess in enumerate(EXCESSES):
        which = "below" if excess < ZERO else "above" if excess else "at"
        shown = Value(show(nok(abs(excess)), teller.book.lang), str(abs(excess)))
        cells = [teller.html(((lines[each].reductions[number],),)) if each in lines else gap for each in HOUSEHOLDS]
        rows.append((teller.html(teller.say("wealth", "rows", which, excess=shown)), cells))
    body = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{cell}</td>" for cell in cells)}</tr>' for name, cells in rows
    )
    return f"<table><thead>{head}</thead><tbody>{body}</tbody></table>"


# The drawing

HEIGHT = 230
MARK = 4
SAMPLE = 28


@dataclass(frozen=True)
class Plane:
    """The area of the chart, and where a point of it lies."""

    left: float
    right: float
    top: float
    bottom: float
    most: Decimal

    def across(self, excess: Decimal) -> float:
        """The place of an amount above the limit."""
        share = (excess - EXCESSES[0]) / (EXCESSES[-1] - EXCESSES[0])
        return self.left + (self.right - self.left) * float(share)

    def up(self, reduction: Value) -> float:
        """The height of a reduction."""
        return self.bottom - (self.bottom - self.top) * float(Decimal(reduction.value) / self.most)


def _draw(teller: Teller, lines: Mapping[str, Line], year: str, width: int) -> ElementTree.Element:
    """The legend with the limits, and below it the chart."""
    drawing = svg.canvas(width)
    y = _draw_legend(drawing, teller, lines, year, width)
    y = svg.write(drawing, svg.broken(teller.say("wealth", "up"), width), 0, y + svg.LINE)
    steepest = max(lines.values(), key=lambda line: Decimal(line.reductions[-1].value))
    most = Decimal(steepest.reductions[-1].value)
    left = svg.width_of(_tick(teller, most).drawn, svg.SMALL) + 8
    right = width - svg.width_of(_tick(teller, EXCESSES[-1]).drawn, svg.SMALL) / 2
    plane = Plane(left, right, y, y + HEIGHT, most)
    _draw_axes(drawing, teller, plane, steepest)
    for line in lines.values():
        _draw_line(drawing, plane, line)
    name = svg.broken(teller.say("wealth", "across"), width)
    y = svg.write(drawing, name, width, plane.bottom + svg.LINE * 2.3, anchor="end")
    return closed(teller, drawing, y + 6)


def _tick(teller: Teller, amount: Decimal) -> Value:
    """A number on an axis, whose name says the unit."""
    return Value(show_number(amount, teller.book.lang, unit="NOK"), canonical(amount, "NOK"))


def _draw_legend(
    drawing: ElementTree.Element, teller: Teller, lines: Mapping[str, Line], year: str, width: int
) -> float:
    """Who each line is for and what the limit is; a limit that is not known is said here too."""
    y = svg.LINE * 0.75
    for household in HOUSEHOLDS:
        who, said = teller.plain("wealth", household), Value(year, year)
        if household in lines:
            height = y - svg.SIZE * 0.33
            css = f"picture__curve picture__curve--{household}"
            svg.element(drawing, "line", css, x1=0, x2=SAMPLE, y1=height, y2=height)
            text = teller.say("wealth", "limit", who=who, limit=lines[household].limit, year=said)
        else:
            text = teller.say("wealth", "no_limit", who=who, year=said)
        y = svg.write(drawing, svg.broken(text, width - SAMPLE - 8), SAMPLE + 8, y) + 4
    return y


def _draw_axes(drawing: ElementTree.Element, teller: Teller, plane: Plane, line: Line) -> None:
    """The limit, and a grid through the points of one line: so each number on the axes is an answer."""
    for excess, reduction in zip(EXCESSES[1:], line.reductions[1:], strict=True):
        height = plane.up(reduction)
        svg.element(drawing, "line", "picture__grid", x1=plane.left, x2=plane.right, y1=height, y2=height)
        number = _tick(teller, Decimal(reduction.value))
        svg.write(drawing, [((number,),)], plane.left - 8, height + 5, size=svg.SMALL, anchor="end")
        name = ((_tick(teller, excess),),) if excess else teller.say("wealth", "at_limit")
        svg.write(drawing, [name], plane.across(excess), plane.bottom + svg.LINE, size=svg.SMALL, anchor="middle")
    limit = plane.across(ZERO)
    svg.element(drawing, "line", "picture__limit", x1=limit, x2=limit, y1=plane.top - 4, y2=plane.bottom + 4)


def _draw_line(drawing: ElementTree.Element, plane: Plane, line: Line) -> None:
    points = [(plane.across(excess), plane.up(value)) for excess, value in zip(EXCESSES, line.reductions, strict=True)]
    path = " ".join(f"{svg.number(x)},{svg.number(y)}" for x, y in points)
    svg.element(drawing, "polyline", f"picture__curve picture__curve--{line.household}", points=path)
    for (x, y), reduction in zip(points, line.reductions, strict=True):
        css = f"picture__knot picture__knot--{line.household}"
        svg.element(drawing, "circle", css, cx=x, cy=y, r=MARK, data_value=reduction.value)
