"""How the guide looks beside two that are known to be good: `dev.py look [--site DIR] [--again]`.

Ours is the built page on wealth and the grant. The others are sheets of the same things in the HTML and CSS of
GOV.UK's govuk-frontend (scripts/bench/look/package-lock.json) and of Digdir's Designsystemet (our own package-lock):
their live pages are not asked for anything. All three are measured by computed style in one browser, on a phone and
a desk, light and dark. Writes reports/look.json, from it and from judged.md the report reports/look.md, and the
pictures screenshots/compare-*.webp.
"""

import argparse
import base64
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import brotli
from playwright.sync_api import Browser, Page, Response, sync_playwright

from scripts import dev
from scripts.bench.look_told import SCHEMES, TITLES, WIDTHS, markdown
from scripts.bench.own_packages import npm_ci
from scripts.pages.build import build_site
from scripts.pages.screenshots import served

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent / "look"
REPORT = ROOT / "reports" / "look.md"
JUDGED = HERE / "judged.md"
PICTURES = ROOT / "screenshots"
INSTALLED = ROOT / ".cache" / "look"
DIGDIR = ROOT / "node_modules" / "@digdir"

PAGE = "en/wealth/"
BOOT = 60_000
# The sheets' own typefaces are not here, and the machine's own differ in width: all three are set in this one.
TYPEFACE = "Arial, sans-serif"

# What is measured, by where it stands on each sheet. Where several elements fit, the one with the most words counts.
PLACES = {
    "ours": {
        "prose": "article > h2 ~ p",
        "label": "label[for=wealth-net_wealth]",
        "help": "#wealth-net_wealth-help",
        "field": "#wealth-net_wealth",
        "radio": "#wealth-household-single",
        "next_radio": "#wealth-household-couple",
        "button": "form[data-calculator=wealth] button[type=submit]",
        "fold": ".calculator__more > summary",
        "number": "[data-result] .calculator__number",
        "notice": "[data-result] .ds-alert p",
        "figures": "article > table td, article .table-scroll td, .calculator__outputs dd",
        "wrong": "#wealth-net_wealth",
        "message": "#wealth-net_wealth-fault",
        "summary": "[data-errors]",
    },
    "govuk": {
        "prose": "#prose",
        "label": "label[for=income]",
        "help": "#income-hint",
        "field": "#income",
        "radio": "#home",
        "next_radio": "#away",
        "button": "#go",
        "fold": ".govuk-details__summary",
        "number": "#number",
        "notice": ".govuk-warning-text__text",
        "figures": ".govuk-table__cell",
        "wrong": "#income-wrong",
        "message": "#income-wrong-error",
        "summary": ".govuk-error-summary",
    },
    "designsystemet": {
        "prose": "#prose",
        "label": "label[for=wealth]",
        "help": "#wealth-help",
        "field": "#wealth",
        "radio": "#single",
        "next_radio": "#couple",
        "button": "#go",
        "fold": ".ds-details > summary",
        "number": "#number",
        "notice": ".ds-alert p",
        "figures": ".ds-table td",
        "wrong": "#wealth-wrong",
        "message": "#wealth-wrong-fault",
        "summary": ".ds-error-summary",
    },
}

# The way of a student of three years, full time, with both loans and nothing out of the ordinary, through GOV.UK's
# calculator, as the flow's source has it.
FLOW = {
    "repository": "alphagov/smart-answers",
    "file": "app/flows/student_finance_calculator_flow.rb",
    "commit": "03c01affe49c378ff97c64c9e8b1e5d27593c740",
    "questions": [
        "when_does_your_course_start?",
        "what_loans_are_you_eligible_for?",
        "will_you_be_studying_full_or_part_time?",
        "how_much_are_your_tuition_fees_per_year?",
        "where_will_you_live_while_studying?",
        "whats_your_household_income?",
        "do_any_of_the_following_apply_uk_full_time_students_only?",
        "what_course_are_you_studying?",
    ],
    "outcome": "outcome_uk_full_time_students",
}

HELPERS = """
  const find = place => [...document.querySelectorAll(place)]
    .sort((a, b) => b.innerText.length - a.innerText.length)[0];
  const brush = Object.assign(document.createElement("canvas"), { width: 1, height: 1 })
    .getContext("2d", { willReadFrequently: true });
  // Whatever way a colour is written, the browser paints it; over `ground` where it lets that through.
  const painted = (colours) => {
    brush.globalCompositeOperation = "copy";
    brush.fillStyle = "#fff";
    brush.fillRect(0, 0, 1, 1);
    brush.globalCompositeOperation = "source-over";
    for (const colour of colours) {
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
    }
    return "#" + [...brush.getImageData(0, 0, 1, 1).data.slice(0, 3)]
      .map(part => part.toString(16).padStart(2, "0")).join("");
  };
  const grounds = element => {
    const found = [];
    for (let at = element; at; at = at.parentElement) found.unshift(getComputedStyle(at).backgroundColor);
    return found;
  };
  const on = (colour, element) => ({ ink: painted([...grounds(element), colour]), ground: painted(grounds(element)) });
  const px = text => Math.round(parseFloat(text) * 10) / 10;
  const box = element => element.getBoundingClientRect();
  const text = element => {
    const style = getComputedStyle(element);
    const { fontSize, lineHeight, fontWeight, color } = style;
    return { size: px(fontSize), line: px(lineHeight), weight: fontWeight, ...on(color, element) };
  };
  const lines = element => {
    const counts = new Map(), walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT), range = new Range();
    while (walker.nextNode()) {
      for (let at = 0; at < walker.currentNode.length; at += 1) {
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, at + 1);
        const place = range.getClientRects()[0];
        if (!place) continue;
        // Words set in bold or as a link may stand a pixel higher in the same line.
        const top = [...counts.keys()].find(key => Math.abs(key - place.bottom) < 6) ?? place.bottom;
        counts.set(top, (counts.get(top) ?? 0) + 1);
      }
    }
    return Math.max(...counts.values());
  };
  const edge = element => {
    const style = getComputedStyle(element);
    return { width: px(style.borderTopWidth), ...on(style.borderTopColor, element.parentElement) };
  };
"""

MEASURE = (
    "places => {"
    + HELPERS
    + """
  const at = Object.fromEntries(Object.entries(places).map(([name, place]) => [name, find(place)]));
  const radioLabel = document.querySelector(`label[for="${at.radio.id}"]`);
  const nextLabel = document.querySelector(`label[for="${at.next_radio.id}"]`);
  const around = (one, other) => ({
    width: Math.max(box(one).right, box(other).right) - Math.min(box(one).left, box(other).left),
    height: Math.max(box(one).bottom, box(other).bottom) - Math.min(box(one).top, box(other).top),
    top: Math.min(box(one).top, box(other).top), bottom: Math.max(box(one).bottom, box(other).bottom),
  });
  const first = around(at.radio, radioLabel), second = around(at.next_radio, nextLabel);
  const button = getComputedStyle(at.button);
  return {
    prose: { ...text(at.prose), longest: lines(at.prose) },
    label: text(at.label), help: text(at.help), typed: text(at.field), choice: text(radioLabel),
    number: text(at.number), notice: text(at.notice), figures: text(at.figures),
    field: { height: px(box(at.field).height), width: px(box(at.field).width), edge: edge(at.field) },
    button: { height: px(box(at.button).height), width: px(box(at.button).width), ...text(at.button),
      fill: on(button.backgroundColor, at.button.parentElement) },
    radio: { mark: px(box(at.radio).height), height: px(first.height), apart: px(second.top - first.bottom) },
    fold: px(box(at.fold).height),
    from_label: px(box(at.field).top - box(at.label).bottom),
    from_help: px(box(at.field).top - box(at.help).bottom),
  };
}"""
)

FOCUS = (
    "([place, before]) => {"
    + HELPERS
    + """
  const element = find(place), style = getComputedStyle(element);
  const state = { border: px(style.borderTopWidth), ground: style.backgroundColor, shadow: style.boxShadow };
  if (!before) return state;
  const rings = [];
  const ring = (what, width, colour) => {
    if (width > 0) rings.push({ what, width, ...on(colour, element.parentElement) });
  };
  if (style.outlineStyle !== "none") ring("outline", px(style.outlineWidth), style.outlineColor);
  if (style.boxShadow !== before.shadow) {
    for (const shadow of style.boxShadow.split(/,(?![^(]*\\))/)) {
      const lengths = shadow.replace(/[a-z]+\\([^)]*\\)/, "").match(/-?[\\d.]+(?=px)/g) ?? [0];
      const colour = shadow.match(/[a-z]+\\([^)]*\\)/)?.[0];
      if (colour) ring(shadow.includes("inset") ? "inside" : "shadow", Math.max(...lengths.map(Number)), colour);
    }
  }
  if (state.ground !== before.ground) {
    rings.push({ what: "ground", width: 0, ...on(state.ground, element.parentElement) });
  }
  return rings;
}"""
)

FAULT = (
    "places => {"
    + HELPERS
    + """
  const wrong = find(places.wrong), message = find(places.message), summary = find(places.summary);
  const before = getComputedStyle(message, "::before"), bar = getComputedStyle(message.parentElement);
  const link = summary.querySelector("a");
  return {
    edge: edge(wrong),
    message: text(message),
    above: box(message).top < box(wrong).top,
    icon: before.content !== "none" && (before.maskImage !== "none" || before.backgroundImage !== "none"),
    bar: px(bar.borderLeftWidth),
    word: message.querySelector('[class*="hidden"]')?.textContent.trim() ?? "",
    summary: { edge: edge(summary), link: text(link), title: text(summary.querySelector("h2, h3")) },
  };
}"""
)


# Measuring


def opened(browser: Browser, url: str, width: int, scheme: str) -> Page:
    """A page in this width and colour scheme, without the service worker, which would hide what is fetched."""
    page = browser.new_page(
        viewport={"width": width, "height": 900},
        color_scheme=scheme,
        reduced_motion="reduce",
        service_workers="block",
    )
    page.goto(url)
    page.evaluate("face => document.body.style.setProperty('--md-text-font-family', face)", TYPEFACE)
    page.evaluate("face => { document.body.style.fontFamily = face; }", TYPEFACE)
    return page


def provoke(page: Page) -> None:
    """Types a word into our field for money and asks for the answer, so that the faults are shown."""
    page.locator(PLACES["ours"]["field"]).fill("lots")
    page.locator(PLACES["ours"]["button"]).click()
    page.locator(PLACES["ours"]["summary"]).wait_for(timeout=BOOT)


def focus(page: Page, place: str) -> list[dict]:
    """The rings that the keyboard's focus puts around an element: kind, width and colours."""
    before = page.evaluate(FOCUS, [place, None])
    # Once the keyboard has been used, focus given by script is shown as the keyboard's.
    page.keyboard.press("Tab")
    page.locator(place).focus()
    rings = page.evaluate(FOCUS, [place, before])
    page.evaluate("document.activeElement.blur()")
    return rings


def measure_sheet(browser: Browser, sheet: str, url: str, width: int, scheme: str) -> dict:
    """Everything that is measured on one sheet in one width and scheme."""
    page, places = opened(browser, url, width, scheme), PLACES[sheet]
    found = page.evaluate(MEASURE, places)
    found["focus"] = {name: focus(page, places[name]) for name in ("field", "button")}
    if sheet == "ours":
        provoke(page)
    found["fault"] = page.evaluate(FAULT, places)
    page.close()
    return found


def packed(data: bytes) -> int:
    """How many bytes this takes as Brotli, at its best."""
    return len(brotli.compress(data, quality=11))


def our_weight(browser: Browser, url: str) -> dict:
    """What our page fetches before anybody does anything, and what its own first answer takes on top."""
    page = browser.new_page(viewport={"width": 360, "height": 740}, service_workers="block")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer))
    page.goto(url, wait_until="networkidle")
    field = page.locator(PLACES["ours"]["field"])
    field.fill("700000")
    page.locator('[data-result] [data-output=excess]:not([data-value="65775"])').wait_for(timeout=BOOT)
    found = {"css": 0, "js": 0, "font": 0, "engine": 0, "fields": _fields(page)}
    kinds = {"stylesheet": "css", "script": "js", "font": "font"}
    for answer in answers:
        kind = "engine" if "/engine/" in answer.url else kinds.get(answer.request.resource_type)
        if kind and answer.ok:
            found[kind] += packed(answer.body())
    page.close()
    return found


def _fields(page: Page) -> dict:
    """How many questions our form asks, those in sight and all of them, and how far down the page it begins (px)."""
    return page.evaluate(
        """() => {
          const names = list => new Set([...list].filter(each => each.name && each.type !== "submit")
            .map(each => each.name)).size;
          const form = document.querySelector("form[data-calculator=wealth]");
          const folded = form.querySelectorAll("details :is(input, select)");
          const above = Math.round(form.getBoundingClientRect().top + scrollY);
          return { above, all: names(form.elements), shown: names(form.elements) - names(folded) };
        }"""
    )


def their_weights(folder: Path) -> dict[str, dict]:
    """The whole CSS and JavaScript that the two packages ship, as Brotli."""
    read = {path.name: packed(path.read_bytes()) for path in folder.iterdir() if path.suffix in (".css", ".js")}
    return {
        "govuk": {"css": read["govuk-frontend.min.css"], "js": read["govuk-frontend.min.js"]},
        "designsystemet": {"css": read["theme.css"] + read["index.css"], "js": read["designsystemet-web.js"]},
    }


@contextmanager
def sheets() -> Iterator[Path]:
    """A folder with the two sheets and the packages' files that they load. Raises dev.Failed."""
    npm_ci(HERE, INSTALLED, "govuk-frontend", dev.system_node() or dev.own_node())
    govuk = INSTALLED / "node_modules" / "govuk-frontend" / "dist" / "govuk"
    files = {
        **{name: HERE / name for name in ("govuk.html", "designsystemet.html", "designsystemet-page.css")},
        **{name: govuk / name for name in ("govuk-frontend.min.css", "govuk-frontend.min.js")},
        "theme.css": DIGDIR / "designsystemet-css" / "dist" / "theme" / "designsystemet.css",
        "index.css": DIGDIR / "designsystemet-css" / "dist" / "src" / "index.css",
        "designsystemet-web.js": DIGDIR / "designsystemet-web" / "dist" / "umd" / "index.js",
    }
    with tempfile.TemporaryDirectory() as folder:
        for name, path in files.items():
            shutil.copyfile(path, Path(folder) / name)
        yield Path(folder)


def has_dark(folder: Path) -> bool:
    """Whether GOV.UK's CSS knows a dark scheme at all."""
    return "prefers-color-scheme" in (folder / "govuk-frontend.min.css").read_text("utf-8")


def measure(chrome: str, site: Path, pictures: Path) -> dict:
    """Measures and photographs all three. Returns what goes into look.json."""
    with sheets() as folder, sync_playwright() as playwright, served(site) as ours, served(folder) as theirs:
        browser = playwright.chromium.launch(executable_path=chrome, args=["--no-sandbox", "--disable-gpu"])
        urls = {"ours": ours + PAGE, **{name: f"{theirs}{name}.html" for name in ("govuk", "designsystemet")}}
        views = {
            f"{sheet} {width} {scheme}": measure_sheet(browser, sheet, url, width, scheme)
            for sheet, url in urls.items()
            for width in WIDTHS
            for scheme in SCHEMES
            if sheet != "govuk" or scheme == "light" or has_dark(folder)
        }
        weights = {"ours": our_weight(browser, urls["ours"]), **their_weights(folder)}
        for width in WIDTHS:
            (pictures / f"compare-{width}.webp").write_bytes(picture(browser, urls, width))
        version = browser.version
        browser.close()
    return {
        "date": date.today().isoformat(),
        "browser": f"Chromium {version.partition('.')[0]}",
        "packages": versions(),
        "flow": FLOW,
        "weights": weights,
        "views": views,
    }


def versions() -> dict[str, str]:
    """The packages rendered, with the versions that the two locks pin."""
    found = {}
    for lock in (HERE, ROOT):
        packages = json.loads((lock / "package-lock.json").read_text("utf-8"))["packages"]
        for name in ("govuk-frontend", "@digdir/designsystemet-css", "@digdir/designsystemet-web"):
            if f"node_modules/{name}" in packages:
                found[name] = packages[f"node_modules/{name}"]["version"]
    return found


# Photographing

# The three parts of every sheet, and how much of a long one is shown, by the window's width (px).
PARTS = ("asking", "fault", "answer")
TALLEST = {360: 900, 1280: 700}
SHRUNK = {360: 0.8, 1280: 0.5}
QUALITY = 40


def picture(browser: Browser, urls: Mapping[str, str], width: int) -> bytes:
    """The three beside each other as WebP: the question, the question with a fault, the answer."""
    shown = {sheet: _parts(opened(browser, url, width, "light"), sheet, width) for sheet, url in urls.items()}
    wide = round(width * SHRUNK[width])
    rows = "".join(
        "<tr>"
        + "".join(f'<td><img width="{wide}" src="data:image/png;base64,{shown[sheet][part]}"></td>' for sheet in shown)
        + "</tr>"
        for part in PARTS
    )
    heads = "".join(f"<th>{TITLES[sheet]}</th>" for sheet in shown)
    page = browser.new_page(viewport={"width": 3 * wide + 64, "height": 600})
    page.set_content(
        "<style>body{margin:0;background:#d5dadb;font:600 16px sans-serif}table{border-spacing:16px 8px}"
        "td{padding:0;vertical-align:top;background:#fff}img{display:block}th{text-align:left}</style>"
        f"<table><tr>{heads}</tr>{rows}</table>"
    )
    page.wait_for_function("[...document.images].every(image => image.complete)")
    size = page.evaluate("[document.documentElement.scrollWidth, document.querySelector('table').offsetHeight]")
    clip = {"x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1}
    how = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    told = page.context.new_cdp_session(page).send("Page.captureScreenshot", how)
    page.close()
    return base64.b64decode(told["data"])


def _parts(page: Page, sheet: str, width: int) -> dict[str, str]:
    """Each part of a sheet as PNG in base64. Our own page is brought from one state into the next."""
    # In a window this tall nothing sticks to an edge.
    page.set_viewport_size({"width": width, "height": 12_000})
    found = {}
    for part in ("asking", "answer", "fault"):
        first, last = f"#{part}", f"#{part}"
        if sheet == "ours":
            first = last = {"asking": "form[data-calculator=wealth]", "answer": "[data-result]"}.get(
                part, "[data-errors]"
            )
        if sheet == "ours" and part == "fault":
            provoke(page)
            last = "#wealth-net_wealth-fault"
        page.evaluate("document.activeElement.blur()")
        top, bottom = page.evaluate(
            """([first, last]) => [
              document.querySelector(first).getBoundingClientRect().top,
              document.querySelector(last).getBoundingClientRect().bottom,
            ].map(edge => Math.round(edge + scrollY))""",
            [first, last],
        )
        clip = {"x": 0, "y": max(top - 12, 0), "width": width, "height": min(bottom - top + 24, TALLEST[width])}
        found[part] = base64.b64encode(page.screenshot(clip=clip, full_page=True)).decode()
    page.close()
    return found


def main() -> int:
    """The command line. Returns 0; what is better or worse is for the reader to judge."""
    parser = argparse.ArgumentParser(prog="dev.py look", allow_abbrev=False)
    parser.add_argument("--site", type=Path, help="the folder of a built site; else one is built now")
    parser.add_argument("--again", action="store_true", help="write the report anew from its JSON, and measure nothing")
    options = parser.parse_args()
    kept = REPORT.with_suffix(".json")
    if not options.again:
        with tempfile.TemporaryDirectory() as built:
            site = options.site or Path(built) / "site"
            if not options.site:
                build_site(site)
            found = measure(os.environ["CHROME"], site, PICTURES)
        kept.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    REPORT.write_text(markdown(json.loads(kept.read_text("utf-8")), JUDGED.read_text("utf-8")), "utf-8")
    print(f"{REPORT} written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
