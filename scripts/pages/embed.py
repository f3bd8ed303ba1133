"""Every calculator as a bare page to show inside somebody else's: /nb/embed/wealth/ and /en/embed/wealth/.

The same form as on the guide's own page, made from the same fields, without the guide around it. What such a page
loads is read from the calculator's page in the guide, so that both always look and work alike.
"""

import posixpath
import re
from collections.abc import Mapping
from datetime import date
from html import escape
from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from calculators.core.words import LANGUAGES
from scripts.pages.book import Book, Place
from scripts.pages.forms import section_html
from scripts.pages.not_covered import pages_of_calculators

TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
FOLDER = "embed"
THEMES = ("auto", "light", "dark")
MESSAGE = "studiestotte:height"
# Pixels: what the frame has before the calculator tells its own height, or where no script listens.
FIRST_HEIGHT = 900

STYLE = re.compile(r'<link rel="stylesheet" href="(?P<address>[^"]+)"(?: media="(?P<media>[^"]+)")?>')
SCRIPT = re.compile(r'<script type="module"(?: async)? src="(?P<address>[^"]+)"')
# What belongs to the guide around the calculator.
NOT_NEEDED = ("early.js", "search.js", "menu.js", "offline.js")

SNIPPET = """\
<iframe src="{src}"
  title="{title}" width="100%" height="{height}" style="border: 0"
  loading="lazy" allow="clipboard-write"></iframe>
<script>
  addEventListener("message", function (event) {{
    if (event.origin !== "{origin}" || !event.data || event.data.type !== "{message}") return;
    for (const frame of document.querySelectorAll("iframe")) {{
      if (frame.contentWindow === event.source) frame.height = event.data.height;
    }}
  }});
</script>
"""


def write(out: Path, book: Book, extra: Mapping) -> None:
    """Writes the bare pages of one language into `out`, where the guide in that language lies built.

    `extra` are the settings of mkdocs.yml under that name. Raises LookupError for a calculator without a page.
    """
    pages = pages_of_calculators(book.lang)
    for calculator in book.words.calculators():
        folder = out / book.lang / FOLDER / calculator
        folder.mkdir(parents=True)
        guide = out / book.lang / pages[calculator].removesuffix(".md") / "index.html"
        html = page_html(book, calculator, pages[calculator], guide.read_text("utf-8"), extra)
        (folder / "index.html").write_text(html, "utf-8", newline="\n")


def page_html(book: Book, calculator: str, page: str, guide: str, extra: Mapping) -> str:
    """One bare page. `page` is the path of the calculator's page in the guide, `guide` that page as it was built."""
    place = Place(f"{FOLDER}/{calculator}/")
    way = f"{place.up}{page.removesuffix('.md')}/"
    until = book.tables.in_force["until"]
    texts = book.words.contents[calculator]
    return TEMPLATES.get_template("embed.html").render(
        book=book,
        calculator=calculator,
        place=place,
        title=texts["title"][book.lang],
        summary=texts["summary"][book.lang],
        page=way,
        page_title=book.page_titles[page],
        styles=_taken(STYLE, guide, way),
        scripts=_taken(SCRIPT, guide, way),
        until=until,
        old=book.plain("checked", "old", date=date.fromisoformat(until)),
        section=section_html(book, place, calculator, Path(extra["engine_dir"]), extra.get("write_to"), page=way),
    )


def _taken(what: re.Pattern, guide: str, way: str) -> list[dict[str, str | None]]:
    """What of the guide's page matches: the parts of the pattern, `address` as it is reached from the bare page."""
    found = [each.groupdict() for each in what.finditer(guide)]
    return [
        {**each, "address": posixpath.normpath(way + each["address"])}
        for each in found
        if posixpath.basename(each["address"]) not in NOT_NEEDED
    ]


def frame_title(book: Book, calculator: str, lang: str) -> str:
    """What a screen reader says of the frame, in any of the languages."""
    return book.texts.say(lang, "embed", "title", title=book.words.contents[calculator]["title"][lang])


def snippet(root_url: str, lang: str, calculator: str, theme: str, title: str) -> str:
    """The lines of HTML that show a calculator on any page, and fit the frame to it."""
    return SNIPPET.format(
        src=f"{root_url}{lang}/{FOLDER}/{calculator}/?theme={theme}",
        title=escape(title),
        height=FIRST_HEIGHT,
        origin="/".join(root_url.split("/")[:3]),
        message=MESSAGE,
    )


def snippet_writer_html(book: Book, root_url: str, first: str = "wealth") -> str:
    """The form that chooses calculator, language and theme, and the lines to copy.

    Without JavaScript the lines for the calculator `first` stand there as an example.
    """
    options = "".join(
        f'<option value="{each}"'
        + "".join(f' data-title-{lang}="{escape(frame_title(book, each, lang))}"' for lang in LANGUAGES)
        + f"{' selected' if each == first else ''}>{escape(book.words.contents[each]['title'][book.lang])}</option>"
        for each in book.words.calculators()
    )
    languages = _radios(book, "lang", LANGUAGES, book.lang)
    themes = _radios(book, "theme", THEMES, "auto")
    lines = snippet(root_url, book.lang, first, "auto", frame_title(book, first, book.lang))
    return (
        '<section class="calculator" data-search-exclude aria-labelledby="write">'
        f'<form class="calculator__form snippet" data-snippet data-say-copied="{book.say("embed", "copied")}"'
        f' data-say-not-copied="{book.say("embed", "not_copied")}" autocomplete="off">'
        f'<noscript><p class="ds-alert" data-color="warning">{book.say("embed", "no_script")}</p></noscript>'
        f'<div class="ds-field"><label class="ds-label" for="snippet-calculator">{book.say("embed", "calculator")}'
        f'</label><select class="ds-input" id="snippet-calculator" name="calculator">{options}</select></div>'
        f"{languages}{themes}"
        f'<div class="ds-field"><label class="ds-label" for="snippet-lines">{book.say("embed", "lines")}</label>'
        f'<textarea class="ds-input" id="snippet-lines" rows="12" readonly spellcheck="false" translate="no">'
        f"{escape(lines)}</textarea></div>"
        f'<button class="ds-button" type="button" data-copy hidden>{book.say("embed", "copy")}</button>'
        f'<a class="ds-button" data-variant="secondary" data-try target="_blank" rel="noopener" href="{first}/">'
        f"{book.say('embed', 'try')}</a>"
        '<p data-status role="status"></p>'
        "</form></section>"
    )


def _radios(book: Book, name: str, values: tuple[str, ...], chosen: str) -> str:
    radios = "".join(
        '<div class="ds-field"><input type="radio" class="ds-input"'
        f' name="{name}" value="{each}" id="snippet-{name}-{each}"{" checked" if each == chosen else ""}>'
        f'<label class="ds-label" for="snippet-{name}-{each}">{book.say("embed", f"{name}_{each}")}</label></div>'
        for each in values
    )
    return (
        f'<fieldset class="ds-fieldset"><legend class="ds-label">{book.say("embed", f"{name}s")}</legend>'
        f"{radios}</fieldset>"
    )
