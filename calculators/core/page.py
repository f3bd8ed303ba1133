"""A finished answer as a fragment of HTML: made by this code both at build and in the browser."""

from collections.abc import Mapping
from datetime import date
from html import escape

from calculators.core.answer import INVALID, NOT_PUBLISHED, Answer, rule
from calculators.core.dates import show_date
from calculators.core.money import show_number
from calculators.core.tables import Limit
from calculators.core.words import Words

WARNINGS = ("not_published", "secondary", "rate_not_confirmed_since")


def answer_html(answer: Answer, words: Words, *, heading: str = "your_answer") -> str:
    """The answer for the page: the number, the sentence, the steps, what else to know, the sources.

    Each output stands in an element with `data-output` and the decimal string in `data-value`.
    """
    if answer.status == INVALID:
        return f'<p class="calculator__none">{escape(answer.headline)}</p>'

    def say(*path: str) -> str:
        return escape(words.say(answer.lang, "common", *path))

    parts = [f'<h3 class="calculator__heading">{say("headings", heading)}</h3>']
    if answer.status == NOT_PUBLISHED:
        parts.append(f'<p class="calculator__none" data-not-published>{escape(answer.headline)}</p>')
    else:
        parts.append(_numbers(answer, words))
    notices = answer.result["notices"]
    parts += [_notice(each) for each in notices if each["kind"] in WARNINGS]
    if answer.result["steps"]:
        parts.append(f"<h4>{say('headings', 'steps')}</h4>")
        parts.append(f'<ol class="calculator__steps">{_steps(answer, words)}</ol>')
    parts += [_notice(each) for each in notices if each["kind"] not in WARNINGS]
    if answer.result["sources"]:
        sources = "".join(
            f"<li>{source_html(each, words, answer.lang)}</li>" for each in answer.result["sources"]
        )
        parts.append(f'<h4>{say("headings", "sources")}</h4><ul class="calculator__sources">{sources}</ul>')
    return "".join(parts)


def _numbers(answer: Answer, words: Words) -> str:
    texts = words.contents[answer.calculator]
    main = texts["main_output"]
    others = [name for name in rule(answer.calculator).OUTPUTS if name != main]
    rows = "".join(
        f"<div><dt>{escape(texts['outputs'][name][answer.lang])}</dt><dd>{_output(answer, name)}</dd></div>"
        for name in others
        if answer.result["outputs"][name] is not None
    )
    return (
        f'<p class="calculator__headline"><span class="calculator__label">'
        f"{escape(texts['outputs'][main][answer.lang])}</span>"
        f"{_output(answer, main, 'calculator__number')}</p>"
        f'<p class="calculator__sentence">{escape(answer.headline)}</p>'
        f'<dl class="calculator__outputs">{rows}</dl>'
    )


def _output(answer: Answer, name: str, css: str = "") -> str:
    value, shown = answer.result["outputs"][name], answer.result["display"][name]
    css = f' class="{css}"' if css else ""
    plain = escape(str(value))
    return (
        f'<data{css} data-output="{escape(name)}" data-value="{plain}" value="{plain}">'
        f"{escape(str(shown))}</data>"
    )


def _steps(answer: Answer, words: Words) -> str:
    by_source = {each["id"]: each for each in answer.result["sources"]}
    statuses = {limit.sources[0]: limit.status for limit in answer.limits}
    items = []
    for step in answer.result["steps"]:
        origin = escape(words.say(answer.lang, "common", "origins", step["origin"]))
        source = ""
        if step["source"]:
            status = statuses[step["source"]]
            link = source_html(by_source[step["source"]], words, answer.lang)
            source = (
                f' <span class="calculator__source" data-status="{status}">{link} '
                f"({escape(words.say(answer.lang, 'common', 'statuses', status))})</span>"
            )
        items.append(
            f'<li data-origin="{step["origin"]}">{escape(step["text"])} '
            f'<span class="calculator__origin">{origin}</span>{source}</li>'
        )
    return "".join(items)


def _notice(notice: Mapping[str, str]) -> str:
    color = "warning" if notice["kind"] in WARNINGS else "info"
    return (
        f'<div class="ds-alert" data-color="{color}" data-notice="{escape(notice["kind"])}">'
        f"<p>{escape(notice['text'])}</p></div>"
    )


def source_html(source: Mapping[str, str | None], words: Words, lang: str) -> str:
    """One source: publisher, linked title, the date its page prints, and whether we have read it."""
    title = escape(source["title"] or "")
    if source["url"]:
        title = f'<a href="{escape(source["url"])}" rel="noopener">{title}</a>'
    if source["read"] is None:
        when = words.say(lang, "common", "headings", "not_opened")
    elif source["page_date"]:
        day = show_date(date.fromisoformat(source["page_date"]), lang)
        when = words.say(lang, "common", "headings", "dated", date=day)
    else:
        when = words.say(lang, "common", "headings", "undated")
    return f"{escape(source['publisher'] or '')}: {title}, {escape(when)}"


def figure_text(limit: Limit, lang: str) -> str:
    """The bare number of a limit as the reader's language writes it, without its unit."""
    return show_number(limit.value, lang, unit=limit.unit)
