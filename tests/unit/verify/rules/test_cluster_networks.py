"""Networks of one cluster."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import document, underlined
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import messages, raw, told

from hcpc.verify.rules.cluster_networks import check

OVN = "spec.operatorConfiguration.clusterNetworkOperator.ovnKubernetesConfig"


def networks(**said: str) -> str:
    return f"networks: {{{', '.join(f'{name}: {value}' for name, value in said.items())}}}\n"


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ("", []),
        (networks(machine="[10.0.0.0/24]"), []),
        (networks(machine="[10.132.0.0/24]"), ["HCP1409 10.132.0.0/24"]),
        (networks(machine="[172.31.0.0/24]"), ["HCP1409 172.31.0.0/24"]),
        (networks(cluster="[172.31.0.0/16]"), ["HCP1409 172.31.0.0/16"]),
        (networks(machine="[10.0.0.0/24, 10.0.0.0/23]"), ["HCP1409 10.0.0.0/23"]),
        (networks(cluster="[10.0.0.0/8]", machine="[10.1.0.0/24]"), ["HCP1409 10.1.0.0/24"]),
        (networks(cluster='["fd01::/48"]', machine='["fd01::/64"]'), ['HCP1409 "fd01::/64"']),
        (networks(cluster='[10.132.0.0/14, "fd01::/48"]'), []),
    ],
)
def test_networks_have_no_address_in_common(spec: str, expected: list[str], tmp_path: Path) -> None:
    assert told(check, tmp_path, spec) == expected


@pytest.mark.parametrize("field", ["v4InternalSubnet", "ipv4.internalTransitSwitchSubnet"])
def test_nor_with_those_inside_of_ovn(field: str, tmp_path: Path) -> None:
    assert told(check, tmp_path, raw(f"{OVN}.{field}", "10.132.1.0/24")) == [
        'HCP1409 "10.132.1.0/24"'
    ]
    assert told(check, tmp_path, raw(f"{OVN}.{field}", "100.99.0.0/16")) == []


def test_the_old_and_the_new_word_for_one_network_inside_may_agree(tmp_path: Path) -> None:
    both = {"v4InternalSubnet": "100.99.0.0/16", "ipv4": {"internalJoinSubnet": "100.99.0.0/16"}}
    assert told(check, tmp_path, raw(OVN, both)) == []


def on_kubevirt(spec: str) -> str:
    return document("Cluster", "demo", f"platform: {{kubevirt: {{generateID: a1b2c3}}}}\n{spec}")


def test_one_platform_has_networks_inside_unless_it_is_told_others(tmp_path: Path) -> None:
    machine = networks(machine="[100.66.1.0/24]")
    (finding,) = checked(check, tmp_path, on_kubevirt(machine))
    assert underlined([finding]) == ["HCP1409 100.66.1.0/24"]
    assert "100.66.0.0/16" in finding.notes[0]
    own = networks(machine="[100.66.1.0/24]", ovn="{ipv4: {internalJoinSubnet: 100.99.0.0/16}}")
    assert checked(check, tmp_path, on_kubevirt(own)) == []
    other = networks(machine="[100.66.1.0/24]", type="Calico")
    assert checked(check, tmp_path, on_kubevirt(other)) == []
    assert told(check, tmp_path, machine) == []


def test_one_platform_checks_no_networks(tmp_path: Path) -> None:
    spec = "platform: {ibmcloud: {}}\npublish: {api: {nodePort: {address: a.example.com}}}\n"
    text = document("Cluster", "demo", spec + networks(machine="[10.132.0.0/24]"))
    assert checked(check, tmp_path, text) == []


@pytest.mark.parametrize("cidr", ["300.0.0.0/8", "10.0.0.0/33", "10.0.0.0", "fd01::/129", "ten"])
def test_the_passthrough_gets_no_network_past_that_is_none(cidr: str, tmp_path: Path) -> None:
    assert told(check, tmp_path, raw("spec.networking.machineNetwork", [{"cidr": cidr}])) == [
        f'HCP0206 "{cidr}"'
    ]


def test_bits_behind_the_prefix_are_taken_as_the_operator_takes_them(tmp_path: Path) -> None:
    bits = raw("spec.networking.machineNetwork", [{"cidr": "10.0.0.1/24"}])
    assert told(check, tmp_path, bits) == []


def test_first_networks_are_of_one_family(tmp_path: Path) -> None:
    mixed = networks(cluster='["fd01::/48"]', service="[172.31.0.0/16]")
    assert told(check, tmp_path, mixed) == ["HCP1410 172.31.0.0/16"]
    both = networks(cluster='["fd01::/48", 10.132.0.0/14]', service='["fd02::/112", 10.1.0.0/16]')
    assert told(check, tmp_path, both) == []


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (networks(service="[172.20.0.0/16]"), ["HCP1411 172.20.0.0/16"]),
        (
            networks(service="[172.20.0.0/16]", apiServer="{advertiseAddress: 172.21.0.1}"),
            [],
        ),
        (networks(apiServer="{advertiseAddress: 10.132.0.1}"), ["HCP1411 10.132.0.1"]),
        (networks(apiServer='{advertiseAddress: "fd00::1"}'), ['HCP1410 "fd00::1"']),
        (networks(cluster='["fd00::/48"]', service='["fd02::/112"]'), ['HCP1411 "fd00::/48"']),
        (raw("spec.networking.apiServer.advertiseAddress", "here"), ['HCP0213 "here"']),
    ],
)
def test_the_address_on_nodes_is_in_none_of_them(
    spec: str, expected: list[str], tmp_path: Path
) -> None:
    assert told(check, tmp_path, spec) == expected


def test_what_nobody_said_is_told_of_by_its_value(tmp_path: Path) -> None:
    (message,) = messages(check, tmp_path, networks(service="[172.20.0.0/16]"))
    assert message == (
        "the API server's address on nodes, `172.20.0.1`, is in the service network `172.20.0.0/16`"
    )
