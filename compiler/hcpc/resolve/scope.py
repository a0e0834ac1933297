"""Scope: what a document sees is what stands in its own directory and above.

Nearer wins: a profile or release of the same name in a directory below hides the one above.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hcpc.diagnostics.sink import Sink
from hcpc.resolve.document import Document
from hcpc.resolve.merge import merge
from hcpc.resolve.references import References
from hcpc.source.text import SourceFile, Span
from hcpc.spec.document import spec_model
from hcpc.spec.validate import usable, validate
from hcpc.syntax.tree import Mapping, find


@dataclass(frozen=True, slots=True)
class Layer:
    """A partial cluster spec and what to call it."""

    title: str
    tree: Mapping


@dataclass(frozen=True, slots=True)
class Release:
    """A release of a catalog: its images by architecture, its channel, and where it stands."""

    version: str
    images: dict[str, str]
    channel: str
    span: Span


@dataclass(frozen=True, slots=True)
class ManagementCluster:
    """A management cluster with its defaults merged in; `findings` are about the result."""

    name: str
    tree: Mapping
    data: dict[str, Any]
    findings: Sink


@dataclass(frozen=True)
class Scope:
    """Everything visible in one directory."""

    defaults: tuple[Layer, ...]
    profiles: dict[str, Layer]
    releases: dict[str, Release]
    management_cluster: ManagementCluster | None
    management_defaults: tuple[Mapping, ...] = ()
    _merged: dict[tuple[str, ...], tuple[Mapping, Sink]] = field(default_factory=dict, repr=False)

    def base(self, profiles: tuple[str, ...], root: SourceFile) -> tuple[Mapping, Sink]:
        """Defaults and profiles merged, with the findings of merging; made once and shared."""
        known = self._merged.get(profiles)
        if known is None:
            sink = Sink()
            tree = Mapping({}, {}, root, 0, 0)
            for layer in (*self.defaults, *(self.profiles[name] for name in profiles)):
                tree = merge(tree, layer.tree, sink)
            known = self._merged[profiles] = (tree, sink)
        return known

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_merged": {}}


@dataclass(frozen=True)
class Environment:
    """All documents of a fleet but the clusters, ready to be asked what a directory sees.

    `fleet_root` is what `${fleet.…}` refers to. `unread` are files that could not be read
    in full: what seems to be missing may stand there.
    """

    fleet_root: Mapping
    documents: tuple[Document, ...]
    unread: tuple[SourceFile, ...] = ()
    _scopes: dict[str, Scope] = field(default_factory=dict, repr=False)
    _by_directory: dict[str, list[Document]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for document in self.documents:
            self._by_directory.setdefault(document.directory, []).append(document)

    def scope(self, directory: str) -> Scope:
        """What a directory sees; directories that add nothing share the scope above."""
        known = self._scopes.get(directory)
        if known is None:
            outer = (
                self.scope(directory.rpartition("/")[0]) if directory else Scope((), {}, {}, None)
            )
            own = self._by_directory.get(directory)
            known = self._scopes[directory] = _extend(self, outer, own) if own else outer
        return known

    def may_be_unread(self, directory: str, text: str) -> bool:
        """Whether a text stands in a file that the directory sees but that could not be read."""
        return any(
            text in file.text and _sees(directory, file.path.rpartition("/")[0])
            for file in self.unread
        )

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_scopes": {}}


def _sees(directory: str, above: str) -> bool:
    """Whether a directory is another one or lies below it."""
    return not above or f"{directory}/".startswith(f"{above}/")


def _extend(environment: Environment, outer: Scope, documents: Sequence[Document]) -> Scope:
    """What a directory sees: its own documents and all that the one above sees."""
    defaults, for_management = list(outer.defaults), list(outer.management_defaults)
    profiles, releases = dict(outer.profiles), dict(outer.releases)
    owner: Document | None = None
    for document in documents:
        match document.kind:
            case "Defaults":
                _add_defaults(document, defaults, for_management)
            case "Profile":
                empty = Mapping({}, {}, document.file, 0, 0)
                layer = Layer(f"Profile {document.name}", document.spec or empty)
                profiles[document.name] = layer
            case "ReleaseCatalog":
                releases.update(_releases(document))
            case "ManagementCluster":
                owner = owner or document
            case _:
                pass
    management = outer.management_cluster
    if owner:
        management = _management_cluster(owner, for_management, environment.fleet_root)
    return Scope(tuple(defaults), profiles, releases, management, tuple(for_management))


def _add_defaults(document: Document, defaults: list[Layer], for_management: list[Mapping]) -> None:
    cluster = find(document.tree, ("spec", "cluster"))
    if isinstance(cluster, Mapping):
        defaults.append(Layer(f"Defaults {document.name}", cluster))
    management = find(document.tree, ("spec", "managementCluster"))
    if isinstance(management, Mapping):
        for_management.append(management)


def _releases(document: Document) -> dict[str, Release]:
    """A catalog's releases; the faulty ones without images, so that they are not unknown too."""
    tree = find(document.tree, ("spec", "releases"))
    if document.spec is None or not isinstance(tree, Mapping):
        return {}
    spec = usable(spec_model(document.kind), document.spec)
    releases, channel = spec.get("releases", {}), spec.get("channel", "")
    return {
        version: Release(version, releases.get(version, {}).get("images", {}), channel, key.span)
        for version, key in tree.keys.items()
    }


def _management_cluster(
    owner: Document, layers: list[Mapping], fleet_root: Mapping
) -> ManagementCluster:
    sink = Sink()
    empty = Mapping({}, {}, owner.file, 0, 0)
    tree = empty
    for layer in (*layers, owner.spec or empty):
        tree = merge(tree, layer, sink)
    name = owner.tree.children["metadata"]
    assert isinstance(name, Mapping)
    named = Mapping({**tree.children, "name": name.children["name"]}, tree.keys, owner.file, 0, 0)
    references = References({"managementCluster": named, "fleet": fleet_root}, sink)
    expanded = references.expand(named)
    assert isinstance(expanded, Mapping)
    spec = {field: child for field, child in expanded.children.items() if field != "name"}
    model = spec_model("ManagementCluster")
    whole = Mapping(spec, tree.keys, tree.file, tree.start, tree.end)
    data = validate(model, whole, sink)
    return ManagementCluster(
        owner.name, expanded, usable(model, whole) if data is None else data, sink
    )
