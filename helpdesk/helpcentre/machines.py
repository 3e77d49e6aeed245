"""For programs that read the help centre: sitemap, Atom feed, robots.txt."""

from xml.sax.saxutils import escape, quoteattr

from starlette.requests import Request
from starlette.responses import Response

from helpdesk.clock import wire_time
from helpdesk.faq.article import Article
from helpdesk.faq.library import Library
from helpdesk.helpcentre.cached import document

FEED_ENTRIES = 50


def _published(library: Library) -> list[Article]:
    return [*library.pages.values(), *library.articles.values()]


async def sitemap(request: Request) -> Response:
    """Every public page with the day it was changed."""
    desk = request.app.state.desk
    base = escape(desk.settings.base_url)
    lines = [f"<url><loc>{base}/help</loc></url>"]
    lines += [
        f"<url><loc>{base}/help/{escape(a.slug)}</loc><lastmod>{a.updated:%Y-%m-%d}</lastmod></url>"
        for a in _published(desk.library.current)
    ]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return document(request, head + "\n".join(lines) + "\n</urlset>\n", "application/xml")


async def feed(request: Request) -> Response:
    """The articles as an Atom feed, what changed last first."""
    desk = request.app.state.desk
    base, site = desk.settings.base_url, desk.settings.site_name
    articles = sorted(_published(desk.library.current), key=lambda a: a.updated, reverse=True)[:FEED_ENTRIES]
    newest = wire_time(articles[0].updated) if articles else wire_time(desk.clock.now())
    entries = "\n".join(_entry(base, article) for article in articles)
    return document(
        request,
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        f"<title>{escape(site)} help</title>\n<id>{escape(base)}/help</id>\n<updated>{newest}</updated>\n"
        f'<link rel="self" href={quoteattr(base + "/help/feed.xml")}/>\n'
        f"<link href={quoteattr(base + '/help')}/>\n"
        f"<author><name>{escape(site)}</name></author>\n{entries}\n</feed>\n",
        "application/atom+xml",
    )


def _entry(base: str, article: Article) -> str:
    address = f"{base}/help/{article.slug}"
    return (
        f"<entry><title>{escape(article.title)}</title><id>{escape(address)}</id>"
        f"<link href={quoteattr(address)}/><updated>{wire_time(article.updated)}</updated>"
        f'<content type="html">{escape(article.html)}</content></entry>'
    )


async def robots(request: Request) -> Response:
    """What is worth reading for a search engine, and what is private or endless."""
    base = request.app.state.desk.settings.base_url
    closed = (
        "/help/search",
        "/help/suggest",
        "/console",
        "/api/",
        "/t/",
        "/recover/",
        "/login",
        "/security",
        "/demo/",
    )
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        "Allow: /help",
        f"Sitemap: {base}/sitemap.xml",
    ]
    return document(request, "\n".join(lines) + "\n", "text/plain")
