"""Requests that make the engine load everything it may ever need."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from typing import Any

_LANGUAGES = ("nb", "en")


def widened(examples: Iterable[dict[str, Any]]) -> list[str]:
    """Return `examples` as JSON in both languages, with requests that must be refused beside them.

    Those are: nothing filled in, and nonsense in every field, each both as a person types it and as a command
    or a link gives it. Readers send such requests long before they send a worked example.
    """
    requests: dict[str, None] = {}
    for example in examples:
        values = example["typed" if "typed" in example else "canonical"]
        for lang, form in itertools.product(_LANGUAGES, ("typed", "canonical")):
            for filled in (values, {}, dict.fromkeys(values, "?")):
                request = {"id": 1, "calculator": example["calculator"], "lang": lang, form: filled}
                requests[json.dumps(request, sort_keys=True)] = None
    return list(requests)
