"""Everyone can read and use every state of every calculator: loading, failed, answered, refused, not published."""

import os
import shutil
from urllib.parse import urlencode

import pytest
from accessible import axe_finds, axe_finds_in_both, fits, tree_of
from playwright.sync_api import expect

from scripts.examples import load_examples
from scripts.pages.not_covered import pages_of_calculators

BOOT = 60_000
ANSWERED, NOT_PUBLISHED = 0, 3
CALCULATORS = sorted({example.calculator for example in load_examples()})
expect.set_options(timeout=15_000)


def inputs_of(calculator, status):
    """The inputs of a worked example of this status; None where there is none."""
    found = (each.inputs for each in load_examples() if (each.calculator, each.status) == (calculator, status))
    return next(found, None)


def link(calculator, inputs):
    """The part of an address after the page that opens a case."""
    return f"#{calculator}?{urlencode(inputs)}"


# A payment schedule has hundreds of rows, all alike: its own page is looked at with it folded.
UNFOLD = """() => {
  for (const each of document.querySelectorAll(".calculator details")) {
    each.open = each.querySelectorAll("tr").length <= 40;
  }
}"""


@pytest.mark.parametrize(("lang", "width", "scheme"), [("nb", 1280, "light"), ("en", 360, "dark")])
@pytest.mark.parametrize("calculator", CALCULATORS)
def test_a_calculator_is_accessible_in_every_state(new_context, site_url, calculator, lang, width, scheme):
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    path = pages_of_calculators(lang)[calculator].removesuffix(".md")
    form = page.locator(f"form[data-calculator={calculator}]")
    found = {}
    nonsense = dict.fromkeys(inputs_of(calculator, ANSWERED), "?")
    page.goto(f"{site_url}{lang}/{path}/{link(calculator, inputs_of(calculator, ANSWERED))}")
    expect(form).to_have_attribute("data-engine", "ready", timeout=BOOT)
    page.locator("[data-result] [data-output]").first.wait_for()
    expect(page.locator("[data-errors]").first).to_be_hidden()
    page.evaluate(UNFOLD)
    found["result"] = axe_finds_in_both(page, scheme, ".calculator")
    fits(page, width)

    page.evaluate("(hash) => { location.hash = hash; }", link(calculator, nonsense))
    expect(page.locator("[data-errors] a").first).to_be_visible()
    # The other scheme is that of the other language: the elements are the same.
    found["error"] = axe_finds(page, ".calculator")
    fits(page, width)

    if unpublished := inputs_of(calculator, NOT_PUBLISHED):
        page.evaluate("(hash) => { location.hash = hash; }", link(calculator, unpublished))
        page.locator("[data-result] [data-not-published]").first.wait_for()
        found["not published"] = axe_finds(page, ".calculator")
        fits(page, width)
    assert {state: report for state, report in found.items() if report} == {}


@pytest.mark.parametrize(("lang", "scheme"), [("nb", "dark"), ("en", "light")])
def test_a_calculator_on_its_way_is_accessible(new_context, site_url, lang, scheme):
    context = new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme)
    context.route("**/*.wasm", lambda route: None)
    page = context.new_page()
    page.goto(f"{site_url}{lang}/wealth/")
    page.locator("[name=net_wealth]").fill("5")
    expect(page.locator("form[data-calculator]")).to_have_attribute("data-engine", "loading", timeout=BOOT)
    expect(page.locator("form progress")).to_be_visible()
    (name,) = [name for role, name, _ in tree_of(page) if role == "progressbar"]
    assert name
    fits(page, 320)
    assert axe_finds_in_both(page, scheme) == ""


@pytest.mark.browser_complaints(matching="status of 404", reason="the test takes the worker away")
@pytest.mark.parametrize(("lang", "scheme"), [("nb", "dark"), ("en", "light")])
def test_a_failed_calculator_is_accessible(new_context, site, tmp_path, serve, lang, scheme):
    folder = tmp_path / "site"
    shutil.copytree(site, folder, copy_function=os.link)
    next((folder / "engine").glob("worker-*.js")).unlink()
    page = new_context(viewport={"width": 320, "height": 640}, color_scheme=scheme).new_page()
    page.goto(f"{serve(folder)}{lang}/wealth/")
    page.locator("[name=net_wealth]").fill("5")
    expect(page.locator("form[data-calculator]")).to_have_attribute("data-engine", "failed", timeout=BOOT)
    fits(page, 320)
    assert axe_finds_in_both(page, scheme) == ""
