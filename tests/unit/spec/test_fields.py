"""What models say about fields, asked by path."""

import pytest

from hcpc.spec import fields
from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.fields import description, holds, places_of, skeleton
from hcpc.spec.management_cluster import ManagementClusterSpec
from hcpc.syntax.tree import Path


@pytest.mark.parametrize(
    ("name", "places"),
    [
        ("replicas", ["nodePoolDefaults.replicas", "nodePools.NAME.replicas"]),
        ("storageClass", ["etcd.storageClass"]),
        ("labels", []),  # too many
        ("nonsense", []),
    ],
)
def test_a_name_leads_to_the_fields_that_have_it(name: str, places: list[str]) -> None:
    assert places_of(ClusterSpec, name) == places


def test_a_model_is_walked_once_however_many_names_are_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    places_of(ClusterSpec, "release")
    monkeypatch.setattr(fields, "_walk", lambda *_: pytest.fail("walked again"))
    assert places_of(ClusterSpec, "nonsense of another kind") == []


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        (("etcd",), "mapping"),
        (("labels",), "mapping"),
        (("nodePools",), "mapping"),
        (("nodePools", "w"), "mapping"),
        (("nodePools", "w", "taints"), "list"),
        (("nodePools", "w", "taints", 0), "mapping"),
        (("nodePools", "w", "replicas"), "value"),
        (("nodePools", "w", "upgrade", "maxSurge"), "value"),
        (("fips",), "value"),
        (("hostedCluster",), "mapping"),
        (("hostedCluster", "spec"), ""),
        (("platform", "agent"), ""),
        (("nonsense",), ""),
        (("fips", "below"), ""),
    ],
)
def test_a_field_holds_a_mapping_a_list_or_a_value(path: Path, kind: str) -> None:
    assert holds(ClusterSpec, path) == kind


def test_the_values_that_a_field_takes_say_more_than_what_it_is_for() -> None:
    effects = "`NoSchedule`, `PreferNoSchedule`, `NoExecute`"
    assert description(ClusterSpec, ("nodePools", "w", "taints", 0, "effect")) == effects
    assert description(ClusterSpec, ("pullSecret",)).startswith("Credentials")
    assert description(ClusterSpec, ("nonsense",)) == ""


def test_the_passthrough_has_no_shape_but_fields_of_the_same_name_elsewhere_do() -> None:
    assert skeleton(ClusterSpec, ("hostedCluster",)) == ""
    assert skeleton(ClusterSpec, ("nodePools", "w", "nodePool")) == ""
    assert skeleton(ClusterSpec, ("nodePools", "nodePool")) == "{}"
    assert skeleton(ClusterSpec, ("labels", "nodePool")) == "…"
    assert skeleton(ManagementClusterSpec, ("oidcBucket",)) == "{name: …, region: …}"
