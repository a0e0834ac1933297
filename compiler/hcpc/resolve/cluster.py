"""One cluster: its layers merged, references replaced, fields checked, gaps filled."""

from typing import Any, NamedTuple

from hcpc.diagnostics import codes
from hcpc.diagnostics.sink import Sink
from hcpc.platforms import registry
from hcpc.resolve import messages
from hcpc.resolve.complete import Filled, complete
from hcpc.resolve.document import Document
from hcpc.resolve.layers import Merged, expand, merge_cluster
from hcpc.resolve.node_configs import check_node_configs, pick_node_configs
from hcpc.resolve.platform import check_kms, check_platform
from hcpc.resolve.releases import check_releases, pick_images
from hcpc.resolve.scope import Environment, ManagementCluster, Release, Scope
from hcpc.source.text import Span
from hcpc.spec.cluster import ClusterSpec
from hcpc.spec.payload_fields import PAYLOAD_FIELDS
from hcpc.spec.validate import validate
from hcpc.syntax.tree import FieldPath, Mapping, Path, Tree, key_span, nearest_span


class Cluster(NamedTuple):
    """A hosted cluster, fully resolved.

    `spec` is plain data in the spec language, complete and checked; it starts with `name`.
    `tree` is what people wrote for it, merged, with their places; `filled` says why the values
    are there that nobody wrote. `versions` are the catalog versions by path (`release`, …).
    `payloads` are the fields that become objects of their own (`guest`, …), `node_configs` the
    NodeConfigs its pools use, and `scope` is what its directory sees.
    """

    name: str
    namespace: str
    management_cluster: str
    platform: str
    spec: dict[str, Any]
    tree: Mapping
    filled: dict[FieldPath, str]
    versions: dict[Path, str]
    name_span: Span
    payloads: dict[str, Any]
    node_configs: tuple[str, ...]
    scope: Scope

    @property
    def release(self) -> str:
        """The version of its release; the image where no catalog has it."""
        image: str = self.spec["release"]
        return self.versions.get(("release",), image)

    def facts(self) -> dict[str, Any]:
        """What people's own functions and rules are told of it."""
        return {
            "name": self.name,
            "namespace": self.namespace,
            "managementCluster": self.management_cluster,
            "platform": self.platform,
            "release": self.release,
            "labels": self.spec.get("labels", {}),
            "spec": self.spec,
        }

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
            subjects=("ManagementCluster",),
        )
    tree = expand(document, merged, environment, sink)
    if tree is None:
        return None
    spec = validate(ClusterSpec, tree, sink, head=document.name_span)
    _check_unused_defaults(merged.tree, sink)
    check_releases(tree, merged.scope.releases, sink)
    check_node_configs(tree, merged.scope.node_configs, sink)
    chosen = check_platform(tree, spec, sink)
    if spec is not None:
        check_kms(tree, spec, sink)
    if spec is None or chosen is None or sink.has_errors:
        return None
    assert management is not None
    return _finish(document, tree, spec, chosen, merged, sink)


def _check_unused_defaults(merged: Mapping, sink: Sink) -> None:
    """Without a node pool its defaults mean nothing, but they can be wrong all the same."""
    defaults, pools = (merged.children.get(name) for name in ("nodePoolDefaults", "nodePools"))
    is_used = isinstance(pools, Mapping) and bool(pools.children)
    if isinstance(defaults, Mapping) and not is_used:
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
    if not _addresses_known(data, tree, chosen, management, sink):
        return None
    versions = pick_images(data, tree, merged.scope.releases, sink)
    node_configs = pick_node_configs(document.name, filled, tree, merged.scope.node_configs, sink)
    if sink.has_errors:
        return None
    _fill_channel(filled, versions, merged.scope.releases)
    for merged_already in ("profiles", "nodePoolDefaults"):
        data.pop(merged_already, None)
    payloads = {field: data.pop(field) for field in PAYLOAD_FIELDS if field in data}
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
        payloads=payloads,
        node_configs=tuple(node_configs),
        scope=merged.scope,
    )


def _fill_channel(filled: Filled, versions: dict[Path, str], releases: dict[str, Release]) -> None:
    """A release of a catalog brings the catalog's channel along."""
    version = versions.get(("release",))
    if version and releases[version].channel and "channel" not in filled.data:
        filled.data["channel"] = releases[version].channel
        filled.reasons["channel",] = f"channel of the catalog that has `{version}`"


def _addresses_known(
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
        "services are published on node ports without an address",
        label=f"the default for `{chosen}`",
        help="set `publish.api.nodePort.address`, or `nodeAddress` of ManagementCluster "
        f"`{management.name}`",
    )
    return False
