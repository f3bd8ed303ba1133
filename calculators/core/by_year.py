"""A long list of an answer, such as twenty years of payments, parted by the year of its rows and added up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from itertools import groupby

from calculators.core.answer import Answer, rule
from calculators.core.money import Quantity
from calculators.core.words import Words


@dataclass(frozen=True)
class Year:
    """The rows of one year as HTML, the row that adds them up, and the line to press that unfolds them."""

    year: str
    summary: str
    rows: str
    totals: str


def by_year(answer: Answer, name: str, rows: Sequence[str], words: Words) -> Iterator[Year]:
    """The list `name` of an answer, year by year, oldest first.

    `rows` are its items as HTML, in order. The year is that of the first column, a date; the calculator's TOTALS
    names the columns to add up (NOK). Of the others the year's last value stands in the sum's row: what is left.
    """
    module = rule(answer.calculator)
    units, added = module.OUTPUTS[name], module.TOTALS[name]
    items = answer.result["outputs"][name]
    first, *others = units
    for year, numbers in groupby(range(len(items)), key=lambda number: items[number][first][:4]):
        of_year = list(numbers)
        cells = {
            key: Quantity(sum(Decimal(items[number][key]) for number in of_year), units[key])
            if key in added
            else Quantity(Decimal(items[of_year[-1]][key]), units[key])
            for key in others
        }
        shown = {key: escape(words.display(value, answer.lang)) for key, value in cells.items()}
        label = escape(words.say(answer.lang, "common", "headings", "total_of_year", year=year))
        last = others[-1]
        column = escape(words.say(answer.lang, answer.calculator, "columns", name, last))
        sums = "".join(
            f'<td data-total="{key}" data-value="{value.value}">{shown[key]}</td>' for key, value in cells.items()
        )
        yield Year(
            year=year,
            summary=f'{label}: {shown[added[0]]} <span class="by-year__left">{column}: {shown[last]}</span>',
            rows="".join(rows[number] for number in of_year),
            totals=f'<tr><th scope="row">{label}</th>{sums}</tr>',
        )
