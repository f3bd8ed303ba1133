"""What a picture of an answer holds: a curve, or amounts one under the other. How they are drawn stands elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from calculators.core.money import Quantity


@dataclass(frozen=True)
class Point:
    """A place on a curve: `x`, what stands for it in words (an amount or a day), and the height (NOK) of each line.

    `roles` say what is special about it: you (the reader's own place), limit, or gone (nothing is left from here).
    """

    x: Decimal
    shown: Quantity | date
    ys: tuple[Decimal, ...]
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curve:
    """One or several lines through the same points, in order of x.

    `name` is the picture's among the calculator's texts, and `lines` the names of the lines if they have any. `most`
    is the greatest height that counts.
    """

    name: str
    points: tuple[Point, ...]
    lines: tuple[str, ...] = ()
    most: Decimal | None = None

    @property
    def you(self) -> Point | None:
        """The reader's own place, if the picture has one."""
        return next((point for point in self.points if "you" in point.roles), None)


@dataclass(frozen=True)
class Bar:
    """One row: the key of its words among the picture's `rows`, what they show, and the amount (NOK), None for a gap.

    `open` draws it with a broken line, `chosen` filled.
    """

    key: str
    shows: Mapping[str, object]
    amount: Decimal | None
    open: bool = False
    chosen: bool = False


@dataclass(frozen=True)
class Bars:
    """Amounts one under the other; `shows` fills the picture's title."""

    name: str
    bars: tuple[Bar, ...]
    shows: Mapping[str, object] = field(default_factory=dict)


Picture = Curve | Bars
