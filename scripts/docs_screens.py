"""The pictures in the guide for editors: `CHROME=… .venv/bin/python -m scripts.docs_screens`.

Plays on a copy of the repository what the guide tells, and photographs what an editor then sees of ours: the check of
a mistyped figure, the comparison of a new figure, a page and the table of all figures in a year that was just opened,
and a correction. Writes overrides/assets/images/editors/NAME.LANG.webp in both languages; run it again when one of
these looks different. CHROME names the browser, as dev.py sets it for the tests.

No picture shows a figure that does not exist: the mistyped one is refused in the picture itself, and the correction
says that it is an example.
"""

import base64
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from playwright.sync_api import Page, sync_playwright

from scripts.own_copy import copied
from scripts.pages.screenshots import served
from scripts.tables import load
from scripts.tables.checks.periods import next_year
from scripts.tables.model import Row
from scripts.tables.places import CHANGES, LIMITS, LOCK

ROOT = Path(__file__).resolve().parents[1]
OUT = ROOT / "overrides/assets/images/editors"
LANGUAGES = ("nb", "en")
WIDTH, SCALE, QUALITY = 760, 1.2, 60
# A picture is an aid, and the page must stay light.
HEAVIEST = 60_000
TABLE, COLUMN = "wealth_limit", "single"
# Of the dozen students in a comparison the first half will do.
STUDENTS = "table:last-of-type tbody tr:nth-child(7)"
STYLE = """
body { margin: 0; } main { font: 15px/1.5 sans-serif; padding: 20px 24px; color: #1f2328; background: #fff; }
h2 { font-size: 22px; margin: 0 0 12px; padding-bottom: 6px; border-bottom: 1px solid #d1d9e0; }
h3 { font-size: 17px; margin: 18px 0 8px; } p, ul { margin: 0 0 10px; }
table { border-collapse: collapse; font-size: 13px; } th, td { border: 1px solid #d1d9e0; padding: 5px 9px; }
code { font-size: 12px; background: #eff1f3; padding: 1px 4px; border-radius: 4px; overflow-wrap: anywhere; }
"""
# A picture of a white page on a white page needs an edge.
FRAME = """(clip) => {
  const edge = document.body.appendChild(document.createElement("div"));
  edge.style.cssText = "position:absolute;left:0;box-sizing:border-box;border:1px solid #c4cdd5;pointer-events:none";
  for (const [name, size] of Object.entries({ top: clip.y, width: clip.width, height: clip.height })) {
    edge.style[name] = `${size}px`;
  }
}"""


def main() -> int:
    """Makes every picture anew. Returns 0; raises RuntimeError when a step of the story does not go as told."""
    with tempfile.TemporaryDirectory() as folder:
        copy = read_copy(Path(folder) / "repository")
        checked, compared = mistyped(copy), found(copy)
        site = _opened(copy, Path(folder) / "site")
        with _browser() as page:
            for lang in LANGUAGES:
                _save(f"check.{lang}", _of_markdown(page, _part(checked, lang), "main"))
                _save(f"compare.{lang}", _of_markdown(page, compared[lang], STUDENTS))
            with served(site) as address:
                for lang in LANGUAGES:
                    for name, picture in _of_pages(page, f"{address}{lang}/"):
                        _save(f"{name}.{lang}", picture)
    return 0


# The story


def read_copy(folder: Path) -> Path:
    """A copy of the repository to play on, every page of it read in both languages. Returns the folder."""
    copied(folder, ".cache", "node_modules")
    _run(folder, "scripts.lint.confirm", "--all")
    return folder


def _run(folder: Path, module: str, *arguments: str, status: int = 0) -> str:
    command = [sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8")
    if done.returncode != status:
        raise RuntimeError(f"{module} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def _newest(folder: Path) -> tuple[Row, str]:
    """The row of our table with the newest known figure, and the figure."""
    known = [row for row in load(folder).tables[TABLE].rows.values() if row.cells[COLUMN].value is not None]
    return known[-1], f"{known[-1].cells[COLUMN].value:f}"


def mistyped(folder: Path) -> str:
    """What the check says of two swapped digits."""
    row, figure = _newest(folder)
    lock = folder / LOCK
    text, locked = (folder / LIMITS).read_text("utf-8"), lock.read_bytes()
    lines = text.splitlines(keepends=True)
    at = row.cells[COLUMN].line - 1
    lines[at] = lines[at].replace(figure, _swapped(figure), 1)
    (folder / LIMITS).write_text("".join(lines), "utf-8")
    # In a year that is closed already, the lock would have its say too.
    lock.unlink()
    said = _run(folder, "scripts.check", "--summary", status=1)
    (folder / LIMITS).write_text(text, "utf-8")
    lock.write_bytes(locked)
    return said


def _swapped(figure: str) -> str:
    return figure[:-2] + figure[-1] + figure[-2]


def _part(summary: str, lang: str) -> str:
    parts = [f"## {part}" for part in summary.split("## ") if part]
    return parts[LANGUAGES.index(lang)]


def found(folder: Path) -> dict[str, str]:
    """What the comparison says when the newest figure was found: from a row of gaps to what stands there now."""
    row, _ = _newest(folder)
    lines = (folder / LIMITS).read_text("utf-8").splitlines(keepends=True)
    first = lines[row.line - 1]
    indent = len(first) - len(first.lstrip())
    later = range(row.line, len(lines))
    end = next(at for at in later if len(lines[at]) - len(lines[at].lstrip(" ")) <= indent)
    gaps = f"{' ' * indent}{row.key}: {{{', '.join(f'{column}: null' for column in row.cells)}}}\n"
    before, now = folder.parent / "before.yaml", folder / LIMITS
    before.write_text("".join([*lines[: row.line - 1], gaps, *lines[end:]]), "utf-8")
    names = {"nb": ("før", "etter"), "en": ("before", "after")}
    told = {}
    for lang, (old, new) in names.items():
        said = _run(folder, "scripts.year.compare", str(before), str(now), "--lang", lang)
        told[lang] = said.replace(str(before), old).replace(str(now), new)
    return told


def _opened(folder: Path, site: Path) -> Path:
    """The site on the day after a calendar year was opened, with one correction."""
    loaded = load(folder)
    row = [row for row in loaded.tables[TABLE].rows.values() if row.cells[COLUMN].status == "official"][-1]
    figure = f"{row.cells[COLUMN].value:f}"
    entry = (
        f"  - on: {max(source['read'] for source in loaded.sources.values() if source['read'])}\n"
        f"    table: {TABLE}\n    row: {row.key}\n"
        f"    old: {{{COLUMN}: {_swapped(figure)}}}\n    new: {{{COLUMN}: {figure}}}\n"
        "    what: {nb: Et eksempel for redaktører. To sifre var byttet om., "
        "en: An example for editors. Two digits were swapped.}\n"
    )
    changes = (folder / CHANGES).read_text("utf-8").rstrip("\n").removesuffix(" []")
    (folder / CHANGES).write_text(f"{changes}\n{entry}", "utf-8")
    calendar, academic = loaded.in_force.calendar_year, loaded.in_force.academic_year
    for year in (next_year(academic), next_year(calendar)) if calendar > academic[:4] else (next_year(calendar),):
        _run(folder, "scripts.year.new_year", year)
    _run(folder, "scripts.pages.build", "--out", str(site))
    return site


# The pictures


@contextlib.contextmanager
def _browser() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ["CHROME"], args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": WIDTH, "height": 900})
        browser.close()


def _of_markdown(page: Page, markdown: str, last: str) -> bytes:
    html = MarkdownIt("commonmark").enable("table").render(markdown)
    page.goto("about:blank")
    page.set_content(f"<style>{STYLE}</style><main>{html}</main>")
    return _from_to(page, "main", last)


def _of_pages(page: Page, address: str) -> Iterator[tuple[str, bytes]]:
    page.goto(f"{address}wealth/")
    yield "gap", _from_to(page, "article h1", "article p:has(a.figure[data-status=gap])")
    page.goto(f"{address}figures/#{TABLE}")
    page.locator(f"details:has([data-table={TABLE}])").evaluate_all("all => all.forEach((each) => (each.open = true))")
    yield "figures", _from_to(page, f"#{TABLE}", f"[data-table={TABLE}] tbody tr:nth-child(5)")
    page.goto(f"{address}corrections/")
    yield "corrections", _from_to(page, "article h1", ".corrections li")


def _from_to(page: Page, first: str, last: str) -> bytes:
    """The page from the top of one element to the end of another, as WebP."""
    page.evaluate("() => scrollTo(0, 0)")
    top, bottom = page.locator(first).first.bounding_box(), page.locator(last).first.bounding_box()
    y = max(top["y"] - 12, 0)
    clip = {"x": 0, "y": y, "width": WIDTH, "height": bottom["y"] + bottom["height"] + 4 - y, "scale": SCALE}
    asked = {"format": "webp", "quality": QUALITY, "clip": clip, "captureBeyondViewport": True}
    page.evaluate(FRAME, clip)
    told = page.context.new_cdp_session(page).send("Page.captureScreenshot", asked)
    return base64.b64decode(told["data"])


def _save(name: str, picture: bytes) -> None:
    if len(picture) > HEAVIEST:
        raise RuntimeError(f"{name} weighs {len(picture)} bytes; at most {HEAVIEST} are allowed")
    OUT.mkdir(parents=True, exist_ok=True)
    (OUT / f"{name}.webp").write_bytes(picture)
    print(f"{name}.webp: {len(picture)} bytes")


if __name__ == "__main__":
    sys.exit(main())
