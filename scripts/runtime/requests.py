"""Requests that make the engine load everything it may ever need."""

from __future__ import annotations

import base64
import itertools
import json
from collections.abc import Iterable
from typing import Any

_LANGUAGES = ("nb", "en")


def widened(examples: Iterable[dict[str, Any]]) -> list[str]:
    """Return `examples` as JSON in both languages, with requests that must be refused beside them.

    Those are: nothing filled in, and nonsense in every field, each both as a person types it and as a command
    or a link gives it. Readers send such requests long before they send a worked example. Then come examples that are
    compared with the one before, or with nonsense. Last come files of many.
    """
    examples = list(examples)
    requests: dict[str, None] = {}
    for example in examples:
        values = example["typed" if "typed" in example else "canonical"]
        for lang, form in itertools.product(_LANGUAGES, ("typed", "canonical")):
            for filled in (values, {}, dict.fromkeys(values, "?")):
                request = {"id": 1, "calculator": example["calculator"], "lang": lang, form: filled}
                requests[json.dumps(request, sort_keys=True)] = None
    return [*requests, *_compared(examples), *_files()]


def taken_along(examples: Iterable[dict[str, Any]]) -> list[str]:
    """Return `examples` as JSON as the page asks them: with what a reader can take along, by a link, beside another."""
    asked = {"base": "../", "page": "https://guide.example/nb/page/", "today": "2026-11-22", "write_to": "a@b.example"}
    found = []
    for lang, example in itertools.product(_LANGUAGES, examples):
        values = example["typed" if "typed" in example else "canonical"]
        request = {"calculator": example["calculator"], "id": 1, "lang": lang, **asked, "untouched": list(values)[:1]}
        link = {"carried": {"answer": "1", "data": "2"}, "beside": values}
        found += [{**request, "typed": values}, {**request, **link, "canonical": values}]
    return [json.dumps(each, sort_keys=True) for each in found]


def _compared(examples: list[dict[str, Any]]) -> list[str]:
    """Requests that compare an example with the one before it of the same calculator, in one language and the other."""
    found = []
    pairs = itertools.pairwise(each for each in examples if "canonical" in each)
    for lang, (before, example) in zip(itertools.cycle(_LANGUAGES), pairs):
        values = before["canonical"]
        is_other = before["calculator"] != example["calculator"]
        beside = dict.fromkeys(example["canonical"], "?") if is_other else values
        request = {"id": 1, "calculator": example["calculator"], "lang": lang, "canonical": example["canonical"]}
        found.append(json.dumps({**request, "beside": beside}, sort_keys=True))
    return list(dict.fromkeys(found))


def _files() -> list[str]:
    """Requests about files of many students: one with a good and a bad row, and two that cannot be used."""
    rows = "#n;year;household;net_wealth;months\r\nÅ;2020;single;678861;10\r\n=1;x;;;\r\n"
    about = {"id": 1, "batch": "open", "calculator": "wealth", "name": "students.csv", "rows": 9}
    contents = (b"\xef\xbb\xbf" + rows.encode(), b"#n;wage", b"\xff")
    return [
        json.dumps({**about, "lang": lang, "base64": base64.b64encode(content).decode()}, sort_keys=True)
        for lang, content in itertools.product(_LANGUAGES, contents)
    ]
