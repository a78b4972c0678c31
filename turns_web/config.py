"""Settings: the only reader of the environment.

Every variable of the operators' table (docs/operations.md) is a field here. What the variables leave out comes from
the embedded stack: it writes down where its servers are, in `<TURNS_HOME>/run/addresses.json`, and every process of
Turns finds them there. So `bin/turns` in a second terminal reaches what `bin/run` started in the first.
"""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parent.parent
APPLICATION_ROLE = "turns_app"


class ConfigError(Exception):
    """A variable or a file of TURNS_HOME is wrong. The message is one line for the operator."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", frozen=True)

    port: int = Field(8000, ge=1, le=65535)
    host: str = "127.0.0.1"
    turns_home: Path = CHECKOUT / "var"
    database_url: str | None = None
    database_pooled_url: str | None = None
    database_replica_url: str | None = None
    redis_url: str | None = None
    electric_url: str | None = None
    electric_secret: str | None = Field(None, repr=False)
    storage_url: str | None = None
    smtp_url: str | None = Field(None, repr=False)
    mail_from: str = "turns@localhost"
    base_url: str | None = None
    trusted_proxies: int = Field(0, ge=0)
    secret_key: str | None = Field(None, repr=False)
    rate_limits: str = ""
    webhook_allow_private: bool = False
    turns_env: Literal["development", "production"] = "development"
    demo_password: str = Field("turns-demo-2026", repr=False)

    @field_validator("turns_home")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator("database_url", "database_pooled_url", "database_replica_url")
    @classmethod
    def _postgres(cls, url: str | None) -> str | None:
        """One spelling for the scheme: operators paste `postgres://` and SQLAlchemy's `postgresql+psycopg://` too."""
        if url is None:
            return None
        scheme, separator, rest = url.partition("://")
        if not separator or scheme not in ("postgres", "postgresql", "postgresql+psycopg"):
            raise ValueError("must begin with postgresql://")
        return f"postgresql://{rest}"

    @field_validator("base_url")
    @classmethod
    def _web(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(("https://", "http://")):
            raise ValueError("must begin with https:// or http://")
        return url

    @field_validator("smtp_url")
    @classmethod
    def _smtp(cls, url: str | None) -> str | None:
        parts = urlsplit(url or "smtp://localhost")
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("must be like smtp://user:password@mail.example.com:587?starttls, or smtps://…")
        return url

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.production and not self.secret_key:
            raise ValueError("SECRET_KEY must be set when TURNS_ENV=production")
        if self.production and self.rate_limits == "off":
            raise ValueError("RATE_LIMITS=off is for development only")
        if not self.database_url and (self.database_pooled_url or self.database_replica_url):
            raise ValueError("DATABASE_POOLED_URL and DATABASE_REPLICA_URL need DATABASE_URL beside them")
        return self

    @property
    def production(self) -> bool:
        return self.turns_env == "production"

    @property
    def embeds_database(self) -> bool:
        return self.database_url is None

    @property
    def embeds_redis(self) -> bool:
        return self.redis_url is None

    # Where things are, whether the operator said so or the embedded stack did. All are libpq's `postgresql://…`.

    @property
    def app_url(self) -> str:
        """What the application signs in with: the role turns_app, or on a foreign server whatever the operator gave."""
        return self.database_pooled_url or self.database_url or self._embedded("app")

    @property
    def admin_url(self) -> str:
        """Migrations and administration: sees all rows, owns the tables."""
        return self.database_url or self._embedded("owner")

    @property
    def replica_url(self) -> str:
        """The application's way to the read replica; the primary where there is none."""
        if self.database_url:
            return self.database_replica_url or self.app_url
        return self._embedded("replica_app")

    @property
    def replica_admin_url(self) -> str:
        if self.database_url:
            return self.database_replica_url or self.admin_url
        return self._embedded("replica_owner")

    @property
    def has_replica(self) -> bool:
        return self.embeds_database or self.database_replica_url is not None

    @property
    def redis_address(self) -> str:
        return self.redis_url or self._embedded("redis")

    @property
    def public_address(self) -> str:
        """Where mails say that Turns is reached; without BASE_URL the address that bin/run printed."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        return self.base_url.rstrip("/") if self.base_url else f"http://{host}:{self.port}"

    @property
    def signing_key(self) -> str:
        return self.secret_key or _generated_once(self.turns_home / "secret_key")

    @property
    def metrics_token(self) -> str:
        """What a collector on another machine shows in production."""
        return _generated_once(self.turns_home / "metrics_token")

    def _embedded(self, part: str) -> str:
        url = getattr(Addresses.read(self.turns_home), part)
        if not url:
            raise ConfigError("The embedded stack is not running: start it with bin/run.")
        return url


@dataclass(frozen=True)
class Addresses:
    """Where the embedded servers are. "" for a part that this home does not embed."""

    app: str = ""
    owner: str = ""
    replica_app: str = ""
    replica_owner: str = ""
    redis: str = ""

    @classmethod
    def read(cls, home: Path) -> "Addresses":
        try:
            return cls(**json.loads(_addresses_file(home).read_text()))
        except FileNotFoundError:
            return cls()
        except (OSError, ValueError, TypeError) as problem:
            raise ConfigError(f"{_addresses_file(home)} cannot be read ({problem}): start bin/run again.") from None

    def write(self, home: Path) -> None:
        """Passwords are inside, so nobody else may read it; replaced whole, so nobody reads half of it."""
        replace_private(_addresses_file(home), json.dumps(asdict(self)))


def load_settings() -> Settings:
    """Settings from the environment. ConfigError names the variable and what it may hold."""
    try:
        return Settings()  # pyright: ignore[reportCallIssue] # every field comes from the environment
    except ValidationError as problem:
        raise ConfigError(_first_problem(problem)) from None


def replace_private(path: Path, text: str) -> None:
    """Write a file that only its owner reads, in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    half.replace(path)


def _addresses_file(home: Path) -> Path:
    return home / "run" / "addresses.json"


def _generated_once(path: Path) -> str:
    """The file's secret. The first process makes it; with several at once, `link` lets one of them win for all."""
    try:
        if not path.exists():
            candidate = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
            replace_private(candidate, secrets.token_hex(32))
            try:
                os.link(candidate, path)
            except FileExistsError:
                pass
            candidate.unlink()
        return path.read_text().strip()
    except OSError as problem:
        raise ConfigError(f"{path} cannot be read or made: {problem.strerror}.") from None


def _first_problem(problem: ValidationError) -> str:
    first = problem.errors()[0]
    sentence = first["msg"].removeprefix("Value error, ")
    if not first["loc"]:
        return f"{sentence}."
    return f"{str(first['loc'][0]).upper()}={first['input']}: {sentence}."
