"""The pictures of an answer as figures for the page: the drawing, its legend in words, its values in a table.

A calculator names them as PICTURES: each makes a picture of a case, or None where there is nothing to draw.
"""

from html import escape

from calculators.core.answer import Answer
from calculators.core.bars import draw_bars
from calculators.core.curve import draw_curve
from calculators.core.drawing import Teller
from calculators.core.picture import Curve, Picture
from calculators.core.words import Words


def pictures_html(answer: Answer, words: Words, *, is_example: bool = False) -> str:
    """All pictures of an answer, under a heading; empty where it has none."""
    if answer.case is None:
        return ""
    found = [draw(answer.case) for draw in getattr(answer.case.module, "PICTURES", ())]
    figures = "".join(figure(each, answer, words, is_example=is_example) for each in found if each)
    if not figures:
        return ""
    return f"<h4>{escape(words.say(answer.lang, 'common', 'headings', 'pictures'))}</h4>{figures}"


def figure(picture: Picture, answer: Answer, words: Words, *, is_example: bool = False) -> str:
    """One picture of an answer."""
    teller = Teller(answer, words, picture.name, is_example)
    drawn = draw_curve(picture, teller) if isinstance(picture, Curve) else draw_bars(picture, teller)
    name = f"{answer.calculator}-{picture.name}"
    described = " ".join([*(said for _, said in drawn.legend), teller.common("beside")])
    items = "".join(f"<li>{sample}<span>{said}</span></li>" for sample, said in drawn.legend)
    legend = f'<ul class="chart__legend">{items}</ul>' if items else ""
    return (
        f'<figure class="picture chart" data-chart="{name}"><figcaption>{drawn.title}</figcaption>'
        f'<svg class="chart__drawing" role="img" aria-labelledby="chart-{name}-title chart-{name}-desc"'
        f' width="100%" height="{drawn.height}"><title id="chart-{name}-title">{drawn.title}</title>'
        f'<desc id="chart-{name}-desc">{described}</desc>{drawn.shapes}</svg>{legend}'
        f'<details><summary data-fold="chart-{name}">{teller.common("table")}</summary>{drawn.table}</details></figure>'
    )
