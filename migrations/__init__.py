"""Bringing a database to the newest schema. Imports nothing of the application, so that old code runs beside it.

`versions/` change tables and are applied once each; `sql/` holds functions, triggers and policies, which are replaced
as a whole, in order, whenever one of them or the version changed. All of it is one transaction.
"""

from .run import Refused, migrate

__all__ = ["Refused", "migrate"]
