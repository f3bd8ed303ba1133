"""How much of a calendar year's basic support becomes a grant, what is pending, and what stays a loan.

The rule (regulation on student finance FOR-2020-04-15-798 §§ 76–78, 97–100): each semester has the rate and the
shares of its own academic year. In higher education one share converts for credits passed and one for a completed
degree; other education converts on passing. A semester lived at home has no convertible part. Then the means test
takes its reductions, and only what is left can convert.

Choices where the sources are silent, each told to the reader: the reductions because of income, benefits and wealth
are added; what they take is spread over all parts in proportion; credits count within their own semester, up to what
the support was for (Lånekassen converts the oldest semester first, and lets credits be caught up).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from calculators import income as income_rule
from calculators import wealth as wealth_rule
from calculators.core.basic_support import AUTUMN, SPRING, Worked, monthly_rate, months_of, rate_steps, support_for
from calculators.core.dates import academic_years_of
from calculators.core.form import (
    MAX_AMOUNT,
    Fault,
    Field,
    Invalid,
    amount,
    calendar_year,
    choice,
    flag,
    number,
    share,
    to_canonical,
)
from calculators.core.money import HUNDRED, ZERO, Quantity, nok, percent, to_ore
from calculators.core.result import Notice, Outcome, Step, calculated, looked_up, typed
from calculators.core.sweep import Sweep
from calculators.core.tables import Limit, NotPublished, Tables
from calculators.core.what_if import Change, more, set_to, toward, up_to
from calculators.core.words import Term

SEMESTERS = (SPRING, AUTUMN)
FULL_TIME_CREDITS = Decimal(30)
LEAST_CREDITS = Decimal("0.01")
EXACT_SHARE_SINCE = "2020-21"
RULES_WITHOUT_YEARS = (
    ("income_rate", "rate"),
    ("benefits_rate", "rate"),
    ("wealth_rate", "single"),
    ("wealth_rate", "couple"),
    ("conversion_split", "other_share"),
)


def academic_year_of(year: int, semester: str) -> str:
    """The academic year that a calendar year's spring or autumn belongs to."""
    return academic_years_of(year)[semester == AUTUMN]


def _whole_semester(semester: str) -> Callable[[Mapping, Tables], str | None]:
    """The default of a semester's months: all of them, or None where the year's months are not published."""

    def months(values: Mapping, tables: Tables) -> str | None:
        academic_year = academic_year_of(values["year"], semester)
        part_time = values["study_percent"] < HUNDRED
        try:
            return to_canonical(months_of(tables, academic_year, semester, part_time=part_time).value)
        except NotPublished:
            return None

    return months


def _credits_supported(values: Mapping) -> str:
    return to_canonical(FULL_TIME_CREDITS * values["study_percent"] / HUNDRED)


def _as_supported(semester: str) -> Callable[[Mapping], str]:
    return lambda values: to_canonical(values[f"{semester}_credits_supported"])


def _semesters_with_support(values: Mapping) -> str:
    return "one" if ZERO in (values["spring_months"], values["autumn_months"]) else "both"


def _semester_fields(semester: str) -> tuple[Field, ...]:
    supported, passed = f"{semester}_credits_supported", f"{semester}_credits_passed"
    return (
        number(
            f"{semester}_months", "0", "6", unit="months", decimals=2, step="0.25", default_in=_whole_semester(semester)
        ),
        choice(f"{semester}_lives", ("away", "home"), default="away"),
        number(supported, "0", "120", unit="credits", decimals=8, default=_credits_supported),
        number(passed, "0", "120", unit="credits", decimals=8, default=_as_supported(semester)),
    )


FIELDS = (
    calendar_year("year", table="income_limit"),
    choice("education", ("degree", "other"), default="degree"),
    share("study_percent", default="100"),
    *_semester_fields(SPRING),
    *_semester_fields(AUTUMN),
    flag("degree_completed"),
    flag("married_or_child_with_you"),
    amount("income", default="0"),
    amount("benefits", default="0"),
    choice("semesters", ("both", "one"), default=_semesters_with_support),
    flag("short_course_only"),
    choice("household", ("single", "couple"), default="single"),
    amount("net_wealth", low=-MAX_AMOUNT, default="0"),
)
OUTPUTS = {
    "basic_support": "NOK",
    "max_grant": "NOK",
    "income_reduction": "NOK",
    "wealth_reduction": "NOK",
    "convertible_after": "NOK",
    "grant": "NOK",
    "pending_credits": "NOK",
    "pending_degree": "NOK",
    "ordinary_loan": "NOK",
}
FRONT = (
    "study_percent",
    "spring_lives",
    "spring_credits_passed",
    "autumn_lives",
    "autumn_credits_passed",
    "degree_completed",
    "income",
    "net_wealth",
)
GROUPS = {
    name: tuple(f"{name}_{each}" for each in ("lives", "credits_passed", "credits_supported", "months"))
    for name in SEMESTERS
}


@dataclass(frozen=True)
class Semester:
    """One semester with support. Amounts in NOK, unrounded, before the means test."""

    name: str
    year: int
    support: Decimal
    for_credits: Decimal
    for_degree: Decimal
    supported: Decimal
    passed: Decimal

    @property
    def convertible(self) -> Decimal:
        """What can at most become a grant (NOK)."""
        return self.for_credits + self.for_degree

    @property
    def shows(self) -> dict[str, object]:
        """What every sentence about the semester shows: Spring 2026."""
        return {"semester": Term(("common", "semesters", self.name)), "year": str(self.year)}


def credits_counted(semester: Semester) -> Decimal:
    """The credits that convert: those passed, up to those the support was for."""
    return min(semester.passed, semester.supported)


def convertible_after(max_grant: Decimal, *reductions: Decimal) -> Decimal:
    """What the means test leaves of the convertible amount (NOK); never below 0."""
    return max(ZERO, max_grant - sum(reductions))


def adds_up(total: Decimal, terms: list[Quantity]) -> bool:
    """Whether the terms (NOK), each shown in øre, make the total shown in øre."""
    return to_ore(total) == sum(to_ore(each.value) for each in terms)


def in_ore(total: Decimal, parts: list[Decimal]) -> list[Decimal]:
    """The parts of `total` in øre, summing to it in øre; a part of 0 stays 0 and none falls below 0."""
    last = max((place for place, part in enumerate(parts) if part), default=0)
    rounded, before, so_far = [], ZERO, ZERO
    for place, part in enumerate(parts):
        so_far += part
        upto = to_ore(total if place >= last else so_far)
        rounded.append(upto - before)
        before = upto
    return rounded


def calculate(tables: Tables, *, year: int, education: str, study_percent: Decimal, **inputs) -> Outcome:
    """Work out one case; `inputs` are the rest of FIELDS. Raises Invalid, NotPublished."""
    _refuse_what_does_not_fit(tables, year, study_percent, inputs)
    semesters, steps = [], []
    for name in SEMESTERS:
        semester, semester_steps = _semester(tables, name, year, education, study_percent, inputs)
        semesters += [semester] if semester else []
        steps += semester_steps
    basic_support = sum((each.support for each in semesters), ZERO)
    max_grant = sum((each.convertible for each in semesters), ZERO)
    if len(semesters) > 1:
        terms = [nok(each.support) for each in semesters]
        key = "basic_support" if adds_up(basic_support, terms) else "basic_support_rounded"
        steps.append(calculated(key, nok(basic_support), spring=terms[0], autumn=terms[1]))
        terms = [nok(each.convertible) for each in semesters]
        key = "max_grant" if adds_up(max_grant, terms) else "max_grant_rounded"
        steps.append(calculated(key, nok(max_grant), spring=terms[0], autumn=terms[1]))

    by_income, by_benefits, by_wealth, test_steps = _means_test(tables, year, study_percent, max_grant, inputs)
    left = convertible_after(max_grant, by_income, by_benefits, by_wealth)
    steps += test_steps + _left_steps(max_grant, by_income + by_benefits, by_wealth, left)

    now, pending_credits, pending_degree, parts_steps = _parts(
        semesters, max_grant, left, degree_completed=inputs["degree_completed"]
    )
    grant, pending_credits, pending_degree = in_ore(left, [now, pending_credits, pending_degree])
    ordinary_loan = to_ore(basic_support) - to_ore(left)
    pending = pending_credits + pending_degree
    rest = {"basic_support": nok(basic_support), "grant": nok(grant), "pending": nok(pending)}
    steps += [*parts_steps, calculated("ordinary_loan", nok(ordinary_loan), **rest)]

    outputs = {
        "basic_support": basic_support,
        "max_grant": max_grant,
        "income_reduction": by_income + by_benefits,
        "wealth_reduction": by_wealth,
        "convertible_after": left,
        "grant": grant,
        "pending_credits": pending_credits,
        "pending_degree": pending_degree,
        "ordinary_loan": ordinary_loan,
    }
    notices = _notices(tables, year, study_percent, education, inputs, steps, outputs)
    return Outcome(
        outputs,
        ("grant_and_pending" if pending else "grant")
        if grant
        else ("pending" if pending else "nothing" if semesters else "no_support"),
        tuple(steps),
        tuple(notices),
        {"pending": nok(pending)},
    )


def _refuse_what_does_not_fit(tables: Tables, year: int, study_percent: Decimal, inputs: Mapping) -> None:
    """Raise Invalid for months beyond the semester, support for no credits, and a high limit that cannot apply."""
    specs = {spec.name: spec for spec in FIELDS}
    faults = []
    for name in SEMESTERS:
        field, months = f"{name}_months", inputs[f"{name}_months"]
        whole = _whole_semester(name)({"year": year, "study_percent": study_percent}, tables)
        if months and whole and months > Decimal(whole):
            faults.append(Fault(field, "too_high", {"field": replace(specs[field], high=Decimal(whole))}))
        supported = f"{name}_credits_supported"
        if months != ZERO and not inputs[supported]:
            faults.append(Fault(supported, "too_low", {"field": replace(specs[supported], low=LEAST_CREDITS)}))
    months = [inputs[f"{name}_months"] for name in SEMESTERS]
    if None not in months and not faults:
        if inputs["semesters"] == "one" and all(months):
            faults.append(Fault("semesters", "support_in_both"))
        elif inputs["short_course_only"] and sum(months) > income_rule.SHORT:
            faults.append(Fault("short_course_only", "not_a_short_course"))
    if faults:
        raise Invalid(*faults)


def _semester(tables: Tables, name: str, year: int, education: str, study_percent: Decimal, inputs: Mapping):
    """The semester (None without support) and its steps."""
    academic_year = academic_year_of(year, name)
    months = inputs[f"{name}_months"]
    shows = {"semester": Term(("common", "semesters", name)), "year": str(year)}
    if months is None:
        months = months_of(tables, academic_year, name, part_time=study_percent < HUNDRED).value
    if months == ZERO:
        return None, [typed("no_support", Quantity(ZERO, "months"), **shows)]

    at_home = inputs[f"{name}_lives"] == "home"
    counts_as_away = at_home and inputs["married_or_child_with_you"]
    lives = "months_home_counts_as_away" if counts_as_away else "months_home" if at_home else "months_away"
    steps = [typed(lives, Quantity(months, "months"), **shows)]
    support = support_for(tables, academic_year, name, months, study_percent)
    steps += _support_steps(tables, academic_year, name, months, study_percent, support, shows)
    shares, share_steps = [ZERO, ZERO], [calculated("home_no_grant", nok(ZERO), **shows)]
    if counts_as_away or not at_home:
        shares, share_steps = _shares(tables, academic_year, education, support.value, shows)
    semester = Semester(
        name,
        year,
        support.value,
        support.value * shares[0] / HUNDRED,
        support.value * shares[1] / HUNDRED,
        inputs[f"{name}_credits_supported"],
        inputs[f"{name}_credits_passed"],
    )
    return semester, steps + share_steps


def _support_steps(tables, academic_year, name, months, study_percent, support: Worked, shows) -> list[Step]:
    """How the semester's support comes about: a printed total, or rate × months × share."""
    if support.how == "printed":
        return [looked_up("semester_printed", support.limits[0], **shows)]
    rate = monthly_rate(tables, academic_year)
    worth = nok(support.value)
    factors = {"rate": nok(rate.value), "months": Quantity(months, "count")}
    if study_percent == HUNDRED:
        return [*rate_steps(rate), calculated("semester_support", worth, **factors, **shows)]
    study = percent(study_percent)
    part_time = calculated("semester_support_part_time", worth, study=study, **factors, **shows)
    return [*rate_steps(rate), typed("study_percent", study), part_time]


def _shares(tables: Tables, academic_year: str, education: str, support: Decimal, shows):
    """The shares (percent) for credits and for the degree, and the steps."""
    if education == "other":
        passing = tables.limit("conversion_split", "other_share", academic_year)
        worth = nok(support * passing.value / HUNDRED)
        total = {"support": nok(support), "share": percent(passing.value)}
        steps = [looked_up("other_share", passing), calculated("semester_convertible", worth, **total, **shows)]
        return [passing.value, ZERO], steps
    for_credits = tables.limit("conversion_split", "credits_share", academic_year)
    for_degree = tables.limit("conversion_split", "degree_share", academic_year)
    both = for_credits.value + for_degree.value
    steps = [looked_up("credits_share", for_credits)]
    if for_degree.value:
        steps.append(looked_up("degree_share", for_degree))
    total = {"support": nok(support), "share": percent(both)}
    steps.append(calculated("semester_convertible", nok(support * both / HUNDRED), **total, **shows))
    return [for_credits.value, for_degree.value], steps


def _means_test(tables: Tables, year: int, study_percent: Decimal, max_grant: Decimal, inputs: Mapping):
    """The reductions (NOK) because of income, benefits and wealth, and the steps. Only needed limits are looked up."""
    income, benefits, net_wealth = inputs["income"], inputs["benefits"], inputs["net_wealth"]
    if max_grant == ZERO:
        return ZERO, ZERO, ZERO, [calculated("nothing_to_reduce", nok(ZERO))]
    if not income and not benefits and net_wealth <= ZERO:
        return ZERO, ZERO, ZERO, [calculated("no_limits_needed", nok(ZERO))]
    months = sum(inputs[f"{name}_months"] for name in SEMESTERS)
    case = {"months": months, "study_percent": study_percent}
    column = income_rule.band(inputs["semesters"], inputs["short_course_only"])
    steps = [calculated("months_in_all", Quantity(months, "months"), year=str(year))]

    reductions = []
    if income:
        limit = tables.limit("income_limit", column, year)
        rate = tables.limit("income_rate", "rate", "month_with_support")
        income_steps = [typed("income", nok(income)), looked_up(f"income_limit_{column}", limit)]
        reduction, more = _reduction(income_rule, "income", income, limit, rate, **case)
        steps += income_steps + more
        reductions.append(reduction)
    else:
        steps.append(calculated("no_income", nok(ZERO)))
        reductions.append(ZERO)
    if benefits:
        limit = tables.limit("benefits_limit", column, year)
        rate = tables.limit("benefits_rate", "rate", "month_with_support")
        benefits_steps = [typed("benefits", nok(benefits)), looked_up(f"benefits_limit_{column}", limit)]
        reduction, more = _reduction(income_rule, "benefits", benefits, limit, rate, **case)
        steps += benefits_steps + more
        reductions.append(reduction)
    else:
        steps.append(calculated("no_benefits", nok(ZERO)))
        reductions.append(ZERO)
    if net_wealth > ZERO:
        household = inputs["household"]
        limit = tables.limit("wealth_limit", household, year)
        rate = tables.limit("wealth_rate", household, "month_with_support")
        steps += [typed(f"net_wealth_{household}", nok(net_wealth)), looked_up(f"wealth_limit_{household}", limit)]
        reduction, more = _reduction(wealth_rule, "wealth", net_wealth, limit, rate, **case)
        steps += more
        reductions.append(reduction)
    else:
        steps.append(calculated("no_wealth", nok(ZERO)))
        reductions.append(ZERO)
    return *reductions, steps


def _reduction(rule, what: str, value: Decimal, limit: Limit, rate: Limit, *, months: Decimal, study_percent: Decimal):
    """One reduction (NOK) by the rule of the income or the wealth calculator, and its steps after the limit."""
    excess = rule.excess_over(value, limit.value)
    shown = {"had": nok(value), "limit": nok(limit.value)}
    if not excess:
        return ZERO, [calculated("not_above", nok(ZERO), **shown)]
    reduction = rule.reduction_of_grant(excess, rate.value, months, study_percent)
    factors = {"excess": nok(excess), "rate": percent(rate.value), "months": Quantity(months, "count")}
    steps = [calculated("excess", nok(excess), **shown), looked_up(f"{what}_rate", rate)]
    if study_percent == HUNDRED:
        return reduction, [*steps, calculated("reduction", nok(reduction), **factors)]
    study = percent(study_percent)
    return reduction, [*steps, calculated("reduction_part_time", nok(reduction), study=study, **factors)]


def _left_steps(max_grant: Decimal, by_income: Decimal, by_wealth: Decimal, left: Decimal) -> list[Step]:
    """What the means test leaves, when it takes something."""
    if not by_income and not by_wealth:
        return []
    shown = {"max_grant": nok(max_grant), "income": nok(by_income), "wealth": nok(by_wealth)}
    if not left:
        return [calculated("nothing_left", nok(left), **shown)]
    holds = adds_up(max_grant, [nok(left), shown["income"], shown["wealth"]])
    return [calculated("convertible_after" if holds else "convertible_after_rounded", nok(left), **shown)]


def _parts(semesters: list[Semester], max_grant: Decimal, left: Decimal, *, degree_completed: bool):
    """Grant now, pending for credits, pending for the degree (NOK, unrounded), and the steps.

    What the means test takes is spread over all parts in proportion.
    """
    steps: list[Step] = []
    now = pending_credits = for_degree = ZERO
    if not left:
        return ZERO, ZERO, ZERO, steps

    def spread(part: Decimal) -> Decimal:
        return part if left == max_grant else part * left / max_grant

    if left != max_grant:
        shown = {"left": nok(left), "max_grant": nok(max_grant)}
        steps.append(calculated("spread", percent((left / max_grant * HUNDRED).quantize(Decimal("0.01"))), **shown))
    for each in semesters:
        if not each.convertible:
            continue
        part, counted = spread(each.for_credits), credits_counted(each)
        gained = part if counted == each.supported else part * counted / each.supported
        now += gained
        pending_credits += part - gained
        for_degree += spread(each.for_degree)
        shown = {
            "part": nok(part),
            "passed": Quantity(counted, "count"),
            "supported": Quantity(each.supported, "count"),
        }
        steps.append(typed("credits", Quantity(each.passed, "credits"), supported=shown["supported"], **each.shows))
        steps.append(calculated("credits_grant", nok(gained), **shown, **each.shows))
    if for_degree:
        steps.append(calculated("degree_grant" if degree_completed else "degree_pending", nok(for_degree)))
    if degree_completed:
        return now + for_degree, pending_credits, ZERO, steps
    return now, pending_credits, for_degree, steps


def _notices(tables, year, study_percent, education, inputs, steps, outputs) -> list[Notice]:
    """The assumptions, and what is not worked out, where they touch this case."""
    notices = []
    reduced = outputs["income_reduction"] > 0 or outputs["wealth_reduction"] > 0
    if reduced:
        notices.append(Notice("never_comes_back"))
    if reduced and outputs["convertible_after"] > 0:
        notices.append(Notice("spread_is_ours"))
    several = [outputs["income_reduction"] > 0, outputs["wealth_reduction"] > 0]
    if all(several) or (inputs["income"] and inputs["benefits"] and outputs["income_reduction"] > 0):
        notices.append(Notice("adding_is_ours"))
    months = [inputs[f"{name}_months"] for name in SEMESTERS]
    tested = outputs["max_grant"] > 0 and (inputs["income"] or inputs["benefits"])
    low_limit = income_rule.band(inputs["semesters"], inputs["short_course_only"]) == "whole_year"
    if tested and low_limit and sum(months) <= income_rule.SHORT:
        notices.append(Notice("ask_about_the_limit"))
    if tested and inputs["income"] and year in income_rule.CORONA_YEARS:
        notices.append(Notice("corona"))
    if outputs["pending_credits"] > 0 or outputs["pending_degree"] > 0:
        notices.append(Notice("pending_can_come"))
    notices.append(Notice("not_modelled.catching_up"))
    if inputs["degree_completed"] and education == "degree":
        notices.append(Notice("degree_of_earlier_years"))
    if study_percent < HUNDRED and academic_year_of(year, SPRING) < EXACT_SHARE_SINCE:
        notices.append(Notice("part_time_steps"))
    if reduced:
        notices += [Notice("not_modelled.order_of_reduction"), Notice("not_modelled.refugee_grant")]
    return notices + _not_confirmed_since(tables, steps, year)


def _not_confirmed_since(tables: Tables, steps: list[Step], year: int) -> list[Notice]:
    """A rule used for a year after the newest page that prints it: the reader should know."""
    notices = []
    used = {(limit.table, limit.column): limit for step in steps if (limit := step.limit)}
    for limit in (used[rule] for rule in RULES_WITHOUT_YEARS if rule in used):
        seen = tables.newest_page_date(limit.sources)
        if seen and seen.year < year:
            notices.append(Notice("rate_not_confirmed_since", {"rate": limit.shown, "date": seen, "year": str(year)}))
    return notices


def _credits_change(semester: str) -> Change:
    """Ten credits more in a semester, or what is left of those the support was for."""
    passed, supported = f"{semester}_credits_passed", f"{semester}_credits_supported"
    return Change(f"{semester}_credits", passed, up_to(passed, TEN, lambda case: case.values[supported]), more("grant"))


TEN = Decimal(10)
LEFT = more("convertible_after")
WHAT_IF = (
    Change("income", "income", toward("income", income_rule.limit_of, income_rule.STEP), LEFT),
    Change("benefits", "benefits", toward("benefits", income_rule.benefits_limit_of, income_rule.STEP), LEFT),
    Change("wealth", "net_wealth", toward("net_wealth", wealth_rule.limit_of, wealth_rule.STEP), LEFT),
    _credits_change(SPRING),
    _credits_change(AUTUMN),
    Change("degree", "degree_completed", set_to(True), more("grant")),
)
PICTURES = (
    Sweep("income", "income", "grant", income_rule.limit_of, until_none_of="convertible_after"),
    Sweep("net_wealth", "net_wealth", "grant", wealth_rule.limit_of, until_none_of="convertible_after"),
)
