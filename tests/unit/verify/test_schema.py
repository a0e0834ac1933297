"""What `check_manifest` finds, fault by fault."""

import copy
from datetime import date
from typing import Any

import pytest

from hcpc.verify.schema import (
    RULES,
    SCHEMAS,
    SchemaFault,
    check_manifest,
    read_schema,
    schema_path,
)

HOSTED_CLUSTER: dict[str, Any] = {
    "apiVersion": "hypershift.openshift.io/v1beta1",
    "kind": "HostedCluster",
    "metadata": {
        "name": "payments",
        "namespace": "clusters",
        "labels": {"hypershift.openshift.io/auto-created-for-infra": "payments-x7k2p", "team": ""},
        "annotations": {"hypershift.openshift.io/topology": "dedicated-request-serving-components"},
    },
    "spec": {
        "release": {"image": "quay.io/openshift-release-dev/ocp-release:4.17.9-multi"},
        "pullSecret": {"name": "payments-pull-secret"},
        "fips": False,
        "platform": {"type": "Agent", "agent": {"agentNamespace": "clusters-payments"}},
        "etcd": {
            "managementType": "Managed",
            "managed": {
                "storage": {"type": "PersistentVolume", "persistentVolume": {"size": "8Gi"}}
            },
        },
        "services": [
            {
                "service": "APIServer",
                "servicePublishingStrategy": {
                    "type": "NodePort",
                    "nodePort": {"address": "api.payments.example.com"},
                },
            },
            {"service": "OAuthServer", "servicePublishingStrategy": {"type": "Route"}},
            {"service": "Konnectivity", "servicePublishingStrategy": {"type": "Route"}},
            {"service": "Ignition", "servicePublishingStrategy": {"type": "Route"}},
        ],
        "configuration": {
            "apiServer": {
                "audit": {"customRules": [{"group": "system:authenticated", "profile": "None"}]}
            },
            "featureGate": {"featureSet": "", "customNoUpgrade": None},
        },
    },
}

NODE_POOL: dict[str, Any] = {
    "apiVersion": "hypershift.openshift.io/v1beta1",
    "kind": "NodePool",
    "metadata": {"name": "payments-workers", "namespace": "clusters"},
    "spec": {
        "clusterName": "payments",
        "release": {"image": "quay.io/openshift-release-dev/ocp-release:4.17.9-multi"},
        "replicas": 3,
        "management": {"upgradeType": "Replace"},
        "nodeDrainTimeout": "1h30m",
        "platform": {"type": "Agent", "agent": {}},
    },
}


def changed(manifest: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the value at a dotted path replaced; `...` in its place removes it."""
    manifest = copy.deepcopy(manifest)
    *parents, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place: Any = manifest
    for step in parents:
        place = place[step] if isinstance(step, int) else place.setdefault(step, {})
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return manifest


def faults(manifest: dict[str, Any]) -> list[SchemaFault]:
    return check_manifest(manifest["kind"], manifest)


def told(manifest: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(".".join(map(str, f.path)), f.rule, f.message) for f in faults(manifest)]


@pytest.mark.parametrize("manifest", [HOSTED_CLUSTER, NODE_POOL], ids=lambda m: m["kind"])
def test_a_good_manifest_has_no_faults(manifest: dict[str, Any]) -> None:
    assert faults(manifest) == []


def test_a_kind_without_a_schema_of_ours_is_not_checked() -> None:
    assert check_manifest("ConfigMap", {"kind": "ConfigMap", "anything": 1}) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (
            "spec.etcd.managed.storage.persistentVolume.storageClas",
            "lvm",
            ("unknown-field", "unknown field `storageClas`"),
        ),
        ("status", {}, ("unknown-field", "unknown field `status`")),
        ("spec.pullSecret", ..., ("missing", "`pullSecret` is required")),
        ("metadata.namespace", ..., ("missing", "`namespace` is required")),
        ("spec.fips", "no", ("type", "`fips` must be `true` or `false`, not text")),
        ("spec.fips", None, ("type", "`fips` must be `true` or `false`, not null")),
        ("spec.release", "4.17", ("type", "`release` must be a mapping, not text")),
        ("spec.services", {}, ("type", "`services` must be a list, not a mapping")),
        ("spec.services.1", "Route", ("type", "`services[1]` must be a mapping, not text")),
        ("spec.pausedUntil", True, ("type", "`pausedUntil` must be text, not `true`")),
        (
            "spec.etcd.managed.storage.persistentVolume.size",
            1.5,
            ("type", "`size` must be an integer or text, not a number"),
        ),
        (
            "spec.etcd.managed.storage.persistentVolume.size",
            "8 GB",
            ("pattern", "`size` must be a quantity such as `8Gi`, not `8 GB`"),
        ),
        (
            "spec.olmCatalogPlacement",
            "Guest",
            ("enum", "`olmCatalogPlacement` must be `management` or `guest`, not `Guest`"),
        ),
        ("kind", "Cluster", ("enum", "`kind` must be `HostedCluster`, not `Cluster`")),
        ("spec.release.image", "", ("too-short", "`image` must not be empty")),
        (
            "spec.pausedUntil",
            "now",
            ("too-short", "`pausedUntil` is 3 characters long, at least 4 are needed"),
        ),
        (
            "spec.channel",
            "x" * 101,
            ("too-long", "`channel` is 101 characters long, at most 100 are allowed"),
        ),
        ("spec.networking.clusterNetwork", [], ("too-few", "`clusterNetwork` must not be empty")),
        ("spec.monitoring", {}, ("too-few", "`monitoring` must not be empty")),
        (
            "spec.networking.machineNetwork",
            [{"cidr": "10.0.0.0/16"}] * 3,
            ("too-many", "`machineNetwork` has 3 entries, at most 2 are allowed"),
        ),
        (
            "spec.labels",
            {f"label-{number}": "" for number in range(21)},
            ("too-many", "`labels` has 21 entries, at most 20 are allowed"),
        ),
        (
            "spec.autoscaling.maxNodesTotal",
            -1,
            ("range", "`maxNodesTotal` must be at least 0, not -1"),
        ),
        (
            "spec.networking.apiServer.port",
            2**31,
            ("range", "`port` must be at most 2147483647, not 2147483648"),
        ),
        (
            "metadata.name",
            "Prod",
            ("pattern", "`name` must be lower case letters, digits and inner `-`, not `Prod`"),
        ),
        (
            "metadata.annotations",
            {"a b": "c"},
            ("bad-key", "`a b` cannot be a key of `annotations`"),
        ),
    ],
)
def test_one_mistake_is_one_fault(path: str, value: Any, fault: tuple[str, str]) -> None:
    manifest = changed(HOSTED_CLUSTER, path, value)
    [found] = check_manifest("HostedCluster", manifest)
    assert (found.rule, found.message) == fault
    assert ".".join(map(str, found.path)).startswith(path)


def test_an_unknown_field_comes_with_the_names_it_could_have_been() -> None:
    [fault] = faults(changed(HOSTED_CLUSTER, "spec.etcd.unmanagd", {}))
    assert fault.candidates == ("managed", "managementType", "unmanaged")


def test_a_bad_enumeration_value_comes_with_the_allowed_ones() -> None:
    [fault] = faults(changed(NODE_POOL, "spec.management.upgradeType", "Inplace"))
    assert fault.candidates == ("Replace", "InPlace")


def test_all_faults_are_found_in_one_run_in_the_order_of_their_paths() -> None:
    manifest = changed(HOSTED_CLUSTER, "spec.fips", "yes")
    manifest = changed(manifest, "spec.services.0.service", "Api")
    manifest = changed(manifest, "spec.release.image", ...)
    manifest = changed(manifest, "spec.zzz", 1)
    assert [path for path, _, _ in told(manifest)] == [
        "spec.fips",
        "spec.release.image",
        "spec.services.0.service",
        "spec.zzz",
    ]


def test_a_value_that_breaks_several_rules_is_one_fault() -> None:
    [fault] = faults(changed(HOSTED_CLUSTER, "spec.olmCatalogPlacement", 7))
    assert fault.rule == "type"


def test_a_member_that_its_union_needs_is_missing() -> None:
    path = "spec.services.0.servicePublishingStrategy.nodePort"
    assert told(changed(HOSTED_CLUSTER, path, ...)) == [
        (path, "missing", "`nodePort` is required when `type` is `NodePort`")
    ]


def test_a_member_that_its_union_rules_out_is_one_fault_whatever_is_in_it() -> None:
    path = "spec.services.1.servicePublishingStrategy.nodePort"
    assert told(changed(HOSTED_CLUSTER, path, {"adress": "x"})) == [
        (path, "excluded", "`nodePort` is allowed only when `type` is `NodePort`")
    ]


def test_a_member_is_ruled_out_when_its_absent_type_has_no_or_another_default() -> None:
    path = "spec.platform.azure.diagnostics.userManaged"
    manifest = changed(NODE_POOL, path, {"storageAccountURI": "https://sample.example.com"})
    assert [fault for fault in told(manifest) if fault[1] == "excluded"] == [
        (
            path,
            "excluded",
            "`userManaged` is allowed only when `storageAccountType` is `UserManaged`",
        )
    ]
    replace = {"rollingUpdate": {"maxSurge": "25%"}}
    assert told(changed(NODE_POOL, "spec.management.replace", replace)) == [
        (
            "spec.management.replace.rollingUpdate",
            "excluded",
            "`rollingUpdate` is allowed only when `strategy` is `RollingUpdate`",
        )
    ]


def test_a_member_is_allowed_when_its_absent_type_has_the_right_default() -> None:
    scale_down = {"unneededDurationSeconds": 600}
    assert faults(changed(HOSTED_CLUSTER, "spec.autoscaling.scaleDown", scale_down)) == []


def test_a_wrong_type_of_a_union_is_one_fault() -> None:
    path = "spec.services.0.servicePublishingStrategy.type"
    assert [rule for _, rule, _ in told(changed(HOSTED_CLUSTER, path, "Nodeport"))] == ["enum"]
    assert [rule for _, rule, _ in told(changed(HOSTED_CLUSTER, path, ...))] == ["missing"]


def test_a_required_field_with_a_default_may_be_absent() -> None:
    assert faults(changed(HOSTED_CLUSTER, "spec.etcd", ...)) == []


def test_the_second_of_two_equal_items_of_a_set_is_the_fault() -> None:
    sources = [
        {"source": "quay.io", "mirrors": ["a.example.com", "b.example.com", "a.example.com"]}
    ]
    assert told(changed(HOSTED_CLUSTER, "spec.imageContentSources", sources)) == [
        (
            "spec.imageContentSources.0.mirrors.2",
            "duplicate",
            "`mirrors` already has `a.example.com`",
        )
    ]


def test_two_items_with_the_same_key_are_a_fault() -> None:
    rule = {"group": "system:authenticated", "profile": "Default"}
    manifest = changed(HOSTED_CLUSTER, "spec.configuration.apiServer.audit.customRules.0", rule)
    audit = manifest["spec"]["configuration"]["apiServer"]["audit"]
    audit["customRules"].append({**rule, "profile": "None"})
    assert told(manifest) == [
        (
            "spec.configuration.apiServer.audit.customRules.1",
            "duplicate",
            "`customRules` already has an item with `group` `system:authenticated`",
        )
    ]


def test_two_items_that_share_only_part_of_their_key_are_no_fault() -> None:
    routes = [
        {"namespace": "guest", "name": name, "hostname": f"{name}.example.com"}
        for name in ("console", "downloads")
    ]
    path = "spec.configuration.ingress.componentRoutes"
    assert faults(changed(HOSTED_CLUSTER, path, routes)) == []
    routes[1]["name"] = "console"
    assert told(changed(HOSTED_CLUSTER, path, routes)) == [
        (
            f"{path}.1",
            "duplicate",
            "`componentRoutes` already has an item with `namespace` `guest` and `name` `console`",
        )
    ]


def test_a_label_that_cannot_be_one_is_a_fault_of_its_own_key_or_value() -> None:
    manifest = changed(HOSTED_CLUSTER, "metadata.labels", {"team!": "a", "tier": "gold plus"})
    assert [(path, rule) for path, rule, _ in told(manifest)] == [
        ("metadata.labels.team!", "bad-key"),
        ("metadata.labels.tier", "pattern"),
    ]


def test_an_open_object_takes_fields_of_any_name() -> None:
    strategy = {"type": "Private", "private": {"protocol": "TCP"}, "later": {"addition": [1]}}
    path = "spec.operatorConfiguration.ingressOperator.endpointPublishingStrategy"
    assert faults(changed(HOSTED_CLUSTER, path, strategy)) == []


@pytest.mark.parametrize("text", ["payments\n", "payments\r\n", "\npayments"])
def test_a_line_end_never_passes_a_pattern(text: str) -> None:
    assert [rule for _, rule, _ in told(changed(HOSTED_CLUSTER, "metadata.name", text))] == [
        "pattern"
    ]


def test_source_ranges_are_networks() -> None:
    good = ["0.0.0.0/0", "10.0.0.0/8", "255.255.255.255/32", "fd01::/48", "::/0", "1:2:3::4/64"]
    bad = ["10.0.0.0", "10.0.0.0/33", "256.0.0.0/8", "10.0.0/8", "fd01::/129", "g::/8", "::/0\n"]
    path = "spec.operatorConfiguration.ingressOperator.endpointPublishingStrategy"
    balancer: dict[str, Any] = {"scope": "External", "allowedSourceRanges": good}
    strategy = {"type": "LoadBalancerService", "loadBalancer": balancer}
    assert faults(changed(HOSTED_CLUSTER, path, strategy)) == []
    balancer["allowedSourceRanges"] = bad
    found = faults(changed(HOSTED_CLUSTER, path, strategy))
    assert [fault.path[-1] for fault in found] == list(range(len(bad)))


@pytest.mark.parametrize("duration", ["0", "0s", "30m", "1h30m", "1.5h", ".5s", "100ms", "-5m"])
def test_what_go_reads_as_a_duration_passes(duration: str) -> None:
    assert faults(changed(NODE_POOL, "spec.nodeDrainTimeout", duration)) == []


@pytest.mark.parametrize("duration", ["", "30", "30 m", "1d", "m", "1h 30m", "PT30M", "30m\n"])
def test_what_go_does_not_read_as_a_duration_is_a_fault(duration: str) -> None:
    [fault] = faults(changed(NODE_POOL, "spec.nodeDrainTimeout", duration))
    assert fault.rule == "pattern"
    assert fault.message.startswith("`nodeDrainTimeout` must be a duration such as")


@pytest.mark.parametrize(
    ("value", "path"),
    [
        (date(2026, 8, 1), ("spec", "channel")),
        ({1: "x"}, ("spec", "channel", "1")),
        (["x", {"y": {1, 2}}], ("spec", "channel", 1, "y")),
    ],
)
def test_what_json_cannot_hold_is_a_fault_and_no_traceback(value: Any, path: Any) -> None:
    [fault] = faults(changed(HOSTED_CLUSTER, "spec.channel", value))
    assert fault.path == path


@pytest.mark.parametrize("value", [float("nan"), 2**70, -(2**70), float("inf")])
def test_odd_numbers_are_faults(value: float) -> None:
    [fault] = faults(changed(NODE_POOL, "spec.replicas", value))
    assert fault.path == ("spec", "replicas")


def test_a_manifest_is_never_changed() -> None:
    manifest = changed(HOSTED_CLUSTER, "spec.fips", "no")
    before = copy.deepcopy(manifest)
    check_manifest("HostedCluster", manifest)
    assert manifest == before


@pytest.mark.parametrize("name", sorted(SCHEMAS.values()))
def test_a_schema_is_found_and_read(name: str) -> None:
    assert schema_path(name).is_file()
    assert read_schema(name)["type"] == "object"


def test_every_rule_is_named_once() -> None:
    assert len(set(RULES)) == len(RULES)
