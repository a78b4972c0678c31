"""bin/turns db: where the database is, and bringing its schema up to date."""

import click
from alembic import command as alembic
from alembic.config import Config

from turns_web.config import APPLICATION_ROLE, CHECKOUT, Settings, load_settings


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
        click.echo(_as_application(settings, settings.replica_url if replica else settings.app_url))


@command.command("migrate")
def migrate_command() -> None:
    """Bring the schema up to date. Safe to repeat."""
    migrate(load_settings().admin_url)
    click.echo("The database is up to date.")


def migrate(admin_url: str) -> None:
    """Run Alembic's migrations to the head, as the role of `admin_url`."""
    driver_url = admin_url.replace("postgresql://", "postgresql+psycopg://", 1)
    config = Config()
    config.set_main_option("script_location", str(CHECKOUT / "migrations").replace("%", "%%"))
    config.set_main_option("sqlalchemy.url", driver_url.replace("%", "%%"))
    alembic.upgrade(config, "head")


def _as_application(settings: Settings, address: str) -> str:
    """On a foreign server the operator's own role is switched on connecting, so nobody gets past row security."""
    if settings.application_role is None:
        return address
    return f"{address}{'&' if '?' in address else '?'}options=-c%20role%3D{APPLICATION_ROLE}"
