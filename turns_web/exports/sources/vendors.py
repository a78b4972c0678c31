"""Vendors, with what today makes of their insurance, and the open turns that they work on."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from turns_web.core.fields import Fields
from turns_web.core.identity import Identity
from turns_web.core.versioned import readable
from turns_web.exports.sheet import Column, Kind, Source
from turns_web.exports.sources.asking import Query, chosen, has_bom
from turns_web.exports.sources.columns import WHO, in_order, joined, named, plain, selected
from turns_web.exports.sources.listed import order_by, words_of
from turns_web.exports.sources.statement import written
from turns_web.schema import vendors
from turns_web.vendors import filters
from turns_web.vendors.fields import ALL_FIELDS
from turns_web.vendors.filters import LISTING
from turns_web.vendors.queries.listing import open_jobs

_PEOPLE = {"archived_by": "arc", "created_by": "cre", "updated_by": "upd"}
_JOINS = {alias: f"LEFT JOIN who {alias} ON {alias}.id = v.{name}" for name, alias in _PEOPLE.items()}
_MADE = (
    Column("insurance", "Insurance", Kind.TEXT, "v.insurance"),
    Column("open_jobs", "Open jobs", Kind.WHOLE, "v.open_jobs", is_summed=True),
)
_FIRST = (
    "company_name", "contact_name", "email", "phone", "website", "street_address", "city", "state", "zip_code",
    "trades", "service_area", "license_number", "insurance_expiry", "insurance", "is_approved", "is_active",
    "average_rating", "total_jobs", "open_jobs",
)  # fmt: skip
_LAST = ("version", "id")


def _columns() -> list[Column]:
    every = named(
        plain(vendors, "v", ALL_FIELDS),
        {name: f"{alias}.email" for name, alias in _PEOPLE.items()},
    )
    every |= {column.name: column for column in _MADE}
    return in_order(every, _FIRST, _LAST)


COLUMNS = _columns()


def filters_known() -> Fields:
    return LISTING.filters


def source(session: Session, who: Identity, asked: Query, today: date) -> Source:
    told = LISTING.parse(asked)
    columns = chosen(asked, COLUMNS)
    jobs = open_jobs()
    firms = (
        select(
            *readable(vendors),
            filters.insurance(today).label("insurance"),
            func.coalesce(jobs.c.count, 0).label("open_jobs"),
        )
        .outerjoin(jobs, jobs.c.vendor_id == vendors.c.id)
        .where(*filters.conditions(told, today))
    )
    statement, given = written(firms)
    what = selected(columns)
    return Source(
        "vendors",
        "Vendors",
        columns,
        f"WITH {WHO} SELECT {what} FROM ({statement}) v"  # noqa: S608
        f" {joined(_JOINS, what)} ORDER BY {order_by(told.sort, 'v')}",
        f"SELECT count(*) FROM ({statement}) v",  # noqa: S608
        given,
        words_of(session, told),
        has_bom(asked),
    )
