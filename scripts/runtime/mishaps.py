"""Runs inside Pyodide: the ways a calculator can go wrong, so that what they import is shipped too.

A module that is only needed to report a mistake would otherwise be missing exactly when it is needed.
"""

import datetime
import decimal
import json
import re
import traceback
import warnings


def _chained():
    try:
        {}["missing"]
    except KeyError as error:
        raise RuntimeError("A mistake on purpose, caused by another") from error


_MISHAPS = [
    _chained,
    lambda: decimal.Decimal("a hundred"),
    lambda: decimal.Decimal(1) / 0,
    lambda: decimal.Decimal("Infinity").quantize(decimal.Decimal("0.01")),
    lambda: int("ten"),
    lambda: json.loads("{"),
    lambda: json.loads(b"\xff\xfe{"),
    lambda: json.dumps(decimal.Decimal(1)),
    lambda: datetime.date.fromisoformat("2026-02-30"),
    lambda: b"\xff".decode(),
    lambda: "\ud800".encode(),
    lambda: re.compile("("),
    lambda: compile("if", "mishap", "exec"),
    lambda: __import__("no_such_module"),
    lambda: "text".no_such_attribute,
    lambda: no_such_name,  # noqa: F821
]

for _mishap in _MISHAPS:
    try:
        _mishap()
    except Exception as error:
        traceback.format_exc()
        "".join(traceback.TracebackException.from_exception(error, capture_locals=True).format())
    else:
        raise RuntimeError(f"{_mishap} went well, so it proves nothing")

with warnings.catch_warnings(record=True):
    warnings.simplefilter("always")
    warnings.warn("A warning on purpose", stacklevel=1)
warnings.formatwarning("A warning on purpose", UserWarning, "mishap.py", 1)
