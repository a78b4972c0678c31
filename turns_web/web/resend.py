"""A form that cannot be taken from this browser session comes back whole, to be looked at and sent again."""

from flask import Response, request

from turns_web.web.render import respond

# Guards and secrets, which are given anew or typed anew.
_NOT_KEPT = {"csrf_token", "password", "new_password", "current_password"}


def page(status: int, *, title: str, advice: str, sign_in: bool = False) -> Response:
    """Everything that was typed, with a button that sends it again. sign_in: offer the way there first."""
    typed = [(name, value) for name, values in request.form.lists() for value in values if name not in _NOT_KEPT]
    return respond(
        "errors/resend.html",
        "errors/_resend.html",
        status,
        code=status,
        title=title,
        advice=advice,
        sign_in=sign_in,
        typed=typed,
        action=request.full_path.rstrip("?"),
    )
