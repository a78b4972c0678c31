"""bin/run: everything up, watched, and down again in reverse order."""

import os
import shutil
import signal
import sys
import traceback
from pathlib import Path

import click
import psycopg

from turns_web.cli import lock
from turns_web.cli.db import migrate
from turns_web.cli.parts import Rq, Web
from turns_web.cli.supervisor import Supervisor
from turns_web.config import CHECKOUT, ConfigError, Settings, load_settings
from turns_web.embedded import children, ports
from turns_web.embedded.errors import Refused
from turns_web.embedded.part import Part
from turns_web.embedded.stack import Stack, private_home
from turns_web.seeding import demo as portfolio
from turns_web.web import limits

STOPS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
AGAIN_S = 0.5


class Stopped(BaseException):
    """Somebody asked us to end. No Exception, so that nothing that retries catches it."""


@click.command()
@click.option("--no-demo", is_flag=True, help="Seed the stages only, not the demo portfolio.")
def command(no_demo: bool) -> None:
    """Start Turns and keep it running until SIGINT or SIGTERM."""
    for number in (*STOPS, signal.SIGALRM):
        signal.signal(number, _stop)
    home = None
    try:
        settings = load_settings()
        home = settings.turns_home
        run(settings, demo=not no_demo)
    except Stopped:
        pass
    except (ConfigError, Refused) as refusal:
        _refuse(str(refusal))
    except Exception as problem:
        _refuse(_unexpected(problem, home))


def run(settings: Settings, *, demo: bool) -> None:
    home = settings.turns_home
    private_home(home)
    _refuse_limits(settings)
    held = lock.hold(home)
    _refuse_taken_port(settings)
    _prepare_environment(home)
    children.adopt_orphans()
    stack = Stack(home, database=settings.embeds_database, redis=settings.embeds_redis)
    parts: list[Part] = [*stack.parts, Web(home, settings.host, settings.port), Rq(home)]
    supervisor = Supervisor(home, parts)
    supervisor.write_status()
    try:
        click.echo("Starting Turns …")
        stack.start()
        for line in migrate(settings.admin_url):
            click.echo(line)
        if demo and not settings.production and portfolio.is_empty(settings.admin_url):
            click.echo("Putting in the demo portfolio …")
            portfolio.load(settings.admin_url, settings.demo_password)
        for part in parts[len(stack.parts) :]:
            part.bring_up()
        supervisor.write_status()
        _greet(settings, parts)
        supervisor.watch()
    finally:
        for number in (*STOPS, signal.SIGALRM):
            signal.signal(number, signal.SIG_IGN)  # one is enough; a second must not leave anything behind
        supervisor.stop()
        stack.stop()
        os.close(held)


def _refuse_limits(settings: Settings) -> None:
    try:
        limits.rules(settings.rate_limits)
    except ValueError as problem:
        raise Refused(f"RATE_LIMITS={settings.rate_limits}: {problem}.") from None


def _refuse_taken_port(settings: Settings) -> None:
    """A server of ours that was killed a moment ago may still be letting go of it."""
    try:
        if children.wait_until(lambda: ports.is_free(settings.host, settings.port), patience_s=3, every_s=0.1):
            return
    except OSError as problem:
        raise Refused(f"HOST={settings.host} cannot be listened on ({problem.strerror}).") from None
    raise Refused(
        f"Port {settings.port} is taken by another program. Stop it, or choose another port: PORT=8001 bin/run"
    )


def _prepare_environment(home: Path) -> None:
    """What every process that we start finds in its environment, the database servers too."""
    os.environ["TURNS_HOME"] = str(home)
    os.environ["PYTHONPATH"] = str(CHECKOUT)
    os.environ["PYTHONUNBUFFERED"] = "1"
    metrics = home / "run" / "metrics"
    shutil.rmtree(metrics, ignore_errors=True)  # counts of processes that are gone
    metrics.mkdir()
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(metrics)


def _greet(settings: Settings, parts: list[Part]) -> None:
    web = next(part for part in parts if isinstance(part, Web))
    click.echo(f"\nTurns is running at {web.near_address}   (Ctrl-C stops it)\n")
    with psycopg.connect(settings.admin_url) as connection:
        people = connection.execute(
            "SELECT email, role FROM users WHERE email IS NOT NULL AND is_active AND password_hash IS NOT NULL"
            " ORDER BY role, email LIMIT 200"
        ).fetchall()
    demo = [(email, role) for email, role in people if email.endswith("@demo.example")]
    if demo and not settings.production:
        click.echo(f"Sign in with the password {settings.demo_password} as")
        for email, role in demo:
            click.echo(f"  {email:<24} {role}")
    elif not people:
        click.echo("Nobody can sign in yet. Make the first administrator in another terminal:")
        click.echo("  bin/turns users add you@example.com --role SUPER_ADMIN")


def _stop(*_: object) -> None:
    """Raised where a destructor happens to run, an exception is printed and gone: so it comes until it is heard."""
    signal.setitimer(signal.ITIMER_REAL, AGAIN_S)
    raise Stopped


def _refuse(sentence: str) -> None:
    click.echo(f"bin/run: {sentence}", err=True)
    sys.exit(1)


def _unexpected(problem: Exception, home: Path | None) -> str:
    """One line for the terminal; the whole story in a file."""
    said = str(problem).strip().splitlines()
    line = f"{type(problem).__name__}: {said[0] if said else 'no more is known'}"
    try:
        log = home / "logs" / "run.log" if home else None
        if log is not None:
            with log.open("a") as file:
                traceback.print_exc(file=file)
            line += f" (more in {log})"
    except OSError:
        pass  # then the line has to do
    return line


if __name__ == "__main__":
    command(prog_name="bin/run")
