"""What an object needs to be there before it: it waits when that failed."""

from collections.abc import Iterable, Iterator, Mapping

from hcpc.kube.manifest import NODE_POOL
from hcpc.kube.object_ref import ObjectRef
from hcpc.sync.plan.control_plane import hosted_cluster_of
from hcpc.sync.records import Desired

Definitions = Mapping[tuple[str, str], ObjectRef]
CRD_KIND = "CustomResourceDefinition"


def definitions(objects: Iterable[Desired]) -> Definitions:
    """The CustomResourceDefinitions among objects, by the group and kind that they define."""
    found = {}
    for each in objects:
        if each.ref.kind == CRD_KIND:
            spec = each.body.get("spec") or {}
            names = spec.get("names") or {}
            found[str(spec.get("group")), str(names.get("kind"))] = each.ref
    return found


def needs(desired: Desired, defined: Definitions) -> Iterator[ObjectRef]:
    """What has to be there for an object, as far as its manifest tells."""
    ref = desired.ref
    if ref.namespace:
        yield ObjectRef("", "Namespace", "", ref.namespace)
    if (ref.group, ref.kind) in defined:
        yield defined[ref.group, ref.kind]
    if ref.kind == NODE_POOL:
        yield hosted_cluster_of(desired)
        spec = desired.body.get("spec") or {}
        for field in ("config", "tuningConfig"):
            for each in spec.get(field) or ():
                yield ObjectRef("", "ConfigMap", ref.namespace, each.get("name", ""))
