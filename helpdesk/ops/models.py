"""The pulse: one row that is written to know that writing works."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from helpdesk.store.columns import UtcMoment


class Pulse(SQLModel, table=True):
    """The last moment at which this database took a row."""

    __tablename__ = "pulse"

    id: int = Field(default=1, primary_key=True)
    at: datetime = Field(sa_type=UtcMoment)
