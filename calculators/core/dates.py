"""Dates as readers write them."""

from datetime import date

# fmt: off
_MONTHS = {
    "nb": ["januar", "februar", "mars", "april", "mai", "juni",
           "juli", "august", "september", "oktober", "november", "desember"],
    "en": ["January", "February", "March", "April", "May", "June",
           "July", "August", "September", "October", "November", "December"],
}
# fmt: on


def show_date(day: date, lang: str) -> str:
    """Write a date in full: 9. september 2019 (nb), 9 September 2019 (en)."""
    dot = "." if lang == "nb" else ""
    return f"{day.day}{dot}\u00a0{_MONTHS[lang][day.month - 1]}\u00a0{day.year}"
