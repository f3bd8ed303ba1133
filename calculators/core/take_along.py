"""All that a reader can take along of one answer, made with it: a page may only copy in the moment of the press."""

from collections.abc import Iterable
from datetime import date

from calculators.core.answer import ANSWERED, Answer
from calculators.core.compare import comparison_lines
from calculators.core.files import files
from calculators.core.receipt import foot_html, head_html, receipt_text
from calculators.core.report import report
from calculators.core.share import fragment
from calculators.core.tables import Tables
from calculators.core.words import Words


def take_along(
    done: Answer,
    tables: Tables,
    words: Words,
    *,
    page: str,
    today: str,
    write_to: str | None = None,
    untouched: Iterable[str] = (),
    beside: Answer | None = None,
) -> dict[str, object] | None:
    """The link, the receipt, the text, the files and the report of an answered case; None where there is no answer.

    `page` is the page's own address without what follows #, `today` the reader's date as 2026-11-22, `write_to` where
    errors are reported, `untouched` the fields that still hold the example's value, `beside` the case that this one is
    compared with. Raises ValueError for no date.
    """
    if done.status != ANSWERED:
        return None
    day, until = date.fromisoformat(today), date.fromisoformat(tables.in_force["until"])
    link, untouched = page + fragment(done, words, beside), tuple(untouched)
    more = {"untouched": untouched, "compared": comparison_lines(beside, done, words) if beside else ()}
    return {
        "link": link,
        "head": head_html(done, words, day),
        "foot": foot_html(done, words, link, until),
        "text": receipt_text(done, words, link, day, until, **more),
        "report": report(done, words, link, day, until, write_to=write_to, **more),
        "files": files(done, tables, words, today),
    }
