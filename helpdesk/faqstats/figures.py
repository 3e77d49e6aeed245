"""Count what became of an article: shown, Yes, No with a reason, handed over."""

import hashlib
from functools import partial
from typing import Any, Literal, get_args

from sqlalchemy import Dialect, Update, bindparam, select, update
from sqlmodel import col

from helpdesk.faqstats.anonymous import without_personal_data
from helpdesk.faqstats.models import ArticleFigures, ArticleReason, add_unless_there
from helpdesk.store.quick import Quick, moment
from helpdesk.store.session import Tx

Count = Literal["shown", "yes", "no", "handed_over"]
figures_table = ArticleFigures.__table__  # type: ignore[attr-defined]


def _added(what: Count, dialect: Dialect) -> Update:
    c = figures_table.c
    this = (c.slug == bindparam("this")) & (c.version == bindparam("its_version"))
    return (
        update(figures_table)
        .where(this)
        .values({what: c[what] + bindparam("by"), "last_at": bindparam("now")})
    )


_ADDED = {what: Quick(partial(_added, what)) for what in get_args(Count)}


def version_of(title: str, body: str) -> str:
    """The version of an article that a reader sees: 12 hex digits of what it says."""
    return hashlib.sha256(f"{title}\0{body}".encode()).hexdigest()[:12]


def record_shown(tx: Tx, slug: str, version: str) -> None:
    """It was given as an answer."""
    _count(tx, slug, version, "shown")


def record_handed_over(tx: Tx, slug: str, version: str) -> None:
    """A person was asked for after this answer."""
    _count(tx, slug, version, "handed_over")


def record_feedback(
    tx: Tx, slug: str, version: str, helpful: bool, reason: str = "", instead_of: bool | None = None
) -> None:
    """Count a Yes or a No; `instead_of` takes back what the same reader said before (the last one wins)."""
    if instead_of is not None and instead_of != helpful:
        _count(tx, slug, version, "yes" if instead_of else "no", -1)
    if instead_of != helpful:
        _count(tx, slug, version, "yes" if helpful else "no")
    if reason and not helpful:
        record_reason(tx, slug, version, reason)


def record_reason(tx: Tx, slug: str, version: str, reason: str) -> None:
    """Keep what was missing, without personal data; nothing when nothing is left."""
    kept = without_personal_data(reason)
    if kept:
        tx.session.add(ArticleReason(slug=slug, version=version, reason=kept, at=tx.now))


def figures(tx: Tx) -> list[dict[str, Any]]:
    """One row for each version of each article, the newest first, with its latest reasons (at most 20)."""
    rows = tx.session.execute(
        select(ArticleFigures).order_by(col(ArticleFigures.slug), col(ArticleFigures.last_at).desc())
    ).scalars()
    return [
        {
            "slug": row.slug,
            "version": row.version,
            "shown": row.shown,
            "yes": row.yes,
            "no": row.no,
            "handed_over": row.handed_over,
            "last_at": row.last_at,
            "reasons": _reasons(tx, row.slug, row.version),
        }
        for row in rows
    ]


def _reasons(tx: Tx, slug: str, version: str) -> list[str]:
    line = (
        select(col(ArticleReason.reason))
        .where(col(ArticleReason.slug) == slug, col(ArticleReason.version) == version)
        .order_by(col(ArticleReason.id).desc())
        .limit(20)
    )
    return list(tx.session.execute(line).scalars())


def _count(tx: Tx, slug: str, version: str, what: Count, by: int = 1) -> None:
    now = moment(tx.connection.dialect, tx.now)
    line, values = _ADDED[what], {"this": slug, "its_version": version, "by": by, "now": now}
    if line.change(tx.connection, values) == 0 and by > 0:
        add_unless_there(
            tx, figures_table, ArticleFigures(slug=slug, version=version, first_at=tx.now, last_at=tx.now)
        )
        line.change(tx.connection, values)
