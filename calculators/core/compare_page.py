"""Two cases side by side as a fragment of HTML: it stands under the number of case B, which is the page's answer."""

import re
from collections.abc import Mapping
from html import escape

from calculators.core.answer import ANSWERED, INVALID, Answer
from calculators.core.compare import (
    SAME,
    Row,
    comparable,
    comparison_sentences,
    inputs_that_differ,
    outputs_compared,
    steps_that_differ,
)
from calculators.core.money import NO_BREAK_SPACE
from calculators.core.share import ANSWER, BESIDE, DATA, since
from calculators.core.words import Words

FEW_STEPS = 6


def compare_html(a: Answer | None, b: Answer, words: Words, carried: Mapping[str, str | None] = {}) -> str:
    """The comparison with the kept case A; without one, the button that keeps this case.

    `carried` is what a link says of both answers, as in share.py: A's is told too where it is another now.
    """
    if a is None:
        return _buttons(b, words, "keep") if b.status == ANSWERED and comparable(b.calculator) else ""

    def say(key: str) -> str:
        return escape(words.say(b.lang, "common", "beside", key))

    first, *others = [escape(each) for each in comparison_sentences(a, b, words)]
    then = since(a, {ANSWER: carried.get(BESIDE + ANSWER), DATA: carried.get(DATA)}, words)
    others += [f"{say('case_a')}: {escape(' '.join(then.sentences))}"] if then.differs else []
    parts = [
        f'<h4 class="beside__heading" tabindex="-1">{say("heading")}</h4><p class="beside__difference">{first}</p>',
        *(f"<p>{each}</p>" for each in others),
    ]
    inputs = [] if INVALID in (a.status, b.status) else inputs_that_differ(a, b, words)
    parts.append(_table("inputs", inputs, b, words))
    if inputs and a.status == b.status == ANSWERED:
        outputs = outputs_compared(a, b, words)
        parts.append(_table("outputs", outputs, b, words))
        is_other = any(row.difference.key != SAME for row in outputs)
        parts.append(_steps(a, b, words, "why" if is_other else "other_steps"))
    swaps = () if INVALID in (a.status, b.status) else ("swap",)
    parts.append(_buttons(b, words, "change", *swaps, "stop"))
    return f'<div class="beside" data-compared>{"".join(parts)}</div>'


def _buttons(b: Answer, words: Words, *which: str) -> str:
    buttons = "".join(
        f'<button class="ds-button" data-variant="secondary" type="button" data-beside="{each}">'
        f"{escape(words.say(b.lang, 'common', 'beside', each))}</button>"
        for each in which
    )
    return f'<div class="calculator__buttons beside__buttons">{buttons}</div>'


def _table(kind: str, rows: list[Row], b: Answer, words: Words) -> str:
    """The fields or the outputs, each under a line of its own with its name: three columns fit the smallest screen."""
    if not rows:
        return ""

    def say(key: str) -> str:
        return escape(words.say(b.lang, "common", "beside", key))

    heads = ["case_a", "case_b", *(["difference"] if kind == "outputs" else [])]
    columns = "".join(f'<th scope="col">{say(each)}</th>' for each in heads)
    bodies = "".join(
        f'<tbody data-row="{row.name}"><tr><th scope="rowgroup" colspan="{len(heads)}">{escape(row.label)}</th></tr>'
        f"<tr><td>{_broken(row.a)}</td><td>{_broken(row.b)}</td>{_difference(row)}</tr></tbody>"
        for row in rows
    )
    return (
        f'<table class="ds-table beside__table" data-compared-{kind}><caption>{say(kind)}</caption>'
        f"<thead><tr>{columns}</tr></thead>{bodies}</table>"
    )


def _difference(row: Row) -> str:
    found = row.difference
    if found is None:
        return ""
    value = "" if found.value is None else f' data-difference="{found.value}"'
    return f'<td data-kind="{found.key}"{value}>{_broken(found.shown)}</td>'


def _broken(text: str) -> str:
    """A value for a narrow column: it may be broken between words, within a number never."""
    return escape(re.sub(f"(?<![0-9]){NO_BREAK_SPACE}|{NO_BREAK_SPACE}(?![0-9])", " ", text))


def _steps(a: Answer, b: Answer, words: Words, heading: str) -> str:
    """The steps that are not the same, those of both cases under each other; many are folded."""
    pairs = steps_that_differ(a, b)
    if not pairs:
        return ""

    def say(key: str, **shows: object) -> str:
        return escape(words.say(b.lang, "common", "beside", key, **shows))

    def told(case: str, step: Mapping | None) -> str:
        text = escape(step["text"]) if step else f"<i>{say('no_step')}</i>"
        origin = escape(words.say(b.lang, "common", "origins", step["origin"])) if step else ""
        marked = f' <span class="calculator__origin">{origin}</span>' if step else ""
        return f"<div><dt>{say(case)}</dt><dd>{text}{marked}</dd></div>"

    items = "".join(f"<li><dl>{told('case_a', ours)}{told('case_b', theirs)}</dl></li>" for ours, theirs in pairs)
    is_open = " open" if len(pairs) <= FEW_STEPS else ""
    title = say(heading, count=len(pairs))
    return (
        f'<details class="beside__why"{is_open}><summary data-fold="compared">{title}</summary>'
        f'<ol class="beside__steps">{items}</ol></details>'
    )
