"""What search engines, shared links and browser tabs show of each page: its title, its description, its address."""

import re
from collections import Counter
from html.parser import HTMLParser

import pytest

LANGUAGES = ("nb", "en")


class Head(HTMLParser):
    """A page's title, its meta tags by name or property, and its headings with their ids."""

    def __init__(self, html):
        super().__init__()
        self.title, self.meta, self.headings, self._in_title = "", {}, [], False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self._in_title = tag == "title" and not self.title
        if tag == "meta" and (name := given.get("name") or given.get("property")):
            self.meta[name] = given.get("content")
        if tag in ("h1", "h2", "h3"):
            self.headings.append((tag, given.get("id")))

    def handle_endtag(self, tag):
        self._in_title = False

    def handle_data(self, data):
        if self._in_title:
            self.title += data


@pytest.fixture(scope="module")
def heads(site):
    """Every page of both languages: {("nb", "wealth/"): Head}."""
    found = {}
    for lang in LANGUAGES:
        for path in sorted((site / lang).rglob("index.html")):
            address = path.parent.relative_to(site / lang).as_posix()
            if address.startswith("embed/"):
                continue  # bare calculators, which no search engine is to show: test_embed.py
            found[lang, address] = Head(path.read_text("utf-8"))
    return found


def repeated(values):
    return [value for value, count in Counter(values).items() if count > 1]


def test_every_title_and_description_is_its_own(heads):
    for lang in LANGUAGES:
        own = [head for (each, _), head in heads.items() if each == lang]
        assert len(own) > 30
        assert repeated(head.title for head in own) == []
        assert repeated(head.meta["description"] for head in own) == []


def test_descriptions_fit_into_a_list_of_results(heads):
    lengths = {key: len(head.meta["description"]) for key, head in heads.items()}
    assert {key: length for key, length in lengths.items() if not 60 <= length <= 170} == {}


def test_shared_links_show_title_description_and_address(heads):
    for (lang, address), head in heads.items():
        meta = head.meta
        assert meta["og:title"] and meta["og:description"] == meta["description"], address
        assert meta["og:url"].endswith(f"/{lang}/" if address == "." else f"/{lang}/{address}/")
        assert meta["og:locale"] == {"nb": "nb_NO", "en": "en_GB"}[lang]


def test_the_chooser_shows_a_picture_when_its_link_is_shared(site):
    html = (site / "index.html").read_text("utf-8")
    meta = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]+)">', html))
    assert meta["og:image"] == f"{meta['og:url']}nb/assets/social/nb.png"
    assert (site / "nb/assets/social/nb.png").is_file()
    assert meta["og:description"] == meta["description"] and meta["og:title"] and meta["og:image:alt"]


def test_each_page_has_one_first_heading(heads):
    for (lang, address), head in heads.items():
        if address != "figures":
            assert [tag for tag, _ in head.headings].count("h1") == 1, (lang, address)
