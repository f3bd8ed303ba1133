"""The calculators' words: both languages say the same, about exactly what the code has."""

import ast
import itertools
import json
import re
from pathlib import Path
from string import Formatter

import pytest

from calculators.core.answer import answer, error, rule
from calculators.core.form import Fault
from calculators.core.tables import Tables
from calculators.core.words import LANGUAGES, Words
from scripts import tables as editors_tables
from scripts.examples import load_examples
from scripts.words import texts, words_json

ROOT = Path(__file__).resolve().parents[1]
TABLES = Tables.from_json(editors_tables.load().canonical)
WORDS = Words.from_json(words_json())
CALCULATORS = WORDS.calculators()
EXAMPLES = load_examples()
FILES = [f"calculators/texts/{name}.yaml" for name in WORDS.contents] + [
    *("scripts/pages/texts.yaml", "scripts/pages/pictures/texts.yaml"),
    *("scripts/year/texts.yaml", "scripts/year/compare.yaml"),
]

each_calculator = pytest.mark.parametrize("calculator", CALCULATORS)


def sentences(node, path=()):
    """Every sentence of a file of texts as (path, {language: text})."""
    if not isinstance(node, dict):
        return
    if set(node) & set(LANGUAGES):
        yield path, node
        return
    for key, value in node.items():
        yield from sentences(value, (*path, key))


def blanks(text):
    """The names in braces in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


# The code's own keys


def keys_in_code(calculator):
    """The keys that a calculator's module names: {"steps": …, "notices": …, "headline": …, "errors": …}.

    A key made with a choice, f"limit_{household}", stands for one key for each of the choices.
    """
    found = {"steps": set(), "notices": set(), "headline": set(), "errors": set()}
    module = ast.parse((ROOT / f"calculators/{calculator}.py").read_text("utf-8"))
    for node in ast.walk(module):
        name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
        if name in ("typed", "looked_up", "calculated"):
            found["steps"] |= spelled_out(calculator, node.args[0])
        elif name == "Notice":
            found["notices"] |= {key for key in spelled_out(calculator, node.args[0]) if "." not in key}
        elif name == "Fault":
            found["errors"] |= spelled_out(calculator, node.args[1])
        elif name == "Outcome":
            given = {keyword.arg: keyword.value for keyword in node.keywords}
            found["headline"] |= spelled_out(calculator, given.get("headline") or node.args[1])
    return found


def spelled_out(calculator, node):
    """The texts an expression can stand for; nothing where only running the code can tell."""
    if isinstance(node, ast.Constant):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return spelled_out(calculator, node.body) | spelled_out(calculator, node.orelse)
    if not isinstance(node, ast.JoinedStr):
        return set()
    choices = {spec.name: spec.choices for spec in rule(calculator).FIELDS}
    parts = []
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append([part.value])
        elif isinstance(part.value, ast.Name) and choices.get(part.value.id):
            parts.append(choices[part.value.id])
        else:
            return set()
    return {"".join(each) for each in itertools.product(*parts)}


@pytest.fixture(scope="module")
def said():
    """Every path of texts that is said while all worked examples are answered in both languages."""
    paths = set()
    say = Words.say

    def noting(words, lang, *path, **shows):
        paths.add(path)
        text = say(words, lang, *path, **shows)
        assert "{" not in text and "}" not in text, path
        return text

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Words, "say", noting)
        for example, lang in itertools.product(EXAMPLES, LANGUAGES):
            answer(example.calculator, example.inputs, TABLES, WORDS, lang)
    return paths


def test_each_calculator_has_texts_and_each_text_a_calculator():
    has_fields = {
        path.stem
        for path in (ROOT / "calculators").glob("*.py")
        if re.search(r"^FIELDS\b", path.read_text("utf-8"), re.M)
    }
    assert set(CALCULATORS) == has_fields


@each_calculator
def test_the_texts_are_about_the_fields_and_outputs_there_are(calculator):
    content, module = WORDS.contents[calculator], rule(calculator)
    assert list(content["fields"]) == [spec.name for spec in module.FIELDS]
    for spec in module.FIELDS:
        text = content["fields"][spec.name]
        choices = () if spec.kind == "flag" else spec.choices
        assert tuple(text.get("choices", {})) == choices, spec.name
        assert {"label", "help"} <= set(text) <= {"label", "help", "example", "choices"}, spec.name
        assert choices or spec.kind == "flag" or text.get("example"), f"{spec.name} has no example"
    assert set(content["outputs"]) == set(module.OUTPUTS)
    if "main_output" in content:
        assert isinstance(module.OUTPUTS[content["main_output"]], str)
    lists = {name: unit for name, unit in module.OUTPUTS.items() if not isinstance(unit, str)}
    assert {name: set(keys) for name, keys in content.get("columns", {}).items()} == {
        name: set(keys) for name, keys in lists.items()
    }
    groups = getattr(module, "GROUPS", {})
    grouped = [name for names in groups.values() for name in names]
    assert list(content.get("groups", {})) == list(groups)
    assert len(grouped) == len(set(grouped)) and set(grouped) <= set(content["fields"])
    known = {"title", "summary", "submit", "start", "fields", "groups", "outputs", "main_output", "columns"}
    known |= {"output_choices"}
    known |= {"what_if", "pictures", "next", "beside"}
    assert set(content) <= known | {"headline", "steps", "notices", "errors", "events"}


@each_calculator
def test_each_key_in_the_code_has_its_sentence(calculator):
    for group, keys in keys_in_code(calculator).items():
        shared = group in ("notices", "errors")
        assert keys or shared, "the test must find the keys in the code"
        common = set(WORDS.contents["common"][group]) if shared else set()
        assert keys <= set(WORDS.contents[calculator].get(group, {})) | common, group


@each_calculator
@pytest.mark.parametrize("group", ["headline", "steps", "notices"])
def test_each_sentence_is_said_by_some_worked_example(said, calculator, group):
    """So each is known to be filled, and none is left over from older code."""
    there = set(WORDS.contents[calculator].get(group, {}))
    assert there == {path[2] for path in said if path[:2] == (calculator, group)}


@each_calculator
def test_the_examples_in_the_texts_are_right(calculator):
    content = WORDS.contents[calculator]
    start = answer(calculator, content["start"], TABLES, WORDS, "nb")
    assert start.status == 0, start.result
    for spec in rule(calculator).FIELDS:
        if example := content["fields"][spec.name].get("example"):
            done = answer(calculator, {**content["start"], spec.name: example}, TABLES, WORDS, "nb")
            assert spec.name not in {each["field"] for each in done.result.get("errors", [])}, done.result


# The sentences


@pytest.mark.parametrize("file", FILES)
def test_both_languages_fill_in_the_same(file):
    found = list(sentences(texts(file, ROOT)))
    assert found
    for path, text in found:
        assert set(text) == set(LANGUAGES), path
        assert blanks(text["nb"]) == blanks(text["en"]), path
        for lang in LANGUAGES:
            assert text[lang] == text[lang].strip() or path[-1] == "mark", path
            assert "  " not in text[lang].replace("\n      ", ""), path


FIGURE_BY_HAND = re.compile(
    r"\d[\d\s.,]*(?:kr\b|%|NOK|kroner|prosent|percent)|(?:kr|NOK)\.?\s*\d|\d{1,3}(?:[ \u00a0]\d{3})+", re.I
)


@pytest.mark.parametrize("text", ["50 000 kr", "2 %", "5%", "NOK 5", "kr 12", "12 prosent", "2 percent", "428 861"])
def test_a_figure_by_hand_is_recognised(text):
    assert FIGURE_BY_HAND.search(f"Dette er {text}.")


@pytest.mark.parametrize("text", ["fra 1 til 12", "år 2020", "100 er fulltid", "{value} kr", "§ 100", "2025-26"])
def test_other_numbers_are_not_figures(text):
    assert not FIGURE_BY_HAND.search(f"Dette er {text}.")


@pytest.mark.parametrize("file", FILES)
def test_no_figure_is_written_by_hand(file):
    by_hand = {
        ".".join(path): text[lang]
        for path, text in sentences(texts(file, ROOT))
        for lang in LANGUAGES
        if path[-1] != "example" and path[0] != "start" and FIGURE_BY_HAND.search(text[lang])
    }
    assert by_hand == {}


def test_every_common_sentence_is_used():
    code = "".join(
        path.read_text("utf-8") for folder in ("calculators", "scripts") for path in (ROOT / folder).rglob("*.py")
    )
    code += (ROOT / "data/limits.schema.json").read_text("utf-8")
    unused = [
        ".".join(path)
        for path, _ in sentences(WORDS.contents["common"])
        if path[0] != "not_modelled"  # these are listed on a page, all of them
        and not re.search(rf"""["'.]{re.escape(path[-1])}["']""", code)
    ]
    assert unused == []


@each_calculator
@pytest.mark.parametrize("code", sorted(WORDS.contents["common"]["errors"]))
def test_every_error_can_be_said_of_every_field(calculator, code):
    for spec, lang, typed in itertools.product(rule(calculator).FIELDS, LANGUAGES, (True, False)):
        fault = Fault(spec.name, code, {"field": spec})
        told = error(calculator, fault, WORDS, lang, typed=typed)
        assert told["field"] == spec.name and told["code"] == code
        assert told["text"].startswith(WORDS.contents[calculator]["fields"][spec.name]["label"][lang].rstrip("?"))
        assert "{" not in told["text"] and "None" not in told["text"]


@each_calculator
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_field_is_called_what_the_reader_called_it(calculator, lang):
    told = error(calculator, Fault("<b>salary", "unknown"), WORDS, lang)
    assert told["text"].startswith("<b>salary: ")


def test_every_code_a_field_is_refused_with_has_a_sentence():
    form = ast.parse((ROOT / "calculators/core/form.py").read_text("utf-8"))
    codes = set()
    for node in ast.walk(form):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Fault", "_fault"):
            codes |= {each.value for each in ast.walk(node.args[1]) if isinstance(each, ast.Constant)}
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ("_WRONG", "code"):
            values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
            codes |= {each.value for value in values for each in ast.walk(value) if isinstance(each, ast.Constant)}
    assert {"required", "unknown", "not_whole", "not_choice", "too_high"} <= codes
    assert codes <= set(WORDS.contents["common"]["errors"])


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("left", "known"), [((), 0), (("2020",), 1), (("2020", "2022"), 2)])
def test_what_is_known_around_a_gap_is_said_whatever_is_known(left, known, lang):
    contents = json.loads(json.dumps(TABLES.contents))
    for year, row in contents["tables"]["wealth_limit"]["rows"].items():
        if year not in left:
            row["cells"] = {}
    case = {"year": "2021", "household": "single", "net_wealth": "5", "months": "1"}
    done = answer("wealth", case, Tables.from_json(json.dumps(contents).encode()), WORDS, lang)
    text = done.result["notices"][0]["text"]
    assert done.status == 3
    assert "{" not in text
    assert [year for year in ("2020", "2022") if year in text] == list(left)
    assert len(done.limits) == known
