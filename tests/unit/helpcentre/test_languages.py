"""An article and its translations are one line of the list."""

from pathlib import Path

from helpdesk.faq.library import Library
from helpdesk.helpcentre.languages import listed, translations
from helpdesk.helpcentre.pages import related, sections_of


def library_of(folder: Path, **titles: str) -> Library:
    """`pay__de="Zahlen?"` → `pay.de.md` with that title and `locale: de`."""
    for name, title in titles.items():
        stem, _, locale = name.partition("__")
        file = folder / (f"{stem}.{locale}.md" if locale else f"{stem}.md")
        file.write_text(f"---\ntitle: {title}\nlocale: {locale or 'en'}\n---\nSo.\n")
    return Library.load(folder)


def test_a_translation_is_listed_only_where_there_is_no_english_one(tmp_path: Path) -> None:
    library = library_of(tmp_path, pay="How do I pay?", pay__de="Wie zahle ich?", post__de="Wie viel Porto?")
    assert library.faults == ()
    assert listed(library) == {"pay", "post-de"}
    assert [a.slug for section in sections_of(library) for a in section.articles] == ["pay", "post-de"]


def test_an_article_that_only_ends_like_a_language_is_no_translation(tmp_path: Path) -> None:
    (tmp_path / "made-de.md").write_text("---\ntitle: What is made in DE?\n---\nSo.\n")
    library = library_of(tmp_path, made="What is made?")
    assert listed(library) == {"made", "made-de"}


def test_each_language_leads_to_the_others_and_none_is_related_to_itself(tmp_path: Path) -> None:
    library = library_of(tmp_path, pay="How do I pay?", pay__de="Wie zahle ich?", pay__es="¿Cómo pago?")
    for slug, others in (("pay", ["pay-de", "pay-es"]), ("pay-de", ["pay", "pay-es"])):
        assert [a.slug for a in translations(library, library.articles[slug])] == others
        assert related(library, slug) == ()
