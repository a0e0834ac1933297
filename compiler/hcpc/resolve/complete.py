"""What hcpc fills in where nobody said anything.

Only two kinds of values: what the API server would choose and never let change again (pinned, so
that it stands in git), and what suits the platform (publishing, upgrades, architecture).
"""

from dataclasses import dataclass
from typing import Any

from hcpc.platforms.platform import Platform, Surroundings
from hcpc.resolve.scope import ManagementCluster
from hcpc.spec.publish import Publish

NAMESPACE = "clusters"

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Filled:
    """A completed spec and why each filled-in value is there, by its path."""

    data: dict[str, Any]
    reasons: dict[Path, str]


_PINNED: tuple[tuple[Path, Any], ...] = (
    (("namespace",), NAMESPACE),
    (("availability", "controlPlane"), "HighlyAvailable"),
    (("fips",), False),
    (("olm", "catalogs"), "management"),
    (("networks", "type"), "OVNKubernetes"),
    (("networks", "cluster"), ["10.132.0.0/14"]),
    (("networks", "service"), ["172.31.0.0/16"]),
)
_SERVICES = tuple(info.alias or name for name, info in Publish.model_fields.items())


def complete(
    cluster: str,
    spec: dict[str, Any],
    platform: Platform,
    management: ManagementCluster | None,
) -> Filled:
    """The spec with everything filled in that lowering needs; `spec` itself is not changed."""
    data = {name: dict(v) if isinstance(v, dict) else v for name, v in spec.items()}
    reasons: dict[Path, str] = {}
    for path, value in _PINNED:
        _fill(data, path, value, "default, pinned because it cannot change later", reasons)
    if "unmanaged" not in data.get("etcd", {}):
        _fill(
            data, ("etcd", "size"), "8Gi", "default, pinned because it cannot change later", reasons
        )
    _fill_publish(cluster, data, platform, management, reasons)
    data["nodePools"] = {
        name: _complete_pool(cluster, name, pool, data, platform, reasons)
        for name, pool in data.get("nodePools", {}).items()
    }
    return Filled(data, reasons)


def _fill(
    data: dict[str, Any], path: Path, value: Any, why: str, reasons: dict[Path, str], at: Path = ()
) -> None:
    level = data
    for step in path[:-1]:
        level = level.setdefault(step, {})
    if path[-1] not in level:
        level[path[-1]] = value
        reasons[(*at, *path)] = why


def _fill_publish(
    cluster: str,
    data: dict[str, Any],
    platform: Platform,
    management: ManagementCluster | None,
    reasons: dict[Path, str],
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
    reasons: dict[Path, str],
) -> dict[str, Any]:
    at = ("nodePools", name)
    suits = f"default of platform `{next(iter(data['platform']))}`"
    completed = dict(pool)
    completed["upgrade"] = dict(pool.get("upgrade", {}))

    def fill(path: Path, value: Any, why: str) -> None:
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
            fill(("upgrade", "maxUnavailable"), 0 if upgrade["maxSurge"] != 0 else 1, why)
    return completed
