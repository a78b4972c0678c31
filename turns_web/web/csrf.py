"""Forgery protection: every POST carries the token of the browser that was given the form. A form may wait for days.

Programs that show a bearer token carry none: no browser sends that header by itself.
"""

from flask import Flask, g
from flask_wtf.csrf import CSRFError, CSRFProtect

from turns_web.web import auth, resend
from turns_web.web.errors import told

csrf = CSRFProtect()


def init_app(app: Flask) -> None:
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_HEADERS=["X-CSRF-Token"],
        # Our own Referrer-Policy may hide the address; the token and SameSite cookies already tell.
        WTF_CSRF_SSL_STRICT=False,
        WTF_CSRF_CHECK_DEFAULT=False,
    )
    csrf.init_app(app)
    app.register_error_handler(CSRFError, told(_refused))

    @app.before_request
    def check() -> None:
        if auth.could_be_forged():
            csrf.protect(apply_exemptions=True)


def _refused(error: CSRFError):
    """403 with everything that was typed, ready to be sent again by the person who typed it."""
    g.identity = auth.identify()
    return resend.page(
        403,
        title="This form was not from your present session",
        advice="Nothing was saved. You may have signed in anew since it was opened. What you typed is below: look at "
        "it, and send it again if it is yours.",
    )
