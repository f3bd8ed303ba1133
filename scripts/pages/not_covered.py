"""What the calculators leave out, from their own list, and which of them say so."""

import ast
import re
from collections import defaultdict
from html import escape
from pathlib import Path

from scripts.pages.book import Book, Place

ROOT = Path(__file__).resolve().parents[2]
ON_PAGE = re.compile(r"""{{\s*calculator\(["'](\w+)["']\)\s*}}""")


def left_out(root: Path = ROOT) -> dict[str, list[str]]:
    """The calculators that tell of each thing left out, by its key: their modules name `not_modelled.KEY`."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted((root / "calculators").glob("*.py")):
        texts = (each.value for each in ast.walk(ast.parse(path.read_bytes())) if isinstance(each, ast.Constant))
        named = (text for text in texts if isinstance(text, str) and text.startswith("not_modelled."))
        for key in dict.fromkeys(text.removeprefix("not_modelled.") for text in named):
            found[key].append(path.stem)
    return dict(found)


def pages_of_calculators(lang: str, root: Path = ROOT) -> dict[str, str]:
    """The page each calculator stands on, by its path below the language's root: {"wealth": "wealth.md"}."""
    docs = root / "docs" / lang
    return {
        calculator: path.relative_to(docs).as_posix()
        for path in sorted(docs.rglob("*.md"), reverse=True)
        for calculator in ON_PAGE.findall(path.read_text(encoding="utf-8"))
    }


def not_covered_html(book: Book, place: Place) -> str:
    """The whole list: what is left out, and links to the calculators it concerns."""
    concerned, pages = left_out(), pages_of_calculators(book.lang)
    items = []
    for key in book.words.contents["common"]["not_modelled"]:
        # Each sentence begins "Not counted:" where it stands alone; here the page's heading says that.
        text = book.words.say(book.lang, "common", "not_modelled", key).partition(": ")[2]
        links = ", ".join(_link(book, place, each, pages) for each in concerned.get(key, []))
        said = f" <span>{book.say('not_covered', 'shown_by')}: {links}.</span>" if links else ""
        items.append(f'<li id="{key}">{escape(text[:1].upper() + text[1:])}{said}</li>')
    return f'<ul class="not-covered">{"".join(items)}</ul>'


def _link(book: Book, place: Place, calculator: str, pages: dict[str, str]) -> str:
    if calculator not in pages:
        return escape(book.words.say(book.lang, calculator, "title"))
    page = pages[calculator]
    return f'<a href="{place.up}{page.removesuffix(".md")}/">{escape(book.page_titles[page])}</a>'
