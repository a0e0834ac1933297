"""Jsonnet functions: what they are given, and what becomes of what they return."""

from pathlib import Path

import pytest
import yaml
from tests.unit.overlay.overlaying import (
    FUNCTION,
    HOSTED_CLUSTER,
    NODE_POOL,
    OVERLAY,
    overlaid,
    rendered_object,
    with_function,
)
from tests.unit.resolve.small_fleet import DEMO, cluster, document, places

GIVEN = "function(cluster, manifests) "
NOTE = "{ metadata+: { annotations+: { note: %s } } }"


def test_a_function_gets_the_cluster_and_its_manifests(tmp_path: Path) -> None:
    facts = "std.manifestJsonMinified(cluster { spec: cluster.spec.baseDomain })"
    body = f"[m {NOTE % facts} for m in manifests]"
    result = with_function(tmp_path, GIVEN + body)
    note = rendered_object(result)["metadata"]["annotations"]["note"]
    assert yaml.safe_load(note) == {
        "name": "demo",
        "namespace": "clusters",
        "managementCluster": "mgmt-1",
        "platform": "agent",
        "release": "4.17.9",
        "labels": {"team": "platform"},
        "spec": "fleet.example.com",
    }
    assert rendered_object(result, NODE_POOL)["spec"]["replicas"] == 2


def test_a_function_may_add_and_drop_objects(tmp_path: Path) -> None:
    made = "{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: cluster.name + '-site', namespace: 'x'}}"  # noqa: E501
    first = document("Overlay", "first", "fromFile: site.jsonnet\n")
    then = document("Overlay", "then", "fromFile: then.jsonnet\n")
    drop = GIVEN + "std.filter(function(m) m.kind != 'ConfigMap', manifests)"
    make = {FUNCTION: f"{GIVEN}manifests + [{made}]", "clusters/then.jsonnet": drop}
    path = "mgmt-1/clusters/demo/configmap-demo-site.yaml"
    result = overlaid(tmp_path / "one", first, {FUNCTION: make[FUNCTION]})
    assert rendered_object(result, path)["metadata"]["namespace"] == "x"
    assert path not in overlaid(tmp_path / "two", f"{first}---\n{then}", {**make}).files


def test_the_order_of_objects_stays(tmp_path: Path) -> None:
    plain = with_function(tmp_path / "plain", GIVEN + "manifests")
    reverse = with_function(tmp_path / "reverse", GIVEN + "std.reverse(manifests)")
    assert reverse.findings == ()
    assert list(reverse.files.items()) == list(plain.files.items())


def test_a_function_is_for_the_clusters_of_its_target(tmp_path: Path) -> None:
    spec = "fromFile: site.jsonnet\ntarget: {cluster: other}\n"
    body = f"[m {NOTE % repr('x')} for m in manifests]"
    files = {FUNCTION: GIVEN + body, "clusters/mgmt-1/other.yaml": cluster("other")}
    result = overlaid(tmp_path, document("Overlay", "site", spec), {**files})
    other = HOSTED_CLUSTER.replace("demo", "other")
    assert rendered_object(result, other)["metadata"]["annotations"] == {"note": "x"}
    assert "annotations" not in rendered_object(result)["metadata"]


def test_a_function_may_be_for_what_is_inside_the_hosted_cluster(tmp_path: Path) -> None:
    spec = "fromFile: site.jsonnet\ntarget: {part: guest}\n"
    files: dict[str, str | bytes | None] = {
        FUNCTION: GIVEN + f"[m {NOTE % 'std.toString(std.length(manifests))'} for m in manifests]",
        DEMO: cluster("demo", "guest: {operators: {x: {channel: stable, namespace: ns}}}\n"),
    }
    result = overlaid(tmp_path, document("Overlay", "site", spec), files)
    group = rendered_object(result, "mgmt-1/clusters/demo/guest/operatorgroup-ns.yaml")
    assert group["metadata"]["annotations"] == {"note": "3"}
    assert "annotations" not in rendered_object(result)["metadata"]


def test_files_lead_to_files_of_the_repository(tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {
        "lib/a.libsonnet": "local b = import 'deep/b.libsonnet'; b + {path: std.thisFile}",
        "lib/deep/b.libsonnet": "{text: importstr '../../text.txt', bytes: importbin './x.bin'}",
        "lib/deep/x.bin": b"\xff\x00",
        "text.txt": "hello\n",
    }
    body = (
        f"local a = import '../lib/a.libsonnet'; [m {NOTE % 'std.toString(a)'} for m in manifests]"
    )
    result = with_function(tmp_path, GIVEN + body, files)
    note = rendered_object(result)["metadata"]["annotations"]["note"]
    assert yaml.safe_load(note) == {
        "bytes": [255, 0],
        "path": "lib/a.libsonnet",
        "text": "hello\n",
    }


def test_a_function_may_lie_above_its_overlay(tmp_path: Path) -> None:
    spec = document("Overlay", "site", "fromFile: ../overlays/site.jsonnet\n")
    result = overlaid(tmp_path, spec, {"overlays/site.jsonnet": GIVEN + "manifests"})
    assert result.findings == ()


NESTED = "std.foldl(function(a, b) [a], std.range(1, 200), 1)"
TOO_DEEP = "HostedCluster `demo` of what it returns has values that are nested too deep"
TOO_LARGE = (
    "HostedCluster `demo` of what it returns has `spec.x[0]`, a number beyond 53 bits: "
    "make it a text, or use a patch"
)


@pytest.mark.parametrize(
    ("returned", "message"),
    [
        ("{}", "it returns no list"),
        ("[1]", "item 0 of what it returns is no object"),
        (
            "manifests + [{}]",
            "item 2 of what it returns has no `apiVersion`, `kind`, `metadata.name`",
        ),
        (
            "manifests + [{apiVersion: 'v1', kind: '', metadata: {name: 5}}]",
            "item 2 of what it returns has no `kind`, `metadata.name`",
        ),
        ("manifests + manifests", "it returns HostedCluster `demo` twice"),
        ("[m {spec+: {x: [1e300]}} for m in manifests]", TOO_LARGE),
        (f"[m {{spec+: {{x: {NESTED}}}}} for m in manifests]", TOO_DEEP),
    ],
)
def test_what_is_no_list_of_manifests_is_refused(
    tmp_path: Path, returned: str, message: str
) -> None:
    (finding,) = with_function(tmp_path, GIVEN + returned).findings
    assert (finding.code, finding.message) == ("HCP1105", f"`{FUNCTION}`: {message}")
    assert places([finding]) == [f"HCP1105 {FUNCTION}:1:1"]
    assert finding.secondary[0].span.location == f"{OVERLAY}:6:13"


def test_numbers_that_jsonnet_cannot_hold_are_not_handed_to_it(tmp_path: Path) -> None:
    raw = "hostedCluster: {metadata: {generation: 9007199254740993}}\n"
    (finding,) = (
        found
        for found in with_function(
            tmp_path, GIVEN + "manifests", {DEMO: cluster("demo", raw)}
        ).findings
        if found.code == "HCP1105"
    )
    assert "lose digits of `cluster.spec.hostedCluster.metadata.generation`" in finding.message


def test_a_file_that_is_not_there_is_told_once(tmp_path: Path) -> None:
    overlay = document("Overlay", "site", "fromFile: gone.jsonnet\n")
    assert places(overlaid(tmp_path, overlay).findings) == [f"HCP0004 {OVERLAY}:6:13"]


@pytest.mark.parametrize("name", ["site.yaml", "/site.jsonnet", ".jsonnet"])
def test_a_function_is_a_jsonnet_file(tmp_path: Path, name: str) -> None:
    overlay = document("Overlay", "site", f"fromFile: {name}\n")
    found = overlaid(tmp_path, overlay, {"clusters/site.yaml": None}).findings
    assert "HCP0213" in {each.code for each in found}


def test_a_jsonnet_file_is_utf_8(tmp_path: Path) -> None:
    found = with_function(tmp_path, GIVEN.encode() + b"manifests // \xff").findings
    assert places(found) == [f"HCP0001 {FUNCTION}:1:43"]
