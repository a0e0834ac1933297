"""Services and how they are published: a mapping by service against a list.

The list is always in the order of the services' manifest names, so that the order in which
people write them never shows: the API refuses any change of the list, even of its order.
"""

from typing import Any, NamedTuple

from hcpc.mapping.codec import COPY, Member, Unliftable, item_at, union
from hcpc.syntax.tree import Path

SERVICES = {
    "api": "APIServer",
    "ignition": "Ignition",
    "konnectivity": "Konnectivity",
    "oauth": "OAuthServer",
    "oidc": "OIDC",
    "ovnSbDb": "OVNSbDb",
}
_NAMES = {service: name for name, service in SERVICES.items()}

_STRATEGY = union(
    "type",
    {
        "loadBalancer": Member("LoadBalancer", "loadBalancer", COPY),
        "route": Member("Route", "route", COPY),
        "nodePort": Member("NodePort", "nodePort", COPY),
        "none": Member("None", None),
        "s3": Member("S3", None),
    },
    sparse=True,
)
_FIELD = "servicePublishingStrategy"


class Services(NamedTuple):
    """The codec of `publish`."""

    says: str = "a list, here keyed by service"

    def lower(self, value: Any) -> Any:
        """The list of services in manifest order."""
        named = sorted((SERVICES[name], strategy) for name, strategy in _items(value))
        return [{"service": name, _FIELD: _STRATEGY.lower(strategy)} for name, strategy in named]

    def lift(self, value: Any) -> Any:
        """The mapping; the table drops it when the list was in another order."""
        if not isinstance(value, list):
            raise Unliftable
        lifted: dict[str, Any] = {}
        for entry in value:
            match entry:
                case {"service": str(service), "servicePublishingStrategy": dict(strategy)} if (
                    service in _NAMES and _NAMES[service] not in lifted
                ):
                    lifted[_NAMES[service]] = _STRATEGY.lift(strategy)
                case _:
                    raise Unliftable
        return lifted

    def trace(self, rest: Path, value: Any) -> Path:
        """The service in place of its index, then the strategy's arm."""
        entry = item_at(value, rest[0]) if rest else None
        if not isinstance(entry, dict) or str(entry.get("service")) not in _NAMES:
            return ()
        name = _NAMES[str(entry["service"])]
        if rest[1:2] == (_FIELD,):
            return (name, *_STRATEGY.trace(rest[2:], entry.get(_FIELD)))
        return (name,)


def _items(value: Any) -> list[tuple[str, Any]]:
    return sorted(value.items(), key=lambda item: SERVICES[item[0]])
