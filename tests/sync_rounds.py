"""Rounds of a sync for tests of what is told of them: a fleet of one or more hosted clusters."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.observed import observed_from
from tests.sync_records import desired

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.health import health_of
from hcpc.sync.records import (
    Action,
    Desired,
    Limits,
    Live,
    Observed,
    Outcome,
    Plan,
    RenderedTree,
    Result,
    Round,
    SyncData,
    Verb,
    WaiverInForce,
)
from hcpc.syntax.plain import plain_documents

SAMPLES = Path(__file__).parent / "unit" / "sync" / "health" / "testdata"
NOW = datetime(2026, 2, 1, 11, tzinfo=UTC)
FIRST, SECOND = "a" * 40, "b" * 40
RELEASE = "quay.io/openshift-release-dev/ocp-release@sha256:"
DATA = SyncData(
    releases={f"{RELEASE}{'9' * 64}": "4.17.9", f"{RELEASE}{'a' * 64}": "4.17.10"},
    waivers=(
        WaiverInForce("payments", "HCP0903", "team-payments", "one zone only", "2026-02-01"),
        WaiverInForce("payments", "HCP0904", "team-payments", "over", "2026-01-31"),
        WaiverInForce("shop", "HCP0903", "team-shop", "of another one", "2026-12-31"),
    ),
)


def sample(name: str, /, **metadata: Any) -> dict[str, Any]:
    """An object of the samples of health, with other metadata."""
    (body,) = plain_documents((SAMPLES / f"{name}.yaml").read_text(encoding="utf-8"))
    assert isinstance(body, dict)
    return body | {"metadata": body["metadata"] | metadata}


def wanted(body: dict[str, Any], cluster: str = "payments") -> Desired:
    """An object of the cluster as git wants it: without what the cluster says of it."""
    known = {"name", "namespace", "labels", "annotations"}
    metadata = {name: value for name, value in body["metadata"].items() if name in known}
    rest = {name: value for name, value in body.items() if name != "status"}
    return desired(rest | {"metadata": metadata}, cluster)


def outcome(
    body: dict[str, Any], result: Result = Result.UNCHANGED, cluster: str = "payments", **other: Any
) -> Outcome:
    """What came of an object that git wants; fields of the action begin with `action_`."""
    of_action = {
        name.removeprefix("action_"): other.pop(name)
        for name in list(other)
        if name.startswith("action_")
    }
    action = Action(
        Verb.UNCHANGED,
        observed_from(body).ref,
        desired=wanted(body, cluster),
        observed=observed_from(body),
    )
    return Outcome(action._replace(**of_action), result, **other)


def round_of(
    outcomes: Iterable[Outcome],
    live: Iterable[dict[str, Any]] = (),
    *,
    commit: str = FIRST,
    ended: datetime = NOW,
    data: SyncData = DATA,
    **other: Any,
) -> Round:
    """A round in which these came of all that git wants, and after which these were there."""
    made = tuple(outcomes)
    objects = tuple(each.action.desired for each in made if each.action.desired is not None)
    observed = [observed_from(body) for body in live]
    known = Round("prod-fra1", ended, ended, commit, health=healths(observed, ended))
    tree = RenderedTree("prod-fra1", commit, objects, data=data)
    plan = Plan(tuple(each.action for each in made))
    return known._replace(tree=tree, plan=plan, outcomes=made, live=live_of(observed))._replace(
        **other
    )


def healths(observed: Iterable[Observed], now: datetime) -> Mapping[ObjectRef, Any]:
    """The health of HostedClusters and NodePools."""
    group = "hypershift.openshift.io"
    return {
        each.ref: health_of(each, now, Limits()) for each in observed if each.ref.group == group
    }


def live_of(observed: Iterable[Observed]) -> Live:
    """A cluster with these objects."""
    found = {each.ref: each for each in observed}
    return Live(found, pools=tuple(each for each in found.values() if each.ref.kind == "NodePool"))


def settled_round(**other: Any) -> Round:
    """All of hosted cluster `payments` is as git wants it, and healthy."""
    bodies = [sample(name) for name in ("configmap-healthy", "hostedcluster-healthy")]
    bodies.append(sample("nodepool-healthy"))
    namespace = sample("namespace-healthy")
    outcomes = [outcome(namespace, cluster=""), *(outcome(body) for body in bodies)]
    return round_of(outcomes, [namespace, *bodies], **other)
