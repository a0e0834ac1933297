"""The node port of the API server."""

from pathlib import Path

import pytest
from tests.unit.verify.rules.raw import raw, told

from hcpc.verify.rules.node_port import check

RANGE = "spec.configuration.network.serviceNodePortRange"


def api(address: str = "192.0.2.1", port: int = 0) -> str:
    return f'publish: {{api: {{nodePort: {{address: "{address}", port: {port}}}}}}}\n'


@pytest.mark.parametrize("port", [0, 30000, 32767])
def test_a_port_of_the_node_ports_is_fine(port: int, tmp_path: Path) -> None:
    assert told(check, tmp_path, api(port=port)) == []


@pytest.mark.parametrize("port", [443, 29999, 32768])
def test_other_ports_are_refused(port: int, tmp_path: Path) -> None:
    assert told(check, tmp_path, api(port=port)) == [f"HCP1407 {port}"]


def test_the_cluster_s_own_range_counts(tmp_path: Path) -> None:
    wide = raw(RANGE, "20000-29999")
    assert told(check, tmp_path, api(port=25000) + wide) == []
    assert told(check, tmp_path, api(port=30000) + wide) == ["HCP1407 30000"]


def test_a_range_ends_after_it_begins(tmp_path: Path) -> None:
    assert told(check, tmp_path, raw(RANGE, "32767-30000")) == ['HCP1407 "32767-30000"']
    assert told(check, tmp_path, raw(RANGE, "30000-30000")) == []


@pytest.mark.parametrize(
    ("address", "is_fine"),
    [
        ("172.31.0.1", False),
        ("172.31.255.255", False),
        ("172.30.255.255", True),
        ("api.example.com", True),
        ("2001:db8::1", True),
    ],
)
def test_the_address_is_outside_the_service_network(
    address: str, tmp_path: Path, *, is_fine: bool
) -> None:
    expected = [] if is_fine else [f'HCP1407 "{address}"']
    assert told(check, tmp_path, api(address)) == expected
