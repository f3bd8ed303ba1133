"""Days for the reader's own calendar: events as iCalendar text (RFC 5545). Pure: the time comes in as an argument."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from calculators.core.answer import ANSWERED, Answer, rule
from calculators.core.tables import Tables
from calculators.core.words import Words

PRODUCT = "-//Studiestotteguiden//Student Finance Guide Norway//NB"
LINE_END = "\r\n"
LONGEST_LINE = 75

# Asking again on another day is no other event: a calendar then replaces the entry and shows it once.
DAY_OF_ASKING = "today"


@dataclass(frozen=True)
class Event:
    """One whole day of an answer. `key` names its sentence among the calculator's `events`, `shows` fills it."""

    day: date
    key: str
    shows: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One event in the reader's words: `uid` is the same for the same event, for ever."""

    uid: str
    day: date
    summary: str
    description: str = ""


def answer_calendar(done: Answer, words: Words, stamp: datetime) -> str | None:
    """The events of an answer as iCalendar text; None where it has none.

    `stamp` (UTC) is when the facts behind it were last gone through. The calculator's module must have
    `events(outputs)`, from the outputs of the result to a list of Event.
    """
    if done.status != ANSWERED:
        return None
    told = [each["text"] for each in done.result["notices"] if each["kind"] in ("secondary", "estimate")]
    entries = [
        Entry(
            uid=event_uid(done.calculator, done.result["inputs"], event),
            day=event.day,
            summary=words.say(done.lang, done.calculator, "events", event.key, **event.shows),
            description="\n".join(told),
        )
        for event in rule(done.calculator).events(done.result["outputs"])
    ]
    return calendar_text(entries, stamp) if entries else None


def stamp_of(done: Answer, tables: Tables) -> datetime:
    """When the facts behind an answer were last gone through: no clock, so that the file is the same every time."""
    read = [tables.source(each["id"])["read"] for each in done.result.get("sources", [])]
    return datetime.fromisoformat(max(filter(None, read), default=tables.in_force["until"]))


def event_uid(calculator: str, inputs: Mapping[str, str | None], event: Event) -> str:
    """The name of an event that is the same whenever, wherever and in whatever language it is made."""
    asked = {name: value for name, value in inputs.items() if name != DAY_OF_ASKING}
    named = json.dumps([calculator, asked, event.day.isoformat(), event.key], sort_keys=True)
    return hashlib.sha256(named.encode()).hexdigest()[:32]


def calendar_text(entries: Sequence[Entry], stamp: datetime) -> str:
    """All-day entries as one iCalendar object, its lines ended by CRLF and folded at 75 octets."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    for entry in entries:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{entry.uid}",
            f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
            f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}",
            f"SUMMARY:{escaped(entry.summary)}",
            *([f"DESCRIPTION:{escaped(entry.description)}"] if entry.description else []),
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(folded(line) + LINE_END for line in lines)


def escaped(text: str) -> str:
    r"""Text as a property carries it: a backslash before \ ; and , and \n for a new line.

    >>> escaped("a, b; c")
    'a\\, b\\; c'
    """
    for sign in ("\\", ";", ","):
        text = text.replace(sign, "\\" + sign)
    return text.replace("\n", "\\n")


def folded(line: str) -> str:
    """A line in pieces of at most 75 octets, each after the first begun by a space; no letter is cut in two."""
    pieces, size = [""], 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LONGEST_LINE:
            pieces.append(" ")
            size = 1
        pieces[-1] += letter
        size += octets
    return LINE_END.join(pieces)
