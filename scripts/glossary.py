"""data/glossary.yaml: the words of the authorities in both languages, each explained in plain words."""

import re
from pathlib import Path

from scripts.tables import ROOT
from scripts.tables.nodes import Entries, Text, text_data
from scripts.tables.places import GLOSSARY
from scripts.tables.problems import Problem, Refused
from scripts.tables.read import shaped
from scripts.tables.texts import text_problems

LANGUAGES = ("nb", "en")
# What fits the tip beside a word on a phone: about four lines.
LONGEST = 200


def load_glossary(root: Path = ROOT) -> dict[str, dict]:
    """The glossary by id, in the order of the file: {"basic_support": {"term": {"nb", "en"}, "explain": {"nb", "en"}}}.

    Every entry also has "also" ({"nb": [...], "en": [...]}: older and other words) and "code" ([...]: our identifiers
    for it), empty where the file has none. Raises Refused with the file and line of every slip.
    """
    top = shaped(root, GLOSSARY)
    problems = text_problems(top, GLOSSARY)
    for lang in LANGUAGES:
        problems += _ambiguous(top, lang)
        for entry in top.values.values():
            problems += _explanation(entry.values["explain"].values[lang])
    if problems:
        raise Refused(problems)
    nothing = {"also": {lang: [] for lang in LANGUAGES}, "code": []}
    return {name: nothing | entry for name, entry in text_data(top).items()}


def _ambiguous(top: Entries, lang: str) -> list[Problem]:
    """A word that stands in two places of one language would send a reader to the wrong explanation."""
    problems = []
    seen: dict[str, Text] = {}
    for entry in top.values.values():
        for word in _words(entry, lang):
            before = seen.setdefault(word.value.casefold(), word)
            if before is not word:
                shows = {"word": word.value, "first": before.line}
                problems.append(Problem(GLOSSARY, word.line, "word_twice", shows))
    return problems


def _words(entry: Entries, lang: str) -> list[Text]:
    also = entry.get("also")
    return [entry.values["term"].values[lang], *(also.values[lang].values if also else ())]


def _explanation(text: Text) -> list[Problem]:
    if len(text.value) > LONGEST:
        shows = {"length": len(text.value), "most": LONGEST}
        return [Problem(GLOSSARY, text.line, "explanation_long", shows)]
    figure = re.search(r"\d+", text.value)
    return [Problem(GLOSSARY, text.line, "explanation_figure", {"figure": figure[0]})] if figure else []
