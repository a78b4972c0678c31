"""Answers compressed for the way: the board is 200 KB of HTML and goes over the wire in a tenth of that."""

from __future__ import annotations

import gzip

import brotli
from flask import Flask, Response, request

# Below this the headers weigh as much as is saved.
_LEAST = 600
_TYPES = {"text/html", "text/css", "text/csv", "text/plain", "application/json", "application/manifest+json"}
# Beyond these levels a page costs more time to compress than to make.
_BROTLI = 4
_GZIP = 5


def init_app(app: Flask) -> None:
    @app.after_request
    def compress(response: Response) -> Response:
        if response.mimetype not in _TYPES or "Content-Encoding" in response.headers:
            return response
        response.vary.add("Accept-Encoding")
        if response.direct_passthrough or response.is_streamed or response.status_code in (204, 304):
            return response
        body = response.get_data()
        encoding = request.accept_encodings.best_match(["br", "gzip"])
        if len(body) < _LEAST or encoding is None:
            return response
        packed = brotli.compress(body, quality=_BROTLI) if encoding == "br" else gzip.compress(body, _GZIP, mtime=0)
        response.set_data(packed)
        response.headers["Content-Encoding"] = encoding
        return response
