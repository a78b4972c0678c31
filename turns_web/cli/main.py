"""bin/turns: one file for each command, loaded when it is asked for, so that `bin/turns db url` answers at once."""

from importlib import import_module
from typing import Any

import click

from turns_web.config import ConfigError
from turns_web.embedded.errors import Refused

# Command -> module beside this one, which calls it `command`.
COMMANDS = {
    "db": "db",
    "redis": "redis",
    "status": "status",
    "users": "users",
    "settings": "settings",
    "seed": "seed",
    "import": "import_",
    "audit": "audit",
}


class OneFileEach(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        module = COMMANDS.get(cmd_name)
        return import_module(f"turns_web.cli.{module}").command if module else None

    def invoke(self, ctx: click.Context) -> Any:
        """What an operator can mend is one line and no traceback."""
        try:
            return super().invoke(ctx)
        except (ConfigError, Refused) as refusal:
            sentence = str(refusal)
        except Exception as problem:
            if not _is_no_answer(problem):
                raise
            sentence = "The database does not answer: is Turns running?"
        click.echo(f"turns: {sentence}", err=True)
        ctx.exit(1)


@click.group(cls=OneFileEach, context_settings={"help_option_names": ["-h", "--help"]})
def turns() -> None:
    """Turns from the command line. `bin/turns COMMAND --help` explains a command."""


def _is_no_answer(problem: Exception) -> bool:
    """Whether a database could not be reached. Only now imported: `bin/turns db url` answers sooner without."""
    from psycopg import OperationalError
    from sqlalchemy.exc import OperationalError as ThroughSQLAlchemy

    return isinstance(problem, OperationalError | ThroughSQLAlchemy)


if __name__ == "__main__":
    turns(prog_name="turns")
