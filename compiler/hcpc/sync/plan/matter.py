"""All that bears on what becomes of an object, looked up once for all of them."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.plan.left_alone import Rest, resting_clusters
from hcpc.sync.records import Desired, Inventory, Limits, Live, RenderedTree


class Matter(NamedTuple):
    """What git wants, the inventory knows and the cluster has, and what follows from it.

    `wanted` are the objects of the tree by name, `resting` the hosted clusters to leave alone.
    `elsewhere` says of uids which other inventory has them too.
    """

    tree: RenderedTree
    inventory: Inventory
    live: Live
    limits: Limits
    now: datetime
    wanted: Mapping[ObjectRef, Desired]
    resting: Mapping[str, Rest]
    elsewhere: Mapping[str, str]


def matter_of(
    tree: RenderedTree,
    inventory: Inventory,
    live: Live,
    limits: Limits,
    now: datetime,
    elsewhere: Mapping[str, str] = MappingProxyType({}),
) -> Matter:
    """The record of these, with what follows from them."""
    wanted = {each.ref: each for each in tree.objects}
    resting = resting_clusters(tree.objects, inventory, live, now)
    return Matter(tree, inventory, live, limits, now, wanted, resting, elsewhere)
