"""What would change an answer most, and what to do next: each promise comes true, and nothing is promised in vain."""

import re
from decimal import Decimal
from html import unescape
from itertools import product
from pathlib import Path

import pytest
from any_case import EXAMPLES, TABLES, WORDS, amount, answered_cases, asked_again
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from calculators import income, interest_exemption, wealth
from calculators.core.answer import ANSWERED, INVALID, NOT_PUBLISHED, answer, rule
from calculators.core.money import Quantity, show
from calculators.core.next_steps import next_steps, next_steps_html
from calculators.core.page import answer_html
from calculators.core.what_if import sentences, what_if_html

ROOT = Path(__file__).resolve().parents[1]
CALCULATORS = WORDS.calculators()
WITH_CHANGES = [each for each in CALCULATORS if getattr(rule(each), "WHAT_IF", ())]
LANGUAGES = ("nb", "en")
CHANCE = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])

each_calculator = pytest.mark.parametrize("calculator", CALCULATORS)
each_with_changes = pytest.mark.parametrize("calculator", WITH_CHANGES)
each_lang = pytest.mark.parametrize("lang", LANGUAGES)


def asked(calculator, lang="nb", **inputs):
    """The answer to a case."""
    return answer(calculator, inputs, TABLES, WORDS, lang)


def told(done):
    """The sentences by key: {key: (field, new value, gain, text)}."""
    return {
        effect.key: (effect.field, effect.value, effect.gain.value, text) for effect, text in sentences(done, WORDS)
    }


# What each sentence promises, in the outputs of the calculator


def most_of_the_year(done):
    """The most anybody at this study share can lose of the year's grant, by the grant calculator; else None."""
    inputs = done.result["inputs"]
    given = {"year": inputs["year"], "study_percent": inputs["study_percent"]}
    whole = answer("grant", given, TABLES, WORDS, "nb")
    return amount(whole.result["outputs"]["max_grant"]) if whole.status == ANSWERED else None


def loss(done, outputs):
    """What wealth, or income and benefits, take: never more than there is to lose."""
    taken = amount(outputs["reduction"]) + amount(outputs.get("benefits_reduction", "0"))
    most = most_of_the_year(done)
    return taken if most is None else min(taken, most)


def months_that_count(done, outputs):
    """The months asked about that the income leaves room for."""
    if outputs["income_test"] == "failed":
        return Decimal(0)
    return min(Decimal(outputs["months_by_income"]), Decimal(done.result["inputs"]["months"]))


def of(name, sign=1):
    """The output itself; with -1 less of it is better."""
    return lambda done, outputs: None if outputs[name] is None else sign * amount(outputs[name])


def less_lost(done, outputs):
    return -loss(done, outputs)


PROMISED = {
    **{("wealth", key): less_lost for key in ("less", "to_limit", "room")},
    **{("income", key): less_lost for key in ("less", "to_limit", "benefits_less", "benefits_to_limit", "room")},
    **{("grant", key): of("convertible_after") for key in ("income", "benefits", "wealth")},
    **{("grant", key): of("grant") for key in ("spring_credits", "autumn_credits", "degree")},
    **{("support", key): of("total") for key in ("more_study", "full_time", "maximum")},
    **{("deposit", key): of("missing", -1) for key in ("move_funds", "job_offer")},
    **{("interest_exemption", key): months_that_count for key in ("own_income", "family_income", "average_income")},
    ("repayment", "shorter"): of("total_interest", -1),
    ("repayment", "rate_up"): of("total_paid"),
    ("deferral", "one_less"): of("extra_interest", -1),
}
TO_LOSE = {
    "wealth": loss,
    "income": loss,
    "grant": lambda done, outputs: amount(outputs["max_grant"]),
    "deposit": of("missing"),
    "repayment": lambda done, outputs: None,
    "support": lambda done, outputs: None,
    "deferral": of("extra_interest"),
    "interest_exemption": lambda done, outputs: Decimal(done.result["inputs"]["months"]),
}


def test_every_change_has_its_sentence_and_every_sentence_its_change():
    changes = {(name, change.key) for name in WITH_CHANGES for change in rule(name).WHAT_IF}
    said = {(name, key) for name in CALCULATORS for key in WORDS.contents[name].get("what_if", {})}
    assert changes == said == set(PROMISED)
    assert set(WITH_CHANGES) == set(TO_LOSE) >= {"wealth", "income", "grant", "support", "deposit", "deferral"}


@each_with_changes
@given(data=st.data())
@CHANCE
def test_what_is_promised_comes_true_when_the_input_is_changed_by_exactly_that(calculator, data):
    done = data.draw(answered_cases(calculator))
    for key, (field, value, gain, _) in told(done).items():
        worth, outputs = PROMISED[calculator, key], done.result["outputs"]
        new = str(value).lower() if isinstance(value, bool) else f"{value:f}" if isinstance(value, Decimal) else value
        then = asked_again(done, **{field: new})
        assert then.status == ANSWERED, then.result
        assert worth(then, then.result["outputs"]) - worth(done, outputs) == gain
        assert gain > 0 or key == "room" and gain == 0


@each_with_changes
@given(data=st.data())
@CHANCE
def test_never_more_is_promised_than_there_is_to_lose(calculator, data):
    done = data.draw(answered_cases(calculator))
    found = told(done)
    assert len(found) <= 2
    most = TO_LOSE[calculator](done, done.result["outputs"])
    for key, (_, _, gain, _) in found.items():
        assert most is None or gain <= most or key == "rate_up"


@each_with_changes
@given(data=st.data())
@CHANCE
def test_a_sentence_says_the_change_and_the_gain_and_both_languages_say_the_same(calculator, data):
    done = data.draw(answered_cases(calculator))
    found = told(done)
    for lang in LANGUAGES:
        other = answer(calculator, done.result["inputs"] | {}, TABLES, WORDS, lang)
        again = told(other)
        assert {key: each[:3] for key, each in again.items()} == {key: each[:3] for key, each in found.items()}
        for effect, text in sentences(other, WORDS):
            unit = "months" if calculator == "interest_exemption" else "NOK"
            shown = show(Quantity(effect.gain.value, unit), lang)
            assert effect.key == "room" or shown in text
            spec = other.case.spec(effect.field)
            if not spec.choices and effect.key not in ("more_study", "full_time", "shorter", "rate_up", "one_less"):
                was = Decimal(done.result["inputs"][effect.field])
                assert show(Quantity(abs(effect.value - was), spec.unit), lang) in text
            assert "{" not in text and "None" not in text


def test_the_example_of_the_issue():
    case = {"year": "2020", "household": "single", "net_wealth": "528861", "months": "10"}
    for lang, says in (
        ("nb", "25 000 kr mindre i nettoformue gir opptil 5 000 kr mer i stipend."),
        ("en", "NOK 25,000 less net wealth gives up to NOK 5,000 more grant."),
    ):
        field, value, gain, text = told(asked("wealth", lang, **case))["less"]
        assert (field, value, gain) == ("net_wealth", 503_861, 5_000)
        assert text.replace("\u00a0", " ") == says


def test_what_is_left_to_the_limit_is_told_in_place_of_a_whole_step():
    case = {"year": "2020", "household": "single", "months": "10"}
    near = told(asked("wealth", **case, net_wealth="438861"))
    assert {key: each[1:3] for key, each in near.items()} == {"to_limit": (428_861, 2_000)}
    just_one_step = told(asked("wealth", **case, net_wealth="453861"))
    assert set(just_one_step) == {"to_limit"}
    below = told(asked("wealth", **case, net_wealth="400000"))
    assert {key: each[1:3] for key, each in below.items()} == {"room": (428_861, 0)}
    assert "28\u00a0861\u00a0kr" in below["room"][3]
    assert told(asked("wealth", **case, net_wealth="428861")) == {}


def test_who_has_nothing_left_to_lose_is_not_promised_a_step():
    case = {"year": "2020", "household": "single", "months": "10"}
    rich = told(asked("wealth", **case, net_wealth="9000000"))
    whole = asked("grant", year="2020")
    assert {key: each[1:3] for key, each in rich.items()} == {
        "to_limit": (428_861, amount(whole.result["outputs"]["max_grant"]))
    }
    # In the grant calculator the sum is known: a step helps nothing, so the whole way to the limit is told.
    gone = told(asked("grant", year="2020", income="900000"))
    assert gone["income"][1:3] == (188_509, amount(whole.result["outputs"]["max_grant"]))


def test_two_reductions_that_take_the_same_grant_promise_it_once():
    both = {"year": "2020", "months": "10", "income": "600000", "benefits": "600000"}
    assert told(asked("income", **both)) == {}, "each alone would take everything, so neither gives anything back"


@pytest.mark.parametrize(
    ("calculator", "inputs"),
    [
        ("deposit", {"academic_year": "2025-26", "stay": "year", "citizenship": "nordic", "programme": "degree"}),
        (
            "deposit",
            {"academic_year": "2025-26", "stay": "year", "citizenship": "other", "programme": "exchange",
             "own_funds": "900000", "job_income": "50000"},
        ),
        ("deferral", {"used": "36", "wanted": "1", "debt": "1000", "annual_rate": "5", "instalment": "100"}),
        ("deferral", {"used": "0", "wanted": "3", "debt": "1000", "annual_rate": "0", "instalment": "100"}),
        ("support", {"academic_year": "2025-26"}),
        ("grant", {"year": "2020", "spring_lives": "home", "autumn_lives": "home", "income": "900000"}),
        ("grant", {"year": "2020", "degree_completed": "true"}),
        ("wealth", {"year": "2023", "household": "single", "net_wealth": "0", "months": "10"}),
        (
            "interest_exemption",
            {"year": "2024", "months": "6", "reason": "full_time_no_support", "own_income": "900000"},
        ),
    ],
)  # fmt: skip
def test_nothing_is_said_when_nothing_can_change(calculator, inputs):
    done = asked(calculator, **inputs)
    assert done.status == ANSWERED, done.result
    assert told(done) == {} and what_if_html(done, WORDS) == ""


def test_a_step_stays_within_what_the_field_accepts():
    loan = {"debt": "100000", "support_ended": "2026-06-15", "annual_rate": "5"}
    assert told(asked("repayment", **loan, years="3"))["shorter"][1] == 2
    assert "shorter" not in told(asked("repayment", **loan, years="1"))
    assert "rate_up" not in told(asked("repayment", **{**loan, "annual_rate": "19.5"}))
    assert told(asked("deferral", used="0", wanted="1", debt="9000", annual_rate="5", instalment="900")) == {}


def test_one_change_is_told_once():
    found = told(asked("support", academic_year="2025-26", study_percent="95"))
    assert {key: each[1] for key, each in found.items()} == {"more_study": 100}
    assert set(told(asked("support", academic_year="2025-26", study_percent="50"))) == {"more_study", "full_time"}


def test_credits_are_promised_up_to_those_the_support_was_for():
    found = told(asked("grant", year="2020", spring_credits_passed="26", degree_completed="true"))
    assert found["spring_credits"][:2] == ("spring_credits_passed", 30)
    assert "autumn_credits" not in found


def test_the_gain_is_asked_of_the_calculator_and_not_worked_out_beside_it(monkeypatch):
    case = {"year": "2020", "household": "single", "net_wealth": "528861", "months": "10"}
    before = told(asked("wealth", **case))["less"][2]
    monkeypatch.setattr(wealth, "reduction_of_grant", lambda excess, *_: excess / 100)
    assert told(asked("wealth", **case))["less"][2] == 250 != before
    # A rule without a limit that bends it gives nothing back below the limit.
    monkeypatch.setattr(wealth, "reduction_of_grant", lambda *_: Decimal(1000))
    assert set(told(asked("wealth", **case))) == {"to_limit"}


def test_money_abroad_is_worth_moving_but_for_who_must_ask_first():
    case = {"academic_year": "2025-26", "stay": "year", "citizenship": "other", "programme": "exchange",
            "own_funds": "100000", "own_funds_place": "abroad"}  # fmt: skip
    assert told(asked("deposit", **case))["move_funds"][1:3] == ("norwegian_bank", 100_000)
    in_the_institutions = asked("deposit", **{**case, "own_funds_place": "institution_account"})
    assert in_the_institutions.result["outputs"]["covered"] == "100000", "the sentence names both accounts"
    assert told(asked("deposit", **case, erasmus="true")) == {}


def test_a_lower_own_income_gives_as_many_months_as_the_table_has_for_it():
    case = {"year": "2024", "months": "12", "reason": "illness"}
    ladder = [TABLES.find("interest_deletion", f"own_{months}", "2024").value for months in range(1, 13)]
    assert ladder == sorted(ladder, reverse=True)
    for months, limit in enumerate(ladder[:-1], start=1):
        found = told(asked("interest_exemption", **case, own_income=f"{limit}"))
        assert found["own_income"][1:3] == (ladder[months], 1)
    assert told(asked("interest_exemption", **case, own_income=f"{ladder[-1]}")) == {}
    assert len(ladder) == interest_exemption.LONGEST


@each_lang
def test_the_page_shows_the_sentences_with_what_they_promise(lang):
    case = {"year": "2020", "household": "single", "net_wealth": "528861", "months": "10"}
    html = answer_html(asked("wealth", lang, **case), WORDS)
    assert html.count(WORDS.contents["common"]["headings"]["what_if"][lang]) == 1
    found = re.findall(r'<li data-what-if="(\w+)" data-field="(\w+)" data-to="(\w+)" data-gain="(\w+)">([^<]+)<', html)
    assert [each[:4] for each in found] == [
        ("less", "net_wealth", "503861", "5000"),
        ("to_limit", "net_wealth", "428861", "20000"),
    ]
    assert all(text.strip() for *_, text in found)


def test_without_an_answer_nothing_would_change_it():
    for done in (
        asked("wealth", year="2020"),
        asked("wealth", year="2023", household="single", net_wealth="900000", months="10"),
    ):
        assert done.status in (INVALID, NOT_PUBLISHED)
        assert sentences(done, WORDS) == [] and what_if_html(done, WORDS) == ""


def test_the_limits_of_the_means_test_are_those_that_the_calculators_use():
    for year, household in product(TABLES.periods("wealth_limit"), ("single", "couple")):
        done = asked("wealth", year=year, household=household, net_wealth="1", months="10")
        if done.status == ANSWERED:
            assert f"{wealth.limit_of(done.case)}" == done.result["outputs"]["limit"]
    for year, semesters in product(TABLES.periods("income_limit"), ("both", "one")):
        done = asked("income", year=year, semesters=semesters, income="1", months="5")
        if done.status == ANSWERED:
            assert f"{income.limit_of(done.case)}" == done.result["outputs"]["limit"]


# What to do next


def headlines(calculator):
    """The ways an answer can come out."""
    return [*WORDS.contents[calculator]["headline"], "not_published"]


@each_calculator
def test_each_answer_has_a_few_next_steps(calculator):
    steps = WORDS.contents[calculator]["next"].values()
    for headline in headlines(calculator):
        fitting = [each for each in steps if headline in each.get("when", [headline])]
        assert 2 <= len(fitting) <= 3, headline
    for each in steps:
        assert set(each) <= {"when", "page", "text"}
        assert set(each.get("when", [])) <= set(headlines(calculator))


@each_calculator
def test_the_next_steps_lead_to_pages_there_are(calculator):
    for step in WORDS.contents[calculator]["next"].values():
        page, _, anchor = step["page"].partition("#")
        for lang in LANGUAGES:
            text = (ROOT / f"docs/{lang}/{page.rstrip('/')}.md").read_text("utf-8")
            name = anchor.removesuffix("-title").replace("-", "_")
            has_calculator = anchor.endswith("-title") and f'{{{{ calculator("{name}") }}}}' in text
            assert not anchor or has_calculator or f"{{ #{anchor} }}" in text, (lang, step["page"])


def test_the_next_steps_fit_the_answer():
    poor = asked("wealth", year="2020", household="single", net_wealth="1", months="10")
    rich = asked("wealth", year="2020", household="single", net_wealth="900000", months="10")
    wrong = "wealth/#wrong-figures"
    assert wrong in dict(next_steps(rich, WORDS)) and wrong not in dict(next_steps(poor, WORDS))
    exempt = asked("deposit", academic_year="2025-26", stay="year", citizenship="nordic", programme="degree")
    assert [page for page, _ in next_steps(exempt, WORDS)] == ["foreign-citizens/", "exchange/#permit"]


@each_lang
@each_calculator
def test_the_links_start_from_the_page_they_stand_on(calculator, lang):
    for example in (each for each in EXAMPLES if each.calculator == calculator):
        done = answer(calculator, example.inputs, TABLES, WORDS, lang)
        for base in ("../", "../../", "", "https://guide.example/nb/"):
            html = answer_html(done, WORDS, base=base)
            for page, text in next_steps(done, WORDS):
                assert f'<a href="{base}{page}">{text}</a>' in unescape(html)


def test_a_base_cannot_break_out_of_its_attribute():
    done = asked("wealth", year="2020", household="single", net_wealth="1", months="10")
    html = next_steps_html(done, WORDS, base='"><script>alert(1)</script>')
    assert "<script>" not in html
