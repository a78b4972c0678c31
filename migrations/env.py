"""Alembic's entry, for `run.migrate` alone: the connection, its role and its transaction are the caller's."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], version_table_schema="public")
context.run_migrations()
