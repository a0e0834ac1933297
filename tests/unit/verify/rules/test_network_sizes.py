"""Sizes of networks: shares of nodes, and what OVN-Kubernetes keeps for itself."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import document
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import messages, raw, told

from hcpc.verify.rules import cluster_networks
from hcpc.verify.rules.network_sizes import INNER, check

OVN = "spec.operatorConfiguration.clusterNetworkOperator.ovnKubernetesConfig"
TRANSIT = "internalTransitSwitchSubnet"


def ovn(said: str) -> str:
    return f"networks: {{ovn: {said}}}\n"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("{ipv4: {internalJoinSubnet: 100.99.0.0/30}}", []),
        ("{ipv4: {internalJoinSubnet: 100.99.0.0/31}}", ["HCP0212 100.99.0.0/31"]),
        ("{ipv4: {internalTransitSwitchSubnet: 0.1.0.0/16}}", ["HCP0212 0.1.0.0/16"]),
        ("{ipv4: {internalJoinSubnet: 'fd98::/64'}}", ["HCP0206 'fd98::/64'"]),
        ("{v4InternalSubnet: 100.99.0.0/32}", ["HCP0212 100.99.0.0/32"]),
        ("{v6InternalSubnet: 'fd98::/125'}", []),
        ("{v6InternalSubnet: 'fd98::/126'}", ["HCP0212 'fd98::/126'"]),
        ("{ipv6: {internalJoinSubnet: 'fd98::/128'}}", ["HCP0212 'fd98::/128'"]),
        ("{ipv6: {internalTransitSwitchSubnet: 100.99.0.0/16}}", ["HCP0206 100.99.0.0/16"]),
        (f"{{ipv4: {{internalJoinSubnet: 100.99.0.0/16, {TRANSIT}: 100.98.0.0/16}}}}", []),
        (
            f"{{ipv4: {{internalJoinSubnet: 100.99.0.0/16, {TRANSIT}: 100.99.0.0/16}}}}",
            ["HCP1409 100.99.0.0/16"],
        ),
        (
            "{v4InternalSubnet: 100.99.0.0/16, ipv4: {internalJoinSubnet: 100.99.0.0/16}}",
            [],
        ),
        ("{mtu: 1400}", []),
    ],
)
def test_inner_networks_are_those_that_the_plugin_can_use(
    said: str, expected: list[str], tmp_path: Path
) -> None:
    assert told(check, tmp_path, ovn(said)) == expected


@pytest.mark.parametrize("field", [".".join(field) for field in INNER])
def test_the_passthrough_gets_no_inner_network_past_that_is_none(
    field: str, tmp_path: Path
) -> None:
    spec = raw(f"{OVN}.{field}", "ten")
    assert told(check, tmp_path, spec) == ['HCP0206 "ten"']
    assert told(cluster_networks.check, tmp_path, spec) == []


def test_a_platform_whose_networks_nobody_compares_has_sizes_all_the_same(tmp_path: Path) -> None:
    spec = "platform: {ibmcloud: {}}\npublish: {api: {nodePort: {address: a.example.com}}}\n"
    text = document("Cluster", "demo", spec + ovn("{v4InternalSubnet: 100.99.0.0/31}"))
    assert [each.code for each in checked(check, tmp_path, text)] == ["HCP0212"]


def pods(network: str, more: str = "") -> str:
    return f"networks: {{cluster: [{network}]{more}}}\n"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("", []),
        (pods("10.0.0.0/23"), []),
        (pods("10.0.0.0/24"), ["HCP0212 10.0.0.0/24"]),
        (pods("10.0.0.0/24", ", type: OpenShiftSDN"), ["HCP0212 10.0.0.0/24"]),
        (pods("10.0.0.0/24", ", type: Calico"), []),
        (pods("{cidr: 10.0.0.0/24, hostPrefix: 26}"), []),
        (pods("{cidr: 10.0.0.0/24, hostPrefix: 24}"), []),
        (pods("{cidr: 10.0.0.0/24, hostPrefix: 22}"), ["HCP0212 22"]),
        (pods("{cidr: 10.0.0.0/24, hostPrefix: 22}", ", type: Calico"), ["HCP0212 22"]),
        (pods("{cidr: 10.0.0.0/16, hostPrefix: 31}"), ["HCP0212 31"]),
        (pods("10.0.0.0/16, {cidr: 'fd01::/48', hostPrefix: 64}"), []),
        (pods("'fd01::/65'"), ["HCP0212 'fd01::/65'"]),
        (pods("{cidr: 'fd01::/48', hostPrefix: 127}"), ["HCP0212 127"]),
    ],
)
def test_a_nodes_share_lies_in_the_network_and_has_room(
    spec: str, expected: list[str], tmp_path: Path
) -> None:
    assert told(check, tmp_path, spec) == expected


def test_a_default_that_does_not_fit_is_told_as_one(tmp_path: Path) -> None:
    assert messages(check, tmp_path, pods("10.0.0.0/24")) == [
        "a node's share of `10.0.0.0/24` cannot have `hostPrefix` 23, which is the default"
    ]


def test_of_a_network_too_small_for_any_share_it_is_said(tmp_path: Path) -> None:
    text = document(
        "Cluster", "demo", f"platform: {{agent: {{namespace: a}}}}\n{pods('10.0.0.0/31')}"
    )
    (found,) = checked(check, tmp_path, text)
    assert found.help.startswith("choose a larger network")


@pytest.mark.parametrize("cidr", ["300.0.0.0/8", "ten"])
def test_a_network_that_is_none_has_no_shares(cidr: str, tmp_path: Path) -> None:
    spec = raw("spec.networking.clusterNetwork", [{"cidr": cidr}])
    assert told(check, tmp_path, spec) == []
