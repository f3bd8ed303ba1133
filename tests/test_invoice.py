"""The numbers on an invoice: check digits by their definitions, and an answer that never vouches for anything."""

import string

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from calculators.core.answer import answer
from calculators.core.check_digits import iban_remainder, sum_mod_10, sum_mod_11
from calculators.core.page import answer_html
from calculators.core.tables import Tables
from calculators.core.words import Words
from calculators.invoice import account_is_valid, kid_is_valid
from scripts import tables as editors_tables
from scripts.words import words_json

TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
KNOWN = TABLES.contact("repayment_account")
ACCOUNT, IBAN = KNOWN["value"], KNOWN["iban"]
KID = "79927398713"

numbers = st.text(string.digits, min_size=2, max_size=25)
accounts = st.text(string.digits, min_size=11, max_size=11)


def asked(account=ACCOUNT, kid=KID, lang="nb", typed=False):
    """The answer for these two numbers."""
    return answer("invoice", {"account_number": account, "kid": kid}, TABLES, WORDS, lang, typed=typed)


def outputs(*case, **options):
    """Its outputs."""
    done = asked(*case, **options)
    assert done.status == 0, done.result
    return done.result["outputs"]


# Check digits


# Published numbers: the IBAN registry's examples, the bank account of the Norwegian one, and Luhn's own.
@pytest.mark.parametrize(
    ("account", "valid"),
    [
        ("86011117947", True), ("NO9386011117947", True), ("GB29NWBK60161331926819", True),
        ("DE89370400440532013000", True), ("SE4550000000058398257466", True), ("FR1420041010050500013M02606", True),
        ("86011117946", False), ("NO9386011117946", False), ("NO9286011117947", False),
        ("DE89370400440532013001", False), ("76940520300", True), ("NO5576940520300", True),
    ],
)  # fmt: skip
def test_published_account_numbers(account, valid):
    assert account_is_valid(account) is valid


@pytest.mark.parametrize("number", ["79927398713", "4242424242424242", "0000000000000018"])
def test_published_numbers_of_modulus_10(number):
    assert sum_mod_10(number) % 10 == 0


@given(numbers, st.data())
@settings(max_examples=300, deadline=None)
def test_one_wrong_digit_is_always_noticed_by_each_modulus(number, data):
    place = data.draw(st.integers(0, len(number) - 1))
    other = data.draw(st.sampled_from([each for each in string.digits if each != number[place]]))
    wrong = number[:place] + other + number[place + 1 :]
    assert sum_mod_10(wrong) % 10 != sum_mod_10(number) % 10
    assert sum_mod_11(wrong) % 11 != sum_mod_11(number) % 11


@given(accounts, st.integers(0, 9))
@settings(max_examples=300, deadline=None)
def test_two_neighbours_swapped_in_an_account_are_always_noticed(number, place):
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert sum_mod_11(swapped) % 11 != sum_mod_11(number) % 11


@given(st.text(string.digits, min_size=1, max_size=24))
@settings(max_examples=200, deadline=None)
def test_each_beginning_has_one_check_digit_by_each_modulus(beginning):
    by_10 = [each for each in string.digits if sum_mod_10(beginning + each) % 10 == 0]
    by_11 = [each for each in string.digits + "-" if sum_mod_11(beginning + each) % 11 == 0]
    assert len(by_10) == len(by_11) == 1
    assert {each for each in string.digits + "-" if kid_is_valid(beginning + each)} == {*by_10, *by_11}


@given(st.text(string.digits, min_size=10, max_size=10))
@settings(max_examples=200, deadline=None)
def test_the_check_digit_of_an_account_is_that_of_the_definition(beginning):
    """Weights 5 4 3 2 7 6 5 4 3 2 from the left; 11 less the remainder; 11 is 0 and 10 is given to nobody."""
    total = sum(int(digit) * weight for digit, weight in zip(beginning, (5, 4, 3, 2, 7, 6, 5, 4, 3, 2), strict=True))
    digit = (11 - total % 11) % 11
    assert [each for each in range(10) if account_is_valid(f"{beginning}{each}")] == ([digit] if digit < 10 else [])


@given(accounts)
@settings(max_examples=200, deadline=None)
def test_an_iban_is_right_only_with_the_account_inside(account):
    ibans = [f"NO{check:02}{account}" for check in range(2, 99)]
    right = [iban for iban in ibans if iban_remainder(iban) == 1]
    assert len(right) == 1
    assert account_is_valid(right[0]) is account_is_valid(account)


# The answer


@pytest.mark.parametrize(
    "written", [ACCOUNT, ACCOUNT.replace(".", ""), "7694 05 20300", IBAN, IBAN.lower(), IBAN.replace(" ", "")]
)
@pytest.mark.parametrize("typed", [False, True])
def test_the_known_account_is_known_however_it_is_written(written, typed):
    assert outputs(written, typed=typed) == {
        "account_matches": True,
        "account_valid": True,
        "kid_valid": True,
        "verdict": "cannot_tell",
    }


@given(accounts | numbers.map(lambda text: f"NO{text:0>13}"[:15]), numbers)
@settings(max_examples=300, deadline=None)
def test_the_verdict_follows_from_the_three_signs_and_every_other_account_may_be_wrong(account, kid):
    found = outputs(account, kid)
    signs = [found["account_matches"], found["account_valid"], found["kid_valid"]]
    assert found["verdict"] == ("cannot_tell" if all(signs) else "may_be_wrong")
    assert found["account_matches"] == (account in ("76940520300", "NO5576940520300"))
    assert found["account_valid"] == account_is_valid(account)
    assert found["kid_valid"] == kid_is_valid(kid)


@given(accounts)
@settings(max_examples=100, deadline=None)
def test_without_a_kid_the_account_alone_decides(account):
    for left_out in (None, "", "  "):
        found = outputs(account, left_out, typed=left_out is not None)
        assert found["kid_valid"] is None
        assert found["verdict"] == ("cannot_tell" if account == "76940520300" else "may_be_wrong")
    assert outputs(ACCOUNT, None)["verdict"] == "cannot_tell"


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_without_a_kid_nothing_is_said_of_its_digits(lang):
    done = asked(ACCOUNT, None, lang=lang)
    says = {"nb": "Du skrev ikke noe KID-nummer, så bare kontonummeret er sjekket.",
            "en": "You typed no KID number, so only the account number is checked."}  # fmt: skip
    assert done.result["steps"][-1]["text"] == says[lang]
    assert not any("modulus" in step["text"] for step in done.result["steps"])
    assert 'data-output="kid_valid"' not in answer_html(done, WORDS)


HEADLINES = {
    "another": (
        "Dette er ikke kontonummeret Lånekassen oppgir. Ikke betal. Logg inn på Dine sider og se hva du skylder.",
        "This is not the account number Lånekassen gives. Do not pay. Log in to Dine sider and see what you owe.",
    ),
    "typing": ("Dette er ikke noe riktig kontonummer.", "This is not a correct account number."),
    "kid": ("Kontonummeret er det Lånekassen oppgir, men KID-nummeret kan ikke være riktig.",
            "The account number is the one Lånekassen gives, but the KID number cannot be right."),
    "none": ("Vi finner ingen feil i numrene,", "We find no fault in the numbers,"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("account", "kid", "says"),
    [
        ("12345678903", KID, "another"), ("12345678903", None, "another"), ("12345678903", "79927398714", "another"),
        ("NO9386011117947", KID, "another"), ("GB29NWBK60161331926819", None, "another"),
        ("12345678913", KID, "typing"), ("76940520301", None, "typing"), ("NO5676940520300", KID, "typing"),
        (ACCOUNT, "79927398714", "kid"), (IBAN, "79927398714", "kid"), (ACCOUNT, KID, "none"), (IBAN, None, "none"),
    ],
)  # fmt: skip
def test_the_gravest_sign_is_said_first(account, kid, says):
    for lang, sentence in zip(("nb", "en"), HEADLINES[says], strict=True):
        headline = asked(account, kid, lang=lang).headline
        assert headline.startswith(sentence)
        assert ("Statens innkrevingssentral" in headline) == (says == "another")


def test_each_sign_alone_makes_it_doubtful():
    assert outputs()["verdict"] == "cannot_tell"
    assert outputs("12345678903")["verdict"] == "may_be_wrong"
    assert outputs(kid="79927398714")["verdict"] == "may_be_wrong"


@pytest.mark.parametrize("lang", ["nb", "en"])
@pytest.mark.parametrize("case", [(), ("12345678903",), (IBAN, "1000004"), ("12345678913", "12")])
def test_it_never_vouches_for_an_invoice_and_always_sends_you_to_log_in(lang, case):
    done = asked(*case, lang=lang)
    html = answer_html(done, WORDS).lower()
    for word in ("genuine", "authentic", "ekte", "trygg", " safe", "legitim", "godkjent", "approved"):
        assert word not in html.replace("direkte", ""), word
    assert "dine sider" in done.headline.lower()
    assert [notice["kind"] for notice in done.result["notices"]] == [
        "log_in_yourself", "numbers_prove_nothing", "terminated_loan", "estimate",
    ]  # fmt: skip
    assert KNOWN["status"] == "official", "an account known only from elsewhere must be doubted before the answer"


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_known_account_is_not_shown_to_who_has_another(lang):
    html = answer_html(asked("12345678903", lang=lang), WORDS)
    assert "7694" not in html.replace(" ", "").replace(".", "")


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("account_number", "7694.05.2030"), ("account_number", "769405203000"), ("account_number", "7694-05-20300"),
        ("account_number", "7694052030O"), ("account_number", "NO55"), ("account_number", "N" + "1" * 15),
        ("account_number", "\u0667" * 11), ("account_number", "NO55" + "1" * 40), ("kid", "7"), ("kid", "1" * 26),
        ("kid", "-7"), ("kid", "12-34"), ("kid", "--"), ("kid", "12a"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["nb", "en"])
def test_what_is_no_such_number_is_refused_with_an_example(field, text, lang):
    case = {"account_number": ACCOUNT, "kid": KID, field: text}
    done = answer("invoice", case, TABLES, WORDS, lang)
    assert done.status == 2
    ((error),) = done.result["errors"]
    assert (error["field"], error["code"]) == (field, "not_digits")
    assert {"account_number": "12345678903", "kid": "79927398713"}[field] in error["text"]
    assert "Dine sider" in error["text"]


STEPS = {
    "nb": [
        ("Kontonummeret du skrev: NO9386011117947.", "NO9386011117947", "input", None),
        ("Det er et annet enn det Lånekassen oppgir på sine egne sider.", ACCOUNT, "limit", "lk-help"),
        ("Snudd og delt på 97 gir IBAN-nummeret 1 i rest, som det skal.", "1", "calculated", None),
        (
            "Kontrollsifferet i kontoen: 8×5 + 6×4 + 0×3 + 1×2 + 1×7 + 1×6 + 1×5 + 7×4 + 9×3 + 4×2 + 7×1 = 154. "
            "Delt på 11 gir det 0 i rest, som det skal.", "0", "calculated", None,
        ),
        ("KID-nummeret du skrev: 2345676.", "2345676", "input", None),
        (
            "Etter modulus 10, der annethvert siffer telles dobbelt: 2 + 6 + 4 + 1 + 6 + 5 + 6 = 30. "
            "Delt på 10 gir det 0 i rest.", "0", "calculated", None,
        ),
        (
            "Etter modulus 11: 2×7 + 3×6 + 4×5 + 5×4 + 6×3 + 7×2 + 6×1 = 110. Delt på 11 gir det 0 i rest.",
            "0", "calculated", None,
        ),
        (
            "En av de to måtene å kontrollere en KID på gir 0 i rest. Nummeret kan være skrevet riktig.",
            None, "calculated", None,
        ),
    ],
    "en": [
        ("The account number you typed: NO9386011117947.", "NO9386011117947", "input", None),
        ("It is not the one on Lånekassen's own pages.", ACCOUNT, "limit", "lk-help"),
        ("Turned and divided by 97 the IBAN leaves 1, as it should.", "1", "calculated", None),
        (
            "The check digit of the account: 8×5 + 6×4 + 0×3 + 1×2 + 1×7 + 1×6 + 1×5 + 7×4 + 9×3 + 4×2 + 7×1 = 154. "
            "Divided by 11 that leaves 0, as it should.", "0", "calculated", None,
        ),
        ("The KID number you typed: 2345676.", "2345676", "input", None),
        (
            "By modulus 10, where every second digit counts double: 2 + 6 + 4 + 1 + 6 + 5 + 6 = 30. "
            "Divided by 10 that leaves 0.", "0", "calculated", None,
        ),
        (
            "By modulus 11: 2×7 + 3×6 + 4×5 + 5×4 + 6×3 + 7×2 + 6×1 = 110. Divided by 11 that leaves 0.",
            "0", "calculated", None,
        ),
        (
            "One of the two ways to check a KID leaves 0. The number may be written right.",
            None, "calculated", None,
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_steps_of_one_case(lang):
    steps = asked("NO93 8601 1117 947", "2345676", lang=lang).result["steps"]
    assert [(step["text"], step["value"], step["origin"], step["source"]) for step in steps] == STEPS[lang]
