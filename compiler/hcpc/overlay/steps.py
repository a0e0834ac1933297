"""Overlay documents as steps: what each changes, in the objects of which clusters.

A document is read once, however many clusters see it.
"""

from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Any, NamedTuple

from hcpc.diagnostics.sink import Sink
from hcpc.kube.manifest import Change, Manifest
from hcpc.overlay import MANAGEMENT
from hcpc.overlay.json_patch import Pointer, read_pointer
from hcpc.overlay.provenance import changes_of_merge
from hcpc.resolve.assets import FIELD, asset_path
from hcpc.resolve.cluster import Cluster
from hcpc.resolve.document import Document
from hcpc.source.text import Span
from hcpc.spec.document import spec_model
from hcpc.spec.validate import validate
from hcpc.syntax.tree import Mapping, Path, Scalar, Sequence, Tree, find, key_span, plain


class Merge(NamedTuple):
    """A merge patch; `patch` and `changes` follow from its tree."""

    tree: Mapping
    patch: dict[str, Any]
    changes: tuple[Change, ...]


class Operation(NamedTuple):
    """One operation of a JSON Patch; the spans show its `path` and its `from`."""

    op: str
    pointer: Pointer
    source: Pointer
    value: Tree | None
    span: Span
    source_span: Span


class JsonPatch(NamedTuple):
    """Operations, each on the result of the last."""

    operations: tuple[Operation, ...]


class Function(NamedTuple):
    """A jsonnet file, by its path below the fleet's root, and where the overlay names it."""

    path: str
    span: Span


class Step(NamedTuple):
    """One change and whom it is for.

    `target` is as written; `path` is where the step stands in its document. `has_references` says
    that there is `${` somewhere in it. `gaps` are the keys of values that somebody forgot: only a
    written `null` or `~` may remove anything, so a step with one is left out.
    """

    overlay: Document
    path: Path
    target: dict[str, Any]
    change: Merge | JsonPatch | Function
    has_references: bool = False
    gaps: tuple[Span, ...] = ()

    @property
    def title(self) -> str:
        """What to call its overlay."""
        return f"Overlay {self.overlay.name}"

    @property
    def id(self) -> str:
        """What no other step of the fleet is called."""
        return f"{self.overlay.file.path}:{self.span.start}"

    @property
    def span(self) -> Span:
        """Where it stands: its target, or what it says instead."""
        if isinstance(self.change, Function):
            return self.change.span
        return key_span(self.overlay.tree, (*self.path, "target"))

    @property
    def part(self) -> str:
        """Which part of a cluster's objects it is for."""
        return str(self.target.get("part", MANAGEMENT))

    def is_for(self, cluster: Cluster) -> bool:
        """Whether it is for objects of a cluster at all."""
        target = self.target
        for field, value in (
            ("cluster", cluster.name),
            ("managementCluster", cluster.management_cluster),
        ):
            if field in target and not fnmatchcase(value, target[field]):
                return False
        if target.get("platform", cluster.platform) != cluster.platform:
            return False
        labels = cluster.spec.get("labels", {})
        return all(
            labels.get(key) == value for key, value in target.get("clusterLabels", {}).items()
        )

    def is_for_object(self, manifest: Manifest) -> bool:
        """Whether it is for this object, of a cluster that it is for."""
        target = self.target
        if target.get("kind", manifest.kind) != manifest.kind:
            return False
        return "name" not in target or fnmatchcase(manifest.name, target["name"])


@lru_cache(maxsize=1024)
def read_steps(overlay: Document) -> tuple[Step, ...]:
    """The steps of an overlay in order; none of one with faults, which are told elsewhere."""
    tree = overlay.spec
    data = validate(spec_model("Overlay"), tree, Sink()) if tree else None
    if tree is None or data is None:
        return ()
    file = tree.children.get(FIELD)
    if isinstance(file, Scalar):
        function = Function(asset_path(file), file.span)
        return (Step(overlay, ("spec",), data.get("target", {}), function),)
    patches = tree.children["patches"]
    assert isinstance(patches, Sequence)
    return tuple(
        _patch_step(overlay, ("spec", "patches", number), patch, data["patches"][number]["target"])
        for number, patch in enumerate(patches.items)
    )


def _patch_step(overlay: Document, path: Path, patch: Tree, target: dict[str, Any]) -> Step:
    merged, operations = find(patch, ("merge",)), find(patch, ("json6902",))
    change: Merge | JsonPatch
    if isinstance(merged, Mapping):
        change = read_merge(f"Overlay {overlay.name}", merged)
    else:
        assert isinstance(operations, Sequence)
        change = JsonPatch(tuple(_operation(item) for item in operations.items))
    key = key_span(patch, ("merge" if isinstance(change, Merge) else "json6902",))
    content = merged or operations
    assert content is not None
    source = overlay.file.text[content.start : content.end]
    return Step(overlay, path, target, change, "${" in source, tuple(_gaps(content, key)))


def _gaps(tree: Tree, key: Span) -> Iterator[Span]:
    match tree:
        case Scalar(value=None, text=""):
            yield key
        case Mapping():
            for name, child in tree.children.items():
                yield from _gaps(child, tree.keys[name].span)
        case Sequence():
            for item in tree.items:
                yield from _gaps(item, key)
        case _:
            pass


def read_merge(title: str, tree: Mapping) -> Merge:
    """A merge patch from its tree."""
    patch = plain(tree)
    assert isinstance(patch, dict)
    return Merge(tree, patch, tuple(changes_of_merge(title, tree)))


def _operation(tree: Tree) -> Operation:
    texts: dict[str, str] = {}
    for name in ("op", "path", "from"):
        found = find(tree, (name,))
        texts[name] = found.text if isinstance(found, Scalar) else ""
    path, source = find(tree, ("path",)), find(tree, ("from",))
    assert isinstance(path, Scalar)
    return Operation(
        texts["op"],
        read_pointer(texts["path"]),
        read_pointer(texts["from"]),
        find(tree, ("value",)),
        path.span,
        source.span if isinstance(source, Scalar) else path.span,
    )
