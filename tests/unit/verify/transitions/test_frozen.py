"""Fields that stay as they were: each change of each of them."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.small_fleet import DEMO
from tests.unit.verify.transitions.changing import changed, edited, said, subject, told

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.kube.frozen import Effect, frozen, presence
from hcpc.mapping.table import put
from hcpc.platforms import registry
from hcpc.verify.subject import Subject
from hcpc.verify.transitions import frozen_cluster, frozen_pool
from hcpc.verify.transitions.pair import differences

FROZEN, RISKY = codes.FIELD_FROZEN, codes.FIELD_NOT_FOLLOWED
GONE = object()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    return subject(tmp_path_factory.mktemp("fleet"))


def at(path: str, value: Any) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    put(patch, tuple(path.split(".")), None if value is GONE else value)
    return patch


def cluster_findings(demo: Subject, path: str, was: Any, now: Any) -> list[Code]:
    before, after = edited(demo, at(path, was)), edited(demo, at(path, now))
    return sorted({codes.CODES[each.code] for each in told(frozen_cluster.check, before, after)})


@pytest.mark.parametrize(
    ("was", "now", "rest", "effect"),
    [
        (None, None, {}, "free"),
        (1, 1, {}, "free"),
        (1, 2, {}, "refused"),
        (None, 2, {}, "risky"),
        (2, None, {}, "risky"),
        (None, 2, {"added": "free"}, "free"),
        (2, None, {"removed": "refused"}, "refused"),
        (None, 1, {"defaults": (1,), "added": "refused"}, "free"),
        (1, None, {"defaults": (1,), "removed": "refused"}, "free"),
        (2, None, {"defaults": (1,), "removed": "refused"}, "refused"),
        ("", "x", {"empty_is_none": True, "added": "free"}, "free"),
        ("x", "", {"empty_is_none": True, "removed": "refused"}, "refused"),
        (1, True, {}, "refused"),
        ([1], [1], {}, "free"),
        ({"a": 1}, {"b": 2}, {"same": presence}, "free"),
        (1, 2, {"changed": "free"}, "free"),
    ],
)
def test_a_change_has_an_effect(was: Any, now: Any, rest: Any, effect: Effect) -> None:
    defaults = rest.pop("defaults", ())
    assert frozen("spec.x", "", *defaults, **rest).effect(was, now) == effect


NET = "networking"
OVN = "operatorConfiguration.clusterNetworkOperator.ovnKubernetesConfig"
STORAGE = "etcd.managed.storage"
CIDR = [{"cidr": "10.0.0.0/16"}]


@pytest.mark.parametrize(
    ("path", "was", "now", "found"),
    [
        ("infraID", "a", "b", [FROZEN]),
        ("infraID", "a", GONE, [FROZEN]),
        ("infraID", GONE, "a", []),
        ("infraID", "", "a", []),
        ("clusterID", "a", "b", [FROZEN]),
        ("clusterID", "a", GONE, [FROZEN]),
        ("clusterID", GONE, "a", []),
        ("controllerAvailabilityPolicy", "HighlyAvailable", "SingleReplica", [FROZEN]),
        ("controllerAvailabilityPolicy", "SingleReplica", GONE, [FROZEN]),
        ("controllerAvailabilityPolicy", "HighlyAvailable", GONE, []),
        ("fips", GONE, True, [FROZEN]),
        ("fips", True, GONE, [FROZEN]),
        ("fips", GONE, False, []),
        ("olmCatalogPlacement", GONE, "management", []),
        ("olmCatalogPlacement", GONE, "guest", [FROZEN]),
        ("issuerURL", GONE, "https://x.example.com", [FROZEN]),
        ("issuerURL", "https://kubernetes.default.svc", GONE, []),
        ("capabilities", GONE, {"disabled": ["Insights"]}, [FROZEN]),
        ("capabilities", {"disabled": ["Insights"]}, GONE, [FROZEN]),
        ("capabilities", {"enabled": ["a", "b"]}, {"enabled": ["b", "a"]}, [FROZEN]),
        (f"{NET}.clusterNetwork", CIDR, [{"cidr": "10.0.0.0/16", "hostPrefix": 23}], [FROZEN]),
        (f"{NET}.clusterNetwork", GONE, CIDR, [FROZEN]),
        (f"{NET}.clusterNetwork", GONE, [{"cidr": "10.132.0.0/14"}], []),
        (f"{NET}.serviceNetwork", CIDR, GONE, [FROZEN]),
        (f"{NET}.serviceNetwork", GONE, [{"cidr": "172.31.0.0/16"}], []),
        (f"{NET}.machineNetwork", CIDR, [{"cidr": "10.1.0.0/16"}], [FROZEN]),
        (f"{NET}.machineNetwork", GONE, CIDR, [RISKY]),
        (f"{NET}.machineNetwork", CIDR, GONE, [RISKY]),
        (f"{NET}.networkType", GONE, "Calico", [FROZEN]),
        (f"{NET}.networkType", "Calico", "Other", [FROZEN]),
        (f"{NET}.networkType", GONE, "OVNKubernetes", []),
        (f"{NET}.allocateNodeCIDRs", GONE, "Disabled", []),
        (f"{NET}.allocateNodeCIDRs", GONE, "Enabled", [RISKY]),
        (f"{NET}.allocateNodeCIDRs", "Enabled", "Disabled", [FROZEN]),
        (f"{NET}.apiServer.advertiseAddress", "10.0.0.1", "10.0.0.2", [FROZEN]),
        (f"{NET}.apiServer.advertiseAddress", GONE, "172.20.0.1", []),
        (f"{NET}.apiServer.advertiseAddress", GONE, "10.0.0.1", [RISKY]),
        (f"{NET}.apiServer.port", 6443, 7443, [FROZEN]),
        (f"{NET}.apiServer.port", GONE, 6443, []),
        (f"{NET}.apiServer.port", 7443, GONE, [RISKY]),
        ("dns.baseDomain", "a.example.com", "b.example.com", [FROZEN]),
        ("dns.baseDomain", "a.example.com", "", [FROZEN]),
        ("dns.baseDomain", "", "a.example.com", [RISKY]),
        ("dns.publicZoneID", "a", "b", [FROZEN]),
        ("dns.publicZoneID", GONE, "b", []),
        ("dns.publicZoneID", "a", GONE, [RISKY]),
        ("dns.privateZoneID", "a", "b", [FROZEN]),
        ("dns.baseDomainPrefix", "a", "b", [FROZEN]),
        ("dns.baseDomainPrefix", GONE, "b", [RISKY]),
        ("configuration.ingress.domain", "a.example.com", "b.example.com", [FROZEN]),
        ("configuration.ingress.domain", GONE, "b.example.com", [RISKY]),
        ("etcd.managementType", "Managed", "Unmanaged", [FROZEN]),
        ("etcd.managementType", GONE, "Managed", []),
        (f"{STORAGE}.persistentVolume.size", "8Gi", "16Gi", [FROZEN]),
        (f"{STORAGE}.persistentVolume.size", "8Gi", "8192Mi", [FROZEN]),
        (f"{STORAGE}.persistentVolume.size", GONE, "8Gi", []),
        (f"{STORAGE}.persistentVolume.size", "16Gi", GONE, [FROZEN]),
        (f"{STORAGE}.persistentVolume.storageClassName", "a", "b", [FROZEN]),
        (f"{STORAGE}.persistentVolume.storageClassName", GONE, "b", [RISKY]),
        (f"{STORAGE}.restoreSnapshotURL", ["s3://a"], ["s3://b"], [FROZEN]),
        (f"{STORAGE}.restoreSnapshotURL", GONE, ["s3://b"], [FROZEN]),
        (f"{STORAGE}.restoreSnapshotURL", ["s3://b"], GONE, [FROZEN]),
        ("etcd.managed.shards", GONE, [{"name": "a"}], [FROZEN]),
        ("etcd.managed.shards", [{"name": "a"}], [{"name": "b"}], [FROZEN]),
        ("etcd.managed.shards", [{"name": "a"}, {"name": "b"}], [{"name": "b"}], [FROZEN]),
        (
            "etcd.managed.shards",
            [{"name": "a", "replicas": 1}, {"name": "b"}],
            [{"name": "b"}, {"name": "a", "replicas": 1, "scheduling": {"nodeSelector": {}}}],
            [],
        ),
        ("etcd.unmanaged.shards", [{"name": "a", "replicas": 1}], [{"name": "a"}], [FROZEN]),
        ("configuration.apiServer.tlsAdherence", "a", "b", []),
        ("configuration.apiServer.tlsAdherence", "a", GONE, [FROZEN]),
        ("secretEncryption", {"type": "aescbc"}, GONE, [FROZEN]),
        ("secretEncryption.aescbc.activeKey.name", "a", "b", []),
        (f"{OVN}.mtu", 1400, 1500, [FROZEN]),
        (f"{OVN}.mtu", 1400, GONE, [FROZEN]),
        (f"{OVN}.mtu", GONE, 1400, []),
        (f"{OVN}.v4InternalSubnet", "100.64.0.0/16", "100.65.0.0/16", [FROZEN]),
        (f"{OVN}.v6InternalSubnet", "fd98::/48", GONE, [FROZEN]),
        (f"{OVN}.ipv6.internalJoinSubnet", "fd98::/48", "fd99::/48", [FROZEN]),
        (f"{OVN}.ipv6.internalTransitSwitchSubnet", "fd98::/48", GONE, [FROZEN]),
        (f"{OVN}.ipv4.internalJoinSubnet", "100.64.0.0/16", "100.65.0.0/16", []),
        (
            "operatorConfiguration.clusterNetworkOperator.disableMultiNetwork",
            GONE,
            True,
            [FROZEN],
        ),
        (
            "operatorConfiguration.clusterNetworkOperator.disableMultiNetwork",
            GONE,
            False,
            [],
        ),
        ("updateService", "https://a.example.com", "https://b.example.com", []),
        ("pausedUntil", GONE, "true", []),
    ],
)
def test_a_field_of_a_cluster(
    path: str, was: Any, now: Any, found: list[Code], demo: Subject
) -> None:
    assert cluster_findings(demo, path, was, now) == found


def test_the_order_of_services_is_part_of_what_stays(demo: Subject) -> None:
    services = demo.hosted_cluster.body["spec"]["services"]
    assert cluster_findings(demo, "services", services, services[::-1]) == [FROZEN]


def services_only(kind: str, demo: Subject) -> list[Code]:
    services = demo.hosted_cluster.body["spec"]["services"]
    on = edited(demo, {"platform": {"type": kind}})
    return cluster_findings(on, "services", services, services[:3])


def test_on_one_platform_services_may_change(demo: Subject) -> None:
    may = {
        name
        for name in registry.NAMES
        if (found := registry.platform(name)) and not services_only(found.manifest_type, demo)
    }
    assert may == {"ibmcloud"}


def on(demo: Subject, kind: str, settings: dict[str, Any]) -> Subject:
    member = kind.lower()
    return edited(demo, {"platform": {"type": kind, "agent": None, member: settings}})


AZURE = {
    "location": "eu",
    "resourceGroup": "default",
    "topology": "Private",
    "private": {"type": "PrivateLink", "privateLink": {"natSubnetID": "a"}},
}


@pytest.mark.parametrize(
    ("kind", "was", "now", "found"),
    [
        ("Azure", {"location": "eu"}, {"location": "us"}, [FROZEN]),
        ("Azure", {"subnetID": "a"}, {"subnetID": "b"}, [FROZEN]),
        ("Azure", {"vnetID": "a"}, {"vnetID": "b"}, [FROZEN]),
        ("Azure", {"subscriptionID": "a"}, {"subscriptionID": "b"}, [FROZEN]),
        ("Azure", {"securityGroupID": "a"}, {"securityGroupID": "b"}, [FROZEN]),
        ("Azure", {"resourceGroup": "default"}, {"resourceGroup": None}, []),
        ("Azure", {"resourceGroup": None}, {"resourceGroup": "own"}, [FROZEN]),
        ("Azure", {"topology": "Private"}, {"topology": "PublicAndPrivate"}, []),
        ("Azure", {"topology": "Private"}, {"topology": "Public"}, [FROZEN]),
        ("Azure", {"topology": "Private"}, {"topology": None}, [FROZEN]),
        ("Azure", {"private": {"type": "Swift"}}, {"private": None}, [FROZEN]),
        ("Azure", {"private": {"type": "Swift"}}, {"private": {"type": "PrivateLink"}}, [FROZEN]),
        (
            "Azure",
            {"private": {"swift": {"podNetworkInstance": "a"}}},
            {"private": {"swift": {"podNetworkInstance": "b"}}},
            [FROZEN],
        ),
        ("Azure", {"tenantID": "a"}, {"tenantID": "b"}, []),
        ("KubeVirt", {"generateID": "a"}, {"generateID": "b"}, [FROZEN]),
        ("KubeVirt", {"generateID": "a"}, {"generateID": None}, [FROZEN]),
        ("KubeVirt", {"generateID": None}, {"generateID": "b"}, []),
        ("KubeVirt", {"baseDomainPassthrough": True}, {"baseDomainPassthrough": False}, [FROZEN]),
        ("KubeVirt", {"storageDriver": None}, {"storageDriver": {"type": "Default"}}, []),
        ("KubeVirt", {"storageDriver": None}, {"storageDriver": {"type": "None"}}, [RISKY]),
        (
            "KubeVirt",
            {"storageDriver": {"type": "Default"}},
            {"storageDriver": {"type": "None"}},
            [FROZEN],
        ),
        (
            "KubeVirt",
            {"credentials": {"infraNamespace": "a"}},
            {"credentials": {"infraNamespace": "b"}},
            [FROZEN],
        ),
        ("GCP", {"project": "aaaaaa"}, {"project": "bbbbbb"}, [FROZEN]),
        ("GCP", {"region": "a"}, {"region": "b"}, [FROZEN]),
        (
            "GCP",
            {"networkConfig": {"network": {"name": "a"}}},
            {"networkConfig": {"network": {"name": "b"}}},
            [FROZEN],
        ),
        (
            "GCP",
            {"workloadIdentity": {"poolID": "aaaa"}},
            {"workloadIdentity": {"poolID": "bbbb"}},
            [FROZEN],
        ),
        ("AWS", {"region": "a"}, {"region": "b"}, []),
    ],
)
def test_a_field_of_a_platform(
    kind: str, was: Any, now: Any, found: list[Code], demo: Subject
) -> None:
    sides = (on(demo, kind, each) for each in (was, now))
    findings = told(frozen_cluster.check, *sides)
    assert [codes.CODES[each.code] for each in findings] == found


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ({"kms": {"clientID": "a"}}, {"kms": None, "workloadIdentity": {"clientID": "a"}}, 1),
        ({"keyVaultType": None}, {"keyVaultType": "KeyVault"}, 0),
        ({"keyVaultType": None}, {"keyVaultType": "ManagedHSM"}, 1),
        ({"activeKey": {"keyName": "a"}}, {"activeKey": {"keyName": "b"}}, 0),
    ],
)
def test_how_keys_are_reached_stays(was: Any, now: Any, found: int, demo: Subject) -> None:
    def encrypted(settings: Any) -> Subject:
        kms = {"provider": "Azure", "azure": settings}
        return edited(demo, {"secretEncryption": {"type": "kms", "kms": kms}})

    assert len(told(frozen_cluster.check, encrypted(was), encrypted(now))) == found


@pytest.mark.parametrize(
    ("was", "now", "found"),
    [
        ({"arch": "arm64"}, {"arch": "amd64"}, [FROZEN]),
        ({"arch": "arm64"}, {"arch": None}, [FROZEN]),
        ({"arch": "amd64"}, {"arch": None}, []),
        ({"management": {"upgradeType": "InPlace"}}, {"management": {"upgradeType": "Replace"}}, 1),
        ({"platform": {"type": "Agent"}}, {"platform": {"type": "AWS"}}, [FROZEN]),
        ({"clusterName": "a"}, {"clusterName": "b"}, [FROZEN]),
        ({"osImageStream": {"name": "rhel-9"}}, {"osImageStream": None}, [FROZEN]),
        ({"osImageStream": {"name": "rhel-10"}}, {"osImageStream": {"name": "rhel-9"}}, [FROZEN]),
        ({"osImageStream": {"name": "rhel-9"}}, {"osImageStream": {"name": "rhel-10"}}, []),
        ({"osImageStream": None}, {"osImageStream": {"name": "rhel-10"}}, []),
        (
            {"platform": {"type": "Azure", "azure": {"subnetID": "a"}}},
            {"platform": {"type": "Azure", "azure": {"subnetID": "b"}}},
            [FROZEN],
        ),
        ({"replicas": 1}, {"replicas": 3}, []),
    ],
)
def test_a_field_of_a_node_pool(was: Any, now: Any, found: Any, demo: Subject) -> None:
    findings = told(frozen_pool.check, edited(demo, node_pool=was), edited(demo, node_pool=now))
    expected = [FROZEN] * found if isinstance(found, int) else found
    assert [codes.CODES[each.code] for each in findings] == expected


def test_a_field_that_went_is_told_of_its_part_once(demo: Subject) -> None:
    before = edited(demo, at(f"{OVN}.mtu", 1400))
    (finding,) = told(frozen_cluster.check, before, demo)
    assert "ovn" in finding.message


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "etcd: {size: 8Gi}\n",
            "etcd: {size: 16Gi}\n",
            (
                f"HCP1601 {DEMO}:8:16: `etcd.size` is fixed once the cluster "
                "exists: it was `8Gi`, now `16Gi`"
            ),
        ),
        (
            "infraID: demo-x\n",
            "fips: false\n",
            (
                f"HCP1601 {DEMO}:4:9: `infraID` is fixed once the cluster exists: "
                "`demo-x` cannot be removed"
            ),
        ),
        (
            "networks: {cluster: [10.4.0.0/16]}\n",
            "networks: {service: [172.30.0.0/16], cluster: [10.4.0.0/16]}\n",
            (
                f"HCP1601 {DEMO}:8:24: `networks.service[0]` is fixed once the cluster exists: "
                "it was `172.31.0.0/16`, now `172.30.0.0/16`"
            ),
        ),
        (
            "hostedCluster: {spec: {issuerURL: https://a.example.com}}\n",
            "hostedCluster: {spec: {issuerURL: https://b.example.com}}\n",
            (
                f"HCP1601 {DEMO}:8:37: `hostedCluster.spec.issuerURL` is fixed once "
                "the cluster exists: it was `https://a.example.com`, now `https://b.example.com`"
            ),
        ),
    ],
)
def test_it_is_told_in_the_words_of_the_spec(
    before: str, after: str, expected: str, tmp_path: Path
) -> None:
    assert said(changed(frozen_cluster.check, tmp_path, before, after)) == [expected]


def test_of_a_value_with_parts_the_first_difference_is_told(tmp_path: Path) -> None:
    published = "publish: {api: {nodePort: {address: other.example.com}}}\n"
    (found,) = changed(frozen_cluster.check, tmp_path, "", published)
    where = "`publish.api.nodePort.address` is fixed once the cluster exists"
    values = "it was `api.mgmt-1.example.com`, now `other.example.com`"
    assert said([found]) == [f"HCP1601 {DEMO}:8:39: {where}: {values}"]
    assert found.notes == ("`publish` differs in 3 other places",)
    assert found.subjects == ("HostedCluster/clusters/demo/spec/services",)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (1, 1, []),
        (1, True, [()]),
        ({"a": 1, "b": 2}, {"a": 1, "c": 2}, [("b",), ("c",)]),
        ({"a": [1, {"b": 2}]}, {"a": [1, {"b": 3}]}, [("a", 1, "b")]),
        ({"a": [1]}, {"a": [1, 2]}, [("a",)]),
        ([], {}, [()]),
    ],
)
def test_differences_are_as_small_as_they_can_be(old: Any, new: Any, expected: Any) -> None:
    assert list(differences(old, new)) == expected
