"""The sentences of the calculators, in both languages, filled with figures by the one formatter."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from calculators.core.dates import show_date
from calculators.core.money import Quantity, show

LANGUAGES = ("nb", "en")


@dataclass(frozen=True)
class Term:
    """A word to be shown in the reader's language, by its path: Term(("wealth", "title"))."""

    path: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """All texts: `common` and one entry a calculator, each leaf a mapping of language to sentence."""

    contents: Mapping

    @classmethod
    def from_json(cls, data: bytes) -> "Words":
        """Read the JSON that `scripts.words` makes from calculators/texts/*.yaml."""
        return cls(json.loads(data))

    def calculators(self) -> list[str]:
        """The ids of the calculators that have texts, in the order the site shows them."""
        return [name for name in self.contents if name != "common"]

    def say(self, lang: str, *path: str, **shows: object) -> str:
        """The sentence at `path` in `lang`, its {names} filled. Raises KeyError if there is none.

        >>> Words({"common": {"hello": {"nb": "Hei, {name}"}}}).say("nb", "common", "hello", name="du")
        'Hei, du'
        """
        leaf = self.contents
        for key in path:
            leaf = leaf[key]
        return leaf[lang].format_map({name: self.display(value, lang) for name, value in shows.items()})

    def display(self, value: object, lang: str) -> str:
        """Any value as the reader sees it: quantities and dates formatted, terms looked up."""
        if isinstance(value, Term):
            return self.say(lang, *value.path)
        if isinstance(value, Quantity):
            return show(value, lang)
        if isinstance(value, date):
            return show_date(value, lang)
        return value[lang] if isinstance(value, Mapping) else str(value)

    def say_own(self, lang: str, calculator: str, group: str, key: str, **shows: object) -> str:
        """The calculator's own sentence, or the common one of the same group and key."""
        own = self.contents[calculator].get(group, {})
        return self.say(lang, calculator if key in own else "common", group, key, **shows)
