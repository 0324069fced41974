"""Run revisions on the connection and in the transaction that `storage.migrate` opened."""

from alembic import context

from storage.migrate import is_declared

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=context.config.attributes["metadata"],
    include_name=is_declared,
    # SQLite cannot alter most things in place: Alembic copies the table instead.
    render_as_batch=connection.dialect.name == "sqlite",
    # Both databases roll DDL back, so a failed upgrade leaves nothing half-made.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
