"""How the guide looks and behaves under a thumb: its own mark, the front page, the forms, the answer in sight."""

import re
import struct
from decimal import Decimal
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from accessible import axe_finds
from playwright.sync_api import expect

from calculators.core.answer import answer, rule
from calculators.core.form import Field
from calculators.core.page import answer_html
from calculators.core.tables import Tables
from calculators.core.words import Words
from scripts import tables as editors_tables
from scripts.words import texts, words_json

TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
CALCULATORS = sorted(set(WORDS.contents) - {"common"})
LANGUAGES = ("nb", "en")
BOOT = 60_000
expect.set_options(timeout=15_000)

each_lang = pytest.mark.parametrize("lang", LANGUAGES)
each_calculator = pytest.mark.parametrize("calculator", CALCULATORS)


class Elements(HTMLParser):
    """Every start tag as (tag, attributes, open ancestors as (tag, attributes))."""

    VOID = ("input", "br", "meta", "link", "img", "hr", "path", "rect", "circle", "line")

    def __init__(self, html):
        super().__init__()
        self.found, self.open, self.texts = [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs), list(self.open)))
        if tag not in self.VOID:
            self.open.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if any(each == tag for each, _ in self.open):
            while self.open.pop()[0] != tag:
                pass


@pytest.fixture(scope="module")
def forms(site):
    """The elements of each calculator's form in each language: {("nb", "wealth"): Elements}."""
    found = {}
    for lang in LANGUAGES:
        for path in sorted((site / lang).rglob("index.html")):
            for html in re.findall(r"<form [^>]*data-calculator=.*?</form>", path.read_text("utf-8"), re.DOTALL):
                name = re.search(r'data-calculator="(\w+)"', html)[1]
                found.setdefault((lang, name), Elements(html))
    assert {name for _, name in found} == set(CALCULATORS)
    return found


def controls(form):
    """The inputs and selects of a form by name, each with its ancestors."""
    by_name = {}
    for tag, attrs, above in form.found:
        if tag in ("input", "select"):
            by_name.setdefault(attrs["name"], []).append((tag, attrs, above))
    return by_name


# Identity


def png_size(path):
    """The width and height of a PNG file, in pixels."""
    head = path.read_bytes()[:24]
    assert head[:8] == b"\x89PNG\r\n\x1a\n", path
    return struct.unpack(">II", head[16:24])


@each_lang
def test_a_shared_link_shows_a_picture_that_is_there_and_keeps_its_address(site, lang):
    for address in ("", "wealth/"):
        page = (site / lang / address / "index.html").read_text("utf-8")
        metas = {attrs.get("property"): attrs.get("content") for tag, attrs, _ in Elements(page).found if tag == "meta"}
        picture = urlsplit(metas["og:image"])
        assert picture.scheme == "http" and picture.netloc, "a shared picture needs its whole address"
        assert picture.path == f"/{lang}/assets/social/{lang}.png"
        size = png_size(site / picture.path.lstrip("/"))
        assert size == (int(metas["og:image:width"]), int(metas["og:image:height"])) == (1200, 630)
        assert metas["og:image:alt"]


def test_the_icons_are_there_in_the_sizes_they_claim(site):
    page = site / "nb" / "wealth" / "index.html"
    links = [attrs for tag, attrs, _ in Elements(page.read_text("utf-8")).found if tag == "link"]
    icons = {each["type"]: each for each in links if each.get("rel") == "icon"}
    (touch,) = (each for each in links if each.get("rel") == "apple-touch-icon")
    assert (page.parent / icons["image/svg+xml"]["href"]).resolve().read_text("utf-8").startswith("<svg")
    width, height = png_size((page.parent / icons["image/png"]["href"]).resolve())
    assert icons["image/png"]["sizes"] == f"{width}x{height}"
    assert png_size((page.parent / touch["href"]).resolve()) == (180, 180)


# The front page

ROWS = """() => [...document.querySelectorAll(".front > ul > li")].map(row => {
  const link = row.querySelector("a"), box = link.getBoundingClientRect();
  const rest = document.createRange();
  rest.setStartAfter(link);
  rest.setEndAfter(row.lastChild);
  const more = row.lastChild === link ? null : rest.getBoundingClientRect();
  return { text: link.textContent, height: box.height, bottom: box.bottom, below: more?.height ? more.top : null };
})"""


@each_lang
def test_on_a_phone_each_task_stands_on_its_own_line_with_its_explanation_below(new_context, site_url, lang):
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{site_url}{lang}/")
    rows = page.evaluate(ROWS)
    assert len(rows) > 15 and sum(row["below"] is not None for row in rows) > 8
    for row in rows:
        assert row["height"] >= 24, row
        assert row["below"] is None or row["below"] >= row["bottom"] - 1, row


# Forms


@each_calculator
def test_a_form_asks_for_each_field_once_and_in_the_same_order_in_both_languages(forms, calculator):
    names = [list(controls(forms[lang, calculator])) for lang in LANGUAGES]
    assert names[0] == names[1]
    assert sorted(names[0]) == sorted(spec.name for spec in rule(calculator).FIELDS)


@each_calculator
def test_what_the_example_fills_in_stands_open(forms, calculator):
    """A figure that nobody sees must not be part of an answer."""
    start = WORDS.contents[calculator]["start"]
    fields = {spec.name: spec for spec in rule(calculator).FIELDS}
    given = {name for name, value in start.items() if value != fields[name].default}
    # The page itself fills in what is asked about now.
    given -= set(getattr(rule(calculator), "NOW", ()))
    for name, found in controls(forms["nb", calculator]).items():
        folded = any(tag == "details" for _, _, above in found for tag, _ in above)
        assert not (folded and name in given), name


def wanted_keyboard(spec: Field):
    """The keyboard that has every sign the field takes and no more."""
    if spec.also or (spec.low is not None and spec.low < 0):
        return "text"
    return "numeric" if spec.kind in ("whole", "digits") else "decimal"


@each_calculator
def test_a_number_is_asked_for_with_the_keyboard_that_has_its_signs(forms, calculator):
    for spec in rule(calculator).FIELDS:
        ((tag, attrs, _), *others) = controls(forms["nb", calculator])[spec.name]
        if spec.kind in ("amount", "number", "whole", "digits"):
            assert (tag, attrs["type"], attrs["inputmode"]) == ("input", "text", wanted_keyboard(spec)), spec.name
        assert bool(others) == (spec.kind == "choice"), spec.name


@each_calculator
def test_a_choice_names_its_help_and_its_fault(forms, calculator):
    form = forms["en", calculator]
    ids = {attrs["id"] for _, attrs, _ in form.found if "id" in attrs}
    for tag, attrs, _ in form.found:
        if tag == "fieldset" and "id" in attrs:
            assert attrs["aria-describedby"].split() == [f"{attrs['id']}-help", f"{attrs['id']}-fault"]
            assert set(attrs["aria-describedby"].split()) <= ids


@pytest.mark.parametrize("calculator", [name for name in CALCULATORS if hasattr(rule(name), "GROUPS")])
def test_questions_that_belong_together_stand_in_one_group(forms, calculator):
    group_of = {}
    for name, found in controls(forms["nb", calculator]).items():
        groups = [at for at, (_, attrs) in enumerate(found[0][2]) if attrs.get("class") == "calculator__group"]
        group_of[name] = bool(groups)
    named = {name for names in rule(calculator).GROUPS.values() for name in names}
    assert {name for name, grouped in group_of.items() if grouped} == named
    assert named


def opened(page, url, lang, name):
    """The form of a calculator's page, ready to be filled in."""
    page.goto(f"{url}{lang}/{name.replace('_', '-')}/")
    return page.locator(f"form[data-calculator={name}]")


def test_a_choice_that_is_missing_is_told_at_the_choice(page, site_url):
    form = opened(page, site_url, "nb", "wealth")
    form.evaluate("form => { for (const radio of form.elements.household) radio.checked = false; }")
    form.locator("button[type=submit]").click()
    group = page.locator("fieldset#wealth-household")
    fault = page.locator("#wealth-household-fault")
    expect(fault).to_be_visible(timeout=BOOT)
    assert fault.inner_text() in group.evaluate(
        "group => group.getAttribute('aria-describedby').split(' ').map(id => document.getElementById(id).innerText)"
    )
    page.locator("[data-errors] a").click()
    assert page.evaluate("document.activeElement.name") == "household"


# The answer in sight


def test_on_a_phone_the_answer_stays_in_sight_while_typing(new_context, site_url):
    page = new_context(viewport={"width": 360, "height": 560}).new_page()
    form = opened(page, site_url, "nb", "wealth")
    peek, number = page.locator("[data-peek]"), page.locator("[data-result] .calculator__number")
    expect(peek).to_be_hidden()
    form.locator("[name=year]").select_option("2020")
    form.locator("[name=net_wealth]").fill("678861")
    expect(number).to_have_attribute("data-value", re.compile("^55000$"), timeout=BOOT)
    expect(peek).to_be_visible()
    expect(peek).to_be_in_viewport()
    expect(number).not_to_be_in_viewport()
    assert page.locator("[data-peek-answer]").inner_text() == number.inner_text()
    box, field = peek.bounding_box(), form.locator("[name=net_wealth]").bounding_box()
    assert field["y"] + field["height"] <= box["y"], "the line must not lie on the field one types in"

    form.locator("[name=net_wealth]").fill("mye")
    expect(peek).to_be_hidden()
    form.locator("[name=net_wealth]").fill("528861")
    expect(peek).to_be_visible()
    peek.locator("button").click()
    expect(page.locator("[data-result] h3")).to_be_focused()
    expect(number).to_be_in_viewport()
    expect(peek).to_be_hidden()
    form.locator("[name=months]").scroll_into_view_if_needed()
    expect(peek).to_be_visible()
    # With the focus in it, the line stays until the focus goes on: it must not be lost.
    peek.locator("button").focus()
    number.scroll_into_view_if_needed()
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(peek.locator("button")).to_be_focused()
    page.keyboard.press("Tab")
    expect(peek).to_be_hidden()
    assert page.evaluate("document.activeElement !== document.body")
    # Who scrolls back up while the focus is in the answer stays up there.
    form.locator("[name=year]").scroll_into_view_if_needed()
    expect(peek).to_be_visible()
    expect(form.locator("[name=year]")).to_be_in_viewport()
    form.locator("button[type=reset]").click()
    expect(peek).to_be_hidden()


# The answer


@each_lang
def test_whether_a_deferral_is_possible_comes_first(lang):
    for used, value, number in (("0", "true", "extra_interest"), ("34", "false", None)):
        case = {**WORDS.contents["deferral"]["start"], "used": used}
        done = answer("deferral", case, TABLES, WORDS, lang)
        html = answer_html(done, WORDS)
        (first,) = re.findall(r'class="calculator__number" data-output="(\w+)" data-value="(\w+)"', html)
        assert first == ("allowed", value)
        flag = WORDS.contents["common"]["flags"][value][lang]
        assert done.headline.lower().startswith(flag.lower() + ",")
        assert (number is not None) == ('data-output="extra_interest"' in html)


@each_lang
def test_a_long_schedule_is_parted_by_year_and_the_years_add_up(lang):
    done = answer("repayment", WORDS.contents["repayment"]["start"], TABLES, WORDS, lang)
    outputs = done.result["outputs"]
    years = re.findall(r'<details class="by-year">(.*?)</details>', answer_html(done, WORDS), re.DOTALL)
    seen, sums = [], {"payment": Decimal(0), "interest": Decimal(0), "principal": Decimal(0)}
    for html in years:
        dues = re.findall(r'data-output="schedule\.\d+\.due" data-value="(\d{4})-\d\d-\d\d"', html)
        assert len(set(dues)) == 1 and dues[0] in re.search(r"<summary[^>]*>(.*?)</summary>", html)[1]
        assert html.count("<table") == html.count("<tfoot>") == 1
        totals = dict(re.findall(r'data-total="(\w+)" data-value="([\d.]+)"', html))
        last = re.findall(r'data-output="schedule\.\d+\.balance" data-value="([\d.]+)"', html)[-1]
        assert Decimal(totals["balance"]) == Decimal(last)
        for key in sums:
            sums[key] += Decimal(totals[key])
        seen += dues
    assert seen == [row["due"][:4] for row in outputs["schedule"]]
    assert len(years) == len(set(seen)) > 15
    assert sums["payment"] == Decimal(outputs["total_paid"])
    assert sums["payment"] == sums["interest"] + sums["principal"]


# Everyone

KINDS = ("nb/", "en/grant/", "nb/deposit/", "en/repayment/")


def unfold(page):
    """Open the long form and the schedule, as a reader who wants it all."""
    page.evaluate(
        """() => {
          const folded = ".calculator__more, .calculator__result > details, .by-year:first-of-type";
          for (const details of document.querySelectorAll(folded)) details.open = true;
        }"""
    )


@pytest.mark.parametrize(("width", "colours", "kinds"), [(360, "dark", KINDS[:2]), (1280, "light", KINDS[1:3])])
def test_no_page_kind_has_a_fault_of_accessibility(new_context, site_url, width, colours, kinds):
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=colours)
    page = context.new_page()
    for address in kinds:
        page.goto(site_url + address)
        unfold(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert axe_finds(page) == "", address


def test_the_line_with_the_answer_and_the_summary_of_faults_are_accessible(new_context, site_url):
    page = new_context(viewport={"width": 360, "height": 560}, color_scheme="light").new_page()
    form = opened(page, site_url, "en", "deferral")
    form.locator("[name=used]").fill("34")
    expect(page.locator("[data-result] .calculator__number")).to_have_attribute("data-value", "false", timeout=BOOT)
    expect(page.locator("[data-peek]")).to_be_visible()
    for state in ("answer in light", "answer in dark", "faults in dark"):
        page.emulate_media(color_scheme="dark" if "dark" in state else "light")
        if "faults" in state:
            form.locator("[name=debt]").fill("")
            form.locator("button[type=submit]").click()
            expect(page.locator("[data-errors]")).to_be_focused()
        # The text around the form is tried with the pages.
        assert axe_finds(page, ".calculator") == "", state


HIDDEN_BEHIND = """() => {
  const focus = document.activeElement, box = focus.getBoundingClientRect();
  const middle = document.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, 30) / 2);
  const seen = middle && (focus.contains(middle) || middle.contains(focus) || middle.control === focus);
  return seen ? null : `${focus.localName} ${focus.getAttribute("name") ?? focus.textContent.trim()} at ${box.top}`;
}"""


def test_at_400_percent_nothing_is_cut_off_and_nothing_covers_the_focus(new_context, site_url):
    """A window of 1280 by 800 at 400 % shows 320 by 200."""
    page = new_context(viewport={"width": 320, "height": 200}).new_page()
    for address in (*KINDS, "en/glossary/"):
        page.goto(site_url + address)
        unfold(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert page.evaluate("getComputedStyle(document.querySelector('.md-header')).position") == "static"
    page.goto(site_url + "nb/deferral/")
    page.locator("form [name=used]").fill("2")
    expect(page.locator("[data-result] h3")).to_have_text(WORDS.contents["common"]["headings"]["your_answer"]["nb"])
    for _ in range(6):
        page.keyboard.press("Tab")
        assert page.evaluate(HIDDEN_BEHIND) is None


def test_with_the_readers_own_colours_shapes_and_states_are_still_told(new_context, site_url):
    page = new_context(viewport={"width": 1280, "height": 800}, forced_colors="active").new_page()
    page.goto(site_url + "nb/deposit/")
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    ground, mark = page.evaluate(
        """() => ["body", ".md-header .mark__cap"].map(name => getComputedStyle(document.querySelector(name)))
          .map((style, at) => at ? style.fill : style.backgroundColor)"""
    )
    assert ground != mark
    edge = """element => {
      const style = getComputedStyle(element), ground = getComputedStyle(document.body).backgroundColor;
      return [style.borderTopWidth, style.borderBottomWidth].some(width => parseFloat(width) >= 1)
        && [style.borderTopColor, style.borderBottomColor].some(colour => colour !== ground);
    }"""
    for name in (".md-tabs__item--active .md-tabs__link", ".calculator", ".calculator__group > legend"):
        assert page.locator(name).first.evaluate(edge), name


@each_lang
def test_the_way_to_the_form_is_the_first_thing_on_a_page_that_has_one(page, site_url, lang):
    page.goto(f"{site_url}{lang}/wealth/")
    jump = page.locator(".page-place__jump")
    title = texts("calculators/texts/wealth.yaml")["title"][lang]
    jump.click()
    expect(page.locator("h2#wealth-title")).to_be_in_viewport()
    expect(page.locator("h2#wealth-title")).to_contain_text(title)
