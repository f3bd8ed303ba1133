"""What a host must know of the built site: response headers, types, caching, and files compressed beforehand.

Three forms of the same: `_headers` for hosts that read such a file (Netlify, Cloudflare Pages), `nginx.conf` to include
in a server of nginx, and, with `--host compressed`, each file as Brotli and gzip beside it.
"""

import gzip
import hashlib
import json
import os
import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from string import Template
from urllib.parse import urlsplit

import brotli

from scripts.pages import csp, root_pages
from scripts.pages.hashed_names import is_hashed

NGINX = Path(__file__).parent / "templates" / "nginx.conf"

TYPES = {
    ".atom": "application/atom+xml",
    ".css": "text/css",
    ".csv": "text/csv",
    ".html": "text/html",
    ".ics": "text/calendar",
    ".js": "text/javascript",
    ".json": "application/json",
    ".map": "application/json",
    ".mjs": "text/javascript",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
# Types that a host may lack, and without which a browser does not start the engine or open the feed.
RARE = (".atom", ".mjs", ".wasm")
PACKED = (".png", ".webp", ".woff2")
# Maps are for who debugs the theme: not worth the time.
NOT_COMPRESSED = (*PACKED, ".map")

REDIRECT = """\
location = {0} {{
    absolute_redirect off;
    return 301 {0}/;
}}
"""

READY = "gzip_static on;\n    brotli_static on;  # without libnginx-mod-http-brotli-static, take this line out"

FOR_EVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "no-cache"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb",
        )
    ),
}  # fmt: skip
POLICY = "Content-Security-Policy"
NO_FRAME = "frame-ancestors 'none'"
ANY_FRAME = "frame-ancestors *"

# Brotli takes half a minute for the engine; what has not changed since the last build is kept.
LARGE = 256 * 1024
KEPT = 24


def write(out: Path, root_url: str, *, compressed: bool) -> None:
    """Writes `_headers` and `nginx.conf` for the finished site in `out`, whose address is `root_url`.

    `compressed` says whether the files will lie there as Brotli and gzip too.
    """
    policy = csp.shared_policy(page.read_text("utf-8") for page in sorted(out.rglob("*.html")))
    base = urlsplit(root_url).path
    (out / "_headers").write_text(_headers(out, base, policy), "utf-8", newline="\n")
    (out / "nginx.conf").write_text(_nginx(root_url, policy, compressed), "utf-8", newline="\n")


def _headers(out: Path, base: str, policy: str) -> str:
    # Hosts add up the rules that fit a path, and a browser obeys every policy it gets: no rule may allow what another
    # forbids. So the worker's path stands outside the pages' rules, and each page by itself forbids to be framed.
    paths = [path.relative_to(out).as_posix() for path in sorted(out.rglob("*")) if path.is_file()]
    (worker,) = (path for path in paths if path.startswith("engine/worker-") and path.endswith(".js"))
    rules: dict[str, dict[str, str]] = {"*": dict(EVERYWHERE)}
    for pattern in ("nb/*", "en/*"):
        rules[pattern] = {POLICY: policy}
    for pattern in ("", *(path for path in paths if "/" not in path and path.endswith(".html"))):
        rules[pattern] = {POLICY: f"{policy}; {NO_FRAME}", "Cache-Control": ASK_AGAIN}
    pages = {f"{page.partition('/')[0]}/*" if page else "" for page in root_pages.pages(out)} - {"embed/*"}
    for pattern in sorted(pages | {"404.html", "embed/"}):
        rules[f":lang/{pattern}"] = {POLICY: NO_FRAME, "Cache-Control": ASK_AGAIN}
    rules[":lang/embed/:calculator/*"] = {POLICY: ANY_FRAME, "Cache-Control": ASK_AGAIN}
    rules[worker] = {POLICY: csp.WORKER_POLICY}
    rules["api/*"] = {"Access-Control-Allow-Origin": "*", "Cache-Control": ASK_AGAIN}
    for pattern in _kept_for_ever(paths):
        rules.setdefault(pattern, {})["Cache-Control"] = FOR_EVER
    for path in paths:
        if path.endswith(".js") and not is_hashed(path):
            rules.setdefault(path, {})["Cache-Control"] = ASK_AGAIN
        if Path(path).suffix in RARE:
            rules.setdefault(path, {})["Content-Type"] = TYPES[Path(path).suffix]
    blocks = (
        "\n".join([base + pattern, *(f"  {name}: {value}" for name, value in headers.items())])
        for pattern, headers in rules.items()
    )
    return "# Made by the build, for this very build.\n" + "\n\n".join(blocks) + "\n"


def _kept_for_ever(paths: Iterable[str]) -> list[str]:
    """As few patterns as cover every path with a hash in it, and no other path."""
    paths = list(paths)
    mixed = {folder for path in paths if not is_hashed(path) for folder in PurePosixPath(path).parents}
    patterns = set()
    for path in filter(is_hashed, paths):
        from_the_top = reversed(PurePosixPath(path).parents)
        patterns.add(next((f"{folder}/*" for folder in from_the_top if folder not in mixed), path))
    return sorted(patterns)


def _nginx(root_url: str, policy: str, compressed: bool) -> str:
    address = urlsplit(root_url)
    lines = {f"        {kind} {suffix[1:]};" for suffix, kind in TYPES.items()}
    texts = " ".join(sorted({kind for suffix, kind in TYPES.items() if suffix not in PACKED} - {"text/html"}))
    return Template(NGINX.read_text("utf-8")).substitute(
        host=address.hostname,
        base=address.path,
        pattern=re.escape(address.path),
        redirect="" if address.path == "/" else REDIRECT.format(address.path[:-1]),
        policy=f"{policy}; {NO_FRAME}",
        embed_policy=f"{policy}; {ANY_FRAME}",
        worker_policy=csp.WORKER_POLICY,
        types="\n".join(sorted(lines)),
        compression=READY if compressed else f"gzip on;\n    gzip_types {texts};",
        headers="\n".join(f'    add_header {name} "{value}" always;' for name, value in EVERYWHERE.items()),
        ask_again=ASK_AGAIN,
        for_ever=FOR_EVER,
    )


def compress(out: Path, cache: Path, *, quality: int = 11) -> None:
    """Writes each compressible file below `out` as `name.br` and `name.gz` beside it, the same bytes every time.

    `cache` keeps the Brotli form of large files from build to build. `quality` is Brotli's, 0 to 11.
    """
    files = [path for path in out.rglob("*") if path.is_file() and path.suffix in TYPES.keys() - set(NOT_COMPRESSED)]
    cache.mkdir(parents=True, exist_ok=True)
    # The largest first: the other cores do the rest while one is busy with it.
    largest_first = sorted(files, key=lambda path: (-path.stat().st_size, path))
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda path: _compress(path, cache, quality), largest_first))
    by_age = sorted(cache.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in by_age[KEPT:]:
        old.unlink(missing_ok=True)


def _compress(path: Path, cache: Path, quality: int) -> None:
    content = path.read_bytes()
    smaller = {".br": _brotli(content, cache, quality), ".gz": gzip.compress(content, 9, mtime=0)}
    for suffix, packed in smaller.items():
        if len(packed) < len(content):
            path.with_name(path.name + suffix).write_bytes(packed)


def _brotli(content: bytes, cache: Path, quality: int) -> bytes:
    if len(content) < LARGE:
        return brotli.compress(content, quality=quality)
    made_of = json.dumps([hashlib.sha256(content).hexdigest(), quality, brotli.__version__])
    kept = cache / f"{hashlib.sha256(made_of.encode()).hexdigest()[:32]}.br"
    if kept.is_file():
        kept.touch()
        return kept.read_bytes()
    packed = brotli.compress(content, quality=quality)
    # Written aside: a build beside this one must never read half of it.
    half = kept.with_suffix(f".{os.getpid()}")
    half.write_bytes(packed)
    half.replace(kept)
    return packed
