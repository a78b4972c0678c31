"""bin/turns audit: the proof that nobody changed what happened."""

import json
import sys

import click
import psycopg

from turns_web.audit.proof import anchor
from turns_web.audit.proof.proving import Proof, prove
from turns_web.config import ConfigError, load_settings
from turns_web.embedded.errors import Refused


@click.group("audit")
def command() -> None:
    """The audit, and the proof that nobody changed it."""


@command.command()
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
@click.option(
    "--without",
    multiple=True,
    metavar="YYYY-MM",
    help="A month that was detached and put away elsewhere; may be given again.",
)
def verify(as_json: bool, without: tuple[str, ...]) -> None:
    """Hold every row of the audit against its seal, and the seals against the anchor in TURNS_HOME.

    Exit status 0: all fits. 1: something does not; the first row is named. 2: nothing could be looked at.
    """
    put_away = {f"audit_logs_{month.replace('-', '_')}" for month in without}
    try:
        settings = load_settings()
        proof = prove(settings.admin_url, anchor.read(settings.turns_home), put_away, _tell(as_json))
    except (psycopg.Error, ConfigError, Refused, anchor.Unreadable) as problem:
        click.echo(f"turns: The audit cannot be looked at. {str(problem).strip()}", err=True)
        sys.exit(2)
    click.echo(json.dumps(_as_json(proof), default=str) if as_json else _in_words(proof))
    sys.exit(1 if proof.fault else 0)


def _tell(as_json: bool):
    """How far it is, for whoever waits; a program that reads the answer is told nothing else."""
    return (lambda line: None) if as_json else (lambda line: click.echo(line, err=True))


def _as_json(proof: Proof) -> dict:
    return {
        "ok": proof.fault is None,
        "rows": proof.rows,
        "seals": proof.seals,
        "unsealed": proof.unsealed,
        "notes": proof.notes,
        "fault": proof.fault and proof.fault.as_json(),
    }


def _in_words(proof: Proof) -> str:
    fits = f"{proof.rows:,} rows fit their {proof.seals:,} seals; {proof.unsealed:,} are too new for one."
    if proof.fault:
        return "\n".join([*proof.notes, f"The audit does not fit: {proof.fault.says}"])
    return "\n".join([*proof.notes, f"The audit fits: {fits}"])
