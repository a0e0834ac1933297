"""The fields that carry raw manifest content, and where they stand in a cluster's spec.

What stands below one of them is a merge patch for a manifest: no model, row or layer rule looks
inside, and a null there means "remove this from the manifest".
"""

from hcpc.syntax.tree import Path

RAW_CLUSTER = "hostedCluster"
RAW_POOL = "nodePool"
NAMES = frozenset({RAW_CLUSTER, RAW_POOL})


def is_passthrough(path: Path) -> bool:
    """Whether a path, below `spec` of a cluster, is one of these fields.

    A label or a node pool may have the same name; only the place tells.
    """
    match path[:-1]:
        case ():
            return path == (RAW_CLUSTER,)
        case ("nodePoolDefaults",) | ("nodePools", _):
            return path[-1] == RAW_POOL
        case _:
            return False
