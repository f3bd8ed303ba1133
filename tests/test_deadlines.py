"""Deadlines: what a date promises on, before and after the day, for every year that is published.

What is expected is worked out here from the YAML text, not by the code under test.
"""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calculators.core.answer import answer
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words
from scripts import tables as editors_tables
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
ROWS = yaml.load((ROOT / "data/limits.yaml").read_text("utf-8"), yaml.BaseLoader)["application_deadline"]["rows"]
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
PERIODS = ("year", "autumn", "spring")
COLUMN = {"year": "year_or_autumn", "autumn": "year_or_autumn", "spring": "spring"}
ALL_YEARS = [f"{year}-{(year + 1) % 100:02}" for year in range(1990, 2100)]


def published(period_year, column):
    """The day as the YAML text has it, or None."""
    text = ROWS.get(period_year, {}).get(column, "null")
    return None if text == "null" else date.fromisoformat(text)


EVERY_DAY = sorted(day for year in ROWS for column in ("year_or_autumn", "spring") if (day := published(year, column)))
KNOWN = [(year, period) for year in ALL_YEARS for period in PERIODS if published(year, COLUMN[period])]
GAPS = [(year, period) for year in ALL_YEARS for period in PERIODS if not published(year, COLUMN[period])]
any_day = st.dates(date(1990, 1, 1), date(2100, 12, 31))
near_days = st.integers(0, 3000).map(lambda days: date(2019, 1, 1) + timedelta(days))


def asked(year, period, today, lang="nb"):
    given_values = {"academic_year": year, "period": period, "today": today.isoformat()}
    return answer("deadlines", given_values, TABLES, WORDS, lang)


def listed(done):
    return [(each["date"], each["what"], each["passed"]) for each in done.result["outputs"]["deadlines"]]


def test_there_are_days_to_try():
    assert len(EVERY_DAY) >= 8
    assert published("2026-27", "spring") == date(2027, 3, 15)
    assert ("2025-26", "year") in GAPS and ("2022-23", "spring") in GAPS


@pytest.mark.parametrize(("year", "period"), KNOWN)
@pytest.mark.parametrize(("days", "is_late"), [(-1, False), (0, False), (1, True)])
def test_on_the_day_you_are_in_time_and_the_day_after_you_are_not(year, period, days, is_late):
    deadline = published(year, COLUMN[period])
    done = asked(year, period, deadline + timedelta(days))
    assert listed(done)[0] == (deadline.isoformat(), COLUMN[period], is_late)
    assert ("passert" in done.headline) == is_late


@given(st.sampled_from(KNOWN), any_day | near_days)
@settings(max_examples=200, deadline=None)
def test_each_day_is_the_published_one_and_passed_only_after_it(known, today):
    year, period = known
    columns = ["year_or_autumn", "spring"] if period == "year" else [COLUMN[period]]
    days = [(published(year, column), column) for column in columns]
    spring = published(year, "spring")
    if period == "autumn" and spring and published(year, "year_or_autumn") < today <= spring:
        days.append((spring, "spring"))
    assert listed(asked(year, period, today)) == [(day.isoformat(), column, today > day) for day, column in days if day]


def test_who_missed_the_autumn_finds_the_spring_in_the_list_while_it_lies_ahead():
    for today, rows in (
        (date(2024, 11, 15), 1),
        (date(2024, 11, 16), 2),
        (date(2025, 3, 15), 2),
        (date(2025, 3, 16), 1),
    ):
        assert len(listed(asked("2024-25", "autumn", today))) == rows, today


@given(st.sampled_from(KNOWN), any_day | near_days, st.sampled_from(LANGUAGES))
@settings(max_examples=200, deadline=None)
def test_a_passed_deadline_names_the_next_or_says_that_none_is_published(known, today, lang):
    year, period = known
    assume(today > published(year, COLUMN[period]))
    done = asked(year, period, today, lang)
    following = f"{int(year[:4]) + 1}-{(int(year[:4]) + 2) % 100:02}"
    coming = [published(year, "spring")] if period != "spring" else []
    coming += [published(following, "year_or_autumn"), published(following, "spring")]
    ahead = [day for day in coming if day and day >= today]
    shown = done.headline.replace("\u00a0", " ")
    kinds = [notice["kind"] for notice in done.result["notices"]]
    if ahead:
        month = {3: ("mars", "March"), 4: ("april", "April"), 11: ("november", "November")}[ahead[0].month]
        assert f"{ahead[0].day}{'.' if lang == 'nb' else ''} {month[lang == 'en']} {ahead[0].year}" in shown
        assert "next_not_published" not in kinds
    else:
        assert "next_not_published" in kinds
        assert str(today.year + 1) not in shown, "no day may be made up"


@given(st.sampled_from(GAPS), any_day)
@settings(max_examples=150, deadline=None)
def test_a_year_without_a_date_gives_none(gap, today):
    done = asked(*gap, today)
    assert done.status == 3 and done.result["outputs"] is None
    assert done.result["notices"][0]["kind"] == "not_published"


def test_the_answer_depends_on_every_input():
    base = listed(asked("2024-25", "year", date(2024, 8, 1)))
    assert listed(asked("2023-24", "year", date(2024, 8, 1))) != base
    assert listed(asked("2024-25", "spring", date(2024, 8, 1))) != base
    assert listed(asked("2024-25", "year", date(2024, 12, 1))) != base


def test_a_date_moved_by_the_pandemic_stands_as_it_was():
    assert listed(asked("2019-20", "spring", date(2020, 4, 1))) == [("2020-04-15", "spring", False)]


@pytest.mark.parametrize("period", PERIODS)
def test_courses_that_start_late_are_told_to_those_who_are_late(period):
    deadline = published("2024-25", COLUMN[period])
    in_time = [step["text"] for step in asked("2024-25", period, deadline).result["steps"]]
    late = [step["text"] for step in asked("2024-25", period, deadline + timedelta(1)).result["steps"]]
    assert not any("Unntak" in text for text in in_time)
    # The later deadline is the spring's own, so it helps nobody who missed that one.
    assert sum("Unntak" in text for text in late) == (1 if period == "spring" else 2)


STEPS = {
    "nb": [
        ("Vi ser fristene fra 16. november 2024.", "2024-11-16", "input", None),
        ("Du kan søke fra midten av mai, når du har fått studieplass.", None, "limit", "lk-university"),
        (
            "Fristen for hele året eller bare høsten i 2024-25 er 15. november 2024.",
            "2024-11-15", "limit", "lk-all-you-need-2024-25",
        ),
        ("16. november 2024 er etter 15. november 2024. Fristen er passert.", None, "calculated", None),
        (
            "Fristen for bare våren i 2024-25 er 15. mars 2025.",
            "2025-03-15", "limit", "lk-all-you-need-2024-25",
        ),
        ("16. november 2024 er før 15. mars 2025. Fristen er ikke passert.", None, "calculated", None),
        (
            "Unntak i forskriften for 2017–2018: Starter kurset 1. november eller senere, er fristen 15. mars.",
            "03-15", "limit", "reg-2017-18-deadline",
        ),
        (
            "Unntak i forskriften for 2017–2018: Starter kurset 1. mars eller senere, er du ikke bundet av fristen.",
            "03-01", "limit", "reg-2017-18-deadline",
        ),
    ],
    "en": [
        ("We look at the deadlines from 16 November 2024.", "2024-11-16", "input", None),
        ("You can apply from mid-May, once you have a study place.", None, "limit", "lk-university"),
        (
            "The deadline for the whole year or the autumn only of 2024-25 is 15 November 2024.",
            "2024-11-15", "limit", "lk-all-you-need-2024-25",
        ),
        ("16 November 2024 is after 15 November 2024. The deadline has passed.", None, "calculated", None),
        (
            "The deadline for the spring only of 2024-25 is 15 March 2025.",
            "2025-03-15", "limit", "lk-all-you-need-2024-25",
        ),
        ("16 November 2024 is before 15 March 2025. You are in time.", None, "calculated", None),
        (
            "Exception in the regulation of 2017–2018: if the course starts on 1 November or later, the deadline is "
            "15 March.",
            "03-15", "limit", "reg-2017-18-deadline",
        ),
        (
            "Exception in the regulation of 2017–2018: if the course starts on 1 March or later, you are not bound by "
            "the deadline.",
            "03-01", "limit", "reg-2017-18-deadline",
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_steps_of_one_who_is_a_day_late(lang):
    steps = [
        (step["text"].replace("\u00a0", " "), step["value"], step["origin"], step["source"])
        for step in asked("2024-25", "autumn", date(2024, 11, 16), lang).result["steps"]
    ]
    assert steps == STEPS[lang]
