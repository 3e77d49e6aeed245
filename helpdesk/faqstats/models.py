"""Counts of each version of an article, the reasons given for a No, and questions without an answer."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from helpdesk.store.columns import UtcMoment


class ArticleFigures(SQLModel, table=True):
    """How one version of an article fared. A new wording starts at nought, so that an edit can be judged."""

    __tablename__ = "article_figures"

    slug: str = Field(primary_key=True)
    version: str = Field(primary_key=True)
    shown: int = 0
    yes: int = 0
    no: int = 0
    handed_over: int = 0
    first_at: datetime = Field(sa_type=UtcMoment)
    last_at: datetime = Field(sa_type=UtcMoment)


class ArticleReason(SQLModel, table=True):
    """What somebody missed in an article; personal data was removed before it was kept."""

    __tablename__ = "article_reason"

    id: int | None = Field(default=None, primary_key=True)
    slug: str = Field(index=True)
    version: str
    reason: str
    at: datetime = Field(sa_type=UtcMoment)


class Miss(SQLModel, table=True):
    """A wording that found no good answer. `key` is its plainest form, kept once and counted."""

    __tablename__ = "faq_miss"

    key: str = Field(primary_key=True)
    wording: str
    nearest: str = ""
    times: int = 0
    first_at: datetime = Field(sa_type=UtcMoment)
    last_at: datetime = Field(sa_type=UtcMoment, index=True)
