"""The sums that a sentence writes out: read back as a reader would, to see whether they add up."""

import re
from decimal import Decimal

AMOUNT = {"nb": r"-?[\d ]*\d(?:,\d+)? kr", "en": r"NOK [\d,]*\d(?:\.\d+)?"}
SAYS_ROUNDED = {"nb": "avrundet", "en": "rounded"}


def written_sums(text: str, lang: str) -> list[tuple[Decimal, Decimal]]:
    """Each "a + b = d" or "a − b − c = d" of amounts in a sentence: (what the terms make, what is written)."""
    text = text.replace("\u00a0", " ").replace("\u2212 ", "- ")
    amount = AMOUNT[lang]
    found = []
    for match in re.finditer(rf"({amount}(?: [+-] {amount})+) = ({amount})", text):
        terms = re.findall(rf"(?:([+-]) )?({amount})", match[1])
        made = sum((_number(term, lang) * (-1 if sign == "-" else 1) for sign, term in terms), Decimal(0))
        found.append((made, _number(match[2], lang)))
    return found


def adds_up(text: str, lang: str) -> bool:
    """Whether every written sum of a sentence holds to the øre, or the sentence says that it is rounded."""
    return SAYS_ROUNDED[lang] in text or all(made == written for made, written in written_sums(text, lang))


def _number(text: str, lang: str) -> Decimal:
    digits = text.replace("kr", "").replace("NOK", "").replace(" ", "")
    return Decimal(digits.replace(",", ".") if lang == "nb" else digits.replace(",", ""))
