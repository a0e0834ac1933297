"""What hcpc fills in where nobody said anything.

Only two kinds of values: what the API server would choose and never let change again (pinned, so
that it stands in git), and what suits the platform (publishing, upgrades, architecture).
"""

from typing import Any, NamedTuple

from hcpc.platforms.platform import Platform, Surroundings
from hcpc.resolve.scope import ManagementCluster
from hcpc.spec.node_pool import is_zero
from hcpc.spec.publish import Publish
from hcpc.syntax.tree import FieldPath

NAMESPACE = "clusters"


class Filled(NamedTuple):
    """A completed spec and why each filled-in value is there, by its path."""

    data: dict[str, Any]
    reasons: dict[FieldPath, str]


_PINNED: tuple[tuple[FieldPath, Any], ...] = (
    (("namespace",), NAMESPACE),
    (("availability", "controlPlane"), "HighlyAvailable"),
    (("fips",), False),
    (("olm", "catalogs"), "management"),
    (("networks", "type"), "OVNKubernetes"),
)
_NETWORKS = {
    "cluster": {"IPv4": "10.132.0.0/14", "IPv6": "fd01::/48"},
    "service": {"IPv4": "172.31.0.0/16", "IPv6": "fd02::/112"},
}
"""Default networks by IP family. Source: HyperShift, support/config/constants.go."""
_PINNED_WHY = "default, pinned because it cannot change later"
_SERVICES = tuple(info.alias or name for name, info in Publish.model_fields.items())


def complete(
    cluster: str,
    spec: dict[str, Any],
    platform: Platform,
    management: ManagementCluster | None,
) -> Filled:
    """The spec with everything filled in that lowering needs; `spec` itself is not changed."""
    data = {name: dict(v) if isinstance(v, dict) else v for name, v in spec.items()}
    reasons: dict[FieldPath, str] = {}
    for path, value in _PINNED:
        _fill(data, path, value, _PINNED_WHY, reasons)
    if "unmanaged" not in data.get("etcd", {}):
        _fill(data, ("etcd", "size"), "8Gi", _PINNED_WHY, reasons)
    _fill_networks(data, reasons)
    _fill_publish(cluster, data, platform, management, reasons)
    data["nodePools"] = {
        name: _complete_pool(cluster, name, pool, data, platform, reasons)
        for name, pool in data.get("nodePools", {}).items()
    }
    return Filled(data, reasons)


def _fill(
    data: dict[str, Any],
    path: FieldPath,
    value: Any,
    why: str,
    reasons: dict[FieldPath, str],
    at: FieldPath = (),
) -> None:
    level = data
    for step in path[:-1]:
        level = level.setdefault(step, {})
    if path[-1] not in level:
        level[path[-1]] = value
        reasons[(*at, *path)] = why


def _fill_networks(data: dict[str, Any], reasons: dict[FieldPath, str]) -> None:
    """Networks of the IP families that somebody chose for another network, in the same order.

    The first entries of all networks must be of one family. Source: HyperShift, hostedcluster
    controller, `validateNetworks`.
    """
    networks = data["networks"]
    chosen = (networks[name] for name in ("cluster", "service", "machine") if name in networks)
    families = [_family(network) for network in next(chosen, [])] or ["IPv4"]
    for name, defaults in _NETWORKS.items():
        value = [defaults[family] for family in dict.fromkeys(families)]
        _fill(data, ("networks", name), value, _PINNED_WHY, reasons)


def _family(network: str | dict[str, Any]) -> str:
    cidr = network if isinstance(network, str) else network["cidr"]
    return "IPv6" if ":" in cidr else "IPv4"


def _fill_publish(
    cluster: str,
    data: dict[str, Any],
    platform: Platform,
    management: ManagementCluster | None,
    reasons: dict[FieldPath, str],
) -> None:
    facts = management.data if management else {}
    name, settings = next(iter(data["platform"].items()))
    publish: dict[str, Any] = data.get("publish", {})
    api_port = publish.get("api", {}).get("nodePort", {})
    around = Surroundings(
        cluster,
        settings,
        api_port.get("address", "") or facts.get("nodeAddress", ""),
        facts.get("externalDNS", {}).get("domain", ""),
    )
    wanted = platform.publish(around)
    merged = {**wanted, **publish}
    data["publish"] = {service: merged[service] for service in _SERVICES if service in merged}
    for service in wanted:
        if service not in publish:
            reasons["publish", service] = f"default of platform `{name}`"


def _complete_pool(
    cluster: str,
    name: str,
    pool: dict[str, Any],
    data: dict[str, Any],
    platform: Platform,
    reasons: dict[FieldPath, str],
) -> dict[str, Any]:
    at = ("nodePools", name)
    suits = f"default of platform `{next(iter(data['platform']))}`"
    completed = dict(pool)
    completed["upgrade"] = dict(pool.get("upgrade", {}))

    def fill(path: FieldPath, value: Any, why: str) -> None:
        _fill(completed, path, value, why, reasons, at)

    fill(("name",), f"{cluster}-{name}", "named after cluster and pool")
    fill(("release",), data["release"], "the cluster's release")
    if platform.arches:
        fill(("arch",), platform.arches[0], suits)
    chosen = next(iter(data["platform"]))
    completed["platform"] = {chosen: dict(pool.get("platform", {}).get(chosen, {}))}
    if "platform" not in pool:
        reasons[*at, "platform"] = "the cluster's platform"
    for setting, value in platform.node_pool_defaults.items():
        fill(("platform", chosen, setting), value, suits)
    fill(("upgrade", "type"), platform.upgrade_type, suits)
    upgrade = completed["upgrade"]
    if upgrade["type"] == "Replace":
        why = "default; a Replace pool needs it said in full"
        fill(("upgrade", "strategy"), "RollingUpdate", why)
        if upgrade["strategy"] == "RollingUpdate":
            fill(("upgrade", "maxSurge"), 1, why)
            # One of the two must let nodes go, or none could ever be replaced.
            fill(("upgrade", "maxUnavailable"), int(is_zero(upgrade["maxSurge"])), why)
    return completed
