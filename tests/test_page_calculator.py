"""A calculator on its page, in Chromium: what a reader types, sees, hears and keeps."""

import json
import os
import re
import shutil
import threading
from html import escape
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import expect
from tables_tools import our_tables

from scripts.words import texts

ROOT = Path(__file__).resolve().parents[1]
SAYS = texts("scripts/pages/texts.yaml")["engine"]
COMMON = texts("calculators/texts/common.yaml")
WEALTH = texts("calculators/texts/wealth.yaml")
BOOT = 60_000
expect.set_options(timeout=15_000)

CASE = {"year": "2020", "household": "single", "net_wealth": "678 861", "months": "10"}
AMOUNT = {"nb": "50 000 kr", "en": "NOK 50,000"}
GROUPED = {"nb": "678\u00a0861", "en": "678,861"}
OTHER = {"nb": "en", "en": "nb"}

each_lang = pytest.mark.parametrize("lang", ["nb", "en"])


def opened(page, url, lang="nb", fragment=""):
    """The form of the wealth page, opened."""
    page.goto(f"{url}{lang}/wealth/{fragment}")
    form = page.locator("form[data-calculator=wealth]")
    expect(form).to_have_attribute("data-lang", lang)
    return form


def fill_in(form, **values):
    """Fill in the case of the issue, or another, as a reader with a mouse does."""
    values = {**CASE, **values}
    form.locator("[name=year]").select_option(values["year"])
    form.locator(f"[name=household][value={values['household']}]").check()
    for name in ("net_wealth", "months"):
        form.locator(f"[name={name}]").fill(values[name])


def output(page, name="reduction"):
    """The element that shows an output of the reader's own answer."""
    return page.locator(f"[data-result] [data-output={name}]")


def shows(page, value):
    """Wait until the page answers this reduction."""
    expect(output(page)).to_have_attribute("data-value", value, timeout=BOOT)


def shows_no_number(page):
    """Check that no output of a calculation stands where the reader's answer does."""
    assert page.locator("[data-result] [data-output], [data-result] data").count() == 0


def standing_in(form):
    """What stands in the fields."""
    return form.evaluate("form => Object.fromEntries(new FormData(form))")


def field_message(page, name):
    """The message beside a field."""
    return page.locator(f"#wealth-{name}-fault")


@pytest.fixture
def stand(site, tmp_path, serve):
    """A copy of the site whose files and server a test may harm: stand.url, stand.folder, stand.headers, stand.hold."""

    class Stand:
        folder = tmp_path / "site"
        headers = {}
        held = None

        def file(self, pattern):
            """The one file of the engine with this name."""
            (path,) = (self.folder / "engine").glob(pattern)
            return path

        def hold(self, pattern):
            """Let requests for this file wait; returns what lets them go on."""
            go_on = threading.Event()
            released.append(go_on)
            self.held = (pattern, go_on)
            return go_on.set

    def headers(path):
        if stand.held and stand.held[0] in path:
            stand.held[1].wait(60)
        return next((more for part, more in stand.headers.items() if part in path), {})

    released = []
    stand = Stand()
    # Links, not copies: whoever harms a file puts a new one in its place.
    shutil.copytree(site, stand.folder, copy_function=os.link)
    stand.url = serve(stand.folder, headers)
    yield stand
    for go_on in released:
        go_on.set()


# The answer


@each_lang
def test_the_case_of_the_issue_is_answered(page, site_url, lang):
    form = opened(page, site_url, lang)
    fill_in(form)
    shows(page, "50000")
    expect(output(page, "limit")).to_have_attribute("data-value", "428861")
    expect(output(page, "excess")).to_have_attribute("data-value", "250000")
    result = page.locator("[data-result]")
    expect(result.locator(".calculator__sentence")).to_contain_text(AMOUNT[lang])
    expect(result.locator("h3")).to_have_text(COMMON["headings"]["your_answer"][lang])
    origins = result.locator(".calculator__steps > li").evaluate_all("items => items.map(i => i.dataset.origin)")
    assert origins == ["input", "limit", "calculated", "limit", "input", "calculated"]
    expect(result.locator(".calculator__source").first).to_contain_text("Lånekassen")
    # A screen reader hears the sentence once the typing has paused.
    expect(page.locator("[data-announce]")).to_contain_text(AMOUNT[lang])


def test_before_anything_is_touched_an_example_is_answered(page, site_url):
    form = opened(page, site_url)
    standing = {name: re.sub(r"\s", "", value) for name, value in standing_in(form).items()}
    tables = our_tables()
    rows = tables.tables["wealth_limit"].rows.values()
    known = [row.key for row in rows if row.key <= tables.in_force.calendar_year and row.cells["single"].value]
    assert standing == {**WEALTH["start"], "year": known[-1]}
    expect(page.locator("[data-result] h3")).to_have_text(COMMON["headings"]["example_answer"]["nb"])
    before = output(page).get_attribute("data-value")
    form.locator("[name=months]").press("End")
    form.locator("button[type=submit]").click()
    expect(page.locator("[data-result] h3")).to_have_text(COMMON["headings"]["your_answer"]["nb"], timeout=BOOT)
    shows(page, before)


def test_the_other_language_keeps_the_inputs_and_the_answer_and_back_again(page, site_url):
    form = opened(page, site_url, "nb")
    form.locator("summary").click()
    form.locator("[name=study_percent]").fill("50")
    fill_in(form)
    shows(page, "25000")
    for now in ("en", "nb"):
        page.locator("a[data-language-switch]").first.click()
        form = page.locator(f"form[data-calculator=wealth][data-lang={now}]")
        shows(page, "25000")
        assert standing_in(form) == {**CASE, "net_wealth": GROUPED[now], "study_percent": "50"}
        expect(page.locator("[data-result] .calculator__steps")).to_contain_text(GROUPED[now])
        assert page.url == f"{site_url}{now}/wealth/", "the case must not stay in the address"


def test_without_an_answer_the_language_switch_is_a_plain_link(page, site_url):
    opened(page, site_url)
    page.locator("a[data-language-switch]").first.click()
    page.wait_for_url(f"{site_url}en/wealth/")
    expect(page.locator("form[data-calculator=wealth]")).to_have_attribute("data-engine", "idle")


def test_a_number_is_grouped_when_the_reader_leaves_the_field(page, site_url):
    form = opened(page, site_url, "en")
    wealth = form.locator("[name=net_wealth]")
    fill_in(form, net_wealth="678861")
    shows(page, "50000")
    expect(wealth).to_have_value(GROUPED["en"])
    wealth.fill("1234567")
    expect(output(page)).not_to_have_attribute("data-value", "50000")
    assert wealth.input_value() == "1234567", "nothing changes under the reader's hands"
    wealth.press("Tab")
    expect(wealth).to_have_value("1,234,567")


def test_reset_brings_the_example_back(page, site_url):
    form = opened(page, site_url)
    before = (standing_in(form), page.locator("[data-result]").inner_html())
    fill_in(form)
    shows(page, "50000")
    form.locator("[name=months]").fill("x")
    form.locator("button[type=submit]").click()
    expect(page.locator("[data-errors]")).to_be_visible()
    form.locator("button[type=reset]").click()
    expect(page.locator("[data-errors]")).to_be_hidden()
    assert (standing_in(form), page.locator("[data-result]").inner_html()) == before
    assert form.locator("[aria-invalid]").count() == 0
    assert page.locator("[data-announce]").inner_text() == ""


def test_an_answer_that_comes_after_a_reset_is_not_shown(page, stand):
    form = opened(page, stand.url)
    before = (standing_in(form), page.locator("[data-result]").inner_html())
    go_on = stand.hold("app-")
    fill_in(form)
    form.locator("button[type=reset]").click()
    go_on()
    expect(form).to_have_attribute("data-engine", "ready", timeout=BOOT)
    page.wait_for_timeout(1500)
    assert (standing_in(form), page.locator("[data-result]").inner_html()) == before
    assert page.locator("[data-announce]").inner_text() == ""


QUICK = """async (pause) => {
  const input = document.querySelector("[name=net_wealth]");
  const result = document.querySelector("[data-result]");
  window.seen = [];
  new MutationObserver(() => {
    const shown = result.querySelector("[data-output=reduction]");
    if (shown) window.seen.push(Number(shown.dataset.value));
  }).observe(result, { childList: true });
  for (let i = 1; i <= 20; i += 1) {
    input.value = String(428861 + i * 1000);
    input.dispatchEvent(new Event("input", { bubbles: true }));
    if (pause) await new Promise((done) => setTimeout(done, pause));
  }
}"""


def test_of_twenty_quick_changes_only_the_last_answer_stays(page, site_url):
    form = opened(page, site_url)
    for pause in (0, 7):
        fill_in(form)
        shows(page, "50000")
        page.evaluate(QUICK, pause)
        shows(page, "4000")
        page.wait_for_timeout(300)
        seen = page.evaluate("seen")
        assert seen[-1] == 4000
        assert seen == sorted(seen), "an older answer must never follow a newer one"
        assert len(seen) < 20 or pause, "questions nobody waits for any more are not answered"


def test_quick_changes_while_it_loads_give_the_last_answer_alone(page, stand):
    form = opened(page, stand.url)
    go_on = stand.hold("app-")
    fill_in(form)
    page.evaluate(QUICK, 0)
    shows_no_number(page)
    go_on()
    shows(page, "4000")
    page.wait_for_timeout(300)
    assert page.evaluate("seen") == [4000]


# The keyboard alone


def focused(page):
    """What has focus, by its name or role."""
    return page.evaluate(
        """() => {
          const focus = document.activeElement;
          return focus.getAttribute("name") ?? focus.getAttribute("type") ?? focus.localName;
        }"""
    )


def tab_to(page, name, most, key="Tab"):
    """Press Tab until a thing has focus; every stop on the way must show that it has it."""
    for _ in range(most):
        page.keyboard.press(key)
        seen = page.evaluate(
            """() => {
              const style = getComputedStyle(document.activeElement);
              return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 || style.boxShadow !== "none";
            }"""
        )
        assert seen, f"focus on {focused(page)} cannot be seen"
        if focused(page) == name:
            return
    raise AssertionError(f"{name} was not reached by {most} presses of Tab; now at {focused(page)}")


def test_the_keyboard_alone_is_enough(page, site_url):
    form = opened(page, site_url, "nb")
    keyboard = page.keyboard
    tab_to(page, "year", 60)
    keyboard.type("2020")
    tab_to(page, "household", 1)
    keyboard.press("ArrowDown")
    expect(form.locator("[value=couple]")).to_be_checked()
    keyboard.press("ArrowUp")
    expect(form.locator("[value=single]")).to_be_checked()
    tab_to(page, "net_wealth", 1)
    keyboard.press("Control+A")
    keyboard.type("678861")
    tab_to(page, "months", 1)
    keyboard.press("Control+A")
    keyboard.type("10")
    shows(page, "50000")
    assert focused(page) == "months", "focus must not run away from who is writing"
    tab_to(page, "summary", 1)
    keyboard.press("Space")
    tab_to(page, "study_percent", 1)
    keyboard.press("Control+A")
    keyboard.type("50")
    tab_to(page, "submit", 1)
    keyboard.press("Space")
    shows(page, "25000")
    expect(page.locator("[data-result] h3")).to_be_focused()  # the button leads to the answer
    tab_to(page, "reset", 3, key="Shift+Tab")
    keyboard.press("Enter")
    expect(page.locator("[data-result] h3")).to_have_text(COMMON["headings"]["example_answer"]["nb"])


# Wrong input


def test_wrong_input_is_told_beside_the_field_and_in_a_summary(page, site_url):
    form = opened(page, site_url, "en")
    wealth, summary = form.locator("[name=net_wealth]"), page.locator("[data-errors]")
    message = field_message(page, "net_wealth")
    wealth.fill("mye")
    expect(form).to_have_attribute("data-engine", "ready", timeout=BOOT)
    expect(page.locator("[data-result] .calculator__none")).to_be_visible()
    shows_no_number(page)
    expect(message).to_be_hidden()  # not while the reader is still writing in the field
    wealth.press("Tab")
    expect(message).to_be_visible()
    expect(message).to_contain_text(GROUPED["en"])  # an example of what is accepted, in the reader's way of writing
    expect(wealth).to_have_attribute("aria-invalid", "true")
    described = wealth.get_attribute("aria-describedby").split()
    assert "wealth-net_wealth-fault" in described and "wealth-net_wealth-help" in described
    expect(summary).to_be_hidden()

    form.locator("[name=months]").fill("13")
    # Pressed as long as a person does: what leaving the field brings about must not move the button away meanwhile.
    form.locator("button[type=submit]").hover()
    page.mouse.down()
    page.wait_for_timeout(200)
    page.mouse.up()
    expect(summary).to_be_visible()
    expect(summary).to_be_focused()
    links = summary.locator("a")
    expect(links).to_have_count(2)
    expect(field_message(page, "months")).to_be_visible()
    assert links.first.inner_text() == message.inner_text()
    links.first.press("Enter")
    expect(wealth).to_be_focused()
    expect(form.locator("label[for=wealth-net_wealth]")).to_be_in_viewport()
    shows_no_number(page)

    fill_in(form)
    expect(message).to_be_hidden()
    shows(page, "50000")
    expect(summary).to_be_hidden()
    assert form.locator("[aria-invalid]").count() == 0


def test_all_faults_of_an_empty_form_are_told_at_once(page, site_url):
    form = opened(page, site_url)
    for name in ("net_wealth", "months"):
        form.locator(f"[name={name}]").fill("")
    form.locator("button[type=submit]").click()
    summary = page.locator("[data-errors]")
    expect(summary.locator("a")).to_have_count(2, timeout=BOOT)
    expect(summary).to_be_focused()

    # And then an amount in the many ways people write it.
    for typed in ("kr 678 861", "678861,00", "678\u00a0861 kr", "NOK 678861", "678 861,-"):
        fill_in(form, net_wealth=typed)
        shows(page, "50000")
        form.locator("[name=net_wealth]").fill("1")
        shows(page, "0")


# A limit that is not published


def test_a_year_without_a_limit_shows_no_number_and_what_is_known(page, site_url):
    form = opened(page, site_url, "nb")
    assert form.locator("[name=year] option[value='2023']").inner_text() != "2023", "the list says that it is a gap"
    fill_in(form)
    shows(page, "50000")
    fill_in(form, year="2023")
    told = page.locator("[data-result] [data-not-published]")
    expect(told).to_contain_text("2023")
    shows_no_number(page)
    notice = page.locator("[data-result] [data-notice=not_published]")
    for known in ("454\u00a0075", "511\u00a0220"):
        expect(notice).to_contain_text(known)
    expect(page.locator("[data-announce]")).to_contain_text("2023")

    # The switch keeps this answer as well.
    page.locator("a[data-language-switch]").first.click()
    page.locator("form[data-lang=en]").wait_for()
    expect(told).to_contain_text("2023", timeout=BOOT)
    shows_no_number(page)
    for known in ("454,075", "511,220"):
        expect(notice).to_contain_text(known)
    assert standing_in(page.locator("form[data-calculator=wealth]"))["year"] == "2023"


# The engine


SIGNS = {
    "pointer": lambda form: form.page.locator("section.calculator [data-result]").hover(),
    "focus": lambda form: form.locator("[name=net_wealth]").focus(),
    "sight": lambda form: form.evaluate("form => scrollTo(0, scrollY + form.getBoundingClientRect().top - 300)"),
}


@pytest.mark.parametrize("sign", SIGNS)
def test_the_engine_is_fetched_at_the_first_sign_of_interest(page, site_url, sign):
    asked = []
    page.context.on("request", lambda request: asked.append(request.url))
    if sign != "sight":
        # So tall that the form is there without scrolling, which would be a sign of its own.
        page.set_viewport_size({"width": 1280, "height": 12_000})
    form = opened(page, site_url)
    page.wait_for_load_state("networkidle")
    page.locator("h1").click()
    # Who scrolls past the form, to what stands below it, wants something else.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_timeout(100)
    page.evaluate("scrollTo(0, 0)")
    page.wait_for_timeout(600)
    expect(form).to_have_attribute("data-engine", "idle")
    assert [url for url in asked if "/engine/" in url] == []
    SIGNS[sign](form)
    expect(form).to_have_attribute("data-engine", "ready", timeout=BOOT)
    assert [url for url in asked if "/engine/worker-" in url]


LINK = "#wealth?year=2020&household=single&net_wealth=678861&months=10"


def test_a_case_starts_the_engine_before_the_page_has_its_script(page, site_url):
    waiting, asked = [], []
    page.context.on("request", lambda request: asked.append(request.url))
    page.route("**/calculator.js", lambda route: waiting.append(route))
    page.goto(f"{site_url}nb/wealth/{LINK}", wait_until="commit")
    for _ in range(250):
        if page.workers and waiting:
            break
        page.wait_for_timeout(20)
    [early] = page.workers
    waiting[0].continue_()
    shows(page, "50000")
    assert page.workers == [early], "the page takes the one that was started"
    assert len([url for url in asked if "/engine/worker-" in url]) == 1


def test_a_case_of_a_calculator_that_is_not_here_leaves_no_engine(page, site_url):
    page.goto(f"{site_url}nb/wealth/{LINK.replace('wealth?', 'deposit?')}")
    for _ in range(100):
        page.wait_for_timeout(50)
        if not page.workers:
            break
    assert page.workers == []
    expect(page.locator("form[data-calculator]")).to_have_attribute("data-engine", "idle")


SAVES_DATA = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"


def test_who_saves_data_is_sent_the_engine_only_for_an_answer(page, site_url):
    page.add_init_script(SAVES_DATA)
    form = opened(page, site_url)
    for sign in SIGNS.values():
        sign(form)
    page.wait_for_timeout(600)
    expect(form).to_have_attribute("data-engine", "idle")
    fill_in(form)
    expect(form).to_have_attribute("data-engine", "ready", timeout=BOOT)
    shows(page, "50000")


def test_loading_and_ready_are_seen_and_the_reader_can_go_on_typing(page, stand):
    form = opened(page, stand.url, "nb")
    status, progress = form.locator("[data-engine-status]"), form.locator("progress")
    expect(form).to_have_attribute("data-engine", "idle")
    expect(status).to_have_text("")
    expect(progress).to_be_hidden()
    go_on = stand.hold("app-")
    form.locator("[name=net_wealth]").focus()
    expect(form).to_have_attribute("data-engine", "loading")
    expect(status).to_have_text(SAYS["loading"]["nb"])
    expect(progress).to_be_visible()
    page.wait_for_function(
        "() => { const p = document.querySelector('progress'); return p.value > 0 && p.value < p.max; }"
    )
    fill_in(form)
    shows_no_number(page)
    assert standing_in(form)["net_wealth"] == CASE["net_wealth"]
    go_on()
    shows(page, "50000")
    expect(form).to_have_attribute("data-engine", "ready")
    expect(status).to_have_text(SAYS["ready"]["nb"])
    expect(progress).to_be_hidden()


def missing(pattern):
    """A way to fail: a file that is not there."""

    def harm(stand, page):
        path = stand.file(pattern)
        content = path.read_bytes()
        path.unlink()
        return lambda: path.write_bytes(content)

    return harm


def damaged(pattern):
    """A way to fail: a file of the right length with wrong bytes."""

    def harm(stand, page):
        path = stand.file(pattern)
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content[:100] + b"\xff" * 100 + content[200:])

        def mend():
            path.unlink()
            path.write_bytes(content)

        return mend

    return harm


def forbidden(stand, page):
    """A way to fail: a policy that does not let the worker run WebAssembly."""
    stand.headers["/worker-"] = {"Content-Security-Policy": "default-src 'self'; script-src 'self'"}
    return stand.headers.clear


def silent(stand, page):
    """A way to fail: a server that says nothing for as long as the page is willing to wait."""
    return stand.hold("app-")


FAILURES = {
    "worker missing": (missing("worker-*.js"), "network", "nb"),
    "app missing": (missing("app-*.zip"), "network", "en"),
    "app damaged": (damaged("app-*.zip"), "corrupt", "nb"),
    "WebAssembly forbidden": (forbidden, "wasm-blocked", "en"),
    "server silent": (silent, "timeout", "nb"),
}


@each_lang
def test_every_state_and_way_to_fail_has_its_words_in_the_readers_language(site, lang):
    html = (site / lang / "wealth/index.html").read_text("utf-8")
    engine = (ROOT / "overrides/assets/js/engine.js").read_text("utf-8")
    reasons = re.findall(r'"([a-z-]+)"', re.search(r"@typedef \{([^}]+)\} Reason", engine)[1])
    assert {reason for _, reason, _ in FAILURES.values()} < set(reasons) == set(SAYS["failed"])
    for state in ("loading", "ready"):
        assert f'data-say-{state}="{escape(SAYS[state][lang])}"' in html
    for reason in reasons:
        assert f'data-say-failed-{reason}="{escape(SAYS["failed"][reason][lang])}"' in html


@pytest.mark.browser_complaints(
    matching=r"status of 404|integrity|[Cc]ontent [Ss]ecurity [Pp]olicy", reason="the tests harm what the page fetches"
)
@pytest.mark.parametrize(("harm", "reason", "lang"), FAILURES.values(), ids=FAILURES)
def test_a_failed_start_is_told_and_the_next_try_works(page, stand, harm, reason, lang):
    page.clock.install()
    form = opened(page, stand.url, lang)
    examples = page.locator(".worked-example").evaluate_all("them => them.map(one => one.innerHTML)")
    assert len(examples) >= 3
    mend = harm(stand, page)
    fill_in(form)
    if reason == "timeout":
        expect(form.locator("progress")).to_be_visible()
        page.wait_for_function("() => document.querySelector('progress').value > 0")
        page.wait_for_timeout(1000)
        page.clock.run_for(20_000)
        expect(form).to_have_attribute("data-engine", "loading")
        page.clock.run_for(12_000)
    expect(form).to_have_attribute("data-engine", "failed", timeout=BOOT)
    message = form.locator("[data-engine-status]")
    expect(message).to_have_text(SAYS["failed"][reason][lang])
    expect(message).to_be_visible()
    expect(form.locator("progress")).to_be_hidden()
    shows_no_number(page)
    assert standing_in(form) == {**CASE, "study_percent": "100"}
    assert page.locator(".worked-example").evaluate_all("them => them.map(one => one.innerHTML)") == examples

    mend()
    form.locator("button[type=submit]").click()
    shows(page, "50000")
    expect(form).to_have_attribute("data-engine", "ready")
    expect(message).to_have_text(SAYS["ready"][lang])


# Links


def test_a_link_opens_the_case_it_carries(page, site_url):
    lang = "en"
    asked = []
    page.context.on("request", lambda request: asked.append(urldefrag(request.url).url))
    form = opened(page, site_url, lang, LINK + "&study_percent=50&answer=1&data=2")
    shows(page, "25000")
    assert standing_in(form) == {**CASE, "net_wealth": GROUPED[lang], "study_percent": "50"}
    assert page.url == f"{site_url}{lang}/wealth/"
    assert not [url for url in asked if "678861" in url]
    # One can be followed on the open page too.
    page.evaluate("link => { location.hash = link; }", LINK)
    shows(page, "50000")


def test_a_fragment_that_is_no_case_changes_nothing(page, site_url):
    for fragment in ("#wealth", "#wealth?", "#income?net_wealth=5", "#?net_wealth=5", "#wealth?x=1", "#%"):
        page.goto("about:blank")
        form = opened(page, site_url, fragment=fragment)
        page.wait_for_timeout(100)
        expect(form).to_have_attribute("data-engine", "idle")
        expect(page.locator("[data-result] h3")).to_have_text(COMMON["headings"]["example_answer"]["nb"])


HOSTILE = (
    "#wealth?year=<script>window.hacked=1</script>&household=__proto__&net_wealth=9e99&months=10&constructor=1"
    '&__proto__=x&x=<img src=x onerror="window.hacked=1">&toString=1&study_percent=100"><script>hacked=1</script>'
)


def test_a_hostile_link_names_the_bad_fields_and_does_nothing_else(page, site_url):
    dialogs, lang = [], "nb"
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    form = opened(page, site_url, lang, HOSTILE)
    links = page.locator("[data-errors] a")
    expect(links).to_have_count(4, timeout=BOOT)
    named = {href.rpartition("-")[2] for href in links.evaluate_all("all => all.map(a => a.getAttribute('href'))")}
    assert named == {"year", "single", "net_wealth", "study_percent"}
    shows_no_number(page)
    assert dialogs == []
    assert page.evaluate("typeof window.hacked") == "undefined"
    assert page.evaluate("Object.keys(Object.prototype)") == []
    assert form.locator("script, img").count() == 0
    assert page.url == f"{site_url}{lang}/wealth/"
    form.locator("summary").click() if not form.locator("details[open]").count() else None
    form.locator("[name=study_percent]").fill("100")
    fill_in(form)
    shows(page, "50000")


def test_the_browser_keeps_and_sends_nothing_that_is_typed(page, site_url):
    sent = []
    page.context.on("request", lambda request: sent.append((urldefrag(request.url).url, request.post_data or "")))
    form = opened(page, site_url)
    fill_in(form, net_wealth="678 861,37")
    expect(output(page)).to_have_attribute("data-value", "50000.07", timeout=BOOT)
    page.locator("a[data-language-switch]").first.click()
    expect(output(page)).to_have_attribute("data-value", "50000.07", timeout=BOOT)
    kept = page.evaluate(
        """async () => ({
          local: Object.entries(localStorage), session: Object.entries(sessionStorage), cookies: document.cookie,
          databases: await indexedDB.databases(), caches: await caches.keys(), name: window.name,
          state: history.state, workers: (await navigator.serviceWorker.getRegistrations()).length,
        })"""
    )
    assert page.context.cookies() == [] and kept["cookies"] == ""
    assert kept["databases"] == [] and kept["caches"] == [] and kept["workers"] == 0 and kept["name"] == ""
    assert "67886" not in re.sub(r"\D", "", json.dumps(kept))
    assert kept["session"] == [] and [key for key, _ in kept["local"] if not key.endswith("__palette")] == []
    assert sent
    assert not [request for request in sent if "67886" in re.sub(r"[^0-9]", "", "".join(request))]
    assert not [body for _, body in sent if body]


@pytest.fixture
def plain_page(new_context):
    """A page without JavaScript. It is closed here: what conftest asks of open pages it could never answer."""
    page = new_context(java_script_enabled=False).new_page()
    yield page
    page.close()


@pytest.mark.browser_complaints(matching="form-action", reason="the policy stops the form that the test sends")
@each_lang
def test_without_javascript_the_text_and_the_worked_answers_stand(plain_page, site_url, lang):
    page = plain_page
    page.goto(f"{site_url}{lang}/wealth/")
    told = page.locator("form noscript > p")
    expect(told).to_be_visible()
    expect(told).to_have_text(SAYS["no_script"][lang])
    expect(output(page)).to_be_visible()
    assert float(output(page).get_attribute("data-value")) > 0
    expect(page.locator(".worked-example__answer").first).to_contain_text(AMOUNT[lang])
    expect(page.locator("article a.figure").first).to_be_visible()
    page.locator("a[data-language-switch]").first.click()
    page.wait_for_url(f"{site_url}{OTHER[lang]}/wealth/")
    page.locator("[name=months]").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(200)
    assert page.url == f"{site_url}{OTHER[lang]}/wealth/", "nothing is sent, not even to our own server"
