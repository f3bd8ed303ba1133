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
    or a link gives it. Readers send such requests long before they send a worked example. Last come files of many.
    """
    requests: dict[str, None] = {}
    for example in examples:
        values = example["typed" if "typed" in example else "canonical"]
        for lang, form in itertools.product(_LANGUAGES, ("typed", "canonical")):
            for filled in (values, {}, dict.fromkeys(values, "?")):
                request = {"id": 1, "calculator": example["calculator"], "lang": lang, form: filled}
                requests[json.dumps(request, sort_keys=True)] = None
    return [*requests, *_files()]


def _files() -> list[str]:
    """Requests about files of many students: one with a good and a bad row, and two that cannot be used."""
    rows = "#n;year;household;net_wealth;months\r\nÅ;2020;single;678861;10\r\n=1;x;;;\r\n"
    about = {"id": 1, "batch": "open", "calculator": "wealth", "name": "students.csv", "rows": 9}
    contents = (b"\xef\xbb\xbf" + rows.encode(), b"#n;wage", b"\xff")
    return [
        json.dumps({**about, "lang": lang, "base64": base64.b64encode(content).decode()}, sort_keys=True)
        for lang, content in itertools.product(_LANGUAGES, contents)
    ]
