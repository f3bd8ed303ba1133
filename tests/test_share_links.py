"""Hostile links: whatever stands after the #, nothing happens but that the bad fields are named."""

import json
from html.parser import HTMLParser
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from playwright.sync_api import expect

from calculators.browser import open_desk
from calculators.core.answer import rule
from scripts.examples import load_examples
from scripts.tables import load
from scripts.words import words_json

DESK = open_desk(load().canonical, words_json())
# One answered example of each calculator, with as many fields as any.
CASES = {}
for example in load_examples():
    if example.status == 0 and len(example.inputs) > len(CASES.get(example.calculator, {})):
        CASES[example.calculator] = example.inputs

SCRIPTS = (
    "<script>window.hacked=1</script>", '"><img src=x onerror=window.hacked=1>', "'-alert(1)-'", "javascript:alert(1)",
    "<svg/onload=alert(1)>", "{{7*7}}", "${7*7}", "</textarea><script>hacked=1</script>", "&lt;script&gt;",
)  # fmt: skip
WRONG = (
    "__proto__", "constructor", "toString", "NaN", "Infinity", "-Infinity", "1e9", "0x10", "1_000", "0b1", "null",
    "undefined", "[]", "{}", "[object Object]", "true,false", "2020-13-45", "2026-02-30", "9999-99", "-", ".", "1.2.3",
    "٣٤", "１２", "\x00", "\x00" * 50, "\u202e123", "\ufeff", "a" * 20_000, "9" * 20_000, "-" + "9" * 300,
    "../../etc/passwd",
)  # fmt: skip
hostile = st.one_of(
    st.sampled_from(SCRIPTS + WRONG),
    st.text(min_size=1, max_size=30).filter(lambda text: not any(sign.isalnum() for sign in text) and text.strip()),
    st.tuples(st.sampled_from(SCRIPTS), st.text(max_size=20)).map("".join),
)


def hostile_to(spec):
    """What a field can take for nothing it accepts. An account number may be written with points and spaces."""
    return st.sampled_from((*SCRIPTS, "__proto__", "a" * 20_000)) if spec.kind == "digits" else hostile


SAFE_SCHEMES = ("#", "../", "https://", "http://", "tel:", "mailto:")


class Markup(HTMLParser):
    """What in a piece of HTML could run, load or lead astray."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        if tag in ("script", "img", "iframe", "object", "embed", "link", "style", "meta", "base", "form"):
            self.found.append(tag)
        for name, value in attrs:
            leads = name in ("href", "src", "action", "formaction", "xlink:href")
            if name.startswith("on") or name == "style" or (leads and not (value or "").startswith(SAFE_SCHEMES)):
                self.found.append(f"{name}={value}")


def asked(calculator, canonical, **more):
    request = {"id": 1, "calculator": calculator, "lang": "nb", "canonical": canonical, **more}
    return json.loads(DESK(json.dumps(request)))


# In Python, where a link is read


@pytest.mark.parametrize("calculator", sorted(CASES))
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_exactly_the_bad_fields_are_named_and_nothing_of_them_gets_into_the_page(calculator, data):
    chosen = data.draw(st.lists(st.sampled_from(rule(calculator).FIELDS), min_size=1, max_size=3, unique_by=id))
    bad = {spec.name: data.draw(hostile_to(spec)) for spec in chosen}
    reply = asked(calculator, {**CASES[calculator], **bad})
    assert reply["status"] == 2
    assert {fault["field"] for fault in reply["result"]["errors"]} == set(bad)
    assert Markup(reply["html"]).found == []
    told = json.dumps(reply, ensure_ascii=False)
    assert not [value for value in bad.values() if len(value) > 3 and value in told]


@pytest.mark.parametrize("calculator", sorted(CASES))
@settings(max_examples=15, deadline=None)
@given(answer=hostile, version=hostile)
def test_what_a_link_says_of_its_answer_gets_into_the_page_as_text_at_most(calculator, answer, version):
    reply = asked(calculator, CASES[calculator], carried={"answer": answer, "data": version})
    plain = asked(calculator, CASES[calculator])
    assert reply["status"] == plain["status"] == 0
    assert reply["result"] == plain["result"]
    assert Markup(reply["html"]).found == Markup(plain["html"]).found == []


# In the browser

POISONED = "&".join(
    f"{key}=1" for key in ("__proto__", "constructor", "prototype", "__proto__[x]", "hasOwnProperty", "then")
)
GOOD = "year=2020&household=single&net_wealth=678861&months=10"
# name: (what follows "#wealth?", the fields that must be named)
BAD_LINKS = {
    "script in an amount": (f"year=2020&household=single&months=10&net_wealth={quote(SCRIPTS[0])}", {"net_wealth"}),
    "script in a choice": (f"{GOOD}&household={quote(SCRIPTS[1])}", {"household"}),
    "script in a menu": (f"{GOOD}&year={quote(SCRIPTS[1])}", {"year"}),
    "unencoded markup": (f"{GOOD}&months=<img src=x onerror=window.hacked=1>", {"months"}),
    "a hundred thousand digits": (f"{GOOD}&net_wealth={'9' * 100_000}", {"net_wealth"}),
    "wrong types": ("year=[]&household={}&net_wealth=null&months=true", {"year", "household", "net_wealth", "months"}),
    "names of prototypes as values": (f"{GOOD}&household=__proto__&year=constructor", {"household", "year"}),
    "names of prototypes as keys": (f"{POISONED}&{GOOD}&months=99", {"months"}),
    "percent garbage": (f"{GOOD}&net_wealth=%E0%A4%A&%=%&%zz=%00", {"net_wealth"}),
    "null bytes": (f"{GOOD}&net_wealth=%00%00", {"net_wealth"}),
    "a thousand keys": ("&".join(f"k{number}=<b>" for number in range(1000)) + f"&{GOOD}&months=13", {"months"}),
    "one key a thousand times": (GOOD + "&months=13" * 1000, {"months"}),
    "nothing in any field": ("year=&household=&net_wealth=&months=", {"year", "household", "net_wealth", "months"}),
    "text turned around": (f"{GOOD}&net_wealth=%E2%80%AE168876", {"net_wealth"}),
}
IDLE_LINKS = (
    "#wealth?%",
    "#wealth?__proto__=1",
    "#wealth?answer=<script>",
    "#__proto__?a=1",
    "#constructor?net_wealth=1",
    "#deposit?net_wealth=1",
    "#%E0%A4%A?net_wealth=1",
    "#wealth?&&&===&&",
    "#<img src=x onerror=alert(1)>",
)
HARM = """() => ({
  hacked: typeof window.hacked, polluted: Object.keys(Object.prototype).concat(Object.keys(Array.prototype)),
  own: ({}).x ?? null, hash: location.hash,
  markup: document.querySelectorAll(".calculator :is(script, img, iframe, [onerror], [onload])").length,
})"""
UNHARMED = {"hacked": "undefined", "polluted": [], "own": None, "markup": 0, "hash": ""}


def named(page):
    """The fields whose fault is told beside them."""
    ids = page.locator('[data-field="validation"]:visible').evaluate_all("all => all.map(each => each.id)")
    return {each.removeprefix("wealth-").removesuffix("-fault") for each in ids}


def test_hostile_links_name_the_bad_fields_and_do_nothing_else(page, site_url):
    dialogs = []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    first, *_ = BAD_LINKS
    page.goto(f"{site_url}nb/wealth/#wealth?{BAD_LINKS[first][0]}")
    form = page.locator("form[data-calculator=wealth]")
    outputs = page.locator("[data-result] [data-output]")
    for name, (query, fields) in BAD_LINKS.items():
        if name != first:
            form.locator("button[type=reset]").click()
            expect(page.locator("[data-errors]")).to_be_hidden()
            page.evaluate("query => { location.hash = '#wealth?' + query; }", query)
        expect(page.locator("[data-errors] li"), name).to_have_count(len(fields), timeout=60_000)
        assert named(page) == fields, name
        assert outputs.count() == 0, f"{name}: a number stands where there is no answer"
        assert page.evaluate(HARM) == UNHARMED, name
        assert dialogs == [], name
    # And the page goes on as if nothing had been.
    page.evaluate("query => { location.hash = '#wealth?' + query; }", GOOD)
    expect(outputs.and_(page.locator("[data-output=reduction]"))).to_have_attribute("data-value", "50000")
    assert named(page) == set()


def test_links_that_are_no_case_start_nothing(page, site_url):
    page.goto(f"{site_url}en/wealth/")
    before = page.locator(".calculator").inner_html()
    for link in IDLE_LINKS:
        page.evaluate("link => { location.hash = link; }", link)
        page.wait_for_timeout(30)
        assert page.evaluate(HARM)["hacked"] == "undefined"
        expect(page.locator("form[data-calculator=wealth]")).to_have_attribute("data-engine", "idle")
    assert page.locator(".calculator").inner_html() == before
