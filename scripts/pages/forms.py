"""A calculator on a page: its form from the fields that validate, the default answer, worked examples."""

import json
from html import escape
from pathlib import Path

from calculators.core.answer import ANSWERED, Answer, answer, rule
from calculators.core.form import Field
from calculators.core.page import answer_html, source_html
from scripts.examples import Example, output_text
from scripts.pages.book import Book, Place
from scripts.pages.take_along import take_along_html

REASONS = ("wasm-blocked", "network", "corrupt", "crash", "timeout", "no-worker")
NEEDS_ANOTHER_BROWSER = ("wasm-blocked", "no-worker")


class WrongExample(ValueError):
    """A worked example does not come out as its source says: nothing is published on top of that."""


def calculator_html(book: Book, place: Place, calculator: str, engine: Path, write_to: str | None = None) -> str:
    """The whole calculator for a Markdown page: heading, form filled with the starting case, the answer to that case.

    `write_to` is where the reader reports an error: the setting `extra.write_to`.
    """
    title = escape(book.words.contents[calculator]["title"][book.lang])
    return f"## {title} {{#{calculator}-title}}\n\n{section_html(book, place, calculator, engine, write_to)}"


def section_html(
    book: Book, place: Place, calculator: str, engine: Path, write_to: str | None = None, *, page: str = ""
) -> str:
    """The calculator below its heading, whose id is `wealth-title`.

    `page` is the way to the calculator's own page in the guide when it stands on another: links to answers lead there.
    """
    worker = json.loads((engine / "engine.json").read_text(encoding="utf-8"))["worker"]
    start, newer = starting_answer(book, calculator)
    if "errors" in start.result:
        raise WrongExample(f"calculators/texts/{calculator}.yaml: start: {start.result['errors']}")
    first_answer = _older_example(book, start, newer) + answer_html(
        start, book.words, heading="example_answer", base=place.up
    )
    return (
        f'<section class="calculator" data-search-exclude aria-labelledby="{calculator}-title">'
        f"{_form(book, place, calculator, start, worker, page)}"
        f'<p class="calculator__peek" data-peek hidden><span class="calculator__peeked">'
        "<span data-peek-label></span><span data-peek-answer></span></span>"
        f'<button type="button" class="calculator__to-answer">{book.say("form", "see_answer")}</button></p>'
        '<div class="receipt" data-receipt="head"></div>'
        f'<div class="calculator__result" data-result>{first_answer}</div>'
        '<div class="receipt" data-receipt="foot"></div>'
        f"{take_along_html(book, calculator, write_to, link='link_to_guide' if page else 'link')}"
        '<p class="visually-hidden" data-announce role="status"></p>'
        "</section>"
    )


def starting_answer(book: Book, calculator: str) -> tuple[Answer, str | None]:
    """The answer to the starting case, and the year in force when the case had to be of an older one, else None.

    The case of calculators/texts is asked about the year in force; where a figure of that year is not published, about
    the years before it, back to the year the texts name.
    """
    case = book.words.contents[calculator]["start"]
    by_year = next((spec for spec in rule(calculator).FIELDS if spec.table), None)
    if by_year is None:
        return answer(calculator, case, book.tables, book.words, book.lang), None
    year, now = by_year.name, book.tables.in_force[by_year.kind]
    later = [each for each in book.tables.periods(by_year.table) if case[year] < each <= now]
    for each in [*reversed(later), case[year]]:
        start = answer(calculator, {**case, year: each}, book.tables, book.words, book.lang)
        if start.status == ANSWERED:
            break
    return start, None if each >= now else now


def _older_example(book: Book, start: Answer, newer: str | None) -> str:
    """The remark above an example whose year is no longer in force, so that nobody takes its figures for the new."""
    if newer is None:
        return ""
    shown = next(start.typed[spec.name] for spec in rule(start.calculator).FIELDS if spec.table)
    said = book.words.say(book.lang, "common", "headings", "older_example", year=newer, shown=shown)
    return f'<p class="calculator__leans" data-older-example>{escape(said)}</p>'


def _form(book: Book, place: Place, calculator: str, start: Answer, worker: str, page: str) -> str:
    module = rule(calculator)
    # A calculator may name fields in FRONT that have a default but stand open with the required ones.
    front = {spec.name for spec in module.FIELDS if spec.required} | set(getattr(module, "FRONT", ()))
    first = _fields(book, calculator, [spec for spec in module.FIELDS if spec.name in front], start)
    rest = _fields(book, calculator, [spec for spec in module.FIELDS if spec.name not in front], start)
    if rest:
        more = book.say("form", "more")
        rest = f'<details class="calculator__more"><summary>{more}</summary>{rest}</details>'
    says = {each: book.say("engine", each) for each in ("loading", "ready", "waiting")}
    says |= {f"failed-{reason}": book.say("engine", "failed", reason) for reason in REASONS}
    no_script = book.say("engine", "no_script")
    if page:
        says |= {f"failed-{reason}": book.say("engine", "bare", reason) for reason in NEEDS_ANOTHER_BROWSER}
        no_script = book.say("engine", "bare", "no_script")
    data = "".join(f' data-say-{name}="{text}"' for name, text in says.items())
    data += f' data-page="{page}"' if page else ""
    submit = escape(book.words.contents[calculator]["submit"][book.lang])
    errors = escape(book.words.say(book.lang, "common", "headings", "errors"))
    return (
        f'<form class="calculator__form" data-calculator="{calculator}" data-engine="idle"'
        f' data-lang="{book.lang}" data-worker="{place.to_engine}{worker}" data-base="{place.up}"{data}'
        ' autocomplete="off" novalidate>'
        f'<noscript><p class="ds-alert" data-color="warning">{no_script}</p></noscript>'
        f'<ds-error-summary class="ds-error-summary" data-errors hidden><h3>{errors}</h3><ul></ul>'
        "</ds-error-summary>"
        f"{first}{rest}"
        f'<button class="ds-button" type="submit">{submit}</button>'
        f'<button class="ds-button" data-variant="tertiary" type="reset">{book.say("form", "reset")}</button>'
        f'<div class="calculator__engine"><p data-engine-status role="status"></p>'
        f'<progress aria-label="{says["loading"]}" hidden></progress></div>'
        f'<p class="calculator__privacy">{book.say("form", "privacy")}</p>'
        "</form>"
    )


def _fields(book: Book, calculator: str, specs: list[Field], start: Answer) -> str:
    """The fields in order; those that a calculator names together in GROUPS stand at the first, in its order."""
    groups = getattr(rule(calculator), "GROUPS", {})
    html = {spec.name: _field(book, calculator, spec, start) for spec in specs}
    for group, names in groups.items():
        first, *others = [name for name in names if name in html] or [None]
        if first:
            legend = escape(book.words.contents[calculator]["groups"][group][book.lang])
            fields = html[first] + "".join(html.pop(name) for name in others)
            html[first] = f'<fieldset class="calculator__group"><legend>{legend}</legend>{fields}</fieldset>'
    return "".join(html.values())


def _field(book: Book, calculator: str, spec: Field, start: Answer) -> str:
    texts = book.words.contents[calculator]["fields"][spec.name]
    label, text = escape(texts["label"][book.lang]), escape(texts["help"][book.lang])
    field_id = f"{calculator}-{spec.name}"
    fault = f'<p class="ds-validation-message" data-field="validation" id="{field_id}-fault" hidden></p>'
    if spec.kind == "flag":
        checked = " checked" if start.result["inputs"][spec.name] == "true" else ""
        return (
            f'<ds-field class="ds-field"><input type="checkbox" class="ds-input" name="{spec.name}" value="true"'
            f' id="{field_id}"{checked}><label class="ds-label" for="{field_id}">{label}</label>'
            f'<p data-field="description" id="{field_id}-help">{text}</p>{fault}</ds-field>'
        )
    if spec.choices:
        radios = "".join(
            '<ds-field class="ds-field"><input type="radio" class="ds-input"'
            f' name="{spec.name}" value="{each}" id="{field_id}-{each}"'
            f"{' checked' if start.typed[spec.name] == each else ''}>"
            f'<label class="ds-label" for="{field_id}-{each}">{escape(texts["choices"][each][book.lang])}'
            "</label></ds-field>"
            for each in spec.choices
        )
        return (
            f'<fieldset class="ds-fieldset" id="{field_id}" tabindex="-1"'
            f' aria-describedby="{field_id}-help {field_id}-fault">'
            f'<legend class="ds-label">{label}</legend><p id="{field_id}-help">{text}</p>'
            f"{radios}{fault}</fieldset>"
        )
    now = spec.name in getattr(rule(calculator), "NOW", ())
    control = _select(book, spec, field_id, start) if spec.table else _input(spec, field_id, start, now=now)
    return (
        f'<ds-field class="ds-field"><label class="ds-label" for="{field_id}">{label}</label>'
        f'<p data-field="description" id="{field_id}-help">{text}</p>{control}{fault}</ds-field>'
    )


def _input(spec: Field, field_id: str, start: Answer, *, now: bool = False) -> str:
    """A text or date field. `now` marks one that the page fills with the reader's own date."""
    kind = {"date": "date", "moment": "datetime-local"}.get(spec.kind, "text")
    mode = "numeric" if spec.kind in ("whole", "digits") else "decimal"
    if kind != "text" or spec.also or (spec.kind == "amount" and spec.low < 0):
        mode = "text"
    return (
        f'<input class="ds-input" type="{kind}" inputmode="{mode}" autocomplete="off" name="{spec.name}"'
        f' id="{field_id}" value="{escape(start.typed[spec.name])}"{" data-now" if now else ""}>'
    )


def _select(book: Book, spec: Field, field_id: str, start: Answer) -> str:
    options = []
    for period in reversed(book.tables.periods(spec.table)):
        columns = book.tables.table(spec.table)["columns"]
        known = any(book.tables.find(spec.table, column, period) for column in columns)
        text = period if known else book.say("form", "year_unknown", year=period)
        chosen = " selected" if period == start.typed[spec.name] else ""
        options.append(f'<option value="{period}"{chosen}>{text}</option>')
    return f'<select class="ds-input" name="{spec.name}" id="{field_id}">{"".join(options)}</select>'


def worked_examples_html(book: Book, calculator: str) -> str:
    """The worked examples that are shown, each computed now by the same code and compared with its source."""
    shown = [each for each in book.examples if each.calculator == calculator and each.show]
    if not shown:
        raise LookupError(f"tests/examples/{calculator}.yaml has no worked example with show: true")
    return "".join(_example(book, each) for each in shown)


def _example(book: Book, example: Example) -> str:
    done = answer(
        calculator=example.calculator,
        given=example.inputs,
        tables=book.tables,
        words=book.words,
        lang=book.lang,
    )
    outputs = done.result.get("outputs") or {}
    found = {path: output_text(outputs, path) if outputs else None for path in example.outputs}
    wrong = {path: found[path] for path, value in example.outputs.items() if done.status or found[path] != value}
    if done.status != example.status or wrong:
        raise WrongExample(f"tests/examples/{example.calculator}.yaml: {example.id}: {wrong or done.status}")
    steps = "".join(f"<li>{escape(step['text'])}</li>" for step in done.result["steps"])
    source = source_html(book.tables.source(example.source), book.words, book.lang)
    return (
        f'<article class="worked-example" data-example="{example.id}">'
        f"<h3>{escape(example.title[book.lang])}</h3>"
        f'<p class="worked-example__answer">{escape(done.headline)}</p>'
        f"<details><summary>{book.say('example', 'steps')}</summary><ol>{steps}</ol></details>"
        f'<p class="worked-example__source">{book.say("example", example.kind)} {source}.</p>'
        "</article>"
    )
