"""The ConfigMaps of a cluster, and NodeConfigs that nobody uses."""

import copy
from pathlib import Path

import pytest
from tests.unit.payloads.node_config.rendering import NODES, fleet, told
from tests.unit.resolve.small_fleet import (
    DEMO,
    cluster,
    compile_and_write,
    compiled,
    document,
    small_fleet,
    write,
)

from hcpc.diagnostics.sink import Sink
from hcpc.payloads import node_config
from hcpc.payloads.node_config.render import MAX_BYTES, Rendered, render
from hcpc.resolve.document import Document
from hcpc.resolve.fleet import read_fleet
from hcpc.resolve.shared import read_shared

CHRONY = "files: {/etc/chrony.conf: {text: a}}"
POOLS = "{a: {replicas: 2, config: [chrony]}, b: {replicas: 2, config: [chrony]}}"


def test_pools_of_a_cluster_share_one_and_clusters_have_their_own(tmp_path: Path) -> None:
    files = {
        NODES: document("NodeConfig", "chrony", CHRONY),
        DEMO: cluster("demo", pools=POOLS),
        "clusters/mgmt-1/other.yaml": cluster("other", pools=POOLS),
    }
    result = compiled(small_fleet(tmp_path, files))
    assert [path for path in sorted(result.files) if "configmap" in path] == [
        "mgmt-1/clusters/demo/configmap-demo-chrony.yaml",
        "mgmt-1/clusters/other/configmap-other-chrony.yaml",
    ]
    for pool in "ab":
        text = result.files[f"mgmt-1/clusters/demo/nodepool-{pool}.yaml"]
        assert "  config:\n  - name: demo-chrony\n" in text


def test_the_nearest_of_one_name_is_used(tmp_path: Path) -> None:
    files = {
        NODES: document("NodeConfig", "chrony", "kernelArguments: [far]"),
        "clusters/mgmt-1/nodes.yaml": document("NodeConfig", "chrony", "kernelArguments: [near]"),
        DEMO: cluster("demo", pools=POOLS),
    }
    result = compiled(small_fleet(tmp_path, files))
    assert "near" in result.files["mgmt-1/clusters/demo/configmap-demo-chrony.yaml"]
    assert told(result) == ["HCP0707 chrony"]
    assert result.findings[0].primary.span.file.path == NODES


def test_a_node_config_is_rendered_once_for_all_clusters(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    def counted(which: Document, assets: dict[str, bytes]) -> Rendered:
        made.append(which.name)
        return render(which, assets)

    monkeypatch.setattr(node_config, "render", counted)
    files = {f"clusters/mgmt-1/c{n}.yaml": cluster(f"c{n}", pools=POOLS) for n in range(4)}
    result = compiled(
        small_fleet(tmp_path, {**files, NODES: document("NodeConfig", "chrony", CHRONY)})
    )
    assert told(result) == []
    assert made == ["chrony"]


def test_a_faulty_one_is_told_once_and_hides_no_other(tmp_path: Path) -> None:
    files = {f"clusters/mgmt-1/c{n}.yaml": cluster(f"c{n}", pools=POOLS) for n in range(3)}
    nodes = document(
        "NodeConfig", "chrony", "units: {a: {enabled: true}}\nmanifests: {b: {kind: Pod}}"
    )
    result = compiled(small_fleet(tmp_path, {**files, NODES: nodes}))
    assert told(result) == ["HCP0213 a", "HCP0701 Pod"]


@pytest.mark.parametrize("executor", ["serial", "processes"])
def test_the_same_in_every_process(executor: str, tmp_path: Path) -> None:
    files = {f"clusters/mgmt-1/c{n}.yaml": cluster(f"c{n}", pools=POOLS) for n in range(20)}
    nodes = document("NodeConfig", "chrony", CHRONY)
    result = compiled(small_fleet(tmp_path, {**files, NODES: nodes}), executor=executor)
    maps = {text for path, text in result.files.items() if "configmap" in path}
    assert len(maps) == 20


def test_one_that_nobody_uses(tmp_path: Path) -> None:
    result = fleet(tmp_path, {"used": CHRONY, "unused": "kernelArguments: [a]"}, pools=USED)
    assert told(result) == ["HCP0707 unused"]
    assert not result.has_errors


USED = "{a: {replicas: 2, config: [used]}}"


def test_the_cache_knows_who_uses_what(tmp_path: Path) -> None:
    nodes = document("NodeConfig", "used", CHRONY)
    root = small_fleet(tmp_path / "fleet", {NODES: nodes, DEMO: cluster("demo", pools=USED)})
    for _ in range(2):
        assert told(compile_and_write(root, tmp_path / "cache.json")) == []
    write(root, {DEMO: cluster("demo")})
    for _ in range(2):
        assert told(compile_and_write(root, tmp_path / "cache.json")) == ["HCP0707 used"]


def test_a_cluster_that_cannot_be_read_may_use_it(tmp_path: Path) -> None:
    nodes = document("NodeConfig", "used", CHRONY)
    broken = cluster("demo", "unknown: 1\n", pools=USED)
    assert told(compiled(small_fleet(tmp_path, {NODES: nodes, DEMO: broken}))) == [
        "HCP0202 unknown"
    ]


def test_one_that_is_used_through_defaults(tmp_path: Path) -> None:
    defaults = document("Defaults", "all", "cluster: {nodePoolDefaults: {config: [used]}}")
    files = {NODES: document("NodeConfig", "used", CHRONY), "clusters/more.yaml": defaults}
    assert told(compiled(small_fleet(tmp_path, files))) == []


def test_one_that_is_too_large_for_a_config_map(tmp_path: Path) -> None:
    words = b"word " * (MAX_BYTES // 5)
    files = {"clusters/words.txt": words}
    large = fleet(tmp_path / "1", {"a": "files: {/a: {fromFile: words.txt}}"}, files=files)
    assert told(large) == ["HCP0705 a"]
    small = fleet(
        tmp_path / "2", {"a": "files: {/a: {fromFile: words.txt, gzip: true}}"}, files=files
    )
    assert told(small) == []


def test_what_was_made_stays_in_the_process(tmp_path: Path) -> None:
    root = small_fleet(tmp_path, {NODES: document("NodeConfig", "a", CHRONY)})
    read = read_fleet(root, Sink())
    assert read
    environment = read_shared(read, list(read.files), Sink()).environment
    node_config.check(environment, (), (), Sink())
    assert environment.made
    assert copy.copy(environment).made == {}


@pytest.mark.parametrize("spec", ["", "spec:\n", "spec: text\n", "spec: {}\n", "spec: []\n"])
def test_one_that_says_nothing(spec: str, tmp_path: Path) -> None:
    nodes = document("NodeConfig", "chrony") + spec
    files = {NODES: nodes, DEMO: cluster("demo", pools=POOLS)}
    result = compiled(small_fleet(tmp_path, files))
    assert {found.code for found in result.findings} <= {"HCP0203", "HCP0204"}
    assert result.has_errors


def test_a_null_says_nothing_and_a_forgotten_value_is_told(tmp_path: Path) -> None:
    recommend = "recommend: [{priority: 5, match: null}]"
    tuned = f"tuned: {{profiles: {{a: {{summary: null, include: b}}}}, {recommend}}}"
    result = fleet(tmp_path / "1", {"a": f"files: null\nkubelet: ~\n{tuned}"})
    assert told(result) == []
    text = result.files["mgmt-1/clusters/demo/configmap-demo-a-tuning.yaml"]
    assert "null" not in text
    assert "\n  config:" not in result.files["mgmt-1/clusters/demo/nodepool-workers.yaml"]
    assert told(fleet(tmp_path / "2", {"a": "files: {/a: {text: null}}"})) == ["HCP0204 /a"]
    assert told(fleet(tmp_path / "3", {"a": "files:\n  /a:\n    text:\n"})) == ["HCP0310 text"]


@pytest.mark.parametrize(
    "spec",
    [
        *("files: {}", "units: {}", "kernelArguments: []", "sshKeys: []", "mirrors: {}"),
        *("imagePolicies: {}", "manifests: {}", "tuned: {profiles: {}}"),
    ],
)
def test_no_pool_refers_to_a_config_map_of_nothing(spec: str, tmp_path: Path) -> None:
    """The operator stops at a reference that leads nowhere."""
    result = fleet(tmp_path, {"a": spec})
    assert [found.code for found in result.findings] == ["HCP0212"]


@pytest.mark.parametrize("spec", ["kubelet: {}", "containerRuntime: {}"])
def test_settings_that_set_nothing_are_objects_all_the_same(spec: str, tmp_path: Path) -> None:
    result = fleet(tmp_path, {"a": spec})
    assert told(result) == []
    assert "mgmt-1/clusters/demo/configmap-demo-a.yaml" in result.files
