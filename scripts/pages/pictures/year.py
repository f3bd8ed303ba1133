"""The academic year in force as a timeline: when to apply, every payment, and when the answer on the grant comes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from xml.etree import ElementTree

from calculators.core.answer import Answer
from calculators.core.dates import show_date, show_month_day
from calculators.core.tables import Limit
from calculators.support import calendar_year_of, semesters_of
from scripts.pages.pictures import svg
from scripts.pages.pictures.frame import Note, Picture, closed
from scripts.pages.pictures.values import NotKnown, Sentence, Teller, Value, is_doubtful, limits_of, sentence


@dataclass(frozen=True)
class Heading:
    """The start of a part of the year: its name, and what it comes to."""

    name: Sentence
    sums: Sentence = ()


@dataclass(frozen=True)
class Event:
    """One entry: when, what it is, a remark, and for a payment its amount. `kind` is payment, deadline or other.

    `ours` marks an amount that is our own arithmetic, printed nowhere.
    """

    when: Sentence
    what: Sentence
    remark: Sentence = ()
    kind: str = "other"
    amount: Value | None = None
    ours: bool = False

    @property
    def day(self) -> str:
        """The day of a payment or deadline, as ISO text."""
        return self.when[0][0].value


Row = Heading | Event


def picture(teller: Teller) -> Picture:
    """The timeline of the academic year in force, for full time in Norway."""
    academic_year = teller.book.tables.in_force["academic_year"]
    support = teller.ask("support", {"academic_year": academic_year})
    told = {each["kind"] for each in support.result["notices"]}
    rest = [teller.plain("year", "pattern", year=academic_year)] if "payment_pattern" in told else []
    # The calculator must be told a day. Seen from the first day of support no deadline of the year has passed.
    first_day = support.result["outputs"]["payments"][0]["earliest"]
    try:
        deadlines = teller.ask("deadlines", {"academic_year": academic_year, "period": "year", "today": first_day})
    except NotKnown as missing:
        deadlines = None
        rest.append(str(missing))
    rows = list(_rows(teller, academic_year, support, deadlines))
    return Picture(
        title=teller.plain("year", "title", year=academic_year),
        caption=teller.say("year", "caption", day=teller.figure("disbursement_rule", "day_of_month", "norway")),
        draw=lambda width: _draw(teller, rows, width),
        content=_table(teller, rows),
        notes=(
            *(_passed(teller, row.day) for row in rows if isinstance(row, Event) and row.kind == "deadline"),
            Note(escape(teller.plain("year", "case"))),
            *(Note(escape(each)) for each in rest),
        ),
        calculator="support",
        page="support",
    )


# What happens


def _rows(teller: Teller, academic_year: str, support: Answer, deadlines: Answer | None) -> Iterator[Row]:
    """Everything in order of time, under a heading for each part of the year; deadlines where they are known."""
    semesters = semesters_of("year")
    years = {semester: calendar_year_of(academic_year, semester) for semester in semesters}
    yield Heading(teller.say("year", "before"))
    opens = teller.book.tables.limit("application_opens", "opens", "autumn_and_spring")
    shown = teller.book.words.display(opens.shown, teller.book.lang)
    begins = _year(years[semesters[0]])
    yield Event(teller.say("year", "opens_when", opens=shown, year=begins), teller.say("year", "opens"))
    dated = [*_payments(teller, support, years), *(_deadlines(teller, deadlines) if deadlines else ())]
    for semester in semesters:
        yield _semester(teller, academic_year, semester, years[semester])
        within = [(day, event) for day, event in dated if day.year == years[semester]]
        # Payments come first in the list, and so on a day that has both.
        yield from (event for _, event in sorted(within, key=lambda each: each[0]))
    yield Heading(teller.say("year", "after"))
    for semester in semesters:
        # Lånekassen waits for the tax assessment of the calendar year that the support was for.
        when = teller.say("year", "decision_when", year=_year(years[semester] + 1))
        yield Event(when, teller.say("year", "decision", semester, year=_year(years[semester])))


def _year(year: int) -> Value:
    return Value(str(year), str(year))


def _semester(teller: Teller, academic_year: str, semester: str, year: int) -> Heading:
    """The heading of a semester: its months of support and what it comes to, asked about alone."""
    alone = teller.ask("support", {"academic_year": academic_year, "period": semester})
    months = [*limits_of(alone, "support_months"), *limits_of(alone, "basic_support", "months")]
    sums = teller.say(
        "year",
        "semester",
        months=teller.output(alone, "months", doubtful=is_doubtful(*months)),
        total=teller.output(alone, "total", doubtful=is_doubtful(*limits_of(alone, "basic_support"))),
    )
    return Heading(teller.say("year", semester, year=_year(year)), sums)


def _payments(teller: Teller, support: Answer, years: dict[str, int]) -> Iterator[tuple[date, Event]]:
    """The payments of the support calculator, each with its day."""
    payments = support.result["outputs"]["payments"]
    doubtful = is_doubtful(*limits_of(support, "basic_support"))
    rest_is_ours = any(each["kind"] == "june_is_ours" for each in support.result["notices"])
    for number, payment in enumerate(payments):
        day = date.fromisoformat(payment["date"] or payment["earliest"])
        semester = next(each for each in years if years[each] == day.year)
        is_first, ours = payment["date"] is None, rest_is_ours and number == len(payments) - 1
        rule = limits_of(support, "disbursement_rule", f"earliest_{semester}" if is_first else "day_of_month")
        remark = teller.say("year", "first") if is_first else teller.say("year", "june") if ours else ()
        amount = teller.output(support, "payments", number, "amount", doubtful=doubtful)
        what = teller.say("year", "payment")
        yield day, Event(_day(teller, day, rule), what, remark, "payment", amount, ours)


def _deadlines(teller: Teller, deadlines: Answer) -> Iterator[tuple[date, Event]]:
    """The deadlines of the deadline calculator, each with its day."""
    for number, deadline in enumerate(deadlines.result["outputs"]["deadlines"]):
        day = date.fromisoformat(deadline["date"])
        known = limits_of(deadlines, "application_deadline", deadline["what"])
        words = deadlines.result["display"]["deadlines"][number]["what"]
        remark = sentence(words[0].lower() + words[1:])
        yield day, Event(_day(teller, day, known), teller.say("year", "deadline"), remark, "deadline")


def _day(teller: Teller, day: date, known: Sequence[Limit]) -> Sentence:
    """A day of the timeline. Its year stands in the heading; the table shows it in full."""
    value = Value(show_month_day(f"{day:%m-%d}", teller.book.lang), day.isoformat(), is_doubtful(*known))
    return ((teller.with_beside(value, show_date(day, teller.book.lang)),),)


def _passed(teller: Teller, deadline: str) -> Note:
    text = escape(teller.plain("year", "passed", date=date.fromisoformat(deadline)))
    link = f'<a href="{teller.place.up}deadlines/">{escape(teller.plain("year", "what_now"))}</a>'
    return Note(f"<strong>{text}</strong> {link}", after=deadline)


def _table(teller: Teller, rows: Sequence[Row]) -> str:
    """The same as a table, with a body for each part of the year."""
    heads = "".join(
        f'<th scope="col">{escape(teller.plain("year", "columns", each))}</th>' for each in ("when", "what")
    )
    bodies = ""
    for row in rows:
        if isinstance(row, Heading):
            sums = f": {teller.html(row.sums)}" if row.sums else ""
            bodies += "</tbody>" if bodies else ""
            bodies += f'<tbody><tr><th colspan="2" scope="rowgroup">{teller.html(row.name)}{sums}</th></tr>'
        else:
            amount = [teller.html(((row.amount,),))] if row.amount else []
            details = ", ".join([*amount, *([teller.html(row.remark)] if row.remark else [])])
            what = f"{teller.html(row.what)}{': ' if details else ''}{details}"
            bodies += f"<tr><td>{teller.html(row.when)}</td><td>{what}</td></tr>"
    return f"<table><thead><tr>{heads}</tr></thead>{bodies}</tbody></table>"


# The drawing

PAD = 12
MARK = 5.5
BAR = 14


@dataclass(frozen=True)
class Columns:
    """Where things stand across the drawing: the days up to `days`, the line at `line`, the rest from `start` on."""

    days: float
    width: int

    @property
    def line(self) -> float:
        """The line of time."""
        return self.days + 14

    @property
    def start(self) -> float:
        """The left edge of bars and texts."""
        return self.line + 16


def _draw(teller: Teller, rows: Sequence[Row], width: int) -> ElementTree.Element:
    """The timeline from top to bottom."""
    events = [row for row in rows if isinstance(row, Event)]
    days = max(svg.width_of(svg.text_of(row.when[0])) for row in events if row.kind != "other")
    columns = Columns(days, width)
    payments = [row.amount for row in events if row.amount]
    longest = max(svg.width_of(each.drawn) for each in payments)
    scale = (width - columns.start - longest - 6) / float(max(Decimal(each.value) for each in payments))
    drawing = svg.canvas(width)
    line = svg.element(drawing, "line", "picture__line", x1=columns.line, x2=columns.line)
    y, marks = 0.0, []
    for row in rows:
        if isinstance(row, Heading):
            y = _draw_heading(drawing, row, y + (PAD / 2 if marks else 0), width)
        else:
            marks.append(y + svg.LINE / 2)
            y = _draw_event(drawing, row, y, columns, scale)
    line.set("y1", svg.number(marks[0]))
    line.set("y2", svg.number(marks[-1]))
    return closed(teller, drawing, y + svg.LINE)


def _draw_heading(drawing: ElementTree.Element, row: Heading, y: float, width: int) -> float:
    height = svg.LINE * (2 if row.sums else 1) + PAD
    svg.element(drawing, "rect", "picture__band", x=0, y=y, width=width, height=height, rx=4)
    below = svg.write(drawing, [row.name], 10, y + svg.LINE, "picture__text picture__text--strong")
    svg.write(drawing, [row.sums] if row.sums else [], 10, below)
    return y + height + PAD


def _draw_event(drawing: ElementTree.Element, row: Event, y: float, columns: Columns, scale: float) -> float:
    base = y + svg.LINE * 0.75
    dates = svg.broken(row.when, columns.days)
    svg.write(drawing, dates, columns.days, base, anchor="end")
    _mark(drawing, row.kind, columns.line, y + svg.LINE / 2)
    room = columns.width - columns.start
    if row.amount:
        bar = float(Decimal(row.amount.value)) * scale
        css = f"picture__bar{' picture__bar--ours' if row.ours else ''}"
        top = y + (svg.LINE - BAR) / 2
        svg.element(
            drawing, "rect", css, x=columns.start, y=top, width=bar, height=BAR, rx=2, data_value=row.amount.value
        )
        below = svg.write(drawing, [((row.amount,),)], columns.start + bar + 6, base)
    else:
        css = "picture__text picture__text--strong" if row.kind == "deadline" else "picture__text"
        lines = svg.broken(row.what, room, bold=row.kind == "deadline")
        below = svg.write(drawing, lines, columns.start, base, css)
    if row.remark:
        lines = svg.broken(row.remark, room, svg.SMALL)
        below = svg.write(drawing, lines, columns.start, below, "picture__text picture__text--quiet", size=svg.SMALL)
    return max(below, base + svg.LINE * len(dates)) - svg.LINE * 0.75 + PAD * 0.75


def _mark(drawing: ElementTree.Element, kind: str, x: float, y: float) -> None:
    """A dot for a payment, a diamond for a deadline, a ring for the rest: told apart without colour."""
    if kind == "deadline":
        reach = MARK * 1.4
        points = " ".join(
            f"{svg.number(x + across)},{svg.number(y + down)}"
            for across, down in ((0, -reach), (reach, 0), (0, reach), (-reach, 0))
        )
        svg.element(drawing, "polygon", "picture__mark picture__mark--deadline", points=points)
    else:
        svg.element(drawing, "circle", f"picture__mark picture__mark--{kind}", cx=x, cy=y, r=MARK)
