"""NodeConfigs that are sound alone, together in a pool or cluster."""

from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.unit.payloads.node_config.rendering import NODES, findings, fleet, messages, told
from tests.unit.resolve.small_fleet import DEMO, compiled, document, small_fleet

from hcpc.platforms import registry

CHRONY = "files: {/etc/chrony.conf: {text: a}}"
UNIT = "units: {a.service: {%s}}"
TUNED = "tuned: {profiles: {%s: {include: openshift-node}}}"
MACHINE = (
    "manifests: {a: {apiVersion: machineconfiguration.openshift.io/v1, kind: MachineConfig,"
    " metadata: {name: %s}, spec: {config: {ignition: {version: 3.2.0}, %s}}}}"
)
FAST = "performanceProfile: {cpu: {reserved: '0', isolated: '1'}}"
DROPIN = "dropins: {%s: {text: '[Service]'}}"


@pytest.mark.parametrize(
    ("one", "other", "what"),
    [
        (CHRONY, CHRONY, "file `/etc/chrony.conf`"),
        (
            CHRONY,
            MACHINE % ("a", "storage: {files: [{path: /etc/chrony.conf}]}"),
            "file `/etc/chrony.conf`",
        ),
        (UNIT % "enabled: true", UNIT % "mask: true", "unit `a.service`"),
        (
            UNIT % (DROPIN % "a.conf"),
            MACHINE % ("a", "systemd: {units: [{name: a.service, dropins: [{name: a.conf}]}]}"),
            "drop-in `a.conf` of unit `a.service`",
        ),
        (
            MACHINE % ("a", "passwd: {}"),
            MACHINE % ("a", "storage: {}"),
            "MachineConfig `a`",
        ),
    ],
)
def test_what_two_of_a_pool_both_write(one: str, other: str, what: str, tmp_path: Path) -> None:
    result = fleet(tmp_path, {"one": one, "other": other})
    assert told(result) == ["HCP0703 other"]
    assert messages(result) == [f"{what} is written twice for the same nodes"]


def test_drop_ins_of_one_unit_add_up(tmp_path: Path) -> None:
    spec = UNIT % f"enabled: true, {DROPIN % 'a.conf'}"
    assert told(fleet(tmp_path, {"one": spec, "other": UNIT % (DROPIN % "b.conf")})) == []


def test_different_pools_may_write_the_same(tmp_path: Path) -> None:
    pools = "{a: {replicas: 2, config: [one]}, b: {replicas: 2, config: [other]}}"
    assert told(fleet(tmp_path, {"one": CHRONY, "other": CHRONY}, pools=pools)) == []


def test_one_that_writes_a_thing_twice_itself(tmp_path: Path) -> None:
    raw = MACHINE % ("a", "storage: {files: [{path: /etc/chrony.conf}]}")
    assert findings(tmp_path, f"{CHRONY}\n{raw}") == ["HCP0703 /etc/chrony.conf"]


@pytest.mark.parametrize(
    ("one", "other", "message"),
    [
        ("kubelet: {maxPods: 1}", "kubelet: {maxPods: 1}", "a node pool has one KubeletConfig"),
        (FAST, FAST, "a node pool has one PerformanceProfile"),
        (FAST, "kubelet: {maxPods: 1}", "a PerformanceProfile makes a KubeletConfig"),
        ("kubelet: {maxPods: 1}", FAST, "a PerformanceProfile makes a KubeletConfig"),
    ],
)
def test_a_pool_has_one_configuration_of_the_kubelet(
    one: str, other: str, message: str, tmp_path: Path
) -> None:
    result = fleet(tmp_path, {"one": one, "other": other})
    assert told(result) == ["HCP0702 other"]
    assert messages(result)[0].startswith(message)


def test_so_has_a_node_config(tmp_path: Path) -> None:
    assert findings(tmp_path, f"kubelet: {{maxPods: 1}}\n{FAST}") == ["HCP0702 performanceProfile"]


def test_profiles_of_one_name_in_different_pools_of_a_cluster(tmp_path: Path) -> None:
    pools = "{a: {replicas: 2, config: [one]}, b: {replicas: 2, config: [other]}}"
    result = fleet(tmp_path, {"one": TUNED % "a", "other": TUNED % "a"}, pools=pools)
    assert told(result) == ["HCP0704 a"]


MATCH = """\
tuned:
  profiles: {a: {include: openshift-node}}
  recommend: [{match: [{label: example.com/a, match: [{label: example.com/b}]}]}]
"""


@pytest.mark.parametrize(
    ("pool", "lost"),
    [
        ("upgrade: {type: Replace}", ["example.com/a", "example.com/b"]),
        ('upgrade: {type: Replace}, nodeLabels: {example.com/a: ""}', ["example.com/b"]),
        ("upgrade: {type: InPlace}", []),
    ],
)
def test_labels_do_not_survive_new_machines(pool: str, lost: list[str], tmp_path: Path) -> None:
    pools = f"{{a: {{replicas: 2, config: [labels], {pool}}}}}"
    result = fleet(tmp_path, {"labels": MATCH}, pools=pools)
    assert told(result) == [f"HCP0706 {label}" for label in lost]


@pytest.mark.parametrize("match", ["{label: kubernetes.io/arch}", "{label: a, type: pod}"])
def test_labels_that_every_machine_gets_do(match: str, tmp_path: Path) -> None:
    pools = "{a: {replicas: 2, config: [labels], upgrade: {type: Replace}}}"
    spec = MATCH.replace("{label: example.com/a, match: [{label: example.com/b}]}", match)
    assert told(fleet(tmp_path, {"labels": spec}, pools=pools)) == []


def test_tuning_in_a_cluster_without_the_operator_for_it(tmp_path: Path) -> None:
    pools = "{a: {replicas: 2, config: [t, f]}, b: {replicas: 2, config: [t]}}"
    configs = {"t": TUNED % "a", "f": CHRONY}
    disabled = "capabilities: {disabled: [NodeTuning]}"
    result = fleet(tmp_path, configs, pools=pools, spec=disabled)
    assert told(result) == ["HCP0709 t"]


def test_tuning_and_a_node_config_that_become_one_config_map(tmp_path: Path) -> None:
    configs = {"a": TUNED % "a", "a-tuning": CHRONY}
    assert told(fleet(tmp_path, configs)) == ["HCP0308 a"]
    assert told(fleet(tmp_path, {"a": CHRONY, "a-tuning": TUNED % "a"})) == []


RESERVED = "kubelet: {reservedSystemCPUs: 0-1}"
RAW_RESERVED = (
    "manifests: {k: {apiVersion: machineconfiguration.openshift.io/v1, kind: KubeletConfig, "
    "metadata: {name: k}, spec: {kubeletConfig: {reservedSystemCPUs: 0-1}}}}"
)
RAW_FAST = (
    "manifests: {p: {apiVersion: performance.openshift.io/v2, kind: PerformanceProfile, "
    "metadata: {name: p}, spec: {cpu: {reserved: '0', isolated: '1'}, "
    "nodeSelector: {node-role.kubernetes.io/worker: ''}}}}"
)
MANY = "kubelet: {maxPods: 500}"
PICKED = "platform: {agent: {selector: {matchLabels: {cpu: %s}}}}"


@pytest.mark.parametrize(
    ("config", "other", "expected"),
    [
        (FAST, "arch: ppc64le", ["HCP0710 f"]),
        (RESERVED, "arch: ppc64le", ["HCP0710 f"]),
        (RAW_RESERVED, "arch: ppc64le", ["HCP0710 f"]),
        (RAW_FAST, "arch: ppc64le", ["HCP0710 f"]),
        (FAST, "arch: amd64", []),
        (MANY, "arch: ppc64le", []),
    ],
)
def test_processors_by_number_are_those_of_one_kind_of_machine(
    tmp_path: Path, config: str, other: str, expected: list[str]
) -> None:
    one, two = (PICKED % arch for arch in "pq")
    pools = (
        f"{{a: {{replicas: 2, config: [f], {one}}}, "
        f"b: {{replicas: 2, config: [f], {other}, {two}}}}}"
    )
    assert told(fleet(tmp_path, {"f": config}, pools=pools)) == expected


def test_a_secret_has_room_for_so_much(tmp_path: Path) -> None:
    noise = Random(1).randbytes(500_000)  # noqa: S311  # no secret: the same each time
    files = {"clusters/a.bin": noise, "clusters/b.bin": noise[::-1]}
    configs = {name: f"files: {{/{name}: {{fromFile: {name}.bin}}}}" for name in "ab"}
    both = "{w: {replicas: 2, config: [a, b]}}"
    each = "{v: {replicas: 2, config: [a]}, w: {replicas: 2, config: [b]}}"
    assert told(fleet(tmp_path / "1", configs, pools=each, files=files)) == []
    large = fleet(tmp_path / "2", configs, pools=both, files=files)
    assert told(large) == ["HCP0705 config"]
    assert "bytes when compressed" in messages(large)[0]


def test_what_compresses_well_may_be_more_than_that(tmp_path: Path) -> None:
    files = {f"clusters/{name}.txt": f"{name} word ".encode() * 100_000 for name in "ab"}
    configs = {name: f"files: {{/{name}: {{fromFile: {name}.txt}}}}" for name in "ab"}
    assert told(fleet(tmp_path, configs, files=files)) == []


def made(platform: str, one: str, two: str, more: str = "") -> str:
    """A cluster of two pools with one NodeConfig, whose machines differ."""
    pool = "{{replicas: 2, config: [f], platform: {{{}: {{{}{}}}}}}}"
    pools = (pool.format(platform, own, more) for own in (one, two))
    return "{{a: {}, b: {}}}".format(*pools)


@pytest.mark.parametrize(
    ("one", "two", "is_told"),
    [
        ("compute: {cores: 4}", "compute: {cores: 4, memory: 64Gi}", False),
        ("compute: {memory: 64Gi}", "compute: {cores: 2}", False),
        ("compute: {cores: 4}", "compute: {cores: 8}", True),
    ],
)
def test_virtual_machines_are_alike_with_as_many_cores(
    tmp_path: Path, one: str, two: str, *, is_told: bool
) -> None:
    spec = f"platform: {{kubevirt: {{generateID: d}}}}\nnodePools: {made('kubevirt', one, two)}\n"
    files: dict[str, str | bytes | None] = {
        DEMO: document("Cluster", "demo", spec),
        NODES: document("NodeConfig", "f", FAST),
    }
    result = compiled(small_fleet(tmp_path, files))
    assert told(result) == (["HCP0710 f"] if is_told else [])


@pytest.mark.parametrize(
    ("platform", "one", "two", "is_alike"),
    [
        ("aws", {"instanceType": "m6i.xlarge"}, {"instanceType": "r6i.xlarge"}, True),
        ("aws", {"instanceType": "m6i.xlarge"}, {"instanceType": "m6i.2xlarge"}, False),
        ("azure", {"vmSize": "Standard_D4s_v5"}, {"vmSize": "Standard_E4s_v5"}, True),
        ("azure", {"vmSize": "Standard_D4s_v5"}, {"vmSize": "Standard_D8s_v5"}, False),
        ("gcp", {"machineType": "n2-standard-4"}, {"machineType": "n2-highmem-4"}, True),
        ("gcp", {"machineType": "n2-standard-4"}, {"machineType": "n2-standard-8"}, False),
        ("powervs", {}, {"processors": "0.5"}, True),
        ("powervs", {"processors": 2}, {"processors": "0.5"}, False),
        ("openstack", {"flavor": "a"}, {"flavor": "b"}, True),
        ("agent", {}, {}, True),
    ],
)
def test_what_platforms_know_of_processors(
    platform: str, one: dict[str, Any], two: dict[str, Any], *, is_alike: bool
) -> None:
    found = registry.platform(platform)
    assert found is not None
    assert (found.processors(one) == found.processors(two)) is is_alike
