"""Answers and phone hours: weeks as printed, days as the calendar has them, holidays as Norway keeps them.

What is expected is worked out here from the YAML text and by the `holidays` package for single days, not by the code
under test.
"""

from datetime import date, datetime, timedelta
from pathlib import Path

import holidays
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators import reply
from calculators.core.answer import answer
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words
from scripts import tables as editors_tables
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
ROWS = yaml.load((ROOT / "data/limits.yaml").read_text("utf-8"), yaml.BaseLoader)["processing_time"]["rows"]
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
NORWAY = holidays.country_holidays("NO", years=range(1990, 2102))

cases = st.sampled_from(list(ROWS))
any_day = st.dates(date(1990, 1, 1), date(2100, 12, 31))
# Also the minutes at which something happens.
minutes = st.integers(0, 24 * 60 - 1) | st.sampled_from([539, 540, 541, 899, 900, 901])


def asked(sent=date(2026, 11, 2), case="norway", at=None, lang="nb"):
    given_values = {"sent": sent.isoformat(), "case": case, "at": at and at.isoformat(timespec="minutes")}
    return answer("reply", given_values, TABLES, WORDS, lang)


def phone_open(at):
    return asked(at=at).result["outputs"]["phone_open"]


def days_of(case):
    """The days of a case as the YAML text has it."""
    row = ROWS[case]
    return int(row["weeks"]) * 7 if row["weeks"] != "null" else int(row["days"])


def test_every_kind_of_case_can_be_chosen_and_no_other():
    assert set(reply.CASES) == set(ROWS)
    assert len(ROWS) >= 10


@given(any_day, cases)
@settings(max_examples=200, deadline=None)
def test_the_day_lies_the_printed_weeks_or_days_ahead(sent, case):
    outputs = asked(sent, case).result["outputs"]
    assert date.fromisoformat(outputs["usual_latest"]) - sent == timedelta(days_of(case))
    assert outputs["weeks"] == (None if ROWS[case]["weeks"] == "null" else ROWS[case]["weeks"])
    assert outputs["read_on"] == "2025-10-07"
    assert outputs["phone_open"] is None


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("case", list(ROWS))
def test_it_is_dated_and_never_promised(case, lang):
    done = asked(case=case, lang=lang)
    notices = {notice["kind"]: notice["text"] for notice in done.result["notices"]}
    assert "2025" in notices["no_promise"]
    assert {"nb": "ikke noe løfte", "en": "no promise"}[lang] in done.headline
    assert ("sources_differ" in notices) == (case == "norway")


@given(any_day, minutes)
@settings(max_examples=300, deadline=None)
def test_the_phone_is_open_from_nine_to_three_on_working_days(day, minute):
    at = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    is_workday = day.weekday() < 5 and day not in NORWAY
    assert phone_open(at) is (is_workday and 9 * 60 <= minute < 15 * 60)


# Known by heart, so that a fault in the package would show too.
@pytest.mark.parametrize(
    "day",
    ["2026-01-01", "2026-04-02", "2026-04-03", "2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25", "2026-12-25"]
    + ["2027-05-17", "2024-05-17", "2025-12-26"],
)
def test_a_public_holiday_is_told_as_one(day):
    result = asked(at=datetime.fromisoformat(f"{day}T10:00")).result
    assert result["outputs"]["phone_open"] is False
    assert "helligdag" in result["steps"][-1]["text"]


@pytest.mark.parametrize(
    ("at", "opens"),
    [
        ("2026-11-23T08:59", "23. november 2026"),
        ("2026-11-23T15:00", "24. november 2026"),
        ("2026-11-20T15:00", "23. november 2026"),
        ("2026-11-21T09:30", "23. november 2026"),
        ("2026-12-31T16:00", "4. januar 2027"),
        ("2026-04-01T15:00", "7. april 2026"),
    ],
)
def test_a_closed_phone_says_when_it_opens(at, opens):
    text = asked(at=datetime.fromisoformat(at)).result["steps"][-1]["text"].replace("\u00a0", " ")
    assert f"Den åpner igjen {opens} klokken 09:00." in text


@given(any_day, minutes)
@settings(max_examples=100, deadline=None)
def test_when_it_opens_it_is_open_and_not_before(day, minute):
    at = datetime(day.year, day.month, day.day) + timedelta(minutes=minute)
    opens = datetime.fromisoformat("2000-01-01T09:00").time()
    if phone_open(at):
        return
    opening = reply.next_opening(at, opens, TABLES.holidays)
    assert datetime.combine(opening, opens) > at
    assert opening.weekday() < 5 and opening not in NORWAY
    between = [at.date() + timedelta(days) for days in range((opening - at.date()).days)]
    assert all(each == at.date() or each.weekday() >= 5 or each in NORWAY for each in between)


def test_the_answer_depends_on_every_input():
    base = asked(at=datetime(2026, 11, 23, 10)).result["outputs"]
    assert asked(sent=date(2026, 11, 3), at=datetime(2026, 11, 23, 10)).result["outputs"] != base
    assert asked(case="appeal", at=datetime(2026, 11, 23, 10)).result["outputs"] != base
    assert asked(at=datetime(2026, 11, 22, 10)).result["outputs"] != base


@given(any_day, cases, st.integers(-3, 3), minutes)
@settings(max_examples=100, deadline=None)
def test_the_time_has_run_out_the_day_after_it_and_not_before(sent, case, after, minute):
    latest = sent + timedelta(days_of(case))
    if not 1990 <= (latest + timedelta(after)).year <= 2100:
        return
    at = datetime(latest.year, latest.month, latest.day) + timedelta(days=after, minutes=minute)
    says = {"nb": "Den oppgitte tiden gikk ut ", "en": "The stated time ran out on "}
    for lang, beginning in says.items():
        assert asked(sent, case, at, lang).headline.startswith(beginning) == (after > 0)


@pytest.mark.parametrize(
    ("lang", "case", "says"),
    [
        ("nb", "automatic", "Lånekassen oppgir svar innen 2 dager"), ("en", "automatic", "an answer within 2 days"),
        ("nb", "email", "Lånekassen oppgir omtrent 24 dager"), ("en", "email", "Lånekassen gives about 24 days"),
    ],
)  # fmt: skip
def test_two_days_are_the_most_and_the_days_of_a_message_are_about(lang, case, says):
    assert says in asked(case=case, lang=lang).result["steps"][1]["text"].replace("\u00a0", " ")


def test_the_sentence_of_an_overdue_appeal():
    at = datetime(2027, 3, 15, 10)
    assert asked(case="appeal", at=at, lang="nb").headline.replace("\u00a0", " ") == (
        "Den oppgitte tiden gikk ut 1. mars 2027. Logg inn på Dine sider og se om noe mangler, eller ring."
    )


def test_without_a_time_nothing_is_said_of_the_phone():
    result = asked().result
    assert not any("telefon" in step["text"] for step in result["steps"])
    assert "holidays" not in {notice["kind"] for notice in result["notices"]}


STEPS = {
    "nb": [
        ("Du sendte det 2. november 2026.", "2026-11-02", None, "input", None),
        (
            "Lånekassen oppgir opptil 17 uker for dette: Klage.",
            "17", "weeks", "limit", "lk-processing-time",
        ),
        ("2. november 2026 + 17 uker = 1. mars 2027.", "2027-03-01", None, "calculated", None),
        (
            "Kundesenteret på +47 21 49 60 00 er åpent på hverdager fra 09:00 til 15:00. Ventetiden er vanligvis "
            "kortest fra 10:00 til 11:00.",
            "09:00–15:00", None, "limit", "lk-help",
        ),
        ("23. november 2026 klokken 10:30 er telefonen åpen.", None, None, "calculated", None),
    ],
    "en": [
        ("You sent it on 2 November 2026.", "2026-11-02", None, "input", None),
        (
            "Lånekassen gives up to 17 weeks for this: Appeal.",
            "17", "weeks", "limit", "lk-processing-time",
        ),
        ("2 November 2026 + 17 weeks = 1 March 2027.", "2027-03-01", None, "calculated", None),
        (
            "Customer service on +47 21 49 60 00 is open on weekdays from 09:00 to 15:00. The wait is usually shortest "
            "from 10:00 to 11:00.",
            "09:00–15:00", None, "limit", "lk-help",
        ),
        ("On 23 November 2026 at 10:30 the phone is open.", None, None, "calculated", None),
    ],
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_steps_of_an_appeal(lang):
    steps = [
        (step["text"].replace("\u00a0", " "), step["value"], step["unit"], step["origin"], step["source"])
        for step in asked(case="appeal", at=datetime(2026, 11, 23, 10, 30), lang=lang).result["steps"]
    ]
    assert steps == STEPS[lang]
