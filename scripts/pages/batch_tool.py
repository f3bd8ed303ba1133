"""A calculator over a file of many students, on the page: the form, the columns of the file, a file to begin with."""

import csv
import io
import json
from html import escape
from pathlib import Path

from calculators.core.answer import ANSWERED, accepted, answer, rule
from calculators.core.batch import cell
from calculators.core.form import Field
from scripts.pages.book import Book, Place
from scripts.pages.forms import REASONS, starting_answer

FOLDER = "batch"
TEMPLATE = "students.csv"
# The calculator that the page offers for a file.
OFFERED = "deposit"
# Bytes. A longer file would fill the memory of a phone; the command line reads files of any length.
MOST = 10_000_000
OLD_BROWSER = ("wasm-blocked", "no-worker")


def batch_html(book: Book, place: Place, engine: Path) -> str:
    """The form that takes a file, and the place for what comes out of it."""
    worker = json.loads((engine / "engine.json").read_text(encoding="utf-8"))["worker"]
    says = {each: book.say("batch", each) for each in ("loading", "working", "stopped", "saved", "no_file", "too_long")}
    says |= {
        f"failed-{reason}": book.say("batch", "failed", "old_browser" if reason in OLD_BROWSER else "again")
        for reason in REASONS
    }
    says |= {"unreadable": book.say("batch", "unreadable"), "answers": book.say("batch", "answers")}
    data = "".join(f' data-say-{name.replace("_", "-")}="{text}"' for name, text in says.items())
    return (
        '<section class="calculator batch" data-search-exclude aria-labelledby="tool">'
        f'<form class="calculator__form" data-batch="{OFFERED}" data-engine="idle" data-lang="{book.lang}"'
        f' data-worker="{place.to_engine}{worker}" data-most="{MOST}"{data} novalidate>'
        f'<noscript><p class="ds-alert" data-color="warning">{book.say("batch", "no_script")}</p></noscript>'
        '<div class="ds-field batch__drop" data-drop>'
        f'<label class="ds-label" for="batch-file">{book.say("batch", "file")}</label>'
        f'<p data-field="description" id="batch-file-help">{book.say("batch", "help")}</p>'
        '<input class="ds-input" type="file" id="batch-file" accept=".csv,text/csv"'
        ' aria-describedby="batch-file-help batch-file-fault">'
        '<p class="ds-validation-message" data-field="validation" id="batch-file-fault" hidden></p></div>'
        f'<button class="ds-button" type="submit">{book.say("batch", "start")}</button>'
        f'<button class="ds-button" data-variant="secondary" type="button" data-stop hidden>'
        f"{book.say('batch', 'stop')}</button>"
        '<div class="calculator__engine"><p data-engine-status role="status"></p>'
        f'<progress aria-label="{book.say("batch", "progress")}" max="1" hidden></progress></div>'
        f'<p class="calculator__privacy">{book.say("batch", "privacy")}</p>'
        "</form>"
        '<div class="calculator__result batch__result" data-batch-result hidden>'
        f'<h3 class="calculator__heading" tabindex="-1" data-heading>{book.say("batch", "result")}</h3>'
        '<div class="ds-alert" data-color="danger" data-unusable hidden></div>'
        "<div data-usable hidden>"
        '<p class="calculator__sentence" data-summary></p>'
        f"<p>{escape(book.words.say_own(book.lang, OFFERED, 'notices', 'estimate'))}</p>"
        f'<p><a class="ds-button" data-download>{book.say("batch", "download")}</a></p>'
        f"{_rows(book, 'refused', 'fault')}{_rows(book, 'rows', 'answer')}"
        "</div></div></section>"
    )


def _rows(book: Book, name: str, last: str) -> str:
    """A table of rows that fills as the file is read, and the button that shows more of them."""
    caption = book.say("batch", "tables", name)
    heads = "".join(f'<th scope="col">{book.say("batch", "heads", each)}</th>' for each in ("line", "carried", last))
    return (
        f'<div data-rows="{name}" hidden><h4 id="batch-{name}">{caption}</h4>'
        f'<div class="table-scroll" tabindex="0" role="region" aria-labelledby="batch-{name}">'
        f'<table class="ds-table" data-list="{name}" aria-labelledby="batch-{name}"><thead><tr>{heads}</tr></thead>'
        "<tbody></tbody></table></div>"
        f'<button class="ds-button" data-variant="secondary" type="button" data-more hidden>'
        f"{book.say('batch', 'more')}</button></div>"
    )


def columns_html(book: Book) -> str:
    """What the first line of the file may name: every input, what it means, and what is accepted in its cells."""
    heads = "".join(f'<th scope="col">{book.say("batch", "columns", each)}</th>' for each in ("name", "what", "cells"))
    rows = "".join(_column(book, spec) for spec in rule(OFFERED).FIELDS)
    label = book.say("batch", "columns", "caption")
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{label}"><table class="ds-table">'
        f"<caption>{label}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _column(book: Book, spec: Field) -> str:
    texts = book.words.contents[OFFERED]["fields"][spec.name]
    shown = accepted(OFFERED, spec, book.words, book.lang, typed=True)
    if spec.kind == "flag":
        flags = book.words.contents["common"]["flags"]
        cells = _choices((each, flags[each][book.lang]) for each in spec.choices)
    elif spec.choices:
        cells = _choices((each, texts["choices"][each][book.lang]) for each in spec.choices)
    else:
        cells = book.say("batch", "columns", "example", value=shown["example"])
    need = book.say("batch", "columns", "required") if spec.required else _unless_given(book, spec)
    return (
        f'<tr><th scope="row"><code>{spec.name}</code></th><td>{escape(texts["label"][book.lang])}</td>'
        f"<td>{cells} {need}</td></tr>"
    )


def _choices(choices) -> str:
    return "<br>".join(f"<code>{each}</code> {escape(words)}" for each, words in choices) + "<br>"


def _unless_given(book: Book, spec: Field) -> str:
    value = cell(spec.default, book.lang) if isinstance(spec.default, str) else ""
    return book.say("batch", "columns", "default", value=value)


def template_html(book: Book) -> str:
    """A link to the file to begin with."""
    return f'<a class="ds-button" href="{TEMPLATE}" download>{book.say("batch", "template", "link")}</a>'


def write(out: Path, book: Book) -> None:
    """Writes the file to begin with, beside the page in `out`: the starting case and the worked examples shown."""
    (out / book.lang / FOLDER / TEMPLATE).write_bytes(template_csv(book))


def template_csv(book: Book) -> bytes:
    """A file that spreadsheets of the language open in columns, with rows that are answered as they stand."""
    fields = rule(OFFERED).FIELDS
    start, _ = starting_answer(book, OFFERED)
    cases = [(book.plain("batch", "template", "start"), start.result["inputs"])]
    for example in book.examples:
        if example.calculator != OFFERED or not example.show:
            continue
        done = answer(OFFERED, example.inputs, book.tables, book.words, book.lang)
        if done.status == ANSWERED:
            cases.append((example.title[book.lang], done.result["inputs"]))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";" if book.lang == "nb" else ",")
    writer.writerow([book.plain("batch", "template", "column"), *(spec.name for spec in fields)])
    for title, inputs in cases:
        writer.writerow([title, *(_words(book, spec, inputs[spec.name]) for spec in fields)])
    # The mark by which spreadsheets know UTF-8.
    return ("\ufeff" + text.getvalue()).encode()


def _words(book: Book, spec: Field, value: str | None) -> str:
    """A value as somebody fills it in: a choice in the words of the form."""
    if value is None or not spec.choices:
        return cell(value, book.lang)
    if spec.kind == "flag":
        return book.words.contents["common"]["flags"][value][book.lang]
    return book.words.contents[OFFERED]["fields"][spec.name]["choices"][value][book.lang]
