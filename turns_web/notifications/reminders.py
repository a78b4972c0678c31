"""What nobody did: an approval that waits, an insurance that runs out, a target that was missed. Each is told once.

All people and rows at once; a notice is known by its key, so that it does not matter how often this is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from turns_web.core import money
from turns_web.core.identity import Role
from turns_web.notifications import audience
from turns_web.notifications.delivery import Notice, Recipient, deliver, recipient

# Days before an insurance runs out; the nearest one that is reached is told.
INSURANCE_DAYS = (7, 30, 60)
WAITS_DAYS = 2

_WAITING = text(
    "SELECT t.id, t.turn_id, p.street_address, p.unit, s.name AS stage, w.since, "
    "t.scope_approval_status::text AS status, "
    "extract(day FROM now() - w.since - h.held)::integer AS days, "
    "coalesce(t.approved_turn_amount + coalesce(t.change_order_amount, 0) + coalesce(o.amount, 0), t.turn_amount) "
    "AS amount, coalesce(nullif(concat_ws(' ', u.first_name, u.last_name), ''), u.email, 'Turns') AS person "
    "FROM turns t JOIN properties p ON p.id = t.property_id JOIN turn_stages s ON s.id = t.stage_id "
    "LEFT JOIN users u ON u.id = t.submitted_by "
    "LEFT JOIN change_orders o ON o.turn_id = t.id AND o.status = 'NEEDED' "
    "CROSS JOIN LATERAL (SELECT coalesce(CASE t.scope_approval_status WHEN 'HO_APPROVAL_NEEDED' "
    "THEN t.dfo_approval_datetime END, t.submitted_at) AS since) AS w "
    "CROSS JOIN LATERAL approval_held(t.id, w.since) AS h "
    "WHERE t.scope_approval_status IN ('DFO_APPROVAL_NEEDED', 'HO_APPROVAL_NEEDED') AND NOT t.is_archived "
    # Whoever asked waits for an answer, not for themselves.
    "AND w.since < now() - :days * interval '1 day' AND h.asked_at IS NULL "
    "AND now() - w.since - h.held >= :days * interval '1 day' ORDER BY w.since, t.id"
)
_INSURED = text(
    "SELECT id, company_name, nullif(btrim(email), '') AS email, insurance_expiry, insurance_expiry - :today AS days "
    "FROM vendors WHERE is_active AND NOT is_archived AND insurance_expiry BETWEEN :today AND :today + :most "
    "ORDER BY insurance_expiry, id"
)
_OFFICE = text(
    "SELECT id, email, role::text AS role, preferences, vendor_id FROM users WHERE is_active "
    "AND id <> '00000000-0000-0000-0000-000000000001' "
    "AND (role IN ('SUPER_ADMIN', 'ADMIN', 'SR_PROPERTY_MANAGER') OR role = 'VENDOR' AND vendor_id IS NOT NULL)"
)
_MISSED = text(
    "SELECT t.id, t.turn_id, p.street_address, p.unit, s.name AS stage, t.expected_completion_date, "
    "t.property_manager_id, t.sr_property_manager_id FROM turns t JOIN properties p ON p.id = t.property_id "
    "JOIN turn_stages s ON s.id = t.stage_id WHERE t.is_open AND t.expected_completion_date < :today "
    "ORDER BY t.expected_completion_date, t.id"
)


def remind(session: Session, today: date) -> set[UUID]:
    """Tell what is to be told by now, as the system user; who has something new in the page."""
    run = uuid4()
    return deliver(
        session,
        [
            *_waiting(session, run),
            *_insurance(session, today, run),
            *_missed(session, today, run),
        ],
    )


def _waiting(session: Session, run: UUID) -> Iterator[Notice]:
    rows = session.execute(_WAITING, {"days": WAITS_DAYS}).all()
    deciders = audience.who_decides(session, [row.id for row in rows])
    people = audience.people_of(session, {person for several in deciders.values() for person in several})
    for row in rows:
        for id in deciders.get(row.id, ()):
            if id in people:
                yield Notice(
                    to=recipient(people[id], "approval_reminder"),
                    kind="approval_reminder",
                    key=f"approval_reminder:{row.id}:{row.status}:{row.since.timestamp():.0f}",
                    link=f"/turns/{row.id}",
                    values={
                        **_of_turn(row),
                        "person": row.person,
                        "amount": money.exact(row.amount) if row.amount is not None else "no amount",
                        "days": str(row.days),
                    },
                    turn_id=row.id,
                    mail_key=f"approval_reminder:{run}",
                )


def _insurance(session: Session, today: date, run: UUID) -> Iterator[Notice]:
    vendors = session.execute(_INSURED, {"today": today, "most": max(INSURANCE_DAYS)}).all()
    people = session.execute(_OFFICE).all() if vendors else []
    for vendor in vendors:
        within = min(days for days in INSURANCE_DAYS if vendor.days <= days)
        key = f"insurance:{vendor.id}:{vendor.insurance_expiry}:{within}"
        values = {
            "vendor": vendor.company_name,
            "date": _day(vendor.insurance_expiry),
            "days": str(vendor.days),
        }
        if vendor.email:
            to = Recipient(None, vendor.email, by_page=False, by_mail=True)
            yield Notice(to=to, kind="insurance", key=key, link="/portal", values=values)
        for person in people:
            is_theirs = person.role == Role.VENDOR
            if not is_theirs or person.vendor_id == vendor.id:
                yield Notice(
                    to=recipient(person, "insurance", by_mail=not (is_theirs and vendor.email)),
                    kind="insurance",
                    key=key,
                    link="/portal" if is_theirs else f"/vendors/{vendor.id}",
                    values=values,
                    mail_key=f"insurance:{run}",
                )


def _missed(session: Session, today: date, run: UUID) -> Iterator[Notice]:
    rows = session.execute(_MISSED, {"today": today}).all()
    ids = {id for row in rows for id in (row.property_manager_id, row.sr_property_manager_id) if id}
    people = audience.people_of(session, ids) if ids else {}
    for row in rows:
        for id in {row.property_manager_id, row.sr_property_manager_id} & people.keys():
            yield Notice(
                to=recipient(people[id], "target_missed"),
                kind="target_missed",
                key=f"target_missed:{row.id}:{row.expected_completion_date}",
                link=f"/turns/{row.id}",
                values={**_of_turn(row), "date": _day(row.expected_completion_date)},
                turn_id=row.id,
                mail_key=f"target_missed:{run}",
            )


def _of_turn(row: Row[Any]) -> dict[str, str]:
    return {"address": audience.address(row), "turn": row.turn_id, "stage": row.stage}


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
