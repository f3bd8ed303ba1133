"""A link that carries a case: its inputs, the answer of that day, and the version of the figures behind it.

The link is an address after its sign #, which no server ever sees. Opened when the figures have changed, it shows
the answer it carries beside the answer of now, and says why they differ.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape

from calculators.core.answer import ANSWERED, INVALID, Answer, rule
from calculators.core.form import CANONICAL_NUMBER, LONGEST_INPUT
from calculators.core.money import Quantity, canonical
from calculators.core.words import Words

ANSWER, DATA = "answer", "data"
# Before the names of the other case, where a link carries two.
BESIDE = "a."
VERSION = re.compile(r"[0-9a-f]{12}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True)
class Headline:
    """The one output that stands for an answer: its name, its unit, and the words it is called by."""

    name: str
    unit: str
    label: str


def headline_of(calculator: str, words: Words, lang: str) -> Headline:
    """The calculator's main output; where it has none, the first thing that its list says."""
    outputs = rule(calculator).OUTPUTS
    if main := words.contents[calculator].get("main_output"):
        return Headline(main, outputs[main], words.say(lang, calculator, "outputs", main))
    listed, columns = next((name, unit) for name, unit in outputs.items() if not isinstance(unit, str))
    key = next(iter(columns))
    return Headline(f"{listed}.0.{key}", columns[key], words.say(lang, calculator, "columns", listed, key))


def headline_value(done: Answer, headline: Headline) -> str:
    """The canonical value of the headline in an answered case; "" where the answer has none."""
    value = done.result["outputs"]
    for part in headline.name.split("."):
        is_empty_list = isinstance(value, list) and not value
        value = "" if is_empty_list else value[int(part) if part.isdecimal() else part]
        if not value:
            return ""
    return value


def fragment(done: Answer, words: Words, beside: Answer | None = None) -> str:
    """What stands in a link from its # on; empty for invalid input.

    A case whose limit is not published has no `answer` in its link. `beside` is the case that this one is compared
    with: its inputs and its answer stand in the link too, each name with `a.` before it.
    """
    if done.status == INVALID:
        return ""
    carried = {**_case(done, words), DATA: done.result["data_version"]}
    if beside and beside.status != INVALID:
        carried |= {BESIDE + name: value for name, value in _case(beside, words).items()}
    return f"#{done.calculator}?" + "&".join(f"{name}={quoted(value)}" for name, value in carried.items())


def _case(done: Answer, words: Words) -> dict[str, str]:
    carried = {name: value for name, value in done.result["inputs"].items() if value is not None}
    if done.status == ANSWERED:
        carried[ANSWER] = headline_value(done, headline_of(done.calculator, words, done.lang))
    return carried


def quoted(text: str) -> str:
    """Text as it may stand inside an address: all but letters, digits and -._~ as %XX of UTF-8.

    >>> quoted("å 1")
    '%C3%A5%201'
    """
    return re.sub(rb"[^A-Za-z0-9._~-]", lambda sign: b"%%%02X" % sign[0][0], text.encode()).decode()


@dataclass(frozen=True)
class Since:
    """What a reader who opens a link must know first: sentences, and whether the answer differs from the link's."""

    sentences: tuple[str, ...] = ()
    differs: bool = False


def since(done: Answer, carried: Mapping[str, str | None], words: Words) -> Since:
    """Compare an answer with the `answer` and `data` that a link carries; None is what the link does not have.

    Values that cannot be read are left out and named. Nothing to say when all is as the link has it.
    """
    if done.status == INVALID:
        return Since()

    def say(key: str, **shows: object) -> str:
        return words.say(done.lang, "common", "share", key, **shows)

    headline = headline_of(done.calculator, words, done.lang)
    old, version, bad = _read_carried(done, carried, headline, words)
    said = [say("unreadable", names=", ".join(bad))] if bad else []
    versions = {"old": version or "", "new": done.result["data_version"]}
    moved = version is not None and version != versions["new"]
    if moved:
        said.append(say("figures_changed", **versions))
    if old is None:
        return Since((*said, say("no_old_answer")) if moved else tuple(said), differs=moved)
    now = headline_value(done, headline) if done.status == ANSWERED else None
    if old == now:
        return Since((*said, say("same_answer")) if moved else tuple(said))
    said.append(say("old_answer", label=headline.label, value=_shown(done, headline, old, words)))
    if now is None:
        said.append(say("no_new_answer"))
    else:
        said.append(say("new_answer", value=_shown(done, headline, now, words)))
    if not moved:
        said.append(say("same_figures" if version else "no_version"))
    return Since(tuple(said), differs=True)


def since_html(told: Since) -> str:
    """The comparison as a box that stands above the answer; empty when there is nothing to tell."""
    if not told.sentences:
        return ""
    said = "".join(f"<p>{escape(each)}</p>" for each in told.sentences)
    color = "warning" if told.differs else "info"
    return f'<div class="ds-alert" data-color="{color}" data-since-link>{said}</div>'


def _read_carried(
    done: Answer, carried: Mapping[str, str | None], headline: Headline, words: Words
) -> tuple[str | None, str | None, list[str]]:
    """The link's answer and version, each None where it has none or an unreadable one, and the unreadable by name."""
    answer, version = carried.get(ANSWER), carried.get(DATA)
    old = None if answer is None else _canonical(done, headline, answer, words)
    bad = [ANSWER] if answer is not None and old is None else []
    if version is not None and not VERSION.fullmatch(version):
        bad.append(DATA)
        version = None
    return old, version, bad


def _canonical(done: Answer, headline: Headline, text: str, words: Words) -> str | None:
    """A link's answer in canonical form; "" for none, None where it cannot be one of this calculator's answers."""
    if text == "" or (headline.unit == "choice" and text in _choices(done, headline, words)):
        return text
    if len(text) > LONGEST_INPUT or headline.unit == "choice":
        return None
    if headline.unit == "date":
        return text if _day(text) else None
    return canonical(Decimal(text), headline.unit) if CANONICAL_NUMBER.fullmatch(text) else None


def _choices(done: Answer, headline: Headline, words: Words) -> Mapping:
    return words.contents[done.calculator]["output_choices"][headline.name]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _shown(done: Answer, headline: Headline, value: str, words: Words) -> str:
    if value == "":
        return words.say(done.lang, "common", "share", "none")
    if headline.unit == "choice":
        return _choices(done, headline, words)[value][done.lang]
    return words.display(_day(value) or Quantity(Decimal(value), headline.unit), done.lang)
