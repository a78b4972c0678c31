"""What people are told of: each kind in words, to whom it is offered, and by which way unless they chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from turns_web.core.identity import ADMINS, APPROVERS, MANAGERS, Role

_OFFICE = MANAGERS | ADMINS
_DECIDERS = APPROVERS | {Role.SUPER_ADMIN}
_VENDOR = frozenset({Role.VENDOR})

# What each placeholder stands for; kinds name those that they know.
PLACEHOLDERS = {
    "address": "the home",
    "turn": "the turn's number, such as T-2026-000123",
    "person": "who did it",
    "amount": "the turn's amount",
    "stage": "the stage",
    "reason": "the reason, question or answer that was given, or what a file came to",
    "days": "how many days",
    "date": "the day it is about",
    "vendor": "the company",
    "file": "what the file holds",
    "outcome": "whether it is ready",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """label: as people choose it. subject, body: the text unless an administrator wrote another. many: of several at
    once, `{count}` of them, which `many_link` lists. roles: whom it is offered to. by_mail: unless the person chose.
    """

    label: str
    subject: str
    body: str
    many: str
    many_link: str
    placeholders: tuple[str, ...]
    roles: frozenset[Role]
    by_mail: bool = False


_TURN = ("address", "turn", "person", "amount", "stage")

KINDS: dict[str, Kind] = {
    "approval_waiting": Kind(
        "A turn waits for my decision",
        "{address} waits for your approval",
        "{person} sent {amount} for approval.",
        "{count} turns wait for your approval",
        "/approvals",
        _TURN,
        frozenset(Role) - _VENDOR,
    ),
    "approved": Kind(
        "A turn of mine is approved",
        "{address} is approved",
        "{person} approved {amount}.",
        "{count} turns are approved",
        "/board",
        _TURN,
        _OFFICE,
    ),
    "rejected": Kind(
        "A turn of mine is rejected",
        "{address} is rejected",
        "{person} rejected {amount}: {reason}",
        "{count} turns are rejected",
        "/board?scope_approval_status=REJECTED",
        (*_TURN, "reason"),
        _OFFICE,
        by_mail=True,
    ),
    "asked": Kind(
        "Somebody asks about a turn that I sent",
        "A question about {address}",
        "{person} asks before deciding on {amount}: {reason}",
        "Questions about {count} turns",
        "/approvals?part=sent",
        (*_TURN, "reason"),
        _OFFICE,
    ),
    "answered": Kind(
        "My question about a turn is answered",
        "An answer about {address}",
        "{person} answers: {reason}",
        "Answers about {count} turns",
        "/approvals",
        (*_TURN, "reason"),
        frozenset(Role) - _VENDOR,
    ),
    "change_order": Kind(
        "A change order on a turn of mine is recorded",
        "{address} has a change order",
        "{person} recorded {amount}: {reason}",
        "Change orders on {count} turns",
        "/board",
        (*_TURN, "reason"),
        _OFFICE,
    ),
    "stage_entered": Kind(
        "A turn of mine reaches a stage that tells of it",
        "{address} came to {stage}",
        "{person} moved it to {stage}.",
        "{count} turns were moved to {stage}",
        "/board",
        _TURN,
        _OFFICE | {Role.INSPECTOR},
        by_mail=True,
    ),
    "job_stage": Kind(
        "A job of ours reaches a stage that tells of it",
        "{address}: {stage}",
        "The work at {address} is now in {stage}.",
        "{count} jobs are now in {stage}",
        "/portal",
        ("address", "turn", "person", "stage"),
        _VENDOR,
        by_mail=True,
    ),
    "assigned": Kind(
        "We are given a job",
        "{address} is yours to do",
        "{person} gave you the work at {address}.",
        "{count} jobs are yours to do",
        "/portal",
        ("address", "turn", "person", "stage"),
        _VENDOR,
    ),
    "approval_reminder": Kind(
        "A turn has waited two days for my decision",
        "{address} has waited {days} days for your approval",
        "{person} sent {amount} for approval.",
        "{count} turns have waited for your approval",
        "/approvals",
        (*_TURN, "days"),
        frozenset(Role) - _VENDOR,
        by_mail=True,
    ),
    "insurance": Kind(
        "A vendor's insurance runs out: 60, 30 and 7 days before",
        "The insurance of {vendor} runs out on {date}",
        "Days left: {days}. Without a newer certificate {vendor} is given no work from then on.",
        "The insurance of {count} vendors runs out",
        "/vendors",
        ("vendor", "date", "days"),
        ADMINS | {Role.SR_PROPERTY_MANAGER, Role.VENDOR},
        by_mail=True,
    ),
    "target_missed": Kind(
        "A turn of mine misses its target",
        "{address} has missed its target",
        "It was to be ready on {date} and is in {stage}.",
        "{count} turns have missed their target",
        "/board?overdue=1",
        ("address", "turn", "stage", "date"),
        _OFFICE,
        by_mail=True,
    ),
    "export": Kind(
        "A file that I asked for is ready, or could not be made",
        "Your file of {file} {outcome}",
        "{reason}",
        "{count} of your files are ready",
        "/exports",
        ("file", "outcome", "reason"),
        frozenset(Role) - _VENDOR,
    ),
}

DIGEST = "digest"


def offered_to(role: Role) -> dict[str, Kind]:
    return {name: kind for name, kind in KINDS.items() if role in kind.roles}


def wants(preferences: dict[str, Any], kind: str, way: str) -> bool:
    """Whether the person wants this kind by this way (`page`, `mail`)."""
    chosen = _chosen(preferences).get(kind)
    if isinstance(chosen, dict) and isinstance(chosen.get(way), bool):
        return chosen[way]
    return way == "page" or KINDS[kind].by_mail


def wants_digest(preferences: dict[str, Any]) -> bool:
    return _chosen(preferences).get(DIGEST) is not False


def _chosen(preferences: dict[str, Any]) -> dict[str, Any]:
    chosen = preferences.get("notices")
    return chosen if isinstance(chosen, dict) else {}
