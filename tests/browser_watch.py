"""What our pages must never do in a browser: leave the origin, break their own security policy, fail."""

from urllib.parse import urlsplit


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


def watch(context, complaints):
    """Add to the list `complaints` whatever a browser context does that our pages must not do."""

    def on_request(request):
        if request.is_navigation_request() and not request.frame.parent_frame:
            page_url = ""  # going to another of our test servers is the test's own doing
        elif request.service_worker:
            page_url = request.service_worker.url
        else:
            page_url = request.frame.page.url
        if leaves_origin(request.url, page_url):
            complaints.append(f"request to another origin: {request.url}")

    def on_console(message):
        # A refusal by the Content Security Policy arrives here too, as an error of the console.
        if message.type == "error":
            complaints.append(f"console error: {message.text} ({message.location.get('url', '')})")

    context.on("request", on_request)
    context.on("console", on_console)
    context.on("weberror", lambda error: complaints.append(f"uncaught error: {error.error}"))
