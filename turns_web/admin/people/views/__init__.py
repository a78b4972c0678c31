"""The routes of people's accounts, and of a forgotten password."""

from turns_web.admin.people.views import acts, forgotten, forms, leaving, listing, page
from turns_web.admin.people.views.blueprint import bp

__all__ = ["acts", "bp", "forgotten", "forms", "leaving", "listing", "page"]
