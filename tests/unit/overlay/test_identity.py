"""What no overlay may do to an object, whichever way it tries."""

from pathlib import Path

import pytest
from tests.unit.overlay.overlaying import merge, operations, overlaid, patches, with_function
from tests.unit.resolve.small_fleet import DEMO, cluster, underlined

from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL
from hcpc.overlay.identity import IDENTITY
from hcpc.spec.passthrough import RAW_CLUSTER, RAW_POOL
from hcpc.verify.rules.identity import FIELDS

CLUSTER, POOL = "{kind: HostedCluster}", "{kind: NodePool}"
GIVEN = "function(cluster, manifests) "
HIDDEN = "{apiVersion: 'v1', kind: 'Secret', metadata: {name: 'x'}}"
WRAPPED = f"{{apiVersion: 'v1', kind: 'List', metadata: {{name: 'x'}}, items: [{HIDDEN}]}}"
POOL_OBJECT = "manifests[1] + {metadata+: {name: 'other'}}"


def test_what_overlays_may_not_change_the_passthrough_may_not_change_either() -> None:
    assert set(IDENTITY[HOSTED_CLUSTER]) == set(FIELDS[RAW_CLUSTER])
    assert set(IDENTITY[NODE_POOL]) == set(FIELDS[RAW_POOL])


@pytest.mark.parametrize(
    ("patch", "found"),
    [
        (merge(CLUSTER, "{metadata: {name: x}}"), "name"),
        (merge(CLUSTER, "{metadata: {namespace: x}}"), "namespace"),
        (merge(CLUSTER, "{metadata: null}"), "metadata"),
        (merge(CLUSTER, "{kind: Secret}"), "kind"),
        (merge(CLUSTER, "{apiVersion: hypershift.openshift.io/v1alpha1}"), "apiVersion"),
        (merge(POOL, "{spec: {clusterName: x}}"), "clusterName"),
        (merge(POOL, "{spec: null}"), "spec"),
        (operations(POOL, "{op: remove, path: /metadata/name}"), "/metadata/name"),
        (operations(POOL, '{op: replace, path: "", value: {kind: NodePool}}'), '""'),
        (operations(POOL, '{op: replace, path: "", value: 5}'), '""'),
        (operations(POOL, "{op: move, from: /metadata, path: /x}"), "/metadata"),
    ],
)
def test_an_object_stays_the_object_it_is(tmp_path: Path, patch: str, found: str) -> None:
    result = overlaid(tmp_path, patches(patch))
    assert underlined(result.findings) == [f"HCP1103 {found}"]


@pytest.mark.parametrize("patch", ["{metadata: {name: z}}", "{kind: Secret}", "{apiVersion: null}"])
def test_other_objects_stay_what_they_are_as_well(tmp_path: Path, patch: str) -> None:
    guest = (
        "guest: {manifests: {x: {apiVersion: v1, kind: ConfigMap, metadata: {name: x}, "
        "data: {a: b}}}}\n"
    )
    text = patches(merge("{part: guest, kind: ConfigMap}", patch))
    result = overlaid(tmp_path, text, {DEMO: cluster("demo", guest)})
    assert [found.code for found in result.findings] == ["HCP1103"]


@pytest.mark.parametrize(
    ("returned", "messages"),
    [
        ("[]", ["the function does not return the HostedCluster that it was given",
                "the function does not return the NodePool that it was given"]),
        ("manifests[1:]", ["the function does not return the HostedCluster that it was given"]),
        (f"manifests + [{POOL_OBJECT}]", ["an overlay cannot make a NodePool"]),
        (f"[manifests[0], {POOL_OBJECT}]", ["an overlay cannot make a NodePool",
         "the function does not return the NodePool that it was given"]),
        (f"manifests + [{HIDDEN}]", ["an overlay cannot make a Secret"]),
        (f"manifests + [{WRAPPED}]", ["an overlay cannot make a List"]),
        ("[m {apiVersion: 'hypershift.openshift.io/v1'} for m in manifests]",
         ["an overlay cannot change `apiVersion` of a HostedCluster",
          "an overlay cannot change `apiVersion` of a NodePool"]),
    ],
)  # fmt: skip
def test_a_function_returns_what_it_was_given(
    tmp_path: Path, returned: str, messages: list[str]
) -> None:
    result = with_function(tmp_path, GIVEN + returned)
    assert [found.message for found in result.findings if found.code == "HCP1103"] == messages
    assert result.has_errors


@pytest.mark.parametrize("field", ["data", "stringData"])
def test_no_overlay_puts_anything_into_a_secret(tmp_path: Path, field: str) -> None:
    guest = "guest: {manifests: {x: {apiVersion: v1, kind: Secret, metadata: {name: x}}}}\n"
    text = patches(merge("{part: guest, kind: Secret}", f"{{{field}: {{a: b}}}}"))
    result = overlaid(tmp_path, text, {DEMO: cluster("demo", guest)})
    assert f"HCP1103 {field}" in underlined(result.findings)
