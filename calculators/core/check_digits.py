"""Check digits: whether a number can have been written down right. They tell nothing of whose number it is."""

DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def terms_mod_10(number: str) -> list[int]:
    """What each digit counts, from left to right: every second from the last but one double, and 16 as 1 + 6."""
    digits = [int(each) for each in reversed(number)]
    return [DOUBLED[digit] if place % 2 else digit for place, digit in enumerate(digits)][::-1]


def terms_mod_11(number: str) -> list[tuple[int, int]]:
    """(digit, weight) from left to right: the check digit counts once, the others 2 to 7 over and over from the right.

    A hyphen as check digit stands for ten.
    """
    digits = [10 if each == "-" else int(each) for each in reversed(number)]
    return [(digit, 2 + (place - 1) % 6 if place else 1) for place, digit in enumerate(digits)][::-1]


def sum_mod_10(number: str) -> int:
    """The sum that 10 divides when a number of digits has its right check digit by modulus 10 (Luhn)."""
    return sum(terms_mod_10(number))


def sum_mod_11(number: str) -> int:
    """The sum that 11 divides when a number has its right check digit by modulus 11."""
    return sum(digit * weight for digit, weight in terms_mod_11(number))


def iban_remainder(iban: str) -> int:
    """What is left when an IBAN (capitals, no spaces) is divided by 97 as ISO 13616 says; 1 when it is right."""
    turned = iban[4:] + iban[:4]
    return int("".join(str(int(each, 36)) for each in turned)) % 97
