"""Host names of services."""

from pathlib import Path

import pytest
from tests.unit.verify.rules.raw import raw, told

from hcpc.verify.rules.service_hostnames import check


def test_two_services_have_two_names_whatever_their_case(tmp_path: Path) -> None:
    spec = (
        "publish: {api: {loadBalancer: {hostname: demo.example.com}}, "
        "oauth: {route: {hostname: Demo.example.com}}, ignition: {route: {}}, "
        "konnectivity: {route: {hostname: other.example.com}}}\n"
    )
    assert told(check, tmp_path, spec) == ["HCP1405 Demo.example.com"]


def test_an_address_of_nodes_may_be_that_of_all_services(tmp_path: Path) -> None:
    assert told(check, tmp_path) == []


@pytest.mark.parametrize("name", ["192.0.2.1", "demo", "demo.example.c0m", "a_b.example.com"])
def test_the_passthrough_gets_no_name_past_that_is_none(name: str, tmp_path: Path) -> None:
    service = {
        "service": "OAuthServer",
        "servicePublishingStrategy": {"type": "Route", "route": {"hostname": name}},
    }
    assert told(check, tmp_path, raw("spec.services", [service])) == [f'HCP0213 "{name}"']
