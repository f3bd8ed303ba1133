"""Draws the images that must be PNG from SVG: `python -m scripts.pages.images [--chrome PROGRAM]`.

The favicon for old browsers, the icon for a phone's home screen, and the picture that a shared link shows in each
language. They lie in overrides/assets and are committed: a build needs no browser.
"""

import argparse
import os
from html import escape
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
IMAGES = ROOT / "overrides" / "assets" / "images"
# A folder whose name gets no hash: who has shared a link must find the picture again after the next build.
SOCIALS = ROOT / "overrides" / "assets" / "social"
MARK = IMAGES / "favicon.svg"
SOCIAL_SIZE = (1200, 630)

GROUND, INK, ACCENT, QUIET = "#f6f9f7", "#16262a", "#0a4a43", "#465a5c"
# Two lines of the name, the question the guide answers, and whose it is not.
SOCIAL = {
    "nb": (
        ("Studiestøtte-", "guiden"),
        "Reglene med kilder. Kalkulatorer som viser utregningen.",
        "Uavhengig guide, ikke Lånekassen eller UDI",
    ),
    "en": (
        ("Student Finance", "Guide Norway"),
        "The rules with sources. Calculators that show their working.",
        "Independent guide, not Lånekassen or UDI",
    ),
}
FONT = "Liberation Sans, Arial, sans-serif"


def shapes() -> str:
    """The mark's own shapes, without its ground."""
    svg = MARK.read_text("utf-8")
    return svg[svg.index("<path") : svg.index("</svg>")]


def icon(size: int, *, square: bool = False) -> str:
    """The mark as SVG at `size` pixels; `square` for systems that round the corners themselves."""
    svg = MARK.read_text("utf-8").replace("<svg ", f'<svg width="{size}" height="{size}" ', 1)
    if not square:
        return svg
    # A home screen cuts the corners off, so the shapes stand a little smaller on a ground without any.
    ground = f'<rect width="32" height="32" fill="{ACCENT}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32" width="{size}" height="{size}">{ground}'
        f'<g transform="translate(4 4) scale(.75)">{shapes()}</g></svg>'
    )


def social(lang: str) -> str:
    """The picture of a shared link as SVG."""
    (first, second), about, whose = (each if isinstance(each, tuple) else escape(each) for each in SOCIAL[lang])
    width, height = SOCIAL_SIZE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
        f' font-family="{FONT}">'
        f'<rect width="{width}" height="{height}" fill="{GROUND}"/>'
        f'<rect y="{height - 18}" width="{width}" height="18" fill="{ACCENT}"/>'
        f'<svg x="880" y="112" width="240" height="240" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" rx="6" fill="{ACCENT}"/>{shapes()}</svg>'
        f'<g fill="{INK}" font-weight="700" font-size="88"><text x="80" y="210">{escape(first)}</text>'
        f'<text x="80" y="315">{escape(second)}</text></g>'
        f'<text x="80" y="440" font-size="33" fill="{INK}">{about}</text>'
        f'<text x="80" y="510" font-size="30" fill="{QUIET}">{whose}</text></svg>'
    )


def draw(browser: Browser, svg: str, path: Path, size: tuple[int, int], *, clear: bool = False) -> None:
    """Writes `svg` as a PNG of `size` pixels; `clear` keeps what is not drawn see-through."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.set_content(f"<style>*{{margin:0}}svg{{display:block}}</style>{svg}")
    page.screenshot(path=path, omit_background=clear)
    page.close()


def write(chrome: str) -> list[Path]:
    """Draws every image with the browser `chrome`; returns their paths."""
    wanted = {
        IMAGES / "favicon.png": (icon(48), (48, 48)),
        IMAGES / "apple-touch-icon.png": (icon(180, square=True), (180, 180)),
        **{SOCIALS / f"{lang}.png": (social(lang), SOCIAL_SIZE) for lang in SOCIAL},
    }
    SOCIALS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chrome, args=["--no-sandbox", "--disable-gpu"])
        for path, (svg, size) in wanted.items():
            draw(browser, svg, path, size, clear=path.name == "favicon.png")
        browser.close()
    return list(wanted)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chrome", default=os.environ.get("CHROME"), help="the Chromium program; else CHROME")
    chosen = parser.parse_args()
    if not chosen.chrome:
        parser.error("name the Chromium program: --chrome PROGRAM, or the variable CHROME")
    for path in write(chosen.chrome):
        print(f"{path.relative_to(ROOT)}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
