"""The passthrough changes what an object says, never which object it is."""

from pathlib import Path

import pytest
from tests.unit.resolve.small_fleet import cluster, underlined
from tests.unit.verify.rules.checking import checked

from hcpc.verify.rules.identity import check


@pytest.mark.parametrize(
    "raw",
    [
        "{}",
        "{metadata: {labels: {a: b}}}",
        "{metadata: {annotations: {n: null}}}",
        "{spec: {pausedUntil: 'true'}}",
    ],
)
def test_everything_else_may_be_said(tmp_path: Path, raw: str) -> None:
    text = cluster(
        "demo", f"hostedCluster: {raw}\n", pools=f"{{w: {{replicas: 1, nodePool: {raw}}}}}"
    )
    assert checked(check, tmp_path, text) == []


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("{apiVersion: v1}", "apiVersion"),
        ("{kind: Secret}", "kind"),
        ("{kind: null}", "kind"),
        ("{metadata: {name: other}}", "name"),
        ("{metadata: {namespace: other}}", "namespace"),
        ("{metadata: null}", "metadata"),
        ("{metadata: 5}", "metadata"),
    ],
)
def test_what_names_an_object_may_not(tmp_path: Path, raw: str, shown: str) -> None:
    text = cluster(
        "demo", f"hostedCluster: {raw}\n", pools=f"{{w: {{replicas: 1, nodePool: {raw}}}}}"
    )
    found = underlined(checked(check, tmp_path, text))
    assert set(found) == {f"HCP0502 {shown}"}
    assert len(checked(check, tmp_path, text)) >= 2


@pytest.mark.parametrize("raw", ["{spec: {clusterName: other}}", "{spec: {clusterName: null}}"])
def test_a_pool_stays_with_its_cluster(tmp_path: Path, raw: str) -> None:
    text = cluster("demo", pools=f"{{w: {{replicas: 1, nodePool: {raw}}}}}")
    assert underlined(checked(check, tmp_path, text)) == ["HCP0502 clusterName"]
