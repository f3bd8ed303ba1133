"""The search finds what students type, in both languages, through the box that they type into."""

import gzip
import json
import re
from urllib.parse import urlsplit

import pytest
import yaml
from accessible import axe_finds
from keyboard import walk_to

from scripts.pages import search
from scripts.pages.build import ROOT

LANGUAGES = ("nb", "en")
QUERIES = yaml.safe_load((ROOT / "tests" / "searches.yaml").read_text("utf-8"))
# The engine of the search and what it knows of a language, compressed as every host does it.
MOST_BYTES_FOR_A_FIRST_SEARCH = 70_000
ASKED_FOR = {
    "nb": """stipend formue, deposit, utsette, KID, slette gjeld, når får jeg penger, jobbe ved siden av, arv, frikort,
        gravid, stryke eksamen, purring, svindel, telefonnummer, kontonummer, rente, fast rente, Finnmark, verge,
        BankID virker ikke, e-boks, Erasmus, UDI beløp, utenlandsk statsborger""",
    "en": """bank account, proof of funds, blocked account, how much can I earn, drop out, appeal, scam, late fee,
        residence card police, bring my wife, deposit, KID""",
}


def known(site, lang):
    """What the search of a language knows, and the size of all it fetches, compressed."""
    (folder,) = site.glob("search*")
    files = [folder / f"{lang}.json", folder / "minisearch.js", folder / f"stem-{lang}.js"]
    (find,) = (site / lang / "assets").glob("js*/find.js")
    size = sum(len(gzip.compress(path.read_bytes(), 9, mtime=0)) for path in [*files, find])
    return json.loads(files[0].read_text("utf-8")), size


# The table of queries


def test_the_table_asks_enough_and_names_pages_and_sections_that_are_there(site):
    for lang in LANGUAGES:
        data, _ = known(site, lang)
        places = {page["address"]: {section["anchor"] for section in page["sections"]} for page in data["pages"]}
        typed = [query["type"] for query in QUERIES[lang]]
        assert len(typed) == len({text.lower() for text in typed}) >= 40
        assert {text.strip() for text in ASKED_FOR[lang].split(",")} <= set(typed)
        wanted = [find.partition("#") for query in QUERIES[lang] for find in query["find"]]
        assert [f"{page}#{anchor}" for page, _, anchor in wanted if anchor not in places.get(page, ())] == []


def hits(page):
    """The hits that the window shows: for each its address, such as "wealth", and the sections it offers."""
    links = page.locator(".search__hit").evaluate_all(
        "items => items.map(item => [...item.querySelectorAll('a')].map(link => link.href))"
    )
    parts = [[urlsplit(href) for href in item] for item in links]
    return [(item[0].path.split("/")[2], {each.fragment for each in item[1:]}) for item in parts]


def open_search(page):
    page.locator("[data-search-open]").press("Enter")
    page.keyboard.insert_text("UDI")
    page.locator(".search__hit").first.wait_for()


def look_for(page, text):
    page.locator(".search input").press("Control+a")
    page.keyboard.insert_text(text)
    return hits(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_students_type_is_among_the_first_three(page, site_url, lang):
    page.goto(f"{site_url}{lang}/privacy/")
    open_search(page)
    missed = []
    for query in QUERIES[lang]:
        found = look_for(page, query["type"])
        first = dict(found[:3])
        for wanted in query["find"]:
            address, _, anchor = wanted.partition("#")
            if address not in first or anchor and anchor not in first[address]:
                missed.append(f"{query['type']}: {wanted} is not in {found[:3]}")
    assert missed == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_words_are_cut_alike_where_they_are_written_and_where_they_are_found(page, site, site_url, lang):
    data, _ = known(site, lang)
    said = sorted({word for each in data["pages"] for section in each["sections"] for word in section["words"].split()})
    assert len(said) > 1000
    page.goto(f"{site_url}{lang}/privacy/")
    (find,) = (site / lang / "assets").glob("js*/find.js")
    cut = page.evaluate(
        "async ([at, said]) => { const { words } = await import(at); return said.filter(w => words(w).length !== 1); }",
        [f"{site_url}{find.relative_to(site).as_posix()}", said],
    )
    assert cut == []


@pytest.mark.parametrize(
    ("lang", "one", "other"),
    [
        ("nb", "søknadsfrist", "soknadsfrist"),
        ("nb", "lån", "laan"),
        ("nb", "e-boks", "eboks"),
        ("nb", "170 368", "170368"),
        ("en", "part-time", "part time"),
        ("en", "defer", "deferring"),
        ("en", "UDI?", "udi"),
    ],
)
def test_the_same_thing_said_in_two_ways_finds_the_same_page_first(page, site_url, lang, one, other):
    page.goto(f"{site_url}{lang}/privacy/")
    open_search(page)
    first, second = (look_for(page, text) for text in (one, other))
    assert first and first[0][0] == second[0][0]


# The window


def fetched(page):
    """The list that the paths of the page's requests are added to."""
    paths = []
    page.on("request", lambda request: paths.append(urlsplit(request.url).path))
    return paths


def of_search(paths):
    return sorted(
        path.rpartition("/")[2] for path in paths if re.search(r"/search[-\w]*/|/find\.js$|search_index", path)
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_fetched_before_the_search_is_opened_and_little_then(page, site, site_url, lang):
    paths = fetched(page)
    page.goto(f"{site_url}{lang}/wealth/")
    page.wait_for_load_state("networkidle")
    page.locator("[data-search-open]").hover()
    page.mouse.wheel(0, 2000)
    page.locator("[data-search-open]").focus()
    page.wait_for_load_state("networkidle")
    assert of_search(paths) == []
    open_search(page)
    needed = sorted(["find.js", "minisearch.js", f"stem-{lang}.js", f"{lang}.json"])
    assert of_search(paths) == needed
    page.keyboard.press("Escape")
    open_search(page)
    assert of_search(paths) == needed
    assert known(site, lang)[1] < MOST_BYTES_FOR_A_FIRST_SEARCH


def test_the_themes_own_search_is_gone(site):
    assert [path for path in site.rglob("*") if path.name in ("search_index.json", "lunr", "workers")] == []


@pytest.mark.parametrize("width", [360, 1280])
def test_the_search_works_by_keyboard_alone(new_context, site_url, width):
    page = new_context(viewport={"width": width, "height": 740}).new_page()
    page.goto(f"{site_url}nb/privacy/")
    button = page.locator("[data-search-open]")
    button.wait_for(state="visible")
    walk_to(button)
    page.keyboard.press("Space")
    field = page.locator(".search input")
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.type("gravid")
    page.locator(".search__hit").first.wait_for()
    count = page.locator(".search__hit").count()
    page.locator(".search__status").filter(has_text=f"{count} side").wait_for()

    focused = "document.activeElement.href"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focused) == f"{site_url}nb/when-things-change/"
    page.keyboard.press("ArrowUp")
    assert field.evaluate("field => field === document.activeElement")
    page.keyboard.press("Escape")
    assert page.locator(".search").is_hidden()
    assert button.evaluate("button => button === document.activeElement")

    page.keyboard.press("Enter")
    assert field.input_value() == "gravid"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == f"{site_url}nb/when-things-change/#child"
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site_url}nb/when-things-change/#child")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_open_search_is_accessible(new_context, site_url, width, colours):
    context = new_context(viewport={"width": width, "height": 740}, color_scheme=colours)
    for lang, text in (("nb", "utsette betaling"), ("en", "xyzzyq")):
        page = context.new_page()
        page.goto(f"{site_url}{lang}/privacy/")
        open_search(page)
        assert bool(look_for(page, text)) == (lang == "nb")
        # Whoever finds nothing is shown where most readers go.
        assert page.locator(".search__wanted a").first.is_visible() == (lang == "en")
        assert page.locator(".search").evaluate("each => each.scrollWidth <= each.clientWidth")
        assert axe_finds(page) == ""
        page.close()


def test_a_hit_on_the_same_page_closes_the_search_and_goes_there(page, site_url):
    page.goto(f"{site_url}en/wealth/")
    open_search(page)
    look_for(page, "cohabitant wealth")
    page.locator('.search a[href$="wealth/#couples"]').click()
    assert page.locator(".search").is_hidden()
    assert urlsplit(page.url).fragment == "couples"


def test_what_is_typed_is_never_read_as_markup(page, site_url):
    page.goto(f"{site_url}en/wealth/")
    open_search(page)
    for text in (
        "<img src=x onerror=alert(1)> wealth",
        "</mark><script>wealth</script>",
        "__proto__ constructor wealth",
    ):
        assert "wealth" in dict(look_for(page, text))
        assert page.locator(".search :is(img, script)").count() == 0


@pytest.mark.browser_complaints(matching="ERR_FAILED|Failed to fetch", reason="the test cuts the connection")
def test_a_search_that_cannot_be_fetched_says_so_and_is_tried_again(page, site_url):
    page.goto(f"{site_url}nb/wealth/")
    page.route(re.compile(r"/search[-\w]*/|/find\.js"), lambda route: route.abort())
    page.locator("[data-search-open]").click()
    page.keyboard.insert_text("verge")
    page.locator(".search__status").filter(has_text="Sjekk nettforbindelsen").wait_for()
    assert page.locator(".search__wanted a").first.is_visible()
    page.unroute_all()
    page.keyboard.type(" 1")
    page.locator('.search a[href$="/signing/#guardian"]').wait_for()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_javascript_a_hint_stands_where_the_search_would(new_context, site_url, lang):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{site_url}{lang}/wealth/")
    hint = page.locator(".search-off")
    assert hint.is_visible() and "JavaScript" in hint.inner_text()
    assert page.locator("[data-search-open], .search").filter(visible=True).count() == 0
    hint.get_by_role("link").click()
    assert page.url == f"{site_url}{lang}/"
    # Left open, it would be asked for a last word after the test, which it cannot give without JavaScript.
    page.close()


# What is written for it


def test_a_page_is_cut_into_its_sections_without_what_nobody_looks_for():
    html = """<body><p>menu</p><article><h1 id="a">Title<a class="headerlink">¶</a></h1><p>One<br>two <b>th</b>ree</p>
        <form><label>typed</label></form><div data-search-exclude><p>left <b>out</b></p></div>
        <h2 id="b">Next&nbsp;one</h2><ul><li>four</li><li>five</li></ul>
        <article class="worked-example"><h3>sum</h3></article>
        <h2 id="sources">Sources</h2><p>listed</p></article><footer>foot</footer></body>"""
    told = [(each.anchor, each.heading, each.text.split()) for each in search.sections(html)]
    assert told == [("", "Title", ["One", "two", "three"]), ("b", "Next one", ["four", "five"])]


def test_words_stand_once_in_small_letters_and_numbers_in_one_piece():
    text = "Et beløp, e-Boks og e-boks: 170\u00a0368 kr (2026-27). Er 1 nok?"
    assert search.words(text, frozenset({"og", "et"})) == [
        "beløp",
        "e-boks",
        "170368",
        "kr",
        "2026-27",
        "er",
        "1",
        "nok",
    ]


def entry(keywords):
    """What the search would know of a page with these keywords in its front matter."""
    front = {"title": "T", "description": "D", "keywords": keywords}
    return search.page_entry("page", front, '<article><h1>T</h1><h2 id="kept">K</h2></article>', frozenset(), "page.md")


@pytest.mark.parametrize(
    ("keywords", "what"),
    [
        ({"page": ["one"], "lost": ["two"]}, "page.md: keywords for lost, but the page has only page, kept"),
        (["one"], "page.md: write keywords as {page: "),
        ({"kept": "one"}, "page.md: write keywords as {page: "),
    ],
)
def test_keywords_that_no_section_can_take_are_refused(keywords, what):
    with pytest.raises(ValueError, match=re.escape(what)):
        entry(keywords)


def test_keywords_go_to_their_sections():
    told = entry({"page": ["one", "two words"], "kept": ["three", 17]})["sections"]
    assert [section["keywords"] for section in told] == ["one two words", "three 17"]
