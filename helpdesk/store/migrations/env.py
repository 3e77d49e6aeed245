"""Runs the schema steps on the engine that was handed over."""

from alembic import context
from sqlalchemy import Engine

from helpdesk.schema import metadata

engine: Engine = context.config.attributes["engine"]
with engine.execution_options(writing=True).connect() as connection:
    context.configure(
        connection=connection, target_metadata=metadata, transaction_per_migration=True, render_as_batch=False
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
