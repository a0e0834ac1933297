"""What one cluster has and no other can, each told at the second of them."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    SCAFFOLD,
    cluster,
    compiled,
    small_fleet,
    write,
)

OTHER = "clusters/mgmt-1/other.yaml"
AWAY = "clusters/mgmt-2/other.yaml"
CODES = ("HCP1514", "HCP1515", "HCP1516")


def told(root: Path, one: str, other: str, at: str = OTHER) -> list[str]:
    changes: dict[str, str | bytes | None] = {
        DEMO: cluster("demo", one),
        at: cluster("other", other),
    }
    if at == AWAY:
        changes["clusters/mgmt-2/m.yaml"] = SCAFFOLD[MANAGEMENT].replace("mgmt-1", "mgmt-2")
    found = [each for each in compiled(small_fleet(root, changes)).findings if each.code in CODES]
    return [
        f"{each.code} {span.file.path} {span.file.text[span.start : span.end]}"
        for each in found
        for span in (each.primary.span, *(label.span for label in each.secondary))
    ]


def oauth(name: str) -> str:
    return f"publish: {{oauth: {{route: {{hostname: {name}}}}}}}\n"


@pytest.mark.parametrize("at", [OTHER, AWAY])
def test_a_host_name_is_one_clusters_in_the_whole_fleet(tmp_path: Path, at: str) -> None:
    assert told(tmp_path, oauth("a.example.com"), oauth("A.example.com"), at) == [
        f"HCP1514 {at} A.example.com",
        f"HCP1514 {DEMO} a.example.com",
    ]
    assert told(tmp_path, oauth("a.example.com"), oauth("b.example.com"), at) == []


def test_the_second_name_of_an_api_counts_too(tmp_path: Path) -> None:
    name = "apiServer: {dnsName: a.example.com}\n"
    assert len(told(tmp_path, oauth("a.example.com"), name)) == 2
    assert told(tmp_path, name, "apiServer: {dnsName: b.example.com}\n") == []


def node_port(port: str, service: str = "api", address: str = "n.example.com") -> str:
    return f"publish: {{{service}: {{nodePort: {{address: {address}{port}}}}}}}\n"


def test_addresses_of_nodes_are_shared_and_their_ports_are_not(tmp_path: Path) -> None:
    assert told(tmp_path, node_port(""), node_port("")) == []
    same = node_port(", port: 30443")
    assert told(tmp_path, same, node_port(", port: 30444")) == []
    assert told(tmp_path, same, node_port(", port: 30443", "oauth")) == [
        f"HCP1516 {OTHER} 30443",
        f"HCP1516 {DEMO} 30443",
    ]
    assert told(tmp_path / "away", same, same, AWAY) == []


def test_a_cluster_cannot_use_a_port_twice_either(tmp_path: Path) -> None:
    both = "publish:\n"
    for service in ("api", "oauth"):
        both += f"  {service}: {{nodePort: {{address: n.example.com, port: 30443}}}}\n"
    assert told(tmp_path, both, "") == [f"HCP1516 {DEMO} 30443"] * 2


@pytest.mark.parametrize(
    ("one", "other", "is_told"),
    [
        ("dns: {prefix: a}", "dns: {prefix: a}", True),
        ("dns: {prefix: a}", "dns: {prefix: a}\nbaseDomain: example.org", False),
        ("dns: {prefix: a}", "dns: {prefix: b}", False),
        ("dns: {prefix: a}", "ingress: {domain: apps.a.fleet.example.com}", True),
        ("", "ingress: {domain: apps.demo.fleet.example.com}", True),
        ("ingress: {domain: Apps.Other.fleet.example.com}", "", True),
        ("dns: {prefix: other}", "", True),
        ("dns: {prefix: ''}\nbaseDomain: other.fleet.example.com", "", True),
        ("", "", False),
    ],
)
def test_a_domain_of_applications_is_one_clusters(
    tmp_path: Path, one: str, other: str, *, is_told: bool
) -> None:
    assert bool(told(tmp_path, f"{one}\n", f"{other}\n")) is is_told


@pytest.mark.parametrize("name", ["apps.demo.fleet.example.com", "apps.other.fleet.example.com"])
@pytest.mark.parametrize("field", ["apiServer: {dnsName: %s}\n", oauth("%s")])
def test_a_host_name_is_no_domain_of_another_cluster(tmp_path: Path, field: str, name: str) -> None:
    one, other = (field % name, "") if "other" in name else ("", field % name)
    found = told(tmp_path, one, other)
    assert [each.split()[0] for each in found] == ["HCP1515"] * 2
    assert told(tmp_path / "own", other, one) == []


def test_a_name_from_a_layer_or_an_overlay_is_told_at_the_clusters(tmp_path: Path) -> None:
    root = small_fleet(tmp_path)
    write(
        root,
        {
            "clusters/mgmt-1/defaults.yaml": "apiVersion: hcpc.dev/v1alpha1\nkind: Defaults\n"
            "metadata: {name: d}\nspec: {cluster: {publish: {oauth: {route: "
            "{hostname: a.example.com}}}}}\n",
        },
    )
    assert told(root, "", "") == [f"HCP1514 {OTHER} other", f"HCP1514 {DEMO} demo"]
