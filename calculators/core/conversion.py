"""What of a calendar year's support could at most become a grant, for calculators that do not know the semesters."""

from decimal import Decimal

from calculators.core.case import Case


def most_to_lose(case: Case) -> Decimal | None:
    """The most (NOK) that anybody at this study share can lose of the year's grant, by the grant calculator.

    It is what the whole year away from home could give. None where a figure for that is not published.
    """
    found = case.ask_other("grant", year=case.values["year"], study_percent=case.values["study_percent"])
    return None if found is None else found["max_grant"]
