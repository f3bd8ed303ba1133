"""The look beside GOV.UK's and Designsystemet's: the kept report, its sums, and that what it mended stays mended."""

import json
import re

import pytest

from scripts.bench import look, look_told
from scripts.pages import screenshots

KEPT = look.REPORT.with_suffix(".json")
WHITE = "#ffffff"


@pytest.fixture(scope="module")
def found():
    return json.loads(KEPT.read_text("utf-8"))


# Colours


@pytest.mark.parametrize(
    ("colour", "ratio"),
    [("#000000", 21.0), (WHITE, 1.0), ("#767676", 4.54), ("#777777", 4.48), ("#ff0000", 4.0)],
)
def test_contrast_is_what_wcag_says(colour, ratio):
    """Black, white, the lightest grey that reaches 4.5 on white, the one that misses it, and pure red."""
    assert look_told.contrast(colour, WHITE) == pytest.approx(ratio, abs=0.005)
    assert look_told.contrast(WHITE, colour) == look_told.contrast(colour, WHITE)


def test_a_ring_of_focus_in_the_colour_of_the_ground_is_no_sign():
    gap = {"what": "shadow", "width": 3, "ink": WHITE, "ground": WHITE}
    line = {"what": "outline", "width": 3, "ink": "#000000", "ground": WHITE}
    assert look_told.rings([gap]) == "nothing"
    assert look_told.rings([gap, line]) == "an outline of 3 px (21.0)"


def test_a_fault_told_by_colour_alone_is_called_so():
    fault = {"edge": {"width": 1}, "above": False, "bar": 0, "icon": False, "word": ""}
    told = look_told.signs(fault, {"edge": {"width": 1}})
    assert told == "message below the field; edge in another colour, as thick as before"
    told = look_told.signs({**fault, "edge": {"width": 2}, "bar": 4, "icon": True}, {"edge": {"width": 1}})
    assert "edge of 2 px, before 1" in told and "a bar" in told and "a sign" in told


# The kept report


def test_the_report_is_what_its_data_and_its_judgement_say(found):
    assert look.REPORT.read_text("utf-8") == look_told.markdown(found, look.JUDGED.read_text("utf-8"))


def test_the_report_names_the_locked_packages_and_the_source_of_the_flow(found):
    assert found["packages"] == look.versions()
    assert set(found["packages"]) == {
        "govuk-frontend",
        "@digdir/designsystemet-css",
        "@digdir/designsystemet-web",
    }
    report = look.REPORT.read_text("utf-8")
    for name, version in found["packages"].items():
        assert f"`{name}` {version}" in report
    assert found["flow"] == look.FLOW
    assert re.fullmatch(r"[0-9a-f]{40}", look.FLOW["commit"]) and look.FLOW["commit"] in report
    assert "could not be reached" in report


def test_all_three_are_measured_in_every_width_and_scheme_they_have(found):
    wanted = {
        f"{sheet} {width} {scheme}"
        for sheet in look_told.TITLES
        for width in look_told.WIDTHS
        for scheme in look_told.SCHEMES
    }
    missing = wanted - set(found["views"])
    assert missing == {f"govuk {width} dark" for width in look_told.WIDTHS}
    assert "GOV.UK's CSS has no dark scheme" in look.REPORT.read_text("utf-8")


@pytest.mark.parametrize("sheet", ["govuk", "designsystemet"])
def test_what_is_measured_stands_on_the_sheet(sheet):
    html = (look.HERE / f"{sheet}.html").read_text("utf-8")
    for place in look.PLACES[sheet].values():
        for kind, name in re.findall(r"([#.])([\w-]+)", place):
            assert re.search(rf'{"id" if kind == "#" else "class"}="[^"]*\b{name}\b', html), place
    assert "//" not in re.sub(r"<!--.*?-->", "", html, flags=re.DOTALL), "a sheet asks nothing of the network"


@pytest.mark.parametrize("width", look_told.WIDTHS)
def test_the_picture_is_small_and_remaking_the_others_leaves_it(width):
    path = look.PICTURES / f"compare-{width}.webp"
    head = path.read_bytes()[:12]
    assert (head[:4], head[8:]) == (b"RIFF", b"WEBP")
    assert path.stat().st_size < 120_000
    assert not any(shot.name.startswith("compare-") for shot in screenshots.shots())


# What the comparison made us mend


@pytest.mark.parametrize("scheme", look_told.SCHEMES)
def test_choices_can_be_hit_and_fields_can_be_seen(new_context, site_url, scheme):
    page = new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme).new_page()
    page.goto(f"{site_url}nb/wealth/")
    view = page.evaluate(look.MEASURE, look.PLACES["ours"])
    assert view["radio"]["height"] >= 44
    edge = view["field"]["edge"]
    assert look_told.contrast(edge["ink"], edge["ground"]) >= 4.5
    assert view["help"]["size"] == view["label"]["size"]


def test_a_press_anywhere_on_a_choice_takes_it(new_context, site_url):
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{site_url}nb/wealth/")
    single, couple = (page.locator(f"#wealth-household-{name}") for name in ("single", "couple"))
    couple.scroll_into_view_if_needed()
    label = page.locator("label[for=wealth-household-couple]").bounding_box()
    circle = couple.bounding_box()
    middle = circle["y"] + circle["height"] / 2
    between = circle["x"] + circle["width"] + 3
    edges = [(between, middle), (label["x"] + 2, label["y"] + 2), (circle["x"] + 11, label["y"] + label["height"] - 2)]
    for x, y in edges:
        single.check()
        page.mouse.click(x, y)
        assert couple.is_checked(), (x, y)


def test_a_fault_is_not_told_by_colour_alone(new_context, site_url):
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(f"{site_url}nb/wealth/")
    before = page.evaluate(look.MEASURE, look.PLACES["ours"])
    field = page.locator(look.PLACES["ours"]["field"])
    box = field.bounding_box()
    look.provoke(page)
    fault = page.evaluate(look.FAULT, look.PLACES["ours"])
    assert fault["edge"]["width"] > before["field"]["edge"]["width"]
    assert fault["bar"] >= 3 and fault["icon"] and int(fault["message"]["weight"]) >= 600
    after = field.bounding_box()
    assert all(after[side] == pytest.approx(box[side], abs=1) for side in ("x", "width", "height")), (box, after)


def test_a_line_of_running_text_has_at_most_80_characters(new_context, site_url):
    page = new_context(viewport={"width": 1280, "height": 740}).new_page()
    page.goto(f"{site_url}en/wealth/")
    page.evaluate("face => document.body.style.setProperty('--md-text-font-family', face)", look.TYPEFACE)
    assert page.evaluate(look.MEASURE, look.PLACES["ours"])["prose"]["longest"] <= 80
