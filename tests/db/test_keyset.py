"""Windows of a list under ties and missing values: no row twice, none missed, whatever the size of the window."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import (
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    Uuid,
    create_engine,
    insert,
    select,
)
from sqlalchemy.orm import Session

from turns_web.core.keyset import Key, Order, fetch, parse_key

# Temporary, so that each example has its own rows and leaves none.
things = Table(
    "things",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("area", Integer),
    Column("city", String(100), nullable=False),
    Column("beds", Numeric(3, 1)),
    Column("day", Date),
    Column("made_at", DateTime(timezone=True)),
    prefixes=["TEMPORARY"],
)

AT = datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC)

ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.uuids(),
            "area": st.none() | st.integers(0, 3),
            "city": st.sampled_from(["Auburn", "Folsom", "folsom", "Łódź", ""]),
            "beds": st.none() | st.sampled_from([Decimal("1.0"), Decimal("2.5")]),
            "day": st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 3)),
            "made_at": st.none() | st.sampled_from([AT + timedelta(microseconds=each) for each in range(3)]),
        }
    ),
    max_size=25,
    unique_by=lambda row: row["id"],
)


@pytest.fixture(scope="module")
def engine(database):
    url = database.admin_url.replace("postgresql://", "postgresql+psycopg://", 1)
    engine = create_engine(url, connect_args={"options": "-c timezone=America/Denver"})
    yield engine
    engine.dispose()


@settings(max_examples=60, deadline=None)
@given(
    rows=ROWS,
    size=st.integers(1, 7),
    name=st.sampled_from(["area", "city", "beds", "day", "made_at"]),
    down=st.booleans(),
)
def test_windows_hold_every_row_once_and_in_order(engine, rows, size, name, down):
    column = things.c[name]
    order = Order(column, things.c.id, descending=down, nullable=column.nullable)
    with Session(engine) as session:
        things.create(session.connection())
        if rows:
            session.execute(insert(things), rows)
        seen, after = [], None
        while window := fetch(session, order, after, size, _statement):
            assert len(window) <= size
            seen += window
            # Through text and back, as a cursor goes.
            after = parse_key(order, [None if window[-1][1] is None else str(window[-1][1]), str(window[-1][0])])
            if len(window) < size:
                break
        by_sql = column.desc().nulls_last() if down else column.asc().nulls_last()
        by_id = things.c.id.desc() if down else things.c.id.asc()
        expected = [row.id for row in session.execute(select(things.c.id, column).order_by(by_sql, by_id))]
        session.rollback()
    assert [row[0] for row in seen] == expected


def _statement(conditions, order_by, limit):
    # The value sorted by comes second, whichever it is.
    return select(things.c.id, order_by[0].element).where(*conditions).order_by(*order_by).limit(limit)


@pytest.mark.parametrize(
    "cursor",
    [
        ["x", "y"],
        ["1", "not an id"],
        ["NaN", str(UUID(int=1))],
        ["9" * 12, str(UUID(int=1))],
        [None, None],
        ["\ud800", str(UUID(int=1))],
    ],
)
def test_a_cursor_that_is_none_is_refused(cursor):
    with pytest.raises(ValueError):
        parse_key(Order(things.c.beds, things.c.id, nullable=True), cursor)
    with pytest.raises(ValueError):
        parse_key(Order(things.c.city, things.c.id), [None, str(UUID(int=1))])


def test_no_cursor_is_the_beginning():
    assert parse_key(Order(things.c.city, things.c.id), None) is None
    assert parse_key(Order(things.c.day, things.c.id), ["2026-01-02", str(UUID(int=1))]) == Key(
        date(2026, 1, 2), UUID(int=1)
    )
