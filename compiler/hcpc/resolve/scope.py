"""Scope: what a document sees is what stands in its own directory and above.

Nearer wins: a profile or release of the same name in a directory below hides the one above.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from hcpc.diagnostics.sink import Sink
from hcpc.resolve.crd_sets import CrdSets
from hcpc.resolve.document import Document
from hcpc.resolve.merge import merge
from hcpc.resolve.references import References
from hcpc.source.text import SourceFile, Span
from hcpc.spec.document import spec_model
from hcpc.spec.management_cluster import PARTS, part_model
from hcpc.spec.validate import usable, validate
from hcpc.syntax.tree import Mapping, find

_NOWHERE = SourceFile("", "")
"""Where what nobody wrote stands: a merged tree is where its last layer is."""


class Layer(NamedTuple):
    """A partial cluster spec and what to call it."""

    title: str
    tree: Mapping


class Release(NamedTuple):
    """A release of a catalog: its images by architecture, its channel, and where it stands.

    `upgrades_from` are versions with a known edge to it; None where nobody said which.
    """

    version: str
    images: dict[str, str]
    channel: str
    span: Span
    upgrades_from: tuple[str, ...] | None = None


class ManagementCluster(NamedTuple):
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
    node_configs: dict[str, Document] = field(default_factory=dict)
    overlays: tuple[Document, ...] = ()
    restores: tuple[Document, ...] = ()
    _merged: dict[tuple[str, ...], tuple[Mapping, Sink]] = field(default_factory=dict, repr=False)

    def base(self, profiles: tuple[str, ...]) -> tuple[Mapping, Sink]:
        """Defaults and profiles merged, with the findings of merging; made once and shared."""
        known = self._merged.get(profiles)
        if known is None:
            sink = Sink()
            tree = Mapping({}, {}, _NOWHERE, 0, 0)
            for layer in (*self.defaults, *(self.profiles[name] for name in profiles)):
                tree = merge(tree, layer.tree, sink)
            known = self._merged[profiles] = (tree, sink)
        return known

    @cached_property
    def by_image(self) -> dict[str, tuple[str, str]]:
        """The versions and architectures of the catalogs' images."""
        return {
            image: (release.version, arch)
            for release in self.releases.values()
            for arch, image in release.images.items()
        }

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_merged": {}}


@dataclass(frozen=True)
class Environment:
    """All documents of a fleet but the clusters, ready to be asked what a directory sees.

    `assets` are the files that documents name under `fromFile`, by path below the fleet's root.
    `fleet_root` is what `${fleet.…}` refers to. `unread` are files that could not be read
    in full: what seems to be missing may stand there. `crd_sets` are what management clusters have
    installed. `made` is where later stages remember what they made of shared documents, so that
    they do so once in a process.
    """

    fleet_root: Mapping
    documents: tuple[Document, ...]
    unread: tuple[SourceFile, ...] = ()
    assets: dict[str, bytes] = field(default_factory=dict, repr=False)
    crd_sets: CrdSets = field(default_factory=lambda: CrdSets((), {}), repr=False)
    made: dict[object, object] = field(default_factory=dict, repr=False, compare=False)
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

    def management_clusters(self) -> Iterator[ManagementCluster]:
        """Every management cluster, in the order of their files."""
        for document in self.documents:
            found = None
            if document.kind == "ManagementCluster":
                found = self.scope(document.directory).management_cluster
            if found and found.name == document.name:
                yield found

    def counting_everywhere(self) -> list[SourceFile]:
        """Files that clusters depend on wherever they are: restores lead to any management cluster.

        Empty in a fleet where no restore leads to another one.
        """
        leads_away = any(
            document.kind == "Restore"
            and find(document.tree, ("spec", "managementCluster")) is not None
            for document in self.documents
        )
        files = {
            document.file.path: document.file
            for document in self.documents
            if leads_away
            and (
                document.kind == "ManagementCluster"
                or find(document.tree, ("spec", "managementCluster")) is not None
            )
        }
        return [files[path] for path in sorted(files)]

    def files(self) -> Iterator[SourceFile]:
        """Every file behind it that is text: of documents, unread ones, and those they name."""
        yield from {document.file.path: document.file for document in self.documents}.values()
        yield from self.unread
        for path, content in self.assets.items():
            with suppress(UnicodeDecodeError):
                yield SourceFile(path, content.decode())

    def may_be_unread(self, directory: str, text: str) -> bool:
        """Whether a text stands in a file that the directory sees but that could not be read."""
        return any(
            text in file.text and sees(directory, file.path.rpartition("/")[0])
            for file in self.unread
        )

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_scopes": {}, "made": {}}


def sees(directory: str, above: str) -> bool:
    """Whether a directory is another one or lies below it."""
    return not above or f"{directory}/".startswith(f"{above}/")


def _extend(environment: Environment, outer: Scope, documents: Sequence[Document]) -> Scope:
    """What a directory sees: its own documents and all that the one above sees."""
    defaults, for_management = list(outer.defaults), list(outer.management_defaults)
    profiles, releases = dict(outer.profiles), dict(outer.releases)
    configs, overlays, restores = dict(outer.node_configs), outer.overlays, outer.restores
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
            case "NodeConfig":
                configs[document.name] = document
            case "Overlay":
                overlays = (*overlays, document)
            case "Restore":
                restores = (*restores, document)
            case _:
                pass
    management = outer.management_cluster
    if owner:
        management = _management_cluster(owner, for_management, environment.fleet_root)
    return Scope(
        tuple(defaults),
        profiles,
        releases,
        management,
        tuple(for_management),
        configs,
        overlays,
        restores,
    )


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
    channel = spec.get("channel", "")
    return {
        version: _release(version, spec.get("releases", {}).get(version, {}), channel, key.span)
        for version, key in tree.keys.items()
    }


def _release(version: str, data: dict[str, Any], channel: str, span: Span) -> Release:
    edges = data.get("upgradesFrom")
    return Release(
        version, data.get("images", {}), channel, span, None if edges is None else tuple(edges)
    )


def _management_cluster(
    owner: Document, layers: list[Mapping], fleet_root: Mapping
) -> ManagementCluster:
    sink = Sink()
    empty = Mapping({}, {}, owner.file, 0, 0)
    tree = empty
    for layer in (*layers, owner.spec or empty):
        tree = merge(tree, layer, sink, kind="ManagementCluster")
    name = owner.tree.children["metadata"]
    assert isinstance(name, Mapping)
    named = Mapping({**tree.children, "name": name.children["name"]}, tree.keys, owner.file, 0, 0)
    references = References({"managementCluster": named, "fleet": fleet_root}, sink)
    expanded = references.expand(named)
    assert isinstance(expanded, Mapping)
    spec = {field: child for field, child in expanded.children.items() if field != "name"}
    model = spec_model("ManagementCluster")
    whole = Mapping(spec, tree.keys, tree.file, tree.start, tree.end)
    data = None if references.budget.is_spent else validate(model, whole, sink)
    data = usable(model, whole) if data is None else data
    for part in sorted(PARTS.keys() & data.keys()):
        data[part] = _part(part, whole, sink)
    return ManagementCluster(owner.name, expanded, data, sink)


def _part(name: str, whole: Mapping, sink: Sink) -> dict[str, Any]:
    """A field with a model of its own, as far as it is sound."""
    model, tree = part_model(name), whole.children[name]
    data = validate(model, tree, sink, base=(name,), root=whole)
    return usable(model, tree) if data is None else data
