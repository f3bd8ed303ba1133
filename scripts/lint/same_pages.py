"""nb and en say the same: the same sections, figures, calculators and links, section by section."""

from collections.abc import Iterator, Mapping

from scripts.lint.page import TOP, Page
from scripts.tables.problems import Problem

# These carry words of their own language as a last argument; only what they point to is compared.
WORDED = {"term": 1, "outside": 1, "data_file": 1}
# Where in the page a term is explained or a year named follows the sentence, so a page is compared as a whole.
ANYWHERE = {"term", "in_force", "since"}


def differences(pair: Mapping[str, Page]) -> Iterator[Problem]:
    """What one language has and the other lacks, told at the place where it stands or should stand."""
    if len(pair) < 2:
        page = next(iter(pair.values()))
        yield Problem(page.file, 1, "page_alone", {"other": f"docs/{_other(page.lang)}/{page.name}"})
        return
    for here, there in ((pair["nb"], pair["en"]), (pair["en"], pair["nb"])):
        yield from _headings(here, there)
        yield from _lacks(here, there, "page_lacks_macro", _macros(here), _macros(there))
        yield from _lacks(here, there, "page_lacks_link", _links(here), _links(there))


def _other(lang: str) -> str:
    return "en" if lang == "nb" else "nb"


def _headings(here: Page, there: Page) -> Iterator[Problem]:
    ids = [each.id for each in there.headings if each.level > 1]
    own = [each for each in here.headings if each.level > 1]
    for heading in own:
        if heading.id is None:
            yield Problem(here.file, heading.line, "heading_without_id", {})
        elif heading.id not in ids:
            yield Problem(here.file, heading.line, "page_lacks_heading", {"id": heading.id, "other": there.file})
    shared = [each for each in own if each.id in ids]
    order = [each for each in ids if each in {heading.id for heading in own}]
    for heading, expected in zip(shared, order, strict=False):
        if heading.id != expected and here.lang == "en":
            shows = {"id": heading.id, "other": there.file, "expected": expected}
            yield Problem(here.file, heading.line, "heading_order", shows)
            return
    levels = {each.id: each.level for each in there.headings}
    for heading in shared:
        if levels[heading.id] != heading.level and here.lang == "en":
            yield Problem(here.file, heading.line, "heading_level", {"id": heading.id, "other": there.file})


def _macros(page: Page) -> dict[tuple[str, str], int]:
    found = {}
    for call in page.calls:
        arguments = call.arguments[: WORDED.get(call.name)]
        written = f"{call.name}({', '.join(map(str, arguments))})"
        found.setdefault((TOP if call.name in ANYWHERE else call.section, written), call.line)
    return found


def _links(page: Page) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for link in page.links:
        found.setdefault((link.section, link.target), link.line)
    return found


def _lacks(here: Page, there: Page, rule: str, own: dict, others: dict) -> Iterator[Problem]:
    for (section, what), line in own.items():
        if (section, what) not in others:
            yield Problem(here.file, line, rule, {"what": what, "other": there.file, "section": section or "#"})
