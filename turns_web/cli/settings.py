"""bin/turns settings: limits, tolerances and other rules that an administrator sets."""

import click

from turns_web.cli.operator import as_system
from turns_web.core.errors import Invalid
from turns_web.settings import actions, queries
from turns_web.settings.fields import SETTINGS


@click.group("settings")
def command() -> None:
    """Limits, tolerances and other rules: list, get, set."""


@command.command("list")
def list_() -> None:
    """Every setting in force, with its market where it is one market's."""
    with as_system("settings list") as session:
        found = queries.in_force(session)
    for name, market, value in found:
        click.echo(f"{name} [{market}]\t{value}" if market else f"{name}\t{value}")


@command.command()
@click.argument("name")
@click.option("--market", help="The value in force in this market.")
def get(name: str, market: str | None) -> None:
    """Print the value alone."""
    with as_system("settings get") as session:
        if name not in SETTINGS:
            raise Invalid({"name": f"There is no setting {name}. There are: {', '.join(sorted(SETTINGS))}."})
        value = queries.value(session, name, market)
    click.echo(value)


@command.command("set", context_settings={"ignore_unknown_options": True})  # -1 is a senseless value, not an option
@click.argument("name")
@click.argument("value")
@click.option("--market", help="For this market only.")
def set_(name: str, value: str, market: str | None) -> None:
    """Set a value. A changed limit decides nothing by itself: it counts from the next step on."""
    with as_system("settings set") as session:
        stored = actions.set_setting(session, name, value, market)
    click.echo(f"{name}{f' [{market}]' if market else ''} is {stored}.")
