"""How easy the pages are to read: `python3 scripts/dev.py readability [PAGE …]`.

LIX (Björnsson, 1968) is words per sentence plus the percentage of words with more than six letters. Below 30 is
very easy, 30 to 40 easy, 40 to 50 medium, above that hard. The report lists the hardest sentences, so that an
editor knows where to begin.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from scripts.glossary import load_glossary
from scripts.lint.page import HOLE, LANGUAGES, Page, read_page, read_pages

ROOT = Path(__file__).resolve().parents[2]
LONG = 6
# A sentence of a few long words is not hard to read; one of many words is.
HARD_FROM = 8
WORD = re.compile(r"[^\W\d_]+(?:[-’'][^\W\d_]+)*|\d[\d.,]*|" + HOLE)
END = re.compile(r"(?<=[.!?:])[\s”»)]+(?=[«“\"(A-ZÆØÅ\d" + HOLE + "])")
TERM = re.compile(r"\{\{\s*term\(\s*\"([a-z_]+)\"(?:\s*,\s*\"(.*?)\")?\s*\)\s*\}\}")


class Sentence(NamedTuple):
    """A sentence with its LIX and its place."""

    lix: float
    text: str
    file: str
    line: int


class Score(NamedTuple):
    """A text's LIX, and its words, sentences and sentences one by one."""

    lix: float
    words: int
    sentences: list[Sentence]


def lix(words: list[str], sentences: int) -> float:
    """The formula: words per sentence plus long words in percent. No words give 0."""
    if not words or not sentences:
        return 0.0
    return len(words) / sentences + 100 * sum(len(word) > LONG for word in words) / len(words)


def score(page: Page) -> Score:
    """The readability of the page's paragraphs and list items; headings, tables and code are not sentences."""
    told = _with_terms(page)
    found = list(_sentences(told))
    words = [word for sentence in found for word in WORD.findall(sentence.text)]
    return Score(lix(words, len(found)), len(words), found)


def _with_terms(page: Page) -> Page:
    """The page with each term written out, since its words are words of the sentence."""
    glossary = load_glossary()
    source = TERM.sub(lambda found: found[2] or glossary[found[1]]["term"][page.lang], page.source)
    return read_page(source, page.lang, page.name)


def _sentences(page: Page) -> Iterator[Sentence]:
    for passage in page.passages:
        if passage.kind not in ("paragraph", "item"):
            continue
        for text in END.split(" ".join(passage.text.split())):
            words = WORD.findall(text)
            if len(words) > 1:
                yield Sentence(lix(words, 1), text.replace(HOLE, "…"), page.file, passage.line)


def report(pages: dict[str, dict[str, Page]], worst: int = 10) -> str:
    """Markdown: LIX of every page in both languages, then the hardest sentences of each language."""
    scores = {name: {lang: score(page) for lang, page in pair.items()} for name, pair in pages.items()}
    lines = ["| Page | nb | en |", "|---|---:|---:|"]
    for name, pair in sorted(scores.items(), key=lambda each: -max(score.lix for score in each[1].values())):
        shown = [f"{pair[lang].lix:.0f}" if lang in pair else "–" for lang in LANGUAGES]
        lines.append(f"| {name} | {' | '.join(shown)} |")
    for lang in LANGUAGES:
        sentences = [
            sentence
            for pair in scores.values()
            if lang in pair
            for sentence in pair[lang].sentences
            if len(WORD.findall(sentence.text)) >= HARD_FROM
        ]
        lines += ["", f"## {lang}", ""]
        for each in sorted(sentences, key=lambda sentence: -sentence.lix)[:worst]:
            lines.append(f"- {each.lix:.0f} `{each.file}:{each.line}` {each.text}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """The command line; always ends with status 0: a report, not a verdict."""
    parser = argparse.ArgumentParser(prog="dev.py readability", allow_abbrev=False)
    parser.add_argument("page", nargs="*", help="a page's name, such as wealth; none for all")
    parser.add_argument("--worst", type=int, default=10, metavar="COUNT", help="how many sentences to list (10)")
    options = parser.parse_args(arguments)
    names = {f"{each.removesuffix('.md')}.md" for each in options.page}
    print(report({name: pair for name, pair in read_pages(ROOT).items() if not names or name in names}, options.worst))
    return 0


if __name__ == "__main__":
    sys.exit(main())
