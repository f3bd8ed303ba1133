"""Where each figure is used: pages that show it, calculators that look it up, worked examples that stand on it."""

from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

from calculators.core.answer import answer
from scripts.pages.book import Book

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Uses:
    """What uses the figures of one table: page paths, calculator ids, and example ids by calculator."""

    pages: dict[str, None] = field(default_factory=dict)
    calculators: dict[str, None] = field(default_factory=dict)
    examples: dict[str, None] = field(default_factory=dict)


def uses_of_tables(book: Book) -> dict[str, Uses]:
    """Uses by table name: pages from their calls of figure(), calculators by running every worked example."""
    uses: dict[str, Uses] = defaultdict(Uses)
    for page, tables in _figures_on_pages(book.lang).items():
        for table in tables:
            uses[table].pages[page] = None
    for example in book.examples:
        done = answer(example.calculator, example.inputs, book.tables, book.words, book.lang)
        for limit in done.limits:
            uses[limit.table].calculators[example.calculator] = None
            uses[limit.table].examples[f"{example.calculator}: {example.title[book.lang]}"] = None
    return uses


@cache
def _figures_on_pages(lang: str) -> dict[str, tuple[str, ...]]:
    """The tables each page of a language names in figure(…), by the page's path below the language's root."""
    docs = ROOT / "docs" / lang
    return {
        path.relative_to(docs).as_posix(): tuple(_tables_named(path.read_text(encoding="utf-8")))
        for path in sorted(docs.rglob("*.md"))
    }


def _tables_named(markdown: str) -> list[str]:
    calls = Environment().parse(markdown).find_all(nodes.Call)
    named = [
        call.args[0].value
        for call in calls
        if isinstance(call.node, nodes.Name)
        and call.node.name == "figure"
        and call.args
        and isinstance(call.args[0], nodes.Const)
    ]
    return list(dict.fromkeys(named))
