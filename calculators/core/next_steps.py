"""What to do next: links into the guide, from the calculator's texts."""

from html import escape

from calculators.core.answer import Answer
from calculators.core.words import Words


def next_steps(answer: Answer, words: Words) -> list[tuple[str, str]]:
    """The steps that fit an answer, as [(page with its anchor, sentence)].

    Each stands in the texts under `next` with the page it leads to, and with `when` only for those headlines; where a
    figure is not published that is `not_published`.
    """
    told = answer.case.outcome.headline if answer.case else "not_published"
    return [
        (step["page"], step["text"][answer.lang])
        for step in words.contents[answer.calculator].get("next", {}).values()
        if told in step.get("when", [told])
    ]


def next_steps_html(answer: Answer, words: Words, *, base: str) -> str:
    """The steps as a list of links; `base` is the way from the page to the root of its language."""
    items = "".join(
        f'<li><a href="{escape(base + page)}">{escape(text)}</a></li>' for page, text in next_steps(answer, words)
    )
    if not items:
        return ""
    heading = escape(words.say(answer.lang, "common", "headings", "next"))
    return f'<h4>{heading}</h4><ul class="calculator__next">{items}</ul>'
