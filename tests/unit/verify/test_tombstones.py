"""Tombstones name what is gone, where whoever wrote them may speak, and each thing once."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import (
    cluster,
    compiled,
    document,
    places,
    small_fleet,
    underlined,
    write,
)

HERE = "clusters/mgmt-1"
STONES = f"{HERE}/tombstones.yaml"
OTHER = document("ManagementCluster", "mgmt-2", "nodeAddress: n.example.com\n")
GUEST = "guest: {operators: {logging: {channel: stable, namespace: openshift-logging}}}\n"


def tombstone(what: str, name: str = "stone", on: str = "mgmt-1") -> str:
    answers = "owner: team-demo\nreason: nobody uses it\n"
    return document("Tombstone", name, f"managementCluster: {on}\n{what}\n{answers}")


def told(root: Path, *stones: str, **files: str) -> list[str]:
    """The findings of the scaffold with tombstones; `files` by paths with `__` for `/`."""
    changes = {path.replace("__", "/") + ".yaml": text for path, text in files.items()}
    return underlined(
        compiled(small_fleet(root, {STONES: "---\n".join(stones)} | changes)).findings
    )


@pytest.mark.parametrize(
    "what",
    [
        "hostedCluster: old",
        "hostedCluster: demo\nnamespace: elsewhere",
        "nodePool: demo-infra",
        "object: {kind: Namespace, name: demo}",
        "object: {kind: Secret, name: key, namespace: clusters}",
        "object: {kind: Namespace, name: demo, inside: demo}",
        "object: {kind: CustomResourceDefinition, name: things.example.com}",
        "object: {kind: PersistentVolume, name: disk}",
        "object: {kind: Project, group: project.openshift.io, name: shop}",
        "object: {kind: Bucket, group: s3.example.com, name: old, namespace: shop, inside: demo}",
    ],
)
def test_what_is_gone_may_have_a_tombstone(tmp_path: Path, what: str) -> None:
    assert told(tmp_path, tombstone(what)) == []


@pytest.mark.parametrize(
    ("what", "found"),
    [
        ("", "HCP0204 managementCluster"),
        ("hostedCluster: a\nnodePool: b", "HCP0211 nodePool"),
        ("object: {kind: Namespace, name: a}\nnamespace: b", "HCP0211 namespace"),
        ("object: {kind: Bucket, name: a, namespace: b}", "HCP0204 object"),
        ("object: {kind: Namespace, group: example.com, name: a}", "HCP0211 group"),
        ("object: {kind: bucket, group: example.com, name: a}", "HCP0213 bucket"),
        ("object: {kind: Namespace, name: a, namespace: b}", "HCP0211 namespace"),
        ("object: {kind: Secret, name: a}", "HCP0204 object"),
        ("hostedCluster: '*'", "HCP0210 '*'"),
    ],
)
def test_it_says_which_object_and_says_it_in_full(tmp_path: Path, what: str, found: str) -> None:
    assert told(tmp_path, tombstone(what)) == [found]


@pytest.mark.parametrize("missing", ["managementCluster", "owner", "reason"])
def test_it_says_where_and_why_and_who_answers_for_it(tmp_path: Path, missing: str) -> None:
    lines = tombstone("hostedCluster: old").splitlines(keepends=True)
    text = "".join(line for line in lines if not line.startswith(f"  {missing}:"))
    (found,) = compiled(small_fleet(tmp_path, {STONES: text})).findings
    assert (found.code, found.subjects) == ("HCP0204", (missing,))


@pytest.mark.parametrize(
    ("what", "underline"),
    [
        ("hostedCluster: demo", "demo"),
        ("nodePool: demo-workers", "demo-workers"),
        ("object: {kind: Namespace, name: openshift-logging, inside: demo}", "openshift-logging"),
    ],
)
def test_what_is_still_there_may_have_none(tmp_path: Path, what: str, underline: str) -> None:
    files = {f"{HERE.replace('/', '__')}__demo": cluster("demo", GUEST)}
    assert told(tmp_path, tombstone(what), **files) == [f"HCP1801 {underline}"]


def test_it_is_shown_what_is_still_there(tmp_path: Path) -> None:
    root = small_fleet(tmp_path, {STONES: tombstone("nodePool: demo-workers")})
    (found,) = compiled(root).findings
    assert found.message == (
        "NodePool `demo-workers` in namespace `clusters` is still in the fleet, on `mgmt-1`"
    )
    assert [label.span.location for label in found.secondary] == [f"{HERE}/demo.yaml:5:9"]


def test_an_object_that_an_overlay_made_is_still_there(tmp_path: Path) -> None:
    made = "{apiVersion: 'v1', kind: 'Namespace', metadata: {name: 'vaults'}}"
    files = {
        "clusters__o": document("Overlay", "o", "fromFile: ../overlays/o.jsonnet\n"),
    }
    write(tmp_path, {"overlays/o.jsonnet": f"function(cluster, manifests) manifests + [{made}]\n"})
    stone = tombstone("object: {kind: Namespace, name: vaults}")
    assert told(tmp_path, stone, **files) == ["HCP1801 vaults"]


def test_a_cluster_that_moved_may_have_one_where_it_was(tmp_path: Path) -> None:
    stone = tombstone("hostedCluster: demo", on="mgmt-2")
    files = {"clusters__mgmt-2__m": OTHER, "clusters__mgmt-2__t": stone}
    assert told(tmp_path, tombstone("hostedCluster: old"), **files) == []


def test_an_unknown_management_cluster_is_told_with_a_guess(tmp_path: Path) -> None:
    root = small_fleet(tmp_path, {STONES: tombstone("hostedCluster: old", on="mgmt-11")})
    result = compiled(root)
    assert places(result.findings) == [f"HCP1802 {STONES}:6:22"]
    assert result.findings[0].primary.text == "did you mean `mgmt-1`?"


def test_a_management_cluster_in_a_broken_file_may_be_the_one(tmp_path: Path) -> None:
    stone = tombstone("hostedCluster: old", on="mgmt-2")
    broken = document("ManagementCluster", "mgmt-2") + "a: [\n"
    files = {"clusters__mgmt-2__m": broken, "clusters__t": stone}
    found = told(tmp_path, tombstone("hostedCluster: old"), **files)
    assert {each.split()[0] for each in found} == {"HCP0101"}


def test_nobody_deletes_on_another_management_cluster_than_their_own(tmp_path: Path) -> None:
    files = {"clusters__mgmt-2__m": OTHER}
    stone = tombstone("hostedCluster: old", on="mgmt-2")
    assert told(tmp_path, stone, **files) == ["HCP1802 mgmt-2"]


@pytest.mark.parametrize("directory", ["clusters", f"{HERE}/team-a"])
def test_above_and_below_the_management_cluster_it_is_in_reach(
    tmp_path: Path, directory: str
) -> None:
    files = {f"{directory.replace('/', '__')}__t": tombstone("hostedCluster: older", "other")}
    assert told(tmp_path, tombstone("hostedCluster: old"), **files) == []


def test_inside_a_hosted_cluster_that_is_not_there_nothing_is(tmp_path: Path) -> None:
    stone = tombstone("object: {kind: Namespace, name: a, inside: dmeo}")
    root = small_fleet(tmp_path, {STONES: stone})
    (found,) = compiled(root).findings
    assert (found.code, found.primary.text) == ("HCP1802", "did you mean `demo`?")


def test_two_of_the_same_are_told_and_two_of_one_name(tmp_path: Path) -> None:
    stones = [tombstone("hostedCluster: old", name) for name in ("a", "b")]
    assert told(tmp_path, *stones) == ["HCP1803 old"]


def test_a_cluster_with_faults_adds_no_fault(tmp_path: Path) -> None:
    files = {f"{HERE.replace('/', '__')}__demo": cluster("demo", "etcd: {size: huge}\n")}
    assert told(tmp_path, tombstone("hostedCluster: demo"), **files) == ["HCP0208 huge"]
