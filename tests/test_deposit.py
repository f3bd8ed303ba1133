"""Funds for a study permit: what the rule promises for any case, and every published amount to the krone.

What is expected is worked out here in whole øre from the YAML text, not by the code under test.
"""

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calculators import deposit
from calculators.core.answer import answer
from calculators.core.page import answer_html
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words
from scripts import tables as editors_tables
from scripts.words import words_json

ROOT = Path(__file__).resolve().parents[1]
# As text, so that 10.50 is no float and 2024-25 no sum.
YAML = yaml.load((ROOT / "data/limits.yaml").read_text("utf-8"), yaml.BaseLoader)
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
STAYS = ("year", "autumn", "spring")


def cell(period, stay):
    """(kroner or None, status) of the required funds as the YAML text has it."""
    row = YAML["required_funds"]["rows"].get(period, {})
    found = row.get(stay, "null")
    value, status = (found["value"], found.get("status")) if isinstance(found, dict) else (found, None)
    return (None if value == "null" else int(value)), status or row.get("status")


ALL_YEARS = [f"{year}-{(year + 1) % 100:02}" for year in range(1990, 2100)]
PUBLISHED = [(period, stay, cell(period, stay)[0]) for period in ALL_YEARS for stay in STAYS if cell(period, stay)[0]]
GAPS = [(period, stay) for period in ALL_YEARS for stay in STAYS if not cell(period, stay)[0]]

BASE = {"academic_year": "2024-25", "stay": "year", "citizenship": "other", "programme": "degree"}
REQUIRED = 151_690

ore = st.integers(0, 10**14) | st.integers(0, 300_000_00)
published = st.sampled_from(PUBLISHED)
flags = st.sampled_from(["true", "false"])
# Everything that may vary once the requirement applies; amounts in øre.
applicants = st.fixed_dictionaries(
    {
        "programme": st.sampled_from(["degree", "exchange"]),
        "application": st.sampled_from(["first", "renewal"]),
        "institution": st.sampled_from(["inn", "other"]),
        "erasmus": flags,
        "norwegian_account": flags,
        "own_funds_place": st.sampled_from(["institution_account", "norwegian_bank", "abroad"]),
        "job_offer": flags,
        "tuition": ore,
        "tuition_paid": ore,
        "grants_and_loans": ore,
        "own_funds": ore,
        "job_income": ore,
    }
)
AMOUNTS = ("tuition", "tuition_paid", "grants_and_loans", "own_funds", "job_income")


def kroner(amount):
    """An amount in øre as canonical text."""
    return f"{amount // 100}.{amount % 100:02}"


def in_ore(text):
    """A printed amount in øre."""
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest or 0)


def asked(case=None, /, lang="nb", **other):
    """The answer to one case; amounts given as whole numbers are øre."""
    given_values = {**BASE, **(case or {}), **other}
    return answer(
        "deposit",
        {name: kroner(value) if isinstance(value, int) else value for name, value in given_values.items()},
        TABLES,
        WORDS,
        lang,
    )


def outputs(*arguments, **case):
    done = asked(*arguments, **case)
    assert done.status == 0, done.result
    return done.result["outputs"]


def kinds(done):
    return [notice["kind"] for notice in done.result["notices"]]


# Every published amount


def test_there_are_amounts_to_try():
    assert len(PUBLISHED) >= 27
    assert ("2024-25", "spring", 82_740) in PUBLISHED and ("2025-26", "autumn", 75_845) in PUBLISHED
    assert ("2017-18", "spring") in GAPS and ("2020-21", "autumn") in GAPS


@pytest.mark.parametrize(("period", "stay", "amount"), PUBLISHED)
def test_on_the_requirement_one_below_and_one_above(period, stay, amount):
    for over in (-100, -1, 0, 1, 100):
        found = outputs(academic_year=period, stay=stay, own_funds=amount * 100 + over)
        assert found["required"] == str(amount)
        assert in_ore(found["missing"]) == max(0, -over)


@pytest.mark.parametrize(("period", "stay"), [each for each in GAPS if each[0] in YAML["required_funds"]["rows"]])
def test_a_gap_is_never_half_of_the_year(period, stay):
    for lang in LANGUAGES:
        done = asked(academic_year=period, stay=stay, lang=lang)
        assert (done.status, done.result["outputs"], done.result["steps"]) == (3, None, [])


@given(st.sampled_from(GAPS), applicants)
@settings(max_examples=100, deadline=None)
def test_an_unpublished_amount_never_gives_a_number(gap, applicant):
    done = asked(applicant, academic_year=gap[0], stay=gap[1])
    assert done.status == 3 and done.result["outputs"] is None
    assert kinds(done)[0] == "not_published"


def test_autumn_and_spring_make_the_year():
    whole = [period for period in ALL_YEARS if all(cell(period, stay)[0] for stay in STAYS)]
    assert len(whole) >= 7
    for period in whole:
        year, autumn, spring = (int(outputs(academic_year=period, stay=stay)["required"]) for stay in STAYS)
        assert autumn + spring == year
        assert period == "2016-17" or autumn < year / 2 < spring, "a semester is not half a year"


# What the rule promises


@given(published, applicants)
@settings(max_examples=400, deadline=None)
def test_any_case_comes_out_as_in_whole_ore(row, who):
    period, stay, amount = row
    due = 0 if who["programme"] == "exchange" else max(0, who["tuition"] - who["tuition_paid"])
    own = 0 if who["own_funds_place"] == "abroad" else who["own_funds"]
    job = who["job_income"] if who["application"] == "renewal" or who["job_offer"] == "true" else 0
    covered = who["grants_and_loans"] + own + job
    found = outputs(who, academic_year=period, stay=stay)
    assert found["applies"] is True
    assert int(found["required"]) == amount
    assert in_ore(found["tuition_due"]) == due
    assert in_ore(found["covered"]) == covered
    assert in_ore(found["missing"]) == max(0, amount * 100 + due - covered)


@given(applicants, st.sampled_from(["grants_and_loans", "own_funds", "job_income", "tuition_paid"]), ore)
@settings(max_examples=150, deadline=None)
def test_more_money_never_makes_more_missing(who, name, more):
    richer = {**who, name: min(who[name] + more, 10**14)}
    assert in_ore(outputs(richer)["missing"]) <= in_ore(outputs(who)["missing"])


@given(applicants, flags, flags)
@settings(max_examples=150, deadline=None)
def test_neither_erasmus_nor_the_account_nor_the_institution_changes_an_amount(who, erasmus, account):
    amounts = ("required", "tuition_due", "covered", "missing")
    found = [
        outputs({**who, "erasmus": erasmus, "norwegian_account": account, "institution": place})
        for place in ("inn", "other")
    ]
    base = outputs(who)
    assert all([each[name] for name in amounts] == [base[name] for name in amounts] for each in found)


@given(applicants)
@settings(max_examples=200, deadline=None)
def test_erasmus_is_sent_to_the_institution_and_never_let_off(who):
    found = outputs(who, erasmus="true")
    assert int(found["required"]) == REQUIRED
    assert found["route"] in ("ask_institution", "none")


@given(applicants)
@settings(max_examples=200, deadline=None)
def test_a_route_and_an_advance_are_named_for_inn_alone(who):
    found = outputs(who, institution="other")
    assert found["route"] in ("ask_institution", "none") and found["advance"] is None
    at_inn = outputs(who, institution="inn")
    assert (at_inn["advance"] == "20000") == (at_inn["route"] == "institution_account")
    if at_inn["route"] == "own_account":
        assert who["norwegian_account"] == "true"
    if at_inn["route"] == "institution_account":
        assert (who["norwegian_account"], who["application"], who["erasmus"]) == ("false", "first", "false")


@given(applicants)
@settings(max_examples=200, deadline=None)
def test_no_money_has_to_be_moved_only_when_other_money_is_enough(who):
    found = outputs(who)
    job = who["job_income"] if who["application"] == "renewal" or who["job_offer"] == "true" else 0
    to_show = REQUIRED * 100 + in_ore(found["tuition_due"]) - who["grants_and_loans"] - job
    assert (found["route"] == "none") == (to_show <= 0)
    assert not (found["route"] == "none" and found["missing"] != "0")


LET_OFF = {
    "nordic": {"citizenship": "nordic"},
    "eu_eea_efta": {"citizenship": "eu_eea_efta"},
    "up_to_3_months": {"stay": "up_to_3_months"},
    "other_permit": {"other_permit": "true"},
}


@pytest.mark.parametrize("reason", LET_OFF)
@given(applicants, st.sampled_from(ALL_YEARS))
@settings(max_examples=60, deadline=None)
def test_where_it_does_not_apply_no_amount_is_needed_in_any_year(reason, who, period):
    done = asked(who, academic_year=period, **LET_OFF[reason])
    found = done.result["outputs"]
    assert (done.status, found["applies"], found["route"], found["advance"]) == (0, False, "none", None)
    assert [found[name] for name in ("required", "tuition_due", "covered", "missing")] == [None] * 4
    assert [each["do"] for each in found["checklist"]] == [f"instead_{reason}"]
    assert done.result["sources"] == []
    assert "calculator__number" not in answer_html(done, WORDS), "no large NOK 0 where nothing is asked"


def test_the_answer_depends_on_every_input_it_names():
    base = {
        "institution": "inn",
        "tuition": 200_000_00,
        "tuition_paid": 50_000_00,
        "grants_and_loans": 10_000_00,
        "own_funds": 20_000_00,
        "job_income": 30_000_00,
    }
    others = {
        "academic_year": "2025-26",
        "stay": "autumn",
        "citizenship": "nordic",
        "programme": "exchange",
        "application": "renewal",
        "institution": "other",
        "erasmus": "true",
        "other_permit": "true",
        "norwegian_account": "true",
        "tuition": 200_001_00,
        "tuition_paid": 50_001_00,
        "grants_and_loans": 10_001_00,
        "own_funds": 20_001_00,
        "own_funds_place": "abroad",
        "job_offer": "true",
    }
    first = outputs(base)
    for name, other in others.items():
        assert outputs({**base, name: other}) != first, name
    assert outputs({**base, "job_income": 30_001_00}) == first, "income without an offer does not count"
    assert outputs({**base, "job_offer": "true", "job_income": 30_001_00}) != outputs({**base, "job_offer": "true"})
    assert {*others, "job_income"} == {spec.name for spec in deposit.FIELDS}


# What the reader is told


def test_every_item_of_the_checklist_can_come_up_and_has_its_words():
    cases = [
        {"tuition": 100_00, "tuition_paid": 50_00, "grants_and_loans": 1_00, "own_funds": 1_00, "institution": "inn"},
        {"own_funds_place": "abroad", "own_funds": 1_00, "application": "renewal", "job_income": 1_00},
        {"institution": "inn", "norwegian_account": "true"},
        *LET_OFF.values(),
    ]
    seen = {each["do"] for case in cases for each in outputs(case)["checklist"]}
    assert seen == set(WORDS.contents["deposit"]["output_choices"]["do"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_institution_is_quoted_when_an_exchange_student_must_ask(lang):
    for case in (
        {"erasmus": "true", "institution": "inn"},
        {"erasmus": "true", "programme": "degree"},
        {"institution": "other"},
        {"institution": "inn"},
        {"institution": "inn", "norwegian_account": "true"},
    ):
        result = asked({"programme": "exchange"} | case, lang=lang).result
        told = " ".join(step["text"] for step in result["steps"])
        for name, row in YAML["exchange_practice"]["rows"].items():
            assert row["practice"][lang].strip() in told, name
            assert set(row["sources"]) <= {source["id"] for source in result["sources"]}
    enough = {"programme": "exchange", "grants_and_loans": 200_000_00}
    for case in ({}, {"institution": "inn"}, enough):
        steps = asked(case, lang=lang).result["steps"]
        for row in YAML["exchange_practice"]["rows"].values():
            assert not any(row["practice"][lang].strip() in step["text"] for step in steps)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_doubtful_amount_is_told_before_the_number(lang):
    done = asked(academic_year="2026-27", lang=lang)
    html = answer_html(done, WORDS)
    assert kinds(done)[0] == "secondary"
    assert html.index('data-notice="secondary"') < html.index('data-output="missing"')
    assert "udi.no" in done.result["notices"][0]["text"]
    official = asked(academic_year="2025-26", lang=lang)
    assert "secondary" not in kinds(official)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_udi_that_decides(lang):
    text = asked(lang=lang).result["notices"][-1]["text"]
    assert "UDI" in text and "Lånekassen" not in text


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ({"erasmus": "true"}, "ask_erasmus"),
        ({"programme": "exchange"}, "ask_visa_free"),
        ({"norwegian_account": "true"}, "ask_with_account"),
        ({}, "ask_without_account"),
        ({"own_funds": 100}, "account_in_your_name"),
        (
            {"application": "renewal", "own_funds": 100, "own_funds_place": "institution_account"},
            "renewal_deposit_account",
        ),
        ({"tuition": 100, "tuition_paid": 200}, "paid_more_than_tuition"),
        ({}, "tuition_is_rarely_zero"),
        ({"institution": "inn"}, "advance_is_not_all"),
        ({}, "not_modelled"),
    ],
)
def test_what_is_assumed_is_said_where_it_bites(case, kind):
    assert kind in kinds(asked(case))
    elsewhere = asked(
        citizenship="other", own_funds=500_000_00, own_funds_place="norwegian_bank", norwegian_account="true",
        institution="inn", tuition=100_00, tuition_paid=100_00,
    )  # fmt: skip
    assert kind == "not_modelled" or kind not in kinds(elsewhere)


STEPS = {
    "nb": [
        ("For hele studieåret 2024-25 må du ha 151 690 kr til å leve av.", "151690", "NOK", "limit"),
        ("Skolepengene dine er 200 000 kr.", "200000", "NOK", "input"),
        (
            "Skolepenger som ikke er betalt, kommer i tillegg: 200 000 kr − 100 000 kr = 100 000 kr.",
            "100000", "NOK", "calculated",
        ),
        ("Stipend og studielån teller: 30 000 kr.", "30000", "NOK", "input"),
        ("Egne penger på lærestedets depositumskonto teller: 50 000,50 kr.", "50000.50", "NOK", "input"),
        ("40 000 kr i inntekt teller ikke den første gangen uten et konkret jobbtilbud.", "40000", "NOK", "input"),
        (
            "Dette teller: 30 000 kr i stipend og lån + 50 000,50 kr av egne penger + 0 kr i inntekt = 80 000,50 kr.",
            "80000.50", "NOK", "calculated",
        ),
        (
            "151 690 kr + 100 000 kr − 80 000,50 kr = 171 689,50 kr, som du mangler.",
            "171689.50", "NOK", "calculated",
        ),
        (
            "Når du har kommet og registrert deg hos politiet, kan du be INN om 20 000 kr på et kort mens du venter "
            "på egen konto.",
            "20000", "NOK", "limit",
        ),
    ],
    "en": [
        ("For the whole academic year 2024-25 you must have NOK 151,690 to live on.", "151690", "NOK", "limit"),
        ("Your tuition is NOK 200,000.", "200000", "NOK", "input"),
        (
            "Tuition that is not paid comes on top: NOK 200,000 − NOK 100,000 = NOK 100,000.",
            "100000", "NOK", "calculated",
        ),
        ("Grants and student loans count: NOK 30,000.", "30000", "NOK", "input"),
        ("Your own money in the institution's deposit account counts: NOK 50,000.50.", "50000.50", "NOK", "input"),
        ("NOK 40,000 in income does not count the first time without a concrete job offer.", "40000", "NOK", "input"),
        (
            "This counts: NOK 30,000 in grants and loans + NOK 50,000.50 of your own money + NOK 0 in income "
            "= NOK 80,000.50.",
            "80000.50", "NOK", "calculated",
        ),
        (
            "NOK 151,690 + NOK 100,000 − NOK 80,000.50 = NOK 171,689.50, which you lack.",
            "171689.50", "NOK", "calculated",
        ),
        (
            "When you have arrived and registered with the police, you can ask INN for NOK 20,000 on a card while you "
            "wait for your own account.",
            "20000", "NOK", "limit",
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_steps_of_a_student_at_inn(lang):
    result = asked(
        institution="inn", tuition=200_000_00, tuition_paid=100_000_00, grants_and_loans=30_000_00,
        own_funds=50_000_50, own_funds_place="institution_account", job_income=40_000_00, lang=lang,
    ).result  # fmt: skip
    steps = [
        (step["text"].replace("\u00a0", " "), step["value"], step["unit"], step["origin"]) for step in result["steps"]
    ]
    assert steps == STEPS[lang]
    assert result["steps"][0]["source"] == "udi-own-funds"
    assert result["steps"][-1]["source"] == "inn-financing-2024"
