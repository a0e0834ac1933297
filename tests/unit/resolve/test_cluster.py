"""One cluster: what its layers make together, and which line answers for each value."""

from pathlib import Path

import pytest
from tests.unit.resolve.resolving import resolved, sound
from tests.unit.resolve.small_fleet import (
    DEFAULTS,
    DEMO,
    SCAFFOLD,
    cluster,
    document,
    places,
    small_fleet,
    underlined,
)


def demo(root: Path, spec: str = "", *, pools: str = "{w: {replicas: 1}}") -> Path:
    return small_fleet(root, {DEMO: cluster("demo", spec, pools=pools)})


def test_the_scaffold_resolves(tmp_path: Path) -> None:
    found = sound(small_fleet(tmp_path))
    assert (found.name, found.namespace, found.management_cluster, found.platform) == (
        "demo",
        "clusters",
        "mgmt-1",
        "agent",
    )
    assert found.spec["pullSecret"] == {"secret": "demo-pull-secret"}


def test_labels_of_the_head_win_over_labels_of_the_spec(tmp_path: Path) -> None:
    text = cluster("demo", "labels: {a: spec, b: spec}\nannotations: {n: spec}\n").replace(
        "spec:\n", "  labels: {b: head, c: head}\nspec:\n", 1
    )
    spec = sound(small_fleet(tmp_path, {DEMO: text})).spec
    assert spec["labels"] == {"a": "spec", "b": "head", "c": "head"}
    assert spec["annotations"] == {"n": "spec"}


def test_node_pool_defaults_lie_under_every_pool(tmp_path: Path) -> None:
    root = demo(
        tmp_path,
        "nodePoolDefaults: {replicas: 2, nodeLabels: {a: x}}\n",
        pools="{a: {}, b: {replicas: 5, nodeLabels: {b: z}}}",
    )
    pools = sound(root).spec["nodePools"]
    assert (pools["a"]["replicas"], pools["a"]["nodeLabels"]) == (2, {"a": "x"})
    assert (pools["b"]["replicas"], pools["b"]["nodeLabels"]) == (5, {"a": "x", "b": "z"})
    assert pools["a"]["drainTimeout"] == pools["b"]["drainTimeout"] == "30m"
    assert "nodePoolDefaults" not in sound(root).spec


@pytest.mark.parametrize("pools", ["", "nodePools: {}\n", "nodePools: {a: null}\n"])
@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        ("{arch: amd46}", ["HCP0205 amd46"]),
        ("{replcas: 2}", ["HCP0202 replcas"]),
        ("{replicas: 1, autoscale: {min: 1, max: 2}}", ["HCP0211 autoscale"]),
        ("{autoscale: {min: 1}}", []),
        ("{arch: '${cluster.labels.arch}'}", []),
    ],
)
def test_node_pool_defaults_that_no_pool_uses_are_checked_all_the_same(
    tmp_path: Path, pools: str, defaults: str, expected: list[str]
) -> None:
    spec = f"platform: {{agent: {{namespace: a}}}}\n{pools}nodePoolDefaults: {defaults}\n"
    found, findings = resolved(small_fleet(tmp_path, {DEMO: document("Cluster", "demo", spec)}))
    assert underlined(findings) == expected
    assert (found is None) == bool(expected)


def test_null_in_a_pool_removes_a_node_pool_default(tmp_path: Path) -> None:
    root = demo(
        tmp_path,
        "nodePoolDefaults: {replicas: 2, upgrade: {maxUnavailable: 1}}\n",
        pools="{a: {replicas: null, autoscale: {min: 1, max: 3}, autoRepair: ~}}",
    )
    pool = sound(root).spec["nodePools"]["a"]
    assert pool["autoscale"] == {"min": 1, "max": 3}
    assert pool["upgrade"]["maxUnavailable"] == 1
    assert {"replicas", "autoRepair"}.isdisjoint(pool)


def test_null_in_a_lower_layer_of_a_pool_removes_a_default_unless_a_higher_one_sets_it(
    tmp_path: Path,
) -> None:
    pools = "nodePools:\n  a: {autoRepair: null, drainTimeout: null}\n"
    files = {
        "clusters/p.yaml": document("Profile", "bare", pools),
        DEMO: cluster("demo", "profiles: [bare]\n", pools="{a: {replicas: 1, drainTimeout: 5m}}"),
    }
    pool = sound(small_fleet(tmp_path, files)).spec["nodePools"]["a"]
    assert "autoRepair" not in pool
    assert pool["drainTimeout"] == "5m"


def test_a_pool_that_was_removed_and_said_anew_gets_the_defaults_again(tmp_path: Path) -> None:
    files = {
        "clusters/p.yaml": document("Profile", "one", "nodePools:\n  a: {autoRepair: null}\n"),
        "clusters/q.yaml": document("Profile", "two", "nodePools:\n  a: null\n"),
        DEMO: cluster("demo", "profiles: [one, two]\n", pools="{a: {replicas: 1}}"),
    }
    assert sound(small_fleet(tmp_path, files)).spec["nodePools"]["a"]["autoRepair"] is True


def test_null_takes_an_inherited_pool_away(tmp_path: Path) -> None:
    files = {
        "clusters/p.yaml": document("Profile", "two", "nodePools:\n  a: {replicas: 1}\n"),
        DEMO: cluster("demo", "profiles: [two]\n", pools="{a: null, b: {replicas: 2}}"),
    }
    assert list(sound(small_fleet(tmp_path, files)).spec["nodePools"]) == ["b"]


def test_a_clash_with_a_node_pool_default_is_reported_with_both_places(tmp_path: Path) -> None:
    _, (finding,) = resolved(
        demo(tmp_path, "nodePoolDefaults: {nodeLabels: {a: x}}\n", pools="{a: {nodeLabels: 5}}")
    )
    assert underlined([finding]) == ["HCP0301 nodeLabels"]
    assert [label.span.location for label in finding.secondary] == [f"{DEMO}:8:22"]


@pytest.mark.parametrize("pools", ["{a: 3}", "{a: [1]}", "[a]", "many"])
def test_a_pool_that_is_no_mapping_is_reported(tmp_path: Path, pools: str) -> None:
    found, findings = resolved(demo(tmp_path, pools=pools))
    assert found is None
    assert [finding.code for finding in findings] == ["HCP0203"]


def test_all_faults_of_a_cluster_are_reported_at_once(tmp_path: Path) -> None:
    root = demo(
        tmp_path,
        "etcd: {size: big}\nbaseDomian: x\nprofiles: [nope]\nlabels: {a: '${nope}'}\n",
        pools="{a: {replicas: -1, arch: amd46}}",
    )
    found, findings = resolved(root)
    assert found is None
    assert underlined(findings) == [
        "HCP0212 -1",
        "HCP0205 amd46",
        "HCP0208 big",
        "HCP0202 baseDomian",
        "HCP0302 nope",
        "HCP0304 ${nope}",
    ]


def test_every_value_has_a_line_that_answers_for_it(tmp_path: Path) -> None:
    found = sound(demo(tmp_path, "etcd: {storageClass: fast}\n"))
    answers = {
        ("etcd", "storageClass"): f"{DEMO}:8:24",
        ("release",): f"{DEFAULTS}:8:14",
        ("name",): f"{DEMO}:4:9",
        ("namespace",): f"{DEMO}:4:9",
        ("etcd", "size"): f"{DEMO}:4:9",
        ("publish", "api", "nodePort"): f"{DEMO}:6:14",
        ("nodePools", "w", "replicas"): f"{DEMO}:7:29",
        ("nodePools", "w", "arch"): f"{DEMO}:7:15",
        ("nodePools", "w", "drainTimeout"): f"{DEFAULTS}:17:21",
        ("platform", "agent", "namespace"): f"{DEMO}:6:33",
    }
    assert {path: found.span(path).location for path in answers} == answers


def test_a_reference_is_answered_for_by_the_text_it_stands_in(tmp_path: Path) -> None:
    found = sound(small_fleet(tmp_path))
    at = found.span(("pullSecret", "secret"))
    assert at.file.text[at.start : at.end] == '"${cluster.name}-pull-secret"'


def test_node_ports_without_an_address_are_reported_once(tmp_path: Path) -> None:
    path = "clusters/mgmt-1/management-cluster.yaml"
    bare = document("ManagementCluster", "mgmt-1", "region: dc1\n")
    found, (finding,) = resolved(small_fleet(tmp_path, {path: bare}))
    assert found is None
    assert places([finding]) == [f"HCP0204 {DEMO}:9:5"]
    assert "`mgmt-1`" in finding.help


def test_an_address_of_the_api_serves_the_other_node_ports_too(tmp_path: Path) -> None:
    root = demo(tmp_path, "publish: {api: {nodePort: {address: api.example.com}}}\n")
    publish = sound(root).spec["publish"]
    assert {
        name: strategy["nodePort"]["address"] for name, strategy in publish.items()
    } == dict.fromkeys(("api", "ignition", "konnectivity", "oauth"), "api.example.com")


@pytest.mark.parametrize(
    ("platform", "pools", "expected"),
    [
        ("{agnet: {}}", "{}", ["HCP0205 agnet"]),
        ("{agent: {namespace: a}, none: {}}", "{}", ["HCP0403 none"]),
        ("{}", "{}", ["HCP0204 platform"]),
        ("agent", "{}", ["HCP0203 agent"]),
        ("{agent: {}}", "{}", ["HCP0204 agent"]),
        ("{agent: {namespace: a, nmae: b}}", "{}", ["HCP0202 nmae"]),
        (
            "{agent: {namespace: a}}",
            "{w: {platform: {none: {}}, replicas: 1}}",
            ["HCP0404 none"],
        ),
        ("{agent: {namespace: a}}", "{w: {platform: {agent: {x: 1}}, replicas: 1}}", ["HCP0202 x"]),
        ("{agent: {namespace: a}}", "{w: {platform: {}, replicas: 1}}", ["HCP0204 platform"]),
    ],
)
def test_a_cluster_and_its_pools_are_on_one_platform(
    tmp_path: Path, platform: str, pools: str, expected: list[str]
) -> None:
    text = document("Cluster", "demo", f"platform: {platform}\nnodePools: {pools}\n")
    found, findings = resolved(small_fleet(tmp_path, {DEMO: text}))
    assert found is None
    assert underlined(findings) == expected


def test_an_inherited_platform_is_dropped_with_null(tmp_path: Path) -> None:
    inherited = "    platform: {kubevirt: {}}\n    release:"
    files = {
        DEFAULTS: SCAFFOLD[DEFAULTS].replace("    release:", inherited),
        DEMO: cluster("demo").replace("platform: {", "platform: {kubevirt: null, "),
    }
    assert sound(small_fleet(tmp_path, files)).platform == "agent"


def test_a_label_of_the_head_without_a_value_is_told(tmp_path: Path) -> None:
    text = cluster("demo", "labels: {a: spec}\n").replace(
        "spec:\n", "  labels:\n    b:\nspec:\n", 1
    )
    _, findings = resolved(small_fleet(tmp_path, {DEMO: text}))
    assert underlined(findings) == ["HCP0310 b"]
