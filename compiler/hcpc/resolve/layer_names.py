"""Names that the references of a layer may use, whichever cluster will use the layer.

In comes one layer as it was written; out go findings about references that no cluster can have a
value for. Without them a layer that nothing uses yet would keep its mistakes to itself.
"""

from collections.abc import Collection

from hcpc.diagnostics.sink import Sink
from hcpc.resolve.references import MANAGEMENT_ROOT, References
from hcpc.spec.document import spec_model
from hcpc.spec.fields import fields_at
from hcpc.syntax.tree import Mapping, Scalar

_POOLS = ("nodePoolDefaults", "nodePools")


def check_cluster_layer(layer: Mapping, fleet_root: Mapping, sink: Sink) -> None:
    """Report references of a partial cluster spec that lead nowhere."""
    shapes = {"cluster": _of_cluster, "spec": _of_spec, MANAGEMENT_ROOT: _of_management_cluster}
    references = References({"fleet": fleet_root}, sink, shapes=shapes)
    name = Mapping({"name": Scalar("", "", layer.file, 0, 0)}, {}, layer.file, 0, 0)
    of_pools = references.with_root("nodePool", name)
    for field, child in layer.children.items():
        (of_pools if field in _POOLS else references).expand(child)


def check_management_layer(layer: Mapping, fleet_root: Mapping, sink: Sink) -> None:
    """Report references of a partial management cluster spec that lead nowhere."""
    shapes = {MANAGEMENT_ROOT: _of_management_cluster}
    References({"fleet": fleet_root}, sink, shapes=shapes).expand(layer)


def _of_cluster(path: list[str]) -> Collection[str]:
    return () if path else ("annotations", "labels", "name", "namespace")


def _of_spec(path: list[str]) -> Collection[str]:
    return fields_at(spec_model("Cluster"), tuple(path))


def _of_management_cluster(path: list[str]) -> Collection[str]:
    known = fields_at(spec_model("ManagementCluster"), tuple(path))
    return known if path else ("name", *known)
