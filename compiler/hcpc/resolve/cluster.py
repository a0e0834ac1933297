"""One cluster: its layers merged, references replaced, fields checked, gaps filled."""

from dataclasses import dataclass
from typing import Any

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import did_you_mean
from hcpc.platforms import registry
from hcpc.resolve import messages
from hcpc.resolve.complete import NAMESPACE, Filled, complete
from hcpc.resolve.document import Document
from hcpc.resolve.merge import merge
from hcpc.resolve.platform import check_kms, check_platform
from hcpc.resolve.references import References
from hcpc.resolve.releases import check_releases, pick_images
from hcpc.resolve.scope import Environment, Layer, ManagementCluster, Release, Scope
from hcpc.source.text import Span
from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.validate import validate
from hcpc.syntax.tree import Mapping, Path, Scalar, Sequence, Tree, find, key_span, nearest_span


@dataclass(frozen=True, slots=True)
class Cluster:
    """A hosted cluster, fully resolved.

    `spec` is plain data in the spec language, complete and checked; it starts with `name`.
    `tree` is what people wrote for it, merged, with their places; `filled` says why the values
    are there that nobody wrote. `versions` are the catalog versions by path (`release`, …).
    """

    name: str
    namespace: str
    management_cluster: str
    platform: str
    spec: dict[str, Any]
    tree: Mapping
    filled: dict[tuple[str, ...], str]
    versions: dict[Path, str]
    name_span: Span

    def span(self, path: Path) -> Span:
        """The place that answers for a spec path; what was filled in answers with its reason's."""
        if path[:1] == ("name",):
            return self.name_span
        for size in range(len(path), 0, -1):
            if path[:size] in self.filled:
                return self._cause(path[:size])
        return nearest_span(self.tree, path)

    def _cause(self, path: Path) -> Span:
        if path[:1] == ("nodePools",):
            return key_span(self.tree, path[:2])
        if path[:1] == ("publish",):
            return key_span(self.tree, ("platform", self.platform))
        return self.name_span


@dataclass(frozen=True, slots=True)
class Merged:
    """A cluster's layers before checks: what `explain` shows even for a broken cluster."""

    tree: Mapping
    layers: tuple[Layer, ...]
    scope: Scope


def merge_cluster(document: Document, environment: Environment, sink: Sink) -> Merged:
    """The cluster's layers in order, and what they make together (references still in place)."""
    scope = environment.scope(document.directory)
    own = _own_layer(document)
    profiles = _profiles(own, scope, sink)
    base, found = scope.base(profiles, document.file)
    sink.absorb(found)
    tree = merge(base, own.tree, sink)
    layers = (*scope.defaults, *(scope.profiles[name] for name in profiles), own)
    return Merged(tree, layers, scope)


def resolve_cluster(document: Document, environment: Environment, sink: Sink) -> Cluster | None:
    """The resolved cluster, or None when a fault leaves nothing sound to lower."""
    merged = merge_cluster(document, environment, sink)
    management = merged.scope.management_cluster
    if management is None:
        sink.report(
            codes.NO_MANAGEMENT_CLUSTER,
            document.name_span,
            f"cluster `{document.name}` belongs to no management cluster",
            help=messages.NO_MANAGEMENT_CLUSTER_HELP,
        )
    tree = expand(document, merged, environment, sink)
    spec = validate(ClusterSpec, tree, sink, head=document.name_span)
    _check_unused_defaults(merged.tree, sink)
    check_releases(tree, merged.scope.releases, sink)
    chosen = check_platform(tree, spec, sink)
    if spec is not None:
        check_kms(tree, spec, sink)
    if spec is None or chosen is None or sink.has_errors:
        return None
    assert management is not None
    return _finish(document, tree, spec, chosen, merged, sink)


def _check_unused_defaults(merged: Mapping, sink: Sink) -> None:
    """Without a node pool its defaults mean nothing, but they can be wrong all the same."""
    defaults = merged.children.get("nodePoolDefaults")
    if isinstance(defaults, Mapping) and "nodePools" not in merged.children:
        alone: dict[str, Tree] = {"nodePoolDefaults": defaults}
        tree = Mapping(alone, merged.keys, merged.file, merged.start, merged.end)
        validate(ClusterSpec, tree, sink, partial=True)


def _finish(
    document: Document,
    tree: Mapping,
    spec: dict[str, Any],
    chosen: str,
    merged: Merged,
    sink: Sink,
) -> Cluster | None:
    platform = registry.platform(chosen)
    management = merged.scope.management_cluster
    assert platform is not None
    assert management is not None
    filled = complete(document.name, spec, platform, management)
    data = filled.data
    if not _addresses_known(document, data, tree, chosen, management, sink):
        return None
    versions = pick_images(data, tree, merged.scope.releases, sink)
    if sink.has_errors:
        return None
    _fill_channel(filled, versions, merged.scope.releases)
    for merged_already in ("profiles", "nodePoolDefaults"):
        data.pop(merged_already, None)
    return Cluster(
        name=document.name,
        namespace=data["namespace"],
        management_cluster=management.name,
        platform=chosen,
        spec={"name": document.name, **data},
        tree=tree,
        filled=filled.reasons,
        versions=versions,
        name_span=document.name_span,
    )


def _fill_channel(filled: Filled, versions: dict[Path, str], releases: dict[str, Release]) -> None:
    """A release of a catalog brings the catalog's channel along."""
    version = versions.get(("release",))
    if version and releases[version].channel and "channel" not in filled.data:
        filled.data["channel"] = releases[version].channel
        filled.reasons["channel",] = f"channel of the catalog that has `{version}`"


def _own_layer(document: Document) -> Layer:
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
        children[name] = merge(below, head, Sink()) if isinstance(below, Mapping) else head
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
        )
    return tuple(dict.fromkeys(names))


def expand(document: Document, merged: Merged, environment: Environment, sink: Sink) -> Mapping:
    """The merged tree with defaults laid under each node pool and references replaced."""
    tree = _with_pool_defaults(merged, sink)
    references = References(_roots(document, tree, merged, environment), sink)
    pools = tree.children.get("nodePools")
    if not isinstance(pools, Mapping):
        expanded = references.expand(_without(tree, "nodePoolDefaults"))
        assert isinstance(expanded, Mapping)
        return expanded
    rest = {name: child for name, child in tree.children.items() if name != "nodePools"}
    children = {name: references.expand(child) for name, child in rest.items()}
    named = {
        name: references.with_root(
            "nodePool", Mapping({"name": pools.keys[name]}, {}, pools.file, 0, 0)
        ).expand(pool)
        for name, pool in pools.children.items()
    }
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


def _addresses_known(
    document: Document,
    data: dict[str, Any],
    tree: Mapping,
    chosen: str,
    management: ManagementCluster,
    sink: Sink,
) -> bool:
    """Whether every node port that the platform's defaults chose has an address."""
    lacking = [
        service
        for service, strategy in data["publish"].items()
        if strategy.get("nodePort", {}).get("address") == ""
    ]
    if not lacking:
        return True
    if management.findings.has_errors:  # perhaps there is one that cannot be used
        return False
    sink.report(
        codes.MISSING_FIELD,
        key_span(tree, ("platform", chosen)),
        f"cluster `{document.name}` publishes services on node ports without an address",
        label=f"the default for `{chosen}`",
        help="set `publish.api.nodePort.address`, or `nodeAddress` of ManagementCluster "
        f"`{management.name}`",
    )
    return False
