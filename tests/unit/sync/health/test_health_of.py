"""How objects are, by what the cluster says of them: `testdata/<kind>-<state>[-<story>].yaml`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.observed import observed_from

from hcpc.sync.health import health_of
from hcpc.sync.records import HealthState, Limits
from hcpc.syntax.plain import plain_documents

NOW = datetime(2026, 2, 1, 11, tzinfo=UTC)
TESTDATA = Path(__file__).with_name("testdata")
EXPECTED: dict[str, tuple[str, str, bool]] = {
    "configmap-healthy": ("it is there", "", False),
    "externalsecret-healthy": ("it is there", "2026-02-01T08:30:00Z", False),
    "externalsecret-progressing-not-synced": (
        "Ready is False: could not get secret data from provider",
        "2026-02-01T08:30:00Z",
        True,
    ),
    "hostedcluster-degraded-blocked": (
        "blocked: cluster version is not upgradeable: AdminAckRequired",
        "2026-02-01T10:01:00Z",
        False,
    ),
    "hostedcluster-degraded-configuration": (
        "ValidConfiguration is False: secret clusters/pull-secret not found",
        "2026-01-10T08:00:05Z",
        False,
    ),
    "hostedcluster-degraded-control-plane-lost": (
        "Available is False: Kube APIServer deployment has no available replica",
        "2026-02-01T08:30:00Z",
        False,
    ),
    "hostedcluster-degraded-etcd": (
        "EtcdAvailable is False: Waiting for etcd to reach quorum: 1 of 3 members",
        "2026-02-01T09:00:00Z",
        False,
    ),
    "hostedcluster-healthy": ("running 4.17.9", "2026-01-10T09:40:00Z", False),
    "hostedcluster-paused": (
        "ReconciliationActive is False: Reconciliation paused until 2026-02-03T00:00:00Z",
        "2026-01-31T22:00:00Z",
        False,
    ),
    "hostedcluster-progressing-deleting": (
        "being deleted, held by hypershift.openshift.io/finalizer",
        "2026-02-01T10:30:00Z",
        False,
    ),
    "hostedcluster-progressing-installing": (
        "installing 4.17.9; ClusterVersionSucceeding is False: Operator console is not available",
        "2026-01-10T08:02:00Z",
        True,
    ),
    "hostedcluster-progressing-new": (
        "waiting for condition SupportedHostedCluster",
        "2026-01-10T08:00:00Z",
        True,
    ),
    "hostedcluster-progressing-unseen": (
        "condition SupportedHostedCluster is about an older spec",
        "",
        False,
    ),
    "hostedcluster-progressing-upgrade-asked": ("the upgrade has not begun", "", False),
    "hostedcluster-progressing-upgrading": (
        "upgrading to 4.17.10",
        "2026-02-01T10:00:00Z",
        False,
    ),
    "namespace-healthy": ("it is there", "", False),
    "namespace-progressing-terminating": ("being deleted", "2026-02-01T08:00:00Z", True),
    "nodepool-degraded-configuration": (
        'ValidMachineConfig is False: configmap "tuning" not found',
        "2026-02-01T07:00:00Z",
        False,
    ),
    "nodepool-degraded-in-place-upgrade": (
        "UpdatingVersion is True: node worker-2: drain failed",
        "2026-02-01T07:30:00Z",
        False,
    ),
    "nodepool-degraded-node-sick": (
        "AllNodesHealthy is False: 1 of 3 nodes is not ready",
        "2026-02-01T06:00:00Z",
        False,
    ),
    "nodepool-healthy": ("3 nodes run 4.17.9", "2026-01-10T09:25:00Z", False),
    "nodepool-healthy-autoscaled": ("4 nodes run 4.17.9", "2026-01-10T09:25:00Z", False),
    "nodepool-healthy-unmanaged": ("nodes are not managed", "2026-01-10T08:12:00Z", False),
    "nodepool-healthy-without-nodes": ("no nodes are wanted", "2026-01-10T08:12:00Z", False),
    "nodepool-paused": (
        "ReconciliationActive is False: Reconciliation paused",
        "2026-01-31T22:00:00Z",
        False,
    ),
    "nodepool-progressing-deleting": (
        "being deleted, held by hypershift.openshift.io/finalizer",
        "2026-02-01T10:30:00Z",
        False,
    ),
    "nodepool-progressing-scaling": (
        "2 nodes are available, wanted are 3",
        "2026-02-01T10:50:00Z",
        False,
    ),
    "nodepool-progressing-version": (
        "UpdatingVersion is True: Updating version in progress. Target version: 4.17.10",
        "2026-02-01T08:15:00Z",
        True,
    ),
}
"""Message, since when, and whether it is stuck."""


def sample(name: str) -> dict[str, Any]:
    (body,) = plain_documents((TESTDATA / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(body, dict)
    return body


def test_every_sample_is_judged() -> None:
    assert {path.stem for path in TESTDATA.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_sample_is_what_its_name_says(name: str) -> None:
    kind, state = name.split("-")[:2]
    body = sample(name)
    assert body["kind"].lower() == kind
    health = health_of(observed_from(body), NOW, Limits())
    assert health == (HealthState(state), *EXPECTED[name])


def test_what_takes_longer_than_it_may_is_stuck() -> None:
    observed = observed_from(sample("hostedcluster-progressing-upgrading"))
    assert not health_of(observed, NOW, Limits(stuck_after=3600)).stuck
    assert health_of(observed, NOW, Limits(stuck_after=3599)).stuck


@pytest.mark.parametrize(
    "status",
    [
        {"conditions": "none"},
        {"conditions": [None, 1, {"type": 3}, {"status": "True"}]},
        {"version": {"history": [{}]}},
        {"version": "4.17.9"},
        {"replicas": "three", "version": []},
    ],
)
@pytest.mark.parametrize("name", ["hostedcluster-healthy", "nodepool-healthy", "configmap-healthy"])
def test_a_status_of_any_shape_has_a_health(name: str, status: dict[str, Any]) -> None:
    body = sample(name) | {"status": status}
    assert health_of(observed_from(body), NOW, Limits()).message


def test_a_time_that_nobody_can_read_is_no_deadline() -> None:
    body = sample("namespace-progressing-terminating")
    body["metadata"]["deletionTimestamp"] = "yesterday"
    health = health_of(observed_from(body), NOW, Limits())
    assert (health.state, health.stuck) == (HealthState.PROGRESSING, False)
