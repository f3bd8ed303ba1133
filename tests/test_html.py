"""Every page is written by the HTML standard, as html-validate reads it, and points at nothing it does not hold."""

import json
import os
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest

from scripts.pages.book import open_book

ROOT = Path(__file__).resolve().parents[1]


def test_every_page_is_valid_html(site):
    command = [os.environ["NODE"], ROOT / "tests" / "html_validate.mjs", site]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["pages"] > 100
    assert found["wrong"] == []


def test_the_menu_is_not_opened_again_by_the_browser(site):
    # Firefox keeps the state of boxes over a reload unless their form says otherwise.
    for page in ("nb/index.html", "en/wealth/index.html", "en/404.html"):
        html = (site / page).read_text("utf-8")
        assert html.count('class="md-toggle"') == html.count('form="search-form"'), page
        assert 'id="search-form"' in html and 'autocomplete="off"' in html.split('id="search-form"')[1][:120]


@pytest.mark.parametrize(("lang", "examples"), [("nb", "eksemplene på siden"), ("en", "worked examples on this page")])
def test_a_bare_calculator_sends_the_reader_to_the_guide_for_examples(site, lang, examples):
    guide, bare = (
        unescape((site / lang / path / "index.html").read_text("utf-8")) for path in ("wealth", "embed/wealth")
    )
    assert examples in guide and examples not in bare
    said = re.findall(r'data-say-failed-(?:wasm-blocked|no-worker)="([^"]+)"|<noscript>(.+?)</noscript>', bare)
    texts = [first or second for first, second in said]
    assert len(texts) == 3
    in_the_guide = {"nb": "i guiden. Lenken står nederst.", "en": "in the guide. The link is at the bottom."}[lang]
    assert all(in_the_guide in each for each in texts)
    title = open_book(lang).plain("embed", "page", title="").strip()
    assert title in bare.partition("<footer")[2]
