"""Plays the HyperShift operator: what it would do to HostedClusters and NodePools, step by step.

It works with all rights, in the namespaces it is given, and does in one `step` what the real one
does within minutes. It also keeps an account of what must never happen (`faults`).
"""

from collections.abc import Callable, Iterable
from typing import Any

from tests.envtest.client import MERGE_PATCH, Client

GROUP = "/apis/hypershift.openshift.io/v1beta1"
FINALIZER = "hypershift.openshift.io/finalizer"
MANAGER = "hypershift-operator-manager"
MOST_STEPS = 30

Object = dict[str, Any]

# HostedCluster conditions of a cluster in good health, after `support/conditions/conditions.go`.
_GOOD = {
    "True": """Available ReconciliationActive ReconciliationSucceeded InfrastructureReady
        ConfigOperatorReconciliationSucceeded ValidConfiguration EtcdAvailable
        ValidHostedControlPlaneConfiguration SupportedHostedCluster ValidReleaseImage
        ValidReleaseInfo PlatformCredentialsFound KubeAPIServerAvailable
        IgnitionEndpointAvailable ClusterVersionSucceeding ClusterVersionAvailable
        ClusterVersionReleaseAccepted DataPlaneConnectionAvailable
        ControlPlaneConnectionAvailable""",
    "False": "Progressing Degraded ClusterVersionProgressing",
    "Unknown": "ExternalDNSReachable ValidAWSKMSConfig ValidAzureKMSConfig",
}
_POOL_GOOD = {
    "True": """Ready ValidReleaseImage ValidGeneratedPayload ValidMachineConfig ValidTuningConfig
        AllMachinesReady AllNodesHealthy ReconciliationActive ReachedIgnitionEndpoint
        UpdateManagementEnabled ValidArchPlatform SupportedVersionSkew""",
    "False": """UpdatingVersion UpdatingConfig UpdatingPlatformMachineTemplate AutoscalingEnabled
        AutorepairEnabled""",
}


class Player:
    """The operator of some namespaces.

    `releases` are versions by image. `now` gives the time as Kubernetes writes it. `faults` are
    sentences about what a careful sync never does. While a name is in `stuck`, its hosted cluster
    makes no progress; while it is in `broken`, it is degraded.
    """

    def __init__(
        self,
        admin: Client,
        namespaces: Iterable[str],
        releases: dict[str, str],
        now: Callable[[], str],
    ) -> None:
        self.faults: list[str] = []
        self.stuck: set[str] = set()
        self.broken: set[str] = set()
        self._admin = admin
        self._namespaces = tuple(namespaces)
        self._releases = releases
        self._now = now

    def settle(self) -> None:
        """Steps until nothing changes any more."""
        for _ in range(MOST_STEPS):
            if not self.step():
                return
        raise AssertionError("the operator never comes to rest")

    def step(self) -> bool:
        """One step of every object; whether any changed."""
        changed = False
        for namespace in self._namespaces:
            clusters = self.found(namespace, "hostedclusters")
            pools = self.found(namespace, "nodepools")
            for cluster in clusters:
                own = [each for each in pools if each["spec"]["clusterName"] == _name(cluster)]
                changed |= self._cluster(cluster, own)
            by_name = {_name(each): each for each in clusters}
            for pool in pools:
                changed |= self._pool(pool, by_name.get(pool["spec"]["clusterName"]))
        return changed

    def found(self, namespace: str, plural: str) -> list[Object]:
        """All objects of a kind of HyperShift's in a namespace."""
        answer = self._admin.get(f"{GROUP}/namespaces/{namespace}/{plural}")
        found: list[Object] = answer.body["items"]
        return found

    def _cluster(self, cluster: Object, pools: list[Object]) -> bool:
        if "deletionTimestamp" in cluster["metadata"]:
            return self._end(cluster, pools)
        if FINALIZER not in cluster["metadata"].get("finalizers", ()):
            self._patch(cluster, "hostedclusters", {"metadata": {"finalizers": [FINALIZER]}})
            return True
        return self._status(cluster, "hostedclusters", self._cluster_status(cluster))

    def _end(self, cluster: Object, pools: list[Object]) -> bool:
        """A hosted cluster goes after its node pools; the operator removes these itself."""
        if _name(cluster) in self.stuck:
            return False
        for pool in pools:
            self._admin.delete(_path(pool, "nodepools"))
        if not pools and FINALIZER in cluster["metadata"].get("finalizers", ()):
            self._patch(cluster, "hostedclusters", {"metadata": {"finalizers": None}})
        return True

    def _cluster_status(self, cluster: Object) -> Object:
        spec, status = cluster["spec"], _status_of(cluster)
        if _is_paused(spec):
            paused = {"type": "ReconciliationActive", "status": "False"}
            return status | {"conditions": self._conditions(cluster, [paused])}
        history = status.get("version", {}).get("history", [])
        image = spec["release"]["image"]
        if not history or history[0]["image"] != image:
            begun = self._entry(image, "Partial", None)
            return self._at_work(cluster, [begun, *history])
        if _name(cluster) in self.stuck:
            return self._at_work(cluster, history)
        if history[0]["state"] == "Partial":
            done = history[0] | {"state": "Completed", "completionTime": self._now()}
            history = [done, *history[1:]]
        return self._in_service(cluster, history)

    def _at_work(self, cluster: Object, history: list[Object]) -> Object:
        is_new = not any(each["state"] == "Completed" for each in history)
        busy = [
            {"type": "Progressing", "status": "True", "reason": "Progressing"},
            {"type": "Available", "status": "False" if is_new else "True"},
            {"type": "ClusterVersionProgressing", "status": "True"},
        ]
        return self._told(cluster, history, busy)

    def _in_service(self, cluster: Object, history: list[Object]) -> Object:
        conditions = list(_expanded(_GOOD))
        if _name(cluster) in self.broken:
            conditions.append({"type": "Degraded", "status": "True", "message": "etcd is slow"})
        return self._told(cluster, history, conditions) | {
            "kubeconfig": {"name": f"{_name(cluster)}-admin-kubeconfig"}
        }

    def _told(self, cluster: Object, history: list[Object], conditions: list[Object]) -> Object:
        return _status_of(cluster) | {
            "version": {
                "desired": {key: history[0][key] for key in ("image", "version")},
                "history": history,
                "observedGeneration": cluster["metadata"]["generation"],
                "availableUpdates": None,
            },
            "conditions": self._conditions(cluster, conditions),
        }

    def _entry(self, image: str, state: str, ended: str | None) -> Object:
        return {
            "image": image,
            "version": self._version(image),
            "state": state,
            "startedTime": self._now(),
            "completionTime": ended,
            "verified": False,
        }

    def _version(self, image: str) -> str:
        return self._releases[image]

    def _pool(self, pool: Object, cluster: Object | None) -> bool:
        if "deletionTimestamp" in pool["metadata"]:
            return False
        if cluster is None or "version" not in cluster.get("status", {}):
            return False
        return self._status(pool, "nodepools", self._pool_status(pool, cluster))

    def _pool_status(self, pool: Object, cluster: Object) -> Object:
        spec, status = pool["spec"], _status_of(pool)
        if _is_paused(spec) or _is_paused(cluster["spec"]):
            paused = {"type": "ReconciliationActive", "status": "False"}
            return status | {"conditions": self._conditions(pool, [paused])}
        wanted = self._version(spec["release"]["image"])
        if not self._is_allowed(wanted, pool, cluster):
            refused = {"type": "ValidReleaseImage", "status": "False", "reason": "ValidationFailed"}
            return status | {"conditions": self._conditions(pool, [refused])}
        if status.get("version") != wanted:
            updating = {"type": "UpdatingVersion", "status": "True"}
            if {"UpdatingVersion"} != _true(status, {"UpdatingVersion"}):
                return status | {"conditions": self._conditions(pool, [updating])}
        replicas = spec.get("replicas", spec.get("autoScaling", {}).get("min", 0))
        nodes: Object = {"ocpVersion": wanted, "kubeletVersion": "v1.32.5"}
        nodes |= {"readyNodeCount": replicas, "unreadyNodeCount": 0}
        return status | {
            "version": wanted,
            "replicas": replicas,
            "nodesInfo": {"nodeVersions": [nodes]},
            "conditions": self._conditions(pool, _expanded(_POOL_GOOD)),
        }

    def _is_allowed(self, wanted: str, pool: Object, cluster: Object) -> bool:
        """Whether a pool may have this version; to ask for too much is a fault of whoever did."""
        history = cluster["status"]["version"]["history"]
        done = [each["version"] for each in history if each["completionTime"]]
        most = done[0] if done else self._version(cluster["spec"]["release"]["image"])
        if _ordered(wanted) <= _ordered(most):
            return True
        said = f"{_name(pool)} asks for {wanted} while its control plane has {most}"
        if said not in self.faults:
            self.faults.append(said)
        return False

    def _conditions(self, owner: Object, changes: Iterable[Object]) -> list[Object]:
        """The conditions it has, with the changes; times move only where a status does."""
        known = {each["type"]: each for each in owner.get("status", {}).get("conditions", ())}
        for change in changes:
            before = known.get(change["type"], {})
            same = before.get("status") == change["status"]
            new = {"reason": "AsExpected", "message": "", **change}
            if owner["kind"] != "NodePool" or "observedGeneration" in before:
                new["observedGeneration"] = owner["metadata"]["generation"]
            new["lastTransitionTime"] = before["lastTransitionTime"] if same else self._now()
            known[change["type"]] = new
        return list(known.values())

    def _status(self, body: Object, plural: str, status: Object) -> bool:
        if status == body.get("status", {}):
            return False
        # As the real one does; and a patch could not say that a field is null.
        path = f"{_path(body, plural)}/status"
        answer = self._admin.replace(path, body | {"status": status}, fieldManager=MANAGER)
        assert answer.status in {200, 404, 409}, answer.body
        return True

    def _patch(self, body: Object, plural: str, change: Object) -> None:
        query = {"fieldManager": MANAGER}
        path = _path(body, plural)
        answer = self._admin.request("PATCH", path, change, content=MERGE_PATCH, query=query)
        assert answer.status in {200, 404}, answer.body


def _expanded(table: dict[str, str]) -> Iterable[Object]:
    for status, types in table.items():
        yield from ({"type": each, "status": status} for each in types.split())


def _status_of(body: Object) -> Object:
    status: Object = body.get("status", {})
    return status


def _true(status: Object, types: set[str]) -> set[str]:
    found = {each["type"] for each in status.get("conditions", ()) if each["status"] == "True"}
    return found & types


def _is_paused(spec: Object) -> bool:
    return str(spec.get("pausedUntil", "false")) != "false"


def _ordered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _name(body: Object) -> str:
    return str(body["metadata"]["name"])


def _path(body: Object, plural: str) -> str:
    return f"{GROUP}/namespaces/{body['metadata']['namespace']}/{plural}/{_name(body)}"
