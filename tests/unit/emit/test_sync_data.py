"""`sync.yaml`: what a sync is told beside the objects, the same on every day and in every run."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.unit.resolve.small_fleet import (
    DEMO,
    RELEASES,
    SCAFFOLD,
    cluster,
    compile_and_write,
    compiled,
    small_fleet,
    tree,
    write,
)
from tests.unit.verify.policies.deciding import (
    POLICY,
    TODAY,
    UNSIZED,
    decided,
    policy,
    unsized,
    waiver,
    waivers,
)
from tests.unit.verify.test_tombstones import OTHER, STONES, tombstone

from hcpc.emit.plan import plan_write
from hcpc.kube.object_ref import ObjectRef
from hcpc.pipeline import Compilation
from hcpc.sync.records import SyncData, Tombstone, WaiverInForce
from hcpc.sync.tree.sync_data import read_sync_data

SYNC = "mgmt-1/sync.yaml"
IMAGE = next(line.split(": ")[1] for line in SCAFFOLD[RELEASES].splitlines() if "@sha256:" in line)
HERE = "clusters/mgmt-1"


def said(result: Compilation, path: str = SYNC) -> dict[str, Any]:
    """What the file says, without its head."""
    body: dict[str, Any] = yaml.safe_load(result.files[path])
    assert (body.pop("apiVersion"), body.pop("kind")) == ("hcpc.dev/v1alpha1", "SyncData")
    assert body.pop("managementCluster") == path.partition("/")[0]
    return body


def test_it_has_the_versions_of_the_images_that_clusters_and_pools_name(tmp_path: Path) -> None:
    other = "quay.io/a/b:4.17.3-x86_64"
    pools = f"{{workers: {{replicas: 2, release: '{other}'}}}}"
    files = {DEMO: cluster("demo", pools=pools), f"{HERE}/b.yaml": cluster("b")}
    assert said(compiled(small_fleet(tmp_path, files))) == {
        "releases": {IMAGE: "4.17.9", other: "4.17.3"}
    }


def test_an_image_that_nobody_knows_is_left_out(tmp_path: Path) -> None:
    image = f"quay.io/a/b@sha256:{'1' * 64}"
    result = compiled(small_fleet(tmp_path, {DEMO: cluster("demo", f"release: {image}\n")}))
    assert not result.has_errors
    assert SYNC not in result.files


def test_each_management_cluster_is_told_its_own(tmp_path: Path) -> None:
    files = {
        "clusters/mgmt-2/m.yaml": OTHER,
        "clusters/mgmt-2/a.yaml": cluster("a"),
        STONES: tombstone("hostedCluster: old"),
    }
    result = compiled(small_fleet(tmp_path, files))
    assert said(result, "mgmt-2/sync.yaml") == {"releases": {IMAGE: "4.17.9"}}
    assert sorted(said(result)) == ["releases", "tombstones"]


def test_a_hosted_cluster_s_tombstone_holds_for_its_node_pools_too(tmp_path: Path) -> None:
    why = {"owner": "team-demo", "reason": "nobody uses it"}
    of = {"group": "hypershift.openshift.io", "namespace": "hcp"}
    text = tombstone("hostedCluster: old\nnamespace: hcp")
    assert said(compiled(small_fleet(tmp_path, {STONES: text})))["tombstones"] == [
        {**of, "kind": "HostedCluster", "name": "old", **why},
        {**of, "kind": "NodePool", "cluster": "old", **why},
    ]


@pytest.mark.parametrize(
    ("what", "entry"),
    [
        (
            "nodePool: old-workers",
            {
                "group": "hypershift.openshift.io",
                "kind": "NodePool",
                "namespace": "clusters",
                "name": "old-workers",
            },
        ),
        (
            "object: {kind: Secret, name: key, namespace: vaults}",
            {"kind": "Secret", "namespace": "vaults", "name": "key"},
        ),
        (
            "object: {kind: CustomResourceDefinition, name: things.example.com}",
            {
                "group": "apiextensions.k8s.io",
                "kind": "CustomResourceDefinition",
                "name": "things.example.com",
            },
        ),
        (
            "object: {kind: Bucket, group: s3.example.com, name: old, namespace: shop}",
            {"group": "s3.example.com", "kind": "Bucket", "namespace": "shop", "name": "old"},
        ),
    ],
)
def test_another_tombstone_names_one_object(
    tmp_path: Path, what: str, entry: dict[str, str]
) -> None:
    why = {"owner": "team-demo", "reason": "nobody uses it"}
    result = compiled(small_fleet(tmp_path, {STONES: tombstone(what)}))
    assert said(result)["tombstones"] == [entry | why]


def test_one_for_an_object_inside_a_cluster_is_none_for_the_management_cluster(
    tmp_path: Path,
) -> None:
    text = tombstone("object: {kind: Namespace, name: logging, inside: demo}")
    body = said(compiled(small_fleet(tmp_path, {STONES: text})))
    assert "tombstones" not in body
    why = {"owner": "team-demo", "reason": "nobody uses it"}
    entry = {"kind": "Namespace", "name": "logging", **why}
    assert body["guestTombstones"] == {"demo": [entry]}


def test_a_management_cluster_without_clusters_has_its_tombstones_and_an_index(
    tmp_path: Path,
) -> None:
    root = small_fleet(tmp_path, {DEMO: None, STONES: tombstone("hostedCluster: demo")})
    compile_and_write(root)
    assert sorted(tree(root / "rendered")) == ["mgmt-1/hcpc-index.json", SYNC]


def test_waivers_are_told_for_clusters_in_which_they_are_needed(tmp_path: Path) -> None:
    files = {
        DEMO: cluster("demo"),
        f"{HERE}/a.yaml": unsized("a"),
        f"{HERE}/b.yaml": unsized("b"),
        POLICY: waivers(waiver(UNSIZED)),
    }
    whole = {"rule": UNSIZED, "owner": "ops", "reason": "racks are late", "expires": "2027-01-31"}
    assert said(decided(tmp_path, files))["waivers"] == [
        {"cluster": "a", **whole},
        {"cluster": "b", **whole},
    ]


@pytest.mark.parametrize("off", ["", "severities: [{rule: HCP0407, severity: off}]\n"])
def test_a_waiver_that_nothing_needs_is_not_told(tmp_path: Path, off: str) -> None:
    text = f"{off}waivers:\n{waiver(UNSIZED)}"
    files = {DEMO: unsized("demo") if off else cluster("demo"), POLICY: policy(text)}
    assert "waivers" not in said(decided(tmp_path, files))


def test_it_is_the_same_on_every_day(tmp_path: Path) -> None:
    files = {
        DEMO: unsized("demo"),
        POLICY: waivers(waiver(UNSIZED), waiver(UNSIZED, "", "2026-07-01")),
    }
    days = (TODAY, date(2026, 7, 1), date(2026, 7, 2), date(2027, 1, 31) + timedelta(1))
    texts = {decided(tmp_path, files, today=day).files[SYNC] for day in days}
    assert len(texts) == 1
    assert [each["expires"] for each in yaml.safe_load(texts.pop())["waivers"]] == [
        "2026-07-01",
        "2027-01-31",
    ]


def test_no_secret_gets_in(tmp_path: Path) -> None:
    key = "AKIA" + "ABCDEFGHIJKLMNOP"
    text = tombstone("hostedCluster: old").replace("nobody uses it", f"used {key}")
    result = compiled(small_fleet(tmp_path, {STONES: text}))
    assert result.has_errors
    assert key not in result.files[SYNC]


def test_remembered_and_fresh_runs_write_the_same(tmp_path: Path) -> None:
    root = small_fleet(
        tmp_path / "fleet",
        {
            f"{HERE}/a.yaml": unsized("a"),
            POLICY: waivers(waiver(UNSIZED, expires="2099-12-31")),
            STONES: tombstone("hostedCluster: old"),
        },
    )
    cache = tmp_path / "cache"
    first = compile_and_write(root, cache)
    again = compile_and_write(root, cache)
    assert again.kept
    assert again.files[SYNC] == first.files[SYNC]
    assert plan_write(root / "rendered", again.files, again.kept).is_clean
    assert plan_write(root / "rendered", compiled(root).files, {}).is_clean


def test_a_tombstone_compiles_no_cluster_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = small_fleet(tmp_path / "fleet")
    compile_and_write(root, tmp_path / "cache")
    write(root, {STONES: tombstone("hostedCluster: old")})
    monkeypatch.setattr("hcpc.pipeline.lower", pytest.fail)
    assert "tombstones" in said(compile_and_write(root, tmp_path / "cache"))


def test_no_kustomization_leads_to_it(tmp_path: Path) -> None:
    result = compiled(small_fleet(tmp_path, {STONES: tombstone("hostedCluster: old")}))
    names = [path for path in result.files if path.endswith("kustomization.yaml")]
    assert names
    assert not [path for path in names if "sync" in result.files[path]]


def test_a_sync_reads_what_was_meant(tmp_path: Path) -> None:
    texts = (
        tombstone("hostedCluster: old\nnamespace: hcp", "a"),
        tombstone("object: {kind: Namespace, name: vaults}", "b"),
        tombstone("object: {kind: Namespace, name: logging, inside: demo}", "c"),
    )
    files = {
        DEMO: unsized("demo"),
        POLICY: waivers(waiver(UNSIZED)),
        STONES: "---\n".join(texts),
    }
    read = read_sync_data(decided(tmp_path, files).files[SYNC].encode(), "mgmt-1")
    why = ("nobody uses it", "team-demo")
    hypershift, namespace = "hypershift.openshift.io", "Namespace"
    assert read == SyncData(
        {IMAGE: "4.17.9"},
        (
            Tombstone(ObjectRef(hypershift, "HostedCluster", "hcp", "old"), *why),
            Tombstone(ObjectRef(hypershift, "NodePool", "hcp", ""), *why, cluster="old"),
            Tombstone(ObjectRef("", namespace, "", "vaults"), *why),
        ),
        {"demo": (Tombstone(ObjectRef("", namespace, "", "logging"), *why),)},
        (WaiverInForce("demo", UNSIZED, "ops", "racks are late", "2027-01-31"),),
    )
