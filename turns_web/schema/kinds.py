"""The enumerated types, by the words that Postgres has for them."""

from sqlalchemy.dialects.postgresql import ENUM
from sqlalchemy.types import UserDefinedType


def _enum(name: str, *words: str) -> ENUM:
    return ENUM(*words, name=name, create_type=False)


USER_ROLE = _enum(
    "user_role",
    "SUPER_ADMIN",
    "ADMIN",
    "PROPERTY_MANAGER",
    "SR_PROPERTY_MANAGER",
    "VENDOR",
    "INSPECTOR",
    "DFO_APPROVER",
    "HO_APPROVER",
    "USER",
)
APPROVAL_STATUS = _enum(
    "approval_status",
    "PENDING",
    "DFO_APPROVAL_NEEDED",
    "DFO_APPROVED",
    "HO_APPROVAL_NEEDED",
    "HO_APPROVED",
    "REJECTED",
)
APPROVAL_LEVEL = _enum("approval_level", "DFO", "HO")
APPROVAL_ACT = _enum("approval_act", "SUBMIT", "APPROVE", "REJECT", "WITHDRAW", "RULE", "OVERRIDE", "ASK", "ANSWER")
CHANGE_ORDER_STATUS = _enum("change_order_status", "RECORDED", "NEEDED", "APPROVED", "REJECTED")
AUDIT_ACTION = _enum("audit_action", "CREATE", "UPDATE", "DELETE", "VIEW", "EXPORT")
STAGE_CHANGE = _enum("stage_change", "create", "move", "back", "undo", "hold", "release", "import")
TURN_GRADE = _enum("turn_grade", "LIGHT", "STANDARD", "HEAVY", "RENOVATION")
UTILITY_KIND = _enum("utility_kind", "POWER", "WATER", "GAS")
UTILITY_STATUS = _enum("utility_status", "YES", "NO", "PENDING")


class XID8(UserDefinedType):
    """A transaction's number, as Postgres counts them."""

    cache_ok = True

    def get_col_spec(self, **_: object) -> str:
        return "xid8"
