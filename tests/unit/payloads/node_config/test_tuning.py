"""TuneD profiles and performance profiles."""

from pathlib import Path

import pytest
from tests.unit.payloads.node_config.rendering import documents, findings

from hcpc.payloads.node_config.tuning import ini

CPU = "cpu: {reserved: 0, isolated: 1}"
POWER = "{highPowerConsumption: true, perPodPowerManagement: true}"


def test_a_profile_is_recommended_to_the_whole_pool_unless_somebody_says_otherwise(
    tmp_path: Path,
) -> None:
    [body] = documents(tmp_path, "tuned: {profiles: {a: {include: openshift-node}}}", "tuning")
    namespace = "openshift-cluster-node-tuning-operator"
    assert body["metadata"] == {"name": "mine", "namespace": namespace}
    assert body["spec"]["recommend"] == [{"priority": 20, "profile": "a"}]


def test_the_text_of_a_profile_has_one_order() -> None:
    sections = {"sysfs": {"/b": "1", "/a": "0"}, "bootloader": {"z": "+1", "a": "+2"}}
    text = (
        "[main]\nsummary=for b\ninclude=a,b\n"
        "\n[variables]\nz=1\na=${z}\n"
        "\n[bootloader]\nz=+1\na=+2\n"
        "\n[sysctl]\nkernel.a=x=y\nvm.b=1\n"
        "\n[sysfs]\n/a=0\n/b=1\n"
    )
    variables = {"variables": {"z": "1", "a": "${z}"}}
    profile = {
        "summary": "for b",
        "include": ["a", "b"],
        "sysctl": {"vm.b": "1", "kernel.a": "x=y"},
    }
    assert ini({**profile, "sections": {**sections, **variables}}) == text
    assert ini({"sections": {**variables, **sections}, **dict(reversed(profile.items()))}) == text


def test_what_a_recommendation_can_say(tmp_path: Path) -> None:
    match = "[{label: a, value: 1, type: pod, match: [{label: b}]}]"
    spec = (
        "tuned:\n"
        "  profiles: {a: {include: b}, b: {include: c}}\n"
        f"  recommend: [{{profile: b, priority: 5, match: {match}, debug: false, verbosity: 2,"
        " reapplySysctl: true}, {profile: openshift-node}]\n"
    )
    [body] = documents(tmp_path, spec, "tuning")
    assert body["spec"]["recommend"] == [
        {
            "match": [{"label": "a", "match": [{"label": "b"}], "type": "pod", "value": "1"}],
            "operand": {
                "debug": False,
                "tunedConfig": {"reapply_sysctl": True},
                "verbosity": 2,
            },
            "priority": 5,
            "profile": "b",
        },
        {"priority": 20, "profile": "openshift-node"},
    ]


@pytest.mark.parametrize(
    ("tuned", "found"),
    [
        ("{profiles: {a: {sysctl: {vm.a: '1 # a'}}}}", "HCP0213 '1 # a'"),
        ('{profiles: {a: {sysctl: {vm.a: "1\\nb=2"}}}}', 'HCP0213 "1\\nb=2"'),
        ("{profiles: {a: {sysctl: {'vm.a ': 1}}}}", "HCP0213 'vm.a '"),
        ("{profiles: {a: {sections: {sysctl: {vm.a: 1}}}}}", "HCP0212 sections"),
        ("{profiles: {a: {sections: {main: {include: b}}}}}", "HCP0212 sections"),
        ("{profiles: {a: {}, b: {}}}", "HCP0212 tuned"),
        ("{profiles: {a: {}}, recommend: [{profile: b}]}", "HCP0205 b"),
        ("{profiles: {a/b: {}}}", "HCP0213 a/b"),
        ("{profiles: {}}", "HCP0212 profiles"),
    ],
)
def test_what_tuned_would_not_take(tuned: str, found: str, tmp_path: Path) -> None:
    assert findings(tmp_path, f"tuned: {tuned}") == [found]


def test_a_performance_profile_is_for_all_workers_unless_somebody_says_otherwise(
    tmp_path: Path,
) -> None:
    spec = "performanceProfile:\n  cpu: {reserved: 0-1, isolated: 2-3}\n  annotations: {a: '{}'}\n"
    [body] = documents(tmp_path, spec, "tuning")
    assert body == {
        "apiVersion": "performance.openshift.io/v2",
        "kind": "PerformanceProfile",
        "metadata": {"name": "mine", "annotations": {"a": "{}"}},
        "spec": {
            "cpu": {"reserved": "0-1", "isolated": "2-3"},
            "nodeSelector": {"node-role.kubernetes.io/worker": ""},
        },
    }


@pytest.mark.parametrize(
    ("profile", "found"),
    [
        ("{cpu: {reserved: 0-1, isolated: 1-3}}", "HCP0212 1-3"),
        ("{cpu: {reserved: 0-1, isolated: 3-2}}", "HCP0212 3-2"),
        ("{cpu: {reserved: '0,0', isolated: '1'}}", "HCP0212 '0,0'"),
        ("{cpu: {reserved: '0', isolated: a}}", "HCP0213 a"),
        ("{cpu: {reserved: '0'}}", "HCP0204 cpu"),
        (
            f"{{{CPU}, realTimeKernel: {{enabled: true}}, workloadHints: {{realTime: false}}}}",
            "HCP0212 workloadHints",
        ),
        (
            f"{{{CPU}, workloadHints: {POWER}}}",
            "HCP0211 perPodPowerManagement",
        ),
    ],
)
def test_what_the_operator_would_not_take(profile: str, found: str, tmp_path: Path) -> None:
    assert findings(tmp_path, f"performanceProfile: {profile}") == [found]
