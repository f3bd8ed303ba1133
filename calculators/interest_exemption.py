"""Whether income stands in the way of interest deletion, and for how many months.

The rule (Lånekassen, "Inntektsgrenser for sletting av renter"): the year's table says up to which own income interest
can be deleted for 1, 2, … 12 months; children raise the limits. Care, birth and adoption, low income and prison also
have a limit for the family's income together. Low income and prison need twelve months in a row, a highest average
monthly income, and of the table only the highest own income, its limit for one month. Full-time education has no limit.
In 2016 and 2017 birth and adoption had no limit for the family (Lånekassen, 29 December 2017).

Choices: `own_limit` is the table's limit for the months asked about (low income and prison: for one month), children
included; null where it is not published and the answer can be given without it. `months_by_income` is what the table
gives for the own income; for low income and prison all twelve or none, and none when fewer months than the rule needs
were typed: the test is then `failed`, and a step says that the months and not the income are too few. Without a family
income you are alone, and your own counts. On a limit is within it ("at or below"). This is never the whole answer: the
reason must be approved too.
"""

from decimal import Decimal

from calculators.core.case import Case, Outputs
from calculators.core.form import Fault, Invalid, amount, calendar_year, choice, whole
from calculators.core.money import ZERO, Quantity, count, nok
from calculators.core.result import Notice, Outcome, Step, calculated, looked_up, typed
from calculators.core.tables import Limit, Tables
from calculators.core.what_if import Change
from calculators.core.words import Term

NO_LIMIT = "full_time_no_support"
OWN_INCOME = ("part_time", "elected_office", "erasmus", "illness", "aap", "unemployed", "military")
AND_FAMILY = ("care", "birth_adoption")
AND_AVERAGE = ("low_income", "prison")
YEARS_BIRTH_HAD_NO_FAMILY_LIMIT = (2016, 2017)

FIELDS = (
    calendar_year("year", table="interest_deletion"),
    whole("months", 1, 12, unit="months"),
    choice("reason", (*OWN_INCOME, *AND_FAMILY, NO_LIMIT, *AND_AVERAGE)),
    amount("own_income"),
    amount("average_monthly_income", optional=True),
    whole("children", 0, 20, default="0"),
    amount("family_income", optional=True),
)
OUTPUTS = {"own_limit": "NOK", "family_limit": "NOK", "months_by_income": "months", "income_test": "choice"}

TABLE = "interest_deletion"
LONGEST = 12


def has_family_limit(reason: str, year: int) -> bool:
    """Whether the family's income together has a limit for this reason in this calendar year."""
    if reason == "birth_adoption" and year in YEARS_BIRTH_HAD_NO_FAMILY_LIMIT:
        return False
    return reason in (*AND_FAMILY, *AND_AVERAGE)


def rungs_around(tables: Tables, year: int, own_income: Decimal, for_children: Decimal) -> tuple[int, list[Limit]]:
    """The months (0–12) that the own income (NOK) gives by the year's table, and the limits that settle it.

    Only the limits that the answer depends on are looked up. Raises NotPublished when one of them is missing.
    """
    first = tables.limit(TABLE, "own_1", year)
    if own_income > first.value + for_children:
        return 0, [first]
    above: list[Limit] = []
    for months in range(LONGEST, 1, -1):
        rung = tables.limit(TABLE, f"own_{months}", year)
        if own_income <= rung.value + for_children:
            return months, [rung, *above]
        above = [rung]
    return 1, [first, *above]


def income_test(months_by_income: int, months: int, others_passed: bool) -> str:
    """passed, partly or failed: whether income leaves room for all, some or none of the months asked about."""
    if months_by_income == 0 or not others_passed:
        return "failed"
    return "passed" if months_by_income >= months else "partly"


def calculate(
    tables: Tables,
    *,
    year: int,
    months: int,
    reason: str,
    own_income: Decimal,
    average_monthly_income: Decimal | None,
    children: int,
    family_income: Decimal | None,
) -> Outcome:
    """Work out one year. Raises Invalid when the incomes do not fit the reason, NotPublished for a missing limit."""
    has_family = has_family_limit(reason, year)
    _refuse_misfits(reason, has_family, own_income, average_monthly_income, family_income)
    steps: list[Step] = [_typed_reason(reason, months, year)]
    if reason == NO_LIMIT:
        steps.append(calculated("no_limit", Quantity(Decimal(LONGEST), "months")))
        outputs = {"own_limit": None, "family_limit": None, "months_by_income": LONGEST, "income_test": "passed"}
        return Outcome(outputs, "no_limit", tuple(steps), tuple(_notices(tables, reason)))

    steps.append(typed("own_income", nok(own_income)))
    for_children = ZERO
    if children:
        per_child = tables.limit(TABLE, "own_per_child", year)
        for_children = children * per_child.value
        steps += _children_steps("own", per_child, children, for_children)
    own_rule = _by_the_highest_limit if reason in AND_AVERAGE else _by_the_ladder
    months_by_income, own_limit, own_steps = own_rule(tables, year, months, reason, own_income, for_children)
    steps += own_steps

    family_limit, others_passed = None, True
    if has_family:
        family, family_limit, others_passed = _family(tables, year, children, own_income, family_income)
        steps += family
    elif reason in AND_FAMILY:
        steps.append(calculated("no_family_limit", True, year=str(year)))
    if reason in AND_AVERAGE:
        cap = tables.limit(TABLE, "monthly_average_cap", year)
        within = average_monthly_income <= cap.value
        others_passed = others_passed and within
        shown = {"income": Quantity(average_monthly_income, "NOK/month"), "limit": cap.shown}
        steps.append(looked_up("average_cap", cap))
        steps.append(calculated("average_within" if within else "average_above", within, **shown))
    outcome = income_test(months_by_income, months, others_passed)
    only_too_few_months = not months_by_income and others_passed and own_limit is not None and own_income <= own_limit
    headline = "too_few_months" if only_too_few_months else outcome
    notices = _notices(tables, reason)
    if own_limit is None:
        notices.insert(0, Notice("own_limit_unknown", {"months": _months(months), "year": str(year)}))
    return Outcome(
        {
            "own_limit": own_limit,
            "family_limit": family_limit,
            "months_by_income": months_by_income,
            "income_test": outcome,
        },
        headline,
        tuple(steps),
        tuple(notices),
        says={"months": _months(months), "year": str(year), "reason": _reason(reason)},
    )


def _refuse_misfits(reason, has_family, own_income, average_monthly_income, family_income) -> None:
    faults = []
    if reason in AND_AVERAGE and average_monthly_income is None:
        faults.append(Fault("average_monthly_income", "needed_for_reason", {"reason": _reason(reason)}))
    if has_family and family_income is not None and family_income < own_income:
        faults.append(Fault("family_income", "below_own", {"own": nok(own_income)}))
    if faults:
        raise Invalid(*faults)


def _by_the_ladder(tables, year, months, reason, own_income, for_children) -> tuple[int, Decimal | None, list[Step]]:
    """The months (0–12) by the limits for each number of months, the own limit (NOK) for those asked, the steps."""
    months_by_income, rungs = rungs_around(tables, year, own_income, for_children)
    asked = tables.find(TABLE, f"own_{months}", str(year))
    shown_rungs = rungs if asked is None or asked in rungs else [asked, *rungs]
    steps = [step for rung in sorted(shown_rungs, key=_months_of) for step in _rung_steps(rung, for_children)]
    own_limit = asked.value + for_children if asked else None
    return months_by_income, own_limit, [*steps, _months_step(months_by_income, own_income)]


def _by_the_highest_limit(tables, year, months, reason, own_income, for_children) -> tuple[int, Decimal, list[Step]]:
    """The months by income (12 or 0) where only the highest own limit counts, that limit (NOK), and the steps."""
    highest = tables.limit(TABLE, "own_1", year)
    limit = highest.value + for_children
    steps = [looked_up("highest", highest)]
    if for_children:
        steps.append(calculated("highest_children", nok(limit), limit=highest.shown, extra=nok(for_children)))
    if own_income > limit:
        return 0, limit, [*steps, _months_step(0, own_income)]
    least = tables.limit("interest_deletion_rule", "least_months", reason)
    enough = months >= least.value
    months_by_income = LONGEST if enough else 0
    shown = {"least": least.shown, "months": _months(months)}
    steps += [
        calculated("highest_within", True, income=nok(own_income), limit=nok(limit)),
        looked_up("least", least),
        calculated("enough_months" if enough else "too_few_months", _months(months_by_income), **shown),
    ]
    return months_by_income, limit, steps


def _family(tables, year, children, own_income, family_income) -> tuple[list[Step], Decimal, bool]:
    """The steps about the family's income, the limit (NOK) with children, and whether the income is within it."""
    base = tables.limit(TABLE, "family", year)
    limit = base.value
    alone = family_income is None
    income = own_income if alone else family_income
    steps = [typed("family_alone" if alone else "family_income", nok(income)), looked_up("family_limit", base)]
    if children:
        per_child = tables.limit(TABLE, "family_per_child", year)
        extra = children * per_child.value
        limit += extra
        steps += _children_steps("family", per_child, children, extra)
        steps.append(calculated("family_limit_children", nok(limit), limit=base.shown, extra=nok(extra)))
    within = income <= limit
    shown = {"income": nok(income), "limit": nok(limit)}
    steps.append(calculated("family_within" if within else "family_above", within, **shown))
    return steps, limit, within


def _typed_reason(reason: str, months: int, year: int) -> Step:
    return Step("reason", "input", reason, {"value": _reason(reason), "months": _months(months), "year": str(year)})


def _reason(reason: str) -> Term:
    return Term(("interest_exemption", "fields", "reason", "choices", reason))


def _children_steps(whose: str, per_child: Limit, children: int, extra: Decimal) -> list[Step]:
    shown = {"children": count(children), "each": per_child.shown}
    return [looked_up(f"{whose}_per_child", per_child), calculated("children", nok(extra), **shown)]


def _rung_steps(rung: Limit, for_children: Decimal) -> list[Step]:
    months = _months(_months_of(rung))
    if not for_children:
        return [looked_up("rung", rung, months=months)]
    raised = calculated(
        "rung_children", nok(rung.value + for_children), months=months, limit=rung.shown, extra=nok(for_children)
    )
    return [looked_up("rung", rung, months=months), raised]


def _months_of(rung: Limit) -> int:
    return int(rung.column.removeprefix("own_"))


def _months_step(months_by_income: int, own_income: Decimal) -> Step:
    key = "months_by_income" if months_by_income else "no_months_by_income"
    return calculated(key, _months(months_by_income), income=nok(own_income))


def _months(number: int) -> Quantity:
    return Quantity(Decimal(number), "months")


def _notices(tables: Tables, reason: str) -> list[Notice]:
    notices = [Notice("reason_must_be_approved")]
    least = tables.find("interest_deletion_rule", "least_months", reason)
    if least:
        notices.append(Notice("least_months", {"months": least.shown}))
    most = tables.find("interest_deletion_rule", "most_months", reason)
    if most:
        notices.append(Notice("most_months", {"months": most.shown}))
    back = tables.limit("interest_deletion_rule", "years_back", "every_reason")
    return [*notices, Notice("apply_afterwards", {"years": back.shown})]


def months_that_count(case: Case, outputs: Outputs) -> Decimal:
    """The months, of those asked about, that income leaves room for."""
    if outputs["income_test"] == "failed":
        return ZERO
    return Decimal(min(outputs["months_by_income"], case.values["months"]))


def lower_own_incomes(case: Case) -> list[Decimal]:
    """The own incomes (NOK) worth trying: the limit for one month more, and for who is alone the family's limit."""
    values, outputs = case.values, case.outcome.outputs
    one_more = case.limit(TABLE, f"own_{outputs['months_by_income'] + 1}", values["year"])
    per_child = case.limit(TABLE, "own_per_child", values["year"]) if values["children"] else ZERO
    incomes = [] if one_more is None or per_child is None else [one_more + values["children"] * per_child]
    if outputs["family_limit"] is not None and values["family_income"] is None:
        incomes.append(outputs["family_limit"])
    return [each for each in incomes if each < values["own_income"]]


def lower_family_incomes(case: Case) -> list[Decimal]:
    """The family's limit (NOK), where the family's income is above it."""
    limit, income = case.outcome.outputs["family_limit"], case.values["family_income"]
    return [limit] if limit is not None and income is not None and income > limit else []


def lower_average_incomes(case: Case) -> list[Decimal]:
    """The highest average income (NOK a month), where the reader's is above it."""
    cap = case.limit(TABLE, "monthly_average_cap", case.values["year"])
    income = case.values["average_monthly_income"]
    return [cap] if cap is not None and income is not None and income > cap else []


WHAT_IF = (
    Change("own_income", "own_income", lower_own_incomes, months_that_count, unit="months"),
    Change("family_income", "family_income", lower_family_incomes, months_that_count, unit="months"),
    Change("average_income", "average_monthly_income", lower_average_incomes, months_that_count, unit="months"),
)
