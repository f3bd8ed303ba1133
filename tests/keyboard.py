"""What tests by keyboard alone share."""

FOCUSED = "element => element === document.activeElement"


def walk_to(target, most=60):
    """Press Tab until `target`, a locator, has focus.

    The browser takes no key for a page that it has not painted yet. A walk presses on; a single key would be lost.
    """
    for _ in range(most):
        target.page.keyboard.press("Tab")
        if target.evaluate(FOCUSED):
            return
    raise AssertionError(f"{target} was not reached by {most} presses of Tab")
