"""A page as the linters see it: its sections, its sentences with their lines, and the macros it calls."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.front_matter import front_matter_plugin
from mkdocs.utils.meta import get_data

LANGUAGES = ("nb", "en")
MACRO = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
ALLOW = re.compile(r"\{#\s*allow\s+\"(.+?)\"\s*:\s*([^\s#][^#]*?)\s*#\}")
COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
HEADING_ID = re.compile(r"\s*\{\s*#([a-z0-9-]+)\s*\}\s*$")
# Stands where a macro stood: a figure is read as one word, and never as a typed one.
HOLE = "\ufffc"
TOP = ""


@dataclass(frozen=True)
class Call:
    """One macro in a page: `figure("wealth_limit", "single")` on line 8, in the section of that id."""

    name: str
    arguments: tuple[object, ...]
    line: int
    section: str


@dataclass(frozen=True)
class Passage:
    """A paragraph, list item, heading or cell: its text without markup (HOLE for a macro) and its first line."""

    kind: str
    text: str
    line: int
    section: str


@dataclass(frozen=True)
class Heading:
    """A heading: its level (2 for ##), its explicit id (None when it has none), and its line."""

    level: int
    id: str | None
    line: int


@dataclass(frozen=True)
class Link:
    """A link to another page of the guide, as it is written: `payments.md#abroad`."""

    target: str
    line: int
    section: str


@dataclass
class Page:
    """One page in one language. `file` is its path from the root, `name` the path both languages share."""

    lang: str
    name: str
    file: str
    source: str
    meta: dict
    calls: list[Call] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    allowed: dict[str, str] = field(default_factory=dict)


def read_pages(root: Path) -> dict[str, dict[str, Page]]:
    """All pages below docs/: {"wealth.md": {"nb": Page, "en": Page}}; a page may be there in one language only."""
    pages: dict[str, dict[str, Page]] = {}
    for lang in LANGUAGES:
        docs = root / "docs" / lang
        for path in sorted(docs.rglob("*.md")):
            name = path.relative_to(docs).as_posix()
            pages.setdefault(name, {})[lang] = read_page(path.read_text(encoding="utf-8"), lang, name)
    return dict(sorted(pages.items()))


def read_page(source: str, lang: str, name: str) -> Page:
    """Reads one page from its text."""
    _, meta = get_data(source)
    page = Page(lang, name, f"docs/{lang}/{name}", source, meta)
    page.allowed = dict(ALLOW.findall(source))
    # Comments go, macros leave one sign each; both keep their line breaks, so that lines stay where they were.
    plain = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), source)
    calls = [(found.start(), found[1]) for found in MACRO.finditer(plain)]
    lines = [plain.count("\n", 0, start) + 1 for start, _ in calls]
    masked = MACRO.sub(lambda found: HOLE + "\n" * found[0].count("\n"), plain)
    sections = [(0, TOP)]
    for token, section in _walk(_parser().parse(masked), page):
        sections.append((token.map[0] + 1, section))
    for (_, call), line in zip(calls, lines, strict=True):
        section = [each for start, each in sections if start <= line][-1]
        page.calls.append(_call(call, line, section))
    return page


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table").use(front_matter_plugin).use(admon_plugin)


def _walk(tokens: list[Token], page: Page) -> Iterator[tuple[Token, str]]:
    """Fills the page's passages, headings and links, and yields each heading's token with the section it opens."""
    section, kind, level = TOP, "paragraph", 0
    for token in tokens:
        if token.type == "heading_open":
            kind, level = "heading", int(token.tag[1])
        elif token.type in ("th_open", "td_open"):
            kind = "cell"
        elif token.type == "list_item_open":
            kind = "item"
        elif token.type == "paragraph_open" and kind not in ("item",):
            kind = "paragraph"
        elif token.type in ("list_item_close", "heading_close", "td_close", "th_close"):
            kind = "paragraph"
        elif token.type == "html_block":
            page.passages.append(Passage("html", re.sub(r"<[^>]*>", " ", token.content), token.map[0] + 1, section))
        elif token.type == "inline":
            text = token.content
            line = (token.map[0] if token.map else 0) + 1
            if kind == "heading":
                found = HEADING_ID.search(text)
                page.headings.append(Heading(level, found[1] if found else None, line))
                text = HEADING_ID.sub("", text)
                if level > 1:
                    section = found[1] if found else text
                    yield token, section
            page.passages.append(Passage(kind, _text(token.children or [], text), line, section))
            page.links += _links(token, line, section)


def _text(children: list[Token], content: str) -> str:
    """The words of a passage: what a reader reads, without code, addresses and marks."""
    words = []
    for child in children:
        if child.type == "text":
            words.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif child.type == "code_inline":
            words.append(" ")
    return HEADING_ID.sub("", "".join(words)) if children else content


def _links(token: Token, line: int, section: str) -> Iterator[Link]:
    for child in token.children or []:
        if child.type == "link_open":
            target = str(child.attrs.get("href", ""))
            if ":" not in target and HOLE not in target:
                yield Link(target, line, section)


def _call(text: str, line: int, section: str) -> Call:
    """The macro's name and arguments; one that is not a plain call with plain values has itself for a name."""
    try:
        tree = ast.parse(text.strip(), mode="eval").body
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and not tree.keywords:
            return Call(tree.func.id, tuple(ast.literal_eval(each) for each in tree.args), line, section)
    except (SyntaxError, ValueError):
        pass
    return Call(text.strip(), (), line, section)
