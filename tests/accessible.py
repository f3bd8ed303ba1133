"""What tests of pages share: Axe's complaints, in one scheme or in both, and whether a page fits its screen."""

from axe_playwright_python.sync_playwright import Axe

OTHER = {"light": "dark", "dark": "light"}
# What the colours alone can break: the same page in its other scheme needs no other rule.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]


def at_rest(page):
    """Wait until nothing moves: a colour caught halfway through a fade is no colour that a reader reads."""
    # Not for ever: an animation of what has meanwhile been hidden may never finish.
    page.evaluate(
        """() => Promise.race([
          new Promise((done) => setTimeout(done, 700)),
          Promise.all(document.getAnimations()
            .filter((each) => each.effect?.getComputedTiming().endTime !== Infinity)
            .map((each) => each.finished.catch(() => {}))),
        ])"""
    )


def axe_finds(page, context=None, rules=None):
    """Axe's complaints about what the page shows, as text; empty when there is none.

    `context` is a CSS selector, or what `axe.run` takes; None is the whole page. `rules` are all of them if None.
    """
    at_rest(page)
    options = {"resultTypes": ["violations"]}
    if rules:
        options["runOnly"] = {"type": "rule", "values": rules}
    results = Axe().run(page, context, options)
    return results.generate_report() if results.violations_count else ""


def axe_finds_in_both(page, scheme, context=None):
    """Axe's complaints in `scheme`, which the page is in, and then of its colours in the other scheme."""
    found = axe_finds(page, context)
    page.emulate_media(color_scheme=OTHER[scheme])
    found += axe_finds(page, context, COLOUR_RULES)
    page.emulate_media(color_scheme=scheme)
    return found


def fits(page, width):
    """Check that nothing makes the page wider than the screen."""
    wide = page.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= width, f"{page.url} is {wide} wide on a screen of {width}"


def tree_of(page):
    """The nodes of the page's accessibility tree that are told: (role, name, id of the element)."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    return [
        (each["role"]["value"], each.get("name", {}).get("value", "").strip(), each.get("backendDOMNodeId"))
        for each in nodes
        if not each["ignored"] and "role" in each
    ]
