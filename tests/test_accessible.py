"""Everyone can read and use every page: by Axe, by the accessibility tree, on a small screen, without motion."""

import pytest
from accessible import axe_finds, fits, tree_of

from scripts.examples import load_examples

LANGUAGES = ("nb", "en")
CALCULATORS = sorted({example.calculator for example in load_examples()})

each_lang = pytest.mark.parametrize("lang", LANGUAGES)
# Each language in one width and one scheme: the two trees have the same elements.
# test_site_shell.py and test_look.py look at each kind of page in the other pairs, both languages in both schemes.
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
        found[address] = axe_finds(page)
    assert {address: report for address, report in found.items() if report} == {}


# The accessibility tree

# What a reader who hears the page must be told the name of.
NAMED = {
    "button", "link", "textbox", "spinbutton", "combobox", "checkbox", "radio", "image", "img", "dialog", "searchbox",
    "navigation", "table", "group", "radiogroup", "Iframe", "progressbar", "DisclosureTriangle", "Date", "DateTime",
    "InputTime",
}  # fmt: skip
# A landmark that stands once on a page is named by its role alone, a group without a name is only a box.
ONCE = {"group", "navigation", "table"}


NAMES_OF_FIELDS = """() => [...document.querySelectorAll("form[data-calculator] :is(input, select)")].map((field) => {
  const label = field.labels[0]?.textContent.trim() ?? "", group = field.closest("fieldset")?.querySelector("legend");
  return { name: field.name, type: field.type, label, group: group?.textContent.trim() ?? "" };
})"""


@each_lang
def test_every_page_fits_a_small_screen_and_all_that_can_be_used_has_a_name(new_context, site, site_url, lang):
    # 320 wide is also what is left of 1280 when the page is enlarged to 400 %.
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    faults, forms = {}, 0
    for address in addresses(site, lang):
        page.goto(site_url + address)
        fits(page, 320)
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        fits(page, 320)
        tree = tree_of(page)
        found = [role for role, name, _ in tree if role in {*NAMED, "heading"} - ONCE and not name]
        # Two landmarks of one kind must be told apart by their names.
        ways = [name for role, name, _ in tree if role == "navigation"]
        found += ways if len(ways) != len(set(ways)) else []
        told = {name for role, name, _ in tree if role in NAMED}
        fields = page.evaluate(NAMES_OF_FIELDS)
        forms += bool(fields)
        for field in fields:
            label = field["label"].split("\n")[0].strip()
            if not label or not any(name.startswith(label) for name in told):
                found.append(field)
            if field["type"] == "radio" and not field["group"]:
                found.append(field)
        faults[address] = found
    assert {address: found for address, found in faults.items() if found} == {}
    assert forms == len(CALCULATORS)


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
