"""What only technology preview CRDs have, and management clusters without them."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.agreeing import FLAGS, found

from hcpc.platforms import registry
from hcpc.verify.fields import expand
from hcpc.verify.rules.tech_preview import OF_CLUSTER, OF_POOL

STREAM = cluster("demo", pools="{w: {replicas: 1, osStream: rhel-10}}")
RAW = cluster(
    "demo",
    "hostedCluster: {spec: {operatorConfiguration: {clusterVersionOperator: "
    "{operatorLogLevel: Debug}}}}\n",
)
RAW_POOL = cluster(
    "demo", pools="{w: {replicas: 1, nodePool: {spec: {osImageStream: {name: rhel-9}}}}}"
)
OPENSTACK = (
    "apiVersion: hcpc.dev/v1alpha1\nkind: Cluster\nmetadata: {name: demo}\nspec:\n"
    "  platform: {openstack: {identityRef: {secret: cloud, cloudName: one}}}\n"
    "  nodePools: {w: {replicas: 2, platform: {openstack: {flavor: m1}}}}\n"
)


@pytest.mark.parametrize(
    ("facts", "is_fine"),
    [
        ("", True),
        ("hypershift: {techPreview: true}\n", True),
        ("hypershift: {techPreview: false}\n", False),
        (FLAGS, False),
        ("operator: {installFlags: {add: {tech-preview-no-upgrade: true}}}\n", True),
    ],
)
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (STREAM, "osStream"),
        (RAW, "clusterVersionOperator"),
        (RAW_POOL, "osImageStream"),
        (OPENSTACK, "openstack"),
    ],
)
def test_a_preview_needs_its_crds(
    facts: str, text: str, shown: str, tmp_path: Path, *, is_fine: bool
) -> None:
    expected = [] if is_fine else [f"HCP0811 {shown}"]
    assert underlined(found(tmp_path, facts, text)) == expected


def test_other_clusters_need_none(tmp_path: Path) -> None:
    assert found(tmp_path, FLAGS, cluster("demo")) == ()


@pytest.mark.parametrize(("kind", "known"), [("HostedCluster", OF_CLUSTER), ("NodePool", OF_POOL)])
def test_the_fields_are_those_of_the_tables(kind: str, known: tuple[tuple[str, ...], ...]) -> None:
    preview = {path for path, field in expand(kind) if field.preview}
    members = {path for path in preview if path[:2] == ("spec", "platform")}
    assert preview - members == set(known)
    platforms = {name: registry.platform(name) for name in registry.NAMES}
    assert {path[-1] for path in members} == {
        name for name, platform in platforms.items() if platform and platform.tech_preview
    }
