"""A figure typed by hand in a page: an amount, a percentage, a year, a phone or an account number.

Such a figure would stay behind when the tables move on. An exception is written in the page and says why:
`{# allow "2024/2025": the institution's own heading, quoted #}`.
"""

import re
from collections.abc import Iterator
from decimal import Decimal

from scripts.lint.page import Page, Passage
from scripts.tables import Loaded
from scripts.tables.problems import Problem

SPACE = "[ \u00a0\u202f]"
NUMBER = rf"\d+(?:{SPACE}\d{{3}})*(?:[.,]\d+)*"
# In this order: a phone is not read as an amount, nor an amount as a year.
KINDS = {
    "typed_account": re.compile(rf"\b\d{{4}}[. ]\d\d[. ]\d{{5}}\b|\b[A-Z]{{2}}\d\d(?:{SPACE}?\d{{4}}){{2,}}"),
    "typed_phone": re.compile(
        rf"\+\d\d(?:{SPACE}?\d){{8,}}|\b\d\d(?:{SPACE}\d\d){{3}}\b|\b\d{{3}}{SPACE}\d\d{SPACE}\d{{3}}\b|\b\d{{8}}\b"
    ),
    "typed_percent": re.compile(rf"{NUMBER}{SPACE}?(?:%|prosent|percent|per cent)"),
    "typed_amount": re.compile(
        rf"(?:\b(?:kr|NOK|kroner){SPACE}?){NUMBER}|{NUMBER}{SPACE}?(?:kr\b|kroner\b|NOK\b|øre\b)"
        rf"|\b\d{{1,3}}(?:{SPACE}\d{{3}})+\b|\b\d{{1,3}}(?:,\d{{3}})+\b|\b\d{{5,}}\b"
    ),
    "typed_year": re.compile(r"\b(?:19|20)\d\d\b(?:\s?[-–/]\s?(?:20)?\d\d\b)?"),
}  # fmt: skip
DIGITS = re.compile(r"[^\d.]")


def typed(page: Page, loaded: Loaded) -> Iterator[Problem]:
    """Every figure typed in the page's text, title or description, with the macro to use instead."""
    front = [Passage("front", str(page.meta.get(key, "")), _line_of(page, key), "") for key in ("title", "description")]
    for passage in [*front, *page.passages]:
        yield from _typed_in(passage, page, loaded)


def _line_of(page: Page, key: str) -> int:
    lines = page.source.splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)


def _typed_in(passage: Passage, page: Page, loaded: Loaded) -> Iterator[Problem]:
    text = passage.text
    for allowed in page.allowed:
        text = text.replace(allowed, re.sub(r"\d", "x", allowed))
    for rule, pattern in KINDS.items():
        for found in pattern.finditer(text):
            line = passage.line + text.count("\n", 0, found.start())
            use = _instead(rule, found[0], loaded)
            yield Problem(page.file, line, rule, {"typed": found[0].strip(), "use": use})
        # What has been told once is not told again as something else.
        text = pattern.sub(lambda found: re.sub(r"\d", "x", found[0]), text)


def _instead(rule: str, text: str, loaded: Loaded) -> str:
    """The macro to write: the figures of the tables that have this very value, the newest first."""
    if rule == "typed_year":
        return '{{ in_force("calendar_year") }}, {{ in_force("academic_year") }} / {{ since("2020-21") }}'
    if rule in ("typed_phone", "typed_account"):
        digits = re.sub(r"\D", "", text)
        return next(
            (
                f'{{{{ contact("{name}") }}}}'
                for name, entry in loaded.contacts.items()
                if len(digits) > 3 and digits in re.sub(r"\D", "", str(entry))
            ),
            '{{ contact("…") }}',
        )
    found = _same_value(_value(text, whole=rule == "typed_amount"), loaded)[-3:] or [("…", "…", "…")]
    return " / ".join(f'{{{{ figure("{table}", "{column}", "{row}") }}}}' for table, column, row in reversed(found))


def _value(text: str, *, whole: bool) -> Decimal | None:
    """The number that was typed; in an amount, a comma before three digits groups thousands."""
    grouped = whole and re.search(r",\d{3}\b", text)
    digits = DIGITS.sub("", text if grouped else text.replace(",", "."))
    try:
        return Decimal(digits.strip("."))
    except ArithmeticError:
        return None


def _same_value(value: Decimal | None, loaded: Loaded) -> list[tuple[str, str, str]]:
    return [
        (table.name, column, row.key)
        for table in loaded.tables.values()
        for row in table.rows.values()
        for column, cell in row.cells.items()
        if value is not None and isinstance(cell.value, Decimal) and cell.value == value
    ]
