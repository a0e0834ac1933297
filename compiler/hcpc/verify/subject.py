"""What checks look at: a cluster with its manifests, and the places that answer for these.

Checks read manifests as they will be applied, so that neither the passthrough nor an overlay gets
around them, and report at the lines behind them.
"""

from typing import Any, NamedTuple

from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL, Change, Manifest
from hcpc.lower.lower import lower, passthrough, trace
from hcpc.mapping.table import get
from hcpc.resolve.cluster import Cluster
from hcpc.source.text import Span
from hcpc.syntax.tree import FieldPath, Path, find, key_span


class Place(NamedTuple):
    """What answers for a path of a manifest: a line of an overlay, or one of the spec's layers.

    `span` shows the value and `key` its name. `path` is where it stands in the spec, `reason` why
    hcpc filled it in where nobody wrote it; both are empty where an overlay set it: `change`.
    """

    span: Span
    key: Span
    path: Path = ()
    reason: str = ""
    change: Change | None = None


class Subject(NamedTuple):
    """A cluster and all that will be applied for it on its management cluster.

    Of `manifests` the HostedCluster comes first, its NodePools next.
    """

    cluster: Cluster
    manifests: tuple[Manifest, ...]

    @property
    def hosted_cluster(self) -> Manifest:
        """The HostedCluster, after overlays, or what a passthrough made of it."""
        for each in self.manifests:
            if each.kind == HOSTED_CLUSTER:
                return each
        return self.manifests[0]

    @property
    def node_pools(self) -> tuple[Manifest, ...]:
        """The NodePools, after overlays, in the order of the spec."""
        return tuple(each for each in self.manifests if each.kind == NODE_POOL)

    def value(self, path: FieldPath) -> Any:
        """What the HostedCluster says at a path; None where it says nothing."""
        return get(self.hosted_cluster.body, path)

    def place(self, manifest: Manifest, path: Path) -> Place:
        """What answers for a path of a HostedCluster or NodePool, whether or not it is there.

        For a manifest that no mapping table made: the place that made it.
        """
        at = path
        if manifest.changes:
            from hcpc.overlay.provenance import answer  # noqa: PLC0415  # only with overlays

            change, at = answer(manifest, path)
            if change:
                return Place(change.span, change.key, change=change)
        if manifest.origin is not None:
            return Place(manifest.origin, manifest.origin)
        return self._place_in_spec(manifest, at)

    def span(self, manifest: Manifest, path: Path) -> Span:
        """Where the value stands that is at a path of a manifest."""
        return self.place(manifest, path).span

    def key_span(self, manifest: Manifest, path: Path) -> Span:
        """Where the name stands of what is at a path of a manifest."""
        return self.place(manifest, path).key

    def _place_in_spec(self, manifest: Manifest, at: Path) -> Place:
        cluster = self.cluster
        if manifest.changes:  # the path is one before overlays: so must the manifest be
            lowered = lower(cluster.spec)
            manifest = next(each for each in lowered if each.source == manifest.source)
        path = trace(manifest, at, passthrough(cluster.spec, manifest))
        span = cluster.span(path)
        is_written = find(cluster.tree, path) is not None
        key = key_span(cluster.tree, path) if is_written else span
        return Place(span, key, path, cluster.filled.get(tuple(map(str, path)), ""))
