"""A file of many students on the page: the bytes of the command line, errors by row, a page that stays free."""

import io

import pytest
from accessible import axe_finds, fits
from keyboard import walk_to
from playwright.sync_api import expect

from calculators import __main__ as command_line
from calculators.core.batch import Desk
from scripts import batch
from scripts.pages import batch_tool
from scripts.pages.book import open_book
from scripts.words import texts

LANGUAGES = ("nb", "en")
BOOT = 60_000
SAYS = texts("scripts/pages/texts.yaml")["batch"]
each_lang = pytest.mark.parametrize("lang", LANGUAGES)

HEADER = "#navn;academic_year;stay;citizenship;programme;tuition;own_funds"
GOOD = "Åse;2024-25;year;other;degree;100000;50000,50"
BAD = "=1+1;2024;Hele studieåret;Atlantis;degree;mye;0"
# Milliseconds. A free page needs a few dozen; a machine that runs other tests beside this one far more.
LONGEST_GAP = 3000


@pytest.fixture(scope="module")
def loaded():
    """Tables and words, read once."""
    return command_line._load()


@pytest.fixture
def by_command(loaded):
    """by_command(bytes, lang) → the bytes that the command line answers."""

    def run(content, lang):
        mark = batch.BOM if content.startswith(batch.BOM) else b""
        lines = io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline="")
        out = io.StringIO(newline="")
        batch.answer_file(lines, out, Desk("deposit", *loaded, lang), complain=lambda text: None)
        return mark + out.getvalue().encode()

    return run


@pytest.fixture
def tool(new_context, site_url):
    """tool(lang, …) → the page, opened."""

    def open_page(lang="nb", **options):
        page = new_context(**options).new_page()
        page.goto(f"{site_url}{lang}/batch/")
        return page

    return open_page


def choose(page, content, name="studenter.csv"):
    """Choose a file as a reader does."""
    page.set_input_files("#batch-file", {"name": name, "mimeType": "text/csv", "buffer": content})


def work(page, content, name="studenter.csv"):
    """Choose a file and have it answered; waits for the answers."""
    choose(page, content, name)
    page.locator("[data-batch] button[type=submit]").click()
    page.locator("[data-batch-result]").wait_for(timeout=BOOT)


def download(page):
    """The file of answers: its name and bytes."""
    with page.expect_download() as coming:
        page.locator("[data-download]").click()
    with open(coming.value.path(), "rb") as file:
        return coming.value.suggested_filename, file.read()


def file_of(*rows, end="\r\n", mark=batch.BOM):
    """A file as Excel saves it in Norway."""
    return mark + "".join(row + end for row in rows).encode()


# The answers


@each_lang
def test_the_answers_are_the_very_bytes_of_the_command_line(tool, by_command, site, lang):
    page = tool(lang)
    template = (site / lang / "batch" / batch_tool.TEMPLATE).read_bytes()
    work(page, template, "students.csv")
    name, answers = download(page)
    assert name == f"students-{SAYS['answers'][lang]}.csv"
    assert answers == by_command(template, lang)
    expect(page.locator("[data-rows=refused]")).to_be_hidden()
    expect(page.locator("[data-rows=rows] tbody tr[data-status=answered]")).to_have_count(
        len(template.decode().splitlines()) - 1
    )
    for content in (file_of(HEADER, GOOD, BAD), file_of(HEADER.replace(";", ","), end="\n", mark=b"")):
        work(page, content)
        assert download(page)[1] == by_command(content, lang)


def test_a_norwegian_excel_file_is_understood_and_no_formula_gets_through(tool):
    page = tool()
    work(page, file_of(HEADER, GOOD, BAD))
    _, answers = download(page)
    lines = answers.decode("utf-8-sig").splitlines()
    assert "50000,50;" in lines[1] and lines[1].startswith("Åse;") and "answered" in lines[1]
    assert lines[2].startswith("'=1+1;") and ";refused;" in lines[2]


@each_lang
def test_each_refused_row_says_which_column_and_what_is_accepted(tool, lang):
    page = tool(lang)
    work(page, file_of(HEADER, GOOD.replace(",50", ""), BAD.replace("=1+1", "<b>Kari</b>")))
    row = page.locator("[data-rows=refused] tbody tr")
    expect(row).to_have_count(1)
    assert row.locator("th").inner_text() == "3"
    # What a stranger wrote is text.
    assert row.locator("td").first.inner_text() == "<b>Kari</b>"
    named = row.locator("li code").all_inner_texts()
    assert named[0] == "academic_year" and {"citizenship", "tuition"} <= set(named)
    assert ("stay" in named) == (lang == "en")  # the words of the Norwegian form are no English ones
    said = row.locator("li", has=page.locator("code", has_text="citizenship")).inner_text()
    assert "eu_eea_efta" in said and {"nb": "velg en", "en": "choose one"}[lang] in said
    summary = page.locator("[data-summary]")
    expect(summary).to_contain_text({"nb": "2 rader: 1 besvart", "en": "2 rows: 1 answered"}[lang])
    expect(page.locator("[data-heading]")).to_be_focused()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Filen er tom"),
        (b"navn;stay\n", "«navn»"),
        ("#navn;stay\nÅse".encode("cp1252"), "CSV UTF-8"),
    ],
    ids=["empty", "columns", "cp1252"],
)
def test_a_file_that_cannot_be_used_is_told(tool, content, said):
    page = tool()
    work(page, content)
    expect(page.locator("[data-unusable]")).to_contain_text(said)
    expect(page.locator("[data-usable]")).to_be_hidden()
    expect(page.locator("[data-heading]")).to_be_focused()


# The page


def test_no_file_and_too_long_a_file_are_told_at_the_field(tool):
    page = tool("en")
    page.locator("[data-batch] button[type=submit]").click()
    expect(page.locator("#batch-file-fault")).to_have_text(SAYS["no_file"]["en"])
    expect(page.locator("#batch-file")).to_be_focused()
    expect(page.locator("#batch-file")).to_have_attribute("aria-invalid", "true")
    page.evaluate("document.querySelector('form[data-batch]').dataset.most = '20'")
    choose(page, file_of(HEADER, GOOD))
    expect(page.locator("#batch-file-fault")).to_be_hidden()
    page.locator("[data-batch] button[type=submit]").click()
    expect(page.locator("#batch-file-fault")).to_have_text(SAYS["too_long"]["en"])


def test_a_thousand_rows_leave_the_page_free_and_nothing_is_sent(tool, by_command, site_url):
    page = tool()
    content = file_of(HEADER, *(GOOD if number % 50 else BAD for number in range(1000)))
    page.locator("#batch-file").focus()
    expect(page.locator("form[data-batch]")).to_have_attribute("data-engine", "ready", timeout=BOOT)
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.evaluate(
        """() => { window.gaps = []; window.values = new Set(); let last = performance.now();
          (function look(now) {
            gaps.push(now - last); last = now; values.add(document.querySelector('[data-batch] progress').value);
            requestAnimationFrame(look);
          })(last); }"""
    )
    work(page, content)
    longest, steps = page.evaluate("[Math.max(...gaps), values.size]")
    print(f"longest gap between two frames over 1000 rows: {longest:.0f} ms, seen progress: {steps} steps")
    assert longest < LONGEST_GAP
    assert steps > 10
    assert [url for url in sent if not url.startswith("blob:")] == []
    table = page.locator("[data-rows=rows]")
    expect(table.locator("tbody tr")).to_have_count(100)
    table.locator("[data-more]").click()
    expect(table.locator("tbody tr")).to_have_count(200)
    expect(table.locator("tbody tr").nth(100)).to_be_focused()
    expect(page.locator("[data-rows=refused] tbody tr")).to_have_count(20)
    assert download(page)[1] == by_command(content, "nb")


def test_it_can_be_stopped_and_begun_anew(tool):
    page = tool("en")
    choose(page, file_of(HEADER.replace(";", ","), *([GOOD.replace("50000,50", "50000").replace(";", ",")] * 3000)))
    page.locator("[data-batch] button[type=submit]").click()
    stop = page.locator("[data-stop]")
    expect(stop).to_be_focused()
    expect(page.locator("form[data-batch]")).to_have_attribute("data-engine", "ready", timeout=BOOT)
    expect(page.locator("[data-batch] progress")).not_to_have_js_property("value", 0)
    stop.press("Enter")
    expect(page.locator("[data-engine-status]")).to_have_text(SAYS["stopped"]["en"])
    expect(page.locator("[data-batch] button[type=submit]")).to_be_focused()
    expect(page.locator("[data-batch-result]")).to_be_hidden()
    work(page, file_of(HEADER, GOOD.replace(",50", "")))
    expect(page.locator("[data-summary]")).to_contain_text("1 rows: 1 answered")
    expect(page.locator("[data-rows=rows] tbody tr")).to_have_count(1)


def test_a_file_can_be_dropped(tool):
    page = tool()
    page.evaluate(
        """(text) => { const data = new DataTransfer(); data.items.add(new File([text], "sluppet.csv"));
          const drop = document.querySelector("[data-drop]");
          drop.dispatchEvent(new DragEvent("dragover", { dataTransfer: data, cancelable: true, bubbles: true }));
          window.over = drop.hasAttribute("data-over");
          drop.dispatchEvent(new DragEvent("drop", { dataTransfer: data, cancelable: true, bubbles: true })); }""",
        file_of(HEADER, GOOD).decode(),
    )
    page.locator("[data-usable]").wait_for(timeout=BOOT)
    assert page.evaluate("over") is True
    assert download(page)[0] == "sluppet-svar.csv"


def test_the_keyboard_is_enough(tool, tmp_path):
    page = tool("en")
    path = tmp_path / "students.csv"
    path.write_bytes(file_of(HEADER, GOOD.replace(",50", "")))
    # The walk gives the driver time to stand between the page and the system's dialog, which it does without waiting.
    with page.expect_file_chooser() as chooser:
        walk_to(page.locator("#batch-file"))
        page.keyboard.press("Enter")
    chooser.value.set_files(path)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[data-heading]")).to_be_focused(timeout=BOOT)
    page.keyboard.press("Tab")
    expect(page.locator("[data-download]")).to_be_focused()
    with page.expect_download():
        page.keyboard.press("Enter")
    expect(page.locator("[data-engine-status]")).to_have_text(SAYS["saved"]["en"])


@pytest.mark.parametrize(
    ("lang", "width", "scheme"),
    [("nb", 360, "dark"), ("nb", 1280, "light"), ("en", 360, "light"), ("en", 1280, "dark")],
)
def test_all_can_read_and_use_it(tool, lang, width, scheme):
    page = tool(lang, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.locator("[data-batch] button[type=submit]").click()
    fits(page, width)
    assert axe_finds(page) == "", "no file"
    work(page, b"wage\n")
    assert axe_finds(page) == "", "unusable"
    work(page, file_of(HEADER, GOOD, BAD))
    fits(page, width)
    assert axe_finds(page) == "", "answered"


@pytest.mark.browser_complaints(matching="status of 404", reason="the test takes the worker away")
@each_lang
def test_a_calculator_that_does_not_come_is_told(new_context, site_url, lang):
    context = new_context(service_workers="block")
    context.route("**/engine/worker-*.js*", lambda route: route.fulfill(status=404))
    page = context.new_page()
    page.goto(f"{site_url}{lang}/batch/")
    choose(page, file_of(HEADER, GOOD))
    page.locator("[data-batch] button[type=submit]").click()
    expect(page.locator("[data-engine-status]")).to_have_text(SAYS["failed"]["again"][lang], timeout=BOOT)
    expect(page.locator("[data-batch] button[type=submit]")).to_be_focused()
    expect(page.locator("[data-stop]")).to_be_hidden()


@each_lang
def test_without_javascript_the_template_and_the_columns_stand_there(new_context, site_url, lang):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_url}{lang}/batch/")
    assert SAYS["no_script"][lang] in page.content()
    link = page.locator(f"a[download][href='{batch_tool.TEMPLATE}']")
    assert page.request.get(f"{site_url}{lang}/batch/{link.get_attribute('href')}").ok
    book = open_book(lang)
    for spec in batch_tool.rule(batch_tool.OFFERED).FIELDS:
        expect(page.locator("article th code", has_text=spec.name).first).to_have_text(spec.name)
    assert book.say("batch", "columns", "required") in page.content()
