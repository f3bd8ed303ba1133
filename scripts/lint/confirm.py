"""`python3 scripts/dev.py confirm PAGE …`: a person has read both languages, and they say the same.

PAGE is a page's name, such as `wealth`; `--all` takes every page. Both files get the other's hash as `agrees_with`.
"""

import argparse
import sys
from pathlib import Path

from scripts.lint.agreement import confirmed, stale
from scripts.lint.page import read_pages
from scripts.lint.same_pages import differences

ROOT = Path(__file__).resolve().parents[2]
SAYS = {
    "nb": {
        "unknown": "Det finnes ingen side {page}. Skriv ett av disse navnene: {pages}",
        "different": "{page} er ikke bekreftet: Språkene er ikke like. Rett dette først:",
        "done": "{page}: bekreftet. Begge språk sier nå at de er lest sammen.",
        "same": "{page}: var bekreftet fra før.",
    },
    "en": {
        "unknown": "There is no page {page}. Write one of these names: {pages}",
        "different": "{page} is not confirmed: the languages are not alike. Correct this first:",
        "done": "{page}: confirmed. Both languages now say that they were read together.",
        "same": "{page}: was confirmed already.",
    },
}


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """The command line. Returns the exit status: 0 confirmed, 1 refused."""
    parser = argparse.ArgumentParser(prog="dev.py confirm", allow_abbrev=False)
    parser.add_argument("page", nargs="*", help="a page's name, such as wealth")
    parser.add_argument("--all", action="store_true", help="every page")
    parser.add_argument("--lang", choices=("nb", "en"), default="nb", help="language of the messages")
    options = parser.parse_args(arguments)
    says = SAYS[options.lang]
    pages = read_pages(root)
    names = list(pages) if options.all else [f"{each.removesuffix('.md')}.md" for each in options.page]
    if not names:
        parser.error("name a page, or write --all")
    status = 0
    for name in names:
        page = name.removesuffix(".md")
        if name not in pages:
            print(says["unknown"].format(page=page, pages=", ".join(each.removesuffix(".md") for each in pages)))
            return 1
        problems = list(differences(pages[name]))
        if problems:
            print(says["different"].format(page=page))
            print(*(f"  {problem.say(options.lang)}" for problem in problems), sep="\n")
            status = 1
            continue
        if not list(stale(pages[name])):
            print(says["same"].format(page=page))
            continue
        _write(pages[name]["nb"].source, pages[name]["en"].source, name, root)
        print(says["done"].format(page=page))
    return status


def _write(nb: str, en: str, name: str, root: Path) -> None:
    # The hash leaves out `agrees_with` itself, so writing the one does not make the other stale.
    for lang, text in (("nb", confirmed(nb, en)), ("en", confirmed(en, nb))):
        (root / "docs" / lang / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
