"""What every platform tells the rest of the house."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from pydantic.alias_generators import to_camel

from hcpc.diagnostics.codes import Code
from hcpc.kube.frozen import Frozen
from hcpc.mapping.codec import COPY, Codec
from hcpc.mapping.table import Row, Table, row
from hcpc.spec.types import Form
from hcpc.syntax.tree import Path


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
    its OIDC documents. `trusted_issuer` says that a cloud looks up who issues the cluster's
    tokens, at its issuer's URL.
    """

    private: bool = False
    region: str = ""
    oidc_bucket: bool = False
    trusted_issuer: bool = False


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


class Publishing(NamedTuple):
    """How the operator takes services to be published, by their names in manifests.

    A service of `strategies` has to be there, in one of these ways; where it is of `named`, a route
    of it needs a host name. With `any_certificate`, names of the API server's certificates are not
    compared.
    """

    strategies: Mapping[str, tuple[str, ...]] = {}
    named: tuple[str, ...] = ()
    any_certificate: bool = False


class Problem(NamedTuple):
    """What a platform finds in its own settings, at a path of a manifest."""

    code: Code
    path: Path
    message: str
    help: str


class Pool(NamedTuple):
    """A node pool as its manifest has it, for a platform to judge.

    `cluster` and `pool` are the platform's members in the manifests of the HostedCluster and the
    NodePool, `annotations` those of the HostedCluster. `control_plane` and `release` are the
    cluster's and the pool's major and minor versions, zeros where they are unknown.
    """

    cluster: dict[str, Any]
    pool: dict[str, Any]
    annotations: dict[str, Any]
    control_plane: tuple[int, int]
    release: tuple[int, int]


Picks: TypeAlias = tuple[str, tuple[str, ...]]
"""Hosts that a node pool takes: their namespace, and what each of them has to be."""


class PoolFault(NamedTuple):
    """What a platform finds in a node pool; `path` is below its member in the manifest."""

    code: Code
    path: Path
    message: str
    help: str


def _no_needs(settings: dict[str, Any]) -> Needs:
    del settings
    return Needs()


def _unknown(pool: dict[str, Any]) -> Any:
    del pool


def _no_faults(pool: Pool) -> Iterable[PoolFault]:
    del pool
    return ()


def _any_publishing(settings: dict[str, Any]) -> Publishing:
    del settings
    return Publishing()


def _no_problems(body: dict[str, Any], version: tuple[int, int]) -> Iterable[Problem]:
    del body, version
    return ()


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform.

    `manifest_type` is the value of `platform.type` in manifests and `member` the field there (None
    when the type says all). `publish` returns a strategy for each service that the platform wants
    published. `arches` are the architectures its nodes may have, the first one the default.
    `node_pool_defaults` are settings of a node pool that stand where a pool says nothing. `needs`
    tells from the cluster's own member what it wants of the operator; `tech_preview` that only
    technology preview CRDs have the platform.

    What the operator checks of a HostedCluster: `publishing` tells from its own member how services
    may be published, of which there are `fewest_services` at least; without `needs_member` it
    fills that in itself. Of `checks_networks`, `inner_networks` are those that OVN-Kubernetes has
    unless told otherwise, and with `old_network` the network plugin before it still works.
    `problems` finds what is wrong with a HostedCluster or NodePool, given as its body and the
    release's major and minor version (zeroes when unknown). `annotations` are the platform's own of
    the operator, without their prefix, with what their values look like.

    Of NodePools: `processors` tells from a pool's own member how many a machine has, in any form
    that can be compared, None where nobody knows; `makes_machines` that the operator brings
    machines in, `scales_to_zero` that the autoscaler may take the last one, and `reinstalls` that a
    machine which is replaced is a host that is installed anew. `picks` tells which hosts a pool
    takes, by their namespace and what they have to be, and `pool_faults` what is wrong with a pool
    of a cluster.
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
    frozen: tuple[Frozen, ...] = ()
    frozen_of_pool: tuple[Frozen, ...] = ()
    frozen_of_kms: tuple[Frozen, ...] = ()
    services_change: bool = False
    disruptive: Mapping[str, str] = field(default_factory=dict)
    publishing: Callable[[dict[str, Any]], Publishing] = _any_publishing
    fewest_services: int = 4
    needs_member: bool = False
    checks_networks: bool = True
    inner_networks: tuple[str, ...] = ()
    old_network: bool = False
    problems: Callable[[dict[str, Any], tuple[int, int]], Iterable[Problem]] = _no_problems
    annotations: Mapping[str, str] = field(default_factory=dict)
    processors: Callable[[dict[str, Any]], Any] = _unknown
    makes_machines: bool = True
    scales_to_zero: bool = False
    reinstalls: bool = False
    picks: Callable[[dict[str, Any], dict[str, Any]], Picks] | None = None
    pool_faults: Callable[[Pool], Iterable[PoolFault]] = _no_faults


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
