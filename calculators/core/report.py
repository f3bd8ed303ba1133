"""A report of an error: the receipt as text, and the address that opens it ready to be sent. The reader sends it."""

from collections.abc import Iterable
from datetime import date

from calculators.core.answer import Answer
from calculators.core.receipt import ANSWER, CLOSING, EVERYTHING, GIVEN, REOPEN, SENTENCE, receipt_text
from calculators.core.share import quoted
from calculators.core.words import Words

NOWHERE, MAIL, ISSUE, PAGE = "nowhere", "mail", "issue", "page"
# From the whole receipt down to what the link can bring back: it holds the inputs and the version of the figures.
SHORTER = (EVERYTHING, (GIVEN, ANSWER, REOPEN, CLOSING), (GIVEN, SENTENCE, REOPEN), (SENTENCE, REOPEN), (REOPEN,))
# In signs of the finished address. Some mail programs cut theirs off at 2 000, and the reader still has to write.
LONGEST = {MAIL: 1_800, ISSUE: 6_000}


def channel(write_to: str | None) -> str:
    """Where reports go: "nowhere", "mail", "issue" (a form that takes a title and a body) or another "page"."""
    if not write_to:
        return NOWHERE
    if not write_to.startswith("https://"):
        return MAIL
    return ISSUE if write_to.endswith("/issues/new") else PAGE


def report(
    done: Answer,
    words: Words,
    link: str,
    today: date,
    until: date,
    *,
    write_to: str | None = None,
    untouched: Iterable[str] = (),
    compared: Iterable[str] = (),
) -> dict[str, str]:
    """The report of one answered case: {"text": …, "opens": …}.

    `opens` is an address that the text, percent-encoded, is added to; the page's own address where that takes no text,
    and "" where there is none. The text is as long as such an address may be.
    """
    where = channel(write_to)
    more = {"untouched": tuple(untouched), "compared": tuple(compared)}
    asks = words.say(done.lang, "common", "report", "asks")
    title = words.say(done.lang, done.calculator, "title")
    subject = quoted(words.say(done.lang, "common", "report", "subject", title=title))
    opens = {
        NOWHERE: "",
        MAIL: f"mailto:{write_to}?subject={subject}&body=",
        ISSUE: f"{write_to}?title={subject}&body=",
        PAGE: write_to or "",
    }[where]
    text = ""
    for parts in SHORTER:
        text = f"{asks}\n\n" + receipt_text(done, words, link, today, until, **more, parts=parts)
        if where not in LONGEST or len(opens) + len(quoted(text)) <= LONGEST[where]:
            break
    return {"text": text, "opens": opens}
