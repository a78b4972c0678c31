"""bin/turns import: take properties, turns or vendors in from a CSV or Excel file."""

import json
import sys
from pathlib import Path

import click
from sqlalchemy import func, select

from turns_web.cli.operator import Refused
from turns_web.config import load_settings
from turns_web.core import db
from turns_web.core.errors import Invalid, Refusal
from turns_web.core.identity import Identity, Role, system_identity
from turns_web.imports import actions
from turns_web.imports.matching import Options, divided
from turns_web.imports.report import VERDICTS, Report, write_refused
from turns_web.imports.sheet import read_sheet
from turns_web.imports.targets import TARGETS
from turns_web.imports.unreadable import Unreadable
from turns_web.schema import users

# More than a screen of them is read in the file of --refused.
_SHOWN = 20


@click.command("import", context_settings={"ignore_unknown_options": False})
@click.argument("table", type=click.Choice(list(TARGETS)))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--map",
    "maps",
    multiple=True,
    metavar="COLUMN=SOURCE",
    help='Take COLUMN from the file\'s SOURCE; "Number+Street" joins two. The other columns are guessed;'
    " an empty SOURCE leaves COLUMN out.",
)
@click.option("--set", "constants", multiple=True, metavar="COLUMN=VALUE", help="The same VALUE in every row.")
@click.option("--key", metavar="COLUMN", help="What tells rows apart, such as street_address+city+zip_code.")
@click.option("--title-case", is_flag=True, help="Write names and addresses that are all capitals as 4734 14th Ave.")
@click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
@click.option("--refused", type=click.Path(path_type=Path), help="Write refused rows, with the reasons, to this CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--as", "email", metavar="EMAIL", help="Do it as this administrator instead of the system.")
def command(
    table: str,
    file: Path,
    maps: tuple[str, ...],
    constants: tuple[str, ...],
    key: str | None,
    title_case: bool,
    dry_run: bool,
    refused: Path | None,
    as_json: bool,
    email: str | None,
) -> None:
    """Take in the rows of FILE, CSV or Excel, as TABLE, in one transaction.

    Exit status: 0 all rows were read, 1 some were refused, 2 nothing could be read and nothing was written.
    """
    try:
        sheet = read_sheet(file)
        options = Options(
            mapping={name: divided(source, sheet.header) for name, source in _pairs(maps, "--map")},
            constants=dict(_pairs(constants, "--set")),
            key=tuple(part.strip() for part in key.split("+")) if key else None,
            title_case=title_case,
        )
        db.configure(load_settings())
        who = _administrator(email) if email else system_identity()
        if dry_run:
            report = actions.dry_run(who, table, sheet, options)
        else:
            report = actions.take_in(who, table, sheet, options, file.name)
        if refused:
            write_refused(refused, sheet.header, sheet.rows, report.refusals)
    except Unreadable as problem:
        raise Refused(str(problem)) from None
    except Invalid as problem:
        raise Refused(" ".join(said for sentences in problem.fields.values() for said in sentences)) from None
    except Refusal as problem:
        raise Refused(f"Nothing was written. {problem}") from None
    except OSError as problem:
        raise Refused(f"{refused} cannot be written: {problem.strerror}.") from None
    finally:
        db.dispose()
    if as_json:
        click.echo(json.dumps(report.answer(), ensure_ascii=False))
    else:
        _tell(report, sheet.found, dry_run)
    sys.exit(1 if report.refusals else 0)


def _pairs(options: tuple[str, ...], name: str) -> list[tuple[str, str]]:
    pairs = []
    for option in options:
        column, sign, value = option.partition("=")
        if not sign or not column.strip():
            raise Unreadable(f"{name} {option}: write it as {name} column=value.")
        pairs.append((column.strip(), value))
    return pairs


def _administrator(email: str) -> Identity:
    with db.read(system_identity()) as session:
        row = session.execute(
            select(users.c.id, users.c.role, users.c.email, users.c.first_name, users.c.last_name).where(
                func.lower(users.c.email) == email.lower(), users.c.is_active
            )
        ).first()
    if row is None:
        raise Refused(f"Nobody active has the address {email}.")
    who = Identity(row.id, Role(row.role), email=row.email, first_name=row.first_name, last_name=row.last_name)
    if not who.is_admin:
        raise Refused(f"{email} is no administrator: only they import.")
    return who


def _tell(report: Report, found: dict[str, str], dry_run: bool) -> None:
    click.echo("Found: " + ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.items()))
    for column, source in report.mapping.items():
        click.echo(f"  {column:<24} from {source}")
    if report.unmapped:
        click.echo(f"  not taken: {', '.join(report.unmapped)}")
    counts = ", ".join(f"{report.counts[verdict]:,} {verdict}" for verdict in VERDICTS)
    click.echo(f"{report.counts['read']:,} rows read: {counts}." + (" Nothing was written (--dry-run)." * dry_run))
    lines = [f"  row {one['row']}: the same as row {one['of']}" for one in report.duplicates]
    lines += [f"  row {one['row']}, {one['column'] or 'row'}: {one['reason']}" for one in report.refusals]
    for line in lines[:_SHOWN]:
        click.echo(line)
    if len(lines) > _SHOWN:
        click.echo(f"  and {len(lines) - _SHOWN:,} more: --refused FILE writes them all.")
    if report.warnings:
        click.echo(f"{len(report.warnings):,} rows with a 0 that was read as unknown.")
