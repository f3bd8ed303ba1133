"""Norwegian public holidays as data, from the `holidays` package: the calculators carry the dates only."""

from functools import cache

import holidays

from calculators.core.form import FIRST_YEAR, LAST_YEAR


@cache
def public_holidays() -> list[str]:
    """The public holidays of the years a date may lie in, as ISO dates in order. Those on weekends are left out:
    they are no working days anyway."""
    found = holidays.country_holidays("NO", years=range(FIRST_YEAR, LAST_YEAR + 1))
    return [day.isoformat() for day in sorted(found) if day.weekday() < 5]
