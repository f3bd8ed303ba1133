"""What the privacy page promises, in a real browser: nothing that is typed is kept, and nothing is sent."""

import json
import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

# Figures that nobody would find by chance in a request or in a store.
AMOUNT = "739184"
WORDS = "xylofonstipend"
# Pages in both languages whose calculators take amounts, texts, dates and choices.
PAGES = ("nb/wealth/", "en/deposit/", "en/invoice/", "nb/late-payment/")
BOOT = 60_000
KEPT = """async () => {
  const caches_ = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    const texts = (await cache.keys()).filter(({ url }) => !/[.](wasm|zip|png)$/.test(url));
    caches_[name] = await Promise.all(texts.map(async (request) =>
      request.url + " " + (await (await cache.match(request)).text())));
  }
  const files = [];
  for await (const name of (await navigator.storage.getDirectory()).keys()) files.push(name);
  return {
    local: Object.entries(localStorage), session: Object.entries(sessionStorage), cookies: document.cookie,
    databases: (await indexedDB.databases()).map(({ name }) => name),
    caches: caches_, files, name: window.name, state: history.state, address: location.href,
  };
}"""
# The only thing the guide keeps of a reader, and only after a choice of colours.
COLOURS = "__palette"


def digits(text):
    return re.sub(r"[\s.,\u00a0\u202f]", "", text)


@pytest.fixture
def sent(context):
    """All requests of the browser: (address, headers and body as one text)."""
    requests = []
    context.on(
        "request",
        lambda request: requests.append((request.url, json.dumps(request.headers) + (request.post_data or ""))),
    )
    return requests


def use(page):
    """Fill in every calculator of the page, with the amount wherever one can be typed, and have it answered."""
    for form in page.locator("form[data-calculator]").all():
        for field in form.locator("input[type=text]").all():
            details = field.locator("xpath=ancestor::details[1]")
            if details.count() and details.get_attribute("open") is None:
                details.locator("summary").first.click()
            field.fill(AMOUNT)
        form.locator("button[type=submit]").click()
        expect(form).to_have_attribute("data-engine", "ready", timeout=BOOT)
        answered = page.locator("[data-result] [data-output]").or_(page.locator("[data-errors] a")).first
        expect(answered).to_be_visible()


def test_after_using_the_calculators_nothing_typed_is_kept_or_sent(page, context, site_url, sent):
    for address in PAGES:
        page.goto(site_url + address)
        use(page)
        page.locator("[data-toggles=__search], [data-search-open], .md-search__button").first.click()
        page.keyboard.type(WORDS)
        page.wait_for_timeout(200)
        page.keyboard.press("Escape")
        kept = page.evaluate(KEPT)
        assert kept["cookies"] == kept["name"] == "" and kept["session"] == [] and kept["files"] == []
        assert [name for name, _ in kept["local"] if not name.endswith(COLOURS)] == []
        everything = digits(json.dumps(kept))
        assert AMOUNT not in everything and WORDS not in everything, address
    assert context.cookies() == []
    stored = json.dumps(context.storage_state(indexed_db=True))
    assert AMOUNT not in digits(stored) and WORDS not in stored
    assert len(sent) > 50
    for url, rest in sent:
        assert AMOUNT not in digits(url + rest) and WORDS not in url + rest
        assert urlsplit(url).query == "" and urlsplit(site_url).netloc == urlsplit(url).netloc


def test_the_server_is_asked_by_get_alone_and_told_no_page(page, context, site_url):
    requests = []
    context.on("request", lambda request: requests.append(request))
    page.goto(site_url + "nb/wealth/")
    page.locator("a[data-language-switch]").first.click()
    page.wait_for_url("**/en/wealth/")
    page.wait_for_load_state("networkidle")
    assert len(requests) > 10 and {request.method for request in requests} == {"GET"}
    # On a host that sets no header, it is the page itself that keeps its address from other sites.
    told = {request.all_headers().get("referer", "") for request in requests if not request.service_worker}
    assert told == {""}


SEND = """action => {
  const form = document.createElement("form");
  form.method = "post";
  form.action = action;
  form.innerHTML = '<input name="secret" value="739184">';
  document.body.append(form);
  form.submit();
}"""


@pytest.mark.browser_complaints(
    matching="form-action|connect-src|violates|request to another origin",
    reason="the policy stops what the test tries",
)
@pytest.mark.parametrize("address", ["nb/wealth/", "en/", "404.html"])
def test_the_policy_lets_no_page_send_anything_anywhere(page, site_url, serve, tmp_path, address):
    heard = []
    other = serve(tmp_path, lambda path: heard.append(path) or {})
    page.goto(site_url + address)
    before = page.url
    for target in (f"{site_url}nb/", f"{other}form", "mailto:someone@example.org"):
        page.evaluate(SEND, target)
    page.evaluate("url => fetch(url + 'fetch', { mode: 'no-cors' }).catch(() => 0)", other)
    page.evaluate("url => navigator.sendBeacon(url + 'beacon', '739184')", other)
    page.evaluate("url => { new Image().src = url + 'image?739184'; }", other)
    page.wait_for_timeout(300)
    assert page.url == before
    assert heard == []
