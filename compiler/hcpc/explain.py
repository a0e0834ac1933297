"""Where a value comes from: the layers that set it, the winner first, each with its place.

Reads the same layers as the pipeline, so that what it says is what is compiled.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hcpc.diagnostics.sink import Sink
from hcpc.diagnostics.suggest import suggest
from hcpc.kube.canonical_yaml import canonical_yaml
from hcpc.lower.lower import lower, manifest_path, trace
from hcpc.resolve.cluster import Cluster, Merged, merge_cluster, resolve_cluster
from hcpc.resolve.document import Document, read_document
from hcpc.resolve.fleet import Fleet, holds_only_clusters, read_fleet
from hcpc.resolve.scope import Environment
from hcpc.resolve.shared import read_shared
from hcpc.spec.messages import dotted
from hcpc.syntax.parse import parse
from hcpc.syntax.tree import Mapping, Scalar, Tree, find, key_span, plain
from hcpc.syntax.tree import Path as TreePath


class UnknownClusterError(Exception):
    """No cluster of this name; the text suggests one."""


class UnknownFieldError(Exception):
    """The cluster has no such field; the text suggests one."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What to show, and whether it is the compiled truth (not only layers of a broken cluster)."""

    text: str
    is_complete: bool


def explain(root: Path, name: str, field: str) -> Explanation:
    """A cluster's resolved spec, or one field with the chain of layers that set it."""
    sink = Sink()
    fleet = read_fleet(root, sink)
    if fleet is None:
        raise UnknownClusterError("fleet.yaml is not usable; run 'hcpc lint'")
    environment, document = _find_cluster(fleet, name)
    merged = merge_cluster(document, environment, Sink())
    cluster = resolve_cluster(document, environment, Sink())
    spec: dict[str, Any] = cluster.spec if cluster else _plain_spec(document, merged)
    if not field:
        return Explanation(canonical_yaml(spec), cluster is not None)
    heading, path = _find_field(field, spec, cluster)
    text = heading + _explain_field(path, spec, merged, cluster)
    return Explanation(text, cluster is not None)


def _plain_spec(document: Document, merged: Merged) -> dict[str, Any]:
    spec = plain(merged.tree)
    assert isinstance(spec, dict)
    return {"name": document.name, **spec}


def _find_cluster(fleet: Fleet, name: str) -> tuple[Environment, Document]:
    shared_files = [file for file in fleet.files if not holds_only_clusters(file)]
    environment = read_shared(fleet, shared_files, Sink()).environment
    # Parsing is what costs, so the files that hold the name come first.
    likely = sorted(fleet.files, key=lambda file: name not in file.text)
    names: list[str] = []
    for file in likely:
        for tree in parse(file, Sink()):
            document = read_document(tree, Sink())
            if document and document.kind == "Cluster":
                if document.name == name:
                    return environment, document
                names.append(document.name)
    near = suggest(name, names)
    raise UnknownClusterError(
        f"there is no cluster {name}" + (f"; did you mean {near}?" if near else "")
    )


def _find_field(field: str, spec: dict[str, Any], cluster: Cluster | None) -> tuple[str, TreePath]:
    """The spec path that a field names; with a line that says so when it is a manifest path."""
    for candidate in (field, field.removeprefix("spec.")):
        path = _steps(candidate, spec)
        if path:
            return "", path
    owner, colon, inner = field.rpartition(":")
    for manifest in lower(cluster.spec) if cluster else ():
        if colon and owner not in {f"{manifest.kind}/{manifest.name}", manifest.kind}:
            continue
        path = _steps(inner, manifest.body)
        if path:
            heading = f"{dotted(path)} of {manifest.kind} {manifest.name}: "
            heading += f"{_shown(_value(path, manifest.body))}\nfrom "
            return heading, _existing(trace(manifest, path, _raw(spec, manifest.source)), spec)
    near = suggest(field.removeprefix("spec."), _paths(spec))
    raise UnknownFieldError(f"nothing sets {field}" + (f"; did you mean {near}?" if near else ""))


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


def _raw(spec: dict[str, Any], source: TreePath) -> dict[str, Any] | None:
    found = spec["nodePools"][source[1]].get("nodePool") if source else spec.get("hostedCluster")
    return found if isinstance(found, dict) else None


def _steps(field: str, data: Any) -> TreePath:
    """The keys and indexes that a dotted path names in data; empty when it leads nowhere."""
    path: list[str | int] = []
    rest = field.replace("[", ".").replace("]", "")
    while rest:
        if isinstance(data, list):
            head, _, rest = rest.partition(".")
            if not head.isdigit() or int(head) >= len(data):
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
    path: TreePath, spec: dict[str, Any], merged: Merged, cluster: Cluster | None
) -> str:
    lines = [f"{dotted(path)}: {_shown(_value(path, spec))}"]
    becomes = manifest_path(path)
    if becomes:
        lines.append(f"  becomes {dotted(becomes)} of the {_kind(path)}")
    origins = _origins(path, merged)
    reason = _filled_reason(path, cluster)
    if reason:
        lines.append(f"  filled in: {reason}")
    for number, (title, tree, place) in enumerate(reversed(origins)):
        verb = "over" if number else "set by"
        if isinstance(tree, Mapping):
            verb = "merged from"
        lines.append(f"  {verb} {title} at {place}: {_shown(plain(tree))}")
    if path in (cluster.versions if cluster else {}):
        assert cluster is not None
        lines.append(f"  version {cluster.versions[path]} of the release catalog")
    return "\n".join(lines) + "\n"


def _kind(path: TreePath) -> str:
    return "NodePool" if path[:1] == ("nodePools",) else "HostedCluster"


def _filled_reason(path: TreePath, cluster: Cluster | None) -> str:
    if cluster is None:
        return ""
    for size in range(len(path), 0, -1):
        reason = cluster.filled.get(tuple(str(step) for step in path[:size]))
        if reason:
            return reason
    return ""


def _origins(path: TreePath, merged: Merged) -> list[tuple[str, Tree, str]]:
    """Every layer that says something at a path, the lowest first."""
    places: list[TreePath] = [path]
    if path[:1] == ("nodePools",) and len(path) > 2:  # noqa: PLR2004  # nodePools.NAME.field
        places.insert(0, ("nodePoolDefaults", *path[2:]))
    found: list[tuple[str, Tree, str]] = []
    for place in places:
        for layer in merged.layers:
            tree = find(layer.tree, place)
            if tree is not None:
                found.append((layer.title, tree, _place(layer.tree, place, tree)))
    return found


def _place(layer: Mapping, path: TreePath, tree: Tree) -> str:
    span = tree.span if isinstance(tree, Scalar) and tree.text else key_span(layer, path)
    return span.location


def _shown(value: Any) -> str:
    if isinstance(value, (dict, list)):
        return f"{{{', '.join(value)}}}" if isinstance(value, dict) else f"[{len(value)} items]"
    return {True: "true", False: "false", None: "null"}.get(value, str(value))
