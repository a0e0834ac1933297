"""Nothing a user can put into a file gives a traceback, and every finding points into a file."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.fuzz import fuzz, whole

from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.pipeline import Compilation

_PATHS = sorted(whole.base())
_FIELDS = st.sampled_from(
    [
        "spec",
        "metadata",
        "name",
        "labels",
        "kind",
        "platform",
        "agent",
        "aws",
        "nodePools",
        "workers",
        "replicas",
        "publish",
        "api",
        "nodePort",
        "address",
        "release",
        "profiles",
        "hostedCluster",
        "nodePool",
        "networks",
        "cluster",
        "etcd",
        "size",
        "oauth",
        "identityProviders",
        "ldap",
        "encryption",
        "kms",
        "imageSources",
        "autoscaling",
        "taints",
        "upgrade",
    ]
)
_SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.sampled_from(["${spec.release}", "${", "4.17.9", "10.0.0.0/8", "8Gi", "30m", "aws", ""])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
)
_JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_FIELDS, inner, max_size=4),
    max_leaves=12,
)


def _check(result: Compilation) -> None:
    for found in result.findings:
        for label in (found.primary, *found.secondary):
            assert 0 <= label.span.start <= label.span.end <= len(label.span.file.text)
    assert result.has_errors == any(found.severity == "error" for found in result.findings)


def _base() -> dict[str, bytes]:
    return {path: text.encode() for path, text in whole.base().items()}


def test_the_base_fleet_is_read_to_the_end() -> None:
    result = whole.run(_base())
    assert result.findings == ()
    assert len(result.files) > len(_base())


@given(st.randoms(use_true_random=False))
def test_mutated_files_are_reported_not_raised(rng: random.Random) -> None:
    _check(whole.run(fuzz.random_files(rng)))


@given(st.sampled_from(_PATHS), st.text(max_size=200))
def test_any_text_in_any_file_is_reported_not_raised(path: str, text: str) -> None:
    _check(whole.run({**_base(), path: text.encode("utf-8", "surrogatepass")}))


@given(st.sampled_from(_PATHS), st.binary(max_size=100))
def test_any_bytes_in_any_file_are_reported_not_raised(path: str, content: bytes) -> None:
    _check(whole.run({**_base(), path: content}))


@given(_JSON, st.sampled_from(["Cluster", "Profile", "Defaults", "ManagementCluster"]))
def test_any_spec_of_any_kind_is_reported_not_raised(spec: Any, kind: str) -> None:
    document = {
        "apiVersion": "hcpc.dev/v1alpha1",
        "kind": kind,
        "metadata": {"name": "demo"},
        "spec": spec,
    }
    path = whole.CLUSTER if kind == "Cluster" else whole.DEFAULTS
    _check(whole.run({**_base(), path: canonical_yaml(document).encode()}))


@given(st.lists(_FIELDS, min_size=1, max_size=5), _JSON)
def test_any_value_at_any_place_of_a_cluster_is_reported_not_raised(
    steps: list[str], value: Any
) -> None:
    for step in reversed(steps):
        value = {step: value}
    spec = {"platform": {"agent": {"namespace": "a"}}}
    merged = {**spec, **value}
    document = {
        "apiVersion": "hcpc.dev/v1alpha1",
        "kind": "Cluster",
        "metadata": {"name": "demo"},
        "spec": merged,
    }
    _check(whole.run({**_base(), whole.CLUSTER: canonical_yaml(document).encode()}))
