"""Pure: structured data for search engines, as JSON that cannot leave its script element."""

import json
from typing import Any

from markupsafe import Markup

from helpdesk.faq.article import Article
from helpdesk.faq.library import Library

_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def faq_page(library: Library, article: Article) -> Markup:
    """schema.org FAQPage for one article; for a page put together from others, the questions of all."""
    questions = [article] if article.bot else list(library.articles.values())
    return json_in_html(
        {
            "@context": "https://schema.org",
            "@type": "FAQPage",
            "inLanguage": article.locale,
            "mainEntity": [
                {
                    "@type": "Question",
                    "name": each.title,
                    "acceptedAnswer": {"@type": "Answer", "text": each.html},
                }
                for each in questions
            ],
        }
    )


def json_in_html(value: Any) -> Markup:
    """JSON for a script element of a data type: `<`, `>`, `&` and the two line separators are escaped."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).translate(_ESCAPES)
    return Markup(text)  # noqa: S704 — nothing in it can end the element or begin another
