"""The page with every term: the word in both languages, what it means, and other words for the same."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader

from scripts.pages.book import Book

TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
# æ, ø and å come after z, in that order.
AFTER_Z = str.maketrans("æøå", "{|}")


def glossary_html(book: Book) -> str:
    """All terms in the alphabetical order of the page's language, each with its id, to which tips lead."""
    other = "en" if book.lang == "nb" else "nb"
    entries = [
        {
            "id": name,
            "word": entry["term"][book.lang],
            "also": entry["also"][book.lang],
            "other": entry["term"][other],
            "other_also": entry["also"][other],
            "explain": entry["explain"][book.lang],
        }
        for name, entry in sorted(book.glossary.items(), key=lambda item: in_order(item[1]["term"][book.lang]))
    ]
    html = TEMPLATES.get_template("glossary.html").render(say=book.plain, other=other, entries=entries)
    # Markdown ends a block of HTML at an empty line.
    return "\n".join(line for line in html.splitlines() if line.strip())


def in_order(word: str) -> str:
    """What a word is sorted by: capitals as small letters, æ, ø and å last."""
    return word.casefold().translate(AFTER_Z)
