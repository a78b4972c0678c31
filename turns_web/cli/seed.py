"""bin/turns seed: the demo portfolio."""

import sys

import click

from turns_web.config import load_settings
from turns_web.seeding import demo


@click.command()
def command() -> None:
    """Put in the demo portfolio, once. The demo sign-ins exist afterwards.

    In development only: their password is no secret.
    """
    settings = load_settings()
    if settings.production:
        _refuse("The demo sign-ins have a public password: in production (TURNS_ENV=production) nothing is seeded.")
    is_new = demo.load(settings.admin_url, settings.demo_password)
    click.echo("The demo portfolio is in." if is_new else "The demo portfolio was there already.")


def _refuse(sentence: str) -> None:
    click.echo(f"turns: {sentence}", err=True)
    sys.exit(2)
