"""The generated passwords of the embedded servers, in one private file of TURNS_HOME."""

import json
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from turns_web.config import replace_private

from .errors import Refused


def _password() -> str:
    return secrets.token_urlsafe(24)


@dataclass(frozen=True)
class Secrets:
    superuser: str = field(default_factory=_password, repr=False)
    owner: str = field(default_factory=_password, repr=False)
    app: str = field(default_factory=_password, repr=False)
    replication: str = field(default_factory=_password, repr=False)
    redis: str = field(default_factory=_password, repr=False)


def secrets_of(home: Path) -> Secrets:
    """Those of this home; made at its first start."""
    path = home / "secrets.json"
    try:
        return Secrets(**json.loads(path.read_text()))
    except FileNotFoundError:
        if (home / "postgres" / "primary").exists():
            raise Refused(f"{path} is missing, with the database's passwords: put it back from a backup.") from None
    except (OSError, ValueError, TypeError) as problem:
        raise Refused(f"{path} cannot be read ({problem}): put it back from a backup.") from None
    made = Secrets()
    replace_private(path, json.dumps(asdict(made)))
    return made
