"""Figures, terms and links to sources say more when they are pointed at, reached by keyboard, or tapped."""

import re

import pytest
from playwright.sync_api import expect

FIGURE = "article a.figure[data-status]"
TERM = "article a.term"


@pytest.fixture(params=["nb", "en"])
def wealth(request, page, site_url):
    page.goto(f"{site_url}{request.param}/wealth/")
    page.wait_for_load_state("networkidle")
    return page


def tip(page):
    return page.locator("#tip")


def test_pointing_at_a_figure_shows_its_source_and_date(wealth):
    figure = wealth.locator(FIGURE).first
    figure.hover()
    expect(tip(wealth)).to_be_visible()
    expect(tip(wealth)).to_have_text(re.compile(r"(Formuesgrense|Asset limit) 2026.*\d{4}", re.DOTALL))
    expect(figure).to_have_attribute("aria-describedby", "tip")
    # The sentence itself can be pointed at, and stays.
    tip(wealth).hover()
    wealth.wait_for_timeout(400)
    expect(tip(wealth)).to_be_visible()
    wealth.locator("h1").hover()
    expect(tip(wealth)).to_be_hidden()
    assert figure.get_attribute("aria-describedby") is None


def test_the_keyboard_reaches_a_tip_and_escape_takes_it_away(wealth):
    for _ in range(60):
        if wealth.evaluate("document.activeElement.matches('article a:is(.figure, .term)')"):
            break
        wealth.keyboard.press("Tab")
    expect(tip(wealth)).to_be_visible()
    reached = wealth.evaluate("document.activeElement.getAttribute('aria-describedby')")
    assert reached == "tip"
    wealth.keyboard.press("Escape")
    expect(tip(wealth)).to_be_hidden()
    assert wealth.evaluate("document.activeElement.matches('article a:is(.figure, .term)')")


def test_a_first_tap_tells_and_a_second_follows(new_context, site_url):
    page = new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True).new_page()
    page.goto(f"{site_url}nb/wealth/")
    page.wait_for_load_state("networkidle")
    figure = page.locator(FIGURE).first
    figure.tap()
    expect(tip(page)).to_be_visible()
    box = tip(page).bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 360
    assert page.url == f"{site_url}nb/wealth/"
    page.locator("h1").tap()
    expect(tip(page)).to_be_hidden()
    figure.tap()
    expect(tip(page)).to_be_visible()
    figure.tap()
    page.wait_for_url(f"{site_url}nb/figures/#wealth_limit-*")


def test_a_term_explains_itself_and_leads_to_the_glossary(wealth):
    term = wealth.locator(TERM).first
    name = term.get_attribute("data-term")
    term.hover()
    expect(tip(wealth)).to_be_visible()
    said = tip(wealth).inner_text()
    term.click()
    wealth.wait_for_url(re.compile(rf"/glossary/#{name}$"))
    assert said in wealth.locator(f"[id={name}]").inner_text()


def test_without_javascript_the_title_and_the_link_are_there(new_context, site_url):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_url}en/wealth/")
    figure = page.locator(FIGURE).first
    assert "Asset limit 2026" in figure.get_attribute("title")
    assert "figures/#wealth_limit-2026-single" in figure.get_attribute("href")
