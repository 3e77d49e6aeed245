"""What one of the staff chose, as an older and a newer program read it from the same database."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import SQLModel

import helpdesk.schema  # noqa: F401 — every table must be known
from helpdesk.accounts.staff_models import Staff
from helpdesk.clock import WoundClock
from helpdesk.store.engine import make_engine
from helpdesk.store.session import Store, Tx
from helpdesk.tickets import preferences
from helpdesk.tickets.models import StaffPreference


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A desk with one member of staff, number 1."""
    engine = make_engine(f"sqlite:///{tmp_path}/desk.db")
    SQLModel.metadata.create_all(engine)
    store = Store(engine, WoundClock())
    yield store
    store.close()


def test_what_a_newer_program_kept_is_read_without_its_new_field(store: Store) -> None:
    def rule(tx: Tx) -> preferences.Preferences:
        tx.session.add(
            Staff(id=1, email="b@x.com", email_key="b", name="Ben", password_hash="-", created_at=tx.now)
        )
        tx.session.flush()
        tx.session.add(StaffPreference(staff_id=1, value={"undo": "all", "from_tomorrow": {"x": 1}}))
        tx.session.flush()
        return preferences.of(tx, 1)

    read = store.write_now(rule)
    assert (read.undo, read.quiet_until) == ("all", "")
