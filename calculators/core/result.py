"""What a calculator gives back: outputs, the steps that led there, and what the reader should know."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from calculators.core.money import Quantity
from calculators.core.tables import Limit


@dataclass(frozen=True)
class Step:
    """One step of the reasoning.

    `key` names its sentence in the calculator's texts, `shows` fills that sentence, `result` is the
    step's own value. `origin` is input (you typed it), limit (a published figure) or calculated.
    """

    key: str
    origin: str
    result: Quantity | date | str | bool | None
    shows: Mapping[str, object] = field(default_factory=dict)
    limit: Limit | None = None


def typed(key: str, result: Quantity | str, **shows: object) -> Step:
    """A step for what the reader typed; its sentence may show it as {value}."""
    return Step(key, "input", result, {"value": result, **shows})


def looked_up(key: str, limit: Limit, **shows: object) -> Step:
    """A step for a published figure; its sentence may show it as {value} and its {period}."""
    return Step(key, "limit", limit.shown, {"value": limit.shown, "period": limit.period, **shows}, limit)


def calculated(key: str, result: Quantity | str | None, **shows: object) -> Step:
    """A step for arithmetic; its sentence may show the outcome as {value}."""
    return Step(key, "calculated", result, {"value": result, **shows})


@dataclass(frozen=True)
class Notice:
    """Something the reader should know, beside the figures. `key` names its sentence.

    `not_modelled.age` names one of the common list of what the calculators do not cover.
    """

    key: str
    shows: Mapping[str, object] = field(default_factory=dict)


Plain = Decimal | int | str | bool | date | None
Output = Plain | list[Mapping[str, Plain]]


@dataclass(frozen=True)
class Outcome:
    """The whole of a calculator's work. `headline` names the sentence that says the answer.

    The outputs are those that the module's OUTPUTS declares, each with its unit: NOK, percent, months, …,
    "date", "year-month" (text 2026-02), "choice" (an id), "flag"; a list has {key: unit} for its items.
    `says` is what the headline shows beside the outputs.
    """

    outputs: Mapping[str, Output]
    headline: str
    steps: tuple[Step, ...]
    notices: tuple[Notice, ...] = ()
    says: Mapping[str, object] = field(default_factory=dict)
