"""The bench counts right: nothing is lost and nothing is run twice, in processes of their own."""

from __future__ import annotations

import pytest

from plugin_host.osc.bench import measure
from plugin_host.osc.client import Transport


@pytest.mark.parametrize("transport", list(Transport))
def test_nothing_is_lost_and_nothing_run_twice(transport: Transport) -> None:
    measured = measure(clients=3, requests=100, transport=transport)
    assert (measured.lost, measured.run_twice) == (0, 0)
    assert 0 < measured.median_ms <= measured.p99_ms
