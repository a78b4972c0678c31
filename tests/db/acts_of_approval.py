"""What people do about approval, each in one statement on a connection that acts in somebody's name."""


def submit(connection, turn, version=1, note=None):
    return _call(connection, "submit_approval(%s, %s, %s)", turn.id, version, note)


def withdraw(connection, turn, version, note=None):
    return _call(connection, "withdraw_approval(%s, %s, %s)", turn.id, version, note)


def decide(connection, turn, version, decision="approve", reason=None):
    return _call(connection, "decide_approval(%s, %s, %s, %s)", turn.id, version, decision, reason)


def change(connection, turn, version, amount, reason="Rotten subfloor"):
    return _call(connection, "record_change_order(%s, %s, %s, %s)", turn.id, version, amount, reason)


def ask(connection, turn, version, question="Which rooms?"):
    return _call(connection, "ask_approval(%s, %s, %s)", turn.id, version, question)


def answer(connection, turn, version, said="All three"):
    return _call(connection, "answer_approval(%s, %s, %s)", turn.id, version, said)


def delegate(connection, person, first_day="today", last_day="today"):
    """Days as Postgres reads them, or as the portfolio counts them from today: `+1`, `-3`."""
    days = [
        f"portfolio_today() {day}" if day[0] in "+-" else "portfolio_today()" if day == "today" else f"'{day}'::date"
        for day in (first_day, last_day)
    ]
    return _call(connection, f"delegate_approvals(%s, {days[0]}, {days[1]})", person.id)


def now(admin, turn):
    return admin.execute("SELECT * FROM turns WHERE id = %s", [turn.id]).fetchone()


def acts(admin, turn):
    """(act, level) in their order."""
    return [
        (row.decision, row.level)
        for row in admin.execute(
            "SELECT decision::text, level::text FROM approval_decisions WHERE turn_id = %s ORDER BY number", [turn.id]
        )
    ]


def _call(connection, function, *values):
    return connection.execute(f"SELECT {function}", list(values)).fetchone()[0]
