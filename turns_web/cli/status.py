"""bin/turns status: how the parts of a running Turns stand."""

import json
from typing import Any
from urllib.parse import urlsplit

import click
import psycopg
import redis

from turns_web.config import Settings, load_settings
from turns_web.embedded import standing
from turns_web.embedded.standing import DOWN, Standing

PARTS = ("primary", "replica", "redis", "web", "rq")
WITH_WORKERS = ("web", "rq")


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="As one JSON object.")
def command(as_json: bool) -> None:
    """How the database, Redis, web server and worker stand."""
    settings = load_settings()
    found = status(settings)
    if as_json:
        click.echo(json.dumps(found))
        return
    click.echo(f"home     {found['home']}")
    for name, part in found["parts"].items():
        workers = f", workers {part['workers']}" if part.get("workers") else ""
        click.echo(f"{name:<8} {part['state']:<9} {part['address'] or '-'}  (process {part['pid'] or '-'}{workers})")


def status(settings: Settings) -> dict[str, Any]:
    told = standing.read(settings.turns_home) or {}
    parts = {}
    for name in PARTS:
        found = told.get(name) or _elsewhere(settings, name) or Standing(None, "", DOWN)
        parts[name] = {"pid": found.pid, "address": found.address, "state": found.state}
        if name in WITH_WORKERS:
            parts[name]["workers"] = standing.workers_of(found.pid)
    return {"home": str(settings.turns_home), "parts": parts}


def _elsewhere(settings: Settings, name: str) -> Standing | None:
    """A server that is not ours has no process here: we can only ask whether it answers."""
    if name == "redis" and settings.redis_url:
        return Standing(None, _place(settings.redis_url), _answers_redis(settings.redis_url))
    if name == "primary" and settings.database_url:
        return Standing(None, _place(settings.database_url), _answers_postgres(settings.database_url))
    if name == "replica" and settings.database_replica_url:
        return Standing(None, _place(settings.database_replica_url), _answers_postgres(settings.database_replica_url))
    return None


def _answers_postgres(url: str) -> str:
    try:
        psycopg.connect(url, connect_timeout=3).close()
    except psycopg.Error:
        return DOWN
    return "ok"


def _answers_redis(url: str) -> str:
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            client.ping()
    except redis.RedisError:
        return DOWN
    return "ok"


def _place(url: str) -> str:
    """Host and port, without the password."""
    parts = urlsplit(url)
    return f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""
