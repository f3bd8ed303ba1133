"""An answered case that can be asked again: with one input changed, or of another calculator."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import ModuleType

from calculators.core.form import Field, Invalid, Value, read, to_canonical
from calculators.core.result import Outcome, Output
from calculators.core.tables import NotPublished, Tables

Outputs = Mapping[str, Output]


@dataclass(frozen=True)
class Case:
    """What was asked of a calculator and what came out: the inputs as read, the tables, and the outcome."""

    calculator: str
    module: ModuleType
    values: Mapping[str, Value]
    tables: Tables
    outcome: Outcome
    asked: dict[tuple, Outputs | None] = field(default_factory=dict, compare=False, repr=False)

    def spec(self, name: str) -> Field:
        """The input of this name, as the calculator declares it."""
        return next(spec for spec in self.module.FIELDS if spec.name == name)

    def limit(self, table: str, column: str, period: object) -> Decimal | None:
        """The published figure for this period, or None."""
        found = self.tables.find(table, column, str(period))
        return None if found is None else found.value

    def ask(self, name: str, value: Value) -> Outputs | None:
        """The outputs, unrounded, with this one input changed; None where the calculator then has no answer."""
        if value == self.values[name]:
            return self.outcome.outputs
        key = (name, value)
        if key not in self.asked:
            try:
                # Read like any input, so that nothing is said of a case that the form would refuse.
                changed = read((self.spec(name),), {name: to_canonical(value)})
            except Invalid:
                changed = None
            self.asked[key] = changed and _outputs(self.module, self.tables, {**self.values, **changed})
        return self.asked[key]

    def ask_other(self, calculator: str, **given: Value) -> Outputs | None:
        """The outputs of another calculator for these inputs and its own defaults; None where it has no answer."""
        key = (calculator, *given.items())
        if key not in self.asked:
            module = importlib.import_module(f"calculators.{calculator}")
            try:
                values = read(module.FIELDS, given, None, self.tables)
            except Invalid:
                values = None
            self.asked[key] = values and _outputs(module, self.tables, values)
        return self.asked[key]


def _outputs(module: ModuleType, tables: Tables, values: Mapping[str, Value]) -> Outputs | None:
    try:
        return module.calculate(tables, **values).outputs
    except (Invalid, NotPublished):
        return None
