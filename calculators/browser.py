"""The browser's one entry: requests and replies as JSON text, answered by the same code as everywhere."""

import json
from collections.abc import Callable

from calculators.core.answer import INVALID, answer
from calculators.core.page import answer_html
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words


def open_desk(tables: bytes, words: bytes) -> Callable[[str], str]:
    """A function from a request to its reply, standing on these tables and words.

    Request: {"id", "calculator", "lang": "nb"|"en", and "typed" or "canonical": {field: text}}; with
    "untouched": [field, …] for the fields that still hold the example's value.
    Reply: {"id", "status": 0|2|3, "result": {…}, "html": "…", "headline": "…",
    "typed": {field: text}} with the inputs as a person types them in that language.
    """
    limits, sentences = Tables.from_json(tables), Words.from_json(words)

    def reply(request: str) -> str:
        asked = json.loads(request)
        lang = asked["lang"] if asked.get("lang") in LANGUAGES else "nb"
        is_typed = "typed" in asked
        given = asked["typed"] if is_typed else asked["canonical"]
        done = answer(asked["calculator"], given, limits, sentences, lang, typed=is_typed)
        return json.dumps(
            {
                "id": asked.get("id"),
                "status": done.status,
                "result": done.result,
                "headline": done.headline if done.status != INVALID else "",
                "typed": done.typed,
                "html": answer_html(done, sentences, untouched=asked.get("untouched", ())),
            },
            ensure_ascii=False,
        )

    return reply
