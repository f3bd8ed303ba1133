"""The sentences of the yearly commands, and how they name a source."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from calculators.core.words import Words
from scripts.words import texts

TEXTS = "scripts/year/texts.yaml"


@cache
def words() -> Words:
    """The sentences of scripts/year/texts.yaml."""
    return Words(texts(TEXTS))


def source_text(name: str, source: Mapping[str, str | None], lang: str) -> str:
    """One source in Markdown: its id, publisher, linked title, the date its page prints, official or not."""
    say = words().say
    title = f"[{source['title']}]({source['url']})" if source["url"] else f"{source['title']}"
    printed = source["page_date"]
    facts = [
        say(lang, "source", "dated", date=date.fromisoformat(printed)) if printed else say(lang, "source", "undated"),
        say(lang, "source", source["kind"]),
    ]
    if not source["url"]:
        facts.append(say(lang, "source", "no_address"))
    return f"`{name}` {source['publisher']}: {title} ({', '.join(facts)})"
