"""What belongs inside the hosted cluster: operators as three objects each, and whole manifests."""

from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.diagnostic import Label
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import listed
from hcpc.kube.manifest import Manifest, manifest
from hcpc.resolve.cluster import Cluster
from hcpc.source.text import Span
from hcpc.spec.guest import OPERATOR_SOURCE, SOURCE_NAMESPACE
from hcpc.syntax.tree import Path, key_span, nearest_span

_GLOBAL_NAMESPACE = "openshift-operators"
"""Has an OperatorGroup for all namespaces from the start; a second one would stop OLM there."""

_NODE_CONFIG = {
    "MachineConfig",
    "MachineConfigPool",
    "KubeletConfig",
    "ContainerRuntimeConfig",
    "ImageContentSourcePolicy",
    "ImageDigestMirrorSet",
    "ClusterImagePolicy",
    "Tuned",
    "PerformanceProfile",
}
_FROM_HOSTED_CLUSTER = {
    "APIServer": "apiServer",
    "Authentication": "authentication",
    "FeatureGate": "featureGate",
    "Ingress": "ingress",
    "Network": "networks",
    "OAuth": "oauth",
    "Proxy": "proxy",
    "Scheduler": "scheduler",
}
"""Cluster configuration that the HostedCluster decides, and the spec field that says it."""


def manifests(cluster: Cluster, sink: Sink) -> list[Manifest]:
    """The objects of a cluster's `guest`, namespaces first, in the order written."""
    spec: dict[str, Any] = cluster.payloads["guest"]
    operators: dict[str, dict[str, Any]] = spec.get("operators", {})
    found = _namespaces(cluster, operators, sink)
    found += [_subscription(cluster, name, each) for name, each in operators.items()]
    for name, body in spec.get("manifests", {}).items():
        at: Path = ("guest", "manifests", name)
        if _is_sound(cluster, at, body, sink):
            found.append(manifest(body, key_span(cluster.tree, at)))
    _check_unique(found, sink)
    return found


def deliver(cluster: Cluster, inside: tuple[Manifest, ...]) -> list[Manifest]:
    """The ManifestWork that carries the objects, when the cluster wants one.

    What it delivered stays when it goes; by default all of that would be deleted, namespaces with
    everything in them among it.
    """
    work = cluster.payloads.get("guest", {}).get("delivery", {}).get("manifestWork")
    if not work or not inside:
        return []
    body = {
        "apiVersion": "work.open-cluster-management.io/v1",
        "kind": "ManifestWork",
        "metadata": {"name": f"{cluster.name}-guest", "namespace": work["namespace"]},
        "spec": {
            "deleteOption": {"propagationPolicy": "Orphan"},
            "workload": {"manifests": [each.body for each in inside]},
        },
    }
    return [manifest(body, key_span(cluster.tree, ("guest", "delivery", "manifestWork")))]


def _namespaces(
    cluster: Cluster, operators: dict[str, dict[str, Any]], sink: Sink
) -> list[Manifest]:
    """One Namespace and one OperatorGroup for each namespace with operators.

    OLM installs nothing in a namespace with two OperatorGroups, so operators there share one.
    """
    first: dict[str, str] = {}
    found: list[Manifest] = []
    for name, operator in operators.items():
        namespace = operator["namespace"]
        if namespace == _GLOBAL_NAMESPACE:
            _check_global(cluster, name, operator, sink)
            continue
        other = first.setdefault(namespace, name)
        if other == name:
            found += _namespace(cluster, name, operator)
        elif _watch(operator) != _watch(operators[other]):
            _report_watch(cluster, name, other, namespace, sink)
    return found


def _namespace(cluster: Cluster, name: str, operator: dict[str, Any]) -> list[Manifest]:
    namespace = operator["namespace"]
    metadata: dict[str, Any] = {"name": namespace}
    for field, of in (("labels", "namespaceLabels"), ("annotations", "namespaceAnnotations")):
        if of in operator:
            metadata[field] = operator[of]
    watched = _watch(operator)
    group: dict[str, Any] = {
        "apiVersion": "operators.coreos.com/v1",
        "kind": "OperatorGroup",
        "metadata": {"name": namespace, "namespace": namespace},
        "spec": {} if watched is None else {"targetNamespaces": watched},
    }
    origin = key_span(cluster.tree, ("guest", "operators", name))
    body = {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata}
    return [manifest(body, origin), manifest(group, origin)]


def _watch(operator: dict[str, Any]) -> list[str] | None:
    """The namespaces an operator looks after; None for all."""
    watch = operator.get("watch", {})
    if watch.get("all"):
        return None
    return sorted(watch.get("namespaces", [operator["namespace"]]))


def _subscription(cluster: Cluster, name: str, operator: dict[str, Any]) -> Manifest:
    package = operator.get("package", name)
    spec: dict[str, Any] = {
        "channel": operator["channel"],
        "installPlanApproval": operator.get("approval", "Automatic"),
        "name": package,
        "source": operator.get("source", OPERATOR_SOURCE),
        "sourceNamespace": operator.get("sourceNamespace", SOURCE_NAMESPACE),
    }
    for field in ("startingCSV", "config"):
        if field in operator:
            spec[field] = operator[field]
    body = {
        "apiVersion": "operators.coreos.com/v1alpha1",
        "kind": "Subscription",
        "metadata": {"name": package, "namespace": operator["namespace"]},
        "spec": spec,
    }
    return manifest(body, key_span(cluster.tree, ("guest", "operators", name)))


def _check_global(cluster: Cluster, name: str, operator: dict[str, Any], sink: Sink) -> None:
    if operator.get("watch", {}).get("namespaces"):
        sink.report(
            codes.GUEST_CONFLICT,
            key_span(cluster.tree, ("guest", "operators", name, "watch")),
            f"operators in `{_GLOBAL_NAMESPACE}` look after every namespace",
            help="leave `watch` out, or give the operator a namespace of its own",
        )


def _report_watch(cluster: Cluster, name: str, other: str, namespace: str, sink: Sink) -> None:
    operators: Path = ("guest", "operators")
    sink.report(
        codes.GUEST_CONFLICT,
        nearest_span(cluster.tree, (*operators, name, "watch")),
        f"operators `{other}` and `{name}` share namespace `{namespace}` but not what they watch",
        secondary=(Label(key_span(cluster.tree, (*operators, other)), "shares the namespace"),),
        help="OLM allows one OperatorGroup in a namespace: watch the same, or use two namespaces",
        subjects=(namespace,),
    )


def _is_sound(cluster: Cluster, at: Path, body: dict[str, Any], sink: Sink) -> bool:
    """Whether an object has what every object has, and can have an effect in there."""
    metadata = body.get("metadata")
    name = metadata.get("name") if isinstance(metadata, dict) else None
    has = {"apiVersion": body.get("apiVersion"), "kind": body.get("kind"), "metadata.name": name}
    lacking = [field for field, value in has.items() if not isinstance(value, str) or not value]
    if lacking:
        sink.report(
            codes.MISSING_FIELD,
            key_span(cluster.tree, at),
            f"object `{at[-1]}` has no {listed(lacking)}",
            help="give it whole, as `kubectl apply` would want it",
        )
        return False
    help_text = _misplaced(str(body["apiVersion"]), str(body["kind"]))
    if help_text:
        sink.report(
            codes.GUEST_MISPLACED,
            _kind_span(cluster, at),
            f"a {body['kind']} has no effect inside a hosted cluster",
            help=help_text,
        )
    return not help_text


def _kind_span(cluster: Cluster, at: Path) -> Span:
    return nearest_span(cluster.tree, (*at, "kind"))


def _misplaced(version: str, kind: str) -> str:
    """What to do instead with an object that the hosted cluster would ignore; empty for others."""
    group = version.partition("/")[0]
    if group == "hypershift.openshift.io":
        return "it belongs on the management cluster: write a `Cluster` document"
    if kind in _NODE_CONFIG and group.endswith(".openshift.io"):
        return "nodes get it through their pool: write a `NodeConfig` and list it under `config`"
    if group == "config.openshift.io" and kind in _FROM_HOSTED_CLUSTER:
        return f"the HostedCluster decides it: set `{_FROM_HOSTED_CLUSTER[kind]}` of the cluster"
    return ""


def _check_unique(found: list[Manifest], sink: Sink) -> None:
    seen: dict[tuple[str, str, str, str], Manifest] = {}
    for each in found:
        group = str(each.body["apiVersion"]).rpartition("/")[0]
        first = seen.setdefault((group, each.kind, each.namespace, each.name), each)
        if first is not each and each.origin and first.origin:
            sink.report(
                codes.DUPLICATE_NAME,
                each.origin,
                f"{each.kind} `{each.name}` is written twice",
                secondary=(Label(first.origin, "first written here"),),
                help="keep one of them",
                subjects=(each.name,),
            )
