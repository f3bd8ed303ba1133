"""What hosts are told of the site: `_headers`, nginx.conf under a real nginx, compressed files, names with a hash."""

import contextlib
import gzip
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from fnmatch import fnmatch
from pathlib import Path

import brotli
import pytest
from playwright.sync_api import expect

from scripts.bench.told_host import headers_of, read_rules
from scripts.dev import COMMANDS
from scripts.pages import hashed_names, hosting
from scripts.pages.build import ROOT

EMBEDDED = re.compile(r"(nb|en)/embed/[a-z_]+/index\.html")
HASH = re.compile(r"[.-][0-9a-f]{8}[./]")
FOR_EVER = "public, max-age=31536000, immutable"
# What may change under a name that stays: pages, data for others, and what is read by machines at fixed names.
CHANGES = (
    "*.html",
    "api/*",
    "_headers",
    "nginx.conf",
    "robots.txt",
    "sitemap.xml",
    "licences.txt",
    "*/batch/*.csv",
    "*/assets/social/*.png",
    "engine/engine.json",
    "sw.js",
    "nb/sw.js",
    "en/sw.js",
)
# RFC 9239, RFC 4287, the WebAssembly specification: without the first two sorts nothing starts.
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".css": "text/css",
    ".html": "text/html",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".atom": "application/atom+xml",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".zip": "application/zip",
    ".png": "image/png",
    ".webp": "image/webp",
    ".map": "application/json",
}


def files(site):
    """Every file of a built site, by its path; what lies there compressed is left out."""
    paths = (path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file())
    return sorted(path for path in paths if not path.endswith((".br", ".gz")))


def one(site, pattern):
    """The path of the one file that fits the pattern."""
    (found,) = (path.relative_to(site).as_posix() for path in site.glob(pattern))
    return found


# Names


def test_whatever_is_no_page_and_no_data_has_its_hash_in_its_name(site):
    changing = [path for path in files(site) if not HASH.search(path)]
    assert [path for path in changing if not any(fnmatch(path, each) for each in CHANGES)] == []
    kept = {path for path in files(site) if HASH.search(path)}
    for pattern in ("*/css-*/guide.css", "*/js-*/calculator.js", "design-*", "search-*/nb.json", "engine/worker-*.js"):
        assert any(fnmatch(path, pattern) for path in kept), pattern
    assert not [path for path in kept if path.endswith(".html") or path.startswith("api/")]


PAGE = (
    '<link rel="stylesheet" href="{css}a.css"><a href="https://example.org/nb/assets/css/a.css">outside</a>'
    '<script src="{up}design/x/x.js"></script><div data-search="{up}search/nb.json?x#y">'
    '<a href="design-history/">a page</a></div>'
)


def small_site(folder, css="a {}"):
    """A site of three pages that name the folders in each way there is."""
    contents = {
        "nb/assets/css/a.css": css,
        "design/x/x.js": 'import "../y.js";',
        "design/y.js": "1",
        "search/nb.json": "{}",
        "nb/wealth/index.html": PAGE.format(css="../assets/css/", up="../../"),
        "404.html": PAGE.format(css="/guide/nb/assets/css/", up="/guide/"),
        "nb/404.html": PAGE.format(css="/guide/nb/assets/css/", up="/guide/nb/../"),
    }
    for name, content in contents.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content)
    hashed_names.rename(folder, "https://example.org/guide/")
    return files(folder)


def test_folders_are_renamed_with_all_that_leads_to_them(tmp_path):
    names = small_site(tmp_path)
    css, design = (next(name for name in names if fnmatch(name, each)) for each in ("*/css-*", "design-*/x/*"))
    search = next(name for name in names if name.startswith("search-"))
    for page in ("nb/wealth/index.html", "404.html", "nb/404.html"):
        html = (tmp_path / page).read_text()
        here = "http://host/guide/" + page
        led = [urllib.request.urljoin(here, each) for each in re.findall(r'(?:href|src|data-search)="([^"]+)"', html)]
        assert led == [
            f"http://host/guide/{css}",
            "https://example.org/nb/assets/css/a.css",
            f"http://host/guide/{design}",
            f"http://host/guide/{search}?x#y",
            urllib.request.urljoin(here, "design-history/"),
        ], page


def test_a_name_changes_with_the_content_and_only_then(tmp_path):
    first, same, other = (
        small_site(tmp_path / name, css) for name, css in (("1", "a {}"), ("2", "a {}"), ("3", "b {}"))
    )
    assert first == same
    changed = {name for name in first if name not in other}
    assert changed and all(name.startswith("nb/assets/css-") for name in changed)


# Compressed files


def test_compressed_files_hold_what_they_stand_beside(compressed_site):
    packed = {"br": brotli.decompress, "gz": gzip.decompress}
    seen = {suffix: set() for suffix in packed}
    for suffix, unpacked in packed.items():
        for path in compressed_site.rglob(f"*.{suffix}"):
            plain = path.with_suffix("")
            assert unpacked(path.read_bytes()) == plain.read_bytes(), path
            assert path.stat().st_size < plain.stat().st_size
            seen[suffix].add(plain.suffix)
    assert seen["br"] & seen["gz"] >= {".html", ".css", ".js", ".mjs", ".wasm", ".zip", ".json", ".svg", ".xml"}
    # A moment in the file would make every build differ.
    assert all(path.read_bytes()[4:8] == bytes(4) for path in compressed_site.rglob("*.gz"))
    assert not {".png", ".webp", ".br", ".gz"} & seen["br"]


def test_zip_files_are_stored_only_where_they_are_compressed_as_a_whole(site, compressed_site):
    for pattern in ("engine/stdlib-*.zip", "engine/app-*.zip"):
        (plain,), (stored,) = site.glob(pattern), compressed_site.glob(pattern)
        smallest = stored.with_name(stored.name + ".br")
        assert smallest.stat().st_size < plain.stat().st_size < stored.stat().st_size
    assert not [*site.rglob("*.br"), *site.rglob("*.gz")]


def test_a_large_file_is_compressed_once(tmp_path, monkeypatch):
    (tmp_path / "site").mkdir()
    content = bytes(range(256)) * 2000
    (tmp_path / "site" / "large.wasm").write_bytes(content)
    hosting.compress(tmp_path / "site", tmp_path / "cache", quality=4)
    first = (tmp_path / "site" / "large.wasm.br").read_bytes()
    monkeypatch.setattr(hosting.brotli, "compress", lambda *_, **__: pytest.fail("it was compressed again"))
    hosting.compress(tmp_path / "site", tmp_path / "cache", quality=4)
    assert (tmp_path / "site" / "large.wasm.br").read_bytes() == first
    assert brotli.decompress(first) == content


# _headers


def rules_of(site):
    """The rules of the site's `_headers`: [(pattern, [(name, value), …]), …]."""
    return read_rules((site / "_headers").read_text("utf-8"))


def address(path):
    """The path under which a file is asked for."""
    return "/" + path.removesuffix("index.html") if path.endswith("/index.html") or path == "index.html" else "/" + path


def test_each_file_gets_the_headers_it_needs(site):
    rules = rules_of(site)
    worker = one(site, "engine/worker-*.js")
    assert {Path(path).suffix for path in files(site)} - {"", ".conf"} <= TYPES.keys()
    for path in files(site):
        headers = headers_of(rules, address(path))
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "camera=()" in headers["Permissions-Policy"]
        if HASH.search(path):
            assert headers["Cache-Control"] == FOR_EVER, path
        elif path.endswith((".html", ".js")):
            assert headers["Cache-Control"] == "no-cache", path
        else:
            assert headers.get("Cache-Control") in (None, "no-cache"), path
        if path.endswith((".mjs", ".wasm", ".atom")):
            assert headers["Content-Type"] == TYPES[Path(path).suffix]
        policy = headers.get("Content-Security-Policy", "")
        if path.endswith(".html"):
            assert "default-src 'none'" in policy, path
            assert ("frame-ancestors 'none'" in policy) is not bool(EMBEDDED.match(path)), path
            assert "form-action 'none'" in policy and "unsafe" not in policy
        assert ("wasm-unsafe-eval" in policy) is (path == worker), path
    assert headers_of(rules, "/" + worker)["Content-Security-Policy"].startswith(
        "default-src 'none'; script-src 'self' "
    )


def test_the_pages_for_other_peoples_pages_may_be_framed_and_no_others(site):
    rules = rules_of(site)
    policies = headers_of(rules, "/nb/embed/wealth/")["Content-Security-Policy"]
    assert "frame-ancestors 'none'" not in policies and "frame-ancestors *" in policies
    assert "default-src 'none'" in policies
    for page in ("/nb/wealth/", "/nb/embed/", "/"):
        assert "frame-ancestors 'none'" in headers_of(rules, page)["Content-Security-Policy"]
    assert headers_of(rules, "/api/limits.json")["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in headers_of(rules, "/nb/wealth/")


def test_headers_stay_within_what_hosts_accept(site):
    rules = rules_of(site)
    assert len(rules) <= 100 and len({pattern for pattern, _ in rules}) == len(rules)
    assert max(len(line) for line in (site / "_headers").read_text("utf-8").splitlines()) <= 2000
    assert all(pattern.count("*") <= 1 for pattern, _ in rules)


# nginx


NO_NGINX = "there is no nginx here. As root on Debian, dev.py takes it; else install nginx, or name one in NGINX"
SERVER = """\
daemon off; master_process off; worker_processes 1; pid {run}/pid; error_log {run}/errors;
{modules}
events {{}}
http {{
  access_log off;
  client_body_temp_path {run}/1; proxy_temp_path {run}/2; fastcgi_temp_path {run}/3;
  uwsgi_temp_path {run}/4; scgi_temp_path {run}/5;
  server {{ listen 127.0.0.1:{port}; root {root}; include {conf}; }}
}}
"""


def brotli_module():
    """nginx's module for Brotli files, if it lies where Debian puts it."""
    module = Path(os.environ["NGINX"]).parent.parent / "lib/nginx/modules/ngx_http_brotli_static_module.so"
    return module if module.is_file() else None


@contextlib.contextmanager
def nginx(run, root, conf):
    """A real nginx over `root` with the build's own file `conf`; yields its address. Skips the test without nginx."""
    if not os.environ.get("NGINX"):
        pytest.skip(NO_NGINX)
    module = brotli_module()
    if not module:
        conf.write_text(re.sub(r".*brotli_static.*\n", "", conf.read_text("utf-8")), "utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    run.mkdir()
    settings = run / "settings"
    modules = f"load_module {module};" if module else ""
    settings.write_text(SERVER.format(run=run, modules=modules, port=port, root=root, conf=conf), "utf-8")
    with subprocess.Popen(
        [os.environ["NGINX"], "-e", run / "errors", "-c", settings], stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            url = f"http://127.0.0.1:{port}/"
            for _ in range(100):
                if server.poll() is not None:
                    pytest.fail(f"nginx refused the settings:\n{server.stderr.read()}{(run / 'errors').read_text()}")
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
                time.sleep(0.05)
            yield url
        finally:
            server.terminate()


def linked(site, folder):
    """A copy of a site whose nginx.conf and _headers may be changed; the other files are links to the first."""
    shutil.copytree(site, folder, copy_function=os.link)
    for name in ("nginx.conf", "_headers"):
        content = (folder / name).read_text("utf-8")
        (folder / name).unlink()
        (folder / name).write_text(content, "utf-8")
    return folder


@pytest.fixture(scope="module")
def host(compressed_site, tmp_path_factory):
    """(address, folder) of the compressed site under nginx."""
    folder = linked(compressed_site, tmp_path_factory.mktemp("nginx") / "site")
    with nginx(folder.parent / "run", folder, folder / "nginx.conf") as url:
        yield url, folder


def get(url, accept="", method="GET"):
    """(status, headers, body) of an answer, redirects not followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    request = urllib.request.Request(url, headers={"Accept-Encoding": accept}, method=method)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.headers, refused.read()


needs_nginx = pytest.mark.may_skip(reason="not every machine can have nginx")


@needs_nginx
def test_nginx_gives_each_file_its_type_its_policy_and_its_time(host):
    url, folder = host
    worker = one(folder, "engine/worker-*.js")
    seen = set()
    for path in files(folder):
        if path in ("_headers", "nginx.conf") or (path.startswith("api/") and path.endswith(".csv")):
            continue
        status, headers, body = get(url + address(path)[1:])
        assert (status, body) == (200, (folder / path).read_bytes()), path
        suffix = Path(path).suffix
        seen.add(suffix)
        assert headers["Content-Type"].partition(";")[0] == TYPES[suffix], path
        assert headers["Cache-Control"] == (FOR_EVER if HASH.search(path) else "no-cache"), path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer" and "camera=()" in headers["Permissions-Policy"]
        (policy,) = headers.get_all("Content-Security-Policy")
        assert ("wasm-unsafe-eval" in policy) is (path == worker), path
        assert "default-src 'none'" in policy and "unsafe-inline" not in policy
        framed = "frame-ancestors *" if EMBEDDED.match(path) else "frame-ancestors 'none'"
        assert framed in policy or path == worker, path
    assert seen >= {".html", ".css", ".js", ".mjs", ".wasm", ".zip", ".json", ".atom", ".svg", ".txt", ".xml"}
    assert get(url + "nb/")[1]["Content-Type"] == "text/html; charset=utf-8"
    assert get(url + "api/limits.json")[1]["Access-Control-Allow-Origin"] == "*"
    assert get(url + "nb/")[1]["Access-Control-Allow-Origin"] is None


@needs_nginx
@pytest.mark.parametrize(
    ("accept", "expected"), [("br, gzip", "br"), ("gzip", "gzip"), ("", None), ("br;q=0, gzip;q=0", None)]
)
def test_nginx_sends_the_form_that_the_browser_takes(host, accept, expected):
    url, folder = host
    if expected == "br" and not brotli_module():
        pytest.skip("this nginx has no module for Brotli: on Debian, libnginx-mod-http-brotli-static")
    unpacked = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[expected]
    for pattern in ("nb/index.html", "engine/pyodide-*/pyodide.asm.wasm", "engine/app-*.zip", "search-*/nb.json"):
        path = one(folder, pattern)
        _, headers, body = get(url + address(path)[1:], accept)
        assert headers["Content-Encoding"] == expected, path
        assert headers["Vary"] == "Accept-Encoding", path
        assert unpacked(body) == (folder / path).read_bytes(), path


@needs_nginx
def test_nginx_shows_neither_folders_nor_its_own_file(host):
    url, folder = host
    both, norwegian = ((folder / name).read_bytes() for name in ("404.html", "nb/404.html"))
    for path in ("nothing", "api/", "engine/", "_headers", "nginx.conf", "engine/worker-00000000.js", "a-00000000/x"):
        status, headers, body = get(url + path)
        assert (status, body) == (404, both), path
        assert headers["Cache-Control"] == "no-cache", path
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    for path in ("nb/nothing", "nb/assets/", "nb/wealth/nothing.html"):
        assert get(url + path)[::2] == (404, norwegian), path
    assert get(url + "../../etc/passwd")[0] in (400, 404)
    status, headers, _ = get(url + "nb")
    assert (status, headers["Location"]) == (301, "/nb/")
    assert get(url, method="POST")[0] == 405


@needs_nginx
def test_nginx_serves_the_guide_in_a_folder_of_a_larger_site(compressed_site, tmp_path):
    folder = linked(compressed_site, tmp_path / "www" / "guide")
    (tmp_path / "www" / "other.txt").write_text("not ours")
    hosting.write(folder, "https://example.org/guide/", compressed=True)
    with nginx(tmp_path / "run", tmp_path / "www", folder / "nginx.conf") as url:
        assert get(url + "guide")[1]["Location"] == "/guide/"
        _, headers, _ = get(url + "guide/nb/wealth/")
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert get(url + "guide/" + one(folder, "engine/worker-*.js"))[1]["Cache-Control"] == FOR_EVER
        assert get(url + "guide/en/nothing")[::2] == (404, (folder / "en/404.html").read_bytes())
        status, headers, body = get(url + "other.txt")
        assert (status, body, headers["Content-Security-Policy"]) == (200, b"not ours", None)
    assert all(pattern.startswith("/guide/") for pattern, _ in rules_of(folder))


# In the browser


def asks_for_an_answer(page, url):
    """The case of the founding issue, answered by the engine, whatever host is under it."""
    page.goto(f"{url}en/wealth/")
    form = page.locator("form[data-calculator=wealth]")
    form.locator("[name=year]").select_option("2020")
    form.locator("[name=net_wealth]").fill("678861")
    form.locator("[name=months]").fill("10")
    answer = page.locator("[data-result] [data-output=reduction]")
    expect(answer).to_have_attribute("data-value", "50000", timeout=60_000)


def frames(page, serve, folder, addresses):
    """What a page of another site sees of these addresses in frames: their text, or None where the browser refused."""
    folder.mkdir()
    shown = "".join(f'<iframe src="{each}"></iframe>' for each in addresses)
    (folder / "index.html").write_text(f'<!doctype html><link rel="icon" href="data:,"><title>t</title>{shown}')
    page.goto(serve(folder))
    page.wait_for_load_state("networkidle")
    seen = [frame.locator("body").inner_text() for frame in page.frames[1:]]
    return [text if frame.url in addresses else None for text, frame in zip(seen, page.frames[1:], strict=True)]


REFUSED = "frame-ancestors|request to another origin|X-Frame|chrome-error"


@needs_nginx
def test_a_calculator_answers_through_nginx(page, host):
    url, _ = host
    encodings = {}
    page.on("response", lambda got: encodings.update({got.url: got.headers.get("content-encoding")}))
    asks_for_an_answer(page, url)
    (wasm,) = (encoding for name, encoding in encodings.items() if name.endswith(".wasm"))
    assert wasm == ("br" if brotli_module() else "gzip")


@needs_nginx
@pytest.mark.browser_complaints(matching=REFUSED, reason="the test is the other site, and it is refused")
def test_another_site_cannot_frame_a_page_under_nginx(page, host, serve, tmp_path):
    url, _ = host
    refused, shown = frames(page, serve, tmp_path / "other", [f"{url}nb/wealth/", f"{url}nb/embed/wealth/"])
    assert refused is None and "kr" in shown


@pytest.fixture
def told_host(site, serve):
    """The address of the site under a host that obeys `_headers`."""
    rules = rules_of(site)
    # A type that is given takes the place of the host's own, and this server would send both.
    return serve(
        site, lambda path: {name: each for name, each in headers_of(rules, path).items() if name != "Content-Type"}
    )


def test_a_calculator_answers_under_a_host_that_reads_headers(page, told_host):
    asks_for_an_answer(page, told_host)


@pytest.mark.browser_complaints(matching=REFUSED, reason="the test is the other site, and it is refused")
def test_another_site_cannot_frame_a_page_where_headers_are_read(page, told_host, serve, tmp_path):
    pages = [f"{told_host}nb/wealth/", f"{told_host}nb/embed/wealth/"]
    refused, shown = frames(page, serve, tmp_path / "other", pages)
    assert refused is None and "kr" in shown


# What the guide says


@pytest.mark.parametrize("lang", ["nb", "en"])
def test_the_page_on_hosting_names_what_is_there(site, lang):
    page = (ROOT / "docs" / lang / "hosting.md").read_text("utf-8")
    named = set(re.findall(r"`([^`\n]+)`", page))
    for name in (".github/workflows/publish.yml", "mkdocs.base.yml"):
        assert name in named and (ROOT / name).is_file()
    for name in ("_headers", "nginx.conf", "sitemap.xml", "404.html"):
        assert name in named and (site / name).is_file()
    assert "brotli_static on;" in named and "brotli_static on;" in hosting.READY
    told = " ".join(re.findall(r"^```\n(.*?)^```", page, re.DOTALL | re.MULTILINE))
    for option in ("--site-url", "--host compressed"):
        assert f"python3 scripts/dev.py build {option}" in told
    for command in re.findall(r"scripts/dev\.py (\S+?)[`\s]", page):
        assert command in COMMANDS
    built = (site / lang / "hosting" / "index.html").read_text("utf-8")
    (link,) = re.findall(r'href="([^"]*licences.txt)"', built)
    assert (site / lang / "hosting" / link).resolve() == site.resolve() / "licences.txt"
