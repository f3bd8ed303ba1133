"""When things go wrong: the fault is made in the browser or on the server, and the page must say what to do next."""

import os
import shutil

import pytest
from fault_host import FaultHost
from playwright.sync_api import expect
from test_page_calculator import (
    BOOT,
    CASE,
    COMMON,
    SAYS,
    fill_in,
    opened,
    output,
    shows,
    shows_no_number,
    standing_in,
)

# What a reader has typed, with the field that the form keeps folded.
TYPED = {**CASE, "study_percent": "100"}
ANSWER = "50000"
# The patience of overrides/assets/js/engine.js with one answer (milliseconds).
PATIENCE = 10_000

harmed = pytest.mark.browser_complaints(
    matching=r"Failed to load resource|net::ERR|integrity|status of (404|503)", reason="the tests harm what is fetched"
)


@pytest.fixture
def host(site, tmp_path):
    """A host of a copy of the site that a test may harm."""
    # Links, not copies: whoever changes a file puts a new one in its place.
    shutil.copytree(site, tmp_path / "site", copy_function=os.link)
    host = FaultHost(tmp_path / "site")
    yield host
    host.close()


def failed(form, reason, lang="nb"):
    """Check that the page shows no number, says what to do in the reader's language, and keeps the inputs."""
    expect(form).to_have_attribute("data-engine", "failed", timeout=BOOT)
    status = form.locator("[data-engine-status]")
    expect(status).to_be_visible()
    expect(status).to_have_text(SAYS["failed"][reason][lang])
    expect(form.locator("progress")).to_be_hidden()
    shows_no_number(form.page)
    assert {name: "".join(value.split()) for name, value in standing_in(form).items()} == {
        name: "".join(value.split()) for name, value in TYPED.items()
    }


# On the way


ON_THE_WAY = ("worker-", "/pyodide.mjs", "/pyodide.asm.mjs", "asm.wasm", "stdlib-", "app-")


# The next failure may come before a test sees that the engine is loading again.
FAILURES = """form => {
  window.failures = 0;
  const count = () => { if (form.dataset.engine === "failed") window.failures += 1; };
  new MutationObserver(count).observe(form, { attributes: true, attributeFilter: ["data-engine"] });
}"""


def length(host, part):
    """The size of a file of the engine."""
    (path,) = (path for path in (host.folder / "engine").rglob("*") if part in f"/{path.name}")
    return path.stat().st_size


@harmed
@pytest.mark.parametrize("part", ON_THE_WAY)
def test_a_connection_lost_at_any_byte_is_told_and_back_it_works(page, host, part):
    size = length(host, part)
    lang = "en" if part == "asm.wasm" else "nb"
    form = opened(page, host.url, lang)
    host.cuts[part] = 0
    form.evaluate(FAILURES)
    fill_in(form)
    for failures, cut in enumerate((0, 1, size // 2, size - 1)):
        host.cuts[part] = cut
        form.locator("button[type=submit]").click()
        page.wait_for_function("before => failures > before", arg=failures)
        failed(form, "network", lang)
    host.cuts.clear()
    form.locator("button[type=submit]").click()
    shows(page, ANSWER)


@harmed
def test_a_server_that_goes_away_and_comes_back(page, host):
    form = opened(page, host.url, "en")
    host.stop()
    fill_in(form)
    failed(form, "network", "en")
    host.start()
    form.locator("button[type=submit]").click()
    shows(page, ANSWER)


def replaced(host, pattern, content):
    """Put another file in the place of one of the engine's; returns what it held."""
    (path,) = (host.folder / "engine").glob(pattern)
    before = path.read_bytes()
    path.unlink()
    path.write_bytes(content(before))
    return before


def noisy(content):
    """The same length, with noise where something stands that matters."""
    at = max(content.find(b"async function"), 1000)
    return content[:at] + b"\xff" * 100 + content[at + 100 :]


@harmed
@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        # Browsers do not tell a page whether a module of a worker did not come or cannot be read.
        ("worker-*", "network"),
        ("*/pyodide.mjs", "corrupt"),
        ("*/pyodide.asm.mjs", "corrupt"),
        ("stdlib-*", "corrupt"),
        ("app-*", "corrupt"),
    ],
)
def test_a_damaged_file_is_told_and_fetched_again(page, host, pattern, reason):
    form = opened(page, host.url)
    good = replaced(host, pattern, noisy)
    fill_in(form)
    failed(form, reason)
    replaced(host, pattern, lambda _: good)
    form.locator("button[type=submit]").click()
    shows(page, ANSWER)
    # The browser keeps the whole file now, not the damaged one, though both said that they never change.
    page.reload()
    fill_in(form)
    shows(page, ANSWER)


@harmed
def test_one_wrong_byte_in_the_program_itself_gives_no_answer(page, host):
    """Here it is a letter in a sentence that is never said: everything would work, and only the checksum tells."""
    form = opened(page, host.url)
    wasm = "*/pyodide.asm.wasm"
    good = replaced(host, wasm, lambda content: content.replace(b"not enough memory", b"not enough mem0ry"))
    fill_in(form)
    failed(form, "corrupt")
    replaced(host, wasm, lambda _: good)
    form.locator("button[type=submit]").click()
    shows(page, ANSWER)


# At work


def ready(page, host, lang="nb"):
    """The form with an answer, and a clock that the test moves."""
    page.clock.install()
    form = opened(page, host.url, lang)
    fill_in(form, net_wealth="528861")
    shows(page, "20000")
    return form


HANGS = "() => { self.onmessage = () => { for (;;); }; }"
DIES = "() => { self.onmessage = () => self.close(); }"


@pytest.mark.parametrize("harm", [HANGS, DIES], ids=["endless", "killed"])
def test_an_engine_that_never_answers_is_replaced_and_asked_again(page, host, harm):
    form = ready(page, host)
    page.workers[0].evaluate(harm)
    fill_in(form)
    page.clock.run_for(1000)
    # The old answer is not the answer to what stands in the fields.
    shows_no_number(page)
    expect(page.locator("[data-result] .calculator__none")).to_have_text(SAYS["waiting"]["nb"])
    page.clock.run_for(PATIENCE)
    shows(page, ANSWER)
    expect(form.locator("[data-engine-status]")).to_have_text(SAYS["ready"]["nb"])
    for _ in range(100):
        if len(page.workers) == 1:
            break
        page.wait_for_timeout(50)
    assert len(page.workers) == 1, "the old engine must not go on for ever"


def test_an_answer_that_is_endless_every_time_is_given_up_on(page, host):
    endless = b'function ask(request) { while (request.includes("678 861"));'
    good = replaced(host, "worker-*", lambda code: code.replace(b"function ask(request) {", endless))
    form = ready(page, host, "en")
    form.locator("[name=net_wealth]").fill(CASE["net_wealth"])
    page.clock.run_for(PATIENCE + 1000)
    expect(form).to_have_attribute("data-engine", "ready", timeout=BOOT)
    page.clock.run_for(PATIENCE + 1000)
    failed(form, "timeout", "en")
    replaced(host, "worker-*", lambda _: good)
    form.locator("button[type=submit]").click()
    shows(page, ANSWER)


def test_questions_asked_while_the_engine_hangs_give_the_last_answer(page, host):
    form = ready(page, host)
    page.workers[0].evaluate(HANGS)
    for months in ("3", "5", "7", "10"):
        fill_in(form, months=months)
    page.clock.run_for(PATIENCE + 1000)
    shows(page, ANSWER)
    page.clock.run_for(3000)
    expect(output(page)).to_have_attribute("data-value", ANSWER)


@pytest.mark.browser_complaints(matching="boom", reason="the worker is made to throw")
def test_an_engine_that_breaks_says_so_and_the_button_brings_a_new_one(page, host):
    form = ready(page, host, "en")
    # Already there: who comes into the form after a failure brings a new engine too.
    form.locator("[name=net_wealth]").focus()
    page.workers[0].evaluate("() => { self.onmessage = () => { throw new Error('boom'); }; }")
    form.locator("[name=net_wealth]").fill(CASE["net_wealth"])
    failed(form, "crash", "en")
    form.locator("button[type=submit]").click()
    shows(page, ANSWER)


# Browsers


def test_two_tabs_answer_each_its_own_case(page, host):
    other = page.context.new_page()
    forms = [opened(page, host.url, "nb"), opened(other, host.url, "en")]
    fill_in(forms[0])
    fill_in(forms[1], months="5")
    shows(page, ANSWER)
    shows(other, "25000")
    other.close()
    forms[0].locator("[name=months]").fill("1")
    shows(page, "5000")


def test_back_and_forward_never_show_an_answer_to_something_else(page, host):
    form = opened(page, host.url)
    example = standing_in(form)
    fill_in(form)
    shows(page, ANSWER)
    for _ in range(2):
        page.goto(f"{host.url}nb/grant/")
        page.go_back()
        # What was typed is not kept, and so neither is its answer.
        expect(page.locator("[data-result] h3")).to_have_text(COMMON["headings"]["example_answer"]["nb"])
        page.wait_for_timeout(300)
        assert standing_in(form) == example
        page.go_forward()
        page.wait_for_url(f"{host.url}nb/grant/")
    page.go_back()
    fill_in(form)
    shows(page, ANSWER)


def test_a_page_that_the_browser_has_put_aside_whole_goes_on_where_it_was(launch_browser, host):
    # Chromium's shell puts no page aside.
    browser = launch_browser(executable_path=os.environ["CHROME"], ignore_default_args=["--disable-back-forward-cache"])
    page = browser.new_page(service_workers="block")
    page.add_init_script("addEventListener('pageshow', (event) => { window.wasPutAside = event.persisted; })")
    fill_in(opened(page, host.url))
    shows(page, ANSWER)
    page.goto(f"{host.url}nb/grant/")
    page.go_back(wait_until="commit")
    assert page.evaluate("window.wasPutAside"), "this browser keeps no pages aside, so the test shows nothing"
    expect(output(page)).to_have_attribute("data-value", ANSWER)
    form = page.locator("form[data-calculator=wealth]")
    assert standing_in(form)["months"] == "10"
    form.locator("[name=months]").fill("5")
    shows(page, "25000")
    browser.close()


WITHOUT = {
    "module workers": "const Real = Worker; window.Worker = class extends Real { constructor(url) { super(url); } };",
    "workers": "delete window.Worker;",
}


@pytest.mark.parametrize("script", WITHOUT.values(), ids=WITHOUT)
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_a_browser_too_old_for_the_engine_is_told_so(page, host, script, lang):
    page.add_init_script(script)
    form = opened(page, host.url, lang)
    examples = page.locator(".worked-example").count()
    fill_in(form)
    failed(form, "no-worker", lang)
    assert page.locator(".worked-example").count() == examples >= 3
