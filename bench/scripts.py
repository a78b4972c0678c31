"""What the browser is given to run, compressed."""

from __future__ import annotations

from collections.abc import Iterator

from bench.figures import Figure
from bench.ground import Ground
from turns_web.web.assets import assets


def run(ground: Ground) -> Iterator[Figure]:
    """The script of the pages, that of the worker, and htmx."""
    client = ground.client(ground.administrator)
    every = [url for name, url in assets().urls.items() if name.endswith(".js")]
    packed = sum(len(client.get(url).packed) for url in every)
    yield Figure(f"all {len(every)} scripts, compressed", packed / 1000, 60, "KB")
