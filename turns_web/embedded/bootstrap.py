"""What only a superuser can make in a new server: the roles, the database and its extensions. Safe to repeat."""

from typing import LiteralString

from psycopg import Connection, sql

from .postgres import Primary
from .secrets import Secrets

DATABASE = "turns"
EXTENSIONS = ("btree_gist", "pg_trgm", "citext", "unaccent", "pg_stat_statements")
ROLES: dict[str, LiteralString] = {
    "turns_owner": "CREATE ROLE turns_owner LOGIN CREATEROLE NOSUPERUSER NOBYPASSRLS",
    "turns_app": "CREATE ROLE turns_app LOGIN NOSUPERUSER NOBYPASSRLS",
    "turns_repl": "CREATE ROLE turns_repl LOGIN REPLICATION NOSUPERUSER NOBYPASSRLS",
    "turns_reader": "CREATE ROLE turns_reader NOLOGIN NOSUPERUSER NOBYPASSRLS",
}


def bootstrap(primary: Primary, secrets: Secrets) -> None:
    """turns_owner owns the tables, turns_app is the application, turns_repl replicates, turns_reader owns definer
    functions and cannot sign in. None is a superuser and none bypasses row security."""
    with primary.superuser() as connection:
        known = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, statement in ROLES.items():
            if role not in known:
                connection.execute(statement)
        for role, password in (
            ("turns_owner", secrets.owner),
            ("turns_app", secrets.app),
            ("turns_repl", secrets.replication),
        ):
            # The verifier and not the password: statements are kept in logs and in pg_stat_statements.
            verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(verifier)))
        # The owner hands functions to turns_reader and grants to the application.
        connection.execute("GRANT turns_reader, turns_app, turns_repl TO turns_owner WITH ADMIN OPTION")
        connection.execute("GRANT pg_monitor TO turns_owner")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE} OWNER turns_owner")
        connection.execute(f"REVOKE CONNECT, TEMPORARY ON DATABASE {DATABASE} FROM PUBLIC")
        # The reader refreshes views beside their readers, which takes a temporary table.
        connection.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {DATABASE} TO turns_app, turns_repl, turns_reader")
    with primary.superuser(DATABASE) as connection:
        extend(connection)


def extend(connection: Connection) -> None:
    """The extensions of a database. What the server counts of everybody's statements is not for everybody to read."""
    for extension in EXTENSIONS:
        connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    for view in ("pg_stat_statements", "pg_stat_statements_info"):
        connection.execute(f"REVOKE ALL ON {view} FROM PUBLIC")
        connection.execute(f"GRANT SELECT ON {view} TO pg_monitor")
