"""Node configuration of two fleets against the schemas of the kinds that it becomes.

One fleet has every form there is, the other is the example. What the vendor shows as an example
comes out of a short spec with the same meaning.
"""

import base64
from collections.abc import Iterator
from configparser import RawConfigParser
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema_rs import Draft202012Validator
from tests.integration.test_crds import strict
from tests.outside import needs_openshift_crds, openshift_crd
from tests.unit.payloads.node_config.rendering import documents

from hcpc.pipeline import Options, compile_fleet

ROOT = Path(__file__).parents[2]
FLEETS = {"every form": ROOT / "tests" / "fleets" / "node-configs", "the example": ROOT}
KINDS = {
    *("MachineConfig", "KubeletConfig", "ContainerRuntimeConfig", "ImageDigestMirrorSet"),
    *("ClusterImagePolicy", "Tuned", "PerformanceProfile"),
}


@cache
def objects() -> list[tuple[str, dict[str, Any]]]:
    """Every object in a ConfigMap with node configuration, with what to call it."""
    return [
        (f"{title}: {path.rpartition('/')[2]} {body['kind']}", body)
        for title, fleet in FLEETS.items()
        for path, text in compile_fleet(fleet, Options("serial")).files.items()
        for body in _inside(path, text)
    ]


def _inside(path: str, text: str) -> Iterator[dict[str, Any]]:
    if "/configmap-" not in path or "/guest/" in path or "/operator/" in path:
        return
    [(key, data)] = yaml.safe_load(text)["data"].items()
    assert key == ("tuning" if path.endswith("-tuning.yaml") else "config")
    yield from yaml.safe_load_all(data)


def test_there_are_objects_of_every_kind() -> None:
    assert {body["kind"] for _, body in objects()} == KINDS


@needs_openshift_crds
def test_their_crds_take_every_object() -> None:
    faults = [
        f"{title}: {'.'.join(map(str, error.instance_path))}: {error.message}"
        for title, body in objects()
        for error in Draft202012Validator(strict(openshift_crd(body["kind"]))).iter_errors(body)
    ]
    assert len(objects()) > 15
    assert faults == []


@needs_openshift_crds
def test_the_schemas_do_refuse_something() -> None:
    for kind in sorted(KINDS):
        schema = Draft202012Validator(strict(openshift_crd(kind)))
        body = {"apiVersion": "a/v1", "kind": kind, "metadata": {}, "spec": {"unknown": 1}}
        assert not schema.is_valid(body)


FILE = """\
files:
  /etc/example.conf: {text: "an example\\n"}
"""
VENDORS_FILE = """\
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata:
  labels:
    machineconfiguration.openshift.io/role: worker
  name: anything
spec:
  config:
    ignition:
      version: 3.2.0
    storage:
      files:
      - contents:
          source: data:text/plain;charset=utf-8;base64,YW4gZXhhbXBsZQo=
        mode: 420
        overwrite: true
        path: /etc/example.conf
"""


def test_a_file_as_the_vendors_example_has_it(tmp_path: Path) -> None:
    [ours], [vendors] = documents(tmp_path, FILE), yaml.safe_load_all(VENDORS_FILE)
    contents = [
        each["spec"]["config"]["storage"]["files"][0].pop("contents")["source"].partition(",")[2]
        for each in (ours, vendors)
    ]
    assert {base64.b64decode(each) for each in contents} == {b"an example\n"}
    for each in (ours, vendors):
        del each["metadata"]["name"]
    assert ours == vendors


TUNED = """\
tuned:
  profiles:
    tuned-1-profile:
      summary: Custom OpenShift profile
      include: openshift-node
      sysctl: {vm.dirty_ratio: '"55"'}
"""
VENDORS_TUNED = """\
apiVersion: tuned.openshift.io/v1
kind: Tuned
metadata:
  name: anything
  namespace: openshift-cluster-node-tuning-operator
spec:
  profile:
  - data: |
      [main]
      summary=Custom OpenShift profile
      include=openshift-node
      [sysctl]
      vm.dirty_ratio="55"
    name: tuned-1-profile
  recommend:
  - priority: 20
    profile: tuned-1-profile
"""


def sections(data: str) -> dict[str, dict[str, str]]:
    """A profile as TuneD reads it."""
    reader = RawConfigParser(delimiters=("=",), inline_comment_prefixes=("#",), strict=False)
    reader.read_string(data)
    return {name: dict(reader.items(name)) for name in reader.sections()}


def test_a_tuned_profile_as_the_vendors_example_has_it(tmp_path: Path) -> None:
    [ours], [vendors] = documents(tmp_path, TUNED, "tuning"), yaml.safe_load_all(VENDORS_TUNED)
    profiles = [each["spec"]["profile"][0] for each in (ours, vendors)]
    read = [sections(profile.pop("data")) for profile in profiles]
    assert read[0] == read[1]
    assert read[0]["sysctl"] == {"vm.dirty_ratio": '"55"'}
    for each in (ours, vendors):
        del each["metadata"]["name"]
    assert ours == vendors
