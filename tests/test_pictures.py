"""The pictures: each value in them is an answer or a figure, stands in the text beside them too, and fits a phone."""

import json
import re
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from html.parser import HTMLParser
from itertools import combinations, pairwise, product
from xml.etree import ElementTree

import pytest
from accessible import at_rest, axe_finds_in_both
from tables_tools import our_tables

from calculators import deposit
from calculators.core.answer import answer
from calculators.core.tables import Tables
from scripts.pages import csp
from scripts.pages.book import Place, open_book
from scripts.pages.pictures import PICTURES, NoSuchPicture, picture_html
from scripts.pages.pictures.frame import WIDTHS
from scripts.pages.pictures.values import CannotDraw

LANGUAGES = ("nb", "en")
PLACE = Place("payments/")
MARK = {"nb": "(ikke bekreftet)", "en": "(not confirmed)"}

each_picture = pytest.mark.parametrize("name", PICTURES)
each_lang = pytest.mark.parametrize("lang", LANGUAGES)


@dataclass
class Beside(HTMLParser):
    """The values in the text equivalent of a picture: for each whether it is marked as not confirmed."""

    lang: str
    values: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    inside: bool = False
    open: list[bool] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.inside |= tag == "details"
        if self.inside and "data-value" in given:
            self.values.append((given["data-value"], ""))
        self.open.append("data-value" in given)

    def handle_endtag(self, tag):
        self.open.pop()
        self.inside &= tag != "details"

    def handle_data(self, data):
        if self.inside:
            self.text += data
            if any(self.open) and self.values:
                value, said = self.values[-1]
                self.values[-1] = (value, said + data)


def drawings(html):
    """The drawings of a picture by width: {"narrow": …, "wide": …}."""
    found = [ElementTree.fromstring(svg) for svg in re.findall(r"<svg.*?</svg>", html)]
    return {kind: svg for kind in WIDTHS for svg in found if f"--{kind}" in svg.get("class")}


def beside(html, lang):
    """The text equivalent of a picture."""
    reader = Beside(lang)
    reader.feed(html)
    return reader


def said(svg):
    """What the texts of a drawing show with a value, in order: [(data-value, text)]."""
    return [(each.get("data-value"), each.text) for each in svg.iter("tspan")]


def css(svg, name):
    """The elements of a class, in order."""
    return [each for each in svg.iter() if name in each.get("class", "").split()]


def with_tables(book, change):
    """The same book after `change` has altered a copy of its tables."""
    contents = json.loads(json.dumps(book.tables.contents))
    change(contents)
    return replace(book, tables=Tables.from_json(json.dumps(contents).encode()))


def cells(contents, table, row):
    """The cells of a row, to be altered."""
    return contents["tables"][table]["rows"][row]["cells"]


@pytest.fixture(scope="module")
def books():
    """What pages are made from, by language, as in the autumn of 2026, when the limit of couples was not found."""

    def then(contents):
        contents["in_force"].update(calendar_year="2026", academic_year="2026-27")
        cells(contents, "wealth_limit", "2026")["couple"] = {"value": None}

    return {lang: with_tables(open_book(lang), then) for lang in LANGUAGES}


def ask(book, calculator, **given):
    """The outputs of a calculator, and how it shows them."""
    done = answer(calculator, given, book.tables, book.words, book.lang)
    assert done.status == 0, done.result
    return done.result["outputs"], done.result["display"]


# All pictures


@each_picture
@each_lang
def test_whatever_is_known_now_a_picture_is_drawn_or_says_what_is_missing(name, lang):
    html = picture_html(open_book(lang), PLACE, name)
    assert drawings(html).keys() == WIDTHS.keys() or "data-not-published" in html


@each_picture
@each_lang
def test_each_number_in_a_drawing_is_a_value(books, name, lang):
    for svg in drawings(picture_html(books[lang], PLACE, name)).values():
        assert said(svg)
        assert all(value and text for value, text in said(svg))
        for text in svg.iter("text"):
            loose = (text.text or "") + "".join(each.tail or "" for each in text)
            assert not re.search(r"\d", loose), loose


@each_picture
def test_both_languages_and_both_widths_show_the_same_values(books, name):
    shown = [
        [value for value, _ in said(svg)]
        for lang in LANGUAGES
        for svg in drawings(picture_html(books[lang], PLACE, name)).values()
    ]
    assert len(shown) == 4
    assert all(each == shown[0] for each in shown)


@each_picture
@each_lang
def test_the_text_beside_holds_every_value_and_the_same_doubt(books, name, lang):
    html = picture_html(books[lang], PLACE, name)
    reader = beside(html, lang)
    told = {(value, MARK[lang] in text) for value, text in reader.values}
    for svg in drawings(html).values():
        shown = {(value, text.endswith("*")) for value, text in said(svg)}
        assert shown <= told
        assert any(is_doubtful for _, is_doubtful in shown) == ("* " in "".join(svg.itertext()))


@each_picture
def test_what_is_confirmed_has_no_star(books, name):
    def change(contents):
        for table in contents["tables"].values():
            for row in table["rows"].values():
                for cell in filter(None, row["cells"].values()):
                    cell["status"] = "official"

    html = picture_html(with_tables(books["nb"], change), PLACE, name)
    assert "*" not in "".join("".join(svg.itertext()) for svg in drawings(html).values())
    assert MARK["nb"] not in html


@each_picture
@each_lang
def test_a_picture_is_named_and_breaks_no_rule_of_the_site(books, name, lang):
    html = picture_html(books[lang], PLACE, name)
    assert "\n" not in html and not csp.blocked(html) and "style" not in html
    ids = re.findall(r' id="([^"]+)"', html)
    assert len(ids) == len(set(ids)) == 4
    for svg in drawings(html).values():
        assert svg.get("role") == "img"
        title, desc = svg[0], svg[1]
        assert svg.get("aria-labelledby").split() == [title.get("id"), desc.get("id")]
        assert title.text and desc.text
    assert html.count("<figcaption>") == html.count("<details>") == 1


def test_an_unknown_picture_is_refused_by_name(books):
    with pytest.raises(NoSuchPicture, match="'welth'; there is year, wealth, deposit-route"):
        picture_html(books["nb"], PLACE, "welth")


# The year


def rows_of(svg):
    """The rows of the timeline that have an amount: [(date, amount)], told by the height they stand at."""
    by_height = {}
    for text in svg.iter("text"):
        for value in text.iter("tspan"):
            by_height.setdefault(text.get("y"), []).append(value.get("data-value"))
    return [tuple(each) for each in by_height.values() if len(each) == 2 and re.match(r"\d{4}-\d\d-\d\d", each[0])]


@each_lang
def test_the_timeline_has_the_payments_of_the_calculator(books, lang):
    book = books[lang]
    outputs, display = ask(book, "support", academic_year=book.tables.in_force["academic_year"])
    expected = [(each["date"] or each["earliest"], each["amount"]) for each in outputs["payments"]]
    texts = {each["amount"] for each in display["payments"]}
    assert len(expected) == 11
    for svg in drawings(picture_html(book, PLACE, "year")).values():
        assert rows_of(svg) == expected
        assert texts <= {text.rstrip("*") for _, text in said(svg)}
        bars = css(svg, "picture__bar")
        assert [bar.get("data-value") for bar in bars] == [amount for _, amount in expected]
        lengths = {float(bar.get("width")) / float(bar.get("data-value")) for bar in bars}
        assert max(lengths) - min(lengths) < 1e-5
        # Only June is arithmetic that nobody has printed.
        assert [i for i, bar in enumerate(bars) if "picture__bar--ours" in bar.get("class")] == [len(bars) - 1]


def test_the_timeline_has_the_deadlines_semesters_and_decisions(books):
    book = books["nb"]
    year = book.tables.in_force["academic_year"]
    first = int(year[:4])
    autumn, _ = ask(book, "support", academic_year=year, period="autumn")
    spring, _ = ask(book, "support", academic_year=year, period="spring")
    whole, _ = ask(book, "support", academic_year=year)
    deadlines, _ = ask(book, "deadlines", academic_year=year, period="year", today=f"{first}-08-05")
    svg = drawings(picture_html(book, PLACE, "year"))["narrow"]
    values = [value for value, _ in said(svg)]
    assert Decimal(autumn["total"]) + Decimal(spring["total"]) == Decimal(whole["total"])
    for each in (autumn, spring):
        assert each["total"] in values and each["months"] in values
    days = [each["date"] for each in deadlines["deadlines"]]
    assert len(days) == 2 and len(css(svg, "picture__mark--deadline")) == 2
    in_order = [value for value in values if re.fullmatch(r"\d{4}-\d\d-\d\d", value)]
    assert set(days) < set(in_order) and in_order == sorted(in_order)
    # The answer on the grant comes the calendar year after the support.
    assert values[-4:] == [str(first + 1), str(first), str(first + 2), str(first + 1)]


def test_the_timeline_follows_the_tables(books):
    def change(contents):
        cells(contents, "basic_support", "2026-27")["month"].update(value="20000", status="secondary")
        cells(contents, "basic_support", "2026-27")["year"].update(value="220000", status="secondary")
        cells(contents, "application_deadline", "2026-27")["spring"].update(value="2027-04-01", status="official")

    shown = dict(said(drawings(picture_html(with_tables(books["en"], change), PLACE, "year"))["wide"]))
    assert shown["40000"] == "NOK\u00a040,000*" and shown["15000"] == "NOK\u00a015,000*"
    assert shown["2027-04-01"] == "1\u00a0April"


def test_a_deadline_that_is_not_published_leaves_a_gap_that_is_told(books):
    book = with_tables(
        books["en"],
        lambda contents: cells(contents, "application_deadline", "2026-27")["year_or_autumn"].update(value=None),
    )
    html = picture_html(book, PLACE, "year")
    assert "we have not found the figure for 2026-27" in html
    assert not css(drawings(html)["narrow"], "picture__mark--deadline") and "data-valid-until" not in html
    assert len(css(drawings(html)["narrow"], "picture__bar")) == 11


def test_a_year_without_a_rate_is_told_and_not_drawn(books):
    def change(contents):
        for column in ("month", "year"):
            cells(contents, "basic_support", "2026-27")[column]["value"] = None

    html = picture_html(with_tables(books["en"], change), PLACE, "year")
    assert html.startswith("<p ") and "data-not-published" in html and "<svg" not in html
    assert "we have not found the figure for 2026-27" in html


# Wealth


def test_the_line_of_wealth_is_what_the_calculator_answers(books):
    book = books["nb"]
    limit = book.tables.limit("wealth_limit", "single", "2026").value
    for svg in drawings(picture_html(book, PLACE, "wealth")).values():
        knots = css(svg, "picture__knot--single")
        values = [each.get("data-value") for each in knots]
        # 2 % a month, 11 months: 22 000 of each 100 000.
        assert values == ["0", "0", "22000", "44000", "66000"]
        for excess, value in zip((-50_000, 0, 100_000, 200_000, 300_000), values, strict=True):
            case = {"year": "2026", "household": "single", "net_wealth": str(limit + excess), "months": "11"}
            assert ask(book, "wealth", **case)[0]["reduction"] == value
        places = [(float(each.get("cx")), float(each.get("cy"))) for each in knots]
        (line,) = css(svg, "picture__curve--single")[1:]
        assert line.get("points") == " ".join(f"{x:g},{y:g}" for x, y in places)
        slopes = {round((a[1] - b[1]) / (b[0] - a[0]), 3) for a, b in pairwise(places[1:])}
        assert len(slopes) == 1 or max(slopes) - min(slopes) < 0.01
        assert places[0][1] == places[1][1]
        (marked,) = css(svg, "picture__limit")
        assert float(marked.get("x1")) == places[1][0]


def test_the_missing_limit_of_couples_is_told_in_the_picture_and_beside_it(books):
    html = picture_html(books["en"], PLACE, "wealth")
    for svg in drawings(html).values():
        lines = " ".join("".join(text.itertext()) for text in svg.iter("text"))
        assert "Couple: we have not found the limit for 2026, so that line is missing" in lines
        assert not css(svg, "picture__curve--couple")
    assert beside(html, "en").text.count("not found for 2026") == 6


def test_couples_get_their_line_once_their_limit_is_known(books):
    cell = {"value": "1026024", "status": "official", "sources": ["lk-wealth-2019"]}
    book = with_tables(books["en"], lambda contents: cells(contents, "wealth_limit", "2026").update(couple=cell))
    html = picture_html(book, PLACE, "wealth")
    svg = drawings(html)["narrow"]
    assert [each.get("data-value") for each in css(svg, "picture__knot--couple")] == [
        "0",
        "0",
        "11000",
        "22000",
        "33000",
    ]
    assert ("1026024", "NOK\u00a01,026,024") in said(svg)
    assert {"11000", "22000", "33000"} <= {value for value, _ in beside(html, "en").values}
    assert {value for value, _ in said(svg)} <= {value for value, _ in beside(html, "en").values}
    assert "not found" not in html


def test_an_older_year_is_drawn_only_with_a_word_about_it(books):
    book = with_tables(
        books["en"], lambda contents: cells(contents, "wealth_limit", "2026")["single"].update(value=None)
    )
    html = picture_html(book, PLACE, "wealth")
    assert "We have not found the limits for 2026. The picture shows 2025." in html
    limits = {f"{book.tables.limit('wealth_limit', each, '2025').value:f}" for each in ("single", "couple")}
    assert {*limits, "2025"} <= {value for value, _ in said(drawings(html)["wide"])}


# The route of the deposit


def test_the_route_ends_where_the_calculator_sends_the_money(books):
    book = books["en"]
    for svg in drawings(picture_html(book, PLACE, "deposit-route")).values():
        ends = [each.get("data-value") for each in css(svg, "picture__box--end") if each.get("data-value")]
        found = {}
        for institution, account in product(("inn", "other"), ("true", "false")):
            case = {"academic_year": "2026-27", "stay": "year", "citizenship": "other", "programme": "degree"}
            outputs, _ = ask(book, "deposit", **case, institution=institution, norwegian_account=account)
            found[institution, account] = outputs["route"]
        assert ends == [found["inn", "true"], found["inn", "false"], found["other", "true"]]
        assert found["other", "true"] == found["other", "false"]


def test_the_route_shows_the_figures_of_the_tables(books):
    tables = books["nb"].tables
    expected = [
        tables.limit("permit_rule", "stay_without_permit", "rule"),
        tables.limit("police_registration", "days", "study_permit"),
        tables.limit("institution_account", "first_payout", "inn"),
        tables.limit("institution_account", "waiting", "inn"),
    ]
    shown = said(drawings(picture_html(books["nb"], PLACE, "deposit-route"))["narrow"])
    assert [value for value, _ in shown] == [f"{each.value:f}" for each in expected]
    assert [text.endswith("*") for _, text in shown] == [each.status != "official" for each in expected]


@pytest.mark.parametrize(
    ("what", "instead"),
    [("route_for_own_money", lambda **_: "own_account"), ("why_not", lambda **_: None)],
)
def test_a_calculator_that_answers_otherwise_stops_the_picture(books, monkeypatch, what, instead):
    monkeypatch.setattr(deposit, what, instead)
    with pytest.raises(CannotDraw):
        picture_html(books["nb"], PLACE, "deposit-route")


def test_the_route_stands_without_an_amount_for_the_year(books):
    def change(contents):
        for cell in cells(contents, "required_funds", "2026-27").values():
            cell["value"] = None

    assert "<svg" in picture_html(with_tables(books["nb"], change), PLACE, "deposit-route")


# On the pages, in a browser

LOOK = """
([figure]) => {
  const shown = [...figure.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().width > 0);
  const box = (element) => { const b = element.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; };
  const [svg] = shown;
  const scale = svg.getScreenCTM().a;
  const colour = (element, name) => getComputedStyle(element)[name];
  const all = (name) => [...svg.querySelectorAll(name)];
  return {
    count: shown.length,
    frame: box(svg),
    texts: all("text").map((text) => ({
      says: text.textContent, box: box(text), fill: colour(text, "fill"),
      size: parseFloat(colour(text, "fontSize")) * scale,
    })),
    boxes: all(".picture__box, .picture__band").map((rect) => ({ box: box(rect), fill: colour(rect, "fill") })),
    solid: all(".picture__bar, .picture__mark, .picture__point, .picture__knot").map((each) => ({
      box: box(each), fill: colour(each, "fill"), stroke: colour(each, "stroke"),
    })),
    lines: all(".picture__line, .picture__limit, polyline, .picture__group").map((each) => colour(each, "stroke")),
    paper: getComputedStyle(document.body).backgroundColor,
  };
}
"""


def overlap(a, b, slack=0.5):
    """Whether two boxes share more than a hair."""
    return min(a[2], b[2]) - max(a[0], b[0]) > slack and min(a[3], b[3]) - max(a[1], b[1]) > slack


def within(inner, outer, slack=0.5):
    """Whether a box lies inside another."""
    return (
        inner[0] >= outer[0] - slack
        and inner[1] >= outer[1] - slack
        and inner[2] <= outer[2] + slack
        and inner[3] <= outer[3] + slack
    )


def contrast(one, other):
    """The contrast of two opaque colours, as WCAG 2 defines it."""

    def luminance(text):
        red, green, blue = (int(each) / 255 for each in re.findall(r"\d+", text)[:3])
        linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in (red, green, blue)]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.fixture(scope="module")
def pages(site):
    """The pages that show a picture: [(address, name)], each picture in both languages."""
    found = []
    for page in sorted(site.rglob("index.html")):
        names = re.findall(r'<figure class="picture" data-picture="([^"]+)"', page.read_text("utf-8"))
        found += [(page.parent.relative_to(site).as_posix() + "/", name) for name in names]
    assert {(address[:3], name) for address, name in found} == {
        (f"{lang}/", name) for lang, name in product(LANGUAGES, PICTURES)
    }
    return found


def test_the_links_of_the_pictures_lead_somewhere(site, pages):
    for address, name in pages:
        html = (site / address / "index.html").read_text("utf-8")
        figure = re.search(rf'<figure class="picture" data-picture="{name}".*?</figure>', html, re.S)[0]
        links = re.findall(r'href="([^"]+)"', figure)
        assert links
        for link in links:
            path, _, anchor = link.partition("#")
            target = (site / address / path / "index.html").resolve()
            assert not anchor or f'id="{anchor}"' in target.read_text("utf-8"), link


@pytest.mark.parametrize("width", [360, 1280])
def test_the_drawings_can_be_read_at_both_widths(new_context, site_url, pages, width):
    page = new_context(viewport={"width": width, "height": 800}).new_page()
    for address, name in pages:
        page.goto(site_url + address)
        for colours in ("light", "dark"):
            page.emulate_media(color_scheme=colours)
            at_rest(page)
            seen = page.locator(f"[data-picture={name}]").evaluate(f"figure => ({LOOK})([figure])")
            can_be_read(seen, f"{address} {name} {colours}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        page.locator(f"[data-picture={name}] summary").click()
        assert axe_finds_in_both(page, "dark", {"include": [[f"[data-picture={name}]"]]}) == "", address


def can_be_read(seen, where):
    """Check that a drawing's texts are large enough, stand out, and lie neither on each other nor on an edge."""
    assert seen["count"] == 1 and seen["texts"], where
    for text in seen["texts"]:
        assert text["size"] >= 12, f"{where}: {text['says']}"
        assert within(text["box"], seen["frame"], slack=1.5), f"{where}: {text['says']} leaves the picture"
        around = [each for each in seen["boxes"] if overlap(text["box"], each["box"])]
        assert all(within(text["box"], each["box"]) for each in around), f"{where}: {text['says']} leaves its box"
        assert not any(overlap(text["box"], each["box"]) for each in seen["solid"]), f"{where}: {text['says']}"
        ground = around[0]["fill"] if around else seen["paper"]
        assert contrast(text["fill"], ground) >= 4.5, f"{where}: {text['says']}"
    for one, other in combinations(seen["texts"], 2):
        assert not overlap(one["box"], other["box"]), f"{where}: {one['says']} / {other['says']}"
    for shape in seen["solid"]:
        colour = shape["fill"] if shape["stroke"] == "none" else shape["stroke"]
        assert contrast(colour, seen["paper"]) >= 3, where
    assert all(contrast(each, seen["paper"]) >= 3 for each in seen["lines"]), where


def test_the_drawings_show_in_a_readers_own_colours_and_on_paper(new_context, site_url, pages):
    page = new_context(viewport={"width": 700, "height": 900}, color_scheme="dark").new_page()
    for media in ({"forced_colors": "active"}, {"forced_colors": "none", "media": "print"}):
        page.emulate_media(**media)
        for address, name in pages:
            page.goto(site_url + address)
            seen = page.locator(f"[data-picture={name}]").evaluate(f"figure => ({LOOK})([figure])")
            assert seen["count"] == 1
            paper = "rgb(255, 255, 255)" if media.get("media") == "print" else seen["paper"]
            for text in seen["texts"]:
                around = [each["fill"] for each in seen["boxes"] if overlap(text["box"], each["box"])]
                assert contrast(text["fill"], around[0] if around else paper) >= 4.5, f"{media} {name} {text}"
            for shape in seen["solid"]:
                colour = shape["fill"] if shape["stroke"] == "none" else shape["stroke"]
                assert contrast(colour, paper) >= 3, f"{media} {name}"


@each_lang
def test_a_deadline_is_said_to_have_passed_by_the_readers_own_date(page, site_url, pages, lang):
    address = next(address for address, name in pages if name == "year" and address.startswith(lang))
    notes = page.locator('[data-picture="year"] [data-valid-until]')
    page.goto(site_url + address)
    days = sorted(notes.evaluate_all("all => all.map((each) => each.dataset.validUntil)"))
    # In a year that was just opened its deadlines may not be published: then the picture tells a gap.
    year = our_tables().in_force.academic_year
    known = our_tables().tables["application_deadline"].rows[year].cells
    assert days == sorted(cell.value for cell in known.values() if cell.value is not None)
    for number, day in enumerate(map(date.fromisoformat, days)):
        for today, passed in ((day, number), (day + timedelta(days=1), number + 1)):
            page.clock.set_fixed_time(f"{today}T12:00:00")
            page.goto(site_url + address)
            page.wait_for_load_state("networkidle")
            assert sum(notes.nth(each).is_visible() for each in range(notes.count())) == passed
