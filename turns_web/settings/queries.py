"""The settings in force."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from turns_web.core import clock
from turns_web.schema import properties, settings
from turns_web.settings.fields import SETTINGS


class InForce(NamedTuple):
    name: str
    market: str | None
    value: str


def value(session: Session, name: str, market: str | None = None) -> str:
    """The value as stored: the market's own, else the one for all, else the default."""
    found = dict(
        session.execute(
            select(settings.c.market, settings.c.value).where(
                settings.c.name == name, (settings.c.market.is_(None)) | (settings.c.market == market)
            )
        ).all()
    )
    return found.get(market) or found.get(None) or SETTINGS[name].default


def in_force(session: Session) -> list[InForce]:
    """Every setting, those of single markets after the one for all."""
    found = {
        (row.name, row.market): row.value
        for row in session.execute(select(settings.c.name, settings.c.market, settings.c.value))
    }
    for name, setting in SETTINGS.items():
        found.setdefault((name, None), setting.default)
    return [
        InForce(name, market, found[name, market])
        for name, market in sorted(found, key=lambda at: (at[0], at[1] or ""))
    ]


def markets(session: Session) -> list[str]:
    """Those that have homes, by their names."""
    return list(
        session.scalars(
            select(properties.c.market).where(properties.c.market.is_not(None)).distinct().order_by(properties.c.market)
        )
    )


class Zone:
    """The setting `timezone`, asked of the database at most twice a minute a process."""

    def __init__(self) -> None:
        self._name = SETTINGS["timezone"].default
        self._until = 0.0

    def name(self, session: Session, now: float) -> str:
        if now >= self._until:
            self._name, self._until = value(session, "timezone"), now + 30
        return self._name


zone = Zone()


def today(session: Session, now: float):
    """Today in the portfolio's zone."""
    return clock.today(zone.name(session, now))
