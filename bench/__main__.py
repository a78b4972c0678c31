"""bin/bench: every figure beside its floor, in one run; bin/bench NAME… for some."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator

from bench import (
    api,
    approvals,
    audit,
    beside,
    board,
    browser,
    events,
    exports,
    moves,
    pdf,
    properties,
    relay,
    reports,
    scripts,
)
from bench.figures import Figure
from bench.ground import Ground, ground
from turns_web.config import ConfigError
from turns_web.embedded.errors import Refused

BENCHES: dict[str, Callable[[Ground], Iterator[Figure]]] = {
    "board": board.run,
    "moves": moves.run,
    "properties": properties.run,
    "api": api.run,
    "approvals": approvals.run,
    "audit": audit.run,
    "exports": exports.run,
    "relay": relay.run,
    "reports": reports.run,
    "events": events.run,
    "beside": beside.run,
    "browser": browser.run,
    "pdf": pdf.run,
    "scripts": scripts.run,
}


def main() -> int:
    names = sys.argv[1:] or list(BENCHES)
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"bin/bench: there is no {unknown[0]}. Choose of {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    try:
        missed = _measure(names)
    except (ConfigError, Refused) as refusal:
        print(f"bin/bench: {refusal}", file=sys.stderr)
        return 2
    print(f"\n{missed} not met" if missed else "\nall met")
    return 1 if missed else 0


def _measure(names: list[str]) -> int:
    """Print every figure; returns how many promises are not met."""
    missed = 0
    with ground() as here:
        for name in names:
            print(f"\n{name}")
            for figure in BENCHES[name](here):
                print("  " + figure.line(), flush=True)
                missed += not figure.is_met
    return missed


if __name__ == "__main__":
    sys.exit(main())
