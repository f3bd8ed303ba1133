"""Two cases side by side: what differs in the form, what that does to the answer, and which steps it comes from.

Case A is kept while case B is what the form says now. A difference is always B less A, of the values as they travel:
what stands in the table adds up to the last øre. What is no figure is named, never subtracted.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from calculators.core.answer import ANSWERED, INVALID, Answer, answer, rule
from calculators.core.dates import MONTHS_A_YEAR, months_apart
from calculators.core.money import ZERO, Quantity, canonical, show, show_change
from calculators.core.receipt import input_shown
from calculators.core.result import Step
from calculators.core.tables import Tables
from calculators.core.words import Words

MOST_SENTENCES = 2
# What cannot be subtracted.
_WORDS = ("flag", "choice")
_ROLES = ("a", "b")

SAME, MORE, LESS, LATER, EARLIER = "same", "more", "less", "later", "earlier"
CHANGED, UNKNOWN = "changed", "unknown"


def comparable(calculator: str) -> bool:
    """Whether two cases of a calculator can be set side by side: its answer has a number or a date of its own."""
    return any(isinstance(unit, str) and unit not in _WORDS for unit in rule(calculator).OUTPUTS.values())


def kept_case(calculator: str, given: object, tables: Tables, words: Words, lang: str) -> Answer | None:
    """The answer to the case kept as A, from its canonical inputs; what is no field is dropped. None without a case."""
    if not isinstance(given, Mapping) or not comparable(calculator):
        return None
    known = {spec.name: given[spec.name] for spec in rule(calculator).FIELDS if spec.name in given}
    return answer(calculator, known, tables, words, lang) if known else None


def to_keep(done: Answer) -> dict[str, str]:
    """The canonical inputs by which a case can be kept; what was left open, so as to follow from others, stays open."""
    inputs = {} if done.status == INVALID else done.result["inputs"]
    return {name: value for name, value in inputs.items() if value is not None and done.typed[name]}


# What differs


@dataclass(frozen=True)
class Difference:
    """How an output differs: `key` names the kind of its sentence, `value` is B less A in canonical form.

    For dates `value` counts days, for months of a year months; it is None where nothing can be subtracted. `size` is
    how much in words without a sign, `shown` the difference in words with it.
    """

    key: str
    value: str | None
    size: str
    shown: str


@dataclass(frozen=True)
class Row:
    """One line of the comparison: a field or an output, its value in both cases, and of outputs the difference."""

    name: str
    label: str
    a: str
    b: str
    difference: Difference | None = None


def inputs_that_differ(a: Answer, b: Answer, words: Words) -> list[Row]:
    """The fields whose values are not the same in two cases, in the order of the form."""
    texts = words.contents[b.calculator]["fields"]
    return [
        Row(spec.name, texts[spec.name]["label"][b.lang], *(_input(each, spec, words) for each in (a, b)))
        for spec in rule(b.calculator).FIELDS
        if a.result["inputs"][spec.name] != b.result["inputs"][spec.name]
    ]


def outputs_compared(a: Answer, b: Answer, words: Words) -> list[Row]:
    """The main output of two answered cases, and every other that is not the same; lists are left out."""
    main = words.contents[b.calculator]["main_output"]
    rows = []
    for name, unit in rule(b.calculator).OUTPUTS.items():
        found = difference(a, b, name, words) if isinstance(unit, str) else None
        if found and (name == main or found.key != SAME):
            label = words.say(b.lang, b.calculator, "outputs", name)
            rows.append(Row(name, label, *(_output(each, name, words) for each in (a, b)), found))
    return sorted(rows, key=lambda row: row.name != main)


def difference(a: Answer, b: Answer, name: str, words: Words) -> Difference:
    """How one output of two answered cases differs; it is no list."""
    unit, lang = rule(b.calculator).OUTPUTS[name], b.lang
    first, last = (each.result["outputs"][name] for each in (a, b))

    def say(key: str, **shows: object) -> str:
        return words.say(lang, "common", "beside", key, **shows)

    if first is None and last is None:
        return Difference(SAME, None, "", say("no_difference"))
    if first is None or last is None:
        return Difference(UNKNOWN, None, "", say("not_subtracted"))
    if unit in _WORDS:
        key = SAME if first == last else str(last).lower() if unit == "flag" else CHANGED
        return Difference(key, None, "", say("no_difference") if key == SAME else say("other"))
    if unit in ("date", "year-month"):
        count, size = _time_between(first, last, words, lang)
        key = SAME if not count else LATER if count > 0 else EARLIER
        return Difference(key, str(count), size, say("no_difference") if key == SAME else say(key, size=size))
    change = Decimal(last) - Decimal(first)
    key = SAME if not change else MORE if change > ZERO else LESS
    shown = say("no_difference") if key == SAME else show_change(Quantity(change, unit), lang)
    return Difference(key, canonical(change, unit), show(Quantity(abs(change), unit), lang), shown)


def _time_between(first: str, last: str, words: Words, lang: str) -> tuple[int, str]:
    """From one date or month to another: how many days or months, and in words how long."""
    is_month = len(first) == len("2026-02")
    days = [date.fromisoformat(f"{each}-01" if is_month else each) for each in (first, last)]
    months = months_apart(*days)
    count = months if is_month else (days[1] - days[0]).days
    if not months:
        return count, show(Quantity(Decimal(abs(count)), "months" if is_month else "days"), lang)
    parts = zip(divmod(abs(months), MONTHS_A_YEAR), ("years", "months"), strict=True)
    shown = [show(Quantity(Decimal(number), unit), lang) for number, unit in parts if number]
    return count, f" {words.say(lang, 'common', 'beside', 'and')} ".join(shown)


def _input(done: Answer, spec, words: Words) -> str:
    if done.result["inputs"][spec.name] is None:
        return words.say(done.lang, "common", "beside", "not_given")
    return input_shown(done, spec, words)


def _output(done: Answer, name: str, words: Words) -> str:
    shown = done.result["display"][name]
    return words.say(done.lang, "common", "share", "none") if shown is None else shown


# Which steps it comes from


def steps_that_differ(a: Answer, b: Answer) -> list[tuple[dict | None, dict | None]]:
    """The steps of two answered cases that do not say the same, in their order, as (A's, B's); None where one has none.

    Steps that only repeat what was typed are left out: inputs_that_differ() has them.
    """
    pairs = [
        (None if i is None else a.result["steps"][i], None if j is None else b.result["steps"][j])
        for i, j in _aligned(a, b)
    ]
    return [
        (ours, theirs)
        for ours, theirs in pairs
        if (ours and ours["text"]) != (theirs and theirs["text"]) and (theirs or ours)["origin"] != "input"
    ]


def _aligned(a: Answer, b: Answer) -> list[tuple[int | None, int | None]]:
    """The numbers of steps that stand for each other, in order: as many and as alike as there can be."""
    ours, theirs = (
        [(step, told["text"]) for step, told in zip(each.case.outcome.steps, each.result["steps"], strict=True)]
        for each in (a, b)
    )
    # best[i][j]: how well the steps from i and from j on can be paired.
    best = [[0] * (len(theirs) + 1) for _ in range(len(ours) + 1)]
    for i in reversed(range(len(ours))):
        for j in reversed(range(len(theirs))):
            paired = best[i + 1][j + 1] + _likeness(*ours[i], *theirs[j])
            best[i][j] = max(paired, best[i + 1][j], best[i][j + 1])
    pairs, i, j = [], 0, 0
    while i < len(ours) or j < len(theirs):
        alike = _likeness(*ours[i], *theirs[j]) if i < len(ours) and j < len(theirs) else 0
        if alike and best[i][j] == best[i + 1][j + 1] + alike:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif j == len(theirs) or (i < len(ours) and best[i][j] == best[i + 1][j]):
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return pairs


def _likeness(ours: Step, our_text: str, theirs: Step, their_text: str) -> int:
    """How well one step stands for another: by what it says, by its sentence, by the kind of its sentence or value."""
    if ours.key == theirs.key:
        return 9 if our_text == their_text else 6
    if ours.origin != theirs.origin:
        return 0
    if ours.key.partition("_")[0] == theirs.key.partition("_")[0]:
        return 2
    units = [getattr(step.result, "unit", None) for step in (ours, theirs)]
    return 1 if ours.origin == "calculated" and units[0] == units[1] else 0


# In words


def comparison_sentences(a: Answer, b: Answer, words: Words) -> list[str]:
    """The difference first, then what in the form it comes from; or why there is none to tell."""

    def say(key: str, **shows: object) -> str:
        return words.say(b.lang, "common", "beside", key, **shows)

    if a.status == INVALID:
        texts = words.contents[a.calculator]["fields"]
        return [say("bad_case", fields=", ".join(texts[each["field"]]["label"][a.lang] for each in a.result["errors"]))]
    if b.status == INVALID:
        return [say("not_yet"), say("kept", answer=a.headline)]
    differ = inputs_that_differ(a, b, words)
    if not differ:
        return [say("alike")]
    because = say("because", fields=", ".join(row.label.removesuffix("?") for row in differ))
    if a.status != ANSWERED and b.status != ANSWERED:
        return [say("no_figure_both"), because]
    if a.status != ANSWERED:
        return [say("no_figure_a"), because]
    if b.status != ANSWERED:
        return [say("no_figure_b"), say("kept", answer=a.headline), because]
    return [*_differences(a, b, words), because]


def _differences(a: Answer, b: Answer, words: Words) -> list[str]:
    """The calculator's own sentences for what differs; where it has none, the main output of both."""
    said = []
    for name, texts in words.contents[b.calculator]["beside"].items():
        found = difference(a, b, name, words)
        if found.key in texts:
            shows = {"change": found.size, "a": _output(a, name, words), "b": _output(b, name, words)}
            said.append(words.say(b.lang, b.calculator, "beside", name, found.key, **shows))
    if said:
        return said[:MOST_SENTENCES]
    main = next(row for row in outputs_compared(a, b, words))
    key = "both" if main.difference.key == SAME else "each"
    label = main.label.removesuffix("?")
    return [words.say(b.lang, "common", "beside", key, label=label, a=main.a, b=main.b)]


def comparison_lines(a: Answer, b: Answer, words: Words) -> list[str]:
    """The comparison as lines of text, for who takes the answer along; without the steps."""
    lines = comparison_sentences(a, b, words)
    if INVALID in (a.status, b.status):
        return lines
    rows = inputs_that_differ(a, b, words)
    if rows and a.status == b.status == ANSWERED:
        rows += outputs_compared(a, b, words)
    for row in rows:
        cells = [words.say(b.lang, "common", "beside", f"case_{role}") for role in _ROLES]
        told = "; ".join(f"{case}: {value}" for case, value in zip(cells, (row.a, row.b), strict=True))
        change = f" ({row.difference.shown})" if row.difference else ""
        lines.append(f"- {row.label} {told}{change}" if row.label.endswith("?") else f"- {row.label}. {told}{change}")
    return lines
