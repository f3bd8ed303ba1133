"""In the place of the standard library's own module, which writes Python for each class and compiles it.

Compiling is what a browser waits for: thirty small classes took longer than all else that the calculators import.
Here one function serves every class. It takes what the calculators and the library use, and refuses the rest.
"""

MISSING = object()


class FrozenInstanceError(AttributeError):
    """A frozen instance was to be changed."""


class Field:
    """A field of a class: its default, or how to make one, and whether it counts when instances are compared."""

    def __init__(self, default, default_factory, compare, repr):
        self.name = None
        self.default = default
        self.default_factory = default_factory
        self.compare = compare
        self.repr = repr


def field(*, default=MISSING, default_factory=MISSING, compare=True, repr=True):
    """What stands behind a field's = sign when it is more than a default."""
    return Field(default, default_factory, compare, repr)


def dataclass(cls=None, /, *, frozen=False, kw_only=False):
    """Gives a class what its annotated names ask for: `__init__`, `__repr__`, `__eq__`, and `__hash__` if frozen."""

    def made(cls):
        return _made(cls, frozen, kw_only)

    return made if cls is None else made(cls)


def replace(instance, /, **changes):
    """A new instance like the given one, but for the changes."""
    kept = {name: getattr(instance, name) for name in instance.__dataclass_fields__}
    return type(instance)(**(kept | changes))


def _made(cls, frozen, kw_only):
    fields = {}
    for base in reversed(cls.__mro__[1:]):
        fields |= base.__dict__.get("__dataclass_fields__", {})
    for name in cls.__annotations__:
        default = cls.__dict__.get(name, MISSING)
        one = default if isinstance(default, Field) else Field(default, MISSING, True, True)
        if one is default:
            if one.default is MISSING:
                delattr(cls, name)
            else:
                setattr(cls, name, one.default)
        one.name = name
        fields[name] = one
    cls.__dataclass_fields__ = fields
    cls.__match_args__ = () if kw_only else tuple(fields)

    has_own = cls.__dict__.__contains__
    if not has_own("__init__"):
        cls.__init__ = _init(cls.__qualname__, fields, cls.__match_args__, hasattr(cls, "__post_init__"))
    if not has_own("__repr__"):
        cls.__repr__ = _repr
    if not has_own("__eq__"):
        compared = tuple(name for name, one in fields.items() if one.compare)
        cls.__eq__ = _eq(compared)
        if not has_own("__hash__") or cls.__dict__["__hash__"] is None:
            cls.__hash__ = _hash(compared) if frozen else None
    if frozen:
        cls.__setattr__ = _refuse
        cls.__delattr__ = _refuse
    return cls


def _init(called, fields, positional, has_after):
    defaults = {name: one.default for name, one in fields.items() if one.default is not MISSING}
    factories = {name: one.default_factory for name, one in fields.items() if one.default_factory is not MISSING}
    names, places = fields.keys(), len(positional)

    def plain(self, *args, **given):
        # Straight into the instance: a frozen one takes nothing any other way.
        values = self.__dict__
        if defaults:
            values.update(defaults)
        values.update(zip(positional, args, strict=False))
        if given:
            twice = not given.keys().isdisjoint(positional[: len(args)])
            values.update(given)
        else:
            twice = False
        if twice or values.keys() != names or len(args) > places:
            raise TypeError(f"{called} takes {', '.join(fields)}, and was given {', '.join(values)}")

    def with_factories(self, *args, **given):
        # As many as were neither given in their places nor by name.
        made = {name: make() for name, make in factories.items() if name not in positional[: len(args)]}
        plain(self, *args, **(made | given))
        if has_after:
            self.__post_init__()

    return with_factories if factories or has_after else plain


def _repr(self):
    shown = (name for name, one in self.__dataclass_fields__.items() if one.repr)
    return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in shown)})"


def _eq(names):
    def __eq__(self, other):
        if type(self) is not type(other):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in names)

    return __eq__


def _hash(names):
    def __hash__(self):
        return hash(tuple(getattr(self, name) for name in names))

    return __hash__


def _refuse(self, name, *value):
    raise FrozenInstanceError(f"cannot change field {name!r}")
