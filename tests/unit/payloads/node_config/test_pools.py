"""NodeConfigs that are sound alone, together in a pool or cluster."""

from pathlib import Path

import pytest
from tests.unit.payloads.node_config.rendering import findings, fleet, messages, told

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
