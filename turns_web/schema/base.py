"""What the tables share."""

from sqlalchemy import Boolean, Column, DateTime, FetchedValue, Integer, MetaData, Uuid

metadata = MetaData()

# Written by the application at most, never read by it: definer functions answer, check and audit.
SECRET = {"secret": True}


def row_id() -> Column:
    return Column("id", Uuid, primary_key=True, server_default=FetchedValue())


def base_columns() -> tuple[Column, ...]:
    """What every business table has; written by the database alone."""
    return (
        Column("version", Integer, nullable=False, server_default=FetchedValue()),
        Column("created_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
        Column("updated_at", DateTime(timezone=True), nullable=False, server_default=FetchedValue()),
        Column("created_by", Uuid, server_default=FetchedValue()),
        Column("updated_by", Uuid, server_default=FetchedValue()),
    )


def archive_columns() -> tuple[Column, ...]:
    """Where a person can put a row away: `is_archived` is theirs, the others follow it."""
    return (
        Column("is_archived", Boolean, nullable=False, server_default=FetchedValue()),
        Column("archived_at", DateTime(timezone=True)),
        Column("archived_by", Uuid),
    )
