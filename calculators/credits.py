"""How many credits with support are left, and whether a delay stops it.

The rule (Lånekassen, changes for 2021–2022, 6 April 2021; "Faglig forsinkelse"): support for 480 credits in all,
and none while more than 60 credits behind. Before autumn 2021 the limit was eight years whatever the study load,
and the change is not retroactive: each year from before it takes a full year's credits, a part-time year too.
How far behind is counted on the credits since autumn 2021; the years before say nothing of what was passed.
"""

from decimal import Decimal

from calculators.core.form import number
from calculators.core.money import ZERO, Quantity
from calculators.core.result import Notice, Outcome, Step, calculated, looked_up, typed
from calculators.core.tables import Limit, Tables

FIELDS = (
    number("credits_supported", "0", "2000", unit="credits", decimals=2),
    number("credits_passed", "0", "2000", unit="credits", decimals=2),
    number("full_time_years_before_2021", "0", "40", unit="count", step="0.5", default="0"),
    number("part_time_years_before_2021", "0", "40", unit="count", step="0.5", default="0"),
)
OUTPUTS = {"credits_left": "credits", "behind": "credits", "delay_ok": "flag", "credits_to_pass": "credits"}


def used_before_2021(full_time_years: Decimal, part_time_years: Decimal, per_year: Decimal) -> Decimal:
    """The credits that years before autumn 2021 take, each year whole whatever its study load."""
    return (full_time_years + part_time_years) * per_year


def left_of(total: Decimal, used: Decimal) -> Decimal:
    """The credits with support that are left; never below 0."""
    return max(ZERO, total - used)


def behind_by(supported: Decimal, passed: Decimal) -> Decimal:
    """How many credits the student is behind what support was given for; 0 when not behind."""
    return max(ZERO, supported - passed)


def missing_to_be_let_in(behind: Decimal, most_behind: Decimal) -> Decimal:
    """The credits to pass before support can come back: those behind beyond what is allowed."""
    return max(ZERO, behind - most_behind)


def calculate(
    tables: Tables,
    *,
    credits_supported: Decimal,
    credits_passed: Decimal,
    full_time_years_before_2021: Decimal,
    part_time_years_before_2021: Decimal,
) -> Outcome:
    """Work out one case."""
    before, before_steps = _before_2021(tables, full_time_years_before_2021, part_time_years_before_2021)
    total = tables.limit("credits_rule", "total", "rule")
    left = left_of(total.value, credits_supported + before)
    shown = {"total": _credits(total.value), "supported": _credits(credits_supported), "before": _credits(before)}
    if before_steps:
        left_step = calculated("left_with_years" if left else "no_left_with_years", _credits(left), **shown)
    else:
        left_step = calculated("left" if left else "no_left", _credits(left), **shown)
    behind = behind_by(credits_supported, credits_passed)
    delay_steps, delay_notices, most_behind = _delay(tables, credits_supported, credits_passed, behind)
    to_pass = missing_to_be_let_in(behind, most_behind.value) if most_behind else ZERO
    steps = (
        typed("supported", _credits(credits_supported)),
        *before_steps,
        looked_up("total", total),
        left_step,
        typed("passed", _credits(credits_passed)),
        *delay_steps,
    )
    notices = [Notice("not_whether_you_get_support")]
    if before_steps:
        notices.append(Notice("delay_before_2021"))
    if part_time_years_before_2021:
        notices.append(Notice("part_time_years_whole"))
    return Outcome(
        {"credits_left": left, "behind": behind, "delay_ok": to_pass == ZERO, "credits_to_pass": to_pass},
        ("too_far_behind" if left else "too_far_behind_and_none_left")
        if to_pass
        else ("none_left" if not left else "left" if behind else "left_not_behind"),
        steps,
        (*notices, *delay_notices),
    )


def _before_2021(tables: Tables, full_time: Decimal, part_time: Decimal) -> tuple[Decimal, tuple[Step, ...]]:
    if full_time == part_time == ZERO:
        return ZERO, ()
    per_year = tables.limit("credits_rule", "credits_per_full_year", "rule")
    used = used_before_2021(full_time, part_time, per_year.value)
    years = {"full_time": Quantity(full_time, "count"), "part_time": Quantity(part_time, "count")}
    return used, (
        typed("full_time_years", years["full_time"]),
        typed("part_time_years", years["part_time"]),
        looked_up("per_year", per_year),
        calculated("used_before", _credits(used), per_year=_credits(per_year.value), **years),
    )


def _delay(
    tables: Tables, supported: Decimal, passed: Decimal, behind: Decimal
) -> tuple[list[Step], list[Notice], Limit | None]:
    """The steps and notices about the delay, and the limit they stand on: none when nothing is behind."""
    if not behind:
        return [calculated("not_behind", _credits(ZERO))], [], None
    most = tables.limit("credits_rule", "most_behind", "rule")
    to_pass = missing_to_be_let_in(behind, most.value)
    shown = {"behind": _credits(behind), "most": _credits(most.value)}
    steps = [
        calculated("behind", _credits(behind), supported=_credits(supported), passed=_credits(passed)),
        looked_up("most_behind", most),
        calculated("too_far_behind" if to_pass else "delay_ok", _credits(to_pass), **shown),
    ]
    notices = [Notice("back_next_semester", {"most": _credits(most.value)})] if to_pass else []
    notices += [Notice("new_programme"), Notice("not_modelled.delay_reasons"), Notice("not_modelled.catching_up")]
    return steps, notices, most


def _credits(value: Decimal) -> Quantity:
    return Quantity(value, "credits")
