"""The route of the money for a study permit: which account, and how it comes back out after arrival.

Where the money should be is what the deposit calculator answers; the picture asks it every case that it shows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from xml.etree import ElementTree

from calculators.core.answer import Answer
from scripts.pages.pictures import svg
from scripts.pages.pictures.frame import Note, Picture, closed
from scripts.pages.pictures.values import CannotDraw, Sentence, Teller, newest_known, sentence

NAME = "deposit_route"
PERMIT = {"stay": "year", "citizenship": "other", "programme": "degree"}
EXEMPT = (
    {"citizenship": "nordic"},
    {"citizenship": "eu_eea_efta"},
    {"stay": "up_to_3_months"},
    {"other_permit": "true"},
)
# Who is asked about at each end, the route the picture has there, and the line of the checklist that it shows.
ENDS = {
    "own_account": (({"institution": "inn", "norwegian_account": "true"},), "bank_confirmation"),
    "institution_account": (({"institution": "inn"},), "deposit_receipt"),
    "ask_institution": (
        ({"institution": "other", "norwegian_account": "true"}, {"institution": "other"}),
        "ask_institution",
    ),
}


@dataclass(frozen=True)
class End:
    """Where the money should be: for whom, which account, and what to do."""

    who: Sentence
    where: Sentence
    do: Sentence
    route: str


@dataclass(frozen=True)
class Step:
    """One step on the way; `from_institution` marks those for money in the institution's account only."""

    what: Sentence
    how: Sentence
    from_institution: bool = False


def picture(teller: Teller) -> Picture:
    """The route for a first permit, by the newest academic year whose amount is known."""
    year = newest_known(teller.book.tables, "required_funds", PERMIT["stay"])
    for case in EXEMPT:
        if teller.ask("deposit", {"academic_year": year, **PERMIT, **case}).result["outputs"]["applies"]:
            raise CannotDraw(f"deposit says that the requirement applies to {case}; the picture says that it does not")
    answers = {route: _answer(teller, year, route) for route in ENDS}
    ends = [_end(teller, route, done) for route, done in answers.items()]
    steps = _steps(teller, answers["institution_account"])
    stay = teller.figure("permit_rule", "stay_without_permit", "rule")
    why = teller.say(NAME, "exempt_why", stay=stay)
    short = teller.say(NAME, "short", stay=teller.figure("permit_rule", "stay_for_id_number", "rule"))
    return Picture(
        title=teller.plain(NAME, "title"),
        caption=teller.say(NAME, "caption"),
        draw=lambda width: _draw(teller, why, ends, steps, width),
        content=_list(teller, why, ends, steps),
        notes=(Note(teller.html(short)), Note(escape(teller.plain(NAME, "practice")))),
        calculator="deposit",
        page="deposit",
    )


def _answer(teller: Teller, year: str, route: str) -> Answer:
    """The calculator's answer at one end. Raises CannotDraw if it sends the money elsewhere."""
    cases, _ = ENDS[route]
    for case in cases:
        done = teller.ask("deposit", {"academic_year": year, **PERMIT, **case})
        if done.result["outputs"]["route"] != route:
            raise CannotDraw(f"deposit answers {case} with {done.result['outputs']['route']}, the picture with {route}")
    return done


def _end(teller: Teller, route: str, done: Answer) -> End:
    _, item = ENDS[route]
    listed = zip(done.result["outputs"]["checklist"], done.result["display"]["checklist"], strict=True)
    (do,) = (shown["do"] for plain, shown in listed if plain["do"] == item)
    return End(teller.say(NAME, "who", route), sentence(done.result["display"]["route"]), sentence(do), route)


def _steps(teller: Teller, institution: Answer) -> list[Step]:
    """What happens from the transfer to the last payout."""
    payout = teller.figure("institution_account", "first_payout", "inn")
    if payout.value != institution.result["outputs"]["advance"]:
        raise CannotDraw(f"deposit answers with an advance of {institution.result['outputs']['advance']}")
    shows = {
        "police": {"days": teller.figure("police_registration", "days", "study_permit")},
        "advance": {"amount": payout},
        "id_number": {"wait": teller.figure("institution_account", "waiting", "inn")},
    }
    before = ("confirmation", "udi", "arrival", "police")
    return [
        Step(
            teller.say(NAME, "steps", key, "what"),
            teller.say(NAME, "steps", key, "how", **shows.get(key, {})),
            key not in before,
        )
        for key in (*before, "advance", "id_number", "rest")
    ]


def _list(teller: Teller, why: Sentence, ends: Sequence[End], steps: Sequence[Step]) -> str:
    """The same as a numbered list, the two questions with their answers as lists inside it."""

    def plain(*path: str) -> str:
        return escape(teller.plain(NAME, *path))

    places = "".join(
        f"<li>{teller.html(end.who)}: {teller.html(end.where)}. {teller.html(end.do)}</li>" for end in ends
    )
    items = [
        f"<li>{plain('permit')}<ul><li>{plain('no')}: {plain('exempt')}. {teller.html(why)}</li>"
        f"<li>{plain('yes')}: {plain('account')}<ul>{places}</ul></li></ul></li>"
    ]
    said = [(f"<li>{teller.html(each.what)}, {teller.html(each.how)}.</li>", each.from_institution) for each in steps]
    items += [item for item, from_institution in said if not from_institution]
    last = "".join(item for item, from_institution in said if from_institution)
    return f"<ol>{''.join(items)}<li>{plain('only_institution')}:<ol>{last}</ol></li></ol>"


# The drawing

# Sentences with the class that each is drawn in.
Texts = Sequence[tuple[str, Sentence]]
PLAIN = "picture__text"
QUIET = "picture__text picture__text--quiet"
STRONG = "picture__text picture__text--strong"

PAD = 10
# The least width of a box that stands beside another: below it words no longer fit.
BESIDE = 200
ARROW = 34
MARK = 5.5


def _draw(teller: Teller, why: Sentence, ends: Sequence[End], steps: Sequence[Step], width: int) -> ElementTree.Element:
    """Two questions, the three places the money can go, and the steps that follow."""
    drawing = svg.canvas(width)
    y = _box(drawing, "question", 1, 1, width - 2, [(STRONG, teller.say(NAME, "permit"))])
    beside = 64
    _arrow(drawing, teller, "no", (beside + width) / 2, y)
    exempt = [(STRONG, teller.say(NAME, "exempt")), (PLAIN, why)]
    below = _box(drawing, "end", beside, y + ARROW, width - beside - 1, exempt)
    _arrow(drawing, teller, "yes", beside / 2, y, below + ARROW / 2)
    y = _box(drawing, "question", 1, below + ARROW / 2, width - 2, [(STRONG, teller.say(NAME, "account"))])
    svg.arrow(drawing, beside / 2, y, y + ARROW * 0.7)
    y = _draw_ends(drawing, ends, y + ARROW * 0.7, width)
    svg.arrow(drawing, MARK + 5, y, y + ARROW * 0.7)
    y = _draw_steps(drawing, teller, steps, y + ARROW * 0.7, width)
    return closed(teller, drawing, y + svg.LINE)


def _arrow(drawing: ElementTree.Element, teller: Teller, answer: str, x: float, top: float, end: float = 0) -> None:
    """An arrow with the reader's answer beside it."""
    svg.arrow(drawing, x, top, end or top + ARROW)
    svg.write(drawing, [teller.say(NAME, answer)], x + 8, top + ARROW * 0.6, STRONG)


def _box(
    drawing: ElementTree.Element,
    kind: str,
    x: float,
    y: float,
    width: float,
    texts: Texts,
    least: float = 0,
    **data: str,
) -> float:
    """A box around texts, at least so high; returns its lower edge."""
    height = max(least, _height(width, texts))
    css = f"picture__box picture__box--{kind}"
    svg.element(drawing, "rect", css, x=x, y=y, width=width, height=height, rx=6, **data)
    below = y + PAD + svg.LINE * 0.75
    for css, text in texts:
        below = svg.write(drawing, _lines(css, text, width), x + PAD, below, css)
    return y + height


def _height(width: float, texts: Texts) -> float:
    """The height of a box of this width around texts."""
    return sum(len(_lines(css, text, width)) for css, text in texts) * svg.LINE + 2 * PAD


def _lines(css: str, text: Sentence, width: float) -> list[Sentence]:
    return svg.broken(text, width - 2 * PAD, bold=css == STRONG)


def _draw_ends(drawing: ElementTree.Element, ends: Sequence[End], y: float, width: int) -> float:
    """The places the money can go in one frame: two accounts side by side where they fit, the rest across."""
    group = svg.element(drawing, "rect", "picture__group", x=1, y=y, width=width - 2, rx=8)
    whole, half = width - 2 * PAD, (width - 3 * PAD) / 2
    texts = [[(QUIET, end.who), (STRONG, end.where), (PLAIN, end.do)] for end in ends]
    beside = half >= BESIDE
    widths = [half, half, whole] if beside else [whole] * len(ends)
    top = y + PAD
    for number, (end, told) in enumerate(zip(ends, texts, strict=True)):
        is_left, is_right = beside and number == 0, beside and number == 1
        least = max(_height(half, each) for each in texts[:2]) if is_left or is_right else 0
        x = 2 * PAD + half if is_right else PAD
        bottom = _box(drawing, "end", x, top, widths[number], told, least, data_value=end.route)
        top = top if is_left else bottom + PAD
    group.set("height", svg.number(top - y))
    return top


def _draw_steps(drawing: ElementTree.Element, teller: Teller, steps: Sequence[Step], y: float, width: int) -> float:
    """The steps along a line, those for money with the institution under a heading of their own."""
    line, start = MARK + 5, 30
    path = svg.element(drawing, "line", "picture__line", x1=line, x2=line)
    marks, in_institution = [], False
    for step in steps:
        if step.from_institution and not in_institution:
            in_institution = True
            height = svg.LINE + PAD
            svg.element(
                drawing, "rect", "picture__band", x=start - 8, y=y, width=width - start + 8, height=height, rx=4
            )
            name = teller.say(NAME, "only_institution")
            svg.write(drawing, [name], start, y + svg.LINE, STRONG)
            y += height + PAD
        marks.append(y + svg.LINE / 2)
        css = "picture__mark picture__mark--payment" if step.from_institution else "picture__mark picture__mark--other"
        svg.element(drawing, "circle", css, cx=line, cy=marks[-1], r=MARK)
        what = svg.broken(step.what, width - start, bold=True)
        below = svg.write(drawing, what, start, y + svg.LINE * 0.75, STRONG)
        below = svg.write(drawing, svg.broken(step.how, width - start), start, below)
        y = below - svg.LINE * 0.75 + PAD
    path.set("y1", svg.number(marks[0]))
    path.set("y2", svg.number(marks[-1]))
    return y
