"""Commands that read and write as the system user, and how a refusal is said on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.orm import Session

from turns_web.config import load_settings
from turns_web.core import db
from turns_web.core.errors import Invalid, NotFound, Refusal, Unavailable
from turns_web.core.identity import system_identity


class Refused(click.ClickException):
    """One line on the error output. Status 2: what was typed cannot be taken, and nothing was changed."""

    exit_code = 2

    def show(self, file=None) -> None:
        click.echo(f"turns: {self.message}", err=True)


class Away(Refused):
    exit_code = 1


@contextmanager
def as_system(command: str, *, missing: str = "There is no such row.") -> Iterator[Session]:
    """A transaction of the system user, committed at the end. missing: what to say where a row is not found."""
    db.configure(load_settings())
    try:
        with db.write(system_identity(), context=f"bin/turns {command}") as session:
            yield session
    except NotFound:
        raise Refused(missing) from None
    except Invalid as refusal:
        raise Refused(" ".join(said for sentences in refusal.fields.values() for said in sentences)) from None
    except Unavailable:
        raise Away("The database does not answer.") from None
    except Refusal as refusal:
        raise Refused(str(refusal)) from None
    finally:
        db.dispose()
