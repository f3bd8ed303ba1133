"""The browser's one entry: requests and replies as JSON text, answered by the same code as everywhere."""

import json
from collections.abc import Callable

from calculators.core.answer import INVALID, Answer, answer
from calculators.core.batch_page import open_batch
from calculators.core.page import BASE, answer_html
from calculators.core.share import fragment, since, since_html
from calculators.core.tables import Tables
from calculators.core.take_along import take_along
from calculators.core.words import LANGUAGES, Words


def open_desk(tables: bytes, words: bytes) -> Callable[[str], str]:
    """A function from a request to its reply, standing on these tables and words.

    Request: {"id", "calculator", "lang": "nb"|"en", and "typed" or "canonical": {field: text}}; with
    "untouched": [field, …] for the fields that still hold the example's value, "base" for the way to the root of the
    language, "carried": {"answer", "data"} for what a link says of its answer, and "page", "today" and "write_to" for
    what the reader can take along (take_along.py).
    Reply: {"id", "status": 0|2|3, "result": {…}, "html": "…", "headline": "…", "link": "#…",
    "typed": {field: text}} with the inputs as a person types them in that language; and "take" when asked with "page".
    A request with "batch" is about a file of many: core/batch_page.py.
    """
    limits, sentences = Tables.from_json(tables), Words.from_json(words)
    batch = open_batch(limits, sentences)

    def reply(request: str) -> str:
        asked = json.loads(request)
        lang = asked["lang"] if asked.get("lang") in LANGUAGES else "nb"
        if "batch" in asked:
            return json.dumps({"id": asked.get("id"), **batch(asked, lang)}, ensure_ascii=False)
        is_typed = "typed" in asked
        given = asked["typed"] if is_typed else asked["canonical"]
        base = str(asked.get("base", BASE))
        done = answer(asked["calculator"], given, limits, sentences, lang, typed=is_typed)
        changed = since(done, asked.get("carried", {}), sentences)
        told = {
            "id": asked.get("id"),
            "status": done.status,
            "result": done.result,
            "headline": " ".join([*changed.sentences, done.headline]) if done.status != INVALID else "",
            "typed": done.typed,
            "html": since_html(changed) + answer_html(done, sentences, untouched=asked.get("untouched", ()), base=base),
            "link": fragment(done, sentences),
        }
        if "page" in asked:
            told["take"] = _take_along(done, asked, limits, sentences)
        return json.dumps(told, ensure_ascii=False)

    return reply


def _take_along(done: Answer, asked: dict, limits: Tables, sentences: Words) -> dict[str, object] | None:
    said = {name: asked.get(name) for name in ("page", "today", "write_to")}
    return take_along(done, limits, sentences, **said, untouched=asked.get("untouched", ()))
