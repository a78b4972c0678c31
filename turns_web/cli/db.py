"""bin/turns db: where the database is, and bringing its schema up to date."""

from urllib.parse import urlsplit

import click

from turns_web.config import APPLICATION_ROLE, load_settings
from turns_web.embedded.errors import Refused


@click.group("db")
def command() -> None:
    """The database: where it is, and its migrations."""


@command.command()
@click.option("--replica", is_flag=True, help="Of the read replica.")
@click.option("--admin", is_flag=True, help="Of a role that sees all rows and may write them.")
def url(replica: bool, admin: bool) -> None:
    """Print a connection string, by default of the application's role."""
    settings = load_settings()
    if admin:
        click.echo(settings.replica_admin_url if replica else settings.admin_url)
    else:
        click.echo(_as_application(settings.replica_url if replica else settings.app_url))


@command.command("migrate")
def migrate_command() -> None:
    """Bring the schema up to date. Safe to repeat."""
    for line in [*migrate(load_settings().admin_url), "The database is up to date."]:
        click.echo(line)


def migrate(admin_url: str) -> list[str]:
    """Returns the lines worth telling the operator; none is the normal case."""
    from migrations import run as migrations  # Alembic takes a while to import, and `db url` is asked for often

    try:
        return migrations.migrate(admin_url)
    except migrations.Refused as refusal:
        raise Refused(str(refusal)) from None


def _as_application(address: str) -> str:
    """On a foreign server the operator's own role is switched on connecting, so nobody gets past row security."""
    if urlsplit(address).username == APPLICATION_ROLE:
        return address
    return f"{address}{'&' if '?' in address else '?'}options=-c%20role%3D{APPLICATION_ROLE}"
