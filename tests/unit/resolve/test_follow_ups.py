"""A layer that could not be read is told once, not once more for each cluster that needs it."""

from pathlib import Path

import pytest

from hcpc.diagnostics import codes
from hcpc.diagnostics.codes import Code
from hcpc.diagnostics.diagnostic import Diagnostic, Label
from hcpc.diagnostics.sink import Sink
from hcpc.pipeline import Options, compile_fleet
from hcpc.resolve.document import read_document
from hcpc.resolve.follow_ups import is_follow_up
from hcpc.resolve.scope import Environment
from hcpc.scaffold import scaffold
from hcpc.source.text import SourceFile
from hcpc.syntax.parse import parse


def _codes(root: Path, changes: dict[str, str]) -> list[str]:
    for path, text in {**scaffold("fleet"), **changes}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    found = compile_fleet(root, Options(executor="serial")).findings
    return [f"{each.code} {each.primary.span.file.path}" for each in found]


def test_broken_defaults_do_not_make_their_fields_missing(tmp_path: Path) -> None:
    text = scaffold("fleet")["clusters/defaults.yaml"].replace("{secret:", "{secret: [", 1)
    changes = {"clusters/defaults.yaml": text}
    assert _codes(tmp_path, changes) == ["HCP0101 clusters/defaults.yaml"]


def test_a_broken_catalog_does_not_make_its_releases_unknown(tmp_path: Path) -> None:
    text = scaffold("fleet")["clusters/releases.yaml"] + "  broken: [\n"
    changes = {"clusters/releases.yaml": text}
    assert _codes(tmp_path, changes) == ["HCP0101 clusters/releases.yaml"]


def test_a_broken_node_config_is_not_unknown_as_well(tmp_path: Path) -> None:
    nodes = "apiVersion: hcpc.dev/v1alpha1\nkind: NodeConfig\nmetadata: {name: chrony}\nspec: [\n"
    path = "clusters/mgmt-1/demo.yaml"
    defaults = "  nodePoolDefaults: {config: [chrony]}\n  nodePools:"
    demo = scaffold("fleet")[path].replace("  nodePools:", defaults)
    changes = {"clusters/nodes.yaml": nodes, path: demo}
    assert _codes(tmp_path, changes) == ["HCP0101 clusters/nodes.yaml"]


def test_a_broken_management_cluster_does_not_leave_its_clusters_without_one(
    tmp_path: Path,
) -> None:
    path = "clusters/mgmt-1/management-cluster.yaml"
    changes = {path: scaffold("fleet")[path] + "  broken: [\n"}
    assert _codes(tmp_path, changes) == [f"HCP0101 {path}"]


def test_a_cluster_without_a_management_cluster_is_told_whatever_else_is_broken(
    tmp_path: Path,
) -> None:
    text = "apiVersion: hcpc.dev/v1alpha1\nkind: Cluster\nmetadata: {name: pay}\nspec: {}\n"
    path = "clusters/mgmt-1/management-cluster.yaml"
    changes = {path: scaffold("fleet")[path] + "  broken: [\n", "clusters/mgmt-2/pay.yaml": text}
    assert "HCP0307 clusters/mgmt-2/pay.yaml" in _codes(tmp_path, changes)


def test_what_the_broken_file_does_not_hold_is_missing_all_the_same(tmp_path: Path) -> None:
    text = scaffold("fleet")["clusters/releases.yaml"] + "  broken: [\n"
    defaults = scaffold("fleet")["clusters/defaults.yaml"].replace("4.17.9", "4.99.1")
    changes = {"clusters/releases.yaml": text, "clusters/defaults.yaml": defaults}
    assert _codes(tmp_path, changes) == [
        "HCP0303 clusters/defaults.yaml",
        "HCP0101 clusters/releases.yaml",
    ]


def test_a_broken_file_beside_explains_nothing(tmp_path: Path) -> None:
    head = "apiVersion: hcpc.dev/v1alpha1\n"
    changes = {
        "clusters/mgmt-1/a/gold.yaml": f"{head}kind: Profile\nmetadata: {{name: gold}}\nspec: [\n",
        "clusters/mgmt-1/ab/pay.yaml": f"{head}kind: Cluster\nmetadata: {{name: pay}}\n"
        "spec:\n  profiles: [gold]\n  platform: {agent: {namespace: a}}\n",
    }
    found = _codes(tmp_path, changes)
    assert "HCP0302 clusters/mgmt-1/ab/pay.yaml" in found


@pytest.mark.parametrize(
    ("code", "subjects", "unread", "is_told"),
    [
        (codes.MISSING_FIELD, ("etcd",), "etcd: {size: [", False),
        (codes.MISSING_FIELD, ("etcd",), "not a key, etcd", True),
        (codes.MISSING_FIELD, ("etcd", "dns"), "dns: [", False),
        (codes.UNKNOWN_PROFILE, ("gold",), "name: gold [", False),
        (codes.UNKNOWN_RELEASE, ("4.17.9",), "4.17.8: [", True),
        (codes.NO_MANAGEMENT_CLUSTER, ("ManagementCluster",), "kind: ManagementCluster [", False),
        (codes.BAD_NAME, ("etcd",), "etcd: [", True),
        (codes.MISSING_FIELD, (), "etcd: [", True),
    ],
)
def test_what_a_finding_is_about_decides_and_not_how_it_is_said(
    code: Code, subjects: tuple[str, ...], unread: str, *, is_told: bool
) -> None:
    text = "apiVersion: hcpc.dev/v1alpha1\nkind: Cluster\nmetadata: {name: pay}\n"
    [tree] = parse(SourceFile("clusters/pay.yaml", text), Sink())
    document = read_document(tree, Sink())
    assert document is not None
    environment = Environment(document.tree, (), (SourceFile("clusters/d.yaml", unread),))
    place = Label(document.name_span)
    found = Diagnostic(code.id, code.severity, "`x` is odd", place, subjects=subjects)
    assert is_follow_up(found, document, environment) is not is_told
