"""Names of certificates of the API server."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.agreeing import on_aws
from tests.unit.verify.rules.checking import checked
from tests.unit.verify.rules.raw import told

from hcpc.verify.rules.certificate_names import check


def certified(*names: str) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"apiServer: {{certificates: [{{names: [{quoted}], certificate: {{secret: c}}}}]}}\n"


@pytest.mark.parametrize(
    "name",
    [
        "localhost",
        "kubernetes.default.svc",
        "kube-apiserver",
        "openshift.default.svc.cluster.local",
        "*.default.svc",
        "api.demo.hypershift.local",
        "*.demo.hypershift.local",
        "api.mgmt-1.example.com",
        "*.mgmt-1.example.com",
    ],
)
def test_names_of_the_operator_s_certificate_are_taken(name: str, tmp_path: Path) -> None:
    assert told(check, tmp_path, certified(name)) == [f'HCP1408 "{name}"']


@pytest.mark.parametrize(
    "name", ["kube.example.com", "*.example.com", "kubernetes.example.com", "mgmt-1.example.com"]
)
def test_other_names_are_free(name: str, tmp_path: Path) -> None:
    assert told(check, tmp_path, certified(name)) == []


@pytest.mark.parametrize("name", ["disable-pki-reconciliation", "skip-kas-conflict-san-validation"])
def test_two_annotations_end_that_check_but_for_load_balancers(name: str, tmp_path: Path) -> None:
    skipped = f'annotations: {{hypershift.openshift.io/{name}: "true"}}\n'
    assert told(check, tmp_path, skipped + certified("localhost")) == []
    balancer = "publish: {api: {loadBalancer: {hostname: api.example.com}}}\n"
    text = cluster("demo", skipped + balancer + certified("api.example.com"))
    assert underlined(checked(check, tmp_path, text)) == ['HCP1408 "api.example.com"']


@pytest.mark.parametrize(("access", "count"), [("Public", 1), ("Private", 0)])
def test_on_aws_private_clusters_are_not_checked(access: str, count: int, tmp_path: Path) -> None:
    text = on_aws("demo", certified("localhost"), endpointAccess=access)
    assert len(checked(check, tmp_path, text)) == count
