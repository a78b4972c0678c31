"""The JSON API: the commands of the forms for programs, under /api/."""

from turns_web.api import errors, reads, sign_in
from turns_web.api.blueprint import bp

__all__ = ["bp", "errors", "reads", "sign_in"]
