"""Migrations' surroundings: run inside the connection that `database.migrate` opened."""

from alembic import context

from soleus.records.store.tables import Row

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Row.metadata,
    render_as_batch=True,
    transactional_ddl=True,  # SQLite can; so a migration that fails leaves nothing behind
)
with context.begin_transaction():
    context.run_migrations()
