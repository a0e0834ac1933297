"""`hcpc explain` names every overlay that had a say in a value, the last one first."""

from pathlib import Path

import pytest
from tests.unit.overlay.overlaying import FUNCTION, OVERLAY, merge, operations, patches
from tests.unit.resolve.small_fleet import document, small_fleet

from hcpc.explain import UnknownFieldError, explain

FIRST = patches(
    merge("{kind: NodePool}", "{spec: {replicas: 4, nodeDrainTimeout: null}}")
    + operations(
        "{kind: HostedCluster}",
        "{op: add, path: /spec/services/0, value: {service: OIDC}}",
    ),
    "first",
)
SECOND = patches(merge("{kind: NodePool}", "{spec: {replicas: 5}}"), "second")
ADDING = (
    "function(cluster, manifests) manifests + "
    "[{apiVersion: 'v1', kind: 'ConfigMap', metadata: {name: 'made'}, data: {x: 'y'}}]"
)


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    third = document("Overlay", "third", "fromFile: site.jsonnet\n")
    text = f"{FIRST}---\n{SECOND}---\n{third}"
    return small_fleet(tmp_path, {OVERLAY: text, FUNCTION: ADDING})


def lines(fleet: Path, field: str) -> list[str]:
    return explain(fleet, "demo", field).text.splitlines()


REPLICAS = [
    "set by Overlay second at clusters/overlay.yaml:16:57: 5",
    "over Overlay first at clusters/overlay.yaml:7:57: 4",
]


def test_a_manifest_field_is_followed_through_overlays_to_the_spec(fleet: Path) -> None:
    assert lines(fleet, "NodePool:spec.replicas") == [
        "spec.replicas of NodePool demo-workers: 5",
        *(f"  {line}" for line in REPLICAS),
        "over nodePools.workers.replicas: 2",
        "  becomes spec.replicas of NodePool demo-workers",
        *(f"    {line}" for line in REPLICAS),
        "  set by Cluster demo at clusters/mgmt-1/demo.yaml:11:25: 2",
    ]


def test_a_spec_field_tells_what_overlays_make_of_it(fleet: Path) -> None:
    assert lines(fleet, "nodePools.workers.replicas")[1:4] == [
        "  becomes spec.replicas of NodePool demo-workers",
        *(f"    {line}" for line in REPLICAS),
    ]


def test_what_an_overlay_removed_is_told(fleet: Path) -> None:
    assert lines(fleet, "NodePool:spec.nodeDrainTimeout")[:3] == [
        "spec.nodeDrainTimeout of NodePool demo-workers: not set",
        "  removed by Overlay first at clusters/overlay.yaml:7:78",
        "over nodePools.workers.drainTimeout: 30m",
    ]


def test_what_an_overlay_added_comes_from_no_spec(fleet: Path) -> None:
    assert lines(fleet, "spec.services[0].service") == [
        "spec.services[0].service of HostedCluster demo: OIDC",
        "  set by Overlay first at clusters/overlay.yaml:8:99: OIDC",
    ]


def test_what_an_overlay_moved_comes_from_where_it_was(fleet: Path) -> None:
    told = lines(fleet, "spec.services[1].servicePublishingStrategy.nodePort.address")
    assert told[1].startswith("from publish.api.nodePort.address: ")


def test_an_object_that_an_overlay_made_comes_from_there(fleet: Path) -> None:
    assert lines(fleet, "ConfigMap/made:data.x") == [
        "data.x of ConfigMap made: y",
        "from clusters/overlay.yaml:23:13",
    ]
    with pytest.raises(UnknownFieldError):
        lines(fleet, "ConfigMap/made:data.y")
