"""The property list at 100,000 homes: its pages, and searches that find few and many."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

from bench.client import Client
from bench.figures import Figure, medians
from bench.ground import Ground
from turns_web.web.paging import pack

ROUNDS = 30
WINDOW = 50

_COLUMNS = "id, version, property_id, name, street_address, unit, city, state, zip_code, market, bedrooms, bathrooms"
_PAGE = f"""SELECT {_COLUMNS} FROM properties
WHERE NOT is_archived AND (street_address, id) > (%s, %s) ORDER BY street_address, id LIMIT {WINDOW + 1}"""
_FOUND = f"""SELECT {_COLUMNS} FROM properties
WHERE NOT is_archived AND id IN (SELECT search_property_ids(%s)) ORDER BY street_address, id LIMIT {WINDOW + 1}"""
_COUNT = "SELECT count(*) FROM properties WHERE NOT is_archived AND id IN (SELECT search_property_ids(%s))"
_NOBODY = UUID(int=0)


def run(ground: Ground) -> Iterator[Figure]:
    few, many = _needles(ground)
    for words, person in (
        ("an administrator", ground.administrator),
        ("the manager with a fifth", ground.manager_of_a_fifth),
    ):
        yield from _as(ground, words, person, few, many)


def _as(ground: Ground, words: str, person: UUID, few: str, many: str) -> Iterator[Figure]:
    client, web = ground.client(person), Client(ground.floors)
    bare = ground.as_person(person)
    last = max(1, min(2000, bare.execute("SELECT count(*) FROM properties").fetchone()[0] // WINDOW))
    there = bare.execute(
        "SELECT street_address, id FROM properties WHERE NOT is_archived ORDER BY street_address, id OFFSET %s LIMIT 1",
        [(last - 1) * WINDOW - 1],
    ).fetchone()
    deep = f"/properties?cursor={pack(there)}"
    taken = medians(
        ROUNDS,
        first=lambda: client.must("/properties"),
        deep=lambda: client.must(deep),
        few=lambda: client.must(f"/properties?q={quote(few)}"),
        sql=lambda: bare.execute(_PAGE, ["", _NOBODY]).fetchall(),
        deep_sql=lambda: bare.execute(_PAGE, there).fetchall(),
        few_sql=lambda: bare.execute(_FOUND, [few]).fetchall(),
        web=lambda: web.get("/hello"),
    )
    bare_names = "SQL + answer"
    yield Figure(f"page 1, {words}", taken["first"], 12, floor=taken["sql"] + taken["web"], floor_name=bare_names)
    floor = taken["deep_sql"] + taken["web"]
    yield Figure(f"page {last:,}, {words}", taken["deep"], 12, floor=floor, floor_name=bare_names)
    yield Figure(f"page {last:,} beside page 1, {words}", taken["deep"], 1.2, floor=taken["first"], floor_name="page 1")
    floor = taken["few_sql"] + taken["web"]
    yield Figure(f"search with few hits, {words}", taken["few"], 12, floor=floor, floor_name=bare_names)
    # The page says how many there are, so that its SQL is the window and the count.
    taken = medians(
        ROUNDS // 2,
        page=lambda: client.must(f"/properties?q={quote(many)}"),
        sql=lambda: (bare.execute(_FOUND, [many]).fetchall(), bare.execute(_COUNT, [many]).fetchall()),
    )
    yield Figure(f"search that a tenth matches, {words}", taken["page"], 1.3, floor=taken["sql"], floor_name="its SQL")
    bare.rollback()


def _needles(ground: Ground) -> tuple[str, str]:
    """A search with a few hits, and a word that about a tenth of the homes have."""
    few = ground.one("SELECT street_address FROM properties WHERE NOT is_archived ORDER BY id OFFSET 1000 LIMIT 1")
    many = ground.one(
        """SELECT word FROM (
            SELECT word, count(DISTINCT id) AS homes
            FROM properties, LATERAL regexp_split_to_table(lower(concat_ws(' ', street_address, name)), '[^a-z]+') word
            WHERE length(word) > 2 GROUP BY word) found
        ORDER BY abs(homes - (SELECT count(*) FROM properties) / 10.0), word LIMIT 1"""
    )
    return few, many
