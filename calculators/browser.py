"""The browser's one entry: requests and replies as JSON text, answered by the same code as everywhere."""

import json
from collections.abc import Callable
from functools import cache, lru_cache

from calculators.core.answer import INVALID, Answer, answer
from calculators.core.compare import comparison_sentences, kept_case, to_keep
from calculators.core.compare_page import compare_html
from calculators.core.page import BASE, answer_html
from calculators.core.share import fragment, since, since_html
from calculators.core.tables import Tables
from calculators.core.take_along import take_along
from calculators.core.words import LANGUAGES, Words


def open_desk(tables: bytes, words: bytes) -> Callable[[str], str]:
    """A function from a request to its reply, standing on these tables and words.

    Request: {"id", "calculator", "lang": "nb"|"en", and "typed" or "canonical": {field: text}}; with
    "untouched": [field, …] for the fields that still hold the example's value, "base" for the way to the root of the
    language, "carried": {"answer", "data"} for what a link says of its answer ("a.answer" for the other case's),
    "beside": {field: canonical text} for the case that this one is compared with, and "page", "today" and "write_to"
    for what the reader can take along (take_along.py).
    Reply: {"id", "status": 0|2|3, "result": {…}, "html": "…", "headline": "…", "link": "#…",
    "typed": {field: text}} with the inputs as a person types them in that language; "keep", what a later request has
    as "beside" to compare with this case; and "take" when asked with "page".
    A request with "batch" is about a file of many: core/batch_page.py.
    """
    limits, sentences = Tables.from_json(tables), Words.from_json(words)

    @cache
    def batch() -> Callable[[dict, str], dict]:
        # Loaded when the first file is opened: nobody else should wait for it.
        from calculators.core.batch_page import open_batch

        return open_batch(limits, sentences)

    @lru_cache(maxsize=1)
    def kept(calculator: str, given: str, lang: str) -> Answer | None:
        # It stays the same while the reader types.
        return kept_case(calculator, json.loads(given), limits, sentences, lang)

    def reply(request: str) -> str:
        asked = json.loads(request)
        lang = asked["lang"] if asked.get("lang") in LANGUAGES else "nb"
        if "batch" in asked:
            return json.dumps({"id": asked.get("id"), **batch()(asked, lang)}, ensure_ascii=False)
        is_typed = "typed" in asked
        given = asked["typed"] if is_typed else asked["canonical"]
        base = str(asked.get("base", BASE))
        done = answer(asked["calculator"], given, limits, sentences, lang, typed=is_typed)
        carried = asked.get("carried", {})
        changed = since(done, carried, sentences)
        beside = kept(asked["calculator"], json.dumps(asked["beside"]), lang) if asked.get("beside") else None
        compared = compare_html(beside, done, sentences, carried)
        said = [*changed.sentences, *(comparison_sentences(beside, done, sentences) if beside else ())]
        shown = {"heading": "answer_b" if beside else "your_answer", "untouched": asked.get("untouched", ())}
        told = {
            "id": asked.get("id"),
            "status": done.status,
            "result": done.result,
            "headline": " ".join([*said, done.headline]) if done.status != INVALID else "",
            "typed": done.typed,
            "html": since_html(changed) + answer_html(done, sentences, **shown, base=base, compared=compared),
            "link": fragment(done, sentences, beside),
            "keep": to_keep(done),
        }
        if "page" in asked:
            told["take"] = _take_along(done, beside, asked, limits, sentences)
        return json.dumps(told, ensure_ascii=False)

    return reply


def _take_along(
    done: Answer, beside: Answer | None, asked: dict, limits: Tables, sentences: Words
) -> dict[str, object] | None:
    said = {name: asked.get(name) for name in ("page", "today", "write_to")}
    return take_along(done, limits, sentences, **said, untouched=asked.get("untouched", ()), beside=beside)
