"""What a password and an account must be, in words."""

from uuid import UUID

from turns_web.core.identity import Role

SHORTEST, LONGEST = 10, 200


def password_faults(password: str, *, email: str = "") -> list[str]:
    """What is wrong with a new password. Length counts, not kinds of character (NIST SP 800-63B, 5.1.1)."""
    if len(password) < SHORTEST:
        return [f"Use at least {SHORTEST} characters."]
    if len(password) > LONGEST:
        return [f"Use at most {LONGEST} characters."]
    if email and password.lower() in {email.lower(), email.lower().split("@")[0]}:
        return ["Use something other than the e-mail address."]
    return []


def account_faults(role: Role, vendor_id: UUID | None) -> dict[str, str]:
    if role is Role.VENDOR and vendor_id is None:
        return {"vendor_id": "Choose the company that this vendor works for."}
    if role is not Role.VENDOR and vendor_id is not None:
        return {"vendor_id": "Leave the company empty: only vendors belong to one."}
    return {}
