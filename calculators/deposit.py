"""The money a student must show for a Norwegian study permit, and what is still missing.

The rule (Immigration Act § 58, Immigration Regulations § 10-7; UDI circular RS 2010-101 and its annexes): who needs a
study permit must have as much to live on as Lånekassen's basic support in the period of the stay, and for a degree
the tuition that is not yet paid. The amounts are the published ones for the year, the autumn or the spring: never
halves of a year. What counts: grants and loans; own funds in a Norwegian bank or in the institution's deposit
account; income from a job, on a first application only with a concrete offer.

Choices made, each told to the reader where it bites:
- Erasmus and visa-free nationals: institutions differ and no page of UDI that we read exempts them. The requirement
  stays, and the route is to ask the institution.
- Where the money goes is known from data for INN alone; other institutions: ask.
- At renewal UDI's page names a Norwegian bank only. Money in the deposit account still counts here, with a notice,
  and who renews without an account is sent to the institution.
- Tuition paid beyond what is due does not count for living.
- Where the requirement does not apply, the amounts are null: nothing is asked, which is not an amount of 0.
"""

from decimal import Decimal

from calculators.core.case import Case
from calculators.core.form import academic_year, amount, choice, flag
from calculators.core.money import ZERO, nok
from calculators.core.picture import Bar, Bars
from calculators.core.result import Notice, Outcome, Step, calculated, looked_up, typed
from calculators.core.tables import Limit, Tables
from calculators.core.what_if import Change, less, set_to
from calculators.core.words import Term

MOVES_MONEY = True

FIELDS = (
    academic_year("academic_year", table="required_funds"),
    choice("stay", ("year", "autumn", "spring", "up_to_3_months")),
    choice("citizenship", ("nordic", "eu_eea_efta", "other")),
    choice("programme", ("degree", "exchange")),
    choice("application", ("first", "renewal"), default="first"),
    choice("institution", ("inn", "other"), default="other"),
    flag("erasmus"),
    flag("other_permit"),
    flag("norwegian_account"),
    amount("tuition", default="0"),
    amount("tuition_paid", default="0"),
    amount("grants_and_loans", default="0"),
    amount("own_funds", default="0"),
    choice("own_funds_place", ("institution_account", "norwegian_bank", "abroad"), default="norwegian_bank"),
    amount("job_income", default="0"),
    flag("job_offer"),
)
FRONT = ("institution", "norwegian_account", "tuition", "tuition_paid", "own_funds", "own_funds_place")
GROUPS = {
    "tuition": ("tuition", "tuition_paid"),
    "own_money": ("own_funds", "own_funds_place", "norwegian_account"),
    "other_money": ("grants_and_loans", "job_income", "job_offer"),
}
OUTPUTS = {
    "applies": "flag",
    "required": "NOK",
    "tuition_due": "NOK",
    "covered": "NOK",
    "missing": "NOK",
    "route": "choice",
    "advance": "NOK",
    "checklist": {"do": "choice"},
}


def why_not(*, citizenship: str, stay: str, other_permit: bool) -> str | None:
    """Why the requirement does not apply (a key of the texts), or None when it does."""
    if citizenship != "other":
        return citizenship
    if stay == "up_to_3_months":
        return stay
    return "other_permit" if other_permit else None


def tuition_still_due(programme: str, tuition: Decimal, tuition_paid: Decimal) -> Decimal:
    """The tuition (NOK) to show funds for: what is not paid; exchange students pay none here."""
    return ZERO if programme == "exchange" else max(ZERO, tuition - tuition_paid)


def own_funds_that_count(own_funds: Decimal, place: str) -> Decimal:
    """Own funds (NOK) in a Norwegian bank or the deposit account; abroad they count for nothing."""
    return ZERO if place == "abroad" else own_funds


def job_income_that_counts(job_income: Decimal, application: str, job_offer: bool) -> Decimal:
    """Expected income (NOK): at a renewal, and on a first application only with a concrete offer."""
    return job_income if application == "renewal" or job_offer else ZERO


def route_for_own_money(
    *, to_show: Decimal, erasmus: bool, institution: str, norwegian_account: bool, application: str
) -> str:
    """Where own money should stand. `to_show` (NOK) is what grants, loans and income leave to be shown."""
    if to_show <= ZERO:
        return "none"
    if erasmus or institution != "inn":
        return "ask_institution"
    if norwegian_account:
        return "own_account"
    return "institution_account" if application == "first" else "ask_institution"


def calculate(
    tables: Tables,
    *,
    academic_year: str,
    stay: str,
    citizenship: str,
    programme: str,
    application: str,
    institution: str,
    erasmus: bool,
    other_permit: bool,
    norwegian_account: bool,
    tuition: Decimal,
    tuition_paid: Decimal,
    grants_and_loans: Decimal,
    own_funds: Decimal,
    own_funds_place: str,
    job_income: Decimal,
    job_offer: bool,
) -> Outcome:
    """Work out one case. Raises NotPublished when the amount for the stay is not published."""
    reason = why_not(citizenship=citizenship, stay=stay, other_permit=other_permit)
    if reason:
        return _does_not_apply(reason)

    limit = tables.limit("required_funds", stay, academic_year)
    tuition_due = tuition_still_due(programme, tuition, tuition_paid)
    own = own_funds_that_count(own_funds, own_funds_place)
    job = job_income_that_counts(job_income, application, job_offer)
    covered = grants_and_loans + own + job
    missing = max(ZERO, limit.value + tuition_due - covered)
    route = route_for_own_money(
        to_show=limit.value + tuition_due - grants_and_loans - job,
        erasmus=erasmus,
        institution=institution,
        norwegian_account=norwegian_account,
        application=application,
    )
    advance = (
        tables.find("institution_account", "first_payout", institution) if route == "institution_account" else None
    )

    steps = [
        looked_up(f"required_{limit.column}", limit),
        *_tuition_steps(programme, tuition, tuition_paid, tuition_due),
        *_money_steps(grants_and_loans, own_funds, own_funds_place, job_income, job, application),
        calculated("covered", nok(covered), grants=nok(grants_and_loans), own=nok(own), job=nok(job)),
        _missing_step(limit, tuition_due, covered, missing),
        *([looked_up("advance", advance)] if advance else []),
        *(_practice(tables) if erasmus or (programme == "exchange" and route != "none") else []),
    ]
    is_degree, is_first = programme == "degree", application == "first"
    notices = [
        (Notice("ask_erasmus"), erasmus and route != "none"),
        (Notice("ask_visa_free"), not is_degree and not erasmus and route != "none"),
        (Notice("ask_with_account"), route == "ask_institution" and norwegian_account),
        (Notice("ask_without_account"), route == "ask_institution" and not norwegian_account),
        (Notice("account_in_your_name"), own > ZERO and own_funds_place == "norwegian_bank" and not norwegian_account),
        (Notice("renewal_deposit_account"), own > ZERO and own_funds_place == "institution_account" and not is_first),
        (Notice("paid_more_than_tuition"), is_degree and tuition_paid > tuition),
        (Notice("tuition_is_rarely_zero"), is_degree and tuition == ZERO),
        (Notice("advance_is_not_all"), advance is not None),
        (Notice("not_modelled.prepaid_housing"), missing > ZERO),
        (Notice("not_modelled.other_length_of_stay"), True),
    ]
    checklist = {
        "check_amount": True,
        "ask_institution": route == "ask_institution",
        "tuition_receipt": is_degree and tuition_paid > ZERO,
        "tuition_funds": tuition_due > ZERO,
        "tuition_exemption": is_degree and tuition == ZERO,
        "grant_letter": grants_and_loans > ZERO,
        "job_contract": job > ZERO,
        "move_from_abroad": own_funds > ZERO and own_funds_place == "abroad",
        "deposit_receipt": route == "institution_account",
        "bank_confirmation": route == "own_account",
        "fill_the_gap": missing > ZERO,
        "translation": True,
        "admission_letter": is_first,
        "progress": not is_first,
        "police": is_first,
    }
    outputs = {
        "applies": True,
        "required": limit.value,
        "tuition_due": tuition_due,
        "covered": covered,
        "missing": missing,
        "route": route,
        "advance": advance.value if advance else None,
        "checklist": [{"do": each} for each, is_needed in checklist.items() if is_needed],
    }
    told = tuple(notice for notice, is_so in notices if is_so)
    headline = "missing" if missing else "enough"
    if missing and erasmus:
        # Somebody may transfer for nothing if the sum is all they read.
        headline = "missing_erasmus"
    return Outcome(outputs, headline, tuple(steps), told)


def _does_not_apply(reason: str) -> Outcome:
    """The answer where no study permit, or no proof of funds for one, is needed. No amount is looked up."""
    outputs = {
        "applies": False,
        "required": None,
        "tuition_due": None,
        "covered": None,
        "missing": None,
        "route": "none",
        "advance": None,
        "checklist": [{"do": f"instead_{reason}"}],
    }
    return Outcome(outputs, "does_not_apply", (calculated(f"not_for_{reason}", None),))


def _tuition_steps(programme: str, tuition: Decimal, tuition_paid: Decimal, tuition_due: Decimal) -> list[Step]:
    if programme == "exchange":
        return [calculated("exchange_no_tuition", nok(ZERO))]
    steps = [typed("tuition", nok(tuition))]
    if tuition or tuition_paid:
        shows = {"tuition": nok(tuition), "paid": nok(tuition_paid)}
        steps.append(calculated("tuition_due" if tuition_due else "tuition_paid", nok(tuition_due), **shows))
    return steps


def _money_steps(
    grants: Decimal, own_funds: Decimal, place: str, job_income: Decimal, job: Decimal, application: str
) -> list[Step]:
    """One step for each kind of money the reader has, saying whether it counts."""
    steps = []
    if grants:
        steps.append(typed("grants_and_loans", nok(grants)))
    if own_funds:
        where = {"institution_account": "own_in_deposit_account", "norwegian_bank": "own_in_norwegian_bank"}
        steps.append(typed(where.get(place, "own_abroad"), nok(own_funds)))
    if job_income:
        counts = "job_at_renewal" if application == "renewal" else "job_with_offer"
        steps.append(typed(counts if job else "job_without_offer", nok(job_income)))
    return steps


def _missing_step(limit: Limit, tuition_due: Decimal, covered: Decimal, missing: Decimal) -> Step:
    shows = {
        "required": nok(limit.value),
        "tuition_due": nok(tuition_due),
        "covered": nok(covered),
        "need": nok(limit.value + tuition_due),
    }
    if not missing:
        return calculated("nothing_missing", nok(missing), **shows)
    return calculated("missing_with_tuition" if tuition_due else "missing", nok(missing), **shows)


def _practice(tables: Tables) -> list[Step]:
    """What each institution says of its exchange students, in its own row."""
    found = [
        (tables.table("exchange_practice")["rows"][each]["label"], tables.limit("exchange_practice", "practice", each))
        for each in tables.periods("exchange_practice")
    ]
    return [looked_up("practice", limit, institution=label) for label, limit in found]


def required_by_year(case: Case) -> Bars | None:
    """The living amount for the same stay in every year of the table; gaps stand where none is published."""
    stay = case.values["stay"]
    if case.outcome.outputs["required"] is None:
        return None
    bars = []
    for period in case.tables.periods("required_funds"):
        limit = case.tables.find("required_funds", stay, period)
        is_open = limit is not None and limit.status != "official"
        is_chosen = period == case.values["academic_year"]
        bars.append(Bar("year", {"year": period}, limit and limit.value, open=is_open, chosen=is_chosen))
    return Bars("required", tuple(bars), {"stay": Term(("deposit", "pictures", "required", "stays", stay))})


def places_that_count(case: Case) -> tuple[str, ...]:
    """Where money from abroad would count; none with Erasmus+, where the institution is to be asked first."""
    return () if case.values["erasmus"] else ("norwegian_bank",)


LACK = less("missing")
WHAT_IF = (
    Change("move_funds", "own_funds_place", places_that_count, LACK),
    Change("job_offer", "job_offer", set_to(True), LACK),
)
PICTURES = (required_by_year,)
