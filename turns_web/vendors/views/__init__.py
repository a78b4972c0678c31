"""The routes of vendors."""

from turns_web.vendors.views import acts, forms, listing, page
from turns_web.vendors.views.blueprint import bp

__all__ = ["acts", "bp", "forms", "listing", "page"]
