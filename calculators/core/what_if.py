"""What would change an answer most: changes a reader can picture, each tried on the calculator itself.

A calculator declares them as WHAT_IF, and its texts say them in the group `what_if`. A change that gains nothing is
not told.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from calculators.core.answer import Answer
from calculators.core.case import Case, Outputs
from calculators.core.form import Value, to_canonical
from calculators.core.money import ZERO, Quantity, canonical, to_ore
from calculators.core.words import Words

MOST_SENTENCES = 2

Tries = Callable[[Case], Iterable[Value]]
Worth = Callable[[Case, Outputs], Decimal | None]
FindLimit = Callable[[Case], Decimal | None]


@dataclass(frozen=True)
class Change:
    """One change to one input.

    `key` names its sentence. `tries` gives the new values in order of preference: the first that gains is told.
    `worth` is how good outputs are, in `unit`, higher being better. With `keeps` it is told when nothing is lost, and
    only if no other change gains. `also` names outputs whose difference the sentence shows too.
    """

    key: str
    field: str
    tries: Tries
    worth: Worth
    unit: str = "NOK"
    keeps: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Effect:
    """What a change was found to do: the field's new value, the gain, and what its sentence shows."""

    key: str
    field: str
    value: Value
    gain: Quantity
    keeps: bool
    shows: Mapping[str, object]


def effects(case: Case) -> list[Effect]:
    """The changes worth telling, at most two: those that gain most, or else those by which nothing is lost."""
    found: list[Effect] = []
    for change in getattr(case.module, "WHAT_IF", ()):
        effect = _effect(case, change)
        if effect and all((effect.field, effect.value) != (other.field, other.value) for other in found):
            found.append(effect)
    told = [each for each in found if not each.keeps] or found
    best = sorted(told, key=lambda effect: effect.gain.value, reverse=True)[:MOST_SENTENCES]
    return [each for each in told if each in best]


def sentences(answer: Answer, words: Words) -> list[tuple[Effect, str]]:
    """The changes worth telling with their sentences; none where there is no answer."""
    if answer.case is None:
        return []
    return [
        (effect, words.say(answer.lang, answer.calculator, "what_if", effect.key, **effect.shows))
        for effect in effects(answer.case)
    ]


def what_if_html(answer: Answer, words: Words) -> str:
    """The sentences as a list for the page, each with the change it promises of; empty when nothing can change."""
    items = "".join(
        f'<li data-what-if="{effect.key}" data-field="{effect.field}" data-to="{escape(to_canonical(effect.value))}"'
        f' data-gain="{canonical(effect.gain.value, effect.gain.unit)}">{escape(text)}</li>'
        for effect, text in sentences(answer, words)
    )
    if not items:
        return ""
    heading = escape(words.say(answer.lang, "common", "headings", "what_if"))
    return f'<h4>{heading}</h4><ul class="calculator__what-if">{items}</ul>'


def _effect(case: Case, change: Change) -> Effect | None:
    now = change.worth(case, case.outcome.outputs)
    if now is None:
        return None
    for value in change.tries(case):
        outputs = case.ask(change.field, value)
        then = None if outputs is None else change.worth(case, outputs)
        if then is None or (then != now if change.keeps else then <= now):
            continue
        gain = Quantity(then - now, change.unit)
        shows = {"gain": gain, **_moved(case, change.field, value)}
        shows |= {name: _difference(case, outputs, name) for name in change.also}
        return Effect(change.key, change.field, value, gain, change.keeps, shows)
    return None


def _moved(case: Case, name: str, value: Value) -> dict[str, Quantity]:
    """By how much a number moves, from what and to what; nothing for a choice."""
    spec, old = case.spec(name), case.values[name]
    if spec.choices:
        return {}
    numbers = {"change": abs(Decimal(value) - Decimal(old)), "now": Decimal(old), "value": Decimal(value)}
    return {key: Quantity(number, spec.unit) for key, number in numbers.items()}


def _difference(case: Case, outputs: Outputs, name: str) -> Quantity:
    before, after = (to_ore(each[name]) for each in (case.outcome.outputs, outputs))
    return Quantity(abs(after - before), case.module.OUTPUTS[name])


# What is gained


def more(*names: str) -> Worth:
    """The more of these outputs together (NOK), the better."""
    return lambda _, outputs: _sum(outputs, names)


def less(*names: str, at_most: Callable[[Case], Decimal | None] | None = None) -> Worth:
    """The less of these outputs together (NOK), the better; beyond `at_most` there is no more to lose."""

    def worth(case: Case, outputs: Outputs) -> Decimal | None:
        loss = _sum(outputs, names)
        most = at_most(case) if at_most and loss else None
        if loss is None:
            return None
        return -loss if most is None else -min(loss, to_ore(most))

    return worth


def _sum(outputs: Outputs, names: Iterable[str]) -> Decimal | None:
    amounts = [outputs[name] for name in names]
    return None if None in amounts else sum(map(to_ore, amounts), ZERO)


# What is tried


def set_to(value: Value) -> Tries:
    """This value."""
    return lambda _: (value,)


def stepped(name: str, *steps: Decimal | int) -> Tries:
    """The field moved by each of these steps, the preferred first."""
    return lambda case: [case.values[name] + step for step in steps]


def up_to(name: str, step: Decimal, most: Callable[[Case], Decimal]) -> Tries:
    """A step more, or what is left up to `most`."""
    return lambda case: [min(case.values[name] + step, most(case))] if case.values[name] < most(case) else []


def above(name: str, limit: FindLimit, step: Decimal) -> Tries:
    """A whole step less, where the field is then still above the limit."""

    def tries(case: Case) -> list[Value]:
        value, end = case.values[name], limit(case)
        return [value - step] if end is not None and value - step > end else []

    return tries


def down_to(name: str, limit: FindLimit) -> Tries:
    """The limit itself, where the field is above it."""

    def tries(case: Case) -> list[Value]:
        end = limit(case)
        return [end] if end is not None and case.values[name] > end else []

    return tries


def toward(name: str, limit: FindLimit, step: Decimal) -> Tries:
    """A step less, or what is left down to the limit; where that gains nothing, the limit itself."""

    def tries(case: Case) -> list[Value]:
        value, end = case.values[name], limit(case)
        return [max(value - step, end), end] if end is not None and value > end else []

    return tries


def room_to(name: str, limit: FindLimit) -> Tries:
    """The limit, where the field is below it: how much more there is room for."""

    def tries(case: Case) -> list[Value]:
        end = limit(case)
        return [end] if end is not None and case.values[name] < end else []

    return tries
