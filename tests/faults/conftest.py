"""A whole `bin/run`, for the files that do harm to its parts and not to its start or stop."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.running import Running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One whose start or stop is itself the matter has its own fixture of this name."""
    running = Running(tmp_path_factory.mktemp("faults") / "a home")
    running.start()
    yield running
    running.stop()
