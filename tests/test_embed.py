"""The calculators inside somebody else's page, of another origin, and the form that writes the lines for it."""

import html
import json
import re
from urllib.parse import urlsplit

import pytest
from accessible import axe_finds, fits
from keyboard import walk_to
from playwright.sync_api import expect

from scripts.pages import embed
from scripts.pages.book import open_book
from scripts.pages.not_covered import pages_of_calculators

LANGUAGES = ("nb", "en")
BOOT = 60_000
CASE = "#wealth?year=2020&household=single&net_wealth=678861&months=10"
framed = pytest.mark.browser_complaints(
    matching=r"^request to another origin: http://127\.0\.0\.1:",
    reason="the page around is of another origin on purpose",
)
each_lang = pytest.mark.parametrize("lang", LANGUAGES)

HOST = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Somebody else</title>
<link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width"><main><h1>Somebody else</h1>
<script>heard = []; addEventListener("message", (event) => heard.push(event.data));</script>
{snippet}<p>What follows.</p></main></html>"""


@pytest.fixture(scope="module")
def books():
    """The book of each language."""
    return {lang: open_book(lang) for lang in LANGUAGES}


@pytest.fixture
def host(tmp_path, serve, site_url, books):
    """host(lang, theme, fragment) → the address of a page of another origin that shows the calculator of wealth."""

    def write(lang, theme="auto", fragment=""):
        title = embed.frame_title(books[lang], "wealth", lang)
        lines = embed.snippet(site_url, lang, "wealth", theme, title)
        lines = lines.replace(f"?theme={theme}", f"?theme={theme}{html.escape(fragment)}")
        (tmp_path / "index.html").write_text(HOST.format(snippet=lines), "utf-8")
        return address

    address = serve(tmp_path)
    assert urlsplit(address).netloc != urlsplit(site_url).netloc
    return write


def in_frame(page):
    """What stands in the frame."""
    return page.frame_locator("iframe")


# The bare pages


@each_lang
def test_every_calculator_has_a_bare_page_that_no_search_engine_lists(site, books, lang):
    pages = pages_of_calculators(lang)
    made = {path.parent.name for path in (site / lang / "embed").glob("*/index.html")}
    assert made == set(books[lang].words.calculators()) and len(made) > 10
    sitemap = (site / "sitemap.xml").read_text("utf-8")
    assert f"{lang}/embed/</loc>" in sitemap and f"{lang}/embed/wealth" not in sitemap
    guide = json.loads((next(site.glob("search-*")) / f"{lang}.json").read_text("utf-8"))
    assert "embed/wealth" not in json.dumps(guide)
    for calculator in made:
        text = (site / lang / "embed" / calculator / "index.html").read_text("utf-8")
        assert f'<html lang="{lang}">' in text and '<meta name="robots" content="noindex">' in text
        assert re.search(r'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src', text)
        assert f'<a href="../../{pages[calculator].removesuffix(".md")}/" target="_blank" rel="noopener">' in text
        assert html.escape(books[lang].plain("embed", "independent")) in text
        assert not {"md-header", "md-tabs", "md-search", "data-language-switch"} & set(re.findall(r"[\w-]+", text))
        (form,) = re.findall(r"<form [^>]*data-calculator=\"(\w+)\"", text)
        assert form == calculator


@each_lang
def test_only_the_bare_pages_may_be_framed(site, lang):
    rules = dict(block.split("\n", 1) for block in (site / "_headers").read_text("utf-8").split("\n\n"))
    (bare,) = [rule for pattern, rule in rules.items() if f"/{embed.FOLDER}/:" in pattern]
    assert "frame-ancestors *" in bare
    assert "frame-ancestors 'none'" in rules["/:lang/wealth/*"]


def test_a_bare_page_loads_what_the_guides_own_page_does(site):
    for lang in LANGUAGES:
        for calculator, page in pages_of_calculators(lang).items():
            guide = (site / lang / page.removesuffix(".md") / "index.html").read_text("utf-8")
            bare = (site / lang / "embed" / calculator / "index.html").read_text("utf-8")
            # A bare page is short: what it loads it finds at once.
            guide = re.sub(r'<link rel="modulepreload" [^>]*>', "", guide)
            wanted = set(re.findall(r'(?:href|src)="[^"]*?([\w.-]+\.(?:css|js))"', guide))
            loaded = set(re.findall(r'(?:href|src)="[^"]*?([\w.-]+\.(?:css|js))"', bare))
            assert {"calculators.css", "designsystem.css", "calculator.js", "field.js", "freshness.js"} <= loaded
            material = {name for name in wanted if name.startswith("bundle.")}
            assert wanted - loaded == material | (set(embed.NOT_NEEDED) & wanted)
            assert loaded - wanted == {"embed.css", "embed.js", "embed-theme.js"}
            # What is for paper alone stays so: it hides the form.
            on_paper = re.findall(r'<link [^>]*?([\w-]+\.css)" media="print">', guide)
            assert on_paper == re.findall(r'<link [^>]*?([\w-]+\.css)" media="print">', bare) == ["receipt.css"]


# In a frame of another origin


@framed
@each_lang
def test_a_case_is_answered_inside_another_origin_and_the_frame_grows_with_it(new_context, host, lang):
    page = new_context(viewport={"width": 1000, "height": 800}).new_page()
    page.goto(host(lang, fragment=CASE))
    inside = in_frame(page)
    expect(inside.locator("[data-result] [data-output=reduction]")).to_have_attribute(
        "data-value", "50000", timeout=BOOT
    )
    frame = page.frames[1]
    frame.evaluate("document.querySelectorAll('.calculator details').forEach((each) => { each.open = true; })")
    page.wait_for_function(
        """() => { const frame = document.querySelector('iframe');
          return heard.length && Number(frame.height) === heard.at(-1).height; }"""
    )
    # Twice the same height: it has come to rest, and nothing in the frame has to be scrolled.
    page.wait_for_timeout(300)
    needed, shown = frame.evaluate("[document.documentElement.scrollHeight, innerHeight]")
    assert needed <= shown
    heard = page.evaluate("heard")
    assert all(set(each) == {"type", "height"} and each["type"] == "studiestotte:height" for each in heard)
    heights = [each["height"] for each in heard]
    assert heights[-1] > 1000 and all(isinstance(height, int) for height in heights)
    # It grows, and shrinks again.
    frame.evaluate("document.querySelectorAll('.calculator details').forEach((each) => { each.open = false; })")
    page.wait_for_function("(before) => heard.at(-1).height < before", arg=heights[-1])
    # Not a word to it changes anything.
    page.evaluate("frames[0].postMessage({ type: 'studiestotte:height', height: 5, theme: 'dark' }, '*')")
    expect(inside.locator("body")).to_have_attribute("data-md-color-scheme", "default")


@framed
def test_links_open_beside_the_page_and_those_within_the_form_do_not(new_context, host, site_url):
    page = new_context().new_page()
    page.goto(host("nb", fragment="#wealth?year=1989&household=family&net_wealth=mye&months=13"))
    inside = in_frame(page)
    inside.locator("[data-errors] a").first.click(timeout=BOOT)
    expect(inside.locator("#wealth-year")).to_be_focused()
    assert len(page.context.pages) == 1
    for link in (inside.locator(".calculator__next a").first, inside.locator(".embed__foot a")):
        if not link.count():
            continue
        with page.context.expect_page() as opened:
            link.click()
        assert opened.value.url.startswith(f"{site_url}nb/") and "/embed/" not in opened.value.url
        opened.value.wait_for_load_state()
        assert opened.value.locator("h1").count() == 1
        opened.value.close()


def test_the_links_of_an_answer_lead_into_the_guide(new_context, site_url):
    page = new_context().new_page()
    page.goto(f"{site_url}nb/embed/wealth/{CASE}")
    page.locator("[data-result] [data-output=reduction][data-value='50000']").wait_for(timeout=BOOT)
    links = page.locator("[data-result] a[href^='../']")
    assert links.count() > 0
    for href in links.evaluate_all("links => links.map((link) => link.href)"):
        assert page.request.get(href.split("#")[0]).ok, href
    page.locator("[data-do=link]").click()
    # What the reader passes on opens the guide, and the frame stays what it is.
    page.locator("[data-take-status]:not(:empty)").wait_for()
    assert urlsplit(page.url).path == "/nb/embed/wealth/"
    copied = page.locator("[data-take-panel] textarea").input_value()
    assert copied == "" or copied.startswith(f"{site_url}nb/wealth/#wealth?")


@pytest.mark.parametrize(("theme", "given", "scheme"), [
    ("dark", "light", "slate"), ("light", "dark", "default"), ("auto", "dark", "slate"), ("auto", "light", "default"),
    ("pink", "dark", "slate"),
])  # fmt: skip
def test_the_colours_are_those_asked_for(new_context, site_url, theme, given, scheme):
    page = new_context(color_scheme=given).new_page()
    page.goto(f"{site_url}en/embed/signing/?theme={theme}")
    expect(page.locator("body")).to_have_attribute("data-md-color-scheme", scheme)
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert (max(map(int, re.findall(r"\d+", ground)[:3])) < 60) == (scheme == "slate"), ground


@framed
def test_it_can_be_used_by_keyboard_alone_from_the_page_around(new_context, host):
    page = new_context().new_page()
    page.goto(host("en", fragment="#wealth?year=2020&household=single&net_wealth=678861&months=5"))
    inside = in_frame(page)
    inside.locator("[data-result] [data-output=reduction][data-value='25000']").wait_for(timeout=BOOT)
    months = inside.locator("[name=months]")
    walk_to(months)
    page.keyboard.press("Control+A")
    page.keyboard.type("10")
    page.keyboard.press("Enter")
    inside.locator("[data-result] [data-output=reduction][data-value='50000']").wait_for()


@framed
@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("nb", 360, "dark"), ("nb", 1280, "light"), ("en", 360, "light"), ("en", 1280, "dark")],
)
def test_all_can_read_and_use_it(new_context, site_url, host, lang, width, scheme):
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    for calculator in ("deposit", "reply"):
        page.goto(f"{site_url}{lang}/embed/{calculator}/?theme={scheme}")
        fits(page, width)
        assert axe_finds(page) == "", calculator
    page.goto(f"{site_url}{lang}/embed/")
    fits(page, width)
    assert axe_finds(page) == ""
    page.goto(host(lang, fragment=CASE))
    in_frame(page).locator("[data-result] [data-output=reduction][data-value='50000']").wait_for(timeout=BOOT)
    fits(page, width)
    # Axe goes into frames too.
    assert axe_finds(page) == ""


# The form that writes the lines


@framed
@each_lang
def test_the_form_writes_lines_that_work(new_context, site, serve, site_url, tmp_path, lang):
    page = new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    page.goto(f"{site_url}{lang}/embed/")
    lines = page.locator("#snippet-lines")
    page.locator("#snippet-calculator").select_option("deposit")
    page.locator("#snippet-lang-en").check()
    page.locator("#snippet-theme-dark").check()
    written = lines.input_value()
    assert 'title="Calculator: How much money must you show UDI? (Student Finance Guide Norway)"' in written
    # The address is the one that the site was built for.
    (src,) = re.findall(r'src="([^"]+)"', written)
    assert src == "http://127.0.0.1:8000/en/embed/deposit/?theme=dark"
    page.locator("[data-copy]").click()
    expect(page.locator("[data-status]")).not_to_be_empty()
    assert page.evaluate("navigator.clipboard.readText()") == written
    with page.context.expect_page() as opened:
        page.locator("[data-try]").click()
    assert opened.value.url == f"{site_url}en/embed/deposit/?theme=dark"
    (tmp_path / "index.html").write_text(
        HOST.format(snippet=written.replace("http://127.0.0.1:8000", site_url.rstrip("/"))), "utf-8"
    )
    page.goto(serve(tmp_path))
    frame = page.get_by_title("Calculator: How much money")
    expect(frame).not_to_have_attribute("height", str(embed.FIRST_HEIGHT))
    expect(in_frame(page).locator("body")).to_have_attribute("data-md-color-scheme", "slate")


@each_lang
def test_without_javascript_an_example_stands_there(new_context, site_url, books, lang):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_url}{lang}/embed/")
    book = books[lang]
    expected = embed.snippet("http://127.0.0.1:8000/", lang, "wealth", "auto", embed.frame_title(book, "wealth", lang))
    assert page.locator("#snippet-lines").input_value().strip() == expected.strip()
    assert book.say("embed", "no_script") in page.content()
    expect(page.locator("[data-copy]")).to_be_hidden()


@each_lang
def test_titles_with_quotation_marks_stay_whole(books, lang):
    assert 'title="A &quot;b&quot; &lt;c&gt;"' in embed.snippet("https://x.org/g/", lang, "wealth", "auto", 'A "b" <c>')
    assert 'event.origin !== "https://x.org"' in embed.snippet("https://x.org/g/", lang, "wealth", "auto", "")
