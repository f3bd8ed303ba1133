"""The buttons under an answer, in Chromium: link, paper, text, files and report. Nothing is sent by them."""

import json
import re
from pathlib import Path
from urllib.parse import parse_qs, urldefrag, urlencode, urlsplit

import pytest
from accessible import axe_finds
from browser_watch import watch
from playwright.sync_api import expect

from calculators.browser import open_desk
from calculators.core.tables import Tables
from scripts import tables as editors_tables
from scripts.pages.book import open_book
from scripts.pages.take_along import take_along_html
from scripts.words import texts, words_json

SAYS = texts("scripts/pages/texts.yaml")["take"]
COMMON = texts("calculators/texts/common.yaml")
BOOT = 60_000
expect.set_options(timeout=15_000)

DESK = open_desk(editors_tables.load().canonical, words_json())
NOW = Tables.from_json(editors_tables.load().canonical).version
THEN = "0123456789ab"
CASES = {
    "wealth": {"year": "2020", "household": "single", "net_wealth": "678861", "months": "10", "study_percent": "100"},
    "support": {"academic_year": "2025-26", "period": "year"},
    "repayment": {"debt": "300000", "annual_rate": "2.979", "support_ended": "2026-06-15"},
    "deadlines": {"academic_year": "2024-25", "period": "autumn", "today": "2030-01-01"},
}
DAY = {"nb": "22. november 2026", "en": "22 November 2026"}
AMOUNT = {"nb": "50 000 kr", "en": "NOK 50,000"}
RIGHTS = ["clipboard-read", "clipboard-write"]
NOON = "2026-11-22T12:00:00"

each_lang = pytest.mark.parametrize("lang", ["nb", "en"])


@pytest.fixture(scope="module")
def desks(browser, site_url):
    """desks(lang, calculator) → a page whose engine runs, shared by the tests. Norwegian ones are dark, English light.

    They are narrow, may use the clipboard and stand on the day of the project. None may do what conftest forbids.
    """
    complaints, contexts, pages = [], {}, {}
    for lang, scheme in (("nb", "dark"), ("en", "light")):
        contexts[lang] = browser.new_context(
            permissions=RIGHTS, viewport={"width": 390, "height": 800}, color_scheme=scheme, accept_downloads=True
        )
        watch(contexts[lang], complaints, keeps=True)

    def desk(lang, calculator="wealth"):
        if (lang, calculator) not in pages:
            page = pages[lang, calculator] = contexts[lang].new_page()
            page.clock.set_fixed_time(NOON)
            page.goto(f"{site_url}{lang}/{calculator}/")
        page = pages[lang, calculator]
        page.bring_to_front()
        return page

    yield desk
    for context in contexts.values():
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_context):
    """A page of one test alone, for what cannot be shared."""
    page = new_context(permissions=RIGHTS).new_page()
    page.clock.set_fixed_time(NOON)
    return page


def link_to(calculator, **more):
    """The part of an address that opens the case of a calculator."""
    return f"#{calculator}?{urlencode(CASES[calculator] | more)}"


def answered(page, calculator="wealth", **more):
    """The block of buttons after the case of a calculator was opened by its link, on a page that is open."""
    page.locator(f"form[data-calculator={calculator}]").evaluate("form => form.reset()")
    block = page.locator("[data-take]")
    expect(block).to_be_hidden()
    page.evaluate("link => { location.hash = link; }", link_to(calculator, **more))
    expect(block).to_be_visible(timeout=BOOT)
    return block


def of_python(page, lang, calculator="wealth", **more):
    """What CPython makes of the same case for this page to take along."""
    request = {"calculator": calculator, "lang": lang, "canonical": CASES[calculator] | more}
    request |= {"page": page.url.partition("#")[0], "today": "2026-11-22", "write_to": ""}
    return json.loads(DESK(json.dumps(request)))["take"]


def press(block, what):
    """Press one of the buttons."""
    block.locator(f"button[data-do={what}]").click()


def clipboard(page):
    """What lies in the clipboard."""
    return page.evaluate("navigator.clipboard.readText()")


def told(block, *path, lang):
    """Wait until the status says a sentence."""
    sentence = SAYS
    for key in path:
        sentence = sentence[key]
    expect(block.locator("[data-take-status]")).to_have_text(sentence[lang])


def plain(text):
    return re.sub(r"\s+", " ", text.replace("\u00a0", " "))


# When the buttons are there


def test_the_buttons_are_there_with_an_answer_and_only_then(desks):
    page = desks("nb")
    block = page.locator("[data-take]")
    expect(block).to_be_hidden()  # an example is nobody's answer
    form = page.locator("form[data-calculator=wealth]")
    form.locator("[name=year]").select_option("2022")
    expect(block).to_be_visible(timeout=BOOT)
    form.locator("[name=net_wealth]").fill("many")
    expect(block).to_be_hidden()
    form.locator("[name=net_wealth]").fill("700001")
    expect(block).to_be_visible()
    form.locator("[name=year]").select_option("2023")
    expect(page.locator("[data-result] [data-not-published]")).to_be_visible()
    expect(block).to_be_hidden()
    form.locator("[name=year]").select_option("2020")
    expect(block).to_be_visible()
    assert (
        page.locator("[data-receipt]").evaluate_all("all => all.map(each => each.innerHTML.length > 100)") == [True] * 2
    )
    press(block, "report")
    assert "700" in block.locator("textarea").input_value()
    form.locator("button[type=reset]").click()
    expect(block).to_be_hidden()
    assert block.locator("textarea").input_value() == "", "what was typed is cleared here too"
    assert page.locator("[data-receipt]").evaluate_all("all => all.map(each => each.innerHTML)") == ["", ""]


def test_without_javascript_there_are_no_buttons(new_context, site_url):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_url}nb/support/")
    expect(page.locator("[data-result]")).to_be_visible()
    expect(page.locator("[data-take]")).to_be_hidden()
    page.close()


# The link, the text, the keyboard


@each_lang
def test_the_link_and_the_text_are_copied_and_the_link_opens_the_answer(desks, lang):
    page = desks(lang)
    asked = []
    page.context.on("request", lambda request: asked.append(urldefrag(request.url).url + (request.post_data or "")))
    here = page.url
    block = answered(page)
    assert "#" not in here and page.url == here
    expected = of_python(page, lang)
    assert expected["link"].endswith(f"&answer=50000&data={NOW}")

    # By the keyboard alone, each button large enough for a thumb.
    buttons = block.locator("button[data-do]:visible")
    assert buttons.evaluate_all("all => all.map(each => each.dataset.do)") == ["link", "print", "text", "report"]
    for number in range(buttons.count()):
        assert buttons.nth(number).bounding_box()["height"] >= 44
    page.locator("[data-result] a").last.focus()
    page.keyboard.press("Tab")
    expect(buttons.first).to_be_focused()
    page.keyboard.press("Enter")
    told(block, "says", "link", lang=lang)
    assert page.locator("[data-take-status]").get_attribute("role") == "status"
    assert clipboard(page) == page.url == expected["link"]
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    told(block, "says", "text", lang=lang)
    assert clipboard(page) == expected["text"]
    assert DAY[lang] in expected["text"] and AMOUNT[lang] in expected["text"]

    # The link in the address bar goes when the answer is another one.
    page.locator("[name=months]").fill("9")
    expect(page.locator("[data-result] [data-output=reduction]")).to_have_attribute("data-value", "45000")
    assert page.url == here
    expect(block.locator("[data-take-status]")).to_have_text("")

    # Who opens it has the same answer, and is told nothing.
    page.evaluate("link => { location.hash = link; }", urldefrag(expected["link"]).fragment)
    expect(page.locator("[data-result] [data-output=reduction]")).to_have_attribute("data-value", "50000")
    expect(page.locator("[data-since-link]")).to_have_count(0)
    assert page.url == here
    assert not [each for each in asked if "678861" in each]


@each_lang
def test_a_link_from_before_the_figures_changed_shows_both_answers_and_why(desks, lang):
    page = desks(lang)
    block = answered(page, answer="48000.50", data=THEN)
    shows_both(page, lang)
    # What is copied now is the answer of now; and what the reader changes is no longer the link's case.
    press(block, "link")
    told(block, "says", "link", lang=lang)
    assert clipboard(page).endswith(f"&answer=50000&data={NOW}")
    page.locator("[name=months]").fill("9")
    expect(page.locator("[data-since-link]")).to_have_count(0)


def shows_both(page, lang):
    """Check that the answer of a link from THEN stands beside the answer of now, that both are said, and why."""
    box = page.locator("[data-result] [data-since-link]")
    expect(box).to_be_visible(timeout=BOOT)
    said = plain(box.inner_text())
    assert COMMON["share"]["figures_changed"][lang].format(old=THEN, new=NOW) in said
    assert {"nb": "48 000,50 kr", "en": "NOK 48,000.50"}[lang] in said and AMOUNT[lang] in said
    expect(page.locator("[data-result] [data-output=reduction]")).to_have_attribute("data-value", "50000")
    expect(page.locator("[data-announce]")).to_contain_text(THEN)


def test_the_language_switch_keeps_the_answer_what_a_link_said_and_the_buttons(page, site_url):
    page.goto(f"{site_url}nb/wealth/{link_to('wealth', answer='48000.50', data=THEN)}")
    for lang in ("nb", "en"):
        page.locator(f"form[data-lang={lang}]").wait_for()
        shows_both(page, lang)
        if lang == "nb":
            page.locator("a[data-language-switch]").first.click()
    page.locator("[name=months]").fill("9")
    expect(page.locator("[data-since-link]")).to_have_count(0)
    page.locator("a[data-language-switch]").first.click()
    page.locator("form[data-lang=nb]").wait_for()
    block = page.locator("[data-take]")
    expect(block).to_be_visible(timeout=BOOT)
    expect(page.locator("[data-since-link]")).to_have_count(0)
    press(block, "text")
    told(block, "says", "text", lang="nb")
    assert clipboard(page) == of_python(page, "nb", months="9")["text"]


def test_an_answer_that_a_link_makes_up_is_named_and_not_shown(desks):
    page = desks("en")
    answered(page, answer="<img src=x onerror=alert(1)>", data="today")
    box = page.locator("[data-since-link]")
    expect(box).to_have_text(COMMON["share"]["unreadable"]["en"].format(names="answer, data"))
    assert box.locator("img").count() == 0


def test_where_copying_is_forbidden_the_text_is_there_to_be_copied_by_hand(desks):
    page = desks("nb")
    block = answered(page)
    expected, area = of_python(page, "nb"), block.locator("textarea")
    expect(area).to_be_hidden()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('forbidden')); }")
    for what in ("link", "text"):
        press(block, what)
        told(block, "says", "not_copied", lang="nb")
        expect(area).to_be_focused()
        assert area.input_value() == expected[what]
        assert area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == expected[what]
        assert area.get_attribute("readonly") is not None
    press(block, "report")
    told(block, "says", "not_copied", lang="nb")
    assert area.input_value() == expected["report"]["text"]
    page.evaluate("delete navigator.clipboard.writeText")


# On paper


def printed(page, block):
    """Press the button for paper and let the page look as it does there, on a sheet of A4 with its margins."""
    page.evaluate("() => { window.printed = 0; window.print = () => { window.printed += 1; }; }")
    page.set_viewport_size({"width": 680, "height": 1000})
    press(block, "print")
    assert page.evaluate("printed") == 1
    page.emulate_media(media="print")


def closed(page):
    """The reader closes the dialog: the page is a page again."""
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    page.set_viewport_size({"width": 390, "height": 800})
    assert "prints-receipt" not in page.locator("html").get_attribute("class")
    expect(page.locator("form[data-calculator]")).to_be_visible()
    expect(page.locator(".receipt").first).to_be_hidden()


UNSEEN = ".md-header", ".md-tabs", ".md-sidebar", "h1", "form", "[data-take]", ".worked-example", "[data-list]"


@each_lang
def test_the_receipt_is_the_answer_alone_with_all_that_makes_it_checkable(desks, lang):
    page = desks(lang, "repayment")
    block = answered(page, "repayment")
    link = of_python(page, lang, "repayment")["link"]
    printed(page, block)
    paper = plain(page.locator("body").inner_text())
    result = json.loads(DESK(json.dumps({"calculator": "repayment", "lang": lang, "canonical": CASES["repayment"]})))
    steps = [each["text"] for each in result["result"]["steps"]]
    sources = [each["title"] for each in result["result"]["sources"]]
    estimate = COMMON["notices"]["estimate"][lang]
    for expected in (*steps, *sources, result["headline"], DAY[lang], NOW, estimate, link):
        assert plain(expected) in paper
    assert paper.count(estimate) == 1
    # Nothing of the page besides: no menu, form, buttons or text; and not the whole schedule either.
    assert paper.startswith(plain(page.locator(".receipt__title").inner_text()))
    for unseen in UNSEEN:
        expect(page.locator(unseen).first).to_be_hidden()
    expect(page.locator(".receipt__left-out")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")

    pdf = page.pdf(format="A4")
    assert 1 < len(re.findall(rb"/Type /Page\b", pdf)) <= 5
    targets = set(re.findall(rb"/URI \((.*?)\)", pdf))
    assert link.replace("#", "?#", 1).encode() in targets, "the link on paper must lead back to the site"
    closed(page)


def test_a_schedule_that_the_reader_unfolded_is_printed(desks):
    page = desks("nb", "repayment")
    block = answered(page, "repayment")
    page.locator("[data-result] > details:has([data-list]) > summary").click()
    printed(page, block)
    for each in (page.locator("[data-list]").first, page.locator("[data-list]").last):
        expect(each).to_be_visible()
    expect(page.locator(".receipt__left-out")).to_be_hidden()
    closed(page)


def test_the_whole_page_is_printed_as_before_with_what_was_given(desks):
    page = desks("nb")
    answered(page)
    page.emulate_media(media="print")
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".receipt__title")).to_be_hidden()
    expect(page.locator("[data-receipt=head] dl")).to_contain_text("678\u00a0861")
    expect(page.locator("[data-take]")).to_be_hidden()
    page.emulate_media(media="screen")


# The files


@each_lang
@pytest.mark.parametrize("calculator", ["support", "repayment"])
def test_the_files_are_those_of_python_byte_by_byte(desks, lang, calculator):
    page = desks(lang, calculator)
    block = answered(page, calculator)
    files = of_python(page, lang, calculator)["files"]
    assert set(files) == {"ics", "csv"}
    for kind, file in files.items():
        with page.expect_download() as waiting:
            press(block, kind)
        assert waiting.value.suggested_filename == file["name"] == f"{calculator}-2026-11-22.{kind}"
        assert Path(waiting.value.path()).read_bytes() == file["text"].encode()
        told(block, "says", "saved", lang=lang)


def test_a_calendar_without_a_coming_date_has_no_button(desks):
    page = desks("en", "deadlines")
    block = answered(page, "deadlines")
    expect(block.locator("[data-do=ics]")).to_be_hidden()
    page.locator("[name=today]").fill("2024-08-20")
    expect(block.locator("[data-do=ics]")).to_be_visible()
    expect(block.locator("[data-do=csv]")).to_have_count(0)


# The report of an error


@each_lang
def test_without_an_address_the_report_is_copied_and_the_reader_told(desks, lang):
    page = desks(lang)
    block = answered(page)
    press(block, "report")
    told(block, "report", "nowhere", lang=lang)
    report = of_python(page, lang)["report"]["text"]
    assert clipboard(page) == block.locator("textarea").input_value() == report
    assert block.locator("a").count() == 0


def with_address(page, lang, write_to):
    """Let the page of the wealth calculator come as a build with this setting makes it."""
    book = open_book(lang)
    without, block = (take_along_html(book, "wealth", each) for each in (None, write_to))

    def changed(route):
        html = route.fetch().text()
        assert html.count(without) == 1
        route.fulfill(body=html.replace(without, block), content_type="text/html; charset=utf-8")

    page.route(re.compile(r"/wealth/$"), changed)


@pytest.mark.parametrize(
    ("lang", "write_to", "where"),
    [("nb", "post@example.org", "mail"), ("en", "https://example.org/feil", "page")],
)
def test_the_reader_sends_the_report_with_their_own_words_in_it(page, site_url, lang, write_to, where):
    with_address(page, lang, write_to)
    page.goto(f"{site_url}{lang}/wealth/")
    block = answered(page)
    press(block, "report")
    host = urlsplit(write_to).hostname or ""
    expect(block.locator("[data-take-status]")).to_have_text(SAYS["report"][where][lang].format(host=host))
    area, link = block.locator("textarea"), block.locator("a[data-take-open]")
    expect(area).to_be_focused()
    assert area.evaluate("area => area.selectionStart") == 0
    page.keyboard.type("Satsen er en annen & høyere.\n")
    text = area.input_value()
    assert text.startswith("Satsen er en annen & høyere.\n" + COMMON["report"]["asks"][lang][:10])
    opens = link.get_attribute("href")
    if where == "page":
        assert opens == write_to
    else:
        assert opens.startswith(f"mailto:{write_to}?")
        given = parse_qs(urlsplit(opens).query)
        assert set(given) == {"body", "subject"} and given["body"] == [text.replace("\n", "\r\n")]
    press(block, "copy")
    told(block, "says", "text", lang=lang)
    assert clipboard(page) == text
    # Another answer does not take away what the reader has written.
    page.locator("[name=months]").fill("9")
    expect(page.locator("[data-result] [data-output=reduction]")).to_have_attribute("data-value", "45000")
    assert area.input_value() == text
    expect(area).to_be_visible()


@each_lang
@pytest.mark.parametrize(
    ("write_to", "takes_text", "goes_elsewhere"),
    [
        ("post@example.org", True, False),
        ("https://example.org/them/guide/issues/new", True, True),
        ("https://example.org/feil", False, True),
    ],
)
def test_the_way_to_the_receiver_says_where_it_goes(lang, write_to, takes_text, goes_elsewhere):
    block = take_along_html(open_book(lang), "wealth", write_to)
    (link,) = re.findall(r"<a class=.*?</a>", block)
    assert ("data-takes-text" in link) == takes_text
    assert ('target="_blank" rel="noopener noreferrer"' in link) == goes_elsewhere
    assert ("example.org" in link) == goes_elsewhere, "a link to another site names it"


# Everyone


@pytest.mark.parametrize(("lang", "width"), [("nb", 320), ("en", 1280)])
def test_the_buttons_and_what_they_open_are_accessible(desks, lang, width):
    page = desks(lang, "repayment")
    page.set_viewport_size({"width": width, "height": 800})
    block = answered(page, "repayment", answer="1", data=THEN)
    press(block, "report")
    told(block, "report", "nowhere", lang=lang)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= width
    found = axe_finds(page)
    page.set_viewport_size({"width": 390, "height": 800})
    assert found == ""
