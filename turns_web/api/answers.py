"""JSON as it goes out: the same bytes for the same answer, kept by no cache."""

from __future__ import annotations

import json
from typing import Any

from flask import Response


def answer(body: Any, status: int = 200) -> Response:
    """body: as JSON can hold it. Sorted by key: what was kept with a receipt comes back from Postgres in its order."""
    response = Response(
        json.dumps(body, sort_keys=True, separators=(",", ":")), status, content_type="application/json"
    )
    response.headers["Cache-Control"] = "no-store, private"
    response.vary.update(("Authorization", "Cookie"))
    return response
