"""What keeps the database in order, whoever is signed in."""

import time
from datetime import date

from sqlalchemy import text

from turns_web.core.clock import now
from turns_web.core.db import write
from turns_web.core.identity import system_identity
from turns_web.imports import desk
from turns_web.settings.fields import SETTINGS
from turns_web.settings.queries import today, value
from turns_web.turns.filing import file_completed

MONTHS_AHEAD = 2
RECEIPTS_DAYS = 30
# The outbox keeps what was told for a while, for whoever looks into what happened.
TOLD_DAYS = 2
# Mail is what an administrator looks for a while later; without a mail server it waits here.
MAIL_DAYS = 30
NOTICES_DAYS = 180
# Files that were imported, and what came of each of their rows.
IMPORTS_DAYS = 30
_AT_ONCE = 200

# What was counted up to the last summary of this process. Counts are told a moment after the writes, never lost for it:
# the next look finds them.
_summarized: int | None = None
_WRITTEN = text(
    "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_user_tables "
    "WHERE relid IN ('properties'::regclass, 'turns'::regclass)"
)


def keep_partitions() -> None:
    with write(system_identity(), context="housekeeping") as session:
        for month in months_from(now().date(), MONTHS_AHEAD):
            session.execute(text("SELECT ensure_audit_partition(:month)"), {"month": month})


def forget() -> None:
    """Receipts of writes that nobody repeats any more, sessions that ended, events that were told."""
    with write(system_identity(), context="housekeeping") as session:
        session.execute(text("SELECT forget_old(CAST(:days AS integer))"), {"days": RECEIPTS_DAYS})
        session.execute(
            text("DELETE FROM outbox WHERE done_at < now() - make_interval(days => :days) AND kind <> 'mail'"),
            {"days": TOLD_DAYS},
        )
        session.execute(
            text("DELETE FROM outbox WHERE kind = 'mail' AND created_at < now() - make_interval(days => :days)"),
            {"days": MAIL_DAYS},
        )
        session.execute(text("SELECT forget_notices(CAST(:days AS integer))"), {"days": NOTICES_DAYS})


def file_turns() -> None:
    """In small transactions: nobody who moves a card waits for the whole of it."""
    filed = _AT_ONCE
    while filed == _AT_ONCE:
        with write(system_identity(), context="filing") as session:
            days = SETTINGS["completed_days"].value(value(session, "completed_days"))
            filed = file_completed(session, today(session, time.monotonic()), days, _AT_ONCE)


def learn_costs() -> None:
    """What turns of such homes usually cost, from those that ended since."""
    with write(system_identity(), context="housekeeping") as session:
        session.execute(text("SELECT refresh_typical_costs()"))


def summarize_properties() -> None:
    """Only where a home or turn was written since: the refresh reads all of them."""
    global _summarized
    with write(system_identity(), context="housekeeping") as session:
        written = session.execute(_WRITTEN).scalar_one()
        if written != _summarized:
            session.execute(text("SELECT refresh_property_summary()"))
    _summarized = written


def clear_imports() -> None:
    desk.clear_old(IMPORTS_DAYS * 86400)


def months_from(day: date, ahead: int) -> list[date]:
    """The first days of this month and of so many after it."""
    first = day.year * 12 + day.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(first, first + ahead + 1)]
