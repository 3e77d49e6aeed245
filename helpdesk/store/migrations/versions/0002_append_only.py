"""The audit trail cannot be changed."""

from alembic import op

from helpdesk.audit import triggers

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Triggers that refuse every change and every deletion."""
    for statement in triggers.statements(op.get_bind().dialect.name):
        op.execute(statement.replace(":", "\\:"))
