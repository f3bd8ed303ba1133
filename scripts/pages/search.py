"""What the search of a language knows: every page's sections, the words in them, and keywords nobody sees.

Written from the built pages, so that figures and worked sentences are found as readers see them. A word stands once a
section: which page a word belongs to is told by how many of its sections have it.
"""

import json
import re
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import yaml
from mkdocs.utils.meta import get_data

ROOT = Path(__file__).resolve().parents[2]
TOP = "page"

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
WITHIN_A_LINE = {"a", "abbr", "b", "code", "em", "i", "small", "span", "strong", "sub", "sup"}
HEADINGS = {"h1", "h2", "h3"}
# Not what a reader looks for: forms, pictures, sums worked out, and the lists of what a page rests on.
LEFT_OUT_TAGS = {"form", "noscript", "script", "style", "svg", "template"}
LEFT_OUT_CLASSES = {"headerlink", "page-checked", "row-note", "table-fold", "worked-example"}
LEFT_OUT_SECTIONS = {"sources", "worked-examples"}

# The same as in overrides/assets/js/find.js: 170 368 is one word, and so is e-Boks.
WORD = re.compile(r"\d{1,3}(?:[\s.,]\d{3})+(?!\d)|[^\W_]+(?:-[^\W_]+)*")

# Our name of a module: its package, and where it lies there.
LIBRARIES = {
    "minisearch.js": ("minisearch", "dist/es/index.js"),
    "stem-nb.js": ("@orama/stemmers", "dist/no.js"),
    "stem-en.js": ("@orama/stemmers", "dist/en.js"),
}
# Comments make the first two thirds of MiniSearch, and the last names a source map that we do not serve.
COMMENT = re.compile(r"^[ ]*/\*.*?\*/\n|^[ ]*//[^\n]*\n", re.DOTALL | re.MULTILINE)


@dataclass
class Section:
    """A part of a page under a heading; the part under the page's title has the anchor ""."""

    anchor: str
    heading: str = ""
    text: str = ""


@dataclass
class _Reader(HTMLParser):
    """Splits the article of a built page into its sections."""

    sections: list[Section] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    # How deep the elements lie that decide what happens to the text: 0 is none.
    article: int = 0
    heading: int = 0
    left_out: int = 0

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            self._add(" ")
            return
        self.open.append(tag)
        if not self.article:
            self.article = len(self.open) if tag == "article" else 0
            return
        given = dict(attrs)
        classes = set((given.get("class") or "").split())
        if self.left_out:
            return
        if tag in LEFT_OUT_TAGS or classes & LEFT_OUT_CLASSES or "data-search-exclude" in given:
            self.left_out = len(self.open)
        elif tag in HEADINGS:
            self.heading = len(self.open)
            self.sections.append(Section("" if tag == "h1" else given.get("id") or ""))
        elif tag not in WITHIN_A_LINE:
            self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or tag not in self.open:
            return
        while self.open:
            depth, closed = len(self.open), self.open.pop()
            self.left_out = 0 if self.left_out == depth else self.left_out
            self.heading = 0 if self.heading == depth else self.heading
            self.article = 0 if self.article == depth else self.article
            if closed == tag:
                break
        if tag not in WITHIN_A_LINE:
            self._add(" ")

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, text: str) -> None:
        if not self.article or self.left_out or not self.sections:
            return
        if self.heading:
            self.sections[-1].heading += text
        else:
            self.sections[-1].text += text


def sections(html: str) -> list[Section]:
    """The sections of a built page in order, without what nobody looks for."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    kept = [each for each in reader.sections if each.anchor not in LEFT_OUT_SECTIONS]
    return [Section(each.anchor, " ".join(each.heading.split()), each.text) for each in kept]


def words(text: str, unsaid: frozenset[str] = frozenset()) -> list[str]:
    """The words of a text in small letters, each once, without those in `unsaid`."""
    found = (word.lower() for word in WORD.findall(text))
    joined = (re.sub(r"[\s.,]", "", word) if word[0].isdigit() else word for word in found)
    return [word for word in dict.fromkeys(joined) if word not in unsaid and (len(word) > 1 or word.isdigit())]


def write_index(site: Path, lang: str, docs: Path = ROOT / "docs") -> None:
    """Writes search/nb.json or search/en.json below `site`, where that language lies built.

    Raises ValueError for keywords of a section that the page does not have.
    """
    out = site / "search"
    out.mkdir(exist_ok=True)
    content = json.dumps(_language(site / lang, docs / lang, lang), ensure_ascii=False, separators=(",", ":"))
    (out / f"{lang}.json").write_text(content + "\n", "utf-8", newline="\n")


def write_libraries(site: Path, packages: Path = ROOT / "node_modules") -> None:
    """Writes what the search runs on beside the indexes. Raises FileNotFoundError when `npm ci` has not been run."""
    out = site / "search"
    for name, (package, module) in LIBRARIES.items():
        text = (packages / package / module).read_text("utf-8")
        said = json.loads((packages / package / "package.json").read_text("utf-8"))
        origin = f"/*! {said['name']} {said['version']}, licence {said['license']} */\n"
        (out / name).write_text(origin + COMMENT.sub("", text).strip() + "\n", "utf-8", newline="\n")


@cache
def _settings() -> dict:
    settings = yaml.safe_load((ROOT / "scripts" / "pages" / "search.yaml").read_text("utf-8"))
    return {**settings, "stopwords": {lang: text.split() for lang, text in settings["stopwords"].items()}}


def _language(tree: Path, docs: Path, lang: str) -> dict:
    unsaid = _settings()["stopwords"][lang]
    pages = []
    for source in sorted(docs.rglob("*.md")):
        name = source.relative_to(docs).with_suffix("").as_posix()
        address = "" if name == "index" else name
        _, front = get_data(source.read_text("utf-8"))
        html = (tree / address / "index.html").read_text("utf-8")
        pages.append(page_entry(address, front, html, frozenset(unsaid), f"docs/{lang}/{name}.md"))
    return {"compounds": lang in _settings()["compounds"], "stopwords": unsaid, "pages": pages}


def page_entry(address: str, front: dict, html: str, unsaid: frozenset[str], file: str) -> dict:
    """What the search knows of one page: `front` is its front matter, `html` the built page, `file` its name.

    Raises ValueError for keywords that no section of the page can take.
    """
    keywords = front.get("keywords") or {}
    if not isinstance(keywords, dict) or not all(isinstance(told, list) for told in keywords.values()):
        raise ValueError(f"{file}: write keywords as {{{TOP}: [word, some more words], id-of-a-section: [word]}}")
    parts = sections(html)
    known = [part.anchor or TOP for part in parts]
    if lost := [anchor for anchor in keywords if anchor not in known]:
        raise ValueError(f"{file}: keywords for {', '.join(lost)}, but the page has only {', '.join(known)}")
    entries = [
        {
            "anchor": part.anchor,
            "heading": part.heading,
            "keywords": " ".join(map(str, keywords.get(part.anchor or TOP, []))),
            "words": " ".join(words(part.text, unsaid)),
        }
        for part in parts
    ]
    weight = _settings()["weights"].get(address, 1)
    page = {"address": address, "title": front["title"], "description": front["description"]}
    return {**page, "weight": weight, "sections": entries}
