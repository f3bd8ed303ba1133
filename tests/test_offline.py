"""Without a network: what a browser keeps, what works then, how a new version comes, and what if it cannot."""

import base64
import gzip
import hashlib
import json
import os
import re
import shutil
from urllib.parse import urljoin

import pytest
from fault_host import HASHED, FaultHost
from playwright.sync_api import expect
from test_page_calculator import AMOUNT, BOOT, SAYS, fill_in, opened, output, shows, shows_no_number

from calculators.core.words import Words
from scripts.pages import offline, root_pages, serve
from scripts.runtime.zips import make_zip, read_zip
from scripts.tables import load
from scripts.words import texts

LANGUAGES = ("nb", "en")
OTHER = {"nb": "en", "en": "nb"}
WORDS = Words(texts("scripts/pages/texts.yaml"))
# The wealth limit of 2020 for a single person, and the one that the next version of the site has in its place.
LIMIT, NEXT_LIMIT = "428861", "418861"
ANSWER, NEXT_ANSWER = "50000", "52000"

each_lang = pytest.mark.parametrize("lang", LANGUAGES)
# What a browser writes into its console about a server that does not answer.
unreachable = pytest.mark.browser_complaints(
    matching=r"Failed to load resource|net::ERR|status of (404|503)|no-response", reason="the tests stop the server"
)


def kept_files(site, folder):
    """What a service worker lists: address below the site's root → its entry."""
    code = (site / folder / "sw.js").read_text("utf-8")
    (listed,) = re.findall(r'\[\{"url":.*?\}\]', code)
    return {urljoin(f"http://x/{folder}", each["url"]).removeprefix("http://x/"): each for each in json.loads(listed)}


@pytest.fixture
def host(site, tmp_path):
    """A host of a copy of the site that a test may harm."""
    # Links, not copies: whoever changes a file puts a new one in its place.
    shutil.copytree(site, tmp_path / "site", copy_function=os.link)
    host = FaultHost(tmp_path / "site")
    yield host
    host.close()


@pytest.fixture
def reader(new_context):
    """A page in a browser that lets service workers be."""
    return new_context(service_workers="allow").new_page()


# Opening a cache makes it anew if it was deleted since it was listed: what is gone is known from the lists alone.
LISTS = "async () => [(await navigator.serviceWorker.getRegistrations()).length, await caches.keys()]"
STATE = """async () => {
  const state = { workers: {}, caches: {} };
  for (const { scope, installing, waiting, active } of await navigator.serviceWorker.getRegistrations()) {
    const at = new URL(scope).pathname;
    state.workers[at] = installing ? "installing" : waiting ? "waiting" : active?.state;
  }
  for (const name of await caches.keys()) {
    state.caches[name] = (await (await caches.open(name)).keys()).map(({ url }) => url);
  }
  return state;
}"""


def eventually(page, wanted, seconds=20, script=STATE):
    """Wait until the state of what the browser keeps is as wanted; returns it."""
    for _ in range(seconds * 10):
        state = page.evaluate(script)
        if wanted(state):
            return state
        page.wait_for_timeout(100)
    raise AssertionError(f"The browser keeps {state}")


def engine_kept(state):
    """The file names in the engine's cache."""
    return [url for name, urls in state["caches"].items() if name.startswith("guide-engine:") for url in urls]


def answered_and_kept(page, host, lang="nb"):
    """Open the wealth page, get an answer, and wait until all that works offline is kept."""
    form = opened(page, host.url, lang)
    fill_in(form)
    shows(page, ANSWER)
    files = len(json.loads((host.folder / "engine/engine.json").read_text())["files"])
    return eventually(
        page,
        lambda state: (
            state["workers"] == {"/": "activated", f"/{lang}/": "activated"} and len(engine_kept(state)) == files
        ),
    )


def works(page, value=ANSWER):
    """Fill in the case of the issue on an open page, and see the answer."""
    fill_in(page.locator("form[data-calculator=wealth]"))
    shows(page, value)


def told(page):
    """What the page says about being a kept one."""
    return page.locator("[data-offline]")


ROUTED = """() => performance.getEntriesByType("resource")
  .map(({ name, workerMatchedSourceType }) => [new URL(name).pathname, workerMatchedSourceType])"""


def test_files_named_by_their_contents_wake_no_service_worker(reader, host):
    answered_and_kept(reader, host)
    reader.reload()
    works(reader)
    routed = reader.evaluate(ROUTED)
    looks = {way for path, way in routed if "/assets/" in path or path.startswith(("/design-", "/search-"))}
    assert looks == {"cache"}
    assert {way for path, way in routed if path.startswith("/engine/worker-")} == {"race-network-and-fetch-handler"}


def offline_words(lang):
    """The sentences of a kept page."""
    return offline.words(load(), lang)


# What is kept


@each_lang
def test_each_page_is_kept_with_all_it_loads_and_nothing_of_the_other_language(site, lang):
    kept = kept_files(site, f"{lang}/")
    pages = [f"{lang}/{address}index.html" for address in root_pages.pages(site) if not address.startswith("embed/")]
    assert set(pages) <= set(kept) and len(pages) > 30
    for page in [*pages, f"{lang}/404.html"]:
        html = (site / page).read_text("utf-8")
        links = re.findall(r'<link rel="(?:stylesheet|icon)"[^>]* href="([^"]+)"', html)
        named = re.findall(r'<(?:script|img)[^>]* src="([^"]+)"', html) + links
        named += re.findall(r' data-(?:pages|library|stemmer)="([^"]+)"', html)
        assert len(named) > 8
        # Pictures of screens, for editors, who are online.
        for address in (each for each in named if not each.endswith(".webp")):
            assert urljoin(f"http://x/{page}", address).removeprefix("http://x/") in kept, f"{page}: {address}"
    for address in [each for each in kept if each.endswith(".js")]:
        for module in re.findall(r'(?:from|import) ?\(?"(\.[^"]+)"', (site / address).read_text("utf-8")):
            assert urljoin(f"http://x/{address}", module).removeprefix("http://x/") in kept, f"{address}: {module}"
    assert not [each for each in kept if each.startswith((f"{OTHER[lang]}/", "engine/", "api/")) or "social" in each]
    assert not [each for each in kept if each.endswith((f"/{OTHER[lang]}.json", f"-{OTHER[lang]}.js", ".map"))]
    sent = sum(len(gzip.compress((site / each).read_bytes())) for each in kept)
    assert 300_000 < sent <= 2_000_000


@pytest.mark.parametrize("folder", ["", "nb/", "en/"])
def test_a_service_worker_names_each_file_by_its_checksum(site, folder):
    kept = kept_files(site, folder)
    for address, entry in kept.items():
        digest = hashlib.sha256((site / address).read_bytes())
        assert entry["integrity"] == "sha256-" + base64.b64encode(digest.digest()).decode()
        # Under a name that stays, only the revision tells the browser that there is something new.
        assert (entry["revision"] is None) == bool(HASHED.search(address)), address
    assert folder or set(kept) >= {"index.html", "offline.html"}


def test_too_much_to_keep_stops_the_build(site, monkeypatch):
    monkeypatch.setattr(offline, "MOST", 100_000)
    with pytest.raises(RuntimeError, match="has grown to .* The heaviest is nb/figures/index.html"):
        offline.write(site, "http://127.0.0.1:8000/")


def test_what_is_being_written_is_never_a_kept_page(tmp_path, monkeypatch):
    orders = []

    class Waiting:
        returncode = 1

        def communicate(self, order):
            orders.append(json.loads(order))
            return None, "stop here"

    monkeypatch.setattr(serve, "_waiting", Waiting)
    builder = serve.Builder(tmp_path, "http://127.0.0.1:8000/")
    builder()
    assert "--no-offline" in orders[0] and builder.problems == "stop here"


# Offline


def search(page, typed):
    """Look for something as a reader does; the links that are found."""
    page.locator("[data-search-open]").click()
    page.locator("[data-search] input").fill(typed)
    return page.locator("[data-search] .search__hits a")


@unreachable
@each_lang
def test_after_an_answer_all_of_a_language_works_without_a_server(reader, host, lang):
    state = answered_and_kept(reader, host, lang)
    expect(told(reader)).to_be_empty()
    kept = [url for urls in state["caches"].values() for url in urls]
    assert not [url for url in kept if "67886" in url]
    assert not [url for url in kept if f"/{OTHER[lang]}/" in url and "assets" not in url]

    host.stop()
    reader.reload()
    expect(told(reader)).to_have_text(offline_words(lang)["offline"])
    works(reader)
    expect(reader.locator("[data-result] .calculator__sentence")).to_contain_text(AMOUNT[lang])

    reader.goto(f"{host.url}{lang}/grant/")
    expect(told(reader)).to_have_text(offline_words(lang)["offline"])
    assert reader.evaluate("[...document.styleSheets].every((sheet) => sheet.cssRules.length > 0)")
    hits = search(reader, {"nb": "formue", "en": "assets"}[lang])
    hits.first.click()
    reader.wait_for_url(f"{host.url}{lang}/**")
    expect(reader.locator("h1")).to_be_visible()

    missing = reader.goto(f"{host.url}{lang}/no-such-page/")
    assert missing.status == 404
    expect(told(reader)).to_have_text(offline_words(lang)["offline"])
    # The other language was never opened: both are told what to do.
    reader.goto(f"{host.url}{OTHER[lang]}/wealth/")
    for each in LANGUAGES:
        expect(reader.locator(f"main p[lang={each}]")).to_have_text(WORDS.say(each, "offline", "elsewhere"))
    reader.get_by_role("link", name={"nb": "Les på norsk", "en": "Read in English"}[lang]).click()
    reader.wait_for_url(f"{host.url}{lang}/")

    host.start()
    reader.goto(f"{host.url}{lang}/wealth/")
    expect(told(reader)).to_be_empty()
    assert not reader.evaluate("document.documentElement.hasAttribute('data-kept')")


@unreachable
def test_a_page_that_loses_the_network_says_so_and_goes_on(reader, host):
    answered_and_kept(reader, host, "en")
    reader.context.set_offline(True)
    expect(told(reader)).to_have_text(offline_words("en")["offline"])
    works(reader)
    reader.reload()
    expect(told(reader)).to_have_text(offline_words("en")["offline"])
    works(reader)
    reader.context.set_offline(False)
    # A kept page does not turn into a new one by itself: what is typed would be lost.
    link = told(reader).get_by_role("link", name=offline_words("en")["back"])
    shows(reader, ANSWER)
    link.click()
    expect(told(reader)).to_be_empty()


@unreachable
def test_a_server_that_fails_or_dawdles_gives_the_kept_page(reader, host):
    answered_and_kept(reader, host)
    host.break_down()
    reader.reload()
    expect(told(reader)).to_have_text(offline_words("nb")["offline"])
    host.break_down(False)
    go_on = host.hold("/nb/wealth/")
    reader.reload()
    expect(told(reader)).to_have_text(offline_words("nb")["offline"])
    works(reader)
    go_on()


# When it is fetched


def test_a_page_at_rest_is_kept_without_the_engine(reader, host):
    reader.clock.install()
    reader.goto(f"{host.url}nb/")
    reader.wait_for_load_state("networkidle")
    reader.clock.run_for(4000)
    assert reader.evaluate(STATE) == {"workers": {}, "caches": {}}
    reader.clock.run_for(2000)
    state = eventually(reader, lambda state: state["workers"] == {"/nb/": "activated"})
    assert engine_kept(state) == []
    assert not [path for path in host.asked if path.startswith(("/engine/", "/en/"))]


def test_nothing_is_kept_for_who_saves_data(reader, host):
    reader.context.new_cdp_session(reader).send("Emulation.setDataSaverOverride", {"dataSaverEnabled": True})
    form = opened(reader, host.url)
    assert reader.evaluate("navigator.connection.saveData")
    fill_in(form)
    shows(reader, ANSWER)
    reader.wait_for_timeout(500)
    assert reader.evaluate(STATE) == {"workers": {}, "caches": {}}


def test_a_new_version_is_not_fetched_for_who_saves_data_and_the_old_one_goes_on(page):
    """The browser's own switch does not reach service workers in tests, so the worker's first lines run alone."""
    code = (offline.HERE / "first.js").read_text("utf-8")
    ends = page.evaluate(
        """([code, cases]) => cases.map(([state, saveData]) => {
          const self = { addEventListener() {}, serviceWorker: state ? { state } : undefined };
          try {
            new Function("self", "navigator", code)(self, { connection: { saveData } });
          } catch {
            return "refused";
          }
          return "runs";
        })""",
        [
            code,
            [
                ["parsed", True],
                ["installing", True],
                ["activated", True],
                ["installed", True],
                ["", True],
                ["parsed", False],
            ],
        ],
    )
    assert ends == ["refused", "refused", "runs", "runs", "runs", "runs"]


# A new version


def digest(content):
    """A checksum as browsers take it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(content).digest()).decode()


def replace(path, content):
    """Put a new file where one lies that other folders share."""
    path.unlink()
    path.write_bytes(content)


def deploy_next(folder):
    """Turn a built site into its next version: another limit, other scripts, other pages. Old names are gone."""
    engine = folder / "engine"
    (app,), (worker,) = engine.glob("app-*.zip"), engine.glob("worker-*.js")
    files = read_zip(app.read_bytes())
    assert LIMIT.encode() in files["tables.json"]
    files["tables.json"] = files["tables.json"].replace(LIMIT.encode(), NEXT_LIMIT.encode())
    content = make_zip(files, deflate=True)
    code = worker.read_text("utf-8").replace(app.name, "app-22222222.zip")
    code = code.replace(digest(app.read_bytes()), digest(content))
    code = code.replace(f'"bytes": {app.stat().st_size}', f'"bytes": {len(content)}')
    app.unlink()
    worker.unlink()
    (engine / "app-22222222.zip").write_bytes(content)
    (engine / "worker-22222222.js").write_text(code, "utf-8")
    said = (engine / "engine.json").read_text("utf-8").replace(app.name, "app-22222222.zip")
    replace(engine / "engine.json", said.replace(worker.name, "worker-22222222.js").encode())
    scripts = [next((folder / lang / "assets").glob("js-*")) for lang in LANGUAGES]
    for page in folder.rglob("*.html"):
        html = page.read_text("utf-8").replace(worker.name, "worker-22222222.js")
        html = html.replace("<html", '<html data-version="2"')
        for each in scripts:
            html = html.replace(f"/{each.name}/", "/js-22222222/")
        replace(page, html.encode())
    for each in scripts:
        each.rename(each.with_name("js-22222222"))
    for name in ("sw.js", "nb/sw.js", "en/sw.js"):
        (folder / name).unlink()
    offline.write(folder, "http://127.0.0.1:8000/")


# Asks for the new service worker, and says how its installing ends.
UPDATE = """async () => {
  const registration = await navigator.serviceWorker.ready;
  const { promise, resolve } = Promise.withResolvers();
  registration.addEventListener("updatefound", () => {
    const { installing } = registration;
    installing.addEventListener("statechange", () => resolve(installing.state));
  });
  await registration.update();
  return promise;
}"""


def version(page):
    """Which version of the site a page is of."""
    return page.evaluate("document.documentElement.dataset.version ?? '1'")


@unreachable
def test_a_new_version_comes_without_mixing_files(reader, host):
    reader.clock.install()
    answered_and_kept(reader, host)
    old = reader.context.new_page()
    opened(old, host.url)  # its engine has not started when the new version comes
    deploy_next(host.folder)

    # Half of a new version is refused as a whole.
    page = host.folder / "nb/wealth/index.html"
    content = page.read_bytes()
    replace(page, content + b"<!-- another one -->")
    assert reader.evaluate(UPDATE) == "redundant"
    replace(page, content)

    # The new page comes at once, with the new engine; the old page goes on with the old one.
    reader.reload()
    assert version(reader) == "2"
    works(reader, NEXT_ANSWER)
    reader.clock.run_for(6000)
    eventually(reader, lambda state: state["workers"]["/nb/"] == "waiting")
    works(old, ANSWER)
    assert version(old) == "1"
    expect(search(old, "formue").first).to_be_visible()
    old.keyboard.press("Escape")

    # Offline, the old version is still the one that is kept, as long as a page of it is open.
    host.stop()
    old.reload()
    assert version(old) == "1"
    works(old, ANSWER)
    host.start()

    # When that is closed the new version takes over, also without the new page being closed.
    old.close()
    reader.reload()
    assert version(reader) == "2"
    reader.wait_for_load_state("networkidle")
    reader.clock.run_for(6000)
    eventually(reader, lambda state: state["workers"]["/nb/"] == "activated")
    host.stop()
    reader.reload()
    assert version(reader) == "2"
    works(reader, NEXT_ANSWER)
    versions = [url for url in engine_kept(reader.evaluate(STATE)) if "/app-" in url]
    assert len(versions) == 2, "of each file the last two versions stay"


def test_a_site_without_takes_away_what_an_earlier_one_left(reader, host):
    answered_and_kept(reader, host)
    for name in ("sw.js", "nb/sw.js", "en/sw.js"):
        (host.folder / name).unlink()
    offline.write_goodbye(host.folder)
    page = host.folder / "nb/wealth/index.html"
    replace(page, re.sub(r'<script type="module" src="[^"]*/offline.js"></script>', "", page.read_text()).encode())
    reader.reload()
    works(reader)
    eventually(reader, lambda lists: lists == [0, []], script=LISTS)


# When it cannot be


REFUSE = "async () => { throw new DOMException('no', 'SecurityError') }"
WAYS = {
    "no service workers": ("delete Navigator.prototype.serviceWorker", None),
    "no room": ("StorageManager.prototype.estimate = async () => ({ quota: 1e6, usage: 1e6 })", None),
    "private mode": (f"CacheStorage.prototype.has = CacheStorage.prototype.open = {REFUSE}", None),
    "registration refused": ("", {"/sw.js": {"Content-Type": "text/html"}}),
}  # fmt: skip


@pytest.mark.browser_complaints(matching="MIME type", reason="one way to be refused is a wrong type")
@pytest.mark.parametrize(("script", "headers"), WAYS.values(), ids=WAYS)
def test_where_nothing_can_be_kept_the_site_works_as_without(reader, host, script, headers):
    reader.add_init_script(script)
    host.headers.update(headers or {})
    form = opened(reader, host.url)
    fill_in(form)
    shows(reader, ANSWER)
    reader.wait_for_timeout(300)
    reader.goto(f"{host.url}nb/grant/")
    expect(reader.locator("h1")).to_be_visible()
    expect(told(reader)).to_be_empty()


def test_storage_that_fills_up_meanwhile_harms_nothing(reader, host):
    storage = reader.context.new_cdp_session(reader)
    go_on = [host.hold("/engine/engine.json"), host.hold("/search-")]
    form = opened(reader, host.url)
    fill_in(form)
    shows(reader, ANSWER)
    eventually(reader, lambda state: "/nb/" in state["workers"] and "/engine/engine.json" in host.asked)
    storage.send("Storage.overrideQuotaForOrigin", {"origin": host.url.rstrip("/"), "quotaSize": 1000})
    for each in go_on:
        each()
    state = eventually(reader, lambda state: "/nb/" not in state["workers"])
    assert engine_kept(state) == []
    form.locator("[name=months]").fill("5")
    shows(reader, "25000")
    reader.reload()
    works(reader)


@unreachable
@pytest.mark.browser_complaints(matching="integrity", reason="a kept file is damaged")
def test_a_damaged_kept_file_is_noticed_and_replaced(reader, host):
    state = answered_and_kept(reader, host)
    (app,) = (url for url in engine_kept(state) if "/app-" in url)
    reader.evaluate(
        """async (url) => {
          const cache = await caches.open((await caches.keys()).find((name) => name.startsWith("guide-engine")));
          const bytes = new Uint8Array(await (await cache.match(url)).arrayBuffer());
          bytes.fill(7, 1000, 1100);
          await cache.put(url, new Response(bytes, { headers: { "Content-Type": "application/zip" } }));
        }""",
        app,
    )
    reader.reload()
    form = reader.locator("form[data-calculator=wealth]")
    # One field alone: the next change would try again, and find it mended.
    form.locator("[name=net_wealth]").fill("678861")
    expect(form).to_have_attribute("data-engine", "failed", timeout=BOOT)
    expect(form.locator("[data-engine-status]")).to_have_text(SAYS["failed"]["corrupt"]["nb"])
    shows_no_number(reader)
    works(reader)
    host.stop()
    reader.reload()
    works(reader)
    expect(output(reader)).to_have_attribute("data-value", ANSWER)
