"""Patches on the objects of clusters: for whom, in which order, and what is told."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from tests.unit.overlay.overlaying import (
    HOSTED_CLUSTER,
    NODE_POOL,
    OVERLAY,
    merge,
    operations,
    overlaid,
    patches,
    rendered_object,
)
from tests.unit.resolve.small_fleet import (
    DEMO,
    cluster,
    compiled,
    small_fleet,
    underlined,
)

NOTE = '{metadata: {annotations: {note: "1"}}}'


def is_noted(text: str) -> bool:
    metadata = yaml.safe_load(text).get("metadata", {})  # of what is no object there is none
    return "note" in metadata.get("annotations", {})


def test_a_merge_patch_sets_and_removes(tmp_path: Path) -> None:
    patch = '{metadata: {annotations: {a/b: "1"}, labels: null}, spec: {channel: fast-4.17}}'
    body = rendered_object(overlaid(tmp_path, patches(merge("{kind: HostedCluster}", patch))))
    assert body["metadata"]["annotations"] == {"a/b": "1"}
    assert "labels" not in body["metadata"]
    assert body["spec"]["channel"] == "fast-4.17"
    assert body["spec"]["etcd"]["managementType"] == "Managed"


def test_operations_follow_each_other(tmp_path: Path) -> None:
    steps = (
        "{op: add, path: /metadata/annotations, value: {}}",
        '{op: add, path: /metadata/annotations/a~1b, value: "1"}',
        "{op: copy, from: /metadata/annotations/a~1b, path: /metadata/annotations/c}",
        '{op: test, path: /metadata/annotations/c, value: "1"}',
        "{op: replace, path: /spec/replicas, value: 7}",
    )
    text = patches(operations("{kind: NodePool}", *steps))
    body = rendered_object(overlaid(tmp_path, text), NODE_POOL)
    assert body["metadata"]["annotations"] == {"a/b": "1", "c": "1"}
    assert body["spec"]["replicas"] == 7


@pytest.mark.parametrize(
    ("target", "hits"),
    [
        ("{}", {"a", "a-w", "b", "b-w", "b-x"}),
        ("{kind: NodePool}", {"a-w", "b-w", "b-x"}),
        ("{kind: NodePool, name: '*-w'}", {"a-w", "b-w"}),
        ("{name: b}", {"b"}),
        ("{cluster: b, kind: NodePool}", {"b-w", "b-x"}),
        ("{cluster: '[ac]'}", {"a", "a-w"}),
        ("{clusterLabels: {tier: gold}}", {"a", "a-w"}),
        ("{clusterLabels: {tier: gold, n: 1}}", {"a", "a-w"}),
        ("{managementCluster: mgmt-*, cluster: a}", {"a", "a-w"}),
        ("{platform: agent, cluster: b, kind: HostedCluster}", {"b"}),
    ],
)
def test_a_target_picks_objects(tmp_path: Path, target: str, hits: set[str]) -> None:
    labels = "labels: {tier: gold, n: 1}\n"
    files: dict[str, str | bytes | None] = {
        DEMO: None,
        "clusters/mgmt-1/a.yaml": cluster("a", labels, pools="{w: {replicas: 1}}"),
        "clusters/mgmt-1/b.yaml": cluster("b", pools="{w: {replicas: 1}, x: {replicas: 1}}"),
    }
    result = overlaid(tmp_path, patches(merge(target, NOTE)), files)
    assert result.findings == ()
    found = {
        yaml.safe_load(text)["metadata"]["name"]
        for path, text in result.files.items()
        if "kustomization" not in path and is_noted(text)
    }
    assert found == hits


@pytest.mark.parametrize(
    "target", ["{managementCluster: mgmt-2}", "{platform: aws}", "{clusterLabels: {team: x}}"]
)
def test_a_target_leaves_other_clusters_alone(tmp_path: Path, target: str) -> None:
    result = overlaid(tmp_path, patches(merge(target, NOTE)))
    assert [found.code for found in result.findings] == ["HCP1102"]
    assert not is_noted(result.files[HOSTED_CLUSTER])


def test_overlays_are_laid_from_the_root_down_then_by_file_then_by_document(
    tmp_path: Path,
) -> None:
    def setting(value: str) -> str:
        patch = f"{{metadata: {{annotations: {{{value}: x, last: {value}}}}}}}"
        return patches(merge("{kind: HostedCluster}", patch), f"is-{value}")

    files: dict[str, str | bytes | None] = {
        "clusters/mgmt-1/b.yaml": setting("five"),
        "clusters/mgmt-1/a.yaml": f"{setting('three')}---\n{setting('four')}",
        "clusters/z.yaml": setting("two"),
        "clusters/mgmt-2/a.yaml": setting("nobody"),
    }
    result = overlaid(tmp_path, setting("one"), files)
    annotations = yaml.safe_load(result.files[HOSTED_CLUSTER])["metadata"]["annotations"]
    assert annotations["last"] == "five"
    assert annotations.keys() == {"one", "two", "three", "four", "five", "last"}


def test_references_say_the_same_as_in_a_spec(tmp_path: Path) -> None:
    values = (
        "{a: '${cluster.name} in ${cluster.namespace}', b: '${managementCluster.name}', "
        "c: '${fleet.name}', d: '${spec.baseDomain}', e: '${cluster.labels.team}', f: '$${x}'}"
    )
    step = f"{{op: add, path: /metadata/annotations, value: {values}}}"
    text = patches(
        merge("{kind: NodePool}", f"{{metadata: {{annotations: {values}}}}}")
        + operations("{kind: HostedCluster}", step)
    )
    result = overlaid(tmp_path, text)
    for path in (HOSTED_CLUSTER, NODE_POOL):
        assert rendered_object(result, path)["metadata"]["annotations"] == {
            "a": "demo in clusters",
            "b": "mgmt-1",
            "c": "shop",
            "d": "fleet.example.com",
            "e": "platform",
            "f": "${x}",
        }


GUEST = "guest: {operators: {x: {channel: stable, namespace: ns}}}\n"
DELIVERED = GUEST.replace("guest: {", "guest: {delivery: {manifestWork: {namespace: w}}, ")


def test_objects_inside_the_hosted_cluster_are_a_part_of_their_own(tmp_path: Path) -> None:
    inside = merge("{part: guest, kind: Subscription}", "{spec: {channel: fast}}")
    outside = merge("{}", NOTE)
    result = overlaid(tmp_path, patches(inside + outside), {DEMO: cluster("demo", GUEST)})
    assert is_noted(result.files[HOSTED_CLUSTER])
    below = "mgmt-1/clusters/demo/guest"
    assert rendered_object(result, f"{below}/subscription-x.yaml")["spec"]["channel"] == "fast"
    assert not is_noted(result.files[f"{below}/subscription-x.yaml"])


def test_what_carries_objects_carries_them_as_overlays_leave_them(tmp_path: Path) -> None:
    inside = merge("{part: guest, kind: Subscription}", "{spec: {channel: fast}}")
    result = overlaid(tmp_path, patches(inside), {DEMO: cluster("demo", DELIVERED)})
    work = rendered_object(result, "mgmt-1/clusters/demo/delivery/manifestwork-demo-guest.yaml")
    assert work["spec"]["deleteOption"] == {"propagationPolicy": "Orphan"}
    carried = work["spec"]["workload"]["manifests"]
    assert [each["spec"]["channel"] for each in carried if each["kind"] == "Subscription"] == [
        "fast"
    ]


def test_a_patch_with_a_faulty_operation_is_left_out_as_a_whole(tmp_path: Path) -> None:
    steps = ("{op: replace, path: /spec/replicas, value: 7}", "{op: remove, path: /spec/nope}")
    result = overlaid(tmp_path, patches(operations("{kind: NodePool}", *steps)))
    assert underlined(result.findings) == ["HCP1101 /spec/nope"]
    assert not any("demo" in path for path in result.files)


def test_one_fault_is_told_once_for_all_its_clusters(tmp_path: Path) -> None:
    files: dict[str, str | bytes | None] = {
        f"clusters/mgmt-1/c{n}.yaml": cluster(f"c{n}") for n in range(3)
    }
    step = "{op: remove, path: /spec/nope}"
    result = overlaid(tmp_path, patches(operations("{kind: NodePool}", step)), files)
    (finding,) = result.findings
    assert finding.clusters == ("c0", "c1", "c2", "demo")
    assert finding.primary.span.location == f"{OVERLAY}:7:62"
    assert finding.notes == ("the object is NodePool `c0-workers`",)


@pytest.mark.parametrize(
    ("patch", "found"),
    [
        (operations("{}", "{op: test, path: /kind, value: X}"), ["HCP1101 /kind"]),
        (operations("{}", "{op: move, path: /x, from: /y}"), ["HCP1101 /y"]),
        (operations("{}", "{op: add, path: /x/y, value: 1}"), ["HCP1101 /x/y"]),
        (operations("{}", "{op: add, path: x, value: 1}"), ["HCP0213 x"]),
        (operations("{}", "{op: add, path: /a~2, value: 1}"), ["HCP0213 /a~2"]),
        (operations("{}", "{op: added, path: /x, value: 1}"), ["HCP0205 added"]),
        (operations("{}", "{op: add, path: /x}"), ["HCP0204 op"]),
        (operations("{}", "{op: copy, path: /x}"), ["HCP0204 op"]),
        (operations("{}", "{op: add, path: /x, value: }"), ["HCP0310 value"]),
        (merge("{}", "{metadata: {labels: }}"), ["HCP0310 labels"]),
        (merge("{}", "{}"), ["HCP0212 merge"]),
        ("- {target: {}}\n", ["HCP0204 target"]),
        ("- {merge: {a: 1}}\n", ["HCP0204 merge"]),
        ("- {target: {}, merge: {a: 1}, json6902: [{op: remove, path: /a}]}\n",
         ["HCP0211 json6902"]),
        (merge("{part: hosted}", "{a: 1}"), ["HCP0205 hosted"]),
        (merge("{}", "{metadata: {labels: {a: '${cluster.nam}'}}}"), ["HCP0304 ${cluster.nam}"]),
    ],
)  # fmt: skip
def test_mistakes_are_told_where_they_are(tmp_path: Path, patch: str, found: list[str]) -> None:
    assert underlined(overlaid(tmp_path, patches(patch)).findings) == found


def test_an_overlay_has_patches_or_a_function(tmp_path: Path) -> None:
    text = patches(merge("{}", "{a: 1}")) + "  fromFile: x.jsonnet\n"
    found = overlaid(tmp_path, text, {"clusters/x.jsonnet": "1"}).findings
    assert underlined(found) == ["HCP0211 fromFile"]


def test_a_null_in_a_merge_patch_is_no_mistake(tmp_path: Path) -> None:
    text = patches(merge("{kind: HostedCluster}", "{metadata: {labels: ~, x: null}}"))
    assert overlaid(tmp_path, text).findings == ()


def test_a_fleet_without_overlays_does_not_import_what_applies_them(tmp_path: Path) -> None:
    small_fleet(tmp_path)
    code = (
        "import sys; from pathlib import Path; from hcpc.pipeline import *; "
        f"compile_fleet(Path({str(tmp_path)!r}), Options('serial')); "
        "print(sorted(m for m in sys.modules if m.startswith('hcpc.overlay') or 'jsonnet' in m))"
    )
    ran = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert ran.stdout.strip() == "['hcpc.overlay']"


def test_objects_that_no_step_touches_stay_the_same(tmp_path: Path) -> None:
    plain = compiled(small_fleet(tmp_path / "plain"))
    text = patches(merge("{kind: NodePool}", NOTE))
    result = overlaid(tmp_path / "other", text)
    assert result.files[HOSTED_CLUSTER] == plain.files[HOSTED_CLUSTER]
    assert result.files[NODE_POOL] != plain.files[NODE_POOL]
    assert result.findings == ()
