"""Whether the pages at a few hundred addresses are still there, asked kindly: HEAD, then GET, four at a time.

A redirect is not followed and never counts as dead, nor does a page that lets no machine in.
"""

import http.client
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

AT_A_TIME = 4
# So many hosts that all give no answer: then it is this machine that reaches nothing.
SCOUTS = 8
# What a page answers that is there, but not for a program that did not sign in or asks too much.
BARRED = (401, 402, 403, 405, 406, 407, 418, 429, 451)
# A proxy that lets nothing through answers so in the page's stead.
OF_A_PROXY = (403, 407, 502, 503, 504)
BROKEN = ("gone", "failing", "silent")
HEADERS = {"User-Agent": "Mozilla/5.0 (link check of a guide to student finance)", "Accept": "*/*"}


@dataclass(frozen=True)
class Link:
    """An address and what came of it.

    `kind`: well (2xx), moved (3xx, with `location`), barred, gone (other 4xx), failing (5xx), silent (no answer: then
    `status` is None and `said` the reason).
    """

    url: str
    kind: str
    status: int | None = None
    location: str | None = None
    said: str = ""


def try_links(urls: list[str], timeout: float) -> list[Link]:
    """Try each address, in the order given; `timeout` in seconds for each try.

    One address each of a few hosts goes first. When none of them is reached, the rest is not tried.
    """
    hosts = {urlsplit(url).netloc: url for url in reversed(urls)}
    scouts = list(hosts.values())[:SCOUTS]
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        done = dict(zip(scouts, pool.map(lambda url: try_link(url, timeout), scouts), strict=True))
        if not nothing_reached(list(done.values())):
            rest = [url for url in urls if url not in done]
            done |= zip(rest, pool.map(lambda url: try_link(url, timeout), rest), strict=True)
    return [done[url] for url in urls if url in done]


def nothing_reached(tried: list[Link]) -> bool:
    """Whether no page answered, but at most a proxy in their stead."""
    return all(link.status is None or link.status in OF_A_PROXY for link in tried)


def try_link(url: str, timeout: float) -> Link:
    """Ask for one page: HEAD, and GET where that does not end well, as some servers only know GET."""
    link = _ask(url, "HEAD", timeout)
    return link if link.kind in ("well", "moved") else _ask(url, "GET", timeout)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Leaves a redirect to be told: urllib then raises it as an HTTPError."""

    def redirect_request(self, *arguments, **more):
        """Follow nothing."""
        return None


_OPENER = urllib.request.build_opener(_Stay)


def _ask(url: str, method: str, timeout: float) -> Link:
    # Letters beyond ASCII in a path are typed as they look; on the wire they are percent-encoded.
    plain = quote(url, safe="%/:=&?~#+!$,;'@()*[]")
    try:
        request = urllib.request.Request(plain, headers=HEADERS, method=method)
        with _OPENER.open(request, timeout=timeout) as answer:
            return Link(url, "well", answer.status)
    except urllib.error.HTTPError as answer:
        answer.close()
        return _told(url, answer)
    except (OSError, http.client.HTTPException, ValueError) as problem:
        reason = getattr(problem, "reason", None) or problem
        return Link(url, "silent", said=str(reason) or type(reason).__name__)


def _told(url: str, answer: urllib.error.HTTPError) -> Link:
    if 300 <= answer.code < 400:
        return Link(url, "moved", answer.code, urljoin(url, answer.headers.get("Location") or ""))
    if answer.code in BARRED:
        return Link(url, "barred", answer.code)
    return Link(url, "failing" if answer.code >= 500 else "gone", answer.code)
