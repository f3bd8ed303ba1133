"""An answer to take along: what was given, the answer, its steps and sources, on paper and as plain text."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from html import escape

from calculators.core.answer import Answer, rule
from calculators.core.dates import show_date
from calculators.core.form import Field
from calculators.core.money import NO_BREAK_SPACE, Quantity, show
from calculators.core.page import LONG_LIST, WARNINGS, age_of_source, leans_on_example
from calculators.core.words import Words

GIVEN, ANSWER, COMPARED, STEPS = "given", "answer", "compared", "steps"
NOTICES, SOURCES = "notices", "sources"
SENTENCE, REOPEN, CLOSING = "sentence", "reopen", "closing"
EVERYTHING = (GIVEN, ANSWER, COMPARED, STEPS, NOTICES, SOURCES, REOPEN, CLOSING)
_WITHOUT_HEADING = (SENTENCE, CLOSING)
# Notices that the text has before the number or in its last lines.
_ELSEWHERE = (*WARNINGS, "estimate")


def inputs_shown(done: Answer, words: Words) -> list[tuple[str, str]]:
    """Every input that counted, as (label, value in the reader's words); optional ones left open are not there."""
    inputs = done.result["inputs"]
    return [
        (words.say(done.lang, done.calculator, "fields", spec.name, "label"), input_shown(done, spec, words))
        for spec in rule(done.calculator).FIELDS
        if inputs[spec.name] is not None
    ]


def input_shown(done: Answer, spec: Field, words: Words) -> str:
    """One input that counted, in the reader's words."""
    value, lang = done.result["inputs"][spec.name], done.lang
    if spec.kind == "flag":
        return words.say(lang, "common", "flags", value)
    if spec.choices:
        return words.say(lang, done.calculator, "fields", spec.name, "choices", value)
    if spec.kind in ("amount", "number", "whole"):
        return show(Quantity(Decimal(value), spec.unit), lang)
    if spec.kind in ("date", "moment"):
        day, _, clock = value.partition("T")
        shown = show_date(date.fromisoformat(day), lang)
        return f"{shown}, {clock}" if clock else shown
    return value


# On paper: what stands before and after the answer of the page


def head_html(done: Answer, words: Words, today: date) -> str:
    """What a printed answer begins with: the question, the day, the standing line, and what was given."""
    given = "".join(
        f"<div><dt>{escape(label)}</dt><dd>{escape(value)}</dd></div>" for label, value in inputs_shown(done, words)
    )
    return (
        f'<h2 class="receipt__title">{escape(_title(done, words))}</h2>'
        f"<p>{escape(_made(done, words, today))} {escape(_standing(done))}</p>"
        f"<h3>{escape(_heading(done, words, GIVEN))}</h3>"
        f'<dl class="calculator__outputs">{given}</dl>'
    )


def foot_html(done: Answer, words: Words, link: str, until: date) -> str:
    """What a printed answer ends with: what is left out, the address that opens it again, and the figures' version."""
    # A link to the very page that is printed becomes a jump inside the PDF; an empty query makes it lead to the site.
    page, _, case = link.partition("#")
    href = link if "?" in page else f"{page}?#{case}"
    left_out = "".join(f'<p class="receipt__left-out">{escape(each)}</p>' for each in _long_lists(done, words))
    return (
        f"{left_out}<h4>{escape(_heading(done, words, REOPEN))}</h4>"
        f'<p class="receipt__link"><a href="{escape(href)}">{escape(link)}</a></p>'
        f"<p>{escape(_version(done, words, until))}</p>"
    )


# As text


def receipt_text(
    done: Answer,
    words: Words,
    link: str,
    today: date,
    until: date,
    *,
    untouched: Iterable[str] = (),
    compared: Iterable[str] = (),
    parts: Iterable[str] = EVERYTHING,
) -> str:
    """An answered case as plain text for an e-mail: the question, then its `parts` in the order given.

    SENTENCE is the answer in one sentence, CLOSING the day, the standing line and the version of the figures. `link`
    is the whole address that opens the case again. COMPARED are the lines `compared`, of another case beside this one.
    Lines end in a line feed.
    """
    made = {
        SENTENCE: lambda: [done.headline],
        GIVEN: lambda: [f"- {_named(label, value)}" for label, value in inputs_shown(done, words)],
        ANSWER: lambda: _answer_lines(done, words, untouched),
        COMPARED: lambda: list(compared),
        STEPS: lambda: _step_lines(done, words),
        NOTICES: lambda: [f"- {each['text']}" for each in done.result["notices"] if each["kind"] not in _ELSEWHERE],
        SOURCES: lambda: _source_lines(done, words),
        REOPEN: lambda: [link],
        CLOSING: lambda: [_made(done, words, today), _standing(done), _version(done, words, until)],
    }
    blocks = [[_title(done, words)]]
    for part in parts:
        if lines := made[part]():
            blocks.append(lines if part in _WITHOUT_HEADING else [_heading(done, words, part), *lines])
    text = "\n\n".join("\n".join(lines) for lines in blocks)
    # Mail programs and web addresses carry a plain space better.
    return text.replace(NO_BREAK_SPACE, " ") + "\n"


def _answer_lines(done: Answer, words: Words, untouched: Iterable[str]) -> list[str]:
    # The doubt is read before the number, as on the page.
    doubts = [each["text"] for each in done.result["notices"] if each["kind"] in WARNINGS]
    leans = leans_on_example(done, words, untouched)
    lines = [*doubts, done.headline, *([leans] if leans else [])]
    for name, unit in rule(done.calculator).OUTPUTS.items():
        shown = done.result["display"][name]
        label = words.say(done.lang, done.calculator, "outputs", name)
        if isinstance(unit, str):
            lines += [f"- {_named(label, shown)}"] if shown is not None else []
        elif 0 < len(shown) <= LONG_LIST:
            heads = [words.say(done.lang, done.calculator, "columns", name, key) for key in unit]
            rows = [[row[key] or "–" for key in unit] for row in shown]
            lines += [f"- {label} ({'; '.join(heads)}):", *(f"  - {'; '.join(row)}" for row in rows)]
    return lines + _long_lists(done, words)


def _step_lines(done: Answer, words: Words) -> list[str]:
    by_source = {each["id"]: each["publisher"] for each in done.result["sources"]}
    lines = []
    for number, step in enumerate(done.result["steps"], start=1):
        origin = words.say(done.lang, "common", "origins", step["origin"])
        publisher = f", {by_source[step['source']]}" if step["source"] else ""
        lines.append(f"{number}. {step['text']} [{origin}{publisher}]")
    return lines


def _source_lines(done: Answer, words: Words) -> list[str]:
    return [
        f"- {each['publisher']}: {each['title']}, {age_of_source(each, words, done.lang)}"
        + (f"\n  {each['url']}" if each["url"] else "")
        for each in done.result["sources"]
    ]


def _long_lists(done: Answer, words: Words) -> list[str]:
    """For each list too long to take along, the sentence that says where it is."""
    found = []
    for name, unit in rule(done.calculator).OUTPUTS.items():
        count = 0 if isinstance(unit, str) else len(done.result["outputs"][name])
        if count > LONG_LIST:
            label = words.say(done.lang, done.calculator, "outputs", name)
            found.append(words.say(done.lang, "common", "receipt", "long_list", list=label, rows=count))
    return found


def _named(label: str, value: str) -> str:
    return f"{label} {value}" if label.endswith("?") else f"{label}: {value}"


def _heading(done: Answer, words: Words, part: str) -> str:
    group = "headings" if part in (STEPS, NOTICES, SOURCES) else "receipt"
    return words.say(done.lang, "common", group, part)


def _title(done: Answer, words: Words) -> str:
    return words.say(done.lang, done.calculator, "title")


def _made(done: Answer, words: Words, today: date) -> str:
    return words.say(done.lang, "common", "receipt", "made", date=today)


def _standing(done: Answer) -> str:
    return next(each["text"] for each in done.result["notices"] if each["kind"] == "estimate")


def _version(done: Answer, words: Words, until: date) -> str:
    version = done.result["data_version"]
    return words.say(done.lang, "common", "receipt", "version", version=version, date=until)
