"""What our pages must never do in a browser: leave the origin, break their security policy, fail, start twice."""

from urllib.parse import urlsplit

from playwright.sync_api import Error


def origin(url):
    """Scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def leaves_origin(url, page_url):
    """Whether a request made by a page goes to another origin. An empty page may go to any on 127.0.0.1."""
    if urlsplit(url).scheme in ("data", "blob", "about"):
        return False
    if not page_url or page_url == "about:blank":
        return urlsplit(url).hostname != "127.0.0.1"
    return origin(url) != origin(page_url)


def asking_page(request):
    """The address of the page that a request comes from; "" when the test itself goes to a new page."""
    if request.service_worker:
        return request.service_worker.url
    try:
        frame = request.frame
    except Error:  # a page that is only just opening has none yet
        return ""
    if request.is_navigation_request() and not frame.parent_frame:
        return ""
    return frame.page.url


def watch(context, complaints, *, keeps=False):
    """Add to the list `complaints` whatever a browser context does that our pages must not do.

    `keeps` says that a service worker may fetch what is for later.
    """

    def on_request(request):
        page = asking_page(request)
        # The engine asks for it after a start in vain; the batch tool from the beginning.
        if request.url.endswith("/rare.wasm") and not keeps and "/batch/" not in page:
            complaints.append(
                "a function was called that is not in often_called.txt: `python3 scripts/dev.py count-calls`"
            )
        if leaves_origin(request.url, page):
            complaints.append(f"request to another origin: {request.url}")

    def on_console(message):
        # A refusal by the Content Security Policy arrives here too, as an error of the console.
        if message.type == "error":
            complaints.append(f"console error: {message.text} ({message.location.get('url', '')})")

    context.on("request", on_request)
    context.on("console", on_console)
    context.on("weberror", lambda error: complaints.append(f"uncaught error: {error.error}"))
