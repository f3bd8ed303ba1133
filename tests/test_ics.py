"""Calendar files: an independent reader finds in them exactly what was put in, whatever the words."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from calculators.core.answer import answer, rule
from calculators.core.ics import Entry, Event, answer_calendar, calendar_text, escaped, event_uid, folded
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words
from scripts import tables as editors_tables
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
WITH_EVENTS = [name for name in WORDS.calculators() if hasattr(rule(name), "events")]
STAMP = datetime(2026, 11, 22, 10, 30)
CASE = {"academic_year": "2024-25", "period": "year", "today": "2024-08-20"}

# Letters of one to four octets, and all that has a meaning of its own in the format; long enough to be folded.
letters = st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from("\\;,:\n\"'æøåé中😀")
words = st.text(letters, max_size=20) | st.text(letters, min_size=60, max_size=150)
days = st.dates(date(1990, 1, 1), date(2100, 12, 31))
entries = st.lists(st.builds(Entry, st.uuids().map(str), days, words, words), min_size=1, max_size=5)


def read_back(text):
    """The entries of a calendar file as (uid, day, summary, description), by the icalendar package."""
    found = Calendar.from_ical(text)
    assert [str(each) for each in found.errors] == []
    return [
        (
            str(each["UID"]),
            each["DTSTART"].dt,
            str(each["SUMMARY"]),
            str(each.get("DESCRIPTION", "")),
        )
        for each in found.walk("VEVENT")
    ]


@given(entries)
@settings(max_examples=200, deadline=None)
def test_another_reader_finds_what_was_written(given_entries):
    expected = [(each.uid, each.day, each.summary, each.description) for each in given_entries]
    assert read_back(calendar_text(given_entries, STAMP)) == expected


@given(entries)
@settings(max_examples=200, deadline=None)
def test_lines_end_in_crlf_and_are_at_most_75_octets(given_entries):
    octets = calendar_text(given_entries, STAMP).encode()
    assert octets.endswith(b"END:VCALENDAR\r\n")
    lines = octets.removesuffix(b"\r\n").split(b"\r\n")
    for line in lines:
        assert b"\n" not in line and b"\r" not in line
        assert 0 < len(line) <= 75
        line.decode()  # no letter is cut in two


@pytest.mark.parametrize("octets", [74, 75, 76, 149, 150])
def test_a_line_is_folded_only_when_it_must_be(octets):
    line = "x" * octets
    pieces = folded(line).split("\r\n")
    assert len(pieces) == (1 if octets <= 75 else 2 if octets <= 149 else 3)
    assert pieces[0] + "".join(piece.removeprefix(" ") for piece in pieces[1:]) == line


def test_a_letter_of_two_octets_is_not_cut():
    assert folded("x" * 74 + "å") == "x" * 74 + "\r\n å"


def test_signs_with_a_meaning_are_escaped():
    assert escaped("a\\b;c,d\ne:f") == "a\\\\b\\;c\\,d\\ne:f"


def test_the_event_is_a_whole_day_stamped_by_the_argument():
    (event,) = Calendar.from_ical(calendar_text([Entry("1", date(2026, 11, 15), "x")], STAMP)).walk("VEVENT")
    assert event["DTSTART"].params["VALUE"] == "DATE"
    assert event["DTSTAMP"].dt == STAMP.replace(tzinfo=UTC)
    assert "DESCRIPTION" not in event
    assert event["TRANSP"] == "TRANSPARENT"


# The name of an event


def uid(calculator="deadlines", inputs=CASE, day=date(2024, 11, 15), key="year_or_autumn"):
    return event_uid(calculator, inputs, Event(day, key))


def test_the_same_event_has_the_same_name_for_ever():
    # Pinned: a changed name would put every entry twice into the calendars of those who asked before.
    assert uid() == "b7c75bb456ddb5e05e72bfe221ad5598"
    assert uid(inputs=dict(reversed(CASE.items()))) == uid()


def test_asking_on_another_day_does_not_make_another_event():
    assert uid(inputs={**CASE, "today": "2024-09-01"}) == uid()


@pytest.mark.parametrize(
    "other",
    [
        {"calculator": "support"},
        {"inputs": {**CASE, "period": "autumn"}},
        {"day": date(2024, 11, 16)},
        {"key": "spring"},
    ],
    ids=str,
)
def test_another_event_has_another_name(other):
    assert uid(**other) != uid()


# From an answer


def calendar_of(lang="nb", **other):
    return answer_calendar(answer("deadlines", {**CASE, **other}, TABLES, WORDS, lang), WORDS, STAMP)


def test_the_deadlines_ahead_stand_in_the_calendar():
    found = read_back(calendar_of())
    assert [(day, summary) for _, day, summary, _ in found] == [
        (date(2024, 11, 15), "Siste dag: søk Lånekassen om støtte til hele året eller høsten"),
        (date(2025, 3, 15), "Siste dag: søk Lånekassen om støtte til våren"),
    ]
    assert all("anslag" in description for *_, description in found)
    assert len({name for name, *_ in found}) == 2


def test_both_languages_name_the_same_events():
    nb, en = (read_back(calendar_of(lang)) for lang in LANGUAGES)
    assert [each[:2] for each in nb] == [each[:2] for each in en]
    assert [each[2] for each in en] == [
        "Last day: apply to Lånekassen for the whole year or the autumn",
        "Last day: apply to Lånekassen for the spring",
    ]


def test_a_passed_deadline_is_left_out():
    assert [day for _, day, *_ in read_back(calendar_of(today="2024-11-16"))] == [date(2025, 3, 15)]
    assert calendar_of(today="2025-03-16") is None


def test_the_doubt_of_a_secondary_date_goes_along():
    for *_, description in read_back(calendar_of(academic_year="2026-27", today="2026-08-01")):
        assert "andrehåndskilder" in description


@pytest.mark.parametrize("case", [{"academic_year": "2031-32"}, {"period": "summer"}], ids=str)
def test_no_answer_gives_no_calendar(case):
    assert calendar_of(**case) is None


@pytest.mark.parametrize("calculator", WITH_EVENTS)
def test_every_event_has_its_sentence(calculator):
    content = WORDS.contents[calculator]
    text = answer_calendar(answer(calculator, content["start"], TABLES, WORDS, "en"), WORDS, STAMP)
    assert text and read_back(text)
    assert content["events"]


def test_only_calculators_with_events_have_sentences_for_them():
    assert "deadlines" in WITH_EVENTS
    assert [name for name in WORDS.calculators() if "events" in WORDS.contents[name]] == WITH_EVENTS


# On the command line


def run(*arguments):
    command = [sys.executable, "-m", "calculators", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, timeout=60)


def flags(**case):
    return [part for name, value in case.items() for part in (f"--{name.replace('_', '-')}", value)]


def test_the_command_line_prints_the_file_and_nothing_else():
    done, again = (run("deadlines", *flags(**CASE), "--ics") for _ in range(2))
    assert done.returncode == 0 and done.stderr == b""
    assert done.stdout == again.stdout, "no clock may show in it"
    assert done.stdout.startswith(b"BEGIN:VCALENDAR\r\n") and b"\r\r\n" not in done.stdout
    assert [each[1:] for each in read_back(done.stdout)] == [each[1:] for each in read_back(calendar_of())]


@pytest.mark.parametrize(
    ("case", "status", "told"),
    [
        ({**CASE, "today": "2025-04-01"}, 0, "ingen kommende datoer"),
        ({**CASE, "academic_year": "2031-32"}, 3, "Vi har ikke funnet tallet for 2031-32"),
        ({**CASE, "period": "summer"}, 2, "--period"),
    ],
    ids=["passed", "not published", "invalid"],
)
def test_where_there_is_no_file_stdout_stays_empty(case, status, told):
    done = run("deadlines", *flags(**case), "--ics")
    assert (done.returncode, done.stdout) == (status, b"")
    assert told in done.stderr.decode()


def test_a_calculator_without_dates_has_no_such_flag():
    done = run("signing", "--age", "17", "--applied-for", "grant", "--ics")
    assert done.returncode == 2 and "--ics" in done.stderr.decode()
    assert "--ics" not in run("signing", "--help").stdout.decode()
    assert "--ics" in run("deadlines", "--help").stdout.decode()
