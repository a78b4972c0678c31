"""bin/turns redis: where the queue, the rate limits and the live events are."""

import click

from turns_web.config import load_settings


@click.group("redis")
def command() -> None:
    """Redis: the queue, rate limits and live events."""


@command.command()
def url() -> None:
    """Print where Redis is reached."""
    click.echo(load_settings().redis_address)
