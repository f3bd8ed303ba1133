"""A finished answer as a fragment of HTML: made by this code both at build and in the browser."""

from collections.abc import Iterable, Mapping
from datetime import date
from html import escape

from calculators.core.answer import INVALID, NOT_PUBLISHED, Answer, rule
from calculators.core.by_year import by_year
from calculators.core.dates import show_date
from calculators.core.figure import pictures_html
from calculators.core.next_steps import next_steps_html
from calculators.core.what_if import what_if_html
from calculators.core.words import Words

WARNINGS = ("not_published", "secondary", "rate_not_confirmed_since", "fees_not_confirmed")
LONG_LIST = 24
BASE = "../"


def answer_html(
    answer: Answer,
    words: Words,
    *,
    heading: str = "your_answer",
    untouched: Iterable[str] = (),
    base: str = BASE,
    compared: str = "",
) -> str:
    """The answer for the page: the number, the sentence, what would change it, the pictures, the steps, what else to
    know, the sources, what to do next.

    Each output stands in an element with `data-output` and the decimal string in `data-value`. `untouched` are
    the fields that still hold the example's value: the answer says that it leans on them too. `base` is the way from
    the page to the root of its language, for links into the guide. `compared` stands under the number as it is, with
    compare_page.py: what there is to compare.
    """
    if answer.status == INVALID:
        return f'<p class="calculator__none">{escape(answer.headline)}</p>{compared}'

    def say(*path: str) -> str:
        return escape(words.say(answer.lang, "common", *path))

    parts = [f'<h3 class="calculator__heading" tabindex="-1">{say("headings", heading)}</h3>']
    parts.append(_leans_on_example(answer, words, untouched))
    notices = answer.result["notices"]
    warnings = [_warning(each) for each in notices if each["kind"] in WARNINGS]
    if answer.status == NOT_PUBLISHED:
        parts += [f'<p class="calculator__none" data-not-published>{escape(answer.headline)}</p>', *warnings, compared]
    elif getattr(rule(answer.calculator), "MOVES_MONEY", False):
        # Whoever acts on this number pays or transfers money: the doubt must be read before the number.
        parts += [*warnings, _numbers(answer, words, compared)]
    else:
        parts += [_numbers(answer, words, compared), *warnings]
    parts.append(what_if_html(answer, words))
    parts.append(pictures_html(answer, words, is_example=heading == "example_answer"))
    if answer.result["steps"]:
        parts.append(f"<h4>{say('headings', 'steps')}</h4>")
        parts.append(f'<ol class="calculator__steps">{_steps(answer, words, heading)}</ol>')
    parts.append(_remarks([each for each in notices if each["kind"] not in WARNINGS]))
    if answer.result["sources"]:
        sources = "".join(f"<li>{source_html(each, words, answer.lang)}</li>" for each in answer.result["sources"])
        parts.append(f'<h4>{say("headings", "sources")}</h4><ul class="calculator__sources">{sources}</ul>')
    parts.append(next_steps_html(answer, words, base=base))
    return "".join(parts)


def _leans_on_example(answer: Answer, words: Words, untouched: Iterable[str]) -> str:
    said = leans_on_example(answer, words, untouched)
    return f'<p class="calculator__leans" data-from-example>{escape(said)}</p>' if said else ""


def leans_on_example(answer: Answer, words: Words, untouched: Iterable[str]) -> str:
    """The sentence that names the example's own figures in the answer: not choices, years and usual values.

    `untouched` are the fields that still hold the example's value. Empty where the answer has no such figure.
    """
    texts = words.contents[answer.calculator]
    start = texts["start"]
    kept = [
        spec.name
        for spec in rule(answer.calculator).FIELDS
        if spec.name in set(untouched) & set(start)
        and not (spec.choices or spec.table or spec.default == start[spec.name])
    ]
    if not kept:
        return ""
    labels = ", ".join(texts["fields"][name]["label"][answer.lang] for name in kept)
    return words.say(answer.lang, "common", "headings", "from_example", fields=labels)


def _numbers(answer: Answer, words: Words, compared: str) -> str:
    """The main output large, the sentence that says it, the comparison, the other outputs, and lists as tables."""
    # A calculator may name another output as LEAD: what the reader asks first, where it is not what a link carries.
    main = getattr(rule(answer.calculator), "LEAD", None) or words.contents[answer.calculator].get("main_output")
    units = rule(answer.calculator).OUTPUTS
    outputs = answer.result["outputs"]
    single = [name for name, unit in units.items() if isinstance(unit, str) and outputs[name] is not None]
    rows = "".join(
        f"<div><dt>{_label(answer, name, words)}</dt><dd>{_output(answer, name)}</dd></div>"
        for name in single
        if name != main
    )
    headline = ""
    if main in single:
        headline = (
            f'<p class="calculator__headline"><span class="calculator__label">{_label(answer, main, words)}'
            f"</span>{_output(answer, main, _large(units[main]))}</p>"
        )
    lists = "".join(_list(answer, name, words) for name, unit in units.items() if not isinstance(unit, str))
    return (
        f'{headline}<p class="calculator__sentence">{escape(answer.headline)}</p>{compared}'
        f'<dl class="calculator__outputs">{rows}</dl>{lists}'
    )


def _large(unit: str) -> str:
    """The classes of the main output: words and dates are longer than amounts, so they stand a little smaller."""
    return "calculator__number" + (" calculator__number--words" if unit in ("choice", "date") else "")


def _label(answer: Answer, name: str, words: Words) -> str:
    return escape(words.say(answer.lang, answer.calculator, "outputs", name))


def _output(answer: Answer, name: str, css: str = "") -> str:
    """One output that is no list, by its name."""
    return _data(name, answer.result["outputs"][name], answer.result["display"][name], css)


def _data(path: str, value: object, shown: object, css: str = "") -> str:
    """A value as a program reads it and as the reader does; its path is `payments.0.amount` for an item of a list."""
    if value is None:
        return "–"
    css = f' class="{css}"' if css else ""
    plain = escape(("true" if value else "false") if isinstance(value, bool) else str(value))
    return f'<data{css} data-output="{path}" data-value="{plain}" value="{plain}">{escape(str(shown))}</data>'


def _list(answer: Answer, name: str, words: Words) -> str:
    """A list of objects as a table, one row an item; a long one is folded."""
    items = rule(answer.calculator).OUTPUTS[name]
    labels = [escape(words.say(answer.lang, answer.calculator, "columns", name, key)) for key in items]
    heads = "".join(f'<th scope="col">{label}</th>' for label in labels)
    rows = [
        # In a narrow table a date may be broken over two lines, an amount never.
        "<tr>"
        + "".join(
            f"<td>{_broken(_data(f'{name}.{number}.{key}', item[key], shown[key]), unit)}</td>"
            for key, unit in items.items()
        )
        + "</tr>"
        for number, (item, shown) in enumerate(
            zip(answer.result["outputs"][name], answer.result["display"][name], strict=True)
        )
    ]
    if not rows:
        return ""
    label = _label(answer, name, words)
    if len(rows) <= LONG_LIST:
        return _table(name, label, heads, "".join(rows))
    if name in getattr(rule(answer.calculator), "TOTALS", {}):
        folded = "".join(
            f'<details class="by-year"><summary data-fold="{name}.{year.year}">{year.summary}</summary>'
            f"{_table(name, f'{label}, {year.year}', heads, year.rows, year.totals)}</details>"
            for year in by_year(answer, name, rows, words)
        )
    else:
        folded = _table(name, label, heads, "".join(rows))
    return f'<details><summary data-fold="{name}">{label} ({len(rows)})</summary>{folded}</details>'


def _table(name: str, label: str, heads: str, rows: str, totals: str = "") -> str:
    foot = f"<tfoot>{totals}</tfoot>" if totals else ""
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{label}">'
        f'<table class="ds-table" data-list="{escape(name)}"><caption>{label}</caption>'
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody>{foot}</table></div>"
    )


def _broken(shown: str, unit: str) -> str:
    return shown.replace("\u00a0", " ") if unit == "date" else shown


def _steps(answer: Answer, words: Words, heading: str) -> str:
    by_source = {each["id"]: each for each in answer.result["sources"]}
    statuses = {limit.sources[0]: limit.status for limit in answer.limits}
    items = []
    for step in answer.result["steps"]:
        # In the example nobody has typed anything yet.
        is_example = heading == "example_answer" and step["origin"] == "input"
        origin = escape(words.say(answer.lang, "common", "origins", "example_input" if is_example else step["origin"]))
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


def _warning(notice: Mapping[str, str]) -> str:
    return (
        f'<div class="ds-alert" data-color="warning" data-notice="{escape(notice["kind"])}">'
        f"<p>{escape(notice['text'])}</p></div>"
    )


def _remarks(notices: list[Mapping[str, str]]) -> str:
    """What else to know, in one box: many boxes would hide each other."""
    items = "".join(f'<li data-notice="{escape(each["kind"])}">{escape(each["text"])}</li>' for each in notices)
    return f'<div class="ds-alert calculator__remarks" data-color="info"><ul>{items}</ul></div>'


def source_html(source: Mapping[str, str | None], words: Words, lang: str) -> str:
    """One source: publisher, linked title, the date its page prints, and whether we have read it."""
    title = escape(source["title"] or "")
    if source["url"]:
        title = f'<a href="{escape(source["url"])}" rel="noopener">{title}</a>'
    else:
        title += f" ({escape(words.say(lang, 'common', 'headings', 'no_address'))})"
    return f"{escape(source['publisher'] or '')}: {title}, {escape(age_of_source(source, words, lang))}"


def age_of_source(source: Mapping[str, str | None], words: Words, lang: str) -> str:
    """The date a source's page prints, in words; or that it prints none, or that we have not read it."""
    if source["read"] is None:
        return words.say(lang, "common", "headings", "not_opened")
    if source["page_date"]:
        day = show_date(date.fromisoformat(source["page_date"]), lang)
        return words.say(lang, "common", "headings", "dated", date=day)
    return words.say(lang, "common", "headings", "undated")
