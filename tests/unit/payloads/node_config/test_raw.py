"""Whole manifests in a NodeConfig."""

from pathlib import Path

import pytest
from tests.unit.payloads.node_config.rendering import documents, findings, fleet, told

MACHINE = """\
manifests:
  a:
    apiVersion: machineconfiguration.openshift.io/v1
    kind: MachineConfig
    metadata: {name: a}
    spec:
      config:
        ignition: {version: 3.2.0}
        %s
"""
TUNED = """\
manifests:
  a:
    apiVersion: tuned.openshift.io/v1
    kind: Tuned
    metadata: {name: a}
    spec:
      profile: [{name: a, data: "%s"}]
      recommend: [{profile: a, priority: 20}]
"""
PROFILE = "kind: PerformanceProfile, metadata: {name: a}, spec: {cpu: {isolated: 1, reserved: 0}}"


def storage(file: str) -> str:
    return MACHINE % f"storage: {{files: [{{path: /a, {file}}}]}}"


@pytest.mark.parametrize(
    ("file", "found"),
    [
        ("mode: 644", "HCP0213 644"),
        ("mode: 0644", "HCP0213 0644"),
        ('mode: "420"', 'HCP0213 "420"'),
        ("mode: -1", "HCP0213 -1"),
        ("contents: {source: plain}", "HCP0213 plain"),
        ("contents: {source: 'http://a.example.com/a'}", "HCP0213 'http://a.example.com/a'"),
        ("contents: {source: 'data:;base64,a'}", "HCP0213 'data:;base64,a'"),
        ("contents: {source: 'data:;base64,YQ%3D%3D'}", ""),
        ("contents: {source: 'data:,%zz'}", "HCP0213 'data:,%zz'"),
        ("contents: {source: 'data:text/plain,a%20b'}", ""),
        ("contents: {compression: xz, source: 'data:,'}", "HCP0205 xz"),
        ("mode: 511", ""),
    ],
)
def test_files_of_a_machine_config(file: str, found: str, tmp_path: Path) -> None:
    result = findings(tmp_path, storage(file))
    # That YAML readers disagree on 0644 is true here: other tools read this object.
    assert [each for each in result if "HCP0108" not in each] == ([found] if found else [])


@pytest.mark.parametrize(
    ("section", "found"),
    [
        ("passwd: {users: [{name: root}]}", "HCP0205 root"),
        ("systemd: {units: [{name: a}]}", "HCP0213 a"),
        ('systemd: {units: [{name: a.service, contents: "[a"}]}', 'HCP0213 "[a"'),
        ("sotrage: {files: []}", "HCP0202 sotrage"),
    ],
)
def test_other_sections_of_a_machine_config(section: str, found: str, tmp_path: Path) -> None:
    assert findings(tmp_path, MACHINE % section) == [found]


@pytest.mark.parametrize("version", ["2.2.0", "3.9.0", "3.2"])
def test_versions_of_ignition_that_nodes_do_not_read(version: str, tmp_path: Path) -> None:
    found = findings(tmp_path, MACHINE.replace("3.2.0", version) % "passwd: {}")
    assert found == [f"HCP0213 {version}"]


def test_what_is_text_in_the_api_stays_text(tmp_path: Path) -> None:
    spec = TUNED % "[main]\\n" + "    # a label's value\n"
    spec = spec.replace("priority: 20", "priority: 20, match: [{label: a, value: 1}]")
    [body] = documents(tmp_path, spec, "tuning")
    assert body["spec"]["recommend"][0]["match"] == [{"label": "a", "value": "1"}]


@pytest.mark.parametrize("data", ["a=1\\n", "[main]\\n= 1\\n", "[main\\na=1\\n"])
def test_profiles_that_tuned_cannot_read(data: str, tmp_path: Path) -> None:
    assert findings(tmp_path, TUNED % data) == [f'HCP0213 "{data}"']


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("{apiVersion: v1, metadata: {name: a}}", "HCP0204 a"),
        ("{apiVersion: v1, kind: Pod, metadata: {name: a}}", "HCP0701 Pod"),
        ("{apiVersion: v1, kind: List, items: []}", "HCP0701 List"),
        (
            f"{{apiVersion: performance.openshift.io/v1, {PROFILE}}}",
            "HCP0205 performance.openshift.io/v1",
        ),
    ],
)
def test_kinds_that_node_pools_do_not_take(head: str, found: str, tmp_path: Path) -> None:
    assert findings(tmp_path, f"manifests: {{a: {head}}}") == [found]


def test_each_kind_goes_where_it_is_read(tmp_path: Path) -> None:
    both = TUNED % "[main]\\n" + "  b:" + (storage("mode: 420").partition("  a:")[2])
    result = fleet(tmp_path, {"mine": both})
    assert told(result) == []
    names = [path.rpartition("/")[2] for path in result.files if "configmap" in path]
    assert names == ["configmap-demo-mine.yaml", "configmap-demo-mine-tuning.yaml"]
    pool = result.files["mgmt-1/clusters/demo/nodepool-workers.yaml"]
    assert "  config:\n  - name: demo-mine\n" in pool
    assert "  tuningConfig:\n  - name: demo-mine-tuning\n" in pool


def test_a_second_object_of_tuning(tmp_path: Path) -> None:
    spec = "tuned: {profiles: {b: {include: openshift-node}}}\n" + TUNED % "[main]\\n"
    assert findings(tmp_path, spec) == ["HCP0702 a"]


def test_the_old_kind_of_mirrors_is_deprecated(tmp_path: Path) -> None:
    kind = "apiVersion: operator.openshift.io/v1alpha1, kind: ImageContentSourcePolicy"
    mirrors = "repositoryDigestMirrors: [{source: a.example.com, mirrors: [b.example.com]}]"
    spec = f"manifests: {{a: {{{kind}, metadata: {{name: a}}, spec: {{{mirrors}}}}}}}"
    assert findings(tmp_path, spec) == ["HCP0708 ImageContentSourcePolicy"]


def test_what_the_kubelet_gets_from_its_cluster(tmp_path: Path) -> None:
    kind = "apiVersion: machineconfiguration.openshift.io/v1, kind: KubeletConfig"
    kubelet = "kubeletConfig: {clusterDNS: [10.0.0.10], maxPods: 5}"
    spec = f"manifests: {{a: {{{kind}, metadata: {{name: a}}, spec: {{{kubelet}}}}}}}"
    assert findings(tmp_path, spec) == ["HCP0212 clusterDNS"]
