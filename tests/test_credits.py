"""The credits rule: what its meaning promises for any case, its thresholds, and its steps word for word.

What is expected is worked out here in whole hundredths of a credit from the rule's own figures.
"""

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators.core.answer import answer
from calculators.core.tables import Tables
from calculators.core.words import Words
from scripts import tables as editors_tables
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
RULE = yaml.safe_load((ROOT / "data/limits.yaml").read_text("utf-8"))["credits_rule"]["rows"]["rule"]
TOTAL, MOST, YEAR = (RULE[name]["value"] * 100 for name in ("total", "most_behind", "credits_per_full_year"))
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())

any_credits = st.integers(0, 200_000) | st.integers(0, 80).map(lambda each: each * 750)
any_years = st.integers(0, 80).map(lambda halves: halves * 50)
some_years = st.integers(0, 20).map(lambda halves: halves * 50)


def plain(hundredths):
    """Hundredths as canonical text."""
    text = f"{hundredths // 100}.{hundredths % 100:02}"
    return text.rstrip("0").rstrip(".")


def asked(supported, passed, full=0, part=0, lang="nb"):
    """The answer to one case, everything in hundredths."""
    given = {
        "credits_supported": plain(supported),
        "credits_passed": plain(passed),
        "full_time_years_before_2021": plain(full),
        "part_time_years_before_2021": plain(part),
    }
    return answer("credits", given, TABLES, WORDS, lang)


def outputs(*case, **options):
    """The outputs of one case."""
    done = asked(*case, **options)
    assert done.status == 0, done.result
    return done.result["outputs"]


@pytest.mark.parametrize(
    ("supported", "passed", "nb", "en"),
    [
        (120, 90, "Nei, 30 studiepoeng forsinkelse stopper ikke støtten. Du har 360 studiepoeng med støtte igjen.",
         "No, being 30 credits behind does not stop your support. You have 360 credits with support left."),
        (120, 120, "Nei, du er ikke forsinket. Du har 360 studiepoeng med støtte igjen.",
         "No, you are not behind. You have 360 credits with support left."),
        (480, 450, "Nei, men du har brukt opp studiepoengene du kan få støtte til.",
         "No, but you have used up the credits you can get support for."),
        (120, 30, "Ja, 90 studiepoeng forsinkelse stopper støtten. Når du har bestått 30 studiepoeng til, kan",
         "Yes, being 90 credits behind stops your support. When you have passed 30 credits more, it can"),
        (480, 30, "Ja, 450 studiepoeng forsinkelse stopper støtten, og du har brukt opp studiepoengene du kan få",
         "Yes, being 450 credits behind stops your support, and you have used up the credits you can get"),
    ],
)  # fmt: skip
def test_the_headline_answers_the_question_first(supported, passed, nb, en):
    for lang, said in (("nb", nb), ("en", en)):
        headline = asked(supported * 100, passed * 100, lang=lang).headline.replace("\u00a0", " ")
        assert headline.startswith(said)


def test_the_rule_is_the_one_these_tests_know():
    assert (TOTAL, MOST, YEAR) == (48_000, 6_000, 6_000)


@given(any_credits, any_credits, any_years, any_years)
@settings(max_examples=300, deadline=None)
def test_any_case_comes_out_as_in_whole_numbers(supported, passed, full, part):
    behind = max(0, supported - passed)
    assert outputs(supported, passed, full, part) == {
        "credits_left": plain(max(0, TOTAL - supported - (full + part) * YEAR // 100)),
        "behind": plain(behind),
        "delay_ok": behind <= MOST,
        "credits_to_pass": plain(max(0, behind - MOST)),
    }


@given(any_credits, any_credits, any_credits, some_years)
@settings(max_examples=200, deadline=None)
def test_more_passed_never_makes_it_worse_and_gives_no_more_credits_with_support(supported, passed, more, full):
    passed, more = sorted([passed, more])
    before, after = outputs(supported, passed, full), outputs(supported, more, full)
    assert Decimal(after["behind"]) <= Decimal(before["behind"])
    assert Decimal(after["credits_to_pass"]) <= Decimal(before["credits_to_pass"])
    assert after["delay_ok"] or not before["delay_ok"]
    assert after["credits_left"] == before["credits_left"]


@given(any_credits, st.integers(1, 20_000))
@settings(max_examples=200, deadline=None)
def test_passing_what_must_be_passed_is_enough_and_one_hundredth_less_is_not(passed, beyond):
    supported = passed + MOST + beyond
    if supported > 200_000:
        supported, passed = supported - passed, 0
    to_pass = int(Decimal(outputs(supported, passed)["credits_to_pass"]) * 100)
    assert to_pass == beyond
    assert outputs(supported, passed + to_pass)["delay_ok"] is True
    assert outputs(supported, passed + to_pass - 1)["delay_ok"] is False


@given(any_credits, any_credits, some_years, some_years)
@settings(max_examples=200, deadline=None)
def test_a_part_time_year_before_2021_takes_as_much_as_a_full_time_one(supported, passed, full, part):
    assert outputs(supported, passed, full, part) == outputs(supported, passed, part, full)
    assert outputs(supported, passed, full, part) == outputs(supported, passed, full + part, 0)


@given(any_credits, any_credits, any_years, any_years)
@settings(max_examples=100, deadline=None)
def test_years_before_2021_say_nothing_of_the_delay(supported, passed, full, part):
    without, with_years = outputs(supported, passed), outputs(supported, passed, full, part)
    assert {**without, "credits_left": None} == {**with_years, "credits_left": None}


def test_the_answer_depends_on_every_input():
    base = outputs(12_000, 5_000, 100, 100)
    for other in ((12_100, 5_000, 100, 100), (12_000, 5_100, 100, 100), (12_000, 5_000, 200, 100)):
        assert outputs(*other) != base
    assert outputs(12_000, 5_000, 100, 150) != base


def test_eight_years_before_2021_leave_nothing_and_seven_and_a_half_leave_a_semester():
    assert outputs(0, 0, 800, 0)["credits_left"] == outputs(0, 0, 0, 800)["credits_left"] == "0"
    assert outputs(0, 0, 400, 350)["credits_left"] == "30"


def test_a_limit_is_looked_up_only_when_the_answer_needs_it():
    columns = [limit.column for limit in asked(6_000, 6_000).limits]
    assert columns == ["total"]
    assert [limit.column for limit in asked(6_000, 5_999).limits] == ["total", "most_behind"]
    assert [limit.column for limit in asked(6_000, 6_000, 50).limits] == ["credits_per_full_year", "total"]


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_it_never_says_that_you_get_support(lang):
    for case in ((0, 0), (12_000, 0), (48_000, 48_000), (60_000, 0, 100)):
        done = asked(*case, lang=lang)
        assert "not_whether_you_get_support" in [notice["kind"] for notice in done.result["notices"]]
        said = " ".join([done.headline, *(step["text"] for step in done.result["steps"])]).lower()
        assert not any(word in said for word in ("eligible", "entitled", "berettiget", "har rett til", "du får støtte"))


@pytest.mark.parametrize(
    ("field", "text", "code"),
    [
        ("credits_supported", "", "required"), ("credits_supported", "-1", "too_low"),
        ("credits_supported", "2000.01", "too_high"), ("credits_passed", "7.555", "decimals"),
        ("credits_passed", "abc", "not_number"), ("full_time_years_before_2021", "0.3", "not_step"),
        ("part_time_years_before_2021", "41", "too_high"), ("part_time_years_before_2021", "-0.5", "too_low"),
        ("age", "20", "unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_name(field, text, code):
    done = answer("credits", {"credits_supported": "60", "credits_passed": "60", field: text}, TABLES, WORDS, "nb")
    assert done.status == 2
    assert [(each["field"], each["code"]) for each in done.result["errors"]] == [(field, code)]


STEPS = {
    "nb": [
        ("Siden høsten 2021 har du fått støtte til 120 studiepoeng.", "120", "input", None),
        ("År med støtte på fulltid før høsten 2021: 2.", "2", "input", None),
        ("År med støtte på deltid før høsten 2021: 1.", "1", "input", None),
        ("Et år på fulltid er 60 studiepoeng.", "60", "limit", "lk-exam-results-2018"),
        (
            "Grensen var den gang i år, så årene regnes hele: (2 + 1) × 60 studiepoeng = 180 studiepoeng.",
            "180", "calculated", None,
        ),
        ("Du kan få støtte til 480 studiepoeng i alt.", "480", "limit", "lk-changes-2021-22"),
        ("480 studiepoeng − 180 studiepoeng − 120 studiepoeng = 180 studiepoeng igjen.", "180", "calculated", None),
        ("I den samme tiden har du bestått 52,5 studiepoeng.", "52.5", "input", None),
        ("120 studiepoeng − 52,5 studiepoeng = 67,5 studiepoeng forsinket.", "67.5", "calculated", None),
        ("Du kan få ny støtte når du er høyst 60 studiepoeng forsinket.", "60", "limit", "lk-delay"),
        ("67,5 studiepoeng − 60 studiepoeng = 7,5 studiepoeng må du bestå først.", "7.5", "calculated", None),
    ],
    "en": [
        ("Since autumn 2021 you have had support for 120 credits.", "120", "input", None),
        ("Years with full-time support before autumn 2021: 2.", "2", "input", None),
        ("Years with part-time support before autumn 2021: 1.", "1", "input", None),
        ("A full-time year is 60 credits.", "60", "limit", "lk-exam-results-2018"),
        (
            "The limit was then in years, so the years count whole: (2 + 1) × 60 credits = 180 credits.",
            "180", "calculated", None,
        ),
        ("You can get support for 480 credits in all.", "480", "limit", "lk-changes-2021-22"),
        ("480 credits − 180 credits − 120 credits = 180 credits left.", "180", "calculated", None),
        ("In the same time you have passed 52.5 credits.", "52.5", "input", None),
        ("120 credits − 52.5 credits = 67.5 credits behind.", "67.5", "calculated", None),
        ("You can get new support when you are at most 60 credits behind.", "60", "limit", "lk-delay"),
        ("67.5 credits − 60 credits = 7.5 credits that you must pass first.", "7.5", "calculated", None),
    ],
}  # fmt: skip


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_steps_of_one_case(lang):
    result = asked(12_000, 5_250, 200, 100, lang=lang).result
    steps = [
        (step["text"].replace("\u00a0", " "), step["value"], step["origin"], step["source"]) for step in result["steps"]
    ]
    assert steps == STEPS[lang]
    assert [notice["kind"] for notice in result["notices"]] == [
        "not_whether_you_get_support", "delay_before_2021", "part_time_years_whole", "back_next_semester",
        "new_programme", "not_modelled", "not_modelled", "estimate",
    ]  # fmt: skip
