"""The files that an answer can be taken along in: its dates for a calendar, its schedule for a spreadsheet."""

from calculators.core.answer import ANSWERED, Answer, rule
from calculators.core.ics import answer_calendar, stamp_of
from calculators.core.schedule_csv import list_name, schedule_csv
from calculators.core.tables import Tables
from calculators.core.words import Words

CALENDAR, SPREADSHEET = "ics", "csv"
MEDIA_TYPE = {CALENDAR: "text/calendar;charset=utf-8", SPREADSHEET: "text/csv;charset=utf-8"}
# Without this mark Excel takes the file for one in an older alphabet, and writes Ã¥ for å.
BYTE_ORDER_MARK = "\ufeff"


def kinds(calculator: str) -> list[str]:
    """The kinds of file that the calculator's answers may have: "ics" with events, "csv" with a list of amounts."""
    found = [CALENDAR] if hasattr(rule(calculator), "events") else []
    listed = rule(calculator).OUTPUTS.get(list_name(calculator), {})
    return [*found, SPREADSHEET] if "NOK" in listed.values() else found


def files(done: Answer, tables: Tables, words: Words, today: str) -> dict[str, dict[str, str]]:
    """The files of an answered case by kind: {"name", "type", "text"}; the name holds the day, `today`, as 2026-11-22.

    A calendar without a coming date, or a list without rows, is no file.
    """
    texts: dict[str, str | None] = {}
    for kind in kinds(done.calculator) if done.status == ANSWERED else ():
        if kind == CALENDAR:
            texts[kind] = answer_calendar(done, words, stamp_of(done, tables))
        elif done.result["outputs"][list_name(done.calculator)]:
            texts[kind] = BYTE_ORDER_MARK + schedule_csv(done, words)
    return {
        kind: {"name": f"{done.calculator}-{today}.{kind}", "type": MEDIA_TYPE[kind], "text": text}
        for kind, text in texts.items()
        if text
    }
