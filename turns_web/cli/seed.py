"""bin/turns seed: the demo portfolio, or a portfolio of any size to measure with."""

import sys

import click

from turns_web.config import load_settings
from turns_web.seeding import demo, large

_NUMBER = click.IntRange(0, 10_000_000)


@click.command()
@click.option("--properties", type=_NUMBER, help="Add homes up to this number.")
@click.option("--turns", type=_NUMBER, help="Add turns under way up to this number; a home has one at most.")
@click.option("--history", type=_NUMBER, help="Add past turns up to this number.")
@click.option("--audit", type=_NUMBER, help="Add audit rows up to this number, beside those that the rows leave.")
def command(properties: int | None, turns: int | None, history: int | None, audit: int | None) -> None:
    """Put in the demo portfolio; with numbers, add up to them instead. A second run changes nothing.

    The demo sign-ins exist afterwards. In development only: their password is no secret.
    """
    settings = load_settings()
    if settings.production:
        _refuse("The demo sign-ins have a public password: in production (TURNS_ENV=production) nothing is seeded.")
    wanted = large.Wanted(properties=properties, turns=turns, history=history, audit=audit)
    if not any(number is not None for number in (properties, turns, history, audit)):
        is_new = demo.load(settings.admin_url, settings.demo_password)
        click.echo("The demo portfolio is in." if is_new else "The demo portfolio was there already.")
        return
    try:
        added = large.load(settings.admin_url, settings.demo_password, wanted)
    except large.TooFewHomes as refused:
        _refuse(str(refused))
    else:
        click.echo(", ".join(f"{number:,} {what}" for what, number in added.items()) + " added.")


def _refuse(sentence: str) -> None:
    click.echo(f"turns: {sentence}", err=True)
    sys.exit(2)
