"""`sources` names every source with its figures, what should be confirmed, and the links that no longer work."""

import http.server
import json
import socket
import threading
import time

import pytest
from tables_tools import data_copy, our_tables

from scripts.dev import COMMANDS
from scripts.tables import ROOT, load
from scripts.tables.places import LIMITS, SOURCES
from scripts.words import texts
from scripts.year import links, sources
from scripts.year.links import try_link, try_links
from scripts.year.sources import (
    Place,
    as_data,
    as_markdown,
    contacts_by_source,
    doubtful_figures,
    figures_by_source,
    oldest_first,
)

LANGUAGES = ("nb", "en")
SAYS = texts("scripts/year/texts.yaml")
SOME = {"application_rule", "support_months", "age_limit", "late_interest"}

# Tables made for these tests: what our own should have confirmed changes with every page that is read.
HEAD = "label: {nb: Tall, en: Figure}, explain: {nb: Et tall., en: A figure.}"
TWO = "columns: {one: {label: {nb: A, en: A}, unit: percent}, two: {label: {nb: B, en: B}, unit: percent}}"
MADE = f"""\
in_force: {{calendar_year: 2026, academic_year: 2026-27, until: 2026-12-31}}
limit:
  {{{HEAD}, keyed_by: calendar_year, {TWO}, rows: {{
    2023: {{one: 1, two: 2, sources: [office-2024], status: official}},
    2024: {{one: 3, two: {{value: 4, sources: [paper, bank], status: secondary}},
           sources: [office-2024], status: official}},
    2025: {{one: 5, two: 6, sources: [bank], status: secondary}},
    2026: {{one: {{value: 7, sources: [bank, office-2026]}}, two: 8, sources: [bank], status: secondary}}}}}}
early:
  {{{HEAD}, keyed_by: calendar_year, {TWO}, rows: {{
    2025: {{one: 1, two: null, sources: [bank], status: secondary}},
    2026: {{one: 2, two: null, sources: [office-2024], status: official}}}}}}
nowhere:
  {{{HEAD}, keyed_by: academic_year, {TWO}, rows: {{
    2025-26: {{one: 1, two: null, sources: [office-2024, unaddressed], status: official}},
    2026-27: {{one: null, two: 2, sources: [bank], status: secondary}}}}}}
rule:
  {{{HEAD}, keyed_by: case, {TWO}, rows: {{
    a: {{label: {{nb: A, en: A}}, one: 1, two: null, sources: [office-2024], status: official}},
    b: {{label: {{nb: B, en: B}}, one: 2, two: null, sources: [bank], status: secondary}}}}}}
school:
  {{{HEAD}, keyed_by: institution, {TWO}, rows: {{
    inn: {{label: {{nb: INN, en: INN}}, one: 1, two: null, sources: [bank], status: secondary}}}}}}
"""
PAGES = """\
bank: {title: A bank, publisher: B, kind: secondary, url: null, page_date: null, read: 2026-11-20}
paper: {title: A paper, publisher: P, kind: secondary, url: null, page_date: 2025-01-01, read: 2026-11-20}
office-2024:
  {title: O, publisher: O, kind: official, url: "https://example.org/2024", page_date: 2024-01-02, read: 2026-11-20}
office-2026: {title: O, publisher: O, kind: official, url: "https://example.org/2026", page_date: null, read: null}
unaddressed: {title: O, publisher: O, kind: official, url: null, page_date: null, read: 2026-11-19}
idle: {title: I, publisher: I, kind: official, url: null, page_date: 2024-01-01, read: 2026-11-20}
"""


@pytest.fixture
def made(tmp_path):
    """A folder with the tables above."""
    (tmp_path / "data").mkdir()
    for file in (LIMITS, SOURCES):
        schema = file.replace(".yaml", ".schema.json")
        (tmp_path / schema).write_bytes((ROOT / schema).read_bytes())
    # An unread page of an official publisher cannot carry a figure alone: that is what makes it secondary.
    (tmp_path / LIMITS).write_text(
        MADE.replace("office-2026, office-2024", "office-2024, office-2026"), encoding="utf-8"
    )
    (tmp_path / SOURCES).write_text(PAGES, encoding="utf-8")
    return tmp_path


# What stands on what


def test_every_figure_is_named_under_each_source_it_stands_on():
    loaded = our_tables()
    found = {(source, place) for source, places in figures_by_source(loaded).items() for place in places}
    wanted = {
        (source, Place(table.name, row.key, column))
        for table in loaded.tables.values()
        for row in table.rows.values()
        for column, cell in row.cells.items()
        for source in cell.sources
    }
    assert found == wanted and len(found) > 500
    assert set(figures_by_source(loaded)) == set(loaded.sources), "a source without figures is listed too"
    named = contacts_by_source(loaded)
    assert all(name in named[source] for name, contact in loaded.contacts.items() for source in contact["sources"])


def test_a_cell_with_sources_of_its_own_is_not_listed_under_its_rows(made):
    found = figures_by_source(load(made))
    assert found["paper"] == [Place("limit", "2024", "two")]
    assert Place("limit", "2024", "two") not in found["office-2024"]
    assert found["idle"] == []


def test_the_oldest_comes_first_and_what_was_never_read_before_all():
    loaded = our_tables()
    order = oldest_first(loaded)
    assert sorted(order) == sorted(loaded.sources)
    ages = [(loaded.sources[name]["read"] or "", loaded.sources[name]["page_date"] or "") for name in order]
    assert ages == sorted(ages)
    assert loaded.sources[order[0]]["read"] is None


def test_what_is_secondary_should_be_confirmed_the_years_in_force_first():
    loaded = our_tables()
    found = doubtful_figures(loaded)
    wanted = {
        (table.name, row.key, column)
        for table in loaded.tables.values()
        for row in table.rows.values()
        for column, cell in row.cells.items()
        if cell.status == "secondary"
    }
    assert {(each.place.table, each.place.row, each.place.column) for each in found} == wanted
    assert [each.now for each in found] == sorted((each.now for each in found), reverse=True)
    for each in found:
        keyed_by = loaded.tables[each.place.table].keyed_by
        if keyed_by in ("calendar_year", "academic_year"):
            assert each.now == (each.place.row == getattr(loaded.in_force, keyed_by))
        if each.official:
            page = loaded.sources[each.official]
            cell = loaded.tables[each.place.table].rows[each.official_row].cells[each.place.column]
            assert page["kind"] == "official" and page["url"] and each.official in cell.sources


def test_the_official_page_is_the_figures_own_else_one_of_the_nearest_year(made):
    found = {(each.place.table, each.place.row, each.place.column): each for each in doubtful_figures(load(made))}
    pages = {at: (each.official, each.official_row) for at, each in found.items()}
    assert pages == {
        ("limit", "2026", "one"): ("office-2026", "2026"),
        ("limit", "2026", "two"): ("office-2024", "2023"),
        ("nowhere", "2026-27", "two"): (None, None),
        ("rule", "b", "one"): (None, None),
        ("school", "inn", "one"): (None, None),
        ("limit", "2024", "two"): ("office-2024", "2023"),
        ("limit", "2025", "one"): ("office-2024", "2024"),
        ("limit", "2025", "two"): ("office-2024", "2023"),
        ("early", "2025", "one"): ("office-2024", "2026"),
    }
    assert [each.now for each in doubtful_figures(load(made))] == [True] * 5 + [False] * 4


def test_the_oldest_is_first_never_read_undated_dated(made):
    assert oldest_first(load(made)) == ["office-2026", "unaddressed", "bank", "idle", "office-2024", "paper"]


# How it is shown


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_list_is_markdown_in_the_asked_language(lang):
    loaded = our_tables()
    said = as_markdown(loaded, lang)
    assert said.startswith(f"# {SAYS['sources']['title'][lang]}\n")
    assert "{" not in said and "None" not in said
    other = {"nb": "en", "en": "nb"}[lang]
    assert SAYS["sources"]["secondary_title"][other] not in said
    heads = [line.split("`")[1] for line in said.splitlines() if line.startswith("- `")]
    assert heads == oldest_first(loaded)
    assert said.count("- [ ]") > 10
    for source in loaded.sources.values():
        assert source["url"] is None or source["url"] in said


def test_a_source_is_shown_with_its_rows_and_a_doubt_with_what_to_do(made):
    said = as_markdown(load(made), "en")
    assert (
        "- `office-2024` O: [O](https://example.org/2024) (dated 2\u00a0January\u00a02024, official),"
        " read 20\u00a0November\u00a02026\n"
        "  - limit, 2023: one, two\n  - limit, 2024: one\n  - early, 2026: one\n  - nowhere, 2025-26: one\n"
        "  - rule, a: one\n- `paper`"
    ) in said
    assert "(dated 1\u00a0January\u00a02024, official, the address was not kept)" in said
    assert "never read\n  - limit, 2026: one" in said
    assert "  - no figure stands on it" in said
    assert "- [ ] early, 2025: `one` 1\n  - Known from `bank`.\n  - Perhaps to be confirmed on `office-2024`" in said
    assert (
        "- [ ] school, inn: `one` 1\n  - Known from `bank`.\n  - To be confirmed with the institution itself." in said
    )
    assert "- [ ] rule, b: `one` 2\n  - Known from `bank`.\n  - We know no official page for this." in said
    assert "- [ ] limit, 2025: `one` 5\n" in said, "not with its neighbour: another year may confirm that"


def test_figures_that_share_everything_share_a_line(made):
    text = (made / LIMITS).read_text(encoding="utf-8")
    (made / LIMITS).write_text(text.replace("two: null, sources: [bank]", "two: 9, sources: [bank]"), encoding="utf-8")
    said = as_markdown(load(made), "nb")
    assert "- [ ] school, inn: `one` 1; `two` 9\n" in said
    assert said.count("- [ ] school") == 1


def test_the_command_prints_markdown_or_json(made, capsys):
    assert sources.main(["--lang", "en"], made) == 0
    assert capsys.readouterr().out == as_markdown(load(made), "en") + "\n"
    assert sources.main(["--json"], made) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == as_data(load(made))
    [paper] = [each for each in data["sources"] if each["id"] == "paper"]
    assert paper["figures"] == [{"table": "limit", "row": "2024", "column": "two"}]
    assert paper["page_date"] == "2025-01-01" and paper["contacts"] == []
    assert data["secondary"][0] == {
        "table": "limit", "row": "2026", "column": "one", "value": "7", "sources": ["bank", "office-2026"],
        "now": True, "official": {"source": "office-2026", "row": "2026"},
    }  # fmt: skip


def test_tables_with_slips_are_refused_in_words(made, capsys):
    text = (made / LIMITS).read_text(encoding="utf-8")
    (made / LIMITS).write_text(text.replace("one: 7", "one: 7,5").replace("value: 7", "value: x"), encoding="utf-8")
    assert sources.main(["--lang", "en"], made) == 1
    assert capsys.readouterr().out.startswith(f"{LIMITS}:")


def test_the_command_is_one_of_dev_py():
    assert COMMANDS["sources"].module == "scripts.year.sources"


# Links


class Answers(http.server.BaseHTTPRequestHandler):
    """A server that answers as its address says: /404 with 404; /slow not before the test is over."""

    def do_HEAD(self):
        """Answer without a body."""
        self.server.asked.append((self.command, self.path))
        path = self.path.strip("/")
        if path == "slow":
            self.server.over.wait(30)
        if path == "only-get" and self.command == "HEAD":
            path = "405"
        if path == "drops" and self.command == "HEAD":
            self.close_connection = True
            return
        code = int(path) if path.isdecimal() else 200
        self.send_response(code)
        if 300 <= code < 400:
            self.send_header("Location", "/404")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD

    def log_message(self, *arguments):
        """Stay quiet."""


@pytest.fixture
def server(monkeypatch):
    """A server on loopback: server.url, server.asked (method and path of each request)."""
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.setenv(name, "127.0.0.1")
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.asked, server.over, server.daemon_threads = [], threading.Event(), True
    server.url = f"http://127.0.0.1:{server.server_port}/"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield server
    server.over.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def refused():
    """An address at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/"


@pytest.mark.parametrize(
    "path, kind, status",
    [("200", "well", 200), ("", "well", 200), ("301", "moved", 301), ("302", "moved", 302), ("308", "moved", 308),
     ("401", "barred", 401), ("403", "barred", 403), ("429", "barred", 429), ("404", "gone", 404),
     ("410", "gone", 410), ("500", "failing", 500), ("503", "failing", 503), ("only-get", "well", 200),
     ("drops", "well", 200), ("s%C3%B8k", "well", 200), ("søk", "well", 200)],
)  # fmt: skip
def test_an_answer_is_judged_by_its_status(server, path, kind, status):
    link = try_link(server.url + path, timeout=5)
    assert (link.kind, link.status, link.url) == (kind, status, server.url + path)


def test_a_redirect_is_told_and_not_followed(server):
    link = try_link(server.url + "301", timeout=5)
    assert link.location == f"{server.url}404"
    assert server.asked == [("HEAD", "/301")]


def test_a_page_that_does_not_like_head_is_asked_by_get(server):
    try_link(server.url + "404", timeout=5)
    assert server.asked == [("HEAD", "/404"), ("GET", "/404")]


def test_a_page_that_hangs_and_a_port_nobody_listens_on_give_no_answer(server, refused):
    began = time.monotonic()
    hung = try_link(server.url + "slow", timeout=0.3)
    assert hung.kind == "silent" and hung.status is None and hung.said
    assert time.monotonic() - began < 5
    assert try_link(refused, timeout=5).kind == "silent"
    assert try_link("http://127.0.0.1:99999/", timeout=5).kind == "silent"


def test_links_come_back_in_order_and_never_many_at_once(server, monkeypatch):
    now, most, lock = 0, 0, threading.Lock()
    honest = links.try_link

    def counting(url, timeout):
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.02)
        link = honest(url, timeout)
        with lock:
            now -= 1
        return link

    monkeypatch.setattr(links, "try_link", counting)
    urls = [f"{server.url}{code}" for code in (200, 404, 301, 403, 500, 201, 202, 203, 410, 429)]
    assert [link.url for link in try_links(urls, 5)] == urls
    assert 1 < most <= links.AT_A_TIME
    assert len({path for _, path in server.asked}) == len(urls)


def with_urls(root, urls):
    """Give the sources of a copy these addresses, in turn; the rest get none."""
    lines, left = [], list(urls)
    for line in (root / SOURCES).read_text(encoding="utf-8").splitlines():
        if line.startswith("  url: "):
            line = f"  url: {left.pop(0) if left else 'null'}"
        lines.append(line)
    (root / SOURCES).write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert not left
    return root


@pytest.mark.parametrize("lang", LANGUAGES)
def test_links_that_do_not_work_end_with_status_one_and_are_told_apart(tmp_path, server, refused, capsys, lang):
    paths = ("200", "404", "301", "403", "500", "slow")
    root = with_urls(data_copy(tmp_path, SOME), [*(server.url + path for path in paths), refused])
    assert sources.main(["--links", "--lang", lang, "--timeout", "0.5"], root) == 1
    said = capsys.readouterr().out
    heads = [SAYS["links"][kind][lang] for kind in ("gone", "failing", "silent", "moved", "barred")]
    assert [said.index(head) for head in heads] == sorted(said.index(head) for head in heads)
    parts = {}
    for line in said.splitlines():
        if line in heads:
            parts[head := line] = []
        elif line.startswith("- "):
            parts[head].append(line)
    wanted = [["404"], ["500"], ["slow", ""], ["301"], ["403"]]
    for head, named in zip(heads, wanted, strict=True):
        assert len(parts[head]) == len(named)
    assert f"{server.url}404" in parts[heads[0]][0]
    assert f"{server.url}301" in parts[heads[3]][0] and f"→ {server.url}404" in parts[heads[3]][0]
    names = list(load(root).sources)
    assert f"({names[1]})" in parts[heads[0]][0]
    assert SAYS["links"]["count"][lang].format(count=7, broken=4) in said
    assert SAYS["links"]["unaddressed"][lang].format(count=len(names) - 7) in said


def test_redirects_and_barred_pages_are_listed_and_are_not_dead(tmp_path, server, capsys):
    root = with_urls(data_copy(tmp_path, SOME), [server.url + path for path in ("200", "301", "403", "429")])
    assert sources.main(["--links", "--lang", "en"], root) == 0
    said = capsys.readouterr().out
    assert "301 → " in said and "/403 (" in said and "Do not work: 0." in said


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_closed_network_is_no_dead_link(tmp_path, refused, capsys, lang):
    urls = [f"http://127.0.0.1:{port}/" for port in (1, 2)] + [refused] + [f"{refused}{n}" for n in range(9)]
    root = with_urls(data_copy(tmp_path, SOME), urls)
    assert sources.main(["--links", "--lang", lang], root) == 0
    assert capsys.readouterr().out == SAYS["links"]["closed"][lang] + "\n"
    assert sources.main(["--links", "--json"], root) == 0
    assert json.loads(capsys.readouterr().out) == {"reached": False, "links": []}


def test_in_a_closed_network_only_a_few_hosts_are_waited_for(refused, monkeypatch):
    asked = []
    silent = lambda url, timeout: asked.append(url) or links.Link(url, "silent", said="no")  # noqa: E731
    monkeypatch.setattr(links, "try_link", silent)
    urls = [f"https://host{n % 40}.example/{n}" for n in range(200)]
    assert links.nothing_reached(try_links(urls, 5))
    assert sorted(asked) == sorted(set(asked)) and len(asked) == links.SCOUTS


def test_a_proxy_that_lets_nothing_through_is_a_closed_network_and_a_dead_page_is_not(tmp_path, server, capsys):
    root = with_urls(data_copy(tmp_path, SOME), [server.url + path for path in ("403", "503", "407", "502")])
    assert sources.main(["--links", "--lang", "en"], root) == 0
    assert capsys.readouterr().out == SAYS["links"]["closed"]["en"] + "\n"


@pytest.mark.parametrize("path", ["404", "500"])
def test_a_single_page_that_is_dead_is_told(tmp_path, server, capsys, path):
    root = with_urls(data_copy(tmp_path, SOME), [server.url + path])
    assert sources.main(["--links", "--json"], root) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["reached"] is True
    [link] = data["links"]
    assert link["status"] == int(path) and link["sources"] == [next(iter(load(root).sources))]


def test_an_address_that_two_sources_share_is_tried_once(tmp_path, server, capsys):
    root = with_urls(data_copy(tmp_path, SOME), [server.url + "404"] * 2)
    assert sources.main(["--links", "--lang", "en"], root) == 1
    assert server.asked == [("HEAD", "/404"), ("GET", "/404")]
    assert ", ".join(list(load(root).sources)[:2]) in capsys.readouterr().out
