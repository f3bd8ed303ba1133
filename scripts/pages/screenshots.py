"""Photographs every kind of page into screenshots/: `python -m scripts.pages.screenshots [--chrome PROGRAM]`.

Each on a phone (360 px) and a desk (1280 px), light and dark; the front page and a filled-in calculator in both
languages. The browser sees the site as it is built now, through a server on loopback. WebP, but for the one PNG that
README shows.
"""

import argparse
import base64
import contextlib
import functools
import http.server
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.loopback import serving
from scripts.pages.build import build_site

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "screenshots"

LANGUAGES, WIDTHS, SCHEMES = ("nb", "en"), (360, 1280), ("light", "dark")
# How much of a long page is shown, by the window's width (px).
TALLEST = {360: 1500, 1280: 1300}
QUALITY = 55
BOOT = 60_000
# The case of the guide's first worked example.
CASE = {"net_wealth": "678861", "months": "10"}
YEAR, REDUCTION = "2020", "50000"


@dataclass(frozen=True)
class Shot:
    """One picture: its kind, the page below the language's root, and how it is looked at."""

    kind: str
    address: str
    lang: str
    width: int
    scheme: str

    @property
    def name(self) -> str:
        """The file's name without its ending: front-nb-360-light."""
        return f"{self.kind}-{self.lang}-{self.width}-{self.scheme}"


def shots() -> list[Shot]:
    """Every picture that is taken."""
    full = [("front", ""), ("calculator", "wealth/")]
    taken = [Shot(*kind, *view) for kind, view in product(full, product(LANGUAGES, WIDTHS, SCHEMES))]
    # The other kinds once in each width, scheme and language, not in every mixture of them.
    for kind, address in (("guidance", "paying/"), ("figures", "figures/"), ("glossary", "glossary/")):
        taken += [Shot(kind, address, "nb", 360, "light"), Shot(kind, address, "en", 1280, "dark")]
    taken.append(Shot("schedule", "repayment/", "en", 360, "light"))
    return taken


@contextlib.contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serves a folder on loopback; gives its address, ending in a slash."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with serving(functools.partial(Quiet, directory=str(folder))) as root:
        yield root


def fill_in(page: Page) -> None:
    """Types the case into the wealth calculator and waits for its answer."""
    form = page.locator("form[data-calculator=wealth]")
    form.locator("[name=year]").select_option(YEAR)
    for name, value in CASE.items():
        form.locator(f"[name={name}]").fill(value)
    page.locator(f'[data-result] [data-output=reduction][data-value="{REDUCTION}"]').wait_for(timeout=BOOT)
    page.keyboard.press("Tab")


def take(browser: Browser, url: str, shot: Shot, *, png: bool = False) -> bytes:
    """One picture as WebP, or as PNG."""
    page = browser.new_page(
        viewport={"width": shot.width, "height": 900}, color_scheme=shot.scheme, reduced_motion="reduce"
    )
    page.goto(f"{url}{shot.lang}/{shot.address}")
    top, height = 0, page.evaluate("document.documentElement.scrollHeight")
    if shot.kind == "calculator":
        fill_in(page)
        top, height = _around(page, "#wealth-title", ".calculator")
    if shot.kind == "schedule":
        page.locator("[data-result] > details > summary").click()
        page.locator(".by-year > summary").first.click()
        top, height = _around(page, "[data-result]", "[data-result]")
    # In a window as tall as the page nothing sticks to an edge, and the answer is in sight.
    page.set_viewport_size({"width": shot.width, "height": top + height})
    page.evaluate("() => { scrollTo(0, 0); document.activeElement.blur(); }")
    page.wait_for_timeout(200)
    clip = {"x": 0, "y": top, "width": shot.width, "height": min(height, TALLEST[shot.width]), "scale": 1}
    how = {"format": "png"} if png else {"format": "webp", "quality": QUALITY}
    session = page.context.new_cdp_session(page)
    told = session.send("Page.captureScreenshot", {**how, "clip": clip, "captureBeyondViewport": True})
    page.close()
    return base64.b64decode(told["data"])


def _around(page: Page, first: str, last: str) -> tuple[int, int]:
    """Where a part of the page begins and how tall it is (px), with a little room above."""
    return page.evaluate(
        """([first, last]) => {
          const top = Math.round(document.querySelector(first).getBoundingClientRect().top + scrollY) - 24;
          return [top, Math.round(document.querySelector(last).getBoundingClientRect().bottom + scrollY) - top];
        }""",
        [first, last],
    )


def write(chrome: str, out: Path = OUT, site: Path | None = None) -> list[Path]:
    """Takes every picture of the built `site`, else of one built now, into `out`; removes those no longer taken."""
    out.mkdir(exist_ok=True)
    written = []
    with tempfile.TemporaryDirectory() as built, sync_playwright() as playwright:
        if site is None:
            site = Path(built) / "site"
            build_site(site)
        with served(site) as url:
            browser = playwright.chromium.launch(executable_path=chrome, args=["--no-sandbox", "--disable-gpu"])
            for shot in shots():
                written.append(out / f"{shot.name}.webp")
                written[-1].write_bytes(take(browser, url, shot))
            written.append(out / "wealth.png")
            written[-1].write_bytes(take(browser, url, Shot("calculator", "wealth/", "nb", 1280, "light"), png=True))
            browser.close()
    # The pictures beside others' components are scripts.bench.look's.
    for path in {*out.glob("*.webp"), *out.glob("*.png")} - set(written) - set(out.glob("compare-*.webp")):
        path.unlink()
    return written


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chrome", default=os.environ.get("CHROME"), help="the Chromium program; else CHROME")
    parser.add_argument("--site", type=Path, help="the folder of a built site; else one is built now")
    chosen = parser.parse_args()
    if not chosen.chrome:
        parser.error("name the Chromium program: --chrome PROGRAM, or the variable CHROME")
    sizes = [path.stat().st_size for path in write(chosen.chrome, site=chosen.site)]
    print(f"{len(sizes)} pictures in screenshots/, {sum(sizes) // 1000} kB")


if __name__ == "__main__":
    main()
