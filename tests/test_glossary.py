"""The glossary: the words pages explain, each once, in both languages and without figures; every slip on its line."""

import ast
import json
import re
import shutil
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from tables_tools import line_of, node_at

from calculators.core.words import LANGUAGES
from scripts import check
from scripts.glossary import LONGEST, load_glossary
from scripts.tables import ROOT, Refused
from scripts.tables.nodes import plain_data, read_nodes
from scripts.tables.places import GLOSSARY, LIMITS

SCHEMA = Path(GLOSSARY).with_suffix(".schema.json")
OURS = load_glossary()
SMALL = """\
grant:
  term: {nb: stipend, en: grant}
  explain:
    nb: Penger du får.
    en: Money you get.

basic_support:
  term: {nb: basislån, en: basic support}
  also: {nb: [basisstøtte], en: [basic loan]}
  explain:
    nb: Støtten du lever av.
    en: The support you live on.
  code: [support, basic_support]
"""


@pytest.fixture
def write(tmp_path):
    """Write a glossary into a folder of its own, beside our schema, and give the folder."""

    def written(text: str) -> Path:
        (tmp_path / "data").mkdir(exist_ok=True)
        shutil.copy(ROOT / SCHEMA, tmp_path / SCHEMA)
        (tmp_path / GLOSSARY).write_text(text, encoding="utf-8")
        return tmp_path

    return written


def refusals(root: Path) -> list[tuple[str, int, str]]:
    """What load_glossary() refuses in a folder: file, line, rule."""
    with pytest.raises(Refused) as refusal:
        load_glossary(root)
    assert all(problem.say(lang) for problem in refusal.value.problems for lang in LANGUAGES)
    return [(problem.file, problem.line, problem.rule) for problem in refusal.value.problems]


def test_a_small_glossary_is_read_with_what_it_leaves_out(write):
    assert load_glossary(write(SMALL)) == {
        "grant": {
            "term": {"nb": "stipend", "en": "grant"},
            "explain": {"nb": "Penger du får.", "en": "Money you get."},
            "also": {"nb": [], "en": []},
            "code": [],
        },
        "basic_support": {
            "term": {"nb": "basislån", "en": "basic support"},
            "explain": {"nb": "Støtten du lever av.", "en": "The support you live on."},
            "also": {"nb": ["basisstøtte"], "en": ["basic loan"]},
            "code": ["support", "basic_support"],
        },
    }


FAULTS = [
    ("the same term twice", "nb: basislån", "nb: Stipend", "word_twice", "nb: Stipend"),
    ("another word that is a term already", "[basic loan]", "[Grant]", "word_twice", "[Grant]"),
    ("a word twice in one entry", "[basisstøtte]", "[basislån]", "word_twice", "[basislån]"),
    ("a figure in an explanation", "Money you get.", "NOK 15,488 a month.", "explanation_figure", "15,488"),
    ("an explanation too long", "Penger du får.", "Å" * 250, "explanation_long", "Å" * 250),
    ("a language missing", "{nb: stipend, en: grant}", "{nb: stipend}", "missing_key", "{nb: stipend}"),
    ("a language of the other words missing", ", en: [basic loan]", "", "missing_key", "[basisstøtte]"),
    ("no explanation", "  explain:\n    nb: Penger du får.\n    en: Money you get.\n", "", "missing_key", "grant:"),
    ("the same id twice", "basic_support:\n", "grant:\n", "duplicate_key", "grant:\n  term: {nb: basislån"),
    ("an id that is none", "basic_support:\n", "Basic support:\n", "unknown_key", "Basic support:"),
    ("a name misspelt", "explain:\n    nb: Støtten", "explian:\n    nb: Støtten", "unknown_key", "explian:"),
    ("an empty term", "en: basic support", 'en: ""', "empty", 'en: ""'),
    ("an empty explanation", "nb: Penger du får.", "nb:", "wrong_form", "nb:\n"),
]


@pytest.mark.parametrize("old, new, rule, where", [each[1:] for each in FAULTS], ids=[each[0] for each in FAULTS])
def test_a_fault_is_refused_by_its_rule_on_its_line(write, old, new, rule, where):
    assert SMALL.count(old) == 1
    broken = SMALL.replace(old, new)
    assert broken.count(where) == 1
    assert (GLOSSARY, line_of(broken, broken.index(where)), rule) in refusals(write(broken))


def test_an_explanation_may_be_as_long_as_it_may(write):
    longest = SMALL.replace("Money you get.", "x" * LONGEST)
    assert load_glossary(write(longest))
    assert [rule for *_, rule in refusals(write(longest.replace("xx", "xxx", 1)))] == ["explanation_long"]


def test_the_check_of_the_editor_reads_the_glossary(write, monkeypatch, capsys):
    monkeypatch.setattr(check, "lint", lambda *_: [])
    assert check.main(["--lang", "en"]) == 0
    assert f"{len(OURS)} terms" in capsys.readouterr().out
    broken = write(SMALL.replace("Money you get.", "1 krone."))
    monkeypatch.setattr(check, "load_glossary", lambda: load_glossary(broken))
    assert check.main(["--lang", "en"]) == 1
    said = capsys.readouterr().out
    assert f"{GLOSSARY}:5: error [explanation_figure]" in said and "1 errors" in said


# The schema that helps while typing


def schema_parts(part: dict):
    """Every part of the schema that has examples or mistakes of its own."""
    if "examples" in part or "mistakes" in part:
        yield part
    for each in part.values():
        if isinstance(each, dict):
            yield from schema_parts(each)


def test_the_schema_accepts_its_examples_and_refuses_its_mistakes():
    schema = json.loads((ROOT / SCHEMA).read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    tried = 0
    for part in schema_parts(schema["$defs"]):
        valid = Draft202012Validator({"$defs": schema["$defs"], **part}).is_valid
        for text, wanted in [(each, True) for each in part.get("examples", ())] + [
            (each, False) for each in part.get("mistakes", ())
        ]:
            typed = plain_data(read_nodes(f"value: {text}\n".encode(), "typed").values["value"])
            assert valid(typed) is wanted, text
            tried += 1
    assert tried > 20


# Our own glossary


def test_the_file_names_its_schema_for_the_editor():
    first = (ROOT / GLOSSARY).read_text(encoding="utf-8").splitlines()[0]
    assert first == f"# yaml-language-server: $schema={SCHEMA.name}"


@pytest.mark.parametrize("name", OURS)
def test_an_explanation_is_whole_sentences_about_the_term(name):
    for lang in LANGUAGES:
        explain = OURS[name]["explain"][lang]
        assert re.fullmatch(r"[A-ZÆØÅ].*[.]", explain), explain
        sentences = re.findall(r"[.](?= |$)", explain)
        assert 1 <= len(sentences) <= 3, explain
    assert OURS[name]["explain"]["nb"] != OURS[name]["explain"]["en"]


def names_in_use() -> set[str]:
    """Names and texts in the code of the calculators, and the tables with their columns."""
    found = set()
    for path in (ROOT / "calculators").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            found |= {getattr(node, each) for each in ("name", "id", "arg", "attr") if hasattr(node, each)}
            found |= {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()
        found.add(path.stem)
    tables = yaml.load((ROOT / LIMITS).read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    for name, table in tables.items():
        found |= {name, *table.get("columns", ())}
    return {each for each in found if isinstance(each, str)}


def test_the_names_in_code_are_names_in_the_code():
    used = names_in_use()
    named = {code for entry in OURS.values() for code in entry["code"]}
    assert "net_wealth" in named and "no_such_name" not in used
    assert {code for code in named if not any(f"_{code}_" in f"_{each}_" for each in used)} == set()


def test_what_a_page_may_explain_is_there():
    pages = [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")]
    asked = {name for text in pages for name in re.findall(r"""{{\s*term\(["'](\w+)["']""", text)}
    assert asked and asked <= set(OURS)


def test_older_words_lead_to_the_word_of_the_authorities():
    entry = node_at((ROOT / GLOSSARY).read_text(encoding="utf-8"), ("interest_deletion", "term"))
    assert [value.value for _, value in entry.value] == ["sletting av renter", "interest deletion"]
    assert "interest exemption" in OURS["interest_deletion"]["also"]["en"]
    assert "basisstøtte" in OURS["basic_support"]["also"]["nb"]
    assert "forsørgerstipend" in OURS["child_grant"]["also"]["nb"]
