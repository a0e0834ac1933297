"""Fields of a HostedCluster that stay as they were when the cluster was made.

Source: HyperShift, the transition rules of its API (`x-kubernetes-validations` with `oldSelf`), and
its controllers, for what the API takes and nothing follows.
"""

from typing import Any

from hcpc.diagnostics.sink import Sink
from hcpc.kube.frozen import NEW_CLUSTER, Frozen, frozen
from hcpc.platforms import registry
from hcpc.verify.subject import Subject
from hcpc.verify.transitions.frozen import check_table
from hcpc.verify.transitions.pair import Pair, hosted_clusters
from hcpc.verify.transitions.platform import PATH

_IDS = "names and tags of cloud resources, and metrics, carry it"
_RESTORED = (
    "for another value, restore a snapshot of etcd into a new control plane "
    "(`hcpc explain HCP1601` has the steps)"
)
_DOMAIN = "host names and certificates inside the cluster carry it; " + NEW_CLUSTER
_NETWORK = "every node and service has addresses of it; " + NEW_CLUSTER
_OVN = "spec.operatorConfiguration.clusterNetworkOperator.ovnKubernetesConfig"
_API = "spec.networking.apiServer"
_VOLUME = "spec.etcd.managed.storage.persistentVolume"


def _are_same_shards(old: Any, new: Any) -> bool:
    """Whether shards are the same but for their order, and for where their members may run."""
    return bool(_by_name(old) == _by_name(new))


def _by_name(shards: Any) -> Any:
    if not isinstance(shards, list) or not all(isinstance(each, dict) for each in shards):
        return shards
    return {
        str(each.get("name")): {k: v for k, v in each.items() if k != "scheduling"}
        for each in shards
    }


TABLE: tuple[Frozen, ...] = (
    *(
        frozen(f"spec.{name}", _IDS, added="free", removed="refused", empty_is_none=True)
        for name in ("clusterID", "infraID")
    ),
    *(
        frozen(path, NEW_CLUSTER, default, added="refused", removed="refused")
        for path, default in {
            "spec.controllerAvailabilityPolicy": "HighlyAvailable",
            "spec.fips": False,
            "spec.olmCatalogPlacement": "management",
            "spec.capabilities": {},
        }.items()
    ),
    frozen(
        "spec.issuerURL",
        "tokens of service accounts name it as their issuer; " + NEW_CLUSTER,
        "https://kubernetes.default.svc",
        added="refused",
        removed="refused",
    ),
    frozen(
        "spec.networking.clusterNetwork",
        _NETWORK,
        [{"cidr": "10.132.0.0/14"}],
        added="refused",
        removed="refused",
    ),
    frozen(
        "spec.networking.serviceNetwork",
        _NETWORK,
        [{"cidr": "172.31.0.0/16"}],
        added="refused",
        removed="refused",
    ),
    frozen("spec.networking.machineNetwork", _NETWORK),
    frozen(
        "spec.networking.networkType",
        NEW_CLUSTER,
        "OVNKubernetes",
        added="refused",
        removed="refused",
    ),
    frozen("spec.networking.allocateNodeCIDRs", NEW_CLUSTER, "Disabled"),
    frozen(f"{_API}.advertiseAddress", NEW_CLUSTER, "172.20.0.1", "fd00::1"),
    frozen(f"{_API}.port", NEW_CLUSTER, 6443),
    frozen("spec.dns.baseDomain", _DOMAIN, removed="refused", empty_is_none=True),
    frozen("spec.dns.baseDomainPrefix", _DOMAIN),
    *(
        frozen(f"spec.dns.{name}", _DOMAIN, added="free", empty_is_none=True)
        for name in ("publicZoneID", "privateZoneID")
    ),
    frozen("spec.configuration.ingress.domain", _DOMAIN),
    frozen("spec.etcd.managementType", _RESTORED, "Managed", added="refused", removed="refused"),
    frozen(f"{_VOLUME}.size", _RESTORED, "8Gi", added="refused", removed="refused"),
    frozen(f"{_VOLUME}.storageClassName", _RESTORED),
    frozen(
        "spec.etcd.managed.storage.restoreSnapshotURL",
        "it counts only when etcd starts with an empty volume: a `Restore` makes a new control "
        "plane from a snapshot",
        added="refused",
        removed="refused",
    ),
    *(
        frozen(path, NEW_CLUSTER, added="refused", removed="refused", same=_are_same_shards)
        for path in ("spec.etcd.managed.shards", "spec.etcd.unmanaged.shards")
    ),
    frozen(
        "spec.configuration.apiServer.tlsAdherence",
        "it may become another value",
        added="free",
        changed="free",
        removed="refused",
    ),
    frozen(
        "spec.secretEncryption",
        "what is encrypted in etcd could not be read any more",
        added="free",
        changed="free",
        removed="refused",
    ),
    frozen(
        "spec.operatorConfiguration.clusterNetworkOperator.disableMultiNetwork",
        NEW_CLUSTER,
        False,  # noqa: FBT003  # a value of the field
        added="refused",
        removed="refused",
    ),
    frozen(_OVN, _NETWORK, added="free", changed="free", removed="refused"),
    *(
        frozen(f"{_OVN}.{name}", _NETWORK, added="free", removed="refused")
        for name in (
            "mtu",
            "v4InternalSubnet",
            "v6InternalSubnet",
            "ipv6.internalJoinSubnet",
            "ipv6.internalTransitSwitchSubnet",
        )
    ),
)

_SERVICES = frozen(
    "spec.services",
    _RESTORED + ", and nodes and clients know the cluster by its addresses",
    removed="refused",
)
_KMS = ("spec", "secretEncryption", "kms")


def check(before: Subject, after: Subject, sink: Sink) -> None:
    """Report changes of frozen fields, its platform's own among them: this is the same."""
    pair = hosted_clusters(before, after)
    check_table(pair, (), TABLE, sink)
    platform = registry.platform_of_type(str(pair.now(PATH)))
    if platform is None:
        return
    if not platform.services_change:
        check_table(pair, (), (_SERVICES,), sink)
    if platform.member:
        check_table(pair, ("spec", "platform", platform.member), platform.frozen, sink)
    _check_kms(pair, sink)


def _check_kms(pair: Pair, sink: Sink) -> None:
    """Where the same service has the keys then and now."""
    for name in registry.NAMES:
        platform = registry.platform(name) if pair.now((*_KMS, name)) is not None else None
        if platform and pair.was((*_KMS, name)) is not None:
            check_table(pair, (*_KMS, name), platform.frozen_of_kms, sink)
