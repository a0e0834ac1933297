"""Host names of routes, and who publishes them."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.agreeing import FLAGS, found
from tests.unit.verify.rules.raw import raw

DOMAIN = "externalDNS: {domain: hcp.example.com}\n"
FILTER = (
    "operator: {installFlags: {add: {external-dns-provider: google, "
    "external-dns-domain-filter: hcp.example.com}}}\n"
)


def named(name: str) -> str:
    return cluster("demo", f"publish: {{oauth: {{route: {{hostname: {name}}}}}}}\n")


@pytest.mark.parametrize("facts", [DOMAIN, FILTER, DOMAIN + FLAGS])
@pytest.mark.parametrize(
    ("name", "is_inside"),
    [
        ("oauth.hcp.example.com", True),
        ("a.b.HCP.example.com", True),
        ("hcp.example.com", True),
        ("oauth.example.com", False),
        ("oauth-hcp.example.com", False),
        ("myhcp.example.com", False),
    ],
)
def test_a_name_lies_in_the_domain(
    facts: str, name: str, tmp_path: Path, *, is_inside: bool
) -> None:
    expected = [] if is_inside else [f"HCP0810 {name}"]
    assert underlined(found(tmp_path, facts, named(name))) == expected


def test_without_external_dns_no_name_is_published(tmp_path: Path) -> None:
    (finding,) = found(tmp_path / "told", FLAGS, named("oauth.example.com"))
    assert finding.message.endswith("there is no external DNS")
    assert found(tmp_path / "unknown", "", named("oauth.example.com")) == ()


def test_other_ways_of_publishing_have_no_names_there(tmp_path: Path) -> None:
    spec = (
        "publish: {api: {loadBalancer: {hostname: api.example.org}}, "
        "oauth: {nodePort: {address: nodes.example.org}}, ignition: {route: {}}}\n"
    )
    assert found(tmp_path, DOMAIN, cluster("demo", spec)) == ()


def test_a_name_of_the_passthrough_counts(tmp_path: Path) -> None:
    names = ("APIServer", "Ignition", "Konnectivity", "OAuthServer")
    services: list[dict[str, Any]] = [
        {"service": name, "servicePublishingStrategy": {"type": "Route"}} for name in names
    ]
    services[3]["servicePublishingStrategy"]["route"] = {"hostname": "oauth.example.com"}
    text = cluster("demo", raw("spec.services", services))
    told = underlined(found(tmp_path, DOMAIN, text))
    assert [each for each in told if each.startswith("HCP0810")] == ['HCP0810 "oauth.example.com"']
