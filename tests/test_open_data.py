"""The open data under api/: the same figures as everywhere, described by their schema, and feeds of what changed."""

import csv
import dataclasses
import io
import json
from xml.etree import ElementTree

import pytest
from jsonschema import Draft202012Validator

from scripts.pages.book import open_book
from scripts.pages.open_data import ATOM, SCHEMA, feed
from scripts.tables import load

CHANGE = {
    "on": "2027-02-01", "table": "wealth_limit", "row": "2021", "line": 9,
    "old": {"single": "444300"}, "new": {"single": "444301"},
    "what": {"nb": "Rettet etter forskriften.", "en": "Corrected by the regulation."},
}  # fmt: skip


@pytest.fixture(scope="module")
def api(site):
    return site / "api"


@pytest.fixture(scope="module")
def limits(api):
    return json.loads((api / "limits.json").read_text("utf-8"))


def test_the_json_is_what_text_and_calculators_are_made_from(api):
    assert (api / "limits.json").read_bytes() == load().canonical


def test_the_json_fits_its_schema_and_the_schema_refuses_slips(limits):
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert list(validator.iter_errors(limits)) == []
    cell = limits["tables"]["wealth_limit"]["rows"]["2020"]["cells"]["single"]
    for slip in ({"value": 428861}, {"status": "sure"}, {"sources": []}):
        harmed = json.loads(json.dumps(limits))
        harmed["tables"]["wealth_limit"]["rows"]["2020"]["cells"]["single"] = {**cell, **slip}
        assert list(validator.iter_errors(harmed)), slip


def test_every_table_has_a_csv_with_every_figure_and_every_gap(api, limits):
    index = json.loads((api / "index.json").read_text("utf-8"))
    assert set(index["tables"]) == set(limits["tables"])
    for name, table in limits["tables"].items():
        lines = list(csv.DictReader(io.StringIO((api / index["tables"][name]["csv"]).read_text("utf-8"))))
        assert len(lines) == len(table["rows"]) * len(table["columns"])
        for line in lines:
            cell = table["rows"][line["row"]]["cells"].get(line["column"]) or {"value": None}
            value = cell["value"]
            if isinstance(value, dict):
                assert (line["value_nb"], line["value_en"]) == (value["nb"], value["en"])
            else:
                assert line["value"] == (value or "")
            assert line["unit"] == table["columns"][line["column"]]["unit"]
            assert bool(line["sources"]) == (value is not None)


def read(data):
    top = ElementTree.fromstring(data)
    name = f"{{{ATOM}}}"
    return top, [{child.tag.removeprefix(name): child for child in entry} for entry in top.iter(f"{name}entry")]


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_feed_is_valid_also_without_entries(api, lang):
    top, entries = read((api / f"changes.{lang}.atom").read_bytes())
    book = open_book(lang)
    assert len(entries) == len(book.changes) + len(book.opened_years)
    for needed in ("id", "title", "updated", "author"):
        assert top.find(f"{{{ATOM}}}{needed}") is not None
    assert top.get("{http://www.w3.org/XML/1998/namespace}lang") == lang


@pytest.mark.parametrize(("lang", "title", "why"), [
    ("nb", "Rettet: Formuesgrense, 2021", "Rettet etter forskriften."),
    ("en", "Corrected: Asset limit, 2021", "Corrected by the regulation."),
])  # fmt: skip
def test_the_feed_tells_corrections_and_new_years_newest_first(lang, title, why):
    opened = {"on": "2027-01-01", "year": "2027", "line": 3}
    book = dataclasses.replace(open_book(lang), changes=(CHANGE,), opened_years=(opened,))
    top, entries = read(feed(book, "https://example.org/"))
    assert [entry["updated"].text for entry in entries] == ["2027-02-01T00:00:00Z", "2027-01-01T00:00:00Z"]
    assert entries[0]["title"].text == title
    assert why in entries[0]["summary"].text
    assert "300" in entries[0]["summary"].text and "301" in entries[0]["summary"].text
    assert entries[0]["link"].get("href") == f"https://example.org/{lang}/corrections/"
    assert "2027" in entries[1]["title"].text
    assert len({entry["id"].text for entry in entries}) == 2
    assert top.find(f"{{{ATOM}}}updated").text == "2027-02-01T00:00:00Z"


def test_pages_name_their_feed_and_the_feed_is_there(site):
    for lang in ("nb", "en"):
        html = (site / lang / "wealth" / "index.html").read_text("utf-8")
        assert f"api/changes.{lang}.atom" in html
        assert (site / "api" / f"changes.{lang}.atom").is_file()
