"""Summaries say what manifests say, whoever said it."""

from pathlib import Path

from tests.unit.resolve.small_fleet import (
    DEMO,
    MANAGEMENT,
    cluster,
    compiled,
    document,
    small_fleet,
)

from hcpc.verify.fleet import Summary

OVERLAY = "clusters/mgmt-1/overlay.yaml"


def summary(root: Path, text: str, overlay: str = "", management: str = "") -> Summary:
    files: dict[str, str | bytes | None] = {DEMO: text}
    if overlay:
        patch = f"patches: [{{target: {{kind: HostedCluster}}, merge: {overlay}}}]\n"
        files[OVERLAY] = document("Overlay", "site", patch)
    if management:
        files[MANAGEMENT] = document("ManagementCluster", "mgmt-1", management)
    (found,) = compiled(small_fleet(root, files)).clusters
    return found


def test_ids_are_those_of_the_manifest(tmp_path: Path) -> None:
    text = cluster("demo", "infraID: demo-a\n")
    assert summary(tmp_path, text).ids == {"infraID": "demo-a"}
    overlay = "{spec: {infraID: demo-b}}"
    assert summary(tmp_path, text, overlay).ids == {"infraID": "demo-b"}


def test_claims_are_those_of_the_manifest(tmp_path: Path) -> None:
    overlay = "{spec: {kubeAPIServerDNSName: api.example.com}}"
    assert summary(tmp_path, cluster("demo"), overlay).claims == (
        ("host", "api.example.com", 0, 0),
        ("domain", "apps.demo.fleet.example.com", 0, 0),
    )


def test_objects_are_what_is_beside_a_cluster_and_its_pools(tmp_path: Path) -> None:
    node = document("NodeConfig", "quiet", "kernelArguments: [quiet]\n")
    text = cluster("demo", pools="{w: {replicas: 1, config: [quiet]}}")
    found = summary(tmp_path, f"{text}---\n{node}")
    assert found.objects == ("ConfigMap `demo-quiet` in namespace `clusters`",)


def test_networks_matter_where_a_site_routes_them(tmp_path: Path) -> None:
    text = cluster("demo", "networks: {cluster: [10.4.0.0/16], machine: [10.5.0.0/16]}\n")
    address = "nodeAddress: api.example.com\n"
    found = summary(tmp_path, text, management=address)
    assert (found.pod_networks, found.machine_networks) == ((), ())
    found = summary(tmp_path, text, management=f"{address}routedPodNetworks: true\n")
    assert (found.pod_networks, found.machine_networks) == (("10.4.0.0/16",), ("10.5.0.0/16",))


def test_hosts_are_picked_on_bare_metal_only(tmp_path: Path) -> None:
    pools = "{w: {replicas: 1, platform: {agent: {selector: {matchLabels: {a: b}}}}}}"
    found = summary(tmp_path, cluster("demo", pools=pools))
    assert found.picks == (("w", "agents-demo", "amd64", ("a=b",)),)
    virtual = "platform: {kubevirt: {generateID: demo}}\nnodePools: {w: {replicas: 1}}\n"
    assert summary(tmp_path, document("Cluster", "demo", virtual)).picks == ()


def test_a_cluster_that_is_ready_for_a_disaster_moves(tmp_path: Path) -> None:
    assert not summary(tmp_path, cluster("demo")).moves
    backup = "backup: {schedule: daily, ttl: 168h, disasterRecovery: true}\n"
    assert summary(tmp_path, cluster("demo", backup)).moves
