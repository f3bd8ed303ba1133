"""Who signs: the rule as Lånekassen words it, tried on every age and every choice."""

import itertools

import pytest

from calculators.core.answer import answer
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words
from scripts import tables as editors_tables
from scripts.words import words_json

TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
AGES = range(121)
APPLIED_FOR = ("equipment_grant", "grant", "grant_and_loan")
GUARDIANS = ("parents", "guardian", "foster")
EVERY_CASE = list(itertools.product(AGES, APPLIED_FOR, GUARDIANS))


def asked(age, applied_for, guardian="parents", lang="nb"):
    given = {"age": str(age), "applied_for": applied_for, "guardian": guardian}
    return answer("signing", given, TABLES, WORDS, lang)


def who(*case):
    outputs = asked(*case).result["outputs"]
    return outputs["signers"], outputs["how"]


def kinds(done):
    return {notice["kind"] for notice in done.result["notices"]}


def test_from_18_everyone_signs_alone_whoever_looks_after_them():
    for age, applied_for, guardian in EVERY_CASE:
        if age >= 18 and applied_for != "equipment_grant":
            assert who(age, applied_for, guardian) == ("you", "dine_sider")


def test_under_18_nobody_signs_alone():
    for age, applied_for, guardian in EVERY_CASE:
        if age < 18 and applied_for != "equipment_grant":
            signers, how = who(age, applied_for, guardian)
            assert signers not in ("you", "nobody") and how != "dine_sider"


def test_a_loan_under_18_is_signed_together_and_by_post():
    for age, guardian in itertools.product(range(18), GUARDIANS):
        alone, together = who(age, "grant", guardian), who(age, "grant_and_loan", guardian)
        assert together == (f"you_and_{alone[0]}", "by_post")
        assert alone[1] == "parent_signing"


def test_foster_parents_never_sign_for_more_than_course_materials():
    for age in range(18):
        for applied_for in ("grant", "grant_and_loan"):
            assert who(age, applied_for, "foster") == who(age, applied_for, "guardian")
            assert any("Fosterforeldre" in step["text"] for step in asked(age, applied_for, "foster").result["steps"])


def test_nobody_signs_for_course_materials_alone_and_no_limit_is_needed():
    for age, guardian in itertools.product(AGES, GUARDIANS):
        done = asked(age, "equipment_grant", guardian)
        assert done.result["outputs"] == {"signers": "nobody", "how": "no_signature"}
        assert done.result["sources"] == []
        assert ("foster_may_sign" in kinds(done)) == (guardian == "foster")


def test_the_answer_depends_on_every_input():
    base = who(17, "grant", "parents")
    assert who(18, "grant", "parents") != base
    assert who(17, "grant_and_loan", "parents") != base
    assert who(17, "grant", "guardian") != base


@pytest.mark.parametrize(("age", "signs_alone"), [(17, False), (18, True), (19, True)])
def test_the_age_stands_on_its_published_limit(age, signs_alone):
    done = asked(age, "grant")
    assert (done.result["outputs"]["signers"] == "you") == signs_alone
    (limit,) = (step for step in done.result["steps"] if step["origin"] == "limit")
    assert (limit["value"], limit["source"]) == ("18", "lk-help")


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ((17, "grant", "parents"), "both_get_it"),
        ((17, "grant_and_loan", "parents"), "loan_under_age_is_rare"),
        ((18, "grant", "parents"), "login_trouble"),
    ],
)
def test_what_else_to_know_is_said_where_it_bites(case, kind):
    assert kind in kinds(asked(*case))
    assert kind not in kinds(asked(17, "equipment_grant", "parents"))
    assert "both_get_it" not in kinds(asked(17, "grant", "guardian"))


def test_every_answer_comes_up_and_has_its_words():
    found = {"signers": set(), "how": set()}
    for case in EVERY_CASE:
        signers, how = who(*case)
        found["signers"].add(signers)
        found["how"].add(how)
    choices = WORDS.contents["signing"]["output_choices"]
    assert found == {name: set(choices[name]) for name in found}


@pytest.mark.parametrize("bad", ["-1", "121", "17.5", "seventeen", ""])
def test_an_age_that_is_none_is_refused(bad):
    done = asked(bad, "grant")
    assert done.status == 2 and [each["field"] for each in done.result["errors"]] == ["age"]


STEPS = {
    "nb": [
        "Du har søkt om både stipend og lån.",
        "Du er 17 år.",
        "Du signerer selv fra du er 18 år.",
        "Fosterforeldre kan bare signere for utstyrsstipend. For alt annet er det vergen.",
        "Under denne alderen signerer du et lån sammen med en voksen. Avtalen kommer i posten.",
    ],
    "en": [
        "You have applied for both a grant and a loan.",
        "You are 17 years old.",
        "You sign yourself from the age of 18.",
        "Foster parents can sign only for the grant for course materials. For anything else it is the guardian.",
        "Below that age you sign for a loan together with an adult. The agreement comes by post.",
    ],
}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_steps_of_a_foster_child_with_a_loan(lang):
    result = asked(17, "grant_and_loan", "foster", lang).result
    assert [step["text"] for step in result["steps"]] == STEPS[lang]
    assert [step["origin"] for step in result["steps"]] == ["input", "input", "limit", "calculated", "calculated"]
