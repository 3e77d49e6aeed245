"""Counts of each version of an article, the reasons given for a No, questions without an answer and with one."""

from datetime import datetime
from typing import Any

from sqlalchemy import Dialect
from sqlmodel import Field, SQLModel

from helpdesk.store.columns import UtcMoment
from helpdesk.store.session import Tx
from helpdesk.store.upsert import insert_of


def unless_there(dialect: Dialect, table: Any) -> Any:
    """The statement that adds a row of `table` where none has its key."""
    return insert_of(dialect, table).on_conflict_do_nothing()


def add_unless_there(tx: Tx, table: Any, row: SQLModel) -> bool:
    """Whether the row is new. Two processes may hear the same question, or show a new article, at the same moment."""
    line = unless_there(tx.connection.dialect, table).values(row.model_dump())
    return tx.connection.execute(line.execution_options(preserve_rowcount=True)).rowcount == 1


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
    """A wording that found no good answer. `key` is its plainest form, kept once and counted.

    Of its `times`, so many were answered but got a No, were asked again in other words, or went on to a
    person; the rest found no article. Once handled it is no gap, until it is missed again.
    """

    __tablename__ = "faq_miss"

    key: str = Field(primary_key=True)
    wording: str
    nearest: str = ""
    times: int = 0
    refused: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    rephrased: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    handed_over: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    first_at: datetime = Field(sa_type=UtcMoment)
    last_at: datetime = Field(sa_type=UtcMoment, index=True)
    handled_at: datetime | None = Field(default=None, sa_type=UtcMoment)
    handled_to: str = Field(default="", sa_column_kwargs={"server_default": ""})


class Helped(SQLModel, table=True):
    """A wording whose answer got a Yes: what an edit must not break."""

    __tablename__ = "faq_helped"

    key: str = Field(primary_key=True)
    slug: str = Field(primary_key=True)
    wording: str
    times: int = 0
    last_at: datetime = Field(sa_type=UtcMoment, index=True)
