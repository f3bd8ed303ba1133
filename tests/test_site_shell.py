"""The shell around every page: both trees alike, strict policy, language switch, sitemap, 404, keyboard."""

import base64
import hashlib
import re
import subprocess
import sys
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatch
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
from accessible import axe_finds
from jinja2 import Environment, FileSystemLoader
from keyboard import walk_to

from scripts.pages import csp, design_system, root_pages, serve
from scripts.pages.build import LOCAL, ROOT, BuildFailed, _check_same_pages, _root_url, build_site

LANGUAGES = ("nb", "en")
COMPRESSED = {"host": "compressed", "brotli_quality": 4}
OTHER = {"nb": "en", "en": "nb"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


@dataclass
class Element:
    """One start tag: its attributes, its text, and whether it stands inside the page's own article."""

    tag: str
    attrs: dict[str, str]
    in_article: bool
    text: str = ""


@dataclass
class Reader(HTMLParser):
    """All elements of a page in order."""

    elements: list[Element] = field(default_factory=list)
    open: list[Element] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()

    def handle_starttag(self, tag, attrs):
        in_article = any(each.tag == "article" for each in self.open)
        element = Element(tag, {name: value or "" for name, value in attrs}, in_article)
        self.elements.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open.pop().tag != tag:
            pass

    def handle_data(self, data):
        for element in self.open:
            element.text += data


def read(path):
    reader = Reader()
    reader.feed(path.read_text("utf-8"))
    return reader.elements


def html_files(site):
    return sorted(site.rglob("*.html"))


def addresses(site, language):
    """The pages of a language as MkDocs names them: "" and "wealth/". Not the bare calculators, "embed/wealth/"."""
    tree = site / language
    found = (page.parent.relative_to(tree).as_posix() for page in tree.rglob("index.html"))
    return sorted("" if path == "." else path + "/" for path in found if not path.startswith("embed/"))


def file_at(site, page, href):
    """The file of the built site that a link in a page leads to, following it as a browser does."""
    address = urljoin("http://site/" + page.relative_to(site).as_posix(), href)
    path = urlsplit(address).path.lstrip("/")
    return site / (path + "index.html" if path == "" or path.endswith("/") else path)


# Both languages


def test_both_trees_have_the_same_pages(site):
    trees = {
        lang: {path.relative_to(ROOT / "docs" / lang) for path in (ROOT / "docs" / lang).rglob("*.*")}
        for lang in LANGUAGES
    }
    assert trees["nb"] == trees["en"]
    assert addresses(site, "nb") == addresses(site, "en")
    assert {"", "wealth/", "figures/"} <= set(addresses(site, "nb"))


def test_a_page_in_one_language_only_stops_the_build(tmp_path):
    for name in ("nb/index.md", "en/index.md", "nb/grant/rules.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("# Title")
    with pytest.raises(BuildFailed, match="docs/nb/grant/rules.md has no translation: write docs/en/grant/rules.md"):
        _check_same_pages(tmp_path)


def test_pages_say_their_language_and_name_their_translations(site):
    for lang in LANGUAGES:
        for address in addresses(site, lang):
            elements = read(site / lang / address / "index.html")
            assert elements[0].tag == "html" and elements[0].attrs["lang"] == lang
            links = [each.attrs for each in elements if each.tag == "link"]
            others = [each for each in links if each["rel"].split() == ["alternate"]]
            alternates = {each["hreflang"]: each["href"] for each in others if "hreflang" in each}
            default = LOCAL if address == "" else f"{LOCAL}en/{address}"
            assert alternates == {
                "nb": f"{LOCAL}nb/{address}",
                "en": f"{LOCAL}en/{address}",
                "x-default": default,
            }
            (feed,) = (each for each in others if "hreflang" not in each)
            assert feed["type"] == "application/atom+xml" and feed["href"] == f"{LOCAL}api/changes.{lang}.atom"
            assert [each["href"] for each in links if each["rel"] == "canonical"] == [f"{LOCAL}{lang}/{address}"]


def test_the_language_switch_reaches_the_same_page(site):
    for lang in LANGUAGES:
        for address in addresses(site, lang):
            page = site / lang / address / "index.html"
            switches = [each for each in read(page) if "data-language-switch" in each.attrs]
            assert [each.tag for each in switches] == ["a"]
            attrs = switches[0].attrs
            assert attrs["lang"] == attrs["hreflang"] == OTHER[lang]
            assert file_at(site, page, attrs["href"]) == site / OTHER[lang] / address / "index.html"


def test_the_404_page_of_a_language_leads_to_both_front_pages(site):
    for lang in LANGUAGES:
        page = site / lang / "404.html"
        elements = read(page)
        (switch,) = (each.attrs["href"] for each in elements if "data-language-switch" in each.attrs)
        assert file_at(site, page, switch).resolve() == site / OTHER[lang] / "index.html"
        *wanted, home = (each.attrs["href"] for each in elements if each.tag == "a" and each.in_article)
        assert file_at(site, page, home) == site / lang / "index.html"
        assert [file_at(site, page, href) for href in wanted] == [
            site / lang / name / "index.html" for name, _ in root_pages.wanted(lang)
        ]


def test_no_word_of_the_shell_is_said_in_the_wrong_language(site):
    said = {lang: set() for lang in LANGUAGES}
    for lang in LANGUAGES:
        for address in addresses(site, lang):
            for each in read(site / lang / address / "index.html"):
                if not each.in_article:
                    said[lang] |= {each.attrs.get(name, "") for name in ("aria-label", "title", "placeholder", "alt")}
    assert len(said["nb"]) > 5
    assert said["nb"] & said["en"] == {""}


def test_every_page_says_that_the_guide_is_independent(site):
    for lang, words in (
        ("nb", "Vi er verken Lånekassen eller UDI."),
        ("en", "We are neither Lånekassen nor UDI."),
    ):
        for page in (site / lang).rglob("*.html"):
            assert any(words in each.text for each in read(page) if each.tag == "footer"), page


# Policy and resources


def test_every_page_carries_a_strict_policy_that_allows_its_own_scripts(site):
    inline = re.compile(r"<script>(.*?)</script>", re.DOTALL)
    for page in html_files(site):
        html = page.read_text("utf-8")
        metas = [each.attrs for each in read(page) if each.attrs.get("http-equiv") == "Content-Security-Policy"]
        assert len(metas) == 1, page
        rules = dict(rule.split(" ", 1) for rule in metas[0]["content"].split("; "))
        assert rules["default-src"] == rules["form-action"] == rules["base-uri"] == "'none'"
        assert rules["style-src"] == "'self'"
        assert "unsafe" not in metas[0]["content"] and "http" not in metas[0]["content"]
        hashes = {base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in inline.findall(html)}
        assert set(rules["script-src"].split()) == {"'self'", *(f"'sha256-{each}'" for each in hashes)}
        assert html.index("Content-Security-Policy") < html.index("<title>")
        assert not csp.blocked(html), page


def test_pages_load_only_files_that_are_there_and_ours(site):
    loaded = set()
    for page in html_files(site):
        for each in read(page):
            href = each.attrs.get("src") or (each.attrs.get("href") if each.tag == "link" else None)
            if not href or each.attrs.get("rel", "").split()[:1] in (["canonical"], ["alternate"]):
                continue
            assert not urlsplit(href).netloc, f"{page}: {href}"
            target = file_at(site, page, href)
            assert target.is_file(), f"{page}: {href}"
            loaded.add(target.relative_to(site).as_posix())
    kinds = ("design-*/designsystem.css", "design-*/field/field.js", "nb/assets/css-*/calculators.css")
    assert all(any(fnmatch(path, kind) for path in loaded) for kind in kinds)


def test_a_page_asks_for_few_sheets_and_at_once_for_what_a_case_waits_for(site):
    head = (site / "nb/wealth/index.html").read_text("utf-8").partition("</head>")[0]
    sheets = re.findall(r'<link rel="stylesheet" href="[^"]*?([\w-]+)[\w.-]*\.css">', head)
    assert len(sheets) == 5 and sheets[2:] == ["guide", "designsystem", "calculators"]
    preloaded = {Path(each).name for each in re.findall(r'<link rel="modulepreload" href="([^"]+)"', head)}
    scripts = next((site / "nb/assets").glob("js-*"))
    wanted, found = {"calculator.js"}, set()
    while wanted:
        name = wanted.pop()
        found.add(name)
        imported = design_system.IMPORT.findall((scripts / name).read_text("utf-8"))
        wanted |= {Path(each).name for each in imported} - found
    assert preloaded == found
    assert "modulepreload" not in (site / "nb/permit/index.html").read_text("utf-8")


def test_modules_import_only_files_that_are_there(site):
    modules = [*site.glob("design-*/**/*.js"), *site.glob("search-*/*.js"), *site.glob("*/assets/js-*/*.js")]
    assert len(modules) > 10
    for module in modules:
        text = module.read_text("utf-8")
        assert "sourceMappingURL" not in text
        for name in design_system.IMPORT.findall(text):
            assert (module.parent / name).is_file(), f"{module}: {name}"


def test_policy_replaces_itself_and_covers_each_inline_script():
    page = '<html><head><meta charset="utf-8"><title>t</title></head><body><script>a()</script></body></html>'
    once, blocked = csp.with_policy(page)
    assert csp.with_policy(once) == (once, blocked) and not blocked

    def policy(html):
        return csp.POLICY_META.search(csp.with_policy(html)[0])[0]

    assert "sha256" in policy(page) and policy(page) != policy(page.replace("a()", "b()"))
    assert "sha256" not in policy(page.replace("<script>", '<script type="application/json">'))


def test_policy_needs_its_place():
    with pytest.raises(ValueError, match="no place"):
        csp.with_policy("<html><head></head></html>")


@pytest.mark.parametrize(
    ("html", "what"),
    [
        ('<p style="color: red">', 'style="color: red" on <p>'),
        ("<style>p {}</style>", "a <style> element"),
        ('<button onclick="go()">', "onclick on <button>"),
        ('<a href="javascript:void(0)">', "a javascript: address on <a>"),
    ],
)
def test_what_the_policy_would_block_is_named(html, what):
    assert csp.blocked(f"<p>\n{html}") == [f"line 2: {what}"]


def test_aligned_cells_keep_their_alignment_without_a_style():
    html, blocked = csp.with_policy('<meta charset="utf-8"><td style="text-align: right;">1</td>')
    assert '<td class="align-right">' in html
    assert not blocked


def test_the_design_system_follows_the_colours_of_the_page(site):
    (sheet,) = (path.read_text("utf-8") for path in site.glob("design-*/designsystem.css"))
    assert "[data-color-scheme" not in sheet
    assert "@media screen{[data-md-color-scheme=slate]{" in sheet
    assert "@import" not in sheet and "url(http" not in sheet


# Above the languages


def test_the_sitemap_names_every_page_and_its_translations(site):
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    listed = {}
    for url in ElementTree.parse(site / "sitemap.xml").findall("s:url", spaces):
        listed[url.find("s:loc", spaces).text] = {
            link.get("hreflang"): link.get("href") for link in url.findall("x:link", spaces)
        }
    assert set(listed) == {f"{LOCAL}{lang}/{address}" for lang in LANGUAGES for address in addresses(site, lang)}
    for loc, alternates in listed.items():
        assert set(alternates) == {"nb", "en", "x-default"} and loc in alternates.values()
    assert [path.name for path in site.rglob("sitemap.xml*")] == ["sitemap.xml"]
    assert f"Sitemap: {LOCAL}sitemap.xml" in (site / "robots.txt").read_text()


def test_the_root_pages_speak_both_languages(site):
    for name in ("index.html", "404.html"):
        page = site / name
        links = [each.attrs for each in read(page) if each.tag == "a"]
        assert all(file_at(site, page, each["href"]).is_file() for each in links)
        assert {each["hreflang"]: file_at(site, page, each["href"]) for each in links if "hreflang" in each} == {
            lang: site / lang / "index.html" for lang in LANGUAGES
        }
    not_found = (site / "404.html").read_text("utf-8")
    assert "Vi finner ikke siden" in not_found and "We cannot find the page" in not_found


def test_another_address_moves_every_absolute_link(tmp_path):
    build_site(tmp_path / "out", site_url="https://example.org/guide")
    for page in html_files(tmp_path / "out"):
        assert "127.0.0.1" not in page.read_text("utf-8"), page
    assert 'href="/guide/nb/"' in (tmp_path / "out" / "404.html").read_text("utf-8")
    assert "<loc>https://example.org/guide/en/wealth/</loc>" in (tmp_path / "out" / "sitemap.xml").read_text()


def test_two_builds_are_the_same_to_the_byte(compressed_site, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "left-over.html").write_text("old")
    # What other hosts get is in it too, before it is compressed.
    build_site(tmp_path / "out", **COMPRESSED)
    first, second = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (compressed_site, tmp_path / "out")
    )
    assert first.keys() == second.keys()
    assert [name for name, content in first.items() if content != second[name]] == []


@pytest.mark.parametrize("given", ["example.org", "ftp://example.org/", "https://example.org/?a=1", "/guide/"])
def test_an_address_that_is_none_is_refused(given):
    with pytest.raises(BuildFailed, match="Write it like https://example.org/guide/"):
        _root_url(given)


def test_a_folder_with_a_repository_is_never_emptied():
    with pytest.raises(BuildFailed, match="would be emptied"):
        build_site(ROOT)
    assert (ROOT / "mkdocs.yml").is_file()


# While writing


def served(builder, page):
    """What the live-reload server answers for a page, through our wrapping."""
    started = []

    def application(environ, start_response):
        start_response("200 OK", [("Content-Type", "text/html"), ("Content-Length", str(len(page)))])
        return [page]

    body = b"".join(serve.telling(application, builder)({}, lambda status, headers: started.append(dict(headers))))
    assert started[0]["Content-Length"] == str(len(body))
    return body.decode()


def test_a_refused_build_is_told_on_the_page_and_the_reload_script_may_run(tmp_path):
    builder = serve.Builder(tmp_path, "http://127.0.0.1:8000/")
    page = b'<html><head><meta charset="utf-8"></head><body class="x"><p>text</p><script>reload()</script></body>'
    digest = base64.b64encode(hashlib.sha256(b"reload()").digest()).decode()
    good = served(builder, page)
    assert "refused" not in good and f"'sha256-{digest}'" in good
    builder.problems = "data/limits.yaml:12: 5 < 6"
    bad = served(builder, page)
    assert bad.index('<body class="x">') < bad.index("data/limits.yaml:12: 5 &lt; 6") < bad.index("<p>text</p>")
    assert "could not be built" in served(builder, b"404 Not Found")


def test_a_build_waits_to_be_told_and_ends_with_its_input():
    command = [sys.executable, "-m", "scripts.pages.waiting_build"]
    told = [
        subprocess.run(command, cwd=ROOT, input=order, capture_output=True, text=True) for order in ("", '["--help"]\n')
    ]
    assert [done.returncode for done in told] == [0, 0]
    assert told[0].stdout == "" and "Builds the whole site" in told[1].stdout


def menu(here):
    """The menu of a section with a page and two chapters, on one of its pages; names of pages by what they are."""

    def page(name):
        return SimpleNamespace(title=name, url=f"{name}/", active=name == here, children=None, toc=[])

    def chapter(title, *children):
        return SimpleNamespace(title=title, children=children, active=any(child.active for child in children))

    section = chapter(
        "Section", page("plain"), chapter("One", page("a"), page("b")), chapter("Two", page("c"), page("d"))
    )
    [shown] = [each for part in section.children for each in (part.children or [part]) if each.active]
    templates = Environment(loader=FileSystemLoader(ROOT / "overrides"))
    templates.filters |= {"url": lambda url: url, "tojson": str}
    text = "{% import 'partials/nav-item.html' as item with context %}{{ item.render(section, '__nav_1', 1) }}"
    html = templates.from_string(text).render(section=section, page=shown)
    return re.findall(r'<a href="(\w+)/"', html)


def test_a_chapter_of_a_section_is_one_link_but_on_its_own_pages():
    assert menu("plain") == ["plain", "a", "c"]
    assert menu("b") == ["plain", "a", "b", "c"]
    assert menu("d") == ["plain", "a", "c", "d"]


# In the browser

# test_accessible.py looks at all pages in the other pairs of width and colours.
PAGES = ["nb/", "nb/figures/", "nb/404.html", "en/", "en/wealth/", "en/404.html"]


@pytest.mark.parametrize(("width", "colours"), [(360, "light"), (1280, "dark")])
def test_pages_are_accessible_and_break_no_rule_of_their_own(new_context, site_url, width, colours):
    context = new_context(viewport={"width": width, "height": 800}, color_scheme=colours)
    for address in [*PAGES, "404.html"]:
        page = context.new_page()
        page.goto(site_url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert axe_finds(page) == "", address
        page.close()


def test_old_figures_are_told_by_the_readers_own_date(page, site_url, site):
    (until,) = {
        each.attrs["data-valid-until"]
        for each in read(site / "nb" / "wealth" / "index.html")
        if "data-valid-until" in each.attrs
    }
    warning = page.locator("[data-valid-until]")
    page.clock.set_fixed_time(datetime.fromisoformat(f"{until}T23:00:00"))
    page.goto(site_url + "nb/wealth/")
    page.wait_for_load_state("networkidle")
    assert warning.is_hidden()
    page.clock.set_fixed_time(datetime.fromisoformat(f"{int(until[:4]) + 1}-01-01T01:00:00"))
    page.reload()
    warning.wait_for(state="visible")


def test_the_menu_of_a_small_screen_works_by_keyboard(new_context, site_url):
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    page.goto(site_url + "nb/wealth/")
    menu = page.locator('[data-toggles="__drawer"]')
    links = page.locator(".md-nav--primary a.md-nav__link")
    assert not links.first.is_visible()
    walk_to(menu)
    page.keyboard.press("Enter")
    links.first.wait_for(state="visible")
    assert menu.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    links.first.wait_for(state="hidden")
    assert menu.get_attribute("aria-expanded") == "false"


def test_chosen_colours_stay_after_the_language_switch(new_context, site_url):
    page = new_context(color_scheme="light", viewport={"width": 1280, "height": 800}).new_page()
    page.goto(site_url + "nb/figures/")
    page.locator('label[for="__palette_1"]').click()
    page.locator('label[for="__palette_2"]').click()
    page.locator('body[data-md-color-scheme="slate"]').wait_for()
    page.locator("[data-language-switch]").click()
    page.wait_for_url("**/en/figures/")
    page.locator('body[data-md-color-scheme="slate"]').wait_for()


@pytest.mark.parametrize(("locale", "language"), [("nn-NO", "nb"), ("nb-NO", "nb"), ("en-GB", "en"), ("fr-FR", "en")])
def test_the_root_page_chooses_by_the_browsers_language(new_context, site_url, locale, language):
    page = new_context(locale=locale).new_page()
    page.goto(site_url)
    page.wait_for_url(f"**/{language}/")


def test_the_language_switch_works_without_javascript(new_context, site_url):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(site_url + "nb/wealth/")
    page.locator("[data-language-switch]").click()
    assert page.url == site_url + "en/wealth/"
    page.goto(site_url)
    page.get_by_role("link", name="Les på norsk").click()
    assert page.url == site_url + "nb/"
    # Left open, it would be asked for a last word after the test, which it cannot give without JavaScript.
    page.close()
