"""Where a file that is no longer YAML was broken: the line an editor should look at.

A YAML parser names the place where it gave up. After a forgotten quote that may be many lines further down.
Nothing here decides whether a file is right; it is only asked when the parser has refused one.
"""

import re
from typing import NamedTuple

KEY = re.compile(r"( *)(?:- +)*([^\s:#{}\[\],\"'-][^:#{}\[\],\"']*|\"[^\"]*\"|'[^']*'):(?= |$)")
ITEM = re.compile(r"( *)(?:- +)+")
BRACKETS = {"{": "}", "[": "]"}
STARTS = ("{", "[", '"', "'")


class Opened(NamedTuple):
    """A bracket that waits for its other half."""

    closes: str
    line: int
    indent: int


def suspect(text: str, last: int) -> tuple[int, str] | None:
    """The first line, up to line `last`, that breaks the form of our files, and the rule it breaks."""
    opened: list[Opened] = []
    text_indent = None
    expects = 0
    for number, line in enumerate(text.splitlines()[:last], 1):
        indent = len(line) - len(line.lstrip(" "))
        key, item = KEY.match(line), ITEM.match(line)
        if text_indent is not None and (indent > text_indent or not line.strip()):
            continue
        text_indent = None
        if opened and key and indent <= opened[0].indent:
            return opened[0].line, "bracket_open"
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        start = 0
        if not opened:
            if "\t" in line[: indent + 1]:
                return number, "tab_indent"
            if indent % 2:
                return number, "odd_indent"
            start = key.end() if key else item.end() if item else indent
            value = line[start:].strip()
            if not key and not item and value[0] not in STARTS and indent <= expects:
                return number, "no_colon"
            if key or item:
                expects = indent if value else len(line)
            if value[:1] in ("|", ">"):
                text_indent = indent
            if value[:1] not in STARTS:
                continue
        wrong = _scan(line, start, number, indent, opened)
        if wrong:
            return wrong
    return (opened[0].line, "bracket_open") if opened else None


def _scan(line: str, start: int, number: int, indent: int, opened: list[Opened]) -> tuple[int, str] | None:
    """Follow quotes and brackets through one line; `opened` is carried on to the next."""
    place, token_starts = start, True
    while place < len(line):
        sign = line[place]
        if sign in "\"'" and token_starts:
            place = _quote_end(line, place)
            if place < 0:
                return number, "quote_open"
            token_starts = False
        elif sign in BRACKETS:
            opened.append(Opened(BRACKETS[sign], number, indent))
            token_starts = True
        elif sign in BRACKETS.values():
            if not opened or opened.pop().closes != sign:
                return number, "bracket_extra"
            token_starts = False
        elif sign == "#" and (token_starts or line[place - 1] == " "):
            break
        elif sign in ",:":
            token_starts = True
        elif sign != " ":
            if not opened:
                return number, "after_bracket"
            token_starts = False
        place += 1
    return None


def _quote_end(line: str, place: int) -> int:
    """Where the quoted text that starts here ends on its line; -1 when it does not."""
    quote = line[place]
    form = r'"(?:[^"\\]|\\.)*"' if quote == '"' else r"'(?:[^']|'')*'"
    match = re.compile(form).match(line, place)
    return match.end() - 1 if match else -1
