"""Who is asking. Made once a request (or job), handed down, never looked up again."""

from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID


class Role(StrEnum):
    SUPER_ADMIN = "SUPER_ADMIN"
    ADMIN = "ADMIN"
    PROPERTY_MANAGER = "PROPERTY_MANAGER"
    SR_PROPERTY_MANAGER = "SR_PROPERTY_MANAGER"
    VENDOR = "VENDOR"
    INSPECTOR = "INSPECTOR"
    DFO_APPROVER = "DFO_APPROVER"
    HO_APPROVER = "HO_APPROVER"
    USER = "USER"

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Role.SUPER_ADMIN: "Super administrator",
    Role.ADMIN: "Administrator",
    Role.PROPERTY_MANAGER: "Manager",
    Role.SR_PROPERTY_MANAGER: "Senior manager",
    Role.VENDOR: "Vendor",
    Role.INSPECTOR: "Inspector",
    Role.DFO_APPROVER: "DFO approver",
    Role.HO_APPROVER: "HO approver",
    Role.USER: "Reader",
}

ADMINS = frozenset({Role.SUPER_ADMIN, Role.ADMIN})
# Whom row security shows every row by their role; see also Identity.sees_all.
SEE_ALL = ADMINS | {Role.DFO_APPROVER, Role.HO_APPROVER}
MANAGERS = frozenset({Role.PROPERTY_MANAGER, Role.SR_PROPERTY_MANAGER})
APPROVERS = frozenset({Role.DFO_APPROVER, Role.HO_APPROVER})

SYSTEM_USER_ID = UUID("00000000-0000-0000-0000-000000000001")


@dataclass(frozen=True, slots=True)
class Identity:
    """A signed-in person, or the system user for jobs and the command line.

    timezone: the person's own, for times of day. portfolio_zone: the setting `timezone`, which says what day it is.
    session_id: of the session, or of the API token that a program showed. reads_only: that token changes nothing.
    stands_in: the levels of approval (`DFO`, `HO`) at which they decide today for somebody who is away.
    unread: how much they were told and have not read; 100 is that or more.
    wrote_lately: so lately that a replica might not have it yet.
    """

    user_id: UUID
    role: Role
    email: str = ""
    first_name: str | None = None
    last_name: str | None = None
    markets: tuple[str, ...] = ()
    vendor_id: UUID | None = None
    timezone: str | None = None
    preferences: dict = field(default_factory=dict)
    session_id: UUID | None = None
    ip: str | None = None
    user_agent: str | None = None
    portfolio_zone: str = "UTC"
    reads_only: bool = False
    stands_in: tuple[str, ...] = ()
    unread: int = 0
    wrote_lately: bool = False

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part) or self.email

    @property
    def is_admin(self) -> bool:
        return self.role in ADMINS

    @property
    def sees_all(self) -> bool:
        """Whether row security shows them every row; the same as the database's app_sees_all()."""
        return self.role in SEE_ALL or bool(self.stands_in)

    @property
    def zone(self) -> str:
        return self.timezone or self.portfolio_zone

    @property
    def theme(self) -> str:
        return self.preferences.get("theme", "system")

    @property
    def shortcuts(self) -> bool:
        return bool(self.preferences.get("shortcuts", True))


def system_identity() -> Identity:
    """The system user: what the command line and jobs without a person act as."""
    return Identity(user_id=SYSTEM_USER_ID, role=Role.SUPER_ADMIN, first_name="Turns")
