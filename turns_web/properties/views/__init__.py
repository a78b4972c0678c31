"""The routes of properties."""

from turns_web.properties.views import bulk, forms, listing, page, utilities
from turns_web.properties.views.blueprint import bp

__all__ = ["bp", "bulk", "forms", "listing", "page", "utilities"]
