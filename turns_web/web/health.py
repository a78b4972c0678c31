"""For machines: is it alive, can it serve, and how much of what."""

from __future__ import annotations

import hmac
import ipaddress
import multiprocessing
import os
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import prometheus_client
import redis
import structlog
from flask import Blueprint, Flask, Response, abort, current_app, g, jsonify, request
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from rq import Worker

from turns_web.config import APPLICATION_ROLE, Settings
from turns_web.core import db, replica
from turns_web.embedded import standing
from turns_web.web.auth import public

log = structlog.get_logger(__name__)
bp = Blueprint("health", __name__)

REQUESTS = prometheus_client.Counter("turns_http_requests", "Answers.", ["method", "route", "status"])
SECONDS = prometheus_client.Histogram("turns_http_request_seconds", "Time to answer.", ["method", "route"])


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["health"] = settings
    if warning := _switches_role(settings):
        log.warning(warning)

    @app.after_request
    def count(response: Response) -> Response:
        # The rule and not the path: each id would be a series of its own.
        route = request.url_rule.rule if request.url_rule else "none"
        REQUESTS.labels(request.method, route, response.status_code).inc()
        if "started" in g:
            SECONDS.labels(request.method, route).observe(time.perf_counter() - g.started)
        return response


@bp.get("/healthz")
@public
def alive() -> Response:
    return jsonify({"ok": True})


@bp.get("/readyz")
@public
def ready() -> tuple[Response, int]:
    """503 only when pages cannot be served, and that takes the primary alone: without Redis limits count in memory."""
    told = report()
    return jsonify(told), 200 if told["ready"] else 503


def report() -> dict[str, Any]:
    """How the parts are now: {"ready", "primary", "replica", "redis", "workers", "warnings"}."""
    settings = _settings()
    databases = replica.look(settings)
    return {
        "ready": databases.primary_ok,
        "primary": {"ok": databases.primary_ok},
        "replica": {"ok": databases.replica_ok, "in_use": db.replica_in_use(), "lag_s": databases.lag_s},
        "redis": {"ok": _redis_answers(settings)},
        "workers": _workers(settings),
        "warnings": _warnings(settings),
    }


def _warnings(settings: Settings) -> list[str]:
    """What works, and should be seen to."""
    warnings = [_switches_role(settings)] if _switches_role(settings) else []
    notices = replica.notices(settings)
    if notices.audit_overflows:
        warnings.append("Audit rows were written in a month without a partition: is the worker running?")
    if notices.webhooks_off:
        warnings.append(
            f"Webhooks that were switched off, as their receivers failed: {notices.webhooks_off}. "
            "Switch them on at /admin/webhooks, or delete them."
        )
    return warnings


def _switches_role(settings: Settings) -> str:
    signs_in_as = urlsplit(settings.app_url).username
    if signs_in_as == APPLICATION_ROLE:
        return ""
    return (
        f"The application signs in as {signs_in_as} and switches its role in each transaction: "
        f"set DATABASE_POOLED_URL to sign in as {APPLICATION_ROLE}."
    )


@bp.get("/metrics")
@public
def metrics() -> Response:
    if current_app.config["PRODUCTION"] and not (_from_this_machine() or _has_token()):
        abort(404)
    registry = prometheus_client.CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)  # the counts of all workers, not of the one that was asked
    else:
        registry = prometheus_client.REGISTRY
    text = prometheus_client.generate_latest(registry) + prometheus_client.generate_latest(_now(_settings()))
    return Response(text, content_type=prometheus_client.CONTENT_TYPE_LATEST)


def _now(settings: Settings) -> prometheus_client.CollectorRegistry:
    """What is measured when asked, not counted along the way."""
    databases = replica.look(settings)
    workers = _workers(settings)
    values = {
        "turns_primary_up": ("Whether the primary answers.", databases.primary_ok),
        "turns_replica_up": ("Whether the replica answers and is at most a second behind.", databases.replica_ok),
        "turns_replica_in_use": ("Whether reads go to the replica.", db.replica_in_use()),
        "turns_replica_lag_seconds": ("How far the replica is behind.", databases.lag_s),
        "turns_redis_up": ("Whether Redis answers.", _redis_answers(settings)),
        "turns_web_workers": ("Living web workers.", workers["web"]),
        "turns_rq_workers": ("Living RQ workers.", workers["rq"]),
    }
    registry = prometheus_client.CollectorRegistry()
    registry.register(_Values(values))
    return registry


@dataclass(eq=False)
class _Values:
    values: dict[str, tuple[str, float | None]]

    def collect(self):
        for name, (words, value) in self.values.items():
            if value is not None:
                yield GaugeMetricFamily(name, words, value=float(value))


def _settings() -> Settings:
    return current_app.extensions["health"]


def _redis_answers(settings: Settings) -> bool:
    try:
        with redis.Redis.from_url(
            settings.redis_address, socket_timeout=1, socket_connect_timeout=1, retry=None
        ) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def _workers(settings: Settings) -> dict[str, Any]:
    web, rq = _web_workers(), _rq_workers(settings)
    return {"ok": web != 0 and rq != 0, "web": web, "rq": rq}


def _web_workers() -> int | None:
    """Our siblings and ourselves, where a server with several workers started us."""
    return len(standing.workers_of(os.getppid())) if multiprocessing.parent_process() else None


def _rq_workers(settings: Settings) -> int | None:
    """Those of the supervisor exactly; without one those that RQ has on its list, a killed one for up to 90 s."""
    told = standing.read(settings.turns_home)
    if told is not None and "rq" in told:
        return len(standing.workers_of(told["rq"].pid))
    try:
        with redis.Redis.from_url(
            settings.redis_address, socket_timeout=1, socket_connect_timeout=1, retry=None
        ) as client:
            return Worker.count(connection=client)
    except redis.RedisError:
        return None


def _from_this_machine() -> bool:
    """Asked directly: what a proxy on this machine passes on comes from elsewhere."""
    address = request.remote_addr or ""
    return "X-Forwarded-For" not in request.headers and bool(address) and ipaddress.ip_address(address).is_loopback


def _has_token() -> bool:
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return hmac.compare_digest(sent.encode(), _settings().metrics_token.encode())
