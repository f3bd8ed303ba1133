"""The guide for editors says what the tools say, shows what stands in the files, and its pictures can be made anew."""

import re
from pathlib import Path

import pytest
import yaml

from scripts import docs_screens
from scripts.dev import COMMANDS
from scripts.tables import ROOT
from scripts.tables.places import LIMITS, SOURCES

LANGUAGES = ("nb", "en")
MESSAGES = yaml.safe_load((ROOT / "scripts/tables/messages.yaml").read_text("utf-8"))
WORKFLOWS = {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / ".github/workflows").glob("*.yml")}
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUOTED = re.compile(r"`\S+:\d+: (\S+) \[(\w+)\] ([^`]*)`")
PICTURE = re.compile(r"!\[(.*?)\]\((.*?)\)")

each_lang = pytest.mark.parametrize("lang", LANGUAGES)


def guide(lang: str) -> str:
    return (ROOT / f"docs/{lang}/editors.md").read_text("utf-8")


def blocks(lang: str, kind: str) -> list[str]:
    """The contents of the guide's code blocks of a kind."""
    return [text for found, text in FENCE.findall(guide(lang)) if found == kind]


@each_lang
def test_a_quoted_message_is_what_the_check_says(lang):
    quoted = QUOTED.findall(guide(lang))
    assert len(quoted) == 7
    for severity, rule, said in quoted:
        assert severity in (MESSAGES["error"][lang], MESSAGES["warning"][lang])
        # The guide leaves out the last sentences where its own words say the same.
        first, *more = (re.sub(r"\\{\w+\\}", ".+?", re.escape(each)) for each in MESSAGES[rule][lang].split(". "))
        pattern = first + "".join(rf"(?:\. {each}" for each in more) + ")?" * len(more) + r"\.?"
        assert re.fullmatch(pattern, said), (rule, said)


@each_lang
def test_every_command_and_every_job_it_names_is_there(lang):
    named = re.findall(r"python3 scripts/dev\.py (\S+)", guide(lang))
    assert {"check", "compare", "confirm", "new-year", "sources"} <= set(named) <= COMMANDS.keys()
    names = {flow["name"] for flow in WORKFLOWS.values()}
    bold = set(re.findall(r"\*\*(.+?)\*\*", guide(lang)))
    assert {"Figures and pages", "Overdue figures", "New year"} <= bold & names
    assert "Test" in names and "workflow_dispatch" in WORKFLOWS["new-year"][True]


@each_lang
def test_the_rows_and_sources_it_shows_stand_in_our_files(lang):
    """No figure is made up for an example: whoever copies one copies a true one."""
    limits, sources = (yaml.load((ROOT / file).read_text("utf-8"), yaml.BaseLoader) for file in (LIMITS, SOURCES))
    rows = {**limits["wealth_limit"]["rows"], **limits["interest_rate"]["rows"]}
    seen = set()
    for block in blocks(lang, "yaml"):
        for name, shown in yaml.load(block, Loader=yaml.BaseLoader).items():
            seen.add(name)
            if name in sources:
                assert shown == sources[name]
            elif name in rows:
                figures = {key: value for key, value in shown.items() if key not in ("sources", "status")}
                assert all(value in ("null", rows[name][key]) for key, value in figures.items())
                assert set(shown.get("sources", [])) <= set(rows[name]["sources"])
            elif name == "couple":
                assert shown["value"] == rows["2020"]["couple"]
                assert set(shown["sources"]) <= set(rows["2020"]["sources"])
            elif name == "changes":
                [change] = shown
                assert all(rows[change["row"]][key] == value for key, value in change["new"].items())
    assert {"2020", "2024-05-01", "lk-interest-2024-05", "couple", "changes", "accepted"} == seen


@each_lang
def test_every_picture_is_light_told_in_words_and_in_the_language_of_the_page(lang):
    pictures = PICTURE.findall(guide(lang))
    assert len(pictures) == 5
    for alt, address in pictures:
        path = ROOT / "overrides" / address
        assert len(alt) > 60 and address.endswith(f".{lang}.webp")
        assert path.is_file() and path.stat().st_size <= docs_screens.HEAVIEST


def test_the_story_of_the_pictures_can_be_played(tmp_path):
    copy = docs_screens.read_copy(tmp_path / "copy")
    said = docs_screens.mistyped(copy)
    assert "[ratio]" in said and said.count("## ") == 2
    compared = docs_screens.found(copy)
    for lang, gap in (("nb", "ikke funnet"), ("en", "not found")):
        [row] = [line for line in compared[lang].splitlines() if f".{docs_screens.COLUMN}`" in line]
        assert f"| {gap} |" in row and str(Path(tmp_path)) not in compared[lang]
