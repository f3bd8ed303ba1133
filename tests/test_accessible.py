"""Everyone can read and use every page and every state of every calculator: by Axe and by the accessibility tree."""

import os
import shutil
from urllib.parse import urlencode

import pytest
from accessible import axe_finds_in_both, fits
from playwright.sync_api import expect

from scripts.examples import load_examples
from scripts.pages.not_covered import pages_of_calculators

LANGUAGES = ("nb", "en")
BOOT = 60_000
ANSWERED, NOT_PUBLISHED = 0, 3
CALCULATORS = sorted({example.calculator for example in load_examples()})
expect.set_options(timeout=15_000)

each_lang = pytest.mark.parametrize("lang", LANGUAGES)
# Each language in one width and in both schemes: the two trees have the same elements.
# test_site_shell.py and test_look.py look at each kind of page in the other pairs.
LOOKS = [("nb", 360, "dark"), ("en", 1280, "light")]


def addresses(site, lang):
    """Every page of a language, by its address from the root of the site."""
    tree = site / lang
    found = [path.relative_to(tree).parent.as_posix() for path in sorted(tree.rglob("index.html"))]
    pages = [f"{lang}/{'' if each == '.' else f'{each}/'}" for each in found if not each.startswith("embed/")]
    assert len(pages) > 40
    return [*pages, f"{lang}/404.html"]


@pytest.mark.parametrize(("lang", "width", "scheme"), LOOKS)
def test_every_page_is_accessible(new_context, site, site_url, lang, width, scheme):
    page = new_context(viewport={"width": width, "height": 800}, color_scheme=scheme).new_page()
    found = {}
    for address in addresses(site, lang):
        page.goto(site_url + address)
        page.evaluate("document.querySelectorAll('.table-fold').forEach((fold) => { fold.open = true; })")
        found[address] = axe_finds_in_both(page, scheme)
    assert {address: report for address, report in found.items() if report} == {}


@each_lang
def test_no_page_is_wider_than_a_small_screen(new_context, site, site_url, lang):
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    for address in addresses(site, lang):
        page.goto(site_url + address)
        fits(page, 320)
        page.evaluate("document.querySelectorAll('article details').forEach((each) => { each.open = true; })")
        fits(page, 320)


# The accessibility tree

# What a reader who hears the page must be told the name of.
NAMED = {
    "button", "link", "textbox", "spinbutton", "combobox", "checkbox", "radio", "image", "img", "dialog", "searchbox",
    "navigation", "table", "group", "radiogroup", "Iframe", "progressbar", "DisclosureTriangle", "Date", "DateTime",
    "InputTime",
}  # fmt: skip
# A landmark that stands once on a page is named by its role alone, a group without a name is only a box.
ONCE = {"group", "navigation", "table"}


def tree_of(page):
    """The nodes of the page's accessibility tree that are told: (role, name, id of the element)."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        (each["role"]["value"], each.get("name", {}).get("value", "").strip(), each.get("backendDOMNodeId"))
        for each in nodes
        if not each["ignored"] and "role" in each
    ]


@each_lang
def test_everything_that_can_be_used_has_a_name(new_context, site, site_url, lang):
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    nameless, heads = {}, {}
    for address in addresses(site, lang):
        page.goto(site_url + address)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        tree = tree_of(page)
        nameless[address] = sorted({role for role, name, _ in tree if role in NAMED - ONCE and not name})
        heads[address] = [name for role, name, _ in tree if role == "heading" and not name]
        # Two landmarks of one kind must be told apart by their names.
        ways = [name for role, name, _ in tree if role == "navigation"]
        assert len(ways) == len(set(ways)), f"{address}: {ways}"
    assert {address: roles for address, roles in nameless.items() if roles} == {}
    assert {address: names for address, names in heads.items() if names} == {}


NAMES_OF_FIELDS = """() => [...document.querySelectorAll("form[data-calculator] :is(input, select)")].map((field) => {
  const label = field.labels[0]?.textContent.trim() ?? "", group = field.closest("fieldset")?.querySelector("legend");
  return { name: field.name, type: field.type, label, group: group?.textContent.trim() ?? "" };
})"""


@each_lang
def test_every_field_is_called_what_its_label_says(new_context, site_url, lang):
    page = new_context(viewport={"width": 1280, "height": 800}).new_page()
    for calculator, path in pages_of_calculators(lang).items():
        page.goto(f"{site_url}{lang}/{path.removesuffix('.md')}/")
        page.evaluate("document.querySelectorAll('form details').forEach((each) => { each.open = true; })")
        told = {name for role, name, _ in tree_of(page) if role in NAMED}
        fields = page.evaluate(NAMES_OF_FIELDS)
        assert fields, calculator
        for field in fields:
            assert field["label"], field
            assert any(name.startswith(field["label"].split("\n")[0].strip()) for name in told), field
            if field["type"] == "radio":
                assert field["group"], field


# Every state of every calculator


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
    found["error"] = axe_finds_in_both(page, scheme, ".calculator")
    fits(page, width)

    if unpublished := inputs_of(calculator, NOT_PUBLISHED):
        page.evaluate("(hash) => { location.hash = hash; }", link(calculator, unpublished))
        page.locator("[data-result] [data-not-published]").first.wait_for()
        found["not published"] = axe_finds_in_both(page, scheme, ".calculator")
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


# Readers' own settings

MOVES = """() => [...document.querySelectorAll("*")].flatMap((each) => {
  const style = getComputedStyle(each);
  const longest = (times) => Math.max(...times.split(",").map(parseFloat));
  const moves = style.animationName !== "none" && longest(style.animationDuration) > 0.05;
  const fades = longest(style.transitionDuration) > 0.05
    && /transform|all|top|left|height|margin/.test(style.transitionProperty);
  return moves || fades || style.scrollBehavior === "smooth" ? [`${each.localName}.${each.className}`] : [];
})"""


def test_nothing_moves_for_who_wants_no_motion(new_context, site_url):
    page = new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce").new_page()
    for address in ("nb/", "en/wealth/", "nb/figures/"):
        page.goto(site_url + address)
        assert page.evaluate(MOVES) == [], address
