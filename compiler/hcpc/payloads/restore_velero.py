"""From a backup that Velero made: the Restore that Velero reads, and the runbook around it.

Source: HyperShift, cmd/oadp and docs/content/how-to/disaster-recovery.
"""

from typing import Any

from hcpc.kube.manifest import Manifest, manifest
from hcpc.payloads.backup import (
    API_VERSION,
    adp_namespace,
    labels,
    recovery_of,
    saved_namespaces,
    schedule_name,
)
from hcpc.payloads.restore_snapshot import remove_old, silence_old
from hcpc.payloads.restore_steps import (
    Plan,
    Step,
    common_facts,
    log_in,
    move_in_git,
    pause,
    runbook,
    suspend,
    verify,
)
from hcpc.source.text import Span

_EXCLUDED = (
    "nodes",
    "events",
    "events.events.k8s.io",
    "backups.velero.io",
    "restores.velero.io",
    "resticrepositories.velero.io",
)
_OF_VOLUMES = (
    "csinodes.storage.k8s.io",
    "volumeattachments.storage.k8s.io",
    "backuprepositories.velero.io",
)


def velero_restore(plan: Plan, origin: Span) -> Manifest:
    """The object that makes Velero restore the cluster."""
    settings = plan.settings
    etcd_only = bool(plan.cluster.payloads.get("backup", {}).get("useEtcdSnapshot"))
    spec: dict[str, Any] = (
        {"backupName": settings["backup"]}
        if "backup" in settings
        else {"scheduleName": schedule_name(plan.cluster)}
    )
    spec |= {
        "includedNamespaces": saved_namespaces(plan.cluster),
        "excludedResources": [*_EXCLUDED, *(() if etcd_only else _OF_VOLUMES)],
        "existingResourcePolicy": settings.get("existingResourcePolicy", "update"),
        "preserveNodePorts": settings.get("preserveNodePorts", True),
        "restorePVs": settings.get("restorePVs", not etcd_only),
    }
    body = {
        "apiVersion": API_VERSION,
        "kind": "Restore",
        "metadata": {
            "name": plan.name,
            "namespace": _namespace(plan),
            "labels": labels(plan.cluster),
        },
        "spec": spec,
    }
    return manifest(body, origin)


def from_velero(plan: Plan) -> str:
    """The runbook."""
    steps = [log_in(plan), _look(plan), suspend(plan)]
    steps += [pause(plan), silence_old(plan)] if plan.moves else [remove_old(plan)]
    steps += [_restore(plan), _wait(plan)]
    repair = recovery_of(plan.cluster).repair
    if repair:
        steps.append(_repair(plan, repair))
    steps.append(verify(plan, with_pools=False))
    if plan.moves:
        steps += [remove_old(plan), move_in_git(plan)]
    steps.append(_go_on(plan))
    title = f"Restore `{plan.cluster.name}` from a backup of Velero"
    title += f" on `{plan.target}`" if plan.moves else ""
    chosen = plan.settings.get("backup")
    which = f"`{chosen}`" if chosen else f"the last one of Schedule `{schedule_name(plan.cluster)}`"
    return runbook(title, plan, [*common_facts(plan), ("backup", which)], steps)


def _namespace(plan: Plan) -> str:
    return str(plan.settings.get("namespace", adp_namespace(plan.cluster)))


def _velero(plan: Plan) -> str:
    return f"{plan.at('target')} --namespace {_namespace(plan)}"


def _look(plan: Plan) -> Step:
    velero = _velero(plan)
    chosen = plan.settings.get("backup")
    of_cluster = f"hypershift.openshift.io/hosted-cluster={plan.cluster.name}"
    own = f"velero.io/schedule-name={schedule_name(plan.cluster)}"
    which = f"backups.velero.io {chosen}" if chosen else f"backups.velero.io --selector={own}"
    phase = "custom-columns=NAME:.metadata.name,PHASE:.status.phase,STARTED:.status.startTimestamp"
    also = " It has to have the same storage location as the old one." if plan.moves else ""
    return Step(
        "Look at the backup",
        f"Its phase has to be `Completed`, and the storage location has to be `Available`.{also}",
        (
            f"{velero} get backupstoragelocations.velero.io",
            f"{velero} get {which} --output {phase}",
            f"{velero} get restores.velero.io --selector={of_cluster}",
        ),
    )


def _restore(plan: Plan) -> Step:
    return Step(
        "Restore",
        "Velero takes up a Restore once. To try again, delete it first.",
        (f"{plan.at('target')} create --filename restore-{plan.name}.yaml",),
    )


def _wait(plan: Plan) -> Step:
    name = plan.cluster.name
    done = "--for=jsonpath='{.status.phase}'=Completed --timeout=120m"
    available = "--for=condition=Available --timeout=60m"
    return Step(
        "Wait for the control plane",
        "`oc describe` of the Restore says what could not be restored.",
        (
            f"{_velero(plan)} wait restores.velero.io/{plan.name} {done}",
            f"{plan.here('target')} wait hostedcluster/{name} {available}",
        ),
    )


def _repair(plan: Plan, command: str) -> Step:
    cluster = plan.cluster
    filled = command.format(name=cluster.name, namespace=cluster.namespace)
    return Step(
        "Mend what lies outside the cluster",
        "The documents by which the cloud knows the cluster's service accounts are made anew.",
        (filled if not plan.moves else f'KUBECONFIG="$TARGET_KUBECONFIG" {filled}',),
    )


def _go_on(plan: Plan) -> Step:
    return Step(
        "Let this repository be applied again",
        f"It finds `{plan.cluster.name}` as it was, and changes nothing that has not changed in "
        "git.",
    )
