"""Changing a setting. A changed limit decides nothing by itself: it counts from the next step on."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from turns_web.core.errors import Invalid, NotFound
from turns_web.core.fields import FieldError
from turns_web.core.outbox import EVERYTHING, emit
from turns_web.core.versioned import delete_row, insert_row, merge_update, update_row
from turns_web.schema import settings
from turns_web.settings import queries
from turns_web.settings.fields import SETTINGS

_TAKEN = "Somebody just set this for the market: look again."


def set_setting(session: Session, name: str, typed: str, market: str | None = None) -> str:
    """Set `name`, for all markets or one, whatever it is now; returns the value as stored.

    Raises Invalid by `name`, `value` or `market` for an unknown name, a senseless value, a market where there is none
    or that no home is in, or a DFO limit above the HO limit.
    """
    stored = stored_value(session, name, typed, market)
    row = session.execute(_row(name, market).with_for_update()).first()
    if row:
        update_row(session, settings, row.id, row.version, {"value": stored})
    else:
        insert_row(session, settings, {"name": name, "market": market, "value": stored}, None)
    emit(session, EVERYTHING)
    return stored


def save_setting(session: Session, name: str, typed: str, market: str | None, version: int | None) -> str:
    """Set `name` where it still is as the person saw it; returns the value as stored.

    version: of the value that is there, None for a market that has none of its own yet.
    Raises Invalid as set_setting, Stale (with conflicts).
    """
    stored = stored_value(session, name, typed, market)
    row = session.execute(_row(name, market)).first()
    if row is None:
        insert_row(session, settings, {"name": name, "market": market, "value": stored}, None)
    elif version is None:
        raise Invalid({"market": _TAKEN})
    else:
        merge_update(session, settings, row.id, version, {"value": stored})
    emit(session, EVERYTHING)
    return stored


def take_back(session: Session, name: str, market: str, version: int) -> None:
    """A market goes by the value for all again. Raises NotFound, Stale, Invalid."""
    row = session.execute(_row(name, market)).first()
    if row is None:
        raise NotFound()
    delete_row(session, settings, row.id, version)
    emit(session, EVERYTHING)


def stored_value(session: Session, name: str, typed: str, market: str | None) -> str:
    """What was typed, as it is stored. Raises Invalid as set_setting."""
    setting = SETTINGS.get(name)
    if setting is None:
        raise Invalid({"name": f"There is no setting {name}. There are: {', '.join(sorted(SETTINGS))}."})
    if market:
        _refuse_market(session, name, market)
    try:
        stored = setting.kind.text(setting.kind.parse(typed))
    except FieldError as refused:
        raise Invalid({"value": str(refused)}) from refused
    _refuse_crossed_limits(session, name, stored, market)
    return stored


def _refuse_market(session: Session, name: str, market: str) -> None:
    setting = SETTINGS[name]
    if not setting.by_market:
        raise Invalid({"market": f"{setting.kind.label} is one for all markets."})
    known = queries.markets(session)
    if market not in known:
        there = f"There are homes in: {', '.join(known)}." if known else "No home has a market yet."
        raise Invalid({"market": f"No home is in {market}. {there}"})


def _refuse_crossed_limits(session: Session, name: str, stored: str, market: str | None) -> None:
    if name not in ("dfo_limit", "ho_limit"):
        return
    dfo = Decimal(stored) if name == "dfo_limit" else Decimal(queries.value(session, "dfo_limit", market))
    ho = Decimal(stored) if name == "ho_limit" else Decimal(queries.value(session, "ho_limit", market))
    if dfo > ho:
        raise Invalid({"value": f"The DFO limit (${dfo:,.2f}) cannot be above the HO limit (${ho:,.2f})."})


def _row(name: str, market: str | None) -> Select[tuple[UUID, Any]]:
    return select(settings.c.id, settings.c.version).where(
        settings.c.name == name, settings.c.market.is_not_distinct_from(market)
    )
