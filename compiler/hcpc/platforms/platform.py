"""What every platform tells the rest of the house."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pydantic.alias_generators import to_camel

from hcpc.mapping.codec import COPY, Codec
from hcpc.mapping.table import Row, Table, row
from hcpc.spec.types import Form


class Surroundings(NamedTuple):
    """Facts that a platform's publishing defaults may depend on.

    `settings` is the cluster's own member (`platform.NAME`); `node_address` and
    `external_dns_domain` come from the management cluster and are empty when it has none.
    """

    cluster: str
    settings: dict[str, Any]
    node_address: str = ""
    external_dns_domain: str = ""


class Needs(NamedTuple):
    """What a cluster wants of its management cluster's operator.

    `private` endpoints in a `region` (empty where the operator does not care), and a bucket for
    its OIDC documents.
    """

    private: bool = False
    region: str = ""
    oidc_bucket: bool = False


class KmsProvider(NamedTuple):
    """A key management service for Secrets in etcd: its manifest type, model and codec."""

    manifest_type: str
    model: type[Form]
    codec: Codec = COPY


class Recovery(NamedTuple):
    """What a backup of the platform's clusters holds beside the common kinds, and its limits.

    `unsaved` is a label of volume claims that are left out of backups. `pinned` are settings that
    a restored cluster needs in git, beside its ids. `agents` is the setting with the namespace
    whose objects stay when the cluster goes. `private` is the setting and its value with which
    nothing outside knows the cluster's names. `only_here` says why no other management cluster can
    take the cluster; empty if one can. `moved` are the kinds that take the nodes along to another
    management cluster, in the order in which they are made there; none if nodes cannot move.
    `repair` is the command that mends what lies outside after Velero restored a cluster; in it,
    `{name}` and `{namespace}` are the cluster's.
    Source: HyperShift, cmd/oadp and contrib/migration.
    """

    resources: tuple[str, ...] = ()
    unsaved: str = ""
    pinned: tuple[str, ...] = ()
    agents: str = ""
    private: tuple[str, str] = ("", "")
    only_here: str = ""
    moved: tuple[str, ...] = ()
    repair: str = ""


def _no_needs(settings: dict[str, Any]) -> Needs:
    del settings
    return Needs()


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform.

    `manifest_type` is the value of `platform.type` in manifests and `member` the field there (None
    when the type says all). `publish` returns a strategy for each service that the platform wants
    published. `arches` are the architectures its nodes may have, the first one the default.
    `node_pool_defaults` are settings of a node pool that stand where a pool says nothing. `needs`
    tells from the cluster's own member what it wants of the operator; `tech_preview` that only
    technology preview CRDs have the platform.
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
    recovery: Recovery = field(default_factory=Recovery)
    needs: Callable[[dict[str, Any]], Needs] = _no_needs
    tech_preview: bool = False


def machine_kinds(prefix: str, group: str = "infrastructure.cluster.x-k8s.io") -> tuple[str, ...]:
    """The resources of a provider of Cluster API, as Velero wants them."""
    return tuple(f"{prefix}{kind}.{group}" for kind in ("clusters", "machinetemplates", "machines"))


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
