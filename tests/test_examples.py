"""Every worked example in CPython and by the page's own engine in Chromium: one answer, its source's.

test_same_everywhere.py asks the shipped engine under Node for all of them too.
"""

import json
from pathlib import Path

import pytest
from browser_watch import watch
from playwright.sync_api import Error

from calculators.browser import open_desk
from calculators.core.answer import rule
from scripts import tables as editors_tables
from scripts.examples import load_examples, output_text
from scripts.words import words_json

EXAMPLES = load_examples()
LANGUAGES = ("nb", "en")
LOADED = editors_tables.load()

each_example = pytest.mark.parametrize(
    "example", EXAMPLES, ids=[f"{example.calculator}.{example.id}" for example in EXAMPLES]
)
each_lang = pytest.mark.parametrize("lang", LANGUAGES)


def key(example, lang, typed=False):
    """The id of one request: which example, in which language, typed as a person would or canonical."""
    return f"{example.calculator}.{example.id}.{lang}{'.typed' if typed else ''}"


@pytest.fixture(scope="session")
def requests():
    """Requests by their key: every example in both languages, answered ones also as a person types them."""
    reply = open_desk(LOADED.canonical, words_json())
    found = {}
    for example in EXAMPLES:
        for lang in LANGUAGES:
            request = {**example.request(lang), "id": key(example, lang)}
            found[request["id"]] = request
            typed = json.loads(reply(json.dumps(request)))["typed"]
            if typed:
                again = {name: value for name, value in request.items() if name != "canonical"}
                again |= {"id": key(example, lang, typed=True), "typed": typed}
                found[again["id"]] = again
    return found


@pytest.fixture(scope="session")
def in_cpython(requests):
    """The replies of CPython by key."""
    reply = open_desk(LOADED.canonical, words_json())
    return {name: json.loads(reply(json.dumps(request))) for name, request in requests.items()}


@pytest.fixture(scope="session")
def in_chromium(browser, site_url, requests):
    """The replies of the page's own worker by key, asked through the page's own module."""
    context, complaints = browser.new_context(), []
    watch(context, complaints)
    page = context.new_page()
    page.goto(f"{site_url}nb/wealth/")
    try:
        replies = page.evaluate(
            """async (requests) => {
              const form = document.querySelector("form[data-worker]");
              const script = document.querySelector("script[src$='/calculator.js']").src;
              const { createEngine } = await import(new URL("engine.js", script).href);
              const engine = createEngine(form.dataset.worker);
              const replies = [];
              for (const request of requests) replies.push(await engine.ask(request));
              return replies;
            }""",
            list(requests.values()),
        )
    except Error as error:
        pytest.fail(f"the engine did not answer in Chromium: {error}")
    finally:
        context.close()
    assert complaints == []
    # The engine numbers its questions itself.
    return {name: {**reply, "id": name} for name, reply in zip(requests, replies, strict=True)}


PLACES = ["in_cpython", "in_chromium"]


@pytest.fixture(params=PLACES)
def replies(request):
    """The replies of each place in turn."""
    return request.getfixturevalue(request.param)


# What an example must say


def test_there_are_examples_for_every_calculator():
    calculators = set(json.loads(words_json())) - {"common"}
    assert calculators == {example.calculator for example in EXAMPLES}
    files = {path.stem for path in Path(__file__).with_name("examples").glob("*.yaml")}
    assert files == calculators
    for calculator in calculators:
        own = [example for example in EXAMPLES if example.calculator == calculator]
        assert any(example.show for example in own), f"{calculator} shows no worked example"
        assert {0, 2} <= {example.status for example in own}


@each_example
def test_no_example_pins_nothing(example):
    module = rule(example.calculator)
    assert set(example.inputs) <= {spec.name for spec in module.FIELDS} | set(example.faults)
    assert example.kind in ("printed", "rule")
    assert example.source in LOADED.sources
    assert set(example.title) == set(LANGUAGES)
    if example.status == 0:
        assert example.outputs and not example.faults
        assert {name.partition(".")[0] for name in example.outputs} <= set(module.OUTPUTS)
    elif example.status == 2:
        assert example.faults and not example.outputs
    else:
        assert not example.outputs and not example.faults
        assert not example.show


# What comes out


@each_lang
@each_example
def test_it_comes_out_as_its_source_says(replies, example, lang):
    reply = replies[key(example, lang)]
    result = reply["result"]
    assert reply["status"] == example.status
    if example.status == 2:
        assert set(result) == {"errors"}
        assert {error["field"]: error["code"] for error in result["errors"]} == example.faults
    elif example.status == 3:
        assert result["outputs"] is None and result["display"] is None
        assert result["notices"][0]["kind"] == "not_published"
        assert "data-not-published" in reply["html"] and "data-output" not in reply["html"]
    else:
        assert {name: output_text(result["outputs"], name) for name in example.outputs} == example.outputs
        for name, value in example.outputs.items():
            assert value is None or f'data-output="{name}" data-value="{value}"' in reply["html"]


@each_lang
@each_example
def test_typing_it_gives_the_same_answer(replies, example, lang):
    reply = replies[key(example, lang)]
    assert bool(reply["typed"]) == (example.status != 2)
    if reply["typed"]:
        again = replies[key(example, lang, typed=True)]
        assert {**again, "id": reply["id"]} == reply


def test_both_places_give_the_same_replies(in_cpython, in_chromium, requests):
    assert len(requests) >= 2 * len(EXAMPLES)
    assert in_cpython.keys() == in_chromium.keys() == requests.keys()
    for name, reply in in_cpython.items():
        # As text, so that the order of steps and outputs counts too; a message between threads sorts the names above.
        assert json.dumps(dict(sorted(in_chromium[name].items()))) == json.dumps(dict(sorted(reply.items()))), name
        assert reply["result"].get("data_version") in (None, in_cpython[next(iter(requests))]["result"]["data_version"])


@each_example
def test_both_languages_give_the_same_numbers(in_cpython, example):
    nb, en = (in_cpython[key(example, lang)] for lang in LANGUAGES)
    same = ("calculator", "inputs", "outputs", "sources", "data_version")
    assert [nb["result"].get(name) for name in same] == [en["result"].get(name) for name in same]
    bare = [
        [{name: step[name] for name in step if name != "text"} for step in reply["result"].get("steps", [])]
        for reply in (nb, en)
    ]
    assert bare[0] == bare[1]
    kinds = [[notice["kind"] for notice in reply["result"].get("notices", [])] for reply in (nb, en)]
    assert kinds[0] == kinds[1]
    assert not nb["result"].get("outputs") or nb["headline"] != en["headline"]
