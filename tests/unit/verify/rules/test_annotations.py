"""Annotations of the operator."""

import json
from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import told

from hcpc.diagnostics.diagnostic import Diagnostic
from hcpc.kube.annotations import ANNOTATIONS, CHECKS
from hcpc.platforms import registry
from hcpc.verify.rules.annotations import check

PREFIX = "hypershift.openshift.io/"
OVERRIDE = "resource-request-override.hypershift.openshift.io/"


def annotated(root: Path, key: str, value: str = "x") -> list[Diagnostic]:
    return checked(check, root, cluster("demo", f"annotations: {json.dumps({key: value})}\n"))


@pytest.mark.parametrize(
    ("key", "severity"),
    [
        ("cleanup-cloud-resource", "warning"),
        ("kube-apiserver-verbosity", "warning"),
        ("aws-load-balancer-target-node-label", "warning"),
        ("mystery", "info"),
    ],
)
def test_what_looks_like_a_typo_is_a_warning(key: str, severity: str, tmp_path: Path) -> None:
    (found,) = annotated(tmp_path, PREFIX + key)
    assert (found.code, found.severity) == ("HCP1430", severity)
    assert bool(found.primary.text) == (severity == "warning")


@pytest.mark.parametrize(
    "key", ["example.com/owner", "oauth.hypershift.openshift.io/login-url-override", "note"]
)
def test_annotations_of_others_are_their_own_business(key: str, tmp_path: Path) -> None:
    assert annotated(tmp_path, key) == []


@pytest.mark.parametrize(
    ("key", "code"),
    [
        ("management-platform", "HCP1431"),
        ("nodePoolCurrentConfig", "HCP1431"),
        ("nodepool-supports-kubevirt-topology-spread-constraints", "HCP1431"),
        ("enable-metrics-forwarding", "HCP1429"),
        ("aws-load-balancer-subnets", "HCP1429"),
        *((name, "HCP1434") for name in CHECKS),
    ],
)
def test_some_are_not_for_git(key: str, code: str, tmp_path: Path) -> None:
    assert [found.code for found in annotated(tmp_path, PREFIX + key, "true")] == [code]


@pytest.mark.parametrize(
    ("key", "good", "bad"),
    [
        ("cleanup-cloud-resources", "true", "yes"),
        ("destroy-grace-period", "1h30m", "90 minutes"),
        ("kube-apiserver-service-account-token-max-expiration", "10m", "599s"),
        ("kube-apiserver-service-account-token-max-expiration", "24h", "a day"),
        ("machine-health-check-max-unhealthy", "40%", "forty"),
        ("machine-health-check-timeout", "8m", "8"),
        ("shared-load-balancer-health-probe-port", "65535", "65536"),
        ("shared-load-balancer-health-probe-port", "1", "0"),
    ],
)
def test_the_operator_can_read_the_value(key: str, good: str, bad: str, tmp_path: Path) -> None:
    assert annotated(tmp_path / "good", PREFIX + key, good) == []
    (found,) = annotated(tmp_path / "bad", PREFIX + key, bad)
    assert found.code == "HCP1432"


@pytest.mark.parametrize(
    ("name", "value", "is_fine"),
    [
        ("kube-apiserver.kube-apiserver", "memory=3Gi,cpu=2000m", True),
        ("etcd.etcd", "cpu=0.5", True),
        ("etcd", "cpu=1", False),
        ("etcd.etcd", "cpu", False),
        ("etcd.etcd", "cpu=lots", False),
        ("etcd.etcd", "memory=3Gib", False),
    ],
)
def test_requests_are_of_a_container_and_in_quantities(
    name: str, value: str, tmp_path: Path, *, is_fine: bool
) -> None:
    found = annotated(tmp_path, OVERRIDE + name, value)
    assert [each.code for each in found] == ([] if is_fine else ["HCP1432"])


def test_those_of_node_pools_are_looked_at_too(tmp_path: Path) -> None:
    own = f"{{metadata: {{annotations: {{{PREFIX}nodePoolTaints: x}}}}}}"
    pools = f"{{w: {{replicas: 1, nodePool: {own}}}}}"
    assert told(check, tmp_path, pools=pools) == [f"HCP1431 {PREFIX}nodePoolTaints"]


def test_no_annotation_is_listed_twice() -> None:
    platforms = filter(None, map(registry.platform, registry.NAMES))
    names = [name for each in platforms for name in each.annotations]
    assert len(names) == len(set(names))
    assert not set(names) & ANNOTATIONS.keys()
    assert CHECKS.keys() <= ANNOTATIONS.keys()
