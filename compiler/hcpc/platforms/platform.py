"""What every platform tells the rest of the house."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic.alias_generators import to_camel

from hcpc.mapping.codec import COPY, Codec
from hcpc.mapping.table import Row, Table, row
from hcpc.spec.types import Form


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Facts that a platform's publishing defaults may depend on.

    `settings` is the cluster's own member (`platform.NAME`); `node_address` and
    `external_dns_domain` come from the management cluster and are empty when it has none.
    """

    cluster: str
    settings: dict[str, Any]
    node_address: str = ""
    external_dns_domain: str = ""


@dataclass(frozen=True, slots=True)
class KmsProvider:
    """A key management service for Secrets in etcd: its manifest type, model and codec."""

    manifest_type: str
    model: type[Form]
    codec: Codec = COPY


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform.

    `manifest_type` is the value of `platform.type` in manifests and `member` the field there (None
    when the type says all). `publish` returns a strategy for each service that the platform wants
    published. `arches` are the architectures its nodes may have, the first one the default.
    `node_pool_defaults` are settings of a node pool that stand where a pool says nothing.
    """

    manifest_type: str
    member: str | None
    cluster: type[Form]
    node_pool: type[Form]
    publish: Callable[[Surroundings], dict[str, dict[str, Any]]]
    arches: tuple[str, ...] = ("amd64",)
    upgrade_type: str = "Replace"
    cluster_codec: Codec = COPY
    node_pool_codec: Codec = COPY
    node_pool_defaults: Mapping[str, Any] = field(default_factory=dict)
    kms: KmsProvider | None = None


SERVICES = ("api", "ignition", "konnectivity", "oauth")
"""The services every hosted cluster publishes, in the order of the spec language."""


def on_node_ports(around: Surroundings) -> dict[str, dict[str, Any]]:
    """Every service on a node port; the address may be empty, then the author must give one."""
    return {name: {"nodePort": {"address": around.node_address}} for name in SERVICES}


def behind_load_balancer(around: Surroundings) -> dict[str, dict[str, Any]]:
    """The API on a load balancer, the rest on routes."""
    del around
    return {name: {"loadBalancer" if name == "api" else "route": {}} for name in SERVICES}


def on_named_routes(
    around: Surroundings, named: Collection[str] = SERVICES
) -> dict[str, dict[str, Any]]:
    """Every service on a route, the named ones with a host name below the external DNS domain."""
    return {
        name: {
            "route": {"hostname": f"{name}-{around.cluster}.{around.external_dns_domain}"}
            if name in named
            else {}
        }
        for name in SERVICES
    }


def table_of(form: type[Form], *special: Row) -> Table:
    """The rows of a model whose fields both sides call the same, but for the special ones."""
    own = {entry.spec[0] for entry in special}
    names = (info.alias or to_camel(name) for name, info in form.model_fields.items())
    return Table((*special, *(row(name, name) for name in names if name not in own)))
