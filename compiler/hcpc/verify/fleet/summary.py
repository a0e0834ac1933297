"""What the rest of the fleet needs to know of a cluster; small, since it is read at each start."""

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from hcpc.source.text import Span

Claim: TypeAlias = tuple[str, str, int, int]
"""Something that one cluster can have: kind, value, and where it stands in the cluster's own file.

It begins and ends at 0 where it stands in another file.
"""
Picks: TypeAlias = tuple[str, str, str, tuple[str, ...]]
"""A pool that picks hosts: its name, their namespace, their architecture, what they have to be."""


_NONE: Mapping[str, str] = {}


class Summary(NamedTuple):
    """What the rest of the fleet needs to know of a cluster.

    Of a cluster with faults only the name is known; the other fields are empty then. `overlays`
    are the ids of the overlays' steps that were for it, `node_configs` those of the NodeConfigs
    that it uses, and `objects` the titles of what is beside its HostedCluster and NodePools.
    `claims` and `picks` are what it may have to share with others, and `pod_networks` and
    `machine_networks` are its CIDRs, where its site routes pod networks. `moves` tells that it is
    to be ready for a restore elsewhere. `without_crd` are kinds of its objects that the CRDs of its
    management cluster do not have. Of a cluster that changed and is `without_base`, nobody can
    tell how it was. `images` are its release images with their versions, as far as these are known,
    and `guest_objects` the titles of what is inside it and deleted with leave only.
    """

    name: str
    name_span: Span
    management_cluster: str = ""
    namespace: str = ""
    platform: str = ""
    release: str = ""
    node_pools: tuple[str, ...] = ()
    ids: Mapping[str, str] = _NONE
    overlays: tuple[str, ...] = ()
    node_configs: tuple[str, ...] = ()
    objects: tuple[str, ...] = ()
    labels: Mapping[str, str] = _NONE
    claims: tuple[Claim, ...] = ()
    picks: tuple[Picks, ...] = ()
    pod_networks: tuple[str, ...] = ()
    machine_networks: tuple[str, ...] = ()
    moves: bool = False
    without_crd: tuple[str, ...] = ()
    without_base: bool = False
    images: tuple[tuple[str, str], ...] = ()
    guest_objects: tuple[str, ...] = ()
