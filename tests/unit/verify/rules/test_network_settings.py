"""Settings that go with one network plugin."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import document
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import told

from hcpc.verify.rules.network_settings import check


@pytest.mark.parametrize(
    ("setting", "shown", "kind"),
    [
        ("allocateNodeCIDRs: Enabled", "allocateNodeCIDRs", "Other"),
        ("disableMultiNetwork: true", "disableMultiNetwork", "Other"),
        ("ovn: {mtu: 1400}", "ovn", "OVNKubernetes"),
    ],
)
def test_a_setting_goes_with_its_plugin(
    setting: str, shown: str, kind: str, tmp_path: Path
) -> None:
    other = "Calico"
    found = told(check, tmp_path, f"networks: {{type: {other}, {setting}}}\n")
    assert found == [f"HCP1413 {shown}"]
    assert told(check, tmp_path, f"networks: {{type: {kind}, {setting}}}\n") == []


def test_what_is_off_goes_with_all_of_them(tmp_path: Path) -> None:
    off = "networks: {allocateNodeCIDRs: Disabled, disableMultiNetwork: false}\n"
    assert told(check, tmp_path, off) == []


def test_the_old_plugin_is_gone_but_for_one_platform(tmp_path: Path) -> None:
    assert told(check, tmp_path, "networks: {type: OpenShiftSDN}\n") == ["HCP1413 OpenShiftSDN"]
    names = ("kubeCloudController", "nodePoolManagement", "ingressOperatorCloud")
    creds = ", ".join(
        f"{name}Creds: {{secret: c}}"
        for name in (*names, "storageOperatorCloud", "imageRegistryOperatorCloud")
    )
    text = document(
        "Cluster",
        "demo",
        f"platform: {{powervs: {{accountID: a, cisInstanceCRN: 'crn:x', resourceGroup: r, "
        f"region: osa, zone: osa21, serviceInstanceID: i, subnet: {{id: s}}, "
        f"vpc: {{name: v, region: eu-gb}}, {creds}}}}}\nnetworks: {{type: OpenShiftSDN}}\n",
    )
    assert checked(check, tmp_path, text) == []


def test_port_443_makes_trouble(tmp_path: Path) -> None:
    assert told(check, tmp_path, "networks: {apiServer: {port: 443}}\n") == ["HCP1412 443"]
    assert told(check, tmp_path, "networks: {apiServer: {port: 6443}}\n") == []
