"""The pictures of an answer: each drawn value is an answer, stands in the table beside, and can be read everywhere."""

import json
import re
from decimal import Decimal
from html import unescape
from itertools import combinations, pairwise
from xml.etree import ElementTree

import pytest
from accessible import axe_finds
from any_case import EXAMPLES, TABLES, WORDS, amount, answered_cases, asked_again
from hypothesis import HealthCheck, given, settings
from hypothesis import example as also
from hypothesis import strategies as st

from calculators import wealth
from calculators.core.answer import ANSWERED, answer, rule
from calculators.core.curve import BOTTOM, TOP
from calculators.core.figure import pictures_html
from calculators.core.tables import Tables
from scripts.pages import csp

CALCULATORS = WORDS.calculators()
WITH_PICTURES = [each for each in CALCULATORS if getattr(rule(each), "PICTURES", ())]
SWEEPS = ("wealth", "income", "grant")
LANGUAGES = ("nb", "en")
CHANCE = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
ORE = Decimal("0.01")

each_with_pictures = pytest.mark.parametrize("calculator", WITH_PICTURES)
each_sweep = pytest.mark.parametrize("calculator", SWEEPS)
each_lang = pytest.mark.parametrize("lang", LANGUAGES)


def asked(calculator, lang="nb", tables=TABLES, **inputs):
    """The answer to a case."""
    return answer(calculator, inputs, tables, WORDS, lang)


def figures(done, **options):
    """The pictures of an answer by name: {"net_wealth": the figure as an element}."""
    html = pictures_html(done, WORDS, **options)
    found = [ElementTree.fromstring(each) for each in re.findall(r"<figure.*?</figure>", html)]
    return {each.get("data-chart").removeprefix(f"{done.calculator}-"): each for each in found}


def css(element, name):
    """The elements of a class, in order."""
    return [each for each in element.iter() if name in each.get("class", "").split()]


def drawing(figure):
    """The drawing of a figure."""
    return css(figure, "chart__drawing")[0]


def rows(figure):
    """The table beside, row by row: [(value of the heading, [values], text of the heading)]."""
    found = []
    for row in figure.find(".//tbody"):
        head, *cells = row
        found.append((head.get("data-value"), [each.get("data-value") for each in cells], "".join(head.itertext())))
    return found


def percent(text):
    """A place across, in percent."""
    assert text.endswith("%")
    return Decimal(text.removesuffix("%"))


def corners(figure):
    """The rows of a curve's table that are points: [(x, y, text)]."""
    return [(Decimal(x), Decimal(ys[0]), text) for x, ys, text in rows(figure) if x]


def where(figure, x, y):
    """Where a point must lie, worked out from the table alone: (percent across, pixels down)."""
    points = corners(figure)
    first, last, highest = points[0][0], points[-1][0], max(y for _, y, _ in points)
    return (x - first) / (last - first) * 100, BOTTOM - y / highest * (BOTTOM - TOP)


def lies_at(figure, dot, x, y):
    """Whether a dot lies where a point must lie, to a hundredth of a percent and a tenth of a pixel."""
    across, down = where(figure, x, y)
    return abs(percent(dot.get("cx")) - across) <= ORE and abs(Decimal(dot.get("cy")) - down) <= Decimal("0.1")


FIELD_AND_OUTPUT = {
    ("wealth", "net_wealth"): ("net_wealth", "reduction"),
    ("income", "income"): ("income", "reduction"),
    ("income", "benefits"): ("benefits", "benefits_reduction"),
    ("grant", "income"): ("income", "grant"),
    ("grant", "net_wealth"): ("net_wealth", "grant"),
}


# All pictures


def test_the_pictures_have_words_and_the_words_a_picture():
    drawn = {
        (each.calculator, name)
        for each in EXAMPLES
        for name in figures(answer(each.calculator, each.inputs, TABLES, WORDS, "nb"))
    }
    said = {(name, picture) for name in CALCULATORS for picture in WORDS.contents[name].get("pictures", {})}
    others = {("repayment", "years"), ("support", "calendar"), ("deposit", "required")}
    assert drawn == said == {*FIELD_AND_OUTPUT, *others}


@each_with_pictures
@given(data=st.data())
@CHANCE
def test_the_table_holds_every_drawn_value_and_both_languages_draw_the_same(calculator, data):
    done = data.draw(answered_cases(calculator))
    drawn = []
    for lang in LANGUAGES:
        found = figures(answer(calculator, done.result["inputs"], TABLES, WORDS, lang))
        for figure in found.values():
            in_table = {each.get("data-value") for each in figure.find(".//table").iter()}
            values = [each.get("data-value") for each in drawing(figure).iter() if each.get("data-value")]
            assert set(values) <= in_table
            assert "{" not in "".join(figure.itertext()) and "None" not in "".join(figure.itertext())
        places = ("cx", "cy", "x1", "x2", "y1", "y2", "width", "height", "points", "data-value")
        drawn.append(
            [
                [each.get(name) for name in places]
                for figure in found.values()
                for each in figure.iter()
                if each.get("aria-hidden") is None
            ]
        )
    assert drawn[0] == drawn[1]


@each_with_pictures
@each_lang
def test_a_number_in_a_drawing_is_always_a_value(calculator, lang):
    """So no number stands there that is not in the table: names of axes and of years are no amounts."""
    for example in (each for each in EXAMPLES if each.calculator == calculator):
        for figure in figures(answer(calculator, example.inputs, TABLES, WORDS, lang)).values():
            for text in drawing(figure).iter("text"):
                has_digit = re.search(r"\d", text.text)
                assert text.get("data-value") or not has_digit or calculator in ("support", "deposit"), text.text


@each_with_pictures
@each_lang
def test_a_picture_is_named_and_breaks_no_rule_of_the_site(calculator, lang):
    example = next(each for each in EXAMPLES if each.calculator == calculator)
    done = answer(calculator, example.inputs, TABLES, WORDS, lang)
    html = pictures_html(done, WORDS)
    assert html and not csp.blocked(html) and "style" not in html and "\n" not in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 2 * len(figures(done))
    for figure in figures(done).values():
        svg = drawing(figure)
        title, desc = svg[0], svg[1]
        assert svg.get("role") == "img"
        assert svg.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
        assert title.text and desc.text
        # Who cannot see the drawing hears what its marks say.
        for item in css(figure, "chart__legend")[0] if css(figure, "chart__legend") else ():
            assert "".join(item.itertext()) in desc.text


def test_without_an_answer_there_is_no_picture():
    for inputs in ({}, {"year": "2023", "household": "single", "net_wealth": "900000", "months": "10"}):
        assert pictures_html(asked("wealth", **inputs), WORDS) == ""


def test_the_reader_is_not_told_that_the_example_is_theirs():
    done = asked("wealth", "en", year="2020", household="single", net_wealth="528861", months="10")
    (example,), (own,) = figures(done, is_example=True).values(), figures(done).values()
    assert "The example: net wealth" in "".join(example.itertext()).replace("\u00a0", " ")
    assert "(the example)" in "".join(example.itertext()) and "You" not in "".join(example.itertext())
    assert "You: net wealth" in "".join(own.itertext()) and "(you)" in "".join(own.itertext())


# Curves


@each_sweep
@given(data=st.data())
@CHANCE
def test_the_point_drawn_is_the_answer(calculator, data):
    done = data.draw(answered_cases(calculator))
    for name, figure in figures(done).items():
        field, output = FIELD_AND_OUTPUT[calculator, name]
        x, y = amount(done.result["inputs"][field]), amount(done.result["outputs"][output])
        (dot,) = css(drawing(figure), "chart__you")
        assert lies_at(figure, dot, x, y)
        (own,) = [point for point in corners(figure) if re.search(r"\bdu\b", point[2])]
        assert own[:2] == (x, y)


@each_sweep
@given(data=st.data())
@CHANCE
def test_every_corner_and_all_between_them_is_what_the_calculator_answers(calculator, data):
    done = data.draw(answered_cases(calculator))
    for name, figure in figures(done).items():
        field, output = FIELD_AND_OUTPUT[calculator, name]
        points = corners(figure)
        for x, y, _ in points:
            assert amount(asked_again(done, **{field: f"{x:f}"}).result["outputs"][output]) == y
        (left, low, _), (right, high, _) = data.draw(st.sampled_from(list(pairwise(points))))
        between = data.draw(st.integers(0, 100)) * (right - left) / 100 + left
        between = between.quantize(ORE)
        found = amount(asked_again(done, **{field: f"{between:f}"}).result["outputs"][output])
        straight = low + (high - low) * (between - left) / (right - left)
        # The end where nothing is left is in whole kroner, at most one beyond where the line meets the ground.
        slack = Decimal("0.02") + (abs(high - low) / (right - left) if calculator == "grant" else 0)
        assert abs(found - straight) <= slack, (between, found, straight)


@each_sweep
@given(data=st.data())
@CHANCE
def test_the_limit_is_marked_where_the_line_bends(calculator, data):
    done = data.draw(answered_cases(calculator))
    for name, figure in figures(done).items():
        field, output = FIELD_AND_OUTPUT[calculator, name]
        (marked,) = css(drawing(figure), "picture__limit")
        (limit,) = [x for x, _, text in corners(figure) if "grensen" in text]
        assert abs(percent(marked.get("x1")) - where(figure, limit, Decimal(0))[0]) <= ORE
        assert marked.get("x1") == marked.get("x2")
        below, at, above = (
            amount(asked_again(done, **{field: f"{limit + more:f}"}).result["outputs"][output])
            for more in (-1, 0, 1000)
        )
        assert below == at != above


@each_sweep
@given(data=st.data())
@CHANCE
def test_the_polyline_goes_through_the_points_of_the_table(calculator, data):
    done = data.draw(answered_cases(calculator))
    for figure in figures(done).values():
        (line,) = css(drawing(figure), "chart__curve")
        points = [tuple(map(Decimal, each.split(","))) for each in line.get("points").split()]
        for (x, y, _), (fine, down) in zip(corners(figure), points, strict=True):
            across, height = where(figure, x, y)
            assert abs(fine / 100 - across) <= ORE and abs(down + TOP - height) <= Decimal("0.1")
        frame = next(each for each in drawing(figure) if each.tag == "svg")
        assert (frame.get("y"), frame.get("viewBox")) == (str(TOP), f"0 0 10000 {BOTTOM - TOP}")


def test_the_picture_of_wealth():
    done = asked("wealth", year="2020", household="single", net_wealth="528861", months="10")
    (figure,) = figures(done).values()
    assert [each[:2] for each in rows(figure)[:-1]] == [
        ("0", ["0"]),
        ("428861", ["0"]),
        ("528861", ["20000"]),
        ("728861", ["60000"]),
    ]
    # More than the whole grant cannot be lost: the line that says so is what the grant calculator finds.
    most = asked("grant", year="2020").result["outputs"]["max_grant"]
    assert rows(figure)[-1] == (None, [most], "det meste å miste")
    (line,) = css(drawing(figure), "chart__most")
    assert abs(Decimal(line.get("y1")) - where(figure, Decimal(0), Decimal(most))[1]) <= Decimal("0.1")


def test_the_grant_is_drawn_until_nothing_is_left():
    done = asked("grant", year="2020", income="220000", net_wealth="500000")
    found = figures(done)
    assert set(found) == {"income", "net_wealth"}
    for name, figure in found.items():
        (gone,) = [x for x, _, text in corners(figure) if "ingenting igjen" in text]
        for more, nothing_left in ((-1, False), (0, True)):
            outputs = asked_again(done, **{name: str(gone + more)}).result["outputs"]
            assert (outputs["convertible_after"] == "0") == nothing_left


def test_a_grant_that_cannot_be_has_no_picture():
    assert figures(asked("grant", year="2020", spring_lives="home", autumn_lives="home")) == {}
    assert figures(asked("grant", year="2020", spring_credits_passed="0", autumn_credits_passed="0")) == {}


def test_a_limit_that_is_not_published_leaves_no_picture_and_no_guess():
    assert asked("wealth", year="2023", household="single", net_wealth="0", months="10").status == ANSWERED
    assert figures(asked("wealth", year="2023", household="single", net_wealth="0", months="10")) == {}
    assert set(figures(asked("grant", year="2023"))) == {"income"}


def test_the_picture_follows_the_rule(monkeypatch):
    monkeypatch.setattr(wealth, "reduction_of_grant", lambda excess, *_: excess / 2)
    done = asked("wealth", year="2020", household="single", net_wealth="528861", months="10")
    (figure,) = figures(done).values()
    assert [ys for _, ys, _ in rows(figure)][:4] == [["0"], ["0"], ["50000"], ["150000"]]


@given(st.integers(-(10**12), 10**12), st.sampled_from(["single", "couple"]))
@also(157_950_358_606, "single")
@settings(max_examples=200, deadline=None)
def test_the_texts_along_the_axis_keep_clear_of_each_other_on_a_phone(net_wealth, household):
    done = asked("wealth", "en", year="2022", household=household, net_wealth=str(net_wealth), months="10")
    (figure,) = figures(done).values()
    width, letter = 258, Decimal("8.3")
    spans = {}
    for text in drawing(figure).iter("text"):
        if text.get("data-value") and text.get("x").endswith("%"):
            place, size = percent(text.get("x")) * width / 100, len(text.text) * letter
            start = place - {"start": 0, "middle": size / 2, "end": size}[text.get("text-anchor")]
            spans.setdefault(text.get("y"), []).append((start, start + size))
    for row in spans.values():
        for (start, end), (other_start, other_end) in combinations(row, 2):
            assert end <= other_start or start >= other_end
        # Twelve digits are the most a field takes; even they stay inside the drawing.
        assert all(start >= -8 and end <= width + 8 for start, end in row)


@given(data=st.data())
@CHANCE
def test_the_repayment_is_drawn_from_the_schedule(data):
    done = data.draw(answered_cases("repayment"))
    figure = figures(done)["years"]
    schedule = done.result["outputs"]["schedule"]
    first, *later = rows(figure)
    opening = amount(schedule[0]["balance"]) + amount(schedule[0]["principal"])
    assert (first[0], *map(Decimal, first[1])) == (schedule[0]["due"], opening, 0)
    interest = Decimal(0)
    expected = []
    for number, row in enumerate(schedule, start=1):
        interest += amount(row["interest"])
        if number % 12 == 0 or number == len(schedule):
            expected.append((row["due"], amount(row["balance"]), interest))
    assert [(due, *map(Decimal, ys)) for due, ys, _ in later] == expected
    assert expected[-1][1] == 0 and expected[-1][2] == amount(done.result["outputs"]["total_interest"]) - (
        opening - amount(done.result["inputs"]["debt"])
    )
    for line, column in zip(css(drawing(figure), "chart__curve"), (0, 1), strict=True):
        heights = [Decimal(each.split(",")[1]) for each in line.get("points").split()]
        highest = max(Decimal(y) for _, ys, _ in rows(figure) for y in ys)
        for (_, ys, _), height in zip(rows(figure), heights, strict=True):
            assert abs(height - (1 - Decimal(ys[column]) / highest) * (BOTTOM - TOP)) <= Decimal("0.1")


# Bars


@given(data=st.data())
@CHANCE
def test_the_calendar_has_the_payments_of_the_answer(data):
    done = data.draw(answered_cases("support"))
    payments = done.result["outputs"]["payments"]
    found = figures(done)
    if any(each["date"] is None and each["earliest"] is None for each in payments):
        assert found == {}
        return
    bars = css(drawing(found["calendar"]), "chart__bar")
    assert [bar.get("data-value") for bar in bars] == [each["amount"] for each in payments]
    highest = max(amount(each["amount"]) for each in payments)
    for bar, payment in zip(bars, payments, strict=True):
        assert abs(percent(bar.get("width")) - amount(payment["amount"]) / highest * 100) <= ORE
        assert ("chart__bar--open" in bar.get("class")) == (payment["date"] is None)
    assert [ys for _, ys, _ in rows(found["calendar"])] == [[each["amount"]] for each in payments]


@pytest.mark.parametrize("stay", ["year", "autumn", "spring"])
def test_the_required_funds_are_those_of_the_table_and_gaps_are_marked(stay):
    case = {"academic_year": "2025-26", "stay": stay, "citizenship": "other", "programme": "exchange"}
    done = asked("deposit", **case)
    (figure,) = figures(done).values()
    periods = TABLES.periods("required_funds")
    limits = [TABLES.find("required_funds", stay, each) for each in periods]
    assert [ys[0] for _, ys, _ in rows(figure)] == [limit and f"{limit.value:f}" for limit in limits]
    bars = css(drawing(figure), "chart__bar")
    for bar, limit, period, (_, _, text) in zip(bars, limits, periods, rows(figure), strict=True):
        classes = bar.get("class").split()
        assert ("chart__bar--gap" in classes) == (limit is None)
        assert ("chart__bar--open" in classes) == (limit is not None and limit.status != "official")
        assert ("andrehåndskilde" in text) == ("chart__bar--open" in classes)
        assert ("chart__bar--chosen" in classes) == (period == "2025-26") == ("dette året" in text)
    (chosen,) = css(drawing(figure), "chart__bar--chosen")
    assert chosen.get("data-value") == done.result["outputs"]["required"]
    assert "".join(figure.itertext()).count("ikke funnet") >= 2 * limits.count(None)


def test_a_gap_in_the_table_becomes_a_gap_in_the_picture():
    contents = json.loads(json.dumps(TABLES.contents))
    contents["tables"]["required_funds"]["rows"]["2019-20"]["cells"]["year"] = None
    tables = Tables.from_json(json.dumps(contents).encode())
    case = {"academic_year": "2025-26", "stay": "year", "citizenship": "other", "programme": "exchange"}
    (figure,) = figures(asked("deposit", tables=tables, **case)).values()
    assert [text for _, ys, text in rows(figure) if ys == [None]] == ["2019-20"]
    assert len(css(drawing(figure), "chart__bar--gap")) == 1
    without = figures(asked("deposit", **{**case, "citizenship": "nordic"}, tables=tables))
    assert without == {}, "where nothing is required, there is nothing to draw"


# On the pages, in a browser

LOOK = """
([figure]) => {
  const box = (element) => { const b = element.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
  const svg = figure.querySelector(".chart__drawing");
  const colour = (element, name) => getComputedStyle(element)[name];
  const all = (name) => [...svg.querySelectorAll(name)];
  return {
    frame: box(svg),
    texts: all("text").map((text) => ({
      says: text.textContent, box: box(text), fill: colour(text, "fill"), size: parseFloat(colour(text, "fontSize")),
    })),
    shapes: all("circle, polyline, rect, .picture__limit, .chart__most").map((each) => ({
      css: each.getAttribute("class"), fill: colour(each, "fill"), stroke: colour(each, "stroke"),
    })),
    paper: [figure.closest("[data-result]"), document.body].map((each) => colour(each, "backgroundColor")),
    page: [document.documentElement.scrollWidth, document.documentElement.clientWidth],
  };
}
"""


def overlap(a, b, slack=1):
    """Whether two boxes share more than a hair."""
    return min(a[2], b[2]) - max(a[0], b[0]) > slack and min(a[3], b[3]) - max(a[1], b[1]) > slack


def contrast(one, other):
    """The contrast of two opaque colours, as WCAG 2 defines it."""

    def luminance(text):
        red, green, blue = (int(each) / 255 for each in re.findall(r"\d+", text)[:3])
        linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in (red, green, blue)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


# The words may be set a little higher than their letters are: a line of text is taller than what is seen of it.
LEADING = 4


def seen_on(page):
    """The pictures of the page as they look: [(name, what LOOK finds)]."""
    found = page.locator("[data-result] figure[data-chart]")
    assert found.count()
    return [(each.get_attribute("data-chart"), each.evaluate(f"figure => ({LOOK})([figure])")) for each in found.all()]


def paper_of(seen):
    """The colour behind a picture: that of the answer, or of the page where the answer has none."""
    return next(each for each in seen["paper"] if each != "rgba(0, 0, 0, 0)")


@pytest.mark.parametrize(("width", "colours"), [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")])
def test_the_drawings_can_be_read_at_both_widths(new_context, site_url, width, colours):
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=colours).new_page()
    for calculator in WITH_PICTURES:
        for lang in LANGUAGES:
            page.goto(f"{site_url}{lang}/{calculator}/")
            for name, seen in seen_on(page):
                where = f"{lang} {name}"
                for text in seen["texts"]:
                    assert text["size"] >= 12, f"{where}: {text}"
                    assert contrast(text["fill"], paper_of(seen)) >= 4.5, f"{where}: {text}"
                    left, top, right, bottom = text["box"]
                    frame = seen["frame"]
                    inside = left >= frame[0] - 1 and right <= frame[2] + 1 and bottom <= frame[3] + LEADING
                    assert inside and top >= frame[1] - LEADING, f"{where}: {text} leaves {frame}"
                for one, other in combinations(seen["texts"], 2):
                    boxes = [[a, b + LEADING, c, d - LEADING] for a, b, c, d in (one["box"], other["box"])]
                    assert not overlap(*boxes), f"{where}: {one['says']} and {other['says']}"
                for shape in seen["shapes"]:
                    strong = shape["fill"] if shape["stroke"] == "none" or "you" in shape["css"] else shape["stroke"]
                    assert contrast(strong, paper_of(seen)) >= 3, f"{where}: {shape}"
                assert seen["page"][0] <= seen["page"][1], f"{where}: the page can be pushed sideways"


@each_lang
def test_the_pictures_break_no_rule_of_accessibility(new_context, site_url, lang):
    page = new_context(viewport={"width": 360, "height": 800}).new_page()
    for calculator in WITH_PICTURES:
        page.goto(f"{site_url}{lang}/{calculator}/")
        for summary in page.locator("[data-chart] summary").all():
            summary.click()
        assert axe_finds(page, {"include": [["[data-result]"]]}) == "", f"{lang}/{calculator}"
        for figure in page.locator("[data-chart]").all():
            snapshot = figure.aria_snapshot()
            title = WORDS.contents[calculator]["pictures"]
            name = figure.get_attribute("data-chart").removeprefix(f"{calculator}-")
            said = unescape(title[name]["title"][lang]).partition("{")[0]
            assert f'img "{said}' in snapshot


def test_the_drawings_show_in_a_readers_own_colours_and_on_paper(new_context, site_url):
    page = new_context(viewport={"width": 700, "height": 900}, color_scheme="dark").new_page()
    for media in ({"forced_colors": "active"}, {"forced_colors": "none", "media": "print"}):
        page.emulate_media(**media)
        for calculator in WITH_PICTURES:
            page.goto(f"{site_url}nb/{calculator}/")
            for name, seen in seen_on(page):
                paper = "rgb(255, 255, 255)" if media.get("media") == "print" else paper_of(seen)
                for text in seen["texts"]:
                    assert contrast(text["fill"], paper) >= 4.5, f"{media} {name} {text}"
                for shape in seen["shapes"]:
                    strong = shape["fill"] if shape["stroke"] == "none" or "you" in shape["css"] else shape["stroke"]
                    assert contrast(strong, paper) >= 3, f"{media} {name} {shape}"


@each_lang
def test_what_a_reader_types_is_drawn_in_the_browser_as_in_cpython(page, site_url, lang):
    case = {"year": "2020", "household": "single", "net_wealth": "528861", "months": "10"}
    page.goto(f"{site_url}{lang}/wealth/")
    form = page.locator("form[data-calculator=wealth]")
    form.locator("[name=year]").select_option(case["year"])
    for name in ("net_wealth", "months"):
        form.locator(f"[name={name}]").fill(case[name])
    result = page.locator("[data-result]")
    result.locator('[data-output=reduction][data-value="20000"]').wait_for(timeout=60_000)
    assert result.locator("[data-what-if]").evaluate_all("items => items.map((each) => each.dataset.gain)") == [
        "5000",
        "20000",
    ]
    (expected,) = figures(asked("wealth", lang, **case)).values()
    (dot,) = css(drawing(expected), "chart__you")
    place = result.locator(".chart__drawing .chart__you")
    assert [place.get_attribute(name) for name in ("cx", "cy")] == [dot.get("cx"), dot.get("cy")]
    # The links of the answer lead where those of the built page led.
    for link in result.locator(".calculator__next a").all():
        address = link.get_attribute("href").partition("#")[0]
        assert address.startswith("../") and page.request.get(f"{site_url}{lang}/wealth/{address}").ok
