"""Changing a setting. A changed limit decides nothing by itself: it counts from the next step on."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from turns_web.core.errors import Invalid
from turns_web.core.fields import FieldError
from turns_web.core.versioned import update_row
from turns_web.schema import settings
from turns_web.settings import queries
from turns_web.settings.fields import SETTINGS


def set_setting(session: Session, name: str, typed: str, market: str | None = None) -> str:
    """Set `name`, for all markets or one; returns the value as stored.

    Raises Invalid by `name`, `value` or `market` for an unknown name, a senseless value, a market where there is none,
    or a DFO limit above the HO limit.
    """
    setting = SETTINGS.get(name)
    if setting is None:
        raise Invalid({"name": f"There is no setting {name}. There are: {', '.join(sorted(SETTINGS))}."})
    if market and not setting.by_market:
        raise Invalid({"market": f"{setting.kind.label} is one for all markets."})
    try:
        value = setting.kind.parse(typed)
    except FieldError as refused:
        raise Invalid({"value": str(refused)}) from refused
    stored = setting.kind.text(value)
    _refuse_crossed_limits(session, name, stored, market)
    row = session.execute(
        select(settings.c.id, settings.c.version)
        .where(settings.c.name == name, settings.c.market.is_not_distinct_from(market))
        .with_for_update()
    ).first()
    if row:
        update_row(session, settings, row.id, row.version, {"value": stored})
    else:
        session.execute(settings.insert().values(name=name, market=market, value=stored))
    return stored


def _refuse_crossed_limits(session: Session, name: str, stored: str, market: str | None) -> None:
    if name not in ("dfo_limit", "ho_limit"):
        return
    dfo = Decimal(stored) if name == "dfo_limit" else Decimal(queries.value(session, "dfo_limit", market))
    ho = Decimal(stored) if name == "ho_limit" else Decimal(queries.value(session, "ho_limit", market))
    if dfo > ho:
        raise Invalid({"value": f"The DFO limit (${dfo:,.2f}) cannot be above the HO limit (${ho:,.2f})."})
