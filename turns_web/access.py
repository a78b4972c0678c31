"""Which roles may try which action: the whole table on one screen.

Which rows is the database's business (row security); this only avoids offering what it would refuse. Actions are
`<noun>.<verb>`; a view names its action with `@allow("…")`.
"""

from turns_web.core.identity import ADMINS, MANAGERS, Identity, Role

EVERYBODY = frozenset(Role)
STAFF = EVERYBODY - {Role.VENDOR}
WRITERS = ADMINS | MANAGERS
DECIDERS = frozenset({Role.SUPER_ADMIN, Role.DFO_APPROVER, Role.HO_APPROVER})
VENDOR_EDITORS = ADMINS | {Role.SR_PROPERTY_MANAGER}

ACTIONS: dict[str, frozenset[Role]] = {
    "account.own": EVERYBODY,
    "account.sign_out": EVERYBODY,
    "board.see": STAFF,
    "turns.see": STAFF,
    "turns.create": WRITERS,
    "turns.edit": WRITERS | {Role.INSPECTOR},
    "turns.move": WRITERS,
    "turns.bulk": WRITERS,
    "turns.hold": WRITERS,
    "turns.archive": WRITERS,
    "turns.submit": WRITERS,
    "turns.comment": STAFF,
    "turns.lock_box": WRITERS | {Role.INSPECTOR, Role.VENDOR},
    # Administrators see everybody's acts, others their own.
    "audit.see": STAFF,
    "audit.version": EVERYBODY,
    "approvals.see": STAFF,
    "approvals.decide": DECIDERS,
    "approvals.delegations": STAFF,
    "approvals.delegate": DECIDERS,
    "change_orders.record": WRITERS,
    "properties.see": STAFF,
    "properties.create": WRITERS,
    "properties.edit": WRITERS,
    "properties.archive": WRITERS,
    "properties.assign": ADMINS | {Role.SR_PROPERTY_MANAGER},
    "providers.create": WRITERS,
    "providers.edit": ADMINS,
    "providers.archive": ADMINS,
    "vendors.see": STAFF,
    "vendors.create": VENDOR_EDITORS,
    "vendors.edit": VENDOR_EDITORS,
    "vendors.approve": ADMINS,
    "vendors.archive": ADMINS,
    "vendors.tax_id": ADMINS,
    "views.save": STAFF,
    "search.all": STAFF,
    "exports.make": STAFF,
    "reports.see": STAFF,
    "portal.see": frozenset({Role.VENDOR}),
    "users.manage": ADMINS,
    "imports.run": ADMINS,
    # What a program may write is asked of each operation: see api/writes.
    "api.write": EVERYBODY,
    "admin.see": ADMINS,
    "stages.manage": ADMINS,
    "settings.manage": ADMINS,
    "property_types.manage": ADMINS,
    "jobs.manage": ADMINS,
    "health.see": ADMINS,
    "notices.own": EVERYBODY,
    "mail.manage": ADMINS,
    "texts.manage": ADMINS,
    "webhooks.manage": ADMINS,
}


# Also open, for the days of a delegation, to whoever stands in for an approver.
BY_DELEGATION = frozenset({"approvals.decide"})


def may(role: Role, action: str) -> bool:
    return role in ACTIONS[action]


def allows(who: Identity, action: str) -> bool:
    """Whether this person may try it: by their role, or for somebody who is away."""
    return may(who.role, action) or (bool(who.stands_in) and action in BY_DELEGATION)
