"""What readers see, against itself: both languages name the same figures, and no year is impossible."""

import re

from scripts.tables.nodes import Entries, Items, Node, Text
from scripts.tables.problems import Problem

# A separator between two digits belongs to the number: 825 740, 825,740, 09.00.
SEPARATOR = re.compile(r"(?<=[0-9])[ \u00a0\u202f.,:](?=[0-9])")
LONG_NUMBER = re.compile(r"[0-9]{3,}")
YEARS = re.compile(r"(?<![0-9-])((?:19|20)[0-9]{2})\s?([/–-])\s?([0-9]{2,})(?![0-9]*-[0-9])")
YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
AUTUMN = re.compile(r"\b(?:høst\w*|haust\w*|autumn|fall)\s+((?:19|20)[0-9]{2})", re.IGNORECASE)
SPRING = re.compile(r"\b(?:vår\w*|spring)\s+((?:19|20)[0-9]{2})", re.IGNORECASE)


def text_problems(node: Node, file: str) -> list[Problem]:
    """Every slip in the {nb, en} texts of a file, each with its line."""
    problems: list[Problem] = []
    _walk(node, file, (), problems)
    return problems


def _walk(node: Node, file: str, path: tuple[str, ...], problems: list[Problem]) -> None:
    if isinstance(node, Items):
        for each in node.values:
            _walk(each, file, path, problems)
    elif isinstance(node, Entries):
        if set(node.values) == {"nb", "en"} and all(isinstance(each, Text) for each in node.values.values()):
            problems += _pair(node, file, path)
        else:
            for key, each in node.values.items():
                _walk(each, file, (*path, key), problems)


def _pair(node: Entries, file: str, path: tuple[str, ...]) -> list[Problem]:
    nb, en = node.values["nb"], node.values["en"]
    problems = [
        Problem(file, text.line, "impossible_years", {"years": match[0]})
        for text in (nb, en)
        for match in YEARS.finditer(text.value)
        if not _possible(match)
    ]
    differing = sorted(_numbers(nb.value) ^ _numbers(en.value))
    if differing and not problems:
        problems.append(Problem(file, en.line, "languages_differ", {"numbers": ", ".join(differing)}))
    if len(path) == 4 and path[1] == "rows" and path[3] == "label":
        problems += _label(path[2], nb, en, file)
    return problems


def _numbers(text: str) -> set[str]:
    return set(LONG_NUMBER.findall(SEPARATOR.sub("", text)))


def _possible(years: re.Match) -> bool:
    """2025/2026, 2025/26 and 2025–26 follow one another; 2015–2020 is a span."""
    first, sign, second = int(years[1]), years[2], years[3]
    if len(second) == 4 and sign != "/":
        return int(second) > first
    return second in (str(first + 1), f"{(first + 1) % 100:02d}")


def _label(key: str, nb: Text, en: Text, file: str) -> list[Problem]:
    """A label in a row named by a year speaks of that year: autumn of the first, spring of the second."""
    if not re.fullmatch(r"(19|20)[0-9]{2}(-[0-9]{2})?", key):
        return []
    first = key[:4]
    second = str(int(first) + 1) if "-" in key else first
    problems = []
    for text in (nb, en):
        wrong = [year for year in YEAR.findall(text.value) if year not in (first, second)]
        wrong += [year for year in AUTUMN.findall(text.value) if year != first]
        wrong += [year for year in SPRING.findall(text.value) if year != second]
        if wrong:
            shows = {"row": key, "years": ", ".join(dict.fromkeys(wrong)), "first": first, "second": second}
            problems.append(Problem(file, text.line, "label_of_other_year", shows))
    return problems
