"""How an output varies with one input: the corners of the line, each of them an answer of the calculator."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from calculators.core.case import Case, Outputs
from calculators.core.form import MAX_AMOUNT
from calculators.core.money import ZERO, nok
from calculators.core.picture import Curve, Point

KRONE = Decimal(1)


@dataclass(frozen=True)
class Sweep:
    """A picture of `output` by `field`, both in NOK, for a rule that is straight on each side of its limit.

    `limit` finds where the line bends; without one there is no picture. `until_none_of` names an output that reaches
    0 above the limit: the line ends there, or at the reader's own place if that is further. Else it ends a round sum
    above the limit. `at_most` is the most there can be of the output. With `if_given` the picture is only for those
    who have any of the input.
    """

    name: str
    field: str
    output: str
    limit: Callable[[Case], Decimal | None]
    until_none_of: str = ""
    at_most: Callable[[Case], Decimal | None] | None = None
    if_given: bool = False

    def __call__(self, case: Case) -> Curve | None:
        """The picture for one case; None where there is nothing to draw, or nothing is known to draw it from."""
        own, limit = case.values[self.field], self.limit(case)
        if limit is None or (self.if_given and not own):
            return None
        roles = {limit: ["limit"]}
        if self.until_none_of:
            gone = self._gone(case, own, limit)
            if gone is None:
                return None
            roles.setdefault(gone, []).append("gone")
        else:
            roles.setdefault(limit + round_sum(max(own - limit, limit / 2)), [])
        roles.setdefault(min(ZERO, own), [])
        roles.setdefault(own, []).append("you")
        found = [(x, case.ask(self.field, x), roles[x]) for x in sorted(roles) if x <= MAX_AMOUNT]
        return None if any(outputs is None for _, outputs, _ in found) else self._curve(case, found)

    def _curve(self, case: Case, found: Sequence[tuple[Decimal, Outputs, list[str]]]) -> Curve | None:
        points = tuple(Point(x, nok(x), (outputs[self.output],), tuple(roles)) for x, outputs, roles in found)
        highest = max(point.ys[0] for point in points)
        if not highest:
            return None
        most = self.at_most(case) if self.at_most else None
        return Curve(self.name, points, most=most if most and most < highest else None)

    def _gone(self, case: Case, own: Decimal, limit: Decimal) -> Decimal | None:
        """Where the output first is 0 above the limit, in whole kroner; None where it is 0 already at the limit."""
        at_limit = case.ask(self.field, limit)
        if at_limit is None or not at_limit[self.until_none_of]:
            return None
        full, probe = at_limit[self.until_none_of], limit + KRONE
        if own > limit and case.outcome.outputs[self.until_none_of]:
            probe = own
        beyond = case.ask(self.field, probe)
        if beyond is None:
            return None
        a_krone = (full - beyond[self.until_none_of]) / (probe - limit)
        return limit + (full / a_krone).to_integral_value(rounding=ROUND_CEILING) if a_krone else None


def round_sum(amount: Decimal) -> Decimal:
    """The next sum (NOK) with one digit that is not 0, for an axis to end on: 300 000 for 267 112.50."""
    step = KRONE.scaleb(amount.adjusted())
    return (amount / step).to_integral_value(rounding=ROUND_CEILING) * step
