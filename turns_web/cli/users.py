"""bin/turns users: accounts, from the terminal of whoever runs the machine."""

import sys
from typing import Any
from uuid import UUID

import click
from sqlalchemy import select

from turns_web.accounts import actions
from turns_web.accounts.fields import USER
from turns_web.admin.people.handing_over import held
from turns_web.cli.operator import as_system
from turns_web.core.errors import Invalid
from turns_web.core.fields import FieldError
from turns_web.core.identity import SYSTEM_USER_ID, Role
from turns_web.schema import users

ROLE = click.Choice([role.value for role in Role], case_sensitive=False)


@click.group("users")
def command() -> None:
    """Accounts: add, list, change the role of, disable."""


@command.command()
@click.argument("email")
@click.option("--role", type=ROLE, required=True)
@click.option("--first-name")
@click.option("--last-name")
@click.option("--vendor", type=click.UUID, help="The company of a VENDOR.")
@click.option("--market", "markets", multiple=True, help="A market that a USER or INSPECTOR sees; may be repeated.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add(
    email: str,
    role: str,
    first_name: str | None,
    last_name: str | None,
    vendor: UUID | None,
    markets: tuple[str, ...],
    password_stdin: bool,
) -> None:
    """Make an account. Without --password-stdin a one-time password is printed."""
    with as_system("users add") as session:
        typed = {"email": email, "first_name": first_name, "last_name": last_name}
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else ""
        if password_stdin and not password:
            raise Invalid({"password": "There was no password on standard input."})
        new = actions.NewUser(role=Role(role), vendor_id=vendor, markets=markets, password=password, **_parsed(typed))
        _, given = actions.add_user(session, new)
    click.echo(f"{new.email} is {new.role.value}.")
    if not password:
        click.echo(f"Password: {given}")


@command.command("list")
def list_() -> None:
    """All accounts: address, role, name, and whether disabled."""
    columns = (users.c.email, users.c.role, users.c.first_name, users.c.last_name, users.c.is_active)
    with as_system("users list") as session:
        found = session.execute(select(*columns).where(users.c.id != SYSTEM_USER_ID).order_by(users.c.email)).all()
    for row in found:
        name = " ".join(filter(None, (row.first_name, row.last_name)))
        click.echo("\t".join([row.email, Role(row.role).value, name, "" if row.is_active else "disabled"]).rstrip())


@command.command()
@click.argument("email")
@click.argument("role", type=ROLE)
def role(email: str, role: str) -> None:
    """Give an account another role."""
    with as_system("users role", missing=f"There is no account {email}.") as session:
        actions.set_role(session, email, Role(role))
    click.echo(f"{email} is {role}.")


@command.command()
@click.argument("email")
def disable(email: str) -> None:
    """Close an account; whoever is signed in with it is signed out. What hangs on it stays, and is told."""
    with as_system("users disable", missing=f"There is no account {email}.") as session:
        person = actions.disable(session, email)
        left = [f"{one.count:,} {one.what}{'s' * (one.count != 1)}" for one in held(session, person).holdings]
    click.echo(f"{email} is disabled.")
    if left:
        click.echo(f"Still theirs: {', '.join(left)}. Hand them over at /admin/users/{person}/disable.")


def _parsed(typed: dict[str, str | None]) -> dict[str, Any]:
    """As the fields of an account ask for it. Raises Invalid."""
    parsed, faults = {}, {}
    for name, text in typed.items():
        try:
            parsed[name] = USER[name].parse(text)
        except FieldError as fault:
            faults[name] = str(fault)
    if faults:
        raise Invalid(faults)
    return parsed
