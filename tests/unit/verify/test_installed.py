"""Objects against the CRDs that their management cluster has installed."""

from pathlib import Path
from typing import Any

import pytest
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    DEMO,
    MANAGEMENT,
    SCAFFOLD,
    cluster,
    compile_and_write,
    compiled,
    document,
    places,
    small_fleet,
    underlined,
    write,
)
from tests.unit.verify.crd.fleets import (
    CHANNEL,
    OPEN,
    SET,
    fleet_with,
    hosted_cluster,
    management,
    node_pool,
)

from hcpc.pipeline import Options, compile_fleet
from hcpc.run.cache import Cache
from hcpc.verify.crd.crd_set import CrdKind, write_set

LONG = "channel: candidate-4.18\n"


def test_an_object_that_the_set_takes_has_no_finding(tmp_path: Path) -> None:
    kinds = (hosted_cluster(CHANNEL), node_pool({}))
    result = compiled(fleet_with(tmp_path, *kinds, spec="channel: fast-4.18\n"))
    assert (result.findings, result.unchecked) == ((), ())


def test_a_fault_is_told_at_the_line_that_caused_it(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path, hosted_cluster(CHANNEL), node_pool({}), spec=LONG)
    [found] = compiled(fleet).findings
    assert underlined([found]) == ["HCP0505 candidate-4.18"]
    assert found.message == (
        "invalid HostedCluster: `channel` is 14 characters long, at most 11 are allowed"
    )
    assert found.notes == (
        "this is `spec.channel` of the HostedCluster",
        "the CRDs of set `ours` say so",
    )


def test_a_fault_of_a_node_pool_is_told_in_that_pool(tmp_path: Path) -> None:
    pools = node_pool({"replicas": {"type": "integer", "maximum": 1}})
    [found] = compiled(fleet_with(tmp_path, hosted_cluster({}), pools)).findings
    assert underlined([found]) == ["HCP0505 2"]


def test_a_fault_of_an_overlay_is_told_in_the_overlay(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path, hosted_cluster(CHANNEL), node_pool({}))
    patch = (
        "patches:\n- merge: {spec: {channel: candidate-4.18}}\n  target: {kind: HostedCluster}\n"
    )
    write(fleet, {"clusters/mgmt-1/overlay.yaml": document("Overlay", "o", patch)})
    [found] = compiled(fleet).findings
    assert underlined([found]) == ["HCP0505 candidate-4.18"]
    assert found.primary.span.file.path == "clusters/mgmt-1/overlay.yaml"


def test_one_fault_in_a_shared_layer_is_one_finding(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path, hosted_cluster(CHANNEL), node_pool({}))
    write(fleet, {"clusters/mgmt-1/other.yaml": cluster("other")})
    write(fleet, {DEFAULTS: SCAFFOLD[DEFAULTS].replace("cluster:\n", f"cluster:\n    {LONG}")})
    [found] = compiled(fleet).findings
    assert found.clusters == ("demo", "other")
    assert places([found])[0].startswith(f"HCP0505 {DEFAULTS}:")


@pytest.mark.parametrize(
    "raw",
    ["{spec: {fips: 'yes'}}", "{spec: {networking: {networkType: OVN}}}", "{spec: {services: 5}}"],
)
def test_what_our_own_schema_says_is_not_said_twice(tmp_path: Path, raw: str) -> None:
    fields = {
        "fips": {"type": "boolean"},
        "networking": {
            **OPEN,
            "properties": {"networkType": {"type": "string", "enum": ["OVNKubernetes"]}},
        },
        "services": {"type": "array", "items": OPEN},
    }
    fleet = fleet_with(
        tmp_path, hosted_cluster(fields), node_pool({}), spec=f"hostedCluster: {raw}\n"
    )
    assert [found.code for found in compiled(fleet).findings] == ["HCP0501"]


def test_a_set_that_nobody_knows_is_told_where_it_is_named(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path, hosted_cluster({}), node_pool({}))
    write(fleet, {MANAGEMENT: management("our")})
    [found] = compiled(fleet).findings
    assert underlined([found]) == ["HCP0503 our"]
    assert found.primary.text == "did you mean `ours`?"


def test_without_any_set_the_finding_says_how_to_make_one(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path, {MANAGEMENT: management("hypershift-4.18")})
    [found] = compiled(fleet).findings
    assert found.help == "`hcpc schema import hypershift-4.18 FILE…` makes it from CRDs"


@pytest.mark.parametrize("content", ["{}", "", "kind: CrdSet\n"])
def test_a_set_that_is_none_is_told_once(tmp_path: Path, content: str) -> None:
    fleet = fleet_with(tmp_path)
    write(fleet, {SET: content, "clusters/mgmt-1/other.yaml": cluster("other")})
    assert underlined(compiled(fleet).findings) == ["HCP0504 ours"]


def test_a_set_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path)
    (fleet / SET).unlink()
    (fleet / SET).mkdir()
    assert underlined(compiled(fleet).findings) == ["HCP0504 ours"]


def test_each_management_cluster_has_its_own_set(tmp_path: Path) -> None:
    strict = write_set(
        [hosted_cluster({"channel": {"type": "string", "maxLength": 1}}), node_pool({})]
    )
    fleet = fleet_with(
        tmp_path, hosted_cluster(CHANNEL), node_pool({}), spec="channel: fast-4.18\n", strict=strict
    )
    two = management("strict").replace("mgmt-1", "mgmt-2")
    write(
        fleet,
        {
            "clusters/mgmt-2/management-cluster.yaml": two,
            "clusters/mgmt-2/other.yaml": cluster("other", "channel: fast-4.18\n"),
        },
    )
    [found] = compiled(fleet).findings
    assert found.primary.span.file.path == "clusters/mgmt-2/other.yaml"
    against = compile_fleet(fleet, Options("serial", against="strict"), emit=False)
    assert [found.primary.span.file.path for found in against.findings] == [
        DEMO,
        "clusters/mgmt-2/other.yaml",
    ]


def test_a_set_that_changes_is_seen_by_the_clusters_that_use_it(tmp_path: Path) -> None:
    kinds = (hosted_cluster(CHANNEL), node_pool({}))
    fleet = fleet_with(tmp_path / "fleet", *kinds, spec="channel: fast-4.18\n", other="{}")
    cache = tmp_path / "cache"
    assert compile_and_write(fleet, cache).findings == ()
    assert compile_and_write(fleet, cache).kept
    write(fleet, {"crds/other.json": "[]"})
    assert compile_and_write(fleet, cache).kept
    strict = hosted_cluster({"channel": {"type": "string", "maxLength": 1}})
    write(fleet, {SET: write_set([strict, node_pool({})])})
    assert [found.code for found in compile_and_write(fleet, cache).findings] == ["HCP0505"]
    again = compile_fleet(fleet, Options("serial", cache=Cache(cache)))
    assert [found.code for found in again.findings] == ["HCP0505"]


def test_processes_of_their_own_say_the_same(tmp_path: Path) -> None:
    fleet = fleet_with(tmp_path, hosted_cluster(CHANNEL), node_pool({}), spec=LONG)
    here, there = compiled(fleet), compiled(fleet, executor="processes")
    assert here.findings == there.findings != ()


def test_objects_inside_a_hosted_cluster_are_not_its_management_clusters(tmp_path: Path) -> None:
    strict = CrdKind(
        "tests.example.com", "v1", "Thing", "things", namespaced=True, schema={"type": "object"}
    )
    raw = "apiVersion: tests.example.com/v1, kind: Thing, metadata: {name: a, namespace: b}"
    guest = f"guest: {{manifests: {{things: {{{raw}, spec: {{x: 1}}}}}}}}\n"
    fleet = fleet_with(tmp_path, hosted_cluster({}), node_pool({}), strict, spec=guest)
    result = compiled(fleet)
    assert (result.findings, result.unchecked) == ((), ())


def test_what_no_set_was_asked_about_is_said(tmp_path: Path) -> None:
    fleet = small_fleet(tmp_path)
    [gap] = compiled(fleet).unchecked
    assert (gap.what, gap.why, gap.clusters) == (
        "what CRDs ask for",
        "management cluster `mgmt-1` names no CRD set",
        ("demo",),
    )
    fleet = fleet_with(tmp_path, hosted_cluster({}))
    [gap] = compiled(fleet).unchecked
    assert (gap.what, gap.why, gap.clusters) == (
        "NodePool (`hypershift.openshift.io/v1beta1`)",
        "CRD set `ours` does not have this kind",
        ("demo",),
    )


def test_rules_that_hcpc_could_not_read_are_said(tmp_path: Path) -> None:
    kind = hosted_cluster({})._replace(unchecked=("`spec`: strange(self)",))
    [gap] = compiled(fleet_with(tmp_path, kind, node_pool({}))).unchecked
    assert (gap.what, gap.why) == (
        "1 rule of CRD set `ours`",
        "hcpc cannot evaluate HostedCluster `spec`: strange(self)",
    )


def test_what_a_restore_makes_of_an_object_is_checked_where_the_restore_stands(
    tmp_path: Path,
) -> None:
    storage = {**OPEN, "properties": {"restoreSnapshotURL": {"type": "array", "maxItems": 0}}}
    managed = {**OPEN, "properties": {"storage": storage}}
    etcd = {**OPEN, "properties": {"managed": managed}}
    fleet = fleet_with(tmp_path, hosted_cluster({"etcd": etcd}), node_pool({}))
    snapshot = "cluster: demo\nsnapshot: {url: https://example.com/db}\n"
    write(fleet, {"clusters/mgmt-1/r.yaml": document("Restore", "again", snapshot)})
    found = [each for each in compiled(fleet).findings if each.code.startswith("HCP05")]
    assert underlined(found) == ["HCP0505 again"]


@pytest.mark.parametrize(
    ("field", "fault"),
    [
        ({"type": "sting"}, ".type`: `sting` is no type that a CRD can have"),
        ({"type": "string", "maxLength": "3"}, ".maxLength` is not a whole number"),
        (
            {"x-kubernetes-validations": [{"rule": 1}]},
            ".x-kubernetes-validations[0].rule` is not a text",
        ),
    ],
)
def test_a_set_changed_by_hand_so_that_it_makes_no_sense_is_told_with_its_file(
    tmp_path: Path, field: dict[str, Any], fault: str
) -> None:
    fleet = fleet_with(tmp_path, hosted_cluster({"channel": field}), spec="channel: fast-4.18\n")
    [found] = compiled(fleet).findings
    assert underlined([found]) == ["HCP0504 ours"]
    assert found.message == (
        "CRD set `ours` cannot be used: not a file that `hcpc schema import` wrote: "
        f"`kinds[0].schema.properties.spec.properties.channel{fault}"
    )
    assert found.notes == ("it is the file `crds/ours.json`",)
