"""A cluster's layers: merged, with node pool defaults laid under pools and references replaced."""

from typing import NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.resolve import messages
from hcpc.resolve.complete import NAMESPACE
from hcpc.resolve.document import Document
from hcpc.resolve.merge import merge
from hcpc.resolve.references import References
from hcpc.resolve.scope import Environment, Layer, Scope
from hcpc.syntax.tree import Mapping, Scalar, Sequence, Tree, find


class Merged(NamedTuple):
    """A cluster's layers before checks: what `explain` shows even for a broken cluster."""

    tree: Mapping
    layers: tuple[Layer, ...]
    scope: Scope


def merge_cluster(document: Document, environment: Environment, sink: Sink) -> Merged:
    """The cluster's layers in order, and what they make together (references still in place)."""
    scope = environment.scope(document.directory)
    own = _own_layer(document, sink)
    profiles = _profiles(own, scope, sink)
    base, found = scope.base(profiles)
    sink.absorb(found)
    tree = merge(base, own.tree, sink)
    layers = (*scope.defaults, *(scope.profiles[name] for name in profiles), own)
    return Merged(tree, layers, scope)


def _own_layer(document: Document, sink: Sink) -> Layer:
    """The document's own spec, with its labels and annotations where layers have theirs."""
    tree = document.spec or Mapping({}, {}, document.file, document.tree.start, document.tree.end)
    children, keys = dict(tree.children), dict(tree.keys)
    metadata = find(document.tree, ("metadata",))
    assert isinstance(metadata, Mapping)
    for name in ("labels", "annotations"):
        head = metadata.children.get(name)
        if not isinstance(head, Mapping):
            continue
        below = children.get(name)
        children[name] = (
            merge(below, head, sink, path=(name,)) if isinstance(below, Mapping) else head
        )
        keys.setdefault(name, metadata.keys[name])
    own = Mapping(children, keys, tree.file, tree.start, tree.end)
    return Layer(f"Cluster {document.name}", own)


def _profiles(own: Layer, scope: Scope, sink: Sink) -> tuple[str, ...]:
    """The profiles that the cluster, or else its nearest defaults, lists."""
    listed: Tree | None = None
    for layer in (*scope.defaults, own):
        listed = layer.tree.children.get("profiles", listed)
    names: list[str] = []
    for item in listed.items if isinstance(listed, Sequence) else ():
        if not isinstance(item, Scalar) or item.value is None:
            continue
        if item.text in scope.profiles:
            names.append(item.text)
            continue
        label = did_you_mean(item.text, scope.profiles)
        sink.report(
            codes.UNKNOWN_PROFILE,
            item.span,
            f"unknown profile `{item.text}`",
            label=label,
            help="" if label else messages.listing(scope.profiles, "profiles"),
            subjects=(item.text,),
        )
    return tuple(dict.fromkeys(names))


def expand(
    document: Document, merged: Merged, environment: Environment, sink: Sink
) -> Mapping | None:
    """The merged tree with defaults laid under each node pool and references replaced.

    None when that is too large to go on with.
    """
    tree = _with_pool_defaults(merged, sink)
    references = References(_roots(document, tree, merged, environment), sink)
    pools = tree.children.get("nodePools")
    if not isinstance(pools, Mapping):
        expanded = references.expand(_without(tree, "nodePoolDefaults"))
        assert isinstance(expanded, Mapping)
        return None if references.budget.is_spent else expanded
    rest = {name: child for name, child in tree.children.items() if name != "nodePools"}
    children = {name: references.expand(child) for name, child in rest.items()}
    named = {
        name: references.with_root(
            "nodePool", Mapping({"name": pools.keys[name]}, {}, pools.file, 0, 0)
        ).expand(pool)
        for name, pool in pools.children.items()
    }
    if references.budget.is_spent:
        return None
    children["nodePools"] = Mapping(named, pools.keys, pools.file, pools.start, pools.end)
    return Mapping(children, tree.keys, tree.file, tree.start, tree.end)


def _with_pool_defaults(merged: Merged, sink: Sink) -> Mapping:
    tree = merged.tree
    defaults, pools = tree.children.get("nodePoolDefaults"), tree.children.get("nodePools")
    if not isinstance(defaults, Mapping) or not isinstance(pools, Mapping):
        return tree
    laid = {
        name: _laid(name, defaults, merged.layers, sink) if isinstance(pool, Mapping) else pool
        for name, pool in pools.children.items()
    }
    bare = _without(tree, "nodePoolDefaults")
    bare.children["nodePools"] = Mapping(laid, pools.keys, pools.file, pools.start, pools.end)
    return bare


def _without(tree: Mapping, field: str) -> Mapping:
    children = {name: child for name, child in tree.children.items() if name != field}
    return Mapping(children, tree.keys, tree.file, tree.start, tree.end)


def _laid(name: str, defaults: Mapping, layers: tuple[Layer, ...], sink: Sink) -> Mapping:
    """What the layers say of a node pool, over its defaults: so a null removes from these too."""
    tree = defaults
    for layer in layers:
        pools = layer.tree.children.get("nodePools")
        pool = pools.children.get(name) if isinstance(pools, Mapping) else pools
        if isinstance(pool, Mapping):
            tree = merge(tree, pool, sink, path=("nodePools", name))
        elif pool is not None:
            tree = defaults
    return tree


def _roots(
    document: Document, tree: Mapping, merged: Merged, environment: Environment
) -> dict[str, Tree]:
    name = find(document.tree, ("metadata", "name"))
    assert name is not None
    own: dict[str, Tree] = {
        field: tree.children[field]
        for field in ("namespace", "labels", "annotations")
        if field in tree.children
    }
    own["name"] = name
    own.setdefault("namespace", Scalar(NAMESPACE, NAMESPACE, document.file, 0, 0))
    roots: dict[str, Tree] = {
        "cluster": Mapping(own, {}, document.file, 0, 0),
        "spec": tree,
        "fleet": environment.fleet_root,
    }
    management = merged.scope.management_cluster
    if management:
        roots["managementCluster"] = management.tree
    return roots
