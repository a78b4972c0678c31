"""The JSON API: the commands of the forms for programs, under /api/."""

from turns_web.api import description, errors, exports, reads, reports, sign_in
from turns_web.api.blueprint import bp
from turns_web.api.writes import views as writes

bp.register_error_handler(errors.Failed, errors.told)

__all__ = ["bp", "description", "errors", "exports", "reads", "reports", "sign_in", "writes"]
