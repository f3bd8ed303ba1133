"""The pages above both languages: the chooser, the 404 that any static host serves, the sitemap and robots.txt."""

from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"

NAMES = {"nb": "Studiestøtteguiden", "en": "Student Finance Guide Norway"}
DESCRIPTION = (
    "Regler og satser for studiestøtte i Norge. Rules and rates for student finance in Norway. "
    "Uavhengig guide. Independent guide."
)

CHOOSER = """\
<main class="root-page">
  <h1><span lang="nb">{nb}</span> <span lang="en">{en}</span></h1>
  <ul class="root-page__choice">
    <li><a href="{base}nb/" lang="nb" hreflang="nb">Les på norsk</a></li>
    <li><a href="{base}en/" lang="en" hreflang="en">Read in English</a></li>
  </ul>
  <p lang="nb">Uavhengig guide. Vi er verken Lånekassen eller UDI.</p>
  <p lang="en">Independent guide. We are neither Lånekassen nor UDI.</p>
</main>
<script type="module" src="{base}nb/assets/js/choose-language.js"></script>"""

# What a shared link to the chooser shows.
SHARED = """\
<meta property="og:type" content="website">
<meta property="og:site_name" content="{nb}">
<meta property="og:title" content="{nb} · {en}">
<meta property="og:description" content="{description}">
<meta property="og:url" content="{root}">
<meta property="og:locale" content="nb_NO">
<meta property="og:locale:alternate" content="en_GB">
<meta property="og:image" content="{root}nb/assets/social/nb.png">
<meta property="og:image:type" content="image/png">
<meta property="og:image:width" content="1200">
<meta property="og:image:height" content="630">
<meta property="og:image:alt" content="{nb}">
<meta name="twitter:card" content="summary_large_image">"""

# What most readers come for: page, and the question it answers in each language.
WANTED = (
    ("support", "Hvor mye får jeg?", "How much do I get?"),
    ("payments", "Når kommer pengene?", "When does the money come?"),
    ("wealth", "Hva gjør formuen med stipendet?", "What does wealth do to the grant?"),
    ("deposit", "Hvor mye penger må jeg vise UDI?", "How much money must I show UDI?"),
    ("repayment", "Når må jeg begynne å betale?", "When do I start to pay back?"),
    ("contact", "Hvem kan jeg spørre?", "Who can I ask?"),
)

NOT_FOUND = """\
<main class="root-page">
  <section lang="nb">
    <h1>Vi finner ikke siden</h1>
    <p>Adressen kan være feil, eller siden kan ha fått et nytt navn. Kanskje du leter etter en av disse:</p>
    <ul>
{nb}
    </ul>
    <p><a href="{base}nb/" hreflang="nb">Gå til forsiden på norsk</a>. Der kan du også søke.</p>
  </section>
  <section lang="en">
    <h2>We cannot find the page</h2>
    <p>The address may be wrong, or the page may have a new name. You may be looking for one of these:</p>
    <ul>
{en}
    </ul>
    <p><a href="{base}en/" hreflang="en">Go to the front page in English</a>. You can search there too.</p>
  </section>
</main>"""

PAGE = """\
<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="description" content="{description}">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<link rel="icon" href="{base}nb/assets/images/favicon.svg" type="image/svg+xml">
<link rel="stylesheet" href="{base}nb/assets/css/root.css">
{head}
</head>
<body>
{body}
</body>
</html>
"""


def write(out: Path, root_url: str) -> None:
    """Writes index.html, 404.html, sitemap.xml and robots.txt into `out`, where nb/ and en/ already lie.

    `root_url` is the absolute address of the site's root, ending in a slash. The per-language sitemaps are removed:
    only one that knows both languages can say which pages are each other's translation.
    """
    (out / "index.html").write_text(_chooser(root_url), "utf-8", newline="\n")
    (out / "404.html").write_text(_not_found(root_url), "utf-8", newline="\n")
    for language in ("nb", "en"):
        for name in ("sitemap.xml", "sitemap.xml.gz"):
            (out / language / name).unlink(missing_ok=True)
    (out / "sitemap.xml").write_bytes(sitemap(pages(out), root_url))
    (out / "robots.txt").write_text(
        f"User-agent: *\nAllow: /\n\nSitemap: {root_url}sitemap.xml\n", "utf-8", newline="\n"
    )


def pages(out: Path) -> list[str]:
    """The addresses of all pages below a language, such as "" and "wealth/", in a fixed order.

    The bare calculators for other people's pages are none of them: "embed/wealth/".
    """
    found = {page.parent.relative_to(out / "nb").as_posix() for page in (out / "nb").rglob("index.html")}
    found = {path for path in found if not path.startswith("embed/")}
    return sorted("" if path == "." else path + "/" for path in found)


def sitemap(paths: list[str], root_url: str) -> bytes:
    """One sitemap for both languages; every page names its translations and the one for any other language."""
    ElementTree.register_namespace("", SITEMAP)
    ElementTree.register_namespace("xhtml", XHTML)
    urlset = ElementTree.Element(f"{{{SITEMAP}}}urlset")
    for path in paths:
        default = root_url if path == "" else f"{root_url}en/{path}"
        alternates = {"nb": f"{root_url}nb/{path}", "en": f"{root_url}en/{path}", "x-default": default}
        for language in ("nb", "en"):
            url = ElementTree.SubElement(urlset, f"{{{SITEMAP}}}url")
            ElementTree.SubElement(url, f"{{{SITEMAP}}}loc").text = alternates[language]
            for hreflang, href in alternates.items():
                link = {"rel": "alternate", "hreflang": hreflang, "href": href}
                ElementTree.SubElement(url, f"{{{XHTML}}}link", link)
    ElementTree.indent(urlset)
    return ElementTree.tostring(urlset, encoding="utf-8", xml_declaration=True) + b"\n"


def _chooser(root_url: str) -> str:
    alternates = {"nb": f"{root_url}nb/", "en": f"{root_url}en/", "x-default": root_url}
    links = [f'<link rel="alternate" hreflang="{lang}" href="{href}">' for lang, href in alternates.items()]
    shared = SHARED.format(root=root_url, description=DESCRIPTION, **NAMES)
    return PAGE.format(
        lang="nb",
        title=f"{NAMES['nb']} · {NAMES['en']}",
        description=DESCRIPTION,
        base="",
        head="\n".join([f'<link rel="canonical" href="{root_url}">', *links, shared]),
        body=CHOOSER.format(base="", **NAMES),
    )


def _not_found(root_url: str) -> str:
    # The host serves this page at any depth, so its addresses start from the root of the host.
    base = urlsplit(root_url).path
    return PAGE.format(
        lang="nb",
        title="Vi finner ikke siden · We cannot find the page",
        description=DESCRIPTION,
        base=base,
        head='<meta name="robots" content="noindex">',
        body=NOT_FOUND.format(base=base, **_wanted(base)),
    )


def wanted(lang: str) -> list[tuple[str, str]]:
    """What most readers come for: the page's folder and the question it answers."""
    return [(page, nb if lang == "nb" else en) for page, nb, en in WANTED]


def _wanted(base: str) -> dict[str, str]:
    """The links of the 404 in each language, as list items."""
    items = '      <li><a href="{base}{lang}/{page}/">{words}</a></li>'
    return {
        lang: "\n".join(items.format(base=base, lang=lang, page=page, words=words) for page, words in wanted(lang))
        for lang in NAMES
    }
