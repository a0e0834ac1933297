"""When a HostedCluster or NodePool counts as healthy: Argo CD's Lua and Flux's CEL, really run.

Lua runs as Argo CD runs it, without the string library; CEL as Flux does, one expression after the
other, with an error counting as in progress. Our own sync says what Argo CD says, word for word.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from cel_expr_python import cel
from hypothesis import given
from hypothesis import strategies as st
from lupa.lua51 import LuaRuntime
from tests.observed import observed_from

from hcpc.emit.formats.health import lua
from hcpc.emit.formats.health.expressions import custom_health_checks
from hcpc.kube import conditions as lists
from hcpc.sync.health import health_of
from hcpc.sync.records import HealthState, Limits

Body = dict[str, Any]

LIBRARIES = ("string", "math", "io", "debug", "coroutine")
FIELDS = ("apiVersion", "kind", "metadata", "spec", "status")
CHECKS = {check["kind"]: check for check in custom_health_checks()}
ENVIRONMENT = cel.NewEnv(variables=dict.fromkeys(FIELDS, cel.Type.DYN))
EXPRESSIONS = {
    kind: [(name, ENVIRONMENT.compile(check[name])) for name in ("inProgress", "failed", "current")]
    for kind, check in CHECKS.items()
}
ARGOCD_WORDS = {
    HealthState.PROGRESSING: "Progressing",
    HealthState.DEGRADED: "Degraded",
    HealthState.PAUSED: "Suspended",
    HealthState.HEALTHY: "Healthy",
}
NOW = datetime(2026, 1, 2, tzinfo=UTC)
FLUX_WORDS = {"inProgress": "Progressing", "failed": "Degraded", "current": "Healthy"}

OLD, NEW = "quay.io/org/release@sha256:01", "quay.io/org/release@sha256:02"
DONE = {"state": "Completed", "version": "4.17.9", "image": OLD, "completionTime": "2026-01-01"}
RUNNING = {"state": "Partial", "version": "4.17.10", "image": NEW, "completionTime": None}
FINE = {
    "Available": "True",
    "Degraded": "False",
    "Progressing": "False",
    "SupportedHostedCluster": "True",
    "ValidConfiguration": "True",
    "ValidReleaseImage": "True",
    "ReconciliationActive": "True",
    "ReconciliationSucceeded": "True",
    "ClusterVersionSucceeding": "True",
    "ClusterVersionProgressing": "False",
    "ClusterVersionUpgradeable": "False",
    "EtcdAvailable": "True",
    "ExternalDNSReachable": "Unknown",
    "ValidAWSKMSConfig": "Unknown",
    "EtcdBackupSucceeded": "False",
}
FINE_POOL = {
    "Ready": "True",
    "AllMachinesReady": "True",
    "AllNodesHealthy": "True",
    "ReachedIgnitionEndpoint": "True",
    "ReconciliationActive": "True",
    "SupportedVersionSkew": "True",
    "UpdateManagementEnabled": "True",
    "UpdatingConfig": "False",
    "UpdatingVersion": "False",
    "ValidGeneratedPayload": "True",
    "ValidMachineConfig": "True",
    "ValidReleaseImage": "True",
    "AutoscalingEnabled": "False",
    "AutorepairEnabled": "False",
    "ClusterNetworkCIDRConflict": "False",
}


def conditions(states: Mapping[str, str | None], reasons: Mapping[str, str], seen: int) -> Any:
    return [
        {
            "type": name,
            "status": state,
            "reason": reasons.get(name, "AsExpected"),
            "message": f"{name} says {state}",
            "observedGeneration": seen,
        }
        for name, state in states.items()
        if state is not None
    ]


def hosted_cluster(
    states: Mapping[str, str | None] | None = None,
    *,
    history: list[Body] | None = None,
    desired: str = OLD,
    reasons: Mapping[str, str] | None = None,
    seen: int = 3,
    spec: Body | None = None,
    metadata: Body | None = None,
) -> Body:
    """A HostedCluster that has run for long, but for what is said."""
    return {
        "apiVersion": "hypershift.openshift.io/v1beta1",
        "kind": "HostedCluster",
        "metadata": {"name": "demo", "generation": 3, **(metadata or {})},
        "spec": {"release": {"image": OLD}, **(spec or {})},
        "status": {
            "conditions": conditions({**FINE, **(states or {})}, reasons or {}, seen),
            "version": {
                "desired": {"image": desired},
                "history": [DONE] if history is None else history,
                "observedGeneration": 1,
            },
        },
    }


def node_pool(
    states: Mapping[str, str | None] | None = None,
    *,
    have: int | None = 3,
    reasons: Mapping[str, str] | None = None,
    seen: int = 3,
    spec: Body | None = None,
    metadata: Body | None = None,
) -> Body:
    """A NodePool with all its three nodes, but for what is said."""
    status: Body = {
        "conditions": conditions({**FINE_POOL, **(states or {})}, reasons or {}, seen),
        "version": "4.17.9",
    }
    if have is not None:
        status["replicas"] = have
    return {
        "apiVersion": "hypershift.openshift.io/v1beta1",
        "kind": "NodePool",
        "metadata": {"name": "demo-workers", "generation": 3, **(metadata or {})},
        "spec": {"platform": {"type": "Agent"}, **(spec or {"replicas": 3})},
        "status": status,
    }


def without_status(body: Body, status: Body | None = None) -> Body:
    rest = {name: value for name, value in body.items() if name != "status"}
    return rest if status is None else {**rest, "status": status}


DELETED = {"deletionTimestamp": "2026-01-01T00:00:00Z"}
AUTOSCALED = {"autoScaling": {"min": 2, "max": 5}}
NOT_STARTED = dict.fromkeys(("Available", "Degraded", "Progressing"))
NO_MACHINES = {
    "Ready": None,
    "AllMachinesReady": "False",
    "AllNodesHealthy": "False",
    "ReachedIgnitionEndpoint": None,
}

CLUSTERS: dict[str, tuple[str, Body]] = {
    "just created": ("Progressing", without_status(hosted_cluster())),
    "seen, but nothing is said yet": ("Progressing", without_status(hosted_cluster(), {})),
    "no conditions": ("Progressing", without_status(hosted_cluster(), {"conditions": []})),
    "not all conditions yet": ("Progressing", hosted_cluster(NOT_STARTED, history=[])),
    "installing": (
        "Progressing",
        hosted_cluster({"Available": "False", "Progressing": "True"}, history=[RUNNING]),
    ),
    "available, but not installed": ("Progressing", hosted_cluster(history=[RUNNING])),
    "available, but nothing is known of a version": ("Progressing", hosted_cluster(history=[])),
    "available, but waiting for nodes": (
        "Progressing",
        hosted_cluster({"Progressing": "True", "DataPlaneConnectionAvailable": "Unknown"}),
    ),
    "installed": ("Healthy", hosted_cluster()),
    "installed, by an operator that says only what it must": (
        "Healthy",
        hosted_cluster({name: None for name in FINE if name not in list(FINE)[:6]}),
    ),
    "upgrade asked for": ("Progressing", hosted_cluster(spec={"release": {"image": NEW}})),
    "upgrading": (
        "Progressing",
        hosted_cluster(
            {"Progressing": "True", "ClusterVersionProgressing": "True"},
            history=[RUNNING, DONE],
            desired=NEW,
            spec={"release": {"image": NEW}},
        ),
    ),
    "upgrading, and the version operator complains": (
        "Progressing",
        hosted_cluster(
            {"ClusterVersionSucceeding": "False"},
            history=[RUNNING, DONE],
            desired=NEW,
            spec={"release": {"image": NEW}},
        ),
    ),
    "the control plane has a release of its own": (
        "Healthy",
        hosted_cluster(desired=NEW, spec={"controlPlaneRelease": {"image": NEW}}),
    ),
    "upgrade refused": (
        "Degraded",
        hosted_cluster(spec={"release": {"image": NEW}}, reasons={"Progressing": "Blocked"}),
    ),
    "degraded": ("Degraded", hosted_cluster({"Degraded": "True"})),
    "degraded while installing": (
        "Degraded",
        hosted_cluster({"Degraded": "True"}, history=[RUNNING]),
    ),
    "control plane lost": ("Degraded", hosted_cluster({"Available": "False"})),
    "control plane lost in an upgrade": (
        "Degraded",
        hosted_cluster({"Available": "False", "Progressing": "True"}, history=[RUNNING, DONE]),
    ),
    "etcd lost": ("Degraded", hosted_cluster({"EtcdAvailable": "False"})),
    "identity provider refused": ("Degraded", hosted_cluster({"ValidIDPConfiguration": "False"})),
    "cloud key refused": ("Degraded", hosted_cluster({"ValidAWSKMSConfig": "False"})),
    "one reconciliation failed": (
        "Progressing",
        hosted_cluster({"ReconciliationSucceeded": "False"}),
    ),
    "nobody knows whether it is degraded": ("Progressing", hosted_cluster({"Degraded": "Unknown"})),
    "configuration refused": (
        "Degraded",
        hosted_cluster({**NOT_STARTED, "ValidConfiguration": "False"}, history=[]),
    ),
    "release refused": ("Degraded", hosted_cluster({"ValidReleaseImage": "False"})),
    "operator too old": ("Degraded", hosted_cluster({"SupportedHostedCluster": "False"})),
    "changed, and not looked at yet": ("Progressing", hosted_cluster(seen=2)),
    "repaired, and not looked at yet": (
        "Progressing",
        hosted_cluster({"ValidConfiguration": "False", "Degraded": "True"}, seen=2),
    ),
    "generations unknown": ("Healthy", hosted_cluster(seen=0)),
    "paused": (
        "Suspended",
        hosted_cluster(
            {"ReconciliationActive": "False"},
            reasons={"ReconciliationActive": "ReconciliationPaused"},
        ),
    ),
    "pause asked for": ("Suspended", hosted_cluster(spec={"pausedUntil": "true"}, seen=2)),
    "pause over": ("Healthy", hosted_cluster(spec={"pausedUntil": "2020-01-01T00:00:00Z"})),
    "paused for nonsense": (
        "Degraded",
        hosted_cluster(
            {"ReconciliationActive": "False"},
            reasons={"ReconciliationActive": "InvalidPausedUntilValue"},
        ),
    ),
    "being deleted": ("Progressing", hosted_cluster(metadata=DELETED)),
    "being deleted, and degraded": (
        "Progressing",
        hosted_cluster({"Degraded": "True"}, metadata=DELETED),
    ),
}

POOLS: dict[str, tuple[str, Body]] = {
    "just created": ("Progressing", without_status(node_pool())),
    "seen, but nothing is said yet": ("Progressing", without_status(node_pool(), {"replicas": 0})),
    "first nodes coming": ("Progressing", node_pool(NO_MACHINES, have=None)),
    "all nodes there": ("Healthy", node_pool()),
    "by an operator that says only what it must": (
        "Healthy",
        node_pool({"UpdatingVersion": None, "UpdatingConfig": None, "SupportedVersionSkew": None}),
    ),
    "scaling up": ("Progressing", node_pool(have=2)),
    "scaling down": ("Progressing", node_pool(have=4)),
    "scaled, and not looked at yet": ("Progressing", node_pool(have=3, seen=2)),
    "no nodes wanted": ("Healthy", node_pool(NO_MACHINES, have=0, spec={"replicas": 0})),
    "no size": ("Healthy", node_pool(NO_MACHINES, have=None, spec={"nodeLabels": {}})),
    "no nodes wanted, some left": ("Progressing", node_pool(have=1, spec={"replicas": 0})),
    "autoscaled": ("Healthy", node_pool(have=4, spec=AUTOSCALED)),
    "autoscaled, too few": ("Progressing", node_pool(have=1, spec=AUTOSCALED)),
    "autoscaled, too many": ("Progressing", node_pool(have=6, spec=AUTOSCALED)),
    "autoscaled to none": (
        "Healthy",
        node_pool(NO_MACHINES, have=0, spec={"autoScaling": {"min": 0, "max": 5}}),
    ),
    "changing version": ("Progressing", node_pool({"UpdatingVersion": "True"})),
    "changing configuration": ("Progressing", node_pool({"UpdatingConfig": "True"})),
    "changing machines": ("Progressing", node_pool({"UpdatingPlatformMachineTemplate": "True"})),
    "changing in place, and failed": (
        "Degraded",
        node_pool({"UpdatingVersion": "True"}, reasons={"UpdatingVersion": "InplaceUpgradeFailed"}),
    ),
    "a node is sick": ("Degraded", node_pool({"AllNodesHealthy": "False"})),
    "a node is sick, another one comes": (
        "Progressing",
        node_pool({"AllNodesHealthy": "False", "AllMachinesReady": "False"}, have=2),
    ),
    "too many are sick": (
        "Degraded",
        node_pool({"Ready": "False"}, have=1, reasons={"Ready": "TooManyUnhealthy"}),
    ),
    "a machine is not ready": ("Progressing", node_pool({"AllMachinesReady": "False"})),
    "nobody knows of the machines": ("Progressing", node_pool({"AllMachinesReady": "Unknown"})),
    "ignition not reached": ("Progressing", node_pool({"ReachedIgnitionEndpoint": "False"})),
    "ahead of its cluster": ("Progressing", node_pool({"SupportedVersionSkew": "False"})),
    "configuration refused": ("Degraded", node_pool({"ValidMachineConfig": "False"})),
    "tuning refused": ("Degraded", node_pool({"ValidTuningConfig": "False"})),
    "release refused": ("Degraded", node_pool({"ValidReleaseImage": "False"}, have=1)),
    "refused before, and not looked at yet": (
        "Progressing",
        node_pool({"ValidMachineConfig": "False"}, seen=2),
    ),
    "networks overlap": ("Degraded", node_pool({"ClusterNetworkCIDRConflict": "True"})),
    "profile degraded": (
        "Degraded",
        node_pool({"performance.operator.openshift.io/Degraded": "True"}),
    ),
    "nobody manages its machines": (
        "Healthy",
        node_pool(NO_MACHINES, have=0, spec={"replicas": 3, "platform": {"type": "None"}}),
    ),
    "paused": (
        "Suspended",
        node_pool(
            {"ReconciliationActive": "False"},
            reasons={"ReconciliationActive": "ReconciliationPaused"},
        ),
    ),
    "pause asked for": (
        "Suspended",
        node_pool(spec={"replicas": 3, "pausedUntil": "True"}, have=1),
    ),
    "paused for nonsense": (
        "Degraded",
        node_pool(
            {"ReconciliationActive": "False"},
            reasons={"ReconciliationActive": "InvalidPausedUntilValue"},
        ),
    ),
    "being deleted": ("Progressing", node_pool({"AllNodesHealthy": "False"}, metadata=DELETED)),
}

SAMPLES = {
    **{f"cluster: {name}": sample for name, sample in CLUSTERS.items()},
    **{f"pool: {name}": sample for name, sample in POOLS.items()},
}


def argocd(body: Body, check: str = "") -> tuple[str, str]:
    """What Argo CD says of an object: its health and a message."""
    runtime = LuaRuntime(unpack_returned_tuples=True)
    for library in LIBRARIES:
        runtime.globals()[library] = None
    runtime.globals()["obj"] = runtime.table_from(body, recursive=True)
    answer = runtime.execute(lua(check or body["kind"].lower()))
    assert set(answer.keys()) == {"status", "message"}
    return answer["status"], answer["message"]


def flux(body: Body) -> str:
    """What Flux says of an object, in the words of Argo CD."""
    for name, expression in EXPRESSIONS[body["kind"]]:
        found = expression.eval(data=body)
        if found.type() == cel.Type.ERROR:
            return "Progressing"
        if found.value() is True:
            return FLUX_WORDS[name]
    return "Progressing"


def own(body: Body) -> tuple[str, str]:
    """What our sync says of an object, in the words of Argo CD."""
    health = health_of(observed_from(body), NOW, Limits())
    return ARGOCD_WORDS[health.state], health.message


@pytest.mark.parametrize("name", SAMPLES)
def test_argocd_says_how_it_is(name: str) -> None:
    expected, body = SAMPLES[name]
    health, message = argocd(body)
    assert (health, bool(message)) == (expected, True), message


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sync_says_the_same_in_the_same_words(name: str) -> None:
    body = SAMPLES[name][1]
    assert own(body) == argocd(body)


@pytest.mark.parametrize("name", SAMPLES)
def test_flux_says_the_same(name: str) -> None:
    expected, body = SAMPLES[name]
    assert flux(body) == ("Progressing" if expected == "Suspended" else expected)


@pytest.mark.parametrize(
    ("sample", "words"),
    [
        ("cluster: installed", "running 4.17.9"),
        ("cluster: installing", "Available is False: Available says False"),
        ("cluster: upgrading", "upgrading to 4.17.10"),
        ("cluster: configuration refused", "ValidConfiguration is False: ValidConfiguration says"),
        ("cluster: changed, and not looked at yet", "is about an older spec"),
        ("pool: scaling up", "2 nodes are available, wanted are 3"),
        ("pool: autoscaled, too few", "1 nodes are available, wanted are 2 to 5"),
        ("pool: all nodes there", "3 nodes run 4.17.9"),
    ],
)
def test_the_message_says_why(sample: str, words: str) -> None:
    assert words in argocd(SAMPLES[sample][1])[1]


def names_in_lists(prefix: str) -> set[str]:
    """Every condition that a list of a kind names; they begin with `CLUSTER` or `POOL`."""
    reasons = {"POOL_FAILED"}
    return {
        condition
        for name in vars(lists)
        if name.startswith(prefix) and name not in reasons
        for condition in getattr(lists, name)
    }


STATES = st.sampled_from(["True", "False", "Unknown", None])
REASONS = st.sampled_from(["AsExpected", "Blocked", "InplaceUpgradeFailed", "TooManyUnhealthy"])
GENERATIONS = st.sampled_from([0, 2, 3])


@given(
    states=st.dictionaries(
        st.sampled_from(sorted({*FINE, *names_in_lists("CLUSTER")})), STATES, max_size=4
    ),
    history=st.lists(st.sampled_from([DONE, RUNNING]), max_size=2),
    desired=st.sampled_from([OLD, NEW]),
    blocked=st.booleans(),
    seen=GENERATIONS,
    paused=st.sampled_from([{}, {"pausedUntil": "true"}, {"pausedUntil": "false"}]),
)
def test_all_agree_on_any_hosted_cluster(
    states: dict[str, str | None],
    history: list[Body],
    desired: str,
    *,
    blocked: bool,
    seen: int,
    paused: Body,
) -> None:
    reasons = {"Progressing": "Blocked"} if blocked else {}
    body = hosted_cluster(
        states, history=history, desired=desired, reasons=reasons, seen=seen, spec=paused
    )
    said = argocd(body)
    assert own(body) == said
    assert flux(body) == said[0].replace("Suspended", "Progressing")


@given(
    states=st.dictionaries(
        st.sampled_from(sorted({*FINE_POOL, *names_in_lists("POOL")})), STATES, max_size=4
    ),
    reason=st.tuples(st.sampled_from(["Ready", "UpdatingVersion"]), REASONS),
    have=st.sampled_from([None, 0, 2, 3, 9]),
    seen=GENERATIONS,
    spec=st.sampled_from([{"replicas": 3}, {"replicas": 0}, AUTOSCALED]),
)
def test_all_agree_on_any_node_pool(
    states: dict[str, str | None],
    reason: tuple[str, str],
    have: int | None,
    seen: int,
    spec: Body,
) -> None:
    body = node_pool(states, have=have, reasons=dict([reason]), seen=seen, spec=spec)
    said = argocd(body)
    assert own(body) == said
    assert flux(body) == said[0].replace("Suspended", "Progressing")


@pytest.mark.parametrize(
    ("prefix", "make", "bad_when_true"),
    [
        ("CLUSTER", hosted_cluster, {"Degraded", *lists.CLUSTER_CHANGING}),
        ("POOL", node_pool, {*lists.POOL_CONFLICTS, *lists.POOL_UPDATES}),
    ],
)
def test_every_condition_of_a_list_counts_for_all(
    prefix: str, make: Any, bad_when_true: set[str]
) -> None:
    names = names_in_lists(prefix)
    assert len(names) > 15
    for name in sorted(names):
        body = make({name: "True" if name in bad_when_true else "False"})
        assert own(body) == argocd(body)
        assert argocd(body)[0] == flux(body) != "Healthy", name


@pytest.mark.parametrize(
    ("status", "health"),
    [
        ({"health": {"status": "Healthy"}}, "Healthy"),
        ({"health": {"status": "Degraded", "message": "no"}}, "Degraded"),
        ({}, "Progressing"),
    ],
)
def test_an_application_is_as_healthy_as_it_says(status: Body, health: str) -> None:
    assert argocd({"status": status}, "application")[0] == health
