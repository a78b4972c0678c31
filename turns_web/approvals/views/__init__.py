"""The routes of approval: the queue, asking for it, deciding."""

from turns_web.approvals.views import asking, bulk, change_orders, deciding, delegations, questions, queue
from turns_web.approvals.views.blueprint import bp

__all__ = ["asking", "bp", "bulk", "change_orders", "deciding", "delegations", "questions", "queue"]
