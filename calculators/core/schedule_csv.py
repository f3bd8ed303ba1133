"""A list of an answer, such as a repayment schedule, as CSV text that a spreadsheet in the reader's language opens."""

import csv
from collections.abc import Mapping

from calculators.core.answer import Answer, rule
from calculators.core.money import DECIMAL_SIGN
from calculators.core.words import Words

SEPARATOR = {"nb": ";", "en": ","}


class _Lines(list):
    """What csv.writer writes to: a list of lines, as there are no files here."""

    write = list.append


def list_name(calculator: str) -> str | None:
    """The name of the calculator's list output, or None when it has none."""
    return next((name for name, unit in rule(calculator).OUTPUTS.items() if not isinstance(unit, str)), None)


def schedule_csv(answer: Answer, words: Words) -> str:
    """The list of an answered case as CSV: a heading row in the answer's language, then one row an item.

    Numbers are bare (1726,90 in nb, 1726.90 in en), dates and months ISO, ids in the reader's words, null empty.
    Lines end in CRLF, as RFC 4180 has it. Raises KeyError when the calculator has no list.
    """
    name = list_name(answer.calculator)
    units = rule(answer.calculator).OUTPUTS[name]
    lines = _Lines()
    writer = csv.writer(lines, delimiter=SEPARATOR[answer.lang], lineterminator="\r\n")
    writer.writerow(words.say(answer.lang, answer.calculator, "columns", name, key) for key in units)
    pairs = zip(answer.result["outputs"][name], answer.result["display"][name], strict=True)
    writer.writerows(
        [_cell(key, unit, item, shown, answer.lang) for key, unit in units.items()] for item, shown in pairs
    )
    return "".join(lines)


def _cell(key: str, unit: str, item: Mapping, shown: Mapping, lang: str) -> str:
    if item[key] is None:
        return ""
    if unit in ("date", "year-month", "text"):
        return item[key]
    if unit in ("choice", "flag"):
        return shown[key]
    return item[key].replace(".", DECIMAL_SIGN[lang])
