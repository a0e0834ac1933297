"""Where a value comes from: the layers that set it, the winner first, each with its place.

Reads the same layers as the pipeline, so that what it says is what is compiled.
"""

from pathlib import Path
from typing import Any, NamedTuple

from hcpc.diagnostics.render.cells import escaped
from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import suggest
from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.kube.manifest import HOSTED_CLUSTER, NODE_POOL, Change, Manifest
from hcpc.lower.lower import lower, passthrough, trace
from hcpc.overlay import Parts, apply_overlays
from hcpc.overlay.provenance import history
from hcpc.payloads import cluster_payloads
from hcpc.resolve.cluster import Cluster, resolve_cluster
from hcpc.resolve.document import Document
from hcpc.resolve.layers import Merged, merge_cluster
from hcpc.resolve.lookup import open_fleet
from hcpc.resolve.scope import Environment
from hcpc.source.secrets import without
from hcpc.syntax.tree import Mapping, Scalar, Tree, dotted, find, key_span, plain
from hcpc.syntax.tree import Path as TreePath

_LINE = 70


class UnknownFieldError(Exception):
    """The cluster has no such field; the text suggests one."""


class Explanation(NamedTuple):
    """What to show, and whether it is the compiled truth (not only layers of a broken cluster)."""

    text: str
    is_complete: bool


def explain(root: Path, name: str, field: str) -> Explanation:
    """A cluster's resolved spec, or one field with the chain of layers that set it."""
    fleet = open_fleet(root)
    environment, document = fleet.environment, fleet.cluster(name)
    merged = merge_cluster(document, environment, Sink())
    cluster = resolve_cluster(document, environment, Sink())
    spec = dict(cluster.spec) if cluster else _plain_spec(document, merged)
    if not field:
        text = _discreet(canonical_yaml(spec), environment, document)
        return Explanation(text, cluster is not None)
    said = _said_anywhere(merged)
    objects = _objects(cluster, environment) if cluster else []
    answers = [
        heading + (_explain_field(path, spec, merged, cluster, objects) if path else "")
        for heading, path in _find_field(field, spec, said, cluster, objects)
    ]
    text = _discreet("\n".join(answers), environment, document)
    return Explanation(text, cluster is not None)


def _discreet(text: str, environment: Environment, document: Document) -> str:
    """A text without the secrets of the files that a cluster's values come from."""
    for file in (document.file, *environment.files()):
        text = without(text, file.text)
    return text


def _plain_spec(document: Document, merged: Merged) -> dict[str, Any]:
    spec = plain(merged.tree)
    assert isinstance(spec, dict)
    return {"name": document.name, **spec}


def _said_anywhere(merged: Merged) -> dict[str, Any]:
    """Every field that any layer says, were it only to remove it."""
    said: dict[str, Any] = {}
    for layer in merged.layers:
        said = _union(said, plain(layer.tree))
    return said


def _union(left: Any, right: Any) -> Any:
    if not isinstance(left, dict) or not isinstance(right, dict):
        return right if right is not None else left
    return {
        name: _union(left[name], right[name])
        if name in left and name in right
        else right[name]
        if name in right
        else left[name]
        for name in {**left, **right}
    }


def _objects(cluster: Cluster, environment: Environment) -> list[Manifest]:
    """All objects of a cluster, after its overlays."""
    payloads = cluster_payloads(cluster, environment, Sink())
    parts = Parts((*lower(cluster.spec), *payloads.manifests), payloads.guest)
    parts = apply_overlays(cluster, parts, environment, Sink())
    return [*parts.management, *parts.guest]


def _find_field(
    field: str,
    spec: dict[str, Any],
    said: dict[str, Any],
    cluster: Cluster | None,
    objects: list[Manifest],
) -> list[tuple[str, TreePath]]:
    """The spec paths that a field names; each with lines that say so if it is a manifest path."""
    for candidate in (field, field.removeprefix("spec.")):
        path = _steps(candidate, spec)
        if path:
            return [("", path)]
    if cluster and (found := _find_in_manifests(field, cluster, objects)):
        return found
    path = _steps(field.removeprefix("spec."), said)
    if path:
        return [("", path)]
    near = suggest(field.removeprefix("spec."), _paths(spec))
    raise UnknownFieldError(f"nothing sets {field}" + (f"; did you mean {near}?" if near else ""))


def _find_in_manifests(
    field: str, cluster: Cluster, objects: list[Manifest]
) -> list[tuple[str, TreePath]]:
    """As above, for a field of the HostedCluster, or else of every NodePool that has it.

    A field of any other object needs the object's kind; an empty path stands for no spec field.
    """
    owner, colon, inner = field.rpartition(":")
    lowered = {(each.kind, each.name): each for each in lower(cluster.spec)}
    found: list[tuple[str, TreePath]] = []
    for manifest in objects:
        known = {f"{manifest.kind}/{manifest.name}", manifest.kind}
        if owner not in known if colon else manifest.kind not in {HOSTED_CLUSTER, NODE_POOL}:
            continue
        before = lowered.get((manifest.kind, manifest.name))
        path = _steps(inner, manifest.body) or (_steps(inner, before.body) if before else ())
        if path:
            found.append(_answer(path, manifest, before, cluster))
            if manifest.kind == HOSTED_CLUSTER:
                break
    return found


def _answer(
    path: TreePath, manifest: Manifest, lowered: Manifest | None, cluster: Cluster
) -> tuple[str, TreePath]:
    """What overlays did to a field of an object, and the spec path behind it if there is one."""
    is_set = _existing(path, manifest.body) == path
    value = _shown(_value(path, manifest.body)) if is_set else "not set"
    changes, before = history(manifest, path)
    lines = [f"{dotted(path)} of {manifest.kind} {manifest.name}: {value}", *_overlaid(changes)]
    if lowered is None and manifest.origin:
        lines.append(f"from {manifest.origin.location}")
    text = "".join(f"{escaped(line)}\n" for line in lines)
    if lowered is None or not before or _existing(before, lowered.body) != before:
        return text, ()
    source = trace(lowered, before, passthrough(cluster.spec, lowered))
    return text + ("over " if changes else "from "), _existing(source, cluster.spec)


def _overlaid(changes: list[Change]) -> list[str]:
    """A line for each overlay that had a say, the last one first."""
    lines: list[str] = []
    for number, change in enumerate(changes):
        place = f"{change.overlay} at {change.span.location}"
        if change.value is None:
            lines.append(f"  removed by {place}")
            continue
        verb = "merged from" if not change.whole else "over" if number else "set by"
        lines.append(f"  {verb} {place}: {_shown(change.value)}")
    return lines


def _existing(path: TreePath, spec: dict[str, Any]) -> TreePath:
    """As much of a path as there is in a spec."""
    level: Any = spec
    for size, step in enumerate(path):
        try:
            level = level[step]
        except (LookupError, TypeError):
            return path[:size]
    return path


def _value(path: TreePath, data: Any) -> Any:
    for step in path:
        data = data[step]
    return data


def _steps(field: str, data: Any) -> TreePath:
    """The keys and indexes that a dotted path names in data; empty when it leads nowhere."""
    path: list[str | int] = []
    rest = field.replace("[", ".").replace("]", "")
    while rest:
        if isinstance(data, list):
            head, _, rest = rest.partition(".")
            if head not in map(str, range(len(data))):
                return ()
            path.append(int(head))
            data = data[int(head)]
            continue
        if not isinstance(data, dict):
            return ()
        # Keys may hold dots themselves: the longest key that fits wins.
        keys = [key for key in data if rest == key or rest.startswith(f"{key}.")]
        if not keys:
            return ()
        key = max(keys, key=len)
        path.append(key)
        data = data[key]
        rest = rest[len(key) + 1 :]
    return tuple(path)


def _paths(data: Any, prefix: str = "") -> list[str]:
    if not isinstance(data, dict):
        return [prefix]
    found = [prefix] if prefix else []
    for name, value in data.items():
        found += _paths(value, f"{prefix}.{name}" if prefix else name)
    return found


def _explain_field(
    path: TreePath,
    spec: dict[str, Any],
    merged: Merged,
    cluster: Cluster | None,
    objects: list[Manifest],
) -> str:
    origins = _origins(path, merged)
    is_set = _existing(path, spec) == path
    # What resolving consumes (`profiles`) stands in the winning layer only.
    consumed = not is_set and origins and plain(origins[-1].tree) is not None
    value = plain(origins[-1].tree) if consumed else _value(path, spec) if is_set else "not set"
    lines = [f"{dotted(path)}: {_shown(value)}"]
    if cluster:
        lines += [f"  {line}" for line in _becomes(path, value, cluster, objects)]
        lines += [f"  filled in: {reason}" for reason in _filled_reasons(path, cluster)]
    for number, origin in enumerate(reversed(origins)):
        said = plain(origin.tree)
        if said is None:
            lines.append(f"  removed by {origin.layer} at {origin.place}")
            continue
        verb = "over" if number else "set by"
        if isinstance(origin.tree, Mapping):
            verb = "merged from"
        lines.append(f"  {verb} {origin.layer} at {origin.place}: {_shown(said)}")
    if cluster and path in cluster.versions:
        release = merged.scope.releases[cluster.versions[path]]
        where = release.span.location
        lines.append(f"  version {release.version} of the release catalog at {where}")
    return "".join(f"{escaped(line)}\n" for line in lines)


def _becomes(path: TreePath, value: Any, cluster: Cluster, objects: list[Manifest]) -> list[str]:
    """The manifest fields that a spec field answers for, as one path for each object.

    Each with a line for every overlay that changes it, the last one first.
    """
    found: list[str] = []
    changes = {(each.kind, each.name): each.changes for each in objects}
    for manifest in lower(cluster.spec):
        if manifest.source and path[:1] != ("nodePools",):
            continue
        raw = passthrough(cluster.spec, manifest)

        def answers(
            leaf: TreePath, manifest: Manifest = manifest, raw: dict[str, Any] | None = raw
        ) -> bool:
            return trace(manifest, leaf, raw)[: len(path)] == path

        leaves = [leaf for leaf in _leaves(manifest.body) if answers(leaf)]
        if not leaves:
            continue
        common = _common(leaves)
        # A group becomes the whole of what it answers for, not its only leaf.
        while isinstance(value, dict | list) and common and answers(common[:-1]):
            common = common[:-1]
        if common:
            found.append(f"becomes {dotted(common)} of {manifest.kind} {manifest.name}")
            found += _overlaid(_touching(common, changes[manifest.kind, manifest.name]))
    return found


def _touching(path: TreePath, changes: tuple[Change, ...]) -> list[Change]:
    """The changes of a value or of a part of it, the last one first."""
    found: list[Change] = []
    for change in reversed(changes):
        size = min(len(path), len(change.path))
        if change.path[:size] == path[:size] and change.whole and not change.inner:
            found.append(change)
    return found


def _leaves(data: Any, prefix: TreePath = ()) -> list[TreePath]:
    if isinstance(data, dict) and data:
        return [leaf for name in data for leaf in _leaves(data[name], (*prefix, name))]
    if isinstance(data, list) and data:
        return [leaf for n, item in enumerate(data) for leaf in _leaves(item, (*prefix, n))]
    return [prefix]


def _common(paths: list[TreePath]) -> TreePath:
    common = paths[0]
    for path in paths[1:]:
        size = 0
        while size < min(len(common), len(path)) and common[size] == path[size]:
            size += 1
        common = common[:size]
    return common


def _filled_reasons(path: TreePath, cluster: Cluster) -> list[str]:
    """Why the value, or parts of it, are there although nobody wrote them."""
    reasons: list[str] = []
    for filled, reason in cluster.filled.items():
        if path[: len(filled)] == filled:
            return [reason]
        if filled[: len(path)] == path:
            reasons.append(f"{dotted(filled[len(path) :])}: {reason}")
    return reasons


class _Origin(NamedTuple):
    """What one layer says at a path, and where."""

    layer: str
    tree: Tree
    place: str


def _origins(path: TreePath, merged: Merged) -> list[_Origin]:
    """Every layer that says something at a path, the lowest first."""
    places: list[TreePath] = [path]
    if path[:1] == ("nodePools",) and len(path) > 2:  # noqa: PLR2004  # nodePools.NAME.field
        places.insert(0, ("nodePoolDefaults", *path[2:]))
    found: list[_Origin] = []
    for place in places:
        for layer in merged.layers:
            tree = find(layer.tree, place)
            if tree is not None:
                found.append(_Origin(layer.title, tree, _place(layer.tree, place, tree)))
    return found


def _place(layer: Mapping, path: TreePath, tree: Tree) -> str:
    span = tree.span if isinstance(tree, Scalar) and tree.text else key_span(layer, path)
    return span.location


def _shown(value: Any) -> str:
    """A value on one line; what does not fit is named or counted."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{k}: null' if v is None else k for k, v in value.items())}}}"
    if isinstance(value, list):
        items = [_shown(item) for item in value]
        inline = f"[{', '.join(items)}]"
        if len(inline) <= _LINE and not any(isinstance(item, dict | list) for item in value):
            return inline
        return "[1 item]" if len(items) == 1 else f"[{len(items)} items]"
    if value is None or isinstance(value, bool):
        return {True: "true", False: "false", None: "null"}[value]
    return str(value)
